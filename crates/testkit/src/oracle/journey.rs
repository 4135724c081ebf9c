//! The way of one instance through stages, asked one question at a time.

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

    /// Whether, after an event in `stage`, an event in a later stage follows, or the goal was reached.
    pub fn goes_on_from(&self, stage: usize) -> bool {
        let first = self.events.iter().position(|event| event.stage == stage);
        first.is_some_and(|first| self.end == End::Goal || self.events[first..].iter().any(|event| event.stage > stage))
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
