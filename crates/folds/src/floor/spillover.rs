//! Spillover: whether those who stopped at one place stop at another one more often than those who walked past the first.
//!
//! Of a pair *from* → *to* count visits that came to *from* before they first came to *to*: so the order is the same for all,
//! and who never got there is left out. Of them, those who stopped at *from* are compared with those who walked past it,
//! among visits that made the same number of stops elsewhere (0, 1, 2, or more): who stops everywhere would else seem to
//! spill over from everywhere. The difference of the shares that stop at *to* is put together over these strata
//! as Mantel and Haenszel do (Greenland and Robins 1985), with Sato's variance (1989). What stops at the other zones before *to*
//! come to in the same way, by the middle one of them, is taken off: how much somebody likes to stop shows in all of them
//! alike, spillover in one. With no other zone nothing is taken off. It is an association: who looks for
//! wine and cheese stops at both, however they stand.
//!
//! ```
//! use folds::floor::spillover::{Spillover, Step};
//!
//! let mut found = Spillover::new(2);
//! for visit in 0..400 {
//!     let stops_first = visit % 2 == 0;
//!     // Half of those who stopped at the first stop at the second, a fifth of the others.
//!     let stops_second = if stops_first { visit / 8 % 2 == 0 } else { visit / 8 % 5 == 0 };
//!     let step = |zone, stopped| Step { zone, stopped };
//!     found.add(&[step(0, stops_first), step(1, stops_second)]);
//! }
//! let pairs = found.pairs();
//! assert_eq!(pairs.keys().collect::<Vec<_>>(), [&(0, 1)]);
//! let pair = pairs[&(0, 1)];
//! assert!((pair.difference - 0.3).abs() < 0.01 && pair.low > 0.2 && pair.high < 0.4);
//! ```

use std::collections::BTreeMap;

/// Numbers of other stops that are told apart; the last one is this many and more.
const STRATA: usize = 4;

const Z_95: f64 = 1.96;

/// The first time a visit came to a zone, and whether it ever stopped there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub zone: u32,
    pub stopped: bool,
}

/// Visits by whether they stopped at the first zone (0 past, 1 stopped), and of them those that stopped at the second.
type Stratum = [(u64, u64); 2];

/// Counts over visits; those of several sum up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spillover {
    zones: u32,
    pairs: BTreeMap<(u32, u32), [Stratum; STRATA]>,
}

/// What is told of a pair of zones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Visits that came to the first before the second, and of them those that stopped at the first.
    pub visits: u64,
    pub stopped: u64,
    /// Of who stopped at the first, and of who did not, those who stopped at the second.
    pub then_stopped: u64,
    pub else_stopped: u64,
    /// How much more often the former do, among visits with as many other stops, less what stops elsewhere come to.
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    /// Standardised difference.
    pub z: f64,
}

impl Spillover {
    pub fn new(zones: u32) -> Spillover {
        Spillover { zones, pairs: BTreeMap::new() }
    }

    /// Adds a visit: its zones in the order it first came to them, each once.
    pub fn add(&mut self, steps: &[Step]) {
        let known = |step: &&Step| step.zone < self.zones;
        let steps: Vec<Step> = steps.iter().filter(known).copied().collect();
        let stops = steps.iter().filter(|step| step.stopped).count();
        for (place, to) in steps.iter().enumerate() {
            for from in &steps[..place] {
                let others = stops - usize::from(from.stopped) - usize::from(to.stopped);
                let strata = self.pairs.entry((from.zone, to.zone)).or_default();
                let cell = &mut strata[others.min(STRATA - 1)][usize::from(from.stopped)];
                (cell.0, cell.1) = (cell.0 + 1, cell.1 + u64::from(to.stopped));
            }
        }
    }

    /// Adds what other visits did.
    pub fn merge(&mut self, other: &Spillover) {
        for (pair, strata) in &other.pairs {
            let own = self.pairs.entry(*pair).or_default();
            for (own, other) in own.iter_mut().flatten().zip(strata.iter().flatten()) {
                (own.0, own.1) = (own.0 + other.0, own.1 + other.1);
            }
        }
    }

    /// Pairs of which some stratum holds both who stopped at the first and who did not.
    pub fn pairs(&self) -> BTreeMap<(u32, u32), Pair> {
        let mut by_to: BTreeMap<u32, Vec<(u32, Alone)>> = BTreeMap::new();
        for (from, to) in self.pairs.keys() {
            if let Some(alone) = self.alone(*from, *to) {
                by_to.entry(*to).or_default().push((*from, alone));
            }
        }
        let mut found = BTreeMap::new();
        for (to, mut alone) in by_to {
            alone.sort_by(|a, b| a.1.difference.total_cmp(&b.1.difference));
            let variance: f64 = alone.iter().map(|(_, one)| one.variance).sum();
            for (place, (from, one)) in alone.iter().enumerate() {
                let others = alone.len() - 1;
                let other = |at: usize| alone[at + usize::from(at >= place)].1.difference;
                // The middle one's variance is that of a median of normal ones.
                let (usual, usual_variance) = match others {
                    0 => (0.0, 0.0),
                    _ => {
                        let middle = (other((others - 1) / 2) + other(others / 2)) / 2.0;
                        let of_median = if others > 2 { std::f64::consts::FRAC_PI_2 } else { 1.0 };
                        (middle, of_median * (variance - one.variance) / (others * others) as f64)
                    }
                };
                found.insert((*from, to), one.pair(usual, usual_variance));
            }
        }
        found
    }

    /// A pair by itself. None: no stratum holds both who stopped and who did not.
    fn alone(&self, from: u32, to: u32) -> Option<Alone> {
        let strata = self.pairs.get(&(from, to))?;
        let (mut sum, mut weight, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
        for [(m, b), (n, a)] in strata {
            let [m, b, n, a] = [m, b, n, a].map(|count| *count as f64);
            let all = m + n;
            if m == 0.0 || n == 0.0 {
                continue;
            }
            sum += (a * m - b * n) / all;
            weight += n * m / all;
            p += (n * n * b - m * m * a + n * m * (m - n) / 2.0) / (all * all);
            q += (a * (m - b) + b * (n - a)) / (2.0 * all);
        }
        if weight <= 0.0 {
            return None;
        }
        let difference = sum / weight;
        // Sato's variance of the sum is the difference times P and Q.
        let variance = (difference * p + q).max(0.0) / (weight * weight);
        let total = |side: usize| strata.iter().fold((0, 0), |sum, of| (sum.0 + of[side].0, sum.1 + of[side].1));
        Some(Alone { past: total(0), stopped: total(1), difference, variance })
    }
}

/// A pair by itself: visits that walked past the first, and that stopped there, with those of them that stopped at the second.
struct Alone {
    past: (u64, u64),
    stopped: (u64, u64),
    difference: f64,
    variance: f64,
}

impl Alone {
    /// Less what is usual.
    fn pair(&self, usual: f64, usual_variance: f64) -> Pair {
        let ((past, else_stopped), (stopped, then_stopped)) = (self.past, self.stopped);
        let difference = self.difference - usual;
        let deviation = (self.variance + usual_variance).sqrt();
        Pair {
            visits: past + stopped,
            stopped,
            then_stopped,
            else_stopped,
            difference,
            low: difference - Z_95 * deviation,
            high: difference + Z_95 * deviation,
            z: if deviation > 0.0 { difference / deviation } else { 0.0 },
        }
    }
}
