//! Journey → text.
//!
//! YAML is written the way a person would: short lists and maps on one line, long texts on one line too, so that a
//! changed word is one changed line. The mirrors below only choose that layout; each takes the model apart field
//! by field, so a field added to the model does not compile until it is written here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::case::Case;
use model::journey::{Expectation, Goal, Journey, Stage, Touchpoint};
use model::lanes::{Basis, Card, Lane, Parent, Persona};
use model::period::Span;
use model::rule::{ColumnTest, Condition, Rule};
use model::signal::{Signal, SignalKind};
use model::text::LocalizedText;
use serde::Serialize;
use serde_saphyr::{FlowMap, FlowSeq};

pub(super) fn yaml(journey: &Journey) -> String {
    let options = serde_saphyr::ser_options! { compact_list_indent: false, prefer_block_scalars: false };
    // JSON is YAML too, should the writer ever refuse a value.
    serde_saphyr::to_string_with_options(&JourneyOut::from(journey), options).unwrap_or_else(|_| json(journey))
}

pub(super) fn json(journey: &Journey) -> String {
    let mut text = serde_json::to_string_pretty(journey)
        .expect("a journey's keys are texts, so nothing in it can fail to be JSON");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct JourneyOut<'a> {
    id: &'a str,
    name: TextOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a LocalizedText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<FlowMap<&'a Parent>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Vec<ConditionOut<'a>>>,
    gap: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<FlowMap<&'a Case>>,
    zone: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personas: Vec<PersonaOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<FlowSeq<&'a [String]>>,
    stages: Vec<StageOut<'a>>,
    goal: GoalOut<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signals: Vec<SignalOut<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TextOut<'a> {
    Same(&'a str),
    ByLanguage(FlowMap<&'a BTreeMap<String, String>>),
}

#[derive(Serialize)]
struct StageOut<'a> {
    id: &'a str,
    name: TextOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<FlowMap<&'a Expectation>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    touchpoints: Vec<TouchpointOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cards: Vec<CardOut<'a>>,
}

#[derive(Serialize)]
struct CardOut<'a> {
    id: &'a str,
    lane: Lane,
    text: TextOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feeling: Option<i8>,
    basis: Basis,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persona: Option<&'a str>,
}

#[derive(Serialize)]
struct PersonaOut<'a> {
    id: &'a str,
    name: TextOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a LocalizedText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<Vec<ConditionOut<'a>>>,
}

#[derive(Serialize)]
struct SignalOut<'a> {
    id: &'a str,
    name: TextOut<'a>,
    kind: SignalKind,
    #[serde(rename = "match")]
    rule: Vec<ConditionOut<'a>>,
}

#[derive(Serialize)]
struct TouchpointOut<'a> {
    id: &'a str,
    name: TextOut<'a>,
    #[serde(rename = "match")]
    rule: Vec<ConditionOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
}

#[derive(Serialize)]
struct ConditionOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<FlowSeq<&'a [String]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<FlowSeq<&'a [String]>>,
    #[serde(rename = "where", skip_serializing_if = "Vec::is_empty")]
    tests: Vec<FlowMap<&'a ColumnTest>>,
}

#[derive(Serialize)]
struct GoalOut<'a> {
    name: TextOut<'a>,
    touchpoints: FlowSeq<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<NaiveDate>,
}

impl<'a> From<&'a Journey> for JourneyOut<'a> {
    fn from(journey: &'a Journey) -> Self {
        let Journey {
            id,
            name,
            description,
            scope,
            gap,
            case,
            stages,
            goal,
            zone,
            signals,
            planned,
            personas,
            parent,
            owner,
            review,
        } = journey;
        JourneyOut {
            id,
            name: name.into(),
            description: description.as_ref(),
            parent: parent.as_ref().map(FlowMap),
            owner: owner.as_deref(),
            review: *review,
            scope: scope.as_ref().map(conditions),
            gap: *gap,
            case: case.as_ref().map(FlowMap),
            zone,
            personas: personas.iter().map(PersonaOut::from).collect(),
            planned: (!planned.is_empty()).then_some(FlowSeq(planned)),
            stages: stages.iter().map(StageOut::from).collect(),
            goal: goal.into(),
            signals: signals.iter().map(SignalOut::from).collect(),
        }
    }
}

impl<'a> From<&'a Goal> for GoalOut<'a> {
    fn from(goal: &'a Goal) -> Self {
        let Goal { name, touchpoints, value, baseline, target, by } = goal;
        GoalOut {
            name: name.into(),
            touchpoints: FlowSeq(touchpoints),
            value: value.as_deref(),
            baseline: *baseline,
            target: *target,
            by: *by,
        }
    }
}

impl<'a> From<&'a Persona> for PersonaOut<'a> {
    fn from(persona: &'a Persona) -> Self {
        let Persona { id, name, description, customers } = persona;
        PersonaOut {
            id,
            name: name.into(),
            description: description.as_ref(),
            customers: customers.as_ref().map(conditions),
        }
    }
}

impl<'a> From<&'a Signal> for SignalOut<'a> {
    fn from(signal: &'a Signal) -> Self {
        let Signal { id, name, kind, rule } = signal;
        SignalOut { id, name: name.into(), kind: *kind, rule: conditions(rule) }
    }
}

impl<'a> From<&'a Card> for CardOut<'a> {
    fn from(card: &'a Card) -> Self {
        let Card { id, lane, text, basis, source, feeling, persona } = card;
        CardOut {
            id,
            lane: *lane,
            text: text.into(),
            feeling: *feeling,
            basis: *basis,
            source: source.as_deref(),
            persona: persona.as_deref(),
        }
    }
}

impl<'a> From<&'a LocalizedText> for TextOut<'a> {
    fn from(text: &'a LocalizedText) -> Self {
        match text {
            LocalizedText::Same(text) => TextOut::Same(text),
            LocalizedText::ByLanguage(texts) => TextOut::ByLanguage(FlowMap(texts)),
        }
    }
}

impl<'a> From<&'a Stage> for StageOut<'a> {
    fn from(stage: &'a Stage) -> Self {
        let Stage { id, name, expect, owner, touchpoints, cards } = stage;
        let touchpoints = touchpoints.iter().map(|touchpoint| {
            let Touchpoint { id, name, rule, channel } = touchpoint;
            TouchpointOut { id, name: name.into(), rule: conditions(rule), channel: channel.as_deref() }
        });
        StageOut {
            id,
            name: name.into(),
            expect: expect.as_ref().map(FlowMap),
            owner: owner.as_deref(),
            touchpoints: touchpoints.collect(),
            cards: cards.iter().map(CardOut::from).collect(),
        }
    }
}

fn conditions(rule: &Rule) -> Vec<ConditionOut<'_>> {
    let Rule(conditions) = rule;
    let any = |names: &'_ [String]| !names.is_empty();
    conditions
        .iter()
        .map(|Condition { event, channel, tests }| ConditionOut {
            event: any(event).then_some(FlowSeq(event)),
            channel: any(channel).then_some(FlowSeq(channel)),
            tests: tests.iter().map(FlowMap).collect(),
        })
        .collect()
}
