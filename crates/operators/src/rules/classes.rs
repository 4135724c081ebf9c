//! Classes of names: two names are in one class if every condition treats them alike.

use model::rule::{Cell, ColumnTest};
use rustc_hash::FxHashMap;

use super::tables::Table;
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

    /// Sorts names that have appeared since into classes, and says whether there were any. Call before rows that may have
    /// them.
    pub(super) fn learn(&mut self, conditions: &[Compiled]) -> bool {
        let events = self.events.learn(conditions, |c| (&c.events, &c.event_tests));
        let channels = self.channels.learn(conditions, |c| (&c.channels, &c.channel_tests));
        events || channels
    }

    /// A value for each name, or pair of names, that tells rows apart.
    pub(super) fn by_names<T: Copy>(&self, columns: &Columns<'_>, value: impl Fn(Pair<'_>) -> T) -> Table<T> {
        let value = |event: &[u64], channel: &[u64]| value(Pair { event, channel });
        let (events, channels) = (&self.events.holds, &self.channels.holds);
        let apart = |side: &Side, codes: &[u32]| !codes.is_empty() && side.holds.len() > 1;
        match (apart(&self.events, columns.event), apart(&self.channels, columns.channel)) {
            // All names of the other column are of one class, or it is not there: its class is 0.
            (true, false) => {
                let by_class: Vec<T> = events.iter().map(|event| value(event, &channels[0])).collect();
                Table::Event(self.events.class.iter().map(|class| by_class[*class as usize]).collect())
            }
            (false, true) => {
                let by_class: Vec<T> = channels.iter().map(|channel| value(&events[0], channel)).collect();
                Table::Channel(self.channels.class.iter().map(|class| by_class[*class as usize]).collect())
            }
            _ => {
                let value = &value;
                let pairs = events.iter().flat_map(|event| channels.iter().map(move |channel| value(event, channel)));
                Table::Pair(pairs.collect())
            }
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

    fn learn(&mut self, conditions: &[Compiled], part: impl Fn(&Compiled) -> (&Vec<String>, &Vec<ColumnTest>)) -> bool {
        let before = (self.holds.len(), self.class.len());
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
        before != (self.holds.len(), self.class.len())
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
