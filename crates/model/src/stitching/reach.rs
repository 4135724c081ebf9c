//! How far candidate links reach, and what is left out where they reach too far.
//!
//! Each node has a level: the smallest class of links by which no more than [`super::Policy::reach`] identifiers hang
//! together around it. That is a property of what was said, decided and set, and of nothing else; here it is kept right
//! step by step. A walk ends where it has seen enough, so what hangs together without end costs no more than the bound.

use rustc_hash::FxHashSet;

use super::evaluate::Known;
use super::{Decision, Pair, Stitcher};
use crate::identifier::Kind;
use crate::identity::Strength;

/// Only decided links: there are as many as people made.
const DECIDED: u8 = 3;

impl Stitcher {
    /// How sure a pair is: 3 decided, 2 asserted, 1 observed of a person, 0 observed of two things.
    pub(super) fn class(&self, pair: &Pair) -> u8 {
        if pair.decided == Some(Decision::Join) {
            DECIDED
        } else if pair.strength() == Some(Strength::Asserted) {
            2
        } else {
            u8::from(self.rules(pair.a).kind == Kind::Person || self.rules(pair.b).kind == Kind::Person)
        }
    }

    /// Levels are right for what was said so far: to be called before anything is asked, once what was replayed is named.
    /// Costs nothing where nothing was replayed since.
    pub fn measure(&mut self) {
        if self.measured {
            return;
        }
        self.measured = true;
        self.nodes.iter_mut().for_each(|node| node.level = 0);
        if self.is_small() {
            return;
        }
        let crowded = self.crowded();
        self.level(crowded, &mut Known::default());
    }

    /// What a change does to levels is found from those before it.
    pub(super) fn measure_before_change(&mut self) {
        if !self.replaying {
            self.measure();
        }
    }

    /// Levels are right for what was touched. Gives what is to be judged: what was touched, and whose level is another.
    pub(super) fn measure_touched(&mut self) -> Vec<u32> {
        let touched: Vec<u32> = self.touched.drain().collect();
        if !self.measured {
            // Everything is touched.
            self.measure();
            return touched;
        }
        if self.is_small() {
            return touched;
        }
        let mut all: FxHashSet<u32> = touched.iter().copied().collect();
        all.extend(self.level(touched, &mut Known::default()));
        all.into_iter().collect()
    }

    /// Whether all there is may hang together.
    fn is_small(&self) -> bool {
        self.nodes.len() <= self.policy.reach()
    }

    /// Nodes of what may hang together too far: taking every live pair for a candidate, but those of what is common.
    fn crowded(&self) -> Vec<u32> {
        let mut parents: Vec<u32> = (0..self.nodes.len() as u32).collect();
        let mut sizes = vec![1usize; self.nodes.len()];
        let common = |node: u32| self.nodes[node as usize].live > self.policy.customer_identifiers_max;
        for pair in &self.pairs {
            let decided = pair.decided == Some(Decision::Join);
            if !pair.is_live() || (!decided && (common(pair.a) || common(pair.b))) {
                continue;
            }
            let (a, b) = (super::evaluate::root(&mut parents, pair.a), super::evaluate::root(&mut parents, pair.b));
            if a != b {
                let (small, large) = if sizes[a as usize] < sizes[b as usize] { (a, b) } else { (b, a) };
                parents[small as usize] = large;
                sizes[large as usize] += sizes[small as usize];
            }
        }
        let reach = self.policy.reach();
        (0..self.nodes.len() as u32)
            .filter(|node| sizes[super::evaluate::root(&mut parents, *node) as usize] > reach)
            .collect()
    }

    /// Sets the levels of what these nodes, of which each changed link has both ends, hang together with. Gives the nodes
    /// whose level is another.
    ///
    /// Whoever is at a level because less hung together until now is found from a changed link through others like it.
    fn level(&mut self, seeds: Vec<u32>, known: &mut Known) -> FxHashSet<u32> {
        let mut changed = FxHashSet::default();
        let mut seeds = seeds;
        for class in 0..DECIDED {
            let (mut settled, mut over) = (FxHashSet::default(), FxHashSet::default());
            let mut risen = FxHashSet::default();
            for seed in seeds {
                if settled.contains(&seed) {
                    continue;
                }
                match self.reached(seed, class, &over, known) {
                    Ok(members) => {
                        for member in members {
                            self.set_level(member, class, &mut changed);
                            settled.insert(member);
                        }
                    }
                    Err(members) => {
                        over.extend(members);
                        self.rise(seed, class, &mut risen, known);
                    }
                }
            }
            seeds = risen.into_iter().collect();
        }
        for seed in seeds {
            self.set_level(seed, DECIDED, &mut changed);
        }
        changed
    }

    fn set_level(&mut self, node: u32, level: u8, changed: &mut FxHashSet<u32>) {
        if std::mem::replace(&mut self.nodes[node as usize].level, level) != level {
            changed.insert(node);
        }
    }

    /// All that links of a class reach from a node; as an error as much of it as was seen until it was too much.
    fn reached(&self, seed: u32, class: u8, over: &FxHashSet<u32>, known: &mut Known) -> Result<Vec<u32>, Vec<u32>> {
        let reach = self.policy.reach();
        let mut seen = FxHashSet::from_iter([seed]);
        let mut members = vec![seed];
        let (mut at, mut too_much) = (0, over.contains(&seed));
        while at < members.len() && !too_much {
            self.each_candidate(members[at], class, known, |other| {
                if seen.insert(other) {
                    members.push(other);
                    too_much |= over.contains(&other);
                }
            });
            at += 1;
            too_much |= members.len() > reach;
        }
        if too_much { Err(members) } else { Ok(members) }
    }

    /// From a node of what is too much at a class, those that were not above it so far; the node itself in any case.
    fn rise(&self, seed: u32, class: u8, risen: &mut FxHashSet<u32>, known: &mut Known) {
        let mut waiting = Vec::from_iter(risen.insert(seed).then_some(seed));
        while let Some(node) = waiting.pop() {
            if self.nodes[node as usize].level > class {
                continue;
            }
            self.each_candidate(node, class, known, |other| {
                if self.nodes[other as usize].level <= class && risen.insert(other) {
                    waiting.push(other);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, Statement};
    use super::*;
    use crate::identity::ProfileId;

    fn say(stitcher: &mut Stitcher, a: i64, b: i64, time_us: i64) {
        let (a, b) = (ProfileId(a), ProfileId(b));
        stitcher.say(&Statement { a, b, strength: Strength::Observed, source: "web", time_us });
    }

    /// An append notes what it judged from its own record: that must not cost a look at everything.
    #[test]
    fn what_was_judged_and_comes_back_from_the_log_is_not_measured_again() {
        let mut stitcher = Stitcher::new(Policy { connected_identifiers_max: Some(2), ..Policy::default() });
        (0..8).for_each(|n| stitcher.name(ProfileId(n), "user_id"));
        for n in 0..7 {
            say(&mut stitcher, n, n + 1, n);
            let changes = stitcher.changes();
            stitcher.replay(|stitcher| {
                say(stitcher, n, n + 1, n);
                changes.iter().for_each(|change| stitcher.stand(change.a, change.b, change.why.is_none()));
            });
            assert!(stitcher.measured, "statement {n}");
        }
        stitcher.replay(|stitcher| say(stitcher, 0, 1, -1));
        assert!(!stitcher.measured, "said earlier by another writer");
    }
}
