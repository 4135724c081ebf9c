//! Doors: what the libraries of senders deliver over HTTP → events.
//!
//! A [`Protocol`] is one way of writing events down that exists outside: a vendor's client library speaks it unmodified.
//! Reading takes two steps, because who is asking may stand in the body: [`open`] unpacks a request into a [`Letter`],
//! which names the key it came with and holds one JSON object a message, each complete in itself; [`read`] makes of
//! every message an event or a rejection. The object of a rejected message, kept as text, is what a later replay reads.
//!
//! Not here: sockets, keys and their rights, limits of rates, the log. What a vendor's library expects as an answer is
//! the server's.

mod clock;
mod event;
pub mod ga4;
mod gtag;
mod matomo;
mod own;
mod posthog;
mod query;
#[cfg(test)]
mod recorded;
mod segment;
mod sensors;
mod snowplow;
pub(crate) mod unpack;
mod words;

use std::borrow::Cow;

use model::event::{Event, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A way of sending events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Our own `POST /v1/events`.
    Throughline,
    /// Segment and RudderStack.
    Segment,
    Posthog,
    /// GA4 Measurement Protocol.
    Ga4,
    /// What gtag.js sends to `/g/collect`.
    Gtag,
    /// 神策 Sensors Analytics.
    Sensors,
    Snowplow,
    Matomo,
}

impl Protocol {
    pub const ALL: [Protocol; 8] = [
        Protocol::Throughline,
        Protocol::Segment,
        Protocol::Posthog,
        Protocol::Ga4,
        Protocol::Gtag,
        Protocol::Sensors,
        Protocol::Snowplow,
        Protocol::Matomo,
    ];

    /// As it is written in scopes, addresses and answers.
    pub fn id(self) -> &'static str {
        match self {
            Protocol::Throughline => "throughline",
            Protocol::Segment => "segment",
            Protocol::Posthog => "posthog",
            Protocol::Ga4 => "ga4",
            Protocol::Gtag => "gtag",
            Protocol::Sensors => "sensors",
            Protocol::Snowplow => "snowplow",
            Protocol::Matomo => "matomo",
        }
    }
}

/// A request as it reached a door. Text that was not sent is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Received<'a> {
    /// Below the door's prefix: `/v1/batch`.
    pub path: &'a str,
    /// Raw, without `?`.
    pub query: &'a str,
    pub content_type: &'a str,
    pub content_encoding: &'a str,
    pub authorization: &'a str,
    /// `Referer`: the page that sent it, where the message does not say.
    pub referer: &'a str,
    pub body: &'a [u8],
}

/// A request, unpacked.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub protocol: Protocol,
    /// The key it came with, where the protocol has a place for one.
    pub key: Option<String>,
    /// When the sender says it sent it, UTC microseconds by the sender's clock.
    pub sent_at_us: Option<i64>,
    pub messages: Messages,
    /// Messages that could not even be told apart as objects.
    pub unreadable: Vec<Rejection>,
}

impl Letter {
    /// Bytes of its texts, and as many for each of its values as the shortest take in memory: what it came to, unpacked.
    pub fn weight(&self) -> usize {
        let messages = match &self.messages.0 {
            Form::Objects(messages) => messages.iter().map(fields_weight).sum(),
            Form::Plain(plain) => plain.weight(),
        };
        messages + self.unreadable.iter().map(|one| one.original.len()).sum::<usize>()
    }

    /// The letter of one message that was kept: `original` of a [`Rejection`] that was a JSON object. None: it is no
    /// object, and no later reader makes an event of it.
    pub fn again(protocol: Protocol, original: &str) -> Option<Letter> {
        let message = serde_json::from_str(original).ok()?;
        Some(Letter { protocol, key: None, sent_at_us: None, messages: vec![message].into(), unreadable: Vec::new() })
    }
}

/// The messages of a letter, each with all that the letter said for all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Messages(Form);

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Objects(Vec<Map<String, Value>>),
    Plain(own::Plain),
}

impl Messages {
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Objects(messages) => messages.len(),
            Form::Plain(plain) => plain.events.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each as the JSON object that is the original of its rejection.
    pub fn objects(&self) -> Cow<'_, [Map<String, Value>]> {
        match &self.0 {
            Form::Objects(messages) => Cow::Borrowed(messages),
            Form::Plain(plain) => Cow::Owned(plain.objects()),
        }
    }
}

impl From<Vec<Map<String, Value>>> for Messages {
    fn from(messages: Vec<Map<String, Value>>) -> Messages {
        Messages(Form::Objects(messages))
    }
}

impl From<own::Plain> for Messages {
    fn from(plain: own::Plain) -> Messages {
        Messages(Form::Plain(plain))
    }
}

/// Bytes of a value without texts or parts.
const VALUE_BYTES: usize = 32;

fn weight(value: &Value) -> usize {
    let parts = match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(fields) => fields_weight(fields),
        _ => 0,
    };
    VALUE_BYTES + parts
}

fn fields_weight(fields: &Map<String, Value>) -> usize {
    fields.iter().map(|(name, value)| name.len() + weight(value)).sum()
}

/// What the reader of a letter must know beside it.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// The feed the key belongs to; part of every event's id.
    pub source: &'a str,
    /// Channel of events that do not say theirs.
    pub channel: &'a str,
    /// When the request arrived, UTC microseconds.
    pub received_at_us: i64,
    /// `seq` of the first message; the others follow.
    pub first_seq: i64,
}

/// Events and what could not become one, each in the order sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decoded {
    pub events: Vec<Event>,
    /// `line` is the message's place in the letter, from 1; `original` its JSON object.
    pub rejections: Vec<Rejection>,
    /// Messages that are no events by the protocol's own rules: a session's keep-alive, a call for settings.
    pub skipped: u64,
}

/// A request that cannot be opened at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Stable code: `body_unreadable`.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub reason: String,
    /// Whether it is the size that is refused.
    pub too_large: bool,
}

/// The key of a request whose place for it is outside the body, where it is: who has none that is known need not be unpacked. None:
/// the body has to say it.
pub fn key_outside(protocol: Protocol, received: &Received<'_>) -> Option<String> {
    match protocol {
        Protocol::Throughline => unpack::bearer(received.authorization),
        Protocol::Segment => segment::key_outside(received),
        Protocol::Ga4 => unpack::in_query(received, "api_secret"),
        Protocol::Sensors => unpack::in_query(received, "token"),
        Protocol::Posthog | Protocol::Gtag | Protocol::Snowplow | Protocol::Matomo => None,
    }
}

/// Whether a request may become much more than was sent: it is compressed, or of a protocol that packs fields and not JSON itself.
pub fn may_grow(protocol: Protocol, received: &Received<'_>) -> bool {
    let body = unpack::without_mark(received.body).trim_ascii_start();
    let is_json = body.starts_with(b"{") || body.starts_with(b"[");
    let packs_fields = match protocol {
        // A packed field may stand in the query of any of its requests.
        Protocol::Sensors => true,
        Protocol::Posthog => !is_json,
        _ => false,
    };
    let is_text = is_json || body.first().is_none_or(|byte| byte.is_ascii_graphic());
    packs_fields || !is_text || !received.content_encoding.is_empty()
}

/// Unpacks a request.
///
/// # Errors
/// [`Refusal`] where the body is no letter of this protocol, or unpacks to more than a door takes.
pub fn open(protocol: Protocol, received: &Received<'_>) -> Result<Letter, Refusal> {
    match protocol {
        Protocol::Throughline => own::open(received),
        Protocol::Segment => segment::open(received),
        Protocol::Posthog => posthog::open(received),
        Protocol::Ga4 => ga4::open(received),
        Protocol::Gtag => gtag::open(received),
        Protocol::Sensors => sensors::open(received),
        Protocol::Snowplow => snowplow::open(received),
        Protocol::Matomo => matomo::open(received),
    }
}

/// Reads a letter's messages.
pub fn read(letter: Letter, door: &Door<'_>) -> Decoded {
    let message = match letter.protocol {
        Protocol::Throughline => own::message,
        Protocol::Segment => segment::message,
        Protocol::Posthog => posthog::message,
        Protocol::Ga4 => ga4::message,
        Protocol::Gtag => gtag::message,
        Protocol::Sensors => sensors::message,
        Protocol::Snowplow => snowplow::message,
        Protocol::Matomo => matomo::message,
    };
    event::read_all(letter, door, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_has_the_name_it_is_written_with() {
        for protocol in Protocol::ALL {
            assert_eq!(serde_json::to_value(protocol).unwrap(), protocol.id());
        }
    }
}
