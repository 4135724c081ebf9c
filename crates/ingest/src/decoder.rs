//! A file as batches of events and rejections, from any point on.
//!
//! Decoding is deterministic: the same bytes under the same mapping give the same events in the same order. So an
//! import that was interrupted reads the file again from its beginning, which rebuilds every counter, and drops what
//! had been committed. Nothing here writes anything.

use std::collections::hash_map::Entry;

use model::event::{Event, Rejection};
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use crate::assemble::{Memory, RowFault, Scope, Stamp};
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::format::csv::Step;
use crate::format::reader::{Kept, Reading, RowReader};
use crate::group::{Closed, OpenGroup};
use crate::limits::{BATCH_REJECTIONS_MAX, BATCH_ROWS_MAX, GROUPED_BYTES_MAX};
use crate::lookup::Lookups;
use crate::mapping::{Coverage, Format, GroupOrder, Mapping};
use crate::plan::{Plan, wanted_columns};
use crate::rejects::RowLayout;

/// How to decode.
#[derive(Debug, Clone, Copy)]
pub struct DecodeOptions {
    /// Stamped on every event, UTC microseconds.
    pub received_at_us: i64,
    /// The [`Batch::position`] that was last committed; 0 to begin.
    pub skip: u64,
    /// Events a batch holds, about.
    pub batch_events: usize,
}

/// A part of a file, decoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    pub events: Vec<Event>,
    pub rejections: Vec<Rejection>,
    /// What to commit with the events and to hand back as [`DecodeOptions::skip`]: rows since the start of the file, or
    /// finished groups where `group_by` gathers rows in any order. Rejections of a group that is not finished
    /// come again after a resume; whoever writes them down tells them once.
    pub position: u64,
    /// Bytes taken from disk since the start of the file.
    pub bytes_read: u64,
    /// Rows read since the start of the file, committed ones included.
    pub rows: u64,
    /// Rows of this batch that `skip_if` left out or that no entry of `events` applied to.
    pub skipped: u64,
}

/// Decodes one file.
pub struct Decoder {
    reader: RowReader,
    plan: Plan,
    memory: Memory,
    options: DecodeOptions,
    grouping: Grouping,
    hits: Vec<Option<u32>>,
    scratch: Vec<u8>,
    rows: u64,
    position: u64,
    is_ended: bool,
}

enum Grouping {
    None,
    Contiguous { open: Option<(Vec<u8>, Box<OpenGroup>)>, closed: FxHashSet<u64>, refusing: Option<Vec<u8>> },
    Any(Gathering),
}

#[derive(Default)]
struct Gathering {
    by_key: FxHashMap<Vec<u8>, usize>,
    groups: Vec<OpenGroup>,
    bytes: usize,
    /// Set once the file has been read.
    finished: Option<std::vec::IntoIter<OpenGroup>>,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("path", &self.reader.path()).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Decoder {
    /// Opens a file under a mapping. Tells what does not fit: no entry for the file, missing columns, a time without zone.
    pub fn open(file: &SourceFile, mapping: &Mapping, lookups: &Lookups, options: DecodeOptions) -> Result<Decoder> {
        let Coverage::Events(spec) = mapping.coverage(&file.name) else {
            return Err(Error::NotCovered { path: file.path.clone() });
        };
        let reader = RowReader::open(file, &Reading::of(spec, wanted_columns(spec)))?;
        let plan = Plan::bind(mapping, spec, &reader, lookups)?;
        let grouping = match plan.group.as_ref().map(|group| group.order) {
            None => Grouping::None,
            Some(GroupOrder::Contiguous) => {
                Grouping::Contiguous { open: None, closed: FxHashSet::default(), refusing: None }
            }
            Some(GroupOrder::Any) => Grouping::Any(Gathering::default()),
        };
        let memory = Memory::new(&plan);
        Ok(Decoder {
            reader,
            plan,
            memory,
            options,
            grouping,
            hits: Vec::new(),
            scratch: Vec::new(),
            rows: 0,
            position: 0,
            is_ended: false,
        })
    }

    /// What the file was found to be.
    pub fn format(&self) -> Format {
        self.reader.format()
    }

    /// The columns of the file, as they are named; none for objects.
    pub fn columns(&self) -> &[String] {
        self.reader.names()
    }

    /// How rows fall into columns, for those that are rejected.
    pub fn layout(&self) -> RowLayout {
        let dialect = self.reader.dialect();
        RowLayout {
            columns: if self.reader.is_object_format() { Vec::new() } else { self.reader.names().to_vec() },
            delimiter: dialect.map(|dialect| char::from(dialect.delimiter)),
            quote: dialect.and_then(|dialect| dialect.quote).map(char::from),
            decimal: char::from(self.plan.digits.decimal),
        }
    }

    /// Oddities that refuse no row: columns renamed, keys a lookup lacks. Complete once the file is read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.reader.notes();
        for (join, missed) in self.plan.joins.iter().zip(&self.memory.missed) {
            if *missed > 0 {
                notes.push(format!("{missed} rows have a key that the lookup `{}` lacks", join.name));
            }
            if join.table.repeated_keys > 0 {
                let repeated = join.table.repeated_keys;
                notes.push(format!(
                    "{repeated} rows of the lookup `{}` repeat a key; the first row of a key counts",
                    join.name
                ));
            }
        }
        notes
    }

    /// The next batch; `None` at the end of the file.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.is_ended {
            return Ok(None);
        }
        let mut batch = Batch::default();
        let rows_before = self.rows;
        while batch.events.len() < self.options.batch_events.max(1)
            && batch.rejections.len() < BATCH_REJECTIONS_MAX
            && self.rows - rows_before < BATCH_ROWS_MAX
        {
            if !self.step(&mut batch)? {
                self.is_ended = true;
                break;
            }
        }
        self.memory.check_limit(self.reader.path())?;
        batch.position = self.position.max(self.options.skip);
        batch.bytes_read = self.reader.bytes_read();
        batch.rows = self.rows;
        let is_empty = batch.events.is_empty() && batch.rejections.is_empty() && self.rows == rows_before;
        Ok((!(self.is_ended && is_empty)).then_some(batch))
    }

    /// Takes one row, or one finished group; false at the end.
    fn step(&mut self, batch: &mut Batch) -> Result<bool> {
        if let Grouping::Any(Gathering { finished: Some(groups), .. }) = &mut self.grouping {
            let Some(group) = groups.next() else { return Ok(false) };
            self.position += 1;
            self.emit_group(group, self.position, batch);
            return Ok(true);
        }
        match self.reader.advance()? {
            Step::End => self.end(batch),
            Step::Bad(bad) => {
                self.rows += 1;
                let rejection = Rejection {
                    line: bad.line,
                    code: bad.code.to_owned(),
                    field: None,
                    reason: bad.reason,
                    original: bad.original,
                };
                self.settle_row();
                if self.is_row_wanted() {
                    batch.rejections.push(rejection);
                }
                Ok(true)
            }
            Step::Row => {
                self.rows += 1;
                self.take_row(batch)?;
                Ok(true)
            }
        }
    }

    fn end(&mut self, batch: &mut Batch) -> Result<bool> {
        match &mut self.grouping {
            Grouping::None => Ok(false),
            Grouping::Contiguous { open, .. } => {
                if let Some((_, group)) = open.take() {
                    self.emit_group(*group, self.rows, batch);
                }
                self.position = self.rows;
                Ok(false)
            }
            Grouping::Any(gathering) => {
                gathering.by_key = FxHashMap::default();
                gathering.finished = Some(std::mem::take(&mut gathering.groups).into_iter());
                Ok(true)
            }
        }
    }

    /// A row outside any group settles the position, unless a group is open before it.
    fn settle_row(&mut self) {
        match &self.grouping {
            Grouping::None | Grouping::Contiguous { open: None, .. } => self.position = self.rows,
            Grouping::Contiguous { .. } | Grouping::Any(_) => {}
        }
    }

    /// Whether what the current row gives has not been committed.
    fn is_row_wanted(&self) -> bool {
        match &self.grouping {
            Grouping::Any(_) => self.options.skip == 0,
            _ => self.rows > self.options.skip,
        }
    }

    fn take_row(&mut self, batch: &mut Batch) -> Result<()> {
        let Some(row) = self.reader.row() else { return Ok(()) };
        self.memory.join(&self.plan, row, &mut self.hits);
        let scope = Scope { plan: &self.plan, row, hits: &self.hits };
        if let Some(condition) = &self.plan.skip_if {
            match self.memory.holds(scope, condition, "skip_if") {
                Ok(false) => {}
                Ok(true) => {
                    self.settle_row();
                    batch.skipped += u64::from(self.is_row_wanted());
                    return Ok(());
                }
                Err(fault) => {
                    self.reject_row(fault, batch);
                    return Ok(());
                }
            }
        }
        if self.plan.group.is_some() {
            return self.take_group_row(batch);
        }
        let identity = row.identity(&mut self.scratch);
        let stamp = Stamp { received_at_us: self.options.received_at_us, row: self.rows };
        let before = batch.events.len();
        let outcome = self.memory.events(scope, identity, stamp, &mut batch.events);
        if let Err(fault) = outcome {
            self.reject_row(fault, batch);
            return Ok(());
        }
        self.settle_row();
        if !self.is_row_wanted() {
            batch.events.truncate(before);
        } else if batch.events.len() == before {
            batch.skipped += 1;
        }
        Ok(())
    }

    fn reject_row(&mut self, fault: RowFault, batch: &mut Batch) {
        self.settle_row();
        if self.is_row_wanted()
            && let Some(row) = self.reader.row()
        {
            batch.rejections.push(rejection(row.line(), row.original(), fault));
        }
    }

    fn take_group_row(&mut self, batch: &mut Batch) -> Result<()> {
        let (Some(row), Some(group), Some(line)) = (self.reader.row(), &self.plan.group, self.reader.keep()) else {
            return Ok(());
        };
        let scope = Scope { plan: &self.plan, row, hits: &self.hits };
        let mut key = Vec::with_capacity(32);
        for column in &group.key {
            match scope.column(column) {
                Ok(cell) if !cell.is_empty() => cell.write_identity(&mut key),
                Ok(_) => {
                    let fault = RowFault::new(
                        "group_key_missing",
                        &column.name,
                        "the row does not say which group it belongs to",
                    );
                    self.reject_row(fault, batch);
                    return Ok(());
                }
                Err(fault) => {
                    self.reject_row(fault, batch);
                    return Ok(());
                }
            }
        }
        match &self.grouping {
            Grouping::None => Ok(()),
            Grouping::Contiguous { .. } => {
                self.add_contiguous(key, line, batch);
                Ok(())
            }
            Grouping::Any(_) => self.add_any(key, line),
        }
    }

    fn add_contiguous(&mut self, key: Vec<u8>, line: Kept, batch: &mut Batch) {
        let Grouping::Contiguous { open, closed, refusing } = &mut self.grouping else { return };
        let mut finished = None;
        if open.as_ref().is_none_or(|(open_key, _)| *open_key != key) {
            if let Some((open_key, group)) = open.take() {
                closed.insert(xxh3_64(&open_key));
                finished = Some(group);
            }
            if refusing.as_ref() != Some(&key) {
                *refusing = closed.contains(&xxh3_64(&key)).then(|| key.clone());
            }
        }
        let is_refused = refusing.is_some();
        if let Some(group) = finished {
            self.emit_group(*group, self.rows - 1, batch);
            self.position = self.rows - 1;
        }
        if is_refused {
            let reason = "rows of this group came earlier in the file and are an event already; \
                          sort the file, or write `order: any` in group_by";
            self.reject_row(RowFault { code: "group_split", field: None, reason: reason.to_owned() }, batch);
            return;
        }
        let (Some(row), Some(group)) = (self.reader.row(), &self.plan.group) else { return };
        let Grouping::Contiguous { open, .. } = &mut self.grouping else { return };
        let (_, open) = open.get_or_insert_with(|| (key, Box::new(OpenGroup::new(&self.plan, group, self.rows))));
        let scope = Scope { plan: &self.plan, row, hits: &self.hits };
        open.add(&mut self.memory, scope, group, row.identity(&mut self.scratch), line);
    }

    fn add_any(&mut self, key: Vec<u8>, line: Kept) -> Result<()> {
        let (Some(row), Some(group)) = (self.reader.row(), &self.plan.group) else { return Ok(()) };
        let Grouping::Any(gathering) = &mut self.grouping else { return Ok(()) };
        let identity = row.identity(&mut self.scratch);
        // Each row is kept as it stood, as an item and as a hash; each group as an event.
        gathering.bytes += 3 * identity.len() + 128;
        let at = match gathering.by_key.entry(key) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                gathering.bytes += 1024;
                gathering.groups.push(OpenGroup::new(&self.plan, group, self.rows));
                *entry.insert(gathering.groups.len() - 1)
            }
        };
        if gathering.bytes > GROUPED_BYTES_MAX {
            let detail = format!(
                "`order: any` gathers the file in memory, and it is over the limit of {} MiB; sort it by its group and write `order: contiguous`",
                GROUPED_BYTES_MAX >> 20
            );
            return Err(Error::Limit { path: self.reader.path().to_owned(), detail });
        }
        let scope = Scope { plan: &self.plan, row, hits: &self.hits };
        gathering.groups[at].add(&mut self.memory, scope, group, identity, line);
        Ok(())
    }

    /// Hands a finished group over; `position` is where it ends.
    fn emit_group(&mut self, group: OpenGroup, position: u64, batch: &mut Batch) {
        let Some(spec) = &self.plan.group else { return };
        let closed = group.close(&mut self.memory, &self.plan, spec, self.options.received_at_us);
        if position <= self.options.skip {
            return;
        }
        match closed {
            Closed::Event(event) => batch.events.push(*event),
            Closed::Refused { lines, at, fault } => {
                let culprit = lines.get(at).map_or(0, Kept::line);
                for (index, line) in lines.iter().enumerate() {
                    let fault = if index == at {
                        fault.clone()
                    } else {
                        let reason =
                            format!("line {culprit} of the same group cannot be taken, so the whole group is not");
                        RowFault { code: "group_rejected", field: None, reason }
                    };
                    batch.rejections.push(rejection(line.line(), line.original(), fault));
                }
            }
        }
    }
}

fn rejection(line: u64, original: String, fault: RowFault) -> Rejection {
    Rejection { line, code: fault.code.to_owned(), field: fault.field, reason: fault.reason, original }
}
