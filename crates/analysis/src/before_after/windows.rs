//! Which days are compared.

use chrono::{Days, NaiveDate};
use model::calendar::{Calendar, Unit, WeekStart};

use crate::answer::{ComparedWindows, DayRole};
use crate::before_after::statistics::WEEK;
use crate::error::{Error, Result};
use crate::question::BeforeAfterQuestion;

/// The days of a comparison as instants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Windows {
    pub said: ComparedWindows,
    /// The moment after is looked at, and the one before is, UTC microseconds.
    pub after_as_of_us: i64,
    pub before_as_of_us: i64,
    calendar: Calendar,
    /// Where days beyond those compared end.
    beyond_to: NaiveDate,
}

impl Windows {
    /// `as_of_us`: the moment that is known up to.
    ///
    /// # Errors
    /// When the zone is none, or days lie beyond the calendar.
    pub(crate) fn of(asked: &BeforeAfterQuestion, zone: &str, as_of_us: i64) -> Result<Windows> {
        let tz = zone.parse().map_err(|_| Error::invalid("zone", format!("`{zone}` is no IANA time zone")))?;
        let calendar = Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone: tz };
        let (window, left_out) = (asked.window_days, asked.left_out_days);
        let (before_to, after_from) = (back(asked.day, left_out)?, on(asked.day, left_out)?);
        let mut over = 0;
        while over < window && begins(&calendar, on(after_from, over + 1)?)? <= as_of_us {
            over += 1;
        }
        let week = WEEK as u32;
        let days = if over < window && window.is_multiple_of(week) && over >= week { over / week * week } else { over };
        // Nothing is over: what was before can be seen all the same.
        let shown = if days == 0 { window } else { days };
        let (before_from, after_to) = (back(before_to, shown)?, on(after_from, days)?);
        let ahead_us = (as_of_us - begins(&calendar, after_to)?).max(0);
        let before_as_of_us = match days {
            0 => as_of_us,
            _ => begins(&calendar, before_to)?.saturating_add(ahead_us).min(as_of_us),
        };
        let mut beyond_to = after_to;
        let last = on(after_from, window)?;
        while beyond_to < last && begins(&calendar, beyond_to)? <= as_of_us {
            beyond_to = on(beyond_to, 1)?;
        }
        Ok(Windows {
            said: ComparedWindows {
                day: asked.day,
                zone: zone.to_owned(),
                asked_days: window,
                days,
                left_out_days: left_out,
                before_from,
                before_to,
                after_from,
                after_to,
                look_ahead_s: if days == 0 { 0.0 } else { ahead_us as f64 / 1e6 },
            },
            after_as_of_us: as_of_us,
            before_as_of_us,
            calendar,
            beyond_to,
        })
    }

    pub(crate) fn before(&self) -> Stretch {
        Stretch::of(self.said.before_from, self.said.before_to, DayRole::Before)
    }

    /// None if no day after is over.
    pub(crate) fn after(&self) -> Option<Stretch> {
        let Stretch { days, role } = Stretch::of(self.said.after_from, self.said.after_to, DayRole::After);
        (!days.is_empty()).then_some(Stretch { days, role })
    }

    /// Days that are shown but not compared.
    pub(crate) fn others(&self) -> Vec<Stretch> {
        let left_out = Stretch::of(self.said.before_to, self.said.after_from, DayRole::LeftOut);
        let known = |day: &NaiveDate| begins(&self.calendar, *day).is_ok_and(|us| us <= self.after_as_of_us);
        let left_out = Stretch { days: left_out.days.into_iter().filter(known).collect(), ..left_out };
        let beyond = Stretch::of(self.said.after_to, self.beyond_to, DayRole::Beyond);
        [left_out, beyond].into_iter().filter(|stretch| !stretch.days.is_empty()).collect()
    }

    /// Where the days begin, and the last of them ends, UTC microseconds.
    ///
    /// # Errors
    /// Beyond the calendar.
    pub(crate) fn edges(&self, stretch: &Stretch) -> Result<Vec<i64>> {
        let mut edges = stretch.days.iter().map(|day| begins(&self.calendar, *day)).collect::<Result<Vec<_>>>()?;
        if let Some(last) = stretch.days.last() {
            edges.push(begins(&self.calendar, on(*last, 1)?)?);
        }
        Ok(edges)
    }
}

/// Days in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub days: Vec<NaiveDate>,
    pub role: DayRole,
}

impl Stretch {
    fn of(from: NaiveDate, to: NaiveDate, role: DayRole) -> Stretch {
        Stretch { days: from.iter_days().take_while(|day| *day < to).collect(), role }
    }
}

fn begins(calendar: &Calendar, day: NaiveDate) -> Result<i64> {
    calendar.begins(day).ok_or_else(|| beyond(day))
}

fn on(day: NaiveDate, days: u32) -> Result<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(days))).ok_or_else(|| beyond(day))
}

fn back(day: NaiveDate, days: u32) -> Result<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(days))).ok_or_else(|| beyond(day))
}

fn beyond(day: NaiveDate) -> Error {
    Error::invalid("day", format!("{day} lies at the end of the calendar"))
}

#[cfg(test)]
mod tests {
    use model::change::Figure;
    use model::period::{DAY_US, HOUR_US};
    use serde_json::json;

    use super::*;

    fn windows(day: &str, window_days: u32, left_out_days: u32, as_of: &str) -> Windows {
        let asked = BeforeAfterQuestion {
            question: serde_json::from_value(json!({"ask": "sessions"})).unwrap(),
            figure: Figure::Headline,
            day: day.parse().unwrap(),
            window_days,
            left_out_days,
            group: None,
            as_of_us: None,
        };
        let as_of = chrono::DateTime::parse_from_rfc3339(as_of).unwrap().timestamp_micros();
        Windows::of(&asked, "Asia/Shanghai", as_of).unwrap()
    }

    fn days(windows: &Windows) -> [String; 4] {
        let said = &windows.said;
        [said.before_from, said.before_to, said.after_from, said.after_to].map(|day| day.to_string())
    }

    #[test]
    fn both_sides_are_as_long_and_are_looked_at_as_long() {
        let whole = windows("2024-03-01", 28, 0, "2024-04-10T00:00:00+08:00");
        assert_eq!(days(&whole), ["2024-02-02", "2024-03-01", "2024-03-01", "2024-03-29"]);
        assert_eq!(whole.after_as_of_us - whole.before_as_of_us, 28 * DAY_US);
        assert_eq!(whole.said.look_ahead_s, 12.0 * 86_400.0);
        assert!(whole.others().is_empty());
        let edges = whole.edges(&whole.before()).unwrap();
        assert_eq!((edges.len(), edges[28] - edges[0]), (29, 28 * DAY_US));
    }

    #[test]
    fn what_is_not_over_is_compared_in_whole_weeks_with_the_days_nearest_before() {
        let half = windows("2024-03-01", 28, 1, "2024-03-20T09:00:00+08:00");
        assert_eq!(days(&half), ["2024-02-15", "2024-02-29", "2024-03-02", "2024-03-16"]);
        assert_eq!((half.said.days, half.said.look_ahead_s), (14, 4.0 * 86_400.0 + 9.0 * 3_600.0));
        let others: Vec<_> = half.others().into_iter().map(|stretch| (stretch.role, stretch.days.len())).collect();
        assert_eq!(others, [(DayRole::LeftOut, 2), (DayRole::Beyond, 5)]);
        // Less than a week is compared as it is.
        assert_eq!(windows("2024-03-01", 28, 0, "2024-03-04T00:00:00+08:00").said.days, 3);
        // And one that is not asked for in weeks.
        assert_eq!(windows("2024-03-01", 30, 0, "2024-03-12T00:00:00+08:00").said.days, 11);
    }

    #[test]
    fn nothing_is_compared_before_a_day_is_over() {
        let early = windows("2024-03-01", 28, 0, "2024-03-01T23:59:59+08:00");
        assert_eq!((early.said.days, early.after()), (0, None));
        assert_eq!(early.before().days.len(), 28);
        assert_eq!(early.others().len(), 1);
        let ahead = windows("2024-03-01", 28, 2, "2024-02-20T00:00:00+08:00");
        assert_eq!((ahead.said.days, ahead.others()), (0, Vec::new()));
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let asked = |zone| {
            let windows = windows("2024-03-10", 7, 0, "2024-04-01T00:00:00Z");
            let calendar = Calendar { zone, ..windows.calendar };
            let edges = Windows { calendar, ..windows.clone() }.edges(&windows.after().unwrap()).unwrap();
            (edges[1] - edges[0]) / HOUR_US
        };
        assert_eq!((asked(chrono_tz::Tz::Asia__Shanghai), asked(chrono_tz::Tz::America__New_York)), (24, 23));
    }
}
