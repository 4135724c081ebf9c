//! How large a lake is and what waits in it.

use serde::{Deserialize, Serialize};

use crate::delta::Table;
use crate::error::Result;
use crate::lake::Lake;
use crate::snapshot::SnapshotId;

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
}

impl TableStatus {
    fn of(table: &Table) -> Self {
        let files = table.files();
        TableStatus {
            version: table.version(),
            files: files.len(),
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
        }
    }
}

impl Lake {
    /// The sizes of everything, as of now.
    pub async fn status(&self) -> Result<Status> {
        let snapshot = self.snapshot().await?;
        let tables = &self.inner.tables;
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
            events: TableStatus::of(&tables.events),
            identity: TableStatus::of(&tables.identity),
            identity_edges: TableStatus::of(&tables.edges),
            profiles: TableStatus::of(&tables.profiles),
            tail_rows,
            overlay_rows: snapshot.overlay_rows().await?,
            linked_profiles,
            time_range_us: snapshot.time_range(),
        })
    }
}
