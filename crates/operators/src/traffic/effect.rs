//! What another rule set would do: events and customers by group before and after, and what neither rule takes.

use std::sync::Arc;

use lake::schema::EVENT;
use lake::{Control, Snapshot};
use model::event::SYSTEM_PREFIX;
use model::traffic::{Classifier, UNASSIGNED};
use rustc_hash::FxHashMap;

use super::{COLUMNS, Origins};
use crate::engine::Engine;
use crate::error::Result;
use crate::limits::UNCLASSIFIED_MAX;

/// Every event counted by the group it has and the group it would have.
#[derive(Debug)]
pub struct Effect {
    pub all: Counted,
    /// By position in the groups of the classifier before, and of the one after.
    pub moves: FxHashMap<(u32, u32), Counted>,
    /// By position in the groups of the classifier before.
    pub before: Vec<Counted>,
    /// By position in the groups of the classifier after.
    pub after: Vec<Counted>,
    /// What stays without a group.
    pub unclassified: FxHashMap<Unclassified, Found>,
    /// More than [`UNCLASSIFIED_MAX`] combinations stay without a group; further ones are not listed.
    pub unclassified_cut: bool,
    pub rows_scanned: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub events: u64,
    /// Who have at least one such event.
    pub customers: u64,
}

/// What events say that no rule takes. Texts as rules see them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unclassified {
    pub source: String,
    pub medium: String,
    pub referrer_host: String,
    pub campaign: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    pub events: u64,
    /// UTC microseconds.
    pub first_us: i64,
    pub last_us: i64,
}

/// Counts all events up to `as_of_us` but the system's own: by the rules of the snapshot, and by `after`.
///
/// # Errors
/// `Cancelled` through `control`; or the lake cannot be read.
pub async fn effect(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    after: &Classifier,
    as_of_us: i64,
    control: &Control,
) -> Result<Effect> {
    control.expect_rows(snapshot.rows_upper());
    let before = Arc::clone(snapshot.traffic());
    let mut counting = Counting::new(&before, after);
    let names = engine.names(snapshot);
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let mut columns = FxHashMap::default();
        for name in COLUMNS {
            columns.insert(name, engine.cache().array(snapshot, &layout, name).await?);
        }
        let events = engine.cache().codes(snapshot, &layout, EVENT, &names.events).await?;
        let time = engine.cache().times(snapshot, &layout).await?;
        let system: Vec<bool> = names.events.since(0).iter().map(|name| name.starts_with(SYSTEM_PREFIX)).collect();
        let counts = |row: usize| time[row] <= as_of_us && !system[events[row] as usize];
        let origins = Origins::of(layout.rows(), &columns)?;
        let of = counting.classify(&origins, &before, after);
        let mut found = vec![Found::default(); of.len()];
        for rows in layout.offsets().windows(2) {
            counting.next_customer();
            for row in (rows[0] as usize..rows[1] as usize).filter(|row| counts(*row)) {
                let origin = origins.of_row[row] as usize;
                counting.add(&of[origin]);
                found[origin].add(Found { events: 1, first_us: time[row], last_us: time[row] });
            }
        }
        counting.leave(of, found);
        control.add_rows(layout.rows() as u64);
    }
    counting.effect.rows_scanned = control.rows_done();
    Ok(counting.effect)
}

/// What an origin is to both rule sets.
struct Both {
    before: u32,
    after: u32,
    /// What is said of it, if it stays without a group.
    unclassified: Option<Unclassified>,
}

struct Counting {
    effect: Effect,
    /// The customer being counted; 0: none yet.
    customer: u64,
    /// By what is counted, the customer counted last.
    seen_before: Vec<u64>,
    seen_after: Vec<u64>,
    seen_moves: FxHashMap<(u32, u32), u64>,
    counted: u64,
    unassigned: u32,
}

impl Counting {
    fn new(before: &Classifier, after: &Classifier) -> Counting {
        let (from, to) = (before.groups().len(), after.groups().len());
        let unassigned = after.groups().iter().position(|group| group == UNASSIGNED).unwrap_or(to);
        Counting {
            effect: Effect {
                all: Counted::default(),
                moves: FxHashMap::default(),
                before: vec![Counted::default(); from],
                after: vec![Counted::default(); to],
                unclassified: FxHashMap::default(),
                unclassified_cut: false,
                rows_scanned: 0,
            },
            customer: 0,
            seen_before: vec![0; from],
            seen_after: vec![0; to],
            seen_moves: FxHashMap::default(),
            counted: 0,
            unassigned: unassigned as u32,
        }
    }

    fn classify(&self, origins: &Origins, before: &Classifier, after: &Classifier) -> Vec<Both> {
        let both = |origin: usize| {
            let facts = origins.facts(origin, after);
            let group = after.group(&facts) as u32;
            let unclassified = (group == self.unassigned).then_some(Unclassified {
                source: facts.source,
                medium: facts.medium,
                referrer_host: facts.referrer_host,
                campaign: facts.campaign,
            });
            let had = before.group(&origins.facts(origin, before)) as u32;
            Both { before: had, after: group, unclassified }
        };
        (0..origins.len()).map(both).collect()
    }

    fn next_customer(&mut self) {
        self.customer += 1;
    }

    fn add(&mut self, of: &Both) {
        let customer = self.customer;
        let count = |counted: &mut Counted, seen: &mut u64| {
            counted.events += 1;
            if *seen != customer {
                *seen = customer;
                counted.customers += 1;
            }
        };
        count(&mut self.effect.all, &mut self.counted);
        count(&mut self.effect.before[of.before as usize], &mut self.seen_before[of.before as usize]);
        count(&mut self.effect.after[of.after as usize], &mut self.seen_after[of.after as usize]);
        let pair = (of.before, of.after);
        count(self.effect.moves.entry(pair).or_default(), self.seen_moves.entry(pair).or_default());
    }

    /// Takes over what some rows without a group say: by origin, not by row.
    fn leave(&mut self, of: Vec<Both>, found: Vec<Found>) {
        for (both, more) in of.into_iter().zip(found).filter(|(_, more)| more.events > 0) {
            let Some(unclassified) = both.unclassified else { continue };
            if let Some(found) = self.effect.unclassified.get_mut(&unclassified) {
                found.add(more);
            } else if self.effect.unclassified.len() < UNCLASSIFIED_MAX {
                self.effect.unclassified.insert(unclassified, more);
            } else {
                self.effect.unclassified_cut = true;
            }
        }
    }
}

impl Found {
    fn add(&mut self, more: Found) {
        let none = self.events == 0;
        self.events += more.events;
        self.first_us = if none { more.first_us } else { self.first_us.min(more.first_us) };
        self.last_us = if none { more.last_us } else { self.last_us.max(more.last_us) };
    }
}
