//! The nouns of a customer journey and their pure rules.
//!
//! Nothing here reads a clock, a file or a socket, nothing is async, and ids, times and randomness come
//! from the caller: every other crate may use these types, and a test can build any of them by hand.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod access;
pub mod activity;
pub mod breakdown;
pub mod calendar;
pub mod called;
pub mod case;
pub mod change;
pub mod comment;
pub mod dictionary;
pub mod event;
pub mod find;
pub mod funnel;
pub mod hash;
pub mod history;
pub mod identifier;
pub mod identity;
pub mod journey;
pub mod journey_diff;
pub mod lanes;
pub mod limits;
pub mod named_view;
pub mod pain;
pub mod path;
pub mod percent;
pub mod period;
pub mod place;
pub mod proposal;
pub mod reference;
pub mod retention;
pub mod rfm;
pub mod rule;
pub mod sample;
pub mod scope;
pub mod segment;
pub mod session;
pub mod signal;
pub mod stitching;
pub mod stores;
pub mod survival;
pub mod text;
pub mod traffic;
pub mod traits;
