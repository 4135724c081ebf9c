use model::event::ColumnValue;
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{messages, open_and_read, read_obeying};
use crate::live::{Decoded, open};

const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
const HOUR: i64 = 3_600_000_000;

fn received<'a>(query: &'a str, body: &'a [u8]) -> Received<'a> {
    Received { path: "/mp/collect", query, body, content_type: "application/json", ..Received::default() }
}

fn decoded(query: &str, body: &Value) -> Decoded {
    read_obeying(&open(Protocol::Ga4, &received(query, body.to_string().as_bytes())).unwrap(), NOON)
}

/// The example of Google's reference, with every optional part.
fn purchase() -> Value {
    json!({
        "client_id": "1369988567.1787687735", "user_id": "CUST-0001", "timestamp_micros": NOON - HOUR,
        "user_properties": {"tier": {"value": "gold"}, "visits": {"value": 3, "set_timestamp_micros": NOON}},
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
        "user_location": {"city": "Mountain View", "region_id": "US-CA", "country_id": "US", "continent_id": "019"},
        "device": {"category": "mobile", "operating_system": "Android", "model": "Pixel 9"},
        "events": [
            {"name": "purchase", "params": {
                "session_id": "1788249600", "engagement_time_msec": 100, "transaction_id": "T-1", "currency": "CNY",
                "value": 99.0, "coupon": "NEW", "items": [{"item_id": "SKU-1", "quantity": 1, "price": 99}]}},
            {"name": "page_view", "timestamp_micros": (NOON - HOUR / 2).to_string(), "params": {
                "page_location": "https://shop.example/p/1?utm_source=wechat&utm_medium=cpc", "page_title": "鞋",
                "page_referrer": "https://www.baidu.com/"}},
        ],
    })
}

#[test]
fn an_order_lands_in_the_columns_and_nothing_is_lost() {
    let body = purchase();
    let query = "measurement_id=G-1&api_secret=s3cret";
    let letter = open(Protocol::Ga4, &received(query, body.to_string().as_bytes())).unwrap();
    assert_eq!(letter.key.as_deref(), Some("s3cret"));
    let decoded = read_obeying(&letter, NOON);
    assert!(!serde_json::to_string(&decoded.events).unwrap().contains("s3cret"), "the secret goes no further");
    let [order, page] = decoded.events.as_slice() else { panic!("{decoded:?}") };
    assert_eq!((order.event.as_str(), order.channel.as_str(), order.time_us), ("purchase", "elsewhere", NOON - HOUR));
    let who = [("user_id", "CUST-0001"), ("client_id", "1369988567.1787687735"), ("order_no", "T-1")];
    assert_eq!(order.identifiers, who.map(|(namespace, value)| Identifier::new(namespace, value)));
    assert!(order.link_identifiers);
    let expected = json!({
        "session_id": "1788249600", "amount": 99.0, "currency": "CNY", "quantity": 1.0, "product": "SKU-1",
        "order_id": "T-1", "platform": "Android", "device": "Pixel 9", "country": "US", "region": "US-CA",
        "city": "Mountain View",
    });
    assert_eq!(json!(order.columns), expected);
    assert_eq!(json!(order.items), json!([{"item_id": "SKU-1", "quantity": 1, "price": 99}]));
    assert_eq!(json!(order.traits), json!({"tier": "gold", "visits": 3}));
    let expected = json!({
        "engagement_time_msec": 100, "coupon": "NEW", "measurement_id": "G-1",
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
        "user_location": {"continent_id": "019"}, "device": {"category": "mobile"},
    });
    assert_eq!(json!(order.props), expected);
    assert_eq!((page.event.as_str(), page.time_us), ("page_view", NOON - HOUR / 2));
    for (column, value) in [
        (Column::Page, "/p/1"),
        (Column::UtmSource, "wechat"),
        (Column::UtmMedium, "cpc"),
        (Column::Referrer, "https://www.baidu.com/"),
    ] {
        assert_eq!(page.columns[&column], ColumnValue::Text(value.to_owned()));
    }
}

#[test]
fn apps_traits_alone_and_what_google_would_drop_are_read() {
    let app = decoded(
        "firebase_app_id=1:2:android:3&api_secret=s",
        &json!({
            "app_instance_id": "ABCD", "events": [{"name": "screen_view", "params": {"screen_name": "购物车"}}],
        }),
    );
    assert_eq!((app.events[0].channel.as_str(), app.events[0].time_us), ("app", NOON));
    assert_eq!(app.events[0].identifiers, [Identifier::new("device_id", "ABCD")]);
    assert_eq!(json!(app.events[0].columns), json!({"page": "购物车"}));

    let traits = decoded("api_secret=s", &json!({"client_id": "1.2", "user_properties": {"tier": {"value": "gold"}}}));
    assert_eq!(
        (traits.events[0].event.as_str(), json!(traits.events[0].traits)),
        (PROFILE_SET, json!({"tier": "gold"}))
    );

    let many: Vec<Value> = (0..40).map(|_| json!({"name": "9 lives", "params": {"value": 1}})).collect();
    assert_eq!(decoded("", &json!({"client_id": "1.2", "events": many})).events.len(), 40);

    let faulty = decoded(
        "",
        &json!({"client_id": "1.2", "events": [
            7, {"name": "a", "params": [1]}, {"params": {}}, {"name": "a", "timestamp_micros": "soon"}, {"name": "a"},
        ]}),
    );
    let codes: Vec<_> = faulty.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    let expected = [(1, "type_mismatch"), (2, "type_mismatch"), (3, "event_missing"), (4, "time_unreadable")];
    assert_eq!((codes.as_slice(), faulty.events.len()), (expected.as_slice(), 1));
    assert_eq!(decoded("", &json!({"client_id": "1.2"})).rejections[0].code, "message_unreadable");
    assert_eq!(decoded("", &json!({"events": [{"name": "a"}]})).rejections[0].code, "identifier_missing");
}

#[test]
fn what_is_said_for_all_cannot_be_made_to_fill_the_memory() {
    let heavy = json!({"client_id": "1.2", "x": "y".repeat(1 << 20), "events": vec![json!({"name": "a"}); 200]});
    let refused = open(Protocol::Ga4, &received("", heavy.to_string().as_bytes())).unwrap_err();
    assert!(refused.too_large);
}

/// Codes and fields of findings.
fn findings(body: &str) -> Vec<(ValidationCode, String)> {
    let found = validate(&received("measurement_id=G-1&api_secret=s", body.as_bytes()), NOON);
    found.into_iter().map(|it| (it.validation_code, it.field_path)).collect()
}

#[test]
fn a_sound_body_has_no_findings_and_the_answer_is_googles() {
    assert_eq!(findings(&purchase().to_string()), []);
    let body = json!({"client_id": "1.2", "events": [{"name": "_bad"}]}).to_string();
    let answer = json!(validate(&received("", body.as_bytes()), NOON));
    assert_eq!(answer[0]["validationCode"], "NAME_RESERVED");
    assert_eq!(answer[0]["fieldPath"], "events");
    assert!(answer[0]["description"].as_str().unwrap().contains("_bad"));
}

#[test]
fn every_rule_of_google_is_told_by_its_code() {
    use ValidationCode::*;
    let event = |name: &str, params: Value| json!({"client_id": "1.2", "events": [{"name": name, "params": params}]});
    let wide = |count: usize| (0..count).map(|at| (format!("p{at}"), json!(1))).collect::<Map<_, _>>();
    let properties =
        |properties: Value| json!({"client_id": "1.2", "user_properties": properties, "events": [{"name": "a"}]});
    for (body, code, path) in [
        (json!({"events": [{"name": "a"}]}), ValueRequired, "client_id"),
        (json!({"client_id": 7, "events": [{"name": "a"}]}), ValueInvalid, "client_id"),
        (json!({"client_id": "1.2", "events": []}), ValueRequired, "events"),
        (json!({"client_id": "1.2", "events": {}}), ValueInvalid, "events"),
        (json!({"client_id": "1.2", "events": vec![json!({"name": "a"}); 26]}), ExceededMaxEntities, "events"),
        (event("", json!({})), ValueRequired, "events.name"),
        (event("9lives", json!({})), NameInvalid, "events"),
        (event("add-to-cart", json!({})), NameInvalid, "events"),
        (event(&"a".repeat(41), json!({})), NameInvalid, "events"),
        (event("session_start", json!({})), NameReserved, "events"),
        (event("google_it", json!({})), NameReserved, "events"),
        (event("a", Value::Object(wide(26))), ExceededMaxEntities, "events.params"),
        (event("a", json!({"ga_x": 1})), NameReserved, "events.params"),
        (event("a", json!({"x": "鞋".repeat(101)})), ValueOutOfBounds, "events.params"),
        (event("a", json!({"x": {"y": 1}})), ValueInvalid, "events.params"),
        (event("a", json!({"items": vec![json!({}); 201]})), ExceededMaxEntities, "events.params.items"),
        (event("a", json!([])), ValueInvalid, "events.params"),
        (
            json!({"client_id": "1.2", "timestamp_micros": NOON - 73 * HOUR, "events": [{"name": "a"}]}),
            ValueInvalid,
            "timestamp_micros",
        ),
        (properties(json!({"a".repeat(25): {"value": 1}})), NameInvalid, "user_properties"),
        (properties(json!({"tier": {"value": "x".repeat(37)}})), ValueOutOfBounds, "user_properties"),
        (properties(json!({"tier": "gold"})), ValueRequired, "user_properties"),
        (
            properties((0..26).map(|at| (format!("p{at}"), json!({"value": 1}))).collect::<Map<_, _>>().into()),
            ExceededMaxEntities,
            "user_properties",
        ),
        (json!({"client_id": "x".repeat(130_000)}), ValueOutOfBounds, ""),
        (json!([]), ValueInvalid, ""),
    ] {
        let body = body.to_string();
        assert_eq!(findings(&body), [(code, path.to_owned())], "{}", &body[..body.len().min(200)]);
    }
    let twice = r#"{"client_id": "1.2", "events": [{"name": "a", "params": {"x": 1, "x": 2}}]}"#;
    assert_eq!(findings(twice), [(NameDuplicated, "events.params".to_owned())]);
    assert_eq!(findings("{"), [(ValueInvalid, String::new())]);
    // What Google lets pass.
    let long =
        event("a", json!({"x": "y".repeat(100), "page_location": "z".repeat(1_000), "items": vec![json!({}); 200]}));
    assert_eq!(findings(&long.to_string()), []);
}

const FIELDS: &[&str] = &[
    "client_id",
    "user_id",
    "events",
    "event",
    "name",
    "params",
    "timestamp_micros",
    "user_properties",
    "value",
    "items",
    "consent",
    "user_location",
    "device",
    "page_location",
    "session_id",
    "transaction_id",
    "screen_name",
];
const WORDS: &[&str] =
    &["purchase", "1.2", "U1", "https://shop.example/?utm_source=x", "1788264000000000", "null", "$x"];

proptest! {
    #[test]
    fn every_message_ends_in_one_way(events in messages(FIELDS, WORDS), common in messages(FIELDS, WORDS), bytes: Vec<u8>, query: String) {
        let mut body = Map::from_iter([("client_id".to_owned(), Value::from("1.2"))]);
        if let Some(Value::Object(common)) = common.into_iter().next() {
            body.extend(common);
        }
        body.insert("events".to_owned(), Value::Array(events));
        let body = Value::Object(body).to_string();
        open_and_read(Protocol::Ga4, "api_secret=s", body.as_bytes());
        open_and_read(Protocol::Ga4, &query, &bytes);
        validate(&received(&query, body.as_bytes()), NOON);
        validate(&received(&query, &bytes), NOON);
    }
}
