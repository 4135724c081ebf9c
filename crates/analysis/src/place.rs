//! The floor: what people did on it, read anew from raw positions by the plan and the rules of the site.
//!
//! Every answer folds the same visits, so that its numbers reconcile with those of the others and with the events that are
//! made of them ([`day_events`]): a visit is a customer's session there, a zone its touchpoint. A day is read whole, and
//! no visit goes on over midnight. What few people stand behind is withheld by the site's rule (`shown_from`) and counted,
//! so that totals stay true. Receipts and scans are matched with walks where the rules ask for it (`said`). Not here: what
//! the events come to in a journey.

mod behind;
mod counts;
mod day;
mod events;
mod flows;
mod forecast;
mod functions;
mod ground;
mod heat;
mod kept;
mod pains;
mod question;
mod queues;
mod said;
mod sql;
mod trips;
mod visits;
mod walks;
mod zones;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use chrono::NaiveDate;
use lake::{Sighting, Snapshot, TrackDay, TrackDayRows};
use model::place::Site;
use model::text::LocalizedText;
use serde::Serialize;
use utoipa::ToSchema;

pub use counts::*;
pub use day::PlaceReport;
pub use events::day_events;
pub use flows::*;
pub use forecast::*;
pub(crate) use functions::functions;
pub use functions::{SiteFound, Sites};
pub use heat::*;
pub use pains::*;
pub use question::*;
pub use queues::*;
pub use trips::*;
pub use visits::*;
pub use walks::*;
pub use zones::*;

use crate::error::{Error, Result};
use crate::words::place as words;
use day::{Crew, Visit};
use ground::Ground;
pub(crate) use kept::KeptDays;
use said::{Said, Wanted};

/// Most days of one question. Each is read whole.
pub const PLACE_DAYS_MAX: usize = 400;

/// Most days that are read side by side; each is held in memory.
const DAYS_AT_ONCE: usize = 4;

const HALF_HOUR_US: i64 = 1_800_000_000;

/// A site at a version.
#[derive(Debug, Clone)]
pub struct ResolvedSite {
    pub version: u32,
    pub definition: Site,
}

/// What an answer about a floor rests on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceMeta {
    /// The numbers in words.
    pub definition: LocalizedText,
    /// Whose they are.
    pub population: LocalizedText,
    /// Filters in force, in words; empty if none.
    pub filters: Vec<LocalizedText>,
    pub site: String,
    pub site_version: u32,
    pub zone: String,
    /// Days with positions that were read.
    pub days: Vec<NaiveDate>,
    /// The newest position read, UTC microseconds.
    pub as_of_us: Option<i64>,
    /// Fewest visits behind anything that is shown: what has fewer is withheld, and counted as such.
    pub shown_from: u32,
    pub rules: model::place::rules::Rules,
    /// SQL that counts the same with `throughline sql`, from the events the days were made into. Empty: only positions tell.
    pub sql: Vec<String>,
    /// What the rules did, on all floors.
    pub report: PlaceReport,
}

/// Days of a site, handed on one after the other.
struct Reading<'a> {
    kept: &'a KeptDays,
    snapshot: &'a Snapshot,
    site: &'a ResolvedSite,
    scope: &'a PlaceScope,
    control: &'a lake::Control,
    meta: PlaceMeta,
    /// Receipts and scans of the days asked about, by time.
    said: Vec<Said>,
    wanted: Wanted,
}

/// A day that was read.
pub(crate) struct Day<'a> {
    of: &'a TrackDay,
    visits: &'a [Visit],
    crew: &'a [Crew],
    said: &'a [Said],
    /// Its first instant.
    begin_us: i64,
}

/// What a day is read from.
struct Begun<'a> {
    of: &'a TrackDay,
    sightings: u64,
    key: i64,
    ground: Ground<'a>,
    begin_us: i64,
    said: &'a [Said],
    found: Found,
}

enum Found {
    Kept(Arc<day::Read>),
    Raw(Vec<Sighting>),
}

impl<'a> Reading<'a> {
    fn new(
        kept: &'a KeptDays,
        snapshot: &'a Snapshot,
        site: &'a ResolvedSite,
        scope: &'a PlaceScope,
        control: &'a lake::Control,
        definition: LocalizedText,
    ) -> Result<Reading<'a>> {
        let of = &site.definition;
        if let Some(floor) = &scope.floor {
            let has = |plan: &model::place::Plan| plan.floor(floor).is_some();
            if !of.plans.iter().any(has) {
                return Err(Error::invalid("floor", format!("site `{}` has no floor `{floor}`", of.id)));
            }
        }
        let meta = PlaceMeta {
            definition,
            population: LocalizedText::from(""),
            filters: words::filters(scope),
            site: of.id.clone(),
            site_version: site.version,
            zone: of.time_zone.clone(),
            days: Vec::new(),
            as_of_us: None,
            shown_from: of.rules.shown_from.max(1),
            rules: of.rules.clone(),
            sql: Vec::new(),
            report: PlaceReport::default(),
        };
        Ok(Reading { kept, snapshot, site, scope, control, meta, said: Vec::new(), wanted: Wanted::Matched })
    }

    /// Says how events come to the same.
    fn told_by(mut self, sql: fn(&Site, &PlaceScope) -> Vec<String>) -> Reading<'a> {
        self.meta.sql = sql(&self.site.definition, self.scope);
        self
    }

    /// The days asked about of which there are positions, oldest first.
    async fn days(&mut self) -> Result<Vec<TrackDayRows>> {
        let mut asked = self.snapshot.track_days().await?;
        let PlaceScope { from, to, .. } = self.scope;
        asked.retain(|day| {
            day.of.site == self.site.definition.id
                && from.is_none_or(|from| from <= day.of.day)
                && to.is_none_or(|to| day.of.day <= to)
        });
        if asked.len() > PLACE_DAYS_MAX {
            let why = format!("{} days, at most {PLACE_DAYS_MAX} are read at once; ask for fewer", asked.len());
            return Err(Error::invalid("days", why));
        }
        self.control.expect_rows(asked.iter().map(|day| day.sightings).sum());
        if let (Some(first), Some(last)) = (asked.first(), asked.last()) {
            let definition = &self.site.definition;
            let span = (begin(definition, first.of.day)?, end(definition, last.of.day)?);
            self.said = said::said(self.snapshot, definition, span, self.wanted, self.control).await?;
        }
        Ok(asked)
    }

    /// Reads days side by side and hands on their visits in order, until one says that it is enough.
    async fn read(
        &mut self,
        days: &[TrackDayRows],
        mut each: impl FnMut(&Ground<'_>, &Day<'_>) -> Result<bool> + Send,
    ) -> Result<bool> {
        let at_once = thread::available_parallelism().map_or(1, NonZero::get).min(DAYS_AT_ONCE);
        let (rules, control) = (&self.site.definition.rules, self.control);
        for days in days.chunks(at_once) {
            let mut begun = Vec::with_capacity(days.len());
            for rows in days {
                control.check()?;
                begun.push(Begun::new(self.kept, self.snapshot, &self.site.definition, &self.said, rows).await?);
            }
            // The first is read on this thread.
            let read: Vec<Result<Arc<day::Read>>> = thread::scope(|scope| {
                let others: Vec<_> =
                    begun.iter().skip(1).map(|day| scope.spawn(move || day.read(rules, control))).collect();
                let first = begun.iter().take(1).map(|day| day.read(rules, control)).collect::<Vec<_>>();
                let others = others.into_iter().map(|other| match other.join() {
                    Ok(read) => read,
                    Err(panicked) => std::panic::resume_unwind(panicked),
                });
                first.into_iter().chain(others).collect()
            });
            for (day, read) in begun.iter().zip(read) {
                let read = read?;
                self.kept.keep(day.key, &read);
                control.add_rows(day.sightings);
                self.meta.as_of_us = self.meta.as_of_us.max(read.newest_us);
                self.meta.report.add(&read.report);
                self.meta.days.push(day.of.day);
                let on_floor = self.scope.floor.as_ref().map(|floor| day::on_floor(&day.ground, &read.visits, floor));
                let visits = on_floor.as_deref().unwrap_or(&read.visits);
                let day_of = Day { of: day.of, visits, crew: &read.crew, said: day.said, begin_us: day.begin_us };
                if each(&day.ground, &day_of)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn finish(mut self) -> PlaceMeta {
        self.meta.population = words::population(&self.meta);
        self.meta
    }
}

impl<'a> Begun<'a> {
    async fn new(
        kept: &KeptDays,
        snapshot: &Snapshot,
        site: &'a Site,
        said: &'a [Said],
        rows: &'a TrackDayRows,
    ) -> Result<Begun<'a>> {
        let of = &rows.of;
        let plan = site.plan_on(of.day).ok_or_else(|| {
            let why = format!("no plan of site `{}` holds on {}; give one that does", site.id, of.day);
            Error::invalid("site", why)
        })?;
        let door_m = site.rules.stitching.as_ref().map_or(0.0, |rule| rule.door_m);
        let ground = Ground::new(plan, site.rules.cleaning.snap_m.is_some(), door_m)?;
        let (begin_us, end_us) = (begin(site, of.day)?, end(site, of.day)?);
        let place = |at_us: i64| said.partition_point(|said| said.at_us < at_us);
        let said = &said[place(begin_us)..place(end_us)];
        let key = kept::key(rows, plan, site, said);
        let found = match kept.get(key) {
            Some(read) => Found::Kept(read),
            None => Found::Raw(snapshot.sightings(of).await?),
        };
        Ok(Begun { of, sightings: rows.sightings, key, ground, begin_us, said, found })
    }

    fn read(&self, rules: &model::place::rules::Rules, control: &lake::Control) -> Result<Arc<day::Read>> {
        let sightings = match &self.found {
            Found::Kept(read) => return Ok(Arc::clone(read)),
            Found::Raw(sightings) => sightings,
        };
        day::read(&self.ground, (sightings, self.said), rules, control).map(Arc::new)
    }
}

/// Calls `each` with the visits of every day asked about, and says what that rests on.
async fn each_day(
    mut reading: Reading<'_>,
    mut each: impl FnMut(&Ground<'_>, &Day<'_>) -> Result<()> + Send,
) -> Result<PlaceMeta> {
    let days = reading.days().await?;
    reading.read(&days, |ground, day| each(ground, day).map(|()| false)).await?;
    Ok(reading.finish())
}

/// What stands for the receipts and scans of each day: where it changes, the day is to be read anew.
///
/// # Errors
/// As of [`Analyst::place_visits`](crate::Analyst::place_visits).
pub async fn said_by_day(
    snapshot: &Snapshot,
    site: &ResolvedSite,
    control: &lake::Control,
) -> Result<BTreeMap<NaiveDate, i64>> {
    let mut days = BTreeMap::new();
    for said in said::said(snapshot, &site.definition, (i64::MIN, i64::MAX), Wanted::Matched, control).await? {
        let Some(day) = site.definition.day_of(said.at_us) else { continue };
        let before: &mut i64 = days.entry(day).or_default();
        *before = model::hash::parts(&[&before.to_le_bytes(), &said.event_id.to_le_bytes()]);
    }
    Ok(days)
}

fn end(site: &Site, day: NaiveDate) -> Result<i64> {
    day.succ_opt().map_or(Ok(i64::MAX), |next| begin(site, next))
}

fn begin(site: &Site, day: NaiveDate) -> Result<i64> {
    let unknown = || Error::invalid("site", format!("`{}` is no IANA time zone", site.time_zone));
    site.days()
        .ok_or_else(unknown)?
        .begins(day)
        .ok_or_else(|| Error::invalid("days", format!("{day} lies beyond the calendar")))
}

/// Minutes after the day's first instant at which the half-hour began.
fn half_hour(since_us: i64) -> u32 {
    (since_us.max(0) / HALF_HOUR_US) as u32 * 30
}

fn seconds_of(us: f64) -> f64 {
    us / 1e6
}
