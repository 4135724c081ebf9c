//! Queues, and the tills a promised wait takes.

use std::collections::BTreeMap;

use folds::floor::erlang::Demand;
use folds::floor::occupancy::Occupancy;
use folds::floor::queue::Waits;
use folds::quantile::Distribution;
use lake::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::ground::Ground;
use super::{
    PlaceMeta, PlaceQuestion, PlaceScope, PlaceStaffingQuestion, Reading, ResolvedSite, each_day, half_hour,
    seconds_of, sql,
};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

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
        let (meta, lines) = lines(reading, &question.scope).await?;
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
        let &PlaceStaffingQuestion { promise_seconds, promise_share, .. } = question;
        if !(promise_seconds >= 0.0 && promise_share > 0.0 && promise_share < 1.0 && promise_seconds.is_finite()) {
            return Err(Error::invalid("promise", "it is seconds from 0 on, and a share between 0 and 1"));
        }
        let reading = Reading::new(&self.days, snapshot, site, &question.scope, control, words::staffing())?;
        let (meta, lines) = lines(reading, &question.scope).await?;
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
                }
            });
            queues.push(PlaceStaffingQueue {
                queue,
                mean_service_seconds: mean_us / 1e6,
                service_variation,
                half_hours: half_hours.collect(),
            });
        }
        Ok(PlaceStaffing { meta, promise_seconds, promise_share, queues })
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

async fn lines(reading: Reading<'_>, scope: &PlaceScope) -> Result<(PlaceMeta, BTreeMap<String, LineSum>)> {
    let mut sums: BTreeMap<String, LineSum> = BTreeMap::new();
    let meta = each_day(reading, |ground: &Ground<'_>, day| {
        let id = |zone: u32| ground.zones[zone as usize].id.clone();
        for line in &ground.queues {
            if scope.floor.as_ref().is_some_and(|floor| *floor != ground.levels[line.level].floor.id) {
                continue;
            }
            let sum = sums.entry(id(line.tail)).or_default();
            sum.heads = line.heads.iter().map(|head| id(*head)).collect();
        }
        for wait in day.visits.iter().flat_map(|visit| &visit.waits) {
            let Some(sum) = sums.get_mut(&id(ground.queues[wait.line].tail)) else { continue };
            sum.waits.add(&[wait.episode]);
            wait.service_us.into_iter().for_each(|us| sum.service_us.push(us));
            *sum.arrivals.entry(half_hour(wait.episode.join_us - day.begin_us)).or_default() += 1;
        }
        Ok(())
    })
    .await?;
    Ok((meta, sums))
}

/// The time all spent: the area below how many there were.
fn area_us(of: &Occupancy) -> i64 {
    of.profile().windows(2).map(|pair| pair[0].1 as i64 * (pair[1].0 - pair[0].0)).sum()
}
