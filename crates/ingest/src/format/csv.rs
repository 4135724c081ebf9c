//! CSV rows with the bytes they were made of.
//!
//! A general CSV library gives fields and forgets the rest. Here a row's bytes are its identity and its rejection,
//! one broken quote must cost one line and not the file behind it, and what is malformed is refused instead of
//! mended; so the scanner is our own. Tests hold it against the `csv` crate on what both call well-formed.

use std::io;
use std::ops::Range;

use super::row::bounded;
use super::text::TextStream;
use crate::cell::Cell;
use crate::limits::ROW_BYTES_MAX;

/// How fields are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
}

/// One field within the bytes of its row, quotes left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) range: Range<usize>,
    /// Whether it holds doubled quotes that stand for one.
    pub(crate) has_doubled: bool,
}

/// What stands at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A row of this many bytes, its line end counted.
    Row { length: usize },
    /// More bytes are needed to tell.
    Incomplete,
    /// Its first line, of this many bytes, is no row.
    Malformed { line_length: usize, fault: QuoteFault },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteFault {
    /// A quote is opened and never closed.
    Unclosed,
    /// Something other than a delimiter follows a closing quote.
    Stray,
}

/// Finds the first row of `bytes` and its fields. `is_last` says that nothing follows the bytes.
pub(crate) fn scan(bytes: &[u8], dialect: Dialect, is_last: bool, fields: &mut Vec<Field>) -> Scan {
    fields.clear();
    let mut at = 0;
    loop {
        // At the first byte of a field.
        if dialect.quote.is_some() && bytes.get(at).copied() == dialect.quote {
            let quote = bytes[at];
            let begin = at + 1;
            let (end, has_doubled) = match closing_quote(bytes, begin, quote) {
                Some(found) => found,
                None if is_last || bytes.len() > ROW_BYTES_MAX => return malformed(bytes, QuoteFault::Unclosed),
                None => return Scan::Incomplete,
            };
            fields.push(Field { range: begin..end, has_doubled });
            at = end + 1;
            if at == bytes.len() && !is_last {
                return Scan::Incomplete;
            }
        } else {
            let begin = at;
            while at < bytes.len() && bytes[at] != dialect.delimiter && !matches!(bytes[at], b'\n' | b'\r') {
                at += 1;
            }
            fields.push(Field { range: begin..at, has_doubled: false });
        }
        match bytes.get(at) {
            None if is_last => return Scan::Row { length: at },
            None => return Scan::Incomplete,
            Some(byte) if *byte == dialect.delimiter => at += 1,
            Some(b'\n') => return Scan::Row { length: at + 1 },
            Some(b'\r') => match bytes.get(at + 1) {
                Some(b'\n') => return Scan::Row { length: at + 2 },
                None if !is_last => return Scan::Incomplete,
                _ => return Scan::Row { length: at + 1 },
            },
            Some(_) => return malformed(bytes, QuoteFault::Stray),
        }
    }
}

/// Where the quote that closes a field stands, and whether doubled ones stand before it.
fn closing_quote(bytes: &[u8], begin: usize, quote: u8) -> Option<(usize, bool)> {
    let mut at = begin;
    let mut has_doubled = false;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == quote)?;
        if bytes.get(at + 1) != Some(&quote) {
            return Some((at, has_doubled));
        }
        has_doubled = true;
        at += 2;
    }
}

fn malformed(bytes: &[u8], fault: QuoteFault) -> Scan {
    Scan::Malformed { line_length: line_length(bytes).unwrap_or(bytes.len()), fault }
}

/// Bytes of the first line with its end; `None` if it does not end.
pub(crate) fn line_length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    Some(if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') { end + 2 } else { end + 1 })
}

/// The row a reader stands at.
#[derive(Debug, Default, Clone)]
pub(crate) struct CsvRow {
    /// The row without its line end.
    pub(crate) text: String,
    pub(crate) line: u64,
    fields: Vec<Field>,
    quote: u8,
    nulls: Vec<String>,
}

impl CsvRow {
    pub(crate) fn field_count(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn field(&self, index: usize) -> Option<std::borrow::Cow<'_, str>> {
        let field = self.fields.get(index)?;
        let text = self.text.get(field.range.clone())?;
        if !field.has_doubled {
            return Some(text.into());
        }
        let quote = char::from(self.quote);
        Some(text.replace(&format!("{quote}{quote}"), &quote.to_string()).into())
    }

    pub(crate) fn cell(&self, index: usize) -> Cell<'_> {
        match self.field(index) {
            Some(text) if text.is_empty() || self.nulls.iter().any(|null| *null == text) => Cell::Null,
            Some(text) => Cell::Text(text),
            None => Cell::Null,
        }
    }
}

/// What a step of a text reader came to.
#[derive(Debug)]
pub(crate) enum Step {
    /// The reader stands at a row.
    Row,
    /// A row that cannot be taken.
    Bad(BadRow),
    End,
}

/// A row that could not even be cut into fields.
#[derive(Debug)]
pub(crate) struct BadRow {
    pub(crate) line: u64,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    pub(crate) original: String,
}

/// Reads rows from a text.
pub(crate) struct CsvReader {
    stream: TextStream,
    dialect: Dialect,
    row: CsvRow,
    /// Line of the next byte of the stream.
    line: u64,
    /// Fields of every row; the first row decides if it is not given.
    width: Option<usize>,
}

impl CsvReader {
    pub(crate) fn new(stream: TextStream, dialect: Dialect, nulls: Vec<String>) -> CsvReader {
        let row = CsvRow { quote: dialect.quote.unwrap_or_default(), nulls, ..CsvRow::default() };
        CsvReader { stream, dialect, row, line: 1, width: None }
    }

    /// How its fields are told apart.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Passes over lines before the header.
    pub(crate) fn skip_lines(&mut self, count: u32) -> io::Result<()> {
        for _ in 0..count {
            loop {
                match line_length(self.stream.bytes()) {
                    Some(length) if length < self.stream.bytes().len() || self.stream.is_ended() => {
                        self.stream.consume(length);
                        self.line += 1;
                        break;
                    }
                    _ if self.stream.is_ended() => return Ok(()),
                    _ => self.stream.fill()?,
                }
            }
        }
        Ok(())
    }

    pub(crate) fn set_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    pub(crate) fn row(&self) -> &CsvRow {
        &self.row
    }

    /// Moves to the next row; empty lines are no rows.
    pub(crate) fn advance(&mut self) -> io::Result<Step> {
        loop {
            let scanned = scan(self.stream.bytes(), self.dialect, self.stream.is_ended(), &mut self.row.fields);
            match scanned {
                Scan::Row { length: 0 } => return Ok(Step::End),
                Scan::Row { length } => {
                    if let Some(step) = self.take(length) {
                        return Ok(step);
                    }
                }
                Scan::Malformed { line_length, fault } => return Ok(Step::Bad(self.refuse_line(line_length, fault))),
                Scan::Incomplete if self.stream.bytes().len() > ROW_BYTES_MAX => {
                    return self.refuse_long_line().map(Step::Bad);
                }
                Scan::Incomplete => self.stream.fill()?,
            }
        }
    }

    /// Takes a scanned row; `None` if it is an empty line.
    fn take(&mut self, length: usize) -> Option<Step> {
        let bytes = &self.stream.bytes()[..length];
        let content = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let line = self.line;
        self.line += lines_in(bytes);
        self.row.line = line;
        self.row.text.clear();
        let is_text = match std::str::from_utf8(content) {
            Ok(text) => {
                self.row.text.push_str(text);
                true
            }
            Err(_) => false,
        };
        let is_empty = content.is_empty();
        let bad = |code, reason: String| {
            let original = bounded(&String::from_utf8_lossy(content));
            Some(Step::Bad(BadRow { line, code, reason, original }))
        };
        let step = if is_empty {
            None
        } else if !is_text {
            bad("encoding_invalid", ENCODING_ADVICE.to_owned())
        } else if content.contains(&0) {
            bad("nul_byte", "the row holds a zero byte; is it UTF-16? then state csv.encoding".to_owned())
        } else if self.width.is_some_and(|width| width != self.row.fields.len()) {
            let (width, found) = (self.width.unwrap_or_default(), self.row.fields.len());
            bad(
                "field_count",
                format!(
                    "the row has {found} fields, the header {width}; is a field with a delimiter in it not quoted?"
                ),
            )
        } else {
            Some(Step::Row)
        };
        self.stream.consume(length);
        step
    }

    fn refuse_line(&mut self, length: usize, fault: QuoteFault) -> BadRow {
        let bytes = &self.stream.bytes()[..length];
        let original = bounded(String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']));
        let (code, reason) = match fault {
            QuoteFault::Unclosed => (
                "quote_unclosed",
                "a quote is opened and not closed; close it, double quotes within a field, or write `quote: none` in csv",
            ),
            QuoteFault::Stray => (
                "quote_stray",
                "text follows a closing quote; double the quotes within a field, or write `quote: none` in csv",
            ),
        };
        let bad = BadRow { line: self.line, code, reason: reason.to_owned(), original };
        self.line += lines_in(bytes);
        self.stream.consume(length);
        bad
    }

    fn refuse_long_line(&mut self) -> io::Result<BadRow> {
        let bad = long_line(self.line, self.stream.bytes());
        skip_line(&mut self.stream)?;
        self.line += 1;
        Ok(bad)
    }
}

pub(crate) const ENCODING_ADVICE: &str =
    "the row is no text in the encoding of the file; state csv.encoding, as in gb18030, or mend the row";

pub(crate) fn long_line(line: u64, bytes: &[u8]) -> BadRow {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(crate::limits::ORIGINAL_BYTES_MAX)]).into_owned();
    let reason = format!("the row is longer than {} MiB; is this a text file with line ends?", ROW_BYTES_MAX >> 20);
    BadRow { line, code: "row_too_long", reason, original: bounded(&head) }
}

/// Passes over a line too long to hold.
pub(crate) fn skip_line(stream: &mut TextStream) -> io::Result<()> {
    loop {
        let length = stream.bytes().len();
        match stream.bytes().iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                stream.consume(end + 1);
                return Ok(());
            }
            None if stream.is_ended() => {
                stream.consume(length);
                return Ok(());
            }
            None => {
                stream.consume(length);
                stream.fill()?;
            }
        }
    }
}

/// Line ends in the bytes of a row: quoted fields may hold some.
fn lines_in(bytes: &[u8]) -> u64 {
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    // Old Macintosh files end lines with a lone carriage return.
    if newlines == 0 && bytes.ends_with(b"\r") { 1 } else { newlines }
}
