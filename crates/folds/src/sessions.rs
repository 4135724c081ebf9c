//! Sessions: how many, how long, where they begin and end.
//!
//! Works on whatever subjects the slicer makes; with `Slicer::Session` they are sessions. Which gap ends one
//! is the slicer's matter.

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn, add_all};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::LABELS_MAX;
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice};

/// The fold. `labels` is the largest label to keep counts for; 0 keeps none and reads no labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    labels: u32,
}

/// What sessions add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Sessions, and customers with at least one.
    pub sessions: Tally,
    pub events: u64,
    /// Sessions of one event.
    pub bounces: Tally,
    /// Sessions that may still go on as of the question's moment.
    pub open: Tally,
    /// From the first event of a session to its last, microseconds; 0 for a bounce.
    pub durations_us: Distribution,
    /// By label; label 0 collects events without one.
    pub labels: Vec<LabelCounts>,
    /// At n: customers with more than n sessions.
    more_than: Vec<u64>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    /// Sessions so far of the customer whose turn it is.
    #[serde(skip)]
    so_far: Scratch<usize>,
}

/// What a label is to sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelCounts {
    /// Sessions whose first event has the label.
    pub entries: u64,
    /// Sessions whose last event has the label.
    pub exits: u64,
    /// Sessions with such an event, and customers who have such a session.
    pub containing: Tally,
}

/// Sets of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    All,
    Bounced,
    Open,
    /// Begins with the label.
    Entered(u32),
    /// Ends with the label.
    Exited(u32),
    Contains(u32),
    /// `from_us ≤ duration < to_us`.
    Lasted {
        from_us: i64,
        to_us: i64,
    },
}

impl Sessions {
    pub fn new(labels: u32) -> Result<Sessions, Error> {
        if labels > LABELS_MAX {
            return Err(Error::config("sessions", format!("{labels} labels, at most {LABELS_MAX} are counted apart")));
        }
        Ok(Sessions { labels })
    }
}

impl State {
    /// Number of sessions → customers with so many.
    pub fn per_customer(&self) -> Vec<(u64, u64)> {
        let next = self.more_than.iter().skip(1).chain(std::iter::once(&0));
        (1..).zip(self.more_than.iter().zip(next).map(|(more, next)| more - next)).filter(|(_, n)| *n > 0).collect()
    }
}

impl Fold for Sessions {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: self.labels > 0, ..Needs::default() }
    }

    fn state(&self) -> State {
        let labels = if self.labels == 0 { 0 } else { self.labels as usize + 1 };
        State { labels: vec![LabelCounts::default(); labels], ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        if state.turn.0.next(subject.customer) {
            state.so_far.0 = 0;
        }
        let turn = &state.turn.0;
        state.sessions.see(turn);
        state.events += subject.len() as u64;
        state.durations_us.push(subject.duration_us());
        if bounced(subject) {
            state.bounces.see(turn);
        }
        if subject.end == End::Open {
            state.open.see(turn);
        }
        if state.so_far.0 == state.more_than.len() {
            state.more_than.push(0);
        }
        state.more_than[state.so_far.0] += 1;
        state.so_far.0 += 1;
        if let (true, [first, .., last] | [first @ last]) = (!state.labels.is_empty(), subject.label) {
            if let Some(label) = state.labels.get_mut(*first as usize) {
                label.entries += 1;
            }
            if let Some(label) = state.labels.get_mut(*last as usize) {
                label.exits += 1;
            }
            for label in subject.label {
                if let Some(label) = state.labels.get_mut(*label as usize) {
                    label.containing.see(turn);
                }
            }
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.sessions.add(from.sessions);
        into.events += from.events;
        into.bounces.add(from.bounces);
        into.open.add(from.open);
        into.durations_us.merge(from.durations_us);
        for (into, from) in into.labels.iter_mut().zip(from.labels) {
            into.entries += from.entries;
            into.exits += from.exits;
            into.containing.add(from.containing);
        }
        add_all(&mut into.more_than, &from.more_than);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        match pick {
            Pick::All => true,
            Pick::Bounced => bounced(subject),
            Pick::Open => subject.end == End::Open,
            Pick::Entered(label) => subject.label.first() == Some(label),
            Pick::Exited(label) => subject.label.last() == Some(label),
            Pick::Contains(label) => subject.label.contains(label),
            Pick::Lasted { from_us, to_us } => (*from_us..*to_us).contains(&subject.duration_us()),
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>()
            + state.durations_us.bytes()
            + state.labels.capacity() * size_of::<LabelCounts>()
            + state.more_than.capacity() * size_of::<u64>()
    }
}

fn bounced(subject: &Slice<'_>) -> bool {
    subject.len() == 1
}
