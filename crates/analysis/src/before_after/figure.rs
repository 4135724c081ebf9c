//! The number that is compared, read off a fold's state: of everyone who begins in a stretch, or on one day.

use folds::journey::StageMachine;
use folds::paths::State as PathsState;
use model::change::Figure;
use model::pain::Estimate;
use operators::FoldSpec;
use operators::spec::FoldState;

use crate::analyst::mixed_up;
use crate::answer::{
    CountedFrom, Headline, HeadlineOf, JourneyMap, Meta, PathsNumbers, RetentionNumbers, StageMetrics, SurvivalNumbers,
};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::headline::{self, of_people, of_share};
use crate::paths::Listed;
use crate::plan::Plan;
use crate::question::{Question, ResolvedJourney};
use crate::words::text;
use crate::{funnel, journey_map, paths, retention, sequence, sessions, survival, transitions};

/// A number with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub headline: Headline,
    /// Of a median, seconds.
    pub low_s: Option<f64>,
    pub high_s: Option<f64>,
    pub began: u64,
    pub open: u64,
}

impl Measured {
    fn of(headline: Headline, began: u64, open: u64) -> Measured {
        Measured { headline, low_s: None, high_s: None, began, open }
    }

    /// With its interval, if it is a median that has one.
    pub(crate) fn median(&self) -> Option<Estimate> {
        let (low, high) = self.low_s.zip(self.high_s)?;
        Some(Estimate { value: self.headline.value?, low, high })
    }
}

/// How states of one question are read.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    pub question: &'a Question,
    pub figure: &'a Figure,
    pub plan: &'a Plan,
    pub journey: Option<&'a ResolvedJourney>,
    pub meta: &'a Meta,
    /// The column of retention that is read.
    pub column: Option<String>,
}

impl Reader<'_> {
    /// # Errors
    /// When the state is of another fold, or the journey has no such stage.
    pub(crate) fn read(&self, state: FoldState) -> Result<Measured> {
        let everyone = Within::default();
        match (self.question, state) {
            (Question::JourneyMap(_), FoldState::Journey(state)) => self.map(state),
            (Question::Funnel(_), FoldState::Funnel(state)) => {
                let named = funnel::Named::of(self.plan, self.journey.is_some()).ok_or_else(mixed_up)?;
                let (numbers, _) = funnel::numbers(&named, &state, None, &everyone)?;
                let open = numbers.steps.iter().map(|step| step.open.instances).sum();
                let began = numbers.steps.first().map_or(0, |step| step.reached.instances);
                Ok(Measured::of(headline::of_funnel(&numbers), began, open))
            }
            (Question::Paths(_), FoldState::Paths(state)) => {
                let numbers = self.paths(&state);
                let (began, open) = (numbers.subjects.instances, numbers.ends.open.subjects);
                Ok(Measured::of(headline::of_paths(&numbers), began, open))
            }
            (Question::Transitions(question), FoldState::Transitions(state)) => {
                let numbers = transitions::numbers(&self.plan.labels(), question, &state, &everyone)?;
                Ok(Measured::of(headline::of_transitions(&numbers), numbers.subjects.instances, 0))
            }
            (Question::Sessions(_), FoldState::Sessions(state)) => {
                let (numbers, _) = sessions::numbers(&sessions::Named::of(self.plan), &state, &everyone);
                let (began, open) = (numbers.sessions.instances, numbers.open.instances);
                Ok(Measured::of(headline::of_sessions(&numbers), began, open))
            }
            (Question::Sequence(_), FoldState::Sequence(state)) => {
                let numbers = sequence::numbers(&state, &everyone);
                Ok(Measured::of(headline::of_sequence(&numbers), numbers.subjects.instances, 0))
            }
            (Question::Retention(_), FoldState::Retention(state)) => {
                let FoldSpec::Retention(config) = &self.plan.spec.scan.fold else { return Err(mixed_up()) };
                Ok(self.retained(&retention::numbers(&self.plan.labels(), config, &state, &everyone)))
            }
            (Question::Survival(_), FoldState::Survival(state)) => {
                Ok(survived(&survival::numbers(&self.plan.labels(), &[], &state, &everyone)))
            }
            _ => Err(mixed_up()),
        }
    }

    /// The furthest column that everybody's time has passed for; if there is none, the furthest that anybody's has.
    ///
    /// # Errors
    /// When the state is of another fold.
    pub(crate) fn column(&self, state: &FoldState) -> Result<Option<String>> {
        let Question::Retention(_) = self.question else { return Ok(None) };
        let (FoldState::Retention(state), FoldSpec::Retention(config)) = (state, &self.plan.spec.scan.fold) else {
            return Err(mixed_up());
        };
        let numbers = retention::numbers(&self.plan.labels(), config, state, &Within::default());
        let furthest = |least: u64| numbers.total.iter().rposition(|total| total.share.of >= least.max(1));
        let whole = furthest(numbers.started.instances).filter(|column| *column > 0);
        Ok(whole.or_else(|| furthest(1)).map(|column| numbers.total[column].name.clone()))
    }

    fn paths(&self, state: &PathsState) -> PathsNumbers {
        let goal = matches!(self.question, Question::Paths(question) if question.has_goal());
        let stages = self.journey.is_some();
        let listed = Listed { positions: 1, top: 1, stages, goal, counted_from: CountedFrom::First };
        paths::numbers(&self.plan.labels(), state, listed, &Within::default()).0
    }

    fn retained(&self, numbers: &RetentionNumbers) -> Measured {
        let headline = headline::of_retention(numbers, self.column.as_deref());
        let began = numbers.started.instances;
        let open = headline.share.map_or(0, |share| began.saturating_sub(share.of));
        Measured::of(headline, began, open)
    }

    fn map(&self, state: folds::journey::State) -> Result<Measured> {
        let (FoldSpec::Journey(config), Some(journey)) = (&self.plan.spec.scan.fold, self.journey) else {
            return Err(mixed_up());
        };
        let machine = StageMachine::new(config.clone())?;
        let map = journey_map::map(journey, &machine.answer(state), &self.plan.spec.scan.channels, self.meta.clone());
        let totals = &map.totals;
        let (began, open) = (totals.started.instances, totals.open.instances);
        let headline = match self.figure {
            Figure::Headline => {
                of_share(text("旅程转化率", "Conversion of the journey"), totals.conversion, Some(&totals.goal))
            }
            Figure::Started => of_people(text("开始的旅程", "Journeys begun"), &totals.started),
            Figure::Goal => of_people(text("达成目标的旅程", "Journeys that reached the goal"), &totals.goal),
            Figure::TimeToGoal => Headline {
                label: text("达成目标的中位时间", "Median time to the goal"),
                of: HeadlineOf::Duration,
                value: totals.time_to_goal.median_s,
                share: None,
                people: Some(totals.goal.clone()),
            },
            Figure::StageReached { stage } => {
                let stage = of_stage(&map, stage)?;
                let (zh, en) = (stage.name.get("zh-CN"), stage.name.get("en"));
                let label = text(format!("到达「{zh}」的旅程"), format!("Journeys that reached “{en}”"));
                of_share(label, stage.reach.share, Some(&stage.reach.reached))
            }
            Figure::StageOnward { stage } => {
                let stage = of_stage(&map, stage)?;
                let (zh, en) = (stage.name.get("zh-CN"), stage.name.get("en"));
                let label = text(format!("从「{zh}」继续向前"), format!("Went on from “{en}”"));
                let open = stage.waiting.instances;
                return Ok(Measured::of(of_share(label, stage.to_next, Some(&stage.reach.onward)), began, open));
            }
        };
        Ok(Measured::of(headline, began, open))
    }
}

fn survived(numbers: &SurvivalNumbers) -> Measured {
    let headline = headline::of_survival(numbers);
    let curve = numbers.curves.first();
    Measured {
        headline,
        low_s: curve.and_then(|curve| curve.median.low_s),
        high_s: curve.and_then(|curve| curve.median.high_s),
        began: numbers.started.instances,
        open: curve.map_or(0, |curve| curve.censored.instances),
    }
}

fn of_stage<'a>(map: &'a JourneyMap, id: &str) -> Result<&'a StageMetrics> {
    map.stages
        .iter()
        .find(|stage| stage.stage == id)
        .ok_or_else(|| Error::not_found(format!("stage `{id}` in journey `{}`", map.journey.id)))
}
