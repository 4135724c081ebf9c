//! Reference tables as tables of SQL: `reference_catalogue` and so on.
//!
//! Read when asked for, part by part. One that was never imported is empty.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use lake::{ReferencePart, ReferenceTable, reference_schema};
use model::reference::TableKind;

use crate::error::{Error, Result};
use crate::scan::Scene;

/// The table of a kind, over the workspace of a scene.
pub(crate) fn table(kind: TableKind, scene: &Scene) -> Result<StreamingTable> {
    let stream = Arc::new(ReferenceStream { kind, schema: reference_schema(kind), scene: scene.clone() });
    StreamingTable::try_new(reference_schema(kind), vec![stream]).map_err(Error::of_engine)
}

#[derive(Debug)]
struct ReferenceStream {
    kind: TableKind,
    schema: SchemaRef,
    scene: Scene,
}

/// A table at work: None before it is opened.
type Reading = Option<(ReferenceTable, std::vec::IntoIter<ReferencePart>)>;

impl PartitionStream for ReferenceStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (scene, kind) = (self.scene.clone(), self.kind);
        let batches = futures::stream::try_unfold(None, move |reading: Reading| {
            let scene = scene.clone();
            async move {
                scene.control.check().map_err(Error::from)?;
                let (table, mut parts) = match reading {
                    Some(reading) => reading,
                    None => {
                        let table = scene.snapshot.reference(kind).await.map_err(Error::from)?;
                        let parts = table.parts().into_iter();
                        (table, parts)
                    }
                };
                let Some(part) = parts.next() else { return Ok(None) };
                let batch = table.read(&part).await.map_err(Error::from)?;
                Ok(Some((batch, Some((table, parts)))))
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}
