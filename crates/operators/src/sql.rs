//! SQL over a snapshot: the lake's tables, reference tables, and the folds as table functions.
//!
//! ```sql
//! SELECT event, count(*) FROM events GROUP BY event ORDER BY 2 DESC;
//! SELECT * FROM sessions('30m');
//! SELECT name, customers FROM funnel('{"steps": ["catalog", "cart", "purchase"], "window": "7d"}');
//! SELECT array_to_string(path, ' > '), subjects FROM paths('{"steps": 5, "top": 10, "collapse": true}');
//! SELECT * FROM transitions() WHERE count > 100;
//! SELECT traffic_group, count(*) FROM events GROUP BY 1;
//! SELECT channel_group('baidu', 'cpc');
//! SELECT stage, instances, onward_instances FROM journey_map('{"journey": {…}}');
//! ```
//!
//! Options are one JSON text, because table functions here take no named arguments: [`crate::functions`].
//! Filters of the query around a function never alter what it computes; the scope in its options does.
//!
//! Reading only: no statement changes data, settings or files, and no file or address can be named as a table.

use std::sync::Arc;

use arrow::array::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{Expr, ScalarUDF, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use lake::{Control, Snapshot};
use model::reference::TableKind;

use crate::answered::{AnsweredFunction, Registered};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finish::{FinishSpec, FoldFinishExec};
use crate::functions::Function;
use crate::limits::{SQL_BYTES_MAX, SQL_ROWS_MAX};
use crate::reference;
use crate::rows::schema;
use crate::scan::Scene;
use crate::tables::{LakeTable, LakeTableProvider};
use crate::traffic::ChannelGroup;

/// How much a query may return, when it is asked, and who watches it.
#[derive(Debug, Clone)]
pub struct QueryLimits {
    /// Rows to return at most, up to [`SQL_ROWS_MAX`]; further ones are cut off. Ask for one more than you show to
    /// know whether there are more.
    pub rows: usize,
    /// The caller's clock, UTC microseconds: functions whose scope names no moment speak of none later.
    pub now_us: i64,
    pub control: Control,
}

/// Registers tables and functions over one snapshot in a session. `now_us`: as in [`QueryLimits`].
pub fn register(ctx: &SessionContext, scene: &Scene, now_us: i64) -> Result<()> {
    for table in LakeTable::ALL {
        let provider = LakeTableProvider { table, scene: scene.clone() };
        ctx.register_table(table.name(), Arc::new(provider)).map_err(Error::of_engine)?;
    }
    for kind in TableKind::ALL {
        let table = reference::table(kind, scene)?;
        ctx.register_table(kind.table(), Arc::new(table)).map_err(Error::of_engine)?;
    }
    let channel_group = ChannelGroup::new(Arc::clone(scene.snapshot.traffic()));
    ctx.register_udf(ScalarUDF::new_from_impl(channel_group));
    for function in Function::ALL {
        ctx.register_udtf(function.name(), Arc::new(TableFunction { function, now_us, scene: scene.clone() }));
    }
    Ok(())
}

/// Answers one SELECT, EXPLAIN, SHOW or DESCRIBE. At least one batch comes back, so that the columns are known also
/// where there are no rows.
pub async fn query(
    engine: &Engine,
    snapshot: Arc<Snapshot>,
    sql: &str,
    limits: QueryLimits,
) -> Result<Vec<RecordBatch>> {
    query_with(engine, snapshot, &[], sql, limits).await
}

/// The same with further table functions, which others answer.
pub async fn query_with(
    engine: &Engine,
    snapshot: Arc<Snapshot>,
    functions: &[Arc<dyn AnsweredFunction>],
    sql: &str,
    limits: QueryLimits,
) -> Result<Vec<RecordBatch>> {
    if sql.len() > SQL_BYTES_MAX {
        return Err(Error::Limit {
            what: "length of the sql text",
            got: sql.len() as u64,
            limit: SQL_BYTES_MAX as u64,
        });
    }
    let control = limits.control;
    control.check()?;
    let ctx = engine.session();
    register(&ctx, &Scene { engine: engine.clone(), snapshot, control: control.clone() }, limits.now_us)?;
    for function in functions {
        let registered = Registered { function: Arc::clone(function), control: control.clone() };
        ctx.register_udtf(function.name(), Arc::new(registered));
    }
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let answer = async {
        let frame = ctx.sql_with_options(sql, reading).await.map_err(Error::of_engine)?;
        let mut stream = frame.execute_stream().await.map_err(Error::of_engine)?;
        let mut batches = Vec::new();
        let mut left = limits.rows.min(SQL_ROWS_MAX);
        while left > 0 {
            let Some(batch) = stream.next().await else { break };
            let batch = batch.map_err(Error::of_engine)?;
            let batch = batch.slice(0, batch.num_rows().min(left));
            left -= batch.num_rows();
            batches.push(batch);
        }
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(stream.schema()));
        }
        Ok(batches)
    };
    let answer = tokio::select! {
        () = control.cancelled() => Err(Error::Cancelled),
        answer = answer => answer,
    };
    control.finish();
    answer
}

/// SQL that computes a scan again and shows its rows under their names: `SELECT * FROM scan('…')`.
pub fn of(spec: &FinishSpec) -> Result<String> {
    let json =
        serde_json::to_string(spec).map_err(|error| Error::defect(format!("a scan cannot be written: {error}")))?;
    Ok(format!("SELECT * FROM scan('{}')", json.replace('\'', "''")))
}

#[derive(Debug)]
struct TableFunction {
    function: Function,
    now_us: i64,
    scene: Scene,
}

impl TableFunctionImpl for TableFunction {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>, DataFusionError> {
        let argument = argument(self.function.name(), &args)?;
        let spec = self.function.plan(argument, &self.scene.snapshot, self.now_us)?;
        let schema = schema(&spec.scan, &spec.output)?;
        Ok(Arc::new(FoldTable { spec: Arc::new(spec), schema, scene: self.scene.clone() }))
    }
}

/// The one text a function is called with, if any.
pub(crate) fn argument<'a>(function: &str, args: &TableFunctionArgs<'a, '_>) -> Result<Option<&'a str>> {
    match args.exprs() {
        [] => Ok(None),
        [Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _)] => Ok(Some(text)),
        _ => Err(Error::Sql { what: format!("{function} takes its options as one text in JSON") }),
    }
}

/// A call of a table function.
#[derive(Debug)]
struct FoldTable {
    spec: Arc<FinishSpec>,
    schema: arrow::datatypes::SchemaRef,
    scene: Scene,
}

#[async_trait]
impl TableProvider for FoldTable {
    fn schema(&self) -> arrow::datatypes::SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let finish: Arc<dyn ExecutionPlan> =
            Arc::new(FoldFinishExec::over_all(Arc::clone(&self.spec), self.scene.clone())?);
        // Folding is the work; rows and columns of the small answer are left out after it.
        let _ = (state, limit);
        let Some(columns) = projection else { return Ok(finish) };
        project(finish, columns)
    }
}

fn project(plan: Arc<dyn ExecutionPlan>, columns: &[usize]) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    use datafusion::physical_expr::expressions::Column;
    use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
    let schema = plan.schema();
    let columns = columns.iter().map(|column| {
        let name = schema.field(*column).name();
        ProjectionExpr::new(Arc::new(Column::new(name, *column)), name.clone())
    });
    Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), plan)?))
}
