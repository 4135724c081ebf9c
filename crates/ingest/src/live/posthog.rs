//! What PostHog's libraries send.
//!
//! Source: PostHog's capture API, and what `posthog-js`, `posthog-node` and `posthog` for Python put on the wire. Bodies
//! are one event, a list, or `{"batch": […]}`; gzip without a header that says so, base64 in a form field from beacons.
//!
//! PostHog has one kind of id, `distinct_id`, for browsers and for people. Here a browser's is an `anonymous_id` and a
//! person's a `user_id`; [`is_person`] says how they are told apart.

use model::event::{Column, PROFILE_SET};
use model::identifier;
use model::traits::settle;
use serde_json::{Map, Value};

use super::event::{
    ALIAS, Draft, GROUP, IDENTIFY, PAGE_VIEW, Reading, SCREEN_VIEW, is_uuid, object, own_name, scalar, text,
};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock, words};
use crate::assemble::RowFault;

/// Fields of an event that are read, or that are about its delivery.
const READ: &[&str] = &[
    "event",
    "distinct_id",
    "$distinct_id",
    "properties",
    "timestamp",
    "offset",
    "uuid",
    "sent_at",
    "$set",
    "$set_once",
    "$unset",
    "type",
];

/// Names PostHog's libraries give to what we have a name for; other names lose their `$`.
const NAMES: &[(&str, &str)] = &[
    ("$pageview", PAGE_VIEW),
    ("$pageleave", "page_leave"),
    ("$screen", SCREEN_VIEW),
    ("$rageclick", "rage_click"),
    ("$exception", "error"),
    ("$identify", IDENTIFY),
    ("$create_alias", ALIAS),
    ("$merge_dangerously", ALIAS),
    ("$groupidentify", GROUP),
    ("$set", PROFILE_SET),
    ("$unset", PROFILE_SET),
    // No deeds of a customer: they stay bookkeeping.
    ("$feature_flag_called", "$feature_flag_called"),
    ("$opt_in", "$opt_in"),
    ("$web_vitals", "$web_vitals"),
];

/// Recordings and heat maps: streams of their own and no events.
const NO_EVENTS: &[&str] = &["$snapshot", "$snapshot_items", "$$heatmap", "$performance_event"];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let query = unpack::form(received.query.as_bytes())?;
    let mut packing = unpack::field(&query, "compression").unwrap_or_default().to_owned();
    let bytes = unpack::body(received)?;
    let plain = unpack::without_mark(&bytes).trim_ascii_start();
    let whole = if plain.starts_with(b"{") || plain.starts_with(b"[") {
        unpack::json(plain)?
    } else {
        let is_form = plain.starts_with(b"data=") || plain.windows(6).take(4_096).any(|at| at == b"&data=");
        let form = if is_form { unpack::form(plain)? } else { Vec::new() };
        if let Some(named) = unpack::field(&form, "compression") {
            packing = named.to_owned();
        }
        if packing.starts_with("lz64") {
            let reason = "`compression=lz64` is not read; it is long out of use, send gzip or base64";
            return Err(Refusal { code: "compression_unknown", reason: reason.to_owned(), too_large: false });
        }
        let data = unpack::field(&form, "data").or_else(|| unpack::field(&query, "data"));
        packed(data.map_or(plain, str::as_bytes))?
    };
    let mut sent_at = unpack::field(&query, "sent_at").or_else(|| unpack::field(&query, "_")).map(Value::from);
    let (key, pile) = messages(whole, &mut sent_at)?;
    let Pile { mut messages, unreadable } = pile;
    let key = key
        .or_else(|| messages.iter().find_map(key_of))
        .or_else(|| unpack::bearer(received.authorization))
        .or_else(|| unpack::field(&query, "api_key").or_else(|| unpack::field(&query, "token")).map(str::to_owned));
    let sent_at_us = clock::sent(sent_at.as_ref());
    // Old libraries describe a person at a path of its own, and name no event.
    let describes = received.path.trim_end_matches('/') == "/engage";
    let newer = received.path.starts_with("/i/v1/");
    for message in &mut messages {
        if newer {
            as_before(message);
        }
        for name in ["api_key", "token", "$token"] {
            message.shift_remove(name);
        }
        if describes {
            message.entry("event").or_insert_with(|| "$identify".into());
        }
        if let Some(Value::Object(properties)) = message.get_mut("properties") {
            properties.shift_remove("token");
        }
        if let Some(sent_us) = sent_at_us {
            clock::say_sent(message, "sent_at", sent_us);
        }
    }
    Ok(Letter { protocol: Protocol::Posthog, key, sent_at_us, messages: messages.into(), unreadable })
}

/// `/i/v1/` says beside the properties what the older paths say among them: `options` without their `$`, and the ids of
/// session and window.
fn as_before(message: &mut Map<String, Value>) {
    let options = match message.get("options") {
        Some(Value::Object(_)) => message.shift_remove("options"),
        _ => None,
    };
    let mut moved = if let Some(Value::Object(options)) = options { options } else { Map::new() };
    for name in ["session_id", "window_id"] {
        moved.extend(message.shift_remove(name).map(|value| (name.to_owned(), value)));
    }
    if moved.is_empty() {
        return;
    }
    let properties = message.entry("properties").or_insert_with(|| Map::new().into());
    if let Value::Object(properties) = properties {
        for (name, value) in moved {
            properties.entry(format!("${name}")).or_insert(value);
        }
    }
}

/// JSON, or JSON in base64, gzip between them or not.
fn packed(data: &[u8]) -> Result<Value, Refusal> {
    let data = data.trim_ascii();
    if data.starts_with(b"{") || data.starts_with(b"[") {
        return unpack::json(data);
    }
    let bytes = unpack::base64(data)
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| Refusal::unreadable("the body is neither JSON nor base64 in `data`"))?;
    unpack::Parts::default().json(bytes.into())
}

/// The events of a body, and the key beside them.
fn messages(whole: Value, sent_at: &mut Option<Value>) -> Result<(Option<String>, Pile), Refusal> {
    let Value::Object(mut one) = whole else { return Ok((None, Pile::of(whole)?)) };
    let list = match (one.get("batch"), one.get("data"), one.contains_key("event")) {
        (Some(_), ..) => one.shift_remove("batch"),
        (None, Some(Value::Array(_)), false) => one.shift_remove("data"),
        _ => return Ok((key_of(&one), Pile::of(Value::Object(one))?)),
    };
    let Some(Value::Array(list)) = list else { return Err(Refusal::unreadable("`batch` is a list of events")) };
    if let Some(said) = one.shift_remove("sent_at") {
        *sent_at = Some(said);
    }
    Ok((key_of(&one), Pile::of(Value::Array(list))?))
}

fn key_of(from: &Map<String, Value>) -> Option<String> {
    text(from, "api_key")
        .or_else(|| text(from, "token"))
        .or_else(|| text(from, "$token"))
        .or_else(|| object(from, "properties").and_then(|properties| text(properties, "token")))
}

pub(super) fn message(message: &Map<String, Value>, door: &Door<'_>) -> Reading {
    let name = text(message, "event").unwrap_or_default();
    if NO_EVENTS.contains(&name.as_str()) {
        return Ok(None);
    }
    let mut properties = object(message, "properties").cloned().unwrap_or_default();
    let distinct = message.get("distinct_id").or_else(|| message.get("$distinct_id")).cloned();
    let inner = properties.shift_remove("distinct_id");
    if let (Some(other), Some(inner)) = (&distinct, &inner)
        && other != inner
    {
        properties.insert("distinct_id".to_owned(), inner.clone());
    }
    let distinct = distinct.or(inner);
    let distinct = distinct.as_ref().and_then(scalar);
    if name == "$groupidentify" && is_group_itself(&properties, distinct.as_deref()) {
        return Ok(None);
    }
    let mut draft = Draft {
        link: true,
        message_id: text(message, "uuid").or_else(|| text(&properties, "$insert_id")),
        sent_at_us: clock::sent(message.get("sent_at")),
        volatile: &["sent_at"],
        ..Draft::new(own(&name, &properties))
    };
    draft.time = time(message, draft.sent_at_us.unwrap_or(door.received_at_us))?;
    identify(&mut draft, &name, distinct, &mut properties);
    traits(&mut draft, message, &mut properties);
    if draft.event == GROUP {
        draft.take(&mut properties, "$group_key", Column::Account);
    }
    draft.channel = text(&properties, "channel").inspect(|_| {
        properties.shift_remove("channel");
    });
    about(&mut draft, &mut properties);
    draft.props.append(&mut properties);
    for (name, value) in message {
        if !READ.contains(&name.as_str()) {
            draft.props.entry(name).or_insert_with(|| value.clone());
        }
    }
    Ok(Some(draft))
}

/// Our name for what happened.
fn own(name: &str, properties: &Map<String, Value>) -> String {
    if name == "$autocapture" {
        return match text(properties, "$event_type").as_deref() {
            None | Some("click" | "touch") => "click".to_owned(),
            Some("submit") => "form_submit".to_owned(),
            Some("change") => "field_change".to_owned(),
            Some(other) => own_name(other),
        };
    }
    NAMES.iter().find(|(theirs, _)| *theirs == name).map_or_else(|| own_name(name), |(_, ours)| (*ours).to_owned())
}

/// When it happened: `timestamp`, or `offset` milliseconds before it was sent.
fn time(message: &Map<String, Value>, sent_us: i64) -> Result<Option<clock::Said>, RowFault> {
    if let Some(said) = clock::said_if_any(message.get("timestamp"), "timestamp", true)? {
        return Ok(Some(said));
    }
    let offset = message.get("offset").and_then(Value::as_i64);
    Ok(offset.map(|offset| clock::Said {
        time_us: sent_us.saturating_sub(offset.saturating_mul(1_000)),
        offset_minutes: None,
    }))
}

/// Server libraries describe a group without a person under an id made of the group.
fn is_group_itself(properties: &Map<String, Value>, distinct: Option<&str>) -> bool {
    let (Some(kind), Some(key)) = (text(properties, "$group_type"), text(properties, "$group_key")) else {
        return false;
    };
    distinct == Some(format!("${kind}_{key}").as_str())
}

fn identify(draft: &mut Draft, name: &str, distinct: Option<String>, properties: &mut Map<String, Value>) {
    let Some(distinct) = distinct else { return };
    let person = is_person(name, &distinct, properties);
    let value = Value::String(distinct);
    draft.identify(if person { "user_id" } else { "anonymous_id" }, Some(&value));
    match name {
        "$identify" => {
            let former = properties.shift_remove("$anon_distinct_id");
            // An id may be passed on that was given to a person before.
            draft.identify("anonymous_id", former.filter(|former| *former != value).as_ref());
        }
        "$create_alias" | "$merge_dangerously" => {
            let other = properties.shift_remove("alias");
            let browsers = other.as_ref().and_then(Value::as_str).is_some_and(is_generated);
            draft.identify(if browsers { "anonymous_id" } else { "user_id" }, other.as_ref());
        }
        _ => {}
    }
    // A person first, whichever of the two the call named first.
    draft.identifiers.sort_by_key(|known| std::cmp::Reverse(identifier::kind(&known.namespace)));
}

/// Whether a `distinct_id` is a person's and not a browser's: as the library says it; else an id that is not the
/// device's own; else, from servers, one that is not of the form the libraries make for browsers.
fn is_person(name: &str, distinct: &str, properties: &Map<String, Value>) -> bool {
    if name == "$identify" {
        return true;
    }
    if let Some(said) = properties.get("$is_identified").and_then(Value::as_bool) {
        return said;
    }
    if let Some(user) = text(properties, "$user_id") {
        return user == distinct;
    }
    if let Some(device) = text(properties, "$device_id") {
        return device != distinct;
    }
    if properties.get("$process_person_profile") == Some(&Value::Bool(false)) {
        return false;
    }
    !is_generated(distinct)
}

/// A UUID of version 7, which the libraries make for somebody they do not know.
fn is_generated(id: &str) -> bool {
    is_uuid(id) && id.as_bytes().get(14) == Some(&b'7')
}

/// `$set_once`, `$set` and `$unset`, beside the properties or in them. What is unset is `null`, as is what `$set` says so.
/// The browser's library fills `$set_once` with `null` for what it does not know, which says nothing.
fn traits(draft: &mut Draft, message: &Map<String, Value>, properties: &mut Map<String, Value>) {
    for name in ["$set_once", "$set", "$unset"] {
        for said in [properties.shift_remove(name), message.get(name).cloned()] {
            match said {
                Some(Value::Object(said)) if name == "$set_once" => {
                    draft.set_once(said.into_iter().filter(|(_, value)| !value.is_null()).collect());
                }
                Some(Value::Object(said)) => draft.traits.extend(said),
                Some(Value::Array(names)) if name == "$unset" => {
                    draft
                        .traits
                        .extend(names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), Value::Null)));
                }
                _ => {}
            }
        }
    }
    if draft.event == IDENTIFY {
        let mut traits = Map::new();
        settle(&mut traits, draft.traits.clone());
        draft.identify_by_contacts(&traits);
    }
}

/// Which of PostHog's own properties are which column.
fn word(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "$session_id" => (Column::SessionId, 0),
        "$device_type" => (Column::Device, 0),
        "$device_model" => (Column::Device, 1),
        "$geoip_country_code" => (Column::Country, 0),
        "$geoip_subdivision_1_name" => (Column::Region, 0),
        "$geoip_city_name" => (Column::City, 0),
        "$screen_name" => (Column::Page, 0),
        "$exception_message" => (Column::Error, 0),
        other => return words::commerce(other),
    })
}

fn about(draft: &mut Draft, properties: &mut Map<String, Value>) {
    draft.take_items(properties, "products");
    draft.take_items(properties, "items");
    let os = properties.shift_remove("$os");
    draft.take_words(properties, word);
    if let Some(os) = os {
        // A server's own system says nothing about the customer.
        let of_server = properties.get("$is_server") == Some(&Value::Bool(true));
        if of_server || !draft.set(Column::Platform, &os) {
            properties.insert("$os".to_owned(), os);
        }
    }
    if let Some(address) = text(properties, "$current_url") {
        draft.take_address(&address);
    }
    if text(properties, "$referrer").is_some_and(|referrer| referrer != "$direct") {
        draft.take(properties, "$referrer", Column::Referrer);
    }
    let thrown = properties.get("$exception_list").and_then(|list| list.get(0)).and_then(|first| first.get("value"));
    if let Some(thrown) = thrown {
        draft.set(Column::Error, thrown);
    }
    draft.zone = text(properties, "$timezone");
    // Which of several groups is the account nobody can say.
    if let Some(groups) = object(properties, "$groups").filter(|groups| groups.len() == 1) {
        groups.values().for_each(|only| {
            draft.set(Column::Account, only);
        });
    }
}

#[cfg(test)]
mod tests;
