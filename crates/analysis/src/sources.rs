//! Which sources a workspace's events came from.

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use operators::{Control, Engine, QueryLimits};

use crate::analyst::mixed_up;
use crate::error::Result;
use crate::question::Present;

/// Sources that are counted; a workspace has a few dozen.
const SOURCES_MAX: usize = 10_000;

const SQL: &str = "SELECT CAST(source AS VARCHAR) AS source, CAST(count(*) AS BIGINT) AS events, \
                   CAST(max(received_at) AS BIGINT) AS last FROM events GROUP BY source ORDER BY source";

/// What came from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCount {
    pub source: String,
    pub events: u64,
    /// When the last of them arrived, UTC microseconds.
    pub last_us: i64,
}

pub(crate) async fn sources(engine: &Engine, present: &Present, control: &Control) -> Result<Vec<SourceCount>> {
    let limits = QueryLimits { rows: SOURCES_MAX, now_us: present.now_us, control: control.clone() };
    let batches = operators::query(engine, present.snapshot.clone(), SQL, limits).await?;
    let mut found = Vec::new();
    for batch in &batches {
        let long = |at: usize| batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(mixed_up);
        let names = cast(batch.column(0), &DataType::Utf8).map_err(|_| mixed_up())?;
        for row in 0..batch.num_rows() {
            found.push(SourceCount {
                source: names.as_string::<i32>().value(row).to_owned(),
                events: long(1)?.value(row).unsigned_abs(),
                last_us: long(2)?.value(row),
            });
        }
    }
    Ok(found)
}
