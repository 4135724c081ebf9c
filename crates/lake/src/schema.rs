//! The tables' columns: names, order, types.
//!
//! Part of the stored format. New columns are added at the end; a file without one reads as nulls.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use deltalake_core::kernel::{DataType as DeltaType, PrimitiveType, StructField};
use model::event::{Column, ColumnType};

/// The table of events.
pub const EVENTS: &str = "events";
/// The table of profiles known, each with its customer.
pub const IDENTITY: &str = "identity";
/// The table of links and unlinks.
pub const IDENTITY_EDGES: &str = "identity_edges";
/// The derived table of customers.
pub const PROFILES: &str = "profiles";

pub const BUCKET: &str = "bucket";
pub const CUSTOMER: &str = "customer";
pub const TIME: &str = "time";
pub const SEQ: &str = "seq";
pub const EVENT: &str = "event";
pub const CHANNEL: &str = "channel";
pub const PROFILE: &str = "profile";
pub const EVENT_ID: &str = "event_id";
pub const SOURCE: &str = "source";
pub const BATCH: &str = "batch";
pub const RECEIVED_AT: &str = "received_at";
pub const OFFSET_MINUTES: &str = "offset_minutes";
pub const MESSAGE_ID: &str = "message_id";
pub const IDENTIFIERS: &str = "identifiers";
pub const ITEMS: &str = "items";
pub const TRAITS: &str = "traits";
pub const PROPS: &str = "props";

/// The value of `batch` in rows that came through the log.
pub const BATCH_LOG: &str = "log";

/// `timestamp` of the tables: microseconds, UTC.
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// A string column that stays a dictionary from file to fold.
pub fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The events as [`crate::Snapshot::column`] gives them; dictionaries are plain strings to other readers.
pub static EVENTS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields = vec![
        Field::new(BUCKET, DataType::Int32, false),
        Field::new(CUSTOMER, DataType::Int64, false),
        Field::new(TIME, timestamp(), false),
        Field::new(SEQ, DataType::Int64, false),
        Field::new(EVENT, dictionary(), false),
        Field::new(CHANNEL, dictionary(), false),
        Field::new(PROFILE, DataType::Int64, false),
        Field::new(EVENT_ID, DataType::Int64, false),
        Field::new(SOURCE, dictionary(), true),
        Field::new(BATCH, dictionary(), true),
        Field::new(RECEIVED_AT, timestamp(), true),
        Field::new(OFFSET_MINUTES, DataType::Int16, true),
        Field::new(MESSAGE_ID, DataType::Utf8, true),
        Field::new(IDENTIFIERS, DataType::Utf8, true),
    ];
    fields.extend(Column::ALL.iter().map(|column| {
        let data_type = match column.column_type() {
            ColumnType::Number => DataType::Float64,
            ColumnType::Text => DataType::Utf8,
        };
        Field::new(column.name(), data_type, true)
    }));
    fields.extend([ITEMS, TRAITS, PROPS].map(|name| Field::new(name, DataType::Utf8, true)));
    Arc::new(Schema::new(fields))
});

/// `identity`: one row a known profile. `customer` joins `events.profile` to the present customer.
pub(crate) static IDENTITY_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new(PROFILE, DataType::Int64, false),
        Field::new(CUSTOMER, DataType::Int64, false),
        Field::new("namespace", dictionary(), true),
        Field::new("value", DataType::Utf8, true),
    ]))
});

/// `identity_edges`: the edge with `version` n is the n-th.
pub(crate) static EDGES_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("version", DataType::Int64, false),
        Field::new("kind", dictionary(), false),
        Field::new("a", DataType::Int64, false),
        Field::new("b", DataType::Int64, false),
        Field::new("strength", dictionary(), true),
        Field::new(SOURCE, dictionary(), false),
        Field::new("reason", dictionary(), false),
        Field::new(TIME, timestamp(), false),
    ]))
});

/// `profiles`: one row a customer.
pub(crate) static PROFILES_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new(BUCKET, DataType::Int32, false),
        Field::new(CUSTOMER, DataType::Int64, false),
        Field::new(TRAITS, DataType::Utf8, true),
        Field::new("first_time", timestamp(), false),
        Field::new("last_time", timestamp(), false),
        Field::new("events", DataType::Int64, false),
    ]))
});

/// The columns of a Delta table for an Arrow schema.
pub(crate) fn delta_fields(schema: &Schema) -> Vec<StructField> {
    schema
        .fields()
        .iter()
        .map(|field| {
            let primitive = match field.data_type() {
                DataType::Int16 => PrimitiveType::Short,
                DataType::Int32 => PrimitiveType::Integer,
                DataType::Int64 => PrimitiveType::Long,
                DataType::Float64 => PrimitiveType::Double,
                DataType::Date32 => PrimitiveType::Date,
                DataType::Timestamp(..) => PrimitiveType::Timestamp,
                _ => PrimitiveType::String,
            };
            StructField::new(field.name().clone(), DeltaType::Primitive(primitive), field.is_nullable())
        })
        .collect()
}
