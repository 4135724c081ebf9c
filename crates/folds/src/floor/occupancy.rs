//! Occupancy: how many people are somewhere at once, and for how long it is crowded.
//!
//! From stays, each from a moment up to another that is no longer part of it. Works for zones, floors and queues alike.
//!
//! ```
//! use folds::floor::occupancy::Occupancy;
//!
//! let mut occupancy = Occupancy::default();
//! [(0, 10), (4, 8), (8, 12)].iter().for_each(|(from_us, to_us)| occupancy.add(*from_us, *to_us));
//! let levels = occupancy.levels(&[0, 8, 20], 2);
//! assert_eq!((levels[0].person_us, levels[0].most, levels[0].crowded_us), (12, 2, 4));
//! assert_eq!((levels[1].person_us, levels[1].most, levels[1].crowded_us), (6, 2, 2));
//! assert_eq!(levels[0].mean(), 1.5);
//! ```

use serde::{Deserialize, Serialize};

/// Stays, over visitors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    /// When somebody came, in no order.
    from_us: Vec<i64>,
    /// When somebody went, in no order.
    to_us: Vec<i64>,
}

/// Occupancy of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    pub period_us: i64,
    /// Time spent by all: the integral of how many there are.
    pub person_us: i64,
    /// Most at once.
    pub most: u64,
    /// Time for which at least the asked number was there.
    pub crowded_us: i64,
}

impl Level {
    /// How many there are on average.
    pub fn mean(&self) -> f64 {
        self.person_us as f64 / self.period_us as f64
    }
}

/// The number of people that makes an area crowded: the fewest that are `per_m2` or more of them to a square metre.
pub fn crowd(area_m2: f64, per_m2: f64) -> u64 {
    (area_m2 * per_m2).ceil().max(1.0) as u64
}

impl Occupancy {
    /// Adds a stay; one that takes no time is none.
    pub fn add(&mut self, from_us: i64, to_us: i64) {
        if from_us < to_us {
            self.from_us.push(from_us);
            self.to_us.push(to_us);
        }
    }

    /// Adds other stays. Answers are the same in any order.
    pub fn merge(&mut self, other: Occupancy) {
        self.from_us.extend(other.from_us);
        self.to_us.extend(other.to_us);
    }

    /// How many there are from each moment on at which that changes.
    pub fn profile(&self) -> Vec<(i64, u64)> {
        let coming = self.from_us.iter().map(|us| (*us, 1i64));
        let mut changes: Vec<(i64, i64)> = coming.chain(self.to_us.iter().map(|us| (*us, -1))).collect();
        changes.sort_unstable();
        let mut there = 0;
        let at_once = |change: &[(i64, i64)]| {
            let by: i64 = change.iter().map(|(_, by)| by).sum();
            there += by;
            (by != 0).then_some((change[0].0, there as u64))
        };
        changes.chunk_by(|a, b| a.0 == b.0).filter_map(at_once).collect()
    }

    /// The periods between ascending `edges_us`; from `crowd` people on it is crowded.
    pub fn levels(&self, edges_us: &[i64], crowd: u64) -> Vec<Level> {
        let profile = self.profile();
        let periods = edges_us.windows(2);
        periods
            .map(|edges| {
                let mut level = Level { period_us: edges[1] - edges[0], ..Level::default() };
                let mut next = profile.partition_point(|(us, _)| *us <= edges[0]);
                let mut now_us = edges[0];
                while now_us < edges[1] {
                    let there = if next == 0 { 0 } else { profile[next - 1].1 };
                    let until_us = profile.get(next).map_or(edges[1], |(us, _)| (*us).min(edges[1]));
                    level.person_us += there as i64 * (until_us - now_us);
                    level.most = level.most.max(there);
                    level.crowded_us += if there >= crowd { until_us - now_us } else { 0 };
                    (now_us, next) = (until_us, next + 1);
                }
                level
            })
            .collect()
    }
}
