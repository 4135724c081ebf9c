//! The calendar of a zone: days, weeks, months, quarters and years as instants.
//!
//! A day begins at the first instant whose local date it is: at midnight, or later where the clocks skipped midnight.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    #[default]
    Week,
    Month,
    Quarter,
    Year,
}

/// The first day of a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// As ISO 8601 has it, and China.
    #[default]
    Monday,
    Saturday,
    Sunday,
}

/// A way to divide time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    pub unit: Unit,
    pub week_start: WeekStart,
    pub zone: Tz,
}

/// The beginning of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Its first day.
    pub day: NaiveDate,
    /// The first instant of that day, UTC microseconds.
    pub us: i64,
}

/// More stretches than were allowed, or times no calendar reaches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("from {from} to {to} there are more than {max} {unit}s; ask for a later beginning or a longer unit")]
    TooMany { from: String, to: String, unit: Unit, max: usize },
    #[error("time {0} (UTC microseconds) lies beyond the calendar")]
    Beyond(i64),
}

impl Calendar {
    /// Edges of the stretches that hold the times from `from_us` to `to_us`, both inclusive, and one more: where the
    /// last of them ends.
    ///
    /// # Errors
    /// When there are more than `max` stretches, or a time is beyond the calendar.
    pub fn edges(&self, from_us: i64, to_us: i64, max: usize) -> Result<Vec<Edge>, CalendarError> {
        let from = self.day_of(from_us)?;
        let to = self.day_of(to_us.max(from_us))?;
        let last = self.first_day(to).ok_or(CalendarError::Beyond(to_us))?;
        let mut day = self.first_day(from).ok_or(CalendarError::Beyond(from_us))?;
        let mut edges = Vec::new();
        loop {
            let us = self.begins(day).ok_or(CalendarError::Beyond(to_us))?;
            edges.push(Edge { day, us });
            if day > last {
                return Ok(edges);
            }
            if edges.len() > max {
                let (from, to) = (from.to_string(), to.to_string());
                return Err(CalendarError::TooMany { from, to, unit: self.unit, max });
            }
            day = self.next(day).ok_or(CalendarError::Beyond(to_us))?;
        }
    }

    /// The day an instant lies in, in this zone.
    pub fn day_of(&self, us: i64) -> Result<NaiveDate, CalendarError> {
        let time = DateTime::from_timestamp_micros(us).ok_or(CalendarError::Beyond(us))?;
        Ok(time.with_timezone(&self.zone).date_naive())
    }

    /// The first day of the stretch a day lies in.
    pub fn first_day(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self.unit {
            Unit::Day => Some(day),
            Unit::Week => {
                let week = day.week(self.week_start.weekday());
                week.checked_first_day()
            }
            Unit::Month => day.with_day(1),
            Unit::Quarter => day.with_day(1)?.with_month0(day.month0() / 3 * 3),
            Unit::Year => NaiveDate::from_yo_opt(day.year(), 1),
        }
    }

    /// The first day of the next stretch, from the first day of one.
    pub fn next(&self, first: NaiveDate) -> Option<NaiveDate> {
        match self.unit {
            Unit::Day => first.checked_add_days(Days::new(1)),
            Unit::Week => first.checked_add_days(Days::new(7)),
            Unit::Month => first.checked_add_months(Months::new(1)),
            Unit::Quarter => first.checked_add_months(Months::new(3)),
            Unit::Year => first.checked_add_months(Months::new(12)),
        }
    }

    /// The first instant of a day, UTC microseconds.
    pub fn begins(&self, day: NaiveDate) -> Option<i64> {
        let mut local: NaiveDateTime = day.and_time(NaiveTime::MIN);
        // Clocks skip an hour or less, but for zones that changed sides of the date line and lost a whole day. All
        // offsets since 1970 are whole quarters of an hour; before, a day may begin up to that much early.
        for _ in 0..=4 * 25 {
            if let Some(time) = self.zone.from_local_datetime(&local).earliest() {
                return Some(time.timestamp_micros());
            }
            local += TimeDelta::minutes(15);
        }
        None
    }
}

impl WeekStart {
    fn weekday(self) -> chrono::Weekday {
        match self {
            WeekStart::Monday => chrono::Weekday::Mon,
            WeekStart::Saturday => chrono::Weekday::Sat,
            WeekStart::Sunday => chrono::Weekday::Sun,
        }
    }
}

impl Unit {
    pub const ALL: [Unit; 5] = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

    pub fn name(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Unit {
    type Err = String;

    fn from_str(text: &str) -> Result<Unit, String> {
        let found = Unit::ALL.into_iter().find(|unit| unit.name() == text);
        found.ok_or_else(|| format!("`{text}` is no unit; use day, week, month, quarter or year"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn edges(unit: Unit, zone: Tz, from: &str, to: &str) -> Vec<(String, i64)> {
        let us = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        let calendar = Calendar { unit, week_start: WeekStart::Monday, zone };
        let edges = calendar.edges(us(from), us(to), 50).unwrap();
        edges.into_iter().map(|edge| (edge.day.to_string(), edge.us)).collect()
    }

    fn lengths(edges: &[(String, i64)]) -> Vec<i64> {
        edges.windows(2).map(|pair| (pair[1].1 - pair[0].1) / HOUR).collect()
    }

    #[test]
    fn days_are_as_long_as_their_clocks_say() {
        let new_york = edges(Unit::Day, Tz::America__New_York, "2024-03-09T12:00:00Z", "2024-03-11T12:00:00Z");
        assert_eq!(new_york[0].0, "2024-03-09");
        assert_eq!(lengths(&new_york), [24, 23, 24]);
        // São Paulo's clocks went forward at midnight: 2018-11-04 began at one.
        let sao_paulo = edges(Unit::Day, Tz::America__Sao_Paulo, "2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z");
        assert_eq!(lengths(&sao_paulo), [24, 23, 24]);
        // And back at midnight: 2018-02-17 had its last hour twice.
        let back = edges(Unit::Day, Tz::America__Sao_Paulo, "2018-02-17T12:00:00Z", "2018-02-18T12:00:00Z");
        assert_eq!(lengths(&back), [25, 24]);
        // Samoa had no 30th of December 2011.
        let apia = edges(Unit::Day, Tz::Pacific__Apia, "2011-12-29T20:00:00Z", "2011-12-31T20:00:00Z");
        assert_eq!(
            apia.iter().map(|edge| edge.0.as_str()).collect::<Vec<_>>()[..3],
            ["2011-12-29", "2011-12-30", "2011-12-31"]
        );
        assert_eq!(lengths(&apia)[..2], [24, 0]);
    }

    #[test]
    fn longer_units_begin_where_the_calendar_says() {
        let names = |unit, from: &str, to: &str| -> Vec<String> {
            edges(unit, Tz::Asia__Shanghai, from, to).into_iter().map(|edge| edge.0).collect()
        };
        // A Monday in Shanghai while it is still Sunday in UTC.
        assert_eq!(names(Unit::Week, "2024-01-07T16:00:00Z", "2024-01-07T16:00:00Z"), ["2024-01-08", "2024-01-15"]);
        assert_eq!(names(Unit::Week, "2024-01-07T15:59:59Z", "2024-01-07T16:00:00Z").len(), 3);
        let months = ["2024-01-01", "2024-02-01", "2024-03-01"];
        assert_eq!(names(Unit::Month, "2024-01-31T00:00:00Z", "2024-02-29T00:00:00Z"), months);
        assert_eq!(names(Unit::Quarter, "2024-05-31T00:00:00Z", "2024-05-31T00:00:00Z"), ["2024-04-01", "2024-07-01"]);
        assert_eq!(names(Unit::Year, "2024-05-31T00:00:00Z", "2024-05-31T00:00:00Z"), ["2024-01-01", "2025-01-01"]);
        let sunday = Calendar { unit: Unit::Week, week_start: WeekStart::Sunday, zone: Tz::UTC };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(sunday.first_day(day("2024-01-06")), Some(day("2023-12-31")));
        assert_eq!(sunday.first_day(day("2024-01-07")), Some(day("2024-01-07")));
    }

    #[test]
    fn too_many_stretches_are_refused() {
        let calendar = Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone: Tz::UTC };
        assert_eq!(calendar.edges(0, 49 * 24 * HOUR, 50).unwrap().len(), 51);
        let error = calendar.edges(0, 50 * 24 * HOUR, 50).unwrap_err();
        assert!(error.to_string().contains("1970-02-20"), "{error}");
        assert!(calendar.edges(i64::MIN, 0, 50).is_err());
    }
}
