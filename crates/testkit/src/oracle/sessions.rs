//! Sessions: an event begins one if no event lies at most `timeout_us` before it in the order of events.

use std::ops::Range;

/// The index ranges of the sessions of events at `time_us` (in order).
pub fn split(time_us: &[i64], timeout_us: i64) -> Vec<Range<usize>> {
    let begins = |i: usize| i == 0 || time_us[i] - time_us[i - 1] > timeout_us;
    let starts: Vec<usize> = (0..time_us.len()).filter(|i| begins(*i)).collect();
    let end_of = |start: usize| (start + 1..time_us.len()).find(|i| begins(*i)).unwrap_or(time_us.len());
    starts.into_iter().map(|start| start..end_of(start)).collect()
}

/// Whether a subject whose last event is at `last_us` may still go on at `as_of_us`.
pub fn is_open(last_us: i64, timeout_us: i64, as_of_us: i64) -> bool {
    as_of_us - last_us <= timeout_us
}
