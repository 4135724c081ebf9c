//! One Delta table with one committer: load, refresh, commit, checkpoint.
//!
//! Everything the library writes under `_delta_log` is made durable before the write returns: it fsyncs
//! nothing itself. Every commit here fails when another commit came between, so that the caller plans anew on the
//! state that won: Delta's own conflict check lets two compactions of the same files both commit and double
//! their rows. Not here: what is in the files.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Add, Remove, Transaction};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTableBuilder, DeltaTableError};
use futures::stream::BoxStream;
use futures::{StreamExt, TryFutureExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult,
};
use parking_lot::RwLock;
use url::Url;

use crate::error::{Error, Result};
use crate::lake::blocking;
use crate::limits::{CHECKPOINT_COMMITS, LOG_RETENTION};
use crate::storage::{Storage, put_whole, put_whole_multipart};
use crate::sums::{Sums, sums_path};

/// Folder of a table's commits.
pub(crate) const DELTA_LOG: &str = "_delta_log";

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableFile {
    /// Relative to the table.
    pub name: String,
    pub bytes: u64,
    pub rows: u64,
}

/// What a commit does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub add: Vec<NewFile>,
    pub remove: Vec<TableFile>,
    /// Application versions set with it.
    pub versions: Vec<(String, i64)>,
    /// Whether rows come or go, and are not only laid out anew.
    pub changes_data: bool,
    /// What it is for, in the table's history.
    pub label: &'static str,
}

/// A data file that is written and durable, and in no commit yet.
#[derive(Debug, Clone)]
pub(crate) struct NewFile {
    pub file: TableFile,
    pub stats: String,
}

/// A table; cheap to clone.
#[derive(Clone)]
pub(crate) struct Table {
    name: &'static str,
    storage: Arc<dyn Storage>,
    log_store: LogStoreRef,
    state: Arc<RwLock<DeltaTableState>>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("version", &self.version()).finish_non_exhaustive()
    }
}

impl Table {
    /// Opens the table in folder `name`; None if there is none.
    pub(crate) async fn open(storage: &Arc<dyn Storage>, name: &'static str) -> Result<Option<Table>> {
        let log_store = log_store(storage, name)?;
        let fail = |error| Error::delta_read(name, &error);
        if !log_store.is_delta_table_location().await.map_err(fail)? {
            return Ok(None);
        }
        let state = DeltaTableState::try_new(log_store.as_ref(), None).await.map_err(fail)?;
        let state = Arc::new(RwLock::new(state));
        Ok(Some(Table { name, storage: Arc::clone(storage), log_store, state }))
    }

    /// Opens the table or makes an empty one. A commit that an earlier process left unsynced is made durable.
    pub(crate) async fn create(
        storage: &Arc<dyn Storage>,
        name: &'static str,
        schema: &arrow::datatypes::Schema,
    ) -> Result<Table> {
        if let Some(table) = Self::open(storage, name).await? {
            let last = table.path(&format!("{DELTA_LOG}/{:020}.json", table.version()));
            storage.sync(&[last]).await?;
            return Ok(table);
        }
        let property = |key: &str, value: &str| (key.to_owned(), Some(value.to_owned()));
        let created = CreateBuilder::new()
            .with_log_store(log_store(storage, name)?)
            .with_table_name(name)
            .with_columns(crate::schema::delta_fields(schema))
            .with_save_mode(SaveMode::Ignore)
            .with_configuration([
                property("delta.logRetentionDuration", LOG_RETENTION),
                // Statistics of other columns would keep personal data in the log past erasure; the events
                // state theirs in each `add`.
                property("delta.dataSkippingNumIndexedCols", "0"),
            ])
            .with_raise_if_key_not_exists(false)
            .await;
        match created {
            Ok(_) => {}
            Err(error) => return Err(Error::delta(name, &error)),
        }
        let missing = || Error::Missing { folder: name.to_owned() };
        Self::open(storage, name).await?.ok_or_else(missing)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn version(&self) -> u64 {
        self.state.read().version()
    }

    /// A path of this table in the workspace.
    pub(crate) fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.name))
    }

    /// The folder of this table's commits.
    pub(crate) fn log_folder(&self) -> Path {
        self.path(DELTA_LOG)
    }

    /// Of the files in [`Table::log_folder`], those that tell the present version: the newest checkpoint and the commits
    /// after it.
    pub(crate) fn commits_needed(&self, present: Vec<(Path, u64)>) -> Result<Vec<(Path, u64)>> {
        let version = self.version();
        let of = |path: &Path, suffix: &str| path.filename()?.strip_suffix(suffix)?.parse::<u64>().ok();
        let checkpoint = |path: &Path| of(path, ".checkpoint.parquet").filter(|at| *at <= version);
        let from = present.iter().filter_map(|(path, _)| checkpoint(path)).max();
        let commit = |path: &Path| of(path, ".json").filter(|at| (from.unwrap_or(0)..=version).contains(at));
        let commits: Vec<u64> = present.iter().filter_map(|(path, _)| commit(path)).collect();
        // The commit of the checkpoint itself may be gone.
        let first = from.map_or(0, |from| from + 1);
        if let Some(missing) = (first..=version).find(|at| !commits.contains(at)) {
            return Err(Error::corrupt(self.name, format!("commit {missing} is not there; restore it from a backup")));
        }
        let needed = |(path, _): &(Path, u64)| commit(path).is_some() || (from.is_some() && checkpoint(path) == from);
        Ok(present.into_iter().filter(needed).collect())
    }

    /// Takes over commits made elsewhere. Whether there were any.
    pub(crate) async fn refresh(&self) -> Result<bool> {
        let mut state = self.state.read().clone();
        let before = state.version();
        if let Err(error) = state.update(self.log_store.as_ref(), None).await {
            // Commit files may have been cleaned away behind a checkpoint since.
            tracing::debug!(table = self.name, %error, "refresh failed, the table is loaded anew");
            state = DeltaTableState::try_new(self.log_store.as_ref(), None).await.map_err(|e| self.error(e))?;
        }
        let changed = state.version() != before;
        if changed {
            *self.state.write() = state;
        }
        Ok(changed)
    }

    /// The files of the present version, by name.
    pub(crate) fn files(&self) -> Vec<TableFile> {
        let state = self.state.read().clone();
        let mut files: Vec<TableFile> = state
            .log_data()
            .iter()
            .map(|view| TableFile {
                name: view.path().into_owned(),
                bytes: view.size() as u64,
                rows: view.num_records().unwrap_or(0) as u64,
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    /// Names of files removed after `since_ms`, which readers of earlier versions may still read.
    pub(crate) async fn removed_since(&self, since_ms: i64) -> Result<Vec<String>> {
        let state = self.state.read().clone();
        let tombstones: Vec<_> =
            state.all_tombstones(self.log_store.as_ref()).try_collect().await.map_err(|error| self.error(error))?;
        let recent =
            tombstones.iter().filter(|tombstone| tombstone.deletion_timestamp().is_none_or(|at| at > since_ms));
        Ok(recent.map(|tombstone| tombstone.path().into_owned()).collect())
    }

    /// The application version last committed for `app`.
    pub(crate) async fn app_version(&self, app: &str) -> Result<Option<i64>> {
        let state = self.state.read().clone();
        state.transaction_version(self.log_store.as_ref(), app).await.map_err(|error| self.error(error))
    }

    /// Writes a data file under a new name, with its checksums, and makes both durable.
    pub(crate) async fn write(&self, bytes: bytes::Bytes, rows: usize, stats: String) -> Result<NewFile> {
        let name = format!("part-{}.parquet", unique());
        let path = self.path(&name);
        let len = bytes.len() as u64;
        let (of, objects) = (bytes.clone(), self.storage.objects());
        let sums = blocking(move || Ok(Sums::of(&of).encode())).await?;
        objects.put_opts(&path, bytes.into(), PutOptions::default()).await?;
        let beside = sums_path(&path);
        objects.put_opts(&beside, sums.into(), PutOptions::default()).await?;
        self.storage.sync(&[path, beside]).await?;
        Ok(NewFile { file: TableFile { name, bytes: len, rows: rows as u64 }, stats })
    }

    /// Deletes files that were written and will not be committed. What cannot be deleted stays until vacuum finds it.
    pub(crate) async fn discard(&self, files: &[NewFile]) {
        for new in files {
            let path = self.path(&new.file.name);
            // Checksums of no file are deleted by vacuum too.
            let _ = self.storage.delete(&sums_path(&path)).await;
            if let Err(error) = self.storage.delete(&path).await {
                tracing::warn!(file = %new.file.name, %error, "a file that is not needed could not be deleted");
            }
        }
    }

    /// Commits, durably on return. [`Error::Raced`] if any commit came since the state this handle knows:
    /// refresh, plan anew.
    pub(crate) async fn commit(&self, change: Change) -> Result<()> {
        let token = unique();
        let now_ms = now_ms();
        let mut actions: Vec<Action> = Vec::new();
        for file in &change.remove {
            actions.push(Action::Remove(remove(file, change.changes_data, now_ms)));
        }
        for new in change.add {
            actions.push(Action::Add(add(new, change.changes_data, now_ms)));
        }
        let transactions = change.versions.into_iter().map(|(app, version)| Transaction::new(app, version)).collect();
        let properties = CommitProperties::default()
            .with_max_retries(0)
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false))
            .with_application_transactions(transactions)
            .with_metadata([
                ("throughline.operation".to_owned(), change.label.into()),
                ("throughline.commit".to_owned(), token.clone().into()),
            ]);
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
        let state = self.state.read().clone();
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(&state), self.log_store.clone(), operation)
            .await;
        match done {
            Ok(done) => *self.state.write() = done.snapshot(),
            Err(error) if lost_race(&error) => return Err(Error::Raced { table: self.name }),
            // The commit may be there though its writer failed: it is, if it carries our token.
            Err(error) => {
                if !self.has_landed(state.version() + 1, &token).await {
                    return Err(Error::delta(self.name, &error));
                }
                self.refresh().await?;
            }
        }
        self.checkpoint_if_due().await;
        Ok(())
    }

    async fn has_landed(&self, version: u64, token: &str) -> bool {
        let entry = self.log_store.read_commit_entry(version).await;
        let ours = matches!(entry, Ok(Some(bytes)) if bytes.windows(token.len()).any(|part| part == token.as_bytes()));
        ours && self.storage.sync(&[self.path(&format!("{DELTA_LOG}/{version:020}.json"))]).await.is_ok()
    }

    /// The commit counts already: a checkpoint that fails is tried again at the next turn.
    async fn checkpoint_if_due(&self) {
        let state = self.state.read().clone();
        if state.version() == 0 || !state.version().is_multiple_of(CHECKPOINT_COMMITS) {
            return;
        }
        let mut table = deltalake_core::DeltaTable::new(self.log_store.clone());
        table.state = Some(state);
        let mut done = deltalake_core::checkpoints::create_checkpoint(&table, None).await;
        if done.is_ok() {
            done = deltalake_core::checkpoints::cleanup_metadata(&table, None).await.map(|_| ());
        }
        // The chain of in-memory snapshots slows every later commit down; a fresh load ends it.
        match (done, DeltaTableState::try_new(self.log_store.as_ref(), None).await) {
            (Ok(()), Ok(state)) => *self.state.write() = state,
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(table = self.name, %error, "checkpoint failed, the next one is tried in {CHECKPOINT_COMMITS} commits");
            }
        }
    }

    fn error(&self, error: DeltaTableError) -> Error {
        Error::delta_read(self.name, &error)
    }
}

fn lost_race(error: &DeltaTableError) -> bool {
    matches!(
        error,
        DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(_)
                    | TransactionError::VersionAlreadyExists(_)
                    | TransactionError::CommitConflict(_)
            }
    )
}

fn add(new: NewFile, data_change: bool, now_ms: i64) -> Add {
    Add {
        path: new.file.name,
        partition_values: HashMap::new(),
        size: new.file.bytes as i64,
        modification_time: now_ms,
        data_change,
        stats: Some(new.stats),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    }
}

fn remove(file: &TableFile, data_change: bool, now_ms: i64) -> Remove {
    Remove {
        path: file.name.clone(),
        data_change,
        deletion_timestamp: Some(now_ms),
        extended_file_metadata: Some(true),
        partition_values: Some(HashMap::new()),
        size: Some(file.bytes as i64),
        ..Remove::default()
    }
}

/// The clock of commit bookkeeping (when a file was added or removed); events carry their own times.
pub(crate) fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A name no other file of any process has.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanos = chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default();
    format!("{nanos:016x}-{:08x}-{count:08x}", std::process::id())
}

fn log_store(storage: &Arc<dyn Storage>, name: &'static str) -> Result<LogStoreRef> {
    // Any scheme whose URLs have bare paths will do: the store given is what is read and written.
    let url = Url::parse(&format!("memory:///{name}/")).map_err(|error| Error::corrupt(name, error.to_string()))?;
    let store = Arc::new(SyncedStore { inner: storage.objects(), storage: Arc::clone(storage) });
    DeltaTableBuilder::from_url(url.clone())
        .and_then(|builder| builder.with_storage_backend(store, url).build_storage())
        .map_err(|error| Error::delta(name, &error))
}

/// A store whose writes are durable when they return and never there in part, and whose listings are in order.
#[derive(Debug)]
struct SyncedStore {
    inner: Arc<dyn ObjectStore>,
    storage: Arc<dyn Storage>,
}

impl fmt::Display for SyncedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "synced {}", self.inner)
    }
}

fn not_synced(error: Error) -> object_store::Error {
    object_store::Error::Generic { store: "synced", source: Box::new(error) }
}

#[async_trait]
impl ObjectStore for SyncedStore {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        put_whole(&*self.storage, path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        put_whole_multipart(Arc::clone(&self.storage), path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.inner.get_opts(path, options).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        in_order(self.inner.list(prefix))
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        in_order(self.inner.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.inner.copy_opts(from, to, options).await?;
        self.storage.sync(std::slice::from_ref(to)).await.map_err(not_synced)
    }
}

/// The library reads commits in the order they are listed, which a local folder leaves open.
fn in_order(
    listed: BoxStream<'static, object_store::Result<ObjectMeta>>,
) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
    let sorted = listed.try_collect::<Vec<_>>().map_ok(|mut all| {
        all.sort_by(|a, b| a.location.cmp(&b.location));
        futures::stream::iter(all.into_iter().map(Ok))
    });
    sorted.try_flatten_stream().boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::LocalStorage;

    fn long() -> arrow::datatypes::Schema {
        arrow::datatypes::Schema::new(vec![arrow::datatypes::Field::new("a", arrow::datatypes::DataType::Int64, false)])
    }

    async fn part(table: &Table) -> NewFile {
        table.write(bytes::Bytes::from_static(b"not read here"), 3, crate::data_file::small_stats(3)).await.unwrap()
    }

    /// Two handles plan to replace the same file: Delta's own check would let both commit.
    #[tokio::test(flavor = "multi_thread")]
    async fn of_two_commits_that_replace_the_same_file_one_fails() {
        let folder = tempfile::tempdir().unwrap();
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::create(folder.path()).unwrap());
        let one = Table::create(&storage, "t", &long()).await.unwrap();
        one.commit(Change { add: vec![part(&one).await], changes_data: true, ..Change::default() }).await.unwrap();
        let two = Table::create(&storage, "t", &long()).await.unwrap();
        let old = one.files();
        for (table, wins) in [(&one, true), (&two, false)] {
            let change = Change { add: vec![part(table).await], remove: old.clone(), ..Change::default() };
            let done = table.commit(change).await;
            assert_eq!(done.is_ok(), wins, "{done:?}");
            assert!(wins || matches!(done, Err(Error::Raced { table: "t" })));
        }
        assert!(two.refresh().await.unwrap());
        assert_eq!(two.files(), one.files());
        assert_eq!(two.files().len(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn checkpoints_keep_files_and_application_versions() {
        let folder = tempfile::tempdir().unwrap();
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::create(folder.path()).unwrap());
        let table = Table::create(&storage, "t", &long()).await.unwrap();
        for n in 0..(CHECKPOINT_COMMITS as i64 + 2) {
            let add = if n < 3 { vec![part(&table).await] } else { Vec::new() };
            let versions = vec![("import/a".to_owned(), n)];
            table.commit(Change { add, versions, changes_data: true, ..Change::default() }).await.unwrap();
        }
        assert!(folder.path().join("t/_delta_log/00000000000000000100.checkpoint.parquet").exists());
        let again = Table::open(&storage, "t").await.unwrap().unwrap();
        assert_eq!(again.files(), table.files());
        assert_eq!(again.files().iter().map(|file| file.rows).sum::<u64>(), 9);
        assert_eq!(again.app_version("import/a").await.unwrap(), Some(CHECKPOINT_COMMITS as i64 + 1));
        assert_eq!(again.app_version("import/b").await.unwrap(), None);
    }
}
