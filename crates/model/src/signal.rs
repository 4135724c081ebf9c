//! Signals: what an event of a journey tells beside where it happened.
//!
//! A touchpoint says where a customer was; a signal says what went on there: a step failed, a price was shown, help
//! was sought. Pain points and their likely causes are found from signals only, so each can be named.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rule::Rule;
use crate::text::LocalizedText;

/// One signal of a journey. An event may carry several; only events that are touchpoints are looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Unique within the journey, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    pub kind: SignalKind,
    /// The events that carry it.
    #[serde(rename = "match")]
    pub rule: Rule,
}

/// What a signal tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A step failed.
    Error,
    /// The system was slow.
    Slow,
    /// Details of an offer were looked at.
    Details,
    /// Help was sought.
    Help,
    /// A price, a fee or what it is made of was shown.
    Price,
    /// Customer service was contacted.
    Contact,
    /// A promise was kept.
    OnTime,
    /// A promise was broken.
    Late,
    /// Something was given back, or its refund asked for.
    Return,
    Complaint,
    /// Somebody lingered.
    Dwell,
    /// What was wanted was not to be had.
    OutOfStock,
    /// Somebody waited for a person or a till.
    Waiting,
}

impl SignalKind {
    pub const ALL: [SignalKind; 13] = [
        SignalKind::Error,
        SignalKind::Slow,
        SignalKind::Details,
        SignalKind::Help,
        SignalKind::Price,
        SignalKind::Contact,
        SignalKind::OnTime,
        SignalKind::Late,
        SignalKind::Return,
        SignalKind::Complaint,
        SignalKind::Dwell,
        SignalKind::OutOfStock,
        SignalKind::Waiting,
    ];

    /// The word for it in definitions.
    pub fn id(self) -> &'static str {
        match self {
            SignalKind::Error => "error",
            SignalKind::Slow => "slow",
            SignalKind::Details => "details",
            SignalKind::Help => "help",
            SignalKind::Price => "price",
            SignalKind::Contact => "contact",
            SignalKind::OnTime => "on_time",
            SignalKind::Late => "late",
            SignalKind::Return => "return",
            SignalKind::Complaint => "complaint",
            SignalKind::Dwell => "dwell",
            SignalKind::OutOfStock => "out_of_stock",
            SignalKind::Waiting => "waiting",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_serialised_form() {
        for kind in SignalKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.id().into()));
        }
    }
}
