//! `throughline analyze attribution`.

use analysis::question::{AttributionQuestion, PositionWeights, Question, ValueCost};
use model::rule::Rule;

use super::Asked;
use crate::args::AttributionArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::scope::{rule, span};

pub(super) async fn attribution(context: &Context, args: &AttributionArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let touches: Vec<Rule> = args.touches.iter().map(|text| rule("--touch", text)).collect::<Result<_, _>>()?;
    let question = Question::Attribution(AttributionQuestion {
        scope: asked.scope(&args.scope, None)?,
        value: args.value.clone(),
        touches: (!touches.is_empty()).then(|| Rule(touches.into_iter().flat_map(|rule| rule.0).collect())),
        direct: args.direct.as_deref().map(|text| rule("--direct", text)).transpose()?,
        credit: args.credit.clone(),
        values: args.values.clone(),
        top: args.top,
        lookback: span("--lookback", &args.lookback)?,
        lookback_touches: args.lookback_touches,
        earlier: args.earlier.into(),
        half_life: span("--half-life", &args.half_life)?,
        weights: args.weights.as_deref().map(weights).transpose()?,
        models: args.models.iter().map(|model| model.0).collect(),
        costs: args.costs.iter().map(|text| cost(text)).collect::<Result<_, _>>()?,
        currency: asked.workspace.currency.clone(),
        ..AttributionQuestion::new(rule("--conversion", &args.conversion)?)
    });
    asked.answer(context, &question, None, &args.scope).await
}

/// `30/40/30`.
fn weights(text: &str) -> Result<PositionWeights, Failure> {
    let numbers: Vec<f64> = text.split('/').filter_map(|part| part.trim().parse().ok()).collect();
    match (numbers.as_slice(), text.split('/').count()) {
        (&[first, middle, last], 3) => Ok(PositionWeights { first, middle, last }),
        _ => Err(Failure::usage(format!("--weights: `{text}` is no FIRST/MIDDLE/LAST, as in 30/40/30"))),
    }
}

/// `email=1200`.
fn cost(text: &str) -> Result<ValueCost, Failure> {
    let parsed = text.rsplit_once('=').and_then(|(value, amount)| Some((value, amount.trim().parse().ok()?)));
    let (value, amount) =
        parsed.ok_or_else(|| Failure::usage(format!("--cost: `{text}` is no VALUE=AMOUNT, as in email=1200")))?;
    Ok(ValueCost { value: value.to_owned(), amount })
}
