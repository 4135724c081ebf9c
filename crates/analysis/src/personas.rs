//! Personas side by side: the map of each in short.
//!
//! Each is the very map somebody gets who asks with that persona, so the numbers cannot differ.

use operators::Control;

use crate::analyst::Analyst;
use crate::answer::{JourneyMap, PersonaMetrics, PersonaNumbers, PersonaStage, PersonasAnswer};
use crate::error::Result;
use crate::question::{JourneyMapQuestion, Present, ResolvedJourney};
use crate::share::share;

/// The question's own persona is not looked at: the answer tells of all.
pub(crate) async fn personas(
    analyst: &Analyst,
    present: &Present,
    question: &JourneyMapQuestion,
    journey: &ResolvedJourney,
    control: &Control,
) -> Result<PersonasAnswer> {
    let asked_of = |persona: Option<&str>| {
        let question = JourneyMapQuestion { persona: persona.map(str::to_owned), ..question.clone() };
        async move { analyst.journey_map(present, &question, journey, control).await }
    };
    let everyone = asked_of(None).await?;
    let customers = everyone.totals.started.customers;
    let mut personas = Vec::with_capacity(journey.definition.personas.len());
    for persona in &journey.definition.personas {
        let numbers = match &persona.customers {
            Some(_) => Some(numbers(&asked_of(Some(&persona.id)).await?, customers)),
            None => None,
        };
        let (id, name, basis) = (persona.id.clone(), persona.name.clone(), persona.basis());
        personas.push(PersonaMetrics { id, name, basis, numbers });
    }
    Ok(PersonasAnswer {
        journey: everyone.journey.id.clone(),
        version: everyone.journey.version,
        everyone: numbers(&everyone, customers),
        personas,
        meta: everyone.meta,
    })
}

/// `customers`: all in scope who started.
fn numbers(map: &JourneyMap, customers: u64) -> PersonaNumbers {
    let stages = map.stages.iter().map(|stage| PersonaStage {
        stage: stage.stage.clone(),
        reached: stage.reach.reached.clone(),
        share: stage.reach.share,
        to_goal: stage.reach.to_goal,
        score_mean: stage.reach.score_mean,
        score_count: stage.reach.score_count,
    });
    PersonaNumbers {
        question: map.meta.question.clone(),
        share: share(map.totals.started.customers, customers),
        started: map.totals.started.clone(),
        conversion: map.totals.conversion,
        time_to_goal: map.totals.time_to_goal,
        value: map.totals.value,
        stages: stages.collect(),
    }
}
