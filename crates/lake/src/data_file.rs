//! Sorted batches → one Parquet file with its statistics and, for events, its index.
//!
//! How each column is stored and where row groups end. Durability and naming are the committer's.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, SchemaRef, TimestampMicrosecondType};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};
use crate::index::{FileIndex, IndexBuilder};
use crate::limits::{PAGE_ROWS, ROW_GROUP_ROWS, ROW_GROUP_ROWS_MAX};
use crate::schema::*;

/// Key of the identity version in a data file's footer.
pub(crate) const IDENTITY_KEY: &str = "throughline.identity_version";

/// A finished file of events.
#[derive(Debug)]
pub(crate) struct EventFile {
    pub bytes: Bytes,
    pub index: FileIndex,
    /// Delta's statistics, JSON.
    pub stats: String,
}

/// Writes one file of events.
pub(crate) struct EventFileWriter {
    writer: ArrowWriter<Vec<u8>>,
    index: IndexBuilder,
    group_rows: usize,
}

impl EventFileWriter {
    pub(crate) fn new(identity_version: u64) -> Result<Self> {
        let key = KeyValue::new(IDENTITY_KEY.to_owned(), identity_version.to_string());
        let properties = events_properties().set_key_value_metadata(Some(vec![key])).build();
        Ok(Self {
            writer: writer(EVENTS_SCHEMA.clone(), properties)?,
            index: IndexBuilder::new(identity_version),
            group_rows: 0,
        })
    }

    /// Adds the next rows, whole buckets of them.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        self.index.push(batch)?;
        let mut from = 0;
        for (end, end_group) in cuts(batch, self.group_rows) {
            self.writer.write(&batch.slice(from, end - from)).map_err(in_memory)?;
            self.group_rows += end - from;
            if end_group {
                self.writer.flush().map_err(in_memory)?;
                self.group_rows = 0;
            }
            from = end;
        }
        Ok(())
    }

    pub(crate) fn rows(&self) -> u32 {
        self.index.rows()
    }

    pub(crate) fn finish(self) -> Result<EventFile> {
        let index = self.index.finish();
        let bytes = self.writer.into_inner().map_err(in_memory)?.into();
        Ok(EventFile { bytes, stats: event_stats(&index), index })
    }
}

/// One file of a small table, sorted by its first column of longs where it is read by it.
pub(crate) fn small_file(batch: &RecordBatch) -> Result<Bytes> {
    let mut writer = small_writer(batch.schema())?;
    writer.write(batch).map_err(in_memory)?;
    Ok(writer.into_inner().map_err(in_memory)?.into())
}

/// Writes one file of a small table.
pub(crate) fn small_writer(schema: SchemaRef) -> Result<ArrowWriter<Vec<u8>>> {
    let properties = WriterProperties::builder()
        .set_compression(zstd())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
        .build();
    writer(schema, properties)
}

/// Delta's statistics of a small table: the number of rows, nothing personal.
pub(crate) fn small_stats(rows: usize) -> String {
    format!("{{\"numRecords\":{rows}}}")
}

/// Foreign readers shall see plain strings: the Arrow schema with its dictionaries stays out.
fn writer(schema: SchemaRef, properties: WriterProperties) -> Result<ArrowWriter<Vec<u8>>> {
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(Vec::new(), schema, options).map_err(in_memory)
}

pub(crate) fn in_memory(error: parquet::errors::ParquetError) -> Error {
    Error::parquet("being written", error)
}

fn zstd() -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default())
}

fn events_properties() -> parquet::file::properties::WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_compression(zstd())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX + ROW_GROUP_ROWS))
        .set_write_batch_size(8192);
    // Read by every question: no codec. Statistics on these only; others would keep personal data past erasure.
    for name in [BUCKET, CUSTOMER, TIME, SEQ, EVENT, CHANNEL, SOURCE, PROFILE, EVENT_ID] {
        properties = properties.set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
    }
    for name in [BUCKET, CUSTOMER, TIME, EVENT] {
        properties = properties.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Page);
    }
    for name in [TIME, SEQ, RECEIVED_AT] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED);
    }
    for name in [EVENT_ID, MESSAGE_ID, ITEMS, TRAITS, PROPS, "text"] {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), false);
    }
    for name in [CUSTOMER, PROFILE, EVENT, CHANNEL, SOURCE] {
        properties = properties.set_column_dictionary_page_size_limit(ColumnPath::from(name), 8 << 20);
    }
    properties
}

/// Where to cut a batch: (end row, whether the row group ends there). Groups end at bucket boundaries, and
/// inside a bucket only where it alone is over the maximum, at a customer's end.
fn cuts(batch: &RecordBatch, mut group_rows: usize) -> Vec<(usize, bool)> {
    let rows = batch.num_rows();
    let buckets = batch.column(0).as_primitive::<Int32Type>().values();
    let customers = batch.column(1).as_primitive::<Int64Type>().values();
    let mut cuts = Vec::new();
    let mut from = 0;
    while from < rows {
        let bucket_end = from + buckets[from..].partition_point(|bucket| *bucket == buckets[from]);
        if group_rows > 0 && group_rows + (bucket_end - from) > ROW_GROUP_ROWS {
            match cuts.last_mut() {
                Some((_, end_group)) => *end_group = true,
                None => cuts.push((from, true)),
            }
            group_rows = 0;
        }
        while bucket_end - from > ROW_GROUP_ROWS_MAX {
            let target = from + ROW_GROUP_ROWS;
            let end = target + customers[target..bucket_end].partition_point(|c| *c == customers[target]);
            cuts.push((end, true));
            from = end;
            group_rows = 0;
        }
        if from < bucket_end {
            cuts.push((bucket_end, false));
            group_rows += bucket_end - from;
        }
        from = bucket_end;
    }
    // Neighbours of one group are written at once.
    let mut merged: Vec<(usize, bool)> = Vec::new();
    for cut in cuts {
        match merged.last_mut() {
            Some(last) if !last.1 => *last = cut,
            _ => merged.push(cut),
        }
    }
    merged
}

fn event_stats(index: &FileIndex) -> String {
    let mut min = serde_json::Map::new();
    let mut max = serde_json::Map::new();
    let nulls: HashMap<&str, u64> = [BUCKET, CUSTOMER, TIME, EVENT].map(|name| (name, 0)).into();
    if let (Some((first, last)), Some(low), Some(high)) =
        (index.time_range, index.customers.iter().min(), index.customers.iter().max())
    {
        let bucket = |customer: Option<&i64>| customer.map(|customer| model::hash::bucket(*customer));
        min.insert(BUCKET.into(), bucket(index.customers.first()).into());
        max.insert(BUCKET.into(), bucket(index.customers.last()).into());
        min.insert(CUSTOMER.into(), (*low).into());
        max.insert(CUSTOMER.into(), (*high).into());
        // Delta wants timestamps as text; years beyond chrono's go without.
        if let (Some(first), Some(last)) = (timestamp_text(first), timestamp_text(last)) {
            min.insert(TIME.into(), first.into());
            max.insert(TIME.into(), last.into());
        }
        min.insert(EVENT.into(), index.events.first().cloned().into());
        max.insert(EVENT.into(), index.events.last().cloned().into());
    }
    serde_json::json!({"numRecords": index.rows(), "minValues": min, "maxValues": max, "nullCount": nulls}).to_string()
}

fn timestamp_text(time_us: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp_micros(time_us)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// Times of a column of timestamps.
pub(crate) fn times(array: &dyn Array) -> &[i64] {
    array.as_primitive::<TimestampMicrosecondType>().values()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, Int64Array};

    use super::*;

    fn batch(buckets: &[(i32, i64, usize)]) -> RecordBatch {
        let mut bucket = Vec::new();
        let mut customer = Vec::new();
        for &(b, c, n) in buckets {
            bucket.extend(std::iter::repeat_n(b, n));
            customer.extend(std::iter::repeat_n(c, n));
        }
        RecordBatch::try_from_iter([
            ("bucket", Arc::new(Int32Array::from(bucket)) as ArrayRef),
            ("customer", Arc::new(Int64Array::from(customer)) as ArrayRef),
        ])
        .unwrap()
    }

    #[test]
    fn row_groups_end_at_buckets_and_inside_large_ones_at_customers() {
        let small = batch(&[(0, 1, 10), (1, 2, 10)]);
        assert_eq!(cuts(&small, 0), [(20, false)]);
        // The group is full already: it ends before the first row of the batch.
        assert_eq!(cuts(&small, ROW_GROUP_ROWS), [(0, true), (20, false)]);
        let n = ROW_GROUP_ROWS;
        assert_eq!(cuts(&batch(&[(0, 1, n - 5), (1, 2, 10)]), 0), [(n - 5, true), (n + 5, false)]);
        let large = batch(&[(0, 1, n - 5), (0, 2, 10), (0, 3, 4 * n), (1, 4, 1)]);
        assert_eq!(cuts(&large, 0), [(n + 5, true), (n + 5 + 4 * n, true), (n + 6 + 4 * n, false)]);
    }
}
