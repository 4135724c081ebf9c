//! A funnel's steps as runs go through them: which are stations, which lie between, what is forbidden where.

use super::clock::{Clock, Until};
use super::{Config, Count, Effect, Entry, Mode};
use crate::slice::{End, NO_HELD, Slice};

/// Position of a step that was not done.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Parameters made ready for walking.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Steps that are not optional, in order.
    pub(super) stations: Vec<usize>,
    /// By station, bits of the optional steps after it, and of the next station.
    onward: Vec<u64>,
    pub(super) barriers: Vec<Barrier>,
    /// Bits of all steps.
    pub(super) steps: u64,
    /// Bits of steps and exclusions.
    pub(super) relevant: u64,
}

/// An exclusion between stations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Barrier {
    pub(super) bit: u64,
    /// Station, from 0.
    pub(super) after: usize,
    pub(super) before: usize,
    pub(super) effect: Effect,
}

impl Barrier {
    /// Whether it stands in the way of a run that had reached station `had` before an event and `has` with it.
    #[inline]
    pub(super) fn hits(&self, had: usize, has: usize) -> bool {
        had >= self.after && has < self.before
    }
}

/// One run that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Steps done, in order; of optional ones see `done`. In any order: how many.
    pub(super) level: usize,
    /// Bits of steps done; in any order, the lowest.
    pub(super) done: u64,
    pub(super) entry: usize,
    pub(super) until: Until,
    /// The subject may still get further by this run or another.
    pub(super) open: bool,
    /// Does not count, because of an excluded event.
    pub(super) removed: bool,
}

/// Where a run went, and how it ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    pub(super) run: Run,
    /// Through, or broken off: nothing after this position changes it. None: the subject's events ended first.
    pub(super) ended: Option<usize>,
}

impl Route {
    pub(super) fn new(config: &Config) -> Route {
        let stations: Vec<usize> = (0..config.steps).filter(|step| config.optional >> step & 1 == 0).collect();
        let onward = |station: usize| {
            let next = stations.get(station + 1).map_or(config.steps, |next| next + 1);
            (stations[station] + 1..next).fold(0, |bits, step| bits | 1 << step)
        };
        let onward = (0..stations.len()).map(onward).collect();
        let station = |step: usize| stations.partition_point(|station| *station < step);
        let barriers = (config.steps..).zip(&config.exclusions).map(|(bit, exclusion)| Barrier {
            bit: 1 << bit,
            after: station(exclusion.after),
            before: station(exclusion.before),
            effect: exclusion.effect,
        });
        let barriers: Vec<Barrier> = barriers.collect();
        let steps = (0..config.steps).fold(0, |bits, step| bits | 1u64 << step);
        let relevant = barriers.iter().fold(steps, |bits, barrier| bits | barrier.bit);
        Route { stations, onward, barriers, steps, relevant }
    }

    pub(super) fn last(&self) -> usize {
        self.stations.len() - 1
    }

    /// Tells each run of a subject that counts, with the positions of its steps' events ([`NOWHERE`]: not done). Where near
    /// events count as simultaneous, the subject's times are those of its moments.
    pub(super) fn runs(
        &self,
        config: &Config,
        subject: &Slice<'_>,
        places: &mut Vec<u32>,
        mut each: impl FnMut(&Run, &[u32]),
    ) {
        if config.count == Count::Every {
            let mut from = 0;
            while let Some(entry) = self.entry(config, subject, from) {
                let trail = self.follow_any(config, subject, entry, places);
                each(&trail.run, places);
                from = trail.ended.unwrap_or(subject.len()).max(entry + 1);
            }
            return;
        }
        let (entry, open) = match (config.entry, config.mode) {
            (Entry::First, _) => (self.entry(config, subject, 0), None),
            (Entry::Best, Mode::Strict) => best(self.strict(config, subject, places)),
            (Entry::Best, Mode::Unordered) => best(super::unordered::search(self, config, subject)),
            (Entry::Best, _) if config.tie_tolerance_us > 0 => best(super::moments::search(self, config, subject)),
            (Entry::Best, _) => best(super::ordered::search(self, config, subject)),
        };
        if let Some(entry) = entry {
            let Trail { run, .. } = self.follow_any(config, subject, entry, places);
            each(&Run { open: open.unwrap_or(run.open), ..run }, places);
        }
    }

    /// The first event from `from` on that a run may begin with.
    pub(super) fn entry(&self, config: &Config, subject: &Slice<'_>, from: usize) -> Option<usize> {
        (from..subject.len()).find(|event| self.may_begin(config, subject, *event))
    }

    #[inline]
    pub(super) fn may_begin(&self, config: &Config, subject: &Slice<'_>, event: usize) -> bool {
        let wanted = if config.mode == Mode::Unordered { self.steps } else { 1 };
        subject.mask[event] & wanted != 0 && (!config.hold || held(subject, event) != NO_HELD)
    }

    fn follow_any(&self, config: &Config, subject: &Slice<'_>, entry: usize, places: &mut Vec<u32>) -> Trail {
        match config.tie_tolerance_us {
            0 => self.follow(config, subject, entry, places),
            _ => super::moments::follow(self, config, subject, entry, places),
        }
    }

    /// Follows the run that begins with the event at `entry`, each next step at its earliest.
    fn follow(&self, config: &Config, subject: &Slice<'_>, entry: usize, places: &mut Vec<u32>) -> Trail {
        places.clear();
        places.resize(config.steps, NOWHERE);
        let until = Clock::new(&config.window, subject).until(entry);
        let mut course = Course::new(self, config);
        let mut removed = false;
        let mut ended = None;
        let mut first = true;
        for event in entry..subject.len() {
            if subject.time[event] > until.us {
                ended = Some(event);
                break;
            }
            let bits = subject.mask[event] & self.relevant;
            let may_count = !config.hold || held(subject, event) == held(subject, entry);
            let had = course.reached;
            let moved = may_count && course.take(bits & self.steps, event, places);
            if course.is_through() {
                ended = Some(event + 1);
                break;
            }
            let forbids = may_count || held(subject, event) == NO_HELD;
            let hit = self
                .barriers
                .iter()
                .filter(|barrier| !first && forbids && bits & barrier.bit != 0 && barrier.hits(had, course.reached));
            let mut dropped = false;
            hit.for_each(|barrier| match barrier.effect {
                Effect::Remove => removed = true,
                Effect::Drop => dropped = true,
            });
            if dropped || (config.mode == Mode::Strict && !moved) {
                ended = Some(event);
                break;
            }
            first = false;
        }
        let done =
            (0..).zip(places.iter()).filter(|(_, place)| **place != NOWHERE).fold(0, |bits, (k, _)| bits | 1 << k);
        let open = ended.is_none() && subject.end == End::Open && until.open_us >= config.as_of_us;
        Trail { run: Run { level: course.level(), done, entry, until, open, removed }, ended }
    }

    /// Of the runs whose events follow each other directly: the best entry, and whether a run is alive.
    fn strict(&self, config: &Config, subject: &Slice<'_>, places: &mut Vec<u32>) -> (Option<usize>, bool) {
        let mut best: Option<(usize, std::cmp::Reverse<u32>, usize)> = None;
        let mut alive = false;
        let mut from = 0;
        while let Some(entry) = self.entry(config, subject, from) {
            let Trail { run, .. } = self.follow(config, subject, entry, places);
            let reached_at = places[run.level - 1];
            best = best.max(Some((run.level, std::cmp::Reverse(reached_at), entry)));
            alive |= run.open;
            from = entry + 1;
        }
        let through = best.is_some_and(|(level, ..)| level == config.steps);
        (best.map(|(.., entry)| entry), alive && !through)
    }
}

fn best((entry, open): (Option<usize>, bool)) -> (Option<usize>, Option<bool>) {
    (entry, Some(open))
}

#[inline]
pub(super) fn held(subject: &Slice<'_>, event: usize) -> u32 {
    subject.held.get(event).copied().unwrap_or(NO_HELD)
}

/// A run under way.
struct Course<'a> {
    route: &'a Route,
    mode: Mode,
    reuse: bool,
    /// Station reached; in any order, steps done less one.
    reached: usize,
    /// The last step done, optional or not.
    passed: usize,
    begun: bool,
    pool: super::unordered::Pool,
}

impl<'a> Course<'a> {
    fn new(route: &'a Route, config: &Config) -> Course<'a> {
        let pool = super::unordered::Pool::default();
        Course { route, mode: config.mode, reuse: config.reuse, reached: 0, passed: 0, begun: false, pool }
    }

    fn is_through(&self) -> bool {
        self.begun && self.reached == self.route.last()
    }

    /// Steps done up to the last station.
    fn level(&self) -> usize {
        if self.mode == Mode::Unordered { self.reached + 1 } else { self.route.stations[self.reached] + 1 }
    }

    /// Lets an event satisfy what it can; whether it satisfied anything.
    fn take(&mut self, bits: u64, event: usize, places: &mut [u32]) -> bool {
        if self.mode == Mode::Unordered {
            return self.take_any(bits, event, places);
        }
        let mut took = false;
        let mut bits = bits;
        if !self.begun {
            self.begun = true;
            places[0] = event as u32;
            took = true;
            bits &= !1;
            if !self.reuse {
                return true;
            }
        }
        loop {
            let Some(station) = self.route.stations.get(self.reached + 1).copied() else { return took };
            let ahead = bits & self.route.onward[self.reached] & !((2 << self.passed) - 1);
            // The next station before what is optional, unless the event may be both.
            let step = match ahead {
                0 => return took,
                _ if !self.reuse && ahead >> station & 1 != 0 => station,
                _ => ahead.trailing_zeros() as usize,
            };
            places[step] = event as u32;
            self.passed = step;
            self.reached += usize::from(step == station);
            took = true;
            if !self.reuse {
                return true;
            }
        }
    }

    fn take_any(&mut self, bits: u64, event: usize, places: &mut [u32]) -> bool {
        let before = self.pool.len();
        if self.reuse {
            self.pool.serve(bits);
        } else if bits != 0 {
            self.pool.seat(bits);
        }
        let after = self.pool.len();
        places[before..after].fill(event as u32);
        self.begun |= after > 0;
        self.reached = after.saturating_sub(1);
        after > before
    }
}
