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

/// Of everyone in scope, or of one group. Where attempts are counted, the instances of steps are attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelNumbers {
    /// All subjects in scope, also those that never entered.
    pub subjects: People,
    /// Left out because of an excluded event; null if the question excludes nothing in that way.
    #[serde(default)]
    pub removed: Option<People>,
    pub steps: Vec<FunnelStep>,
    /// From the first step to the last.
    #[serde(default)]
    pub time_to_convert: Times,
    /// By the day, week or month runs began in, from the first to the last there is; null if not asked for.
    #[serde(default)]
    pub trend: Option<Vec<FunnelPeriod>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelStep {
    /// In any order `2/5`: any two of five steps.
    pub name: String,
    /// Whether the step may be left out. Such a step is nobody's last.
    #[serde(default)]
    pub optional: bool,
    /// Reached the step; did it, if it is optional.
    pub reached: People,
    /// Of the subjects that reached the step before that is not optional. Where subjects are a journey's instances,
    /// without those whose outcome is not known yet (`open` there), so that the last step's `from_first` is the map's
    /// conversion.
    pub from_previous: Share,
    /// The same of the subjects that entered.
    pub from_first: Share,
    /// Reached this step and no further, and will not. Nobody at the last step: see `converted`.
    pub dropped: People,
    /// Only at the last step: went through the whole funnel.
    pub converted: Option<People>,
    /// Reached this step and no further, but may still: a window of theirs is running.
    pub open: People,
    /// From the step before that is not optional to this one.
    pub time_from_previous: Durations,
    /// The same times, how often which.
    #[serde(default)]
    pub bins_from_previous: Vec<Bin>,
    /// From the first step to this one.
    #[serde(default)]
    pub time_from_first: Durations,
    /// What those who dropped off here did next; null if not asked for, and at the last step.
    #[serde(default)]
    pub next: Option<FunnelNext>,
    /// Only where steps are a journey's stages: left instances whose last stage this is. `dropped` counts them
    /// by their furthest; both add up to the same.
    pub left_last: Option<u64>,
}

/// The very next event of those who dropped off, most first. All together are `dropped`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelNext {
    /// Within the window.
    pub within: Vec<NextEvent>,
    /// After it.
    pub after: Vec<NextEvent>,
    /// No further event.
    pub nothing: People,
    /// Subjects of events beyond those listed.
    pub other: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NextEvent {
    /// An event's name, or a journey's stage.
    pub label: String,
    pub channel: String,
    pub people: People,
}

/// Runs that began in one day, week or month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelPeriod {
    /// Its first day, in the answer's zone: `2024-03-04`.
    pub period: String,
    /// Its first moment, UTC microseconds.
    pub from_us: i64,
    /// Where the next one begins.
    pub to_us: i64,
    /// By step.
    pub reached: Vec<People>,
    /// Of those who entered, those who went through the whole funnel.
    pub conversion: Share,
    /// May still go on.
    pub open: People,
    /// Whether the numbers will stay what they are: the whole of it lies in the entry period and before `as_of`, and
    /// nobody is still under way.
    pub complete: bool,
}

/// A distribution of durations, with how often which.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Times {
    #[serde(flatten)]
    pub durations: Durations,
    pub bins: Vec<Bin>,
}

/// How many durations are at least `from_s` and less than `to_s` (the longest is in the last bin).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bin {
    pub from_s: f64,
    pub to_s: f64,
    pub count: u64,
}
