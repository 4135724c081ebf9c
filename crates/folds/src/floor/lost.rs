//! Signs of being lost: how much further somebody walked than their stops needed, and how.
//!
//! *Detour* is what was walked over the shortest tour from where they came in through all of their stops, in whatever
//! order is shortest, to where they were last seen, on the walkable grid. What is walked within a stop is not counted: at a
//! stand the noise of a sensor walks, too. *Revisits* are zone visits beyond the first of each zone. *Heading entropy* is
//! that of the directions walked in, in eight sectors weighted by length: 0 bits straight on, 3 in all directions alike.
//! *Pauses* are stays too short to be stops.
//!
//! ```
//! use folds::floor::lost::{Rules, lost};
//! use folds::floor::walkable::Walkable;
//! use folds::floor::{Polygon, Track};
//!
//! let hall = Polygon::new(vec![vec![[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [0.0, 20.0]]])?;
//! let plan = Walkable::new(&hall, 0.5)?;
//! let time: Vec<i64> = (0..9).map(|n| n * 2_000_000).collect();
//! // To a stop of 8 s at (9, 1), and with a corner to (5, 4).
//! let x = [1.0, 5.0, 9.0, 9.0, 9.0, 9.0, 9.0, 5.0, 5.0];
//! let walk = Track { time: &time, x: &x, y: &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0] };
//! let signs = lost(walk, &plan, &Rules::default());
//! assert_eq!((signs.stops, signs.walked_m, signs.needed_m), (1, 15.0, Some(13.0)));
//! assert_eq!(signs.detour(), Some(15.0 / 13.0));
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use super::dwell::Visit;
use super::stay::{self, Stay, stays};
use super::walkable::Walkable;
use super::{Point, Track, distance};
use crate::limits::FLOOR_STOPS_EXACT_MAX;

/// What makes stops and pauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub radius_m: f64,
    /// Shortest pause.
    pub pause_us: i64,
    /// Shortest stop. Who is lost stands still for some seconds, too, and those are no places they wanted to go to: the time
    /// is longer than that of a stay point.
    pub stop_us: i64,
    pub gap_us: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { radius_m: 1.0, pause_us: 2_000_000, stop_us: 8_000_000, gap_us: super::GAP_US }
    }
}

/// The signs of one visitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signs {
    pub walked_m: f64,
    /// The shortest tour. None: no way leads through all stops.
    pub needed_m: Option<f64>,
    pub stops: usize,
    pub pauses: usize,
    /// Bits.
    pub heading_entropy: f64,
}

impl Signs {
    /// Walked over needed. None: who stopped nowhere needed no tour, or none leads to where they stopped.
    pub fn detour(&self) -> Option<f64> {
        self.needed_m.filter(|needed| self.stops > 0 && *needed > 0.0).map(|needed| self.walked_m / needed)
    }
}

/// The signs of a visitor's track.
pub fn lost(track: Track<'_>, plan: &Walkable, rules: &Rules) -> Signs {
    let found = |least_us| stays(track, &stay::Rules { radius_m: rules.radius_m, least_us, gap_us: rules.gap_us });
    let (stops, all) = (found(rules.stop_us), found(rules.pause_us));
    let way = way(track, &stops);
    let within_stop = |pause: &Stay| stops.iter().any(|stop| pause.from_us < stop.to_us && stop.from_us < pause.to_us);
    let mut places = Vec::with_capacity(stops.len() + 2);
    places.extend(way.first());
    places.extend(stops.iter().map(|stop| stop.at));
    places.extend(way.last());
    Signs {
        walked_m: way.windows(2).map(|pair| distance(pair[0], pair[1])).sum(),
        needed_m: tour(plan, &places),
        stops: stops.len(),
        pauses: all.iter().filter(|pause| !within_stop(pause)).count(),
        heading_entropy: heading_entropy(&way),
    }
}

/// Zone visits beyond the first of each zone, over all: 0 for who came nowhere twice.
pub fn revisit_rate(visits: &[Visit]) -> f64 {
    let mut zones: Vec<u32> = visits.iter().map(|visit| visit.zone).collect();
    zones.sort_unstable();
    zones.dedup();
    if visits.is_empty() { 0.0 } else { (visits.len() - zones.len()) as f64 / visits.len() as f64 }
}

/// Where a visitor walked: the sightings, those of each stop as one.
fn way(track: Track<'_>, stops: &[Stay]) -> Vec<Point> {
    let (mut way, mut index) = (Vec::with_capacity(track.len()), 0);
    for stop in stops {
        way.extend((index..stop.first).map(|index| track.at(index)));
        way.push(stop.at);
        index = stop.end;
    }
    way.extend((index..track.len()).map(|index| track.at(index)));
    way.retain(|[x, y]| x.is_finite() && y.is_finite());
    way
}

fn heading_entropy(way: &[Point]) -> f64 {
    const SECTORS: usize = 8;
    let mut walked = [0.0; SECTORS];
    for pair in way.windows(2) {
        let turn = (pair[1][1] - pair[0][1]).atan2(pair[1][0] - pair[0][0]) / std::f64::consts::TAU;
        let sector = (turn.rem_euclid(1.0) * SECTORS as f64).round() as usize % SECTORS;
        walked[sector] += distance(pair[0], pair[1]);
    }
    let all: f64 = walked.iter().sum();
    walked.iter().filter(|metres| **metres > 0.0).map(|metres| -(metres / all) * (metres / all).log2()).sum()
}

/// Metres of the shortest way from the first place through all others, in any order, to the last. Up to
/// [`FLOOR_STOPS_EXACT_MAX`] places between it is exact; with more, the places are put in where they lengthen the tour
/// least, and pieces of it turned round while that shortens it.
pub fn tour(plan: &Walkable, places: &[Point]) -> Option<f64> {
    if places.len() < 2 {
        return Some(0.0);
    }
    let row = |from: &Point| -> Option<Vec<f64>> {
        let ways = plan.ways(*from);
        places.iter().map(|to| ways.to(*to)).collect()
    };
    let metres: Vec<Vec<f64>> = places.iter().map(row).collect::<Option<_>>()?;
    Some(if places.len() - 2 <= FLOOR_STOPS_EXACT_MAX { exact(&metres) } else { near(&metres) })
}

/// Held and Karp: the shortest way to each place through each set of others.
fn exact(metres: &[Vec<f64>]) -> f64 {
    let between = metres.len() - 2;
    let end = metres.len() - 1;
    let mut best = vec![f64::INFINITY; between << between];
    for set in 1usize..1 << between {
        for last in (0..between).filter(|last| set >> last & 1 == 1) {
            let before = set & !(1 << last);
            best[set * between + last] = if before == 0 {
                metres[0][last + 1]
            } else {
                let through = |from: usize| best[before * between + from] + metres[from + 1][last + 1];
                (0..between).filter(|from| before >> from & 1 == 1).map(through).fold(f64::INFINITY, f64::min)
            };
        }
    }
    let all = (1usize << between) - 1;
    let ends = (0..between).map(|last| best[all * between + last] + metres[last + 1][end]);
    if between == 0 { metres[0][end] } else { ends.fold(f64::INFINITY, f64::min) }
}

fn near(metres: &[Vec<f64>]) -> f64 {
    let mut order = vec![0, metres.len() - 1];
    for place in 1..metres.len() - 1 {
        let longer = |at: usize| {
            let (a, b) = (order[at - 1], order[at]);
            metres[a][place] + metres[place][b] - metres[a][b]
        };
        let at = (1..order.len()).min_by(|a, b| longer(*a).total_cmp(&longer(*b))).unwrap_or(1);
        order.insert(at, place);
    }
    let length = |order: &[usize]| -> f64 { order.windows(2).map(|pair| metres[pair[0]][pair[1]]).sum() };
    let mut shortest = length(&order);
    'turning: loop {
        for from in 1..order.len() - 1 {
            for to in from + 1..order.len() - 1 {
                order[from..=to].reverse();
                let turned = length(&order);
                if turned < shortest - 1e-9 {
                    shortest = turned;
                    continue 'turning;
                }
                order[from..=to].reverse();
            }
        }
        return shortest;
    }
}
