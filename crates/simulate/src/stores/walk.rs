//! Somebody's steps through a store, made to be where they are known to have been.

use model::event::Column;

use super::plan::{ESCALATOR, Goal, QUEUE, Spot, StorePlace};
use super::{Footstep, text};
use crate::dice::Dice;
use crate::journeys::SECOND;
use crate::retailer::{ENTRANCES, TILL_ZONE};
use crate::world::Event;

/// Metres a second: at ease, in a hurry, and looking at goods.
const EASE_M_S: (f64, f64) = (0.9, 1.3);
const HURRY_M_S: f64 = 2.0;
const LOOKING_M_S: f64 = 0.6;

/// How long the escalator takes.
const RIDE_US: i64 = 14 * SECOND;

/// Between two sights of a sensor.
const SIGHT_US: i64 = SECOND;

/// Error of a position, metres.
const NOISE_M: f64 = 0.15;

/// How far from the spot somebody stands, and how much they sway there, metres.
const STANDING_M: f64 = 0.2;
const SWAY_M: f64 = 0.08;

/// Seconds that somebody looks at one thing, and stays on after the last that is known of them.
const LOOK_S: (f64, f64) = (12.0, 45.0);
const LINGER_S: (f64, f64) = (10.0, 60.0);

/// How long before or after somebody comes in others pass, seconds.
const PASS_S: f64 = 900.0;

/// The walk of somebody to whom this happened, in the order of time. At least one event.
pub(super) fn walk(store: &StorePlace, seed: u64, happened: &[&Event]) -> Vec<Footstep> {
    let mut dice = Dice::new(seed, 0);
    let ease = dice.between(EASE_M_S.0, EASE_M_S.1);
    let mut walker =
        Walker { store, dice, ease, floor: 0, at: [0.0; 2], goal: 0, now_us: 0, sight_us: 0, steps: Vec::new() };
    walker.come_in(happened[0]);
    for event in happened {
        match place_of(event) {
            Some(name) => walker.be_at(name, event.time_us),
            None => walker.look_until(event.time_us),
        }
    }
    walker.leave(happened.last().is_some_and(|last| last.event == "order_paid"));
    walker.steps
}

/// Past the store, on the street before its door, within some minutes of a moment.
pub(super) fn pass(store: &StorePlace, (seed, number): (u64, u64), at_us: i64) -> Vec<Footstep> {
    let mut dice = Dice::new(seed, number);
    let ease = dice.between(EASE_M_S.0, EASE_M_S.1);
    let street = -dice.between(1.0, 3.0);
    let (mut from, mut to) = ([-2.0, street], [store.width + 2.0, street]);
    if dice.coin(0.5) {
        std::mem::swap(&mut from, &mut to);
    }
    let now_us = at_us + (dice.between(-PASS_S, PASS_S) * SECOND as f64) as i64;
    let mut walker =
        Walker { store, dice, ease, floor: 0, at: from, goal: 0, now_us, sight_us: now_us, steps: Vec::new() };
    walker.step_to(to, ease);
    walker.steps
}

/// Where an event says that somebody was. None: where they were before.
fn place_of(event: &Event) -> Option<&str> {
    match event.event.as_str() {
        "till_queue" => Some(QUEUE),
        "order_paid" => Some(TILL_ZONE),
        _ => text(event, Column::Zone),
    }
}

struct Walker<'a> {
    store: &'a StorePlace,
    dice: Dice,
    /// Metres a second.
    ease: f64,
    floor: usize,
    at: [f64; 2],
    /// Place of what they are at among the goals of the floor.
    goal: usize,
    now_us: i64,
    /// When a sensor looks next.
    sight_us: i64,
    steps: Vec<Footstep>,
}

impl Walker<'_> {
    /// In time to be where the first event was.
    fn come_in(&mut self, first: &Event) {
        let (floor, door) = self.find(ENTRANCES[0]);
        (self.floor, self.goal, self.at) = (floor, door, self.goal(floor, door).spots[0].at);
        let way_us = place_of(first).map_or(0, |name| {
            let (floor, goal) = self.find(name);
            self.takes_us(floor, self.goal(floor, goal).spots.len() / 2, goal, self.ease)
        });
        self.now_us = first.time_us - way_us;
        self.sight_us = self.now_us;
    }

    /// Somewhere by a moment, if that can be done: looks around until it is time to go, and hurries if it is late.
    fn be_at(&mut self, name: &str, by_us: i64) {
        let (floor, goal) = self.find(name);
        if (floor, goal) == (self.floor, self.goal) {
            return self.look_until(by_us);
        }
        let spot = self.dice.index(self.goal(floor, goal).spots.len());
        let way_us = self.takes_us(floor, spot, goal, self.ease);
        self.look_until(by_us - way_us);
        let hurry = way_us as f64 / (by_us - self.now_us).max(1) as f64;
        let speed = (self.ease * hurry.max(1.0)).min(HURRY_M_S);
        self.go(floor, goal, spot, speed);
    }

    fn leave(&mut self, paid: bool) {
        let linger = match paid {
            true => (0.5, 3.0),
            false => LINGER_S,
        };
        let seconds = self.dice.between(linger.0, linger.1);
        self.look_until(self.now_us + (seconds * SECOND as f64) as i64);
        let (floor, door) = self.find(ENTRANCES[0]);
        self.go(floor, door, 0, self.ease);
        // Over the threshold.
        self.step_to([self.at[0], 0.0], self.ease);
    }

    /// Looks at what is there, from one thing to the next, until a moment.
    fn look_until(&mut self, until_us: i64) {
        while self.now_us < until_us {
            let seconds = self.dice.between(LOOK_S.0, LOOK_S.1);
            let look_us = (self.now_us + (seconds * SECOND as f64) as i64).min(until_us);
            self.stand_until(look_us);
            let here = self.goal(self.floor, self.goal);
            let is_department = here.spots.len() > 3;
            if !is_department || self.now_us >= until_us {
                continue;
            }
            let spot = self.dice.index(here.spots.len());
            if self.takes_us(self.floor, spot, self.goal, LOOKING_M_S) < until_us - self.now_us {
                self.go(self.floor, self.goal, spot, LOOKING_M_S);
            }
        }
    }

    /// To a spot, over the escalator where it is on another floor.
    fn go(&mut self, floor: usize, goal: usize, spot: usize, speed: f64) {
        if floor != self.floor {
            let (_, moving) = self.find_on(self.floor, ESCALATOR);
            self.walk_to(moving, 1, speed);
            let (_, arrived) = self.find_on(floor, ESCALATOR);
            self.now_us += RIDE_US;
            self.sight_us = self.sight_us.max(self.now_us);
            (self.floor, self.goal, self.at) = (floor, arrived, self.goal(floor, arrived).spots[1].at);
        }
        self.walk_to(goal, spot, speed);
    }

    fn walk_to(&mut self, goal: usize, spot: usize, speed: f64) {
        let store = self.store;
        let level = &store.levels[self.floor];
        let Spot { at, field } = &level.goals[goal].spots[spot];
        for cell in level.grid.way(field, self.at).into_iter().skip(1) {
            self.step_to(cell, speed);
        }
        self.step_to(*at, speed);
        self.goal = goal;
    }

    fn step_to(&mut self, to: [f64; 2], speed: f64) {
        let away = [to[0] - self.at[0], to[1] - self.at[1]];
        let took_us = (away[0].hypot(away[1]) / speed * SECOND as f64) as i64;
        let (from, began_us) = (self.at, self.now_us);
        while self.sight_us <= began_us + took_us {
            let share = (self.sight_us - began_us) as f64 / took_us.max(1) as f64;
            self.see([from[0] + share * away[0], from[1] + share * away[1]]);
        }
        (self.at, self.now_us) = (to, began_us + took_us);
    }

    fn stand_until(&mut self, until_us: i64) {
        let foot = [self.at[0] + STANDING_M * self.dice.normal(), self.at[1] + STANDING_M * self.dice.normal()];
        while self.sight_us <= until_us {
            let sway = [SWAY_M * self.dice.normal(), SWAY_M * self.dice.normal()];
            self.see([foot[0] + sway[0], foot[1] + sway[1]]);
        }
        self.now_us = self.now_us.max(until_us);
    }

    fn see(&mut self, [x, y]: [f64; 2]) {
        let at = [x + NOISE_M * self.dice.normal(), y + NOISE_M * self.dice.normal()];
        self.steps.push(Footstep { time_us: self.sight_us, floor: self.floor, at });
        self.sight_us += SIGHT_US;
    }

    /// How long the way to a spot is from here.
    fn takes_us(&self, floor: usize, spot: usize, goal: usize, speed: f64) -> i64 {
        let metres = |floor: usize, goal: usize, spot: usize, from: [f64; 2]| {
            let level = &self.store.levels[floor];
            level.grid.at(&level.goals[goal].spots[spot].field, from)
        };
        let (walked, ride_us) = match floor == self.floor {
            true => (metres(floor, goal, spot, self.at), 0),
            false => {
                let (_, moving) = self.find_on(self.floor, ESCALATOR);
                let (_, arrived) = self.find_on(floor, ESCALATOR);
                let from = self.goal(floor, arrived).spots[1].at;
                (metres(self.floor, moving, 1, self.at) + metres(floor, goal, spot, from), RIDE_US)
            }
        };
        (walked / speed * SECOND as f64) as i64 + ride_us
    }

    fn goal(&self, floor: usize, goal: usize) -> &Goal {
        &self.store.levels[floor].goals[goal]
    }

    /// Floor and place of a goal; of a name there is not, the door.
    fn find(&self, name: &str) -> (usize, usize) {
        let floors = 0..self.store.levels.len();
        let known = |floor: &usize| self.store.levels[*floor].goals.iter().any(|goal| goal.name == name);
        match floors.into_iter().find(known) {
            Some(floor) => self.find_on(floor, name),
            None => self.find(ENTRANCES[0]),
        }
    }

    fn find_on(&self, floor: usize, name: &str) -> (usize, usize) {
        let place = self.store.levels[floor].goals.iter().position(|goal| goal.name == name);
        (floor, place.unwrap_or_default())
    }
}
