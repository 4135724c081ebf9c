//! Funnels: how far each subject gets through steps, within a window from the first step.
//!
//! A *run* is a choice of events, one a step, that satisfies the funnel's [`Mode`] and lies in its [`Window`]; its
//! level is the number of its last step. A subject counts by one of its runs ([`Entry`]), or by each attempt
//! ([`Count`]). [`Mode::Ordered`], [`Mode::Strict`] and [`Mode::Unordered`] are the product's own and take all options;
//! the other modes answer as ClickHouse's `windowFunnel` does, including where that surprises. How runs are found
//! stands in `levels` (the plain funnel, and ClickHouse's), `ordered`, `unordered` and `route`, and in `moments` where
//! events near each other count as simultaneous.
//!
//! Not here: rules. A step or exclusion is a bit of [`Slice::mask`].
//!
//! ```
//! use folds::funnel::{Config, Count, Funnel};
//! use folds::{End, Fold, Slice};
//!
//! let funnel = Funnel::new(Config::new(3, 10, 100))?;
//! // A at 1 and 8, B at 9, C at 15: too late for the first A, in time for the second.
//! let (time, mask) = (&[1, 8, 9, 15], &[0b001, 0b001, 0b010, 0b100]);
//! let subject = Slice { customer: 1, time, mask, end: End::Left, ..Slice::default() };
//! assert_eq!(funnel.level(&subject), 3);
//! assert_eq!(funnel.moment(&subject, 0), Some(1));
//! // Counted by attempts, the first A's window takes in B and leaves out C.
//! let every = Funnel::new(Config { count: Count::Every, ..Config::new(3, 10, 100) })?;
//! assert_eq!(every.level(&subject), 2);
//! # Ok::<(), folds::Error>(())
//! ```

mod clock;
mod config;
mod levels;
mod moments;
mod ordered;
mod route;
mod state;
mod ties;
mod unordered;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::slice::{End, Needs, Slice};

pub use config::{Config, Count, Effect, Entry, Exclusion, Mode, Ties, Window};
pub use state::{Next, NextEvent, State, Stretch};

use clock::Until;
use levels::Plain;
use route::{NOWHERE, Route, Run};

/// The fold. The labels of its state: level k means steps 1 to k were reached, level 0 none.
#[derive(Debug, Clone)]
pub struct Funnel {
    config: Config,
    /// Given where the parameters are plain.
    plain: Option<Plain>,
    route: Route,
}

/// Sets of subjects; where every attempt counts, of attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    pub level: Level,
    /// Only those that did this next.
    pub next: Option<NextPick>,
    /// Only runs that began in this stretch of the trend.
    pub stretch: Option<u32>,
}

/// Steps are counted from 1 here: level 1 is the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Reached at least this many steps, or did this optional one; 0 names every subject.
    Reached(u8),
    /// Reached just this many, and may still go on; 0 names all who may.
    Open(u8),
    /// Reached just this many, and will not go on.
    Stopped(u8),
    /// Left out because of an excluded event.
    Removed,
}

/// What runs that stopped did next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextPick {
    /// An event of this label on this channel, within the window.
    Within {
        label: u32,
        channel: u32,
    },
    /// The same, after the window.
    After {
        label: u32,
        channel: u32,
    },
    Nothing,
}

impl Pick {
    pub fn level(level: Level) -> Pick {
        Pick { level, next: None, stretch: None }
    }
}

impl Funnel {
    pub fn new(config: Config) -> Result<Funnel, Error> {
        config.check()?;
        Ok(Funnel { plain: Plain::of(&config), route: Route::new(&config), config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many steps the subject reaches by its best run; 0 also if an excluded event leaves it out.
    pub fn level(&self, subject: &Slice<'_>) -> usize {
        if let Some(plain) = &self.plain {
            return levels::walk(plain, subject).level;
        }
        let mut level = 0;
        self.timed(subject, |subject| {
            self.runs(subject, &mut Vec::new(), |run, _| level = level.max(if run.removed { 0 } else { run.level }));
        });
        level
    }

    /// The subject with the times that count: its own, or those of moments.
    fn timed<R>(&self, subject: &Slice<'_>, ask: impl FnOnce(&Slice<'_>) -> R) -> R {
        if self.config.tie_tolerance_us == 0 {
            return ask(subject);
        }
        let times = moments::times(&self.config, self.route.relevant, subject);
        ask(&Slice { time: &times, ..*subject })
    }

    /// Tells each run that counts, or would but for an exclusion, with the positions of its steps' events
    /// ([`NOWHERE`]: not done; cut off after the level).
    fn runs(&self, subject: &Slice<'_>, places: &mut Vec<u32>, mut each: impl FnMut(&Run, &[u32])) {
        let Some(plain) = &self.plain else {
            return self.route.runs(&self.config, subject, places, each);
        };
        let walk = levels::walk(plain, subject);
        if walk.level == 0 {
            return;
        }
        levels::trace(plain, subject, walk.entry, walk.level, places);
        let until = |entry: usize| subject.time[entry].saturating_add(plain.window_us);
        let may_go_on = walk.level < self.config.steps && !walk.stopped && subject.end == End::Open;
        let run = Run {
            level: walk.level,
            done: u64::MAX >> (64 - walk.level),
            entry: walk.entry,
            until: Until { us: until(walk.entry), open_us: until(walk.latest_entry) },
            open: may_go_on && until(walk.latest_entry) >= self.config.as_of_us,
            removed: false,
        };
        each(&run, places);
    }

    /// What a run that stopped was followed by.
    fn next(&self, subject: &Slice<'_>, run: &Run, places: &[u32]) -> NextPick {
        let last = places.iter().filter(|place| **place != NOWHERE).max().map_or(run.entry, |place| *place as usize);
        let mut next = last + 1;
        if self.config.ties == Ties::Step || self.config.tie_tolerance_us > 0 {
            next = subject.time.partition_point(|time| *time <= subject.time[last]);
        }
        let Some(time_us) = subject.time.get(next).copied() else { return NextPick::Nothing };
        let code = |column: &[u32]| column.get(next).copied().unwrap_or(0);
        let (label, channel) = (code(subject.label), code(subject.channel));
        if time_us <= run.until.us { NextPick::Within { label, channel } } else { NextPick::After { label, channel } }
    }

    fn add(&self, state: &mut State, subject: &Slice<'_>, run: &Run, places: &[u32]) {
        let turn = state.turn.0;
        if run.removed {
            return state.removed.see(&turn);
        }
        let last = run.level - 1;
        let done = |step: &usize| run.done >> step & 1 != 0;
        (0..places.len()).filter(done).for_each(|step| state.reached[step].see(&turn));
        let lasts = if run.open { &mut state.open } else { &mut state.stopped };
        lasts[last].see(&turn);
        let time = |step: usize| subject.time[places[step] as usize];
        let mut previous = 0;
        for step in (1..places.len()).filter(done) {
            state.from_previous_us[step].push(time(step).saturating_sub(time(previous)));
            state.from_entry_us[step].push(time(step).saturating_sub(time(0)));
            if self.config.optional >> step & 1 == 0 {
                previous = step;
            }
        }
        if self.config.next && !run.open && run.level < self.config.steps {
            let next = &mut state.next[last];
            match self.next(subject, run, places) {
                NextPick::Within { label, channel } => next.events.cell(label, channel).within.see(&turn),
                NextPick::After { label, channel } => next.events.cell(label, channel).after.see(&turn),
                NextPick::Nothing => next.nothing.see(&turn),
            }
        }
        if let Some(period) = self.period(subject, run) {
            let stretch = state.trend.entry(period).or_default();
            stretch.reached.resize(self.config.steps, Default::default());
            (0..places.len()).filter(done).for_each(|step| stretch.reached[step].see(&turn));
            if run.open {
                stretch.open.see(&turn);
            }
        }
    }

    /// Whether a run is of those a pick names.
    fn is_meant(&self, subject: &Slice<'_>, run: &Run, places: &[u32], pick: &Pick) -> bool {
        let level = match pick.level {
            Level::Removed => return run.removed && pick.next.is_none() && pick.stretch.is_none(),
            _ if run.removed => return false,
            Level::Reached(0) => true,
            Level::Reached(step) => run.done >> (step - 1) & 1 != 0,
            Level::Open(level) => (level == 0 || run.level == level as usize) && run.open,
            Level::Stopped(level) => run.level == level as usize && !run.open,
        };
        let next =
            |next: NextPick| !run.open && run.level < self.config.steps && self.next(subject, run, places) == next;
        let began = |period| self.period(subject, run) == Some(period);
        level && pick.next.is_none_or(next) && pick.stretch.is_none_or(began)
    }

    /// The period of the trend a run began in.
    fn period(&self, subject: &Slice<'_>, run: &Run) -> Option<u32> {
        self.config.trend.as_ref()?.of(subject.time[run.entry]).map(|period| period as u32)
    }
}

impl Fold for Funnel {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        let next = self.config.next;
        Needs { mask: true, label: next, channel: next, held: self.config.hold, ..Needs::default() }
    }

    fn state(&self) -> State {
        State::new(self.config.steps, self.config.next)
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        state.subjects.see(&state.turn.0);
        let mut places = std::mem::take(&mut state.places.0);
        let mut further = false;
        self.timed(subject, |subject| {
            self.runs(subject, &mut places, |run, places| {
                if further {
                    state.turn.0.again();
                }
                further = true;
                self.add(state, subject, run, places);
            });
        });
        state.places.0 = places;
    }

    fn merge(&self, into: &mut State, from: State) {
        into.merge(from);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        self.times(subject, pick) > 0
    }

    fn times(&self, subject: &Slice<'_>, pick: &Pick) -> u64 {
        if *pick == Pick::level(Level::Reached(0)) {
            return 1;
        }
        let mut times = 0;
        self.timed(subject, |subject| {
            self.runs(subject, &mut Vec::new(), |run, places| {
                times += u64::from(self.is_meant(subject, run, places, pick));
            });
        });
        times
    }

    /// Position of the event that satisfied a step (from 0) in the run the subject counts by; of attempts, in the
    /// first of the deepest. In any order: of the event that made the steps done one more than `step`.
    fn knows_steps(&self) -> bool {
        true
    }

    fn moment(&self, subject: &Slice<'_>, step: usize) -> Option<usize> {
        let mut best: Option<(usize, u32)> = None;
        self.timed(subject, |subject| {
            self.runs(subject, &mut Vec::new(), |run, places| {
                let place = places.get(step).copied().unwrap_or(NOWHERE);
                if !run.removed && best.is_none_or(|(level, _)| run.level > level) {
                    best = Some((run.level, place));
                }
            });
        });
        best.filter(|(_, place)| *place != NOWHERE).map(|(_, place)| place as usize)
    }

    fn state_bytes(&self, state: &State) -> usize {
        state.bytes()
    }
}
