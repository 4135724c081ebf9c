//! Planned against actual: who keeps to the planned way, and where the others leave it.

use folds::journey::Ends;

use super::{Namer, people};
use crate::answer::{Deviation, DeviationKind, PlannedWay, Share};
use crate::pick::{JourneyPick, MoveEnd, StageSet};
use crate::share::share;

pub(super) fn planned(namer: &Namer<'_>) -> PlannedWay {
    let totals = &namer.answer.totals;
    PlannedWay {
        stages: namer.way.iter().map(|stage| namer.stage_id(*stage)).collect(),
        on_way: people(totals.on_way.all, JourneyPick::OnWay),
        on_way_share: share(totals.on_way.all.subjects.count, totals.instances.subjects.count),
        on_way_to_goal: to_goal(&totals.on_way),
        off_way: people(totals.off_way.all, JourneyPick::OffWay),
        off_way_to_goal: to_goal(&totals.off_way),
        deviations: deviations(namer),
    }
}

/// Those that happened, most instances first, ties in the order of stages, starts before moves.
fn deviations(namer: &Namer<'_>) -> Vec<Deviation> {
    let answer = namer.answer;
    let started = answer.totals.instances.subjects.count;
    let deviation = |kind, from: Option<usize>, to: usize, ends: &Ends| {
        let (from, to) = (from.map(|from| namer.stage_id(from)), namer.stage_id(to));
        let pick = match &from {
            None => JourneyPick::Stage(to.clone(), StageSet::Starts),
            Some(from) => JourneyPick::Move(from.clone(), MoveEnd::Stage(to.clone())),
        };
        let share = share(ends.all.subjects.count, started);
        Deviation { kind, people: people(ends.all, pick), from, to, share, to_goal: to_goal(ends) }
    };
    let starts = answer.stages.iter().enumerate().filter(|(stage, _)| namer.way.first() != Some(stage));
    let starts = starts.map(|(stage, numbers)| deviation(DeviationKind::Start, None, stage, &numbers.starts));
    let moves = answer.moves.iter().enumerate().flat_map(|(from, row)| {
        row.iter().enumerate().filter_map(move |(to, moves)| Some((kind(namer.way, from, to)?, from, to, moves)))
    });
    let moves = moves.map(|(kind, from, to, moves)| deviation(kind, Some(from), to, &moves.ends));
    let mut all: Vec<_> = starts.chain(moves).filter(|deviation| deviation.people.instances > 0).collect();
    all.sort_by_key(|deviation| std::cmp::Reverse(deviation.people.instances));
    all
}

/// What a move is to the way; `None`: it is on it.
fn kind(way: &[usize], from: usize, to: usize) -> Option<DeviationKind> {
    let at = |stage: usize| way.iter().position(|planned| *planned == stage);
    match (at(from), at(to)) {
        (Some(from), Some(to)) if to == from + 1 => None,
        (Some(from), Some(to)) if to < from => Some(DeviationKind::Back),
        (Some(_), Some(_)) => Some(DeviationKind::Skip),
        _ => Some(DeviationKind::Outside),
    }
}

fn to_goal(ends: &Ends) -> Share {
    share(ends.goal.count, ends.goal.count + ends.left.count)
}
