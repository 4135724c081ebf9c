//! Days that were read, kept for the next questions about them: each question of a floor folds the same visits.

use std::sync::Arc;

use lake::TrackDayRows;
use model::place::{Plan, Site};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::day::Read;
use super::said::Said;

/// Bytes of all days that are kept.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// Days by what they were read from, those asked about last; shared by all clones.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptDays {
    shared: Arc<Mutex<Days>>,
}

#[derive(Debug, Default)]
struct Days {
    of: FxHashMap<i64, (Arc<Read>, u64)>,
    bytes: usize,
    /// Counts what was asked.
    asked: u64,
}

impl KeptDays {
    pub(crate) fn get(&self, key: i64) -> Option<Arc<Read>> {
        let mut days = self.shared.lock();
        days.asked += 1;
        let now = days.asked;
        let (day, asked) = days.of.get_mut(&key)?;
        *asked = now;
        Some(Arc::clone(day))
    }

    /// Makes room by those whose last question is longest ago; what is larger than all there is room for is not kept.
    pub(crate) fn keep(&self, key: i64, day: &Arc<Read>) {
        let bytes = day.bytes();
        let mut days = self.shared.lock();
        if bytes > KEPT_BYTES_MAX || days.of.contains_key(&key) {
            return;
        }
        while days.bytes + bytes > KEPT_BYTES_MAX {
            let Some((&oldest, _)) = days.of.iter().min_by_key(|(_, (_, asked))| *asked) else { break };
            let gone = days.of.remove(&oldest).map_or(0, |(day, _)| day.bytes());
            days.bytes -= gone;
        }
        let now = days.asked;
        days.of.insert(key, (Arc::clone(day), now));
        days.bytes += bytes;
    }
}

/// Stands for all that the visits of a day follow from: its positions, the plan that holds, the rules, what was said that day.
pub(crate) fn key(rows: &TrackDayRows, plan: &Plan, site: &Site, said: &[Said]) -> i64 {
    let read_by = serde_json::to_vec(&(plan, &site.rules, &site.time_zone)).unwrap_or_default();
    let said: Vec<u8> = said.iter().flat_map(|said| said.mark().to_le_bytes()).collect();
    let of = (&rows.of.site, rows.of.day, rows.mark);
    let of = serde_json::to_vec(&of).unwrap_or_default();
    model::hash::parts(&[&of, &read_by, &said])
}

#[cfg(test)]
mod tests {
    use super::super::day::{PlaceReport, Visit};
    use super::*;

    fn day(bytes: usize) -> Arc<Read> {
        let positions = bytes / 24;
        let (visits, crew) = (vec![Visit::walked(positions)], Vec::new());
        Arc::new(Read { visits, crew, report: PlaceReport::default(), newest_us: None })
    }

    #[test]
    fn the_day_asked_about_longest_ago_makes_room() {
        let kept = KeptDays::default();
        let third = day(KEPT_BYTES_MAX / 3 - 10_000);
        for key in 1..=3 {
            kept.keep(key, &third);
        }
        assert!(kept.get(1).is_some(), "all three fit");
        kept.keep(4, &third);
        let there = [1, 2, 3, 4].map(|key| kept.get(key).is_some());
        assert_eq!(there, [true, false, true, true], "the second was asked about longest ago");
        kept.keep(5, &day(KEPT_BYTES_MAX + 1));
        assert!(kept.get(5).is_none() && kept.get(1).is_some(), "what never fits drives nobody out");
    }
}
