//! The log's tail as sorted runs, kept from one snapshot to the next.
//!
//! What came since the last snapshot becomes a run. Runs that are not twice as long as what follows them are sorted anew with
//! it, so that they stay few and a row is sorted a few times in all. A run keeps the customers of the identity version it
//! was sorted under: the overlay puts right what changed since, as it does for files.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::error::Result;
use crate::identity::IdentityGraph;
use crate::index::IndexBuilder;
use crate::lake::blocking;
use crate::layout::MemoryRun;
use crate::schema::BATCH_LOG;
use crate::state::{TailPart, tail_rows};
use crate::tail::sorted_batch;

/// The runs of the records `mark..` as far as snapshots asked for them.
#[derive(Debug, Default)]
pub(crate) struct TailRuns(Mutex<Vec<TailRun>>);

#[derive(Debug, Clone)]
struct TailRun {
    /// Log records `from..to`.
    from: u64,
    to: u64,
    rows: usize,
    run: Arc<MemoryRun>,
}

impl TailRuns {
    /// The runs of the records `mark..next`, which hold `parts`.
    pub(crate) async fn of(
        &self,
        parts: Vec<TailPart>,
        mark: u64,
        next: u64,
        graph: &Arc<IdentityGraph>,
    ) -> Result<Vec<Arc<MemoryRun>>> {
        // Held while they are sorted: who asks meanwhile wants the same.
        let mut held = self.0.lock().await;
        let mut runs = held.clone();
        runs.retain(|run| run.to > mark && run.to <= next);
        if runs.first().is_some_and(|first| first.from != mark) {
            runs.clear();
        }
        let rows_from = |from: u64| parts.iter().filter(|part| part.seq >= from).map(|part| part.row_count).sum();
        let mut from = runs.last().map_or(mark, |last| last.to);
        let mut rows: usize = rows_from(from);
        if rows > 0 {
            while let Some(last) = runs.pop_if(|last| last.rows < 2 * rows) {
                from = last.from;
                rows += last.rows;
            }
            let fresh: Vec<TailPart> = parts.into_iter().filter(|part| part.seq >= from).collect();
            let resolver = Arc::clone(graph);
            let run = blocking(move || {
                let batch = sorted_batch(&tail_rows(&fresh)?, BATCH_LOG, &resolver)?.batch;
                let version = resolver.version().0;
                let mut index = IndexBuilder::new(version);
                index.push(&batch)?;
                let name = format!("tail {from}..{next} {version}");
                Ok(MemoryRun { name, batch, index: index.finish() })
            })
            .await?;
            runs.push(TailRun { from, to: next, rows, run: Arc::new(run) });
        }
        *held = runs;
        Ok(held.iter().map(|run| Arc::clone(&run.run)).collect())
    }
}
