//! When the log's tail is moved into the table though it is short: soon while somebody asks, later while nobody does.
//!
//! A tail is sorted anew for every snapshot and read anew after a crash, so it is not left to wait for its size alone;
//! and a file for every handful of rows would be many files. Snapshots of this handle count as asking; a reader in
//! another process does not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::lake::{Inner, spawned};
use crate::limits::{FLUSH_ASKED, FLUSH_QUIET};
use crate::view::View;

/// How long rows wait in the log at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlushAfter {
    /// Once a snapshot has been taken since the first of them came.
    pub asked: Duration,
    /// While none has.
    pub quiet: Duration,
}

impl Default for FlushAfter {
    fn default() -> Self {
        FlushAfter { asked: FLUSH_ASKED, quiet: FLUSH_QUIET }
    }
}

/// The tail that waits now.
#[derive(Debug, Clone, Copy)]
struct Tail {
    since: Instant,
    asked: bool,
    /// It has as many rows as a flush waits for.
    full: bool,
    /// Moving it failed: it is not tried again before its time.
    failed: bool,
}

impl From<Instant> for Tail {
    fn from(since: Instant) -> Tail {
        Tail { since, asked: false, full: false, failed: false }
    }
}

impl Tail {
    fn due(self, after: FlushAfter) -> Instant {
        match self {
            Tail { full: true, failed: false, .. } => self.since,
            Tail { asked: true, .. } => self.since + after.asked.min(after.quiet),
            _ => self.since + after.quiet,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct FlushClock {
    tail: Mutex<Option<Tail>>,
    changed: Notify,
    ticks: AtomicBool,
}

impl FlushClock {
    /// Rows came into the log.
    pub(crate) fn appended(&self) {
        let mut tail = self.tail.lock();
        if tail.is_none() {
            *tail = Some(Instant::now().into());
            self.changed.notify_one();
        }
    }

    /// A snapshot was taken.
    pub(crate) fn asked(&self) {
        if let Some(tail) = self.tail.lock().as_mut().filter(|tail| !tail.asked) {
            tail.asked = true;
            self.changed.notify_one();
        }
    }

    /// The tail has as many rows as a flush waits for. Whether it is moved for that reason: not where no clock runs.
    pub(crate) fn full(&self) -> bool {
        let ticks = self.ticks.load(Ordering::Acquire);
        if ticks && let Some(tail) = self.tail.lock().as_mut().filter(|tail| !tail.full) {
            tail.full = true;
            self.changed.notify_one();
        }
        ticks
    }

    /// A flush takes the rows there are: who asks from now on may ask for others.
    pub(crate) fn begins(&self) {
        if let Some(tail) = self.tail.lock().as_mut() {
            tail.asked = false;
        }
    }

    /// A flush ended; rows that came meanwhile begin to wait now, also those that were asked for by then, and those that
    /// are as many as `full`. They are counted here, so that those of an append under way are either counted or said by it
    /// afterwards.
    pub(crate) fn flushed(&self, full: usize, rows_left: impl FnOnce() -> usize) {
        let mut tail = self.tail.lock();
        let (rows, asked) = (rows_left(), tail.is_some_and(|tail| tail.asked));
        *tail = (rows > 0).then(|| Tail { asked, full: rows >= full, ..Instant::now().into() });
        self.changed.notify_one();
    }

    /// A flush failed; what stayed begins to wait anew.
    fn failed(&self) {
        *self.tail.lock() = Some(Tail { failed: true, ..Instant::now().into() });
    }

    /// Ends with the lake it is for.
    async fn run(self: Arc<Self>, after: FlushAfter, lake: Weak<Inner>) {
        loop {
            let due = self.tail.lock().map(|tail| tail.due(after));
            match due {
                None => self.changed.notified().await,
                Some(due) if due > Instant::now() => {
                    tokio::select! {
                        () = tokio::time::sleep_until(due) => {}
                        () = self.changed.notified() => {}
                    }
                }
                Some(_) => {
                    let Some(inner) = lake.upgrade() else { return };
                    let work = Arc::clone(&inner);
                    // A flush that has begun is not cut off by the end of the lake.
                    let done = spawned(async move {
                        let _commit = work.commit.lock().await;
                        work.flush_locked(View::InTime).await
                    });
                    if let Err(error) = done.await {
                        // The rows are durable in the log; it is tried again after as long a wait.
                        tracing::warn!(%error, "flush failed");
                        self.failed();
                    }
                }
            }
        }
    }
}

/// The task of a clock; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticking(AbortHandle);

impl Ticking {
    pub(crate) fn start(clock: &Arc<FlushClock>, after: FlushAfter, lake: Weak<Inner>) -> Ticking {
        clock.ticks.store(true, Ordering::Release);
        Ticking(tokio::spawn(Arc::clone(clock).run(after, lake)).abort_handle())
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_while_a_flush_is_under_way_is_not_forgotten() {
        let clock = FlushClock::default();
        let tail = || clock.tail.lock().map(|tail| (tail.asked, tail.full));
        clock.appended();
        clock.asked();
        clock.begins();
        clock.appended();
        clock.flushed(100, || 40);
        assert_eq!(tail(), Some((false, false)), "asked for what was moved alone");
        clock.begins();
        clock.appended();
        clock.asked();
        clock.flushed(100, || 40);
        assert_eq!(tail(), Some((true, false)));
        clock.flushed(40, || 40);
        assert_eq!(tail(), Some((true, true)));
        clock.flushed(100, || 0);
        assert_eq!(tail(), None);
    }

    #[test]
    fn asking_makes_it_due_sooner_and_never_later() {
        let since = Instant::now();
        let after = FlushAfter { asked: Duration::from_secs(5), quiet: Duration::from_secs(30) };
        let asked = Tail { asked: true, ..since.into() };
        assert_eq!(Tail::from(since).due(after), since + Duration::from_secs(30));
        assert_eq!(asked.due(after), since + Duration::from_secs(5));
        let turned = FlushAfter { asked: after.quiet, quiet: after.asked };
        assert_eq!(asked.due(turned), since + Duration::from_secs(5));
        // As many as a flush waits for: at once, unless the disk has just refused.
        let full = Tail { full: true, ..asked };
        assert_eq!(full.due(after), since);
        assert_eq!(Tail { failed: true, ..full }.due(after), since + Duration::from_secs(5));
    }
}
