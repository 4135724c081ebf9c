//! What paths are answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, LabelCount, Meta, People};

/// Paths folded over all subjects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathsAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: PathsNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<PathsNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathsNumbers {
    pub subjects: People,
    /// Different paths there are.
    pub variants: u64,
    /// The most frequent, each whole.
    pub top: Vec<PathVariant>,
    /// Per position, the most frequent labels, the rest and the ended; each position adds up to `subjects`.
    pub positions: Vec<PathPosition>,
    /// Links between neighbouring positions; "…" stands for the rest.
    pub links: Vec<PathLink>,
    /// By last label, how subjects ended, also those whose path is longer than steps are told apart.
    pub last: Vec<PathEnd>,
    /// The same by the furthest stage in the journey's typical order. Null without a journey: events have no order.
    pub furthest: Option<Vec<PathEnd>>,
}

/// How the subjects ended whose path has this label as its last (or furthest).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathEnd {
    pub label: String,
    pub goal: u64,
    pub left: u64,
    pub open: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathVariant {
    pub path: Vec<String>,
    pub people: People,
    pub share: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathPosition {
    /// From 1.
    pub position: u32,
    pub labels: Vec<LabelCount>,
    /// At labels beyond the most frequent.
    pub other: u64,
    /// Over before this position.
    pub ended: u64,
    /// Opens `ended` to its customers.
    pub ended_pick: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathLink {
    /// Position of `from`, from 1.
    pub position: u32,
    pub from: String,
    pub to: String,
    pub subjects: u64,
    /// Opens `subjects` to their customers; null where an end of the link is "…".
    pub pick: Option<String>,
}
