//! How strong a pain must be to be moderate.
//!
//! *Moderate* means: a test that knew kind, stage and dimension, asked at the one-sided level .001 whether the rate in
//! the cell lies above the other rate by more than a margin, would say so with a power above .99. The margin is what
//! is too small to matter: one point of probability, or a tenth of the usual rate.

/// Standard errors that the lift lies above the margin.
pub const DISTANCE: f64 = 6.0;
/// Upper quantile of the normal distribution at .001.
pub const CRITICAL: f64 = 3.090_232_306_167_813;
/// A larger lift would be seen without any test.
pub const LIFT_MAX: f64 = 0.5;
/// Fewer exposed instances in a cell bear no moderate pain.
pub const EXPOSED_MIN: u64 = 80;

/// What is too small to matter beside a usual rate.
pub fn margin(usual: f64) -> f64 {
    (0.1 * usual).max(0.01)
}

/// Standard error of the difference of two rates.
fn error(inside: (f64, f64), outside: (f64, f64)) -> f64 {
    let variance = |(rate, exposed): (f64, f64)| rate * (1.0 - rate) / exposed;
    (variance(inside) + variance(outside)).sqrt()
}

/// The moderate lift, given the usual rate and the numbers exposed in the cell and in what it is compared with; `None`
/// if there is none below 1.
pub fn moderate(usual: f64, exposed: f64, others: f64) -> Option<f64> {
    // Smallest lift whose distance is reached: the distance grows with the lift, so halving finds it.
    let distance = |lift: f64| (lift - margin(usual)) / error((usual + lift, exposed), (usual, others));
    let (mut low, mut high) = (margin(usual), 1.0 - usual - 1e-6);
    if high <= low || distance(high) < DISTANCE {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if distance(middle) < DISTANCE { low = middle } else { high = middle }
    }
    Some(high)
}

/// Power of the test for a lift.
pub fn power(usual: f64, lift: f64, exposed: f64, others: f64) -> f64 {
    normal((lift - margin(usual)) / error(((usual + lift).min(1.0), exposed), (usual, others)) - CRITICAL)
}

/// Distribution function of the standard normal, to 7 digits (Abramowitz and Stegun 26.2.17).
fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let poly =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt() * poly;
    if z > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_has_its_known_values() {
        for (z, known) in [(0.0, 0.5), (1.0, 0.841_344_75), (-1.96, 0.024_997_90), (CRITICAL, 0.999)] {
            assert!((normal(z) - known).abs() < 2e-7, "{z}: {}", normal(z));
        }
    }

    #[test]
    #[allow(clippy::unwrap_used)]
    fn a_moderate_lift_has_a_power_above_99_in_100() {
        for (usual, exposed, others) in [(0.04, 400.0, 9_000.0), (0.2, 120.0, 900.0), (0.6, 150.0, 800.0)] {
            let lift = moderate(usual, exposed, others).unwrap();
            let power = power(usual, lift, exposed, others);
            assert!(power > 0.99 && power < 0.999, "{usual} {lift} {power}");
        }
        assert_eq!(moderate(0.9, 80.0, 100.0), None);
    }
}
