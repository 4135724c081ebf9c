//! Recency, frequency and monetary value of customers ([`model::rfm`]): first of everybody, for the boundaries of the
//! scores, then customers by score.
//!
//! Bit 0 of an event's mask says that it is a purchase, its value what it was worth.

use model::rfm::{Edges, Purchases, Scores};
use model::segment::Within;
use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Turn};
use crate::fold::Fold;
use crate::segment::Days;
use crate::slice::{Needs, Slice};
use crate::sum::Sum;

/// What both folds go by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    pub within: Within,
    /// The moment asked at, UTC microseconds.
    pub at_us: i64,
    pub days: Days,
}

/// The fold that gathers what every customer bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    pub config: Config,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationState {
    /// In no order; [`Edges::of`] makes the boundaries of them.
    pub customers: Vec<(i64, Purchases)>,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// The fold that counts customers by score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub config: Config,
    pub edges: Edges,
}

/// Customers by score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// By [`cell`].
    pub cells: Vec<Cell>,
    /// Customers who bought nothing.
    pub without: u64,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// Customers with the same scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub customers: u64,
    pub value: Sum,
    /// Days since the last purchase, added up.
    pub recency_days: i64,
    /// Days with a purchase, added up.
    pub frequency_days: u64,
}

/// A set of cells: bit i stands for cell i, bit 125 for customers without scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick(pub u128);

/// Cells of the cube of scores.
pub const CELLS: usize = 125;

/// The bit of customers who bought nothing.
pub const WITHOUT: usize = CELLS;

/// Where customers with these scores are counted.
pub fn cell(scores: Scores) -> usize {
    (scores.r as usize - 1) * 25 + (scores.f as usize - 1) * 5 + scores.m as usize - 1
}

/// The scores of a cell.
pub fn scores(cell: usize) -> Scores {
    Scores { r: (cell / 25) as u8 + 1, f: (cell / 5 % 5) as u8 + 1, m: (cell % 5) as u8 + 1 }
}

/// What a customer bought up to a moment; `None` for nothing. `time` ends with that moment.
pub fn purchases(
    time: &[i64],
    buys: impl Fn(usize) -> bool,
    values: &[f64],
    within: &Within,
    at_us: i64,
    days: &Days,
) -> Option<Purchases> {
    let counts = |i: &usize| buys(*i) && within.contains(time[*i], at_us);
    let last_us = time[(0..time.len()).rfind(counts)?];
    let mut sum = Sum::default();
    let bought = (0..time.len()).filter(counts).inspect(|i| sum.add(values.get(*i).copied().unwrap_or(f64::NAN)));
    let frequency_days = days.distinct(bought.map(|i| time[i]));
    Some(Purchases { recency_days: days.day(at_us) - days.day(last_us), frequency_days, monetary: sum.value() })
}

impl Config {
    fn of(&self, subject: &Slice<'_>) -> Option<Purchases> {
        let buys = |i: usize| subject.mask[i] & 1 != 0;
        purchases(subject.time, buys, subject.value, &self.within, self.at_us, &self.days)
    }
}

const NEEDS: Needs = Needs {
    label: false,
    mask: true,
    channel: false,
    value: true,
    score: false,
    facet: false,
    held: false,
    masked_only: false,
};

impl Fold for Population {
    type State = PopulationState;
    type Pick = ();

    fn needs(&self) -> Needs {
        NEEDS
    }

    fn state(&self) -> PopulationState {
        PopulationState::default()
    }

    fn fold(&self, state: &mut PopulationState, subject: &Slice<'_>) {
        if state.turn.0.next(subject.customer)
            && let Some(bought) = self.config.of(subject)
        {
            state.customers.push((subject.customer, bought));
        }
    }

    fn merge(&self, into: &mut PopulationState, mut from: PopulationState) {
        into.customers.append(&mut from.customers);
    }

    fn picks(&self, subject: &Slice<'_>, (): &()) -> bool {
        self.config.of(subject).is_some()
    }

    fn state_bytes(&self, state: &PopulationState) -> usize {
        size_of::<PopulationState>() + state.customers.capacity() * size_of::<(i64, Purchases)>()
    }
}

impl Fold for Scored {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        NEEDS
    }

    fn state(&self) -> State {
        State { cells: vec![Cell::default(); CELLS], without: 0, turn: Scratch::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        if !state.turn.0.next(subject.customer) {
            return;
        }
        let Some(bought) = self.config.of(subject) else {
            state.without += 1;
            return;
        };
        let cell = &mut state.cells[cell(self.edges.scores(subject.customer, &bought))];
        cell.customers += 1;
        // What was added up of one customer is added as it is: it was rounded once, to a double.
        cell.value.add(bought.monetary);
        cell.recency_days += bought.recency_days;
        cell.frequency_days += bought.frequency_days;
    }

    fn merge(&self, into: &mut State, from: State) {
        into.without += from.without;
        for (into, from) in into.cells.iter_mut().zip(from.cells) {
            into.customers += from.customers;
            into.value.merge(from.value);
            into.recency_days += from.recency_days;
            into.frequency_days += from.frequency_days;
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let bit = match self.config.of(subject) {
            Some(bought) => cell(self.edges.scores(subject.customer, &bought)),
            None => WITHOUT,
        };
        pick.0 >> bit & 1 != 0
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.cells.capacity() * size_of::<Cell>()
    }
}
