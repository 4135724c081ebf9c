//! Transitions as rows: the edges of the graph, its nodes, and the steps by label.

use arrow::array::RecordBatch;
use folds::transitions::State;

use super::{Columns, Form, Output, label, unfit};
use crate::error::Result;

pub(super) fn rows(output: &Output, form: Option<Form>, state: &State) -> Result<RecordBatch> {
    match form {
        None | Some(Form::Edges) => edges(output, state),
        Some(Form::Nodes) => nodes(output, state),
        Some(Form::StepMatrix) => steps(output, state),
        Some(_) => Err(unfit()),
    }
}

fn edges(output: &Output, state: &State) -> Result<RecordBatch> {
    let edges = state.edges.sorted();
    Columns::default()
        .text("from", edges.iter().map(|((from, _), _)| label(output, *from)))
        .text("to", edges.iter().map(|((_, to), _)| label(output, *to)))
        .count("count", edges.iter().map(|(_, edge)| edge.count))
        .tally(["subjects", "customers"], edges.iter().map(|(_, edge)| edge.tally))
        .number("share", edges.iter().map(|((from, _), edge)| Some(edge.count as f64 / state.outgoing(*from) as f64)))
        .seconds(&["median_s", "p95_s"], &[0.5, 0.95], edges.iter().map(|(_, edge)| &edge.gaps_us))
        .batch()
}

fn nodes(output: &Output, state: &State) -> Result<RecordBatch> {
    let nodes = state.nodes();
    Columns::default()
        .text("label", nodes.iter().map(|(of, _)| label(output, *of)))
        .count("events", nodes.iter().map(|(_, node)| node.events))
        .tally(["subjects", "customers"], nodes.iter().map(|(_, node)| node.tally))
        .tally(["repeat_subjects", "repeat_customers"], nodes.iter().map(|(_, node)| node.repeats))
        .count("starts", nodes.iter().map(|(_, node)| node.starts))
        .count("ends", nodes.iter().map(|(_, node)| node.ended()))
        .batch()
}

/// By step and label; who ended before a step is in none of its rows.
fn steps(output: &Output, state: &State) -> Result<RecordBatch> {
    let all = state.subjects.subjects.count as f64;
    let mut rows = Vec::new();
    for step in 0.. {
        let here = state.step(step);
        if here.is_empty() {
            break;
        }
        rows.extend(here.into_iter().map(|(of, tally)| (step as u64 + 1, of, tally)));
    }
    Columns::default()
        .count("step", rows.iter().map(|(step, ..)| *step))
        .text("label", rows.iter().map(|(_, of, _)| label(output, *of)))
        .tally(["subjects", "customers"], rows.iter().map(|(.., tally)| *tally))
        .number("share", rows.iter().map(|(.., tally)| Some(tally.subjects.count as f64 / all)))
        .batch()
}
