//! The lake as its users see it: one binary, so that it is linked once.
#![allow(clippy::unwrap_used)]

mod arrivals;
mod damage;
mod dictionary;
mod interop;
mod kill;
mod lake_crash;
mod log_crash;
mod log_fuzzed;
mod read;
mod reference;
mod sequences;
mod stitching;
mod tables;
mod world;
