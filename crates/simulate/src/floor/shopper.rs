//! A shopper: what they come for, and how they walk.

use super::shop::{FloorShop, Layout, SPOTS, TASTES};
use crate::dice::Dice;

/// Time between two steps, seconds.
const STEP_SECONDS: f64 = 0.25;

/// How far ahead somebody looks, metres.
const AHEAD_M: f64 = 0.7;

/// Longest walk to one goal; whoever is longer on the way gives it up.
const STEPS_MAX: usize = 1_200;

/// Error of a position, metres.
const NOISE_M: f64 = 0.15;

/// When the shop opens, and for how long.
const OPENING_US: i64 = 1_772_355_600_000_000;
const OPEN_SECONDS: f64 = 36_000.0;

/// Why somebody stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Planned,
    Impulse,
    Browse,
}

/// A stop for goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloorStop {
    pub place: usize,
    pub reason: Reason,
    pub from_us: i64,
    pub to_us: i64,
}

/// What a sensor saw of somebody, once a second, and the truth about it.
#[derive(Debug, Clone, PartialEq)]
pub struct FloorWalk {
    pub shopper: u32,
    pub time_us: Vec<i64>,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub stops: Vec<FloorStop>,
    /// By place, whether they were in it for half a second or longer.
    pub passed: Vec<bool>,
}

/// Who somebody is, whatever the layout.
struct Shopper {
    /// Categories, most wanted first.
    needs: Vec<usize>,
    looks_around: u32,
    impulsive: f64,
    pays: bool,
    speed: f64,
    taste: usize,
    /// Metres that the habitual round is worth.
    habit: f64,
    clockwise: bool,
    /// Scale of what is unsaid in their choices, metres.
    whim: f64,
    begins_us: i64,
    /// What their moods are drawn from: the same on either layout.
    moods: u64,
}

impl Shopper {
    /// A draw about one thing that is theirs whatever the layout, the way, and what they did before.
    fn mood(&self, about: Mood, thing: usize) -> f64 {
        Dice::new(self.moods, about as u64 * 10_000 + thing as u64).unit()
    }
}

/// What a mood is about.
#[derive(Clone, Copy)]
enum Mood {
    Order,
    Temptation,
    LookAround,
    Look,
}

/// Somebody on their way.
struct Walker<'a> {
    shop: &'a FloorShop,
    layout: Layout,
    shopper: &'a Shopper,
    dice: Dice,
    at: [f64; 2],
    heading: f64,
    sway: f64,
    now_us: i64,
    seen_us: Option<i64>,
    within_us: Vec<i64>,
    tempted: Vec<bool>,
    walk: FloorWalk,
}

pub(super) fn walk(shop: &FloorShop, layout: Layout, number: u32) -> FloorWalk {
    let mut dice = Dice::new(shop.seed, 2 * u64::from(number));
    let shopper = shopper(shop, &mut dice);
    let steps = Dice::new(shop.seed ^ (0x5DEE_CE66 + layout as u64), 2 * u64::from(number) + 1);
    let places = shop.places.len();
    let mut walker = Walker {
        shop,
        layout,
        dice: steps,
        at: shop.door,
        heading: std::f64::consts::FRAC_PI_2,
        sway: 0.0,
        now_us: shopper.begins_us,
        seen_us: None,
        within_us: vec![0; places],
        tempted: vec![false; places],
        walk: FloorWalk {
            shopper: number,
            time_us: Vec::new(),
            x: Vec::new(),
            y: Vec::new(),
            stops: Vec::new(),
            passed: Vec::new(),
        },
        shopper: &shopper,
    };
    walker.shop_around();
    walker.walk.passed = walker.within_us.iter().map(|us| *us >= 500_000).collect();
    walker.walk
}

fn shopper(shop: &FloorShop, dice: &mut Dice) -> Shopper {
    // Whoever has a list, is in a hurry, looks around, or takes one look and leaves.
    let temper = dice.weighted(&[0.4, 0.3, 0.22, 0.08]);
    let (wanted, looks_around) = match temper {
        0 => (dice.whole(3, 6), dice.whole(0, 1)),
        1 => (dice.whole(1, 2), 0),
        2 => (dice.whole(0, 2), dice.whole(2, 5)),
        _ => (0, 1),
    };
    let mut weights: Vec<f64> = shop.offers.iter().map(|offer| offer.needed).collect();
    let mut needs = Vec::new();
    for _ in 0..wanted {
        let need = dice.weighted(&weights);
        weights[need] = 0.0;
        needs.push(need);
    }
    Shopper {
        pays: !needs.is_empty() && dice.coin(0.9),
        needs,
        looks_around,
        impulsive: dice.between(0.2, 1.8),
        speed: (1.0 + 0.18 * dice.normal()).clamp(0.5, 1.6),
        taste: dice.index(TASTES),
        habit: if dice.coin(0.4) { dice.between(2.0, 10.0) } else { 0.0 },
        clockwise: dice.coin(0.3),
        whim: dice.between(0.5, 3.0),
        moods: (dice.unit() * (1u64 << 53) as f64) as u64,
        begins_us: OPENING_US + (dice.unit() * OPEN_SECONDS * 1e6) as i64,
    }
}

impl Walker<'_> {
    fn shop_around(&mut self) {
        let mut needs = self.shopper.needs.clone();
        while !needs.is_empty() {
            let (need, place) = self.next(&needs);
            needs.remove(need);
            let spot = self.spot(place);
            if self.go(spot, true) {
                let seconds = 6.0 + self.dice.exponential(16.0).min(90.0);
                self.stop(place, seconds, Reason::Planned);
            }
        }
        for look in 0..self.shopper.looks_around as usize {
            let place = self.look_around(look);
            let spot = self.spot(place);
            if self.go(spot, true) && self.shopper.mood(Mood::Look, look) < 0.6 {
                let seconds = 5.0 + self.dice.exponential(8.0);
                self.stop(place, seconds, Reason::Browse);
            }
        }
        let tills = self.shop.spots.len() - 2;
        if self.shopper.pays && self.go(tills, true) {
            let seconds = 15.0 + self.dice.exponential(30.0);
            self.stand(seconds);
        }
        self.go(tills + 1, false);
    }

    /// What draws somebody who looks around: goods they like, not far away.
    fn look_around(&self, look: usize) -> usize {
        let worth = |place: &usize| {
            let offer = self.shop.offer(*place, self.layout);
            let mood = self.shopper.mood(Mood::LookAround, look * 100 + offer);
            self.shop.offers[offer].draw.ln() - self.effort(place * SPOTS + 1) / 9.0 + gumbel(mood)
        };
        (0..self.shop.places.len()).max_by(|a, b| worth(a).total_cmp(&worth(b))).unwrap_or_default()
    }

    /// The need that is gone to next: a random utility of how far it is, whether it lies ahead, and of the habitual round.
    fn next(&self, needs: &[usize]) -> (usize, usize) {
        let mut best = (f64::NEG_INFINITY, 0, 0);
        for (number, need) in needs.iter().enumerate() {
            let at = |place: &usize| self.shop.offer(*place, self.layout) == *need;
            let Some(place) = (0..self.shop.places.len()).find(at) else { continue };
            let spot = self.shop.spots[place * SPOTS + 1];
            let turned = ((spot[1] - self.at[1]).atan2(spot[0] - self.at[0]) - self.heading).cos();
            let round = self.round(spot) * if self.shopper.clockwise { 1.0 } else { -1.0 };
            let unsaid = gumbel(self.shopper.mood(Mood::Order, *need)) * self.shopper.whim;
            let worth = -self.effort(place * SPOTS + 1) + 1.5 * turned + self.shopper.habit * round + unsaid;
            if worth > best.0 {
                best = (worth, number, place);
            }
        }
        (best.1, best.2)
    }

    /// How early a spot comes on a round of the shop, from 1 to -1.
    fn round(&self, spot: [f64; 2]) -> f64 {
        let [width, depth] = self.shop.size;
        let angle = (spot[1] - depth / 2.0).atan2(spot[0] - width / 2.0);
        1.0 - 2.0 * (angle / std::f64::consts::TAU + 0.25).rem_euclid(1.0)
    }

    fn spot(&mut self, place: usize) -> usize {
        place * SPOTS + self.dice.index(SPOTS)
    }

    fn effort(&self, spot: usize) -> f64 {
        self.shop.grid.at(&self.shop.fields[self.shopper.taste][spot], self.at)
    }

    /// Walks to a spot, and stops on the way where something tempts. False: gave up.
    fn go(&mut self, spot: usize, tempting: bool) -> bool {
        let goal = self.shop.spots[spot];
        let mut inside = None;
        for _ in 0..STEPS_MAX {
            if (goal[0] - self.at[0]).hypot(goal[1] - self.at[1]) < 0.3 {
                return true;
            }
            self.step(spot);
            let place = self.place();
            if tempting && place != inside {
                if let Some(place) = place.filter(|place| !self.tempted[*place]) {
                    self.tempted[place] = true;
                    let offer = self.shop.offer(place, self.layout);
                    let draw = self.shop.offers[offer].impulse * self.shopper.impulsive;
                    if !self.shopper.needs.contains(&offer) && self.shopper.mood(Mood::Temptation, offer) < draw {
                        let seconds = 5.0 + self.dice.exponential(8.0);
                        self.stop(place, seconds, Reason::Impulse);
                    }
                }
                inside = place;
            }
        }
        false
    }

    /// A step down the field, swaying: of all directions the one with the least effort ahead. At arm's length, straight to it.
    fn step(&mut self, spot: usize) {
        let goal = self.shop.spots[spot];
        let away = [goal[0] - self.at[0], goal[1] - self.at[1]];
        let left = away[0].hypot(away[1]);
        if left < 2.0 * AHEAD_M {
            let part = (self.shopper.speed * STEP_SECONDS / left).min(1.0);
            let next = [self.at[0] + part * away[0], self.at[1] + part * away[1]];
            if self.shop.grid.is_open(next) {
                (self.at, self.heading) = (next, away[1].atan2(away[0]));
                return self.pass(STEP_SECONDS);
            }
        }
        let field = &self.shop.fields[self.shopper.taste][spot];
        self.sway = 0.9 * self.sway + 0.12 * self.dice.normal();
        let length = self.shopper.speed * STEP_SECONDS;
        let mut best = (f64::INFINITY, self.heading);
        for number in 0..16 {
            let turn = f64::from(number) * std::f64::consts::TAU / 16.0;
            let at = |metres: f64| [self.at[0] + metres * turn.cos(), self.at[1] + metres * turn.sin()];
            let ahead = at(AHEAD_M);
            if ![length, AHEAD_M / 2.0, AHEAD_M].into_iter().all(|metres| self.shop.grid.is_open(at(metres))) {
                continue;
            }
            let effort = self.shop.grid.at(field, ahead) - 0.1 * (turn - self.heading).cos();
            if effort < best.0 {
                best = (effort, turn);
            }
        }
        for turn in [best.1 + self.sway, best.1] {
            let next = [self.at[0] + length * turn.cos(), self.at[1] + length * turn.sin()];
            if self.shop.grid.is_open(next) {
                (self.at, self.heading) = (next, turn);
                break;
            }
        }
        self.pass(STEP_SECONDS);
    }

    fn stop(&mut self, place: usize, seconds: f64, reason: Reason) {
        let from_us = self.now_us;
        self.stand(seconds);
        self.walk.stops.push(FloorStop { place, reason, from_us, to_us: self.now_us });
    }

    fn stand(&mut self, seconds: f64) {
        let foot = self.at;
        for _ in 0..(seconds / STEP_SECONDS) as usize {
            let next = [foot[0] + 0.1 * self.dice.normal(), foot[1] + 0.1 * self.dice.normal()];
            if self.shop.grid.is_open(next) {
                self.at = next;
            }
            self.pass(STEP_SECONDS);
        }
        self.at = foot;
    }

    fn place(&self) -> Option<usize> {
        let [x, y] = self.at;
        self.shop.places.iter().position(|place| {
            let [left, below, right, above] = place.edges;
            x >= left && x <= right && y >= below && y <= above
        })
    }

    /// Time goes by, and once a second a sensor looks.
    fn pass(&mut self, seconds: f64) {
        let us = (seconds * 1e6) as i64;
        self.now_us += us;
        if let Some(place) = self.place() {
            self.within_us[place] += us;
        }
        if self.seen_us.is_none_or(|seen_us| self.now_us - seen_us >= 1_000_000) {
            self.seen_us = Some(self.now_us);
            self.walk.time_us.push(self.now_us);
            self.walk.x.push(self.at[0] + NOISE_M * self.dice.normal());
            self.walk.y.push(self.at[1] + NOISE_M * self.dice.normal());
        }
    }
}

/// A draw of the extreme value distribution, of a uniform one.
fn gumbel(uniform: f64) -> f64 {
    -(-(uniform.max(1e-12)).ln()).ln()
}
