//! Visits: how many, when, how they went, and what was sold.

use std::collections::BTreeMap;

use folds::floor::lost;
use folds::floor::occupancy::Occupancy;
use folds::quantile::Distribution;
use lake::Snapshot;
use model::place::rules::Rules;
use serde::Serialize;
use utoipa::ToSchema;

use super::day::{Visit, us};
use super::ground::Ground;
use super::{HALF_HOUR_US, PlaceMeta, PlaceQuestion, Reading, ResolvedSite, each_day, half_hour, seconds_of, sql};
use crate::analyst::Analyst;
use crate::error::Result;
use crate::words::place as words;

/// Visits by day, and how many were there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisits {
    pub meta: PlaceMeta,
    pub visits: u64,
    pub units: u64,
    pub median_seconds: Option<f64>,
    /// Tracks of people who went past, and the share of all who came in: visits ÷ (visits + passers-by). None of a floor.
    pub passers_by: Option<u64>,
    pub capture: Option<f64>,
    /// What tills sold. None of a floor, and where the rules look at no receipts.
    pub sales: Option<PlaceSales>,
    /// Of visits with a stop, what was walked over the shortest way through the stops. None: too few stopped.
    pub detour: Option<PlaceDetour>,
    /// Oldest first.
    pub days: Vec<PlaceVisitsOfDay>,
    /// By half-hour of the day in which somebody was there.
    pub occupancy: Vec<PlaceOccupancy>,
}

/// Sales of a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceSales {
    pub receipts: u64,
    /// Of them those that are matched with a walk.
    pub matched: u64,
    /// None where there are too few receipts to show it, as what follows from it.
    pub amount: Option<f64>,
    /// Receipts ÷ shopping units.
    pub conversion: Option<f64>,
    /// Amount ÷ visits, conversion × amount ÷ receipts of units.
    pub amount_per_visit: Option<f64>,
    pub amount_per_receipt: Option<f64>,
}

/// How much further people walked than they needed: 1 is not at all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceDetour {
    pub visits: u64,
    pub median: f64,
    pub p90: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisitsOfDay {
    pub day: chrono::NaiveDate,
    pub visits: u64,
    pub units: u64,
    pub most_at_once: u64,
}

/// A half-hour, over the days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceOccupancy {
    /// Minutes after the day's first instant.
    pub minute: u32,
    /// How many entered, on all days.
    pub entered: u64,
    /// How many were there on average of the days.
    pub mean: f64,
    pub most: u64,
}

impl Analyst {
    /// Visits by day and by half-hour.
    ///
    /// # Errors
    /// `Invalid` where too many days are asked about or no plan holds; `Cancelled` through `control`.
    pub async fn place_visits(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceVisits> {
        let reading =
            Reading::new(&self.days, snapshot, site, &question.scope, control, words::visits())?.told_by(sql::visits);
        let (mut all, mut lasted) = (Vec::new(), Distribution::default());
        let (mut receipts, mut amount, mut detours) = (0, 0.0, Vec::new());
        let of_site = question.scope.floor.is_none();
        let rules = &site.definition.rules;
        let mut half_hours: BTreeMap<u32, (u64, i64, u64)> = BTreeMap::new();
        let meta = each_day(reading, |ground, day| {
            for said in day.said.iter().filter(|said| said.is_receipt) {
                (receipts, amount) = (receipts + 1, amount + said.amount);
            }
            detours.extend(day.visits.iter().filter_map(|visit| detour(ground, visit, rules)));
            let mut there = Occupancy::default();
            for visit in day.visits {
                there.add(visit.enter_us, visit.leave_us);
                lasted.push(visit.leave_us - visit.enter_us);
                half_hours.entry(half_hour(visit.enter_us - day.begin_us)).or_default().0 += 1;
            }
            let edges: Vec<i64> = (0..=50).map(|edge| day.begin_us + edge * HALF_HOUR_US).collect();
            let levels = there.levels(&edges, u64::MAX);
            for (number, level) in (0u32..).zip(&levels).filter(|(_, level)| level.person_us > 0) {
                let sum = half_hours.entry(number * 30).or_default();
                sum.1 += level.person_us;
                sum.2 = sum.2.max(level.most);
            }
            let mut units: Vec<i64> = day.visits.iter().map(|visit| visit.unit).collect();
            units.sort_unstable();
            units.dedup();
            all.push(PlaceVisitsOfDay {
                day: day.of.day,
                visits: day.visits.len() as u64,
                units: units.len() as u64,
                most_at_once: levels.iter().map(|level| level.most).max().unwrap_or(0),
            });
            Ok(())
        })
        .await?;
        let read = all.len() as f64;
        let sum = |of: fn(&PlaceVisitsOfDay) -> u64| all.iter().map(of).sum();
        let occupancy = half_hours.into_iter().map(|(minute, (entered, person_us, most))| PlaceOccupancy {
            minute,
            entered,
            mean: person_us as f64 / HALF_HOUR_US as f64 / read,
            most,
        });
        let [visits, units] = [sum(|day| day.visits), sum(|day| day.units)].map(|number: u64| number as f64);
        let over = |number: f64, of: f64| (of > 0.0).then(|| number / of);
        let told = receipts >= u64::from(meta.shown_from);
        let sales = PlaceSales {
            receipts,
            matched: meta.report.receipts_matched,
            amount: told.then_some(amount),
            conversion: over(receipts as f64, units),
            amount_per_visit: over(amount, visits).filter(|_| told),
            amount_per_receipt: over(amount, receipts as f64).filter(|_| told),
        };
        let passers_by = meta.report.passers_by;
        Ok(PlaceVisits {
            passers_by: of_site.then_some(passers_by),
            capture: over(visits, visits + passers_by as f64).filter(|_| of_site),
            sales: (of_site && rules.receipts.is_some()).then_some(sales),
            detour: detour_of(detours, meta.shown_from),
            visits: sum(|day| day.visits),
            units: sum(|day| day.units),
            median_seconds: lasted.median().map(seconds_of),
            occupancy: occupancy.collect(),
            days: all,
            meta,
        })
    }
}

/// What a visit walked over what its stops needed. None: it stopped nowhere, or was on several floors.
pub(super) fn detour(ground: &Ground<'_>, visit: &Visit, rules: &Rules) -> Option<f64> {
    *visit.detour.get_or_init(|| detour_anew(ground, visit, rules))
}

fn detour_anew(ground: &Ground<'_>, visit: &Visit, rules: &Rules) -> Option<f64> {
    let mut walks = visit.walks.iter();
    let (Some((level, walk)), None) = (walks.next(), walks.next()) else { return None };
    let seeking = lost::Rules {
        radius_m: rules.stops.radius_m,
        gap_us: us(rules.cleaning.gap_seconds),
        ..lost::Rules::default()
    };
    lost::lost(walk.track(), &ground.levels[*level].ways, &seeking).detour()
}

fn detour_of(mut detours: Vec<f64>, shown_from: u32) -> Option<PlaceDetour> {
    if detours.is_empty() || detours.len() < shown_from as usize {
        return None;
    }
    detours.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| detours[((detours.len() - 1) as f64 * share).round() as usize];
    Some(PlaceDetour { visits: detours.len() as u64, median: at(0.5), p90: at(0.9) })
}
