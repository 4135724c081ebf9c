//! The journey map: where instances of a journey are, how long they stay, where they go.
//!
//! Subjects are instances (`Slicer::Instance`), labels are touchpoint index + 1. A *stay* is a run of events in
//! one stage. Everything the map shows comes from this one pass, so its cells, moves and totals agree:
//! - events of the cells add up to the events of their touchpoint, stage and channel, and to the total;
//! - a stage's stays are its starts plus the moves to it, and also the sum of its exits;
//! - the left instances are the sum over stages of those whose furthest stage it is, and of those whose last;
//! - an instance is on the planned way or off it, and off it exactly if it starts where the way does not, or makes a
//!   move the way does not have.
//!
//! Every count says of what: events, stays, instances, or customers with at least one such instance.
//!
//! ```
//! use folds::journey::{Config, Exit, StageMachine};
//! use folds::{End, Fold, Slice};
//!
//! // Two stages; touchpoint 0 lies in the first, 1 and 2 in the second.
//! let config = Config { stages: 2, stage_of: vec![0, 1, 1], planned: vec![0, 1], value: false, score: false };
//! let machine = StageMachine::new(config)?;
//! let mut state = machine.state();
//! let (time, label) = (&[0, 10, 25, 40], &[1, 2, 1, 3]);
//! let end = End::Goal;
//! machine.fold(&mut state, &Slice { customer: 1, time, label, channel: &[0; 4], end, ..Slice::default() });
//! let map = machine.answer(state);
//! assert_eq!(map.stages[0].stay_us.sorted(), [(10, 1), (15, 1)]);
//! assert_eq!(map.stages[1].exit(Exit::Back).stays, 1);
//! assert_eq!(map.totals.goal.customers.count, 1);
//! assert_eq!(map.totals.off_way.goal.count, 1, "going back is not planned");
//! # Ok::<(), folds::Error>(())
//! ```

mod course;
mod state;
mod way;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::limits::{STAGES_MAX, TOUCHPOINTS_MAX};
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice};

pub use course::Exit;
pub use state::{Answer, Ends, Here, Moves, Passes, Stage, State, Totals};
use way::Way;

/// Parameters of the map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// How many stages there are, in their typical order; 1 to 50.
    pub stages: usize,
    /// By touchpoint: its stage.
    pub stage_of: Vec<usize>,
    /// The stages of the planned way, ascending. Empty: every stage.
    pub planned: Vec<usize>,
    /// Whether the goal's events have a value.
    pub value: bool,
    /// Whether to sum up scores.
    pub score: bool,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct StageMachine {
    config: Config,
    way: Way,
}

/// Where an event may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Stage(usize),
    Touchpoint(usize),
    Cell { touchpoint: usize, channel: u32 },
    StageChannel { stage: usize, channel: u32 },
    Channel(u32),
}

/// Sets of instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    All,
    Ended(End),
    /// Was there.
    At(Place),
    /// Was there and reached the goal.
    ToGoal(Place),
    /// Was there and is open.
    OpenAt(Place),
    /// Is open, was in the stage, and has not gone onward from it yet.
    Waiting(usize),
    /// Was there, and after that in a later stage than that of its event there, or at the goal.
    Onward(Place),
    /// Begins in the stage.
    Starts(usize),
    /// Moved directly from one stage to the other.
    Moved {
        from: usize,
        to: usize,
    },
    /// Has a stay in the stage that ends so. `Leave`, `Open` and `Goal` name where instances end.
    Exits {
        stage: usize,
        exit: Exit,
    },
    /// Came back to the stage.
    Looped(usize),
    /// Ended so, with this the latest stage (in the typical order) it was in.
    Furthest {
        stage: usize,
        end: End,
    },
    /// Starts in the first planned stage, and every move of it goes from a planned stage to the next planned one.
    OnWay,
    /// Is not on the planned way.
    OffWay,
}

impl StageMachine {
    pub fn new(config: Config) -> Result<StageMachine, Error> {
        let fault = |what| Err(Error::config("journey", what));
        if config.stages == 0 || config.stages > STAGES_MAX {
            return fault(format!("a journey has 1 to {STAGES_MAX} stages, not {}", config.stages));
        }
        if config.stage_of.len() > TOUCHPOINTS_MAX {
            return fault(format!("more than {TOUCHPOINTS_MAX} touchpoints"));
        }
        if let Some(at) = config.stage_of.iter().position(|stage| *stage >= config.stages) {
            return fault(format!("touchpoint {at} lies in stage {}, which there is not", config.stage_of[at]));
        }
        if let Some(stage) = config.planned.iter().find(|stage| **stage >= config.stages) {
            return fault(format!("stage {stage} is planned, which there is not"));
        }
        if !config.planned.is_sorted_by(|a, b| a < b) {
            return fault("the planned way goes through each stage once, in their order".to_owned());
        }
        let way = Way::new(&config);
        Ok(StageMachine { config, way })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The map of a finished state.
    pub fn answer(&self, state: State) -> Answer {
        state.answer(&self.config)
    }

    fn is_at(&self, subject: &Slice<'_>, place: Place) -> bool {
        (0..subject.label.len()).any(|i| self.at(subject, i).is_some_and(|at| at.is_in(place)))
    }

    fn goes_on_from(&self, subject: &Slice<'_>, place: Place) -> bool {
        if subject.end == End::Goal {
            return self.is_at(subject, place);
        }
        let mut latest_after = None;
        (0..subject.label.len()).rev().filter_map(|i| self.at(subject, i)).any(|at| {
            let onward = at.is_in(place) && latest_after > Some(at.stage);
            latest_after = latest_after.max(Some(at.stage));
            onward
        })
    }

    /// Where the subject's event is, if at a touchpoint.
    fn at(&self, subject: &Slice<'_>, event: usize) -> Option<At> {
        let (touchpoint, stage) = course::touchpoint(&self.config.stage_of, subject.label[event])?;
        Some(At { touchpoint, stage, channel: subject.channel.get(event).copied().unwrap_or(0) })
    }
}

impl Fold for StageMachine {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: true, channel: true, value: self.config.value, score: self.config.score, ..Needs::default() }
    }

    fn state(&self) -> State {
        State::new(&self.config)
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.add(&self.config, &self.way, subject);
    }

    fn merge(&self, into: &mut State, from: State) {
        into.merge(from);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut stays = false;
        let course = course::walk(&self.config.stage_of, &self.way, subject, |stay| {
            stays |= match pick {
                Pick::Moved { from, to } => stay.stage == *from && stay.next == Some(*to),
                Pick::Exits { stage, exit } => stay.stage == *stage && stay.exit == *exit,
                Pick::Looped(stage) => stay.stage == *stage && stay.again,
                _ => false,
            };
        });
        let Some(course) = course else { return false };
        match pick {
            Pick::All => true,
            Pick::Ended(end) => subject.end == *end,
            Pick::At(place) => self.is_at(subject, *place),
            Pick::ToGoal(place) => subject.end == End::Goal && self.is_at(subject, *place),
            Pick::OpenAt(place) => subject.end == End::Open && self.is_at(subject, *place),
            Pick::Waiting(stage) => subject.end == End::Open && course.waiting() >> stage & 1 != 0,
            Pick::Onward(place) => self.goes_on_from(subject, *place),
            Pick::Starts(stage) => course.first == *stage,
            Pick::Moved { .. } | Pick::Exits { .. } | Pick::Looped(_) => stays,
            Pick::Furthest { stage, end } => course.furthest() == *stage && subject.end == *end,
            Pick::OnWay => course.on_way,
            Pick::OffWay => !course.on_way,
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        state.bytes()
    }
}

impl Answer {
    /// Median, p90 of a stage's closed stays, microseconds.
    pub fn stay_us(&self, stage: usize) -> Option<(f64, f64)> {
        let quantiles = |times: &Distribution| times.quantiles(&[0.5, 0.9]);
        self.stages.get(stage).and_then(|stage| quantiles(&stage.stay_us)).map(|q| (q[0], q[1]))
    }
}

/// Where one event is.
#[derive(Debug, Clone, Copy)]
struct At {
    touchpoint: usize,
    stage: usize,
    channel: u32,
}

impl At {
    fn is_in(self, place: Place) -> bool {
        let At { touchpoint, stage, channel } = self;
        match place {
            Place::Stage(wanted) => stage == wanted,
            Place::Touchpoint(wanted) => touchpoint == wanted,
            Place::Cell { touchpoint: wanted, channel: on } => touchpoint == wanted && channel == on,
            Place::StageChannel { stage: wanted, channel: on } => stage == wanted && channel == on,
            Place::Channel(on) => channel == on,
        }
    }
}
