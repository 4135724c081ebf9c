//! Transitions: which label directly follows which, how often, for how many, after how long; where subjects are at each
//! step; what comes next after the last few labels.
//!
//! Events without label are skipped: the labelled event after them follows the one before them.
//!
//! ```
//! use folds::transitions::Transitions;
//! use folds::{End, Fold, Slice};
//!
//! let transitions = Transitions::default();
//! let mut state = transitions.state();
//! let (time, label) = (&[0, 5, 9, 20], &[1, 2, 1, 2]);
//! let end = End::Left;
//! transitions.fold(&mut state, &Slice { customer: 1, time, label, mask: &[], channel: &[], end, ..Slice::default() });
//! let edge = state.edges.get(1, 2).unwrap();
//! assert_eq!((edge.count, edge.tally.subjects.count, edge.gaps_us.median()), (2, 1, Some(8.0)));
//! assert_eq!(state.node(1).unwrap().repeats.subjects.count, 1);
//! ```

mod batch;
mod next;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::chain::Chain;

use crate::counters::{Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::{CONTEXT_MAX, PATH_STEPS_MAX};
use crate::pairs::Pairs;
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice, Subject};

use batch::{Batch, FEW_LABELS, bits};
pub use next::{Next, NextSteps};

/// Parameters of transitions; by default just the graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// First steps of subjects that are counted by label, 0 to 100.
    pub steps: usize,
    /// How many labels back what comes next is told from, 0 to 3. Up to 1 costs nothing: the graph tells it.
    pub context: usize,
}

/// The fold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Transitions {
    config: Config,
}

/// What transitions add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Subjects with at least one labelled event.
    pub subjects: Tally,
    /// By (from, to).
    pub edges: Pairs<Edge>,
    /// By (0, label).
    nodes: Pairs<Node>,
    /// By (step from 0, label): subjects whose step has the label.
    steps: Pairs<Tally>,
    /// By the three labels before (0 where there are none, or where they are too far back to be asked for) and the
    /// label that follows them, 0 for the end. Only with two before.
    contexts: FxHashMap<[u32; CONTEXT_MAX + 1], u64>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    batch: Scratch<Batch>,
    /// Whose turn it is among the steps.
    #[serde(skip)]
    again: Scratch<Turn>,
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
    /// Subjects with more than one such event (rework), and their customers.
    pub repeats: Tally,
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
    /// Has more than one event with the label.
    Repeats(u32),
    /// Its step at this position (from 0) has the label.
    At {
        step: usize,
        label: u32,
    },
    /// Has a labelled event, but at most this many.
    EndedBefore {
        step: usize,
    },
}

/// What the graph says of a label, taken as a Markov chain of order 1: what comes next depends on the label alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    pub label: u32,
    /// How often a subject visits it, on average.
    pub visits: f64,
    /// Probability that a subject which is there ever comes to the target; 1 for the target.
    pub reach: f64,
    /// Labelled events from there to the end, on average, its own among them.
    pub steps: f64,
}

impl Transitions {
    /// # Errors
    /// `Config` for more steps than 100 or more labels back than 3.
    pub fn new(config: Config) -> Result<Transitions, Error> {
        if config.steps > PATH_STEPS_MAX {
            let what = format!("count at most {PATH_STEPS_MAX} steps by label, not {}", config.steps);
            return Err(Error::config("transitions", what));
        }
        if config.context > CONTEXT_MAX {
            let what = format!("look at most {CONTEXT_MAX} labels back, not {}", config.context);
            return Err(Error::config("transitions", what));
        }
        Ok(Transitions { config })
    }

    /// Adds subjects. Labels below `few` are sets of bits, and moves between them are left in the batch.
    #[inline]
    fn add(&self, state: &mut State, rows: &Slice<'_>, subjects: &[Subject], few: u32) {
        let State { subjects: tally, edges, nodes, turn, batch, .. } = &mut *state;
        for subject in subjects {
            let (time, label) = (&rows.time[subject.rows()], &rows.label[subject.rows()]);
            let mut events = label.iter().zip(time).filter(|(label, _)| **label != 0);
            let Some((first, first_us)) = events.next() else { continue };
            turn.0.next(subject.customer);
            let turn = &turn.0;
            tally.see(turn);
            let (mut from, mut before_us) = (*first, *first_us);
            let (mut once, mut again) = (0u64, 0u64);
            let node = nodes.cell(0, from);
            node.starts += 1;
            node.events += 1;
            if from < few {
                once |= 1 << from;
            } else {
                node.tally.see(turn);
            }
            for (to, time_us) in events {
                let gap_us = time_us.saturating_sub(before_us);
                if *to < few {
                    again |= once & 1 << to;
                    once |= 1 << to;
                } else {
                    nodes.cell(0, *to).visit(turn);
                }
                if (from | to) < few {
                    batch.0.push((from, *to), turn, gap_us);
                } else {
                    nodes.cell(0, *to).events += 1;
                    let edge = edges.cell(from, *to);
                    edge.count += 1;
                    edge.tally.see(turn);
                    edge.gaps_us.push(gap_us);
                }
                (from, before_us) = (*to, *time_us);
            }
            nodes.cell(0, from).ends[subject.end as usize] += 1;
            bits(once).for_each(|label| nodes.cell(0, label).tally.see(turn));
            bits(again).for_each(|label| nodes.cell(0, label).repeats.see(turn));
        }
        if self.config.steps == 0 && self.config.context <= 1 {
            return;
        }
        for subject in subjects {
            let subject = &rows.of(subject);
            // Whose turn it is is counted once more: among the steps, it is only asked for there.
            state.again.0.next(subject.customer);
            for (step, (_, label)) in labelled(subject).take(self.config.steps).enumerate() {
                state.steps.cell(step as u32, label).see(&state.again.0);
            }
            if self.config.context > 1 {
                self.count_contexts(state, subject);
            }
        }
    }
}

impl Node {
    /// Counts the subject at an event that is not its first.
    fn visit(&mut self, turn: &Turn) {
        if !self.tally.is_new(turn) {
            self.repeats.see(turn);
        }
    }

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

    /// Labels of step `step` (from 0) in ascending order, with the subjects there.
    pub fn step(&self, step: usize) -> Vec<(u32, Tally)> {
        let step = step as u32;
        let here = self.steps.iter().filter(|((of, _), _)| *of == step).map(|((_, label), tally)| (label, *tally));
        let mut here: Vec<(u32, Tally)> = here.collect();
        here.sort_unstable_by_key(|(label, _)| *label);
        here
    }

    /// What the graph says of every label with regard to one of them, and the probability that a subject ever comes to
    /// it; in closed form. No rows if the target does not occur.
    ///
    /// # Errors
    /// `Config` for more labels than are solved ([`crate::limits::CHAIN_STATES_MAX`]).
    pub fn outlook(&self, target: u32) -> Result<(f64, Vec<Outlook>), Error> {
        let nodes = self.nodes();
        let state = |label: u32| nodes.binary_search_by_key(&label, |(label, _)| *label).ok();
        let Some(at) = state(target) else { return Ok((0.0, Vec::new())) };
        let moves = self.edges.sorted();
        let moves = moves.iter().filter_map(|((from, to), edge)| Some((state(*from)?, state(*to)?, edge.count)));
        let moves: Vec<(usize, usize, u64)> = moves.collect();
        let starts: Vec<u64> = nodes.iter().map(|(_, node)| node.starts).collect();
        let ends: Vec<u64> = nodes.iter().map(|(_, node)| node.ended()).collect();
        let chain = Chain::new(&starts, &moves, &ends)?;
        let (visits, reach, steps) = (chain.visits()?, chain.reach(at)?, chain.worth(&vec![1.0; nodes.len()])?);
        let all = chain.worth_of_start(&reach);
        let rows = nodes.iter().enumerate().map(|(i, (label, _))| Outlook {
            label: *label,
            visits: visits[i],
            reach: reach[i],
            steps: steps[i],
        });
        Ok((all, rows.collect()))
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
        // One by itself is no batch: who is in many states, as of a breakdown, needs no working memory for it.
        self.add(state, subject, &[subject.as_subject()], 0);
    }

    fn fold_all(&self, state: &mut State, rows: &Slice<'_>, subjects: &[Subject]) {
        self.add(state, rows, subjects, FEW_LABELS);
        let State { batch, edges, nodes, .. } = state;
        batch.0.settle(edges, nodes);
    }

    fn merge(&self, into: &mut State, from: State) {
        into.subjects.add(from.subjects);
        for (context, count) in from.contexts {
            *into.contexts.entry(context).or_default() += count;
        }
        for ((step, label), tally) in from.steps.into_entries() {
            into.steps.cell(step, label).add(tally);
        }
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
            into.repeats.add(node.repeats);
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
            Pick::Repeats(label) => labels.filter(|l| l == label).nth(1).is_some(),
            Pick::At { step, label } => labels.nth(*step) == Some(*label),
            Pick::EndedBefore { step } => {
                let count = labels.count();
                count > 0 && count <= *step
            }
            Pick::Edge { from, to } => {
                let mut before = 0;
                labels.any(|label| std::mem::replace(&mut before, label) == *from && label == *to && *from != 0)
            }
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        let gaps = state.edges.iter().map(|(_, edge)| edge.gaps_us.bytes()).sum::<usize>();
        let contexts = state.contexts.capacity() * size_of::<([u32; CONTEXT_MAX + 1], u64, u8)>();
        size_of::<State>()
            + state.edges.bytes()
            + state.nodes.bytes()
            + state.steps.bytes()
            + contexts
            + gaps
            + state.batch.0.bytes()
    }
}
