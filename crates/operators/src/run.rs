//! A question computed: plan, fold, merge.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BinaryArray, RecordBatch};
use lake::{Control, Shard, Snapshot};
use model::identity::CustomerId;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::kernel::kernel;
use crate::scan::{Scene, SequenceScanExec};
use crate::shards;
use crate::spec::{FoldState, ScanSpec};

/// A folded answer.
#[derive(Debug)]
pub struct FoldAnswer {
    pub state: FoldState,
    /// Events read: those of the snapshot without doubles, whether they take part or not.
    pub rows_scanned: u64,
    /// Of them, those later than the spec's moment, which it knows nothing of.
    pub rows_later: u64,
}

/// Computes a spec over a snapshot. Watch and stop it by `control`, which is this question's alone; a question of several
/// scans, one after the other, hands the same one to each.
pub async fn run(engine: &Engine, snapshot: Arc<Snapshot>, spec: &ScanSpec, control: &Control) -> Result<FoldAnswer> {
    control.expect_rows(snapshot.rows_upper());
    let scene = Scene { engine: engine.clone(), snapshot, control: control.clone() };
    let scan = SequenceScanExec::over_all(Arc::new(spec.clone()), scene)?;
    folded(engine, scan, control).await
}

/// Computes a spec over the buckets that hold these customers: what it finds of others is only part of the truth.
pub async fn run_over(
    engine: &Engine,
    snapshot: Arc<Snapshot>,
    spec: &ScanSpec,
    customers: &BTreeSet<i64>,
    control: &Control,
) -> Result<FoldAnswer> {
    let buckets: BTreeSet<u32> = customers.iter().map(|customer| CustomerId(*customer).bucket() as u32).collect();
    // Neighbouring buckets are one shard, so that looking at very many customers costs no more than a whole scan.
    let all = snapshot.shards(engine.options().shard_rows);
    let whole = |shard: &Shard| buckets.range(shard.lo..shard.hi).count() as u32 == shard.hi - shard.lo;
    let some = |shard: &Shard| buckets.range(shard.lo..shard.hi).map(|at| Shard { lo: *at, hi: at + 1 });
    let shards: Vec<Shard> =
        all.iter().flat_map(|shard| if whole(shard) { vec![*shard] } else { some(shard).collect() }).collect();
    let source = shards::source(&shards, engine.options().target_partitions)?;
    let scene = Scene { engine: engine.clone(), snapshot, control: control.clone() };
    let scan = SequenceScanExec::new(Arc::new(spec.clone()), scene, source)?;
    folded(engine, scan, control).await
}

async fn folded(engine: &Engine, scan: SequenceScanExec, control: &Control) -> Result<FoldAnswer> {
    control.check()?;
    let (done, later) = (control.rows_done(), control.rows_later());
    let context = engine.context();
    // A partition may be waiting for the disk, where it does not look at the control.
    let states = tokio::select! {
        () = control.cancelled() => return Err(Error::Cancelled),
        states = scan.states(&context) => states?,
    };
    let merging = tokio::task::spawn_blocking(move || scan.join(states));
    let state = merging.await.map_err(|error| Error::defect(format!("a merge stopped: {error}")))??;
    control.finish();
    let (rows_scanned, rows_later) = (control.rows_done() - done, control.rows_later() - later);
    Ok(FoldAnswer { state, rows_scanned, rows_later })
}

/// The state of partial rows.
pub(crate) fn merge(spec: &ScanSpec, batches: &[RecordBatch]) -> Result<FoldState> {
    let columns: Vec<&BinaryArray> = batches
        .iter()
        .map(|batch| {
            let column = batch.columns().first().and_then(|column| column.as_binary_opt::<i32>());
            column.ok_or_else(|| Error::defect("partial states came without their column"))
        })
        .collect::<Result<_>>()?;
    let mut partials = columns.iter().flat_map(|column| (0..column.len()).map(|row| column.value(row)));
    kernel(spec)?.merge(&mut partials)
}
