//! Funnels with options against runs written down naively, one by one.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Customer, Population, Shape, customers};
use folds::counters::Tally;
use folds::funnel::{Config, Count, Effect, Entry, Exclusion, Funnel, Level, Mode, NextPick, Pick, Window};
use folds::periods::Periods;
use folds::quantile::Distribution;
use folds::{End, Fold, Slice, Slicer};
use proptest::prelude::*;
use testkit::oracle::funnel_options as oracle;

/// Four steps and two exclusions.
const SHAPE: Shape = Shape { labels: 2, steps: 6, channels: 2, events: 12, gap_us: 4 };
const STEPS: usize = 4;
const DAY_US: i64 = 86_400_000_000;

/// Days that begin at 1,012 and at 1,024, in the midst of random events.
fn days() -> Periods {
    Periods::new(vec![0, 1_012, 1_024, DAY_US + 1_024]).unwrap()
}

fn options() -> impl Strategy<Value = Config> {
    let window = prop_oneof![
        (0i64..25).prop_map(|us| Window::Time { us }),
        Just(Window::Time { us: i64::MAX }),
        (1i64..4).prop_map(|timeout_us| Window::Session { timeout_us }),
        Just(Window::Calendar(days())),
    ];
    let mode = prop_oneof![Just(Mode::Ordered), Just(Mode::Strict), Just(Mode::Unordered)];
    let effect = prop_oneof![Just(Effect::Remove), Just(Effect::Drop)];
    let exclusion = (0..STEPS - 1, 1..STEPS, effect).prop_map(|(after, length, effect)| {
        let before = (after + length).min(STEPS - 1);
        Exclusion { after, before, effect }
    });
    let how = prop_oneof![
        Just((Count::Once, Entry::Best)),
        Just((Count::Once, Entry::First)),
        Just((Count::Every, Entry::Best)),
    ];
    let optional = prop_oneof![Just(0u64), Just(0b10), Just(0b100), Just(0b110)];
    (window, mode, prop::collection::vec(exclusion, 0..3), how, optional, any::<(bool, bool, bool, bool)>()).prop_map(
        |(window, mode, mut exclusions, (count, entry), optional, (reuse, hold, next, trend))| {
            let in_order = mode != Mode::Unordered;
            let optional = if in_order { optional } else { 0 };
            for exclusion in &mut exclusions {
                let is_optional = |step: usize| optional >> step & 1 == 1;
                if !in_order || is_optional(exclusion.after) || is_optional(exclusion.before) {
                    (exclusion.after, exclusion.before) = (0, STEPS - 1);
                }
            }
            let trend = trend.then(days);
            Config {
                window,
                mode,
                exclusions,
                count,
                entry,
                optional,
                reuse,
                hold,
                next,
                trend,
                ..Config::new(STEPS, 0, 0)
            }
        },
    )
}

/// What the definition says of one subject.
fn expected(config: &Config, subject: &Slice<'_>) -> Vec<oracle::Run> {
    let options = oracle::Options {
        steps: config.steps,
        order: match config.mode {
            Mode::Strict => oracle::Order::Strict,
            Mode::Unordered => oracle::Order::Any,
            _ => oracle::Order::InOrder,
        },
        reuse: config.reuse,
        optional: config.optional,
        exclusions: config.exclusions.iter().map(|x| (x.after, x.before, x.effect == Effect::Remove)).collect(),
        hold: config.hold,
        as_of_us: config.as_of_us,
    };
    let (until_us, open_us): (Vec<i64>, Vec<i64>) =
        (0..subject.len()).map(|entry| window_of(config, subject.time, entry)).unzip();
    let events = oracle::Events {
        time_us: subject.time,
        mask: subject.mask,
        held: subject.held,
        until_us: &until_us,
        open_us: &open_us,
        is_open: subject.end == End::Open,
    };
    match (config.count, config.entry) {
        (Count::Every, _) => oracle::attempts(&options, events),
        (Count::Once, Entry::First) => oracle::first(&options, events).into_iter().collect(),
        (Count::Once, Entry::Best) => oracle::best(&options, events).into_iter().collect(),
    }
}

fn window_of(config: &Config, time: &[i64], entry: usize) -> (i64, i64) {
    match config.window {
        Window::Time { us } => (time[entry].saturating_add(us), time[entry].saturating_add(us)),
        Window::Calendar(_) => {
            let end = [1_011, 1_023].into_iter().find(|end| time[entry] <= *end).unwrap_or(DAY_US + 1_023);
            (end, end)
        }
        Window::Session { timeout_us } => {
            let mut last = entry;
            while last + 1 < time.len() && time[last + 1] - time[last] <= timeout_us {
                last += 1;
            }
            (time[last], if last + 1 == time.len() { time[last] + timeout_us } else { time[last] })
        }
    }
}

fn next_of(subject: &Slice<'_>, config: &Config, run: &oracle::Run) -> NextPick {
    let last = run.events.iter().flatten().max().unwrap() + 1;
    match subject.time.get(last) {
        None => NextPick::Nothing,
        Some(time) => {
            let (label, channel) = (subject.label[last], subject.channel[last]);
            let within = *time <= window_of(config, subject.time, run.entry).0;
            if within { NextPick::Within { label, channel } } else { NextPick::After { label, channel } }
        }
    }
}

fn got(tally: &Tally) -> (u64, u64) {
    (tally.subjects.count, tally.customers.count)
}

fn values(distribution: &Distribution) -> Vec<i64> {
    distribution.sorted().iter().flat_map(|(value, n)| vec![*value; *n as usize]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_option_is_what_the_definition_says(
        customers in customers(SHAPE),
        config in options(),
        by_session in prop::option::of(2i64..6),
        late in 0i64..12,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let slicer = by_session.map_or(Slicer::Customer, |timeout_us| Slicer::Session { timeout_us });
        let mut population = Population::new(customers, slicer);
        population.as_of_us += late;
        let config = Config { as_of_us: population.as_of_us, ..config };
        let fold = Funnel::new(config.clone()).unwrap();
        let state = population.run(&fold);

        // Runs with the customer, the day they began in, the times of their steps, and what came next.
        let mut rows = Vec::new();
        population.each(|subject| {
            let runs = expected(&config, subject);
            let counted = runs.iter().filter(|run| !run.removed);
            let deepest = counted.clone().map(|run| run.level).max();
            assert_eq!(fold.level(subject), deepest.unwrap_or(0), "{subject:?}");
            let deepest = deepest.and_then(|level| counted.clone().find(|run| run.level == level));
            for step in 0..STEPS {
                assert_eq!(fold.moment(subject, step), deepest.and_then(|run| run.events[step]), "{subject:?}");
            }
            for run in runs {
                let day = days().of(subject.time[run.entry]).unwrap() as u32;
                let times: Vec<Option<i64>> = run.events.iter().map(|event| event.map(|e| subject.time[e])).collect();
                let next = next_of(subject, &config, &run);
                rows.push((subject.customer, run, day, times, next));
            }
        });
        type Row = (i64, oracle::Run, u32, Vec<Option<i64>>, NextPick);
        let tally = |keep: &dyn Fn(&Row) -> bool| {
            let kept: Vec<i64> = rows.iter().filter(|row| keep(row)).map(|row| row.0).collect();
            (kept.len() as u64, kept.iter().collect::<BTreeSet<_>>().len() as u64)
        };
        let agrees = |tally: (u64, u64), pick: &Pick| population.picked(&fold, pick) == tally;
        let stopped = |row: &Row, level: usize| !row.1.removed && row.1.level == level && !row.1.open;
        let removed = tally(&|row| row.1.removed);
        prop_assert_eq!(got(&state.removed), removed);
        prop_assert!(agrees(removed, &Pick::level(Level::Removed)));
        for level in 1..=STEPS {
            let (n, step) = (level as u8, level - 1);
            let reached = tally(&|row| !row.1.removed && row.1.events[step].is_some());
            prop_assert_eq!(got(&state.reached[step]), reached);
            prop_assert!(agrees(reached, &Pick::level(Level::Reached(n))));
            let open = tally(&|row| !row.1.removed && row.1.level == level && row.1.open);
            prop_assert_eq!(got(&state.open[step]), open, "open at {}", level);
            prop_assert!(agrees(open, &Pick::level(Level::Open(n))));
            let ended = tally(&|row| stopped(row, level));
            prop_assert_eq!(got(&state.stopped[step]), ended);
            prop_assert!(agrees(ended, &Pick::level(Level::Stopped(n))));

            let mut from_first = Vec::new();
            let mut from_previous = Vec::new();
            for (_, run, _, times, _) in rows.iter().filter(|row| !row.1.removed && level > 1) {
                let Some(time) = times[step] else { continue };
                let before = (0..step).rev().find(|step| config.optional >> step & 1 == 0 && run.events[*step].is_some());
                from_first.push(time - times[0].unwrap());
                from_previous.push(time - times[before.unwrap()].unwrap());
            }
            from_first.sort_unstable();
            from_previous.sort_unstable();
            prop_assert_eq!(values(&state.from_entry_us[step]), from_first);
            prop_assert_eq!(values(&state.from_previous_us[step]), from_previous);

            if config.next && level < STEPS {
                let mut sum = 0;
                let mut seen: BTreeMap<String, (u64, u64)> = BTreeMap::new();
                for ((label, channel), event) in state.next[step].events.sorted() {
                    seen.insert(format!("{:?}", NextPick::Within { label, channel }), got(&event.within));
                    seen.insert(format!("{:?}", NextPick::After { label, channel }), got(&event.after));
                }
                seen.insert(format!("{:?}", NextPick::Nothing), got(&state.next[step].nothing));
                for next in rows.iter().map(|row| row.4).chain([NextPick::Nothing]).collect::<Vec<_>>() {
                    let want = tally(&|row| stopped(row, level) && row.4 == next);
                    prop_assert_eq!(seen.get(&format!("{next:?}")).copied().unwrap_or_default(), want);
                    let pick = Pick { next: Some(next), ..Pick::level(Level::Stopped(n)) };
                    prop_assert!(agrees(want, &pick));
                }
                seen.values().for_each(|(subjects, _)| sum += subjects);
                prop_assert_eq!(sum, state.stopped[step].subjects.count, "what they did next adds up to the dropped");
            }
            for day in rows.iter().map(|row| row.2).filter(|_| config.trend.is_some()).collect::<BTreeSet<_>>() {
                let want = tally(&|row| !row.1.removed && row.2 == day && row.1.events[step].is_some());
                let stretch = state.trend.get(&day).cloned().unwrap_or_default();
                prop_assert_eq!(got(&stretch.reached.get(step).copied().unwrap_or_default()), want);
                let pick = Pick { stretch: Some(day), ..Pick::level(Level::Reached(n)) };
                prop_assert!(agrees(want, &pick));
                let open = tally(&|row| !row.1.removed && row.2 == day && row.1.open);
                prop_assert_eq!(got(&stretch.open), open);
                let pick = Pick { stretch: Some(day), ..Pick::level(Level::Open(0)) };
                prop_assert!(agrees(open, &pick));
            }
        }
        // Whoever began has stopped, is open, or has been removed.
        let last: u64 = state.open.iter().chain(&state.stopped).map(|tally| tally.subjects.count).sum();
        prop_assert_eq!(last + state.removed.subjects.count, rows.len() as u64);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }

    #[test]
    fn options_that_say_nothing_change_nothing(customers in customers(SHAPE), window_us in 0i64..25) {
        let population = Population::new(customers, Slicer::Customer);
        let plain = Config::new(STEPS, window_us, population.as_of_us);
        let state = population.run(&Funnel::new(plain.clone()).unwrap());
        // An exclusion whose events never happen sends the funnel through the general search.
        let mut silent = population.clone();
        silent.customers.iter_mut().flat_map(|customer| &mut customer.mask).for_each(|mask| *mask &= 0b1111);
        let exclusions = vec![Exclusion { after: 0, before: 3, effect: Effect::Drop }];
        let general = Funnel::new(Config { exclusions, ..plain }).unwrap();
        prop_assert_eq!(silent.run(&general), state);
    }
}

/// Events as letters at times; steps and exclusions as letters.
fn subject(times: &[i64], events: &str, bits: &str) -> Customer {
    let mask = |event: char| bits.chars().rev().fold(0, |mask, bit| mask << 1 | u64::from(bit == event));
    Customer { id: 1, time: times.to_vec(), mask: events.chars().map(mask).collect(), ..Customer::default() }
}

fn levels(config: &Config, customer: &Customer) -> Vec<u64> {
    let population = Population::new(vec![customer.clone()], Slicer::Customer);
    let state = population.run(&Funnel::new(config.clone()).unwrap());
    state.reached.iter().map(|tally| tally.subjects.count).collect()
}

fn plain(steps: usize) -> Config {
    Config::new(steps, 10, i64::MAX)
}

#[test]
fn documented_sequences_in_the_products_modes() {
    // Window 10. Levels in order, strict, by the first entry, in any order.
    let table: [(&[i64], &str, &str, [usize; 4]); 10] = [
        (&[1, 8, 9, 15], "AABC", "ABC", [3, 3, 2, 3]),
        (&[1, 2, 3, 14], "AABC", "ABC", [2, 2, 2, 2]),
        (&[1, 2, 3, 4], "ABXC", "ABC", [3, 2, 3, 3]),
        (&[1, 2, 3, 4], "ABDC", "ABCD", [3, 2, 3, 4]),
        (&[1, 1], "BA", "AB", [1, 1, 1, 2]),
        (&[1], "A", "AA", [1, 1, 1, 1]),
        (&[1, 2], "AA", "AA", [2, 2, 2, 2]),
        (&[1, 2, 3, 4], "ABBC", "ABC", [3, 2, 3, 3]),
        (&[1, 11], "AB", "AB", [2, 2, 2, 2]),
        (&[1, 12], "AB", "AB", [1, 1, 1, 1]),
    ];
    for (times, events, steps, want) in table {
        let customer = subject(times, events, steps);
        let level = |config: Config| Funnel::new(config).unwrap().level(&customer.slice());
        let plain = plain(steps.len());
        let got = [
            level(plain.clone()),
            level(Config { mode: Mode::Strict, ..plain.clone() }),
            level(Config { entry: Entry::First, ..plain.clone() }),
            level(Config { mode: Mode::Unordered, ..plain }),
        ];
        assert_eq!(got, want, "{times:?} {events} {steps}");
    }
    // One event may satisfy two equal steps where that is asked for.
    let reuse = Config { reuse: true, ..plain(2) };
    assert_eq!(levels(&reuse, &subject(&[1], "A", "AA")), [1, 1]);
}

#[test]
fn excluded_events_remove_or_end_a_run() {
    let exclusion = |effect| Exclusion { after: 0, before: 1, effect };
    let config = |effect| Config { exclusions: vec![exclusion(effect)], ..plain(3) };
    let (remove, drop) = (config(Effect::Remove), config(Effect::Drop));
    let of = |events: &str| subject(&(1..=events.len() as i64).collect::<Vec<_>>(), events, "ABCX");
    // A then X then B: PostHog leaves the customer out, Mixpanel keeps the entry.
    assert_eq!(levels(&remove, &of("AXBC")), [0, 0, 0]);
    assert_eq!(levels(&drop, &of("AXBC")), [1, 0, 0]);
    // X before A and after B does not lie between.
    for config in [&remove, &drop] {
        assert_eq!(levels(config, &of("XABXC")), [1, 1, 1]);
        assert_eq!(levels(config, &of("AXABC")), [1, 1, 1], "a later entry is free of it");
    }
    // A X B, then a clean A B: what is removed is found as if nothing were excluded, what is dropped may do better.
    assert_eq!(levels(&remove, &of("AXBAB")), [0, 0, 0]);
    assert_eq!(levels(&drop, &of("AXBAB")), [1, 1, 0]);
    // Who never came to B, and did X within the window.
    assert_eq!(levels(&remove, &of("AX")), [0, 0, 0]);
    assert_eq!(levels(&remove, &subject(&[1, 12], "AX", "ABCX")), [1, 0, 0]);
}

#[test]
fn optional_steps_are_counted_on_the_way() {
    let optional = Config { optional: 0b010, ..plain(3) };
    let of = |events: &str| subject(&(1..=events.len() as i64).collect::<Vec<_>>(), events, "ABC");
    assert_eq!(levels(&optional, &of("AC")), [1, 0, 1]);
    assert_eq!(levels(&optional, &of("ABC")), [1, 1, 1]);
    assert_eq!(levels(&optional, &of("AB")), [1, 1, 0]);
    assert_eq!(levels(&optional, &of("ACB")), [1, 0, 1], "B came after the way led past it");
}

#[test]
fn a_property_is_held_constant() {
    let mut customer = subject(&[1, 2, 3, 4, 5], "AABCB", "ABC");
    customer.held = vec![1, 2, 1, 2, 2];
    assert_eq!(levels(&plain(3), &customer), [1, 1, 1]);
    assert_eq!(levels(&Config { hold: true, ..plain(3) }, &customer), [1, 1, 0]);
    customer.held[0] = 0;
    let by_second = Funnel::new(Config { hold: true, ..plain(3) }).unwrap();
    assert_eq!(by_second.moment(&customer.slice(), 0), Some(1));
    assert_eq!(by_second.moment(&customer.slice(), 1), Some(4));
}

#[test]
fn attempts_do_not_overlap() {
    let every = Config { count: Count::Every, ..plain(2) };
    assert_eq!(levels(&every, &subject(&[1, 2, 3, 4, 5, 30], "AABABA", "AB")), [3, 2]);
    // The window of the first takes in the second A, whose B comes too late for the first.
    assert_eq!(levels(&every, &subject(&[1, 5, 13], "AAB", "AB")), [1, 0]);
}

#[test]
fn contradictions_are_refused() {
    let exclusion = |after, before| vec![Exclusion { after, before, effect: Effect::Drop }];
    let wrong = [
        Config { window: Window::Session { timeout_us: 0 }, ..plain(2) },
        Config { optional: 1, ..plain(3) },
        Config { optional: 0b100, ..plain(3) },
        Config { optional: 0b010, mode: Mode::Unordered, ..plain(3) },
        Config { exclusions: exclusion(1, 1), ..plain(3) },
        Config { exclusions: exclusion(0, 3), ..plain(3) },
        Config { exclusions: exclusion(0, 1), optional: 0b010, ..plain(3) },
        Config { exclusions: exclusion(0, 1), mode: Mode::Unordered, ..plain(3) },
        Config { exclusions: exclusion(0, 1).repeat(15), ..plain(3) },
        Config { count: Count::Every, entry: Entry::First, ..plain(3) },
        Config { hold: true, mode: Mode::StrictOrder, ..plain(3) },
        Config { count: Count::Every, mode: Mode::Default, ..plain(3) },
    ];
    for config in wrong {
        assert_eq!(Funnel::new(config.clone()).unwrap_err().kind(), folds::Kind::Invalid, "{config:?}");
    }
}

#[test]
fn fifty_steps_leave_room_for_fourteen_exclusions() {
    let exclusions = (0..14).map(|after| Exclusion { after, before: after + 1, effect: Effect::Drop }).collect();
    let config = Config { exclusions, ..Config::new(50, 100, i64::MAX) };
    let mut customer = Customer {
        id: 1,
        time: (0..50).collect(),
        mask: (0..50).map(|step| 1 << step).collect(),
        ..Customer::default()
    };
    let fold = Funnel::new(config).unwrap();
    assert_eq!(fold.level(&customer.slice()), 50);
    // The fourteenth exclusion lies between steps 14 and 15.
    customer.time.insert(14, 13);
    customer.mask.insert(14, 1 << 63);
    assert_eq!(fold.level(&customer.slice()), 14);
    let any = Funnel::new(Config { mode: Mode::Unordered, ..Config::new(50, 100, i64::MAX) }).unwrap();
    assert_eq!(any.level(&customer.slice()), 50);
}

/// Customers few of whose events fall together, and a funnel with a tolerance.
const NEAR: Shape = Shape { labels: 2, steps: 4, channels: 1, events: 7, gap_us: 3 };

fn tolerant() -> impl Strategy<Value = Config> {
    let exclusion = prop::option::of((0usize..2, prop_oneof![Just(Effect::Remove), Just(Effect::Drop)]));
    (exclusion, 1i64..4, 0i64..12, any::<bool>(), any::<bool>()).prop_map(
        |(exclusion, tie_tolerance_us, window_us, hold, first)| Config {
            exclusions: exclusion
                .map(|(after, effect)| Exclusion { after, before: after + 1, effect })
                .into_iter()
                .collect(),
            tie_tolerance_us,
            hold,
            entry: if first && !hold { Entry::First } else { Entry::Best },
            ..Config::new(3, window_us, 0)
        },
    )
}

/// Every order of the numbers from 0 that keeps to `groups`, lengths of stretches whose members may change places.
fn orders(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for length in groups {
        let mut stretches = vec![vec![]];
        for member in from..from + length {
            let insert = |stretch: &Vec<usize>| -> Vec<Vec<usize>> {
                (0..=stretch.len()).map(|at| [&stretch[..at], &[member], &stretch[at..]].concat()).collect()
            };
            stretches = stretches.iter().flat_map(insert).collect();
        }
        all = all.iter().flat_map(|head| stretches.iter().map(|tail| [&head[..], tail].concat())).collect();
        from += length;
    }
    all
}

/// Lengths of moments, by their definition.
fn moments(config: &Config, customer: &Customer) -> Vec<usize> {
    let bits = (1u64 << (config.steps + config.exclusions.len())) - 1;
    let mut lengths: Vec<usize> = Vec::new();
    let mut first = None;
    for (time, mask) in customer.time.iter().zip(&customer.mask) {
        let begins = mask & bits != 0;
        match (first.filter(|first| time - first <= config.tie_tolerance_us), lengths.last_mut()) {
            (Some(_), Some(length)) => *length += 1,
            _ => {
                lengths.push(1);
                first = begins.then_some(*time);
            }
        }
    }
    lengths
}

/// The customer with the events in another order, which have the time of the first of their moment.
fn arranged(customer: &Customer, groups: &[usize], order: &[usize]) -> Customer {
    let starts = groups.iter().scan(0, |from, length| Some(std::mem::replace(from, *from + length)));
    let time = groups.iter().zip(starts).flat_map(|(length, from)| vec![customer.time[from]; *length]).collect();
    let of = |column: &[u32]| order.iter().filter_map(|at| column.get(*at).copied()).collect();
    let mask = order.iter().map(|at| customer.mask[*at]).collect();
    Customer {
        id: customer.id,
        time,
        mask,
        held: of(&customer.held),
        label: of(&customer.label),
        ..Customer::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// With a tolerance a subject gets as far as in the best of all orders its moments allow.
    #[test]
    fn a_tolerance_takes_the_best_order_of_each_moment(
        customers in customers(NEAR),
        config in tolerant(),
        parts in prop::collection::vec(0usize..3, 1..4),
    ) {
        let fold = Funnel::new(config.clone()).unwrap();
        let exact = Config { tie_tolerance_us: 0, ..config.clone() };
        for mut customer in customers.clone() {
            // An event is of a step or excluded, not both: which of the two comes first would be no matter of order.
            customer.mask.iter_mut().filter(|mask| **mask >> 3 & 1 == 1).for_each(|mask| *mask = 0b1000);
            let groups = moments(&config, &customer);
            let ways: usize = groups.iter().map(|length| (1..=*length).product::<usize>()).product();
            if ways > 5_040 {
                continue;
            }
            let runs: Vec<oracle::Run> = orders(&groups)
                .iter()
                .flat_map(|order| expected(&exact, &arranged(&customer, &groups, order).slice()))
                .collect();
            let reached = |run: &oracle::Run| run.level;
            let counted = runs.iter().filter(|run| !run.removed).map(reached).max().unwrap_or(0);
            let deepest = runs.iter().map(reached).max().unwrap_or(0);
            let got = fold.level(&customer.slice());
            if config.exclusions.iter().all(|exclusion| exclusion.effect == Effect::Drop) {
                prop_assert_eq!(got, counted, "{:?}", customer);
            } else {
                // Whoever is left out is so by the deepest run, which is chosen as if nothing were excluded.
                prop_assert!(got == 0 || got == deepest, "{} of {} {:?}", got, deepest, customer);
                prop_assert!(got == 0 || counted == deepest, "{:?}", customer);
            }
            if config.exclusions.is_empty() {
                let times: Vec<i64> = arranged(&customer, &groups, &(0..customer.time.len()).collect::<Vec<_>>()).time;
                let level = Funnel::new(exact.clone()).unwrap().level(&Slice { time: &times, ..customer.slice() });
                prop_assert!(got >= level, "a tolerance never costs a step");
            }
        }
        let mut population = Population::new(customers, Slicer::Customer);
        population.as_of_us += 3;
        let fold = Funnel::new(Config { as_of_us: population.as_of_us, ..config }).unwrap();
        let state = population.run(&fold);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state.clone());
        for (step, n) in (1u8..=3).enumerate() {
            prop_assert_eq!(population.picked(&fold, &Pick::level(Level::Reached(n))), got(&state.reached[step]));
            prop_assert_eq!(population.picked(&fold, &Pick::level(Level::Stopped(n))), got(&state.stopped[step]));
        }
    }
}

#[test]
fn events_near_each_other_are_one_moment() {
    let ordered = Config { tie_tolerance_us: 2, ..plain(3) };
    // B comes a little before A; three apart it is too early.
    assert_eq!(levels(&ordered, &subject(&[1, 3, 9], "BAC", "ABC")), [1, 1, 1]);
    assert_eq!(levels(&ordered, &subject(&[1, 4, 9], "BAC", "ABC")), [1, 0, 0]);
    // Moments begin with their first event and do not grow: the second of three is not near the third.
    assert_eq!(levels(&ordered, &subject(&[1, 2, 4], "CBA", "ABC")), [1, 0, 0]);
    // What is of no step begins none.
    assert_eq!(levels(&ordered, &subject(&[0, 2, 4], "XBA", "ABC")), [1, 1, 0]);
    // One event satisfies one step, and a step that comes twice needs two.
    assert_eq!(levels(&Config { tie_tolerance_us: 2, ..plain(3) }, &subject(&[1, 1, 2], "BAA", "ABA")), [1, 1, 1]);
    assert_eq!(levels(&Config { tie_tolerance_us: 2, ..plain(3) }, &subject(&[1, 1], "BA", "ABA")), [1, 1, 0]);
    // Excluded in the moment of either step is not between; in one between theirs it is.
    let exclusions = vec![Exclusion { after: 0, before: 1, effect: Effect::Drop }];
    let excluding = Config { exclusions, ..ordered };
    assert_eq!(levels(&excluding, &subject(&[1, 2, 4], "AXB", "ABCX")), [1, 1, 0]);
    assert_eq!(levels(&excluding, &subject(&[1, 4, 7], "AXB", "ABCX")), [1, 0, 0]);
    // Each attempt ends with its moment.
    let every = Config { count: Count::Every, tie_tolerance_us: 2, ..plain(2) };
    assert_eq!(levels(&every, &subject(&[1, 2, 5, 6], "BABA", "AB")), [2, 2]);
    // What came next is what came after the moment.
    let fold = Funnel::new(Config { next: true, tie_tolerance_us: 2, ..plain(2) }).unwrap();
    let mut customer = subject(&[1, 2, 7], "AXX", "AB");
    (customer.label, customer.channel) = (vec![1, 2, 3], vec![0; 3]);
    let next = Pick { next: Some(NextPick::Within { label: 3, channel: 0 }), ..Pick::level(Level::Stopped(1)) };
    assert!(fold.picks(&Slice { end: End::Left, ..customer.slice() }, &next));
    // An optional step counts if an event of the moment is left for it.
    let optional = Config { optional: 0b010, tie_tolerance_us: 2, ..plain(3) };
    assert_eq!(levels(&optional, &subject(&[1, 2, 3], "CBA", "ABC")), [1, 1, 1]);
    let wrong = [
        Config { tie_tolerance_us: -1, ..plain(2) },
        Config { tie_tolerance_us: 60_000_001, ..plain(2) },
        Config { tie_tolerance_us: 1, mode: Mode::Unordered, ..plain(2) },
        Config { tie_tolerance_us: 1, mode: Mode::Strict, ..plain(2) },
        Config { tie_tolerance_us: 1, mode: Mode::Default, ..plain(2) },
        Config { tie_tolerance_us: 1, reuse: true, ..plain(2) },
    ];
    for config in wrong {
        assert_eq!(Funnel::new(config.clone()).unwrap_err().kind(), folds::Kind::Invalid, "{config:?}");
    }
}
