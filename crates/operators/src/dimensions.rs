//! Which values dimensions have: what a question may tell events apart by.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use lake::schema::{CHANNEL, EVENT, SOURCE, TRAITS};
use lake::{Control, Layout, Snapshot};
use model::event::{Column, ColumnType};
use model::rule::ColumnRef;
use model::stores::Stores;
use model::traffic::TRAFFIC_GROUP;
use model::traits::said;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::facets::{each_prop, number, texts_once};
use crate::limits::{DIMENSION_VALUES_MAX, EXPANDED_VALUES_MAX};
use crate::rules::PROPS;
use crate::traits::text;

/// The values of one dimension, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Value and rows (of a trait: rows that set it).
    pub values: Vec<(String, u64)>,
    /// More different ones than are counted: it is an id, and its values are not listed.
    pub unbounded: bool,
}

/// The values of text columns, in the order of `columns`, and those of every trait, by key, of each at most
/// [`DIMENSION_VALUES_MAX`]; only of events of some stores, if `only` says so.
///
/// # Errors
/// `Damaged` if traits are not JSON objects; `Cancelled` through `control`.
pub async fn values(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    columns: &[&'static str],
    only: Option<&Stores>,
    control: &Control,
) -> Result<(Vec<Values>, Vec<(String, Values)>)> {
    let mut counts: Vec<Counts> = columns.iter().map(|_| Counts::up_to(DIMENSION_VALUES_MAX)).collect();
    let mut traits: FxHashMap<String, Counts> = FxHashMap::default();
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let rows = Rows::of(engine, snapshot, &layout, only).await?;
        for (name, counts) in columns.iter().zip(&mut counts) {
            counts.add_column(&engine.cache().array(snapshot, &layout, name).await?, &rows)?;
        }
        let array = engine.cache().array(snapshot, &layout, TRAITS).await?;
        each_trait(&array, &rows, |key, value| {
            traits.entry(key).or_insert_with(|| Counts::up_to(DIMENSION_VALUES_MAX)).add(&value, 1);
        })?;
    }
    let mut traits: Vec<_> = traits.into_iter().map(|(key, counts)| (key, counts.finish())).collect();
    traits.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((counts.into_iter().map(Counts::finish).collect(), traits))
}

/// The values of one dimension, at most [`EXPANDED_VALUES_MAX`]; only of events of some stores, if `only` says so.
///
/// # Errors
/// `Question` if it is none; else as [`values`].
pub async fn of(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    dimension: &str,
    only: Option<&Stores>,
    control: &Control,
) -> Result<Values> {
    let mut counts = Counts::up_to(EXPANDED_VALUES_MAX);
    let source = parse(dimension)?;
    each_shard(engine, snapshot, &source, only, control, |array, rows| match &source {
        ColumnRef::Trait(_) | ColumnRef::Prop(_) => each_text(&source, array, rows, |value| counts.add(value, 1)),
        _ => counts.add_column(array, rows),
    })
    .await?;
    Ok(counts.finish())
}

/// Numbers that events say of a dimension, of a trait those it was set to: all of them, or of more than [`NUMBERS_MAX`] every so
/// many, by their order in the lake. What is no number is left out; only of events of some stores, if `only` says so.
///
/// # Errors
/// `Question` if it is no dimension, or holds no numbers; else as [`values`].
pub async fn numbers(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    dimension: &str,
    only: Option<&Stores>,
    control: &Control,
) -> Result<Vec<f64>> {
    let mut found = Sampled::default();
    let source = parse_numbers(dimension)?;
    each_shard(engine, snapshot, &source, only, control, |array, rows| {
        if let ColumnRef::Trait(_) | ColumnRef::Prop(_) = &source {
            return each_text(&source, array, rows, |value| found.add(number(value)));
        }
        // A shard without any has a column of nulls.
        if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
            let read = numbers.iter().enumerate().filter(|(row, _)| rows.holds(*row));
            read.for_each(|(_, number)| found.add(number));
        }
        Ok(())
    })
    .await?;
    Ok(found.numbers)
}

/// Numbers that are looked at, at most.
const NUMBERS_MAX: usize = 1 << 20;

/// Every `step`th number.
#[derive(Debug)]
struct Sampled {
    numbers: Vec<f64>,
    seen: usize,
    step: usize,
}

impl Default for Sampled {
    fn default() -> Sampled {
        Sampled { numbers: Vec::new(), seen: 0, step: 1 }
    }
}

impl Sampled {
    fn add(&mut self, number: Option<f64>) {
        let Some(number) = number.filter(|number| number.is_finite()) else { return };
        if self.seen.is_multiple_of(self.step) {
            if self.numbers.len() == NUMBERS_MAX {
                // Every other of them; the one at hand then comes at a place that is a multiple of the new step.
                let mut kept = (0..).map(|place: usize| place.is_multiple_of(2));
                self.numbers.retain(|_| kept.next() == Some(true));
                self.step *= 2;
            }
            self.numbers.push(number);
        }
        self.seen += 1;
    }
}

/// Hands over what a dimension is read from, shard by shard, and which of its rows are read.
async fn each_shard(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    source: &ColumnRef,
    only: Option<&Stores>,
    control: &Control,
    mut each: impl FnMut(&ArrayRef, &Rows) -> Result<()>,
) -> Result<()> {
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let array = engine.cache().array(snapshot, &layout, column_of(source)).await?;
        each(&array, &Rows::of(engine, snapshot, &layout, only).await?)?;
    }
    Ok(())
}

/// Every value of a property, or that a trait is set to.
fn each_text(source: &ColumnRef, array: &ArrayRef, rows: &Rows, mut each: impl FnMut(&str)) -> Result<()> {
    match source {
        ColumnRef::Trait(key) => each_trait(array, rows, |set, value| {
            if set == *key {
                each(&value);
            }
        }),
        ColumnRef::Prop(key) => each_prop(key, array, |row, value| {
            if rows.holds(row) {
                each(value);
            }
        }),
        _ => Ok(()),
    }
}

/// Where a dimension is read from.
fn column_of(source: &ColumnRef) -> &'static str {
    match source {
        ColumnRef::Typed(column) => column.name(),
        ColumnRef::TrafficGroup => TRAFFIC_GROUP,
        ColumnRef::Trait(_) => TRAITS,
        ColumnRef::Prop(_) => PROPS,
        ColumnRef::Event => EVENT,
        ColumnRef::Source => SOURCE,
        ColumnRef::Channel => CHANNEL,
    }
}

/// Reads the name of a dimension: `channel`, `event`, `source`, `traffic_group`, a typed column, `props.…` or `traits.…`.
///
/// # Errors
/// `Question` for anything else.
pub(crate) fn parse(dimension: &str) -> Result<ColumnRef> {
    let what =
        "is no dimension; use channel, event, source, traffic_group, a column such as platform, props.… or traits.…";
    ColumnRef::parse(dimension).ok_or_else(|| Error::question(format!("`{dimension}` {what}")))
}

/// The same, for one that bands divide.
///
/// # Errors
/// `Question` also for one that holds texts.
pub(crate) fn parse_numbers(dimension: &str) -> Result<ColumnRef> {
    let source = parse(dimension)?;
    let numbers = match &source {
        ColumnRef::Typed(column) => column.column_type() == ColumnType::Number,
        ColumnRef::Prop(_) | ColumnRef::Trait(_) => true,
        _ => false,
    };
    let what = "holds texts; bands are of numbers: a column such as amount, props.… or traits.…";
    if numbers { Ok(source) } else { Err(Error::question(format!("by.bands: `{dimension}` {what}"))) }
}

/// Which rows of a shard are read.
enum Rows {
    All,
    /// By position.
    Only(Vec<bool>),
}

impl Rows {
    /// Those of the stores.
    async fn of(engine: &Engine, snapshot: &Arc<Snapshot>, layout: &Layout, only: Option<&Stores>) -> Result<Rows> {
        let Some(stores) = only else { return Ok(Rows::All) };
        let sites = engine.cache().array(snapshot, layout, Column::Site.name()).await?;
        if *sites.data_type() == DataType::Null {
            return Ok(Rows::Only(vec![false; sites.len()]));
        }
        let sites = texts(&sites)?;
        let sites = sites.as_dictionary::<Int32Type>();
        let theirs = sites.values().as_string::<i32>().iter();
        let theirs: Vec<bool> =
            theirs.map(|site| site.is_some_and(|site| stores.names().iter().any(|name| name == site))).collect();
        Ok(Rows::Only(sites.keys().iter().map(|key| key.is_some_and(|key| theirs[key as usize])).collect()))
    }

    fn holds(&self, row: usize) -> bool {
        match self {
            Rows::All => true,
            Rows::Only(rows) => rows[row],
        }
    }
}

fn texts(array: &ArrayRef) -> Result<ArrayRef> {
    texts_once(array).map_err(|error| Error::defect(error.to_string()))
}

#[derive(Debug)]
struct Counts {
    rows: FxHashMap<String, u64>,
    /// Different values that are counted.
    most: usize,
    unbounded: bool,
}

impl Counts {
    fn up_to(most: usize) -> Counts {
        Counts { rows: FxHashMap::default(), most, unbounded: false }
    }

    fn add(&mut self, value: &str, rows: u64) {
        if self.unbounded || rows == 0 {
            return;
        }
        let room = self.rows.len() < self.most;
        match self.rows.get_mut(value) {
            Some(count) => *count += rows,
            None if room => {
                self.rows.insert(value.to_owned(), rows);
            }
            None => {
                self.unbounded = true;
                self.rows = FxHashMap::default();
            }
        }
    }

    fn add_column(&mut self, array: &ArrayRef, read: &Rows) -> Result<()> {
        if self.unbounded || *array.data_type() == DataType::Null {
            return Ok(());
        }
        let array = texts(array)?;
        let array = array.as_dictionary::<Int32Type>();
        let texts = array.values().as_string::<i32>();
        let mut rows = vec![0u64; texts.len()];
        for (row, key) in array.keys().iter().enumerate() {
            if let Some(key) = key.filter(|_| read.holds(row)) {
                rows[key as usize] += 1;
            }
        }
        for (text, rows) in texts.iter().zip(rows) {
            self.add(text.unwrap_or_default(), if text.is_some() { rows } else { 0 });
        }
        Ok(())
    }

    fn finish(self) -> Values {
        let mut values: Vec<(String, u64)> = self.rows.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Values { values, unbounded: self.unbounded }
    }
}

/// Every trait set in any of the rows: its key and its value as text.
fn each_trait(array: &ArrayRef, rows: &Rows, mut each: impl FnMut(String, String)) -> Result<()> {
    // The text itself stays out of the message: it may hold personal data.
    let damaged = |what: String| Error::Damaged { column: TRAITS.into(), what };
    if *array.data_type() == DataType::Null {
        return Ok(());
    }
    let texts = cast(array, &DataType::Utf8).map_err(|error| damaged(error.to_string()))?;
    for (row, text_of_row) in texts.as_string::<i32>().iter().enumerate() {
        let Some(text_of_row) = text_of_row.filter(|_| rows.holds(row)) else { continue };
        let set: Map<String, Value> =
            serde_json::from_str(text_of_row).map_err(|error| damaged(format!("{:?}", error.classify())))?;
        for (key, value, _) in said(set) {
            if let Some(value) = text(&value) {
                each(key, value);
            }
        }
    }
    Ok(())
}
