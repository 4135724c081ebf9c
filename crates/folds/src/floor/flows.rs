//! Flows between zones: from where to where people went, where they began and ended, and where they stopped first.
//!
//! Of each visitor the zones in the order they were entered, none twice in a row. With the outside at both ends, as many
//! come into a zone as go out of it ([`Flows::came_into`], [`Flows::went_from`]).
//!
//! ```
//! use folds::floor::dwell::Visit;
//! use folds::floor::flows::Flows;
//!
//! let visit = |zone, dwell_us| Visit { zone, enter_us: 0, leave_us: 0, dwell_us };
//! let mut flows = Flows::default();
//! flows.add(&[visit(4, 1), visit(2, 9), visit(2, 1), visit(4, 1)], |visit| visit.dwell_us > 5);
//! assert_eq!(flows.moves[&(Some(4), Some(2))], 1);
//! assert_eq!(flows.ends[&(4, 4)], 1);
//! assert_eq!(flows.first_stops[&Some(2)], 1);
//! assert_eq!((flows.came_into(4), flows.went_from(4)), (2, 2));
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dwell::Visit;

/// Flows, over visitors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows {
    pub visitors: u64,
    /// From zone to zone, how often; none is the outside. Who was in no zone went from the outside to the outside.
    pub moves: BTreeMap<(Option<u32>, Option<u32>), u64>,
    /// First and last zone, how many visitors.
    pub ends: BTreeMap<(u32, u32), u64>,
    /// The zone of the first stop, how many visitors; none did not stop.
    pub first_stops: BTreeMap<Option<u32>, u64>,
}

impl Flows {
    /// Adds all zone visits of one visitor, in order, of which some are stops.
    pub fn add(&mut self, visits: &[Visit], stop: impl Fn(&Visit) -> bool) {
        self.visitors += 1;
        let mut before = None;
        for visit in visits {
            if before != Some(visit.zone) {
                *self.moves.entry((before, Some(visit.zone))).or_default() += 1;
            }
            before = Some(visit.zone);
        }
        *self.moves.entry((before, None)).or_default() += 1;
        if let (Some(first), Some(last)) = (visits.first(), visits.last()) {
            *self.ends.entry((first.zone, last.zone)).or_default() += 1;
        }
        let first = visits.iter().find(|visit| stop(visit)).map(|visit| visit.zone);
        *self.first_stops.entry(first).or_default() += 1;
    }

    /// Adds other visitors. Exact in any order.
    pub fn merge(&mut self, other: Flows) {
        self.visitors += other.visitors;
        other.moves.into_iter().for_each(|(key, count)| *self.moves.entry(key).or_default() += count);
        other.ends.into_iter().for_each(|(key, count)| *self.ends.entry(key).or_default() += count);
        other.first_stops.into_iter().for_each(|(key, count)| *self.first_stops.entry(key).or_default() += count);
    }

    /// How often a zone was come into, from other zones or from outside.
    pub fn came_into(&self, zone: u32) -> u64 {
        self.moves.iter().filter(|((_, to), _)| *to == Some(zone)).map(|(_, count)| count).sum()
    }

    /// How often a zone was gone out of, to other zones or to the outside.
    pub fn went_from(&self, zone: u32) -> u64 {
        self.moves.iter().filter(|((from, _), _)| *from == Some(zone)).map(|(_, count)| count).sum()
    }
}
