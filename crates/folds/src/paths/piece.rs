//! Which parts of a subject are paths.

use std::ops::Range;

use super::{At, Begin, Config, FROM, GOAL, HIDDEN, Repeats, SHOWN, TO};
use crate::slice::{End, Slice};

/// One path's part of the events it is cut from, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) end: End,
}

/// The events of a subject that exist for its paths; its memory is used again.
#[derive(Debug, Default)]
pub(super) struct Visible {
    pub(super) time: Vec<i64>,
    pub(super) label: Vec<u32>,
    /// Where they stand in the subject.
    row: Vec<u32>,
    /// Positions among them where a path may begin.
    begins: Vec<u32>,
    /// Positions among them where a path may end.
    stops: Vec<u32>,
    /// Where goals stand in the subject, visible or not.
    goals: Vec<u32>,
    /// For each, where the next label that differs stands. Filled if repeats are one step and paths begin anywhere.
    next: Vec<u32>,
}

impl Piece {
    /// The only part where nothing is anchored.
    pub(super) fn of_all(config: &Config, subject: &Slice<'_>) -> Piece {
        let time = subject.time;
        let Some(window_us) = config.window_us else { return Piece { range: 0..time.len(), end: subject.end } };
        let begin = subject.label.iter().position(|label| *label != 0).unwrap_or(time.len());
        let Some(first_us) = time.get(begin) else { return Piece { range: begin..begin, end: subject.end } };
        let until = within(time, *first_us, window_us);
        let cut = until < time.len();
        Piece { range: begin..until, end: ended(config, subject, *first_us, cut) }
    }
}

impl Visible {
    /// Takes up the events of a subject.
    pub(super) fn read(&mut self, config: &Config, subject: &Slice<'_>) {
        let Visible { time, label, row: rows, begins, stops, goals, next } = self;
        time.clear();
        label.clear();
        rows.clear();
        begins.clear();
        stops.clear();
        goals.clear();
        next.clear();
        for (row, mask) in subject.mask.iter().enumerate() {
            let at = label.len() as u32;
            if config.goal && mask & GOAL != 0 {
                goals.push(row as u32);
            }
            let hidden = config.hide && mask & HIDDEN != 0;
            let shown = !config.only || mask & SHOWN != 0;
            if subject.label[row] == 0 || hidden || !shown {
                continue;
            }
            if config.from.is_some() && mask & FROM != 0 {
                begins.push(at);
            }
            if config.to.is_some() && mask & TO != 0 {
                stops.push(at);
            }
            time.push(subject.time[row]);
            label.push(subject.label[row]);
            rows.push(row as u32);
        }
        if config.repeats == Repeats::Collapse && config.from == Some(Begin::Each) {
            next.resize(label.len(), label.len() as u32);
            for at in (1..label.len()).rev() {
                next[at - 1] = if label[at - 1] == label[at] { next[at] } else { at as u32 };
            }
        }
    }

    /// The `nth` path. `None`: there are no more; `Some(None)`: what begins here is none.
    pub(super) fn piece(&self, config: &Config, subject: &Slice<'_>, nth: usize) -> Option<Option<Piece>> {
        if self.label.is_empty() {
            return None;
        }
        match (config.from, config.to) {
            (None, Some(to)) if nth == 0 => Some(self.up_to(config, to.at, to.or_not, subject)),
            (None, None) if nth == 0 => Some(self.onward(config, subject, 0)),
            (None, _) => None,
            (Some(Begin::First), _) if nth > 0 => None,
            (Some(_), _) => Some(self.onward(config, subject, *self.begins.get(nth)? as usize)),
        }
    }

    /// From the event at `begin` on.
    fn onward(&self, config: &Config, subject: &Slice<'_>, begin: usize) -> Option<Piece> {
        let first_us = self.time[begin];
        let until = config.window_us.map_or(self.time.len(), |window_us| within(&self.time, first_us, window_us));
        let stop = config.to.and_then(|to| {
            let after = self.stops.partition_point(|stop| *stop as usize <= begin);
            let before = self.stops.partition_point(|stop| (*stop as usize) < until);
            let stops = &self.stops[after..before.max(after)];
            let stop = match to.at {
                At::First => stops.first(),
                At::Last => stops.last(),
            };
            stop.map(|stop| *stop as usize)
        });
        if config.to.is_some_and(|to| !to.or_not) && stop.is_none() {
            return None;
        }
        let range = begin..stop.map_or(until, |stop| stop + 1);
        let end = match (config.goal, stop) {
            (true, _) if self.is_goal(config, subject, begin) => End::Goal,
            (false, Some(_)) => End::Goal,
            (goal, _) => {
                let cut = until < self.time.len() || (goal && subject.end == End::Goal);
                let missed = config.to.is_some() && subject.end == End::Goal;
                ended(config, subject, first_us, cut || missed)
            }
        };
        Some(Piece { range, end })
    }

    /// Whether there is a goal at the event at `begin` or after it, in its window.
    fn is_goal(&self, config: &Config, subject: &Slice<'_>, begin: usize) -> bool {
        let goal = self.goals.get(self.goals.partition_point(|goal| *goal < self.row[begin]));
        goal.is_some_and(|goal| {
            let after_us = subject.time[*goal as usize].saturating_sub(self.time[begin]);
            config.window_us.is_none_or(|window_us| after_us <= window_us)
        })
    }

    /// Up to the anchor paths end at.
    fn up_to(&self, config: &Config, at: At, or_not: bool, subject: &Slice<'_>) -> Option<Piece> {
        let stop = match at {
            At::First => self.stops.first(),
            At::Last => self.stops.last(),
        };
        let Some(stop) = stop.map(|stop| *stop as usize) else {
            return if or_not { self.onward(config, subject, 0) } else { None };
        };
        let begin = config.window_us.map_or(0, |window_us| {
            self.time.partition_point(|time_us| self.time[stop].saturating_sub(*time_us) > window_us)
        });
        // Without a goal of its own the end anchor is the goal.
        let end = match !config.goal || self.is_goal(config, subject, begin) {
            true => End::Goal,
            false => ended(config, subject, self.time[begin], true),
        };
        Some(Piece { range: begin..stop + 1, end })
    }

    /// Writes the first `most` steps of a part; whether there were more.
    pub(super) fn forwards(&self, config: &Config, range: &Range<usize>, most: usize, steps: &mut Vec<u32>) -> bool {
        let mut at = range.start;
        while at < range.end {
            let repeated = config.repeats == Repeats::Collapse && steps.last() == Some(&self.label[at]);
            if !repeated {
                if steps.len() == most {
                    return true;
                }
                steps.push(self.label[at]);
            }
            at = match self.next.get(at) {
                Some(next) => *next as usize,
                None => at + 1,
            };
        }
        false
    }
}

/// Events up to `window_us` after `first_us`.
fn within(time: &[i64], first_us: i64, window_us: i64) -> usize {
    time.partition_point(|time_us| time_us.saturating_sub(first_us) <= window_us)
}

/// How a path ended that begins at `first_us` and did not get where it should. `cut`: the subject goes on after it, so
/// that its end is not the path's.
fn ended(config: &Config, subject: &Slice<'_>, first_us: i64, cut: bool) -> End {
    let over = config.window_us.is_some_and(|window_us| config.as_of_us.saturating_sub(first_us) > window_us);
    match subject.end {
        End::Open if over => End::Left,
        End::Open => End::Open,
        End::Left => End::Left,
        End::Goal if cut => End::Left,
        End::Goal => End::Goal,
    }
}
