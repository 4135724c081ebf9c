//! One pass over a subject's events that finds the deepest level.
//!
//! For each step the pass keeps where the latest run that got there began. A run that began later has the
//! longer rest of its window, so the latest is always the best to keep, and one is enough (time grows with
//! events × matched steps, memory with steps). What an event may do for the runs is what the modes differ in.

use super::{Config, Mode, Ties, Window, ties};
use crate::limits::FUNNEL_STEPS_MAX;
use crate::slice::Slice;

/// What of a funnel's parameters decides levels here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    steps: usize,
    pub(super) window_us: i64,
    mode: Mode,
    pub(super) ties: Ties,
}

impl Plain {
    /// None if the parameters are beyond what is found here.
    pub(super) fn of(config: &Config) -> Option<Plain> {
        match config.window {
            Window::Time { us: window_us } if config.is_plain() => {
                Some(Plain { steps: config.steps, window_us, mode: config.mode, ties: config.ties })
            }
            _ => None,
        }
    }
}

/// How a subject went through the steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) level: usize,
    /// Position of the first step's event of the run that was first to reach `level`.
    pub(super) entry: usize,
    /// Position of the last event of the first step.
    pub(super) latest_entry: usize,
    /// The mode ended the subject early: later events change nothing.
    pub(super) stopped: bool,
}

pub(super) fn walk(config: &Plain, subject: &Slice<'_>) -> Run {
    match (config.mode, config.ties) {
        // Most funnels are short, and what is kept by step is made anew for every subject.
        (Mode::Ordered, _) | (Mode::StrictOnce, Ties::Position) => match config.steps {
            0..=4 => once_by_position::<4>(config, subject),
            5..=8 => once_by_position::<8>(config, subject),
            _ => once_by_position::<FUNNEL_STEPS_MAX>(config, subject),
        },
        (Mode::StrictOnce, Ties::Step) => once_by_step(config, subject),
        _ => reusing(config, subject),
    }
}

/// Where the latest run that got to each step began. Only the first `run.level` entries mean anything.
struct Runs<const STEPS: usize> {
    first_us: [i64; STEPS],
    entry: [u32; STEPS],
    run: Run,
}

impl<const STEPS: usize> Runs<STEPS> {
    fn new() -> Runs<STEPS> {
        Runs { first_us: [0; STEPS], entry: [0; STEPS], run: Run::default() }
    }

    #[inline]
    fn enter(&mut self, position: usize, time_us: i64) {
        self.first_us[0] = time_us;
        self.entry[0] = position as u32;
        self.run.latest_entry = position;
        self.reach(0);
    }

    /// Whether a run stands before `step` (1 or more) whose window still holds `time_us`.
    #[inline]
    fn may_advance(&self, step: usize, time_us: i64, window_us: i64) -> bool {
        step <= self.run.level && time_us.saturating_sub(self.first_us[step - 1]) <= window_us
    }

    /// Takes the run that stands before `step` (1 or more) over it.
    #[inline]
    fn advance(&mut self, step: usize) {
        self.first_us[step] = self.first_us[step - 1];
        self.entry[step] = self.entry[step - 1];
        self.reach(step);
    }

    #[inline]
    fn reach(&mut self, step: usize) {
        if step == self.run.level {
            self.run.level = step + 1;
            self.run.entry = self.entry[step] as usize;
        }
    }
}

/// The steps a mask may mean: those of the funnel, and none further than one past the level.
#[inline]
fn within(mask: u64, steps: usize) -> u64 {
    mask & ((1u64 << steps) - 1)
}

/// Each event, in its position, satisfies one step of a run: the steps it matches are tried from the last
/// to the first, so that none sees what the same event did for another.
fn once_by_position<const STEPS: usize>(config: &Plain, subject: &Slice<'_>) -> Run {
    let mut runs = Runs::<STEPS>::new();
    // Steps beyond the one after the level cannot advance any run.
    let mut useful = within(u64::MAX, 1);
    for (position, (mask, time_us)) in subject.mask.iter().zip(subject.time).enumerate() {
        let mut mask = mask & useful;
        if mask == 0 {
            continue;
        }
        while mask != 0 {
            let step = 63 - mask.leading_zeros() as usize;
            mask ^= 1 << step;
            if step == 0 {
                runs.enter(position, *time_us);
            } else if runs.may_advance(step, *time_us, config.window_us) {
                runs.advance(step);
            }
        }
        if runs.run.level == config.steps {
            return runs.run;
        }
        useful = within(u64::MAX, runs.run.level + 1);
    }
    runs.run
}

/// As [`once_by_position`], but events of the same time may be taken in any order.
fn once_by_step(config: &Plain, subject: &Slice<'_>) -> Run {
    let mut runs = Runs::<FUNNEL_STEPS_MAX>::new();
    let mut position = 0;
    while position < subject.time.len() {
        if within(subject.mask[position], config.steps) == 0 {
            position += 1;
            continue;
        }
        let time_us = subject.time[position];
        let until = group_end(config.ties, subject, position);
        let group = &subject.mask[position..until];
        // From the deepest run to a new one: each reads only runs that those before it left alone, and
        // overwrites theirs with its own, which began later.
        for base in (0..=runs.run.level.min(config.steps - 1)).rev() {
            if base > 0 && !runs.may_advance(base, time_us, config.window_us) {
                continue;
            }
            let advance = ties::most_steps(group, base, config.steps);
            for step in base..base + advance {
                if step == 0 {
                    let entry = group.iter().rposition(|mask| mask & 1 != 0).unwrap_or(0);
                    runs.enter(position + entry, time_us);
                } else {
                    runs.advance(step);
                }
            }
        }
        if runs.run.level == config.steps {
            return runs.run;
        }
        position = until;
    }
    runs.run
}

/// `windowFunnel` without `strict_once`: the steps matched at one time are tried from the first to the last,
/// each seeing what was done for the one before.
fn reusing(config: &Plain, subject: &Slice<'_>) -> Run {
    let mut runs = Runs::<FUNNEL_STEPS_MAX>::new();
    // Ordinal of the group that last took a run over each step.
    let mut taken_by = [0u32; FUNNEL_STEPS_MAX];
    let mut ordinal = 0;
    let mut position = 0;
    while position < subject.time.len() {
        // Events of no step matter to one mode only, and there they stop a run.
        if within(subject.mask[position], config.steps) == 0 && config.mode != Mode::StrictOrder {
            position += 1;
            continue;
        }
        let time_us = subject.time[position];
        let until = group_end(config.ties, subject, position);
        let group = &subject.mask[position..until];
        ordinal += 1;
        let stop = |runs: &Runs<FUNNEL_STEPS_MAX>| Run { stopped: true, ..runs.run };
        if config.mode == Mode::StrictOrder
            && runs.run.level > 0
            && group.iter().any(|mask| within(*mask, config.steps) == 0)
        {
            return stop(&runs);
        }
        let mut matched = within(group.iter().fold(0, |all, mask| all | mask), config.steps);
        while matched != 0 {
            let step = matched.trailing_zeros() as usize;
            matched &= matched - 1;
            if step == 0 {
                let entry = group.iter().rposition(|mask| mask & 1 != 0).unwrap_or(0);
                runs.enter(position + entry, time_us);
                taken_by[0] = ordinal;
                continue;
            }
            let again = config.mode == Mode::StrictDeduplication && step < runs.run.level;
            let out_of_order = config.mode == Mode::StrictOrder && runs.run.level > 0 && step > runs.run.level;
            if again || out_of_order {
                return stop(&runs);
            }
            let too_soon = config.mode == Mode::StrictIncrease && taken_by[step - 1] == ordinal;
            if !too_soon && runs.may_advance(step, time_us, config.window_us) {
                runs.advance(step);
                taken_by[step] = ordinal;
                if runs.run.level == config.steps {
                    return runs.run;
                }
                let twice = group.iter().filter(|mask| *mask >> step & 1 != 0).count() > 1;
                if config.mode == Mode::StrictDeduplication && twice {
                    return stop(&runs);
                }
            }
        }
        if config.steps == 1 && runs.run.level == 1 {
            return runs.run;
        }
        position = until;
    }
    runs.run
}

/// The end of the events that are tried as one with the event at `position`.
#[inline]
fn group_end(ties: Ties, subject: &Slice<'_>, position: usize) -> usize {
    match ties {
        Ties::Position => position + 1,
        Ties::Step => {
            let time_us = subject.time[position];
            position + subject.time[position..].iter().take_while(|time| **time == time_us).count()
        }
    }
}

/// Finds the events of steps 1 to `level` in the run that began with the event at `entry`, each step at the earliest
/// event that can be it; of events of the same time that are tried as one, the first that matches. Such a run reaches
/// `level` no later than the walk found. `places` are positions by step.
pub(super) fn trace(config: &Plain, subject: &Slice<'_>, entry: usize, level: usize, places: &mut Vec<u32>) {
    places.clear();
    if let (Mode::Ordered | Mode::StrictOnce, Ties::Position) = (config.mode, config.ties) {
        let mut events = (entry as u32..).zip(&subject.mask[entry..]);
        let of_step = |step: usize| events.find(|(_, mask)| *mask >> step & 1 != 0).map(|(position, _)| position);
        places.extend((0..level).map_while(of_step));
        debug_assert_eq!(places.len(), level, "the earliest run is never shorter than the one found");
        return places.resize(level, places.last().copied().unwrap_or(entry as u32));
    }
    let mut position = match config.ties {
        Ties::Position => entry,
        Ties::Step => subject.time.partition_point(|time| *time < subject.time[entry]),
    };
    while places.len() < level && position < subject.time.len() {
        let until = group_end(config.ties, subject, position);
        let group = &subject.mask[position..until];
        let done = places.len();
        let advance = match config.mode {
            Mode::Ordered | Mode::StrictOnce => ties::most_steps(group, done, level),
            Mode::StrictIncrease => usize::from(group.iter().any(|mask| mask >> done & 1 != 0)),
            _ => {
                let matched = group.iter().fold(0, |all, mask| all | mask);
                ((matched >> done).trailing_ones() as usize).min(level - done)
            }
        };
        for step in done..done + advance {
            let of_step = group.iter().position(|mask| mask >> step & 1 != 0).unwrap_or(0);
            places.push((position + of_step) as u32);
        }
        position = until;
    }
    debug_assert_eq!(places.len(), level, "the earliest run is never shorter than the one found");
    let last = places.last().copied().unwrap_or(entry as u32);
    places.resize(level, last);
}
