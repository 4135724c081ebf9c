//! Zone dwell: against a plain computation, and to the millisecond against one by another library.

use folds::floor::dwell::{Dwell, Rules, Visit, visits};
use folds::floor::zones::Stretch;
use folds::floor::{GAP_US, Zones};
use proptest::prelude::*;
use testkit::{golden, oracle};

use super::support::{Owned, SECOND, SHOP, SHOP_ZONES, areas, polygon, track, walks};

#[test]
fn dwell_in_the_shop_is_that_of_another_library_to_the_millisecond() {
    let rows = golden::csv("shop_a_dwell.csv");
    let mut expected: Vec<(u64, u32, f64)> = rows
        .iter()
        .map(|row| (row["track_id"].parse().unwrap(), SHOP.zone(&row["zone"]), row["dwell_s"].parse().unwrap()))
        .collect();
    expected.sort_by_key(|(track, zone, _)| (*track, *zone));
    let mut got = Vec::new();
    for walk in &SHOP.tracks {
        let mut dwell_us = vec![0; SHOP_ZONES.len()];
        for stretch in SHOP_ZONES.stretches(track(walk), GAP_US) {
            dwell_us[stretch.zone as usize] += stretch.duration_us();
        }
        got.extend((0..).zip(dwell_us).filter(|(_, us)| *us > 0).map(|(zone, us)| (walk.id, zone, us as f64 / 1e6)));
    }
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!((got.0, got.1), (expected.0, expected.1));
        assert!((got.2 - expected.2).abs() < 0.001, "{got:?} {expected:?}");
    }
}

#[test]
fn areas_of_the_shop_are_those_of_its_plan() {
    let areas = golden::json("synth_zone_areas_m2.json");
    for (id, area) in areas.as_object().unwrap() {
        let polygon = &SHOP_ZONES.polygons()[SHOP.zone(id) as usize];
        assert!((polygon.area() - area.as_f64().unwrap()).abs() < 1e-9, "{id}");
    }
}

/// A walk through zones of 2 m beside each other, at given seconds and places along them.
fn along(places: &[(f64, f64)]) -> Owned {
    Owned {
        time: places.iter().map(|(seconds, _)| (seconds * 1e6) as i64).collect(),
        x: places.iter().map(|(_, x)| *x).collect(),
        y: vec![1.0; places.len()],
    }
}

fn row_of_zones() -> Zones {
    let square = |x: f64| polygon(&[vec![[x, 0.0], [x + 2.0, 0.0], [x + 2.0, 2.0], [x, 2.0]]]);
    Zones::new(vec![square(0.0), square(2.0), square(5.0)]).unwrap()
}

#[test]
fn who_sways_on_an_edge_makes_one_visit() {
    let walk = along(&[(0.0, 6.0), (1.0, 7.2), (2.0, 6.0), (3.0, 7.2), (4.0, 8.2), (5.0, 6.0)]);
    let rules = Rules { merge_us: 0, drop_us: 0, exit_buffer_m: 0.25, ..Rules::default() };
    let found = visits(&row_of_zones(), walk.track(), &rules);
    let seconds: Vec<(f64, f64)> =
        found.iter().map(|visit| (visit.enter_us as f64 / 1e6, visit.leave_us as f64 / 1e6)).collect();
    assert_eq!(seconds, [(0.0, 3.05), (4.545455, 5.0)]);
    assert_eq!(visits(&row_of_zones(), walk.track(), &Rules { exit_buffer_m: 0.0, ..rules.clone() }).len(), 3);
    let merged = visits(&row_of_zones(), walk.track(), &Rules { merge_us: 2 * SECOND, ..rules });
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].dwell_us, found.iter().map(|visit| visit.dwell_us).sum::<i64>());
}

#[test]
fn a_glance_is_dropped_and_what_it_parted_is_merged() {
    // 3 s in the first zone, 0.2 s in the second, back to the first.
    let walk = along(&[(0.0, 1.0), (3.0, 1.9), (3.2, 2.1), (3.4, 1.9), (6.0, 1.0)]);
    let rules = Rules { exit_buffer_m: 0.0, ..Rules::default() };
    let found = visits(&row_of_zones(), walk.track(), &Rules { gap_us: 9 * SECOND, ..rules.clone() });
    assert_eq!(found, [Visit { zone: 0, enter_us: 0, leave_us: 6 * SECOND, dwell_us: 5_800_000 }]);
    let kept = visits(&row_of_zones(), walk.track(), &Rules { gap_us: 9 * SECOND, drop_us: 0, ..rules });
    assert_eq!(kept.iter().map(|visit| visit.zone).collect::<Vec<_>>(), [0, 1, 0]);
}

#[test]
fn nobody_is_anywhere_while_not_seen() {
    let walk = along(&[(0.0, 1.0), (1.0, 1.0), (9.0, 1.0), (10.0, 1.0)]);
    let zones = row_of_zones();
    let found = zones.stretches(walk.track(), GAP_US);
    let times: Vec<(i64, i64)> = found.iter().map(|stretch| (stretch.from_us, stretch.to_us)).collect();
    assert_eq!(times, [(0, SECOND), (9 * SECOND, 10 * SECOND)]);
    assert_eq!(walk.track().bridged_us(GAP_US), 2 * SECOND);
}

proptest! {
    #[test]
    fn stretches_are_the_plain_ones(plans in prop::collection::vec(areas(), 1..6), walk in walks(40)) {
        let zones = Zones::new(plans.iter().map(|rings| polygon(rings)).collect()).unwrap();
        let found = zones.stretches(walk.track(), GAP_US);
        for (zone, rings) in (0..).zip(&plans) {
            let mine: Vec<&Stretch> = found.iter().filter(|stretch| stretch.zone == zone).collect();
            prop_assert!(mine.windows(2).all(|pair| pair[0].to_us < pair[1].from_us), "{:?}", mine);
            for step in walk.track().steps(GAP_US) {
                let got: i64 = mine
                    .iter()
                    .map(|stretch| (stretch.to_us.min(step.to_us) - stretch.from_us.max(step.from_us)).max(0))
                    .sum();
                let expected = oracle::floor::inside_seconds(rings, step.from, step.to, step.seconds());
                prop_assert!((got as f64 / 1e6 - expected).abs() < 1e-5, "{} {} {:?}", got, expected, step);
            }
        }
        for index in 0..walk.time.len() {
            let at = walk.track().at(index);
            let expected: Vec<u32> =
                (0..).zip(&plans).filter(|(_, rings)| oracle::floor::contains(rings, at)).map(|(zone, _)| zone).collect();
            prop_assert_eq!(zones.at(at), expected);
        }
    }

    /// Between entering and leaving nobody is further off than the buffer, and right after leaving everybody is.
    #[test]
    fn visits_last_as_far_as_the_buffer(rings in areas(), walk in walks(30), exit_buffer_m in 0.05..1.5f64) {
        let zones = Zones::new(vec![polygon(&rings)]).unwrap();
        let rules = Rules { exit_buffer_m, merge_us: -1, drop_us: 0, ..Rules::default() };
        let found = visits(&zones, walk.track(), &rules);
        let off = |at| if oracle::floor::contains(&rings, at) { 0.0 } else { oracle::floor::distance_to_rings(&rings, at) };
        let sampled = 1e-2;
        for step in walk.track().steps(GAP_US) {
            for quarter in 0..=4 {
                let share = f64::from(quarter) / 4.0;
                let at_us = step.moment(share);
                let off = off(step.place(share));
                let visit = found.iter().find(|visit| visit.enter_us < at_us && at_us < visit.leave_us);
                if visit.is_some() {
                    prop_assert!(off <= exit_buffer_m + sampled, "{} {:?}", off, visit);
                }
                let entered = found.iter().any(|visit| visit.enter_us <= at_us && at_us <= visit.leave_us);
                prop_assert!(entered || off > 0.0 || at_us == step.from_us || at_us == step.to_us);
            }
            let left = found.iter().find(|visit| step.from_us < visit.leave_us && visit.leave_us < step.to_us);
            if let Some(visit) = left {
                let share = (visit.leave_us - step.from_us) as f64 / (step.to_us - step.from_us) as f64;
                prop_assert!((off(step.place(share)) - exit_buffer_m).abs() < 2.0 * sampled, "{:?}", visit);
            }
        }
        let dwell: i64 = zones.stretches(walk.track(), GAP_US).iter().map(Stretch::duration_us).sum();
        prop_assert_eq!(found.iter().map(|visit| visit.dwell_us).sum::<i64>(), dwell);
    }

    #[test]
    fn dwell_adds_up_in_any_order(
        visitors in prop::collection::vec(prop::collection::vec((0u32..3, 1i64..9_000_000), 0..6), 1..20),
        cuts in prop::collection::vec(0usize..3, 20),
    ) {
        let engaged_us = vec![SECOND, 5 * SECOND, 0];
        let visits = |visitor: &Vec<(u32, i64)>| -> Vec<Visit> {
            let visit = |(zone, dwell_us): &(u32, i64)| Visit { zone: *zone, enter_us: 0, leave_us: 0, dwell_us: *dwell_us };
            visitor.iter().map(visit).collect()
        };
        let mut whole = Dwell::new(engaged_us.clone());
        let mut parts = vec![Dwell::new(engaged_us.clone()); 3];
        for (visitor, part) in visitors.iter().zip(&cuts) {
            whole.add(&visits(visitor));
            parts[*part].add(&visits(visitor));
        }
        let mut merged = Dwell::new(engaged_us.clone());
        parts.into_iter().rev().for_each(|part| merged.merge(part));
        prop_assert_eq!(&merged, &whole);
        for (zone, needed_us) in engaged_us.iter().enumerate() {
            let of = |visitor: &Vec<(u32, i64)>| -> Vec<i64> {
                visitor.iter().filter(|(at, _)| *at as usize == zone).map(|(_, us)| *us).collect()
            };
            let all: Vec<i64> = visitors.iter().flat_map(&of).collect();
            let got = &whole.zones[zone];
            prop_assert_eq!(got.visitors, visitors.iter().filter(|visitor| !of(visitor).is_empty()).count() as u64);
            prop_assert_eq!(got.visits_us.sum(), i128::from(all.iter().sum::<i64>()));
            prop_assert_eq!(got.visitors_us.sum(), got.visits_us.sum());
            prop_assert_eq!(got.engaged_us, all.iter().filter(|us| *us >= needed_us).sum::<i64>());
        }
    }
}
