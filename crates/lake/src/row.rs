//! A row of the table of events before it is columns: an event whose sender has a profile, JSON rendered.
//!
//! The form in which events lie in the log and in its tail in memory. JSON stays text from here on: parsing
//! and printing it again could change a number's last digit.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::limits::LOG_RECORD_BYTES;
use crate::publish::StoredEdge;

/// One event as it will be stored, over the text of the event or of the log record it is of. Serialised by postcard into
/// log records: part of the stored format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row<'a> {
    pub event_id: i64,
    pub time_us: i64,
    pub seq: i64,
    pub received_at_us: i64,
    pub offset_minutes: Option<i16>,
    pub profile: i64,
    #[serde(borrow)]
    pub event: Text<'a>,
    #[serde(borrow)]
    pub channel: Text<'a>,
    #[serde(borrow)]
    pub source: Text<'a>,
    #[serde(borrow)]
    pub message_id: Option<Text<'a>>,
    /// JSON list of `{"namespace", "value"}`.
    #[serde(borrow)]
    pub identifiers: Text<'a>,
    #[serde(borrow)]
    pub columns: Vec<(ColumnName, Cell<'a>)>,
    #[serde(borrow)]
    pub items: Option<Text<'a>>,
    #[serde(borrow)]
    pub traits: Option<Text<'a>>,
    #[serde(borrow)]
    pub props: Option<Text<'a>>,
}

/// Text that is read where it lies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text<'a>(Cow<'a, str>);

/// A typed column by its name: ordinals may change between releases, names may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnName(pub Column);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cell<'a> {
    Number(f64),
    #[serde(borrow)]
    Text(Text<'a>),
}

impl<'a> Row<'a> {
    pub(crate) fn new(event: &'a Event, profile: i64) -> Row<'a> {
        let cell = |(column, value): (&Column, &'a ColumnValue)| {
            let value = match value {
                ColumnValue::Number(number) => Cell::Number(*number),
                ColumnValue::Text(text) => Cell::Text(text.as_str().into()),
            };
            (ColumnName(*column), value)
        };
        Row {
            event_id: event.event_id,
            time_us: event.time_us,
            seq: event.seq,
            received_at_us: event.received_at_us,
            offset_minutes: event.offset_minutes,
            profile,
            event: event.event.as_str().into(),
            channel: event.channel.as_str().into(),
            source: event.source.as_str().into(),
            message_id: event.message_id.as_deref().map(Text::from),
            identifiers: json(&event.identifiers),
            columns: event.columns.iter().map(cell).collect(),
            items: (!event.items.is_empty()).then(|| json(&event.items)),
            traits: (!event.traits.is_empty()).then(|| json(&event.traits)),
            props: (!event.props.is_empty()).then(|| json(&event.props)),
        }
    }

    /// About the bytes of a log record it takes.
    fn weight(&self) -> usize {
        let text = |text: &Option<Text<'_>>| text.as_ref().map_or(0, |text| text.len());
        128 + self.identifiers.len()
            + self.columns.len() * 32
            + text(&self.items)
            + text(&self.traits)
            + text(&self.props)
    }
}

/// What one log record holds, in the order it takes effect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Record<'a> {
    /// Profiles that this record is the first to use.
    registered: Vec<(i64, Identifier)>,
    edges: Vec<StoredEdge>,
    #[serde(borrow)]
    rows: Vec<Row<'a>>,
}

/// A log record and what it says of identities. Its rows stay the bytes they are in the log until they are sorted: what
/// waits in memory is one piece a record, not ten a row.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub registered: Arc<Vec<(i64, Identifier)>>,
    pub edges: Vec<StoredEdge>,
    pub row_count: usize,
    pub bytes: Bytes,
}

impl Entry {
    /// A record without rows.
    pub(crate) fn of_identities(registered: Vec<(i64, Identifier)>, edges: Vec<StoredEdge>) -> Entry {
        Entry::new(Record { registered, edges, rows: Vec::new() }, 0)
    }

    /// Records of a bounded size with the events in order; `registered` is in the first.
    pub(crate) fn of_events(events: &[Event], profiles: &[i64], registered: Vec<(i64, Identifier)>) -> Vec<Entry> {
        let mut record = Record { registered, ..Record::default() };
        let (mut entries, mut size) = (Vec::new(), 0);
        for (event, profile) in events.iter().zip(profiles) {
            let row = Row::new(event, *profile);
            let weight = row.weight();
            if size + weight > LOG_RECORD_BYTES && !record.rows.is_empty() {
                entries.push(Entry::new(std::mem::take(&mut record), size));
                size = 0;
            }
            size += weight;
            record.rows.push(row);
        }
        if !record.rows.is_empty() || !record.registered.is_empty() {
            entries.push(Entry::new(record, size));
        }
        entries
    }

    /// A record as it lies in the log.
    pub(crate) fn read(seq: u64, bytes: Bytes) -> Result<Entry> {
        let Record { registered, edges, rows } = record(seq, &bytes)?;
        let row_count = rows.len();
        Ok(Entry { registered: Arc::new(registered), edges, row_count, bytes })
    }

    fn new(record: Record<'_>, size: usize) -> Entry {
        // Into a growable buffer postcard cannot fail.
        let bytes = postcard::to_extend(&record, Vec::with_capacity(size)).unwrap_or_default().into();
        let Record { registered, edges, rows } = record;
        Entry { registered: Arc::new(registered), edges, row_count: rows.len(), bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.registered.is_empty() && self.edges.is_empty() && self.row_count == 0
    }
}

/// The rows of a record.
pub(crate) fn rows(seq: u64, bytes: &[u8]) -> Result<Vec<Row<'_>>> {
    Ok(record(seq, bytes)?.rows)
}

fn record(seq: u64, bytes: &[u8]) -> Result<Record<'_>> {
    postcard::from_bytes(bytes).map_err(|error| Error::corrupt(format!("log record {seq}"), error.to_string()))
}

/// Maps with string keys and lists of them always have a JSON form.
fn json(value: &impl Serialize) -> Text<'static> {
    Text(Cow::Owned(serde_json::to_string(value).unwrap_or_default()))
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        Text(Cow::Borrowed(text))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Text(Cow::Borrowed(<&str>::deserialize(deserializer)?)))
    }
}

impl Serialize for ColumnName {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for ColumnName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = ColumnName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a typed column")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> std::result::Result<ColumnName, E> {
                Column::by_name(name)
                    .map(ColumnName)
                    .ok_or_else(|| E::custom(format!("this release knows no column `{name}`")))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}
