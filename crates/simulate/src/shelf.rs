//! A shop seen from its shelves: who stayed before which, when, whether staff was near, what was bought with what at which
//! price, and what the stock and the price list said. One reason not to buy may be planted, and the truth is known.
//!
//! Not here: walks (who came where by which way). It shares no code with what finds pains on the floor.
//!
//! ```
//! use simulate::shelf::{CAUSES, Config, Reason, shop};
//!
//! let shop = shop(&Config { reason: Some(Reason::Cause(CAUSES[0])), ..Config::new(3) });
//! let plant = shop.plant.unwrap();
//! assert!(plant.shelf < shop.shelves.len() && plant.from_day < plant.to_day);
//! assert!(shop.stays.iter().any(|stay| stay.shelf == plant.shelf && stay.day >= plant.from_day));
//! ```

use crate::dice::Dice;

/// What keeps people who stay at a shelf from buying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The shelf is empty for some hours, some days.
    Stock,
    /// What is bought with it is.
    Complement,
    /// It costs a fifth more.
    Price,
    /// Staff is elsewhere.
    Staff,
    /// It is shown so that most look at it shortly and go.
    Display,
    /// It is labelled so that most look for long, or come back to it, and do not know.
    Information,
}

pub const CAUSES: [Cause; 6] =
    [Cause::Stock, Cause::Complement, Cause::Price, Cause::Staff, Cause::Display, Cause::Information];

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Cause(Cause),
    /// Fewer buy, and nothing that is seen tells why.
    Unseen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub seed: u64,
    pub days: u32,
    /// Shopping units an hour, on average.
    pub units_an_hour: u32,
    pub reason: Option<Reason>,
    /// Whether the stock system and the price list say what they do; else only shelves and receipts tell.
    pub said: bool,
}

impl Config {
    pub fn new(seed: u64) -> Config {
        Config { seed, days: 14, units_an_hour: 50, reason: None, said: seed.is_multiple_of(2) }
    }
}

/// Hours it is open: from the first until before the second.
pub const OPEN: [u32; 2] = [9, 21];

/// The shelves, each of a category of its own.
const SHELVES: [&str; 8] = ["pasta", "sauce", "wine", "cheese", "tea", "biscuits", "shampoo", "toys"];

/// Categories that are bought together: the second goes with the first.
const TOGETHER: [(usize, usize); 3] = [(0, 1), (2, 3), (4, 5)];

/// What is planted, where and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plant {
    pub reason: Reason,
    pub shelf: usize,
    /// The shelf whose stock is out: of a missing complement another than `shelf`.
    pub empty: Option<usize>,
    /// Days, the second not included.
    pub from_day: u32,
    pub to_day: u32,
    /// Hours of those days, the second not included.
    pub hours: [u32; 2],
}

/// A shopping unit stayed before a shelf for long enough to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stay {
    pub unit: u32,
    pub shelf: usize,
    pub day: u32,
    pub hour: u32,
    pub seconds: f64,
    /// Times it came there.
    pub entries: u32,
    pub staff_near: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub unit: u32,
    pub day: u32,
    pub hour: u32,
    /// Shelf and unit price.
    pub lines: Vec<(usize, f64)>,
}

/// What a system of the shop said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said {
    StockOut { shelf: usize, day: u32, hours: [u32; 2] },
    PriceChange { shelf: usize, day: u32, from: f64, to: f64 },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Shop {
    pub shelves: Vec<&'static str>,
    pub days: u32,
    pub stays: Vec<Stay>,
    pub receipts: Vec<Receipt>,
    pub said: Vec<Said>,
    pub plant: Option<Plant>,
}

/// What the shelves are like, unless something is planted.
struct Shelves {
    conversion: Vec<f64>,
    price: Vec<f64>,
    seconds: Vec<f64>,
    /// How likely staff is near, and what part of the others' conversion those have who are alone.
    attended: f64,
    service: f64,
    /// A price that changes by little, without consequences.
    decoy: (usize, u32),
}

/// Makes a shop.
pub fn shop(config: &Config) -> Shop {
    let mut dice = Dice::new(config.seed, 7);
    let shelves = Shelves {
        conversion: SHELVES.iter().map(|_| dice.between(0.4, 0.55)).collect(),
        price: SHELVES.iter().map(|_| dice.between(4.0, 40.0)).collect(),
        seconds: SHELVES.iter().map(|_| dice.between(14.0, 30.0)).collect(),
        attended: dice.between(0.7, 0.85),
        service: dice.between(0.25, 0.4),
        decoy: (dice.index(SHELVES.len()), dice.whole(2, config.days.saturating_sub(3).max(2))),
    };
    let plant = config.reason.map(|reason| planted(config, reason, &mut dice));
    let mut shop = Shop {
        shelves: SHELVES.to_vec(),
        days: config.days,
        stays: Vec::new(),
        receipts: Vec::new(),
        said: said(config, &shelves, plant.as_ref()),
        plant,
    };
    let mut unit = 0;
    for day in 0..config.days {
        for hour in OPEN[0]..OPEN[1] {
            // Some hours have more staff on the floor than others.
            let near: Vec<f64> = (0..SHELVES.len())
                .map(|shelf| shelves.staffed(plant.as_ref(), shelf, day, hour) * dice.between(0.8, 1.2))
                .collect();
            for _ in 0..dice.whole(config.units_an_hour / 2, config.units_an_hour * 3 / 2) {
                let walk = Walk { shelves: &shelves, plant: plant.as_ref(), near: &near, unit, day, hour };
                walk.shops(&mut dice.split(), &mut shop);
                unit += 1;
            }
        }
    }
    shop
}

/// Where and when a reason is planted: for a third of the days or a little more, what is empty for nine hours of them; half of
/// the time staff is gone for four hours of every day, and what costs more does so until the end.
fn planted(config: &Config, reason: Reason, dice: &mut Dice) -> Plant {
    let pair = dice.pick(&TOGETHER);
    let shelf = match reason {
        Reason::Cause(Cause::Complement) => pair.0,
        _ => dice.index(SHELVES.len()),
    };
    let empty = match reason {
        Reason::Cause(Cause::Complement) => Some(pair.1),
        Reason::Cause(Cause::Stock) => Some(shelf),
        _ => None,
    };
    let from_day = dice.whole(config.days * 4 / 10, config.days * 5 / 10);
    let to_day = from_day + dice.whole(config.days * 3 / 10, config.days * 4 / 10);
    let from_hour = dice.whole(OPEN[0], OPEN[1] - 4);
    let (from_day, to_day, hours) = match reason {
        Reason::Cause(Cause::Staff) if dice.coin(0.5) => (0, config.days, [from_hour, from_hour + 4]),
        Reason::Cause(Cause::Stock | Cause::Complement) => {
            let from = dice.whole(OPEN[0], OPEN[0] + 3);
            (from_day, to_day, [from, from + 9])
        }
        Reason::Cause(Cause::Price) => (from_day, config.days, OPEN),
        _ => (from_day, to_day, OPEN),
    };
    Plant { reason, shelf, empty, from_day, to_day, hours }
}

fn said(config: &Config, shelves: &Shelves, plant: Option<&Plant>) -> Vec<Said> {
    if !config.said {
        return Vec::new();
    }
    let (decoy, on) = shelves.decoy;
    let price = shelves.price[decoy];
    let mut said = vec![Said::PriceChange { shelf: decoy, day: on, from: price, to: price * 1.06 }];
    let Some(plant) = plant else { return said };
    if let Some(shelf) = plant.empty {
        said.extend((plant.from_day..plant.to_day).map(|day| Said::StockOut { shelf, day, hours: plant.hours }));
    }
    if plant.reason == Reason::Cause(Cause::Price) {
        let from = shelves.price_of(None, plant.shelf, plant.from_day);
        let (shelf, day) = (plant.shelf, plant.from_day);
        said.push(Said::PriceChange { shelf, day, from, to: from * 1.2 });
    }
    said
}

impl Plant {
    fn is_on(&self, day: u32, hour: u32) -> bool {
        (self.from_day..self.to_day).contains(&day) && (self.hours[0]..self.hours[1]).contains(&hour)
    }

    fn is(&self, cause: Cause, shelf: usize, day: u32, hour: u32) -> bool {
        self.reason == Reason::Cause(cause) && self.shelf == shelf && self.is_on(day, hour)
    }
}

impl Shelves {
    fn staffed(&self, plant: Option<&Plant>, shelf: usize, day: u32, hour: u32) -> f64 {
        let gone = plant.is_some_and(|plant| plant.is(Cause::Staff, shelf, day, hour));
        if gone { 0.08 } else { self.attended }
    }

    fn price_of(&self, plant: Option<&Plant>, shelf: usize, day: u32) -> f64 {
        let dearer = plant.is_some_and(|plant| plant.is(Cause::Price, shelf, day, plant.hours[0]));
        let decoy = shelf == self.decoy.0 && day >= self.decoy.1;
        self.price[shelf] * if dearer { 1.2 } else { 1.0 } * if decoy { 1.06 } else { 1.0 }
    }
}

/// One shopping unit.
struct Walk<'a> {
    shelves: &'a Shelves,
    plant: Option<&'a Plant>,
    /// By shelf, how likely staff is near.
    near: &'a [f64],
    unit: u32,
    day: u32,
    hour: u32,
}

impl Walk<'_> {
    fn shops(&self, dice: &mut Dice, shop: &mut Shop) {
        let Walk { unit, day, hour, .. } = *self;
        let on = self.plant.filter(|plant| plant.is_on(day, hour));
        let empty = on.and_then(|plant| plant.empty);
        let mut lines: Vec<usize> = Vec::new();
        for shelf in 0..SHELVES.len() {
            if !dice.coin(0.42) {
                continue;
            }
            let is = |cause| self.plant.is_some_and(|plant| plant.is(cause, shelf, day, hour));
            let mut seconds = self.shelves.seconds[shelf] * (0.45 * dice.normal()).exp();
            let mut entries = 1 + u32::from(dice.coin(0.08));
            let mut conversion = self.shelves.conversion[shelf];
            let attended = dice.coin(self.near[shelf]);
            if !attended {
                conversion *= self.shelves.service;
            }
            if is(Cause::Display) && dice.coin(0.65) {
                seconds = self.shelves.seconds[shelf] * dice.between(0.2, 0.4);
                conversion *= 0.2;
            }
            if is(Cause::Information) && dice.coin(0.6) {
                seconds = self.shelves.seconds[shelf] * dice.between(2.4, 4.0);
                entries += u32::from(dice.coin(0.5));
                conversion *= 0.25;
            }
            if is(Cause::Price) {
                conversion *= 0.45;
            }
            if is(Cause::Complement) {
                conversion *= 0.35;
            }
            if on.is_some_and(|plant| plant.reason == Reason::Unseen && plant.shelf == shelf) {
                conversion *= 0.45;
            }
            shop.stays.push(Stay { unit, shelf, day, hour, seconds, entries, staff_near: attended });
            if empty != Some(shelf) && dice.coin(conversion) {
                lines.push(shelf);
            }
        }
        for (first, second) in TOGETHER {
            if lines.contains(&first) && !lines.contains(&second) && empty != Some(second) && dice.coin(0.5) {
                lines.push(second);
            }
        }
        if !lines.is_empty() {
            let line = |shelf: usize| (shelf, self.shelves.price_of(self.plant, shelf, day));
            let lines = lines.into_iter().map(line).collect();
            shop.receipts.push(Receipt { unit, day, hour, lines });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of stays at the planted shelf that end with a purchase of it, while it is planted and else.
    fn conversions(shop: &Shop) -> [f64; 2] {
        let plant = shop.plant.expect("one is planted");
        [true, false].map(|on| {
            let stays = shop.stays.iter().filter(|stay| stay.shelf == plant.shelf);
            let units: Vec<u32> =
                stays.filter(|stay| plant.is_on(stay.day, stay.hour) == on).map(|stay| stay.unit).collect();
            let bought = shop.receipts.iter().filter(|receipt| {
                units.binary_search(&receipt.unit).is_ok() && receipt.lines.iter().any(|line| line.0 == plant.shelf)
            });
            bought.count() as f64 / units.len() as f64
        })
    }

    #[test]
    fn what_is_planted_lowers_conversion_and_nothing_else_does() {
        for (seed, cause) in (0..).zip(CAUSES) {
            let planted = shop(&Config { reason: Some(Reason::Cause(cause)), ..Config::new(seed) });
            let [on, off] = conversions(&planted);
            assert!(on < 0.75 * off, "{cause:?}: {on} while planted, {off} else");
        }
        let [on, off] = conversions(&shop(&Config { reason: Some(Reason::Unseen), ..Config::new(9) }));
        assert!(on < 0.75 * off, "{on} {off}");
    }

    #[test]
    fn a_shop_is_its_configuration() {
        assert_eq!(shop(&Config::new(4)), shop(&Config::new(4)));
        assert_ne!(shop(&Config::new(4)).stays, shop(&Config::new(5)).stays);
        assert!(shop(&Config::new(5)).said.is_empty() && !shop(&Config::new(4)).said.is_empty());
    }
}
