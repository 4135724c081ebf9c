//! Queues: who joined, how long they waited, who was served and who gave up.
//!
//! A queue has a tail, where people stand, and a head, where they are served. Somebody *joins* when they become slow in the
//! tail, is *served* when they enter the head, and *abandons* when they leave the tail without having come to the head.
//! Walking past in the tail is no wait, so who goes straight to the head waited for no time, and who crosses the tail
//! without becoming slow was never in the queue. How fast somebody is at a sighting is told from where they were half a
//! window before and after it, since the noise of two neighbouring sightings alone looks like walking.
//!
//! ```
//! use folds::floor::queue::{Episode, End, Rules, Queue};
//! use folds::floor::{Polygon, Track};
//!
//! let room = |x: f64| Polygon::new(vec![vec![[x, 0.0], [x + 4.0, 0.0], [x + 4.0, 2.0], [x, 2.0]]]);
//! let queue = Queue { tail: room(0.0)?, head: room(4.0)? };
//! let second = 1_000_000;
//! let time: Vec<i64> = (0..8).map(|n| n * second).collect();
//! let walk = Track { time: &time, x: &[-1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 5.0, 5.0], y: &[1.0; 8] };
//! let found = queue.episodes(walk, &Rules::default());
//! assert_eq!(found, [Episode { join_us: 3 * second, end_us: 5_500_000, end: End::Served }]);
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use super::occupancy::Occupancy;
use super::polygon::Polygon;
use super::zones::Zones;
use super::{GAP_US, Track, distance, dwell};
use crate::error::Error;
use crate::quantile::Distribution;

/// Where a queue is.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    pub tail: Polygon,
    pub head: Polygon,
}

/// What makes a wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub slow_m_s: f64,
    /// The time over which speed is told.
    pub window_us: i64,
    /// Longest time from leaving the tail to entering the head, and between two times in the tail that are one wait.
    pub away_us: i64,
    /// Longest step that is walked.
    pub gap_us: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { slow_m_s: 0.3, window_us: 2_000_000, away_us: 5_000_000, gap_us: GAP_US }
    }
}

/// One wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    pub join_us: i64,
    /// When it was over.
    pub end_us: i64,
    pub end: End,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// In the head.
    Served,
    /// Out of the tail, but not in the head.
    Abandoned,
    /// No longer seen while still in the tail.
    Unknown,
}

impl Episode {
    pub fn wait_us(&self) -> i64 {
        self.end_us - self.join_us
    }
}

const TAIL: u32 = 0;

impl Queue {
    /// The waits of one visitor's track, in order.
    pub fn episodes(&self, track: Track<'_>, rules: &Rules) -> Vec<Episode> {
        let Ok(zones) = self.zones() else { return Vec::new() };
        let visiting = dwell::Rules { gap_us: rules.gap_us, merge_us: rules.away_us, drop_us: 0, ..Default::default() };
        let visits = dwell::visits(&zones, track, &visiting);
        let mut found = Vec::new();
        for (number, visit) in visits.iter().enumerate() {
            let after = visits.get(number + 1).filter(|next| next.zone != visit.zone);
            if visit.zone == TAIL {
                let served = after.filter(|next| next.enter_us - visit.leave_us <= rules.away_us);
                let end_us = served.map_or(visit.leave_us, |head| head.enter_us);
                let Some(join_us) = slow(track, visit.enter_us, end_us, rules) else { continue };
                let unseen = track.time.last().is_some_and(|last| *last <= end_us);
                let end = match served {
                    Some(_) => End::Served,
                    None if unseen => End::Unknown,
                    None => End::Abandoned,
                };
                found.push(Episode { join_us, end_us, end });
            } else if found.last().is_none_or(|last: &Episode| last.end_us != visit.enter_us) {
                found.push(Episode { join_us: visit.enter_us, end_us: visit.enter_us, end: End::Served });
            }
        }
        found
    }

    fn zones(&self) -> Result<Zones, Error> {
        Zones::new(vec![self.tail.clone(), self.head.clone()])
    }
}

/// The first sighting from a moment to another at which somebody is slow.
fn slow(track: Track<'_>, from_us: i64, to_us: i64, rules: &Rules) -> Option<i64> {
    let half_us = rules.window_us / 2;
    let first = track.time.partition_point(|time| *time < from_us);
    let end = track.time.partition_point(|time| *time < to_us);
    (first..end).map(|index| track.time[index]).find(|at_us| {
        let before = track.time.partition_point(|time| *time <= at_us - half_us);
        let after = track.time.partition_point(|time| *time < at_us + half_us);
        if before == 0 || after == track.len() {
            return false;
        }
        let seconds = (track.time[after] - track.time[before - 1]) as f64 / 1e6;
        distance(track.at(before - 1), track.at(after)) < rules.slow_m_s * seconds
    })
}

/// Waits, over visitors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// Of who was served.
    pub served_us: Distribution,
    /// How long who gave up had waited.
    pub abandoned_us: Distribution,
    /// How long who was lost from sight had waited until then.
    pub unknown_us: Distribution,
    /// How many were waiting when.
    pub length: Occupancy,
}

/// Little's law on a stretch of time: how many wait on average is how many come in a second times how long they wait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Little {
    /// L, from the length over time.
    pub length: f64,
    /// λ.
    pub arrivals_per_second: f64,
    /// W, from the waits.
    pub wait_seconds: f64,
}

impl Waits {
    /// Adds the waits of one visitor.
    pub fn add(&mut self, episodes: &[Episode]) {
        for episode in episodes {
            let waits = match episode.end {
                End::Served => &mut self.served_us,
                End::Abandoned => &mut self.abandoned_us,
                End::Unknown => &mut self.unknown_us,
            };
            waits.push(episode.wait_us());
            self.length.add(episode.join_us, episode.end_us);
        }
    }

    /// Adds other visitors. Answers are the same in any order.
    pub fn merge(&mut self, other: Waits) {
        self.served_us.merge(other.served_us);
        self.abandoned_us.merge(other.abandoned_us);
        self.unknown_us.merge(other.unknown_us);
        self.length.merge(other.length);
    }

    pub fn count(&self) -> u64 {
        self.served_us.count() + self.abandoned_us.count() + self.unknown_us.count()
    }

    /// Share of those who served or gave up that gave up. None: there are none of either.
    pub fn abandonment(&self) -> Option<f64> {
        let known = self.served_us.count() + self.abandoned_us.count();
        (known > 0).then(|| self.abandoned_us.count() as f64 / known as f64)
    }

    /// Little's law from a moment to another between which all waits lie. None: nobody waited, or some waited beyond.
    pub fn little(&self, from_us: i64, to_us: i64) -> Option<Little> {
        let level = *self.length.levels(&[from_us, to_us], u64::MAX).first()?;
        let waited_us = self.served_us.sum() + self.abandoned_us.sum() + self.unknown_us.sum();
        let seconds = level.period_us as f64 / 1e6;
        (self.count() > 0 && i128::from(level.person_us) == waited_us).then(|| Little {
            length: level.mean(),
            arrivals_per_second: self.count() as f64 / seconds,
            wait_seconds: waited_us as f64 / 1e6 / self.count() as f64,
        })
    }
}
