//! What a directly-follows graph is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, LabelCount, Meta, People, Share};

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
    /// Those of most events first.
    pub nodes: Vec<TransitionNode>,
    /// As many as the question asked for.
    pub steps: Vec<StepColumn>,
    /// Where the question named labels after which it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextSteps>,
    /// Where the question named a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlook: Option<Outlook>,
}

/// A label of the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransitionNode {
    pub label: String,
    pub events: u64,
    pub people: People,
    /// Subjects that have it more than once.
    pub repeats: People,
    /// Of the subjects that have it, those that have it more than once.
    pub repeat_share: Share,
    pub starts: LabelCount,
    pub ends: LabelCount,
}

/// All subjects at one step: each is at a label, or its path has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepColumn {
    /// From 1.
    pub step: u32,
    /// Those of most subjects first.
    pub labels: Vec<StepCell>,
    pub ended: u64,
    /// Of all subjects.
    pub ended_share: Share,
    /// Opens `ended` to its customers.
    pub ended_pick: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepCell {
    pub label: String,
    pub people: People,
    /// Of all subjects.
    pub share: Share,
}

/// What comes next after some labels, told from what followed them, with back-off to fewer of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NextSteps {
    pub after: Vec<String>,
    /// How often the last of them was seen, the last two, and so on.
    pub seen: Vec<u64>,
    /// Most probable first. Probabilities add up to 1.
    pub next: Vec<LikelyStep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LikelyStep {
    /// Null: the end.
    pub label: Option<String>,
    /// How often it followed all of `after`.
    pub count: u64,
    pub probability: f64,
}

/// The graph as a Markov chain of order 1, with regard to one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Outlook {
    pub target: String,
    /// That a subject ever comes to the target.
    pub probability: f64,
    /// From each label, most probable first.
    pub from: Vec<OutlookFrom>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutlookFrom {
    pub label: String,
    /// That a subject which is here ever comes to the target; 1 for the target itself.
    pub probability: f64,
    /// How often a subject visits this label, on average.
    pub visits: f64,
    /// Labelled events from here to the end, on average, this one among them.
    pub events_to_end: f64,
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
