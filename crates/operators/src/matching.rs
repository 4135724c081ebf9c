//! What rules take of the events there are, tried in order, and what they leave: the ground an editor of rules stands on.
//!
//! An event goes to the first rule that matches it, as the labels of a scan do ([`crate::prepare`]), by the same
//! evaluator. What is counted here beside that: which later rules would have matched it too, and the names of events
//! that no rule takes. Not here: instances, which need a whole definition.

use std::sync::Arc;

use arrow::buffer::BooleanBuffer;
use datafusion::common::runtime::SpawnedTask;
use lake::schema::TRAITS;
use lake::{Control, Snapshot};
use model::event::SYSTEM_PREFIX;
use model::rule::Rule;
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::rules::{Columns, Evaluator, Rules};
use crate::scan::{Scene, load};
use crate::shard::{Block, Loaded, Wanted};
use crate::traffic::Counted;
use crate::traits::Traits;

/// Rules a mask has bits for.
const MASK_RULES: usize = u64::BITS as usize;

/// What became of the events that take part.
#[derive(Debug, Default)]
pub struct Matching {
    /// All that take part.
    pub all: Counted,
    /// Those that some rule takes.
    pub taken: Counted,
    /// By rule, what it takes.
    pub rules: Vec<Counted>,
    /// Events by the rule that takes them and a later one that matches them, too.
    pub overlaps: FxHashMap<(u32, u32), u64>,
    /// By name: what takes part, and what of it no rule takes. Names of which nothing takes part are not in it.
    pub names: Vec<Named>,
    pub rows_scanned: u64,
}

/// Events of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub events: u64,
    /// Those that no rule takes.
    pub left: Counted,
}

/// Tries `rules` in order on every event up to `as_of_us` that `filter` lets through; without one, on all but the system's
/// own. A rule without conditions matches nothing.
///
/// # Errors
/// `Limit` where there are too many rules, `Cancelled` through `control`; or the lake cannot be read.
pub async fn matching(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    rules: &[Rule],
    filter: Option<&Rule>,
    as_of_us: i64,
    control: &Control,
) -> Result<Matching> {
    control.expect_rows(snapshot.rows_upper());
    let compiled = Arc::new(Rules::compile(rules.iter().chain(filter))?);
    let scene = Scene { engine: engine.clone(), snapshot: Arc::clone(snapshot), control: control.clone() };
    let mut counting = Counting::new(&scene, &compiled, rules.len(), filter.is_some(), as_of_us);
    let wanted = Arc::new(counting.wanted(&compiled));
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let loaded = load(&scene, &wanted, layout).await?;
        let watch = control.clone();
        let counted = SpawnedTask::spawn_blocking(move || counting.shard(&loaded, &watch).map(|()| counting));
        counting = counted.await.map_err(|error| Error::defect(format!("counting stopped: {error}")))??;
    }
    Ok(counting.finish(control.rows_done()))
}

struct Counting {
    evaluator: Evaluator,
    events: Names,
    /// Keys of traits that rules read.
    traits: Vec<String>,
    rules: usize,
    /// Whether the rule after the last is what events must pass.
    filtered: bool,
    as_of_us: i64,
    /// By event code: its name, whether it is the system's own, its events, those left and who was seen with one last.
    names: Vec<Name>,
    found: Matching,
    /// The customer being counted; 0: none yet.
    customer: u64,
    seen: u64,
    seen_taken: u64,
    /// By rule, the customer counted last.
    seen_by: Vec<u64>,
}

struct Name {
    named: Named,
    system: bool,
    seen: u64,
}

impl Counting {
    fn new(scene: &Scene, compiled: &Arc<Rules>, rules: usize, filtered: bool, as_of_us: i64) -> Counting {
        let names = scene.engine.names(&scene.snapshot);
        let mut traits: Vec<String> = compiled.traits().map(str::to_owned).collect();
        traits.sort_unstable();
        traits.dedup();
        Counting {
            evaluator: Evaluator::new(Arc::clone(compiled), names.events.clone(), names.channels),
            events: names.events,
            traits,
            rules,
            filtered,
            as_of_us,
            names: Vec::new(),
            found: Matching { rules: vec![Counted::default(); rules], ..Matching::default() },
            customer: 0,
            seen: 0,
            seen_taken: 0,
            seen_by: vec![0; rules],
        }
    }

    fn wanted(&self, compiled: &Rules) -> Wanted {
        let mut arrays = compiled.columns();
        if !self.traits.is_empty() {
            arrays.push(TRAITS);
        }
        Wanted { event: true, channel: compiled.reads_channel(), arrays, ..Wanted::default() }
    }

    fn shard(&mut self, shard: &Loaded, control: &Control) -> Result<()> {
        for block in shard.blocks() {
            control.check()?;
            self.block(&block)?;
            control.add_rows(block.time.len() as u64);
        }
        Ok(())
    }

    fn block(&mut self, block: &Block<'_>) -> Result<()> {
        self.learn();
        let Block { offsets, time, event, channel, arrays, .. } = block;
        let rows = time.len();
        let exists = BooleanBuffer::collect_bool(rows, |row| time[row] <= self.as_of_us);
        let traits = Traits::read(&self.traits, arrays.get(TRAITS), offsets, &exists)?;
        let matches = self.evaluator.evaluate(Columns { rows, event, channel, arrays, traits: &traits })?;
        let kept = match self.filtered {
            true => &exists & &matches.rows(self.rules),
            false => &exists & &BooleanBuffer::collect_bool(rows, |row| !self.names[event[row] as usize].system),
        };
        let parts = (0..self.rules).step_by(MASK_RULES);
        let masks: Vec<(usize, Vec<u64>)> =
            parts.map(|from| (from, matches.mask(from..self.rules.min(from + MASK_RULES)))).collect();
        for pair in offsets.windows(2) {
            self.customer += 1;
            for row in (pair[0] as usize..pair[1] as usize).filter(|row| kept.value(*row)) {
                let hits = masks.iter().flat_map(|(from, masks)| bits(masks[row]).map(move |bit| from + bit));
                add(&mut self.found.all, &mut self.seen, self.customer);
                let name = &mut self.names[event[row] as usize];
                name.named.events += 1;
                let mut first = None;
                for rule in hits {
                    match first {
                        None => {
                            first = Some(rule);
                            add(&mut self.found.taken, &mut self.seen_taken, self.customer);
                            add(&mut self.found.rules[rule], &mut self.seen_by[rule], self.customer);
                        }
                        Some(first) => *self.found.overlaps.entry((first as u32, rule as u32)).or_default() += 1,
                    }
                }
                if first.is_none() {
                    add(&mut name.named.left, &mut name.seen, self.customer);
                }
            }
        }
        Ok(())
    }

    /// Looks at names that have appeared since.
    fn learn(&mut self) {
        for name in self.events.since(self.names.len()) {
            let named = Named { name: name.to_string(), events: 0, left: Counted::default() };
            self.names.push(Name { system: name.starts_with(SYSTEM_PREFIX), named, seen: 0 });
        }
    }

    fn finish(self, rows_scanned: u64) -> Matching {
        let names = self.names.into_iter().map(|name| name.named).filter(|named| named.events > 0);
        Matching { names: names.collect(), rows_scanned, ..self.found }
    }
}

fn add(counted: &mut Counted, seen: &mut u64, customer: u64) {
    counted.events += 1;
    if *seen != customer {
        *seen = customer;
        counted.customers += 1;
    }
}

/// Positions of the bits that are set, ascending.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(bit)
    })
}
