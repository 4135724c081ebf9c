//! How long people wait at tills: Erlang-C, and what more or fewer tills would do.
//!
//! People come independently of each other (Poisson), service takes exponentially long, one line feeds all tills. With
//! *a* = arrivals × service time the probability to wait is C = cB / (c − a(1 − B)), where B comes from the recursion
//! B ← aB / (k + aB), k = 1 … c; the mean wait is C / (cμ − λ), and P(W ≤ t) = 1 − C e^(−(cμ − λ)t). Where arrivals or
//! service times vary more or less than that, the mean wait is multiplied by (Ca² + Cs²) / 2, the squared coefficients of
//! variation (Allen–Cunneen); the share that waits stays, and those who wait do so exponentially long with the new mean.
//!
//! ```
//! use folds::floor::erlang::Demand;
//!
//! let demand = Demand { arrivals_per_hour: 100.0, service_seconds: 120.0, ..Demand::default() };
//! let pooled = demand.pooled(4).unwrap();
//! let separate = demand.separate(4).unwrap();
//! assert_eq!((pooled.mean_wait_seconds.round(), separate.mean_wait_seconds.round()), (118.0, 600.0));
//! assert_eq!(demand.pooled(3), None); // the line would grow without end
//! assert_eq!(demand.tills_for(60.0, 0.8), Some(5));
//! ```

use serde::{Deserialize, Serialize};

use crate::quantile::Distribution;

/// What comes to the tills.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    pub arrivals_per_hour: f64,
    pub service_seconds: f64,
    /// Variance of the time between arrivals over its squared mean; 1 for independent arrivals.
    pub arrival_variation: f64,
    /// Variance of the service time over its squared mean; 1 for an exponential one.
    pub service_variation: f64,
}

impl Default for Demand {
    fn default() -> Demand {
        Demand { arrivals_per_hour: 0.0, service_seconds: 0.0, arrival_variation: 1.0, service_variation: 1.0 }
    }
}

/// What waiting is like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Share of the tills' time that is used.
    pub utilisation: f64,
    /// Probability to wait at all.
    pub wait_probability: f64,
    /// Of all, those who do not wait with them.
    pub mean_wait_seconds: f64,
    /// How many stand in line on average.
    pub mean_queue: f64,
}

impl Waiting {
    /// Probability to wait no longer than so many seconds.
    pub fn within(&self, seconds: f64) -> f64 {
        if self.wait_probability == 0.0 {
            return 1.0;
        }
        1.0 - self.wait_probability * (-seconds * self.wait_probability / self.mean_wait_seconds).exp()
    }
}

/// A layout of lanes: tills with staff, and self-checkouts beside them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lanes {
    /// Tills with staff.
    pub tills: u32,
    /// Whether each till has its own line, chosen at random and kept; else one line feeds all.
    pub separate: bool,
    /// Self-checkouts, fed by one line of their own.
    pub self_checkouts: u32,
    /// Share of those who come that go to them.
    pub self_share: f64,
    /// How many times as long as at a till it takes there.
    pub self_slower: f64,
}

/// What waiting is like over all lanes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LaneWaiting {
    /// None: nobody goes there.
    pub tills: Option<Waiting>,
    pub self_checkouts: Option<Waiting>,
    /// Share of those who come that go to self-checkouts.
    pub self_share: f64,
    /// Of all who come.
    pub mean_wait_seconds: f64,
}

impl LaneWaiting {
    /// Probability, over all who come, to wait no longer than so many seconds.
    pub fn within(&self, seconds: f64) -> f64 {
        let within = |of: Option<Waiting>| of.map_or(0.0, |of| of.within(seconds));
        (1.0 - self.self_share) * within(self.tills) + self.self_share * within(self.self_checkouts)
    }
}

/// Most tills that are tried for a promised wait.
const TILLS_MAX: u32 = 1_000;

impl Demand {
    /// With measured times between arrivals and service times, microseconds. None: there are none of either.
    pub fn measured(between_arrivals_us: &Distribution, service_us: &Distribution) -> Option<Demand> {
        let (between, arrival_variation) = variation(between_arrivals_us)?;
        let (service, service_variation) = variation(service_us)?;
        Some(Demand {
            arrivals_per_hour: 3.6e9 / between,
            service_seconds: service / 1e6,
            arrival_variation,
            service_variation,
        })
    }

    /// Arrivals times service time, in Erlang: the tills that are busy on average.
    pub fn offered(&self) -> f64 {
        self.arrivals_per_hour / 3_600.0 * self.service_seconds
    }

    /// With one line for all tills. None: more come than can be served.
    pub fn pooled(&self, tills: u32) -> Option<Waiting> {
        let (offered, count) = (self.offered(), f64::from(tills));
        if !(offered >= 0.0 && offered < count) {
            return None;
        }
        let wait_probability = erlang_c(offered, tills);
        let (per_second, spare) = (self.arrivals_per_hour / 3_600.0, (count - offered) / self.service_seconds);
        let factor = (self.arrival_variation + self.service_variation) / 2.0;
        let mean_wait_seconds = if wait_probability == 0.0 { 0.0 } else { factor * wait_probability / spare };
        let mean_queue = per_second * mean_wait_seconds;
        Some(Waiting { utilisation: offered / count, wait_probability, mean_wait_seconds, mean_queue })
    }

    /// With a line for each till, chosen at random and kept. The queue is that of all lines.
    pub fn separate(&self, tills: u32) -> Option<Waiting> {
        let each = Demand { arrivals_per_hour: self.arrivals_per_hour / f64::from(tills.max(1)), ..*self };
        let one = each.pooled(tills.min(1))?;
        Some(Waiting { mean_queue: one.mean_queue * f64::from(tills), ..one })
    }

    /// At a layout of lanes: of independent arrivals those who choose either kind are independent, too. None: at either more
    /// come than can be served.
    pub fn at(&self, lanes: &Lanes) -> Option<LaneWaiting> {
        let self_share = if lanes.self_checkouts == 0 { 0.0 } else { lanes.self_share.clamp(0.0, 1.0) };
        let of = |share: f64, slower: f64| Demand {
            arrivals_per_hour: self.arrivals_per_hour * share,
            service_seconds: self.service_seconds * slower,
            ..*self
        };
        let (staffed, by_self) = (of(1.0 - self_share, 1.0), of(self_share, lanes.self_slower));
        let tills = match (self_share < 1.0, lanes.separate) {
            (false, _) => None,
            (true, true) => Some(staffed.separate(lanes.tills)?),
            (true, false) => Some(staffed.pooled(lanes.tills)?),
        };
        let self_checkouts = match self_share > 0.0 {
            true => Some(by_self.pooled(lanes.self_checkouts)?),
            false => None,
        };
        let mean = |of: Option<Waiting>| of.map_or(0.0, |of| of.mean_wait_seconds);
        let mean_wait_seconds = (1.0 - self_share) * mean(tills) + self_share * mean(self_checkouts);
        Some(LaneWaiting { tills, self_checkouts, self_share, mean_wait_seconds })
    }

    /// The fewest tills with one line at which at least `share` of all wait no longer than `seconds`. None: no number of
    /// tills does.
    pub fn tills_for(&self, seconds: f64, share: f64) -> Option<u32> {
        (1..=TILLS_MAX).find(|tills| self.pooled(*tills).is_some_and(|waiting| waiting.within(seconds) >= share))
    }
}

/// The probability to wait at `tills` tills when `offered` Erlang come, which must be fewer.
fn erlang_c(offered: f64, tills: u32) -> f64 {
    let blocked = (1..=tills).fold(1.0, |blocked, k| offered * blocked / (f64::from(k) + offered * blocked));
    let count = f64::from(tills);
    count * blocked / (count - offered * (1.0 - blocked))
}

/// Mean, and variance over the squared mean.
fn variation(of: &Distribution) -> Option<(f64, f64)> {
    let mean = of.mean().filter(|mean| *mean > 0.0)?;
    let squares: f64 = of.values().map(|(value, count)| count as f64 * (value as f64 - mean).powi(2)).sum();
    Some((mean, squares / of.count() as f64 / (mean * mean)))
}
