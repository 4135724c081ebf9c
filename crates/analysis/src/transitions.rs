//! The directly-follows graph, step matrix and what comes next: one fold's numbers, named.

use folds::counters::Tally;
use folds::transitions::{Pick, State};

use crate::answer::{
    LabelCount, LikelyStep, NextSteps, Outlook, OutlookFrom, StepCell, StepColumn, Transition, TransitionNode,
    TransitionsNumbers,
};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::journey_map::durations_and_p95;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};
use crate::question::TransitionsQuestion;
use crate::share::share;

/// # Errors
/// `NotFound` for a label that is none; `Invalid` when a graph has too many labels to be solved.
pub(crate) fn numbers(
    labels: &Labels,
    question: &TransitionsQuestion,
    state: &State,
    within: &Within,
) -> Result<TransitionsNumbers> {
    let mut edges: Vec<Transition> = state
        .edges
        .sorted()
        .into_iter()
        .map(|((from, to), edge)| {
            let follow = state.outgoing(from);
            let ended = state.node(from).map_or(0, |node| node.ended());
            let (gap, gap_p95_s) = durations_and_p95(&edge.gaps_us);
            Transition {
                from: labels.name(from),
                to: labels.name(to),
                count: edge.count,
                people: within.people(edge.tally, pick_of(labels, from, to)),
                share_with_end: edge.count as f64 / (follow + ended) as f64,
                share: edge.count as f64 / follow as f64,
                gap,
                gap_p95_s,
            }
        })
        .collect();
    edges.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    let nodes = nodes(labels, state, within);
    let mut ends: Vec<LabelCount> =
        nodes.iter().map(|node| node.ends.clone()).filter(|ends| ends.subjects > 0).collect();
    ends.sort_by(|a, b| b.subjects.cmp(&a.subjects).then_with(|| a.label.cmp(&b.label)));
    Ok(TransitionsNumbers {
        subjects: within.people(state.subjects, "subjects"),
        edges,
        ends,
        nodes,
        steps: (0..question.steps).map(|step| step_column(labels, state, step, within)).collect(),
        next: match question.after.is_empty() {
            true => None,
            false => Some(next(labels, &question.after, state)?),
        },
        outlook: question.target.as_deref().map(|target| outlook(labels, target, state)).transpose()?,
    })
}

fn nodes(labels: &Labels, state: &State, within: &Within) -> Vec<TransitionNode> {
    let node = |(label, node): (u32, &folds::transitions::Node)| {
        let pick = |kind: &str| format!("{kind}/{}", escape(&labels.name(label)));
        let count =
            |kind: &str, subjects| LabelCount { label: labels.name(label), subjects, pick: within.pick(pick(kind)) };
        TransitionNode {
            label: labels.name(label),
            events: node.events,
            people: within.people(node.tally, pick("at")),
            repeats: within.people(node.repeats, pick("repeat")),
            repeat_share: share(node.repeats.subjects.count, node.tally.subjects.count),
            starts: count("start", node.starts),
            ends: count("end", node.ended()),
        }
    };
    let mut nodes: Vec<TransitionNode> = state.nodes().into_iter().map(node).collect();
    nodes.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.label.cmp(&b.label)));
    nodes
}

fn step_column(labels: &Labels, state: &State, step: u32, within: &Within) -> StepColumn {
    let all = state.subjects.subjects.count;
    let here = state.step(step as usize);
    let cell = |(label, tally): &(u32, Tally)| StepCell {
        label: labels.name(*label),
        people: within.people(*tally, format!("step/{}/{}", step + 1, escape(&labels.name(*label)))),
        share: share(tally.subjects.count, all),
    };
    let mut cells: Vec<StepCell> = here.iter().map(cell).collect();
    cells.sort_by(|a, b| b.people.instances.cmp(&a.people.instances).then_with(|| a.label.cmp(&b.label)));
    let ended = all - here.iter().map(|(_, tally)| tally.subjects.count).sum::<u64>();
    StepColumn {
        step: step + 1,
        labels: cells,
        ended,
        ended_share: share(ended, all),
        ended_pick: within.pick(format!("ended/{}", step + 1)),
    }
}

fn next(labels: &Labels, after: &[String], state: &State) -> Result<NextSteps> {
    let codes = after.iter().map(|label| labels.label(label)).collect::<Result<Vec<u32>>>()?;
    let told = state.next_steps(&codes);
    let next = told.next.into_iter().map(|next| LikelyStep {
        label: (next.label != 0).then(|| labels.name(next.label)),
        count: next.count,
        probability: next.probability,
    });
    Ok(NextSteps { after: after.to_vec(), seen: told.seen, next: next.collect() })
}

fn outlook(labels: &Labels, target: &str, state: &State) -> Result<Outlook> {
    let told = state.outlook(labels.label(target)?);
    let (probability, rows) = told.map_err(|error| Error::invalid("target", error.to_string()))?;
    let mut from: Vec<OutlookFrom> = rows
        .into_iter()
        .map(|row| OutlookFrom {
            label: labels.name(row.label),
            probability: row.reach,
            visits: row.visits,
            events_to_end: row.steps,
        })
        .collect();
    from.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.label.cmp(&b.label)));
    Ok(Outlook { target: target.to_owned(), probability, from })
}

fn pick_of(labels: &Labels, from: u32, to: u32) -> String {
    format!("edge/{}/{}", escape(&labels.name(from)), escape(&labels.name(to)))
}

/// Reads `subjects`, `edge/home/catalog`, `at/home`, `repeat/home`, `start/home`, `end/home`, `step/2/home` and `ended/2`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    // Steps are counted from 1.
    let position =
        |step: &str| step.parse::<usize>().ok().and_then(|step| step.checked_sub(1)).ok_or_else(|| unknown(text));
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["subjects"] => Ok(Pick::All),
        ["edge", from, to] => {
            Ok(Pick::Edge { from: labels.label(&unescape(from)?)?, to: labels.label(&unescape(to)?)? })
        }
        ["at", label] => Ok(Pick::Visits(labels.label(&unescape(label)?)?)),
        ["repeat", label] => Ok(Pick::Repeats(labels.label(&unescape(label)?)?)),
        ["start", label] => Ok(Pick::StartsAt(labels.label(&unescape(label)?)?)),
        ["end", label] => Ok(Pick::EndsAt(labels.label(&unescape(label)?)?)),
        ["step", step, label] => Ok(Pick::At { step: position(step)?, label: labels.label(&unescape(label)?)? }),
        ["ended", step] => Ok(Pick::EndedBefore { step: position(step)? }),
        _ => Err(unknown(text)),
    }
}
