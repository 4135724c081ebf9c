//! Paths: which labels follow each other, told apart whole.
//!
//! Every distinct path is counted exactly; what a page shows of them (the most frequent, "other" per step) is
//! folded afterwards, from all of them, so that shares are shares of all paths. Events without label are no
//! steps. Where a path ends and how far it came is counted of all its labels, also of those beyond the steps that
//! are kept.
//!
//! ```
//! use folds::paths::{Config, Keep, Part, Paths, Repeats};
//! use folds::{End, Fold, Slice};
//!
//! let paths = Paths::new(Config { repeats: Repeats::Collapse, part: Part::Whole, keep: Keep::First(3) })?;
//! let mut state = paths.state();
//! let (time, label) = (&[1, 2, 3, 4, 5], &[7, 7, 0, 2, 9]); // 0 is no step
//! let end = End::Left;
//! paths.fold(&mut state, &Slice { customer: 1, time, label, mask: &[], channel: &[], end, ..Slice::default() });
//! assert_eq!(state.top(1)[0].labels, [7, 2, 9]);
//! # Ok::<(), folds::Error>(())
//! ```

mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::PATH_STEPS_MAX;
use crate::pairs::Pairs;
use crate::slice::{End, Needs, Slice};

pub use table::{Counts, Table};

/// Parameters of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub repeats: Repeats,
    pub part: Part,
    pub keep: Keep,
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

/// The part of a subject a path is made of. Subjects without the label have no path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    #[default]
    Whole,
    /// From the first event with the label on.
    From(u32),
    /// Up to the first event with the label, which is the last step.
    UpTo(u32),
}

/// How many steps of that part are kept, 1 to 100.
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
    /// Subjects with a path.
    pub paths: Tally,
    /// Subjects without one: no labelled event, or not the one the part begins or ends with.
    pub without: Tally,
    pub table: Table,
    /// By (0, last label of the part).
    last: Pairs<Ends>,
    /// By (0, largest label of the part): the furthest, where labels have an order.
    furthest: Pairs<Ends>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    steps: Scratch<Vec<u32>>,
}

/// How subjects ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends([u64; 3]);

/// Sets of subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Has a path.
    All,
    /// Its path, as far as it is kept, is just this.
    Is(Vec<u32>),
    StartsWith(Vec<u32>),
    /// Its step at this position (from 0) has the label.
    At {
        step: usize,
        label: u32,
    },
    /// Goes from one label to the other between this step (from 0) and the next.
    Link {
        step: usize,
        from: u32,
        to: u32,
    },
    /// Has a path of at most this many steps.
    EndedBefore {
        step: usize,
    },
}

/// A path with its counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub labels: Vec<u32>,
    pub counts: Counts,
}

/// One column of a step matrix: all subjects with a path, told apart by what they do at this step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The most frequent labels at this step with their subjects, most first.
    pub labels: Vec<(u32, u64)>,
    /// Subjects with another label at this step.
    pub other: u64,
    /// Subjects whose path is shorter.
    pub ended: u64,
}

impl Paths {
    pub fn new(config: Config) -> Result<Paths, Error> {
        let (Keep::First(steps) | Keep::Last(steps)) = config.keep;
        if steps == 0 || steps > PATH_STEPS_MAX {
            return Err(Error::config("paths", format!("keep 1 to {PATH_STEPS_MAX} steps of a path, not {steps}")));
        }
        if let Part::From(0) | Part::UpTo(0) = config.part {
            return Err(Error::config("paths", "a path begins or ends at a label; 0 stands for events without one"));
        }
        Ok(Paths { config })
    }

    /// The labels of the part that the path is made of.
    fn part<'a>(&self, subject: &Slice<'a>) -> &'a [u32] {
        let labels = subject.label;
        match self.config.part {
            Part::Whole => labels,
            Part::From(first) => &labels[labels.iter().position(|l| *l == first).unwrap_or(labels.len())..],
            Part::UpTo(last) => &labels[..labels.iter().position(|l| *l == last).map_or(0, |at| at + 1)],
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
}

impl Fold for Paths {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: true, ..Needs::default() }
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let turn = state.turn.0;
        let labels = self.part(subject);
        let more = self.path(labels, &mut state.steps.0);
        if state.steps.0.is_empty() {
            state.without.see(&turn);
            return;
        }
        state.paths.see(&turn);
        let kept = state.table.kept(&state.steps.0);
        kept.customers.see(turn.customer_ordinal);
        kept.ends[subject.end as usize] += 1;
        kept.longer += u64::from(more);
        // A path that is kept whole holds all labels there are; only a longer one has to be looked at again.
        let labels = if more { labels } else { state.steps.0.as_slice() };
        if let Some(last) = labels.iter().rev().find(|label| **label != 0) {
            state.last.cell(0, *last).0[subject.end as usize] += 1;
        }
        if let Some(furthest) = labels.iter().max() {
            state.furthest.cell(0, *furthest).0[subject.end as usize] += 1;
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.paths.add(from.paths);
        into.without.add(from.without);
        into.table.merge(&from.table);
        for (into, from) in [(&mut into.last, from.last), (&mut into.furthest, from.furthest)] {
            for ((a, b), ends) in from.into_entries() {
                into.cell(a, b).add(ends);
            }
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut steps = Vec::new();
        self.path(self.part(subject), &mut steps);
        !steps.is_empty()
            && match pick {
                Pick::All => true,
                Pick::Is(labels) => steps == *labels,
                Pick::StartsWith(labels) => steps.starts_with(labels),
                Pick::At { step, label } => steps.get(*step) == Some(label),
                Pick::Link { step, from, to } => steps.get(*step..step + 2) == Some(&[*from, *to]),
                Pick::EndedBefore { step } => steps.len() <= *step,
            }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.table.bytes() + state.last.bytes() + state.furthest.bytes()
    }
}

impl Ends {
    /// Subjects that ended so.
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
    /// By the last label of their part, ascending, how subjects with a path ended.
    pub fn last(&self) -> Vec<(u32, Ends)> {
        self.last.sorted().into_iter().map(|((_, label), ends)| (label, *ends)).collect()
    }

    /// The same by the largest label, which is the furthest where labels have an order.
    pub fn furthest(&self) -> Vec<(u32, Ends)> {
        self.furthest.sorted().into_iter().map(|((_, label), ends)| (label, *ends)).collect()
    }

    /// Number of distinct paths.
    pub fn variants(&self) -> usize {
        self.table.len()
    }

    /// The `most` most frequent paths, equally frequent ones in the order of their labels.
    pub fn top(&self, most: usize) -> Vec<Variant> {
        let mut variants: Vec<Variant> = self.table.iter().map(|(labels, counts)| Variant { labels, counts }).collect();
        variants.sort_unstable_by(|a, b| {
            b.counts.paths.subjects.count.cmp(&a.counts.paths.subjects.count).then_with(|| a.labels.cmp(&b.labels))
        });
        variants.truncate(most);
        variants
    }

    /// The first `steps` columns of the step matrix, the `top` most frequent labels of each apart. In each
    /// column labels, other and ended add up to `paths.subjects`.
    pub fn step_matrix(&self, steps: usize, top: usize) -> Vec<Step> {
        let mut columns = vec![(BTreeMap::<u32, u64>::new(), 0); steps];
        for (labels, counts) in self.table.iter() {
            let subjects = counts.paths.subjects.count;
            for (step, (by_label, ended)) in columns.iter_mut().enumerate() {
                match labels.get(step) {
                    Some(label) => *by_label.entry(*label).or_default() += subjects,
                    None => *ended += subjects,
                }
            }
        }
        columns
            .into_iter()
            .map(|(by_label, ended)| {
                let mut labels: Vec<(u32, u64)> = by_label.into_iter().collect();
                labels.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
                let other = labels.iter().skip(top).map(|(_, count)| count).sum();
                labels.truncate(top);
                Step { labels, other, ended }
            })
            .collect()
    }

    /// How many subjects go from one label to another between step `step` (from 0) and the next.
    pub fn links(&self, step: usize) -> BTreeMap<(u32, u32), u64> {
        let mut links = BTreeMap::new();
        for (labels, counts) in self.table.iter() {
            if let Some([from, to]) = labels.get(step..step + 2) {
                *links.entry((*from, *to)).or_default() += counts.paths.subjects.count;
            }
        }
        links
    }
}
