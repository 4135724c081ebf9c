//! What rules say of names, as tables over their codes.

use std::ops::Range;
use std::sync::Arc;

use arrow::buffer::BooleanBuffer;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::Columns;
use super::classes::{Classes, Pair};

/// A value by the names of a row.
#[derive(Debug)]
pub(super) enum Table<T> {
    /// By event code: channels do not matter.
    Event(Vec<T>),
    /// By channel code: events do not matter.
    Channel(Vec<T>),
    /// By pair of classes, see [`Classes::index`].
    Pair(Vec<T>),
}

/// The tables that were asked for since names were last learned, by the rules they are of.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) first: Kept<u32>,
    pub(super) mask: Kept<u64>,
    pub(super) any: Kept<bool>,
    /// By condition.
    pub(super) condition: Kept<bool>,
}

/// Tables of one kind.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<FxHashMap<Range<usize>, Arc<Table<T>>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::default())
    }
}

impl<T: Copy> Kept<T> {
    /// The table of these rules, made of `value` if there is none yet. A table of no rows is not kept, as it does not tell
    /// which columns there are.
    pub(super) fn table(
        &self,
        rules: Range<usize>,
        classes: &Classes,
        columns: &Columns<'_>,
        value: impl Fn(Pair<'_>) -> T,
    ) -> Arc<Table<T>> {
        if let Some(table) = self.0.lock().get(&rules) {
            return Arc::clone(table);
        }
        let table = Arc::new(classes.by_names(columns, value));
        if columns.rows > 0 {
            self.0.lock().insert(rules, Arc::clone(&table));
        }
        table
    }
}

impl<T: Copy> Table<T> {
    /// The value of each row.
    pub(super) fn each(&self, classes: &Classes, columns: &Columns<'_>) -> Vec<T> {
        match self {
            Table::Event(values) => columns.event.iter().map(|code| values[*code as usize]).collect(),
            Table::Channel(values) => columns.channel.iter().map(|code| values[*code as usize]).collect(),
            Table::Pair(values) => (0..columns.rows).map(|row| values[classes.index(columns, row)]).collect(),
        }
    }
}

impl Table<bool> {
    /// The rows whose value is true.
    pub(super) fn rows(&self, classes: &Classes, columns: &Columns<'_>) -> BooleanBuffer {
        let Columns { rows, event, channel, .. } = *columns;
        match self {
            Table::Event(values) => BooleanBuffer::collect_bool(rows, |row| values[event[row] as usize]),
            Table::Channel(values) => BooleanBuffer::collect_bool(rows, |row| values[channel[row] as usize]),
            Table::Pair(values) => BooleanBuffer::collect_bool(rows, |row| values[classes.index(columns, row)]),
        }
    }
}
