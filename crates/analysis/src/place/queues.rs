//! Queues, and the tills a promised wait takes.

use std::collections::BTreeMap;

use folds::floor::erlang::{Demand, Lanes};
use folds::floor::occupancy::Occupancy;
use folds::floor::queue::Waits;
use folds::quantile::Distribution;
use lake::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::day::us;
use super::ground::Ground;
use super::{
    PlaceLanes, PlaceMeta, PlaceQuestion, PlaceScope, PlaceStaffingQuestion, Reading, ResolvedSite, each_day,
    half_hour, seconds_of, sql,
};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

/// Most lanes of one kind.
const LANES_MAX: u32 = 1_000;

/// Most hours people work on a sales floor in a day, all of them together.
const STAFF_HOURS_MAX: f64 = 100_000.0;

/// Queues.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceQueues {
    pub meta: PlaceMeta,
    pub queues: Vec<PlaceQueue>,
    /// Queues some joined, but too few to show their numbers, by the zones of their tails.
    pub withheld: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceQueue {
    /// The zone of its tail.
    pub queue: String,
    pub heads: Vec<String>,
    pub joined: u64,
    pub served: u64,
    pub abandoned: u64,
    /// Lost from sight while they waited.
    pub unknown: u64,
    /// Of those who served or gave up.
    pub abandonment: Option<f64>,
    /// Of who was served; none where those are too few to show it.
    pub mean_wait_seconds: Option<f64>,
    pub median_wait_seconds: Option<f64>,
    pub p90_wait_seconds: Option<f64>,
    pub mean_service_seconds: Option<f64>,
    /// How many waited at once, on average of whole days and at most.
    pub mean_length: f64,
    pub most: u64,
    /// Little's law on the same days: arrivals a second, times the mean wait of all. It is the mean length.
    pub arrivals_times_wait: f64,
}

/// Tills a promised wait takes, by half-hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffing {
    pub meta: PlaceMeta,
    /// Wait that is promised, and to what share of those who come.
    pub promise_seconds: f64,
    pub promise_share: f64,
    pub queues: Vec<PlaceStaffingQueue>,
    /// By hour and zone in which somebody engaged, on average of the days; less those of too few visits.
    pub zones: Vec<PlaceStaffingZone>,
    /// Traffic ÷ sales-floor hours. None: no hours are given.
    pub star: Option<PlaceStar>,
}

/// A zone in an hour, on average of the days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffingZone {
    pub zone: String,
    /// Minutes after the day's first instant.
    pub minute: u32,
    /// Visits that came there.
    pub visits: f64,
    pub engaged_minutes: f64,
    /// Of the hours given, those that are this zone's and hour's by its share of all engaged time.
    pub staff_minutes: Option<f64>,
}

/// Shoppers to associates: how many come for each hour that somebody works on the sales floor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceStar {
    /// Visits a day.
    pub visits: f64,
    pub staff_hours: f64,
    pub visits_per_hour: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffingQueue {
    pub queue: String,
    pub mean_service_seconds: f64,
    /// Squared coefficient of variation of service times.
    pub service_variation: f64,
    /// Half-hours in which somebody came.
    pub half_hours: Vec<PlaceStaffingTime>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffingTime {
    /// Minutes after the day's first instant.
    pub minute: u32,
    pub arrivals_per_hour: f64,
    /// Tills busy on average, in Erlang.
    pub offered: f64,
    /// Fewest tills with one line that keep the promise. None: no number does.
    pub tills: Option<u32>,
    /// With so many.
    pub mean_wait_seconds: Option<f64>,
    pub utilisation: Option<f64>,
    /// The layouts of lanes that were asked about, each with what waiting is like; empty if none were.
    pub lanes: Vec<PlaceLaneWaiting>,
}

/// What waiting is like at a layout of lanes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceLaneWaiting {
    pub layout: PlaceLaneLayout,
    pub tills: u32,
    pub self_checkouts: u32,
    /// Over all who come. None: more come than can be served.
    pub mean_wait_seconds: Option<f64>,
    /// Share that waits no longer than is promised.
    pub kept: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLaneLayout {
    /// A line for each till.
    Separate,
    /// One line for all tills.
    Pooled,
    /// Tills with one line, and self-checkouts with one.
    SelfCheckout,
}

impl Analyst {
    /// Queues: who joined, waited, was served, gave up.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`].
    pub async fn place_queues(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceQueues> {
        let reading =
            Reading::new(&self.days, snapshot, site, &question.scope, control, words::queues())?.told_by(sql::queues);
        let (meta, Sums { lines, .. }) = sums(reading, &question.scope).await?;
        let shown_from = u64::from(meta.shown_from);
        let period_us = meta.days.len() as f64 * 86_400e6;
        let (mut queues, mut withheld) = (Vec::new(), Vec::new());
        for (queue, line) in lines {
            let Waits { served_us, abandoned_us, unknown_us, .. } = &line.waits;
            let waited_us = served_us.sum() + abandoned_us.sum() + unknown_us.sum();
            let joined = line.waits.count();
            if (1..shown_from).contains(&joined) {
                withheld.push(queue);
                continue;
            }
            let told = |us: Option<f64>| us.filter(|_| served_us.count() >= shown_from).map(seconds_of);
            let mean_wait_us = if joined > 0 { waited_us as f64 / joined as f64 } else { 0.0 };
            queues.push(PlaceQueue {
                queue,
                heads: line.heads,
                joined,
                served: served_us.count(),
                abandoned: abandoned_us.count(),
                unknown: unknown_us.count(),
                abandonment: line.waits.abandonment(),
                mean_wait_seconds: told(served_us.mean()),
                median_wait_seconds: told(served_us.median()),
                p90_wait_seconds: told(served_us.p90()),
                mean_service_seconds: told(line.service_us.mean()),
                mean_length: area_us(&line.waits.length) as f64 / period_us,
                most: line.waits.length.profile().iter().map(|(_, there)| *there).max().unwrap_or(0),
                arrivals_times_wait: joined as f64 / period_us * mean_wait_us,
            });
        }
        Ok(PlaceQueues { queues, withheld, meta })
    }

    /// Tills by half-hour for a promised wait: Erlang-C on measured arrivals and service.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too if the promise is none.
    pub async fn place_staffing(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceStaffingQuestion,
        control: &lake::Control,
    ) -> Result<PlaceStaffing> {
        let &PlaceStaffingQuestion { promise_seconds, promise_share, staff_hours, ref lanes, .. } = question;
        if !(promise_seconds >= 0.0 && promise_share > 0.0 && promise_share < 1.0 && promise_seconds.is_finite()) {
            return Err(Error::invalid("promise", "it is seconds from 0 on, and a share between 0 and 1"));
        }
        if let Some(hours) = staff_hours.filter(|hours| !(*hours > 0.0 && *hours <= STAFF_HOURS_MAX)) {
            let why = format!("{hours} hours a day; above 0, and at most {STAFF_HOURS_MAX}");
            return Err(Error::invalid("staff_hours", why));
        }
        let layouts = lanes.as_ref().map_or(Ok(Vec::new()), layouts)?;
        let reading = Reading::new(&self.days, snapshot, site, &question.scope, control, words::staffing())?;
        let (meta, Sums { lines, floor }) = sums(reading, &question.scope).await?;
        let read = meta.days.len() as f64;
        let mut queues = Vec::new();
        for (queue, line) in lines {
            let told = line.service_us.count() >= u64::from(meta.shown_from);
            let Some(mean_us) = line.service_us.mean().filter(|mean| *mean > 0.0 && told) else { continue };
            let count = line.service_us.count() as f64;
            let squares: f64 =
                line.service_us.values().map(|(us, times)| times as f64 * (us as f64 - mean_us).powi(2)).sum();
            let service_variation = squares / count / (mean_us * mean_us);
            let half_hours = line.arrivals.into_iter().map(|(minute, arrivals)| {
                let demand = Demand {
                    arrivals_per_hour: 2.0 * arrivals as f64 / read,
                    service_seconds: mean_us / 1e6,
                    service_variation,
                    ..Demand::default()
                };
                let tills = demand.tills_for(promise_seconds, promise_share);
                let with = tills.and_then(|tills| demand.pooled(tills));
                PlaceStaffingTime {
                    minute,
                    arrivals_per_hour: demand.arrivals_per_hour,
                    offered: demand.offered(),
                    tills,
                    mean_wait_seconds: with.map(|with| with.mean_wait_seconds),
                    utilisation: with.map(|with| with.utilisation),
                    lanes: layouts.iter().map(|layout| waiting(&demand, layout, promise_seconds)).collect(),
                }
            });
            queues.push(PlaceStaffingQueue {
                queue,
                mean_service_seconds: mean_us / 1e6,
                service_variation,
                half_hours: half_hours.collect(),
            });
        }
        let zones = floor.zones(read, &meta, staff_hours);
        let star = staff_hours.filter(|_| read > 0.0).map(|staff_hours| {
            let visits = floor.visits as f64 / read;
            PlaceStar { visits, staff_hours, visits_per_hour: visits / staff_hours }
        });
        Ok(PlaceStaffing { meta, promise_seconds, promise_share, queues, zones, star })
    }
}

/// One queue, over days.
#[derive(Default)]
struct LineSum {
    heads: Vec<String>,
    waits: Waits,
    service_us: Distribution,
    /// By half-hour.
    arrivals: BTreeMap<u32, u64>,
}

/// Queues and zones, over days.
#[derive(Default)]
struct Sums {
    lines: BTreeMap<String, LineSum>,
    floor: FloorSum,
}

/// What engaged people, by hour and zone.
#[derive(Default)]
struct FloorSum {
    visits: u64,
    /// Visits that came, and the time they engaged.
    zones: BTreeMap<(String, u32), (u64, i64)>,
}

impl FloorSum {
    fn zones(&self, days: f64, meta: &PlaceMeta, staff_hours: Option<f64>) -> Vec<PlaceStaffingZone> {
        let all_us: i64 = self.zones.values().map(|(_, engaged_us)| engaged_us).sum();
        let shown = self.zones.iter().filter(|(_, (visits, _))| *visits >= u64::from(meta.shown_from));
        let told = |((zone, minute), (visits, engaged_us)): (&(String, u32), &(u64, i64))| {
            let share = *engaged_us as f64 / all_us.max(1) as f64;
            PlaceStaffingZone {
                zone: zone.clone(),
                minute: *minute,
                visits: *visits as f64 / days,
                engaged_minutes: seconds_of(*engaged_us as f64) / 60.0 / days,
                staff_minutes: staff_hours.map(|hours| share * hours * 60.0),
            }
        };
        shown.map(told).collect()
    }
}

async fn sums(reading: Reading<'_>, scope: &PlaceScope) -> Result<(PlaceMeta, Sums)> {
    let mut sums = Sums::default();
    let meta = each_day(reading, |ground: &Ground<'_>, day| {
        let id = |zone: u32| ground.zones[zone as usize].id.clone();
        for line in &ground.queues {
            if scope.floor.as_ref().is_some_and(|floor| *floor != ground.levels[line.level].floor.id) {
                continue;
            }
            let sum = sums.lines.entry(id(line.tail)).or_default();
            sum.heads = line.heads.iter().map(|head| id(*head)).collect();
        }
        for wait in day.visits.iter().flat_map(|visit| &visit.waits) {
            let Some(sum) = sums.lines.get_mut(&id(ground.queues[wait.line].tail)) else { continue };
            sum.waits.add(&[wait.episode]);
            wait.service_us.into_iter().for_each(|us| sum.service_us.push(us));
            *sum.arrivals.entry(half_hour(wait.episode.join_us - day.begin_us)).or_default() += 1;
        }
        sums.floor.visits += day.visits.len() as u64;
        for visit in day.visits {
            let mut engaged: BTreeMap<(u32, u32), i64> = BTreeMap::new();
            for one in &visit.zones {
                let needed = ground.zones[one.zone as usize].engaged_seconds();
                if needed.is_some_and(|needed| one.dwell_us >= us(needed)) {
                    let hour = half_hour(one.enter_us - day.begin_us) / 60 * 60;
                    *engaged.entry((one.zone, hour)).or_default() += one.dwell_us;
                }
            }
            for ((zone, hour), engaged_us) in engaged {
                let sum = sums.floor.zones.entry((id(zone), hour)).or_default();
                *sum = (sum.0 + 1, sum.1 + engaged_us);
            }
        }
        Ok(())
    })
    .await?;
    Ok((meta, sums))
}

/// The layouts that are compared.
fn layouts(lanes: &PlaceLanes) -> Result<Vec<(PlaceLaneLayout, Lanes)>> {
    let &PlaceLanes { tills, self_checkouts, tills_beside, self_share, self_slower } = lanes;
    let beside = tills_beside.unwrap_or(tills.saturating_sub(1));
    let counted = (1..=LANES_MAX).contains(&tills) && self_checkouts <= LANES_MAX && beside <= LANES_MAX;
    if !(counted && (0.0..=1.0).contains(&self_share) && (0.1..=10.0).contains(&self_slower)) {
        let why = format!(
            "1 to {LANES_MAX} tills, at most as many self-checkouts, a share from 0 to 1, and a service from 0.1 to 10 times as long"
        );
        return Err(Error::invalid("lanes", why));
    }
    let of = |tills, separate, self_checkouts| Lanes { tills, separate, self_checkouts, self_share, self_slower };
    let mut layouts =
        vec![(PlaceLaneLayout::Separate, of(tills, true, 0)), (PlaceLaneLayout::Pooled, of(tills, false, 0))];
    if self_checkouts > 0 {
        layouts.push((PlaceLaneLayout::SelfCheckout, of(beside, false, self_checkouts)));
    }
    Ok(layouts)
}

fn waiting(demand: &Demand, (layout, lanes): &(PlaceLaneLayout, Lanes), promise_seconds: f64) -> PlaceLaneWaiting {
    let found = demand.at(lanes);
    PlaceLaneWaiting {
        layout: *layout,
        tills: lanes.tills,
        self_checkouts: lanes.self_checkouts,
        mean_wait_seconds: found.map(|found| found.mean_wait_seconds),
        kept: found.map(|found| found.within(promise_seconds)),
    }
}

/// The time all spent: the area below how many there were.
fn area_us(of: &Occupancy) -> i64 {
    of.profile().windows(2).map(|pair| pair[0].1 as i64 * (pair[1].0 - pair[0].0)).sum()
}
