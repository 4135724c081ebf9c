//! How often times of which length were measured: bins chosen for the distribution at hand.

use folds::quantile::Distribution;

use crate::answer::Bin;

/// Bins of one width, before the last one that holds the rest.
const BINS_MAX: i64 = 20;

/// Widths people think in, microseconds.
const WIDTHS_US: [i64; 27] = {
    const MS: i64 = 1_000;
    const S: i64 = 1_000 * MS;
    const M: i64 = 60 * S;
    const H: i64 = 60 * M;
    const D: i64 = 24 * H;
    [
        MS,
        10 * MS,
        100 * MS,
        S,
        2 * S,
        5 * S,
        10 * S,
        15 * S,
        30 * S,
        M,
        2 * M,
        5 * M,
        10 * M,
        15 * M,
        30 * M,
        H,
        2 * H,
        3 * H,
        6 * H,
        12 * H,
        D,
        2 * D,
        7 * D,
        14 * D,
        28 * D,
        91 * D,
        365 * D,
    ]
};

/// Bins from 0 on, of the smallest such width by which at most 20 of them hold 95 % of the values; one more holds those
/// that are longer. Empty without values.
pub(crate) fn bins(distribution: &Distribution) -> Vec<Bin> {
    let Some(most) = distribution.p95() else { return Vec::new() };
    let longest_us = distribution.values().map(|(value, _)| value).max().unwrap_or(0);
    let needed = |width: i64| (most / width as f64) as i64 + 1;
    let fits = WIDTHS_US.into_iter().find(|width| needed(*width) <= BINS_MAX);
    let width = fits.unwrap_or_else(|| (most / BINS_MAX as f64) as i64 + 1);
    let regular = needed(width).min(longest_us / width + 1);
    let seconds = |us: i64| us as f64 / 1e6;
    let bin = |from: i64, to: i64| Bin { from_s: seconds(from), to_s: seconds(to), count: 0 };
    let mut bins: Vec<Bin> = (0..regular).map(|i| bin(i * width, (i + 1) * width)).collect();
    if longest_us >= regular * width {
        bins.push(bin(regular * width, longest_us));
    }
    let last = bins.len() - 1;
    for (value, count) in distribution.values() {
        bins[((value / width) as usize).min(last)].count += count;
    }
    bins
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Distribution {
        let mut distribution = Distribution::default();
        values.iter().for_each(|value| distribution.push(*value));
        distribution
    }

    #[test]
    fn widths_fit_the_values() {
        assert_eq!(bins(&Distribution::default()), []);
        let minute = 60_000_000;
        let found = bins(&of(&[0, minute - 1, minute, 90 * minute]));
        // 95 % lie below 77 minutes: bins of five minutes.
        assert_eq!(found.len(), 17);
        assert_eq!((found[0].from_s, found[0].to_s, found[0].count), (0.0, 300.0, 3));
        assert_eq!((found[16].from_s, found[16].to_s, found[16].count), (4_800.0, 5_400.0, 1));
        assert_eq!(bins(&of(&[0, 0])), [Bin { from_s: 0.0, to_s: 0.001, count: 2 }]);
    }

    proptest! {
        #[test]
        fn every_value_is_in_one_bin(values in prop::collection::vec(0i64..1 << 52, 1..80)) {
            let found = bins(&of(&values));
            prop_assert!(found.len() <= BINS_MAX as usize + 1);
            prop_assert_eq!(found.iter().map(|bin| bin.count).sum::<u64>(), values.len() as u64);
            prop_assert!(found.windows(2).all(|two| two[0].to_s == two[1].from_s));
            for bin in &found[..found.len() - 1] {
                let inside = |value: &&i64| (**value as f64 / 1e6) >= bin.from_s && (**value as f64 / 1e6) < bin.to_s;
                prop_assert_eq!(values.iter().filter(inside).count() as u64, bin.count);
            }
        }
    }
}
