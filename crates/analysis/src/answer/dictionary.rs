//! The data dictionary: what is in a workspace's events, by name, and what is wrong with it.

use model::dictionary::{DictionaryNote, Rhythm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The events of a workspace by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DictionaryAnswer {
    /// Events, each counted once.
    pub events: u64,
    /// Most frequent first, hidden ones last.
    pub names: Vec<DictionaryEvent>,
    /// Events whose names are beyond the number that is told apart.
    pub events_beyond: u64,
    /// By name; those of all events.
    pub properties: Vec<DictionaryProperty>,
    pub sources: Vec<DictionarySource>,
    /// What is wrong, by rule.
    pub findings: Vec<QualityFinding>,
    /// The days of `DictionaryEvent::days`: `2024-03-01`. The last is that of the newest event, or today if that is
    /// dated later.
    pub days: Vec<String>,
    /// IANA zone of the days.
    pub zone: String,
    /// The moment it was asked, UTC microseconds.
    pub as_of_us: i64,
}

/// An event name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DictionaryEvent {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<NameNote>,
    pub count: u64,
    /// UTC microseconds; null if it never came.
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    pub sources: Vec<String>,
    pub channels: Vec<String>,
    /// Properties it comes with.
    pub properties: u64,
    /// Events of each of the answer's days.
    pub days: Vec<u64>,
    /// Findings about it.
    pub findings: u64,
}

/// A property, whatever events it comes with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DictionaryProperty {
    /// As rules and filters name it: `amount`, `props.plan`, `traits.tier`, `items.sku`.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<NameNote>,
    /// Names of events that have it.
    pub events: u64,
    pub count: u64,
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// Most frequent first.
    pub types: Vec<PropertyKind>,
}

/// One event name with all that comes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DictionaryEntry {
    pub event: DictionaryEvent,
    /// Who sends it, most first.
    pub senders: Vec<DictionarySender>,
    /// Events of senders beyond the number that is told apart.
    pub senders_beyond: u64,
    /// Objects in `items` of all these events: what item fields are a share of.
    pub items: u64,
    /// Those present most often first.
    pub properties: Vec<EventProperty>,
    /// Values of properties beyond the number that is told apart.
    pub properties_beyond: u64,
    pub findings: Vec<QualityFinding>,
    pub days: Vec<String>,
    pub zone: String,
    pub as_of_us: i64,
}

/// A source and channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DictionarySender {
    pub source: String,
    pub channel: String,
    pub count: u64,
    pub first_us: i64,
    pub last_us: i64,
}

/// A property of one event name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventProperty {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<NameNote>,
    /// Events that have it; of an item field, items.
    pub present: u64,
    /// Events, or items, that could have it.
    pub of: u64,
    pub first_us: i64,
    pub last_us: i64,
    /// Most frequent first.
    pub types: Vec<PropertyTypeCount>,
    /// Different numbers, texts and booleans.
    pub distinct: u64,
    /// Whether `distinct` is exact; else it is an estimate with an error of about one eighth.
    pub distinct_exact: bool,
    /// Some values, most frequent first. None where values may tell who somebody is.
    pub examples: Vec<PropertyExample>,
    /// Whether there are values that are not shown, because of what they tell or because of who asks.
    pub examples_masked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    Text,
    Number,
    Boolean,
    List,
    Object,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PropertyTypeCount {
    #[serde(rename = "type")]
    pub kind: PropertyKind,
    pub count: u64,
    pub first_us: i64,
    pub last_us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PropertyExample {
    pub value: String,
    pub count: u64,
}

/// What people wrote about a name, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NameNote {
    #[serde(flatten)]
    pub note: DictionaryNote,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
}

/// What came of one source, and whether it still does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DictionarySource {
    pub source: String,
    pub events: u64,
    pub first_us: i64,
    pub last_us: i64,
    /// When something of it last arrived.
    pub received_us: i64,
    /// Of the events, those that came through a door and not with a file.
    pub live: u64,
    pub rhythm: Rhythm,
}

/// Something that is wrong with what comes in. What each rule says stands in the reference of the data dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityFinding {
    pub rule: QualityRule,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of rejected messages, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of drift, the type most values have, and the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<PropertyKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<PropertyKind>,
    /// How many are wrong, and of how many.
    pub count: u64,
    pub of: u64,
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// A statement that shows the events behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

/// Why something is a finding; in the order they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QualityRule {
    /// A source sends nothing for longer than its rhythm explains.
    Silent,
    /// Messages could not become events.
    Rejected,
    /// An event that is expected has not come for a week.
    ExpectedMissing,
    /// A property that most events had comes no more.
    Vanished,
    /// A property comes in several types.
    TypeDrift,
    /// A property that nearly all have is missing from some.
    Missing,
    /// An event or property that should not come any more does.
    DeprecatedSeen,
    /// The same event was sent several times. It is counted once.
    Duplicate,
    /// Arrived more than a day after it happened.
    Late,
    /// Dated more than a minute after it arrived: the sender's clock is ahead.
    Early,
    /// Dated too far in the future to be believed.
    Disbelieved,
    /// More names than can be told apart: data was written into names.
    TooManyNames,
}
