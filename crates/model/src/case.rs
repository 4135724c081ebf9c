//! What tells the cases of a journey apart: an order, a contract, a campaign a customer was sent.
//!
//! A journey without a case follows customers; one with a case follows each thing a customer has to do with on its
//! own. How cases are cut from a customer's events is said in [`crate::journey`].

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::ColumnType;
use crate::rule::ColumnRef;

/// The columns that name a case and say until when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Column whose value names the case: `order_id`, `campaign`, `props.contract`. One value is one case of each
    /// customer who has it; `7` and `"7"` are the same value. Not a trait, which is one for all of a customer's events.
    pub key: String,
    /// Column of the event that opens the case, in which stands until when it runs: a time, or a date, whose whole day
    /// belongs to it, in the journey's zone where the value names none. None, or where the opening event says
    /// nothing readable: the journey's gap ends the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl Case {
    /// What is wrong with it: the field, what is wrong and how to mend it.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        match ColumnRef::parse(&self.key) {
            None => faults.push(("key", no_column(&self.key))),
            Some(ColumnRef::Trait(_)) => faults.push((
                "key",
                format!("`{}` is the same for all of a customer's events; name a column of the events", self.key),
            )),
            Some(_) => {}
        }
        let Some(until) = &self.until else { return faults };
        match ColumnRef::parse(until) {
            None => faults.push(("until", no_column(until))),
            Some(ColumnRef::Typed(column)) if column.column_type() == ColumnType::Text => {}
            Some(ColumnRef::Prop(_)) => {}
            Some(_) => faults.push((
                "until",
                format!("`{until}` holds no time; name a text column or a property, as in `props.valid_until`"),
            )),
        }
        faults
    }
}

fn no_column(name: &str) -> String {
    format!("there is no column `{name}`; use a typed column such as `order_id`, or `props.{name}`")
}

/// The last microsecond (UTC) that belongs to what runs until `text`: the time it names, or the end of the day. Clock
/// readings without an offset are of `zone`; one that happened twice is the earlier. `None` if it is neither a time
/// nor a date, or a reading the zone never had.
pub fn until_us(text: &str, zone: Tz) -> Option<i64> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let next = date.succ_opt()?.and_time(NaiveTime::MIN);
        // Where the clocks skip midnight, the next day begins at one by the clock.
        let end = zone.from_local_datetime(&next).earliest().map(|end| end.timestamp_micros());
        let skipped = || zone.from_local_datetime(&(next + chrono::Duration::hours(1))).earliest();
        return end.or_else(|| Some(skipped()?.timestamp_micros())).map(|end| end - 1);
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Some(zone.from_local_datetime(&local).earliest()?.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_runs_to_the_end_of_its_day_and_a_time_to_itself() {
        let second = 1_000_000;
        assert_eq!(until_us("1970-01-01", Tz::UTC), Some(86_400 * second - 1));
        assert_eq!(until_us(" 1970-01-01", Tz::Asia__Shanghai), Some(57_600 * second - 1));
        assert_eq!(until_us("1970-01-01 00:00:00", Tz::Asia__Shanghai), Some(-28_800 * second));
        assert_eq!(until_us("1970-01-01T08:00", Tz::Asia__Shanghai), Some(0));
        assert_eq!(until_us("1970-01-01T00:00:01+00:00", Tz::Asia__Shanghai), Some(second));
        for text in ["", "soon", "2024-02-30", "1718000000", "2024-06"] {
            assert_eq!(until_us(text, Tz::UTC), None, "{text}");
        }
        // Cuba's clocks skip the hour after midnight: that day begins at one.
        let skipped = until_us("2024-03-09", Tz::America__Havana);
        assert_eq!(
            skipped,
            DateTime::parse_from_rfc3339("2024-03-10T05:00:00Z").ok().map(|t| t.timestamp_micros() - 1)
        );
    }

    #[test]
    fn keys_are_columns_of_events_and_ends_are_columns_that_can_hold_a_time() {
        let faults = |key: &str, until: Option<&str>| -> Vec<&'static str> {
            let case = Case { key: key.into(), until: until.map(str::to_owned) };
            case.faults().into_iter().map(|(field, _)| field).collect()
        };
        for key in ["order_id", "props.contract", "campaign", "amount", "source"] {
            assert_eq!(faults(key, None), Vec::<&str>::new(), "{key}");
        }
        assert_eq!(faults("contract", None), ["key"]);
        assert_eq!(faults("traits.contract", Some("text")), ["key"]);
        assert_eq!(faults("campaign", Some("props.end")), Vec::<&str>::new());
        for until in ["amount", "traits.end", "event", "end"] {
            assert_eq!(faults("campaign", Some(until)), ["until"], "{until}");
        }
    }
}
