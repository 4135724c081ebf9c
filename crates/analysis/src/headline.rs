//! Which number of an answer stands for it, and how it compares.
//!
//! Each analysis has one: of a funnel its conversion, of paths those that got to their goal, of sessions how many there
//! are. It is read off the answer, so it is the number the analysis shows.

use model::named_view::ViewAsks;
use model::scope::Scope;
use model::text::LocalizedText;
use operators::Control;

use crate::Analyst;
use crate::answer::{
    Answer, FunnelNumbers, Headline, HeadlineOf, PathsNumbers, People, PinnedNumber, PinnedVersus, RetentionNumbers,
    RetentionTotal, SequenceNumbers, SessionsNumbers, Share, SurvivalNumbers, TransitionsNumbers,
};
use crate::error::{Error, Result};
use crate::question::{Present, Question, ResolvedJourney};
use crate::share::difference;
use crate::words::text;

impl Question {
    /// The question of a named view, and the scope it is compared with.
    ///
    /// # Errors
    /// `Invalid` where it is none, or none with a number of its own.
    pub fn of_view(asks: &ViewAsks) -> Result<(Question, Option<Scope>)> {
        let wrong =
            |error: serde_json::Error| Error::invalid("asks", format!("no question as `compare` takes: {error}"));
        let question: Question = serde_json::from_value(asks.question.clone()).map_err(wrong)?;
        if matches!(question, Question::JourneyMap(_) | Question::Pains(_)) {
            return Err(Error::invalid("asks.question", "maps and pains have no one number; ask an analysis"));
        }
        let versus = asks.versus.clone().map(serde_json::from_value).transpose().map_err(wrong)?;
        Ok((question, versus))
    }

    /// The same question, speaking of this moment where it names none.
    #[must_use]
    pub fn as_of(mut self, as_of_us: Option<i64>) -> Question {
        let scope = self.scope_mut();
        scope.as_of_us = scope.as_of_us.or(as_of_us);
        self
    }
}

impl Analyst {
    /// The headline of a question, compared with another scope if there is one.
    ///
    /// # Errors
    /// As of the question itself.
    pub async fn headline(
        &self,
        present: &Present,
        question: &Question,
        versus: Option<&Scope>,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<PinnedNumber> {
        let Some(versus) = versus else {
            let answer = self.answer(present, question, journey, control).await?;
            return Ok(PinnedNumber { meta: answer.meta().clone(), headline: headline(&answer), versus: None });
        };
        // Both speak of one moment.
        let as_of_us = versus.as_of_us.or(question.scope().as_of_us);
        let versus = Scope { as_of_us, ..versus.clone() };
        let both = self.compare(present, question, &versus, journey, control).await?;
        let (here, there) = (headline(&both.answer), headline(&both.versus));
        let interval = here.share.zip(there.share).and_then(|(here, there)| difference(&here, &there));
        let versus = PinnedVersus {
            meta: both.versus.meta().clone(),
            difference: here.value.zip(there.value).map(|(here, there)| here - there),
            low: interval.as_ref().map(|interval| interval.low),
            high: interval.as_ref().map(|interval| interval.high),
            headline: there,
        };
        Ok(PinnedNumber { meta: both.answer.meta().clone(), headline: here, versus: Some(versus) })
    }
}

/// The number that stands for an answer.
pub(crate) fn headline(answer: &Answer) -> Headline {
    match answer {
        Answer::Funnel(answer) => of_funnel(&answer.numbers),
        Answer::Paths(answer) => of_paths(&answer.numbers),
        Answer::Transitions(answer) => of_transitions(&answer.numbers),
        Answer::Sessions(answer) => of_sessions(&answer.numbers),
        Answer::Retention(answer) => of_retention(&answer.numbers, None),
        Answer::Lifecycle(answer) => {
            let periods = &answer.numbers.periods;
            match periods.iter().rev().find(|period| period.complete).or(periods.last()) {
                Some(period) => {
                    let label =
                        text(format!("活跃客户：{} 起", period.period), format!("Active from {}", period.period));
                    of_people(label, &period.active)
                }
                None => of_people(text("客户", "Customers"), &answer.numbers.customers),
            }
        }
        Answer::Stickiness(answer) => {
            let periods = &answer.numbers.periods;
            match periods.iter().rev().find(|period| period.complete).or(periods.last()) {
                Some(period) => Headline {
                    label: text(format!("粘性：{} 起", period.period), format!("Stickiness from {}", period.period)),
                    of: HeadlineOf::Share,
                    value: period.ratio,
                    share: None,
                    people: Some(period.active.clone()),
                },
                None => of_people(text("客户", "Customers"), &answer.numbers.customers),
            }
        }
        Answer::Survival(answer) => of_survival(&answer.numbers),
        Answer::Sequence(answer) => of_sequence(&answer.numbers),
        Answer::Attribution(answer) => {
            let conversions = &answer.numbers.conversions;
            let headline = of_people(text("转化", "Conversions"), &conversions.people);
            Headline { value: Some(conversions.count as f64), ..headline }
        }
        Answer::Segments(answer) => match answer.numbers.segments.first() {
            Some(segment) => of_people(segment.name.clone(), &segment.members),
            None => of_people(text("客户", "Customers"), &answer.numbers.population),
        },
        Answer::Rfm(answer) => of_people(text("有购买的客户", "Customers with a purchase"), &answer.numbers.scored),
    }
}

pub(crate) fn of_funnel(numbers: &FunnelNumbers) -> Headline {
    match numbers.steps.last() {
        Some(last) => {
            let label = text(format!("转化率：到「{}」", last.name), format!("Conversion to {}", last.name));
            of_share(label, last.from_first, Some(&last.reached))
        }
        None => of_people(text("进入的主体", "Entered"), &numbers.subjects),
    }
}

pub(crate) fn of_paths(numbers: &PathsNumbers) -> Headline {
    match numbers.to_goal {
        Some(to_goal) => of_share(text("到达目标的路径", "Paths that got there"), to_goal, None),
        None => of_people(text("路径", "Paths"), &numbers.subjects),
    }
}

pub(crate) fn of_transitions(numbers: &TransitionsNumbers) -> Headline {
    of_people(text("统计的主体", "Subjects"), &numbers.subjects)
}

pub(crate) fn of_sessions(numbers: &SessionsNumbers) -> Headline {
    of_people(text("会话", "Sessions"), &numbers.sessions)
}

/// At a column; None: the furthest that anybody's time has passed for.
pub(crate) fn of_retention(numbers: &RetentionNumbers, column: Option<&str>) -> Headline {
    let of = |total: &&RetentionTotal| column.map_or(total.share.of > 0, |name| total.name == name);
    match numbers.total.iter().rev().find(of) {
        Some(total) => {
            let label = text(format!("留存率：第 {} 期", total.name), format!("Retention at {}", total.name));
            of_share(label, total.share, Some(&total.returned))
        }
        None => of_people(text("起始客户", "Started"), &numbers.started),
    }
}

pub(crate) fn of_survival(numbers: &SurvivalNumbers) -> Headline {
    match numbers.curves.first() {
        Some(curve) => Headline {
            label: text("结束的中位时间", "Median time to the end"),
            of: HeadlineOf::Duration,
            value: curve.median.at_s,
            share: None,
            people: Some(curve.started.clone()),
        },
        None => of_people(text("起始客户", "Started"), &numbers.started),
    }
}

pub(crate) fn of_sequence(numbers: &SequenceNumbers) -> Headline {
    of_share(text("有此序列的主体", "Subjects with the sequence"), numbers.share, Some(&numbers.matched))
}

pub(crate) fn of_share(label: LocalizedText, share: Share, people: Option<&People>) -> Headline {
    Headline { label, of: HeadlineOf::Share, value: share.share, share: Some(share), people: people.cloned() }
}

pub(crate) fn of_people(label: LocalizedText, people: &People) -> Headline {
    let value = Some(people.instances as f64);
    Headline { label, of: HeadlineOf::People, value, share: None, people: Some(people.clone()) }
}
