//! Cleaning of a track, one rule after the other, each of which can be left out and says what it did.
//!
//! 1. A sighting that is not later than the one before, or whose place is no number, is unusable.
//! 2. One that nobody could walk to in time from the last one kept is too fast.
//! 3. Where two sightings lie further apart than a gap, nothing is said of the time between: a new piece begins.
//! 4. Each piece is smoothed ([`Smooth`]) with the variance of its sensor.
//! 5. A sighting off the plan goes to the nearest walkable cell, or is dropped if that is too far.
//!
//! ```
//! use folds::floor::Track;
//! use folds::floor::clean::{Rules, clean};
//!
//! let second = 1_000_000;
//! let seen = Track { time: &[0, second, 2 * second, 9 * second], x: &[0.0, 40.0, 2.0, 3.0], y: &[0.0; 4] };
//! let cleaned = clean(seen, &[], &Rules { smooth: None, ..Rules::default() }, None);
//! assert_eq!(cleaned.time, [0, 2 * second, 9 * second]);
//! assert_eq!((cleaned.report.too_fast, cleaned.report.gaps), (1, 1));
//! ```

use serde::{Deserialize, Serialize};

pub use super::kalman::Smooth;
use super::walkable::Walkable;
use super::{GAP_US, Track, distance, kalman};
use crate::sum::Sum;

/// What is done to a track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Fastest walk. None: whatever was seen is believed.
    pub speed_max_m_s: Option<f64>,
    /// Longest time between sightings of one piece.
    pub gap_us: i64,
    pub smooth: Option<Smooth>,
    /// Standard deviation of a sighting whose sensor gives none.
    pub error_m: f64,
    /// How far off the plan a sighting may be.
    pub snap_m: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { speed_max_m_s: Some(3.0), gap_us: GAP_US, smooth: Some(Smooth::default()), error_m: 0.15, snap_m: 2.0 }
    }
}

/// A cleaned track.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cleaned {
    pub time: Vec<i64>,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub report: Report,
}

impl Cleaned {
    pub fn track(&self) -> Track<'_> {
        Track { time: &self.time, x: &self.x, y: &self.y }
    }
}

/// What the rules did; sightings unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub seen: u64,
    /// Not later than the one before, or at no place.
    pub unusable: u64,
    pub too_fast: u64,
    /// Gaps, and the time in them.
    pub gaps: u64,
    pub gaps_us: i64,
    /// Metres that smoothing moved sightings by, added up.
    pub smoothed_m: Sum,
    /// Moved to the nearest walkable cell.
    pub snapped: u64,
    /// Dropped: too far off the plan.
    pub off_plan: u64,
    pub kept: u64,
}

impl Report {
    /// Adds what was done to other tracks. Exact in any order.
    pub fn merge(&mut self, other: &Report) {
        self.seen += other.seen;
        self.unusable += other.unusable;
        self.too_fast += other.too_fast;
        self.gaps += other.gaps;
        self.gaps_us += other.gaps_us;
        self.smoothed_m.merge(other.smoothed_m);
        self.snapped += other.snapped;
        self.off_plan += other.off_plan;
        self.kept += other.kept;
    }
}

/// Cleans a track. `error_m` is the standard deviation of each sighting, or empty if the sensor gives none; one that is not
/// positive is taken for not given. Without a plan nothing is off it.
pub fn clean(track: Track<'_>, error_m: &[f64], rules: &Rules, plan: Option<&Walkable>) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let kept = believable(track, rules, &mut cleaned.report);
    cleaned.time = kept.iter().map(|index| track.time[*index]).collect();
    cleaned.x = kept.iter().map(|index| track.x[*index]).collect();
    cleaned.y = kept.iter().map(|index| track.y[*index]).collect();
    let error = |index: &usize| error_m.get(*index).copied().filter(|error| *error > 0.0).unwrap_or(rules.error_m);
    let variance: Vec<f64> = kept.iter().map(|index| error(index).powi(2).max(f64::MIN_POSITIVE)).collect();
    pieces(&mut cleaned, &variance, rules);
    if let Some(plan) = plan {
        snap(&mut cleaned, plan, rules.snap_m);
    }
    cleaned.report.kept = cleaned.time.len() as u64;
    cleaned
}

/// The sightings that rules 1 and 2 leave. What lies beyond a gap can be anywhere.
fn believable(track: Track<'_>, rules: &Rules, report: &mut Report) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::with_capacity(track.len());
    for index in 0..track.len() {
        report.seen += 1;
        let after_us = kept.last().map(|last| track.time[index].saturating_sub(track.time[*last]));
        if !(track.x[index].is_finite() && track.y[index].is_finite()) || after_us.is_some_and(|us| us <= 0) {
            report.unusable += 1;
            continue;
        }
        if let (Some(last), Some(after_us), Some(most)) = (kept.last(), after_us, rules.speed_max_m_s)
            && after_us <= rules.gap_us
            && distance(track.at(*last), track.at(index)) > most * after_us as f64 / 1e6
        {
            report.too_fast += 1;
            continue;
        }
        kept.push(index);
    }
    kept
}

/// Finds the pieces and smooths each.
fn pieces(cleaned: &mut Cleaned, variance: &[f64], rules: &Rules) {
    let Cleaned { time, x, y, report } = cleaned;
    let mut begin = 0;
    for end in 1..=time.len() {
        if end < time.len() && time[end] - time[end - 1] <= rules.gap_us {
            continue;
        }
        if end < time.len() {
            report.gaps += 1;
            report.gaps_us += time[end] - time[end - 1];
        }
        if let Some(rule) = &rules.smooth {
            let piece = begin..end;
            let seconds: Vec<f64> = time[piece.clone()].iter().map(|us| (us - time[begin]) as f64 / 1e6).collect();
            let before: Vec<[f64; 2]> = piece.clone().map(|n| [x[n], y[n]]).collect();
            kalman::smooth(&seconds, &variance[piece.clone()], &mut x[piece.clone()], rule);
            kalman::smooth(&seconds, &variance[piece.clone()], &mut y[piece.clone()], rule);
            piece.zip(before).for_each(|(n, before)| report.smoothed_m.add(distance([x[n], y[n]], before)));
        }
        begin = end;
    }
}

/// Rule 5.
fn snap(cleaned: &mut Cleaned, plan: &Walkable, snap_m: f64) {
    let Cleaned { time, x, y, report } = cleaned;
    let mut kept = 0;
    for n in 0..time.len() {
        let at = [x[n], y[n]];
        let to = if plan.contains(at) { Some(at) } else { plan.nearest(at, snap_m) };
        let Some(to) = to else {
            report.off_plan += 1;
            continue;
        };
        report.snapped += u64::from(to != at);
        (time[kept], [x[kept], y[kept]]) = (time[n], to);
        kept += 1;
    }
    time.truncate(kept);
    x.truncate(kept);
    y.truncate(kept);
}
