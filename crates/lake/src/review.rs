//! What a person is asked about identities, what they decide, and what that would change.
//!
//! A case is an identifier with statements that are withheld: a device several persons use, a phone number in two
//! customers, a login that would make a customer of two. Cases are worked out from what was said when they are asked for;
//! nothing but the decisions is stored, so a case is gone once it is settled, and back when its decision is undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::identifier::Kind;
use model::identity::{CustomerId, Identifier, IdentityEdge, ProfileId};
use model::stitching::{Decision, Judged, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::identity::{IdentityVersion, Preview};
use crate::lake::{Inner, Lake, spawned};
use crate::limits::{CASE_EVIDENCE_MAX, CASE_MEMBERS_MAX, PREVIEW_COUNTED_MAX, REVIEW_PAGE_MAX};
use crate::publish::each_registered;
use crate::reader::read_table;
use crate::row::Record;
use crate::schema::{IDENTITY, IDENTITY_SCHEMA};
use crate::steward::judge;

/// A profile as a person knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    pub profile: ProfileId,
    /// `None`: no event has carried it, only links name it.
    pub identifier: Option<Identifier>,
    pub kind: Kind,
    /// The customer it is of now, and how many profiles that one has.
    pub customer: CustomerId,
    pub customer_profiles: u64,
}

/// An identifier with something withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewCase {
    /// Whose case it is: the shared one, else the one that says less.
    pub subject: Member,
    /// What would be joined to it, at most [`CASE_MEMBERS_MAX`]; the earliest said first.
    pub withheld: Vec<WithheldLink>,
    /// How many there are.
    pub withheld_count: u64,
}

/// A link that was said and does not stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WithheldLink {
    /// The other end.
    pub member: Member,
    pub why: Why,
    /// Of a conflict: the namespace of which one customer would have too many values.
    pub namespace: Option<String>,
    /// Who said it and when, the earliest first, at most [`CASE_EVIDENCE_MAX`].
    pub evidence: Vec<IdentityEdge>,
}

/// Which cases are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewAsk {
    /// Only cases of which something is withheld for this.
    pub why: Option<Why>,
    /// Only those after this subject: `next` of the page before.
    pub after: Option<ProfileId>,
    /// 1 to [`REVIEW_PAGE_MAX`].
    pub limit: usize,
}

impl Default for ReviewAsk {
    fn default() -> Self {
        ReviewAsk { why: None, after: None, limit: REVIEW_PAGE_MAX }
    }
}

/// Cases by subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewPage {
    pub cases: Vec<ReviewCase>,
    /// Open cases of what was asked for in all.
    pub total: u64,
    /// Open cases by what something of them is withheld for.
    pub reasons: BTreeMap<Why, u64>,
    /// `after` of the next page.
    pub next: Option<ProfileId>,
}

/// What a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    pub decision: Decision,
    pub a: Identifier,
    /// The other one; left out of what is said of one identifier.
    pub b: Option<Identifier>,
    /// Why; kept with the decision.
    pub reason: String,
}

/// A decision in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionMade {
    pub decision: Decision,
    pub a: Member,
    pub b: Option<Member>,
    pub by: String,
    pub reason: String,
    pub time_us: i64,
}

/// What decisions or a policy would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityChange {
    /// Who would be whose customer.
    pub customers: Preview,
    /// Links that would stand, and links that would not any more.
    pub links_made: u64,
    pub links_withheld: u64,
    /// Events of the customers that would change. `None`: there are too many of them to count.
    pub events: Option<u64>,
}

impl Lake {
    /// Open cases, by subject.
    ///
    /// # Errors
    /// [`Error::Limit`] of a page that is too long.
    pub async fn review(&self, ask: ReviewAsk) -> Result<ReviewPage> {
        let limit = ask.limit;
        if limit == 0 || limit > REVIEW_PAGE_MAX {
            return Err(Error::Limit {
                what: "number of cases of a page",
                got: limit as u64,
                limit: REVIEW_PAGE_MAX as u64,
            });
        }
        self.inner.ready_to_ask().await?;
        let (mut cases, reasons) = self.inner.open_cases(ask);
        let total = match ask.why {
            Some(why) => reasons.of.get(&why).copied().unwrap_or(0),
            None => reasons.all,
        };
        let next = if cases.len() > limit {
            cases.pop();
            cases.last().map(|(subject, _)| *subject)
        } else {
            None
        };
        let cases = self.inner.described(cases).await?;
        Ok(ReviewPage { cases, total, reasons: reasons.of, next })
    }

    /// What these verdicts would change if they were given now.
    pub async fn preview_verdicts(&self, verdicts: &[Verdict]) -> Result<IdentityChange> {
        self.inner.ready_to_ask().await?;
        let (acts, _) = self.inner.acts_of(verdicts, "", 0, Unknown::Nobody).await?;
        let lines = {
            let _order = self.inner.edges.lock().await;
            self.inner.name(&acts).await?;
            self.inner.tried(acts)
        };
        self.change_of(&lines).await
    }

    /// Takes decisions over, with what follows from them; durable when this returns, and in the next snapshot. `by` is
    /// who decides.
    pub async fn decide(&self, verdicts: Vec<Verdict>, by: &str, time_us: i64) -> Result<IdentityVersion> {
        self.inner.writes("decide about identities")?;
        let (inner, by) = (Arc::clone(&self.inner), by.to_owned());
        spawned(async move {
            let (acts, registered) = inner.acts_of(&verdicts, &by, time_us, Unknown::Registered).await?;
            let logged: Vec<i64> = registered.iter().map(|(profile, _)| *profile).collect();
            {
                let _order = inner.edges.lock().await;
                inner.log_acts(acts, Record { registered, ..Record::default() }, Vec::new()).await?;
            }
            inner.register().await?.logged(logged);
            Ok(inner.state.read().graph.version())
        })
        .await
    }

    /// The decisions in force, in the order they were made.
    pub async fn decisions(&self) -> Result<Vec<DecisionMade>> {
        self.inner.ready_to_ask().await?;
        let made = self.inner.state.read().graph.decisions();
        let named = self.inner.identifiers(&made.iter().flat_map(|edge| <[_; 2]>::from(edge.ends())).collect()).await?;
        let mut decisions = Vec::with_capacity(made.len());
        for edge in made {
            if let IdentityEdge::Decision { a, b, decision, source, reason, time_us } = edge {
                let (by, member) = (source, |profile| self.inner.member(profile, &named));
                let (a, b) = (member(a), (a != b).then(|| member(b)));
                decisions.push(DecisionMade { decision, a, b, by, reason, time_us });
            }
        }
        Ok(decisions)
    }

    /// What lines of the log would change.
    pub(crate) async fn change_of(&self, lines: &[IdentityEdge]) -> Result<IdentityChange> {
        let snapshot = self.snapshot().await?;
        let customers = snapshot.identity().graph.preview(lines)?;
        let links_made = lines.iter().filter(|line| matches!(line, IdentityEdge::Link { .. })).count() as u64;
        let links_withheld = lines.iter().filter(|line| matches!(line, IdentityEdge::Withhold { .. })).count() as u64;
        let mut changed: BTreeSet<CustomerId> = customers.moved.iter().map(|(_, before, _)| *before).collect();
        changed.extend(customers.merged.iter().flat_map(|merge| merge.from.iter().copied()));
        let mut events = None;
        if changed.len() <= PREVIEW_COUNTED_MAX {
            let mut sum = 0;
            for customer in changed {
                sum += snapshot.customer_row_count(customer).await?;
            }
            events = Some(sum);
        }
        Ok(IdentityChange { customers, links_made, links_withheld, events })
    }
}

/// What becomes of an identifier that no event has carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    /// It is known from now on: it may be blocked before it comes.
    Registered,
    /// A preview changes nothing by it.
    Nobody,
}

pub(crate) type Cases = Vec<(ProfileId, Vec<Judged>)>;

/// How many cases there are.
#[derive(Debug, Default)]
struct Reasons {
    all: u64,
    of: BTreeMap<Why, u64>,
}

impl Inner {
    /// The open cases that are asked for, one more than the page has if there are, and how many there are in all.
    fn open_cases(&self, ask: ReviewAsk) -> (Cases, Reasons) {
        let state = self.state.read();
        let mut cases: BTreeMap<ProfileId, Vec<Judged>> = BTreeMap::new();
        for judged in state.stitcher.withheld() {
            if judged.why.is_some_and(Why::asks) {
                cases.entry(judged.subject).or_default().push(judged);
            }
        }
        let mut reasons = Reasons { all: cases.len() as u64, of: BTreeMap::new() };
        for links in cases.values() {
            let whys: BTreeSet<Why> = links.iter().filter_map(|judged| judged.why).collect();
            whys.into_iter().for_each(|why| *reasons.of.entry(why).or_default() += 1);
        }
        let of_why = |links: &[Judged]| ask.why.is_none_or(|why| links.iter().any(|judged| judged.why == Some(why)));
        let page = cases
            .into_iter()
            .filter(|(subject, links)| ask.after.is_none_or(|after| *subject > after) && of_why(links));
        (page.take(ask.limit + 1).collect(), reasons)
    }

    /// The lines that decisions would make, and everything as it was; under the lock of edges.
    fn tried(&self, acts: Vec<IdentityEdge>) -> Vec<IdentityEdge> {
        let mut state = self.state.write();
        let graph = Arc::clone(&state.graph);
        let stitcher = &mut state.stitcher;
        let before: Vec<_> = acts.iter().map(IdentityEdge::ends).map(|(a, b)| (a, b, stitcher.decided(a, b))).collect();
        let lines = judge(stitcher, &graph, acts, 0);
        for (a, b, decided) in before {
            stitcher.decide(decided.unwrap_or(Decision::Undo), a, b);
        }
        stitcher.settled();
        lines
    }

    pub(crate) async fn described(&self, cases: Cases) -> Result<Vec<ReviewCase>> {
        let profiles =
            cases.iter().flat_map(|(_, links)| links.iter().flat_map(|judged| [judged.a, judged.b])).collect();
        let named = self.identifiers(&profiles).await?;
        let graph = Arc::clone(&self.state.read().graph);
        let mut described = Vec::with_capacity(cases.len());
        for (subject, links) in cases {
            let withheld_count = links.len() as u64;
            let mut withheld: Vec<WithheldLink> = Vec::with_capacity(links.len().min(CASE_MEMBERS_MAX));
            for judged in links.into_iter().take(CASE_MEMBERS_MAX) {
                let Some(why) = judged.why else { continue };
                let other = if judged.a == subject { judged.b } else { judged.a };
                let namespace = judged.namespace.map(|code| self.state.read().stitcher.namespace(code).to_owned());
                let mut evidence = graph.said_between(judged.a, judged.b);
                evidence.sort_by_key(said_at);
                evidence.truncate(CASE_EVIDENCE_MAX);
                withheld.push(WithheldLink { member: self.member(other, &named), why, namespace, evidence });
            }
            withheld.sort_by_key(|link| (link.evidence.first().map(said_at), link.member.profile));
            described.push(ReviewCase { subject: self.member(subject, &named), withheld, withheld_count });
        }
        Ok(described)
    }

    pub(crate) fn member(&self, profile: ProfileId, named: &BTreeMap<ProfileId, Identifier>) -> Member {
        let state = self.state.read();
        let identifier = named.get(&profile).cloned();
        let kind = identifier
            .as_ref()
            .map_or(Kind::Person, |identifier| state.stitcher.policy().rules(&identifier.namespace).kind);
        let customer = state.graph.customer(profile);
        let customer_profiles = state.graph.profiles_with(profile);
        Member { profile, identifier, kind, customer, customer_profiles }
    }

    /// The identifiers of some profiles: those in the published table, those waiting for it, and those of the log's tail.
    pub(crate) async fn identifiers(&self, profiles: &BTreeSet<ProfileId>) -> Result<BTreeMap<ProfileId, Identifier>> {
        let mut named = BTreeMap::new();
        if profiles.is_empty() {
            return Ok(named);
        }
        {
            let register = self.register().await?;
            for (profile, identifier) in register.unpublished() {
                if profiles.contains(&ProfileId(*profile)) {
                    named.insert(ProfileId(*profile), identifier.clone());
                }
            }
        }
        let table = &self.tables.identity;
        for batch in read_table(&self.storage.objects(), IDENTITY, &table.files(), &IDENTITY_SCHEMA).await? {
            each_registered(&batch, |profile, identifier| {
                if let (Some((namespace, value)), true) = (identifier, profiles.contains(&ProfileId(profile))) {
                    named.insert(ProfileId(profile), Identifier::new(namespace, value));
                }
            })?;
        }
        Ok(named)
    }

    /// Verdicts as acts, and the identifiers no durable record has named yet.
    async fn acts_of(
        &self,
        verdicts: &[Verdict],
        by: &str,
        time_us: i64,
        unknown: Unknown,
    ) -> Result<(Vec<IdentityEdge>, Vec<(i64, Identifier)>)> {
        let mut register = self.register().await?;
        let mut registered: Vec<(i64, Identifier)> = Vec::new();
        let mut profile_of = |identifier: &Identifier| -> Result<ProfileId> {
            if unknown == Unknown::Nobody {
                let known = register.find(&identifier.namespace, &identifier.value);
                return Ok(known.map_or_else(|| identifier.profile(0), ProfileId));
            }
            let (profile, unlogged) = register.assign(identifier)?;
            if unlogged && !registered.iter().any(|(known, _)| *known == profile) {
                registered.push((profile, identifier.clone()));
            }
            Ok(ProfileId(profile))
        };
        let mut acts = Vec::with_capacity(verdicts.len());
        for Verdict { decision, a, b, reason } in verdicts {
            let a = profile_of(a)?;
            let b = b.as_ref().map(&mut profile_of).transpose()?.filter(|b| *b != a);
            let of_one = match decision {
                Decision::Block => b.is_none(),
                Decision::Join | Decision::KeepApart => b.is_some(),
                Decision::Undo => true,
            };
            if !of_one {
                return Err(Error::Verdict { decision: *decision });
            }
            let (source, reason) = (by.to_owned(), reason.clone());
            acts.push(IdentityEdge::Decision { a, b: b.unwrap_or(a), decision: *decision, source, reason, time_us });
        }
        Ok((acts, registered))
    }
}

/// When something was said.
pub(crate) fn said_at(edge: &IdentityEdge) -> i64 {
    match edge {
        IdentityEdge::Link { time_us, .. }
        | IdentityEdge::Seen { time_us, .. }
        | IdentityEdge::Unlink { time_us, .. }
        | IdentityEdge::Withhold { time_us, .. }
        | IdentityEdge::Decision { time_us, .. }
        | IdentityEdge::Policy { time_us, .. } => *time_us,
    }
}
