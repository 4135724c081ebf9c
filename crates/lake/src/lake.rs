//! The lake of one workspace: opening it, appending through the log, flushing, snapshots.
//!
//! Locks, in the order they are taken: `maintenance` (one rewrite of files at a time) → `importing` → `commit` (one commit at a
//! time) → `edges` (edges get their numbers in log order) → `in_flight` (appends between the log and the state) →
//! `register` → `state`. Not here: imports, compaction, verification, what a snapshot answers.

use std::fs::File;
use std::path::Path as FsPath;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};

use arrow::array::RecordBatch;
use bytes::Bytes;
use model::event::Event;
use model::identity::{CustomerId, IdentityEdge, ProfileId};
use object_store::PutOptions;
use object_store::path::Path;
use parking_lot::RwLock;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::append::Stating;
use crate::clock::{FlushAfter, FlushClock, Ticking};
use crate::data_file::EventFileWriter;
use crate::delta::{Change, NewFile, Table, TableFile};
use crate::dictionary::DictionaryCache;
use crate::error::{Error, Result};
use crate::hold::{Held, Holders};
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::import::{APP_REMOVING, ImportState};
use crate::index::FileIndex;
use crate::layouts::Layouts;
use crate::limits::{EVENTS_PER_CALL_MAX, FLUSH_ROWS, PART_ROWS, RACE_RETRIES, TAIL_FLUSHES, TAIL_FLUSHES_MAX};
use crate::log::{Log, LogOptions, LogReader};
use crate::overlay::MovedCache;
use crate::publish;
use crate::reader::{FileCache, index_path};
use crate::recent::{self, Section};
use crate::register::Register;
use crate::row::Entry;
use crate::schema::*;
use crate::snapshot::Snapshot;
use crate::state::{APP_JUDGED, APP_LOG, Published, State, tail_rows};
use crate::storage::{LocalStorage, Storage, clear_staging};
use crate::sums::DamagedFiles;
use crate::tail::sorted_batch;
use crate::tail_runs::TailRuns;
use crate::view::View;

/// Whether a lake may be changed through a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Any number of handles, also beside a writer in another process, whose commits and log they see.
    ReadOnly,
    /// One handle per workspace.
    ReadWrite,
}

/// How a lake is opened.
#[derive(Debug, Clone)]
pub struct LakeOptions {
    pub mode: Mode,
    /// Rows in the log's tail at which an append moves them into the table.
    pub flush_rows: usize,
    /// How long appended rows stay in the tail at most; `None`: as long as they are few.
    pub flush_after: Option<FlushAfter>,
    /// Rows of a part of a file, see [`crate::limits::PART_ROWS`].
    pub part_rows: usize,
    /// Where the bytes lie instead of the folder given. No lock is taken then: the caller sees to it that there is
    /// one writer.
    pub storage: Option<Arc<dyn Storage>>,
    /// Where it is noted which files are found to be damaged.
    pub damaged: DamagedFiles,
}

impl LakeOptions {
    pub fn new(mode: Mode) -> Self {
        LakeOptions {
            mode,
            flush_rows: FLUSH_ROWS,
            flush_after: Some(FlushAfter::default()),
            part_rows: PART_ROWS,
            storage: None,
            damaged: DamagedFiles::default(),
        }
    }
}

impl Default for LakeOptions {
    fn default() -> Self {
        Self::new(Mode::ReadWrite)
    }
}

/// A workspace's events and identities. Cheap to clone; clones are one handle.
#[derive(Debug, Clone)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
    /// Given again while nothing has changed. Not in `inner`, which snapshots keep open.
    last_snapshot: Arc<parking_lot::Mutex<Option<Arc<Snapshot>>>>,
}

/// What a flush did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlushReport {
    /// Rows moved from the log into the table.
    pub rows: u64,
    /// Rows left out because another one of the same flush says the same.
    pub duplicates: u64,
    /// Version of the table of events after it.
    pub version: u64,
}

/// Who is who at one version of the edge log.
#[derive(Debug, Clone)]
pub struct IdentityView {
    pub graph: Arc<IdentityGraph>,
}

impl IdentityView {
    pub fn version(&self) -> IdentityVersion {
        self.graph.version()
    }

    pub fn customer(&self, profile: ProfileId) -> CustomerId {
        self.graph.customer(profile)
    }
}

#[derive(Debug)]
pub(crate) struct Tables {
    pub events: Table,
    pub identity: Table,
    pub edges: Table,
    pub profiles: Table,
}

#[derive(Debug)]
pub(crate) enum LogHandle {
    Writer(Log),
    Reader(tokio::sync::Mutex<LogReader>),
}

/// Handles opened so far.
static HANDLES: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
pub(crate) struct Inner {
    /// Of this handle among all this process has opened: what is cached of one is not taken for another's.
    pub number: u64,
    pub storage: Arc<dyn Storage>,
    pub options: LakeOptions,
    pub tables: Tables,
    pub log: LogHandle,
    pub files: FileCache,
    pub moved: MovedCache,
    pub tail_runs: TailRuns,
    pub layouts: Layouts,
    pub dictionary: DictionaryCache,
    pub state: RwLock<State>,
    pub register: tokio::sync::Mutex<Option<(u64, Register)>>,
    pub maintenance: tokio::sync::Mutex<()>,
    pub commit: tokio::sync::Mutex<()>,
    /// Read: an import between its file and its commit.
    pub importing: tokio::sync::RwLock<()>,
    pub one_import: tokio::sync::Mutex<()>,
    pub imports: parking_lot::Mutex<FxHashMap<(String, String), (ImportState, i64)>>,
    pub edges: tokio::sync::Mutex<()>,
    /// The log of what sensors delivered, once it is asked for.
    pub arrivals: tokio::sync::Mutex<Option<Arc<Log>>>,
    /// Whose days files of tracks and counts hold, as far as they were looked at.
    pub file_days: parking_lot::Mutex<FxHashMap<String, crate::tracks::TrackDay>>,
    /// Appends that state something of identities and wait to be judged, together.
    pub stating: parking_lot::Mutex<Vec<Stating>>,
    pub in_flight: tokio::sync::RwLock<()>,
    refresh: tokio::sync::Mutex<()>,
    /// The removal of an import whose links still stand, as its commit names it; 0: none.
    pub removing: AtomicI64,
    /// A commit failed and may be there all the same: disk is asked before anything else is written.
    doubtful: AtomicBool,
    pub clock: Arc<FlushClock>,
    /// Flushes since the view of who is who was last right.
    pub view_waits: AtomicUsize,
    _ticking: Option<Ticking>,
    /// Held for its lock.
    _lock: Option<File>,
    /// Those who look at the folder from outside.
    holders: Option<Holders>,
}

impl Lake {
    /// Opens the workspace in folder `path`; to write, it is made if it is missing. What an earlier process left
    /// half done is finished or taken back here.
    pub async fn open(path: &FsPath, options: LakeOptions) -> Result<Lake> {
        let writes = options.mode == Mode::ReadWrite;
        let missing = || Error::Missing { folder: path.display().to_string() };
        let (storage, lock, holders): (Arc<dyn Storage>, _, _) = match &options.storage {
            Some(storage) => (Arc::clone(storage), None, None),
            None if writes => {
                let storage = LocalStorage::create(path)?;
                (Arc::new(storage), Some(lock(path)?), Some(Holders::open(path)?))
            }
            None if path.is_dir() => (Arc::new(LocalStorage::open(path)?), None, None),
            None => return Err(missing()),
        };
        let tables = if writes {
            clear_staging(&*storage).await?;
            Tables {
                events: Table::create(&storage, EVENTS, &EVENTS_SCHEMA).await?,
                identity: Table::create(&storage, IDENTITY, &IDENTITY_SCHEMA).await?,
                edges: Table::create(&storage, IDENTITY_EDGES, &EDGES_SCHEMA).await?,
                profiles: Table::create(&storage, PROFILES, &PROFILES_SCHEMA).await?,
            }
        } else {
            let open = |name| {
                let storage = Arc::clone(&storage);
                async move { Table::open(&storage, name).await?.ok_or_else(missing) }
            };
            Tables {
                events: open(EVENTS).await?,
                identity: open(IDENTITY).await?,
                edges: open(IDENTITY_EDGES).await?,
                profiles: open(PROFILES).await?,
            }
        };
        let prefix = Path::from("log");
        let log = if writes {
            let start_seq = mark(&tables.events).await?;
            let log_options = LogOptions { start_seq, ..LogOptions::default() };
            LogHandle::Writer(Log::open_with(Arc::clone(&storage), prefix, log_options).await?)
        } else {
            LogHandle::Reader(tokio::sync::Mutex::new(LogReader::open(Arc::clone(&storage), prefix).await?))
        };
        let clock = Arc::new(FlushClock::default());
        let flush_after = options.flush_after.filter(|_| writes);
        let inner = Arc::new_cyclic(|inner| Inner {
            storage,
            files: FileCache::new(options.damaged.clone(), options.part_rows),
            options,
            tables,
            log,
            moved: MovedCache::default(),
            tail_runs: TailRuns::default(),
            layouts: Layouts::default(),
            dictionary: DictionaryCache::default(),
            state: RwLock::default(),
            register: tokio::sync::Mutex::default(),
            maintenance: tokio::sync::Mutex::default(),
            commit: tokio::sync::Mutex::default(),
            importing: tokio::sync::RwLock::default(),
            one_import: tokio::sync::Mutex::default(),
            imports: parking_lot::Mutex::default(),
            edges: tokio::sync::Mutex::default(),
            arrivals: tokio::sync::Mutex::default(),
            file_days: parking_lot::Mutex::default(),
            stating: parking_lot::Mutex::default(),
            in_flight: tokio::sync::RwLock::default(),
            refresh: tokio::sync::Mutex::default(),
            number: HANDLES.fetch_add(1, Ordering::Relaxed),
            removing: AtomicI64::new(0),
            doubtful: AtomicBool::new(false),
            _ticking: flush_after.map(|after| Ticking::start(&clock, after, inner.clone())),
            clock,
            view_waits: AtomicUsize::new(0),
            _lock: lock,
            holders,
        });
        inner.reload().await?;
        if writes {
            let _commit = inner.commit.lock().await;
            inner.settle().await?;
            if inner.state.read().tail_rows > 0 {
                inner.clock.appended();
            }
        }
        Ok(Lake { inner, last_snapshot: Arc::default() })
    }

    /// Whether both are one handle.
    pub fn is(&self, other: &Lake) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Appends events through the log; durable when this returns, and in the next snapshot. `seq` of each event is
    /// kept: a live door gives its order of arrival. The same event again changes nothing.
    pub async fn append(&self, events: Vec<Event>) -> Result<()> {
        self.inner.writes("append")?;
        limit_events(&events)?;
        if self.inner.state.read().tail_rows >= self.inner.options.flush_rows.saturating_mul(TAIL_FLUSHES_MAX) {
            // The tail is held in memory. Where it cannot be moved into the tables, it must not grow for ever.
            self.flush_full().await?;
        }
        // A caller that goes away must not leave a record in the log that the state does not know of.
        let inner = Arc::clone(&self.inner);
        spawned(async move { inner.append(events).await }).await?;
        let (rows, full) = (self.inner.state.read().tail_rows, self.inner.options.flush_rows);
        if rows >= full {
            // Beside the appends, as long as it keeps up with them.
            let beside = rows < full.saturating_mul(TAIL_FLUSHES) && self.inner.clock.full();
            if !beside && let Err(error) = self.flush_full().await {
                // What was appended is durable in the log; the next append tries again.
                tracing::warn!(%error, "flush failed");
            }
        }
        Ok(())
    }

    /// Moves a full tail into the tables, unless somebody else has meanwhile.
    async fn flush_full(&self) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        spawned(async move {
            let _commit = inner.commit.lock().await;
            if inner.state.read().tail_rows >= inner.options.flush_rows {
                inner.flush_locked(View::InTime).await?;
            }
            Ok(())
        })
        .await
    }

    /// States links and takes earlier ones back; durable when this returns, and in the next snapshot. A link is a
    /// statement like any other: whether it stands the policy says. What a person has looked at goes by
    /// [`Lake::decide`].
    pub async fn link(&self, edges: Vec<IdentityEdge>) -> Result<IdentityVersion> {
        self.inner.writes("link profiles")?;
        let inner = Arc::clone(&self.inner);
        spawned(async move {
            let _order = inner.edges.lock().await;
            inner.log_acts(edges, Vec::new(), Vec::new()).await?;
            Ok(inner.state.read().graph.version())
        })
        .await
    }

    /// Who is who now.
    pub async fn identity(&self) -> Result<Arc<IdentityView>> {
        self.inner.catch_up().await?;
        Ok(Arc::new(IdentityView { graph: Arc::clone(&self.inner.state.read().graph) }))
    }

    /// Moves the log's tail into the tables.
    pub async fn flush(&self) -> Result<FlushReport> {
        self.inner.writes("flush")?;
        let inner = Arc::clone(&self.inner);
        spawned(async move {
            let _commit = inner.commit.lock().await;
            inner.flush_locked(View::Now).await
        })
        .await
    }

    /// The state of the lake now, fixed: the same answers for ever. A snapshot keeps the lake open.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let mut tries = 0;
        self.inner.clock.asked();
        loop {
            self.inner.catch_up().await?;
            let last = self.last_snapshot.lock().clone();
            if let Some(last) = last.filter(|last| last.id() == Snapshot::id_now(&self.inner)) {
                // Whoever asks holds what they read for themselves, and not in what is given again.
                return Ok(Arc::new(last.for_question()));
            }
            match Snapshot::of(&self.inner).await {
                Ok(snapshot) => {
                    let given = Arc::new(snapshot.for_question());
                    *self.last_snapshot.lock() = Some(snapshot);
                    return Ok(given);
                }
                // A file that is gone was compacted and cleaned away after the state was read.
                Err(Error::ObjectStore(_) | Error::Parquet { .. })
                    if tries < RACE_RETRIES && self.inner.options.mode == Mode::ReadOnly =>
                {
                    tries += 1;
                    self.inner.tables.events.refresh().await?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

fn lock(path: &FsPath) -> Result<File> {
    let name = path.join("lock");
    let fail = |error| Error::io("lock", name.display(), error);
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Locked { folder: path.display().to_string() }),
        Err(std::fs::TryLockError::Error(error)) => Err(fail(error)),
    }
}

/// First log record the table does not hold.
async fn mark(table: &Table) -> Result<u64> {
    Ok(table.app_version(APP_LOG).await?.unwrap_or(0) as u64)
}

pub(crate) fn limit_events(events: &[Event]) -> Result<()> {
    if events.len() > EVENTS_PER_CALL_MAX {
        return Err(Error::Limit {
            what: "number of events of one call",
            got: events.len() as u64,
            limit: EVENTS_PER_CALL_MAX as u64,
        });
    }
    match events.iter().position(|event| event.identifiers.is_empty()) {
        Some(position) => Err(Error::NoIdentifier { position }),
        None => Ok(()),
    }
}

/// Runs to its end even if the caller does not wait.
pub(crate) async fn spawned<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::io("finish", "a task of the lake", std::io::Error::other(error))),
    }
}

/// Runs off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::io("finish", "a computation of the lake", std::io::Error::other(error))),
    }
}

impl Inner {
    pub(crate) fn writes(&self, operation: &'static str) -> Result<()> {
        match self.options.mode {
            Mode::ReadWrite => Ok(()),
            Mode::ReadOnly => Err(Error::ReadOnly { operation }),
        }
    }

    pub(crate) fn writer(&self) -> Result<&Log> {
        match &self.log {
            LogHandle::Writer(log) => Ok(log),
            LogHandle::Reader(_) => Err(Error::ReadOnly { operation: "use the log" }),
        }
    }

    /// Loads everything from disk.
    async fn reload(&self) -> Result<()> {
        let mut tries = 0;
        loop {
            match self.try_reload().await {
                // The writer moved records into the tables after we read those.
                Err(Error::Released { .. }) if tries < RACE_RETRIES => tries += 1,
                other => return other,
            }
        }
    }

    async fn try_reload(&self) -> Result<()> {
        let Tables { events, edges, identity, .. } = &self.tables;
        for table in [events, edges, identity] {
            table.refresh().await?;
        }
        // Edges are moved into their table before the events of the same records.
        let mark = mark(events).await?;
        let edges_mark = self::mark(edges).await?.max(mark);
        let stored = publish::read_edges(&self.storage.objects(), &edges.files()).await?;
        let mut state = State::new(events.version(), events.files(), mark, &stored)?;
        for (seq, entry) in self.read_log(mark).await? {
            state.apply(seq, entry, edges_mark)?;
        }
        // Edges in the table are judged if those that wrote them judged; of a log alone it is not known.
        let judged = edges.app_version(APP_JUDGED).await? == Some(1) || state.graph.version().0 == 0;
        state.judged = judged && !matches!(state.graph.policy(), Some((_, false)));
        let published = identity.app_version("identity").await?.map(|version| version as u64);
        state.published = published
            .filter(|version| *version == state.graph.version().0)
            .map(|version| Published { version, added: Vec::new() });
        self.removing.store(events.app_version(APP_REMOVING).await?.unwrap_or(0), Ordering::Release);
        *self.state.write() = state;
        Ok(())
    }

    async fn read_log(&self, from: u64) -> Result<Vec<(u64, Entry)>> {
        let records = match &self.log {
            LogHandle::Writer(log) => log.read_from(from).await?,
            LogHandle::Reader(reader) => {
                let mut reader = reader.lock().await;
                reader.refresh().await?;
                // A log of which nothing is left yet begins where the tables end.
                if reader.next_seq() < from && reader.next_seq() == reader.first_seq() {
                    return Ok(Vec::new());
                }
                reader.read_from(from).await?
            }
        };
        records.into_iter().map(|(seq, bytes)| Ok((seq, Entry::read(seq, bytes)?))).collect()
    }

    /// A reader takes over what the writer did since; the writer knows it already.
    pub(crate) async fn catch_up(&self) -> Result<()> {
        if self.options.mode == Mode::ReadWrite {
            return Ok(());
        }
        let _one = self.refresh.lock().await;
        let Tables { events, edges, .. } = &self.tables;
        let tables_changed = events.refresh().await? | edges.refresh().await?;
        if tables_changed {
            let (mark, edges_mark) = (mark(events).await?, mark(edges).await?);
            // The guard must not live across the reload: it would make the future one of a single thread.
            let fell_behind = {
                let mut state = self.state.write();
                let fell_behind = state.next < mark.max(edges_mark);
                if !fell_behind {
                    state.version = events.version();
                    state.files = events.files().into();
                    state.moved_into_table(mark);
                }
                fell_behind
            };
            if fell_behind {
                return self.reload().await;
            }
        }
        let from = self.state.read().next;
        match self.read_log(from).await {
            Ok(records) => {
                let mut state = self.state.write();
                records.into_iter().try_for_each(|(seq, entry)| state.apply(seq, entry, from))
            }
            Err(Error::Released { .. }) => self.reload().await,
            Err(error) => Err(error),
        }
    }

    /// The register, loaded at first use and, in a reader, again when its table changed.
    pub(crate) async fn register(&self) -> Result<tokio::sync::MappedMutexGuard<'_, Register>> {
        let mut held = self.register.lock().await;
        let table = &self.tables.identity;
        if self.options.mode == Mode::ReadOnly {
            table.refresh().await?;
            if held.as_ref().is_some_and(|(version, _)| *version != table.version()) {
                *held = None;
            }
        }
        let fresh = held.is_none();
        if fresh {
            *held = Some((table.version(), publish::read_register(&self.storage.objects(), &table.files()).await?));
        }
        // The writer's own registrations are in there already.
        if let (Some((_, register)), true) = (held.as_mut(), fresh || self.options.mode == Mode::ReadOnly) {
            let parts = self.state.read().tail.clone();
            for (profile, identifier) in parts.iter().flat_map(|part| part.registered.iter()) {
                register.replay(*profile, identifier);
            }
        }
        Ok(tokio::sync::MutexGuard::map(held, |held| match held {
            Some((_, register)) => register,
            None => unreachable!("loaded above"),
        }))
    }

    /// Asks the disk what is there after a commit whose outcome is not known, and finishes a removal that was cut off
    /// in the middle; under the lock of commits.
    pub(crate) async fn settle(&self) -> Result<()> {
        if self.doubtful.load(Ordering::Acquire) {
            let _none = self.in_flight.write().await;
            *self.register.lock().await = None;
            self.imports.lock().clear();
            self.reload().await?;
            self.doubtful.store(false, Ordering::Release);
        }
        self.finish_removal().await
    }

    /// Notes that the outcome of a commit is not known.
    pub(crate) fn noted<T>(&self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.doubtful.store(true, Ordering::Release);
        }
        done
    }

    /// Moves what the log holds now into the tables; under the lock of commits.
    pub(crate) async fn flush_locked(&self, view: View) -> Result<FlushReport> {
        self.settle().await?;
        let log = self.writer()?;
        let (mark, parts, graph, edges) = {
            // With no append between the log and the state, the state holds every record below the mark.
            let _none = self.in_flight.write().await;
            self.clock.begins();
            let state = self.state.read();
            (log.next_seq(), state.tail.clone(), Arc::clone(&state.graph), state.log_edges.len())
        };
        if edges > 0 {
            self.publish_edges(mark, edges).await?;
        }
        self.publish_view(&graph, view).await?;
        if mark == self.state.read().mark {
            self.clock.flushed(self.options.flush_rows, || self.state.read().tail_rows);
            return Ok(FlushReport { version: self.state.read().version, ..FlushReport::default() });
        }
        let mut change = Change { label: "flush", changes_data: true, ..Change::default() };
        change.versions.push((APP_LOG.to_owned(), mark as i64));
        let mut report = FlushReport::default();
        if parts.iter().any(|part| part.row_count > 0) {
            let version = graph.version().0;
            let (files, duplicates, ids) = blocking(move || {
                let rows = tail_rows(&parts)?;
                let ids = Section::of(&rows);
                let sorted = sorted_batch(&rows, BATCH_LOG, &graph)?;
                drop(rows);
                drop(parts);
                Ok((encode(&sorted.batch, version)?, sorted.duplicates, ids))
            })
            .await?;
            report.duplicates = duplicates;
            recent::keep(&*self.storage, mark, ids).await?;
            for (bytes, index, stats) in files {
                report.rows += u64::from(index.rows());
                change.add.push(self.write_events(bytes, index, stats).await?);
            }
        }
        self.commit_events(change, |state| state.moved_into_table(mark)).await?;
        report.version = self.state.read().version;
        self.clock.flushed(self.options.flush_rows, || self.state.read().tail_rows);
        if mark > 0 {
            self.unless_held(Held::Log, log.release_through(mark - 1)).await?;
        }
        Ok(report)
    }

    /// Lets go of what somebody outside may hold on to. None: somebody does, and it is left for the next turn.
    pub(crate) async fn unless_held<T>(
        &self,
        what: Held,
        release: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        match &self.holders {
            Some(holders) => holders.unless_held(what, release).await,
            None => release.await.map(Some),
        }
    }

    /// Writes a data file and its index, durably.
    pub(crate) async fn write_events(&self, bytes: Bytes, index: FileIndex, stats: String) -> Result<NewFile> {
        let new = self.tables.events.write(bytes, index.rows() as usize, stats).await?;
        let path = index_path(&new.file.name);
        self.storage.objects().put_opts(&path, index.encode().into(), PutOptions::default()).await?;
        Ok(new)
    }

    /// Deletes data files, with their indexes, that will not be committed.
    pub(crate) async fn discard_events(&self, files: &[NewFile]) {
        self.tables.events.discard(files).await;
        for new in files {
            // An index of no file is deleted by vacuum too.
            let _ = self.storage.delete(&index_path(&new.file.name)).await;
        }
    }

    /// Commits to the table of events and takes over the outcome in one step; under the lock of commits. When another
    /// commit came between, it is made again if what it removes is still there.
    pub(crate) async fn commit_events(&self, change: Change, then: impl FnOnce(&mut State)) -> Result<()> {
        let table = &self.tables.events;
        let mut tries = 0;
        loop {
            let done = table.commit(change.clone()).await;
            match done {
                Ok(()) => break,
                Err(Error::Raced { .. }) if tries < RACE_RETRIES => {
                    tries += 1;
                    table.refresh().await?;
                    self.imports.lock().clear();
                    let files: FxHashSet<String> = table.files().into_iter().map(|file| file.name).collect();
                    if !change.remove.iter().all(|file| files.contains(&file.name)) {
                        let mut state = self.state.write();
                        state.version = table.version();
                        state.files = table.files().into();
                        return Err(Error::Raced { table: table.name() });
                    }
                }
                Err(error) => return self.noted(Err(error)),
            }
        }
        let files = table.files();
        let mut state = self.state.write();
        state.version = table.version();
        state.files = files.into();
        then(&mut state);
        let names: FxHashSet<&str> = state.files.iter().map(|file| file.name.as_str()).collect();
        self.layouts.retain(&names);
        self.files.retain(&names);
        Ok(())
    }

    /// Present files of the table of events.
    pub(crate) fn event_files(&self) -> Arc<[TableFile]> {
        Arc::clone(&self.state.read().files)
    }
}

/// One data file of a sorted batch: (bytes, index, statistics). None of an empty one.
pub(crate) fn encode(sorted: &RecordBatch, identity_version: u64) -> Result<Vec<(Bytes, FileIndex, String)>> {
    if sorted.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let mut writer = EventFileWriter::new(identity_version)?;
    writer.push(sorted)?;
    let file = writer.finish()?;
    Ok(vec![(file.bytes, file.index, file.stats)])
}
