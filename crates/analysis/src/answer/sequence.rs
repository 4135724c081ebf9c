//! What a sequence is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, Meta, People, Share};

/// Who did something after something else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SequenceAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: SequenceNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<SequenceNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SequenceNumbers {
    /// All subjects in scope.
    pub subjects: People,
    /// Subjects with at least one match of the pattern.
    pub matched: People,
    /// Subjects without.
    pub unmatched: People,
    /// Matched, of all.
    pub share: Share,
    /// Matches of all subjects; those of one do not overlap.
    pub matches: u64,
    /// Matches of a matched subject, on average.
    pub matches_mean: Option<f64>,
    /// From the first event of a match to its last.
    pub length: Durations,
}
