//! What an answer rests on.

use std::time::Duration;

use folds::slicer::Slicer;
use model::journey::Journey;

use crate::answer::{Meta, ReadMeta};
use crate::error::Result;
use crate::plan::Plan;
use crate::question::{JourneyKey, Present, Question, ResolvedJourney};
use crate::words;

impl Present {
    /// What rows, a timeline or a search rest on.
    pub fn read_meta(&self, rows_scanned: u64, elapsed: Duration, truncated: bool) -> ReadMeta {
        ReadMeta {
            as_of_us: operators::ground::as_of_us(&self.snapshot, None, self.now_us),
            snapshot: self.snapshot.id().to_string(),
            rows_scanned: self.counted(rows_scanned),
            elapsed_ms: elapsed.as_millis() as u64,
            truncated,
        }
    }

    /// How many events were read, to whoever may know how many there are.
    pub(crate) fn counted(&self, rows: u64) -> Option<u64> {
        self.limit.is_none().then_some(rows)
    }
}

/// A question with everything it was resolved to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub question: &'a Question,
    pub journey: Option<&'a ResolvedJourney>,
    pub plan: &'a Plan,
}

impl Asked<'_> {
    /// `read` and `later`: events read, and those of them that lie after the moment asked at.
    pub(crate) fn meta(&self, present: &Present, (read, later): (u64, u64), elapsed: Duration) -> Result<Meta> {
        let Plan { scope, zone, spec } = self.plan;
        let journey: Option<&Journey> = self.journey.map(|journey| &journey.definition);
        let subject = words::subject(scope, journey);
        let in_period = matches!(spec.scan.slicer, Slicer::Within { .. });
        let mut filters = words::filters(scope, journey, matches!(self.question, Question::Segments(_)));
        if let (Question::JourneyMap(question), Some(journey)) = (self.question, journey)
            && let Some(id) = &question.persona
        {
            filters.extend(journey.personas.iter().filter(|persona| persona.id == *id).map(words::persona));
        }
        Ok(Meta {
            definition: words::definition(self.question, journey),
            population: words::population(self.question, scope, zone, &subject, in_period),
            filters,
            breakdown: scope.by.as_ref().map(words::breakdown),
            identity: words::identity(),
            zone: zone.clone(),
            as_of_us: spec.scan.as_of_us,
            events_later: present.counted(later),
            snapshot: present.snapshot.id().to_string(),
            rows_scanned: present.counted(read),
            elapsed_ms: elapsed.as_millis() as u64,
            truncated: false,
            sql: self.plan.forms().iter().map(operators::sql::of).collect::<Result<_, _>>()?,
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
