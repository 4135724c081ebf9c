//! The way of one instance through stages, asked one question at a time.

use std::collections::BTreeSet;

use super::instances::End;

/// One instance: its events as (time, touchpoint, channel, value, score), and its end.
#[derive(Debug, Clone)]
pub struct Instance {
    pub customer: i64,
    pub events: Vec<Event>,
    pub end: End,
}

#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub time_us: i64,
    pub touchpoint: usize,
    pub stage: usize,
    pub channel: u32,
    pub value: f64,
    pub score: f64,
}

impl Instance {
    /// Position of the first event of each stay.
    pub fn stay_starts(&self) -> Vec<usize> {
        (0..self.events.len()).filter(|i| *i == 0 || self.events[*i].stage != self.events[*i - 1].stage).collect()
    }

    /// Stages of the stays in order.
    pub fn stages(&self) -> Vec<usize> {
        self.stay_starts().into_iter().map(|start| self.events[start].stage).collect()
    }

    /// Lengths of the stays in `stage` that have ended.
    pub fn stay_lengths_us(&self, stage: usize) -> Vec<i64> {
        let starts = self.stay_starts();
        let mut lengths = Vec::new();
        for (n, start) in starts.iter().enumerate() {
            if self.events[*start].stage != stage {
                continue;
            }
            match starts.get(n + 1) {
                Some(next) => lengths.push(self.events[*next].time_us - self.events[*start].time_us),
                None if self.end == End::Open => {}
                None => lengths.push(self.events[self.events.len() - 1].time_us - self.events[*start].time_us),
            }
        }
        lengths
    }

    /// Whether, after an event that `here` names, an event in a later stage than its own follows, or the goal was
    /// reached.
    pub fn goes_on_from(&self, here: impl Fn(&Event) -> bool) -> bool {
        (0..self.events.len())
            .filter(|i| here(&self.events[*i]))
            .any(|i| self.end == End::Goal || self.events[i..].iter().any(|event| event.stage > self.events[i].stage))
    }

    /// What it did that the way, stages in order, does not have: starts elsewhere (from none), and different moves.
    pub fn deviations(&self, way: &[usize]) -> BTreeSet<(Option<usize>, usize)> {
        let stages = self.stages();
        let start = stages.first().filter(|stage| way.first() != Some(*stage)).map(|stage| (None, *stage));
        let follows = |from: usize, to: usize| {
            let at = way.iter().position(|stage| *stage == from);
            at.is_some_and(|at| way.get(at + 1) == Some(&to))
        };
        let moves = stages.windows(2).filter(|pair| !follows(pair[0], pair[1]));
        start.into_iter().chain(moves.map(|pair| (Some(pair[0]), pair[1]))).collect()
    }

    pub fn furthest(&self) -> Option<usize> {
        self.events.iter().map(|event| event.stage).max()
    }

    /// Events at a touchpoint at which an earlier event of the instance was too, among those `here` names.
    pub fn repeats(&self, here: impl Fn(&Event) -> bool) -> usize {
        (0..self.events.len())
            .filter(|i| here(&self.events[*i]))
            .filter(|i| self.events[..*i].iter().any(|before| before.touchpoint == self.events[*i].touchpoint))
            .count()
    }

    /// Runs of consecutive events with the same `key`, among those `here` names.
    pub fn runs<K: PartialEq>(&self, key: impl Fn(&Event) -> K, here: impl Fn(&Event) -> bool) -> usize {
        (0..self.events.len())
            .filter(|i| *i == 0 || key(&self.events[*i - 1]) != key(&self.events[*i]))
            .filter(|i| here(&self.events[*i]))
            .count()
    }
}
