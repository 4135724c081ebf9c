//! When a message happened.
//!
//! Three clocks speak: the sender's when it happened, the sender's when it was sent, and ours when it arrived. What
//! happened `d` before it was sent happened `d` before it arrived, however wrong the sender's clock is. The rules:
//!
//! - With the time of sending known, the sender's clock is off by `arrival − sending`, and the time is moved by that,
//!   in whole minutes. Less than half a minute is the way of the request and no wrong clock: the time stands as said. In
//!   whole minutes, so that a message that is sent again gets the time it had, and counts once.
//! - A time more than [`FUTURE_US_MAX`] after the arrival is not believed: the arrival counts, and what was said stays
//!   in the property [`model::event::SAID_TIME`].
//! - A late time is kept, however late, from the year 2000 on. Before, it is a clock that was never set, and rejected.
//! - A message without time happened when it arrived.

use std::sync::LazyLock;

use serde_json::{Map, Number, Value};

use crate::assemble::RowFault;
use crate::cell::{Cell, excerpt};
use crate::limits::FUTURE_US_MAX;
use crate::mapping::TimeFormat;
use crate::time::TimeReader;

const EARLIEST_US: i64 = 946_684_800_000_000; // 2000-01-01
const MINUTE_US: i64 = 60_000_000;

/// A time as a sender said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) time_us: i64,
    /// Minutes from UTC, where it was written with an offset other than `Z`: libraries write `Z` whatever the zone.
    pub(super) offset_minutes: Option<i16>,
}

/// What a message's time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) time_us: i64,
    /// The time said, where it was not believed.
    pub(super) disbelieved_us: Option<i64>,
}

/// Reads a time: ISO 8601, or a number since 1970 in seconds, milliseconds or microseconds, told apart by its size.
/// One without offset is UTC, or refused where `lenient` is not set.
///
/// # Errors
/// The fault of the message; `field` names it.
pub(super) fn said(value: &Value, field: &str, lenient: bool) -> Result<Said, RowFault> {
    match value {
        Value::Number(number) => said_number(number, field),
        Value::String(text) => said_text(text, field, lenient),
        other => Err(unreadable(&other.to_string(), field)),
    }
}

/// The same of a number.
pub(super) fn said_number(number: &Number, field: &str) -> Result<Said, RowFault> {
    let whole = number.as_i64().filter(|whole| (*whole as f64) < 9e18).and_then(whole_epoch);
    let time_us = whole.or_else(|| epoch(number.as_f64()?));
    let time_us = time_us.ok_or_else(|| unreadable(&number.to_string(), field))?;
    Ok(Said { time_us, offset_minutes: None })
}

/// The same of a text.
pub(super) fn said_text(text: &str, field: &str, lenient: bool) -> Result<Said, RowFault> {
    static ISO_UTC: LazyLock<Option<TimeReader>> =
        LazyLock::new(|| TimeReader::new(&[TimeFormat::Iso8601], Some("UTC")).ok());
    static ISO: LazyLock<Option<TimeReader>> = LazyLock::new(|| TimeReader::new(&[TimeFormat::Iso8601], None).ok());
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !text.is_empty() {
        let time_us = text.parse().ok().and_then(whole_epoch).or_else(|| epoch(text.parse().ok()?));
        return time_us.map(|time_us| Said { time_us, offset_minutes: None }).ok_or_else(|| unreadable(text, field));
    }
    let reader = if lenient { &ISO_UTC } else { &ISO };
    let reading = match &**reader {
        Some(reader) => reader.read(&Cell::Text(text.into())),
        None => return Err(unreadable(text, field)),
    };
    let reading = reading.map_err(|problem| match problem.code {
        "time_unreadable" => unreadable(text, field),
        "time_out_of_range" => out_of_range(field),
        "time_missing" => RowFault::new(problem.code, field, "the time is empty; leave it out, or say it"),
        code => {
            let reason = format!("`{}` has no offset from UTC; write +08:00 or Z behind it", excerpt(text));
            RowFault::new(code, field, reason)
        }
    })?;
    let offset_minutes = reading.offset_minutes.filter(|minutes| *minutes != 0);
    Ok(Said { time_us: reading.time_us, offset_minutes })
}

/// A time that may be missing: `null` and what is not there.
pub(super) fn said_if_any(value: Option<&Value>, field: &str, lenient: bool) -> Result<Option<Said>, RowFault> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => said(value, field, lenient).map(Some),
    }
}

/// When the sender says it sent something; a time of sending that cannot be read is as good as none.
pub(super) fn sent(value: Option<&Value>) -> Option<i64> {
    said(value?, "sent_at", true).ok().map(|said| said.time_us)
}

/// Writes a letter's time of sending into a message that says none that can be read: kept by itself, it must say all that
/// its letter said.
pub(super) fn say_sent(message: &mut Map<String, Value>, name: &str, sent_us: i64) {
    if sent(message.get(name)).is_none() {
        message.insert(name.to_owned(), text(sent_us).into());
    }
}

/// Settles a message's time by the rules above.
///
/// # Errors
/// `time_out_of_range` before the year 2000.
pub(super) fn settle(
    said_us: Option<i64>,
    sent_us: Option<i64>,
    received_us: i64,
    field: &str,
) -> Result<Happened, RowFault> {
    let Some(said_us) = said_us else { return Ok(Happened { time_us: received_us, disbelieved_us: None }) };
    let off_us = sent_us.map_or(0, |sent_us| received_us.saturating_sub(sent_us));
    let off_us = off_us.saturating_add(MINUTE_US / 2).div_euclid(MINUTE_US).saturating_mul(MINUTE_US);
    let time_us = said_us.saturating_add(off_us);
    if time_us > received_us.saturating_add(FUTURE_US_MAX) {
        return Ok(Happened { time_us: received_us, disbelieved_us: Some(said_us) });
    }
    if time_us < EARLIEST_US {
        return Err(out_of_range(field));
    }
    Ok(Happened { time_us, disbelieved_us: None })
}

/// The offset of a zone at an instant, in minutes: `Asia/Shanghai` → 480.
pub(super) fn offset_of(zone: &str, time_us: i64) -> Option<i16> {
    TimeReader::new(&[], Some(zone)).ok()?.read(&Cell::Instant(time_us)).ok()?.offset_minutes
}

/// An instant as ISO 8601 in UTC.
pub(super) fn text(time_us: i64) -> String {
    Cell::Instant(time_us).into_text().unwrap_or_default()
}

fn unreadable(written: &str, field: &str) -> RowFault {
    let reason = format!(
        "`{}` is no time; write ISO 8601 as in 2024-03-13T10:21:14+08:00, or seconds or milliseconds since 1970",
        excerpt(written)
    );
    RowFault::new("time_unreadable", field, reason)
}

fn out_of_range(field: &str) -> RowFault {
    let reason = "the time is before the year 2000: the clock of the sender was never set, or the unit is wrong";
    RowFault::new("time_out_of_range", field, reason)
}

/// Microseconds of a whole number since 1970: below 10¹¹ in seconds, below 10¹⁴ in milliseconds, else in microseconds.
fn whole_epoch(value: i64) -> Option<i64> {
    match value {
        0..100_000_000_000 => Some(value * 1_000_000),
        100_000_000_000..100_000_000_000_000 => Some(value * 1_000),
        100_000_000_000_000.. => Some(value),
        _ => None,
    }
}

fn epoch(value: f64) -> Option<i64> {
    let unit = match value {
        _ if !(0.0..9e18).contains(&value) => return None,
        _ if value < 1e11 => 1e6,
        _ if value < 1e14 => 1e3,
        _ => 1.0,
    };
    Some((value * unit).round() as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
    const SECOND: i64 = 1_000_000;

    #[test]
    fn times_are_read_in_every_way_libraries_write_them() {
        for written in [
            json!("2026-09-01T12:00:00Z"),
            json!("2026-09-01T12:00:00.000000+00:00"),
            json!("2026-09-01 12:00:00"),
            json!(1_788_264_000),
            json!(1_788_264_000.0),
            json!(1_788_264_000_000_i64),
            json!(1_788_264_000_000_000_i64),
            json!("1788264000000"),
        ] {
            let said = said(&written, "t", true).unwrap();
            assert_eq!((said.time_us, said.offset_minutes), (NOON, None), "{written}");
        }
        let shanghai = said(&json!("2026-09-01T20:00:00+08:00"), "t", false).unwrap();
        assert_eq!((shanghai.time_us, shanghai.offset_minutes), (NOON, Some(480)));
        assert_eq!(said(&json!(1_788_264_000.25), "t", true).unwrap().time_us, NOON + 250_000);
        for nonsense in [json!("soon"), json!(""), json!(true), json!(-5), json!("1.2.3"), json!({}), json!(1e300)] {
            assert!(said(&nonsense, "t", true).is_err(), "{nonsense}");
        }
        assert_eq!(said(&json!("2026-09-01T12:00:00"), "t", false).unwrap_err().code, "time_zone_missing");
        assert_eq!(offset_of("Asia/Shanghai", NOON), Some(480));
        assert_eq!(offset_of("Middle/Earth", NOON), None);
    }

    #[test]
    fn a_wrong_clock_is_set_right_by_what_it_says_of_itself() {
        let settle = |said, sent, received| settle(Some(said), sent, received, "t").map(|it| it.time_us);
        // A day behind; the event lay in the queue for an hour.
        let day = 86_400 * SECOND;
        assert_eq!(settle(NOON - day - 3_600 * SECOND, Some(NOON - day), NOON + SECOND), Ok(NOON - 3_600 * SECOND));
        // Three hours ahead, and the same again when it is sent again after five seconds.
        let ahead = NOON + 10_800 * SECOND;
        assert_eq!(settle(ahead, Some(ahead), NOON + 2 * SECOND), Ok(NOON));
        assert_eq!(settle(ahead, Some(ahead + 5 * SECOND), NOON + 7 * SECOND), Ok(NOON));
        // A slow request is no wrong clock.
        assert_eq!(settle(NOON, Some(NOON + 3 * SECOND), NOON + 12 * SECOND), Ok(NOON));
        // A clock in 1970 that says so.
        assert_eq!(settle(40 * SECOND, Some(100 * SECOND), NOON + 100 * SECOND), Ok(NOON + 40 * SECOND));
    }

    #[test]
    fn the_future_is_not_believed_and_the_past_is_kept() {
        let settle = |said| settle(said, None, NOON, "t");
        assert_eq!(settle(None), Ok(Happened { time_us: NOON, disbelieved_us: None }));
        let soon = NOON + FUTURE_US_MAX;
        assert_eq!(settle(Some(soon)), Ok(Happened { time_us: soon, disbelieved_us: None }));
        assert_eq!(settle(Some(soon + 1)), Ok(Happened { time_us: NOON, disbelieved_us: Some(soon + 1) }));
        let long_ago = 946_684_800 * SECOND;
        assert_eq!(settle(Some(long_ago)), Ok(Happened { time_us: long_ago, disbelieved_us: None }));
        assert_eq!(settle(Some(long_ago - 1)).unwrap_err().code, "time_out_of_range");
    }
}
