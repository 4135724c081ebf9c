//! Formats: bytes to rows of cells. One module a format; [`row`] is what they have in common.
//!
//! Nothing here knows what a column means.

pub(crate) mod csv;
pub(crate) mod ndjson;
pub(crate) mod ocel;
pub(crate) mod parquet;
pub(crate) mod reader;
pub(crate) mod row;
pub(crate) mod sheet;
pub(crate) mod text;
pub(crate) mod workbook;
pub(crate) mod xes;
pub(crate) mod xml;
