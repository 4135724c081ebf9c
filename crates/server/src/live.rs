//! What comes in right now, for those who watch: the last items of a workspace, and a feed of the next ones.
//!
//! It shows, it does not keep: who watches too slowly is told how many items were passed over, and of a letter with many
//! messages only the last are shown. What was accepted is in the lake, what was not in the dead letters.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::broadcast;
use utoipa::ToSchema;

use ingest::live::Protocol;

/// Items shown to one who begins to watch, and of one letter.
pub const RECENT_MAX: usize = 200;

/// Letters that wait for one who watches.
const WAITING_MAX: usize = 256;

/// How many may watch at once, over all workspaces: each holds a connection.
pub const WATCHERS_MAX: usize = 64;

/// An event that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LiveEvent {
    /// Order of arrival.
    pub seq: i64,
    /// UTC microseconds, as every time here.
    pub received_us: i64,
    pub time_us: i64,
    pub source: String,
    pub protocol: &'static str,
    pub event: String,
    pub channel: String,
    pub identifiers: Vec<Identifier>,
    /// Typed columns that are set, by name.
    #[schema(value_type = Object)]
    pub columns: BTreeMap<Column, ColumnValue>,
    #[schema(value_type = Object)]
    pub traits: Map<String, Value>,
    #[schema(value_type = Object)]
    pub props: Map<String, Value>,
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Map<String, Value>>,
    /// It happened more than a day before it arrived.
    pub late: bool,
}

/// A message that was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveRejection {
    pub seq: i64,
    pub received_us: i64,
    pub source: String,
    pub protocol: &'static str,
    pub code: String,
    pub field: Option<String>,
    pub reason: String,
    pub original: String,
}

/// One line of the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveItem {
    Event(LiveEvent),
    Rejection(LiveRejection),
}

impl LiveItem {
    pub fn seq(&self) -> i64 {
        match self {
            LiveItem::Event(event) => event.seq,
            LiveItem::Rejection(rejection) => rejection.seq,
        }
    }
}

/// Of one letter: what is shown of it, and how many messages are not.
#[derive(Debug, Clone)]
pub struct LiveBatch {
    pub items: Arc<[LiveItem]>,
    pub passed_over: u64,
}

/// A workspace's stream.
#[derive(Debug)]
pub struct Live {
    feed: broadcast::Sender<LiveBatch>,
    recent: Mutex<VecDeque<LiveItem>>,
}

impl Default for Live {
    fn default() -> Live {
        Live { feed: broadcast::channel(WAITING_MAX).0, recent: Mutex::default() }
    }
}

impl Live {
    /// Shows items, `passed_over` of their letter left out.
    pub fn show(&self, items: Vec<LiveItem>, passed_over: u64) {
        let mut recent = self.recent.lock();
        let surplus = (recent.len() + items.len()).saturating_sub(RECENT_MAX).min(recent.len());
        recent.drain(..surplus);
        recent.extend(items.iter().cloned());
        // Nobody watching is no error. Sent under the lock, so that who begins to watch misses and doubles nothing.
        let _ = self.feed.send(LiveBatch { items: items.into(), passed_over });
    }

    /// What there is, and the feed of what comes next.
    pub fn watch(&self) -> (Vec<LiveItem>, broadcast::Receiver<LiveBatch>) {
        let recent = self.recent.lock();
        (recent.iter().cloned().collect(), self.feed.subscribe())
    }
}

/// The place of one who watches; given back when dropped.
#[derive(Debug)]
pub struct Watcher(Arc<AtomicUsize>);

impl Watcher {
    /// None: too many watch already.
    pub fn enter(count: &Arc<AtomicUsize>) -> Option<Watcher> {
        let entered = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < WATCHERS_MAX).then_some(n + 1));
        entered.ok().map(|_| Watcher(Arc::clone(count)))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// How an event is shown.
pub(crate) fn event_item(event: &Event, protocol: Protocol) -> LiveItem {
    const DAY_US: i64 = 86_400_000_000;
    LiveItem::Event(LiveEvent {
        seq: event.seq,
        received_us: event.received_at_us,
        time_us: event.time_us,
        source: event.source.clone(),
        protocol: protocol.id(),
        event: event.event.clone(),
        channel: event.channel.clone(),
        identifiers: event.identifiers.clone(),
        columns: event.columns.clone(),
        traits: event.traits.clone(),
        props: event.props.clone(),
        items: event.items.clone(),
        late: event.received_at_us - event.time_us > DAY_US,
    })
}
