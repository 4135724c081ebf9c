//! Backups: a copy of the data folder, or of one workspace, taken while a server goes on, and put back.
//!
//! A target holds many backups. Contents lie in `objects/` under their SHA-256, each once however many backups have it, so
//! a second backup copies what is new; a backup is a manifest in `backups/` that names every file with size and hash. It is
//! written last, when all it names is on disk: a backup that was cut off is none, and the next one goes on with what it
//! left. Nothing that an older backup names is ever changed.
//!
//! ```text
//! throughline-backup.json     that it is a target, and of which form
//! lock                        held by who writes, shared by who reads
//! objects/ab/ab12…            contents, named by their SHA-256
//! backups/20261127T020500Z.json
//! incoming/                   what is not whole yet; emptied when the next backup begins
//! unfinished.ndjson           what a backup under way has copied, for the one that goes on
//! ```
//!
//! What is copied of a lake `lake::capture` says. Left out are sessions, caches, and what is made again by itself.

mod files;
mod manifest;
mod restore;
mod take;
mod target;

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use manifest::{BackedUpFile, BackedUpWorkspace, BackupRecord, Manifest};
pub use restore::{DamagedObject, RestoreReport, VerifyBackupReport, list, restore, verify};
pub use take::{BackupReport, take};

/// What is backed up, and where to.
#[derive(Debug, Clone)]
pub struct BackupOptions {
    /// Folder of the backups; made if it is missing.
    pub target: PathBuf,
    /// This workspace alone. None: everything.
    pub workspace: Option<String>,
    /// Older backups of the same kept, this one among them. None: all.
    pub keep: Option<usize>,
}

/// How far a backup, a restore or a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupProgress {
    /// Bytes looked at.
    pub done: u64,
    /// Bytes there are to look at, more or less: what is written meanwhile is not counted.
    pub total: u64,
    pub files: u64,
}

/// Where progress goes and how the work is stopped.
#[derive(Clone)]
pub struct BackupWatch {
    pub progress: Arc<dyn Fn(BackupProgress) + Send + Sync>,
    pub stop: CancellationToken,
}

impl BackupWatch {
    /// Nobody watches; nobody stops it.
    pub fn nobody() -> BackupWatch {
        BackupWatch { progress: Arc::new(|_| ()), stop: CancellationToken::new() }
    }
}

impl std::fmt::Debug for BackupWatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BackupWatch").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
