//! What a time zone's clocks show, as plain numbers.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::period::{DAY_US, SECOND_US};

/// Years beyond these are mistakes in data; clocks are taken to show there what they show at their edge.
const FIRST_US: i64 = -70 * 366 * DAY_US;
const LAST_US: i64 = 130 * 366 * DAY_US;

/// From when on (UTC microseconds, ascending) clocks in the zone are how many microseconds ahead of UTC, for times from
/// `from_us` to `to_us`. The first holds for all times before, too, the last for all after.
pub fn offsets(zone: Tz, from_us: i64, to_us: i64) -> Vec<(i64, i64)> {
    let first = from_us.clamp(FIRST_US, LAST_US).div_euclid(SECOND_US);
    let last = to_us.clamp(FIRST_US, LAST_US).div_euclid(SECOND_US).max(first);
    let offset = |second: i64| {
        let time = DateTime::from_timestamp(second, 0).unwrap_or_default();
        i64::from(zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc())
    };
    let mut found = vec![(first * SECOND_US, offset(first) * SECOND_US)];
    let day = DAY_US / SECOND_US;
    let mut from = first;
    // No zone has changed its clocks twice within a day.
    while from < last {
        let to = (from + day).min(last);
        let (before, after) = (offset(from), offset(to));
        if before != after {
            let (mut old, mut new) = (from, to);
            while new - old > 1 {
                let middle = old + (new - old) / 2;
                if offset(middle) == before { old = middle } else { new = middle }
            }
            found.push((new * SECOND_US, after * SECOND_US));
        }
        from = to;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::HOUR_US;

    fn us(text: &str) -> i64 {
        text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp_micros()
    }

    #[test]
    fn clocks_change_when_the_zone_says() {
        let (from, to) = (us("2024-01-01T00:00:00Z"), us("2025-01-01T00:00:00Z"));
        assert_eq!(offsets(Tz::Asia__Shanghai, from, to), [(from, 8 * HOUR_US)]);
        let spring = (us("2024-03-10T07:00:00Z"), -4 * HOUR_US);
        let autumn = (us("2024-11-03T06:00:00Z"), -5 * HOUR_US);
        assert_eq!(offsets(Tz::America__New_York, from, to), [(from, -5 * HOUR_US), spring, autumn]);
        assert_eq!(offsets(Tz::America__New_York, spring.0, spring.0 + 1), [spring]);
        assert_eq!(offsets(Tz::UTC, i64::MIN, i64::MAX).len(), 1);
    }
}
