//! What an answer rests on.

use std::time::Duration;

use lake::Snapshot;
use model::journey::Journey;

use crate::answer::Meta;
use crate::error::Result;
use crate::plan::Plan;
use crate::question::{JourneyKey, Question, ResolvedJourney};
use crate::words;

/// A question with everything it was resolved to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub question: &'a Question,
    pub journey: Option<&'a ResolvedJourney>,
    pub plan: &'a Plan,
}

impl Asked<'_> {
    pub(crate) fn meta(&self, snapshot: &Snapshot, rows_scanned: u64, elapsed: Duration) -> Result<Meta> {
        let scope = &self.plan.scope;
        let journey: Option<&Journey> = self.journey.map(|journey| &journey.definition);
        let subject = words::subject(scope, journey);
        Ok(Meta {
            definition: words::definition(self.question, journey),
            population: words::population(scope, &subject),
            filters: words::filters(scope, journey),
            identity: words::identity(),
            zone: scope.zone.clone(),
            as_of_us: self.plan.scan.as_of_us,
            snapshot: snapshot.id().to_string(),
            rows_scanned,
            elapsed_ms: elapsed.as_millis() as u64,
            truncated: false,
            sql: operators::sql::of_scan(&self.plan.scan)?,
            question: self.fixed().encode(),
            scope: scope.clone(),
        })
    }

    /// The question with its moment and its journey's version fixed: asked again, it means the same.
    fn fixed(&self) -> Question {
        let mut question = self.question.clone();
        *question.scope_mut() = self.plan.scope.clone();
        if let (Some(key), Some(journey)) = (question.journey_mut(), self.journey) {
            *key = JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) };
        }
        question
    }
}
