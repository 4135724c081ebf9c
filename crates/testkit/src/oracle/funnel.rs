//! The ordered funnel: each event satisfies at most one step, ties keep their order.

/// One step's events among all: the times the steps were reached at, from the best entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Steps reached.
    pub level: usize,
    /// For the level 1 or more: the event of the first step. Of all runs that reach the level, those that
    /// reach it first, and of those the one that begins last.
    pub entry: Option<usize>,
    /// The times of the steps in that run, each step at its earliest.
    pub times_us: Vec<i64>,
}

/// Tries every event of the first step: from there, each next step is the next event that matches it, as long
/// as it lies within the window from the first (inclusive). `mask` has a bit per step.
pub fn ordered(time_us: &[i64], mask: &[u64], steps: usize, window_us: i64) -> Answer {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for entry in (0..mask.len()).filter(|event| mask[*event] & 1 == 1) {
        let mut run = vec![entry];
        while run.len() < steps {
            let from = run[run.len() - 1] + 1;
            let next = (from..mask.len()).find(|event| mask[*event] >> run.len() & 1 == 1);
            match next {
                Some(event) if time_us[event] - time_us[entry] <= window_us => run.push(event),
                _ => break,
            }
        }
        runs.push(run);
    }
    let level = runs.iter().map(Vec::len).max().unwrap_or(0);
    let best =
        (runs.iter().filter(|run| run.len() == level)).min_by_key(|run| (run[level - 1], std::cmp::Reverse(run[0])));
    Answer {
        level,
        entry: best.map(|run| run[0]),
        times_us: best.map_or(Vec::new(), |run| run.iter().map(|event| time_us[*event]).collect()),
    }
}

/// Whether later events could still raise the level: some window that began lies open at `as_of_us`.
pub fn may_rise(time_us: &[i64], mask: &[u64], steps: usize, window_us: i64, as_of_us: i64) -> bool {
    let level = ordered(time_us, mask, steps, window_us).level;
    level < steps && (0..mask.len()).any(|event| mask[event] & 1 == 1 && time_us[event] + window_us >= as_of_us)
}
