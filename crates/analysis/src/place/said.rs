//! What tills and members' cards say: events of the site that tell when and where somebody was, and who in person. And what
//! stock and price lists say, and customers who look something up, where it is asked about (`Wanted::Signals`).
//!
//! They are events of the lake like any other, brought by imports or doors; the site's rules name them. Not here: which
//! walk each is of (`day`).

use std::sync::Arc;

use arrow::array::{Array, AsArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use lake::{NameColumn, Snapshot};
use model::identity::Identifier;
use model::place::rules::Signals;
use model::place::{SOURCE_PREFIX, Site};
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
    /// What a receipt sold.
    pub(crate) lines: Arc<[Line]>,
    pub(crate) signal: Option<Signal>,
}

/// One product of a receipt.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) category: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) amount: f64,
    pub(crate) unit_price: Option<f64>,
}

/// What is said about a category.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    pub(crate) category: String,
    pub(crate) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum What {
    /// It ran out, for so long if that is known.
    StockOut {
        for_us: Option<i64>,
    },
    InStock,
    /// It costs so many times what it did.
    PriceChange {
        times: f64,
    },
    Lookup,
}

/// Which events are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those that are matched with walks.
    Matched,
    /// Those that tell causes, too.
    Signals,
}

/// Names a product may have in an item.
const PRODUCT_KEYS: [&str; 4] = ["sku", "product", "product_id", "item_id"];

impl Said {
    /// Stands for all of it, as long as the process lives.
    pub(crate) fn mark(&self) -> i64 {
        model::hash::parts(&[format!("{self:?}").as_bytes()])
    }
}

/// The receipts and scans of a site, and signals where they are wanted, from one instant until before another, by time.
///
/// # Errors
/// [`Error::Invalid`] for more than are held in memory; `Cancelled` through `control`.
pub(crate) async fn said(
    snapshot: &Snapshot,
    site: &Site,
    (from_us, to_us): (i64, i64),
    wanted: Wanted,
    control: &lake::Control,
) -> Result<Vec<Said>> {
    let (receipts, members) = (site.rules.receipts.as_ref(), site.rules.members.as_ref());
    let is_receipt = |name: &str| receipts.is_some_and(|rule| rule.events.iter().any(|event| event == name));
    let is_scan = |name: &str| members.is_some_and(|rule| rule.events.iter().any(|event| event == name));
    let signals = site.rules.signals.as_ref().filter(|_| wanted == Wanted::Signals);
    let says = |events: fn(&Signals) -> &Vec<String>, name: &str| {
        signals.is_some_and(|rule| events(rule).iter().any(|event| event == name))
    };
    let word = |name: &str| -> Option<Word> {
        [
            (Word::StockOut, says(|rule| &rule.stock_out, name)),
            (Word::InStock, says(|rule| &rule.in_stock, name)),
            (Word::PriceChange, says(|rule| &rule.price_change, name)),
            (Word::Lookup, says(|rule| &rule.lookup, name)),
        ]
        .into_iter()
        .find_map(|(word, is)| is.then_some(word))
    };
    let kind_of = |name: &str| Kind { receipt: is_receipt(name), scan: is_scan(name), word: word(name) };
    let mut found = Vec::new();
    if !snapshot.names(NameColumn::Event).iter().any(|name| kind_of(name) != Kind::default()) {
        return Ok(found);
    }
    for shard in snapshot.shards(SHARD_ROWS) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let events = snapshot.column(&layout, "event").await?;
        let events = events.as_dictionary::<Int32Type>();
        let names = events.values().as_string::<i32>();
        let kinds: Vec<Kind> = names.iter().flatten().map(kind_of).collect();
        if kinds.iter().all(|kind| *kind == Kind::default()) {
            continue;
        }
        let time = snapshot.column(&layout, "time").await?;
        let time = time.as_primitive::<TimestampMicrosecondType>().values();
        let kind = |row: usize| kinds[events.keys().value(row) as usize];
        let wanted = |row: &usize| (from_us..to_us).contains(&time[*row]) && kind(*row) != Kind::default();
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
        let sources = text("source").await?;
        let (identifiers, amounts) = (text("identifiers").await?, column("amount").await?);
        let (customers, ids) = (column("customer").await?, column("event_id").await?);
        let (categories, items) = (text("category").await?, text("items").await?);
        let durations = column("duration_seconds").await?;
        let value = |column: &arrow::array::ArrayRef, row: usize| -> Option<String> {
            column.is_valid(row).then(|| column.as_string::<i32>().value(row).to_owned())
        };
        for (number, row) in rows.iter().enumerate() {
            let Kind { receipt: is_receipt, scan: is_scan, word } = kind(*row as usize);
            // What positions made is not said by anybody, whatever it is called.
            if value(&sources, number).is_some_and(|source| source.starts_with(SOURCE_PREFIX)) {
                continue;
            }
            // What customers look up, they look up anywhere.
            if word != Some(Word::Lookup) && !value(&sites, number).is_some_and(|name| site.is_called(&name)) {
                continue;
            }
            let named = value(&identifiers, number).and_then(|text| serde_json::from_str(&text).ok());
            let props = || -> Option<Map<String, Value>> { serde_json::from_str(&value(&props, number)?).ok() };
            let lane = || -> Option<String> { props()?.get(&receipts?.lane)?.as_str().map(str::to_owned) };
            let figure = |column: &arrow::array::ArrayRef| -> Option<f64> {
                column.is_valid(number).then(|| column.as_primitive::<Float64Type>().value(number))
            };
            let category = value(&categories, number);
            let amount = figure(&amounts).unwrap_or_default();
            let signal = word.zip(category.clone()).and_then(|(word, category)| {
                let what = match word {
                    Word::StockOut => What::StockOut { for_us: figure(&durations).map(|of| (of * 1e6) as i64) },
                    Word::InStock => What::InStock,
                    Word::PriceChange => What::PriceChange { times: price_change(&props()?)? },
                    Word::Lookup => What::Lookup,
                };
                Some(Signal { category, what })
            });
            let lines = match is_receipt {
                true => lines(value(&items, number).as_deref(), category, amount),
                false => Vec::new(),
            };
            if !is_receipt && !is_scan && signal.is_none() {
                continue;
            }
            found.push(Said {
                event_id: ids.as_primitive::<Int64Type>().value(number),
                at_us: time[*row as usize],
                customer: customers.as_primitive::<Int64Type>().value(number),
                identifiers: named.unwrap_or_default(),
                is_receipt,
                is_scan,
                place: value(&zones, number).or_else(lane),
                amount,
                lines: lines.into(),
                signal,
            });
        }
        if found.len() > SAID_MAX {
            let why = format!("more than {SAID_MAX} receipts, scans and signals; ask for fewer days");
            return Err(Error::invalid("days", why));
        }
    }
    found.sort_by_key(|said| (said.at_us, said.event_id));
    Ok(found)
}

/// What a name of events stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Kind {
    receipt: bool,
    scan: bool,
    word: Option<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    StockOut,
    InStock,
    PriceChange,
    Lookup,
}

fn price_change(props: &Map<String, Value>) -> Option<f64> {
    let of = |key: &str| number(props.get(key)?).filter(|price| *price > 0.0);
    Some(of("price")? / of("old_price")?)
}

/// A number, also where a file had it as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())
}

/// The products of a receipt: its items, else the receipt as a whole.
fn lines(items: Option<&str>, category: Option<String>, amount: f64) -> Vec<Line> {
    let items: Vec<Map<String, Value>> = items.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let text = |item: &Map<String, Value>, key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let figure = |item: &Map<String, Value>, key: &str| item.get(key).and_then(number);
    let line = |item: &Map<String, Value>| {
        let (unit_price, quantity) = (figure(item, "unit_price"), figure(item, "quantity").unwrap_or(1.0));
        Line {
            category: text(item, "category").or_else(|| category.clone()),
            product: PRODUCT_KEYS.iter().find_map(|key| text(item, key)),
            amount: figure(item, "amount").or(unit_price.map(|price| price * quantity)).unwrap_or_default(),
            unit_price,
        }
    };
    match items.is_empty() {
        true => vec![Line { category, amount, ..Line::default() }],
        false => items.iter().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_receipt_may_be_texts() {
        let items = r#"[{"amount":"7.8","category":"bakery","quantity":"3","unit_price":"2.6"},
                        {"category":"tea","quantity":2,"unit_price":3}]"#;
        let read = lines(Some(items), None, 0.0);
        assert_eq!((read[0].amount, read[0].unit_price, read[1].amount), (7.8, Some(2.6), 6.0));
        assert_eq!(lines(None, Some("tea".to_owned()), 20.0)[0].amount, 20.0);
    }
}
