//! Path types: the few trips that most trips resemble.
//!
//! Two trips differ by the order of their zones (edit distance over the longer one) and by how they shared out their time
//! (half the sum of the differences, from 0 to 1), weighted. Of all trips *k* are typical such that the sum of differences of
//! each trip to the nearest is small: *k*-medoids by building and swapping (PAM; Kaufman and Rousseeuw 1990; for paths of
//! shoppers Larson, Bradlow and Fader 2005). Typical trips are sought among at most [`FLOOR_TRIPS_MAX`], which the seed
//! chooses by what the trips are and not by their order; every trip then belongs to a type, and the answer says among how
//! many was sought.
//!
//! ```
//! use folds::floor::path_types::{Config, Trip, path_types};
//!
//! let trip = |zones: &[u32]| Trip::new(zones.iter().map(|zone| (*zone, 60)));
//! let trips = [trip(&[0, 1, 2]), trip(&[0, 1, 2, 3]), trip(&[9, 8]), trip(&[0, 1, 2]), trip(&[9, 8, 7])];
//! let found = path_types(&trips, &Config { types: 2, ..Config::default() })?;
//! assert_eq!(found.of, [0, 0, 1, 0, 1]);
//! assert_eq!(found.typical, [0, 2]);
//! # Ok::<(), folds::Error>(())
//! ```

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::{FLOOR_PATH_TYPES_MAX, FLOOR_TRIPS_MAX};

/// How types are told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub types: usize,
    /// Share of the order of zones in the difference of two trips; the rest is that of the time.
    pub order_weight: f64,
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config { types: 6, order_weight: 0.5, seed: 0 }
    }
}

/// One trip.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Trip {
    /// Zones in the order they were come to, none twice in a row.
    zones: Vec<u32>,
    /// Time by zone, ascending zones.
    spent_us: Vec<(u32, i64)>,
}

impl Trip {
    /// From zone visits in order, each with its dwell.
    pub fn new(visits: impl IntoIterator<Item = (u32, i64)>) -> Trip {
        let mut trip = Trip::default();
        for (zone, us) in visits {
            if trip.zones.last() != Some(&zone) {
                trip.zones.push(zone);
            }
            match trip.spent_us.binary_search_by_key(&zone, |(zone, _)| *zone) {
                Ok(at) => trip.spent_us[at].1 += us,
                Err(at) => trip.spent_us.insert(at, (zone, us)),
            }
        }
        trip
    }

    /// How much two trips differ, from 0 to 1.
    pub fn difference(&self, other: &Trip, order_weight: f64) -> f64 {
        let longest = self.zones.len().max(other.zones.len()).max(1);
        let order = edits(&self.zones, &other.zones) as f64 / longest as f64;
        order_weight * order + (1.0 - order_weight) * self.time_difference(other)
    }

    fn time_difference(&self, other: &Trip) -> f64 {
        let all = |trip: &Trip| trip.spent_us.iter().map(|(_, us)| us).sum::<i64>().max(1) as f64;
        let (mine, theirs) = (all(self), all(other));
        let (mut a, mut b, mut sum) = (0, 0, 0.0);
        while a < self.spent_us.len() || b < other.spent_us.len() {
            let next = |trip: &Trip, at: usize| trip.spent_us.get(at).map_or(u32::MAX, |(zone, _)| *zone);
            let zone = next(self, a).min(next(other, b));
            let mut share = 0.0;
            if next(self, a) == zone && a < self.spent_us.len() {
                share += self.spent_us[a].1 as f64 / mine;
                a += 1;
            }
            if next(other, b) == zone && b < other.spent_us.len() {
                share -= other.spent_us[b].1 as f64 / theirs;
                b += 1;
            }
            sum += share.abs();
        }
        sum / 2.0
    }
}

/// Types and who is of which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathTypes {
    /// By type, its typical trip; ascending, and fewer than asked where fewer trips differ.
    pub typical: Vec<usize>,
    /// By trip, its type.
    pub of: Vec<usize>,
    /// Mean difference of a trip to the typical one of its type.
    pub mean_difference: f64,
    /// Among how many trips the typical ones were sought.
    pub sought_among: usize,
}

/// The path types of trips.
///
/// # Errors
/// When no type or too many are asked for, or the weight is no share.
pub fn path_types(trips: &[Trip], config: &Config) -> Result<PathTypes, Error> {
    if !(1..=FLOOR_PATH_TYPES_MAX).contains(&config.types) || !(0.0..=1.0).contains(&config.order_weight) {
        let Config { types, order_weight, .. } = config;
        let what = format!(
            "{types} types with a weight of {order_weight}; 1 to {FLOOR_PATH_TYPES_MAX} types and a weight from 0 to 1 are taken"
        );
        return Err(Error::config("path types", what));
    }
    let among = sought_among(trips, config.seed);
    let apart = Apart::new(trips, &among, config.order_weight);
    let mut typical = build(&apart, config.types);
    swap(&apart, &mut typical);
    let mut typical: Vec<usize> = typical.into_iter().map(|row| among[row]).collect();
    typical.sort_unstable();
    let nearest = |trip: &Trip| {
        let differences = typical.iter().map(|typical| trip.difference(&trips[*typical], config.order_weight));
        differences.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
    };
    let found: Vec<(usize, f64)> = trips.iter().map(nearest).collect();
    Ok(PathTypes {
        mean_difference: found.iter().map(|(_, apart)| apart).sum::<f64>() / found.len().max(1) as f64,
        of: found.into_iter().map(|(of, _)| of).collect(),
        typical,
        sought_among: among.len(),
    })
}

/// The trips among which typical ones are sought: all, or those whose contents hash lowest with the seed.
fn sought_among(trips: &[Trip], seed: u64) -> Vec<usize> {
    if trips.len() <= FLOOR_TRIPS_MAX {
        return (0..trips.len()).collect();
    }
    let drawn = |index: usize| {
        let mut hasher = FxHasher::default();
        (seed, &trips[index]).hash(&mut hasher);
        (hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29), index)
    };
    let mut order: Vec<(u64, usize)> = (0..trips.len()).map(drawn).collect();
    order.sort_unstable();
    let mut among: Vec<usize> = order.into_iter().take(FLOOR_TRIPS_MAX).map(|(_, index)| index).collect();
    among.sort_unstable();
    among
}

/// All differences of some trips.
struct Apart {
    count: usize,
    differences: Vec<f32>,
}

impl Apart {
    fn new(trips: &[Trip], among: &[usize], order_weight: f64) -> Apart {
        let count = among.len();
        let mut differences = vec![0.0; count * count];
        for a in 0..count {
            for b in 0..a {
                let apart = trips[among[a]].difference(&trips[among[b]], order_weight) as f32;
                differences[a * count + b] = apart;
                differences[b * count + a] = apart;
            }
        }
        Apart { count, differences }
    }

    fn of(&self, one: usize) -> &[f32] {
        &self.differences[one * self.count..][..self.count]
    }
}

/// Takes the trip that lessens the sum of differences most, one after the other, while one does.
fn build(apart: &Apart, types: usize) -> Vec<usize> {
    let mut nearest = vec![1.0f32 + f32::EPSILON; apart.count];
    let mut typical = Vec::new();
    while typical.len() < types {
        let gain = |one: usize| -> f64 {
            apart.of(one).iter().zip(&nearest).map(|(apart, nearest)| f64::from((nearest - apart).max(0.0))).sum()
        };
        let best = (0..apart.count).map(|one| (gain(one), one)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, one)) = best.filter(|(gain, _)| *gain > 0.0) else { break };
        apart.of(one).iter().zip(&mut nearest).for_each(|(apart, nearest)| *nearest = nearest.min(*apart));
        typical.push(one);
    }
    typical
}

/// Swaps a typical trip for another one, the best swap first, while that lessens the sum.
fn swap(apart: &Apart, typical: &mut [usize]) {
    let sum_without = |typical: &[usize], left_out: usize| -> Vec<f32> {
        let others = || typical.iter().enumerate().filter(move |(place, _)| *place != left_out);
        (0..apart.count)
            .map(|trip| others().map(|(_, one)| apart.of(*one)[trip]).fold(f32::INFINITY, f32::min))
            .collect()
    };
    let sum = |nearest: &[f32], one: usize| -> f64 {
        nearest.iter().zip(apart.of(one)).map(|(nearest, apart)| f64::from(nearest.min(*apart))).sum()
    };
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        let mut now = f64::INFINITY;
        for place in 0..typical.len() {
            let nearest = sum_without(typical, place);
            now = now.min(sum(&nearest, typical[place]));
            for one in 0..apart.count {
                let with = sum(&nearest, one);
                if best.is_none_or(|(least, ..)| with < least) {
                    best = Some((with, place, one));
                }
            }
        }
        match best {
            Some((least, place, one)) if least < now - 1e-9 => typical[place] = one,
            _ => return,
        }
    }
}

/// Levenshtein's distance: zones put in, left out or changed.
fn edits(a: &[u32], b: &[u32]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, zone) in a.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let changed = corner + usize::from(zone != other);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
