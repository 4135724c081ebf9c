//! Which touchpoint of a journey each event of one customer is, by the rule the map counts with.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use lake::schema::{CHANNEL, EVENT, TRAITS};
use lake::{Layout, Snapshot};
use model::event::SYSTEM_PREFIX;
use model::journey::Journey;
use model::rule::Rule;
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::error::Result;
use crate::rules::{Columns, Evaluator, Rules};
use crate::traits::Traits;

/// For each row of a layout of one customer, 1 + the position of the first touchpoint it is; 0 for none.
///
/// # Errors
/// For rules that cannot be compiled.
pub async fn touchpoints(engine: &Engine, snapshot: &Snapshot, layout: &Layout, journey: &Journey) -> Result<Vec<u32>> {
    let touchpoints: Vec<&Rule> = journey.touchpoints().map(|(_, touchpoint)| &touchpoint.rule).collect();
    let labels = 0..touchpoints.len();
    let rules = Arc::new(Rules::compile(touchpoints.into_iter().chain(&journey.scope))?);
    let names = engine.names(snapshot);
    let cache = engine.cache();
    let event = cache.codes(snapshot, layout, EVENT, &names.events).await?;
    let channel = cache.codes(snapshot, layout, CHANNEL, &names.channels).await?;
    let mut arrays: FxHashMap<&'static str, ArrayRef> = FxHashMap::default();
    for name in rules.columns() {
        arrays.insert(name, cache.array(snapshot, layout, name).await?);
    }
    let keys: Vec<String> = rules.traits().map(str::to_owned).collect();
    let column = if keys.is_empty() { None } else { Some(cache.array(snapshot, layout, TRAITS).await?) };
    let exists = BooleanBuffer::new_set(layout.rows());
    let traits = Traits::read(&keys, column.as_ref(), layout.offsets(), &exists)?;
    let mut evaluator = Evaluator::new(rules, names.events.clone(), names.channels.clone());
    let columns = Columns { rows: layout.rows(), event: &event, channel: &channel, arrays: &arrays, traits: &traits };
    let matches = evaluator.evaluate(columns)?;
    let mut first = matches.first(labels.clone());
    if journey.scope.is_some() {
        let within = matches.rows(labels.end);
        first.iter_mut().enumerate().filter(|(row, _)| !within.value(*row)).for_each(|(_, label)| *label = 0);
    } else {
        let known = names.events.since(0);
        let system = |code: u32| known.get(code as usize).is_some_and(|name| name.starts_with(SYSTEM_PREFIX));
        first.iter_mut().zip(event.iter()).filter(|(_, code)| system(**code)).for_each(|(label, _)| *label = 0);
    }
    Ok(first)
}
