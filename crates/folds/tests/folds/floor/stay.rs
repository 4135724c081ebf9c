//! Stay points against their definition, and against the stops the shop's people made.

use folds::floor::distance;
use folds::floor::stay::{Rules, stays};
use proptest::prelude::*;

use super::support::{Owned, SECOND, SHOP, track, walks};

#[test]
fn most_stops_of_the_shop_are_stays() {
    let mut found = 0;
    let stops = SHOP.stops();
    let long: Vec<_> = stops.iter().filter(|(.., from, to)| to - from >= 10.0).collect();
    for (person, _, from, to) in &long {
        let tracks = SHOP.tracks.iter().filter(|walk| SHOP.person_of[&walk.id] == *person);
        let mut mine = tracks.flat_map(|walk| stays(track(walk), &Rules::default()));
        let (from_us, to_us) = ((from * 1e6) as i64, (to * 1e6) as i64);
        let meets = |a: i64, b: i64| (b.min(to_us) - a.max(from_us)) as f64 >= 0.5 * (to_us - from_us) as f64;
        found += usize::from(mine.any(|stay| meets(stay.from_us, stay.to_us)));
    }
    assert!(found as f64 >= 0.97 * long.len() as f64, "{found} of {}", long.len());
}

/// The definition, by trying every pair of sightings.
fn naive(walk: &Owned, rules: &Rules) -> Vec<(usize, usize)> {
    let (mut found, mut i) = (Vec::new(), 0);
    let within = |i: usize, j: usize| {
        (i + 1..=j).all(|n| {
            walk.time[n] - walk.time[n - 1] <= rules.gap_us
                && distance(walk.track().at(i), walk.track().at(n)) <= rules.radius_m
        })
    };
    while i < walk.time.len() {
        let last = (i..walk.time.len()).rev().find(|j| within(i, *j)).unwrap();
        if walk.time[last] - walk.time[i] >= rules.least_us {
            found.push((i, last + 1));
            i = last + 1;
        } else {
            i += 1;
        }
    }
    found
}

proptest! {
    #[test]
    fn stays_are_what_the_definition_says(walk in walks(50), radius_m in 0.5..3.0f64, least in 0i64..8) {
        let rules = Rules { radius_m, least_us: least * SECOND, ..Rules::default() };
        let got: Vec<(usize, usize)> =
            stays(walk.track(), &rules).iter().map(|stay| (stay.first, stay.end)).collect();
        prop_assert_eq!(got, naive(&walk, &rules));
    }
}
