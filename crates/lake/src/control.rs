//! The handle by which long work on a lake, a question or upkeep, is watched and stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::error::{Error, Result};

/// Cancels a piece of work and tells how far it is. Clones are the same handle; use a new one for each piece.
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    wake: Notify,
    rows_done: AtomicU64,
    rows_total: AtomicU64,
    rows_later: AtomicU64,
}

impl Control {
    /// A handle of work not yet begun.
    pub fn new() -> Control {
        Control::default()
    }

    /// Asks the work to stop. It does so at its next step, with [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Release);
        self.shared.wake.notify_waiters();
    }

    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Acquire)
    }

    /// Rows read so far.
    pub fn rows_done(&self) -> u64 {
        self.shared.rows_done.load(Ordering::Relaxed)
    }

    /// Rows to read: an upper bound while the work runs, equal to [`Control::rows_done`] when it has ended.
    pub fn rows_total(&self) -> u64 {
        self.shared.rows_total.load(Ordering::Relaxed)
    }

    /// Of the rows read, those later than the moment the question speaks of: to it they do not exist.
    pub fn rows_later(&self) -> u64 {
        self.shared.rows_later.load(Ordering::Relaxed)
    }

    /// Returns once the handle is cancelled.
    pub async fn cancelled(&self) {
        loop {
            let woken = self.shared.wake.notified();
            if self.is_cancelled() {
                return;
            }
            woken.await;
        }
    }

    /// # Errors
    /// [`Error::Cancelled`] once the handle is.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// More rows are to be read.
    pub fn expect_rows(&self, rows: u64) {
        self.shared.rows_total.fetch_add(rows, Ordering::Relaxed);
    }

    /// Rows were read.
    pub fn add_rows(&self, rows: u64) {
        self.shared.rows_done.fetch_add(rows, Ordering::Relaxed);
    }

    /// Rows were read that are later than the moment asked about.
    pub fn add_later(&self, rows: u64) {
        self.shared.rows_later.fetch_add(rows, Ordering::Relaxed);
    }

    /// Settles the total: what was expected included duplicates that were never handed to a fold.
    pub fn finish(&self) {
        self.shared.rows_total.store(self.rows_done(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_clone_cancels_the_original_and_wakes_its_waiters() {
        let control = Control::new();
        let waiter = tokio::spawn({
            let control = control.clone();
            async move { control.cancelled().await }
        });
        assert!(control.check().is_ok());
        control.clone().cancel();
        waiter.await.unwrap();
        assert!(matches!(control.check(), Err(Error::Cancelled)));
        control.cancelled().await;
    }
}
