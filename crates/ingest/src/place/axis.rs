//! Axis people counters. Times are those of the camera's own clock, which names no zone. `live-sum` counts since midnight;
//! rows of an export are windows.

use model::place::observation::{Count, Direction, Observation, Seen, Span};
use serde_json::{Map, Value};

use super::{Found, Reading, Refusal, csv, observation, people, text};
use crate::assemble::RowResult;
use crate::live::unpack;
use crate::mapping::TimeFormat;

pub(super) fn read(reading: &mut Reading<'_>, body: &[u8]) -> Result<(), Refusal> {
    if body.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return csv::rows(reading, body, &["start", "end", "in", "out"], |reading, row| {
            window(reading, &row.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
        });
    }
    let value = unpack::json(body)?;
    let rows = value.get("data").and_then(Value::as_array);
    match (rows, value.as_object()) {
        (Some(rows), _) => rows.iter().try_for_each(|row| {
            let found = window(reading, row.as_object().unwrap_or(&Map::new()));
            reading.take_json(found, row)
        }),
        (None, Some(sum)) if sum.contains_key("timestamp") => {
            let found = live_sum(reading, sum);
            reading.take_json(found, &value)
        }
        _ => Err(Refusal::unreadable("an export has `data`, a live sum `timestamp`; this has neither")),
    }
}

fn live_sum(reading: &Reading<'_>, sum: &Map<String, Value>) -> Found {
    let format = TimeFormat::Pattern("%Y%m%d%H%M%S".to_owned());
    let time_us = reading.time(sum.get("timestamp"), "timestamp", format)?;
    let line = text(sum.get("name")).unwrap_or_else(|| "door".to_owned());
    let sensor = text(sum.get("serial"));
    Ok(vec![Observation { sensor, ..observation(time_us, Seen::Count(count(sum, line, Span::Cumulative)?)) }])
}

fn window(reading: &Reading<'_>, row: &Map<String, Value>) -> Found {
    let time = |field: &str| reading.time(row.get(field), field, TimeFormat::Pattern("%Y-%m-%d %H:%M:%S".to_owned()));
    let span = super::json::window(time("start")?, time("end")?)?;
    let Span::Window { to_us, .. } = span else { return Ok(Vec::new()) };
    Ok(vec![observation(to_us, Seen::Count(count(row, "door".to_owned(), span)?))])
}

fn count(row: &Map<String, Value>, line: String, span: Span) -> RowResult<Count> {
    let people = super::json::directions(row, &[("in", Direction::In), ("out", Direction::Out)], people)?;
    Ok(Count { line, span, people, children: Vec::new(), repeated: None })
}
