//! What an analysis looks at, and by what its numbers are shown apart. One `Scope` feeds every analysis, so their numbers speak of the same people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::breakdown::Breakdown;
use crate::period::{Period, Span};
use crate::rule::Rule;
use crate::segment::SegmentChoice;
use crate::session::SessionRules;

/// Population, filters and clock of a question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Subjects that enter (start) in this period. Their later events count up to `as_of`, also past its end. Of whole customers
    /// a funnel, paths, transitions and patterns see what they did in the period instead, whenever they first came: a funnel's
    /// runs begin in it and are followed past its end, the others are of the events in it.
    pub entry: Period,
    /// Only events that match; the rest are as if they had not happened. None: every event but the system's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Rule>,
    /// Only customers with at least one event that matches, at any time up to `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<Rule>,
    /// Only customers who are members of every one of these segments as of the scope's moment. Membership goes by all of
    /// a customer's events up to then, whatever `events` leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentChoice>,
    /// Only subjects (customers, sessions, journey instances) with at least one event of their own that matches, up to
    /// `as_of`. Which of their events that is does not matter, and all their events are seen: only which subjects
    /// count changes. A journey's instance or case owns those of its events that match a touchpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Rule>,
    /// What one exchange of events is.
    pub subject: Subject,
    /// By what the numbers are shown apart. Not for maps and pains, which say by themselves what differs where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown>,
    /// The moment the question is asked at, UTC microseconds: later events do not exist yet, and subjects
    /// whose window reaches past it are open. None: the newest event there is, or now if that is dated later; the
    /// answer then states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of_us: Option<i64>,
    /// IANA zone of calendar edges and printed times. None: the journey's where one is asked about, else the
    /// workspace's; the answer then states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Scope {
    /// Whether a rule leaves out some events, customers or subjects.
    pub fn is_filtered(&self) -> bool {
        self.events.is_some() || self.customers.is_some() || self.subjects.is_some() || !self.segments.is_empty()
    }
}

/// What one slice of events is a slice of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Subject {
    /// All of a customer's events.
    #[default]
    Customer,
    /// A run of a customer's events without a gap longer than `timeout` (gap > timeout starts a new one), or as the rules
    /// say.
    Session(SessionRules),
}

impl Subject {
    /// What sessions are to a question about them: as said here if subjects are sessions, else ended by half an hour of
    /// silence; `timeout` is another silence.
    pub fn session_rules(&self, timeout: Option<Span>) -> SessionRules {
        let rules = match self {
            Subject::Session(rules) => rules.clone(),
            Subject::Customer => SessionRules::default(),
        };
        SessionRules { timeout: timeout.unwrap_or(rules.timeout), ..rules }
    }

    /// Sessions that silence alone ends.
    pub const fn session(timeout: Span) -> Subject {
        Subject::Session(SessionRules::idle(timeout))
    }
}
