//! Calendar days, told apart by their beginnings.

use serde::{Deserialize, Serialize};

const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// Beginnings of days, UTC microseconds, ascending. Before the first one days are 24 hours long; the last has no end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(pub Vec<i64>);

impl Days {
    /// The number of the day a moment lies in; days that follow each other have numbers that do.
    #[inline]
    pub fn day(&self, time_us: i64) -> i64 {
        match self.0.first() {
            Some(first) if time_us < *first => (time_us - first).div_euclid(DAY_US) + 1,
            Some(_) => self.0.partition_point(|edge| *edge <= time_us) as i64,
            None => time_us.div_euclid(DAY_US),
        }
    }

    /// The beginning of the next day.
    pub fn next(&self, time_us: i64) -> i64 {
        let known = self.0.get(self.0.partition_point(|edge| *edge <= time_us));
        known.copied().unwrap_or_else(|| time_us.saturating_add(DAY_US - time_us.rem_euclid(DAY_US)))
    }

    /// How many days the times lie in, which never decrease.
    pub fn distinct(&self, times_us: impl Iterator<Item = i64>) -> u64 {
        let (mut days, mut end_us, mut last) = (0, i64::MIN, None);
        for time_us in times_us {
            // Within the day that was looked up last nothing has to be looked up.
            if time_us < end_us {
                continue;
            }
            let day = self.day(time_us);
            days += u64::from(last != Some(day));
            (last, end_us) = (Some(day), self.next(time_us));
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_each_other_also_where_no_edge_is_known() {
        // The second day has 23 hours.
        let hour = DAY_US / 24;
        let days = Days(vec![0, DAY_US, DAY_US + 23 * hour]);
        assert_eq!([-1, 0, DAY_US - 1, DAY_US, DAY_US + 23 * hour].map(|time| days.day(time)), [0, 1, 1, 2, 3]);
        assert_eq!([-DAY_US, -DAY_US - 1].map(|time| days.day(time)), [0, -1]);
        assert_eq!((days.next(5), days.next(DAY_US)), (DAY_US, DAY_US + 23 * hour));
        assert_eq!(days.distinct([-1, 0, 1, DAY_US, DAY_US + 1, DAY_US + 23 * hour].into_iter()), 4);
        assert_eq!(Days::default().distinct([0, DAY_US - 1, DAY_US].into_iter()), 2);
    }
}
