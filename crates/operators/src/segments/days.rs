//! Where the days of a calendar begin.

use chrono_tz::Tz;
use folds::segment::Days;
use model::calendar::{Calendar, Unit, WeekStart};

/// The beginnings of the days of `zone` from the one `from_us` lies in to the first after `to_us`.
pub fn days(zone: Tz, from_us: i64, to_us: i64) -> Days {
    let calendar = Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone };
    // Where no calendar reaches, days are 24 hours long.
    let edges = calendar.edges(from_us, to_us, usize::MAX).unwrap_or_default();
    Days(edges.into_iter().map(|edge| edge.us).collect())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn days_begin_at_their_zones_midnight_and_are_as_long_as_they_are() {
        assert_eq!(days(Tz::UTC, 0, 24 * HOUR).0, [0, 24 * HOUR, 48 * HOUR]);
        assert_eq!(days(Tz::Asia__Shanghai, 0, 1).0, [-8 * HOUR, 16 * HOUR]);
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        // New York goes over to summer time on the second day of these.
        let edges = days(Tz::America__New_York, at("2024-03-09T12:00:00Z"), at("2024-03-10T12:00:00Z")).0;
        assert_eq!([edges[1] - edges[0], edges[2] - edges[1]], [24 * HOUR, 23 * HOUR]);
        // Cuba's clocks skip the hour after midnight: that day begins at one.
        let edges = days(Tz::America__Havana, at("2024-03-10T12:00:00Z"), at("2024-03-10T12:00:00Z")).0;
        assert_eq!(edges[0], at("2024-03-10T05:00:00Z"));
    }
}
