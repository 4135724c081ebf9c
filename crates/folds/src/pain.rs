//! The search for pains: how often something bad happens at each place, to each group, in each stretch of time.
//!
//! Subjects are journey instances, labels touchpoints, masks signals. A [`Probe`] asks one question of one stage: was
//! the instance exposed, and was it hit? Every exposure is counted for everyone, for each value of each dimension, and
//! for the step of time it happened in, so that all comparisons come from one scan over the same instances. Which
//! difference is a pain is not decided here.
//!
//! Customers have several instances, which are not independent. A cell therefore also sums squares and products per
//! customer, from which the variance of its rate follows (the ratio estimator for clusters, Cochran 1977, § 9A).
//!
//! ```
//! use folds::pain::{Config, Probe, Search, Test};
//! use folds::{End, Fold, Slice};
//!
//! // Two stages with a touchpoint each; did they leave at the second?
//! let search = Search::new(Config {
//!     stages: 2,
//!     stage_of: vec![0, 1],
//!     probes: vec![Probe { stage: 1, test: Test::DropOff }],
//!     step_us: 100,
//!     steps: 1,
//!     ..Config::default()
//! })?;
//! let mut state = search.state();
//! for (customer, label, end) in [(1, &[1, 2][..], End::Left), (2, &[2], End::Left), (3, &[1], End::Left)] {
//!     let time = &[0, 10][..label.len()];
//!     search.fold(&mut state, &Slice { customer, time, label, channel: &[0, 0][..label.len()], end, ..Slice::default() });
//! }
//! let everyone = &search.answer(state).cells[0];
//! assert_eq!((everyone.exposed, everyone.hits), (2, 2));
//! # Ok::<(), folds::Error>(())
//! ```

mod bounds;
mod evidence;
mod judge;
mod table;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::limits::{PAIN_CELLS_MAX, STAGES_MAX, TOUCHPOINTS_MAX};
use crate::slice::{Needs, Slice};

pub use bounds::{Bounds, Usual};
pub use evidence::{Against, Evidence, EvidenceConfig, Findings, Target, Trail, With};
pub use judge::{Group, Probe, Test, Who};
pub use table::{Answer, Cell, State};

use judge::Judge;
use table::Layout;

/// What is looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Stages in their typical order, 1 to 50.
    pub stages: usize,
    /// By touchpoint: its stage.
    pub stage_of: Vec<usize>,
    pub probes: Vec<Probe>,
    /// By dimension of `Slice::facet`: how many values are told apart. Codes beyond are nobody's.
    pub dimensions: Vec<u32>,
    /// Channel codes told apart where channels are switched.
    pub channels: u32,
    /// Where the first step of time begins, UTC microseconds.
    pub origin_us: i64,
    /// Length of a step, microseconds.
    pub step_us: i64,
    /// Steps; exposures outside them are not counted.
    pub steps: u32,
    /// Whether goals have a value.
    pub value: bool,
    /// Where it matters how instances end, exposures later than this are left out: shortly before the moment asked at
    /// those that arrived have ended and those that did not are still open. UTC microseconds; None: none are.
    pub settled_us: Option<i64>,
    /// Exposures left out: those explained already.
    pub excluded: Vec<Group>,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Search {
    config: Config,
    layout: Layout,
}

/// Instances a number of the search counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    pub group: Group,
    /// Only those that are hit; else all that are exposed.
    pub hit: bool,
}

impl Config {
    fn check(&self) -> Result<(), Error> {
        let fault = |what| Err(Error::config("pain", what));
        if self.stages == 0 || self.stages > STAGES_MAX {
            return fault(format!("a journey has 1 to {STAGES_MAX} stages, not {}", self.stages));
        }
        if self.stage_of.len() > TOUCHPOINTS_MAX {
            return fault(format!("more than {TOUCHPOINTS_MAX} touchpoints"));
        }
        if self.stage_of.iter().any(|stage| *stage >= self.stages) {
            return fault("a touchpoint lies in a stage that there is not".to_owned());
        }
        if let Some(probe) = self.probes.iter().find(|probe| probe.stage >= self.stages) {
            return fault(format!("a probe looks at stage {}, which there is not", probe.stage));
        }
        if self.step_us <= 0 || self.steps == 0 {
            return fault("time needs at least one step longer than nothing".to_owned());
        }
        let cells = Layout::new(self).cells();
        if cells.saturating_mul(self.steps as usize) > PAIN_CELLS_MAX {
            let what = format!("{cells} groups times {} steps of time are too many; name fewer dimensions", self.steps);
            return fault(what);
        }
        Ok(())
    }
}

impl Search {
    pub fn new(config: Config) -> Result<Search, Error> {
        config.check()?;
        Ok(Search { layout: Layout::new(&config), config })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Position of a group's cell in [`Answer::cells`].
    pub fn cell(&self, group: &Group) -> Option<usize> {
        self.layout.cell(group)
    }

    /// The cells of a probe: position, and whose it is. The first is everyone's.
    pub fn groups(&self, probe: usize) -> impl Iterator<Item = (usize, Group)> + '_ {
        self.layout.groups(probe)
    }

    pub fn answer(&self, state: State) -> Answer {
        state.answer(self.config.steps as usize)
    }
}

impl Fold for Search {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        needs(&self.config)
    }

    fn state(&self) -> State {
        State::new(&self.layout, self.config.steps as usize)
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        let mut judge = state.take_judge();
        if judge.look(&self.config, subject) {
            state.next(subject.customer);
            for (i, probe) in self.config.probes.iter().enumerate() {
                let Some(exposure) = judge.exposure(&self.config, subject, probe) else { continue };
                if self.config.excluded.iter().any(|group| group.probe == i && group.holds(&judge, subject, &exposure))
                {
                    continue;
                }
                let value = judge.goal_value(subject);
                self.layout.each_cell(i, &judge, subject, &exposure, |cell| state.see(cell, &exposure, value));
            }
        }
        state.give_judge(judge);
    }

    fn merge(&self, into: &mut State, from: State) {
        into.merge(from);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut judge = Judge::default();
        let Some(probe) = self.config.probes.get(pick.group.probe) else { return false };
        judge.look(&self.config, subject)
            && judge
                .exposure(&self.config, subject, probe)
                .is_some_and(|exposure| (exposure.hit || !pick.hit) && pick.group.holds(&judge, subject, &exposure))
    }

    fn state_bytes(&self, state: &State) -> usize {
        state.bytes()
    }
}

fn needs(config: &Config) -> Needs {
    let score = config.probes.iter().any(|probe| matches!(probe.test, Test::LowScore { .. }));
    let facet = !config.dimensions.is_empty();
    Needs { label: true, mask: true, channel: true, value: config.value, score, facet, ..Needs::default() }
}
