//! From a door to the lake: what was decoded becomes durable, and only then is the sender answered.
//!
//! Events go into the lake's log, what could not become an event into the dead letters; those who watch see both. A
//! sender that is told to come again may send everything once more: ids drop the doubles. What takes too long goes on
//! without the sender, and holds the room of its letter until it ends; a copy that comes meanwhile waits for it.

mod claims;
mod kinds;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use control::{Control, KeyOwner, Workspace};
use ingest::live::{Decoded, Door, Letter, Protocol};
use lake::ErrorKind;
use model::event::{Event, Rejection};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use worker::dead_letters::{DeadLetters, LetterFilter, PAGE_MAX, Refused};
use worker::folder::DataFolder;

use crate::basis::Basis;
use crate::error::{ApiError, ApiResult};
use crate::health::{Health, Trouble};
use crate::lakes::Lakes;
use crate::live::{Live, LiveItem, LiveRejection, event_item};
use claims::{Claim, Claims};
pub(crate) use kinds::{KIND_REFUSED, limit};

/// The way in of every workspace.
#[derive(Debug)]
pub struct Intake {
    pub(crate) folder: DataFolder,
    pub(crate) control: Control,
    pub(crate) lakes: Lakes,
    pub(crate) health: Arc<Health>,
    pub(crate) basis: Basis,
    /// How long a sender waits for the disk before it is told to come again.
    pub(crate) append_timeout: Duration,
    pub(crate) feeds: tokio::sync::Mutex<HashMap<FeedKey, Arc<Feed>>>,
    /// The last place in the order of arrival that was given away.
    pub(crate) last_seq: AtomicI64,
    /// How many watch.
    pub watchers: Arc<AtomicUsize>,
}

/// A workspace that was deleted and made again under the same id is another one.
pub(crate) type FeedKey = (String, i64);

/// What is known of one workspace's way in.
#[derive(Debug)]
pub struct Feed {
    pub live: Live,
    pub letters: DeadLetters,
    claims: Arc<Claims>,
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
        let feed = Arc::new(Feed { live: Live::default(), letters, claims: Arc::default() });
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

    /// Takes in what was decoded of a letter, which holds `room`.
    ///
    /// # Errors
    /// 503 with the time to wait, if it cannot be made durable now: nothing of it was promised.
    pub async fn take(
        &self,
        opened: &KeyOwner,
        protocol: Protocol,
        decoded: Decoded,
        room: OwnedSemaphorePermit,
    ) -> ApiResult<Taken> {
        let workspace = &opened.workspace;
        let until = Instant::now() + self.append_timeout;
        let feed = self.feed(workspace).await.map_err(|error| {
            tracing::error!(workspace = workspace.id, error = error.message, "dead letters cannot be opened");
            self.health.failed(Some(workspace), Trouble::RejectionsFailing);
            come_again("what could not be read cannot be kept now")
        })?;
        let Decoded { events, rejections, skipped } = decoded;
        let room = Arc::new(room);
        if !events.is_empty() && !feed.claims.has_recalled() {
            self.recall(workspace, &feed, until).await?;
        }
        let (fresh, duplicates, claim) = feed.claims.claim(events, until).await.ok_or_else(too_slow)?;
        let accepted = fresh.len() as u64;
        if !fresh.is_empty() {
            let shown = feed.ready(&fresh, protocol);
            self.append(workspace, fresh, Held { claim: Some(claim), room: Some(Arc::clone(&room)) }, until).await?;
            feed.live.show(shown);
        }
        if !rejections.is_empty() {
            let received_us = (self.basis.now_us)();
            let refused: Vec<_> =
                rejections.iter().map(|rejection| refused(rejection, protocol, opened, received_us)).collect();
            let first_seq = self.places(received_us, refused.len());
            let shown = refused[refused.len() - feed.live.room(refused.len())..].to_vec();
            self.keep(workspace, &feed, refused).await?;
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
            let mut decoded = Letter::again(dead.letter.protocol, &dead.letter.original)
                .map(|letter| ingest::live::read(letter, &door))
                .unwrap_or_default();
            limit(&dead.letter.kinds, &mut decoded, door.first_seq);
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
        let until = Instant::now() + self.append_timeout;
        self.append(workspace, events, Held::default(), until).await?;
        replayed.accepted = ids.len() as u64;
        feed.live.show(shown);
        let at_us = (self.basis.now_us)();
        blocking(move || feed.letters.replayed(ids, at_us)).await??;
        Ok(replayed)
    }

    /// Has the ids of what came before the server started remembered. Beyond `until` the sender is not kept waiting.
    async fn recall(&self, workspace: &Workspace, feed: &Arc<Feed>, until: Instant) -> ApiResult<()> {
        let (lakes, feed, of) = (self.lakes.clone(), Arc::clone(feed), workspace.clone());
        let work = tokio::spawn(async move {
            let ids = async {
                let lake = lakes.writer(&of).await.map_err(|error| not_writable(&of, error))?;
                lake.recent_ids().await.map_err(|error| not_durable(&of, error))
            };
            feed.claims.recall(ids).await
        });
        let (error, trouble) = match tokio::time::timeout_at(until, work).await {
            Ok(done) => match done.map_err(|error| ApiError::internal(&error))? {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            },
            Err(_) => (too_slow(), Some(Trouble::StorageFailing)),
        };
        trouble.into_iter().for_each(|trouble| self.health.failed(Some(workspace), trouble));
        Err(error)
    }

    /// Makes events durable. Beyond `until` the sender is not kept waiting, and the work goes on.
    async fn append(&self, workspace: &Workspace, events: Vec<Event>, held: Held, until: Instant) -> ApiResult<()> {
        let (lakes, health, of) = (self.lakes.clone(), Arc::clone(&self.health), workspace.clone());
        let work = tokio::spawn(async move {
            let done = match lakes.writer(&of).await {
                Ok(lake) => {
                    let done = lake.append(events).await;
                    if let Err(lake::Error::LogStopped { .. }) = &done {
                        lakes.let_go(&of, &lake).await;
                    }
                    done.map(drop).map_err(|error| not_durable(&of, error))
                }
                Err(error) => Err(not_writable(&of, error)),
            };
            let trouble = done.as_ref().err().and_then(|(_, trouble)| *trouble);
            match (&done, trouble) {
                (Ok(()), _) => {
                    health.recovered(Some(&of), Trouble::StorageFailing);
                    health.recovered(Some(&of), Trouble::DataDamaged);
                    held.durable();
                }
                (Err(_), Some(trouble)) => health.failed(Some(&of), trouble),
                (Err(_), None) => {}
            }
            done.map_err(|(error, _)| error)
        });
        match tokio::time::timeout_at(until, work).await {
            Ok(done) => done.map_err(|error| ApiError::internal(&error))?,
            Err(_) => {
                self.health.failed(Some(workspace), Trouble::StorageFailing);
                Err(too_slow())
            }
        }
    }

    async fn keep(&self, workspace: &Workspace, feed: &Arc<Feed>, refused: Vec<Refused>) -> ApiResult<()> {
        let feed = Arc::clone(feed);
        let kept = blocking(move || feed.letters.keep(refused)).await?;
        match kept {
            Ok(()) => {
                self.health.recovered(Some(workspace), Trouble::RejectionsFailing);
                Ok(())
            }
            Err(error) => {
                tracing::error!(workspace = workspace.id, %error, "dead letters could not be kept");
                self.health.failed(Some(workspace), Trouble::RejectionsFailing);
                Err(come_again("what could not be read cannot be kept now"))
            }
        }
    }
}

/// What a letter holds until its events are durable, or are not going to be.
#[derive(Debug, Default)]
struct Held {
    claim: Option<Claim>,
    /// Of its bytes; given back with the last of its holders.
    room: Option<Arc<OwnedSemaphorePermit>>,
}

impl Held {
    fn durable(self) {
        if let Some(claim) = self.claim {
            claim.durable();
        }
        drop(self.room);
    }
}

impl Feed {
    /// The last of these events as they are shown, as far as there is room.
    fn ready(&self, events: &[Event], protocol: Protocol) -> Vec<LiveItem> {
        let shown = &events[events.len() - self.live.room(events.len())..];
        shown.iter().map(|event| event_item(event, protocol)).collect()
    }
}

fn refused(rejection: &Rejection, protocol: Protocol, opened: &KeyOwner, received_us: i64) -> Refused {
    Refused {
        received_us,
        source: opened.source.id.clone(),
        kinds: opened.key.scope.kinds.clone(),
        protocol,
        code: rejection.code.clone(),
        field: rejection.field.clone(),
        reason: rejection.reason.clone(),
        original: rejection.original.clone(),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}

/// What a sender is told whose events could not be written, and what that says of the server.
pub(crate) type Failed = (ApiError, Option<Trouble>);

pub(crate) fn not_durable(workspace: &Workspace, error: lake::Error) -> Failed {
    match error.kind() {
        ErrorKind::Storage | ErrorKind::Conflict => {
            tracing::error!(workspace = workspace.id, %error, "events could not be made durable");
            (come_again("the events cannot be made durable now"), Some(Trouble::StorageFailing))
        }
        ErrorKind::Corrupt => {
            tracing::error!(workspace = workspace.id, %error, "a workspace is damaged and takes nothing in");
            (damaged(), Some(Trouble::DataDamaged))
        }
        _ => (ApiError::from(error), None),
    }
}

/// A lake that is another process's, that is damaged, or whose disk refuses, is a reason to come again.
pub(crate) fn not_writable(workspace: &Workspace, error: worker::Error) -> Failed {
    match error {
        worker::Error::Lake(error @ lake::Error::Locked { .. }) => {
            tracing::warn!(workspace = workspace.id, %error, "a lake cannot be written to");
            (come_again("the workspace cannot be written to now"), None)
        }
        worker::Error::Lake(error) => not_durable(workspace, error),
        error => {
            tracing::error!(workspace = workspace.id, %error, "a lake cannot be opened");
            (come_again("the workspace cannot be written to now"), Some(Trouble::StorageFailing))
        }
    }
}

/// Senders keep what they have until the workspace is mended.
fn damaged() -> ApiError {
    let message = "the stored data of the workspace is damaged, and nothing is added to it";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "workspace_damaged", message)
        .hint("`throughline lake verify` lists the damage; restore what it names, and send again")
        .retry_after(60)
}

pub(crate) fn too_slow() -> ApiError {
    come_again("the disk is too slow for what comes in")
}

/// 503 with the time to wait.
pub(crate) fn come_again(message: &str) -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message).hint("send it again").retry_after(5)
}
