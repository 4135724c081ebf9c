//! From a question to the scan that answers it.
//!
//! Everything a question leaves open is fixed here, once: the moment it speaks of, the names labels and channels
//! stand for. The scan and the answer's `meta` are then made of the same facts.

use folds::slicer::Slicer;
use folds::{funnel, journey, paths};
use lake::{NameColumn, Snapshot};
use model::event::{Column, SYSTEM_PREFIX};
use model::journey::{Journey, Touchpoint};
use model::limits::{FUNNEL_STEPS_MAX, PATH_STEPS_MAX};
use model::rule::Rule;
use model::scope::{Scope, Subject};
use operators::spec::{self, FoldSpec, Masks, ScanSpec};

use crate::error::{Error, Result};
use crate::label::Labels;
use crate::question::{
    FunnelQuestion, JourneyMapQuestion, PathsQuestion, ResolvedJourney, SessionsQuestion, TransitionsQuestion,
};

/// Name of the last step of a funnel over a journey's stages.
pub(crate) const GOAL_STEP: &str = "goal";

/// A scan, and what its codes stand for.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub scan: ScanSpec,
    pub labels: Labels,
    /// Names of a funnel's steps.
    pub steps: Vec<String>,
    /// The scope with defaults filled in.
    pub scope: Scope,
}

/// What every plan begins with.
struct Ground<'a> {
    snapshot: &'a Snapshot,
    scope: Scope,
    as_of_us: i64,
    journey: Option<&'a Journey>,
}

pub(crate) fn journey_map(
    snapshot: &Snapshot,
    question: &JourneyMapQuestion,
    journey: &ResolvedJourney,
) -> Result<Plan> {
    let ground = Ground::new(snapshot, &question.scope, Some(journey))?;
    let definition = &journey.definition;
    let config = journey::Config {
        stages: definition.stages.len(),
        stage_of: definition.touchpoints().map(|(stage, _)| stage).collect(),
        value: definition.goal.value.is_some(),
        score: true,
    };
    let mut plan = ground.plan(FoldSpec::Journey(config))?;
    // The map counts touchpoints: labels stay what the slicer cuts by.
    plan.scan.regroup = Vec::new();
    plan.scan.value = definition.goal.value.as_deref().and_then(Column::by_name);
    plan.scan.score = Some(Column::Score);
    Ok(plan)
}

pub(crate) fn funnel(
    snapshot: &Snapshot,
    question: &FunnelQuestion,
    journey: Option<&ResolvedJourney>,
) -> Result<Plan> {
    let ground = Ground::new(snapshot, &question.scope, journey)?;
    let by_stage = question.steps.is_empty();
    let steps: Vec<String> = match (by_stage, &journey) {
        (false, _) => question.steps.iter().map(|step| step.name.clone()).collect(),
        (true, Some(journey)) => {
            let stages = journey.definition.stages.iter().map(|stage| stage.id.clone());
            stages.chain(std::iter::once(GOAL_STEP.to_owned())).collect()
        }
        (true, None) => {
            return Err(Error::invalid("steps", "give at least one step, or a journey whose stages are the steps"));
        }
    };
    if steps.len() > FUNNEL_STEPS_MAX {
        return Err(Error::invalid(
            "steps",
            format!("a funnel has at most {FUNNEL_STEPS_MAX} steps, not {}", steps.len()),
        ));
    }
    for (index, step) in question.steps.iter().enumerate() {
        check(&format!("steps[{index}].match"), &step.rule)?;
    }
    let config = funnel::Config {
        steps: steps.len(),
        window_us: question.window.map_or(i64::MAX, |window| window.us),
        // An instance in stage 3 is past stages 1 and 2: there one event satisfies several steps.
        mode: if by_stage { funnel::Mode::Default } else { question.mode },
        ties: match question.mode {
            funnel::Mode::Ordered => funnel::Ties::Position,
            _ if by_stage => funnel::Ties::Position,
            _ => funnel::Ties::Step,
        },
        breakdown: funnel::Breakdown::None,
        as_of_us: ground.as_of_us,
    };
    let mut plan = ground.plan(FoldSpec::Funnel(config))?;
    plan.scan.masks = if by_stage {
        if let Some(journey) = journey {
            plan.scan.regroup = stages_then_goal(&journey.definition);
        }
        Masks::LabelReached
    } else {
        Masks::Rules(question.steps.iter().map(|step| step.rule.clone()).collect())
    };
    plan.steps = steps;
    Ok(plan)
}

pub(crate) fn paths(snapshot: &Snapshot, question: &PathsQuestion, journey: Option<&ResolvedJourney>) -> Result<Plan> {
    let steps = question.steps.map_or(PATH_STEPS_MAX, |steps| steps as usize);
    if steps == 0 || steps > PATH_STEPS_MAX {
        return Err(Error::invalid("steps", format!("tell 1 to {PATH_STEPS_MAX} steps apart, not {steps}")));
    }
    let repeats = if question.collapse { paths::Repeats::Collapse } else { paths::Repeats::Keep };
    let config = paths::Config { repeats, part: paths::Part::Whole, keep: paths::Keep::First(steps) };
    Ground::new(snapshot, &question.scope, journey)?.plan(FoldSpec::Paths(config))
}

pub(crate) fn transitions(
    snapshot: &Snapshot,
    question: &TransitionsQuestion,
    journey: Option<&ResolvedJourney>,
) -> Result<Plan> {
    Ground::new(snapshot, &question.scope, journey)?.plan(FoldSpec::Transitions)
}

pub(crate) fn sessions(snapshot: &Snapshot, question: &SessionsQuestion) -> Result<Plan> {
    let scope = Scope { subject: Subject::Session { timeout: question.timeout }, ..question.scope.clone() };
    let ground = Ground::new(snapshot, &scope, None)?;
    let labels = ground.event_names().len() as u32;
    ground.plan(FoldSpec::Sessions { labels })
}

impl<'a> Ground<'a> {
    fn new(snapshot: &'a Snapshot, scope: &Scope, journey: Option<&'a ResolvedJourney>) -> Result<Ground<'a>> {
        let journey = journey.map(|journey| &journey.definition);
        if let Some(journey) = journey {
            let faults = journey.faults();
            if let Some(fault) = faults.first() {
                return Err(Error::invalid(format!("journey `{}`, {}", journey.id, fault.path), &fault.message));
            }
        }
        if scope.zone.parse::<chrono_tz::Tz>().is_err() {
            return Err(Error::invalid("zone", format!("`{}` is no IANA time zone, as in Asia/Shanghai", scope.zone)));
        }
        if let (Some(from), Some(to)) = (scope.entry.from_us, scope.entry.to_us)
            && from >= to
        {
            return Err(Error::invalid("entry", "the period ends before it begins"));
        }
        if let Subject::Session { timeout } = scope.subject
            && timeout.us <= 0
        {
            return Err(Error::invalid("timeout", "must be longer than nothing, as in 30m"));
        }
        for (path, rule) in [("events", &scope.events), ("customers", &scope.customers)] {
            rule.as_ref().map_or(Ok(()), |rule| check(path, rule))?;
        }
        let newest = snapshot.time_range().map_or(0, |(_, last)| last);
        let as_of_us = scope.as_of_us.unwrap_or(newest);
        let scope = Scope { as_of_us: Some(as_of_us), ..scope.clone() };
        Ok(Ground { snapshot, scope, as_of_us, journey })
    }

    fn plan(self, fold: FoldSpec) -> Result<Plan> {
        let (spec_labels, labels, regroup) = match self.journey {
            Some(journey) => journey_labels(journey),
            None => {
                let names = self.event_names();
                (spec::Labels::EventNames(names.clone()), Labels { names }, Vec::new())
            }
        };
        let scan = ScanSpec {
            labels: spec_labels,
            regroup,
            filter: filter(self.journey.and_then(|journey| journey.scope.as_ref()), self.scope.events.as_ref())?,
            customers: self.scope.customers.clone(),
            channels: self.channels(),
            entry: self.scope.entry,
            slicer: self.slicer(),
            ..ScanSpec::new(fold, self.as_of_us)
        };
        Ok(Plan { scan, labels, steps: Vec::new(), scope: self.scope })
    }

    fn slicer(&self) -> Slicer {
        match (self.journey, self.scope.subject) {
            (Some(journey), _) => {
                let goal =
                    journey.touchpoints().map(|(_, touchpoint)| journey.goal.touchpoints.contains(&touchpoint.id));
                Slicer::Instance { gap_us: journey.gap.us, goal: std::iter::once(false).chain(goal).collect() }
            }
            (None, Subject::Customer) => Slicer::Customer,
            (None, Subject::Session { timeout }) => Slicer::Session { timeout_us: timeout.us },
        }
    }

    /// Names of events that are labels: the system's own are not, unless the scope asks for events by rule.
    fn event_names(&self) -> Vec<String> {
        let mut names = self.snapshot.names(NameColumn::Event);
        if self.scope.events.is_none() {
            names.retain(|name| !name.starts_with(SYSTEM_PREFIX));
        }
        names
    }

    fn channels(&self) -> Vec<String> {
        let mut channels = self.snapshot.names(NameColumn::Channel);
        let shown = self.journey.into_iter().flat_map(Journey::touchpoints);
        for (_, touchpoint) in shown {
            if let Some(channel) = &touchpoint.channel
                && !channels.contains(channel)
            {
                channels.push(channel.clone());
            }
        }
        channels
    }
}

/// Touchpoints as labels, and the stages they stand for where a question counts stages.
fn journey_labels(journey: &Journey) -> (spec::Labels, Labels, Vec<u32>) {
    let rules = journey.touchpoints().map(|(_, touchpoint)| touchpoint.rule.clone()).collect();
    let channels = journey.touchpoints().map(|(_, touchpoint)| touchpoint.channel.clone()).collect();
    let regroup = std::iter::once(0).chain(journey.touchpoints().map(|(stage, _)| stage as u32 + 1)).collect();
    let names = journey.stages.iter().map(|stage| stage.id.clone()).collect();
    (spec::Labels::Rules { rules, channels }, Labels { names }, regroup)
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
fn filter(journey: Option<&Rule>, scope: Option<&Rule>) -> Result<Option<Rule>> {
    /// Conditions a joined filter may have; more would make each row dear.
    const CONDITIONS_MAX: usize = 1_000;
    let (Some(journey), Some(scope)) = (journey, scope) else { return Ok(journey.or(scope).cloned()) };
    if journey.0.len() * scope.0.len() > CONDITIONS_MAX {
        return Err(Error::invalid("events", "together with the journey's scope this filter has too many conditions"));
    }
    Ok(Some(journey.and(scope)))
}

fn check(path: &str, rule: &Rule) -> Result<()> {
    match rule.faults().into_iter().next() {
        Some((at, message)) => Err(Error::invalid(format!("{path}{at}"), message)),
        None => Ok(()),
    }
}
