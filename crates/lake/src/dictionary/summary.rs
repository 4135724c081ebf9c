//! Rows → their summary.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use arrow::datatypes::{Float64Type, Int32Type};
use model::calendar::Calendar;
use model::event::{Column, ColumnType, SAID_TIME};
use model::traits::settle;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use super::personal::{example, is_personal};
use super::{
    Dictionary, EARLY_US, EventStats, LATE_US, Place, PropertyStats, SourceStats, Span, Tally, ValueType, keep_newest,
};
use crate::data_file::times;
use crate::error::{Error, Result};
use crate::limits::{DICTIONARY_DAYS, DICTIONARY_TEXTS};
use crate::schema::*;

/// A quarter of an hour: since 1970 the offsets of all zones are whole quarters, so none lies in two days.
const QUARTER_US: i64 = 900_000_000;

/// The columns that are read, in the order they are handed over.
pub(super) static COLUMNS: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
    let first = [EVENT, CHANNEL, SOURCE, BATCH, TIME, RECEIVED_AT, ITEMS, TRAITS, PROPS];
    first.into_iter().chain(Column::ALL.iter().map(|column| column.name())).collect()
});

/// Summarises rows, some at a time.
pub(super) struct Summariser {
    calendar: Calendar,
    days: FxHashMap<i64, i32>,
    pub(super) whole: Dictionary,
}

/// The names of a dictionary column, and which each row has.
struct Names {
    names: StringArray,
    of_rows: Vec<usize>,
}

/// The rows at hand, by event name.
struct Rows {
    times: Vec<i64>,
    events: Names,
    stats: Vec<EventStats>,
}

impl Summariser {
    pub(super) fn new(calendar: Calendar) -> Summariser {
        Summariser { calendar, days: FxHashMap::default(), whole: Dictionary::default() }
    }

    /// Adds rows: arrays of one length, in the order of [`COLUMNS`].
    pub(super) fn push(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let [events, channels, sources, batches, time, received, items, traits, props, typed @ ..] = arrays else {
            return Err(Error::corrupt("a summary of rows", "columns are missing"));
        };
        let events = Names::of(events)?;
        let stats = vec![EventStats::default(); events.names.len()];
        let mut rows = Rows { times: times(time).to_vec(), events, stats };
        let sources = Names::of(sources)?;
        self.count(&mut rows, &sources, &Names::of(channels)?);
        for (column, array) in Column::ALL.iter().zip(typed) {
            rows.typed(*column, array);
        }
        let mut disbelieved = Vec::new();
        rows.objects(Place::Prop, props, |row, object| {
            if object.contains_key(SAID_TIME) {
                disbelieved.push(row);
            }
            object
        })?;
        // Those that are set once stand among the others.
        rows.objects(Place::Trait, traits, |_, object| {
            let mut said = Map::new();
            settle(&mut said, object);
            said
        })?;
        rows.items(items)?;
        self.arrivals(&rows.times, &sources, &Names::of(batches)?, times(received), &disbelieved);
        self.whole.rows += rows.times.len() as u64;
        for (name, stats) in rows.events.names.iter().zip(&rows.stats) {
            if let Some(name) = name.filter(|_| stats.span.count > 0) {
                self.whole.events.change(name, stats.span.count, |mine| mine.merge(stats));
            }
        }
        Ok(())
    }

    /// Counts rows by day, source and channel.
    fn count(&mut self, rows: &mut Rows, sources: &Names, channels: &Names) {
        let mut cells: FxHashMap<(usize, usize, usize), Span> = FxHashMap::default();
        let mut days: FxHashMap<(usize, i32), u64> = FxHashMap::default();
        for (row, time_us) in rows.times.iter().enumerate() {
            let event = rows.events.of_rows[row];
            cells.entry((event, sources.of_rows[row], channels.of_rows[row])).or_default().add(*time_us);
            if let Some(day) = self.day(*time_us) {
                *days.entry((event, day)).or_default() += 1;
            }
        }
        for ((event, source, channel), span) in cells {
            let stats = &mut rows.stats[event];
            stats.span.merge(&span);
            let key = (sources.name(source).to_owned(), channels.name(channel).to_owned());
            stats.cells.change(&key, span.count, |mine| mine.merge(&span));
        }
        for ((event, day), count) in days {
            *rows.stats[event].days.entry(day).or_default() += count;
        }
        rows.stats.iter_mut().for_each(|stats| keep_newest(&mut stats.days, DICTIONARY_DAYS));
    }

    /// None beyond the calendar.
    fn day(&mut self, time_us: i64) -> Option<i32> {
        let quarter = time_us.div_euclid(QUARTER_US);
        if let Some(day) = self.days.get(&quarter) {
            return Some(*day);
        }
        let day = self.calendar.day_of(quarter.checked_mul(QUARTER_US)?).ok()?;
        let day = day.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32;
        self.days.insert(quarter, day);
        Some(day)
    }

    fn arrivals(&mut self, times: &[i64], sources: &Names, batches: &Names, received: &[i64], disbelieved: &[usize]) {
        let mut stats = vec![SourceStats::default(); sources.names.len() + 1];
        for (row, (time_us, received_us)) in times.iter().zip(received).enumerate() {
            let stats = &mut stats[sources.of_rows[row]];
            stats.span.add(*time_us);
            stats.arrive(*received_us);
            if batches.name(batches.of_rows[row]) != BATCH_LOG {
                continue;
            }
            stats.live += 1;
            let ago_us = received_us.saturating_sub(*time_us);
            if ago_us > LATE_US {
                stats.late.add(*time_us);
            }
            if ago_us < -EARLY_US {
                stats.early.add(*time_us);
            }
        }
        for row in disbelieved {
            stats[sources.of_rows[*row]].disbelieved.add(times[*row]);
        }
        for (source, stats) in stats.iter().enumerate().filter(|(_, stats)| stats.span.count > 0) {
            self.whole.sources.change(sources.name(source), stats.span.count, |mine| mine.merge(stats));
        }
    }
}

impl Names {
    /// Rows without a name have the one beyond the last.
    fn of(array: &ArrayRef) -> Result<Names> {
        let array = arrow::compute::cast(array, &dictionary())?;
        let array = array.as_dictionary::<Int32Type>();
        let names = array.values().as_string::<i32>().clone();
        let of_rows = array.keys_iter().map(|key| key.unwrap_or(names.len())).collect();
        Ok(Names { names, of_rows })
    }

    fn name(&self, code: usize) -> &str {
        if code < self.names.len() { self.names.value(code) } else { "" }
    }
}

impl Rows {
    /// A typed column.
    fn typed(&mut self, column: Column, array: &ArrayRef) {
        if array.null_count() == array.len() {
            return;
        }
        let personal = is_personal(Place::Column, column.name());
        let mut of_events: Vec<PropertyStats> = vec![PropertyStats::default(); self.stats.len()];
        match column.column_type() {
            ColumnType::Number => {
                let numbers: &Float64Array = array.as_primitive::<Float64Type>();
                for row in (0..numbers.len()).filter(|row| numbers.is_valid(*row)) {
                    let number = numbers.value(row);
                    let stats = &mut of_events[self.events.of_rows[row]];
                    stats.add(ValueType::Number, self.times[row]);
                    stats.value(number_hash(number), || example(&number.to_string()).filter(|_| !personal));
                }
            }
            ColumnType::Text => {
                let texts = array.as_string::<i32>();
                for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
                    let text = texts.value(row);
                    let stats = &mut of_events[self.events.of_rows[row]];
                    stats.add(ValueType::Text, self.times[row]);
                    stats.value(xxh3_64(text.as_bytes()), || example(text).filter(|_| !personal));
                }
            }
        }
        for (stats, of_event) in self.stats.iter_mut().zip(&of_events).filter(|(_, of)| of.span.count > 0) {
            let properties = stats.properties.entry(Place::Column).or_default();
            properties.change(column.name(), of_event.span.count, |mine| mine.merge(of_event));
        }
    }

    /// A column of JSON objects, each as `read` takes it.
    fn objects(
        &mut self,
        place: Place,
        array: &ArrayRef,
        mut read: impl FnMut(usize, Map<String, Value>) -> Map<String, Value>,
    ) -> Result<()> {
        let texts = array.as_string::<i32>();
        for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
            let object: Map<String, Value> = serde_json::from_str(texts.value(row)).map_err(damaged)?;
            self.object(place, row, &read(row, object));
        }
        Ok(())
    }

    fn items(&mut self, array: &ArrayRef) -> Result<()> {
        let texts = array.as_string::<i32>();
        for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
            let items: Vec<Map<String, Value>> = serde_json::from_str(texts.value(row)).map_err(damaged)?;
            self.stats[self.events.of_rows[row]].items += items.len() as u64;
            items.iter().for_each(|item| self.object(Place::Item, row, item));
        }
        Ok(())
    }

    fn object(&mut self, place: Place, row: usize, object: &Map<String, Value>) {
        let time_us = self.times[row];
        let properties = self.stats[self.events.of_rows[row]].properties.entry(place).or_default();
        for (name, value) in object {
            let Some(of) = type_of(value) else { continue };
            properties.change(name.as_str(), 1, |stats| {
                stats.add(of, time_us);
                let shown = |text: &str| if is_personal(place, name) { None } else { example(text) };
                match value {
                    Value::String(text) => stats.value(xxh3_64(text.as_bytes()), || shown(text)),
                    Value::Number(number) => {
                        // As the double it is told apart by: 3 and 3.0 are one value.
                        let number = number.as_f64().unwrap_or_default();
                        stats.value(number_hash(number), || shown(&number.to_string()));
                    }
                    Value::Bool(value) => stats.value(xxh3_64(&[u8::from(*value)]), || shown(&value.to_string())),
                    Value::Null | Value::Array(_) | Value::Object(_) => {}
                }
            });
        }
    }
}

impl PropertyStats {
    fn add(&mut self, of: ValueType, time_us: i64) {
        self.span.add(time_us);
        self.types.entry(of).or_default().add(time_us);
    }

    fn value(&mut self, hash: u64, text: impl FnOnce() -> Option<String>) {
        if !self.values.has_room(&hash) {
            self.values.rest += 1;
            return;
        }
        let known = self.values.get(&hash).is_some();
        let place = if known { 0 } else { self.values.iter().take_while(|(other, _)| **other < hash).count() };
        self.values.change(&hash, 1, |value| value.count += 1);
        if !known && place < DICTIONARY_TEXTS {
            self.values.change(&hash, 0, |value| value.text = text());
        }
    }
}

/// Rows of one run as arrays in the order of [`COLUMNS`], from what was read of each column.
pub(super) fn joined(columns: Vec<Vec<ArrayRef>>) -> Result<Vec<ArrayRef>> {
    let join = |arrays: Vec<ArrayRef>| match &arrays[..] {
        [one] => Ok(Arc::clone(one)),
        many => {
            let many: Vec<&dyn Array> = many.iter().map(|array| array.as_ref()).collect();
            Ok(arrow::compute::concat(&many)?)
        }
    };
    columns.into_iter().map(join).collect()
}

fn type_of(value: &Value) -> Option<ValueType> {
    match value {
        Value::Null => None,
        Value::String(_) => Some(ValueType::Text),
        Value::Number(_) => Some(ValueType::Number),
        Value::Bool(_) => Some(ValueType::Boolean),
        Value::Array(_) => Some(ValueType::List),
        Value::Object(_) => Some(ValueType::Object),
    }
}

fn number_hash(number: f64) -> u64 {
    xxh3_64(&number.to_bits().to_le_bytes())
}

fn damaged(error: serde_json::Error) -> Error {
    Error::corrupt("a column of JSON", error.to_string())
}
