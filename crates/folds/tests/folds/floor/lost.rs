//! Detours against the truth of who was lost in the shop, and tours against every order.

use folds::floor::dwell::{self, Visit};
use folds::floor::lost::{Rules, lost, revisit_rate, tour};
use folds::floor::walkable::Walkable;
use proptest::prelude::*;

use super::support::{Owned, SECOND, SHOP, SHOP_ZONES, polygon, track};

/// The chance that one of the first has a higher score than one of the second.
fn auc(yes: &[f64], no: &[f64]) -> f64 {
    let wins = |yes: &f64| -> f64 {
        no.iter()
            .map(|no| {
                if yes > no {
                    1.0
                } else if yes == no {
                    0.5
                } else {
                    0.0
                }
            })
            .sum()
    };
    yes.iter().map(wins).sum::<f64>() / (yes.len() * no.len()) as f64
}

#[test]
fn detours_tell_who_was_lost_in_the_shop() {
    let plan = Walkable::new(&polygon(&SHOP.walkable), 0.5).unwrap();
    let (mut detours, mut revisits) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for walk in &SHOP.tracks {
        let truth = SHOP.person(walk.id);
        let whole = truth["id_broken"] == "False" && truth["returned"] == "False";
        if !["customer", "companion"].contains(&truth["role"].as_str()) || !whole || truth["bounce"] == "True" {
            continue;
        }
        let lost_in_truth = usize::from(truth["lost"] == "True");
        let signs = lost(track(walk), &plan, &Rules::default());
        detours[lost_in_truth].extend(signs.detour());
        let visits = dwell::visits(&SHOP_ZONES, track(walk), &dwell::Rules::default());
        revisits[lost_in_truth].push(revisit_rate(&visits));
    }
    assert!(detours[1].len() > 30, "{}", detours[1].len());
    let (detour, revisit) = (auc(&detours[1], &detours[0]), auc(&revisits[1], &revisits[0]));
    assert!(detour >= 0.94, "detour {detour}, revisits {revisit}");
    assert!(revisit > 0.5, "{revisit}");
}

#[test]
fn entropy_is_that_of_the_directions() {
    let plan = Walkable::new(&polygon(&[vec![[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]]]), 0.5).unwrap();
    let entropy = |x: &[f64], y: &[f64]| {
        let time = (0..x.len() as i64).map(|n| n * SECOND).collect();
        lost(Owned { time, x: x.to_vec(), y: y.to_vec() }.track(), &plan, &Rules::default()).heading_entropy
    };
    assert_eq!(entropy(&[0.0, 1.5, 3.0, 4.5], &[0.0; 4]), 0.0);
    assert!((entropy(&[0.0, 2.0, 2.0, 0.0, 0.0], &[0.0, 0.0, 2.0, 2.0, 0.0]) - 2.0).abs() < 1e-12);
}

#[test]
fn who_came_nowhere_twice_revisited_nothing() {
    let visits = |zones: &[u32]| -> Vec<Visit> {
        zones.iter().map(|zone| Visit { zone: *zone, enter_us: 0, leave_us: 0, dwell_us: 0 }).collect()
    };
    assert_eq!(revisit_rate(&visits(&[1, 2, 3])), 0.0);
    assert_eq!(revisit_rate(&visits(&[1, 2, 1, 1])), 0.5);
    assert_eq!(revisit_rate(&[]), 0.0);
}

/// The shortest of all orders.
fn every_order(places: &[[f64; 2]], rest: &mut Vec<usize>, at: usize, so_far: f64) -> f64 {
    let apart = |a: usize, b: usize| folds::floor::distance(places[a], places[b]);
    if rest.is_empty() {
        return so_far + apart(at, places.len() - 1);
    }
    let mut best = f64::INFINITY;
    for n in 0..rest.len() {
        let next = rest.swap_remove(n);
        best = best.min(every_order(places, rest, next, so_far + apart(at, next)));
        rest.push(next);
        let last = rest.len() - 1;
        rest.swap(n, last);
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn tours_are_the_shortest_of_all_orders(
        places in prop::collection::vec((0.5..9.5f64, 0.5..9.5f64), 2..8),
    ) {
        let plan = Walkable::new(&polygon(&[vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]]), 0.5).unwrap();
        let places: Vec<[f64; 2]> = places.into_iter().map(|(x, y)| [x, y]).collect();
        let got = tour(&plan, &places).unwrap();
        let expected = every_order(&places, &mut (1..places.len() - 1).collect(), 0, 0.0);
        prop_assert!((got - expected).abs() < 1e-6 * expected + 1e-9, "{} {}", got, expected);
    }

    /// With more stops than are tried exactly: no shorter than the exact tour's bound, no longer than the given order.
    #[test]
    fn long_tours_are_no_longer_than_as_it_came(
        places in prop::collection::vec((0.5..9.5f64, 0.5..9.5f64), 15..22),
    ) {
        let plan = Walkable::new(&polygon(&[vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]]), 0.5).unwrap();
        let places: Vec<[f64; 2]> = places.into_iter().map(|(x, y)| [x, y]).collect();
        let got = tour(&plan, &places).unwrap();
        let as_it_came: f64 = places.windows(2).map(|pair| folds::floor::distance(pair[0], pair[1])).sum();
        let straight = folds::floor::distance(places[0], places[places.len() - 1]);
        prop_assert!(straight - 1e-9 <= got && got <= as_it_came + 1e-9);
    }
}
