//! What questions about segments and scores are answered with.

use model::rfm;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Group, Meta, People, Share};

/// How many customers are in each of some segments, and in several at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentsAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: SegmentsNumbers,
    /// The same of each group of the question's breakdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<SegmentsNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentsNumbers {
    /// Customers with an event up to the moment asked at.
    pub population: People,
    /// In the question's order.
    pub segments: Vec<SegmentSize>,
    /// Every combination of two segments or more, fewer before more.
    pub overlaps: Vec<Overlap>,
    /// The sizes at the end of each day asked for, the last being the moment asked at; empty if no days were asked for.
    pub trend: Vec<SizesAt>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentSize {
    pub id: String,
    pub name: LocalizedText,
    /// Its definition in words.
    pub definition: LocalizedText,
    pub members: People,
    /// Of the population.
    pub share: Share,
}

/// Customers in several segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Overlap {
    /// Ids.
    pub segments: Vec<String>,
    /// In all of these, whatever else they are in.
    pub members: People,
    /// In all of these and in none of the question's others.
    pub only: People,
    /// `members` of those who are in at least one of these (Jaccard index).
    pub share_of_union: Share,
}

/// Sizes at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SizesAt {
    /// UTC microseconds.
    pub at_us: i64,
    /// The day it is the end of, in the question's zone.
    pub day: String,
    pub population: People,
    /// In the question's order of segments.
    pub members: Vec<People>,
}

/// Customers by recency, frequency and monetary value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RfmAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: RfmNumbers,
    /// The same of each group of the question's breakdown; scores are of everyone's boundaries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<RfmNumbers>>,
}

/// Of everyone in scope, or of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RfmNumbers {
    /// Customers with a purchase: those who have scores.
    pub scored: People,
    /// Customers without one.
    pub without: People,
    /// What the purchases were worth together.
    pub value: f64,
    /// The eight groups, the most valuable first.
    pub named: Vec<RfmGroup>,
    /// Combinations of scores that somebody has, the highest first.
    pub cells: Vec<RfmCell>,
    /// What it takes to have a score: for 2, 3, 4 and 5.
    pub boundaries: Vec<RfmBoundary>,
}

/// A named group. Means are over its customers; null where there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RfmGroup {
    pub group: rfm::Group,
    pub name: LocalizedText,
    pub people: People,
    /// Of the customers with scores.
    pub share: Share,
    pub value: f64,
    /// Of the whole value; null where that is 0.
    pub value_share: Option<f64>,
    pub recency_days_mean: Option<f64>,
    pub frequency_days_mean: Option<f64>,
    pub value_mean: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RfmCell {
    #[serde(flatten)]
    pub scores: rfm::Scores,
    pub group: rfm::Group,
    pub people: People,
    pub value: f64,
}

/// What has to be surpassed for a score. Null: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RfmBoundary {
    pub score: u8,
    /// The last purchase is fewer days ago than this.
    pub recency_days_below: Option<f64>,
    /// Days with a purchase are more than this.
    pub frequency_days_above: Option<f64>,
    pub value_above: Option<f64>,
}
