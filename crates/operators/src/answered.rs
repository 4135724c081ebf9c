//! Table functions whose rows are computed above this crate, as those of floors are.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use lake::Control;

use crate::error::{Error, Result};
use crate::sql::argument;

/// A table function that somebody else answers.
pub trait AnsweredFunction: Debug + Send + Sync {
    fn name(&self) -> &'static str;

    /// Understands a call by the text it was given.
    fn call(&self, argument: Option<&str>) -> Result<Arc<dyn AnsweredCall>>;
}

/// The rows of a call, while they are computed.
pub type AnsweredRows<'a> = Pin<Box<dyn Future<Output = Result<RecordBatch>> + 'a>>;

/// A call that was understood.
pub trait AnsweredCall: Debug + Send + Sync {
    fn schema(&self) -> &SchemaRef;

    /// Computes the rows, on a thread where that holds up nobody.
    fn rows<'a>(&'a self, control: &'a Control) -> AnsweredRows<'a>;
}

/// The function as the planner sees it.
#[derive(Debug)]
pub(crate) struct Registered {
    pub function: Arc<dyn AnsweredFunction>,
    pub control: Control,
}

impl TableFunctionImpl for Registered {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>, DataFusionError> {
        let call = self.function.call(argument(self.function.name(), &args)?)?;
        let rows = Rows { call, control: self.control.clone() };
        Ok(Arc::new(StreamingTable::try_new(Arc::clone(rows.call.schema()), vec![Arc::new(rows)])?))
    }
}

#[derive(Debug)]
struct Rows {
    call: Arc<dyn AnsweredCall>,
    control: Control,
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        self.call.schema()
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (call, control) = (Arc::clone(&self.call), self.control.clone());
        let rows = async move {
            let runtime = tokio::runtime::Handle::current();
            let rows = tokio::task::spawn_blocking(move || runtime.block_on(call.rows(&control))).await;
            rows.map_err(|error| Error::defect(format!("a function ended early: {error}")))?
                .map_err(DataFusionError::from)
        };
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(self.call.schema()), futures::stream::once(rows)))
    }
}
