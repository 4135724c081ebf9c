//! What retention is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, Meta, People, Share};

/// Retention: cohorts, and who of them came back when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: RetentionNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<RetentionNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionNumbers {
    /// Starts of all cohorts, and customers who have one.
    pub started: People,
    pub columns: Vec<RetentionColumn>,
    /// By column: the average over cohorts, each weighted by those of its starts for which the column's time has
    /// passed. Others are left out.
    pub total: Vec<RetentionTotal>,
    /// Those in which anybody started, in order of time.
    pub cohorts: Vec<RetentionCohort>,
}

/// Units after the start, both ends inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetentionColumn {
    /// `3`, `3+` or `1-7`.
    pub name: String,
    pub from: u32,
    /// Null: and any later one.
    pub to: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionTotal {
    /// Of the column.
    pub name: String,
    /// Starts for which the column's time has passed, with a return in it.
    pub returned: People,
    /// Of all starts for which it has passed.
    pub share: Share,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionCohort {
    /// First day of the period of the starts: `2024-01-01`.
    pub cohort: String,
    /// UTC microseconds.
    pub from_us: i64,
    /// Where the next period begins.
    pub to_us: i64,
    pub started: People,
    /// By column, as far as their time has begun.
    pub cells: Vec<RetentionCell>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionCell {
    /// Of the column.
    pub name: String,
    pub returned: People,
    /// For whom the column's time has passed without a return.
    pub absent: People,
    /// `returned` of all starts of the cohort.
    pub share: Share,
    /// Whether the column's time has passed for all of them. If not, more may return.
    pub complete: bool,
}
