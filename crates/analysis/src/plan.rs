//! From a question to the scan that answers it.
//!
//! The ground of all plans lies in [`operators::ground`]; here a question's parts are handed to it, and the zone is
//! settled. The scan and the answer's `meta` are then made of the same facts.

use model::journey::Journey;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use operators::rows::Form;
use operators::spec::BySpec;
use operators::{FinishSpec, FoldSpec, Ground};

use crate::error::{Error, Result};
use crate::label::Labels;
use crate::question::{Present, Question, ResolvedJourney};

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
    if let Question::Sessions(question) = question {
        scope.subject = Subject::Session { timeout: question.timeout };
    }
    let zone = zone(scope.zone.as_deref(), journey, &present.zone).to_owned();
    if zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Error::invalid("zone", format!("`{zone}` is no IANA time zone, as in Asia/Shanghai")));
    }
    let mut ground = Ground::new(&present.snapshot, scope, journey, present.now_us)?;
    let spec = match question {
        Question::JourneyMap(question) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            if let Some(persona) = &question.persona {
                ground.customers.push(persona_rule(journey, persona)?);
            }
            ground.journey_map(None)?
        }
        Question::Funnel(question) => {
            let steps = question.steps.iter().map(|step| (step.name.clone(), step.rule.clone())).collect();
            ground.funnel(steps, question.window, question.mode)?
        }
        Question::Paths(question) => {
            let (steps, top) = (question.steps.map(|steps| steps as usize), question.top as usize);
            ground.paths(steps, question.collapse, Some(top))?
        }
        Question::Pains(_) => {
            journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            ground.pains()?
        }
        Question::Transitions(_) => ground.transitions(),
        Question::Sessions(_) => ground.sessions(true),
    };
    let mut spec = spec;
    if let Some(by) = &ground.scope.by {
        if matches!(question, Question::JourneyMap(_) | Question::Pains(_)) {
            let why = "a map and its pains are not shown apart; ask for each value by `customers` or `events`";
            return Err(Error::invalid("by", why));
        }
        let values = by.values.clone().unwrap_or_default();
        spec.scan.by = Some(BySpec { dimension: by.dimension.clone(), values, at: by.at });
    }
    let scope = Scope { zone: Some(zone.clone()), ..ground.scope };
    Ok(Plan { spec, scope, zone })
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
        let forms: &[Form] = match (&self.spec.scan.who, &self.spec.scan.fold) {
            (Some(_), _) => &[Form::Customers],
            (None, FoldSpec::Sessions { .. }) => &[Form::Summary, Form::Events],
            (None, FoldSpec::Funnel(_)) => &[Form::Steps],
            (None, FoldSpec::Paths(_)) => &[Form::Variants],
            (None, FoldSpec::Transitions) => &[Form::Edges],
            (None, FoldSpec::Journey(_)) => &[Form::Stages, Form::Touchpoints, Form::Cells, Form::Moves],
            (None, FoldSpec::Subjects) => &[Form::Subjects],
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
