//! Rows → one sorted batch of columns. Serves the log's tail, flushes and imports.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, DictionaryArray, Float64Builder, Int16Builder, Int32Array, Int32Builder, Int64Builder,
    RecordBatch, StringArray, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::Int32Type;
use model::event::{Column, ColumnType};
use model::hash;
use model::identity::ProfileId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::identity::IdentityGraph;
use crate::row::{Cell, Row};
use crate::schema::EVENTS_SCHEMA;

/// A batch and how many rows it left out.
#[derive(Debug, Clone)]
pub(crate) struct Sorted {
    pub batch: RecordBatch,
    /// Rows that said again what another row of the same profile says: same event id, same time.
    pub duplicates: u64,
}

/// Sorts rows by (bucket, customer, time, seq) as `graph` resolves them, drops duplicates (the lowest `seq`
/// stays) and lays them out in columns. `batch` is the column of that name.
pub(crate) fn sorted_batch(rows: &[Row<'_>], batch: &str, graph: &IdentityGraph) -> Result<Sorted> {
    let mut order: Vec<Key> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let customer = graph.customer(ProfileId(row.profile)).0;
            let bucket = hash::bucket(customer);
            Key { bucket, customer, time_us: row.time_us, seq: row.seq, event_id: row.event_id, row: i as u32 }
        })
        .collect();
    order.sort_unstable();
    let before = order.len();
    drop_duplicates(&mut order, rows);
    let mut columns = Columns::with_capacity(order.len());
    for (position, key) in order.iter().enumerate() {
        columns.push(position, key, &rows[key.row as usize], batch);
    }
    Ok(Sorted { duplicates: (before - order.len()) as u64, batch: columns.finish(order.len())? })
}

/// Field order is sort order. Where time and seq are equal (two sources), some order must be the same in every
/// file and at every merge: the event id's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    bucket: i32,
    customer: i64,
    time_us: i64,
    seq: i64,
    event_id: i64,
    row: u32,
}

/// Rows of one profile only: two profiles that are one customer today may be two again tomorrow, and then
/// each has its own.
fn drop_duplicates(order: &mut Vec<Key>, rows: &[Row<'_>]) {
    let mut seen: FxHashSet<(i64, i64)> = FxHashSet::default();
    let mut group = None;
    let mut pending: Option<(i64, i64)> = None;
    order.retain(|key| {
        let row = &rows[key.row as usize];
        let id = (row.event_id, row.profile);
        if group != Some((key.customer, key.time_us)) {
            group = Some((key.customer, key.time_us));
            seen.clear();
            pending = Some(id);
            return true;
        }
        // Most groups have one row: the set is filled when a second one comes.
        if let Some(first) = pending.take() {
            seen.insert(first);
        }
        seen.insert(id)
    });
}

/// A dictionary column under way. Most rows say what the row before said: that is looked at first.
#[derive(Default)]
struct Dictionary {
    keys: Vec<i32>,
    values: Vec<String>,
    codes: FxHashMap<String, i32>,
}

impl Dictionary {
    fn push(&mut self, value: &str) {
        if let Some(&last) = self.keys.last()
            && self.values[last as usize] == value
        {
            self.keys.push(last);
            return;
        }
        let next = self.values.len() as i32;
        let key = match self.codes.get(value) {
            Some(key) => *key,
            None => {
                self.codes.insert(value.to_owned(), next);
                self.values.push(value.to_owned());
                next
            }
        };
        self.keys.push(key);
    }

    fn finish(self) -> Result<ArrayRef> {
        let values = StringArray::from_iter_values(self.values);
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(self.keys), Arc::new(values))?))
    }
}

struct Columns {
    bucket: Int32Builder,
    customer: Int64Builder,
    time: TimestampMicrosecondBuilder,
    seq: Int64Builder,
    event: Dictionary,
    channel: Dictionary,
    profile: Int64Builder,
    event_id: Int64Builder,
    source: Dictionary,
    batch: Dictionary,
    received_at: TimestampMicrosecondBuilder,
    offset_minutes: Int16Builder,
    message_id: Sparse,
    identifiers: StringBuilder,
    typed: Vec<Typed>,
    items: Sparse,
    traits: Sparse,
    props: Sparse,
}

/// A string column that is mostly null: nulls are added in runs.
#[derive(Default)]
struct Sparse(StringBuilder);

impl Sparse {
    fn set(&mut self, position: usize, value: &str) {
        self.0.append_nulls(position - self.0.len());
        self.0.append_value(value);
    }

    fn finish(mut self, rows: usize) -> ArrayRef {
        self.0.append_nulls(rows - self.0.len());
        Arc::new(self.0.finish())
    }
}

enum Typed {
    Number(Float64Builder),
    Text(Sparse),
}

impl Columns {
    fn with_capacity(rows: usize) -> Self {
        let long = || Int64Builder::with_capacity(rows);
        let time = || TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC");
        Columns {
            bucket: Int32Builder::with_capacity(rows),
            customer: long(),
            time: time(),
            seq: long(),
            event: Dictionary::default(),
            channel: Dictionary::default(),
            profile: long(),
            event_id: long(),
            source: Dictionary::default(),
            batch: Dictionary::default(),
            received_at: time(),
            offset_minutes: Int16Builder::with_capacity(rows),
            message_id: Sparse::default(),
            identifiers: StringBuilder::new(),
            typed: Column::ALL
                .iter()
                .map(|column| match column.column_type() {
                    ColumnType::Number => Typed::Number(Float64Builder::new()),
                    ColumnType::Text => Typed::Text(Sparse::default()),
                })
                .collect(),
            items: Sparse::default(),
            traits: Sparse::default(),
            props: Sparse::default(),
        }
    }

    fn push(&mut self, position: usize, key: &Key, row: &Row<'_>, batch: &str) {
        self.bucket.append_value(key.bucket);
        self.customer.append_value(key.customer);
        self.time.append_value(row.time_us);
        self.seq.append_value(row.seq);
        self.event.push(&row.event);
        self.channel.push(&row.channel);
        self.profile.append_value(row.profile);
        self.event_id.append_value(row.event_id);
        self.source.push(&row.source);
        self.batch.push(batch);
        self.received_at.append_value(row.received_at_us);
        self.offset_minutes.append_option(row.offset_minutes);
        self.identifiers.append_value(&*row.identifiers);
        for (column, cell) in &row.columns {
            // The enum's order is the order of `Column::ALL`.
            match (&mut self.typed[column.0 as usize], cell) {
                (Typed::Number(builder), Cell::Number(number)) => {
                    builder.append_nulls(position - builder.len());
                    builder.append_value(*number);
                }
                (Typed::Text(builder), Cell::Text(text)) => builder.set(position, text),
                // A column set to the other type: kept as text where that loses nothing, else as null.
                (Typed::Text(builder), Cell::Number(number)) => builder.set(position, &number.to_string()),
                (Typed::Number(builder), Cell::Text(text)) => {
                    if let Ok(number) = text.trim().parse() {
                        builder.append_nulls(position - builder.len());
                        builder.append_value(number);
                    }
                }
            }
        }
        for (builder, value) in [
            (&mut self.message_id, &row.message_id),
            (&mut self.items, &row.items),
            (&mut self.traits, &row.traits),
            (&mut self.props, &row.props),
        ] {
            if let Some(value) = value {
                builder.set(position, value);
            }
        }
    }

    fn finish(mut self, rows: usize) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(self.bucket.finish()),
            Arc::new(self.customer.finish()),
            Arc::new(self.time.finish()),
            Arc::new(self.seq.finish()),
            self.event.finish()?,
            self.channel.finish()?,
            Arc::new(self.profile.finish()),
            Arc::new(self.event_id.finish()),
            self.source.finish()?,
            self.batch.finish()?,
            Arc::new(self.received_at.finish()),
            Arc::new(self.offset_minutes.finish()),
            self.message_id.finish(rows),
            Arc::new(self.identifiers.finish()),
        ];
        arrays.extend(self.typed.into_iter().map(|typed| match typed {
            Typed::Number(mut builder) => {
                builder.append_nulls(rows - builder.len());
                Arc::new(builder.finish()) as ArrayRef
            }
            Typed::Text(builder) => builder.finish(rows),
        }));
        arrays.extend([self.items, self.traits, self.props].map(|builder| builder.finish(rows)));
        Ok(RecordBatch::try_new(EVENTS_SCHEMA.clone(), arrays)?)
    }
}
