//! Dwell without purchase: which signals there were of each stay, and what they come to.

use std::collections::BTreeSet;

use folds::floor::diagnose::{Diagnosis, Look, diagnose};
use model::place::pain::{PlaceCauseKind, PlaceComparison, PlacePainKind};

use super::ledger::{HOURS, Ledger, Stayed};
use super::search::Found;

/// Times what it usually costs from which on something is dear.
const DEAR: f64 = 1.05;

/// Parts of the usual stay up to which one is short, and from which on one is long.
const SHORT: f64 = 0.5;
const LONG: f64 = 2.0;

/// What a pain was diagnosed from.
#[derive(Debug)]
pub(crate) struct Diagnosed {
    pub(crate) diagnosis: Diagnosis,
    /// What is bought with what the place offers.
    pub(crate) complement: Option<String>,
}

/// The diagnosis of a pain of dwell without purchase. None: it is one of another kind.
pub(crate) fn diagnosed(ledger: &Ledger, found: &Found) -> Option<Diagnosed> {
    if found.whose.0 != PlacePainKind::DwellWithoutPurchase {
        return None;
    }
    let between_zones = found.comparison == PlaceComparison::OtherZones;
    let (mut here, mut reference) = (Vec::new(), Vec::new());
    let mut complement = None;
    let usual = between_zones.then(|| {
        let others = ledger.stays.iter().filter(|(place, _)| Some(**place) != found.whose.1);
        median(others.flat_map(|(_, stays)| stays.iter().map(|stayed| stayed.stay.seconds)).collect())
    });
    for (place, stays) in &ledger.stays {
        let is_here = found.whose.1.is_none_or(|of| of == *place);
        if !is_here && !between_zones {
            continue;
        }
        let signals = Signals::of(ledger, *place, stays, found, usual);
        if found.whose.1 == Some(*place) {
            complement.clone_from(&signals.complement);
        }
        for stayed in stays {
            let look = signals.look(stayed);
            match is_here && (between_zones || found.is_in(stayed.slot)) {
                true => here.push(look),
                false => reference.push(look),
            }
        }
    }
    Some(Diagnosed { diagnosis: diagnose(&here, &reference), complement })
}

/// What is known of the times and the usual stay at a place.
struct Signals {
    missing: Option<BTreeSet<u32>>,
    complement: Option<String>,
    /// None: it is not known whether anything is bought with it.
    complement_missing: Option<BTreeSet<u32>>,
    /// By day, whether it costs more than it does in the reference.
    dear: Option<Vec<bool>>,
    usual_seconds: f64,
}

impl Signals {
    fn of(ledger: &Ledger, place: usize, stays: &[Stayed], found: &Found, usual: Option<f64>) -> Signals {
        let between_zones = found.comparison == PlaceComparison::OtherZones;
        let category = ledger.places[place].category.as_deref();
        let bought_with = category.and_then(|category| ledger.complement(category));
        let complement = bought_with.clone().flatten();
        let complement_missing = match (&bought_with, &complement) {
            (None, _) => None,
            (Some(_), None) => Some(BTreeSet::new()),
            (Some(_), Some(other)) => ledger.missing(other),
        };
        let reference = || stays.iter().filter(|stayed| !found.is_in(stayed.slot));
        // What zones cost is not comparable.
        let levels = category.filter(|_| !between_zones).and_then(|category| ledger.price_levels(category));
        let dear = levels.map(|levels| {
            let of = |stayed: &Stayed| levels[(stayed.slot / HOURS) as usize];
            let usual = median(reference().map(of).collect());
            levels.iter().map(|level| *level >= DEAR * usual).collect()
        });
        Signals {
            missing: category.and_then(|category| ledger.missing(category)),
            complement,
            complement_missing,
            dear,
            usual_seconds: usual.unwrap_or_else(|| median(reference().map(|stayed| stayed.stay.seconds).collect())),
        }
    }

    fn look(&self, stayed: &Stayed) -> Look {
        let Stayed { slot, bought, stay } = stayed;
        let within = |slots: &Option<BTreeSet<u32>>| slots.as_ref().map(|slots| slots.contains(slot));
        let dear = self.dear.as_ref().map(|dear| dear[(slot / HOURS) as usize]);
        let long = stay.seconds >= LONG * self.usual_seconds || stay.entries > 1 || stay.looked_up;
        Look::new(*bought)
            .with(PlaceCauseKind::Stock, within(&self.missing))
            .with(PlaceCauseKind::Complement, within(&self.complement_missing))
            .with(PlaceCauseKind::Price, dear)
            .with(PlaceCauseKind::Staff, stay.staff_near.map(|near| !near))
            .with(PlaceCauseKind::Display, Some(stay.seconds <= SHORT * self.usual_seconds))
            .with(PlaceCauseKind::Information, Some(long))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
