//! Excel workbooks: the filled cells of one sheet, in order.
//!
//! A workbook is held in memory while one sheet of it is read. Before a library touches it, it is checked here that it
//! is a workbook at all, and how large its parts become once unpacked. Where the table of a sheet begins is in `sheet`.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx};
use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::limits::{SHEET_CELLS_MAX, WORKBOOK_UNPACKED_BYTES_MAX};
use crate::mapping::{Format, SheetChoice};

/// A value of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Microseconds of a clock reading without zone.
    Local(i64),
    Text(Arc<str>),
}

/// A filled cell; row and column are counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filled {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) value: Value,
}

/// Cells that are one to the eye: rows and columns, both ends counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) first: (u32, u32),
    pub(crate) last: (u32, u32),
}

/// What one sheet holds.
#[derive(Debug, Default)]
pub(crate) struct RawSheet {
    pub(crate) name: String,
    /// By row, then column.
    pub(crate) cells: Vec<Filled>,
    pub(crate) merges: Vec<Merge>,
    /// Cells that hold an error such as #N/A.
    pub(crate) errors: u64,
    /// Whole numbers beyond the fifteen digits Excel keeps.
    pub(crate) long_numbers: u64,
    /// Formulas whose result the file does not hold.
    pub(crate) empty_formulas: u64,
    /// Other sheets that are not empty, as far as was looked.
    pub(crate) others: Vec<String>,
    /// The visible sheets of the workbook that hold tables, this one among them or not.
    pub(crate) visible: Vec<String>,
}

/// Reads the chosen sheet, or the first visible one that is not empty; `None` if all are empty.
pub(crate) fn read(
    path: &Path,
    bytes: Bytes,
    format: Format,
    choice: Option<&SheetChoice>,
) -> Result<Option<RawSheet>> {
    let work = || match format {
        Format::Xls => read_xls(path, bytes, choice),
        _ => read_xlsx(path, bytes, choice),
    };
    // The library has met few broken workbooks; where it gives up in panic, the file is at fault and not the import.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(panic) => Err(damaged(path, format!("the workbook cannot be read ({})", message(panic.as_ref())))),
    }
}

/// The visible sheet with the most rows that could be those of a table, which fill two cells or more; the first of those
/// with as many. `None` where there are not several sheets to choose from, or none has such a row.
pub(crate) fn longest(path: &Path, bytes: Bytes, format: Format) -> Result<Option<String>> {
    let work = || match format {
        Format::Xls => xls_rows(path, bytes),
        _ => xlsx_rows(path, bytes),
    };
    let rows = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result?,
        Err(panic) => return Err(damaged(path, format!("the workbook cannot be read ({})", message(panic.as_ref())))),
    };
    if rows.len() < 2 {
        return Ok(None);
    }
    let most = rows.iter().map(|(_, rows)| *rows).max().filter(|rows| *rows > 0);
    Ok(rows.into_iter().find(|(_, rows)| Some(*rows) == most).map(|(name, _)| name))
}

/// Rows of each visible sheet that fill two cells or more.
fn xlsx_rows(path: &Path, bytes: Bytes) -> Result<Vec<(String, usize)>> {
    check_archive(path, &bytes, WORKBOOK_UNPACKED_BYTES_MAX)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken_xlsx(path, error))?;
    let mut sheets = Vec::new();
    for name in visible(book.sheets_metadata()) {
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(broken_xlsx(path, error)),
        };
        let (mut rows, mut at, mut filled) = (0, None, 0);
        while let Some(cell) = cells.next_cell().map_err(|error| broken_xlsx(path, error))? {
            if matches!(cell.get_value(), DataRef::Empty) {
                continue;
            }
            let row = cell.get_position().0;
            filled = if at.replace(row) == Some(row) { filled + 1 } else { 1 };
            rows += usize::from(filled == 2);
        }
        sheets.push((name, rows));
    }
    Ok(sheets)
}

fn xls_rows(path: &Path, bytes: Bytes) -> Result<Vec<(String, usize)>> {
    check_compound(path, &bytes)?;
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| broken_xls(path, error))?;
    let names = visible(book.sheets_metadata());
    let rows = |name: String| {
        let range = book.worksheet_range(&name).map_err(|error| broken_xls(path, error))?;
        let filled = |row: &[Data]| row.iter().filter(|cell| !matches!(cell, Data::Empty)).count();
        Ok((name, range.rows().filter(|row| filled(row) > 1).count()))
    };
    names.into_iter().map(rows).collect()
}

fn broken_xlsx(path: &Path, error: calamine::XlsxError) -> Error {
    match error {
        calamine::XlsxError::Password => unsupported(path, PASSWORD),
        error => damaged(path, format!("the workbook cannot be read ({error})")),
    }
}

fn broken_xls(path: &Path, error: calamine::XlsError) -> Error {
    match error {
        calamine::XlsError::Password => unsupported(path, PASSWORD),
        error => damaged(path, format!("the workbook cannot be read ({error})")),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown fault")
}

fn damaged(path: &Path, detail: String) -> Error {
    Error::Damaged { path: path.to_owned(), row: 0, detail }
}

fn unsupported(path: &Path, detail: &str) -> Error {
    Error::Unsupported { path: path.to_owned(), detail: detail.to_owned() }
}

fn too_large(path: &Path) -> Error {
    let detail = format!(
        "the sheet has more than {SHEET_CELLS_MAX} cells, and it is held in memory; save it as CSV, which is streamed"
    );
    Error::Limit { path: path.to_owned(), detail }
}

fn read_xlsx(path: &Path, bytes: Bytes, choice: Option<&SheetChoice>) -> Result<Option<RawSheet>> {
    check_archive(path, &bytes, WORKBOOK_UNPACKED_BYTES_MAX)?;
    let broken = |error: calamine::XlsxError| broken_xlsx(path, error);
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let is_1904 = book.has_1904_epoch();
    let visible = visible(book.sheets_metadata());
    let names = candidates(path, book.sheets_metadata(), choice)?;
    let mut found: Option<RawSheet> = None;
    for name in names {
        let mut collector = Collector::new(&name, is_1904);
        {
            let mut cells = match book.worksheet_cells_reader(&name) {
                Ok(cells) => cells,
                Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
                Err(error) => return Err(broken(error)),
            };
            while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
                let is_empty_formula = cell.formula.is_some() && matches!(cell.value, DataRef::Empty);
                collector.sheet.empty_formulas += u64::from(is_empty_formula);
                collector.add(cell.pos, cell.value.into()).then_some(()).ok_or_else(|| too_large(path))?;
                if found.is_some() && !collector.sheet.cells.is_empty() {
                    break;
                }
            }
        }
        match &mut found {
            Some(sheet) if !collector.sheet.cells.is_empty() => sheet.others.push(name),
            Some(_) => {}
            None if collector.sheet.cells.is_empty() && choice.is_none() => {}
            None => {
                let merges = book.merge_cells_by_sheet_name(&name).map_err(broken)?;
                collector.sheet.merges = merges.iter().map(Merge::of).collect();
                found = Some(collector.finish());
            }
        }
    }
    Ok(found.map(|sheet| RawSheet { visible, ..sheet }))
}

fn read_xls(path: &Path, bytes: Bytes, choice: Option<&SheetChoice>) -> Result<Option<RawSheet>> {
    check_compound(path, &bytes)?;
    let broken = |error: calamine::XlsError| broken_xls(path, error);
    let mut book = Xls::new(Cursor::new(bytes)).map_err(broken)?;
    let is_1904 = book.has_1904_epoch();
    let visible = visible(book.sheets_metadata());
    let names = candidates(path, book.sheets_metadata(), choice)?;
    let mut found: Option<RawSheet> = None;
    for name in names {
        let range = book.worksheet_range(&name).map_err(broken)?;
        let mut collector = Collector::new(&name, is_1904);
        let start = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let position = (start.0 + row as u32, start.1 + column as u32);
            collector.add(position, value.clone()).then_some(()).ok_or_else(|| too_large(path))?;
        }
        match &mut found {
            Some(sheet) if !collector.sheet.cells.is_empty() => sheet.others.push(name),
            Some(_) => {}
            None if collector.sheet.cells.is_empty() && choice.is_none() => {}
            None => {
                let merges = book.merge_cells_by_sheet_name(&name).map_err(broken)?;
                collector.sheet.merges = merges.iter().map(Merge::of).collect();
                found = Some(collector.finish());
            }
        }
    }
    Ok(found.map(|sheet| RawSheet { visible, ..sheet }))
}

impl Merge {
    fn of(dimensions: &calamine::Dimensions) -> Merge {
        Merge { first: dimensions.start, last: dimensions.end }
    }

    pub(crate) fn holds(&self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }
}

const PASSWORD: &str = "the workbook is protected by a password; save it without one";

/// The sheets that come into question, in order: the chosen one, or all, the visible ones first.
fn candidates(path: &Path, sheets: &[calamine::Sheet], choice: Option<&SheetChoice>) -> Result<Vec<String>> {
    let known = || sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join(", ");
    let chosen = match choice {
        None => {
            let tables = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
            let names =
                |is_visible: bool| tables().filter(move |sheet| (sheet.visible == SheetVisible::Visible) == is_visible);
            return Ok(names(true).chain(names(false)).map(|sheet| sheet.name.clone()).collect());
        }
        Some(SheetChoice::Name(name)) => sheets.iter().find(|sheet| sheet.name == *name),
        Some(SheetChoice::Number(number)) => sheets.get((*number as usize).wrapping_sub(1)),
    };
    match chosen {
        Some(sheet) => Ok(vec![sheet.name.clone()]),
        None => {
            let wanted = match choice {
                Some(SheetChoice::Number(number)) => format!("sheet number {number}"),
                Some(SheetChoice::Name(name)) => format!("sheet `{name}`"),
                None => "sheet".to_owned(),
            };
            Err(Error::mapping(path, "sheet", format!("there is no {wanted}; the workbook has {}", known())))
        }
    }
}

fn visible(sheets: &[calamine::Sheet]) -> Vec<String> {
    let is_shown =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    sheets.iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect()
}

/// Takes cells as the library types them.
struct Collector {
    sheet: RawSheet,
    is_1904: bool,
    /// Each text once.
    texts: FxHashSet<Arc<str>>,
}

impl Collector {
    fn new(name: &str, is_1904: bool) -> Collector {
        let sheet = RawSheet { name: name.to_owned(), ..RawSheet::default() };
        Collector { sheet, is_1904, texts: FxHashSet::default() }
    }

    /// False if the sheet has more cells than are held.
    fn add(&mut self, (row, column): (u32, u32), data: Data) -> bool {
        let value = match data {
            Data::Empty => return true,
            Data::Error(_) => {
                self.sheet.errors += 1;
                return true;
            }
            Data::Bool(value) => Value::Bool(value),
            Data::Int(value) => Value::Int(value),
            Data::Float(value) => match whole(value) {
                Some(int) => {
                    self.sheet.long_numbers += u64::from(int.unsigned_abs() >= 1_000_000_000_000_000);
                    Value::Int(int)
                }
                None => Value::Float(value),
            },
            Data::DateTime(time) => time_value(time, self.is_1904),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                if text.trim().is_empty() {
                    return true;
                }
                Value::Text(self.text(&text))
            }
        };
        self.sheet.cells.push(Filled { row, column, value });
        self.sheet.cells.len() <= SHEET_CELLS_MAX
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn finish(mut self) -> RawSheet {
        let place = |cell: &Filled| (cell.row, cell.column);
        if !self.sheet.cells.is_sorted_by_key(place) {
            self.sheet.cells.sort_by_key(place);
        }
        // A cell that is written twice counts as it stood last.
        self.sheet.cells.dedup_by(|later, earlier| {
            let is_same = place(later) == place(earlier);
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        self.sheet
    }
}

/// The integer a double is, where it is one.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 9.2e18).then_some(value as i64)
}

const DAY_MS: f64 = 86_400_000.0;

/// A date, a time of day as `10:21:14`, or a duration in seconds.
fn time_value(time: ExcelDateTime, is_1904: bool) -> Value {
    let days = time.as_f64();
    if time.is_duration() {
        let seconds = (days * DAY_MS).round() / 1000.0;
        return whole(seconds).map_or(Value::Float(seconds), Value::Int);
    }
    if (0.0..1.0).contains(&days) {
        let ms = (days * DAY_MS).round() as i64;
        let (hour, minute, second, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
        return Value::Text(format!("{hour:02}:{minute:02}:{second:02}{fraction}").into());
    }
    match local_us(days, is_1904) {
        Some(us) => Value::Local(us),
        None => Value::Float(days),
    }
}

/// Microseconds since 1970 of a count of days, as Excel counts: from 1904-01-01, which is day 0, or from 1900-01-01,
/// which is day 1 in a calendar that wrongly has a 1900-02-29. Milliseconds are the finest it keeps.
pub(crate) fn local_us(days: f64, is_1904: bool) -> Option<i64> {
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    let before_1970 = match is_1904 {
        true => 24_107.0,
        false if days < 60.0 => 25_568.0,
        false => 25_569.0,
    };
    // The days come off first: their count is exact, and what is left has more digits for the time of day.
    let ms = ((days - before_1970) * DAY_MS).round();
    Some(ms as i64 * 1000)
}

/// Checks that an archive is a workbook and not too large once unpacked. What its directory says of sizes is not
/// believed: the parts are unpacked and counted.
fn check_archive(path: &Path, bytes: &Bytes, unpacked_bytes_max: u64) -> Result<()> {
    let has = |part: &str| bytes.windows(part.len()).take(64 << 10).any(|window| window == part.as_bytes());
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes.clone())) {
        Ok(archive) => archive,
        Err(error) if has("[Content_Types].xml") || has("xl/") => {
            return Err(damaged(path, format!("the workbook is no whole archive ({error}); was it cut short?")));
        }
        Err(_) => return Err(unsupported(path, ARCHIVE)),
    };
    let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
    let holds = |name: &str| names.iter().any(|known| known == name);
    if holds("xl/workbook.bin") {
        return Err(unsupported(path, "it is a binary Excel workbook (.xlsb); save it as .xlsx"));
    }
    if holds("content.xml") && holds("mimetype") {
        return Err(unsupported(path, "it is an OpenDocument file; save the sheet as .xlsx or CSV (UTF-8)"));
    }
    if !holds("[Content_Types].xml") || names.iter().any(|name| name.starts_with("word/") || name.starts_with("ppt/")) {
        return Err(unsupported(path, ARCHIVE));
    }
    let mut left = unpacked_bytes_max;
    for index in 0..archive.len() {
        let broken = |error: String| damaged(path, format!("a part of the workbook cannot be unpacked ({error})"));
        let part = archive.by_index(index).map_err(|error| broken(error.to_string()))?;
        let name = part.name().map_err(|error| broken(error.to_string()))?.to_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let mut part = part.take(left + 1);
        let mut head = Vec::new();
        (&mut part).take(4096).read_to_end(&mut head).map_err(|error| broken(error.to_string()))?;
        let rest = std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| broken(error.to_string()))?;
        let size = head.len() as u64 + rest;
        if size > left {
            let detail = format!(
                "the workbook has more than {} MiB once unpacked, and is held in memory; save the sheet as CSV, which is streamed",
                unpacked_bytes_max >> 20
            );
            return Err(Error::Limit { path: path.to_owned(), detail });
        }
        left -= size;
        if name.ends_with("sharedstrings.xml") {
            check_shared_strings(path, &head, size)?;
        }
    }
    Ok(())
}

const ARCHIVE: &str = "it is a zip archive and no Excel workbook; unpack it";

/// Room is made for as many texts as the part says it has, so it may not say more than fit into it.
fn check_shared_strings(path: &Path, head: &[u8], size: u64) -> Result<()> {
    let text = String::from_utf8_lossy(head);
    let said = text.split_once("uniqueCount=").and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
    match said.and_then(|count| count.trim().parse::<u64>().ok()) {
        // The shortest text is `<si/>`.
        Some(count) if count > size / 5 => {
            Err(damaged(path, format!("the workbook says it has {count} texts, which its {size} bytes cannot hold")))
        }
        _ => Ok(()),
    }
}

/// Checks that a compound file holds a workbook, and that its sheets span no more cells than are held: room is made
/// for all cells between the first and the last.
fn check_compound(path: &Path, bytes: &Bytes) -> Result<()> {
    let broken = |error: std::io::Error| damaged(path, format!("the workbook cannot be read ({error})"));
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes.clone())).map_err(broken)?;
    if file.exists("/EncryptedPackage") {
        return Err(unsupported(path, PASSWORD));
    }
    let Some(name) = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| file.is_stream(name)) else {
        return Err(unsupported(path, "it is an old Office file and no Excel workbook"));
    };
    let mut records = Vec::new();
    file.open_stream(name).and_then(|mut stream| stream.read_to_end(&mut records)).map_err(broken)?;
    let spans = spans(&records);
    if spans.values().fold(0, |sum: u64, span| sum.saturating_add(*span)) > SHEET_CELLS_MAX as u64 {
        return Err(too_large(path));
    }
    Ok(())
}

/// Cells between the first and the last of each sheet of a record stream, by where the sheet begins.
fn spans(records: &[u8]) -> BTreeMap<usize, u64> {
    const BEGIN: u16 = 0x0809;
    const DIMENSIONS: u16 = 0x0200;
    const CELLS: [u16; 9] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x0006, 0x0201];
    let word =
        |at: usize| records.get(at..at + 2).map_or(0, |bytes| u64::from(u16::from_le_bytes([bytes[0], bytes[1]])));
    let double = |at: usize| word(at) | word(at + 2) << 16;
    let mut spans = BTreeMap::new();
    let (mut at, mut begin, mut rows, mut columns) = (0, 0, 0, 0);
    while at + 4 <= records.len() {
        let (kind, length) = (word(at) as u16, word(at + 2) as usize);
        let body = at + 4;
        match kind {
            BEGIN => (begin, rows, columns) = (at, 0, 0),
            DIMENSIONS if length >= 14 => {
                (rows, columns) = (rows.max(double(body + 4)), columns.max(word(body + 10)));
            }
            DIMENSIONS => (rows, columns) = (rows.max(word(body + 2)), columns.max(word(body + 6))),
            _ if CELLS.contains(&kind) => {
                (rows, columns) = (rows.max(word(body) + 1), columns.max(word(body + 2) + 1));
            }
            _ => {}
        }
        let span = rows.saturating_mul(columns);
        spans.entry(begin).and_modify(|known: &mut u64| *known = (*known).max(span)).or_insert(span);
        at = body + length;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(days: f64, is_1904: bool) -> String {
        let us = local_us(days, is_1904).unwrap();
        chrono::DateTime::from_timestamp_micros(us).unwrap().format("%Y-%m-%d %H:%M:%S%.3f").to_string()
    }

    #[test]
    fn days_are_counted_as_excel_counts_them() {
        // As Excel itself shows them.
        assert_eq!(text(1.0, false), "1900-01-01 00:00:00.000");
        assert_eq!(text(59.0, false), "1900-02-28 00:00:00.000");
        assert_eq!(text(61.0, false), "1900-03-01 00:00:00.000");
        assert_eq!(text(25_569.0, false), "1970-01-01 00:00:00.000");
        assert_eq!(text(45_292.5, false), "2024-01-01 12:00:00.000");
        assert_eq!(text(45_943.541, false), "2025-10-13 12:59:02.400");
        assert_eq!(text(1.0, true), "1904-01-02 00:00:00.000");
        assert_eq!(text(43_830.5, true), "2024-01-01 12:00:00.000");
        assert_eq!((local_us(-1.0, false), local_us(f64::NAN, false), local_us(1e9, false)), (None, None, None));
    }

    #[test]
    fn a_small_archive_is_not_believed_to_be_small_once_unpacked() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, size) in [("[Content_Types].xml", 10), ("xl/styles.xml", 3 << 20)] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::copy(&mut std::io::repeat(b' ').take(size), &mut writer).unwrap();
        }
        let bytes = Bytes::from(writer.finish().unwrap().into_inner());
        assert!(bytes.len() < 100_000);
        let check = |limit| check_archive(Path::new("a.xlsx"), &bytes, limit);
        let error = check(2 << 20).unwrap_err();
        assert!(error.to_string().contains("more than 2 MiB once unpacked"), "{error}");
        check(4 << 20).unwrap();
    }

    #[test]
    fn sheets_that_span_too_much_are_told_before_room_is_made() {
        let record = |kind: u16, body: &[u8]| -> Vec<u8> {
            [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
        };
        let begin = record(0x0809, &[0; 16]);
        let number =
            |row: u16, column: u16| record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat());
        let stream = [begin.clone(), number(0, 0), number(65_535, 65_535), begin, number(4, 2)].concat();
        assert_eq!(spans(&stream).into_values().collect::<Vec<_>>(), [65_536 * 65_536, 15]);
    }
}
