//! What a lake knows in memory: the tables' present files, the log's tail, the identity graph.
//!
//! Loaded from disk alone, so that a reader in another process, or the writer after a crash, knows the same.

use std::sync::Arc;

use bytes::Bytes;
use model::identity::{Identifier, IdentityEdge};
use model::stitching::Stitcher;

use crate::delta::TableFile;
use crate::error::Result;
use crate::identity::IdentityGraph;
use crate::publish::StoredEdge;
use crate::row::{self, Entry, Row};
use crate::steward;

/// The application whose version in a table is the first log record the table does not hold yet.
pub(crate) const APP_LOG: &str = "log";

/// The application whose version in the table of edges is 1 once every edge in it was judged under a policy.
pub(crate) const APP_JUDGED: &str = "judged";

/// Rows and registrations of one log record.
#[derive(Debug, Clone)]
pub(crate) struct TailPart {
    pub seq: u64,
    pub registered: Arc<Vec<(i64, Identifier)>>,
    pub row_count: usize,
    bytes: Bytes,
}

impl TailPart {
    /// Its rows, over its bytes.
    pub(crate) fn rows(&self) -> Result<Vec<Row<'_>>> {
        row::rows(self.seq, &self.bytes)
    }
}

/// The rows of parts, in order.
pub(crate) fn tail_rows(parts: &[TailPart]) -> Result<Vec<Row<'_>>> {
    let mut rows = Vec::with_capacity(parts.iter().map(|part| part.row_count).sum());
    for part in parts.iter().filter(|part| part.row_count > 0) {
        rows.extend(part.rows()?);
    }
    Ok(rows)
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Version and files of the table of events.
    pub version: u64,
    pub files: Arc<[TableFile]>,
    /// First log record whose rows are not in the table.
    pub mark: u64,
    /// First log record that is not applied here.
    pub next: u64,
    pub tail: Vec<TailPart>,
    pub tail_rows: usize,
    pub graph: Arc<IdentityGraph>,
    /// Edges in the table of edges.
    pub table_edges: u64,
    /// Edges that are only in the log, in order.
    pub log_edges: Vec<StoredEdge>,
    /// What the edges say, for judging what is said next.
    pub stitcher: Stitcher,
    /// Whether the stitcher knows the namespaces of the profiles in it.
    pub named: bool,
    /// Whether every edge was judged under a policy: those of a lake from before there was one were not.
    pub judged: bool,
    pub published: Option<Published>,
}

/// What the published view profile → customer is right for.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub version: u64,
    /// Profiles added since, with the customer they were published with.
    pub added: Vec<(i64, i64)>,
}

impl State {
    pub(crate) fn new(version: u64, files: Vec<TableFile>, mark: u64, edges: &[IdentityEdge]) -> Result<State> {
        let mut stitcher = Stitcher::default();
        stitcher.replay(|stitcher| edges.iter().for_each(|edge| steward::note(stitcher, edge)));
        Ok(State {
            version,
            files: files.into(),
            mark,
            next: mark,
            graph: Arc::new(IdentityGraph::from_edges(edges)?),
            table_edges: edges.len() as u64,
            stitcher,
            ..State::default()
        })
    }

    /// Takes over a log record. `edges_mark`: first record whose edges are not in the table of edges.
    pub(crate) fn apply(&mut self, seq: u64, entry: Entry, edges_mark: u64) -> Result<()> {
        let Entry { registered, edges: stored, row_count, bytes } = entry;
        if seq >= edges_mark && !stored.is_empty() {
            let graph = Arc::make_mut(&mut self.graph);
            let edges: Vec<IdentityEdge> = stored.iter().map(IdentityEdge::from).collect();
            for edge in &edges {
                graph.push(edge)?;
            }
            self.stitcher.replay(|stitcher| edges.iter().for_each(|edge| steward::note(stitcher, edge)));
            self.log_edges.extend(stored);
        }
        if seq >= self.mark && !(row_count == 0 && registered.is_empty()) {
            self.tail_rows += row_count;
            self.tail.push(TailPart { seq, registered, row_count, bytes });
        }
        self.next = self.next.max(seq + 1);
        Ok(())
    }

    /// The table now holds the rows of all records before `mark`.
    pub(crate) fn moved_into_table(&mut self, mark: u64) {
        self.mark = mark;
        self.tail.retain(|part| part.seq >= mark);
        self.tail_rows = self.tail.iter().map(|part| part.row_count).sum();
    }
}
