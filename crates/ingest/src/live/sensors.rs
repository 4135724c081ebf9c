//! 神策 Sensors Analytics: `POST /sa`, `GET /sa.gif`.
//!
//! One message stands in the form field `data`, several in `data_list`: JSON, gzip around it where `gzip=1` says so,
//! base64 around that. The same field comes in the query of an image, in a form, and in a beacon's `text/plain`; some
//! senders post the JSON itself. The key is `token`, in the query, the form or the message. The checksum `crc` is a
//! matter of one library's and is not looked at. Formats are read from the vendor's open libraries for web, WeChat mini
//! programs, Node and Python.
//!
//! What the words mean (who did it, which names, which columns) is in `vocabulary`.

mod vocabulary;

use model::event::PROFILE_SET;
use serde_json::{Map, Value};

use super::clock::{self, Said};
use super::event::{Draft, IDENTIFY, Reading, object, text};
use super::unpack::{self, Parts, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, words};
use crate::assemble::RowFault;

/// Two identifiers that are one person no longer.
const UNBIND: &str = "$unbind";

/// What a change of traits was, where it is not a plain setting of them.
const OPERATION: &str = "operation";
/// What it was done with.
const OPERANDS: &str = "operands";

/// Fields of a message that are read; others (`project`, `lib`) are kept as properties.
const UNDERSTOOD: &[&str] = &[
    "type",
    "event",
    "time",
    "time_free",
    "distinct_id",
    "anonymous_id",
    "login_id",
    "original_id",
    "identities",
    "properties",
    "_track_id",
    "_flush_time",
];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let query = unpack::form(received.query.as_bytes())?;
    let body = unpack::body(received)?;
    let body = unpack::without_mark(&body).trim_ascii();
    let is_json = body.starts_with(b"{") || body.starts_with(b"[");
    let form = if is_json { Vec::new() } else { unpack::form(body)? };
    let fields = || query.iter().chain(&form);
    let find = |name: &str| fields().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value);
    let mut pile = if is_json { Pile::of(unpack::json(body)?)? } else { Pile::default() };
    let (mut packed, mut parts) = (0, Parts::default());
    for (name, value) in fields() {
        if (name == "data" || name == "data_list") && !value.is_empty() {
            packed += 1;
            add_packed(&mut pile, &mut parts, value)?;
        }
    }
    if packed == 0 && !is_json {
        let reason = "there is neither `data` nor `data_list`; is the address of the server right (…/sa?token=…)?";
        return Err(Refusal::unreadable(reason));
    }
    let Pile { mut messages, unreadable } = pile;
    if let Some(project) = find("project") {
        for message in &mut messages {
            message.entry("project").or_insert_with(|| project.as_str().into());
        }
    }
    let key = find("token").cloned().or_else(|| messages.iter().find_map(|message| text(message, "token")));
    messages.iter_mut().for_each(|message| {
        message.shift_remove("token");
    });
    Ok(Letter { protocol: Protocol::Sensors, key, sent_at_us: None, messages: messages.into(), unreadable })
}

/// Adds what one field holds: base64 of JSON or of gzip, or the JSON itself.
fn add_packed(pile: &mut Pile, parts: &mut Parts, field: &str) -> Result<(), Refusal> {
    let part = if field.trim_start().starts_with(['{', '[']) {
        field.as_bytes().into()
    } else {
        let bytes = unpack::base64(field.as_bytes());
        let why = "`data` is neither base64 nor JSON, as the client libraries send it";
        bytes.ok_or_else(|| Refusal::unreadable(why))?.into()
    };
    match parts.json(part)? {
        Value::Array(list) => list.into_iter().try_for_each(|message| pile.add(message)),
        one => pile.add(one),
    }
}

/// The kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Track,
    /// A sender that was anonymous says who they are.
    Signup,
    Bind,
    Unbind,
    ProfileSet,
    /// Everything else that changes traits, under the protocol's own name.
    Profile,
}

fn kind(message: &Map<String, Value>) -> Result<Kind, RowFault> {
    if message.contains_key("payload") && message.contains_key("ekey") {
        let reason = "the message is encrypted for a 神策 server; turn encryption off in the library and use HTTPS";
        return Err(RowFault::new("message_encrypted", "payload", reason));
    }
    match message.get("type").and_then(Value::as_str).unwrap_or_default() {
        "track" => Ok(Kind::Track),
        "track_signup" => Ok(Kind::Signup),
        "track_id_bind" => Ok(Kind::Bind),
        "track_id_unbind" => Ok(Kind::Unbind),
        "profile_set" => Ok(Kind::ProfileSet),
        "profile_set_once" | "profile_increment" | "profile_append" | "profile_unset" | "profile_delete" => {
            Ok(Kind::Profile)
        }
        "item_set" | "item_delete" => {
            let reason = "an item is nobody's event: it is master data; import it as a reference table";
            Err(RowFault::new("item_no_event", "type", reason))
        }
        other => {
            let reason = format!(
                "the type `{}` is not known; types are track, track_signup, track_id_bind, track_id_unbind, profile_*",
                crate::cell::excerpt(other)
            );
            Err(RowFault::new("type_unknown", "type", reason))
        }
    }
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let kind = kind(message)?;
    let mut draft = Draft { link: kind != Kind::Unbind, volatile: &["_flush_time"], ..Draft::default() };
    let mut properties = object(message, "properties").cloned().unwrap_or_default();
    let is_login = properties.shift_remove("$is_login_id").is_some_and(|value| value == Value::Bool(true));
    vocabulary::identify(&mut draft, message, is_login || kind == Kind::Signup, kind == Kind::Signup);
    draft.channel = vocabulary::channel(message, &properties).map(str::to_owned);
    draft.message_id = message_id(message);
    let behind = properties.shift_remove("$timezone_offset");
    let offset_minutes = behind.as_ref().and_then(Value::as_i64).and_then(vocabulary::offset_minutes);
    draft.time = clock::said_if_any(message.get("time"), "time", true)?
        .map(|said| Said { offset_minutes: said.offset_minutes.or(offset_minutes), ..said });
    draft.sent_at_us = clock::sent(message.get("_flush_time"));
    for (field, value) in message.iter().filter(|(field, _)| !UNDERSTOOD.contains(&field.as_str())) {
        draft.props.insert(field.clone(), value.clone());
    }
    match kind {
        Kind::Track => {
            let name = message.get("event").and_then(Value::as_str).unwrap_or_default();
            draft.event = vocabulary::event(name);
            take_properties(&mut draft, properties);
        }
        Kind::Signup | Kind::Bind => {
            draft.event = IDENTIFY.to_owned();
            take_properties(&mut draft, properties);
        }
        Kind::Unbind => {
            draft.event = UNBIND.to_owned();
            take_properties(&mut draft, properties);
        }
        Kind::ProfileSet => {
            draft.event = PROFILE_SET.to_owned();
            draft.identify_by_contacts(&properties);
            draft.traits = properties;
        }
        Kind::Profile => {
            draft.event = PROFILE_SET.to_owned();
            change_traits(&mut draft, text(message, "type").unwrap_or_default(), properties);
        }
    }
    Ok(Some(draft))
}

/// Libraries that number their messages do it at random within a moment, so the moment and the sender belong to the id.
fn message_id(message: &Map<String, Value>) -> Option<String> {
    let number = text(message, "_track_id")?;
    let time = text(message, "time")?;
    Some(format!("{}:{time}:{number}", text(message, "distinct_id").unwrap_or_default()))
}

/// A value can be set, set only where there is none yet, and taken away. What adds to a value needs the one before it: it
/// is kept as it was said, and sets nothing.
fn change_traits(draft: &mut Draft, operation: String, operands: Map<String, Value>) {
    match operation.as_str() {
        "profile_set_once" => draft.set_once(operands),
        "profile_unset" => draft.traits = operands.into_iter().map(|(name, _)| (name, Value::Null)).collect(),
        _ => draft.keep(OPERANDS, operands),
    }
    draft.props.insert(OPERATION.to_owned(), operation.into());
}

/// What an event's properties say in the columns; all that has no column stays a property under its own name.
fn take_properties(draft: &mut Draft, properties: Map<String, Value>) {
    let (unknown, mut properties): (Map<_, _>, Map<_, _>) =
        properties.into_iter().partition(|(_, value)| vocabulary::is_unknown(value));
    if let Some(address) = text(&properties, "$url") {
        draft.take_address(&address);
    }
    draft.take_words(&mut properties, vocabulary::preset);
    if draft.event != super::event::PAGE_VIEW {
        // A page view names its own campaign; what happens on the way from there says only the last one.
        draft.take_words(&mut properties, vocabulary::latest);
    }
    draft.take_words(&mut properties, words::commerce);
    draft.take_words(&mut properties, vocabulary::commerce);
    for name in ["items", "products"] {
        draft.take_items(&mut properties, name);
    }
    for (name, value) in properties.into_iter().chain(unknown) {
        // The fields of the message come first; a property of the same name is kept beside them.
        let name = if draft.props.contains_key(&name) { format!("properties.{name}") } else { name };
        draft.props.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
