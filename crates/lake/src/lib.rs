//! The event lake of one workspace: a folder that holds every event, who sent it, and nothing else.
//!
//! ```text
//! log/               durable log: what was acknowledged and is not in the tables yet
//! events/            Delta table of events, sorted by (bucket, customer, time, seq); in `_throughline/` what is derived
//!                    of each of its files: the index of customers, the summary for the dictionary; there, and in the
//!                    other tables, the checksums of each file
//! identity/          Delta table, one row a profile: its identifier and its customer now
//! identity_edges/    Delta table, the append-only log of what was said and decided of identities, and which links stand
//! profiles/          Delta table derived by upkeep: traits and life span of each customer
//! reference_…/       Delta tables of reference data, one a kind, made by their first import
//! tracks/            Delta table of raw positions on floors, a file a part, site and day; made by its first import
//! counts/            Delta table of what counters counted, laid out alike
//! recent/            ids of what came through the log of late, by which a copy is known
//! arrivals/          durable log of what sensors delivered and those two tables do not hold yet; made by its first delivery
//! quarantine/        damaged data files that were taken out, each with a note of what it held
//! staging/           objects that are not whole yet; emptied when a writer opens
//! lock, hold         files that are only locked: by the one writer; by whoever wants the log kept for a moment
//! ```
//!
//! [`Lake`] is the one writer (and any number of readers) of a workspace; [`Snapshot`] is a fixed state of
//! it that answers with columns. What is not here: the meaning of events (`model`), reading foreign files
//! (`ingest`), computing over slices (`operators`).
//!
//! Invariants the modules keep together:
//! - What was acknowledged is durable, and is counted once: rows carry `event_id`, the same id at the same time
//!   counts once for a customer.
//! - A data file never changes. Its rows are sorted; `customer` in it is right for the identity version it was
//!   written under; readers re-resolve rows of customers that changed since.
//! - Commits that remove files fail when anything came between and are planned anew.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod append;
mod arrivals;
mod capture;
mod clock;
mod compact;
mod control;
mod counts;
mod data_file;
mod day_table;
mod delta;
pub mod dictionary;
mod error;
mod explain;
mod gather;
mod hold;
pub mod identity;
mod import;
mod index;
mod lake;
mod layout;
mod layouts;
pub mod limits;
pub mod log;
mod merged;
mod outline;
mod overlay;
mod parts;
mod profiles;
mod publish;
mod quarantine;
mod reader;
mod recent;
mod reference;
mod register;
mod review;
mod row;
mod rules;
pub mod schema;
mod snapshot;
mod state;
mod status;
mod steward;
pub mod storage;
mod stored;
mod sums;
mod tail;
mod tail_runs;
mod tracks;
mod vacuum;
mod verify;
mod view;

pub use arrivals::{Arrived, Folded};
pub use capture::{Capture, CapturedFile};
pub use clock::FlushAfter;
pub use compact::{CompactExtent, CompactOptions, CompactReport};
pub use control::Control;
pub use counts::COUNTS;
pub use dictionary::{Dictionary, DictionaryRead};
pub use error::{Error, ErrorKind, Result};
pub use explain::Explained;
pub use identity::{IdentityGraph, IdentityVersion};
pub use import::{ImportKey, ImportState};
pub use lake::{FlushReport, IdentityView, Lake, LakeOptions, Mode};
pub use layout::{BatchRows, Layout, LayoutKey};
pub use outline::Outline;
pub use parts::PartCache;
pub use quarantine::{Held, QUARANTINE, QuarantineReport};
pub use reference::{
    IN_FORCE_FROM, IN_FORCE_TO, REFERENCE_CURRENCY, REFERENCE_SOURCE, ReferencePage, ReferencePart, ReferenceQuery,
    ReferenceState, ReferenceTable, ReferenceWriter, VERSION, reference_key, reference_schema, rows_of,
};
pub use review::{DecisionMade, IdentityChange, Member, ReviewAsk, ReviewCase, ReviewPage, Verdict, WithheldLink};
pub use rules::{NamespaceCount, PolicyChange, PolicyVersion};
pub use snapshot::{IdentifierPart, NameColumn, Shard, Snapshot, SnapshotId};
pub use status::{Status, TableStatus};
pub use sums::DamagedFiles;
pub use tracks::{RemovedDays, Sighting, TRACKS, TrackDay, TrackDayRows, TracksRead};
pub use vacuum::{VacuumOptions, VacuumReport};
pub use verify::{Finding, VerifyReport};
