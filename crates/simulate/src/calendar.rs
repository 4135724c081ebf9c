//! Days of the retailer: festivals, promotions, rain, and how many people come on a day and at which hour. They move
//! how much happens and what is bought, never how well it goes.

use chrono::{Datelike, NaiveDate};

use crate::dice::Dice;
use crate::journeys::{DAY, HOUR, MINUTE};
use crate::retailer::STORES;

/// The retailer's zone is eight hours before UTC all year.
pub(crate) const OFFSET_MINUTES: i16 = 480;

/// Everything about the days of one world, computed once.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// Midnight of the first day, UTC microseconds.
    pub(crate) start_us: i64,
    /// Midnight after the last day.
    pub(crate) end_us: i64,
    days: Vec<Day>,
    busiest: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    /// How many come, 1 on a usual working day.
    pub(crate) traffic: f64,
    pub(crate) promotion: Option<&'static Promotion>,
    pub(crate) holiday: Option<&'static str>,
    /// Millimetres of rain by store.
    pub(crate) rain_mm: [f64; STORES.len()],
}

#[derive(Debug, PartialEq)]
pub(crate) struct Promotion {
    pub(crate) name: &'static str,
    /// First and last day: year 0 means every year.
    from: (i32, u32, u32),
    to: (i32, u32, u32),
    traffic: f64,
    /// Off the list price.
    pub(crate) discount: f64,
}

const fn promotion(
    name: &'static str,
    from: (i32, u32, u32),
    to: (i32, u32, u32),
    traffic: f64,
    discount: f64,
) -> Promotion {
    Promotion { name, from, to, traffic, discount }
}

pub(crate) const PROMOTIONS: [Promotion; 8] = [
    promotion("双11", (0, 11, 1), (0, 11, 11), 1.7, 0.20),
    promotion("双12", (0, 12, 10), (0, 12, 12), 1.4, 0.12),
    promotion("年货节 2026", (2026, 1, 24), (2026, 2, 10), 1.25, 0.10),
    promotion("年货节 2027", (2027, 1, 14), (2027, 1, 31), 1.25, 0.10),
    promotion("38女神节", (0, 3, 5), (0, 3, 8), 1.3, 0.12),
    promotion("五一", (0, 4, 30), (0, 5, 4), 1.25, 0.10),
    promotion("618", (0, 6, 1), (0, 6, 18), 1.6, 0.18),
    promotion("国庆", (0, 10, 1), (0, 10, 6), 1.25, 0.10),
];

/// (name, first, last, traffic).
type Holiday = (&'static str, (i32, u32, u32), (i32, u32, u32), f64);
const HOLIDAYS: [Holiday; 5] = [
    ("春节", (2025, 1, 28), (2025, 2, 4), 0.35),
    ("春节", (2026, 2, 15), (2026, 2, 23), 0.35),
    ("春节", (2027, 2, 5), (2027, 2, 12), 0.35),
    ("元旦", (0, 1, 1), (0, 1, 1), 1.2),
    ("清明", (0, 4, 4), (0, 4, 6), 1.05),
];

fn within(date: NaiveDate, from: (i32, u32, u32), to: (i32, u32, u32)) -> bool {
    (from.0 == 0 || from.0 == date.year())
        && (from.1, from.2) <= (date.month(), date.day())
        && (date.month(), date.day()) <= (to.1, to.2)
}

impl Calendar {
    pub(crate) fn new(seed: u64, start: NaiveDate, days: u32) -> Calendar {
        // The weather has a stream of its own that no customer has: customers count from 0.
        let mut dice = Dice::new(seed, u64::MAX);
        let days: Vec<Day> = start.iter_days().take(days as usize).map(|date| day(date, &mut dice)).collect();
        let epoch = NaiveDate::default();
        let start_us = (start - epoch).num_days() * DAY - i64::from(OFFSET_MINUTES) * MINUTE;
        let end_us = start_us + days.len() as i64 * DAY;
        let busiest = days.iter().map(|day| day.traffic).fold(1.0, f64::max);
        Calendar { start_us, end_us, days, busiest }
    }

    pub(crate) fn days(&self) -> &[Day] {
        &self.days
    }

    /// The day of a moment; the last one for moments after the end.
    pub(crate) fn day_at(&self, at_us: i64) -> &Day {
        &self.days[self.day_number(at_us).clamp(0, self.days.len() as i64 - 1) as usize]
    }

    /// Days since the start, below 0 before it.
    pub(crate) fn day_number(&self, at_us: i64) -> i64 {
        (at_us - self.start_us).div_euclid(DAY)
    }

    /// Midnight that begins a day of the world, UTC microseconds.
    pub(crate) fn midnight(&self, day: i64) -> i64 {
        self.start_us + day * DAY
    }

    /// The day, from `earliest_us` on, on which somebody comes who comes every `mean_days` on usual days; `None` if
    /// that is after the end.
    pub(crate) fn next_day(&self, dice: &mut Dice, earliest_us: i64, mean_days: f64) -> Option<i64> {
        let mut at = (earliest_us - self.start_us) as f64 / DAY as f64;
        loop {
            at += dice.exponential(mean_days / self.busiest);
            let day = self.days.get(at as usize)?;
            if dice.coin(day.traffic / self.busiest) {
                return Some(at as i64);
            }
        }
    }
}

fn day(date: NaiveDate, dice: &mut Dice) -> Day {
    let promotion = PROMOTIONS.iter().find(|p| within(date, p.from, p.to));
    let holiday = HOLIDAYS.iter().find(|(_, from, to, _)| within(date, *from, *to));
    let week = [0.88, 0.90, 0.94, 0.98, 1.12, 1.42, 1.34][date.weekday().num_days_from_monday() as usize];
    let traffic = week * promotion.map_or(1.0, |p| p.traffic) * holiday.map_or(1.0, |h| h.3);
    let wet_season = matches!(date.month(), 3..=7);
    let mut rain_mm = [0.0; STORES.len()];
    for (i, store) in STORES.iter().enumerate() {
        // Stores of one city lie under one sky.
        rain_mm[i] = match i.checked_sub(1) {
            Some(before) if STORES[before].city == store.city => rain_mm[before],
            _ if dice.coin(if wet_season { 0.38 } else { 0.2 }) => (dice.exponential(8.0) * 10.0).round() / 10.0,
            _ => 0.0,
        };
    }
    Day { date, traffic, promotion, holiday: holiday.map(|h| h.0), rain_mm }
}

/// How many come by hour of the day, on a screen and through the door.
const ONLINE_HOURS: [f64; 24] = [
    2.0, 0.8, 0.3, 0.2, 0.2, 0.3, 0.8, 1.8, 2.8, 3.6, 4.2, 4.6, 5.6, 5.0, 4.0, 3.8, 4.0, 4.2, 4.8, 6.2, 8.0, 8.6, 7.2,
    4.4,
];
const STORE_HOURS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 4.6, 4.4, 4.8, 6.2, 7.4, 7.6, 6.6, 5.2, 0.0, 0.0, 0.0, 0.0,
    0.0,
];

/// A moment of the day to begin at, microseconds after midnight. Stores open at 10; who comes last begins before 19,
/// so that even the slowest is done by 22.
pub(crate) fn begin(dice: &mut Dice, in_store: bool) -> i64 {
    let hour = dice.weighted(if in_store { &STORE_HOURS } else { &ONLINE_HOURS }) as i64;
    hour * HOUR + (dice.unit() * HOUR as f64) as i64
}
