//! What sessions are answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, LabelCount, Meta, People, Share};

/// Sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: SessionsNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<SessionsNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsNumbers {
    pub sessions: People,
    /// Sessions that may go on.
    pub open: People,
    pub events: u64,
    /// Sessions of one event.
    pub bounces: People,
    /// They, of all sessions.
    pub bounce: Share,
    pub events_mean: Option<f64>,
    pub events_median: Option<f64>,
    pub events_p90: Option<f64>,
    /// From the first event to the last; 0 for a bounce.
    pub duration: Durations,
    /// Sessions by length; they add up to `sessions`.
    pub lengths: Vec<SessionLength>,
    pub per_customer: SessionsPerCustomer,
    pub entries: Vec<LabelCount>,
    pub exits: Vec<LabelCount>,
    /// By the channel of their first event, most first; they add up to `sessions`.
    pub channels: Vec<SessionsOnChannel>,
    /// By the day of their first event in the answer's zone, oldest first, the newest 1,000.
    pub days: Vec<SessionsOnDay>,
}

/// Sessions of `from_s` seconds and more, but less than `to_s`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionLength {
    pub from_s: u64,
    /// Null: any length.
    pub to_s: Option<u64>,
    pub subjects: u64,
    pub pick: String,
}

/// Of customers who have a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsPerCustomer {
    pub mean: Option<f64>,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    pub counts: Vec<CustomersWithSessions>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomersWithSessions {
    pub sessions: u64,
    /// Customers with just so many.
    pub customers: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsOnChannel {
    pub channel: String,
    #[serde(flatten)]
    pub part: SessionsPart,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsOnDay {
    /// `2024-03-31`.
    pub day: String,
    #[serde(flatten)]
    pub part: SessionsPart,
}

/// Some of the sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionsPart {
    pub sessions: People,
    /// Of all sessions.
    pub share: Share,
    /// Those of one event, of these.
    pub bounce: Share,
    pub events: u64,
    pub events_mean: Option<f64>,
    pub duration: Durations,
}
