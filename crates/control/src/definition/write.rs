//! Journey → text.
//!
//! YAML is written the way a person would: short lists and maps on one line, long texts on one line too, so that a
//! changed word is one changed line. The mirrors below only choose that layout; each takes the model apart field
//! by field, so a field added to the model does not compile until it is written here.

use std::collections::BTreeMap;

use model::journey::{Expectation, Goal, Journey, Stage, Touchpoint};
use model::period::Span;
use model::rule::{ColumnTest, Condition, Rule};
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
    scope: Option<Vec<ConditionOut<'a>>>,
    gap: Span,
    zone: &'a str,
    stages: Vec<StageOut<'a>>,
    goal: GoalOut<'a>,
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
    touchpoints: Vec<TouchpointOut<'a>>,
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
}

impl<'a> From<&'a Journey> for JourneyOut<'a> {
    fn from(journey: &'a Journey) -> Self {
        let Journey { id, name, description, scope, gap, stages, goal, zone } = journey;
        let Goal { name: goal_name, touchpoints, value } = goal;
        JourneyOut {
            id,
            name: name.into(),
            description: description.as_ref(),
            scope: scope.as_ref().map(conditions),
            gap: *gap,
            zone,
            stages: stages.iter().map(StageOut::from).collect(),
            goal: GoalOut { name: goal_name.into(), touchpoints: FlowSeq(touchpoints), value: value.as_deref() },
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
        let Stage { id, name, expect, touchpoints } = stage;
        let touchpoints = touchpoints.iter().map(|touchpoint| {
            let Touchpoint { id, name, rule, channel } = touchpoint;
            TouchpointOut { id, name: name.into(), rule: conditions(rule), channel: channel.as_deref() }
        });
        StageOut { id, name: name.into(), expect: expect.as_ref().map(FlowMap), touchpoints: touchpoints.collect() }
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
