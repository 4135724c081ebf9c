//! Hikvision people counting: XML of two namespaces, which are both passed over. `realTime` is cumulative since the
//! camera's reset, `timeRange` a window; the two are never added up. In a multipart body only the XML is looked at.

use std::collections::HashMap;

use model::place::observation::{Count, Direction, Observation, Seen, Span};
use quick_xml::events::Event;
use serde_json::Value;

use super::{Found, Reading, Refusal, observation, people};
use crate::assemble::{RowFault, RowResult};
use crate::limits::XML_DEPTH_MAX;
use crate::mapping::TimeFormat;

const ROOT: &str = "EventNotificationAlert";

/// Texts by the names of the elements around them: `peopleCounting/enter`.
type Fields = HashMap<String, Value>;

pub(super) fn read(reading: &mut Reading<'_>, body: &[u8]) -> Result<(), Refusal> {
    let text = String::from_utf8_lossy(body);
    let (mut rest, mut count, end) = (&*text, 0, format!("</{ROOT}>"));
    while let Some(start) = rest.find(&format!("<{ROOT}")) {
        let Some(length) = rest[start..].find(&end) else {
            return Err(Refusal::unreadable(format!("the alert ends without {end}")));
        };
        let alert = &rest[start..start + length + end.len()];
        let fields = fields(alert).map_err(Refusal::unreadable)?;
        let found = alert_of(reading, &fields);
        // The alert names cameras, not people.
        reading.take(found, || alert.to_owned())?;
        (rest, count) = (&rest[start + length + end.len()..], count + 1);
    }
    if count == 0 {
        return Err(Refusal::unreadable(format!("there is no <{ROOT}> in it")));
    }
    Ok(())
}

fn fields(alert: &str) -> Result<Fields, String> {
    let mut reader = quick_xml::Reader::from_str(alert);
    let (mut path, mut fields) = (Vec::new(), Fields::new());
    loop {
        match reader.read_event().map_err(|error| format!("the XML is broken: {error}"))? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                if path.len() > XML_DEPTH_MAX {
                    return Err(format!("elements stand more than {XML_DEPTH_MAX} deep"));
                }
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => {
                let text = text.xml10_content().trim().to_owned();
                if let Some(below) = path.get(1..).filter(|below| !below.is_empty() && !text.is_empty()) {
                    fields.insert(below.join("/"), Value::String(text));
                }
            }
            Event::DocType(_) => return Err("it declares a document type; take the <!DOCTYPE …> out".to_owned()),
            Event::Eof => return Ok(fields),
            _ => {}
        }
    }
}

fn alert_of(reading: &Reading<'_>, fields: &Fields) -> Found {
    let field = |name: &str| fields.get(name).and_then(Value::as_str);
    // Cameras send alerts of other kinds, and heartbeats, to the same address.
    if field("eventType").is_some_and(|kind| !kind.eq_ignore_ascii_case("PeopleCounting")) {
        return Ok(Vec::new());
    }
    let time = |name: &str| reading.time(fields.get(name), name, TimeFormat::Iso8601);
    let (time_us, span) = match field("peopleCounting/statisticalMethods") {
        Some("realTime") => {
            let own = "peopleCounting/RealTime/time";
            (time(if fields.contains_key(own) { own } else { "dateTime" })?, Span::Cumulative)
        }
        Some("timeRange") => {
            let from_us = time("peopleCounting/TimeRange/startTime")?;
            let to_us = time("peopleCounting/TimeRange/endTime")?;
            (to_us, super::json::window(from_us, to_us)?)
        }
        other => {
            let reason = format!("`{}` is neither realTime nor timeRange", other.unwrap_or_default());
            return Err(RowFault::new("method_unknown", "peopleCounting/statisticalMethods", reason));
        }
    };
    let counted = |names: &[(&str, Direction)]| -> RowResult<Vec<(Direction, u64)>> {
        let mut all = Vec::new();
        for (name, direction) in names {
            all.extend(people(fields.get(*name), name)?.map(|count| (*direction, count)));
        }
        Ok(all)
    };
    let passed = counted(&[
        ("peopleCounting/enter", Direction::In),
        ("peopleCounting/exit", Direction::Out),
        ("peopleCounting/pass", Direction::Past),
    ])?;
    if passed.is_empty() {
        let reason = "it has neither enter nor exit";
        return Err(RowFault::new("field_missing", "peopleCounting/enter", reason));
    }
    let channel = field("channelID").unwrap_or("1");
    let line = match field("peopleCounting/regionsID") {
        Some(region) => format!("{channel}/{region}"),
        None => channel.to_owned(),
    };
    let count = Count {
        line,
        span,
        people: passed,
        children: counted(&[("childCounting/enter", Direction::In), ("childCounting/exit", Direction::Out)])?,
        repeated: people(fields.get("peopleCounting/duplicatePeople"), "peopleCounting/duplicatePeople")?,
    };
    let sensor = field("macAddress").map(str::to_owned);
    Ok(vec![Observation { sensor, ..observation(time_us, Seen::Count(count)) }])
}
