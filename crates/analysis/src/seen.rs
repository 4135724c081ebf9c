//! One customer as an asker sees them: the rows, read column by column, so that a long life costs what is asked of it.
//!
//! Whoever is limited to stores sees a customer of fewer rows, and everything else follows from that.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Float64Array, StringArray};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use lake::schema::{CHANNEL, EVENT, EVENT_ID, IDENTIFIERS, TRAITS};
use lake::{Layout, Snapshot};
use model::event::{Column, Event, SYSTEM_PREFIX};
use model::identity::{CustomerId, Identifier};
use model::session::SessionRules;
use operators::Engine;
use serde_json::{Map, Value};

use crate::answer::{ChannelCount, CustomerSummary};
use crate::error::{Error, Result};
use crate::question::Present;
use crate::rows;

/// Identifiers a summary lists; a customer with more is shown with the most used.
pub(crate) const IDENTIFIERS_SHOWN_MAX: usize = 8;

#[derive(Debug)]
pub(crate) struct Seen<'a> {
    engine: &'a Engine,
    pub(crate) snapshot: &'a Arc<Snapshot>,
    pub(crate) customer: CustomerId,
    pub(crate) layout: Layout,
}

impl<'a> Seen<'a> {
    pub(crate) async fn of(engine: &'a Engine, present: &'a Present, customer: CustomerId) -> Result<Seen<'a>> {
        let snapshot = &present.snapshot;
        let layout = snapshot.customer(customer).await?;
        let mut seen = Seen { engine, snapshot, customer, layout };
        if let Some(stores) = &present.limit
            && seen.rows() > 0
        {
            let sites = seen.text(Column::Site.name()).await?;
            let within = |site: Option<&str>| site.is_some_and(|site| stores.has(site));
            let rows: Vec<u32> = (0u32..).zip(&sites).filter(|(_, site)| within(*site)).map(|(row, _)| row).collect();
            seen.layout = seen.layout.pick(&rows);
        }
        Ok(seen)
    }

    pub(crate) fn rows(&self) -> usize {
        self.layout.rows()
    }

    /// # Errors
    /// `NotFound` for a customer of no events.
    pub(crate) fn found(self) -> Result<Seen<'a>> {
        match self.rows() {
            0 => Err(Error::not_found(format!("customer {}", self.customer.0))),
            _ => Ok(self),
        }
    }

    pub(crate) async fn times(&self) -> Result<ScalarBuffer<i64>> {
        Ok(self.engine.cache().times(self.snapshot, &self.layout).await?)
    }

    pub(crate) async fn ids(&self) -> Result<ScalarBuffer<i64>> {
        let ids = self.column(EVENT_ID).await?;
        let ids = ids.as_primitive_opt::<Int64Type>().ok_or_else(|| damaged(EVENT_ID))?;
        Ok(ids.values().clone())
    }

    /// `event` or `channel`.
    pub(crate) async fn names(&self, name: &str) -> Result<Names> {
        let column = self.column(name).await?;
        let column = cast(&column, &lake::schema::dictionary()).map_err(|_| damaged(name))?;
        let column = column.as_dictionary_opt::<Int32Type>().ok_or_else(|| damaged(name))?.clone();
        Ok(Names { column })
    }

    pub(crate) async fn text(&self, name: &str) -> Result<StringArray> {
        let column = cast(&self.column(name).await?, &DataType::Utf8).map_err(|_| damaged(name))?;
        Ok(column.as_string::<i32>().clone())
    }

    pub(crate) async fn numbers(&self, column: Column) -> Result<Float64Array> {
        let array = cast(&self.column(column.name()).await?, &DataType::Float64).map_err(|_| damaged(column.name()))?;
        Ok(array.as_primitive::<Float64Type>().clone())
    }

    async fn column(&self, name: &str) -> Result<ArrayRef> {
        Ok(self.engine.cache().array(self.snapshot, &self.layout, name).await?)
    }

    /// Some of the events, `rows` ascending.
    pub(crate) async fn events(&self, rows: &[u32]) -> Result<Vec<Event>> {
        rows::events(&self.snapshot.batch(&self.layout.pick(rows)).await?)
    }

    /// Every event.
    pub(crate) async fn all_events(&self) -> Result<Vec<Event>> {
        rows::events(&self.snapshot.batch(&self.layout).await?)
    }

    /// The traits: of each the value that stands.
    pub(crate) async fn traits(&self) -> Result<Map<String, Value>> {
        let mut traits = Map::new();
        for text in self.text(TRAITS).await?.iter().flatten() {
            let set: Map<String, Value> = serde_json::from_str(text).map_err(|_| damaged(TRAITS))?;
            model::traits::settle(&mut traits, set);
        }
        Ok(traits)
    }

    /// Identifiers that the events carry, with the number of events; the most used first.
    pub(crate) async fn identifiers(&self) -> Result<Vec<(Identifier, usize)>> {
        let texts = self.text(IDENTIFIERS).await?;
        let mut said: BTreeMap<&str, usize> = BTreeMap::new();
        let mut last: Option<(&str, usize)> = None;
        // Most events carry those of the one before.
        for text in texts.iter().flatten() {
            match &mut last {
                Some((before, times)) if *before == text => *times += 1,
                _ => {
                    if let Some((before, times)) = last.replace((text, 1)) {
                        *said.entry(before).or_default() += times;
                    }
                }
            }
        }
        if let Some((before, times)) = last {
            *said.entry(before).or_default() += times;
        }
        let mut used: BTreeMap<Identifier, usize> = BTreeMap::new();
        for (text, times) in said {
            let identifiers: Vec<Identifier> = serde_json::from_str(text).map_err(|_| damaged(IDENTIFIERS))?;
            for identifier in identifiers {
                *used.entry(identifier).or_default() += times;
            }
        }
        let mut used: Vec<(Identifier, usize)> = used.into_iter().collect();
        used.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        Ok(used)
    }

    pub(crate) async fn amount(&self) -> Result<Option<f64>> {
        let amounts = self.numbers(Column::Amount).await?;
        if amounts.null_count() == amounts.len() {
            return Ok(None);
        }
        let currency = self.text(Column::Currency.name()).await?;
        Ok(operators::people::amount(&amounts, &currency, 0..amounts.len()))
    }

    pub(crate) async fn channels(&self) -> Result<Vec<ChannelCount>> {
        let counts = self.names(CHANNEL).await?.counts();
        Ok(counts.into_iter().map(|(channel, events)| ChannelCount { channel, events }).collect())
    }

    pub(crate) async fn summary(&self) -> Result<CustomerSummary> {
        let times = self.times().await?;
        let used = self.identifiers().await?;
        let traits = self.traits().await?;
        Ok(CustomerSummary {
            customer: self.customer.0.to_string(),
            identifiers: used.into_iter().take(IDENTIFIERS_SHOWN_MAX).map(|(identifier, _)| identifier).collect(),
            name: model::called::name(&traits),
            traits,
            events: times.len() as u64,
            first_us: times.first().copied().unwrap_or(0),
            last_us: times.last().copied().unwrap_or(0),
            channels: self.channels().await?,
            amount: self.amount().await?,
        })
    }

    /// For each event the number of its session, from 1; 0 for the system's own. Silence alone ends a session.
    pub(crate) async fn sessions(&self) -> Result<Vec<u32>> {
        let (times, names) = (self.times().await?, self.names(EVENT).await?);
        let system = names.which(|name| name.starts_with(SYSTEM_PREFIX));
        let timeout_us = SessionRules::default().timeout.us;
        let (mut session, mut last) = (0, None);
        let number = |(row, time_us): (usize, &i64)| {
            if system[names.key(row)] {
                return 0;
            }
            if last.replace(*time_us).is_none_or(|last| time_us - last > timeout_us) {
                session += 1;
            }
            session
        };
        Ok(times.iter().enumerate().map(number).collect())
    }
}

/// The names of events or channels, one a row.
#[derive(Debug)]
pub(crate) struct Names {
    column: DictionaryArray<Int32Type>,
}

impl Names {
    /// The row's place in [`Names::which`].
    pub(crate) fn key(&self, row: usize) -> usize {
        self.column.key(row).unwrap_or(0)
    }

    pub(crate) fn of(&self, row: usize) -> &str {
        self.values().value(self.key(row))
    }

    /// Of each different name, whether it is one of those.
    pub(crate) fn which(&self, is: impl Fn(&str) -> bool) -> Vec<bool> {
        self.values().iter().map(|name| name.is_some_and(&is)).collect()
    }

    /// How many rows each name has, that of most first.
    pub(crate) fn counts(&self) -> Vec<(String, u64)> {
        let mut of_key = vec![0u64; self.values().len()];
        (0..self.column.len()).for_each(|row| of_key[self.key(row)] += 1);
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, rows) in self.values().iter().zip(of_key).filter(|(_, rows)| *rows > 0) {
            *counts.entry(name.unwrap_or("")).or_default() += rows;
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect();
        counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        counts
    }

    fn values(&self) -> &StringArray {
        self.column.values().as_string::<i32>()
    }
}

fn damaged(column: &str) -> Error {
    // The text itself stays out of the message: it may hold personal data.
    Error::Damaged { what: format!("column `{column}`"), why: "it does not read as what it is to hold".into() }
}
