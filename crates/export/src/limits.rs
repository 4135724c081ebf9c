//! Limits on what grows with input, each with its reason.

/// Pixels for each pixel of the layout. Below one, text cannot be read.
pub const SCALE_MIN: f32 = 1.0;

/// Four times is 384 dots an inch, beyond what printers show.
pub const SCALE_MAX: f32 = 4.0;

/// Sharp on the screens most people have.
pub const SCALE_DEFAULT: f32 = 2.0;

/// Pixels of one PNG: four bytes each are held at once, so this is 320 MB. Fifty stages fit at twice their size.
pub const PIXELS_MAX: u64 = 80_000_000;

/// Pains listed in one stage; the rest is counted.
pub(crate) const STAGE_PAINS_MAX: usize = 5;

/// Moves across stages drawn on one page, the most frequent: more cannot be told apart.
pub(crate) const ARCS_MAX: usize = 24;

/// Parts of a document: more are no meeting's.
pub(crate) const DOCUMENT_PARTS_MAX: usize = 50;

/// Columns of a table: beyond it nobody reads a sheet.
pub(crate) const DOCUMENT_COLUMNS_MAX: usize = 500;

/// Cells of all tables: some hundred bytes each while a workbook is written.
pub(crate) const DOCUMENT_CELLS_MAX: usize = 500_000;

/// A cell of a spreadsheet holds 32,767 characters.
pub(crate) const DOCUMENT_TEXT_BYTES_MAX: usize = 32_767;

/// A chart at twice its size is some hundred kilobytes.
pub(crate) const DOCUMENT_PICTURE_BYTES_MAX: usize = 4 << 20;

/// Rows of a table on slides; a workbook has them all.
pub(crate) const SLIDE_ROWS_MAX: usize = 120;

/// Columns of a table on slides.
pub(crate) const SLIDE_COLUMNS_MAX: usize = 10;
