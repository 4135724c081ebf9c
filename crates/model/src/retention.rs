//! What can be asked about coming back: of those who started, who returned, and when.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::{Unit, WeekStart};
use crate::rule::Rule;
use crate::scope::Scope;

/// A retention question. A customer starts with an event that matches `start` and has returned when an event at or
/// after it matches `return`; the start itself counts if it matches both.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionQuestion {
    /// `scope.entry` is the period starts lie in; `scope.subject` must be the customer.
    pub scope: Scope,
    /// None: any event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Rule>,
    /// None: any event.
    #[serde(rename = "return", skip_serializing_if = "Option::is_none")]
    pub back: Option<Rule>,
    pub starts: Starts,
    /// What time after the start is counted in.
    pub unit: Unit,
    /// What starts are grouped by. None: the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Unit>,
    pub week_start: WeekStart,
    pub clock: Clock,
    pub reading: Reading,
    /// The last unit after the start that is shown, at most 365. None: 30 days, 12 weeks, 12 months, 8 quarters or 5
    /// years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
    /// Brackets of units instead of single ones: 1 to 7, 8 to 14. Ascending, without overlap; only with the reading
    /// `on` and without `last`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub brackets: Vec<Bracket>,
}

/// How often a customer starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// Once: with the first matching event ever.
    #[default]
    First,
    /// Once a cohort: with the first matching event in it.
    Every,
}

/// How units are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// By the calendar of the zone: unit 0 is the day (week …) of the start, unit 1 the next one.
    #[default]
    Calendar,
    /// From the instant of the start: unit 0 is the first 24 hours (7 × 24 hours). Only days and weeks.
    Rolling,
}

/// What counts as returned in unit k.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A return in unit k.
    #[default]
    On,
    /// A return in unit k or any later one.
    OnOrAfter,
}

/// Units from one to another, both inclusive. Typed as `1-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bracket {
    pub from: u32,
    pub to: u32,
}

impl Unit {
    /// The last unit after the start a retention table shows if it is not said.
    pub fn retention_last(self) -> u32 {
        match self {
            Unit::Day => 30,
            Unit::Week | Unit::Month => 12,
            Unit::Quarter => 8,
            Unit::Year => 5,
        }
    }
}

impl FromStr for Bracket {
    type Err = String;

    fn from_str(text: &str) -> Result<Bracket, String> {
        let error = || format!("`{text}` is no bracket; write its first and last unit, as in 1-7");
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let read = |text: &str| text.trim().parse().map_err(|_| error());
        Ok(Bracket { from: read(from)?, to: read(to)? })
    }
}

impl fmt::Display for Bracket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_read_and_print() {
        for text in ["1-7", "30", "0-0"] {
            let bracket: Bracket = text.parse().unwrap();
            assert_eq!(bracket.to_string(), text.trim_end_matches("-0"));
        }
        for text in ["", "7-", "-7", "a-b"] {
            assert!(text.parse::<Bracket>().is_err(), "{text}");
        }
    }
}
