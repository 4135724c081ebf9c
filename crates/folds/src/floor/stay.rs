//! Stay points: where somebody stopped walking.
//!
//! From an anchor *i* the stay is extended over the sightings *j* that are within a radius of it. The first one beyond ends
//! it: if at least [`Rules::least_us`] lie between the anchor and the last sighting within, those sightings are a stay;
//! either way the search goes on, from the one beyond after a stay and from the next sighting otherwise (Li et al. 2008,
//! "Mining user similarity based on location history", with the last sighting within in place of the first beyond, so that a
//! stay holds no walking).
//!
//! ```
//! use folds::floor::stay::{Rules, stays};
//! use folds::floor::{Point, Track};
//!
//! let second = 1_000_000;
//! let time: Vec<i64> = (0..12).map(|n| n * second).collect();
//! let x = [0.0, 1.5, 3.0, 3.1, 3.0, 2.9, 3.0, 3.1, 3.0, 4.5, 6.0, 7.5];
//! let found = stays(Track { time: &time, x: &x, y: &[0.0; 12] }, &Rules::default());
//! assert_eq!((found.len(), found[0].from_us, found[0].to_us), (1, 2 * second, 8 * second));
//! assert!((found[0].at[0] - 3.0142857).abs() < 1e-6);
//! ```

use serde::{Deserialize, Serialize};

use super::{GAP_US, Point, Track, distance};

/// What makes a stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub radius_m: f64,
    pub least_us: i64,
    /// Longest time between two sightings within one stay.
    pub gap_us: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { radius_m: 1.0, least_us: 5_000_000, gap_us: GAP_US }
    }
}

/// One stay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    /// Middle of the sightings.
    pub at: Point,
    pub from_us: i64,
    pub to_us: i64,
    /// Sightings of the track: the first, and the one after the last.
    pub first: usize,
    pub end: usize,
}

impl Stay {
    pub fn duration_us(&self) -> i64 {
        self.to_us - self.from_us
    }
}

/// The stays of a track, in order.
pub fn stays(track: Track<'_>, rules: &Rules) -> Vec<Stay> {
    let mut found = Vec::new();
    let mut anchor = 0;
    while anchor < track.len() {
        let mut end = anchor + 1;
        while end < track.len()
            && track.time[end] - track.time[end - 1] <= rules.gap_us
            && distance(track.at(anchor), track.at(end)) <= rules.radius_m
        {
            end += 1;
        }
        let (from_us, to_us) = (track.time[anchor], track.time[end - 1]);
        if to_us - from_us < rules.least_us {
            anchor += 1;
            continue;
        }
        let middle = |of: &[f64]| of[anchor..end].iter().sum::<f64>() / (end - anchor) as f64;
        found.push(Stay { at: [middle(track.x), middle(track.y)], from_us, to_us, first: anchor, end });
        anchor = end;
    }
    found
}
