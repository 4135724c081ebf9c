use serde_json::json;

use super::*;
use crate::segment::Segment;

fn stores(names: &[&str]) -> Stores {
    Stores::new(names.iter().map(|name| (*name).to_owned())).unwrap()
}

#[test]
fn a_limit_names_stores_once_each_and_never_none() {
    assert_eq!(stores(&["s2", "s1", "s2"]).names(), ["s1", "s2"]);
    assert_eq!(Stores::new([]), Err(StoresFault::None));
    assert_eq!(Stores::new([" ".to_owned()]), Err(StoresFault::Name));
    assert_eq!(Stores::new((0..=STORES_MAX).map(|n| n.to_string())), Err(StoresFault::TooMany(STORES_MAX + 1)));
    assert!(serde_json::from_value::<Stores>(json!([])).is_err(), "a limit that is read is checked, too");
    assert_eq!(serde_json::to_value(stores(&["b", "a"])).unwrap(), json!(["a", "b"]));
}

#[test]
fn a_scope_says_the_stores_in_every_rule_and_only_once() {
    let limit = stores(&["s1", "s2"]);
    let mut scope = Scope { customers: Some(Rule::event("visit")), ..Scope::default() };
    limit.narrow_scope(&mut scope);
    let there = json!([{"where": [{"column": "site", "op": "in", "value": ["s1", "s2"]}]}]);
    assert_eq!(serde_json::to_value(&scope.events).unwrap(), there);
    assert_eq!(serde_json::to_value(&scope.customers).unwrap()[0]["where"], there[0]["where"]);
    assert_eq!(scope.subjects, None);
    let before = scope.clone();
    limit.narrow_scope(&mut scope);
    assert_eq!(scope, before, "an answer's own question is asked again as it stands");
}

/// A wider filter of the client's own narrows further, and never widens.
#[test]
fn what_a_client_asks_for_elsewhere_matches_nothing() {
    let limit = stores(&["s1"]);
    let asked: Rule =
        serde_json::from_value(json!([{"event": "visit"}, {"where": [{"column": "site", "op": "ne", "value": "s1"}]}]))
            .unwrap();
    let narrowed = limit.narrow(&asked);
    assert!(narrowed.0.iter().all(|condition| condition.tests.contains(&limit.test())));
    assert_eq!(narrowed.0.len(), 2);
}

#[test]
fn every_test_of_a_segment_that_looks_at_events_looks_at_those_of_the_stores() {
    let segment: Segment = serde_json::from_value(json!({
        "id": "all-kinds", "name": "all kinds",
        "who": {"all": [
            {"did": {"match": [{"event": "a"}], "is": {"gte": 2}}},
            {"not": {"first": {"match": [{"event": "a"}], "within": {"last": "7d"}}}},
            {"any": [
                {"last": {"match": [{"event": "a"}], "within": {"last": "7d"}}},
                {"sequence": {"steps": [[{"event": "a"}], [{"event": "b"}]]}},
                {"channel": {"any_of": ["store"]}},
            ]},
            {"trait": {"key": "level", "op": "eq", "value": "gold"}},
            {"rfm": {"model": {"match": [{"event": "a"}], "value": "amount"}, "groups": ["important_value"]}},
        ]}
    }))
    .unwrap();
    let limit = stores(&["s1"]);
    let narrowed = limit.narrow_who(&segment.who);
    let text = serde_json::to_string(&narrowed).unwrap();
    // One of did, first, last, channel and scores, two of the sequence; none of the trait.
    assert_eq!(text.matches(r#"{"column":"site","op":"in","value":["s1"]}"#).count(), 7, "{text}");
    assert_eq!(limit.narrow_who(&narrowed), narrowed);
}
