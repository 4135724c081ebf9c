//! The list of shards as a plan's input.
//!
//! Every node of ours stands on a `DataSourceExec` over rows `{lo, hi}` held in memory: a distributed scheduler
//! hands such a source's partitions out one by one, while it would let every task run all partitions of a leaf it
//! does not know, and rows would multiply without an error.

use std::sync::{Arc, LazyLock};

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use datafusion::datasource::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;
use lake::Shard;

use crate::error::{Error, Result};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![Field::new("lo", DataType::UInt32, false), Field::new("hi", DataType::UInt32, false)]))
});

/// A source of these shards in at most `partitions` partitions, dealt out in turn so that each gets its share of
/// large and small ones. At least one partition, be it empty.
pub(crate) fn source(shards: &[Shard], partitions: usize) -> Result<Arc<DataSourceExec>> {
    let partitions = partitions.clamp(1, shards.len().max(1));
    let batches: Vec<Vec<RecordBatch>> = (0..partitions)
        .map(|partition| {
            let mine: Vec<&Shard> = shards.iter().skip(partition).step_by(partitions).collect();
            let lo = UInt32Array::from_iter_values(mine.iter().map(|shard| shard.lo));
            let hi = UInt32Array::from_iter_values(mine.iter().map(|shard| shard.hi));
            RecordBatch::try_new(Arc::clone(&SCHEMA), vec![Arc::new(lo), Arc::new(hi)]).map(|batch| vec![batch])
        })
        .collect::<Result<_, _>>()
        .map_err(|error| Error::defect(error.to_string()))?;
    MemorySourceConfig::try_new_exec(&batches, Arc::clone(&SCHEMA), None).map_err(Error::of_engine)
}

/// The shards of one partition.
pub(crate) async fn read(
    source: &Arc<dyn ExecutionPlan>,
    partition: usize,
    context: Arc<datafusion::execution::TaskContext>,
) -> Result<Vec<Shard>> {
    let mut batches = source.execute(partition, context).map_err(Error::of_engine)?;
    let mut shards = Vec::new();
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(Error::of_engine)?;
        let column = |name| {
            let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<UInt32Type>());
            column.ok_or_else(|| Error::defect(format!("a list of shards has no column {name}")))
        };
        let (lo, hi) = (column("lo")?, column("hi")?);
        shards.extend(lo.values().iter().zip(hi.values()).map(|(lo, hi)| Shard { lo: *lo, hi: *hi }));
    }
    Ok(shards)
}
