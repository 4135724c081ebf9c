use model::event::{ColumnValue, Event};
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{messages, open_and_read, persons, read_obeying, read_requests, requests};
use crate::live::{Decoded, open};

const RECORDED: &str = include_str!("../../../tests/letters/segment.jsonl");
const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z

fn recorded(library: &str) -> Decoded {
    let requests = requests(RECORDED, library);
    assert!(requests.iter().all(|it| it.open(Protocol::Segment).key.as_deref() == Some("KEY")));
    read_requests(Protocol::Segment, &requests)
}

fn letter(path: &str, body: &Value) -> Letter {
    let body = body.to_string();
    open(Protocol::Segment, &Received { path, body: body.as_bytes(), ..Received::default() }).unwrap()
}

fn decoded(path: &str, body: &Value) -> Decoded {
    read_obeying(&letter(path, body), NOON)
}

fn names(decoded: &Decoded) -> Vec<&str> {
    decoded.events.iter().map(|it| it.event.as_str()).collect()
}

fn columns(event: &Event) -> Value {
    serde_json::to_value(&event.columns).unwrap()
}

fn id(namespace: &str, value: &str) -> Identifier {
    Identifier::new(namespace, value)
}

#[test]
fn nodes_library_says_all_six_calls() {
    let decoded = recorded("@segment/analytics-node");
    assert_eq!(names(&decoded), ["$identify", "Order Completed", "page_view", "screen_view", "$group", "$alias"]);
    let [identify, order, page, screen, group, alias] = decoded.events.as_slice() else { panic!() };
    let browser = id("anonymous_id", "9d9d2f2e-0b0a-4c7e-8c1d-5b1f6f3b7a10");
    assert_eq!(identify.identifiers, [id("user_id", "U1"), browser, id("email", "li.lei@example.com")]);
    assert_eq!(json!(identify.traits), json!({"email": "Li.Lei@Example.com", "tier": "gold"}));
    let expected = json!({"order_id": "T-1", "amount": 99.5, "currency": "CNY", "product": "P1", "category": "鞋",
        "quantity": 1.0, "utm_source": "wechat", "utm_medium": "social", "utm_campaign": "618"});
    assert_eq!(columns(order), expected);
    assert_eq!(order.items.len(), 1);
    let library = json!({"library": {"name": "@segment/analytics-node", "version": "3.1.0"}});
    assert_eq!(json!(order.props), json!({"coupon": "NEW", "context": library}));
    assert!(order.message_id.as_deref().unwrap().starts_with("node-next-"));
    assert_eq!(columns(page), json!({"page": "/home", "referrer": "http://r.example/"}));
    assert_eq!(page.props["url"], "http://shop.example/home?x=1");
    assert_eq!(page.props["name"], "Home");
    assert_eq!((columns(screen), &screen.identifiers[0]), (json!({"page": "Cart"}), &id("anonymous_id", "A2")));
    assert_eq!((columns(group), &group.props["traits"]), (json!({"account": "G1"}), &json!({"industry": "shoes"})));
    let former = id("anonymous_id", "0d1a63a5-52c1-4b35-9c33-3d1e4a52c6b9");
    assert_eq!(alias.identifiers, [id("user_id", "U1"), former]);
    assert!(alias.link_identifiers);
    assert_eq!(persons(&decoded.events).len(), 2);
}

#[test]
fn rudderstack_calls_json_a_form_and_packs_it() {
    for library in ["@rudderstack/rudder-sdk-node 3.0.13 (npm), plain", "@rudderstack/rudder-sdk-node"] {
        let decoded = recorded(library);
        assert!(names(&decoded).starts_with(&["$identify", "Product Viewed"]), "{library}");
        let [identify, viewed] = &decoded.events[..2] else { panic!() };
        let phone = id("phone", "13800138000");
        assert_eq!(identify.identifiers, [id("user_id", "U1"), id("anonymous_id", "A1"), phone]);
        assert_eq!(columns(viewed), json!({"session_id": "77", "product": "P1", "category": "鞋"}));
        // `channel: server` says where the code runs.
        assert_eq!(viewed.channel, "elsewhere");
    }
}

#[test]
fn pythons_and_browsers_libraries_are_read() {
    let python = recorded("segment-analytics-python");
    assert_eq!(names(&python), ["$identify", "Coupon Entered"]);
    assert_eq!(python.events[1].identifiers, [id("user_id", "U2")]);

    let single = recorded("@segment/analytics-next 1.84.3 (npm)");
    let page = &single.events[0];
    assert_eq!((page.event.as_str(), page.identifiers[0].namespace.as_str()), ("page_view", "anonymous_id"));
    let expected = json!({"utm_source": "wechat", "utm_campaign": "618", "page": "/seg.html"});
    assert_eq!(columns(page), expected);
    assert_eq!(page.offset_minutes, Some(0));

    let batches = recorded("@segment/analytics-next 1.84.3 (npm), batches");
    assert_eq!(names(&batches), ["page_view", "$identify", "Product Viewed", "$group"]);
    assert_eq!(persons(&batches.events).len(), 1);
}

#[test]
fn a_letters_context_key_and_time_are_for_all_its_calls() {
    let body = json!({
        "writeKey": "k", "sentAt": "2026-09-01T09:00:00Z", "context": {"timezone": "Asia/Shanghai", "locale": "zh-CN"},
        "batch": [
            {"type": "track", "event": "a", "userId": 7, "timestamp": "2026-09-01T08:59:00Z", "context": {"locale": "en"}},
            "nonsense",
            {"type": "track", "event": "$b", "anonymousId": "x", "properties": {"channel": "pos"}},
            {"type": "wink", "userId": "u"},
            {"type": "group", "userId": "u"},
            {"type": "alias", "userId": "u"},
            {"type": "track", "userId": "u"},
            {"type": "track", "event": "a", "userId": "u", "timestamp": "yesterday"},
        ],
    });
    let letter = letter("/v1/batch", &body);
    assert_eq!(letter.key.as_deref(), Some("k"));
    let decoded = read_obeying(&letter, NOON);
    let [first, second] = decoded.events.as_slice() else { panic!("{decoded:?}") };
    // The clock of the sender is three hours slow.
    assert_eq!((first.time_us, first.offset_minutes), (NOON - 60_000_000, Some(480)));
    assert_eq!(first.props["context"], json!({"locale": "en", "timezone": "Asia/Shanghai"}));
    assert_eq!((second.event.as_str(), second.channel.as_str(), second.time_us), ("b", "pos", NOON));
    let codes: Vec<_> = decoded.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    let expected = [
        (2, "message_unreadable"),
        (4, "type_unknown"),
        (5, "group_missing"),
        (6, "identifier_missing"),
        (7, "event_missing"),
        (8, "time_unreadable"),
    ];
    assert_eq!(codes, expected);
    // A rejected call can be read again by itself, and comes to the same.
    let again: Map<String, Value> = serde_json::from_str(&decoded.rejections[5].original).unwrap();
    assert_eq!(again["sentAt"], "2026-09-01T09:00:00Z");
}

#[test]
fn what_is_not_read_is_kept_and_what_is_for_all_is_not_copied_without_end() {
    let call = json!({"type": "track", "event": "a", "userId": "u", "name": "n", "groupId": "g", "traits": {"tier": "gold"},
        "properties": "none", "channel": "server", "colour": {"deep": true}, "context": {"ip": "192.0.2.1"}});
    let one = &decoded("/v1/track", &call).events[0];
    assert_eq!(json!(one.traits), json!({"tier": "gold"}));
    let expected = json!({"name": "n", "groupId": "g", "properties": "none", "channel": "server",
        "colour": {"deep": true}, "context": {"ip": "192.0.2.1"}});
    assert_eq!(json!(one.props), expected);

    let batch = vec![json!({"type": "track", "event": "a", "userId": "u"}); 1_000];
    let body = json!({"batch": batch, "context": {"x": "y".repeat(100_000)}}).to_string();
    let received = Received { path: "/v1/batch", body: body.as_bytes(), ..Received::default() };
    assert!(open(Protocol::Segment, &received).unwrap_err().too_large);
}

#[test]
fn single_calls_are_named_by_their_path() {
    for (path, event) in [
        ("/v1/t", "a"),
        ("/v1/track/", "a"),
        ("/v1/i", "$identify"),
        ("/v1/p", "page_view"),
        ("/v1/screen", "screen_view"),
        ("/v1/g", "$group"),
        ("/v1/alias", "$alias"),
    ] {
        let call = json!({"event": "a", "userId": "u", "groupId": "g", "previousId": "p", "context": {
            "os": {"name": "iOS", "version": "17"}, "device": {"model": "iPhone 15"},
            "location": {"city": "杭州", "latitude": 30.2}, "externalIds": [{"type": "wechat_unionid", "id": "oX1"}]}});
        let decoded = decoded(path, &call);
        let one = &decoded.events[0];
        assert_eq!(one.event, event);
        assert!(one.identifiers.contains(&id("wechat_unionid", "oX1")));
        assert_eq!(one.columns[&Column::Platform], ColumnValue::Text("iOS".to_owned()));
        assert_eq!(one.columns[&Column::Device], ColumnValue::Text("iPhone 15".to_owned()));
        assert_eq!(one.columns[&Column::City], ColumnValue::Text("杭州".to_owned()));
        assert_eq!(one.props["context"]["os"], json!({"version": "17"}));
    }
}

proptest! {
    #[test]
    fn whatever_comes_ends_in_one_way(
        batch in messages(
            &["type", "event", "userId", "anonymousId", "previousId", "groupId", "properties", "traits", "context",
              "timestamp", "sentAt", "messageId", "products", "campaign", "page", "url", "channel", "externalIds"],
            &["track", "identify", "page", "screen", "group", "alias", "u1", "null", "2026-09-01T12:00:00Z", "99",
              "http://a.example/%ff?utm_source=%"],
        ),
        cut in 0_usize..200,
    ) {
        let body = json!({"batch": batch, "sentAt": "2026-09-01T12:00:00Z"});
        read_obeying(&letter("/v1/batch", &body), NOON);
        let body = body.to_string();
        open_and_read(Protocol::Segment, "", &body.as_bytes()[..cut.min(body.len())]);
    }
}
