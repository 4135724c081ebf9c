//! One file as rows, whatever its format: opens, detects what the mapping leaves open, names the columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use encoding_rs::Encoding;

use super::csv::{BadRow, CsvReader, Dialect, Step};
use super::ndjson::JsonReader;
use super::ocel::OcelReader;
use super::parquet::{ParquetReader, Table};
use super::row::{Row, bounded};
use super::sheet::{Layout, Sheet};
use super::text::{TextStream, head_text};
use super::workbook::{self, RawSheet};
use super::xes::{Classifier, XesReader};
use super::xml;
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::limits::{PARQUET_UNPACKED_BYTES_MAX, SNIFF_BYTES, WORKBOOK_BYTES_MAX};
use crate::mapping::{CsvOptions, FileMapping, Format, SheetOptions};
use crate::sniff::{self, Compression};

/// How a file is to be read; what is left out is detected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) format: Format,
    pub(crate) csv: CsvOptions,
    pub(crate) sheet: SheetOptions,
    /// Columns someone will ask for; they help to tell a header from a row.
    pub(crate) wanted: Vec<String>,
}

impl Reading {
    pub(crate) fn of(spec: &FileMapping, wanted: Vec<String>) -> Reading {
        Reading { format: spec.format, csv: spec.csv.clone(), sheet: spec.sheet.clone(), wanted }
    }
}

/// Reads the rows of one file.
pub(crate) struct RowReader {
    path: PathBuf,
    kind: Reader,
    names: Vec<String>,
    /// Whether the reader already stands at the first row, which was read to look for a header.
    is_first_pending: bool,
    progress: Progress,
    rows: u64,
    notes: Vec<String>,
}

enum Reader {
    Csv(CsvReader),
    Json(JsonReader),
    Parquet {
        reader: ParquetReader,
        table: Option<Arc<Table>>,
        at: usize,
    },
    Sheet {
        sheet: Arc<Sheet>,
        format: Format,
        /// 1-based; 0 before the first row.
        at: usize,
    },
    Xes(Box<XesReader>),
    Ocel(Box<OcelReader>),
    /// A file without a byte, which is refused once and then ends.
    Nothing {
        is_told: bool,
    },
}

enum Progress {
    Counter(Arc<AtomicU64>),
    /// Share of the rows times this many bytes.
    Share(u64),
}

/// A row kept after the reader has moved on.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Text { line: u64, text: Box<str> },
    Table(Arc<Table>, usize),
    Sheet(Arc<Sheet>, usize),
}

impl Kept {
    pub(crate) fn line(&self) -> u64 {
        match self {
            Kept::Text { line, .. } => *line,
            Kept::Table(table, at) => Row::Table(table, *at).line(),
            Kept::Sheet(sheet, at) => Row::Sheet(sheet, *at).line(),
        }
    }

    pub(crate) fn original(&self) -> String {
        match self {
            Kept::Text { text, .. } => bounded(text),
            Kept::Table(table, at) => Row::Table(table, *at).original(),
            Kept::Sheet(sheet, at) => Row::Sheet(sheet, *at).original(),
        }
    }
}

impl RowReader {
    /// Opens a file.
    pub(crate) fn open(file: &SourceFile, reading: &Reading) -> Result<RowReader> {
        let compression = Compression::of(&file.magic()?)?;
        let head = file.head(SNIFF_BYTES)?;
        let csv = &reading.csv;
        let format = match reading.format {
            Format::Auto if head.is_empty() => return Ok(RowReader::nothing(file)),
            Format::Auto => {
                let encoding = stated_encoding(csv).unwrap_or_else(|| sniff::encoding(&head));
                if encoding.is_ascii_compatible() || sniff::is_binary(&head) {
                    sniff::format(&file.path, &head)?
                } else {
                    sniff::format(&file.path, head_text(&head, encoding).as_bytes())?
                }
            }
            Format::Parquet => Format::Parquet,
            _ if head.is_empty() => return Ok(RowReader::nothing(file)),
            stated => stated,
        };
        match format {
            Format::Parquet => RowReader::open_parquet(file, compression),
            Format::Ndjson => RowReader::open_ndjson(file, compression, csv, &head),
            Format::Xlsx | Format::Xls => RowReader::open_workbook(file, format, reading),
            Format::Xes => RowReader::open_xes(file, compression, &head),
            Format::Ocel => RowReader::open_ocel(file, compression, &head),
            Format::Csv | Format::Auto => RowReader::open_csv(file, compression, csv, &head, &reading.wanted),
        }
    }

    fn nothing(file: &SourceFile) -> RowReader {
        RowReader::new(file, Reader::Nothing { is_told: false }, Progress::Share(file.bytes))
    }

    fn new(file: &SourceFile, kind: Reader, progress: Progress) -> RowReader {
        let path = file.path.clone();
        RowReader { path, kind, names: Vec::new(), is_first_pending: false, progress, rows: 0, notes: Vec::new() }
    }

    fn open_parquet(file: &SourceFile, compression: Compression) -> Result<RowReader> {
        let reader = if compression == Compression::None {
            ParquetReader::from_file(&file.path, file.open_file()?)?
        } else {
            let bytes = file.head(PARQUET_UNPACKED_BYTES_MAX + 1)?;
            if bytes.len() > PARQUET_UNPACKED_BYTES_MAX {
                let detail =
                    "a Parquet file packed as a whole is unpacked in memory, and this one is too large; unpack it";
                return Err(Error::Limit { path: file.path.clone(), detail: detail.to_owned() });
            }
            ParquetReader::from_bytes(&file.path, Bytes::from(bytes))?
        };
        let names = reader.names().to_vec();
        let kind = Reader::Parquet { reader, table: None, at: 0 };
        Ok(RowReader { names, ..RowReader::new(file, kind, Progress::Share(file.bytes)) })
    }

    fn open_ndjson(file: &SourceFile, compression: Compression, csv: &CsvOptions, head: &[u8]) -> Result<RowReader> {
        let stream = file.stream(compression)?;
        let progress = Progress::Counter(stream.counter());
        let encoding = stated_encoding(csv).unwrap_or_else(|| sniff::encoding(head));
        let reader = JsonReader::new(TextStream::new(Box::new(stream), encoding));
        Ok(RowReader::new(file, Reader::Json(reader), progress))
    }

    fn open_workbook(file: &SourceFile, format: Format, reading: &Reading) -> Result<RowReader> {
        let bytes = file.head(WORKBOOK_BYTES_MAX + 1)?;
        if bytes.len() > WORKBOOK_BYTES_MAX {
            let detail = format!(
                "a workbook is held in memory and has at most {} MiB; save the sheet as CSV, which is streamed",
                WORKBOOK_BYTES_MAX >> 20
            );
            return Err(Error::Limit { path: file.path.clone(), detail });
        }
        let format = sniff::workbook(&bytes).unwrap_or(format);
        let options = &reading.sheet;
        let Some(raw) = workbook::read(&file.path, Bytes::from(bytes), format, options.choice.as_ref())? else {
            return Ok(RowReader::nothing(file));
        };
        let notes = sheet_notes(&raw, options);
        let laid_out = Sheet::new(raw, options, &reading.wanted)
            .map_err(|detail| Error::Limit { path: file.path.clone(), detail })?;
        let Some((mut sheet, header)) = laid_out else { return Ok(RowReader::nothing(file)) };
        let mut notes = notes;
        if options.skip_rows.is_none() && sheet.layout.skip_rows > 0 {
            notes.push(format!(
                "{} rows of the sheet `{}` stand above its table and are left out",
                sheet.layout.skip_rows, sheet.layout.sheet
            ));
        }
        let names = Names { given: &options.names, field: "sheet.names", wanted: &reading.wanted };
        let header = (sheet.layout.header > 0).then_some(header);
        let (names, renamed) = names.choose(&file.path, sheet.layout.width, header)?;
        notes.extend(renamed);
        sheet.names.clone_from(&names);
        let kind = Reader::Sheet { sheet: Arc::new(sheet), format, at: 0 };
        Ok(RowReader { names, notes, ..RowReader::new(file, kind, Progress::Share(file.bytes)) })
    }

    fn open_xes(file: &SourceFile, compression: Compression, head: &[u8]) -> Result<RowReader> {
        let stream = file.stream(compression)?;
        let progress = Progress::Counter(stream.counter());
        let reader = XesReader::new(TextStream::new(Box::new(stream), xml::encoding(head)));
        Ok(RowReader::new(file, Reader::Xes(Box::new(reader)), progress))
    }

    fn open_ocel(file: &SourceFile, compression: Compression, head: &[u8]) -> Result<RowReader> {
        let is_xml = sniff::is_xml(head);
        let encoding = if is_xml { xml::encoding(head) } else { sniff::encoding(head) };
        let objects_from = TextStream::new(Box::new(file.stream(compression)?), encoding);
        let stream = file.stream(compression)?;
        let progress = Progress::Counter(stream.counter());
        let events_from = TextStream::new(Box::new(stream), encoding);
        let reader =
            OcelReader::new(objects_from, events_from, is_xml).map_err(|error| Error::stream(&file.path, 0, error))?;
        Ok(RowReader::new(file, Reader::Ocel(Box::new(reader)), progress))
    }

    fn open_csv(
        file: &SourceFile,
        compression: Compression,
        csv: &CsvOptions,
        head: &[u8],
        wanted: &[String],
    ) -> Result<RowReader> {
        let encoding = stated_encoding(csv).unwrap_or_else(|| sniff::encoding(head));
        let dialect = dialect(csv, head, encoding);
        let nulls = csv.nulls.clone();
        let stream = file.stream(compression)?;
        let progress = Progress::Counter(stream.counter());
        let mut reader = CsvReader::new(TextStream::new(Box::new(stream), encoding), dialect, nulls);
        let damaged = |error| Error::stream(&file.path, 0, error);
        reader.skip_lines(csv.skip_lines).map_err(damaged)?;
        let first = reader.advance().map_err(damaged)?;
        let first_row = match first {
            Step::Row => {
                let row = reader.row();
                Some(
                    (0..row.field_count())
                        .filter_map(|at| row.field(at))
                        .map(|field| field.trim().to_owned())
                        .collect::<Vec<_>>(),
                )
            }
            Step::Bad(bad) => {
                let detail = format!("its first row cannot be read: {}", bad.reason);
                return Err(Error::Unsupported { path: file.path.clone(), detail });
            }
            Step::End => None,
        };
        let Some(first_row) = first_row else { return Ok(RowReader::nothing(file)) };
        reader.set_width(first_row.len());
        let mut rows = RowReader::new(file, Reader::Csv(reader), progress);
        rows.is_first_pending = !has_header(csv, &first_row, wanted);
        let names = Names { given: &csv.names, field: "csv.names", wanted };
        let width = first_row.len();
        (rows.names, rows.notes) = names.choose(&file.path, width, (!rows.is_first_pending).then_some(first_row))?;
        Ok(rows)
    }

    /// Names of the columns; none for objects, which name their own.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn is_object_format(&self) -> bool {
        matches!(self.kind, Reader::Json(_) | Reader::Xes(_) | Reader::Ocel(_) | Reader::Nothing { .. })
    }

    /// Whether a column is known to hold clock readings without zone.
    pub(crate) fn is_local_time(&self, column: usize) -> bool {
        match &self.kind {
            Reader::Parquet { reader, .. } => reader.is_local_time(column),
            Reader::Sheet { sheet, .. } => sheet.is_local_time(column),
            _ => false,
        }
    }

    pub(crate) fn format(&self) -> Format {
        match self.kind {
            Reader::Csv(_) => Format::Csv,
            Reader::Json(_) => Format::Ndjson,
            Reader::Parquet { .. } => Format::Parquet,
            Reader::Sheet { format, .. } => format,
            Reader::Xes(_) => Format::Xes,
            Reader::Ocel(_) => Format::Ocel,
            Reader::Nothing { .. } => Format::Auto,
        }
    }

    /// Where the table of a sheet was found.
    pub(crate) fn layout(&self) -> Option<&Layout> {
        match &self.kind {
            Reader::Sheet { sheet, .. } => Some(&sheet.layout),
            _ => None,
        }
    }

    /// How the fields of a CSV file are told apart.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        match &self.kind {
            Reader::Csv(reader) => Some(reader.dialect()),
            _ => None,
        }
    }

    /// The classifiers of an event log, as far as it was read.
    pub(crate) fn classifiers(&self) -> &[Classifier] {
        match &self.kind {
            Reader::Xes(reader) => &reader.classifiers,
            _ => &[],
        }
    }

    /// Oddities that refuse no row. Complete once the file is read.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        match &self.kind {
            Reader::Xes(reader) if reader.late_attributes > 0 => notes.push(format!(
                "{} attributes of traces stand behind events of theirs, and only the events after them have them",
                reader.late_attributes
            )),
            Reader::Ocel(reader) => {
                if reader.dangling > 0 {
                    notes
                        .push(format!("{} relationships name an object that the log does not define", reader.dangling));
                }
                if reader.untold > 0 {
                    notes.push(format!("{} more objects cannot be read and are not listed", reader.untold));
                }
            }
            _ => {}
        }
        notes
    }

    /// Bytes taken from disk so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        match (&self.progress, &self.kind) {
            (Progress::Counter(counter), _) => counter.load(Ordering::Relaxed),
            (Progress::Share(bytes), Reader::Parquet { reader, .. }) if reader.rows_total > 0 => {
                (u128::from(*bytes) * u128::from(self.rows) / u128::from(reader.rows_total)) as u64
            }
            (Progress::Share(bytes), Reader::Sheet { sheet, .. }) if sheet.len() > 0 => {
                (u128::from(*bytes) * u128::from(self.rows) / sheet.len() as u128) as u64
            }
            (Progress::Share(bytes), _) => *bytes,
        }
    }

    /// Moves to the next row.
    pub(crate) fn advance(&mut self) -> Result<Step> {
        if self.is_first_pending {
            self.is_first_pending = false;
            self.rows += 1;
            return Ok(Step::Row);
        }
        let step = match &mut self.kind {
            Reader::Csv(reader) => reader.advance().map_err(|error| Error::stream(&self.path, self.rows, error))?,
            Reader::Json(reader) => reader.advance().map_err(|error| Error::stream(&self.path, self.rows, error))?,
            Reader::Parquet { reader, table, at } => {
                *at += 1;
                while table.as_ref().is_none_or(|table| *at >= table.len()) {
                    let Some(next) = reader.next_table()? else { return Ok(Step::End) };
                    *table = Some(Arc::new(next));
                    *at = 0;
                }
                Step::Row
            }
            Reader::Sheet { sheet, at, .. } => {
                if *at >= sheet.len() {
                    return Ok(Step::End);
                }
                *at += 1;
                Step::Row
            }
            Reader::Xes(reader) => reader.advance().map_err(|error| Error::stream(&self.path, self.rows, error))?,
            Reader::Ocel(reader) => reader.advance().map_err(|error| Error::stream(&self.path, self.rows, error))?,
            Reader::Nothing { is_told } => {
                if std::mem::replace(is_told, true) {
                    return Ok(Step::End);
                }
                let reason = "the file is empty; was its export cut short?".to_owned();
                Step::Bad(BadRow { line: 1, code: "file_empty", reason, original: String::new() })
            }
        };
        if !matches!(step, Step::End) {
            self.rows += 1;
        }
        Ok(step)
    }

    /// The row the reader stands at, after [`RowReader::advance`] said so.
    pub(crate) fn row(&self) -> Option<Row<'_>> {
        match &self.kind {
            Reader::Csv(reader) => Some(Row::Csv(reader.row())),
            Reader::Json(reader) => Some(Row::Json(reader.row())),
            Reader::Parquet { table, at, .. } => table.as_ref().map(|table| Row::Table(table, *at)),
            Reader::Sheet { sheet, at, .. } => at.checked_sub(1).map(|at| Row::Sheet(sheet, at)),
            Reader::Xes(reader) => Some(Row::Json(reader.row())),
            Reader::Ocel(reader) => Some(Row::Json(reader.row())),
            Reader::Nothing { .. } => None,
        }
    }

    /// The row for later.
    pub(crate) fn keep(&self) -> Option<Kept> {
        match &self.kind {
            Reader::Csv(reader) => Some(keep_text(reader.row().line, &reader.row().text)),
            Reader::Json(reader) => Some(keep_text(reader.row().line, &reader.row().text)),
            Reader::Parquet { table, at, .. } => table.as_ref().map(|table| Kept::Table(Arc::clone(table), *at)),
            Reader::Sheet { sheet, at, .. } => at.checked_sub(1).map(|at| Kept::Sheet(Arc::clone(sheet), at)),
            Reader::Xes(reader) => Some(keep_text(reader.row().line, &reader.row().text)),
            Reader::Ocel(reader) => Some(keep_text(reader.row().line, &reader.row().text)),
            Reader::Nothing { .. } => None,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The visible sheet of a workbook with the longest table, where it has several sheets; `None` of any other file.
pub(crate) fn longest_sheet(file: &SourceFile) -> Result<Option<String>> {
    let Some(format) = sniff::workbook(&file.magic()?) else { return Ok(None) };
    let bytes = file.head(WORKBOOK_BYTES_MAX + 1)?;
    if bytes.len() > WORKBOOK_BYTES_MAX {
        // It is refused where it is opened, with what can be done.
        return Ok(None);
    }
    workbook::longest(&file.path, Bytes::from(bytes), format)
}

/// What the columns of a file are called.
struct Names<'a> {
    /// By the mapping.
    given: &'a [String],
    /// The field of the mapping that gives them.
    field: &'static str,
    wanted: &'a [String],
}

impl Names<'_> {
    /// One name a column, and what is to be said of them. The names are those given, else those of the header, else
    /// numbers.
    fn choose(&self, path: &Path, width: usize, header: Option<Vec<String>>) -> Result<(Vec<String>, Vec<String>)> {
        if !self.given.is_empty() {
            if self.given.len() != width {
                let message = format!("{} names are given, and the rows have {width} fields", self.given.len());
                return Err(Error::mapping(path, self.field, message));
            }
            return Ok((self.given.to_vec(), Vec::new()));
        }
        let header = header.unwrap_or_else(|| vec![String::new(); width]);
        let (mut names, mut notes): (Vec<String>, _) = (Vec::with_capacity(width), Vec::new());
        for (index, name) in header.iter().enumerate() {
            let mut unique = if name.is_empty() { format!("column_{}", index + 1) } else { name.clone() };
            let mut count = 1;
            while names.contains(&unique) {
                count += 1;
                unique = format!("{name}_{count}");
            }
            if count > 1 {
                if self.wanted.contains(name) {
                    let message = format!(
                        "the column `{name}` stands twice in the header; give every column a name of its own with {}",
                        self.field
                    );
                    return Err(Error::mapping(path, name.as_str(), message));
                }
                notes.push(format!(
                    "the column `{name}` stands twice in the header; the later one is read as `{unique}`"
                ));
            }
            names.push(unique);
        }
        Ok((names, notes))
    }
}

/// What is to be said of a sheet as a whole.
fn sheet_notes(raw: &RawSheet, options: &SheetOptions) -> Vec<String> {
    let mut notes = Vec::new();
    if options.choice.is_none() && !raw.others.is_empty() {
        notes.push(format!(
            "the sheet `{}` is read and not {}; choose another with `sheet`",
            raw.name,
            raw.others.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ));
    }
    let mut count = |count: u64, what: &str| {
        if count > 0 {
            notes.push(format!("{count} cells of the sheet `{}` {what}", raw.name));
        }
    };
    count(raw.errors, "hold an error such as #N/A and are read as empty");
    count(
        raw.empty_formulas,
        "hold a formula without its result and are read as empty; open and save the file in Excel",
    );
    count(raw.long_numbers, "hold a number of more than 15 digits, of which Excel keeps 15; keep long ids as text");
    notes
}

fn keep_text(line: u64, text: &str) -> Kept {
    Kept::Text { line, text: text.into() }
}

/// The encoding the mapping states; its faults have been checked.
pub(crate) fn stated_encoding(csv: &CsvOptions) -> Option<&'static Encoding> {
    csv.encoding.as_ref().and_then(|label| Encoding::for_label(label.as_bytes())).map(|encoding| {
        // The label `gbk` names files that are GB18030 as often as not, and GB18030 holds all of it.
        if encoding == encoding_rs::GBK { encoding_rs::GB18030 } else { encoding }
    })
}

/// The dialect: what is stated, the rest detected.
pub(crate) fn dialect(csv: &CsvOptions, head: &[u8], encoding: &'static Encoding) -> Dialect {
    let quote = match csv.quote.as_deref() {
        None => Some(b'"'),
        Some("none") => None,
        Some(quote) => quote.bytes().next(),
    };
    let delimiter = match csv.delimiter {
        Some(delimiter) => delimiter as u8,
        None => {
            let text = head_text(head, encoding);
            let body = text.split_inclusive('\n').skip(csv.skip_lines as usize).collect::<String>();
            sniff::delimiter(&body, quote)
        }
    };
    Dialect { delimiter, quote }
}

fn has_header(csv: &CsvOptions, first: &[String], wanted: &[String]) -> bool {
    if let Some(stated) = csv.header {
        return stated;
    }
    if !csv.names.is_empty() {
        return false;
    }
    if wanted.iter().any(|name| first.contains(name)) {
        return true;
    }
    let is_numbered = |name: &String| name.strip_prefix("column_").is_some_and(|rest| rest.parse::<u32>().is_ok());
    if wanted.iter().any(is_numbered) {
        return false;
    }
    sniff::is_header(&first.iter().map(String::as_str).collect::<Vec<_>>())
}
