//! Counts by sequence of touches.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::counters::{Tally, Turn};
use crate::sum::Sum;

/// What one sequence of codes led to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Conversions with just these touches.
    pub conversions: u64,
    /// Sum of their values.
    pub value: Sum,
    /// Subjects with such a conversion.
    pub converted: Tally,
    /// Subjects that ended in these touches without one, and no more can have it.
    pub lost: u64,
}

impl Counts {
    pub(super) fn convert(&mut self, turn: &Turn, value: f64) {
        self.conversions += 1;
        self.value.add(value);
        self.converted.see(turn);
    }

    fn add(&mut self, other: &Counts) {
        self.conversions += other.conversions;
        self.value.merge(other.value);
        self.converted.add(other.converted);
        self.lost += other.lost;
    }
}

/// Counts by sequence, a byte a touch.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Box<[u8]>, Counts)>", into = "Vec<(Box<[u8]>, Counts)>")]
pub struct Table {
    places: FxHashMap<Arc<[u8]>, u32>,
    /// In order of first appearance.
    counts: Vec<Counts>,
    /// Bytes of all sequences.
    touches: usize,
    /// Sequences in ascending order, with their places: every model asks for it. Forgotten when a sequence is new.
    order: OnceLock<Vec<(Arc<[u8]>, u32)>>,
}

impl Table {
    /// Number of distinct sequences.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub fn get(&self, path: &[u8]) -> Option<&Counts> {
        self.places.get(path).and_then(|place| self.counts.get(*place as usize))
    }

    /// Sequences with their counts, in ascending order of the sequences.
    pub fn sorted(&self) -> Vec<(&[u8], &Counts)> {
        let order = self.order.get_or_init(|| {
            let mut order: Vec<_> = self.places.iter().map(|(path, place)| (Arc::clone(path), *place)).collect();
            order.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
            order
        });
        order.iter().map(|(path, place)| (path.as_ref(), &self.counts[*place as usize])).collect()
    }

    /// Heap bytes held.
    pub fn bytes(&self) -> usize {
        // A short sequence takes what an allocation takes at least, and two counts of who holds it.
        self.places.capacity() * size_of::<(Arc<[u8]>, u32, u8)>()
            + self.counts.capacity() * size_of::<Counts>()
            + self.touches
            + self.counts.len() * 32
    }

    pub(super) fn counts(&mut self, path: &[u8]) -> &mut Counts {
        let place = match self.places.get(path) {
            Some(place) => *place as usize,
            None => self.insert(path.into(), Counts::default()),
        };
        &mut self.counts[place]
    }

    pub(super) fn merge(&mut self, from: Table) {
        for (path, place) in from.places {
            let counts = from.counts[place as usize];
            // What is new here is added to nothing: counters of another state know other ordinals.
            let here = match self.places.get(&path) {
                Some(here) => *here as usize,
                None => self.insert(path, Counts::default()),
            };
            self.counts[here].add(&counts);
        }
    }

    fn insert(&mut self, path: Arc<[u8]>, counts: Counts) -> usize {
        self.order.take();
        self.touches += path.len();
        self.places.insert(path, self.counts.len() as u32);
        self.counts.push(counts);
        self.counts.len() - 1
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Table) -> bool {
        self.sorted() == other.sorted()
    }
}

impl From<Vec<(Box<[u8]>, Counts)>> for Table {
    fn from(entries: Vec<(Box<[u8]>, Counts)>) -> Table {
        let mut table = Table::default();
        entries.into_iter().for_each(|(path, counts)| {
            table.insert(path.into(), counts);
        });
        table
    }
}

impl From<Table> for Vec<(Box<[u8]>, Counts)> {
    fn from(table: Table) -> Self {
        let Table { places, counts, .. } = table;
        places.into_iter().map(|(path, place)| (path.as_ref().into(), counts[place as usize])).collect()
    }
}
