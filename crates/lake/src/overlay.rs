//! Rows whose customer changed since their file was written.
//!
//! A file's `customer` is right for the identity version it was written under. For every customer that a later link
//! or unlink touched, its rows are left out where they lie and resolved one by one: they join the slices of the
//! customers they belong to now. Nothing is rewritten, so taking a link back gives the earlier answers exactly.
//! Compaction writes files under the present version and so ends their overlay.
//!
//! An overlay is kept as long as neither the runs it is of nor the identities change: a lake that lives has a new snapshot
//! for every question.

use std::ops::Range;
use std::sync::Arc;

use model::hash;
use model::identity::ProfileId;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::delta::TableFile;
use crate::error::Result;
use crate::gather::Slice;
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::layout::Run;
use crate::snapshot::Shard;
use crate::stored::{StoredRow, stored_rows};

/// A row that is read for another customer than the one it is stored under.
/// Field order is sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MovedRow {
    pub bucket: i32,
    pub customer: i64,
    pub time_us: i64,
    pub seq: i64,
    pub run: u32,
    pub row: u32,
}

/// The overlay of some runs at one identity version.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// By run, as far as any is moved: ordinals of the customers whose rows are in `rows` instead, ascending.
    excluded: Vec<Vec<u32>>,
    /// Sorted.
    pub rows: Vec<MovedRow>,
    /// By run likewise: its rows that are in `rows`.
    strays: Vec<Option<Arc<Strays>>>,
}

/// The moved rows of one run, which answers read for customers that lie anywhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Strays {
    /// Ascending.
    pub rows: Vec<u32>,
    /// Identifies `rows`.
    pub hash: u128,
}

/// What overlays are made from time and again.
#[derive(Debug, Default)]
pub(crate) struct MovedCache {
    /// Customers whose profiles changed between two versions; the same few pairs are asked for again and again.
    customers: Mutex<FxHashMap<(u64, u64), Customers>>,
    last: Mutex<Option<(Of, Arc<Overlay>)>>,
}

type Customers = Arc<FxHashSet<i64>>;

/// What an overlay is of: identity version, and place and name of the runs of earlier ones.
type Of = (u64, Vec<(usize, String)>);

/// Pairs of versions kept.
const PAIRS_MAX: usize = 256;

/// A file of which more than one in so many rows are read for others is worth being written anew.
const MOVED_PART: u64 = 8;

impl MovedCache {
    /// The customers, as of version `from`, that are not the same in `graph`.
    fn moved_from(&self, from: u64, graph: &IdentityGraph) -> Customers {
        let key = (from, graph.version().0);
        if let Some(moved) = self.customers.lock().get(&key) {
            return Arc::clone(moved);
        }
        let moved = graph.moved(IdentityVersion(from), graph.version());
        let customers: Customers = Arc::new(moved.into_iter().map(|(_, old, _)| old.0).collect());
        let mut held = self.customers.lock();
        if held.len() >= PAIRS_MAX {
            held.clear();
        }
        held.insert(key, Arc::clone(&customers));
        customers
    }

    /// The overlay of `runs` where identities are as in `graph`.
    pub(crate) async fn overlay(&self, runs: &[Run], graph: &IdentityGraph) -> Result<Arc<Overlay>> {
        let version = graph.version().0;
        let earlier = runs.iter().enumerate().filter(|(_, run)| run.index().identity_version < version);
        let of: Of = (version, earlier.map(|(number, run)| (number, run.name().to_owned())).collect());
        if let Some((_, overlay)) = self.last.lock().as_ref().filter(|(last, _)| *last == of) {
            return Ok(Arc::clone(overlay));
        }
        let overlay = Arc::new(Overlay::of(runs, graph, self).await?);
        *self.last.lock() = Some((of, Arc::clone(&overlay)));
        Ok(overlay)
    }

    /// The file of these of which most rows are read for others than they are stored under, if they are a large part of it
    /// as far as the last overlay knows.
    pub(crate) fn most_moved(&self, files: &[TableFile]) -> Option<TableFile> {
        let last = self.last.lock();
        let ((_, names), overlay) = last.as_ref()?;
        let moved = |file: &TableFile| {
            let (number, _) = names.iter().find(|(_, name)| *name == file.name)?;
            Some(overlay.strays(*number as u32)?.rows.len() as u64)
        };
        let files = files.iter().filter_map(|file| Some((moved(file)?, file)));
        let (_, file) = files.filter(|(moved, file)| moved * MOVED_PART > file.rows).max_by_key(|(moved, _)| *moved)?;
        Some(file.clone())
    }
}

impl Overlay {
    /// The ordinals of `run` whose rows are in `rows` instead, ascending.
    pub(crate) fn excluded(&self, run: u32) -> &[u32] {
        self.excluded.get(run as usize).map_or(&[], Vec::as_slice)
    }

    /// Those of `rows` that are read in `shard`.
    pub(crate) fn of_shard(&self, shard: Shard) -> &[MovedRow] {
        let from = |bucket: u32| self.rows.partition_point(|row| row.bucket < bucket as i32);
        &self.rows[from(shard.lo)..from(shard.hi)]
    }

    /// The rows of `run` that are in `rows`.
    pub(crate) fn strays(&self, run: u32) -> Option<&Arc<Strays>> {
        self.strays.get(run as usize)?.as_ref()
    }

    /// The same where the rows lie in other runs, as their own.
    pub(crate) fn without_rows(&self) -> Overlay {
        Overlay { excluded: self.excluded.clone(), ..Overlay::default() }
    }

    async fn of(runs: &[Run], graph: &IdentityGraph, cache: &MovedCache) -> Result<Overlay> {
        let mut overlay = Overlay::default();
        for (number, run) in runs.iter().enumerate() {
            let index = run.index();
            if index.identity_version >= graph.version().0 {
                continue;
            }
            let moved = cache.moved_from(index.identity_version, graph);
            let mut excluded: Vec<u32> = moved.iter().filter_map(|customer| index.ordinal(*customer)).collect();
            if excluded.is_empty() {
                continue;
            }
            excluded.sort_unstable();
            let stored = stored_rows(run, &excluded).await?;
            let mut strays = Vec::with_capacity(stored.iter().map(|rows| rows.len()).sum());
            for (&ordinal, stored) in excluded.iter().zip(&stored) {
                for (row, stored) in index.rows_of(ordinal..ordinal + 1).zip(stored.iter()) {
                    let customer = graph.customer(ProfileId(stored.profile)).0;
                    let StoredRow { time_us, seq, .. } = *stored;
                    let bucket = hash::bucket(customer);
                    overlay.rows.push(MovedRow { bucket, customer, time_us, seq, run: number as u32, row });
                    strays.push(row);
                }
            }
            overlay.excluded.resize_with(number + 1, Vec::new);
            overlay.excluded[number] = excluded;
            overlay.strays.resize_with(number + 1, || None);
            overlay.strays[number] = Some(Arc::new(Strays::new(strays)));
        }
        overlay.rows.sort_unstable();
        Ok(overlay)
    }
}

impl Strays {
    fn new(rows: Vec<u32>) -> Strays {
        use arrow::datatypes::ToByteSlice;
        let hash = xxh3_128(rows.to_byte_slice());
        Strays { rows, hash }
    }

    /// Where those of the rows `part` are in one array of it.
    pub(crate) fn within(&self, part: &Range<u32>) -> Vec<Slice> {
        let from = |row: u32| self.rows.partition_point(|stray| *stray < row);
        let rows = &self.rows[from(part.start)..from(part.end)];
        let slice = |rows: &[u32]| Slice { array: 0, start: rows[0] - part.start, len: rows.len() as u32 };
        rows.chunk_by(|a, b| a + 1 == *b).map(slice).collect()
    }
}
