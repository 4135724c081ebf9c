//! Queries under way, by the id their client gave them: progress and cancelling.

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

/// How a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryState {
    Running,
    Done,
    Cancelled,
    /// Never heard of, or ended so long ago that it is forgotten.
    Unknown,
}

/// How far a query is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueryProgress {
    pub state: QueryState,
    /// Events read so far.
    pub rows_done: u64,
    /// Events there are to read; 0 until that is known.
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
    running: HashMap<String, Running>,
    ended: VecDeque<(String, QueryProgress)>,
}

#[derive(Debug, Clone)]
struct Running {
    control: Control,
    cancelled: CancellationToken,
    started: Instant,
}

/// A query that runs. Dropping it, as happens when the client goes away, cancels what it computes.
#[derive(Debug)]
pub struct Query {
    pub control: Control,
    pub cancelled: CancellationToken,
    id: String,
    queries: Arc<Queries>,
}

impl Queries {
    /// Registers a query. The id must be plain and not be in use.
    pub fn start(self: &Arc<Queries>, id: String) -> ApiResult<Query> {
        if !plain_id(&id) {
            return Err(ApiError::bad_request(
                "query_id_invalid",
                "`x-query-id` is 1 to 64 letters, digits, `-` and `_`",
            ));
        }
        let running = Running { control: Control::new(), cancelled: CancellationToken::new(), started: Instant::now() };
        let (control, cancelled) = (running.control.clone(), running.cancelled.clone());
        match self.state.lock().running.entry(id.clone()) {
            Entry::Occupied(_) => {
                Err(ApiError::conflict("query_id_in_use", "a query with this `x-query-id` is running")
                    .hint("give every query an id of its own, such as a UUID"))
            }
            Entry::Vacant(entry) => {
                entry.insert(running);
                Ok(Query { control, cancelled, id, queries: Arc::clone(self) })
            }
        }
    }

    pub fn progress(&self, id: &str) -> QueryProgress {
        let state = self.state.lock();
        if let Some(running) = state.running.get(id) {
            let cancelled = running.cancelled.is_cancelled();
            return running.progress(if cancelled { QueryState::Cancelled } else { QueryState::Running });
        }
        let ended = state.ended.iter().rev().find(|(ended, _)| ended == id);
        ended.map_or(
            QueryProgress { state: QueryState::Unknown, rows_done: 0, rows_total: 0, elapsed_ms: 0 },
            |(_, p)| p.clone(),
        )
    }

    /// Cancels a query; nothing happens if there is none of this id.
    pub fn cancel(&self, id: &str) {
        let running = self.state.lock().running.get(id).cloned();
        if let Some(running) = running {
            running.control.cancel();
            running.cancelled.cancel();
        }
    }

    /// Cancels all of them, at shutdown.
    pub fn cancel_all(&self) {
        let ids: Vec<String> = self.state.lock().running.keys().cloned().collect();
        ids.iter().for_each(|id| self.cancel(id));
    }

    fn end(&self, id: &str, end: QueryState) {
        let mut state = self.state.lock();
        if let Some(running) = state.running.remove(id) {
            let end = if running.cancelled.is_cancelled() { QueryState::Cancelled } else { end };
            let progress = running.progress(end);
            state.ended.push_back((id.to_owned(), progress));
            if state.ended.len() > ENDED_MAX {
                state.ended.pop_front();
            }
        }
    }
}

impl Running {
    fn progress(&self, state: QueryState) -> QueryProgress {
        QueryProgress {
            state,
            rows_done: self.control.rows_done(),
            rows_total: self.control.rows_total(),
            elapsed_ms: self.started.elapsed().as_millis() as u64,
        }
    }
}

impl Query {
    /// Says that the query came to its end by itself, well or not.
    pub fn done(self) {
        self.queries.end(&self.id, QueryState::Done);
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        // After `done` both are without effect: the work is over and the id is no longer running.
        self.control.cancel();
        self.queries.end(&self.id, QueryState::Cancelled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_followed_from_start_to_end() {
        let queries = Arc::new(Queries::default());
        assert_eq!(queries.progress("a").state, QueryState::Unknown);
        let query = queries.start("a".into()).unwrap();
        assert_eq!(queries.progress("a").state, QueryState::Running);
        assert_eq!(queries.start("a".into()).unwrap_err().code, "query_id_in_use");
        assert_eq!(queries.progress("a").state, QueryState::Running);
        query.done();
        assert_eq!(queries.progress("a").state, QueryState::Done);
        assert!(queries.start("a".into()).is_ok(), "an id may be used again once its query ended");
    }

    #[test]
    fn a_dropped_query_is_cancelled() {
        let queries = Arc::new(Queries::default());
        let query = queries.start("gone".into()).unwrap();
        let control = query.control.clone();
        drop(query);
        assert!(control.is_cancelled());
        assert_eq!(queries.progress("gone").state, QueryState::Cancelled);
    }

    #[test]
    fn cancelling_reaches_the_work() {
        let queries = Arc::new(Queries::default());
        let query = queries.start("b".into()).unwrap();
        queries.cancel("b");
        queries.cancel("unheard-of");
        assert!(query.control.is_cancelled() && query.cancelled.is_cancelled());
        query.done();
        assert_eq!(queries.progress("b").state, QueryState::Cancelled);
    }

    #[test]
    fn only_the_newest_ended_queries_are_remembered() {
        let queries = Arc::new(Queries::default());
        for i in 0..=ENDED_MAX {
            queries.start(format!("q{i}")).unwrap().done();
        }
        assert_eq!(queries.progress("q0").state, QueryState::Unknown);
        assert_eq!(queries.progress("q1").state, QueryState::Done);
    }
}
