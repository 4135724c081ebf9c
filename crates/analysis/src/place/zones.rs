//! Zones: who came, who stopped, how long they stayed.

use std::collections::{BTreeMap, BTreeSet};

use folds::floor::dwell::Dwell;
use folds::quantile::Distribution;
use lake::Snapshot;
use model::place::ZoneKind;
use model::text::LocalizedText;
use serde::Serialize;
use utoipa::ToSchema;

use super::day::us;
use super::{PlaceMeta, PlaceQuestion, Reading, ResolvedSite, each_day, seconds_of, sql};
use crate::analyst::Analyst;
use crate::error::Result;
use crate::words::place as words;

/// Zones: who came, who stopped, how long they stayed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZones {
    pub meta: PlaceMeta,
    /// All visits: what reach is a share of.
    pub visits: u64,
    /// In the order of the plan.
    pub zones: Vec<PlaceZone>,
    /// Zones to which some came, but too few to show their numbers.
    pub withheld: Vec<PlaceZoneName>,
}

/// A zone by its name alone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZoneName {
    pub zone: String,
    pub name: LocalizedText,
    pub floor: String,
    pub kind: ZoneKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZone {
    pub zone: String,
    pub name: LocalizedText,
    pub floor: String,
    pub kind: ZoneKind,
    /// Visits of the site that came here, and their share of all.
    pub visits: u64,
    pub reach: Option<f64>,
    /// Times it was entered.
    pub entries: u64,
    /// Visits of the site that stopped here.
    pub stopped: u64,
    /// Visits of the site that stayed for as long as engages. None: nothing engages here.
    pub engaged: Option<u64>,
    /// Time within it to the millisecond, glances included.
    pub exact_seconds: f64,
    /// That of zone visits long enough to be one, as their events say it.
    pub dwell_seconds: f64,
    /// None too where too few engaged to show it.
    pub engaged_seconds: Option<f64>,
    pub median_seconds: Option<f64>,
    /// Visits of the site that came here and of whose unit a receipt is. None: the rules look at no receipts.
    pub bought: Option<u64>,
    /// Visits of the site whose first, and whose last zone it was.
    pub first: u64,
    pub last: u64,
}

/// Zones by id, over plans.
#[derive(Default)]
struct ZoneSum {
    place: Option<(LocalizedText, String, ZoneKind)>,
    visits: u64,
    entries: u64,
    stopped: u64,
    engaged: Option<u64>,
    exact_us: i64,
    dwell_us: Distribution,
    engaged_us: i64,
    bought: u64,
    first: u64,
    last: u64,
}

impl Analyst {
    /// The table of zones. A zone is counted under its id, over all plans of the days.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`].
    pub async fn place_zones(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceZones> {
        let reading =
            Reading::new(&self.days, snapshot, site, &question.scope, control, words::zones())?.told_by(sql::zones);
        let floor_asked = question.scope.floor.as_ref();
        let mut visits = 0;
        let (mut order, mut sums): (Vec<String>, BTreeMap<String, ZoneSum>) = Default::default();
        let meta = each_day(reading, |ground, day| {
            visits += day.visits.len() as u64;
            for (zone, floor) in ground.zones.iter().zip(&ground.floor_of) {
                if floor_asked.is_some_and(|asked| *asked != floor.id) {
                    continue;
                }
                let sum = sums.entry(zone.id.clone()).or_insert_with(|| {
                    order.push(zone.id.clone());
                    ZoneSum::default()
                });
                sum.place = Some((zone.name.clone(), floor.id.clone(), zone.kind));
            }
            let needed: Vec<i64> =
                ground.zones.iter().map(|zone| zone.engaged_seconds().map_or(i64::MAX, us)).collect();
            let mut dwell = Dwell::new(needed.clone());
            for visit in day.visits {
                dwell.add(&visit.zones);
            }
            for (number, found) in dwell.zones.into_iter().enumerate() {
                let Some(sum) = sums.get_mut(&ground.zones[number].id) else { continue };
                sum.visits += found.visitors;
                sum.entries += found.visits_us.count();
                sum.dwell_us.merge(found.visits_us);
                if needed[number] < i64::MAX {
                    *sum.engaged.get_or_insert(0) += found.engaged_visitors;
                    sum.engaged_us += found.engaged_us;
                }
            }
            let bought = day.visits.iter().filter(|visit| !visit.receipts.is_empty()).map(|visit| visit.unit);
            let bought: BTreeSet<i64> = bought.collect();
            for visit in day.visits {
                let mut at = |number: u32, add: &dyn Fn(&mut ZoneSum)| {
                    if let Some(sum) = sums.get_mut(&ground.zones[number as usize].id) {
                        add(sum);
                    }
                };
                visit.exact_us.iter().for_each(|(zone, us)| at(*zone, &|sum| sum.exact_us += us));
                let mut stopped: Vec<u32> = visit.stops.iter().filter_map(|stop| stop.zone).collect();
                stopped.sort_unstable();
                stopped.dedup();
                stopped.into_iter().for_each(|zone| at(zone, &|sum| sum.stopped += 1));
                if bought.contains(&visit.unit) {
                    let came: BTreeSet<u32> = visit.zones.iter().map(|one| one.zone).collect();
                    came.into_iter().for_each(|zone| at(zone, &|sum| sum.bought += 1));
                }
                if let (Some(first), Some(last)) = (visit.zones.first(), visit.zones.last()) {
                    at(first.zone, &|sum| sum.first += 1);
                    at(last.zone, &|sum| sum.last += 1);
                }
            }
            Ok(())
        })
        .await?;
        let shown_from = u64::from(meta.shown_from);
        let (mut zones, mut withheld) = (Vec::new(), Vec::new());
        for id in order {
            let Some((sum, (name, floor, kind))) =
                sums.remove(&id).and_then(|mut sum| sum.place.take().map(|place| (sum, place)))
            else {
                continue;
            };
            // Glances alone make no visit, but they are somebody's.
            if sum.visits < shown_from && (sum.visits > 0 || sum.exact_us > 0) {
                withheld.push(PlaceZoneName { zone: id, name, floor, kind });
                continue;
            }
            let engaged_us = sum.engaged.filter(|engaged| *engaged == 0 || *engaged >= shown_from);
            zones.push(PlaceZone {
                zone: id,
                name,
                floor,
                kind,
                visits: sum.visits,
                reach: (visits > 0).then(|| sum.visits as f64 / visits as f64),
                entries: sum.entries,
                stopped: sum.stopped,
                engaged: sum.engaged,
                exact_seconds: sum.exact_us as f64 / 1e6,
                dwell_seconds: sum.dwell_us.sum() as f64 / 1e6,
                engaged_seconds: engaged_us.map(|_| sum.engaged_us as f64 / 1e6),
                median_seconds: sum.dwell_us.median().map(seconds_of),
                bought: meta.rules.receipts.as_ref().map(|_| sum.bought),
                first: sum.first,
                last: sum.last,
            });
        }
        Ok(PlaceZones { meta, visits, zones, withheld })
    }
}
