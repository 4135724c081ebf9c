//! A forecast that was kept, against the days after the change: how far off it was, and how far off saying that nothing
//! changes would have been.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lake::Snapshot;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::day::Visit;
use super::super::{PlaceMeta, PlaceScope, Reading, ResolvedSite};
use super::PlaceForecastOf;
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

/// What is read of a kept forecast to score it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PlaceForecastKept {
    pub meta: PlaceForecastKeptMeta,
    pub floor: String,
    pub visits: u64,
    pub categories: Vec<PlaceForecastOf>,
    pub zones: Vec<PlaceForecastOf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PlaceForecastKeptMeta {
    pub days: Vec<NaiveDate>,
}

/// A forecast against what happened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceForecastScore {
    pub meta: PlaceMeta,
    /// Visits of the days after, and those the forecast is of: what happened is told of as many.
    pub visits: u64,
    pub of_visits: u64,
    pub categories: PlaceScores,
    pub zones: PlaceScores,
}

/// Scores of one list, and their means.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceScores {
    pub scored: Vec<PlaceScored>,
    /// Mean of the sizes of errors, visits: of the forecast, and of saying that nothing changes. None: nothing was scored.
    pub mean_error: Option<f64>,
    pub mean_error_of_no_change: Option<f64>,
    /// How many lie within their interval.
    pub covered: u64,
}

/// One category or zone, by visits that came there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceScored {
    pub of: String,
    pub name: LocalizedText,
    pub moves: bool,
    pub before: u64,
    pub forecast: f64,
    pub low: f64,
    pub high: f64,
    /// What happened, of as many visits as the forecast is of.
    pub happened: f64,
    pub error: f64,
    pub error_of_no_change: f64,
    pub covered: bool,
}

impl Analyst {
    /// A kept forecast against the days after its own on which a later plan holds.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too where there are no such days.
    pub async fn place_forecast_score(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        kept: &PlaceForecastKept,
        scope: &PlaceScope,
        control: &lake::Control,
    ) -> Result<PlaceForecastScore> {
        let definition = &site.definition;
        let asked = PlaceScope { floor: None, ..scope.clone() };
        let mut reading = Reading::new(&self.days, snapshot, site, &asked, control, words::forecast_score())?;
        let mut days = reading.days().await?;
        let last = kept.meta.days.last().copied().unwrap_or(NaiveDate::MIN);
        days.retain(|day| day.of.day > last && definition.plan_on(day.of.day).is_some_and(|plan| plan.from > last));
        if days.is_empty() {
            let why = format!(
                "there are no positions of days after {last} on which a later plan holds; give the site the plan that was carried out, with its first day, and import what came after"
            );
            return Err(Error::invalid("days", why));
        }
        let (mut visits, mut came) = (0u64, BTreeMap::<(bool, String), u64>::new());
        let count = |ground: &super::Ground<'_>, day: &super::super::Day<'_>| {
            let level = super::level_of(ground, &kept.floor)?;
            let number = ground.level_of(&kept.floor).unwrap_or_default();
            let here = |visit: &&Visit| visit.walks.get(&number).is_some_and(|walk| !walk.track().is_empty());
            for visit in day.visits.iter().filter(here) {
                visits += 1;
                let zones = visit.zones.iter().filter_map(|one| {
                    let zone = one.zone.checked_sub(level.first)?;
                    level.floor.zones.get(zone as usize)
                });
                let mut of: Vec<(bool, &str)> = Vec::new();
                for zone in zones {
                    of.push((false, zone.id.as_str()));
                    of.extend(zone.category.as_deref().map(|category| (true, category)));
                }
                of.sort_unstable();
                of.dedup();
                of.into_iter().for_each(|(is, of)| *came.entry((is, of.to_owned())).or_default() += 1);
            }
            Ok(false)
        };
        reading.read(&days, count).await?;
        let meta = reading.finish();
        let shown_from = u64::from(meta.shown_from);
        let scores = |list: &[PlaceForecastOf], is_category: bool| {
            let scored = list.iter().filter(|of| is_category || !of.after.is_empty()).filter_map(|of| {
                let came = came.get(&(is_category, of.of.clone())).copied().unwrap_or_default();
                (!(1..shown_from).contains(&came)).then(|| {
                    let happened = if visits > 0 { came as f64 / visits as f64 * kept.visits as f64 } else { 0.0 };
                    scored(of, happened)
                })
            });
            means(scored.collect())
        };
        let (categories, zones) = (scores(&kept.categories, true), scores(&kept.zones, false));
        Ok(PlaceForecastScore { visits, of_visits: kept.visits, categories, zones, meta })
    }
}

fn scored(of: &PlaceForecastOf, happened: f64) -> PlaceScored {
    let value = of.reached;
    PlaceScored {
        of: of.of.clone(),
        name: of.name.clone(),
        moves: of.moves,
        before: value.measured,
        forecast: value.forecast,
        low: value.low,
        high: value.high,
        happened,
        error: value.forecast - happened,
        error_of_no_change: value.measured as f64 - happened,
        covered: value.low <= happened && happened <= value.high,
    }
}

fn means(scored: Vec<PlaceScored>) -> PlaceScores {
    let mean = |of: fn(&PlaceScored) -> f64| {
        let sum: f64 = scored.iter().map(|one| of(one).abs()).sum();
        (!scored.is_empty()).then(|| sum / scored.len() as f64)
    };
    PlaceScores {
        mean_error: mean(|one| one.error),
        mean_error_of_no_change: mean(|one| one.error_of_no_change),
        covered: scored.iter().filter(|one| one.covered).count() as u64,
        scored,
    }
}
