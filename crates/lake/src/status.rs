//! How large a lake is and what waits in it.

use object_store::ObjectStore;
use object_store::path::Path;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::delta::Table;
use crate::error::Result;
use crate::lake::Lake;
use crate::snapshot::SnapshotId;
use crate::storage::Storage;
use crate::vacuum::is_data;

/// Sizes of a lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub snapshot: SnapshotId,
    pub events: TableStatus,
    pub identity: TableStatus,
    pub identity_edges: TableStatus,
    pub profiles: TableStatus,
    /// Rows of the log's tail, not in the table of events yet.
    pub tail_rows: u64,
    /// Rows stored under another customer than their present one, which the next full compaction moves.
    pub overlay_rows: u64,
    /// Profiles that edges name.
    pub linked_profiles: u64,
    /// First and last time of any event, UTC microseconds.
    pub time_range_us: Option<(i64, i64)>,
}

/// Sizes of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableStatus {
    pub version: u64,
    pub files: usize,
    pub rows: u64,
    pub bytes: u64,
    /// Files on disk that the present version does not need: replaced, or left by a crash. Vacuum deletes them once they
    /// are old enough.
    pub dead_files: usize,
    pub dead_bytes: u64,
}

impl TableStatus {
    async fn of(table: &Table, storage: &dyn Storage) -> Result<Self> {
        let files = table.files();
        let mut status = TableStatus {
            version: table.version(),
            files: files.len(),
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            dead_files: 0,
            dead_bytes: 0,
        };
        let needed: FxHashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let folder = Path::from(table.name());
        for meta in storage.objects().list_with_delimiter(Some(&folder)).await?.objects {
            let name = meta.location.filename().unwrap_or_default();
            if is_data(name) && !needed.contains(name) {
                status.dead_files += 1;
                status.dead_bytes += meta.size;
            }
        }
        Ok(status)
    }
}

impl Lake {
    /// The sizes of everything, as of now.
    pub async fn status(&self) -> Result<Status> {
        let snapshot = self.snapshot().await?;
        let (tables, storage) = (&self.inner.tables, &*self.inner.storage);
        if self.inner.writes("").is_err() {
            for table in [&tables.identity, &tables.profiles] {
                table.refresh().await?;
            }
        }
        let (tail_rows, linked_profiles) = {
            let state = self.inner.state.read();
            (state.tail_rows as u64, state.graph.profile_count() as u64)
        };
        Ok(Status {
            snapshot: snapshot.id(),
            events: TableStatus::of(&tables.events, storage).await?,
            identity: TableStatus::of(&tables.identity, storage).await?,
            identity_edges: TableStatus::of(&tables.edges, storage).await?,
            profiles: TableStatus::of(&tables.profiles, storage).await?,
            tail_rows,
            overlay_rows: snapshot.overlay_rows().await?,
            linked_profiles,
            time_range_us: snapshot.time_range(),
        })
    }
}
