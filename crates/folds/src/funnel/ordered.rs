//! The best run through steps in order, where a funnel has options: one pass over a subject's events.
//!
//! A run moves from station to station at the first event it can. Of two runs at the same station the later one has
//! the longer rest of its window and meets the same events from there on, so one run a station is enough (time grows
//! with events × stations, memory with stations; both by held value where one is held). Optional steps change nothing
//! of this: no run needs them.

use rustc_hash::FxHashMap;

use super::clock::{Clock, Until};
use super::route::{Route, held};
use super::{Config, Effect};
use crate::slice::{End, NO_HELD, Slice};

/// Where a run began.
#[derive(Debug, Clone, Copy)]
struct Start {
    entry: usize,
    until: Until,
}

/// By station, the latest run that stands there.
#[derive(Debug, Clone)]
struct Front(Vec<Option<Start>>);

/// Before the event just looked at, a run that now stands at a station stood here.
const NOT_BEGUN: usize = usize::MAX;

/// The entry of the best run (the deepest; of several the first to get there, which began latest), and whether any may
/// still go further.
pub(super) fn search(route: &Route, config: &Config, subject: &Slice<'_>) -> (Option<usize>, bool) {
    let stations = route.stations.len();
    let mut clock = Clock::new(&config.window, subject);
    let mut fronts: Vec<Front> = Vec::new();
    let mut by_held: FxHashMap<u32, usize> = FxHashMap::default();
    let mut best: (usize, Option<usize>) = (0, None);
    let mut from = vec![0; stations];
    for event in 0..subject.len() {
        let bits = subject.mask[event] & route.relevant;
        if bits == 0 {
            continue;
        }
        let key = if config.hold { held(subject, event) } else { NO_HELD };
        let may_count = !config.hold || key != NO_HELD;
        let mut own = by_held.get(&key).copied();
        if own.is_none() && route.may_begin(config, subject, event) {
            own = Some(fronts.len());
            by_held.insert(key, fronts.len());
            fronts.push(Front(vec![None; stations]));
        }
        (0..stations).for_each(|station| from[station] = station);
        if let Some(front) = own.filter(|_| may_count).map(|own| &mut fronts[own]) {
            let time_us = subject.time[event];
            let begun = (bits & 1 != 0).then(|| Start { entry: event, until: clock.until(event) });
            front.advance(route, config.reuse, bits, time_us, begun, &mut from);
            let reached = front.reached_beyond(best.0, &from);
            if let Some((level, start)) = reached {
                best = (level, Some(start.entry));
                if level == stations {
                    return (best.1, false);
                }
            }
        }
        for barrier in route.barriers.iter().filter(|barrier| barrier.effect == Effect::Drop && bits & barrier.bit != 0)
        {
            // What carries no value concerns runs of all values, of which none has moved by it.
            let concerned = match (config.hold && key == NO_HELD, own) {
                (true, _) => 0..fronts.len(),
                (false, Some(own)) => own..own + 1,
                (false, None) => 0..0,
            };
            for front in &mut fronts[concerned] {
                #[expect(clippy::needless_range_loop, reason = "stations are what a barrier names")]
                for station in barrier.after..barrier.before {
                    if from[station] != NOT_BEGUN && barrier.hits(from[station], station) {
                        front.0[station] = None;
                    }
                }
            }
        }
    }
    let alive = |start: &Start| start.until.open_us >= config.as_of_us;
    let open = subject.end == End::Open && fronts.iter().any(|front| front.0.iter().flatten().any(alive));
    (best.1, open)
}

impl Front {
    /// Moves runs by one event; `from` learns where those that moved stood.
    fn advance(
        &mut self,
        route: &Route,
        reuse: bool,
        bits: u64,
        time_us: i64,
        begun: Option<Start>,
        from: &mut [usize],
    ) {
        let stations = self.0.len();
        if reuse && begun.is_some() {
            (self.0[0], from[0]) = (begun, NOT_BEGUN);
        }
        for i in 1..stations {
            // A run that may take several steps by one event goes from the first on; else none may be moved twice.
            let station = if reuse { i } else { stations - i };
            if bits >> route.stations[station] & 1 != 0
                && self.0[station - 1].is_some_and(|start| time_us <= start.until.us)
            {
                self.0[station] = self.0[station - 1].take();
                from[station] = if reuse { from[station - 1] } else { station - 1 };
            }
        }
        if !reuse && begun.is_some() {
            (self.0[0], from[0]) = (begun, NOT_BEGUN);
        }
    }

    /// The run that got further than `level` stations by the event just looked at.
    fn reached_beyond(&self, level: usize, from: &[usize]) -> Option<(usize, Start)> {
        (level..self.0.len())
            .rev()
            .find(|station| from[*station] != *station)
            .and_then(|station| self.0[station].map(|start| (station + 1, start)))
    }
}
