//! What paths are answered with.

use model::pain::Estimate;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, LabelCount, Meta, People, Share};

/// Paths folded over all subjects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathsAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: PathsNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<PathsNumbers>>,
    /// The subjects on the other side, where the question has a `split`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<PathsComparison>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathsNumbers {
    /// Paths, and customers who have one. A subject has one path, or, where each event that matches begins one, several.
    pub subjects: People,
    /// Subjects without a path: they have no event that is a step, or not the ones paths begin and end at.
    pub without: People,
    /// How paths ended; the three add up to `subjects`.
    pub ends: PathEnds,
    /// Paths that got where they should, of those whose end is known. Null if they are to get nowhere.
    pub to_goal: Option<Share>,
    /// Different paths there are.
    pub variants: u64,
    /// The most frequent, each whole.
    pub top: Vec<PathVariant>,
    /// From which end positions are counted.
    pub counted_from: CountedFrom,
    /// Per position, the most frequent labels, the rest and the ended; each position adds up to `subjects`.
    pub positions: Vec<PathPosition>,
    /// Links between neighbouring positions; those of a position add up to its labels and its rest.
    pub links: Vec<PathLink>,
    /// By last label, how paths ended, also those whose path is longer than steps are told apart.
    pub last: Vec<PathEnd>,
    /// The same by the furthest stage in the journey's typical order. Null without a journey: events have no order.
    pub furthest: Option<Vec<PathEnd>>,
}

/// How paths ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathEnds {
    /// Got where they should: to the goal, or the event they end at.
    pub goal: PathCount,
    /// Ended without; where there is nothing to get to, just ended.
    pub left: PathCount,
    /// May go on: neither their subject nor their window is over.
    pub open: PathCount,
}

/// A number of paths that opens to its customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathCount {
    pub subjects: u64,
    pub pick: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// Position 1 is the first step.
    #[default]
    First,
    /// Position 1 is the last step, 2 the one before: paths that only have an anchor they end at.
    Last,
}

/// How the paths ended that have this label as their last (or furthest).
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
    /// Of all paths.
    pub share: Share,
    /// Of these, the paths that have more steps than are told apart.
    pub longer: u64,
    /// From the first step to the last, also of steps beyond those told apart.
    pub duration: Durations,
    /// As of all paths.
    pub to_goal: Option<Share>,
    /// Of these, the paths that may go on.
    pub open: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathPosition {
    /// From 1.
    pub position: u32,
    pub labels: Vec<LabelCount>,
    /// At labels beyond the most frequent.
    pub other: u64,
    /// How many labels those are.
    pub other_labels: u64,
    /// Over before this position; counted from the last step, begun after it.
    pub ended: u64,
    /// Opens `ended` to its customers.
    pub ended_pick: String,
    /// How the ended ended: got where they should, did not, may go on.
    pub ended_as: PathEnds,
    /// `other`, to be opened.
    pub rest: PathCount,
}

/// Paths that go from a label to the next, or are over there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathLink {
    /// From 1: of `from`; counted from the last step, of `to`.
    pub position: u32,
    /// "…" stands for the labels that are not listed. Null, counted from the last step: paths begin at `to`.
    pub from: Option<String>,
    /// The same. Null: paths are over after `from`.
    pub to: Option<String>,
    pub subjects: u64,
    /// Opens `subjects` to their customers; null where an end of the link is "…" or none.
    pub pick: Option<String>,
}

/// The paths of the subjects without the event that splits, beside those with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathsComparison {
    /// What was counted, in words.
    pub definition: LocalizedText,
    pub numbers: PathsNumbers,
    pub to_goal: Option<ShareDifference>,
    /// Variants listed of either, the largest difference first.
    pub variants: Vec<VariantDifference>,
    /// Labels listed of either at each position, and what is over before it.
    pub positions: Vec<StepDifference>,
}

/// A share here and there, and how far apart they are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShareDifference {
    /// Of the subjects with the event that splits.
    pub here: Share,
    /// Of those without.
    pub there: Share,
    /// Here less there, with its 95 % interval (Newcombe 1998, method 10). Null where one of them is of nobody.
    pub difference: Option<Estimate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VariantDifference {
    pub path: Vec<String>,
    #[serde(flatten)]
    pub shares: ShareDifference,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepDifference {
    /// From 1.
    pub position: u32,
    /// Null: over before this position.
    pub label: Option<String>,
    #[serde(flatten)]
    pub shares: ShareDifference,
}
