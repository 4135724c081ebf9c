//! What Snowplow's contexts say of an event: the session, the device, the basket.
//!
//! A context is self-describing JSON beside the event. The vendor's own that everybody has are read into columns; all of
//! them stay in the property `contexts`, under the name of their schema.

use model::event::Column;
use serde_json::{Map, Value};

use super::OWN_VENDOR;
use crate::live::event::Draft;
use crate::live::words;

/// `iglu:com.acme/add_to_cart/jsonschema/1-0-0` → `("com.acme", "add_to_cart")`. What is no such address is a name.
pub(super) fn schema_name(schema: &str) -> (&str, &str) {
    let path = schema.strip_prefix("iglu:").unwrap_or(schema);
    match path.split_once('/') {
        Some((vendor, rest)) => (vendor, rest.split('/').next().unwrap_or(rest)),
        None => ("", path),
    }
}

/// Reads the contexts into columns, identifiers and items, and keeps them.
pub(super) fn take(draft: &mut Draft, contexts: Value) {
    let list = match contexts {
        Value::Object(mut outer) => outer.shift_remove("data").unwrap_or_default(),
        other => other,
    };
    let Value::Array(list) = list else {
        if !list.is_null() {
            draft.props.insert("contexts".to_owned(), list);
        }
        return;
    };
    let mut kept: Map<String, Value> = Map::new();
    for context in list {
        let schema = context.get("schema").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (vendor, name) = schema_name(&schema);
        let Some(data) = context.get("data").and_then(Value::as_object) else {
            add(&mut kept, &schema, context);
            continue;
        };
        if vendor.starts_with(OWN_VENDOR) && take_own(draft, name, data) {
            continue;
        }
        let data = Value::Object(data.clone());
        add(&mut kept, if name.is_empty() { &schema } else { name }, data);
    }
    draft.keep("contexts", kept);
    // What the vendor calls `id` here is so called by no other vocabulary.
    let product = if let [only] = draft.items.as_slice() { only.get("id").cloned() } else { None };
    if let Some(product) = product {
        draft.set(Column::Product, &product);
    }
}

/// Several contexts of one name are a list.
fn add(kept: &mut Map<String, Value>, name: &str, context: Value) {
    match kept.get_mut(name) {
        None => {
            kept.insert(name.to_owned(), context);
        }
        Some(Value::Array(list)) => list.push(context),
        Some(one) => *one = Value::Array(vec![one.take(), context]),
    }
}

/// Reads one of the vendor's own; whether nothing of it is left to keep.
fn take_own(draft: &mut Draft, name: &str, data: &Map<String, Value>) -> bool {
    match name {
        "client_session" => {
            if let Some(session) = data.get("sessionId") {
                draft.set(Column::SessionId, session);
            }
            draft.identify("anonymous_id", data.get("userId"));
        }
        "mobile_context" => {
            for (field, column) in [("osType", Column::Platform), ("deviceModel", Column::Device)] {
                if let Some(value) = data.get(field) {
                    draft.set(column, value);
                }
            }
            for (field, namespace) in [("appleIdfv", "idfv"), ("appleIdfa", "idfa"), ("androidIdfa", "idfa")] {
                draft.identify(namespace, data.get(field));
            }
        }
        "screen" => {
            if let Some(screen) = data.get("name") {
                draft.set(Column::Page, screen);
            }
        }
        // The basket of `snowplow_ecommerce_action`.
        "product" => {
            draft.items.push(data.clone());
            return true;
        }
        "transaction" => {
            draft.take_words(&mut data.clone(), words::commerce);
        }
        "cart" => {
            for (field, column) in [("total_value", Column::Amount), ("currency", Column::Currency)] {
                if let Some(value) = data.get(field) {
                    draft.set(column, value);
                }
            }
        }
        _ => {}
    }
    false
}
