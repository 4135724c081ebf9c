//! Imports: many events of one file, sorted and committed with the position reached in that file.
//!
//! Position, mapping and completion are application versions of the same Delta commit as the rows, so an import that
//! was cut off goes on where its last commit ended, and a file that is imported again changes nothing.

use model::event::Event;
use model::hash;
use model::identity::{IdentityEdge, ProfileId, Strength};
use model::stitching::Decision;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::{AsArray, BooleanArray};
use arrow::datatypes::Int32Type;

use crate::append::Resolved;
use crate::data_file::EventFileWriter;
use crate::delta::{Change, TableFile};
use crate::error::{Error, Result};
use crate::identity::IdentityGraph;
use crate::lake::{Inner, Lake, encode, limit_events, spawned};
use crate::layout::BatchRows;
use crate::row::Row;
use crate::schema::{BATCH, EVENTS_SCHEMA};
use crate::steward::now_us;
use crate::tail::sorted_batch;

/// Which file an import is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportKey {
    pub source: String,
    /// Hash of the file's content, hex.
    pub file: String,
    /// Hash of the mapping it is read with.
    pub mapping: i64,
    /// Stored in column `batch` of each row; the same for every part of one import, and no other import's.
    pub batch: String,
}

/// How far the import of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportState {
    /// Never imported, or removed since.
    Unknown,
    Known {
        mapping: i64,
        position: u64,
        complete: bool,
    },
}

/// Version of a removed import's position.
const REMOVED: i64 = -1;

/// The application whose version names the removed import whose links still stand; 0: none. Set with the commit that
/// removes the rows and cleared once the links are taken back, so that a removal cut off in between is finished by
/// whoever opens the lake next.
pub(crate) const APP_REMOVING: &str = "removing";

fn removal(app: &str) -> i64 {
    hash::parts(&[app.as_bytes()]).max(1)
}

fn app(source: &str, file: &str) -> String {
    format!("import/{source}/{file}")
}

impl Lake {
    /// How far the import of `key`'s file has come, whatever its mapping.
    pub async fn import_state(&self, key: &ImportKey) -> Result<ImportState> {
        self.inner.catch_up().await?;
        Ok(self.inner.known_import(&key.source, &key.file).await?.0)
    }

    /// Adds the next events of a file and notes that it was read up to `position`, in one commit; durable when this
    /// returns. `position` must grow from call to call: a call whose position was committed already changes nothing
    /// (it is the same part again), except that it may complete the import.
    pub async fn import(&self, key: &ImportKey, events: Vec<Event>, position: u64, complete: bool) -> Result<()> {
        self.inner.writes("import")?;
        limit_events(&events)?;
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        spawned(async move { inner.import(key, events, position, complete).await }).await
    }

    /// For each of these batches, the rows the lake holds of it and how many of them say what other rows say: those
    /// do not count again. Where only these batches say it, it counts for the first of them. Doubles that an
    /// import handed over in one part are not among the rows.
    pub async fn batch_rows(&self, batches: &[&str]) -> Result<Vec<BatchRows>> {
        self.snapshot().await?.batch_rows(batches).await
    }

    /// Removes the rows of an import, physically, and the links that only it stated, and forgets the import. The
    /// number of rows removed.
    pub async fn remove_import(&self, source: &str, file: &str) -> Result<u64> {
        self.inner.writes("remove an import")?;
        let (inner, source, file) = (Arc::clone(&self.inner), source.to_owned(), file.to_owned());
        spawned(async move { inner.remove_import(&source, &file).await }).await
    }
}

impl Lake {
    /// Puts events in place of all that an import of this file brought before, in one commit: whoever looks sees the rows of
    /// before or these, and a crash leaves one of both. The number of rows removed.
    ///
    /// Links that only the file stated are taken back first and stated anew: cut off in between, the rows of before stand
    /// without them until it is done again.
    pub async fn replace_import(&self, key: &ImportKey, events: Vec<Event>) -> Result<u64> {
        self.inner.writes("replace an import")?;
        limit_events(&events)?;
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        spawned(async move { inner.replace_import(key, events).await }).await
    }
}

impl Inner {
    /// State of an import and the hash of its batch.
    async fn known_import(&self, source: &str, file: &str) -> Result<(ImportState, i64)> {
        let name = (source.to_owned(), file.to_owned());
        let reads_only = self.options.mode == crate::lake::Mode::ReadOnly;
        if let (Some(known), false) = (self.imports.lock().get(&name), reads_only) {
            return Ok(*known);
        }
        let table = &self.tables.events;
        let app = app(source, file);
        let position = table.app_version(&app).await?.unwrap_or(REMOVED);
        let mut known = (ImportState::Unknown, 0);
        if position >= 0 {
            let mapping = table.app_version(&format!("{app}/mapping")).await?.unwrap_or(0);
            let complete = table.app_version(&format!("{app}/complete")).await? == Some(1);
            let batch = table.app_version(&format!("{app}/batch")).await?.unwrap_or(0);
            known = (ImportState::Known { mapping, position: position as u64, complete }, batch);
        }
        self.imports.lock().insert(name, known);
        Ok(known)
    }

    async fn import(&self, key: ImportKey, events: Vec<Event>, position: u64, complete: bool) -> Result<()> {
        let _importing = self.importing.read().await;
        // Parts of one file come one after the other, also when two callers import it.
        let _one = self.one_import.lock().await;
        let batch = hash::parts(&[key.batch.as_bytes()]);
        {
            let _commit = self.commit.lock().await;
            self.settle().await?;
        }
        let (known, known_batch) = self.known_import(&key.source, &key.file).await?;
        let conflict = |what| Error::ImportKnown { source_name: key.source.clone(), file: key.file.clone(), what };
        let mut events = events;
        if let ImportState::Known { mapping, position: reached, complete: done } = known {
            if mapping != key.mapping {
                return Err(conflict("mapping"));
            }
            if known_batch != batch {
                return Err(conflict("batch"));
            }
            if position <= reached {
                if done || !complete {
                    return Ok(());
                }
                events.clear();
            }
        }
        let position = match known {
            ImportState::Known { position: reached, .. } => position.max(reached),
            ImportState::Unknown => position,
        };
        let source = app(&key.source, &key.file);
        if known == ImportState::Unknown {
            // Links are durable before the first commit of the rows that state them. An attempt that never came to
            // that commit may have read the file by another mapping.
            self.unlink_source(&source).await?;
        }
        let mut change = Change { label: "import", changes_data: true, ..Change::default() };
        let graph = self.add_rows(&source, &key.batch, events, &mut change).await?;
        change.versions = vec![
            (source.clone(), position as i64),
            (format!("{source}/mapping"), key.mapping),
            (format!("{source}/batch"), batch),
            (format!("{source}/complete"), i64::from(complete)),
        ];
        let _commit = self.commit.lock().await;
        self.publish_registered(&graph).await?;
        self.commit_events(change, |_| {}).await?;
        let known = ImportState::Known { mapping: key.mapping, position, complete };
        self.imports.lock().insert((key.source, key.file), (known, batch));
        Ok(())
    }

    /// States what the events of an import say and plans to add their rows; the identities they were laid out by.
    async fn add_rows(
        &self,
        source: &str,
        label: &str,
        events: Vec<Event>,
        change: &mut Change,
    ) -> Result<Arc<IdentityGraph>> {
        let Resolved { profiles, statements, registered, named_late } = self.resolve(&events, Some(source)).await?;
        self.log_statements(statements, registered, named_late).await?;
        let graph = Arc::clone(&self.state.read().graph);
        let label = label.to_owned();
        let (encoded, graph) = crate::lake::blocking(move || {
            let rows: Vec<Row<'_>> =
                events.iter().zip(&profiles).map(|(event, profile)| Row::new(event, *profile)).collect();
            let sorted = sorted_batch(&rows, &label, &graph)?;
            // The rows are columns now: they need not stay in memory while those are encoded.
            drop(rows);
            drop(events);
            Ok((encode(&sorted.batch, graph.version().0)?, graph))
        })
        .await?;
        for (bytes, index, stats) in encoded {
            change.add.push(self.write_events(bytes, index, stats).await?);
        }
        Ok(graph)
    }

    async fn replace_import(&self, key: ImportKey, events: Vec<Event>) -> Result<u64> {
        let _maintenance = self.maintenance.lock().await;
        let _importing = self.importing.read().await;
        let _one = self.one_import.lock().await;
        let commit = self.commit.lock().await;
        self.settle().await?;
        let (known, before) = self.known_import(&key.source, &key.file).await?;
        drop(commit);
        let source = app(&key.source, &key.file);
        self.unlink_source(&source).await?;
        let mut change = Change { label: "replace import", changes_data: true, ..Change::default() };
        let removed = match known {
            ImportState::Unknown => 0,
            ImportState::Known { .. } => self.remove_rows(before, &mut change).await?,
        };
        let graph = self.add_rows(&source, &key.batch, events, &mut change).await?;
        let batch = hash::parts(&[key.batch.as_bytes()]);
        change.versions = vec![
            (source.clone(), 1),
            (format!("{source}/mapping"), key.mapping),
            (format!("{source}/batch"), batch),
            (format!("{source}/complete"), 1),
        ];
        let _commit = self.commit.lock().await;
        self.publish_registered(&graph).await?;
        self.commit_events(change, |_| {}).await?;
        let known = ImportState::Known { mapping: key.mapping, position: 1, complete: true };
        self.imports.lock().insert((key.source, key.file), (known, batch));
        Ok(removed)
    }

    /// Plans to take the rows of a batch out of all files; how many those are.
    async fn remove_rows(&self, batch: i64, change: &mut Change) -> Result<u64> {
        let mut removed = 0;
        for file in self.event_files().iter() {
            let open = self.files.get(&self.storage.objects(), file).await?;
            let of_import = |label: &&String| hash::parts(&[label.as_bytes()]) == batch;
            let Some(label) = open.index.batches.iter().find(of_import) else { continue };
            removed += self.rewrite_without(file, label, change).await?;
        }
        Ok(removed)
    }

    async fn remove_import(&self, source: &str, file: &str) -> Result<u64> {
        let _maintenance = self.maintenance.lock().await;
        let _one = self.one_import.lock().await;
        let app = app(source, file);
        let commit = self.commit.lock().await;
        self.settle().await?;
        let (known, batch) = self.known_import(source, file).await?;
        drop(commit);
        if known == ImportState::Unknown {
            self.unlink_source(&app).await?;
            return Ok(0);
        }
        let mut change = Change { label: "remove import", changes_data: true, ..Change::default() };
        let removed = self.remove_rows(batch, &mut change).await?;
        for (what, version) in [("", REMOVED), ("/complete", 0)] {
            change.versions.push((format!("{app}{what}"), version));
        }
        change.versions.push((APP_REMOVING.to_owned(), removal(&app)));
        let _commit = self.commit.lock().await;
        self.commit_events(change, |_| {}).await?;
        self.imports.lock().remove(&(source.to_owned(), file.to_owned()));
        self.removing.store(removal(&app), Ordering::Release);
        self.finish_removal().await?;
        Ok(removed)
    }

    /// Takes back the links of an import whose rows are gone, if there is one; under the lock of commits.
    pub(crate) async fn finish_removal(&self) -> Result<()> {
        let removing = self.removing.load(Ordering::Acquire);
        if removing == 0 {
            return Ok(());
        }
        let app = {
            let graph = Arc::clone(&self.state.read().graph);
            graph.words().find(|word| removal(word) == removing).map(str::to_owned)
        };
        if let Some(app) = app {
            self.unlink_source(&app).await?;
        }
        let versions = vec![(APP_REMOVING.to_owned(), 0)];
        self.commit_events(Change { label: "links removed", versions, ..Change::default() }, |_| {}).await?;
        self.removing.store(0, Ordering::Release);
        Ok(())
    }

    /// Plans to replace a file by one without the rows of batch `label`; how many those are.
    async fn rewrite_without(&self, file: &TableFile, label: &str, change: &mut Change) -> Result<u64> {
        let open = self.files.get(&self.storage.objects(), file).await?;
        let names: Vec<&str> = EVENTS_SCHEMA.fields().iter().map(|field| field.name().as_str()).collect();
        let mut writer = EventFileWriter::new(open.index.identity_version)?;
        let (mut kept, mut removed) = (0, 0);
        let rows = open.index.rows();
        let groups = open.index.buckets.windows(2).filter(|pair| pair[0] < pair[1]);
        let mut ranges: Vec<std::ops::Range<u32>> = Vec::new();
        for pair in groups {
            let range = open.index.rows_of(pair[0]..pair[1]);
            match ranges.last_mut() {
                Some(last) if last.len() + range.len() <= crate::limits::COMPACT_ROWS => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        for range in ranges {
            let read = open.columns(&names, std::slice::from_ref(&range)).await?;
            let columns = read.iter().map(|arrays| crate::gather::concat(arrays)).collect::<Result<_>>()?;
            let batch = arrow::array::RecordBatch::try_new(EVENTS_SCHEMA.clone(), columns)?;
            let labels = batch.column_by_name(BATCH).map(|column| column.as_dictionary::<Int32Type>().clone());
            let labels = labels.ok_or_else(|| Error::NoColumn { name: BATCH.to_owned() })?;
            let values = labels.values().as_string::<i32>();
            let keep: BooleanArray =
                labels.keys_iter().map(|key| Some(key.is_none_or(|key| values.value(key) != label))).collect();
            let batch = arrow::compute::filter_record_batch(&batch, &keep)?;
            kept += batch.num_rows() as u64;
            writer.push(&batch)?;
        }
        removed += u64::from(rows) - kept;
        if kept > 0 {
            let written = writer.finish()?;
            change.add.push(self.write_events(written.bytes, written.index, written.stats).await?);
        }
        change.remove.push(file.clone());
        Ok(removed)
    }

    /// Takes back what `source` said. A pair that others speak of too is taken back whole and said again by them; in
    /// portions, each with what follows from it.
    async fn unlink_source(&self, source: &str) -> Result<()> {
        // Not held while lines are added: they would be added to a copy.
        let pairs = {
            let graph = Arc::clone(&self.state.read().graph);
            said_by(&graph, source)
        };
        for portion in pairs.chunks(PAIRS_TAKEN_BACK) {
            let _order = self.edges.lock().await;
            let graph = Arc::clone(&self.state.read().graph);
            let mut acts = Vec::with_capacity(2 * portion.len());
            for &(a, b) in portion {
                let (source, reason) = (source.to_owned(), "the import was removed".to_owned());
                let mut others = graph.said_between(a, b);
                others.reverse();
                others.retain(|said| {
                    !matches!(said, IdentityEdge::Link { source: of, .. }
                    | IdentityEdge::Seen { source: of, .. } if *of == source)
                });
                let decision = graph.decision_between(a, b);
                acts.push(IdentityEdge::Unlink { a, b, source, reason, time_us: now_us() });
                acts.extend(others.into_iter().map(as_statement));
                // A decision that joins is taken back with the pair, too.
                let joins = |decision: &IdentityEdge| {
                    matches!(decision, IdentityEdge::Decision { decision: Decision::Join, .. })
                };
                acts.extend(decision.filter(joins));
            }
            drop(graph);
            self.log_acts(acts, Vec::new(), Vec::new()).await?;
        }
        Ok(())
    }
}

/// The pairs of which `source` has said something that is not taken back.
fn said_by(graph: &IdentityGraph, source: &str) -> Vec<(ProfileId, ProfileId)> {
    let mut pairs = BTreeSet::new();
    if !graph.may_name(source) {
        return Vec::new();
    }
    for edge in graph.edges() {
        match &edge {
            IdentityEdge::Unlink { .. } => {
                pairs.remove(&edge.ends());
            }
            IdentityEdge::Link { source: of, strength, .. } | IdentityEdge::Seen { source: of, strength, .. }
                if of == source && *strength != Strength::Decided =>
            {
                pairs.insert(edge.ends());
            }
            _ => {}
        }
    }
    pairs.into_iter().collect()
}

/// Pairs that are taken back at a time.
const PAIRS_TAKEN_BACK: usize = 2 * 1024;

fn as_statement(said: IdentityEdge) -> IdentityEdge {
    match said {
        IdentityEdge::Seen { a, b, strength, source, reason, time_us } => {
            IdentityEdge::Link { a, b, strength, source, reason, time_us }
        }
        said => said,
    }
}
