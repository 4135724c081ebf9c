//! The best run through steps in any order: how many of them can each have an event of their own.
//!
//! Which sets of events can serve different steps is a matroid (a transversal one), so the latest set is found by
//! letting each event in and the oldest of those it can replace out. Of the set kept, the k-th latest event begins the
//! latest run in which k steps are done; nothing else has to be remembered.

use rustc_hash::FxHashMap;

use super::clock::{Clock, Until};
use super::route::{Route, held};
use super::{Config, Effect};
use crate::slice::{End, NO_HELD, Slice};

/// An event that serves a step.
#[derive(Debug, Clone, Copy)]
struct Guest {
    /// Steps it could serve.
    bits: u64,
    event: usize,
    until: Until,
}

/// Steps, each with the event that serves it.
#[derive(Debug, Clone, Default)]
pub(super) struct Pool {
    seats: Vec<Option<Guest>>,
    taken: u64,
}

/// The way by which a seat can be freed: by seat, the one whose guest may move here.
struct Ways {
    via: [u8; 64],
    reached: u64,
}

/// No seat: the newcomer itself.
const NEW: u8 = u8::MAX;

/// As [`super::ordered::search`].
pub(super) fn search(route: &Route, config: &Config, subject: &Slice<'_>) -> (Option<usize>, bool) {
    let mut clock = Clock::new(&config.window, subject);
    let mut pools: FxHashMap<u32, Pool> = FxHashMap::default();
    let mut best: (usize, Option<usize>) = (0, None);
    for event in 0..subject.len() {
        let bits = subject.mask[event] & route.relevant;
        if bits == 0 {
            continue;
        }
        let key = if config.hold { held(subject, event) } else { NO_HELD };
        if route.may_begin(config, subject, event) {
            let pool = pools.entry(key).or_default();
            let guest = Guest { bits: bits & route.steps, event, until: clock.until(event) };
            if config.reuse {
                pool.mark(guest)
            } else {
                pool.let_in(guest)
            }
            let (level, entry) = pool.within(subject.time[event], best.0);
            if level > best.0 {
                best = (level, entry);
                if level == config.steps {
                    return (entry, false);
                }
            }
        }
        if route.barriers.iter().any(|barrier| barrier.effect == Effect::Drop && bits & barrier.bit != 0) {
            match config.hold && key == NO_HELD {
                true => pools.values_mut().for_each(|pool| pool.keep_only(event)),
                false => pools.entry(key).or_default().keep_only(event),
            }
        }
    }
    let alive = |guest: &Guest| guest.until.open_us >= config.as_of_us;
    let open = subject.end == End::Open && pools.values().any(|pool| pool.seats.iter().flatten().any(alive));
    (best.1, open)
}

impl Pool {
    /// Steps that are served.
    pub(super) fn len(&self) -> usize {
        self.taken.count_ones() as usize
    }

    /// Lets an event serve one more of the steps, others moving over for it; whether there was room.
    pub(super) fn seat(&mut self, bits: u64) -> bool {
        let nobody = Until { us: 0, open_us: 0 };
        self.find_room(Guest { bits, event: 0, until: nobody }).is_none()
    }

    /// Lets an event serve all the steps.
    pub(super) fn serve(&mut self, bits: u64) {
        self.mark(Guest { bits, event: 0, until: Until { us: 0, open_us: 0 } });
    }

    fn mark(&mut self, guest: Guest) {
        self.seats.resize(64, None);
        self.taken |= guest.bits;
        (0..64).filter(|step| guest.bits >> step & 1 != 0).for_each(|step| self.seats[step] = Some(guest));
    }

    /// Lets the event in, which is later than all others: on a seat of its own, or for the oldest that it can stand for.
    fn let_in(&mut self, guest: Guest) {
        let Some(ways) = self.find_room(guest) else { return };
        let reached = (0..64usize).filter(|seat| ways.reached >> seat & 1 != 0);
        let oldest = reached.min_by_key(|seat| self.seats[*seat].map_or(usize::MAX, |guest| guest.event));
        if let Some(oldest) = oldest {
            self.move_over(oldest, &ways, guest);
        }
    }

    /// Gives the guest a seat if one can be freed by moving; else says who could make way.
    fn find_room(&mut self, guest: Guest) -> Option<Ways> {
        self.seats.resize(64, None);
        let mut ways = Ways { via: [NEW; 64], reached: guest.bits };
        let mut ahead = guest.bits;
        loop {
            let free = ways.reached & !self.taken;
            if free != 0 {
                let seat = free.trailing_zeros() as usize;
                self.move_over(seat, &ways, guest);
                self.taken |= 1 << seat;
                return None;
            }
            if ahead == 0 {
                return Some(ways);
            }
            let seat = ahead.trailing_zeros() as usize;
            ahead &= ahead - 1;
            let more = self.seats[seat].map_or(0, |guest| guest.bits) & !ways.reached;
            (0..64).filter(|step| more >> step & 1 != 0).for_each(|step| ways.via[step] = seat as u8);
            ways.reached |= more;
            ahead |= more;
        }
    }

    /// Moves guests towards `seat`, whose own goes, until there is one for the newcomer.
    fn move_over(&mut self, seat: usize, ways: &Ways, guest: Guest) {
        let mut seat = seat;
        while ways.via[seat] != NEW {
            let next = ways.via[seat] as usize;
            self.seats[seat] = self.seats[next];
            seat = next;
        }
        self.seats[seat] = Some(guest);
    }

    /// How many steps a run has done by `time_us`, and the latest event such a run begins with, if they are more than
    /// `level`.
    fn within(&self, time_us: i64, level: usize) -> (usize, Option<usize>) {
        if self.len() <= level {
            return (0, None);
        }
        let guests = self.seats.iter().flatten().filter(|guest| guest.until.us >= time_us);
        let mut events: Vec<usize> = guests.map(|guest| guest.event).collect();
        events.sort_unstable();
        (events.len(), events.first().copied())
    }

    fn keep_only(&mut self, event: usize) {
        for step in 0..self.seats.len() {
            if self.seats[step].is_some_and(|guest| guest.event != event) {
                self.seats[step] = None;
                self.taken &= !(1 << step);
            }
        }
    }
}
