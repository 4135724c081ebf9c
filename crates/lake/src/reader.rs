//! Data files → columns: opened once, then read by column and row range.
//!
//! A file is immutable, so what is known of it (footer, index) is kept while it is used. Not here: which rows are
//! wanted, and in which order.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutOptions};
use parking_lot::Mutex;
use parquet::arrow::ParquetRecordBatchStreamBuilder;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use rustc_hash::FxHashMap;

use crate::data_file::IDENTITY_KEY;
use crate::delta::TableFile;
use crate::error::{Error, Result};
use crate::index::{FileIndex, INDEX_COLUMNS, IndexBuilder};
use crate::limits::INDEX_CACHE_BYTES;
use crate::schema::{EVENTS, EVENTS_SCHEMA};
use crate::stored::StoredRows;
use crate::sums::{DamagedFiles, Sums};

/// Rows this near to each other are read together: stopping and starting costs more than they do.
const GAP_ROWS: u32 = 512;

/// Bytes of a file that are held at a time to check them.
const CHECKED_BYTES: u64 = 8 << 20;

/// A Parquet file that is open: footer and page index read.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub path: Path,
    metadata: ArrowReaderMetadata,
    ranges: Ranges,
}

impl OpenFile {
    /// Opens a file; columns that `schema` calls dictionaries are read as such.
    pub(crate) async fn open(store: Arc<dyn ObjectStore>, path: Path, bytes: u64, schema: &Schema) -> Result<OpenFile> {
        Self::open_noting(store, path, bytes, schema, DamagedFiles::default()).await
    }

    /// The same, noting in `damaged` where the file is found to be.
    async fn open_noting(
        store: Arc<dyn ObjectStore>,
        path: Path,
        bytes: u64,
        schema: &Schema,
        damaged: DamagedFiles,
    ) -> Result<OpenFile> {
        let fail = |error| Error::parquet(&path, error);
        let options = || ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let sums = Sums::read(&store, &path, bytes).await?.map(Arc::new);
        let ranges = Ranges { store, path: path.clone(), bytes, sums, damaged };
        let plain = ArrowReaderMetadata::load_async(&mut ranges.clone(), options()).await.map_err(fail)?;
        let fields: Vec<Field> = plain
            .schema()
            .fields()
            .iter()
            .map(|field| match schema.field_with_name(field.name()) {
                Ok(wanted) if matches!(wanted.data_type(), DataType::Dictionary(..)) => {
                    field.as_ref().clone().with_data_type(wanted.data_type().clone())
                }
                _ => field.as_ref().clone(),
            })
            .collect();
        let options = options().with_schema(Arc::new(Schema::new(fields)));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).map_err(fail)?;
        Ok(OpenFile { path, metadata, ranges })
    }

    /// Whether the file has checksums.
    pub(crate) fn has_sums(&self) -> bool {
        self.ranges.sums.is_some()
    }

    /// Checks every byte of a file that has checksums.
    ///
    /// # Errors
    /// [`Error::DamagedFile`] at the first block that is not as it was written.
    pub(crate) async fn check_bytes(&self) -> Result<()> {
        let mut ranges = self.ranges.clone();
        let mut from = 0;
        while self.has_sums() && from < ranges.bytes {
            let to = (from + CHECKED_BYTES).min(ranges.bytes);
            ranges.get_bytes(from..to).await.map_err(|error| Error::parquet(&self.path, error))?;
            from = to;
        }
        Ok(())
    }

    pub(crate) fn rows(&self) -> u64 {
        self.metadata.metadata().file_metadata().num_rows() as u64
    }

    /// A value of the footer.
    pub(crate) fn footer(&self, key: &str) -> Option<&str> {
        let entries = self.metadata.metadata().file_metadata().key_value_metadata()?;
        entries.iter().find(|entry| entry.key == key)?.value.as_deref()
    }

    /// The rows `ranges` (ascending, apart) of the columns `names`, in one batch per row group. Columns the file
    /// does not have are left out.
    pub(crate) async fn read(&self, names: &[&str], ranges: &[Range<u32>]) -> Result<Vec<RecordBatch>> {
        let fail = |error| Error::parquet(&self.path, error);
        let metadata = self.metadata.metadata();
        let mut groups = Vec::new();
        let mut selected: Vec<Range<usize>> = Vec::new();
        // Rows of the chosen groups count from the first of them.
        let (mut start, mut chosen_rows) = (0usize, 0usize);
        let mut at = 0;
        for (group, meta) in metadata.row_groups().iter().enumerate() {
            let rows = meta.num_rows() as usize;
            let end = start + rows;
            while at < ranges.len() && ranges[at].end as usize <= start {
                at += 1;
            }
            let mut within = ranges[at..].iter().take_while(|range| (range.start as usize) < end).peekable();
            if within.peek().is_some() {
                for range in within {
                    let from = (range.start as usize).max(start) - start;
                    let to = (range.end as usize).min(end) - start;
                    selected.push(chosen_rows + from..chosen_rows + to);
                }
                groups.push(group);
                chosen_rows += rows;
            }
            start = end;
        }
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let largest = groups.iter().map(|&group| metadata.row_group(group).num_rows() as usize).max().unwrap_or(1);
        let schema = self.metadata.parquet_schema();
        let leaves = (0..schema.num_columns()).filter(|&leaf| names.contains(&schema.column(leaf).name()));
        let mut builder =
            ParquetRecordBatchStreamBuilder::new_with_metadata(self.ranges.clone(), self.metadata.clone())
                .with_projection(ProjectionMask::leaves(schema, leaves))
                .with_row_groups(groups)
                .with_batch_size(largest.max(1));
        if selected.iter().map(Range::len).sum::<usize>() < chosen_rows {
            builder =
                builder.with_row_selection(RowSelection::from_consecutive_ranges(selected.into_iter(), chosen_rows));
        }
        let mut stream = builder.build().map_err(fail)?;
        let mut batches = Vec::new();
        while let Some(reader) = stream.next_row_group().await.map_err(fail)? {
            for batch in reader {
                batches.push(batch?);
            }
        }
        Ok(batches)
    }

    /// Every row of the columns `names`.
    pub(crate) async fn read_all(&self, names: &[&str]) -> Result<Vec<RecordBatch>> {
        let all = 0..self.rows() as u32;
        if all.is_empty() { Ok(Vec::new()) } else { self.read(names, std::slice::from_ref(&all)).await }
    }
}

/// Bytes of an object, as the Parquet reader asks for them, checked where they can be.
#[derive(Debug, Clone)]
struct Ranges {
    store: Arc<dyn ObjectStore>,
    path: Path,
    bytes: u64,
    sums: Option<Arc<Sums>>,
    damaged: DamagedFiles,
}

impl Ranges {
    async fn checked(&self, ranges: Vec<Range<u64>>) -> parquet::errors::Result<Vec<Bytes>> {
        let Some(sums) = &self.sums else {
            return self.store.get_ranges(&self.path, &ranges).await.map_err(outside);
        };
        let wide: Vec<Range<u64>> = ranges.iter().map(|range| sums.widen(range)).collect();
        let read = self.store.get_ranges(&self.path, &wide).await.map_err(outside)?;
        let checked = read
            .into_iter()
            .zip(wide.iter().zip(&ranges))
            .map(|(blocks, (wide, range))| sums.checked(&self.path, wide.start, blocks, range));
        checked.collect::<Result<_>>().map_err(|error| {
            self.damaged.note(&self.path);
            ParquetError::External(Box::new(error))
        })
    }
}

fn outside(error: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

impl AsyncFileReader for Ranges {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        async { Ok(self.checked(vec![range]).await?.pop().unwrap_or_default()) }.boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        async move { self.checked(ranges).await }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let pages = options.map_or(PageIndexPolicy::Skip, ArrowReaderOptions::offset_index_policy);
            // Most footers with their page index fit the first read.
            let reader = ParquetMetaDataReader::new()
                .with_offset_index_policy(pages)
                .with_column_index_policy(PageIndexPolicy::Skip)
                .with_prefetch_hint(Some(64 * 1024));
            let bytes = self.bytes;
            Ok(Arc::new(reader.load_and_finish(self, bytes).await?))
        }
        .boxed()
    }
}

/// A file of events with its index.
#[derive(Debug)]
pub(crate) struct DataFile {
    pub name: String,
    pub file: OpenFile,
    pub index: FileIndex,
    /// The parts in which columns are read and kept, ascending: all rows.
    pub parts: Vec<Range<u32>>,
    pub stored: StoredRows,
}

impl DataFile {
    /// Columns of the rows `ranges`, each in chunks, read together. A column the file does not have is null.
    pub(crate) async fn columns(&self, names: &[&str], ranges: &[Range<u32>]) -> Result<Vec<Vec<ArrayRef>>> {
        let has = |name: &str| self.file.metadata.schema().field_with_name(name).is_ok();
        let batches =
            if names.iter().any(|name| has(name)) { self.file.read(names, ranges).await? } else { Vec::new() };
        let rows = ranges.iter().map(|range| range.len()).sum();
        let column = |name: &&str| {
            let field =
                EVENTS_SCHEMA.field_with_name(name).map_err(|_| Error::NoColumn { name: (*name).to_owned() })?;
            if !has(name) {
                return Ok(vec![new_null_array(field.data_type(), rows)]);
            }
            let arrays = batches.iter().filter_map(|batch| batch.column_by_name(name)).map(|array| {
                // Files of another release may have stored another type.
                let right = array.data_type() == field.data_type();
                if right { Ok(Arc::clone(array)) } else { arrow::compute::cast(array, field.data_type()) }
            });
            Ok(arrays.collect::<std::result::Result<_, _>>()?)
        };
        names.iter().map(column).collect()
    }

    /// One of them.
    pub(crate) async fn column(&self, name: &str, ranges: &[Range<u32>]) -> Result<Vec<ArrayRef>> {
        Ok(self.columns(&[name], ranges).await?.pop().unwrap_or_default())
    }

    /// About the bytes of a row of a column in memory.
    pub(crate) fn column_row_bytes(&self, name: &str) -> usize {
        let groups = self.file.metadata.metadata().row_groups().iter();
        let columns = groups.flat_map(|group| group.columns()).filter(|column| column.column_descr().name() == name);
        let bytes: i64 = columns.map(|column| column.uncompressed_size()).sum();
        // Packed numbers and codes of names are wider than they are stored.
        8 + bytes.max(0) as usize / (self.index.rows() as usize).max(1)
    }
}

/// Joins ranges (ascending) that overlap or nearly touch.
pub(crate) fn near_ranges(ranges: impl IntoIterator<Item = Range<u32>>) -> Vec<Range<u32>> {
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end.saturating_add(GAP_ROWS) => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The open files of a lake.
#[derive(Debug)]
pub(crate) struct FileCache {
    /// Those in which damage was met.
    pub damaged: DamagedFiles,
    part_rows: usize,
    open: Mutex<FxHashMap<String, Arc<DataFile>>>,
}

impl FileCache {
    pub(crate) fn new(damaged: DamagedFiles, part_rows: usize) -> FileCache {
        FileCache { damaged, part_rows, open: Mutex::default() }
    }

    /// Opens a file of events, with its index, making the index again where it is lost.
    pub(crate) async fn get(&self, store: &Arc<dyn ObjectStore>, file: &TableFile) -> Result<Arc<DataFile>> {
        if let Some(open) = self.open.lock().get(&file.name) {
            return Ok(Arc::clone(open));
        }
        let path = Path::from(format!("{EVENTS}/{}", file.name));
        let (of, damaged) = (Arc::clone(store), self.damaged.clone());
        let open = OpenFile::open_noting(of, path, file.bytes, &EVENTS_SCHEMA, damaged).await?;
        let index = match read_index(store, &file.name).await {
            Some(index) if u64::from(index.rows()) == open.rows() => index,
            _ => {
                let index = make_index(&open).await?;
                // Derived: that it cannot be kept (a reader without leave to write) costs time only.
                let _ = store
                    .put_opts(&index_path(&file.name), index.encode().into(), PutOptions::default())
                    .await
                    .inspect_err(|error| tracing::debug!(%error, "index was made and cannot be kept"));
                index
            }
        };
        let (parts, stored) = (index.parts(self.part_rows), StoredRows::default());
        let open = Arc::new(DataFile { name: file.name.clone(), file: open, index, parts, stored });
        self.insert(&open);
        Ok(open)
    }

    fn insert(&self, file: &Arc<DataFile>) {
        let mut open = self.open.lock();
        open.insert(file.name.clone(), Arc::clone(file));
        let held: usize = open.values().map(|file| file.index.memory()).sum();
        if held > INDEX_CACHE_BYTES {
            // Those that no snapshot uses.
            open.retain(|_, file| Arc::strong_count(file) > 1);
        }
    }

    /// Forgets files that are in no present version and used by no snapshot.
    pub(crate) fn retain(&self, names: &rustc_hash::FxHashSet<&str>) {
        self.open.lock().retain(|name, file| names.contains(name.as_str()) || Arc::strong_count(file) > 1);
    }
}

/// Where the index of a data file lies.
pub(crate) fn index_path(name: &str) -> Path {
    Path::from(format!("{EVENTS}/_throughline/{name}.idx"))
}

/// The stored index of a file, if it is there and whole.
pub(crate) async fn read_index(store: &Arc<dyn ObjectStore>, name: &str) -> Option<FileIndex> {
    let bytes = store.get(&index_path(name)).await.ok()?.bytes().await.ok()?;
    FileIndex::decode(&bytes)
}

/// The index of a file from its rows.
pub(crate) async fn make_index(file: &OpenFile) -> Result<FileIndex> {
    let version = file
        .footer(IDENTITY_KEY)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::corrupt(&file.path, "the footer names no identity version"))?;
    let mut index = IndexBuilder::new(version);
    for batch in file.read_all(&INDEX_COLUMNS).await? {
        index.push(&batch)?;
    }
    Ok(index.finish())
}

/// Every row of a small table, file by file.
pub(crate) async fn read_table(
    store: &Arc<dyn ObjectStore>,
    table: &'static str,
    files: &[TableFile],
    schema: &Schema,
) -> Result<Vec<RecordBatch>> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut batches = Vec::new();
    for file in files {
        let path = Path::from(format!("{table}/{}", file.name));
        let open = OpenFile::open(Arc::clone(store), path, file.bytes, schema).await?;
        batches.extend(open.read_all(&names).await?);
    }
    Ok(batches)
}
