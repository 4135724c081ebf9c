//! Questions about segments and scores.

use model::rfm::{Edges, Model};
use model::scope::Scope;
use model::segment::SegmentChoice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many customers are in each of some segments, and in several at once. `scope.subject` is not used: customers are
/// counted. `scope.events` says whose events make the population; membership goes by all events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentsQuestion {
    #[serde(default)]
    pub scope: Scope,
    /// 1 to 5.
    pub segments: Vec<SegmentChoice>,
    /// Sizes at the end of each of so many days, up to the moment asked at; at most 400. Traits, and boundaries of
    /// scores, are those of the moment asked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend_days: Option<u32>,
}

/// Customers by recency, frequency and monetary value. `scope.subject` is not used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RfmQuestion {
    #[serde(default)]
    pub scope: Scope,
    pub model: Model,
    /// The scores' boundaries. None: those of the customers in scope, which the answer then states in `meta.question`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<Edges>,
}
