//! Silences are rare where sales merely come and go, and found where they end.

use folds::floor::silence::{Time, silent};

/// A stream of numbers from 0 to 1.
fn draws(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    })
}

/// Hours in which 20 look and each buys with a chance that the hour has.
fn hours(seed: u64, count: u32, chance: impl Fn(u32) -> f64) -> Vec<Time> {
    let mut draws = draws(seed);
    let sold = |slot: u32, draws: &mut dyn Iterator<Item = f64>| {
        draws.take(20).filter(|draw| *draw < chance(slot)).count() as u32
    };
    (0..count).map(|slot| Time { slot, looked: 20, sold: sold(slot, &mut draws) }).collect()
}

#[test]
fn sales_that_only_fall_are_no_silence() {
    let falls = |slot: u32| if slot >= 100 { 0.12 } else { 0.3 };
    let wrong = (0..200).filter(|seed| !silent(&hours(*seed, 200, falls)).is_empty()).count();
    assert!(wrong <= 4, "{wrong} of 200");
    assert!(silent(&[]).is_empty());
    assert!(silent(&hours(1, 200, |_| 0.0)).is_empty(), "what never sells is not out");
}

#[test]
fn an_empty_shelf_is() {
    let empty = |slot: u32| if (80..92).contains(&slot) { 0.0 } else { 0.3 };
    for seed in 0..50 {
        let found = silent(&hours(seed, 200, empty));
        assert!((80..92).all(|slot| found.contains(&slot)) && found.len() <= 16, "{seed}: {found:?}");
    }
}
