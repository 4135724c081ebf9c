//! Rows of the lake read back as events, for the few places that show single events to a person.
//!
//! Not for analyses: those read columns.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int16Type, Int64Type, TimestampMicrosecondType};
use model::event::{Column, ColumnType, ColumnValue, Event};
use model::identity::Identifier;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Every row as an event, in the batch's order.
///
/// # Errors
/// When a column is missing or holds JSON that does not read: the lake's files are then damaged.
pub(crate) fn events(batch: &RecordBatch) -> Result<Vec<Event>> {
    let text = |name: &str| -> Result<Vec<Option<String>>> {
        let array = cast(column(batch, name)?, &DataType::Utf8).map_err(|error| damaged(name, &error))?;
        Ok(array.as_string::<i32>().iter().map(|value| value.map(str::to_owned)).collect())
    };
    let long = |name: &str| -> Result<Vec<i64>> {
        let array = column(batch, name)?;
        let array = match array.data_type() {
            DataType::Timestamp(..) => array.as_primitive::<TimestampMicrosecondType>().values(),
            _ => array.as_primitive::<Int64Type>().values(),
        };
        Ok(array.to_vec())
    };
    let (time, seq, event_id, received) = (long("time")?, long("seq")?, long("event_id")?, long("received_at")?);
    let offsets = column(batch, "offset_minutes")?.as_primitive::<Int16Type>().clone();
    let (mut event, mut channel, mut source) = (text("event")?, text("channel")?, text("source")?);
    let mut message_id = text("message_id")?;
    let (identifiers, items, traits, props) = (text("identifiers")?, text("items")?, text("traits")?, text("props")?);
    let mut columns: Vec<BTreeMap<Column, ColumnValue>> = vec![BTreeMap::new(); batch.num_rows()];
    for &typed in Column::ALL {
        let Some(array) = batch.column_by_name(typed.name()) else { continue };
        match typed.column_type() {
            ColumnType::Number => {
                for (row, value) in array.as_primitive::<Float64Type>().iter().enumerate() {
                    value.map(|value| columns[row].insert(typed, ColumnValue::Number(value)));
                }
            }
            ColumnType::Text => {
                for (row, value) in text(typed.name())?.into_iter().enumerate() {
                    value.map(|value| columns[row].insert(typed, ColumnValue::Text(value)));
                }
            }
        }
    }
    (0..batch.num_rows())
        .map(|row| {
            Ok(Event {
                event_id: event_id[row],
                time_us: time[row],
                offset_minutes: offsets.is_valid(row).then(|| offsets.value(row)),
                received_at_us: received[row],
                seq: seq[row],
                event: event[row].take().unwrap_or_default(),
                channel: channel[row].take().unwrap_or_default(),
                source: source[row].take().unwrap_or_default(),
                message_id: message_id[row].take(),
                identifiers: json::<Vec<Identifier>>("identifiers", identifiers[row].as_deref())?,
                link_identifiers: false,
                columns: std::mem::take(&mut columns[row]),
                items: json("items", items[row].as_deref())?,
                traits: json("traits", traits[row].as_deref())?,
                props: json("props", props[row].as_deref())?,
            })
        })
        .collect()
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array> {
    batch.column_by_name(name).map(|array| array.as_ref()).ok_or_else(|| damaged(name, &"it is missing"))
}

fn json<T: DeserializeOwned + Default>(name: &str, text: Option<&str>) -> Result<T> {
    text.map_or_else(|| Ok(T::default()), |text| serde_json::from_str(text).map_err(|error| damaged(name, &error)))
}

fn damaged(column: &str, why: &dyn std::fmt::Display) -> Error {
    Error::Damaged { what: format!("column `{column}`"), why: why.to_string() }
}
