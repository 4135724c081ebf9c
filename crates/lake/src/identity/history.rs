//! Earlier versions, and why a customer is one: the questions that walk the graph.

use model::identity::{CustomerId, IdentityEdge, ProfileId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{IdentityGraph, IdentityVersion, NONE};

/// A profile whose customer differs between two versions: (profile, customer before, customer after).
pub type Moved = (ProfileId, CustomerId, CustomerId);

/// A link that holds a customer together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingLink {
    /// The version the link made.
    pub version: IdentityVersion,
    /// The link itself.
    pub edge: IdentityEdge,
}

impl IdentityGraph {
    /// The customer a profile belonged to at `version`; the present one for versions not reached yet.
    /// At once for components that have not changed since, else by walking the component.
    pub fn customer_at(&self, version: IdentityVersion, profile: ProfileId) -> CustomerId {
        let Some(&node) = self.node_of.get(&profile.0) else { return CustomerId(profile.0) };
        let version = self.row_version(version);
        let root = &self.nodes[self.root(node) as usize];
        if root.changed <= version || version == self.rows.len() as u32 {
            return CustomerId(root.smallest);
        }
        CustomerId(self.smallest_of(self.reached(node, version).iter().copied()))
    }

    /// Every profile whose customer at `to` is another than at `from`, by profile. `to` may be the
    /// earlier one. Costs the components that the edges between the two versions touch.
    pub fn moved(&self, from: IdentityVersion, to: IdentityVersion) -> Vec<Moved> {
        let (from, to) = (self.row_version(from), self.row_version(to));
        let touched = &self.rows[from.min(to) as usize..from.max(to) as usize];
        let effective = |row: &&super::Row| {
            matches!(row.kind, super::RowKind::Link(_) | super::RowKind::Unlink | super::RowKind::Withhold)
        };
        let touched: Vec<u32> = touched.iter().filter(effective).flat_map(|row| [row.a, row.b]).collect();
        let before = self.customers_around(&touched, from);
        let after = self.customers_around(&touched, to);
        // Both maps hold the same profiles: what no touched profile reaches in one version is joined to
        // none of them by an edge of the other either.
        let mut moved: Vec<Moved> = before
            .iter()
            .filter_map(|(node, &old)| {
                let new = *after.get(node).unwrap_or(&old);
                let profile = ProfileId(self.nodes[*node as usize].profile);
                (old != new).then_some((profile, CustomerId(old), CustomerId(new)))
            })
            .collect();
        moved.sort_unstable();
        moved
    }

    /// The profiles of a customer now, smallest first; none if that id is no customer's now. An id that
    /// no edge names is a customer of one profile.
    pub fn component(&self, customer: CustomerId) -> Vec<ProfileId> {
        self.component_at(self.version(), customer)
    }

    /// The profiles of a customer at `version`.
    pub fn component_at(&self, version: IdentityVersion, customer: CustomerId) -> Vec<ProfileId> {
        let Some(&node) = self.node_of.get(&customer.0) else { return vec![ProfileId(customer.0)] };
        let reached = self.reached(node, self.row_version(version));
        let mut profiles: Vec<_> = reached.iter().map(|&node| ProfileId(self.nodes[node as usize].profile)).collect();
        profiles.sort_unstable();
        if profiles.first() != Some(&ProfileId(customer.0)) {
            profiles.clear();
        }
        profiles
    }

    /// The links that hold a customer together now, in the order they came.
    pub fn edges_of(&self, customer: CustomerId) -> Vec<StandingLink> {
        let version = self.rows.len() as u32;
        let members = self.component(customer);
        let nodes = members.iter().filter_map(|profile| self.node_of.get(&profile.0).copied());
        let mut rows: Vec<u32> = nodes
            .flat_map(|node| self.rows_at(node).map(move |(row, _)| (row, node)))
            // A row is met from both ends: once is enough.
            .filter(|(row, node)| self.rows[*row as usize].a == *node && self.stands(*row, version))
            .map(|(row, _)| row)
            .collect();
        rows.sort_unstable();
        rows.into_iter().map(|row| self.standing_link(row)).collect()
    }

    /// A shortest chain of standing links from one profile to another: why the two are one customer.
    /// None if they are not; empty if they are the same profile.
    pub fn chain(&self, from: ProfileId, to: ProfileId) -> Option<Vec<StandingLink>> {
        if from == to {
            return Some(Vec::new());
        }
        let version = self.rows.len() as u32;
        let (start, goal) = (*self.node_of.get(&from.0)?, *self.node_of.get(&to.0)?);
        let mut came_by = FxHashMap::from_iter([(start, (NONE, start))]);
        let mut layer = vec![start];
        while !layer.is_empty() && !came_by.contains_key(&goal) {
            let mut next = Vec::new();
            for node in layer {
                for (row, other) in self.rows_at(node) {
                    if self.stands(row, version) && !came_by.contains_key(&other) {
                        came_by.insert(other, (row, node));
                        next.push(other);
                    }
                }
            }
            layer = next;
        }
        let mut chain = Vec::new();
        let mut at = goal;
        while at != start {
            let (row, before) = *came_by.get(&at)?;
            chain.push(self.standing_link(row));
            at = before;
        }
        chain.reverse();
        Some(chain)
    }

    fn standing_link(&self, row: u32) -> StandingLink {
        StandingLink { version: IdentityVersion(u64::from(row) + 1), edge: self.edge(row) }
    }

    pub(super) fn row_version(&self, version: IdentityVersion) -> u32 {
        version.0.min(self.rows.len() as u64) as u32
    }

    pub(super) fn smallest_of(&self, nodes: impl Iterator<Item = u32>) -> i64 {
        nodes.map(|node| self.nodes[node as usize].profile).min().unwrap_or(i64::MAX)
    }

    /// The customer at `version` of every node in the components of `nodes`.
    pub(super) fn customers_around(&self, nodes: &[u32], version: u32) -> FxHashMap<u32, i64> {
        let mut customers = FxHashMap::default();
        for &node in nodes {
            if !customers.contains_key(&node) {
                let members = self.reached(node, version);
                let smallest = self.smallest_of(members.iter().copied());
                customers.extend(members.into_iter().map(|member| (member, smallest)));
            }
        }
        customers
    }
}
