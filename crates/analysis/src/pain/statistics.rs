//! Whether one rate exceeds another by more than does not matter, and by how much.
//!
//! Rates are of instances, and instances of one customer are alike: counts come divided by their design effect, so
//! that the variance is that of the ratio estimator for clusters (Cochran 1977, § 9A).

use model::pain::Estimate;
use statrs::function::beta::beta_reg;
use statrs::function::erf::erfc;

/// 97.5 % point of the normal distribution: intervals are 95 %.
const Z_95: f64 = 1.959_963_984_540_054;

/// A rate as it enters a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    pub hits: f64,
    pub exposed: f64,
    /// See [`folds::pain::Cell::design_effect`]; 1 or more.
    pub design_effect: f64,
}

/// One rate against another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Compared {
    pub difference: Estimate,
    pub margin: f64,
    /// Standardised excess over the margin.
    pub z: f64,
    pub p_value: f64,
}

/// A difference that does not matter, however certain: one percentage point, or a tenth of the reference rate.
pub(crate) fn margin(reference_rate: f64) -> f64 {
    (0.1 * reference_rate).max(0.01)
}

impl Sample {
    pub(crate) fn rate(&self) -> f64 {
        if self.exposed > 0.0 { self.hits / self.exposed } else { 0.0 }
    }

    /// Exposures and hits as if every one were of another customer.
    fn effective(&self) -> (f64, f64) {
        (self.exposed / self.design_effect, self.hits / self.design_effect)
    }

    /// Wilson's interval of the rate (1927).
    fn interval(&self) -> (f64, f64) {
        let (n, x) = self.effective();
        if n <= 0.0 {
            return (0.0, 1.0);
        }
        let (p, z2) = (x / n, Z_95 * Z_95);
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        ((centre - half).max(0.0), (centre + half).min(1.0))
    }
}

/// Tests that `here` exceeds `there` by more than the margin, one-sided: the score test, with the rates as they would
/// be at the margin (Farrington and Manning 1990, their pooled form), and the exact binomial tail a margin above the
/// reference rate (which the score test knows to be uncertain, and this one does not). The
/// larger p-value counts, because small counts have heavier tails than the normal distribution.
pub(crate) fn exceeds(here: Sample, there: Sample) -> Compared {
    let margin = margin(there.rate());
    let ((n1, x1), (n0, x0)) = (here.effective(), there.effective());
    let difference = here.rate() - there.rate();
    let low_rate = ((x1 + x0 - margin * n1) / (n1 + n0)).clamp(0.5 / (n0 + 1.0), 1.0 - margin - 1e-9);
    let at_margin = low_rate + margin;
    let variance = at_margin * (1.0 - at_margin) / n1 + low_rate * (1.0 - low_rate) / n0;
    let z = (difference - margin) / variance.sqrt();
    Compared {
        difference: difference_of(here, there),
        margin,
        z,
        p_value: upper_tail(z).max(binomial_tail(x1, n1, (x0 + 0.5) / (n0 + 1.0) + margin)),
    }
}

/// Tests that `here` exceeds a stated rate by more than the margin.
pub(crate) fn exceeds_rate(here: Sample, rate: f64) -> Compared {
    let margin = margin(rate);
    let (n, x) = here.effective();
    let at_margin = (rate + margin).min(1.0 - 1e-9);
    let z = (here.rate() - at_margin) / (at_margin * (1.0 - at_margin) / n).sqrt();
    let (low, high) = here.interval();
    let difference = Estimate { value: here.rate() - rate, low: low - rate, high: high - rate };
    Compared { difference, margin, z, p_value: upper_tail(z).max(binomial_tail(x, n, at_margin)) }
}

/// The difference of two rates with its interval by Newcombe's method 10 (1998).
pub(crate) fn difference_of(here: Sample, there: Sample) -> Estimate {
    let (p1, p0) = (here.rate(), there.rate());
    let ((l1, u1), (l0, u0)) = (here.interval(), there.interval());
    let value = p1 - p0;
    let low = value - ((p1 - l1).powi(2) + (u0 - p0).powi(2)).sqrt();
    let high = value + ((u1 - p1).powi(2) + (p0 - l0).powi(2)).sqrt();
    Estimate { value, low, high }
}

/// P(Z ≥ z).
fn upper_tail(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { 0.5 * erfc(z / std::f64::consts::SQRT_2) }
}

/// P(X ≥ x) of a binomial variable; counts need not be whole.
fn binomial_tail(x: f64, n: f64, rate: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    beta_reg(x, (n - x).max(0.0) + 1.0, rate.clamp(0.0, 1.0))
}

/// Corrected for all looks: of the pains reported at q ≤ 5 %, at most one in twenty is expected to be none (Benjamini
/// and Hochberg 1995). Looks that were not worth a test have p = 1 and count all the same.
pub(crate) fn q_values(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let looks = p_values.len() as f64;
    let mut q_values = vec![1.0; p_values.len()];
    let mut least = 1.0f64;
    for (above, look) in order.into_iter().enumerate() {
        least = least.min(p_values[look] * looks / (looks - above as f64));
        q_values[look] = least;
    }
    q_values
}

/// A number times another, with its interval.
pub(crate) fn scaled(estimate: Estimate, by: f64) -> Estimate {
    let (low, high) = (estimate.low * by, estimate.high * by);
    Estimate { value: estimate.value * by, low: low.min(high), high: low.max(high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(hits: f64, exposed: f64) -> Sample {
        Sample { hits, exposed, design_effect: 1.0 }
    }

    #[test]
    fn binomial_tails_are_exact() {
        // P(X ≥ 8) for 10 throws of a coin: 56 of 1,024.
        assert!((binomial_tail(8.0, 10.0, 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        assert!((binomial_tail(1.0, 3.0, 0.1) - (1.0 - 0.9f64.powi(3))).abs() < 1e-12);
        assert_eq!(binomial_tail(0.0, 5.0, 0.3), 1.0);
    }

    #[test]
    fn newcombe_gives_the_published_interval() {
        // Newcombe 1998, table II, example (a): 56/70 less 48/80, method 10: 0.0524 to 0.3339.
        let difference = difference_of(sample(56.0, 70.0), sample(48.0, 80.0));
        assert!((difference.value - 0.2).abs() < 1e-12);
        assert!((difference.low - 0.0524).abs() < 5e-5, "{difference:?}");
        assert!((difference.high - 0.3339).abs() < 5e-5, "{difference:?}");
    }

    #[test]
    fn corrected_values_are_those_of_the_procedure() {
        // Benjamini and Hochberg 1995, § 4.1: of 15 tests, the four smallest are rejected at 5 %.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = q_values(&p);
        assert_eq!(q.iter().filter(|q| **q <= 0.05).count(), 4);
        assert!((q[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
        assert!(q.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn what_does_not_matter_is_not_certain_however_many_there_are() {
        let same = exceeds(sample(20_500.0, 100_000.0), sample(20_000.0, 100_000.0));
        assert!(same.p_value > 0.99, "half a point is within the margin: {same:?}");
        let more = exceeds(sample(300.0, 1_000.0), sample(400.0, 2_000.0));
        assert!(more.p_value < 1e-5 && more.z > 4.0, "{more:?}");
        let clustered = Sample { design_effect: 4.0, ..sample(300.0, 1_000.0) };
        assert!(exceeds(clustered, sample(400.0, 2_000.0)).p_value > more.p_value);
    }

    #[test]
    fn the_level_is_held_where_counts_are_small() {
        // Every outcome of 60 exposures at the margin against a large reference at 3 %: P(p ≤ 0.001) must be ≤ 0.001.
        let there = sample(3_000.0, 100_000.0);
        let at_margin = 0.03 + margin(0.03);
        let rejected = (0..=60u32).find(|hits| exceeds(sample(f64::from(*hits), 60.0), there).p_value <= 0.001);
        let chance = binomial_tail(f64::from(rejected.unwrap_or(61)), 60.0, at_margin);
        assert!(chance <= 0.001, "rejects with chance {chance}");
    }
}
