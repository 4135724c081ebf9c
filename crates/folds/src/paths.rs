//! Paths: which labels follow each other, told apart whole.
//!
//! Every distinct path is counted exactly; what a page shows of them (the most frequent, "other" per step) is
//! folded afterwards, from all of them, so that shares are shares of all paths. Events without label are no
//! steps. Where a path ends and how far it came is counted of all its labels, also of those beyond the steps that
//! are kept.
//!
//! A path is a whole subject, or the part of it between anchors: events that match rules, told by bits of the mask
//! ([`FROM`], [`TO`] …). Where every such event begins a path ([`Begin::Each`]) a subject has several, which may
//! overlap; counts are then of paths.
//!
//! ```
//! use folds::paths::{Config, Keep, Paths, Repeats};
//! use folds::{End, Fold, Slice};
//!
//! let paths = Paths::new(Config { repeats: Repeats::Collapse, keep: Keep::First(3), ..Config::default() })?;
//! let mut state = paths.state();
//! let (time, label) = (&[1, 2, 3, 4, 5], &[7, 7, 0, 2, 9]); // 0 is no step
//! let end = End::Left;
//! paths.fold(&mut state, &Slice { customer: 1, time, label, mask: &[], channel: &[], end, ..Slice::default() });
//! assert_eq!(state.top(1)[0].labels, [7, 2, 9]);
//! # Ok::<(), folds::Error>(())
//! ```

mod piece;
mod short;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::PATH_STEPS_MAX;
use crate::pairs::Pairs;
use crate::paths::piece::{Piece, Visible};
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice, Subject};

pub use table::{Counts, Table};

/// Mask bit of events paths begin at.
pub const FROM: u64 = 1;
/// Mask bit of events paths end at.
pub const TO: u64 = 1 << 1;
/// Mask bit of events that make a path one that got there.
pub const GOAL: u64 = 1 << 2;
/// Mask bit of events that do not exist for paths.
pub const HIDDEN: u64 = 1 << 3;
/// Mask bit of the only events that exist for paths, where that is asked.
pub const SHOWN: u64 = 1 << 4;
/// Mask bit of events that put their subject on the side [`Side::With`].
pub const SIDE: u64 = 1 << 5;

/// Parameters of paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub repeats: Repeats,
    pub keep: Keep,
    /// The anchor paths begin at. None: the first event.
    pub from: Option<Begin>,
    /// The anchor paths end at, which is their last step. None: they end with the subject, or the window.
    pub to: Option<Finish>,
    /// No event of a path is more than this after its first, or, where a path has only an anchor it ends at, before
    /// its last. None: any time.
    pub window_us: Option<i64>,
    /// Whether events with [`HIDDEN`] are left out.
    pub hide: bool,
    /// Whether only events with [`SHOWN`] take part.
    pub only: bool,
    /// Whether a path got there if an event with [`GOAL`] comes at its first event or later, in its window.
    pub goal: bool,
    /// Which subjects take part.
    pub side: Option<Side>,
    /// Whether to keep how long the paths of each variant took.
    pub durations: bool,
    /// Whether labels have an order, so that a path has a furthest one.
    pub furthest: bool,
    /// The question's moment, UTC microseconds: a path whose window reaches past it may go on.
    pub as_of_us: i64,
}

/// What a label directly after the same label is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// A step of its own.
    #[default]
    Keep,
    /// The same step.
    Collapse,
}

/// Which events with [`FROM`] begin a path. Subjects without any have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begin {
    #[default]
    First,
    Each,
}

/// Which event with [`TO`] a path ends at: one after its beginning, or, where it begins anywhere, any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    pub at: At,
    /// Whether a path that comes to no such event is one nevertheless, and goes on to its end.
    #[serde(default)]
    pub or_not: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    #[default]
    First,
    Last,
}

/// Subjects with, or without, an event with [`SIDE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    With,
    Without,
}

/// How many steps of a path are kept, 1 to 100. Steps are counted from the end that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    First(usize),
    Last(usize),
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Paths {
    config: Config,
}

/// What paths add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Paths, and customers with one.
    pub paths: Tally,
    /// Subjects without one: no labelled event, or not the ones paths begin and end at.
    pub without: Tally,
    pub table: Table,
    /// Whether steps are counted from the last one.
    backwards: bool,
    /// By (0, last label of the part).
    last: Pairs<Ends>,
    /// By (0, largest label of the part): the furthest, where labels have an order.
    furthest: Pairs<Ends>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    steps: Scratch<Vec<u32>>,
    #[serde(skip)]
    visible: Scratch<Visible>,
}

/// How paths ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends([u64; 3]);

/// Sets of paths. Steps are counted from 0 at the end that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    All,
    /// No path: a subject that takes part and has none.
    Without,
    /// As far as it is kept, it is just this.
    Is(Vec<u32>),
    StartsWith(Vec<u32>),
    /// Its step at this position has the label.
    At {
        step: usize,
        label: u32,
    },
    /// Its step at this position has another label than these.
    Elsewhere {
        step: usize,
        but: Vec<u32>,
    },
    /// Goes from one label to the other between this step and the next; counted from the last step, from the next to
    /// this one.
    Link {
        step: usize,
        from: u32,
        to: u32,
    },
    /// At most this many steps.
    EndedBefore {
        step: usize,
    },
    /// At most this many steps, and ended so.
    EndedAs {
        step: usize,
        end: End,
    },
    Ended(End),
}

/// A path with its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    pub labels: Vec<u32>,
    pub counts: Counts,
    /// From the first step to the last, also of those not kept, microseconds. Empty unless durations were asked for.
    pub durations_us: Distribution,
}

/// One column of a step matrix: all paths, told apart by what they are at this step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The most frequent labels at this step with their paths, most first.
    pub labels: Vec<(u32, u64)>,
    /// Paths with another label at this step.
    pub other: u64,
    /// How many different labels those are.
    pub other_labels: u64,
    /// Paths that are shorter.
    pub ended: u64,
    /// The same by how they ended.
    pub ended_as: Ends,
}

/// How paths go on from one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// By label and the next, as [`State::links`]: how many paths.
    pub links: BTreeMap<(u32, u32), u64>,
    /// By label, of the paths that are over after the step.
    pub over: BTreeMap<u32, u64>,
}

impl Default for Keep {
    fn default() -> Keep {
        Keep::First(PATH_STEPS_MAX)
    }
}

impl Finish {
    /// At the first (or last) such event; subjects without one have no path.
    pub fn at(at: At) -> Finish {
        Finish { at, or_not: false }
    }
}

impl Config {
    /// Whether masks are read.
    fn reads_masks(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.hide || self.only || self.goal || self.side.is_some()
    }
}

impl Paths {
    pub fn new(config: Config) -> Result<Paths, Error> {
        let (Keep::First(steps) | Keep::Last(steps)) = config.keep;
        if steps == 0 || steps > PATH_STEPS_MAX {
            return Err(Error::config("paths", format!("keep 1 to {PATH_STEPS_MAX} steps of a path, not {steps}")));
        }
        if config.window_us.is_some_and(|window| window <= 0) {
            return Err(Error::config("paths", "a window is longer than nothing"));
        }
        Ok(Paths { config })
    }

    /// Hands each path of a subject to `each`: its steps as far as they are kept, whether there were more, and the
    /// part of the subject it is.
    fn each(&self, subject: &Slice<'_>, visible: &mut Visible, steps: &mut Vec<u32>, mut each: impl FnMut(&Found<'_>)) {
        let config = &self.config;
        if !config.reads_masks() {
            // All of a subject, or its first stretch: nothing has to be copied.
            let piece = Piece::of_all(config, subject);
            let more = self.path(&subject.label[piece.range.clone()], steps);
            if !steps.is_empty() {
                each(&Found { steps, more, labels: &subject.label[piece.range.clone()], time: subject.time, piece });
            }
            return;
        }
        if let Some(side) = config.side
            && subject.mask.iter().any(|mask| mask & SIDE != 0) != (side == Side::With)
        {
            return;
        }
        visible.read(config, subject);
        for nth in 0.. {
            let Some(piece) = visible.piece(config, subject, nth) else { break };
            let Some(piece) = piece else { continue };
            steps.clear();
            let more = match config.keep {
                Keep::First(most) => visible.forwards(config, &piece.range, most, steps),
                Keep::Last(_) => self.path(&visible.label[piece.range.clone()], steps),
            };
            let labels = &visible.label[piece.range.clone()];
            each(&Found { steps, more, labels, time: &visible.time, piece });
        }
    }

    /// Writes the path of these labels; whether there was more of it than is kept. An empty path is none.
    fn path(&self, labels: &[u32], steps: &mut Vec<u32>) -> bool {
        steps.clear();
        match self.config.keep {
            Keep::First(most) => self.take(labels.iter(), most, steps),
            Keep::Last(most) => {
                let more = self.take(labels.iter().rev(), most, steps);
                steps.reverse();
                more
            }
        }
    }

    fn take<'a>(&self, labels: impl Iterator<Item = &'a u32>, most: usize, steps: &mut Vec<u32>) -> bool {
        for label in labels {
            if *label == 0 || (self.config.repeats == Repeats::Collapse && steps.last() == Some(label)) {
                continue;
            }
            if steps.len() == most {
                return true;
            }
            steps.push(*label);
        }
        false
    }

    fn is_picked(&self, found: &Found<'_>, pick: &Pick) -> bool {
        let steps = found.steps;
        let at = |step: usize| match self.config.keep {
            Keep::First(_) => steps.get(step).copied(),
            Keep::Last(_) => steps.len().checked_sub(step + 1).map(|at| steps[at]),
        };
        match pick {
            Pick::All => true,
            Pick::Without => false,
            Pick::Is(labels) => steps == labels,
            Pick::StartsWith(labels) => steps.starts_with(labels),
            Pick::At { step, label } => at(*step) == Some(*label),
            Pick::Elsewhere { step, but } => at(*step).is_some_and(|label| !but.contains(&label)),
            Pick::Link { step, from, to } => {
                let (first, second) = match self.config.keep {
                    Keep::First(_) => (*step, *step + 1),
                    Keep::Last(_) => (*step + 1, *step),
                };
                at(first) == Some(*from) && at(second) == Some(*to)
            }
            Pick::EndedBefore { step } => steps.len() <= *step,
            Pick::EndedAs { step, end } => steps.len() <= *step && found.piece.end == *end,
            Pick::Ended(end) => found.piece.end == *end,
        }
    }
}

/// One path of a subject.
struct Found<'a> {
    steps: &'a [u32],
    /// Whether it has more steps than are kept.
    more: bool,
    /// The labels of all of it.
    labels: &'a [u32],
    /// The times `piece.range` lies in.
    time: &'a [i64],
    piece: Piece,
}

impl Found<'_> {
    /// From the first step to the last, microseconds.
    fn duration_us(&self) -> i64 {
        let time = &self.time[self.piece.range.clone()];
        let first = self.labels.iter().position(|label| *label != 0);
        let last = self.labels.iter().rposition(|label| *label != 0);
        match (first, last) {
            (Some(first), Some(last)) => time[last].saturating_sub(time[first]),
            _ => 0,
        }
    }
}

impl Fold for Paths {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: true, mask: self.config.reads_masks(), ..Needs::default() }
    }

    fn state(&self) -> State {
        State { backwards: matches!(self.config.keep, Keep::Last(_)), ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let State { paths, without, table, last, furthest, turn, steps, visible, .. } = state;
        let turn = &mut turn.0;
        let mut found_any = false;
        self.each(subject, &mut visible.0, &mut steps.0, |found| {
            if found_any {
                // Another path of the same subject counts as one more.
                turn.next(subject.customer);
            }
            found_any = true;
            paths.see(turn);
            let end = found.piece.end as usize;
            let place = table.place_of(found.steps);
            table.kept(place).see(turn.customer_ordinal, found.piece.end, found.more);
            if self.config.durations {
                table.lasted(place, found.duration_us());
            }
            // A path that is kept whole holds all labels there are; only a longer one has to be looked at again.
            let labels = if found.more { found.labels } else { found.steps };
            if let Some(label) = labels.iter().rev().find(|label| **label != 0) {
                last.cell(0, *label).0[end] += 1;
            }
            if self.config.furthest
                && let Some(label) = labels.iter().max()
            {
                furthest.cell(0, *label).0[end] += 1;
            }
        });
        if !found_any && self.takes_part(subject) {
            without.see(turn);
        }
    }

    fn fold_all(&self, state: &mut State, rows: &Slice<'_>, subjects: &[Subject]) {
        let Config { window_us, furthest, keep, .. } = self.config;
        match keep {
            Keep::First(most) if !self.config.reads_masks() && window_us.is_none() && !furthest => {
                self.fold_short(state, rows, subjects, most);
            }
            _ => subjects.iter().for_each(|subject| self.fold(state, &rows.of(subject))),
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.paths.add(from.paths);
        into.without.add(from.without);
        into.table.merge(from.table);
        for (into, from) in [(&mut into.last, from.last), (&mut into.furthest, from.furthest)] {
            for ((a, b), ends) in from.into_entries() {
                into.cell(a, b).add(ends);
            }
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        self.times(subject, pick) > 0
    }

    fn times(&self, subject: &Slice<'_>, pick: &Pick) -> u64 {
        let (mut count, mut found_any) = (0, false);
        self.each(subject, &mut Visible::default(), &mut Vec::new(), |found| {
            found_any = true;
            count += u64::from(self.is_picked(found, pick));
        });
        match pick {
            Pick::Without => u64::from(!found_any && self.takes_part(subject)),
            _ => count,
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.table.bytes() + state.last.bytes() + state.furthest.bytes()
    }
}

impl Paths {
    fn takes_part(&self, subject: &Slice<'_>) -> bool {
        self.config.side.is_none_or(|side| subject.mask.iter().any(|mask| mask & SIDE != 0) == (side == Side::With))
    }
}

impl Ends {
    /// Paths that ended so.
    pub fn of(&self, end: End) -> u64 {
        self.0[end as usize]
    }

    fn add(&mut self, other: Ends) {
        for (into, from) in self.0.iter_mut().zip(other.0) {
            *into += from;
        }
    }
}

impl State {
    /// By the last label of their part, ascending, how paths ended.
    pub fn last(&self) -> Vec<(u32, Ends)> {
        self.last.sorted().into_iter().map(|((_, label), ends)| (label, *ends)).collect()
    }

    /// The same by the largest label, which is the furthest where labels have an order; empty unless asked for.
    pub fn furthest(&self) -> Vec<(u32, Ends)> {
        self.furthest.sorted().into_iter().map(|((_, label), ends)| (label, *ends)).collect()
    }

    /// How all paths ended.
    pub fn ends(&self) -> Ends {
        let mut all = Ends::default();
        self.last.iter().for_each(|(_, ends)| all.add(*ends));
        all
    }

    /// Number of distinct paths.
    pub fn variants(&self) -> usize {
        self.table.len()
    }

    /// The `most` most frequent paths, equally frequent ones in the order of their labels.
    pub fn top(&self, most: usize) -> Vec<Variant> {
        // Only paths as frequent as the last one listed are looked at.
        let least = match most {
            0 => return Vec::new(),
            most if most < self.table.len() => self.nth_most(most - 1),
            _ => 0,
        };
        let frequent = self.table.subjects().enumerate().filter(|(_, subjects)| *subjects >= least);
        let mut variants: Vec<(usize, (Vec<u32>, Counts))> =
            frequent.map(|(place, _)| (place, self.table.at(place))).collect();
        variants.sort_unstable_by(|(_, a), (_, b)| {
            b.1.paths.subjects.count.cmp(&a.1.paths.subjects.count).then_with(|| a.0.cmp(&b.0))
        });
        variants.truncate(most);
        let places: Vec<usize> = variants.iter().map(|(place, _)| *place).collect();
        let durations = self.table.durations_us(&places);
        let variants = variants.into_iter().zip(durations);
        variants.map(|((_, (labels, counts)), durations_us)| Variant { labels, counts, durations_us }).collect()
    }

    /// How many subjects the path has that comes after `before` more frequent ones; there are so many.
    fn nth_most(&self, before: usize) -> u64 {
        // Most paths are rare: how many there are of each small number is counted, the others are put in order.
        let (mut rare, mut frequent) = ([0usize; 256], Vec::new());
        self.table.subjects().for_each(|subjects| match rare.get_mut(subjects as usize) {
            Some(count) => *count += 1,
            None => frequent.push(subjects),
        });
        if before < frequent.len() {
            return *frequent.select_nth_unstable_by(before, |a, b| b.cmp(a)).1;
        }
        let mut left = before - frequent.len();
        for (subjects, count) in rare.iter().enumerate().rev() {
            if left < *count {
                return subjects as u64;
            }
            left -= count;
        }
        0
    }

    /// What is counted of one path; nothing if there was none like it.
    pub fn of(&self, labels: &[u32]) -> Counts {
        self.table.get(labels)
    }

    /// The label of a path at a step, counted from the end that is kept.
    fn at(&self, labels: &[u32], step: usize) -> Option<u32> {
        let at = if self.backwards { labels.len().checked_sub(step + 1)? } else { step };
        labels.get(at).copied()
    }

    /// The first `steps` columns of the step matrix, the `top` most frequent labels of each apart. In each
    /// column labels, other and ended add up to `paths.subjects`.
    pub fn step_matrix(&self, steps: usize, top: usize) -> Vec<Step> {
        let mut by_label = Pairs::<u64>::default();
        let mut ended = vec![Ends::default(); steps];
        self.table.each(|labels, counts| {
            for step in 0..steps.min(labels.len()) {
                if let Some(label) = self.at(labels, step) {
                    *by_label.cell(step as u32, label) += counts.paths.subjects.count;
                }
            }
            ended.iter_mut().skip(labels.len()).for_each(|ended| ended.add(counts.ends()));
        });
        let mut columns: Vec<Vec<(u32, u64)>> = vec![Vec::new(); steps];
        by_label.iter().for_each(|((step, label), count)| columns[step as usize].push((label, *count)));
        columns
            .into_iter()
            .zip(ended)
            .map(|(mut labels, ended_as)| {
                labels.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
                let rest = &labels[top.min(labels.len())..];
                let (other, other_labels) = (rest.iter().map(|(_, count)| count).sum(), rest.len() as u64);
                labels.truncate(top);
                Step { labels, other, other_labels, ended: ended_as.0.iter().sum(), ended_as }
            })
            .collect()
    }

    /// How paths go on from each of the first `steps` steps.
    pub fn flows(&self, steps: usize) -> Vec<Flow> {
        let mut links: Vec<Pairs<u64>> = vec![Pairs::default(); steps];
        let mut over: Pairs<u64> = Pairs::default();
        self.table.each(|labels, counts| {
            let subjects = counts.paths.subjects.count;
            for (step, links) in links.iter_mut().enumerate().take(labels.len()) {
                match (self.at(labels, step), self.at(labels, step + 1)) {
                    (Some(here), Some(next)) if self.backwards => *links.cell(next, here) += subjects,
                    (Some(here), Some(next)) => *links.cell(here, next) += subjects,
                    (Some(here), None) => *over.cell(step as u32, here) += subjects,
                    (None, _) => {}
                }
            }
        });
        let mut flows: Vec<Flow> = links
            .into_iter()
            .map(|links| Flow { links: links.into_entries().collect(), over: BTreeMap::new() })
            .collect();
        for ((step, label), subjects) in over.into_entries() {
            flows[step as usize].over.insert(label, subjects);
        }
        flows
    }

    /// Steps of the longest path that is kept.
    pub fn longest(&self) -> usize {
        self.table.longest()
    }
}
