//! Which messages came lately or are on their way, so that one sent twice is taken once although it has no time of its
//! own.
//!
//! Two copies of a message with a time of its own are one row of the lake for good: same id, same time. A copy whose time
//! is that of its arrival is another row there. So ids are remembered here for a while, in two generations of which
//! the older goes when the newer is full. After a restart the lake says which came of late.
//!
//! A message that is being made durable is claimed. A copy of it is neither answered as a double, since that would
//! promise what may yet fail, nor made durable beside it: it waits until the first is decided.

use std::mem;
use std::sync::Arc;

use model::event::Event;
use parking_lot::Mutex;
use rustc_hash::FxHashSet;
use tokio::sync::{Notify, OnceCell};
use tokio::time::{Instant, timeout_at};

/// Ids of one generation: as many as the lake remembers, in a hash table of some 38 MB once it is full.
const GENERATION: usize = lake::limits::RECENT_IDS_MAX;

/// Ids of the events of one workspace.
#[derive(Debug, Default)]
pub(super) struct Claims {
    window: Mutex<Window>,
    decided: Notify,
    recalled: OnceCell<()>,
}

/// Ids of events that are being made durable. Dropped without [`Claim::durable`] they are free again.
#[derive(Debug)]
pub(super) struct Claim {
    of: Arc<Claims>,
    ids: Vec<i64>,
}

#[derive(Debug, Default)]
struct Window {
    newer: FxHashSet<i64>,
    older: FxHashSet<i64>,
    claimed: FxHashSet<i64>,
}

impl Claims {
    /// Whether what came before the server started is remembered.
    pub(super) fn has_recalled(&self) -> bool {
        self.recalled.initialized()
    }

    /// Remembers what came before the server started, the oldest first, unless that is done. Nothing is claimed before.
    pub(super) async fn recall<E>(&self, ids: impl Future<Output = Result<Vec<i64>, E>>) -> Result<(), E> {
        let recall = async {
            let ids = ids.await?;
            let mut window = self.window.lock();
            window.newer.reserve(ids.len());
            ids.into_iter().for_each(|id| window.remember(id));
            Ok(())
        };
        self.recalled.get_or_try_init(|| recall).await.map(drop)
    }

    /// Claims the events that did not come a short while before, each once, and says how many did. None: others of
    /// them are still not decided at `until`.
    pub(super) async fn claim(
        self: &Arc<Claims>,
        events: Vec<Event>,
        until: Instant,
    ) -> Option<(Vec<Event>, u64, Claim)> {
        loop {
            let decided = self.decided.notified();
            tokio::pin!(decided);
            // Before the look, so that no decision falls between the two.
            decided.as_mut().enable();
            {
                let mut window = self.window.lock();
                if !events.iter().any(|event| window.claimed.contains(&event.event_id)) {
                    let before = events.len();
                    let (fresh, ids) = window.claim(events);
                    let doubles = (before - fresh.len()) as u64;
                    return Some((fresh, doubles, Claim { of: Arc::clone(self), ids }));
                }
            }
            timeout_at(until, decided).await.ok()?;
        }
    }
}

impl Claim {
    /// The events are durable: copies of them are doubles from now on.
    pub(super) fn durable(self) {
        let mut window = self.of.window.lock();
        self.ids.iter().for_each(|id| window.remember(*id));
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut window = self.of.window.lock();
        self.ids.iter().for_each(|id| {
            window.claimed.remove(id);
        });
        drop(window);
        self.of.decided.notify_waiters();
    }
}

impl Window {
    /// Of events none of which is claimed yet.
    fn claim(&mut self, events: Vec<Event>) -> (Vec<Event>, Vec<i64>) {
        let mut fresh = events;
        fresh.retain(|event| !self.has(event.event_id) && self.claimed.insert(event.event_id));
        let ids = fresh.iter().map(|event| event.event_id).collect();
        (fresh, ids)
    }

    fn has(&self, event_id: i64) -> bool {
        self.newer.contains(&event_id) || self.older.contains(&event_id)
    }

    fn remember(&mut self, event_id: i64) {
        if self.newer.len() >= GENERATION {
            // The room of the older one is used again.
            mem::swap(&mut self.older, &mut self.newer);
            self.newer.clear();
        }
        self.newer.insert(event_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_generation_is_always_remembered() {
        let mut window = Window::default();
        let count = 3 * GENERATION as i64;
        for id in 0..count {
            assert!(!window.has(id));
            window.remember(id);
        }
        assert!((count - GENERATION as i64..count).all(|id| window.has(id)));
        assert!(!window.has(0));
        assert!(window.newer.len() + window.older.len() <= 2 * GENERATION);
    }

    #[tokio::test]
    async fn what_came_before_is_recalled_once_and_again_only_where_that_failed() {
        let claims = Arc::new(Claims::default());
        assert_eq!(claims.recall(async { Err::<Vec<i64>, _>("the disk is gone") }).await, Err("the disk is gone"));
        assert!(!claims.has_recalled());
        claims.recall(async { Ok::<_, ()>(vec![1, 2]) }).await.unwrap();
        claims.recall(async { Err("not asked again") }).await.unwrap();
        let far = Instant::now() + std::time::Duration::from_secs(60);
        let (fresh, doubles, _claim) = claims.claim(vec![event(1), event(2), event(3)], far).await.unwrap();
        assert_eq!((fresh.len(), doubles), (1, 2));
    }

    fn event(event_id: i64) -> Event {
        let event = serde_json::json!({
            "event_id": event_id, "time_us": 0, "received_at_us": 0, "seq": 0, "event": "e", "channel": "c",
            "source": "s", "identifiers": [], "link_identifiers": false, "columns": {}, "items": [], "traits": {},
            "props": {},
        });
        serde_json::from_value(event).unwrap()
    }

    #[tokio::test]
    async fn a_copy_waits_for_the_first_and_is_a_double_or_takes_its_place() {
        let claims = Arc::new(Claims::default());
        let far = Instant::now() + std::time::Duration::from_secs(60);
        for durable in [false, true] {
            let (fresh, doubles, claim) = claims.claim(vec![event(1), event(1), event(2)], far).await.unwrap();
            assert_eq!((fresh.len(), doubles), (2, 1));
            assert!(claims.claim(vec![event(2), event(3)], Instant::now()).await.is_none(), "not decided yet");
            let copy = tokio::spawn({
                let claims = Arc::clone(&claims);
                async move { claims.claim(vec![event(2), event(3)], far).await.unwrap() }
            });
            tokio::task::yield_now().await;
            assert!(!copy.is_finished());
            if durable {
                claim.durable()
            } else {
                drop(claim)
            }
            let (fresh, doubles, claim) = copy.await.unwrap();
            assert_eq!((fresh.len(), doubles), if durable { (1, 1) } else { (2, 0) });
            drop(claim);
        }
        assert!(claims.window.lock().claimed.is_empty());
    }
}
