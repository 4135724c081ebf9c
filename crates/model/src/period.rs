//! Lengths and periods of time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const SECOND_US: i64 = 1_000_000;
pub const MINUTE_US: i64 = 60 * SECOND_US;
pub const HOUR_US: i64 = 60 * MINUTE_US;
pub const DAY_US: i64 = 24 * HOUR_US;

/// A fixed length of time, written `90s`, `30m`, `12h`, `7d`, `2w` (a day is 24 hours).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    pub us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time; write a whole number and a unit, as in 30m, 12h, 7d or 2w")]
pub struct SpanError(String);

impl Span {
    pub const fn from_us(us: i64) -> Span {
        Span { us }
    }

    pub const fn minutes(minutes: i64) -> Span {
        Span { us: minutes * MINUTE_US }
    }

    pub const fn days(days: i64) -> Span {
        Span { us: days * DAY_US }
    }
}

const UNITS: [(&str, i64); 7] =
    [("w", 7 * DAY_US), ("d", DAY_US), ("h", HOUR_US), ("m", MINUTE_US), ("ms", 1_000), ("us", 1), ("s", SECOND_US)];

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || SpanError(text.to_owned());
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
        let number: i64 = text[..digits].parse().map_err(|_| error())?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == text[digits..].trim()).ok_or_else(error)?;
        Ok(Span { us: number.checked_mul(*unit).ok_or_else(error)? })
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, unit) in [UNITS[1], UNITS[2], UNITS[3], UNITS[6], UNITS[4], UNITS[5]] {
            if self.us % unit == 0 && (self.us != 0 || name == "s") {
                return write!(f, "{}{name}", self.us / unit);
            }
        }
        write!(f, "{}us", self.us)
    }
}

impl utoipa::PartialSchema for Span {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

impl ToSchema for Span {}

/// A half-open stretch of time, `from ≤ t < to`, UTC microseconds; either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_us: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_us: Option<i64>,
}

impl Period {
    pub fn contains(&self, time_us: i64) -> bool {
        self.from_us.is_none_or(|from| from <= time_us) && self.to_us.is_none_or(|to| time_us < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_print() {
        for text in ["30m", "7d", "90s", "12h", "14d", "250ms", "0s"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("2w".parse::<Span>(), Ok(Span::days(14)));
        for text in ["", "7", "d", "7 years", "-1d", "99999999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
