//! Transitions against the goldens and the naive definition.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use folds::transitions::{Pick, State, Transitions};
use folds::{End, Slicer};
use proptest::prelude::*;
use support::{Customer, Population, Shape, customers, ecom_customers, ecom_sessions};
use testkit::oracle::transitions as oracle;
use testkit::{Ecom, golden};

fn replay(ecom: &Ecom, customers: Vec<Customer>, file: &str) {
    let state: State = Population::new(customers, Slicer::Customer).run(&Transitions);
    let rows = golden::csv(file);
    let label = |name: &str| ecom.event_code(name) as u32 + 1;
    assert_eq!(state.edges.len(), rows.len());
    for row in rows {
        let (from, to) = (label(&row["from"]), label(&row["to"]));
        let edge = state.edges.get(from, to).unwrap_or_else(|| panic!("no {row:?}"));
        assert_eq!(edge.count.to_string(), row["count"], "{row:?}");
        assert_eq!(edge.tally.subjects.count.to_string(), row["unique_paths"], "{row:?}");
        let close = |got: f64, key: &str| assert!(golden::same(got, row[key].parse().unwrap()), "{got} {key} {row:?}");
        close(edge.gaps_us.median().unwrap() / 1e6, "median_s");
        close(edge.gaps_us.mean().unwrap() / 1e6, "mean_s");
        close(edge.gaps_us.p95().unwrap() / 1e6, "p95_s");
        let outgoing = state.outgoing(from);
        close(edge.count as f64 / (outgoing + state.node(from).unwrap().ended()) as f64, "proba_out_incl_end");
        close(edge.count as f64 / outgoing as f64, "proba_out_excl_end");
    }
}

#[test]
fn ecom_user_transitions_equal_the_golden() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_customers(&ecom), "transitions_user_id.csv");
}

#[test]
fn ecom_session_transitions_equal_the_golden() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_sessions(&ecom), "transitions_session_id.csv");
    // Our own sessions are the file's.
    let ours = Population::new(ecom_customers(&ecom), Slicer::Session { timeout_us: 1_800_000_000 }).run(&Transitions);
    let theirs = Population::new(ecom_sessions(&ecom), Slicer::Customer).run(&Transitions);
    for ((from, to), edge) in ours.edges.iter() {
        let other = theirs.edges.get(from, to).unwrap();
        assert_eq!((edge.count, edge.tally.subjects), (other.count, other.tally.subjects));
        assert_eq!(edge.gaps_us, other.gaps_us);
    }
}

/// Subject, customer, gap.
type Crossing = (usize, i64, i64);

const SHAPE: Shape = Shape { labels: 4, steps: 1, channels: 1, events: 20, gap_us: 6 };

proptest! {
    #[test]
    fn transitions_are_what_the_definition_says(
        customers in customers(SHAPE),
        timeout_us in 0i64..6,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Session { timeout_us });
        population.as_of_us += 2;
        let state = population.run(&Transitions);
        let mut edges: BTreeMap<(u32, u32), Vec<Crossing>> = BTreeMap::new();
        let mut visits: BTreeMap<u32, Vec<(usize, i64)>> = BTreeMap::new();
        let mut ended: BTreeMap<(u32, End), u64> = BTreeMap::new();
        let mut starts: BTreeMap<u32, u64> = BTreeMap::new();
        let mut subject_no = 0;
        population.each(|subject| {
            subject_no += 1;
            for (from, to, gap) in oracle::pairs(subject.time, subject.label) {
                edges.entry((from, to)).or_default().push((subject_no, subject.customer, gap));
            }
            let labels: Vec<u32> = subject.label.iter().copied().filter(|label| *label != 0).collect();
            for label in &labels {
                visits.entry(*label).or_default().push((subject_no, subject.customer));
            }
            if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
                *starts.entry(*first).or_default() += 1;
                *ended.entry((*last, subject.end)).or_default() += 1;
            }
        });
        prop_assert_eq!(state.edges.len(), edges.len());
        for ((from, to), rows) in &edges {
            let edge = state.edges.get(*from, *to).unwrap();
            let subjects = rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64;
            let customers = rows.iter().map(|row| row.1).collect::<BTreeSet<_>>().len() as u64;
            prop_assert_eq!(edge.count, rows.len() as u64);
            prop_assert_eq!((edge.tally.subjects.count, edge.tally.customers.count), (subjects, customers));
            let pick = Pick::Edge { from: *from, to: *to };
            prop_assert_eq!(population.picked(&Transitions, &pick), (subjects, customers));
            let mut gaps: Vec<i64> = rows.iter().map(|row| row.2).collect();
            gaps.sort_unstable();
            for share in [0.5, 0.95] {
                let (got, want) = (edge.gaps_us.quantile(share).unwrap(), oracle::quantile(&gaps, share));
                prop_assert!((got - want).abs() < 1e-9);
            }
        }
        for (label, rows) in &visits {
            let node = state.node(*label).unwrap();
            prop_assert_eq!(node.events, rows.len() as u64);
            let subjects = rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64;
            prop_assert_eq!(node.tally.subjects.count, subjects);
            prop_assert_eq!(population.picked(&Transitions, &Pick::Visits(*label)).0, subjects);
            prop_assert_eq!(node.starts, starts.get(label).copied().unwrap_or(0));
            prop_assert_eq!(population.picked(&Transitions, &Pick::StartsAt(*label)).0, node.starts);
            for end in [End::Open, End::Left, End::Goal] {
                prop_assert_eq!(node.ended_as(end), ended.get(&(*label, end)).copied().unwrap_or(0));
            }
            prop_assert_eq!(population.picked(&Transitions, &Pick::EndsAt(*label)).0, node.ended());
            let out: u64 = edges.iter().filter(|(key, _)| key.0 == *label).map(|(_, rows)| rows.len() as u64).sum();
            prop_assert_eq!(state.outgoing(*label), out);
        }
        let with_labels = population.picked(&Transitions, &Pick::All);
        prop_assert_eq!((state.subjects.subjects.count, state.subjects.customers.count), with_labels);
        prop_assert_eq!(population.run_in_parts(&Transitions, &parts), state);
    }
}
