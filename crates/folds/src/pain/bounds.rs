//! What is usual: how long first stays last, how many events a stage takes, how high scores go. What is unusual is
//! measured by it.

use serde::{Deserialize, Serialize};

use super::Config;
use super::judge::Judge;
use crate::error::Error;
use crate::fold::Fold;
use crate::quantile::Distribution;
use crate::slice::{Needs, Slice};

/// The fold; of the configuration it reads stages and touchpoints only.
#[derive(Debug, Clone)]
pub struct Bounds {
    config: Config,
}

/// By stage: first stays that were gone on from, microseconds, and events of an instance there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    pub stay_us: Vec<Distribution>,
    pub events: Vec<Distribution>,
    /// The highest score given, where any was.
    pub score_max: Option<f64>,
}

impl Bounds {
    pub fn new(config: Config) -> Result<Bounds, Error> {
        config.check()?;
        Ok(Bounds { config })
    }
}

impl Fold for Bounds {
    type State = Usual;
    type Pick = ();

    fn needs(&self) -> Needs {
        Needs { label: true, score: true, ..Needs::default() }
    }

    fn state(&self) -> Usual {
        let empty = vec![Distribution::default(); self.config.stages];
        Usual { stay_us: empty.clone(), events: empty, score_max: None }
    }

    fn fold(&self, state: &mut Usual, subject: &Slice<'_>) {
        let scores = subject.score.iter().copied().filter(|score| score.is_finite());
        state.score_max = scores.chain(state.score_max).reduce(f64::max);
        let mut judge = Judge::default();
        if judge.look(&self.config, subject) {
            for (stage, stay_us, events) in judge.visits(subject) {
                state.events[stage].push(i64::from(events));
                if let Some(stay_us) = stay_us {
                    state.stay_us[stage].push(stay_us);
                }
            }
        }
    }

    fn merge(&self, into: &mut Usual, from: Usual) {
        into.score_max = into.score_max.into_iter().chain(from.score_max).reduce(f64::max);
        for (into, from) in into.stay_us.iter_mut().zip(from.stay_us).chain(into.events.iter_mut().zip(from.events)) {
            into.merge(from);
        }
    }

    fn picks(&self, _: &Slice<'_>, (): &()) -> bool {
        false
    }

    fn state_bytes(&self, state: &Usual) -> usize {
        state.stay_us.iter().chain(&state.events).map(Distribution::bytes).sum()
    }
}
