//! What a team writes on a journey map beside what is computed: cards in lanes, personas, who owns what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rule::Rule;
use crate::text::LocalizedText;

/// A row of the map that is written, not computed. Touchpoint, channel, metric and pain come from events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// What the customer does.
    Action,
    /// What the customer wants to get done.
    Need,
    Expectation,
    /// How the customer feels.
    Emotion,
    /// What hurts, as heard or assumed; found pains stand beside it.
    Pain,
    Opportunity,
    Note,
}

impl Lane {
    pub const ALL: [Lane; 7] =
        [Lane::Action, Lane::Need, Lane::Expectation, Lane::Emotion, Lane::Pain, Lane::Opportunity, Lane::Note];

    /// The word for it in definitions.
    pub fn id(self) -> &'static str {
        match self {
            Lane::Action => "action",
            Lane::Need => "need",
            Lane::Expectation => "expectation",
            Lane::Emotion => "emotion",
            Lane::Pain => "pain",
            Lane::Opportunity => "opportunity",
            Lane::Note => "note",
        }
    }
}

/// What a statement on the map rests on. Computed cells are live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Somebody thinks so.
    #[default]
    Assumption,
    /// Somebody asked or watched customers; `source` says which study.
    Research,
    /// Computed from events.
    Live,
}

/// One statement about a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Unique within the journey, `[a-z0-9-]`.
    pub id: String,
    pub lane: Lane,
    pub text: LocalizedText,
    /// `assumption` or `research`; a written card is never live.
    #[serde(default)]
    pub basis: Basis,
    /// The study, interview or person it comes from; research must name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// On emotion cards: −2 (bad) to 2 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feeling: Option<i8>,
    /// Id of the persona it is about. None: everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
}

/// A kind of customer the team designs for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Unique within the journey, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LocalizedText>,
    /// The customers it stands for: then its size and its map are computed and it is live. None: an assumption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<Rule>,
}

impl Persona {
    pub fn basis(&self) -> Basis {
        if self.customers.is_some() { Basis::Live } else { Basis::Assumption }
    }
}

/// Where a map hangs below another: this journey is what happens inside that stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    pub journey: String,
    pub stage: String,
}
