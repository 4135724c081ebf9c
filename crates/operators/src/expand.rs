//! Events told apart by a value: `page_view` by its `props.url`. Which values there are, and the labels of events by them.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use folds::slice::Needs;
use lake::{Control, Snapshot};
use model::rule::ColumnRef;
use rustc_hash::FxHashMap;

use crate::cases::{array_of, texts};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::limits::EXPANDED_VALUES_MAX;
use crate::prepare::Preparer;
use crate::scan::{Scene, load};
use crate::shard::{Program, Sure};
use crate::spec::{ExpandSpec, FoldSpec, Labels, Masks, ScanSpec};

/// The expansions of a spec, compiled.
#[derive(Debug, Default)]
pub(crate) struct Expansions {
    expansions: Vec<Expansion>,
}

#[derive(Debug)]
struct Expansion {
    event: String,
    column: ColumnRef,
    labels: FxHashMap<String, u32>,
    other: u32,
}

/// Events and channels of some rows, and what their codes stand for.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    pub event: &'a [u32],
    /// Codes of events.
    pub events: &'a FxHashMap<Arc<str>, u32>,
    pub channel: &'a [u32],
    /// By code of a channel.
    pub channels: &'a [Arc<str>],
}

impl Expansions {
    /// `first`: the label of the first value.
    ///
    /// # Errors
    /// When a column does not exist.
    pub(crate) fn new(specs: &[ExpandSpec], first: u32) -> Result<Expansions> {
        let mut next = first;
        let mut expansions = Vec::new();
        for spec in specs {
            spec.check()?;
            let column = ColumnRef::parse(&spec.column);
            let column = column.ok_or_else(|| Error::defect("an expansion without its column"))?;
            let labels: FxHashMap<String, u32> = spec.values.iter().cloned().zip(next..).collect();
            let other = next + spec.values.len() as u32;
            next = other + 1;
            expansions.push(Expansion { event: spec.event.clone(), column, labels, other });
        }
        Ok(Expansions { expansions })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.expansions.is_empty()
    }

    pub(crate) fn reads_channel(&self) -> bool {
        self.expansions.iter().any(|expansion| expansion.column == ColumnRef::Channel)
    }

    /// Columns to be loaded beyond event and channel.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.expansions.iter().filter_map(|expansion| array_of(&expansion.column))
    }

    /// Rewrites the labels of expanded events in `rows`.
    pub(crate) fn relabel(
        &self,
        rows: &BooleanBuffer,
        names: &Named<'_>,
        arrays: &FxHashMap<&'static str, ArrayRef>,
        label: &mut [u32],
    ) -> Result<()> {
        self.each(rows, names, arrays, |at, row, text| {
            let expansion = &self.expansions[at];
            label[row] = expansion.labels.get(text).copied().unwrap_or(expansion.other);
            Ok(())
        })
    }

    /// Tells which expansion each expanded event of `rows` with a value belongs to, its row and the value.
    pub(crate) fn each(
        &self,
        rows: &BooleanBuffer,
        names: &Named<'_>,
        arrays: &FxHashMap<&'static str, ArrayRef>,
        mut each: impl FnMut(usize, usize, &str) -> Result<()>,
    ) -> Result<()> {
        for (at, expansion) in self.expansions.iter().enumerate() {
            let Some(code) = names.events.get(expansion.event.as_str()).copied() else { continue };
            let own = rows & &BooleanBuffer::collect_bool(rows.len(), |row| names.event[row] == code);
            if own.count_set_bits() == 0 {
                continue;
            }
            let mut told = Ok(());
            let mut tell = |row: usize, text: &str| {
                if told.is_ok() {
                    told = each(at, row, text);
                }
            };
            match &expansion.column {
                ColumnRef::Channel => {
                    own.set_indices().for_each(|row| tell(row, &names.channels[names.channel[row] as usize]));
                }
                column => texts(column, &own, arrays, tell)?,
            }
            told?;
        }
        Ok(())
    }
}

/// By expansion, its values with the events that have them, most frequent first.
pub type Found = Vec<Vec<(String, u64)>>;

/// The values of events among those that take part in `scan`. Of `expand` events and columns are read.
///
/// # Errors
/// `Limit` for an event of too many values; `Cancelled` through `control`.
pub async fn values(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    scan: &ScanSpec,
    expand: Vec<ExpandSpec>,
    control: &Control,
) -> Result<Found> {
    let mut counts: Vec<FxHashMap<String, u64>> = vec![FxHashMap::default(); expand.len()];
    let spec = ScanSpec {
        labels: Labels::Expanded { names: Vec::new(), expand },
        masks: Masks::None,
        by: None,
        fold: FoldSpec::Subjects,
        ..scan.clone()
    };
    let (needs, sure) = (Needs { label: true, ..Needs::default() }, Sure::of(snapshot, spec.as_of_us));
    let program = Arc::new(Program::new(Arc::new(spec), needs, sure)?);
    let scene = Scene { engine: engine.clone(), snapshot: Arc::clone(snapshot), control: control.clone() };
    let names = engine.names(snapshot);
    let mut preparer = Preparer::new(Arc::clone(&program), names.events, names.channels);
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let loaded = load(&scene, &program.wanted(), layout).await?;
        for block in loaded.blocks() {
            preparer.each_expanded(&block, |at, text| {
                if let Some(count) = counts[at].get_mut(text) {
                    *count += 1;
                    return Ok(());
                }
                if counts[at].len() >= EXPANDED_VALUES_MAX {
                    let limit = EXPANDED_VALUES_MAX as u64;
                    return Err(Error::Limit { what: "number of values of an expanded event", got: limit + 1, limit });
                }
                counts[at].insert(text.to_owned(), 1);
                Ok(())
            })?;
        }
    }
    let sorted = |counts: FxHashMap<String, u64>| {
        let mut values: Vec<(String, u64)> = counts.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        values
    };
    Ok(counts.into_iter().map(sorted).collect())
}
