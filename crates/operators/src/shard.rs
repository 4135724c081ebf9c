//! What a question asks of each shard, compiled; a shard's columns, and the blocks they are prepared in.
//!
//! Not here: what is made of the rows of a block ([`crate::prepare`]).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::ScalarBuffer;
use folds::slice::Needs;
use folds::slicer::Slicer;
use lake::{Layout, NameColumn, Snapshot};
use model::event::{Column, SYSTEM_PREFIX};
use model::period::Period;
use model::rule::Rule;
use rustc_hash::FxHashMap;

use crate::cases::Cases;
use crate::error::Result;
use crate::expand::Expansions;
use crate::facets::Facets;
use crate::held::Held;
use crate::limits::BLOCK_ROWS;
use crate::rules::Rules;
use crate::segments::Segments;
use crate::sessions::Lanes;
use crate::spec::{Labels, Masks, ScanSpec};

/// What holds for every row of a snapshot, so that no row has to be looked at for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sure {
    /// None is later than the moment asked at.
    pub(crate) all_exist: bool,
    /// None is the system's own.
    pub(crate) no_system: bool,
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
    pub(crate) sure: Sure,
    pub(crate) spec: Arc<ScanSpec>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) layout: RuleLayout,
    pub(crate) needs: Needs,
    /// Labels by event name, where labels go by name and are read.
    pub(crate) names: Option<FxHashMap<String, u32>>,
    /// By label rule, the channel its events count under; empty if each counts under its own.
    pub(crate) overrides: Vec<Option<u32>>,
    pub(crate) channels: FxHashMap<String, u32>,
    pub(crate) facets: Facets,
    pub(crate) cases: Option<Cases>,
    pub(crate) held: Option<Held>,
    pub(crate) segments: Option<Segments>,
    pub(crate) lanes: Option<Lanes>,
    pub(crate) expansions: Expansions,
    /// Keys of traits that rules or facets read.
    pub(crate) traits: Vec<String>,
    pub(crate) labels_read: bool,
    /// Instances and cases are cut from labelled events only, so unlabelled ones are dropped here, all at once.
    pub(crate) labelled_only: bool,
    /// Events without a mask change nothing for the fold, and are no part of what makes its subjects, so they are dropped here.
    pub(crate) masked_only: bool,
}

/// Which of the compiled rules is what.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleLayout {
    pub(crate) labels: std::ops::Range<usize>,
    pub(crate) masks: std::ops::Range<usize>,
    pub(crate) filter: Option<usize>,
    pub(crate) customers: std::ops::Range<usize>,
    pub(crate) segments: std::ops::Range<usize>,
    pub(crate) subjects: Option<usize>,
}

/// One shard as the cache hands it out. Columns nobody asked for are absent.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub layout: Arc<Layout>,
    pub time: ScalarBuffer<i64>,
    pub event: Option<ScalarBuffer<u32>>,
    pub channel: Option<ScalarBuffer<u32>>,
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
    /// Bytes a row of a block takes, at most, while it is prepared: twice label, mask, channel, value, score, facets, mark,
    /// case and lane, once time and the positions of those that stay.
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

/// Neighbouring customers of a shard, with their rows: prepared and folded at a time, so that what is made of them is still
/// in the processor's cache when it is folded. A column nobody asked for is empty.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub customers: &'a [i64],
    /// From 0 on.
    pub offsets: Vec<u32>,
    pub time: &'a [i64],
    pub event: &'a [u32],
    pub channel: &'a [u32],
    pub arrays: FxHashMap<&'static str, ArrayRef>,
}

impl Loaded {
    /// Its customers, in order, some at a time: as many as have [`BLOCK_ROWS`] rows together, or one who has more.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let offsets = self.layout.offsets();
        let mut next = 0;
        std::iter::from_fn(move || {
            let first = next;
            let from = offsets.get(first).copied()? as usize;
            next = offsets.partition_point(|offset| *offset as usize <= from + BLOCK_ROWS) - 1;
            next = next.max(first + 1);
            (next < offsets.len()).then(|| self.block(first, next))
        })
    }

    /// Rows of its largest block.
    pub(crate) fn block_rows(layout: &Layout) -> usize {
        let longest = layout.offsets().windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        layout.rows().min(BLOCK_ROWS.max(longest as usize))
    }

    fn block(&self, first: usize, end: usize) -> Block<'_> {
        let offsets = &self.layout.offsets()[first..=end];
        let rows = offsets[0] as usize..offsets[end - first] as usize;
        let array = |array: &ArrayRef| array.slice(rows.start, rows.len());
        Block {
            customers: &self.layout.customers()[first..end],
            offsets: offsets.iter().map(|offset| offset - offsets[0]).collect(),
            time: &self.time[rows.clone()],
            event: self.event.as_ref().map_or(&[], |codes| &codes[rows.clone()]),
            channel: self.channel.as_ref().map_or(&[], |codes| &codes[rows.clone()]),
            arrays: self.arrays.iter().map(|(name, column)| (*name, array(column))).collect(),
        }
    }

    /// Bytes of the columns.
    pub(crate) fn bytes(&self) -> usize {
        let codes = |codes: &Option<ScalarBuffer<u32>>| codes.as_ref().map_or(0, |codes| size_of_val::<[u32]>(codes));
        let arrays = self.arrays.values().map(|array| array.get_array_memory_size()).sum::<usize>();
        size_of_val::<[i64]>(&self.time) + codes(&self.event) + codes(&self.channel) + arrays
    }
}

impl Program {
    pub(crate) fn new(spec: Arc<ScanSpec>, needs: Needs, sure: Sure) -> Result<Program> {
        spec.check()?;
        let labelled_only = matches!(spec.slicer, Slicer::Instance { .. } | Slicer::Case { .. });
        // Who is a subject, and of which group, may rest on any event.
        let masked_only = needs.masked_only
            && matches!((&spec.slicer, &spec.masks), (Slicer::Customer, Masks::Rules(_)))
            && spec.entry == Period::default()
            && spec.subjects.is_none();
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
            masked_only,
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
    pub(crate) fn shows_channel(&self) -> bool {
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
