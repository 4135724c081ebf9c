//! Deleting files that no version in reach needs: replaced ones, and those a crash left before their commit.

use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::counts::COUNTS;
use crate::delta::{Table, now_ms};
use crate::dictionary;
use crate::error::Result;
use crate::hold::Held;
use crate::lake::{Inner, Lake, spawned};
use crate::sums;
use crate::tracks::TRACKS;

/// Whether a file in a table's folder is one of its data files.
pub(crate) fn is_data(name: &str) -> bool {
    name.starts_with("part-") && name.ends_with(".parquet")
}

/// What is old enough to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VacuumOptions {
    /// Files replaced or left behind less long ago stay: readers of earlier snapshots may still use them.
    pub keep_seconds: u64,
}

impl Default for VacuumOptions {
    fn default() -> Self {
        VacuumOptions { keep_seconds: 24 * 3600 }
    }
}

/// What a vacuum did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VacuumReport {
    pub files: usize,
    pub bytes: u64,
    /// Whether nothing was looked at because somebody, a backup, is reading files.
    pub held: bool,
}

impl Lake {
    /// Deletes data files that are in no present version and old enough, unless a backup is reading files.
    pub async fn vacuum(&self, options: VacuumOptions) -> Result<VacuumReport> {
        self.inner.writes("clean up")?;
        let inner = Arc::clone(&self.inner);
        spawned(async move { inner.vacuum(options).await }).await
    }
}

impl Inner {
    async fn vacuum(&self, options: VacuumOptions) -> Result<VacuumReport> {
        // No rewrite is under way then; files of imports and flushes under way are younger than any sensible age, and
        // the lock of commits keeps flushes out for an age of nothing.
        let _maintenance = self.maintenance.lock().await;
        let _importing = self.importing.write().await;
        let _commit = self.commit.lock().await;
        let report = self.unless_held(Held::Files, self.delete_unneeded(options)).await?;
        Ok(report.unwrap_or_else(|| {
            tracing::info!("nothing was deleted: a backup is reading files");
            VacuumReport { held: true, ..VacuumReport::default() }
        }))
    }

    async fn delete_unneeded(&self, options: VacuumOptions) -> Result<VacuumReport> {
        let since_ms = now_ms().saturating_sub_unsigned(options.keep_seconds.saturating_mul(1000));
        let mut report = VacuumReport::default();
        let tables = &self.tables;
        for table in [&tables.events, &tables.identity, &tables.edges, &tables.profiles] {
            table.refresh().await?;
            self.vacuum_table(table, since_ms, &mut report).await?;
        }
        for kind in model::reference::TableKind::ALL {
            if let Some(table) = Table::open(&self.storage, kind.table()).await? {
                self.vacuum_table(&table, since_ms, &mut report).await?;
            }
        }
        for name in [TRACKS, COUNTS] {
            if let Some(table) = Table::open(&self.storage, name).await? {
                self.vacuum_table(&table, since_ms, &mut report).await?;
            }
        }
        Ok(report)
    }

    async fn vacuum_table(&self, table: &Table, since_ms: i64, report: &mut VacuumReport) -> Result<()> {
        let mut needed: FxHashSet<String> = table.files().into_iter().map(|file| file.name).collect();
        needed.extend(table.removed_since(since_ms).await?);
        let folder = Path::from(table.name());
        let objects = self.storage.objects();
        let present = objects.list_with_delimiter(Some(&folder)).await?.objects;
        let old = |meta: &object_store::ObjectMeta| meta.last_modified.timestamp_millis() <= since_ms;
        let mut deleted = Vec::new();
        for meta in present {
            let name = meta.location.filename().unwrap_or_default().to_owned();
            if is_data(&name) && !needed.contains(&name) && old(&meta) {
                self.storage.delete(&meta.location).await?;
                report.files += 1;
                report.bytes += meta.size;
                deleted.push(folder.clone());
            }
        }
        let folder = Path::from(format!("{}/_throughline", table.name()));
        let beside: Vec<_> = objects.list(Some(&folder)).try_collect().await?;
        for meta in beside {
            let name = meta.location.filename().unwrap_or_default();
            let of = [".idx", dictionary::SUFFIX, sums::SUFFIX].iter().find_map(|suffix| name.strip_suffix(suffix));
            if !of.is_some_and(|of| needed.contains(of)) && old(&meta) {
                self.storage.delete(&meta.location).await?;
                deleted.push(folder.clone());
            }
        }
        deleted.dedup();
        self.storage.sync(&deleted).await
    }
}
