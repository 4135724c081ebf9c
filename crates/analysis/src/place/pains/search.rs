//! From counts to pains: which places hurt more at some hours, on some days or than other places do, beyond what does not
//! matter and beyond chance. All looks are corrected together, as those for pains of journeys are.

use std::collections::BTreeMap;

use model::place::pain::{PlaceComparison, PlacePainKind};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::ledger::{Cell, HOURS, Ledger, Whose};
use crate::pain::statistics::{Compared, Sample, exceeds, margin, q_values};

/// Exposures and hits below which a rate says nothing; of a stretch, exposures.
const EXPOSED_MIN: u64 = 50;
const STRETCH_EXPOSED_MIN: u64 = 30;
const HITS_MIN: u64 = 10;

/// A stretch with more than this share of the exposures has nothing to be compared to.
const STRETCH_SHARE_MAX: f64 = 0.8;

/// Lengths that are tried, in days and in hours of the day.
const DAYS: [u32; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 21, 28];
const HOURS_TRIED: [u32; 6] = [1, 2, 3, 4, 5, 6];

/// Other zones it takes to tell how zones differ.
const ZONES_MIN: usize = 4;

/// Expected share of pains reported that are none.
const FALSE_SHARE: f64 = 0.05;

/// Share of a site's excess that, if zones have it, is theirs.
const ZONES_SHARE: f64 = 0.5;

/// Kinds of which zones can be compared to each other.
const OF_ZONES: [PlacePainKind; 4] =
    [PlacePainKind::DwellWithoutPurchase, PlacePainKind::PassedBy, PlacePainKind::Crowded, PlacePainKind::Unattended];

/// A difference that is taken for a pain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) whose: Whose,
    pub(crate) comparison: PlaceComparison,
    /// Numbers of days, and hours, the second not included.
    pub(crate) days: [u32; 2],
    pub(crate) hours: Option<[u32; 2]>,
    pub(crate) here: Sample,
    pub(crate) there: Sample,
    pub(crate) compared: Compared,
    pub(crate) p_value: f64,
    pub(crate) q_value: f64,
    /// Of the place, over the whole period.
    pub(crate) all: Cell,
}

impl Found {
    pub(crate) fn is_in(&self, slot: u32) -> bool {
        let (day, hour) = (slot / HOURS, slot % HOURS);
        (self.days[0]..self.days[1]).contains(&day) && self.hours.is_none_or(|[from, to]| (from..to).contains(&hour))
    }

    fn excess(&self) -> f64 {
        self.compared.difference.value * self.here.exposed
    }
}

/// How many looks were taken, and the most certain pain of each place, the largest first. `shown_from`: fewest hits.
pub(crate) fn search(ledger: &Ledger, shown_from: u32) -> (usize, Vec<Found>) {
    let hits_min = HITS_MIN.max(u64::from(shown_from));
    let searches: BTreeMap<Whose, Counts> =
        ledger.cells.iter().map(|(whose, cells)| (*whose, Counts::of(cells, ledger.days.len()))).collect();
    let mut looks: Vec<Found> = Vec::new();
    for (whose, counts) in &searches {
        let others = others(&searches, *whose);
        let look = Look { whose: *whose, counts, others: &others, hits_min };
        looks.extend(look.stretch(PlaceComparison::OtherHours));
        looks.extend(look.stretch(PlaceComparison::OtherDays));
        looks.extend(look.zones());
    }
    let count = looks.len();
    let p_values: Vec<f64> = looks.iter().map(|look| look.p_value).collect();
    let mut best: BTreeMap<Whose, Found> = BTreeMap::new();
    for (mut look, q_value) in looks.into_iter().zip(q_values(&p_values)) {
        look.q_value = q_value;
        let surer = |known: &Found| (look.p_value, -look.compared.z) < (known.p_value, -known.compared.z);
        if q_value <= FALSE_SHARE && best.get(&look.whose).is_none_or(surer) {
            best.insert(look.whose, look);
        }
    }
    // What some zones have is no pain of the whole site.
    let of_zones = |kind: PlacePainKind| -> f64 {
        best.values().filter(|found| found.whose.0 == kind && found.whose.1.is_some()).map(Found::excess).sum()
    };
    let whole = |found: &Found| found.whose.1.is_none() && of_zones(found.whose.0) >= ZONES_SHARE * found.excess();
    let mut found: Vec<Found> = best.values().filter(|found| !whole(found)).cloned().collect();
    found.sort_by(|a, b| b.excess().total_cmp(&a.excess()).then(a.whose.cmp(&b.whose)));
    (count, found)
}

/// Counts of one place: by day and by hour of the day.
struct Counts {
    all: Cell,
    by_day: Vec<Cell>,
    by_hour: Vec<Cell>,
    design_effect: f64,
}

impl Counts {
    fn of(cells: &BTreeMap<u32, Cell>, days: usize) -> Counts {
        let mut counts = Counts {
            all: Cell::default(),
            by_day: vec![Cell::default(); days],
            by_hour: vec![Cell::default(); HOURS as usize],
            design_effect: 1.0,
        };
        for (slot, cell) in cells {
            counts.all.add(cell);
            counts.by_day[(slot / HOURS) as usize].add(cell);
            counts.by_hour[(slot % HOURS) as usize].add(cell);
        }
        counts.design_effect = design_effect(cells);
        counts
    }

    fn parts(&self, comparison: PlaceComparison) -> &[Cell] {
        match comparison {
            PlaceComparison::OtherHours => &self.by_hour,
            PlaceComparison::OtherDays | PlaceComparison::OtherZones => &self.by_day,
        }
    }

    fn sample(&self, cell: &Cell) -> Sample {
        Sample { hits: cell.hits as f64, exposed: cell.exposed as f64, design_effect: self.design_effect }
    }
}

/// How much more the rates of hours vary than if every exposure were on its own: by the differences of hours that follow each
/// other (von Neumann 1941), so that a stretch that hurts does not count as unrest. 1 or more.
fn design_effect(cells: &BTreeMap<u32, Cell>) -> f64 {
    let cells: Vec<(&u32, &Cell)> = cells.iter().collect();
    let (mut sum, mut pairs) = (0.0, 0.0);
    for pair in cells.windows(2).filter(|pair| *pair[1].0 == pair[0].0 + 1) {
        let (a, b) = (pair[0].1, pair[1].1);
        let (m, n) = (a.exposed as f64, b.exposed as f64);
        let rate = (a.hits + b.hits) as f64 / (m + n);
        let variance = rate * (1.0 - rate) * (1.0 / m + 1.0 / n);
        // Two of one kind have no difference, and could have none.
        if variance > 0.0 {
            sum += (a.hits as f64 / m - b.hits as f64 / n).powi(2) / variance;
            pairs += 1.0;
        }
    }
    if pairs < 10.0 { 1.0 } else { f64::max(sum / pairs, 1.0) }
}

/// The other zones of which a kind is counted.
fn others(searches: &BTreeMap<Whose, Counts>, whose: Whose) -> Vec<&Counts> {
    let same = |other: &Whose| whose.1.is_some() && other.0 == whose.0 && other.1.is_some() && other.1 != whose.1;
    searches.iter().filter(|(other, _)| same(other)).map(|(_, counts)| counts).collect()
}

struct Look<'a> {
    whose: Whose,
    counts: &'a Counts,
    others: &'a [&'a Counts],
    hits_min: u64,
}

impl Look<'_> {
    /// The stretch of days, or hours of the day, in which the rate is furthest above that of the rest. What other zones
    /// have more of then, too, is not this one's.
    fn stretch(&self, comparison: PlaceComparison) -> Option<Found> {
        let parts = self.counts.parts(comparison);
        if self.counts.all.exposed < STRETCH_EXPOSED_MIN + EXPOSED_MIN || self.counts.all.hits < self.hits_min {
            return None;
        }
        let lengths: &[u32] = if comparison == PlaceComparison::OtherHours { &HOURS_TRIED } else { &DAYS };
        let mut tried = 0.0;
        let mut best: Option<(Compared, Sample, Sample, [u32; 2])> = None;
        for length in lengths.iter().map(|length| *length as usize).filter(|length| *length < parts.len()) {
            for from in 0..=parts.len() - length {
                let to = from + length;
                let here = sum(&parts[from..to]);
                let rest = self.counts.all.exposed - here.exposed;
                let alone = here.exposed as f64 > STRETCH_SHARE_MAX * self.counts.all.exposed as f64;
                if here.exposed < STRETCH_EXPOSED_MIN || rest < EXPOSED_MIN || alone {
                    continue;
                }
                tried += 1.0;
                if here.hits < self.hits_min {
                    continue;
                }
                let mut there = self.counts.sample(&Cell {
                    exposed: rest,
                    hits: self.counts.all.hits - here.hits,
                    ..Cell::default()
                });
                there.hits = (there.hits + self.common(comparison, from, to) * there.exposed).min(there.exposed);
                let here = self.counts.sample(&here);
                let compared = exceeds(here, there);
                if best.as_ref().is_none_or(|(better, ..)| compared.z > better.z) {
                    best = Some((compared, here, there, [from as u32, to as u32]));
                }
            }
        }
        let days = [0, self.counts.by_day.len() as u32];
        let (compared, here, there, stretch) = best?;
        let (days, hours) = match comparison {
            PlaceComparison::OtherHours => (days, Some(stretch)),
            PlaceComparison::OtherDays | PlaceComparison::OtherZones => (stretch, None),
        };
        let p_value = (compared.p_value * tried).min(1.0);
        Some(self.found(comparison, (days, hours), (here, there), compared, p_value))
    }

    /// How much higher the rate of other zones is in a stretch than in the rest, by the middle one of them: one that hurts for
    /// itself moves nothing. Nought where it is not higher.
    fn common(&self, comparison: PlaceComparison, from: usize, to: usize) -> f64 {
        let mut changes: Vec<f64> = Vec::with_capacity(self.others.len());
        for other in self.others {
            let here = sum(&other.parts(comparison)[from..to]);
            let rest = other.all.exposed - here.exposed;
            if here.exposed >= STRETCH_EXPOSED_MIN && rest >= STRETCH_EXPOSED_MIN {
                let before = (other.all.hits - here.hits) as f64 / rest as f64;
                changes.push(here.hits as f64 / here.exposed as f64 - before);
            }
        }
        changes.sort_unstable_by(f64::total_cmp);
        // Of an even number the lower one of the middle: with two, both have to have it.
        changes.get(changes.len().saturating_sub(1) / 2).map_or(0.0, |change| change.max(0.0))
    }

    /// A zone against the others, of which one more is expected to differ as much as they do among themselves.
    fn zones(&self) -> Option<Found> {
        let others: Vec<&&Counts> = self.others.iter().filter(|other| other.all.exposed >= EXPOSED_MIN).collect();
        let own = &self.counts.all;
        let enough = own.exposed >= EXPOSED_MIN && own.hits >= self.hits_min && others.len() >= ZONES_MIN;
        if !enough || !OF_ZONES.contains(&self.whose.0) {
            return None;
        }
        let rates: Vec<f64> = others.iter().map(|other| other.all.hits as f64 / other.all.exposed as f64).collect();
        let zones = rates.len() as f64;
        let mean = rates.iter().sum::<f64>() / zones;
        let spread = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (zones - 1.0);
        let here = self.counts.sample(own);
        let own_variance = here.rate() * (1.0 - here.rate()) * here.design_effect / here.exposed;
        let deviation = (spread.max(own_variance) + spread / zones).sqrt().max(1e-9);
        let exposed: u64 = others.iter().map(|other| other.all.exposed).sum();
        let there = Sample { hits: mean * exposed as f64, exposed: exposed as f64, design_effect: 1.0 };
        let mut compared = exceeds(here, there);
        compared.margin = margin(mean);
        let t = (here.rate() - mean - compared.margin) / deviation;
        let student = StudentsT::new(0.0, 1.0, zones - 1.0).ok()?;
        compared.p_value = 1.0 - student.cdf(t);
        let half = student.inverse_cdf(0.975) * deviation;
        compared.difference.low = compared.difference.value - half;
        compared.difference.high = compared.difference.value + half;
        let days = [0, self.counts.by_day.len() as u32];
        let p_value = compared.p_value;
        Some(self.found(PlaceComparison::OtherZones, (days, None), (here, there), compared, p_value))
    }

    fn found(
        &self,
        comparison: PlaceComparison,
        (days, hours): ([u32; 2], Option<[u32; 2]>),
        (here, there): (Sample, Sample),
        compared: Compared,
        p_value: f64,
    ) -> Found {
        let (whose, all) = (self.whose, self.counts.all);
        Found { whose, comparison, days, hours, here, there, compared, p_value, q_value: 1.0, all }
    }
}

fn sum(cells: &[Cell]) -> Cell {
    cells.iter().fold(Cell::default(), |mut sum, cell| {
        sum.add(cell);
        sum
    })
}
