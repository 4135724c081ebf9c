//! Sessions as rows: all of them, and by event, channel and day.

use arrow::array::RecordBatch;
use folds::counters::Tally;
use folds::sessions::{Part, State};

use super::{Columns, Output, label, name};
use crate::error::Result;

/// One row for all.
pub(super) fn summary(state: &State) -> Result<RecordBatch> {
    let once = std::iter::once::<u64>;
    let tally = std::iter::once::<Tally>;
    Columns::default()
        .tally(["sessions", "customers"], tally(state.sessions))
        .count("events", once(state.events))
        .tally(["bounces", "bounced_customers"], tally(state.bounces))
        .tally(["open", "open_customers"], tally(state.open))
        .number("mean_s", std::iter::once(state.durations_us.mean().map(|mean| mean / 1e6)))
        .seconds(&["median_s", "p90_s"], &[0.5, 0.9], std::iter::once(&state.durations_us))
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
    let rows: Vec<(Option<&String>, &Part)> = (state.channels.iter().enumerate())
        .map(|(code, part)| (names.get(code), part))
        .filter(|(_, part)| part.sessions.subjects.count > 0)
        .collect();
    let columns = Columns::default().text("channel", rows.iter().map(|(name, _)| *name));
    parts(columns, rows.iter().map(|(_, part)| *part)).batch()
}

/// One row a day that sessions begin on.
pub(super) fn days(output: &Output, state: &State) -> Result<RecordBatch> {
    let columns =
        Columns::default().text("day", state.days.keys().map(|day| Some(name(&output.periods, *day as usize))));
    parts(columns, state.days.values()).batch()
}

fn parts<'a>(columns: Columns, parts: impl Iterator<Item = &'a Part> + Clone) -> Columns {
    columns
        .tally(["sessions", "customers"], parts.clone().map(|part| part.sessions))
        .tally(["bounces", "bounced_customers"], parts.clone().map(|part| part.bounces))
        .count("events", parts.clone().map(|part| part.events))
        .number("mean_s", parts.clone().map(|part| part.durations_us.mean().map(|mean| mean / 1e6)))
        .seconds(&["median_s", "p90_s"], &[0.5, 0.9], parts.map(|part| &part.durations_us))
}
