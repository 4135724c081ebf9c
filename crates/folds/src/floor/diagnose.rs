//! Why people stay at a place and do not buy of it more often than elsewhere or before: a differential diagnosis.
//!
//! Two groups of looks are given: *here*, where it hurts, and the *reference* it is compared to. Each look says whether it
//! ended in a purchase, and of each cause whether its signal was there, was not, or is not known. A cause explains
//!
//! > (share with the signal here − share with it in the reference) × effect of the signal ÷ excess
//!
//! (the composition part of Kitagawa 1955 and Oaxaca 1973). The *effect* is how much more often those with the signal go
//! without buying than those without it, told within each of the groups, where both have the same place and time, and
//! weighted by precision: so what changed at another time and did nothing explains nothing. Where neither group holds both,
//! since the signal came and went with the pain, the effect is the excess itself; that rests on timing alone and says so.
//! Intervals are 95 %, by the delta method.
//!
//! A cause is *named* if it explains at least [`EXPLAINS_MIN`] and certainly some ([`EXPLAINS_LOW_MIN`]), as pains of journeys
//! do. Named ones stand by what they explain, contrasts before timing. If none is named, nobody can tell.
//!
//! ```
//! use folds::floor::diagnose::{Look, diagnose};
//! use model::place::pain::PlaceCauseKind::{Price, Staff};
//!
//! // Before, staff was near seven in ten, of whom half bought; alone a fifth do. Now staff is near one in ten.
//! let looks = |near: usize| -> Vec<Look> {
//!     (0..1_000)
//!         .map(|n| {
//!             let alone = n % 10 >= near;
//!             let bought = if alone { n / 10 % 5 == 0 } else { n / 10 % 2 == 0 };
//!             Look::new(bought).with(Staff, Some(alone)).with(Price, Some(false))
//!         })
//!         .collect()
//! };
//! let found = diagnose(&looks(1), &looks(7));
//! assert_eq!(found.named().map(|one| one.cause).collect::<Vec<_>>(), [Staff]);
//! assert!(found.missing.iter().all(|cause| ![Staff, Price].contains(cause)));
//! ```

use model::place::pain::{PlaceBasis, PlaceCauseKind};

/// A cause is named if at least this share of the excess goes with it, and certainly this much does.
pub const EXPLAINS_MIN: f64 = 0.3;
pub const EXPLAINS_LOW_MIN: f64 = 0.1;

/// Looks with the signal, and without it, from which on a group tells its effect.
const CONTRAST_MIN: f64 = 20.0;

/// Shares with the signal from which on, and up to which, it is taken to have come with the pain.
const TIMED: [f64; 2] = [0.9, 0.1];

/// Share of looks of which it must be known whether they have a signal.
const KNOWN_MIN: f64 = 0.5;

const Z_95: f64 = 1.96;

/// Somebody stayed at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    pub bought: bool,
    signals: [Option<bool>; PlaceCauseKind::ALL.len()],
}

impl Look {
    /// Of whose signals nothing is known yet.
    pub fn new(bought: bool) -> Look {
        Look { bought, ..Look::default() }
    }

    /// Whether the signal of a cause was there. None: not known.
    pub fn signal(&self, cause: PlaceCauseKind) -> Option<bool> {
        self.signals[cause as usize]
    }

    #[must_use]
    pub fn with(mut self, cause: PlaceCauseKind, signal: Option<bool>) -> Look {
        self.signals[cause as usize] = signal;
        self
    }
}

/// Looks, and those of them that ended without a purchase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub looks: u64,
    pub hits: u64,
}

impl Count {
    fn add(&mut self, look: &Look) {
        self.looks += 1;
        self.hits += u64::from(!look.bought);
    }

    fn rate(self) -> f64 {
        if self.looks == 0 { 0.0 } else { self.hits as f64 / self.looks as f64 }
    }

    /// Variance of the rate, kept off nought where nobody or everybody is hit.
    fn variance(self) -> f64 {
        let looks = self.looks as f64;
        let rate = (self.hits as f64 + 0.5) / (looks + 1.0);
        rate * (1.0 - rate) / (looks + 1.0)
    }
}

/// One cause, looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub cause: PlaceCauseKind,
    pub basis: PlaceBasis,
    /// Looks with the signal, here and in the reference, and their shares of all of which it is known.
    pub here: Count,
    pub reference: Count,
    pub share_here: f64,
    pub share_reference: f64,
    /// Share of the excess that goes with it, and its interval.
    pub explains: f64,
    pub low: f64,
    pub high: f64,
}

impl Candidate {
    pub fn is_named(&self) -> bool {
        self.explains >= EXPLAINS_MIN && self.low >= EXPLAINS_LOW_MIN
    }
}

/// The causes of one pain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnosis {
    /// Named ones first, by what they explain; then the rest.
    pub candidates: Vec<Candidate>,
    /// Causes whose signals are not known of most looks.
    pub missing: Vec<PlaceCauseKind>,
}

impl Diagnosis {
    pub fn named(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|one| one.is_named())
    }
}

/// Tells causes of the excess of looks without a purchase here over those of the reference.
pub fn diagnose(here: &[Look], reference: &[Look]) -> Diagnosis {
    let mut found = Diagnosis::default();
    for cause in PlaceCauseKind::ALL {
        let (h, r) = (Split::of(here, cause), Split::of(reference, cause));
        match h.is_known(here.len()) && r.is_known(reference.len()) {
            true => found.candidates.extend(candidate(cause, &h, &r)),
            false => found.missing.push(cause),
        }
    }
    let timed = |one: &Candidate| one.basis == PlaceBasis::Timing;
    found.candidates.sort_by(|a, b| {
        let named = b.is_named().cmp(&a.is_named());
        named.then(timed(a).cmp(&timed(b))).then(b.explains.total_cmp(&a.explains))
    });
    found
}

/// Looks with a signal and without it.
struct Split {
    with: Count,
    without: Count,
}

impl Split {
    fn of(looks: &[Look], cause: PlaceCauseKind) -> Split {
        let mut split = Split { with: Count::default(), without: Count::default() };
        for look in looks {
            match look.signal(cause) {
                Some(true) => split.with.add(look),
                Some(false) => split.without.add(look),
                None => {}
            }
        }
        split
    }

    fn all(&self) -> Count {
        Count { looks: self.with.looks + self.without.looks, hits: self.with.hits + self.without.hits }
    }

    fn is_known(&self, of: usize) -> bool {
        let known = self.all().looks;
        known > 0 && known as f64 >= KNOWN_MIN * of as f64
    }

    fn share(&self) -> f64 {
        self.with.looks as f64 / self.all().looks.max(1) as f64
    }

    fn share_variance(&self) -> f64 {
        let (looks, with) = (self.all().looks as f64, self.with.looks as f64);
        let share = (with + 0.5) / (looks + 1.0);
        share * (1.0 - share) / (looks + 1.0)
    }

    /// How much more often those with the signal are hit, and the variance of that.
    fn effect(&self) -> Option<(f64, f64)> {
        let enough = self.with.looks.min(self.without.looks) as f64 >= CONTRAST_MIN;
        enough.then(|| (self.with.rate() - self.without.rate(), self.with.variance() + self.without.variance()))
    }
}

/// None: there is no excess, or nothing to tell the effect by.
fn candidate(cause: PlaceCauseKind, here: &Split, reference: &Split) -> Option<Candidate> {
    let excess = here.all().rate() - reference.all().rate();
    let excess_variance = here.all().variance() + reference.all().variance();
    if excess <= 0.0 {
        return None;
    }
    let (share_here, share_reference) = (here.share(), reference.share());
    let timed = share_here >= TIMED[0] && share_reference <= TIMED[1];
    let contrasts: Vec<(f64, f64)> = [here.effect(), reference.effect()].into_iter().flatten().collect();
    let weight: f64 = contrasts.iter().map(|(_, variance)| 1.0 / variance).sum();
    let (basis, effect, effect_variance) = match contrasts.is_empty() {
        false => {
            let sum: f64 = contrasts.iter().map(|(effect, variance)| effect / variance).sum();
            (PlaceBasis::Contrast, sum / weight, 1.0 / weight)
        }
        true if timed => (PlaceBasis::Timing, excess, excess_variance),
        true => (PlaceBasis::Contrast, 0.0, 0.0),
    };
    let more = share_here - share_reference;
    let explains = more * effect / excess;
    let more_variance = here.share_variance() + reference.share_variance();
    let variance = match basis {
        // The effect is the excess: both fall out of the share explained.
        PlaceBasis::Timing => more_variance,
        PlaceBasis::Contrast => {
            (effect / excess).powi(2) * more_variance
                + (more / excess).powi(2) * effect_variance
                + (explains / excess).powi(2) * excess_variance
        }
    };
    let half = Z_95 * variance.sqrt();
    Some(Candidate {
        cause,
        basis,
        here: here.with,
        reference: reference.with,
        share_here,
        share_reference,
        explains: explains.clamp(0.0, 1.0),
        low: (explains - half).clamp(0.0, 1.0),
        high: (explains + half).clamp(0.0, 1.0),
    })
}
