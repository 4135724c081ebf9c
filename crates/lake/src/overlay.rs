//! Rows whose customer changed since their file was written.
//!
//! A file's `customer` is right for the identity version it was written under. For every customer that a later link
//! or unlink touched, its rows are left out where they lie and resolved one by one: they join the slices of the
//! customers they belong to now. Nothing is rewritten, so taking a link back gives the earlier answers exactly.
//! Compaction writes files under the present version and so ends their overlay.

use std::sync::Arc;

use model::hash;
use model::identity::ProfileId;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::layout::Run;
use crate::reader::near_ranges;
use crate::schema::{PROFILE, SEQ, TIME};

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
    /// By run: ordinals of the customers whose rows are in `rows` instead, ascending.
    pub excluded: Vec<Vec<u32>>,
    /// Sorted.
    pub rows: Vec<MovedRow>,
}

/// Customers whose profiles changed between two versions; the same few pairs are asked for again and again.
#[derive(Debug, Default)]
pub(crate) struct MovedCache {
    held: Mutex<FxHashMap<(u64, u64), Customers>>,
}

type Customers = Arc<FxHashSet<i64>>;

/// Pairs of versions kept.
const PAIRS_MAX: usize = 256;

impl MovedCache {
    /// The customers, as of version `from`, that are not the same in `graph`.
    fn moved_from(&self, from: u64, graph: &IdentityGraph) -> Customers {
        let key = (from, graph.version().0);
        if let Some(moved) = self.held.lock().get(&key) {
            return Arc::clone(moved);
        }
        let moved = graph.moved(IdentityVersion(from), graph.version());
        let customers: Customers = Arc::new(moved.into_iter().map(|(_, old, _)| old.0).collect());
        let mut held = self.held.lock();
        if held.len() >= PAIRS_MAX {
            held.clear();
        }
        held.insert(key, Arc::clone(&customers));
        customers
    }
}

impl Overlay {
    pub(crate) async fn of(runs: &[Run], graph: &IdentityGraph, cache: &MovedCache) -> Result<Overlay> {
        let mut overlay = Overlay { excluded: vec![Vec::new(); runs.len()], rows: Vec::new() };
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
            let rows: Vec<_> = excluded.iter().map(|&ordinal| index.rows_of(ordinal..ordinal + 1)).collect();
            let near = near_ranges(rows.iter().cloned());
            let profiles = run.column(PROFILE, &near).await?;
            let times = run.column(TIME, &near).await?;
            let seqs = run.column(SEQ, &near).await?;
            for row in rows.into_iter().flatten() {
                let customer = graph.customer(ProfileId(profiles.long(row))).0;
                overlay.rows.push(MovedRow {
                    bucket: hash::bucket(customer),
                    customer,
                    time_us: times.long(row),
                    seq: seqs.long(row),
                    run: number as u32,
                    row,
                });
            }
            overlay.excluded[number] = excluded;
        }
        overlay.rows.sort_unstable();
        Ok(overlay)
    }
}
