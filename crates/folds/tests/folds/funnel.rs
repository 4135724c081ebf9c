//! Funnels against ClickHouse's answers, and the ordered funnel against the naive definition.

use crate::support::{Customer, Population, Shape, customers, ecom_customers, set_steps};
use folds::counters::Tally;
use folds::funnel::{Config, Funnel, Level, Mode, Pick, Ties};
use folds::{Fold, Slicer};
use proptest::prelude::*;
use serde_json::Value;
use testkit::golden;
use testkit::oracle::funnel as oracle;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

fn mode(name: &str) -> Mode {
    serde_json::from_value(Value::from(name)).unwrap()
}

fn config(steps: usize, window_us: i64, mode: Mode, ties: Ties) -> Config {
    Config { mode, ties, ..Config::new(steps, window_us, i64::MAX) }
}

/// The answer of one sequence of events with whole-second times.
fn level(times: &[i64], masks: &[u64], steps: usize, window: i64, mode: Mode, ties: Ties) -> usize {
    let customer = Customer {
        id: 1,
        time: times.iter().map(|time| time * SECOND).collect(),
        mask: masks.to_vec(),
        ..Customer::default()
    };
    Funnel::new(config(steps, window * SECOND, mode, ties)).unwrap().level(&customer.slice())
}

fn masks(events: &str, steps: &str) -> Vec<u64> {
    events.chars().map(|event| steps.chars().rev().fold(0, |mask, step| mask << 1 | u64::from(step == event))).collect()
}

#[test]
fn two_thousand_random_cases_answer_as_clickhouse() {
    let cases = golden::json_lines("funnel_fuzz.jsonl");
    assert_eq!(cases.len(), 2_000);
    for case in cases {
        let times: Vec<i64> = case["ts"].as_array().unwrap().iter().map(|t| t.as_i64().unwrap()).collect();
        let steps = case["steps"].as_str().unwrap();
        let masks = masks(case["ev"].as_str().unwrap(), steps);
        let window = case["window"].as_i64().unwrap();
        let got = level(&times, &masks, steps.len(), window, mode(case["mode"].as_str().unwrap()), Ties::Step);
        assert_eq!(got as u64, case["level"].as_u64().unwrap(), "{case}");
    }
}

#[test]
fn events_of_several_steps_at_once_answer_as_clickhouse() {
    let cases = golden::json_lines("funnel_fuzz_masks.jsonl");
    assert_eq!(cases.len(), 2_000);
    for case in cases {
        let numbers = |key: &str| case[key].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect::<Vec<_>>();
        let masks: Vec<u64> = numbers("mask").into_iter().map(|mask| mask as u64).collect();
        let steps = case["steps"].as_u64().unwrap() as usize;
        let window = case["window"].as_i64().unwrap();
        let got = level(&numbers("ts"), &masks, steps, window, mode(case["mode"].as_str().unwrap()), Ties::Step);
        assert_eq!(got as u64, case["level"].as_u64().unwrap(), "{case}");
    }
}

#[test]
fn ecom_funnels_answer_as_clickhouse_by_both_clocks() {
    let ecom = testkit::ecom();
    let mut customers = ecom_customers(&ecom);
    let rows = golden::csv("funnel_windowfunnel_ecom.csv");
    assert_eq!(rows.len(), 150);
    for row in rows {
        let steps: Vec<&str> = row["steps"].split('>').collect();
        set_steps(&ecom, &mut customers, &steps);
        let window_us = row["window"].parse::<model::period::Span>().unwrap().us;
        let ties = if row["clock"] == "ts" { Ties::Step } else { Ties::Position };
        let want: Vec<&String> = (1..=steps.len()).map(|step| &row[&format!("step{step}")]).collect();
        let mut modes = vec![mode(&row["mode"])];
        if (row["mode"].as_str(), ties) == ("strict_once", Ties::Position) {
            modes.push(Mode::Ordered); // the same by another name
        }
        for mode in modes {
            let fold = Funnel::new(config(steps.len(), window_us, mode, ties)).unwrap();
            let state = Population::new(customers.clone(), Slicer::Customer).run(&fold);
            let got: Vec<String> = state.reached.iter().map(|step| step.customers.count.to_string()).collect();
            assert_eq!(got.iter().collect::<Vec<_>>(), want, "{row:?}");
            assert!(state.reached.iter().all(|step| step.subjects.count == step.customers.count));
        }
    }
}

const CHECKOUT: [&str; 5] = ["add_to_cart", "cart", "shipping_details", "payment_details", "purchase"];

#[test]
fn every_users_level_in_the_checkout_equals_the_golden() {
    let ecom = testkit::ecom();
    let mut customers = ecom_customers(&ecom);
    set_steps(&ecom, &mut customers, &CHECKOUT);
    let by_clickhouse = Funnel::new(config(5, 7 * 24 * HOUR, Mode::Default, Ties::Step)).unwrap();
    let rows = golden::csv("funnel_checkout5_7d_levels_by_user.csv");
    let levels: std::collections::BTreeMap<_, _> = rows.iter().map(|row| (&row["user_id"], &row["level"])).collect();
    for customer in &customers {
        let want = levels.get(&ecom.users[customer.id as usize]).map_or("0", |level| level.as_str());
        assert_eq!(by_clickhouse.level(&customer.slice()).to_string(), want);
    }
}

#[test]
fn ecom_funnels_without_a_window_equal_retentioneering() {
    let ecom = testkit::ecom();
    let golden = golden::json("funnel_ecom.json");
    let shapes = [
        ("user", ecom_customers(&ecom), Slicer::Customer),
        ("session", ecom_customers(&ecom), Slicer::Session { timeout_us: HOUR / 2 }),
    ];
    for (subject, mut customers, slicer) in shapes {
        for (name, funnel) in golden["retentioneering_unbounded"].as_object().unwrap() {
            let funnel = funnel[subject].as_array().unwrap();
            let steps: Vec<&str> = funnel.iter().map(|step| step["step"].as_str().unwrap()).collect();
            set_steps(&ecom, &mut customers, &steps);
            let fold = Funnel::new(config(steps.len(), i64::MAX, Mode::Ordered, Ties::Position)).unwrap();
            let state = Population::new(customers.clone(), slicer.clone()).run(&fold);
            for (step, golden) in state.reached.iter().zip(funnel) {
                assert_eq!(step.subjects.count, golden["unique_paths"].as_u64().unwrap(), "{name} {subject} {golden}");
            }
        }
    }
}

#[test]
fn a_funnel_on_one_platforms_events_equals_the_golden() {
    let ecom = testkit::ecom();
    let golden = golden::json("funnel_ecom.json");
    let fold = Funnel::new(config(5, 7 * 24 * HOUR, Mode::Default, Ties::Step)).unwrap();
    for (code, platform) in (0u32..).zip(&ecom.platforms) {
        let mut customers = ecom_customers(&ecom);
        set_steps(&ecom, &mut customers, &CHECKOUT);
        for customer in &mut customers {
            let on = customer.channel.clone();
            let keep = |event: &usize| on[*event] == code;
            customer.time = (0..on.len()).filter(keep).map(|event| customer.time[event]).collect();
            customer.mask = (0..on.len()).filter(keep).map(|event| customer.mask[event]).collect();
            customer.label.clear();
            customer.channel.clear();
        }
        let state = Population::new(customers, Slicer::Customer).run(&fold);
        let got: Vec<Value> = state.reached.iter().map(|step| Value::from(step.subjects.count)).collect();
        assert_eq!(Value::from(got), golden["by_platform_7d_default"][platform], "{platform}");
    }
}

#[test]
fn documented_sequences() {
    // Times and events; steps; window 10. Levels of default, strict_order, strict_increase, ordered.
    let table: [(&[i64], &str, &str, [usize; 4]); 8] = [
        (&[1, 8, 9, 15], "AABC", "ABC", [3, 3, 3, 3]),
        (&[1, 2, 3, 14], "AABC", "ABC", [2, 2, 2, 2]),
        (&[1, 2, 3, 4], "ABXC", "ABC", [3, 2, 3, 3]),
        (&[1, 2, 3, 4], "ABDC", "ABCD", [3, 2, 3, 3]),
        (&[1, 1], "BA", "AB", [2, 2, 1, 1]),
        (&[1], "A", "AA", [2, 2, 1, 1]),
        (&[1, 2, 3, 4], "ABBC", "ABC", [3, 3, 3, 3]),
        (&[1, 11], "AB", "AB", [2, 2, 2, 2]),
    ];
    for (times, events, steps, want) in table {
        let masks = masks(events, steps);
        let by = |mode, ties| level(times, &masks, steps.len(), 10, mode, ties);
        let got = [
            by(Mode::Default, Ties::Step),
            by(Mode::StrictOrder, Ties::Step),
            by(Mode::StrictIncrease, Ties::Step),
            by(Mode::Ordered, Ties::Position),
        ];
        assert_eq!(got, want, "{times:?} {events} {steps}");
    }
    let abbc = masks("ABBC", "ABC");
    assert_eq!(level(&[1, 2, 3, 4], &abbc, 3, 10, Mode::StrictDeduplication, Ties::Step), 2);
    assert_eq!(level(&[1, 12], &masks("AB", "AB"), 2, 10, Mode::Default, Ties::Step), 1);
}

/// `strict_once` with ties by step: every order of tied events is tried.
fn best_order(times: &[i64], masks: &[u64], steps: usize, window: i64) -> usize {
    fn permute(rest: &mut Vec<usize>, taken: &mut Vec<usize>, times: &[i64], each: &mut dyn FnMut(&[usize])) {
        if rest.is_empty() {
            return each(taken);
        }
        for i in 0..rest.len() {
            if times[rest[i]] == times[rest[0]] {
                let event = rest.remove(i);
                taken.push(event);
                permute(rest, taken, times, each);
                taken.pop();
                rest.insert(i, event);
            }
        }
    }
    let mut best = 0;
    permute(&mut (0..times.len()).collect(), &mut Vec::new(), times, &mut |order| {
        let masks: Vec<u64> = order.iter().map(|event| masks[*event]).collect();
        best = best.max(oracle::ordered(times, &masks, steps, window).level);
    });
    best
}

const SHAPE: Shape = Shape { labels: 2, steps: 3, channels: 3, events: 14, gap_us: 4 };

proptest! {
    #[test]
    fn strict_once_takes_tied_events_in_the_best_order(
        events in prop::collection::vec((0i64..3, 0u64..16), 0..7),
        window in 0i64..6,
        steps in 1usize..=4,
    ) {
        let mut now = 0;
        let times: Vec<i64> = events.iter().map(|(gap, _)| { now += gap; now }).collect();
        let masks: Vec<u64> = events.iter().map(|(_, mask)| *mask).collect();
        let got = level(&times, &masks, steps, window, Mode::StrictOnce, Ties::Step);
        prop_assert_eq!(got, best_order(&times, &masks, steps, window));
    }

    #[test]
    fn ordered_funnels_are_what_the_definition_says(
        customers in customers(SHAPE),
        window_us in 0i64..20,
        timeout_us in prop::option::of(0i64..5),
        late in 0i64..12,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let slicer = timeout_us.map_or(Slicer::Customer, |timeout_us| Slicer::Session { timeout_us });
        let mut population = Population::new(customers, slicer);
        population.as_of_us += late;
        let as_of_us = population.as_of_us;
        let fold = Funnel::new(Config {
            as_of_us,
            ..config(3, window_us, Mode::Ordered, Ties::Position)
        }).unwrap();
        let state = population.run(&fold);

        // By subject: customer, level, open, times.
        let mut expected = Vec::new();
        population.each(|subject| {
            let answer = oracle::ordered(subject.time, subject.mask, 3, window_us);
            let open = answer.level > 0
                && subject.end == folds::End::Open
                && oracle::may_rise(subject.time, subject.mask, 3, window_us, as_of_us);
            for step in 0..3 {
                let moment = fold.moment(subject, step).map(|event| subject.time[event]);
                assert_eq!(moment, answer.times_us.get(step).copied());
            }
            assert_eq!(fold.moment(subject, 0), answer.entry);
            expected.push((subject.customer, answer.level, open, answer.times_us));
        });
        let tally = |keep: &dyn Fn(usize, bool) -> bool| {
            let kept: Vec<i64> = expected.iter().filter(|row| keep(row.1, row.2)).map(|row| row.0).collect();
            let customers = kept.iter().collect::<std::collections::BTreeSet<_>>().len();
            (kept.len() as u64, customers as u64)
        };
        let got = |tally: &Tally| (tally.subjects.count, tally.customers.count);
        let picked = |level| population.picked(&fold, &Pick::level(level));
        prop_assert_eq!(got(&state.subjects), picked(Level::Reached(0)));
        for level in 1..=3usize {
            let (n, step) = (level as u8, level - 1);
            prop_assert_eq!(got(&state.reached[step]), tally(&|l, _| l >= level));
            prop_assert_eq!(got(&state.reached[step]), picked(Level::Reached(n)));
            prop_assert_eq!(got(&state.open[step]), tally(&|l, open| l == level && open));
            prop_assert_eq!(got(&state.open[step]), picked(Level::Open(n)));
            prop_assert_eq!(got(&state.stopped[step]), picked(Level::Stopped(n)));
            let mut lengths: Vec<(i64, i64)> = Vec::new();
            for row in expected.iter().filter(|row| row.1 >= level && level > 1) {
                lengths.push((row.3[step] - row.3[step - 1], row.3[step] - row.3[0]));
            }
            let held = |d: &folds::quantile::Distribution| -> Vec<i64> {
                d.sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]).collect()
            };
            let sorted = |mut values: Vec<i64>| { values.sort_unstable(); values };
            prop_assert_eq!(held(&state.from_previous_us[step]), sorted(lengths.iter().map(|l| l.0).collect()));
            prop_assert_eq!(held(&state.from_entry_us[step]), sorted(lengths.iter().map(|l| l.1).collect()));
        }
        prop_assert_eq!(&population.run_in_blocks(&fold, &parts), &state);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }

    #[test]
    fn every_mode_merges_exactly_and_picks_what_it_counts(
        customers in customers(SHAPE),
        window_us in 0i64..20,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let population = Population::new(customers, Slicer::Session { timeout_us: 3 });
        for name in ["default", "strict_deduplication", "strict_order", "strict_increase", "strict_once"] {
            for ties in [Ties::Step, Ties::Position] {
                let fold = Funnel::new(Config {
                    as_of_us: population.as_of_us + 2, ..config(3, window_us, mode(name), ties)
                }).unwrap();
                let state = population.run(&fold);
                for level in 1..=3u8 {
                    let reached = population.picked(&fold, &Pick::level(Level::Reached(level)));
                    let tally = state.reached[level as usize - 1];
                    prop_assert_eq!(reached, (tally.subjects.count, tally.customers.count));
                    let stopped = population.picked(&fold, &Pick::level(Level::Stopped(level)));
                    let tally = state.stopped[level as usize - 1];
                    prop_assert_eq!(stopped, (tally.subjects.count, tally.customers.count));
                }
                prop_assert_eq!(&population.run_in_blocks(&fold, &parts), &state);
                prop_assert_eq!(&population.run_in_parts(&fold, &parts), &state);
            }
        }
    }
}

#[test]
fn contradictions_and_excess_are_refused() {
    for wrong in [
        config(0, 1, Mode::Ordered, Ties::Position),
        config(51, 1, Mode::Ordered, Ties::Position),
        config(2, -1, Mode::Ordered, Ties::Position),
        config(2, 1, Mode::Ordered, Ties::Step),
    ] {
        assert_eq!(Funnel::new(wrong).unwrap_err().kind(), folds::Kind::Invalid);
    }
}

#[test]
fn fifty_steps_are_fine() {
    let times: Vec<i64> = (0..60).collect();
    let masks: Vec<u64> = (0..60).map(|event| 1u64 << (event % 50)).collect();
    for (mode, ties) in [(Mode::Ordered, Ties::Position), (Mode::Default, Ties::Step), (Mode::StrictOnce, Ties::Step)] {
        assert_eq!(level(&times, &masks, 50, 100, mode, ties), 50);
        assert_eq!(level(&times, &masks, 50, 48, mode, ties), 49);
    }
    // One second in which every event matches every step: as many steps as events.
    assert_eq!(level(&[5; 30], &[u64::MAX; 30], 50, 1, Mode::StrictOnce, Ties::Step), 30);
}
