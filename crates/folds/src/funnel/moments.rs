//! Runs where events near each other count as simultaneous.
//!
//! Events of steps and exclusions are cut into *moments*: one begins with the first such event that is later than the
//! tolerance after the beginning of the one before. Events between belong to it. All events of a moment have the time of
//! its first, and may be taken in whatever order serves best. So an excluded event lies between two steps only if its
//! moment lies between theirs.
//!
//! Moments are of one subject's own events, so partitions do not matter. Not here: strict funnels, where it matters
//! what lies between, and steps in any order, where order does not.

use rustc_hash::FxHashMap;

use super::clock::{Clock, Until};
use super::route::{NOWHERE, Route, Run, Trail, held};
use super::ties::Seats;
use super::{Config, Effect};
use crate::slice::{End, NO_HELD, Slice};

/// The times of the moments that events belong to, in place of their own.
pub(super) fn times(config: &Config, relevant: u64, subject: &Slice<'_>) -> Vec<i64> {
    let mut begun: Option<i64> = None;
    let of_moment = |(time, mask): (&i64, &u64)| {
        let begins = mask & relevant != 0;
        match begun {
            Some(first) if time.saturating_sub(first) <= config.tie_tolerance_us => first,
            _ if begins => *begun.insert(*time),
            _ => *time,
        }
    };
    subject.time.iter().zip(subject.mask).map(of_moment).collect()
}

/// The end of the moment that begins at `from`.
fn end(subject: &Slice<'_>, from: usize) -> usize {
    from + subject.time[from..].iter().take_while(|time| **time == subject.time[from]).count()
}

/// Follows the run that begins in the moment of the event at `entry` with what that event holds. Each next step is
/// taken at its earliest moment.
pub(super) fn follow(
    route: &Route,
    config: &Config,
    subject: &Slice<'_>,
    entry: usize,
    places: &mut Vec<u32>,
) -> Trail {
    places.clear();
    places.resize(config.steps, NOWHERE);
    let until = Clock::new(&config.window, subject).until(entry);
    let key = held(subject, entry);
    let counts = |event: usize| !config.hold || held(subject, event) == key;
    // Stations done, and the last step that was.
    let (mut done, mut passed) = (0, 0);
    let (mut removed, mut ended) = (false, None);
    let mut moment = subject.time.partition_point(|time| *time < subject.time[entry]);
    while moment < subject.len() {
        if subject.time[moment] > until.us {
            ended = Some(moment);
            break;
        }
        let after = end(subject, moment);
        let had = done;
        let mut seats = Seats::default();
        (moment..after)
            .filter(|event| counts(*event))
            .for_each(|event| seats.come(event, subject.mask[event] & route.steps));
        done += route.stations[done..].iter().take_while(|station| seats.seat(**station)).count();
        let ahead = route.stations.get(done).copied().unwrap_or(config.steps);
        let between = (passed + 1..ahead).filter(|step| config.optional >> step & 1 != 0);
        let optional = between.filter(|step| seats.seat(*step)).last();
        passed = optional.unwrap_or(passed).max(route.stations[done - 1]);
        seats.tell(places);
        if done == route.stations.len() {
            ended = Some(after);
            break;
        }
        let mut dropped = false;
        for event in (moment..after).filter(|event| counts(*event) || held(subject, *event) == NO_HELD) {
            let bits = subject.mask[event];
            for barrier in route.barriers.iter().filter(|barrier| bits & barrier.bit != 0) {
                // Nothing of the moment a run began in lies between.
                if had > 0 && barrier.hits(had - 1, done - 1) {
                    match barrier.effect {
                        Effect::Remove => removed = true,
                        Effect::Drop => dropped = true,
                    }
                }
            }
        }
        if dropped {
            ended = Some(moment);
            break;
        }
        moment = after;
    }
    let bits = (0..).zip(places.iter()).filter(|(_, place)| **place != NOWHERE).fold(0, |bits, (k, _)| bits | 1 << k);
    let open = ended.is_none() && subject.end == End::Open && until.open_us >= config.as_of_us;
    let level = route.stations[done - 1] + 1;
    Trail { run: Run { level, done: bits, entry: places[0] as usize, until, open, removed }, ended }
}

/// Where a run began.
#[derive(Debug, Clone, Copy)]
struct Start {
    entry: usize,
    until: Until,
}

/// A run at a station; before the moment just looked at it had done `had` stations.
#[derive(Debug, Clone, Copy)]
struct Runner {
    start: Start,
    had: usize,
}

/// As [`super::ordered::search`], a moment at a time: by held value and station, the latest run that stands there.
pub(super) fn search(route: &Route, config: &Config, subject: &Slice<'_>) -> (Option<usize>, bool) {
    let stations = route.stations.len();
    let mut clock = Clock::new(&config.window, subject);
    let mut fronts: Vec<Vec<Option<Runner>>> = Vec::new();
    let mut by_held: FxHashMap<u32, usize> = FxHashMap::default();
    let mut best: (usize, Option<usize>) = (0, None);
    let mut moment = 0;
    while moment < subject.len() {
        let after = end(subject, moment);
        let events = moment..after;
        let relevant = |event: &usize| subject.mask[*event] & route.relevant != 0;
        if !events.clone().any(|event| relevant(&event)) {
            moment = after;
            continue;
        }
        let mut here: Option<(usize, usize)> = None;
        let mut moved = Vec::new();
        for (key, own) in by_value(config, subject, events.clone().filter(relevant)) {
            let begins = own.iter().find(|event| route.may_begin(config, subject, **event)).copied();
            let front = match (by_held.get(&key), begins) {
                (Some(front), _) => *front,
                (None, None) => continue,
                (None, Some(_)) => {
                    by_held.insert(key, fronts.len());
                    fronts.push(vec![None; stations]);
                    fronts.len() - 1
                }
            };
            let start = begins.map(|entry| Start { entry, until: clock.until(entry) });
            let masks: Vec<u64> = own.iter().map(|event| subject.mask[*event] & route.steps).collect();
            moved.push(front);
            let reached = advance(&mut fronts[front], route, &masks, subject.time[moment], start);
            // Of those that get here together, the one that began last.
            let rank = |(level, entry): (usize, usize)| (level, subject.time[entry]);
            here = reached.into_iter().chain(here).reduce(|new, old| if rank(new) > rank(old) { new } else { old });
        }
        if let Some((level, entry)) = here.filter(|(level, _)| *level > best.0) {
            best = (level, Some(entry));
            if level == stations {
                return (best.1, false);
            }
        }
        for event in events.filter(relevant) {
            let key = if config.hold { held(subject, event) } else { NO_HELD };
            for barrier in route.barriers.iter().filter(|barrier| barrier.effect == Effect::Drop) {
                if subject.mask[event] & barrier.bit == 0 {
                    continue;
                }
                let concerned = match (config.hold && key == NO_HELD, by_held.get(&key)) {
                    (true, _) => 0..fronts.len(),
                    (false, Some(own)) => *own..own + 1,
                    (false, None) => 0..0,
                };
                for (station, runner) in fronts[concerned].iter_mut().flat_map(|front| front.iter_mut().enumerate()) {
                    if runner.is_some_and(|runner| runner.had > 0 && barrier.hits(runner.had - 1, station)) {
                        *runner = None;
                    }
                }
            }
        }
        for front in moved {
            (1..).zip(fronts[front].iter_mut()).for_each(|(done, runner)| {
                if let Some(runner) = runner {
                    runner.had = done;
                }
            });
        }
        moment = after;
    }
    let alive = |runner: &Runner| runner.start.until.open_us >= config.as_of_us;
    let open = subject.end == End::Open && fronts.iter().any(|front| front.iter().flatten().any(alive));
    (best.1, open)
}

/// Events by what they hold, in the order of the first of each value; what lacks a value is no step.
fn by_value(config: &Config, subject: &Slice<'_>, events: impl Iterator<Item = usize>) -> Vec<(u32, Vec<usize>)> {
    if !config.hold {
        return vec![(NO_HELD, events.collect())];
    }
    let mut groups: Vec<(u32, Vec<usize>)> = Vec::new();
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    for event in events.filter(|event| held(subject, *event) != NO_HELD) {
        let key = held(subject, event);
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(event),
            None => groups.push((key, vec![event])),
        }
    }
    groups
}

/// Moves the runs of one value by the events of a moment, the deepest first, so that none is moved twice. Gives the
/// stations done by the deepest that moved, and where it began.
fn advance(
    front: &mut [Option<Runner>],
    route: &Route,
    masks: &[u64],
    time_us: i64,
    begun: Option<Start>,
) -> Option<(usize, usize)> {
    let further = |from: usize| {
        let mut seats = Seats::default();
        (0..).zip(masks).for_each(|(event, mask)| seats.come(event, *mask));
        route.stations[from..].iter().take_while(|station| seats.seat(**station)).count()
    };
    let mut reached: Option<(usize, usize)> = None;
    for done in (0..front.len()).rev() {
        let runner = match done {
            0 => begun.map(|start| Runner { start, had: 0 }),
            _ => front[done - 1].filter(|runner| time_us <= runner.start.until.us),
        };
        let Some(runner) = runner else { continue };
        let moved = further(done);
        if moved == 0 {
            continue;
        }
        if done > 0 {
            front[done - 1] = None;
        }
        let now = done + moved;
        // Those that began later come later, and have the longer rest of their window.
        front[now - 1] = Some(runner);
        if reached.is_none_or(|(level, _)| now >= level) {
            reached = Some((now, runner.start.entry));
        }
    }
    reached
}
