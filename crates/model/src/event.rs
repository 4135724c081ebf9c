//! One row per thing that happened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::hash;
use crate::identity::Identifier;

/// Names that begin with this are the product's own bookkeeping (`$profile_set`). They carry traits and
/// links but are no step of a journey: analyses leave them out unless asked for by name.
pub const SYSTEM_PREFIX: char = '$';

/// The name of an event that only sets traits.
pub const PROFILE_SET: &str = "$profile_set";

/// The property that keeps a time a sender said and that was not believed, because it lay too far in the future.
pub const SAID_TIME: &str = "$said_time";

/// One interaction of one customer on one channel, as handed to the lake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `hash(source, message id)`; the same id at the same time counts once. See [`event_id`].
    pub event_id: i64,
    /// When it happened, UTC microseconds since 1970.
    pub time_us: i64,
    /// The sender's offset from UTC in minutes, where it said one.
    pub offset_minutes: Option<i16>,
    /// When it was received, UTC microseconds.
    pub received_at_us: i64,
    /// Position in the source; breaks ties in time.
    pub seq: i64,
    /// What happened: `product_view`, `purchase`.
    pub event: String,
    /// Where: `web`, `store`, `call_center`.
    pub channel: String,
    /// Which feed brought it.
    pub source: String,
    /// The message id the source gave, if it gave one.
    pub message_id: Option<String>,
    /// Identifiers, the sending identity first. Never empty.
    pub identifiers: Vec<Identifier>,
    /// Whether the identifiers after the first are the same customer for certain and are to be linked.
    pub link_identifiers: bool,
    /// Typed columns that are set.
    pub columns: BTreeMap<Column, ColumnValue>,
    /// Lines of a basket, steps of a call: what the event is made of. Objects in the source's order.
    pub items: Vec<Map<String, Value>>,
    /// Traits of the sender that this event sets. Which value stands is said by [`crate::traits`].
    pub traits: Map<String, Value>,
    /// Everything else the source said.
    pub props: Map<String, Value>,
}

/// The stored id of an event that came with a message id of its own.
pub fn event_id(source: &str, message_id: &str) -> i64 {
    hash::parts(&[source.as_bytes(), message_id.as_bytes()])
}

/// The stored id of an event whose source gave none: identical rows of one file differ by `nth`, and the
/// same row of the same source in a second file is the same event.
pub fn event_id_of_row(source: &str, raw_row: &[u8], ordinal_in_row: u32, nth_identical_row: u32) -> i64 {
    hash::parts(&[source.as_bytes(), raw_row, &ordinal_in_row.to_le_bytes(), &nth_identical_row.to_le_bytes()])
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnValue {
    Number(f64),
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Stored as a double.
    Number,
    /// Stored as a string.
    Text,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident $name:literal $type:ident;)*) => {
        /// The typed columns common to customer journeys. The name is the column's name in the table, in
        /// mappings, rules and SQL.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Column { $($(#[$doc])* $variant,)* }

        impl Column {
            /// Every column, in the order of the table.
            pub const ALL: &'static [Column] = &[$(Column::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Column::$variant => $name,)* }
            }

            pub fn column_type(self) -> ColumnType {
                match self { $(Column::$variant => ColumnType::$type,)* }
            }

            pub fn by_name(name: &str) -> Option<Column> {
                match name { $($name => Some(Column::$variant),)* _ => None }
            }
        }
    };
}

columns! {
    /// B2B account the customer acted for.
    Account "account" Text;
    /// Session id the source assigned (analyses compute their own sessions).
    SessionId "session_id" Text;
    /// Shop, branch or building.
    Site "site" Text;
    /// Zone of the site's floor plan.
    Zone "zone" Text;
    /// Money, in units of `currency`; refunds are negative.
    Amount "amount" Number;
    /// ISO 4217 code.
    Currency "currency" Text;
    Quantity "quantity" Number;
    Product "product" Text;
    Category "category" Text;
    OrderId "order_id" Text;
    Campaign "campaign" Text;
    UtmSource "utm_source" Text;
    UtmMedium "utm_medium" Text;
    UtmCampaign "utm_campaign" Text;
    UtmTerm "utm_term" Text;
    UtmContent "utm_content" Text;
    Page "page" Text;
    Referrer "referrer" Text;
    Platform "platform" Text;
    Device "device" Text;
    Country "country" Text;
    Region "region" Text;
    City "city" Text;
    /// A rating on the scale its survey states.
    Score "score" Number;
    /// What the customer wrote or said.
    Text "text" Text;
    /// What went wrong, where the event is an error.
    Error "error" Text;
    /// Seconds the interaction took (a call, a visit).
    DurationSeconds "duration_seconds" Number;
}

/// A row that could not become an event, kept with everything needed to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rejection {
    /// 1-based line (text formats) or row (Parquet) in the file.
    pub line: u64,
    /// Stable code: `time_unreadable`, `identifier_missing`.
    pub code: String,
    /// The column or field at fault, if one is.
    pub field: Option<String>,
    /// What is wrong and how to mend it, for a person.
    pub reason: String,
    /// The row as it stood in the source.
    pub original: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_round_trip_and_match_their_serialised_form() {
        for column in Column::ALL {
            assert_eq!(Column::by_name(column.name()), Some(*column));
            assert_eq!(serde_json::to_value(column).ok(), Some(Value::from(column.name())));
        }
    }
}
