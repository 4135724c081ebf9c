//! Heat, flows and occupancy: they add up, and are what plain counting finds.

use std::collections::{BTreeMap, BTreeSet};

use folds::floor::dwell::{Rules, Visit, visits};
use folds::floor::flows::Flows;
use folds::floor::heat::{Grid, Heat};
use folds::floor::occupancy::{Occupancy, crowd};
use folds::floor::{GAP_US, Track};
use proptest::prelude::*;
use testkit::oracle;

use super::support::{Owned, SECOND, SHOP, SHOP_ZONES, track, walks};

#[test]
fn the_heat_of_the_shop_is_the_time_spent_there() {
    let mut heat = Heat::new(Grid::new([0.0, 0.0], 0.5, 60, 40).unwrap());
    let mut total_us = 0;
    for walk in &SHOP.tracks {
        heat.add(&[track(walk)], GAP_US);
        total_us += walk.time_us[walk.time_us.len() - 1] - walk.time_us[0];
    }
    assert_eq!(heat.total_us(), total_us);
    assert_eq!(heat.visitors, SHOP.tracks.len() as u64);
    let shown = heat.shown(5);
    assert!(shown.iter().flatten().all(|cell| cell.visitors >= 5));
    assert_eq!(
        shown.iter().filter(|cell| cell.is_none()).count(),
        heat.cells.iter().filter(|c| c.visitors < 5).count()
    );
}

#[test]
fn flows_of_the_shop_conserve() {
    let mut flows = Flows::default();
    for walk in &SHOP.tracks {
        let found = visits(&SHOP_ZONES, track(walk), &Rules::default());
        flows.add(&found, |visit| visit.dwell_us >= 5 * SECOND);
    }
    for zone in 0..SHOP_ZONES.len() as u32 {
        assert_eq!(flows.came_into(zone), flows.went_from(zone));
    }
    let outside = |to: bool| -> u64 {
        let is = |(from, into): &(Option<u32>, Option<u32>)| if to { into.is_none() } else { from.is_none() };
        flows.moves.iter().filter(|(key, _)| is(key)).map(|(_, count)| count).sum()
    };
    assert_eq!((outside(true), outside(false)), (flows.visitors, flows.visitors));
    assert_eq!(flows.first_stops.values().sum::<u64>(), flows.visitors);
    assert_eq!(flows.ends.values().sum::<u64>() + flows.moves[&(None, None)], flows.visitors);
}

#[test]
fn a_grid_needs_cells() {
    assert!(Grid::new([0.0, 0.0], 0.0, 10, 10).is_err());
    assert!(Grid::new([0.0, 0.0], 0.1, 10_000, 10_000).is_err());
}

#[test]
fn an_area_is_crowded_from_a_whole_person_on() {
    assert_eq!((crowd(15.0, 0.5), crowd(2.1, 0.1), crowd(10.0, 1.0)), (8, 1, 10));
}

/// Shares of the parts, in order.
fn parted<T>(items: &[T], cuts: &[usize], part: usize) -> Vec<usize> {
    (0..items.len()).filter(|n| cuts[n % cuts.len()] == part).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn heat_is_the_time_in_each_square(
        visitors in prop::collection::vec(prop::collection::vec(walks(12), 1..3), 1..5),
        cell_m in 0.4..3.0f64,
        cuts in prop::collection::vec(0usize..2, 5),
    ) {
        let grid = Grid::new([0.5, 1.0], cell_m, 4, 3).unwrap();
        let tracks = |visitor: &[Owned]| -> Vec<Owned> { visitor.to_vec() };
        let heat_of = |numbers: Vec<usize>| {
            let mut heat = Heat::new(grid);
            for number in numbers {
                let owned = tracks(&visitors[number]);
                let tracks: Vec<Track<'_>> = owned.iter().map(Owned::track).collect();
                heat.add(&tracks, GAP_US);
            }
            heat
        };
        let heat = heat_of((0..visitors.len()).collect());
        let mut merged = heat_of(parted(&visitors, &cuts, 1));
        merged.merge(&heat_of(parted(&visitors, &cuts, 0)));
        prop_assert_eq!(&merged, &heat);
        let total: i64 = visitors.iter().flatten().map(|walk| walk.track().bridged_us(GAP_US)).sum();
        prop_assert_eq!(heat.total_us(), total);
        for (number, cell) in heat.cells.iter().enumerate() {
            let [x, y] = grid.corner(number);
            let square = [vec![[x, y], [x + cell_m, y], [x + cell_m, y + cell_m], [x, y + cell_m]]];
            let seconds = |visitor: &Vec<Owned>| -> f64 {
                let steps = visitor.iter().flat_map(|walk| walk.track().steps(GAP_US));
                steps.map(|step| oracle::floor::inside_seconds(&square, step.from, step.to, step.seconds())).sum()
            };
            let expected: f64 = visitors.iter().map(seconds).sum();
            prop_assert!((cell.us as f64 / 1e6 - expected).abs() < 1e-4, "{:?} {}", cell, expected);
            let there = visitors.iter().filter(|visitor| seconds(visitor) > 2e-6).count();
            let perhaps = visitors.iter().filter(|visitor| seconds(visitor) > 0.0).count();
            prop_assert!((there..=perhaps).contains(&(cell.visitors as usize)), "{:?} {}", cell, there);
        }
    }

    #[test]
    fn flows_are_what_counting_finds(
        visitors in prop::collection::vec(prop::collection::vec((0u32..4, 0i64..10), 0..8), 1..20),
        cuts in prop::collection::vec(0usize..2, 20),
    ) {
        let visit = |(zone, dwell_us): &(u32, i64)| Visit { zone: *zone, enter_us: 0, leave_us: 0, dwell_us: *dwell_us };
        let flows_of = |numbers: Vec<usize>| {
            let mut flows = Flows::default();
            for number in numbers {
                let visits: Vec<Visit> = visitors[number].iter().map(visit).collect();
                flows.add(&visits, |visit| visit.dwell_us >= 5);
            }
            flows
        };
        let flows = flows_of((0..visitors.len()).collect());
        let mut merged = flows_of(parted(&visitors, &cuts, 1));
        merged.merge(flows_of(parted(&visitors, &cuts, 0)));
        prop_assert_eq!(&merged, &flows);
        let mut moves: BTreeMap<(Option<u32>, Option<u32>), u64> = BTreeMap::new();
        for visitor in &visitors {
            let mut zones: Vec<Option<u32>> = visitor.iter().map(|(zone, _)| Some(*zone)).collect();
            zones.dedup();
            let way: Vec<Option<u32>> = std::iter::once(None).chain(zones).chain([None]).collect();
            way.windows(2).for_each(|pair| *moves.entry((pair[0], pair[1])).or_default() += 1);
        }
        prop_assert_eq!(&flows.moves, &moves);
        let stopped = visitors.iter().filter(|visitor| visitor.iter().any(|(_, dwell)| *dwell >= 5)).count();
        prop_assert_eq!(flows.visitors - flows.first_stops.get(&None).unwrap_or(&0), stopped as u64);
    }

    #[test]
    fn occupancy_is_what_counting_finds(
        stays in prop::collection::vec((0i64..60, 0i64..30), 0..20),
        edges in prop::collection::btree_set(-5i64..100, 2..6),
        crowd in 1u64..4,
    ) {
        let mut whole = Occupancy::default();
        let mut parts = [Occupancy::default(), Occupancy::default()];
        for (n, (from, takes)) in stays.iter().enumerate() {
            whole.add(*from, from + takes);
            parts[n % 2].add(*from, from + takes);
        }
        let [even, mut odd] = parts;
        odd.merge(even);
        let edges: Vec<i64> = edges.into_iter().collect();
        let levels = whole.levels(&edges, crowd);
        prop_assert_eq!(&odd.levels(&edges, crowd), &levels);
        for (pair, level) in edges.windows(2).zip(&levels) {
            let there = |at: i64| stays.iter().filter(|(from, takes)| *from <= at && at < from + takes).count() as u64;
            let counts: Vec<u64> = (pair[0]..pair[1]).map(there).collect();
            prop_assert_eq!(level.person_us, counts.iter().sum::<u64>() as i64);
            prop_assert_eq!(level.most, *counts.iter().max().unwrap());
            prop_assert_eq!(level.crowded_us, counts.iter().filter(|count| **count >= crowd).count() as i64);
        }
        let moments: BTreeSet<i64> = whole.profile().iter().map(|(us, _)| *us).collect();
        prop_assert_eq!(moments.len(), whole.profile().len());
    }
}
