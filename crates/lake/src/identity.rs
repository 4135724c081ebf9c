//! Which profiles are one customer, derived from the append-only edge log.
//!
//! A version is a number of edges: the graph answers for the present and for any earlier version, so a
//! file written under version 7 can be read under version 9, and taking an edge back gives the earlier
//! answers exactly. A customer is the smallest profile of its component; the order in which links
//! arrive does not matter. Pure: no files, no clock. Not here: which links deserve to be made (the steward),
//! where the log is stored and how rows follow a moved profile (the tables).
//!
//! Components of the present are kept as a union-find forest, so a link costs next to nothing and a
//! lookup a few steps; an unlink walks the component it may split. Earlier versions are walked on demand.

mod history;
mod preview;
mod said;

use std::fmt;
use std::sync::Arc;

use model::identity::{CustomerId, IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Policy};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use history::{Moved, StandingLink};
pub use preview::{Merge, Preview, Split};

/// Most edges one workspace holds. Rows refer to each other by 32 bits; at 40 bytes an edge a workspace
/// runs out of memory first.
pub const EDGES_MAX: usize = (u32::MAX - 1) as usize;

/// A state of the identity graph: the number of edges it was derived from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdentityVersion(pub u64);

impl fmt::Display for IdentityVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// No edge, or none yet.
const NONE: u32 = u32::MAX;

/// The edge log with its components. About 40 bytes an edge and 50 a profile that has one; a profile
/// without edges costs nothing and is its own customer.
#[derive(Debug, Clone, Default)]
pub struct IdentityGraph {
    node_of: FxHashMap<i64, u32>,
    nodes: Vec<Node>,
    rows: Vec<Row>,
    /// Rows of decisions, in order.
    decisions: Vec<u32>,
    words: Words,
}

#[derive(Debug, Clone)]
struct Node {
    profile: i64,
    /// Smallest profile of the component; kept right at roots only.
    smallest: i64,
    parent: u32,
    /// Nodes of the component; kept right at roots only.
    size: u32,
    /// Version at which the component last gained or lost a profile; kept right at roots only.
    changed: u32,
    /// Last row that speaks of this node and another, whence earlier ones are chained.
    last_row: u32,
}

#[derive(Debug, Clone)]
struct Row {
    time_us: i64,
    a: u32,
    b: u32,
    /// The row before this one at `a`, and at `b`.
    before_a: u32,
    before_b: u32,
    /// Row that took this link back or withheld it.
    ended: u32,
    source: u32,
    reason: u32,
    kind: RowKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Link(Strength),
    Seen(Strength),
    Unlink,
    Withhold,
    Decision(Decision),
    /// Its policy is the reason; it has no ends. Whether it is settled.
    Policy(bool),
}

impl IdentityGraph {
    /// The graph of a whole log. Faster than pushing one by one where the log holds unlinks.
    pub fn from_edges<'a>(edges: impl IntoIterator<Item = &'a IdentityEdge>) -> Result<Self> {
        let mut graph = Self::default();
        for edge in edges {
            graph.add_row(edge)?;
        }
        for row in 0..graph.rows.len() as u32 {
            if graph.stands(row, graph.rows.len() as u32) {
                let (a, b) = (graph.rows[row as usize].a, graph.rows[row as usize].b);
                graph.join(a, b, 0);
            }
        }
        // Which version last changed a component is not known this way: the present one is always safe.
        let version = graph.rows.len() as u32;
        for node in &mut graph.nodes {
            node.changed = version;
        }
        Ok(graph)
    }

    /// Adds one edge and returns the version that holds it. A link of a profile to itself and an unlink
    /// of two profiles that are not linked count as edges and change nothing.
    pub fn push(&mut self, edge: &IdentityEdge) -> Result<IdentityVersion> {
        let row = self.add_row(edge)?;
        let (a, b) = (self.rows[row as usize].a, self.rows[row as usize].b);
        match edge {
            IdentityEdge::Link { .. } => self.join(a, b, row + 1),
            IdentityEdge::Unlink { .. } | IdentityEdge::Withhold { .. } => self.part(a, b, row + 1),
            IdentityEdge::Seen { .. } | IdentityEdge::Decision { .. } | IdentityEdge::Policy { .. } => {}
        }
        Ok(self.version())
    }

    /// Whether any edge of the log, ended ones too, may be of this source.
    pub(crate) fn may_name(&self, source: &str) -> bool {
        self.words.codes.contains_key(source)
    }

    /// Every source of an edge, among other words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.words.iter().map(AsRef::as_ref)
    }

    pub fn version(&self) -> IdentityVersion {
        IdentityVersion(self.rows.len() as u64)
    }

    /// Profiles that any edge has named.
    pub fn profile_count(&self) -> usize {
        self.nodes.len()
    }

    /// By how many customers there are fewer than profiles, because links join them.
    pub(crate) fn joined_count(&self) -> u64 {
        self.nodes.iter().enumerate().filter(|(at, node)| node.parent != *at as u32).count() as u64
    }

    /// The customer a profile belongs to now; itself if no link stands.
    pub fn customer(&self, profile: ProfileId) -> CustomerId {
        let Some(&node) = self.node_of.get(&profile.0) else { return CustomerId(profile.0) };
        CustomerId(self.nodes[self.root(node) as usize].smallest)
    }

    /// Profiles of the customer that a profile is of now.
    pub fn profiles_with(&self, profile: ProfileId) -> u64 {
        self.node_of.get(&profile.0).map_or(1, |node| u64::from(self.nodes[self.root(*node) as usize].size))
    }

    /// Every profile that any edge has named with its customer now, by profile: what the published
    /// `identity` table holds.
    pub fn resolved(&self) -> Vec<(ProfileId, CustomerId)> {
        let mut all: Vec<_> = (0..self.nodes.len() as u32)
            .map(|node| {
                let customer = self.nodes[self.root(node) as usize].smallest;
                (ProfileId(self.nodes[node as usize].profile), CustomerId(customer))
            })
            .collect();
        all.sort_unstable();
        all
    }

    /// The log, edge by edge.
    pub fn edges(&self) -> impl Iterator<Item = IdentityEdge> + '_ {
        (0..self.rows.len() as u32).map(|row| self.edge(row))
    }

    fn add_row(&mut self, edge: &IdentityEdge) -> Result<u32> {
        if self.rows.len() >= EDGES_MAX {
            return Err(Error::Limit {
                what: "number of identity edges",
                got: self.rows.len() as u64 + 1,
                limit: EDGES_MAX as u64,
            });
        }
        let index = self.rows.len() as u32;
        let (kind, ends, source, reason, time_us) = match edge {
            IdentityEdge::Link { a, b, strength, source, reason, time_us } => {
                (RowKind::Link(*strength), Some((*a, *b)), source, reason.clone(), *time_us)
            }
            IdentityEdge::Seen { a, b, strength, source, reason, time_us } => {
                (RowKind::Seen(*strength), Some((*a, *b)), source, reason.clone(), *time_us)
            }
            IdentityEdge::Unlink { a, b, source, reason, time_us } => {
                (RowKind::Unlink, Some((*a, *b)), source, reason.clone(), *time_us)
            }
            IdentityEdge::Withhold { a, b, source, reason, time_us } => {
                (RowKind::Withhold, Some((*a, *b)), source, reason.clone(), *time_us)
            }
            IdentityEdge::Decision { a, b, decision, source, reason, time_us } => {
                (RowKind::Decision(*decision), Some((*a, *b)), source, reason.clone(), *time_us)
            }
            IdentityEdge::Policy { policy, settled, source, time_us } => {
                (RowKind::Policy(*settled), None, source, policy_text(policy), *time_us)
            }
        };
        let (a, b) = ends.map_or((NONE, NONE), |(a, b)| (self.node(a), self.node(b)));
        let (source, reason) = (self.words.code(source), self.words.code(&reason));
        let mut row = Row { time_us, a, b, before_a: NONE, before_b: NONE, ended: NONE, source, reason, kind };
        if matches!(kind, RowKind::Unlink | RowKind::Withhold) {
            for link in self.links_between(a, b, index) {
                self.rows[link as usize].ended = index;
            }
        }
        if a != b {
            row.before_a = std::mem::replace(&mut self.nodes[a as usize].last_row, index);
            row.before_b = std::mem::replace(&mut self.nodes[b as usize].last_row, index);
        }
        if matches!(kind, RowKind::Decision(_)) {
            self.decisions.push(index);
        }
        self.rows.push(row);
        Ok(index)
    }

    fn node(&mut self, profile: ProfileId) -> u32 {
        let next = self.nodes.len() as u32;
        let node = *self.node_of.entry(profile.0).or_insert(next);
        if node == next {
            let profile = profile.0;
            self.nodes.push(Node { profile, smallest: profile, parent: next, size: 1, changed: 0, last_row: NONE });
        }
        node
    }

    fn root(&self, mut node: u32) -> u32 {
        loop {
            let parent = self.nodes[node as usize].parent;
            if parent == node {
                return node;
            }
            node = parent;
        }
    }

    /// As `root`, and shortens the way for the next one.
    fn root_halving(&mut self, mut node: u32) -> u32 {
        loop {
            let parent = self.nodes[node as usize].parent;
            let above = self.nodes[parent as usize].parent;
            if parent == above {
                return parent;
            }
            self.nodes[node as usize].parent = above;
            node = above;
        }
    }

    fn join(&mut self, a: u32, b: u32, version: u32) {
        let (mut large, mut small) = (self.root_halving(a), self.root_halving(b));
        if large == small {
            return;
        }
        if self.nodes[large as usize].size < self.nodes[small as usize].size {
            std::mem::swap(&mut large, &mut small);
        }
        let Node { size, smallest, .. } = self.nodes[small as usize];
        self.nodes[small as usize].parent = large;
        let root = &mut self.nodes[large as usize];
        root.size += size;
        root.smallest = root.smallest.min(smallest);
        root.changed = version;
    }

    /// After links between `a` and `b` ended: makes two components of theirs if nothing else joins them.
    fn part(&mut self, a: u32, b: u32, version: u32) {
        if a == b || self.root_halving(a) != self.root_halving(b) {
            return;
        }
        let side = self.reached(a, version);
        if side.contains(&b) {
            return;
        }
        let other = self.reached(b, version);
        self.make_component(&side, version);
        self.make_component(&other, version);
    }

    fn make_component(&mut self, members: &FxHashSet<u32>, version: u32) {
        let Some(&root) = members.iter().min() else { return };
        let smallest = members.iter().map(|&node| self.nodes[node as usize].profile).min();
        for &node in members {
            self.nodes[node as usize].parent = root;
        }
        let node = &mut self.nodes[root as usize];
        node.size = members.len() as u32;
        node.smallest = smallest.unwrap_or(node.profile);
        node.changed = version;
    }

    /// Whether `row` is a link that stands at `version`.
    fn stands(&self, row: u32, version: u32) -> bool {
        let Row { a, b, ended, kind, .. } = &self.rows[row as usize];
        row < version && *ended >= version && a != b && matches!(kind, RowKind::Link(_))
    }

    /// The rows at `node`, latest first, each with its other end. Of every kind, ended links too.
    fn rows_at(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut next = self.nodes[node as usize].last_row;
        std::iter::from_fn(move || {
            let index = next;
            let row = (index != NONE).then(|| &self.rows[index as usize])?;
            let other;
            (next, other) = if row.a == node { (row.before_a, row.b) } else { (row.before_b, row.a) };
            Some((index, other))
        })
    }

    /// The links between two nodes that stand at `version`.
    fn links_between(&self, a: u32, b: u32, version: u32) -> Vec<u32> {
        let mut rows = self.rows_between(a, b);
        rows.retain(|row| self.stands(*row, version));
        rows
    }

    /// The rows of every kind about two nodes, the latest first. Both ends' chains are walked in step, so
    /// that a profile of one link is found at once beside a device shared by thousands.
    fn rows_between(&self, a: u32, b: u32) -> Vec<u32> {
        let (mut at_a, mut at_b) = (self.rows_at(a), self.rows_at(b));
        let (mut found_a, mut found_b) = (Vec::new(), Vec::new());
        loop {
            match at_a.next() {
                None => return found_a,
                Some((row, other)) if other == b => found_a.push(row),
                Some(_) => {}
            }
            match at_b.next() {
                None => return found_b,
                Some((row, other)) if other == a => found_b.push(row),
                Some(_) => {}
            }
        }
    }

    /// The component of `node` at `version`.
    fn reached(&self, node: u32, version: u32) -> FxHashSet<u32> {
        let mut seen = FxHashSet::from_iter([node]);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for (row, other) in self.rows_at(node) {
                if self.stands(row, version) && seen.insert(other) {
                    open.push(other);
                }
            }
        }
        seen
    }

    fn edge(&self, row: u32) -> IdentityEdge {
        let row = &self.rows[row as usize];
        let (source, reason, time_us) = (self.words.word(row.source), self.words.word(row.reason), row.time_us);
        if let RowKind::Policy(settled) = row.kind {
            // What was read or set is a policy, so its own text is one.
            let policy = policy_of(&reason).unwrap_or_default();
            return IdentityEdge::Policy { policy, settled, source, time_us };
        }
        let profile = |node: u32| ProfileId(self.nodes[node as usize].profile);
        let (a, b) = (profile(row.a), profile(row.b));
        match row.kind {
            RowKind::Seen(strength) => IdentityEdge::Seen { a, b, strength, source, reason, time_us },
            RowKind::Unlink => IdentityEdge::Unlink { a, b, source, reason, time_us },
            RowKind::Withhold => IdentityEdge::Withhold { a, b, source, reason, time_us },
            RowKind::Decision(decision) => IdentityEdge::Decision { a, b, decision, source, reason, time_us },
            RowKind::Link(strength) => IdentityEdge::Link { a, b, strength, source, reason, time_us },
            RowKind::Policy(_) => unreachable!("returned above"),
        }
    }
}

/// The stored form of a policy.
pub(crate) fn policy_text(policy: &Policy) -> String {
    // Strings and numbers always have a JSON form.
    serde_json::to_string(policy).unwrap_or_default()
}

pub(crate) fn policy_of(text: &str) -> Option<Policy> {
    serde_json::from_str(text).ok()
}

/// Sources and reasons, each kept once: a log of millions of edges has a handful of them.
#[derive(Debug, Clone, Default)]
struct Words {
    codes: FxHashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
}

impl Words {
    fn code(&mut self, word: &str) -> u32 {
        if let Some(&code) = self.codes.get(word) {
            return code;
        }
        let (code, word) = (self.words.len() as u32, Arc::<str>::from(word));
        self.words.push(Arc::clone(&word));
        self.codes.insert(word, code);
        code
    }

    fn word(&self, code: u32) -> String {
        self.words[code as usize].to_string()
    }
}

#[cfg(test)]
mod tests;
