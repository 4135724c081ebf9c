//! Runs what takes cores and memory: a few at a time, bounded in waiting and in time, cancelled when its client
//! cancels it or goes away.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderMap, StatusCode};
use operators::Control;
use tokio::sync::Semaphore;

use crate::config::Limits;
use crate::error::{ApiError, ApiResult};
use crate::observe::next_id;
use crate::principal::Principal;
use crate::queries::Queries;

/// Header by which a client names a query, to ask for its progress and to cancel it.
pub const QUERY_ID: &str = "x-query-id";

/// The place queries are computed in.
#[derive(Debug)]
pub struct Compute {
    pub queries: Arc<Queries>,
    running: Semaphore,
    waiting: AtomicUsize,
    limits: Limits,
}

impl Compute {
    pub fn new(limits: Limits) -> Compute {
        let running = Semaphore::new(limits.queries_running_max);
        Compute { queries: Arc::default(), running, waiting: AtomicUsize::new(0), limits }
    }

    /// Queries that are computed now.
    pub fn running(&self) -> usize {
        self.limits.queries_running_max.saturating_sub(self.running.available_permits())
    }

    /// Queries that wait for their turn now.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Computes `work` of somebody's when its turn comes. The id is the client's, or one of our own if it gave none.
    pub async fn run<T, E, F>(
        &self,
        asker: &Principal,
        headers: &HeaderMap,
        work: impl FnOnce(Control) -> F,
    ) -> ApiResult<T>
    where
        F: Future<Output = Result<T, E>>,
        ApiError: From<E>,
    {
        let id = match headers.get(QUERY_ID) {
            Some(id) => String::from_utf8_lossy(id.as_bytes()).into_owned(),
            None => next_id(),
        };
        let query = self.queries.start(asker, id)?;
        // On the heap: it is large, and would be part of all that awaits it.
        let work = Box::pin(work(query.control.clone()));
        let turn_and_work = async {
            let _turn = self.turn().await?;
            work.await.map_err(ApiError::from)
        };
        let outcome = tokio::select! {
            biased;
            () = query.cancelled.cancelled() => return Err(cancelled()),
            outcome = tokio::time::timeout(self.limits.query_timeout, turn_and_work) => outcome,
        };
        match outcome {
            Ok(outcome) => {
                query.done();
                outcome
            }
            Err(_) => Err(self.timed_out()),
        }
    }

    async fn turn(&self) -> ApiResult<tokio::sync::SemaphorePermit<'_>> {
        if let Ok(turn) = self.running.try_acquire() {
            return Ok(turn);
        }
        let _waiting = Waiting::enter(&self.waiting, self.limits.queries_waiting_max)?;
        self.running.acquire().await.map_err(|closed| ApiError::internal(&closed))
    }

    fn timed_out(&self) -> ApiError {
        let seconds = self.limits.query_timeout.as_secs();
        ApiError::new(
            StatusCode::GATEWAY_TIMEOUT,
            "query_timeout",
            format!("the query took longer than {seconds} s and was cancelled"),
        )
        .hint("ask about a shorter period, or raise `server.query_timeout_seconds`")
    }
}

/// What a client gets whose query was cancelled.
pub(crate) fn cancelled() -> ApiError {
    ApiError::conflict("query_cancelled", "the query was cancelled")
}

/// One waiting query; counted out when it is dropped, however that happens.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize, waiting_max: usize) -> ApiResult<Waiting<'a>> {
        if count.fetch_add(1, Ordering::AcqRel) >= waiting_max {
            count.fetch_sub(1, Ordering::AcqRel);
            let message = format!("{waiting_max} queries are waiting already");
            return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
                .hint("try again in a moment")
                .retry_after(2));
        }
        Ok(Waiting(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;
    use crate::principal::LOCAL;
    use crate::queries::QueryState;

    fn compute(running: usize, waiting: usize) -> Arc<Compute> {
        let limits = Limits { queries_running_max: running, queries_waiting_max: waiting, ..Limits::default() };
        Arc::new(Compute::new(limits))
    }

    fn named(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::HeaderName::from_static(QUERY_ID), id.parse().unwrap())])
    }

    /// Starts a query that computes until `finish` is sent.
    async fn occupy(compute: &Arc<Compute>, id: &str) -> (oneshot::Sender<()>, tokio::task::JoinHandle<ApiResult<()>>) {
        let (started, has_started) = oneshot::channel();
        let (finish, finished) = oneshot::channel();
        let (compute, headers) = (Arc::clone(compute), named(id));
        let task = tokio::spawn(async move {
            let work = |_| async move {
                let _ = started.send(());
                let _ = finished.await;
                Ok::<_, ApiError>(())
            };
            compute.run(&Principal::local(), &headers, work).await
        });
        has_started.await.unwrap();
        (finish, task)
    }

    #[tokio::test]
    async fn more_than_the_bound_is_refused_at_once() {
        let compute = compute(1, 0);
        let (finish, task) = occupy(&compute, "first").await;
        let me = Principal::local();
        assert_eq!((compute.running(), compute.waiting()), (1, 0));
        let refused = compute.run(&me, &named("second"), |_| async { Ok::<_, ApiError>(()) }).await.unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.code, refused.retry_after_seconds), (503, "busy", Some(2)));
        finish.send(()).unwrap();
        task.await.unwrap().unwrap();
        compute.run(&me, &named("third"), |_| async { Ok::<_, ApiError>(()) }).await.unwrap();
    }

    #[tokio::test]
    async fn cancelling_ends_a_query_that_computes_and_one_that_waits() {
        let compute = compute(1, 1);
        let (_finish, running) = occupy(&compute, "running").await;
        let waiting = {
            let compute = Arc::clone(&compute);
            tokio::spawn(async move {
                compute.run(&Principal::local(), &named("waiting"), |_| async { Ok::<_, ApiError>(()) }).await
            })
        };
        while compute.queries.progress(LOCAL, "waiting").state != QueryState::Running {
            tokio::task::yield_now().await;
        }
        compute.queries.cancel(LOCAL, "waiting");
        assert_eq!(waiting.await.unwrap().unwrap_err().code, "query_cancelled");
        compute.queries.cancel(LOCAL, "running");
        assert_eq!(running.await.unwrap().unwrap_err().code, "query_cancelled");
        assert_eq!(compute.queries.progress(LOCAL, "running").state, QueryState::Cancelled);
    }

    #[tokio::test]
    async fn a_client_that_goes_away_cancels_its_query() {
        let compute = compute(1, 0);
        let (_finish, task) = occupy(&compute, "left").await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(compute.queries.progress(LOCAL, "left").state, QueryState::Cancelled);
        compute.run(&Principal::local(), &named("next"), |_| async { Ok::<_, ApiError>(()) }).await.unwrap();
    }

    #[tokio::test]
    async fn a_query_that_takes_too_long_is_given_up() {
        let limits = Limits { query_timeout: Duration::ZERO, ..Limits::default() };
        let compute = Compute::new(limits);
        let pending = |_| std::future::pending::<ApiResult<()>>();
        let error = compute.run(&Principal::local(), &named("slow"), pending).await.unwrap_err();
        assert_eq!((error.status.as_u16(), error.code), (504, "query_timeout"));
    }
}
