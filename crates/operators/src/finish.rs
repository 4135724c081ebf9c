//! The other half of a scan as a plan node: partial states in, the answer's rows out.
//!
//! Stands on a single partition (a `CoalescePartitionsExec` over [`crate::scan::SequenceScanExec`]). What its rows
//! are is said in [`crate::rows`]. Callers who want the state itself use [`crate::run::run`].

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, internal_err};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
    SendableRecordBatchStream,
};
use futures::{TryFutureExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::rows::{Output, rows, schema};
use crate::run::merge;
use crate::scan::{Scene, SequenceScanExec};
use crate::spec::ScanSpec;

/// A scan and the rows its answer is shown as: all a node needs of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishSpec {
    pub scan: ScanSpec,
    pub output: Output,
}

/// The node.
#[derive(Debug, Clone)]
pub struct FoldFinishExec {
    spec: Arc<FinishSpec>,
    schema: SchemaRef,
    partials: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl FoldFinishExec {
    /// Merges the partial states `partials` gives.
    pub fn new(spec: Arc<FinishSpec>, partials: Arc<dyn ExecutionPlan>) -> Result<FoldFinishExec> {
        let schema = schema(&spec.scan, &spec.output)?;
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Ok(FoldFinishExec { spec, schema, partials, properties: Arc::new(properties) })
    }

    /// The whole plan of a question: scan, coalesce, finish.
    pub fn over_all(spec: Arc<FinishSpec>, scene: Scene) -> Result<FoldFinishExec> {
        let scan = SequenceScanExec::over_all(Arc::new(spec.scan.clone()), scene)?;
        FoldFinishExec::new(spec, Arc::new(CoalescePartitionsExec::new(Arc::new(scan))))
    }

    /// All another process needs beside the node's input.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&*self.spec).map_err(|error| Error::defect(format!("a plan cannot be written: {error}")))
    }

    /// The node from [`FoldFinishExec::to_bytes`].
    pub fn from_bytes(bytes: &[u8], partials: Arc<dyn ExecutionPlan>) -> Result<FoldFinishExec> {
        let spec = serde_json::from_slice(bytes)
            .map_err(|error| Error::question(format!("a plan cannot be read: {error}")))?;
        FoldFinishExec::new(Arc::new(spec), partials)
    }
}

impl DisplayAs for FoldFinishExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FoldFinishExec")
    }
}

impl ExecutionPlan for FoldFinishExec {
    fn name(&self) -> &str {
        "FoldFinishExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.partials]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition])
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let Ok([partials]) = <[_; 1]>::try_from(children) else {
            return internal_err!("FoldFinishExec has one child");
        };
        Ok(Arc::new(FoldFinishExec { partials, ..(*self).clone() }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
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
        if partition != 0 {
            return internal_err!("FoldFinishExec has one partition, not {partition}");
        }
        let partials = self.partials.execute(0, context)?;
        let spec = Arc::clone(&self.spec);
        let answer = async move {
            let batches: Vec<RecordBatch> = partials.try_collect().await.map_err(Error::of_engine)?;
            let finishing = tokio::task::spawn_blocking(move || {
                let state = merge(&spec.scan, &batches)?;
                rows(&spec.scan, &spec.output, state)
            });
            finishing.await.map_err(|error| Error::defect(format!("a merge stopped: {error}")))?
        };
        let stream = futures::stream::once(answer.map_err(DataFusionError::from));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}
