//! The lake's tables in SQL: `events`, `profiles`, `identity`.
//!
//! Rows come shard by shard, with doubles left out and customers as they are known now. A scan is a unary node over a
//! list of shards, as every node of ours (see [`crate::shards`]). It holds one shard's columns at a time in each
//! partition.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringBuilder, UInt64Array};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, internal_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use lake::schema::{BUCKET, CHANNEL, CUSTOMER, EVENT, EVENTS_SCHEMA, IDENTIFIERS, PROFILE, TIME, timestamp};
use lake::{Layout, Shard};
use model::identity::Identifier;
use model::traffic::TRAFFIC_GROUP;
use serde::{Deserialize, Serialize};

use crate::customers::Wanted;
use crate::error::{Error, Result};
use crate::limits::BATCH_ROWS;
use crate::scan::{Scene, properties};
use crate::shards;

/// A table of the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LakeTable {
    /// One row an event.
    Events,
    /// One row a customer: traits, first and last time, number of events.
    Profiles,
    /// One row a profile that sent an event: its customer now, its identifier, how many events it sent.
    Identity,
}

/// The stored columns, and the traffic group, which is derived.
static EVENTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let group = Arc::new(Field::new(TRAFFIC_GROUP, dictionary, false));
    Arc::new(Schema::new(EVENTS_SCHEMA.fields().iter().cloned().chain([group]).collect::<Vec<_>>()))
});

static PROFILES_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new(BUCKET, DataType::Int32, false),
        Field::new(CUSTOMER, DataType::Int64, false),
        Field::new("traits", DataType::Utf8, true),
        Field::new("first_time", timestamp(), false),
        Field::new("last_time", timestamp(), false),
        Field::new("events", DataType::Int64, false),
    ]))
});

static IDENTITY_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new(PROFILE, DataType::Int64, false),
        Field::new(CUSTOMER, DataType::Int64, false),
        Field::new("namespace", DataType::Utf8, true),
        Field::new("value", DataType::Utf8, true),
        Field::new("events", DataType::UInt64, false),
    ]))
});

impl LakeTable {
    pub const ALL: [LakeTable; 3] = [LakeTable::Events, LakeTable::Profiles, LakeTable::Identity];

    pub fn name(self) -> &'static str {
        match self {
            LakeTable::Events => "events",
            LakeTable::Profiles => "profiles",
            LakeTable::Identity => "identity",
        }
    }

    pub fn schema(self) -> SchemaRef {
        match self {
            LakeTable::Events => Arc::clone(&EVENTS),
            LakeTable::Profiles => Arc::clone(&PROFILES_SCHEMA),
            LakeTable::Identity => Arc::clone(&IDENTITY_SCHEMA),
        }
    }
}

/// A lake's table as the planner sees it.
#[derive(Debug)]
pub(crate) struct LakeTableProvider {
    pub table: LakeTable,
    pub scene: Scene,
}

#[async_trait]
impl TableProvider for LakeTableProvider {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        // Inexact: the engine filters what comes, we only read less.
        let pushed = filters.iter().map(|filter| match Wanted::understands(filter) {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        });
        Ok(pushed.collect())
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let columns: Vec<usize> = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.table.schema().fields().len()).collect(),
        };
        let wanted = Wanted::of(filters);
        let options = self.scene.engine.options();
        let rows = if self.hot(&columns) { options.shard_rows } else { (options.shard_rows / WIDE).max(1) };
        let shards = wanted.shards(self.scene.snapshot.shards(rows));
        let source = shards::source(&shards, options.target_partitions)?;
        let spec = TableScan { table: self.table, columns, customers: wanted.customers.map(Vec::from_iter), limit };
        Ok(Arc::new(LakeScanExec::new(spec, self.scene.clone(), source)?))
    }
}

/// How many times smaller shards are when cold columns, long texts among them, are read.
const WIDE: usize = 8;

impl LakeTableProvider {
    /// Whether only columns are read that folds keep in the cache, in the shards that folds use.
    fn hot(&self, columns: &[usize]) -> bool {
        let schema = self.table.schema();
        self.table == LakeTable::Events
            && columns
                .iter()
                .all(|column| [BUCKET, CUSTOMER, TIME, EVENT, CHANNEL].contains(&schema.field(*column).name().as_str()))
    }
}

/// What a scan of a table reads: all that travels of a [`LakeScanExec`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableScan {
    pub table: LakeTable,
    /// Positions of the columns in the table's schema.
    pub columns: Vec<usize>,
    /// Only these customers, ascending. None: all.
    pub customers: Option<Vec<i64>>,
    /// Rows that suffice, of each partition.
    pub limit: Option<usize>,
}

/// Reads a table of the lake, shard by shard.
#[derive(Debug, Clone)]
pub struct LakeScanExec {
    spec: Arc<TableScan>,
    scene: Scene,
    schema: SchemaRef,
    shards: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl LakeScanExec {
    pub fn new(spec: TableScan, scene: Scene, shards: Arc<dyn ExecutionPlan>) -> Result<LakeScanExec> {
        let schema = spec.table.schema().project(&spec.columns);
        let schema = Arc::new(schema.map_err(|error| Error::question(error.to_string()))?);
        let properties = properties(&schema, &shards);
        Ok(LakeScanExec { spec: Arc::new(spec), scene, schema, shards, properties })
    }

    /// All another process needs beside a scene and the list of shards.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&*self.spec).map_err(|error| Error::defect(format!("a plan cannot be written: {error}")))
    }

    /// The node from [`LakeScanExec::to_bytes`], over this process's scene.
    pub fn from_bytes(bytes: &[u8], scene: Scene, shards: Arc<dyn ExecutionPlan>) -> Result<LakeScanExec> {
        let spec = serde_json::from_slice(bytes)
            .map_err(|error| Error::question(format!("a plan cannot be read: {error}")))?;
        LakeScanExec::new(spec, scene, shards)
    }
}

impl DisplayAs for LakeScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LakeScanExec: table={}, columns={}", self.spec.table.name(), self.schema.fields().len())?;
        if let Some(customers) = &self.spec.customers {
            write!(f, ", customers={}", customers.len())?;
        }
        Ok(())
    }
}

impl ExecutionPlan for LakeScanExec {
    fn name(&self) -> &str {
        "LakeScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.shards]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let Ok([shards]) = <[_; 1]>::try_from(children) else {
            return internal_err!("LakeScanExec has one child");
        };
        let properties = properties(&self.schema, &shards);
        Ok(Arc::new(LakeScanExec { shards, properties, ..(*self).clone() }))
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
        let consumer = MemoryConsumer::new(format!("lake scan {partition}"));
        let reading = Reading {
            scan: self.clone(),
            reservation: consumer.register(context.memory_pool()),
            source: Some((partition, context)),
            shards: VecDeque::new(),
            ready: VecDeque::new(),
            rows_left: self.spec.limit.unwrap_or(usize::MAX),
        };
        let batches = futures::stream::try_unfold(reading, |mut reading| async move {
            Ok::<_, DataFusionError>(reading.next().await?.map(|batch| (batch, reading)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches)))
    }
}

/// One partition at work.
struct Reading {
    scan: LakeScanExec,
    reservation: MemoryReservation,
    /// Where the shards are listed, until they are read.
    source: Option<(usize, Arc<TaskContext>)>,
    shards: VecDeque<Shard>,
    /// Batches of the shard read last: slices of its columns.
    ready: VecDeque<RecordBatch>,
    rows_left: usize,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        self.scan.scene.control.check()?;
        if let Some((partition, context)) = self.source.take() {
            self.shards = shards::read(&self.scan.shards, partition, context).await?.into();
        }
        loop {
            if self.rows_left == 0 {
                return Ok(None);
            }
            if let Some(batch) = self.ready.pop_front() {
                let batch = batch.slice(0, batch.num_rows().min(self.rows_left));
                self.rows_left -= batch.num_rows();
                return Ok(Some(batch));
            }
            self.reservation.free();
            let Some(shard) = self.shards.pop_front() else { return Ok(None) };
            self.read(shard).await?;
        }
    }

    async fn read(&mut self, shard: Shard) -> Result<()> {
        self.scan.scene.control.check()?;
        let scene = &self.scan.scene;
        let layout = scene.snapshot.layout(shard).await?;
        let wanted = self.scan.spec.customers.as_deref();
        if wanted.is_some_and(|wanted| layout.customers().iter().all(|id| wanted.binary_search(id).is_err())) {
            return Ok(());
        }
        let row_bytes = 16 * self.scan.schema.fields().len();
        self.reservation.try_resize(layout.rows() * row_bytes).map_err(Error::of_engine)?;
        let batch = match self.scan.spec.table {
            LakeTable::Events => self.events(&layout).await?,
            LakeTable::Profiles => self.projected(scene.snapshot.profiles(shard).await?)?,
            LakeTable::Identity => self.projected(identity(scene, &layout).await?)?,
        };
        self.reservation.try_resize(batch.get_array_memory_size()).map_err(Error::of_engine)?;
        let ranges: Vec<Range<usize>> = match (self.scan.spec.table, wanted) {
            (LakeTable::Events, Some(wanted)) => {
                let rows = layout.customers().iter().zip(layout.offsets().windows(2));
                let rows = rows.filter(|(customer, _)| wanted.binary_search(customer).is_ok());
                rows.map(|(_, rows)| rows[0] as usize..rows[1] as usize).collect()
            }
            _ => std::iter::once(0..batch.num_rows()).collect(),
        };
        for range in ranges {
            for start in range.clone().step_by(BATCH_ROWS) {
                self.ready.push_back(batch.slice(start, BATCH_ROWS.min(range.end - start)));
            }
        }
        scene.control.add_rows(layout.rows() as u64);
        Ok(())
    }

    async fn events(&self, layout: &Layout) -> Result<RecordBatch> {
        let Scene { engine, snapshot, .. } = &self.scan.scene;
        let mut columns = Vec::with_capacity(self.scan.schema.fields().len());
        for field in self.scan.schema.fields() {
            columns.push(engine.cache().array(snapshot, layout, field.name()).await?);
        }
        batch(&self.scan.schema, columns, layout.rows())
    }

    fn projected(&self, batch: RecordBatch) -> Result<RecordBatch> {
        batch.project(&self.scan.spec.columns).map_err(|error| Error::defect(error.to_string()))
    }
}

/// A batch that knows its rows even without columns, as `count(*)` asks for.
fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|error| Error::defect(error.to_string()))
}

/// The profiles of a shard's events. A profile has one customer, so it is in one shard.
async fn identity(scene: &Scene, layout: &Layout) -> Result<RecordBatch> {
    let Scene { engine, snapshot, .. } = scene;
    let profiles = engine.cache().array(snapshot, layout, PROFILE).await?;
    let identifiers = engine.cache().array(snapshot, layout, IDENTIFIERS).await?;
    let profiles = profiles.as_primitive::<Int64Type>();
    let identifiers = identifiers.as_string::<i32>();
    let mut seen: BTreeMap<i64, (i64, usize, u64)> = BTreeMap::new();
    for (customer, rows) in layout.customers().iter().zip(layout.offsets().windows(2)) {
        for row in rows[0] as usize..rows[1] as usize {
            seen.entry(profiles.value(row)).or_insert((*customer, row, 0)).2 += 1;
        }
    }
    let (mut namespaces, mut values) = (StringBuilder::new(), StringBuilder::new());
    for (_, row, _) in seen.values() {
        let sender = match identifiers.is_null(*row) {
            true => None,
            false => first_identifier(identifiers.value(*row))?,
        };
        namespaces.append_option(sender.as_ref().map(|sender| &sender.namespace));
        values.append_option(sender.as_ref().map(|sender| &sender.value));
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(seen.keys().copied())),
        Arc::new(Int64Array::from_iter_values(seen.values().map(|(customer, ..)| *customer))),
        Arc::new(namespaces.finish()),
        Arc::new(values.finish()),
        Arc::new(UInt64Array::from_iter_values(seen.values().map(|(.., events)| *events))),
    ];
    batch(&IDENTITY_SCHEMA, columns, seen.len())
}

/// The sending identity stands first.
fn first_identifier(text: &str) -> Result<Option<Identifier>> {
    let damaged = |error: serde_json::Error| Error::Damaged {
        column: IDENTIFIERS.into(),
        what: format!("{:?}", error.classify()),
    };
    let identifiers: Vec<Identifier> = serde_json::from_str(text).map_err(damaged)?;
    Ok(identifiers.into_iter().next())
}
