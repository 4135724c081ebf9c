//! What the events of a goal sold: by product, in the goal's value.
//!
//! An event sells what its `items` list, each weighted by its own value where it says one, else in equal parts; without
//! items, its `product`. Nothing here knows what a product costs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use lake::schema::{ITEMS, TRAITS};
use lake::{Control, Snapshot};
use model::event::Column;
use model::journey::Journey;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::limits::PRODUCTS_MAX;
use crate::rules::{Columns, Evaluator, Rules};
use crate::traits::Traits;

/// A product as events name it: what identifies it, and its category, as far as they say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Product {
    pub product: Option<String>,
    pub category: Option<String>,
}

/// What was sold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sold {
    /// Value by product; those without product and category stand under the empty one.
    pub value: FxHashMap<Product, f64>,
}

/// Names under which items say which product they are, how much they came to, and of which category they are.
const PRODUCT_KEYS: [&str; 4] = ["sku", "product", "product_id", "item_id"];
const VALUE_KEYS: [&str; 4] = ["amount", "value", "sales_value", "revenue"];

/// What the goal's events from `from_us` to `to_us`, both inclusive, sold; empty where the goal has no value.
///
/// # Errors
/// `Damaged` if items are not JSON; `Cancelled` through `control`.
pub async fn sold(
    engine: &Engine,
    snapshot: &Arc<Snapshot>,
    journey: &Journey,
    (from_us, to_us): (i64, i64),
    control: &Control,
) -> Result<Sold> {
    let mut sold = Sold::default();
    let Some(value) = journey.goal.value.as_deref().and_then(Column::by_name) else { return Ok(sold) };
    let labels = journey.touchpoints().map(|(_, touchpoint)| &touchpoint.rule);
    let rules = Arc::new(Rules::compile(labels.chain(&journey.scope))?);
    let count = journey.touchpoints().count();
    let is_goal: Vec<bool> =
        journey.touchpoints().map(|(_, touchpoint)| journey.goal.touchpoints.contains(&touchpoint.id)).collect();
    let keys: Vec<String> = rules.traits().map(str::to_owned).collect();
    let names = engine.names(snapshot);
    let mut evaluator = Evaluator::new(Arc::clone(&rules), names.events.clone(), names.channels.clone());
    for shard in snapshot.shards(engine.options().shard_rows) {
        control.check()?;
        let layout = snapshot.layout(shard).await?;
        let cache = engine.cache();
        let time = cache.times(snapshot, &layout).await?;
        let event = cache.codes(snapshot, &layout, lake::schema::EVENT, &names.events).await?;
        let channel = cache.codes(snapshot, &layout, lake::schema::CHANNEL, &names.channels).await?;
        let mut arrays: FxHashMap<&'static str, ArrayRef> = FxHashMap::default();
        for name in rules.columns() {
            arrays.insert(name, cache.array(snapshot, &layout, name).await?);
        }
        let traits_column = match keys.is_empty() {
            true => None,
            false => Some(cache.array(snapshot, &layout, TRAITS).await?),
        };
        let rows = time.len();
        let exists = arrow::buffer::BooleanBuffer::collect_bool(rows, |row| time[row] <= to_us);
        let traits = Traits::read(&keys, traits_column.as_ref(), layout.offsets(), &exists)?;
        let columns = Columns { rows, event: &event, channel: &channel, arrays: &arrays, traits: &traits };
        let matches = evaluator.evaluate(columns)?;
        let label = matches.first(0..count);
        let scope = journey.scope.as_ref().map(|_| matches.rows(count));
        let wanted: Vec<usize> = (0..rows)
            .filter(|row| label[*row] > 0 && is_goal[label[*row] as usize - 1])
            .filter(|row| time[*row] >= from_us && exists.value(*row))
            .filter(|row| scope.as_ref().is_none_or(|scope| scope.value(*row)))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let read = async |name: &str| cache.array(snapshot, &layout, name).await;
        let values = read(value.name()).await?;
        let (products, categories) = (read(Column::Product.name()).await?, read(Column::Category.name()).await?);
        let items = read(ITEMS).await?;
        sold.add(&wanted, &values, [&products, &categories, &items])?;
    }
    Ok(sold)
}

impl Sold {
    fn add(&mut self, rows: &[usize], values: &ArrayRef, texts: [&ArrayRef; 3]) -> Result<()> {
        let defect = |error: arrow::error::ArrowError| Error::defect(error.to_string());
        let values = cast(values, &DataType::Float64).map_err(defect)?;
        let values = values.as_primitive::<Float64Type>();
        let mut strings = Vec::new();
        for text in texts {
            strings.push(cast(text, &DataType::Utf8).map_err(defect)?);
        }
        let text = |column: usize, row: usize| {
            let column = strings[column].as_string::<i32>();
            column.is_valid(row).then(|| column.value(row))
        };
        for row in rows.iter().copied().filter(|row| values.is_valid(*row)) {
            let value = values.value(row);
            if value <= 0.0 || !value.is_finite() {
                continue;
            }
            // The text itself stays out of the message: it may hold personal data.
            let damaged = |error: serde_json::Error| Error::Damaged {
                column: ITEMS.into(),
                what: format!("{:?}", error.classify()),
            };
            let items: Vec<Map<String, Value>> = match text(2, row) {
                Some(items) => serde_json::from_str(items).map_err(damaged)?,
                None => Vec::new(),
            };
            if items.is_empty() {
                let [product, category] = [text(0, row), text(1, row)].map(|text| text.map(str::to_owned));
                self.add_one(Product { product, category }, value);
                continue;
            }
            let worth = |item: &Map<String, Value>| VALUE_KEYS.iter().find_map(|key| item.get(*key)?.as_f64());
            let said: f64 = items.iter().filter_map(worth).filter(|worth| *worth > 0.0).sum();
            for item in &items {
                // What the items say is a way to share out what the event says.
                let share =
                    if said > 0.0 { worth(item).unwrap_or(0.0).max(0.0) / said } else { 1.0 / items.len() as f64 };
                let named = |keys: &[&str]| keys.iter().find_map(|key| crate::traits::text(item.get(*key)?));
                self.add_one(Product { product: named(&PRODUCT_KEYS), category: named(&["category"]) }, share * value);
            }
        }
        Ok(())
    }

    fn add_one(&mut self, product: Product, value: f64) {
        let product = if self.value.len() < PRODUCTS_MAX || self.value.contains_key(&product) {
            product
        } else {
            Product::default()
        };
        *self.value.entry(product).or_default() += value;
    }
}
