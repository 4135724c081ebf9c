//! What is known of stored rows before their columns are read: whose they are, when, and which.
//!
//! Merging runs needs it of every row that lies where runs overlap, and the overlay of every row whose customer changed. Files do
//! not change, so what was read of them is kept, of large files only a small part: the same customers come again and
//! again, and with every link the overlay is worked out anew.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int32Type;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::gather::Slice;
use crate::layout::{Run, name_hashes};
use crate::reader::near_ranges;
use crate::schema::{BATCH, EVENT_ID, PROFILE, SEQ, TIME};

/// One in so many rows of a file is kept at most, and of any file [`KEPT_ROWS`].
const KEPT_PART: usize = 8;

/// Rows kept of a file, however small: one that came of late overlaps nearly everywhere.
const KEPT_ROWS: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StoredRow {
    pub profile: i64,
    pub time_us: i64,
    pub seq: i64,
    pub event_id: i64,
    /// A hash of its name.
    pub batch: i64,
}

/// Rows of a file by the ordinal of their customer.
#[derive(Debug, Default)]
pub(crate) struct StoredRows(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    rows: FxHashMap<u32, Arc<[StoredRow]>>,
    count: usize,
}

impl StoredRows {
    fn get(&self, ordinals: &[u32]) -> Vec<Option<Arc<[StoredRow]>>> {
        let kept = self.0.lock();
        ordinals.iter().map(|ordinal| kept.rows.get(ordinal).cloned()).collect()
    }

    /// Keeps rows of a file of `of_rows`, in place of all that were kept if they are too many together. Where most of what may be
    /// kept is read at once, which comes again with the next link or never, only as many are kept as there is room for.
    fn keep(&self, of_rows: u32, read: impl Iterator<Item = (u32, Arc<[StoredRow]>)> + Clone) {
        let most = KEPT_ROWS.max(of_rows as usize / KEPT_PART);
        let mut kept = self.0.lock();
        let new: usize = read.clone().map(|(_, rows)| rows.len()).sum();
        if kept.count + new > most && new <= most / 2 {
            *kept = Kept::default();
        }
        for (ordinal, rows) in read {
            if kept.count + rows.len() > most {
                break;
            }
            kept.count += rows.len();
            let before = kept.rows.insert(ordinal, rows);
            kept.count -= before.map_or(0, |rows| rows.len());
        }
    }
}

/// The rows of these customers of a run (ordinals, ascending), each from what is kept where it is there.
pub(crate) async fn stored_rows(run: &Run, ordinals: &[u32]) -> Result<Vec<Arc<[StoredRow]>>> {
    let kept = run.stored_rows();
    let mut found = kept.map_or_else(|| vec![None; ordinals.len()], |kept| kept.get(ordinals));
    let missing: Vec<usize> = (0..ordinals.len()).filter(|at| found[*at].is_none()).collect();
    if !missing.is_empty() {
        let mut slices = Vec::new();
        let rows_of = |at: &usize| run.index().rows_of(ordinals[*at]..ordinals[*at] + 1);
        let near = near_ranges(missing.iter().map(rows_of));
        let columns = run.columns(&[PROFILE, TIME, SEQ, EVENT_ID, BATCH], &near).await?;
        let [longs @ .., batches] = &columns[..] else { return Ok(Vec::new()) };
        let names: Vec<Vec<i64>> = batches.arrays.iter().map(name_hashes).collect();
        for at in &missing {
            let mut rows = vec![StoredRow::default(); rows_of(at).len()];
            for (nth, column) in longs.iter().enumerate() {
                for (row, value) in rows.iter_mut().zip(column.longs(rows_of(at))) {
                    let StoredRow { profile, time_us, seq, event_id, .. } = row;
                    *[profile, time_us, seq, event_id][nth] = value;
                }
            }
            let Range { start, end } = rows_of(at);
            slices.clear();
            batches.locate(start, end - start, &mut slices);
            let of_slice = |Slice { array, start, len }: &Slice| {
                let keys = batches.arrays[*array as usize].as_dictionary::<Int32Type>().keys();
                let names = &names[*array as usize];
                let name = move |row| if keys.is_null(row) { 0 } else { names[keys.value(row) as usize] };
                (*start as usize..(start + len) as usize).map(name)
            };
            for (row, batch) in rows.iter_mut().zip(slices.iter().flat_map(of_slice)) {
                row.batch = batch;
            }
            found[*at] = Some(rows.into());
        }
        if let Some(kept) = kept {
            kept.keep(run.index().rows(), missing.iter().filter_map(|at| Some((ordinals[*at], found[*at].clone()?))));
        }
    }
    Ok(found.into_iter().flatten().collect())
}
