//! Customers as a list, and one customer's life at a glance.

use model::calendar::Unit;
use model::find::Match;
use model::identity::Identifier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChannelCount, ReadMeta};

/// A page of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerPage {
    pub items: Vec<CustomerRow>,
    /// Pass as `after` for the next page; null on the last one.
    pub next: Option<String>,
    /// All that match, also those of other pages. Null where it is not known before each was looked at.
    pub customers: Option<u64>,
    pub meta: ReadMeta,
}

/// A customer in a list. Every number is the one of the customer's own page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerRow {
    /// Decimal id; a string because it may exceed 2⁵³.
    pub customer: String,
    pub name: Option<String>,
    /// The most used ones.
    pub identifiers: Vec<Identifier>,
    pub events: u64,
    pub first_us: i64,
    pub last_us: i64,
    /// In order of their names.
    pub channels: Vec<String>,
    /// See the summary of a customer.
    pub amount: Option<f64>,
    /// Why they were found; null in a list that nothing was looked for in.
    pub matched: Option<Matched>,
}

/// What of a customer matched what was looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Matched {
    pub how: Match,
    /// Namespace of the identifier that matched; null if it was the name.
    pub namespace: Option<String>,
    pub value: String,
}

/// A customer's events over time and channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerOverview {
    /// Days, or longer stretches of a longer life.
    pub by: Unit,
    /// From that of the first event to that of the last, also those without any.
    pub buckets: Vec<OverviewBucket>,
    /// The channel of most events first.
    pub channels: Vec<OverviewLane>,
    /// What happened, the most frequent first; cut off at 200.
    pub names: Vec<NameCount>,
    pub sessions: u64,
    /// Where the journey asked about came to another stage, in order of time; of more than 1,000 the newest.
    pub stages: Vec<StageChange>,
    /// Events with a `score`, in order of time; of more than 200 the newest.
    pub scores: Vec<ScoreGiven>,
    pub meta: ReadMeta,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverviewBucket {
    /// Its beginning in the workspace's zone, UTC microseconds.
    pub from_us: i64,
    pub events: u64,
}

/// One channel's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OverviewLane {
    #[serde(flatten)]
    pub of: ChannelCount,
    /// Events in each of the buckets.
    pub buckets: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NameCount {
    pub event: String,
    pub events: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StageChange {
    pub time_us: i64,
    /// The stage before; null at the first.
    pub from: Option<String>,
    pub stage: String,
}

/// A rating somebody gave, and what they wrote beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreGiven {
    pub time_us: i64,
    pub event: String,
    pub channel: String,
    pub score: f64,
    pub text: Option<String>,
}
