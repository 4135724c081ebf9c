//! Trips: the types they fall into, which stops go with which, and who sees what the shop wants to be seen.

use std::collections::{BTreeMap, BTreeSet};

use folds::floor::path_types::{Config, Trip, path_types};
use folds::floor::spillover::{Pair, Spillover, Step};
use folds::quantile::Distribution;
use lake::Snapshot;
use model::pain::Estimate;
use model::place::ZoneKind;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use utoipa::ToSchema;

use super::day::{Visit, us};
use super::ground::Ground;
use super::{Day, PlaceMeta, PlaceScope, Reading, ResolvedSite, each_day, seconds_of};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::pain::statistics::{Sample, difference_of, q_values};
use crate::words::place as words;

/// Most types that are asked for; more cannot be told apart by eye.
pub const PLACE_TYPES_MAX: usize = 12;

/// Pairs of zones that are listed, the surest first.
pub const PLACE_SPILLOVERS_MAX: usize = 100;

/// Trips that are held at once, at some 200 bytes each.
const TRIPS_MAX: usize = 1_000_000;

/// Visits that stopped at the first zone, and that did not, from which on a pair is looked at.
const PAIR_MIN: u64 = 30;

/// Expected share of pairs listed that have nothing to do with each other.
const FALSE_SHARE: f64 = 0.05;

/// Share of a type's visits that came to a zone for it to be named.
const NAMED_SHARE: f64 = 0.3;

/// Trips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceTripsQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// How many types: 1 to 12.
    pub types: usize,
}

impl Default for PlaceTripsQuestion {
    fn default() -> PlaceTripsQuestion {
        PlaceTripsQuestion { version: None, scope: PlaceScope::default(), types: 6 }
    }
}

/// What trips are like.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceTrips {
    pub meta: PlaceMeta,
    /// Visits that came into a zone.
    pub visits: u64,
    /// The most frequent first.
    pub types: Vec<PlacePathType>,
    /// Types of too few visits to be shown, and their visits.
    pub withheld: PlaceTripSum,
    /// Mean difference of a visit to the typical one of its type, from 0 to 1.
    pub mean_difference: f64,
    /// Among how many visits the typical ones were sought.
    pub sought_among: u64,
    /// The surest first.
    pub spillovers: Vec<PlaceSpillover>,
    /// Pairs of zones that were looked at.
    pub looks: u64,
    /// Promotions, zones of high margin, and what the other zones that can engage come to.
    pub exposures: Vec<PlaceExposure>,
    pub others: Option<PlaceExposureOthers>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceTripSum {
    pub types: u64,
    pub visits: u64,
}

/// One type of path.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlacePathType {
    pub visits: u64,
    pub share: f64,
    pub median_seconds: Option<f64>,
    /// Visits of whose unit a receipt is. None: the rules look at no receipts.
    pub bought: Option<u64>,
    /// Zones that at least three tenths of them came to, in the order they come to them on average.
    pub zones: Vec<PlaceTypeZone>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceTypeZone {
    pub zone: String,
    /// Share of the type's visits that came here, and of its time in zones.
    pub share: f64,
    pub time_share: f64,
}

/// Whether those who stopped at a zone stop at a later one more often.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceSpillover {
    pub from: String,
    pub to: String,
    /// Visits that came to the first before the second, and of them those that stopped at the first.
    pub visits: u64,
    pub stopped: u64,
    /// Shares that stopped at the second, of who stopped at the first and of who did not.
    pub then: f64,
    pub otherwise: f64,
    /// How much more often the former do, among visits with as many stops elsewhere, less what is usual before it.
    pub difference: Estimate,
    pub p_value: f64,
    pub q_value: f64,
}

/// Who sees a zone that should be seen.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceExposure {
    pub zone: String,
    pub name: LocalizedText,
    pub floor: String,
    pub kind: ZoneKind,
    pub high_margin: bool,
    /// Visits that came, and their share of all. None: too few to be shown.
    pub visits: Option<u64>,
    pub reach: Option<f64>,
    /// Of them those that stopped or stayed, and how far their share is from that of the other zones.
    pub stopped: Option<u64>,
    pub stop_rate: Option<f64>,
    pub than_others: Option<Estimate>,
    /// Share of the time in zones that can engage over its share of their area: 1 is as much as its size.
    pub time_by_area: Option<f64>,
}

/// The other zones that can engage, together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceExposureOthers {
    pub zones: u64,
    pub visits: u64,
    pub stopped: u64,
    /// Mean share of all visits that came to one of them.
    pub reach: f64,
    pub stop_rate: f64,
}

/// What is kept of a trip beside it.
struct Kept {
    seconds_us: i64,
    bought: bool,
    /// Zones in the order it first came to them, with the time there.
    zones: Vec<(u32, i64)>,
}

/// A zone, over plans and days.
struct ZoneSum {
    id: String,
    name: LocalizedText,
    floor: String,
    kind: ZoneKind,
    high_margin: bool,
    engages: bool,
    area_m2: f64,
    visits: u64,
    stopped: u64,
    time_us: i64,
}

#[derive(Default)]
struct Trips {
    zones: Vec<ZoneSum>,
    visits: u64,
    trips: Vec<Trip>,
    kept: Vec<Kept>,
    spillover: Spillover,
}

impl Analyst {
    /// Path types, spillover between zones, and who sees what should be seen.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too for a number of types that is not told apart.
    pub async fn place_trips(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceTripsQuestion,
        control: &lake::Control,
    ) -> Result<PlaceTrips> {
        let PlaceTripsQuestion { scope, types, .. } = question;
        if !(1..=PLACE_TYPES_MAX).contains(types) {
            return Err(Error::invalid("types", format!("{types}; it is from 1 to {PLACE_TYPES_MAX}")));
        }
        let reading = Reading::new(&self.days, snapshot, site, scope, control, words::trips())?;
        let mut trips = Trips { spillover: Spillover::new(u32::MAX), ..Trips::default() };
        let meta = each_day(reading, |ground, day| trips.add(ground, day, scope.floor.as_deref())).await?;
        control.check()?;
        let found = path_types(&trips.trips, &Config { types: *types, ..Config::default() })?;
        let (types, withheld) = trips.types(&found.of, &meta);
        let (spillovers, looks) = trips.spillovers(&meta);
        let (exposures, others) = trips.exposures(&meta);
        Ok(PlaceTrips {
            meta,
            visits: trips.trips.len() as u64,
            types,
            withheld,
            mean_difference: found.mean_difference,
            sought_among: found.sought_among as u64,
            spillovers,
            looks,
            exposures,
            others,
        })
    }
}

impl Trips {
    fn add(&mut self, ground: &Ground<'_>, day: &Day<'_>, floor: Option<&str>) -> Result<()> {
        let numbers: Vec<Option<u32>> = (0..ground.zones.len()).map(|zone| self.number(ground, zone, floor)).collect();
        let bought: BTreeSet<i64> =
            day.visits.iter().filter(|visit| !visit.receipts.is_empty()).map(|visit| visit.unit).collect();
        for visit in day.visits {
            self.visits += 1;
            let of_leaf = |zone: u32| numbers[zone as usize];
            let stays: Vec<(u32, i64)> =
                visit.zones.iter().filter_map(|one| Some((of_leaf(one.zone)?, one.dwell_us))).collect();
            if stays.is_empty() {
                continue;
            }
            let mut zones: Vec<(u32, i64)> = Vec::new();
            for (zone, dwell_us) in &stays {
                match zones.iter_mut().find(|(known, _)| known == zone) {
                    Some((_, sum)) => *sum += dwell_us,
                    None => zones.push((*zone, *dwell_us)),
                }
            }
            let stopped = stopped(ground, visit, of_leaf);
            let mut steps = Vec::new();
            for (zone, time_us) in &zones {
                let (of, stopped) = (&mut self.zones[*zone as usize], stopped.contains(zone));
                of.visits += 1;
                of.stopped += u64::from(stopped);
                of.time_us += time_us;
                if of.engages {
                    steps.push(Step { zone: *zone, stopped });
                }
            }
            self.spillover.add(&steps);
            self.trips.push(Trip::new(stays));
            let seconds_us = visit.leave_us - visit.enter_us;
            self.kept.push(Kept { seconds_us, bought: bought.contains(&visit.unit), zones });
        }
        match self.trips.len() > TRIPS_MAX {
            true => Err(Error::invalid("days", format!("more than {TRIPS_MAX} visits; ask for fewer days"))),
            false => Ok(()),
        }
    }

    /// A zone's number over plans. None: it holds others, or is on a floor that is not asked about.
    fn number(&mut self, ground: &Ground<'_>, zone: usize, floor: Option<&str>) -> Option<u32> {
        let (of, on) = (ground.zones[zone], ground.floor_of[zone]);
        let holds = on.zones.iter().any(|other| other.parent.as_ref() == Some(&of.id));
        if holds || floor.is_some_and(|asked| asked != on.id) {
            return None;
        }
        let number = self.zones.iter().position(|known| known.id == of.id).unwrap_or_else(|| {
            self.zones.push(ZoneSum {
                id: of.id.clone(),
                name: of.name.clone(),
                floor: on.id.clone(),
                kind: of.kind,
                high_margin: of.high_margin,
                engages: of.engaged_seconds().is_some(),
                area_m2: 0.0,
                visits: 0,
                stopped: 0,
                time_us: 0,
            });
            self.zones.len() - 1
        });
        // As the newest plan has it.
        let known = &mut self.zones[number];
        (known.kind, known.high_margin, known.area_m2) = (of.kind, of.high_margin, of.shape.area_m2());
        (known.name, known.engages) = (of.name.clone(), of.engaged_seconds().is_some());
        Some(number as u32)
    }

    fn types(&self, of: &[usize], meta: &PlaceMeta) -> (Vec<PlacePathType>, PlaceTripSum) {
        let mut members: BTreeMap<usize, Vec<&Kept>> = BTreeMap::new();
        of.iter().zip(&self.kept).for_each(|(of, kept)| members.entry(*of).or_default().push(kept));
        let (mut types, mut withheld) = (Vec::new(), PlaceTripSum::default());
        for of_type in members.into_values() {
            if of_type.len() < meta.shown_from as usize {
                withheld.types += 1;
                withheld.visits += of_type.len() as u64;
                continue;
            }
            types.push(self.path_type(&of_type, meta));
        }
        types.sort_by_key(|one| std::cmp::Reverse(one.visits));
        (types, withheld)
    }

    fn path_type(&self, members: &[&Kept], meta: &PlaceMeta) -> PlacePathType {
        /// Visits that came, the sum of their places in the trip as a share of it, and their time.
        #[derive(Default)]
        struct Came(u64, f64, i64);
        let (mut lasted, mut came): (Distribution, BTreeMap<u32, Came>) = Default::default();
        let (mut bought, mut time_us) = (0, 0);
        for kept in members {
            lasted.push(kept.seconds_us);
            bought += u64::from(kept.bought);
            for (place, (zone, us)) in kept.zones.iter().enumerate() {
                let one = came.entry(*zone).or_default();
                *one = Came(one.0 + 1, one.1 + (place as f64 + 0.5) / kept.zones.len() as f64, one.2 + us);
                time_us += us;
            }
        }
        let visits = members.len() as u64;
        let named = |came: &Came| came.0 >= u64::from(meta.shown_from) && came.0 as f64 >= NAMED_SHARE * visits as f64;
        let mut zones: Vec<(f64, PlaceTypeZone)> = came
            .iter()
            .filter(|(_, came)| named(came))
            .map(|(zone, came)| {
                let zone = self.zones[*zone as usize].id.clone();
                let (share, time_share) = (came.0 as f64 / visits as f64, came.2 as f64 / time_us.max(1) as f64);
                (came.1 / came.0 as f64, PlaceTypeZone { zone, share, time_share })
            })
            .collect();
        zones.sort_by(|a, b| a.0.total_cmp(&b.0));
        PlacePathType {
            visits,
            share: visits as f64 / self.trips.len().max(1) as f64,
            median_seconds: lasted.median().map(seconds_of),
            bought: meta.rules.receipts.as_ref().map(|_| bought),
            zones: zones.into_iter().map(|(_, zone)| zone).collect(),
        }
    }

    /// Pairs that go together beyond chance, and how many were looked at.
    fn spillovers(&self, meta: &PlaceMeta) -> (Vec<PlaceSpillover>, u64) {
        let few = u64::from(meta.shown_from);
        let fits = |pair: &Pair| {
            let enough = pair.stopped >= PAIR_MIN && pair.visits - pair.stopped >= PAIR_MIN;
            enough && pair.then_stopped >= few && pair.else_stopped >= few
        };
        let pairs: Vec<((u32, u32), Pair)> =
            self.spillover.pairs().into_iter().filter(|(_, pair)| fits(pair)).collect();
        let normal = Normal::standard();
        let p_values: Vec<f64> = pairs.iter().map(|(_, pair)| 2.0 * normal.cdf(-pair.z.abs())).collect();
        let looks = pairs.len() as u64;
        let mut found: Vec<(f64, PlaceSpillover)> = pairs
            .into_iter()
            .zip(p_values.iter().zip(q_values(&p_values)))
            .filter(|(_, (_, q_value))| *q_value <= FALSE_SHARE)
            .map(|(((from, to), pair), (p_value, q_value))| {
                let id = |zone: u32| self.zones[zone as usize].id.clone();
                let shown = PlaceSpillover {
                    from: id(from),
                    to: id(to),
                    visits: pair.visits,
                    stopped: pair.stopped,
                    then: pair.then_stopped as f64 / pair.stopped as f64,
                    otherwise: pair.else_stopped as f64 / (pair.visits - pair.stopped) as f64,
                    difference: Estimate { value: pair.difference, low: pair.low, high: pair.high },
                    p_value: *p_value,
                    q_value,
                };
                (pair.z.abs(), shown)
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(PLACE_SPILLOVERS_MAX);
        (found.into_iter().map(|(_, shown)| shown).collect(), looks)
    }

    fn exposures(&self, meta: &PlaceMeta) -> (Vec<PlaceExposure>, Option<PlaceExposureOthers>) {
        let asked = |zone: &&ZoneSum| zone.kind == ZoneKind::Promotion || zone.high_margin;
        let engaging = || self.zones.iter().filter(|zone| zone.engages);
        let (area_m2, time_us) = engaging().fold((0.0, 0), |sum, zone| (sum.0 + zone.area_m2, sum.1 + zone.time_us));
        let (mut others, mut zones) = ((0, 0), 0);
        for zone in engaging().filter(|zone| !asked(zone)) {
            (others, zones) = ((others.0 + zone.visits, others.1 + zone.stopped), zones + 1);
        }
        let sample =
            |visits: u64, stopped: u64| Sample { hits: stopped as f64, exposed: visits as f64, design_effect: 1.0 };
        let exposures = self.zones.iter().filter(asked).map(|zone| {
            let shown = (zone.visits == 0 || zone.visits >= u64::from(meta.shown_from)).then_some(zone);
            let some = shown.filter(|zone| zone.visits > 0);
            let by_area = |zone: &ZoneSum| zone.time_us as f64 / time_us as f64 / (zone.area_m2 / area_m2);
            PlaceExposure {
                zone: zone.id.clone(),
                name: zone.name.clone(),
                floor: zone.floor.clone(),
                kind: zone.kind,
                high_margin: zone.high_margin,
                visits: shown.map(|zone| zone.visits),
                reach: shown.filter(|_| self.visits > 0).map(|zone| zone.visits as f64 / self.visits as f64),
                stopped: shown.map(|zone| zone.stopped),
                stop_rate: some.map(|zone| zone.stopped as f64 / zone.visits as f64),
                than_others: some
                    .filter(|_| others.0 > 0)
                    .map(|zone| difference_of(sample(zone.visits, zone.stopped), sample(others.0, others.1))),
                time_by_area: some.filter(|zone| zone.engages && zone.area_m2 > 0.0 && time_us > 0).map(by_area),
            }
        });
        let enough = others.0 >= u64::from(meta.shown_from);
        let others = enough.then(|| PlaceExposureOthers {
            zones,
            visits: others.0,
            stopped: others.1,
            reach: others.0 as f64 / zones as f64 / self.visits as f64,
            stop_rate: others.1 as f64 / others.0 as f64,
        });
        (exposures.collect(), others)
    }
}

/// Zones where a visit stopped, or stayed for as long as engages.
fn stopped(ground: &Ground<'_>, visit: &Visit, number: impl Fn(u32) -> Option<u32>) -> BTreeSet<u32> {
    let engaged = visit.zones.iter().filter(|one| {
        let needed = ground.zones[one.zone as usize].engaged_seconds();
        needed.is_some_and(|needed| one.dwell_us >= us(needed))
    });
    let stops = visit.stops.iter().filter_map(|stop| stop.zone);
    engaged.map(|one| one.zone).chain(stops).filter_map(number).collect()
}
