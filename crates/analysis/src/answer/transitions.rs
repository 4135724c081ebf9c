//! What a directly-follows graph is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, LabelCount, Meta, People};

/// Directly-follows graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransitionsAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: TransitionsNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<TransitionsNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransitionsNumbers {
    pub subjects: People,
    pub edges: Vec<Transition>,
    pub ends: Vec<LabelCount>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub count: u64,
    pub people: People,
    /// Of all that follows `from`, the end included.
    pub share_with_end: f64,
    /// Of all events that follow `from`.
    pub share: f64,
    pub gap: Durations,
    pub gap_p95_s: Option<f64>,
}
