//! A world: its customers' events one customer at a time, its reference tables, its truth.

use crate::aftercare;
use crate::calendar::Calendar;
use crate::config::{CUSTOMERS_MAX, Config, DAYS_MAX, PainKind, Plant, Strength};
use crate::customer::{Customer, Kind};
use crate::dice::Dice;
use crate::error::Fault;
use crate::journeys::{DAY, HOUR, JOURNEYS, PURCHASE};
use crate::plants::{Active, Luck};
use crate::power;
use crate::purchase;
use crate::record::Recorder;
use crate::tally::{Counts, Watch};

pub use model::event::Event;

/// Customers of the world without plants from which rates and numbers exposed are learnt.
const PILOT_CUSTOMERS: u32 = 8_000;

/// Customers whose events are counted to know how many a customer has.
const COUNTED_CUSTOMERS: u32 = 2_000;

/// A world. It holds its calendar and its plants; customers are drawn when asked for.
#[derive(Debug)]
pub struct World {
    pub(crate) config: Config,
    pub(crate) calendar: Calendar,
    pub(crate) plants: Vec<Active>,
    /// By plant: what the pilot and the strength came to.
    pub(crate) odds: Vec<Odds>,
}

/// What a plant adds to what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odds {
    pub(crate) usual: f64,
    pub(crate) lift: f64,
    pub(crate) exposed: f64,
    pub(crate) others: f64,
}

/// What a world without plants shows at the place of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pilot {
    inside: Counts,
    outside: Counts,
    /// Share of the exposed whose furthest stage this is.
    stays: f64,
}

impl World {
    /// Checks the configuration and, where something is planted, runs the same world without plants (at most
    /// 8,000 customers of it) to learn the usual rates and set the odds.
    pub fn new(config: Config) -> Result<World, Fault> {
        check(&config)?;
        let calendar = Calendar::new(config.seed, config.start, config.days);
        let mut world = World { config, calendar, plants: Vec::new(), odds: Vec::new() };
        if world.config.plants.is_empty() {
            return Ok(world);
        }
        let plants = std::mem::take(&mut world.config.plants);
        let mut actives = Vec::with_capacity(plants.len());
        for (number, plant) in plants.iter().enumerate() {
            actives.push(Active::new(number, plant, &world.calendar)?);
        }
        let pilot = world.pilot(&plants);
        for (number, plant) in plants.iter().enumerate() {
            let (odds, episode) = world.odds(number, plant, pilot[number])?;
            actives[number].episode = episode;
            world.odds.push(odds);
        }
        world.plants = actives;
        world.config.plants = plants;
        Ok(world)
    }

    /// How many customers a world of this seed and length needs to hold about so many events: what its first 2,000
    /// have, carried on. Plants are left out of account; they change little.
    pub fn customers_for(config: &Config, events: u64) -> Result<u32, Fault> {
        let world = World::new(Config { customers: COUNTED_CUSTOMERS, plants: Vec::new(), ..config.clone() })?;
        let counted: usize = world.customers().map(|events| events.len()).sum();
        let each = (counted as f64 / f64::from(COUNTED_CUSTOMERS)).max(0.01);
        let wanted = (events as f64 / each).ceil();
        if wanted > f64::from(CUSTOMERS_MAX) {
            let value = format!("{wanted:.0}, for {events} events");
            return Err(Fault::OutOfRange { what: "customers", value, wanted: "fewer events, or more days" });
        }
        Ok((wanted as u32).max(1))
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// When the world ends, UTC microseconds: the as-of of everything asked of it.
    pub fn end_us(&self) -> i64 {
        self.calendar.end_us
    }

    /// When it begins, UTC microseconds.
    pub fn start_us(&self) -> i64 {
        self.calendar.start_us
    }

    /// The events of all customers, one customer after the other. Few come too late to be seen at all.
    pub fn customers(&self) -> impl Iterator<Item = Vec<Event>> + '_ {
        (0..self.config.customers).map(|number| self.customer(number))
    }

    /// All events of one customer, in time order.
    pub fn customer(&self, number: u32) -> Vec<Event> {
        let mut dice = Dice::new(self.config.seed, u64::from(number));
        let who = Customer::draw(number, &mut dice);
        let luck_seed = self.config.seed ^ 0x6c75_636b_6c75_636b;
        let mut luck = Luck { plants: &self.plants, dice: Dice::new(luck_seed, u64::from(number)) };
        let calendar = &self.calendar;
        let mut recorder = Recorder::new(self.config.seed, calendar, &who);
        let mut seen = Vec::new();
        // Most are on their way back from somewhere when the world begins.
        let mut free_us = calendar.start_us + (dice.between(-20.0, 14.0).max(0.0) * DAY as f64) as i64;
        let mut mean_days = who.pause_days;
        if matches!(who.kind, Kind::PasserBy) {
            free_us = calendar.start_us + (dice.unit() * (calendar.end_us - calendar.start_us) as f64) as i64;
            mean_days = 3.0;
        }
        while let Some(day) = calendar.next_day(&mut dice, free_us, mean_days) {
            let way = purchase::walk(calendar, &who, dice.split(), &mut luck, (day, free_us), &mut seen);
            let (mut bruised, ordered) = (way.bruised, way.order.is_some());
            free_us = way.ended_us + PURCHASE.gap_us + HOUR;
            recorder.add(way.steps);
            let after_dice = dice.split();
            if let Some(order) = &way.order {
                let after = aftercare::follow(calendar, &who, after_dice, &mut luck, order);
                free_us = after.free_us;
                bruised |= after.bruised;
                recorder.add(after.steps);
            }
            if matches!(who.kind, Kind::PasserBy) {
                break;
            }
            // Memory: who was let down stays away longer, who bought comes back sooner.
            let memory = if bruised {
                1.5
            } else if ordered {
                0.8
            } else {
                1.0
            };
            mean_days = who.pause_days * memory;
        }
        recorder.finish()
    }

    /// Counts where the plants are. Give it every customer, then ask for [`World::truth`].
    pub fn watch(&self) -> Watch {
        Watch::new(&self.config.plants, self.start_us(), self.end_us())
    }

    /// Counts at the places of some plants in the world as it is now.
    pub(crate) fn pilot(&self, plants: &[Plant]) -> Vec<Pilot> {
        let gone = plants.iter().map(|plant| Plant { kind: PainKind::DropOff, ..plant.clone() });
        let all: Vec<Plant> = plants.iter().cloned().chain(gone).collect();
        let mut watch = Watch::new(&all, self.start_us(), self.end_us());
        for number in 0..self.config.customers.min(PILOT_CUSTOMERS) {
            watch.add(&self.customer(number));
        }
        let counts: Vec<(Counts, Counts)> = watch.counts().collect();
        let pilot = |(&(inside, outside), &(gone_inside, gone_outside)): (&(Counts, Counts), &(Counts, Counts))| {
            let exposed = (gone_inside.exposed + gone_outside.exposed).max(1) as f64;
            Pilot { inside, outside, stays: (gone_inside.hits + gone_outside.hits) as f64 / exposed }
        };
        counts.iter().zip(&counts[plants.len()..]).map(pilot).collect()
    }

    /// The odds of a plant and the chance of an episode, from the counts of the pilot in its cell and beside it.
    pub(crate) fn odds(
        &self,
        number: usize,
        plant: &Plant,
        Pilot { inside, outside, stays }: Pilot,
    ) -> Result<(Odds, f64), Fault> {
        let scale = f64::from(self.config.customers) / f64::from(self.config.customers.min(PILOT_CUSTOMERS));
        let (exposed, others) = (inside.exposed as f64 * scale, outside.exposed as f64 * scale);
        let too_few =
            |exposed: f64| Fault::TooFew { plant: number, exposed: exposed as u64, least: power::EXPOSED_MIN };
        if exposed < power::EXPOSED_MIN as f64 || others < power::EXPOSED_MIN as f64 {
            return Err(too_few(exposed.min(others)));
        }
        let usual = (inside.hits + outside.hits) as f64 / (inside.exposed + outside.exposed) as f64;
        // Whoever cannot come back from a later stage because they never reach one cannot loop.
        let eligible = if plant.kind == PainKind::Loop { 1.0 - stays } else { 1.0 };
        let too_strong = |lift: f64| {
            let (most, exposed) = (power::LIFT_MAX.min(eligible - usual), exposed as u64);
            Fault::TooStrong { plant: number, lift, most, exposed }
        };
        let lift = match plant.strength {
            Strength::Moderate => power::moderate(usual, exposed, others)
                .filter(|lift| *lift <= power::LIFT_MAX)
                .ok_or(too_strong(1.0 - usual))?,
            Strength::Lift(lift) => lift,
        };
        let episode = lift / (eligible - usual);
        if episode > 1.0 {
            return Err(too_strong(lift));
        }
        Ok((Odds { usual, lift, exposed, others }, episode))
    }
}

pub(crate) fn check(config: &Config) -> Result<(), Fault> {
    let range = |what, value: String, wanted| Err(Fault::OutOfRange { what, value, wanted });
    if !(1..=CUSTOMERS_MAX).contains(&config.customers) {
        return range("customers", config.customers.to_string(), "1 to 20,000,000");
    }
    if !(1..=DAYS_MAX).contains(&config.days) {
        return range("days", config.days.to_string(), "1 to 730");
    }
    if config.walked_days > config.days {
        return range("walked_days", config.walked_days.to_string(), "at most the days of the world");
    }
    let years = 2025..=2027;
    let last = config.start.checked_add_days(chrono::Days::new(u64::from(config.days)));
    if ![Some(config.start), last].iter().all(|date| date.is_some_and(|d| years.contains(&chrono::Datelike::year(&d))))
    {
        return range("start", config.start.to_string(), "a time within 2025 to 2027, whose festivals are known");
    }
    for plant in &config.plants {
        if let Strength::Lift(lift) = plant.strength
            && !(lift > 0.0 && lift <= 0.9)
        {
            return range("lift", lift.to_string(), "a number above 0 and at most 0.9");
        }
    }
    debug_assert!(JOURNEYS.len() == 2);
    Ok(())
}

#[cfg(test)]
mod tests;
