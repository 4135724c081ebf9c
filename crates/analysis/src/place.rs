//! The floor: what people did on it, read anew from raw positions by the plan and the rules of the site.
//!
//! Every answer folds the same visits, so that its numbers reconcile with those of the others and with the events that are
//! made of them ([`day_events`]): a visit is a customer's session there, a zone its touchpoint. A day is read whole, and
//! no visit goes on over midnight. Not here: receipts, and customers who are known.

mod answer;
mod day;
mod events;
mod ground;

use chrono::NaiveDate;
use lake::{Snapshot, TrackDay};
use model::place::Site;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use answer::*;
pub use day::PlaceReport;
pub use events::day_events;

use crate::error::{Error, Result};
use day::Visit;
use ground::Ground;

/// Most days of one question. Each is read whole.
pub const PLACE_DAYS_MAX: usize = 400;

/// A site at a version.
#[derive(Debug, Clone)]
pub struct ResolvedSite {
    pub version: u32,
    pub definition: Site,
}

/// The days a question is about, in the site's time zone, both inclusive; all of which there are positions where not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceDays {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What an answer about a floor rests on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceMeta {
    /// The numbers in words.
    pub definition: String,
    /// Whose they are.
    pub population: String,
    pub site: String,
    pub site_version: u32,
    pub zone: String,
    /// Days with positions that were read.
    pub days: Vec<NaiveDate>,
    /// The newest position read, UTC microseconds.
    pub as_of_us: Option<i64>,
    pub rules: model::place::rules::Rules,
    /// What the rules did.
    pub report: PlaceReport,
}

/// Calls `each` with the visits of every day asked about, and says what that rests on.
async fn each_day(
    snapshot: &Snapshot,
    site: &ResolvedSite,
    days: &PlaceDays,
    control: &lake::Control,
    definition: &str,
    mut each: impl FnMut(&Ground<'_>, &Day<'_>) -> Result<()> + Send,
) -> Result<PlaceMeta> {
    let definition_of = &site.definition;
    let mut asked = snapshot.track_days().await?;
    asked.retain(|day| {
        day.of.site == definition_of.id
            && days.from.is_none_or(|from| from <= day.of.day)
            && days.to.is_none_or(|to| day.of.day <= to)
    });
    if asked.len() > PLACE_DAYS_MAX {
        let why = format!("{} days, at most {PLACE_DAYS_MAX} are read at once; ask for fewer", asked.len());
        return Err(Error::invalid("days", why));
    }
    control.expect_rows(asked.iter().map(|day| day.sightings).sum());
    let mut meta = PlaceMeta {
        definition: definition.to_owned(),
        population: String::new(),
        site: definition_of.id.clone(),
        site_version: site.version,
        zone: definition_of.time_zone.clone(),
        days: Vec::new(),
        as_of_us: None,
        rules: definition_of.rules.clone(),
        report: PlaceReport::default(),
    };
    for of in asked.into_iter().map(|day| day.of) {
        control.check()?;
        let sightings = snapshot.sightings(&of).await?;
        control.add_rows(sightings.len() as u64);
        let newest = sightings.iter().map(|sighting| sighting.time_us).max();
        meta.as_of_us = meta.as_of_us.max(newest);
        let plan = definition_of.plan_on(of.day).ok_or_else(|| {
            let why = format!("no plan of site `{}` holds on {}; give one that does", definition_of.id, of.day);
            Error::invalid("site", why)
        })?;
        let rules = &definition_of.rules;
        let door_m = rules.stitching.as_ref().map_or(0.0, |rule| rule.door_m);
        let ground = Ground::new(plan, rules.cleaning.snap_m.is_some(), door_m)?;
        let (visits, report) = day::read(&ground, &sightings, rules);
        meta.report.add(&report);
        meta.days.push(of.day);
        each(&ground, &Day { of: &of, visits: &visits, begin_us: begin(definition_of, of.day)? })?;
    }
    let PlaceReport { visits, units, tracks, passers_by, .. } = meta.report;
    let staff = meta.report.staff_said + meta.report.staff_by_place + meta.report.staff_by_stay;
    meta.population = format!(
        "{visits} visits by {units} shopping units on {} days, of {tracks} tracks; left out: {passers_by} of passers-by, \
         {staff} of staff",
        meta.days.len()
    );
    Ok(meta)
}

/// A day that was read.
struct Day<'a> {
    of: &'a TrackDay,
    visits: &'a [Visit],
    /// Its first instant.
    begin_us: i64,
}

fn begin(site: &Site, day: NaiveDate) -> Result<i64> {
    let unknown = || Error::invalid("site", format!("`{}` is no IANA time zone", site.time_zone));
    site.days()
        .ok_or_else(unknown)?
        .begins(day)
        .ok_or_else(|| Error::invalid("days", format!("{day} lies beyond the calendar")))
}
