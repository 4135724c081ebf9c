//! Rows of retention, lifecycle, stickiness and survival.

use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use folds::lifecycle::Standing;
use folds::{lifecycle, retention, stickiness, survival};

use super::{Columns, Output, name};
use crate::error::Result;

/// A row a cohort and cell. `from_unit` and `to_unit` are inclusive; without the latter the cell goes on for ever.
pub(super) fn cohorts(output: &Output, config: &retention::Config, state: &retention::State) -> Result<RecordBatch> {
    let rows: Vec<(usize, usize, u64, retention::Cell)> = (0..)
        .zip(&state.cohorts)
        .flat_map(|(number, cohort)| {
            let cells = (0..).zip(cohort.cells());
            cells.map(move |(cell, counts)| (number, cell, cohort.starts, counts))
        })
        .collect();
    let units = |row: &(usize, usize, u64, retention::Cell)| config.reading.offsets(row.1);
    Columns::default()
        .text("cohort", rows.iter().map(|row| Some(name(&output.labels, row.0))))
        .any("from_unit", Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| units(row).0))))
        .any("to_unit", Arc::new(rows.iter().map(|row| units(row).1).collect::<UInt32Array>()))
        .count("started", rows.iter().map(|row| row.2))
        .count("due", rows.iter().map(|row| row.3.due))
        .count("returned", rows.iter().map(|row| row.3.returned))
        .count("returned_due", rows.iter().map(|row| row.3.returned_due))
        .batch()
}

/// A row a period.
pub(super) fn periods(output: &Output, state: &lifecycle::State) -> Result<RecordBatch> {
    let of = |standing| state.periods.iter().map(move |period| period.of(standing));
    Columns::default()
        .text("period", (0..state.periods.len()).map(|period| Some(name(&output.labels, period))))
        .count("active", state.periods.iter().map(lifecycle::Standings::active))
        .count("new", of(Standing::New))
        .count("retained", of(Standing::Retained))
        .count("resurrected", of(Standing::Resurrected))
        .count("dormant", of(Standing::Dormant))
        .batch()
}

/// A row a period and number of units.
pub(super) fn counts(output: &Output, state: &stickiness::State) -> Result<RecordBatch> {
    let rows: Vec<(usize, usize, &stickiness::Counts)> = (0..)
        .zip(&state.periods)
        .flat_map(|(period, counts)| (1..=counts.most()).map(move |units| (period, units, counts)))
        .collect();
    Columns::default()
        .text("period", rows.iter().map(|row| Some(name(&output.labels, row.0))))
        .count("units", rows.iter().map(|row| row.1 as u64))
        .count("exactly", rows.iter().map(|row| row.2.exactly(row.1)))
        .count("at_least", rows.iter().map(|row| row.2.at_least(row.1)))
        .batch()
}

/// A row a unit.
pub(super) fn units(output: &Output, state: &stickiness::State) -> Result<RecordBatch> {
    Columns::default()
        .text("unit", (0..state.units.len()).map(|unit| Some(name(&output.stages, unit))))
        .count("active", state.units.iter().copied())
        .batch()
}

/// A row a group and duration at which anybody ended or was censored: what a survival curve is made of.
pub(super) fn lives(output: &Output, state: &survival::State) -> Result<RecordBatch> {
    let mut rows: Vec<(usize, i64, u64, u64, u64)> = Vec::new();
    for (group, lives) in state.groups.iter().enumerate() {
        let mut at_risk = lives.count();
        let ended = lives.ended_us.sorted().into_iter().map(|(us, count)| (us, count, 0));
        let censored = lives.censored_us.sorted().into_iter().map(|(us, count)| (us, 0, count));
        let mut all: Vec<(i64, u64, u64)> = ended.chain(censored).collect();
        all.sort_unstable_by_key(|row| row.0);
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let (ended, censored) = same.iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
            rows.push((group, same[0].0, at_risk, ended, censored));
            at_risk -= ended + censored;
        }
    }
    Columns::default()
        .text("group_name", rows.iter().map(|row| Some(name(&output.labels, row.0))))
        .number("duration_s", rows.iter().map(|row| Some(row.1 as f64 / 1e6)))
        .count("at_risk", rows.iter().map(|row| row.2))
        .count("ended", rows.iter().map(|row| row.3))
        .count("censored", rows.iter().map(|row| row.4))
        .batch()
}
