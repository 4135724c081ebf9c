//! For tests only: sample data as columns, golden answers, and naive oracles.
//!
//! An oracle is the definition written down as plainly as possible, quadratic where that is plainer. It shares
//! no code with what it judges, and takes and gives plain vectors.

#![allow(clippy::unwrap_used)]

mod ecom;
pub mod golden;
pub mod oracle;

pub use ecom::{Ecom, ecom};
