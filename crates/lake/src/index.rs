//! What is known of a sorted run of events without reading it: where each customer's rows lie.
//!
//! One lies beside each data file, under `_throughline/`, where Delta's cleaning leaves it alone. It is
//! derived: lost or damaged, it is made again from the file.

use arrow::array::{Array, AsArray, DictionaryArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use model::hash;
use model::limits::BUCKETS;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::schema::{BATCH, BUCKET, CHANNEL, CUSTOMER, EVENT, EVENT_ID, TIME};

/// Format of the stored form; another one is ignored and the index made again.
const FORMAT: u32 = 1;

/// The index of one sorted run. A customer is named by its ordinal: its place in [`FileIndex::customers`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileIndex {
    /// Identity version the run's `customer` column is right for.
    pub identity_version: u64,
    /// Customers in the run's order.
    pub customers: Vec<i64>,
    /// Customer i owns rows `starts[i]..starts[i + 1]`.
    pub starts: Vec<u32>,
    /// Time of each customer's first and last row.
    pub spans: Vec<(i64, i64)>,
    /// First and last time of any row.
    pub time_range: Option<(i64, i64)>,
    /// Bucket b holds customers `buckets[b]..buckets[b + 1]`.
    pub buckets: Vec<u32>,
    /// Ordinals of customers with rows of equal event id and time, of different profiles.
    pub doubled: Vec<u32>,
    /// Distinct values, sorted.
    pub events: Vec<String>,
    pub channels: Vec<String>,
    pub batches: Vec<String>,
}

impl FileIndex {
    pub(crate) fn rows(&self) -> u32 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The rows cut at buckets, ever in halves, into parts of about `rows` rows or of one bucket: the same parts whatever lies
    /// beside this run.
    pub(crate) fn parts(&self, rows: usize) -> Vec<Range<u32>> {
        let rows_of = |lo: u32, hi: u32| self.rows_of(self.ordinals(lo, hi));
        let parts = halved(rows as u64, &|lo, hi| rows_of(lo, hi).len() as u64);
        parts.into_iter().map(|(lo, hi)| rows_of(lo, hi)).filter(|rows| !rows.is_empty()).collect()
    }

    /// The ordinals of the customers of buckets `lo..hi`.
    pub(crate) fn ordinals(&self, lo: u32, hi: u32) -> Range<u32> {
        self.buckets[lo as usize]..self.buckets[hi as usize]
    }

    /// The rows of the customers `ordinals`.
    pub(crate) fn rows_of(&self, ordinals: Range<u32>) -> Range<u32> {
        self.starts[ordinals.start as usize]..self.starts[ordinals.end as usize]
    }

    /// The ordinal of the customer a row is stored under.
    pub(crate) fn ordinal_of_row(&self, row: u32) -> u32 {
        self.starts.partition_point(|start| *start <= row) as u32 - 1
    }

    pub(crate) fn ordinal(&self, customer: i64) -> Option<u32> {
        let bucket = hash::bucket(customer) as u32;
        let range = self.ordinals(bucket, bucket + 1);
        let within = &self.customers[range.start as usize..range.end as usize];
        within.binary_search(&customer).ok().map(|at| range.start + at as u32)
    }

    pub(crate) fn memory(&self) -> usize {
        self.customers.len() * 28
            + self.events.iter().chain(&self.channels).map(|name| name.len() + 24).sum::<usize>()
            + 2048
    }

    /// The stored form.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let stored = Stored {
            format: FORMAT,
            identity_version: self.identity_version,
            customers: self.customers.clone(),
            runs: self.starts.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            first_times: self.spans.iter().map(|span| span.0).collect(),
            durations: self.spans.iter().map(|span| span.1.wrapping_sub(span.0)).collect(),
            doubled: self.doubled.clone(),
            events: self.events.clone(),
            channels: self.channels.clone(),
            batches: self.batches.clone(),
        };
        // Into a growable buffer postcard cannot fail.
        let mut bytes = postcard::to_stdvec(&stored).unwrap_or_default();
        let sum = xxhash_rust::xxh3::xxh3_64(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// None if the bytes are damaged or of another format.
    pub(crate) fn decode(bytes: &[u8]) -> Option<FileIndex> {
        let (body, sum) = bytes.split_last_chunk::<8>()?;
        if xxhash_rust::xxh3::xxh3_64(body) != u64::from_le_bytes(*sum) {
            return None;
        }
        let stored: Stored = postcard::from_bytes(body).ok()?;
        if stored.format != FORMAT {
            return None;
        }
        let mut starts = Vec::with_capacity(stored.runs.len() + 1);
        starts.push(0u32);
        for run in &stored.runs {
            starts.push(starts.last()?.checked_add(*run)?);
        }
        let spans = stored.first_times.iter().zip(&stored.durations).map(|(&first, &d)| (first, first.wrapping_add(d)));
        let spans: Vec<(i64, i64)> = spans.collect();
        Some(FileIndex {
            identity_version: stored.identity_version,
            buckets: bucket_starts(&stored.customers),
            starts,
            time_range: time_range(&spans),
            spans,
            customers: stored.customers,
            doubled: stored.doubled,
            events: stored.events,
            channels: stored.channels,
            batches: stored.batches,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    identity_version: u64,
    customers: Vec<i64>,
    runs: Vec<u32>,
    first_times: Vec<i64>,
    durations: Vec<i64>,
    doubled: Vec<u32>,
    events: Vec<String>,
    channels: Vec<String>,
    batches: Vec<String>,
}

/// All buckets, cut in halves and those again until a range has at most `rows` rows or is one bucket. Rows that are added
/// move no border but those within the range they are added to.
pub(crate) fn halved(rows: u64, rows_of: &impl Fn(u32, u32) -> u64) -> Vec<(u32, u32)> {
    fn halve(range: (u32, u32), rows: u64, rows_of: &impl Fn(u32, u32) -> u64, into: &mut Vec<(u32, u32)>) {
        let (lo, hi) = range;
        if hi - lo <= 1 || rows_of(lo, hi) <= rows {
            into.push(range);
            return;
        }
        let middle = lo + (hi - lo) / 2;
        halve((lo, middle), rows, rows_of, into);
        halve((middle, hi), rows, rows_of, into);
    }
    let mut ranges = Vec::new();
    halve((0, BUCKETS), rows, rows_of, &mut ranges);
    ranges
}

/// First and last time of all customers.
fn time_range(spans: &[(i64, i64)]) -> Option<(i64, i64)> {
    let first = spans.iter().map(|span| span.0).min()?;
    Some((first, spans.iter().map(|span| span.1).max()?))
}

/// Where each bucket's customers begin; customers are in bucket order.
fn bucket_starts(customers: &[i64]) -> Vec<u32> {
    let mut starts = vec![0u32; BUCKETS as usize + 1];
    for &customer in customers {
        starts[hash::bucket(customer) as usize + 1] += 1;
    }
    for bucket in 0..BUCKETS as usize {
        starts[bucket + 1] += starts[bucket];
    }
    starts
}

/// Makes an index from batches in the run's order.
#[derive(Debug, Default)]
pub(crate) struct IndexBuilder {
    index: FileIndex,
    rows: u32,
    events: BTreeSet<String>,
    channels: BTreeSet<String>,
    batches: BTreeSet<String>,
    /// (time, event ids) of the rows of the present customer with the present time.
    group: (i64, FxHashSet<i64>),
    group_first: i64,
    last_bucket: i32,
}

/// The columns an index is made from.
pub(crate) const INDEX_COLUMNS: [&str; 7] = [BUCKET, CUSTOMER, TIME, EVENT, CHANNEL, BATCH, EVENT_ID];

impl IndexBuilder {
    pub(crate) fn new(identity_version: u64) -> Self {
        let mut builder = IndexBuilder::default();
        builder.index.identity_version = identity_version;
        builder
    }

    /// Adds the next rows. An error if they are not in order.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: name.to_owned() });
        let buckets = column(BUCKET)?.as_primitive::<arrow::datatypes::Int32Type>().values().clone();
        let customers = column(CUSTOMER)?.as_primitive::<Int64Type>().values().clone();
        let times = column(TIME)?.as_primitive::<TimestampMicrosecondType>().values().clone();
        let ids = column(EVENT_ID)?.as_primitive::<Int64Type>().values().clone();
        for (name, into) in [(EVENT, &mut self.events), (CHANNEL, &mut self.channels), (BATCH, &mut self.batches)] {
            distinct(column(name)?.as_dictionary::<Int32Type>(), into);
        }
        for row in 0..batch.num_rows() {
            self.row(buckets[row], customers[row], times[row], ids[row])?;
        }
        Ok(())
    }

    fn row(&mut self, bucket: i32, customer: i64, time: i64, id: i64) -> Result<()> {
        if self.index.customers.last() != Some(&customer) {
            let in_order = bucket > self.last_bucket
                || bucket == self.last_bucket && self.index.customers.last().is_none_or(|last| *last < customer);
            if !in_order || bucket != hash::bucket(customer) {
                return Err(unsorted(self.rows));
            }
            self.last_bucket = bucket;
            self.index.customers.push(customer);
            self.index.starts.push(self.rows);
            self.index.spans.push((time, time));
            self.new_group(time, id);
        } else {
            let span = self.index.spans.last_mut().map(|span| &mut span.1);
            match span {
                Some(last) if *last <= time => *last = time,
                _ => return Err(unsorted(self.rows)),
            }
            if self.group.0 != time {
                self.new_group(time, id);
            } else {
                self.group.1.insert(self.group_first);
                if !self.group.1.insert(id) {
                    let ordinal = self.index.customers.len() as u32 - 1;
                    if self.index.doubled.last() != Some(&ordinal) {
                        self.index.doubled.push(ordinal);
                    }
                }
            }
        }
        self.rows = self.rows.checked_add(1).ok_or(Error::Limit {
            what: "number of rows of a file",
            got: u64::from(u32::MAX) + 1,
            limit: u64::from(u32::MAX),
        })?;
        Ok(())
    }

    fn new_group(&mut self, time: i64, id: i64) {
        self.group.0 = time;
        self.group.1.clear();
        self.group_first = id;
    }

    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    pub(crate) fn finish(mut self) -> FileIndex {
        self.index.starts.push(self.rows);
        self.index.buckets = bucket_starts(&self.index.customers);
        self.index.time_range = time_range(&self.index.spans);
        self.index.events = self.events.into_iter().collect();
        self.index.channels = self.channels.into_iter().collect();
        self.index.batches = self.batches.into_iter().collect();
        self.index
    }
}

fn unsorted(row: u32) -> Error {
    Error::corrupt("a run of events", format!("row {row} is out of order by (bucket, customer, time)"))
}

/// Adds the values a dictionary column uses (its dictionary may hold others).
fn distinct(column: &DictionaryArray<Int32Type>, into: &mut BTreeSet<String>) {
    let values = column.values().as_string::<i32>();
    let mut used = vec![false; values.len()];
    for key in column.keys_iter().flatten() {
        used[key] = true;
    }
    for (value, _) in values.iter().zip(used).filter(|(_, used)| *used) {
        if let Some(value) = value.filter(|value| !into.contains(*value)) {
            into.insert(value.to_owned());
        }
    }
}
