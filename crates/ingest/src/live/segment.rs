//! What the libraries of Segment and RudderStack send, which speak one protocol.
//!
//! Source: Segment's HTTP API and spec, and what `@segment/analytics-node`, `analytics-next`,
//! `segment-analytics-python`, RudderStack's node and python libraries put on the wire. Batches come to `/v1/batch`,
//! `/v1/b` and `/v1/import`; single calls to a path named after their type.

use model::event::Column;
use serde_json::{Map, Value};

use super::event::{
    ALIAS, Draft, GROUP, IDENTIFY, PAGE_VIEW, Reading, SCREEN_VIEW, is_uuid, object, own_name, scalar, text,
};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock, words};
use crate::assemble::RowFault;

/// Fields of a message that are read whatever the call, or that are about its delivery and not about what happened.
const READ: &[&str] = &[
    "type",
    "messageId",
    "userId",
    "anonymousId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "receivedAt",
    "integrations",
    "writeKey",
    "_metadata",
];

/// Whether a field of a message has gone somewhere.
fn is_read(name: &str, value: &Value, kind: &str) -> bool {
    match name {
        "event" => kind == "track",
        "name" | "category" => matches!(kind, "page" | "screen"),
        "groupId" => kind == "group",
        "previousId" => kind == "alias",
        "properties" | "context" | "traits" => value.is_object(),
        _ => READ.contains(&name),
    }
}

/// The key in its header; RudderStack's beacon has none, and puts it into the query.
pub(super) fn key_outside(received: &Received<'_>) -> Option<String> {
    unpack::basic_name(received.authorization).or_else(|| unpack::in_query(received, "writeKey"))
}

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    // The content type is not asked: browsers send text/plain, RudderStack's node library says it is a form.
    let bytes = unpack::body(received)?;
    let Value::Object(mut whole) = unpack::json(&bytes)? else {
        return Err(Refusal::unreadable("the body is a JSON object: one call, or {\"batch\": […]}"));
    };
    let key = key_outside(received).or_else(|| text(&whole, "writeKey"));
    whole.shift_remove("writeKey");
    let sent_at_us = clock::sent(whole.get("sentAt"));
    let Some(batch) = whole.shift_remove("batch") else {
        if let Some(kind) = kind_of_path(received.path) {
            whole.entry("type").or_insert_with(|| kind.into());
        }
        let Pile { messages, unreadable } = Pile::of(Value::Object(whole))?;
        return Ok(Letter { protocol: Protocol::Segment, key, sent_at_us, messages: messages.into(), unreadable });
    };
    let Value::Array(batch) = batch else { return Err(Refusal::unreadable("`batch` is a list of calls")) };
    let Pile { mut messages, unreadable } = Pile::of(Value::Array(batch))?;
    let key = key.or_else(|| messages.iter().find_map(|message| text(message, "writeKey")));
    let shared = object(&whole, "context");
    unpack::check_spread(|| unpack::written_bytes(&shared), messages.len())?;
    for message in &mut messages {
        message.shift_remove("writeKey");
        if let Some(sent_us) = sent_at_us {
            clock::say_sent(message, "sentAt", sent_us);
        }
        if let (Some(shared), Value::Object(own)) =
            (shared, message.entry("context").or_insert_with(|| Value::Object(Map::new())))
        {
            for (name, value) in shared {
                own.entry(name).or_insert_with(|| value.clone());
            }
        }
    }
    Ok(Letter { protocol: Protocol::Segment, key, sent_at_us, messages: messages.into(), unreadable })
}

/// The call a path names: `/v1/t`, `/v1/track`.
fn kind_of_path(path: &str) -> Option<&'static str> {
    Some(match path.trim_end_matches('/').rsplit('/').next()? {
        "t" | "track" => "track",
        "i" | "identify" => "identify",
        "p" | "page" => "page",
        "s" | "screen" => "screen",
        "g" | "group" => "group",
        "a" | "alias" => "alias",
        _ => return None,
    })
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let mut draft = Draft {
        link: true,
        message_id: text(message, "messageId"),
        time: time(message)?,
        sent_at_us: clock::sent(message.get("sentAt")),
        volatile: &["sentAt", "receivedAt", "_metadata"],
        ..Draft::default()
    };
    let mut properties = object(message, "properties").cloned().unwrap_or_default();
    let mut context = object(message, "context").cloned().unwrap_or_default();
    let traits = object(message, "traits").cloned().unwrap_or_default();
    draft.identify("user_id", message.get("userId"));
    draft.identify("anonymous_id", message.get("anonymousId"));
    let kind = text(message, "type").unwrap_or_default();
    match kind.as_str() {
        "track" => draft.event = own_name(&text(message, "event").unwrap_or_default()),
        "identify" => {
            draft.event = IDENTIFY.to_owned();
            draft.identify_by_contacts(&traits);
        }
        "page" => view(&mut draft, PAGE_VIEW, message, &mut properties),
        "screen" => view(&mut draft, SCREEN_VIEW, message, &mut properties),
        "group" => {
            draft.event = GROUP.to_owned();
            if !message.get("groupId").is_some_and(|id| draft.set(Column::Account, id)) {
                return Err(RowFault::new("group_missing", "groupId", "the call names no group: `groupId` is empty"));
            }
        }
        "alias" => {
            draft.event = ALIAS.to_owned();
            alias(&mut draft, message)?;
        }
        other => {
            let reason = format!(
                "`{}` is no call; there are track, identify, page, screen, group and alias",
                crate::cell::excerpt(other)
            );
            return Err(RowFault::new("type_unknown", "type", reason));
        }
    }
    draft.channel = channel(message, &mut context, &mut properties);
    draft.take_items(&mut properties, "products");
    draft.take_words(&mut properties, words::commerce);
    about(&mut draft, &mut context);
    if let Some(name) = properties.get("name").filter(|_| draft.event == PAGE_VIEW) {
        draft.set(Column::Page, name);
    }
    draft.props = properties;
    // A group's traits are the account's, every other call's the person's.
    if kind == "group" {
        draft.keep("traits", traits);
    } else {
        draft.traits.extend(traits);
    }
    for (name, value) in message {
        // A channel that is none is kept as said.
        let is_channel = name == "channel" && draft.channel.is_some();
        if !is_channel && !is_read(name, value, &kind) {
            draft.props.entry(name).or_insert_with(|| value.clone());
        }
    }
    draft.keep("context", context);
    Ok(Some(draft))
}

fn time(message: &Map<String, Value>) -> Result<Option<clock::Said>, RowFault> {
    match clock::said_if_any(message.get("timestamp"), "timestamp", true)? {
        Some(said) => Ok(Some(said)),
        None => clock::said_if_any(message.get("originalTimestamp"), "originalTimestamp", true),
    }
}

/// A page or screen: its name stands beside the properties, or in them.
fn view(draft: &mut Draft, event: &str, message: &Map<String, Value>, properties: &mut Map<String, Value>) {
    draft.event = event.to_owned();
    for name in ["name", "category"] {
        if let Some(value) = message.get(name).filter(|value| !value.is_null()) {
            properties.entry(name).or_insert_with(|| value.clone());
        }
    }
    if let Some(address) = text(properties, "url").filter(|_| event == PAGE_VIEW) {
        draft.take_address(&address);
    }
    if let Some(page) = properties.get(if event == PAGE_VIEW { "path" } else { "name" }) {
        draft.set(Column::Page, page);
    }
    draft.take(properties, "referrer", Column::Referrer);
}

/// The former name of a person: that of a browser where it looks like one or is said to be, else that of a user.
fn alias(draft: &mut Draft, message: &Map<String, Value>) -> Result<(), RowFault> {
    let previous = message.get("previousId").and_then(scalar);
    let Some(previous) = previous else {
        let reason = "an alias names two ids: `userId` and `previousId`";
        return Err(RowFault::new("identifier_missing", "previousId", reason));
    };
    let is_browsers = text(message, "anonymousId").as_deref() == Some(previous.as_str()) || is_uuid(&previous);
    let namespace = if is_browsers { "anonymous_id" } else { "user_id" };
    draft.identify(namespace, Some(&Value::String(previous)));
    Ok(())
}

/// The channel a message says: its own, or where its library says it runs.
fn channel(
    message: &Map<String, Value>,
    context: &mut Map<String, Value>,
    properties: &mut Map<String, Value>,
) -> Option<String> {
    if let Some(Value::String(_)) = properties.get("channel") {
        return properties.shift_remove("channel").as_ref().and_then(scalar);
    }
    let said = message.get("channel").cloned().or_else(|| context.shift_remove("channel"));
    Some(
        match said.as_ref()?.as_str()? {
            "browser" | "web" => "web",
            "mobile" => "app",
            // Where the code runs, which is not where the customer is.
            "server" | "sources" => return None,
            own => own,
        }
        .to_owned(),
    )
}

/// What the context says of campaign, page, device and place. The rest of it is kept.
fn about(draft: &mut Draft, context: &mut Map<String, Value>) {
    if let Some(Value::Object(traits)) = context.shift_remove("traits") {
        draft.identify_by_contacts(&traits);
        draft.traits = traits;
    }
    draft.zone = text(context, "timezone");
    draft.take(context, "sessionId", Column::SessionId);
    within(context, "campaign", |campaign| draft.take_words(campaign, words::campaign_fields));
    within(context, "page", |page| {
        if let Some(address) = text(page, "url") {
            draft.take_address(&address);
        }
        if let Some(path) = page.get("path") {
            draft.set(Column::Page, path);
        }
        draft.take(page, "referrer", Column::Referrer);
    });
    within(context, "os", |os| draft.take(os, "name", Column::Platform));
    within(context, "device", |device| draft.take(device, "model", Column::Device));
    within(context, "location", |location| draft.take_words(location, words::location_fields));
    for id in context.get("externalIds").and_then(Value::as_array).into_iter().flatten() {
        let plain = id.get("encoding").is_none_or(|encoding| encoding == "none");
        if let Some(kind) = id.get("type").and_then(Value::as_str).filter(|_| plain) {
            draft.identify(kind, id.get("id"));
        }
    }
}

/// Works on an object within another and takes it out if nothing is left in it.
fn within(context: &mut Map<String, Value>, name: &str, work: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(inner)) = context.get_mut(name) {
        work(inner);
        if inner.is_empty() {
            context.shift_remove(name);
        }
    }
}

#[cfg(test)]
mod tests;
