//! Retention against the goldens and the naive definition.

use std::collections::BTreeSet;

use crate::support::{Customer, Population, Shape, customers, ecom_customers, set_steps};
use folds::periods::Periods;
use folds::retention::{Clock, Config, Of, Pick, Reading, Retention, Starts, State};
use folds::which::Which;
use folds::{Fold, Slicer};
use model::period::Period;
use proptest::prelude::*;
use serde_json::Value;
use testkit::golden;

const DAY: i64 = 86_400_000_000;

/// 2024-01-01, a Monday.
const NEW_YEAR: i64 = 19_723 * DAY;

fn days(length: i64, first: i64, count: i64) -> Periods {
    Periods::new((0..=count).map(|n| first + n * length * DAY).collect()).unwrap()
}

fn ecom() -> (testkit::Ecom, Population) {
    let ecom = testkit::ecom();
    let customers = ecom_customers(&ecom);
    (ecom, Population::new(customers, Slicer::Customer))
}

fn state(population: &Population, config: Config) -> State {
    population.run(&Retention::new(config).unwrap())
}

/// Returned in a cell, over all cohorts, due or not.
fn returned(state: &State, cell: usize) -> u64 {
    state.cohorts.iter().filter_map(|cohort| cohort.cells().get(cell).copied()).map(|cell| cell.returned).sum()
}

#[test]
fn weekly_cohorts_equal_the_golden() {
    let (_, population) = ecom();
    let state = state(&population, Config::new(days(7, NEW_YEAR, 26), 25, population.as_of_us));
    let complete = golden::csv("retention_weekly_ecom_cell_complete.csv");
    let golden = golden::csv("retention_weekly_ecom.csv");
    assert!(golden.len() >= 20);
    for (row, complete) in golden.iter().zip(&complete) {
        assert_eq!(row["cohort"], complete["cohort"]);
        let week =
            golden::csv("lifecycle_weekly_ecom.csv").iter().position(|week| week["week"] == row["cohort"]).unwrap();
        let cohort = &state.cohorts[week];
        for (k, cell) in cohort.cells().iter().enumerate() {
            let column = format!("w{k}");
            assert_eq!(cell.returned.to_string(), row[&column], "{} {column}", row["cohort"]);
            assert_eq!(cell.due == cohort.starts, complete[&column] == "1", "{} {column}", row["cohort"]);
            assert!(cell.due == 0 || cell.due == cohort.starts);
        }
    }
    assert_eq!(state.starts(), 600);
}

#[test]
fn days_brackets_and_on_or_after_equal_the_goldens() {
    let (_, mut population) = ecom();
    let golden = golden::json("retention_ecom.json");
    let config = Config::new(days(1, NEW_YEAR, 190), 100, population.as_of_us);
    let on = state(&population, config.clone());
    let or_after = state(&population, Config { reading: Reading::OnOrAfter { last: 100 }, ..config.clone() });
    for (reading, state) in [("n_day", &on), ("rolling", &or_after)] {
        for (day, users) in golden[reading].as_object().unwrap() {
            assert_eq!(returned(state, day.parse().unwrap()), users.as_u64().unwrap(), "{reading} {day}");
        }
    }
    let brackets = vec![(1, 7), (8, 14), (15, 30)];
    let bracketed = state(&population, Config { reading: Reading::Brackets(brackets.clone()), ..config.clone() });
    for (cell, (first, last)) in brackets.iter().enumerate() {
        let users = golden["bracket"][format!("{first}-{last}")].as_u64().unwrap();
        assert_eq!(returned(&bracketed, cell), users, "{first}-{last}");
    }
    // Due once the day is over: the data's last day, when it is.
    population.as_of_us = (population.as_of_us / DAY + 1) * DAY - 1;
    let over = state(&population, Config { as_of_us: population.as_of_us, ..config });
    for (day, users) in golden["eligible_users(first_day+K<=last day in data)"].as_object().unwrap() {
        let total = over.totals()[day.parse::<usize>().unwrap()];
        assert_eq!(total.due, users.as_u64().unwrap(), "{day}");
        assert_eq!((total.due, total.returned), (total.due_customers, total.returned_customers));
    }
}

#[test]
fn clocks_week_starts_and_rules_equal_the_golden() {
    let (ecom, mut population) = ecom();
    let golden = golden::json("retention_traps_ecom.json");
    let as_of_us = population.as_of_us;
    let config = Config::new(days(1, NEW_YEAR, 190), 100, as_of_us);
    let rolling = state(&population, Config { clock: Clock::Rolling { length_us: DAY }, ..config.clone() });
    let hours =
        |hours: i64| Periods::new((-1..=190).map(|n| NEW_YEAR + n * DAY + hours * 3_600_000_000).collect()).unwrap();
    // Shanghai is eight hours ahead the whole year.
    let shanghai = state(&population, Config::new(hours(-8), 100, as_of_us));
    let utc = state(&population, config);
    for (name, state) in
        [("n_day_rolling_24h", &rolling), ("n_day_calendar_utc", &utc), ("n_day_calendar_Asia/Shanghai", &shanghai)]
    {
        for (day, users) in golden[name].as_object().unwrap() {
            assert_eq!(returned(state, day.parse().unwrap()), users.as_u64().unwrap(), "{name} {day}");
        }
    }
    for (start, name) in
        [(NEW_YEAR, "week1_retained_week_starts_monday"), (NEW_YEAR - DAY, "week1_retained_week_starts_sunday")]
    {
        let state = state(&population, Config::new(days(7, start, 27), 25, as_of_us));
        assert_eq!(Value::from(returned(&state, 1)), golden[name], "{name}");
    }
    set_steps(&ecom, &mut population.customers, &["add_to_cart", "purchase"]);
    let config = Config {
        start: Which::Step(0),
        back: Which::Step(1),
        reading: Reading::Brackets(vec![(0, 0), (1, 7), (8, 300)]),
        ..Config::new(days(1, NEW_YEAR, 190), 0, as_of_us)
    };
    let any = Config { reading: Reading::OnOrAfter { last: 0 }, ..config.clone() };
    let (bracketed, any) = (state(&population, config), state(&population, any));
    let golden = &golden["start=first add_to_cart, return=purchase (on or after start)"];
    assert_eq!(Value::from(bracketed.starts()), golden["starters"]);
    assert_eq!(Value::from(returned(&bracketed, 0)), golden["day0"]);
    assert_eq!(Value::from(returned(&bracketed, 1)), golden["day1-7"]);
    assert_eq!(Value::from(returned(&any, 0)), golden["any"]);
}

#[test]
fn nonsense_is_refused() {
    let config = Config::new(days(1, 0, 3), 1, 0);
    for config in [
        Config { reading: Reading::Brackets(vec![]), ..config.clone() },
        Config { reading: Reading::Brackets(vec![(3, 1)]), ..config.clone() },
        Config { reading: Reading::Brackets(vec![(1, 3), (3, 4)]), ..config.clone() },
        Config { reading: Reading::On { last: 366 }, ..config.clone() },
        Config { clock: Clock::Rolling { length_us: 0 }, ..config.clone() },
        Config { start: Which::Step(64), ..config },
    ] {
        assert!(Retention::new(config.clone()).is_err(), "{config:?}");
    }
}

/// By definition: of each start its cohort, the offsets of its returns, and how many offsets have passed for it.
fn starts(customer: &Customer, config: &Config) -> Vec<(usize, BTreeSet<i64>, i64)> {
    let is = |which: Which, n: usize| match which {
        Which::Any => true,
        Which::Step(step) => customer.mask[n] >> step & 1 == 1,
    };
    let within = |periods: &Periods, t: i64| periods.edges().windows(2).position(|e| e[0] <= t && t < e[1]);
    let all: Vec<usize> = (0..customer.time.len()).filter(|n| is(config.start, *n)).collect();
    let all = if config.starts == Starts::First { all.into_iter().take(1).collect() } else { all };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for n in all {
        let t = customer.time[n];
        let Some(cohort) = within(&config.cohorts, t).filter(|_| config.entry.contains(t)) else { continue };
        let offset = |later: i64| match &config.clock {
            Clock::Calendar(periods) => Some(within(periods, later)? as i64 - within(periods, t)? as i64),
            Clock::Rolling { length_us } => Some((later - t) / length_us),
        };
        if offset(t).is_none() || !seen.insert(cohort) {
            continue;
        }
        let back = (n..customer.time.len()).filter(|m| is(config.back, *m));
        let offsets = back.filter_map(|m| offset(customer.time[m])).collect();
        let passed = (0..1_000).take_while(|k| {
            let end = match &config.clock {
                Clock::Calendar(periods) => periods.edges().get(within(periods, t).unwrap() + *k as usize + 1).copied(),
                Clock::Rolling { length_us } => Some(t + (k + 1) * length_us),
            };
            end.is_some_and(|end| end - 1 <= config.as_of_us)
        });
        found.push((cohort, offsets, passed.count() as i64));
    }
    found
}

const SHAPE: Shape = Shape { labels: 1, steps: 2, channels: 1, events: 16, gap_us: 9 };

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![Just(Which::Any), Just(Which::Step(0)), Just(Which::Step(1))]
}

proptest! {
    #[test]
    fn retention_is_what_the_definition_says(
        customers in customers(SHAPE),
        (start, back) in (which(), which()),
        every in any::<bool>(),
        rolling in prop_oneof![Just(0i64), 1i64..12],
        unit in 1i64..15,
        wide in 1i64..4,
        reading in prop_oneof![
            (0u32..8).prop_map(|last| Reading::On { last }),
            (0u32..8).prop_map(|last| Reading::OnOrAfter { last }),
            Just(Reading::Brackets(vec![(0, 1), (3, 3), (5, 9)])),
        ],
        entry in (990i64..1_040, 1_000i64..1_100),
        late in 0i64..30,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Customer);
        population.as_of_us += late;
        // Some starts lie before the first cohort.
        let edges = |length: i64| Periods::new((0..=200 / length).map(|n| 1_004 + n * length).collect()).unwrap();
        let config = Config {
            start,
            back,
            starts: if every { Starts::Every } else { Starts::First },
            cohorts: edges(unit * wide),
            clock: if rolling > 0 { Clock::Rolling { length_us: rolling } } else { Clock::Calendar(edges(unit)) },
            reading: reading.clone(),
            entry: Period { from_us: Some(entry.0), to_us: Some(entry.1) },
            as_of_us: population.as_of_us,
        };
        let fold = Retention::new(config.clone()).unwrap();
        let state = population.run(&fold);
        let all: Vec<(i64, (usize, BTreeSet<i64>, i64))> = population
            .customers
            .iter()
            .flat_map(|customer| starts(customer, &config).into_iter().map(|start| (customer.id, start)))
            .collect();
        prop_assert_eq!(state.starts(), all.len() as u64);
        let people = |rows: &[&(i64, (usize, BTreeSet<i64>, i64))]| {
            rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64
        };
        prop_assert_eq!(state.customers.count, people(&all.iter().collect::<Vec<_>>()));
        let totals = state.totals();
        #[expect(clippy::needless_range_loop, reason = "cells of several tables are read at once")]
        for cell in 0..reading.cells() {
            let (first, last) = reading.offsets(cell);
            let is_in = |offsets: &BTreeSet<i64>| match last {
                Some(last) => offsets.range(i64::from(first)..=i64::from(last)).next().is_some(),
                None => offsets.range(i64::from(first)..).next().is_some(),
            };
            let is_due = |passed: i64| passed > i64::from(last.unwrap_or(first));
            for (number, cohort) in state.cohorts.iter().enumerate() {
                let rows: Vec<_> = all.iter().filter(|(_, start)| start.0 == number).collect();
                prop_assert_eq!(cohort.starts, rows.len() as u64);
                if rows.is_empty() {
                    prop_assert!(cohort.cells().is_empty());
                    continue;
                }
                let got = cohort.cells()[cell];
                let due: Vec<_> = rows.iter().copied().filter(|(_, start)| is_due(start.2)).collect();
                let back: Vec<_> = rows.iter().copied().filter(|(_, start)| is_in(&start.1)).collect();
                let both: Vec<_> = due.iter().copied().filter(|(_, start)| is_in(&start.1)).collect();
                prop_assert_eq!(got.due, due.len() as u64);
                prop_assert_eq!(got.returned, back.len() as u64);
                prop_assert_eq!(got.returned_due, both.len() as u64);
                for (of, rows) in [
                    (Of::Started, rows.len()),
                    (Of::Returned(cell as u32), back.len()),
                    (Of::ReturnedDue(cell as u32), both.len()),
                    (Of::Absent(cell as u32), due.len() - both.len()),
                ] {
                    let pick = Pick { cohort: Some(number as u32), of };
                    prop_assert_eq!(population.picked(&fold, &pick).0, rows as u64, "{:?}", pick);
                }
            }
            let due: Vec<_> = all.iter().filter(|(_, start)| is_due(start.2)).collect();
            let both: Vec<_> = due.iter().copied().filter(|(_, start)| is_in(&start.1)).collect();
            prop_assert_eq!((totals[cell].due, totals[cell].returned), (due.len() as u64, both.len() as u64));
            prop_assert_eq!((totals[cell].due_customers, totals[cell].returned_customers), (people(&due), people(&both)));
            let pick = Pick { cohort: None, of: Of::ReturnedDue(cell as u32) };
            prop_assert_eq!(population.picked(&fold, &pick).1, people(&both));
        }
        population.each(|subject| {
            let start = fold.moment(subject, 0);
            let cohort = start.and_then(|position| config.cohorts.of(subject.time[position]));
            let expected = all.iter().find(|(customer, _)| *customer == subject.customer).map(|(_, start)| start.0);
            assert_eq!((cohort, fold.moment(subject, 1)), (expected, None));
        });
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}
