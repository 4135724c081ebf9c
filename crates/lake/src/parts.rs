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
use crate::layout::{Layout, LayoutKey, Piece, Run};
use crate::limits::{PARTS_HELD_BYTES, STRAYS_HELD_BYTES};
use crate::overlay::Strays;
use crate::reader::DataFile;
use crate::schema::{BUCKET, CUSTOMER};
use crate::snapshot::{Shard, Snapshot};

/// The parts of runs in which the rows lie. None where no more is known of the rows than which they are, and where they lie
/// one after the other in one file: then they are read as they are.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// By run; within one ascending, strays last.
    pub list: Vec<Part>,
    /// By run: its parts; and which of its rows are in them other than as strays.
    of_run: Vec<(Range<usize>, Range<u32>)>,
}

/// Rows of a run of which a column is read at once.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub run: u32,
    pub rows: PartRows,
}

#[derive(Debug, Clone)]
pub(crate) enum PartRows {
    Range(Range<u32>),
    Strays(Arc<Strays>),
}

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
        if parts.len() == 0 || [CUSTOMER, BUCKET].contains(&name) {
            return layout.column(name).await;
        }
        let mut arrays = Vec::with_capacity(parts.len());
        for part in parts {
            arrays.push(match part {
                (run @ Run::Memory(_), _) => run.whole(name).await?,
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
                let slices = strays.within(part);
                if !slices.is_empty() {
                    let array = self.stored_part(file, part, name, cache).await?;
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

impl Parts {
    /// The parts in which the pieces of a shard lie; `strays` says which rows of the run of that number are read for customers elsewhere.
    pub(crate) fn of(
        pieces: &[Piece],
        runs: &[Run],
        shard: Shard,
        strays: impl Fn(usize) -> Option<Arc<Strays>>,
    ) -> Parts {
        let mut parts = Parts::default();
        if pieces.len() < 2 {
            return parts;
        }
        let mut lies_outside = vec![false; runs.len()];
        let homes: Vec<Range<u32>> = runs.iter().map(|run| home(run, shard)).collect();
        for piece in pieces {
            let home = &homes[piece.run as usize];
            lies_outside[piece.run as usize] |= piece.start < home.start || piece.start + piece.len > home.end;
        }
        for (number, (run, home)) in runs.iter().zip(homes).enumerate() {
            let first = parts.list.len();
            let mut add = |rows| parts.list.push(Part { run: number as u32, rows });
            match run {
                Run::Memory(_) => add(PartRows::Range(home.clone())),
                Run::File(file) => {
                    let touched =
                        |rows: &&Range<u32>| rows.start < home.end && home.start < rows.end && !home.is_empty();
                    file.parts.iter().filter(touched).for_each(|rows| add(PartRows::Range(rows.clone())));
                    if let Some(strays) = strays(number).filter(|_| lies_outside[number]) {
                        add(PartRows::Strays(strays));
                    }
                }
            }
            parts.of_run.push((first..parts.list.len(), home));
        }
        parts
    }

    /// Says where the rows of a piece are, in order.
    pub(crate) fn locate(&self, piece: &Piece, mut at: impl FnMut(Slice)) {
        let (of_run, home) = &self.of_run[piece.run as usize];
        let (mut start, end) = (piece.start, piece.start + piece.len);
        while start < end {
            let within = home.contains(&start);
            let (array, from, until) = if within {
                let ranges = &self.list[of_run.clone()];
                let nth = ranges.partition_point(|part| part.rows.end().is_some_and(|end| end <= start));
                let (first, last) = match &ranges[nth].rows {
                    PartRows::Range(rows) => (rows.start, rows.end),
                    PartRows::Strays(_) => (start, end),
                };
                (of_run.start + nth, start - first, end.min(last))
            } else {
                // Strays are the last part, and hold every row from here to the next that is at home.
                let until = if start < home.start { end.min(home.start) } else { end };
                let from = match self.list[of_run.clone()].last().map(|part| &part.rows) {
                    Some(PartRows::Strays(strays)) => strays.rows.partition_point(|row| *row < start) as u32,
                    _ => 0,
                };
                (of_run.end - 1, from, until)
            };
            at(Slice { array: array as u32, start: from, len: until - start });
            start = until;
        }
    }
}

impl PartRows {
    /// Behind the last of a range; none of strays.
    fn end(&self) -> Option<u32> {
        match self {
            PartRows::Range(rows) => Some(rows.end),
            PartRows::Strays(_) => None,
        }
    }
}

/// The rows of a run that lie in the parts a shard reads of it: those of its customers, or all of a run that is read whole.
fn home(run: &Run, shard: Shard) -> Range<u32> {
    let index = run.index();
    match run {
        Run::Memory(_) => 0..index.rows(),
        Run::File(file) if file.parts.len() == 1 => 0..index.rows(),
        Run::File(_) => index.rows_of(index.ordinals(shard.lo, shard.hi)),
    }
}

fn key_of(file: &DataFile, of: &[u128]) -> LayoutKey {
    let mut hasher = Xxh3::new();
    hasher.update(file.name.as_bytes());
    of.iter().for_each(|part| hasher.update(&part.to_le_bytes()));
    LayoutKey(hasher.digest128())
}
