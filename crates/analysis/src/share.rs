//! Shares with their intervals.

use model::pain::Estimate;

use crate::answer::Share;
use crate::pain::statistics::{Sample, difference_of};

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// `hits` of `of` with the 95 % Wilson score interval (E. B. Wilson 1927, JASA 22:209–212).
pub fn share(hits: u64, of: u64) -> Share {
    debug_assert!(hits <= of, "a share counts a part of the whole: {hits} of {of}");
    if of == 0 {
        return Share { hits, of, share: None, low: None, high: None };
    }
    let n = of as f64;
    let p = hits as f64 / n;
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Share { hits, of, share: Some(p), low: Some((centre - half).max(0.0)), high: Some((centre + half).min(1.0)) }
}

/// One share less another, with its 95 % interval (R. G. Newcombe 1998, Statistics in Medicine 17:873–890, method 10).
/// None if either is of nobody.
pub fn difference(here: &Share, there: &Share) -> Option<Estimate> {
    let sample = |share: &Share| Sample { hits: share.hits as f64, exposed: share.of as f64, design_effect: 1.0 };
    (here.of > 0 && there.of > 0).then(|| difference_of(sample(here), sample(there)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of statsmodels' `proportion_confint(…, method="wilson")`.
    #[test]
    fn wilson_interval() {
        for (hits, of, low, high) in [
            (10, 20, 0.299_298, 0.700_702),
            (0, 10, 0.0, 0.277_533),
            (1, 1, 0.206_549, 1.0),
            (139, 522, 0.230_171, 0.305_809),
        ] {
            let share = share(hits, of);
            assert!((share.low.unwrap() - low).abs() < 1e-5, "{share:?}");
            assert!((share.high.unwrap() - high).abs() < 1e-5, "{share:?}");
        }
        assert_eq!(share(0, 0).share, None);
    }
}
