//! What an analysis is shown apart by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One dimension whose values divide the subjects: each subject belongs to one value, to "other", or to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Breakdown {
    /// `channel`, `traffic_group`, a text column (`platform`), a property (`props.plan`), or a trait of the customer
    /// (`traits.city_tier`).
    pub dimension: String,
    /// Which event speaks for its subject. Traits are the same for all of them.
    #[serde(default)]
    pub at: At,
    /// Values shown apart, those of most subjects first; the rest is "other". 1 to 100.
    #[serde(default = "ten")]
    pub top: u32,
    /// The values shown apart; None: the `top` most frequent, which the answer then states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// Which event speaks for its subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The first event that says something of the dimension.
    #[default]
    First,
    /// The last one.
    Last,
    /// The event that did this step of a funnel, counted from 1.
    Step(u32),
}

impl Breakdown {
    /// By the subject's first event, its ten most frequent values apart.
    pub fn new(dimension: &str) -> Breakdown {
        Breakdown { dimension: dimension.to_owned(), at: At::First, top: ten(), values: None }
    }
}

fn ten() -> u32 {
    10
}
