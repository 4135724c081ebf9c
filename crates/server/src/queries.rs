//! Queries under way, by the id their client gave them: progress and cancelling, for whoever asked them and nobody else.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use operators::Control;
use parking_lot::Mutex;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};
use crate::observe::plain_id;
use crate::principal::Principal;

/// How a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryState {
    Running,
    Done,
    Cancelled,
    /// Somebody else's, never heard of, or ended so long ago that it is forgotten.
    Unknown,
}

/// How far a query is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueryProgress {
    pub state: QueryState,
    /// Events read so far. 0 for whoever is limited to some stores: they do not learn how many there are.
    pub rows_done: u64,
    /// Events there are to read; 0 until that is known, and for whoever is limited to some stores.
    pub rows_total: u64,
    pub elapsed_ms: u64,
}

/// Ended queries that are remembered, so that the last poll of a client still gets its answer.
const ENDED_MAX: usize = 256;

/// The queries of this process.
#[derive(Debug, Default)]
pub struct Queries {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: HashMap<Key, Running>,
    ended: VecDeque<(Key, QueryProgress)>,
}

/// The person who asked, and the id their client made up.
type Key = (String, String);

#[derive(Debug, Clone)]
struct Running {
    control: Control,
    cancelled: CancellationToken,
    started: Instant,
    /// Who asked is limited to some stores, and the scan is not: its counts are not theirs to know.
    limited: bool,
}

/// A query that runs. Dropping it, as happens when the client goes away, cancels what it computes.
#[derive(Debug)]
pub struct Query {
    pub control: Control,
    pub cancelled: CancellationToken,
    key: Key,
    queries: Arc<Queries>,
}

impl Queries {
    /// Registers a query of somebody's. The id must be plain and not be in use by another query of theirs.
    pub fn start(self: &Arc<Queries>, asker: &Principal, id: String) -> ApiResult<Query> {
        if !plain_id(&id) {
            return Err(ApiError::bad_request(
                "query_id_invalid",
                "`x-query-id` is 1 to 64 letters, digits, `-` and `_`",
            ));
        }
        let running = Running {
            control: Control::new(),
            cancelled: CancellationToken::new(),
            started: Instant::now(),
            limited: asker.stores.is_some(),
        };
        let key = (asker.id.clone(), id);
        let (control, cancelled) = (running.control.clone(), running.cancelled.clone());
        match self.state.lock().running.entry(key.clone()) {
            Entry::Occupied(_) => {
                Err(ApiError::conflict("query_id_in_use", "a query with this `x-query-id` is running")
                    .hint("give every query an id of its own, such as a UUID"))
            }
            Entry::Vacant(entry) => {
                entry.insert(running);
                Ok(Query { control, cancelled, key, queries: Arc::clone(self) })
            }
        }
    }

    /// How far a person's query is.
    pub fn progress(&self, person: &str, id: &str) -> QueryProgress {
        let key = (person.to_owned(), id.to_owned());
        let state = self.state.lock();
        if let Some(running) = state.running.get(&key) {
            let cancelled = running.cancelled.is_cancelled();
            return running.progress(if cancelled { QueryState::Cancelled } else { QueryState::Running });
        }
        let ended = state.ended.iter().rev().find(|(ended, _)| *ended == key);
        ended.map_or(
            QueryProgress { state: QueryState::Unknown, rows_done: 0, rows_total: 0, elapsed_ms: 0 },
            |(_, p)| p.clone(),
        )
    }

    /// Cancels a person's query; nothing happens if they have none of this id.
    pub fn cancel(&self, person: &str, id: &str) {
        let running = self.state.lock().running.get(&(person.to_owned(), id.to_owned())).cloned();
        if let Some(running) = running {
            running.cancel();
        }
    }

    /// How long the one that has been under way longest is, in milliseconds; none where there is none.
    pub fn oldest_ms(&self) -> Option<u64> {
        let state = self.state.lock();
        state.running.values().map(|running| running.started.elapsed().as_millis() as u64).max()
    }

    /// Cancels all of them, at shutdown.
    pub fn cancel_all(&self) {
        let running: Vec<Running> = self.state.lock().running.values().cloned().collect();
        running.iter().for_each(Running::cancel);
    }

    fn end(&self, key: &Key, end: QueryState) {
        let mut state = self.state.lock();
        if let Some(running) = state.running.remove(key) {
            let end = if running.cancelled.is_cancelled() { QueryState::Cancelled } else { end };
            let progress = running.progress(end);
            state.ended.push_back((key.clone(), progress));
            if state.ended.len() > ENDED_MAX {
                state.ended.pop_front();
            }
        }
    }
}

impl Running {
    fn cancel(&self) {
        self.control.cancel();
        self.cancelled.cancel();
    }

    fn progress(&self, state: QueryState) -> QueryProgress {
        let (rows_done, rows_total) = match self.limited {
            true => (0, 0),
            false => (self.control.rows_done(), self.control.rows_total()),
        };
        QueryProgress { state, rows_done, rows_total, elapsed_ms: self.started.elapsed().as_millis() as u64 }
    }
}

impl Query {
    /// Says that the query came to its end by itself, well or not.
    pub fn done(self) {
        self.queries.end(&self.key, QueryState::Done);
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        // After `done` both are without effect: the work is over and the id is no longer running.
        self.control.cancel();
        self.queries.end(&self.key, QueryState::Cancelled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::principal::LOCAL;

    #[test]
    fn a_query_is_followed_from_start_to_end() {
        let queries = Arc::new(Queries::default());
        assert_eq!(queries.progress(LOCAL, "a").state, QueryState::Unknown);
        let query = queries.start(&Principal::local(), "a".into()).unwrap();
        assert_eq!(queries.progress(LOCAL, "a").state, QueryState::Running);
        assert_eq!(queries.start(&Principal::local(), "a".into()).unwrap_err().code, "query_id_in_use");
        assert_eq!(queries.progress(LOCAL, "a").state, QueryState::Running);
        query.done();
        assert_eq!(queries.progress(LOCAL, "a").state, QueryState::Done);
        assert!(queries.start(&Principal::local(), "a".into()).is_ok(), "an id may be used again once its query ended");
    }

    #[test]
    fn a_dropped_query_is_cancelled() {
        let queries = Arc::new(Queries::default());
        let query = queries.start(&Principal::local(), "gone".into()).unwrap();
        let control = query.control.clone();
        drop(query);
        assert!(control.is_cancelled());
        assert_eq!(queries.progress(LOCAL, "gone").state, QueryState::Cancelled);
    }

    #[test]
    fn cancelling_reaches_the_work() {
        let queries = Arc::new(Queries::default());
        let query = queries.start(&Principal::local(), "b".into()).unwrap();
        queries.cancel(LOCAL, "b");
        queries.cancel(LOCAL, "unheard-of");
        assert!(query.control.is_cancelled() && query.cancelled.is_cancelled());
        query.done();
        assert_eq!(queries.progress(LOCAL, "b").state, QueryState::Cancelled);
    }

    #[test]
    fn only_the_newest_ended_queries_are_remembered() {
        let queries = Arc::new(Queries::default());
        for i in 0..=ENDED_MAX {
            queries.start(&Principal::local(), format!("q{i}")).unwrap().done();
        }
        assert_eq!(queries.progress(LOCAL, "q0").state, QueryState::Unknown);
        assert_eq!(queries.progress(LOCAL, "q1").state, QueryState::Done);
    }

    #[test]
    fn a_query_is_its_askers_alone() {
        let queries = Arc::new(Queries::default());
        let other = Principal { id: "other".to_owned(), ..Principal::local() };
        let (mine, theirs) = (queries.start(&Principal::local(), "a".into()), queries.start(&other, "a".into()));
        let (mine, theirs) = (mine.unwrap(), theirs.unwrap());
        queries.cancel("other", "a");
        assert!(theirs.control.is_cancelled() && !mine.control.is_cancelled());
        assert_eq!(queries.progress("other", "a").state, QueryState::Cancelled);
        assert_eq!(queries.progress(LOCAL, "a").state, QueryState::Running);
        assert_eq!(queries.progress("nobody", "a").state, QueryState::Unknown);
    }
}
