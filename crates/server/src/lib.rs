//! The HTTP API and the web app it serves.
//!
//! Requests pass, from the outside in: `observe` (request id, log line, panics, error envelope), `headers`
//! (what a browser may do), `guard` (`Host` and `Origin`), a deadline, compression, a body limit, the routes
//! of [`api`]. What computes goes through [`compute`], which bounds how many queries run and wait.
//!
//! Client libraries deliver events at [`doors`], which open with keys and stand outside of guard and sign-in.
//!
//! Not here: sign-in (`principal` is its place), importing (the worker's), and every computation: handlers
//! translate between HTTP and the crates below.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod api;
pub mod assets;
pub mod classifiers;
pub mod compute;
pub mod config;
pub mod doors;
pub mod error;
mod extract;
mod failures;
pub mod guard;
mod headers;
pub mod intake;
pub mod kept;
pub mod lakes;
pub mod live;
pub mod observe;
pub mod principal;
pub mod queries;
pub mod serve;
pub mod state;

pub use error::{Error, ErrorKind};
