//! `SequenceScan`: shards in, one partial state a partition out.
//!
//! A unary node over a list of shards (see [`crate::shards`]). For each of its shards a partition takes layout and
//! columns through the cache, applies the spec's rules, and hands every customer's events to the fold. What comes out
//! is complete and mergeable, so partitions may be merged anywhere, in any order: [`crate::finish`].
//!
//! Whoever asks in the same process takes the states as they are ([`SequenceScanExec::states`]); encoded, as rows, they are
//! for other processes and for plans of the query engine.
//!
//! A partition has a thread for blocking work to itself, where it waits for what it reads, so that a long question does not
//! hold up others. The [`Control`] is looked at before every block of customers, and a stream that is dropped stops its fold in
//! the same way.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, BinaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, internal_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions, SchedulingType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, SendableRecordBatchStream,
};
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use lake::{Control, Shard, Snapshot};
use rustc_hash::FxHashMap;
use tokio::runtime::Handle;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Running, kernel};
use crate::prepare::Preparer;
use crate::shard::{Loaded, Program, Sure, Wanted};
use crate::shards;
use crate::spec::{FoldState, ScanSpec};

/// Where a scan reads and who watches it: what does not travel with the spec.
#[derive(Debug, Clone)]
pub struct Scene {
    pub engine: Engine,
    pub snapshot: Arc<Snapshot>,
    pub control: Control,
}

/// The node. Its rows: one a partition, `{partial: binary}`.
#[derive(Debug, Clone)]
pub struct SequenceScanExec {
    spec: Arc<ScanSpec>,
    scene: Scene,
    shards: Arc<dyn ExecutionPlan>,
    kernel: Arc<dyn Kernel>,
    program: Arc<Program>,
    properties: Arc<PlanProperties>,
}

static SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| Arc::new(Schema::new(vec![Field::new("partial", DataType::Binary, false)])));

impl SequenceScanExec {
    /// A scan over the shards `shards` lists, in that plan's partitions.
    pub fn new(spec: Arc<ScanSpec>, scene: Scene, shards: Arc<dyn ExecutionPlan>) -> Result<SequenceScanExec> {
        let kernel = kernel(&spec)?;
        let sure = Sure::of(&scene.snapshot, spec.as_of_us);
        let program = Arc::new(Program::new(Arc::clone(&spec), kernel.needs(), sure)?);
        let properties = properties(&SCHEMA, &shards);
        Ok(SequenceScanExec { spec, scene, shards, kernel, program, properties })
    }

    /// A scan over all of the scene's shards, in the engine's number of partitions.
    pub fn over_all(spec: Arc<ScanSpec>, scene: Scene) -> Result<SequenceScanExec> {
        let options = scene.engine.options();
        let source = shards::source(&scene.snapshot.shards(options.shard_rows), options.target_partitions)?;
        SequenceScanExec::new(spec, scene, source)
    }

    /// All another process needs beside a scene and the list of shards.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.spec.to_bytes()
    }

    /// The node from [`SequenceScanExec::to_bytes`], over this process's scene.
    pub fn from_bytes(bytes: &[u8], scene: Scene, shards: Arc<dyn ExecutionPlan>) -> Result<SequenceScanExec> {
        SequenceScanExec::new(Arc::new(ScanSpec::from_bytes(bytes)?), scene, shards)
    }

    /// Computes all partitions at once.
    pub(crate) fn states(&self, context: &Arc<TaskContext>) -> BoxFuture<'static, Result<Vec<Folded>>> {
        let partitions = self.properties.output_partitioning().partition_count();
        let work = (0..partitions).map(|partition| SpawnedTask::spawn(self.state(partition, Arc::clone(context))));
        let work: Vec<SpawnedTask<Result<Folded>>> = work.collect();
        futures::future::try_join_all(work.into_iter().map(finished)).boxed()
    }

    /// Merges states of partitions.
    pub(crate) fn join(&self, states: Vec<Folded>) -> Result<FoldState> {
        // Memory stays reserved until they are merged.
        let (states, _reserved): (Vec<_>, Vec<_>) =
            states.into_iter().map(|state| (state.running, state.reservation)).unzip();
        self.kernel.join(states)
    }

    /// Computes one partition.
    fn state(&self, partition: usize, context: Arc<TaskContext>) -> BoxFuture<'static, Result<Folded>> {
        let consumer = MemoryConsumer::new(format!("journey scan {partition}"));
        let reservation = consumer.register(context.memory_pool());
        let scan = self.clone();
        async move {
            let shards = shards::read(&scan.shards, partition, context).await?;
            Partition::new(&scan, reservation).run(shards).await
        }
        .boxed()
    }

    pub fn spec(&self) -> &Arc<ScanSpec> {
        &self.spec
    }

    pub fn scene(&self) -> &Scene {
        &self.scene
    }
}

/// A partition's state, with the memory reserved for it.
pub(crate) struct Folded {
    pub(crate) running: Box<dyn Running>,
    pub(crate) reservation: MemoryReservation,
}

async fn finished(work: SpawnedTask<Result<Folded>>) -> Result<Folded> {
    work.await.map_err(|error| Error::defect(format!("a partition stopped: {error}")))?
}

/// Properties of a node of ours: as many partitions as the list of shards has, in no order.
pub(crate) fn properties(schema: &SchemaRef, shards: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
    let properties = PlanProperties::new(
        EquivalenceProperties::new(Arc::clone(schema)),
        shards.output_partitioning().clone(),
        EmissionType::Final,
        Boundedness::Bounded,
    );
    Arc::new(properties.with_scheduling_type(SchedulingType::Cooperative))
}

impl DisplayAs for SequenceScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rules may hold personal data, and a plan is shown in logs.
        write!(f, "SequenceScanExec: snapshot={}, fold={}", self.scene.snapshot.id(), fold_name(&self.spec))
    }
}

fn fold_name(spec: &ScanSpec) -> &'static str {
    use crate::spec::FoldSpec;
    match spec.fold {
        FoldSpec::Sessions(_) => "sessions",
        FoldSpec::Funnel(_) => "funnel",
        FoldSpec::Paths(_) => "paths",
        FoldSpec::Transitions(_) => "transitions",
        FoldSpec::Journey(_) => "journey",
        FoldSpec::PainBounds(_) | FoldSpec::Pain(_) | FoldSpec::PainEvidence(_) => "pain",
        FoldSpec::Subjects => "subjects",
        FoldSpec::Retention(_) => "retention",
        FoldSpec::Lifecycle(_) => "lifecycle",
        FoldSpec::Stickiness(_) => "stickiness",
        FoldSpec::Survival(_) => "survival",
        FoldSpec::Sequence(_) => "sequence",
        FoldSpec::Attribution(_) => "attribution",
        FoldSpec::Segments | FoldSpec::Members => "segments",
        FoldSpec::RfmEdges(_) | FoldSpec::Rfm { .. } => "rfm",
    }
}

impl ExecutionPlan for SequenceScanExec {
    fn name(&self) -> &str {
        "SequenceScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.shards]
    }

    /// Shards are dealt out already; another exchange would only cost.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let Ok([shards]) = <[_; 1]>::try_from(children) else {
            return internal_err!("SequenceScanExec has one child");
        };
        let properties = properties(&SCHEMA, &shards);
        Ok(Arc::new(SequenceScanExec { shards, properties, ..(*self).clone() }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        use datafusion::physical_plan::execution_plan::ChildrenPropertiesMode;
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion, DataFusionError>,
    ) -> Result<TreeNodeRecursion, DataFusionError> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream, DataFusionError> {
        let state = self.state(partition, context);
        let rows = async move {
            let Folded { running, reservation } = state.await?;
            let partial = running.encode()?;
            reservation.try_resize(reservation.size() + partial.len()).map_err(Error::of_engine)?;
            let partials = BinaryArray::from_iter_values([partial]);
            RecordBatch::try_new(Arc::clone(&SCHEMA), vec![Arc::new(partials) as Arc<dyn Array>])
                .map_err(|error| Error::defect(error.to_string()))
        };
        let stream = futures::stream::once(rows.map_err(DataFusionError::from));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&SCHEMA), stream)))
    }
}

/// One partition at work.
struct Partition {
    scene: Scene,
    wanted: Wanted,
    preparer: Preparer,
    running: Box<dyn Running>,
    reservation: MemoryReservation,
}

/// Tells the thread of a partition, which cannot be dropped, that nobody waits for it any more.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Partition {
    fn new(scan: &SequenceScanExec, reservation: MemoryReservation) -> Partition {
        let names = scan.scene.engine.names(&scan.scene.snapshot);
        Partition {
            scene: scan.scene.clone(),
            wanted: scan.program.wanted(),
            preparer: Preparer::new(Arc::clone(&scan.program), names.events, names.channels),
            running: scan.kernel.start(),
            reservation,
        }
    }

    /// Folds the shards on a thread that is this partition's until the end: a thread for each of them would begin with empty
    /// caches, and mostly on the processor where another partition is at work.
    async fn run(self, shards: Vec<Shard>) -> Result<Folded> {
        let abandoned = Abandoned::default();
        let (left, runtime) = (Arc::clone(&abandoned.0), Handle::current());
        let folding = SpawnedTask::spawn_blocking(move || runtime.block_on(self.shards(&shards, &left)));
        folding.await.map_err(|error| Error::defect(format!("a fold stopped: {error}")))?
    }

    async fn shards(mut self, shards: &[Shard], abandoned: &AtomicBool) -> Result<Folded> {
        for shard in shards {
            self.scene.control.check()?;
            self.shard(*shard, abandoned).await?;
        }
        Ok(Folded { running: self.running, reservation: self.reservation })
    }

    async fn shard(&mut self, shard: Shard, abandoned: &AtomicBool) -> Result<()> {
        let state_bytes = self.running.bytes();
        let layout = self.scene.snapshot.layout(shard).await?;
        let prepared = Loaded::block_rows(&layout) * self.wanted.prepared_row_bytes();
        let guess = layout.rows() * self.wanted.row_bytes() + prepared;
        // Reserved before anything is read: too large a shard fails here, not in the allocator.
        self.reservation.try_resize(state_bytes + guess).map_err(Error::of_engine)?;
        let loaded = load(&self.scene, &self.wanted, layout).await?;
        let real = loaded.bytes() + prepared;
        self.reservation.try_resize(state_bytes + real).map_err(Error::of_engine)?;
        self.fold(&loaded, abandoned)?;
        self.reservation.try_resize(self.running.bytes()).map_err(Error::of_engine)
    }

    fn fold(&mut self, shard: &Loaded, abandoned: &AtomicBool) -> Result<()> {
        let control = &self.scene.control;
        for block in shard.blocks() {
            if abandoned.load(Ordering::Acquire) {
                return Err(Error::Cancelled);
            }
            control.check()?;
            self.running.fold(&self.preparer.prepare(&block)?);
            // Rows that take no part in the question were read, too.
            control.add_rows(block.time.len() as u64);
            control.add_later(self.preparer.later(&block));
        }
        Ok(())
    }
}

/// The wanted columns of a layout, through the cache.
pub(crate) async fn load(scene: &Scene, wanted: &Wanted, layout: Arc<lake::Layout>) -> Result<Loaded> {
    let Scene { engine, snapshot, .. } = scene;
    let (cache, names) = (engine.cache(), engine.names(snapshot));
    let time = cache.times(snapshot, &layout).await?;
    let event = match wanted.event {
        true => Some(cache.codes(snapshot, &layout, lake::schema::EVENT, &names.events).await?),
        false => None,
    };
    let channel = match wanted.channel {
        true => Some(cache.codes(snapshot, &layout, lake::schema::CHANNEL, &names.channels).await?),
        false => None,
    };
    let mut arrays = FxHashMap::default();
    for name in &wanted.arrays {
        arrays.insert(*name, cache.array(snapshot, &layout, name).await?);
    }
    Ok(Loaded { layout, time, event, channel, arrays })
}
