//! The question who earned conversions.

use folds::attribution::{Earlier, Model, Position};
use model::period::Span;
use model::rule::Rule;
use model::scope::Scope;
use operators::ground::AttributionAsk;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which touches led to conversions, by all models side by side. `scope.entry` is the period the conversions happen in;
/// their touches may lie before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributionQuestion {
    #[serde(default)]
    pub scope: Scope,
    /// Which events are conversions. They are never touches.
    pub conversion: Rule,
    /// Number column of a conversion that says what it was worth: `amount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Which events are touches. None: all but conversions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<Rule>,
    /// Touches that came by themselves; asked for by the model `last_non_direct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<Rule>,
    /// What of a touch is credited: `event`, `channel`, a text column such as `utm_source` or `campaign`, or a property,
    /// `props.placement`. An event without one is no touch.
    #[serde(default = "channel")]
    pub credit: String,
    /// Values told apart, at most 200; the rest is credited together. Empty: the `top` most frequent among the touches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// How many values are told apart where none are named, 1 to 200.
    #[serde(default = "twenty")]
    pub top: u32,
    /// How long before its conversion a touch may lie, inclusive.
    #[serde(default = "month")]
    pub lookback: Span,
    /// How many touches of a conversion count, the newest, 1 to 1,000. None: 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback_touches: Option<u32>,
    /// What becomes of touches before an earlier conversion: `reset`, they have had their credit; `keep`, they count again.
    #[serde(default)]
    #[schema(value_type = String, example = "reset")]
    pub earlier: Earlier,
    /// Half-life of the time decay.
    #[serde(default = "week")]
    pub half_life: Span,
    /// Weights by position of one's own, for the model `position_custom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<PositionWeights>,
    /// Models to compute. Empty: all that need no more than is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<AttributionModel>,
    /// What values cost in the period, instead of what the reference table `channel_costs` says of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<ValueCost>,
    /// ISO 4217 code of the conversions' value; costs in another currency are not set against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A rule that divides conversions among values; `docs/reference/analyses/attribution.md` defines each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributionModel {
    First,
    Last,
    /// Only where `direct` is given.
    LastNonDirect,
    Linear,
    /// 40/20/40.
    PositionU,
    /// 20/20/60.
    PositionJ,
    /// 60/20/20.
    PositionInverseJ,
    /// Only where `weights` are given.
    PositionCustom,
    TimeDecay,
    Participation,
    /// Removal effect in a chain of order 1.
    #[serde(rename = "markov_1")]
    Markov1,
    /// The same, of order 2.
    #[serde(rename = "markov_2")]
    Markov2,
    Shapley,
}

/// Weights of the first touch, those between together, and the last. Only their ratios matter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionWeights {
    pub first: f64,
    pub middle: f64,
    pub last: f64,
}

/// What a value cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueCost {
    pub value: String,
    /// In the currency of the question.
    pub amount: f64,
}

impl AttributionModel {
    pub const ALL: [AttributionModel; 13] = [
        AttributionModel::First,
        AttributionModel::Last,
        AttributionModel::LastNonDirect,
        AttributionModel::Linear,
        AttributionModel::PositionU,
        AttributionModel::PositionJ,
        AttributionModel::PositionInverseJ,
        AttributionModel::PositionCustom,
        AttributionModel::TimeDecay,
        AttributionModel::Participation,
        AttributionModel::Markov1,
        AttributionModel::Markov2,
        AttributionModel::Shapley,
    ];

    /// The word for it in questions and answers.
    pub fn id(self) -> &'static str {
        match self {
            AttributionModel::First => "first",
            AttributionModel::Last => "last",
            AttributionModel::LastNonDirect => "last_non_direct",
            AttributionModel::Linear => "linear",
            AttributionModel::PositionU => "position_u",
            AttributionModel::PositionJ => "position_j",
            AttributionModel::PositionInverseJ => "position_inverse_j",
            AttributionModel::PositionCustom => "position_custom",
            AttributionModel::TimeDecay => "time_decay",
            AttributionModel::Participation => "participation",
            AttributionModel::Markov1 => "markov_1",
            AttributionModel::Markov2 => "markov_2",
            AttributionModel::Shapley => "shapley",
        }
    }
}

impl AttributionQuestion {
    /// One about events, with everything else left open.
    pub fn new(conversion: Rule) -> AttributionQuestion {
        AttributionQuestion {
            scope: Scope::default(),
            conversion,
            value: None,
            touches: None,
            direct: None,
            credit: channel(),
            values: Vec::new(),
            top: twenty(),
            lookback: month(),
            lookback_touches: None,
            earlier: Earlier::default(),
            half_life: week(),
            weights: None,
            models: Vec::new(),
            costs: Vec::new(),
            currency: None,
        }
    }

    /// What the plan is made of.
    pub(crate) fn ask(&self) -> AttributionAsk {
        AttributionAsk {
            conversion: self.conversion.clone(),
            value: self.value.clone(),
            touches: self.touches.clone(),
            direct: self.direct.clone(),
            credit: self.credit.clone(),
            values: self.values.clone(),
            lookback: self.lookback,
            lookback_touches: self.lookback_touches,
            earlier: self.earlier,
            half_life: self.half_life,
        }
    }

    /// The models the question asks for, as the fold knows them; None for one it gives too little for.
    pub(crate) fn fold_model(&self, model: AttributionModel) -> Option<Model> {
        Some(match model {
            AttributionModel::First => Model::First,
            AttributionModel::Last => Model::Last,
            AttributionModel::LastNonDirect => {
                self.direct.as_ref()?;
                Model::LastNonDirect
            }
            AttributionModel::Linear => Model::Linear,
            AttributionModel::PositionU => Model::Position(Model::U),
            AttributionModel::PositionJ => Model::Position(Model::J),
            AttributionModel::PositionInverseJ => Model::Position(Model::INVERSE_J),
            AttributionModel::PositionCustom => {
                let PositionWeights { first, middle, last } = self.weights?;
                Model::Position(Position { first, middle, last })
            }
            AttributionModel::TimeDecay => Model::TimeDecay,
            AttributionModel::Participation => Model::Participation,
            AttributionModel::Markov1 => Model::Markov(1),
            AttributionModel::Markov2 => Model::Markov(2),
            AttributionModel::Shapley => Model::Shapley,
        })
    }
}

fn channel() -> String {
    "channel".to_owned()
}

fn twenty() -> u32 {
    20
}

fn month() -> Span {
    Span::days(30)
}

fn week() -> Span {
    Span::days(7)
}
