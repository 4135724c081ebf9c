//! What an import says while it runs.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use lake::Control;
use tokio_util::sync::CancellationToken;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    pub file: &'a Path,
    /// Position of the file among all, from 1.
    pub file_number: usize,
    pub files: usize,
    pub phase: Phase,
    /// What is dealt with, of how much: bytes of all files as they lie on disk; customers of a world.
    pub done: u64,
    pub total: u64,
    /// Rows read in this run.
    pub rows: u64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading the file to know its content.
    Hashing,
    /// Removing the rows of an earlier import.
    Replacing,
    Importing,
    /// Making the events of a world and writing them.
    Simulating,
    /// Merging the files written so far: importing goes on with fewer and larger ones.
    Merging,
}

/// Where progress goes and how the work is stopped.
#[derive(Clone)]
pub struct Watch {
    pub progress: Arc<dyn Fn(Progress<'_>) + Send + Sync>,
    pub stop: CancellationToken,
}

impl Watch {
    /// Nobody watches; nobody stops it.
    pub fn nobody() -> Watch {
        Watch { progress: Arc::new(|_| ()), stop: CancellationToken::new() }
    }

    /// Does work on the lake, which `stop` cancels.
    pub async fn lending<T>(&self, work: impl AsyncFnOnce(&Control) -> T) -> T {
        let control = Control::new();
        let mut work = pin!(work(&control));
        tokio::select! {
            done = &mut work => return done,
            () = self.stop.cancelled() => control.cancel(),
        }
        work.await
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("stop", &self.stop).finish_non_exhaustive()
    }
}
