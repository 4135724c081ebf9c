//! The question about paths.

use model::path::{Having, PathCut};
use model::rule::Rule;
use model::scope::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{JourneyKey, ten};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathsQuestion {
    #[serde(default)]
    pub scope: Scope,
    /// Subjects are this journey's instances and the path is of stages; else it is of event names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<JourneyKey>,
    /// Runs of the same label count as one step.
    #[serde(default)]
    pub collapse: bool,
    /// Steps told apart, 1 to 100; None: all up to that limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// Variants, and labels per position, that are listed; the rest is "other".
    #[serde(default = "ten")]
    pub top: u32,
    /// Which part of a subject's events a path is, and by what values events are told apart.
    #[serde(default, skip_serializing_if = "PathCut::is_whole")]
    pub cut: PathCut,
    /// Only subjects with, or without, a certain event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub having: Option<Having>,
    /// Parts the subjects in two: those with an event that matches, whom the numbers then are of, and those without, who
    /// stand beside them in `comparison`. Not together with `having`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Rule>,
}

impl Default for PathsQuestion {
    fn default() -> Self {
        PathsQuestion {
            scope: Scope::default(),
            journey: None,
            collapse: false,
            steps: None,
            top: ten(),
            cut: PathCut::default(),
            having: None,
            split: None,
        }
    }
}

impl PathsQuestion {
    /// The event that decides which subjects take part.
    pub fn side(&self) -> Option<Having> {
        let with = self.split.as_ref().map(|rule| Having { rule: rule.clone(), not: false });
        with.or_else(|| self.having.clone())
    }

    /// The question about the subjects on the other side of `split`.
    pub fn against(&self) -> Option<PathsQuestion> {
        let having = Some(Having { rule: self.split.clone()?, not: true });
        let scope = Scope { by: None, ..self.scope.clone() };
        Some(PathsQuestion { scope, having, split: None, ..self.clone() })
    }

    /// Whether paths are to get somewhere, so that some do and some do not.
    pub fn has_goal(&self) -> bool {
        self.cut.goal.is_some() || self.cut.to.is_some() || self.journey.is_some()
    }
}
