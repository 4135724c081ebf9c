//! What can be asked about the time until something happens, where it may not have happened yet.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::period::Span;
use crate::rule::Rule;
use crate::scope::Scope;

/// A survival question: how long from a start to an end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurvivalQuestion {
    /// `scope.entry` is the period starts lie in; `scope.subject` must be the customer.
    #[serde(default)]
    pub scope: Scope,
    /// A customer starts with the first event that matches. None: with the first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Rule>,
    /// And ends with the first one at or after the start that matches this. If both rules are the same, the end is a
    /// later event than the start: the time from one purchase to the next.
    pub end: Rule,
    #[serde(default)]
    pub censor: Censor,
    /// Groups to compare: the first rule that an event up to and including the start matches; one more group holds
    /// the rest. At most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupRule>,
    /// Times after the start at which the curve is read off, at most 100. None: a few round ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["7d", "30d"]))]
    pub at: Vec<Span>,
}

/// A group by rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    pub name: String,
    #[serde(rename = "match")]
    pub rule: Rule,
}

/// Until when somebody who has not ended is known not to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Censor {
    /// Until the question's moment: events are complete up to then.
    #[default]
    AsOf,
    /// Until the customer's last event: after it nothing is known.
    LastEvent,
}
