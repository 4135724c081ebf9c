//! Visits → events, in the lake's own form.
//!
//! Ids follow from the visit and what happened, so the same positions read by the same rules make the same events. Their
//! customer is the visit alone: a salted id says nothing of another day. Where a member was scanned, the visit is linked to
//! what identified them.

use folds::floor::queue::End;
use lake::{Snapshot, TrackDay};
use model::event::{Column, ColumnValue, Event, event_id};
use model::identity::Identifier;
use model::place::Site;
use serde_json::{Map, Value, json};

use super::day::{Visit, us};
use super::ground::Ground;
use super::{KeptDays, PlaceReport, PlaceScope, Reading, ResolvedSite, each_day};
use crate::error::Result;
use crate::words::place as words;

/// The namespace of visits.
const VISIT: &str = "floor_visit";

/// The events of a site's day.
///
/// # Errors
/// `Invalid` if no plan of the site holds on it; `Cancelled` through `control`.
pub async fn day_events(
    snapshot: &Snapshot,
    site: &ResolvedSite,
    of: &TrackDay,
    received_at_us: i64,
    control: &lake::Control,
) -> Result<(Vec<Event>, PlaceReport)> {
    let mut events = Vec::new();
    let scope = PlaceScope { from: Some(of.day), to: Some(of.day), floor: None };
    let kept = KeptDays::default();
    let reading = Reading::new(&kept, snapshot, site, &scope, control, words::visits())?;
    let meta = each_day(reading, |ground, day| {
        for visit in day.visits {
            of_visit(ground, (&site.definition, day.of), visit, received_at_us, &mut events);
        }
        Ok(())
    })
    .await?;
    Ok((events, meta.report))
}

/// Something of a visit.
struct Happened {
    at_us: i64,
    what: &'static str,
    /// The number of its zone.
    zone: Option<u32>,
    took_us: Option<i64>,
    props: Map<String, Value>,
}

fn of_visit(
    ground: &Ground<'_>,
    (site, of): (&Site, &TrackDay),
    visit: &Visit,
    received_at_us: i64,
    events: &mut Vec<Event>,
) {
    let session = name(of, visit.key);
    let source = site.source();
    let known = visit.member.iter().flat_map(|member| member.identifiers.iter().cloned());
    let identifiers: Vec<Identifier> = std::iter::once(Identifier::new(VISIT, session.clone())).chain(known).collect();
    let mut happened: Vec<Happened> = Vec::new();
    let mut note = |at_us, what, zone, took_us, props: Value| {
        let props = if let Value::Object(props) = props { props } else { Map::new() };
        happened.push(Happened { at_us, what, zone, took_us, props });
    };
    note(visit.enter_us, "store_enter", None, None, Value::Null);
    for one in &visit.zones {
        let zone = ground.zones[one.zone as usize];
        let engaged = zone.engaged_seconds().is_some_and(|needed| one.dwell_us >= us(needed));
        let props = json!({"dwell_ms": milliseconds(one.dwell_us), "engaged": engaged});
        note(one.enter_us, "zone_visit", Some(one.zone), Some(one.leave_us - one.enter_us), props);
    }
    for stop in &visit.stops {
        let floor = &ground.levels[stop.level].floor.id;
        let props = json!({"dwell_ms": milliseconds(stop.stay.duration_us()), "floor": floor});
        note(stop.stay.from_us, "stop", stop.zone, Some(stop.stay.duration_us()), props);
    }
    for wait in &visit.waits {
        let tail = ground.queues[wait.line].tail;
        note(wait.episode.join_us, "queue_join", Some(tail), None, Value::Null);
        let end = match wait.episode.end {
            End::Served => "queue_served",
            End::Abandoned => "queue_abandoned",
            End::Unknown => continue,
        };
        let props = json!({"wait_ms": milliseconds(wait.episode.wait_us())});
        note(wait.episode.end_us, end, Some(tail), Some(wait.episode.wait_us()), props);
    }
    note(visit.leave_us, "store_leave", None, Some(visit.leave_us - visit.enter_us), Value::Null);
    happened.sort_by_key(|one| (one.at_us, one.what == "store_leave", one.what != "store_enter"));
    for (seq, Happened { at_us: time_us, what, zone, took_us, mut props }) in happened.into_iter().enumerate() {
        let message = format!("{session}/{seq}/{what}");
        let text = |text: &str| ColumnValue::Text(text.to_owned());
        let mut columns = [(Column::Site, text(site.event_name())), (Column::SessionId, text(&session))].to_vec();
        columns.extend(took_us.map(|us| (Column::DurationSeconds, ColumnValue::Number(us as f64 / 1e6))));
        if let Some(number) = zone {
            let (zone, floor) = (ground.zones[number as usize], ground.floor_of[number as usize]);
            columns.push((Column::Zone, text(&zone.id)));
            columns.extend(zone.category.as_ref().map(|category| (Column::Category, text(category))));
            props.insert("zone_kind".to_owned(), serde_json::to_value(zone.kind).unwrap_or_default());
            props.insert("floor".to_owned(), floor.id.as_str().into());
        }
        props.insert("unit".to_owned(), name(of, visit.unit).into());
        events.push(Event {
            event_id: event_id(&source, &message),
            time_us,
            offset_minutes: None,
            received_at_us,
            seq: seq as i64,
            event: what.to_owned(),
            channel: "store".to_owned(),
            source: source.clone(),
            message_id: Some(message),
            identifiers: identifiers.clone(),
            link_identifiers: identifiers.len() > 1,
            columns: columns.into_iter().collect(),
            items: Vec::new(),
            traits: Map::new(),
            props,
        });
    }
}

/// How a visit is called: the session of its events.
pub(super) fn name(of: &TrackDay, key: i64) -> String {
    format!("{}/{}/{key:016x}", of.site, of.day)
}

fn milliseconds(us: i64) -> i64 {
    (us + 500) / 1_000
}
