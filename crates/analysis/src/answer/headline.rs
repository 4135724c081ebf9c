//! The one number of an answer that stands for it elsewhere, as on a journey's map.

use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Meta, People, Share};

/// The number an answer is remembered by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Headline {
    /// What it is, in words.
    pub label: LocalizedText,
    pub of: HeadlineOf,
    /// A share between 0 and 1, people in instances, durations in seconds. Null where nothing was measured.
    pub value: Option<f64>,
    /// Of a share of people: its interval, and of how many it is.
    pub share: Option<Share>,
    /// Whom it stands for.
    pub people: Option<People>,
}

/// What kind of number a headline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeadlineOf {
    Share,
    People,
    /// The median.
    Duration,
}

/// The headline of a question, and of the same question over the scope it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PinnedNumber {
    pub meta: Meta,
    pub headline: Headline,
    /// Null if it is compared with nothing.
    pub versus: Option<PinnedVersus>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PinnedVersus {
    pub meta: Meta,
    pub headline: Headline,
    /// The number less the one here; null where either is missing.
    pub difference: Option<f64>,
    /// Of shares of people: the 95 % interval of the difference, by Newcombe's method 10.
    pub low: Option<f64>,
    pub high: Option<f64>,
}
