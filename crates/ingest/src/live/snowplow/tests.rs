use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{gist, messages, open_and_read, persons, read_obeying, read_requests, requests};
use crate::live::{Decoded, open};

const RECORDED: &str = include_str!("../../../tests/letters/snowplow.jsonl");
const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z

fn decoded(data: Value) -> Decoded {
    let body = json!({"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": data});
    let body = body.to_string();
    let letter = open(Protocol::Snowplow, &Received { body: body.as_bytes(), ..Received::default() }).unwrap();
    read_obeying(&letter, NOON)
}

fn gists(events: &[Event]) -> Vec<(String, String, Value, Value)> {
    let mut gists: Vec<_> = events
        .iter()
        .map(|event| {
            let (name, channel, columns) = gist(event);
            let mut props = json!(event.props);
            if let Some(own) = props["snowplow"].as_object_mut() {
                own.retain(|key, _| !matches!(key.as_str(), "eid" | "tna"));
            }
            (name, channel, columns, props)
        })
        .collect();
    gists.sort_by_key(|gist| format!("{gist:?}"));
    gists
}

#[test]
fn node_says_the_same_by_post_and_by_get_packed_and_plain() {
    let requests = requests(RECORDED, "@snowplow/node-tracker");
    assert!(requests.iter().all(|it| it.open(Protocol::Snowplow).key.as_deref() == Some("shop")));
    let ways: Vec<Vec<Event>> = [
        requests.iter().filter(|it| it.method == "GET").collect::<Vec<_>>(),
        requests.iter().filter(|it| it.body.contains("\"ue_px\"")).collect(),
        requests.iter().filter(|it| it.body.contains("\"ue_pr\"")).collect(),
    ]
    .into_iter()
    .map(|way| {
        let read = |request: &&crate::live::recorded::Request| {
            read_requests(Protocol::Snowplow, std::slice::from_ref(*request))
        };
        let decoded: Vec<Decoded> = way.iter().map(read).collect();
        assert!(decoded.iter().all(|it| it.rejections.is_empty() && it.skipped == 0));
        decoded.into_iter().flat_map(|it| it.events).collect()
    })
    .collect();
    assert_eq!(gists(&ways[0]), gists(&ways[1]));
    assert_eq!(gists(&ways[0]), gists(&ways[2]));
    let [view, structured, cart, ping, screen] = ways[1].as_slice() else { panic!("{ways:#?}") };
    assert_eq!((view.event.as_str(), view.time_us), ("page_view", 1_788_249_600_000_000));
    let columns = json!({"session_id": "sess", "page": "/a", "utm_source": "wx", "referrer": "https://r.cn"});
    assert_eq!(json!(view.columns), columns);
    assert_eq!(view.identifiers, [Identifier::new("user_id", "U1"), Identifier::new("anonymous_id", "dom-1")]);
    assert_eq!(view.props["contexts"], json!({"ctx": {"k": "值"}}));
    assert_eq!(view.props["page_title"], "A");
    assert_eq!((structured.event.as_str(), &structured.props["se_va"]), ("act", &json!(3.5)));
    assert_eq!((cart.event.as_str(), &json!(cart.columns)["product"]), ("add_cart", &json!("S1")));
    assert_eq!(cart.props["price"], 9);
    assert_eq!((ping.event.as_str(), &ping.props["pp_may"]), ("page_ping", &json!(300)));
    assert_eq!((screen.event.as_str(), &json!(screen.columns)["page"]), ("screen_view", &json!("home")));
}

#[test]
fn a_browser_says_its_session_and_its_page() {
    let decoded = read_requests(Protocol::Snowplow, &requests(RECORDED, "@snowplow/browser-tracker"));
    assert_eq!(decoded.rejections, []);
    let names: Vec<&str> = decoded.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["page_view", "a", "x"]);
    for event in &decoded.events {
        assert_eq!((event.channel.as_str(), event.offset_minutes), ("web", Some(0)));
        assert_eq!(event.columns[&Column::Page], ColumnValue::Text("/static/sp.html".to_owned()));
        let session = &event.props["contexts"]["client_session"]["sessionId"];
        assert_eq!(&json!(event.columns)["session_id"], session);
        assert!(event.message_id.is_some());
    }
    assert_eq!(decoded.events[0].props["page_title"], "雪犁");
    let [person] = persons(&decoded.events).try_into().unwrap();
    let namespaces: Vec<&str> = person.iter().map(|it| it.namespace.as_str()).collect();
    assert_eq!(namespaces, ["anonymous_id", "user_id"], "the cookie's id and the session's user are one");
}

#[test]
fn python_says_orders_and_true_times() {
    let requests = requests(RECORDED, "snowplow-tracker");
    let (gets, posts): (Vec<_>, Vec<_>) = requests.into_iter().partition(|it| it.method == "GET");
    let [get, post] = [gets, posts].map(|requests| read_requests(Protocol::Snowplow, &requests));
    assert_eq!((get.rejections.as_slice(), post.rejections.as_slice()), ([].as_slice(), [].as_slice()));
    let names: Vec<&str> = get.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["page_view", "a", "x", "transaction", "transaction_item"]);
    let shape = |events: &[Event]| events.iter().map(gist).collect::<Vec<_>>();
    assert_eq!(shape(&get.events), shape(&post.events));
    let [view, .., order, item] = get.events.as_slice() else { panic!() };
    assert_eq!((view.time_us, view.offset_minutes), (1_788_249_600_000_000, Some(480)));
    let columns = json!({"amount": 9.5, "currency": "CNY", "order_id": "O1", "country": "CN", "city": "上海"});
    assert_eq!(json!(order.columns), columns);
    let columns = json!({"currency": "CNY", "quantity": 3.0, "product": "S", "category": "C", "order_id": "O1"});
    assert_eq!((json!(item.columns), &item.props["price"]), (columns, &json!(2)));
    let cookie = Identifier::new("cookie_id", "nuid");
    assert!(view.identifiers.contains(&cookie));
}

#[test]
fn the_vendors_own_contexts_fill_columns() {
    let own = |name: &str, data: Value| json!({"schema": format!("iglu:com.snowplowanalytics.snowplow/{name}/jsonschema/1-0-2"), "data": data});
    let product = |id: &str| own("product", json!({"id": id, "category": "shoes", "price": 99, "currency": "CNY"}));
    let event = |action: &str, contexts: Value| {
        json!({
            "e": "ue", "eid": action, "aid": "shop", "p": "mob", "dtm": (NOON / 1000).to_string(),
            "ue_pr": json!({"data": own("snowplow_ecommerce_action", json!({"type": action}))}).to_string(),
            "co": json!({"data": contexts}).to_string(),
        })
    };
    let session = own("client_session", json!({"sessionId": "s1", "userId": "d1"}));
    let mobile = own(
        "mobile_context",
        json!({"osType": "ios", "deviceModel": "iPhone15,2", "appleIdfv": "V1",
        "appleIdfa": "00000000-0000-0000-0000-000000000000"}),
    );
    let transaction = own("transaction", json!({"transaction_id": "T-1", "revenue": 198, "currency": "cny"}));
    let decoded = decoded(json!([
        event("product_view", json!([product("p1"), session, mobile])),
        event("transaction", json!([product("p1"), product("p2"), transaction, session])),
    ]));
    assert_eq!(decoded.rejections, []);
    let [view, order] = decoded.events.as_slice() else { panic!() };
    assert_eq!((view.event.as_str(), view.channel.as_str()), ("product_view", "app"));
    let columns =
        json!({"session_id": "s1", "product": "p1", "category": "shoes", "platform": "ios", "device": "iPhone15,2"});
    assert_eq!(json!(view.columns), columns);
    assert_eq!(view.identifiers, [Identifier::new("anonymous_id", "d1"), Identifier::new("idfv", "V1")]);
    let columns = json!({"session_id": "s1", "amount": 198.0, "currency": "CNY", "order_id": "T-1"});
    assert_eq!((json!(order.columns), order.items.len()), (columns, 2));
}

#[test]
fn a_devices_clock_is_set_right_and_a_true_time_is_left() {
    let said = |ms: i64| ms.to_string();
    let day = 86_400_000;
    let decoded = decoded(json!([
        {"e": "pv", "duid": "d", "eid": "1", "dtm": said(NOON / 1000 - day - 60_000), "stm": said(NOON / 1000 - day)},
        {"e": "pv", "duid": "d", "eid": "2", "dtm": said(NOON / 1000 - day), "stm": said(NOON / 1000 - day), "ttm": said(NOON / 1000 - 5_000)},
        {"e": "pv", "duid": "d", "eid": "3"},
    ]));
    let times: Vec<i64> = decoded.events.iter().map(|it| it.time_us - NOON).collect();
    assert_eq!(times, [-60_000_000, -5_000_000, 0]);
}

#[test]
fn what_is_no_event_says_why() {
    let decoded = decoded(json!([
        {"e": "pv"},
        {"e": "zz", "duid": "d"},
        {"duid": "d"},
        {"e": "ue", "duid": "d"},
        {"e": "ue", "duid": "d", "ue_px": "%%%"},
        {"e": "pv", "duid": "d", "co": "{"},
        {"e": "se", "duid": "d"},
        "x",
    ]));
    let codes: Vec<_> = decoded.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    let expected = [
        (1, "identifier_missing"),
        (2, "type_unknown"),
        (3, "type_unknown"),
        (4, "event_missing"),
        (5, "field_unreadable"),
        (6, "field_unreadable"),
        (7, "event_missing"),
        (8, "message_unreadable"),
    ];
    assert_eq!(codes, expected);
}

const FIELDS: &[&str] = &[
    "e",
    "eid",
    "duid",
    "uid",
    "aid",
    "dtm",
    "stm",
    "ttm",
    "tz",
    "url",
    "refr",
    "page",
    "sid",
    "p",
    "se_ca",
    "se_ac",
    "se_va",
    "tr_id",
    "tr_tt",
    "ti_sk",
    "ue_pr",
    "ue_px",
    "co",
    "cx",
    "schema",
    "data",
    "pp_may",
    "sessionId",
    "userId",
];
const WORDS: &[&str] = &[
    "pv",
    "pp",
    "se",
    "ue",
    "tr",
    "ti",
    "d",
    "1788264000000",
    "https://shop.example/?utm_source=x",
    "Asia/Shanghai",
    "{\"data\":{\"schema\":\"iglu:com.snowplowanalytics.snowplow/screen_view/jsonschema/1-0-0\",\"data\":{\"name\":1}}}",
    "{\"data\":[{\"schema\":\"iglu:com.snowplowanalytics.snowplow/product/jsonschema/1-0-0\",\"data\":{\"id\":1}},7]}",
    "eyJkYXRhIjp7fX0",
    "web",
];

proptest! {
    #[test]
    fn every_message_ends_in_one_way(list in messages(FIELDS, WORDS), kind in proptest::sample::select(&WORDS[..6]), bytes: Vec<u8>, query: String) {
        let mut list = list;
        for message in list.iter_mut().filter_map(Value::as_object_mut) {
            message.entry("e").or_insert_with(|| kind.into());
            message.entry("duid").or_insert_with(|| "d".into());
        }
        open_and_read(Protocol::Snowplow, &query, json!({"data": list}).to_string().as_bytes());
        open_and_read(Protocol::Snowplow, &query, &bytes);
        open_and_read(Protocol::Snowplow, &query, b"");
    }
}
