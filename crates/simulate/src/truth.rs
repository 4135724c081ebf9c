//! What is wrong in a world, as it was planted and as it came out.

use serde::{Deserialize, Serialize};

use crate::config::{CauseKind, Config, Dimension, PainKind};
use crate::journeys::{DAY, JOURNEYS};
use crate::plants::consequences;
use crate::power;
use crate::tally::Watch;
use crate::world::World;

/// The truth of a world, written beside its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    pub config: Config,
    /// Begin and end of the world, UTC microseconds.
    pub start_us: i64,
    pub end_us: i64,
    pub plants: Vec<PlantTruth>,
}

/// One plant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlantTruth {
    pub kind: PainKind,
    pub journey: String,
    pub stage: String,
    #[serde(default)]
    pub dimension: Option<Dimension>,
    /// UTC microseconds of entering the stage; None: from the beginning, to the end.
    #[serde(default)]
    pub from_us: Option<i64>,
    #[serde(default)]
    pub to_us: Option<i64>,
    /// None: leaves no signal.
    #[serde(default)]
    pub cause: Option<CauseKind>,
    /// Points of probability added to the usual rate.
    pub lift: f64,
    /// What would be too small to matter.
    pub margin: f64,
    /// The usual rate, from the same world without plants.
    pub p0: f64,
    /// Exposed instances in the cell and in what it is compared with.
    pub n1: u64,
    pub n0: u64,
    /// Of those, hit.
    pub hits1: u64,
    pub hits0: u64,
    /// Power, at the one-sided level .001, of the test that knows the place and asks for more than the margin.
    pub power: f64,
    /// What else is higher in the cell because of it.
    pub consequences: Vec<Consequence>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    pub kind: PainKind,
    pub stage: String,
}

impl World {
    /// The truth, given a watch that has seen every customer.
    pub fn truth(&self, watch: &Watch) -> Truth {
        let mut plants = Vec::new();
        let all = self.config.plants.iter().zip(&self.plants).zip(&self.odds).zip(watch.counts());
        for (((plant, active), odds), (inside, outside)) in all {
            let shape = &JOURNEYS[active.journey];
            let day = |day: u32| self.calendar.start_us + i64::from(day) * DAY;
            let consequences = consequences(plant.kind, active.journey, active.stage, active.cause);
            plants.push(PlantTruth {
                kind: plant.kind,
                journey: plant.journey.clone(),
                stage: plant.stage.clone(),
                dimension: plant.dimension.clone(),
                from_us: plant.from_day.map(day),
                to_us: plant.to_day.map(day),
                cause: active.cause,
                lift: odds.lift,
                margin: power::margin(odds.usual),
                p0: odds.usual,
                n1: inside.exposed,
                n0: outside.exposed,
                hits1: inside.hits,
                hits0: outside.hits,
                power: power::power(odds.usual, odds.lift, odds.exposed, odds.others),
                consequences: consequences
                    .into_iter()
                    .map(|(kind, stage)| Consequence { kind, stage: shape.stages[stage].id.to_owned() })
                    .collect(),
            });
        }
        Truth { config: self.config.clone(), start_us: self.start_us(), end_us: self.end_us(), plants }
    }
}
