//! Single visits: as a list, and as walks to be played. Whoever asks may see customers.

use chrono::NaiveDate;
use folds::floor::lost::revisit_rate;
use lake::{Snapshot, TrackDay};
use model::place::rules::Rules;
use serde::Serialize;
use utoipa::ToSchema;

use super::behind::{Wanted, engages};
use super::day::{Visit, us};
use super::events::name;
use super::ground::Ground;
use super::pains::PainPick;
use super::visits::detour;
use super::{
    Day, PlaceMeta, PlaceScope, PlaceTracksQuestion, PlaceVisitListQuestion, PlaceWaitEnd, Reading, ResolvedSite,
};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

/// Visits of one page.
pub const PLACE_VISITS_PAGE_MAX: usize = 200;

/// Points of one page of walks: at some 10 bytes each, a MB.
pub const PLACE_POINTS_MAX: usize = 100_000;

/// Fewest points of a page: a page of few would read a day for nothing.
const PLACE_POINTS_MIN: usize = 1_000;

const MINUTE_US: i64 = 60_000_000;

/// Minutes of the longest day: one of 25 hours.
const MINUTES_MAX: u32 = 1_500;

/// Visits, by when they began.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisitList {
    /// Of the days that were read for this page.
    pub meta: PlaceMeta,
    pub visits: Vec<PlaceVisit>,
    /// Hand it back as `after` for the next page. None: this is the last.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisit {
    /// The session of its events.
    pub visit: String,
    /// The visit of the same unit that is its name: those who walked together share it.
    pub unit: String,
    pub day: NaiveDate,
    pub enter_us: i64,
    pub leave_us: i64,
    pub walked_m: f64,
    /// Zones it came into, in the order it came first.
    pub zones: Vec<String>,
    /// Of them those where it stayed for as long as engages.
    pub engaged: Vec<String>,
    /// Its stays in zones, by when it entered.
    pub stays: Vec<PlaceStay>,
    pub waits: Vec<PlaceWait>,
    pub stops: u32,
    /// Time in queues. None: it joined none.
    pub waited_seconds: Option<f64>,
    /// What was walked over the shortest way through its stops. None: it stopped nowhere, or was on several floors.
    pub detour: Option<f64>,
    /// Of its zone visits, those to zones it had come to before.
    pub revisits: f64,
    /// The customer whose walk it is, and how sure that is. None: nobody was scanned.
    pub customer: Option<String>,
    pub customer_probability: Option<f64>,
    pub receipts: Vec<PlaceReceipt>,
}

/// A stay in a zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStay {
    pub zone: String,
    pub enter_us: i64,
    pub leave_us: i64,
    /// Time within it.
    pub dwell_seconds: f64,
    /// Whether it was as long as engages there.
    pub engaged: bool,
}

/// A wait in a queue.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceWait {
    /// The zone of its tail.
    pub queue: String,
    pub join_us: i64,
    pub end_us: i64,
    pub ended: PlaceWaitEnd,
}

/// A receipt that is of a visit or of those who came with it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceReceipt {
    pub amount: f64,
    pub probability: f64,
}

/// Walks of a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceTracks {
    pub meta: PlaceMeta,
    pub day: NaiveDate,
    /// The window that is played, UTC microseconds: from, and before.
    pub from_us: i64,
    pub to_us: i64,
    /// Between two points further apart than this nothing is known.
    pub gap_ms: i64,
    /// By when they began.
    pub tracks: Vec<PlaceTrack>,
    pub points: usize,
    /// Hand it back as `after` for the next page. None: this is the last.
    pub next: Option<String>,
}

/// A walk on one floor, as columns of equal length, each value but the first the difference to the one before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceTrack {
    pub visit: String,
    pub unit: String,
    pub floor: String,
    /// Milliseconds, the first since `from_us`.
    pub t_ms: Vec<i64>,
    /// Centimetres on the floor.
    pub x_cm: Vec<i32>,
    pub y_cm: Vec<i32>,
}

impl Analyst {
    /// Single visits, by when they began.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too for a page, a zone or a pain there is not.
    pub async fn place_visit_list(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceVisitListQuestion,
        control: &lake::Control,
    ) -> Result<PlaceVisitList> {
        let PlaceVisitListQuestion { scope, after, limit, .. } = question;
        within("limit", *limit, 1, PLACE_VISITS_PAGE_MAX)?;
        let mut wanted = Wanted::new(question, site)?;
        let after = after.as_deref().map(Mark::read).transpose()?;
        let pain = question.pain.as_deref().map(PainPick::decode).transpose()?;
        let mut reading = Reading::new(&self.days, snapshot, site, scope, control, words::visits())?;
        let (mut visits, mut next) = (Vec::new(), None);
        let mut days = reading.days().await?;
        days.retain(|rows| after.as_ref().is_none_or(|after| after.day <= rows.of.day));
        let gather = |ground: &Ground<'_>, day: &Day<'_>| {
            let follows = |visit: &Visit| after.as_ref().is_none_or(|after| after.is_before(day.of.day, visit));
            let hit = pain.as_ref().map(|pain| pain.hit(ground, day, &site.definition));
            let is_hit = |place: usize| hit.as_ref().is_none_or(|hit| hit[place]);
            wanted.day(day.visits);
            let all = day.visits.iter().enumerate();
            for (_, visit) in all.filter(|(place, visit)| follows(visit) && is_hit(*place) && wanted.has(ground, visit))
            {
                if visits.len() == *limit {
                    return Ok(true);
                }
                visits.push(told(ground, day.of, visit, &site.definition.rules));
                next = Some(Mark::of(day.of.day, visit));
            }
            Ok(false)
        };
        let more = reading.read(&days, gather).await?;
        let next = next.filter(|_| more).map(|mark| mark.text());
        Ok(PlaceVisitList { meta: reading.finish(), visits, next })
    }

    /// The walks of a day, or of a window of it, to be played.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too for a page or a window there is not.
    pub async fn place_tracks(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceTracksQuestion,
        control: &lake::Control,
    ) -> Result<PlaceTracks> {
        let PlaceTracksQuestion { day, floor, visit: only, from_minute, to_minute, after, limit, .. } = question;
        within("limit", *limit, PLACE_POINTS_MIN, PLACE_POINTS_MAX)?;
        let (from, to) = (from_minute.unwrap_or(0), to_minute.unwrap_or(MINUTES_MAX));
        if from >= to || to > MINUTES_MAX {
            let why = format!("minutes {from} to {to}; the first is before the last, which is at most {MINUTES_MAX}");
            return Err(Error::invalid("to_minute", why));
        }
        let after = after.as_deref().map(Mark::read).transpose()?;
        let begin_us = super::begin(&site.definition, *day)?;
        let [from_us, to_us] = [from, to].map(|minute| begin_us + i64::from(minute) * MINUTE_US);
        let scope = PlaceScope { from: Some(*day), to: Some(*day), floor: floor.clone() };
        let mut reading = Reading::new(&self.days, snapshot, site, &scope, control, words::tracks())?;
        let (mut tracks, mut points, mut last, mut next) = (Vec::new(), 0, None, None);
        let gather = |ground: &Ground<'_>, day: &Day<'_>| {
            let wanted = |visit: &&Visit| {
                let seen = visit.enter_us < to_us && visit.leave_us >= from_us;
                let is = |asked: &String| *asked == name(day.of, visit.key);
                seen && only.as_ref().is_none_or(is)
                    && after.as_ref().is_none_or(|after| after.is_before(day.of.day, visit))
            };
            for visit in day.visits.iter().filter(wanted) {
                if points >= *limit {
                    next = last.take();
                    return Ok(true);
                }
                for track in played(ground, day.of, visit, (from_us, to_us)) {
                    points += track.t_ms.len();
                    tracks.push(track);
                }
                last = Some(Mark::of(day.of.day, visit));
            }
            Ok(false)
        };
        let days = reading.days().await?;
        reading.read(&days, gather).await?;
        let gap_ms = us(site.definition.rules.cleaning.gap_seconds) / 1_000;
        let next = next.map(|mark: Mark| mark.text());
        Ok(PlaceTracks { meta: reading.finish(), day: *day, from_us, to_us, gap_ms, tracks, points, next })
    }
}

fn within(what: &str, value: usize, least: usize, most: usize) -> Result<()> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(Error::invalid(what, format!("{value}; it is {least} to {most}"))),
    }
}

/// A visit among those of all days, by when it began.
struct Mark {
    day: NaiveDate,
    enter_us: i64,
    key: i64,
}

impl Mark {
    fn of(day: NaiveDate, visit: &Visit) -> Mark {
        Mark { day, enter_us: visit.enter_us, key: visit.key }
    }

    fn is_before(&self, day: NaiveDate, visit: &Visit) -> bool {
        (self.day, self.enter_us, self.key) < (day, visit.enter_us, visit.key)
    }

    fn text(&self) -> String {
        format!("{}.{}.{:016x}", self.day, self.enter_us, self.key)
    }

    fn read(text: &str) -> Result<Mark> {
        let read = || {
            let mut parts = text.split('.');
            let (day, enter, key) = (parts.next()?, parts.next()?, parts.next()?);
            let key = u64::from_str_radix(key, 16).ok()?.cast_signed();
            Some(Mark { day: day.parse().ok()?, enter_us: enter.parse().ok()?, key })
        };
        read().ok_or_else(|| Error::invalid("after", "use the `next` of an earlier page as it stands"))
    }
}

fn told(ground: &Ground<'_>, of: &TrackDay, visit: &Visit, rules: &Rules) -> PlaceVisit {
    let gap_us = us(rules.cleaning.gap_seconds);
    let (mut zones, mut engaged, mut stays) = (Vec::new(), Vec::new(), Vec::new());
    let note = |list: &mut Vec<String>, id: &String| {
        if !list.contains(id) {
            list.push(id.clone());
        }
    };
    for one in &visit.zones {
        let zone = ground.zones[one.zone as usize];
        note(&mut zones, &zone.id);
        let engages = engages(ground, one);
        if engages {
            note(&mut engaged, &zone.id);
        }
        stays.push(PlaceStay {
            zone: zone.id.clone(),
            enter_us: one.enter_us,
            leave_us: one.leave_us,
            dwell_seconds: one.dwell_us as f64 / 1e6,
            engaged: engages,
        });
    }
    let waits = visit.waits.iter().map(|wait| PlaceWait {
        queue: ground.zones[ground.queues[wait.line].tail as usize].id.clone(),
        join_us: wait.episode.join_us,
        end_us: wait.episode.end_us,
        ended: wait.episode.end.into(),
    });
    let metres = |walk: &super::day::Walk| -> f64 { walk.track().steps(gap_us).map(|step| step.length()).sum() };
    let waited_us: i64 = visit.waits.iter().map(|wait| wait.episode.wait_us()).sum();
    PlaceVisit {
        visit: name(of, visit.key),
        unit: name(of, visit.unit),
        day: of.day,
        enter_us: visit.enter_us,
        leave_us: visit.leave_us,
        walked_m: visit.walks.values().map(metres).sum(),
        zones,
        engaged,
        stays,
        waits: waits.collect(),
        stops: visit.stops.len() as u32,
        detour: detour(ground, visit, rules),
        revisits: revisit_rate(&visit.zones),
        customer: visit.member.as_ref().map(|member| member.customer.to_string()),
        customer_probability: visit.member.as_ref().map(|member| member.probability),
        receipts: visit
            .receipts
            .iter()
            .map(|bought| PlaceReceipt { amount: bought.amount, probability: bought.probability })
            .collect(),
        waited_seconds: (!visit.waits.is_empty()).then_some(waited_us as f64 / 1e6),
    }
}

/// What of a visit lies in a window, by floors.
fn played(ground: &Ground<'_>, of: &TrackDay, visit: &Visit, (from_us, to_us): (i64, i64)) -> Vec<PlaceTrack> {
    let mut played = Vec::new();
    for (level, walk) in &visit.walks {
        let track = walk.track();
        let first = track.time.partition_point(|time| *time < from_us);
        let end = track.time.partition_point(|time| *time < to_us);
        if first >= end {
            continue;
        }
        let centimetres = |metres: &f64| (metres * 100.0).round() as i32;
        let milliseconds = |time: &i64| (time - from_us) / 1_000;
        played.push(PlaceTrack {
            visit: name(of, visit.key),
            unit: name(of, visit.unit),
            floor: ground.levels[*level].floor.id.clone(),
            t_ms: differences(track.time[first..end].iter().map(milliseconds)),
            x_cm: differences(track.x[first..end].iter().map(centimetres)),
            y_cm: differences(track.y[first..end].iter().map(centimetres)),
        });
    }
    played
}

fn differences<T: Copy + Default + std::ops::Sub<Output = T>>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut before = T::default();
    values.map(|value| value - std::mem::replace(&mut before, value)).collect()
}
