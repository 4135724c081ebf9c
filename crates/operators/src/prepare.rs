//! A shard made ready for a fold, some customers at a time: labels, masks, filters, the clock.
//!
//! Rows that do not take part are left out before anything is made of the others, so a question about few events costs
//! little more than finding them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanBufferBuilder};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Float64Type};
use folds::slice::{End, Membership, Slice};
use model::event::{Column, SYSTEM_PREFIX};
use rustc_hash::FxHashMap;

use crate::cases::Coded;
use crate::error::{Error, Result};
use crate::expand::Named;
use crate::kernel::regrouped;
use crate::names::Names;
use crate::rules::{Columns, Evaluator, Matches, Picked};
use crate::segments::{self, Found};
use crate::sessions::Laned;
use crate::shard::{Block, Program, Sure};
use crate::spec::{FoldSpec, Masks};
use crate::traits::Traits;

/// Customers as a fold sees them: those who take part, with their events that do. A column the fold did not ask for is
/// empty.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    customers: Cow<'a, [i64]>,
    /// Customer i owns rows `offsets[i]..offsets[i + 1]`.
    offsets: Cow<'a, [u32]>,
    time: Cow<'a, [i64]>,
    label: Vec<u32>,
    mask: Vec<u64>,
    channel: Vec<u32>,
    value: Vec<f64>,
    score: Vec<f64>,
    /// `facets` codes a row.
    facet: Vec<u32>,
    facets: usize,
    /// Whether a row makes its subject count; empty if all subjects do.
    marked: Vec<bool>,
    /// Empty unless the slicer cuts cases.
    coded: Coded,
    held: Vec<u32>,
    /// Empty unless the question has segments.
    found: Found,
    /// Empty unless the slicer cuts sessions by channel or campaign.
    laned: Laned,
}

/// What one partition keeps between its blocks: names already looked at.
#[derive(Debug)]
pub(crate) struct Preparer {
    program: Arc<Program>,
    evaluator: Evaluator,
    events: Names,
    channels: Names,
    known: Known,
}

/// What names are to the question.
#[derive(Debug, Default)]
struct Known {
    /// By event code: its label.
    label: Vec<u32>,
    /// By event code: whether it is one of the system's own.
    system: Vec<bool>,
    /// Event codes by name, where events are expanded.
    events: FxHashMap<Arc<str>, u32>,
    /// By channel code: its position in the spec's list.
    channel: Vec<u32>,
    /// By channel code: its lane, where sessions have any.
    lane: Vec<u32>,
    /// By channel code.
    channels: Vec<Arc<str>>,
}

impl Preparer {
    pub(crate) fn new(program: Arc<Program>, events: Names, channels: Names) -> Preparer {
        let evaluator = Evaluator::new(Arc::clone(&program.rules), events.clone(), channels.clone());
        Preparer { program, evaluator, events, channels, known: Known::default() }
    }

    /// Applies rules, filters and clock to some customers.
    pub(crate) fn prepare<'a>(&mut self, block: &'a Block<'_>) -> Result<Prepared<'a>> {
        self.learn();
        let Preparer { program, evaluator, known, .. } = self;
        let Block { customers, offsets, time, event, channel, arrays } = block;
        let rows = time.len();
        let exists = existing(program, time);
        let traits = Traits::read(&program.traits, arrays.get(lake::schema::TRAITS), offsets, &exists)?;
        let matches = evaluator.evaluate(Columns { rows, event, channel, arrays, traits: &traits })?;
        let found = membership(program, block, &matches)?;
        let mut kept = taking_part(program, block, &matches, &found, known, &exists);
        let all = |kept: &Option<BooleanBuffer>| kept.clone().unwrap_or_else(|| BooleanBuffer::new_set(rows));
        if program.masked_only {
            kept = Some(both(kept, matches.any(program.layout.masks.clone())));
        }
        let mut label = None;
        if program.labelled_only || !program.expansions.is_empty() {
            let mut labels = labels(program, &matches, event, known);
            program.expansions.relabel(&all(&kept), &known.named(event, channel), arrays, &mut labels)?;
            if program.labelled_only {
                kept = Some(both(kept, BooleanBuffer::collect_bool(rows, |row| labels[row] != 0)));
            }
            label = Some(labels);
        }
        let taking_part = || all(&kept);
        let coded = match &program.cases {
            Some(cases) => cases.codes(&taking_part(), event, channel, arrays)?,
            None => Coded::default(),
        };
        let held = match &program.held {
            Some(held) => held.codes(&taking_part(), event, channel, arrays)?,
            None => Vec::new(),
        };
        let laned = match &program.lanes {
            Some(lanes) => lanes.codes(&taking_part(), channel, &known.lane, arrays)?,
            None => Laned::default(),
        };
        let own_facets = program.facets.codes(time, arrays, &traits, offsets)?;
        let value = numbers(block, program.spec.value.filter(|_| program.needs.value))?;
        let score = numbers(block, program.spec.score.filter(|_| program.needs.score))?;
        let whole = Whole { label, coded, held, laned, facet: own_facets, value, score };
        let Some(kept) = kept.filter(|kept| kept.count_set_bits() < rows) else {
            let prepared = Prepared {
                customers: Cow::Borrowed(customers),
                offsets: Cow::Borrowed(offsets),
                time: Cow::Borrowed(time),
                found,
                ..Prepared::of_rows(program, known, &matches, whole)
            };
            return Ok(prepared);
        };
        let rows: Vec<u32> = kept.set_indices_u32().collect();
        let (customers, offsets, found) = owners(block, &rows, &found);
        let picked = Picked::new(&matches, &rows);
        Ok(Prepared {
            customers: Cow::Owned(customers),
            offsets: Cow::Owned(offsets),
            time: Cow::Owned(pick(time, &rows)),
            found,
            ..Prepared::of_rows(program, known, &picked.matches(&matches), whole.pick(&rows, program.facets.len()))
        })
    }

    /// Tells which expansion each expanded event that takes part belongs to, and its value.
    pub(crate) fn each_expanded(
        &mut self,
        block: &Block<'_>,
        mut each: impl FnMut(usize, &str) -> Result<()>,
    ) -> Result<()> {
        self.learn();
        let Preparer { program, evaluator, known, .. } = self;
        let Block { offsets, time, event, channel, arrays, .. } = block;
        let rows = time.len();
        let exists = existing(program, time);
        let traits = Traits::read(&program.traits, arrays.get(lake::schema::TRAITS), offsets, &exists)?;
        let matches = evaluator.evaluate(Columns { rows, event, channel, arrays, traits: &traits })?;
        let found = membership(program, block, &matches)?;
        let kept = taking_part(program, block, &matches, &found, known, &exists);
        let kept = kept.unwrap_or_else(|| BooleanBuffer::new_set(rows));
        program.expansions.each(&kept, &known.named(event, channel), arrays, |at, _, text| each(at, text))
    }

    /// Rows later than the moment asked about.
    pub(crate) fn later(&self, block: &Block<'_>) -> u64 {
        let as_of_us = self.program.spec.as_of_us;
        if self.program.sure.all_exist {
            return 0;
        }
        block.time.iter().filter(|time_us| **time_us > as_of_us).count() as u64
    }

    /// Looks at names that have appeared since.
    fn learn(&mut self) {
        let Preparer { program, known, .. } = self;
        for name in self.events.since(known.label.len()) {
            let label = program.names.as_ref().and_then(|names| names.get(&*name)).copied().unwrap_or(0);
            if !program.expansions.is_empty() {
                known.events.insert(name.clone(), known.label.len() as u32);
            }
            known.label.push(label);
            known.system.push(name.starts_with(SYSTEM_PREFIX));
        }
        let other = program.spec.channels.len() as u32;
        for name in self.channels.since(known.channel.len()) {
            known.channel.push(program.channels.get(&*name).copied().unwrap_or(other));
            known.lane.push(program.lanes.as_ref().map_or(0, |lanes| lanes.of(&name)));
            known.channels.push(name);
        }
    }
}

impl Known {
    fn named<'a>(&'a self, event: &'a [u32], channel: &'a [u32]) -> Named<'a> {
        Named { event, events: &self.events, channel, channels: &self.channels }
    }
}

/// What is known of the rows before it is settled which of them take part.
struct Whole {
    label: Option<Vec<u32>>,
    coded: Coded,
    held: Vec<u32>,
    laned: Laned,
    facet: Vec<u32>,
    value: Vec<f64>,
    score: Vec<f64>,
}

impl Whole {
    fn pick(self, rows: &[u32], facets: usize) -> Whole {
        let facet = match facets {
            1 => pick(&self.facet, rows),
            _ if self.facet.is_empty() => Vec::new(),
            _ => {
                let of_row = |row: &u32| &self.facet[*row as usize * facets..(*row as usize + 1) * facets];
                rows.iter().flat_map(of_row).copied().collect()
            }
        };
        Whole {
            label: self.label.map(|label| pick(&label, rows)),
            coded: Coded { case: pick(&self.coded.case, rows), until: pick(&self.coded.until, rows) },
            held: pick(&self.held, rows),
            laned: Laned { lane: pick(&self.laned.lane, rows), campaign: pick(&self.laned.campaign, rows) },
            facet,
            value: pick(&self.value, rows),
            score: pick(&self.score, rows),
        }
    }
}

/// The rows that are not later than the moment asked about.
fn existing(program: &Program, time: &[i64]) -> BooleanBuffer {
    match program.sure.all_exist {
        true => BooleanBuffer::new_set(time.len()),
        false => BooleanBuffer::collect_bool(time.len(), |row| time[row] <= program.spec.as_of_us),
    }
}

fn both(kept: Option<BooleanBuffer>, more: BooleanBuffer) -> BooleanBuffer {
    kept.map_or(more.clone(), |kept| &kept & &more)
}

/// Who is in which segment.
fn membership(program: &Program, block: &Block<'_>, matches: &Matches<'_>) -> Result<Found> {
    let Some(segments) = &program.segments else { return Ok(Found::default()) };
    let columns: Vec<Vec<f64>> =
        segments.columns.iter().map(|column| numbers(block, Some(*column))).collect::<Result<_>>()?;
    let mask = matches.mask(program.layout.segments.clone());
    Ok(segments.evaluate(&segments::Shard {
        customers: block.customers,
        offsets: &block.offsets,
        time: block.time,
        mask: &mask,
        columns: &columns,
    }))
}

/// The rows that take part: those that exist for the question, of members of the segments it is narrowed to. None: all of
/// them.
fn taking_part(
    program: &Program,
    block: &Block<'_>,
    matches: &Matches<'_>,
    found: &Found,
    known: &Known,
    exists: &BooleanBuffer,
) -> Option<BooleanBuffer> {
    let kept = match program.spec.fold {
        // Who is a member later, though nothing is known of them yet, is listed with when that may change.
        FoldSpec::Members => None,
        _ => kept(program, block, matches, known, exists),
    };
    match program.segments.as_ref().filter(|segments| segments.requires()) {
        Some(segments) => Some(both(kept, segments.members(found, &block.offsets))),
        None => kept,
    }
}

/// The rows that exist for the question: up to as_of, past the filter, of the customers asked for. None: all of them.
fn kept(
    program: &Program,
    block: &Block<'_>,
    matches: &Matches<'_>,
    known: &Known,
    exists: &BooleanBuffer,
) -> Option<BooleanBuffer> {
    let rows = block.time.len();
    let Sure { all_exist, no_system } = program.sure;
    let kept = match program.layout.filter {
        Some(filter) if all_exist => matches.rows(filter),
        Some(filter) => exists & &matches.rows(filter),
        None if no_system && all_exist && program.layout.customers.is_empty() => return None,
        None if no_system => exists.clone(),
        None => exists & &BooleanBuffer::collect_bool(rows, |row| !known.system[block.event[row] as usize]),
    };
    Some(program.layout.customers.clone().fold(kept, |kept, rule| {
        let wanted = exists & &matches.rows(rule);
        let mut members = BooleanBufferBuilder::new(rows);
        for pair in block.offsets.windows(2) {
            let (from, len) = (pair[0] as usize, (pair[1] - pair[0]) as usize);
            members.append_n(len, wanted.slice(from, len).count_set_bits() > 0);
        }
        &kept & &members.finish()
    }))
}

/// The customers who own any of these rows, and which rows of them each owns.
fn owners(block: &Block<'_>, rows: &[u32], found: &Found) -> (Vec<i64>, Vec<u32>, Found) {
    let (mut customers, mut offsets) = (Vec::new(), vec![0u32]);
    let mut found_kept = Found::default();
    let mut at = 0;
    for (place, (customer, end)) in block.customers.iter().zip(&block.offsets[1..]).enumerate() {
        let from = at;
        while rows.get(at).is_some_and(|row| row < end) {
            at += 1;
        }
        if at > from {
            customers.push(*customer);
            found_kept.take(found, place);
            offsets.push(at as u32);
        }
    }
    (customers, offsets, found_kept)
}

/// Labels of all rows; nothing where they are not read.
fn labels(program: &Program, matches: &Matches<'_>, event: &[u32], known: &Known) -> Vec<u32> {
    match (&program.names, program.layout.labels.is_empty()) {
        (Some(_), _) => event.iter().map(|code| known.label[*code as usize]).collect(),
        (None, false) => matches.first(program.layout.labels.clone()),
        (None, true) if program.labels_read => vec![0; matches.len()],
        (None, true) => Vec::new(),
    }
}

/// The channels rows count under.
fn channels(program: &Program, channel: &[u32], label: &[u32], known: &Known) -> Vec<u32> {
    let mut shown: Vec<u32> = channel.iter().map(|code| known.channel[*code as usize]).collect();
    if program.overrides.iter().any(Option::is_some) {
        for (shown, label) in shown.iter_mut().zip(label) {
            if let Some(Some(channel)) = label.checked_sub(1).map(|rule| program.overrides[rule as usize]) {
                *shown = channel;
            }
        }
    }
    shown
}

/// Bits of all labels up to this one.
fn reached(label: u32) -> u64 {
    match label {
        0..64 => (1 << label) - 1,
        _ => u64::MAX,
    }
}

fn numbers(block: &Block<'_>, column: Option<Column>) -> Result<Vec<f64>> {
    let Some(column) = column else { return Ok(Vec::new()) };
    let array = block.arrays.get(column.name());
    if let Some(array) = array.filter(|array| *array.data_type() == DataType::Null) {
        return Ok(vec![f64::NAN; array.len()]);
    }
    let array = array.and_then(|array| array.as_primitive_opt::<Float64Type>());
    let array = array.ok_or_else(|| Error::defect(format!("column {} was not loaded as numbers", column.name())))?;
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else { return Ok(array.values().to_vec()) };
    let mut numbers = vec![f64::NAN; array.len()];
    nulls.valid_indices().for_each(|row| numbers[row] = array.values()[row]);
    Ok(numbers)
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    if values.is_empty() { Vec::new() } else { rows.iter().map(|row| values[*row as usize]).collect() }
}

impl Prepared<'_> {
    /// The columns of rows that take part; of whom and when they are is not said here.
    fn of_rows(program: &Program, known: &Known, matches: &Matches<'_>, whole: Whole) -> Prepared<'static> {
        let columns = matches.columns();
        let label = whole.label.unwrap_or_else(|| labels(program, matches, columns.event, known));
        let mask = match &program.spec.masks {
            _ if !program.needs.mask => Vec::new(),
            Masks::None => vec![0; matches.len()],
            Masks::Rules(_) => matches.mask(program.layout.masks.clone()),
            Masks::LabelReached => {
                label.iter().map(|label| reached(regrouped(&program.spec.regroup, *label))).collect()
            }
        };
        let channel = match program.shows_channel() {
            true => channels(program, columns.channel, &label, known),
            false => Vec::new(),
        };
        let mut facet = whole.facet;
        program.facets.add_channel(&program.spec.channels, &channel, &mut facet);
        Prepared {
            customers: Cow::default(),
            offsets: Cow::default(),
            time: Cow::default(),
            label,
            mask,
            channel,
            value: whole.value,
            score: whole.score,
            facet,
            facets: program.facets.len(),
            marked: program.layout.subjects.map_or_else(Vec::new, |rule| matches.rows(rule).iter().collect()),
            coded: whole.coded,
            held: whole.held,
            laned: whole.laned,
            found: Found::default(),
        }
    }

    pub(crate) fn customers(&self) -> usize {
        self.customers.len()
    }

    /// All customers at once, with their offsets and rows. None where there is more to a customer than rows: the segments they
    /// are in.
    pub(crate) fn block(&self) -> Option<(&[i64], &[u32], Slice<'_>)> {
        let rows = self.rows(0, 0..self.time.len());
        self.found.is_empty().then_some((&*self.customers, &*self.offsets, rows))
    }

    /// All events of one customer.
    #[inline]
    pub(crate) fn slice(&self, customer: usize) -> Slice<'_> {
        let rows = self.offsets[customer] as usize..self.offsets[customer + 1] as usize;
        Slice { membership: self.found.of(customer), ..self.rows(self.customers[customer], rows) }
    }

    #[inline]
    fn rows(&self, customer: i64, rows: Range<usize>) -> Slice<'_> {
        Slice {
            customer,
            time: &self.time[rows.clone()],
            label: part(&self.label, &rows),
            mask: part(&self.mask, &rows),
            channel: part(&self.channel, &rows),
            value: part(&self.value, &rows),
            score: part(&self.score, &rows),
            facet: part(&self.facet, &(rows.start * self.facets..rows.end * self.facets)),
            facets: self.facets,
            marked: part(&self.marked, &rows),
            case: part(&self.coded.case, &rows),
            until: part(&self.coded.until, &rows),
            held: part(&self.held, &rows),
            membership: Membership::default(),
            lane: part(&self.laned.lane, &rows),
            campaign: part(&self.laned.campaign, &rows),
            end: End::Open,
        }
    }
}

/// Some rows of a column; nothing of one that is empty.
#[inline]
fn part<'a, T>(column: &'a [T], rows: &Range<usize>) -> &'a [T] {
    column.get(rows.clone()).unwrap_or_default()
}
