//! Tree → journey.
//!
//! Names and shapes of the fields are those of `model::journey`; a test reads every journey also with the
//! model's own serde forms and compares.

use std::collections::BTreeMap;

use model::case::Case;
use model::journey::{Expectation, Fault, Goal, Journey, Stage, Touchpoint};
use model::lanes::{Basis, Card, Lane, Parent, Persona};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::signal::{Signal, SignalKind};
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

/// Bases by the word that names them. `live` is read so that the fault can say why it is not written.
pub(super) const BASES: [(&str, Basis); 3] =
    [("assumption", Basis::Assumption), ("research", Basis::Research), ("live", Basis::Live)];

pub(super) fn journey(root: &Node, text: &str) -> Result<Journey, Vec<Fault>> {
    let mut reader = Reader::default();
    let Some(journey) = read_journey(&mut reader, root) else { return Err(reader.into_faults(text)) };
    // What names something whose own id could not be read is not at fault: only the id is reported then.
    let stages_read = journey.stages.iter().all(|stage| !stage.id.is_empty()) && !reader.is_explained("stages");
    let touchpoints_read = journey.stages.iter().all(|stage| !stage.touchpoints.is_empty())
        && journey.touchpoints().all(|(_, touchpoint)| !touchpoint.id.is_empty());
    let personas_read =
        journey.personas.iter().all(|persona| !persona.id.is_empty()) && !reader.is_explained("personas");
    let is_sure = |path: &str| {
        (touchpoints_read || !path.starts_with("goal.touchpoints["))
            && (stages_read || !path.starts_with("planned["))
            && (personas_read || !(path.contains("].cards[") && path.ends_with("].persona")))
    };
    let new = journey.faults().into_iter().filter(|fault| !reader.is_noted(&fault.path) && is_sure(&fault.path));
    for fault in new.collect::<Vec<_>>() {
        reader.add(root, fault);
    }
    if reader.has_faults() { Err(reader.into_faults(text)) } else { Ok(journey) }
}

fn read_journey(reader: &mut Reader, node: &Node) -> Option<Journey> {
    let known = [
        "id",
        "name",
        "description",
        "parent",
        "owner",
        "review",
        "scope",
        "gap",
        "case",
        "zone",
        "personas",
        "planned",
        "stages",
        "goal",
        "signals",
    ];
    let fields = reader.fields(node, "", &known)?;
    Some(Journey {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        description: reader.optional(&fields, "description", localized).map(|text| text.0),
        scope: reader.optional(&fields, "scope", rule),
        gap: reader.required(&fields, "gap", |reader, node, path| Some(reader.span(node, path))).unwrap_or(ANY_SPAN),
        case: reader.optional(&fields, "case", case),
        stages: reader.required(&fields, "stages", |reader, node, path| reader.list(node, path, stage)),
        goal: reader
            .required(&fields, "goal", |reader, node, path| Some(goal(reader, node, path)))
            .unwrap_or_else(no_goal),
        zone: fields.get("zone").map_or_else(|| "UTC".to_owned(), |node| reader.text(node, "zone")),
        signals: reader.optional_list(&fields, "signals", signal),
        planned: reader.optional_list(&fields, "planned", Reader::text),
        personas: reader.optional_list(&fields, "personas", persona),
        parent: reader.optional(&fields, "parent", parent),
        owner: reader.optional(&fields, "owner", Reader::text),
        review: reader.optional(&fields, "review", Reader::date).flatten(),
    })
}

/// Stands for a gap that could not be read.
const ANY_SPAN: model::period::Span = model::period::Span::from_us(1);

fn no_goal() -> Goal {
    Goal { name: LocalizedText::from(""), touchpoints: Vec::new(), value: None, baseline: None, target: None, by: None }
}

fn stage(reader: &mut Reader, node: &Node, path: &str) -> Stage {
    let known = ["id", "name", "expect", "owner", "touchpoints", "cards"];
    let Some(fields) = reader.fields(node, path, &known) else {
        return Stage {
            id: String::new(),
            name: LocalizedText::from(""),
            expect: None,
            owner: None,
            touchpoints: Vec::new(),
            cards: Vec::new(),
        };
    };
    Stage {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        expect: reader.optional(&fields, "expect", expectation),
        owner: reader.optional(&fields, "owner", Reader::text),
        touchpoints: reader.required(&fields, "touchpoints", |reader, node, path| reader.list(node, path, touchpoint)),
        cards: reader.optional_list(&fields, "cards", card),
    }
}

fn card(reader: &mut Reader, node: &Node, path: &str) -> Card {
    let known = ["id", "lane", "text", "basis", "source", "feeling", "persona"];
    let Some(fields) = reader.fields(node, path, &known) else {
        return Card {
            id: String::new(),
            lane: Lane::Note,
            text: LocalizedText::from(""),
            basis: Basis::Assumption,
            source: None,
            feeling: None,
            persona: None,
        };
    };
    let feeling = reader.optional(&fields, "feeling", |reader, node, path| {
        reader.whole_number(node, path, "a whole number from -2 (bad) to 2 (good)")
    });
    // Stands for a lane that could not be read, so that the feeling is not reported for its sake.
    let fitting = if feeling.is_some() { Lane::Emotion } else { Lane::Note };
    let lanes = Lane::ALL.map(|lane| (lane.id(), lane));
    Card {
        id: reader.required(&fields, "id", Reader::text),
        lane: reader.required(&fields, "lane", |reader, node, path| reader.word(node, path, &lanes)).unwrap_or(fitting),
        text: reader.required(&fields, "text", localized).0,
        basis: reader
            .optional(&fields, "basis", |reader, node, path| reader.word(node, path, &BASES))
            .flatten()
            .unwrap_or_default(),
        source: reader.optional(&fields, "source", Reader::text),
        feeling: feeling.flatten(),
        persona: reader.optional(&fields, "persona", Reader::text),
    }
}

fn signal(reader: &mut Reader, node: &Node, path: &str) -> Signal {
    // Stands for a kind that could not be read.
    let any_kind = SignalKind::Error;
    let Some(fields) = reader.fields(node, path, &["id", "name", "kind", "match"]) else {
        return Signal { id: String::new(), name: LocalizedText::from(""), kind: any_kind, rule: Rule::default() };
    };
    let kinds = SignalKind::ALL.map(|kind| (kind.id(), kind));
    Signal {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        kind: reader
            .required(&fields, "kind", |reader, node, path| reader.word(node, path, &kinds))
            .unwrap_or(any_kind),
        rule: reader.required(&fields, "match", rule),
    }
}

fn case(reader: &mut Reader, node: &Node, path: &str) -> Case {
    let Some(fields) = reader.fields(node, path, &["key", "until"]) else {
        return Case { key: String::new(), until: None };
    };
    Case { key: reader.required(&fields, "key", Reader::text), until: reader.optional(&fields, "until", Reader::text) }
}

fn persona(reader: &mut Reader, node: &Node, path: &str) -> Persona {
    let Some(fields) = reader.fields(node, path, &["id", "name", "description", "customers"]) else {
        return Persona { id: String::new(), name: LocalizedText::from(""), description: None, customers: None };
    };
    Persona {
        id: reader.required(&fields, "id", Reader::text),
        name: reader.required(&fields, "name", localized).0,
        description: reader.optional(&fields, "description", localized).map(|text| text.0),
        customers: reader.optional(&fields, "customers", rule),
    }
}

fn parent(reader: &mut Reader, node: &Node, path: &str) -> Parent {
    let Some(fields) = reader.fields(node, path, &["journey", "stage"]) else {
        return Parent { journey: String::new(), stage: String::new() };
    };
    Parent {
        journey: reader.required(&fields, "journey", Reader::text),
        stage: reader.required(&fields, "stage", Reader::text),
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
    let known = ["name", "touchpoints", "value", "baseline", "target", "by"];
    let Some(fields) = reader.fields(node, path, &known) else { return no_goal() };
    let mut share =
        |field: &str| reader.optional(&fields, field, |reader, node, path| reader.number(node, path, "0.35"));
    let (baseline, target) = (share("baseline"), share("target"));
    Goal {
        name: reader.required(&fields, "name", localized).0,
        touchpoints: reader.required(&fields, "touchpoints", Reader::texts),
        value: reader.optional(&fields, "value", Reader::text),
        baseline,
        target,
        by: reader.optional(&fields, "by", Reader::date).flatten(),
    }
}

pub(super) fn rule(reader: &mut Reader, node: &Node, path: &str) -> Rule {
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
pub(super) struct Localized(pub(super) LocalizedText);

impl Default for Localized {
    fn default() -> Self {
        Localized(LocalizedText::from(""))
    }
}

pub(super) fn localized(reader: &mut Reader, node: &Node, path: &str) -> Localized {
    if let Some(text) = node.text() {
        return Localized(LocalizedText::from(text));
    }
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, path, "a text, or a map from language to text, as in `en: Cart`");
        return Localized::default();
    }
    Localized(LocalizedText::ByLanguage(reader.text_map::<BTreeMap<_, _>>(node, path)))
}
