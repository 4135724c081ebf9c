//! Messages that are query strings: every value is text under a short key.

use serde_json::{Map, Number, Value};

use super::{Refusal, unpack};

/// The fields of a query string as an object; of a name that stands several times the last counts.
pub(super) fn object(query: &[u8]) -> Result<Map<String, Value>, Refusal> {
    Ok(unpack::form(query)?.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

/// Text as the number it is written as; what is none stays text.
pub(super) fn number(value: Value) -> Value {
    let Value::String(written) = &value else { return value };
    let whole = written.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| written.parse().ok().and_then(Number::from_f64).map(Value::Number)).unwrap_or(value)
}

/// Moves fields to others' names, as numbers where they are written as such.
pub(super) fn take_numbers(from: &mut Map<String, Value>, into: &mut Map<String, Value>, names: &[(&str, &str)]) {
    for (key, name) in names {
        if let Some(value) = from.shift_remove(*key) {
            into.entry(*name).or_insert_with(|| number(value));
        }
    }
}
