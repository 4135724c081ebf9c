//! What a changed layout would do: everybody's walk of the days at hand, edited for the new plan, and the sums of it by
//! category and by zone with an interval; and, once the days after the change are there, how far off it was.
//!
//! What moves is what zones *offer*: a zone's category, or the zone itself where it has none. Not here: how walks are edited
//! (`folds::floor::forecast`), and keeping a forecast (`control`).

mod plan;
mod score;

use std::collections::BTreeMap;

use folds::floor::forecast::{self as kernel, Layout, Shopper};
use folds::floor::walkable::Walkable;
use folds::floor::{Polygon, dwell};
use lake::Snapshot;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use plan::{PlaceChange, PlaceMoveOf};
pub use score::{PlaceForecastKept, PlaceForecastKeptMeta, PlaceForecastScore, PlaceScored, PlaceScores};

use super::day::{Visit, visiting};
use super::ground::{Ground, Level};
use super::{PlaceForecastQuestion, PlaceMeta, Reading, ResolvedSite};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;
use plan::Replan;

/// Cells of the grid that ways are looked for on: from each, the metres to all others are held, 64 MB at most.
const CELLS_MAX: f64 = 4_000.0;

/// Smallest side of such a cell, metres.
const CELL_M: f64 = 0.5;

/// A forecast: what the days measured, and what the same number of visits would do on the new plan.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceForecast {
    pub meta: PlaceMeta,
    /// The change in words.
    pub change: LocalizedText,
    pub floor: String,
    /// Visits of the floor, of which the walks of `edited` change; the others are taken as they were.
    pub visits: u64,
    /// Shopping units of these visits: who walks together counts once.
    pub units: u64,
    pub edited: u64,
    /// Stops that go with what moves, and those for what is no longer offered.
    pub moved_stops: u64,
    pub lost_stops: u64,
    /// Share of visits that an interval is to cover.
    pub coverage: f64,
    /// By name.
    pub categories: Vec<PlaceForecastOf>,
    /// Zones of the new plan in its order, then those that are no more.
    pub zones: Vec<PlaceForecastOf>,
    /// What too few visits came to, by what `of` calls it.
    pub withheld: Vec<String>,
    /// What the forecast cannot know.
    pub caveats: Vec<LocalizedText>,
}

/// What becomes of one category, or of one zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceForecastOf {
    /// The category, else the id of the zone.
    pub of: String,
    pub name: LocalizedText,
    /// The zones it is at before the change, and after it.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// Whether it, or what is offered there, moves.
    pub moves: bool,
    /// Visits that came there.
    pub reached: PlaceForecastValue,
    /// Visits that stopped there.
    pub stopped: PlaceForecastValue,
    /// Shopping units of which somebody came there. None: written down when they were not told yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<PlaceForecastValue>,
    /// What is implied for sales, if as many of those who stop buy, and as much. None: of a zone, and where receipts name no amounts
    /// by category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales: Option<PlaceForecastSales>,
}

/// Sales of a category on the days at hand, and what the forecast of stops implies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceForecastSales {
    pub measured: f64,
    pub forecast: f64,
    pub low: f64,
    pub high: f64,
}

/// A number of visits or units: as measured, and of as many on the new plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceForecastValue {
    pub measured: u64,
    pub forecast: f64,
    pub low: f64,
    pub high: f64,
}

/// Share of visits an interval is to cover.
const COVERAGE: f64 = 0.9;

impl Analyst {
    /// What a changed layout would do to who comes and stops where.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too where the change is none that can be forecast.
    pub async fn place_forecast(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceForecastQuestion,
        control: &lake::Control,
    ) -> Result<PlaceForecast> {
        let mut reading = Reading::new(&self.days, snapshot, site, &question.scope, control, words::forecast())?;
        let mut days = reading.days().await?;
        let replan = Replan::of(&site.definition, &question.change, &question.scope, &mut days)?;
        let rules = &site.definition.rules;
        let ground = Ground::new(&replan.new, false, 0.0)?;
        let level = level_of(&ground, &replan.floor)?;
        let visiting = visiting(rules);
        // By category, of the receipts whose lines name one.
        let mut sold: BTreeMap<String, f64> = BTreeMap::new();
        let mut shoppers = Vec::new();
        let mut old_plan = None;
        let gather = |old: &Ground<'_>, day: &super::Day<'_>| {
            let before = level_of(old, &replan.floor)?;
            let number = old.level_of(&replan.floor).unwrap_or_default();
            // Draws go by a shopper's number, which must not hang on how the day's ids were salted.
            let mut visits: Vec<&Visit> = day.visits.iter().collect();
            visits.sort_by_key(|visit| (visit.enter_us, visit.leave_us));
            let walked = visits.into_iter().filter_map(|visit| shopper((before, number), level, visit, &visiting));
            shoppers.extend(walked);
            for line in day.said.iter().filter(|said| said.is_receipt).flat_map(|said| said.lines.iter()) {
                if let Some(category) = line.category.as_ref().filter(|_| line.amount != 0.0) {
                    *sold.entry(category.clone()).or_default() += line.amount;
                }
            }
            if old_plan.is_none() {
                let area = &before.area.polygons()[0];
                let cell_m = cell_m(area).max(cell_m(&level.area.polygons()[0]));
                old_plan = Some((before.zones.polygons().to_vec(), Walkable::new(area, cell_m)?, cell_m));
            }
            Ok(false)
        };
        reading.read(&days, gather).await?;
        let meta = reading.finish();
        let Some((old_zones, old_ways, cell_m)) = old_plan else {
            let why = "there are no positions of the days asked about; import some, or ask for other days";
            return Err(Error::invalid("days", why));
        };
        let new_ways = Walkable::new(&level.area.polygons()[0], cell_m)?;
        let (old, new) = (
            Layout { walkable: &old_ways, places: &old_zones },
            Layout { walkable: &new_ways, places: level.zones.polygons() },
        );
        let (named, groups): (Vec<_>, Vec<_>) = replan.groups().into_iter().unzip();
        let found = kernel::forecast(&old, &new, &shoppers, &replan.goes, &groups, &kernel::Rules::default())?;
        let shown_from = u64::from(meta.shown_from);
        let (mut categories, mut zones, mut withheld) = (Vec::new(), Vec::new(), Vec::new());
        for (named, of) in named.into_iter().zip(&found.groups) {
            if (1..shown_from).contains(&of.measured_reached) {
                withheld.push(named.of);
                continue;
            }
            let value = |measured: u64, value: kernel::Value| {
                let kernel::Value { value: forecast, low, high } = value;
                PlaceForecastValue { measured, forecast, low, high }
            };
            let stopped = value(of.measured_stops, of.stops);
            let sales = sold.get(&named.of).filter(|_| named.is_category && named.is_here && of.measured_stops > 0);
            let sales = sales.map(|sold| {
                let per_stop = sold / of.measured_stops as f64;
                let [forecast, low, high] = [stopped.forecast, stopped.low, stopped.high].map(|stops| stops * per_stop);
                PlaceForecastSales { measured: *sold, forecast, low, high }
            });
            let list = if named.is_category { &mut categories } else { &mut zones };
            list.push(PlaceForecastOf {
                of: named.of,
                name: named.name,
                before: named.before,
                after: named.after,
                moves: named.moves,
                reached: value(of.measured_reached, of.reached),
                units: Some(value(of.measured_units, of.units)),
                stopped,
                sales,
            });
        }
        Ok(PlaceForecast {
            change: words::change(&question.change),
            floor: replan.floor.clone(),
            visits: found.shoppers,
            units: found.units,
            edited: found.edited,
            moved_stops: found.moved_stops,
            lost_stops: found.lost_stops,
            coverage: COVERAGE,
            categories,
            zones,
            withheld,
            caveats: words::forecast_caveats(meta.days.len(), found.lost_stops, replan.adds),
            meta,
        })
    }
}

fn level_of<'a, 'b>(ground: &'b Ground<'a>, floor: &str) -> Result<&'b Level<'a>> {
    let level = ground.level_of(floor).map(|level| &ground.levels[level]);
    level.ok_or_else(|| Error::invalid("floor", format!("the plan has no floor `{floor}`")))
}

/// The side of a cell of a grid that has no more than so many.
fn cell_m(area: &Polygon) -> f64 {
    let bounds = area.bounds();
    let (wide, high) = (bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1]);
    (wide * high / CELLS_MAX).sqrt().max(CELL_M)
}

/// A visit as the kernel takes it: its stops and zones on the old plan, and what of the new one it walked through. None: it
/// was not on the floor.
fn shopper(
    (old, number): (&Level<'_>, usize),
    new: &Level<'_>,
    visit: &Visit,
    visiting: &dwell::Rules,
) -> Option<Shopper> {
    let track = visit.walks.get(&number)?.track();
    if track.is_empty() {
        return None;
    }
    let of_level = |zone: u32| zone.checked_sub(old.first).filter(|zone| (*zone as usize) < old.zones.len());
    let there = |at| {
        let zone = new.floor.zone_at(at)?;
        new.floor.zones.iter().position(|other| other.id == zone.id).map(|zone| zone as u32)
    };
    let stops: Vec<_> = visit
        .stops
        .iter()
        .filter(|stop| stop.level == number)
        .map(|stop| (stop.stay, [stop.zone.and_then(of_level), there(stop.stay.at)]))
        .collect();
    let before: Vec<dwell::Visit> =
        visit.zones.iter().filter_map(|one| Some(dwell::Visit { zone: of_level(one.zone)?, ..*one })).collect();
    let after = dwell::visits(&new.zones, track, visiting);
    let ends = (track.at(0), track.at(track.len() - 1));
    let closes = |zone: u32| plan::closes(old.floor.zones[zone as usize].kind);
    Some(Shopper::of(visit.unit, ends, &stops, (&before, &after), closes))
}
