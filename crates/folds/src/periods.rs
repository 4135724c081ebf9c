//! Stretches of time one after the other: days, weeks or months of some calendar, as plain instants.
//!
//! Which calendar and which zone they come from is the caller's matter; here they are a sorted list.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::EDGES_MAX;

/// Period i holds the times with `edges[i] ≤ t < edges[i + 1]`; there is one edge more than there are periods.
/// A period may be empty (a zone that skipped a day), and then holds no time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<i64>", into = "Vec<i64>")]
pub struct Periods {
    edges: Vec<i64>,
    /// Periods in 2⁶⁴ microseconds, on average: those of a calendar are of nearly one length, so that it leads close to the
    /// right one at once.
    density: u64,
}

/// Finds the periods of times that never decrease.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    periods: &'a Periods,
    /// The first edge after the last time asked for.
    after: usize,
}

impl Periods {
    /// # Errors
    /// With fewer than two edges, edges that decrease, or too many of them.
    pub fn new(edges: Vec<i64>) -> Result<Periods, Error> {
        if edges.len() < 2 || !edges.is_sorted() {
            return Err(Error::config("periods", "edges must be two or more that never decrease"));
        }
        if edges.len() > EDGES_MAX {
            let what = format!("{} edges, at most {EDGES_MAX} are told apart; use longer periods", edges.len());
            return Err(Error::config("periods", what));
        }
        let length = i128::from(edges[edges.len() - 1]) - i128::from(edges[0]);
        // Of periods shorter than a microsecond, which are empty, there may be more than fit.
        let density = (((edges.len() - 1) as u128) << 64).checked_div(length as u128).unwrap_or(0);
        let density = u64::try_from(density).unwrap_or(u64::MAX);
        Ok(Periods { edges, density })
    }

    pub fn edges(&self) -> &[i64] {
        &self.edges
    }

    /// How many periods.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// The period that holds a time; none if it lies before the first or after the last.
    #[inline]
    pub fn of(&self, time_us: i64) -> Option<usize> {
        let (first, last) = (self.edges[0], self.edges[self.edges.len() - 1]);
        if time_us < first || time_us >= last {
            return None;
        }
        let guess = (u128::from(time_us.wrapping_sub(first) as u64) * u128::from(self.density)) >> 64;
        let guess = guess as usize;
        let mut period = guess.min(self.edges.len() - 2);
        while self.edges[period] > time_us {
            period -= 1;
        }
        while self.edges[period + 1] <= time_us {
            period += 1;
        }
        Some(period)
    }

    /// How many periods, from the first on, have ended when everything up to `as_of_us` is known.
    pub fn ended(&self, as_of_us: i64) -> usize {
        self.edges[1..].partition_point(|edge| edge.saturating_sub(1) <= as_of_us)
    }

    /// How many periods have begun at a time: 0 before the first.
    #[inline]
    pub fn begun(&self, time_us: i64) -> usize {
        match self.of(time_us) {
            Some(period) => period + 1,
            None if time_us < self.edges[0] => 0,
            None => self.len(),
        }
    }

    pub fn walk(&self) -> Walk<'_> {
        Walk { periods: self, after: 0 }
    }
}

impl Walk<'_> {
    /// As [`Periods::of`], for a time not before the one asked for last.
    #[inline]
    pub fn of(&mut self, time_us: i64) -> Option<usize> {
        let edges = &self.periods.edges;
        match edges.get(self.after) {
            Some(edge) if *edge <= time_us => {}
            Some(_) => return self.after.checked_sub(1),
            None => return None,
        }
        // Mostly the next period; else any, as after the first time.
        self.after += 1;
        if edges.get(self.after).is_some_and(|edge| *edge <= time_us) {
            self.after = self.periods.of(time_us).map_or(edges.len(), |period| period + 1);
        }
        if self.after == edges.len() { None } else { Some(self.after - 1) }
    }
}

impl TryFrom<Vec<i64>> for Periods {
    type Error = Error;

    fn try_from(edges: Vec<i64>) -> Result<Periods, Error> {
        Periods::new(edges)
    }
}

impl From<Periods> for Vec<i64> {
    fn from(periods: Periods) -> Vec<i64> {
        periods.edges
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_ends_with_its_last_microsecond() {
        let periods = Periods::new(vec![0, 10, 20]).unwrap();
        assert_eq!((periods.ended(8), periods.ended(9), periods.ended(19), periods.ended(99)), (0, 1, 2, 2));
        assert_eq!((periods.of(-1), periods.of(0), periods.of(19), periods.of(20)), (None, Some(0), Some(1), None));
        assert!(Periods::new(vec![0]).is_err());
        assert!(Periods::new(vec![0, 2, 1]).is_err());
    }

    proptest! {
        #[test]
        fn a_walk_finds_what_a_search_finds(
            mut edges in prop::collection::vec(0i64..60, 2..20),
            mut times in prop::collection::vec(-5i64..70, 0..30),
        ) {
            edges.sort_unstable();
            times.sort_unstable();
            let periods = Periods::new(edges.clone()).unwrap();
            let mut walk = periods.walk();
            for time in times {
                let naive = edges.windows(2).position(|edge| edge[0] <= time && time < edge[1]);
                prop_assert_eq!(walk.of(time), naive);
                prop_assert_eq!(periods.of(time), naive);
                prop_assert!(periods.begun(time) <= edges.iter().filter(|edge| **edge <= time).count());
                prop_assert_eq!(naive.is_none_or(|period| periods.begun(time) == period + 1), true);
            }
        }
    }
}
