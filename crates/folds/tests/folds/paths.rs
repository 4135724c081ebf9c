//! Paths and step matrix against the goldens and the naive definition.

use crate::support::{Customer, Population, Shape, customers, ecom_customers, ecom_sessions};
use folds::paths::{
    At, Begin, Config, FROM, Finish, GOAL, HIDDEN, Keep, Paths, Pick, Repeats, SHOWN, SIDE, Side, State, TO,
};
use folds::{End, Fold, Slicer};
use proptest::prelude::*;
use serde_json::Value;
use testkit::oracle::paths as oracle;
use testkit::{Ecom, golden};

fn paths(repeats: Repeats, keep: Keep) -> Paths {
    Paths::new(Config { repeats, keep, ..Config::default() }).unwrap()
}

/// Sets a bit of the mask of all events of that name.
fn set_bit(ecom: &Ecom, customers: &mut [Customer], event: &str, bit: u64) {
    let label = ecom.event_code(event) as u32 + 1;
    for customer in customers {
        customer.mask.resize(customer.time.len(), 0);
        customer.label.iter().zip(&mut customer.mask).for_each(|(l, mask)| *mask |= if *l == label { bit } else { 0 });
    }
}

/// The top paths in the golden's form: [[count, [event, …]], …].
fn top(ecom: &Ecom, state: &State) -> Value {
    let name = |label: &u32| Value::from(ecom.events[*label as usize - 1].clone());
    let rows = state.top(20).into_iter().map(|variant| {
        let count = Value::from(variant.counts.paths.subjects.count);
        Value::from(vec![count, Value::from(variant.labels.iter().map(name).collect::<Vec<_>>())])
    });
    Value::from(rows.collect::<Vec<_>>())
}

fn replay(ecom: &Ecom, mut customers: Vec<Customer>, file: &str) {
    let golden = golden::json(file);
    set_bit(ecom, &mut customers, "purchase", TO);
    let population = Population::new(customers, Slicer::Customer);
    for (key, repeats) in [("raw", Repeats::Keep), ("collapsed_repeats", Repeats::Collapse)] {
        let golden_paths = &golden["paths"];
        let golden = &golden[key];
        let whole = population.run(&paths(repeats, Keep::First(100)));
        assert_eq!(Value::from(whole.paths.subjects.count), *golden_paths);
        assert_eq!(Value::from(whole.variants()), golden["variants"], "{file} {key}");
        assert_eq!(top(ecom, &whole), golden["top20"], "{file} {key}");
        let first = population.run(&paths(repeats, Keep::First(5)));
        assert_eq!(top(ecom, &first), golden["top20_first5"], "{file} {key}");
        let to = Some(Finish::at(At::First));
        let before = Config { repeats, keep: Keep::Last(5), to, ..Config::default() };
        let before = population.run(&Paths::new(before).unwrap());
        assert_eq!(top(ecom, &before), golden["top20_last4_before_first_purchase"], "{file} {key}");
    }
}

fn replay_matrix(ecom: &Ecom, customers: Vec<Customer>, file: &str) {
    let population = Population::new(customers, Slicer::Customer);
    let state = population.run(&paths(Repeats::Keep, Keep::First(10)));
    let total = state.paths.subjects.count;
    let matrix = state.step_matrix(10, usize::MAX);
    let rows = golden::csv(file);
    assert_eq!(rows.len(), ecom.events.len() + 1);
    for row in rows {
        for (step, column) in matrix.iter().enumerate() {
            let count = match row["event"].as_str() {
                "<ended>" => column.ended,
                event => {
                    let label = ecom.event_code(event) as u32 + 1;
                    column.labels.iter().find(|(l, _)| *l == label).map_or(0, |(_, count)| *count)
                }
            };
            let share: f64 = row[&(step + 1).to_string()].parse().unwrap();
            assert!(golden::same(count as f64 / total as f64, share), "{row:?} step {step}: {count} of {total}");
        }
    }
    for (step, column) in state.step_matrix(10, 3).iter().enumerate() {
        let named: u64 = column.labels.iter().map(|(_, count)| count).sum();
        assert_eq!(named + column.other + column.ended, total, "step {step}");
    }
}

#[test]
fn ecom_user_paths_equal_the_goldens() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_customers(&ecom), "paths_user_id.json");
    replay_matrix(&ecom, ecom_customers(&ecom), "step_matrix_user_id.csv");
}

#[test]
fn ecom_session_paths_equal_the_goldens() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_sessions(&ecom), "paths_session_id.json");
    replay_matrix(&ecom, ecom_sessions(&ecom), "step_matrix_session_id.csv");
}

/// From each visit of a checkout page of a phone, where the next event leads, inside the stretch in which the shop was
/// broken and outside of it.
#[test]
fn the_difference_a_broken_checkout_made_equals_the_golden() {
    let ecom = testkit::ecom();
    let (from_us, to_us) = (1_712_880_000_000_000, 1_715_299_200_000_000); // 12 April to 10 May 2024
    let mobile = ecom.platforms.iter().position(|platform| platform == "mobile").unwrap();
    let mut sessions = vec![Customer::default(); ecom.session_ids.len()];
    for row in (0..ecom.time_us.len()).filter(|row| ecom.platform[*row] == mobile) {
        let session = &mut sessions[ecom.session_id[row]];
        session.time.push(ecom.time_us[row]);
        session.label.push(ecom.event[row] as u32 + 1);
    }
    let mut checked = 0;
    for row in golden::csv("diff_checkout_bug_mobile.csv") {
        let inside = row["inside"] == "True";
        let mut customers = sessions.clone();
        set_bit(&ecom, &mut customers, &row["event"], FROM);
        // Whether a path counts is decided by when it begins.
        for customer in &mut customers {
            let begins = |time: i64| (from_us..to_us).contains(&time) == inside;
            customer.time.iter().zip(&mut customer.mask).for_each(|(t, m)| *m &= if begins(*t) { FROM } else { 0 });
        }
        let config = Config { from: Some(Begin::Each), keep: Keep::First(2), ..Config::default() };
        let state = Population::new(customers, Slicer::Customer).run(&Paths::new(config).unwrap());
        let second = &state.step_matrix(2, usize::MAX)[1];
        let total = state.paths.subjects.count as f64;
        for (event, share) in row.iter().filter(|(name, _)| !matches!(name.as_str(), "inside" | "event")) {
            let count = match event.as_str() {
                "<end>" => second.ended,
                event => {
                    let label = ecom.event_code(event) as u32 + 1;
                    second.labels.iter().find(|(l, _)| *l == label).map_or(0, |(_, count)| *count)
                }
            };
            assert!(golden::same(count as f64 / total, share.parse().unwrap()), "{row:?} {event}: {count} of {total}");
            checked += 1;
        }
    }
    assert_eq!(checked, 4 * 20);
}

const SHAPE: Shape = Shape { labels: 3, steps: 6, channels: 1, events: 16, gap_us: 6 };

fn of_oracle(end: oracle::End) -> End {
    match end {
        oracle::End::Open => End::Open,
        oracle::End::Left => End::Left,
        oracle::End::Goal => End::Goal,
    }
}

fn to_oracle(end: End) -> oracle::End {
    match end {
        End::Open => oracle::End::Open,
        End::Left => oracle::End::Left,
        End::Goal => oracle::End::Goal,
    }
}

/// A path as the definition has it.
#[derive(Debug)]
struct Expected {
    customer: i64,
    kept: Vec<u32>,
    longer: bool,
    end: End,
    last: u32,
    furthest: u32,
    duration_us: i64,
}

fn config() -> impl Strategy<Value = Config> {
    let anchors = (
        prop::option::of(prop_oneof![Just(Begin::First), Just(Begin::Each)]),
        prop::option::of((prop_oneof![Just(At::First), Just(At::Last)], any::<bool>())),
        prop::option::of(1i64..30),
    );
    let rest = (any::<[bool; 4]>(), prop::option::of(any::<bool>()), 1usize..6, any::<bool>(), 0i64..8);
    (anchors, rest).prop_map(|((from, to, window_us), ([hide, only, goal, collapse], side, keep, last, late))| Config {
        repeats: if collapse { Repeats::Collapse } else { Repeats::Keep },
        keep: if last { Keep::Last(keep) } else { Keep::First(keep) },
        from,
        to: to.map(|(at, or_not)| Finish { at, or_not }),
        window_us,
        hide,
        only,
        goal,
        side: side.map(|with| if with { Side::With } else { Side::Without }),
        durations: true,
        furthest: true,
        as_of_us: late,
    })
}

/// The paths of a subject, and whether it takes part.
fn expected(config: &Config, subject: &folds::Slice<'_>) -> (Vec<Expected>, bool) {
    let has = |bit: u64| subject.mask.iter().any(|mask| mask & bit != 0);
    if config.side.is_some_and(|side| has(SIDE) != (side == Side::With)) {
        return (Vec::new(), false);
    }
    let events: Vec<oracle::Event> = subject
        .mask
        .iter()
        .enumerate()
        .map(|(row, mask)| oracle::Event {
            time_us: subject.time[row],
            visible: subject.label[row] != 0
                && !(config.hide && mask & HIDDEN != 0)
                && (!config.only || mask & SHOWN != 0),
            begins: mask & FROM != 0,
            ends: mask & TO != 0,
            goal: mask & GOAL != 0,
        })
        .collect();
    let ask = oracle::Ask {
        from_each: config.from.map(|begin| begin == Begin::Each),
        to_last: config.to.map(|to| to.at == At::Last),
        or_not: config.to.is_some_and(|to| to.or_not),
        window_us: config.window_us,
        goal: config.goal,
        as_of_us: config.as_of_us,
    };
    let paths = oracle::pieces(&events, ask, to_oracle(subject.end)).into_iter().map(|(rows, end)| {
        let mut path: Vec<u32> = rows.iter().map(|row| subject.label[*row]).collect();
        let (last, furthest) = (path[path.len() - 1], *path.iter().max().unwrap());
        if config.repeats == Repeats::Collapse {
            path = oracle::collapse(&path);
        }
        let (Keep::First(keep) | Keep::Last(keep)) = config.keep;
        let cut = path.len().saturating_sub(keep);
        let kept = match config.keep {
            Keep::First(_) => path[..path.len() - cut].to_vec(),
            Keep::Last(_) => path[cut..].to_vec(),
        };
        let duration_us = subject.time[rows[rows.len() - 1]] - subject.time[rows[0]];
        Expected { customer: subject.customer, kept, longer: cut > 0, end: of_oracle(end), last, furthest, duration_us }
    });
    (paths.collect(), true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]
    #[test]
    fn paths_are_what_the_definition_says(
        customers in customers(SHAPE),
        timeout_us in 0i64..6,
        slicer in 0u8..3,
        config in config(),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let slicer = match slicer {
            0 => Slicer::Customer,
            1 => Slicer::Session { timeout_us },
            _ => Slicer::Instance { gap_us: timeout_us, goal: vec![false, false, true] },
        };
        let mut population = Population::new(customers, slicer);
        population.as_of_us += config.as_of_us;
        let config = Config { as_of_us: population.as_of_us, ..config };
        let fold = Paths::new(config).unwrap();
        let state = population.run(&fold);

        let mut all: Vec<Expected> = Vec::new();
        let mut without = 0;
        population.each(|subject| {
            let (paths, takes_part) = expected(&config, subject);
            without += u64::from(takes_part && paths.is_empty());
            all.extend(paths);
        });
        let keys: Vec<Vec<u32>> = all.iter().map(|path| path.kept.clone()).collect();
        let mut variants = oracle::variants(&keys);
        variants.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        let total = all.len() as u64;
        prop_assert_eq!(state.paths.subjects.count, total);
        prop_assert_eq!(state.without.subjects.count, without);
        prop_assert_eq!(population.picked(&fold, &Pick::Without), (without, state.without.customers.count));
        prop_assert_eq!(state.variants(), variants.len());
        for (variant, (path, found)) in state.top(usize::MAX).iter().zip(&variants) {
            prop_assert_eq!(&variant.labels, path);
            let rows: Vec<&Expected> = found.iter().map(|at| &all[*at]).collect();
            let customers = rows.iter().map(|row| row.customer).collect::<std::collections::BTreeSet<_>>().len() as u64;
            let got = (variant.counts.paths.subjects.count, variant.counts.paths.customers.count);
            prop_assert_eq!(got, (rows.len() as u64, customers));
            prop_assert_eq!(got.1, population.picked(&fold, &Pick::Is(path.clone())).1);
            prop_assert_eq!(got.0, population.picked(&fold, &Pick::Is(path.clone())).0);
            prop_assert_eq!(variant.counts.longer, rows.iter().filter(|row| row.longer).count() as u64);
            prop_assert_eq!(&state.of(path), &variant.counts);
            let mut durations: Vec<i64> = rows.iter().map(|row| row.duration_us).collect();
            durations.sort_unstable();
            let held: Vec<i64> =
                variant.durations_us.sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]).collect();
            prop_assert_eq!(held, durations);
            for end in [End::Open, End::Left, End::Goal] {
                prop_assert_eq!(variant.counts.ended(end), rows.iter().filter(|row| row.end == end).count() as u64);
            }
        }
        for (got, of) in [(state.last(), 0), (state.furthest(), 1)] {
            let label = |row: &Expected| if of == 0 { row.last } else { row.furthest };
            let labels: std::collections::BTreeSet<u32> = all.iter().map(label).collect();
            prop_assert_eq!(got.iter().map(|(label, _)| *label).collect::<Vec<_>>(), labels.into_iter().collect::<Vec<_>>());
            for (at, counts) in got {
                for end in [End::Open, End::Left, End::Goal] {
                    let want = all.iter().filter(|row| label(row) == at && row.end == end).count() as u64;
                    prop_assert_eq!(counts.of(end), want, "{} {:?}", at, end);
                    prop_assert_eq!(state.ends().of(end), population.picked(&fold, &Pick::Ended(end)).0);
                }
            }
        }
        // Steps are counted from the end that is kept.
        let backwards = matches!(config.keep, Keep::Last(_));
        let at = |path: &[u32], step: usize| {
            let mut path = path.to_vec();
            if backwards {
                path.reverse();
            }
            path.get(step).copied()
        };
        let (matrix, flows) = (state.step_matrix(6, 1), state.flows(6));
        for (step, column) in matrix.iter().enumerate() {
            let named: u64 = column.labels.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(named + column.other + column.ended, total);
            prop_assert_eq!(column.ended, population.picked(&fold, &Pick::EndedBefore { step }).0);
            for end in [End::Open, End::Left, End::Goal] {
                prop_assert_eq!(column.ended_as.of(end), population.picked(&fold, &Pick::EndedAs { step, end }).0);
            }
            let but: Vec<u32> = column.labels.iter().map(|(label, _)| *label).collect();
            prop_assert_eq!(column.other, population.picked(&fold, &Pick::Elsewhere { step, but }).0);
            for (label, count) in &column.labels {
                prop_assert_eq!(*count, population.picked(&fold, &Pick::At { step, label: *label }).0);
                prop_assert_eq!(*count, keys.iter().filter(|path| at(path, step) == Some(*label)).count() as u64);
            }
            for ((from, to), count) in &flows[step].links {
                let (from, to) = (*from, *to);
                prop_assert_eq!(*count, population.picked(&fold, &Pick::Link { step, from, to }).0);
            }
            // What is at the next step came over a link to it; the others are over.
            let came: u64 = flows[step].links.values().sum();
            prop_assert_eq!(came, keys.iter().filter(|path| path.len() > step + 1).count() as u64);
            let over: u64 = flows[step].over.values().sum();
            prop_assert_eq!(named + column.other, came + over);
        }
        if let Some((path, _)) = variants.first() {
            let begins = Pick::StartsWith(path[..1].to_vec());
            let want = keys.iter().filter(|other| other[0] == path[0]).count() as u64;
            prop_assert_eq!(population.picked(&fold, &begins).0, want);
        }
        prop_assert_eq!(population.picked(&fold, &Pick::All).0, total);
        prop_assert_eq!(population.picked(&fold, &Pick::All).1, state.paths.customers.count);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}

const MANY_LABELS: Shape = Shape { labels: 140, steps: 1, channels: 1, events: 30, gap_us: 6 };

proptest! {
    /// Blocks of short paths are looked up together; whether labels and paths are short is up to the case.
    #[test]
    fn blocks_have_the_paths_of_their_subjects_one_by_one(
        customers in prop_oneof![customers(SHAPE), customers(MANY_LABELS)],
        timeout_us in 0i64..6,
        collapse in any::<bool>(),
        keep in 1usize..12,
        sizes in prop::collection::vec(0usize..4, 1..8),
    ) {
        let config = Config {
            repeats: if collapse { Repeats::Collapse } else { Repeats::Keep },
            keep: Keep::First(keep),
            durations: true,
            ..Config::default()
        };
        let population = Population::new(customers, Slicer::Session { timeout_us });
        let fold = Paths::new(config).unwrap();
        let (whole, each) = (population.run_in_blocks(&fold, &sizes), population.run(&fold));
        prop_assert_eq!(whole.top(usize::MAX), each.top(usize::MAX));
        prop_assert_eq!(whole, each);
    }
}

#[test]
fn the_most_frequent_paths_are_listed_however_frequent_they_are() {
    let fold = Paths::new(Config::default()).unwrap();
    let mut state = fold.state();
    let counts = [1u64, 700, 2, 255, 256, 1, 257, 300, 2, 300, 3];
    for (label, count) in (1..).zip(counts) {
        for customer in 0..count {
            let slice =
                folds::Slice { customer: customer as i64, time: &[1], label: &[label], ..folds::Slice::default() };
            fold.fold(&mut state, &slice);
        }
    }
    let mut expected: Vec<(u64, Vec<u32>)> = counts.iter().copied().zip((1..).map(|label| vec![label])).collect();
    expected.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for most in 0..=counts.len() + 1 {
        let top = state.top(most).into_iter().map(|variant| (variant.counts.paths.subjects.count, variant.labels));
        assert_eq!(top.collect::<Vec<_>>(), &expected[..most.min(counts.len())]);
    }
}

#[test]
fn contradictions_and_excess_are_refused() {
    let refused = |config: Config| assert_eq!(Paths::new(config).unwrap_err().kind(), folds::Kind::Invalid);
    refused(Config { window_us: Some(0), ..Config::default() });
    for keep in [Keep::First(0), Keep::Last(101)] {
        refused(Config { keep, ..Config::default() });
    }
}
