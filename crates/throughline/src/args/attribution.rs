//! Attribution and step matrix as they are typed.

use analysis::question::{AttributionModel, Earlier};
use clap::{Args, ValueEnum};

use super::{ScopeArgs, SubjectArgs, WorkspaceArg};

#[derive(Debug, Args)]
pub struct AttributionArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What a conversion is: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE")]
    pub conversion: String,
    /// Number column of the conversion that says what it was worth: amount
    #[arg(long, value_name = "COLUMN")]
    pub value: Option<String>,
    /// What a touch is: an event name, or a rule in JSON; may be given several times [default: every event but conversions]
    #[arg(long = "touch", value_name = "RULE")]
    pub touches: Vec<String>,
    /// Touches that came by themselves, for the model last_non_direct: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE")]
    pub direct: Option<String>,
    /// What of a touch is credited: event, channel, traffic_group, a text column such as utm_source, or props.NAME
    #[arg(long, value_name = "COLUMN", default_value = "channel")]
    pub credit: String,
    /// A value to be told apart; may be given several times, the rest is credited together [default: the most frequent]
    #[arg(long = "only", value_name = "VALUE")]
    pub values: Vec<String>,
    /// How many of the most frequent values are told apart, 1 to 200
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: u32,
    /// How long before its conversion a touch may lie
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    pub lookback: String,
    /// How many touches of a conversion count, the newest, 1 to 1000 [default: 1000]
    #[arg(long, value_name = "N")]
    pub lookback_touches: Option<u32>,
    /// What becomes of touches before an earlier conversion
    #[arg(long, value_enum, value_name = "RULE", default_value_t = EarlierTouches::Reset)]
    pub earlier: EarlierTouches,
    /// Half-life of the time decay
    #[arg(long, value_name = "SPAN", default_value = "7d")]
    pub half_life: String,
    /// Weights of your own by position, FIRST/MIDDLE/LAST, for the model position_custom: 30/40/30
    #[arg(long, value_name = "WEIGHTS")]
    pub weights: Option<String>,
    /// A model to compute; may be given several times [default: all that need no more than is given]
    #[arg(long = "model", value_enum, value_name = "MODEL")]
    pub models: Vec<ModelName>,
    /// What a value cost in the period, VALUE=AMOUNT; may be given several times [default: the reference table
    /// channel_costs]
    #[arg(long = "cost", value_name = "COST")]
    pub costs: Vec<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

/// [`Earlier`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EarlierTouches {
    /// They have had their credit
    Reset,
    /// They count again, within the look-back
    Keep,
}

impl From<EarlierTouches> for Earlier {
    fn from(earlier: EarlierTouches) -> Earlier {
        match earlier {
            EarlierTouches::Reset => Earlier::Reset,
            EarlierTouches::Keep => Earlier::Keep,
        }
    }
}

/// [`AttributionModel`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelName(pub AttributionModel);

impl ValueEnum for ModelName {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [ModelName; AttributionModel::ALL.len()] = {
            let mut all = [ModelName(AttributionModel::First); AttributionModel::ALL.len()];
            let mut i = 0;
            while i < all.len() {
                all[i] = ModelName(AttributionModel::ALL[i]);
                i += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.id()))
    }
}

#[derive(Debug, Args)]
pub struct StepMatrixArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// First steps, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub steps: u32,
    #[command(flatten)]
    pub scope: ScopeArgs,
}
