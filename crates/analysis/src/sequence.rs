//! Sequences: one fold's numbers, named.

use folds::sequence::{Pick, State};

use crate::answer::SequenceNumbers;
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::pick::unknown;
use crate::share::share;

pub(crate) fn numbers(state: &State, within: &Within) -> SequenceNumbers {
    let (all, matched) = (state.subjects.subjects.count, state.matched.subjects.count);
    SequenceNumbers {
        subjects: within.people(state.subjects, "subjects"),
        matched: within.people(state.matched, "matched"),
        unmatched: within.people(state.unmatched, "unmatched"),
        share: share(matched, all),
        matches: state.matches,
        matches_mean: state.matches_each.mean(),
        length: durations(&state.durations_us),
    }
}

/// Reads `subjects`, `matched`, `unmatched`.
pub(crate) fn pick(text: &str) -> Result<Pick> {
    match text {
        "subjects" => Ok(Pick::All),
        "matched" => Ok(Pick::Matched),
        "unmatched" => Ok(Pick::Unmatched),
        _ => Err(unknown(text)),
    }
}
