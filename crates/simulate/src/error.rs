//! What can be wrong with a world one asks for.

use crate::config::{CauseKind, PainKind};

/// Why a world cannot be made. Every case is a mistake in what was asked for; asking again changes nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("{what} is {value}; give {wanted}")]
    OutOfRange { what: &'static str, value: String, wanted: &'static str },
    /// A plant as typed.
    #[error("plant `{text}`: {why}")]
    Unreadable { text: String, why: String },
    #[error("plant {plant}: there is no {what} `{value}`; one of {known}")]
    Unknown { plant: usize, what: &'static str, value: String, known: String },
    #[error("plant {plant}: {kind} does not happen at {journey}/{stage}; it happens at {known}")]
    NotThere { plant: usize, kind: PainKind, journey: String, stage: String, known: String },
    #[error("plant {plant}: {kind} at {stage} cannot be caused by {cause} there; causes are {known}")]
    NotACause { plant: usize, kind: PainKind, stage: String, cause: CauseKind, known: String },
    #[error("plant {plant}: {what}")]
    Meaningless { plant: usize, what: &'static str },
    #[error(
        "plant {plant}: only {exposed} instances are exposed in its cell, {least} are needed; simulate more customers or days"
    )]
    TooFew { plant: usize, exposed: u64, least: u64 },
    #[error(
        "plant {plant}: the lift would have to be {lift:.2} to be moderate with {exposed} exposed instances; at most {most} is believable, so simulate more customers or days"
    )]
    TooStrong { plant: usize, lift: f64, most: f64, exposed: u64 },
    #[error(
        "only {found} of {wanted} random plants fit a world of {customers} customers; simulate more customers or ask for fewer"
    )]
    NoRoom { found: usize, wanted: usize, customers: u32 },
}

impl Fault {
    /// Stable code of the case, as the edges report it.
    pub fn kind(&self) -> &'static str {
        match self {
            Fault::OutOfRange { .. } => "out_of_range",
            Fault::Unreadable { .. } => "unreadable",
            Fault::Unknown { .. } => "unknown",
            Fault::NotThere { .. } => "not_there",
            Fault::NotACause { .. } => "not_a_cause",
            Fault::Meaningless { .. } => "meaningless",
            Fault::TooFew { .. } => "too_few",
            Fault::TooStrong { .. } => "too_strong",
            Fault::NoRoom { .. } => "no_room",
        }
    }

    /// Never: the same question has the same answer.
    pub fn retryable(&self) -> bool {
        false
    }
}
