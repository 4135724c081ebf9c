//! Judging: the rules of the module above, over the surroundings of some profiles.
//!
//! Surroundings are what candidate links reach: those that rules 1 to 5 leave. Nothing outside of them can change a
//! verdict inside, so judging them anew after a change gives what judging everything would give.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Decision, Judged, Node, Pair, Shared, Stitcher, Why};
use crate::identifier::Kind;
use crate::identity::{ProfileId, Strength};
use crate::limits::DEED_DEVICES_MAX;

/// What the links of one node alone say (rules 1, 4 and 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Local {
    Free,
    Blocked,
    Common,
    /// Of the persons it was seen with, it goes with these; by namespace, a person's smallest node.
    Chosen(BTreeMap<u16, u32>),
    /// Several persons use it and it goes with nobody.
    Nobody,
}

/// What one judgement works out once.
#[derive(Debug, Default)]
pub(super) struct Known {
    local: FxHashMap<u32, Local>,
    person: FxHashMap<u32, u32>,
}

/// How links are taken: the smallest first.
type Order = (u8, Reverse<u8>, Reverse<u8>, i64, i64, i64);

/// A customer in the making; kept right at roots.
#[derive(Debug, Default)]
struct Cluster {
    size: u32,
    /// Persons (their smallest nodes) of each namespace with a limit.
    values: BTreeMap<u16, Vec<u32>>,
    /// Nodes that some member is to be kept apart from.
    apart: Vec<u32>,
}

impl Stitcher {
    /// Judges every pair that was said of the nodes in the components around `seeds`.
    /// `None` once `go_on`, which is told the size of each, says no.
    pub(super) fn judge(&self, seeds: &[u32], mut go_on: impl FnMut(usize) -> bool) -> Option<Vec<Judged>> {
        let mut known = Known::default();
        let mut seen = FxHashSet::default();
        let mut judged = FxHashMap::default();
        for &seed in seeds {
            if seen.insert(seed) {
                let members = self.component(seed, &mut seen, &mut known);
                self.judge_component(&members, &mut known, &mut judged);
                if !go_on(members.len()) {
                    return None;
                }
            }
        }
        Some(judged.into_values().collect())
    }

    /// The nodes that a node and other, certain ones of its namespace are one person with, by aliases and decisions.
    pub(super) fn person(&self, node: u32) -> Vec<u32> {
        let mut members = vec![node];
        let Node { namespace, blocked, .. } = self.nodes[node as usize];
        if blocked {
            // Nor do the others find it: one person, whoever asks first.
            return members;
        }
        let mut at = 0;
        while at < members.len() {
            for &pair in &self.nodes[members[at] as usize].pairs {
                let held = &self.pairs[pair as usize];
                let other = held.other(members[at]);
                let certain = held.decided == Some(Decision::Join) || held.strength() >= Some(Strength::Asserted);
                let node = &self.nodes[other as usize];
                let joins = certain && held.decided != Some(Decision::KeepApart);
                if joins && node.namespace == namespace && namespace != 0 && !node.blocked && !members.contains(&other)
                {
                    members.push(other);
                }
            }
            at += 1;
            if members.len() > self.policy.customer_identifiers_max as usize {
                // Not one person: each of them would find as many.
                return vec![node];
            }
        }
        members
    }

    /// The smallest profile's node of a person.
    fn person_of(&self, node: u32, known: &mut Known) -> u32 {
        if let Some(&person) = known.person.get(&node) {
            return person;
        }
        let members = self.person(node);
        let smallest =
            members.iter().copied().min_by_key(|member| self.nodes[*member as usize].profile).unwrap_or(node);
        known.person.extend(members.into_iter().map(|member| (member, smallest)));
        smallest
    }

    fn local<'a>(&self, node: u32, known: &'a mut Known) -> &'a Local {
        if !known.local.contains_key(&node) {
            let local = self.local_of(node, known);
            known.local.insert(node, local);
        }
        &known.local[&node]
    }

    fn local_of(&self, node: u32, known: &mut Known) -> Local {
        let held = &self.nodes[node as usize];
        if held.blocked {
            return Local::Blocked;
        }
        if held.live > self.policy.customer_identifiers_max {
            return Local::Common;
        }
        let rules = *self.rules(node);
        // By namespace, the persons it was seen with, each with how strongly and since when.
        let mut persons: BTreeMap<u16, BTreeMap<u32, (Strength, i64)>> = BTreeMap::new();
        for &pair in &held.pairs {
            let pair = &self.pairs[pair as usize];
            let other = pair.other(node);
            let namespace = self.nodes[other as usize].namespace;
            let foreign = namespace != 0 && namespace != held.namespace;
            let person = foreign && self.rules(other).kind == Kind::Person && !self.nodes[other as usize].blocked;
            let Some(strength) = pair.strength().filter(|strength| *strength > Strength::Weak) else { continue };
            if person && pair.decided.is_none() {
                let person = self.person_of(other, known);
                let best = persons.entry(namespace).or_default().entry(person).or_insert((strength, pair.time_us()));
                *best = (best.0.max(strength), best.1.min(pair.time_us()));
            }
        }
        let most = persons.values().map(BTreeMap::len).max().unwrap_or(0);
        if most > rules.persons_max as usize || self.is_many_devices_deed(node) {
            return Local::Common;
        }
        if rules.kind == Kind::Person || most <= 1 {
            return Local::Free;
        }
        let first = |(person, (strength, time)): (&u32, &(Strength, i64))| {
            let time = if rules.shared == Shared::Last { time.wrapping_neg() } else { *time };
            (Reverse(*strength), time, self.nodes[*person as usize].profile)
        };
        if rules.shared == Shared::None {
            return Local::Nobody;
        }
        Local::Chosen(
            persons
                .iter()
                .filter_map(|(namespace, persons)| {
                    Some((*namespace, *persons.iter().min_by_key(|entry| first(*entry))?.0))
                })
                .collect(),
        )
    }

    /// Whether it is a deed that more devices were seen with than one customer does it on.
    fn is_many_devices_deed(&self, node: u32) -> bool {
        if self.rules(node).kind != Kind::Deed {
            return false;
        }
        let held = &self.nodes[node as usize];
        let mut devices: BTreeMap<u16, usize> = BTreeMap::new();
        for &pair in &held.pairs {
            let pair = &self.pairs[pair as usize];
            let other = pair.other(node);
            let Node { namespace, blocked, .. } = self.nodes[other as usize];
            let is_said = pair.strength() > Some(Strength::Weak) && pair.decided.is_none();
            if is_said && !blocked && namespace != 0 && self.rules(other).kind == Kind::Device {
                *devices.entry(namespace).or_default() += 1;
            }
        }
        devices.values().any(|devices| *devices > DEED_DEVICES_MAX)
    }

    /// Why the links of `node` alone withhold its pair with `other`.
    fn refused_by(&self, node: u32, other: u32, known: &mut Known) -> Option<Why> {
        let namespace = self.nodes[other as usize].namespace;
        let person = match self.local(node, known) {
            Local::Free => return None,
            Local::Blocked => return Some(Why::Blocked),
            Local::Common => return Some(Why::Common),
            Local::Nobody => return Some(Why::Shared),
            Local::Chosen(chosen) => *chosen.get(&namespace)?,
        };
        (self.person_of(other, known) != person).then_some(Why::Shared)
    }

    /// Why rules 1 to 5 withhold a pair that was said or decided, with the node they speak of.
    fn refused(&self, pair: &Pair, known: &mut Known) -> Option<(Why, u32)> {
        if !pair.is_live() {
            return Some((Why::Withdrawn, self.weaker(pair)));
        }
        // Never by which of the two was named first.
        let a = self.weaker(pair);
        let b = pair.other(a);
        for node in [a, b] {
            if self.nodes[node as usize].blocked {
                return Some((Why::Blocked, node));
            }
        }
        match pair.decided {
            Some(Decision::KeepApart) => return Some((Why::KeptApart, a)),
            Some(_) => return None,
            None => {}
        }
        if pair.strength() == Some(Strength::Weak) {
            return Some((Why::Weak, a));
        }
        let mut found = self.refused_by(a, b, known).map(|why| (why, a));
        if let Some(why) = self.refused_by(b, a, known) {
            // What is common says less than what is shared.
            found = found.filter(|(first, _)| *first >= why).or(Some((why, b)));
        }
        found
    }

    fn weaker(&self, pair: &Pair) -> u32 {
        let key = |node: u32| (self.rules(node).priority, self.nodes[node as usize].profile);
        if key(pair.a) <= key(pair.b) { pair.a } else { pair.b }
    }

    /// What candidate links reach from `seed`, of the classes that count there.
    fn component(&self, seed: u32, seen: &mut FxHashSet<u32>, known: &mut Known) -> Vec<u32> {
        let level = self.nodes[seed as usize].level;
        let mut members = vec![seed];
        let mut at = 0;
        while at < members.len() {
            let node = members[at];
            at += 1;
            self.each_candidate(node, level, known, |other| {
                if seen.insert(other) {
                    members.push(other);
                }
            });
        }
        members
    }

    /// Tells the other ends of a node's pairs that rules 1 to 5 leave and that are of a class or a surer one.
    pub(super) fn each_candidate(&self, node: u32, class: u8, known: &mut Known, mut tell: impl FnMut(u32)) {
        if matches!(self.local(node, known), Local::Blocked) {
            return;
        }
        for &pair in &self.nodes[node as usize].pairs {
            let held = &self.pairs[pair as usize];
            if held.is_live() && self.class(held) >= class && self.refused(held, known).is_none() {
                tell(held.other(node));
            }
        }
    }

    fn order(&self, pair: &Pair) -> Order {
        let (a, b) = (self.rules(pair.a).priority, self.rules(pair.b).priority);
        let class = match (pair.decided, pair.strength()) {
            (Some(Decision::Join), _) => 0,
            (_, Some(Strength::Asserted)) => 1,
            _ => 2,
        };
        let (x, y) = (self.nodes[pair.a as usize].profile, self.nodes[pair.b as usize].profile);
        (class, Reverse(a.min(b)), Reverse(a.max(b)), pair.time_us(), x.min(y), x.max(y))
    }

    /// Rule 6 over one component, and the verdict of every pair of its members.
    fn judge_component(&self, members: &[u32], known: &mut Known, judged: &mut FxHashMap<u32, Judged>) {
        let place: FxHashMap<u32, u32> = members.iter().enumerate().map(|(at, node)| (*node, at as u32)).collect();
        let mut candidates = Vec::new();
        let mut said = Vec::new();
        for &node in members {
            for &pair in &self.nodes[node as usize].pairs {
                let held = &self.pairs[pair as usize];
                if !(held.is_live() || held.stands) || (held.a != node && place.contains_key(&held.a)) {
                    continue;
                }
                let cut = self.class(held) < self.nodes[node as usize].level;
                let refused = self.refused(held, known).or_else(|| cut.then(|| (Why::TooLarge, self.weaker(held))));
                said.push((pair, refused));
                if refused.is_none() {
                    candidates.push((self.order(held), pair));
                }
            }
        }
        candidates.sort_unstable();
        let mut clusters: Vec<Cluster> = members.iter().map(|node| self.cluster_of(*node, known)).collect();
        let mut parents: Vec<u32> = (0..members.len() as u32).collect();
        let mut conflicts: FxHashMap<u32, (Why, Option<u16>)> = FxHashMap::default();
        for (_, pair) in candidates {
            let held = &self.pairs[pair as usize];
            let (a, b) = (root(&mut parents, place[&held.a]), root(&mut parents, place[&held.b]));
            if a == b {
                continue;
            }
            let decided = held.decided == Some(Decision::Join);
            let in_cluster = |node: &u32, of: u32, parents: &mut Vec<u32>| {
                place.get(node).is_some_and(|place| root(parents, *place) == of)
            };
            let apart = clusters[a as usize].apart.iter().any(|node| in_cluster(node, b, &mut parents));
            let refused = match apart {
                true => Some((Why::KeptApart, None)),
                false if decided => None,
                false => self.too_much(&clusters[a as usize], &clusters[b as usize]),
            };
            match refused {
                Some(refused) => {
                    conflicts.insert(pair, refused);
                }
                None => {
                    let (small, large) =
                        if clusters[a as usize].size < clusters[b as usize].size { (a, b) } else { (b, a) };
                    parents[small as usize] = large;
                    let taken = std::mem::take(&mut clusters[small as usize]);
                    clusters[large as usize].take(taken);
                }
            }
        }
        for (pair, refused) in said {
            let held = &self.pairs[pair as usize];
            let of = |node: u32, parents: &mut Vec<u32>| place.get(&node).map(|place| root(parents, *place));
            let (a, b) = (of(held.a, &mut parents), of(held.b, &mut parents));
            let final_word = matches!(refused, Some((Why::Blocked | Why::KeptApart | Why::Withdrawn, _)));
            let (why, namespace, subject) = match (refused, conflicts.get(&pair)) {
                _ if a.is_some() && a == b && !final_word => (None, None, self.weaker(held)),
                (Some((why, subject)), _) => (Some(why), None, subject),
                (None, Some((why, namespace))) => (Some(*why), *namespace, self.weaker(held)),
                (None, None) => (None, None, self.weaker(held)),
            };
            let profile = |node: u32| ProfileId(self.nodes[node as usize].profile);
            let (x, y) = (profile(held.a), profile(held.b));
            judged.insert(pair, Judged { a: x.min(y), b: x.max(y), why, namespace, subject: profile(subject) });
        }
    }

    fn cluster_of(&self, node: u32, known: &mut Known) -> Cluster {
        let mut cluster = Cluster { size: 1, ..Cluster::default() };
        let held = &self.nodes[node as usize];
        if held.namespace != 0 && self.rules(node).per_customer_max.is_some() {
            cluster.values.insert(held.namespace, vec![self.person_of(node, known)]);
        }
        let apart = held.pairs.iter().map(|pair| &self.pairs[*pair as usize]);
        cluster.apart =
            apart.filter(|pair| pair.decided == Some(Decision::KeepApart)).map(|pair| pair.other(node)).collect();
        cluster
    }

    /// Whether two clusters together have too many of something that neither has too many of.
    fn too_much(&self, a: &Cluster, b: &Cluster) -> Option<(Why, Option<u16>)> {
        let conflicts = a.values.iter().filter_map(|(namespace, values)| {
            let others = b.values.get(namespace)?;
            let max = self.namespaces[usize::from(*namespace)].1.per_customer_max.unwrap_or(u32::MAX) as usize;
            let more = others.iter().filter(|value| !values.contains(value)).count();
            let all = values.len() + more;
            (all > max && more > 0 && all > others.len()).then_some(*namespace)
        });
        // Of several the first by name: codes are given in order of arrival.
        if let Some(namespace) = conflicts.min_by_key(|namespace| self.namespace(*namespace)) {
            return Some((Why::Conflict, Some(namespace)));
        }
        (a.size + b.size > self.policy.customer_identifiers_max).then_some((Why::TooLarge, None))
    }
}

impl Cluster {
    fn take(&mut self, other: Cluster) {
        self.size += other.size;
        self.apart.extend(other.apart);
        for (namespace, values) in other.values {
            let own = self.values.entry(namespace).or_default();
            for value in values {
                if !own.contains(&value) {
                    own.push(value);
                }
            }
        }
    }
}

pub(super) fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}
