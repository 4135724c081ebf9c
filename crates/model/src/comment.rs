//! What people say to each other about a journey's map: on the whole of it, on a stage, or on a touchpoint.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::journey::{Fault, Journey};
use crate::limits::{NAME_BYTES_MAX, STATEMENT_BYTES_MAX};

/// A comment as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    pub text: String,
    /// What it is about. None: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Of that stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// Id of the comment it answers, which itself answers none. An answer is about what that one is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
}

/// A comment as it is kept. Whose it is is told by name only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptComment {
    pub id: i64,
    pub journey: String,
    pub comment: Comment,
    /// UTC microseconds.
    pub created_at_us: i64,
    pub created_by: String,
    /// When its text was changed, UTC microseconds. None: never.
    pub edited_at_us: Option<i64>,
    /// When it was settled, UTC microseconds. None: it is open. Answers are settled with what they answer.
    pub resolved_at_us: Option<i64>,
    pub resolved_by: Option<String>,
}

impl Comment {
    /// What is wrong with it by itself; empty if nothing is.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.text.trim().is_empty() || self.text.len() > STATEMENT_BYTES_MAX {
            faults.push(Fault::new("text", format!("a comment says something in at most {STATEMENT_BYTES_MAX} bytes")));
        }
        let ids = [("stage", &self.stage), ("touchpoint", &self.touchpoint)];
        for (path, _) in ids.into_iter().filter(|(_, id)| id.as_ref().is_some_and(|id| id.len() > NAME_BYTES_MAX)) {
            faults.push(Fault::new(path, format!("at most {NAME_BYTES_MAX} bytes")));
        }
        if self.touchpoint.is_some() && self.stage.is_none() {
            faults.push(Fault::new("stage", "name the stage of the touchpoint"));
        }
        if self.reply_to.is_some() && self.stage.is_some() {
            faults.push(Fault::new(
                "stage",
                "an answer is about what the comment is about that it answers; leave it out",
            ));
        }
        faults
    }

    /// What of what it is about the journey lacks, if anything.
    pub fn missing_in(&self, journey: &Journey) -> Option<Fault> {
        let id = self.stage.as_ref()?;
        let Some(stage) = journey.stages.iter().find(|stage| stage.id == *id) else {
            return Some(Fault::new("stage", format!("journey `{}` has no stage `{id}`", journey.id)));
        };
        let touchpoint = self.touchpoint.as_ref()?;
        let is_there = stage.touchpoints.iter().any(|point| point.id == *touchpoint);
        (!is_there).then(|| Fault::new("touchpoint", format!("stage `{id}` has no touchpoint `{touchpoint}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Comment {
        Comment { text: text.into(), stage: None, touchpoint: None, reply_to: None }
    }

    #[test]
    fn a_comment_says_something_about_one_thing() {
        assert!(says("why?").faults().is_empty());
        assert_eq!(says(" \n").faults()[0].path, "text");
        assert_eq!(says(&"x".repeat(STATEMENT_BYTES_MAX + 1)).faults()[0].path, "text");
        assert_eq!(Comment { touchpoint: Some("t".into()), ..says("a") }.faults()[0].path, "stage");
        assert_eq!(Comment { stage: Some("s".into()), reply_to: Some(1), ..says("a") }.faults()[0].path, "stage");
        assert_eq!(Comment { stage: Some("s".repeat(NAME_BYTES_MAX + 1)), ..says("a") }.faults()[0].path, "stage");
    }
}
