//! One shard's columns, made ready for a fold: labels, masks, filters, the clock.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanBufferBuilder};
use arrow::buffer::{BooleanBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Float64Type};
use folds::slice::{End, Needs, Slice};
use folds::slicer::Slicer;
use lake::{Layout, NameColumn, Snapshot};
use model::event::{Column, SYSTEM_PREFIX};
use model::rule::Rule;
use rustc_hash::FxHashMap;

use crate::cases::{Cases, Coded};
use crate::error::{Error, Result};
use crate::expand::Expansions;
use crate::facets::Facets;
use crate::held::Held;
use crate::kernel::regrouped;
use crate::names::Names;
use crate::rules::{Columns, Evaluator, Matches, Rules};
use crate::segments::{self, Found, Segments};
use crate::sessions::{Laned, Lanes};
use crate::spec::{FoldSpec, Labels, Masks, ScanSpec};
use crate::traits::Traits;

/// What holds for every row of a snapshot, so that no row has to be looked at for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sure {
    /// None is later than the moment asked at.
    all_exist: bool,
    /// None is the system's own.
    no_system: bool,
}

impl Sure {
    pub(crate) fn of(snapshot: &Snapshot, as_of_us: i64) -> Sure {
        Sure {
            all_exist: snapshot.time_range().is_none_or(|(_, newest)| newest <= as_of_us),
            no_system: !snapshot.names(NameColumn::Event).iter().any(|name| name.starts_with(SYSTEM_PREFIX)),
        }
    }
}

/// A spec compiled: shared by all partitions of a scan.
#[derive(Debug)]
pub(crate) struct Program {
    sure: Sure,
    spec: Arc<ScanSpec>,
    rules: Arc<Rules>,
    layout: RuleLayout,
    needs: Needs,
    /// Labels by event name, where labels go by name and are read.
    names: Option<FxHashMap<String, u32>>,
    /// By label rule, the channel its events count under; empty if each counts under its own.
    overrides: Vec<Option<u32>>,
    channels: FxHashMap<String, u32>,
    facets: Facets,
    cases: Option<Cases>,
    held: Option<Held>,
    segments: Option<Segments>,
    lanes: Option<Lanes>,
    expansions: Expansions,
    /// Keys of traits that rules or facets read.
    traits: Vec<String>,
    labels_read: bool,
    /// Instances and cases are cut from labelled events only, so unlabelled ones are dropped here, all at once.
    labelled_only: bool,
}

/// Which of the compiled rules is what.
#[derive(Debug, Clone, Default)]
struct RuleLayout {
    labels: std::ops::Range<usize>,
    masks: std::ops::Range<usize>,
    filter: Option<usize>,
    customers: std::ops::Range<usize>,
    segments: std::ops::Range<usize>,
    subjects: Option<usize>,
}

/// One shard as the cache hands it out. Columns nobody asked for are absent.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub layout: Arc<Layout>,
    pub time: ScalarBuffer<i64>,
    pub event: Option<Arc<[u32]>>,
    pub channel: Option<Arc<[u32]>>,
    pub arrays: FxHashMap<&'static str, ArrayRef>,
}

/// What is to be loaded of each shard besides time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub event: bool,
    pub channel: bool,
    pub arrays: Vec<&'static str>,
    /// Dimensions a row gets codes for.
    pub facets: usize,
    /// Whether rows get the codes and times of cases.
    pub cases: bool,
    /// Whether rows get codes of what is held constant.
    pub held: bool,
    /// Whether membership in segments is worked out, and from how many columns.
    pub segments: Option<usize>,
    /// Whether rows get lanes and campaigns of sessions.
    pub lanes: bool,
}

impl Wanted {
    /// Bytes a row takes, at most, while it is prepared: twice label, mask, channel, value, score, facets, mark, case
    /// and lane, once time and the positions of those that stay.
    pub(crate) fn prepared_row_bytes(&self) -> usize {
        let case = if self.cases { 4 + 8 } else { 0 };
        let held = if self.held { 4 } else { 0 };
        // Mask and columns, and at most a run an event.
        let segments = self.segments.map_or(0, |columns| 8 + 8 * columns + 16);
        let lane = if self.lanes { 4 + 4 } else { 0 };
        2 * (4 + 8 + 4 + 8 + 8 + 4 * self.facets + 1 + case + held + lane) + 8 + 4 + segments
    }

    /// A guess at the bytes of a row, made before anything is read: long texts take more.
    pub(crate) fn row_bytes(&self) -> usize {
        8 + 4 * usize::from(self.event) + 4 * usize::from(self.channel) + 16 * self.arrays.len()
    }
}

impl Loaded {
    /// Bytes of the columns.
    pub(crate) fn bytes(&self) -> usize {
        let codes = |codes: &Option<Arc<[u32]>>| codes.as_ref().map_or(0, |codes| size_of_val::<[u32]>(codes));
        let arrays = self.arrays.values().map(|array| array.get_array_memory_size()).sum::<usize>();
        size_of_val::<[i64]>(&self.time) + codes(&self.event) + codes(&self.channel) + arrays
    }
}

/// One shard as a fold sees it: the customers who take part, with their events that do. A column the fold did not
/// ask for is empty.
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

/// What one partition keeps between its shards: names already looked at.
#[derive(Debug)]
pub(crate) struct Preparer {
    program: Arc<Program>,
    evaluator: Evaluator,
    events: Names,
    channels: Names,
    /// By event code: its label, and whether it is one of the system's own.
    by_event: Vec<(u32, bool)>,
    /// By channel code: its position in the spec's list.
    by_channel: Vec<u32>,
    /// By channel code: its lane, where sessions have any.
    by_lane: Vec<u32>,
    /// By channel code.
    channel_names: Vec<Arc<str>>,
    /// Event codes by name.
    event_codes: FxHashMap<Arc<str>, u32>,
}

impl Program {
    pub(crate) fn new(spec: Arc<ScanSpec>, needs: Needs, sure: Sure) -> Result<Program> {
        spec.check()?;
        let labelled_only = matches!(spec.slicer, Slicer::Instance { .. } | Slicer::Case { .. });
        let labels_read = needs.label || labelled_only || (needs.mask && spec.masks == Masks::LabelReached);
        let facets = match needs.facet {
            true => Facets::new(&spec.facets, spec.by.as_ref()),
            false => Facets::new(&[], None),
        };
        let cases = spec.case.as_ref().map(Cases::new).transpose()?;
        let held = if needs.held { Held::new(&spec.hold)? } else { None };
        let shows_channel = needs.channel || facets.reads_channel();
        let mut rules: Vec<&Rule> = Vec::new();
        let mut layout = RuleLayout::default();
        let mut overrides = Vec::new();
        let mut names = None;
        let mut expansions = Expansions::default();
        match &spec.labels {
            Labels::Rules { rules: labels, channels } if labels_read || (shows_channel && !channels.is_empty()) => {
                rules.extend(labels);
                if shows_channel {
                    overrides = channels.clone();
                }
            }
            Labels::EventNames(listed) if labels_read => names = Some(positions(listed, 1)),
            Labels::Expanded { names: listed, expand } if labels_read => {
                names = Some(positions(listed, 1));
                expansions = Expansions::new(expand, listed.len() as u32 + 1)?;
            }
            _ => {}
        }
        layout.labels = 0..rules.len();
        if let (Masks::Rules(masks), true) = (&spec.masks, needs.mask) {
            rules.extend(masks);
        }
        layout.masks = layout.labels.end..rules.len();
        if let Some(filter) = &spec.filter {
            layout.filter = Some(rules.len());
            rules.push(filter);
        }
        layout.customers = rules.len()..rules.len() + spec.customers.len();
        rules.extend(&spec.customers);
        let segments = spec.segments.as_ref().map(|asked| Segments::new(asked, spec.as_of_us)).transpose()?;
        layout.segments = rules.len()..rules.len() + segments.as_ref().map_or(0, |segments| segments.rules.len());
        rules.extend(segments.iter().flat_map(|segments| &segments.rules));
        if let Some(subjects) = &spec.subjects {
            layout.subjects = Some(rules.len());
            rules.push(subjects);
        }
        let rules = Arc::new(Rules::compile(rules)?);
        let channels: FxHashMap<String, u32> = positions(&spec.channels, 0);
        let other = spec.channels.len() as u32;
        let overrides = overrides.iter().map(|name| name.as_ref().map(|name| *channels.get(name).unwrap_or(&other)));
        let overrides = overrides.collect();
        let mut traits: Vec<String> = rules.traits().chain(facets.traits()).map(str::to_owned).collect();
        traits.sort_unstable();
        traits.dedup();
        Ok(Program {
            sure,
            rules,
            layout,
            needs,
            names,
            overrides,
            channels,
            facets,
            cases,
            held,
            segments,
            lanes: spec.sessions.as_ref().map(Lanes::new),
            expansions,
            traits,
            labels_read,
            labelled_only,
            spec,
        })
    }

    pub(crate) fn wanted(&self) -> Wanted {
        let mut arrays = self.rules.columns();
        arrays.extend(self.spec.value.filter(|_| self.needs.value).map(Column::name));
        arrays.extend(self.spec.score.filter(|_| self.needs.score).map(Column::name));
        arrays.extend(self.facets.columns());
        arrays.extend(self.cases.iter().flat_map(Cases::columns));
        arrays.extend(self.held.iter().flat_map(Held::columns));
        arrays.extend(self.segments.iter().flat_map(|segments| &segments.columns).map(|column| column.name()));
        arrays.extend(self.lanes.iter().filter_map(Lanes::column));
        arrays.extend(self.expansions.columns());
        if !self.traits.is_empty() {
            arrays.push(lake::schema::TRAITS);
        }
        arrays.sort_unstable();
        arrays.dedup();
        Wanted {
            // Without a filter the system's own events are left out, which only their names tell.
            event: self.names.is_some()
                || (self.spec.filter.is_none() && !self.sure.no_system)
                || self.rules.reads_event()
                || self.cases.as_ref().is_some_and(Cases::reads_event)
                || self.held.as_ref().is_some_and(Held::reads_event),
            channel: self.shows_channel()
                || self.rules.reads_channel()
                || self.cases.as_ref().is_some_and(Cases::reads_channel)
                || self.held.as_ref().is_some_and(Held::reads_channel)
                || self.lanes.as_ref().is_some_and(Lanes::reads_channel)
                || self.expansions.reads_channel(),
            arrays,
            facets: self.facets.len(),
            cases: self.cases.is_some(),
            held: self.held.is_some(),
            segments: self.segments.as_ref().map(|segments| segments.columns.len()),
            lanes: self.lanes.is_some(),
        }
    }
}

impl Program {
    /// Whether rows are shown with the channel they count under.
    fn shows_channel(&self) -> bool {
        self.needs.channel || self.facets.reads_channel()
    }
}

fn positions(names: &[String], first: u32) -> FxHashMap<String, u32> {
    let mut positions = FxHashMap::default();
    for (position, name) in (first..).zip(names) {
        positions.entry(name.clone()).or_insert(position);
    }
    positions
}

impl Preparer {
    pub(crate) fn new(program: Arc<Program>, events: Names, channels: Names) -> Preparer {
        let evaluator = Evaluator::new(Arc::clone(&program.rules), events.clone(), channels.clone());
        Preparer {
            program,
            evaluator,
            events,
            channels,
            by_event: Vec::new(),
            by_channel: Vec::new(),
            by_lane: Vec::new(),
            channel_names: Vec::new(),
            event_codes: FxHashMap::default(),
        }
    }

    /// Applies rules, filters and clock to one shard.
    pub(crate) fn prepare<'a>(&mut self, shard: &'a Loaded) -> Result<Prepared<'a>> {
        self.learn();
        let Preparer { program, evaluator, by_event, by_channel, by_lane, channel_names, event_codes, .. } = self;
        let (event, channel) = (shard.event.as_deref().unwrap_or(&[]), shard.channel.as_deref().unwrap_or(&[]));
        let rows = shard.time.len();
        let exists = match program.sure.all_exist {
            true => BooleanBuffer::new_set(rows),
            false => BooleanBuffer::collect_bool(rows, |row| shard.time[row] <= program.spec.as_of_us),
        };
        let (offsets, arrays) = (shard.layout.offsets(), &shard.arrays);
        let traits = Traits::read(&program.traits, arrays.get(lake::schema::TRAITS), offsets, &exists)?;
        let matches = evaluator.evaluate(Columns { rows, event, channel, arrays, traits: &traits })?;
        let found = membership(program, shard, &matches)?;
        let kept = taking_part(program, shard, &matches, &found, event, by_event, &exists);
        let own_channel = channel;
        let Labelled { mut label, mask, channel } = label_rows(program, &matches, event, channel, by_event, by_channel);
        if !program.expansions.is_empty() {
            let code = |name: &str| event_codes.get(name).copied();
            let channels = (own_channel, channel_names.as_slice());
            let rows = kept.clone().unwrap_or_else(|| BooleanBuffer::new_set(rows));
            program.expansions.relabel(&rows, (event, &code), channels, arrays, &mut label)?;
        }
        let kept = match (kept, program.labelled_only) {
            (kept, false) => kept,
            (None, true) => Some(BooleanBuffer::collect_bool(rows, |row| label[row] != 0)),
            (Some(kept), true) => Some(&kept & &BooleanBuffer::collect_bool(rows, |row| label[row] != 0)),
        };
        let taking_part = || kept.clone().unwrap_or_else(|| BooleanBuffer::new_set(rows));
        let coded = match &program.cases {
            Some(cases) => cases.codes(&taking_part(), event, own_channel, arrays)?,
            None => Coded::default(),
        };
        let held = match &program.held {
            Some(held) => held.codes(&taking_part(), event, own_channel, arrays)?,
            None => Vec::new(),
        };
        let laned = match &program.lanes {
            Some(lanes) => lanes.codes(&taking_part(), own_channel, by_lane, arrays)?,
            None => Laned::default(),
        };
        let facet = program.facets.codes(rows, &program.spec.channels, &channel, arrays, &traits, offsets)?;
        let whole = Prepared {
            customers: Cow::Borrowed(shard.layout.customers()),
            offsets: Cow::Borrowed(shard.layout.offsets()),
            time: Cow::Borrowed(&shard.time),
            label,
            mask,
            channel,
            value: numbers(shard, program.spec.value.filter(|_| program.needs.value))?,
            score: numbers(shard, program.spec.score.filter(|_| program.needs.score))?,
            facet,
            facets: program.facets.len(),
            marked: program.layout.subjects.map_or_else(Vec::new, |rule| matches.rows(rule).iter().collect()),
            coded,
            held,
            found,
            laned,
        };
        Ok(match kept {
            Some(kept) if kept.count_set_bits() < rows => whole.keep(&kept),
            _ => whole,
        })
    }

    /// Tells which expansion each expanded event that takes part belongs to, and its value.
    pub(crate) fn each_expanded(
        &mut self,
        shard: &Loaded,
        mut each: impl FnMut(usize, &str) -> Result<()>,
    ) -> Result<()> {
        self.learn();
        let Preparer { program, evaluator, by_event, channel_names, event_codes, .. } = self;
        let (event, channel) = (shard.event.as_deref().unwrap_or(&[]), shard.channel.as_deref().unwrap_or(&[]));
        let rows = shard.time.len();
        let exists = BooleanBuffer::collect_bool(rows, |row| shard.time[row] <= program.spec.as_of_us);
        let (offsets, arrays) = (shard.layout.offsets(), &shard.arrays);
        let traits = Traits::read(&program.traits, arrays.get(lake::schema::TRAITS), offsets, &exists)?;
        let matches = evaluator.evaluate(Columns { rows, event, channel, arrays, traits: &traits })?;
        let found = membership(program, shard, &matches)?;
        let kept = taking_part(program, shard, &matches, &found, event, by_event, &exists);
        let kept = kept.unwrap_or_else(|| BooleanBuffer::new_set(rows));
        let code = |name: &str| event_codes.get(name).copied();
        let channels = (channel, channel_names.as_slice());
        program.expansions.each(&kept, (event, &code), channels, arrays, |at, _, text| each(at, text))
    }

    /// Rows later than the moment asked about.
    pub(crate) fn later(&self, shard: &Loaded) -> u64 {
        let as_of_us = self.program.spec.as_of_us;
        if self.program.sure.all_exist {
            return 0;
        }
        shard.time.iter().filter(|time_us| **time_us > as_of_us).count() as u64
    }

    /// Looks at names that have appeared since.
    fn learn(&mut self) {
        for name in self.events.since(self.by_event.len()) {
            if !self.program.expansions.is_empty() {
                self.event_codes.insert(name.clone(), self.by_event.len() as u32);
            }
            let label = self.program.names.as_ref().and_then(|names| names.get(&*name)).copied().unwrap_or(0);
            self.by_event.push((label, name.starts_with(SYSTEM_PREFIX)));
        }
        let other = self.program.spec.channels.len() as u32;
        for name in self.channels.since(self.by_channel.len()) {
            self.by_channel.push(self.program.channels.get(&*name).copied().unwrap_or(other));
            self.by_lane.push(self.program.lanes.as_ref().map_or(0, |lanes| lanes.of(&name)));
            self.channel_names.push(name);
        }
    }
}

/// Who is in which segment.
fn membership(program: &Program, shard: &Loaded, matches: &Matches<'_>) -> Result<Found> {
    let Some(segments) = &program.segments else { return Ok(Found::default()) };
    let columns: Vec<Vec<f64>> =
        segments.columns.iter().map(|column| numbers(shard, Some(*column))).collect::<Result<_>>()?;
    let mask = matches.mask(program.layout.segments.clone());
    Ok(segments.evaluate(&segments::Shard {
        customers: shard.layout.customers(),
        offsets: shard.layout.offsets(),
        time: &shard.time,
        mask: &mask,
        columns: &columns,
    }))
}

/// The rows that take part: those that exist for the question, of members of the segments it is narrowed to. None: all of
/// them.
fn taking_part(
    program: &Program,
    shard: &Loaded,
    matches: &Matches<'_>,
    found: &Found,
    event: &[u32],
    by_event: &[(u32, bool)],
    exists: &BooleanBuffer,
) -> Option<BooleanBuffer> {
    let kept = match program.spec.fold {
        // Who is a member later, though nothing is known of them yet, is listed with when that may change.
        FoldSpec::Members => None,
        _ => kept(program, shard, matches, event, by_event, exists),
    };
    match &program.segments {
        Some(segments) if segments.requires() => {
            let members = segments.members(found, shard.layout.offsets());
            Some(kept.map_or(members.clone(), |kept| &kept & &members))
        }
        _ => kept,
    }
}

/// The rows that exist for the question: up to as_of, past the filter, of the customers asked for. None: all of them.
fn kept(
    program: &Program,
    shard: &Loaded,
    matches: &Matches<'_>,
    event: &[u32],
    by_event: &[(u32, bool)],
    exists: &BooleanBuffer,
) -> Option<BooleanBuffer> {
    let rows = shard.time.len();
    let Sure { all_exist, no_system } = program.sure;
    let kept = match program.layout.filter {
        Some(filter) => exists & &matches.rows(filter),
        None if no_system && all_exist && program.layout.customers.is_empty() => return None,
        None if no_system => exists.clone(),
        None => exists & &BooleanBuffer::collect_bool(rows, |row| !by_event[event[row] as usize].1),
    };
    Some(program.layout.customers.clone().fold(kept, |kept, rule| {
        let wanted = exists & &matches.rows(rule);
        let mut members = BooleanBufferBuilder::new(rows);
        for pair in shard.layout.offsets().windows(2) {
            let (from, len) = (pair[0] as usize, (pair[1] - pair[0]) as usize);
            members.append_n(len, wanted.slice(from, len).count_set_bits() > 0);
        }
        &kept & &members.finish()
    }))
}

/// Labels, masks and channels of all rows.
struct Labelled {
    label: Vec<u32>,
    mask: Vec<u64>,
    channel: Vec<u32>,
}

fn label_rows(
    program: &Program,
    matches: &Matches<'_>,
    event: &[u32],
    channel: &[u32],
    by_event: &[(u32, bool)],
    by_channel: &[u32],
) -> Labelled {
    let Program { layout, needs, spec, .. } = program;
    let shows_channel = program.shows_channel();
    let label = match (&program.names, layout.labels.is_empty()) {
        (Some(_), _) => event.iter().map(|code| by_event[*code as usize].0).collect(),
        (None, false) => matches.first(layout.labels.clone()),
        (None, true) if program.labels_read => vec![0; matches.len()],
        (None, true) => Vec::new(),
    };
    let mask = match &spec.masks {
        _ if !needs.mask => Vec::new(),
        Masks::None => vec![0; matches.len()],
        Masks::Rules(_) => matches.mask(layout.masks.clone()),
        Masks::LabelReached => label.iter().map(|label| reached(regrouped(&spec.regroup, *label))).collect(),
    };
    let mut shown: Vec<u32> = match shows_channel {
        true => channel.iter().map(|code| by_channel[*code as usize]).collect(),
        false => Vec::new(),
    };
    if program.overrides.iter().any(Option::is_some) {
        for (shown, label) in shown.iter_mut().zip(&label) {
            if let Some(Some(channel)) = label.checked_sub(1).map(|rule| program.overrides[rule as usize]) {
                *shown = channel;
            }
        }
    }
    Labelled { label, mask, channel: shown }
}

/// Bits of all labels up to this one.
fn reached(label: u32) -> u64 {
    match label {
        0..64 => (1 << label) - 1,
        _ => u64::MAX,
    }
}

fn numbers(shard: &Loaded, column: Option<Column>) -> Result<Vec<f64>> {
    let Some(column) = column else { return Ok(Vec::new()) };
    let array = shard.arrays.get(column.name());
    if let Some(array) = array.filter(|array| *array.data_type() == DataType::Null) {
        return Ok(vec![f64::NAN; array.len()]);
    }
    let array = array.and_then(|array| array.as_primitive_opt::<Float64Type>());
    let array = array.ok_or_else(|| Error::defect(format!("column {} was not loaded as numbers", column.name())))?;
    Ok(match array.null_count() {
        0 => array.values().to_vec(),
        _ => array.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
    })
}

impl Prepared<'_> {
    pub(crate) fn customers(&self) -> usize {
        self.customers.len()
    }

    /// All events of one customer.
    #[inline]
    pub(crate) fn slice(&self, customer: usize) -> Slice<'_> {
        let rows = self.offsets[customer] as usize..self.offsets[customer + 1] as usize;
        let whole = Slice {
            customer: self.customers[customer],
            time: &self.time,
            label: &self.label,
            mask: &self.mask,
            channel: &self.channel,
            value: &self.value,
            score: &self.score,
            facet: &self.facet,
            facets: self.facets,
            marked: &self.marked,
            case: &self.coded.case,
            until: &self.coded.until,
            held: &self.held,
            membership: self.found.of(customer),
            lane: &self.laned.lane,
            campaign: &self.laned.campaign,
            end: End::Open,
        };
        whole.part(rows, End::Open)
    }

    /// Only the rows in `kept`, and the customers who have one.
    fn keep<'b>(self, kept: &BooleanBuffer) -> Prepared<'b> {
        let rows: Vec<u32> = kept.set_indices_u32().collect();
        let (mut customers, mut offsets) = (Vec::new(), vec![0u32]);
        let mut found = Found::default();
        let mut at = 0;
        for (place, (customer, end)) in self.customers.iter().zip(&self.offsets[1..]).enumerate() {
            let from = at;
            while rows.get(at).is_some_and(|row| row < end) {
                at += 1;
            }
            if at > from {
                customers.push(*customer);
                found.take(&self.found, place);
                offsets.push(at as u32);
            }
        }
        Prepared {
            customers: customers.into(),
            offsets: offsets.into(),
            time: pick(&self.time, &rows).into(),
            label: pick(&self.label, &rows),
            mask: pick(&self.mask, &rows),
            channel: pick(&self.channel, &rows),
            value: pick(&self.value, &rows),
            score: pick(&self.score, &rows),
            facet: rows
                .iter()
                .flat_map(|row| &self.facet[*row as usize * self.facets..(*row as usize + 1) * self.facets])
                .copied()
                .collect(),
            facets: self.facets,
            marked: pick(&self.marked, &rows),
            coded: Coded { case: pick(&self.coded.case, &rows), until: pick(&self.coded.until, &rows) },
            held: pick(&self.held, &rows),
            found,
            laned: Laned { lane: pick(&self.laned.lane, &rows), campaign: pick(&self.laned.campaign, &rows) },
        }
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    if values.is_empty() { Vec::new() } else { rows.iter().map(|row| values[*row as usize]).collect() }
}
