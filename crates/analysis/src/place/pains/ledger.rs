//! What is known of a period: who was exposed and hit by place and hour, how they stayed, and what sold when, with what, at
//! which price. Plain numbers, without walks: what is found is a function of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use folds::floor::silence::{Time, silent};
use model::place::ZoneKind;
use model::place::pain::PlacePainKind;
use model::text::LocalizedText;

use super::probes::{Exposure, Stay};
use crate::error::{Error, Result};

/// Hours of the longest day: one of 25.
pub(crate) const HOURS: u32 = 25;

/// Stays that are held at once, at some 50 bytes each.
const STAYS_MAX: usize = 4_000_000;

/// Receipts together, how often the second is on those of the first at least, and times as often as on all, for two
/// categories to be bought together.
const TOGETHER_MIN: u64 = 20;
const TOGETHER_SHARE_MIN: f64 = 0.15;
const LIFT_MIN: f64 = 1.3;

/// Receipts of a category from which on it is known what is bought with it.
const RECEIPTS_MIN: u64 = 50;

/// An hour of a period: the day's number, and the hour after its first instant.
pub(crate) fn slot(day: usize, hour: u32) -> u32 {
    day as u32 * HOURS + hour.min(HOURS - 1)
}

/// A zone, over plans.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) name: LocalizedText,
    pub(crate) kind: ZoneKind,
    pub(crate) category: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) exposed: u64,
    pub(crate) hits: u64,
    pub(crate) value_hit: f64,
    pub(crate) value_other: f64,
}

impl Cell {
    pub(crate) fn add(&mut self, other: &Cell) {
        self.exposed += other.exposed;
        self.hits += other.hits;
        self.value_hit += other.value_hit;
        self.value_other += other.value_other;
    }
}

/// Whom a kind of pain is counted of.
pub(crate) type Whose = (PlacePainKind, Option<usize>);

/// A stay, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stayed {
    pub(crate) slot: u32,
    pub(crate) bought: bool,
    pub(crate) stay: Stay,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) days: Vec<NaiveDate>,
    pub(crate) places: Vec<Place>,
    pub(crate) cells: BTreeMap<Whose, BTreeMap<u32, Cell>>,
    /// By place.
    pub(crate) stays: BTreeMap<usize, Vec<Stayed>>,
    held: usize,
    sales: BTreeMap<String, Sales>,
    receipts: u64,
    /// Receipts that have both categories, the first before the second.
    together: BTreeMap<(String, String), u64>,
    /// Slots in which something of the category was out, as is said.
    outs: BTreeMap<String, BTreeSet<u32>>,
    says_outs: bool,
    /// From which slot on a category costs so many times what it did, as is said.
    changes: BTreeMap<String, Vec<(u32, f64)>>,
    has_prices: bool,
}

/// What sold of a category.
#[derive(Debug, Default)]
struct Sales {
    receipts: u64,
    /// By slot, receipts that have it.
    sold: BTreeMap<u32, u32>,
    /// By product and day, the sum of unit prices and how many.
    prices: BTreeMap<String, BTreeMap<u32, (f64, u32)>>,
}

impl Ledger {
    /// The number of a place, which is added if it is new.
    pub(crate) fn place(&mut self, place: impl FnOnce() -> Place, id: &str) -> usize {
        match self.places.iter().position(|known| known.id == id) {
            Some(number) => number,
            None => {
                self.places.push(place());
                self.places.len() - 1
            }
        }
    }

    /// Adds somebody who was exposed on a day, at a place by its number.
    ///
    /// # Errors
    /// `Invalid` for more stays than are held at once.
    pub(crate) fn expose(&mut self, day: usize, exposure: &Exposure, place: Option<usize>) -> Result<()> {
        let Exposure { kind, hour, hit, value, stay, .. } = *exposure;
        let slot = slot(day, hour);
        let (value_hit, value_other) = if hit { (value, 0.0) } else { (0.0, value) };
        let one = Cell { exposed: 1, hits: u64::from(hit), value_hit, value_other };
        self.cells.entry((kind, place)).or_default().entry(slot).or_default().add(&one);
        if place.is_some() {
            self.cells.entry((kind, None)).or_default().entry(slot).or_default().add(&one);
        }
        if let (Some(place), Some(stay)) = (place, stay) {
            self.held += 1;
            if self.held > STAYS_MAX {
                let why = format!("more than {STAYS_MAX} stays of shopping units at zones; ask for fewer days");
                return Err(Error::invalid("days", why));
            }
            self.stays.entry(place).or_default().push(Stayed { slot, bought: !hit, stay });
        }
        Ok(())
    }

    /// Adds a receipt by its products: category, product, unit price.
    pub(crate) fn sell<'a>(
        &mut self,
        day: usize,
        hour: u32,
        lines: impl Iterator<Item = (Option<&'a str>, Option<&'a str>, Option<f64>)>,
    ) {
        let mut categories: BTreeSet<&str> = BTreeSet::new();
        self.receipts += 1;
        for (category, product, price) in lines {
            let Some(category) = category else { continue };
            categories.insert(category);
            if let Some(price) = price.filter(|price| *price > 0.0) {
                self.has_prices = true;
                let of = self.sales.entry(category.to_owned()).or_default();
                let sum = of.prices.entry(product.unwrap_or_default().to_owned()).or_default();
                let sum = sum.entry(day as u32).or_default();
                (sum.0, sum.1) = (sum.0 + price, sum.1 + 1);
            }
        }
        for category in &categories {
            let of = self.sales.entry((*category).to_owned()).or_default();
            of.receipts += 1;
            *of.sold.entry(slot(day, hour)).or_default() += 1;
        }
        let all: Vec<&str> = categories.into_iter().collect();
        for (place, first) in all.iter().enumerate() {
            for second in &all[place + 1..] {
                *self.together.entry(((*first).to_owned(), (*second).to_owned())).or_default() += 1;
            }
        }
    }

    /// Something of a category was out from one slot until another, both included.
    pub(crate) fn out(&mut self, category: &str, slots: std::ops::RangeInclusive<u32>) {
        self.says_outs = true;
        self.outs.entry(category.to_owned()).or_default().extend(slots);
    }

    pub(crate) fn price_change(&mut self, category: &str, from: u32, times: f64) {
        self.changes.entry(category.to_owned()).or_default().push((from, times));
    }

    /// Slots in which a category could not be bought: it is said so, or nothing of it sold for longer than chance allows.
    /// None: neither is known.
    pub(crate) fn missing(&self, category: &str) -> Option<BTreeSet<u32>> {
        let sold = self.sales.get(category);
        if sold.is_none() && !self.says_outs {
            return None;
        }
        let mut missing = self.outs.get(category).cloned().unwrap_or_default();
        if let Some(sold) = sold {
            let mut times: BTreeMap<u32, Time> = BTreeMap::new();
            for (place, of) in self.places.iter().enumerate() {
                if of.category.as_deref() != Some(category) {
                    continue;
                }
                for stayed in self.stays.get(&place).into_iter().flatten() {
                    let time = Time { slot: stayed.slot, looked: 0, sold: 0 };
                    times.entry(stayed.slot).or_insert(time).looked += 1;
                }
            }
            for (slot, count) in &sold.sold {
                times.entry(*slot).or_insert(Time { slot: *slot, looked: 0, sold: 0 }).sold += count;
            }
            missing.extend(silent(&times.into_values().collect::<Vec<_>>()));
        }
        Some(missing)
    }

    /// What is bought with a category most often. `Some(None)`: nothing is; None: too few receipts tell.
    pub(crate) fn complement(&self, category: &str) -> Option<Option<String>> {
        let own = self.sales.get(category)?.receipts;
        if own < RECEIPTS_MIN {
            return None;
        }
        let pairs = self.together.iter().filter_map(|((a, b), count)| match (a == category, b == category) {
            (true, _) => Some((b, *count)),
            (_, true) => Some((a, *count)),
            _ => None,
        });
        let fitting = pairs.filter_map(|(other, count)| {
            let share = count as f64 / own as f64;
            let usual = self.sales.get(other)?.receipts as f64 / self.receipts as f64;
            let fits = count >= TOGETHER_MIN && share >= TOGETHER_SHARE_MIN && share >= LIFT_MIN * usual;
            fits.then_some((share / usual, other))
        });
        let best = fitting.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
        Some(best.map(|(_, other)| other.clone()))
    }

    /// What a category costs by day, 1 on the first day it is known: by changes that were said, else by what receipts say
    /// of each product. None: neither says anything.
    pub(crate) fn price_levels(&self, category: &str) -> Option<Vec<f64>> {
        if let Some(changes) = self.changes.get(category) {
            let level = |day: usize| -> f64 {
                let until = slot(day, HOURS - 1);
                changes.iter().filter(|(from, _)| *from <= until).map(|(_, times)| times).product()
            };
            return Some((0..self.days.len()).map(level).collect());
        }
        let sales = self.sales.get(category).filter(|_| self.has_prices)?;
        let mut by_day: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for days in sales.prices.values() {
            let mean = |(sum, count): (f64, u32)| sum / f64::from(count);
            let Some(first) = days.values().next().map(|of| mean(*of)) else { continue };
            for (day, of) in days {
                let weight = f64::from(of.1);
                let sum = by_day.entry(*day).or_default();
                (sum.0, sum.1) = (sum.0 + weight * (mean(*of) / first).ln(), sum.1 + weight);
            }
        }
        let mut level = 1.0;
        let levels = (0..self.days.len() as u32).map(|day| {
            if let Some((sum, weight)) = by_day.get(&day) {
                level = (sum / weight).exp();
            }
            level
        });
        (!by_day.is_empty()).then(|| levels.collect())
    }
}
