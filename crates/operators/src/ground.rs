//! How a question becomes a scan: the ground `analysis` and the SQL functions both stand on, so that one question
//! has one plan.
//!
//! Everything a question leaves open is fixed here, once: the moment it speaks of, the names labels and channels
//! stand for. What it means in words, and who may ask it, is not known here.

mod activity;
mod attribution;
mod calendar;
mod funnel;
mod paths;
mod retention;
mod segments;
mod sequence;
mod survival;

use folds::funnel::Mode;
use folds::periods::Periods;
use folds::slicer::{Lane, SessionCut, Slicer};
use folds::{journey, pain, sessions, transitions};
use lake::{NameColumn, Snapshot};
use model::event::{Column, SYSTEM_PREFIX};
use model::journey::{Journey, Touchpoint};
use model::period::Span;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use model::session::SessionRules;

use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::rows::{Form, Output};
use crate::spec::{BySpec, CaseSpec, FoldSpec, Labels, Masks, ScanSpec, SegmentsSpec, SessionSpec};

pub use attribution::{AttributionAsk, credited};
pub use funnel::AskedFunnel;
pub use paths::PathsAsked;

/// Name of the last step of a funnel over a journey's stages.
pub const GOAL_STEP: &str = "goal";

/// Conditions the journey's scope and the question's may have when joined; more would make each row dear.
const CONDITIONS_MAX: usize = 1_000;

/// What transitions are asked for, beyond scope and journey.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransitionsAsked {
    /// First steps that are counted by label.
    pub steps: usize,
    /// Labels after which the next step is asked, the last one last.
    pub after: Vec<String>,
    /// The label that subjects are to come to.
    pub target: Option<String>,
}

/// What every plan begins with.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    /// The question's scope with its moment fixed.
    pub scope: Scope,
    /// The moment, UTC microseconds.
    pub as_of_us: i64,
    /// Rules for each of which a customer needs an event: the scope's, and what the caller adds.
    pub customers: Vec<Rule>,
    journey: Option<&'a Journey>,
    segments: Option<SegmentsSpec>,
    by: Option<BySpec>,
    filter: Option<Rule>,
    event_names: Vec<String>,
    channels: Vec<String>,
    /// The first event's time and the last's, if there are any.
    times: Option<(i64, i64)>,
    /// The days at whose midnights sessions end, if they do.
    midnight: Option<Periods>,
}

/// What is counted of sessions apart, beside all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionsApart {
    pub events: bool,
    pub channels: bool,
    pub days: bool,
}

/// The moment a question speaks of: the one it names, else the newest event, but never later than the caller's
/// clock. An event that a wrong clock dated into the future must not end everybody's journeys today.
pub fn as_of_us(snapshot: &Snapshot, asked_us: Option<i64>, now_us: i64) -> i64 {
    asked_us.unwrap_or_else(|| snapshot.time_range().map_or(0, |(_, newest)| newest.min(now_us)))
}

impl<'a> Ground<'a> {
    /// Checks scope and journey, and reads the names the snapshot knows.
    ///
    /// # Errors
    /// When the scope or the journey's definition does not make sense.
    pub fn new(snapshot: &Snapshot, scope: Scope, journey: Option<&'a Journey>, now_us: i64) -> Result<Ground<'a>> {
        if let Some(journey) = journey
            && let Some(fault) = journey.faults().first()
        {
            return Err(Error::question(format!("journey `{}`, {}: {}", journey.id, fault.path, fault.message)));
        }
        if let (Some(from), Some(to)) = (scope.entry.from_us, scope.entry.to_us)
            && from >= to
        {
            return Err(Error::question("entry: the period ends before it begins"));
        }
        if let Subject::Session(rules) = &scope.subject
            && let Some((at, what)) = rules.faults().into_iter().next()
        {
            return Err(Error::question(format!("{at}: {what}")));
        }
        for (path, rule) in [("events", &scope.events), ("customers", &scope.customers), ("subjects", &scope.subjects)]
        {
            rule.as_ref().map_or(Ok(()), |rule| check(path, rule))?;
        }
        let segments = segments::required(&scope)?;
        let by = scope.by.as_ref().map(BySpec::asked).transpose()?;
        let filter = taking_part(journey.and_then(|journey| journey.scope.as_ref()), scope.events.as_ref())?;
        let as_of_us = as_of_us(snapshot, scope.as_of_us, now_us);
        let mut event_names = snapshot.names(NameColumn::Event);
        // The system's own events are no labels, unless the scope asks for events by rule.
        if scope.events.is_none() {
            event_names.retain(|name| !name.starts_with(SYSTEM_PREFIX));
        }
        let mut channels = snapshot.names(NameColumn::Channel);
        for (_, touchpoint) in journey.into_iter().flat_map(Journey::touchpoints) {
            if let Some(channel) = &touchpoint.channel
                && !channels.contains(channel)
            {
                channels.push(channel.clone());
            }
        }
        let scope = Scope { as_of_us: Some(as_of_us), ..scope };
        let customers = scope.customers.iter().cloned().collect();
        let times = snapshot.time_range();
        let midnight = None;
        let mut ground = Ground {
            scope,
            as_of_us,
            customers,
            journey,
            segments,
            by,
            filter,
            event_names,
            channels,
            times,
            midnight,
        };
        if let (None, Subject::Session(rules)) = (journey, &ground.scope.subject)
            && rules.midnight
        {
            ground.midnight = Some(ground.days("subject.midnight")?.periods);
        }
        Ok(ground)
    }

    /// Sessions, if the scope's subjects are such.
    ///
    /// # Errors
    /// When there are more days than a calendar has.
    pub fn sessions(&self, apart: SessionsApart) -> Result<FinishSpec> {
        let days = if apart.days { Some(self.days("rows")?) } else { None };
        let mut spec = self.plan(FoldSpec::Sessions(sessions::Config {
            labels: if apart.events { self.event_names.len() as u32 } else { 0 },
            channels: if apart.channels { self.channels.len() as u32 } else { 0 },
            days: days.as_ref().map(|days| days.periods.clone()),
        }));
        spec.output.periods = days.map(|days| days.names).unwrap_or_default();
        Ok(spec)
    }

    /// A scan over the journey's instances that sees its signals; which pain fold runs is the caller's choice.
    ///
    /// # Errors
    /// Without a journey.
    pub fn pains(&self) -> Result<FinishSpec> {
        self.as_a_whole()?;
        let journey = self.journey.ok_or_else(|| Error::question("journey: pains are found on one"))?;
        let mut spec = self.plan(FoldSpec::PainBounds(pain::Config::default()));
        spec.scan.regroup = Vec::new();
        spec.scan.masks = Masks::Rules(journey.signals.iter().map(|signal| signal.rule.clone()).collect());
        spec.scan.value = journey.goal.value.as_deref().and_then(Column::by_name);
        spec.scan.score = Some(Column::Score);
        spec.output.stages = journey.stages.iter().map(|stage| stage.id.clone()).collect();
        Ok(spec)
    }

    /// What directly follows what: events, or the journey's stages.
    pub fn transitions(&self, asked: TransitionsAsked) -> FinishSpec {
        let TransitionsAsked { steps, after, target } = asked;
        let mut spec = self.plan(FoldSpec::Transitions(transitions::Config { steps, context: after.len() }));
        spec.output = Output { after, target, ..spec.output };
        spec
    }

    /// The map of the journey.
    ///
    /// # Errors
    /// When there is no journey.
    pub fn journey_map(&self, rows: Option<Form>) -> Result<FinishSpec> {
        self.as_a_whole()?;
        let journey = self.journey.ok_or_else(|| Error::question("journey: a map needs one"))?;
        let value = journey.goal.value.as_deref().and_then(Column::by_name);
        let mut spec = self.plan(FoldSpec::Journey(journey::Config {
            stages: journey.stages.len(),
            stage_of: journey.touchpoints().map(|(stage, _)| stage).collect(),
            planned: journey.planned_way(),
            value: value.is_some(),
            score: true,
        }));
        // The map counts touchpoints: labels stay what instances are cut by.
        spec.scan.regroup = Vec::new();
        spec.scan.value = value;
        spec.scan.score = Some(Column::Score);
        spec.output = Output {
            rows,
            labels: journey.touchpoints().map(|(_, touchpoint)| touchpoint.id.clone()).collect(),
            stages: journey.stages.iter().map(|stage| stage.id.clone()).collect(),
            ..Output::default()
        };
        Ok(spec)
    }

    fn plan(&self, fold: FoldSpec) -> FinishSpec {
        let (labels, names, regroup) = match self.journey {
            Some(journey) => journey_labels(journey),
            None => (Labels::EventNames(self.event_names.clone()), self.event_names.clone(), Vec::new()),
        };
        let scan = ScanSpec {
            labels,
            regroup,
            filter: self.filter.clone(),
            customers: self.customers.clone(),
            segments: self.segments.clone(),
            subjects: self.scope.subjects.clone(),
            channels: self.channels.clone(),
            entry: self.scope.entry,
            slicer: self.slicer(&fold),
            case: self.case(),
            by: self.by.clone(),
            sessions: self.session_lanes(),
            ..ScanSpec::new(fold, self.as_of_us)
        };
        FinishSpec { scan, output: Output { labels: names, ..Output::default() } }
    }

    /// Refuses a breakdown.
    fn as_a_whole(&self) -> Result<()> {
        match self.by {
            None => Ok(()),
            Some(_) => {
                let why = "a map and its pains are not shown apart; ask for each value by `customers` or `events`";
                Err(Error::question(format!("by: {why}")))
            }
        }
    }

    fn case(&self) -> Option<CaseSpec> {
        let journey = self.journey?;
        Some(CaseSpec { columns: journey.case.clone()?, zone: journey.zone.clone() })
    }

    fn slicer(&self, fold: &FoldSpec) -> Slicer {
        match (self.journey, &self.scope.subject) {
            (Some(journey), _) => {
                let goal = |id: &String| journey.goal.touchpoints.contains(id);
                let goals = journey.touchpoints().map(|(_, touchpoint)| goal(&touchpoint.id));
                let (gap_us, goal) = (journey.gap.us, std::iter::once(false).chain(goals).collect());
                match journey.case {
                    Some(_) => Slicer::Case { gap_us, goal },
                    None => Slicer::Instance { gap_us, goal },
                }
            }
            // What happened in the period, not who was new in it: as of the products whose numbers these are compared with.
            (None, Subject::Customer) => match fold {
                FoldSpec::Funnel(config) => Slicer::Within { ahead: config.mode != Mode::Unordered },
                FoldSpec::Paths(_) | FoldSpec::Transitions(_) | FoldSpec::Sequence(_) => {
                    Slicer::Within { ahead: false }
                }
                _ => Slicer::Customer,
            },
            (None, Subject::Session(rules)) if rules.is_idle_only() => Slicer::Session { timeout_us: rules.timeout.us },
            (None, Subject::Session(rules)) => Slicer::Sessions(self.session_cut(rules)),
        }
    }

    fn session_cut(&self, rules: &SessionRules) -> SessionCut {
        let idle = |timeout: Span, longest: Option<Span>| Lane::Idle {
            timeout_us: timeout.us,
            longest_us: longest.map(|longest| longest.us),
        };
        let own = rules.channels.iter().map(|rule| match rule.instant {
            true => Lane::Instant,
            false => idle(rule.timeout.unwrap_or(rules.timeout), rule.longest.or(rules.longest)),
        });
        SessionCut {
            lanes: own.chain(std::iter::once(idle(rules.timeout, rules.longest))).collect(),
            campaign: rules.campaign.is_some(),
            midnight: self.midnight.clone(),
        }
    }

    /// What the lanes of [`Ground::session_cut`] stand for.
    fn session_lanes(&self) -> Option<SessionSpec> {
        match (self.journey, &self.scope.subject) {
            (None, Subject::Session(rules)) if !rules.is_idle_only() => Some(SessionSpec {
                lanes: rules.channels.iter().map(|rule| rule.channels.clone()).collect(),
                campaign: rules.campaign,
            }),
            _ => None,
        }
    }
}

/// Touchpoints as labels, the stages' ids, and which stage each touchpoint's label becomes.
fn journey_labels(journey: &Journey) -> (Labels, Vec<String>, Vec<u32>) {
    let rules = journey.touchpoints().map(|(_, touchpoint)| touchpoint.rule.clone()).collect();
    let channels = journey.touchpoints().map(|(_, touchpoint)| touchpoint.channel.clone()).collect();
    let regroup = std::iter::once(0).chain(journey.touchpoints().map(|(stage, _)| stage as u32 + 1)).collect();
    let stages = journey.stages.iter().map(|stage| stage.id.clone()).collect();
    (Labels::Rules { rules, channels }, stages, regroup)
}

/// Touchpoints as stages, and the goal's as one more stage after the last: whoever is at the goal is through.
fn stages_then_goal(journey: &Journey) -> Vec<u32> {
    let label = |(stage, touchpoint): (usize, &Touchpoint)| {
        let goal = journey.goal.touchpoints.contains(&touchpoint.id);
        if goal { journey.stages.len() as u32 + 1 } else { stage as u32 + 1 }
    };
    std::iter::once(0).chain(journey.touchpoints().map(label)).collect()
}

/// Events that pass the journey's scope and the question's: every pair of their conditions, joined.
///
/// # Errors
/// When there would be too many conditions.
pub fn taking_part(journey: Option<&Rule>, scope: Option<&Rule>) -> Result<Option<Rule>> {
    let (Some(journey), Some(scope)) = (journey, scope) else { return Ok(journey.or(scope).cloned()) };
    if journey.0.len() * scope.0.len() > CONDITIONS_MAX {
        return Err(Error::question("events: together with the journey's scope this filter has too many conditions"));
    }
    Ok(Some(journey.and(scope)))
}

fn check(path: &str, rule: &Rule) -> Result<()> {
    match rule.faults().into_iter().next() {
        Some((at, message)) => Err(Error::question(format!("{path}{at}: {message}"))),
        None => Ok(()),
    }
}
