//! What a changed layout would do to who comes where: everybody's walk, edited.
//!
//! A walk is cut at its stops into *legs*. A stop at a place whose goods move goes with the goods; all others stay where
//! they are. The order of what stays is kept, and what moved is put in where it lengthens the walk least, softly: with a
//! weight of e^(−metres longer / τ), τ being what makes the stops of the old layout likeliest where they were. A leg whose
//! ends follow each other as before is walked as before; only a leg that is new is modelled: it passes a place with a probability
//! that falls with the metres it would be longer by passing there, as measured on all legs of the old layout, times the
//! place's own measured ÷ modelled passes there, and that legs which began and ended near to its ends draw to what they did
//! (`likeness`). So nothing is taken from a model that was seen, and without a change the forecast is the
//! measurement.
//!
//! Of the stops at what moves some were no need but chance: they happened because the place lay on the way. So many of all stops
//! as [`Rules::chance`] says are taken as such, the likelier the likelier the way passed there anyhow. They stay behind, and those who
//! pass the new place stop by chance there as often as those who passed the old one.
//!
//! The interval is of the same number of visits on other days: it has the variance between the shoppers at hand (that which
//! resampling them tends to), that of others who come instead, and the error of the model, which is in proportion to what was modelled
//! ([`Rules::model_error`]).
//!
//! ```
//! use folds::floor::forecast::{Change, Group, Layout, Rules, Shopper, Stop, forecast};
//! use folds::floor::Polygon;
//! use folds::floor::walkable::Walkable;
//!
//! let square = |x: f64| Polygon::new(vec![vec![[x, 0.0], [x + 2.0, 0.0], [x + 2.0, 2.0], [x, 2.0]]]);
//! let hall = Polygon::new(vec![vec![[0.0, 0.0], [20.0, 0.0], [20.0, 4.0], [0.0, 4.0]]])?;
//! let walkable = Walkable::new(&hall, 0.5)?;
//! // Ten people stop at the near place and leave.
//! let layout = Layout { walkable: &walkable, places: &[square(3.0)?, square(15.0)?] };
//! let shopper = |unit| Shopper {
//!     unit,
//!     from: [0.5, 1.0],
//!     to: [0.5, 1.0],
//!     stops: vec![Stop { at: [4.0, 1.0], place: Some(0), stays: Some(0), held: vec![0] }],
//!     legs: vec![Vec::new(); 2],
//!     open: 2,
//!     reached: vec![0],
//! };
//! // The places change what they offer.
//! let swap = Change { goes: vec![Some(vec![1]), Some(vec![0])] };
//! let near = [Group { old: vec![0], new: vec![0] }, Group { old: vec![0], new: vec![1] }];
//! let found = forecast(&layout, &layout, &(0..10).map(shopper).collect::<Vec<_>>(), &swap, &near, &Rules { chance: 0.0, ..Rules::default() })?;
//! assert_eq!((found.groups[0].measured_stops, found.groups[1].stops.value), (10, 10.0));
//! # Ok::<(), folds::Error>(())
//! ```

mod legs;
mod likeness;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::polygon::Polygon;
use super::stay::Stay;
use super::walkable::Walkable;
use super::{Point, dwell};
use crate::error::Error;
use crate::limits::FLOOR_SHOPPERS_MAX;
use legs::{Legs, Odds};

/// How a forecast is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Share of stops that are chance, not need.
    pub chance: f64,
    /// Error of the model, as a share of what it moves.
    pub model_error: f64,
    /// Half the width of the interval, in standard errors; 1.645 covers 90 %.
    pub width: f64,
    /// Ways to put in what moved that are tried for each shopper.
    pub draws: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { chance: 0.05, model_error: 0.2, width: 1.644_853_6, draws: 8 }
    }
}

/// A layout: where one walks, and the places that are told apart.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    pub walkable: &'a Walkable,
    pub places: &'a [Polygon],
}

/// A stop that somebody made on the old layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    pub at: Point,
    /// The place of the old layout whose goods it was for.
    pub place: Option<u32>,
    /// The place of the new layout it is at.
    pub stays: Option<u32>,
    /// Places of the new layout that were walked through meanwhile.
    pub held: Vec<u32>,
}

/// Somebody's walk on the old layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Shopper {
    /// Who walks together has the same.
    pub unit: i64,
    pub from: Point,
    pub to: Point,
    pub stops: Vec<Stop>,
    /// Of each leg, from the entrance to the first stop on: the places *of the new layout* it passed. One more than stops.
    pub legs: Vec<Vec<u32>>,
    /// How many legs, from the first, something may be put into: none after the tills.
    pub open: usize,
    /// Places of the old layout they came into.
    pub reached: Vec<u32>,
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// By place of the old layout: none, stops stay where they are; else the places of the new one that its goods are at, of which the
    /// handiest is gone to. No place: they are no longer offered.
    pub goes: Vec<Option<Vec<u32>>>,
}

/// Places that are counted together: one place, or all of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub old: Vec<u32>,
    pub new: Vec<u32>,
}

/// A number of visits and its interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Value {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// What becomes of a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Visits that came into its places, and that stopped there, on the old layout.
    pub measured_reached: u64,
    pub measured_stops: u64,
    /// Units of which somebody came into its places.
    pub measured_units: u64,
    pub reached: Value,
    pub stops: Value,
    /// Those who walk together counted once, by who of them is likeliest to come.
    pub units: Value,
}

/// What becomes of all, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub shoppers: u64,
    pub units: u64,
    /// Whose walk changes.
    pub edited: u64,
    /// Stops that move with their goods, and those whose goods are offered no more.
    pub moved_stops: u64,
    pub lost_stops: u64,
    /// Metres longer at which a place in the order is e times less likely; none: no stop of the old layout tells it.
    pub tau_m: Option<f64>,
    /// Legs of the old layout that passing was measured on.
    pub legs: u64,
    pub groups: Vec<Forecast>,
}

impl Shopper {
    /// A walk as its stops, each with the place of the old and that of the new layout it is at, and its zone visits on both
    /// layouts tell it. `closes`: at which places of the old layout stops end what one came for (tills and their queues).
    pub fn of(
        unit: i64,
        (from, to): (Point, Point),
        stays: &[(Stay, [Option<u32>; 2])],
        (old, new): (&[dwell::Visit], &[dwell::Visit]),
        closes: impl Fn(u32) -> bool,
    ) -> Shopper {
        let during = |from_us: i64, to_us: i64| -> Vec<u32> {
            let there = new.iter().filter(|visit| visit.enter_us < to_us && visit.leave_us > from_us);
            sorted(there.map(|visit| visit.zone).collect())
        };
        let (mut stops, mut legs, mut now_us) = (Vec::new(), Vec::new(), i64::MIN);
        let mut open = stays.len() + 1;
        for (number, (stay, [place, there])) in stays.iter().enumerate() {
            if place.is_some_and(&closes) {
                open = open.min(number + 1);
            }
            legs.push(during(now_us, stay.from_us));
            stops.push(Stop { at: stay.at, place: *place, stays: *there, held: during(stay.from_us, stay.to_us) });
            now_us = stay.to_us;
        }
        legs.push(during(now_us, i64::MAX));
        let reached = sorted(old.iter().map(|visit| visit.zone).collect());
        Shopper { unit, from, to, stops, legs, open, reached }
    }

    /// The entrance, the stops counted from 1, then the exit.
    fn goal(&self, number: usize) -> Point {
        match number.checked_sub(1) {
            None => self.from,
            Some(stop) => self.stops.get(stop).map_or(self.to, |stop| stop.at),
        }
    }
}

fn sorted(mut zones: Vec<u32>) -> Vec<u32> {
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// Sums over shoppers of one group.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: f64,
    squares: f64,
    /// What was modelled, not seen.
    modelled: f64,
}

/// What becomes of each group when the layout changes.
///
/// # Errors
/// When there are too many shoppers.
pub fn forecast(
    old: &Layout<'_>,
    new: &Layout<'_>,
    shoppers: &[Shopper],
    change: &Change,
    groups: &[Group],
    rules: &Rules,
) -> Result<Answer, Error> {
    if shoppers.len() > FLOOR_SHOPPERS_MAX {
        let what =
            format!("{} visits, at most {FLOOR_SHOPPERS_MAX} are walked anew; ask for fewer days", shoppers.len());
        return Err(Error::config("layout forecast", what));
    }
    let mut legs = Legs::new(old, new);
    let odds = legs.odds(shoppers);
    let mut answer = Answer {
        shoppers: shoppers.len() as u64,
        tau_m: odds.tau_m,
        legs: odds.legs,
        groups: vec![Forecast::default(); groups.len()],
        ..Answer::default()
    };
    let on_the_way = on_the_way(&mut legs, &odds, shoppers);
    let mut edit = Edit { legs: &mut legs, odds: &odds, change, rules, on_the_way };
    let mut of_places: Vec<Vec<usize>> = vec![Vec::new(); new.places.len()];
    for (number, group) in groups.iter().enumerate() {
        group.new.iter().for_each(|place| of_places[*place as usize].push(number));
    }
    let (mut reached, mut stopped) = (vec![Sum::default(); groups.len()], vec![Sum::default(); groups.len()]);
    let (mut chance, mut came) = (vec![0.0; old.places.len()], vec![0; old.places.len()]);
    let mut of_units = vec![FxHashSet::default(); groups.len()];
    let mut walks = Vec::with_capacity(shoppers.len());
    for (number, shopper) in shoppers.iter().enumerate() {
        let walk = edit.walk(number as u64, shopper, &mut chance);
        let moves = |stop: &&Stop| stop.place.is_some_and(|place| change.goes[place as usize].is_some());
        let moved = shopper.stops.iter().filter(moves).count() as u64;
        let is_lost = |stop: &&Stop| {
            stop.place.is_some_and(|place| change.goes[place as usize].as_ref().is_some_and(Vec::is_empty))
        };
        answer.lost_stops += shopper.stops.iter().filter(is_lost).count() as u64;
        answer.moved_stops += moved;
        answer.edited += u64::from(walk.is_edited);
        shopper.reached.iter().for_each(|place| came[*place as usize] += 1);
        for ((group, found), units) in groups.iter().zip(&mut answer.groups).zip(&mut of_units) {
            let stops = |stop: &Stop| stop.place.is_some_and(|place| group.old.contains(&place));
            if group.old.iter().any(|place| shopper.reached.contains(place)) {
                found.measured_reached += 1;
                units.insert(shopper.unit);
            }
            found.measured_stops += u64::from(shopper.stops.iter().any(stops));
        }
        walks.push(walk);
    }
    let temptation = temptation(change, groups, &chance, &came);
    let mut together: BTreeMap<i64, BTreeMap<usize, [f64; 2]>> = BTreeMap::new();
    for (walk, shopper) in walks.iter().zip(shoppers) {
        let unit = together.entry(shopper.unit).or_default();
        for (group, [reach, stop, modelled]) in walk.told(&of_places, &temptation) {
            reached[group].add(reach, modelled);
            stopped[group].add(stop, modelled.min(stop));
            let likeliest = unit.entry(group).or_default();
            if reach > likeliest[0] {
                *likeliest = [reach, modelled];
            }
        }
    }
    answer.units = together.len() as u64;
    let mut units = vec![Sum::default(); groups.len()];
    for (group, [reach, modelled]) in together.into_values().flatten() {
        units[group].add(reach, modelled);
    }
    for (number, found) in answer.groups.iter_mut().enumerate() {
        found.measured_units = of_units[number].len() as u64;
        found.reached = reached[number].value(answer.shoppers, found.measured_reached, rules);
        found.stops = stopped[number].value(answer.shoppers, found.measured_stops, rules);
        found.units = units[number].value(answer.units, found.measured_units, rules);
    }
    Ok(answer)
}

/// Over all stops at places, how likely the way between the stops around one passes there anyhow.
fn on_the_way(legs: &mut Legs<'_>, odds: &Odds, shoppers: &[Shopper]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for shopper in shoppers {
        for (number, stop) in shopper.stops.iter().enumerate() {
            let Some(place) = stop.place else { continue };
            let (a, b) = (shopper.goal(number), shopper.goal(number + 2));
            (sum, count) = (sum + odds.passes(legs, a, b, place), count + 1.0);
        }
    }
    if sum > 0.0 { sum / count } else { 1.0 }
}

/// By group, the probability that somebody who passes stops by chance where nothing like it was seen: for goods that moved
/// there, as often as where they were.
fn temptation(change: &Change, groups: &[Group], chance: &[f64], reached: &[u64]) -> Vec<f64> {
    let of = |group: &Group| {
        let comes = |goes: &Option<Vec<u32>>| goes.iter().flatten().any(|place| group.new.contains(place));
        let from = change.goes.iter().enumerate().filter(|(_, goes)| comes(goes));
        let (by_chance, came) = from.fold((0.0, 0), |sum, (place, _)| (sum.0 + chance[place], sum.1 + reached[place]));
        if came == 0 { 0.0 } else { by_chance / came as f64 }
    };
    groups.iter().map(of).collect()
}

impl Sum {
    fn add(&mut self, value: f64, modelled: f64) {
        self.value += value;
        self.squares += value * value;
        self.modelled += modelled;
    }

    fn value(&self, shoppers: u64, measured: u64, rules: &Rules) -> Value {
        let count = (shoppers as f64).max(1.0);
        let mean = self.value / count;
        let between = (self.squares - count * mean * mean).max(0.0);
        let others = count * mean * (1.0 - mean).max(0.0);
        let moved = self.modelled.max((self.value - measured as f64).abs());
        let error = (between + others + (rules.model_error * moved).powi(2)).sqrt() * rules.width;
        Value { value: self.value, low: (self.value - error).max(0.0), high: (self.value + error).min(count) }
    }
}

/// How shoppers walk on the new layout.
struct Edit<'a, 'b> {
    legs: &'a mut Legs<'b>,
    odds: &'a Odds,
    change: &'a Change,
    rules: &'a Rules,
    /// Mean probability that the way between the stops around one passes there anyhow.
    on_the_way: f64,
}

/// A walk on the new layout, in as many draws as it took.
struct Walked {
    is_edited: bool,
    draws: Vec<Draw>,
}

impl Walked {
    /// By group, the probabilities to come into its places, to stop there, and to come by a modelled leg alone.
    fn told(&self, of_places: &[Vec<usize>], temptation: &[f64]) -> BTreeMap<usize, [f64; 3]> {
        let weight = 1.0 / self.draws.len() as f64;
        let mut told: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
        for draw in &self.draws {
            // The probability not to come by any modelled leg, whether it is passed as before, and stopped at.
            let mut here: BTreeMap<usize, (f64, bool, bool)> = BTreeMap::new();
            let mut of = |place: u32, set: &dyn Fn(&mut (f64, bool, bool))| {
                of_places[place as usize]
                    .iter()
                    .for_each(|group| set(here.entry(*group).or_insert((1.0, false, false))));
            };
            draw.passes.iter().for_each(|(place, miss)| of(*place, &|one| one.0 *= miss));
            draw.seen.iter().for_each(|place| of(*place, &|one| one.1 = true));
            draw.stops.iter().for_each(|place| of(*place, &|one| one.2 = true));
            for (group, (miss, seen, stops)) in here {
                let reach = if seen { 1.0 } else { 1.0 - miss };
                let stop = if stops { 1.0 } else { reach * temptation[group] };
                let modelled = if seen { 0.0 } else { reach };
                let sum = told.entry(group).or_default();
                *sum = [sum[0] + weight * reach, sum[1] + weight * stop, sum[2] + weight * modelled];
            }
        }
        told
    }
}

#[derive(Default)]
struct Draw {
    /// Places that were passed as before, or stopped at.
    seen: Vec<u32>,
    stops: Vec<u32>,
    /// Places, and the probability that a modelled leg does not pass them.
    passes: Vec<(u32, f64)>,
}

/// One goal of an edited walk.
#[derive(Clone, Copy)]
struct Goal {
    at: Point,
    /// Its number among the shopper's stops, counted from 1; the entrance is 0. None: it was put in.
    was: Option<usize>,
    place: Option<u32>,
}

impl Edit<'_, '_> {
    fn walk(&mut self, number: u64, shopper: &Shopper, chance: &mut [f64]) -> Walked {
        let goes = |stop: &Stop| stop.place.is_some_and(|place| self.change.goes[place as usize].is_some());
        let is_edited = shopper.stops.iter().any(goes) || self.legs.differ(shopper);
        if !is_edited {
            return Walked { is_edited, draws: vec![as_before(shopper)] };
        }
        let draws = u64::from(self.rules.draws.max(1));
        let draws = (0..draws).map(|draw| self.draw(number * draws + draw, shopper, chance)).collect();
        Walked { is_edited, draws }
    }

    /// One way to walk: what stays in its order, then each that moved put in.
    fn draw(&mut self, seed: u64, shopper: &Shopper, chance: &mut [f64]) -> Draw {
        let mut dice = Dice(seed);
        let end = shopper.stops.len() + 1;
        let mut goals = vec![Goal { at: shopper.from, was: Some(0), place: None }];
        let mut away = Vec::new();
        let mut behind = Vec::new();
        for (number, stop) in shopper.stops.iter().enumerate() {
            let goes = stop.place.and_then(|place| self.change.goes[place as usize].as_ref().map(|goes| (place, goes)));
            match goes {
                None => goals.push(Goal { at: stop.at, was: Some(number + 1), place: None }),
                Some((place, goes)) => {
                    let passes = self.odds.passes(self.legs, shopper.goal(number), shopper.goal(number + 2), place);
                    let by_chance = (self.rules.chance * passes / self.on_the_way).min(1.0);
                    chance[place as usize] += by_chance / f64::from(self.rules.draws.max(1));
                    if dice.unit() < by_chance {
                        behind.push(number + 1);
                    } else if !goes.is_empty() {
                        away.push((stop.at, place, goes));
                    }
                }
            }
        }
        let closed = goals.iter().filter(|goal| goal.was.is_some_and(|was| was >= shopper.open)).count();
        goals.push(Goal { at: shopper.to, was: Some(end), place: None });
        for (at, from, goes) in away {
            let mut best = (f64::INFINITY, 0, [0.0; 2], 0);
            for to in goes {
                let there = self.legs.lands(from, *to, at);
                for gap in 0..(goals.len() - 1 - closed).max(1) {
                    let longer = self.legs.longer(goals[gap].at, there, goals[gap + 1].at);
                    let cost = longer + self.odds.tau_m.unwrap_or(1.0) * dice.gumbel();
                    if cost < best.0 || best.3 == 0 {
                        best = (cost, gap, there, *to + 1);
                    }
                }
            }
            goals.insert(best.1 + 1, Goal { at: best.2, was: None, place: Some(best.3 - 1) });
        }
        self.told(shopper, &goals, &behind)
    }

    /// What a row of goals comes to: legs as before where both ends followed each other, else modelled.
    fn told(&mut self, shopper: &Shopper, goals: &[Goal], behind: &[usize]) -> Draw {
        let mut draw = Draw::default();
        for goal in goals {
            match (goal.was, goal.place) {
                (None, Some(place)) => {
                    draw.stops.push(place);
                    draw.seen.push(place);
                    draw.seen.extend(self.legs.holding(goal.at));
                }
                (Some(was), _) if was > 0 && was <= shopper.stops.len() => {
                    let stop = &shopper.stops[was - 1];
                    draw.seen.extend(&stop.held);
                    draw.stops.extend(stop.stays);
                }
                _ => {}
            }
        }
        for pair in goals.windows(2) {
            // Between two that are as they were, only what was by chance may lie.
            let kept = match (pair[0].was, pair[1].was) {
                (Some(a), Some(b)) => (a + 1..b).all(|stop| behind.contains(&stop)).then_some((a, b)),
                _ => None,
            };
            match kept.filter(|_| !self.legs.is_other(pair[0].at, pair[1].at)) {
                Some((a, b)) => {
                    shopper.legs[a..b].iter().for_each(|leg| draw.seen.extend(leg));
                    (a + 1..b).for_each(|stop| draw.seen.extend(&shopper.stops[stop - 1].held));
                }
                None => draw.passes.extend(self.odds.of_leg(self.legs, pair[0].at, pair[1].at)),
            }
        }
        draw
    }
}

/// A walk that nothing changes.
fn as_before(shopper: &Shopper) -> Draw {
    let mut draw = Draw::default();
    shopper.legs.iter().for_each(|leg| draw.seen.extend(leg));
    for stop in &shopper.stops {
        draw.seen.extend(&stop.held);
        draw.stops.extend(stop.stays);
    }
    draw
}

/// Draws that follow from whose they are, so that the same question has the same answer.
struct Dice(u64);

impl Dice {
    /// Uniform between 0 and 1, neither of them (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// What makes the least of costs a draw by e^(−cost).
    fn gumbel(&mut self) -> f64 {
        (-self.unit().ln()).ln()
    }
}
