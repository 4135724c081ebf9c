//! Counts over observations: everything by every dimension, or only what is planted.

use std::collections::BTreeMap;

use model::event::Event;
use serde::Serialize;

use crate::config::{Dimension, PainKind, Plant};
use crate::journeys::{DAY, JOURNEYS};
use crate::observe::{DIMENSIONS, Observation, TRAITS, observe};

/// Exposed instances and those of them that were hit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub exposed: u64,
    pub hits: u64,
}

impl Counts {
    pub fn rate(&self) -> f64 {
        if self.exposed == 0 { 0.0 } else { self.hits as f64 / self.exposed as f64 }
    }

    fn add(&mut self, hit: bool) {
        self.exposed += 1;
        self.hits += u64::from(hit);
    }

    fn merge(&mut self, other: Counts) {
        self.exposed += other.exposed;
        self.hits += other.hits;
    }
}

/// A place a pain may be at. No dimension: everyone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Index into [`JOURNEYS`].
    pub journey: usize,
    pub stage: usize,
    pub kind: PainKind,
    pub dimension: Option<Dimension>,
}

/// Every cell of a world, and how many events of each name there are.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub events: BTreeMap<String, u64>,
    /// By journey, stage, kind and name of the dimension, "" for everyone: the counts of its values, which are few.
    groups: BTreeMap<Group, Vec<(String, Counts)>>,
}

type Group = (usize, usize, PainKind, &'static str);

impl Tally {
    /// Adds one customer, given all their events; `end_us` is the end of the world.
    pub fn add(&mut self, events: &[Event], end_us: i64) {
        for event in events {
            match self.events.get_mut(&event.event) {
                Some(count) => *count += 1,
                None => {
                    self.events.insert(event.event.clone(), 1);
                }
            }
        }
        observe(events, end_us, |seen| {
            let kind = seen.kind;
            // A segment gap is the drop-off of a trait, and of nothing else.
            if kind != PainKind::SegmentGap {
                self.count(seen, "", "");
            }
            for name in DIMENSIONS {
                let fits = match kind {
                    PainKind::SegmentGap => TRAITS.contains(&name),
                    PainKind::DropOff => !TRAITS.contains(&name) && name != "switch",
                    PainKind::ChannelSwitchLoss => true,
                    _ => name != "switch",
                };
                let fits = fits && (name != "campaign" || seen.mature);
                if let Some(value) = seen.place.value(name).filter(|_| fits) {
                    self.count(seen, name, value);
                }
            }
        });
    }

    /// All cells with their counts.
    pub fn cells(&self) -> BTreeMap<Cell, Counts> {
        let mut cells = BTreeMap::new();
        for ((journey, stage, kind, name), values) in &self.groups {
            for (value, counts) in values {
                let dimension = (!name.is_empty()).then(|| Dimension::new(*name, value));
                cells.insert(Cell { journey: *journey, stage: *stage, kind: *kind, dimension }, *counts);
            }
        }
        cells
    }

    fn count(&mut self, seen: &Observation<'_>, name: &'static str, value: &str) {
        let values = self.groups.entry((seen.journey, seen.stage, seen.kind, name)).or_default();
        match values.iter_mut().find(|(known, _)| known == value) {
            Some((_, counts)) => counts.add(seen.hit),
            None => values.push((value.to_owned(), Counts { exposed: 1, hits: u64::from(seen.hit) })),
        }
    }
}

/// Counts only where plants are: in the plant's cell and dates, and in what it is compared with.
///
/// A plant without dates is compared with the instances that have another value of the dimension; a plant with dates
/// with its own cell outside the dates. Where dates or campaigns are compared, only mature instances count (see
/// [`Observation::mature`]).
#[derive(Debug, Clone)]
pub struct Watch {
    end_us: i64,
    spots: Vec<Spot>,
}

#[derive(Debug, Clone)]
struct Spot {
    cell: Cell,
    from_us: i64,
    to_us: i64,
    dated: bool,
    inside: Counts,
    outside: Counts,
}

impl Watch {
    pub(crate) fn new(plants: &[Plant], start_us: i64, end_us: i64) -> Watch {
        let spot = |plant: &Plant| {
            let journey = JOURNEYS.iter().position(|shape| shape.id == plant.journey)?;
            let stage = JOURNEYS[journey].stage(&plant.stage)?;
            let day = |day: u32| start_us + i64::from(day) * DAY;
            Some(Spot {
                cell: Cell { journey, stage, kind: plant.kind, dimension: plant.dimension.clone() },
                from_us: plant.from_day.map_or(i64::MIN, day),
                to_us: plant.to_day.map_or(i64::MAX, day),
                dated: plant.from_day.is_some() || plant.to_day.is_some(),
                inside: Counts::default(),
                outside: Counts::default(),
            })
        };
        Watch { end_us, spots: plants.iter().filter_map(spot).collect() }
    }

    /// Adds one customer, given all their events.
    pub fn add(&mut self, events: &[Event]) {
        let Watch { end_us, spots } = self;
        observe(events, *end_us, |seen| spots.iter_mut().for_each(|spot| spot.add(seen)));
    }

    /// Adds what another watch of the same world counted.
    pub fn merge(&mut self, other: &Watch) {
        for (spot, other) in self.spots.iter_mut().zip(&other.spots) {
            spot.inside.merge(other.inside);
            spot.outside.merge(other.outside);
        }
    }

    /// By plant: in its cell and dates, and what that is compared with.
    pub fn counts(&self) -> impl Iterator<Item = (Counts, Counts)> {
        self.spots.iter().map(|spot| (spot.inside, spot.outside))
    }
}

impl Spot {
    fn add(&mut self, seen: &Observation<'_>) {
        let Cell { journey, stage, kind, dimension } = &self.cell;
        if (*journey, *stage, *kind) != (seen.journey, seen.stage, seen.kind) {
            return;
        }
        let in_cell = match dimension {
            None => true,
            Some(dimension) => match seen.place.value(&dimension.name) {
                None => return,
                Some(value) => value == dimension.value,
            },
        };
        if !seen.mature && (self.dated || dimension.as_ref().is_some_and(|dimension| dimension.name == "campaign")) {
            return;
        }
        if !self.dated {
            if in_cell { self.inside.add(seen.hit) } else { self.outside.add(seen.hit) }
        } else if in_cell {
            let in_dates = (self.from_us..self.to_us).contains(&seen.entered_us);
            if in_dates { self.inside.add(seen.hit) } else { self.outside.add(seen.hit) }
        }
    }
}
