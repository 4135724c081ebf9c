//! The directly-follows graph: one fold's numbers, named.

use folds::transitions::{Pick, State};

use crate::answer::{LabelCount, Transition, TransitionsNumbers};
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};

pub(crate) fn numbers(labels: &Labels, state: &State, within: &Within) -> TransitionsNumbers {
    let mut edges: Vec<Transition> = state
        .edges
        .sorted()
        .into_iter()
        .map(|((from, to), edge)| {
            let follow = state.outgoing(from);
            let ended = state.node(from).map_or(0, |node| node.ended());
            Transition {
                from: labels.name(from),
                to: labels.name(to),
                count: edge.count,
                people: within.people(edge.tally, pick_of(labels, from, to)),
                share_with_end: edge.count as f64 / (follow + ended) as f64,
                share: edge.count as f64 / follow as f64,
                gap: durations(&edge.gaps_us),
                gap_p95_s: edge.gaps_us.p95().map(|us| us / 1e6),
            }
        })
        .collect();
    edges.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    let ends = state.nodes().into_iter().filter(|(_, node)| node.ended() > 0);
    let mut ends: Vec<LabelCount> = ends
        .map(|(label, node)| LabelCount {
            pick: within.pick(end_of(labels, label)),
            label: labels.name(label),
            subjects: node.ended(),
        })
        .collect();
    ends.sort_by_key(|end| std::cmp::Reverse(end.subjects));
    TransitionsNumbers { subjects: within.people(state.subjects, "subjects"), edges, ends }
}

fn pick_of(labels: &Labels, from: u32, to: u32) -> String {
    format!("edge/{}/{}", escape(&labels.name(from)), escape(&labels.name(to)))
}

fn end_of(labels: &Labels, label: u32) -> String {
    format!("end/{}", escape(&labels.name(label)))
}

/// Reads `subjects`, `edge/home/catalog` and `end/home`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["subjects"] => Ok(Pick::All),
        ["edge", from, to] => {
            Ok(Pick::Edge { from: labels.label(&unescape(from)?)?, to: labels.label(&unescape(to)?)? })
        }
        ["end", label] => Ok(Pick::EndsAt(labels.label(&unescape(label)?)?)),
        _ => Err(unknown(text)),
    }
}
