//! Path types: planted ones are found, and no single swap would be better.

use folds::floor::dwell::{Rules, visits};
use folds::floor::path_types::{Config, Trip, path_types};
use proptest::prelude::*;

use super::support::{SHOP, SHOP_ZONES, track};

#[test]
fn passers_by_of_the_shop_are_a_type_of_their_own() {
    let some: Vec<_> = SHOP.tracks.iter().step_by(9).collect();
    let trip = |walk: &&testkit::ShopTrack| {
        let found = visits(&SHOP_ZONES, track(walk), &Rules::default());
        Trip::new(found.iter().map(|visit| (visit.zone, visit.dwell_us)))
    };
    let trips: Vec<Trip> = some.iter().map(trip).collect();
    let found = path_types(&trips, &Config { types: 4, ..Config::default() }).unwrap();
    assert_eq!(found.typical.len(), 4);
    let passing = |n: usize| SHOP.person(some[n].id)["role"] == "passerby";
    let types = |passing_by: bool| -> Vec<usize> {
        let mut types: Vec<usize> =
            (0..some.len()).filter(|n| passing(*n) == passing_by).map(|n| found.of[n]).collect();
        types.sort_unstable();
        types.dedup();
        types
    };
    assert_eq!(types(true).len(), 1);
    assert_eq!(found, path_types(&trips, &Config { types: 4, ..Config::default() }).unwrap());
}

#[test]
fn of_too_many_trips_all_get_a_type() {
    let trips: Vec<Trip> = (0..2_500u32).map(|n| Trip::new([(n % 3, 1), (10 + n % 3, i64::from(n % 7))])).collect();
    let config = Config { types: 3, seed: 5, ..Config::default() };
    let found = path_types(&trips, &config).unwrap();
    assert_eq!((found.sought_among, found.of.len()), (2_000, 2_500));
    assert!((0..2_500).all(|n| found.of[n] == found.of[n % 3]));
    assert!(path_types(&trips, &Config { types: 0, ..config.clone() }).is_err());
    assert!(path_types(&trips, &Config { order_weight: f64::NAN, ..config }).is_err());
    assert_eq!(path_types(&[], &Config::default()).unwrap().typical, [0usize; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_swap_is_better(
        trips in prop::collection::vec(prop::collection::vec((0u32..5, 0i64..9), 0..6), 1..14),
        types in 1usize..4,
        order_weight in 0.0..=1.0f64,
    ) {
        let trips: Vec<Trip> = trips.into_iter().map(Trip::new).collect();
        let found = path_types(&trips, &Config { types, order_weight, seed: 0 }).unwrap();
        let sum = |typical: &[usize]| -> f64 {
            let nearest = |trip: &Trip| {
                typical.iter().map(|one| trip.difference(&trips[*one], order_weight)).fold(f64::INFINITY, f64::min)
            };
            trips.iter().map(nearest).sum()
        };
        let got = sum(&found.typical);
        prop_assert!((got / trips.len() as f64 - found.mean_difference).abs() < 1e-9);
        for place in 0..found.typical.len() {
            for one in 0..trips.len() {
                let mut swapped = found.typical.clone();
                swapped[place] = one;
                prop_assert!(sum(&swapped) >= got - 1e-5, "{:?} {:?}", found, swapped);
            }
        }
        for (a, b) in trips.iter().flat_map(|a| trips.iter().map(move |b| (a, b))) {
            let apart = a.difference(b, order_weight);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&apart) && (apart - b.difference(a, order_weight)).abs() < 1e-12);
            prop_assert!(a != b || apart == 0.0);
        }
    }
}
