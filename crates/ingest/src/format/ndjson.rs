//! One JSON object a line.

use std::io;

use serde_json::{Map, Value};

use super::csv::{BadRow, ENCODING_ADVICE, Step, long_line, skip_line};
use super::row::{bounded, walk};
use super::text::TextStream;
use crate::cell::Cell;
use crate::limits::ROW_BYTES_MAX;

/// The row a reader stands at.
#[derive(Debug, Default, Clone)]
pub(crate) struct JsonRow {
    pub(crate) text: String,
    pub(crate) line: u64,
    pub(crate) object: Map<String, Value>,
}

impl JsonRow {
    /// A field by its whole name, else by its path.
    pub(crate) fn cell(&self, name: &str, path: &[String]) -> Cell<'_> {
        let found = match self.object.get(name) {
            Some(value) => Some(value),
            None => path
                .split_first()
                .and_then(|(first, rest)| walk(self.object.get(first)?, rest))
                .or_else(|| find(&self.object, path)),
        };
        found.map_or(Cell::Null, Cell::of_json)
    }
}

/// The value at a path where names themselves hold dots, the longest name first.
fn find<'a>(object: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    // Of two parts the whole and the plain way have been tried.
    if path.len() < 3 {
        return None;
    }
    (1..path.len()).rev().find_map(|split| {
        let inner = object.get(&path[..split].join("."))?;
        let (rest, name) = (&path[split..], path[split..].join("."));
        let inner = inner.as_object()?;
        inner.get(&name).or_else(|| find(inner, rest)).or_else(|| walk(inner.get(&rest[0])?, &rest[1..]))
    })
}

/// Reads objects from a text.
pub(crate) struct JsonReader {
    stream: TextStream,
    row: JsonRow,
    next_line: u64,
}

impl JsonReader {
    pub(crate) fn new(stream: TextStream) -> JsonReader {
        JsonReader { stream, row: JsonRow::default(), next_line: 1 }
    }

    pub(crate) fn row(&self) -> &JsonRow {
        &self.row
    }

    /// Moves to the next object; empty lines are no rows.
    pub(crate) fn advance(&mut self) -> io::Result<Step> {
        let mut searched = 0;
        loop {
            let bytes = self.stream.bytes();
            match bytes[searched..].iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    let length = searched + end;
                    searched = 0;
                    if let Some(step) = self.take(length, length + 1) {
                        return Ok(step);
                    }
                }
                None if self.stream.is_ended() => {
                    let length = bytes.len();
                    return Ok(self.take(length, length).unwrap_or(Step::End));
                }
                None if bytes.len() > ROW_BYTES_MAX => {
                    let bad = long_line(self.next_line, bytes);
                    skip_line(&mut self.stream)?;
                    self.next_line += 1;
                    return Ok(Step::Bad(bad));
                }
                None => {
                    searched = bytes.len();
                    let before = self.stream.bytes().len();
                    self.stream.fill()?;
                    // The mark at the very beginning may have been dropped meanwhile.
                    searched = searched.min(self.stream.bytes().len()).min(before);
                }
            }
        }
    }

    /// Takes a line; `None` if it is empty.
    fn take(&mut self, length: usize, consumed: usize) -> Option<Step> {
        let bytes = self.stream.bytes()[..length].trim_ascii();
        let line = self.next_line;
        self.next_line += 1;
        let step = if bytes.is_empty() { None } else { Some(read_object(&mut self.row, line, bytes)) };
        self.stream.consume(consumed);
        step
    }
}

fn read_object(row: &mut JsonRow, line: u64, bytes: &[u8]) -> Step {
    let bad = |code, reason: String| {
        Step::Bad(BadRow { line, code, reason, original: bounded(&String::from_utf8_lossy(bytes)) })
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return bad("encoding_invalid", ENCODING_ADVICE.to_owned());
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => {
            row.line = line;
            row.object = object;
            row.text.clear();
            row.text.push_str(text);
            Step::Row
        }
        Ok(_) => bad("json_invalid", "the line is JSON but no object; write one object a line".to_owned()),
        Err(error) => bad("json_invalid", format!("the line is no JSON ({}); write one object a line", plain(&error))),
    }
}

/// The message of a JSON error with its column; its line is always 1 here.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    format!("{message} at character {}", error.column())
}
