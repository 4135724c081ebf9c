//! Key touchpoints: which matter, and which of those fall short.

use std::cmp::Ordering;

use folds::journey::Here;
use model::journey::Touchpoint;
use model::pain::Estimate;

use super::{Namer, people};
use crate::answer::{KeyTouchpoint, Share, Standard, StandardOf, TouchpointRole};
use crate::pick::{JourneyPick, Spot};
use crate::share::{difference, share};

/// Ended instances with a touchpoint, and without it, below which it is not known to matter.
const ENDED_MIN: u64 = 30;

/// Those to mend first; see [`TouchpointRole`]. Then by role, then those that matter most, then as defined.
pub(super) fn key_touchpoints(namer: &Namer<'_>) -> Vec<KeyTouchpoint> {
    let is_goal = |touchpoint: &Touchpoint| namer.journey.goal.touchpoints.contains(&touchpoint.id);
    let named = namer.journey.touchpoints().zip(&namer.answer.touchpoints);
    let candidates: Vec<Candidate<'_>> = named
        .filter(|((_, touchpoint), _)| !is_goal(touchpoint))
        .map(|((stage, touchpoint), here)| Candidate { stage, touchpoint, here, performance: performance(here) })
        .collect();
    let mut all: Vec<KeyTouchpoint> =
        (0..candidates.len()).map(|n| judge(namer, &candidates[n], standard(namer, &candidates, n))).collect();
    let strength = |key: &KeyTouchpoint| key.importance.map_or(0.0, surely);
    let descending = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
    all.sort_by(|a, b| {
        descending(a.priority, b.priority)
            .then_with(|| (a.role as u8).cmp(&(b.role as u8)))
            .then_with(|| descending(strength(a), strength(b)))
    });
    all
}

struct Candidate<'a> {
    stage: usize,
    touchpoint: &'a Touchpoint,
    here: &'a Here,
    performance: Share,
}

/// Went on, of those that went on or will not.
fn performance(here: &Here) -> Share {
    share(here.onward.subjects.count, here.reached.subjects.count - here.waiting())
}

/// What the `n`-th candidate's performance is measured against.
fn standard(namer: &Namer<'_>, candidates: &[Candidate<'_>], n: usize) -> Option<Standard> {
    let stage = candidates[n].stage;
    if let Some(expected) = namer.journey.stages[stage].expect.and_then(|expect| expect.conversion) {
        return Some(Standard { value: expected, of: StandardOf::Expectation });
    }
    let others = candidates.iter().enumerate().filter(|(m, other)| *m != n && other.stage == stage);
    let best = others.filter_map(|(_, other)| other.performance.low).max_by(f64::total_cmp);
    best.map(|value| Standard { value, of: StandardOf::BestInStage })
}

fn judge(namer: &Namer<'_>, candidate: &Candidate<'_>, standard: Option<Standard>) -> KeyTouchpoint {
    let Candidate { stage, touchpoint, here, performance } = candidate;
    let ended = |here: &Here| here.reached.subjects.count - here.open.subjects.count;
    let goal = |here: &Here| here.to_goal.subjects.count;
    let whole = &namer.answer.stages[*stage].here;
    // Whoever had the touchpoint was in its stage.
    let with_goal = share(goal(here), ended(here));
    let without_goal = share(goal(whole) - goal(here), ended(whole) - ended(here));
    let importance = difference(&with_goal, &without_goal);
    let is_known = with_goal.of >= ENDED_MIN && without_goal.of >= ENDED_MIN;
    let strength = importance.filter(|_| is_known).map_or(0.0, surely);
    let falls_short = match (standard, performance.high) {
        (Some(standard), Some(high)) => high < standard.value,
        _ => false,
    };
    let goes_with_goal = importance.is_some_and(|importance| importance.value > 0.0);
    let role = match (strength > 0.0, falls_short) {
        (true, true) => TouchpointRole::Mend,
        (true, false) if goes_with_goal => TouchpointRole::Keep,
        (true, false) | (false, true) => TouchpointRole::Watch,
        (false, false) => TouchpointRole::Minor,
    };
    let shortfall = standard.zip(performance.share).map_or(0.0, |(standard, share)| standard.value - share);
    KeyTouchpoint {
        stage: namer.stage_id(*stage),
        touchpoint: touchpoint.id.clone(),
        name: touchpoint.name.clone(),
        reached: people(here.reached, JourneyPick::At(Spot::Touchpoint(touchpoint.id.clone()))),
        with_goal,
        without_goal,
        importance,
        performance: *performance,
        standard,
        score_mean: super::score_mean(here),
        priority: if role == TouchpointRole::Mend { strength * shortfall } else { 0.0 },
        role,
    }
}

/// How far a difference is from none for sure: the end of its interval that is nearer to 0, or 0 if it holds that.
fn surely(difference: Estimate) -> f64 {
    difference.low.max(-difference.high).max(0.0)
}
