//! A row of any format: its cells by slot, its bytes for identity, its text for a rejection.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::csv::CsvRow;
use super::ndjson::JsonRow;
use super::parquet::Table;
use super::sheet::Sheet;
use crate::cell::Cell;
use crate::limits::ORIGINAL_BYTES_MAX;

/// Where a column stands in the rows of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Position in the header.
    Column(usize),
    /// A path into a nested column.
    Nested(usize, Vec<String>),
    /// A path from the root of an object: the whole name if the object has such a field, else its parts.
    Path(String, Vec<String>),
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Row<'a> {
    Csv(&'a CsvRow),
    Json(&'a JsonRow),
    Table(&'a Table, usize),
    Sheet(&'a Sheet, usize),
}

impl<'a> Row<'a> {
    pub(crate) fn cell(self, slot: &Slot) -> Cell<'a> {
        match (self, slot) {
            (Row::Csv(row), Slot::Column(index)) => row.cell(*index),
            (Row::Table(table, at), Slot::Column(index)) => table.cell(*index, at),
            (Row::Sheet(sheet, at), Slot::Column(index)) => sheet.cell(*index, at),
            (Row::Csv(row), Slot::Nested(index, path)) => descend(row.cell(*index), path),
            (Row::Table(table, at), Slot::Nested(index, path)) => descend(table.cell(*index, at), path),
            (Row::Sheet(sheet, at), Slot::Nested(index, path)) => descend(sheet.cell(*index, at), path),
            (Row::Json(row), Slot::Path(name, path)) => row.cell(name, path),
            _ => Cell::Null,
        }
    }

    /// 1-based line of a text file, or row of a Parquet file or of a sheet.
    pub(crate) fn line(self) -> u64 {
        match self {
            Row::Csv(row) => row.line,
            Row::Json(row) => row.line,
            Row::Table(table, at) => table.first_row + at as u64,
            Row::Sheet(sheet, at) => sheet.line(at),
        }
    }

    /// The bytes that are the row: its text without line end, or its typed cells in order.
    pub(crate) fn identity<'b>(self, scratch: &'b mut Vec<u8>) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Row::Csv(row) => row.text.as_bytes(),
            Row::Json(row) => row.text.as_bytes(),
            Row::Table(table, at) => {
                scratch.clear();
                table.columns().for_each(|index| table.cell(index, at).write_identity(scratch));
                scratch
            }
            Row::Sheet(sheet, at) => {
                scratch.clear();
                sheet.filled_columns(at).for_each(|index| sheet.cell(index, at).write_identity(scratch));
                scratch
            }
        }
    }

    /// The row as it stood in the source, in bounds.
    pub(crate) fn original(self) -> String {
        match self {
            Row::Csv(row) => bounded(&row.text),
            Row::Json(row) => bounded(&row.text),
            Row::Table(table, at) => bounded(&Value::Object(table.object(at)).to_string()),
            Row::Sheet(sheet, at) => bounded(&Value::Object(sheet.object(at)).to_string()),
        }
    }

    /// All fields by name, for an expression that looks at the whole row.
    pub(crate) fn fields(self, names: &'a [String]) -> Vec<(&'a str, Cell<'a>)> {
        match self {
            Row::Json(row) => row.object.iter().map(|(name, value)| (name.as_str(), Cell::of_json(value))).collect(),
            _ => names.iter().enumerate().map(|(at, name)| (name.as_str(), self.cell(&Slot::Column(at)))).collect(),
        }
    }

    /// The object of a JSON row.
    pub(crate) fn object(self) -> Option<&'a Map<String, Value>> {
        match self {
            Row::Json(row) => Some(&row.object),
            _ => None,
        }
    }
}

fn descend<'a>(cell: Cell<'a>, path: &[String]) -> Cell<'a> {
    let parsed = match cell {
        Cell::Json(value) => value,
        // A text column may hold JSON.
        Cell::Text(text) => match serde_json::from_str(&text) {
            Ok(value) => Cow::Owned(value),
            Err(_) => return Cell::Null,
        },
        _ => return Cell::Null,
    };
    match parsed {
        Cow::Borrowed(value) => walk(value, path).map_or(Cell::Null, Cell::of_json),
        Cow::Owned(value) => walk(&value, path).map_or(Cell::Null, |found| Cell::of_json(found).into_owned()),
    }
}

/// The value at a path of field names; list entries are reached by their number.
pub(crate) fn walk<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(object) => object.get(name),
        Value::Array(list) => list.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A text cut to what a rejection keeps.
pub(crate) fn bounded(text: &str) -> String {
    if text.len() <= ORIGINAL_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=ORIGINAL_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}
