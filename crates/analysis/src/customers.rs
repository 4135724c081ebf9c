//! From a pick to the customers behind it.

use lake::Snapshot;
use operators::spec::{Pick, WhoSpec};

use crate::error::{Error, Result};
use crate::pick::JourneyPick;
use crate::plan::{self, Plan};
use crate::question::{Question, ResolvedJourney};
use crate::{funnel, journey_map, paths, sessions, transitions};

/// Customers one page holds at most: each is read from the lake to say who it is.
pub(crate) const PAGE_CUSTOMERS_MAX: usize = 200;

/// The plan of the question whose numbers are opened.
pub(crate) fn plan(snapshot: &Snapshot, question: &Question, journey: Option<&ResolvedJourney>) -> Result<Plan> {
    match question {
        Question::JourneyMap(question) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            plan::journey_map(snapshot, question, journey)
        }
        Question::Funnel(question) => plan::funnel(snapshot, question, journey),
        Question::Paths(question) => plan::paths(snapshot, question, journey),
        Question::Transitions(question) => plan::transitions(snapshot, question, journey),
        Question::Sessions(question) => plan::sessions(snapshot, question),
    }
}

/// What the scan is to collect.
pub(crate) fn who(
    question: &Question,
    journey: Option<&ResolvedJourney>,
    plan: &Plan,
    pick: &str,
    after: Option<&str>,
    page: usize,
) -> Result<WhoSpec> {
    let after = after.map(|text| {
        text.parse::<i64>()
            .map_err(|_| Error::invalid(format!("page `{text}`"), "use the `next` of an earlier page as it stands"))
    });
    let pick = match question {
        Question::JourneyMap(_) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            let pick: JourneyPick = pick.parse()?;
            Pick::Journey(journey_map::pick(&journey.definition, &pick, &plan.scan.channels)?)
        }
        Question::Funnel(_) => Pick::Funnel(funnel::pick(pick, plan.steps.len())?),
        Question::Paths(_) => Pick::Paths(paths::pick(pick, &plan.labels)?),
        Question::Transitions(_) => Pick::Transitions(transitions::pick(pick, &plan.labels)?),
        Question::Sessions(_) => Pick::Sessions(sessions::pick(pick)?),
    };
    Ok(WhoSpec { pick, unless: None, after: after.transpose()?, page })
}
