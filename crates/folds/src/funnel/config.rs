//! What a funnel asks.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::{FUNNEL_EXCLUSIONS_MAX, FUNNEL_STEPS_MAX, TIE_TOLERANCE_US_MAX};
use crate::periods::Periods;

/// Parameters of a funnel. Steps are bits 0 to `steps` - 1 of a slice's mask, the i-th exclusion is bit `steps` + i.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// 1 to 50.
    pub steps: usize,
    pub window: Window,
    pub mode: Mode,
    /// How events of the same time are ordered. The product's own modes are always by position.
    pub ties: Ties,
    /// Events no further apart than this from the first of them may be taken in any order (see `moments`); 0: none.
    /// Microseconds.
    pub tie_tolerance_us: i64,
    pub count: Count,
    /// Which run of a subject counts, where it counts once.
    pub entry: Entry,
    /// Whether one event may satisfy several steps that follow each other.
    pub reuse: bool,
    /// Bit k: step k (from 0) may be left out. Neither the first nor the last may.
    pub optional: u64,
    pub exclusions: Vec<Exclusion>,
    /// Whether all steps of a run have to carry the same [`crate::Slice::held`].
    pub hold: bool,
    /// Counts apart by when runs began.
    pub trend: Option<Periods>,
    /// Whether to count what those who dropped off did next.
    pub next: bool,
    /// The moment the question is asked at: runs whose window reaches past it are open.
    pub as_of_us: i64,
}

/// How long a run may take, from the event of its first step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// To the last step's event, inclusive. Microseconds.
    Time { us: i64 },
    /// As long as no gap between two events, of a step or not, is longer than this. Microseconds.
    Session { timeout_us: i64 },
    /// To the end of the period it began in.
    Calendar(Periods),
}

/// What counts as the next step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One event satisfies one step; other events may lie between; a later first step starts anew.
    #[default]
    Ordered,
    /// As ordered, but each event after the first has to be of the next step.
    Strict,
    /// Steps in any order: level k means k of them.
    Unordered,
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

impl Mode {
    /// Whether the mode is the product's, not one of ClickHouse's.
    pub fn is_own(self) -> bool {
        matches!(self, Mode::Ordered | Mode::Strict | Mode::Unordered)
    }
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

/// How often a subject counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Once, by one of its runs.
    #[default]
    Once,
    /// Once for each attempt: from the first step's event until the run is through, is broken off, or its window
    /// closes. Attempts do not overlap; the next begins at the next event of the first step.
    Every,
}

/// The run a subject counts by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The deepest; of several the one that got there first, and of those the one that began last.
    #[default]
    Best,
    /// The one that began first.
    First,
}

/// Events that must not lie between those of two steps of a run, neither of which may be optional. They lie between if
/// they come after the event of the one, before that of the other (or without it), and within the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Step, from 0.
    pub after: usize,
    /// Step, from 0; later than `after`.
    pub before: usize,
    pub effect: Effect,
}

/// What an excluded event does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A subject, or an attempt where each counts, is left out altogether if an excluded event lies in the run it
    /// counts by. That run is found as if nothing were excluded.
    #[default]
    Remove,
    /// A run ends at the excluded event: who was in it stays at the step reached, unless another run is better.
    Drop,
}

impl Config {
    /// An ordered funnel without options; set what differs.
    pub fn new(steps: usize, window_us: i64, as_of_us: i64) -> Config {
        Config {
            steps,
            window: Window::Time { us: window_us },
            mode: Mode::Ordered,
            ties: Ties::Position,
            tie_tolerance_us: 0,
            count: Count::Once,
            entry: Entry::Best,
            reuse: false,
            optional: 0,
            exclusions: Vec::new(),
            hold: false,
            trend: None,
            next: false,
            as_of_us,
        }
    }

    /// Whether [`super::levels`] answers: ClickHouse's modes, and the ordered funnel where nothing of how runs are
    /// found differs from the usual.
    pub(super) fn is_plain(&self) -> bool {
        !self.mode.is_own()
            || self.mode == Mode::Ordered
                && matches!(self.window, Window::Time { .. })
                && self.count == Count::Once
                && self.entry == Entry::Best
                && self.tie_tolerance_us == 0
                && !self.reuse
                && self.optional == 0
                && self.exclusions.is_empty()
                && !self.hold
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |what: String| Err(Error::config("funnel", what));
        if self.steps == 0 || self.steps > FUNNEL_STEPS_MAX {
            return wrong(format!("a funnel has 1 to {FUNNEL_STEPS_MAX} steps, not {}", self.steps));
        }
        match &self.window {
            Window::Time { us } if *us < 0 => {
                return wrong("the window is negative; give the time from first to last step".into());
            }
            Window::Session { timeout_us } if *timeout_us <= 0 => {
                return wrong("a session's timeout must be longer than nothing, as in 30m".into());
            }
            _ => {}
        }
        if self.mode.is_own() && self.ties == Ties::Step {
            return wrong("the product's own modes take ties by position; choose another mode".into());
        }
        self.check_tolerance()?;
        if !self.mode.is_own() {
            return self.check_foreign();
        }
        if self.count == Count::Every && self.entry == Entry::First {
            return wrong("where every attempt counts, there is no first one to choose; leave `first` out".into());
        }
        self.check_optional()?;
        self.check_exclusions()
    }

    fn check_tolerance(&self) -> Result<(), Error> {
        if self.tie_tolerance_us == 0 {
            return Ok(());
        }
        let what = if self.tie_tolerance_us < 0 || self.tie_tolerance_us > TIE_TOLERANCE_US_MAX {
            "events are near each other within at most a minute; a tolerance lies between 0 and 60,000 ms"
        } else if self.mode != Mode::Ordered {
            "only steps in order have a tolerance; leave it out, or choose ordered"
        } else if self.reuse {
            "a tolerance is for events that each satisfy one step; leave it out, or let events not be used again"
        } else {
            return Ok(());
        };
        Err(Error::config("funnel", what))
    }

    fn check_foreign(&self) -> Result<(), Error> {
        let options = [
            (!matches!(self.window, Window::Time { .. }), "a window by session or calendar"),
            (self.count == Count::Every, "a count of every attempt"),
            (self.entry == Entry::First, "a choice of the first entry"),
            (self.reuse, "a say in whether events are used again"),
            (self.optional != 0, "optional steps"),
            (!self.exclusions.is_empty(), "exclusions"),
            (self.hold, "properties held constant"),
        ];
        match options.iter().find(|(given, _)| *given) {
            Some((_, what)) => {
                let what = format!("the modes of ClickHouse do not have {what}; use ordered, strict or unordered");
                Err(Error::config("funnel", what))
            }
            None => Ok(()),
        }
    }

    fn check_optional(&self) -> Result<(), Error> {
        if self.optional == 0 {
            return Ok(());
        }
        let what = if self.mode == Mode::Unordered {
            "steps in any order cannot be optional"
        } else if self.optional & 1 != 0 || self.optional >> (self.steps - 1) != 0 {
            "neither the first step nor the last can be optional"
        } else {
            return Ok(());
        };
        Err(Error::config("funnel", what))
    }

    fn check_exclusions(&self) -> Result<(), Error> {
        if self.exclusions.len() > FUNNEL_EXCLUSIONS_MAX {
            let what = format!("at most {FUNNEL_EXCLUSIONS_MAX} exclusions, not {}", self.exclusions.len());
            return Err(Error::config("funnel", what));
        }
        for Exclusion { after, before, .. } in &self.exclusions {
            let (from, to) = (after + 1, before + 1);
            let what = if after >= before || *before >= self.steps {
                format!("an exclusion lies between a step and a later one of {}, not {from} and {to}", self.steps)
            } else if (self.optional >> after | self.optional >> before) & 1 != 0 {
                format!("an exclusion lies between steps that are not optional; one of {from} and {to} is")
            } else if self.mode == Mode::Unordered && (*after, to) != (0, self.steps) {
                "in any order, exclusions lie between the first step and the last".into()
            } else {
                continue;
            };
            return Err(Error::config("funnel", what));
        }
        Ok(())
    }
}
