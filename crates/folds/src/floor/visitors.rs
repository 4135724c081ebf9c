//! From tracks to visitors: who is staff, which tracks are one person, who came back, and who came together.
//!
//! Each rule links or marks tracks and leaves the rest alone: [`staff`] by a place only staff goes to, or a stay no customer
//! makes; [`broken`] where a track ends in the middle of the floor and another begins there soon after; [`returned`] where
//! an identity that is known for other reasons (a member's, an opted-in device's) comes back soon; [`groups`] by walking
//! together. [`Units`] counts what is linked as one. Without an identity a return cannot be told from another customer, and
//! none is guessed.
//!
//! ```
//! use folds::floor::visitors::Units;
//!
//! let mut units = Units::new(4);
//! units.join(0, 2);
//! units.join(2, 3);
//! assert_eq!((units.count(), units.of(3) == units.of(0), units.of(1) == units.of(0)), (2, true, false));
//! ```

use serde::{Deserialize, Serialize};

use super::polygon::Polygon;
use super::zones::Zones;
use super::{GAP_US, Point, Track, distance};

/// Things linked to each other, counted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    parent: Vec<usize>,
}

impl Units {
    /// So many, none linked.
    pub fn new(count: usize) -> Units {
        Units { parent: (0..count).collect() }
    }

    /// The first of those that one is linked with.
    pub fn of(&self, mut one: usize) -> usize {
        while self.parent[one] != one {
            one = self.parent[one];
        }
        one
    }

    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.parent[a.max(b)] = a.min(b);
    }

    pub fn count(&self) -> usize {
        (0..self.parent.len()).filter(|one| self.parent[*one] == *one).count()
    }
}

/// What makes somebody staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffRules {
    /// Time in places for staff only.
    pub staff_only_us: i64,
    /// From the first to the last sighting.
    pub stay_us: i64,
    pub gap_us: i64,
}

impl Default for StaffRules {
    fn default() -> StaffRules {
        StaffRules { staff_only_us: 10_000_000, stay_us: 4 * 3_600_000_000, gap_us: GAP_US }
    }
}

/// Why somebody is taken for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staff {
    /// Was in a place for staff only.
    Place,
    /// Stayed longer than customers do.
    Stay,
}

/// Whether a track is that of staff; places first.
pub fn staff(track: Track<'_>, staff_only: &Zones, rules: &StaffRules) -> Option<Staff> {
    let there_us: i64 = staff_only.stretches(track, rules.gap_us).iter().map(|stretch| stretch.duration_us()).sum();
    let stay_us = track.time.last()?.saturating_sub(*track.time.first()?);
    match (there_us >= rules.staff_only_us, stay_us >= rules.stay_us) {
        (true, _) => Some(Staff::Place),
        (false, true) => Some(Staff::Stay),
        _ => None,
    }
}

/// Whether a track was within an area for some time: who was not only passed by.
pub fn within(track: Track<'_>, area: &Zones, least_us: i64, gap_us: i64) -> bool {
    let there_us: i64 = area.stretches(track, gap_us).iter().map(|stretch| stretch.duration_us()).sum();
    there_us >= least_us.max(1)
}

/// What makes two tracks one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StitchRules {
    /// Longest time between the end of one and the begin of the other.
    pub gap_us: i64,
    pub speed_max_m_s: f64,
    /// How far apart they may be however short the time is: the sensor's error at both ends.
    pub slack_m: f64,
}

impl Default for StitchRules {
    fn default() -> StitchRules {
        StitchRules { gap_us: 10_000_000, speed_max_m_s: 1.5, slack_m: 0.6 }
    }
}

/// Pairs of tracks of which the second goes on where the first broke off. None that ends or begins at a door does. Of
/// several that fit, those closest to each other are taken, a track going on and being gone on with at most once.
pub fn broken(tracks: &[Track<'_>], doors: &[Polygon], rules: &StitchRules) -> Vec<(usize, usize)> {
    let at_door = |at: Point| doors.iter().any(|door| door.contains(at));
    let ends = |index: usize| {
        let track = tracks[index];
        track.len().checked_sub(1).map(|last| (track.time[0], track.at(0), track.time[last], track.at(last)))
    };
    let mut begins: Vec<(i64, Point, usize)> = (0..tracks.len())
        .filter_map(|index| ends(index).map(|(begin_us, at, ..)| (begin_us, at, index)))
        .filter(|(_, at, _)| !at_door(*at))
        .collect();
    begins.sort_unstable_by_key(|(begin_us, _, index)| (*begin_us, *index));
    let mut fits: Vec<(f64, usize, usize)> = Vec::new();
    for index in 0..tracks.len() {
        let Some((_, _, end_us, end)) = ends(index) else { continue };
        if at_door(end) {
            continue;
        }
        let first = begins.partition_point(|(begin_us, ..)| *begin_us <= end_us);
        for (begin_us, begin, next) in begins[first..].iter().take_while(|(us, ..)| us - end_us <= rules.gap_us) {
            let most = rules.slack_m + rules.speed_max_m_s * (begin_us - end_us) as f64 / 1e6;
            let apart = distance(end, *begin);
            if apart <= most {
                fits.push((apart / most, index, *next));
            }
        }
    }
    fits.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut went_on, mut goes_on) = (vec![false; tracks.len()], vec![false; tracks.len()]);
    fits.retain(|(_, first, next)| {
        let free = !went_on[*first] && !goes_on[*next];
        if free {
            (went_on[*first], goes_on[*next]) = (true, true);
        }
        free
    });
    let mut pairs: Vec<(usize, usize)> = fits.into_iter().map(|(_, first, next)| (first, next)).collect();
    pairs.sort_unstable();
    pairs
}

/// A visit of somebody who may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// An identity, whatever it is.
    pub who: Option<u64>,
    pub enter_us: i64,
    pub leave_us: i64,
}

/// Pairs of visits of one identity with no more than `absence_us` between them: one visit with a pause.
pub fn returned(visits: &[Known], absence_us: i64) -> Vec<(usize, usize)> {
    let mut known: Vec<(u64, i64, usize)> = visits
        .iter()
        .enumerate()
        .filter_map(|(index, visit)| visit.who.map(|who| (who, visit.enter_us, index)))
        .collect();
    known.sort_unstable();
    let soon = |pair: &&[(u64, i64, usize)]| {
        pair[0].0 == pair[1].0 && pair[1].1.saturating_sub(visits[pair[0].2].leave_us) <= absence_us
    };
    known.windows(2).filter(soon).map(|pair| (pair[0].2, pair[1].2)).collect()
}

/// What makes people a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRules {
    /// Share of the shorter track during which both are seen.
    pub overlap: f64,
    /// Largest median distance.
    pub apart_m: f64,
    /// Largest median difference of velocities.
    pub drift_m_s: f64,
}

impl Default for GroupRules {
    fn default() -> GroupRules {
        GroupRules { overlap: 0.8, apart_m: 1.4, drift_m_s: 0.5 }
    }
}

/// Pairs of tracks that walk together, in ascending order. What they do in `queues` is not looked at: people who wait in one
/// line stand close to each other and do not know each other.
pub fn groups(tracks: &[Track<'_>], queues: &[Polygon], rules: &GroupRules) -> Vec<(usize, usize)> {
    let seen = |index: &usize| !tracks[*index].is_empty();
    let mut order: Vec<usize> = (0..tracks.len()).filter(seen).collect();
    order.sort_unstable_by_key(|index| (tracks[*index].time[0], *index));
    let end = |index: usize| tracks[index].time[tracks[index].len() - 1];
    let mut pairs = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for index in order {
        around.retain(|other| end(*other) > tracks[index].time[0]);
        for other in &around {
            if together(tracks[*other], tracks[index], queues, rules) {
                pairs.push(((*other).min(index), (*other).max(index)));
            }
        }
        around.push(index);
    }
    pairs.sort_unstable();
    pairs
}

/// Whether two people walk together, told at the sightings of the one seen for the shorter time.
fn together(a: Track<'_>, b: Track<'_>, queues: &[Polygon], rules: &GroupRules) -> bool {
    let duration = |track: Track<'_>| track.time[track.len() - 1] - track.time[0];
    let (short, long) = if duration(a) <= duration(b) { (a, b) } else { (b, a) };
    let from_us = a.time[0].max(b.time[0]);
    let to_us = a.time[a.len() - 1].min(b.time[b.len() - 1]);
    if to_us <= from_us || ((to_us - from_us) as f64) < rules.overlap * duration(short) as f64 {
        return false;
    }
    let first = short.time.partition_point(|time| *time < from_us);
    let end = short.time.partition_point(|time| *time <= to_us);
    let mut before: Option<(i64, Point)> = None;
    let (mut apart, mut drift) = (Vec::with_capacity(end - first), Vec::with_capacity(end - first));
    for index in first..end {
        let (at_us, [x, y]) = (short.time[index], short.at(index));
        if queues.iter().any(|queue| queue.contains([x, y])) {
            before = None;
            continue;
        }
        let other = place(long, at_us);
        let offset = [other[0] - x, other[1] - y];
        apart.push(offset[0].hypot(offset[1]));
        if let Some((before_us, before)) = before
            && before_us < at_us
        {
            drift.push(distance(offset, before) / ((at_us - before_us) as f64 / 1e6));
        }
        before = Some((at_us, offset));
    }
    median(&mut apart).is_some_and(|apart| apart <= rules.apart_m)
        && median(&mut drift).is_some_and(|drift| drift <= rules.drift_m_s)
}

/// Where a track was at a moment within it, walking straight from sighting to sighting.
fn place(track: Track<'_>, at_us: i64) -> Point {
    let next = track.time.partition_point(|time| *time < at_us).clamp(1, track.len() - 1);
    let (a, b) = (track.at(next - 1), track.at(next));
    let takes_us = track.time[next] - track.time[next - 1];
    let share = if takes_us > 0 { (at_us - track.time[next - 1]) as f64 / takes_us as f64 } else { 1.0 };
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

/// The middle value, of an even number the mean of both.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}
