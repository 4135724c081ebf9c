//! For tests: requests of the vendors' own libraries, written down by a server that does nothing else, and the law
//! that holds for every letter.

use model::event::Event;
use model::identity::Identifier;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Decoded, Door, Letter, Protocol, Received, open, read};

/// A request of a library, run unmodified.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    /// Name, version, registry, and the mode it was run in.
    pub(super) library: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) content_type: String,
    pub(super) referer: String,
    #[serde(default)]
    pub(super) content_encoding: String,
    #[serde(default)]
    pub(super) authorization: String,
    pub(super) body: String,
    /// The body where it is no text.
    #[serde(default)]
    pub(super) body_base64: String,
}

impl Request {
    pub(super) fn open(&self, protocol: Protocol) -> Letter {
        let packed = super::unpack::base64(self.body_base64.as_bytes()).unwrap();
        let received = Received {
            path: &self.path,
            query: &self.query,
            content_type: &self.content_type,
            referer: &self.referer,
            content_encoding: &self.content_encoding,
            authorization: &self.authorization,
            body: if packed.is_empty() { self.body.as_bytes() } else { &packed },
        };
        open(protocol, &received).unwrap_or_else(|refusal| panic!("{}: {refusal}", self.library))
    }
}

/// The requests of a file of `tests/letters` whose library's name begins with a text.
pub(super) fn requests(file: &str, library: &str) -> Vec<Request> {
    let requests: Vec<Request> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<Request> = requests.into_iter().filter(|it| it.library.starts_with(library)).collect();
    assert!(!requests.is_empty(), "no request of {library}");
    requests
}

/// Everything a library sent, read as if each letter had arrived when its last message was sent.
pub(super) fn read_requests(protocol: Protocol, requests: &[Request]) -> Decoded {
    let mut all = Decoded::default();
    for request in requests {
        let letter = request.open(protocol);
        let decoded = read_obeying(&letter, latest_us(&letter));
        all.events.extend(decoded.events);
        all.rejections.extend(decoded.rejections);
        all.skipped += decoded.skipped;
    }
    all
}

fn latest_us(letter: &Letter) -> i64 {
    let ms = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let fields = ["_flush_time", "stm", "time", "dtm"];
    let latest = letter
        .messages
        .objects()
        .iter()
        .filter_map(|message| fields.iter().find_map(|field| message.get(*field).and_then(ms)))
        .max();
    latest.map(|ms| ms * 1_000).or(letter.sent_at_us).unwrap_or(1_795_710_000_000_000)
}

/// Reads a letter, and checks that every message of it ends in exactly one way.
pub(super) fn read_obeying(letter: &Letter, received_at_us: i64) -> Decoded {
    let door = Door { source: "shop", channel: "elsewhere", received_at_us, first_seq: 0 };
    let decoded = read(letter.clone(), &door);
    let ends = decoded.events.len() + decoded.rejections.len() + decoded.skipped as usize;
    assert_eq!(ends, letter.messages.len() + letter.unreadable.len());
    decoded
}

/// An event without what differs from run to run.
pub(super) fn gist(event: &Event) -> (String, String, Value) {
    (event.event.clone(), event.channel.clone(), serde_json::to_value(&event.columns).unwrap())
}

/// Who is one person by the links of some events.
pub(super) fn persons(events: &[Event]) -> Vec<Vec<Identifier>> {
    let mut persons: Vec<Vec<Identifier>> = Vec::new();
    for event in events {
        let groups: Vec<&[Identifier]> =
            if event.link_identifiers { vec![&event.identifiers] } else { event.identifiers.chunks(1).collect() };
        for group in groups {
            let (mut same, others): (Vec<_>, Vec<_>) =
                persons.into_iter().partition(|person| person.iter().any(|it| group.contains(it)));
            same.push(group.to_vec());
            let mut one: Vec<Identifier> = same.concat();
            one.sort();
            one.dedup();
            persons = others;
            persons.push(one);
        }
    }
    persons.sort();
    persons
}

/// Messages of a protocol's own fields with values that fit and values that do not.
pub(super) fn messages(fields: &'static [&'static str], words: &'static [&'static str]) -> BoxedStrategy<Vec<Value>> {
    let leaf = prop_oneof![
        3 => proptest::sample::select(words).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        2 => ".{0,12}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 4, move |inner| {
        let name = prop_oneof![2 => proptest::sample::select(fields).prop_map(str::to_owned), 1 => ".{0,6}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    });
    let name = prop_oneof![6 => proptest::sample::select(fields).prop_map(str::to_owned), 1 => ".{0,6}"];
    let message = proptest::collection::vec((name, value.clone()), 0..8)
        .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()));
    proptest::collection::vec(prop_oneof![8 => message, 1 => value], 0..5).boxed()
}

/// A request of bytes that are nearly a letter.
pub(super) fn open_and_read(protocol: Protocol, query: &str, body: &[u8]) {
    if let Ok(letter) = open(protocol, &Received { query, body, ..Received::default() }) {
        read_obeying(&letter, 1_795_710_000_000_000);
    }
}
