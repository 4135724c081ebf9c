//! The funnel: one fold's numbers, named.

use folds::counters::Tally;
use folds::funnel::{Level, Pick, State};

use crate::answer::{FunnelAnswer, FunnelStep, Meta, People};
use crate::error::Result;
use crate::journey_map::durations;
use crate::pick::unknown;
use crate::share::share;

/// Names the numbers of a funnel's state; `names` are the steps', `left_last` the left instances by their last
/// stage, where steps are stages.
pub(crate) fn answer(names: &[String], state: &State, left_last: Option<&[u64]>, meta: Meta) -> FunnelAnswer {
    let first = state.reached.first().copied().unwrap_or_default();
    let steps = names
        .iter()
        .enumerate()
        .map(|(step, name)| {
            let reached = state.reached[step];
            let previous = if step == 0 { reached } else { state.reached[step - 1] };
            FunnelStep {
                name: name.clone(),
                reached: people(reached, format!("step/{}", step + 1)),
                from_previous: share(reached.customers.count, previous.customers.count),
                from_first: share(reached.customers.count, first.customers.count),
                dropped: people(state.stopped[step], format!("step/{}/dropped", step + 1)),
                open: people(state.open[step], format!("step/{}/open", step + 1)),
                time_from_previous: durations(&state.from_previous_us[step]),
                left_last: left_last.and_then(|left| left.get(step)).copied(),
            }
        })
        .collect();
    FunnelAnswer { meta, subjects: people(state.subjects, "subjects".into()), steps }
}

/// Reads `subjects`, `step/2`, `step/2/dropped`, `step/2/open`.
pub(crate) fn pick(text: &str, steps: usize) -> Result<Pick> {
    let parts: Vec<&str> = text.split('/').collect();
    let level = |text: &str| text.parse::<u8>().ok().filter(|level| (1..=steps).contains(&(*level as usize)));
    let level = match parts.as_slice() {
        ["subjects"] => Some(Level::Reached(0)),
        ["step", step] => level(step).map(Level::Reached),
        // The last step's subjects are through: they stop there, and have not dropped.
        ["step", step, "dropped"] => level(step).map(Level::Stopped),
        ["step", step, "open"] => level(step).map(Level::Open),
        _ => None,
    };
    Ok(Pick { level: level.ok_or_else(|| unknown(text))?, channel: None })
}

fn people(tally: Tally, pick: String) -> People {
    People { instances: tally.subjects.count, customers: tally.customers.count, pick }
}
