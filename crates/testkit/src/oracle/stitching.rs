//! Which identifiers are one customer, from everything that was said at once.
//!
//! The rules stand in `model::stitching`; of its code only the policy's numbers are used here.

use std::collections::{BTreeMap, BTreeSet};

use model::identifier::Kind;
use model::identity::{Identifier, Strength};
use model::limits::DEED_DEVICES_MAX;
use model::stitching::{Decision, NamespaceRules, Policy, Shared};

/// Two identifiers, said to be one: how certainly, and when.
pub type Said = (Identifier, Identifier, Strength, i64);

/// Two identifiers (or one, twice) and what was decided of them; later ones count.
pub type Decided = (Identifier, Identifier, Decision);

type Pair = (Identifier, Identifier);

struct World<'a> {
    policy: &'a Policy,
    pairs: BTreeMap<Pair, Option<(Strength, i64)>>,
    joined: BTreeSet<Pair>,
    apart: BTreeSet<Pair>,
    blocked: BTreeSet<Identifier>,
}

/// Every identifier that is named, with the smallest profile of its customer.
pub fn customers(said: &[Said], decided: &[Decided], policy: &Policy) -> BTreeMap<Identifier, i64> {
    let world = World::new(said, decided, policy);
    let mut sets: Vec<BTreeSet<Identifier>> = said
        .iter()
        .flat_map(|(a, b, ..)| [a, b])
        .chain(decided.iter().flat_map(|(a, b, _)| [a, b]))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|identifier| BTreeSet::from([identifier.clone()]))
        .collect();
    let mut candidates: Vec<&Pair> = world.pairs.keys().filter(|pair| world.may_stand(pair)).collect();
    let levels = world.levels(&candidates);
    candidates.retain(|pair| world.class(pair) >= levels[&pair.0]);
    candidates.sort_by_key(|pair| world.order(pair));
    for pair in candidates {
        let of = |identifier: &Identifier| sets.iter().position(|set| set.contains(identifier)).unwrap();
        let (a, b) = (of(&pair.0), of(&pair.1));
        if a != b && world.may_be_one(&sets[a], &sets[b], world.joined.contains(pair)) {
            let taken = sets[b].clone();
            sets[a].extend(taken);
            sets.remove(b);
        }
    }
    sets.iter()
        .flat_map(|set| {
            let smallest = set.iter().map(|identifier| identifier.profile(0).0).min().unwrap();
            set.iter().map(move |identifier| (identifier.clone(), smallest))
        })
        .collect()
}

fn ordered(a: &Identifier, b: &Identifier) -> Pair {
    if a <= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

impl<'a> World<'a> {
    fn new(said: &[Said], decided: &[Decided], policy: &'a Policy) -> Self {
        let mut world = World {
            policy,
            pairs: BTreeMap::new(),
            joined: BTreeSet::new(),
            apart: BTreeSet::new(),
            blocked: BTreeSet::new(),
        };
        for (a, b, strength, time) in said.iter().filter(|said| said.0 != said.1) {
            let entry = world.pairs.entry(ordered(a, b)).or_insert(Some((*strength, *time)));
            *entry = entry.map(|(best, first)| (best.max(*strength), first.min(*time)));
        }
        for (a, b, decision) in decided {
            let pair = ordered(a, b);
            world.joined.remove(&pair);
            world.apart.remove(&pair);
            if a == b {
                world.blocked.remove(a);
            }
            let _ = match decision {
                Decision::Block => world.blocked.insert(a.clone()),
                Decision::Join => world.joined.insert(pair),
                Decision::KeepApart => world.apart.insert(pair),
                Decision::Undo => false,
            };
        }
        for pair in &world.joined {
            world.pairs.entry(pair.clone()).or_insert(None);
        }
        world
    }

    fn rules(&self, identifier: &Identifier) -> NamespaceRules {
        self.policy.rules(&identifier.namespace)
    }

    fn around(&self, identifier: &Identifier) -> Vec<(&Pair, &Identifier)> {
        self.pairs
            .keys()
            .filter_map(|pair| match (&pair.0 == identifier, &pair.1 == identifier) {
                (true, _) => Some((pair, &pair.1)),
                (_, true) => Some((pair, &pair.0)),
                _ => None,
            })
            .collect()
    }

    fn strength(&self, pair: &Pair) -> Option<Strength> {
        self.pairs[pair].map(|(strength, _)| strength)
    }

    /// All values that aliases make one person.
    fn person(&self, identifier: &Identifier) -> BTreeSet<Identifier> {
        let mut members = BTreeSet::from([identifier.clone()]);
        loop {
            let mut grown = members.clone();
            for member in &members {
                for (pair, other) in self.around(member) {
                    let certain = self.joined.contains(pair) || self.strength(pair) == Some(Strength::Asserted);
                    if certain
                        && !self.apart.contains(pair)
                        && other.namespace == identifier.namespace
                        && !self.blocked.contains(other)
                    {
                        grown.insert(other.clone());
                    }
                }
            }
            if grown.len() == members.len() {
                break;
            }
            members = grown;
        }
        if members.len() > self.policy.customer_identifiers_max as usize {
            return BTreeSet::from([identifier.clone()]);
        }
        members
    }

    /// Whether the links of `at` alone let its pair with `other` stand.
    fn lets(&self, at: &Identifier, other: &Identifier) -> bool {
        let around = self.around(at);
        if around.len() > self.policy.customer_identifiers_max as usize {
            return false;
        }
        let rules = self.rules(at);
        let mut persons: BTreeMap<&str, BTreeMap<BTreeSet<Identifier>, (Strength, i64)>> = BTreeMap::new();
        if rules.kind == Kind::Deed {
            let counts = |(pair, seen): &&(&Pair, &Identifier)| {
                self.rules(seen).kind == Kind::Device
                    && self.strength(pair) > Some(Strength::Weak)
                    && !self.joined.contains(pair)
                    && !self.apart.contains(pair)
                    && !self.blocked.contains(seen)
            };
            let mut devices: Vec<&str> =
                around.iter().filter(counts).map(|(_, seen)| seen.namespace.as_str()).collect();
            devices.sort_unstable();
            if devices.chunk_by(|a, b| a == b).any(|of_one| of_one.len() > DEED_DEVICES_MAX) {
                return false;
            }
        }
        for (pair, seen) in around {
            let Some((strength, time)) = self.pairs[pair] else { continue };
            if strength == Strength::Weak
                || self.joined.contains(pair)
                || self.apart.contains(pair)
                || self.blocked.contains(seen)
                || seen.namespace == at.namespace
                || self.rules(seen).kind != Kind::Person
            {
                continue;
            }
            let person =
                persons.entry(&seen.namespace).or_default().entry(self.person(seen)).or_insert((strength, time));
            *person = (person.0.max(strength), person.1.min(time));
        }
        let most = persons.values().map(BTreeMap::len).max().unwrap_or(0);
        if most > rules.persons_max as usize {
            return false;
        }
        if rules.kind == Kind::Person || most <= 1 {
            return true;
        }
        if rules.shared == Shared::None {
            return false;
        }
        let Some(rivals) = persons.get(other.namespace.as_str()) else { return true };
        let strongest = rivals.values().map(|(strength, _)| *strength).max().unwrap();
        let times = rivals.values().filter(|(strength, _)| *strength == strongest).map(|(_, time)| *time);
        let time = if rules.shared == Shared::Last { times.max().unwrap() } else { times.min().unwrap() };
        let smallest = |person: &BTreeSet<Identifier>| person.iter().map(|one| one.profile(0).0).min();
        let owner =
            rivals.iter().filter(|(_, seen)| **seen == (strongest, time)).min_by_key(|(person, _)| smallest(person));
        owner.unwrap().0.contains(other)
    }

    fn may_stand(&self, pair: &Pair) -> bool {
        if self.blocked.contains(&pair.0) || self.blocked.contains(&pair.1) || self.apart.contains(pair) {
            return false;
        }
        self.joined.contains(pair)
            || (self.strength(pair) > Some(Strength::Weak)
                && self.lets(&pair.0, &pair.1)
                && self.lets(&pair.1, &pair.0))
    }

    fn class(&self, pair: &Pair) -> u8 {
        let person = |identifier: &Identifier| self.rules(identifier).kind == Kind::Person;
        match self.strength(pair) {
            _ if self.joined.contains(pair) => 3,
            Some(Strength::Asserted) => 2,
            _ => u8::from(person(&pair.0) || person(&pair.1)),
        }
    }

    /// The least class of links by which not too many hang together, of everybody with a candidate.
    fn levels(&self, candidates: &[&Pair]) -> BTreeMap<Identifier, u8> {
        let mut levels: BTreeMap<Identifier, u8> =
            candidates.iter().flat_map(|pair| [(pair.0.clone(), 3), (pair.1.clone(), 3)]).collect();
        let all: Vec<Identifier> = levels.keys().cloned().collect();
        for class in (0..3).rev() {
            for one in &all {
                let mut together = BTreeSet::from([one]);
                loop {
                    let linked = candidates.iter().filter(|pair| self.class(pair) >= class);
                    let more: BTreeSet<&Identifier> = linked
                        .filter(|pair| together.contains(&pair.0) || together.contains(&pair.1))
                        .flat_map(|pair| [&pair.0, &pair.1])
                        .collect();
                    let before = together.len();
                    together.extend(more);
                    if together.len() == before {
                        break;
                    }
                }
                if together.len() <= self.policy.reach() {
                    levels.insert(one.clone(), class);
                }
            }
        }
        levels
    }

    fn order(&self, pair: &Pair) -> (u8, i16, i16, i64, i64, i64) {
        let (a, b) = (i16::from(self.rules(&pair.0).priority), i16::from(self.rules(&pair.1).priority));
        let class = match self.strength(pair) {
            _ if self.joined.contains(pair) => 0,
            Some(Strength::Asserted) => 1,
            _ => 2,
        };
        let (x, y) = (pair.0.profile(0).0, pair.1.profile(0).0);
        (class, -a.min(b), -a.max(b), self.pairs[pair].map_or(i64::MAX, |(_, time)| time), x.min(y), x.max(y))
    }

    fn may_be_one(&self, a: &BTreeSet<Identifier>, b: &BTreeSet<Identifier>, decided: bool) -> bool {
        let crosses = |(x, y): &Pair| (a.contains(x) && b.contains(y)) || (a.contains(y) && b.contains(x));
        if self.apart.iter().any(crosses) {
            return false;
        }
        if decided {
            return true;
        }
        if a.len() + b.len() > self.policy.customer_identifiers_max as usize {
            return false;
        }
        let namespaces: BTreeSet<&str> = a.iter().chain(b).map(|identifier| identifier.namespace.as_str()).collect();
        namespaces.into_iter().all(|namespace| {
            let Some(max) = self.policy.rules(namespace).per_customer_max else { return true };
            let persons = |sets: &[&BTreeSet<Identifier>]| {
                let of = sets.iter().flat_map(|set| set.iter()).filter(|one| one.namespace == namespace);
                of.map(|one| self.person(one)).collect::<BTreeSet<_>>().len()
            };
            let both = persons(&[a, b]);
            both <= max as usize || both == persons(&[a]) || both == persons(&[b])
        })
    }
}
