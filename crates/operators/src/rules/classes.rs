//! Classes of names: two names are in one class if every condition treats them alike.

use model::rule::{Cell, ColumnTest};
use rustc_hash::FxHashMap;

use super::{Columns, Compiled};
use crate::names::Names;

/// What is known of the names of one question.
#[derive(Debug)]
pub(super) struct Classes {
    events: Side,
    channels: Side,
}

/// One of the two columns.
#[derive(Debug)]
struct Side {
    names: Names,
    /// Class by code; grows as names appear.
    class: Vec<u32>,
    /// By class, one bit per condition: whether this column's part of the condition holds.
    holds: Vec<Box<[u64]>>,
    known: FxHashMap<Box<[u64]>, u32>,
}

/// A pair of an event class and a channel class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    event: &'a [u64],
    channel: &'a [u64],
}

impl Pair<'_> {
    /// Whether condition `k` holds as far as names decide.
    pub(super) fn holds(&self, k: usize) -> bool {
        self.event[k / 64] & self.channel[k / 64] & (1 << (k % 64)) != 0
    }
}

impl Classes {
    pub(super) fn new(events: Names, channels: Names) -> Classes {
        Classes { events: Side::new(events), channels: Side::new(channels) }
    }

    /// Sorts names that have appeared since into classes. Call before a shard whose columns may hold them.
    pub(super) fn learn(&mut self, conditions: &[Compiled]) {
        self.events.learn(conditions, |c| (&c.events, &c.event_tests));
        self.channels.learn(conditions, |c| (&c.channels, &c.channel_tests));
    }

    /// A value for each pair of classes; [`Classes::index`] finds a row's.
    pub(super) fn table<T>(&self, value: impl Fn(Pair<'_>) -> T) -> Vec<T> {
        let value = &value;
        let pairs = self
            .events
            .holds
            .iter()
            .flat_map(|event| self.channels.holds.iter().map(move |channel| value(Pair { event, channel })));
        pairs.collect()
    }

    /// A value for each code of the only column that tells rows apart, and that column; None if both do, or neither.
    pub(super) fn by_code<'a, T: Copy>(&self, columns: &Columns<'a>, table: &[T]) -> Option<(Vec<T>, &'a [u32])> {
        let channels = self.channels.holds.len();
        let apart = |side: &Side, codes: &[u32]| !codes.is_empty() && side.holds.len() > 1;
        match (apart(&self.events, columns.event), apart(&self.channels, columns.channel)) {
            (true, false) => {
                // All names of channels are of one class, or the column is not there: its class is 0.
                let values = self.events.class.iter().map(|class| table[*class as usize * channels]);
                Some((values.collect(), columns.event))
            }
            (false, true) => {
                let values = self.channels.class.iter().map(|class| table[*class as usize]);
                Some((values.collect(), columns.channel))
            }
            _ => None,
        }
    }

    #[inline]
    pub(super) fn index(&self, columns: &Columns<'_>, row: usize) -> usize {
        let class = |side: &Side, codes: &[u32]| match codes.is_empty() {
            true => 0,
            false => side.class[codes[row] as usize] as usize,
        };
        class(&self.events, columns.event) * self.channels.holds.len() + class(&self.channels, columns.channel)
    }
}

impl Side {
    fn new(names: Names) -> Side {
        Side { names, class: Vec::new(), holds: Vec::new(), known: FxHashMap::default() }
    }

    fn learn(&mut self, conditions: &[Compiled], part: impl Fn(&Compiled) -> (&Vec<String>, &Vec<ColumnTest>)) {
        if self.holds.is_empty() {
            // Class 0 stands for a column that was not loaded because no condition reads it.
            let all = conditions.iter().map(|c| part(c).0.is_empty() && part(c).1.is_empty());
            self.add(bits(all, conditions.len()));
        }
        for name in self.names.since(self.class.len()) {
            let holds = conditions.iter().map(|condition| {
                let (names, tests) = part(condition);
                (names.is_empty() || names.iter().any(|n| **n == *name))
                    && tests.iter().all(|test| test.holds(Cell::Text(&name)))
            });
            let class = self.add(bits(holds, conditions.len()));
            self.class.push(class);
        }
    }

    fn add(&mut self, holds: Box<[u64]>) -> u32 {
        let next = self.holds.len() as u32;
        let class = *self.known.entry(holds.clone()).or_insert(next);
        if class == next {
            self.holds.push(holds);
        }
        class
    }
}

fn bits(holds: impl Iterator<Item = bool>, len: usize) -> Box<[u64]> {
    let mut words = vec![0u64; len.div_ceil(64)];
    holds.enumerate().filter(|(_, holds)| *holds).for_each(|(k, _)| words[k / 64] |= 1 << (k % 64));
    words.into()
}
