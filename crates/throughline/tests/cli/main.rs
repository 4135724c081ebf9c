//! The binary as people and scripts use it.

#![allow(clippy::unwrap_used)]

mod import;
mod journey;
mod questions;
mod reference;
mod serve;
mod settings;
mod support;
