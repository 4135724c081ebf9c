//! What comes in right now, as a stream.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::{Stream, stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::admission;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::Path;
use crate::live::{LiveBatch, LiveEvent, LiveItem, WATCHERS_MAX, Watcher};
use crate::principal::Principal;
use crate::state::AppState;

/// Watch what comes in: `event` and `rejection` messages with JSON data, newest last; `passed_over` with a number where
/// more came than is shown. It begins with the last 200, and ends when its watcher may no longer watch.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/live", tag = "sources", operation_id = "watchLive",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = LiveEvent, content_type = "text/event-stream"),
              (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn watch(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
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
        waiting: recent.iter().map(|item| message(item)).collect(),
        seen,
        next,
        workspace: workspace.id,
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
    workspace: String,
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
                    admission::check_again(&self.state, &self.principal, "watchLive", &self.workspace).await.ok()?;
                    continue;
                }
                received = self.next.recv() => received,
            };
            match received {
                Ok(batch) => {
                    let missed = batch.before.saturating_sub(self.seen);
                    self.seen = batch.after();
                    self.waiting.extend((missed > 0).then(|| passed_over(missed)));
                    self.waiting.extend(batch.items.iter().map(|item| message(item)));
                }
                // The next batch says how much was missed.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
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
