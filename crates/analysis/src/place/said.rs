//! What tills and members' cards say: events of the site that tell when and where somebody was, and who in person.
//!
//! They are events of the lake like any other, brought by imports or doors; the site's rules name them. Not here: which
//! walk each is of (`day`).

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use lake::{NameColumn, Snapshot};
use model::identity::Identifier;
use model::place::Site;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// Rows that are looked through at a time.
const SHARD_ROWS: usize = 1 << 20;

/// Most receipts and scans of one question: each is held in memory.
const SAID_MAX: usize = 5_000_000;

/// One event that says where somebody was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) event_id: i64,
    pub(crate) at_us: i64,
    /// Whose event it is.
    pub(crate) customer: i64,
    /// What that is told from. Empty: it is nobody in person.
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) is_receipt: bool,
    pub(crate) is_scan: bool,
    /// The zone it names, else its lane.
    pub(crate) place: Option<String>,
    pub(crate) amount: f64,
}

impl Said {
    /// Stands for all of it.
    pub(crate) fn mark(&self) -> i64 {
        let mut who = Vec::new();
        for one in &self.identifiers {
            who.extend([one.namespace.as_bytes(), b"\0", one.value.as_bytes(), b"\0"].concat());
        }
        let kind = [u8::from(self.is_receipt), u8::from(self.is_scan), u8::from(self.place.is_some())];
        model::hash::parts(&[
            &self.event_id.to_le_bytes(),
            &self.at_us.to_le_bytes(),
            &self.customer.to_le_bytes(),
            &who,
            &kind,
            self.place.as_deref().unwrap_or_default().as_bytes(),
            &self.amount.to_bits().to_le_bytes(),
        ])
    }
}

/// The receipts and scans of a site from one instant until before another, by time.
///
/// # Errors
/// [`Error::Invalid`] for more than are held in memory; `Cancelled` through `control`.
pub(crate) async fn said(
    snapshot: &Snapshot,
    site: &Site,
    (from_us, to_us): (i64, i64),
    control: &lake::Control,
) -> Result<Vec<Said>> {
    let (receipts, members) = (site.rules.receipts.as_ref(), site.rules.members.as_ref());
    let is_receipt = |name: &str| receipts.is_some_and(|rule| rule.events.iter().any(|event| event == name));
    let is_scan = |name: &str| members.is_some_and(|rule| rule.events.iter().any(|event| event == name));
    let mut found = Vec::new();
    if !snapshot.names(NameColumn::Event).iter().any(|name| is_receipt(name) || is_scan(name)) {
        return Ok(found);
    }
    for shard in snapshot.shards(SHARD_ROWS) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let events = snapshot.column(&layout, "event").await?;
        let events = events.as_dictionary::<Int32Type>();
        let names = events.values().as_string::<i32>();
        let kinds: Vec<(bool, bool)> = names.iter().flatten().map(|name| (is_receipt(name), is_scan(name))).collect();
        if !kinds.iter().any(|(receipt, scan)| *receipt || *scan) {
            continue;
        }
        let time = snapshot.column(&layout, "time").await?;
        let time = time.as_primitive::<TimestampMicrosecondType>().values();
        let kind = |row: usize| kinds[events.keys().value(row) as usize];
        let wanted = |row: &usize| (from_us..to_us).contains(&time[*row]) && kind(*row) != (false, false);
        let rows: Vec<u32> = (0..layout.rows()).filter(wanted).map(|row| row as u32).collect();
        if rows.is_empty() {
            continue;
        }
        let picked = UInt32Array::from(rows.clone());
        let column = async |name: &str| -> Result<arrow::array::ArrayRef> {
            Ok(take(&snapshot.column(&layout, name).await?, &picked, None).map_err(lake::Error::from)?)
        };
        let text = async |name: &str| -> Result<arrow::array::ArrayRef> {
            Ok(cast(&column(name).await?, &DataType::Utf8).map_err(lake::Error::from)?)
        };
        let (sites, zones, props) = (text("site").await?, text("zone").await?, text("props").await?);
        let (identifiers, amounts) = (text("identifiers").await?, column("amount").await?);
        let (customers, ids) = (column("customer").await?, column("event_id").await?);
        let value = |column: &arrow::array::ArrayRef, row: usize| -> Option<String> {
            column.is_valid(row).then(|| column.as_string::<i32>().value(row).to_owned())
        };
        for (number, row) in rows.iter().enumerate() {
            if value(&sites, number).as_deref() != Some(&*site.id) {
                continue;
            }
            let (is_receipt, is_scan) = kind(*row as usize);
            let named = value(&identifiers, number).and_then(|text| serde_json::from_str(&text).ok());
            let lane = || -> Option<String> {
                let props: Map<String, Value> = serde_json::from_str(&value(&props, number)?).ok()?;
                props.get(&receipts?.lane)?.as_str().map(str::to_owned)
            };
            let amount = amounts.as_primitive::<Float64Type>();
            found.push(Said {
                event_id: ids.as_primitive::<Int64Type>().value(number),
                at_us: time[*row as usize],
                customer: customers.as_primitive::<Int64Type>().value(number),
                identifiers: named.unwrap_or_default(),
                is_receipt,
                is_scan,
                place: value(&zones, number).or_else(lane),
                amount: if amount.is_valid(number) { amount.value(number) } else { 0.0 },
            });
        }
        if found.len() > SAID_MAX {
            let why = format!("more than {SAID_MAX} receipts and scans; ask for fewer days");
            return Err(Error::invalid("days", why));
        }
    }
    found.sort_by_key(|said| (said.at_us, said.event_id));
    Ok(found)
}

/// What tills sold by category, of receipts within some instants: the sum of their items that name a category and an amount.
/// Empty: the rules look at no receipts, or those have no such items.
///
/// # Errors
/// `Cancelled` through `control`.
pub(crate) async fn sold(
    snapshot: &Snapshot,
    site: &Site,
    spans: &[(i64, i64)],
    control: &lake::Control,
) -> Result<BTreeMap<String, f64>> {
    let mut sold = BTreeMap::new();
    let Some(rule) = &site.rules.receipts else { return Ok(sold) };
    let is_receipt = |name: &str| rule.events.iter().any(|event| event == name);
    if !snapshot.names(NameColumn::Event).iter().any(|name| is_receipt(name)) {
        return Ok(sold);
    }
    for shard in snapshot.shards(SHARD_ROWS) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let events = snapshot.column(&layout, "event").await?;
        let events = events.as_dictionary::<Int32Type>();
        let kinds: Vec<bool> =
            events.values().as_string::<i32>().iter().map(|name| name.is_some_and(is_receipt)).collect();
        let time = snapshot.column(&layout, "time").await?;
        let time = time.as_primitive::<TimestampMicrosecondType>().values();
        let within = |at_us: i64| spans.iter().any(|(from_us, to_us)| (*from_us..*to_us).contains(&at_us));
        let wanted = |row: &usize| kinds[events.keys().value(*row) as usize] && within(time[*row]);
        let rows: Vec<u32> = (0..layout.rows()).filter(wanted).map(|row| row as u32).collect();
        if rows.is_empty() {
            continue;
        }
        let picked = UInt32Array::from(rows);
        let text = async |name: &str| -> Result<arrow::array::ArrayRef> {
            let column = take(&snapshot.column(&layout, name).await?, &picked, None).map_err(lake::Error::from)?;
            Ok(cast(&column, &DataType::Utf8).map_err(lake::Error::from)?)
        };
        let (sites, items) = (text("site").await?, text("items").await?);
        let (sites, items) = (sites.as_string::<i32>(), items.as_string::<i32>());
        for row in (0..picked.len()).filter(|row| items.is_valid(*row) && sites.is_valid(*row)) {
            if sites.value(row) != site.id {
                continue;
            }
            let lines: Vec<Map<String, Value>> = serde_json::from_str(items.value(row)).unwrap_or_default();
            for line in lines {
                // Rows of a file are texts until something asks for a number.
                let amount = match line.get("amount") {
                    Some(Value::String(text)) => text.trim().parse().ok(),
                    other => other.and_then(Value::as_f64),
                };
                if let (Some(Value::String(category)), Some(amount)) = (line.get("category"), amount) {
                    *sold.entry(category.clone()).or_default() += amount;
                }
            }
        }
    }
    Ok(sold)
}
