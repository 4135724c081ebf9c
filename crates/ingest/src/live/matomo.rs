//! Matomo's tracking API: `/matomo.php`, `/piwik.php`.
//!
//! A message is a query string; it comes in the query of a GET, in a form body, or several in JSON:
//! `{"requests": ["?idsite=1&rec=1&url=…", …], "token_auth": "…"}`. What it is, a page, a search, an order, follows from
//! the keys it has. The key is `token_auth` where there is one, else the site's number `idsite`. Names of the keys are
//! those of Matomo's "Tracking HTTP API".

use model::event::Column;
use serde_json::{Map, Value};

use super::event::{Draft, PAGE_VIEW, Reading, own_name, scalar, text};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, clock, query, words};
use crate::assemble::RowFault;

/// Keys that are about the request and not about what happened; the first is a secret.
const OF_THE_REQUEST: &[&str] = &["token_auth", "rec", "apiv", "rand", "send_image", "queuedtracking"];

/// Keys that hold a number, and the name it gets.
const NUMBERS: &[(&str, &str)] = &[
    ("ec_st", "subtotal"),
    ("ec_tx", "tax"),
    ("ec_sh", "shipping"),
    ("ec_dt", "discount"),
    ("e_v", "e_v"),
    ("search_count", "search_count"),
];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let mut asked = query::object(received.query.as_bytes())?;
    let body = unpack::body(received)?;
    let body = unpack::without_mark(&body).trim_ascii();
    let mut pile = Pile::default();
    let mut token = text(&asked, "token_auth");
    if body.starts_with(b"{") || body.starts_with(b"[") {
        let requests = match unpack::json(body)? {
            Value::Object(mut bulk) => {
                token = text(&bulk, "token_auth").or(token);
                bulk.shift_remove("requests").unwrap_or_default()
            }
            list => list,
        };
        let Value::Array(requests) = requests else {
            return Err(Refusal::unreadable("`requests` is a list of query strings"));
        };
        for request in requests {
            match request {
                Value::String(address) => {
                    let request = address.split_once('?').map_or(address.as_str(), |(_, query)| query);
                    pile.add(Value::Object(query::object(request.as_bytes())?))?;
                }
                other => pile.add(other)?,
            }
        }
    } else {
        asked.extend(query::object(body)?);
        if asked.is_empty() {
            return Err(Refusal::unreadable("there is neither a query nor a body"));
        }
        token = text(&asked, "token_auth").or(token);
        pile.add(Value::Object(asked))?;
    }
    let Pile { mut messages, unreadable } = pile;
    for message in &mut messages {
        token = token.or_else(|| text(message, "token_auth"));
        message.retain(|name, _| !OF_THE_REQUEST.contains(&name.as_str()));
        if !received.referer.is_empty() {
            message.entry("url").or_insert_with(|| received.referer.into());
        }
    }
    let site = || messages.iter().find_map(|message| text(message, "idsite"));
    let key = token.filter(|token| !token.is_empty()).or_else(site);
    Ok(Letter { protocol: Protocol::Matomo, key, sent_at_us: None, messages: messages.into(), unreadable })
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    if is_set(message, "ping") {
        // The page is still open: nothing happened.
        return Ok(None);
    }
    let mut rest = message.clone();
    let mut draft = Draft { link: true, ..Draft::default() };
    draft.identify("user_id", rest.shift_remove("uid").as_ref());
    for key in ["cid", "_id"] {
        draft.identify("anonymous_id", rest.shift_remove(key).as_ref());
    }
    let time = rest.shift_remove("cdt").filter(|time| time != "");
    draft.time = clock::said_if_any(time.as_ref(), "cdt", true)?;
    take_json(&mut rest)?;
    name(&mut draft, &mut rest);
    take_order(&mut draft, &mut rest);
    if let Some(address) = text(&rest, "url") {
        draft.take_tagged_address(&address, tag);
    }
    for (key, column) in [
        ("urlref", Column::Referrer),
        ("_pks", Column::Product),
        ("_pkc", Column::Category),
        ("country", Column::Country),
        ("region", Column::Region),
        ("city", Column::City),
        ("_rcn", Column::UtmCampaign),
        ("_rck", Column::UtmTerm),
    ] {
        draft.take(&mut rest, key, column);
    }
    draft.props.append(&mut rest);
    Ok(Some(draft))
}

/// What happened, by the keys that say it. Where a message says several, the order of Matomo's own server holds.
fn name(draft: &mut Draft, rest: &mut Map<String, Value>) {
    let has = |name: &str| text(rest, name).is_some();
    let order = text(rest, "ec_id").is_some();
    draft.event = match text(rest, "idgoal").as_deref() {
        Some("0") if order => "purchase".to_owned(),
        Some("0") => "cart_update".to_owned(),
        Some(_) => "goal".to_owned(),
        None if has("e_c") && has("e_a") => text(rest, "e_a").as_deref().map(own_name).unwrap_or_default(),
        None if has("c_n") && has("c_i") => "content_interaction".to_owned(),
        None if has("c_n") => "content_impression".to_owned(),
        None if has("search") => "search".to_owned(),
        None if has("download") => "download".to_owned(),
        None if has("link") => "outlink".to_owned(),
        None if has("cra") => "crash".to_owned(),
        None if has("url") || has("action_name") => PAGE_VIEW.to_owned(),
        None => String::new(),
    };
    if draft.event == "crash" {
        draft.take(rest, "cra", Column::Error);
    }
}

/// Fields that hold JSON as text, read; a broken one is a fault, because it would be lost in silence.
fn take_json(rest: &mut Map<String, Value>) -> Result<(), RowFault> {
    for field in ["ec_items", "cvar", "_cvar", "uadata"] {
        let Some(Value::String(written)) = rest.get(field) else { continue };
        if written.is_empty() {
            continue;
        }
        let value: Value = serde_json::from_str(written).map_err(|error| {
            RowFault::new("field_unreadable", field, format!("`{field}` is JSON, and broken: {error}"))
        })?;
        rest.insert(field.to_owned(), value);
    }
    Ok(())
}

/// Money and items of an order, a cart, or a goal.
fn take_order(draft: &mut Draft, rest: &mut Map<String, Value>) {
    draft.take(rest, "ec_id", Column::OrderId);
    draft.take(rest, "revenue", Column::Amount);
    if let Some(Value::Array(list)) = rest.get("ec_items")
        && let Some(items) = list.iter().map(item).collect::<Option<Vec<_>>>()
    {
        draft.items = items;
        rest.shift_remove("ec_items");
    }
    query::take_numbers(rest, &mut draft.props, NUMBERS);
}

/// `["SKU", "name", "category" or ["categories"], price, quantity]`, of which only the first must be there.
fn item(item: &Value) -> Option<Map<String, Value>> {
    let fields = item.as_array().filter(|fields| fields.first().is_some_and(|sku| scalar(sku).is_some()))?;
    let names = ["sku", "name", "category", "price", "quantity"];
    let mut item: Map<String, Value> =
        names.iter().zip(fields).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    if let Some(Value::Array(categories)) = item.get("category") {
        let first = categories.first().cloned().unwrap_or_default();
        let all = Value::Array(categories.clone());
        item.insert("category".to_owned(), first);
        item.insert("categories".to_owned(), all);
    }
    Some(item)
}

/// Matomo's own names of campaign parameters in the page's address, and everybody's.
fn tag(parameter: &str) -> Option<Column> {
    Some(match parameter {
        "mtm_campaign" | "matomo_campaign" | "pk_campaign" | "piwik_campaign" | "mtm_cpn" | "pk_cpn" => {
            Column::UtmCampaign
        }
        "mtm_source" | "matomo_source" | "pk_source" => Column::UtmSource,
        "mtm_medium" | "matomo_medium" | "pk_medium" => Column::UtmMedium,
        "mtm_kwd" | "mtm_keyword" | "matomo_kwd" | "pk_kwd" | "pk_keyword" | "piwik_kwd" => Column::UtmTerm,
        "mtm_content" | "matomo_content" | "pk_content" => Column::UtmContent,
        other => return words::utm(other),
    })
}

fn is_set(message: &Map<String, Value>, name: &str) -> bool {
    text(message, name).is_some_and(|value| value != "0")
}

#[cfg(test)]
mod tests;
