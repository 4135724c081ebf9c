//! What people did to a thing that is tracked: who, when, from what to what, and why.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One act. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// UTC microseconds.
    pub at_us: i64,
    /// A person's name or the program's.
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Empty where there is only a note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    /// Absent where the field was not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub from: Option<Value>,
    /// Absent where the field is not set any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub to: Option<Value>,
}

/// The fields in which two states differ, in the order of the state; `before` is none where there was none. A null is
/// the same as an absent field.
pub fn changes<T: Serialize>(before: Option<&T>, after: &T) -> Vec<FieldChange> {
    let (before, after) = (before.map(fields).unwrap_or_default(), fields(after));
    let only_before = before.keys().filter(|key| !after.contains_key(*key));
    let keys = after.keys().chain(only_before).filter(|key| before.get(*key) != after.get(*key));
    keys.map(|key| FieldChange { field: key.clone(), from: before.get(key).cloned(), to: after.get(key).cloned() })
        .collect()
}

fn fields<T: Serialize>(state: &T) -> Map<String, Value> {
    match serde_json::to_value(state) {
        Ok(Value::Object(fields)) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let (before, after) =
            (json!({"a": 1, "b": null, "c": "x", "d": 4}), json!({"a": 1, "b": 2, "c": "y", "d": null}));
        let told = changes(Some(&before), &after);
        let change = |field: &str, from: Value, to: Value| FieldChange {
            field: field.into(),
            from: Some(from).filter(|value| !value.is_null()),
            to: Some(to).filter(|value| !value.is_null()),
        };
        let expected = [
            change("b", Value::Null, json!(2)),
            change("c", json!("x"), json!("y")),
            change("d", json!(4), Value::Null),
        ];
        assert_eq!(told, expected);
        assert_eq!(changes(Some(&after), &after), []);
        assert_eq!(changes(None, &json!({"a": 1})), [change("a", Value::Null, json!(1))]);
    }
}
