//! Which part of a subject's events a path is, and what its steps are called.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::limits::{PATH_EXPANSIONS_MAX, PATH_VALUES_MAX};
use crate::period::Span;
use crate::rule::{ColumnRef, Rule};

/// How paths are cut from subjects. Left out, a path is all of a subject's events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PathCut {
    /// The event a path begins at; subjects without one have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<FromAnchor>,
    /// The event a path ends at, which is its last step; subjects without one have none. With `from` as well it is one
    /// after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ToAnchor>,
    /// No event of a path is more than this after its first; with `to` alone, before its last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
    /// Events that do not exist for the path: they are no steps and no anchors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide: Option<Rule>,
    /// The only events that exist for the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<Rule>,
    /// Events told apart by a value. Not with a journey, whose paths are of stages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expand: Vec<Expand>,
    /// What paths are to get to: an event at the path's first step or later, within the window, on or off the path. None:
    /// `to`, else the journey's goal, else nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Rule>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FromAnchor {
    #[serde(rename = "match")]
    pub rule: Rule,
    /// A path from each such event, instead of from the first alone. They overlap, and every number then counts paths.
    #[serde(default, skip_serializing_if = "is_false")]
    pub each: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToAnchor {
    #[serde(rename = "match")]
    pub rule: Rule,
    /// The last such event instead of the first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub last: bool,
    /// Paths that come to no such event count as well, whole: what share gets there can then be seen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_not: bool,
}

/// Subjects that have an event of their own that matches, up to `as_of`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Having {
    #[serde(rename = "match")]
    pub rule: Rule,
    /// Those that have none.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not: bool,
}

/// An event told apart by a value it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expand {
    pub event: String,
    /// `channel`, `source`, a typed column (`page`) or a property (`props.url`). Events without a value stay what they are.
    pub by: String,
    /// How many of the most frequent values are told apart; the rest are one.
    #[serde(default = "ten")]
    pub top: u32,
    /// The values told apart. None: the most frequent, counted before paths are; an answer's `meta.question` names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

impl PathCut {
    pub fn is_whole(&self) -> bool {
        *self == PathCut::default()
    }

    /// Whether steps are counted from the last: where a path only has an anchor it ends at.
    pub fn is_backwards(&self) -> bool {
        self.to.is_some() && self.from.is_none()
    }

    /// What is wrong with it, with the path of each fault.
    pub fn faults(&self) -> Vec<(String, String)> {
        let rules = [
            ("from.match", self.from.as_ref().map(|from| &from.rule)),
            ("to.match", self.to.as_ref().map(|to| &to.rule)),
            ("hide", self.hide.as_ref()),
            ("only", self.only.as_ref()),
            ("goal", self.goal.as_ref()),
        ];
        let mut faults = Vec::new();
        for (name, rule) in rules {
            faults.extend(rule.into_iter().flat_map(Rule::faults).map(|(at, what)| (format!("{name}{at}"), what)));
        }
        if self.window.is_some_and(|window| window.us <= 0) {
            faults.push(("window".into(), "a path's window is longer than nothing, as in 30m".into()));
        }
        if self.expand.len() > PATH_EXPANSIONS_MAX {
            let what = format!("expand at most {PATH_EXPANSIONS_MAX} events, not {}", self.expand.len());
            faults.push(("expand".into(), what));
        }
        for (i, expand) in self.expand.iter().enumerate() {
            let mut fault = |field: &str, what: String| faults.push((format!("expand[{i}].{field}"), what));
            if matches!(ColumnRef::parse(&expand.by), None | Some(ColumnRef::Event | ColumnRef::Trait(_))) {
                let by = &expand.by;
                fault(
                    "by",
                    format!("`{by}` tells no events apart; use channel, source, a column such as page, or props.…"),
                );
            }
            let values = expand.values.as_ref().map_or(expand.top as usize, Vec::len);
            if expand.top == 0 || values > PATH_VALUES_MAX {
                fault("top", format!("tell 1 to {PATH_VALUES_MAX} values apart"));
            }
            if self.expand[..i].iter().any(|before| before.event == expand.event) {
                fault("event", format!("`{}` is expanded twice; an event is told apart by one value", expand.event));
            }
        }
        faults
    }
}

fn ten() -> u32 {
    10
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_say_where_they_stand() {
        let faults = |cut: serde_json::Value| {
            let cut: PathCut = serde_json::from_value(cut).unwrap();
            cut.faults().into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        let page = json!({"event": "page_view", "by": "props.url"});
        assert!(faults(json!({"from": {"match": [{"event": "home"}]}, "window": "30m", "expand": [page]})).is_empty());
        assert_eq!(faults(json!({"to": {"match": []}, "window": "0s"})), ["to.match", "window"]);
        let wrong = json!([page, page, {"event": "x", "by": "traits.tier", "top": 0}]);
        assert_eq!(faults(json!({"expand": wrong})), ["expand[1].event", "expand[2].by", "expand[2].top"]);
    }
}
