//! The kernels: every journey analysis as a fold over one subject's events in time order.
//!
//! A [`slicer::Splitter`] cuts a customer's events into subjects (the customer, a session, a journey
//! instance or case), a [`fold::Fold`] looks at each subject once, and states of different customers merge. States
//! are exact: any partitioning of the customers, in any order, gives the same answer to the last digit. The
//! customers behind a number come from the same per-subject code as the number ([`who::Who`]), and so do the numbers
//! of each group of a breakdown ([`by::By`]).
//!
//! Absent on purpose: files, clocks, threads, Arrow, SQL and rules. Callers hand in plain slices, with rules
//! already turned into labels and masks.
//!
//! ```
//! use folds::sessions::Sessions;
//! use folds::{End, Fold, Slice, Slicer};
//!
//! let sessions = Sessions::new(0)?;
//! let mut state = sessions.state();
//! let mut splitter = Slicer::Session { timeout_us: 30 }.splitter();
//! let customer = Slice {
//!     customer: 1,
//!     time: &[0, 10, 40, 71], // a gap of 30 goes on, one of 31 does not
//!     ..Slice::default()
//! };
//! splitter.split(&customer, &Default::default(), 100, |session| sessions.fold(&mut state, session));
//! assert_eq!(state.sessions.subjects.count, 2);
//! assert_eq!(state.times().all().mean(), Some(20.0));
//! # Ok::<(), folds::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod attribution;
pub mod by;
mod cases;
pub mod chain;
mod columns;
pub mod counters;
pub mod error;
pub mod floor;
pub mod fold;
pub mod funnel;
pub mod journey;
pub mod lifecycle;
pub mod limits;
mod lists;
pub mod pain;
pub mod pairs;
pub mod paths;
pub mod periods;
pub mod quantile;
pub mod retention;
pub mod rfm;
pub mod segment;
pub mod sequence;
pub mod sessions;
pub mod slice;
pub mod slicer;
pub mod stickiness;
pub mod subjects;
pub mod sum;
pub mod survival;
pub mod transitions;
pub mod which;
pub mod who;

pub use error::{Error, Kind};
pub use fold::Fold;
pub use slice::{End, Needs, Slice, Subject};
pub use slicer::{Slicer, Splitter};
