//! The one who answers.

mod activity;
mod before_after;

use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use folds::slice::End;
use futures::future::{self, BoxFuture};
use futures::{FutureExt, TryFutureExt};
use lake::Snapshot;
use model::event::Column;
use model::identity::CustomerId;
use model::journey::Journey;
use model::pain::Pain;
use model::scope::Scope;
use model::traffic::RuleSet;
use operators::spec::FoldState;
use operators::{Control, Engine, FoldSpec, QueryLimits};

use crate::answer::{
    Answer, AttributionAnswer, Comparison, CountedFrom, CustomerList, CustomerOverview, CustomerPage, DimensionsAnswer,
    FunnelAnswer, JourneyMap, JourneyPreview, KnownBy, Meta, PainAnswer, PainVoices, PathsAnswer, PathsComparison,
    PersonasAnswer, Presence, RfmAnswer, SegmentsAnswer, SequenceAnswer, SessionsAnswer, Timeline, TrafficPreview,
    TransitionsAnswer,
};
use crate::directory::{BrowseAsk, FindAsk};
use crate::error::{Error, Result};
use crate::groups::{Candidates, Within};
use crate::meta::Asked;
use crate::pain::voices::{CUSTOMERS_READ_MAX, Voices};
use crate::paths::Listed;
use crate::pick::unknown;
use crate::place::{self, KeptDays, Sites};
use crate::plan::{self, Plan};
use crate::question::{
    AttributionQuestion, FunnelQuestion, JourneyMapQuestion, PainQuestion, PathsQuestion, Present, Question,
    ResolvedJourney, RfmQuestion, SegmentsQuestion, SequenceQuestion, SessionsQuestion, TransitionsQuestion,
};
use crate::timeline::TimelineAsk;
use crate::{
    attribution, compare, customers, dimensions, directory, funnel, groups, journey_map, journey_preview, overview,
    pain, paths, personas, rfm, segments, sequence, sessions, timeline, traffic, transitions, words,
};

/// Positions a paths answer lists when the question does not say how many.
const PATH_POSITIONS: usize = 10;

/// Labels and variants a paths answer lists at most.
const PATH_TOP_MAX: u32 = 1_000;

/// Answers questions with one engine, which all workspaces share.
#[derive(Debug, Clone)]
pub struct Analyst {
    pub engine: Engine,
    /// Days of floors that were read lately.
    pub(crate) days: KeptDays,
}

impl Analyst {
    pub fn new(engine: Engine) -> Analyst {
        Analyst { engine, days: KeptDays::default() }
    }

    /// Rows of an SQL statement over the lake's tables, its table functions, and those of the floors of `sites`.
    ///
    /// # Errors
    /// As of [`operators::query`].
    pub async fn sql(
        &self,
        snapshot: &Arc<Snapshot>,
        sites: &Arc<dyn Sites>,
        sql: &str,
        limits: QueryLimits,
    ) -> operators::Result<Vec<RecordBatch>> {
        let floors = place::functions(self, snapshot, sites);
        operators::query_with(&self.engine, Arc::clone(snapshot), &floors, sql, limits).await
    }

    /// The journey map.
    ///
    /// # Errors
    /// `Invalid` when the definition or the scope does not make sense, `Cancelled` through `control`.
    pub async fn journey_map(
        &self,
        present: &Present,
        question: &JourneyMapQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<JourneyMap> {
        let mut asked = Question::JourneyMap(question.clone());
        segments::settle(&self.engine, present, &mut asked, Some(journey), control).await?;
        let plan = plan::plan(present, &asked, Some(journey))?;
        let (state, meta) = self.ask(present, &asked, Some(journey), &plan, control).await?;
        let (FoldState::Journey(state), FoldSpec::Journey(config)) = (state, &plan.spec.scan.fold) else {
            return Err(mixed_up());
        };
        let machine = folds::journey::StageMachine::new(config.clone())?;
        Ok(journey_map::map(journey, &machine.answer(state), &plan.spec.scan.channels, meta))
    }

    /// What the rules of a definition take of the events there are, saved or not, and what they leave.
    ///
    /// # Errors
    /// `Invalid` if the rule that says which events take part has a fault; `Cancelled` through `control`.
    pub async fn journey_preview(
        &self,
        present: &Present,
        draft: &Journey,
        control: &Control,
    ) -> Result<JourneyPreview> {
        journey_preview::preview(self, present, draft, control).await
    }

    /// The personas of a journey side by side.
    ///
    /// # Errors
    /// As [`Analyst::journey_map`].
    pub async fn personas(
        &self,
        present: &Present,
        question: &JourneyMapQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<PersonasAnswer> {
        personas::personas(self, present, question, journey, control).await
    }

    /// What the workspace's events can be cut by. Reads the text columns and traits of all of them.
    ///
    /// # Errors
    /// `Damaged` if traits are not JSON objects; `Cancelled` through `control`.
    pub async fn dimensions(&self, present: &Present, control: &Control) -> Result<DimensionsAnswer> {
        dimensions::dimensions(&self.engine, present, control).await
    }

    /// What traffic rules would do to all of the workspace's events, and what they leave unclassified. Without `draft`: what
    /// those in force do.
    ///
    /// # Errors
    /// `Invalid` if the draft has a fault; `Cancelled` through `control`.
    pub async fn traffic_preview(
        &self,
        present: &Present,
        draft: Option<&RuleSet>,
        control: &Control,
    ) -> Result<TrafficPreview> {
        traffic::preview(&self.engine, present, draft, control).await
    }

    /// The funnel.
    pub async fn funnel(
        &self,
        present: &Present,
        question: &FunnelQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<FunnelAnswer> {
        let asked = Question::Funnel(question.clone());
        let (plan, state, meta) = self.asked(present, asked, journey, control).await?;
        let left_last = match journey {
            Some(journey) if question.steps.is_empty() => {
                let question = FunnelQuestion { scope: plan.scope.clone(), ..question.clone() };
                Some(self.left_last(present, &question, journey, control).await?)
            }
            _ => None,
        };
        let named = funnel::Named::of(&plan, journey.is_some()).ok_or_else(mixed_up)?;
        let mut truncated = false;
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Funnel(state) => {
                // Only of everyone is the last stage known.
                let left_last = left_last.as_deref().filter(|_| within.everyone());
                let (numbers, cut) = funnel::numbers(&named, &state, left_last, within)?;
                truncated |= cut;
                Ok(numbers)
            }
            _ => Err(mixed_up()),
        })?;
        let meta = Meta { truncated, ..meta };
        Ok(FunnelAnswer { meta, numbers, groups })
    }

    /// Left instances by their last stage. A funnel's fold only knows how far a subject came.
    async fn left_last(
        &self,
        present: &Present,
        question: &FunnelQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<Vec<u64>> {
        let scope = Scope { by: None, ..question.scope.clone() };
        let question =
            TransitionsQuestion { scope, journey: question.journey.clone(), ..TransitionsQuestion::default() };
        let plan = plan::plan(present, &Question::Transitions(question), Some(journey))?;
        match operators::run(&self.engine, present.snapshot.clone(), &plan.spec.scan, control).await?.state {
            FoldState::Transitions(state) => Ok((1..=journey.definition.stages.len() as u32)
                .map(|label| state.node(label).map_or(0, |node| node.ended_as(End::Left)))
                .collect()),
            _ => Err(mixed_up()),
        }
    }

    /// Paths.
    pub async fn paths(
        &self,
        present: &Present,
        question: &PathsQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<PathsAnswer> {
        if question.top == 0 || question.top > PATH_TOP_MAX {
            return Err(Error::invalid("top", format!("list 1 to {PATH_TOP_MAX}, not {}", question.top)));
        }
        let mut question = question.clone();
        paths::settle(&self.engine, present, &mut question, journey, control).await?;
        let (plan, state, meta) = self.asked(present, Question::Paths(question.clone()), journey, control).await?;
        let listed = Listed {
            positions: question.steps.map_or(PATH_POSITIONS, |steps| steps as usize),
            top: question.top as usize,
            stages: journey.is_some(),
            goal: question.has_goal(),
            counted_from: if question.cut.is_backwards() { CountedFrom::Last } else { CountedFrom::First },
        };
        let (labels, mut truncated, mut everyone) = (plan.labels(), false, None);
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Paths(state) => {
                let (numbers, cut) = paths::numbers(&labels, &state, listed, within);
                truncated |= cut;
                if within.everyone() {
                    everyone = Some(state);
                }
                Ok(numbers)
            }
            _ => Err(mixed_up()),
        })?;
        let comparison = match question.against() {
            Some(against) => {
                let state = everyone.ok_or_else(mixed_up)?;
                let here = paths::Population { labels: &labels, state: &state, numbers: &numbers };
                Some(self.compared(present, against, journey, here, listed, control).await?)
            }
            None => None,
        };
        Ok(PathsAnswer { meta: Meta { truncated, ..meta }, numbers, groups, comparison })
    }

    /// The paths of a second population beside those of the first.
    async fn compared(
        &self,
        present: &Present,
        question: PathsQuestion,
        journey: Option<&ResolvedJourney>,
        here: paths::Population<'_>,
        listed: Listed,
        control: &Control,
    ) -> Result<PathsComparison> {
        let (plan, state, meta) = self.asked(present, Question::Paths(question), journey, control).await?;
        let FoldState::Paths(state) = state else { return Err(mixed_up()) };
        let labels = plan.labels();
        let (numbers, _) = paths::numbers(&labels, &state, listed, &Within::against());
        let there = paths::Population { labels: &labels, state: &state, numbers: &numbers };
        let paths::Differences { to_goal, variants, positions } = paths::compare(here, there);
        Ok(PathsComparison { definition: meta.definition, to_goal, variants, positions, numbers })
    }

    /// The directly-follows graph.
    pub async fn transitions(
        &self,
        present: &Present,
        question: &TransitionsQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<TransitionsAnswer> {
        let asked = Question::Transitions(question.clone());
        let (plan, state, meta) = self.asked(present, asked, journey, control).await?;
        let labels = plan.labels();
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Transitions(state) => transitions::numbers(&labels, question, &state, within),
            _ => Err(mixed_up()),
        })?;
        Ok(TransitionsAnswer { meta, numbers, groups })
    }

    /// Sessions.
    pub async fn sessions(
        &self,
        present: &Present,
        question: &SessionsQuestion,
        control: &Control,
    ) -> Result<SessionsAnswer> {
        let asked = Question::Sessions(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let (named, mut truncated) = (sessions::Named::of(&plan), false);
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Sessions(state) => {
                let (numbers, cut) = sessions::numbers(&named, &state, within);
                truncated |= cut;
                Ok(numbers)
            }
            _ => Err(mixed_up()),
        })?;
        Ok(SessionsAnswer { meta: Meta { truncated, ..meta }, numbers, groups })
    }

    /// Who did something after something else.
    pub async fn sequence(
        &self,
        present: &Present,
        question: &SequenceQuestion,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<SequenceAnswer> {
        let asked = Question::Sequence(question.clone());
        let (plan, state, meta) = self.asked(present, asked, journey, control).await?;
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Sequence(state) => Ok(sequence::numbers(&state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(SequenceAnswer { meta, numbers, groups })
    }

    /// Any question that [`Answer`] knows.
    ///
    /// # Errors
    /// `Invalid` for a map or pains, which are asked for by name.
    // Each kind in a future of its own on the heap: all of them in one make it, and all that await it, too large for the stack
    // of a thread.
    pub fn answer<'a>(
        &'a self,
        present: &'a Present,
        question: &'a Question,
        journey: Option<&'a ResolvedJourney>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Answer>> {
        match question {
            Question::Funnel(question) => {
                self.funnel(present, question, journey, control).map_ok(Answer::Funnel).boxed()
            }
            Question::Paths(question) => self.paths(present, question, journey, control).map_ok(Answer::Paths).boxed(),
            Question::Transitions(question) => {
                self.transitions(present, question, journey, control).map_ok(Answer::Transitions).boxed()
            }
            Question::Sessions(question) => self.sessions(present, question, control).map_ok(Answer::Sessions).boxed(),
            Question::Retention(question) => {
                self.retention(present, question, control).map_ok(Answer::Retention).boxed()
            }
            Question::Lifecycle(question) => {
                self.lifecycle(present, question, control).map_ok(Answer::Lifecycle).boxed()
            }
            Question::Stickiness(question) => {
                self.stickiness(present, question, control).map_ok(Answer::Stickiness).boxed()
            }
            Question::Survival(question) => self.survival(present, question, control).map_ok(Answer::Survival).boxed(),
            Question::Sequence(question) => {
                self.sequence(present, question, journey, control).map_ok(Answer::Sequence).boxed()
            }
            Question::Attribution(question) => {
                self.attribution(present, question, control).map_ok(Answer::Attribution).boxed()
            }
            Question::Segments(question) => self.segments(present, question, control).map_ok(Answer::Segments).boxed(),
            Question::Rfm(question) => self.rfm(present, question, control).map_ok(Answer::Rfm).boxed(),
            Question::JourneyMap(_) | Question::Pains(_) => {
                let why = "maps and pains have addresses of their own, and compare by them";
                future::ready(Err(Error::invalid("ask", why))).boxed()
            }
        }
    }

    /// A question over its own scope and over another one. Values it leaves open are those of its own scope.
    ///
    /// # Errors
    /// As of the question itself.
    pub async fn compare(
        &self,
        present: &Present,
        question: &Question,
        versus: &Scope,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<Comparison> {
        let mut own = question.clone();
        self.settle(present, &mut own, journey, control).await?;
        let mut other = own.clone();
        *other.scope_mut() = Scope { by: own.scope().by.clone(), ..versus.clone() };
        let answer = self.answer(present, &own, journey, control).await?;
        let versus = self.answer(present, &other, journey, control).await?;
        let (changes, truncated) = compare::changes(&answer, &versus);
        Ok(Comparison { answer, versus, changes, truncated })
    }

    /// How many customers are in segments.
    ///
    /// # Errors
    /// `NotFound` for a segment there is not, `Invalid` for one that does not make sense; `Cancelled` through `control`.
    pub async fn segments(
        &self,
        present: &Present,
        question: &SegmentsQuestion,
        control: &Control,
    ) -> Result<SegmentsAnswer> {
        let asked = Question::Segments(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let of = segments::resolve(present, &question.segments, "segments")?;
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Segments(state) => Ok(segments::numbers(&plan, &of, &state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(SegmentsAnswer { meta, numbers, groups })
    }

    /// Customers by recency, frequency and monetary value.
    ///
    /// # Errors
    /// `Invalid` for a model that does not make sense; `Cancelled` through `control`.
    pub async fn rfm(&self, present: &Present, question: &RfmQuestion, control: &Control) -> Result<RfmAnswer> {
        let asked = Question::Rfm(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let FoldSpec::Rfm { edges, .. } = &plan.spec.scan.fold else { return Err(mixed_up()) };
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Rfm(state) => Ok(rfm::numbers(&question.model, edges, &state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(RfmAnswer { meta, numbers, groups })
    }

    /// Pain points of a journey.
    ///
    /// # Errors
    /// `Invalid` when the definition or the scope does not make sense, `Cancelled` through `control`.
    pub async fn pains(
        &self,
        present: &Present,
        question: &PainQuestion,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<PainAnswer> {
        pain::find(&self.engine, present, question, journey, control).await
    }

    /// What customers whom a pain hits met and said. `journey` is the version that `pain.question` names.
    ///
    /// # Errors
    /// `Invalid` when the pain's question or pick is not one that was found; `Cancelled` through `control`.
    pub async fn pain_voices(
        &self,
        present: &Present,
        pain: &Pain,
        journey: &ResolvedJourney,
        control: &Control,
    ) -> Result<PainVoices> {
        let mut question = Question::decode(&pain.question)?;
        segments::settle(&self.engine, present, &mut question, Some(journey), control).await?;
        let mut plan = plan::plan(present, &question, Some(journey))?;
        let who = customers::who(&question, Some(journey), &mut plan, &pain.pick, None, CUSTOMERS_READ_MAX)?;
        plan.spec.scan.who = Some(who);
        let (state, meta) = self.ask(present, &question, Some(journey), &plan, control).await?;
        let FoldState::Who(found) = state else { return Err(mixed_up()) };
        let definition = &journey.definition;
        let span_us = (pain.from_us, pain.to_us.saturating_add(definition.gap.us).min(meta.as_of_us));
        let traffic = present.snapshot.traffic();
        let mut errors = Voices::new(definition, traffic, Column::Error, span_us);
        let mut texts = Voices::new(definition, traffic, Column::Text, span_us);
        for id in &found.ids {
            control.check()?;
            let events = timeline::read(&self.engine, present, CustomerId(*id)).await?;
            errors.add(CustomerId(*id), &events);
            texts.add(CustomerId(*id), &events);
        }
        let (customers, read) = (found.customers, found.ids.len() as u64);
        let meta = Meta { truncated: read < customers, ..meta };
        Ok(PainVoices { meta, customers, read, errors: errors.finish(), texts: texts.finish() })
    }

    /// The customers behind a number: the question's subjects that `pick` names, by ascending customer id.
    ///
    /// # Errors
    /// `Invalid` or `NotFound` when the question has no such number.
    #[allow(clippy::too_many_arguments)]
    pub async fn customers(
        &self,
        present: &Present,
        question: &Question,
        journey: Option<&ResolvedJourney>,
        pick: &str,
        after: Option<&str>,
        limit: usize,
        control: &Control,
    ) -> Result<CustomerList> {
        let (mut question, mut pick) = (question.clone(), pick);
        if let (Question::Paths(paths), Some(rest)) = (&question, pick.strip_prefix(paths::AGAINST)) {
            let mut paths = paths.clone();
            paths::settle(&self.engine, present, &mut paths, journey, control).await?;
            (question, pick) = (Question::Paths(paths.against().ok_or_else(|| unknown(pick))?), rest);
        }
        self.settle(present, &mut question, journey, control).await?;
        let question = &question;
        let mut plan = plan::plan(present, question, journey)?;
        let page = timeline::page(limit, customers::PAGE_CUSTOMERS_MAX)?;
        plan.spec.scan.who = Some(customers::who(question, journey, &mut plan, pick, after, page)?);
        let (state, meta) = self.ask(present, question, journey, &plan, control).await?;
        let FoldState::Who(found) = state else { return Err(mixed_up()) };
        let ids: Vec<CustomerId> = found.ids.iter().copied().map(CustomerId).collect();
        let items = timeline::summaries(&self.engine, present, &ids).await?;
        let next = (found.ids.len() == page).then(|| found.ids.last().map(i64::to_string)).flatten();
        Ok(CustomerList {
            title: words::pick(question, pick, journey.map(|journey| &journey.definition)),
            customers: found.customers,
            subjects: found.subjects,
            meta: Meta { truncated: next.is_some(), ..meta },
            next,
            items,
        })
    }

    /// A page of one customer's events.
    pub async fn timeline(
        &self,
        present: &Present,
        customer: CustomerId,
        journey: Option<&ResolvedJourney>,
        ask: &TimelineAsk,
    ) -> Result<Timeline> {
        timeline::timeline(&self.engine, present, customer, journey, ask).await
    }

    /// One customer's events over time and channels.
    pub async fn overview(
        &self,
        present: &Present,
        customer: CustomerId,
        journey: Option<&ResolvedJourney>,
        ask: &TimelineAsk,
    ) -> Result<CustomerOverview> {
        overview::overview(&self.engine, present, customer, journey, ask).await
    }

    /// Where and when a customer was met.
    pub async fn presence(&self, present: &Present, customer: CustomerId) -> Result<Presence> {
        timeline::presence(&self.engine, present, customer).await
    }

    /// Customers who sent just this identifier; of any namespace if none is given.
    pub async fn known_by(&self, present: &Present, namespace: Option<&str>, value: &str) -> Result<KnownBy> {
        let started = Instant::now();
        let mut found = present.snapshot.customers_of_identifier(namespace, value).await?;
        let truncated = found.len() > customers::PAGE_CUSTOMERS_MAX;
        found.truncate(customers::PAGE_CUSTOMERS_MAX);
        let items = timeline::senders(&self.engine, present, &found, namespace, value).await?;
        let rows = items.iter().map(|item| item.events).sum();
        let meta = present.read_meta(rows, started.elapsed(), truncated);
        Ok(KnownBy { items, meta })
    }

    /// Customers somebody may mean: by name, the sounds of it, or an identifier, each also in part.
    ///
    /// # Errors
    /// `Invalid` for a text or page that is none; `Cancelled` through `control`.
    pub async fn find(&self, present: &Present, ask: &FindAsk, control: &Control) -> Result<CustomerPage> {
        directory::find(&self.engine, present, ask, control).await
    }

    /// The customers there are, in an order.
    ///
    /// # Errors
    /// `NotFound` for a segment there is not, `Invalid` for a page that is none; `Cancelled` through `control`.
    pub async fn browse(&self, present: &Present, ask: &BrowseAsk, control: &Control) -> Result<CustomerPage> {
        directory::browse(self, present, ask, control).await
    }

    /// Who earned the conversions of the question's period.
    ///
    /// # Errors
    /// `Invalid` when rules, columns or models make no sense, or would need more than is computed.
    pub async fn attribution(
        &self,
        present: &Present,
        question: &AttributionQuestion,
        control: &Control,
    ) -> Result<AttributionAnswer> {
        attribution::models(question)?;
        let asked = Question::Attribution(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let FoldSpec::Attribution(config) = &plan.spec.scan.fold else { return Err(mixed_up()) };
        let labels = plan.labels();
        let (mut numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Attribution(state) => attribution::numbers(&labels, question, config, &state, within),
            _ => Err(mixed_up()),
        })?;
        let at = (meta.as_of_us, plan.zone.as_str());
        let costs = attribution::costs(present, question, &plan.scope, at, &mut numbers).await?;
        Ok(AttributionAnswer { meta, numbers, costs, groups })
    }

    /// Plans the question, with the segments, scores and values it leaves open, and answers it by one scan.
    async fn asked(
        &self,
        present: &Present,
        mut question: Question,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<(Plan, FoldState, Meta)> {
        let unranked = self.settle_all_but_order(present, &mut question, journey, control).await?;
        let plan = plan::plan(present, &question, journey)?;
        let Some(unranked) = unranked else {
            let (state, meta) = self.ask(present, &question, journey, &plan, control).await?;
            return Ok((plan, state, meta));
        };
        let started = Instant::now();
        let mut folded = operators::run(&self.engine, present.snapshot.clone(), &plan.spec.scan, control).await?;
        let values = groups::ranked(&mut folded.state, &unranked)?;
        if let Some(by) = &mut question.scope_mut().by {
            by.values = Some(values);
        }
        let plan = plan::plan(present, &question, journey)?;
        let asked = Asked { question: &question, journey, plan: &plan };
        let meta = asked.meta(present, (folded.rows_scanned, folded.rows_later), started.elapsed())?;
        Ok((plan, folded.state, meta))
    }

    /// Fills in what the question leaves open and is counted before it is asked.
    async fn settle(
        &self,
        present: &Present,
        question: &mut Question,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<()> {
        let Some(unranked) = self.settle_all_but_order(present, question, journey, control).await? else {
            return Ok(());
        };
        let Some(mut by) = question.scope_mut().by.take() else { return Ok(()) };
        let whole = plan::plan(present, question, journey)?;
        by.values = Some(groups::values(&self.engine, present, &by, Candidates::all(unranked), whole, control).await?);
        question.scope_mut().by = Some(by);
        Ok(())
    }

    /// As [`Analyst::settle`], but where the answer itself tells the order of a breakdown's values: these are then given
    /// back, and stand in the question in an order that means nothing.
    async fn settle_all_but_order(
        &self,
        present: &Present,
        question: &mut Question,
        journey: Option<&ResolvedJourney>,
        control: &Control,
    ) -> Result<Option<Vec<String>>> {
        if let Question::Attribution(question) = question {
            attribution::settle(&self.engine, present, question, control).await?;
        }
        segments::settle(&self.engine, present, question, journey, control).await?;
        if let Question::Paths(question) = question {
            paths::settle(&self.engine, present, question, journey, control).await?;
        }
        let Some(mut by) = question.scope().by.clone().filter(|by| !by.is_settled()) else { return Ok(None) };
        // A kind of question that has none says so.
        plan::plan(present, question, journey)?;
        if let Some(bands) = groups::bands(&self.engine, present, &by, control).await? {
            by.bands = Some(bands);
            question.scope_mut().by = Some(by);
            return Ok(None);
        }
        question.scope_mut().by = None;
        let whole = plan::plan(present, question, journey)?;
        let candidates = groups::candidates(&self.engine, present, &by, &whole, control).await?;
        let unranked = groups::rank_themselves(&by, &candidates, &whole).then(|| candidates.values.clone());
        by.values = Some(match &unranked {
            Some(candidates) => candidates.clone(),
            None => groups::values(&self.engine, present, &by, candidates, whole, control).await?,
        });
        question.scope_mut().by = Some(by);
        Ok(unranked)
    }

    async fn ask(
        &self,
        present: &Present,
        question: &Question,
        journey: Option<&ResolvedJourney>,
        plan: &Plan,
        control: &Control,
    ) -> Result<(FoldState, Meta)> {
        let started = Instant::now();
        let folded = operators::run(&self.engine, present.snapshot.clone(), &plan.spec.scan, control).await?;
        let asked = Asked { question, journey, plan };
        let meta = asked.meta(present, (folded.rows_scanned, folded.rows_later), started.elapsed())?;
        Ok((folded.state, meta))
    }
}

pub(crate) fn mixed_up() -> Error {
    Error::Damaged { what: "the answer of a scan".into(), why: "it is of another fold than was asked for".into() }
}
