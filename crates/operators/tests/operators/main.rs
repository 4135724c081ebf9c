//! Questions over a real lake in a temporary folder: one binary, so that it is linked once.
#![allow(clippy::unwrap_used)]

mod answers;
mod control;
mod plans;
mod segments;
mod slt;
mod sql;
mod traffic;
mod world;
