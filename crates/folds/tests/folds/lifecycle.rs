//! Lifecycle and stickiness against the goldens and the naive definition.

use std::collections::BTreeSet;

use crate::support::{Customer, Population, Shape, customers, ecom_customers};
use folds::Slicer;
use folds::lifecycle::{self, Lifecycle, Standing};
use folds::periods::Periods;
use folds::stickiness::{self, Stickiness};
use folds::which::Which;
use proptest::prelude::*;
use testkit::golden;

const DAY: i64 = 86_400_000_000;

/// 2024-01-01, a Monday.
const NEW_YEAR: i64 = 19_723 * DAY;

fn ecom() -> Population {
    Population::new(ecom_customers(&testkit::ecom()), Slicer::Customer)
}

fn edges(first: i64, lengths: &[i64]) -> Periods {
    let mut edges = vec![first];
    lengths.iter().for_each(|days| edges.push(edges[edges.len() - 1] + days * DAY));
    Periods::new(edges).unwrap()
}

#[test]
fn weekly_lifecycle_equals_the_golden() {
    let population = ecom();
    let weeks =
        lifecycle::Config { periods: edges(NEW_YEAR, &[7; 26]), before_us: NEW_YEAR - 7 * DAY, active: Which::Any };
    let state = population.run(&Lifecycle::new(weeks).unwrap());
    let golden = golden::csv("lifecycle_weekly_ecom.csv");
    assert_eq!((golden.len(), state.periods.len(), state.customers.count), (26, 26, 600));
    for (row, week) in golden.iter().zip(&state.periods) {
        for (standing, column) in Standing::ALL.into_iter().zip(["new", "retained", "resurrected", "dormant"]) {
            assert_eq!(week.of(standing).to_string(), row[column], "{} {column}", row["week"]);
        }
    }
    // Shown from the tenth week on, the weeks are what they were.
    let first = NEW_YEAR + 9 * 7 * DAY;
    let later = lifecycle::Config { periods: edges(first, &[7; 17]), before_us: first - 7 * DAY, active: Which::Any };
    let later = population.run(&Lifecycle::new(later).unwrap());
    assert_eq!(later.periods[..], state.periods[9..]);
}

#[test]
fn daily_and_monthly_activity_equals_the_golden() {
    let population = ecom();
    let golden = golden::json("retention_ecom.json");
    let config = stickiness::Config {
        units: edges(NEW_YEAR, &[1; 182]),
        periods: edges(NEW_YEAR, &[31, 29, 31, 30, 31, 30]),
        active: Which::Any,
    };
    let state = population.run(&Stickiness::new(config).unwrap());
    for (month, (name, users)) in golden["mau"].as_object().unwrap().iter().enumerate() {
        assert_eq!(state.periods[month].customers(), users.as_u64().unwrap(), "{name}");
    }
    // The golden's mean is over days on which anybody was active.
    let days = state.units.iter().filter(|users| **users > 0).count();
    let customer_days: u64 = state.units.iter().sum();
    assert_eq!(customer_days, state.periods.iter().map(|month| month.units()).sum::<u64>());
    assert!(
        golden::same(customer_days as f64 / days as f64, golden["dau_mean"].as_f64().unwrap()),
        "{customer_days} {days}"
    );
    let most = (0..).zip(&state.units).max_by_key(|(day, users)| (**users, -*day)).unwrap();
    assert_eq!(golden["dau_max"][1].as_u64(), Some(*most.1));
    assert_eq!((golden["dau_max"][0].as_str(), most.0), (Some("2024-06-18"), 31 + 29 + 31 + 30 + 31 + 17));
}

fn active(customer: &Customer, which: Which) -> Vec<i64> {
    let is = |n: &usize| match which {
        Which::Any => true,
        Which::Step(step) => customer.mask[*n] >> step & 1 == 1,
    };
    (0..customer.time.len()).filter(is).map(|n| customer.time[n]).collect()
}

/// Periods with activity.
fn periods_of(times: &[i64], edges: &[i64]) -> BTreeSet<usize> {
    let within = |t: &i64| edges.windows(2).position(|edge| edge[0] <= *t && *t < edge[1]);
    times.iter().filter_map(within).collect()
}

const SHAPE: Shape = Shape { labels: 1, steps: 1, channels: 1, events: 16, gap_us: 9 };

proptest! {
    #[test]
    fn lifecycle_is_what_the_definition_says(
        customers in customers(SHAPE),
        by_step in any::<bool>(),
        length in 1i64..15,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let population = Population::new(customers, Slicer::Customer);
        let which = if by_step { Which::Step(0) } else { Which::Any };
        // The first of these is the period before those that count.
        let all: Vec<i64> = (0..9).map(|n| 1_010 + n * length).collect();
        let edges = all[1..].to_vec();
        let config = lifecycle::Config {
            periods: Periods::new(edges.clone()).unwrap(),
            before_us: all[0],
            active: which,
        };
        let fold = Lifecycle::new(config).unwrap();
        let state = population.run(&fold);
        let people: Vec<(BTreeSet<usize>, bool)> = population
            .customers
            .iter()
            .map(|customer| active(customer, which))
            .map(|times| (periods_of(&times, &all), times.iter().any(|t| *t < all[0])))
            .collect();
        for period in 1..8 {
            let before = |periods: &BTreeSet<usize>| periods.contains(&(period - 1));
            let ever = |(periods, earlier): &(BTreeSet<usize>, bool)| *earlier || periods.range(..period).next().is_some();
            let count = |is: &dyn Fn(&(BTreeSet<usize>, bool)) -> bool| people.iter().filter(|one| is(one)).count() as u64;
            let expected = [
                count(&|one| one.0.contains(&period) && !ever(one)),
                count(&|one| one.0.contains(&period) && before(&one.0)),
                count(&|one| one.0.contains(&period) && ever(one) && !before(&one.0)),
                count(&|one| !one.0.contains(&period) && before(&one.0)),
            ];
            let here = &state.periods[period - 1];
            for (standing, expected) in Standing::ALL.into_iter().zip(expected) {
                prop_assert_eq!(here.of(standing), expected, "{} {:?}", period, standing);
                let pick = lifecycle::Pick::Is(period as u32 - 1, standing);
                prop_assert_eq!(population.picked(&fold, &pick), (expected, expected));
            }
            let is_active = count(&|one| one.0.contains(&period));
            prop_assert_eq!(here.active(), is_active);
            prop_assert_eq!(population.picked(&fold, &lifecycle::Pick::Active(period as u32 - 1)).0, is_active);
            if period > 1 {
                let before = &state.periods[period - 2];
                prop_assert_eq!(here.of(Standing::Dormant), before.active() - here.of(Standing::Retained));
            }
        }
        // Who was last active in the period before the first is dormant in the first, and so known to it.
        let all = people.iter().filter(|one| !one.0.is_empty()).count() as u64;
        prop_assert_eq!(state.customers.count, all);
        prop_assert_eq!(population.picked(&fold, &lifecycle::Pick::All).0, all);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }

    #[test]
    fn stickiness_is_what_the_definition_says(
        customers in customers(SHAPE),
        by_step in any::<bool>(),
        (unit, period) in (1i64..8, 1i64..30),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let population = Population::new(customers, Slicer::Customer);
        let which = if by_step { Which::Step(0) } else { Which::Any };
        let units: Vec<i64> = (0..30).map(|n| 1_003 + n * unit).collect();
        let edges: Vec<i64> = (0..6).map(|n| 1_003 + n * period).collect();
        let config = stickiness::Config {
            units: Periods::new(units.clone()).unwrap(),
            periods: Periods::new(edges.clone()).unwrap(),
            active: which,
        };
        let fold = Stickiness::new(config).unwrap();
        let state = population.run(&fold);
        let people: Vec<Vec<i64>> = population.customers.iter().map(|customer| active(customer, which)).collect();
        for number in 0..units.len() - 1 {
            let expected = people.iter().filter(|times| periods_of(times, &units).contains(&number)).count() as u64;
            prop_assert_eq!(state.units[number], expected);
            prop_assert_eq!(population.picked(&fold, &stickiness::Pick::Unit(number as u32)).0, expected);
        }
        for number in 0..edges.len() - 1 {
            let within = |times: &Vec<i64>| {
                let here: Vec<i64> =
                    times.iter().copied().filter(|t| edges[number] <= *t && *t < edges[number + 1]).collect();
                periods_of(&here, &units).len()
            };
            let counts: Vec<usize> = people.iter().map(within).filter(|count| *count > 0).collect();
            let here = &state.periods[number];
            prop_assert_eq!(here.customers(), counts.len() as u64);
            prop_assert_eq!(here.units(), counts.iter().sum::<usize>() as u64);
            prop_assert_eq!(here.most(), counts.iter().copied().max().unwrap_or(0));
            for n in 1..=here.most() {
                let exactly = counts.iter().filter(|count| **count == n).count() as u64;
                let at_least = counts.iter().filter(|count| **count >= n).count() as u64;
                prop_assert_eq!((here.exactly(n), here.at_least(n)), (exactly, at_least));
                let (period, n) = (number as u32, n as u32);
                prop_assert_eq!(population.picked(&fold, &stickiness::Pick::Exactly(period, n)).0, exactly);
                prop_assert_eq!(population.picked(&fold, &stickiness::Pick::AtLeast(period, n)).0, at_least);
            }
        }
        prop_assert_eq!(state.customers.count, population.picked(&fold, &stickiness::Pick::All).1);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}
