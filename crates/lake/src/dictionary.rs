//! What is in the lake, by name: a summary of events, their properties and their sources.
//!
//! A [`Dictionary`] is a commutative monoid over rows: [`Dictionary::merge`] of the summaries of any parts of some rows, in
//! any order, is the summary of all of them, limits included. So a data file, which never changes, is summarised once and
//! its summary kept beside it; what compaction or an erasure writes anew has another name and so another summary. Counts
//! also have an inverse, [`Dictionary::less`], by which rows that repeat what others say are taken out again.
//!
//! Personal data: identifiers are not read, and of values that look like a person's no text is kept. Not here: what is good
//! or bad about the numbers, and what people wrote about names.

mod keep;
mod limited;
mod personal;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use keep::DictionaryRead;
pub(crate) use keep::{DictionaryCache, SUFFIX};
pub use limited::{Limited, Tally};

use crate::limits::{
    DICTIONARY_CELLS, DICTIONARY_DAYS, DICTIONARY_EVENTS, DICTIONARY_HOURS, DICTIONARY_PROPERTIES, DICTIONARY_SOURCES,
    DICTIONARY_TEXTS, DICTIONARY_VALUES,
};

/// A summary of rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dictionary {
    pub rows: u64,
    pub events: Limited<String, EventStats, DICTIONARY_EVENTS>,
    pub sources: Limited<String, SourceStats, DICTIONARY_SOURCES>,
}

/// How many, and the times of the first and the last, UTC microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub count: u64,
    /// Meaningless where `count` is 0, as `last_us`.
    pub first_us: i64,
    pub last_us: i64,
}

/// The rows of one event name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventStats {
    pub span: Span,
    /// Rows by day, counted from 1970-01-01 in the zone the summary was made for: the newest
    /// [`DICTIONARY_DAYS`] days that have any.
    pub days: BTreeMap<i32, u64>,
    /// By source and channel.
    pub cells: Limited<(String, String), Span, DICTIONARY_CELLS>,
    /// Objects in `items` of all rows: what item fields are a share of.
    pub items: u64,
    pub properties: BTreeMap<Place, Limited<String, PropertyStats, DICTIONARY_PROPERTIES>>,
}

/// Where a property stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A typed column.
    Column,
    /// A key of `props`.
    Prop,
    /// A key of `traits`.
    Trait,
    /// A key of an object in `items`.
    Item,
}

/// The type a value came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ValueType {
    Text,
    Number,
    Boolean,
    List,
    Object,
}

/// A property of one event name. Null counts as missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PropertyStats {
    /// Rows that have it; of an item field, items.
    pub span: Span,
    pub types: BTreeMap<ValueType, Span>,
    /// Scalar values by hash: those of the smallest hashes, which is a fair sample of all different ones.
    pub values: Limited<u64, ValueStats, DICTIONARY_VALUES>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ValueStats {
    pub count: u64,
    /// The value, cut short; kept of the first [`DICTIONARY_TEXTS`] of a property's values, and never where it looks like a
    /// person's.
    pub text: Option<String>,
}

/// The rows of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceStats {
    pub span: Span,
    /// When the first and the last of them arrived.
    pub received: Span,
    /// Minutes in which something arrived, a bit each, by hour since 1970: the newest [`DICTIONARY_HOURS`] hours that have
    /// any.
    pub hours: BTreeMap<i64, u64>,
    /// Rows that came through a door; the following are of these.
    pub live: u64,
    /// Happened more than [`LATE_US`] before they arrived.
    pub late: Span,
    /// Happened more than [`EARLY_US`] after they arrived, by the sender's clock.
    pub early: Span,
    /// Came with a time too far in the future to be believed; it was replaced by the arrival.
    pub disbelieved: Span,
}

/// A day: sent so long after it happened, an event changes figures that people have looked at already.
pub const LATE_US: i64 = 86_400_000_000;

/// A minute: less is the precision of clocks.
pub const EARLY_US: i64 = 60_000_000;

impl Dictionary {
    /// Adds the summary of other rows.
    pub fn merge(&mut self, other: &Dictionary) {
        self.rows += other.rows;
        self.events.merge(&other.events);
        self.sources.merge(&other.sources);
    }

    /// Takes rows out of the counts that are among those summarised and repeat others of them. First and last times,
    /// minutes and values stay: what is repeated has them too.
    pub fn less(&mut self, repeated: &Dictionary) {
        self.rows = self.rows.saturating_sub(repeated.rows);
        self.events.less(&repeated.events);
        self.sources.less(&repeated.sources);
    }
}

impl Span {
    pub(crate) fn add(&mut self, time_us: i64) {
        self.merge(&Span { count: 1, first_us: time_us, last_us: time_us });
    }
}

impl Tally for Span {
    fn merge(&mut self, other: &Span) {
        *self = match (self.count, other.count) {
            (_, 0) => *self,
            (0, _) => *other,
            (mine, theirs) => Span {
                count: mine + theirs,
                first_us: self.first_us.min(other.first_us),
                last_us: self.last_us.max(other.last_us),
            },
        };
    }

    fn less(&mut self, other: &Span) {
        self.count = self.count.saturating_sub(other.count);
    }

    fn count(&self) -> u64 {
        self.count
    }
}

impl Tally for EventStats {
    fn merge(&mut self, other: &EventStats) {
        self.span.merge(&other.span);
        for (day, count) in &other.days {
            *self.days.entry(*day).or_default() += count;
        }
        keep_newest(&mut self.days, DICTIONARY_DAYS);
        self.cells.merge(&other.cells);
        self.items += other.items;
        for (place, properties) in &other.properties {
            self.properties.entry(*place).or_default().merge(properties);
        }
    }

    fn less(&mut self, other: &EventStats) {
        self.span.less(&other.span);
        for (day, count) in &other.days {
            if let Some(mine) = self.days.get_mut(day) {
                *mine = mine.saturating_sub(*count);
            }
        }
        self.cells.less(&other.cells);
        self.items = self.items.saturating_sub(other.items);
        for (place, properties) in &other.properties {
            if let Some(mine) = self.properties.get_mut(place) {
                mine.less(properties);
            }
        }
    }

    fn count(&self) -> u64 {
        self.span.count
    }
}

impl Tally for PropertyStats {
    fn merge(&mut self, other: &PropertyStats) {
        self.span.merge(&other.span);
        for (of, span) in &other.types {
            self.types.entry(*of).or_default().merge(span);
        }
        self.values.merge(&other.values);
        self.trim();
    }

    fn less(&mut self, other: &PropertyStats) {
        self.span.less(&other.span);
        for (of, span) in &other.types {
            if let Some(mine) = self.types.get_mut(of) {
                mine.less(span);
            }
        }
        self.types.retain(|_, span| span.count > 0);
        self.values.less(&other.values);
    }

    fn count(&self) -> u64 {
        self.span.count
    }
}

impl PropertyStats {
    /// Different scalar values: exact where few, else estimated from the smallest hashes (their number is even over the
    /// range), with an error of about one eighth.
    pub fn distinct(&self) -> (u64, bool) {
        let kept = self.values.len() as u64;
        match self.values.last_key() {
            // One that came twice with another value may have been taken off again: then fewer are kept than could be.
            Some(last) if kept > 1 && self.values.rest > 0 => {
                let share = (*last as f64 + 1.0) / 2f64.powi(64);
                (((kept - 1) as f64 / share).round() as u64, false)
            }
            _ => (kept, true),
        }
    }

    /// Text is kept of the first values only; whichever these are now, they were among the first of every part.
    pub(crate) fn trim(&mut self) {
        self.values.values_mut().skip(DICTIONARY_TEXTS).for_each(|value| value.text = None);
    }
}

impl Tally for ValueStats {
    fn merge(&mut self, other: &ValueStats) {
        self.count += other.count;
        if self.text.is_none() {
            self.text.clone_from(&other.text);
        }
    }

    fn less(&mut self, other: &ValueStats) {
        self.count = self.count.saturating_sub(other.count);
    }

    fn count(&self) -> u64 {
        self.count
    }
}

impl Tally for SourceStats {
    fn merge(&mut self, other: &SourceStats) {
        self.span.merge(&other.span);
        self.received.merge(&other.received);
        for (hour, minutes) in &other.hours {
            *self.hours.entry(*hour).or_default() |= minutes;
        }
        keep_newest(&mut self.hours, DICTIONARY_HOURS);
        self.live += other.live;
        self.late.merge(&other.late);
        self.early.merge(&other.early);
        self.disbelieved.merge(&other.disbelieved);
    }

    fn less(&mut self, other: &SourceStats) {
        self.span.less(&other.span);
        self.received.less(&other.received);
        self.live = self.live.saturating_sub(other.live);
        self.late.less(&other.late);
        self.early.less(&other.early);
        self.disbelieved.less(&other.disbelieved);
    }

    fn count(&self) -> u64 {
        self.span.count
    }
}

impl SourceStats {
    pub(crate) fn arrive(&mut self, received_us: i64) {
        self.received.add(received_us);
        let minute = received_us.div_euclid(60_000_000);
        *self.hours.entry(minute.div_euclid(60)).or_default() |= 1 << minute.rem_euclid(60);
        if self.hours.len() > DICTIONARY_HOURS {
            self.hours.pop_first();
        }
    }

    /// The minutes since 1970 in which something arrived, ascending.
    pub fn minutes(&self) -> impl Iterator<Item = i64> + '_ {
        let bits = |(hour, minutes): (&i64, &u64)| {
            let (hour, minutes) = (*hour, *minutes);
            (0..60).filter(move |bit| minutes & (1 << bit) != 0).map(move |bit| hour * 60 + bit)
        };
        self.hours.iter().flat_map(bits)
    }
}

/// Leaves the entries of the largest keys: a key among the largest of all is among the largest of its part, so that parts
/// keep what the whole needs.
fn keep_newest<K: Ord, V>(map: &mut BTreeMap<K, V>, max: usize) {
    while map.len() > max {
        map.pop_first();
    }
}
