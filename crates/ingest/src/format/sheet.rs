//! The table on a sheet: where it begins, what its columns are called, its rows.
//!
//! A sheet made by people has a title above the table, a header of several rows with merged cells, and blank rows.
//! What the mapping states of these counts; the rest is found by looking. A merged cell below the header counts for
//! every row it spans, as it does to the eye.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Map;

use super::workbook::{Filled, Merge, RawSheet, Value};
use crate::cell::{Cell, Digits};
use crate::limits::{HEADER_LOOK_ROWS, HEADER_ROWS_MAX, SHEET_CELLS_MAX};
use crate::mapping::SheetOptions;

/// Rows below what looks like the beginning of a table that may still be its header, and rows below a header that are looked
/// at to believe it.
const HEADER_BELOW_ROWS: usize = 10;

/// A table with its rows.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) layout: Layout,
    /// Set once the columns have their names.
    pub(crate) names: Vec<String>,
    /// By row, then column.
    cells: Vec<Filled>,
    rows: Vec<Range<usize>>,
    locals: Vec<bool>,
}

/// Where a table stands on its sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) sheet: String,
    /// The visible sheets of the workbook.
    pub(crate) visible: Vec<String>,
    /// Rows of the sheet before the header.
    pub(crate) skip_rows: u32,
    /// Rows of the header.
    pub(crate) header: u32,
    /// Cells merged over several rows below the header.
    pub(crate) merged: usize,
    /// First column, counted from 0.
    left: u32,
    pub(crate) width: usize,
}

impl Sheet {
    /// Lays out a sheet. The second value are the names its header gives, empty where it gives none.
    /// `None` if nothing stands below what is skipped; an error if merged cells fill more than is held.
    pub(crate) fn new(
        mut raw: RawSheet,
        options: &SheetOptions,
        wanted: &[String],
    ) -> Result<Option<(Sheet, Vec<String>)>, String> {
        raw.cells.retain(|cell| match &cell.value {
            Value::Text(text) => !options.nulls.iter().any(|null| **null == **text),
            _ => true,
        });
        let Some(mut layout) = find(&raw, options, wanted) else { return Ok(None) };
        let names = layout.names(&raw);
        let body = layout.skip_rows + layout.header;
        layout.merged = raw.merges.iter().filter(|merge| merge.first.0 >= body && merge.last.0 > merge.first.0).count();
        spread(&mut raw, body)?;
        let cells: Vec<Filled> = raw.cells.into_iter().filter(|cell| cell.row >= body).collect();
        let rows: Vec<Range<usize>> = rows_of(&cells).collect();
        let mut sheet = Sheet { locals: vec![false; layout.width], layout, names: Vec::new(), cells, rows };
        sheet.locals = (0..sheet.layout.width).map(|column| sheet.is_mostly_local(column)).collect();
        Ok(Some((sheet, names)))
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The 1-based row of the sheet.
    pub(crate) fn line(&self, at: usize) -> u64 {
        self.row(at).first().map_or(0, |cell| u64::from(cell.row) + 1)
    }

    pub(crate) fn cell(&self, column: usize, at: usize) -> Cell<'_> {
        self.value(column, at).map_or(Cell::Null, |value| match value {
            Value::Bool(value) => Cell::Bool(*value),
            Value::Int(value) => Cell::Int(*value),
            Value::Float(value) => Cell::Float(*value),
            Value::Local(us) => Cell::Local(*us),
            Value::Text(text) => Cell::Text(Cow::Borrowed(text)),
        })
    }

    /// Columns up to the last that is filled in this row: what stands further right in others is not part of it.
    pub(crate) fn filled_columns(&self, at: usize) -> Range<usize> {
        0..self.row(at).last().map_or(0, |cell| (cell.column - self.layout.left) as usize + 1)
    }

    /// The row as an object, empty cells left out.
    pub(crate) fn object(&self, at: usize) -> Map<String, serde_json::Value> {
        self.filled_columns(at)
            .filter_map(|column| Some((self.names.get(column)?.clone(), self.cell(column, at).into_json()?)))
            .collect()
    }

    /// Whether a column holds clock readings without zone.
    pub(crate) fn is_local_time(&self, column: usize) -> bool {
        self.locals.get(column).copied().unwrap_or_default()
    }

    fn is_mostly_local(&self, column: usize) -> bool {
        let values = (0..self.len()).filter_map(|at| self.value(column, at));
        let (mut filled, mut locals) = (0, 0);
        for value in values {
            filled += 1;
            locals += usize::from(matches!(value, Value::Local(_)));
        }
        locals * 2 > filled
    }

    fn row(&self, at: usize) -> &[Filled] {
        self.rows.get(at).map_or(&[], |range| &self.cells[range.clone()])
    }

    fn value(&self, column: usize, at: usize) -> Option<&Value> {
        let row = self.row(at);
        let column = self.layout.left + column as u32;
        row.binary_search_by_key(&column, |cell| cell.column).ok().map(|found| &row[found].value)
    }
}

/// The cells of each row that has some.
fn rows_of(cells: &[Filled]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = cells.get(at)?;
        let start = at;
        at += cells[start..].iter().take_while(|cell| cell.row == first.row).count();
        Some(start..at)
    })
}

/// Fills merged cells of the body downwards, where nothing stands.
fn spread(raw: &mut RawSheet, body: u32) -> Result<(), String> {
    let mut added = Vec::new();
    for merge in raw.merges.iter().filter(|merge| merge.first.0 >= body && merge.last.0 > merge.first.0) {
        let Some(value) = at(&raw.cells, merge.first.0, merge.first.1).cloned() else { continue };
        for row in merge.first.0 + 1..=merge.last.0 {
            if raw.cells.len() + added.len() > SHEET_CELLS_MAX {
                return Err(format!("its merged cells fill more than {SHEET_CELLS_MAX} cells; unmerge them"));
            }
            if at(&raw.cells, row, merge.first.1).is_none() {
                added.push(Filled { row, column: merge.first.1, value: value.clone() });
            }
        }
    }
    // Blank rows within a merged cell are rows to nobody.
    added.retain(|cell| has_row(&raw.cells, cell.row));
    if !added.is_empty() {
        raw.cells.extend(added);
        raw.cells.sort_by_key(|cell| (cell.row, cell.column));
    }
    Ok(())
}

fn at(cells: &[Filled], row: u32, column: u32) -> Option<&Value> {
    let found = cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column)).ok()?;
    Some(&cells[found].value)
}

fn has_row(cells: &[Filled], row: u32) -> bool {
    let from = cells.partition_point(|cell| cell.row < row);
    cells.get(from).is_some_and(|cell| cell.row == row)
}

/// Finds the table: what is stated counts, the rest is looked for.
fn find(raw: &RawSheet, options: &SheetOptions, wanted: &[String]) -> Option<Layout> {
    let skipped = options.skip_rows.unwrap_or_default();
    let cells = &raw.cells[raw.cells.partition_point(|cell| cell.row < skipped)..];
    let rows: Vec<&[Filled]> = rows_of(cells).take(HEADER_LOOK_ROWS).map(|range| &cells[range]).collect();
    let begin = if options.skip_rows.is_some() { 0 } else { titles(&rows, &raw.merges, wanted) };
    let first = rows.get(begin)?;
    let top = if options.skip_rows.is_some() { skipped } else { first[0].row };
    let below = &cells[cells.partition_point(|cell| cell.row < top)..];
    let left = below.iter().map(|cell| cell.column).min()?;
    let right = below.iter().map(|cell| cell.column).max()?;
    let width = (right - left) as usize + 1;
    let (sheet, visible) = (raw.name.clone(), raw.visible.clone());
    let mut layout = Layout { sheet, visible, skip_rows: top, header: 0, merged: 0, left, width };
    layout.header = match options.header {
        Some(rows) => rows,
        None if !options.names.is_empty() => 0,
        None => layout.header_rows(raw, &rows[begin..], wanted),
    };
    Some(layout)
}

/// How many rows stand above the table: titles and notes, which fill less than half of the columns the table fills, and
/// pairs of a name and a value, which fill less than the header that follows them. Names somebody asks for tell it outright.
fn titles(rows: &[&[Filled]], merges: &[Merge], wanted: &[String]) -> usize {
    // A merged cell of a header fills the columns it spans, but a title that spans all of them is still one cell.
    let filled = |row: &[Filled]| match row.len() {
        1 => 1,
        _ => row.iter().map(|cell| spanned(merges, cell).max(1)).sum::<usize>(),
    };
    let widest = rows.iter().map(|row| filled(row)).max().unwrap_or_default();
    let begin = rows.iter().position(|row| filled(row) * 2 >= widest).unwrap_or_default();
    let names_wanted = |row: &[Filled]| row.iter().any(|cell| wanted.contains(&value_text(&cell.value)));
    if rows.get(begin).is_none_or(|row| names_wanted(row)) {
        return begin;
    }
    let is_narrow = |row: &[Filled], than: usize| filled(row) * 4 < than * 3;
    let later = (begin + 1..rows.len()).take(HEADER_BELOW_ROWS).find(|at| {
        let width = filled(rows[*at]);
        is_header(rows[*at])
            && width * 5 >= widest * 4
            && rows[begin..*at].iter().all(|row| is_narrow(row, width))
            && rows[at + 1..].iter().take(HEADER_BELOW_ROWS).any(|row| !is_header(row) && !is_narrow(row, width))
    });
    later.unwrap_or(begin)
}

/// Columns the merged cell at a place spans; 0 if it is not merged.
fn spanned(merges: &[Merge], cell: &Filled) -> usize {
    let merge = merges.iter().find(|merge| merge.first == (cell.row, cell.column));
    merge.map_or(0, |merge| (merge.last.1 - merge.first.1) as usize + 1)
}

impl Layout {
    fn header_rows(&self, raw: &RawSheet, rows: &[&[Filled]], wanted: &[String]) -> u32 {
        let Some(first) = rows.first() else { return 0 };
        let mut header = 1;
        if !is_header(first) {
            // Whoever asks for a name that stands there knows better.
            let names = Layout { header, ..self.clone() }.names(raw);
            return u32::from(wanted.iter().any(|name| names.contains(name)));
        }
        loop {
            let last = self.skip_rows + header - 1;
            let starts_here = |merge: &&Merge| (self.skip_rows..=last).contains(&merge.first.0);
            // Merged over more rows than there are yet.
            let mut next = raw.merges.iter().filter(starts_here).map(|merge| merge.last.0).max().unwrap_or(last);
            // Merged over columns in the last row: what it holds together stands below.
            let is_parent = raw.merges.iter().any(|merge| merge.first.0 == last && merge.last.1 > merge.first.1);
            let below = rows.iter().find(|row| row[0].row == last + 1);
            if is_parent && next == last && below.is_some_and(|row| is_header(row)) {
                next = last + 1;
            }
            if next <= last || next - self.skip_rows >= HEADER_ROWS_MAX {
                break;
            }
            header = next - self.skip_rows + 1;
        }
        let names = Layout { header, ..self.clone() }.names(raw);
        let is_numbered = |name: &String| name.strip_prefix("column_").is_some_and(|rest| rest.parse::<u32>().is_ok());
        let is_found = wanted.iter().any(|name| names.contains(name));
        if !is_found && wanted.iter().any(is_numbered) { 0 } else { header }
    }

    /// The names the header gives: the texts above a column from top to bottom, joined with a point.
    fn names(&self, raw: &RawSheet) -> Vec<String> {
        if self.header == 0 {
            return Vec::new();
        }
        let name = |column: u32| {
            let mut parts: Vec<String> = Vec::new();
            for row in self.skip_rows..self.skip_rows + self.header {
                let merge = raw.merges.iter().find(|merge| merge.holds(row, column));
                let (row, column) = merge.map_or((row, column), |merge| merge.first);
                let Some(value) = at(&raw.cells, row, column) else { continue };
                let text = value_text(value);
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(".")
        };
        (self.left..self.left + self.width as u32).map(name).collect()
    }
}

/// A header cell as a name: white space within, such as line ends, is one space.
fn value_text(value: &Value) -> String {
    let text = match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Local(us) => Cell::Local(*us).into_text().unwrap_or_default(),
        Value::Text(text) => text.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a row names columns: texts, and none that is a number or a date.
fn is_header(row: &[Filled]) -> bool {
    row.iter().all(|cell| match &cell.value {
        Value::Text(text) => Digits::PLAIN.parse(text).is_none() && !is_date(text),
        _ => false,
    })
}

/// Whether a text begins as in 2024-01-31, 2024/1/31 or 31.01.2024.
fn is_date(text: &str) -> bool {
    let mut parts = text.split(['-', '/', '.', ' ', 'T']);
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    number().is_some() && number().is_some() && number().is_some()
}
