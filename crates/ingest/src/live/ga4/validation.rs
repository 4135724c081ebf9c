//! What is wrong with a body by Google's rules: the answer to `POST /debug/mp/collect`.
//!
//! Codes and limits are those of Google's "Validating events" and "Limitations" of the Measurement Protocol. The live
//! door takes more than these rules allow: it stores whatever can be read, and only this answer is strict.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Received, duplicates, unpack};

/// A finding, named as Google's validation server names its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationMessage {
    /// The field at fault, without indexes: `events`, `events.params`, `client_id`.
    pub field_path: String,
    /// What is wrong, where, and how to mend it.
    pub description: String,
    pub validation_code: ValidationCode,
}

/// Google's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ValidationCode {
    /// No value of its field: a text for a list, a time out of reach.
    ValueInvalid,
    /// A field that must be there is not.
    ValueRequired,
    /// A name that begins or goes on wrongly, or is too long.
    NameInvalid,
    /// A name Google keeps for itself.
    NameReserved,
    /// A value that is too long or too large.
    ValueOutOfBounds,
    /// Too many of a kind.
    ExceededMaxEntities,
    /// A name that stands twice in one object.
    NameDuplicated,
}

const BODY_BYTES_MAX: usize = 130_000;
const EVENTS_MAX: usize = 25;
const PARAMS_MAX: usize = 25;
const ITEMS_MAX: usize = 200;
const USER_PROPERTIES_MAX: usize = 25;
const NAME_CHARS_MAX: usize = 40;
const USER_PROPERTY_NAME_CHARS_MAX: usize = 24;
const USER_PROPERTY_VALUE_CHARS_MAX: usize = 36;
const PARAM_VALUE_CHARS_MAX: usize = 100;
/// Parameters whose values may be longer than others'.
const LONG_PARAMS: &[(&str, usize)] = &[("page_location", 1_000), ("page_referrer", 420), ("page_title", 300)];
/// How far back an event may lie.
const BACKDATED_US_MAX: i64 = 72 * 3_600 * 1_000_000;
/// Findings in one answer; a body of nothing but mistakes needs no longer list.
const MESSAGES_MAX: usize = 100;

const RESERVED_PREFIXES: &[&str] = &["_", "firebase_", "ga_", "google_", "gtag."];

const RESERVED_EVENTS: &[&str] = &[
    "ad_activeview",
    "ad_click",
    "ad_exposure",
    "ad_impression",
    "ad_query",
    "ad_reward",
    "adunit_exposure",
    "app_background",
    "app_clear_data",
    "app_exception",
    "app_install",
    "app_remove",
    "app_store_refund",
    "app_store_subscription_cancel",
    "app_store_subscription_convert",
    "app_store_subscription_renew",
    "app_update",
    "app_upgrade",
    "dynamic_link_app_open",
    "dynamic_link_app_update",
    "dynamic_link_first_open",
    "error",
    "first_open",
    "first_visit",
    "in_app_purchase",
    "notification_dismiss",
    "notification_foreground",
    "notification_open",
    "notification_receive",
    "notification_send",
    "os_update",
    "screen_view",
    "session_start",
    "user_engagement",
];

/// Everything that Google's rules find wrong; nothing for a sound request. `received_at_us` is UTC microseconds.
pub fn validate(received: &Received<'_>, received_at_us: i64) -> Vec<ValidationMessage> {
    let mut findings = Findings { messages: Vec::new() };
    let bytes = match unpack::body(received) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            findings.add("", ValidationCode::ValueInvalid, refusal.reason);
            return findings.messages;
        }
    };
    if bytes.len() > BODY_BYTES_MAX {
        let reason = format!("the body has {} bytes; at most {BODY_BYTES_MAX} are taken", bytes.len());
        findings.add("", ValidationCode::ValueOutOfBounds, reason);
        return findings.messages;
    }
    match unpack::json(&bytes) {
        Ok(Value::Object(body)) => {
            let is_app = unpack::form(received.query.as_bytes())
                .is_ok_and(|query| unpack::field(&query, "firebase_app_id").is_some());
            findings.check_body(&body, is_app, received_at_us);
            findings.check_duplicates(&bytes);
        }
        Ok(_) => findings.add("", ValidationCode::ValueInvalid, "the body is a JSON object"),
        Err(refusal) => findings.add("", ValidationCode::ValueInvalid, refusal.reason),
    }
    findings.messages
}

struct Findings {
    messages: Vec<ValidationMessage>,
}

impl Findings {
    fn add(&mut self, path: &str, code: ValidationCode, description: impl Into<String>) {
        if self.messages.len() < MESSAGES_MAX {
            self.messages.push(ValidationMessage {
                field_path: path.to_owned(),
                description: description.into(),
                validation_code: code,
            });
        }
    }

    fn check_body(&mut self, body: &Map<String, Value>, is_app: bool, received_at_us: i64) {
        let device = if is_app { "app_instance_id" } else { "client_id" };
        match body.get(device) {
            None | Some(Value::Null) => {
                self.add(device, ValidationCode::ValueRequired, format!("`{device}` names the sender and is missing"));
            }
            Some(Value::String(text)) if !text.is_empty() => {}
            Some(_) => {
                self.add(device, ValidationCode::ValueInvalid, format!("`{device}` is a text that is not empty"))
            }
        }
        self.check_time("timestamp_micros", body.get("timestamp_micros"), received_at_us);
        match body.get("user_properties") {
            None | Some(Value::Null) => {}
            Some(Value::Object(properties)) => self.check_user_properties(properties),
            Some(_) => self.add("user_properties", ValidationCode::ValueInvalid, "`user_properties` is an object"),
        }
        match body.get("events") {
            Some(Value::Array(events)) if !events.is_empty() => {
                if events.len() > EVENTS_MAX {
                    let reason = format!("{} events in one request; at most {EVENTS_MAX} are taken", events.len());
                    self.add("events", ValidationCode::ExceededMaxEntities, reason);
                }
                for (index, event) in events.iter().enumerate() {
                    self.check_event(index, event, received_at_us);
                }
            }
            None | Some(Value::Null | Value::Array(_)) => {
                self.add("events", ValidationCode::ValueRequired, "`events` lists at least one event");
            }
            Some(_) => self.add("events", ValidationCode::ValueInvalid, "`events` is a list"),
        }
    }

    fn check_event(&mut self, index: usize, event: &Value, received_at_us: i64) {
        let Value::Object(event) = event else {
            let reason = format!("event at index {index} is no object");
            return self.add("events", ValidationCode::ValueInvalid, reason);
        };
        match event.get("name") {
            Some(Value::String(name)) if !name.is_empty() => {
                let what = format!("event at index {index} has the name `{name}`");
                if RESERVED_EVENTS.contains(&name.as_str()) {
                    self.add("events", ValidationCode::NameReserved, format!("{what}, which is reserved"));
                } else {
                    self.check_name("events", &what, name, NAME_CHARS_MAX);
                }
            }
            Some(Value::String(_) | Value::Null) | None => {
                let reason = format!("event at index {index} has no name");
                self.add("events.name", ValidationCode::ValueRequired, reason);
            }
            Some(_) => {
                let reason = format!("event at index {index} has a name that is no text");
                self.add("events.name", ValidationCode::ValueInvalid, reason);
            }
        }
        self.check_time("events.timestamp_micros", event.get("timestamp_micros"), received_at_us);
        match event.get("params") {
            None | Some(Value::Null) => {}
            Some(Value::Object(params)) => self.check_params(index, params),
            Some(_) => {
                let reason = format!("event at index {index} has `params` that are no object");
                self.add("events.params", ValidationCode::ValueInvalid, reason);
            }
        }
    }

    fn check_params(&mut self, index: usize, params: &Map<String, Value>) {
        let path = "events.params";
        if params.len() > PARAMS_MAX {
            let reason = format!("event at index {index} has {} parameters; at most {PARAMS_MAX}", params.len());
            self.add(path, ValidationCode::ExceededMaxEntities, reason);
        }
        for (name, value) in params {
            let what = format!("event at index {index} has the parameter `{name}`");
            self.check_name(path, &what, name, NAME_CHARS_MAX);
            match value {
                Value::String(text) => {
                    let long = LONG_PARAMS.iter().find(|(long, _)| long == name);
                    let limit = long.map_or(PARAM_VALUE_CHARS_MAX, |(_, limit)| *limit);
                    self.check_length(path, &what, text, limit);
                }
                Value::Array(items) if name == "items" => {
                    if items.len() > ITEMS_MAX {
                        let reason = format!("{what} of {} entries; at most {ITEMS_MAX}", items.len());
                        self.add("events.params.items", ValidationCode::ExceededMaxEntities, reason);
                    }
                    if items.iter().any(|item| !item.is_object()) {
                        let reason = format!("{what} with an entry that is no object");
                        self.add("events.params.items", ValidationCode::ValueInvalid, reason);
                    }
                }
                Value::Array(_) | Value::Object(_) => {
                    let reason = format!("{what}, which is neither text nor number");
                    self.add(path, ValidationCode::ValueInvalid, reason);
                }
                _ => {}
            }
        }
    }

    fn check_user_properties(&mut self, properties: &Map<String, Value>) {
        let path = "user_properties";
        if properties.len() > USER_PROPERTIES_MAX {
            let reason = format!("{} user properties; at most {USER_PROPERTIES_MAX}", properties.len());
            self.add(path, ValidationCode::ExceededMaxEntities, reason);
        }
        for (name, property) in properties {
            let what = format!("the user property `{name}`");
            self.check_name(path, &what, name, USER_PROPERTY_NAME_CHARS_MAX);
            match property.get("value") {
                Some(Value::String(text)) => self.check_length(path, &what, text, USER_PROPERTY_VALUE_CHARS_MAX),
                Some(Value::Array(_) | Value::Object(_)) => {
                    let reason = format!("{what} has a value that is neither text nor number");
                    self.add(path, ValidationCode::ValueInvalid, reason);
                }
                Some(_) => {}
                None => {
                    let reason = format!("{what} has no value; write {{\"value\": …}}");
                    self.add(path, ValidationCode::ValueRequired, reason);
                }
            }
        }
    }

    fn check_name(&mut self, path: &str, what: &str, name: &str, chars_max: usize) {
        let is_word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        if RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            self.add(path, ValidationCode::NameReserved, format!("{what}, whose beginning is reserved"));
        } else if !name.starts_with(|sign: char| sign.is_ascii_alphabetic()) || !name.chars().all(is_word) {
            let reason = format!("{what}; names begin with a letter and go on with letters, digits and `_`");
            self.add(path, ValidationCode::NameInvalid, reason);
        } else if name.chars().count() > chars_max {
            let reason = format!("{what}; names have at most {chars_max} characters");
            self.add(path, ValidationCode::NameInvalid, reason);
        }
    }

    fn check_length(&mut self, path: &str, what: &str, text: &str, chars_max: usize) {
        let chars = text.chars().count();
        if chars > chars_max {
            let reason = format!("{what} with a value of {chars} characters; at most {chars_max}");
            self.add(path, ValidationCode::ValueOutOfBounds, reason);
        }
    }

    fn check_time(&mut self, path: &str, value: Option<&Value>, received_at_us: i64) {
        let time_us = match value {
            None | Some(Value::Null) => return,
            Some(Value::String(text)) => text.parse::<i64>().ok(),
            Some(value) => value.as_i64(),
        };
        match time_us {
            Some(time_us) if time_us < received_at_us.saturating_sub(BACKDATED_US_MAX) => {
                self.add(path, ValidationCode::ValueInvalid, "the time lies more than 72 hours back");
            }
            Some(_) => {}
            None => self.add(path, ValidationCode::ValueInvalid, "the time is no whole number of microseconds"),
        }
    }

    /// Names that stand twice, which a parsed object no longer shows.
    fn check_duplicates(&mut self, bytes: &[u8]) {
        for (path, name) in duplicates::find(unpack::without_mark(bytes), MESSAGES_MAX) {
            let reason = format!("`{name}` stands more than once; the last one would count");
            self.add(&path, ValidationCode::NameDuplicated, reason);
        }
    }
}
