//! Paths and step matrix against the goldens and the naive definition.

#![allow(clippy::unwrap_used)]

mod support;

use folds::paths::{Config, Keep, Part, Paths, Pick, Repeats, State};
use folds::{End, Slicer};
use proptest::prelude::*;
use serde_json::Value;
use support::{Customer, Population, Shape, customers, ecom_customers, ecom_sessions};
use testkit::oracle::paths as oracle;
use testkit::{Ecom, golden};

fn paths(repeats: Repeats, part: Part, keep: Keep) -> Paths {
    Paths::new(Config { repeats, part, keep }).unwrap()
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

fn replay(ecom: &Ecom, customers: Vec<Customer>, file: &str) {
    let golden = golden::json(file);
    let population = Population::new(customers, Slicer::Customer);
    let purchase = ecom.event_code("purchase") as u32 + 1;
    for (key, repeats) in [("raw", Repeats::Keep), ("collapsed_repeats", Repeats::Collapse)] {
        let golden_paths = &golden["paths"];
        let golden = &golden[key];
        let whole = population.run(&paths(repeats, Part::Whole, Keep::First(100)));
        assert_eq!(Value::from(whole.paths.subjects.count), *golden_paths);
        assert_eq!(Value::from(whole.variants()), golden["variants"], "{file} {key}");
        assert_eq!(top(ecom, &whole), golden["top20"], "{file} {key}");
        let first = population.run(&paths(repeats, Part::Whole, Keep::First(5)));
        assert_eq!(top(ecom, &first), golden["top20_first5"], "{file} {key}");
        let before = population.run(&paths(repeats, Part::UpTo(purchase), Keep::Last(5)));
        assert_eq!(top(ecom, &before), golden["top20_last4_before_first_purchase"], "{file} {key}");
    }
}

fn replay_matrix(ecom: &Ecom, customers: Vec<Customer>, file: &str) {
    let population = Population::new(customers, Slicer::Customer);
    let state = population.run(&paths(Repeats::Keep, Part::Whole, Keep::First(10)));
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

const SHAPE: Shape = Shape { labels: 3, steps: 1, channels: 1, events: 16, gap_us: 6 };

proptest! {
    #[test]
    fn paths_are_what_the_definition_says(
        customers in customers(SHAPE),
        timeout_us in 0i64..6,
        collapse in any::<bool>(),
        part in 0..3u8,
        keep in 1usize..6,
        last in any::<bool>(),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Session { timeout_us });
        population.as_of_us += 2;
        let fold = paths(
            if collapse { Repeats::Collapse } else { Repeats::Keep },
            match part { 0 => Part::Whole, 1 => Part::From(2), _ => Part::UpTo(2) },
            if last { Keep::Last(keep) } else { Keep::First(keep) },
        );
        let state = population.run(&fold);

        // By subject with a path: customer, path, whether it is longer, end.
        let mut expected: Vec<(i64, Vec<u32>, bool, End)> = Vec::new();
        // By subject with a path: last and largest label of all of it, end.
        let mut ends: Vec<(u32, u32, End)> = Vec::new();
        let mut without = 0;
        population.each(|subject| {
            let mut path: Vec<u32> = subject.label.iter().copied().filter(|label| *label != 0).collect();
            let at = path.iter().position(|label| *label == 2);
            path = match (part, at) {
                (0, _) => path,
                (1, Some(at)) => path[at..].to_vec(),
                (2, Some(at)) => path[..=at].to_vec(),
                _ => Vec::new(),
            };
            if collapse {
                path = oracle::collapse(&path);
            }
            let cut = path.len().saturating_sub(keep);
            let kept = if last { path[cut..].to_vec() } else { path[..path.len() - cut].to_vec() };
            if kept.is_empty() {
                without += 1;
            } else {
                ends.push((path[path.len() - 1], *path.iter().max().unwrap(), subject.end));
                expected.push((subject.customer, kept, cut > 0, subject.end));
            }
        });
        let all: Vec<Vec<u32>> = expected.iter().map(|row| row.1.clone()).collect();
        let mut variants = oracle::variants(&all);
        variants.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        prop_assert_eq!(state.paths.subjects.count, expected.len() as u64);
        prop_assert_eq!(state.without.subjects.count, without);
        prop_assert_eq!(state.variants(), variants.len());
        for (variant, (path, subjects)) in state.top(usize::MAX).iter().zip(&variants) {
            prop_assert_eq!(&variant.labels, path);
            let rows: Vec<_> = subjects.iter().map(|subject| &expected[*subject]).collect();
            let customers = rows.iter().map(|row| row.0).collect::<std::collections::BTreeSet<_>>().len() as u64;
            let got = (variant.counts.paths.subjects.count, variant.counts.paths.customers.count);
            prop_assert_eq!(got, (rows.len() as u64, customers));
            prop_assert_eq!(got, population.picked(&fold, &Pick::Is(path.clone())));
            prop_assert_eq!(variant.counts.longer, rows.iter().filter(|row| row.2).count() as u64);
            for end in [End::Open, End::Left] {
                prop_assert_eq!(variant.counts.ended(end), rows.iter().filter(|row| row.3 == end).count() as u64);
            }
        }
        for (got, of) in [(state.last(), 0), (state.furthest(), 1)] {
            let label = |row: &(u32, u32, End)| if of == 0 { row.0 } else { row.1 };
            let labels: std::collections::BTreeSet<u32> = ends.iter().map(label).collect();
            prop_assert_eq!(got.iter().map(|(label, _)| *label).collect::<Vec<_>>(), labels.into_iter().collect::<Vec<_>>());
            for (at, counts) in got {
                for end in [End::Open, End::Left, End::Goal] {
                    let want = ends.iter().filter(|row| label(row) == at && row.2 == end).count() as u64;
                    prop_assert_eq!(counts.of(end), want, "{} {:?}", at, end);
                }
            }
        }
        for (step, column) in state.step_matrix(6, 1).iter().enumerate() {
            let named: u64 = column.labels.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(named + column.other + column.ended, expected.len() as u64);
            prop_assert_eq!(column.ended, population.picked(&fold, &Pick::EndedBefore { step }).0);
            for (label, count) in &column.labels {
                prop_assert_eq!(*count, population.picked(&fold, &Pick::At { step, label: *label }).0);
                prop_assert_eq!(*count, all.iter().filter(|path| path.get(step) == Some(label)).count() as u64);
            }
            for ((from, to), count) in state.links(step) {
                prop_assert_eq!(count, population.picked(&fold, &Pick::Link { step, from, to }).0);
            }
            // What is at the next step came over a link to it.
            let came: u64 = state.links(step).values().sum();
            prop_assert_eq!(came, all.iter().filter(|path| path.len() > step + 1).count() as u64);
        }
        if let Some((path, _)) = variants.first() {
            let begins = Pick::StartsWith(path[..1].to_vec());
            let want = all.iter().filter(|other| other[0] == path[0]).count() as u64;
            prop_assert_eq!(population.picked(&fold, &begins).0, want);
        }
        prop_assert_eq!(population.picked(&fold, &Pick::All).0, expected.len() as u64);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}

#[test]
fn contradictions_and_excess_are_refused() {
    let nowhere = Config { repeats: Repeats::Keep, part: Part::From(0), keep: Keep::First(1) };
    assert_eq!(Paths::new(nowhere).unwrap_err().kind(), folds::Kind::Invalid);
    for keep in [Keep::First(0), Keep::Last(101)] {
        let refused = Paths::new(Config { repeats: Repeats::Keep, part: Part::Whole, keep });
        assert_eq!(refused.unwrap_err().kind(), folds::Kind::Invalid);
    }
}
