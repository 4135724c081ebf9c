//! Paths: one fold's numbers, named.

use std::collections::BTreeMap;

use folds::paths::{Ends, Pick, State};
use folds::slice::End;
use model::limits::PATH_STEPS_MAX;

use crate::answer::{LabelCount, PathEnd, PathLink, PathPosition, PathVariant, PathsNumbers};
use crate::error::Result;
use crate::groups::Within;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};

/// What stands for the labels that are not listed, and for the end, in links.
pub(crate) const OTHER: &str = "…";

/// How much of the paths an answer lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub positions: usize,
    /// Variants, and labels per position.
    pub top: usize,
    /// Whether labels are stages in their typical order, so that a path has a furthest one.
    pub stages: bool,
}

/// Names the numbers of a state: the most frequent variants, and per position the most frequent labels, the
/// rest and the ended. And whether anything was left out of the lists.
pub(crate) fn numbers(labels: &Labels, state: &State, listed: Listed, within: &Within) -> (PathsNumbers, bool) {
    let Listed { positions, top, stages } = listed;
    let total = state.paths.subjects.count;
    let longest = state.table.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    let matrix = state.step_matrix(positions.min(longest), top);
    let variants = state.top(top);
    let cut = state.variants() > variants.len() || longest > positions;
    let numbers = PathsNumbers {
        subjects: within.people(state.paths, "subjects"),
        variants: state.variants() as u64,
        top: variants
            .into_iter()
            .map(|variant| PathVariant {
                people: within.people(variant.counts.paths, pick_of(labels, &variant.labels)),
                share: variant.counts.paths.subjects.count as f64 / total.max(1) as f64,
                path: variant.labels.iter().map(|label| labels.name(*label)).collect(),
            })
            .collect(),
        links: links(labels, state, &matrix, within),
        last: ends(labels, state.last()),
        furthest: stages.then(|| ends(labels, state.furthest())),
        positions: matrix
            .into_iter()
            .zip(1..)
            .map(|(step, position)| PathPosition {
                position,
                labels: step
                    .labels
                    .into_iter()
                    .map(|(label, subjects)| {
                        let label = labels.name(label);
                        let pick = within.pick(format_args!("step/{position}/{}", escape(&label)));
                        LabelCount { pick, label, subjects }
                    })
                    .collect(),
                other: step.other,
                ended: step.ended,
                ended_pick: within.pick(format_args!("ended/{position}")),
            })
            .collect(),
    };
    (numbers, cut)
}

/// How subjects ended, by label.
fn ends(labels: &Labels, by_label: Vec<(u32, Ends)>) -> Vec<PathEnd> {
    let end = |(label, ends): (u32, Ends)| PathEnd {
        label: labels.name(label),
        goal: ends.of(End::Goal),
        left: ends.of(End::Left),
        open: ends.of(End::Open),
    };
    by_label.into_iter().map(end).collect()
}

/// Links between listed labels of neighbouring positions; labels that are not listed are one [`OTHER`].
fn links(labels: &Labels, state: &State, matrix: &[folds::paths::Step], within: &Within) -> Vec<PathLink> {
    let mut links = Vec::new();
    for (step, pair) in matrix.windows(2).enumerate() {
        let name = |column: &folds::paths::Step, label: u32| {
            if column.labels.iter().any(|(listed, _)| *listed == label) { labels.name(label) } else { OTHER.to_owned() }
        };
        let mut folded = BTreeMap::<(String, String), u64>::new();
        for ((from, to), subjects) in state.links(step) {
            *folded.entry((name(&pair[0], from), name(&pair[1], to))).or_default() += subjects;
        }
        let position = step as u32 + 1;
        links.extend(folded.into_iter().map(|((from, to), subjects)| {
            let listed = from != OTHER && to != OTHER;
            let pick = listed.then(|| within.pick(format_args!("link/{position}/{}/{}", escape(&from), escape(&to))));
            PathLink { position, from, to, subjects, pick }
        }));
    }
    links
}

fn pick_of(labels: &Labels, path: &[u32]) -> String {
    path.iter().fold("path".to_owned(), |pick, label| pick + "/" + &escape(&labels.name(*label)))
}

/// Reads `subjects`, `path/home/catalog` (the subjects whose path is just this), and of position 2, counted from 1,
/// `step/2/catalog`, `link/2/catalog/cart` (from there to the next) and `ended/2` (over before it).
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    let label = |name: &str| labels.label(&unescape(name)?);
    let step = |position: &str| {
        let position = position.parse::<usize>().ok().filter(|position| (1..=PATH_STEPS_MAX).contains(position));
        position.map(|position| position - 1).ok_or_else(|| unknown(text))
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["subjects"] => Ok(Pick::All),
        ["path", names @ ..] if !names.is_empty() => {
            names.iter().map(|name| label(name)).collect::<Result<_>>().map(Pick::Is)
        }
        ["step", at, name] => Ok(Pick::At { step: step(at)?, label: label(name)? }),
        ["link", at, from, to] => Ok(Pick::Link { step: step(at)?, from: label(from)?, to: label(to)? }),
        ["ended", at] => Ok(Pick::EndedBefore { step: step(at)? }),
        _ => Err(unknown(text)),
    }
}
