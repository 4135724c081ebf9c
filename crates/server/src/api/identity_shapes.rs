//! Identities as the API shows them: ids as decimal strings, and identifiers only to those who may see customers.

use std::collections::BTreeMap;

use analysis::answer::Presence;
use lake::identity::Preview;
use lake::{DecisionMade, IdentityChange, Member, ReviewCase, WithheldLink};
use model::identifier::Kind;
use model::identity::{IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Merges and splits an effect lists: what a person looks through.
const LISTED_MAX: usize = 20;

/// Customers of one merge or split that are listed.
const PARTS_MAX: usize = 20;

/// What stands in place of most of an identifier.
const MASK: &str = "•••";

/// Whether identifiers are shown as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Full,
    /// Their beginning alone, and no id that could be tried out: profiles are hashes of identifiers.
    Masked,
}

/// An identifier with the customer it is of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityMember {
    /// Decimal id; a string because it may exceed 2⁵³. Null where identifiers are masked.
    pub profile: Option<String>,
    /// Null: no event has carried it, only links name it.
    pub namespace: Option<String>,
    /// Its beginning alone where `masked`.
    pub value: Option<String>,
    pub masked: bool,
    pub kind: Kind,
    /// The customer it is of now. Null where identifiers are masked.
    pub customer: Option<String>,
    /// How many identifiers that customer has.
    pub customer_profiles: u64,
}

/// Something that was said of two identifiers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityEvidence {
    pub strength: Strength,
    /// The feed it came from, or who decided it.
    pub source: String,
    pub reason: String,
    pub time_us: i64,
}

/// A link that was said and does not stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityWithheld {
    /// The other end.
    pub member: IdentityMember,
    pub why: Why,
    /// Of a conflict: the namespace of which one customer would have too many values.
    pub namespace: Option<String>,
    /// The earliest first.
    pub evidence: Vec<IdentityEvidence>,
}

/// An identifier with something withheld.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityCase {
    pub subject: IdentityMember,
    /// At most 50; the earliest said first.
    pub withheld: Vec<IdentityWithheld>,
    pub withheld_count: u64,
}

/// A page of the review queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityReview {
    pub cases: Vec<IdentityCase>,
    /// Open cases of what was asked for, on all pages.
    pub total: u64,
    /// Open cases by what something of them is withheld for, in the order of the rules. A case may have several reasons.
    pub reasons: Vec<ReasonCount>,
    /// `after` of the next page. Null: this is the last one, or one may not see customers.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonCount {
    pub why: Why,
    pub count: u64,
}

/// A link that holds a customer together.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityLink {
    /// Decimal ids of profiles.
    pub a: String,
    pub b: String,
    #[serde(flatten)]
    pub evidence: IdentityEvidence,
}

/// Why a customer is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerIdentity {
    pub customer: String,
    /// At most 500.
    pub members: Vec<IdentityMember>,
    pub members_count: u64,
    /// In the order they came; at most 1000.
    pub links: Vec<IdentityLink>,
    pub links_count: u64,
    pub presence: Presence,
}

/// One identifier: by its profile, or by namespace and value, which it need not have been seen with yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum IdentityName {
    Profile { profile: String },
    Identifier { namespace: String, value: String },
}

/// What is decided of two identifiers, or of one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityVerdict {
    pub decision: Decision,
    pub a: IdentityName,
    /// Left out of what is said of one identifier.
    pub b: Option<IdentityName>,
}

/// What is decided, or would be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityVerdicts {
    /// 1 to 50, taken together.
    pub verdicts: Vec<IdentityVerdict>,
    /// Why, in a few words; kept with the decisions.
    pub note: Option<String>,
}

/// Several customers would be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityMerge {
    pub into: String,
    /// At most 20.
    pub from: Vec<String>,
    pub from_count: u64,
}

/// One customer would be several.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentitySplit {
    pub from: String,
    /// At most 20.
    pub into: Vec<String>,
    pub into_count: u64,
}

/// What decisions or a policy would change.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct IdentityEffect {
    /// Customers that would change, and what they would be.
    pub customers_before: u64,
    pub customers_after: u64,
    /// At most 20; none where identifiers are masked.
    pub merged: Vec<IdentityMerge>,
    pub merged_count: u64,
    /// At most 20; none where identifiers are masked.
    pub split: Vec<IdentitySplit>,
    pub split_count: u64,
    /// Identifiers that would be another customer's.
    pub moved: u64,
    pub links_made: u64,
    pub links_withheld: u64,
    /// Events of the customers that would change. Null: there are too many of them to count.
    pub events: Option<u64>,
}

/// What a decision was made of, and the version of the identities it made.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityDecided {
    pub identity_version: u64,
    /// Ids of the decisions in force among those made, by which they are undone.
    pub decisions: Vec<String>,
    /// What was to be expected when they were made.
    pub effect: IdentityEffect,
}

/// A decision in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityDecisionInfo {
    /// Null where identifiers are masked.
    pub id: Option<String>,
    pub decision: Decision,
    pub a: IdentityMember,
    pub b: Option<IdentityMember>,
    pub by: String,
    /// Null where there is none, or where identifiers are masked.
    pub note: Option<String>,
    pub time_us: i64,
}

/// The decisions in force, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityDecisionList {
    pub decisions: Vec<IdentityDecisionInfo>,
    pub total: u64,
    /// `after` of the next page. Null: this is the last one.
    pub next: Option<u64>,
}

/// The id of a decision: the profiles it is about.
pub fn decision_id(a: ProfileId, b: ProfileId) -> String {
    format!("{}-{}", a.0.min(b.0), a.0.max(b.0))
}

impl Sight {
    pub fn member(self, member: Member) -> IdentityMember {
        let Member { profile, identifier, kind, customer, customer_profiles } = member;
        let full = self == Sight::Full;
        let (namespace, value) = identifier.map(|one| (one.namespace, one.value)).unzip();
        let value = value.map(|value| if full { value } else { masked(&value) });
        let (profile, customer) = (full.then(|| profile.0.to_string()), full.then(|| customer.0.to_string()));
        IdentityMember { profile, namespace, value, masked: !full, kind, customer, customer_profiles }
    }

    pub fn case(self, case: ReviewCase) -> IdentityCase {
        let withheld = |link: WithheldLink| IdentityWithheld {
            member: self.member(link.member),
            why: link.why,
            namespace: link.namespace,
            evidence: link.evidence.into_iter().filter_map(evidence).collect(),
        };
        IdentityCase {
            subject: self.member(case.subject),
            withheld: case.withheld.into_iter().map(withheld).collect(),
            withheld_count: case.withheld_count,
        }
    }

    pub fn decision(self, made: DecisionMade) -> IdentityDecisionInfo {
        let DecisionMade { decision, a, b, by, reason, time_us } = made;
        let id = decision_id(a.profile, b.as_ref().unwrap_or(&a).profile);
        let full = self == Sight::Full;
        IdentityDecisionInfo {
            id: full.then_some(id),
            decision,
            a: self.member(a),
            b: b.map(|b| self.member(b)),
            by,
            note: Some(reason).filter(|reason| full && !reason.is_empty()),
            time_us,
        }
    }

    pub fn effect(self, change: IdentityChange) -> IdentityEffect {
        let IdentityChange { customers, links_made, links_withheld, events } = change;
        let Preview { moved, merged, split } = customers;
        let mut before: Vec<i64> = merged.iter().flat_map(|merge| merge.from.iter().map(|id| id.0)).collect();
        before.extend(split.iter().map(|split| split.from.0));
        let mut after: Vec<i64> = merged.iter().map(|merge| merge.into.0).collect();
        after.extend(split.iter().flat_map(|split| split.into.iter().map(|id| id.0)));
        for ids in [&mut before, &mut after] {
            ids.sort_unstable();
            ids.dedup();
        }
        let listed = if self == Sight::Full { LISTED_MAX } else { 0 };
        let parts = |ids: &[model::identity::CustomerId]| -> Vec<String> {
            ids.iter().take(PARTS_MAX).map(|id| id.0.to_string()).collect()
        };
        IdentityEffect {
            customers_before: before.len() as u64,
            customers_after: after.len() as u64,
            merged_count: merged.len() as u64,
            split_count: split.len() as u64,
            moved: moved.len() as u64,
            links_made,
            links_withheld,
            events,
            merged: merged
                .iter()
                .take(listed)
                .map(|merge| IdentityMerge {
                    into: merge.into.0.to_string(),
                    from: parts(&merge.from),
                    from_count: merge.from.len() as u64,
                })
                .collect(),
            split: split
                .iter()
                .take(listed)
                .map(|split| IdentitySplit {
                    from: split.from.0.to_string(),
                    into: parts(&split.into),
                    into_count: split.into.len() as u64,
                })
                .collect(),
        }
    }
}

/// A statement as evidence; nothing of what is no statement.
pub fn evidence(edge: IdentityEdge) -> Option<IdentityEvidence> {
    match edge {
        IdentityEdge::Link { strength, source, reason, time_us, .. }
        | IdentityEdge::Seen { strength, source, reason, time_us, .. } => {
            Some(IdentityEvidence { strength, source, reason, time_us })
        }
        _ => None,
    }
}

/// A link as it is shown.
pub fn link(edge: IdentityEdge) -> Option<IdentityLink> {
    let (a, b) = edge.ends();
    Some(IdentityLink { a: a.0.to_string(), b: b.0.to_string(), evidence: evidence(edge)? })
}

pub fn reasons(of: BTreeMap<Why, u64>) -> Vec<ReasonCount> {
    of.into_iter().map(|(why, count)| ReasonCount { why, count }).collect()
}

/// The first sign of an identifier that is longer than a few.
fn masked(value: &str) -> String {
    let first = value.chars().next().filter(|_| value.chars().count() > 4);
    first.map_or_else(|| MASK.to_owned(), |first| format!("{first}{MASK}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_no_short_value_and_one_sign_of_a_long_one() {
        assert_eq!(masked("7"), "•••");
        assert_eq!(masked("1234"), "•••");
        assert_eq!(masked("13800138000"), "1•••");
        assert_eq!(masked("李雷的电话号码"), "李•••");
    }

    #[test]
    fn a_decision_is_known_by_its_profiles_in_any_order() {
        assert_eq!(decision_id(ProfileId(9), ProfileId(3)), "3-9");
        assert_eq!(decision_id(ProfileId(3), ProfileId(9)), "3-9");
    }
}
