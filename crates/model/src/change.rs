//! Dated changes: something that was changed on a day, and the number that should have moved.
//!
//! What the number was before and after is asked anew whenever it is looked at; it is not kept here. Nothing here says that
//! the change moved it.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::journey::Fault;
use crate::limits::{NAME_BYTES_MAX, STATEMENT_BYTES_MAX, TITLE_BYTES_MAX};

/// Days a side has at most: half a year. Longer ones compare seasons.
pub const WINDOW_DAYS_MAX: u32 = 182;

/// Days that may be left out on each side.
pub const LEFT_OUT_DAYS_MAX: u32 = 28;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedChange {
    /// What was changed, in a sentence.
    pub title: String,
    /// The day it came into force, in the workspace's zone: the first day of after.
    pub day: NaiveDate,
    /// Where on the map it helps, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Id of the proposal that was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<i64>,
    pub metric: ChangeMetric,
    /// Days before, and as many after: 1 to 182. Whole weeks, so that both have the same weekdays; for numbers other than
    /// shares there is no interval else.
    #[serde(default = "four_weeks")]
    pub window_days: u32,
    /// Days left out on each side of the beginning of `day`, 0 to 28: while it came into force.
    #[serde(default)]
    pub left_out_days: u32,
    /// People it did not touch, whose number is taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<ComparisonGroup>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The number that should have moved: one of an analysis, or of a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMetric {
    /// What people call it.
    pub name: String,
    /// Address of the stored view it is of, to open it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The question, as `compare` takes it, or a map's. The period it names is not used.
    #[schema(value_type = Object)]
    pub question: Value,
    #[serde(default)]
    pub figure: Figure,
}

/// Which number of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum Figure {
    /// The one the answer is remembered by; of a map its conversion.
    #[default]
    Headline,
    /// Of a map: instances that began.
    Started,
    /// Of a map: instances that reached the goal.
    Goal,
    /// Of a map: the median time to the goal.
    TimeToGoal,
    /// Of a map: instances that were in a stage, of all that began.
    StageReached { stage: String },
    /// Of a map: instances that went on from a stage, of those for whom that is decided.
    StageOnward { stage: String },
}

/// People a change did not touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonGroup {
    pub name: String,
    /// A scope, in place of the question's own. The period it names is not used.
    #[schema(value_type = Object)]
    pub scope: Value,
}

/// A dated change as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptChange {
    pub id: i64,
    pub change: DatedChange,
    /// From 1, grows with every change of it; such a change names the one it was made from.
    pub version: u32,
    /// UTC microseconds.
    pub created_at_us: i64,
    pub created_by: String,
    /// UTC microseconds.
    pub changed_at_us: i64,
    pub changed_by: String,
}

/// Another change within the days that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherChange {
    pub id: i64,
    pub title: String,
    pub day: NaiveDate,
}

fn four_weeks() -> u32 {
    28
}

impl DatedChange {
    /// What is wrong with it by itself; empty if nothing is.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_text(&mut faults, "title", &self.title, TITLE_BYTES_MAX);
        check_text(&mut faults, "metric.name", &self.metric.name, TITLE_BYTES_MAX);
        if self.stage.is_some() && self.journey.is_none() {
            faults.push(Fault::new("stage", "a stage is one of a journey; give `journey` too"));
        }
        if self.metric.view.as_ref().is_some_and(|view| view.len() > NAME_BYTES_MAX) {
            faults.push(Fault::new("metric.view", "the address of a stored view, 16 letters and digits"));
        }
        if !(1..=WINDOW_DAYS_MAX).contains(&self.window_days) {
            faults.push(Fault::new("window_days", format!("{} days; 1 to {WINDOW_DAYS_MAX}", self.window_days)));
        }
        if self.left_out_days > LEFT_OUT_DAYS_MAX {
            faults
                .push(Fault::new("left_out_days", format!("{} days; at most {LEFT_OUT_DAYS_MAX}", self.left_out_days)));
        }
        if let Some(group) = &self.group {
            check_text(&mut faults, "group.name", &group.name, TITLE_BYTES_MAX);
        }
        if self.note.as_ref().is_some_and(|note| note.len() > STATEMENT_BYTES_MAX) {
            faults.push(Fault::new("note", format!("at most {STATEMENT_BYTES_MAX} bytes")));
        }
        faults
    }

    /// The first day that is compared, and the one after the last. None beyond the calendar.
    pub fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let days = Days::new(u64::from(self.window_days) + u64::from(self.left_out_days));
        Some((self.day.checked_sub_days(days)?, self.day.checked_add_days(days)?))
    }
}

impl KeptChange {
    /// Those of `all` that fall into the days this one compares, in order of time. Each of them may be what moved the
    /// number.
    pub fn others_within(&self, all: &[KeptChange]) -> Vec<OtherChange> {
        let Some((from, to)) = self.change.span() else { return Vec::new() };
        let mut others: Vec<OtherChange> = all
            .iter()
            .filter(|other| other.id != self.id && (from..to).contains(&other.change.day))
            .map(|other| OtherChange { id: other.id, title: other.change.title.clone(), day: other.change.day })
            .collect();
        others.sort_by_key(|other| (other.day, other.id));
        others
    }
}

fn check_text(faults: &mut Vec<Fault>, path: &str, text: &str, bytes_max: usize) {
    if text.trim().is_empty() {
        faults.push(Fault::new(path, "say something"));
    } else if text.len() > bytes_max {
        faults.push(Fault::new(path, format!("{} bytes; at most {bytes_max}", text.len())));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(day: &str) -> DatedChange {
        serde_json::from_value(json!({
            "title": "Delivery costs on the product page", "day": day,
            "metric": {"name": "Conversion", "question": {"ask": "funnel"}},
        }))
        .unwrap()
    }

    fn kept(id: i64, day: &str) -> KeptChange {
        let by = || "lin".to_owned();
        let (change, version) = (change(day), 1);
        KeptChange { id, change, version, created_at_us: 0, created_by: by(), changed_at_us: 0, changed_by: by() }
    }

    #[test]
    fn what_is_not_said_is_four_weeks_of_the_headline() {
        let change = change("2024-03-01");
        assert_eq!(change.faults(), []);
        assert_eq!((change.window_days, change.left_out_days, &change.metric.figure), (28, 0, &Figure::Headline));
    }

    #[test]
    fn wrong_fields_are_named() {
        let wrong = DatedChange {
            title: " ".into(),
            stage: Some("pay".into()),
            window_days: 0,
            left_out_days: 29,
            group: Some(ComparisonGroup { name: String::new(), scope: json!({}) }),
            ..change("2024-03-01")
        };
        let paths: Vec<_> = wrong.faults().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["title", "stage", "window_days", "left_out_days", "group.name"]);
    }

    #[test]
    fn what_else_changed_is_said_if_it_lies_in_the_days_compared() {
        let all = [kept(1, "2024-03-01"), kept(2, "2024-03-29"), kept(3, "2024-02-02"), kept(4, "2024-03-28")];
        let others = |id: i64| -> Vec<i64> {
            let one = all.iter().find(|kept| kept.id == id).unwrap();
            one.others_within(&all).into_iter().map(|other| other.id).collect()
        };
        // Before is 2 February to 29 February, after 1 to 28 March.
        assert_eq!(others(1), [3, 4]);
        assert_eq!(others(2), [1, 4]);
        assert!(change("+262142-12-31").span().is_none());
    }
}
