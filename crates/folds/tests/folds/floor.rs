//! The kernels of the floor: against plain definitions on random plans and tracks, and on the made-up shop against its
//! truth and independent recomputations.

mod clean;
mod counts;
mod diagnose;
mod dwell;
mod erlang;
mod forecast;
mod heat;
mod lost;
mod noted;
mod path_types;
mod queue;
mod silence;
mod spillover;
mod stay;
mod support;
mod visitors;
mod walkable;
