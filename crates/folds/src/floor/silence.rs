//! Silence: times in which something that is looked at does not sell at all, for longer than chance allows.
//!
//! Of something that sells to a share *p* of those who look, *n* in a row buy nothing with probability (1 − p)ⁿ. A run of
//! times without a sale is silent if even at a part of the usual share (`SHARE`) that is too improbable for any of so many
//! times to begin one. So a fall of sales is no silence, only their end is: empty shelves, not high prices.
//!
//! ```
//! use folds::floor::silence::{Time, silent};
//!
//! let time = |slot, looked, sold| Time { slot, looked, sold };
//! // Twenty look every hour, eight buy; from the fourth hour on nobody does, for six hours.
//! let mut day: Vec<Time> = (0..12).map(|hour| time(hour, 20, 8)).collect();
//! day[4..10].iter_mut().for_each(|time| time.sold = 0);
//! assert_eq!(silent(&day), [4, 5, 6, 7, 8, 9]);
//! // Half as much is no silence, nor is one bad hour.
//! day[4..10].iter_mut().for_each(|time| time.sold = 4);
//! day[11].sold = 0;
//! assert!(silent(&day).is_empty());
//! ```

/// Part of the usual share of buyers that a silence must be improbable at.
const SHARE: f64 = 0.3;

/// Chance of one false silence among all times.
const CHANCE: f64 = 0.01;

/// What was looked at and sold at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    pub slot: u32,
    pub looked: u32,
    pub sold: u32,
}

/// The slots of silent runs, of times in ascending order. Times in which nobody looked neither make nor break a run.
pub fn silent(times: &[Time]) -> Vec<u32> {
    let times: Vec<Time> = times.iter().copied().filter(|time| time.looked > 0 || time.sold > 0).collect();
    let (mut looked, mut sold) = (0u64, 0u64);
    for time in &times {
        (looked, sold) = (looked + u64::from(time.looked), sold + u64::from(time.sold));
    }
    let mut found = Vec::new();
    for run in times.chunk_by(|a, b| (a.sold == 0) == (b.sold == 0)).filter(|run| run[0].sold == 0) {
        let here: u64 = run.iter().map(|time| u64::from(time.looked)).sum();
        // What sells beside the run. Sales may outnumber looks: not everybody who buys stood before it.
        let usual = if looked > here { (sold as f64 / (looked - here) as f64).min(1.0) } else { 0.0 };
        let chance = (1.0 - SHARE * usual).powf(here as f64) * times.len() as f64;
        if usual > 0.0 && chance <= CHANCE {
            found.extend(run.iter().map(|time| time.slot));
        }
    }
    found
}
