//! What comes in right now, for those who watch: the last items of a workspace, and a feed of the next ones.
//!
//! It shows, it does not keep: of what comes faster than anybody reads, and to one who reads too slowly, it is told how
//! much was passed over. What was accepted is in the lake, what was not in the dead letters.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ingest::live::Protocol;
use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::broadcast;
use utoipa::ToSchema;
use worker::dead_letters::Refused;

/// Items shown to one who begins to watch, and in a second at most.
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
    #[schema(value_type = String)]
    pub protocol: Protocol,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiveRejection {
    pub seq: i64,
    #[serde(flatten)]
    pub refused: Refused,
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

/// What is shown at once.
#[derive(Debug, Clone)]
pub struct LiveBatch {
    pub items: Arc<[Arc<LiveItem>]>,
    /// Messages of the workspace before the first of these, shown or not. Who knows how many there were when it last
    /// looked knows what it missed.
    pub before: u64,
}

impl LiveBatch {
    /// Messages up to the last of these.
    pub fn after(&self) -> u64 {
        self.before + self.items.len() as u64
    }
}

/// A workspace's stream.
#[derive(Debug)]
pub struct Live {
    feed: broadcast::Sender<LiveBatch>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    recent: VecDeque<Arc<LiveItem>>,
    /// Room taken since `since`, which is at most a second ago.
    taken: usize,
    since: Instant,
    /// Messages so far, shown or not.
    messages: u64,
}

impl Default for Live {
    fn default() -> Live {
        let state = State { recent: VecDeque::new(), taken: 0, since: Instant::now(), messages: 0 };
        Live { feed: broadcast::channel(WAITING_MAX).0, state: Mutex::new(state) }
    }
}

impl Live {
    /// How many of `count` messages are to be shown: what comes faster than anybody reads is counted and not made ready
    /// to be shown. The others count as passed over.
    pub fn room(&self, count: usize) -> usize {
        let mut state = self.state.lock();
        if state.since.elapsed() >= Duration::from_secs(1) {
            (state.taken, state.since) = (0, Instant::now());
        }
        let shown = count.min(RECENT_MAX - state.taken);
        state.taken += shown;
        state.messages += (count - shown) as u64;
        shown
    }

    /// Shows items, for which there was room.
    pub fn show(&self, items: Vec<LiveItem>) {
        if items.is_empty() {
            return;
        }
        let items: Arc<[Arc<LiveItem>]> = items.into_iter().map(Arc::new).collect();
        let mut state = self.state.lock();
        state.recent.extend(items.iter().cloned());
        let surplus = state.recent.len().saturating_sub(RECENT_MAX);
        state.recent.drain(..surplus);
        let before = state.messages;
        state.messages += items.len() as u64;
        // Nobody watching is no error. Sent under the lock, so that who begins to watch misses and doubles nothing.
        let _ = self.feed.send(LiveBatch { items, before });
    }

    /// What there is, how many messages there were so far, and the feed of what comes next.
    pub fn watch(&self) -> (Vec<Arc<LiveItem>>, u64, broadcast::Receiver<LiveBatch>) {
        let state = self.state.lock();
        (state.recent.iter().cloned().collect(), state.messages, self.feed.subscribe())
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
        protocol,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(seq: i64) -> LiveItem {
        let refused = Refused {
            kinds: Vec::new(),
            received_us: 0,
            source: "web".to_owned(),
            protocol: Protocol::Segment,
            code: "event_missing".to_owned(),
            field: None,
            reason: String::new(),
            original: "{}".to_owned(),
        };
        LiveItem::Rejection(LiveRejection { seq, refused })
    }

    #[test]
    fn a_flood_is_counted_and_not_shown() {
        let live = Live::default();
        let (_, seen, mut feed) = live.watch();
        assert_eq!(live.room(150), 150);
        live.show((0..150).map(item).collect());
        assert_eq!(live.room(150), 50);
        live.show((150..200).map(item).collect());
        assert_eq!(live.room(1_000), 0);
        live.show(Vec::new());
        let batches: Vec<_> = std::iter::from_fn(|| feed.try_recv().ok()).collect();
        assert_eq!((seen, batches[0].before, batches[0].after(), batches[1].before), (0, 0, 150, 250));
        let (recent, seen, _) = live.watch();
        assert_eq!((recent.len(), recent[0].seq(), recent[199].seq(), seen), (200, 0, 199, 1_300));
    }

    #[test]
    fn who_reads_too_slowly_is_told_of_every_message_that_was_missed() {
        let live = Live::default();
        let (_, seen, mut feed) = live.watch();
        let letters = WAITING_MAX as i64 + 40;
        // Three messages a letter, as if they had come over many seconds.
        for letter in 0..letters {
            live.show((0..3).map(|n| item(3 * letter + n)).collect());
        }
        assert!(matches!(feed.try_recv(), Err(broadcast::error::TryRecvError::Lagged(40))), "letters, not messages");
        let batch = feed.try_recv().unwrap();
        assert_eq!((batch.before - seen, batch.items[0].seq()), (120, 120));
    }
}
