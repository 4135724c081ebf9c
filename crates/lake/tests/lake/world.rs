//! A lake thought through naively: lists of what was said, and every answer worked out from scratch.
//!
//! Also the maker of random work for both. Not here: running it (`sequences`, `lake_crash`, `kill`).

use std::collections::{BTreeMap, BTreeSet};

use lake::{CompactExtent, CompactOptions, Control, ImportKey, ImportState, Lake, Verdict};
use model::event::{Column, ColumnValue, Event, event_id};
use model::identity::{CustomerId, Identifier, IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Policy, Shared, Statement, Stitcher};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::read::Line;

/// One thing done to a lake.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Append(Vec<Event>),
    Import { file: usize, events: Vec<Event>, position: u64, complete: bool },
    RemoveImport { file: usize },
    Link(Vec<IdentityEdge>),
    Decide(Vec<Verdict>),
    Policy(Policy),
    Flush,
    Compact(CompactExtent),
}

/// Imported files; the first ones may be removed again.
pub(crate) const FILES: usize = 4;
const REMOVABLE: usize = 2;
const PARTS: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Batch {
    Log,
    File(usize),
}

/// What a lake must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    rows: Vec<(Event, Batch)>,
    /// What was said of two identifiers, smaller first: by whom, how certainly, since when.
    said: BTreeMap<(Identifier, Identifier), BTreeMap<String, (Strength, i64)>>,
    decided: Vec<(Identifier, Identifier, Decision)>,
    policy: Policy,
    /// Identifiers that some event has carried.
    carried: BTreeSet<Identifier>,
    imports: BTreeMap<usize, (u64, bool)>,
    events_made: i64,
}

pub(crate) fn key(file: usize) -> ImportKey {
    ImportKey {
        source: format!("files{}", file % 2),
        file: format!("{file:064x}"),
        mapping: 7 + file as i64,
        batch: format!("import-{file}"),
    }
}

fn profile(identifier: &Identifier) -> i64 {
    identifier.profile(0).0
}

fn ordered(a: &Identifier, b: &Identifier) -> (Identifier, Identifier) {
    if a <= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

/// Whose event it is: of one that links its identifiers, the person's, else the first one's.
fn sender(event: &Event) -> &Identifier {
    let person = event.identifiers.iter().find(|identifier| identifier.namespace == "user_id");
    person.filter(|_| event.link_identifiers).unwrap_or(&event.identifiers[0])
}

/// Who an import's links are stated by.
fn stated_by_import(file: usize) -> String {
    let key = key(file);
    format!("import/{}/{}", key.source, key.file)
}

impl World {
    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::Append(events) => {
                for event in events {
                    self.state_links(event, &event.source.clone());
                    self.rows.push((event.clone(), Batch::Log));
                }
            }
            Op::Import { file, events, position, complete } => {
                let reached = self.imports.get(file).copied();
                if reached.is_some_and(|(reached, _)| *position <= reached) {
                    let complete = *complete || reached.is_some_and(|(_, complete)| complete);
                    self.imports.insert(*file, (reached.map_or(*position, |(reached, _)| reached), complete));
                    return;
                }
                if reached.is_none() {
                    // What an attempt that never came to a commit said of identities is not said any more.
                    self.take_back(&stated_by_import(*file));
                }
                self.imports.insert(*file, (*position, *complete));
                for event in events {
                    self.state_links(event, &stated_by_import(*file));
                    self.rows.push((event.clone(), Batch::File(*file)));
                }
            }
            Op::RemoveImport { file } => {
                self.imports.remove(file);
                self.rows.retain(|(_, batch)| *batch != Batch::File(*file));
                self.take_back(&stated_by_import(*file));
            }
            Op::Link(edges) => edges.iter().for_each(|edge| self.apply_edge(edge)),
            Op::Decide(verdicts) => {
                for Verdict { decision, a, b, .. } in verdicts {
                    self.decided.push((a.clone(), b.as_ref().unwrap_or(a).clone(), *decision));
                }
            }
            Op::Policy(policy) => self.policy = policy.clone(),
            Op::Flush | Op::Compact(_) => {}
        }
    }

    /// What nobody else says goes.
    fn take_back(&mut self, source: &str) {
        for sources in self.said.values_mut() {
            sources.remove(source);
        }
        self.said.retain(|_, sources| !sources.is_empty());
    }

    fn apply_edge(&mut self, edge: &IdentityEdge) {
        let (a, b) = edge.ends();
        let (a, b) = (identifier_of(a), identifier_of(b));
        match edge {
            IdentityEdge::Link { source, strength, time_us, .. } => self.say(&a, &b, source, *strength, *time_us),
            _ => {
                self.said.remove(&ordered(&a, &b));
                let about =
                    |decided: &&(Identifier, Identifier, Decision)| ordered(&decided.0, &decided.1) == ordered(&a, &b);
                if self.decided.iter().rev().find(about).is_some_and(|decided| decided.2 == Decision::Join) {
                    self.decided.push((a, b, Decision::Undo));
                }
            }
        }
    }

    fn say(&mut self, a: &Identifier, b: &Identifier, source: &str, strength: Strength, time_us: i64) {
        let by = self.said.entry(ordered(a, b)).or_default().entry(source.to_owned()).or_insert((strength, time_us));
        *by = (by.0.max(strength), by.1.min(time_us));
    }

    fn state_links(&mut self, event: &Event, source: &str) {
        self.carried.insert(sender(event).clone());
        if event.link_identifiers {
            let sender = sender(event);
            for other in event.identifiers.iter().filter(|other| *other != sender) {
                let alias = other.namespace == "user_id" && sender.namespace == "user_id";
                let strength = if alias { Strength::Asserted } else { Strength::Observed };
                self.carried.insert(other.clone());
                self.say(sender, other, source, strength, event.time_us);
            }
        }
    }

    /// What may be found by the process that opens the lake after `op` was cut off: nothing of it, all of it, or
    /// only what comes first in it.
    pub(crate) fn after_cut(&self, op: &Op) -> Vec<World> {
        let mut worlds = vec![self.clone()];
        let mut done = self.clone();
        done.apply(op);
        if let Op::Import { file, events, .. } = op
            && done.rows.len() > self.rows.len()
        {
            // Links are durable before the rows that state them, and before those what an earlier attempt linked is
            // taken back.
            let mut linked = self.clone();
            if !self.imports.contains_key(file) {
                linked.take_back(&stated_by_import(*file));
                worlds.push(linked.clone());
            }
            events.iter().for_each(|event| linked.state_links(event, &stated_by_import(*file)));
            // Who sent events that link nothing is known with the rows only.
            linked.carried = self.carried.clone();
            worlds.push(linked);
        }
        worlds.push(done);
        worlds
    }

    /// As `after_cut`, of a process that lives on: what it could not finish it does before its next operation.
    pub(crate) fn after_failure(&self, op: &Op) -> Vec<World> {
        let mut worlds = self.after_cut(op);
        if let Op::RemoveImport { .. } = op {
            // Rows go before the links they stated.
            let done = worlds[worlds.len() - 1].clone();
            worlds.push(World { said: self.said.clone(), ..done });
        }
        worlds
    }

    /// The customer of each profile that anything was said of: everything judged at once. That this is what the rules
    /// say, the tests of the model show.
    pub(crate) fn customers(&self) -> BTreeMap<i64, i64> {
        let mut stitcher = Stitcher::new(self.policy.clone());
        let mut neighbours: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let mut name = |stitcher: &mut Stitcher, a: &Identifier, b: &Identifier| {
            [a, b].map(|identifier| {
                stitcher.name(identifier.profile(0), &identifier.namespace);
                neighbours.entry(profile(identifier)).or_default();
                identifier.profile(0)
            })
        };
        for ((a, b), by) in &self.said {
            let [a, b] = name(&mut stitcher, a, b);
            for (source, (strength, time_us)) in by {
                stitcher.say(&Statement { a, b, strength: *strength, source, time_us: *time_us });
            }
        }
        for (a, b, decision) in &self.decided {
            let [a, b] = name(&mut stitcher, a, b);
            stitcher.decide(*decision, a, b);
        }
        for judged in stitcher.changes() {
            neighbours.entry(judged.a.0).or_default().push(judged.b.0);
            neighbours.entry(judged.b.0).or_default().push(judged.a.0);
        }
        let mut customers = BTreeMap::new();
        // From the smallest up: whoever is met first names the customer.
        for &start in neighbours.keys() {
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                if let std::collections::btree_map::Entry::Vacant(entry) = customers.entry(at) {
                    entry.insert(start);
                    open.extend(&neighbours[&at]);
                }
            }
        }
        customers
    }

    /// Every row the lake must show, in its order.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let customers = self.customers();
        let mut lines: Vec<Line> = self
            .rows
            .iter()
            .map(|(event, _)| {
                let profile = profile(sender(event));
                let customer = *customers.get(&profile).unwrap_or(&profile);
                let amount = match event.columns.get(&Column::Amount) {
                    Some(ColumnValue::Number(amount)) => Some(amount.to_bits()),
                    _ => None,
                };
                Line {
                    bucket: CustomerId(customer).bucket(),
                    customer,
                    time_us: event.time_us,
                    seq: event.seq,
                    event_id: event.event_id,
                    profile,
                    event: event.event.clone(),
                    channel: event.channel.clone(),
                    amount,
                    props: (!event.props.is_empty()).then(|| serde_json::to_string(&event.props).unwrap()),
                }
            })
            .collect();
        lines.sort();
        // Sorted: the lowest `seq` of a customer's same event at the same time comes first and stays.
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert((line.customer, line.time_us, line.event_id)));
        lines
    }

    pub(crate) fn import_state(&self, file: usize) -> ImportState {
        match self.imports.get(&file) {
            None => ImportState::Unknown,
            Some(&(position, complete)) => ImportState::Known { mapping: key(file).mapping, position, complete },
        }
    }

    /// The import states the lake must report.
    pub(crate) fn import_states(&self) -> Vec<ImportState> {
        (0..FILES).map(|file| self.import_state(file)).collect()
    }

    /// Something to do next.
    pub(crate) fn make_op(&mut self, rng: &mut ChaCha8Rng) -> Op {
        match rng.random_range(0..100) {
            0..30 => {
                let count = rng.random_range(1..12);
                Op::Append(self.make_events(count, "live", rng))
            }
            30..55 => self.make_import(rng),
            55..62 => Op::RemoveImport { file: rng.random_range(0..REMOVABLE) },
            62..70 => Op::Link((0..rng.random_range(1..4)).map(|_| self.make_edge(rng)).collect()),
            70..73 => Op::Decide((0..rng.random_range(1..3)).map(|_| make_verdict(rng)).collect()),
            73..75 => Op::Policy(Policy {
                shared: [Shared::First, Shared::Last, Shared::None][rng.random_range(0..3)],
                customer_identifiers_max: [3, 6, 500, 500][rng.random_range(0..4)],
                ..Policy::default()
            }),
            75..88 => Op::Flush,
            88..94 => Op::Compact(CompactExtent::Full),
            _ => Op::Compact(CompactExtent::Tier),
        }
    }

    fn make_import(&mut self, rng: &mut ChaCha8Rng) -> Op {
        let file = rng.random_range(0..FILES);
        let reached = self.imports.get(&file).map_or(0, |(position, _)| *position);
        if reached > 0 && rng.random_bool(0.2) {
            // The same part again, after an interruption that was none.
            return Op::Import { file, events: Vec::new(), position: reached, complete: reached == PARTS };
        }
        let position = (reached + 1).min(PARTS);
        let source = key(file).source;
        let count = rng.random_range(1..20);
        let events = self.make_events(count, &source, rng);
        Op::Import { file, events, position, complete: position == PARTS }
    }

    fn make_events(&mut self, count: usize, source: &str, rng: &mut ChaCha8Rng) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::with_capacity(count);
        for _ in 0..count {
            self.events_made += 1;
            let told = self.rows.choose(rng).map(|(event, _)| event).or(events.last());
            let event = match told.filter(|_| rng.random_bool(0.15)).cloned() {
                // Told again, perhaps through another feed, now and then of another identity.
                Some(mut again) => {
                    again.seq = self.events_made;
                    if rng.random_bool(0.2) {
                        again.identifiers[0] = identifier(rng);
                    }
                    again
                }
                None => make_event(self.events_made, source, rng),
            };
            events.push(event);
        }
        events
    }

    fn make_edge(&self, rng: &mut ChaCha8Rng) -> IdentityEdge {
        let source = "review".to_owned();
        let known: Vec<&(Identifier, Identifier)> = self.said.keys().collect();
        if let (Some((a, b)), true) = (known.choose(rng), rng.random_bool(0.6)) {
            let (a, b) = (ProfileId(profile(a)), ProfileId(profile(b)));
            return IdentityEdge::Unlink { a, b, source, reason: "two people".to_owned(), time_us: 1 };
        }
        // Of what no event has carried nobody knows what it is.
        let mut identifiers = two_identifiers(rng);
        identifiers.iter_mut().filter(|one| !self.carried.contains(one)).for_each(|one| *one = user(0));
        if !self.carried.contains(&user(0)) {
            identifiers = [user(0), user(0)];
        }
        let [a, b] = identifiers.map(|identifier| ProfileId(profile(&identifier)));
        if a == b {
            // A link of a profile to itself is no statement about anything.
            return IdentityEdge::Unlink { a, b, source, reason: "none".to_owned(), time_us: 1 };
        }
        IdentityEdge::Link { a, b, strength: Strength::Asserted, source, reason: "one person".to_owned(), time_us: 1 }
    }
}

/// People with a user and three devices each; few enough to meet again, enough not to become one.
const PEOPLE: u32 = 16;

fn device(person: u32, rng: &mut ChaCha8Rng) -> Identifier {
    device_of(person, rng.random_range(0..DEVICES))
}

fn device_of(person: u32, number: u32) -> Identifier {
    Identifier::new("anonymous_id", format!("d{person}-{number}"))
}

fn user(person: u32) -> Identifier {
    Identifier::new("user_id", format!("u{person}"))
}

const DEVICES: u32 = 3;

fn identifier_of(of: ProfileId) -> Identifier {
    let devices = (0..PEOPLE).flat_map(|person| (0..DEVICES).map(move |number| device_of(person, number)));
    (0..PEOPLE).map(user).chain(devices).find(|identifier| profile(identifier) == of.0).unwrap()
}

fn make_verdict(rng: &mut ChaCha8Rng) -> Verdict {
    let reason = "looked at".to_owned();
    let [a, b] = two_identifiers(rng);
    if a == b || rng.random_bool(0.3) {
        let decision = if rng.random_bool(0.4) { Decision::Block } else { Decision::Undo };
        return Verdict { decision, a, b: None, reason };
    }
    let decision = [Decision::Join, Decision::KeepApart, Decision::Undo][rng.random_range(0..3)];
    Verdict { decision, a, b: Some(b), reason }
}

fn identifier(rng: &mut ChaCha8Rng) -> Identifier {
    let person = rng.random_range(0..PEOPLE);
    if rng.random_bool(0.7) { device(person, rng) } else { user(person) }
}

/// Two identifiers, nearly always of one person.
fn two_identifiers(rng: &mut ChaCha8Rng) -> [Identifier; 2] {
    let person = rng.random_range(0..PEOPLE);
    if rng.random_bool(0.03) {
        return [user(person), user(rng.random_range(0..PEOPLE))];
    }
    let other = if rng.random_bool(0.05) { rng.random_range(0..PEOPLE) } else { person };
    [device(person, rng), if rng.random_bool(0.7) { user(other) } else { device(other, rng) }]
}

fn make_event(number: i64, source: &str, rng: &mut ChaCha8Rng) -> Event {
    let identifiers = if rng.random_bool(0.3) { two_identifiers(rng).to_vec() } else { vec![identifier(rng)] };
    let message_id = format!("m{number}");
    let mut columns = BTreeMap::new();
    if rng.random_bool(0.5) {
        columns.insert(Column::Amount, ColumnValue::Number(f64::from(rng.random_range(-500..500)) / 4.0));
    }
    let mut props = serde_json::Map::new();
    if rng.random_bool(0.3) {
        props.insert("note".to_owned(), json!(format!("第 {number} \"note\"")));
    }
    let mut traits = serde_json::Map::new();
    if rng.random_bool(0.2) {
        traits.insert("city".to_owned(), json!(["上海", "Paris"][rng.random_range(0..2)]));
    }
    Event {
        event_id: event_id(source, &message_id),
        // Few different times, so that customers' runs overlap and ties are many.
        time_us: 1_700_000_000_000_000 + rng.random_range(0..40) * 1_000_000,
        offset_minutes: Some(480),
        received_at_us: 1_700_000_100_000_000,
        seq: number,
        event: ["view", "cart", "buy", "call"][rng.random_range(0..4)].to_owned(),
        channel: ["web", "store"][rng.random_range(0..2)].to_owned(),
        source: source.to_owned(),
        message_id: Some(message_id),
        link_identifiers: identifiers.len() > 1 && rng.random_bool(0.6),
        identifiers,
        columns,
        items: Vec::new(),
        traits,
        props,
    }
}

/// Does `op` to a real lake.
pub(crate) async fn run(lake: &Lake, op: &Op) -> lake::Result<()> {
    match op {
        Op::Append(events) => lake.append(events.clone()).await.map(drop),
        Op::Import { file, events, position, complete } => {
            lake.import(&key(*file), events.clone(), *position, *complete).await
        }
        Op::RemoveImport { file } => {
            let key = key(*file);
            lake.remove_import(&key.source, &key.file).await.map(drop)
        }
        Op::Link(edges) => lake.link(edges.clone()).await.map(drop),
        Op::Decide(verdicts) => lake.decide(verdicts.clone(), "anna", 3).await.map(drop),
        Op::Policy(policy) => lake.set_stitching_policy(policy, "anna", 4).await.map(drop),
        Op::Flush => lake.flush().await.map(drop),
        Op::Compact(extent) => lake.compact(CompactOptions::new(*extent), &Control::new()).await.map(drop),
    }
}
