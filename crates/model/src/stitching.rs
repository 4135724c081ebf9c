//! Which of the things that were said about identities hold, under a policy.
//!
//! What is said (two identifiers on one event, an alias, a person's decision) is a set: every answer here is a function
//! of that set and the policy, never of the order in which it came, so that a late file, a second import or a split of
//! one changes nobody. The rules, in the order they are looked at:
//!
//! 1. A **blocked** identifier joins nobody.
//! 2. Two that a person decided to **keep apart** are never one customer, whatever links them. What a person decided to
//!    be one stands against every rule below.
//! 3. A statement is **weak** (a likeness: never stands by itself), **observed** (both on one event) or **asserted** (an
//!    alias: two values of one person's namespace on one event, or a system of record).
//! 4. An identifier seen with more persons than its namespace allows, or with more identifiers than a customer may have,
//!    is **common** property and joins nobody; so is an order seen with more devices than one customer orders on.
//! 5. A device, address or order **shared** by several persons belongs to the first, to the last, or to nobody. Persons
//!    are told apart by values of one namespace; values that an alias joins are one person.
//! 6. What is left is taken in order: decided, asserted, observed; then the higher priority of the weaker end, then of
//!    the stronger one; then the earlier; then by the identifiers themselves. A link is withheld if it would give one
//!    customer too many values of a namespace (**conflict**: for a login one, unless an alias joins them), or too
//!    many identifiers (**too large**).
//!
//! A statement whose two ends are one customer in the end stands, also where rule 4 to 6 did not need it.
//!
//! **Reach.** What might stand by rules 1 to 5 hangs together, and rule 6 is taken over all of that. Where it hangs together
//! over more than [`Policy::reach`] identifiers, only surer links are candidates there: those with a person's end; where
//! that is still too much, only asserted ones; then only decided ones. The others are withheld as **too large**. So no
//! append ever looks at more than that many identifiers around one, and what is cut is asked of people.
//! Pure: profiles are numbers, no clock. Not here: where it is kept, and how links move rows (the lake).

mod evaluate;
mod policy;
mod reach;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_64;

use crate::identifier::Kind;
use crate::identity::{ProfileId, Strength};

pub use policy::{NamespacePolicy, NamespaceRules, Policy, PolicyFault, Shared};

/// Somebody said that two profiles are one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    pub a: ProfileId,
    pub b: ProfileId,
    pub strength: Strength,
    pub source: &'a str,
    /// When it was first seen.
    pub time_us: i64,
}

/// What a person decided of two profiles, or of one identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = IdentityDecision)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The two are one customer.
    Join,
    /// The two are never one customer.
    KeepApart,
    /// The identifier joins nobody. Said of one profile (both ends the same).
    Block,
    /// Takes an earlier decision about the same back.
    Undo,
}

/// Why something that was said does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = IdentityWhy)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// One of the two is blocked.
    Blocked,
    /// A person decided that the two are different customers.
    KeptApart,
    /// A likeness alone joins nobody.
    Weak,
    /// The identifier is used by several persons and belongs to another of them, or to nobody.
    Shared,
    /// The identifier was seen with so many that it says nothing.
    Common,
    /// One customer would have too many values of a namespace.
    Conflict,
    /// One customer would have too many identifiers.
    TooLarge,
    /// Nobody says it any more.
    Withdrawn,
}

impl Why {
    /// Whether a person is asked: what a person decided is settled.
    pub fn asks(self) -> bool {
        !matches!(self, Why::Blocked | Why::KeptApart | Why::Withdrawn)
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Why::Blocked => "blocked",
            Why::KeptApart => "kept_apart",
            Why::Weak => "weak",
            Why::Shared => "shared",
            Why::Common => "common",
            Why::Conflict => "conflict",
            Why::TooLarge => "too_large",
            Why::Withdrawn => "withdrawn",
        }
    }
}

/// A statement about two profiles, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Judged {
    /// The smaller profile.
    pub a: ProfileId,
    pub b: ProfileId,
    /// Why it is withheld; `None`: it stands.
    pub why: Option<Why>,
    /// Of a conflict: the namespace.
    pub namespace: Option<u16>,
    /// Whose case it is: the shared or common identifier, else the weaker end.
    pub subject: ProfileId,
}

/// Everything that was said, decided and set, and which of it stands.
///
/// About 150 bytes a pair that was said and 60 a profile in one.
#[derive(Debug, Clone)]
pub struct Stitcher {
    policy: Policy,
    /// By code; the first is that of profiles no event has named.
    namespaces: Vec<(String, NamespaceRules)>,
    node_of: FxHashMap<i64, u32>,
    nodes: Vec<Node>,
    pair_of: FxHashMap<(u32, u32), u32>,
    pairs: Vec<Pair>,
    /// Pairs that were said and do not stand, and whose ends are not known to be settled.
    withheld: FxHashSet<u32>,
    /// Nodes whose surroundings are to be judged again.
    touched: FxHashSet<u32>,
    /// Whether [`Node::level`] is right for everything that is not touched.
    measured: bool,
    /// What is taken over comes with its judgement, and touches nothing.
    replaying: bool,
}

#[derive(Debug, Clone)]
struct Node {
    profile: i64,
    namespace: u16,
    blocked: bool,
    /// Links below this class are no candidates here, because too much hangs together by them; see `reach`.
    level: u8,
    /// Pairs that are said or decided to be one.
    live: u32,
    pairs: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Pair {
    a: u32,
    b: u32,
    decided: Option<Decision>,
    stands: bool,
    said: Vec<Said>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    source: u64,
    strength: Strength,
    time_us: i64,
}

impl Pair {
    fn strength(&self) -> Option<Strength> {
        self.said.iter().map(|said| said.strength).max()
    }

    fn time_us(&self) -> i64 {
        self.said.iter().map(|said| said.time_us).min().unwrap_or(i64::MAX)
    }

    fn is_live(&self) -> bool {
        !self.said.is_empty() || self.decided == Some(Decision::Join)
    }

    fn other(&self, node: u32) -> u32 {
        if self.a == node { self.b } else { self.a }
    }
}

impl Default for Stitcher {
    fn default() -> Self {
        Stitcher::new(Policy::default())
    }
}

impl Stitcher {
    pub fn new(policy: Policy) -> Stitcher {
        Stitcher {
            namespaces: vec![(String::new(), unnamed())],
            policy,
            node_of: FxHashMap::default(),
            nodes: Vec::new(),
            pair_of: FxHashMap::default(),
            pairs: Vec::new(),
            withheld: FxHashSet::default(),
            touched: FxHashSet::default(),
            measured: true,
            replaying: false,
        }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Sets the policy; everything is to be judged again.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        for (namespace, rules) in self.namespaces.iter_mut().skip(1) {
            *rules = self.policy.rules(namespace);
        }
        self.measured = false;
        self.touch_all();
    }

    /// Everything is to be judged again.
    pub fn touch_all(&mut self) {
        if !self.replaying {
            self.touched.extend(0..self.nodes.len() as u32);
        }
    }

    /// Says which namespace a profile's identifier is of. Best before anything is said of it.
    pub fn name(&mut self, profile: ProfileId, namespace: &str) {
        self.measure_before_change();
        let node = self.node_or_new(profile);
        if self.nodes[node as usize].namespace != 0 {
            return;
        }
        let code = match self.namespaces.iter().position(|(known, _)| known == namespace) {
            Some(code) => code as u16,
            None => {
                // A workspace has a handful; beyond the count they are treated as nobody's.
                let Ok(code) = u16::try_from(self.namespaces.len()) else { return };
                self.namespaces.push((namespace.to_owned(), self.policy.rules(namespace)));
                code
            }
        };
        self.nodes[node as usize].namespace = code;
        self.replayed_otherwise(true);
        self.touch_person(node);
    }

    /// Profiles that something was said of and that have no namespace yet.
    pub fn nameless(&self) -> Vec<ProfileId> {
        self.nodes.iter().filter(|node| node.namespace == 0).map(|node| ProfileId(node.profile)).collect()
    }

    /// Whether something was said of a profile, and its namespace is not known.
    pub fn is_nameless(&self, profile: ProfileId) -> bool {
        self.node_of.get(&profile.0).is_some_and(|node| self.nodes[*node as usize].namespace == 0)
    }

    /// The namespace of a code of [`Judged::namespace`].
    pub fn namespace(&self, code: u16) -> &str {
        self.namespaces.get(usize::from(code)).map_or("", |(namespace, _)| namespace)
    }

    /// Whether a statement adds nothing: its source has said the same, as strongly and not later.
    pub fn knows(&self, statement: &Statement<'_>) -> bool {
        let source = xxh3_64(statement.source.as_bytes());
        self.pair(statement.a, statement.b).is_some_and(|pair| {
            let mut said = self.pairs[pair as usize].said.iter();
            said.any(|said| {
                said.source == source && said.strength >= statement.strength && said.time_us <= statement.time_us
            })
        })
    }

    /// Takes over a statement.
    pub fn say(&mut self, statement: &Statement<'_>) {
        if statement.a == statement.b {
            return;
        }
        let pair = self.pair_or_new(statement.a, statement.b);
        let Statement { strength, source, time_us, .. } = *statement;
        let source = xxh3_64(source.as_bytes());
        self.change(pair, |pair| match pair.said.iter_mut().find(|said| said.source == source) {
            None => pair.said.push(Said { source, strength, time_us }),
            Some(said) => {
                said.strength = said.strength.max(strength);
                said.time_us = said.time_us.min(time_us);
            }
        });
    }

    /// Forgets what was said so far about two profiles, and that they were decided to be one.
    pub fn retract(&mut self, a: ProfileId, b: ProfileId) {
        let Some(pair) = self.pair(a, b) else { return };
        self.change(pair, |pair| {
            pair.said.clear();
            pair.decided = pair.decided.filter(|decided| *decided != Decision::Join);
        });
    }

    /// Takes over a decision; the one about the same that was in force before.
    pub fn decide(&mut self, decision: Decision, a: ProfileId, b: ProfileId) -> Option<Decision> {
        self.measure_before_change();
        let decision = Some(decision).filter(|decision| *decision != Decision::Undo);
        if a == b {
            let node = self.node_or_new(a);
            let blocked = decision == Some(Decision::Block);
            let before = std::mem::replace(&mut self.nodes[node as usize].blocked, blocked);
            self.replayed_otherwise(before != blocked);
            self.touch_person(node);
            return before.then_some(Decision::Block);
        }
        let pair = self.pair_or_new(a, b);
        let before = self.pairs[pair as usize].decided;
        self.change(pair, |pair| pair.decided = decision.filter(|decision| *decision != Decision::Block));
        before
    }

    /// The decision in force about two profiles, or about one.
    pub fn decided(&self, a: ProfileId, b: ProfileId) -> Option<Decision> {
        if a == b {
            let node = *self.node_of.get(&a.0)?;
            return self.nodes[node as usize].blocked.then_some(Decision::Block);
        }
        self.pairs[self.pair(a, b)? as usize].decided
    }

    /// Notes whether a pair stands now, as the log of edges has it.
    pub fn stand(&mut self, a: ProfileId, b: ProfileId, stands: bool) {
        if a != b {
            let pair = self.pair_or_new(a, b);
            self.pairs[pair as usize].stands = stands;
            self.note_withheld(pair);
        }
    }

    /// Whether a pair stands, as noted.
    pub fn stands(&self, a: ProfileId, b: ProfileId) -> bool {
        self.pair(a, b).is_some_and(|pair| self.pairs[pair as usize].stands)
    }

    /// Takes over what needs no judgement, because it comes from a log that holds the judgement too. Looks at nothing
    /// around it, so that a log is read in its own length.
    pub fn replay(&mut self, take_over: impl FnOnce(&mut Stitcher)) {
        self.replaying = true;
        take_over(self);
        self.replaying = false;
        self.touched.clear();
    }

    /// What is replayed is not measured step by step. What was judged here and comes back from the log changes nothing.
    fn replayed_otherwise(&mut self, otherwise: bool) {
        self.measured &= !(self.replaying && otherwise);
    }

    /// What was taken over since needs no judgement.
    pub fn settled(&mut self) {
        self.measure_touched();
    }

    /// Judges what was touched: the pairs that are to stand and did not, and the other way round. Does not note them.
    pub fn changes(&mut self) -> Vec<Judged> {
        self.changes_while(|_| true).unwrap_or_default()
    }

    /// The same, told after each component how many profiles it had; `None` once `go_on` says no.
    pub fn changes_while(&mut self, go_on: impl FnMut(usize) -> bool) -> Option<Vec<Judged>> {
        let touched = self.measure_touched();
        let mut changes = self.judge(&touched, go_on)?;
        changes.retain(|judged| judged.why.is_none() != self.stands(judged.a, judged.b));
        changes.sort_unstable();
        Some(changes)
    }

    /// Every pair of a profile that was said, judged. After [`Stitcher::measure`].
    pub fn judged(&self, profile: ProfileId) -> Vec<Judged> {
        let Some(&node) = self.node_of.get(&profile.0) else { return Vec::new() };
        let mut judged = self.judge(&[node], |_| true).unwrap_or_default();
        judged.retain(|judged| judged.a == profile || judged.b == profile);
        judged.sort_unstable();
        judged
    }

    /// Everything that is withheld, judged: the whole review queue. Costs the components it lies in. After
    /// [`Stitcher::measure`].
    pub fn withheld(&self) -> Vec<Judged> {
        let mut nodes: Vec<u32> = self.withheld.iter().map(|pair| self.pairs[*pair as usize].a).collect();
        nodes.extend(self.withheld.iter().map(|pair| self.pairs[*pair as usize].b));
        nodes.sort_unstable();
        nodes.dedup();
        let mut judged = self.judge(&nodes, |_| true).unwrap_or_default();
        judged.retain(|judged| judged.why.is_some());
        judged.sort_unstable();
        judged
    }

    /// Profiles that anything was said of.
    pub fn profile_count(&self) -> usize {
        self.nodes.len()
    }

    /// The profiles anything was said of together with this one.
    pub fn neighbours(&self, profile: ProfileId) -> Vec<ProfileId> {
        let Some(&node) = self.node_of.get(&profile.0) else { return Vec::new() };
        let node_of = |pair: &u32| ProfileId(self.nodes[self.pairs[*pair as usize].other(node) as usize].profile);
        self.nodes[node as usize].pairs.iter().map(node_of).collect()
    }

    fn rules(&self, node: u32) -> &NamespaceRules {
        &self.namespaces[usize::from(self.nodes[node as usize].namespace)].1
    }

    fn pair(&self, a: ProfileId, b: ProfileId) -> Option<u32> {
        let (a, b) = (*self.node_of.get(&a.0)?, *self.node_of.get(&b.0)?);
        self.pair_of.get(&(a.min(b), a.max(b))).copied()
    }

    fn pair_or_new(&mut self, a: ProfileId, b: ProfileId) -> u32 {
        let (a, b) = (self.node_or_new(a), self.node_or_new(b));
        let (a, b) = (a.min(b), a.max(b));
        let next = self.pairs.len() as u32;
        let pair = *self.pair_of.entry((a, b)).or_insert(next);
        if pair == next {
            self.pairs.push(Pair { a, b, decided: None, stands: false, said: Vec::new() });
            for node in [a, b] {
                self.nodes[node as usize].pairs.push(pair);
            }
        }
        pair
    }

    fn node_or_new(&mut self, profile: ProfileId) -> u32 {
        let next = self.nodes.len() as u32;
        let node = *self.node_of.entry(profile.0).or_insert(next);
        if node == next {
            self.nodes.push(Node {
                profile: profile.0,
                namespace: 0,
                blocked: false,
                level: 0,
                live: 0,
                pairs: Vec::new(),
            });
        }
        node
    }

    /// Changes a pair, and touches what its change may judge otherwise: before it and after it.
    fn change(&mut self, pair: u32, change: impl FnOnce(&mut Pair)) {
        self.measure_before_change();
        self.touch(pair);
        let held = &mut self.pairs[pair as usize];
        let (was, decided) = (held.is_live(), held.decided);
        let said = self.replaying.then(|| held.said.clone());
        change(held);
        let (is, a, b) = (held.is_live(), held.a, held.b);
        let decided_otherwise = held.decided != decided;
        let said_otherwise = said.is_some_and(|said| said != held.said);
        self.replayed_otherwise(decided_otherwise || said_otherwise);
        for node in [a, b] {
            let live = &mut self.nodes[node as usize].live;
            *live = *live + u32::from(is && !was) - u32::from(was && !is);
        }
        self.note_withheld(pair);
        self.touch(pair);
        if decided_otherwise && !self.replaying {
            self.touched.extend([a, b]);
        }
    }

    fn note_withheld(&mut self, pair: u32) {
        let held = &self.pairs[pair as usize];
        if !held.said.is_empty() && !held.stands {
            self.withheld.insert(pair);
        } else {
            self.withheld.remove(&pair);
        }
    }

    fn touch(&mut self, pair: u32) {
        if self.replaying {
            return;
        }
        let Pair { a, b, .. } = self.pairs[pair as usize];
        let is_person = |node: u32| self.rules(node).kind == Kind::Person;
        let (person_a, person_b) = (is_person(a), is_person(b));
        let (stays_a, stays_b) = (self.stays_common(a), self.stays_common(b));
        for (node, person, by_the_other) in [(a, person_a, stays_a && !stays_b), (b, person_b, stays_b && !stays_a)] {
            // A till that everybody used is not looked through for one more of them.
            if !by_the_other {
                self.touched.insert(node);
            }
            // A person's own links choose nothing, but for how many there are.
            let live = self.nodes[node as usize].live;
            if !person || (person_a && person_b) || live >= self.policy.customer_identifiers_max {
                self.touch_neighbours(node);
            }
        }
        if person_a && person_b {
            self.touch_person(a);
            self.touch_person(b);
        }
    }

    /// Who counts as one person decides what is shared, wherever they were seen.
    fn touch_person(&mut self, node: u32) {
        if self.replaying {
            return;
        }
        for member in self.person(node) {
            self.touch_around(member);
        }
    }

    /// The node, what it was said with, and what that was said with.
    fn touch_around(&mut self, node: u32) {
        self.touched.insert(node);
        for pair in self.nodes[node as usize].pairs.clone() {
            let other = self.pairs[pair as usize].other(node);
            self.touched.insert(other);
            self.touch_neighbours(other);
        }
    }

    /// What a node was said with, unless one of the two joins nobody before and after.
    fn touch_neighbours(&mut self, node: u32) {
        if self.stays_common(node) {
            return;
        }
        let others = self.nodes[node as usize].pairs.iter().map(|pair| self.pairs[*pair as usize].other(node));
        let others: Vec<u32> = others.filter(|other| !self.stays_common(*other)).collect();
        self.touched.extend(others);
    }

    /// Whether a node was and is seen with so many, whatever the change of one pair is, that only decisions join it:
    /// what is said of it is judged at the other end.
    fn stays_common(&self, node: u32) -> bool {
        self.nodes[node as usize].live > self.policy.customer_identifiers_max.saturating_add(1)
    }
}

/// Profiles that only edges have named may be anything: nothing is concluded from them.
fn unnamed() -> NamespaceRules {
    NamespaceRules {
        kind: Kind::Person,
        priority: 30,
        per_customer_max: None,
        persons_max: u32::MAX,
        shared: Shared::First,
    }
}
