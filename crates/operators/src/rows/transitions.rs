//! Transitions as rows: the edges of the graph, its nodes, and the steps by label.

use arrow::array::RecordBatch;
use folds::transitions::State;

use super::{Columns, Form, Output, label, unfit};
use crate::error::{Error, Result};

pub(super) fn rows(output: &Output, form: Option<Form>, state: &State) -> Result<RecordBatch> {
    match form {
        None | Some(Form::Edges) => edges(output, state),
        Some(Form::Nodes) => nodes(output, state),
        Some(Form::StepMatrix) => steps(output, state),
        Some(Form::Likely) => likely(output, state),
        Some(Form::Outlook) => outlook(output, state),
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

/// What comes next after `output.after`, the end without a label.
fn likely(output: &Output, state: &State) -> Result<RecordBatch> {
    if output.after.is_empty() {
        return Err(Error::question("after: name the events after which the next step is asked, as in [\"cart\"]"));
    }
    let after = output.after.iter().map(|name| labelled("after", output, name)).collect::<Result<Vec<u32>>>()?;
    let next = state.next_steps(&after).next;
    Columns::default()
        .text("label", next.iter().map(|next| label(output, next.label)))
        .count("count", next.iter().map(|next| next.count))
        .number("probability", next.iter().map(|next| Some(next.probability)))
        .batch()
}

/// The graph as a Markov chain with regard to `output.target`; before the first event, without a label, first.
fn outlook(output: &Output, state: &State) -> Result<RecordBatch> {
    let target = output.target.as_deref();
    let target = target.ok_or_else(|| Error::question("target: name the event that is to be reached"))?;
    let told = state.outlook(labelled("target", output, target)?);
    let (whole, from) = told.map_err(|error| Error::question(format!("target: {error}")))?;
    let begin = (None, Some(whole), None, None);
    let from = from.iter().map(|row| (label(output, row.label), Some(row.reach), Some(row.visits), Some(row.steps)));
    let rows: Vec<_> = std::iter::once(begin).chain(from).collect();
    Columns::default()
        .text("label", rows.iter().map(|(label, ..)| label.clone()))
        .number("probability", rows.iter().map(|(_, reach, ..)| *reach))
        .number("visits", rows.iter().map(|(.., visits, _)| *visits))
        .number("events_to_end", rows.iter().map(|(.., steps)| *steps))
        .batch()
}

/// The label called so.
fn labelled(option: &str, output: &Output, name: &str) -> Result<u32> {
    let at = output.labels.iter().position(|label| label == name);
    let at =
        at.ok_or_else(|| Error::question(format!("{option}: `{name}` is none of the events or stages there are")))?;
    Ok(at as u32 + 1)
}
