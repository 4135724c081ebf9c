//! What edges would change if they were added: asked before a person merges or parts customers.

use std::collections::{BTreeMap, BTreeSet};

use model::identity::{CustomerId, IdentityEdge, ProfileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{IdentityGraph, Moved};
use crate::error::Result;

/// The effect of edges that have not been added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Profiles that would change hands, by profile: (profile, customer before, customer after).
    #[schema(value_type = Vec<Vec<i64>>)]
    pub moved: Vec<Moved>,
    /// Customers that would hold the profiles of several.
    pub merged: Vec<Merge>,
    /// Customers whose profiles would belong to several.
    pub split: Vec<Split>,
}

/// Several customers would become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Merge {
    /// The customer that would be.
    pub into: CustomerId,
    /// The customers that are.
    pub from: Vec<CustomerId>,
}

/// One customer would become several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Split {
    /// The customer that is.
    pub from: CustomerId,
    /// The customers that would be.
    pub into: Vec<CustomerId>,
}

impl IdentityGraph {
    /// What would change if `edges` were added now, in that order. Adds nothing, and copies only the
    /// components the edges touch.
    pub fn preview(&self, edges: &[IdentityEdge]) -> Result<Preview> {
        let version = self.rows.len() as u32;
        let ends: Vec<ProfileId> = edges.iter().flat_map(|edge| <[ProfileId; 2]>::from(edge.ends())).collect();
        let known: Vec<u32> = ends.iter().filter_map(|profile| self.node_of.get(&profile.0).copied()).collect();
        let around = self.customers_around(&known, version);
        let mut rows: Vec<u32> = around
            .keys()
            .flat_map(|&node| self.rows_at(node).map(move |(row, _)| (row, node)))
            .filter(|(row, node)| self.rows[*row as usize].a == *node && self.stands(*row, version))
            .map(|(row, _)| row)
            .collect();
        rows.sort_unstable();

        let mut part = IdentityGraph::default();
        for row in rows {
            part.push(&self.edge(row))?;
        }
        let before = part.version();
        for edge in edges {
            part.push(edge)?;
        }

        let mut pairs: BTreeSet<(CustomerId, CustomerId)> = BTreeSet::new();
        for node in &part.nodes {
            let profile = ProfileId(node.profile);
            pairs.insert((part.customer_at(before, profile), part.customer(profile)));
        }
        let (mut into, mut from) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for (old, new) in pairs {
            from.entry(new).or_default().push(old);
            into.entry(old).or_default().push(new);
        }
        Ok(Preview {
            moved: part.moved(before, part.version()),
            merged: several(from).map(|(into, from)| Merge { into, from }).collect(),
            split: several(into).map(|(from, into)| Split { from, into }).collect(),
        })
    }
}

fn several<K>(groups: BTreeMap<K, Vec<CustomerId>>) -> impl Iterator<Item = (K, Vec<CustomerId>)> {
    groups.into_iter().filter(|(_, members)| members.len() > 1)
}
