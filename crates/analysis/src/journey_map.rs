//! The journey map: one fold's numbers, named.

mod key_touchpoints;
mod planned;

use folds::counters::Tally;
use folds::journey::{Answer, Exit, Here, Pick, Place, Stage};
use folds::quantile::Together;
use folds::slice::End;
use model::journey::{Expectation, Journey};
use model::lanes::Basis;

use crate::answer::{
    CellMetrics, Durations, Exits, JourneyMap, JourneyRef, JourneyTotals, Meta, Move, MoveKind, MoveTo, People, Reach,
    Share, StageChannelMetrics, StageMetrics, TouchpointMetrics,
};
use crate::error::{Error, Result};
use crate::pick::{JourneyPick, MoveEnd, Spot, StageSet};
use crate::question::ResolvedJourney;
use crate::share::share;

/// Names the numbers of a fold's answer. `channels` is indexed by the fold's channel codes.
pub(crate) fn map(journey: &ResolvedJourney, answer: &Answer, channels: &[String], meta: Meta) -> JourneyMap {
    let way = journey.definition.planned_way();
    let namer = Namer { journey: &journey.definition, answer, channels, way: &way };
    JourneyMap {
        meta,
        journey: JourneyRef {
            id: journey.definition.id.clone(),
            version: journey.version,
            definition: journey.definition.clone(),
        },
        totals: namer.totals(),
        stages: namer.stages(),
        touchpoints: namer.touchpoints(),
        cells: namer.cells(),
        stage_channels: namer.stage_channels(),
        moves: namer.moves(),
        channels: namer.channels_seen(),
        planned: planned::planned(&namer),
        key_touchpoints: key_touchpoints::key_touchpoints(&namer),
    }
}

/// The fold's pick for the text of a pick.
///
/// # Errors
/// When the pick names a stage, touchpoint or channel the journey does not have.
pub(crate) fn pick(journey: &Journey, pick: &JourneyPick, channels: &[String]) -> Result<Pick> {
    let stage = |id: &str| {
        journey
            .stages
            .iter()
            .position(|stage| stage.id == id)
            .ok_or_else(|| Error::not_found(format!("stage `{id}` in journey `{}`", journey.id)))
    };
    let touchpoint = |id: &str| {
        journey
            .touchpoints()
            .position(|(_, touchpoint)| touchpoint.id == id)
            .ok_or_else(|| Error::not_found(format!("touchpoint `{id}` in journey `{}`", journey.id)))
    };
    let channel = |name: &str| {
        channels
            .iter()
            .position(|channel| channel == name)
            .map(|code| code as u32)
            .ok_or_else(|| Error::not_found(format!("channel `{name}`")))
    };
    let place = |spot: &Spot| -> Result<Place> {
        Ok(match spot {
            Spot::Stage(id) => Place::Stage(stage(id)?),
            Spot::StageChannel(id, on) => Place::StageChannel { stage: stage(id)?, channel: channel(on)? },
            Spot::Touchpoint(id) => Place::Touchpoint(touchpoint(id)?),
            Spot::TouchpointChannel(id, on) => Place::Cell { touchpoint: touchpoint(id)?, channel: channel(on)? },
        })
    };
    Ok(match pick {
        JourneyPick::Started => Pick::All,
        JourneyPick::Goal => Pick::Ended(End::Goal),
        JourneyPick::Left => Pick::Ended(End::Left),
        JourneyPick::Open => Pick::Ended(End::Open),
        JourneyPick::At(spot) => Pick::At(place(spot)?),
        JourneyPick::ToGoal(spot) => Pick::ToGoal(place(spot)?),
        JourneyPick::OpenAt(spot) => Pick::OpenAt(place(spot)?),
        JourneyPick::Onward(spot) => Pick::Onward(place(spot)?),
        JourneyPick::OnWay => Pick::OnWay,
        JourneyPick::OffWay => Pick::OffWay,
        JourneyPick::Stage(id, set) => {
            let stage = stage(id)?;
            match set {
                StageSet::Starts => Pick::Starts(stage),
                StageSet::Waiting => Pick::Waiting(stage),
                StageSet::Looped => Pick::Looped(stage),
                StageSet::Forward => Pick::Exits { stage, exit: Exit::Forward },
                StageSet::Back => Pick::Exits { stage, exit: Exit::Back },
                StageSet::Left => Pick::Exits { stage, exit: Exit::Leave },
                StageSet::Dropped => Pick::Furthest { stage, end: End::Left },
                StageSet::OpenFurthest => Pick::Furthest { stage, end: End::Open },
            }
        }
        JourneyPick::Move(from, MoveEnd::Stage(to)) => Pick::Moved { from: stage(from)?, to: stage(to)? },
        JourneyPick::Move(from, MoveEnd::Goal) => Pick::Exits { stage: stage(from)?, exit: Exit::Goal },
        JourneyPick::Move(from, MoveEnd::Leave) => Pick::Exits { stage: stage(from)?, exit: Exit::Leave },
        JourneyPick::Move(from, MoveEnd::Open) => Pick::Exits { stage: stage(from)?, exit: Exit::Open },
    })
}

struct Namer<'a> {
    journey: &'a Journey,
    answer: &'a Answer,
    channels: &'a [String],
    /// The planned stages.
    way: &'a [usize],
}

impl Namer<'_> {
    fn totals(&self) -> JourneyTotals {
        let totals = &self.answer.totals;
        let (goal, left) = (totals.goal.subjects.count, totals.left.subjects.count);
        JourneyTotals {
            events: totals.events,
            started: people(totals.instances, JourneyPick::Started),
            goal: people(totals.goal, JourneyPick::Goal),
            left: people(totals.left, JourneyPick::Left),
            open: people(totals.open, JourneyPick::Open),
            conversion: share(goal, goal + left),
            time_to_goal: durations(&totals.to_goal_us),
            value: self.journey.goal.value.is_some().then(|| totals.value.value()),
        }
    }

    fn stages(&self) -> Vec<StageMetrics> {
        let named = self.journey.stages.iter().zip(&self.answer.stages);
        named
            .map(|(stage, numbers)| {
                let set = |set| JourneyPick::Stage(stage.id.clone(), set);
                let exit = |exit| numbers.exit(exit).tally;
                let to_next = to_next(numbers);
                let time = durations(&numbers.stay_us);
                StageMetrics {
                    stage: stage.id.clone(),
                    name: stage.name.clone(),
                    reach: self.reach(&numbers.here, Spot::Stage(stage.id.clone())),
                    starts: people(numbers.starts.all, set(StageSet::Starts)),
                    entries: numbers.here.entries,
                    loops: numbers.loops.stays,
                    looped: people(numbers.loops.tally, set(StageSet::Looped)),
                    exits: exits(numbers),
                    forward: people(exit(Exit::Forward), set(StageSet::Forward)),
                    back: people(exit(Exit::Back), set(StageSet::Back)),
                    to_next,
                    waiting: people(numbers.waiting, set(StageSet::Waiting)),
                    time,
                    dropped_furthest: people(numbers.furthest_left, set(StageSet::Dropped)),
                    open_furthest: people(numbers.furthest_open, set(StageSet::OpenFurthest)),
                    left_last: people(exit(Exit::Leave), set(StageSet::Left)),
                    expect: stage.expect,
                    time_met: met(&stage.expect, |expect| Some(time.median_s? <= expect.time?.us as f64 / 1e6)),
                    conversion_met: met(&stage.expect, |expect| Some(to_next.share? >= expect.conversion?)),
                }
            })
            .collect()
    }

    fn touchpoints(&self) -> Vec<TouchpointMetrics> {
        let named = self.journey.touchpoints().zip(&self.answer.touchpoints);
        named
            .map(|((stage, touchpoint), numbers)| TouchpointMetrics {
                stage: self.journey.stages[stage].id.clone(),
                touchpoint: touchpoint.id.clone(),
                name: touchpoint.name.clone(),
                reach: self.reach(numbers, Spot::Touchpoint(touchpoint.id.clone())),
            })
            .collect()
    }

    fn cells(&self) -> Vec<CellMetrics> {
        let touchpoints: Vec<_> = self.journey.touchpoints().collect();
        let cells = self.answer.cells.iter().filter_map(|((touchpoint, channel), numbers)| {
            let (stage, touchpoint) = touchpoints.get(*touchpoint as usize)?;
            let channel = self.channel(*channel)?;
            Some(CellMetrics {
                stage: self.journey.stages[*stage].id.clone(),
                touchpoint: touchpoint.id.clone(),
                reach: self.reach(numbers, Spot::TouchpointChannel(touchpoint.id.clone(), channel.clone())),
                channel,
            })
        });
        cells.collect()
    }

    fn stage_channels(&self) -> Vec<StageChannelMetrics> {
        let cells = self.answer.stage_channels.iter().filter_map(|((stage, channel), numbers)| {
            let stage = self.journey.stages.get(*stage as usize)?.id.clone();
            let channel = self.channel(*channel)?;
            let spot = Spot::StageChannel(stage.clone(), channel.clone());
            Some(StageChannelMetrics { stage, reach: self.reach(numbers, spot), channel })
        });
        cells.collect()
    }

    fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (from, (stage, numbers)) in self.journey.stages.iter().zip(&self.answer.stages).enumerate() {
            let mut add = |to: MoveTo, end: MoveEnd, kind: MoveKind, (count, tally): (u64, Tally)| {
                if count > 0 {
                    let people = people(tally, JourneyPick::Move(stage.id.clone(), end));
                    moves.push(Move { from: stage.id.clone(), to, kind, count, people });
                }
            };
            for (to, moves) in self.answer.moves[from].iter().enumerate() {
                let id = || self.journey.stages[to].id.clone();
                let kind = if to > from { MoveKind::Forward } else { MoveKind::Back };
                add(MoveTo::Stage(id()), MoveEnd::Stage(id()), kind, (moves.stays, moves.ends.all));
            }
            let exit = |exit| (numbers.exit(exit).stays, numbers.exit(exit).tally);
            add(MoveTo::Goal, MoveEnd::Goal, MoveKind::Goal, exit(Exit::Goal));
            add(MoveTo::Leave, MoveEnd::Leave, MoveKind::Leave, exit(Exit::Leave));
            add(MoveTo::Open, MoveEnd::Open, MoveKind::Open, exit(Exit::Open));
        }
        moves
    }

    fn channels_seen(&self) -> Vec<String> {
        let mut seen: Vec<_> = self.answer.channels.iter().collect();
        seen.sort_by_key(|(channel, here)| (std::cmp::Reverse(here.events), *channel));
        seen.into_iter().filter_map(|(channel, _)| self.channel(*channel)).collect()
    }

    fn stage_id(&self, stage: usize) -> String {
        self.journey.stages[stage].id.clone()
    }

    fn channel(&self, code: u32) -> Option<String> {
        self.channels.get(code as usize).cloned()
    }

    fn reach(&self, here: &Here, spot: Spot) -> Reach {
        let reached = here.reached.subjects.count;
        let ended = reached - here.open.subjects.count;
        Reach {
            events: here.events,
            reached: people(here.reached, JourneyPick::At(spot.clone())),
            share: share(reached, self.answer.totals.instances.subjects.count),
            repeats: here.repeats,
            to_goal: share(here.to_goal.subjects.count, ended),
            goal: people(here.to_goal, JourneyPick::ToGoal(spot.clone())),
            open: people(here.open, JourneyPick::OpenAt(spot.clone())),
            onward: people(here.onward, JourneyPick::Onward(spot)),
            basis: (here.events > 0).then_some(Basis::Live),
            value: self.journey.goal.value.is_some().then(|| here.value_through.value()),
            score_mean: score_mean(here),
            score_count: here.scores,
        }
    }
}

/// Went on, of those that went on or will not: an open instance that is still here may yet go on.
fn to_next(stage: &Stage) -> Share {
    share(stage.here.onward.subjects.count, stage.here.reached.subjects.count - stage.waiting.subjects.count)
}

fn exits(stage: &Stage) -> Exits {
    let stays = |exit| stage.exit(exit).stays;
    Exits {
        goal: stays(Exit::Goal),
        forward: stays(Exit::Forward),
        back: stays(Exit::Back),
        leave: stays(Exit::Leave),
        open: stays(Exit::Open),
    }
}

fn met(expect: &Option<Expectation>, compare: impl Fn(&Expectation) -> Option<bool>) -> Option<bool> {
    expect.as_ref().and_then(compare)
}

fn score_mean(here: &Here) -> Option<f64> {
    (here.scores > 0).then(|| here.score.value() / here.scores as f64)
}

fn people(tally: Tally, pick: JourneyPick) -> People {
    People { instances: tally.subjects.count, customers: tally.customers.count, pick: pick.to_string() }
}

/// A distribution of microseconds in seconds.
pub(crate) fn durations<'a>(distribution: impl Into<Together<'a>>) -> Durations {
    durations_and_p95(distribution).0
}

/// The same, and the 95th percentile: found together, as each by itself reads all values.
pub(crate) fn durations_and_p95<'a>(distribution: impl Into<Together<'a>>) -> (Durations, Option<f64>) {
    let distribution = distribution.into();
    let seconds = |us: f64| us / 1e6;
    let quantiles = distribution.quantiles(&[0.5, 0.9, 0.95]);
    let quantile = |which: usize| quantiles.as_ref().map(|quantiles| seconds(quantiles[which]));
    let durations = Durations {
        count: distribution.count(),
        mean_s: distribution.mean().map(seconds),
        median_s: quantile(0),
        p90_s: quantile(1),
    };
    (durations, quantile(2))
}
