//! How many passed which line, by what counters of the site said. Nobody is followed here: these are numbers of doors, not
//! of visits, and differ from those by what each sensor misses.

use std::sync::Arc;

use chrono::NaiveDate;
use folds::floor::counts::tally;
use lake::{Snapshot, TrackDay};
use model::place::counted::CountKind;
use model::place::observation::Direction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PLACE_DAYS_MAX, ResolvedSite, begin, end};
use crate::error::{Error, Result};

/// Most counts of one answer.
pub const PLACE_COUNTS_MAX: usize = 50_000;

const HOUR_US: i64 = 3_600_000_000;

/// How long each count is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountsBy {
    #[default]
    Day,
    Hour,
}

/// What counters of a site counted.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceCounts {
    pub site: String,
    /// Of its clock.
    pub zone: String,
    pub by: CountsBy,
    /// Days asked about of which there are counts, oldest first.
    pub days: Vec<NaiveDate>,
    /// Fewest people behind a number that is shown.
    pub shown_from: u32,
    /// By sensor, line, time and direction.
    pub counts: Vec<PlaceCount>,
}

/// How many passed a line one way in an hour or a day, or how many were within at most.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceCount {
    /// Empty: of a file that names none.
    #[schema(value_type = String)]
    pub sensor: Arc<str>,
    /// As the sensor names it.
    #[schema(value_type = String)]
    pub line: Arc<str>,
    pub basis: CountKind,
    /// Null: how many were within.
    pub direction: Option<Direction>,
    /// When the hour or day begins, UTC microseconds.
    pub from_us: i64,
    /// Null: fewer than are shown, and not none.
    pub people: Option<i64>,
}

/// Counts of the days `from` to `to`, or all.
///
/// # Errors
/// More days or counts than are read at once, or the lake fails.
pub async fn place_counts(
    snapshot: &Snapshot,
    site: &ResolvedSite,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    by: CountsBy,
    control: &lake::Control,
) -> Result<PlaceCounts> {
    let definition = &site.definition;
    let is_asked = |day: NaiveDate| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
    let mut held: Vec<TrackDay> = snapshot.count_days().await?;
    held.retain(|of| of.site == definition.id);
    let days: Vec<NaiveDate> = held.iter().map(|of| of.day).filter(|day| is_asked(*day)).collect();
    if days.len() > PLACE_DAYS_MAX {
        let why = format!("{} days, at most {PLACE_DAYS_MAX} are read at once; ask for fewer", days.len());
        return Err(Error::invalid("days", why));
    }
    let mut bounds = Vec::new();
    for day in &days {
        bounds.push((begin(definition, *day)?, end(definition, *day)?));
    }
    let mut rows = Vec::new();
    // The last readings of the day before say where sums begin.
    let day_before = days.first().and_then(|first| held.iter().rev().find(|of| of.day < *first));
    for of in day_before.into_iter().chain(held.iter().filter(|of| is_asked(of.day))) {
        control.check()?;
        rows.extend(snapshot.counts(of).await?);
    }
    rows.sort_by(|a, b| a.key().cmp(&b.key()));
    let bucket = |at_us: i64| {
        let (begins, _) = bounds.iter().find(|(begins, ends)| (*begins..*ends).contains(&at_us))?;
        Some(match by {
            CountsBy::Day => *begins,
            CountsBy::Hour => begins + (at_us - begins) / HOUR_US * HOUR_US,
        })
    };
    let tallies = tally(&rows, bucket);
    if tallies.len() > PLACE_COUNTS_MAX {
        let why = format!("{} counts, at most {PLACE_COUNTS_MAX} are shown at once; ask for fewer days", tallies.len());
        return Err(Error::invalid("days", why));
    }
    let shown_from = definition.rules.shown_from.max(1);
    let counts = tallies.into_iter().map(|it| PlaceCount {
        people: (it.people <= 0 || it.people >= i64::from(shown_from)).then_some(it.people),
        sensor: it.sensor,
        line: it.line,
        basis: it.basis,
        direction: it.direction,
        from_us: it.bucket,
    });
    Ok(PlaceCounts {
        site: definition.id.clone(),
        zone: definition.time_zone.clone(),
        by,
        days,
        shown_from,
        counts: counts.collect(),
    })
}
