//! The folds against plain definitions, recorded answers and laws they keep. One program: linking is most of a test's cost.

#![allow(clippy::unwrap_used, clippy::type_complexity)]

mod agree;
mod attribution;
mod by;
mod floor;
mod funnel;
mod funnel_options;
mod journey;
mod lifecycle;
mod pain;
mod paths;
mod retention;
mod rfm;
mod segment;
mod sequence;
mod sessions;
mod slicer;
mod support;
mod survival;
mod transitions;
