//! Transitions: which label directly follows which, how often, for how many, after how long.
//!
//! Events without label are skipped: the labelled event after them follows the one before them.
//!
//! ```
//! use folds::transitions::Transitions;
//! use folds::{End, Fold, Slice};
//!
//! let mut state = Transitions.state();
//! let (time, label) = (&[0, 5, 9, 20], &[1, 2, 1, 2]);
//! let end = End::Left;
//! Transitions.fold(&mut state, &Slice { customer: 1, time, label, mask: &[], channel: &[], end, ..Slice::default() });
//! let edge = state.edges.get(1, 2).unwrap();
//! assert_eq!((edge.count, edge.tally.subjects.count, edge.gaps_us.median()), (2, 1, Some(8.0)));
//! ```

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn};
use crate::fold::Fold;
use crate::pairs::Pairs;
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice};

/// The fold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transitions;

/// What transitions add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Subjects with at least one labelled event.
    pub subjects: Tally,
    /// By (from, to).
    pub edges: Pairs<Edge>,
    /// By (0, label).
    nodes: Pairs<Node>,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// One label directly followed by another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// How often.
    pub count: u64,
    /// In how many subjects, of how many customers.
    pub tally: Tally,
    /// Time between the two events, microseconds.
    pub gaps_us: Distribution,
}

/// One label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Events with the label.
    pub events: u64,
    /// Subjects with such an event, and their customers.
    pub tally: Tally,
    /// Subjects that begin with it.
    pub starts: u64,
    /// Subjects whose last labelled event has it, by [`End`] as a number.
    ends: [u64; 3],
}

/// Sets of subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Has a labelled event.
    All,
    /// Goes directly from one label to the other.
    Edge {
        from: u32,
        to: u32,
    },
    /// Has an event with the label.
    Visits(u32),
    StartsAt(u32),
    EndsAt(u32),
}

impl Node {
    /// Subjects whose last labelled event has the label, however they ended.
    pub fn ended(&self) -> u64 {
        self.ends.iter().sum()
    }

    /// Of them, those that ended so.
    pub fn ended_as(&self, end: End) -> u64 {
        self.ends[end as usize]
    }
}

impl State {
    pub fn node(&self, label: u32) -> Option<&Node> {
        self.nodes.get(0, label)
    }

    /// Labels in ascending order.
    pub fn nodes(&self) -> Vec<(u32, &Node)> {
        self.nodes.sorted().into_iter().map(|((_, label), node)| (label, node)).collect()
    }

    /// How often any label follows this one. Together with [`Node::ended`] it is [`Node::events`].
    pub fn outgoing(&self, label: u32) -> u64 {
        self.node(label).map_or(0, |node| node.events - node.ended())
    }
}

/// Positions of the labelled events.
fn labelled<'a>(subject: &'a Slice<'_>) -> impl Iterator<Item = (usize, u32)> + 'a {
    subject.label.iter().enumerate().filter(|(_, label)| **label != 0).map(|(position, label)| (position, *label))
}

impl Fold for Transitions {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: true, ..Needs::default() }
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        let mut events = labelled(subject);
        let Some((mut before, first)) = events.next() else { return };
        state.turn.0.next(subject.customer);
        let turn = state.turn.0;
        state.subjects.see(&turn);
        let mut from = first;
        let node = state.nodes.cell(0, first);
        node.starts += 1;
        node.events += 1;
        node.tally.see(&turn);
        for (position, to) in events {
            let node = state.nodes.cell(0, to);
            node.events += 1;
            node.tally.see(&turn);
            let edge = state.edges.cell(from, to);
            edge.count += 1;
            edge.tally.see(&turn);
            edge.gaps_us.push(subject.time[position].saturating_sub(subject.time[before]));
            (before, from) = (position, to);
        }
        state.nodes.cell(0, from).ends[subject.end as usize] += 1;
    }

    fn merge(&self, into: &mut State, from: State) {
        into.subjects.add(from.subjects);
        for ((a, b), edge) in from.edges.into_entries() {
            let into = into.edges.cell(a, b);
            into.count += edge.count;
            into.tally.add(edge.tally);
            into.gaps_us.merge(edge.gaps_us);
        }
        for ((a, b), node) in from.nodes.into_entries() {
            let into = into.nodes.cell(a, b);
            into.events += node.events;
            into.tally.add(node.tally);
            into.starts += node.starts;
            for (into, from) in into.ends.iter_mut().zip(node.ends) {
                *into += from;
            }
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut labels = labelled(subject).map(|(_, label)| label);
        match pick {
            Pick::All => labels.next().is_some(),
            Pick::Visits(label) => labels.any(|l| l == *label),
            Pick::StartsAt(label) => labels.next() == Some(*label),
            Pick::EndsAt(label) => labels.last() == Some(*label),
            Pick::Edge { from, to } => {
                let mut before = 0;
                labels.any(|label| std::mem::replace(&mut before, label) == *from && label == *to && *from != 0)
            }
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        let gaps = state.edges.iter().map(|(_, edge)| edge.gaps_us.bytes()).sum::<usize>();
        size_of::<State>() + state.edges.bytes() + state.nodes.bytes() + gaps
    }
}
