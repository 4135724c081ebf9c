//! From a question to the scan that answers it.
//!
//! The ground of all plans lies in [`operators::ground`]; here a question's parts are handed to it, and the zone is
//! settled. The scan and the answer's `meta` are then made of the same facts.

use folds::limits::MOMENTS_MAX;
use model::journey::Journey;
use model::rfm::Edges;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use model::segment::SegmentChoice;
use operators::ground::{AskedFunnel, PathsAsked, TransitionsAsked};
use operators::rows::Form;
use operators::{FinishSpec, FoldSpec, Ground};

use crate::error::{Error, Result};
use crate::label::Labels;
use crate::question::{FunnelQuestion, FunnelStepRule, Present, Question, ResolvedJourney, TransitionsQuestion};
use crate::segments;

/// A scan, what its codes stand for, and the scope with defaults filled in.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub spec: FinishSpec,
    pub scope: Scope,
    pub zone: String,
}

pub(crate) fn plan(present: &Present, question: &Question, journey: Option<&ResolvedJourney>) -> Result<Plan> {
    let journey = journey.map(|journey| &journey.definition);
    let mut scope = question.scope().clone();
    present.narrow(&mut scope);
    if let Question::Sessions(question) = question {
        scope.subject = Subject::Session(question.rules());
    }
    if let Question::Funnel(question) = question {
        scope.subject = question.options.subject(scope.subject, question.window);
    }
    let zone = zone(scope.zone.as_deref(), journey, &present.zone).to_owned();
    let tz: chrono_tz::Tz = zone
        .parse()
        .map_err(|_| Error::invalid("zone", format!("`{zone}` is no IANA time zone, as in Asia/Shanghai")))?;
    scope.zone = Some(zone.clone());
    let members = segments::resolve(present, &scope.segments, "segments")?;
    scope.segments = members.into_iter().map(|segment| SegmentChoice::Given(Box::new(segment))).collect();
    let mut ground = Ground::new(&present.snapshot, scope, journey, present.now_us)?;
    let spec = match question {
        Question::JourneyMap(question) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            if let Some(persona) = &question.persona {
                ground.customers.push(present.narrowed(persona_rule(journey, persona)?));
            }
            ground.journey_map(None)?
        }
        Question::Funnel(question) => {
            let FunnelQuestion { steps, window, mode, options, .. } = question.clone();
            ground.funnel(AskedFunnel { steps: named(steps), window, mode, options })?
        }
        Question::Paths(question) => {
            if question.split.is_some() && question.having.is_some() {
                return Err(Error::invalid("split", "`having` parts the subjects already; leave one of them out"));
            }
            if let Some((at, what)) = question.split.iter().flat_map(Rule::faults).next() {
                return Err(Error::invalid(format!("split{at}"), what));
            }
            ground.paths(&PathsAsked {
                steps: question.steps.map(|steps| steps as usize),
                collapse: question.collapse,
                cut: question.cut.clone(),
                having: question.side(),
                durations: true,
                top: Some(question.top as usize),
            })?
        }
        Question::Pains(_) => {
            journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            ground.pains()?
        }
        Question::Transitions(question) => {
            let TransitionsQuestion { steps, after, target, .. } = question.clone();
            ground.transitions(TransitionsAsked { steps: steps as usize, after, target })
        }
        Question::Attribution(question) => ground.attribution(question.ask())?,
        Question::Sessions(question) => ground.sessions(question.apart())?,
        Question::Retention(question) => ground.retention(question)?,
        Question::Lifecycle(question) => ground.lifecycle(question)?,
        Question::Stickiness(question) => ground.stickiness(question)?,
        Question::Survival(question) => ground.survival(question)?,
        Question::Sequence(question) => ground.sequence(&question.pattern, named(question.conditions.clone()))?,
        Question::Segments(question) => {
            let asked = segments::resolve(present, &question.segments, "segments")?;
            let moments = match question.trend_days {
                Some(days) if days == 0 || days as usize > MOMENTS_MAX => {
                    let why = format!("look at 1 to {MOMENTS_MAX} days, not {days}");
                    return Err(Error::invalid("trend_days", why));
                }
                Some(days) => segments::moments(tz, ground.as_of_us, days),
                None => Vec::new(),
            };
            ground.segments(&asked, moments)?
        }
        Question::Rfm(question) => {
            let edges = question.edges.clone();
            // A plan that is made before they are settled answers nothing by itself.
            ground.rfm(&question.model, edges.unwrap_or_else(|| Edges::of(question.model.ties, &[])))?
        }
    };
    Ok(Plan { spec, scope: ground.scope, zone })
}

fn named(steps: Vec<FunnelStepRule>) -> Vec<(String, Rule)> {
    steps.into_iter().map(|step| (step.name, step.rule)).collect()
}

/// Who a persona stands for.
fn persona_rule(journey: &Journey, id: &str) -> Result<Rule> {
    let persona = journey.personas.iter().find(|persona| persona.id == id);
    let persona = persona.ok_or_else(|| Error::not_found(format!("persona `{id}` in journey `{}`", journey.id)))?;
    persona.customers.clone().ok_or_else(|| {
        Error::invalid(
            "persona",
            format!("`{id}` is an assumption; give it `customers`, a rule that says who they are"),
        )
    })
}

/// The zone a question's calendar goes by: the one it names, else that of the journey it asks about, else that of the
/// workspace.
pub fn zone<'a>(asked: Option<&'a str>, journey: Option<&'a Journey>, workspace: &'a str) -> &'a str {
    asked.or(journey.map(|journey| journey.zone.as_str())).unwrap_or(workspace)
}

impl Plan {
    /// What the fold's labels are called: events or stages, or a funnel's steps.
    pub(crate) fn labels(&self) -> Labels {
        Labels { names: self.spec.output.labels.clone() }
    }

    /// The plan once for each table its answer can be shown as.
    pub(crate) fn forms(&self) -> Vec<FinishSpec> {
        let funnel = |config: &folds::funnel::Config| match (config.next, config.trend.is_some()) {
            (false, false) => &[Form::Steps][..],
            (true, false) => &[Form::Steps, Form::Next],
            (false, true) => &[Form::Steps, Form::Trend],
            (true, true) => &[Form::Steps, Form::Next, Form::Trend],
        };
        let sessions = |config: &folds::sessions::Config| {
            let asked = [
                (Form::Summary, true),
                (Form::Events, config.labels > 0),
                (Form::Channels, config.channels > 0),
                (Form::Days, config.days.is_some()),
            ];
            asked.into_iter().filter_map(|(form, asked)| asked.then_some(form)).collect::<Vec<_>>()
        };
        let transitions = |config: &folds::transitions::Config| {
            let asked = [
                (Form::Edges, true),
                (Form::Nodes, true),
                (Form::StepMatrix, config.steps > 0),
                (Form::Likely, !self.spec.output.after.is_empty()),
                (Form::Outlook, self.spec.output.target.is_some()),
            ];
            asked.into_iter().filter_map(|(form, asked)| asked.then_some(form)).collect::<Vec<_>>()
        };
        let forms: &[Form] = match (&self.spec.scan.who, &self.spec.scan.fold) {
            (Some(_), _) => &[Form::Customers],
            (None, FoldSpec::Sessions(config)) => &sessions(config),
            (None, FoldSpec::Funnel(config)) => funnel(config),
            (None, FoldSpec::Sequence(_)) => &[Form::Summary],
            (None, FoldSpec::Paths(_)) => &[Form::Variants, Form::Positions, Form::Links],
            (None, FoldSpec::Transitions(config)) => &transitions(config),
            (None, FoldSpec::Attribution(_)) => &[Form::Credits, Form::Variants],
            (None, FoldSpec::Journey(_)) => &[Form::Stages, Form::Touchpoints, Form::Cells, Form::Moves],
            (None, FoldSpec::Subjects) => &[Form::Subjects],
            (None, FoldSpec::Retention(_)) => &[Form::Cohorts],
            (None, FoldSpec::Lifecycle(_)) => &[Form::Periods],
            (None, FoldSpec::Stickiness(_)) => &[Form::Counts, Form::Units],
            (None, FoldSpec::Survival(_)) => &[Form::Lives],
            (None, FoldSpec::Segments) => &[Form::Sizes],
            (None, FoldSpec::Members) => &[Form::Members],
            (None, FoldSpec::RfmEdges(_)) => &[Form::Customers],
            (None, FoldSpec::Rfm { .. }) => &[Form::Scores],
            (None, FoldSpec::PainBounds(_) | FoldSpec::Pain(_) | FoldSpec::PainEvidence(_)) => &[Form::Groups],
        };
        let shown = |rows: &Form| {
            let mut spec = self.spec.clone();
            spec.output.rows = Some(*rows);
            spec
        };
        forms.iter().map(shown).collect()
    }
}
