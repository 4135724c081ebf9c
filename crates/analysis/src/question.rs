//! What can be asked. A question is plain data: it is stored in permalinks, sent over the API and carried in
//! an answer's `meta.question`, so every number can be asked again.

mod attribution;
mod before_after;
mod paths;
mod segments;

use std::sync::Arc;

pub use attribution::*;
use base64::Engine;
pub use before_after::BeforeAfterQuestion;
pub use folds::attribution::Earlier;
pub use folds::funnel::Mode;
use lake::Snapshot;
pub use model::activity::{LifecycleQuestion, StickinessQuestion};
use model::funnel::{FunnelOptions, FunnelWindow};
use model::journey::Journey;
use model::period::Span;
pub use model::retention::RetentionQuestion;
use model::rule::Rule;
use model::scope::Scope;
use model::segment::Segment;
use model::session::SessionRules;
use model::stores::Stores;
pub use model::survival::SurvivalQuestion;
use operators::ground::SessionsApart;
pub use paths::PathsQuestion;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::segments::{RfmQuestion, SegmentsQuestion};

use crate::error::{Error, Result};

/// What a question is put to: a workspace's events as they stand, and the surroundings that fill in what it leaves
/// open.
#[derive(Debug, Clone)]
pub struct Present {
    pub snapshot: Arc<Snapshot>,
    /// IANA zone of the workspace.
    pub zone: String,
    /// The segments of the workspace, at their newest versions: what keys in questions stand for.
    pub segments: Arc<Vec<Segment>>,
    /// The stores whose events alone the asker sees. Every plan, and whatever else is read, keeps to it. None: all
    /// events.
    pub limit: Option<Stores>,
    /// The asker's clock, UTC microseconds. A question that names no moment speaks of none later, whatever events
    /// are dated.
    pub now_us: i64,
}

impl Present {
    /// A rule for what the asker sees.
    pub(crate) fn narrowed(&self, rule: Rule) -> Rule {
        self.limit.as_ref().map_or_else(|| rule.clone(), |stores| stores.narrow(&rule))
    }

    /// Puts the asker's limit into a scope, where it stands in the explanation and the SQL of the answer.
    pub(crate) fn narrow(&self, scope: &mut Scope) {
        if let Some(stores) = &self.limit {
            stores.narrow_scope(scope);
        }
    }
}

/// Any question, as `meta.question` carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Question {
    JourneyMap(JourneyMapQuestion),
    Funnel(FunnelQuestion),
    Paths(PathsQuestion),
    Transitions(TransitionsQuestion),
    Sessions(SessionsQuestion),
    Pains(PainQuestion),
    Retention(RetentionQuestion),
    Lifecycle(LifecycleQuestion),
    Stickiness(StickinessQuestion),
    Survival(SurvivalQuestion),
    Sequence(SequenceQuestion),
    Attribution(AttributionQuestion),
    Segments(SegmentsQuestion),
    Rfm(RfmQuestion),
}

impl Question {
    /// As text for URLs: JSON in base64url without padding.
    pub fn encode(&self) -> String {
        Question::text_of(self)
    }

    /// Reads what [`Question::encode`] wrote.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn decode(text: &str) -> Result<Question> {
        Question::read_text(text, "question", "use the `meta.question` of an answer as it stands")
    }

    pub(crate) fn text_of(value: &impl Serialize) -> String {
        // Questions are made of strings, numbers and lists: nothing in them can fail to serialise.
        let json = serde_json::to_vec(value).unwrap_or_default();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    }

    pub(crate) fn read_text<T: serde::de::DeserializeOwned>(text: &str, what: &str, why: &str) -> Result<T> {
        let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text);
        let json = json.map_err(|_| Error::invalid(what, why))?;
        serde_json::from_slice(&json).map_err(|error| Error::invalid(what, format!("{why} ({error})")))
    }

    pub fn scope(&self) -> &Scope {
        match self {
            Question::JourneyMap(question) => &question.scope,
            Question::Funnel(question) => &question.scope,
            Question::Paths(question) => &question.scope,
            Question::Transitions(question) => &question.scope,
            Question::Sessions(question) => &question.scope,
            Question::Pains(question) => &question.scope,
            Question::Retention(question) => &question.scope,
            Question::Lifecycle(question) => &question.scope,
            Question::Stickiness(question) => &question.scope,
            Question::Survival(question) => &question.scope,
            Question::Sequence(question) => &question.scope,
            Question::Attribution(question) => &question.scope,
            Question::Segments(question) => &question.scope,
            Question::Rfm(question) => &question.scope,
        }
    }

    pub(crate) fn scope_mut(&mut self) -> &mut Scope {
        match self {
            Question::JourneyMap(question) => &mut question.scope,
            Question::Funnel(question) => &mut question.scope,
            Question::Paths(question) => &mut question.scope,
            Question::Transitions(question) => &mut question.scope,
            Question::Sessions(question) => &mut question.scope,
            Question::Pains(question) => &mut question.scope,
            Question::Retention(question) => &mut question.scope,
            Question::Lifecycle(question) => &mut question.scope,
            Question::Stickiness(question) => &mut question.scope,
            Question::Survival(question) => &mut question.scope,
            Question::Sequence(question) => &mut question.scope,
            Question::Attribution(question) => &mut question.scope,
            Question::Segments(question) => &mut question.scope,
            Question::Rfm(question) => &mut question.scope,
        }
    }

    /// The journey the question is about, which has to be resolved before it can be answered.
    pub fn journey(&self) -> Option<&JourneyKey> {
        match self {
            Question::JourneyMap(question) => Some(&question.journey),
            Question::Pains(question) => Some(&question.journey),
            Question::Funnel(question) => question.journey.as_ref(),
            Question::Paths(question) => question.journey.as_ref(),
            Question::Transitions(question) => question.journey.as_ref(),
            Question::Sessions(_)
            | Question::Retention(_)
            | Question::Lifecycle(_)
            | Question::Stickiness(_)
            | Question::Survival(_)
            | Question::Attribution(_)
            | Question::Segments(_)
            | Question::Rfm(_) => None,
            Question::Sequence(question) => question.journey.as_ref(),
        }
    }

    pub(crate) fn journey_mut(&mut self) -> Option<&mut JourneyKey> {
        match self {
            Question::JourneyMap(question) => Some(&mut question.journey),
            Question::Pains(question) => Some(&mut question.journey),
            Question::Funnel(question) => question.journey.as_mut(),
            Question::Paths(question) => question.journey.as_mut(),
            Question::Transitions(question) => question.journey.as_mut(),
            Question::Sessions(_)
            | Question::Retention(_)
            | Question::Lifecycle(_)
            | Question::Stickiness(_)
            | Question::Survival(_)
            | Question::Attribution(_)
            | Question::Segments(_)
            | Question::Rfm(_) => None,
            Question::Sequence(question) => question.journey.as_mut(),
        }
    }
}

/// A journey by key and version. With a question it is resolved to its definition before anything is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JourneyKey {
    pub id: String,
    /// None: the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// A definition with the version it was stored as.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedJourney {
    pub version: u32,
    pub definition: Journey,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JourneyMapQuestion {
    pub journey: JourneyKey,
    /// Only customers of this persona of the journey, which must have a rule that says who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// `scope.subject` is not used: the subjects of a map are the journey's instances.
    #[serde(default)]
    pub scope: Scope,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelQuestion {
    #[serde(default)]
    pub scope: Scope,
    /// Subjects are this journey's instances; without `steps`, step k is "stage k or a later one".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<JourneyKey>,
    /// 1 to 50.
    #[serde(default)]
    pub steps: Vec<FunnelStepRule>,
    /// From the first step. None: no limit. Only with `steps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "7d")]
    pub window: Option<FunnelWindow>,
    /// `ordered`, `strict` or `unordered`, or a mode of ClickHouse's `windowFunnel`, which takes no options but `trend`
    /// and `next`. Only with `steps`.
    #[serde(default)]
    #[schema(value_type = String, example = "ordered")]
    pub mode: Mode,
    /// Over a journey's stages only `trend` and `next`.
    #[serde(default)]
    pub options: FunnelOptions,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelStepRule {
    pub name: String,
    #[serde(rename = "match")]
    pub rule: Rule,
}

/// Who did something after something else.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceQuestion {
    #[serde(default)]
    pub scope: Scope,
    /// Subjects are this journey's instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<JourneyKey>,
    /// `(?N)` an event of condition N, `.` any event of a condition, `.*` any number of them, `(?t<=3600)` directly
    /// after an event: the next comes so many seconds later at most.
    #[schema(example = "(?1)(?t<=3600)(?2)")]
    pub pattern: String,
    /// 1 to 64.
    pub conditions: Vec<FunnelStepRule>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TransitionsQuestion {
    pub scope: Scope,
    /// Subjects are this journey's instances and the labels its stages; else labels are event names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<JourneyKey>,
    /// First steps for which the answer says how many subjects are where, 0 to 100.
    #[serde(skip_serializing_if = "is_zero")]
    pub steps: u32,
    /// Labels after which the next step is asked, the last one last, at most 3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Label to which the chance to come is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsQuestion {
    /// `subject` says what a session is; whole customers stand for sessions that half an hour of silence ends.
    pub scope: Scope,
    /// A gap longer than this starts a new session, whatever `scope.subject` says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// What is counted apart beside all sessions; whoever needs less is answered sooner. None: everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<Vec<SessionsBy>>,
}

/// What sessions are counted apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionsBy {
    /// The events they begin and end with.
    Events,
    /// The channel they begin on.
    Channels,
    /// The day they begin on.
    Days,
}

impl SessionsQuestion {
    pub(crate) fn apart(&self) -> SessionsApart {
        let asked = |by: SessionsBy| self.apart.as_ref().is_none_or(|apart| apart.contains(&by));
        SessionsApart {
            events: asked(SessionsBy::Events),
            channels: asked(SessionsBy::Channels),
            days: asked(SessionsBy::Days),
        }
    }

    /// What a session is.
    pub fn rules(&self) -> SessionRules {
        self.scope.subject.session_rules(self.timeout)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PainQuestion {
    pub journey: JourneyKey,
    /// `scope.subject` is not used: the subjects are the journey's instances.
    #[serde(default)]
    pub scope: Scope,
    /// ISO 4217 code of the goal's values, to be shown with sums of money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn ten() -> u32 {
    10
}
