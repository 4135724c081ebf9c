//! Who earned conversions.

use model::reference::ReferenceSource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Durations, Group, Meta, People};
use crate::question::AttributionModel;

/// All models side by side, on the same conversions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttributionAnswer {
    pub meta: Meta,
    #[serde(flatten)]
    pub numbers: AttributionNumbers,
    pub costs: AttributionCosts,
    /// The same of each group of the question's breakdown; costs are those of everyone alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group<AttributionNumbers>>,
}

/// The numbers of an attribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttributionNumbers {
    pub conversions: Conversions,
    /// Of them, those without a touch in the look-back: nothing is credited for them.
    pub without_touch: Conversions,
    /// Conversions with more touches than count; the newest are credited.
    pub cut: u64,
    /// Ended in touches that led to nothing, and no more can within the look-back.
    pub lost: People,
    /// Ended in touches that may still lead to a conversion.
    pub open: People,
    /// From the first touch to the conversion.
    pub lag: Durations,
    pub touches_mean: Option<f64>,
    pub touches_median: Option<f64>,
    /// By credited value, in the order of linear credit; all others together last, if they were touched.
    pub values: Vec<AttributedValue>,
    /// What the Markov models rest on.
    pub chains: Vec<MarkovChain>,
    /// Sequences of touches that led to conversions, the most frequent.
    pub paths: Vec<AttributedPath>,
    /// How many different sequences there are, those that led to nothing among them.
    pub path_variants: u64,
}

/// A number of conversions, which may be more than of those who had them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Conversions {
    pub count: u64,
    pub people: People,
    /// Sum of their values; null where no value column was asked for.
    pub value: Option<f64>,
}

/// What one value did and earned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttributedValue {
    /// Null: all values that are not told apart.
    pub value: Option<String>,
    /// Touches of conversions.
    pub touches: u64,
    /// Conversions with such a touch.
    pub conversions: u64,
    pub touched: People,
    /// Those who have a conversion that began with it.
    pub first: People,
    /// Those who have a conversion that ended with it.
    pub last: People,
    /// What it cost in the period; null where nothing says.
    pub cost: Option<f64>,
    pub credits: Vec<ModelCredit>,
}

/// What a value earned by one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelCredit {
    pub model: AttributionModel,
    /// Conversions, in fractions where several share one.
    pub conversions: f64,
    /// Of all conversions with touches; with `participation` shares add up to more than 1.
    pub share: Option<f64>,
    /// Of their value; null where no value column was asked for.
    pub value: Option<f64>,
    /// Cost ÷ conversions; null without cost or conversions.
    pub cost_per_conversion: Option<f64>,
    /// Value ÷ cost; null without value or cost, or where they are of different currencies.
    pub return_on_cost: Option<f64>,
    /// With Markov models, the share of conversions that is lost without the value.
    pub removal_effect: Option<f64>,
}

/// A Markov chain of paths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MarkovChain {
    pub model: AttributionModel,
    pub states: u32,
    /// Probability that a path which is over has converted, by the chain.
    pub conversion: f64,
}

/// A sequence of touches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttributedPath {
    /// Null: one of the values that are not told apart.
    pub touches: Vec<Option<String>>,
    pub conversions: u64,
    pub people: People,
    pub value: Option<f64>,
    /// Subjects that ended in the same touches without a conversion.
    pub lost: u64,
}

/// Where costs come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum AttributionCosts {
    /// The question.
    Question,
    /// The reference table `channel_costs`, rows whose channel is called like the value, in parts of their days that lie in
    /// the period.
    Reference {
        source: ReferenceSource,
        currency: Option<String>,
        /// Value and cost are of different currencies, so no return is told.
        other_currency: bool,
    },
    /// Nothing says what the values cost.
    Missing { why: CostsMissing },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CostsMissing {
    /// No table of channel costs covers the period.
    NoChannelCosts,
    /// It says nothing of any of the values.
    NotListed,
    /// It is of the whole workspace, and whoever asks is limited to some stores.
    Limited,
}
