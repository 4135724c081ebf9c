//! What stickiness is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, Meta, People, Share};

/// Stickiness: on how many days (weeks …) of a period customers are active.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StickinessAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: StickinessNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<StickinessNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StickinessNumbers {
    /// Active in any of the periods.
    pub customers: People,
    pub periods: Vec<StickinessPeriod>,
    /// Active customers by unit: by day the daily active customers.
    pub units: Vec<StickinessUnit>,
    /// Mean of active customers over the units that have begun (DAU).
    pub unit_active_mean: Option<f64>,
    /// Mean of active customers over the periods that have ended (MAU).
    pub period_active_mean: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StickinessPeriod {
    /// Its first day: `2024-01-01`.
    pub period: String,
    /// UTC microseconds.
    pub from_us: i64,
    /// Where the next period begins.
    pub to_us: i64,
    /// Whether it has ended.
    pub complete: bool,
    /// Active in it (MAU).
    pub active: People,
    /// Units of it that have begun.
    pub units: u32,
    /// Active units of an active customer, on average.
    pub active_units_mean: Option<f64>,
    /// Mean of active customers over its units that have begun (DAU).
    pub unit_active_mean: Option<f64>,
    /// `unit_active_mean` ÷ `active`: DAU/MAU.
    pub ratio: Option<f64>,
    /// By number of active units, from 1 to the largest there is.
    pub counts: Vec<StickinessCount>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StickinessCount {
    /// `units` as text.
    pub name: String,
    pub units: u32,
    pub exactly: People,
    pub at_least: People,
    /// `at_least` of the period's active customers.
    pub share: Share,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StickinessUnit {
    /// Its first day.
    pub period: String,
    /// UTC microseconds.
    pub from_us: i64,
    pub active: People,
}
