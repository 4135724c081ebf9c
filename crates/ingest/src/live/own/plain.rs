//! Letters of our own protocol that hold nothing unusual, read straight from their text.
//!
//! Nearly all letters say what is known, each field once and of its type, and give every event its id. Such a letter
//! becomes drafts with no tree of JSON in between: to make and drop one is most of the work of a letter. Whatever is
//! unusual, a fault or only rare, is not told here: the letter is then read as a tree by [`super`], which knows how.

use std::borrow::Cow;
use std::fmt;

use model::event::{Column, ColumnType, ColumnValue};
use model::limits::IDENTIFIERS_MAX;
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::limits::LETTER_MESSAGES_MAX;
use crate::live::clock::{self, Said};
use crate::live::event::{Draft, column_text, scalar};
use crate::live::{VALUE_BYTES, fields_weight};
use crate::senders::Senders;

/// Events that few letters have more of: room for so many is made at once.
const EVENTS_USUAL: usize = 128;

/// Events of a letter, and the letter.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::live) struct Plain {
    pub(in crate::live) events: Vec<PlainEvent>,
    /// The body, unpacked. From it comes the original of an event that is rejected after all.
    body: Vec<u8>,
    /// Whether the body is one event a line.
    says_lines: bool,
}

/// An event that says its message id.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::live) struct PlainEvent {
    pub(in crate::live) message_id: String,
    /// Without message id and identifiers.
    pub(in crate::live) draft: Draft,
    pub(in crate::live) senders: Senders,
}

impl Plain {
    /// The letter of a body, with the time of sending that it says; or the body, where anything in it is unusual.
    pub(super) fn read(body: Cow<'_, [u8]>, says_lines: bool) -> Result<(Plain, Option<i64>), Cow<'_, [u8]>> {
        match events(super::unpack::without_mark(&body), says_lines) {
            Some((events, sent_at_us)) => Ok((Plain { events, body: body.into_owned(), says_lines }, sent_at_us)),
            None => Err(body),
        }
    }

    /// The message of every event as a tree.
    pub(in crate::live) fn objects(&self) -> Vec<Map<String, Value>> {
        // What is plain is no less a letter.
        super::tree(super::unpack::without_mark(&self.body), self.says_lines)
            .map_or_else(|_| Vec::new(), |(pile, _)| pile.messages)
    }

    /// As [`Letter::weight`](crate::live::Letter::weight) has it, with the body and what each event takes besides.
    pub(in crate::live) fn weight(&self) -> usize {
        self.body.len() + self.events.iter().map(PlainEvent::weight).sum::<usize>()
    }
}

impl PlainEvent {
    fn weight(&self) -> usize {
        let PlainEvent { message_id, draft, senders } = self;
        let texts = message_id.len() + draft.event.len() + draft.channel.as_ref().map_or(0, String::len);
        let columns = draft.columns.values().map(|value| match value {
            ColumnValue::Number(_) => VALUE_BYTES,
            ColumnValue::Text(text) => VALUE_BYTES + text.len(),
        });
        let objects = [&draft.traits, &draft.props].into_iter().chain(&draft.items).map(fields_weight);
        let own = size_of::<PlainEvent>() + texts + senders.weight();
        own + columns.sum::<usize>() + objects.sum::<usize>()
    }
}

fn events(body: &[u8], says_lines: bool) -> Option<(Vec<PlainEvent>, Option<i64>)> {
    let text = std::str::from_utf8(body).ok()?;
    let mut list = List::default();
    if says_lines {
        let mut lines = text.split('\n').map(str::trim_ascii).filter(|line| !line.is_empty());
        lines.try_for_each(|line| list.add(line)).ok()?;
        return Some((list.0, None));
    }
    match text.trim_ascii_start().as_bytes().first()? {
        b'[' => list = serde_json::from_str(text).ok()?,
        b'{' => match serde_json::from_str::<Envelope<'_>>(text) {
            Ok(Envelope { events, sent_at }) => return Some((events.0, sent(sent_at)?)),
            Err(_) => list.add(text).ok()?,
        },
        _ => return None,
    }
    Some((list.0, None))
}

/// The time of sending of a letter, if it says one that can be read. `None`: it is none that a message could say itself.
fn sent(said: Option<Scalar<'_>>) -> Option<Option<i64>> {
    let said = match said {
        Some(Scalar::Number(number)) => clock::said_number(&number, "sent_at").ok(),
        Some(Scalar::Text(text)) => clock::said_text(&text, "sent_at", true).ok(),
        Some(Scalar::Bool(_) | Scalar::Null) | None => None,
    };
    let Some(Said { time_us, .. }) = said else { return Some(None) };
    let again = clock::said_text(&clock::text(time_us), "sent_at", false);
    again.is_ok_and(|again| again.time_us == time_us).then_some(Some(time_us))
}

/// `{"events": […], "sent_at": …}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    events: List,
    #[serde(borrow, default)]
    sent_at: Option<Scalar<'a>>,
}

/// Events, each made in its place: they are large.
#[derive(Default)]
struct List(Vec<PlainEvent>);

impl List {
    /// Adds the event of a text.
    fn add(&mut self, text: &str) -> serde_json::Result<()> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        self.deserialize(&mut deserializer)?;
        deserializer.end()
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<List, D::Error> {
        struct Events;

        impl<'de> Visitor<'de> for Events {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of events")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut events: A) -> Result<List, A::Error> {
                let mut list = List(Vec::with_capacity(EVENTS_USUAL));
                while events.next_element_seed(&mut list)?.is_some() {}
                Ok(list)
            }
        }

        deserializer.deserialize_seq(Events)
    }
}

impl<'de> DeserializeSeed<'de> for &mut List {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut List {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        if self.0.len() == LETTER_MESSAGES_MAX {
            return Err(unusual());
        }
        let draft = Draft { link: true, ..Draft::default() };
        let event = self.0.push_mut(PlainEvent { draft, ..PlainEvent::default() });
        let mut known = 0_u64;
        while let Some(field) = fields.next_key::<Field>()? {
            // Of a field that is there twice the later stands at the earlier's place.
            let bit = 1 << field.position();
            if known & bit != 0 {
                return Err(unusual());
            }
            known |= bit;
            event.take(field, &mut fields)?;
        }
        // The id of one that says none is made of its tree.
        if event.message_id.is_empty() { Err(unusual()) } else { Ok(()) }
    }
}

impl PlainEvent {
    fn take<'de, A: MapAccess<'de>>(&mut self, field: Field, fields: &mut A) -> Result<(), A::Error> {
        let draft = &mut self.draft;
        match field {
            Field::Identifiers => self.senders = fields.next_value::<Identifiers>()?.0,
            Field::Traits => draft.traits = object(fields.next_value()?)?,
            Field::Props => draft.props = object(fields.next_value()?)?,
            Field::Items => draft.items = objects(fields.next_value()?)?,
            one => match (one, fields.next_value::<Scalar<'de>>()?) {
                (_, Scalar::Null) => {}
                (Field::Event, Scalar::Text(name)) if !super::is_reserved(&name) => draft.event = name.into_owned(),
                (Field::Channel, Scalar::Text(channel)) => draft.channel = Some(channel.into_owned()),
                (Field::Time, value) => draft.time = Some(value.time("time")?),
                (Field::SentAt, value) => draft.sent_at_us = Some(value.time("sent_at")?.time_us),
                (Field::MessageId, value) => self.message_id = value.text()?.into_owned(),
                (Field::Link, Scalar::Bool(link)) => draft.link = link,
                (Field::Column(column), value) => {
                    if let Some(value) = value.column(column)? {
                        draft.columns.insert(column, value);
                    }
                }
                _ => return Err(unusual()),
            },
        }
        Ok(())
    }
}

/// A field of an event.
#[derive(Clone, Copy)]
enum Field {
    Event,
    Channel,
    Time,
    SentAt,
    MessageId,
    Link,
    Identifiers,
    Traits,
    Props,
    Items,
    Column(Column),
}

impl Field {
    fn by_name(name: &str) -> Option<Field> {
        Some(match name {
            "event" => Field::Event,
            "channel" => Field::Channel,
            "time" => Field::Time,
            "sent_at" => Field::SentAt,
            "message_id" => Field::MessageId,
            "link" => Field::Link,
            "identifiers" => Field::Identifiers,
            "traits" => Field::Traits,
            "props" => Field::Props,
            "items" => Field::Items,
            column => Field::Column(Column::by_name(column)?),
        })
    }

    /// Another for each field, below 64.
    fn position(self) -> u32 {
        const COLUMNS: u32 = 10;
        const { assert!(COLUMNS as usize + Column::ALL.len() <= u64::BITS as usize) }
        match self {
            Field::Event => 0,
            Field::Channel => 1,
            Field::Time => 2,
            Field::SentAt => 3,
            Field::MessageId => 4,
            Field::Link => 5,
            Field::Identifiers => 6,
            Field::Traits => 7,
            Field::Props => 8,
            Field::Items => 9,
            Field::Column(column) => COLUMNS + column as u32,
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field of an event")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Field, E> {
                Field::by_name(name).ok_or_else(unusual)
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// Who did it, as a list or as an object.
struct Identifiers(Senders);

impl<'de> Deserialize<'de> for Identifiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Identifiers, D::Error> {
        struct ListOrObject;

        impl<'de> Visitor<'de> for ListOrObject {
            type Value = Identifiers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("identifiers")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Identifiers, E> {
                Ok(Identifiers(Senders::default()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Identifiers, A::Error> {
                let (mut senders, mut offered) = (Senders::default(), 0);
                while let Some(Named { namespace, value }) = list.next_element()? {
                    offered += 1;
                    if offered > IDENTIFIERS_MAX {
                        return Err(unusual());
                    }
                    senders.offer(&namespace, &value);
                }
                Ok(Identifiers(senders))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Identifiers, A::Error> {
                let (mut senders, mut names) = (Senders::default(), Vec::<Cow<'de, str>>::new());
                while let Some(Scalar::Text(namespace)) = object.next_key()? {
                    let value: Scalar<'de> = object.next_value()?;
                    // To a tree of JSON an object of such a name may be anything.
                    let is_foreign = namespace.starts_with('$') || names.contains(&namespace);
                    if is_foreign || names.len() == IDENTIFIERS_MAX {
                        return Err(unusual());
                    }
                    if !matches!(value, Scalar::Null) {
                        senders.offer(&namespace, &value.text()?);
                    }
                    names.push(namespace);
                }
                Ok(Identifiers(senders))
            }
        }

        deserializer.deserialize_any(ListOrObject)
    }
}

/// `{"namespace": "member_no", "value": "8812"}`.
struct Named<'a> {
    namespace: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl<'de> Deserialize<'de> for Named<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Named<'de>, D::Error> {
        struct Both;

        impl<'de> Visitor<'de> for Both {
            type Value = Named<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an identifier")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Named<'de>, A::Error> {
                let (mut namespace, mut value) = (None, None);
                while let Some(Scalar::Text(name)) = object.next_key()? {
                    match (&*name, object.next_value()?) {
                        ("namespace", Scalar::Text(text)) if namespace.is_none() => namespace = Some(text),
                        ("value", one) if value.is_none() => value = Some(one.text()?),
                        _ => return Err(unusual()),
                    }
                }
                namespace.zip(value).map(|(namespace, value)| Named { namespace, value }).ok_or_else(unusual)
            }
        }

        // Not derived: that would read a list of the two as well.
        deserializer.deserialize_map(Both)
    }
}

/// A value that is neither a list nor an object, as [`Value`] has it.
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// Text, or a number as text.
    #[inline]
    fn text<E: de::Error>(self) -> Result<Cow<'a, str>, E> {
        match self {
            Scalar::Text(text) => Ok(text),
            Scalar::Number(number) => scalar(&Value::Number(number)).map(Cow::Owned).ok_or_else(unusual),
            Scalar::Null | Scalar::Bool(_) => Err(unusual()),
        }
    }

    #[inline]
    fn time<E: de::Error>(&self, field: &str) -> Result<Said, E> {
        match self {
            Scalar::Number(number) => clock::said_number(number, field).map_err(|_| unusual()),
            Scalar::Text(text) => clock::said_text(text, field, false).map_err(|_| unusual()),
            Scalar::Null | Scalar::Bool(_) => Err(unusual()),
        }
    }

    /// As a column holds it. `None`: it is empty.
    #[inline]
    fn column<E: de::Error>(self, column: Column) -> Result<Option<ColumnValue>, E> {
        match (column.column_type(), self) {
            (ColumnType::Number, Scalar::Number(number)) => Ok(number.as_f64().map(ColumnValue::Number)),
            (ColumnType::Text, value) => Ok(column_text(column, value.text()?)),
            (ColumnType::Number, _) => Err(unusual()),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scalar<'a>, D::Error> {
        struct One;

        impl<'de> Visitor<'de> for One {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Null)
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Number(value.into()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Number(value.into()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar<'de>, E> {
                Number::from_f64(value).map(Scalar::Number).ok_or_else(unusual)
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_any(One)
    }
}

fn object<E: de::Error>(value: Value) -> Result<Map<String, Value>, E> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Null => Ok(Map::new()),
        _ => Err(unusual()),
    }
}

fn objects<E: de::Error>(value: Value) -> Result<Vec<Map<String, Value>>, E> {
    match value {
        Value::Array(list) => list
            .into_iter()
            .map(|item| if let Value::Object(item) = item { Ok(item) } else { Err(unusual()) })
            .collect(),
        Value::Null => Ok(Vec::new()),
        _ => Err(unusual()),
    }
}

/// Ends the reading: of what, the tree says.
fn unusual<E: de::Error>() -> E {
    E::custom("unusual")
}
