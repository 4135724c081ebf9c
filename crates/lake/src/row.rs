//! A row of the table of events before it is columns: an event whose sender has a profile, JSON rendered.
//!
//! The form in which events lie in the log and in its tail in memory. JSON stays text from here on: parsing
//! and printing it again could change a number's last digit.

use std::fmt;

use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One event as it will be stored. Serialised by postcard into log records: part of the stored format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub event_id: i64,
    pub time_us: i64,
    pub seq: i64,
    pub received_at_us: i64,
    pub offset_minutes: Option<i16>,
    pub profile: i64,
    pub event: String,
    pub channel: String,
    pub source: String,
    pub message_id: Option<String>,
    /// JSON list of `{"namespace", "value"}`.
    pub identifiers: String,
    pub columns: Vec<(ColumnName, Cell)>,
    pub items: Option<String>,
    pub traits: Option<String>,
    pub props: Option<String>,
}

/// A typed column by its name: ordinals may change between releases, names may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnName(pub Column);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cell {
    Number(f64),
    Text(String),
}

impl Row {
    pub(crate) fn new(event: Event, profile: i64) -> Row {
        let cell = |(column, value)| {
            let value = match value {
                ColumnValue::Number(number) => Cell::Number(number),
                ColumnValue::Text(text) => Cell::Text(text),
            };
            (ColumnName(column), value)
        };
        Row {
            event_id: event.event_id,
            time_us: event.time_us,
            seq: event.seq,
            received_at_us: event.received_at_us,
            offset_minutes: event.offset_minutes,
            profile,
            identifiers: json(&event.identifiers),
            items: (!event.items.is_empty()).then(|| json(&event.items)),
            traits: (!event.traits.is_empty()).then(|| json(&event.traits)),
            props: (!event.props.is_empty()).then(|| json(&event.props)),
            event: event.event,
            channel: event.channel,
            source: event.source,
            message_id: event.message_id,
            columns: event.columns.into_iter().map(cell).collect(),
        }
    }
}

/// What one log record holds, in the order it takes effect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Profiles that this record is the first to use.
    pub registered: Vec<(i64, Identifier)>,
    pub edges: Vec<crate::publish::StoredEdge>,
    pub rows: Vec<Row>,
}

/// Maps with string keys and lists of them always have a JSON form.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl Serialize for ColumnName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for ColumnName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = ColumnName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a typed column")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ColumnName, E> {
                Column::by_name(name)
                    .map(ColumnName)
                    .ok_or_else(|| E::custom(format!("this release knows no column `{name}`")))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}
