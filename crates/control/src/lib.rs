//! The control plane: definitions and the records of the product's own doings, in SQLite.
//!
//! [`Control`] is the open database: workspaces, journeys, segments and traffic rules with all their versions, pains and
//! what is decided about them, proposals, dated changes, comments on maps, permalinks, named views, the history of imports, sources and their keys,
//! sensors of sites and how they fare; the people who may
//! sign in, their sessions, roles and invitations, and the audit log. [`definition`] reads and writes definitions as text.
//!
//! Not here: customers and their events (they live in the lake and nowhere else), and the clock (every time is
//! the caller's). All SQL goes through SeaORM's builders, so that PostgreSQL is a second backend and no second
//! code.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod audit;
mod change;
mod comment;
mod copy;
pub mod definition;
mod dictionary;
mod entity;
mod error;
mod hierarchy;
mod history;
mod import;
mod invitation;
mod journey;
pub mod limits;
mod membership;
mod migration;
mod named_view;
mod pain;
pub mod password;
mod person;
mod place_forecast;
mod proposal;
mod provider;
mod refusal;
mod salt;
mod segment;
mod sensor;
mod session;
mod site;
mod source;
mod store;
mod template;
mod traffic;
mod versions;
mod view;
mod workspace;

pub use audit::{AuditEntry, AuditFilter, NewAuditEntry};
pub use comment::{CommentOf, Writer};
pub use copy::ControlCopy;
pub use dictionary::{DictionaryNoteVersion, StoredDictionaryNote};
pub use error::{Error, ErrorKind, Result};
pub use hierarchy::ChildJourney;
pub use import::{ImportOutcome, ImportRecord, ImportRun};
pub use invitation::{Invitation, Joining, NewInvitation};
pub use journey::{JourneySummary, StoredJourney};
pub use membership::Member;
pub use migration::SCHEMA_VERSION;
pub use pain::{PainFilter, PainLook, PainsRecorded};
pub use person::{Credentials, NewPerson, Person, PersonChange, checked_email, normal_email};
pub use proposal::ProposalFilter;
pub use provider::{Entered, Newcomer, ProviderAccount};
pub use refusal::{Refusals, RefusedLetter};
pub use salt::Salt;
pub use segment::StoredSegment;
pub use sensor::{SensorFares, SensorRefusal, SensorSecrets, StoredSensor, sensor_key_hash};
pub use site::StoredSite;
pub use source::{KeyKind, KeyOwner, KeyScope, MessageKind, NewKey, Source, SourceKey};
pub use store::Control;
pub use template::{Industry, Template, template, templates};
pub use traffic::{StoredTraffic, TrafficSaved, TrafficVersion};
pub use versions::{SaveInfo, SavedVersion, VersionInfo};
pub use workspace::{NewWorkspace, SampleNotice, Workspace};
