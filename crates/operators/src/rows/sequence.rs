//! The row of a sequence.

use arrow::array::RecordBatch;
use folds::counters::Tally;
use folds::sequence::State;

use super::Columns;
use crate::error::Result;

/// One row for all.
pub(super) fn summary(state: &State) -> Result<RecordBatch> {
    let tally = std::iter::once::<Tally>;
    Columns::default()
        .tally(["subjects", "customers"], tally(state.subjects))
        .tally(["matched", "matched_customers"], tally(state.matched))
        .count("matches", std::iter::once(state.matches))
        .number("matches_mean", std::iter::once(state.matches_each.mean()))
        .seconds(&["length_median_s", "length_p90_s"], &[0.5, 0.9], std::iter::once(&state.durations_us))
        .batch()
}
