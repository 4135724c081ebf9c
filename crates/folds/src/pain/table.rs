//! Where exposures are counted.

use serde::{Deserialize, Serialize};

use super::Config;
use super::judge::{Exposure, Group, Judge, Test, Who};
use crate::counters::{Scratch, Turn};
use crate::slice::{NO_FACET, Slice};
use crate::sum::Sum;

/// One probe's exposures of one group.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(from = "Settled", into = "Settled")]
pub struct Cell {
    pub exposed: u64,
    pub hits: u64,
    /// Customers with an exposure, and with a hit.
    pub customers: u64,
    pub customers_hit: u64,
    /// Sums over customers of (hits², hits × exposed, exposed²).
    pub squares: [u64; 3],
    /// Goal value of the instances that were hit, and of the others that were exposed.
    pub value_hit: Sum,
    pub value_other: Sum,
    /// The customer whose turn it is: ordinal, exposures, hits.
    turn: u64,
    now: [u64; 2],
}

/// A cell without the customer whose turn it is.
#[derive(Serialize, Deserialize)]
struct Settled {
    exposed: u64,
    hits: u64,
    customers: u64,
    customers_hit: u64,
    squares: [u64; 3],
    value_hit: Sum,
    value_other: Sum,
}

/// Exposures and hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub exposed: u32,
    pub hits: u32,
}

/// See [`super::Search`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    cells: Vec<Cell>,
    /// By cell × steps + step.
    steps: Vec<Count>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    judge: Scratch<Judge>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// See [`super::Search::cell`].
    pub cells: Vec<Cell>,
    steps: Vec<Count>,
    width: usize,
}

/// Which cell is whose.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// By probe: its first cell.
    first: Vec<usize>,
    /// By dimension: its first cell behind the probe's.
    offsets: Vec<usize>,
    dimensions: Vec<u32>,
    channels: u32,
    /// By probe: whether groups are pairs of channels instead of facets.
    switches: Vec<bool>,
    cells: usize,
}

impl Layout {
    pub(super) fn new(config: &Config) -> Layout {
        let mut offsets = Vec::new();
        let mut facets = 1;
        for values in &config.dimensions {
            offsets.push(facets);
            facets += *values as usize;
        }
        let switches: Vec<bool> = config.probes.iter().map(|probe| probe.test == Test::SwitchLoss).collect();
        let pairs = 1 + (config.channels as usize).saturating_mul(config.channels as usize);
        let mut first = Vec::new();
        let mut cells = 0usize;
        for switches in &switches {
            first.push(cells);
            cells = cells.saturating_add(if *switches { pairs } else { facets });
        }
        Layout { first, offsets, dimensions: config.dimensions.clone(), channels: config.channels, switches, cells }
    }

    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    pub(super) fn cell(&self, group: &Group) -> Option<usize> {
        let first = *self.first.get(group.probe)?;
        let switches = self.switches[group.probe];
        match group.who {
            Who::Everyone => Some(first),
            Who::Facet { dimension, code } if !switches => {
                (code < *self.dimensions.get(dimension)?).then(|| first + self.offsets[dimension] + code as usize)
            }
            Who::Switch { from, to } if switches => (from < self.channels && to < self.channels)
                .then(|| first + 1 + from as usize * self.channels as usize + to as usize),
            Who::Facet { .. } | Who::Switch { .. } => None,
        }
    }

    pub(super) fn groups(&self, probe: usize) -> impl Iterator<Item = (usize, Group)> + '_ {
        let switches = self.switches.get(probe).copied().unwrap_or(false);
        let pairs = (0..self.channels).flat_map(move |from| (0..self.channels).map(move |to| Who::Switch { from, to }));
        let facets = self
            .dimensions
            .iter()
            .enumerate()
            .flat_map(|(dimension, values)| (0..*values).map(move |code| Who::Facet { dimension, code }));
        std::iter::once(Who::Everyone)
            .chain(pairs.filter(move |_| switches))
            .chain(facets.filter(move |_| !switches))
            .map(move |who| Group { who, ..Group::everyone(probe) })
            .filter_map(|group| Some((self.cell(&group)?, group)))
    }

    /// Every cell an exposure counts in.
    #[inline]
    pub(super) fn each_cell(
        &self,
        probe: usize,
        judge: &Judge,
        subject: &Slice<'_>,
        exposure: &Exposure,
        mut each: impl FnMut(usize),
    ) {
        let first = self.first[probe];
        each(first);
        match exposure.switch {
            Some((from, to)) if from < self.channels && to < self.channels => {
                each(first + 1 + from as usize * self.channels as usize + to as usize);
            }
            Some(_) => {}
            None => {
                for (dimension, values) in self.dimensions.iter().enumerate() {
                    let code = judge.facet(subject, exposure, dimension);
                    if code != NO_FACET && code < *values {
                        each(first + self.offsets[dimension] + code as usize);
                    }
                }
            }
        }
    }
}

impl State {
    pub(super) fn new(layout: &Layout, steps: usize) -> State {
        State {
            cells: vec![Cell::default(); layout.cells()],
            steps: vec![Count::default(); layout.cells() * steps],
            ..State::default()
        }
    }

    /// The judge is kept for its memory.
    pub(super) fn take_judge(&mut self) -> Judge {
        std::mem::take(&mut self.judge.0)
    }

    pub(super) fn give_judge(&mut self, judge: Judge) {
        self.judge.0 = judge;
    }

    pub(super) fn next(&mut self, customer: i64) {
        self.turn.0.next(customer);
    }

    #[inline]
    pub(super) fn see(&mut self, cell: usize, exposure: &Exposure, value: f64) {
        let width = self.steps.len() / self.cells.len();
        let count = &mut self.steps[cell * width + exposure.step as usize];
        count.exposed += 1;
        count.hits += u32::from(exposure.hit);
        self.cells[cell].see(self.turn.0.customer_ordinal, exposure.hit, value);
    }

    pub(super) fn merge(&mut self, from: State) {
        for (into, from) in self.cells.iter_mut().zip(from.cells) {
            into.merge(from.into());
        }
        for (into, from) in self.steps.iter_mut().zip(from.steps) {
            into.exposed += from.exposed;
            into.hits += from.hits;
        }
    }

    pub(super) fn answer(self, width: usize) -> Answer {
        let cells = self.cells.into_iter().map(|cell| Settled::from(cell).into()).collect();
        Answer { cells, steps: self.steps, width }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<State>() + size_of_val::<[Cell]>(&self.cells) + size_of_val::<[Count]>(&self.steps)
    }
}

impl Answer {
    /// A cell's counts by step of time.
    pub fn steps(&self, cell: usize) -> &[Count] {
        &self.steps[cell * self.width..(cell + 1) * self.width]
    }
}

impl Cell {
    #[inline]
    fn see(&mut self, turn: u64, hit: bool, value: f64) {
        if self.turn != turn {
            self.settle();
            self.turn = turn;
            self.customers += 1;
        }
        self.exposed += 1;
        self.now[0] += 1;
        if hit {
            self.customers_hit += u64::from(self.now[1] == 0);
            self.hits += 1;
            self.now[1] += 1;
            self.value_hit.add(value);
        } else {
            self.value_other.add(value);
        }
    }

    /// Adds the squares of the customer whose turn it was.
    fn settle(&mut self) {
        let [exposed, hits] = std::mem::take(&mut self.now);
        self.squares[0] += hits * hits;
        self.squares[1] += hits * exposed;
        self.squares[2] += exposed * exposed;
        self.turn = 0;
    }

    fn merge(&mut self, from: Settled) {
        self.exposed += from.exposed;
        self.hits += from.hits;
        self.customers += from.customers;
        self.customers_hit += from.customers_hit;
        for (into, from) in self.squares.iter_mut().zip(from.squares) {
            *into += from;
        }
        self.value_hit.merge(from.value_hit);
        self.value_other.merge(from.value_other);
    }

    /// Adds a finished cell of other exposures, as if its customers were others.
    pub fn add(&mut self, from: &Cell) {
        self.merge((*from).into());
    }

    pub fn rate(&self) -> Option<f64> {
        (self.exposed > 0).then(|| self.hits as f64 / self.exposed as f64)
    }

    /// How many times larger the variance of the rate is than if every exposure were another customer's: 1 or more.
    pub fn design_effect(&self) -> f64 {
        let (exposed, hits) = (self.exposed as f64, self.hits as f64);
        let rate = if exposed > 0.0 { hits / exposed } else { return 1.0 };
        let simple = exposed * rate * (1.0 - rate);
        let [hh, he, ee] = self.squares.map(|sum| sum as f64);
        let clustered = hh - 2.0 * rate * he + rate * rate * ee;
        if simple > 0.0 { (clustered / simple).max(1.0) } else { 1.0 }
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Cell) -> bool {
        let parts = |cell: Cell| {
            let Settled { exposed, hits, customers, customers_hit, squares, value_hit, value_other } = cell.into();
            (exposed, hits, customers, customers_hit, squares, value_hit, value_other)
        };
        parts(*self) == parts(*other)
    }
}

impl From<Cell> for Settled {
    fn from(mut cell: Cell) -> Settled {
        cell.settle();
        let Cell { exposed, hits, customers, customers_hit, squares, value_hit, value_other, .. } = cell;
        Settled { exposed, hits, customers, customers_hit, squares, value_hit, value_other }
    }
}

impl From<Settled> for Cell {
    fn from(settled: Settled) -> Cell {
        let Settled { exposed, hits, customers, customers_hit, squares, value_hit, value_other } = settled;
        Cell { exposed, hits, customers, customers_hit, squares, value_hit, value_other, ..Cell::default() }
    }
}
