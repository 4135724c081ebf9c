//! The HTTP API and the web app it serves.
//!
//! Requests pass, from the outside in: `observe` (request id, log line, panics, error envelope), `headers`
//! (what a browser may do), a deadline, compression, a body limit; then either `guard` (`Host` and `Origin`), `admission`
//! (who it is and whether they may, by the table in [`rights`]) and the routes of [`api`], or `doors` (routes that know
//! their callers by a key). What computes goes through [`compute`], which bounds how many queries run and wait.
//!
//! Not here: how files are imported (the worker's; [`importing`] begins and watches it), and every computation: handlers translate between HTTP and the crates below.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod access;
pub mod address;
mod admission;
pub mod api;
pub mod assets;
pub mod attempts;
pub mod basis;
pub mod classifiers;
pub mod compute;
pub mod config;
mod cookie;
pub mod doors;
pub mod error;
mod extract;
mod failures;
pub mod guard;
mod headers;
pub mod health;
pub mod importing;
pub mod intake;
pub mod kept;
pub mod lakes;
pub mod live;
pub mod observe;
pub mod oidc;
pub mod passwords;
pub mod principal;
pub mod queries;
mod rejects;
pub mod rights;
pub mod secret;
pub mod sensors;
pub mod serve;
pub mod state;
pub mod system;
pub mod trail;
mod uploads;

pub use error::{Error, ErrorKind};
