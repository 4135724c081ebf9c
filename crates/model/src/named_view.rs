//! Views people gave a name, some of them pinned to a place of a journey's map.
//!
//! A view is what a page needs to show the same again, kept under its hash. Named, it has words of people's own and, where
//! it is an analysis, the question it asks: that is what makes it a number anywhere else. Pinned, it has a place.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::journey::{Fault, Journey};
use crate::lanes::Lane;
use crate::limits::{NAME_BYTES_MAX, STATEMENT_BYTES_MAX, TITLE_BYTES_MAX};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedView {
    pub name: String,
    /// What it says, in words of whoever keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Address of the stored view.
    pub view: String,
    /// What it asks. None: it is no analysis, or one without a number of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<ViewAsks>,
    /// Where it is pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<MapPlace>,
}

/// A question, and the scope its answer is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewAsks {
    /// As `compare` takes it.
    #[schema(value_type = Object)]
    pub question: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub versus: Option<Value>,
}

/// A place of a journey's map, whatever its version: a stage, or within it a touchpoint or the cell of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MapPlace {
    pub journey: String,
    pub stage: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
}

/// A named view as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptNamedView {
    pub id: i64,
    pub named: NamedView,
    /// What kind of page it is of, as the view says: `funnel`, `sql`, `map`.
    pub kind: String,
    /// From 1, grows with every change; a change names the one it was made from.
    pub version: u32,
    /// UTC microseconds.
    pub created_at_us: i64,
    pub created_by: String,
    /// UTC microseconds.
    pub changed_at_us: i64,
    pub changed_by: String,
}

impl NamedView {
    /// What is wrong with it by itself; empty if nothing is.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() || self.name.len() > TITLE_BYTES_MAX {
            faults.push(Fault::new("name", format!("a view has a name of at most {TITLE_BYTES_MAX} bytes")));
        }
        if self.note.as_ref().is_some_and(|note| note.len() > STATEMENT_BYTES_MAX) {
            faults.push(Fault::new("note", format!("at most {STATEMENT_BYTES_MAX} bytes")));
        }
        if self.view.len() > NAME_BYTES_MAX {
            faults.push(Fault::new("view", "the address of a stored view, 16 letters and digits"));
        }
        if self.place.is_some() && self.asks.is_none() {
            faults.push(Fault::new("place", "only what asks a question has a number to pin; give `asks` too"));
        }
        if self.place.as_ref().is_some_and(|place| place.touchpoint.is_some() && place.lane.is_some()) {
            faults.push(Fault::new("place", "a touchpoint or a lane of the stage, not both"));
        }
        faults
    }
}

impl MapPlace {
    /// What of it the journey lacks, if anything.
    pub fn missing_in(&self, journey: &Journey) -> Option<Fault> {
        let Some(stage) = journey.stages.iter().find(|stage| stage.id == self.stage) else {
            let message = format!("journey `{}` has no stage `{}`", self.journey, self.stage);
            return Some(Fault::new("place.stage", message));
        };
        let touchpoint = self.touchpoint.as_ref()?;
        let message = format!("stage `{}` has no touchpoint `{touchpoint}`", self.stage);
        let is_there = stage.touchpoints.iter().any(|point| point.id == *touchpoint);
        (!is_there).then(|| Fault::new("place.touchpoint", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_question_cannot_be_pinned() {
        let plain = NamedView { name: "a".into(), note: None, view: "x".into(), asks: None, place: None };
        assert!(plain.faults().is_empty());
        let place = MapPlace { journey: "j".into(), stage: "s".into(), touchpoint: None, lane: None };
        let pinned = NamedView { place: Some(place.clone()), ..plain.clone() };
        assert_eq!(pinned.faults()[0].path, "place");
        let asks = Some(ViewAsks { question: Value::Null, versus: None });
        assert!(NamedView { asks: asks.clone(), ..pinned.clone() }.faults().is_empty());
        let both = MapPlace { touchpoint: Some("t".into()), lane: Some(Lane::Pain), ..place };
        assert_eq!(NamedView { asks, place: Some(both), ..plain.clone() }.faults().len(), 1);
        assert_eq!(NamedView { name: " ".into(), ..plain }.faults()[0].path, "name");
    }
}
