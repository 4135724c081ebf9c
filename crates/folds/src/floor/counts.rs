//! How many passed which line when, from what counters said.
//!
//! A line is counted one way, the best there is: by windows, which add up; else by sums since a reset, of which each reading
//! counts what it is above the one before, and all of it where it is below, since a reset came between; else by single
//! crossings. The first reading of a sum counts nothing: nobody knows since when it is. Of how many are within, the most of
//! each bucket is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::place::counted::{CountKind, Counted};
use model::place::observation::Direction;

/// How many passed a line one way in a bucket of time, or were within.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub sensor: Arc<str>,
    pub line: Arc<str>,
    /// How it was counted.
    pub basis: CountKind,
    /// None: how many were within.
    pub direction: Option<Direction>,
    /// As the caller names it.
    pub bucket: i64,
    pub people: i64,
}

/// Tallies counts in the order of [`Counted::key`]; `bucket` names where a moment belongs, or that it is not asked about.
pub fn tally(rows: &[Counted], bucket: impl Fn(i64) -> Option<i64>) -> Vec<Tally> {
    let mut all = Vec::new();
    for line in rows.chunk_by(|a, b| (&a.sensor, &a.line) == (&b.sensor, &b.line)) {
        let has = |kind: CountKind| line.iter().any(|row| row.kind == kind);
        let ways = [CountKind::Window, CountKind::Cumulative, CountKind::Crossing];
        for basis in [ways.into_iter().find(|kind| has(*kind)), Some(CountKind::Occupancy)].into_iter().flatten() {
            let of_kind = line.iter().filter(|row| row.kind == basis);
            let mut sums: BTreeMap<(i64, Option<Direction>), i64> = BTreeMap::new();
            let mut before: BTreeMap<Option<Direction>, i64> = BTreeMap::new();
            for row in of_kind {
                let said = match basis {
                    CountKind::Cumulative => match before.insert(row.direction, row.people) {
                        None => 0,
                        Some(last) if row.people >= last => row.people - last,
                        Some(_) => row.people,
                    },
                    _ => row.people,
                };
                let Some(at) = bucket(row.from_us) else { continue };
                let sum =
                    sums.entry((at, row.direction)).or_insert(if basis == CountKind::Occupancy { said } else { 0 });
                *sum = if basis == CountKind::Occupancy { said.max(*sum) } else { sum.saturating_add(said) };
            }
            let of_line = sums.into_iter().map(|((bucket, direction), people)| Tally {
                sensor: Arc::clone(&line[0].sensor),
                line: Arc::clone(&line[0].line),
                basis,
                direction,
                bucket,
                people,
            });
            all.extend(of_line);
        }
    }
    all
}
