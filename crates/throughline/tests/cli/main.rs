//! The binary as people and scripts use it.

#![allow(clippy::unwrap_used)]

mod attribution;
mod backup;
mod brokers;
mod dictionary;
mod examples;
mod import;
mod journey;
mod kills;
mod manual;
mod people;
mod place;
mod questions;
mod reference;
mod same;
mod segments;
mod serve;
mod settings;
mod simulate;
mod sources;
mod support;
mod traffic;
