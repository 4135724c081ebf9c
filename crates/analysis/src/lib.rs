//! Questions about journeys, and answers that say what they mean.
//!
//! A question is data ([`question`]), an answer is data ([`answer`]); [`Analyst`] takes the one to the other
//! over a snapshot of the lake: it plans a scan ([`operators`]), lets the folds run, names the numbers, and
//! attaches what they rest on. Who may ask, and where definitions are stored, is not known here.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod analyst;
pub mod answer;
mod attribution;
mod before_after;
mod compare;
mod customers;
pub mod dictionary;
mod dimensions;
mod directory;
mod error;
mod funnel;
mod groups;
mod headline;
mod histogram;
mod journey_map;
mod journey_preview;
mod label;
mod lifecycle;
mod membership;
mod meta;
mod overview;
mod pain;
mod paths;
mod personas;
pub mod pick;
pub mod place;
mod plan;
pub mod question;
mod retention;
mod rfm;
mod rows;
mod seen;
mod segments;
mod sequence;
mod sessions;
pub mod share;
mod stickiness;
mod survival;
pub mod table;
mod timeline;
mod traffic;
mod transitions;
pub mod words;

pub use analyst::Analyst;
pub use customers::PAGE_CUSTOMERS_MAX;
pub use directory::{BrowseAsk, FindAsk, SortBy};
pub use error::{Error, ErrorKind, Result};
pub use membership::{Membership, MembershipChange};
pub use plan::zone;
pub use timeline::{PAGE_EVENTS_MAX, TimelineAsk, TimelineFrom};
