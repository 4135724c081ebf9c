//! Sequences: which subjects did something after something else, and how often, by a pattern of conditions and times.
//!
//! Patterns mean what they mean to ClickHouse's `sequenceMatch` and `sequenceCount` (see [`Pattern`]); where those end
//! in an error for being too difficult, here an answer is found. Events of none of the conditions are as if they had
//! not happened. Matches of a subject do not overlap; the next is looked for after the last event of the one before.
//!
//! Not here: rules. A condition is a bit of [`Slice::mask`].
//!
//! ```
//! use folds::sequence::{Config, Sequence};
//! use folds::{Fold, Slice};
//!
//! // A twice within ten seconds, at once or with others between.
//! let sequence = Sequence::new(Config { pattern: "(?1)(?t<=10)(?1)".parse()?, conditions: 2 })?;
//! let mut state = sequence.state();
//! let (time, mask) = (&[0, 9_000_000, 9_500_000, 30_000_000], &[0b01, 0b10, 0b01, 0b01]);
//! sequence.fold(&mut state, &Slice { customer: 1, time, mask, ..Slice::default() });
//! assert_eq!((state.matched.subjects.count, state.matches), (1, 1));
//! # Ok::<(), folds::Error>(())
//! ```

mod pattern;
mod search;

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::quantile::Distribution;
use crate::slice::{Needs, Slice};

pub use pattern::{Compare, Part, Pattern};

use search::Search;

/// Parameters of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub pattern: Pattern,
    /// How many conditions there are, 1 to 64; also those that the pattern does not name lie in its way.
    pub conditions: usize,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Sequence {
    config: Config,
    /// Bits of all conditions.
    conditions: u64,
    /// Bits of those the pattern names.
    named: u64,
}

/// What sequences add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub subjects: Tally,
    /// Subjects with a match.
    pub matched: Tally,
    /// Subjects without one; their customers may have others that match.
    pub unmatched: Tally,
    /// Matches of all subjects.
    pub matches: u64,
    /// Of subjects with a match, how many they have.
    pub matches_each: Distribution,
    /// From the first event of a match to its last, of all matches. Microseconds.
    pub durations_us: Distribution,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    search: Scratch<Search>,
}

/// Sets of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    All,
    Matched,
    Unmatched,
}

impl Sequence {
    /// # Errors
    /// When the pattern names a condition that is not there, or there are too many.
    pub fn new(config: Config) -> Result<Sequence, Error> {
        if config.conditions == 0 || config.conditions > 64 {
            let what = format!("a sequence has 1 to 64 conditions, not {}", config.conditions);
            return Err(Error::config("sequence", what));
        }
        let conditions = u64::MAX >> (64 - config.conditions);
        let named = config.pattern.conditions();
        if named & !conditions != 0 {
            let number = 64 - named.leading_zeros();
            let what = format!("the pattern names (?{number}), but there are {} conditions", config.conditions);
            return Err(Error::config("sequence", what));
        }
        Ok(Sequence { config, conditions, named })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How often the subject matches.
    pub fn count(&self, subject: &Slice<'_>) -> u64 {
        let mut count = 0;
        self.each(subject, &mut Search::default(), |_| {
            count += 1;
            true
        });
        count
    }

    /// Tells how long each match takes, microseconds, until told to stop.
    fn each(&self, subject: &Slice<'_>, search: &mut Search, mut each: impl FnMut(i64) -> bool) {
        let Config { pattern, .. } = &self.config;
        let met = subject.mask.iter().fold(0, |all, mask| all | mask);
        if met & self.named != self.named || met & self.conditions == 0 {
            return;
        }
        search.look_at(pattern, self.conditions, subject.time, subject.mask);
        let mut from = 0;
        while let Some((length_us, next)) = search.next(pattern, from) {
            if !each(length_us) {
                return;
            }
            from = next;
        }
    }

    fn matches(&self, subject: &Slice<'_>) -> bool {
        let mut any = false;
        self.each(subject, &mut Search::default(), |_| {
            any = true;
            false
        });
        any
    }
}

impl Fold for Sequence {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { mask: true, ..Needs::default() }
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        state.subjects.see(&state.turn.0);
        let mut matches = 0;
        let State { search, durations_us, .. } = state;
        self.each(subject, &mut search.0, |length_us| {
            matches += 1;
            durations_us.push(length_us);
            true
        });
        if matches == 0 {
            return state.unmatched.see(&state.turn.0);
        }
        state.matched.see(&state.turn.0);
        state.matches += matches;
        state.matches_each.push(matches as i64);
    }

    fn merge(&self, into: &mut State, from: State) {
        into.subjects.add(from.subjects);
        into.matched.add(from.matched);
        into.unmatched.add(from.unmatched);
        into.matches += from.matches;
        into.matches_each.merge(from.matches_each);
        into.durations_us.merge(from.durations_us);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        match pick {
            Pick::All => true,
            Pick::Matched => self.matches(subject),
            Pick::Unmatched => !self.matches(subject),
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.matches_each.bytes() + state.durations_us.bytes()
    }
}
