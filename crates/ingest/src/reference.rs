//! Files to rows of reference tables: the same formats and encodings as events, a smaller mapping.
//!
//! A column of the table takes a column of the file, or one value for all rows. Columns of the same name need no
//! mapping. Days may be written as days or as months: a month begins on its first day and ends on its last.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Months, NaiveDate, NaiveTime};
use model::event::Rejection;
use model::hash;
use model::journey::Fault;
use model::reference::{Cell as Value, Column, ColumnKind, Row as ReferenceRow, RowFault, TableKind};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::cell::{Cell, Digits, excerpt};
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::format::csv::Step;
use crate::format::reader::{Reading, RowReader};
use crate::format::row::{Row, Slot};
use crate::mapping::{CsvOptions, Format, NumberFormat, SheetOptions};

/// How a file's columns become a table's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceMapping {
    /// The table it is for, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableKind>,
    /// By column of the table: the column of the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// By column of the table: one value for all rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// By column of the table: what is written in the file, and what it means.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub format: Format,
    #[serde(default)]
    pub csv: CsvOptions,
    #[serde(default)]
    pub sheet: SheetOptions,
    #[serde(default)]
    pub numbers: NumberFormat,
}

impl ReferenceMapping {
    /// Reads a mapping; what is wrong comes with its line.
    pub fn from_yaml(text: &str) -> Result<ReferenceMapping, Vec<Fault>> {
        serde_saphyr::from_str(text).map_err(|error| {
            let plain = error.without_snippet();
            let text = plain.to_string();
            // The place is given as fields; saying it in the sentence too would print it twice.
            let message = text.rfind(" at line ").map_or(text.as_str(), |cut| &text[..cut]);
            let mut fault = Fault::new("mapping", message);
            if let Some(place) = plain.location() {
                fault.line = u32::try_from(place.line()).ok();
                fault.column = u32::try_from(place.column()).ok();
            }
            vec![fault]
        })
    }

    /// Everything wrong with it for a table; empty if it can be used.
    pub fn faults(&self, kind: TableKind) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(other) = self.table.filter(|table| *table != kind) {
            faults.push(Fault::new("table", format!("the mapping is for `{}`, not for `{}`", other.id(), kind.id())));
        }
        let known = || kind.columns().iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        for (field, names) in [
            ("columns", self.columns.keys().collect::<Vec<_>>()),
            ("constants", self.constants.keys().collect()),
            ("values", self.values.keys().collect()),
        ] {
            for name in names.into_iter().filter(|name| kind.column(name).is_none()) {
                let message = format!("table `{}` has no column `{name}`; it has {}", kind.id(), known());
                faults.push(Fault::new(format!("{field}.{name}"), message));
            }
        }
        for name in self.columns.keys().filter(|name| self.constants.contains_key(*name)) {
            faults.push(Fault::new(format!("constants.{name}"), "it is taken from the file already; leave one out"));
        }
        faults
    }

    /// A stable hash of what it says.
    pub fn fingerprint(&self) -> i64 {
        hash::parts(&[b"reference mapping", &serde_json::to_vec(self).unwrap_or_default()])
    }
}

/// Some rows of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferenceBatch {
    pub rows: Vec<ReferenceRow>,
    pub rejections: Vec<Rejection>,
    /// Bytes taken from disk since the start of the file.
    pub bytes_read: u64,
}

/// Reads one file as rows of one table.
pub struct ReferenceReader {
    reader: RowReader,
    kind: TableKind,
    valid_from: NaiveDate,
    digits: Digits,
    /// By column of the table.
    places: Vec<Place>,
    /// What rows are about that were taken already.
    seen: FxHashSet<i64>,
    is_ended: bool,
}

impl std::fmt::Debug for ReferenceReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReferenceReader")
            .field("path", &self.reader.path())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

struct Place {
    column: Column,
    from: From,
    meanings: BTreeMap<String, String>,
}

enum From {
    Nowhere,
    Slot(Slot),
    Constant(String),
}

impl ReferenceReader {
    /// Opens a file. Tells what does not fit: columns the table needs and the file has not, or names it does not have.
    pub fn open(
        file: &SourceFile,
        kind: TableKind,
        mapping: &ReferenceMapping,
        valid_from: NaiveDate,
    ) -> Result<ReferenceReader> {
        if let Some(fault) = mapping.faults(kind).into_iter().next() {
            return Err(Error::Mapping { path: file.path.clone(), fault: Box::new(fault) });
        }
        let own = kind.columns().iter().map(|column| column.name.to_owned());
        let reading = Reading {
            format: mapping.format,
            csv: mapping.csv.clone(),
            sheet: mapping.sheet.clone(),
            wanted: mapping.columns.values().cloned().chain(own).collect(),
        };
        let reader = RowReader::open(file, &reading)?;
        let mut places = Vec::new();
        for column in kind.columns() {
            let from = from_of(&file.path, &reader, kind, mapping, column)?;
            let meanings = mapping.values.get(column.name).cloned().unwrap_or_default();
            places.push(Place { column: *column, from, meanings });
        }
        let digits = Digits::of(mapping.numbers);
        Ok(ReferenceReader { reader, kind, valid_from, digits, places, seen: FxHashSet::default(), is_ended: false })
    }

    /// Oddities that refuse no row.
    pub fn notes(&self) -> Vec<String> {
        self.reader.notes()
    }

    /// The next rows, about `max` of them; None at the end of the file.
    pub fn next_batch(&mut self, max: usize) -> Result<Option<ReferenceBatch>> {
        if self.is_ended {
            return Ok(None);
        }
        let mut batch = ReferenceBatch::default();
        while batch.rows.len() + batch.rejections.len() < max.max(1) {
            match self.reader.advance()? {
                Step::End => {
                    self.is_ended = true;
                    break;
                }
                Step::Bad(bad) => batch.rejections.push(Rejection {
                    line: bad.line,
                    code: bad.code.to_owned(),
                    field: None,
                    reason: bad.reason,
                    original: bad.original,
                }),
                Step::Row => self.take(&mut batch),
            }
        }
        batch.bytes_read = self.reader.bytes_read();
        let is_empty = batch.rows.is_empty() && batch.rejections.is_empty();
        Ok((!(self.is_ended && is_empty)).then_some(batch))
    }

    fn take(&mut self, batch: &mut ReferenceBatch) {
        let Some(row) = self.reader.row() else { return };
        let taken = self.read(row).and_then(|mut read| {
            read.settle(self.kind, self.valid_from)?;
            Ok((read.key(self.kind), read))
        });
        let fault = match taken {
            Ok((key, read)) if self.seen.insert(key) => {
                batch.rows.push(read);
                return;
            }
            Ok(_) => {
                let keys = self.kind.columns().iter().filter(|column| column.key).map(|column| column.name);
                let keys = keys.collect::<Vec<_>>().join(", ");
                RowFault::new(
                    "row_repeated",
                    self.kind.columns()[0].name,
                    format!("an earlier row of the file has the same {keys} and days; the first one counts"),
                )
            }
            Err(fault) => fault,
        };
        batch.rejections.push(Rejection {
            line: row.line(),
            code: fault.code.to_owned(),
            field: Some(fault.column.to_owned()),
            reason: fault.reason,
            original: row.original(),
        });
    }

    fn read(&self, row: Row<'_>) -> Result<ReferenceRow, RowFault> {
        let mut cells = Vec::with_capacity(self.places.len());
        // A month as the first day, and no last day: the month's own.
        let mut month_end = None;
        for place in &self.places {
            let cell = match &place.from {
                From::Nowhere => None,
                From::Constant(text) => read_cell(Cell::Text(text.as_str().into()), place, self.digits)?,
                From::Slot(slot) => read_cell(row.cell(slot), place, self.digits)?,
            };
            let cell = match cell {
                Some(Read::Month(first)) => {
                    let last =
                        first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first);
                    if place.column.name == "valid_from" {
                        month_end = Some(last);
                    }
                    Some(Value::Day(if place.column.name == "valid_to" { last } else { first }))
                }
                Some(Read::Value(value)) => Some(value),
                None if place.column.name == "valid_to" => month_end.map(Value::Day),
                None => None,
            };
            cells.push(cell);
        }
        Ok(ReferenceRow(cells))
    }
}

/// Where a column's values stand in the file.
fn from_of(
    path: &Path,
    reader: &RowReader,
    kind: TableKind,
    mapping: &ReferenceMapping,
    column: &Column,
) -> Result<From> {
    let names = reader.names();
    let listed = || if names.is_empty() { "names of its own in every row".to_owned() } else { names.join(", ") };
    if let Some(text) = mapping.constants.get(column.name) {
        return Ok(From::Constant(text.clone()));
    }
    let wanted = mapping.columns.get(column.name);
    let name = wanted.map_or(column.name, String::as_str);
    if let Some(at) = names.iter().position(|known| known == name) {
        return Ok(From::Slot(Slot::Column(at)));
    }
    if reader.is_object_format() {
        return Ok(From::Slot(Slot::Path(name.to_owned(), name.split('.').map(str::to_owned).collect())));
    }
    if wanted.is_some() {
        let message = format!("the file has no column `{name}`; it has {}", listed());
        return Err(Error::mapping(path, format!("columns.{}", column.name), message));
    }
    let own = column.name;
    if column.required {
        let message = format!(
            "table `{}` needs `{own}`; name the file's column for it ({own}=…), which has {}",
            kind.id(),
            listed()
        );
        return Err(Error::mapping(path, format!("columns.{own}"), message));
    }
    Ok(From::Nowhere)
}

/// A value, or a month where a day was wanted.
enum Read {
    Value(Value),
    Month(NaiveDate),
}

fn read_cell(cell: Cell<'_>, place: &Place, digits: Digits) -> Result<Option<Read>, RowFault> {
    let name = place.column.name;
    let unreadable = |found: &str, wanted: &str| {
        RowFault::new("value_unreadable", name, format!("{name} is `{}`; {wanted}", excerpt(found)))
    };
    let cell = match &cell {
        Cell::Text(text) if text.trim().is_empty() => return Ok(None),
        Cell::Text(text) => match place.meanings.get(text.trim()) {
            Some(meaning) => Cell::Text(meaning.clone().into()),
            None => cell,
        },
        _ if cell.is_empty() => return Ok(None),
        _ => cell,
    };
    let value = match place.column.kind {
        ColumnKind::Text => match cell.into_text().map(|text| text.trim().to_owned()) {
            Some(text) if !text.is_empty() => Value::Text(text),
            _ => return Ok(None),
        },
        ColumnKind::Number | ColumnKind::Money => {
            let cell = match cell {
                Cell::Text(text) => {
                    Cell::Text(text.trim().trim_matches(['¥', '￥', '$', '€', '元', ' ']).to_owned().into())
                }
                other => other,
            };
            match digits.number(&cell) {
                Ok(Some(value)) => Value::Number(value),
                Ok(None) => return Ok(None),
                Err(found) => {
                    return Err(unreadable(&found, "give a number; the mapping's `numbers` says how they are written"));
                }
            }
        }
        ColumnKind::Day => {
            let found = match cell {
                Cell::Local(us) | Cell::Instant(us) => {
                    DateTime::from_timestamp_micros(us).map(|time| Read::Value(Value::Day(time.date_naive())))
                }
                other => {
                    let text = other.into_text().unwrap_or_default();
                    return day(&text)
                        .map(Some)
                        .ok_or_else(|| unreadable(&text, "give a day as in 2025-11-03, or a month as in 2025-11"));
                }
            };
            return Ok(found);
        }
        ColumnKind::Clock => {
            let text = match cell {
                Cell::Local(us) => DateTime::from_timestamp_micros(us).map(|time| time.format("%H:%M").to_string()),
                other => other.into_text(),
            }
            .unwrap_or_default();
            Value::Text(clock(&text).ok_or_else(|| unreadable(&text, "give a time of day as in 09:30"))?)
        }
    };
    Ok(Some(Read::Value(value)))
}

/// `2025-11-03`, `2025/11/3`, `2025.11.3`, `20251103`, `2025年11月3日`, with or without a time behind; or a month.
fn day(text: &str) -> Option<Read> {
    let text = text.trim().split(['T', ' ']).next().unwrap_or_default();
    let plain: String = text
        .chars()
        .filter_map(|c| match c {
            '年' | '月' | '/' | '.' => Some('-'),
            '日' => None,
            other => Some(other),
        })
        .collect();
    let parts: Vec<&str> = plain.trim_end_matches('-').split('-').collect();
    let date = |year: &str, month: &str, day: &str| {
        (year.len() == 4)
            .then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
            .flatten()
    };
    match parts.as_slice() {
        [digits] if digits.len() == 8 && digits.is_ascii() => {
            date(&digits[..4], &digits[4..6], &digits[6..]).map(|day| Read::Value(Value::Day(day)))
        }
        [digits] if digits.len() == 6 && digits.is_ascii() => date(&digits[..4], &digits[4..], "1").map(Read::Month),
        [year, month] => date(year, month, "1").map(Read::Month),
        [year, month, day] => date(year, month, day).map(|day| Read::Value(Value::Day(day))),
        _ => None,
    }
}

/// `9:30`, `09:30:00`, or a day with such a time behind, as `09:30`.
fn clock(text: &str) -> Option<String> {
    let text = text.trim().rsplit(['T', ' ']).next().unwrap_or_default();
    let time = ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok())?;
    Some(time.format("%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<(String, bool)> {
        day(text).map(|read| match read {
            Read::Month(first) => (first.to_string(), true),
            Read::Value(Value::Day(day)) => (day.to_string(), false),
            Read::Value(_) => (String::new(), false),
        })
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2025-11-03",
            "2025/11/3",
            "2025.11.03",
            "20251103",
            "2025年11月3日",
            "2025-11-03 09:30:00",
            "2025-11-03T00:00:00",
        ] {
            assert_eq!(date(text), Some(("2025-11-03".into(), false)), "{text}");
        }
        for text in ["2025-11", "2025/11", "202511", "2025年11月"] {
            assert_eq!(date(text), Some(("2025-11-01".into(), true)), "{text}");
        }
        for text in ["", "soon", "2025-13-01", "03-11-2025", "11", "2025-11-31"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_of_day_are_read_with_or_without_seconds() {
        assert_eq!(clock("9:30").as_deref(), Some("09:30"));
        assert_eq!(clock("2025-11-03 22:00:00").as_deref(), Some("22:00"));
        assert_eq!(clock("morning"), None);
    }
}
