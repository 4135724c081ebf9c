//! A line for every customer: what they are called, when and where they were met, how much their events say they spent.
//!
//! Worked out a shard at a time and kept beside the columns, under the same bound: about 40 bytes a customer, and each
//! different name once a shard. What is known of a shard is known until its rows change.
//!
//! Not here: who is looked for, and in which order they are listed (`analysis`).

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int64Array, StringArray, StringDictionaryBuilder,
    StructArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int32Type, Int64Type};
use futures::{StreamExt, TryStreamExt, stream};
use lake::schema::{CHANNEL, TRAITS};
use lake::{Control, Layout, Shard, Snapshot};
use model::event::Column;
use model::stores::Stores;
use model::traits::{said, takes};
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::{Error, Result};

/// The customers of a shard.
#[derive(Debug, Clone)]
pub struct People {
    layout: Arc<Layout>,
    lines: StructArray,
}

/// One customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    pub customer: i64,
    pub first_us: i64,
    pub last_us: i64,
    /// Never 0.
    pub events: u64,
    /// See [`amount`].
    pub amount: Option<f64>,
    /// As a JSON list, in order of their names.
    pub channels: &'a str,
    pub name: Option<&'a str>,
}

/// Every customer that has events, of these the ones in the stores `limit` names. Shards are worked out a few at a time.
///
/// # Errors
/// `Cancelled` through `control`; `Damaged` if traits are not JSON objects.
pub async fn all(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    limit: Option<&Stores>,
    control: &Control,
) -> Result<Vec<People>> {
    control.expect_rows(snapshot.rows_upper());
    let shards = snapshot.shards(engine.options().shard_rows);
    let of_shard = |shard: Shard| {
        let (engine, snapshot, limit, control) =
            (engine.clone(), Arc::clone(snapshot), limit.cloned(), control.clone());
        async move {
            let work = async move {
                control.check()?;
                let people = of_shard(&engine, &snapshot, shard, limit.as_ref()).await?;
                control.add_rows(people.layout.rows() as u64);
                Ok(people)
            };
            tokio::spawn(work).await.map_err(|error| Error::defect(error.to_string()))?
        }
    };
    stream::iter(shards.into_iter().map(of_shard))
        .buffered(engine.options().target_partitions.max(1))
        .try_collect()
        .await
}

async fn of_shard(engine: &Engine, snapshot: &Snapshot, shard: Shard, limit: Option<&Stores>) -> Result<People> {
    let layout = snapshot.layout(shard).await?;
    let name = match limit {
        Some(stores) => format!(
            "people#{:016x}",
            model::hash::parts(&stores.names().iter().map(String::as_bytes).collect::<Vec<_>>())
        ),
        None => "people#".to_owned(),
    };
    let work = async { Ok(Arc::new(lines(engine, snapshot, &layout, limit).await?) as ArrayRef) };
    let lines = engine.cache().derived(snapshot, layout.key(), &name, work).await?;
    let lines = lines.as_struct_opt().ok_or_else(|| Error::defect("lines of customers are kept in another form"))?;
    Ok(People { lines: lines.clone(), layout })
}

impl People {
    /// The lines, in order of (bucket, customer). Who has no events is left out.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.lines.len()).filter_map(|at| self.line(at))
    }

    /// What they are called, each name once.
    pub fn names(&self) -> &StringArray {
        self.texts(NAME).values().as_string::<i32>()
    }

    /// What a customer is called, as a place in [`People::names`].
    pub fn name_of(&self, at: usize) -> Option<usize> {
        self.texts(NAME).key(at)
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A customer by their place; none if they have no events.
    pub fn line(&self, at: usize) -> Option<Line<'_>> {
        let longs = |column: usize| self.lines.column(column).as_primitive::<Int64Type>().value(at);
        let events = longs(EVENTS);
        let amounts = self.lines.column(AMOUNT).as_primitive::<Float64Type>();
        let text = |column: usize| {
            let texts = self.texts(column);
            texts.key(at).map(|key| texts.values().as_string::<i32>().value(key))
        };
        (events > 0).then(|| Line {
            customer: self.layout.customers()[at],
            first_us: longs(FIRST),
            last_us: longs(LAST),
            events: events as u64,
            amount: amounts.is_valid(at).then(|| amounts.value(at)),
            channels: text(CHANNELS).unwrap_or("[]"),
            name: text(NAME),
        })
    }

    fn texts(&self, column: usize) -> &DictionaryArray<Int32Type> {
        self.lines.column(column).as_dictionary::<Int32Type>()
    }
}

/// Identifiers that are known, with the profile of each. Kept beside the columns by the file they lie in.
#[derive(Debug, Clone)]
pub struct Identifiers {
    rows: StructArray,
}

/// Every identifier of the workspace, whoever sent it.
///
/// # Errors
/// If they cannot be read.
pub async fn identifiers(engine: &Engine, snapshot: &Snapshot) -> Result<Vec<Identifiers>> {
    let mut parts = Vec::new();
    for part in snapshot.identifier_parts().await? {
        let read = async { Ok(Arc::new(StructArray::from(snapshot.identifiers(&part).await?)) as ArrayRef) };
        let rows = match part.key() {
            Some(key) => engine.cache().derived(snapshot, key, "identifiers#", read).await?,
            None => read.await?,
        };
        let rows = rows.as_struct_opt().ok_or_else(|| Error::defect("identifiers are kept in another form"))?.clone();
        parts.push(Identifiers { rows });
    }
    Ok(parts)
}

impl Identifiers {
    pub fn profile(&self, row: usize) -> i64 {
        self.rows.column(0).as_primitive::<Int64Type>().value(row)
    }

    /// None of a profile that only links have named.
    pub fn namespace(&self, row: usize) -> Option<&str> {
        let names = self.rows.column(2).as_dictionary::<Int32Type>();
        names.key(row).map(|key| names.values().as_string::<i32>().value(key))
    }

    pub fn values(&self) -> &StringArray {
        self.rows.column(3).as_string::<i32>()
    }
}

const FIRST: usize = 0;
const LAST: usize = 1;
const EVENTS: usize = 2;
const AMOUNT: usize = 3;
const CHANNELS: usize = 4;
const NAME: usize = 5;

async fn lines(engine: &Engine, snapshot: &Snapshot, layout: &Layout, limit: Option<&Stores>) -> Result<StructArray> {
    let time = engine.cache().times(snapshot, layout).await?;
    let seen = match limit {
        Some(stores) => Some(in_stores(&text(snapshot, layout, Column::Site.name()).await?, stores)),
        None => None,
    };
    let is_seen = |row: &usize| seen.as_ref().is_none_or(|seen| seen.value(*row));
    let rows = || layout.offsets().windows(2).map(|pair| pair[0] as usize..pair[1] as usize);
    let (mut first, mut last, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for rows in rows() {
        let mut ends = rows.clone().filter(is_seen);
        let from = ends.next();
        first.push(from.map_or(0, |row| time[row]));
        last.push(ends.next_back().or(from).map_or(0, |row| time[row]));
        events.push(match &seen {
            Some(seen) => seen.slice(rows.start, rows.len()).count_set_bits() as i64,
            None => rows.len() as i64,
        });
    }
    let channels = {
        let channel = snapshot.column(layout, CHANNEL).await?;
        let channel =
            channel.as_dictionary_opt::<Int32Type>().ok_or_else(|| Error::defect("channel is no dictionary"))?;
        channel_sets(channel, rows(), is_seen)?
    };
    let amounts = {
        let of = snapshot.column(layout, Column::Amount.name()).await?;
        match of.as_primitive_opt::<Float64Type>() {
            Some(values) if values.null_count() < values.len() => {
                let currency = text(snapshot, layout, Column::Currency.name()).await?;
                rows().map(|rows| amount(values, &currency, rows.filter(is_seen))).collect()
            }
            _ => Float64Array::new_null(events.len()),
        }
    };
    let mut names = StringDictionaryBuilder::<Int32Type>::new();
    let traits = text(snapshot, layout, TRAITS).await?;
    for rows in rows() {
        names.append_option(name_of(&traits, rows.filter(is_seen))?);
    }
    let columns: [(&str, ArrayRef); 6] = [
        ("first", Arc::new(Int64Array::from(first))),
        ("last", Arc::new(Int64Array::from(last))),
        ("events", Arc::new(Int64Array::from(events))),
        ("amount", Arc::new(amounts)),
        ("channels", Arc::new(channels)),
        ("name", Arc::new(names.finish())),
    ];
    let fields: Fields =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    StructArray::try_new(fields, columns, None).map_err(|error| Error::defect(error.to_string()))
}

/// The sum of the amounts that some events of one customer carry: none if none does, or if they are of several
/// currencies, which have no sum. Refunds are negative.
pub fn amount(values: &Float64Array, currency: &StringArray, rows: impl Iterator<Item = usize>) -> Option<f64> {
    let mut sum: Option<(f64, Option<&str>)> = None;
    for row in rows.filter(|row| values.is_valid(*row)) {
        let of = currency.is_valid(row).then(|| currency.value(row));
        sum = match sum {
            None => Some((values.value(row), of)),
            Some((before, known)) if known == of => Some((before + values.value(row), known)),
            Some(_) => return None,
        };
    }
    sum.map(|(sum, _)| sum)
}

/// The channels of each customer, as a JSON list. There are few different ones.
fn channel_sets(
    channel: &DictionaryArray<Int32Type>,
    customers: impl Iterator<Item = std::ops::Range<usize>>,
    is_seen: impl Fn(&usize) -> bool,
) -> Result<DictionaryArray<Int32Type>> {
    let values = channel.values().as_string_opt::<i32>().ok_or_else(|| Error::defect("channels are no text"))?;
    let keys = channel.keys().values();
    let mut sets = StringDictionaryBuilder::<Int32Type>::new();
    let mut codes: Vec<i32> = Vec::new();
    // Most customers have the set of one before them.
    let mut known: rustc_hash::FxHashMap<Vec<i32>, String> = rustc_hash::FxHashMap::default();
    for rows in customers {
        codes.clear();
        for row in rows.filter(|row| is_seen(row) && channel.is_valid(*row)) {
            if !codes.contains(&keys[row]) {
                codes.push(keys[row]);
            }
        }
        codes.sort_unstable();
        if !known.contains_key(&codes) {
            let mut names: Vec<&str> = codes.iter().map(|code| values.value(*code as usize)).collect();
            names.sort_unstable();
            names.dedup();
            known.insert(codes.clone(), Value::from(names).to_string());
        }
        sets.append_option(known.get(&codes));
    }
    Ok(sets.finish())
}

fn name_of(traits: &StringArray, rows: impl Iterator<Item = usize>) -> Result<Option<String>> {
    let mut standing = Map::new();
    for row in rows.filter(|row| traits.is_valid(*row)) {
        let set: Map<String, Value> = serde_json::from_str(traits.value(row)).map_err(|error| Error::Damaged {
            column: TRAITS.into(),
            // The text itself stays out of the message: it may hold personal data.
            what: format!("{:?}", error.classify()),
        })?;
        for (key, value, manner) in said(set).filter(|(key, ..)| model::called::names(key)) {
            if takes(standing.get(&key), manner) {
                standing.insert(key, value);
            }
        }
    }
    Ok(model::called::name(&standing))
}

fn in_stores(sites: &StringArray, stores: &Stores) -> BooleanBuffer {
    BooleanBuffer::collect_bool(sites.len(), |row| sites.is_valid(row) && stores.has(sites.value(row)))
}

async fn text(snapshot: &Snapshot, layout: &Layout, name: &str) -> Result<StringArray> {
    let array = snapshot.column(layout, name).await?;
    let array = cast(&array, &DataType::Utf8).map_err(|error| Error::defect(error.to_string()))?;
    Ok(array.as_string::<i32>().clone())
}
