//! One value of a foreign row, and the few ways to read it.
//!
//! Every format hands its values over as a [`Cell`]; nothing here knows a format.

use std::borrow::Cow;

use chrono::DateTime;
use serde_json::Value;

use crate::mapping::{NumberFormat, NumberStyle};
use crate::number;

/// A value as the source typed it. Text formats give `Null` and `Text`, unless the mapping's `types` say more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Digits of a decimal or of an integer too large for `Int`, exact.
    Decimal(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// UTC microseconds.
    Instant(i64),
    /// Microseconds of a clock reading without zone.
    Local(i64),
    Json(Cow<'a, Value>),
}

impl<'a> Cell<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Cell::Null => true,
            Cell::Text(text) => text.is_empty(),
            Cell::Json(value) => value.is_null(),
            _ => false,
        }
    }

    pub(crate) fn of_json(value: &'a Value) -> Cell<'a> {
        match value {
            Value::Null => Cell::Null,
            Value::Bool(value) => Cell::Bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(int), _) => Cell::Int(int),
                (None, _) if number.is_u64() => Cell::Decimal(number.to_string().into()),
                (None, Some(float)) => Cell::Float(float),
                (None, None) => Cell::Null,
            },
            Value::String(text) => Cell::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Cell::Json(Cow::Borrowed(value)),
        }
    }

    /// The same value, borrowed.
    pub(crate) fn borrowed(&'a self) -> Cell<'a> {
        match self {
            Cell::Null => Cell::Null,
            Cell::Bool(value) => Cell::Bool(*value),
            Cell::Int(value) => Cell::Int(*value),
            Cell::Float(value) => Cell::Float(*value),
            Cell::Decimal(digits) => Cell::Decimal(Cow::Borrowed(digits)),
            Cell::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Cell::Instant(us) => Cell::Instant(*us),
            Cell::Local(us) => Cell::Local(*us),
            Cell::Json(value) => Cell::Json(Cow::Borrowed(value)),
        }
    }

    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Null => Cell::Null,
            Cell::Bool(value) => Cell::Bool(value),
            Cell::Int(value) => Cell::Int(value),
            Cell::Float(value) => Cell::Float(value),
            Cell::Decimal(digits) => Cell::Decimal(Cow::Owned(digits.into_owned())),
            Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Cell::Instant(us) => Cell::Instant(us),
            Cell::Local(us) => Cell::Local(us),
            Cell::Json(value) => Cell::Json(Cow::Owned(value.into_owned())),
        }
    }

    /// The value as text; `None` where there is none. A whole float prints without a fraction, so that an id
    /// which a data frame turned into `123.0` is `123` again.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Cell::Null => None,
            Cell::Text(text) if text.is_empty() => None,
            Cell::Text(text) | Cell::Decimal(text) => Some(text.into_owned()),
            Cell::Bool(value) => Some(value.to_string()),
            Cell::Int(value) => Some(value.to_string()),
            Cell::Float(value) => Some(value.to_string()),
            Cell::Instant(us) => Some(instant_text(us)),
            Cell::Local(us) => Some(local_text(us)),
            Cell::Json(value) if value.is_null() => None,
            Cell::Json(value) => Some(value.to_string()),
        }
    }

    /// The value as a part of a time that stands in several columns: a typed day is a day, and not its midnight.
    pub(crate) fn into_time_part(self) -> Option<String> {
        const DAY_US: i64 = 86_400_000_000;
        match self {
            Cell::Local(us) if us % DAY_US == 0 => {
                DateTime::from_timestamp_micros(us).map(|time| time.format("%Y-%m-%d").to_string())
            }
            other => other.into_text(),
        }
    }

    /// The value as JSON, keeping its type. `None` where there is none.
    pub(crate) fn into_json(self) -> Option<Value> {
        match self {
            Cell::Null => None,
            Cell::Text(text) if text.is_empty() => None,
            Cell::Text(text) => Some(Value::String(text.into_owned())),
            Cell::Bool(value) => Some(Value::Bool(value)),
            Cell::Int(value) => Some(Value::from(value)),
            Cell::Float(value) => serde_json::Number::from_f64(value).map(Value::Number),
            Cell::Decimal(digits) => Some(decimal_json(&digits)),
            Cell::Instant(us) => Some(Value::String(instant_text(us))),
            Cell::Local(us) => Some(Value::String(local_text(us))),
            Cell::Json(value) if value.is_null() => None,
            Cell::Json(value) => Some(value.into_owned()),
        }
    }

    /// Appends bytes that tell this value from every other one: a tag, then the value with its length.
    pub(crate) fn write_identity(&self, out: &mut Vec<u8>) {
        fn sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
            out.push(tag);
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            out.extend_from_slice(bytes);
        }
        match self {
            Cell::Null => out.push(0),
            Cell::Bool(value) => out.extend_from_slice(&[1, u8::from(*value)]),
            Cell::Int(value) => {
                out.push(2);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Cell::Float(value) => {
                out.push(3);
                out.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Cell::Decimal(digits) => sized(out, 4, digits.as_bytes()),
            Cell::Text(text) => sized(out, 5, text.as_bytes()),
            Cell::Instant(us) => {
                out.push(6);
                out.extend_from_slice(&us.to_le_bytes());
            }
            Cell::Local(us) => {
                out.push(7);
                out.extend_from_slice(&us.to_le_bytes());
            }
            Cell::Json(value) => sized(out, 8, value.to_string().as_bytes()),
        }
    }
}

/// A decimal as a JSON number where a double holds it exactly as written, else as text.
fn decimal_json(digits: &str) -> Value {
    let as_number = digits.parse::<f64>().ok().filter(|value| {
        let significant = digits.bytes().filter(u8::is_ascii_digit).count();
        significant <= 15 && value.is_finite()
    });
    match as_number.and_then(serde_json::Number::from_f64) {
        Some(number) => Value::Number(number),
        None => Value::String(digits.to_owned()),
    }
}

fn instant_text(us: i64) -> String {
    match DateTime::from_timestamp_micros(us) {
        Some(time) => time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
        None => us.to_string(),
    }
}

fn local_text(us: i64) -> String {
    match DateTime::from_timestamp_micros(us) {
        Some(time) => time.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
        None => us.to_string(),
    }
}

/// How numbers are written in the source: `1,234.5` or `1.234,5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits {
    pub(crate) decimal: u8,
    pub(crate) group: Option<u8>,
    pub(crate) style: NumberStyle,
}

impl Digits {
    pub(crate) const PLAIN: Digits = Digits { decimal: b'.', group: None, style: NumberStyle::Plain };

    /// As a mapping says it; its signs are ASCII, which has been checked.
    pub(crate) fn of(NumberFormat { decimal, group, style }: NumberFormat) -> Digits {
        Digits { decimal: decimal as u8, group: group.map(|sign| sign as u8), style }
    }

    /// The number a text states, or `None` if it states none. `nan` and `inf` are no numbers.
    pub(crate) fn parse(self, text: &str) -> Option<f64> {
        if self.style == NumberStyle::Amount {
            return number::amount(text, self.decimal, self.group).filter(|value| value.is_finite());
        }
        let text = text.trim();
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let value: f64 = if self == Digits::PLAIN {
            text.parse().ok()?
        } else {
            let plain: String = text
                .bytes()
                .filter(|byte| Some(*byte) != self.group)
                .map(|byte| if byte == self.decimal { '.' } else { char::from(byte) })
                .collect();
            plain.parse().ok()?
        };
        value.is_finite().then_some(value)
    }

    /// The number in a cell: `Ok(None)` where the cell is empty, `Err` with what stands there where it is no number.
    pub(crate) fn number(self, cell: &Cell<'_>) -> Result<Option<f64>, String> {
        match cell {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(*value as f64)),
            Cell::Float(value) if value.is_nan() => Ok(None),
            Cell::Float(value) if value.is_finite() => Ok(Some(*value)),
            Cell::Bool(value) => Ok(Some(f64::from(u8::from(*value)))),
            Cell::Text(text) if text.trim().is_empty() => Ok(None),
            Cell::Text(text) => self.parse(text).map(Some).ok_or_else(|| text.to_string()),
            Cell::Decimal(text) => Digits::PLAIN.parse(text).map(Some).ok_or_else(|| text.to_string()),
            other => Err(other.clone().into_text().unwrap_or_default()),
        }
    }
}

/// The first characters of a value, for a message: rejections quote what they found, in bounds.
pub(crate) fn excerpt(text: &str) -> String {
    const CHARS: usize = 60;
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_their_source_writes_them() {
        assert_eq!(Digits::PLAIN.parse(" 12.50 "), Some(12.5));
        assert_eq!(Digits::PLAIN.parse("-3e2"), Some(-300.0));
        for text in ["", "abc", "1,234", "nan", "inf", "12 EUR"] {
            assert_eq!(Digits::PLAIN.parse(text), None, "{text}");
        }
        let german = Digits { decimal: b',', group: Some(b'.'), style: NumberStyle::Plain };
        assert_eq!(german.parse("1.234,5"), Some(1234.5));
    }

    #[test]
    fn whole_floats_print_as_ids_do() {
        assert_eq!(Cell::Float(123.0).into_text().as_deref(), Some("123"));
        assert_eq!(Cell::Local(0).into_text().as_deref(), Some("1970-01-01 00:00:00"));
        assert_eq!(Cell::Instant(1_500_000).into_text().as_deref(), Some("1970-01-01T00:00:01.500Z"));
    }

    #[test]
    fn decimals_become_numbers_only_where_nothing_is_lost() {
        assert_eq!(Cell::Decimal("12.50".into()).into_json(), Some(Value::from(12.5)));
        assert_eq!(Cell::Decimal("12345678901234567.89".into()).into_json(), Some(Value::from("12345678901234567.89")));
    }
}
