//! Segments: how many customers are members, of one and of several at once, and at which moments.
//!
//! Membership itself is worked out by a [`Program`] over all of a customer's events, and comes with the slice
//! ([`crate::slice::Membership`]): it goes by everything a customer did, also what the question leaves out. The
//! [`Segments`] fold counts it; [`Members`] lists it with the moment it would change by the passing of time, from which
//! a [`Roll`] is kept up to date without looking at everybody again.

mod days;
mod members;
mod program;

use serde::{Deserialize, Serialize};

pub use days::Days;
pub use members::{Change, Member, Members, Roll, State as MembersState};
pub use program::{Events, Extreme, Measure, Number, Program, Rfm, Sequence, Test};

use crate::counters::{Scratch, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::{MOMENTS_MAX, SEGMENTS_COMPARED_MAX};
use crate::slice::{Needs, Slice};

/// The fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    config: Config,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Bit of the first of the segments counted.
    pub first: u32,
    /// Segments counted, 1 to 5, from that bit on.
    pub count: u32,
    /// Moments, UTC microseconds, ascending; at least one.
    pub moments_us: Vec<i64>,
}

/// Customers by moment and combination of segments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// By moment, by combination: how many more there are than at the moment before.
    steps: Vec<i64>,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// Customers at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// At c: customers who are in just the segments whose bits are set in c. All together are the population.
    pub exactly: Vec<u64>,
}

/// Sets of customers: in all of some segments and in none of some others, at one of the moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// Position in [`Config::moments_us`].
    pub moment: u32,
    /// Bits, counted from [`Config::first`].
    pub all: u64,
    pub none: u64,
}

impl Segments {
    /// # Errors
    /// When there are no segments, too many of them, or too many moments.
    pub fn new(config: Config) -> Result<Segments, Error> {
        let invalid = |what: String| Err(Error::config("segments", what));
        if config.count == 0 || config.count as usize > SEGMENTS_COMPARED_MAX || config.first + config.count > 64 {
            return invalid(format!("count 1 to {SEGMENTS_COMPARED_MAX} segments, not {}", config.count));
        }
        if config.moments_us.is_empty() || config.moments_us.len() > MOMENTS_MAX {
            return invalid(format!("look at 1 to {MOMENTS_MAX} moments, not {}", config.moments_us.len()));
        }
        if !config.moments_us.is_sorted() {
            return invalid("moments have to ascend".to_owned());
        }
        Ok(Segments { config })
    }

    fn combinations(&self) -> usize {
        1 << self.config.count
    }

    fn code(&self, bits: u64) -> usize {
        (bits >> self.config.first) as usize & (self.combinations() - 1)
    }

    /// The first moment at which the customer is there.
    fn begin(&self, subject: &Slice<'_>) -> usize {
        let Some(first) = subject.time.first() else { return self.config.moments_us.len() };
        self.config.moments_us.partition_point(|moment| moment < first)
    }
}

impl State {
    /// The sizes, by moment.
    pub fn sizes(&self, moments: usize) -> Vec<Sizes> {
        let combinations = (self.steps.len() / moments.max(1)).max(1);
        let mut exactly = vec![0i64; combinations];
        let sizes = self.steps.chunks(combinations).map(|steps| {
            exactly.iter_mut().zip(steps).for_each(|(size, step)| *size += step);
            Sizes { exactly: exactly.iter().map(|size| *size as u64).collect() }
        });
        sizes.collect()
    }
}

impl Sizes {
    pub fn population(&self) -> u64 {
        self.exactly.iter().sum()
    }

    /// Customers in all of these segments, whatever else they are in.
    pub fn in_all(&self, bits: usize) -> u64 {
        self.exactly.iter().enumerate().filter(|(code, _)| code & bits == bits).map(|(_, size)| size).sum()
    }
}

impl Fold for Segments {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn state(&self) -> State {
        State { steps: vec![0; self.config.moments_us.len() * self.combinations()], ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        // Membership is the customer's: of several subjects the first, which begins earliest, stands for them.
        if !state.turn.0.next(subject.customer) {
            return;
        }
        let (begin, moments) = (self.begin(subject), self.config.moments_us.len());
        let runs = subject.membership.runs;
        let known = runs.first().map_or(moments, |run| run.from as usize);
        let mut add = |from: usize, to: usize, code: usize| {
            let from = from.max(begin);
            if from < to {
                state.steps[from * self.combinations() + code] += 1;
                if to < moments {
                    state.steps[to * self.combinations() + code] -= 1;
                }
            }
        };
        add(0, known, 0);
        for (i, run) in runs.iter().enumerate() {
            let to = runs.get(i + 1).map_or(moments, |next| next.from as usize);
            add(run.from as usize, to, self.code(run.bits));
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.steps.iter_mut().zip(from.steps).for_each(|(into, from)| *into += from);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let code = self.code(subject.membership.at(pick.moment)) as u64;
        self.begin(subject) <= pick.moment as usize && code & pick.all == pick.all && code & pick.none == 0
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.steps.capacity() * size_of::<i64>()
    }
}
