//! What a day's visits were exposed to and hit by: the counts of pains, and the visits behind them, come from here alike.

use std::collections::{BTreeMap, HashMap};

use folds::floor::occupancy::crowd;
use folds::floor::queue::End;
use model::place::ZoneKind;
use model::place::pain::PlacePainKind;
use model::place::rules::{Rules, Signals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Day;
use super::super::day::{Crew, Visit, us};
use super::super::ground::Ground;
use super::super::said::What;
use super::super::visits::detour;
use crate::error::{Error, Result};

/// From when on something hurts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlacePainLimits {
    /// Longest wait that hurts nobody.
    pub wait_seconds: f64,
    /// Walked over the shortest way, from which on somebody is lost.
    pub detour: f64,
    /// People a square metre of a zone from which on it is crowded; at least 4 of them.
    pub crowd_per_m2: f64,
}

impl Default for PlacePainLimits {
    fn default() -> PlacePainLimits {
        PlacePainLimits { wait_seconds: 180.0, detour: 2.0, crowd_per_m2: 0.5 }
    }
}

impl PlacePainLimits {
    pub(crate) fn check(&self) -> Result<()> {
        let of = [
            ("wait_seconds", self.wait_seconds, 1.0, 7_200.0),
            ("detour", self.detour, 1.0, 100.0),
            ("crowd_per_m2", self.crowd_per_m2, 0.01, 10.0),
        ];
        for (what, value, least, most) in of {
            if !(value >= least && value <= most) {
                return Err(Error::invalid(what, format!("{value}; it is from {least} to {most}")));
            }
        }
        Ok(())
    }
}

/// Fewest people that are a crowd.
const CROWD_MIN: u64 = 4;

/// A crew was near if it was seen within so long of the customer.
const SAME_TIME_US: i64 = 1_000_000;

const HOUR_US: i64 = 3_600_000_000;

/// Somebody who could have been hit.
#[derive(Debug, Clone)]
pub(crate) struct Exposure {
    pub(crate) kind: PlacePainKind,
    /// Number of the zone on the ground. None: the site.
    pub(crate) zone: Option<u32>,
    /// Hour after the day's first instant.
    pub(crate) hour: u32,
    pub(crate) hit: bool,
    /// What they, or those they came with, spent; of a stay on what is offered there.
    pub(crate) value: f64,
    /// Places of the visits in the day.
    pub(crate) visits: Vec<usize>,
    /// Of dwell without purchase.
    pub(crate) stay: Option<Stay>,
}

/// How a shopping unit stayed at a zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stay {
    pub(crate) seconds: f64,
    pub(crate) entries: u32,
    pub(crate) looked_up: bool,
    /// None: nobody of the staff was seen that day.
    pub(crate) staff_near: Option<bool>,
}

/// Everybody of a day who could have been hit by a pain.
pub(crate) fn exposures(ground: &Ground<'_>, day: &Day<'_>, rules: &Rules, limits: &PlacePainLimits) -> Vec<Exposure> {
    let probe = Probe { ground, day, rules, limits, spent: spent(day.visits) };
    let mut found = Vec::new();
    probe.stays(&mut found);
    probe.queues(&mut found);
    probe.lost(&mut found);
    probe.passing(&mut found);
    found
}

/// What each unit spent.
fn spent(visits: &[Visit]) -> HashMap<i64, f64> {
    let mut spent: HashMap<i64, f64> = HashMap::new();
    for visit in visits {
        let sum: f64 = visit.receipts.iter().map(|bought| bought.amount).sum();
        *spent.entry(visit.unit).or_default() += sum;
    }
    spent
}

struct Probe<'a> {
    ground: &'a Ground<'a>,
    day: &'a Day<'a>,
    rules: &'a Rules,
    limits: &'a PlacePainLimits,
    spent: HashMap<i64, f64>,
}

impl Probe<'_> {
    fn hour(&self, at_us: i64) -> u32 {
        ((at_us - self.day.begin_us).max(0) / HOUR_US) as u32
    }

    fn spent(&self, visit: &Visit) -> f64 {
        self.spent.get(&visit.unit).copied().unwrap_or_default()
    }

    /// Units that stayed at a zone: what they bought of it, and whether staff came near.
    fn stays(&self, found: &mut Vec<Exposure>) {
        let near = Near::new(self.day.crew, self.rules.signals.clone().unwrap_or_default());
        /// When a unit first stayed at a zone, how, and which of its visits did.
        type Stayed = (i64, Stay, Vec<usize>);
        let mut stayed: BTreeMap<(i64, u32), Stayed> = BTreeMap::new();
        for (place, visit) in self.day.visits.iter().enumerate() {
            for one in &visit.zones {
                let needed = self.ground.zones[one.zone as usize].engaged_seconds();
                if needed.is_none_or(|needed| one.dwell_us < us(needed)) {
                    continue;
                }
                let entries = visit.zones.iter().filter(|other| other.zone == one.zone).count() as u32;
                let staff_near = near.anybody().then(|| near.was(self.ground, visit, one));
                let stay = Stay {
                    seconds: one.dwell_us as f64 / 1e6,
                    entries,
                    looked_up: self.looked_up(visit, one.zone),
                    staff_near,
                };
                let known = stayed.entry((visit.unit, one.zone)).or_insert((one.enter_us, stay, Vec::new()));
                known.0 = known.0.min(one.enter_us);
                known.1.seconds = known.1.seconds.max(stay.seconds);
                known.1.entries = known.1.entries.max(stay.entries);
                known.1.looked_up |= stay.looked_up;
                known.1.staff_near = known.1.staff_near.max(stay.staff_near);
                if known.2.last() != Some(&place) {
                    known.2.push(place);
                }
            }
        }
        for ((unit, number), (at_us, stay, visits)) in stayed {
            let (zone, hour) = (self.ground.zones[number as usize], self.hour(at_us));
            if self.rules.receipts.is_some() {
                let (bought, value) = self.bought(unit, zone.category.as_deref());
                let kind = PlacePainKind::DwellWithoutPurchase;
                let (hit, visits) = (!bought, visits.clone());
                found.push(Exposure { kind, zone: Some(number), hour, hit, value, visits, stay: Some(stay) });
            }
            if let Some(staff_near) = stay.staff_near {
                let value = self.spent.get(&unit).copied().unwrap_or_default();
                let kind = PlacePainKind::Unattended;
                found.push(Exposure { kind, zone: Some(number), hour, hit: !staff_near, value, visits, stay: None });
            }
        }
    }

    /// Whether a unit bought of a category, or anything where there is none, and for how much.
    fn bought(&self, unit: i64, category: Option<&str>) -> (bool, f64) {
        let receipts = self.day.visits.iter().filter(|visit| visit.unit == unit).flat_map(|visit| &visit.receipts);
        let (mut bought, mut value) = (false, 0.0);
        for receipt in receipts {
            match category {
                None => (bought, value) = (true, value + receipt.amount),
                Some(_) => {
                    for line in receipt.lines.iter().filter(|line| line.category.as_deref() == category) {
                        (bought, value) = (true, value + line.amount);
                    }
                }
            }
        }
        (bought, value)
    }

    /// Whether a member looked the zone's category up while they were in the site.
    fn looked_up(&self, visit: &Visit, zone: u32) -> bool {
        let Some(member) = &visit.member else { return false };
        let category = self.ground.zones[zone as usize].category.as_ref();
        let from = self.day.said.partition_point(|said| said.at_us < visit.enter_us);
        let during = self.day.said[from..].iter().take_while(|said| said.at_us <= visit.leave_us);
        during.filter(|said| said.customer == member.customer).any(|said| {
            let signal = said.signal.as_ref();
            signal.is_some_and(|signal| signal.what == What::Lookup && Some(&signal.category) == category)
        })
    }

    fn queues(&self, found: &mut Vec<Exposure>) {
        for (place, visit) in self.day.visits.iter().enumerate() {
            for wait in &visit.waits {
                let zone = Some(self.ground.queues[wait.line].tail);
                let (hour, value) = (self.hour(wait.episode.join_us), self.spent(visit));
                let mut push = |kind, hit| {
                    found.push(Exposure { kind, zone, hour, hit, value, visits: vec![place], stay: None });
                };
                if wait.episode.end == End::Served {
                    push(PlacePainKind::LongWait, wait.episode.wait_us() > us(self.limits.wait_seconds));
                }
                if wait.episode.end != End::Unknown {
                    push(PlacePainKind::AbandonedQueue, wait.episode.end == End::Abandoned);
                }
            }
        }
    }

    fn lost(&self, found: &mut Vec<Exposure>) {
        for (place, visit) in self.day.visits.iter().enumerate() {
            let Some(detour) = detour(self.ground, visit, self.rules) else { continue };
            let (hour, value) = (self.hour(visit.enter_us), self.spent(visit));
            let hit = detour >= self.limits.detour;
            let kind = PlacePainKind::Lost;
            found.push(Exposure { kind, zone: None, hour, hit, value, visits: vec![place], stay: None });
        }
    }

    /// Visits that came into zones: who passed by, and who met a crowd.
    fn passing(&self, found: &mut Vec<Exposure>) {
        let there = There::of(self.ground, self.day.visits);
        for (place, visit) in self.day.visits.iter().enumerate() {
            let mut seen: BTreeMap<u32, (i64, bool, bool)> = BTreeMap::new();
            for one in &visit.zones {
                let zone = self.ground.zones[one.zone as usize];
                let Some(needed) = zone.engaged_seconds().filter(|_| zone.kind != ZoneKind::Seating) else { continue };
                let known = seen.entry(one.zone).or_insert((one.enter_us, false, false));
                known.1 |= one.dwell_us >= us(needed);
                known.2 |= there.at(one.zone, one.enter_us) >= self.crowd(one.zone);
            }
            for stop in &visit.stops {
                if let Some(known) = stop.zone.and_then(|zone| seen.get_mut(&zone)) {
                    known.1 = true;
                }
            }
            for (number, (at_us, stayed, crowded)) in seen {
                let (zone, hour, value) = (Some(number), self.hour(at_us), self.spent(visit));
                let mut push = |kind, hit| {
                    found.push(Exposure { kind, zone, hour, hit, value, visits: vec![place], stay: None });
                };
                push(PlacePainKind::PassedBy, !stayed);
                push(PlacePainKind::Crowded, crowded);
            }
        }
    }

    fn crowd(&self, zone: u32) -> u64 {
        let area_m2 = self.ground.zones[zone as usize].shape.area_m2();
        crowd(area_m2, self.limits.crowd_per_m2).max(CROWD_MIN)
    }
}

/// How many are in a zone at a moment.
struct There {
    /// By zone, when somebody came and when somebody went, each ascending.
    by_zone: HashMap<u32, (Vec<i64>, Vec<i64>)>,
}

impl There {
    fn of(ground: &Ground<'_>, visits: &[Visit]) -> There {
        let mut by_zone: HashMap<u32, (Vec<i64>, Vec<i64>)> = HashMap::with_capacity(ground.zones.len());
        for one in visits.iter().flat_map(|visit| &visit.zones) {
            let zone = by_zone.entry(one.zone).or_default();
            zone.0.push(one.enter_us);
            zone.1.push(one.leave_us);
        }
        for (came, went) in by_zone.values_mut() {
            came.sort_unstable();
            went.sort_unstable();
        }
        There { by_zone }
    }

    fn at(&self, zone: u32, at_us: i64) -> u64 {
        let Some((came, went)) = self.by_zone.get(&zone) else { return 0 };
        (came.partition_point(|us| *us <= at_us) - went.partition_point(|us| *us <= at_us)) as u64
    }
}

/// Where staff was, by level and second.
struct Near {
    seconds: HashMap<(usize, i64), Vec<[f64; 2]>>,
    rule: Signals,
}

impl Near {
    fn new(crew: &[Crew], rule: Signals) -> Near {
        let mut seconds: HashMap<(usize, i64), Vec<[f64; 2]>> = HashMap::new();
        for one in crew {
            let track = one.walk.track();
            for at in 0..track.len() {
                seconds.entry((one.level, track.time[at].div_euclid(SAME_TIME_US))).or_default().push(track.at(at));
            }
        }
        Near { seconds, rule }
    }

    fn anybody(&self) -> bool {
        !self.seconds.is_empty()
    }

    /// Whether somebody was within reach for long enough while a visit stayed.
    fn was(&self, ground: &Ground<'_>, visit: &Visit, stay: &folds::floor::dwell::Visit) -> bool {
        let level = ground.levels.iter().rposition(|level| level.first <= stay.zone);
        let Some((level, walk)) = level.and_then(|level| Some((level, visit.walks.get(&level)?))) else { return false };
        let track = walk.track();
        let first = track.time.partition_point(|time| *time < stay.enter_us);
        let end = track.time.partition_point(|time| *time <= stay.leave_us);
        let mut near_us = 0;
        for at in first..end {
            let second = track.time[at].div_euclid(SAME_TIME_US);
            let here = track.at(at);
            let within = |there: &[f64; 2]| folds::floor::distance(here, *there) <= self.rule.reach_m;
            let near = self.seconds.get(&(level, second)).is_some_and(|points| points.iter().any(within));
            if near {
                let before = if at > first { track.time[at - 1] } else { stay.enter_us };
                near_us += (track.time[at] - before).min(2 * SAME_TIME_US);
            }
            if near_us >= us(self.rule.reach_seconds) {
                return true;
            }
        }
        false
    }
}
