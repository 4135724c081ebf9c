//! Who an event was sent by, and which of those senders are one customer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hash;
use crate::stitching::{Decision, Policy};

/// An identifier as a source gave it: `("member_no", "8812")`, `("wechat_unionid", "oX…")`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct Identifier {
    pub namespace: String,
    pub value: String,
}

impl Identifier {
    pub fn new(namespace: impl Into<String>, value: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), value: value.into() }
    }

    /// The profile this identifier hashes to. `salt` is 0 but for the rare identifier whose hash was
    /// already taken by another one; the lake keeps the register that decides it.
    pub fn profile(&self, salt: u32) -> ProfileId {
        let salt = salt.to_le_bytes();
        let parts: [&[u8]; 3] = [self.namespace.as_bytes(), self.value.as_bytes(), &salt];
        ProfileId(hash::parts(if salt == [0; 4] { &parts[..2] } else { &parts }))
    }
}

/// Stable id of one sending identity, `0 ≤ id < 2⁶³`. Never rewritten once stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct ProfileId(pub i64);

/// A customer: the smallest profile of its component in the identity graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct CustomerId(pub i64);

impl CustomerId {
    pub fn bucket(self) -> i32 {
        hash::bucket(self.0)
    }
}

/// How much a link is worth when links contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = LinkStrength)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Suggested by a likeness (same household address, fuzzy name).
    Weak,
    /// Seen together on one event (a device and a login).
    Observed,
    /// Stated by a person or a system of record.
    Asserted,
    /// Decided by a person who looked at it: the link of a [`Decision`], and no statement of its own.
    Decided,
}

/// One line of the append-only log of identity: what was said, what was decided, and which links stand. Clusters are
/// derived from it, so every merge can be explained and undone. `Link`, `Unlink` and `Withhold` take effect; the others
/// are what those follow from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IdentityEdge {
    /// It was said that the two are one customer, and it stands.
    Link { a: ProfileId, b: ProfileId, strength: Strength, source: String, reason: String, time_us: i64 },
    /// It was said that the two are one customer, and it did not stand when it was said.
    Seen { a: ProfileId, b: ProfileId, strength: Strength, source: String, reason: String, time_us: i64 },
    /// Takes back everything said so far about the two profiles.
    Unlink { a: ProfileId, b: ProfileId, source: String, reason: String, time_us: i64 },
    /// Links between the two stand no more, because of what was said of others; they stay said. `reason` is the code of a
    /// [`crate::stitching::Why`].
    Withhold { a: ProfileId, b: ProfileId, source: String, reason: String, time_us: i64 },
    /// A person decided about the two, or about one identifier (both the same).
    Decision { a: ProfileId, b: ProfileId, decision: Decision, source: String, reason: String, time_us: i64 },
    /// From here on links stand by another policy. `settled`: those before are judged by it too.
    Policy { policy: Policy, settled: bool, source: String, time_us: i64 },
}

impl IdentityEdge {
    /// The two profiles, smaller first; of a policy (0, 0), which is nobody.
    pub fn ends(&self) -> (ProfileId, ProfileId) {
        let (a, b) = match self {
            IdentityEdge::Link { a, b, .. }
            | IdentityEdge::Seen { a, b, .. }
            | IdentityEdge::Unlink { a, b, .. }
            | IdentityEdge::Withhold { a, b, .. }
            | IdentityEdge::Decision { a, b, .. } => (*a, *b),
            IdentityEdge::Policy { .. } => (ProfileId(0), ProfileId(0)),
        };
        if a <= b { (a, b) } else { (b, a) }
    }
}
