//! What the rules of a definition take, before it is saved.

use model::journey::Fault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReadMeta;

/// What becomes of the events that take part in a journey. Each goes to the first touchpoint whose rule matches it, or to
/// none, so that the events of the touchpoints and those of no touchpoint add up to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JourneyPreview {
    /// What takes part: what the journey's scope lets through, else all but the system's own events.
    pub all: MatchCount,
    /// What has a touchpoint.
    pub matched: MatchCount,
    /// Every touchpoint, in the order of the definition; one whose rule has a fault takes nothing.
    pub touchpoints: Vec<TouchpointMatch>,
    /// Names of which some events have no touchpoint, most of these first; at most 500.
    pub unmatched: Vec<UnmatchedName>,
    /// How many such names there are.
    pub unmatched_names: u64,
    /// What keeps the definition from being saved; empty if nothing does.
    pub faults: Vec<Fault>,
    pub meta: ReadMeta,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MatchCount {
    pub events: u64,
    /// Customers with at least one of them.
    pub customers: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TouchpointMatch {
    pub stage: String,
    pub touchpoint: String,
    /// The events that go to it, as the map counts them.
    pub matched: MatchCount,
    /// What its rule matches too, but touchpoints before it take; in their order.
    pub taken: Vec<TakenBefore>,
    /// Of a journey of cases: what of `matched` belongs to a case, as the map counts it, where an event that belongs to
    /// several counts in each. Null for other journeys, and while the definition has faults.
    pub in_cases: Option<MatchCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenBefore {
    pub touchpoint: String,
    pub events: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnmatchedName {
    pub event: String,
    /// Those of no touchpoint.
    pub left: MatchCount,
    /// All events of this name that take part; more than those left where a rule takes only some.
    pub events: u64,
}
