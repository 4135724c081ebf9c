//! What a number was before a day and after it, as a question.

use chrono::NaiveDate;
use model::change::{DatedChange, Figure};
use model::scope::Scope;

use super::Question;
use crate::error::{Error, Result};

/// Not a [`Question`]: it asks one, at two times.
#[derive(Debug, Clone, PartialEq)]
pub struct BeforeAfterQuestion {
    /// Asked of those who begin in the days before, and of those who begin in the days after; its own period, moment and
    /// breakdown are not used.
    pub question: Question,
    pub figure: Figure,
    /// In the workspace's zone, as all days here.
    pub day: NaiveDate,
    pub window_days: u32,
    pub left_out_days: u32,
    /// People the change did not touch, in place of the question's own scope.
    pub group: Option<Scope>,
    /// The moment to speak of, UTC microseconds; None: the newest event, or now if that is earlier.
    pub as_of_us: Option<i64>,
}

impl BeforeAfterQuestion {
    /// Of a dated change.
    ///
    /// # Errors
    /// `Invalid` where its metric is no question, or one without a number of those who begin at some time.
    pub fn of(change: &DatedChange, as_of_us: Option<i64>) -> Result<BeforeAfterQuestion> {
        let wrong = |path: &'static str| {
            move |error: serde_json::Error| Error::invalid(path, format!("cannot be asked: {error}"))
        };
        let question: Question =
            serde_json::from_value(change.metric.question.clone()).map_err(wrong("metric.question"))?;
        let scope = |group: &model::change::ComparisonGroup| serde_json::from_value(group.scope.clone());
        let group = change.group.as_ref().map(scope).transpose().map_err(wrong("group.scope"))?;
        check(&question, &change.metric.figure)?;
        Ok(BeforeAfterQuestion {
            question,
            figure: change.metric.figure.clone(),
            day: change.day,
            window_days: change.window_days,
            left_out_days: change.left_out_days,
            group,
            as_of_us,
        })
    }
}

/// A number has to be one of subjects that begin at some time, so that there is a before and an after.
fn check(question: &Question, figure: &Figure) -> Result<()> {
    let is_map = matches!(question, Question::JourneyMap(_));
    if !is_map && *figure != Figure::Headline {
        return Err(Error::invalid("metric.figure", "only a map has several numbers; of an analysis it is `headline`"));
    }
    let why = match question {
        Question::Pains(_) => "pains have no one number; ask a map or an analysis",
        Question::Segments(_) | Question::Rfm(_) => "members are counted at a moment, and have no before and after",
        Question::Lifecycle(_) | Question::Stickiness(_) => {
            "its number is of one calendar period; ask for sessions, retention or a sequence"
        }
        Question::Attribution(_) => "its number counts conversions alone; ask for a funnel or a sequence",
        _ => return Ok(()),
    };
    Err(Error::invalid("metric.question", why))
}
