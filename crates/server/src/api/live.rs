//! What comes in right now, as a stream.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use control::Workspace;
use futures::{Stream, stream};
use model::access::Action;
use model::identity::{CustomerId, ProfileId};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use utoipa::IntoParams;

use crate::admission;
use crate::api::customers::customer_id;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Path, Query};
use crate::live::{LiveBatch, LiveEvent, LiveItem, WATCHERS_MAX, Watcher};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WatchParams {
    /// Only what comes from now on and carries an identifier of this customer; no rejections. `passed_over` counts what came
    /// of anybody and was not looked at: it may have been theirs.
    pub customer: Option<String>,
}

/// Watch what comes in: `event` and `rejection` messages with JSON data, newest last; `passed_over` with a number where
/// more came than is shown. It begins with the last 200, unless it is of one customer, and ends when its watcher may no
/// longer watch.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/live", tag = "sources", operation_id = "watchLive",
    params(("workspace" = String, Path, description = "Workspace id"), WatchParams),
    responses((status = 200, body = LiveEvent, content_type = "text/event-stream"),
              (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn watch(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<WatchParams>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let customer = params.customer.as_deref().map(customer_id).transpose()?;
    if let Some(text) = &params.customer {
        // It is their timeline that goes on, in the page that shows it.
        trail.action(Action::TimelineSeen);
        trail.target(state.access.keyed("customer", text));
    }
    let workspace = state.workspace(&workspace).await?;
    let watcher = Watcher::enter(&state.intake.watchers).ok_or_else(|| {
        let message = format!("{WATCHERS_MAX} are watching already");
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
            .hint("close a page that watches")
            .retry_after(10)
    })?;
    let feed = state.intake.feed(&workspace).await?;
    let (recent, seen, next) = feed.live.watch();
    let every = state.limits.watch_every;
    let mut due = interval_at(Instant::now() + every, every);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watching = Watching {
        waiting: recent.iter().filter(|_| customer.is_none()).map(|item| message(item)).collect(),
        seen,
        next,
        workspace,
        customer,
        principal,
        due,
        state,
        _place: watcher,
    };
    let stream = stream::unfold(watching, |mut watching| async move {
        let message = watching.message().await?;
        Some((Ok(message), watching))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(every)))
}

struct Watching {
    waiting: VecDeque<Event>,
    /// Messages of the workspace up to the last that was handed on.
    seen: u64,
    next: Receiver<LiveBatch>,
    workspace: Workspace,
    /// Whose events alone are told.
    customer: Option<CustomerId>,
    principal: Principal,
    /// When to look whether they still may.
    due: Interval,
    state: AppState,
    _place: Watcher,
}

impl Watching {
    /// The next message; none when the server ends, or when whoever watches may no longer.
    async fn message(&mut self) -> Option<Event> {
        loop {
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            let received = tokio::select! {
                biased;
                () = self.state.stopping.cancelled() => return None,
                _ = self.due.tick() => {
                    admission::check_again(&self.state, &self.principal, "watchLive", &self.workspace.id).await.ok()?;
                    continue;
                }
                received = self.next.recv() => received,
            };
            match received {
                Ok(batch) => match self.customer {
                    None => {
                        let missed = batch.before.saturating_sub(self.seen);
                        self.seen = batch.after();
                        self.waiting.extend((missed > 0).then(|| passed_over(missed)));
                        self.waiting.extend(batch.items.iter().map(|item| message(item)));
                    }
                    Some(customer) => self.take_of(customer, batch).await,
                },
                // The next batch says how much was missed.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Watching {
    /// Takes the events of one customer out of a batch and of all that wait behind it, so that many letters are one look at
    /// who is who.
    async fn take_of(&mut self, customer: CustomerId, first: LiveBatch) {
        let mut missed = first.before.saturating_sub(self.seen);
        self.seen = first.after();
        let mut batches = vec![first];
        loop {
            match self.next.try_recv() {
                Ok(batch) => {
                    missed += batch.before.saturating_sub(self.seen);
                    self.seen = batch.after();
                    batches.push(batch);
                }
                // The batch after those that were missed says how many they were.
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let events: Vec<_> = batches
            .iter()
            .flat_map(|batch| batch.items.iter())
            .filter(|item| matches!(***item, LiveItem::Event(_)))
            .collect();
        match self.of(customer, &events).await {
            Ok(theirs) => self.waiting.extend(theirs),
            // Who sent them cannot be told now: they count as not looked at.
            Err(_) => missed += events.len() as u64,
        }
        self.waiting.extend((missed > 0).then(|| passed_over(missed)));
    }

    async fn of(&self, customer: CustomerId, items: &[&Arc<LiveItem>]) -> ApiResult<Vec<Event>> {
        let mut theirs = Vec::new();
        if items.is_empty() {
            return Ok(theirs);
        }
        let snapshot = self.state.intake.lakes.snapshot(&self.workspace).await?;
        // Who was joined with another meanwhile may be called by that one's id now.
        let customer = snapshot.customer_of(ProfileId(customer.0));
        for item in items {
            let LiveItem::Event(event) = item.as_ref() else { continue };
            for identifier in &event.identifiers {
                let profile = snapshot.profile_of(identifier).await?;
                if profile.is_some_and(|profile| snapshot.customer_of(profile) == customer) {
                    theirs.push(message(item));
                    break;
                }
            }
        }
        Ok(theirs)
    }
}

fn message(item: &LiveItem) -> Event {
    let (name, data) = match item {
        LiveItem::Event(event) => ("event", serde_json::to_string(event)),
        LiveItem::Rejection(rejection) => ("rejection", serde_json::to_string(rejection)),
    };
    // What is shown always has a JSON form.
    Event::default().event(name).id(item.seq().to_string()).data(data.unwrap_or_default())
}

fn passed_over(count: u64) -> Event {
    Event::default().event("passed_over").data(count.to_string())
}
