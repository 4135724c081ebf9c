//! The stage machine against naive questions about each instance, and its sums against each other.

use std::collections::BTreeSet;

use crate::support::{Customer, Population, Shape, customers};
use folds::counters::Tally;
use folds::journey::{Config, Ends, Exit, Here, Pick, Place, StageMachine};
use folds::who::{self, Who};
use folds::{End, Fold, Slicer};
use proptest::prelude::*;
use testkit::oracle::instances::{self, End as NaiveEnd};
use testkit::oracle::journey::{Event, Instance};

const STAGE_OF: [usize; 5] = [0, 1, 1, 2, 3];
const STAGES: usize = 4;
const CHANNELS: u32 = 3;

fn machine() -> StageMachine {
    planned(Vec::new())
}

fn planned(planned: Vec<usize>) -> StageMachine {
    let config = Config { stages: STAGES, stage_of: STAGE_OF.to_vec(), planned, value: true, score: true };
    StageMachine::new(config).unwrap()
}

/// Touchpoint 4 (label 5) is the goal.
fn slicer(gap_us: i64) -> Slicer {
    Slicer::Instance { gap_us, goal: vec![false, false, false, false, false, true] }
}

fn naive_instances(population: &Population, gap_us: i64) -> Vec<Instance> {
    let mut all = Vec::new();
    for customer in &population.customers {
        let split = instances::split(&customer.time, &customer.label, |label| label == 5, gap_us, population.as_of_us);
        for (events, end) in split {
            if !population.entry.contains(customer.time[events[0]]) {
                continue;
            }
            let event = |i: usize| {
                let touchpoint = customer.label[i] as usize - 1;
                Event {
                    time_us: customer.time[i],
                    touchpoint,
                    stage: STAGE_OF[touchpoint],
                    channel: customer.channel[i],
                    value: customer.value[i],
                    score: customer.score[i],
                }
            };
            all.push(Instance { customer: customer.id, events: events.into_iter().map(event).collect(), end });
        }
    }
    all
}

fn is_at(place: Place) -> impl Fn(&Event) -> bool {
    move |event| match place {
        Place::Stage(stage) => event.stage == stage,
        Place::Touchpoint(touchpoint) => event.touchpoint == touchpoint,
        Place::Cell { touchpoint, channel } => event.touchpoint == touchpoint && event.channel == channel,
        Place::StageChannel { stage, channel } => event.stage == stage && event.channel == channel,
        Place::Channel(channel) => event.channel == channel,
    }
}

/// What distinguishes runs at that kind of place.
fn run_key(place: Place) -> impl Fn(&Event) -> (usize, u32) {
    move |event| match place {
        Place::Stage(_) => (event.stage, 0),
        Place::Touchpoint(_) => (event.touchpoint, 0),
        Place::Cell { .. } => (event.touchpoint, event.channel),
        Place::StageChannel { .. } => (event.stage, event.channel),
        Place::Channel(_) => (0, event.channel),
    }
}

struct Case {
    population: Population,
    machine: StageMachine,
    instances: Vec<Instance>,
}

impl Case {
    /// The tally equals the naive count, and what the pick names.
    fn check(&self, got: Tally, pick: Pick, keep: impl Fn(&Instance) -> bool) -> Result<(), TestCaseError> {
        let kept: Vec<i64> = self.instances.iter().filter(|i| keep(i)).map(|i| i.customer).collect();
        let customers = kept.iter().collect::<BTreeSet<_>>().len() as u64;
        prop_assert_eq!(got, Tally::of(kept.len() as u64, customers), "{:?}", pick);
        prop_assert_eq!(self.population.picked(&self.machine, &pick), (kept.len() as u64, customers), "{:?}", pick);
        Ok(())
    }

    /// Each end counts those of the kept instances that ended so.
    fn check_ends(&self, ends: &Ends, keep: impl Fn(&Instance) -> bool) -> Result<(), TestCaseError> {
        for (got, end) in [(ends.goal, NaiveEnd::Goal), (ends.left, NaiveEnd::Left), (ends.open, NaiveEnd::Open)] {
            let so = |i: &&Instance| keep(i) && i.end == end;
            prop_assert_eq!(got.count, self.instances.iter().filter(so).count() as u64, "{:?}", end);
        }
        Ok(())
    }

    fn check_here(&self, here: &Here, place: Place) -> Result<(), TestCaseError> {
        let at = is_at(place);
        let events = || self.instances.iter().flat_map(|i| &i.events).filter(|event| at(event));
        let passed = |i: &Instance| i.events.iter().any(&at);
        prop_assert_eq!(here.events, events().count() as u64, "{:?}", place);
        let runs: usize = self.instances.iter().map(|i| i.runs(run_key(place), &at)).sum();
        prop_assert_eq!(here.entries, runs as u64, "{:?}", place);
        prop_assert_eq!(here.repeats, self.instances.iter().map(|i| i.repeats(&at)).sum::<usize>() as u64);
        self.check(here.reached, Pick::At(place), passed)?;
        self.check(here.to_goal, Pick::ToGoal(place), |i| passed(i) && i.end == NaiveEnd::Goal)?;
        self.check(here.open, Pick::OpenAt(place), |i| passed(i) && i.end == NaiveEnd::Open)?;
        self.check(here.onward, Pick::Onward(place), |i| i.goes_on_from(&at))?;
        let waits = |i: &&Instance| passed(i) && i.end == NaiveEnd::Open && !i.goes_on_from(&at);
        prop_assert_eq!(here.waiting(), self.instances.iter().filter(waits).count() as u64, "{:?}", place);
        let scores: Vec<f64> = events().map(|event| event.score).filter(|score| !score.is_nan()).collect();
        prop_assert_eq!(here.scores, scores.len() as u64);
        prop_assert_eq!(here.score.value(), scores.iter().sum::<f64>());
        let goal = |i: &&Instance| i.end == NaiveEnd::Goal && !i.events[i.events.len() - 1].value.is_nan();
        let goals = || self.instances.iter().filter(goal).map(|i| (i, &i.events[i.events.len() - 1]));
        let value: f64 = goals().filter(|(_, last)| at(last)).map(|(_, last)| last.value).sum();
        let through: f64 = goals().filter(|(i, _)| passed(i)).map(|(_, last)| last.value).sum();
        prop_assert!((here.value.value() - value).abs() < 1e-6);
        prop_assert!((here.value_through.value() - through).abs() < 1e-6);
        Ok(())
    }
}

const SHAPE: Shape = Shape { labels: 5, steps: 1, channels: CHANNELS, events: 24, gap_us: 6 };

proptest! {
    #[test]
    fn the_map_is_what_naive_questions_answer(
        customers in customers(SHAPE),
        gap_us in 1i64..7,
        late in 0i64..6,
        entry in prop::option::of(990i64..1_040),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, slicer(gap_us));
        population.as_of_us += late;
        population.entry.from_us = entry;
        let instances = naive_instances(&population, gap_us);
        let case = Case { population, machine: machine(), instances };
        let state = case.population.run(&case.machine);
        prop_assert_eq!(&case.population.run_in_parts(&case.machine, &parts), &state);
        let map = case.machine.answer(state);

        case.check(map.totals.instances, Pick::All, |_| true)?;
        case.check(map.totals.goal, Pick::Ended(End::Goal), |i| i.end == NaiveEnd::Goal)?;
        case.check(map.totals.left, Pick::Ended(End::Left), |i| i.end == NaiveEnd::Left)?;
        case.check(map.totals.open, Pick::Ended(End::Open), |i| i.end == NaiveEnd::Open)?;
        prop_assert_eq!(map.totals.events, case.instances.iter().map(|i| i.events.len() as u64).sum::<u64>());

        for (s, stage) in map.stages.iter().enumerate() {
            case.check_here(&stage.here, Place::Stage(s))?;
            case.check(stage.starts.all, Pick::Starts(s), |i| i.events[0].stage == s)?;
            case.check_ends(&stage.starts, |i| i.events[0].stage == s)?;
            let here = |event: &Event| event.stage == s;
            let waits =
                |i: &Instance| i.end == NaiveEnd::Open && i.events.iter().any(here) && !i.goes_on_from(here);
            case.check(stage.waiting, Pick::Waiting(s), waits)?;
            prop_assert_eq!(stage.waiting.subjects.count, stage.here.waiting());
            case.check(stage.loops.tally, Pick::Looped(s), |i| i.stages().iter().filter(|at| **at == s).count() > 1)?;
            let extra: usize = case.instances.iter()
                .map(|i| i.stages().iter().filter(|at| **at == s).count().saturating_sub(1)).sum();
            prop_assert_eq!(stage.loops.stays, extra as u64);
            for (end, naive, tally) in [
                (End::Left, NaiveEnd::Left, stage.furthest_left),
                (End::Open, NaiveEnd::Open, stage.furthest_open),
                (End::Goal, NaiveEnd::Goal, stage.furthest_goal),
            ] {
                case.check(tally, Pick::Furthest { stage: s, end }, |i| i.end == naive && i.furthest() == Some(s))?;
            }
            for exit in Exit::ALL {
                let ends = |i: &Instance| -> usize {
                    let stages = i.stages();
                    (0..stages.len()).filter(|n| stages[*n] == s).filter(|n| match stages.get(n + 1) {
                        Some(next) => exit == if *next > s { Exit::Forward } else { Exit::Back },
                        None => exit == match i.end {
                            NaiveEnd::Goal => Exit::Goal,
                            NaiveEnd::Left => Exit::Leave,
                            NaiveEnd::Open => Exit::Open,
                        },
                    }).count()
                };
                let stays: usize = case.instances.iter().map(ends).sum();
                prop_assert_eq!(stage.exit(exit).stays, stays as u64);
                case.check(stage.exit(exit).tally, Pick::Exits { stage: s, exit }, |i| ends(i) > 0)?;
            }
            let mut lengths: Vec<i64> = case.instances.iter().flat_map(|i| i.stay_lengths_us(s)).collect();
            lengths.sort_unstable();
            let held: Vec<i64> = stage.stay_us.sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]).collect();
            prop_assert_eq!(held, lengths);
            for to in 0..STAGES {
                let moves = |i: &Instance| i.stages().windows(2).filter(|pair| *pair == [s, to]).count();
                let stays: usize = case.instances.iter().map(moves).sum();
                prop_assert_eq!(map.moves[s][to].stays, stays as u64);
                case.check(map.moves[s][to].ends.all, Pick::Moved { from: s, to }, |i| moves(i) > 0)?;
                case.check_ends(&map.moves[s][to].ends, |i| moves(i) > 0)?;
            }
        }
        for (touchpoint, here) in map.touchpoints.iter().enumerate() {
            case.check_here(here, Place::Touchpoint(touchpoint))?;
        }
        for ((touchpoint, channel), here) in &map.cells {
            case.check_here(here, Place::Cell { touchpoint: *touchpoint as usize, channel: *channel })?;
        }
        for ((stage, channel), here) in &map.stage_channels {
            case.check_here(here, Place::StageChannel { stage: *stage as usize, channel: *channel })?;
        }
        for (channel, here) in &map.channels {
            case.check_here(here, Place::Channel(*channel))?;
        }
    }

    #[test]
    fn the_planned_way_is_what_naive_steps_say(
        customers in customers(SHAPE),
        gap_us in 1i64..7,
        late in 0i64..6,
        chosen in 0u8..16,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, slicer(gap_us));
        population.as_of_us += late;
        let instances = naive_instances(&population, gap_us);
        let way: Vec<usize> = (0..STAGES).filter(|stage| chosen >> stage & 1 != 0).collect();
        let case = Case { population, machine: planned(way.clone()), instances };
        let state = case.population.run(&case.machine);
        prop_assert_eq!(&case.population.run_in_parts(&case.machine, &parts), &state);
        let map = case.machine.answer(state);

        let way = if way.is_empty() { (0..STAGES).collect() } else { way };
        let on_way = |i: &Instance| i.deviations(&way).is_empty();
        case.check(map.totals.on_way.all, Pick::OnWay, on_way)?;
        case.check(map.totals.off_way.all, Pick::OffWay, |i| !on_way(i))?;
        case.check_ends(&map.totals.on_way, on_way)?;
        case.check_ends(&map.totals.off_way, |i| !on_way(i))?;

        // Who is off the way is behind a start or a move that the way does not have, and nobody else is.
        let starts: u64 = map.stages.iter().map(|stage| stage.starts.all.subjects.count).sum();
        let right_starts = map.stages[way[0]].starts.all.subjects.count;
        let wrong_moves = (0..STAGES).flat_map(|from| (0..STAGES).map(move |to| (from, to)))
            .filter(|(from, to)| !way.windows(2).any(|pair| pair == [*from, *to]));
        let wrong_moves: u64 = wrong_moves.map(|(from, to)| map.moves[from][to].ends.all.subjects.count).sum();
        let named: usize = case.instances.iter().map(|i| i.deviations(&way).len()).sum();
        prop_assert_eq!(starts - right_starts + wrong_moves, named as u64);
        let off = map.totals.off_way.all.subjects.count;
        prop_assert!(named as u64 >= off);
    }

    #[test]
    fn the_sums_of_a_map_agree(customers in customers(SHAPE), gap_us in 1i64..7, late in 0i64..6) {
        let mut population = Population::new(customers, slicer(gap_us));
        population.as_of_us += late;
        let map = machine().answer(population.run(&machine()));
        let totals = &map.totals;
        let subjects = |tally: &Tally| tally.subjects.count;
        prop_assert_eq!(
            subjects(&totals.instances),
            subjects(&totals.goal) + subjects(&totals.left) + subjects(&totals.open)
        );
        for (s, stage) in map.stages.iter().enumerate() {
            let exits: u64 = Exit::ALL.iter().map(|exit| stage.exit(*exit).stays).sum();
            let arrivals: u64 = map.moves.iter().map(|row| row[s].stays).sum();
            prop_assert_eq!(stage.here.entries, exits, "stays end somehow");
            prop_assert_eq!(stage.here.entries, subjects(&stage.starts.all) + arrivals, "stays begin somewhere");
            let moved: u64 = map.moves[s].iter().map(|to| to.stays).sum();
            prop_assert_eq!(moved, stage.exit(Exit::Forward).stays + stage.exit(Exit::Back).stays);
            prop_assert_eq!(stage.here.entries - stage.loops.stays, subjects(&stage.here.reached));
            prop_assert_eq!(stage.stay_us.count(), stage.here.entries - stage.exit(Exit::Open).stays);
            let cells = map.cells.iter().filter(|cell| STAGE_OF[cell.0.0 as usize] == s);
            prop_assert_eq!(cells.map(|cell| cell.1.events).sum::<u64>(), stage.here.events);
        }
        for (touchpoint, here) in map.touchpoints.iter().enumerate() {
            let cells: Vec<&Here> =
                map.cells.iter().filter(|cell| cell.0.0 as usize == touchpoint).map(|cell| &cell.1).collect();
            prop_assert_eq!(cells.iter().map(|cell| cell.events).sum::<u64>(), here.events);
            prop_assert_eq!(cells.iter().map(|cell| cell.repeats).sum::<u64>(), here.repeats);
            prop_assert_eq!(here.repeats, here.events - subjects(&here.reached));
        }
        let sum = |of: &dyn Fn(&folds::journey::Stage) -> u64| map.stages.iter().map(of).sum::<u64>();
        prop_assert_eq!(sum(&|stage| stage.here.events), totals.events);
        prop_assert_eq!(map.channels.iter().map(|(_, here)| here.events).sum::<u64>(), totals.events);
        prop_assert_eq!(sum(&|stage| subjects(&stage.starts.all)), subjects(&totals.instances));
        prop_assert_eq!(sum(&|stage| subjects(&stage.furthest_left)), subjects(&totals.left));
        prop_assert_eq!(sum(&|stage| subjects(&stage.exit(Exit::Leave).tally)), subjects(&totals.left));
        prop_assert_eq!(sum(&|stage| subjects(&stage.furthest_open)), subjects(&totals.open));
        prop_assert_eq!(sum(&|stage| subjects(&stage.exit(Exit::Open).tally)), subjects(&totals.open));
        prop_assert_eq!(sum(&|stage| subjects(&stage.exit(Exit::Goal).tally)), subjects(&totals.goal));
        prop_assert_eq!(sum(&|stage| subjects(&stage.furthest_goal)), subjects(&totals.goal));
        prop_assert_eq!(totals.to_goal_us.count(), subjects(&totals.goal));
        let (on, off) = (&totals.on_way, &totals.off_way);
        prop_assert_eq!(subjects(&totals.instances), subjects(&on.all) + subjects(&off.all));
        prop_assert_eq!(subjects(&totals.goal), on.goal.count + off.goal.count);
        prop_assert_eq!(subjects(&totals.left), on.left.count + off.left.count);
        prop_assert_eq!(subjects(&totals.open), on.open.count + off.open.count);
    }

    #[test]
    fn the_customers_behind_a_number_are_as_many_as_it_says(
        customers in customers(SHAPE),
        after in prop::option::of(-20i64..10),
        page in 0usize..5,
        unless in any::<bool>(),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let population = Population::new(customers, slicer(3));
        let (pick, taken_back) = (Pick::At(Place::Stage(1)), Pick::Ended(End::Goal));
        let config = who::Config { pick: pick.clone(), unless: unless.then(|| taken_back.clone()), after, page };
        let who = Who::new(machine(), config).unwrap();
        let got = who.answer(population.run(&who));

        let mut picked: Vec<i64> = Vec::new();
        let mut excluded = BTreeSet::new();
        population.each(|subject| {
            if machine().picks(subject, &pick) {
                picked.push(subject.customer);
            }
            if unless && machine().picks(subject, &taken_back) {
                excluded.insert(subject.customer);
            }
        });
        picked.retain(|customer| !excluded.contains(customer));
        let all: BTreeSet<i64> = picked.iter().copied().collect();
        prop_assert_eq!(got.subjects, picked.len() as u64);
        prop_assert_eq!(got.customers, all.len() as u64);
        let ids: Vec<i64> = all.into_iter().filter(|id| after.is_none_or(|after| *id > after)).take(page).collect();
        prop_assert_eq!(&got.ids, &ids);
        prop_assert_eq!(who.answer(population.run_in_parts(&who, &parts)), got);
    }
}

#[test]
fn one_instance_read_by_hand() {
    // Touchpoints 0 | 1 2 | 3 | 4 (goal), by stage. Forward, back, a loop, then the goal.
    let customer = Customer {
        id: 9,
        time: vec![0, 10, 15, 30, 70, 100],
        label: vec![1, 2, 3, 4, 2, 5],
        channel: vec![0, 0, 1, 1, 1, 0],
        value: vec![f64::NAN, f64::NAN, f64::NAN, f64::NAN, f64::NAN, 40.25],
        score: vec![f64::NAN, 3.0, 5.0, f64::NAN, 4.0, f64::NAN],
        ..Customer::default()
    };
    let population = Population::new(vec![customer], slicer(1_000));
    let map = machine().answer(population.run(&machine()));
    let stage = &map.stages[1];
    assert_eq!((stage.here.events, stage.here.entries, stage.here.repeats), (3, 2, 1));
    assert_eq!((stage.loops.stays, stage.exit(Exit::Forward).stays, stage.exit(Exit::Back).stays), (1, 2, 0));
    assert_eq!(stage.stay_us.sorted(), [(20, 1), (30, 1)]);
    assert_eq!((stage.here.score.value(), stage.here.scores), (12.0, 3));
    assert_eq!((stage.here.value.value(), stage.here.value_through.value()), (0.0, 40.25));
    assert_eq!(map.stages[2].exit(Exit::Back).stays, 1);
    assert_eq!(map.stages[3].exit(Exit::Goal).tally, Tally::of(1, 1));
    assert_eq!((map.stages[3].here.value.value(), map.totals.value.value()), (40.25, 40.25));
    assert_eq!(map.totals.to_goal_us.sorted(), [(100, 1)]);
    assert_eq!(map.moves[2][1].stays, 1);
    assert_eq!(map.stay_us(1), Some((25.0, 29.0)));
    assert_eq!((map.totals.on_way.all, map.totals.off_way.goal.count), (Tally::of(0, 0), 1));
}

#[test]
fn impossible_definitions_are_refused() {
    for (stages, stage_of, planned) in [
        (0, vec![], vec![]),
        (51, vec![0], vec![]),
        (2, vec![0, 2], vec![]),
        (1, vec![0; 501], vec![]),
        (2, vec![0, 1], vec![2]),
        (2, vec![0, 1], vec![1, 0]),
        (2, vec![0, 1], vec![1, 1]),
    ] {
        let refused = StageMachine::new(Config { stages, stage_of, planned, ..Config::default() });
        assert_eq!(refused.unwrap_err().kind(), folds::Kind::Invalid);
    }
    let who = Who::new(machine(), who::Config::first(Pick::All, 1_000_000));
    assert_eq!(who.unwrap_err().kind(), folds::Kind::Invalid);
}

#[test]
fn damaged_partials_are_errors() {
    let machine = machine();
    let bytes = folds::fold::encode(&machine.state()).unwrap();
    let cut: Result<<StageMachine as Fold>::State, _> = folds::fold::decode(&bytes[..bytes.len() / 2]);
    let error = cut.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (folds::Kind::Corrupt, false));
}
