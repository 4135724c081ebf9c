//! The shape of plans, and the trap it avoids.
//!
//! A distributed scheduler gives each task one partition of the sources it knows, and runs the rest of the plan over
//! it. `distributed` does the same here: what is right under it is right there.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, SendableRecordBatchStream,
    collect,
};
use folds::slicer::Slicer;
use operators::spec::{FoldSpec, FoldState, ScanSpec};
use operators::{Control, FinishSpec, FoldFinishExec, Scene, SequenceScanExec};

use crate::answers::{engine, same, specs};
use crate::world::{MINUTE_US, Stored, World, expected, open, store};

async fn scene(world: &World, partitions: usize) -> (tempfile::TempDir, Scene) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, world, Stored::Mixed).await;
    let scene = Scene {
        engine: engine(partitions, 1, 1 << 20),
        snapshot: lake.snapshot().await.unwrap(),
        control: Control::new(),
    };
    (folder, scene)
}

fn spec() -> Arc<ScanSpec> {
    let spec = ScanSpec::new(FoldSpec::Sessions(Default::default()), i64::MAX);
    Arc::new(ScanSpec { slicer: Slicer::Session { timeout_us: 30 * MINUTE_US }, ..spec })
}

fn memory_source(plan: &Arc<dyn ExecutionPlan>) -> Option<&MemorySourceConfig> {
    let any: &dyn std::any::Any = plan.as_ref();
    any.downcast_ref::<DataSourceExec>()?.data_source().downcast_ref::<MemorySourceConfig>()
}

/// The plan as the task for one partition runs it: known sources reduced to that partition, all else as it is.
fn task(plan: &Arc<dyn ExecutionPlan>, partition: usize) -> Arc<dyn ExecutionPlan> {
    if let Some(source) = memory_source(plan) {
        let mine = source.partitions()[partition].clone();
        return MemorySourceConfig::try_new_exec(&[mine], source.original_schema(), None).unwrap();
    }
    let children: Vec<_> = plan.children().into_iter().map(|child| task(child, partition)).collect();
    if children.is_empty() {
        return Arc::clone(plan);
    }
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(children, options).unwrap()
}

/// Runs each task's plan whole and gathers what comes out.
async fn distributed(plan: Arc<dyn ExecutionPlan>) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    for partition in 0..plan.output_partitioning().partition_count() {
        batches.extend(collect(task(&plan, partition), Arc::new(TaskContext::default())).await.unwrap());
    }
    batches
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_stands_on_a_source_the_scheduler_knows() {
    let world = World::random(8, 40, 20);
    for partitions in [1, 2, 16] {
        let (_folder, scene) = scene(&world, partitions).await;
        let scan = SequenceScanExec::over_all(spec(), scene).unwrap();
        let [child] = scan.children()[..] else { panic!("a unary node") };
        let source = memory_source(child).expect("a list of shards in memory");
        assert_eq!(source.partitions().len(), partitions);
        assert_eq!(scan.properties().output_partitioning().partition_count(), partitions);
        assert_eq!(scan.benefits_from_input_partitioning(), [false]);
        // Together the partitions list every bucket once.
        let mut buckets: Vec<(u32, u32)> = source
            .partitions()
            .iter()
            .flatten()
            .flat_map(|batch| {
                let column = |i: usize| {
                    let column = batch.column(i).as_any().downcast_ref::<arrow::array::UInt32Array>().unwrap();
                    column.values().to_vec()
                };
                column(0).into_iter().zip(column(1)).collect::<Vec<_>>()
            })
            .collect();
        buckets.sort_unstable();
        assert_eq!((buckets[0].0, buckets[buckets.len() - 1].1), (0, 256));
        assert!(buckets.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }
}

/// The same work behind a node without children, as a custom leaf would be.
#[derive(Debug)]
struct Leaf(Arc<dyn ExecutionPlan>);

impl DisplayAs for Leaf {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leaf")
    }
}

impl ExecutionPlan for Leaf {
    fn name(&self) -> &str {
        "Leaf"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.0.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        Ok(self)
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
        self.0.execute(partition, context)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_of_a_scheduler_count_each_customer_once_where_a_leaf_would_multiply_them() {
    let world = World::random(9, 60, 20);
    let FoldState::Sessions(wanted) = expected(&world, &spec()) else { panic!() };
    let wanted = wanted.sessions.subjects.count;
    let (_folder, scene) = scene(&world, 4).await;
    let scan: Arc<dyn ExecutionPlan> = Arc::new(SequenceScanExec::over_all(spec(), scene).unwrap());
    assert_eq!(total(distributed(Arc::clone(&scan)).await).await, wanted);
    let leaf: Arc<dyn ExecutionPlan> = Arc::new(Leaf(Arc::clone(&scan)));
    assert_eq!(total(distributed(leaf).await).await, 4 * wanted);
    let twice: Arc<dyn ExecutionPlan> = UnionExec::try_new(vec![Arc::clone(&scan), scan]).unwrap();
    assert_eq!(total(collect(twice, Arc::new(TaskContext::default())).await.unwrap()).await, 2 * wanted);
}

/// Sessions in partial states.
async fn total(partials: Vec<RecordBatch>) -> u64 {
    let source = MemorySourceConfig::try_new_exec(std::slice::from_ref(&partials), partials[0].schema(), None).unwrap();
    let finish = FinishSpec { scan: (*spec()).clone(), output: operators::rows::Output::default() };
    let finish = FoldFinishExec::new(Arc::new(finish), source).unwrap();
    let rows = collect(Arc::new(finish), Arc::new(TaskContext::default())).await.unwrap();
    let sessions = rows[0].column_by_name("sessions").unwrap();
    sessions.as_any().downcast_ref::<arrow::array::UInt64Array>().unwrap().value(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_travel_as_bytes() {
    let world = World::random(9, 30, 20);
    let (_folder, scene) = scene(&world, 2).await;
    let newest = world.events.iter().map(|event| event.time_us).max().unwrap();
    for spec in specs(newest) {
        let scan = SequenceScanExec::over_all(Arc::new(spec.clone()), scene.clone()).unwrap();
        let shards = Arc::clone(scan.children()[0]);
        let arrived = SequenceScanExec::from_bytes(&scan.to_bytes().unwrap(), scene.clone(), shards).unwrap();
        let context = Arc::new(TaskContext::default());
        let partials = collect(Arc::new(arrived), context).await.unwrap();
        assert_eq!(partials.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
        let answer = operators::run(&scene.engine, scene.snapshot.clone(), &spec, &Control::new()).await.unwrap();
        assert!(same(&answer.state, &expected(&world, &spec)), "{spec:?}: {:?}", answer.state);
        let finish = FinishSpec { scan: spec, output: operators::rows::Output::default() };
        let source =
            MemorySourceConfig::try_new_exec(std::slice::from_ref(&partials), partials[0].schema(), None).unwrap();
        let finish = FoldFinishExec::new(Arc::new(finish), source.clone()).unwrap();
        let arrived = FoldFinishExec::from_bytes(&finish.to_bytes().unwrap(), source).unwrap();
        assert_eq!(arrived.schema(), finish.schema());
    }
}
