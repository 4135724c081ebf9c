//! Zone visits and dwell: how often somebody went into a zone, for how long, and whether they stayed to look.
//!
//! *Dwell* is exact: of each step the share within the polygon. A *visit* begins where the polygon is entered and goes on
//! until the person is further from it than an exit buffer, so that somebody on its edge does not come and go with the
//! noise of the sensor. Visits of a zone that follow each other within [`Rules::merge_us`], with no other zone begun between
//! them, are one; then visits with less dwell than [`Rules::drop_us`] are dropped, and what now follows each other is merged
//! again. A visit is *engaged* if its dwell reaches its zone's threshold (the customary ones go from 3 s to 5 min, so there
//! is one a zone).
//!
//! ```
//! use folds::floor::dwell::{Dwell, Rules, visits};
//! use folds::floor::{Polygon, Track, Zones};
//!
//! let zones = Zones::new(vec![Polygon::new(vec![vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]])?])?;
//! let second = 1_000_000;
//! let walk = Track { time: &[0, second, 9 * second, 10 * second], x: &[-1.0, 1.0, 1.0, 3.0], y: &[1.0; 4] };
//! let found = visits(&zones, walk, &Rules { gap_us: 8 * second, exit_buffer_m: 0.5, ..Rules::default() });
//! assert_eq!((found[0].enter_us, found[0].leave_us, found[0].dwell_us), (second / 2, 9_750_000, 9 * second));
//!
//! let mut dwell = Dwell::new(vec![3 * second]);
//! dwell.add(&found);
//! assert_eq!(dwell.zones[0].engaged_visitors, 1);
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use super::zones::{Stretch, Zones};
use super::{GAP_US, Track};
use crate::quantile::Distribution;

/// What makes a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Longest step that is walked; a longer one ends every visit.
    pub gap_us: i64,
    /// Metres beyond the polygon at which a visit ends. 0: at its edge.
    pub exit_buffer_m: f64,
    /// Longest time between two visits of a zone that makes them one.
    pub merge_us: i64,
    /// Visits with less dwell are dropped.
    pub drop_us: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { gap_us: GAP_US, exit_buffer_m: 0.3, merge_us: 2_000_000, drop_us: 500_000 }
    }
}

/// One visit of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub zone: u32,
    pub enter_us: i64,
    pub leave_us: i64,
    /// Time within the polygon.
    pub dwell_us: i64,
}

/// The visits of one track, by begin and zone.
pub fn visits(zones: &Zones, track: Track<'_>, rules: &Rules) -> Vec<Visit> {
    let stretches = zones.stretches(track, rules.gap_us);
    let mut found = runs(zones, track, &stretches, rules);
    merge(&mut found, rules.merge_us);
    found.retain(|visit| visit.dwell_us >= rules.drop_us);
    merge(&mut found, rules.merge_us);
    found
}

/// Stretches as visits that end beyond the buffer, by begin and zone.
fn runs(zones: &Zones, track: Track<'_>, stretches: &[Stretch], rules: &Rules) -> Vec<Visit> {
    let mut found: Vec<Visit> = Vec::with_capacity(stretches.len());
    let mut last = vec![None; zones.len()];
    let mut cuts = Vec::new();
    for stretch in stretches {
        let last: &mut Option<usize> = &mut last[stretch.zone as usize];
        let going_on = last.filter(|visit| found[*visit].leave_us >= stretch.from_us);
        let visit = *last.insert(going_on.unwrap_or(found.len()));
        if going_on.is_none() {
            let Stretch { zone, from_us, .. } = *stretch;
            found.push(Visit { zone, enter_us: from_us, leave_us: from_us, dwell_us: 0 });
        }
        found[visit].dwell_us += stretch.duration_us();
        found[visit].leave_us = match rules.exit_buffer_m > 0.0 {
            true => leave(zones, track, stretch, rules, &mut cuts),
            false => stretch.to_us,
        };
    }
    found
}

/// When somebody who left the polygon at the end of a stretch is beyond its buffer, or no longer seen.
fn leave(zones: &Zones, track: Track<'_>, stretch: &Stretch, rules: &Rules, cuts: &mut Vec<f64>) -> i64 {
    let polygon = &zones.polygons()[stretch.zone as usize];
    let begin = track.time.partition_point(|time| *time < stretch.to_us).saturating_sub(1);
    let rest = Track { time: &track.time[begin..], x: &track.x[begin..], y: &track.y[begin..] };
    let mut now_us = stretch.to_us;
    for step in rest.steps(rules.gap_us).skip_while(|step| step.to_us <= stretch.to_us) {
        if step.from_us > now_us {
            break;
        }
        let since = (now_us - step.from_us) as f64 / (step.to_us - step.from_us) as f64;
        match polygon.leaves(&step, since, rules.exit_buffer_m, cuts) {
            Some(share) => return step.moment(share),
            None => now_us = step.to_us,
        }
    }
    now_us
}

/// Makes one of visits of a zone that follow each other closely with no other zone's begun between them.
fn merge(visits: &mut Vec<Visit>, merge_us: i64) {
    let mut kept: Vec<Visit> = Vec::with_capacity(visits.len());
    for visit in visits.drain(..) {
        match kept.last_mut() {
            Some(before) if before.zone == visit.zone && visit.enter_us - before.leave_us <= merge_us => {
                before.leave_us = visit.leave_us;
                before.dwell_us += visit.dwell_us;
            }
            _ => kept.push(visit),
        }
    }
    *visits = kept;
}

/// Dwell by zone, over visitors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dwell {
    pub zones: Vec<ZoneDwell>,
    pub visitors: u64,
    /// By zone, the dwell from which a visit is engaged.
    engaged_us: Vec<i64>,
}

/// The dwell of one zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ZoneDwell {
    /// Who visited it.
    pub visitors: u64,
    /// Who made an engaged visit.
    pub engaged_visitors: u64,
    pub engaged_visits: u64,
    pub engaged_us: i64,
    /// Dwell of each visit.
    pub visits_us: Distribution,
    /// Dwell of each visitor.
    pub visitors_us: Distribution,
}

impl Dwell {
    /// With the dwell from which a visit is engaged, one a zone.
    pub fn new(engaged_us: Vec<i64>) -> Dwell {
        Dwell { zones: vec![ZoneDwell::default(); engaged_us.len()], visitors: 0, engaged_us }
    }

    /// Adds all visits of one visitor.
    pub fn add(&mut self, visits: &[Visit]) {
        self.visitors += 1;
        let mut visits = visits.to_vec();
        visits.sort_unstable_by_key(|visit| visit.zone);
        for of_zone in visits.chunk_by(|a, b| a.zone == b.zone) {
            let (zone, needed_us) = (of_zone[0].zone as usize, self.engaged_us[of_zone[0].zone as usize]);
            let zone = &mut self.zones[zone];
            let engaged = || of_zone.iter().filter(|visit| visit.dwell_us >= needed_us);
            zone.visitors += 1;
            zone.visitors_us.push(of_zone.iter().map(|visit| visit.dwell_us).sum());
            of_zone.iter().for_each(|visit| zone.visits_us.push(visit.dwell_us));
            zone.engaged_visits += engaged().count() as u64;
            zone.engaged_visitors += u64::from(engaged().next().is_some());
            zone.engaged_us += engaged().map(|visit| visit.dwell_us).sum::<i64>();
        }
    }

    /// Adds other visitors. Exact in any order.
    pub fn merge(&mut self, other: Dwell) {
        self.visitors += other.visitors;
        for (into, from) in self.zones.iter_mut().zip(other.zones) {
            into.visitors += from.visitors;
            into.engaged_visitors += from.engaged_visitors;
            into.engaged_visits += from.engaged_visits;
            into.engaged_us += from.engaged_us;
            into.visits_us.merge(from.visits_us);
            into.visitors_us.merge(from.visitors_us);
        }
    }
}
