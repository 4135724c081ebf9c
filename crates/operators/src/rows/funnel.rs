//! The rows of funnels.

use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use folds::counters::Tally;
use folds::funnel::State;

use super::{Columns, Output, name};
use crate::error::Result;
use crate::spec::{Labels, ScanSpec};

/// One row a step.
pub(super) fn steps(output: &Output, state: &State) -> Result<RecordBatch> {
    let reached = || state.reached.iter().copied();
    Columns::default()
        .any("step", Arc::new(UInt32Array::from_iter_values(1..=state.reached.len() as u32)))
        .text("name", (0..state.reached.len()).map(|step| Some(name(&output.labels, step))))
        .tally(["subjects", "customers"], reached())
        .tally(["open", "open_customers"], state.open.iter().copied())
        .tally(["stopped", "stopped_customers"], state.stopped.iter().copied())
        .seconds(&["from_previous_median_s", "from_previous_p90_s"], &[0.5, 0.9], state.from_previous_us.iter())
        .seconds(&["from_first_median_s", "from_first_p90_s"], &[0.5, 0.9], state.from_entry_us.iter())
        .batch()
}

/// One row a step and next event of those who stopped at it: `when` is within (the window), after (it), or nothing.
pub(super) fn next(scan: &ScanSpec, output: &Output, state: &State) -> Result<RecordBatch> {
    /// Step, when, event and channel, counts.
    type Next = (usize, &'static str, Option<(u32, u32)>, Tally);
    let mut rows: Vec<Next> = Vec::new();
    for (step, next) in state.next.iter().enumerate() {
        for (event, counts) in next.events.sorted() {
            rows.push((step, "within", Some(event), counts.within));
            rows.push((step, "after", Some(event), counts.after));
        }
        rows.push((step, "nothing", None, next.nothing));
    }
    rows.retain(|(.., tally)| tally.subjects.count > 0);
    let rows = || rows.iter();
    let event = |label: u32| label.checked_sub(1).map(|position| name(next_labels(scan, output), position as usize));
    Columns::default()
        .any("step", Arc::new(UInt32Array::from_iter_values(rows().map(|row| row.0 as u32 + 1))))
        .text("name", rows().map(|row| Some(name(&output.labels, row.0))))
        .text("when", rows().map(|row| Some(row.1)))
        .text("event", rows().map(|row| row.2.and_then(|(label, _)| event(label))))
        .text("channel", rows().map(|row| row.2.and_then(|(_, channel)| scan.channels.get(channel as usize))))
        .tally(["subjects", "customers"], rows().map(|row| row.3))
        .batch()
}

/// What the labels of a funnel's next events are called.
pub fn next_labels<'a>(scan: &'a ScanSpec, output: &'a Output) -> &'a [String] {
    match &scan.labels {
        Labels::EventNames(names) => names,
        _ => &output.stages,
    }
}

/// One row a stretch of time and step.
pub(super) fn trend(output: &Output, state: &State) -> Result<RecordBatch> {
    let rows: Vec<(u32, usize, Tally, Tally)> = state
        .trend
        .iter()
        .flat_map(|(index, stretch)| {
            stretch.reached.iter().enumerate().map(move |(step, reached)| (*index, step, *reached, stretch.open))
        })
        .collect();
    let rows = || rows.iter();
    Columns::default()
        .text("begins", rows().map(|row| Some(name(&output.periods, row.0 as usize))))
        .any("step", Arc::new(UInt32Array::from_iter_values(rows().map(|row| row.1 as u32 + 1))))
        .text("name", rows().map(|row| Some(name(&output.labels, row.1))))
        .tally(["subjects", "customers"], rows().map(|row| row.2))
        .tally(["open", "open_customers"], rows().map(|row| row.3))
        .batch()
}
