//! Columns of a shard from parts of its runs: what is read of a file for one shard, or one snapshot, serves the next.
//!
//! A part is a range of a file's rows that depends on that file alone, so it stays what it is while others come and go, and
//! events are added to the tail. Rows that are read for customers elsewhere lie anywhere in their file; they are taken out of
//! all its parts once for a question, where each shard would decode nearly every page to find its few.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use futures::FutureExt;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;
use xxhash_rust::xxh3::Xxh3;

use crate::error::Result;
use crate::gather::{Slice, concat, gather};
use crate::layout::{Layout, LayoutKey, PartRows, Run};
use crate::limits::{PARTS_HELD_BYTES, STRAYS_HELD_BYTES};
use crate::overlay::Strays;
use crate::reader::DataFile;
use crate::schema::{BUCKET, CUSTOMER};
use crate::snapshot::Snapshot;

/// Keeps columns of parts of files for whoever asks next.
pub trait PartCache: Send + Sync {
    /// The column `name` of the part `key`: as it is kept, or as `read` gives it.
    fn part<'a>(
        &'a self,
        key: LayoutKey,
        name: &'a str,
        read: BoxFuture<'a, Result<ArrayRef>>,
    ) -> BoxFuture<'a, Result<ArrayRef>>;
}

/// What one question read of files and may need for its next shards.
#[derive(Debug, Default)]
pub(crate) struct PartsHeld {
    strays: Mutex<StraysHeld>,
    window: Mutex<Window>,
}

/// Columns of moved rows by file, up to [`STRAYS_HELD_BYTES`].
#[derive(Debug, Default)]
struct StraysHeld {
    cells: FxHashMap<ColumnKey, Arc<OnceCell<ArrayRef>>>,
    bytes: usize,
}

type ColumnKey = (LayoutKey, String);

/// The parts read last, up to [`PARTS_HELD_BYTES`]: neighbouring shards lie in the same.
#[derive(Debug, Default)]
struct Window {
    arrays: FxHashMap<ColumnKey, ArrayRef>,
    order: VecDeque<ColumnKey>,
    bytes: usize,
}

impl Window {
    fn push(&mut self, key: ColumnKey, array: ArrayRef) {
        self.bytes += array.get_array_memory_size();
        if let Some(before) = self.arrays.insert(key.clone(), array) {
            self.bytes -= before.get_array_memory_size();
        } else {
            self.order.push_back(key);
        }
        while self.bytes > PARTS_HELD_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.arrays.remove(&oldest).map_or(0, |array| array.get_array_memory_size());
        }
    }
}

impl Snapshot {
    /// One column of a layout's rows, in order, as [`Snapshot::column`] gives it; what is read of files goes through `cache`.
    pub async fn column_through(&self, layout: &Layout, name: &str, cache: &dyn PartCache) -> Result<ArrayRef> {
        let parts = layout.parts();
        // Whoever a row is read for is no column of a part.
        if parts.is_empty() || [CUSTOMER, BUCKET].contains(&name) {
            return layout.column(name).await;
        }
        let mut arrays = Vec::with_capacity(parts.len());
        for part in parts {
            let run = layout.run(part);
            arrays.push(match (run, &part.rows) {
                (Run::Memory(_), _) => run.whole(name).await?,
                (Run::File(file), PartRows::Range(rows)) => self.stored_part(file, rows, name, cache).await?,
                (Run::File(file), PartRows::Strays(strays)) => match self.strays(file, strays, name, cache).await? {
                    Some(array) => array,
                    None => return layout.column(name).await,
                },
            });
        }
        layout.assemble(name, &arrays)
    }

    async fn stored_part(
        &self,
        file: &Arc<DataFile>,
        rows: &Range<u32>,
        name: &str,
        cache: &dyn PartCache,
    ) -> Result<ArrayRef> {
        let key = (key_of(file, &[rows.start.into(), rows.end.into()]), name.to_owned());
        if let Some(array) = self.held().window.lock().arrays.get(&key) {
            return Ok(Arc::clone(array));
        }
        let read = async { concat(&file.column(name, std::slice::from_ref(rows)).await?) };
        let array = cache.part(key.0, name, read.boxed()).await?;
        self.held().window.lock().push(key, Arc::clone(&array));
        Ok(array)
    }

    /// A column of the rows of a file that are read for customers elsewhere. None: there is no room to hold it.
    async fn strays(
        &self,
        file: &Arc<DataFile>,
        strays: &Strays,
        name: &str,
        cache: &dyn PartCache,
    ) -> Result<Option<ArrayRef>> {
        let bytes = file.column_row_bytes(name) * strays.rows.len();
        let Some(cell) = self.held().cell((key_of(file, &[strays.hash]), name.to_owned()), bytes) else {
            return Ok(None);
        };
        let read = async {
            let mut taken = Vec::with_capacity(file.parts.len());
            for part in &file.parts {
                let from = strays.rows.partition_point(|row| *row < part.start);
                let to = strays.rows.partition_point(|row| *row < part.end);
                if from < to {
                    let array = self.stored_part(file, part, name, cache).await?;
                    let slices: Vec<Slice> = strays.rows[from..to]
                        .chunk_by(|a, b| a + 1 == *b)
                        .map(|rows| Slice { array: 0, start: rows[0] - part.start, len: rows.len() as u32 })
                        .collect();
                    taken.push(gather(array.data_type(), std::slice::from_ref(&array), &slices)?);
                }
            }
            concat(&taken)
        };
        Ok(Some(cell.get_or_try_init(|| read).await?.clone()))
    }
}

impl PartsHeld {
    /// Where a column of moved rows, of about so many bytes, is or will be held; none where there is no room.
    fn cell(&self, key: ColumnKey, bytes: usize) -> Option<Arc<OnceCell<ArrayRef>>> {
        let mut held = self.strays.lock();
        if let Some(cell) = held.cells.get(&key) {
            return Some(Arc::clone(cell));
        }
        if held.bytes + bytes > STRAYS_HELD_BYTES {
            return None;
        }
        held.bytes += bytes;
        Some(Arc::clone(held.cells.entry(key).or_default()))
    }
}

fn key_of(file: &DataFile, of: &[u128]) -> LayoutKey {
    let mut hasher = Xxh3::new();
    hasher.update(file.name.as_bytes());
    of.iter().for_each(|part| hasher.update(&part.to_le_bytes()));
    LayoutKey(hasher.digest128())
}
