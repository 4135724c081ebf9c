//! Which sources a workspace's events came from.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use operators::{Control, Engine, QueryLimits};

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
    Ok(batches.iter().flat_map(counts).collect())
}

/// The casts of the statement say what the columns are.
fn counts(batch: &RecordBatch) -> Vec<SourceCount> {
    let names = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8);
    let (Ok(names), Some(events), Some(last)) =
        (names, batch.column(1).as_primitive_opt::<Int64Type>(), batch.column(2).as_primitive_opt::<Int64Type>())
    else {
        return Vec::new();
    };
    let names = names.as_string::<i32>();
    let rows = names.iter().zip(events.values()).zip(last.values());
    rows.filter_map(|((source, events), last)| {
        Some(SourceCount { source: source?.to_owned(), events: u64::try_from(*events).ok()?, last_us: *last })
    })
    .collect()
}
