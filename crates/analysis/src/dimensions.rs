//! What a workspace can be cut by: the values of its dimensions.

use std::time::Instant;

use lake::schema::CHANNEL;
use model::event::{Column, ColumnType};
use model::traffic::TRAFFIC_GROUP;
use operators::dimensions::Values;
use operators::{Control, Engine};

use crate::answer::{Dimension, DimensionOf, DimensionValue, DimensionsAnswer};
use crate::error::Result;
use crate::question::Present;

/// Values of one dimension that are listed: as many as a person can choose from.
const VALUES_MAX: usize = 50;

/// Columns that tell every event apart, or hold what people wrote: nothing to cut by.
const NOT_CUT_BY: [Column; 3] = [Column::SessionId, Column::OrderId, Column::Text];

pub(crate) async fn dimensions(engine: &Engine, present: &Present, control: &Control) -> Result<DimensionsAnswer> {
    let started = Instant::now();
    let columns = Column::ALL.iter().filter(|column| column.column_type() == ColumnType::Text);
    let columns = columns.filter(|column| !NOT_CUT_BY.contains(column)).map(|column| column.name());
    let columns: Vec<&'static str> = [CHANNEL, TRAFFIC_GROUP].into_iter().chain(columns).collect();
    let (values, traits) =
        operators::dimensions::values(engine, &present.snapshot, &columns, present.limit.as_ref(), control).await?;
    let of_events = columns.iter().zip(values).map(|(name, values)| ((*name).to_owned(), DimensionOf::Event, values));
    let of_customers = traits.into_iter().map(|(key, values)| (format!("traits.{key}"), DimensionOf::Customer, values));
    let mut truncated = false;
    let dimensions = of_events.chain(of_customers).filter_map(|(name, of, values)| {
        truncated |= values.values.len() > VALUES_MAX;
        dimension(name, of, values)
    });
    let dimensions = dimensions.collect();
    let rows = present.snapshot.rows_upper();
    Ok(DimensionsAnswer { dimensions, meta: present.read_meta(rows, started.elapsed(), truncated) })
}

fn dimension(name: String, of: DimensionOf, values: Values) -> Option<Dimension> {
    if values.unbounded || values.values.is_empty() {
        return None;
    }
    let distinct = values.values.len() as u64;
    let listed = values.values.into_iter().take(VALUES_MAX);
    let listed = listed.map(|(value, rows)| DimensionValue { value, rows }).collect();
    Some(Dimension { name, of, distinct, values: listed })
}
