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
//! - A journey with a [`Case`] has *cases* for instances: one for each value of the key a customer has. A case opens at
//!   its first event with the key, whichever touchpoint that is, and ends at the goal, whose event belongs to it. What
//!   comes with its key after that is not part of the journey: a case is never opened twice.
//! - An event with a key belongs to that case alone, also if it comes late (past `until`, or past a gap). A matching event
//!   without a key belongs to every case of the customer that is *under way*: opened before it (of events of one time,
//!   in the order of `seq`), not at the goal, and not past the last moment of its `until`, or, where the opening event
//!   says none, with no more than `gap` since the case's last event. After such a gap its next event with the key sets
//!   a case under way again. So one event may stand in several cases, and is counted in each; without a case under way it
//!   stands in none.
//! - A case without the goal is *open* while as_of is not past its `until` (or no more than `gap` past its last event), and
//!   *left* from then on.
//! - A *stay* is a run of an instance's events in one stage. Stages have a typical order, which is not forced:
//!   customers skip, loop and go back.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::Case;
use crate::lanes::{Basis, Card, Lane, Parent, Persona};
use crate::limits::{CARDS_MAX, NAME_BYTES_MAX, PERSONAS_MAX, SIGNALS_MAX, STAGES_MAX, TOUCHPOINTS_MAX};
use crate::period::Span;
use crate::rule::Rule;
use crate::signal::Signal;
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
    /// What instances are cases of. None: instances are runs of a customer, parted by the goal and by silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Case>,
    /// In typical order, 1 to 50.
    pub stages: Vec<Stage>,
    pub goal: Goal,
    /// IANA zone of the calendar edges and printed times of this journey's map.
    #[serde(default = "utc")]
    pub zone: String,
    /// What events tell beside where they happened: pains and their causes are found from these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// Stages of the planned way, in the order of `stages`. Empty: all of them. See [`Journey::planned_way`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<Persona>,
    /// The stage of another journey this one is the inside of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Who answers for the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When the team looks at it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub name: LocalizedText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    /// Who answers for the stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub touchpoints: Vec<Touchpoint>,
    /// What the team wrote about it, lane by lane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
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
    /// Share of ended instances that arrived when the target was set, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<f64>,
    /// Share of ended instances that should arrive, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// The day the target is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<NaiveDate>,
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
    /// Stable code of what is wrong, where there is one: `shape_crosses`. Faults of sites have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the message names, in its order, for who says it in other words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Fault {
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { path: path.into(), message: message.into(), line: None, column: None, code: None, values: Vec::new() }
    }

    /// The same with a code, and what the message names.
    pub fn coded<const N: usize>(
        path: impl Into<String>,
        code: &str,
        values: [String; N],
        message: impl Into<String>,
    ) -> Fault {
        Fault { code: Some(code.to_owned()), values: values.into(), ..Fault::new(path, message) }
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

    /// The stages of the planned way, by index, ascending: those the team names, else all. A way that names no stage of
    /// the goal ends with the goal's stages, or nobody could arrive on it.
    pub fn planned_way(&self) -> Vec<usize> {
        let is_named = |stage: &Stage| self.planned.is_empty() || self.planned.contains(&stage.id);
        let is_goal = |stage: &Stage| stage.touchpoints.iter().any(|at| self.goal.touchpoints.contains(&at.id));
        let ends = self.stages.iter().any(|stage| is_named(stage) && is_goal(stage));
        let on_it = |stage: &Stage| is_named(stage) || (!ends && is_goal(stage));
        (0..self.stages.len()).filter(|at| on_it(&self.stages[*at])).collect()
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
        for (field, what) in self.case.iter().flat_map(Case::faults) {
            faults.push(Fault::new(format!("case.{field}"), what));
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
        for (field, share) in [("goal.baseline", self.goal.baseline), ("goal.target", self.goal.target)] {
            if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                faults.push(Fault::new(field, "a share between 0 and 1, as in 0.35"));
            }
        }
        self.check_signals(&mut faults);
        self.check_planned(&mut faults, &stage_ids);
        self.check_lanes(&mut faults);
        faults
    }

    fn check_signals(&self, faults: &mut Vec<Fault>) {
        if self.signals.len() > SIGNALS_MAX {
            let what = format!(
                "at most {SIGNALS_MAX} signals, not {}; join some by several conditions in one `match`",
                self.signals.len()
            );
            faults.push(Fault::new("signals", what));
        }
        let mut ids = HashSet::new();
        for (i, signal) in self.signals.iter().enumerate() {
            let path = format!("signals[{i}]");
            check_key(faults, &format!("{path}.id"), &signal.id);
            check_name(faults, &format!("{path}.name"), &signal.name);
            check_rule(faults, &format!("{path}.match"), &signal.rule);
            check_unique(faults, &mut ids, &format!("{path}.id"), "signal", &signal.id);
        }
    }

    fn check_planned(&self, faults: &mut Vec<Fault>, stage_ids: &HashSet<&String>) {
        let at = |id: &String| self.stages.iter().position(|stage| stage.id == *id);
        for (i, id) in self.planned.iter().enumerate() {
            let path = format!("planned[{i}]");
            if !stage_ids.contains(id) {
                faults.push(Fault::new(path, format!("there is no stage `{id}`")));
            } else if i > 0 && at(&self.planned[i - 1]) >= at(id) {
                faults.push(Fault::new(
                    path,
                    format!("`{id}` comes too early: the planned way follows the order of `stages`"),
                ));
            }
        }
    }

    fn check_lanes(&self, faults: &mut Vec<Fault>) {
        if self.personas.len() > PERSONAS_MAX {
            faults
                .push(Fault::new("personas", format!("at most {PERSONAS_MAX} personas, not {}", self.personas.len())));
        }
        let mut persona_ids = HashSet::new();
        for (i, persona) in self.personas.iter().enumerate() {
            let path = format!("personas[{i}]");
            check_key(faults, &format!("{path}.id"), &persona.id);
            check_name(faults, &format!("{path}.name"), &persona.name);
            check_unique(faults, &mut persona_ids, &format!("{path}.id"), "persona", &persona.id);
            if let Some(rule) = &persona.customers {
                check_rule(faults, &format!("{path}.customers"), rule);
            }
        }
        if let Some(parent) = &self.parent {
            check_key(faults, "parent.journey", &parent.journey);
            check_key(faults, "parent.stage", &parent.stage);
            if parent.journey == self.id {
                faults.push(Fault::new("parent.journey", "a journey cannot be the inside of its own stage"));
            }
        }
        let mut card_ids = HashSet::new();
        for (i, stage) in self.stages.iter().enumerate() {
            for (j, card) in stage.cards.iter().enumerate() {
                let path = format!("stages[{i}].cards[{j}]");
                check_key(faults, &format!("{path}.id"), &card.id);
                check_name(faults, &format!("{path}.text"), &card.text);
                check_unique(faults, &mut card_ids, &format!("{path}.id"), "card", &card.id);
                check_card(faults, &path, card, &persona_ids);
            }
        }
        if card_ids.len() > CARDS_MAX {
            faults.push(Fault::new("stages", format!("at most {CARDS_MAX} cards on one map, not {}", card_ids.len())));
        }
    }
}

fn check_card(faults: &mut Vec<Fault>, path: &str, card: &Card, persona_ids: &HashSet<&str>) {
    match card.basis {
        Basis::Live => faults.push(Fault::new(
            format!("{path}.basis"),
            "a written card is never live: choose assumption or research; what is live comes from events",
        )),
        Basis::Research if card.source.as_deref().is_none_or(|source| source.trim().is_empty()) => {
            faults.push(Fault::new(
                format!("{path}.source"),
                "research names its source: the study, interview or person",
            ));
        }
        Basis::Research | Basis::Assumption => {}
    }
    if let Some(feeling) = card.feeling {
        if card.lane != Lane::Emotion {
            faults.push(Fault::new(format!("{path}.feeling"), "only cards of the lane emotion have a feeling"));
        } else if !(-2..=2).contains(&feeling) {
            faults.push(Fault::new(format!("{path}.feeling"), "a whole number from -2 (bad) to 2 (good)"));
        }
    }
    if let Some(persona) = card.persona.as_deref().filter(|persona| !persona_ids.contains(persona)) {
        faults.push(Fault::new(format!("{path}.persona"), format!("there is no persona `{persona}`")));
    }
}

fn check_unique<'a>(faults: &mut Vec<Fault>, seen: &mut HashSet<&'a str>, path: &str, noun: &str, id: &'a str) {
    if !seen.insert(id) {
        faults.push(Fault::new(path, format!("{noun} `{id}` stands twice; ids are unique")));
    }
}

pub(crate) fn check_key(faults: &mut Vec<Fault>, path: &str, key: &str) {
    let fits = !key.is_empty()
        && key.len() <= NAME_BYTES_MAX
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    if !fits {
        let what = format!("`{key}` is no key; use lower-case letters, digits, - and _");
        faults.push(Fault::coded(path, "key_invalid", [key.to_owned()], what));
    }
}

pub(crate) fn check_name(faults: &mut Vec<Fault>, path: &str, name: &LocalizedText) {
    if name.is_blank() {
        faults.push(Fault::coded(path, "name_missing", [], "give a name in every language you list"));
    }
}

pub(crate) fn check_rule(faults: &mut Vec<Fault>, path: &str, rule: &Rule) {
    faults.extend(rule.faults().into_iter().map(|(at, message)| Fault::new(format!("{path}{at}"), message)));
}

fn utc() -> String {
    "UTC".to_owned()
}
