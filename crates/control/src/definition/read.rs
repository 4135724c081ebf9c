//! Tree → journey.
//!
//! Names and shapes of the fields are those of `model::journey`; a test reads every journey also with the
//! model's own serde forms and compares.

use std::collections::BTreeMap;

use model::journey::{Expectation, Fault, Goal, Journey, Stage, Touchpoint};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::text::LocalizedText;
use serde_json::Value;

use super::reader::Reader;
use super::tree::{Kind, Node};

/// Operators by the word that names them.
pub(super) const OPERATORS: [(&str, Op); 12] = [
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("in", Op::In),
    ("not_in", Op::NotIn),
    ("gt", Op::Gt),
    ("gte", Op::Gte),
    ("lt", Op::Lt),
    ("lte", Op::Lte),
    ("contains", Op::Contains),
    ("starts_with", Op::StartsWith),
    ("exists", Op::Exists),
    ("missing", Op::Missing),
];

pub(super) fn journey(root: &Node, text: &str) -> Result<Journey, Vec<Fault>> {
    let mut reader = Reader::default();
    let Some(journey) = read_journey(&mut reader, root) else { return Err(reader.into_faults(text)) };
    // A goal may name a touchpoint whose own id could not be read: only the id is reported then.
    let ids_read = journey.stages.iter().all(|stage| !stage.touchpoints.is_empty())
        && journey.touchpoints().all(|(_, touchpoint)| !touchpoint.id.is_empty());
    let new = journey
        .faults()
        .into_iter()
        .filter(|fault| !reader.is_noted(&fault.path) && (ids_read || !fault.path.starts_with("goal.touchpoints[")));
    for fault in new.collect::<Vec<_>>() {
        reader.add(root, fault);
    }
    if reader.has_faults() { Err(reader.into_faults(text)) } else { Ok(journey) }
}

fn read_journey(reader: &mut Reader, node: &Node) -> Option<Journey> {
    let known = ["id", "name", "description", "scope", "gap", "stages", "goal", "zone"];
    let fields = reader.fields(node, "", &known)?;
    Some(Journey {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        description: reader.optional(&fields, "description", localized).map(|text| text.0),
        scope: reader.optional(&fields, "scope", rule),
        gap: reader.required(&fields, "gap", |reader, node, path| Some(reader.span(node, path))).unwrap_or(ANY_SPAN),
        stages: reader.required(&fields, "stages", |reader, node, path| reader.list(node, path, stage)),
        goal: reader
            .required(&fields, "goal", |reader, node, path| Some(goal(reader, node, path)))
            .unwrap_or_else(no_goal),
        zone: fields.get("zone").map_or_else(|| "UTC".to_owned(), |node| reader.text(node, "zone")),
    })
}

/// Stands for a gap that could not be read.
const ANY_SPAN: model::period::Span = model::period::Span::from_us(1);

fn no_goal() -> Goal {
    Goal { name: LocalizedText::from(""), touchpoints: Vec::new(), value: None }
}

fn stage(reader: &mut Reader, node: &Node, path: &str) -> Stage {
    let known = ["id", "name", "expect", "touchpoints"];
    let Some(fields) = reader.fields(node, path, &known) else {
        return Stage { id: String::new(), name: LocalizedText::from(""), expect: None, touchpoints: Vec::new() };
    };
    Stage {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        expect: reader.optional(&fields, "expect", expectation),
        touchpoints: reader.required(&fields, "touchpoints", |reader, node, path| reader.list(node, path, touchpoint)),
    }
}

fn expectation(reader: &mut Reader, node: &Node, path: &str) -> Expectation {
    let Some(fields) = reader.fields(node, path, &["time", "conversion"]) else {
        return Expectation { time: None, conversion: None };
    };
    Expectation {
        time: reader.optional(&fields, "time", Reader::span),
        conversion: reader.optional(&fields, "conversion", |reader, node, path| reader.number(node, path, "0.35")),
    }
}

fn touchpoint(reader: &mut Reader, node: &Node, path: &str) -> Touchpoint {
    let known = ["id", "name", "match", "channel"];
    let Some(fields) = reader.fields(node, path, &known) else {
        return Touchpoint { id: String::new(), name: LocalizedText::from(""), rule: Rule::default(), channel: None };
    };
    Touchpoint {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        rule: reader.required(&fields, "match", rule),
        channel: reader.optional(&fields, "channel", Reader::text),
    }
}

fn goal(reader: &mut Reader, node: &Node, path: &str) -> Goal {
    let Some(fields) = reader.fields(node, path, &["name", "touchpoints", "value"]) else { return no_goal() };
    Goal {
        name: reader.required(&fields, "name", localized).0,
        touchpoints: reader.required(&fields, "touchpoints", Reader::texts),
        value: reader.optional(&fields, "value", Reader::text),
    }
}

fn rule(reader: &mut Reader, node: &Node, path: &str) -> Rule {
    if !matches!(node.kind, Kind::List(_)) {
        reader.expected(node, path, "a list of conditions, as in `- event: home`");
        return Rule::default();
    }
    Rule(reader.list(node, path, condition))
}

fn condition(reader: &mut Reader, node: &Node, path: &str) -> Condition {
    let Some(fields) = reader.fields(node, path, &["event", "channel", "where"]) else { return Condition::default() };
    let mut names = |field: &str| {
        fields.get(field).map_or_else(Vec::new, |node| reader.one_or_many_texts(node, &fields.path(field)))
    };
    let (event, channel) = (names("event"), names("channel"));
    let tests = fields.get("where").map_or_else(Vec::new, |node| reader.list(node, &fields.path("where"), column_test));
    Condition { event, channel, tests }
}

fn column_test(reader: &mut Reader, node: &Node, path: &str) -> ColumnTest {
    let Some(fields) = reader.fields(node, path, &["column", "op", "value"]) else {
        return ColumnTest { column: String::new(), op: Op::Exists, value: Value::Null };
    };
    let value = fields.get("value").map_or(Value::Null, Node::value);
    // Stands for an operator that could not be read, so that the value is not reported for its sake.
    let fitting = match value {
        Value::Null => Op::Exists,
        Value::Array(_) => Op::In,
        _ => Op::Eq,
    };
    ColumnTest {
        column: reader.required(&fields, "column", Reader::text),
        op: reader.required(&fields, "op", |reader, node, path| reader.word(node, path, &OPERATORS)).unwrap_or(fitting),
        value,
    }
}

/// A name that has a default, as [`Reader::required`] wants one.
struct Localized(LocalizedText);

impl Default for Localized {
    fn default() -> Self {
        Localized(LocalizedText::from(""))
    }
}

fn localized(reader: &mut Reader, node: &Node, path: &str) -> Localized {
    if let Some(text) = node.text() {
        return Localized(LocalizedText::from(text));
    }
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, path, "a text, or a map from language to text, as in `en: Cart`");
        return Localized::default();
    }
    Localized(LocalizedText::ByLanguage(reader.text_map::<BTreeMap<_, _>>(node, path)))
}
