//! What sessions are answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, LabelCount, Meta, People};

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
    pub events: u64,
    pub bounces: People,
    pub events_mean: Option<f64>,
    pub duration: Durations,
    pub entries: Vec<LabelCount>,
    pub exits: Vec<LabelCount>,
}
