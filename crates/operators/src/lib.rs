//! From a snapshot of the lake to folded answers.
//!
//! A [`spec::ScanSpec`] says what to compute. [`run::run`] plans it as a [`scan::SequenceScanExec`] over shards of
//! customers, folds each customer's events (crate `folds`), merges the partial states, and returns the state. The same
//! nodes stand behind the SQL functions of [`sql`].
//!
//! Absent on purpose: HTTP, the storage of definitions, the wording and statistics of answers (`analysis`), and how
//! rows lie on disk (`lake`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answered;
mod cases;
pub mod columns;
mod customers;
pub mod dimensions;
pub mod engine;
pub mod error;
pub mod expand;
mod facets;
pub mod finish;
pub mod functions;
pub mod ground;
mod held;
mod kernel;
pub mod limits;
pub mod matching;
pub mod names;
pub mod people;
pub mod places;
mod prepare;
mod reference;
pub mod rows;
pub mod rules;
pub mod run;
pub mod sales;
pub mod scan;
pub mod segments;
mod sessions;
mod shard;
mod shards;
pub mod spec;
pub mod sql;
pub mod tables;
pub mod traffic;
mod traits;

pub use answered::{AnsweredCall, AnsweredFunction, AnsweredRows};
pub use engine::{Engine, EngineOptions};
pub use error::{Error, ErrorKind, Result};
pub use finish::{FinishSpec, FoldFinishExec};
pub use ground::Ground;
pub use lake::Control;
pub use run::{FoldAnswer, run, run_over};
pub use scan::{Scene, SequenceScanExec};
pub use spec::{
    CaseSpec, ExpandSpec, FacetSpec, FoldSpec, FoldState, Labels, Masks, Pick, ScanSpec, SegmentsSpec, SessionSpec,
    WhoSpec,
};
pub use sql::{QueryLimits, query, query_with, register};
