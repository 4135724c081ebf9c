//! Sessions: one fold's numbers, named.

use folds::sessions::{LabelCounts, Pick, State};

use crate::answer::{LabelCount, SessionsNumbers};
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};

pub(crate) fn numbers(labels: &Labels, state: &State, within: &Within) -> SessionsNumbers {
    let sessions = state.sessions.subjects.count;
    let entry = |label: &str| within.pick(format_args!("entry/{label}"));
    let exit = |label: &str| within.pick(format_args!("exit/{label}"));
    SessionsNumbers {
        sessions: within.people(state.sessions, "sessions"),
        events: state.events,
        bounces: within.people(state.bounces, "bounces"),
        events_mean: (sessions > 0).then(|| state.events as f64 / sessions as f64),
        duration: durations(&state.durations_us),
        entries: by_label(labels, state, &entry, |counts| counts.entries),
        exits: by_label(labels, state, &exit, |counts| counts.exits),
    }
}

fn by_label(
    labels: &Labels,
    state: &State,
    pick: &dyn Fn(&str) -> String,
    count: impl Fn(&LabelCounts) -> u64,
) -> Vec<LabelCount> {
    let counted = state.labels.iter().enumerate().map(|(label, counts)| (label as u32, count(counts)));
    let mut counts: Vec<LabelCount> = counted
        .filter(|(_, subjects)| *subjects > 0)
        .map(|(label, subjects)| {
            let label = labels.name(label);
            LabelCount { pick: pick(&escape(&label)), label, subjects }
        })
        .collect();
    counts.sort_by(|a, b| b.subjects.cmp(&a.subjects).then_with(|| a.label.cmp(&b.label)));
    counts
}

/// Reads `sessions`, `bounces`, `entry/home`, `exit/home`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["sessions"] => Ok(Pick::All),
        ["bounces"] => Ok(Pick::Bounced),
        ["entry", label] => Ok(Pick::Entered(labels.label(&unescape(label)?)?)),
        ["exit", label] => Ok(Pick::Exited(labels.label(&unescape(label)?)?)),
        _ => Err(unknown(text)),
    }
}
