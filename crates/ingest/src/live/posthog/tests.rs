use base64::Engine as _;
use model::event::Event;
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{messages as any_messages, open_and_read, persons, read_obeying, read_requests, requests};
use crate::live::{Decoded, open, unpack};

const RECORDED: &str = include_str!("../../../tests/letters/posthog.jsonl");
const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
const BROWSER: &str = "0193b2a4-7c1e-7d3a-9d1f-5b1f6f3b7a10";

fn recorded(library: &str) -> Decoded {
    let requests = requests(RECORDED, library);
    assert!(requests.iter().all(|it| it.open(Protocol::Posthog).key.as_deref() == Some("phc_KEY")));
    read_requests(Protocol::Posthog, &requests)
}

fn opened(query: &str, body: &[u8]) -> Result<Letter, Refusal> {
    open(Protocol::Posthog, &Received { query, body, ..Received::default() })
}

fn decoded(value: &Value) -> Decoded {
    read_obeying(&opened("", value.to_string().as_bytes()).unwrap(), NOON)
}

fn named<'a>(decoded: &'a Decoded, event: &str) -> &'a Event {
    decoded.events.iter().find(|it| it.event == event).unwrap_or_else(|| panic!("no `{event}` in {decoded:#?}"))
}

fn columns(event: &Event) -> Value {
    serde_json::to_value(&event.columns).unwrap()
}

fn id(namespace: &str, value: &str) -> Identifier {
    Identifier::new(namespace, value)
}

#[test]
fn a_person_is_described_without_a_name_of_an_event() {
    let body = json!({"$token": "k", "$distinct_id": "U1", "$set": {"tier": "gold"}}).to_string();
    let received = Received { path: "/engage/", body: body.as_bytes(), ..Received::default() };
    let letter = open(Protocol::Posthog, &received).unwrap();
    assert_eq!(letter.key.as_deref(), Some("k"));
    let event = read_obeying(&letter, NOON).events.remove(0);
    assert_eq!((event.event.as_str(), event.identifiers.as_slice()), ("$identify", [id("user_id", "U1")].as_slice()));
    assert_eq!((json!(event.traits), json!(event.props)), (json!({"tier": "gold"}), json!({})));
}

#[test]
fn the_browsers_library_leads_from_a_browser_to_a_person() {
    let decoded = recorded("posthog-js 1.449.2 (npm)");
    assert_eq!(decoded.rejections, []);
    let view = named(&decoded, "page_view");
    assert_eq!(view.identifiers[0].namespace, "anonymous_id");
    assert_eq!(view.columns[&Column::Page], model::event::ColumnValue::Text("/ph.html".to_owned()));
    assert_eq!(view.columns[&Column::UtmSource], model::event::ColumnValue::Text("wechat".to_owned()));
    assert_eq!(columns(view)["platform"], "Linux");
    assert_eq!(columns(view)["device"], "Desktop");
    assert!(view.columns.contains_key(&Column::SessionId));
    assert!(!view.columns.contains_key(&Column::Referrer), "`$direct` is no page");
    assert!(!view.props.contains_key("token") && !view.props.contains_key("utm_medium"));
    let click = named(&decoded, "click");
    assert_eq!(click.props["$elements"][0]["tag_name"], "button");
    let identify = named(&decoded, "$identify");
    let expected = [id("user_id", "U1"), view.identifiers[0].clone(), id("email", "li.lei@example.com")];
    assert_eq!(identify.identifiers, expected);
    assert!(identify.link_identifiers);
    assert_eq!(identify.traits["tier"], "gold");
    let group = named(&decoded, "$group");
    assert_eq!((&columns(group)["account"], &group.props["$group_set"]["industry"]), (&json!("G1"), &json!("shoes")));
    let order = named(&decoded, "Order Completed");
    assert_eq!(order.identifiers[0], id("user_id", "U1"));
    assert_eq!((&columns(order)["amount"], &columns(order)["account"]), (&json!(99.5), &json!("G1")));
    // One person in each of the two runs.
    let packed: Vec<_> = decoded.events.iter().filter(|it| columns(it)["utm_source"] == "wechat").cloned().collect();
    assert_eq!(persons(&packed).len(), 1);
    named(&decoded, "page_leave");
}

#[test]
fn beacons_are_base64_in_a_form() {
    let mut requests = requests(RECORDED, "posthog-js 1.449.2 (npm), uncompressed");
    requests.retain(|it| it.query == "compression=base64");
    let decoded = read_requests(Protocol::Posthog, &requests);
    assert_eq!(named(&decoded, "page_leave").identifiers[0].namespace, "anonymous_id");
}

#[test]
fn the_servers_libraries_speak_of_people() {
    let node = recorded("posthog-node");
    let names: Vec<&str> = node.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["Order Completed", "$identify", "$alias", "$group"]);
    // A group described by itself is nobody's event.
    assert_eq!(node.skipped, 1);
    assert_eq!(node.events[0].traits["tier"], "gold");
    assert_eq!(node.events[2].identifiers, [id("user_id", "U1"), id("anonymous_id", BROWSER)]);
    assert_eq!(persons(&node.events).len(), 1);

    let python = recorded("posthog 7.91.1 (PyPI)");
    let names: Vec<&str> = python.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["Coupon Entered", "$profile_set", "$alias", "nobody did it"]);
    assert_eq!(columns(&python.events[0]), json!({}), "the server's system is not the customer's");
    assert_eq!(python.events[0].props["$os"], "Linux");
    assert_eq!(python.events[2].identifiers, [id("user_id", "anon-9"), id("user_id", "U2")]);
    assert_eq!(python.events[3].identifiers[0].namespace, "anonymous_id");
}

#[test]
fn people_and_browsers_are_told_apart() {
    let who = |event: &str, distinct: &str, properties: Value| {
        let decoded =
            decoded(&json!({"api_key": "k", "event": event, "distinct_id": distinct, "properties": properties}));
        decoded.events[0]
            .identifiers
            .iter()
            .map(|it| format!("{}:{}", it.namespace, it.value))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(who("a", "u", json!({"$is_identified": true})), "user_id:u");
    assert_eq!(who("a", "u", json!({"$is_identified": false})), "anonymous_id:u");
    assert_eq!(who("a", "u", json!({"$device_id": "u"})), "anonymous_id:u");
    assert_eq!(who("a", "u", json!({"$device_id": "d"})), "user_id:u");
    assert_eq!(who("a", "u", json!({"$user_id": "u", "$device_id": "u"})), "user_id:u");
    assert_eq!(who("a", "u", json!({"$process_person_profile": false})), "anonymous_id:u");
    assert_eq!(who("a", BROWSER, json!({})), format!("anonymous_id:{BROWSER}"));
    assert_eq!(who("a", "u", json!({})), "user_id:u");
    assert_eq!(who("$identify", "u", json!({"$anon_distinct_id": "u"})), "user_id:u");
    assert_eq!(who("$create_alias", BROWSER, json!({"alias": "u"})), format!("user_id:u anonymous_id:{BROWSER}"));
}

#[test]
fn every_packing_comes_to_the_same() {
    let event = json!({"token": "k", "event": "$screen", "properties": {"distinct_id": "u", "$screen_name": "Cart"}, "offset": 2000});
    let text = event.to_string();
    let base64 = base64::engine::general_purpose::STANDARD.encode(&text);
    let form = |value: &str| url::form_urlencoded::Serializer::new(String::new()).append_pair("data", value).finish();
    let mut gzip = Vec::new();
    std::io::copy(&mut flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast()), &mut gzip).unwrap();
    let packed_twice = base64::engine::general_purpose::STANDARD.encode(&gzip);
    let bodies = [
        text.clone().into_bytes(),
        format!("[{text}]").into_bytes(),
        json!({"api_key": "k", "batch": [event]}).to_string().into_bytes(),
        form(&base64).into_bytes(),
        form(&text).into_bytes(),
        format!("compression=base64&{}", form(&base64)).into_bytes(),
        format!("data={base64}").into_bytes(),
        base64.clone().into_bytes(),
        packed_twice.into_bytes(),
        gzip,
    ];
    let query = format!("_={}", NOON / 1_000);
    for body in &bodies {
        let letter = opened(&query, body).unwrap();
        assert_eq!(letter.key.as_deref(), Some("k"));
        let decoded = read_obeying(&letter, NOON);
        let one = &decoded.events[0];
        assert_eq!((one.event.as_str(), one.time_us), ("screen_view", NOON - 2_000_000));
        assert_eq!((columns(one), &one.props), (json!({"page": "Cart"}), &Map::new()));
    }
    assert_eq!(opened(&format!("{query}&data={base64}"), b"").unwrap().messages.len(), 1);
    assert_eq!(opened("compression=lz64", b"NoIgbghg").unwrap_err().code, "compression_unknown");
    for refused in [&b""[..], b"data=", b"data=%%%", b"nonsense!", b"{", b"\x1f\x8bbroken"] {
        assert_eq!(opened("", refused).unwrap_err().code, "body_unreadable", "{refused:?}");
    }
}

#[test]
fn traits_are_set_once_set_and_unset() {
    let decoded = decoded(&json!({
        "event": "a", "distinct_id": "u", "$set_once": {"first": "web", "gone": null, "tier": "none"},
        "properties": {"$set": {"tier": "gold"}, "$unset": ["age"], "x": 1},
    }));
    assert_eq!(
        json!(decoded.events[0].traits),
        json!({
            "$set_once": {"first": "web", "tier": "none"}, "tier": "gold", "age": null,
        })
    );
    assert_eq!(json!(decoded.events[0].props), json!({"x": 1}));
}

#[test]
fn names_are_ours_and_streams_are_no_events() {
    let events = json!([
        {"event": "$rageclick", "distinct_id": "u"},
        {"event": "$exception", "distinct_id": "u", "properties": {"$exception_list": [{"type": "E", "value": "boom"}]}},
        {"event": "$autocapture", "distinct_id": "u", "properties": {"$event_type": "submit"}},
        {"event": "$feature_flag_called", "distinct_id": "u"},
        {"event": "$my_own", "distinct_id": "u"},
        {"event": "$snapshot", "distinct_id": "u"},
        {"event": "a"},
        {"distinct_id": "u"},
    ]);
    let decoded = decoded(&events);
    let names: Vec<&str> = decoded.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["rage_click", "error", "form_submit", "$feature_flag_called", "my_own"]);
    assert_eq!(columns(&decoded.events[1]), json!({"error": "boom"}));
    assert_eq!(decoded.skipped, 1);
    let codes: Vec<&str> = decoded.rejections.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["identifier_missing", "event_missing"]);
}

proptest! {
    #[test]
    fn whatever_comes_ends_in_one_way(
        batch in any_messages(
            &["event", "distinct_id", "properties", "timestamp", "offset", "uuid", "sent_at", "$set", "$set_once",
              "$anon_distinct_id", "alias", "$groups", "$group_key", "$group_type", "$current_url", "$exception_list",
              "$is_identified", "$device_id", "token"],
            &["$identify", "$pageview", "$autocapture", "$create_alias", "$groupidentify", "u", "null", BROWSER,
              "2026-09-01T12:00:00Z", "#/%zz"],
        ),
        cut in 0_usize..200,
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let body = json!({"api_key": "k", "batch": batch}).to_string();
        read_obeying(&opened("", body.as_bytes()).unwrap(), NOON);
        open_and_read(Protocol::Posthog, "", &body.as_bytes()[..cut.min(body.len())]);
        open_and_read(Protocol::Posthog, "compression=base64", &bytes);
        prop_assert!(unpack::base64(&bytes).is_none_or(|it| it.len() <= bytes.len()));
    }
}

/// As `posthog` 7.91.1 for Python writes it with `capture_mode="v1"`.
#[test]
fn the_newer_path_says_the_same_in_other_places() {
    let event = |more: Value| {
        let mut event = json!({
            "event": "order placed", "uuid": "0195a8f0-0000-7000-8000-000000000001", "distinct_id": "u1",
            "timestamp": "2026-03-01T12:00:00+00:00", "properties": { "revenue": 5 },
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let open = |path, authorization, body: Value| {
        let body = body.to_string();
        let received = Received { path, authorization, body: body.as_bytes(), ..Received::default() };
        crate::live::open(Protocol::Posthog, &received).unwrap()
    };
    let newer = event(json!({ "options": { "process_person_profile": false }, "session_id": "s1", "window_id": "w1" }));
    let newer = open(
        "/i/v1/analytics/events",
        "Bearer phc_1",
        json!({ "created_at": "2026-03-01T12:00:01Z", "batch": [newer] }),
    );
    let mut before = event(json!({}));
    let sentinels = json!({ "$process_person_profile": false, "$session_id": "s1", "$window_id": "w1" });
    before["properties"].as_object_mut().unwrap().extend(sentinels.as_object().unwrap().clone());
    let before = open("/batch/", "", json!({ "api_key": "phc_1", "batch": [before] }));
    assert_eq!((&newer.key, &before.key), (&Some("phc_1".to_owned()), &Some("phc_1".to_owned())));
    let arrival_us = 1_772_366_460_000_000;
    assert_eq!(read_obeying(&newer, arrival_us), read_obeying(&before, arrival_us));
    assert_eq!(read_obeying(&newer, arrival_us).events[0].identifiers[0].namespace, "anonymous_id");
}
