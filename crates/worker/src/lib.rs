//! Everything that has no waiting person: importing files and reference tables, loading the samples, simulating worlds, upkeep of the tables,
//! backups; what doors could not take, kept to be read again; and files that people hand in.
//!
//! Work reports its progress through a callback and stops cleanly when its token is cancelled. Paths come from
//! the caller; nothing here reads arguments or the environment.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod backup;
pub mod clock;
pub mod dead_letters;
pub mod demo;
pub mod error;
pub mod folder;
pub mod import;
pub mod machine;
pub mod maintain;
pub mod place;
pub mod random;
pub mod reference;
pub mod simulated;
pub mod uploads;

pub use error::{Error, ErrorKind, Result};
