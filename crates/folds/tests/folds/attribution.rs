//! Attribution against the golden, the textbook and naive definitions.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Customer, Population, Shape, customers, ecom_customers};
use folds::attribution::{
    Attribution, CONVERSION, Config, Credited, DIRECT, Earlier, Model, Pick, Position, State, TOUCH,
};
use folds::{End, Fold, Slice, Slicer};
use model::period::{DAY_US, Period};
use proptest::prelude::*;
use testkit::golden;

const TOUCHES: [&str; 9] = [
    "promo_page",
    "search",
    "catalog",
    "filter_results",
    "wishlist_add",
    "compare",
    "review_page",
    "support_chat",
    "account_page",
];

/// The sample shop: purchases and the golden's nine touches, whose labels are 1 to 9.
fn ecom() -> Population {
    let ecom = testkit::ecom();
    let code = |name: &str| ecom.event_code(name) as u32 + 1;
    let (purchase, touches) = (code("purchase"), TOUCHES.map(code));
    let mut customers = ecom_customers(&ecom);
    for customer in &mut customers {
        let touch = |label: &u32| touches.iter().position(|touch| touch == label).map_or(0, |at| at as u32 + 1);
        customer.mask = customer
            .label
            .iter()
            .map(|l| {
                if *l == purchase {
                    CONVERSION
                } else if touch(l) > 0 {
                    TOUCH
                } else {
                    0
                }
            })
            .collect();
        customer.value = customer.label.iter().map(|l| if *l == purchase { 2.5 } else { f64::NAN }).collect();
        customer.label = customer.label.iter().map(touch).collect();
    }
    Population::new(customers, Slicer::Customer)
}

#[test]
fn ecom_purchases_are_credited_as_in_the_golden() {
    let population = ecom();
    let fold = Attribution::new(Config { values: 9, ..Config::default() }).unwrap();
    let state = population.run(&fold);
    let about = golden::json("attribution_ecom_timed.json");
    assert_eq!(state.conversions, about["conversions"].as_u64().unwrap());
    assert_eq!(state.without, about["conversions_without_touch"].as_u64().unwrap());
    assert_eq!(state.value.value(), 2.5 * state.conversions as f64);
    let models = [
        ("first", Model::First),
        ("last", Model::Last),
        ("linear", Model::Linear),
        ("position_40_20_40", Model::Position(Model::U)),
        ("time_decay_hl7d", Model::TimeDecay),
    ];
    for (column, model) in models {
        let credit = fold.credit(&state, model).unwrap();
        for row in golden::csv("attribution_ecom_timed.csv") {
            let code = TOUCHES.iter().position(|touch| *touch == row["touch"]).unwrap();
            let want: f64 = row[column].parse().unwrap();
            assert!((credit.conversions[code] - want).abs() < 1e-9, "{column} {row:?} {}", credit.conversions[code]);
            assert!((credit.value[code] - 2.5 * want).abs() < 1e-8, "{column} {row:?}");
        }
        // Nothing is left for other values.
        assert_eq!(credit.conversions[9], 0.0);
    }
}

#[test]
fn decay_halves_with_each_half_life() {
    let day = DAY_US;
    let fold = Attribution::new(Config { values: 4, lookback_us: 30 * day, ..Config::default() }).unwrap();
    let mut state = fold.state();
    let (time, label) = (&[0, 7 * day, 14 * day, 21 * day, 28 * day], &[1, 2, 3, 4, 0]);
    let mask = &[TOUCH, TOUCH, TOUCH, TOUCH, CONVERSION];
    fold.fold(&mut state, &Slice { customer: 1, time, label, mask, ..Slice::default() });
    let credit = fold.credit(&state, Model::TimeDecay).unwrap().conversions;
    for (got, want) in credit.iter().zip([1.0, 2.0, 4.0, 8.0]) {
        assert!((got - want / 15.0).abs() < 1e-15, "{credit:?}");
    }
}

#[test]
fn positions_of_one_two_and_more_touches() {
    let credit = |position: Position, touches: usize| {
        let fold = Attribution::new(Config { values: touches, ..Config::default() }).unwrap();
        let mut state = fold.state();
        let time: Vec<i64> = (0..=touches as i64).collect();
        let label: Vec<u32> = (1..=touches as u32 + 1).collect();
        let mask: Vec<u64> = (0..=touches).map(|i| if i < touches { TOUCH } else { CONVERSION }).collect();
        fold.fold(&mut state, &Slice { customer: 1, time: &time, label: &label, mask: &mask, ..Slice::default() });
        let mut credit = fold.credit(&state, Model::Position(position)).unwrap().conversions;
        credit.truncate(touches);
        credit.iter().map(|share| (share * 1e6).round() / 1e6).collect::<Vec<f64>>()
    };
    assert_eq!(credit(Model::U, 1), [1.0]);
    assert_eq!(credit(Model::U, 2), [0.5, 0.5]);
    assert_eq!(credit(Model::J, 2), [0.25, 0.75]);
    assert_eq!(credit(Model::INVERSE_J, 2), [0.75, 0.25]);
    assert_eq!(credit(Model::J, 4), [0.2, 0.1, 0.1, 0.6]);
    let middle = Position { first: 0.0, middle: 3.0, last: 0.0 };
    assert_eq!(credit(middle, 2), [0.5, 0.5]);
    assert_eq!(credit(middle, 3), [0.0, 1.0, 0.0]);
}

/// Chains of the last two of sixty values have more states than are factored.
#[test]
fn the_last_two_of_sixty_values_are_solved_too() {
    const VALUES: usize = 60;
    let config = Config { values: VALUES, lookback_us: 100, as_of_us: 10_000, ..Config::default() };
    let fold = Attribution::new(config).unwrap();
    let mut state = fold.state();
    let mut paths: Vec<(Vec<usize>, u64, u64)> = Vec::new();
    for (a, b) in (0..VALUES).flat_map(|a| (0..VALUES).map(move |b| (a, b))) {
        let path = vec![a, b, (a + b) % VALUES];
        let won = (7 * a + b) % 3 == 0;
        let mut label: Vec<u32> = path.iter().map(|code| *code as u32 + 1).collect();
        let mut mask = vec![TOUCH; 3];
        if won {
            label.push(0);
            mask.push(CONVERSION);
        }
        let time: Vec<i64> = (0..label.len() as i64).collect();
        let customer = (a * VALUES + b) as i64;
        fold.fold(
            &mut state,
            &Slice { customer, time: &time, label: &label, mask: &mask, end: End::Left, ..Slice::default() },
        );
        paths.push((path, u64::from(won), u64::from(!won)));
    }
    let removal = fold.removal(&state, 2).unwrap();
    assert_eq!(removal.states, VALUES * VALUES + VALUES);
    let whole = flow(&paths, 2, None);
    assert!((removal.conversion - whole).abs() < 1e-9, "{} {whole}", removal.conversion);
    for code in [0, 17, 59] {
        let want = 1.0 - flow(&paths, 2, Some(code)) / whole;
        assert!((removal.effects[code] - want).abs() < 1e-9, "{code} {} {want}", removal.effects[code]);
    }
    let credit = fold.credit(&state, Model::Markov(2)).unwrap();
    let won = paths.iter().map(|(_, won, _)| *won as f64).sum::<f64>();
    assert!((credit.conversions.iter().sum::<f64>() - won).abs() < 1e-6);
}

#[test]
fn edges_of_the_look_back_ties_and_the_period() {
    let run = |config: Config, time: &[i64], mask: &[u64], end: End| {
        let fold = Attribution::new(Config { values: 3, ..config }).unwrap();
        let mut state = fold.state();
        let label: Vec<u32> = (1..=time.len() as u32).collect();
        fold.fold(&mut state, &Slice { customer: 1, time, label: &label, mask, end, ..Slice::default() });
        state
    };
    let base = || Config { lookback_us: 10, as_of_us: 100, ..Config::default() };
    let paths = |state: &State| state.paths.sorted().iter().map(|(path, _)| path.to_vec()).collect::<Vec<_>>();
    // A touch just as old as the look-back counts, one a microsecond older does not.
    let state = run(base(), &[0, 1, 11], &[TOUCH, TOUCH, CONVERSION], End::Open);
    assert_eq!(paths(&state), [[1]]);
    // Of events at the same time, what stands before counts.
    let state = run(base(), &[5, 5, 5], &[TOUCH, CONVERSION, TOUCH], End::Left);
    assert_eq!((paths(&state), state.lost.subjects.count), (vec![vec![0], vec![2]], 1));
    // A conversion is no touch, even if it looks like one.
    let both = CONVERSION | TOUCH;
    let state = run(base(), &[1, 2, 3], &[TOUCH, both, CONVERSION], End::Open);
    assert_eq!((state.conversions, state.without), (2, 1));
    let keep = Config { earlier: Earlier::Keep, ..base() };
    let state = run(keep, &[1, 2, 3], &[TOUCH, both, CONVERSION], End::Open);
    assert_eq!((state.conversions, state.without, state.paths.get(&[0]).unwrap().conversions), (2, 0, 2));
    // The newest touches count, and the answer knows that there were more.
    let state = run(Config { touches: 1, ..base() }, &[1, 2, 3], &[TOUCH, TOUCH, CONVERSION], End::Open);
    assert_eq!((paths(&state), state.cut), (vec![vec![1]], 1));
    // A conversion belongs to the period it happens in; its touches may be older.
    let period = Period { from_us: Some(3), to_us: Some(4) };
    let state = run(Config { period, ..base() }, &[1, 2, 3], &[TOUCH, CONVERSION, CONVERSION], End::Open);
    assert_eq!((state.conversions, state.without), (1, 1));
    let state = run(Config { period, ..base() }, &[1, 2, 3], &[TOUCH, TOUCH, CONVERSION], End::Open);
    assert_eq!((state.conversions, state.without), (1, 0));
    // A path is open as long as its last touch may still lead to something.
    for (as_of_us, open) in [(21, 1), (22, 0)] {
        let state = run(Config { as_of_us, ..base() }, &[11], &[TOUCH], End::Open);
        assert_eq!(
            (state.open.subjects.count, state.lost.subjects.count, state.paths.len()),
            (open, 1 - open, 1 - open as usize)
        );
    }
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    let refused = |config: Config, what: &str| {
        let error = Attribution::new(config).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    refused(Config { values: 201, ..Config::default() }, "at most 200 values");
    refused(Config { touches: 0, ..Config::default() }, "1 to 1000 touches");
    refused(Config { lookback_us: -1, ..Config::default() }, "look-back");
    refused(Config { half_life_us: 0, ..Config::default() }, "half-life");
    let fold = Attribution::new(Config::default()).unwrap();
    let negative = Position { first: 1.0, middle: -1.0, last: 1.0 };
    assert!(fold.credit(&fold.state(), Model::Position(negative)).is_err());
    assert!(fold.credit(&fold.state(), Model::Markov(3)).is_err());
}

/// A conversion as the definition has it: touches (time, code, direct), time, value.
type Conversion = (Vec<(i64, usize, bool)>, i64, f64);

/// The definition, looked up for every conversion on its own.
fn conversions(subject: &Slice<'_>, config: &Config) -> Vec<Conversion> {
    let is = |at: usize, bit: u64| subject.mask[at] & bit != 0;
    (0..subject.len())
        .filter(|at| is(*at, CONVERSION) && config.period.contains(subject.time[*at]))
        .map(|at| {
            let after = match config.earlier {
                Earlier::Reset => (0..at).rev().find(|i| is(*i, CONVERSION)).map_or(0, |i| i + 1),
                Earlier::Keep => 0,
            };
            let mut touches: Vec<_> = (after..at)
                .filter(|i| is(*i, TOUCH) && !is(*i, CONVERSION))
                .filter(|i| subject.time[at] - subject.time[*i] <= config.lookback_us)
                .map(|i| (subject.time[i], code(subject.label[i], config.values), is(i, DIRECT)))
                .collect();
            touches.drain(..touches.len().saturating_sub(config.touches));
            (touches, subject.time[at], if subject.value[at].is_nan() { 0.0 } else { subject.value[at] })
        })
        .collect()
}

/// The path that led to nothing.
fn rest(subject: &Slice<'_>, config: &Config) -> Option<Vec<(i64, usize)>> {
    let after = (0..subject.len()).rev().find(|i| subject.mask[*i] & CONVERSION != 0).map_or(0, |i| i + 1);
    let touches: Vec<(i64, usize)> = (after..subject.len())
        .filter(|i| subject.mask[*i] & TOUCH != 0)
        .map(|i| (subject.time[i], code(subject.label[i], config.values)))
        .collect();
    let last = touches.last()?.0;
    if !config.period.contains(last) {
        return None;
    }
    let mut within: Vec<_> = touches.into_iter().filter(|touch| last - touch.0 <= config.lookback_us).collect();
    within.drain(..within.len().saturating_sub(config.touches));
    Some(within)
}

fn code(label: u32, values: usize) -> usize {
    if label == 0 || label as usize > values { values } else { label as usize - 1 }
}

/// Worth of every coalition, then Shapley's formula as it stands.
fn shapley(paths: &[(BTreeSet<usize>, f64)], players: usize) -> Vec<f64> {
    let worth = |coalition: usize| -> f64 {
        paths.iter().filter(|(set, _)| set.iter().all(|p| coalition >> p & 1 == 1)).map(|(_, n)| n).sum()
    };
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    (0..players)
        .map(|player| {
            let others = (0..1usize << players).filter(|coalition| coalition >> player & 1 == 0);
            others
                .map(|coalition| {
                    let size = coalition.count_ones() as usize;
                    let weight = factorial(size) * factorial(players - size - 1) / factorial(players);
                    weight * (worth(coalition | 1 << player) - worth(coalition))
                })
                .sum()
        })
        .collect()
}

/// Probability to convert, by letting mass flow until hardly any is left. `without`: mass that comes to it is lost.
fn flow(paths: &[(Vec<usize>, u64, u64)], order: usize, without: Option<usize>) -> f64 {
    let mut out: BTreeMap<Vec<usize>, BTreeMap<Option<Vec<usize>>, f64>> = BTreeMap::new();
    let mut converting: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    let mut start: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for (path, won, lost) in paths {
        let all = (*won + *lost) as f64;
        let state = |at: usize| path[(at + 1).saturating_sub(order)..=at].to_vec();
        *start.entry(state(0)).or_default() += all;
        for at in 1..path.len() {
            *out.entry(state(at - 1)).or_default().entry(Some(state(at))).or_default() += all;
        }
        *out.entry(state(path.len() - 1)).or_default().entry(None).or_default() += all;
        *converting.entry(state(path.len() - 1)).or_default() += *won as f64;
    }
    let begun: f64 = start.values().sum();
    let mut mass: BTreeMap<Vec<usize>, f64> = start.into_iter().map(|(state, n)| (state, n / begun)).collect();
    let mut converted = 0.0;
    while mass.values().sum::<f64>() > 1e-13 {
        let mut next: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for (state, here) in mass {
            if state.last().copied() == without {
                continue;
            }
            let total: f64 = out[&state].values().sum();
            converted += here * converting.get(&state).copied().unwrap_or(0.0) / total;
            for (to, n) in &out[&state] {
                if let Some(to) = to {
                    *next.entry(to.clone()).or_default() += here * n / total;
                }
            }
        }
        mass = next;
    }
    converted
}

const SHAPE: Shape = Shape { labels: 5, steps: 3, channels: 1, events: 24, gap_us: 5 };

/// Values of 0 to 9, so that naive sums are exact.
fn whole(mut population: Vec<Customer>) -> Vec<Customer> {
    for customer in &mut population {
        customer.value.iter_mut().for_each(|value| *value = (value.abs() % 10.0).floor());
    }
    population
}

proptest! {
    #[test]
    fn credit_is_what_the_definitions_say(
        customers in customers(SHAPE).prop_map(whole),
        lookback_us in prop_oneof![0i64..40, Just(1_000)],
        touches in prop_oneof![1usize..4, Just(1_000)],
        keep in any::<bool>(),
        (from, len) in prop_oneof![Just((0i64, i64::MAX / 2)), (1_000i64..1_040, 0i64..40)],
        as_of_us in 1_000i64..1_100,
        timeout_us in 0i64..8,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let config = Config {
            values: 4,
            credited: Credited::Label,
            lookback_us,
            touches,
            earlier: if keep { Earlier::Keep } else { Earlier::Reset },
            period: Period { from_us: Some(from), to_us: Some(from.saturating_add(len)) },
            half_life_us: 7,
            as_of_us,
        };
        let fold = Attribution::new(config.clone()).unwrap();
        for slicer in [Slicer::Customer, Slicer::Session { timeout_us }] {
            let population = Population::new(customers.clone(), slicer);
            let state = population.run(&fold);
            prop_assert_eq!(population.run_in_parts(&fold, &parts), population.run(&fold));
            let mut all: Vec<Conversion> = Vec::new();
            let mut lost: Vec<Vec<usize>> = Vec::new();
            let (mut open, mut converted) = (0, 0);
            population.each(|subject| {
                let here = conversions(subject, &config);
                converted += u64::from(!here.is_empty());
                all.extend(here);
                if let Some(path) = rest(subject, &config) {
                    let last = path[path.len() - 1].0;
                    if subject.end == End::Open && last + lookback_us >= as_of_us {
                        open += 1;
                    } else {
                        lost.push(path.iter().map(|touch| touch.1).collect());
                    }
                }
            });
            let with: Vec<&Conversion> = all.iter().filter(|conversion| !conversion.0.is_empty()).collect();
            prop_assert_eq!(state.conversions as usize, all.len());
            prop_assert_eq!(state.without as usize, all.len() - with.len());
            prop_assert_eq!((state.open.subjects.count, state.lost.subjects.count), (open, lost.len() as u64));
            prop_assert_eq!(population.picked(&fold, &Pick::Open).0, open);
            prop_assert_eq!(population.picked(&fold, &Pick::Lost).0, lost.len() as u64);
            prop_assert_eq!(population.picked(&fold, &Pick::Converted), (converted, state.converted.customers.count));
            prop_assert_eq!(state.converted.subjects.count, converted);
            prop_assert_eq!(population.picked(&fold, &Pick::Without).0, state.without_of.subjects.count);
            for code in 0..5 {
                let counts = &state.codes[code];
                for (pick, tally) in [
                    (Pick::Touched(code), counts.touched), (Pick::First(code), counts.first), (Pick::Last(code), counts.last),
                ] {
                    let want = (tally.subjects.count, tally.customers.count);
                    prop_assert_eq!(population.picked(&fold, &pick), want, "{:?}", pick);
                }
            }
            for (path, counts) in state.paths.sorted() {
                let pick = Pick::Path(path.iter().map(|code| *code as usize).collect());
                let want = (counts.converted.subjects.count, counts.converted.customers.count);
                prop_assert_eq!(population.picked(&fold, &pick), want);
            }

            // Each model, conversion by conversion.
            let naive = |share: &dyn Fn(&Conversion, usize) -> f64| {
                let mut credit = vec![(0.0, 0.0); 5];
                for conversion in &with {
                    for (at, touch) in conversion.0.iter().enumerate() {
                        let share = share(conversion, at);
                        credit[touch.1].0 += share;
                        credit[touch.1].1 += share * conversion.2;
                    }
                }
                credit
            };
            let u = |n: usize, at: usize| match n {
                1 => 1.0,
                2 => if at == 0 { 0.25 } else { 0.75 },
                _ if at == 0 => 0.2,
                _ if at == n - 1 => 0.6,
                _ => 0.2 / (n - 2) as f64,
            };
            let decayed = |c: &Conversion, at: usize| 2f64.powf(-((c.1 - c.0[at].0) as f64) / 7.0);
            let last_non_direct = |c: &Conversion| c.0.iter().rposition(|touch| !touch.2).unwrap_or(c.0.len() - 1);
            let new = |c: &Conversion, at: usize| !c.0[..at].iter().any(|touch| touch.1 == c.0[at].1);
            let models: [(Model, Box<dyn Fn(&Conversion, usize) -> f64>); 7] = [
                (Model::First, Box::new(|_, at| f64::from(at == 0))),
                (Model::Last, Box::new(|c, at| f64::from(at + 1 == c.0.len()))),
                (Model::LastNonDirect, Box::new(|c, at| f64::from(at == last_non_direct(c)))),
                (Model::Linear, Box::new(|c, _| 1.0 / c.0.len() as f64)),
                (Model::Position(Model::J), Box::new(|c, at| u(c.0.len(), at))),
                (Model::TimeDecay, Box::new(|c, at| decayed(c, at) / (0..c.0.len()).map(|i| decayed(c, i)).sum::<f64>())),
                (Model::Participation, Box::new(|c, at| f64::from(new(c, at)))),
            ];
            let value: f64 = with.iter().map(|c| c.2).sum();
            for (model, share) in &models {
                let credit = fold.credit(&state, *model).unwrap();
                for (code, (conversions, value)) in naive(&**share).into_iter().enumerate() {
                    prop_assert!((credit.conversions[code] - conversions).abs() < 1e-9, "{:?} {:?}", model, credit);
                    prop_assert!((credit.value[code] - value).abs() < 1e-8, "{:?} {:?}", model, credit);
                }
            }
            let sets: Vec<(BTreeSet<usize>, f64)> =
                with.iter().map(|c| (c.0.iter().map(|touch| touch.1).collect(), 1.0)).collect();
            let credit = fold.credit(&state, Model::Shapley).unwrap();
            for (got, want) in credit.conversions.iter().zip(shapley(&sets, 5)) {
                prop_assert!((got - want).abs() < 1e-9, "{} {}", got, want);
            }
            // Conserved by all but participation.
            for model in [
                Model::First, Model::Last, Model::LastNonDirect, Model::Linear, Model::Position(Model::U), Model::TimeDecay,
                Model::Markov(1), Model::Markov(2), Model::Shapley,
            ] {
                let credit = fold.credit(&state, model).unwrap();
                let (conversions, values): (f64, f64) = (credit.conversions.iter().sum(), credit.value.iter().sum());
                prop_assert!((conversions - with.len() as f64).abs() < 1e-9, "{:?} {:?}", model, credit);
                prop_assert!((values - value).abs() < 1e-8, "{:?} {:?}", model, credit);
            }
            // The chain, solved, against the chain, run.
            let mut paths: Vec<(Vec<usize>, u64, u64)> =
                with.iter().map(|c| (c.0.iter().map(|touch| touch.1).collect(), 1, 0)).collect();
            paths.extend(lost.into_iter().map(|path| (path, 0, 1)));
            for order in [1, 2] {
                let removal = fold.removal(&state, order as u32).unwrap();
                if paths.is_empty() {
                    prop_assert_eq!(removal.conversion, 0.0);
                    continue;
                }
                let whole = flow(&paths, order, None);
                prop_assert!((removal.conversion - whole).abs() < 1e-9, "{:?} {}", removal, whole);
                for (code, effect) in removal.effects.iter().enumerate() {
                    let want = if whole > 0.0 { 1.0 - flow(&paths, order, Some(code)) / whole } else { 0.0 };
                    prop_assert!((effect - want).abs() < 1e-9, "{} {:?} {}", code, removal, want);
                }
            }
        }
    }
}
