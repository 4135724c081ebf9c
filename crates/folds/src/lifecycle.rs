//! Lifecycle: of those active in a period, who is new, who stayed, who came back; and who fell silent.
//!
//! A customer active in a period is *new* if it is the first one ever, *retained* if the period before was one of
//! theirs, else *resurrected*. A customer is *dormant* in a period if active in the one before and not in it. So in
//! every period active = new + retained + resurrected, and dormant = active in the period before − retained.
//!
//! ```
//! use folds::lifecycle::{Config, Lifecycle, Standing};
//! use folds::periods::Periods;
//! use folds::which::Which;
//! use folds::{Fold, Slice};
//!
//! let weeks = Periods::new(vec![0, 10, 20, 30, 40])?;
//! let lifecycle = Lifecycle::new(Config { periods: weeks, before_us: -10, active: Which::Any })?;
//! let mut state = lifecycle.state();
//! lifecycle.fold(&mut state, &Slice { customer: 1, time: &[3, 14, 15, 31], ..Slice::default() });
//! assert_eq!(state.periods[0].of(Standing::New), 1);
//! assert_eq!(state.periods[1].of(Standing::Retained), 1);
//! assert_eq!(state.periods[2].of(Standing::Dormant), 1);
//! assert_eq!(state.periods[3].of(Standing::Resurrected), 1);
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
    /// Earlier activity is known of, and counted in none of them; later activity is not looked at.
    pub periods: Periods,
    /// Where the period before the first one begins, UTC microseconds.
    pub before_us: i64,
    /// What makes a customer active.
    pub active: Which,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    config: Config,
}

/// What a customer is to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    New,
    Retained,
    Resurrected,
    Dormant,
}

/// What lifecycle adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By period.
    pub periods: Vec<Standings>,
    /// Customers who are something to any of them.
    pub customers: Distinct,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// Customers of one period by what they are to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standings([u64; 4]);

/// Sets of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Something to any period.
    All,
    Active(u32),
    Is(u32, Standing),
}

impl Standing {
    pub const ALL: [Standing; 4] = [Standing::New, Standing::Retained, Standing::Resurrected, Standing::Dormant];
}

impl Standings {
    pub fn of(&self, standing: Standing) -> u64 {
        self.0[standing as usize]
    }

    pub fn active(&self) -> u64 {
        self.of(Standing::New) + self.of(Standing::Retained) + self.of(Standing::Resurrected)
    }
}

impl Lifecycle {
    /// # Errors
    /// When the step of activity does not exist.
    pub fn new(config: Config) -> Result<Lifecycle, Error> {
        config.active.check("lifecycle")?;
        Ok(Lifecycle { config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Calls `each` with what a customer is to each period to which they are something, in order of time.
    #[inline]
    fn standings(&self, subject: &Slice<'_>, mut each: impl FnMut(usize, Standing)) {
        let Config { periods, before_us, active } = &self.config;
        let mut walk = periods.walk();
        let mut ever = false;
        // One more than the last active period; 0 is the one before the first.
        let mut before: Option<usize> = None;
        for (position, time) in subject.time.iter().enumerate() {
            if !active.is(subject, position) {
                continue;
            }
            let Some(period) = walk.of(*time) else {
                if *time >= periods.edges()[0] {
                    break;
                }
                ever = true;
                if *time >= *before_us {
                    before = Some(0);
                }
                continue;
            };
            match before {
                Some(before) if before == period + 1 => continue,
                Some(before) if before == period => each(period, Standing::Retained),
                Some(before) => {
                    each(before, Standing::Dormant);
                    each(period, Standing::Resurrected);
                }
                None if ever => each(period, Standing::Resurrected),
                None => each(period, Standing::New),
            }
            before = Some(period + 1);
        }
        if let Some(before) = before.filter(|before| *before < periods.len()) {
            each(before, Standing::Dormant);
        }
    }
}

impl Fold for Lifecycle {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { mask: !self.config.active.is_any(), ..Needs::default() }
    }

    fn state(&self) -> State {
        State { periods: vec![Standings::default(); self.config.periods.len()], ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let customer = state.turn.0.customer_ordinal;
        self.standings(subject, |period, standing| {
            state.periods[period].0[standing as usize] += 1;
            state.customers.see(customer);
        });
    }

    fn merge(&self, into: &mut State, from: State) {
        into.customers.add(from.customers);
        for (into, from) in into.periods.iter_mut().zip(from.periods) {
            into.0.iter_mut().zip(from.0).for_each(|(into, from)| *into += from);
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut found = false;
        self.standings(subject, |period, standing| {
            found |= match pick {
                Pick::All => true,
                Pick::Active(asked) => period == *asked as usize && standing != Standing::Dormant,
                Pick::Is(asked, is) => period == *asked as usize && standing == *is,
            };
        });
        found
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.periods.capacity() * size_of::<Standings>()
    }
}
