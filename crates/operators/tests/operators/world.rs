//! Random customers, the lake that holds them, and what a question must answer of them, worked out event by event.
//!
//! The oracle shares the folds with what it judges (they have oracles of their own) but neither rules over columns,
//! nor shards, cache or partitions: it matches each event by the model's rules and folds one vector.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use folds::by::{At, Group};
use folds::fold::Fold;
use folds::slice::{End, Membership, NO_CAMPAIGN, NO_CASE, NO_FACET, NO_HELD, NO_UNTIL, Slice};
use folds::slicer::Splitter;
use folds::who::Who;
use lake::{CompactExtent, CompactOptions, Control, ImportKey, Lake, LakeOptions, Mode, Verdict};
use model::case::until_us;
use model::event::{Column, ColumnValue, Event, event_id};
use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use model::rule::Rule;
use model::stitching::Decision;
use model::traffic::Classifier;
use operators::spec::{
    BySpec, CaseSpec, ExpandSpec, FacetSpec, FoldSpec, FoldState, GroupStates, Labels, Masks, Pick, RfmSpec, ScanSpec,
    SessionSpec,
};
use serde_json::{Map, Value, json};

pub(crate) const NAMES: [&str; 6] = ["home", "catalog", "cart", "purchase", "error", "$profile_set"];
pub(crate) const CHANNELS: [&str; 3] = ["web", "store", "app"];
pub(crate) const MINUTE_US: i64 = 60_000_000;

/// A small generator of numbers (SplitMix64, Steele et al. 2014): the same seed, the same world everywhere.
pub(crate) struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// Everything that was said to the lake.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub events: Vec<Event>,
    pub links: Vec<(i64, i64)>,
}

pub(crate) fn profile(user: usize) -> ProfileId {
    Identifier::new("user", format!("u{user}")).profile(0)
}

impl World {
    /// `users` with up to `most` events each, some of them sent twice.
    pub(crate) fn random(seed: u64, users: usize, most: usize) -> World {
        let mut dice = Dice(seed);
        let mut events: Vec<Event> = Vec::new();
        for user in 0..users {
            let mut time_us = 1_600_000_000_000_000 + dice.below(5 * 24 * 60) as i64 * MINUTE_US;
            for _ in 0..dice.below(most + 1) {
                time_us += [0, 1, 5, 29, 30, 31, 600, 3_000][dice.below(8)] * MINUTE_US;
                events.push(random_event(&mut dice, user, time_us, events.len() as i64));
            }
        }
        for _ in 0..events.len() / 20 {
            let again = events[dice.below(events.len())].clone();
            events.push(Event { seq: 1_000_000 + events.len() as i64, ..again });
        }
        World { events, links: Vec::new() }
    }

    /// Events as the lake must answer: customers as known now, each id once, in order.
    pub(crate) fn customers(&self) -> BTreeMap<i64, Vec<&Event>> {
        let mut customers: BTreeMap<i64, Vec<&Event>> = BTreeMap::new();
        for event in &self.events {
            customers.entry(self.customer(event)).or_default().push(event);
        }
        for events in customers.values_mut() {
            events.sort_by_key(|event| (event.time_us, event.seq));
            let mut seen = BTreeSet::new();
            events.retain(|event| seen.insert((event.event_id, event.time_us)));
        }
        customers
    }

    pub(crate) fn rows(&self) -> u64 {
        self.customers().values().map(|events| events.len() as u64).sum()
    }

    /// The smallest profile that can be reached over links.
    fn customer(&self, event: &Event) -> i64 {
        let mut reached = BTreeSet::from([event.identifiers[0].profile(0).0]);
        loop {
            let more: Vec<i64> = (self.links.iter())
                .filter(|(a, b)| reached.contains(a) != reached.contains(b))
                .flat_map(|(a, b)| [*a, *b])
                .collect();
            if more.is_empty() {
                return *reached.first().unwrap();
            }
            reached.extend(more);
        }
    }
}

fn random_event(dice: &mut Dice, user: usize, time_us: i64, n: i64) -> Event {
    let mut columns = BTreeMap::new();
    if dice.below(3) == 0 {
        columns.insert(Column::Amount, ColumnValue::Number(dice.below(50) as f64));
    }
    if dice.below(4) == 0 {
        columns.insert(Column::Score, ColumnValue::Number(dice.below(10) as f64));
    }
    if dice.below(3) == 0 {
        columns.insert(Column::Site, ColumnValue::Text(["north", "south"][dice.below(2)].into()));
    }
    let plans = [json!({}), json!({"plan": "gold"}), json!({"plan": "free", "n": 3})];
    let mut props = plans[dice.below(3)].as_object().unwrap().clone();
    // Until when a case runs, written in several ways, and in one that says nothing.
    let end = chrono::DateTime::from_timestamp_micros(time_us + n % 7 * 500 * MINUTE_US).unwrap();
    match n % 6 {
        0 => drop(props.insert("ends".into(), end.format("%Y-%m-%d").to_string().into())),
        1 => drop(props.insert("ends".into(), end.to_rfc3339().into())),
        2 => drop(props.insert("ends".into(), end.format("%Y-%m-%d %H:%M:%S").to_string().into())),
        3 => drop(props.insert("ends".into(), "when it suits".into())),
        _ => {}
    }
    Event {
        event_id: event_id("shop", &n.to_string()),
        time_us,
        offset_minutes: Some(480),
        received_at_us: time_us,
        seq: n,
        event: NAMES[dice.below(NAMES.len())].into(),
        channel: CHANNELS[dice.below(CHANNELS.len())].into(),
        source: "shop".into(),
        message_id: Some(n.to_string()),
        identifiers: vec![Identifier::new("user", format!("u{user}"))],
        link_identifiers: false,
        columns,
        items: Vec::new(),
        traits: if dice.below(10) == 0 {
            let tier = json!({"tier": dice.below(3)});
            let said = if n % 2 == 0 { json!({"$set_once": tier}) } else { tier };
            said.as_object().unwrap().clone()
        } else {
            Default::default()
        },
        props,
    }
}

/// How a world is brought into the lake; the answers must not depend on it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stored {
    /// All in the log's tail.
    Tail,
    /// One imported file.
    File,
    /// Several overlapping files and a tail.
    Mixed,
    /// Several files, merged into one.
    Compacted,
}

pub(crate) async fn open(folder: &Path) -> Lake {
    Lake::open(folder, LakeOptions::new(Mode::ReadWrite)).await.unwrap()
}

pub(crate) async fn store(lake: &Lake, world: &World, stored: Stored) {
    let key = |file: &str| ImportKey {
        source: "shop".into(),
        file: file.into(),
        mapping: 1,
        batch: format!("import-{file}"),
    };
    let third = world.events.len() / 3;
    let part = |n: usize| world.events.iter().skip(n).step_by(3).cloned().collect::<Vec<_>>();
    match stored {
        Stored::Tail => lake.append(world.events.clone()).await.unwrap(),
        Stored::File => lake.import(&key("all"), world.events.clone(), 1, true).await.unwrap(),
        Stored::Mixed | Stored::Compacted => {
            lake.import(&key("a"), part(0), third as u64, true).await.unwrap();
            lake.append(part(1)).await.unwrap();
            lake.flush().await.unwrap();
            lake.append(part(2)).await.unwrap();
            if matches!(stored, Stored::Compacted) {
                compact(lake).await;
            }
        }
    }
}

pub(crate) async fn compact(lake: &Lake) {
    lake.flush().await.unwrap();
    lake.compact(CompactOptions::new(CompactExtent::Full), &Control::new()).await.unwrap();
}

/// Joins pairs of users in the lake and in the world.
pub(crate) async fn link(lake: &Lake, world: &mut World, pairs: &[(usize, usize)]) {
    let user = |user: usize| Identifier::new("user", format!("u{user}"));
    let verdict = |(a, b): &(usize, usize)| Verdict {
        decision: Decision::Join,
        a: user(*a),
        b: Some(user(*b)),
        reason: "r".into(),
    };
    lake.decide(pairs.iter().map(verdict).collect(), "t", 1).await.unwrap();
    world.links.extend(pairs.iter().map(|(a, b)| (profile(*a).0, profile(*b).0)));
}

/// Joins pairs of identities.
pub(crate) async fn link_profiles(lake: &Lake, pairs: &[(ProfileId, ProfileId)]) {
    let edges = pairs.iter().map(|(a, b)| {
        let (a, b) = (*a, *b);
        IdentityEdge::Link { a, b, strength: Strength::Asserted, source: "t".into(), reason: "r".into(), time_us: 1 }
    });
    lake.link(edges.collect()).await.unwrap();
}

/// What a spec must answer of a world.
pub(crate) fn expected(world: &World, spec: &ScanSpec) -> FoldState {
    match &spec.fold {
        FoldSpec::Sessions(config) => {
            let fold = folds::sessions::Sessions::with(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Sessions,
                |pick| if let Pick::Sessions(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Funnel(config) => {
            let fold = folds::funnel::Funnel::new(config.clone()).unwrap();
            answer(world, spec, fold, FoldState::Funnel, |pick| if let Pick::Funnel(p) = pick { p } else { panic!() })
        }
        FoldSpec::Paths(config) => {
            let fold = folds::paths::Paths::new(*config).unwrap();
            answer(world, spec, fold, FoldState::Paths, |pick| if let Pick::Paths(p) = pick { p } else { panic!() })
        }
        FoldSpec::Transitions(config) => {
            let fold = folds::transitions::Transitions::new(*config).unwrap();
            answer(world, spec, fold, FoldState::Transitions, |pick| {
                if let Pick::Transitions(p) = pick { p } else { panic!() }
            })
        }
        FoldSpec::Journey(config) => {
            let fold = folds::journey::StageMachine::new(config.clone()).unwrap();
            answer(world, spec, fold, FoldState::Journey, |pick| if let Pick::Journey(p) = pick { p } else { panic!() })
        }
        FoldSpec::PainBounds(config) => {
            let fold = folds::pain::Bounds::new(config.clone()).unwrap();
            answer(world, spec, fold, FoldState::PainBounds, |_| panic!())
        }
        FoldSpec::Pain(config) => {
            let fold = folds::pain::Search::new(config.clone()).unwrap();
            answer(world, spec, fold, FoldState::Pain, |pick| if let Pick::Pain(p) = pick { p } else { panic!() })
        }
        FoldSpec::PainEvidence(config) => {
            let fold = folds::pain::Evidence::new(config.clone()).unwrap();
            let trails = |state: folds::pain::Findings| FoldState::PainEvidence(state.into_trails());
            answer(world, spec, fold, trails, |_| panic!())
        }
        FoldSpec::Subjects => {
            answer(world, spec, folds::subjects::Subjects, FoldState::Subjects, |_| folds::subjects::All)
        }
        FoldSpec::Retention(config) => {
            let fold = folds::retention::Retention::new(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Retention,
                |pick| if let Pick::Retention(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Lifecycle(config) => {
            let fold = folds::lifecycle::Lifecycle::new(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Lifecycle,
                |pick| if let Pick::Lifecycle(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Stickiness(config) => {
            let fold = folds::stickiness::Stickiness::new(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Stickiness,
                |pick| if let Pick::Stickiness(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Survival(config) => {
            let fold = folds::survival::Survival::new(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Survival,
                |pick| if let Pick::Survival(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Sequence(config) => {
            let fold = folds::sequence::Sequence::new(config.clone()).unwrap();
            answer(
                world,
                spec,
                fold,
                FoldState::Sequence,
                |pick| if let Pick::Sequence(p) = pick { p } else { panic!() },
            )
        }
        FoldSpec::Attribution(config) => {
            let fold = folds::attribution::Attribution::new(config.clone()).unwrap();
            answer(world, spec, fold, FoldState::Attribution, |pick| {
                if let Pick::Attribution(p) = pick { p } else { panic!() }
            })
        }
        FoldSpec::Segments => {
            let asked = spec.segments.as_ref().unwrap();
            let fold = folds::segment::Segments::new(folds::segment::Config {
                first: asked.required,
                count: asked.segments.len() as u32 - asked.required,
                moments_us: asked.moments(spec.as_of_us).into_owned(),
            });
            answer(world, spec, fold.unwrap(), FoldState::Segments, |pick| {
                if let Pick::Segments(p) = pick { p } else { panic!() }
            })
        }
        FoldSpec::Members => {
            let fold = folds::segment::Members { bit: spec.segments.as_ref().unwrap().required, moment: 0 };
            answer(world, spec, fold, FoldState::Members, |_| panic!())
        }
        FoldSpec::RfmEdges(rfm) => {
            let fold = folds::rfm::Population { config: rfm_config(rfm, spec.as_of_us) };
            answer(world, spec, fold, FoldState::RfmEdges, |_| panic!())
        }
        FoldSpec::Rfm { rfm, edges } => {
            let fold = folds::rfm::Scored { config: rfm_config(rfm, spec.as_of_us), edges: edges.clone() };
            answer(world, spec, fold, FoldState::Rfm, |pick| if let Pick::Rfm(p) = pick { p } else { panic!() })
        }
    }
}

fn rfm_config(rfm: &RfmSpec, at_us: i64) -> folds::rfm::Config {
    let days = operators::segments::days(rfm.zone.parse().unwrap(), 0, at_us);
    folds::rfm::Config { within: rfm.within, at_us, days }
}

fn answer<F: Fold>(
    world: &World,
    spec: &ScanSpec,
    fold: F,
    wrap: fn(F::State) -> FoldState,
    pick: fn(Pick) -> F::Pick,
) -> FoldState {
    let everyone = |_: &Said| true;
    match spec.who.clone() {
        None => match &spec.by {
            None => wrap(fold_all(world, spec, &fold, &everyone)),
            Some(by) => {
                let mut groups = Vec::new();
                let values = (0..by.values.len() as u32).map(Group::Value);
                for group in values.chain([Group::Other, Group::None]) {
                    let here = |said: &Said| group_of(by, said) == group;
                    if fold_all(world, spec, &folds::subjects::Subjects, &here).subjects.subjects.count > 0 {
                        groups.push((group, wrap(fold_all(world, spec, &fold, &here))));
                    }
                }
                let all = wrap(fold_all(world, spec, &fold, &everyone));
                FoldState::By(Box::new(GroupStates { all, groups }))
            }
        },
        Some(who) => {
            let config = folds::who::Config {
                pick: pick(who.pick.clone()),
                unless: who.unless.clone().map(pick),
                after: who.after,
                page: who.page,
            };
            let who_of = Who::new(fold, config).unwrap();
            let here = |said: &Said| {
                who.group.is_none_or(|group| spec.by.as_ref().is_some_and(|by| group_of(by, said) == group))
            };
            let state = fold_all(world, spec, &who_of, &here);
            let who = who_of;
            FoldState::Who(who.answer(state))
        }
    }
}

/// What each event of a subject says of the dimension of a breakdown, first to last.
type Said = Vec<Option<String>>;

fn group_of(by: &BySpec, said: &Said) -> Group {
    let mut told = said.iter().flatten();
    let value = match by.at {
        At::First => told.next(),
        At::Last => told.next_back(),
        At::Step(_) => panic!("not asked here"),
    };
    match value {
        None => Group::None,
        Some(value) => {
            let code = by.values.iter().position(|known| known == value);
            code.map_or(Group::Other, |code| Group::Value(code as u32))
        }
    }
}

/// Folds the subjects that `of` lets pass by what they say of the breakdown.
fn fold_all<F: Fold>(world: &World, spec: &ScanSpec, fold: &F, of: &dyn Fn(&Said) -> bool) -> F::State {
    let mut state = fold.state();
    let mut splitter = Splitter::new(spec.slicer.clone());
    for (customer, events) in world.customers() {
        let exists: Vec<&Event> = events.into_iter().filter(|event| event.time_us <= spec.as_of_us).collect();
        let traits = traits_of(&exists);
        let runs = crate::segments::runs(spec, customer, &exists, &traits);
        let required = spec.segments.as_ref().map_or(0, |asked| (1 << asked.required) - 1);
        if runs.last().is_some_and(|run| run.bits & required != required) {
            continue;
        }
        if !spec
            .customers
            .iter()
            .all(|rule| exists.iter().any(|event| rule.matches(event, &traits, &Classifier::standard())))
        {
            continue;
        }
        let events: Vec<&Event> = exists.into_iter().filter(|event| takes_part(spec, event, &traits)).collect();
        let time: Vec<i64> = events.iter().map(|event| event.time_us).collect();
        let label: Vec<u32> = events.iter().map(|event| label(spec, event, &traits)).collect();
        let mask: Vec<u64> =
            events.iter().zip(&label).map(|(event, label)| mask(spec, event, &traits, *label)).collect();
        let channel: Vec<u32> = events.iter().zip(&label).map(|(event, label)| channel(spec, event, *label)).collect();
        let value: Vec<f64> = events.iter().map(|event| number(event, spec.value)).collect();
        let score: Vec<f64> = events.iter().map(|event| number(event, spec.score)).collect();
        let facet: Vec<u32> =
            events.iter().zip(&channel).flat_map(|(event, on)| facets(spec, event, &traits, *on)).collect();
        let mut keys: Vec<String> = Vec::new();
        let (mut case, mut until) = (Vec::new(), Vec::new());
        for event in &events {
            let Some(CaseSpec { columns, zone }) = &spec.case else { break };
            let key = cell(event, &columns.key);
            case.push(match key.as_ref().map(|key| keys.iter().position(|known| known == key)) {
                None => NO_CASE,
                Some(Some(position)) => position as u32 + 1,
                Some(None) => {
                    keys.extend(key);
                    keys.len() as u32
                }
            });
            let end = columns.until.as_ref().and_then(|column| cell(event, column));
            until.push(end.and_then(|end| until_us(&end, zone.parse().unwrap())).unwrap_or(NO_UNTIL));
        }
        let mut known: Vec<Vec<String>> = Vec::new();
        let held = events.iter().filter(|_| !spec.hold.is_empty()).map(|event| {
            let Some(values) = spec.hold.iter().map(|column| cell(event, column)).collect::<Option<Vec<_>>>() else {
                return NO_HELD;
            };
            if !known.contains(&values) {
                known.push(values.clone());
            }
            known.iter().position(|of| *of == values).unwrap() as u32 + 1
        });
        let held: Vec<u32> = held.collect();
        let (mut lane, mut campaign, mut campaigns) = (Vec::new(), Vec::new(), Vec::new());
        for event in &events {
            let Some(SessionSpec { lanes, campaign: column }) = &spec.sessions else { break };
            let own = lanes.iter().position(|names| names.contains(&event.channel));
            lane.push(own.unwrap_or(lanes.len()) as u32);
            let named = column.and_then(|column| cell(event, column.name()));
            campaign.push(named.map_or(NO_CAMPAIGN, |name| {
                let known = campaigns.iter().position(|known| *known == name);
                known.unwrap_or_else(|| {
                    campaigns.push(name);
                    campaigns.len() - 1
                }) as u32
                    + 1
            }));
        }
        let slice = Slice {
            customer,
            time: &time,
            label: &label,
            mask: &mask,
            channel: &channel,
            value: &value,
            score: &score,
            facet: &facet,
            facets: spec.facets.len(),
            marked: &[],
            case: &case,
            until: &until,
            held: &held,
            membership: Membership { runs: &runs, until_us: 0 },
            lane: &lane,
            campaign: &campaign,
            end: End::Open,
        };
        // Which events a subject owns: cut once with their positions in place of facets.
        let positions: Vec<u32> = (0..events.len() as u32).collect();
        let mut own: Vec<Vec<u32>> = Vec::new();
        let placed = Slice { facet: &positions, facets: 1, ..slice };
        splitter.split(&placed, &spec.entry, spec.as_of_us, |subject| own.push(subject.facet.to_vec()));
        let mut own = own.into_iter();
        splitter.split(&slice, &spec.entry, spec.as_of_us, |subject| {
            let own = own.next().unwrap();
            let counts = |rule: &Rule| {
                own.iter().any(|position| rule.matches(events[*position as usize], &traits, &Classifier::standard()))
            };
            if !spec.subjects.as_ref().is_none_or(counts) {
                return;
            }
            let said = |position: &u32| {
                let (event, channel) = (events[*position as usize], channel[*position as usize]);
                spec.by.as_ref().and_then(|by| told(spec, &by.dimension, event, &traits, channel))
            };
            if !of(&own.iter().map(said).collect()) {
                return;
            }
            let labels: Vec<u32> = subject.label.iter().map(|label| regrouped(spec, *label)).collect();
            fold.fold(&mut state, &Slice { label: &labels, ..*subject });
        });
    }
    state
}

fn takes_part(spec: &ScanSpec, event: &Event, traits: &Map<String, Value>) -> bool {
    spec.filter
        .as_ref()
        .map_or(!event.event.starts_with('$'), |rule| rule.matches(event, traits, &Classifier::standard()))
}

fn label(spec: &ScanSpec, event: &Event, traits: &Map<String, Value>) -> u32 {
    let position = match &spec.labels {
        Labels::None => None,
        Labels::EventNames(names) => names.iter().position(|name| *name == event.event),
        Labels::Rules { rules, .. } => {
            rules.iter().position(|rule| rule.matches(event, traits, &Classifier::standard()))
        }
        Labels::Expanded { names, expand } => {
            let mut first = names.len();
            let mut own = names.iter().position(|name| *name == event.event);
            for ExpandSpec { event: name, column, values } in expand {
                if let Some(value) = cell(event, column).filter(|_| *name == event.event) {
                    let other = first + values.len();
                    own = Some(values.iter().position(|known| *known == value).map_or(other, |at| first + at));
                }
                first += values.len() + 1;
            }
            own
        }
    };
    position.map_or(0, |position| position as u32 + 1)
}

/// The codes of an event in each dimension.
fn facets(spec: &ScanSpec, event: &Event, traits: &Map<String, Value>, channel: u32) -> Vec<u32> {
    let code = |facet: &FacetSpec, value: Option<String>| {
        let position = value.and_then(|value| facet.values.iter().position(|known| *known == value));
        position.map_or(NO_FACET, |position| position as u32)
    };
    let value = |facet: &FacetSpec| told(spec, &facet.dimension, event, traits, channel);
    spec.facets.iter().map(|facet| code(facet, value(facet))).collect()
}

/// What an event says of a dimension.
fn told(spec: &ScanSpec, dimension: &str, event: &Event, traits: &Map<String, Value>, channel: u32) -> Option<String> {
    match dimension.strip_prefix("traits.") {
        Some(key) => match traits.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => None,
            Some(value) => Some(value.to_string()),
        },
        // A channel the spec does not list is one of the others.
        None if dimension == "channel" => {
            Some(spec.channels.get(channel as usize).cloned().unwrap_or_else(|| "unlisted".to_owned()))
        }
        None if dimension.starts_with("props.") => cell(event, dimension),
        None => match event.columns.get(&Column::by_name(dimension).unwrap()) {
            Some(ColumnValue::Text(text)) => Some(text.clone()),
            _ => None,
        },
    }
}

/// What a column of an event says, as text.
fn cell(event: &Event, column: &str) -> Option<String> {
    let of_json = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.as_f64().unwrap().to_string()),
        _ => None,
    };
    match (column, column.strip_prefix("props.")) {
        ("channel", _) => Some(event.channel.clone()),
        ("event", _) => Some(event.event.clone()),
        (_, Some(key)) => event.props.get(key).and_then(of_json),
        _ => event.columns.get(&Column::by_name(column).unwrap()).map(|value| match value {
            ColumnValue::Number(number) => number.to_string(),
            ColumnValue::Text(text) => text.clone(),
        }),
    }
}

/// Of each trait the last value that was set for good, and where there is none the first that was set once.
pub(crate) fn traits_of(events: &[&Event]) -> Map<String, Value> {
    let once = events.iter().rev().filter_map(|event| event.traits.get("$set_once")?.as_object());
    let mut traits: Map<String, Value> = once.flat_map(Map::clone).collect();
    traits.extend(events.iter().flat_map(|event| event.traits.clone()).filter(|(key, _)| key != "$set_once"));
    traits
}

fn regrouped(spec: &ScanSpec, label: u32) -> u32 {
    if spec.regroup.is_empty() { label } else { spec.regroup[label as usize] }
}

fn mask(spec: &ScanSpec, event: &Event, traits: &Map<String, Value>, label: u32) -> u64 {
    match &spec.masks {
        Masks::None => 0,
        Masks::Rules(rules) => {
            (0..rules.len()).filter(|k| rules[*k].matches(event, traits, &Classifier::standard())).map(|k| 1 << k).sum()
        }
        Masks::LabelReached => (0..64u32).filter(|k| regrouped(spec, label) > *k).map(|k| 1 << k).sum(),
    }
}

fn channel(spec: &ScanSpec, event: &Event, label: u32) -> u32 {
    let shown = match &spec.labels {
        Labels::Rules { channels, .. } if label > 0 => channels.get(label as usize - 1).cloned().flatten(),
        _ => None,
    };
    let shown = shown.unwrap_or_else(|| event.channel.clone());
    spec.channels.iter().position(|channel| *channel == shown).unwrap_or(spec.channels.len()) as u32
}

fn number(event: &Event, column: Option<Column>) -> f64 {
    match column.and_then(|column| event.columns.get(&column)) {
        Some(ColumnValue::Number(value)) => *value,
        _ => f64::NAN,
    }
}
