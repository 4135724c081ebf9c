//! Customers' traits and life spans, from their events.
//!
//! The table `profiles` holds them as of the last full compaction or [`Lake::derive_profiles`]; [`Snapshot::profiles`]
//! computes them and so is always right.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int32Array, Int64Array, RecordBatch, StringBuilder, TimestampMicrosecondArray};
use arrow::datatypes::Int64Type;
use model::hash;
use model::traits::{self, SET_ONCE};
use serde_json::{Map, Value};

use crate::control::Control;
use crate::data_file::{small_file, small_stats, times};
use crate::delta::{Change, Table};
use crate::error::{Error, Result};
use crate::lake::{Inner, Lake, spawned};
use crate::limits::COMPACT_ROWS;
use crate::schema::{PROFILES_SCHEMA, TIME, TRAITS};
use crate::snapshot::{Shard, Snapshot};

impl Snapshot {
    /// One row per customer of a shard: `bucket`, `customer`, `traits` (JSON object; of each trait the value that
    /// stands, see [`model::traits`]; null if none), `first_time`, `last_time`, `events`.
    pub async fn profiles(&self, shard: Shard) -> Result<RecordBatch> {
        let layout = self.layout(shard).await?;
        let time = self.column(&layout, TIME).await?;
        let time = times(&time);
        let traits = self.column(&layout, TRAITS).await?;
        let traits = traits.as_string::<i32>();
        let mut merged = StringBuilder::new();
        let (mut first, mut last, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for pair in layout.offsets().windows(2) {
            let rows = pair[0] as usize..pair[1] as usize;
            first.push(time[rows.start]);
            last.push(time[rows.end - 1]);
            events.push(rows.len() as i64);
            merged.append_option(merge(rows.filter(|row| traits.is_valid(*row)).map(|row| traits.value(row)))?);
        }
        let customers = layout.customers();
        let timestamps = |values: Vec<i64>| Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"));
        Ok(RecordBatch::try_new(
            PROFILES_SCHEMA.clone(),
            vec![
                Arc::new(Int32Array::from_iter_values(customers.iter().map(|customer| hash::bucket(*customer)))),
                Arc::new(Int64Array::from(customers.to_vec())),
                Arc::new(merged.finish()),
                timestamps(first),
                timestamps(last),
                Arc::new(Int64Array::from(events)),
            ],
        )?)
    }
}

fn merge<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Option<String>> {
    let damaged = |error: serde_json::Error| Error::corrupt("column traits", error.to_string());
    let mut merged: Option<Map<String, Value>> = None;
    let mut only: Option<&str> = None;
    for text in texts {
        only = if merged.is_none() && !text.contains(SET_ONCE) { Some(text) } else { None };
        let set: Map<String, Value> = serde_json::from_str(text).map_err(damaged)?;
        traits::settle(merged.get_or_insert_default(), set);
    }
    Ok(match (only, merged) {
        (Some(text), _) => Some(text.to_owned()),
        (None, Some(merged)) => Some(serde_json::to_string(&merged).map_err(damaged)?),
        (None, None) => None,
    })
}

/// The versions of events and identity the table is derived from.
const APP_EVENTS: &str = "events";
const APP_IDENTITY: &str = "identity";

impl Lake {
    /// Writes the table of profiles anew, for readers that know nothing but Delta tables, unless it is derived from
    /// the present state already. The customers in it.
    ///
    /// # Errors
    /// [`Error::Cancelled`] through `control`: the table is then as it was.
    pub async fn derive_profiles(&self, control: &Control) -> Result<u64> {
        self.inner.writes("derive profiles")?;
        let (inner, control) = (Arc::clone(&self.inner), control.clone());
        spawned(async move {
            let _maintenance = inner.maintenance.lock().await;
            let snapshot = Snapshot::of(&inner).await?;
            inner.write_profiles(&snapshot, &control).await
        })
        .await
    }
}

impl Inner {
    /// Writes the table of profiles anew where it is not right already. Under the maintenance lock.
    pub(crate) async fn write_profiles(&self, snapshot: &Snapshot, control: &Control) -> Result<u64> {
        let table = &self.tables.profiles;
        table.refresh().await?;
        let id = snapshot.id();
        let versions = [(APP_EVENTS, id.delta_version as i64), (APP_IDENTITY, id.identity_version.0 as i64)];
        let mut right = !snapshot.has_tail();
        for (app, version) in versions {
            right = right && table.app_version(app).await? == Some(version);
        }
        if right {
            return Ok(table.files().iter().map(|file| file.rows).sum());
        }
        let mut change = Change { label: "derive profiles", changes_data: true, ..Change::default() };
        change.remove = table.files();
        // Rows of the log's tail are in no table: what holds them is not right for any version.
        if !snapshot.has_tail() {
            change.versions = versions.map(|(app, version)| (app.to_owned(), version)).to_vec();
        }
        control.expect_rows(snapshot.rows_upper());
        if let Err(error) = add_profiles(table, snapshot, control, &mut change).await {
            table.discard(&change.add).await;
            return Err(error);
        }
        let customers = change.add.iter().map(|new| new.file.rows).sum();
        table.commit(change).await?;
        Ok(customers)
    }
}

/// Writes the profiles of every customer.
async fn add_profiles(table: &Table, snapshot: &Snapshot, control: &Control, change: &mut Change) -> Result<()> {
    for shard in snapshot.shards(COMPACT_ROWS) {
        control.check()?;
        let batch = snapshot.profiles(shard).await?;
        let rows = batch.num_rows();
        if rows > 0 {
            change.add.push(table.write(small_file(&batch)?, rows, small_stats(rows)).await?);
        }
        let events: i64 = batch.column(5).as_primitive::<Int64Type>().values().iter().sum();
        control.add_rows(events as u64);
    }
    Ok(())
}
