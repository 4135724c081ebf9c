//! How a funnel is counted: what a question may say beyond its steps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::Unit;
use crate::period::Span;
use crate::rule::Rule;
use crate::scope::Subject;

/// Idle time that ends a session where none is given.
const SESSION: Span = Span::minutes(30);

/// Options of a funnel over steps. What is left out is as in an ordered funnel of the best run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FunnelOptions {
    pub count: FunnelCount,
    /// Which run of a subject counts, where it counts once.
    pub entry: FunnelEntry,
    /// One event may satisfy several steps that follow each other.
    pub reuse: bool,
    /// Events at most so many milliseconds after the first of them count as one moment and may be taken in any order;
    /// at most 60,000. 0: events keep their order, also those of the same time.
    #[serde(skip_serializing_if = "is_zero")]
    pub tie_tolerance_ms: u32,
    /// Steps, from 1, that may be left out; neither the first nor the last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<u32>,
    /// Columns (`site`, `channel`, `props.item`, …), at most 3, of which all events of a run carry the same values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hold: Vec<String>,
    /// At most 14.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<FunnelExclusion>,
    /// Numbers apart by the day, week (from Monday), month, quarter or year runs began in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Unit>,
    /// What those who dropped off did next.
    pub next: bool,
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelCount {
    /// Each subject once: customers, or what the scope says.
    #[default]
    Uniques,
    /// Each attempt: from the first step until it is through, broken off, or out of time. Attempts do not overlap.
    Totals,
    /// Each session once: as `uniques` with sessions for subjects.
    Sessions,
}

/// Which run of a subject counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelEntry {
    /// The deepest; of several the one that got there first, and of those the one that began last.
    #[default]
    Best,
    /// The one that began first.
    First,
}

/// Events that must not lie between those of two steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelExclusion {
    #[serde(rename = "match")]
    pub rule: Rule,
    /// Step, from 1. None: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Step, from 1. None: the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u32>,
    #[serde(default)]
    pub effect: ExclusionEffect,
}

/// What an excluded event does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionEffect {
    /// Who counts by a run with such an event is left out of the funnel.
    #[default]
    Remove,
    /// The run ends there: it has dropped off at the step reached.
    Drop,
}

/// How long a funnel may take from its first step: a length of time (`7d`, inclusive), one session (`session`, or
/// `session:10m` with its idle time), or the rest of a day, week (from Monday), month, quarter or year (`calendar:day`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FunnelWindow {
    Time(Span),
    Session(Span),
    Calendar(Unit),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no window; write a length of time (7d), session or session:10m, or calendar:day, :week, :month, :quarter or :year"
)]
pub struct WindowError(String);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl FunnelOptions {
    /// The subject, where sessions are counted and the question names no other.
    pub fn subject(&self, asked: Subject, window: Option<FunnelWindow>) -> Subject {
        match (self.count, &asked, window) {
            (FunnelCount::Sessions, Subject::Customer, Some(FunnelWindow::Session(timeout))) => {
                Subject::session(timeout)
            }
            (FunnelCount::Sessions, Subject::Customer, _) => Subject::session(SESSION),
            _ => asked,
        }
    }
}

impl FromStr for FunnelWindow {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let window = match text.split_once(':') {
            None if text == "session" => Some(FunnelWindow::Session(SESSION)),
            None => text.parse().ok().map(FunnelWindow::Time),
            Some(("session", timeout)) => timeout.parse().ok().map(FunnelWindow::Session),
            Some(("calendar", unit)) => unit.parse().ok().map(FunnelWindow::Calendar),
            Some(_) => None,
        };
        window.ok_or_else(|| WindowError(text.to_owned()))
    }
}

impl fmt::Display for FunnelWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunnelWindow::Time(span) => span.fmt(f),
            FunnelWindow::Session(timeout) => write!(f, "session:{timeout}"),
            FunnelWindow::Calendar(unit) => write!(f, "calendar:{}", unit.name()),
        }
    }
}

impl TryFrom<String> for FunnelWindow {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FunnelWindow> for String {
    fn from(window: FunnelWindow) -> String {
        window.to_string()
    }
}

impl utoipa::PartialSchema for FunnelWindow {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

impl ToSchema for FunnelWindow {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_read_and_print() {
        for (text, printed) in [
            ("7d", "7d"),
            ("session", "session:30m"),
            ("session:10m", "session:10m"),
            ("calendar:week", "calendar:week"),
        ] {
            assert_eq!(text.parse::<FunnelWindow>().unwrap().to_string(), printed);
        }
        for text in ["", "sessions", "session:", "calendar:hour", "day"] {
            assert!(text.parse::<FunnelWindow>().is_err(), "{text}");
        }
    }

    #[test]
    fn sessions_are_counted_by_the_windows_idle_time() {
        let options = FunnelOptions { count: FunnelCount::Sessions, ..FunnelOptions::default() };
        let window = Some(FunnelWindow::Session(Span::minutes(10)));
        assert_eq!(options.subject(Subject::Customer, window), Subject::session(Span::minutes(10)));
        assert_eq!(options.subject(Subject::Customer, None), Subject::session(SESSION));
        assert_eq!(FunnelOptions::default().subject(Subject::Customer, window), Subject::Customer);
    }
}
