//! Legs that were walked near to a new one: where people went between places close to its ends says better which places it
//! passes than metres do, as they choose one of several ways as long, and not all of them.
//!
//! The probability to pass a place is that of the curve, counted as so many legs, together with the legs at hand, each with a
//! weight of e^(−metres between the ends / near). How near, and how much the curve counts, is what makes the legs that were walked likeliest
//! by those of other shoppers (a kernel regression shrunk to a parametric one; its rules by cross-validation).

use rustc_hash::FxHashMap;

/// Legs that others are likened to, and those its rules are tried on.
const LEGS_MAX: usize = 4_000;
const TRIED_MAX: usize = 1_000;

/// What is tried: metres at which a leg weighs 1/e, and how many legs the curve counts as.
const NEARS_M: [f64; 6] = [0.5, 1.0, 2.0, 3.0, 5.0, 8.0];
const CURVES: [f64; 4] = [0.5, 2.0, 8.0, 32.0];

/// Legs further away than so many times what is near weigh nothing.
const FAR: f64 = 6.0;

/// A leg that was walked.
#[derive(Debug, Clone)]
pub(super) struct Walked {
    pub(super) shopper: usize,
    /// Cells.
    pub(super) ends: [usize; 2],
    /// By place: whether it was passed. None: one of the ends was there.
    pub(super) passed: Vec<Option<bool>>,
    /// By place: what the curve says.
    pub(super) curve: Vec<f64>,
}

/// Metres from a cell to all others.
pub(super) type Fields = FxHashMap<usize, Vec<f32>>;

#[derive(Debug, Clone, Copy)]
struct Rules {
    near_m: f64,
    curve: f64,
}

/// Legs that were walked, and how others are told by them.
#[derive(Debug)]
pub(super) struct Likeness {
    legs: Vec<Walked>,
    /// None: nothing is told by what is near.
    rules: Option<Rules>,
}

impl Likeness {
    /// `fields` holds those of the ends of all legs.
    pub(super) fn new(walked: Vec<Walked>, fields: &Fields) -> Likeness {
        let every = walked.len() / LEGS_MAX + 1;
        let mut likeness = Likeness { legs: walked.into_iter().step_by(every).collect(), rules: None };
        likeness.rules = likeness.likeliest(fields);
        likeness
    }

    /// The probability to pass each place between two cells, from what the curve says.
    pub(super) fn told(&self, fields: &Fields, ends: [usize; 2], curve: &mut [f64]) {
        let Some(rules) = self.rules else { return };
        let sums = self.near(self.metres(fields, ends, None), rules.near_m, curve.len());
        for (odds, sum) in curve.iter_mut().zip(sums) {
            *odds = rules.together(*odds, sum);
        }
    }

    /// By leg, the metres between its ends and these, whichever way it was walked. Infinite: it is of this shopper.
    fn metres<'a>(
        &'a self,
        fields: &'a Fields,
        [a, b]: [usize; 2],
        but: Option<usize>,
    ) -> impl Iterator<Item = f64> + 'a {
        let (from_a, from_b) = (&fields[&a], &fields[&b]);
        self.legs.iter().map(move |leg| {
            let [from, to] = leg.ends;
            let apart = (from_a[from] + from_b[to]).min(from_a[to] + from_b[from]);
            if but == Some(leg.shopper) { f64::INFINITY } else { f64::from(apart) }
        })
    }

    /// By place, the weight of the legs near, and of those that passed it.
    fn near(&self, metres: impl Iterator<Item = f64>, near_m: f64, places: usize) -> Vec<[f64; 2]> {
        let mut sums = vec![[0.0; 2]; places];
        for (leg, metres) in self.legs.iter().zip(metres).filter(|(_, metres)| *metres < FAR * near_m) {
            let weight = (-metres / near_m).exp();
            for (sum, passed) in sums.iter_mut().zip(&leg.passed) {
                if let Some(passed) = passed {
                    *sum = [sum[0] + weight, sum[1] + weight * f64::from(u8::from(*passed))];
                }
            }
        }
        sums
    }

    /// The rules by which what was walked is likeliest, each leg told by those of others; none where the curve alone does better.
    fn likeliest(&self, fields: &Fields) -> Option<Rules> {
        let tried: Vec<&Walked> = self.legs.iter().step_by(self.legs.len() / TRIED_MAX + 1).collect();
        let mut best = (tried.iter().map(|leg| leg.likelihood(&leg.curve)).sum::<f64>(), None);
        for near_m in NEARS_M {
            let mut found = [0.0; CURVES.len()];
            for leg in &tried {
                let metres = self.metres(fields, leg.ends, Some(leg.shopper));
                let sums = self.near(metres, near_m, leg.curve.len());
                for (found, curve) in found.iter_mut().zip(CURVES) {
                    let rules = Rules { near_m, curve };
                    let told: Vec<f64> =
                        leg.curve.iter().zip(&sums).map(|(odds, sum)| rules.together(*odds, *sum)).collect();
                    *found += leg.likelihood(&told);
                }
            }
            for (found, curve) in found.into_iter().zip(CURVES) {
                if found > best.0 {
                    best = (found, Some(Rules { near_m, curve }));
                }
            }
        }
        best.1
    }
}

impl Rules {
    fn together(self, odds: f64, [weight, passed]: [f64; 2]) -> f64 {
        (self.curve * odds + passed) / (self.curve + weight)
    }
}

impl Walked {
    /// Logarithm of the probability that it passed what it passed.
    fn likelihood(&self, odds: &[f64]) -> f64 {
        let of = |(passed, odds): (&Option<bool>, &f64)| {
            let odds = odds.clamp(0.002, 0.998);
            passed.map_or(0.0, |passed| if passed { odds } else { 1.0 - odds }.ln())
        };
        self.passed.iter().zip(odds).map(of).sum()
    }
}
