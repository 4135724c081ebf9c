//! What a funnel adds up to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counters::{Distinct, Scratch, Tally, Turn};
use crate::pairs::Pairs;
use crate::quantile::Distribution;

/// The sums of a funnel. Vectors are by step, 0-based. Where every attempt counts, the subjects of a tally are
/// attempts, but in `subjects`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// All subjects, also those that never entered.
    pub subjects: Tally,
    /// Subjects left out because of an excluded event; they count nowhere below.
    pub removed: Tally,
    /// Subjects that reached the step, and customers who have such a subject. Of an optional step: that did it.
    pub reached: Vec<Tally>,
    /// Subjects that reached the step and no further, but may still: a window of theirs is running. An optional step
    /// is nobody's last.
    pub open: Vec<Tally>,
    /// Subjects that reached the step and no further, and will not. At the last step these are the converted.
    pub stopped: Vec<Tally>,
    /// From the event of the last step before that is not optional to the step's own, each step at its earliest.
    /// Microseconds; nothing for the first step.
    pub from_previous_us: Vec<Distribution>,
    /// The same from the event the run began with.
    pub from_entry_us: Vec<Distribution>,
    /// What those who stopped did next; empty if it was not asked for, and at the last step.
    pub next: Vec<Next>,
    /// By period of the trend in which runs began.
    pub trend: BTreeMap<u32, Stretch>,
    #[serde(skip)]
    pub(super) turn: Scratch<Turn>,
    #[serde(skip)]
    pub(super) places: Scratch<Vec<u32>>,
}

/// What came after the last event of runs that stopped at a step. The tallies add up to theirs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Next {
    /// By label and channel of the very next event.
    pub events: Pairs<NextEvent>,
    /// No further event.
    pub nothing: Tally,
}

/// The next event, within the run's window or after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextEvent {
    pub within: Tally,
    pub after: Tally,
}

/// Runs that began in one stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// By step, as [`State::reached`].
    pub reached: Vec<Tally>,
    /// Those that may still go on.
    pub open: Tally,
}

impl State {
    pub(super) fn new(steps: usize, next: bool) -> State {
        State {
            reached: vec![Tally::default(); steps],
            open: vec![Tally::default(); steps],
            stopped: vec![Tally::default(); steps],
            from_previous_us: vec![Distribution::default(); steps],
            from_entry_us: vec![Distribution::default(); steps],
            next: if next { vec![Next::default(); steps] } else { Vec::new() },
            ..State::default()
        }
    }

    pub(super) fn merge(&mut self, from: State) {
        self.subjects.add(from.subjects);
        self.removed.add(from.removed);
        add_tallies(&mut self.reached, &from.reached);
        add_tallies(&mut self.open, &from.open);
        add_tallies(&mut self.stopped, &from.stopped);
        for (into, from) in self.from_previous_us.iter_mut().zip(from.from_previous_us) {
            into.merge(from);
        }
        for (into, from) in self.from_entry_us.iter_mut().zip(from.from_entry_us) {
            into.merge(from);
        }
        for (into, from) in self.next.iter_mut().zip(from.next) {
            into.nothing.add(from.nothing);
            for ((label, channel), from) in from.events.into_entries() {
                let into = into.events.cell(label, channel);
                into.within.add(from.within);
                into.after.add(from.after);
            }
        }
        for (stretch, from) in from.trend {
            let into = self.trend.entry(stretch).or_default();
            into.reached.resize(self.reached.len(), Tally::default());
            add_tallies(&mut into.reached, &from.reached);
            into.open.add(from.open);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let times = self.from_previous_us.iter().chain(&self.from_entry_us).map(Distribution::bytes).sum::<usize>();
        let next = self.next.iter().map(|next| size_of::<Next>() + next.events.bytes()).sum::<usize>();
        let steps = self.reached.len() * size_of::<Tally>();
        size_of::<State>() + times + next + steps * 3 + self.trend.len() * (size_of::<Stretch>() + steps)
    }
}

fn add_tallies(into: &mut [Tally], from: &[Tally]) {
    for (into, from) in into.iter_mut().zip(from) {
        into.add(*from);
    }
}

impl Tally {
    /// A tally of known counts, for comparing.
    pub fn of(subjects: u64, customers: u64) -> Tally {
        Tally { subjects: Distinct::from(subjects), customers: Distinct::from(customers) }
    }
}
