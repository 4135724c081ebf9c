//! Foreign bytes to events.
//!
//! Files of any of the formats that people export (CSV, NDJSON, Parquet, Excel workbooks, XES and OCEL 2 event logs;
//! gzip or zstd around them) become `(Vec<Event>, Vec<Rejection>)` under a [`Mapping`]. Every row ends as an event, a
//! rejection with its reason, or is counted as skipped because the mapping says so. The same files become rows of
//! reference tables under a [`ReferenceMapping`]. What client libraries send over HTTP becomes events in [`live`], which
//! needs no mapping: those protocols say what they mean.
//!
//! What is not here: no network, no async, no clock (times come from the caller), nothing stored. The caller
//! runs a [`Decoder`] on a thread that may block and commits [`Batch::position`] with the events.
//!
//! ```
//! use ingest::{DecodeOptions, Decoder, Lookups, Mapping, SourceFile};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("visits.csv");
//! std::fs::write(&path, "member,when,page\nm1,2024-03-13 10:21:14,home\nm2,never,home\n")?;
//! let mapping = Mapping::from_yaml(
//!     "{source: shop, time: {column: when, zone: Asia/Shanghai}, event: page, channel: {const: web},
//!       identifiers: [{namespace: member_no, column: member}]}",
//! ).map_err(|faults| faults[0].to_string())?;
//! let options = DecodeOptions { received_at_us: 0, skip: 0, batch_events: 10_000 };
//! let mut decoder = Decoder::open(&SourceFile::at(&path)?, &mapping, &Lookups::none(), options)?;
//! let batch = decoder.next_batch()?.ok_or("no rows")?;
//! assert_eq!(batch.events[0].event, "home");
//! assert_eq!(batch.rejections[0].code, "time_unreadable");
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod assemble;
mod cell;
mod decoder;
mod error;
mod expression;
mod files;
pub mod floor_plan;
mod format;
mod group;
pub mod limits;
pub mod live;
mod lookup;
pub mod mapping;
mod number;
pub mod place;
mod plan;
mod reference;
pub mod rejects;
mod senders;
pub mod sniff;
mod suggest;
mod time;

pub use decoder::{Batch, DecodeOptions, Decoder};
pub use error::{Error, ErrorKind, Result};
pub use files::{SourceFile, expand};
pub use lookup::Lookups;
pub use mapping::{Coverage, FileMapping, Mapping};
pub use reference::{ReferenceBatch, ReferenceMapping, ReferenceReader};
pub use suggest::{Doubt, DoubtKind, InspectedColumn, Inspection, Suggestion, inspect, suggest};
