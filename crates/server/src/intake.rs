//! From a door to the lake: what was decoded becomes durable, and only then is the sender answered.
//!
//! Events go into the lake's log, what could not become an event into the dead letters; those who watch see both. A
//! sender that is told to come again may send everything once more: ids drop the doubles.

mod window;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use control::{Control, Workspace};
use ingest::live::{Decoded, Door, Letter, Protocol};
use lake::ErrorKind;
use model::event::{Event, Rejection};
use parking_lot::Mutex;
use worker::dead_letters::{DeadLetters, LetterFilter, PAGE_MAX, Refused};
use worker::folder::DataFolder;

use crate::error::{ApiError, ApiResult};
use crate::lakes::Lakes;
use crate::live::{Live, LiveItem, LiveRejection, event_item};
use crate::state::now_us;
use window::Window;

/// How long a sender waits for the disk before it is told to come again.
const APPEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The way in of every workspace.
#[derive(Debug)]
pub struct Intake {
    folder: DataFolder,
    control: Control,
    lakes: Lakes,
    feeds: tokio::sync::Mutex<HashMap<FeedKey, Arc<Feed>>>,
    /// The last place in the order of arrival that was given away.
    last_seq: AtomicI64,
    /// How many watch.
    pub watchers: Arc<AtomicUsize>,
}

/// A workspace that was deleted and made again under the same id is another one.
type FeedKey = (String, i64);

/// What is known of one workspace's way in.
#[derive(Debug)]
pub struct Feed {
    pub live: Live,
    pub letters: DeadLetters,
    window: Mutex<Window>,
}

/// What became of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Events that are durable now.
    pub accepted: u64,
    /// Messages that came a short while before already.
    pub duplicates: u64,
    /// Messages that are no events by their protocol's rules.
    pub skipped: u64,
    pub rejected: Vec<Rejection>,
}

/// What became of letters that were read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    pub read: u64,
    pub accepted: u64,
    pub rejected: u64,
}

impl Intake {
    pub fn new(folder: DataFolder, control: Control, lakes: Lakes) -> Intake {
        let (feeds, watchers) = (tokio::sync::Mutex::default(), Arc::default());
        Intake { folder, control, lakes, feeds, last_seq: AtomicI64::new(0), watchers }
    }

    /// A workspace's stream and dead letters.
    pub async fn feed(&self, workspace: &Workspace) -> ApiResult<Arc<Feed>> {
        let key = (workspace.id.clone(), workspace.created_at_us);
        let mut feeds = self.feeds.lock().await;
        if let Some(feed) = feeds.get(&key) {
            return Ok(Arc::clone(feed));
        }
        feeds.retain(|(id, _), _| *id != key.0);
        let folder = self.folder.dead_letters(&workspace.id);
        let letters = blocking(move || DeadLetters::open(folder)).await??;
        let feed = Arc::new(Feed { live: Live::default(), letters, window: Mutex::default() });
        feeds.insert(key, Arc::clone(&feed));
        Ok(feed)
    }

    /// The first of `count` places in the order of arrival: microseconds of the clock, but never one twice.
    pub fn places(&self, received_at_us: i64, count: usize) -> i64 {
        let count = count.max(1) as i64;
        let next = |last: i64| Some(last.max(received_at_us - 1) + count);
        let last = self.last_seq.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).unwrap_or_default();
        last.max(received_at_us - 1) + 1
    }

    /// Takes in what was decoded of a letter.
    ///
    /// # Errors
    /// 503 with the time to wait, if it cannot be made durable now: nothing of it was promised.
    pub async fn take(
        &self,
        workspace: &Workspace,
        protocol: Protocol,
        source: &str,
        decoded: Decoded,
    ) -> ApiResult<Taken> {
        let feed = self.feed(workspace).await?;
        let Decoded { events, rejections, skipped } = decoded;
        let (fresh, duplicates) = feed.fresh(events);
        let accepted = fresh.len() as u64;
        if !fresh.is_empty() {
            let ids: Vec<i64> = fresh.iter().map(|event| event.event_id).collect();
            let shown = feed.ready(&fresh, protocol);
            self.append(workspace, fresh).await?;
            let mut window = feed.window.lock();
            ids.into_iter().for_each(|id| window.remember(id));
            drop(window);
            feed.live.show(shown);
        }
        if !rejections.is_empty() {
            let received_us = now_us();
            let refused: Vec<_> =
                rejections.iter().map(|rejection| refused(rejection, protocol, source, received_us)).collect();
            let first_seq = self.places(received_us, refused.len());
            let shown = refused[refused.len() - feed.live.room(refused.len())..].to_vec();
            keep(&feed, refused).await?;
            let rejection = |(seq, refused)| LiveItem::Rejection(LiveRejection { seq, refused });
            feed.live.show((first_seq..).zip(shown).map(rejection).collect());
        }
        Ok(Taken { accepted, duplicates, skipped, rejected: rejections })
    }

    /// Reads dead letters again, at most [`PAGE_MAX`] of them, oldest last. What becomes an event is marked; what does
    /// not stays as it is.
    ///
    /// # Errors
    /// As [`Intake::take`]; what was accepted before stays.
    pub async fn replay(&self, workspace: &Workspace, filter: LetterFilter) -> ApiResult<Replayed> {
        let feed = self.feed(workspace).await?;
        let sources = self.control.sources(&workspace.id).await?;
        let filter = LetterFilter { waiting: true, ..filter };
        let reader = Arc::clone(&feed);
        let page = blocking(move || reader.letters.page(&filter, None, PAGE_MAX)).await??;
        let mut replayed = Replayed { read: page.letters.len() as u64, ..Replayed::default() };
        let (mut events, mut ids, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for dead in page.letters.into_iter().rev() {
            let channel = sources.iter().find(|source| source.id == dead.letter.source);
            let door = Door {
                source: &dead.letter.source,
                channel: channel.map_or("web", |source| source.channel.as_str()),
                received_at_us: dead.letter.received_us,
                first_seq: self.places(dead.letter.received_us, 1),
            };
            let decoded = Letter::again(dead.letter.protocol, &dead.letter.original)
                .map(|letter| ingest::live::read(&letter, &door))
                .unwrap_or_default();
            if decoded.events.is_empty() {
                replayed.rejected += 1;
                continue;
            }
            shown.extend(feed.ready(&decoded.events, dead.letter.protocol));
            events.extend(decoded.events);
            ids.push(dead.id);
        }
        if events.is_empty() {
            return Ok(replayed);
        }
        self.append(workspace, events).await?;
        replayed.accepted = ids.len() as u64;
        feed.live.show(shown);
        blocking(move || feed.letters.replayed(ids, now_us())).await??;
        Ok(replayed)
    }

    async fn append(&self, workspace: &Workspace, events: Vec<Event>) -> ApiResult<()> {
        let lake = self.lakes.writer(workspace).await.map_err(not_writable)?;
        match tokio::time::timeout(APPEND_TIMEOUT, lake.append(events)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(match error.kind() {
                ErrorKind::Storage | ErrorKind::Conflict => {
                    tracing::error!(workspace = workspace.id, %error, "events could not be made durable");
                    come_again("the events cannot be made durable now")
                }
                _ => ApiError::from(error),
            }),
            Err(_) => Err(come_again("the disk is too slow for what comes in")),
        }
    }
}

impl Feed {
    /// The last of these events as they are shown, as far as there is room.
    fn ready(&self, events: &[Event], protocol: Protocol) -> Vec<LiveItem> {
        let shown = &events[events.len() - self.live.room(events.len())..];
        shown.iter().map(|event| event_item(event, protocol)).collect()
    }

    /// Events that did not come a short while before, each once, and how many did.
    fn fresh(&self, events: Vec<Event>) -> (Vec<Event>, u64) {
        let before = events.len();
        let window = self.window.lock();
        let mut seen = rustc_hash::FxHashSet::default();
        let fresh: Vec<Event> =
            events.into_iter().filter(|event| !window.has(event.event_id) && seen.insert(event.event_id)).collect();
        let duplicates = (before - fresh.len()) as u64;
        (fresh, duplicates)
    }
}

fn refused(rejection: &Rejection, protocol: Protocol, source: &str, received_us: i64) -> Refused {
    Refused {
        received_us,
        source: source.to_owned(),
        protocol,
        code: rejection.code.clone(),
        field: rejection.field.clone(),
        reason: rejection.reason.clone(),
        original: rejection.original.clone(),
    }
}

async fn keep(feed: &Arc<Feed>, refused: Vec<Refused>) -> ApiResult<()> {
    let feed = Arc::clone(feed);
    blocking(move || feed.letters.keep(refused)).await?.map_err(|error| {
        tracing::error!(%error, "dead letters could not be kept");
        come_again("what could not be read cannot be kept now")
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}

/// A lake that is another process's, or whose disk refuses, is a reason to come again.
fn not_writable(error: ApiError) -> ApiError {
    if error.status.is_server_error() || error.status == StatusCode::CONFLICT {
        tracing::warn!(error = error.message, "a lake cannot be written to");
        return come_again("the workspace cannot be written to now");
    }
    error
}

/// 503 with the time to wait.
pub(crate) fn come_again(message: &str) -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message).hint("send it again").retry_after(5)
}
