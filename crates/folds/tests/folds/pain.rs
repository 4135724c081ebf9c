//! The search for pains against naive questions about each instance, and its evidence against its search.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Customer, Population, Shape, customers};
use folds::Slicer;
use folds::pain::{Against, Config, Evidence, EvidenceConfig, Group, Pick, Probe, Search, Target, Test, Who, With};
use folds::slice::NO_FACET;
use proptest::prelude::*;
use testkit::oracle::instances::{self, End};

const STAGE_OF: [usize; 5] = [0, 1, 1, 2, 3];
const STAGES: usize = 4;
const CHANNELS: u32 = 3;
const DIMENSIONS: [u32; 2] = [3, 2];
const STEP_US: i64 = 40;
const STEPS: u32 = 4;
/// Later than this, nobody is asked how they ended.
const SETTLED_US: i64 = 1_100;
const SHAPE: Shape = Shape { labels: 5, steps: 3, channels: CHANNELS, events: 24, gap_us: 6 };

/// One event of an instance.
#[derive(Debug, Clone)]
struct Event {
    time_us: i64,
    stage: usize,
    mask: u64,
    channel: u32,
    score: f64,
    facets: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Instance {
    customer: i64,
    events: Vec<Event>,
    end: End,
}

fn instances(population: &Population, gap_us: i64) -> Vec<Instance> {
    let of = |customer: &Customer| {
        let split = instances::split(&customer.time, &customer.label, |label| label == 5, gap_us, population.as_of_us);
        split
            .into_iter()
            .map(|(rows, end)| {
                let event = |i: usize| Event {
                    time_us: customer.time[i],
                    stage: STAGE_OF[customer.label[i] as usize - 1],
                    mask: customer.mask[i],
                    channel: customer.channel[i],
                    score: customer.score[i],
                    facets: customer.facet[2 * i..2 * i + 2].to_vec(),
                };
                Instance { customer: customer.id, events: rows.into_iter().map(event).collect(), end }
            })
            .collect::<Vec<_>>()
    };
    population.customers.iter().flat_map(of).collect()
}

/// By which event an instance is exposed, whether it is hit, and the channels it changed between.
type Exposure = (usize, bool, Option<(u32, u32)>);

fn exposure(instance: &Instance, probe: Probe) -> Option<Exposure> {
    let events = &instance.events;
    let here = |i: &usize| events[*i].stage == probe.stage;
    let all = 0..events.len();
    let first = all.clone().find(here)?;
    let ended = instance.end != End::Open;
    let furthest = events.iter().map(|event| event.stage).max()?;
    let dropped = instance.end == End::Left && furthest == probe.stage;
    let has = |i: &usize, bits: u64| events[*i].mask & bits != 0;
    let signal = |bits: u64| all.clone().filter(here).find(|i| has(i, bits));
    Some(match probe.test {
        Test::DropOff => (first, ended.then_some(dropped)?, None),
        Test::Stall { limit_us } => {
            let next = (first..events.len()).find(|i| !here(i));
            let next = next.or((instance.end == End::Goal).then(|| events.len() - 1))?;
            (first, events[next].time_us - events[first].time_us > limit_us, None)
        }
        Test::Loop => {
            let back = |i: usize| here(&i) && i > first && events[i - 1].stage > probe.stage;
            (first, all.clone().any(back), None)
        }
        Test::Effort { limit } => (first, all.clone().filter(here).count() > limit as usize, None),
        Test::Signal { bits } => (first, signal(bits).is_some(), None),
        Test::Instead { of, bits } => (signal(of | bits)?, signal(bits).is_some(), None),
        Test::Again { bits, within_us } => {
            let at = signal(bits)?;
            let near = |i: &usize| events[*i].time_us - events[at].time_us <= within_us;
            (at, (at + 1..events.len()).any(|i| has(&i, bits) && near(&i)), None)
        }
        Test::After { of, bits } => {
            let at = signal(of)?;
            (at, (at + 1..events.len()).any(|i| has(&i, bits)), None)
        }
        Test::BackAndForth { from, to } => {
            // As letters: t where it goes to, f where it comes from; runs of letters, then count "ft".
            let letter = |i: usize| if has(&i, to) { Some('t') } else { has(&i, from).then_some('f') };
            let mut letters: Vec<char> = all.clone().filter(here).filter_map(letter).collect();
            letters.dedup();
            let text: String = letters.into_iter().collect();
            (first, text.matches("ft").count() >= 2, None)
        }
        Test::Turned { bits } => {
            let turned = |i: usize| match events.get(i + 1) {
                Some(next) => next.stage < probe.stage,
                None => instance.end == End::Left,
            };
            (first, all.clone().filter(here).filter(|i| has(i, bits)).any(turned), None)
        }
        Test::Lost { bits } => (first, ended.then(|| dropped && signal(bits).is_some())?, None),
        Test::SwitchLoss => {
            let changes =
                |i: &usize| here(i) && events.get(i + 1).is_some_and(|next| next.channel != events[*i].channel);
            let at = all.clone().find(changes).filter(|_| ended)?;
            let reached = events[at + 1].stage.max(probe.stage);
            let hit = instance.end == End::Left && furthest <= reached;
            (at, hit, Some((events[at].channel, events[at + 1].channel)))
        }
        Test::LowScore { limit } => {
            let scores = || all.clone().filter(here).filter(|i| events[*i].score.is_finite());
            (scores().next()?, scores().any(|i| events[i].score <= limit), None)
        }
    })
}

/// The value of a dimension at the event, else before it, else after it; of the stage's events only.
fn facet(instance: &Instance, stage: usize, event: usize, dimension: usize) -> Option<u32> {
    let told = |i: &usize| instance.events[*i].stage == stage && instance.events[*i].facets[dimension] != NO_FACET;
    let at = (0..=event).rev().find(told).or_else(|| (event + 1..instance.events.len()).find(told))?;
    Some(instance.events[at].facets[dimension])
}

fn probes() -> impl Strategy<Value = Vec<Probe>> {
    let bits = 1u64..8;
    let test = prop_oneof![
        Just(Test::DropOff),
        (0i64..30).prop_map(|limit_us| Test::Stall { limit_us }),
        Just(Test::Loop),
        (1u32..4).prop_map(|limit| Test::Effort { limit }),
        bits.clone().prop_map(|bits| Test::Signal { bits }),
        (bits.clone(), bits.clone()).prop_map(|(of, bits)| Test::Instead { of, bits }),
        (bits.clone(), 0i64..30).prop_map(|(bits, within_us)| Test::Again { bits, within_us }),
        (bits.clone(), bits.clone()).prop_map(|(of, bits)| Test::After { of, bits }),
        (bits.clone(), bits.clone()).prop_map(|(from, to)| Test::BackAndForth { from, to }),
        bits.clone().prop_map(|bits| Test::Turned { bits }),
        bits.prop_map(|bits| Test::Lost { bits }),
        Just(Test::SwitchLoss),
        (0..10i32).prop_map(|limit| Test::LowScore { limit: f64::from(limit) }),
    ];
    prop::collection::vec((0..STAGES, test).prop_map(|(stage, test)| Probe { stage, test }), 1..6)
}

fn config(probes: Vec<Probe>) -> Config {
    Config {
        stages: STAGES,
        stage_of: STAGE_OF.to_vec(),
        probes,
        dimensions: DIMENSIONS.to_vec(),
        channels: CHANNELS,
        origin_us: 1_010,
        step_us: STEP_US,
        steps: STEPS,
        value: true,
        settled_us: Some(SETTLED_US),
        excluded: Vec::new(),
    }
}

/// Exposed, hits, customers, customers hit, Σ hits², Σ hits × exposed, Σ exposed², and by step exposed and hits.
type Expected = ([u64; 7], Vec<(u32, u32)>);

fn expected(instances: &[Instance], probe: Probe, who: Who) -> Expected {
    let mut by_customer: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut steps = vec![(0, 0); STEPS as usize];
    for instance in instances {
        let Some((event, hit, switch)) = exposure(instance, probe) else { continue };
        let since = instance.events[event].time_us - 1_010;
        let by_end = matches!(probe.test, Test::DropOff | Test::Lost { .. } | Test::SwitchLoss);
        if since < 0 || since / STEP_US >= i64::from(STEPS) || by_end && instance.events[event].time_us > SETTLED_US {
            continue;
        }
        let is_it = match who {
            Who::Everyone => true,
            Who::Facet { dimension, code } => facet(instance, probe.stage, event, dimension) == Some(code),
            Who::Switch { from, to } => switch == Some((from, to)),
        };
        if is_it {
            let (exposed, hits) = by_customer.entry(instance.customer).or_default();
            *exposed += 1;
            *hits += u64::from(hit);
            let step = &mut steps[(since / STEP_US) as usize];
            *step = (step.0 + 1, step.1 + u32::from(hit));
        }
    }
    let sum = |of: fn(&(u64, u64)) -> u64| by_customer.values().map(of).sum::<u64>();
    let totals = [
        sum(|(exposed, _)| *exposed),
        sum(|(_, hits)| *hits),
        by_customer.len() as u64,
        sum(|(_, hits)| u64::from(*hits > 0)),
        sum(|(_, hits)| hits * hits),
        sum(|(exposed, hits)| exposed * hits),
        sum(|(exposed, _)| exposed * exposed),
    ];
    (totals, steps)
}

fn slicer(gap_us: i64) -> Slicer {
    Slicer::Instance { gap_us, goal: vec![false, false, false, false, false, true] }
}

proptest! {
    #[test]
    fn every_group_is_counted_as_asked_one_by_one(
        customers in customers(SHAPE),
        probes in probes(),
        gap_us in 2i64..8,
        part in prop::collection::vec(0usize..3, 1..5),
    ) {
        let population = Population::new(customers, slicer(gap_us));
        let naive = instances(&population, gap_us);
        let search = Search::new(config(probes.clone())).unwrap();
        let answer = search.answer(population.run(&search));
        prop_assert_eq!(&answer, &search.answer(population.run_in_parts(&search, &part)));
        for (i, probe) in probes.into_iter().enumerate() {
            for (at, group) in search.groups(i) {
                let cell = &answer.cells[at];
                let (totals, steps) = expected(&naive, probe, group.who);
                let [hh, he, ee] = cell.squares;
                let got = [cell.exposed, cell.hits, cell.customers, cell.customers_hit, hh, he, ee];
                prop_assert_eq!(got, totals, "{:?} {:?}", probe, group.who);
                let got: Vec<_> = answer.steps(at).iter().map(|count| (count.exposed, count.hits)).collect();
                prop_assert_eq!(got, steps);
                for (hit, count) in [(false, cell.exposed), (true, cell.hits)] {
                    let pick = Pick { group: group.clone(), hit };
                    prop_assert_eq!(population.picked(&search, &pick).0, count);
                }
            }
        }
    }

    #[test]
    fn what_is_left_out_is_missing_everywhere_and_evidence_adds_up(
        customers in customers(SHAPE),
        probes in probes(),
        gap_us in 2i64..8,
        part in prop::collection::vec(0usize..3, 1..5),
    ) {
        let population = Population::new(customers, slicer(gap_us));
        let all = Search::new(config(probes.clone())).unwrap();
        let before = all.answer(population.run(&all));
        let groups: Vec<(usize, Group)> = (0..probes.len()).flat_map(|probe| all.groups(probe)).collect();
        let (at, taken) = groups.iter().max_by_key(|(at, group)| (group.who != Who::Everyone, before.cells[*at].exposed)).unwrap();
        let less = Search::new(Config { excluded: vec![taken.clone()], ..config(probes.clone()) }).unwrap();
        let after = less.answer(population.run(&less));
        prop_assert_eq!(after.cells[*at].exposed, 0);
        let everyone = all.cell(&Group::everyone(taken.probe)).unwrap();
        prop_assert_eq!(after.cells[everyone].exposed, before.cells[everyone].exposed - before.cells[*at].exposed);

        let targets: Vec<Target> = groups.iter().take(20).map(|(_, group)| Target { group: group.clone(), against: Against::Others }).collect();
        let evidence = EvidenceConfig { search: config(probes.clone()), targets: targets.clone(), causes: vec![1, 6] };
        let fold = Evidence::new(evidence).unwrap();
        let trails = population.run(&fold).into_trails();
        // Whose turn it is may differ, so the trail of what came later is compared by its sums.
        let parts = population.run_in_parts(&fold, &part).into_trails();
        for (i, (trail, (at, _))) in trails.iter().zip(&groups).enumerate() {
            let cell = &before.cells[*at];
            prop_assert_eq!((trail.here.exposed, trail.here.hits), (cell.exposed, cell.hits));
            prop_assert_eq!((trail.here, trail.reference, &trail.causes_here), (parts[i].here, parts[i].reference, &parts[i].causes_here));
            prop_assert!(trail.causes_here.iter().all(|with| with.exposed <= trail.here.exposed && with.hits <= trail.here.hits));
            let later: u64 = trail.next.iter().chain(trail.back.iter()).map(|(_, count)| *count).sum();
            prop_assert_eq!(later + trail.gone, cell.hits, "every hit instance goes on, comes back, or is gone");
            prop_assert_eq!((&trail.others_here, &trail.others_reference), (&parts[i].others_here, &parts[i].others_reference));
            // Its own hits are those of its probe, here and in the reference.
            let own = |with: With| With { exposed: with.hits, hits: with.hits };
            prop_assert_eq!((trail.others_here[i], trail.others_reference[i]), (own(trail.here), own(trail.reference)));
            for (other, target) in targets.iter().enumerate().filter(|(_, target)| target.group.probe == targets[i].group.probe) {
                prop_assert_eq!(trail.others_here[other], trail.others_here[i], "of one probe, whatever the group {:?}", target);
            }
        }
    }
}

#[test]
fn goal_values_stand_beside_hits() {
    let one = |id: i64, time: Vec<i64>, label: Vec<u32>, value: Vec<f64>| Customer {
        id,
        mask: vec![0; time.len()],
        channel: vec![0; time.len()],
        score: vec![f64::NAN; time.len()],
        facet: vec![NO_FACET; 2 * time.len()],
        facets: 2,
        marked: Vec::new(),
        case: Vec::new(),
        until: Vec::new(),
        held: Vec::new(),
        lane: Vec::new(),
        campaign: Vec::new(),
        time,
        label,
        value,
        ..Customer::default()
    };
    // Both come back to stage 1; the first buys for 30, the second for 50 without a detour.
    let customers = vec![
        one(1, vec![1_010, 1_011, 1_012, 1_013], vec![2, 4, 2, 5], vec![f64::NAN, f64::NAN, f64::NAN, 30.0]),
        one(2, vec![1_010, 1_011], vec![2, 5], vec![f64::NAN, 50.0]),
    ];
    let population = Population::new(customers, slicer(10));
    let search = Search::new(config(vec![Probe { stage: 1, test: Test::Loop }])).unwrap();
    let cell = search.answer(population.run(&search)).cells[0];
    assert_eq!((cell.exposed, cell.hits), (2, 1));
    assert_eq!((cell.value_hit.value(), cell.value_other.value()), (30.0, 50.0));
    let seen: BTreeSet<i64> = population.customers.iter().map(|customer| customer.id).collect();
    assert_eq!(seen.len() as u64, cell.customers);
}
