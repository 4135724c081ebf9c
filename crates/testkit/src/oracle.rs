//! Definitions, written down naively.

pub mod cases;
pub mod floor;
pub mod funnel;
pub mod funnel_options;
pub mod instances;
pub mod journey;
pub mod paths;
pub mod sessions;
pub mod stitching;
pub mod transitions;
