//! Direct transitions of one subject.

/// (from, to, gap in microseconds) of each labelled event and the next labelled one.
pub fn pairs(time_us: &[i64], label: &[u32]) -> Vec<(u32, u32, i64)> {
    let events: Vec<(i64, u32)> = time_us.iter().copied().zip(label.iter().copied()).filter(|e| e.1 != 0).collect();
    (1..events.len()).map(|i| (events[i - 1].1, events[i].1, events[i].0 - events[i - 1].0)).collect()
}

/// The quantile of sorted values by linear interpolation between ranks.
pub fn quantile(sorted: &[i64], share: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * share;
    let (low, high) = (sorted[position.floor() as usize] as f64, sorted[position.ceil() as usize] as f64);
    low + (high - low) * position.fract()
}
