//! By which values events are told apart, where the question leaves it open.

use operators::spec::ExpandSpec;
use operators::{Control, Engine};

use crate::error::Result;
use crate::plan;
use crate::question::{PathsQuestion, Present, Question, ResolvedJourney};

/// Fills in the values of expanded events: counted over the events that take part, of whichever subject.
///
/// # Errors
/// `Invalid` when the question does not make sense, `Cancelled` through `control`.
pub(crate) async fn settle(
    engine: &Engine,
    present: &Present,
    question: &mut PathsQuestion,
    journey: Option<&ResolvedJourney>,
    control: &Control,
) -> Result<()> {
    if question.cut.expand.iter().all(|expand| expand.values.is_some()) {
        return Ok(());
    }
    let mut blank = question.clone();
    blank.scope.by = None;
    blank.cut.expand.iter_mut().for_each(|expand| expand.values = expand.values.take().or_else(|| Some(Vec::new())));
    let scan = plan::plan(present, &Question::Paths(blank), journey)?.spec.scan;
    let open = question.cut.expand.iter_mut().filter(|expand| expand.values.is_none());
    let mut open: Vec<&mut model::path::Expand> = open.collect();
    let wanted = open.iter().map(|expand| ExpandSpec {
        event: expand.event.clone(),
        column: expand.by.clone(),
        values: Vec::new(),
    });
    let wanted = wanted.collect();
    let found = operators::expand::values(engine, &present.snapshot, &scan, wanted, control).await?;
    for (expand, values) in open.iter_mut().zip(found) {
        expand.values = Some(values.into_iter().take(expand.top as usize).map(|(value, _)| value).collect());
    }
    Ok(())
}
