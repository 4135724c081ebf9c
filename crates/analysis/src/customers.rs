//! From a pick to the customers behind it.

use operators::FoldSpec;
use operators::spec::{Pick, WhoSpec};

use crate::analyst::mixed_up;
use crate::error::{Error, Result};
use crate::label::Labels;
use crate::pain::PainPick;
use crate::pick::JourneyPick;
use crate::plan::Plan;
use crate::question::{Question, ResolvedJourney};
use crate::{
    attribution, funnel, groups, journey_map, lifecycle, paths, retention, rfm, segments, sequence, sessions,
    stickiness, survival, transitions,
};

/// Customers one page, or a search, holds at most: each is read from the lake to say who it is.
pub const PAGE_CUSTOMERS_MAX: usize = 200;

/// What the scan is to collect.
pub(crate) fn who(
    question: &Question,
    journey: Option<&ResolvedJourney>,
    plan: &mut Plan,
    pick: &str,
    after: Option<&str>,
    page: usize,
) -> Result<WhoSpec> {
    let after = after.map(|text| {
        text.parse::<i64>()
            .map_err(|_| Error::invalid(format!("page `{text}`"), "use the `next` of an earlier page as it stands"))
    });
    let (group, pick) = groups::read(pick, plan.spec.scan.by.as_ref())?;
    let pick = match question {
        Question::JourneyMap(_) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            let pick: JourneyPick = pick.parse()?;
            Pick::Journey(journey_map::pick(&journey.definition, &pick, &plan.spec.scan.channels)?)
        }
        Question::Pains(_) => {
            let journey = journey.ok_or_else(|| Error::not_found("journey for this question"))?;
            PainPick::decode(pick)?.apply(&mut plan.spec.scan, &journey.definition)?
        }
        Question::Funnel(_) => Pick::Funnel(funnel::pick(pick, plan)?),
        Question::Paths(_) => Pick::Paths(paths::pick(pick, &plan.labels())?),
        Question::Transitions(_) => Pick::Transitions(transitions::pick(pick, &plan.labels())?),
        Question::Sequence(_) => Pick::Sequence(sequence::pick(pick)?),
        Question::Retention(_) => {
            let FoldSpec::Retention(config) = &plan.spec.scan.fold else { return Err(mixed_up()) };
            Pick::Retention(retention::pick(pick, &plan.labels(), config)?)
        }
        Question::Lifecycle(_) => Pick::Lifecycle(lifecycle::pick(pick, &plan.labels())?),
        Question::Stickiness(_) => {
            let units = Labels { names: plan.spec.output.stages.clone() };
            Pick::Stickiness(stickiness::pick(pick, &plan.labels(), &units)?)
        }
        Question::Survival(_) => Pick::Survival(survival::pick(pick, &plan.labels())?),
        Question::Attribution(_) => Pick::Attribution(attribution::pick(pick, &plan.labels())?),
        Question::Segments(_) => Pick::Segments(segments::pick(pick, plan)?),
        Question::Rfm(question) => Pick::Rfm(rfm::pick(pick, &question.model)?),
        Question::Sessions(_) => Pick::Sessions(sessions::pick(pick, &sessions::Named::of(plan))?),
    };
    Ok(WhoSpec { pick, group, unless: None, after: after.transpose()?, page })
}
