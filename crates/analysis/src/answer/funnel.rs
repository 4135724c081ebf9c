//! What a funnel is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, Meta, People, Share};

/// A funnel's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: FunnelNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<FunnelNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelNumbers {
    /// All subjects in scope, also those that never entered.
    pub subjects: People,
    pub steps: Vec<FunnelStep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelStep {
    pub name: String,
    pub reached: People,
    /// Of the subjects that reached the step before. Where subjects are a journey's instances, without those whose
    /// outcome is not known yet (`open` there), so that the last step's `from_first` is the map's conversion.
    pub from_previous: Share,
    /// The same of the subjects that entered.
    pub from_first: Share,
    /// Reached this step and no further, and will not. Nobody at the last step: see `converted`.
    pub dropped: People,
    /// Only at the last step: went through the whole funnel.
    pub converted: Option<People>,
    /// Reached this step and no further, but may still: a window of theirs is running.
    pub open: People,
    /// From the step before to this one.
    pub time_from_previous: Durations,
    /// Only where steps are a journey's stages: left instances whose last stage this is. `dropped` counts them
    /// by their furthest; both add up to the same.
    pub left_last: Option<u64>,
}
