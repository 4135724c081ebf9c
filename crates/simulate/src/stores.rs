//! The retailer's stores as places, and the walks behind what happened in them.
//!
//! A walk is told from a customer's events: whoever is seen somewhere at a moment was there at that moment, came by the door
//! before it and leaves by it afterwards. Between, they look at goods, queue, pay, and change floors by the escalator. So what
//! positions show and what events say are of the same people, and no draw of the world is moved by it. It shares no code with
//! what reads walks.

mod plan;
mod walk;

use model::event::{Column, ColumnValue};
use model::place::Site;

use crate::config::Config;
use crate::journeys::{DAY, HOUR};
use crate::retailer::STORES;
use crate::step::Feed;
use crate::world::{Event, World};

pub use plan::StorePlace;

/// Silence after which somebody was away.
const AWAY_US: i64 = HOUR;

/// How many pass by for each who comes in.
const PASSING: u64 = 4;

/// Where somebody was seen, once a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footstep {
    pub time_us: i64,
    /// Place of its floor in the plan.
    pub floor: usize,
    /// Metres on that floor.
    pub at: [f64; 2],
}

/// One walk through one store.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreWalk {
    /// Place of the store in [`stores`].
    pub store: usize,
    /// Of this walk alone.
    pub visitor: String,
    pub steps: Vec<Footstep>,
}

/// The stores of a world, as places.
pub fn stores(config: &Config) -> Vec<StorePlace> {
    STORES.iter().map(|store| StorePlace::new(store, config.start)).collect()
}

impl World {
    /// The walks of a customer, from their events, that begin in the last [`Config::walked_days`]; and of some who pass by
    /// meanwhile.
    pub fn walks(&self, stores: &[StorePlace], events: &[Event]) -> Vec<StoreWalk> {
        let from_us = self.end_us() - i64::from(self.config().walked_days) * DAY;
        let there: Vec<(usize, &Event)> = events
            .iter()
            .filter(|event| event.source == Feed::Store.name())
            .filter_map(|event| Some((store_of(event)?, event)))
            .collect();
        let goes_on = |a: &(usize, &Event), b: &(usize, &Event)| a.0 == b.0 && b.1.time_us - a.1.time_us < AWAY_US;
        there
            .chunk_by(goes_on)
            .filter(|visit| visit[0].1.time_us >= from_us)
            .flat_map(|visit| {
                let (store, first) = visit[0];
                let visitor = first.message_id.clone().unwrap_or_default();
                let seed = self.config().seed ^ first.event_id.cast_unsigned();
                let happened: Vec<&Event> = visit.iter().map(|(_, event)| *event).collect();
                let steps = walk::walk(&stores[store], seed, &happened);
                let mut walks = vec![StoreWalk { store, visitor: visitor.clone(), steps }];
                walks.extend((1..=PASSING).map(|number| {
                    let steps = walk::pass(&stores[store], (seed, number), first.time_us);
                    StoreWalk { store, visitor: format!("{visitor}-{number}"), steps }
                }));
                walks
            })
            .collect()
    }
}

/// Place of an event's store in the list of stores.
fn store_of(event: &Event) -> Option<usize> {
    let name = site_of(event)?;
    STORES.iter().position(|store| store.name == name)
}

pub(crate) fn site_of(event: &Event) -> Option<&str> {
    text(event, Column::Site)
}

fn text(event: &Event, column: Column) -> Option<&str> {
    match event.columns.get(&column)? {
        ColumnValue::Text(text) => Some(text),
        ColumnValue::Number(_) => None,
    }
}

impl StorePlace {
    /// The id of a floor of a [`Footstep`].
    pub fn floor(&self, number: usize) -> &str {
        &self.site.plans[0].floors[number].id
    }

    pub fn site(&self) -> &Site {
        &self.site
    }
}
