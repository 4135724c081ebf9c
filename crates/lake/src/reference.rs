//! Reference tables: one Delta table a kind, in the workspace beside the events.
//!
//! An import is one file and one commit: its rows, and in the file's footer the [`Version`] that names its source. A
//! table is made by its first import. Rows stay as they were imported; which of them hold on a day follows from the
//! versions ([`model::reference::in_force`]) and is added when they are read, as `in_force_from` and `in_force_to`.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Schema, SchemaRef};
use chrono::{Duration, NaiveDate};
use model::hash;
use model::reference::{Cell, ColumnKind, Row, TableKind, Version, in_force};
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;

use crate::data_file::{in_memory, small_stats, small_writer};
use crate::delta::{Change, Table};
use crate::error::{Error, Result};
use crate::lake::{Inner, Lake, spawned};
use crate::limits::REFERENCE_PART_ROWS;
use crate::reader::OpenFile;
use crate::snapshot::Snapshot;

/// Number of the version a row came with.
pub const VERSION: &str = "version";
/// Where the version comes from.
pub const REFERENCE_SOURCE: &str = "source";
/// ISO 4217 code of the row's money.
pub const REFERENCE_CURRENCY: &str = "currency";

/// The days a row's version is in force: its first, and its last where it has one.
pub const IN_FORCE_FROM: &str = "in_force_from";
pub const IN_FORCE_TO: &str = "in_force_to";

/// Key of the version in a file's footer.
const FOOTER: &str = "throughline.reference";

/// By kind: as stored, and as read.
static SCHEMAS: LazyLock<Vec<[SchemaRef; 2]>> = LazyLock::new(|| {
    let both = |kind: TableKind| {
        let stored = schema_of(kind);
        let mut fields = stored.fields().to_vec();
        fields.push(Arc::new(Field::new(IN_FORCE_FROM, DataType::Date32, false)));
        fields.push(Arc::new(Field::new(IN_FORCE_TO, DataType::Date32, true)));
        [stored, Arc::new(Schema::new(fields))]
    };
    TableKind::ALL.into_iter().map(both).collect()
});

fn schemas(kind: TableKind) -> &'static [SchemaRef; 2] {
    &SCHEMAS[TableKind::ALL.iter().position(|known| *known == kind).unwrap_or_default()]
}

/// The columns of a table as it is stored: the kind's own, then `version`, `source` and `currency`.
fn stored_schema(kind: TableKind) -> SchemaRef {
    Arc::clone(&schemas(kind)[0])
}

/// The columns of a table as [`ReferenceTable::read`] gives it: as stored, then `in_force_from` and `in_force_to`.
pub fn reference_schema(kind: TableKind) -> SchemaRef {
    Arc::clone(&schemas(kind)[1])
}

fn schema_of(kind: TableKind) -> SchemaRef {
    let own = kind.columns().iter().map(|column| {
        let data_type = match column.kind {
            ColumnKind::Text | ColumnKind::Clock => DataType::Utf8,
            ColumnKind::Number | ColumnKind::Money => DataType::Float64,
            ColumnKind::Day => DataType::Date32,
        };
        Field::new(column.name, data_type, true)
    });
    let rest = [
        Field::new(VERSION, DataType::Int32, false),
        Field::new(REFERENCE_SOURCE, DataType::Utf8, false),
        Field::new(REFERENCE_CURRENCY, DataType::Utf8, true),
    ];
    Arc::new(Schema::new(own.chain(rest).collect::<Vec<_>>()))
}

/// Whether a table has an import already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceState {
    /// Imported before; nothing is to be done.
    Known(Version),
    /// The number the import will have.
    Next(u32),
}

/// Takes the rows of one import, a part at a time, and keeps them packed.
pub struct ReferenceWriter {
    version: Version,
    writer: ArrowWriter<Vec<u8>>,
}

impl std::fmt::Debug for ReferenceWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReferenceWriter").field("version", &self.version).finish_non_exhaustive()
    }
}

impl ReferenceWriter {
    /// For a version as it will be, but for its rows.
    pub fn new(version: Version) -> Result<ReferenceWriter> {
        let writer = small_writer(stored_schema(version.table))?;
        Ok(ReferenceWriter { version: Version { rows: 0, ..version }, writer })
    }

    pub fn push(&mut self, rows: &[Row]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.version.rows += rows.len() as u64;
        self.writer.write(&batch_of(&self.version, rows)?).map_err(in_memory)
    }

    pub fn rows(&self) -> u64 {
        self.version.rows
    }
}

fn batch_of(version: &Version, rows: &[Row]) -> Result<RecordBatch> {
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (at, column) in version.table.columns().iter().enumerate() {
        let cells = rows.iter().map(|row| row.0.get(at).and_then(Option::as_ref));
        columns.push(match column.kind {
            ColumnKind::Text | ColumnKind::Clock => {
                Arc::new(cells.map(|cell| cell.and_then(Cell::text)).collect::<StringArray>())
            }
            ColumnKind::Number | ColumnKind::Money => {
                Arc::new(cells.map(|cell| cell.and_then(Cell::number)).collect::<Float64Array>())
            }
            ColumnKind::Day => {
                let days = cells.map(|cell| cell.and_then(Cell::day).map(Date32Type::from_naive_date));
                Arc::new(days.collect::<Date32Array>())
            }
        });
    }
    columns.push(Arc::new(Int32Array::from(vec![version.version as i32; rows.len()])));
    columns.push(Arc::new(StringArray::from(vec![version.source.as_str(); rows.len()])));
    columns.push(Arc::new(StringArray::from(vec![version.currency.as_deref(); rows.len()])));
    Ok(RecordBatch::try_new(stored_schema(version.table), columns)?)
}

fn app(key: i64) -> String {
    format!("import/{key:016x}")
}

impl Lake {
    /// Whether what `key` names (a file's content, how it is read, and from which day it holds) was imported.
    pub async fn reference_state(&self, kind: TableKind, key: i64) -> Result<ReferenceState> {
        let table = self.inner.reference(kind).await?;
        let number = match &table.table {
            Some(delta) => delta.app_version(&app(key)).await?,
            None => None,
        };
        let known = number.and_then(|number| table.versions.iter().find(|known| i64::from(known.version) == number));
        let last = table.versions.iter().map(|version| version.version).max().unwrap_or(0);
        Ok(known.map_or(ReferenceState::Next(last + 1), |known| ReferenceState::Known(known.clone())))
    }

    /// Adds an import, durably on return. `rejected`: rows that could not be taken.
    ///
    /// # Errors
    /// [`Error::Raced`] if another import came since its number was asked for.
    pub async fn add_reference(&self, writer: ReferenceWriter, key: i64, rejected: u64) -> Result<Version> {
        self.inner.writes("import a reference table")?;
        let inner = Arc::clone(&self.inner);
        spawned(async move { inner.add_reference(writer, key, rejected).await }).await
    }

    /// A reference table as it is now; empty where none was imported.
    pub async fn reference(&self, kind: TableKind) -> Result<ReferenceTable> {
        self.inner.reference(kind).await
    }
}

impl Snapshot {
    /// A reference table as it is now, which may be later than the snapshot: what it says of a day it names by version.
    pub async fn reference(&self, kind: TableKind) -> Result<ReferenceTable> {
        self.inner().reference(kind).await
    }
}

impl Inner {
    async fn add_reference(&self, writer: ReferenceWriter, key: i64, rejected: u64) -> Result<Version> {
        let _commit = self.commit.lock().await;
        let ReferenceWriter { mut version, mut writer } = writer;
        version.rejected = rejected;
        let kind = version.table;
        let table = Table::create(&self.storage, kind.table(), &stored_schema(kind)).await?;
        if table.files().len() as u32 + 1 != version.version {
            return Err(Error::Raced { table: kind.table() });
        }
        let footer = serde_json::to_string(&version).map_err(|error| Error::corrupt(FOOTER, error.to_string()))?;
        writer.append_key_value_metadata(KeyValue::new(FOOTER.to_owned(), footer));
        let bytes = writer.into_inner().map_err(in_memory)?.into();
        let rows = version.rows as usize;
        let file = table.write(bytes, rows, small_stats(rows)).await?;
        let versions = vec![(app(key), i64::from(version.version))];
        let change = Change {
            label: "import reference table",
            changes_data: true,
            add: vec![file],
            versions,
            ..Change::default()
        };
        table.commit(change).await?;
        Ok(version)
    }

    pub(crate) async fn reference(&self, kind: TableKind) -> Result<ReferenceTable> {
        let table = Table::open(&self.storage, kind.table()).await?;
        let mut files = Vec::new();
        for file in table.iter().flat_map(Table::files) {
            let path = Path::from(format!("{}/{}", kind.table(), file.name));
            let open = OpenFile::open(self.storage.objects(), path, file.bytes, &stored_schema(kind)).await?;
            let version = open.footer(FOOTER).and_then(|text| serde_json::from_str::<Version>(text).ok());
            let version = version.ok_or_else(|| Error::corrupt(&file.name, "its footer names no version"))?;
            files.push((version, Arc::new(open)));
        }
        files.sort_by_key(|(version, _)| version.version);
        let (versions, files): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let reigns = in_force(&versions);
        Ok(ReferenceTable { kind, table, versions, files, reigns })
    }
}

/// A reference table: its versions, and the rows that hold under them.
#[derive(Debug, Clone)]
pub struct ReferenceTable {
    kind: TableKind,
    table: Option<Table>,
    versions: Vec<Version>,
    files: Vec<Arc<OpenFile>>,
    /// By version.
    reigns: Vec<Option<(NaiveDate, Option<NaiveDate>)>>,
}

/// Which rows of a table are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceQuery {
    /// Only those that hold on this day. None: on any.
    pub day: Option<NaiveDate>,
    /// Only those with this text in this column of the table.
    pub filter: Option<(usize, String)>,
    /// Rows to pass over, and rows to give at most.
    pub offset: u64,
    pub limit: usize,
}

/// A page of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferencePage {
    /// Each with the number of its version, in the order of versions and of their files.
    pub rows: Vec<(u32, Row)>,
    /// Rows there are, on all pages.
    pub total: u64,
}

/// Some rows of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencePart {
    version: usize,
    rows: Range<u32>,
}

impl ReferenceTable {
    pub fn kind(&self) -> TableKind {
        self.kind
    }

    /// In the order of imports.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// For each version, the days it is in force; None as an end: for ever.
    pub fn reigns(&self) -> &[Option<(NaiveDate, Option<NaiveDate>)>] {
        &self.reigns
    }

    /// The version in force on a day.
    pub fn version_on(&self, day: NaiveDate) -> Option<&Version> {
        let holds = |reign: &Option<(NaiveDate, Option<NaiveDate>)>| {
            reign.is_some_and(|(from, to)| from <= day && to.is_none_or(|to| day <= to))
        };
        self.reigns.iter().position(holds).map(|at| &self.versions[at])
    }

    /// The rows of versions that are ever in force, in parts that fit into memory.
    pub fn parts(&self) -> Vec<ReferencePart> {
        self.parts_between(None)
    }

    /// The same, of versions in force on any of these days.
    pub fn parts_between(&self, days: Option<(NaiveDate, NaiveDate)>) -> Vec<ReferencePart> {
        let mut parts = Vec::new();
        for (version, reign) in self.reigns.iter().enumerate() {
            let Some((from, to)) = reign else { continue };
            if days.is_some_and(|(first, last)| *from > last || to.is_some_and(|to| to < first)) {
                continue;
            }
            let rows = self.files[version].rows() as u32;
            for start in (0..rows).step_by(REFERENCE_PART_ROWS as usize) {
                parts.push(ReferencePart { version, rows: start..rows.min(start + REFERENCE_PART_ROWS) });
            }
        }
        parts
    }

    /// Rows of a part that hold on some day their version is in force.
    pub async fn read(&self, part: &ReferencePart) -> Result<RecordBatch> {
        let schema = stored_schema(self.kind);
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let read = self.files[part.version].read(&names, std::slice::from_ref(&part.rows)).await?;
        let mut whole = Vec::with_capacity(read.len());
        for batch in read {
            let columns = names.iter().map(|name| batch.column_by_name(name).cloned());
            let columns =
                columns.collect::<Option<Vec<_>>>().ok_or_else(|| Error::NoColumn { name: names.join(", ") })?;
            whole.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
        }
        let batch = arrow::compute::concat_batches(&schema, &whole)?;
        match self.reigns[part.version] {
            Some(reign) => within(&batch, self.kind, reign),
            None => Ok(RecordBatch::new_empty(reference_schema(self.kind))),
        }
    }

    /// A page of the rows that a query wants.
    pub async fn page(&self, query: &ReferenceQuery) -> Result<ReferencePage> {
        let days = query.day.map_or((NaiveDate::MIN, NaiveDate::MAX), |day| (day, day));
        let mut page = ReferencePage::default();
        self.each(days, |version, _, row| {
            let cell = |at: usize| row.0.get(at).and_then(Option::as_ref);
            let wanted = query.filter.as_ref().is_none_or(|(at, text)| match cell(*at) {
                Some(Cell::Text(value)) => value == text,
                Some(Cell::Number(value)) => text.parse() == Ok(*value),
                Some(Cell::Day(value)) => value.to_string() == *text,
                None => text.is_empty(),
            });
            if wanted {
                if page.total >= query.offset && page.rows.len() < query.limit {
                    page.rows.push((version.version, row.clone()));
                }
                page.total += 1;
            }
        })
        .await?;
        Ok(page)
    }

    /// Calls `each` with every row that holds on one of these days: its version, the days of these it holds on and its
    /// version is in force, and the row.
    pub async fn each(
        &self,
        days: (NaiveDate, NaiveDate),
        mut each: impl FnMut(&Version, (NaiveDate, NaiveDate), &Row) + Send,
    ) -> Result<()> {
        for part in self.parts_between(Some(days)) {
            let Some((first, last)) = self.reigns[part.version] else { continue };
            let batch = self.read(&part).await?;
            for row in rows_of(self.kind, &batch) {
                let (from, to) = row.days(self.kind);
                let from = from.map_or(first, |from| from.max(first)).max(days.0);
                let to = [to, last].into_iter().flatten().fold(days.1, NaiveDate::min);
                if from <= to {
                    each(&self.versions[part.version], (from, to), &row);
                }
            }
        }
        Ok(())
    }
}

/// The rows that hold on some day of a reign, and the reign beside them.
fn within(batch: &RecordBatch, kind: TableKind, (first, last): (NaiveDate, Option<NaiveDate>)) -> Result<RecordBatch> {
    let at = kind.columns().len() - 2;
    let first = Date32Type::from_naive_date(first);
    let last = last.map(Date32Type::from_naive_date);
    let from = batch.column(at).as_primitive::<Date32Type>();
    let to = batch.column(at + 1).as_primitive::<Date32Type>();
    let holds: BooleanArray = (0..batch.num_rows())
        .map(|row| {
            let begins = from.is_null(row) || last.is_none_or(|last| from.value(row) <= last);
            Some(begins && (to.is_null(row) || first <= to.value(row)))
        })
        .collect();
    let batch = arrow::compute::filter_record_batch(batch, &holds)?;
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(Date32Array::from(vec![first; batch.num_rows()])));
    columns.push(Arc::new(Date32Array::from(vec![last; batch.num_rows()])));
    Ok(RecordBatch::try_new(reference_schema(kind), columns)?)
}

/// The rows of a batch of a table's own columns.
pub fn rows_of(kind: TableKind, batch: &RecordBatch) -> Vec<Row> {
    let cell = |at: usize, row: usize| {
        let column = batch.column(at);
        if column.is_null(row) {
            return None;
        }
        Some(match kind.columns()[at].kind {
            ColumnKind::Text | ColumnKind::Clock => Cell::Text(column.as_string::<i32>().value(row).to_owned()),
            ColumnKind::Number | ColumnKind::Money => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
            ColumnKind::Day => Cell::Day(day_of(column.as_primitive::<Date32Type>().value(row))),
        })
    };
    (0..batch.num_rows()).map(|row| Row((0..kind.columns().len()).map(|at| cell(at, row)).collect())).collect()
}

fn day_of(days: i32) -> NaiveDate {
    NaiveDate::default().checked_add_signed(Duration::days(i64::from(days))).unwrap_or_default()
}

/// What an import is known by: content, how it is read, from which day it holds, and which source it names.
pub fn reference_key(content: &str, mapping: i64, valid_from: NaiveDate, source: &str) -> i64 {
    hash::parts(&[content.as_bytes(), &mapping.to_le_bytes(), valid_from.to_string().as_bytes(), source.as_bytes()])
}
