//! Which value of a trait stands: the rule that everything that reads traits goes by.
//!
//! An event sets a trait in one of two manners. *Always*: the value replaces whatever stood before; `null` takes it away.
//! *Once* (神策 `profile_set_once`, PostHog `$set_once`): the value stands only where none does, because none was set yet or
//! because it was taken away. A customer's events are gone through in order of (time, seq), so what stands does not hang on
//! the order of arrival: one that comes late takes its place as if it had come in time. Within one event what is set always
//! wins. Not here: how a column of traits is read.

use serde_json::{Map, Value};

/// The key of an event's traits below which those stand that are set once, as an object. Anything else under it is a trait
/// of that name.
pub const SET_ONCE: &str = "$set_once";

/// How an event sets a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Only where no value stands.
    Once,
    Always,
}

/// What an event says of traits, in the order in which it counts. `null` that is set once says nothing.
pub fn said(mut traits: Map<String, Value>) -> impl Iterator<Item = (String, Value, Manner)> {
    let once = match traits.shift_remove_entry(SET_ONCE) {
        Some((_, Value::Object(once))) => once,
        Some((name, other)) => {
            traits.insert(name, other);
            Map::new()
        }
        None => Map::new(),
    };
    let once = once.into_iter().filter(|(_, value)| !value.is_null());
    once.map(|(name, value)| (name, value, Manner::Once))
        .chain(traits.into_iter().map(|(name, value)| (name, value, Manner::Always)))
}

/// Whether a value that is said now takes the place of what stands.
pub fn takes(standing: Option<&Value>, manner: Manner) -> bool {
    manner == Manner::Always || standing.is_none_or(Value::is_null)
}

/// Adds what the next event in order of (time, seq) says to what stands.
pub fn settle(standing: &mut Map<String, Value>, event: Map<String, Value>) {
    for (name, value, manner) in said(event) {
        if takes(standing.get(&name), manner) {
            standing.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn standing(events: &[Value]) -> Value {
        let mut standing = Map::new();
        events.iter().for_each(|event| settle(&mut standing, event.as_object().unwrap().clone()));
        Value::Object(standing)
    }

    #[test]
    fn what_is_set_once_stands_only_where_nothing_does() {
        let once = |value: Value| json!({SET_ONCE: {"first": value}});
        let always = |value: Value| json!({"first": value});
        for (events, stands) in [
            (vec![once(json!("a")), once(json!("b"))], json!("a")),
            (vec![always(json!("a")), once(json!("b"))], json!("a")),
            (vec![once(json!("a")), always(json!("b"))], json!("b")),
            (vec![once(json!("a")), always(json!("b")), once(json!("c"))], json!("b")),
            (vec![once(json!("a")), always(Value::Null), once(json!("c"))], json!("c")),
            (vec![once(json!("a")), once(Value::Null)], json!("a")),
            (vec![always(json!("a")), always(Value::Null)], Value::Null),
            (vec![once(json!(false)), once(json!(true))], json!(false)),
        ] {
            assert_eq!(standing(&events)["first"], stands, "{events:?}");
        }
        assert_eq!(standing(&[once(Value::Null)]), json!({}));
    }

    #[test]
    fn within_an_event_what_is_set_always_wins() {
        for event in [json!({SET_ONCE: {"x": 1}, "x": 2}), json!({"x": 2, SET_ONCE: {"x": 1}})] {
            assert_eq!(standing(&[event]), json!({"x": 2}));
        }
        assert_eq!(standing(&[json!({"x": null, SET_ONCE: {"x": 1}})]), json!({"x": null}));
    }

    #[test]
    fn what_is_no_object_under_the_key_is_a_trait_of_that_name() {
        assert_eq!(standing(&[json!({SET_ONCE: "yes"})]), json!({SET_ONCE: "yes"}));
    }
}
