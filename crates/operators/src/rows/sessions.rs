//! Sessions as rows: all of them, and by event, channel and day.

use arrow::array::RecordBatch;
use folds::counters::Tally;
use folds::quantile::Together;
use folds::sessions::{Part, State};

use super::{Columns, Output, label, name};
use crate::error::Result;

/// One row for all.
pub(super) fn summary(state: &State) -> Result<RecordBatch> {
    let once = std::iter::once::<u64>;
    let (tally, times) = (std::iter::once::<Tally>, state.times());
    Columns::default()
        .tally(["sessions", "customers"], tally(state.sessions))
        .count("events", once(state.events))
        .tally(["bounces", "bounced_customers"], tally(state.bounces))
        .tally(["open", "open_customers"], tally(state.open))
        .number("mean_s", std::iter::once(times.all().mean().map(|mean| mean / 1e6)))
        .seconds(&["median_s", "p90_s"], &[0.5, 0.9], std::iter::once(times.all()))
        .batch()
}

/// One row an event.
pub(super) fn events(output: &Output, state: &State) -> Result<RecordBatch> {
    let rows = || state.labels.iter().enumerate().skip(1).filter(|(_, counts)| counts.containing.subjects.count > 0);
    Columns::default()
        .text("event", rows().map(|(i, _)| label(output, i as u32)))
        .count("entries", rows().map(|(_, counts)| counts.entries))
        .count("exits", rows().map(|(_, counts)| counts.exits))
        .tally(["sessions", "customers"], rows().map(|(_, counts)| counts.containing))
        .batch()
}

/// One row a channel that sessions begin on.
pub(super) fn channels(names: &[String], state: &State) -> Result<RecordBatch> {
    let times = state.times();
    let told = (0..).zip(&state.channels).filter(|(_, part)| part.sessions.subjects.count > 0);
    let rows: Vec<Row<'_>> = told.map(|(code, part)| (code, part, times.on(code))).collect();
    parts(Columns::default().text("channel", rows.iter().map(|(code, ..)| names.get(*code as usize))), &rows).batch()
}

/// One row a day that sessions begin on.
pub(super) fn days(output: &Output, state: &State) -> Result<RecordBatch> {
    let times = state.times();
    let rows: Vec<Row<'_>> = state.days().map(|(day, part)| (day, part, times.of_day(day))).collect();
    let days = rows.iter().map(|(day, ..)| Some(name(&output.periods, *day as usize)));
    parts(Columns::default().text("day", days), &rows).batch()
}

/// What sessions are told apart by, and how long they took.
type Row<'a> = (u32, &'a Part, Together<'a>);

fn parts(columns: Columns, rows: &[Row<'_>]) -> Columns {
    let parts = rows.iter().map(|(_, part, _)| *part);
    let durations_us = rows.iter().map(|(.., durations_us)| durations_us);
    columns
        .tally(["sessions", "customers"], parts.clone().map(|part| part.sessions))
        .tally(["bounces", "bounced_customers"], parts.clone().map(|part| part.bounces))
        .count("events", parts.map(|part| part.events))
        .number("mean_s", durations_us.clone().map(|durations_us| durations_us.mean().map(|mean| mean / 1e6)))
        .seconds(&["median_s", "p90_s"], &[0.5, 0.9], durations_us.cloned())
}
