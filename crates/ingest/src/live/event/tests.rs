use serde_json::json;

use super::*;
use crate::live::{Protocol, own};

const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
const DOOR: Door<'static> = Door { source: "shop", channel: "web", received_at_us: NOON, first_seq: 100 };

fn letter(messages: Vec<Value>) -> Letter {
    let messages: Vec<Map<String, Value>> = messages
        .into_iter()
        .map(|message| match message {
            Value::Object(message) => message,
            other => panic!("{other} is no object"),
        })
        .collect();
    Letter {
        protocol: Protocol::Throughline,
        key: None,
        sent_at_us: None,
        messages: messages.into(),
        unreadable: Vec::new(),
    }
}

fn read(messages: Vec<Value>) -> Decoded {
    read_all(letter(messages), &DOOR, own::message)
}

#[test]
fn placeholders_are_noted_and_nobody_is_refused() {
    let decoded = read(vec![
        json!({"event": "a", "identifiers": {"user_id": "null", "phone": "+86 138 0013 8000", "email": ""}}),
        json!({"event": "a", "identifiers": {"user_id": "undefined"}}),
        json!({"event": "a", "identifiers": {"user_id": "  "}}),
        json!({"event": "a", "identifiers": []}),
    ]);
    let event = &decoded.events[0];
    assert_eq!(event.identifiers, [Identifier::new("phone", "13800138000")]);
    assert!(!event.link_identifiers);
    let noted = json!([{"namespace": "user_id", "value": "null", "code": "identifier_placeholder"}]);
    assert_eq!(event.props["$dropped_identifiers"], noted);
    let codes: Vec<_> = decoded.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    assert_eq!(codes, [(2, "identifier_placeholder"), (3, "identifier_missing"), (4, "identifier_missing")]);
}

#[test]
fn a_letter_sent_again_has_the_ids_it_had_and_equal_messages_stay_apart() {
    let tap = json!({"event": "tap", "time": NOON, "identifiers": {"device_id": "d1"}, "sent_at": NOON});
    let mut again = tap.clone();
    again["sent_at"] = json!(NOON + 5_000_000);
    let (first, second) = (read(vec![tap.clone(), tap]), read(vec![again.clone(), again]));
    let ids = |decoded: &Decoded| decoded.events.iter().map(|it| (it.event_id, it.time_us)).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&second));
    assert_ne!(first.events[0].event_id, first.events[1].event_id);
    let named = read(vec![json!({"event": "tap", "message_id": "m1", "identifiers": {"device_id": "d1"}})]);
    assert_eq!(named.events[0].event_id, event_id("shop", "m1"));
}

#[test]
fn places_count_what_was_unreadable() {
    let mut letter =
        letter(vec![json!({"event": "a", "identifiers": {"u": "1"}}), json!({"event": "", "identifiers": {"u": "1"}})]);
    letter.unreadable.push(Rejection {
        line: 2,
        code: "message_unreadable".to_owned(),
        field: None,
        reason: String::new(),
        original: "7".to_owned(),
    });
    let decoded = read_all(letter, &DOOR, own::message);
    let lines: Vec<_> = decoded.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    assert_eq!(lines, [(2, "message_unreadable"), (3, "event_missing")]);
    assert_eq!(decoded.events[0].seq, 100);
    assert_eq!(serde_json::from_str::<Value>(&decoded.rejections[1].original).unwrap()["event"], "");
}

#[test]
fn what_is_too_large_or_too_long_is_told() {
    let many: Map<String, Value> = (0..17).map(|at| (format!("n{at}"), json!("x"))).collect();
    let decoded = read(vec![
        json!({"event": "a", "identifiers": {"u": "1"}, "props": {"x": "y".repeat(EVENT_BYTES_MAX)}}),
        json!({"event": "n".repeat(201), "identifiers": {"u": "1"}}),
        json!({"event": "a", "channel": "n".repeat(201), "identifiers": {"u": "1"}}),
        json!({"event": "a", "identifiers": many}),
        json!({"event": "a", "identifiers": {"u": "1"}, "props": {"x": "y".repeat(EVENT_BYTES_MAX / 2)}}),
    ]);
    let codes: Vec<_> = decoded.rejections.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["event_too_large", "name_too_long", "name_too_long", "identifiers_too_many"]);
    assert_eq!(decoded.events.len(), 1);
}

#[test]
fn words_fill_columns_and_leave_what_does_not_fit() {
    let mut draft = Draft::new("Order Completed");
    let Value::Object(mut props) = json!({
        "order_id": 4411, "revenue": "free", "total": "19.90", "value": 21, "currency": "cny", "coupon": "NEW",
        "products": [{"product_id": "p1", "category": "shoes", "price": 9.95, "quantity": 2}],
    }) else {
        panic!()
    };
    draft.take_items(&mut props, "products");
    draft.take_words(&mut props, words::commerce);
    words::complete(&mut draft);
    let columns = serde_json::to_value(&draft.columns).unwrap();
    let expected = json!({"order_id": "4411", "amount": 19.9, "currency": "CNY", "product": "p1", "category": "shoes", "quantity": 2.0});
    assert_eq!(columns, expected);
    assert_eq!(Value::Object(props), json!({"revenue": "free", "value": 21, "coupon": "NEW"}));
    assert_eq!(draft.items.len(), 1);

    let mut draft = Draft::new("slide");
    let Value::Object(mut props) = json!({"value": 7}) else { panic!() };
    draft.take_words(&mut props, words::commerce);
    assert!(draft.columns.is_empty() && props["value"] == 7);

    let mut draft = Draft::new("Order Refunded");
    draft.set(Column::Amount, &json!(30));
    words::complete(&mut draft);
    assert_eq!(draft.columns[&Column::Amount], ColumnValue::Number(-30.0));
}

#[test]
fn the_number_of_an_order_says_who_a_vendors_event_is_of() {
    let reads = |protocol: Protocol, message: Value| {
        let decoded = crate::live::read(Letter { protocol, ..letter(vec![message]) }, &DOOR);
        assert_eq!(decoded.rejections, []);
        decoded.events.into_iter().next().unwrap()
    };
    let segment = |properties: Value| {
        let message = json!({"type": "track", "event": "Order Completed", "messageId": "m", "anonymousId": "a1",
            "timestamp": "2026-09-01T12:00:00Z", "properties": properties});
        reads(Protocol::Segment, message)
    };
    let order = |number: &str| Identifier::new("order_no", number);
    let event = segment(json!({"order_id": " T-1 "}));
    assert_eq!(event.identifiers, [Identifier::new("anonymous_id", "a1"), order("T-1")]);
    assert!(event.link_identifiers);
    assert_eq!(segment(json!({"order_id": 50314})).identifiers[1], order("50314"));
    // What is no number, or one that programs write for none, joins nobody.
    for none in ["order", "null", "0", "", "000-000", "订单"] {
        let event = segment(json!({"order_id": none}));
        assert_eq!((event.identifiers.len(), event.link_identifiers), (1, false), "{none}");
    }
    let noted = segment(json!({"order_id": "0"}));
    assert_eq!(noted.props["$dropped_identifiers"][0]["namespace"], "order_no");
    let sensors = json!({"type": "track", "event": "PayOrder", "distinct_id": "d", "time": 1_788_264_000_000_i64,
        "properties": {"orderID": "O-7"}});
    assert_eq!(reads(Protocol::Sensors, sensors).identifiers[1], order("O-7"));
    let posthog = json!({"event": "paid", "distinct_id": "u", "properties": {"order_id": "P-3"}});
    assert_eq!(reads(Protocol::Posthog, posthog).identifiers[1], order("P-3"));
    let google = json!({"client_id": "1.2", "event": {"name": "refund", "params": {"transaction_id": "T-1001"}}});
    assert!(reads(Protocol::Ga4, google).identifiers.contains(&order("T-1001")));
    // Our own protocol names who it is of where it means it.
    let own = json!({"event": "paid", "identifiers": {"device_id": "d1"}, "order_id": "T-1"});
    assert_eq!(reads(Protocol::Throughline, own).identifiers.len(), 1);
}
