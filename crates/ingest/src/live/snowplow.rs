//! Snowplow's tracker protocol: `POST /com.snowplowanalytics.snowplow/tp2`, `GET /i`.
//!
//! A message is an object of short keys, all values text. A POST is `{"schema", "data": [message, …]}`, a GET one
//! message in its query. `e` is the kind: page view `pv`, page ping `pp`, structured `se`, self-describing `ue`,
//! transaction `tr` and its items `ti`. What describes itself comes as JSON text in `ue_pr` and `co`, or in base64url in
//! `ue_px` and `cx`. The key is `aid`, the application's id.

mod contexts;

use model::event::Column;
use serde_json::{Map, Value};

use super::event::{Draft, PAGE_VIEW, Reading, SCREEN_VIEW, own_name, text};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock, query, words};
use crate::assemble::RowFault;

/// The vendor's own schemas: their names are taken for what they say.
const OWN_VENDOR: &str = "com.snowplowanalytics";

/// How far the page was scrolled since the last ping, in pixels.
const SCROLLED: &[(&str, &str)] =
    &[("pp_mix", "pp_mix"), ("pp_max", "pp_max"), ("pp_miy", "pp_miy"), ("pp_may", "pp_may")];

/// What an order and its items say in numbers that no column holds.
const MONEY: &[(&str, &str)] = &[("tr_tx", "tax"), ("tr_sh", "shipping"), ("ti_pr", "price")];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let body = unpack::body(received)?;
    let mut pile = if body.trim_ascii().is_empty() {
        let query = query::object(received.query.as_bytes())?;
        if query.is_empty() {
            return Err(Refusal::unreadable("there is neither a body nor a query"));
        }
        Pile::of(Value::Object(query))?
    } else {
        match unpack::json(&body)? {
            Value::Object(mut payload) if payload.contains_key("data") => {
                Pile::of(payload.shift_remove("data").unwrap_or_default())?
            }
            other => Pile::of(other)?,
        }
    };
    if !received.referer.is_empty() {
        for message in &mut pile.messages {
            message.entry("url").or_insert_with(|| received.referer.into());
        }
    }
    let Pile { messages, unreadable } = pile;
    let key = messages.iter().find_map(|message| text(message, "aid"));
    Ok(Letter { protocol: Protocol::Snowplow, key, sent_at_us: None, messages: messages.into(), unreadable })
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let mut rest = message.clone();
    let mut draft = Draft { link: true, volatile: &["stm"], ..Draft::default() };
    draft.message_id = text(&rest, "eid");
    for (key, namespace) in
        [("uid", "user_id"), ("duid", "anonymous_id"), ("tnuid", "cookie_id"), ("nuid", "cookie_id")]
    {
        draft.identify(namespace, rest.shift_remove(key).as_ref());
    }
    take_time(&mut draft, &mut rest)?;
    let contexts = described(&mut rest, "co", "cx")?;
    let kind = text(&rest, "e").unwrap_or_default();
    rest.shift_remove("e");
    match kind.as_str() {
        "pv" => draft.event = PAGE_VIEW.to_owned(),
        "pp" => {
            draft.event = "page_ping".to_owned();
            query::take_numbers(&mut rest, &mut draft.props, SCROLLED);
        }
        "se" => {
            // The action is what happened, the category what it happened to.
            let action = text(&rest, "se_ac").or_else(|| text(&rest, "se_ca"));
            draft.event = action.as_deref().map(own_name).unwrap_or_default();
            query::take_numbers(&mut rest, &mut draft.props, &[("se_va", "se_va")]);
            for key in ["se_ca", "se_ac", "se_la", "se_pr"] {
                if let Some(value) = rest.shift_remove(key) {
                    draft.props.insert(key.to_owned(), value);
                }
            }
        }
        "ue" => {
            let described = described(&mut rest, "ue_pr", "ue_px")?;
            let described = described.as_ref().and_then(|event| event.get("data")).and_then(Value::as_object);
            let described = described.ok_or_else(|| {
                let reason = "an event of kind `ue` says what it is in `ue_pr` or `ue_px`, and this one does not";
                RowFault::new("event_missing", "ue_pr", reason)
            })?;
            take_described(&mut draft, described);
        }
        "tr" => {
            draft.event = "transaction".to_owned();
            draft.take_words(&mut rest, transaction);
        }
        "ti" => {
            draft.event = "transaction_item".to_owned();
            draft.take_words(&mut rest, transaction_item);
        }
        other => {
            let reason = format!("`e` is one of pv, pp, se, ue, tr and ti, and not `{}`", crate::cell::excerpt(other));
            return Err(RowFault::new("type_unknown", "e", reason));
        }
    }
    if let Some(contexts) = contexts {
        contexts::take(&mut draft, contexts);
    }
    query::take_numbers(&mut rest, &mut draft.props, MONEY);
    take_surroundings(&mut draft, &mut rest);
    draft.keep("snowplow", rest);
    Ok(Some(draft))
}

/// `ttm` is a time that is known to be right; `dtm` is by the clock of the device, and `stm` the same clock on sending.
fn take_time(draft: &mut Draft, rest: &mut Map<String, Value>) -> Result<(), RowFault> {
    let right = clock::said_if_any(rest.shift_remove("ttm").as_ref(), "ttm", true)?;
    let device = rest.shift_remove("dtm");
    let sent_at_us = clock::sent(rest.shift_remove("stm").as_ref());
    match right {
        Some(right) => {
            draft.time = Some(right);
            if let Some(device) = device {
                draft.props.insert("dtm".to_owned(), device);
            }
        }
        None => {
            draft.time = clock::said_if_any(device.as_ref(), "dtm", true)?;
            draft.sent_at_us = sent_at_us;
        }
    }
    draft.zone = text(rest, "tz");
    Ok(())
}

/// JSON that stands as text under one key or in base64url under another.
fn described(rest: &mut Map<String, Value>, plain: &str, packed: &str) -> Result<Option<Value>, RowFault> {
    let unreadable = |field: &str, why: &str| {
        RowFault::new("field_unreadable", field, format!("`{field}` holds self-describing JSON, and {why}"))
    };
    let (field, bytes) = match (rest.shift_remove(plain), rest.shift_remove(packed)) {
        (Some(Value::String(json)), _) => (plain, json.into_bytes()),
        (Some(value), _) => return Ok(Some(value)),
        (None, Some(Value::String(text))) => {
            (packed, unpack::base64(text.as_bytes()).ok_or_else(|| unreadable(packed, "this is no base64url"))?)
        }
        (None, Some(_)) => return Err(unreadable(packed, "this is no text")),
        (None, None) => return Ok(None),
    };
    let value = serde_json::from_slice(&bytes).map_err(|error| unreadable(field, &format!("this is none: {error}")))?;
    Ok(Some(value))
}

/// An event that describes itself: `{"schema": "iglu:vendor/name/jsonschema/1-0-0", "data": {…}}`.
fn take_described(draft: &mut Draft, described: &Map<String, Value>) {
    let schema = text(described, "schema").unwrap_or_default();
    let (vendor, name) = contexts::schema_name(&schema);
    let mut data = described.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    draft.event = own_name(name);
    if vendor.starts_with(OWN_VENDOR) {
        match name {
            "snowplow_ecommerce_action" => {
                if let Some(action) = text(&data, "type") {
                    draft.event = own_name(&action);
                }
            }
            "screen_view" => {
                draft.event = SCREEN_VIEW.to_owned();
                draft.take(&mut data, "name", Column::Page);
            }
            "application_error" => {
                draft.take(&mut data, "message", Column::Error);
            }
            _ => {}
        }
    }
    draft.take_items(&mut data, "items");
    draft.take_words(&mut data, words::commerce);
    draft.props.append(&mut data);
    draft.props.insert("$schema".to_owned(), schema.into());
}

fn transaction(key: &str) -> Option<(Column, u8)> {
    Some(match key {
        "tr_id" => (Column::OrderId, 0),
        "tr_tt" => (Column::Amount, 0),
        "tr_cu" => (Column::Currency, 0),
        "tr_af" => (Column::Site, 0),
        "tr_ci" => (Column::City, 0),
        "tr_st" => (Column::Region, 0),
        "tr_co" => (Column::Country, 0),
        _ => return None,
    })
}

/// The price of an item stays a property: its order says the money already.
fn transaction_item(key: &str) -> Option<(Column, u8)> {
    Some(match key {
        "ti_id" => (Column::OrderId, 0),
        "ti_sk" => (Column::Product, 0),
        "ti_ca" => (Column::Category, 0),
        "ti_qu" => (Column::Quantity, 0),
        "ti_cu" => (Column::Currency, 0),
        _ => return None,
    })
}

fn take_surroundings(draft: &mut Draft, rest: &mut Map<String, Value>) {
    if let Some(address) = text(rest, "url") {
        draft.take_address(&address);
    }
    draft.take(rest, "refr", Column::Referrer);
    draft.take(rest, "sid", Column::SessionId);
    for (key, name) in [("url", "page_url"), ("page", "page_title")] {
        if let Some(value) = rest.shift_remove(key) {
            draft.props.entry(name).or_insert(value);
        }
    }
    match rest.get("p").and_then(Value::as_str) {
        Some("web") => draft.channel = Some("web".to_owned()),
        Some("mob" | "app") => draft.channel = Some("app".to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
