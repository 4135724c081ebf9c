//! What can be asked about activity by period: who is new, stayed, came back or fell silent; and on how many days
//! people come.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::{Unit, WeekStart};
use crate::period::Period;
use crate::rule::Rule;
use crate::scope::Scope;

/// A lifecycle question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LifecycleQuestion {
    /// `scope.subject` must be the customer.
    pub scope: Scope,
    /// What makes a customer active. None: any event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<Rule>,
    pub unit: Unit,
    pub week_start: WeekStart,
    /// Periods that touch this stretch are shown; what was before counts all the same. Open ends: from the first event
    /// on, up to the question's moment.
    pub over: Period,
}

/// A stickiness question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StickinessQuestion {
    /// `scope.subject` must be the customer.
    pub scope: Scope,
    /// What makes a customer active. None: any event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<Rule>,
    /// What activity is counted in.
    pub unit: Unit,
    /// The longer stretch it is counted over.
    pub per: Unit,
    pub week_start: WeekStart,
    /// As of [`LifecycleQuestion::over`].
    pub over: Period,
}

impl Default for StickinessQuestion {
    fn default() -> Self {
        StickinessQuestion {
            scope: Scope::default(),
            active: None,
            unit: Unit::Day,
            per: Unit::Month,
            week_start: WeekStart::default(),
            over: Period::default(),
        }
    }
}
