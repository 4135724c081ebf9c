//! Which rows of which runs, in which order, are the slices of some customers: the merge, planned once and then
//! used for every column.
//!
//! Most customers lie in one run, or in several whose times do not overlap: their rows are taken as they lie. Only
//! where runs overlap for a customer are times read, and event ids only where times are equal.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, ToByteSlice};
use model::hash;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

use crate::error::{Error, Result};
use crate::gather::{RunColumn, Slice, concat, gather};
use crate::index::FileIndex;
use crate::merged::Merged;
use crate::overlay::{MovedRow, Overlay};
use crate::parts::{PartRows, Parts};
use crate::reader::{DataFile, near_ranges};
use crate::schema::*;
use crate::snapshot::Shard;
use crate::stored::{StoredRow, StoredRows, stored_rows};

/// Identifies the rows of a layout, or of a part of a file, and their order: the same key means the same content, across snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LayoutKey(pub u128);

impl fmt::Display for LayoutKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The slices of the customers of a shard.
#[derive(Debug)]
pub struct Layout {
    key: LayoutKey,
    /// In order of (bucket, customer).
    customers: Vec<i64>,
    offsets: Vec<u32>,
    pieces: Vec<Piece>,
    runs: Vec<Run>,
    parts: Parts,
}

/// Consecutive rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub run: u32,
    pub start: u32,
    pub len: u32,
}

/// A sorted run of events: a data file, or rows in memory.
#[derive(Debug, Clone)]
pub(crate) enum Run {
    File(Arc<DataFile>),
    Memory(Arc<MemoryRun>),
}

/// Rows that are in no file yet.
#[derive(Debug)]
pub(crate) struct MemoryRun {
    /// Identifies the content.
    pub name: String,
    pub batch: RecordBatch,
    pub index: FileIndex,
}

/// Which doubles are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// For answers: the same event id at the same time counts once for a customer.
    OfCustomer,
    /// For good: only those that no unlink and no removal of an import could make two again, so of the same profile
    /// and the same batch.
    OfProfileAndBatch,
}

/// The customers a layout is made for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection {
    Shard(Shard),
    Customer(i64),
}

/// Rows of one batch, as [`crate::Lake::batch_rows`] counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRows {
    /// Rows the lake holds.
    pub stored: u64,
    /// Of these, the rows that say what another row says that counts: the same event id at the same time of the same
    /// customer.
    pub repeated: u64,
}

/// The batches that are asked about, by hash, in their order.
pub(crate) type Asked = FxHashMap<i64, (usize, BatchRows)>;

/// Columns read of a run, each in chunks, and the rows they hold.
struct Read {
    ranges: Vec<Range<u32>>,
    columns: Vec<Vec<ArrayRef>>,
}

impl Run {
    pub(crate) fn index(&self) -> &FileIndex {
        match self {
            Run::File(file) => &file.index,
            Run::Memory(run) => &run.index,
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Run::File(file) => &file.name,
            Run::Memory(run) => &run.name,
        }
    }

    /// What is kept of rows that were read.
    pub(crate) fn stored_rows(&self) -> Option<&StoredRows> {
        match self {
            Run::File(file) => Some(&file.stored),
            Run::Memory(_) => None,
        }
    }

    /// A column of all rows.
    pub(crate) async fn whole(&self, name: &str) -> Result<ArrayRef> {
        let all = 0..self.index().rows();
        let arrays = self.read(&[name], std::slice::from_ref(&all)).await?.columns.pop();
        concat(&arrays.unwrap_or_default())
    }

    /// Columns of the rows `ranges` (ascending, apart), the arrays of each numbered from 0.
    pub(crate) async fn columns(&self, names: &[&str], ranges: &[Range<u32>]) -> Result<Vec<RunColumn>> {
        let Read { ranges, columns } = self.read(names, ranges).await?;
        Ok(columns.into_iter().map(|arrays| RunColumn::new(&ranges, arrays, 0)).collect())
    }

    /// Adds the rows of each of these batches (by hash). A run of one batch is not read for it.
    pub(crate) async fn count_stored(&self, rows: &mut Asked) -> Result<()> {
        let index = self.index();
        if !index.batches.iter().any(|name| rows.contains_key(&hash::parts(&[name.as_bytes()]))) {
            return Ok(());
        }
        if let [name] = &index.batches[..] {
            if let Some((_, rows)) = rows.get_mut(&hash::parts(&[name.as_bytes()])) {
                rows.stored += u64::from(index.rows());
            }
            return Ok(());
        }
        let all = 0..index.rows();
        for array in self.read(&[BATCH], std::slice::from_ref(&all)).await?.columns.into_iter().flatten() {
            for batch in hashed(&array).as_primitive::<Int64Type>().values() {
                if let Some((_, rows)) = rows.get_mut(batch) {
                    rows.stored += 1;
                }
            }
        }
        Ok(())
    }

    async fn read(&self, names: &[&str], ranges: &[Range<u32>]) -> Result<Read> {
        match self {
            Run::File(file) => Ok(Read { ranges: ranges.to_vec(), columns: file.columns(names, ranges).await? }),
            Run::Memory(run) => {
                let array = |name: &&str| {
                    let array =
                        run.batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: (*name).to_owned() });
                    Ok(vec![Arc::clone(array?)])
                };
                let all = 0..run.batch.num_rows() as u32;
                Ok(Read { ranges: vec![all], columns: names.iter().map(array).collect::<Result<_>>()? })
            }
        }
    }
}

impl Layout {
    pub fn key(&self) -> LayoutKey {
        self.key
    }

    pub fn rows(&self) -> usize {
        self.offsets.last().map_or(0, |end| *end as usize)
    }

    /// In order of (bucket, customer).
    pub fn customers(&self) -> &[i64] {
        &self.customers
    }

    /// Customer i owns rows `offsets[i]..offsets[i + 1]`.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// Whether all rows are in files, so that the same layout is met again.
    pub fn in_files(&self) -> bool {
        self.runs.iter().all(|run| matches!(run, Run::File(_)))
    }

    pub(crate) fn file_names(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().filter(|run| matches!(run, Run::File(_))).map(Run::name)
    }

    /// The parts its columns are put together from, each with its run.
    pub(crate) fn parts(&self) -> impl ExactSizeIterator<Item = (&Run, &PartRows)> {
        self.parts.list.iter().map(|part| (&self.runs[part.run as usize], &part.rows))
    }

    /// One column of the rows, in order, from that column of each of [`Layout::parts`].
    pub(crate) fn assemble(&self, name: &str, arrays: &[ArrayRef]) -> Result<ArrayRef> {
        let field = EVENTS_SCHEMA.field_with_name(name).map_err(|_| Error::NoColumn { name: name.to_owned() })?;
        let mut slices: Vec<Slice> = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            self.parts.locate(piece, |slice| match slices.last_mut() {
                Some(last) if last.array == slice.array && last.start + last.len == slice.start => {
                    last.len += slice.len
                }
                _ => slices.push(slice),
            });
        }
        gather(field.data_type(), arrays, &slices)
    }

    /// Some rows of a layout of one customer, `rows` ascending.
    pub fn pick(&self, rows: &[u32]) -> Layout {
        debug_assert!(self.customers.len() <= 1);
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut piece, mut first) = (0, 0u32);
        for &row in rows {
            while self.pieces.get(piece).is_some_and(|of| row >= first + of.len) {
                first += self.pieces[piece].len;
                piece += 1;
            }
            let Some(of) = self.pieces.get(piece) else { break };
            let start = of.start + (row - first);
            push(&mut pieces, Piece { run: of.run, start, len: 1 });
        }
        let kept: u32 = pieces.iter().map(|piece| piece.len).sum();
        match kept {
            0 => Layout::new(Vec::new(), vec![0], Vec::new(), &self.runs).0,
            kept => Layout::new(self.customers.clone(), vec![0, kept], pieces, &self.runs).0,
        }
    }

    /// One column of the rows, in order.
    pub(crate) async fn column(&self, name: &str) -> Result<ArrayRef> {
        let mut columns = self.columns(&[name]).await?;
        columns.pop().ok_or_else(|| Error::NoColumn { name: name.to_owned() })
    }

    /// Every column of the rows.
    pub(crate) async fn batch(&self) -> Result<RecordBatch> {
        let names: Vec<&str> = EVENTS_SCHEMA.fields().iter().map(|field| field.name().as_str()).collect();
        Ok(RecordBatch::try_new(EVENTS_SCHEMA.clone(), self.columns(&names).await?)?)
    }

    /// Columns of the rows; those of one run are read together.
    async fn columns(&self, names: &[&str]) -> Result<Vec<ArrayRef>> {
        // The customer a row is stored under may be another one than it is read for.
        let stored: Vec<&str> = names.iter().copied().filter(|name| ![CUSTOMER, BUCKET].contains(name)).collect();
        let mut wanted: Vec<Vec<Range<u32>>> = vec![Vec::new(); self.runs.len()];
        if !stored.is_empty() {
            for piece in &self.pieces {
                wanted[piece.run as usize].push(piece.start..piece.start + piece.len);
            }
        }
        let mut reads = Vec::with_capacity(self.runs.len());
        for (run, mut ranges) in self.runs.iter().zip(wanted).filter(|(_, ranges)| !ranges.is_empty()) {
            ranges.sort_unstable_by_key(|range| range.start);
            reads.push(run.read(&stored, &near_ranges(ranges)).await?);
        }
        let mut of_stored = 0;
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            columns.push(match *name {
                CUSTOMER => Arc::new(Int64Array::from(self.spread(|customer| customer))) as ArrayRef,
                BUCKET => Arc::new(Int32Array::from(self.spread(hash::bucket))),
                name => {
                    let at = of_stored;
                    of_stored += 1;
                    let of_runs =
                        reads.iter_mut().map(|read| (&read.ranges[..], std::mem::take(&mut read.columns[at])));
                    self.gather(name, of_runs)?
                }
            });
        }
        Ok(columns)
    }

    /// One column from what was read of each run, in order.
    fn gather<'a>(
        &self,
        name: &str,
        of_runs: impl Iterator<Item = (&'a [Range<u32>], Vec<ArrayRef>)>,
    ) -> Result<ArrayRef> {
        let field = EVENTS_SCHEMA.field_with_name(name).map_err(|_| Error::NoColumn { name: name.to_owned() })?;
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let mut columns = Vec::with_capacity(self.runs.len());
        for (ranges, read) in of_runs {
            let column = RunColumn::new(ranges, read, arrays.len() as u32);
            arrays.extend(column.arrays.iter().cloned());
            columns.push(column);
        }
        let mut slices: Vec<Slice> = Vec::with_capacity(self.pieces.len());
        let mut located = Vec::new();
        for piece in &self.pieces {
            located.clear();
            columns[piece.run as usize].locate(piece.start, piece.len, &mut located);
            for slice in &located {
                match slices.last_mut() {
                    Some(last) if last.array == slice.array && last.start + last.len == slice.start => {
                        last.len += slice.len
                    }
                    _ => slices.push(*slice),
                }
            }
        }
        gather(field.data_type(), &arrays, &slices)
    }

    fn spread<T: Copy>(&self, value: impl Fn(i64) -> T) -> Vec<T> {
        let mut values = Vec::with_capacity(self.rows());
        for (customer, pair) in self.customers.iter().zip(self.offsets.windows(2)) {
            values.extend(std::iter::repeat_n(value(*customer), (pair[1] - pair[0]) as usize));
        }
        values
    }

    /// Plans the slices of `selection` over `runs`.
    pub(crate) async fn plan(
        runs: &[Run],
        overlay: &Overlay,
        selection: Selection,
        duplicates: Duplicates,
    ) -> Result<Layout> {
        let plan = Plan::collected(runs, overlay, selection);
        let contested = plan.merge(runs, overlay, &plan.contested(), duplicates).await?;
        let (customers, offsets, pieces) = plan.finish(&contested)?;
        Ok(Layout::new(customers, offsets, pieces, runs).0)
    }

    /// Plans the slices of the customers of a shard for answers: what is as it was when `before` was merged is taken
    /// from there. Also what merging came to this time.
    pub(crate) async fn plan_shard(
        runs: &[Run],
        overlay: &Overlay,
        shard: Shard,
        before: &Merged,
    ) -> Result<(Layout, Merged)> {
        let plan = Plan::collected(runs, overlay, Selection::Shard(shard));
        let contested = plan.contested();
        let hashes = plan.made_from(runs, overlay, &contested);
        let mut known = before.recall(&hashes, runs);
        let new: Vec<&Planned> =
            contested.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(planned, _)| *planned).collect();
        let mut read = plan.merge(runs, overlay, &new, Duplicates::OfCustomer).await?.into_iter();
        let merged: Vec<Vec<Piece>> =
            known.iter_mut().map(|known| known.take().or_else(|| read.next()).unwrap_or_default()).collect();
        let (customers, offsets, pieces) = plan.finish(&merged)?;
        let (mut layout, numbers) = Layout::new(customers, offsets, pieces, runs);
        let strays = |run: usize| overlay.strays(numbers[run]).map(Arc::clone);
        layout.parts = Parts::of(&layout.pieces, &layout.runs, shard, strays);
        Ok((layout, Merged::new(runs, hashes.into_iter().zip(merged.iter().map(Vec::as_slice)))))
    }

    /// Adds to `rows` how many rows of `shard` repeat others, for each batch of these (by hash). Reads only what lies
    /// where customers of their files have rows in several runs at the same time.
    pub(crate) async fn count_repeated(runs: &[Run], overlay: &Overlay, shard: Shard, rows: &mut Asked) -> Result<()> {
        let mut plan = Plan::collected(runs, overlay, Selection::Shard(shard));
        let asked: Vec<bool> = runs
            .iter()
            .map(|run| run.index().batches.iter().any(|name| rows.contains_key(&hash::parts(&[name.as_bytes()]))))
            .collect();
        let Plan { customers, pieces } = &mut plan;
        customers.retain(|planned| {
            let mut of_runs = pieces[planned.pieces.clone()].iter().map(|piece| piece.run);
            let mut moved = overlay.rows[planned.moved.clone()].iter().map(|row| row.run);
            planned.contested && (of_runs.any(|run| asked[run as usize]) || moved.any(|run| asked[run as usize]))
        });
        plan.count_repeated(runs, overlay, rows).await
    }

    /// The rows of `shard` that answers leave out because another row says the same, of each run in ascending order. Reads
    /// only what lies where customers have rows in several runs at the same time.
    pub(crate) async fn repeated_rows(runs: &[Run], overlay: &Overlay, shard: Shard) -> Result<Vec<Vec<u32>>> {
        let plan = Plan::collected(runs, overlay, Selection::Shard(shard));
        let all = plan.merge_all(runs, overlay, &plan.contested()).await?;
        let mut kept = all.clone();
        plan.settle_ties(runs, &mut kept, Duplicates::OfCustomer).await?;
        let mut repeated = vec![Vec::new(); runs.len()];
        for (all, kept) in all.iter().zip(&kept).filter(|(all, kept)| all.len() > kept.len()) {
            let kept: FxHashSet<(u32, u32)> = kept.iter().map(|entry| (entry.run, entry.row)).collect();
            let of_customer = all.iter().filter(|entry| !kept.contains(&(entry.run, entry.row)));
            of_customer.for_each(|entry| repeated[entry.run as usize].push(entry.row));
        }
        repeated.iter_mut().for_each(|rows| rows.sort_unstable());
        Ok(repeated)
    }

    /// The layout, and the number in `runs` of each of its runs.
    fn new(customers: Vec<i64>, offsets: Vec<u32>, mut pieces: Vec<Piece>, runs: &[Run]) -> (Layout, Vec<u32>) {
        // Only runs that are used, so that others do not change the key.
        let mut number: Vec<Option<u32>> = vec![None; runs.len()];
        let (mut used, mut numbers) = (Vec::new(), Vec::new());
        for piece in &mut pieces {
            let run = piece.run as usize;
            piece.run = *number[run].get_or_insert_with(|| {
                used.push(runs[run].clone());
                numbers.push(run as u32);
                used.len() as u32 - 1
            });
        }
        let mut hasher = Xxh3::new();
        for run in &used {
            hasher.update(&(run.name().len() as u64).to_le_bytes());
            hasher.update(run.name().as_bytes());
        }
        hasher.update(&(customers.len() as u64).to_le_bytes());
        hasher.update(customers.to_byte_slice());
        hasher.update(offsets.to_byte_slice());
        let pieces_of: Vec<u32> = pieces.iter().flat_map(|piece| [piece.run, piece.start, piece.len]).collect();
        hasher.update(pieces_of.to_byte_slice());
        let key = LayoutKey(hasher.digest128());
        (Layout { key, customers, offsets, pieces, runs: used, parts: Parts::default() }, numbers)
    }
}

/// A customer's place in the plan.
#[derive(Debug)]
struct Planned {
    customer: i64,
    /// Its parts in [`Plan::pieces`], each in its own order.
    pieces: Range<usize>,
    /// Its rows in the overlay.
    moved: Range<usize>,
    /// Whether its parts must be merged row by row.
    contested: bool,
}

#[derive(Debug, Default)]
struct Plan {
    customers: Vec<Planned>,
    pieces: Vec<Piece>,
}

/// The customers of a run that are not excluded, in order.
struct Walk<'a> {
    index: &'a FileIndex,
    excluded: std::iter::Peekable<std::slice::Iter<'a, u32>>,
    ordinals: Range<u32>,
}

impl<'a> Walk<'a> {
    fn new(index: &'a FileIndex, excluded: &'a [u32], ordinals: Range<u32>) -> Walk<'a> {
        let from = excluded.partition_point(|ordinal| *ordinal < ordinals.start);
        Walk { index, excluded: excluded[from..].iter().peekable(), ordinals }
    }
}

impl Iterator for Walk<'_> {
    /// A customer's place in the order of all, and ordinal.
    type Item = ((i32, i64), u32);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let ordinal = self.ordinals.next()?;
            if self.excluded.next_if_eq(&&ordinal).is_none() {
                let customer = self.index.customers[ordinal as usize];
                return Some(((hash::bucket(customer), customer), ordinal));
            }
        }
    }
}

/// A row of a contested customer. Field order is sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    time_us: i64,
    seq: i64,
    event_id: i64,
    run: u32,
    row: u32,
}

impl Plan {
    fn collected(runs: &[Run], overlay: &Overlay, selection: Selection) -> Plan {
        let mut plan = Plan::default();
        plan.collect(runs, overlay, selection);
        plan
    }

    fn contested(&self) -> Vec<&Planned> {
        self.customers.iter().filter(|planned| planned.contested).collect()
    }

    /// A hash, for each of these contested customers, of all that their merged rows are made from.
    fn made_from(&self, runs: &[Run], overlay: &Overlay, contested: &[&Planned]) -> Vec<u128> {
        let names: Vec<u64> = runs.iter().map(|run| xxh3_64(run.name().as_bytes())).collect();
        let mut words: Vec<u64> = Vec::new();
        let hash = |planned: &&Planned| {
            // In the order of their runs, which settles what all else leaves open.
            let pieces = &self.pieces[planned.pieces.clone()];
            words.clear();
            words.extend([planned.customer as u64, pieces.len() as u64]);
            for piece in pieces {
                words.extend([names[piece.run as usize], u64::from(piece.start) << 32 | u64::from(piece.len)]);
            }
            for moved in &overlay.rows[planned.moved.clone()] {
                let place = pieces.partition_point(|piece| piece.run < moved.run) as u64;
                words.extend([names[moved.run as usize], place << 32 | u64::from(moved.row)]);
            }
            xxh3_128(words.to_byte_slice())
        };
        contested.iter().map(hash).collect()
    }

    /// Walks the runs and the overlay customer by customer.
    fn collect(&mut self, runs: &[Run], overlay: &Overlay, selection: Selection) {
        let mut heads: BinaryHeap<Reverse<(i32, i64, u32, u32)>> = BinaryHeap::new();
        let head = |run: u32| {
            move |((bucket, customer), ordinal): ((i32, i64), u32)| Reverse((bucket, customer, run, ordinal))
        };
        let mut walks: Vec<Walk<'_>> = Vec::with_capacity(runs.len());
        for (number, run) in runs.iter().enumerate() {
            let index = run.index();
            let ordinals = match selection {
                Selection::Shard(shard) => index.ordinals(shard.lo, shard.hi),
                Selection::Customer(customer) => index.ordinal(customer).map_or(0..0, |ordinal| ordinal..ordinal + 1),
            };
            let mut walk = Walk::new(index, overlay.excluded(number as u32), ordinals);
            heads.extend(walk.next().map(head(number as u32)));
            walks.push(walk);
        }
        let (from, to) = match selection {
            Selection::Shard(Shard { lo, hi }) => ((lo as i32, i64::MIN), (hi as i32, i64::MIN)),
            Selection::Customer(customer) => {
                ((hash::bucket(customer), customer), (hash::bucket(customer), customer.saturating_add(1)))
            }
        };
        let place = |row: &MovedRow| (row.bucket, row.customer);
        let mut moved = overlay.rows.partition_point(|row| place(row) < from);
        let moved_end = overlay.rows.partition_point(|row| place(row) < to);
        'customers: loop {
            let from_runs = heads.peek().map(|Reverse((bucket, customer, ..))| (*bucket, *customer));
            let from_overlay = (moved < moved_end).then(|| place(&overlay.rows[moved]));
            let Some(next) = from_runs.into_iter().chain(from_overlay).min() else { break };
            let first = self.pieces.len();
            let mut doubled = false;
            while let Some(Reverse((bucket, customer, run, ordinal))) = heads.peek().copied() {
                if (bucket, customer) != next {
                    break;
                }
                heads.pop();
                let index = runs[run as usize].index();
                doubled |= self.take(run, index, ordinal);
                let walk = &mut walks[run as usize];
                let mut following = walk.next();
                // Until another run or the overlay has somebody, all are this run's alone.
                let others = heads.peek().map(|Reverse((bucket, customer, ..))| (*bucket, *customer));
                let until = others.into_iter().chain(from_overlay).min();
                let alone = self.pieces.len() == first + 1 && until.is_none_or(|until| until > next);
                if alone {
                    self.alone(next.1, doubled);
                    while let Some((place, ordinal)) =
                        following.filter(|(place, _)| until.is_none_or(|until| *place < until))
                    {
                        let doubled = self.take(run, index, ordinal);
                        self.alone(place.1, doubled);
                        following = walk.next();
                    }
                }
                heads.extend(following.map(head(run)));
                if alone {
                    continue 'customers;
                }
            }
            let moved_first = moved;
            while moved < moved_end && place(&overlay.rows[moved]) == next {
                moved += 1;
            }
            let contested = doubled || moved > moved_first || !self.in_sequence(runs, first, next.1);
            let pieces = first..self.pieces.len();
            self.customers.push(Planned { customer: next.1, pieces, moved: moved_first..moved, contested });
        }
    }

    /// Adds the rows of a customer of a run; whether rows among them are doubles.
    fn take(&mut self, run: u32, index: &FileIndex, ordinal: u32) -> bool {
        let rows = index.rows_of(ordinal..ordinal + 1);
        self.pieces.push(Piece { run, start: rows.start, len: rows.end - rows.start });
        index.doubled.binary_search(&ordinal).is_ok()
    }

    /// Adds a customer who has the last piece and nothing else.
    fn alone(&mut self, customer: i64, contested: bool) {
        let end = self.pieces.len();
        self.customers.push(Planned { customer, pieces: end - 1..end, moved: 0..0, contested });
    }

    /// Whether the pieces from `first` on do not overlap in time; they are then put in order of time.
    fn in_sequence(&mut self, runs: &[Run], first: usize, customer: i64) -> bool {
        let pieces = &mut self.pieces[first..];
        if pieces.len() == 1 {
            return true;
        }
        let span = |piece: &Piece| {
            let index = runs[piece.run as usize].index();
            index.ordinal(customer).map_or((i64::MIN, i64::MAX), |ordinal| index.spans[ordinal as usize])
        };
        let mut spans: Vec<((i64, i64), Piece)> = pieces.iter().map(|piece| (span(piece), *piece)).collect();
        spans.sort_unstable_by_key(|(span, _)| *span);
        if spans.windows(2).any(|pair| pair[0].0.1 >= pair[1].0.0) {
            return false;
        }
        pieces.iter_mut().zip(spans).for_each(|(piece, (_, sorted))| *piece = sorted);
        true
    }

    /// The merged rows of each of these contested customers, in order.
    async fn merge(
        &self,
        runs: &[Run],
        overlay: &Overlay,
        contested: &[&Planned],
        duplicates: Duplicates,
    ) -> Result<Vec<Vec<Piece>>> {
        let mut merged = self.merge_all(runs, overlay, contested).await?;
        self.settle_ties(runs, &mut merged, duplicates).await?;
        let mut pieces = Vec::with_capacity(merged.len());
        for entries in merged {
            let mut of_customer = Vec::new();
            entries.iter().for_each(|entry| push(&mut of_customer, Piece { run: entry.run, start: entry.row, len: 1 }));
            pieces.push(of_customer);
        }
        Ok(pieces)
    }

    async fn count_repeated(&self, runs: &[Run], overlay: &Overlay, rows: &mut Asked) -> Result<()> {
        let merged = self.merge_all(runs, overlay, &self.contested()).await?;
        let ties = Ties::of(runs, &merged).await?;
        let mut said: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
        let groups = merged.iter().flat_map(|entries| entries.chunk_by(|a, b| a.time_us == b.time_us));
        for group in groups.filter(|group| group.len() > 1) {
            said.clear();
            for entry in group {
                let StoredRow { event_id, batch, .. } = ties.row(runs, entry);
                said.entry(event_id).or_default().push(batch);
            }
            for batches in said.values().filter(|batches| batches.len() > 1) {
                // One of them counts: of a batch that is not asked about, or else of the first that is.
                let counts = batches.iter().map(|batch| rows.get(batch).map(|(nth, _)| *nth)).min().flatten();
                for batch in batches.iter() {
                    if let Some((_, rows)) = rows.get_mut(batch) {
                        rows.repeated += 1;
                    }
                }
                if let Some((_, rows)) = rows.values_mut().find(|(nth, _)| Some(*nth) == counts) {
                    rows.repeated -= 1;
                }
            }
        }
        Ok(())
    }

    async fn merge_all(&self, runs: &[Run], overlay: &Overlay, contested: &[&Planned]) -> Result<Vec<Vec<Entry>>> {
        if contested.is_empty() {
            return Ok(Vec::new());
        }
        let mut ordinals: Vec<Vec<u32>> = vec![Vec::new(); runs.len()];
        for planned in contested {
            for piece in &self.pieces[planned.pieces.clone()] {
                let run = piece.run as usize;
                ordinals[run].extend(runs[run].index().ordinal(planned.customer));
            }
        }
        // Customers come in the order of every run, so each of them takes the next of each of its runs.
        let mut stored = Vec::with_capacity(runs.len());
        for (run, ordinals) in runs.iter().zip(&ordinals) {
            stored.push(stored_rows(run, ordinals).await?.into_iter());
        }
        let mut merged: Vec<Vec<Entry>> = Vec::with_capacity(contested.len());
        for planned in contested {
            let mut entries = Vec::new();
            for piece in &self.pieces[planned.pieces.clone()] {
                let rows = stored[piece.run as usize].next().unwrap_or_default();
                let entry = |(row, stored): (u32, &StoredRow)| Entry {
                    time_us: stored.time_us,
                    seq: stored.seq,
                    event_id: 0,
                    run: piece.run,
                    row,
                };
                entries.extend((piece.start..piece.start + piece.len).zip(rows.iter()).map(entry));
            }
            entries.extend(overlay.rows[planned.moved.clone()].iter().map(|moved| Entry {
                time_us: moved.time_us,
                seq: moved.seq,
                event_id: 0,
                run: moved.run,
                row: moved.row,
            }));
            entries.sort_unstable();
            merged.push(entries);
        }
        Ok(merged)
    }

    /// Orders rows of equal time by (seq, event id) and leaves doubles out.
    async fn settle_ties(&self, runs: &[Run], merged: &mut [Vec<Entry>], duplicates: Duplicates) -> Result<()> {
        let ties = Ties::of(runs, merged).await?;
        for entries in merged {
            let mut kept = Vec::with_capacity(entries.len());
            for group in entries.chunk_by_mut(|a, b| a.time_us == b.time_us) {
                if group.len() > 1 {
                    group.iter_mut().for_each(|entry| entry.event_id = ties.row(runs, entry).event_id);
                    group.sort_unstable();
                    let mut seen = FxHashSet::default();
                    let first = |entry: &&Entry| {
                        let StoredRow { event_id, profile, batch, .. } = ties.row(runs, entry);
                        seen.insert(match duplicates {
                            Duplicates::OfCustomer => (event_id, 0, 0),
                            Duplicates::OfProfileAndBatch => (event_id, profile, batch),
                        })
                    };
                    kept.extend(group.iter().filter(first));
                } else {
                    kept.extend_from_slice(group);
                }
            }
            *entries = kept;
        }
        Ok(())
    }

    /// The customers, their rows and where these lie, `contested` those of customers whose parts were merged.
    fn finish(&self, contested: &[Vec<Piece>]) -> Result<(Vec<i64>, Vec<u32>, Vec<Piece>)> {
        let mut customers = Vec::with_capacity(self.customers.len());
        let mut offsets = Vec::with_capacity(self.customers.len() + 1);
        offsets.push(0u32);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rows = 0u64;
        let mut contested = contested.iter();
        for planned in &self.customers {
            let of_customer = match planned.contested {
                true => contested.next().map_or(&[][..], Vec::as_slice),
                false => &self.pieces[planned.pieces.clone()],
            };
            for piece in of_customer {
                push(&mut pieces, *piece);
                rows += u64::from(piece.len);
            }
            customers.push(planned.customer);
            let limit = u64::from(u32::MAX);
            offsets.push(u32::try_from(rows).map_err(|_| Error::Limit {
                what: "number of rows of a shard",
                got: rows,
                limit,
            })?);
        }
        Ok((customers, offsets, pieces))
    }
}

/// Adds rows, to the last piece where they follow on it.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last) if last.run == piece.run && last.start + last.len == piece.start => last.len += piece.len,
        _ => pieces.push(piece),
    }
}

/// The rows that share their time with another one of the same customer.
struct Ties {
    /// By run and the ordinal of the customer they are stored under.
    rows: FxHashMap<(u32, u32), Arc<[StoredRow]>>,
}

impl Ties {
    async fn of(runs: &[Run], merged: &[Vec<Entry>]) -> Result<Ties> {
        let groups = merged.iter().flat_map(|entries| entries.chunk_by(|a, b| a.time_us == b.time_us));
        let mut ordinals: Vec<Vec<u32>> = vec![Vec::new(); runs.len()];
        for entry in groups.filter(|group| group.len() > 1).flatten() {
            ordinals[entry.run as usize].push(runs[entry.run as usize].index().ordinal_of_row(entry.row));
        }
        let mut rows = FxHashMap::default();
        for (number, (run, mut ordinals)) in runs.iter().zip(ordinals).enumerate() {
            ordinals.sort_unstable();
            ordinals.dedup();
            let stored = stored_rows(run, &ordinals).await?;
            rows.extend(ordinals.into_iter().map(|ordinal| (number as u32, ordinal)).zip(stored));
        }
        Ok(Ties { rows })
    }

    fn row(&self, runs: &[Run], entry: &Entry) -> StoredRow {
        let index = runs[entry.run as usize].index();
        let ordinal = index.ordinal_of_row(entry.row);
        let at = (entry.row - index.starts[ordinal as usize]) as usize;
        self.rows.get(&(entry.run, ordinal)).and_then(|rows| rows.get(at)).copied().unwrap_or_default()
    }
}

/// Of names of batches, a hash each.
fn hashed(array: &ArrayRef) -> ArrayRef {
    let values = name_hashes(array);
    let keys = array.as_dictionary::<Int32Type>().keys_iter();
    Arc::new(keys.map(|key| Some(key.map_or(0, |key| values[key]))).collect::<Int64Array>())
}

/// A hash of each distinct name of an array of names of batches.
pub(crate) fn name_hashes(array: &ArrayRef) -> Vec<i64> {
    let names = array.as_dictionary::<Int32Type>().values().as_string::<i32>();
    names.iter().map(|name| hash::parts(&[name.unwrap_or("").as_bytes()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::IndexBuilder;

    #[test]
    fn a_piece_and_a_moved_row_are_not_taken_for_each_other() {
        let run = |name: &str| {
            let (batch, index) = (RecordBatch::new_empty(EVENTS_SCHEMA.clone()), IndexBuilder::new(0).finish());
            Run::Memory(Arc::new(MemoryRun { name: name.to_owned(), batch, index }))
        };
        let runs = [run("a"), run("b")];
        let piece = |run, start, len| Piece { run, start, len };
        let hash = |pieces: &[Piece], overlay: &Overlay| {
            let moved = 0..overlay.rows.len();
            let planned = Planned { customer: 7, pieces: 0..pieces.len(), moved, contested: true };
            let plan = Plan { customers: Vec::new(), pieces: pieces.to_vec() };
            plan.made_from(&runs, overlay, &[&planned])
        };
        let moved = MovedRow { bucket: 0, customer: 7, time_us: 0, seq: 0, run: 1, row: 2 };
        let mut overlay = Overlay::default();
        overlay.rows.push(moved);
        let as_piece = hash(&[piece(0, 0, 2), piece(1, 1, 2)], &Overlay::default());
        assert_ne!(as_piece, hash(&[piece(0, 0, 2)], &overlay));
        assert_eq!(as_piece, hash(&[piece(0, 0, 2), piece(1, 1, 2)], &Overlay::default()));
    }
}
