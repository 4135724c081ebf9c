//! What was said and decided, whether it stands or not: the evidence of a case, and what is judged again.

use std::collections::BTreeMap;

use model::identity::{IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Policy};
use rustc_hash::FxHashSet;

use super::{IdentityGraph, RowKind};
use crate::rules::PolicyVersion;

impl IdentityGraph {
    /// What was said of two profiles and not taken back, the latest first: links and statements that are withheld.
    pub fn said_between(&self, a: ProfileId, b: ProfileId) -> Vec<IdentityEdge> {
        let (Some(&a), Some(&b)) = (self.node_of.get(&a.0), self.node_of.get(&b.0)) else { return Vec::new() };
        let (mut said, mut once) = (Vec::new(), FxHashSet::default());
        for row in self.rows_between(a, b) {
            let held = &self.rows[row as usize];
            match held.kind {
                // What stands again after it did not is written down again, and was said once.
                RowKind::Link(strength) | RowKind::Seen(strength)
                    if strength != Strength::Decided
                        && once.insert((strength, held.source, held.reason, held.time_us)) =>
                {
                    said.push(self.edge(row));
                }
                RowKind::Unlink => break,
                _ => {}
            }
        }
        said
    }

    /// The decisions in force, in the order they were made.
    pub fn decisions(&self) -> Vec<IdentityEdge> {
        let mut last: BTreeMap<(ProfileId, ProfileId), u32> = BTreeMap::new();
        for &row in &self.decisions {
            last.insert(self.edge(row).ends(), row);
        }
        let mut rows: Vec<u32> = last.into_values().filter(|row| self.is_in_force(*row)).collect();
        rows.sort_unstable();
        rows.into_iter().map(|row| self.edge(row)).collect()
    }

    /// The decision in force about two profiles.
    pub(crate) fn decision_between(&self, a: ProfileId, b: ProfileId) -> Option<IdentityEdge> {
        let (a, b) = (*self.node_of.get(&a.0)?, *self.node_of.get(&b.0)?);
        let is_decision = |row: &u32| matches!(self.rows[*row as usize].kind, RowKind::Decision(_));
        let last = self.rows_between(a, b).into_iter().find(is_decision);
        last.filter(|row| self.is_in_force(*row)).map(|row| self.edge(row))
    }

    /// Whether a decision, the last one about its profiles, was neither undone nor, if it joined them, taken back.
    fn is_in_force(&self, row: u32) -> bool {
        let held = &self.rows[row as usize];
        match held.kind {
            RowKind::Decision(Decision::Undo) => false,
            RowKind::Decision(Decision::Join) => !self
                .rows_between(held.a, held.b)
                .into_iter()
                .any(|later| later > row && self.rows[later as usize].kind == RowKind::Unlink),
            _ => true,
        }
    }

    /// The policies that were set and settled, in order.
    pub(crate) fn policies(&self) -> Vec<PolicyVersion> {
        let settled = (0..self.rows.len() as u32)
            .filter(|row| self.rows[*row as usize].kind == RowKind::Policy(true))
            .map(|row| self.edge(row));
        let mut policies: Vec<PolicyVersion> = Vec::new();
        for edge in settled {
            if let IdentityEdge::Policy { policy, source: by, time_us, .. } = edge {
                let version = policies.len() as u32 + 1;
                policies.push(PolicyVersion { version, policy, by, time_us });
            }
        }
        policies
    }

    /// The last policy that was set, and whether everything before was judged by it.
    pub(crate) fn policy(&self) -> Option<(Policy, bool)> {
        (0..self.rows.len() as u32).rev().find_map(|row| match self.rows[row as usize].kind {
            RowKind::Policy(settled) => match self.edge(row) {
                IdentityEdge::Policy { policy, .. } => Some((policy, settled)),
                _ => None,
            },
            _ => None,
        })
    }
}
