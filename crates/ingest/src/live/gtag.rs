//! What Google's `gtag.js` sends to `/g/collect`: query strings of short keys.
//!
//! One event stands in the query itself; several stand in a `text/plain` body, one query string a line, each laid over
//! the query. The key is `tid`, the id of the stream (`G-…`), which every visitor can read. A hit says no time: it
//! happened when it arrived. The keys are Google's own and not documented by Google; their meaning is settled by what
//! its library sends for which call.

use model::event::Column;
use serde_json::{Map, Value, json};

use super::event::{Draft, Reading, own_name, text};
use super::unpack::{self, Pile};
use super::{Door, Letter, Protocol, Received, Refusal, ga4, query};

/// Items of one event: `pr1` to `pr200`.
const ITEMS_MAX: usize = 200;

/// Keys under a name that says what they are: that of the parameter in GA4's own export, where there is one.
const NAMES: &[(&str, &str)] = &[
    ("dl", "page_location"),
    ("dr", "page_referrer"),
    ("dt", "page_title"),
    ("ul", "language"),
    ("sr", "screen_resolution"),
    ("cu", "currency"),
    ("sid", "session_id"),
];

/// The same for keys that hold a number.
const NUMBER_NAMES: &[(&str, &str)] =
    &[("_et", "engagement_time_msec"), ("sct", "session_number"), ("seg", "session_engaged"), ("_c", "is_conversion")];

/// Keys that go into a column and into nothing else.
const COLUMNS: &[(&str, Column)] = &[
    ("cs", Column::UtmSource),
    ("cm", Column::UtmMedium),
    ("cn", Column::UtmCampaign),
    ("ct", Column::UtmTerm),
    ("ck", Column::UtmTerm),
    ("cc", Column::UtmContent),
    ("uap", Column::Platform),
    ("uam", Column::Device),
];

/// Keys of one item, of two signs each, and the names GA4's items have.
const ITEM_NAMES: &[(&str, &str)] = &[
    ("id", "item_id"),
    ("nm", "item_name"),
    ("br", "item_brand"),
    ("ca", "item_category"),
    ("c2", "item_category2"),
    ("c3", "item_category3"),
    ("c4", "item_category4"),
    ("c5", "item_category5"),
    ("va", "item_variant"),
    ("pr", "price"),
    ("qt", "quantity"),
    ("cp", "coupon"),
    ("ds", "discount"),
    ("ln", "item_list_name"),
    ("li", "item_list_id"),
    ("lp", "index"),
    ("af", "affiliation"),
    ("lo", "location_id"),
    ("cn", "creative_name"),
    ("cs", "creative_slot"),
    ("pi", "promotion_id"),
    ("pn", "promotion_name"),
];

const ITEM_NUMBERS: &[&str] = &["price", "quantity", "discount", "index"];

pub(super) fn open(received: &Received<'_>) -> Result<Letter, Refusal> {
    let mut common = query::object(received.query.as_bytes())?;
    if !received.referer.is_empty() {
        common.entry("dl").or_insert_with(|| received.referer.into());
    }
    let body = unpack::body(received)?;
    let lines: Vec<&[u8]> =
        body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).collect();
    let mut pile = Pile::default();
    if lines.is_empty() {
        pile.add(Value::Object(common.clone()))?;
    }
    unpack::check_spread(|| received.query.len() + received.referer.len(), lines.len())?;
    for line in lines {
        let mut message = common.clone();
        message.extend(query::object(line)?);
        pile.add(Value::Object(message))?;
    }
    let Pile { messages, unreadable } = pile;
    let key = text(&common, "tid").or_else(|| messages.iter().find_map(|message| text(message, "tid")));
    Ok(Letter { protocol: Protocol::Gtag, key, sent_at_us: None, messages: messages.into(), unreadable })
}

pub(super) fn message(message: &Map<String, Value>, _: &Door<'_>) -> Reading {
    let mut draft = Draft { link: true, ..Draft::default() };
    let mut rest = Map::new();
    let mut items: Vec<(usize, Map<String, Value>)> = Vec::new();
    for (key, value) in message {
        if let Some(name) = key.strip_prefix("epn.") {
            draft.props.insert(name.to_owned(), query::number(value.clone()));
        } else if let Some(name) = key.strip_prefix("ep.") {
            draft.props.insert(name.to_owned(), value.clone());
        } else if let Some(name) = key.strip_prefix("upn.") {
            draft.traits.insert(name.to_owned(), query::number(value.clone()));
        } else if let Some(name) = key.strip_prefix("up.") {
            draft.traits.insert(name.to_owned(), value.clone());
        } else if let Some(place) = item_place(key) {
            items.push((place, item(value.as_str().unwrap_or_default())));
        } else {
            rest.insert(key.clone(), value.clone());
        }
    }
    items.sort_by_key(|(place, _)| *place);
    draft.items = items.into_iter().map(|(_, item)| item).collect();
    draft.event = rest.shift_remove("en").as_ref().and_then(Value::as_str).map(own_name).unwrap_or_default();
    draft.identify("user_id", rest.shift_remove("uid").as_ref());
    draft.identify("client_id", rest.shift_remove("cid").as_ref());
    for (key, name) in NAMES {
        if let Some(value) = rest.shift_remove(*key) {
            draft.props.entry(*name).or_insert(value);
        }
    }
    query::take_numbers(&mut rest, &mut draft.props, NUMBER_NAMES);
    if let Some(consent) = rest.get("gcs").and_then(Value::as_str).and_then(consent) {
        draft.props.entry("consent").or_insert(consent);
    }
    for (key, column) in COLUMNS {
        draft.take(&mut rest, key, *column);
    }
    ga4::take_params(&mut draft);
    draft.keep("gtag", rest);
    Ok(Some(draft))
}

/// `pr7` → 7.
fn item_place(key: &str) -> Option<usize> {
    let place = key.strip_prefix("pr")?.parse().ok()?;
    (1..=ITEMS_MAX).contains(&place).then_some(place)
}

/// `idSKU-1~nmShirt~pr9.9~k0size~v0M` → its fields. A `~` within a value is written twice.
fn item(written: &str) -> Map<String, Value> {
    let mut item = Map::new();
    let mut own_names: Vec<(String, String)> = Vec::new();
    for part in parts(written) {
        let Some((key, value)) = part.split_at_checked(2) else { continue };
        if let Some((_, name)) = ITEM_NAMES.iter().find(|(known, _)| *known == key) {
            let value = Value::from(value);
            let value = if ITEM_NUMBERS.contains(name) { query::number(value) } else { value };
            item.insert((*name).to_owned(), value);
        } else if let Some(nth) = key.strip_prefix('k') {
            own_names.push((nth.to_owned(), value.to_owned()));
        } else if let Some((_, name)) = key.strip_prefix('v').and_then(|nth| own_names.iter().find(|(of, _)| of == nth))
        {
            item.insert(name.clone(), value.into());
        } else {
            item.insert(key.to_owned(), value.into());
        }
    }
    item
}

fn parts(written: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut signs = written.chars().peekable();
    while let Some(sign) = signs.next() {
        let is_end = sign == '~' && signs.next_if_eq(&'~').is_none();
        match parts.last_mut() {
            Some(part) if !is_end => part.push(sign),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// `G1` and a digit each for advertising and for analytics: `G101` is `{ad_storage: denied, analytics_storage: granted}`.
fn consent(written: &str) -> Option<Value> {
    let mut digits = written.strip_prefix("G1")?.chars().map(|digit| match digit {
        '1' => Value::from("granted"),
        '0' => "denied".into(),
        _ => Value::Null,
    });
    Some(json!({"ad_storage": digits.next()?, "analytics_storage": digits.next()?}))
}

#[cfg(test)]
mod tests;
