//! How large a lake is and when it was last looked after, told without opening it: for lists of many lakes.
//!
//! Reads the newest commits and lists folders; [`crate::Status`] says more and costs more.

use std::path::Path as FsPath;
use std::sync::Arc;

use object_store::path::Path;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::delta::{DELTA_LOG, Table};
use crate::error::Result;
use crate::lake::Lake;
use crate::limits::CHECKPOINT_COMMITS;
use crate::schema::EVENTS;
use crate::storage::{LocalStorage, Storage};
use crate::vacuum::is_data;

/// Sizes and times of the table of events and of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    pub version: u64,
    pub files: usize,
    /// Rows in the table: events, before doubles are left out.
    pub rows: u64,
    pub bytes: u64,
    /// Of files that the present version does not need any more.
    pub dead_bytes: u64,
    /// Of the log: what is not in the table yet, and some of what is.
    pub log_bytes: u64,
    /// When the log was last moved into the table, UTC microseconds. None: not among the newest commits.
    pub flushed_us: Option<i64>,
    /// When files were last merged, likewise.
    pub compacted_us: Option<i64>,
    /// When anything was last committed.
    pub committed_us: Option<i64>,
}

impl Lake {
    /// The outline of the lake in folder `path`; None if no lake was ever opened to write there.
    ///
    /// # Errors
    /// If the table of events is damaged or the disk refuses.
    pub async fn outline(path: &FsPath) -> Result<Option<Outline>> {
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::open(path)?);
        let Some(table) = Table::open(&storage, EVENTS).await? else { return Ok(None) };
        let files = table.files();
        let mut outline = Outline {
            version: table.version(),
            files: files.len(),
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            log_bytes: storage.list(&Path::from("log")).await?.iter().map(|(_, bytes)| bytes).sum(),
            ..Outline::default()
        };
        let needed: FxHashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        for (path, bytes) in storage.list(&Path::from(EVENTS)).await? {
            let name = path.filename().unwrap_or_default();
            outline.dead_bytes += if is_data(name) && !needed.contains(name) { bytes } else { 0 };
        }
        outline.look_back(&*storage).await;
        Ok(Some(outline))
    }
}

impl Outline {
    /// Goes back through commits until a flush and a compaction were seen. What cannot be read says nothing.
    async fn look_back(&mut self, storage: &dyn Storage) {
        for version in (self.version.saturating_sub(CHECKPOINT_COMMITS)..=self.version).rev() {
            let commit = Path::from(format!("{EVENTS}/{DELTA_LOG}/{version:020}.json"));
            let Ok(bytes) = storage.read(&commit, 0).await else { return };
            let Some((operation, time_us)) = operation(&bytes) else { continue };
            self.committed_us = self.committed_us.or(Some(time_us));
            match operation.as_str() {
                "flush" => self.flushed_us = self.flushed_us.or(Some(time_us)),
                "compact" => self.compacted_us = self.compacted_us.or(Some(time_us)),
                _ => {}
            }
            if self.flushed_us.is_some() && self.compacted_us.is_some() {
                return;
            }
        }
    }
}

/// What a commit was made for, and when.
fn operation(commit: &[u8]) -> Option<(String, i64)> {
    commit.split(|byte| *byte == b'\n').find_map(|line| {
        let action: serde_json::Value = serde_json::from_slice(line).ok()?;
        let info = action.get("commitInfo")?;
        let operation = info.get("throughline.operation").and_then(|label| label.as_str()).unwrap_or_default();
        Some((operation.to_owned(), info.get("timestamp")?.as_i64()?.saturating_mul(1000)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CompactExtent, CompactOptions, Control, LakeOptions};

    #[tokio::test(flavor = "multi_thread")]
    async fn an_outline_tells_sizes_and_the_last_upkeep() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lake::outline(folder.path()).await.unwrap(), None);
        let options = LakeOptions { flush_after: None, ..LakeOptions::default() };
        let lake = Lake::open(folder.path(), options).await.unwrap();
        for number in 0..3 {
            // So many customers that their buckets overlap.
            lake.append((number * 20..number * 20 + 20).map(crate::capture::tests::event).collect()).await.unwrap();
            lake.flush().await.unwrap();
        }
        let flushed = Lake::outline(folder.path()).await.unwrap().unwrap();
        assert_eq!((flushed.rows, flushed.files, flushed.dead_bytes), (60, 3, 0));
        assert!(flushed.flushed_us > Some(1_700_000_000_000_000) && flushed.compacted_us.is_none(), "{flushed:?}");
        lake.compact(CompactOptions::new(CompactExtent::Full), &Control::new()).await.unwrap();
        let compacted = Lake::outline(folder.path()).await.unwrap().unwrap();
        assert_eq!((compacted.rows, compacted.files, compacted.dead_bytes), (60, 1, flushed.bytes));
        assert!(compacted.compacted_us >= compacted.flushed_us && compacted.flushed_us == flushed.flushed_us);
    }
}
