//! Cleaning, on planted faults and on the shop.

use folds::floor::clean::{Report, Rules, Smooth, clean};
use folds::floor::walkable::Walkable;
use folds::floor::{Track, distance};
use proptest::prelude::*;

use super::support::{Owned, SECOND, SHOP, areas, polygon, track, walks};

#[test]
fn what_is_not_asked_for_is_not_done() {
    let seen = Owned { time: vec![0, SECOND, 9 * SECOND], x: vec![0.0, 99.0, -99.0], y: vec![0.0; 3] };
    let rules = Rules { speed_max_m_s: None, smooth: None, ..Rules::default() };
    let cleaned = clean(seen.track(), &[], &rules, None);
    assert_eq!((&cleaned.time, &cleaned.x, &cleaned.y), (&seen.time, &seen.x, &seen.y));
    let report = Report { seen: 3, gaps: 1, gaps_us: 8 * SECOND, kept: 3, ..Report::default() };
    assert_eq!(cleaned.report, report);
}

#[test]
fn each_fault_is_found_by_its_rule() {
    let seen = Owned {
        time: [0, 1, 1, 2, 3, 4, 10, 11, 12].map(|second| second * SECOND).to_vec(),
        x: vec![1.0, 2.0, 2.5, f64::NAN, 9.0, 5.0, 5.0, 5.5, 5.5],
        y: vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -3.0, -1.5],
    };
    let room = Walkable::new(&polygon(&[vec![[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [0.0, 4.0]]]), 0.5).unwrap();
    let cleaned = clean(seen.track(), &[], &Rules { smooth: None, ..Rules::default() }, Some(&room));
    let report = Report {
        seen: 9,
        unusable: 2,
        too_fast: 1,
        gaps: 2,
        gaps_us: 9 * SECOND,
        snapped: 2,
        off_plan: 1,
        kept: 5,
        ..Report::default()
    };
    assert_eq!(cleaned.report, report);
    assert_eq!(cleaned.time, [0, 1, 4, 10, 12].map(|second| second * SECOND));
    assert_eq!((cleaned.x[3], cleaned.y[3]), (4.75, 0.25));
}

#[test]
fn smoothing_comes_nearer_to_the_truth_than_the_sensor() {
    // A walk round a shelf at 1.2 m/s with a stop, seen with a noise of 0.15 m, twice a second.
    let truth = |second: f64| match second {
        0.0..10.0 => [1.2 * second, 0.0],
        10.0..20.0 => [12.0, 0.0],
        _ => [12.0, 1.2 * (second - 20.0)],
    };
    let mut random = 7u64;
    let mut noise = || {
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as f64 / f64::from(1u32 << 31)
        };
        0.15 * ((0..12).map(|_| next()).sum::<f64>() - 6.0)
    };
    let mut seen = Owned::default();
    for n in 0..80 {
        let at = truth(f64::from(n) / 2.0);
        seen.time.push(i64::from(n) * SECOND / 2);
        seen.x.push(at[0] + noise());
        seen.y.push(at[1] + noise());
    }
    let cleaned = clean(seen.track(), &[], &Rules::default(), None);
    let off = |track: Track<'_>| -> f64 {
        (0..track.len()).map(|n| distance(track.at(n), truth(n as f64 / 2.0)).powi(2)).sum::<f64>().sqrt()
    };
    assert!(off(cleaned.track()) < 0.75 * off(seen.track()), "{} {}", off(cleaned.track()), off(seen.track()));
    // A sensor that is believed to the millimetre is hardly moved.
    let believed = clean(seen.track(), &[0.001; 80], &Rules::default(), None);
    assert!(believed.report.smoothed_m.value() < 0.1 * cleaned.report.smoothed_m.value(), "{:?}", believed.report);
}

#[test]
fn the_shop_is_seen_well_and_stays_on_its_floor() {
    let plan = Walkable::new(&polygon(&SHOP.walkable), 0.25).unwrap();
    let mut report = Report::default();
    for walk in SHOP.tracks.iter().filter(|walk| SHOP.person(walk.id)["role"] != "passerby") {
        let cleaned = clean(track(walk), &[], &Rules::default(), Some(&plan));
        assert!((0..cleaned.time.len()).all(|n| plan.contains(cleaned.track().at(n))));
        report.merge(&cleaned.report);
    }
    assert_eq!(report.seen, report.unusable + report.too_fast + report.off_plan + report.kept);
    // At a sighting a second, a gap is where two in a row were too fast.
    assert!(report.unusable == 0 && 2 * report.gaps <= report.too_fast, "{report:?}");
    assert!(report.too_fast < report.seen / 1_000, "{report:?}");
}

proptest! {
    #[test]
    fn nothing_gets_lost_unsaid(walk in walks(60), rings in areas(), smooth in any::<bool>()) {
        let plan = Walkable::new(&polygon(&rings), 0.3).unwrap();
        let rules = Rules { smooth: smooth.then(Smooth::default), speed_max_m_s: Some(1.0), ..Rules::default() };
        let cleaned = clean(walk.track(), &[], &rules, Some(&plan));
        let report = &cleaned.report;
        prop_assert_eq!(report.seen, walk.time.len() as u64);
        prop_assert_eq!(report.seen, report.unusable + report.too_fast + report.off_plan + report.kept);
        prop_assert_eq!(report.kept, cleaned.time.len() as u64);
        prop_assert!(cleaned.time.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!((0..cleaned.time.len()).all(|n| plan.contains(cleaned.track().at(n))));
    }
}
