//! Match rules: which events belong to a touchpoint, a step, a filter.
//!
//! A rule is data. It is evaluated by the operators over columns (once per distinct value where the column
//! is a dictionary); [`Rule::matches`] is the same meaning over one event, for tests and explanations.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::event::{Column, ColumnValue, Event};
use crate::traffic::{Classifier, TRAFFIC_GROUP};

/// An event matches if it matches any of the conditions. An empty rule matches nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Rule(pub Vec<Condition>);

/// Matches if every part that is given holds. At least one part must be given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Event names, any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub event: Vec<String>,
    /// Channels, any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub channel: Vec<String>,
    /// Tests on columns, all of them.
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<ColumnTest>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnTest {
    /// `event`, `channel`, `source`, `traffic_group`, a typed column (`amount`), a property (`props.plan`), or a trait of
    /// the customer (`traits.city_tier`), which is the last value set and the same for all of the customer's events.
    pub column: String,
    pub op: Op,
    /// One value; a list for `in` and `not_in`; absent for `exists` and `missing`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schema(value_type = serde_json::Value)]
    pub value: Value,
}

/// A missing value satisfies only `ne`, `not_in` and `missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Eq,
    Ne,
    In,
    NotIn,
    Gt,
    Gte,
    Lt,
    Lte,
    Contains,
    StartsWith,
    Exists,
    Missing,
}

/// What a column reference points at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ColumnRef {
    Event,
    Channel,
    Source,
    Typed(Column),
    /// A key of `props`.
    Prop(String),
    /// A trait of the customer, as last set.
    Trait(String),
    /// Which way the visitor came, as the rules of the asker tell: [`crate::traffic`].
    TrafficGroup,
}

impl ColumnRef {
    /// Reads `amount`, `props.plan`, `traits.city_tier`; `None` if there is no such column.
    pub fn parse(name: &str) -> Option<ColumnRef> {
        match name {
            "event" => Some(ColumnRef::Event),
            "channel" => Some(ColumnRef::Channel),
            "source" => Some(ColumnRef::Source),
            TRAFFIC_GROUP => Some(ColumnRef::TrafficGroup),
            _ => match (name.strip_prefix("props."), name.strip_prefix("traits.")) {
                (Some(""), _) | (_, Some("")) => None,
                (Some(key), _) => Some(ColumnRef::Prop(key.to_owned())),
                (None, Some(key)) => Some(ColumnRef::Trait(key.to_owned())),
                (None, None) => Column::by_name(name).map(ColumnRef::Typed),
            },
        }
    }
}

/// A cell as a test sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Missing,
    Number(f64),
    Text(&'a str),
    Bool(bool),
}

impl<'a> Cell<'a> {
    pub fn of_json(value: Option<&'a Value>) -> Cell<'a> {
        match value {
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => Cell::Missing,
            Some(Value::Bool(value)) => Cell::Bool(*value),
            Some(Value::Number(value)) => value.as_f64().map_or(Cell::Missing, Cell::Number),
            Some(Value::String(value)) => Cell::Text(value),
        }
    }
}

impl ColumnTest {
    /// Whether a cell passes. Text and numbers compare as numbers when both read as numbers, else as text.
    pub fn holds(&self, cell: Cell<'_>) -> bool {
        match self.op {
            Op::Exists => cell != Cell::Missing,
            Op::Missing => cell == Cell::Missing,
            Op::Eq => equals(cell, &self.value),
            Op::Ne => !equals(cell, &self.value),
            Op::In => list(&self.value).iter().any(|value| equals(cell, value)),
            Op::NotIn => !list(&self.value).iter().any(|value| equals(cell, value)),
            Op::Gt => order(cell, &self.value).is_some_and(|o| o.is_gt()),
            Op::Gte => order(cell, &self.value).is_some_and(|o| o.is_ge()),
            Op::Lt => order(cell, &self.value).is_some_and(|o| o.is_lt()),
            Op::Lte => order(cell, &self.value).is_some_and(|o| o.is_le()),
            Op::Contains => text_pair(cell, &self.value).is_some_and(|(cell, value)| cell.contains(value)),
            Op::StartsWith => text_pair(cell, &self.value).is_some_and(|(cell, value)| cell.starts_with(value)),
        }
    }
}

impl Condition {
    /// `traits`: of the event's customer, as last set. `traffic`: what gives events their traffic group.
    pub fn matches(&self, event: &Event, traits: &Map<String, Value>, traffic: &Classifier) -> bool {
        (self.event.is_empty() || self.event.contains(&event.event))
            && (self.channel.is_empty() || self.channel.contains(&event.channel))
            && self.tests.iter().all(|test| match ColumnRef::parse(&test.column) {
                None => false,
                Some(ColumnRef::Event) => test.holds(Cell::Text(&event.event)),
                Some(ColumnRef::Channel) => test.holds(Cell::Text(&event.channel)),
                Some(ColumnRef::Source) => test.holds(Cell::Text(&event.source)),
                Some(ColumnRef::TrafficGroup) => test.holds(Cell::Text(traffic.group_of(event))),
                Some(ColumnRef::Prop(key)) => test.holds(Cell::of_json(event.props.get(&key))),
                Some(ColumnRef::Trait(key)) => test.holds(Cell::of_json(traits.get(&key))),
                Some(ColumnRef::Typed(column)) => test.holds(match event.columns.get(&column) {
                    None => Cell::Missing,
                    Some(ColumnValue::Number(value)) => Cell::Number(*value),
                    Some(ColumnValue::Text(value)) => Cell::Text(value),
                }),
            })
    }

    /// The condition that holds where both hold; `None` if no event can satisfy both.
    pub fn and(&self, other: &Condition) -> Option<Condition> {
        Some(Condition {
            event: common(&self.event, &other.event)?,
            channel: common(&self.channel, &other.channel)?,
            tests: self.tests.iter().chain(&other.tests).cloned().collect(),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.event.is_empty() && self.channel.is_empty() && self.tests.is_empty()
    }
}

impl Rule {
    pub fn event(name: &str) -> Rule {
        Rule(vec![Condition { event: vec![name.to_owned()], ..Condition::default() }])
    }

    /// `traits`: of the event's customer, as last set. `traffic`: what gives events their traffic group.
    pub fn matches(&self, event: &Event, traits: &Map<String, Value>, traffic: &Classifier) -> bool {
        self.0.iter().any(|condition| condition.matches(event, traits, traffic))
    }

    /// The rule that matches what both match: each condition of one joined with each of the other.
    pub fn and(&self, other: &Rule) -> Rule {
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| (a, b)));
        Rule(pairs.filter_map(|(a, b)| a.and(b)).collect())
    }

    /// What is wrong with the rule, with the path of each fault from the rule's root.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.0.is_empty() {
            faults.push((
                String::new(),
                "the rule has no condition and so matches nothing; name at least one event".into(),
            ));
        }
        for (i, condition) in self.0.iter().enumerate() {
            if condition.is_empty() {
                faults.push((format!("[{i}]"), "give `event`, `channel` or `where`".into()));
            }
            for (j, test) in condition.tests.iter().enumerate() {
                let path = format!("[{i}].where[{j}]");
                if ColumnRef::parse(&test.column).is_none() {
                    faults.push((
                        format!("{path}.column"),
                        format!(
                            "there is no column `{}`; use a typed column such as `amount`, or `props.{}`",
                            test.column, test.column
                        ),
                    ));
                }
                let fits = match test.op {
                    Op::Exists | Op::Missing => test.value.is_null(),
                    Op::In | Op::NotIn => test.value.as_array().is_some_and(|list| !list.is_empty()),
                    _ => matches!(test.value, Value::Bool(_) | Value::Number(_) | Value::String(_)),
                };
                if !fits {
                    faults.push((
                        format!("{path}.value"),
                        "`in` and `not_in` take a list, `exists` and `missing` no value, every other operator one value".into(),
                    ));
                }
            }
        }
        faults
    }

    /// Every column the rule reads.
    pub fn columns(&self) -> Vec<ColumnRef> {
        let mut columns = Vec::new();
        for condition in &self.0 {
            if !condition.event.is_empty() {
                columns.push(ColumnRef::Event);
            }
            if !condition.channel.is_empty() {
                columns.push(ColumnRef::Channel);
            }
            columns.extend(condition.tests.iter().filter_map(|test| ColumnRef::parse(&test.column)));
        }
        columns.sort_by_key(|column| format!("{column:?}"));
        columns.dedup();
        columns
    }
}

/// Names in both lists, where an empty list stands for every name; `None` if there is none.
fn common(a: &[String], b: &[String]) -> Option<Vec<String>> {
    if a.is_empty() || b.is_empty() {
        return Some(if a.is_empty() { b } else { a }.to_vec());
    }
    let both: Vec<String> = a.iter().filter(|name| b.contains(name)).cloned().collect();
    (!both.is_empty()).then_some(both)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn equals(cell: Cell<'_>, value: &Value) -> bool {
    match (cell, value) {
        (Cell::Bool(cell), Value::Bool(value)) => cell == *value,
        (Cell::Bool(_), _) | (_, Value::Bool(_)) | (Cell::Missing, _) => false,
        (Cell::Text(cell), Value::String(value)) => cell == value,
        _ => order(cell, value).is_some_and(|o| o.is_eq()),
    }
}

fn order(cell: Cell<'_>, value: &Value) -> Option<std::cmp::Ordering> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    match (cell, value) {
        (Cell::Number(cell), Value::Number(value)) => cell.partial_cmp(&value.as_f64()?),
        (Cell::Number(cell), Value::String(value)) => cell.partial_cmp(&number(value)?),
        (Cell::Text(cell), Value::Number(value)) => number(cell)?.partial_cmp(&value.as_f64()?),
        (Cell::Text(cell), Value::String(value)) => match (number(cell), number(value)) {
            (Some(cell), Some(value)) => cell.partial_cmp(&value),
            _ => Some(cell.cmp(value.as_str())),
        },
        _ => None,
    }
}

fn text_pair<'a>(cell: Cell<'a>, value: &'a Value) -> Option<(&'a str, &'a str)> {
    match (cell, value) {
        (Cell::Text(cell), Value::String(value)) => Some((cell, value)),
        _ => None,
    }
}

/// `event: home` and `event: [home, catalog]` mean what they look like.
fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(name) => vec![name],
        OneOrMany::Many(names) => names,
    })
}
