//! Steps to events: identities, columns, properties, ids.
//!
//! Members are anonymous on a device until they log in there for the first time, one second after their first step on
//! it; the event `login` links the two. In a store they show their card. What is not a step of a journey (logins,
//! profiles) stands in no stage.

use model::event::{Column, ColumnValue, Event, PROFILE_SET, event_id};
use model::identity::Identifier;
use serde_json::{Map, Value, json};

use crate::calendar::{Calendar, OFFSET_MINUTES};
use crate::customer::{Customer, Kind};
use crate::journeys::SECOND;
use crate::retailer::{CATEGORIES, CITIES, Channel, PRODUCTS, STORES};
use crate::step::{Feed, Step};

/// Writes down one customer.
pub(crate) struct Recorder<'a> {
    seed: u64,
    calendar: &'a Calendar,
    who: &'a Customer,
    known_on: [bool; Channel::ALL.len()],
    events: Vec<Event>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(seed: u64, calendar: &'a Calendar, who: &'a Customer) -> Recorder<'a> {
        Recorder { seed, calendar, who, known_on: [false; Channel::ALL.len()], events: Vec::new() }
    }

    pub(crate) fn add(&mut self, steps: Vec<Step>) {
        for step in steps {
            if self.events.is_empty() {
                self.introduce(step.at_us);
            }
            let (channel, at_us) = (step.channel, step.at_us);
            // What the retailer sends or does on its side goes to the member, whatever the device.
            let by_hand = step.feed == Feed::Online;
            let identity = self.identity(channel, by_hand);
            let event = self.event(step, vec![identity]);
            self.events.push(event);
            if by_hand {
                self.log_in(at_us, channel);
            }
        }
    }

    /// Every event before the end of the world, in time order, numbered.
    pub(crate) fn finish(self) -> Vec<Event> {
        let mut events = self.events;
        events.retain(|event| event.time_us < self.calendar.end_us);
        events.sort_by_key(|event| event.time_us);
        for (i, event) in events.iter_mut().enumerate() {
            let message = format!("{:x}-{i:x}", self.who.number);
            event.event_id = event_id(&event.source, &message);
            event.message_id = Some(message);
            event.seq = i as i64;
        }
        events
    }

    /// The traits of a member, set once.
    fn introduce(&mut self, at_us: i64) {
        let Kind::Member(member) = &self.who.kind else { return };
        let step = Step::new(at_us, PROFILE_SET, Feed::Crm, Channel::Store);
        let mut event = self.event(step, vec![self.who.member_no()]);
        "profile".clone_into(&mut event.channel);
        event.columns.clear();
        let city = &CITIES[self.who.city];
        for (name, value) in [
            ("name", member.name.as_str()),
            ("gender", member.gender),
            ("age_band", member.age_band),
            ("city", city.name),
            ("city_tier", city.tier),
            ("member_level", member.level),
        ] {
            event.traits.insert(name.to_owned(), Value::from(value));
        }
        self.events.push(event);
    }

    fn identity(&self, channel: Channel, by_hand: bool) -> Identifier {
        if !self.who.is_member() {
            // Service and messages know strangers by what they bought or came with.
            let home = Channel::SHOPS.iter().zip(self.who.habits).find(|(_, share)| *share > 0.0);
            return self.who.device(self.seed, home.map_or(Channel::Store, |(channel, _)| *channel));
        }
        if by_hand && !self.known_on[channel as usize] {
            return self.who.device(self.seed, channel);
        }
        self.who.member_no()
    }

    /// Links the device to the member, the first time.
    fn log_in(&mut self, after_us: i64, channel: Channel) {
        if !self.who.is_member() || self.known_on[channel as usize] {
            return;
        }
        self.known_on[channel as usize] = true;
        let step = Step::new(after_us + SECOND, "login", Feed::Online, channel);
        let mut event = self.event(step, vec![self.who.device(self.seed, channel), self.who.member_no()]);
        event.link_identifiers = true;
        self.events.push(event);
    }

    fn event(&self, step: Step, identifiers: Vec<Identifier>) -> Event {
        let mut columns = std::collections::BTreeMap::new();
        let mut text = |column, value: Option<&str>| {
            if let Some(value) = value {
                columns.insert(column, ColumnValue::Text(value.to_owned()));
            }
        };
        text(Column::City, Some(CITIES[self.who.city].name));
        text(Column::Site, step.site.map(|site| STORES[site].name));
        text(Column::Zone, step.zone);
        text(Column::Currency, step.amount.map(|_| "CNY"));
        text(Column::Product, step.product.map(|product| PRODUCTS[product].name));
        text(Column::Category, step.category.map(|category| CATEGORIES[category]));
        text(Column::OrderId, step.order.as_deref());
        text(Column::Campaign, step.campaign);
        text(Column::Platform, self.who.platform(step.channel));
        text(Column::Text, step.text);
        text(Column::Error, step.error);
        let mut number = |column, value: Option<f64>| {
            if let Some(value) = value {
                columns.insert(column, ColumnValue::Number(value));
            }
        };
        number(Column::Amount, step.amount);
        number(Column::Quantity, step.quantity.map(f64::from));
        number(Column::Score, step.score.map(f64::from));
        number(Column::DurationSeconds, step.duration_s.map(|seconds| (seconds * 10.0).round() / 10.0));
        Event {
            event_id: 0,
            time_us: step.at_us,
            offset_minutes: Some(OFFSET_MINUTES),
            received_at_us: step.at_us + step.feed.delay_seconds() * SECOND,
            seq: 0,
            event: step.event.to_owned(),
            channel: step.channel.name().to_owned(),
            source: step.feed.name().to_owned(),
            message_id: None,
            identifiers,
            link_identifiers: false,
            columns,
            items: Vec::new(),
            traits: Map::new(),
            props: props(&step),
        }
    }
}

fn props(step: &Step) -> Map<String, Value> {
    let mut props = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            props.insert(name.to_owned(), value);
        }
    };
    set("load_ms", step.load_ms.map(|ms| json!(ms)));
    set("in_stock", step.in_stock.map(|in_stock| json!(in_stock)));
    set("shipping_fee", step.fee.map(|fee| json!(fee)));
    set("topic", step.topic.map(|topic| json!(topic)));
    set("wait_seconds", step.wait_s.map(|seconds| json!(seconds)));
    set("delay_hours", step.promise.map(|(hours, _)| json!(hours)));
    set("promised_at", step.promise.and_then(|(_, at_us)| instant(at_us)).map(Value::from));
    props
}

/// RFC 3339 in the retailer's zone, whole seconds.
pub(crate) fn instant(at_us: i64) -> Option<String> {
    let zone = chrono::FixedOffset::east_opt(i32::from(OFFSET_MINUTES) * 60)?;
    let at = chrono::DateTime::from_timestamp_micros(at_us)?.with_timezone(&zone);
    Some(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false))
}
