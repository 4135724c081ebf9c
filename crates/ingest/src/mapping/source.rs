//! Where a value of an event comes from: a column, a constant, an expression, or several rows of a group.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Where a value comes from. In YAML a bare word is a column, a bare number or truth value is itself; the long form
/// is `{column: …}`, `{const: …}`, `{expr: …}` or, in a group, `{sum: …}` and its like.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A column of the row, `lookup.column` of a joined file, or a dotted path into nested data.
    Column(String),
    /// The same value for every row.
    Constant(Value),
    /// A CEL expression over the row.
    Expression(String),
    /// Something over the rows of a group.
    Aggregate(Aggregate, Box<Source>),
}

/// What is computed over the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Sum,
    Min,
    Max,
    /// Rows whose value is not empty.
    Count,
    /// The first value that is not empty.
    First,
    /// The last value that is not empty.
    Last,
}

impl Aggregate {
    const NAMES: [(&'static str, Aggregate); 6] = [
        ("sum", Aggregate::Sum),
        ("min", Aggregate::Min),
        ("max", Aggregate::Max),
        ("count", Aggregate::Count),
        ("first", Aggregate::First),
        ("last", Aggregate::Last),
    ];

    fn name(self) -> &'static str {
        Aggregate::NAMES.iter().find(|(_, aggregate)| *aggregate == self).map_or("", |(name, _)| name)
    }
}

impl Source {
    fn read(value: Value) -> Result<Source, String> {
        match value {
            Value::String(column) => Ok(Source::Column(column)),
            Value::Bool(_) | Value::Number(_) => Ok(Source::Constant(value)),
            Value::Object(object) => Source::read_object(object),
            Value::Null | Value::Array(_) => Err(Source::advice()),
        }
    }

    fn read_object(object: Map<String, Value>) -> Result<Source, String> {
        let mut entries = object.into_iter();
        let (Some((key, value)), None) = (entries.next(), entries.next()) else { return Err(Source::advice()) };
        match (key.as_str(), value) {
            ("column", Value::String(column)) => Ok(Source::Column(column)),
            ("expr", Value::String(expression)) => Ok(Source::Expression(expression)),
            ("const", value @ (Value::String(_) | Value::Bool(_) | Value::Number(_))) => Ok(Source::Constant(value)),
            (name, value) => match Aggregate::NAMES.iter().find(|(known, _)| *known == name) {
                Some((_, aggregate)) => Ok(Source::Aggregate(*aggregate, Box::new(Source::read(value)?))),
                None => Err(Source::advice()),
            },
        }
    }

    fn advice() -> String {
        "write a column name, {column: name}, {const: value}, {expr: \"…\"}, \
         or with group_by one of sum, min, max, count, first, last as in {sum: name}"
            .to_owned()
    }

    fn to_value(&self) -> Value {
        let (key, value) = match self {
            Source::Column(column) => ("column", Value::from(column.as_str())),
            Source::Constant(value) => ("const", value.clone()),
            Source::Expression(expression) => ("expr", Value::from(expression.as_str())),
            Source::Aggregate(aggregate, of) => (aggregate.name(), of.to_value()),
        };
        Value::Object(Map::from_iter([(key.to_owned(), value)]))
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Source::read(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// For `source`, where a bare word is the name itself: feeds have names, and few files a column for it.
pub(super) mod bare_is_constant {
    use super::*;

    pub(in crate::mapping) fn serialize<S: Serializer>(source: &Source, serializer: S) -> Result<S::Ok, S::Error> {
        source.serialize(serializer)
    }

    pub(in crate::mapping) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        match Value::deserialize(deserializer)? {
            name @ Value::String(_) => Ok(Source::Constant(name)),
            other => Source::read(other).map_err(serde::de::Error::custom),
        }
    }
}

/// `[a, b]` or `{name: source}`; a listed column keeps its name.
pub(super) fn named_sources<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Source>, D::Error> {
    let problem = |message: String| serde::de::Error::custom(message);
    match Value::deserialize(deserializer)? {
        Value::Array(names) => names
            .into_iter()
            .map(|name| match name {
                Value::String(name) => Ok((name.clone(), Source::Column(name))),
                _ => Err(problem("write a list of column names, or `name: column`".to_owned())),
            })
            .collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| match Source::read(value) {
                Ok(source) => Ok((name, source)),
                Err(message) => Err(problem(format!("`{name}`: {message}"))),
            })
            .collect(),
        _ => Err(problem("write a list of column names, or `name: column`".to_owned())),
    }
}

pub(super) fn optional_named_sources<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Source>>, D::Error> {
    named_sources(deserializer).map(Some)
}

/// When it happened. In YAML a bare word is a column in ISO 8601.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSpec {
    pub value: TimeValue,
    /// Tried in order; the first that reads the whole text counts.
    pub formats: Vec<TimeFormat>,
    /// IANA zone of clock readings without offset. Without it they are rejected, never guessed.
    pub zone: Option<String>,
}

/// Where the time stands.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeValue {
    One(Source),
    /// A date and a time of day in columns of their own, joined with a space.
    Parts(Vec<String>),
}

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2024-03-13`, `2024-03-13 10:21:14`, `2024-03-13T10:21:14.123+08:00` and the like.
    Iso8601,
    UnixSeconds,
    UnixMilliseconds,
    UnixMicroseconds,
    /// A strftime pattern: `%d/%m/%Y %H:%M`.
    Pattern(String),
}

impl TimeFormat {
    /// The name as the mapping writes it.
    pub fn name(&self) -> &str {
        match self {
            TimeFormat::Iso8601 => "iso8601",
            TimeFormat::UnixSeconds => "unix_s",
            TimeFormat::UnixMilliseconds => "unix_ms",
            TimeFormat::UnixMicroseconds => "unix_us",
            TimeFormat::Pattern(pattern) => pattern,
        }
    }

    fn read(name: &str) -> Result<TimeFormat, String> {
        match name {
            "iso8601" => Ok(TimeFormat::Iso8601),
            "unix_s" => Ok(TimeFormat::UnixSeconds),
            "unix_ms" => Ok(TimeFormat::UnixMilliseconds),
            "unix_us" => Ok(TimeFormat::UnixMicroseconds),
            pattern if pattern.contains('%') => Ok(TimeFormat::Pattern(pattern.to_owned())),
            other => Err(format!(
                "`{other}` is no time format; write iso8601, unix_s, unix_ms, unix_us or a pattern such as \"%d/%m/%Y %H:%M\""
            )),
        }
    }
}

impl TimeSpec {
    fn read(value: Value) -> Result<TimeSpec, String> {
        let mut object = match value {
            Value::String(column) => {
                let value = TimeValue::One(Source::Column(column));
                return Ok(TimeSpec { value, formats: vec![TimeFormat::Iso8601], zone: None });
            }
            Value::Object(object) => object,
            _ => return Err(TimeSpec::advice()),
        };
        let formats = match object.shift_remove("format") {
            None => vec![TimeFormat::Iso8601],
            Some(Value::String(name)) => vec![TimeFormat::read(&name)?],
            Some(Value::Array(names)) if !names.is_empty() => names
                .iter()
                .map(|name| TimeFormat::read(name.as_str().unwrap_or_default()))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err("`format` is a time format or a list of them".to_owned()),
        };
        let zone = match object.shift_remove("zone") {
            None => None,
            Some(Value::String(zone)) => Some(zone),
            Some(_) => return Err("`zone` is an IANA time zone, as in Asia/Shanghai".to_owned()),
        };
        let value = match object.shift_remove("columns") {
            Some(Value::Array(names)) if object.is_empty() && !names.is_empty() => {
                let names: Option<Vec<_>> = names.iter().map(|name| name.as_str().map(str::to_owned)).collect();
                TimeValue::Parts(names.ok_or_else(TimeSpec::advice)?)
            }
            Some(_) => return Err(TimeSpec::advice()),
            None => TimeValue::One(Source::read_object(object).map_err(|_| TimeSpec::advice())?),
        };
        Ok(TimeSpec { value, formats, zone })
    }

    fn advice() -> String {
        "write a column name, or one of column, columns, const, expr together with format and zone, \
         as in {column: ts, format: unix_ms}"
            .to_owned()
    }
}

impl Serialize for TimeSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = match &self.value {
            TimeValue::One(source) => match source.to_value() {
                Value::Object(object) => object,
                _ => Map::new(),
            },
            TimeValue::Parts(columns) => Map::from_iter([("columns".to_owned(), Value::from(columns.clone()))]),
        };
        let formats: Vec<&str> = self.formats.iter().map(TimeFormat::name).collect();
        object.insert("format".to_owned(), Value::from(formats));
        if let Some(zone) = &self.zone {
            object.insert("zone".to_owned(), Value::from(zone.as_str()));
        }
        object.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TimeSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TimeSpec::read(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
