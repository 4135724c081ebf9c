//! The state of the system: what lies in the data folder, what the machine has left, and what somebody should look after.
//!
//! Workspaces are looked at on disk and without opening them. One look at a time, and one is good for a while, however many
//! ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use control::Workspace;
use futures::{StreamExt, TryStreamExt};
use lake::{ErrorKind, Lake, Outline};
use model::text::LocalizedText;
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use worker::backup::BackupRecord;
use worker::folder::bytes_below;
use worker::machine::{self, LockHolder};

use crate::error::{ApiError, ApiResult};
use crate::health::Trouble;
use crate::state::{AppState, now_us};

/// How long a look at the data folder is good.
const FRESH: Duration = Duration::from_secs(5);

/// Workspaces looked at at once: more would only wait for the same disk.
const AT_ONCE: usize = 8;

/// Below this share of a disk, and below this many bytes, it is nearly full: a compaction writes a workspace's largest
/// files once more before it deletes the old ones.
const DISK_SHARE: f64 = 0.1;
const DISK_BYTES: u64 = 20 << 30;

/// Below this share of the machine's memory it is short.
const MEMORY_SHARE: f64 = 0.05;

/// After which a backup is an old one.
const BACKUP_US: i64 = 7 * 24 * 3_600_000_000;

/// What a server remembers of its last look.
#[derive(Debug, Default)]
pub struct System {
    last: Mutex<Option<(Instant, Arc<SystemData>)>>,
}

/// What lies in the data folder.
#[derive(Debug)]
pub struct SystemData {
    pub bytes: u64,
    pub workspaces: Vec<SystemWorkspace>,
}

/// A workspace on disk.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SystemWorkspace {
    pub id: String,
    pub name: LocalizedText,
    /// Of everything in its folder.
    pub bytes: u64,
    /// Rows in the table of events; those that say what others say are counted.
    pub events: u64,
    /// Data files of the table, and their bytes.
    pub files: u64,
    pub file_bytes: u64,
    /// Of files that were replaced and are not deleted yet.
    pub replaced_bytes: u64,
    /// Of the log, whose events are not in the table yet.
    pub log_bytes: u64,
    /// When the log was last moved into the table, UTC microseconds. Null: not of late.
    pub flushed_us: Option<i64>,
    /// When files were last merged.
    pub compacted_us: Option<i64>,
    pub writer: SystemWriter,
    /// Rejected messages that wait to be read again.
    pub letters_waiting: u64,
    /// Those that had to go because there were too many.
    pub letters_dropped: u64,
    /// Why its events cannot be read. Null: they can, as far as was looked.
    pub fault: Option<String>,
    /// Whether what is stored is at fault, and not the disk.
    #[serde(skip)]
    pub damaged: bool,
}

/// Who writes to a workspace's events now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SystemWriter {
    Nobody,
    /// This server, for what its doors take in.
    Server,
    /// Another process: an import, upkeep.
    Another,
    /// This operating system does not tell.
    Unknown,
}

/// What somebody should look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SystemWarning {
    pub kind: SystemWarningKind,
    /// The workspace it is about. Null: all of them.
    pub workspace: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SystemWarningKind {
    /// The stored data is damaged.
    DataDamaged,
    /// Events cannot be made durable.
    StorageFailing,
    /// What could not become an event cannot be kept.
    RejectionsFailing,
    /// Doors hold as much as they may.
    DoorsFull,
    DiskNearlyFull,
    MemoryShort,
    /// Rejected messages were deleted unread, because there were too many.
    LettersDropped,
    /// No backup is known of.
    BackupMissing,
    /// The last one is older than a week.
    BackupOld,
}

impl From<Trouble> for SystemWarningKind {
    fn from(trouble: Trouble) -> SystemWarningKind {
        match trouble {
            Trouble::StorageFailing => SystemWarningKind::StorageFailing,
            Trouble::RejectionsFailing => SystemWarningKind::RejectionsFailing,
            Trouble::DataDamaged => SystemWarningKind::DataDamaged,
            Trouble::DoorsFull => SystemWarningKind::DoorsFull,
        }
    }
}

/// What lies in the data folder, as of a few seconds ago at most.
///
/// # Errors
/// If the control database fails.
pub async fn data(state: &AppState) -> ApiResult<Arc<SystemData>> {
    let mut last = state.system.last.lock().await;
    if let Some((_, data)) = last.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
        return Ok(Arc::clone(data));
    }
    let workspaces = state.control.workspaces().await?;
    state.health.forget_all_but(&workspaces);
    let looks = futures::stream::iter(workspaces).map(|workspace| look(state, workspace));
    let looked = looks.buffered(AT_ONCE).try_collect().await?;
    let root = state.folder.root().to_owned();
    let bytes = blocking(move || bytes_below(&root)).await?;
    let data = Arc::new(SystemData { bytes, workspaces: looked });
    *last = Some((Instant::now(), Arc::clone(&data)));
    Ok(data)
}

async fn look(state: &AppState, workspace: Workspace) -> ApiResult<SystemWorkspace> {
    let lake = state.folder.lake(&workspace.id);
    let outline = if lake.is_dir() { Lake::outline(&lake).await } else { Ok(None) };
    let (outline, fault) = match outline {
        Ok(outline) => (outline.unwrap_or_default(), None),
        Err(error) => (Outline::default(), Some(error)),
    };
    let met = state.lakes.damaged(&workspace);
    let has_letters = state.folder.dead_letters(&workspace.id).is_dir();
    let (letters_waiting, letters_dropped) = match has_letters {
        // That they cannot be opened is told by the troubles of doors, which need them.
        true => state.intake.feed(&workspace).await.map_or((0, 0), |feed| {
            let waiting = feed.letters.counts().iter().map(|count| count.count).sum();
            (waiting, feed.letters.dropped())
        }),
        false => (0, 0),
    };
    let folder = state.folder.workspace(&workspace.id);
    let (bytes, holder) = blocking(move || (bytes_below(&folder), machine::lock_holder(&lake.join("lock")))).await?;
    Ok(SystemWorkspace {
        bytes,
        events: outline.rows,
        files: outline.files as u64,
        file_bytes: outline.bytes,
        replaced_bytes: outline.dead_bytes,
        log_bytes: outline.log_bytes,
        flushed_us: outline.flushed_us,
        compacted_us: outline.compacted_us,
        writer: match holder {
            Some(LockHolder::Nobody) => SystemWriter::Nobody,
            Some(LockHolder::Us) => SystemWriter::Server,
            Some(LockHolder::Another) => SystemWriter::Another,
            None => SystemWriter::Unknown,
        },
        letters_waiting,
        letters_dropped,
        damaged: !met.is_empty() || fault.as_ref().is_some_and(|error| error.kind() == ErrorKind::Corrupt),
        fault: fault.map(|error| error.to_string()).or_else(|| damage(&met)),
        name: workspace.name,
        id: workspace.id,
    })
}

/// What is said of data files that are damaged, if there are any.
pub fn damage(files: &[String]) -> Option<String> {
    let (first, others) = files.split_first()?;
    let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
    Some(format!(
        "data file {first}{more} is damaged: answers that need it fail; restore it from a backup, or take it out with \
         `throughline lake quarantine {first}`"
    ))
}

/// What somebody should look after, the worst first.
pub fn warnings(
    state: &AppState,
    data: &SystemData,
    disk: Option<machine::DiskSpace>,
    memory: Option<machine::Memory>,
    backup: Option<&BackupRecord>,
) -> Vec<SystemWarning> {
    let of_all = |kind| SystemWarning { kind, workspace: None };
    let mut warnings: Vec<SystemWarning> = state
        .health
        .troubles_by_place()
        .into_iter()
        .map(|(workspace, trouble)| SystemWarning { kind: trouble.into(), workspace })
        .collect();
    for workspace in &data.workspaces {
        let of_it = |kind| SystemWarning { kind, workspace: Some(workspace.id.clone()) };
        match (&workspace.fault, workspace.damaged) {
            (Some(_), true) => warnings.push(of_it(SystemWarningKind::DataDamaged)),
            (Some(_), false) => warnings.push(of_it(SystemWarningKind::StorageFailing)),
            (None, _) => {}
        }
        if workspace.letters_dropped > 0 {
            warnings.push(of_it(SystemWarningKind::LettersDropped));
        }
    }
    let share = |part: u64, of: u64| part as f64 / of.max(1) as f64;
    if disk.is_some_and(|disk| share(disk.free, disk.total) < DISK_SHARE && disk.free < DISK_BYTES) {
        warnings.push(of_all(SystemWarningKind::DiskNearlyFull));
    }
    if memory.is_some_and(|memory| share(memory.available, memory.total) < MEMORY_SHARE) {
        warnings.push(of_all(SystemWarningKind::MemoryShort));
    }
    match backup {
        None => warnings.push(of_all(SystemWarningKind::BackupMissing)),
        Some(backup) if now_us() - backup.begun_us > BACKUP_US => warnings.push(of_all(SystemWarningKind::BackupOld)),
        Some(_) => {}
    }
    warnings.sort_by(|a, b| (a.kind, &a.workspace).cmp(&(b.kind, &b.workspace)));
    warnings.dedup();
    warnings
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}
