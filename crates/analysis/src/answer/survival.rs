//! What survival is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, Meta, People};

/// Survival: what share has not come to its end, by time since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: SurvivalNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<SurvivalNumbers>>,
    /// Whether the groups of the breakdown end at the same rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups_log_rank: Option<LogRankTest>,
}

/// Of everyone in scope, or of one group of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalNumbers {
    pub started: People,
    /// One, or one for each group by rule in which anybody started.
    pub curves: Vec<SurvivalCurve>,
    /// Whether the groups by rule end at the same rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_rank: Option<LogRankTest>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalCurve {
    /// The group's; `all` if the question has no groups by rule.
    pub name: String,
    pub started: People,
    pub ended: People,
    /// Had not ended when knowledge of them ends.
    pub censored: People,
    /// When half had ended.
    pub median: SurvivalTime,
    /// The longest time anybody is known of, seconds: the curve goes no further.
    pub horizon_s: f64,
    /// Mean time up to `horizon_s`, where all that last longer count as just so long.
    pub restricted_mean_s: f64,
    /// At the times that were asked for, as far as the curve goes.
    pub at: Vec<SurvivalAt>,
    /// The curve, to be drawn as stairs.
    pub steps: Vec<SurvivalStep>,
    /// Whether `steps` has every step. If not, it is read off at even distances, exactly at each.
    pub steps_complete: bool,
}

/// A time with its 95 % interval, seconds; nulls where the curve, or a bound of it, does not come down so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalTime {
    pub at_s: Option<f64>,
    pub low_s: Option<f64>,
    pub high_s: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalAt {
    /// `at_s` as it is written in questions: `7d`.
    pub name: String,
    /// Since the start, seconds.
    pub at_s: f64,
    /// Known to have lasted at least so long.
    pub at_risk: People,
    /// Ended within that time.
    pub ended: People,
    /// Share that lasts longer, by Kaplan and Meier, with its 95 % interval on the scale log(−log).
    pub survival: f64,
    pub low: f64,
    pub high: f64,
    /// Cumulative hazard, by Nelson and Aalen.
    pub hazard: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SurvivalStep {
    /// Since the start, seconds.
    pub at_s: f64,
    pub survival: f64,
    pub low: f64,
    pub high: f64,
    /// Known to have lasted at least so long.
    pub at_risk: u64,
}

/// A log-rank test: how surely groups differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogRankTest {
    pub chi2: f64,
    pub df: u32,
    pub p_value: f64,
}
