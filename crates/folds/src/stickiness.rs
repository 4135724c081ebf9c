//! Stickiness: on how many days (or weeks …) of a period each customer was active.
//!
//! Two calendars: *units* that activity is counted by, and *periods* it is counted in. A unit that an edge of a period
//! cuts counts in both periods, once in each, if there was activity on either side.
//!
//! ```
//! use folds::periods::Periods;
//! use folds::stickiness::{Config, Stickiness};
//! use folds::which::Which;
//! use folds::{Fold, Slice};
//!
//! let days = Periods::new(vec![0, 10, 20, 30, 40])?;
//! let weeks = Periods::new(vec![0, 20, 40])?;
//! let stickiness = Stickiness::new(Config { units: days, periods: weeks, active: Which::Any })?;
//! let mut state = stickiness.state();
//! stickiness.fold(&mut state, &Slice { customer: 1, time: &[3, 14, 15, 31], ..Slice::default() });
//! assert_eq!((state.periods[0].exactly(2), state.periods[1].exactly(1)), (1, 1));
//! assert_eq!(state.units, [1, 1, 0, 1]);
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::counters::{Distinct, Scratch, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::periods::Periods;
use crate::slice::{Needs, Slice};
use crate::which::Which;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub units: Periods,
    pub periods: Periods,
    /// What makes a customer active.
    pub active: Which,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Stickiness {
    config: Config,
}

/// What stickiness adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By period.
    pub periods: Vec<Counts>,
    /// Customers active in each unit.
    pub units: Vec<u64>,
    /// Customers active in any period.
    pub customers: Distinct,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// Customers of one period by their number of active units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// At n − 1: customers active in exactly n units.
    exactly: Vec<u64>,
}

/// Sets of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Active in any period.
    All,
    /// Active in the unit.
    Unit(u32),
    /// Active in exactly so many units of the period.
    Exactly(u32, u32),
    AtLeast(u32, u32),
}

impl Counts {
    pub fn exactly(&self, units: usize) -> u64 {
        units.checked_sub(1).and_then(|index| self.exactly.get(index)).copied().unwrap_or(0)
    }

    pub fn at_least(&self, units: usize) -> u64 {
        self.exactly.iter().skip(units.saturating_sub(1)).sum()
    }

    /// The largest number of units anybody was active in.
    pub fn most(&self) -> usize {
        self.exactly.len()
    }

    pub fn customers(&self) -> u64 {
        self.at_least(1)
    }

    /// Active units of all customers together: with days, the sum of daily active customers.
    pub fn units(&self) -> u64 {
        (1..).zip(&self.exactly).map(|(units, customers): (u64, _)| units * customers).sum()
    }

    fn add(&mut self, units: usize, customers: u64) {
        if self.exactly.len() < units {
            self.exactly.resize(units, 0);
        }
        self.exactly[units - 1] += customers;
    }
}

impl Stickiness {
    /// # Errors
    /// When the step of activity does not exist.
    pub fn new(config: Config) -> Result<Stickiness, Error> {
        config.active.check("stickiness")?;
        Ok(Stickiness { config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Calls `unit` with each unit and `period` with each period a customer was active in, and in how many units of it.
    #[inline]
    fn activity(&self, subject: &Slice<'_>, mut unit: impl FnMut(usize), mut period: impl FnMut(usize, usize)) {
        let Config { units, periods, active } = &self.config;
        let (mut by_unit, mut by_period) = (units.walk(), periods.walk());
        let mut last_unit = None;
        // The period under way, the last unit counted in it, and how many.
        let mut under_way: Option<(usize, usize, usize)> = None;
        for (position, time) in subject.time.iter().enumerate() {
            if !active.is(subject, position) {
                continue;
            }
            let Some(this_unit) = by_unit.of(*time) else { continue };
            if last_unit != Some(this_unit) {
                unit(this_unit);
                last_unit = Some(this_unit);
            }
            let Some(this_period) = by_period.of(*time) else { continue };
            under_way = match under_way {
                Some((at, last, count)) if at == this_period => {
                    Some((at, this_unit, count + usize::from(last != this_unit)))
                }
                done => {
                    if let Some((at, _, count)) = done {
                        period(at, count);
                    }
                    Some((this_period, this_unit, 1))
                }
            };
        }
        if let Some((at, _, count)) = under_way {
            period(at, count);
        }
    }
}

impl Fold for Stickiness {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { mask: !self.config.active.is_any(), ..Needs::default() }
    }

    fn state(&self) -> State {
        State {
            periods: vec![Counts::default(); self.config.periods.len()],
            units: vec![0; self.config.units.len()],
            ..State::default()
        }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let customer = state.turn.0.customer_ordinal;
        let State { periods, units, customers, .. } = state;
        self.activity(
            subject,
            |unit| units[unit] += 1,
            |period, count| {
                periods[period].add(count, 1);
                customers.see(customer);
            },
        );
    }

    fn merge(&self, into: &mut State, from: State) {
        into.customers.add(from.customers);
        into.units.iter_mut().zip(from.units).for_each(|(into, from)| *into += from);
        for (into, from) in into.periods.iter_mut().zip(from.periods) {
            for (units, customers) in (1..).zip(from.exactly) {
                into.add(units, customers);
            }
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let (mut in_unit, mut in_period) = (false, false);
        self.activity(
            subject,
            |unit| in_unit |= matches!(pick, Pick::Unit(asked) if *asked as usize == unit),
            |period, count| {
                in_period |= match pick {
                    Pick::All => true,
                    Pick::Unit(_) => false,
                    Pick::Exactly(asked, units) => period == *asked as usize && count == *units as usize,
                    Pick::AtLeast(asked, units) => period == *asked as usize && count >= *units as usize,
                }
            },
        );
        in_unit || in_period
    }

    fn state_bytes(&self, state: &State) -> usize {
        let counts =
            state.periods.iter().map(|counts| size_of::<Counts>() + counts.exactly.capacity() * 8).sum::<usize>();
        size_of::<State>() + counts + state.units.capacity() * 8
    }
}
