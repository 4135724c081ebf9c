//! What comes next after the last few labels: a Markov model of order 1 to 3 with back-off.
//!
//! The probability of the next label b after the labels … z a is told from how often b followed them, mixed with the
//! probability one label less tells, as an m-estimate: *p₁ = (n(a b) + p₀(b)) ÷ (n(a) + 1)*, and from order 2 on
//! *pₖ = (n(… b) + 5 pₖ₋₁) ÷ (n(…) + 5)*; *p₀* is how often b follows anything. The end is a next label like others. So a
//! context that was hardly seen says what its shorter one says, and one that was never seen says exactly that.

use std::collections::BTreeMap;

use super::{CONTEXT_MAX, State, Transitions, labelled};
use crate::slice::Slice;

/// Weight of the shorter context in the longer one, in observations, for order 1 and for higher ones.
const BACK_OFF: [f64; 2] = [1.0, 5.0];

/// What comes next after some labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NextSteps {
    /// How often the last label was seen, the last two, and so on up to all that were given.
    pub seen: Vec<u64>,
    /// Most probable first, equally probable ones in the order of their labels.
    pub next: Vec<Next>,
}

/// One label that may come next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Next {
    /// 0: the end.
    pub label: u32,
    /// How often it followed all the labels that were given.
    pub count: u64,
    pub probability: f64,
}

impl Transitions {
    pub(super) fn count_contexts(&self, state: &mut State, subject: &Slice<'_>) {
        let mut before = [0; CONTEXT_MAX];
        let mut count = |before: [u32; CONTEXT_MAX], next: u32| {
            let [third, second, first] = before;
            if second != 0 {
                let third = if self.config.context >= CONTEXT_MAX { third } else { 0 };
                *state.contexts.entry([third, second, first, next]).or_default() += 1;
            }
        };
        for (_, label) in labelled(subject) {
            count(before, label);
            before = [before[1], before[2], label];
        }
        count(before, 0);
    }
}

impl State {
    /// What comes next after these labels, the last one last. Only as many count as the configuration looked back; more
    /// than that are not read.
    pub fn next_steps(&self, after: &[u32]) -> NextSteps {
        let nodes = self.nodes();
        let all: u64 = nodes.iter().map(|(_, node)| node.events).sum();
        if all == 0 {
            return NextSteps { seen: vec![0; after.len()], next: Vec::new() };
        }
        // How often each label, or the end, follows anything: all events but the first of each subject, and all ends.
        let ends: u64 = nodes.iter().map(|(_, node)| node.ended()).sum();
        let follow = nodes.iter().map(|(label, node)| (*label, node.events - node.starts));
        let labels: Vec<(u32, u64)> = std::iter::once((0, ends)).chain(follow).collect();
        let mut chances: Vec<f64> = labels.iter().map(|(_, count)| *count as f64 / all as f64).collect();
        let mut counts = vec![0; labels.len()];
        let mut seen = Vec::new();
        for order in 1..=after.len().min(CONTEXT_MAX) {
            let followers = self.followers(&after[after.len() - order..]);
            let here: u64 = followers.values().sum();
            let weight = BACK_OFF[order.min(2) - 1];
            for (i, (label, _)) in labels.iter().enumerate() {
                counts[i] = followers.get(label).copied().unwrap_or(0);
                chances[i] = (counts[i] as f64 + weight * chances[i]) / (here as f64 + weight);
            }
            seen.push(here);
        }
        let rows = labels.iter().zip(chances).zip(counts);
        let mut next: Vec<Next> =
            rows.map(|(((label, _), probability), count)| Next { label: *label, count, probability }).collect();
        next.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.label.cmp(&b.label)));
        NextSteps { seen, next }
    }

    /// How often each label, or the end (0), directly follows these.
    fn followers(&self, after: &[u32]) -> BTreeMap<u32, u64> {
        let mut followers = BTreeMap::new();
        match after {
            [] => {}
            [label] => {
                let edges = self.edges.iter().filter(|((from, _), _)| from == label);
                followers.extend(edges.map(|((_, to), edge)| (to, edge.count)));
                let ended = self.node(*label).map_or(0, |node| node.ended());
                followers.extend((ended > 0).then_some((0, ended)));
            }
            _ => {
                for ([before @ .., next], count) in &self.contexts {
                    if before.ends_with(after) {
                        *followers.entry(*next).or_default() += count;
                    }
                }
            }
        }
        followers
    }
}
