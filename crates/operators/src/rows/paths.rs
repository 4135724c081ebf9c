//! Paths as rows: variants, steps, and links between steps.

use arrow::array::{ListBuilder, RecordBatch, StringBuilder};
use folds::paths::State;
use folds::slice::End;
use std::sync::Arc;

use super::{Columns, Output, label};
use crate::error::Result;

/// One row a distinct path, most frequent first.
pub(super) fn variants(output: &Output, state: &State) -> Result<RecordBatch> {
    let variants = state.top(output.top.unwrap_or(usize::MAX));
    let mut paths = ListBuilder::new(StringBuilder::new());
    for variant in &variants {
        variant.labels.iter().for_each(|step| paths.values().append_option(label(output, *step)));
        paths.append(true);
    }
    let total = state.paths.subjects.count as f64;
    let ended = |end: End| variants.iter().map(move |variant| variant.counts.ended(end));
    Columns::default()
        .any("path", Arc::new(paths.finish()))
        .tally(["subjects", "customers"], variants.iter().map(|variant| variant.counts.paths))
        .number("share", variants.iter().map(|variant| Some(variant.counts.paths.subjects.count as f64 / total)))
        .count("cut", variants.iter().map(|variant| variant.counts.longer))
        .count("arrived", ended(End::Goal))
        .count("left", ended(End::Left))
        .count("open", ended(End::Open))
        .seconds(&["median_s", "p90_s"], &[0.5, 0.9], variants.iter().map(|variant| &variant.durations_us))
        .batch()
}

/// One row a position and label there; without a label, `ended`: the paths that are shorter.
pub(super) fn positions(output: &Output, state: &State) -> Result<RecordBatch> {
    let matrix = state.step_matrix(state.longest(), usize::MAX);
    let rows: Vec<(u64, Option<u32>, u64)> = (1..)
        .zip(&matrix)
        .flat_map(|(position, step)| {
            let labels = step.labels.iter().map(move |(label, count)| (position, Some(*label), *count));
            labels.chain((step.ended > 0).then_some((position, None, step.ended)))
        })
        .collect();
    let total = state.paths.subjects.count as f64;
    Columns::default()
        .count("position", rows.iter().map(|(position, ..)| *position))
        .text("label", rows.iter().map(|(_, step, _)| step.and_then(|step| label(output, step))))
        .any(
            "ended",
            Arc::new(rows.iter().map(|(_, step, _)| Some(step.is_none())).collect::<arrow::array::BooleanArray>()),
        )
        .count("subjects", rows.iter().map(|(.., count)| *count))
        .number("share", rows.iter().map(|(.., count)| Some(*count as f64 / total)))
        .batch()
}

/// One row a position and the labels there and at the next.
pub(super) fn links(output: &Output, state: &State) -> Result<RecordBatch> {
    let steps = (1u64..).zip(state.flows(state.longest()));
    let rows: Vec<(u64, (u32, u32), u64)> = steps
        .flat_map(|(position, flow)| flow.links.into_iter().map(move |(pair, count)| (position, pair, count)))
        .collect();
    Columns::default()
        .count("position", rows.iter().map(|(position, ..)| *position))
        .text("from", rows.iter().map(|(_, (from, _), _)| label(output, *from)))
        .text("to", rows.iter().map(|(_, (_, to), _)| label(output, *to)))
        .count("subjects", rows.iter().map(|(.., count)| *count))
        .batch()
}
