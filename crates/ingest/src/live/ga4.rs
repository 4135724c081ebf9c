//! GA4 Measurement Protocol: `POST /mp/collect?measurement_id=G-…&api_secret=…`.
//!
//! A body is one sender with up to 25 events: `{"client_id", "user_id", "timestamp_micros", "user_properties",
//! "events": [{"name", "params", "timestamp_micros"}]}`; apps say `firebase_app_id` in the query and `app_instance_id`
//! in the body. The key is the query's `api_secret` and goes no further. Google drops what breaks its rules in silence;
//! here whatever can be read is stored, and [`validate`] tells what Google would say.

mod duplicates;
mod validation;

use model::event::{Column, PROFILE_SET};
use serde_json::{Map, Value};

pub use self::validation::{ValidationCode, ValidationMessage, validate};
use super::event::{Draft, Reading, object, own_name, text};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock, words};
use crate::assemble::RowFault;

/// What the query says of the stream; it is kept with every message.
const STREAM: &[&str] = &["measurement_id", "firebase_app_id"];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let query = unpack::form(received.query.as_bytes())?;
    let Value::Object(mut envelope) = unpack::json(&unpack::body(received)?)? else {
        return Err(Refusal::unreadable("the body is a JSON object with `client_id` and `events`"));
    };
    for name in STREAM {
        if let Some(stream) = unpack::field(&query, name) {
            envelope.insert((*name).to_owned(), stream.into());
        }
    }
    let mut pile = Pile::default();
    match envelope.shift_remove("events") {
        Some(Value::Array(events)) if !events.is_empty() => {
            unpack::check_spread(|| unpack::written_bytes(&envelope), events.len())?;
            for event in events {
                let mut message = envelope.clone();
                message.insert("event".to_owned(), event);
                pile.add(Value::Object(message))?;
            }
        }
        None | Some(Value::Null | Value::Array(_)) if object(&envelope, "user_properties").is_some() => {
            pile.add(Value::Object(envelope))?;
        }
        other => {
            if let Some(other) = other {
                envelope.insert("events".to_owned(), other);
            }
            pile.add_unreadable("`events` lists at least one event", Value::Object(envelope).to_string())?;
        }
    }
    let Pile { messages, unreadable } = pile;
    let key = unpack::in_query(received, "api_secret");
    Ok(Letter { protocol: Protocol::Ga4, key, sent_at_us: None, messages: messages.into(), unreadable })
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let mut rest = message.clone();
    let mut draft = Draft { link: true, ..Draft::default() };
    for (name, namespace) in [("user_id", "user_id"), ("client_id", "client_id"), ("app_instance_id", "device_id")] {
        draft.identify(namespace, rest.shift_remove(name).as_ref());
    }
    if rest.contains_key("firebase_app_id") {
        draft.channel = Some("app".to_owned());
    }
    let request_time = rest.shift_remove("timestamp_micros");
    let mut event_time = None;
    match rest.shift_remove("event") {
        None => draft.event = PROFILE_SET.to_owned(),
        Some(Value::Object(mut event)) => {
            draft.event = event.shift_remove("name").as_ref().and_then(Value::as_str).map(own_name).unwrap_or_default();
            event_time = event.shift_remove("timestamp_micros").filter(|time| !time.is_null());
            match event.shift_remove("params") {
                Some(Value::Object(params)) => draft.props = params,
                None | Some(Value::Null) => {}
                Some(other) => {
                    let reason = format!("`params` is an object, and not {}", crate::cell::excerpt(&other.to_string()));
                    return Err(RowFault::new("type_mismatch", "params", reason));
                }
            }
            // What else stands beside name and params is no part of Google's protocol, and is kept.
            draft.keep("event", event);
        }
        Some(other) => {
            let reason = format!("an event is an object, and not {}", crate::cell::excerpt(&other.to_string()));
            return Err(RowFault::new("type_mismatch", "events", reason));
        }
    }
    draft.time = clock::said_if_any(event_time.as_ref().or(request_time.as_ref()), "timestamp_micros", true)?;
    take_params(&mut draft);
    if let Some(Value::Object(properties)) = rest.shift_remove("user_properties") {
        draft.traits = properties.into_iter().map(|(name, property)| (name, bare_value(property))).collect();
    }
    take_surroundings(&mut draft, &mut rest);
    rest.into_iter().for_each(|(name, value)| {
        draft.props.entry(name).or_insert(value);
    });
    Ok(Some(draft))
}

/// Moves the parameters that Google's vocabulary knows from the properties into columns and items.
pub(super) fn take_params(draft: &mut Draft) {
    let mut params = std::mem::take(&mut draft.props);
    draft.take_items(&mut params, "items");
    draft.take_words(&mut params, words::commerce);
    // In this vocabulary a value is always money.
    draft.take(&mut params, "value", Column::Amount);
    if let Some(address) = text(&params, "page_location") {
        draft.take_address(&address);
    }
    draft.take(&mut params, "page_referrer", Column::Referrer);
    // The screen of an app is what the page is on the web.
    for screen in ["screen_name", "firebase_screen", "screen_class", "firebase_screen_class"] {
        if let Some(screen) = params.get(screen).filter(|_| !params.contains_key("page_location")) {
            draft.set(Column::Page, screen);
        }
    }
    if draft.event == "campaign_details" {
        draft.take_words(&mut params, words::campaign_fields);
    }
    params.extend(std::mem::take(&mut draft.props));
    draft.props = params;
}

/// Where and on what the sender was, as Google's optional fields say it.
fn take_surroundings(draft: &mut Draft, rest: &mut Map<String, Value>) {
    if let Some(Value::Object(mut place)) = rest.shift_remove("user_location") {
        for (name, column) in [("country_id", Column::Country), ("region_id", Column::Region), ("city", Column::City)] {
            draft.take(&mut place, name, column);
        }
        draft.keep("user_location", place);
    }
    if let Some(Value::Object(mut device)) = rest.shift_remove("device") {
        draft.take(&mut device, "operating_system", Column::Platform);
        draft.take(&mut device, "model", Column::Device);
        draft.keep("device", device);
    }
}

/// `{"value": "gold"}` → `"gold"`.
fn bare_value(property: Value) -> Value {
    match property {
        Value::Object(mut property) if property.contains_key("value") => {
            property.shift_remove("value").unwrap_or(Value::Null)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
