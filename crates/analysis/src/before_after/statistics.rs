//! How sure a difference between two stretches of time is.
//!
//! Days of one stretch are not alike: weekdays differ, and what happens on a day happens to everybody of that day. So
//! people are not counted as if each were a day of its own.
//!
//! - **Shares**: Newcombe's interval (method 10; 1998, Statistics in Medicine 17:873) of counts divided by their design
//!   effect over days, days being clusters (Cochran 1977, Sampling Techniques, § 9A: the variance of a ratio estimator).
//! - **Counts**: sums of weeks, which have the same weekdays and hardly depend on each other, compared by Welch's t (1947,
//!   Biometrika 34:28). That few large blocks of a dependent series may be compared by a t test is Ibragimov and Müller
//!   (2010, Journal of Business & Economic Statistics 28:453; 2016, Review of Economics and Statistics 98:83).
//! - **Medians, and differences of differences**: intervals of two independent estimates joined (Zou and Donner 2008,
//!   Statistics in Medicine 27:1693), which for shares gives Newcombe's.

use model::pain::Estimate;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::answer::Share;
use crate::pain::statistics::{Sample, difference_of};

/// Days a week has.
pub(crate) const WEEK: usize = 7;

/// Days from which on it is told how much they differ.
const DAYS_MIN: usize = 7;

/// Hits of so many, day by day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Days {
    pub counts: Vec<(u64, u64)>,
}

impl Days {
    /// The variance of the share as a multiple of what it were if people alone differed; 1 or more.
    pub(crate) fn design_effect(&self) -> f64 {
        let days: Vec<(f64, f64)> =
            self.counts.iter().filter(|(_, of)| *of > 0).map(|(hits, of)| (*hits as f64, *of as f64)).collect();
        let (hits, of) = days.iter().fold((0.0, 0.0), |(hits, of), day| (hits + day.0, of + day.1));
        if days.len() < DAYS_MIN || hits <= 0.0 || hits >= of {
            return 1.0;
        }
        let (k, share) = (days.len() as f64, hits / of);
        let squares: f64 = days.iter().map(|(hits, of)| (hits - share * of).powi(2)).sum();
        let between = k / (k - 1.0) * squares / (of * of);
        (between / (share * (1.0 - share) / of)).max(1.0)
    }
}

/// One share less another, each with its design effect.
pub(crate) fn shares((here, of_here): (Share, f64), (there, of_there): (Share, f64)) -> Estimate {
    let sample =
        |share: Share, design_effect| Sample { hits: share.hits as f64, exposed: share.of as f64, design_effect };
    difference_of(sample(here, of_here), sample(there, of_there))
}

/// Sums of weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weeks {
    pub weeks: f64,
    pub mean: f64,
    /// Of the mean.
    pub variance: f64,
}

impl Weeks {
    /// None unless days are whole weeks, and two of them at least.
    pub(crate) fn of(days: &[f64]) -> Option<Weeks> {
        if !days.len().is_multiple_of(WEEK) || days.len() < 2 * WEEK {
            return None;
        }
        let sums: Vec<f64> = days.chunks(WEEK).map(|week| week.iter().sum()).collect();
        let weeks = sums.len() as f64;
        let mean = sums.iter().sum::<f64>() / weeks;
        let spread = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / (weeks - 1.0);
        // Weeks that happen to be alike do not make counts more certain than those of a Poisson process.
        Some(Weeks { weeks, mean, variance: spread.max(mean) / weeks })
    }
}

/// The sum over one stretch less that over another that has as many weeks. None where nothing ever happened.
pub(crate) fn welch(here: &Weeks, there: &Weeks) -> Option<Estimate> {
    let (value, half) = (here.mean - there.mean, half_width(&[(here, 1.0), (there, 1.0)])?);
    let weeks = here.weeks;
    Some(Estimate { value: weeks * value, low: weeks * (value - half), high: weeks * (value + half) })
}

/// `[a, b, c, d]`: (a / b) / (c / d) − 1, with the interval of its logarithm. None if any of them is 0.
pub(crate) fn ratio_of_ratios(all: [&Weeks; 4]) -> Option<Estimate> {
    if all.iter().any(|weeks| weeks.mean <= 0.0) {
        return None;
    }
    let [a, b, c, d] = all.map(|weeks| weeks.mean.ln());
    let log = (a - b) - (c - d);
    let half = half_width(&all.map(|weeks| (weeks, 1.0 / (weeks.mean * weeks.mean))))?;
    Some(Estimate { value: log.exp_m1(), low: (log - half).exp_m1(), high: (log + half).exp_m1() })
}

/// Half the 95 % interval of a sum of means, each with the factor its variance enters by; degrees of freedom as
/// Satterthwaite has them (1946, Biometrics Bulletin 2:110).
fn half_width(parts: &[(&Weeks, f64)]) -> Option<f64> {
    let variance: f64 = parts.iter().map(|(weeks, factor)| weeks.variance * factor).sum();
    let lost: f64 = parts.iter().map(|(weeks, factor)| (weeks.variance * factor).powi(2) / (weeks.weeks - 1.0)).sum();
    if variance <= 0.0 {
        return None;
    }
    let t = StudentsT::new(0.0, 1.0, variance * variance / lost).ok()?.inverse_cdf(0.975);
    Some(t * variance.sqrt())
}

/// One estimate less another that is independent of it.
pub(crate) fn less(here: Estimate, there: Estimate) -> Estimate {
    let value = here.value - there.value;
    let low = value - ((here.value - here.low).powi(2) + (there.high - there.value).powi(2)).sqrt();
    let high = value + ((here.high - here.value).powi(2) + (there.value - there.low).powi(2)).sqrt();
    Estimate { value, low, high }
}

#[cfg(test)]
mod tests;
