//! Paths: one fold's numbers, named.

use std::collections::BTreeMap;

use folds::counters::Tally;
use folds::paths::{Pick, State};
use folds::slice::End;

use crate::answer::{LabelCount, Meta, PathEnd, PathLink, PathPosition, PathVariant, PathsAnswer, People};
use crate::error::Result;
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
/// rest and the ended.
pub(crate) fn answer(labels: &Labels, state: &State, listed: Listed, meta: Meta) -> PathsAnswer {
    let Listed { positions, top, stages } = listed;
    let whole = state.table.iter().all(|(_, counts)| counts.longer == 0);
    let total = state.paths.subjects.count;
    let longest = state.table.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    let matrix = state.step_matrix(positions.min(longest), top);
    let variants = state.top(top);
    let cut = state.variants() > variants.len() || longest > positions;
    PathsAnswer {
        subjects: people(state.paths, "subjects".into()),
        variants: state.variants() as u64,
        top: variants
            .into_iter()
            .map(|variant| PathVariant {
                people: people(variant.counts.paths, pick_of(labels, &variant.labels)),
                share: variant.counts.paths.subjects.count as f64 / total.max(1) as f64,
                path: variant.labels.iter().map(|label| labels.name(*label)).collect(),
            })
            .collect(),
        links: links(labels, state, &matrix),
        last: whole.then(|| ends(labels, state, |path| path.last().copied())),
        furthest: (whole && stages).then(|| ends(labels, state, |path| path.iter().max().copied())),
        positions: matrix
            .into_iter()
            .zip(1..)
            .map(|(step, position)| PathPosition {
                position,
                labels: step
                    .labels
                    .into_iter()
                    .map(|(label, subjects)| LabelCount { label: labels.name(label), subjects })
                    .collect(),
                other: step.other,
                ended: step.ended,
            })
            .collect(),
        meta: Meta { truncated: cut, ..meta },
    }
}

/// How subjects ended, by the label `of` their path.
fn ends(labels: &Labels, state: &State, of: impl Fn(&[u32]) -> Option<u32>) -> Vec<PathEnd> {
    let mut ends = BTreeMap::<u32, PathEnd>::new();
    for (path, counts) in state.table.iter() {
        let Some(label) = of(&path) else { continue };
        let end = ends.entry(label).or_insert_with(|| PathEnd { label: labels.name(label), ..PathEnd::default() });
        end.goal += counts.ended(End::Goal);
        end.left += counts.ended(End::Left);
        end.open += counts.ended(End::Open);
    }
    ends.into_values().collect()
}

/// Links between listed labels of neighbouring positions; labels that are not listed are one [`OTHER`].
fn links(labels: &Labels, state: &State, matrix: &[folds::paths::Step]) -> Vec<PathLink> {
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
        links.extend(folded.into_iter().map(|((from, to), subjects)| PathLink { position, from, to, subjects }));
    }
    links
}

fn pick_of(labels: &Labels, path: &[u32]) -> String {
    path.iter().fold("path".to_owned(), |pick, label| pick + "/" + &escape(&labels.name(*label)))
}

/// Reads `subjects` and `path/home/catalog`: the subjects whose path is just this.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    if text == "subjects" {
        return Ok(Pick::All);
    }
    let path = text.strip_prefix("path/").ok_or_else(|| unknown(text))?;
    path.split('/').map(|name| labels.label(&unescape(name)?)).collect::<Result<Vec<u32>>>().map(Pick::Is)
}

fn people(tally: Tally, pick: String) -> People {
    People { instances: tally.subjects.count, customers: tally.customers.count, pick }
}
