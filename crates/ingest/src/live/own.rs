//! Our own protocol: `POST /v1/events`.
//!
//! One event as a JSON object, several as a list, as `{"events": […], "sent_at": …}`, or one a line. The fields of an
//! event are those of [`model::event::Event`] under the same names, every typed column among them. It is strict, because
//! whoever writes it reads this answer: a field that is not known, or of the wrong type, is told and not guessed.

mod plain;

use model::event::{Column, ColumnType, PROFILE_SET, SYSTEM_PREFIX};
use serde_json::{Map, Value};

pub(super) use self::plain::{Plain, PlainEvent};
use super::event::{Draft, GROUP, IDENTIFY, Reading, scalar};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock};
use crate::assemble::RowFault;

/// Names of bookkeeping that senders may use.
const SYSTEM_EVENTS: &[&str] = &[PROFILE_SET, IDENTIFY, GROUP];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let body = unpack::body(received)?;
    unpack::check_values(unpack::without_mark(&body))?;
    let says_lines =
        ["ndjson", "jsonl", "json-lines", "x-json-stream"].iter().any(|name| received.content_type.contains(name));
    let (messages, unreadable, sent_at_us) = match Plain::read(body, says_lines) {
        Ok((plain, sent_at_us)) => (plain.into(), Vec::new(), sent_at_us),
        Err(body) => {
            let (pile, sent_at_us) = tree(unpack::without_mark(&body), says_lines)?;
            (pile.messages.into(), pile.unreadable, sent_at_us)
        }
    };
    let key = unpack::bearer(received.authorization);
    Ok(Letter { protocol: Protocol::Throughline, key, sent_at_us, messages, unreadable })
}

/// The messages of a body as trees of JSON, and the time of sending it says.
fn tree(bytes: &[u8], says_lines: bool) -> Result<(Pile, Option<i64>), Refusal> {
    let mut sent_at = None;
    let mut pile = if says_lines {
        lines(bytes)?
    } else {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(mut whole)) if whole.contains_key("events") && !whole.contains_key("event") => {
                sent_at = whole.shift_remove("sent_at");
                match whole.shift_remove("events") {
                    Some(Value::Array(list)) if whole.is_empty() => Pile::of(Value::Array(list))?,
                    Some(Value::Array(_)) => {
                        let unknown: Vec<&String> = whole.keys().collect();
                        let reason = format!("{unknown:?} is not known beside `events`; only `sent_at` stands there");
                        return Err(Refusal::unreadable(reason));
                    }
                    _ => return Err(Refusal::unreadable("`events` is a list of events")),
                }
            }
            Ok(value) => Pile::of(value)?,
            Err(_) if is_lines(bytes) => lines(bytes)?,
            Err(error) => {
                let reason = format!(
                    "the body is no JSON: {error}; send one event, a list of events, {{\"events\": […]}}, or one event a line"
                );
                return Err(Refusal::unreadable(reason));
            }
        }
    };
    let sent_at_us = clock::sent(sent_at.as_ref());
    if let Some(sent_us) = sent_at_us {
        for message in &mut pile.messages {
            // One that is there and wrong rejects the event.
            if message.get("sent_at").is_none_or(Value::is_null) {
                message.insert("sent_at".to_owned(), clock::text(sent_us).into());
            }
        }
    }
    Ok((pile, sent_at_us))
}

/// Whether the first line is an object by itself and is not the only one.
fn is_lines(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii();
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return false };
    serde_json::from_slice::<Map<String, Value>>(&bytes[..end]).is_ok()
}

fn lines(bytes: &[u8]) -> Result<Pile, Refusal> {
    let mut pile = Pile::default();
    for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(value) => pile.add(value)?,
            Err(error) => {
                let original = String::from_utf8_lossy(line).into_owned();
                pile.add_unreadable(format!("the line is no JSON: {error}"), original)?;
            }
        }
    }
    Ok(pile)
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let mut draft = Draft { link: true, volatile: &["sent_at"], ..Draft::default() };
    for (name, value) in message {
        if value.is_null() {
            continue;
        }
        match name.as_str() {
            "event" => draft.event = event_name(value)?,
            "channel" => draft.channel = Some(string("channel", value)?.to_owned()),
            "time" => draft.time = Some(clock::said(value, "time", false)?),
            "sent_at" => draft.sent_at_us = Some(clock::said(value, "sent_at", false)?.time_us),
            "message_id" => {
                let id = scalar(value).filter(|_| !value.is_boolean());
                draft.message_id = Some(id.ok_or_else(|| mismatch("message_id", "text that is not empty", value))?);
            }
            "link" => draft.link = value.as_bool().ok_or_else(|| mismatch("link", "true or false", value))?,
            "identifiers" => identifiers(&mut draft, value)?,
            "traits" => draft.traits = map("traits", value)?,
            "props" => draft.props = map("props", value)?,
            "items" => draft.items = items(value)?,
            other => column(&mut draft, other, value)?,
        }
    }
    Ok(Some(draft))
}

fn event_name(value: &Value) -> Result<String, RowFault> {
    let name = string("event", value)?;
    if is_reserved(name) {
        let reason = format!("names that begin with `$` are the product's own; of these {SYSTEM_EVENTS:?} may be sent");
        return Err(RowFault::new("name_reserved", "event", reason));
    }
    Ok(name.to_owned())
}

fn is_reserved(name: &str) -> bool {
    name.starts_with(SYSTEM_PREFIX) && !SYSTEM_EVENTS.contains(&name)
}

fn column(draft: &mut Draft, name: &str, value: &Value) -> Result<(), RowFault> {
    let Some(column) = Column::by_name(name) else {
        let reason = format!("`{name}` is no field of an event; put what is your own under `props`");
        return Err(RowFault::new("field_unknown", name, reason));
    };
    let fits = match column.column_type() {
        ColumnType::Number => value.is_number(),
        ColumnType::Text => value.is_string() || value.is_number(),
    };
    if !fits {
        let wanted = if column.column_type() == ColumnType::Number { "a number" } else { "text" };
        return Err(mismatch(name, wanted, value));
    }
    draft.set(column, value);
    Ok(())
}

fn identifiers(draft: &mut Draft, value: &Value) -> Result<(), RowFault> {
    let wanted =
        "a list as [{\"namespace\": \"member_no\", \"value\": \"8812\"}], or an object as {\"member_no\": \"8812\"}";
    let wrong = || mismatch("identifiers", wanted, value);
    match value {
        Value::Array(list) => {
            for one in list {
                let one = one.as_object().ok_or_else(wrong)?;
                let namespace = one.get("namespace").and_then(Value::as_str).ok_or_else(wrong)?;
                let named =
                    one.get("value").filter(|value| value.is_string() || value.is_number()).ok_or_else(wrong)?;
                if one.len() > 2 {
                    return Err(wrong());
                }
                draft.identify(namespace, Some(named));
            }
        }
        Value::Object(map) => {
            for (namespace, named) in map {
                if !(named.is_string() || named.is_number() || named.is_null()) {
                    return Err(wrong());
                }
                draft.identify(namespace, Some(named));
            }
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

fn items(value: &Value) -> Result<Vec<Map<String, Value>>, RowFault> {
    let wrong = || mismatch("items", "a list of objects", value);
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter().map(|item| item.as_object().cloned().ok_or_else(wrong)).collect()
}

fn map(field: &str, value: &Value) -> Result<Map<String, Value>, RowFault> {
    value.as_object().cloned().ok_or_else(|| mismatch(field, "an object", value))
}

fn string<'a>(field: &str, value: &'a Value) -> Result<&'a str, RowFault> {
    value.as_str().ok_or_else(|| mismatch(field, "text", value))
}

fn mismatch(field: &str, wanted: &str, found: &Value) -> RowFault {
    let reason = format!("`{field}` is {wanted}, and not {}", crate::cell::excerpt(&found.to_string()));
    RowFault::new("type_mismatch", field, reason)
}

#[cfg(test)]
mod tests;
