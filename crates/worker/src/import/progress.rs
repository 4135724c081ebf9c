//! What an import says while it runs.

use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    pub file: &'a Path,
    /// Position of the file among all, from 1.
    pub file_number: usize,
    pub files: usize,
    pub phase: Phase,
    /// Bytes of all files that are dealt with, as they lie on disk.
    pub bytes_done: u64,
    pub bytes_total: u64,
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
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("stop", &self.stop).finish_non_exhaustive()
    }
}
