//! Causes against plain definitions: what is planted is told, what changed and did nothing is not, and counts are counts.

use folds::floor::diagnose::{Look, diagnose};
use model::place::pain::{PlaceBasis, PlaceCauseKind};
use proptest::prelude::*;

/// Looks with one signal: with and without it, and how many of each bought.
fn looks(cause: PlaceCauseKind, with: (usize, usize), without: (usize, usize)) -> Vec<Look> {
    let some = |(looks, bought): (usize, usize), signal: bool| {
        (0..looks).map(move |n| Look::new(n < bought).with(cause, Some(signal)))
    };
    some(with, true).chain(some(without, false)).collect()
}

#[test]
fn a_cause_explains_its_composition_times_its_effect() {
    // Alone 200 of 1,000 buy, attended 500 of 1,000; here 900 of 1,000 are alone, there 200.
    let here = looks(PlaceCauseKind::Staff, (900, 180), (100, 50));
    let reference = looks(PlaceCauseKind::Staff, (200, 40), (800, 400));
    let found = diagnose(&here, &reference);
    let staff = found.named().next().unwrap();
    assert_eq!((staff.cause, staff.basis), (PlaceCauseKind::Staff, PlaceBasis::Contrast));
    assert_eq!((staff.here.looks, staff.here.hits, staff.share_reference), (900, 720, 0.2));
    assert!((staff.explains - 1.0).abs() < 1e-9 && staff.low > 0.7, "{staff:?}");
    assert_eq!(found.missing.len(), 5);
}

#[test]
fn what_came_at_another_time_and_did_nothing_explains_nothing() {
    // Of the reference, half was dear already, and bought as much as the other half; here all is.
    let here = looks(PlaceCauseKind::Price, (1_000, 200), (0, 0));
    let reference = looks(PlaceCauseKind::Price, (1_000, 400), (1_000, 400));
    let found = diagnose(&here, &reference);
    assert_eq!(found.named().count(), 0);
    assert!(found.candidates[0].explains < 1e-9 && found.candidates[0].high < 0.3, "{found:?}");
}

#[test]
fn what_comes_and_goes_with_the_pain_rests_on_timing_and_stands_behind_a_contrast() {
    let dear = |look: Look, dear| look.with(PlaceCauseKind::Price, Some(dear));
    let here = looks(PlaceCauseKind::Staff, (900, 180), (100, 50)).into_iter().map(|look| dear(look, true));
    let reference = looks(PlaceCauseKind::Staff, (200, 40), (800, 400)).into_iter().map(|look| dear(look, false));
    let found = diagnose(&here.collect::<Vec<_>>(), &reference.collect::<Vec<_>>());
    let named: Vec<_> = found.named().map(|one| (one.cause, one.basis)).collect();
    let (staff, price) = (PlaceCauseKind::Staff, PlaceCauseKind::Price);
    assert_eq!(named, [(staff, PlaceBasis::Contrast), (price, PlaceBasis::Timing)]);
}

proptest! {
    /// Where the signal is as common here as there, it explains nothing for sure, whatever it does; and no number is odd.
    #[test]
    fn what_is_as_common_here_is_not_named(looked in 40usize..400, bought in 0.0..0.5f64, less in 0.0..0.9f64) {
        let part = |looks: usize, rate: f64| (looks, (looks as f64 * rate) as usize);
        let of = |rate: f64| looks(PlaceCauseKind::Information, part(looked, rate * (1.0 - less)), part(looked, rate));
        let found = diagnose(&of(bought * 0.5), &of(bought));
        for one in &found.candidates {
            prop_assert!(!one.is_named() && one.low <= one.explains && one.explains <= one.high, "{one:?}");
            prop_assert!([one.explains, one.low, one.high].iter().all(|share| (0.0..=1.0).contains(share)));
        }
        prop_assert_eq!(diagnose(&[], &[]).candidates.len(), 0);
    }
}
