//! The vendors that send JSON objects of their own.

use model::place::observation::{
    Count, Crossing, Direction, Located, Observation, Occupancy, Position, Seen, Signal, Span, Subject, ZoneChange,
    ZoneVisit,
};
use serde_json::{Map, Value};

use super::{Found, Reading, Refusal, Sensor, named, needed, number, observation, people, text};
use crate::assemble::{RowFault, RowResult};
use crate::live::unpack;
use crate::mapping::TimeFormat;

/// Metres of a foot: Cisco's maps are in feet unless they say otherwise.
const FOOT_M: f64 = 0.304_8;

/// What Meraki's version 2 counts strength from, dBm.
const MERAKI_NOISE_DBM: f64 = -95.0;

type Object = Map<String, Value>;

pub(super) fn read(reading: &mut Reading<'_>, sensor: Sensor, body: &[u8]) -> Result<(), Refusal> {
    let value = unpack::json(body)?;
    match sensor {
        Sensor::Xovis => xovis(reading, &value),
        Sensor::Meraki => meraki(reading, &value),
        Sensor::Dahua => each(reading, at(&value, &["params", "info"]), "params.info", dahua),
        Sensor::Megvii => each(reading, Some(&value), "the payload", megvii),
        Sensor::Quuppa => {
            let tags = value.get("tags").or_else(|| value.get("positions")).unwrap_or(&value);
            each(reading, Some(tags), "tags", quuppa)
        }
        Sensor::Pozyx => each(reading, Some(&value), "the payload", pozyx),
        Sensor::Cisco => each(reading, Some(value.get("notifications").unwrap_or(&value)), "notifications", cisco),
        _ => each(reading, Some(value.get("events").unwrap_or(&value)), "events", mist),
    }
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

/// Reads every object of a list, or the one object.
fn each(
    reading: &mut Reading<'_>,
    items: Option<&Value>,
    name: &str,
    read: fn(&Reading<'_>, &Object) -> Found,
) -> Result<(), Refusal> {
    let items = match items {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => return Err(Refusal::unreadable(format!("{name} is missing, or neither an object nor a list of such"))),
    };
    items.iter().try_for_each(|item| {
        let found = item.as_object().map_or_else(|| Err(no_object()), |object| read(reading, object));
        reading.take_json(found, item)
    })
}

fn no_object() -> RowFault {
    RowFault { code: "item_unreadable", field: None, reason: "it is no JSON object".to_owned() }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Counts of some fields, each with its direction; at least one is needed.
pub(super) fn directions(
    object: &Object,
    fields: &[(&str, Direction)],
    read: fn(Option<&Value>, &str) -> RowResult<Option<u64>>,
) -> RowResult<Vec<(Direction, u64)>> {
    let mut all = Vec::new();
    for (field, direction) in fields {
        all.extend(read(object.get(*field), field)?.map(|count| (*direction, count)));
    }
    if all.is_empty() {
        let names: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        let reason = format!("it counts nothing: none of {} is there", names.join(", "));
        return Err(RowFault { code: "field_missing", field: names.first().map(|it| (*it).to_owned()), reason });
    }
    Ok(all)
}

/// A window from one time until before another.
pub(super) fn window(from_us: i64, to_us: i64) -> RowResult<Span> {
    if from_us < to_us {
        return Ok(Span::Window { from_us, to_us });
    }
    let reason = "the window ends before it begins; is the sensor's clock right?";
    Err(RowFault { code: "window_empty", field: None, reason: reason.to_owned() })
}

fn position(subject: Subject, at: Located, error_m: Option<f64>) -> Position {
    let error_m = error_m.filter(|error| *error >= 0.0);
    Position { subject, at, error_m, height_m: None, is_moving: None, zones: Vec::new() }
}

fn device(object: &Object, field: &str) -> RowResult<Subject> {
    let address = named(object, field)?;
    let wrong = || RowFault::new("device_unreadable", field, format!("`{field}` is no hardware address"));
    Subject::device(&address).ok_or_else(wrong)
}

fn earth(latitude: Option<f64>, longitude: Option<f64>) -> Option<Located> {
    let (latitude, longitude) = (latitude?, longitude?);
    let is_there = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    is_there.then_some(Located::Earth { latitude, longitude })
}

fn no_place() -> RowFault {
    let reason = "it has neither x and y nor latitude and longitude";
    RowFault::new("position_missing", "x", reason)
}

// Xovis.

fn xovis(reading: &mut Reading<'_>, value: &Value) -> Result<(), Refusal> {
    if let Some(live) = value.get("live_data") {
        return list(live, "frames").iter().try_for_each(|frame| xovis_frame(reading, frame));
    }
    if let Some(logics) = value.get("logics_data") {
        for logic in list(logics, "logics") {
            for record in list(logic, "records") {
                let found = xovis_record(reading, logic, record);
                reading.take_json(found, record)?;
            }
        }
        return Ok(());
    }
    if let Some(Value::Array(events)) = value.get("values") {
        return events.iter().try_for_each(|event| {
            let found = xovis_event(reading, event);
            reading.take_json(found, event)
        });
    }
    if value.get("content").is_none() {
        let reason = "it has none of live_data, logics_data, values and content; is it a Xovis push?";
        return Err(Refusal::unreadable(reason));
    }
    let sensor = at(value, &["sensor-info", "serial-number"]).and_then(|serial| text(Some(serial)));
    for element in list(&value["content"], "element") {
        for measurement in list(element, "measurement") {
            let found = xovis_measurement(reading, element, measurement, sensor.as_deref());
            reading.take_json(found, measurement)?;
        }
    }
    Ok(())
}

/// Version 5: positions in metres from the sensor's origin, and what happened in the same frame.
fn xovis_frame(reading: &mut Reading<'_>, frame: &Value) -> Result<(), Refusal> {
    let time = |reading: &Reading<'_>| reading.time(frame.get("time"), "time", TimeFormat::UnixMilliseconds);
    let objects = list(frame, "tracked_objects");
    for object in objects {
        let found = (|| {
            // Trolleys and such are tracked, too.
            if object.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "PERSON") {
                return Ok(Vec::new());
            }
            let track = track_id(object.get("track_id"))?;
            let places = list(object, "position");
            let at = Located::Frame([needed(places.first(), "position[0]")?, needed(places.get(1), "position[1]")?]);
            let height_m = number(places.get(2));
            let seen = Seen::Position(Position { height_m, ..position(Subject::track(track), at, None) });
            Ok(vec![observation(time(reading)?, seen)])
        })();
        reading.take_json(found, object)?;
    }
    for event in list(frame, "events") {
        let found = (|| {
            let about = event.get("attributes").unwrap_or(&Value::Null);
            let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
            let change = match kind {
                "LINE_CROSS_FORWARD" | "LINE_CROSS_BACKWARD" => None,
                "ZONE_ENTRY" => Some(ZoneChange::Entered),
                "ZONE_EXIT" => Some(ZoneChange::Left),
                _ => return Ok(Vec::new()),
            };
            let subject = Subject::track(track_id(about.get("track_id"))?);
            let place = text(about.get("geometry_name")).or_else(|| text(about.get("geometry_id")));
            let place =
                place.ok_or_else(|| RowFault::new("field_missing", "geometry_name", "it names no line or zone"))?;
            let is_forward = kind == "LINE_CROSS_FORWARD";
            let seen = visit_or_crossing(subject, place, change, is_forward, None);
            Ok(vec![observation(time(reading)?, seen)])
        })();
        reading.take_json(found, event)?;
    }
    Ok(())
}

fn track_id(value: Option<&Value>) -> RowResult<String> {
    text(value).ok_or_else(|| RowFault::new("field_missing", "track_id", "it names no track"))
}

fn visit_or_crossing(
    subject: Subject,
    place: String,
    change: Option<ZoneChange>,
    is_forward: bool,
    height_m: Option<f64>,
) -> Seen {
    match change {
        Some(change) => Seen::ZoneVisit(ZoneVisit { subject, zone: place, change, height_m }),
        None => {
            let direction = if is_forward { Direction::Forward } else { Direction::Backward };
            Seen::Crossing(Crossing { subject: Some(subject), line: place, direction, height_m })
        }
    }
}

fn xovis_record(reading: &Reading<'_>, logic: &Value, record: &Value) -> Found {
    let time = |field: &str| reading.time(record.get(field), field, TimeFormat::UnixMilliseconds);
    let (from_us, to_us) = (time("from")?, time("to")?);
    let place = text(logic.get("name")).or_else(|| text(logic.get("id")));
    let place = place.ok_or_else(|| RowFault::new("field_missing", "name", "the logic has no name"))?;
    tallies(place, window(from_us, to_us)?, to_us, list(record, "counts"), "name")
}

/// Version 3: windows of a line, and balances of a zone.
fn xovis_measurement(reading: &Reading<'_>, element: &Value, measurement: &Value, sensor: Option<&str>) -> Found {
    let time = |field: &str| reading.time(measurement.get(field), field, TimeFormat::Iso8601);
    let (from_us, to_us) = (time("from")?, time("to")?);
    let place = text(element.get("element-name")).or_else(|| text(element.get("element-id")));
    let place = place.ok_or_else(|| RowFault::new("field_missing", "element-name", "the element has no name"))?;
    let found = tallies(place, window(from_us, to_us)?, to_us, list(measurement, "value"), "label")?;
    let sensor = sensor.map(str::to_owned);
    Ok(found.into_iter().map(|it| Observation { sensor: sensor.clone(), ..it }).collect())
}

fn tallies(place: String, span: Span, to_us: i64, counts: &[Value], name: &str) -> Found {
    let (mut passed, mut found) = (Vec::new(), Vec::new());
    for count in counts {
        let value = count.get("value");
        let direction = match count.get(name).and_then(Value::as_str) {
            Some("fw") => Direction::Forward,
            Some("bw") => Direction::Backward,
            Some("balance" | "fill-level") => {
                let people = needed(value, "value")? as i64;
                found.push(observation(to_us, Seen::Occupancy(Occupancy { zone: place.clone(), people })));
                continue;
            }
            _ => continue,
        };
        passed.extend(people(value, "value")?.map(|count| (direction, count)));
    }
    if !passed.is_empty() {
        passed.sort_unstable();
        let count = Count { line: place, span, people: passed, children: Vec::new(), repeated: None };
        found.push(observation(to_us, Seen::Count(count)));
    }
    Ok(found)
}

/// Version 3: single events. Heights are millimetres; x and y are in no documented unit and are not read.
fn xovis_event(reading: &Reading<'_>, event: &Value) -> Found {
    let change = match event.get("type").and_then(Value::as_str) {
        Some("LineCrossing") => None,
        Some("ZoneEntry") => Some(ZoneChange::Entered),
        Some("ZoneExit") => Some(ZoneChange::Left),
        _ => return Ok(Vec::new()),
    };
    let time_us = reading.time(event.get("timestamp"), "timestamp", TimeFormat::UnixMilliseconds)?;
    let is_forward = match event.get("direction").and_then(Value::as_str) {
        _ if change.is_some() => true,
        Some("forward") => true,
        Some("backward") => false,
        _ => return Err(RowFault::new("direction_unknown", "direction", "neither forward nor backward")),
    };
    let item = event.get("countItem").unwrap_or(&Value::Null);
    let place = text(item.get("name")).or_else(|| text(item.get("id")));
    let place = place.ok_or_else(|| RowFault::new("field_missing", "countItem.name", "it names no line or zone"))?;
    let subject = Subject::track(track_id(at(event, &["object", "id"]))?);
    let height_m = number(at(event, &["object", "height"])).map(|millimetres| millimetres / 1_000.0);
    let seen = visit_or_crossing(subject, place, change, is_forward, height_m);
    Ok(vec![Observation { sensor: text(event.get("serial")), ..observation(time_us, seen) }])
}

// Meraki.

fn meraki(reading: &mut Reading<'_>, value: &Value) -> Result<(), Refusal> {
    reading.decoded.secret = text(value.get("secret"));
    let data = value.get("data").unwrap_or(&Value::Null);
    let Some(Value::Array(observations)) = data.get("observations") else {
        return Err(Refusal::unreadable("`data.observations` is missing; is it a post of the Scanning API?"));
    };
    let version = text(value.get("version")).unwrap_or_default();
    let read = match version.split('.').next() {
        Some("3") => meraki_3,
        Some("2") => meraki_2,
        _ => return Err(Refusal::unreadable(format!("version `{version}`; 2 and 3 are read"))),
    };
    observations.iter().try_for_each(|item| {
        let found = item.as_object().map_or_else(|| Err(no_object()), |object| read(reading, data, object));
        reading.take_json(found, item)
    })
}

/// Version 3: by client, with where it was between two posts. Without a place the last access point that heard it.
fn meraki_3(reading: &Reading<'_>, data: &Value, client: &Object) -> Found {
    let subject = device(client, "clientMac")?;
    let sensor = text(data.get("networkId"));
    let locations = client.get("locations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut found = Vec::new();
    for location in locations {
        let time_us = reading.time(location.get("time"), "time", TimeFormat::Iso8601)?;
        // Numbers, or texts of such.
        let of = |name: &str| number(location.get(name));
        let at = of("x").zip(of("y")).map(|(x, y)| Located::Frame([x, y]));
        let at = at.or_else(|| earth(of("lat"), of("lng"))).ok_or_else(no_place)?;
        let floor = text(location.get("floorPlanId"));
        let seen = Seen::Position(position(subject.clone(), at, of("variance")));
        found.push(Observation { time_us, sensor: sensor.clone(), floor, seen });
    }
    match client.get("latestRecord").filter(|latest| found.is_empty() && latest.is_object()) {
        Some(latest) => {
            let time_us = reading.time(latest.get("time"), "latestRecord.time", TimeFormat::Iso8601)?;
            let heard_by = text(latest.get("nearestApMac"));
            let signal = Signal { subject, heard_by, rssi_dbm: number(latest.get("nearestApRssi")) };
            Ok(vec![Observation { time_us, sensor, floor: None, seen: Seen::Signal(signal) }])
        }
        None => Ok(found),
    }
}

/// Version 2: by access point. Places are lists, one a floor the point hangs on; strength is above the noise.
fn meraki_2(reading: &Reading<'_>, data: &Value, client: &Object) -> Found {
    let subject = device(client, "clientMac")?;
    let time_us = match client.get("seenEpoch").filter(|epoch| !epoch.is_null()) {
        Some(epoch) => reading.time(Some(epoch), "seenEpoch", TimeFormat::UnixSeconds)?,
        None => reading.time(client.get("seenTime"), "seenTime", TimeFormat::Iso8601)?,
    };
    let sensor = text(data.get("apMac"));
    let location = client.get("location").unwrap_or(&Value::Null);
    let (xs, ys, floors) = (list(location, "x"), list(location, "y"), list(data, "apFloors"));
    let on_floor = number(xs.first()).zip(number(ys.first())).map(|(x, y)| Located::Frame([x, y]));
    let error_m = number(location.get("unc"));
    let at = on_floor.or_else(|| earth(number(location.get("lat")), number(location.get("lng"))));
    let Some(at) = at else {
        let rssi = number(client.get("rssi"));
        let rssi_dbm = rssi.map(|rssi| if rssi > 0.0 { rssi + MERAKI_NOISE_DBM } else { rssi });
        let signal = Signal { subject, heard_by: sensor.clone(), rssi_dbm };
        return Ok(vec![Observation { time_us, sensor, floor: None, seen: Seen::Signal(signal) }]);
    };
    let floor = text(floors.first()).filter(|_| matches!(at, Located::Frame(_)));
    Ok(vec![Observation { time_us, sensor, floor, seen: Seen::Position(position(subject, at, error_m)) }])
}

// Counters.

/// Rows of a window whose last second is within it, in the camera's own clock.
fn dahua(reading: &Reading<'_>, row: &Object) -> Found {
    let time = |field: &str| reading.time(row.get(field), field, TimeFormat::Pattern("%Y-%m-%d %H:%M:%S".to_owned()));
    let (from_us, last_us) = (time("StartTime")?, time("EndTime")?);
    // 10:59:59 is the last second of the hour; 11:00:00 its end.
    let to_us = if last_us % 60_000_000 == 59_000_000 { last_us + 1_000_000 } else { last_us };
    let fields =
        [("EnteredSubtotal", Direction::In), ("ExitedSubtotal", Direction::Out), ("PassedSubtotal", Direction::Past)];
    let channel = text(row.get("Channel")).unwrap_or_else(|| "0".to_owned());
    let line = text(row.get("AreaID")).map_or(channel.clone(), |area| format!("{channel}/{area}"));
    let span = window(from_us, to_us)?;
    let count = Count { line, span, people: directions(row, &fields, people)?, children: Vec::new(), repeated: None };
    Ok(vec![observation(to_us, Seen::Count(count))])
}

/// 6003: people through a doorway, and how many are within. 6004: how many are in a zone.
fn megvii(reading: &Reading<'_>, push: &Object) -> Found {
    let time_us = reading.time(push.get("recognitionTime"), "recognitionTime", TimeFormat::UnixMilliseconds)?;
    let sensor = Some(named(push, "devicePointUuid")?);
    let zone = text(push.get("zoneName")).or_else(|| text(push.get("zoneUuid"))).unwrap_or_else(|| "0".to_owned());
    let mut seen = Vec::new();
    match number(push.get("dataType")) {
        Some(6003.0) => {
            let fields = [("enterPersonNumber", Direction::In), ("leavePersonNumber", Direction::Out)];
            let people = directions(push, &fields, people)?;
            let span = Span::Cumulative;
            seen.push(Seen::Count(Count { line: zone.clone(), span, people, children: Vec::new(), repeated: None }));
        }
        Some(6004.0) => {}
        other => {
            let reason =
                format!("{} is neither 6003 nor 6004", other.map_or("nothing".to_owned(), |it| it.to_string()));
            return Err(RowFault::new("kind_unknown", "dataType", reason));
        }
    }
    if let Some(within) = people(push.get("retentionPersonNumber"), "retentionPersonNumber")? {
        seen.push(Seen::Occupancy(Occupancy { zone, people: within as i64 }));
    }
    Ok(seen.into_iter().map(|seen| Observation { sensor: sensor.clone(), ..observation(time_us, seen) }).collect())
}

// Tags and phones.

/// Metres; `locationTS` is when the tag was there, `responseTS` only when somebody asked.
fn quuppa(reading: &Reading<'_>, tag: &Object) -> Found {
    let Some(Value::Array(places)) = tag.get("location") else { return Ok(Vec::new()) };
    let time_us = reading.time(tag.get("locationTS"), "locationTS", TimeFormat::UnixMilliseconds)?;
    let at = Located::Frame([needed(places.first(), "location[0]")?, needed(places.get(1), "location[1]")?]);
    let zones = tag.get("locationZoneIds").and_then(Value::as_array).into_iter().flatten();
    let subject = Subject::tag(named(tag, "tagId")?);
    let seen = Position {
        height_m: number(places.get(2)),
        is_moving: match tag.get("locationMovementStatus").and_then(Value::as_str) {
            Some("moving") => Some(true),
            Some("stationary") => Some(false),
            _ => None,
        },
        zones: zones.filter_map(|zone| text(Some(zone))).collect(),
        ..position(subject, at, number(tag.get("locationRadius")))
    };
    let floor = text(tag.get("locationCoordSysId"));
    Ok(vec![Observation { floor, ..observation(time_us, Seen::Position(seen)) }])
}

/// Millimetres, and seconds with a fraction. What was no success has no place.
fn pozyx(reading: &Reading<'_>, tag: &Object) -> Found {
    if tag.get("success") == Some(&Value::Bool(false)) {
        return Ok(Vec::new());
    }
    let time_us = reading.time(tag.get("timestamp"), "timestamp", TimeFormat::UnixSeconds)?;
    let coordinates = tag.get("data").and_then(|data| data.get("coordinates")).unwrap_or(&Value::Null);
    let metres = |axis: &str| Ok(needed(coordinates.get(axis), axis)? / 1_000.0);
    let at = Located::Frame([metres("x")?, metres("y")?]);
    let height_m = number(coordinates.get("z")).map(|millimetres| millimetres / 1_000.0);
    let subject = Subject::tag(named(tag, "tagId")?);
    let seen = Seen::Position(Position { height_m, ..position(subject, at, None) });
    Ok(vec![observation(time_us, seen)])
}

/// Spaces and CMX: feet from the upper left corner of the map, y down. The sign of y is turned, so that it points up from
/// there; the floor's frame shifts it.
fn cisco(reading: &Reading<'_>, event: &Object) -> Found {
    if let Some(update) = event.get("deviceLocationUpdate").and_then(Value::as_object) {
        let empty = Object::new();
        let owner = update.get("device").and_then(Value::as_object).unwrap_or(&empty);
        let time_us = reading.time(update.get("lastSeen"), "lastSeen", TimeFormat::UnixMilliseconds)?;
        let of = |name: &str| number(update.get(name));
        let at = of("xPos").zip(of("yPos")).map(|(x, y)| Located::Frame([x * FOOT_M, -y * FOOT_M]));
        let at = at.or_else(|| earth(of("latitude"), of("longitude"))).ok_or_else(no_place)?;
        let error_m = of("confidenceFactor").map(|feet| feet * FOOT_M);
        let seen = Seen::Position(position(device(owner, "macAddress")?, at, error_m));
        return Ok(vec![Observation { floor: text(update.get("mapId")), ..observation(time_us, seen) }]);
    }
    let Some(coordinate) = event.get("locationCoordinate") else { return Ok(Vec::new()) };
    let unit_m = match coordinate.get("unit").and_then(Value::as_str) {
        None | Some("FEET") => FOOT_M,
        Some("METERS") => 1.0,
        Some(other) => {
            return Err(RowFault::new("unit_unknown", "locationCoordinate.unit", format!("`{other}` is no unit here")));
        }
    };
    let time_us = reading.time(event.get("timestamp"), "timestamp", TimeFormat::UnixMilliseconds)?;
    let at = Located::Frame([needed(coordinate.get("x"), "x")? * unit_m, -needed(coordinate.get("y"), "y")? * unit_m]);
    let error_m = number(event.get("confidenceFactor")).map(|length| length * unit_m);
    let seen = Seen::Position(position(device(event, "deviceId")?, at, error_m));
    let floor = text(event.get("floorId")).or_else(|| text(event.get("locationMapHierarchy")));
    Ok(vec![Observation { floor, ..observation(time_us, seen) }])
}

/// Metres on the map, seconds. Its map has y down; the sign is turned as Cisco's.
fn mist(reading: &Reading<'_>, event: &Object) -> Found {
    let time_us = reading.time(event.get("timestamp"), "timestamp", TimeFormat::UnixSeconds)?;
    let subject = device(event, "mac")?;
    let at = Located::Frame([needed(event.get("x"), "x")?, -needed(event.get("y"), "y")?]);
    let sensor = text(event.get("site_id"));
    let floor = text(event.get("map_id"));
    Ok(vec![Observation { time_us, sensor, floor, seen: Seen::Position(position(subject, at, None)) }])
}
