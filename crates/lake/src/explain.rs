//! Why a customer is one: its identifiers, the links that hold them together, and what was said and does not stand.

use std::collections::{BTreeMap, BTreeSet};

use model::identity::{CustomerId, Identifier, IdentityEdge, ProfileId};
use model::stitching::Why;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Result;
use crate::lake::{Inner, Lake};
use crate::limits::{EXPLAINED_LINKS_MAX, EXPLAINED_MEMBERS_MAX};
use crate::review::{Member, ReviewCase};

/// A customer taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explained {
    pub customer: CustomerId,
    /// At most [`EXPLAINED_MEMBERS_MAX`].
    pub members: Vec<Member>,
    pub members_count: u64,
    /// What joins two of them, in the order it came; at most [`EXPLAINED_LINKS_MAX`].
    pub links: Vec<IdentityEdge>,
    pub links_count: u64,
}

impl Lake {
    /// What holds a customer together. A customer that is no customer now has no members.
    pub async fn explain(&self, customer: CustomerId) -> Result<Explained> {
        self.inner.ready_to_ask().await?;
        let graph = self.inner.state.read().graph.clone();
        let members = graph.component(customer);
        let links = graph.edges_of(customer);
        let (members_count, links_count) = (members.len() as u64, links.len() as u64);
        let shown: BTreeSet<ProfileId> = members.iter().copied().take(EXPLAINED_MEMBERS_MAX).collect();
        let named = self.inner.identifiers(&shown).await?;
        let members = shown.into_iter().map(|profile| self.inner.member(profile, &named)).collect();
        let links = links.into_iter().take(EXPLAINED_LINKS_MAX).map(|link| link.edge).collect();
        Ok(Explained { customer, members, members_count, links, links_count })
    }

    /// The case of an identifier, if something of it is withheld that people are asked about.
    pub async fn case(&self, subject: ProfileId) -> Result<Option<ReviewCase>> {
        self.inner.ready_to_ask().await?;
        let links: Vec<_> = {
            let state = self.inner.state.read();
            let mut judged = state.stitcher.judged(subject);
            judged.retain(|judged| judged.subject == subject && judged.why.is_some_and(Why::asks));
            judged
        };
        if links.is_empty() {
            return Ok(None);
        }
        Ok(self.inner.described(vec![(subject, links)]).await?.pop())
    }

    /// The identifiers of some profiles, of those that have one.
    pub async fn identifiers(&self, profiles: &BTreeSet<ProfileId>) -> Result<BTreeMap<ProfileId, Identifier>> {
        self.inner.catch_up().await?;
        self.inner.identifiers(profiles).await
    }
}

impl Inner {
    /// What was said is known with its namespaces, and how far it hangs together.
    pub(crate) async fn ready_to_ask(&self) -> Result<()> {
        self.catch_up().await?;
        self.name_all().await?;
        self.state.write().stitcher.measure();
        Ok(())
    }
}
