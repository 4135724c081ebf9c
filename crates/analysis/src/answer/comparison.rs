//! Two answers to one question, asked over two scopes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{
    AttributionAnswer, FunnelAnswer, LifecycleAnswer, Meta, PathsAnswer, RetentionAnswer, RfmAnswer, SegmentsAnswer,
    SequenceAnswer, SessionsAnswer, StickinessAnswer, SurvivalAnswer, TransitionsAnswer,
};

/// An answer of any analysis that can be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ask", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there is one of these a question; a box would save nothing")]
pub enum Answer {
    Funnel(FunnelAnswer),
    Paths(PathsAnswer),
    Transitions(TransitionsAnswer),
    Sessions(SessionsAnswer),
    Retention(RetentionAnswer),
    Lifecycle(LifecycleAnswer),
    Stickiness(StickinessAnswer),
    Survival(SurvivalAnswer),
    Sequence(SequenceAnswer),
    Attribution(AttributionAnswer),
    Segments(SegmentsAnswer),
    Rfm(RfmAnswer),
}

impl Answer {
    pub fn meta(&self) -> &Meta {
        match self {
            Answer::Funnel(answer) => &answer.meta,
            Answer::Paths(answer) => &answer.meta,
            Answer::Transitions(answer) => &answer.meta,
            Answer::Sessions(answer) => &answer.meta,
            Answer::Retention(answer) => &answer.meta,
            Answer::Lifecycle(answer) => &answer.meta,
            Answer::Stickiness(answer) => &answer.meta,
            Answer::Survival(answer) => &answer.meta,
            Answer::Sequence(answer) => &answer.meta,
            Answer::Attribution(answer) => &answer.meta,
            Answer::Segments(answer) => &answer.meta,
            Answer::Rfm(answer) => &answer.meta,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AnswerComparison)]
pub struct Comparison {
    /// Over the question's own scope.
    pub answer: Answer,
    /// Over the other one.
    pub versus: Answer,
    /// Number by number, in the order of `answer`; those that only one of them has are left out.
    pub changes: Vec<Change>,
    /// Whether changes beyond the limit were left out.
    pub truncated: bool,
}

/// What one number is here and there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AnswerChange)]
pub struct Change {
    /// Where the number stands in the answers: `["steps", "purchase", "from_first"]`.
    pub path: Vec<String>,
    pub of: ChangeOf,
    /// In `answer`. A share between 0 and 1, people in instances, durations in seconds, other numbers as they stand there.
    pub here: f64,
    /// In `versus`.
    pub there: f64,
    /// `here` less `there`. Of shares of counts with its 95 % interval by Newcombe's method 10 (1998, Statistics in Medicine
    /// 17:873), which takes the two for independent; each interval is for itself, not for all of them together.
    pub difference: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOf {
    /// A share of a count, with an interval; or a probability, a share of a credit or of a value, without.
    Share,
    People,
    /// The median, where the path names no other.
    Duration,
    /// A sum of values, a cost, or such a mean: in the currency of the workspace, where the values are money.
    Money,
    /// A count, a mean, a quotient.
    Number,
}
