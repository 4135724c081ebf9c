//! What people write about names in the data dictionary, and when a source has fallen silent.
//!
//! Not here: what is counted of events (`lake`), and findings about it (`analysis`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::journey::Fault;
use crate::limits::{STATEMENT_BYTES_MAX, TITLE_BYTES_MAX};

/// What is said of an event name or a property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DictionaryNote {
    /// The name people use for it: `加入购物车`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it means and when it is sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<NameStatus>,
}

/// What is to be thought of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameStatus {
    /// It is to come: that it does not is a finding.
    Expected,
    /// It is not to come any more: that it does is a finding.
    Deprecated,
    /// Of no interest: it is listed last and nothing is found in it.
    Hidden,
}

/// What a note is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DictionarySubject {
    /// An event, by name.
    Event(String),
    /// A property of whatever event: `amount`, `props.plan`, `traits.tier`, `items.sku`.
    Property(String),
}

impl DictionaryNote {
    pub fn faults(&self) -> Vec<Fault> {
        let texts = [
            ("title", &self.title, TITLE_BYTES_MAX),
            ("description", &self.description, STATEMENT_BYTES_MAX),
            ("owner", &self.owner, TITLE_BYTES_MAX),
        ];
        let fault = |(name, text, max): (&str, &String, usize)| {
            (text.len() > max).then(|| Fault::new(name, format!("{} bytes; at most {max}", text.len())))
        };
        texts.into_iter().filter_map(fault).collect()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == DictionaryNote::default()
    }
}

impl DictionarySubject {
    /// The word for its kind in the database.
    pub fn kind(&self) -> &'static str {
        match self {
            DictionarySubject::Event(_) => "event",
            DictionarySubject::Property(_) => "property",
        }
    }

    pub fn name(&self) -> &str {
        match self {
            DictionarySubject::Event(name) | DictionarySubject::Property(name) => name,
        }
    }
}

/// The rhythm in which something of a source arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rhythm {
    /// A gap longer than this is a silence. None: too little is known of the source to say.
    pub silent_after_seconds: Option<u64>,
    /// When something last arrived, UTC microseconds, where the gap since then is a silence.
    pub silent_since_us: Option<i64>,
}

/// Days whose gaps make a rhythm: on the evening before a weekend they hold the two before it.
pub const RHYTHM_DAYS: i64 = 15;

/// Gaps that must have been seen.
pub const RHYTHM_GAPS_MIN: usize = 30;

const MINUTE_US: i64 = 60_000_000;
const DAY_MINUTES: i64 = 24 * 60;

/// The rhythm of a source, from the minutes since 1970 in which something of it arrived, ascending.
///
/// Gaps between such minutes are looked at over the [`RHYTHM_DAYS`] days that end with the last. A silence is a gap longer
/// than an hour, than three times the 99th percentile of the gaps (by nearest rank), and than one and a half times the
/// second longest of them: what happened twice in a fortnight, nights and weekends, is the source's way, and one earlier
/// outage does not make it deaf to the next. Fewer than [`RHYTHM_GAPS_MIN`] gaps, or less than a day from the first minute
/// to the last, are too little to say anything.
pub fn rhythm(minutes: &[i64], now_us: i64) -> Rhythm {
    let unknown = Rhythm { silent_after_seconds: None, silent_since_us: None };
    let Some(last) = minutes.last() else { return unknown };
    let since = last - RHYTHM_DAYS * DAY_MINUTES;
    let minutes = &minutes[minutes.partition_point(|minute| *minute < since)..];
    let mut gaps: Vec<i64> = minutes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let enough = gaps.len() >= RHYTHM_GAPS_MIN && minutes.first().is_some_and(|first| last - first >= DAY_MINUTES);
    if !enough {
        return unknown;
    }
    let rank = (gaps.len() * 99).div_ceil(100);
    let (usual, second) = (gaps[rank - 1], gaps[gaps.len() - 2]);
    let silent_after = (3 * usual).max(second + second / 2).max(60);
    let gap_us = now_us.saturating_sub(last * MINUTE_US);
    Rhythm {
        silent_after_seconds: Some((silent_after * 60).unsigned_abs()),
        silent_since_us: (gap_us > silent_after * MINUTE_US).then_some(last * MINUTE_US),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minutes of some days, each from an hour to an hour, one in so many.
    fn days(days: std::ops::Range<i64>, hours: std::ops::Range<i64>, every: usize) -> Vec<i64> {
        days.flat_map(|day| (day * DAY_MINUTES + hours.start * 60..day * DAY_MINUTES + hours.end * 60).step_by(every))
            .collect()
    }

    #[test]
    fn silence_is_judged_by_the_sources_own_rhythm() {
        let weekdays: Vec<i64> = [0..5, 7..12, 14..19].into_iter().flat_map(|week| days(week, 9..18, 5)).collect();
        let mut outage = days(0..14, 0..24, 1);
        outage.retain(|minute| !(4_000..6_000).contains(minute));
        let one_a_day: Vec<i64> = (0..14).map(|day| day * DAY_MINUTES).collect();
        // What arrived, the longest gap that is no silence in minutes; none: nothing can be said.
        let cases: [(&str, Vec<i64>, Option<i64>); 10] = [
            ("nothing", Vec::new(), None),
            ("a single import", vec![7; 1], None),
            ("an import a day", one_a_day, None),
            ("a busy hour", (0..60).collect(), None),
            ("thirty gaps in just a day", (0..31).map(|n| n * 48).collect(), Some(144)),
            ("one gap less", (0..30).map(|n| n * 50).collect(), None),
            ("every minute", days(0..14, 0..24, 1), Some(60)),
            ("every half hour", days(0..14, 0..24, 30), Some(90)),
            ("shut at night", days(0..14, 9..21, 1), Some(721 + 721 / 2)),
            ("shut at weekends", weekdays, Some(3_785 + 3_785 / 2)),
        ];
        for (what, minutes, longest) in cases {
            let last = minutes.last().copied().unwrap_or_default();
            let at = |gap: i64| rhythm(&minutes, (last + gap) * MINUTE_US);
            match longest {
                None => assert_eq!(at(1_000_000), at(0), "{what}"),
                Some(gap) => {
                    assert_eq!(at(gap).silent_since_us, None, "{what}");
                    let silent = at(gap + 1);
                    assert_eq!(silent.silent_after_seconds, Some(gap.unsigned_abs() * 60), "{what}");
                    assert_eq!(silent.silent_since_us, Some(last * MINUTE_US), "{what}");
                }
            }
        }
        let after_outage = rhythm(&outage, (outage[outage.len() - 1] + 61) * MINUTE_US);
        assert!(after_outage.silent_since_us.is_some(), "one outage does not make it deaf");
    }

    #[test]
    fn notes_are_bounded() {
        let long = DictionaryNote { owner: "x".repeat(TITLE_BYTES_MAX + 1), ..DictionaryNote::default() };
        assert_eq!(long.faults().len(), 1);
        assert!(DictionaryNote::default().is_empty() && DictionaryNote::default().faults().is_empty());
    }
}
