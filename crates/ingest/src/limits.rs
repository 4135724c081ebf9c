//! Limits on what grows with a foreign file, each with its reason. Limits of an event are in `model::limits`.

/// Longest row of a text file in bytes. An event is at most 1 MiB; a row may carry some columns that are dropped.
/// It bounds how far an unclosed quote is followed.
pub const ROW_BYTES_MAX: usize = 4 << 20;

/// Rows of one file that may lack a message id: each costs 9 bytes, to tell identical rows apart.
pub const ROWS_WITHOUT_ID_MAX: usize = 500_000_000;

/// Bytes of rows held while `group_by` with `order: any` gathers a file, about a quarter of a small machine.
pub const GROUPED_BYTES_MAX: usize = 1 << 30;

/// Lines of one group. Each becomes an item of one event, which is limited to 1 MiB.
pub const GROUP_LINES_MAX: usize = 50_000;

/// Rows of a lookup file, which is held in memory.
pub const LOOKUP_ROWS_MAX: usize = 5_000_000;

/// Senders whose last traits are remembered. Beyond it the memory starts anew, and traits are only said again.
pub const TRAIT_SENDERS_MAX: usize = 2_000_000;

/// A Parquet file that is compressed as a whole is unpacked in memory.
pub const PARQUET_UNPACKED_BYTES_MAX: usize = 1 << 30;

/// Bytes of an Excel workbook, which is held in memory while it is read.
pub const WORKBOOK_BYTES_MAX: usize = 256 << 20;

/// Bytes of an Excel workbook once its parts are unpacked: a small archive may hold a very large one.
pub const WORKBOOK_UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// Filled cells of a sheet, of 32 bytes each in memory beside their texts. Excel itself has 1,048,576 rows at most.
pub const SHEET_CELLS_MAX: usize = 16_000_000;

/// Rows of a sheet's header.
pub const HEADER_ROWS_MAX: u32 = 5;

/// Rows of a sheet looked at to find where its table begins.
pub const HEADER_LOOK_ROWS: usize = 50;

/// Bytes of one XML tag, or of the text between two.
pub const XML_TOKEN_BYTES_MAX: usize = 4 << 20;

/// Depth of XML elements, against files made to exhaust memory.
pub const XML_DEPTH_MAX: usize = 64;

/// Bytes of the objects of an object-centric log, which are held in memory while its events are streamed.
pub const OBJECTS_BYTES_MAX: usize = 1 << 30;

/// Objects of such a log that cannot be read and are kept to be told.
pub const OBJECT_FAULTS_MAX: usize = 10_000;

/// Files one import may name; more is a wrong folder.
pub const FILES_MAX: usize = 100_000;

/// Depth of folders followed, against links that lead in circles.
pub const FOLDER_DEPTH_MAX: usize = 32;

/// Bytes looked at to tell format, encoding and delimiter.
pub const SNIFF_BYTES: usize = 1 << 20;

/// Rows looked at to suggest a mapping.
pub const SUGGEST_ROWS: usize = 5_000;

/// Results of one expression kept by their inputs, so that an expression over a column of few values runs once a value.
pub const MEMO_ENTRIES_MAX: usize = 4_096;

/// Bytes of an original row kept with its rejection.
pub const ORIGINAL_BYTES_MAX: usize = 64 << 10;

/// Rejections in one batch; a batch ends at it, so a file of nothing but bad rows stays in small memory.
pub const BATCH_REJECTIONS_MAX: usize = 10_000;

/// Rows read for one batch at most, so that progress is reported while all rows are skipped.
pub const BATCH_ROWS_MAX: u64 = 1_000_000;

/// Bytes of a request's body as it arrives: the largest batch that a client library is documented to send (PostHog's).
pub const LETTER_PACKED_BYTES_MAX: usize = 20 << 20;

/// Bytes of a body once unpacked. Compressed batches of the libraries stay far below; more is a bomb.
pub const LETTER_UNPACKED_BYTES_MAX: usize = 32 << 20;

/// Messages of one request: libraries send hundreds at most, and a request is answered as a whole.
pub const LETTER_MESSAGES_MAX: usize = 10_000;

/// Values of one request's JSON. Each takes tens of bytes in memory where it may have been two in the body.
pub const LETTER_VALUES_MAX: usize = 1_000_000;

/// A body up to this size cannot hold enough values to matter, so they are not counted.
pub const LETTER_UNCOUNTED_BYTES: usize = 1 << 20;

/// Encodings around one body; a library uses one, a proxy may add another.
pub const LETTER_ENCODINGS_MAX: usize = 2;

/// Fields of one form or query string.
pub const FORM_FIELDS_MAX: usize = 2_000;

/// Memory a zstd body may ask for, as the power of two of its window: as much as it may unpack to.
pub const LETTER_ZSTD_WINDOW_LOG_MAX: u32 = 25;

/// How long an event may lie after its arrival before its time is not believed, microseconds: clocks of phones are
/// seconds off, rarely minutes; after correction by the sender's own clock there is less.
pub const FUTURE_US_MAX: i64 = 600_000_000;

/// Bytes of a floor plan; the largest mall's floor here has half a megabyte. It is held in memory as a tree.
pub const PLAN_BYTES_MAX: usize = 16 << 20;

/// Bytes of an IMDF archive once unpacked, and files in it: a venue of a hundred levels.
pub const PLAN_UNPACKED_BYTES_MAX: u64 = 64 << 20;
pub const PLAN_FILES_MAX: usize = 200;

/// Things drawn on one plan, once blocks and copies stand where they are used. A block may hold a thousand copies of one
/// that does.
pub const PLAN_SHAPES_MAX: usize = 20_000;

/// Corners of all that is drawn, before points closer than a tenth of a millimetre fall together.
pub const PLAN_POINTS_MAX: usize = 500_000;

/// Groups and blocks within each other, against files made to exhaust the stack.
pub const PLAN_DEPTH_MAX: usize = 32;
