//! One instance, looked at once, then asked by every probe.

use serde::{Deserialize, Serialize};

use super::Config;
use crate::slice::{End, NO_FACET, Slice};

/// One question of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    pub stage: usize,
    pub test: Test,
}

/// Who is exposed, and who is hit. Signals are bits of the mask; *in the stage* means at an event of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Exposed: ended, was in the stage. Hit: left, and this is its furthest stage.
    DropOff,
    /// Exposed: went on from the stage. Hit: the first stay there lasted longer than the limit.
    Stall { limit_us: i64 },
    /// Exposed: was in the stage. Hit: came back to it from a later one.
    Loop,
    /// Exposed: was in the stage. Hit: more events there than the limit.
    Effort { limit: u32 },
    /// Exposed: was in the stage. Hit: one of the signals there.
    Signal { bits: u64 },
    /// Exposed: one of `of` or `bits` in the stage. Hit: one of `bits` there.
    Instead { of: u64, bits: u64 },
    /// Exposed: one of the signals in the stage. Hit: another one, later, within the time.
    Again { bits: u64, within_us: i64 },
    /// Exposed: one of `of` in the stage. Hit: one of `bits` later, anywhere.
    After { of: u64, bits: u64 },
    /// Exposed: was in the stage. Hit: went from `from` to `to` twice or more there, with others between or not.
    BackAndForth { from: u64, to: u64 },
    /// Exposed: was in the stage. Hit: was left right after one of the signals there, or went to an earlier stage.
    Turned { bits: u64 },
    /// Exposed: ended, was in the stage. Hit: one of the signals there, and left with this stage as the furthest.
    Lost { bits: u64 },
    /// Exposed: ended, changed channel in the stage or at the next event. Hit: left, no further than where it then was.
    SwitchLoss,
    /// Exposed: a score in the stage. Hit: a score of at most the limit.
    LowScore { limit: f64 },
}

impl Test {
    /// Whether it asks how instances end.
    pub fn needs_end(&self) -> bool {
        matches!(self, Test::DropOff | Test::Lost { .. } | Test::SwitchLoss)
    }
}

/// Exposures of one probe: of everyone, or of one group, in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    pub probe: usize,
    pub who: Who,
    /// Steps of time, from ≤ step < to.
    pub from: u32,
    pub to: u32,
}

/// Whose exposures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Everyone,
    /// A value of a dimension.
    Facet {
        dimension: usize,
        code: u32,
    },
    /// Those who changed from one channel to the other.
    Switch {
        from: u32,
        to: u32,
    },
}

/// One instance at one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exposure {
    pub(super) hit: bool,
    /// The event by which it counts: its time is the exposure's.
    pub(super) event: usize,
    pub(super) stage: usize,
    pub(super) step: u32,
    pub(super) switch: Option<(u32, u32)>,
}

/// What probes need of an instance; reused from one to the next.
#[derive(Debug, Default)]
pub(super) struct Judge {
    stages: Vec<Visit>,
    /// By event; `usize::MAX`: no touchpoint.
    stage: Vec<usize>,
    furthest: usize,
}

/// An instance in one stage.
#[derive(Debug, Clone, Copy)]
struct Visit {
    /// Its first event there; `usize::MAX`: never.
    first: usize,
    last: usize,
    /// The event that ended the first stay there.
    next: Option<usize>,
    events: u32,
    came_back: bool,
    bits: u64,
}

const NEVER: Visit = Visit { first: usize::MAX, last: usize::MAX, next: None, events: 0, came_back: false, bits: 0 };

impl Group {
    /// Everyone a probe exposes, at any time.
    pub fn everyone(probe: usize) -> Group {
        Group { probe, who: Who::Everyone, from: 0, to: u32::MAX }
    }

    pub(super) fn holds(&self, judge: &Judge, subject: &Slice<'_>, exposure: &Exposure) -> bool {
        (self.from..self.to).contains(&exposure.step)
            && match self.who {
                Who::Everyone => true,
                Who::Facet { dimension, code } => judge.facet(subject, exposure, dimension) == code,
                Who::Switch { from, to } => exposure.switch == Some((from, to)),
            }
    }
}

impl Judge {
    /// Looks at an instance; false if none of its events is at a touchpoint.
    pub(super) fn look(&mut self, config: &Config, subject: &Slice<'_>) -> bool {
        self.stages.clear();
        self.stages.resize(config.stages, NEVER);
        self.stage.clear();
        self.furthest = usize::MAX;
        let mut before: Option<usize> = None;
        for (i, label) in subject.label.iter().enumerate() {
            let stage =
                (*label as usize).checked_sub(1).and_then(|touchpoint| config.stage_of.get(touchpoint)).copied();
            self.stage.push(stage.unwrap_or(usize::MAX));
            let Some(stage) = stage else { continue };
            if let Some(from) = before.filter(|from| *from != stage) {
                self.stages[from].next.get_or_insert(i);
                let came_back = from > stage && self.stages[stage].events > 0;
                self.stages[stage].came_back |= came_back;
            }
            let visit = &mut self.stages[stage];
            visit.first = visit.first.min(i);
            visit.last = i;
            visit.events += 1;
            visit.bits |= subject.mask.get(i).copied().unwrap_or(0);
            if self.furthest == usize::MAX || stage > self.furthest {
                self.furthest = stage;
            }
            before = Some(stage);
        }
        before.is_some()
    }

    /// The instance at one probe; `None` if it is not exposed, or at no step of time, or its end is not settled.
    pub(super) fn exposure(&self, config: &Config, subject: &Slice<'_>, probe: &Probe) -> Option<Exposure> {
        let visit = self.stages.get(probe.stage).filter(|visit| visit.events > 0)?;
        let dropped = subject.end == End::Left && self.furthest == probe.stage;
        let ended = subject.end != End::Open;
        let mut switch = None;
        let (event, hit) = match probe.test {
            Test::DropOff => ended.then_some((visit.first, dropped))?,
            Test::Stall { limit_us } => {
                let next = visit.next.or((subject.end == End::Goal).then(|| subject.len() - 1))?;
                (visit.first, subject.time[next] - subject.time[visit.first] > limit_us)
            }
            Test::Loop => (visit.first, visit.came_back),
            Test::Effort { limit } => (visit.first, visit.events > limit),
            Test::Signal { bits } => (visit.first, visit.bits & bits != 0),
            Test::Instead { of, bits } => (self.first(subject, probe.stage, of | bits)?, visit.bits & bits != 0),
            Test::Again { bits, within_us } => {
                let first = self.first(subject, probe.stage, bits)?;
                let until = subject.time[first].saturating_add(within_us);
                let again = |i: usize| subject.mask[i] & bits != 0 && subject.time[i] <= until;
                (first, (first + 1..subject.len()).any(again))
            }
            Test::After { of, bits } => {
                let first = self.first(subject, probe.stage, of)?;
                (first, (first + 1..subject.len()).any(|i| subject.mask[i] & bits != 0))
            }
            Test::BackAndForth { from, to } => (visit.first, self.crossings(subject, probe.stage, from, to) >= 2),
            Test::Turned { bits } => (visit.first, self.turned(subject, probe.stage, bits)),
            Test::Lost { bits } => ended.then_some((visit.first, dropped && visit.bits & bits != 0))?,
            Test::SwitchLoss => {
                let at = self.switch(subject, probe.stage).filter(|_| ended)?;
                switch = Some((subject.channel[at], subject.channel[at + 1]));
                let reached = self.stage[at + 1].max(probe.stage);
                (at, subject.end == End::Left && self.furthest <= reached)
            }
            Test::LowScore { limit } => {
                let scored = |i: &usize| self.stage[*i] == probe.stage && subject.score[*i].is_finite();
                let first = (visit.first..subject.len()).find(scored)?;
                (first, (first..subject.len()).filter(scored).any(|i| subject.score[i] <= limit))
            }
        };
        if probe.test.needs_end() && config.settled_us.is_some_and(|settled| subject.time[event] > settled) {
            return None;
        }
        let since = subject.time[event].checked_sub(config.origin_us).filter(|since| *since >= 0)?;
        let step = u32::try_from(since / config.step_us).ok().filter(|step| *step < config.steps)?;
        Some(Exposure { hit, event, stage: probe.stage, step, switch })
    }

    /// Value of the goal's event; 0 where the goal was not reached.
    pub(super) fn goal_value(&self, subject: &Slice<'_>) -> f64 {
        match subject.end {
            End::Goal => subject.value.last().copied().filter(|value| value.is_finite()).unwrap_or(0.0),
            End::Left | End::Open => 0.0,
        }
    }

    /// What an instance says of a dimension in the stage: at the event it counts by, else at the last one before, else
    /// at the next. What was said in another stage does not count: who pays at a till is on no platform.
    pub(super) fn facet(&self, subject: &Slice<'_>, exposure: &Exposure, dimension: usize) -> u32 {
        if dimension >= subject.facets {
            return NO_FACET;
        }
        let code = |event: usize| subject.facet[event * subject.facets + dimension];
        let told = |event: &usize| self.stage[*event] == exposure.stage && code(*event) != NO_FACET;
        let visit = &self.stages[exposure.stage];
        let before = (visit.first..=exposure.event).rev().find(told);
        before.or_else(|| (exposure.event + 1..=visit.last).find(told)).map_or(NO_FACET, code)
    }

    /// Signals seen up to the last event in the stage.
    pub(super) fn bits_until(&self, subject: &Slice<'_>, stage: usize) -> u64 {
        let last = self.stages[stage].last;
        subject.mask.iter().take(last.saturating_add(1)).fold(0, |bits, mask| bits | mask)
    }

    /// The first event after the last one in the stage.
    pub(super) fn after(&self, subject: &Slice<'_>, stage: usize) -> Option<usize> {
        let next = self.stages[stage].last.saturating_add(1);
        (next < subject.len()).then_some(next)
    }

    /// Length of the first stay in each stage that was gone on from, and the number of events there.
    pub(super) fn visits<'a>(&'a self, subject: &'a Slice<'_>) -> impl Iterator<Item = (usize, Option<i64>, u32)> + 'a {
        self.stages.iter().enumerate().filter(|(_, visit)| visit.events > 0).map(|(stage, visit)| {
            let next = visit.next.or((subject.end == End::Goal).then(|| subject.len() - 1));
            (stage, next.map(|next| subject.time[next] - subject.time[visit.first]), visit.events)
        })
    }

    /// The first event in the stage with one of the signals.
    fn first(&self, subject: &Slice<'_>, stage: usize, bits: u64) -> Option<usize> {
        let visit = &self.stages[stage];
        if visit.bits & bits == 0 {
            return None;
        }
        (visit.first..subject.len()).find(|i| self.stage[*i] == stage && subject.mask[*i] & bits != 0)
    }

    fn crossings(&self, subject: &Slice<'_>, stage: usize, from: u64, to: u64) -> u32 {
        let visit = &self.stages[stage];
        if visit.bits & from == 0 || visit.bits & to == 0 {
            return 0;
        }
        let (mut crossings, mut at_from) = (0, false);
        for i in (visit.first..=visit.last).filter(|i| self.stage[*i] == stage) {
            if subject.mask[i] & to != 0 {
                crossings += u32::from(at_from);
                at_from = false;
            } else if subject.mask[i] & from != 0 {
                at_from = true;
            }
        }
        crossings
    }

    fn turned(&self, subject: &Slice<'_>, stage: usize, bits: u64) -> bool {
        let visit = &self.stages[stage];
        let shown = (visit.first..=visit.last).filter(|i| self.stage[*i] == stage && subject.mask[*i] & bits != 0);
        shown.into_iter().any(|i| match self.stage.get(i + 1) {
            Some(next) => *next < stage,
            None => subject.end == End::Left,
        })
    }

    /// The first event in the stage whose next is on another channel.
    fn switch(&self, subject: &Slice<'_>, stage: usize) -> Option<usize> {
        let visit = &self.stages[stage];
        let changes = |i: &usize| self.stage[*i] == stage && subject.channel[*i] != subject.channel[*i + 1];
        (visit.first..=visit.last.min(subject.len().checked_sub(2)?)).find(changes)
    }
}
