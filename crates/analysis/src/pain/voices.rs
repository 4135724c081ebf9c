//! What customers who are hit by a pain met and said: errors they were shown, and their own words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::event::{Column, ColumnValue, Event};
use model::identity::CustomerId;
use model::journey::Journey;
use model::traffic::Classifier;

use crate::answer::{Voice, VoiceExample};
use crate::timeline;

/// Customers whose events are read: enough to know what is said, few enough to be read at once.
pub(crate) const CUSTOMERS_READ_MAX: usize = 200;

/// Errors, and texts, that are listed.
const LISTED_MAX: usize = 10;

/// Collects what is said in one column.
pub(crate) struct Voices<'a> {
    journey: &'a Journey,
    traffic: &'a Classifier,
    column: Column,
    /// First and last moment that counts, UTC microseconds.
    span_us: (i64, i64),
    said: BTreeMap<String, Said>,
}

#[derive(Default)]
struct Said {
    customers: BTreeSet<i64>,
    events: u64,
    newest: Option<VoiceExample>,
}

impl<'a> Voices<'a> {
    pub(crate) fn new(
        journey: &'a Journey,
        traffic: &'a Classifier,
        column: Column,
        span_us: (i64, i64),
    ) -> Voices<'a> {
        Voices { journey, traffic, column, span_us, said: BTreeMap::new() }
    }

    /// Adds a customer's events, in order of time.
    pub(crate) fn add(&mut self, customer: CustomerId, events: &[Event]) {
        let traits = timeline::traits(events);
        for event in events.iter().filter(|event| (self.span_us.0..=self.span_us.1).contains(&event.time_us)) {
            let Some(ColumnValue::Text(words)) = event.columns.get(&self.column) else { continue };
            let words = words.trim();
            if words.is_empty() {
                continue;
            }
            let said = self.said.entry(words.to_owned()).or_default();
            said.customers.insert(customer.0);
            said.events += 1;
            if said.newest.as_ref().is_none_or(|newest| newest.time_us <= event.time_us) {
                let place = timeline::touched(self.journey, event, &traits, self.traffic);
                said.newest = Some(VoiceExample {
                    customer: customer.0.to_string(),
                    time_us: event.time_us,
                    event: event.event.clone(),
                    channel: event.channel.clone(),
                    touchpoint: place.map(|(_, touchpoint)| touchpoint),
                });
            }
        }
    }

    /// What most customers met or said comes first.
    pub(crate) fn finish(self) -> Vec<Voice> {
        let mut voices: Vec<Voice> = self
            .said
            .into_iter()
            .filter_map(|(words, said)| {
                let (customers, events) = (said.customers.len() as u64, said.events);
                Some(Voice { words, customers, events, example: said.newest? })
            })
            .collect();
        voices.sort_by_key(|voice| (Reverse(voice.customers), Reverse(voice.example.time_us)));
        voices.truncate(LISTED_MAX);
        voices
    }
}
