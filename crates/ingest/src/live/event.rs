//! One message to one event, as all protocols share it.
//!
//! A protocol's reader says in a [`Draft`] what a message means; what follows from that for every protocol alike is
//! here: identifiers in their one spelling, names, the time, the id, limits. The words of the e-commerce vocabularies
//! are in `words`.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;

use model::event::{Column, ColumnType, ColumnValue, Event, Rejection, SAID_TIME, event_id, event_id_of_row};
use model::identifier::ORDER_NO;
use model::identity::Identifier;
use model::limits::{EVENT_BYTES_MAX, IDENTIFIERS_MAX, NAME_BYTES_MAX};
use model::traits::SET_ONCE;
use rustc_hash::FxHashMap;
use serde::Serializer as _;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use super::clock::{self, Said};
use super::own::{Plain, PlainEvent};
use super::unpack::{cut, written_bytes};
use super::{Decoded, Door, Form, Letter, Protocol, words};
use crate::assemble::RowFault;
use crate::cell::{Cell, Digits, excerpt};
use crate::senders::Senders;

/// Somebody says who they are.
pub(super) const IDENTIFY: &str = "$identify";
/// Two names of one person.
pub(super) const ALIAS: &str = "$alias";
/// A person belongs to an account.
pub(super) const GROUP: &str = "$group";
/// A page was seen.
pub(super) const PAGE_VIEW: &str = "page_view";
/// A screen of an app was seen.
pub(super) const SCREEN_VIEW: &str = "screen_view";

/// What one message is: an event, nothing by the protocol's own rules, or a fault.
pub(super) type Reading = Result<Option<Draft>, RowFault>;

/// Reads one message of a protocol.
pub(super) type Reader = fn(&Map<String, Value>, &Door<'_>) -> Reading;

/// An event as its protocol says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) event: String,
    /// Only where the message says it; else the door's.
    pub(super) channel: Option<String>,
    pub(super) message_id: Option<String>,
    pub(super) time: Option<Said>,
    /// The message's own time of sending; else the letter's.
    pub(super) sent_at_us: Option<i64>,
    /// IANA name of the sender's zone.
    pub(super) zone: Option<String>,
    /// As sent, the sending identity first. See [`Draft::identify`].
    pub(super) identifiers: Vec<Identifier>,
    /// Whether the protocol states that they are one person.
    pub(super) link: bool,
    pub(super) columns: BTreeMap<Column, ColumnValue>,
    pub(super) items: Vec<Map<String, Value>>,
    pub(super) traits: Map<String, Value>,
    pub(super) props: Map<String, Value>,
    /// Fields of the message that differ when the same message is sent again; they are no part of its id.
    pub(super) volatile: &'static [&'static str],
    /// Identifiers that are no text at all.
    pub(super) no_text: Vec<(String, Value)>,
}

impl Draft {
    pub(super) fn new(event: impl Into<String>) -> Draft {
        Draft { event: event.into(), ..Draft::default() }
    }

    /// Adds an identifier, if there is one. `null` and an empty text are none.
    pub(super) fn identify(&mut self, namespace: &str, value: Option<&Value>) {
        match value {
            None | Some(Value::Null) => {}
            Some(value) => match scalar(value) {
                Some(text) => self.identifiers.push(Identifier::new(namespace, text)),
                None if value.as_str() == Some("") => {}
                None => self.no_text.push((namespace.to_owned(), value.clone())),
            },
        }
    }

    /// Adds what traits say of how to reach the person: `email`, `phone`.
    pub(super) fn identify_by_contacts(&mut self, traits: &Map<String, Value>) {
        for namespace in ["email", "phone"] {
            self.identify(namespace, traits.get(namespace));
        }
    }

    /// Sets a column, unless it is set already; whether the value is now in it.
    pub(super) fn set(&mut self, column: Column, value: &Value) -> bool {
        if self.columns.contains_key(&column) {
            return false;
        }
        let Some(value) = typed(column, value) else { return false };
        self.columns.insert(column, value);
        true
    }

    /// Moves a field of an object into a column. What does not fit stays where it is.
    pub(super) fn take(&mut self, from: &mut Map<String, Value>, name: &str, column: Column) {
        if from.get(name).is_some_and(|value| self.set(column, value)) {
            from.shift_remove(name);
        }
    }

    /// Moves every field of an object that a vocabulary knows into its column: where several words mean one column,
    /// that of the lowest rank. What does not fit stays where it is.
    pub(super) fn take_words(&mut self, from: &mut Map<String, Value>, word: words::Word) {
        let mut found: Vec<(u8, Column, String)> =
            from.keys().filter_map(|name| word(name).map(|(column, rank)| (rank, column, name.clone()))).collect();
        // Amounts last: what stands beside them says whether they are money.
        found.sort_by_key(|(rank, column, _)| (*column == Column::Amount, *rank));
        for (rank, column, name) in found {
            let trades = || {
                let beside = [Column::Currency, Column::OrderId];
                beside.iter().any(|column| self.columns.contains_key(column)) || !self.items.is_empty()
            };
            if column != Column::Amount || words::is_money(rank) || trades() {
                self.take(from, &name, column);
            }
        }
    }

    /// Moves a list of objects to the items.
    pub(super) fn take_items(&mut self, from: &mut Map<String, Value>, name: &str) {
        let whole = from.get(name).and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_object));
        if whole
            && self.items.is_empty()
            && let Some(Value::Array(list)) = from.shift_remove(name)
        {
            self.items = list
                .into_iter()
                .filter_map(|item| if let Value::Object(item) = item { Some(item) } else { None })
                .collect();
        }
    }

    /// The page of an address, and the campaign its query names. The address itself stays with the caller.
    pub(super) fn take_address(&mut self, address: &str) {
        self.take_tagged_address(address, words::utm);
    }

    /// The same where campaigns are named by parameters of the protocol's own.
    pub(super) fn take_tagged_address(&mut self, address: &str, tag: words::Tag) {
        if let Some(page) = words::page(address) {
            self.set(Column::Page, &Value::String(page));
        }
        for (column, value) in words::campaign(address, tag) {
            self.set(column, &Value::String(value));
        }
    }

    /// Sets traits that stand only where there is none yet.
    pub(super) fn set_once(&mut self, traits: Map<String, Value>) {
        if traits.is_empty() {
            return;
        }
        let once = self.traits.entry(SET_ONCE).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(once) = once {
            once.extend(traits);
        }
    }

    /// Keeps an object under its own name in the properties, unless it is empty.
    pub(super) fn keep(&mut self, name: &str, object: Map<String, Value>) {
        if object.is_empty() {
            return;
        }
        let name = if self.props.contains_key(name) { format!("${name}") } else { name.to_owned() };
        self.props.insert(name, Value::Object(object));
    }
}

/// Reads all messages of a letter.
pub(super) fn read_all(letter: Letter, door: &Door<'_>, reader: Reader) -> Decoded {
    let Letter { protocol, sent_at_us, messages, unreadable, key: _ } = letter;
    let taken: Vec<u64> = unreadable.iter().map(|rejection| rejection.line).collect();
    let lines = (1..).filter(|line| taken.binary_search(line).is_err());
    let places = lines.map(|line| Place { protocol, sent_at_us, door, line });
    let mut decoded = Decoded { rejections: unreadable, ..Decoded::default() };
    decoded.events.reserve(messages.len());
    match messages.0 {
        Form::Objects(messages) => decoded.read_objects(&messages, places, reader),
        Form::Plain(plain) => decoded.read_plain(plain, places),
    }
    decoded.rejections.sort_by_key(|rejection| rejection.line);
    decoded
}

impl Decoded {
    fn read_objects<'a>(
        &mut self,
        messages: &[Map<String, Value>],
        places: impl Iterator<Item = Place<'a>>,
        reader: Reader,
    ) {
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        for (message, place) in messages.iter().zip(places) {
            let event = reader(message, place.door)
                .and_then(|draft| draft.map(|draft| place.finish(draft, message, &mut seen)).transpose());
            match event {
                Ok(Some(event)) => self.events.push(event),
                Ok(None) => self.skipped += 1,
                Err(fault) => self.rejections.push(rejection(place.line, fault, message)),
            }
        }
    }

    fn read_plain<'a>(&mut self, mut plain: Plain, places: impl Iterator<Item = Place<'a>>) {
        let events = std::mem::take(&mut plain.events);
        let (objects, nothing) = (LazyCell::new(|| plain.objects()), Map::new());
        for (at, (event, place)) in events.into_iter().zip(places).enumerate() {
            let PlainEvent { message_id, mut draft, senders } = event;
            let event_id = event_id(place.door.source, &message_id);
            draft.message_id = Some(message_id);
            match place.settle(draft, senders, |_| event_id) {
                Ok(event) => self.events.push(event),
                Err(fault) => self.rejections.push(rejection(place.line, fault, objects.get(at).unwrap_or(&nothing))),
            }
        }
    }
}

/// A value as text, if it is one value and not empty: an id that was sent as a number is the same id.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) | Value::Object(_) => None,
        one => Cell::of_json(one).into_text(),
    }
}

/// An object's field as text, if it has one.
pub(super) fn text(from: &Map<String, Value>, name: &str) -> Option<String> {
    from.get(name).and_then(scalar)
}

/// An object's field, if that is an object.
pub(super) fn object<'a>(from: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    from.get(name).and_then(Value::as_object)
}

/// A sender's own name for what happened. Names that begin with `$` are the product's; a foreign one loses it.
pub(super) fn own_name(name: &str) -> String {
    name.trim().trim_start_matches(model::event::SYSTEM_PREFIX).to_owned()
}

/// Whether an id is of the form that libraries make for a browser they do not know: 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A message at its place.
struct Place<'a> {
    protocol: Protocol,
    /// When the letter was sent, if it says so.
    sent_at_us: Option<i64>,
    door: &'a Door<'a>,
    line: u64,
}

impl Place<'_> {
    fn finish(
        &self,
        mut draft: Draft,
        message: &Map<String, Value>,
        seen: &mut FxHashMap<u64, u32>,
    ) -> Result<Event, RowFault> {
        if self.protocol != Protocol::Throughline {
            identify_by_order(&mut draft);
        }
        let senders = senders(&mut draft);
        self.settle(draft, senders, |draft| self.id(draft, message, seen))
    }

    /// `id` gives the event's id, once all else is known.
    fn settle(&self, mut draft: Draft, senders: Senders, id: impl FnOnce(&Draft) -> i64) -> Result<Event, RowFault> {
        let identifiers = senders.settle(&mut draft.props, || RowFault {
            code: "identifier_missing",
            field: None,
            reason: "the message says nobody did it: it has no identifier that is not empty".to_owned(),
        })?;
        check_name("event", "event_missing", &draft.event)?;
        let channel = draft.channel.take().filter(|channel| !channel.is_empty());
        let channel = channel.unwrap_or_else(|| self.door.channel.to_owned());
        check_name("channel", "channel_missing", &channel)?;
        let said = draft.time;
        let sent_us = draft.sent_at_us.or(self.sent_at_us);
        let happened = clock::settle(said.map(|said| said.time_us), sent_us, self.door.received_at_us, "time")?;
        if let Some(disbelieved_us) = happened.disbelieved_us {
            draft.props.insert(SAID_TIME.to_owned(), clock::text(disbelieved_us).into());
        }
        let zone = draft.zone.as_deref();
        let offset_minutes = said
            .and_then(|said| said.offset_minutes)
            .or_else(|| zone.and_then(|zone| clock::offset_of(zone, happened.time_us)));
        words::complete(&mut draft);
        draft.props.retain(|_, value| !value.is_null());
        let event_id = id(&draft);
        let event = Event {
            event_id,
            time_us: happened.time_us,
            offset_minutes,
            received_at_us: self.door.received_at_us,
            seq: self.door.first_seq.saturating_add((self.line - 1) as i64),
            event: draft.event,
            channel,
            source: self.door.source.to_owned(),
            message_id: draft.message_id,
            link_identifiers: draft.link && identifiers.len() > 1,
            identifiers,
            columns: draft.columns,
            items: draft.items,
            traits: draft.traits,
            props: draft.props,
        };
        check_size(&event)?;
        Ok(event)
    }

    fn id(&self, draft: &Draft, message: &Map<String, Value>, seen: &mut FxHashMap<u64, u32>) -> i64 {
        if let Some(message_id) = &draft.message_id {
            return event_id(self.door.source, message_id);
        }
        let mut bytes = Vec::new();
        let lasting = message.iter().filter(|(name, _)| !draft.volatile.contains(&name.as_str()));
        // Writing values to memory cannot fail; if it did, what is written so far would be the identity.
        let _ = serde_json::Serializer::new(&mut bytes).collect_map(lasting);
        if draft.time.is_none() {
            // Who looks at a page twice and says neither id nor time looked at it twice.
            bytes.extend_from_slice(&self.door.received_at_us.to_le_bytes());
        }
        let nth = seen.entry(xxh3_64(&bytes)).and_modify(|nth| *nth += 1).or_insert(0);
        event_id_of_row(self.door.source, &bytes, 0, *nth)
    }
}

/// An order has one customer, so its number says who an event is of, after everybody the message names itself. Vendors'
/// protocols have no other place to say so; our own names it among the identifiers where it is meant.
///
/// What has no digit is no number (`order`, `checkout`) and would join all whose order is called that.
fn identify_by_order(draft: &mut Draft) {
    let Some(ColumnValue::Text(order)) = draft.columns.get(&Column::OrderId) else { return };
    // One identifier too many would refuse a message that was taken without.
    if draft.identifiers.len() < IDENTIFIERS_MAX && order.chars().any(char::is_numeric) {
        draft.identifiers.push(Identifier::new(ORDER_NO, order.clone()));
    }
}

/// Whom a draft names.
fn senders(draft: &mut Draft) -> Senders {
    let mut senders = Senders::default();
    draft.no_text.drain(..).for_each(|(namespace, value)| senders.drop(namespace, &value));
    draft.identifiers.drain(..).for_each(|sent| senders.offer(&sent.namespace, &sent.value));
    senders
}

fn check_name(field: &'static str, missing: &'static str, name: &str) -> Result<(), RowFault> {
    if is_blank(name) {
        return Err(RowFault::new(missing, field, format!("the message has no {field}")));
    }
    if name.len() > NAME_BYTES_MAX {
        let reason = format!("`{}` has {} bytes; a name has at most {NAME_BYTES_MAX}", excerpt(name), name.len());
        return Err(RowFault::new("name_too_long", field, reason));
    }
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Refuses an event over the size limit. Only those that may be are written out to be measured.
fn check_size(event: &Event) -> Result<(), RowFault> {
    let mut rough = weight(&event.props) + weight(&event.traits) + event.items.iter().map(weight).sum::<usize>();
    for value in event.columns.values() {
        rough += if let ColumnValue::Text(text) = value { text.len() } else { 0 };
    }
    rough += event.message_id.as_ref().map_or(0, String::len);
    // A sign takes at most six once written: \u0000.
    if rough < EVENT_BYTES_MAX / 8 {
        return Ok(());
    }
    let bytes = written_bytes(event);
    if bytes <= EVENT_BYTES_MAX {
        return Ok(());
    }
    let reason = format!("the event has {bytes} bytes, over the limit of {EVENT_BYTES_MAX}; leave out properties");
    Err(RowFault { code: "event_too_large", field: None, reason })
}

/// About the bytes of an object once written.
fn weight(object: &Map<String, Value>) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::Null | Value::Bool(_) => 5,
            Value::Number(_) => 16,
            Value::String(text) => text.len() + 3,
            Value::Array(list) => 2 + list.iter().map(of).sum::<usize>(),
            Value::Object(object) => weight(object),
        }
    }
    object.iter().map(|(name, value)| name.len() + 4 + of(value)).sum::<usize>() + 2
}

fn rejection(line: u64, fault: RowFault, message: &Map<String, Value>) -> Rejection {
    // Kept whole where it can be an event at all, so that it can be read again once the cause is mended.
    let original = serde_json::to_string(message).unwrap_or_default();
    Rejection {
        line,
        code: fault.code.to_owned(),
        field: fault.field,
        reason: fault.reason,
        original: cut(original, EVENT_BYTES_MAX),
    }
}

/// A value as a column holds it; `None` where it does not fit.
fn typed(column: Column, value: &Value) -> Option<ColumnValue> {
    match column.column_type() {
        ColumnType::Text => column_text(column, scalar(value)?.into()),
        ColumnType::Number => {
            let number = match value {
                Value::Number(number) => number.as_f64(),
                Value::String(text) => Digits::PLAIN.parse(text),
                _ => None,
            };
            number.map(ColumnValue::Number)
        }
    }
}

/// A text as a column of text holds it; `None` where it is empty.
pub(super) fn column_text(column: Column, text: Cow<'_, str>) -> Option<ColumnValue> {
    if is_blank(&text) {
        return None;
    }
    let is_code = column == Column::Currency && text.len() == 3;
    Some(ColumnValue::Text(if is_code { text.to_ascii_uppercase() } else { text.into_owned() }))
}

#[cfg(test)]
mod tests;
