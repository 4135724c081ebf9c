//! Spillover is told where it is, and not where some simply stop more than others.

use folds::floor::spillover::{Pair, Spillover, Step};

fn draws(seed: u64) -> impl FnMut() -> f64 {
    let mut state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Visits through five zones in one order, of people some of whom stop nearly everywhere and some nearly nowhere. A stop at
/// the second zone makes one at the fourth likelier by `more`.
fn visits(seed: u64, more: f64) -> Spillover {
    let mut draw = draws(seed);
    let mut found = Spillover::new(5);
    for _ in 0..4_000 {
        let leisure = if draw() < 0.5 { 0.15 } else { 0.45 };
        let mut steps: Vec<Step> = Vec::new();
        for zone in 0..5u32 {
            let spilled = zone == 3 && steps.iter().any(|step| step.zone == 1 && step.stopped);
            if draw() < 0.8 {
                let stopped = draw() < leisure + if spilled { more } else { 0.0 };
                steps.push(Step { zone, stopped });
            }
        }
        found.add(&steps);
    }
    found
}

#[test]
fn what_spills_over_is_told_and_its_interval_holds_it() {
    let mut held = 0;
    for seed in 0..40 {
        let pair = visits(seed, 0.2).pairs()[&(1, 3)];
        held += usize::from(pair.low <= 0.2 && 0.2 <= pair.high);
        assert!(pair.z > 4.0, "{pair:?}");
    }
    assert!(held >= 34, "{held} of 40");
}

#[test]
fn who_stops_everywhere_spills_over_nowhere() {
    let crude = |pair: Pair| {
        pair.then_stopped as f64 / pair.stopped as f64 - pair.else_stopped as f64 / (pair.visits - pair.stopped) as f64
    };
    let (mut naive, mut wrong, mut all) = (0.0, 0, 0);
    for seed in 0..40 {
        let pairs = visits(seed, 0.0).pairs();
        naive += crude(pairs[&(2, 4)]) / 40.0;
        let later = pairs.iter().filter(|((_, to), _)| *to > 1);
        later.for_each(|(_, pair)| (wrong, all) = (wrong + usize::from(pair.z.abs() > 1.96), all + 1));
    }
    assert!(naive > 0.06, "the shares alone say {naive}");
    assert!(wrong * 10 <= all, "{wrong} of {all}");
}

#[test]
fn parts_add_up_and_the_order_is_that_of_the_walk() {
    let (mut a, b) = (visits(1, 0.1), visits(2, 0.1));
    let (first, second) = (a.pairs()[&(0, 1)].visits, b.pairs()[&(0, 1)].visits);
    a.merge(&b);
    let both = a.pairs();
    assert_eq!(first + second, both[&(0, 1)].visits);
    assert!(both.keys().all(|(from, to)| from < to));
    let mut none = Spillover::new(2);
    none.add(&[Step { zone: 7, stopped: true }, Step { zone: 1, stopped: true }]);
    assert!(none.pairs().is_empty());
}
