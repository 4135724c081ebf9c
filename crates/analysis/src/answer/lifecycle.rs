//! What lifecycle is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, Meta, People, Share};

/// Lifecycle: who is new, stays, comes back and falls silent, by period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifecycleAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: LifecycleNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<LifecycleNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifecycleNumbers {
    /// Who is active or dormant in any of the periods.
    pub customers: People,
    pub periods: Vec<LifecyclePeriod>,
}

/// `active` is `new` + `retained` + `resurrected`, and `dormant` is who was active in the period before and is not
/// `retained`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifecyclePeriod {
    /// Its first day: `2024-01-01`.
    pub period: String,
    /// UTC microseconds.
    pub from_us: i64,
    /// Where the next period begins.
    pub to_us: i64,
    /// Whether it has ended. If not, who is dormant may still come.
    pub complete: bool,
    pub active: People,
    pub new: People,
    pub retained: People,
    pub resurrected: People,
    pub dormant: People,
    /// `retained` of those active in the period before.
    pub retained_share: Share,
    /// (new + resurrected) ÷ dormant: above 1 the active customers grow. Null if nobody is dormant.
    pub pulse: Option<f64>,
}
