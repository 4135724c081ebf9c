//! The options of `attribution`.

use folds::attribution::Earlier;
use lake::Snapshot;
use model::period::Span;
use model::scope::Scope;
use serde::{Deserialize, Serialize};

use super::Step;
use crate::error::Result;
use crate::finish::FinishSpec;
use crate::ground::{AttributionAsk, Ground};
use crate::rows::Form;

/// `attribution('{"conversion": "purchase", "credit": "channel", "lookback": "30d"}')`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributionOptions {
    /// An event's name, or a rule.
    pub conversion: Step,
    /// Number column of the conversion: what it was worth.
    #[serde(default)]
    pub value: Option<String>,
    /// None: every event but conversions.
    #[serde(default)]
    pub touches: Option<Step>,
    /// Touches that earn nothing where there are others.
    #[serde(default)]
    pub direct: Option<Step>,
    /// `event`, `channel`, a text column, or `props.…`.
    #[serde(default = "channel")]
    pub credit: String,
    /// Values told apart, the rest is `(other)`. May be left out for `event` and `channel`.
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default = "month")]
    pub lookback: Span,
    #[serde(default)]
    pub lookback_touches: Option<u32>,
    #[serde(default)]
    pub earlier: Earlier,
    #[serde(default = "week")]
    pub half_life: Span,
    /// `credits` (one row a value) or `variants` (one row a path).
    #[serde(default)]
    pub rows: Option<Form>,
    /// The period is one of conversions.
    #[serde(default)]
    pub scope: Scope,
}

pub(super) fn attribution(options: AttributionOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let rule = |step: Step| step.named(0).1;
    let mut spec = Ground::new(snapshot, options.scope, None, now_us)?.attribution(AttributionAsk {
        conversion: rule(options.conversion),
        value: options.value,
        touches: options.touches.map(rule),
        direct: options.direct.map(rule),
        credit: options.credit,
        values: options.values,
        lookback: options.lookback,
        lookback_touches: options.lookback_touches,
        earlier: options.earlier,
        half_life: options.half_life,
    })?;
    spec.output.rows = options.rows;
    Ok(spec)
}

fn channel() -> String {
    lake::schema::CHANNEL.to_owned()
}

fn month() -> Span {
    Span::days(30)
}

fn week() -> Span {
    Span::days(7)
}
