//! The one who answers.

use std::sync::Arc;
use std::time::Instant;

use folds::slice::End;
use lake::Snapshot;
use model::identity::CustomerId;
use operators::spec::FoldState;
use operators::{Control, Engine};

use crate::answer::{
    CustomerList, CustomerSummary, FunnelAnswer, JourneyMap, Meta, PathsAnswer, SessionsAnswer, Timeline,
    TransitionsAnswer,
};
use crate::error::{Error, Result};
use crate::meta::Asked;
use crate::paths::Listed;
use crate::plan::{self, Plan};
use crate::question::{
    FunnelQuestion, JourneyMapQuestion, PathsQuestion, Question, ResolvedJourney, SessionsQuestion, TransitionsQuestion,
};
use crate::{customers, funnel, journey_map, paths, sessions, timeline, transitions, words};

/// Positions a paths answer lists when the question does not say how many.
const PATH_POSITIONS: usize = 10;

/// Labels and variants a paths answer lists at most.
const PATH_TOP_MAX: u32 = 1_000;

/// Answers questions with one engine, which all workspaces share.
#[derive(Debug, Clone)]
pub struct Analyst {
    pub engine: Engine,
}

impl Analyst {
    pub fn new(engine: Engine) -> Analyst {
        Analyst { engine }
    }

    /// The journey map.
    ///
    /// # Errors
    /// `Invalid` when the definition or the scope does not make sense, `Cancelled` through `control`.
    pub async fn journey_map(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &JourneyMapQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<JourneyMap> {
        let asked = Question::JourneyMap(question.clone());
        let plan = plan::journey_map(snapshot, question, journey)?;
        let (state, meta) = self.ask(snapshot, &asked, Some(journey), &plan, control).await?;
        let (FoldState::Journey(state), operators::spec::FoldSpec::Journey(config)) = (state, &plan.scan.fold) else {
            return Err(mixed_up());
        };
        let machine = folds::journey::StageMachine::new(config.clone())?;
        Ok(journey_map::map(journey, &machine.answer(state), &plan.scan.channels, meta))
    }

    /// The funnel.
    pub async fn funnel(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &FunnelQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<FunnelAnswer> {
        let asked = Question::Funnel(question.clone());
        let plan = plan::funnel(snapshot, question, journey)?;
        let (FoldState::Funnel(state), meta) = self.ask(snapshot, &asked, journey, &plan, control).await? else {
            return Err(mixed_up());
        };
        let left_last = match journey {
            Some(journey) if question.steps.is_empty() => {
                Some(self.left_last(snapshot, question, journey, control).await?)
            }
            _ => None,
        };
        Ok(funnel::answer(&plan.steps, &state, left_last.as_deref(), meta))
    }

    /// Left instances by their last stage. A funnel's fold only knows how far a subject came.
    async fn left_last(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &FunnelQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<Vec<u64>> {
        let question = TransitionsQuestion { scope: question.scope.clone(), journey: question.journey.clone() };
        let plan = plan::transitions(snapshot, &question, Some(journey))?;
        match operators::run(&self.engine, snapshot.clone(), &plan.scan, control).await?.state {
            FoldState::Transitions(state) => Ok((1..=journey.definition.stages.len() as u32)
                .map(|label| state.node(label).map_or(0, |node| node.ended_as(End::Left)))
                .collect()),
            _ => Err(mixed_up()),
        }
    }

    /// Paths.
    pub async fn paths(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &PathsQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<PathsAnswer> {
        if question.top == 0 || question.top > PATH_TOP_MAX {
            return Err(Error::invalid("top", format!("list 1 to {PATH_TOP_MAX}, not {}", question.top)));
        }
        let asked = Question::Paths(question.clone());
        let plan = plan::paths(snapshot, question, journey)?;
        match self.ask(snapshot, &asked, journey, &plan, control).await? {
            (FoldState::Paths(state), meta) => {
                let positions = question.steps.map_or(PATH_POSITIONS, |steps| steps as usize);
                let listed = Listed { positions, top: question.top as usize, stages: journey.is_some() };
                Ok(paths::answer(&plan.labels, &state, listed, meta))
            }
            _ => Err(mixed_up()),
        }
    }

    /// The directly-follows graph.
    pub async fn transitions(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &TransitionsQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<TransitionsAnswer> {
        let asked = Question::Transitions(question.clone());
        let plan = plan::transitions(snapshot, question, journey)?;
        match self.ask(snapshot, &asked, journey, &plan, control).await? {
            (FoldState::Transitions(state), meta) => Ok(transitions::answer(&plan.labels, &state, meta)),
            _ => Err(mixed_up()),
        }
    }

    /// Sessions.
    pub async fn sessions(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &SessionsQuestion,
        control: &Control,
    ) -> Result<SessionsAnswer> {
        let asked = Question::Sessions(question.clone());
        let plan = plan::sessions(snapshot, question)?;
        match self.ask(snapshot, &asked, None, &plan, control).await? {
            (FoldState::Sessions(state), meta) => Ok(sessions::answer(&plan.labels, &state, meta)),
            _ => Err(mixed_up()),
        }
    }

    /// The customers behind a number: the question's subjects that `pick` names, by ascending customer id.
    ///
    /// # Errors
    /// `Invalid` or `NotFound` when the question has no such number.
    #[allow(clippy::too_many_arguments)]
    pub async fn customers(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &Question,
        journey: Option<&ResolvedJourney>,
        pick: &str,
        after: Option<&str>,
        limit: usize,
        control: &Control,
    ) -> Result<CustomerList> {
        let mut plan = customers::plan(snapshot, question, journey)?;
        let page = limit.clamp(1, customers::PAGE_CUSTOMERS_MAX);
        plan.scan.who = Some(customers::who(question, journey, &plan, pick, after, page)?);
        let (state, meta) = self.ask(snapshot, question, journey, &plan, control).await?;
        let FoldState::Who(found) = state else { return Err(mixed_up()) };
        let ids: Vec<CustomerId> = found.ids.iter().copied().map(CustomerId).collect();
        let items = timeline::summaries(snapshot, &ids).await?;
        Ok(CustomerList {
            title: words::pick(pick, journey.map(|journey| &journey.definition)),
            customers: found.customers,
            subjects: found.subjects,
            next: (found.ids.len() == page).then(|| found.ids.last().map(i64::to_string)).flatten(),
            items,
            meta,
        })
    }

    /// A page of one customer's events.
    pub async fn timeline(
        &self,
        snapshot: &Snapshot,
        customer: CustomerId,
        journey: Option<&ResolvedJourney>,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Timeline> {
        timeline::timeline(snapshot, customer, journey, before, limit).await
    }

    /// Customers who sent this identifier; of any namespace if none is given.
    pub async fn search(
        &self,
        snapshot: &Snapshot,
        namespace: Option<&str>,
        value: &str,
    ) -> Result<Vec<CustomerSummary>> {
        let mut found = snapshot.customers_of_identifier(namespace, value).await?;
        found.truncate(customers::PAGE_CUSTOMERS_MAX);
        timeline::summaries(snapshot, &found).await
    }

    async fn ask(
        &self,
        snapshot: &Arc<Snapshot>,
        question: &Question,
        journey: Option<&ResolvedJourney>,
        plan: &Plan,
        control: &Control,
    ) -> Result<(FoldState, Meta)> {
        let started = Instant::now();
        let folded = operators::run(&self.engine, snapshot.clone(), &plan.scan, control).await?;
        let asked = Asked { question, journey, plan };
        let meta = asked.meta(snapshot, folded.rows_scanned, started.elapsed())?;
        Ok((folded.state, meta))
    }
}

fn mixed_up() -> Error {
    Error::Damaged { what: "the answer of a scan".into(), why: "it is of another fold than was asked for".into() }
}
