//! Journey definitions: the stages a customer passes, the touchpoints seen in each, the goal.
//!
//! A definition is data; [`Journey::faults`] says what is wrong with one, each fault with its path
//! (`stages[2].touchpoints[0].match`), so that an editor or an importer can point at the line.
//!
//! How a definition reads events:
//! - The first touchpoint, in the order of the definition, whose rule matches gives an event its only
//!   touchpoint. Events no rule matches are not part of the journey.
//! - An *instance* starts at a customer's first matching event. It ends at the goal (the goal's event
//!   belongs to it), or is *left* when no matching event follows within `gap`; a later matching event starts
//!   the next instance. An instance whose last event is less than `gap` before as_of is *open*, never lost.
//! - A *stay* is a run of an instance's events in one stage. Stages have a typical order, which is not forced:
//!   customers skip, loop and go back.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::limits::{NAME_BYTES_MAX, STAGES_MAX, TOUCHPOINTS_MAX};
use crate::period::Span;
use crate::rule::Rule;
use crate::text::LocalizedText;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Journey {
    /// Stable key, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LocalizedText>,
    /// Only events that match take part. None: every event but the system's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Rule>,
    /// Silence that ends an instance.
    pub gap: Span,
    /// In typical order, 1 to 50.
    pub stages: Vec<Stage>,
    pub goal: Goal,
    /// IANA zone of the calendar edges and printed times of this journey's map.
    #[serde(default = "utc")]
    pub zone: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub name: LocalizedText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    pub touchpoints: Vec<Touchpoint>,
}

/// What the team expects of a stage; the map shows the difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Median stay, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Span>,
    /// Share of the instances here that reach a later stage or the goal, at least; 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Touchpoint {
    /// Unique within the journey.
    pub id: String,
    pub name: LocalizedText,
    /// The events that are this touchpoint.
    #[serde(rename = "match")]
    pub rule: Rule,
    /// The channel to show it under. None: the channel of each event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// What counts as arrival.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    pub name: LocalizedText,
    /// Touchpoints whose events are the goal, any of them.
    pub touchpoints: Vec<String>,
    /// Numeric column of the goal's events that is its value. None: the goal has no value in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Something wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Fault {
    /// Path of the field from the root: `stages[1].id`.
    pub path: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// 1-based line and column, where the definition came as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Fault {
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { path: path.into(), message: message.into(), line: None, column: None }
    }
}

impl Journey {
    /// The touchpoints in the order rules are tried, each with the index of its stage.
    pub fn touchpoints(&self) -> impl Iterator<Item = (usize, &Touchpoint)> {
        self.stages
            .iter()
            .enumerate()
            .flat_map(|(stage, s)| s.touchpoints.iter().map(move |touchpoint| (stage, touchpoint)))
    }

    /// Everything wrong with the definition; empty if it can be computed.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_key(&mut faults, "id", &self.id);
        check_name(&mut faults, "name", &self.name);
        if self.gap.us <= 0 {
            faults.push(Fault::new("gap", "must be longer than nothing, as in 30d"));
        }
        if self.zone.parse::<chrono_tz::Tz>().is_err() {
            faults.push(Fault::new("zone", format!("`{}` is no IANA time zone, as in Asia/Shanghai", self.zone)));
        }
        if self.stages.is_empty() || self.stages.len() > STAGES_MAX {
            faults.push(Fault::new(
                "stages",
                format!("a journey has 1 to {STAGES_MAX} stages, not {}", self.stages.len()),
            ));
        }
        if self.touchpoints().count() > TOUCHPOINTS_MAX {
            faults.push(Fault::new("stages", format!("more than {TOUCHPOINTS_MAX} touchpoints")));
        }
        if let Some(rule) = &self.scope {
            check_rule(&mut faults, "scope", rule);
        }
        let mut stage_ids = HashSet::new();
        let mut touchpoint_ids = HashSet::new();
        for (i, stage) in self.stages.iter().enumerate() {
            let path = format!("stages[{i}]");
            check_key(&mut faults, &format!("{path}.id"), &stage.id);
            check_name(&mut faults, &format!("{path}.name"), &stage.name);
            if !stage_ids.insert(&stage.id) {
                faults.push(Fault::new(
                    format!("{path}.id"),
                    format!("stage `{}` stands twice; ids are unique", stage.id),
                ));
            }
            if stage.touchpoints.is_empty() {
                faults.push(Fault::new(format!("{path}.touchpoints"), "a stage needs at least one touchpoint"));
            }
            if stage.expect.is_some_and(|e| e.conversion.is_some_and(|share| !(0.0..=1.0).contains(&share))) {
                faults.push(Fault::new(format!("{path}.expect.conversion"), "a share between 0 and 1, as in 0.35"));
            }
            for (j, touchpoint) in stage.touchpoints.iter().enumerate() {
                let path = format!("{path}.touchpoints[{j}]");
                check_key(&mut faults, &format!("{path}.id"), &touchpoint.id);
                check_name(&mut faults, &format!("{path}.name"), &touchpoint.name);
                check_rule(&mut faults, &format!("{path}.match"), &touchpoint.rule);
                if !touchpoint_ids.insert(touchpoint.id.as_str()) {
                    faults.push(Fault::new(
                        format!("{path}.id"),
                        format!("touchpoint `{}` stands twice in the journey; ids are unique", touchpoint.id),
                    ));
                }
            }
        }
        check_name(&mut faults, "goal.name", &self.goal.name);
        if self.goal.touchpoints.is_empty() {
            faults.push(Fault::new("goal.touchpoints", "name the touchpoint that is the goal"));
        }
        for (i, id) in self.goal.touchpoints.iter().enumerate() {
            if !touchpoint_ids.contains(id.as_str()) {
                faults.push(Fault::new(format!("goal.touchpoints[{i}]"), format!("there is no touchpoint `{id}`")));
            }
        }
        if let Some(value) = &self.goal.value
            && !crate::event::Column::by_name(value)
                .is_some_and(|c| c.column_type() == crate::event::ColumnType::Number)
        {
            faults.push(Fault::new("goal.value", format!("`{value}` is no numeric column; `amount` is the usual one")));
        }
        faults
    }
}

fn check_key(faults: &mut Vec<Fault>, path: &str, key: &str) {
    let fits = !key.is_empty()
        && key.len() <= NAME_BYTES_MAX
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    if !fits {
        faults.push(Fault::new(path, format!("`{key}` is no key; use lower-case letters, digits, - and _")));
    }
}

fn check_name(faults: &mut Vec<Fault>, path: &str, name: &LocalizedText) {
    if name.is_blank() {
        faults.push(Fault::new(path, "give a name in every language you list"));
    }
}

fn check_rule(faults: &mut Vec<Fault>, path: &str, rule: &Rule) {
    faults.extend(rule.faults().into_iter().map(|(at, message)| Fault::new(format!("{path}{at}"), message)));
}

fn utc() -> String {
    "UTC".to_owned()
}
