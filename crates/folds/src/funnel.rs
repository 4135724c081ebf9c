//! Funnels: how far each subject gets through steps in order, within a window from the first step.
//!
//! A subject's level is the largest k such that events of steps 1 to k follow each other, the last of them no
//! later than the window after the first (inclusive). [`Mode::Ordered`] is the product's own reading of "follow
//! each other"; the other modes answer as ClickHouse's `windowFunnel` does, including where that surprises.
//! How a level is found stands in `levels`.
//!
//! Not here: rules. A step is a bit of [`Slice::mask`]. Unordered funnels and exclusions are other folds.
//!
//! ```
//! use folds::funnel::{Breakdown, Config, Funnel, Mode, Ties};
//! use folds::{End, Slice};
//!
//! let config = Config {
//!     steps: 3,
//!     window_us: 10,
//!     mode: Mode::Ordered,
//!     ties: Ties::Position,
//!     breakdown: Breakdown::None,
//!     as_of_us: 100,
//! };
//! let funnel = Funnel::new(config)?;
//! // A at 1 and 8, B at 9, C at 15: too late for the first A, in time for the second.
//! let (time, mask) = (&[1, 8, 9, 15], &[0b001, 0b001, 0b010, 0b100]);
//! let subject =
//!     Slice { customer: 1, time, mask, end: End::Left, ..Slice::default() };
//! assert_eq!(funnel.level(&subject), 3);
//! # Ok::<(), folds::Error>(())
//! ```

mod levels;
mod ties;

use serde::{Deserialize, Serialize};

use crate::counters::{Distinct, Scratch, Tally, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::FUNNEL_STEPS_MAX;
use crate::pairs::Pairs;
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice};

/// Parameters of a funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// 1 to 50.
    pub steps: usize,
    /// Longest time from the first step's event to the last one's, inclusive. Microseconds.
    pub window_us: i64,
    pub mode: Mode,
    /// How events of the same time are ordered. [`Mode::Ordered`] is always by position.
    pub ties: Ties,
    pub breakdown: Breakdown,
    /// The moment the question is asked at: subjects whose window reaches past it are open.
    pub as_of_us: i64,
}

/// What counts as the next step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One event satisfies one step; other events may lie between; a later first step starts anew.
    #[default]
    Ordered,
    /// `windowFunnel` without option: one event may satisfy equal steps.
    Default,
    /// Stops at a second event of a step already reached.
    StrictDeduplication,
    /// Stops at any event between that is not the next step.
    StrictOrder,
    /// The next step's time is later, not equal.
    StrictIncrease,
    /// One event satisfies one step.
    StrictOnce,
}

/// The order of events of the same time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// By their position (`seq`): what the source said.
    #[default]
    Position,
    /// By the step they satisfy, as ClickHouse sorts: always in favour of conversion.
    Step,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    #[default]
    None,
    /// By the channel of the first step's event, where a subject's deepest run began.
    EntryChannel,
}

/// The fold. The labels of its state: level k means steps 1 to k were reached, level 0 none.
#[derive(Debug, Clone)]
pub struct Funnel {
    config: Config,
}

/// What a funnel adds up to. Vectors are by step, 0-based.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// All subjects, also those that never entered.
    pub subjects: Tally,
    /// Subjects that reached the step, and customers who have such a subject.
    pub reached: Vec<Tally>,
    /// Subjects that reached the step and no further, but may still: a window of theirs is running.
    pub open: Vec<Tally>,
    /// Subjects that reached the step and no further, and will not. At the last step these are the converted.
    pub stopped: Vec<Tally>,
    /// From the event of the step before to the step's own, in the run that first reached the subject's
    /// level, each step at its earliest. Microseconds; nothing for the first step.
    pub from_previous_us: Vec<Distribution>,
    /// The same from the event of the first step.
    pub from_entry_us: Vec<Distribution>,
    /// By (0, channel code of the first step's event), as `reached`; see [`State::by_channel`].
    channels: Pairs<Vec<Tally>>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    times: Scratch<Vec<i64>>,
}

/// Sets of subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    pub level: Level,
    /// Only those whose deepest run began on this channel.
    pub channel: Option<u32>,
}

/// Steps are counted from 1 here: level 1 is the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Reached at least this many steps; 0 names every subject.
    Reached(u8),
    /// Reached just this many, and may still go on.
    Open(u8),
    /// Reached just this many, and will not go on.
    Stopped(u8),
}

/// What became of one subject: the one thing `fold` and `picks` both look at.
struct Outcome {
    level: usize,
    open: bool,
    /// Position of the first step's event of the run that reached `level` first; meaningless at level 0.
    entry: usize,
}

impl Funnel {
    pub fn new(config: Config) -> Result<Funnel, Error> {
        if config.steps == 0 || config.steps > FUNNEL_STEPS_MAX {
            let what = format!("a funnel has 1 to {FUNNEL_STEPS_MAX} steps, not {}", config.steps);
            return Err(Error::config("funnel", what));
        }
        if config.window_us < 0 {
            return Err(Error::config("funnel", "the window is negative; give the time from first to last step"));
        }
        if config.mode == Mode::Ordered && config.ties == Ties::Step {
            return Err(Error::config("funnel", "the mode `ordered` takes ties by position; choose another mode"));
        }
        Ok(Funnel { config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many steps the subject reaches.
    pub fn level(&self, subject: &Slice<'_>) -> usize {
        levels::walk(&self.config, subject).level
    }

    fn outcome(&self, subject: &Slice<'_>) -> Outcome {
        let run = levels::walk(&self.config, subject);
        let may_go_on = run.level > 0 && run.level < self.config.steps && !run.stopped && subject.end == End::Open;
        let open =
            may_go_on && subject.time[run.latest_entry].saturating_add(self.config.window_us) >= self.config.as_of_us;
        Outcome { level: run.level, open, entry: run.entry }
    }
}

impl Fold for Funnel {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { mask: true, channel: self.config.breakdown == Breakdown::EntryChannel, ..Needs::default() }
    }

    fn state(&self) -> State {
        let steps = self.config.steps;
        State {
            reached: vec![Tally::default(); steps],
            open: vec![Tally::default(); steps],
            stopped: vec![Tally::default(); steps],
            from_previous_us: vec![Distribution::default(); steps],
            from_entry_us: vec![Distribution::default(); steps],
            ..State::default()
        }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        let turn = state.turn.0;
        state.subjects.see(&turn);
        let outcome = self.outcome(subject);
        if outcome.level == 0 {
            return;
        }
        state.reached[..outcome.level].iter_mut().for_each(|step| step.see(&turn));
        let last = if outcome.open { &mut state.open } else { &mut state.stopped };
        last[outcome.level - 1].see(&turn);
        if outcome.level > 1 {
            let times = &mut state.times.0;
            levels::times(&self.config, subject, outcome.entry, outcome.level, times);
            for step in 1..outcome.level {
                state.from_previous_us[step].push(times[step].saturating_sub(times[step - 1]));
                state.from_entry_us[step].push(times[step].saturating_sub(times[0]));
            }
        }
        if self.config.breakdown == Breakdown::EntryChannel
            && let Some(channel) = subject.channel.get(outcome.entry)
        {
            let reached = state.channels.cell(0, *channel);
            reached.resize(self.config.steps, Tally::default());
            reached[..outcome.level].iter_mut().for_each(|step| step.see(&turn));
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.subjects.add(from.subjects);
        add_tallies(&mut into.reached, &from.reached);
        add_tallies(&mut into.open, &from.open);
        add_tallies(&mut into.stopped, &from.stopped);
        for (into, from) in into.from_previous_us.iter_mut().zip(from.from_previous_us) {
            into.merge(from);
        }
        for (into, from) in into.from_entry_us.iter_mut().zip(from.from_entry_us) {
            into.merge(from);
        }
        for ((_, channel), from) in from.channels.into_entries() {
            let into = into.channels.cell(0, channel);
            into.resize(self.config.steps, Tally::default());
            add_tallies(into, &from);
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let outcome = self.outcome(subject);
        let level = match pick.level {
            Level::Reached(level) => outcome.level >= level as usize,
            Level::Open(level) => outcome.level == level as usize && outcome.open,
            Level::Stopped(level) => outcome.level == level as usize && !outcome.open,
        };
        let channel = || outcome.level.checked_sub(1).and_then(|_| subject.channel.get(outcome.entry)).copied();
        level && (pick.channel.is_none() || pick.channel == channel())
    }

    fn state_bytes(&self, state: &State) -> usize {
        let times = state.from_previous_us.iter().chain(&state.from_entry_us).map(Distribution::bytes).sum::<usize>();
        size_of::<State>() + times + (state.channels.len() + 2) * self.config.steps * size_of::<Tally>()
    }
}

impl State {
    /// By channel code of the first step's event, ascending, as `reached`. Empty without breakdown.
    pub fn by_channel(&self) -> Vec<(u32, &[Tally])> {
        self.channels.sorted().into_iter().map(|((_, channel), reached)| (channel, reached.as_slice())).collect()
    }

    /// The subjects of one channel, as `reached`.
    pub fn channel(&self, channel: u32) -> Option<&[Tally]> {
        self.channels.get(0, channel).map(Vec::as_slice)
    }
}

fn add_tallies(into: &mut [Tally], from: &[Tally]) {
    for (into, from) in into.iter_mut().zip(from) {
        into.add(*from);
    }
}

impl Tally {
    /// A tally of known counts, for comparing.
    pub fn of(subjects: u64, customers: u64) -> Tally {
        Tally { subjects: Distinct::from(subjects), customers: Distinct::from(customers) }
    }
}
