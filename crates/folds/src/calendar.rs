//! Days, weeks and months of a place, from its offsets.
//!
//! Zones are not known here: the caller hands in from when on clocks stood how far from UTC, as far as its data reach.

use serde::{Deserialize, Serialize};

const DAY_US: i64 = 86_400_000_000;

/// A calendar of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub unit: Unit,
    /// From when on (UTC microseconds, ascending) local clocks are how many microseconds ahead of UTC. The first holds
    /// for all times before, too; without any, clocks show UTC.
    pub offsets: Vec<(i64, i64)>,
}

/// One stretch of a calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    /// From Monday.
    #[default]
    Week,
    Month,
}

impl Calendar {
    pub fn utc(unit: Unit) -> Calendar {
        Calendar { unit, offsets: Vec::new() }
    }

    /// Which day, week or month a time lies in; those that follow each other have numbers that do.
    pub fn index(&self, time_us: i64) -> i64 {
        let after = self.offsets.partition_point(|(from, _)| *from <= time_us);
        let offset = self.offsets.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset);
        let day = time_us.saturating_add(offset).div_euclid(DAY_US);
        match self.unit {
            Unit::Day => day,
            // The first of January 1970 was a Thursday.
            Unit::Week => (day + 3).div_euclid(7),
            Unit::Month => {
                let (year, month, _) = date(day);
                year * 12 + month - 1
            }
        }
    }

    /// The first day of a stretch: year, month (1 to 12), day (1 to 31).
    pub fn first_day(&self, index: i64) -> (i64, i64, i64) {
        date(self.first_day_number(index))
    }

    /// The first moment of a stretch, UTC microseconds. Where clocks skip midnight it is the moment they do.
    pub fn begins_us(&self, index: i64) -> i64 {
        let midnight = self.first_day_number(index).saturating_mul(DAY_US);
        let begun = self.offsets.partition_point(|(from, offset)| from.saturating_add(*offset) <= midnight);
        let Some(at) = begun.checked_sub(1) else {
            return midnight.saturating_sub(self.offsets.first().map_or(0, |(_, offset)| *offset));
        };
        let (from, offset) = self.offsets[at];
        if let Some((_, before)) = at.checked_sub(1).map(|before| self.offsets[before])
            && midnight.saturating_sub(before) < from
        {
            // Clocks were set back over midnight: the first time they show it.
            return midnight.saturating_sub(before);
        }
        let moment = midnight.saturating_sub(offset);
        self.offsets.get(at + 1).map_or(moment, |(next, _)| moment.min(*next))
    }

    fn first_day_number(&self, index: i64) -> i64 {
        match self.unit {
            Unit::Day => index,
            Unit::Week => index.saturating_mul(7) - 3,
            Unit::Month => day_number(index.div_euclid(12), index.rem_euclid(12) + 1),
        }
    }
}

/// Days of a 400-year cycle of the Gregorian calendar.
const CYCLE_DAYS: i64 = 146_097;

/// Days from the first of March of the year 0 to the first of January 1970.
const EPOCH: i64 = 719_468;

/// Year, month and day of a day counted from the first of January 1970. Years are taken from March, so that the leap
/// day is the last of its year.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day.saturating_add(EPOCH);
    let (cycle, of_cycle) = (day.div_euclid(CYCLE_DAYS), day.rem_euclid(CYCLE_DAYS));
    let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    (year + cycle * 400 + i64::from(month <= 2), month, day)
}

/// The first of a month, counted from the first of January 1970.
fn day_number(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * from_march + 2) / 5;
    cycle * CYCLE_DAYS + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - EPOCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    #[test]
    fn known_days() {
        for (day, known) in [
            (0, (1970, 1, 1)),
            (11_016, (2000, 2, 29)),
            (19_723, (2024, 1, 1)),
            (-1, (1969, 12, 31)),
            (-141_427, (1582, 10, 15)),
        ] {
            assert_eq!(date(day), known);
        }
        let week = Calendar::utc(Unit::Week);
        // Monday the first of January 2024.
        assert_eq!(week.first_day(week.index(19_729 * DAY_US)), (2024, 1, 1));
        assert_ne!(week.index(19_722 * DAY_US), week.index(19_723 * DAY_US));
        let month = Calendar::utc(Unit::Month);
        assert_eq!(month.first_day(month.index(11_016 * DAY_US)), (2000, 2, 1));
    }

    #[test]
    fn midnight_may_be_skipped_or_come_twice() {
        // Clocks go from 00:00 to 01:00 on day 10, and from 24:00 back to 23:00 at the end of day 20.
        let skip = 10 * DAY_US;
        let back = 21 * DAY_US - HOUR_US;
        let calendar = Calendar { unit: Unit::Day, offsets: vec![(-DAY_US, 0), (skip, HOUR_US), (back, 0)] };
        assert_eq!(calendar.begins_us(10), skip);
        assert_eq!(calendar.index(skip), 10);
        assert_eq!(calendar.index(skip - 1), 9);
        assert_eq!(calendar.begins_us(11), 11 * DAY_US - HOUR_US);
        assert_eq!(calendar.begins_us(21), 21 * DAY_US);
        assert_eq!(calendar.begins_us(22), 22 * DAY_US);
    }

    proptest! {
        #[test]
        fn every_moment_lies_between_two_beginnings(
            time_us in -40_000 * DAY_US..60_000 * DAY_US,
            offset in -12i64..14,
            unit in prop_oneof![Just(Unit::Day), Just(Unit::Week), Just(Unit::Month)],
        ) {
            let calendar = Calendar { unit, offsets: vec![(0, offset * HOUR_US)] };
            let index = calendar.index(time_us);
            prop_assert!(calendar.begins_us(index) <= time_us && time_us < calendar.begins_us(index + 1));
            let (_, month, day) = calendar.first_day(index);
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&day));
            prop_assert!(unit != Unit::Month || day == 1);
        }
    }
}
