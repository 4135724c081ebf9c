//! Reading times: formats, zones, and what happens at the edges of summer time.
//!
//! A clock reading without offset needs the mapping's zone; without one it is refused, never guessed. Where a clock
//! reading happened twice (summer time ends) the earlier instant counts; where it never happened (summer time
//! begins) it is read with the offset before the gap, so 02:30 becomes 03:30 on the new clock.

use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::cell::{Cell, excerpt};
use crate::mapping::TimeFormat;

/// An instant, and the sender's offset where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) time_us: i64,
    pub(crate) offset_minutes: Option<i16>,
}

/// Why a time could not be read: a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeProblem {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// Compiled formats and zone of one `time` field.
#[derive(Debug)]
pub(crate) struct TimeReader {
    formats: Vec<Compiled>,
    zone: Option<Tz>,
    /// A time in each of the formats, for messages.
    wanted: String,
}

#[derive(Debug)]
enum Compiled {
    Iso8601,
    /// Microseconds in one unit.
    Unix(i64),
    Pattern(Vec<Item<'static>>),
}

const EARLIEST_US: i64 = -2_208_988_800_000_000; // 1900-01-01
const LATEST_US: i64 = 7_258_118_400_000_000; // 2200-01-01

impl TimeReader {
    /// Compiles formats and zone, which [`crate::mapping::Mapping::faults`] has checked; what is wrong is said again.
    pub(crate) fn new(formats: &[TimeFormat], zone: Option<&str>) -> Result<TimeReader, String> {
        let compiled = formats.iter().map(compile).collect::<Result<_, _>>()?;
        let wanted = formats.iter().map(example).collect::<Vec<_>>().join(" or ");
        let zone = zone.map(parse_zone).transpose()?;
        Ok(TimeReader { formats: compiled, zone, wanted })
    }

    pub(crate) fn has_zone(&self) -> bool {
        self.zone.is_some()
    }

    pub(crate) fn read(&self, cell: &Cell<'_>) -> Result<Reading, TimeProblem> {
        let reading = match cell {
            Cell::Instant(us) => Reading { time_us: *us, offset_minutes: self.offset_at(*us) },
            Cell::Local(us) => self.read_local_us(*us)?,
            Cell::Int(value) => self.read_number(*value as f64, Some(*value))?,
            Cell::Float(value) => self.read_number(*value, None)?,
            Cell::Text(text) => self.read_text(text.trim())?,
            Cell::Decimal(text) => self.read_text(text)?,
            Cell::Null => return Err(problem("time_missing", "the row has no time".to_owned())),
            Cell::Bool(_) | Cell::Json(_) => return Err(self.unreadable("a value that is no time")),
        };
        if !(EARLIEST_US..LATEST_US).contains(&reading.time_us) {
            let advice =
                "is outside the years 1900 to 2200; is the unit of unix time right (unix_s, unix_ms, unix_us)?";
            return Err(problem("time_out_of_range", format!("the time {advice}")));
        }
        Ok(reading)
    }

    fn read_text(&self, text: &str) -> Result<Reading, TimeProblem> {
        if text.is_empty() {
            return Err(problem("time_missing", "the row has no time".to_owned()));
        }
        let mut zone_is_missing = false;
        for format in &self.formats {
            let stamp = match format {
                Compiled::Iso8601 => parse_iso8601(text),
                Compiled::Unix(us) => parse_unix(text, *us).map(Stamp::Instant),
                Compiled::Pattern(items) => parse_pattern(text, items),
            };
            match stamp {
                Some(Stamp::Instant(time_us)) => {
                    return Ok(Reading { time_us, offset_minutes: self.offset_at(time_us) });
                }
                Some(Stamp::Offset(time_us, minutes)) => {
                    return Ok(Reading { time_us, offset_minutes: Some(minutes) });
                }
                Some(Stamp::Local(local)) => match self.zone {
                    Some(zone) => return resolve(zone, local).ok_or_else(|| self.unreadable(text)),
                    None => zone_is_missing = true,
                },
                None => {}
            }
        }
        if zone_is_missing { Err(no_zone()) } else { Err(self.unreadable(text)) }
    }

    fn read_number(&self, value: f64, whole: Option<i64>) -> Result<Reading, TimeProblem> {
        for format in &self.formats {
            let time_us = match (format, whole) {
                (Compiled::Unix(us), Some(whole)) => whole.checked_mul(*us),
                (Compiled::Unix(us), None) => scaled(value, *us),
                // An integer such as 20240313 is text to a pattern.
                (Compiled::Pattern(_), Some(whole)) => return self.read_text(&whole.to_string()),
                _ => continue,
            };
            let time_us = time_us.ok_or_else(|| self.unreadable(&value.to_string()))?;
            return Ok(Reading { time_us, offset_minutes: self.offset_at(time_us) });
        }
        let advice = "the time is a number; say its unit with `format: unix_s`, `unix_ms` or `unix_us`";
        Err(problem("time_unreadable", advice.to_owned()))
    }

    fn read_local_us(&self, us: i64) -> Result<Reading, TimeProblem> {
        let zone = self.zone.ok_or_else(no_zone)?;
        let local = DateTime::from_timestamp_micros(us).map(|time| time.naive_utc());
        local.and_then(|local| resolve(zone, local)).ok_or_else(|| self.unreadable(&us.to_string()))
    }

    fn offset_at(&self, time_us: i64) -> Option<i16> {
        let zone = self.zone?;
        if zone == Tz::UTC {
            return Some(0);
        }
        let time = DateTime::from_timestamp_micros(time_us)?;
        i16::try_from(zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc() / 60).ok()
    }

    fn unreadable(&self, text: &str) -> TimeProblem {
        problem("time_unreadable", format!("`{}` is no time such as {}", excerpt(text), self.wanted))
    }
}

/// What a time looks like in a format that [`compile`] took.
fn example(format: &TimeFormat) -> String {
    let time = DateTime::from_timestamp(1_710_325_274, 0).unwrap_or_default();
    match format {
        TimeFormat::Iso8601 => time.format("%Y-%m-%d %H:%M:%S").to_string(),
        TimeFormat::UnixSeconds => time.timestamp().to_string(),
        TimeFormat::UnixMilliseconds => time.timestamp_millis().to_string(),
        TimeFormat::UnixMicroseconds => time.timestamp_micros().to_string(),
        TimeFormat::Pattern(pattern) => time.format(pattern).to_string(),
    }
}

fn problem(code: &'static str, reason: String) -> TimeProblem {
    TimeProblem { code, reason }
}

fn no_zone() -> TimeProblem {
    let advice = "the time says no offset; name the zone of its clock in the mapping, as in `zone: Asia/Shanghai`";
    problem("time_zone_missing", advice.to_owned())
}

/// The zone of an IANA name.
pub(crate) fn parse_zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| format!("`{name}` is no IANA time zone, as in Asia/Shanghai"))
}

/// Whether readings in this format never carry an offset, so that a zone is needed. ISO 8601 may or may not.
pub(crate) fn lacks_offset(format: &TimeFormat) -> Result<bool, String> {
    match compile(format)? {
        Compiled::Pattern(items) => Ok(!items.iter().any(|item| {
            matches!(
                item,
                Item::Numeric(Numeric::Timestamp, _)
                    | Item::Fixed(
                        Fixed::TimezoneOffset
                            | Fixed::TimezoneOffsetColon
                            | Fixed::TimezoneOffsetDoubleColon
                            | Fixed::TimezoneOffsetTripleColon
                            | Fixed::TimezoneOffsetZ
                            | Fixed::TimezoneOffsetColonZ
                            | Fixed::RFC2822
                            | Fixed::RFC3339
                    )
            )
        })),
        _ => Ok(false),
    }
}

fn compile(format: &TimeFormat) -> Result<Compiled, String> {
    Ok(match format {
        TimeFormat::Iso8601 => Compiled::Iso8601,
        TimeFormat::UnixSeconds => Compiled::Unix(1_000_000),
        TimeFormat::UnixMilliseconds => Compiled::Unix(1_000),
        TimeFormat::UnixMicroseconds => Compiled::Unix(1),
        TimeFormat::Pattern(pattern) => match StrftimeItems::new(pattern).parse_to_owned() {
            Ok(items) => Compiled::Pattern(items),
            Err(_) => return Err(format!("`{pattern}` is no time pattern; see strftime, as in \"%d/%m/%Y %H:%M\"")),
        },
    })
}

/// What a text says before a zone is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stamp {
    Instant(i64),
    /// UTC microseconds and the offset in minutes it was written with.
    Offset(i64, i16),
    Local(NaiveDateTime),
}

fn resolve(zone: Tz, local: NaiveDateTime) -> Option<Reading> {
    if zone == Tz::UTC {
        return Some(Reading { time_us: local.and_utc().timestamp_micros(), offset_minutes: Some(0) });
    }
    let offset_seconds = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
        LocalResult::None => {
            // A day earlier, read as if it were UTC, is before the gap in every zone.
            let before = local.checked_sub_signed(Duration::days(1))?;
            zone.offset_from_utc_datetime(&before).fix().local_minus_utc()
        }
    };
    let time_us = local.and_utc().timestamp_micros() - i64::from(offset_seconds) * 1_000_000;
    Some(Reading { time_us, offset_minutes: i16::try_from(offset_seconds / 60).ok() })
}

fn parse_unix(text: &str, unit_us: i64) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(whole) => whole.checked_mul(unit_us),
        Err(_) => scaled(text.parse::<f64>().ok()?, unit_us),
    }
}

fn scaled(value: f64, unit_us: i64) -> Option<i64> {
    let us = (value * unit_us as f64).round();
    (us.is_finite() && us.abs() < 9e18).then_some(us as i64)
}

fn parse_pattern(text: &str, items: &[Item<'static>]) -> Option<Stamp> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter()).ok()?;
    if parsed.offset().is_some() || parsed.timestamp().is_some() {
        let offset = parsed.offset();
        let instant = match offset {
            Some(_) => parsed.to_datetime().ok()?.timestamp_micros(),
            None => parsed.to_naive_datetime_with_offset(0).ok()?.and_utc().timestamp_micros(),
        };
        return Some(match offset {
            Some(seconds) => Stamp::Offset(instant, i16::try_from(seconds / 60).ok()?),
            None => Stamp::Instant(instant),
        });
    }
    let date = parsed.to_naive_date().ok()?;
    let has_time = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some();
    let time = if has_time { parsed.to_naive_time().ok()? } else { NaiveTime::MIN };
    Some(Stamp::Local(date.and_time(time)))
}

/// Date, or date and time with `T` or a space, fraction, and `Z` or an offset: by hand, because it is the hot path.
fn parse_iso8601(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(digits(bytes, 0, 4)?).ok()?,
        dash(bytes, 4).and_then(|()| digits(bytes, 5, 2))?,
        dash(bytes, 7).and_then(|()| digits(bytes, 8, 2))?,
    )?;
    if bytes.len() == 10 {
        return Some(Stamp::Local(date.and_time(NaiveTime::MIN)));
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') || bytes.get(13) != Some(&b':') {
        return None;
    }
    let (hour, minute) = (digits(bytes, 11, 2)?, digits(bytes, 14, 2)?);
    let mut at = 16;
    let (mut second, mut us) = (0, 0);
    if bytes.get(at) == Some(&b':') {
        second = digits(bytes, 17, 2)?;
        at = 19;
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            let fraction = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if fraction == 0 {
                return None;
            }
            for position in 0..6 {
                let digit = if position < fraction { u32::from(bytes[at + 1 + position] - b'0') } else { 0 };
                us = us * 10 + digit;
            }
            at += 1 + fraction;
        }
    }
    let local = date.and_time(NaiveTime::from_hms_micro_opt(hour, minute, second, us)?);
    let rest = text[at..].trim_start();
    if rest.is_empty() {
        return Some(Stamp::Local(local));
    }
    let minutes = parse_offset(rest)?;
    let time_us = local.and_utc().timestamp_micros() - i64::from(minutes) * 60_000_000;
    Some(Stamp::Offset(time_us, minutes))
}

/// `Z`, `UTC`, `+08`, `+0800`, `+08:00`, in minutes.
fn parse_offset(text: &str) -> Option<i16> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(bytes, 1, 2)?;
    let minutes = match bytes.len() {
        3 => 0,
        5 => digits(bytes, 3, 2)?,
        6 if bytes[3] == b':' => digits(bytes, 4, 2)?,
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) as i16)
}

fn digits(bytes: &[u8], from: usize, count: usize) -> Option<u32> {
    bytes
        .get(from..from + count)?
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

fn dash(bytes: &[u8], at: usize) -> Option<()> {
    (bytes.get(at) == Some(&b'-')).then_some(())
}

#[cfg(test)]
mod tests;
