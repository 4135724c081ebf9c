//! Scores of a year of real shopping against an independent computation, and the laws of the folds.

use crate::support::{Population, Shape, customers};
use folds::Slicer;
use folds::rfm::{CELLS, Config, Pick, Population as Gathered, Scored, WITHOUT, cell, purchases, scores};
use folds::segment::Days;
use model::rfm::{Edges, Purchases, Scores, Ties};
use model::segment::Within;
use proptest::prelude::*;
use testkit::golden;

#[test]
fn quintiles_of_a_year_of_shopping() {
    let rows = golden::csv("rfm_completejourney.csv");
    let number = |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
    let population: Vec<(i64, Purchases)> = rows
        .iter()
        .map(|row| {
            let bought = Purchases {
                recency_days: number(row, "R") as i64,
                frequency_days: number(row, "F") as u64,
                monetary: number(row, "M"),
            };
            (number(row, "id") as i64, bought)
        })
        .collect();
    assert_eq!(population.len(), 2_469);
    for (ties, [r, f, m]) in [(Ties::ByCustomer, ["r", "f", "m"]), (Ties::Together, ["r_tie", "f_tie", "m_tie"])] {
        let edges = Edges::of(ties, &population);
        for (row, (id, bought)) in rows.iter().zip(&population) {
            let expected = [r, f, m].map(|name| number(row, name) as u8);
            let got = edges.scores(*id, bought);
            assert_eq!([got.r, got.f, got.m], expected, "household {id}, {ties:?}");
        }
    }
}

#[test]
fn cells_and_scores_are_the_same_thing() {
    for place in 0..CELLS {
        assert_eq!(cell(scores(place)), place);
    }
    assert_eq!(scores(CELLS - 1), Scores { r: 5, f: 5, m: 5 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn everybody_is_in_one_cell_and_opens_from_it(
        customers in customers(Shape { labels: 1, steps: 1, channels: 1, events: 10, gap_us: 7 }),
        parts in prop::collection::vec(0..3usize, 1..5),
    ) {
        let days = Days((0..30).map(|k| 1_000 + 5 * k).collect());
        let population = Population::new(customers, Slicer::Customer);
        let config = Config { within: Within::EVER, at_us: population.as_of_us, days };
        let gathering = Gathered { config: config.clone() };
        let gathered = population.run(&gathering);
        let mut in_parts = population.run_in_parts(&gathering, &parts);
        let mut whole = gathered.clone();
        for state in [&mut whole, &mut in_parts] {
            state.customers.sort_by_key(|(id, _)| *id);
        }
        prop_assert_eq!(&whole, &in_parts);
        let scored = Scored { edges: Edges::of(Ties::Together, &gathered.customers), config };
        let state = population.run(&scored);
        prop_assert_eq!(&state, &population.run_in_parts(&scored, &parts));
        let with: u64 = state.cells.iter().map(|cell| cell.customers).sum();
        prop_assert_eq!(with, gathered.customers.len() as u64);
        prop_assert_eq!(population.picked(&scored, &Pick(1 << WITHOUT)).1, state.without);
        for (place, cell) in state.cells.iter().enumerate() {
            prop_assert_eq!(population.picked(&scored, &Pick(1 << place)).1, cell.customers);
        }
        let frequency: u64 = gathered.customers.iter().map(|(_, bought)| bought.frequency_days).sum();
        prop_assert_eq!(state.cells.iter().map(|cell| cell.frequency_days).sum::<u64>(), frequency);
    }
}

#[test]
fn what_lies_outside_the_window_was_not_bought() {
    let days = Days(vec![0, 10, 20, 30]);
    let within = Within { from_us: Some(5), ..Within::EVER };
    let bought = purchases(&[1, 6, 12, 13], |i| i != 3, &[100.0, 2.0, f64::NAN, 7.0], &within, 25, &days);
    assert_eq!(bought, Some(Purchases { recency_days: 1, frequency_days: 2, monetary: 2.0 }));
    assert_eq!(purchases(&[1], |_| true, &[1.0], &within, 25, &days), None);
}
