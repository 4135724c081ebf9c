//! Attribution: one fold's numbers, named, each model beside the others.

mod costs;
mod values;

use folds::attribution::{Attribution, Config, Credit, Pick, State};
use folds::counters::Tally;

use crate::answer::{AttributedPath, AttributedValue, AttributionNumbers, Conversions, MarkovChain, ModelCredit};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};
use crate::question::{AttributionModel, AttributionQuestion};

pub(crate) use costs::costs;
pub(crate) use values::settle;

/// Sequences of touches that are listed.
const PATHS_MAX: usize = 20;

/// What stands for all values that are not told apart, in a pick. A value's own percent signs are escaped.
pub(crate) const OTHER: &str = "%other";

/// Which models are computed: those asked for, else all that the question gives enough for.
///
/// # Errors
/// `Invalid` for a model that is asked for without what it needs.
pub(crate) fn models(question: &AttributionQuestion) -> Result<Vec<AttributionModel>> {
    for model in &question.models {
        if question.fold_model(*model).is_none() {
            let needs = if *model == AttributionModel::PositionCustom { "weights" } else { "direct" };
            return Err(Error::invalid("models", format!("`{}` needs `{needs}`", model.id())));
        }
    }
    let asked = |model: &AttributionModel| question.models.is_empty() || question.models.contains(model);
    let models = AttributionModel::ALL.into_iter().filter(asked);
    Ok(models.filter(|model| question.fold_model(*model).is_some()).collect())
}

/// The numbers of a state, without costs.
///
/// # Errors
/// `Invalid` when a model asked for cannot be computed: weights that are none, a chain with too many states.
pub(crate) fn numbers(
    labels: &Labels,
    question: &AttributionQuestion,
    config: &Config,
    state: &State,
    within: &Within,
) -> Result<AttributionNumbers> {
    let fold = Attribution::new(config.clone()).map_err(invalid)?;
    let valued = |value: f64| question.value.is_some().then_some(value);
    let mut credits: Vec<(AttributionModel, Credit, Option<Vec<f64>>)> = Vec::new();
    let mut chains = Vec::new();
    for model in models(question)? {
        let Some(of_fold) = question.fold_model(model) else { continue };
        let effects = match of_fold {
            folds::attribution::Model::Markov(order) => {
                let removal = fold.removal(state, order).map_err(|error| too_many(model, &error))?;
                let (states, conversion) = (removal.states as u32, removal.conversion);
                chains.push(MarkovChain { model, states, conversion });
                Some(removal.effects)
            }
            _ => None,
        };
        credits.push((model, fold.credit(state, of_fold).map_err(|error| too_many(model, &error))?, effects));
    }
    let linear = fold.credit(state, folds::attribution::Model::Linear).map_err(invalid)?;
    let credited = (state.conversions - state.without) as f64;
    let mut codes: Vec<usize> = (0..state.codes.len()).collect();
    // Another value comes last, whatever it earned.
    codes.sort_by(|a, b| {
        let key = |code: usize| code == labels.names.len();
        key(*a).cmp(&key(*b)).then(linear.conversions[*b].total_cmp(&linear.conversions[*a])).then(a.cmp(b))
    });
    let touched = codes.into_iter().filter(|code| state.codes[*code].touches > 0);
    let values = touched.map(|code| {
        let counts = &state.codes[code];
        let named = name(labels, code).map_or(OTHER.to_owned(), |name| escape(&name));
        let of = |tally: Tally, set: &str| within.people(tally, format!("value/{named}/{set}"));
        let credit = |(model, credit, effects): &(AttributionModel, Credit, Option<Vec<f64>>)| ModelCredit {
            model: *model,
            conversions: credit.conversions[code],
            share: (credited > 0.0).then(|| credit.conversions[code] / credited),
            value: valued(credit.value[code]),
            cost_per_conversion: None,
            return_on_cost: None,
            removal_effect: effects.as_ref().map(|effects| effects[code]),
        };
        AttributedValue {
            value: name(labels, code),
            touches: counts.touches,
            conversions: counts.conversions.count,
            touched: of(counts.touched, "touched"),
            first: of(counts.first, "first"),
            last: of(counts.last, "last"),
            cost: None,
            credits: credits.iter().map(credit).collect(),
        }
    });
    let values = values.collect();
    Ok(AttributionNumbers {
        conversions: Conversions {
            count: state.conversions,
            people: within.people(state.converted, "conversions"),
            value: valued(state.value.value()),
        },
        without_touch: Conversions {
            count: state.without,
            people: within.people(state.without_of, "without-touch"),
            value: valued(state.without_value.value()),
        },
        cut: state.cut,
        lost: within.people(state.lost, "lost"),
        open: within.people(state.open, "open"),
        lag: durations(&state.lag_us),
        touches_mean: state.touches.mean(),
        touches_median: state.touches.median(),
        values,
        chains,
        paths: paths(labels, state, &valued, within),
        path_variants: state.paths.len() as u64,
    })
}

fn paths(labels: &Labels, state: &State, valued: &dyn Fn(f64) -> Option<f64>, within: &Within) -> Vec<AttributedPath> {
    let mut paths = state.paths.sorted();
    paths.retain(|(_, counts)| counts.conversions > 0);
    paths.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.conversions));
    paths.truncate(PATHS_MAX);
    let path = |(path, counts): (&[u8], &folds::attribution::Counts)| {
        let touches: Vec<Option<String>> = path.iter().map(|code| name(labels, *code as usize)).collect();
        let steps = touches.iter().map(|touch| touch.as_deref().map_or(OTHER.to_owned(), escape));
        let pick = format!("path/{}", steps.collect::<Vec<_>>().join("/"));
        AttributedPath {
            touches,
            conversions: counts.conversions,
            people: within.people(counts.converted, pick),
            value: valued(counts.value.value()),
            lost: counts.lost,
        }
    };
    paths.into_iter().map(path).collect()
}

/// None for the code of all other values.
fn name(labels: &Labels, code: usize) -> Option<String> {
    labels.names.get(code).cloned()
}

/// Reads `conversions`, `value/email/touched`, `path/email/%other` and so on.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    let code = |name: &str| match name {
        OTHER => Ok(labels.names.len()),
        name => (labels.label(&unescape(name)?)? as usize).checked_sub(1).ok_or_else(|| unknown(text)),
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["conversions"] => Ok(Pick::Converted),
        ["without-touch"] => Ok(Pick::Without),
        ["lost"] => Ok(Pick::Lost),
        ["open"] => Ok(Pick::Open),
        ["value", value, "touched"] => Ok(Pick::Touched(code(value)?)),
        ["value", value, "first"] => Ok(Pick::First(code(value)?)),
        ["value", value, "last"] => Ok(Pick::Last(code(value)?)),
        ["path", path @ ..] if !path.is_empty() => {
            Ok(Pick::Path(path.iter().map(|step| code(step)).collect::<Result<_>>()?))
        }
        _ => Err(unknown(text)),
    }
}

fn invalid(error: folds::Error) -> Error {
    Error::invalid("attribution", error.to_string())
}

fn too_many(model: AttributionModel, error: &folds::Error) -> Error {
    let mend = match model {
        AttributionModel::Markov1 | AttributionModel::Markov2 => "; tell fewer values apart, or ask for other `models`",
        _ => "",
    };
    Error::invalid(model.id(), format!("{error}{mend}"))
}
