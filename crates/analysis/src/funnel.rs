//! The funnel: one fold's numbers, named.

use folds::counters::Tally;
use folds::funnel::{Level, Pick, State};

use crate::answer::{FunnelNumbers, FunnelStep};
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::pick::unknown;
use crate::share::share;

/// Names the numbers of a funnel's state; `names` are the steps', `left_last` the left instances by their last
/// stage, where steps are stages. `instances`: subjects are a journey's, which end at some time, so that open ones
/// are left out of the whole.
pub(crate) fn numbers(
    names: &[String],
    state: &State,
    left_last: Option<&[u64]>,
    instances: bool,
    within: &Within,
) -> FunnelNumbers {
    let reached = |step: usize| state.reached[step].subjects.count;
    let undecided = |steps: std::ops::Range<usize>| -> u64 {
        if instances { state.open[steps].iter().map(|open| open.subjects.count).sum() } else { 0 }
    };
    let last = names.len() - 1;
    let steps = names
        .iter()
        .enumerate()
        .map(|(step, name)| {
            let before = step.saturating_sub(1);
            let people = |tally, what: &str| within.people(tally, format_args!("step/{}{what}", step + 1));
            let stopped = state.stopped[step];
            FunnelStep {
                name: name.clone(),
                reached: people(state.reached[step], ""),
                from_previous: share(reached(step), reached(before) - undecided(before..step)),
                from_first: share(reached(step), reached(0) - undecided(0..step)),
                dropped: people(if step == last { Tally::default() } else { stopped }, "/dropped"),
                converted: (step == last).then(|| people(stopped, "/converted")),
                open: people(state.open[step], "/open"),
                time_from_previous: durations(&state.from_previous_us[step]),
                left_last: left_last.and_then(|left| left.get(step)).copied(),
            }
        })
        .collect();
    FunnelNumbers { subjects: within.people(state.subjects, "subjects"), steps }
}

/// Reads `subjects`, `step/2`, `step/2/dropped`, `step/2/converted`, `step/2/open`.
pub(crate) fn pick(text: &str, steps: usize) -> Result<Pick> {
    let parts: Vec<&str> = text.split('/').collect();
    let level = |text: &str| text.parse::<u8>().ok().filter(|level| (1..=steps).contains(&(*level as usize)));
    let last = |level: &u8| *level as usize == steps;
    let level = match parts.as_slice() {
        ["subjects"] => Some(Level::Reached(0)),
        ["step", step] => level(step).map(Level::Reached),
        // The last step's subjects are through: they stop there, and have not dropped. Nobody gets beyond it.
        ["step", step, "dropped"] => level(step).map(|level| Level::Stopped(level + u8::from(last(&level)))),
        ["step", step, "converted"] => level(step).filter(last).map(Level::Stopped),
        ["step", step, "open"] => level(step).map(Level::Open),
        _ => None,
    };
    Ok(Pick { level: level.ok_or_else(|| unknown(text))?, channel: None })
}
