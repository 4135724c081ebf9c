//! Merging data files: fewer and larger ones, doubles dropped for good, every row under its present customer.
//!
//! Answers are the same before and after. The files to merge are chosen and merged without holding up imports or
//! flushes; the commit fails if one of them was replaced meanwhile, and everything is planned anew.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take, take_record_batch};
use arrow::datatypes::Int64Type;
use model::hash;
use model::identity::ProfileId;
use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::data_file::EventFileWriter;
use crate::delta::{Change, NewFile, TableFile};
use crate::error::{Error, Result};
use crate::gather::{Slice, concat};
use crate::lake::{Inner, Lake, blocking, encode, spawned};
use crate::layout::{Duplicates, Run, Selection};
use crate::limits::{COMPACT_ROWS, FILE_ROWS, RACE_RETRIES, TIER_FILES};
use crate::reader::DataFile;
use crate::schema::*;
use crate::snapshot::{Snapshot, SnapshotId};
use crate::view::View;

/// How much is merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompactExtent {
    /// The files of one size tier that has enough of them, or a file of which a large part is read for customers that were
    /// merged since: the step to take now and then in the background.
    #[default]
    Tier,
    /// The log's tail and every file; the table of profiles is derived anew.
    Full,
}

/// How to compact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactOptions {
    pub extent: CompactExtent,
    /// Rows at which a file is ended, at the next bucket.
    pub file_rows: usize,
}

impl CompactOptions {
    pub fn new(extent: CompactExtent) -> Self {
        CompactOptions { extent, file_rows: FILE_ROWS }
    }
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self::new(CompactExtent::default())
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactReport {
    pub files_before: usize,
    pub files_after: usize,
    pub rows_before: u64,
    pub rows_after: u64,
    /// Rows that lie under another customer now than before.
    pub rows_moved: u64,
    /// Customers in the table of profiles, where it was derived.
    pub profiles: Option<u64>,
}

impl Lake {
    /// Whether [`CompactExtent::Tier`] has something to do.
    pub fn compaction_due(&self) -> bool {
        !self.inner.due(&self.inner.event_files()).is_empty()
    }

    /// Merges data files. Nothing to do is no error: the report says so.
    ///
    /// # Errors
    /// [`Error::Cancelled`] through `control`: the lake is then as it was.
    pub async fn compact(&self, options: CompactOptions, control: &Control) -> Result<CompactReport> {
        self.inner.writes("compact")?;
        let (inner, control) = (Arc::clone(&self.inner), control.clone());
        spawned(async move { inner.compact(options, &control).await }).await
    }
}

impl Inner {
    /// The files to merge next in the background.
    fn due(&self, files: &[TableFile]) -> Vec<TableFile> {
        match fullest_tier(files) {
            tier if tier.is_empty() => self.moved.most_moved(files).into_iter().collect(),
            tier => tier,
        }
    }

    async fn compact(self: &Arc<Self>, options: CompactOptions, control: &Control) -> Result<CompactReport> {
        let _maintenance = self.maintenance.lock().await;
        let mut tries = 0;
        let mut report = loop {
            {
                let _commit = self.commit.lock().await;
                match options.extent {
                    CompactExtent::Full => {
                        self.flush_locked(View::Now).await?;
                    }
                    CompactExtent::Tier => self.settle().await?,
                }
            }
            match self.merge_files(options, control).await {
                Err(Error::Raced { .. }) if tries < RACE_RETRIES => tries += 1,
                other => break other?,
            }
        };
        if options.extent == CompactExtent::Full {
            let snapshot = Snapshot::of(self).await?;
            report.profiles = Some(self.write_profiles(&snapshot, control).await?);
        }
        Ok(report)
    }

    /// Plans, merges and commits once.
    async fn merge_files(self: &Arc<Self>, options: CompactOptions, control: &Control) -> Result<CompactReport> {
        let (id, files, graph) = {
            let state = self.state.read();
            let identity_version = state.graph.version();
            let id = SnapshotId { delta_version: state.version, log_from: 0, log_to: 0, identity_version, traffic: 0 };
            (id, Arc::clone(&state.files), Arc::clone(&state.graph))
        };
        let chosen = match options.extent {
            CompactExtent::Full => files.to_vec(),
            CompactExtent::Tier => self.due(&files),
        };
        let store = self.storage.objects();
        let mut runs = Vec::with_capacity(chosen.len());
        for file in &chosen {
            runs.push(Run::File(self.files.get(&store, file).await?));
        }
        let mut report = CompactReport {
            files_before: chosen.len(),
            rows_before: chosen.iter().map(|file| file.rows).sum(),
            ..CompactReport::default()
        };
        let snapshot = Snapshot::over(self, id, runs, graph);
        if chosen.is_empty() || snapshot.is_compact().await? {
            (report.files_after, report.rows_after) = (report.files_before, report.rows_before);
            return Ok(report);
        }
        control.expect_rows(report.rows_before);
        report.rows_moved = snapshot.overlay_rows().await?;
        let mut change = Change { label: "compact", remove: chosen, ..Change::default() };
        let mut moved = Vec::new();
        let merged = async {
            let homed = self.with_moved_homed(&snapshot, options, control, &mut moved).await?;
            self.merge(homed.as_ref().unwrap_or(&snapshot), options, control, &mut change, &mut report).await
        };
        let merged = merged.await;
        self.discard_events(&moved).await;
        if let Err(error) = merged {
            self.discard_events(&change.add).await;
            return Err(error);
        }
        report.files_after = change.add.len();
        let _commit = self.commit.lock().await;
        self.commit_events(change, |_| {}).await?;
        Ok(report)
    }

    /// The same rows where those that are read for others lie together under whom they are read for, in files of their own that
    /// nobody else sees: each shard would look for its few in all pages of all files. None where one shard is all.
    async fn with_moved_homed(
        self: &Arc<Self>,
        snapshot: &Snapshot,
        options: CompactOptions,
        control: &Control,
        moved: &mut Vec<NewFile>,
    ) -> Result<Option<Snapshot>> {
        let overlay = snapshot.overlay().await?;
        if overlay.rows.is_empty() || snapshot.shards(COMPACT_ROWS.min(options.file_rows)).len() < 2 {
            return Ok(None);
        }
        let mut together = Vec::new();
        for (number, run) in snapshot.runs().iter().enumerate() {
            let (Run::File(file), Some(strays)) = (run, overlay.strays(number as u32)) else { continue };
            for part in &file.parts {
                control.check()?;
                let slices = strays.within(part);
                if !slices.is_empty() {
                    together.push(snapshot.rehomed(file, part, &slices).await?);
                }
                let rows: usize = together.iter().map(RecordBatch::num_rows).sum();
                if rows >= COMPACT_ROWS {
                    moved.extend(self.write_homed(std::mem::take(&mut together), snapshot).await?);
                }
            }
        }
        moved.extend(self.write_homed(together, snapshot).await?);
        let store = self.storage.objects();
        let mut runs = snapshot.runs().to_vec();
        for file in moved.iter() {
            runs.push(Run::File(self.files.get(&store, &file.file).await?));
        }
        Ok(Some(snapshot.over_homed(runs, overlay.without_rows())))
    }

    /// Rows in any order as a file.
    async fn write_homed(&self, batches: Vec<RecordBatch>, snapshot: &Snapshot) -> Result<Vec<NewFile>> {
        if batches.is_empty() {
            return Ok(Vec::new());
        }
        let version = snapshot.id().identity_version.0;
        let encoded = blocking(move || encode(&in_order(&batches)?, version)).await?;
        let mut files = Vec::with_capacity(encoded.len());
        for (bytes, index, stats) in encoded {
            files.push(self.write_events(bytes, index, stats).await?);
        }
        Ok(files)
    }

    /// Writes the merged files.
    async fn merge(
        &self,
        snapshot: &Snapshot,
        options: CompactOptions,
        control: &Control,
        change: &mut Change,
        report: &mut CompactReport,
    ) -> Result<()> {
        let mut writer: Option<EventFileWriter> = None;
        for shard in snapshot.shards(COMPACT_ROWS.min(options.file_rows)) {
            control.check()?;
            let layout = snapshot.plan(Selection::Shard(shard), Duplicates::OfProfileAndBatch).await?;
            if layout.rows() == 0 {
                continue;
            }
            let batch = layout.batch().await?;
            let mut open = match writer.take() {
                Some(writer) => writer,
                None => EventFileWriter::new(snapshot.id().identity_version.0)?,
            };
            report.rows_after += batch.num_rows() as u64;
            control.add_rows(batch.num_rows() as u64);
            let open = blocking(move || {
                open.push(&batch)?;
                Ok(open)
            })
            .await?;
            if open.rows() as usize >= options.file_rows {
                self.add_file(open, change).await?;
            } else {
                writer = Some(open);
            }
        }
        if let Some(writer) = writer {
            self.add_file(writer, change).await?;
        }
        Ok(())
    }

    async fn add_file(&self, writer: EventFileWriter, change: &mut Change) -> Result<()> {
        let file = blocking(move || writer.finish()).await?;
        change.add.push(self.write_events(file.bytes, file.index, file.stats).await?);
        Ok(())
    }
}

/// All rows by (bucket, customer, time, seq, event id).
fn in_order(batches: &[RecordBatch]) -> Result<RecordBatch> {
    let batch = concat_batches(&EVENTS_SCHEMA, batches)?;
    let by = [BUCKET, CUSTOMER, TIME, SEQ, EVENT_ID].map(|name| {
        let column = batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: name.to_owned() })?;
        Ok(SortColumn { values: Arc::clone(column), options: None })
    });
    let order = lexsort_to_indices(&by.into_iter().collect::<Result<Vec<_>>>()?, None)?;
    Ok(take_record_batch(&batch, &order)?)
}

impl Snapshot {
    /// Some rows of a part of a file under the customers they are read for.
    async fn rehomed(&self, file: &DataFile, part: &Range<u32>, slices: &[Slice]) -> Result<RecordBatch> {
        let names: Vec<&str> = EVENTS_SCHEMA.fields().iter().map(|field| field.name().as_str()).collect();
        let columns = file.columns(&names, std::slice::from_ref(part)).await?;
        // Copied: these wait until there are many, and a slice would keep the whole part.
        let rows = UInt32Array::from_iter_values(slices.iter().flat_map(|slice| slice.start..slice.start + slice.len));
        let picked = columns.iter().map(|chunks| Ok(take(&concat(chunks)?, &rows, None)?));
        let mut picked = picked.collect::<Result<Vec<ArrayRef>>>()?;
        let at = |name: &str| EVENTS_SCHEMA.index_of(name);
        let profiles = picked[at(PROFILE)?].as_primitive::<Int64Type>().values();
        let customers: Vec<i64> = profiles.iter().map(|profile| self.customer_of(ProfileId(*profile)).0).collect();
        picked[at(BUCKET)?] = Arc::new(Int32Array::from_iter_values(customers.iter().copied().map(hash::bucket)));
        picked[at(CUSTOMER)?] = Arc::new(Int64Array::from(customers));
        Ok(RecordBatch::try_new(EVENTS_SCHEMA.clone(), picked)?)
    }

    /// Whether merging would change nothing worth it: no two files hold the same bucket, and no row is stored under
    /// another customer than its own.
    async fn is_compact(&self) -> Result<bool> {
        if self.overlay_rows().await? > 0 {
            return Ok(false);
        }
        let mut ranges: Vec<(i32, i32)> = self.bucket_ranges();
        ranges.sort_unstable();
        Ok(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0))
    }
}

/// The files of the smallest tier (each four times as large as the one before) that has enough of them.
fn fullest_tier(files: &[TableFile]) -> Vec<TableFile> {
    let mut tiers: BTreeMap<u32, Vec<TableFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| (file.rows as usize) < FILE_ROWS) {
        tiers.entry((file.rows.max(1)).ilog(4)).or_default().push(file.clone());
    }
    tiers.into_values().find(|files| files.len() >= TIER_FILES).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_merged_once_it_has_enough_files() {
        let file = |name: &str, rows| TableFile { name: name.into(), bytes: 1, rows };
        let mut files = vec![file("a", 100), file("b", 100), file("c", 120), file("d", 100_000)];
        assert_eq!(fullest_tier(&files), []);
        files.push(file("e", 200));
        let names: Vec<String> = fullest_tier(&files).into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["a", "b", "c", "e"]);
        assert_eq!(fullest_tier(&vec![file("full", FILE_ROWS as u64); 9]), []);
    }
}
