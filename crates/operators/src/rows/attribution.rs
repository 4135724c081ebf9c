//! An attribution as rows: credit by value, all models side by side; and the paths it was given for.

use std::sync::Arc;

use arrow::array::{ListBuilder, RecordBatch, StringBuilder};
use folds::attribution::{Attribution, Credit, Model, State};

use super::{Columns, Form, Output, unfit};
use crate::error::{Error, Result};
use crate::spec::{FoldSpec, ScanSpec};

/// What all values that are not told apart are called together.
const OTHER: &str = "(other)";

/// The models with the names of their columns: conversions and value. Weights of one's own are the matter of answers.
const MODELS: [(Model, [&str; 2]); 12] = [
    (Model::First, ["first", "first_value"]),
    (Model::Last, ["last", "last_value"]),
    (Model::LastNonDirect, ["last_non_direct", "last_non_direct_value"]),
    (Model::Linear, ["linear", "linear_value"]),
    (Model::Position(Model::U), ["position_u", "position_u_value"]),
    (Model::Position(Model::J), ["position_j", "position_j_value"]),
    (Model::Position(Model::INVERSE_J), ["position_inverse_j", "position_inverse_j_value"]),
    (Model::TimeDecay, ["time_decay", "time_decay_value"]),
    (Model::Participation, ["participation", "participation_value"]),
    (Model::Markov(1), ["markov_1", "markov_1_value"]),
    (Model::Markov(2), ["markov_2", "markov_2_value"]),
    (Model::Shapley, ["shapley", "shapley_value"]),
];

pub(super) fn rows(scan: &ScanSpec, output: &Output, form: Option<Form>, state: &State) -> Result<RecordBatch> {
    let FoldSpec::Attribution(config) = &scan.fold else {
        return Err(Error::defect("an attribution without its parameters"));
    };
    let fold = Attribution::new(config.clone()).map_err(|error| Error::question(error.to_string()))?;
    match form {
        None | Some(Form::Credits) => credits(output, &fold, state),
        Some(Form::Variants) => paths(output, state),
        Some(_) => Err(unfit()),
    }
}

fn name(output: &Output, code: usize) -> String {
    output.labels.get(code).cloned().unwrap_or_else(|| OTHER.to_owned())
}

fn credits(output: &Output, fold: &Attribution, state: &State) -> Result<RecordBatch> {
    let codes = || state.codes.iter();
    let mut columns = Columns::default()
        .text("value", (0..state.codes.len()).map(|code| Some(name(output, code))))
        .count("touches", codes().map(|code| code.touches))
        .count("conversions", codes().map(|code| code.conversions.count))
        .tally(["subjects", "customers"], codes().map(|code| code.touched));
    for (model, [conversions, value]) in MODELS {
        // A chain with too many states is not solved: its columns are empty rather than the others lost.
        let credit = match fold.credit(state, model) {
            Ok(credit) => Some(credit),
            Err(_) if matches!(model, Model::Markov(_)) => None,
            Err(error) => return Err(Error::question(error.to_string())),
        };
        let of = |amounts: fn(&Credit) -> &Vec<f64>| {
            (0..state.codes.len()).map(|code| credit.as_ref().map(|credit| amounts(credit)[code])).collect::<Vec<_>>()
        };
        columns = columns.number(conversions, of(|credit| &credit.conversions).into_iter());
        columns = columns.number(value, of(|credit| &credit.value).into_iter());
    }
    columns.batch()
}

fn paths(output: &Output, state: &State) -> Result<RecordBatch> {
    let mut paths = state.paths.sorted();
    paths.sort_by(|a, b| b.1.conversions.cmp(&a.1.conversions).then_with(|| b.1.lost.cmp(&a.1.lost)));
    paths.truncate(output.top.unwrap_or(usize::MAX));
    let mut lists = ListBuilder::new(StringBuilder::new());
    for (path, _) in &paths {
        path.iter().for_each(|code| lists.values().append_value(name(output, *code as usize)));
        lists.append(true);
    }
    let counts = || paths.iter().map(|(_, counts)| *counts);
    Columns::default()
        .any("path", Arc::new(lists.finish()))
        .count("conversions", counts().map(|counts| counts.conversions))
        .number("value", counts().map(|counts| Some(counts.value.value())))
        .tally(["subjects", "customers"], counts().map(|counts| counts.converted))
        .count("lost", counts().map(|counts| counts.lost))
        .batch()
}
