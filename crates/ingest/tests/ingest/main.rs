//! What files and senders hold, as events: against readers written for the test, and against what is written down.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;
mod csv_files;
mod event_logs;
mod floor_plans;
mod mappings;
mod object_files;
mod place;
mod resume;
mod samples;
mod suggestions;
mod workbooks;
