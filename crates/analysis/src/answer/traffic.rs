//! What traffic rules do to history.

use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReadMeta;

/// Every event by the group it has, and by the one it would have. Both sum up to all events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrafficPreview {
    pub all: TrafficCount,
    /// Groups that any event has or would have, those of most events after first.
    pub groups: Vec<TrafficGroupEffect>,
    /// Events whose group would be another.
    pub moved: u64,
    /// From which group to which, most events first; at most 50.
    pub moves: Vec<TrafficMove>,
    /// What no rule takes, most events first; at most 200.
    pub unclassified: Vec<TrafficUnclassified>,
    /// Different combinations that no rule takes.
    pub unclassified_combinations: u64,
    /// What was counted, in words.
    pub definition: LocalizedText,
    /// Who was counted, in words.
    pub population: LocalizedText,
    /// SQL that reproduces the numbers by group; of a draft only once it is saved.
    pub sql: Vec<String>,
    pub meta: ReadMeta,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrafficCount {
    pub events: u64,
    /// Customers with at least one of them. One may be in several groups, so these do not add up.
    pub customers: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrafficGroupEffect {
    pub group: String,
    pub before: TrafficCount,
    pub after: TrafficCount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrafficMove {
    pub from: String,
    pub to: String,
    pub count: TrafficCount,
}

/// A combination that no rule takes, in lower case, as a rule would have to name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrafficUnclassified {
    pub source: String,
    pub medium: String,
    /// Empty if there is none.
    pub referrer_host: String,
    /// Empty if there is none.
    pub campaign: String,
    pub events: u64,
    /// UTC microseconds.
    pub first_us: i64,
    pub last_us: i64,
}
