//! Paths: one fold's numbers, named.

mod compare;
mod settle;

use std::collections::BTreeMap;

use folds::paths::{Counts, Ends, Pick, State, Step};
use folds::slice::End;
use model::limits::PATH_STEPS_MAX;

use crate::answer::{
    CountedFrom, LabelCount, PathCount, PathEnd, PathEnds, PathLink, PathPosition, PathVariant, PathsNumbers, Share,
};
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};
use crate::share::share;

pub(crate) use compare::{Differences, Population, compare};
pub(crate) use settle::settle;

/// What stands for the labels that are not listed in links.
pub(crate) const OTHER: &str = "…";

/// Begins the picks of the population compared with.
pub(crate) const AGAINST: &str = "against/";

/// How much of the paths an answer lists, and what they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub positions: usize,
    /// Variants, and labels per position.
    pub top: usize,
    /// Whether labels are stages in their typical order, so that a path has a furthest one.
    pub stages: bool,
    /// Whether paths are to get somewhere.
    pub goal: bool,
    pub counted_from: CountedFrom,
}

impl Listed {
    /// The columns of the step matrix that are listed.
    fn matrix(&self, state: &State) -> Vec<Step> {
        state.step_matrix(self.positions.min(state.longest()), self.top)
    }

    fn share_to_goal(self, ends: Ends) -> Option<Share> {
        let (goal, left) = (ends.of(End::Goal), ends.of(End::Left));
        self.goal.then(|| share(goal, goal + left))
    }
}

/// Names the numbers of a state: the most frequent variants, and per position the most frequent labels, the
/// rest and the ended. And whether anything was left out of the lists.
pub(crate) fn numbers(labels: &Labels, state: &State, listed: Listed, within: &Within) -> (PathsNumbers, bool) {
    let total = state.paths.subjects.count;
    let matrix = listed.matrix(state);
    let variants = state.top(listed.top);
    let cut = state.variants() > variants.len() || state.longest() > listed.positions;
    let numbers = PathsNumbers {
        subjects: within.people(state.paths, "subjects"),
        without: within.people(state.without, "without"),
        ends: counts_of(state.ends(), |end| within.pick(format_args!("end/{end}"))),
        to_goal: listed.share_to_goal(state.ends()),
        variants: state.variants() as u64,
        top: variants
            .into_iter()
            .map(|variant| PathVariant {
                people: within.people(variant.counts.paths, pick_of(labels, &variant.labels)),
                share: share(variant.counts.paths.subjects.count, total),
                longer: variant.counts.longer,
                duration: durations(&variant.durations_us),
                to_goal: listed.share_to_goal(variant.counts.ends()),
                open: variant.counts.ended(End::Open),
                path: variant.labels.iter().map(|label| labels.name(*label)).collect(),
            })
            .collect(),
        counted_from: listed.counted_from,
        links: links(labels, state, &matrix, listed.counted_from, within),
        last: ends(labels, state.last()),
        furthest: listed.stages.then(|| ends(labels, state.furthest())),
        positions: matrix.into_iter().zip(1..).map(|(step, at)| position(labels, step, at, within)).collect(),
    };
    (numbers, cut)
}

fn position(labels: &Labels, step: Step, position: u32, within: &Within) -> PathPosition {
    let named: Vec<(String, u64)> = step.labels.iter().map(|(label, count)| (labels.name(*label), *count)).collect();
    let but: String = named.iter().map(|(label, _)| format!("/{}", escape(label))).collect();
    PathPosition {
        position,
        labels: named
            .into_iter()
            .map(|(label, subjects)| {
                let pick = within.pick(format_args!("step/{position}/{}", escape(&label)));
                LabelCount { pick, label, subjects }
            })
            .collect(),
        other: step.other,
        other_labels: step.other_labels,
        ended: step.ended,
        ended_pick: within.pick(format_args!("ended/{position}")),
        ended_as: counts_of(step.ended_as, |end| within.pick(format_args!("ended/{position}/{end}"))),
        rest: PathCount { subjects: step.other, pick: within.pick(format_args!("rest/{position}{but}")) },
    }
}

/// How paths ended, opened by what `pick` makes of `goal`, `left` and `open`.
fn counts_of(ends: Ends, pick: impl Fn(&str) -> String) -> PathEnds {
    let count = |end: End, name: &str| PathCount { subjects: ends.of(end), pick: pick(name) };
    PathEnds { goal: count(End::Goal, "goal"), left: count(End::Left, "left"), open: count(End::Open, "open") }
}

/// How paths ended, by label.
fn ends(labels: &Labels, by_label: Vec<(u32, Ends)>) -> Vec<PathEnd> {
    let end = |(label, ends): (u32, Ends)| PathEnd {
        label: labels.name(label),
        goal: ends.of(End::Goal),
        left: ends.of(End::Left),
        open: ends.of(End::Open),
    };
    by_label.into_iter().map(end).collect()
}

/// Links between listed labels of neighbouring positions; labels that are not listed are one [`OTHER`], and paths that
/// have no neighbour there link to nothing.
fn links(labels: &Labels, state: &State, matrix: &[Step], from: CountedFrom, within: &Within) -> Vec<PathLink> {
    let name = |column: &Step, label: u32| {
        let listed = column.labels.iter().any(|(listed, _)| *listed == label);
        if listed { labels.name(label) } else { OTHER.to_owned() }
    };
    let mut links = Vec::new();
    for ((step, here), flow) in matrix.iter().enumerate().zip(state.flows(matrix.len())) {
        let mut folded = BTreeMap::<(Option<String>, Option<String>), u64>::new();
        // The last position listed has no next one to link to.
        if let Some(next) = matrix.get(step + 1) {
            let (first, second) = if from == CountedFrom::First { (here, next) } else { (next, here) };
            for ((from, to), subjects) in flow.links {
                *folded.entry((Some(name(first, from)), Some(name(second, to)))).or_default() += subjects;
            }
            for (label, subjects) in flow.over {
                let label = Some(name(here, label));
                let link = if from == CountedFrom::First { (label, None) } else { (None, label) };
                *folded.entry(link).or_default() += subjects;
            }
        }
        let position = step as u32 + 1;
        links.extend(folded.into_iter().map(|((from, to), subjects)| {
            let pick = match (&from, &to) {
                (Some(from), Some(to)) if from != OTHER && to != OTHER => {
                    Some(within.pick(format_args!("link/{position}/{}/{}", escape(from), escape(to))))
                }
                _ => None,
            };
            PathLink { position, from, to, subjects, pick }
        }));
    }
    links
}

fn pick_of(labels: &Labels, path: &[u32]) -> String {
    path.iter().fold("path".to_owned(), |pick, label| pick + "/" + &escape(&labels.name(*label)))
}

/// Of the paths of a state, those that are like this one; none if nothing has its labels.
fn like(labels: &Labels, state: &State, path: &[String]) -> Counts {
    let labels: Result<Vec<u32>> = path.iter().map(|name| labels.label(name)).collect();
    labels.map_or_else(|_| Counts::default(), |labels| state.of(&labels))
}

/// Reads `subjects`, `without`, `end/left`, `path/home/catalog` (the paths that are just this), and of position 2, counted
/// from 1, `step/2/catalog`, `rest/2/catalog/cart` (at none of these), `link/2/catalog/cart` (from there to the next),
/// `ended/2` (over before it) and `ended/2/left`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    let label = |name: &str| labels.label(&unescape(name)?);
    let step = |position: &str| {
        let position = position.parse::<usize>().ok().filter(|position| (1..=PATH_STEPS_MAX).contains(position));
        position.map(|position| position - 1).ok_or_else(|| unknown(text))
    };
    let end = |name: &str| match name {
        "goal" => Ok(End::Goal),
        "left" => Ok(End::Left),
        "open" => Ok(End::Open),
        _ => Err(unknown(text)),
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["subjects"] => Ok(Pick::All),
        ["without"] => Ok(Pick::Without),
        ["end", name] => Ok(Pick::Ended(end(name)?)),
        ["path", names @ ..] if !names.is_empty() => {
            names.iter().map(|name| label(name)).collect::<Result<_>>().map(Pick::Is)
        }
        ["step", at, name] => Ok(Pick::At { step: step(at)?, label: label(name)? }),
        ["rest", at, names @ ..] => {
            let but = names.iter().map(|name| label(name)).collect::<Result<_>>()?;
            Ok(Pick::Elsewhere { step: step(at)?, but })
        }
        ["link", at, from, to] => Ok(Pick::Link { step: step(at)?, from: label(from)?, to: label(to)? }),
        ["ended", at] => Ok(Pick::EndedBefore { step: step(at)? }),
        ["ended", at, name] => Ok(Pick::EndedAs { step: step(at)?, end: end(name)? }),
        _ => Err(unknown(text)),
    }
}
