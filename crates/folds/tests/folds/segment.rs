//! Segments against a naive reading of their definition, and the laws membership obeys.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Customer, Population, Shape, customers};
use folds::segment::{
    Config, Days, Events, Extreme, Measure, Member, Members, Number, Pick, Program, Roll, Segments, Sequence, Test,
};
use folds::slice::Run;
use folds::{Fold, Slicer};
use model::period::Span;
use model::segment::{Bounds, Within};
use proptest::prelude::*;

const SHAPE: Shape = Shape { labels: 3, steps: 4, channels: 2, events: 12, gap_us: 6 };

/// Days of ten microseconds, one of them short.
fn days() -> Days {
    Days(vec![1_000, 1_010, 1_017, 1_027, 1_037, 1_047, 1_057, 1_067, 1_077, 1_087, 1_097, 1_107, 1_117])
}

fn within() -> impl Strategy<Value = Within> {
    let span = |most: i64| prop::option::weighted(0.5, (1..most).prop_map(Span::from_us));
    let moment = prop::option::weighted(0.2, 995..1_060i64);
    (span(40), span(20), moment.clone(), moment).prop_map(|(last, before, from_us, to_us)| Within {
        last,
        before,
        from_us,
        to_us,
    })
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (0..5usize, prop_oneof![(0..4i32).prop_map(f64::from), -1e4..1e4f64]).prop_map(|(which, number)| {
        let mut bounds = Bounds::default();
        *[&mut bounds.eq, &mut bounds.gt, &mut bounds.gte, &mut bounds.lt, &mut bounds.lte][which] = Some(number);
        bounds
    })
}

fn measure() -> impl Strategy<Value = Measure> {
    prop_oneof![
        4 => Just(Measure::Count),
        2 => Just(Measure::Days),
        1 => (0..2usize).prop_map(Measure::Sum),
        1 => (0..2usize).prop_map(Measure::Min),
        1 => (0..2usize).prop_map(Measure::Max),
        1 => (0..2usize).prop_map(Measure::Mean),
        1 => (0..2usize).prop_map(Measure::Earliest),
        1 => (0..2usize).prop_map(Measure::Latest),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let number = (0..4u32, prop::option::weighted(0.2, 0..4u32), within(), measure(), bounds())
        .prop_map(|(bit, unless, within, measure, is)| Test::Number(Number { bit, unless, within, measure, is }));
    let extreme =
        (0..4u32, any::<bool>(), within()).prop_map(|(bit, last, within)| Test::Extreme(Extreme { bit, last, within }));
    let sequence = (prop::collection::vec(0..4u32, 1..4), prop_oneof![Just(i64::MAX), 0..30i64], within())
        .prop_map(|(bits, span_us, within)| Test::Sequence(Sequence { bits, span_us, within }));
    let leaf = prop_oneof![3 => number, 1 => extreme, 2 => sequence];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Test::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Test::Any),
            inner.prop_map(|test| Test::Not(Box::new(test))),
        ]
    })
}

/// What the definitions say, word by word.
fn naive(test: &Test, customer: &Customer, at_us: i64) -> bool {
    let has = |i: usize, bit: u32| customer.mask[i] & (1 << bit) != 0;
    let now: Vec<usize> = (0..customer.time.len()).filter(|i| customer.time[*i] <= at_us).collect();
    let inside = |within: &Within, i: usize| within.contains(customer.time[i], at_us);
    match test {
        Test::All(parts) => parts.iter().all(|part| naive(part, customer, at_us)),
        Test::Any(parts) => parts.iter().any(|part| naive(part, customer, at_us)),
        Test::Not(part) => !naive(part, customer, at_us),
        Test::Number(test) => {
            let counts = |i: &&usize| {
                has(**i, test.bit) && test.unless.is_none_or(|bit| !has(**i, bit)) && inside(&test.within, **i)
            };
            let found: Vec<usize> = now.iter().filter(counts).copied().collect();
            let values = |column: usize| -> Vec<f64> {
                let column = [&customer.value, &customer.score][column];
                found.iter().map(|i| column[*i]).filter(|value| !value.is_nan()).collect()
            };
            let day = |i: &usize| days().0.iter().filter(|edge| **edge <= customer.time[*i]).count();
            let number = match test.measure {
                Measure::Count => Some(found.len() as f64),
                Measure::Days => Some(found.iter().map(day).collect::<BTreeSet<_>>().len() as f64),
                // Cents would round alike; these values do not, so the sum is compared loosely below.
                Measure::Sum(column) => Some(exact_sum(&values(column))),
                Measure::Min(column) => values(column).into_iter().reduce(f64::min),
                Measure::Max(column) => values(column).into_iter().reduce(f64::max),
                Measure::Mean(column) => {
                    let values = values(column);
                    (!values.is_empty()).then(|| exact_sum(&values) / values.len() as f64)
                }
                Measure::Earliest(column) => values(column).first().copied(),
                Measure::Latest(column) => values(column).last().copied(),
            };
            number.is_some_and(|number| test.is.hold(number))
        }
        Test::Extreme(test) => {
            let mut found = now.iter().filter(|i| has(**i, test.bit));
            let found = if test.last { found.next_back() } else { found.next() };
            found.is_some_and(|i| inside(&test.within, *i))
        }
        Test::Sequence(test) => {
            let events: Vec<usize> = now.iter().filter(|i| inside(&test.within, **i)).copied().collect();
            chains(customer, &events, &test.bits)
                .iter()
                .any(|(start, end)| customer.time[*end] - customer.time[*start] <= test.span_us)
        }
        Test::Rfm(_) => unreachable!("tested with its own folds"),
    }
}

/// All (first, last) of events that match the bits in order.
fn chains(customer: &Customer, events: &[usize], bits: &[u32]) -> Vec<(usize, usize)> {
    let Some((bit, rest)) = bits.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    for (k, i) in events.iter().enumerate().filter(|(_, i)| customer.mask[**i] & (1 << bit) != 0) {
        if rest.is_empty() {
            found.push((*i, *i));
        } else {
            found.extend(chains(customer, &events[k + 1..], rest).into_iter().map(|(_, end)| (*i, end)));
        }
    }
    found
}

/// In whole numbers of 2⁻⁶⁴, as money is added up.
fn exact_sum(values: &[f64]) -> f64 {
    let one = 2f64.powi(64);
    values.iter().map(|value| (value * one) as i128).sum::<i128>() as f64 / one
}

fn with_events<T>(customer: &Customer, then: impl FnOnce(&Events<'_>) -> T) -> T {
    let columns = [customer.value.as_slice(), customer.score.as_slice()];
    then(&Events { customer: customer.id, time: &customer.time, mask: &customer.mask, columns: &columns })
}

fn truth(tests: &[Test], customer: &Customer, at_us: i64) -> u64 {
    if customer.time.first().is_none_or(|first| *first > at_us) {
        return 0;
    }
    (0..).zip(tests).map(|(k, test)| u64::from(naive(test, customer, at_us)) << k).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn membership_is_what_the_definition_says(
        tests in prop::collection::vec(test(), 1..4), customers in customers(SHAPE), at_us in 995..1_130i64,
    ) {
        let program = Program::new(tests.clone(), days()).unwrap();
        for customer in &customers {
            let found = with_events(customer, |events| program.at(events, at_us));
            prop_assert_eq!(found, truth(&tests, customer, at_us));
        }
    }

    #[test]
    fn membership_holds_until_the_moment_said_and_changes_then(
        tests in prop::collection::vec(test(), 1..3), customers in customers(SHAPE), at_us in 995..1_130i64,
    ) {
        let program = Program::new(tests.clone(), days()).unwrap();
        for customer in &customers {
            let (bits, until_us) = with_events(customer, |events| program.steady(events, at_us));
            prop_assert_eq!(bits, truth(&tests, customer, at_us));
            prop_assert!(until_us > at_us);
            for later in at_us..until_us.min(1_300) {
                prop_assert_eq!(truth(&tests, customer, later), bits, "{} of {}..{}", later, at_us, until_us);
            }
            let comes = customer.time.contains(&until_us);
            prop_assert!(until_us == i64::MAX || comes || truth(&tests, customer, until_us) != bits);
        }
    }

    #[test]
    fn runs_say_the_same_as_each_moment_alone(
        tests in prop::collection::vec(test(), 1..3), customers in customers(SHAPE),
        moments in prop::collection::btree_set(990..1_130i64, 1..20),
    ) {
        let program = Program::new(tests, days()).unwrap();
        let moments: Vec<i64> = moments.into_iter().collect();
        for customer in &customers {
            let mut runs = vec![Run { from: 9, bits: 9 }];
            with_events(customer, |events| program.runs(events, &moments, &mut runs));
            let found = folds::slice::Membership { runs: &runs[1..], until_us: 0 };
            for (k, moment) in moments.iter().enumerate() {
                prop_assert_eq!(found.at(k as u32), with_events(customer, |events| program.at(events, *moment)));
            }
        }
    }

    #[test]
    fn sizes_are_counted_and_opened_alike_and_merge(
        tests in prop::collection::vec(test(), 1..4), mut customers in customers(SHAPE),
        moments in prop::collection::btree_set(990..1_130i64, 1..6), parts in prop::collection::vec(0..3usize, 1..6),
    ) {
        let program = Program::new(tests.clone(), days()).unwrap();
        let moments: Vec<i64> = moments.into_iter().collect();
        for customer in &mut customers {
            let mut runs = Vec::new();
            with_events(customer, |events| program.runs(events, &moments, &mut runs));
            customer.runs = runs;
        }
        let population = Population::new(customers, Slicer::Session { timeout_us: 4 });
        let fold =
            Segments::new(Config { first: 0, count: tests.len() as u32, moments_us: moments.clone() }).unwrap();
        let state = population.run(&fold);
        prop_assert_eq!(&state, &population.run_in_parts(&fold, &parts));
        let sizes = state.sizes(moments.len());
        for (k, moment) in moments.iter().enumerate() {
            let there: Vec<&Customer> =
                population.customers.iter().filter(|c| c.time.first().is_some_and(|t| t <= moment)).collect();
            prop_assert_eq!(sizes[k].population(), there.len() as u64);
            for bits in 0..1usize << tests.len() {
                let exactly = there.iter().filter(|c| truth(&tests, c, *moment) == bits as u64).count();
                prop_assert_eq!(sizes[k].exactly[bits], exactly as u64);
                let all = there.iter().filter(|c| truth(&tests, c, *moment) & bits as u64 == bits as u64).count();
                prop_assert_eq!(sizes[k].in_all(bits), all as u64);
                let whole = (1u64 << tests.len()) - 1;
                let only = Pick { moment: k as u32, all: bits as u64, none: whole & !(bits as u64) };
                let within = Pick { moment: k as u32, all: bits as u64, none: 0 };
                let whole_customers = Population { slicer: Slicer::Customer, ..population.clone() };
                prop_assert_eq!(whole_customers.picked(&fold, &only).1, exactly as u64);
                prop_assert_eq!(whole_customers.picked(&fold, &within).1, all as u64);
            }
        }
    }

    /// The law of live segments: looking again only at those who are due and those to whom something happened gives
    /// the same roll as looking at everybody.
    #[test]
    fn an_updated_roll_is_that_of_a_full_scan(
        test in test(), world in customers(Shape { events: 16, ..SHAPE }), acts in prop::collection::vec(act(), 1..25),
    ) {
        let program = Program::new(vec![test], days()).unwrap();
        let mut world = World::new(world);
        let mut roll = Roll::of(&world.scan(&program, None));
        for act in acts {
            let touched = world.apply(act);
            let looked_at: BTreeSet<i64> = touched.union(&roll.due(world.now_us)).copied().collect();
            let before: BTreeSet<i64> = roll.members().collect();
            let change = roll.update(&looked_at, &world.scan(&program, Some(&looked_at)));
            prop_assert_eq!(&roll, &Roll::of(&world.scan(&program, None)));
            let after: BTreeSet<i64> = roll.members().collect();
            prop_assert_eq!(change.entered, after.difference(&before).copied().collect::<Vec<_>>());
            prop_assert_eq!(change.left, before.difference(&after).copied().collect::<Vec<_>>());
        }
    }
}

/// Something that happens in the world, by number of a customer.
#[derive(Debug, Clone)]
enum Act {
    Wait(i64),
    /// An event so long ago, or ahead.
    Event {
        of: usize,
        ago_us: i64,
        mask: u64,
        value: f64,
    },
    /// The first takes all events of the second.
    Merge(usize, usize),
    /// Half of the events go to a customer who had none.
    Split(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..25i64).prop_map(Act::Wait),
        (0..9usize, -10..30i64, 0..16u64, -1e4..1e4f64).prop_map(|(of, ago_us, mask, value)| Act::Event {
            of,
            ago_us,
            mask,
            value
        }),
        (0..9usize, 0..9usize).prop_map(|(a, b)| Act::Merge(a, b)),
        (0..9usize).prop_map(Act::Split),
    ]
}

#[derive(Debug)]
struct World {
    now_us: i64,
    /// (time, mask, value) by customer.
    events: BTreeMap<i64, Vec<(i64, u64, f64)>>,
    next_id: i64,
}

impl World {
    fn new(customers: Vec<Customer>) -> World {
        let events = customers.into_iter().map(|c| {
            let rows = (0..c.time.len()).map(|i| (c.time[i], c.mask[i], c.value[i])).collect();
            (c.id, rows)
        });
        World { now_us: 1_030, events: events.collect(), next_id: 100 }
    }

    fn id(&self, nth: usize) -> Option<i64> {
        let count = self.events.len();
        (count > 0).then(|| self.events.keys().nth(nth % count).copied()).flatten()
    }

    /// Lets it happen; gives the customers it happened to.
    fn apply(&mut self, act: Act) -> BTreeSet<i64> {
        match act {
            Act::Wait(span_us) => {
                self.now_us += span_us;
                BTreeSet::new()
            }
            Act::Event { of, ago_us, mask, value } => {
                let id = self.id(of).unwrap_or(1);
                let events = self.events.entry(id).or_default();
                let time_us = self.now_us - ago_us;
                events.insert(events.partition_point(|event| event.0 <= time_us), (time_us, mask, value));
                BTreeSet::from([id])
            }
            Act::Merge(a, b) => match (self.id(a), self.id(b)) {
                (Some(a), Some(b)) if a != b => {
                    let taken = self.events.remove(&b).unwrap_or_default();
                    let events = self.events.entry(a).or_default();
                    events.extend(taken);
                    events.sort_by_key(|event| event.0);
                    BTreeSet::from([a, b])
                }
                _ => BTreeSet::new(),
            },
            Act::Split(of) => {
                let Some(id) = self.id(of) else { return BTreeSet::new() };
                let events = self.events.entry(id).or_default();
                let half = events.split_off(events.len() / 2);
                self.next_id += 1;
                self.events.insert(self.next_id, half);
                BTreeSet::from([id, self.next_id])
            }
        }
    }

    /// The membership of everybody, or of some, as the fold lists it.
    fn scan(&self, program: &Program, only: Option<&BTreeSet<i64>>) -> Vec<Member> {
        let fold = Members { bit: 0, moment: 0 };
        let mut state = fold.state();
        for (id, events) in self.events.iter().filter(|(id, _)| only.is_none_or(|only| only.contains(id))) {
            let mut customer = Customer { id: *id, ..Customer::default() };
            for (time_us, mask, value) in events {
                customer.time.push(*time_us);
                customer.mask.push(*mask);
                customer.value.push(*value);
                customer.score.push(f64::NAN);
            }
            let (bits, until_us) = with_events(&customer, |events| program.steady(events, self.now_us));
            customer.runs = vec![Run { from: 0, bits }];
            customer.until_us = until_us;
            if !customer.time.is_empty() {
                fold.fold(&mut state, &customer.slice());
            }
        }
        state.found
    }
}

#[test]
fn a_purchase_of_the_last_thirty_days_expires_to_the_microsecond() {
    let last = Within::last(Span::from_us(30));
    let test =
        Test::Number(Number { bit: 0, unless: None, within: last, measure: Measure::Count, is: Bounds::at_least(2.0) });
    let program = Program::new(vec![test], Days::default()).unwrap();
    let events = Events { customer: 1, time: &[0, 10, 15], mask: &[1, 1, 1], columns: &[] };
    assert_eq!(program.steady(&events, 9), (0, 10), "the second one comes");
    assert_eq!(program.steady(&events, 15), (1, 40), "when the second one is thirty old, one is left");
    assert_eq!(program.steady(&events, 39), (1, 40));
    assert_eq!(program.steady(&events, 40), (0, i64::MAX));
    assert_eq!(program.steady(&events, -1), (0, 0), "nobody is in a segment before the first event");
}

#[test]
fn who_did_not_is_a_member_only_once_known() {
    let did = Number { bit: 0, unless: None, within: Within::EVER, measure: Measure::Count, is: Bounds::at_least(1.0) };
    let program = Program::new(vec![Test::Not(Box::new(Test::Number(did)))], Days::default()).unwrap();
    let events = Events { customer: 1, time: &[10, 20], mask: &[0, 1], columns: &[] };
    assert_eq!([5, 10, 19, 20].map(|at| program.at(&events, at)), [0, 1, 1, 0]);
}

#[test]
fn too_many_of_anything_is_said() {
    let number = |bit| {
        Test::Number(Number { bit, unless: None, within: Within::EVER, measure: Measure::Count, is: Bounds::default() })
    };
    assert!(Program::new(vec![number(64)], Days::default()).is_err());
    assert!(Program::new((0..65).map(|_| number(0)).collect(), Days::default()).is_err());
    let config = |count, moments_us| Config { first: 0, count, moments_us };
    for config in [config(0, vec![1]), config(6, vec![1]), config(1, vec![]), config(1, vec![2, 1])] {
        assert!(Segments::new(config).is_err());
    }
}
