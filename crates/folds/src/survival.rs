//! Survival: how long from a start to an end, where the end may not have come yet.
//!
//! A customer starts with the first event that matches the start rule and ends with the first matching end at or after
//! it. Who has not ended is *censored*: known to have lasted so long, and nothing more. The fold gives the exact
//! durations of both; curves and tests over them are the caller's.
//!
//! Groups are told apart by what was known at the start: the first rule that an event up to and including the start
//! matches. What comes later must not choose the group, else those who live long enough for it look long-lived.
//!
//! ```
//! use folds::survival::{Config, Survival};
//! use folds::which::Which;
//! use folds::{Fold, Slice};
//!
//! let survival = Survival::new(Config::new(Which::Any, Which::Step(0), 100))?;
//! let mut state = survival.state();
//! survival.fold(&mut state, &Slice { customer: 1, time: &[3, 14], mask: &[0, 1], ..Slice::default() });
//! survival.fold(&mut state, &Slice { customer: 2, time: &[60, 70], mask: &[0, 0], ..Slice::default() });
//! let all = &state.groups[0];
//! assert_eq!((all.ended_us.sorted(), all.censored_us.sorted()), (vec![(11, 1)], vec![(40, 1)]));
//! # Ok::<(), folds::Error>(())
//! ```

use model::period::Period;
pub use model::survival::Censor;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::limits::SURVIVAL_GROUPS_MAX;
use crate::quantile::Distribution;
use crate::slice::{Needs, Slice};
use crate::which::Which;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub start: Which,
    pub end: Which,
    pub same: Same,
    pub censor: Censor,
    /// Steps (bits of the mask) that tell groups apart; one more group holds those who match none. Empty: one group.
    pub groups: Vec<u32>,
    /// Only starts in this period count.
    pub entry: Period,
    /// When the question is asked, UTC microseconds.
    pub as_of_us: i64,
}

/// Whether the event that is the start may be the end, too, after no time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Same {
    #[default]
    MayEnd,
    /// The end is a later event: from one purchase to the next one.
    Later,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Survival {
    config: Config,
}

/// What survival adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By group; the last holds those of none.
    pub groups: Vec<Lives>,
}

/// Durations of one group, microseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lives {
    /// From start to end.
    pub ended_us: Distribution,
    /// From start to where knowledge ends.
    pub censored_us: Distribution,
}

/// Sets of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// Of this group; of any if none is given.
    pub group: Option<u32>,
    pub of: Of,
}

/// What became of a picked customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    Started,
    Ended,
    Censored,
    /// Ended within so many microseconds, inclusive.
    EndedBy(i64),
    /// Known to have lasted at least so many microseconds: at risk then.
    AtRisk(i64),
}

/// What became of one customer.
#[derive(Debug, Clone, Copy)]
struct Life {
    group: usize,
    start: usize,
    end: Option<usize>,
    duration_us: i64,
}

impl Config {
    /// All starts in one group, censored at `as_of_us`.
    pub fn new(start: Which, end: Which, as_of_us: i64) -> Config {
        Config {
            start,
            end,
            same: Same::default(),
            censor: Censor::default(),
            groups: Vec::new(),
            entry: Period::default(),
            as_of_us,
        }
    }
}

impl Lives {
    pub fn count(&self) -> u64 {
        self.ended_us.count() + self.censored_us.count()
    }
}

impl Survival {
    /// # Errors
    /// When a step does not exist, or there are too many groups.
    pub fn new(config: Config) -> Result<Survival, Error> {
        config.start.check("survival")?;
        config.end.check("survival")?;
        config.groups.iter().try_for_each(|step| Which::Step(*step).check("survival"))?;
        if config.groups.len() > SURVIVAL_GROUPS_MAX {
            let what = format!("{} groups, at most {SURVIVAL_GROUPS_MAX} are told apart", config.groups.len());
            return Err(Error::config("survival", what));
        }
        Ok(Survival { config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    #[inline]
    fn life(&self, subject: &Slice<'_>) -> Option<Life> {
        let Config { start, end, same, censor, groups, entry, as_of_us } = &self.config;
        let start = start.first(subject, 0)?;
        let begin = subject.time[start];
        if !entry.contains(begin) {
            return None;
        }
        let may_end = match same {
            Same::MayEnd => start,
            Same::Later => start + 1,
        };
        let end = end.first(subject, may_end);
        let until = match (end, censor) {
            (Some(end), _) => subject.time[end],
            (None, Censor::AsOf) => *as_of_us,
            (None, Censor::LastEvent) => subject.time[subject.len() - 1],
        };
        let group = if groups.is_empty() {
            0
        } else {
            let known = subject.mask[..=start].iter().fold(0, |known, mask| known | mask);
            groups.iter().position(|step| known >> step & 1 == 1).unwrap_or(groups.len())
        };
        Some(Life { group, start, end, duration_us: until.saturating_sub(begin).max(0) })
    }
}

impl Fold for Survival {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        let Config { start, end, groups, .. } = &self.config;
        Needs { mask: !(start.is_any() && end.is_any() && groups.is_empty()), ..Needs::default() }
    }

    fn state(&self) -> State {
        State { groups: vec![Lives::default(); self.config.groups.len() + 1] }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        let Some(life) = self.life(subject) else { return };
        let lives = &mut state.groups[life.group];
        let durations = if life.end.is_some() { &mut lives.ended_us } else { &mut lives.censored_us };
        durations.push(life.duration_us);
    }

    fn merge(&self, into: &mut State, from: State) {
        for (into, from) in into.groups.iter_mut().zip(from.groups) {
            into.ended_us.merge(from.ended_us);
            into.censored_us.merge(from.censored_us);
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let Some(life) = self.life(subject) else { return false };
        pick.group.is_none_or(|group| group as usize == life.group)
            && match pick.of {
                Of::Started => true,
                Of::Ended => life.end.is_some(),
                Of::Censored => life.end.is_none(),
                Of::EndedBy(us) => life.end.is_some() && life.duration_us <= us,
                Of::AtRisk(us) => life.duration_us >= us,
            }
    }

    /// Step 0 is the start, step 1 the end.
    fn knows_steps(&self) -> bool {
        true
    }

    fn moment(&self, subject: &Slice<'_>, step: usize) -> Option<usize> {
        let life = self.life(subject)?;
        match step {
            0 => Some(life.start),
            1 => life.end,
            _ => None,
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        let lives = |lives: &Lives| size_of::<Lives>() + lives.ended_us.bytes() + lives.censored_us.bytes();
        size_of::<State>() + state.groups.iter().map(lives).sum::<usize>()
    }
}
