use std::io::Write as _;

use base64::Engine as _;
use model::event::{Column, ColumnValue, Event};
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{gist, messages, open_and_read, persons, read_obeying, read_requests, requests};
use crate::live::{Decoded, open};

const RECORDED: &str = include_str!("../../../tests/letters/sensors.jsonl");
const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z

fn recorded(library: &str) -> Decoded {
    read_requests(Protocol::Sensors, &requests(RECORDED, library))
}

fn named<'a>(decoded: &'a Decoded, event: &str) -> &'a Event {
    decoded.events.iter().find(|it| it.event == event).unwrap_or_else(|| panic!("no `{event}` in {decoded:#?}"))
}

/// A letter as a library packs it.
fn letter(query: &str, value: &Value) -> Letter {
    let data = base64::engine::general_purpose::STANDARD.encode(value.to_string());
    let field = if value.is_array() { "data_list" } else { "data" };
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair(field, &data).finish();
    let content_type = "application/x-www-form-urlencoded";
    open(Protocol::Sensors, &Received { query, body: body.as_bytes(), content_type, ..Received::default() }).unwrap()
}

fn decoded(value: &Value) -> Decoded {
    read_obeying(&letter("token=k", value), NOON)
}

fn pairs(event: &Event) -> Vec<(&str, &str)> {
    event.identifiers.iter().map(|it| (it.namespace.as_str(), it.value.as_str())).collect()
}

#[test]
fn python_tracks_signs_up_and_binds() {
    let requests = requests(RECORDED, "SensorsAnalyticsSDK");
    assert!(requests.iter().all(|it| it.open(Protocol::Sensors).key.as_deref() == Some("T0K")));
    let decoded = read_requests(Protocol::Sensors, &requests);
    let names: Vec<&str> = decoded.events.iter().map(|it| it.event.as_str()).collect();
    let expected = [
        "ViewProduct",
        "PayOrder",
        "$identify",
        "$profile_set",
        "$profile_set",
        "$profile_set",
        "$profile_set",
        "$profile_set",
        "$identify",
        "$unbind",
        "Buy",
        "$profile_set",
    ];
    assert_eq!(names, expected);
    let codes: Vec<&str> = decoded.rejections.iter().map(|it| it.code.as_str()).collect();
    assert_eq!((codes.as_slice(), decoded.skipped), (["item_no_event"].as_slice(), 0));
    assert!(decoded.rejections[0].reason.contains("reference table"));

    let view = &decoded.events[0];
    assert_eq!(view.time_us, 1_785_578_400_000_000, "2026-08-01 10:00 by the clock of the machine, which was UTC");
    assert_eq!((view.channel.as_str(), pairs(view)), ("elsewhere", vec![("anonymous_id", "anon-1")]));
    assert_eq!(json!(view.columns), json!({"product": "P1"}));
    assert_eq!(view.props["Price"], 1.5);
    let order = &decoded.events[1];
    assert_eq!(pairs(order), [("user_id", "U1"), ("order_no", "O-1")]);
    assert_eq!(json!(order.columns), json!({"amount": 12.5, "order_id": "O-1"}));
    assert_eq!(json!(decoded.events[3].traits), json!({"Age": 3, "$name": "李雷"}));
    assert_eq!(
        (json!(decoded.events[4].traits), &decoded.events[4].props["operands"]),
        (json!({}), &json!({"Games": 3}))
    );
    assert_eq!(decoded.events[5].props["operation"], "profile_append");
    assert_eq!(json!(decoded.events[6].traits), json!({"Age": null}));
    assert_eq!(decoded.events[7].props["operation"], "profile_delete");

    // Anonymous, login, phone, e-mail and their order are one person; taking the phone away links nothing.
    let one = [
        ("anonymous_id", "U1"),
        ("anonymous_id", "anon-1"),
        ("email", "li.lei@example.com"),
        ("order_no", "O-1"),
        ("phone", "13800138000"),
        ("user_id", "U1"),
    ];
    assert_eq!(persons(&decoded.events), [one.map(|(namespace, value)| Identifier::new(namespace, value)).to_vec()]);
    assert!(!named(&decoded, "$unbind").link_identifiers);
}

#[test]
fn node_sends_lists_and_numbers_its_messages() {
    let decoded = recorded("sa-sdk-node");
    let names: Vec<&str> = decoded.events.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["ViewProduct", "$identify", "$profile_set", "$profile_set"]);
    assert_eq!(decoded.rejections.len(), 1);
    let view = &decoded.events[0];
    let columns = json!({"page": "/", "platform": "macosx", "device": "mac"});
    assert_eq!(json!(view.columns), columns);
    assert!(view.message_id.as_deref().is_some_and(|id| id.starts_with("anon-1:")));
    // What node sends of a login after signing it up does not say that it is one.
    assert_eq!(pairs(&decoded.events[2]), [("anonymous_id", "U1")]);
    assert_eq!(persons(&decoded.events).len(), 1);
}

#[test]
fn the_browsers_three_ways_of_sending_say_the_same() {
    let ways = ["image", "batch", "beacon"].map(|way| recorded(&format!("sa-sdk-javascript 1.27.11 (npm), {way}")));
    for decoded in &ways {
        assert_eq!(decoded.rejections, []);
        let view = named(decoded, "page_view");
        assert_eq!((view.channel.as_str(), view.offset_minutes), ("web", Some(0)));
        assert_eq!(view.columns[&Column::Page], ColumnValue::Text("/static/sa.html".to_owned()));
        assert_eq!(view.props["$title"], "神策页");
        assert!(!view.columns.contains_key(&Column::Referrer));
        let [("anonymous_id", _)] = pairs(view)[..] else { panic!("{view:?}") };
        let after = named(decoded, "After");
        let [("user_id", "U1"), ("phone", "13800138000"), ("anonymous_id", _)] = pairs(after)[..] else {
            panic!("{after:?}")
        };
        assert_eq!(named(decoded, "click").props["$element_content"], "买");
        let once = decoded.events.iter().find(|it| it.props.get("operation") == Some(&json!("profile_set_once")));
        assert!(once.is_some_and(|it| it.traits["$set_once"].get("$first_visit_time").is_some()));
        assert_eq!(persons(&decoded.events).len(), 1);
        let ids: std::collections::BTreeSet<i64> = decoded.events.iter().map(|it| it.event_id).collect();
        assert_eq!(ids.len(), decoded.events.len());
    }
    let [image, batch, beacon] = ways.map(|decoded| {
        // Only the first was opened by an address with a campaign.
        let traits = |event: &Event| -> Vec<String> {
            event.traits.keys().filter(|name| !name.starts_with("$utm_")).cloned().collect()
        };
        let mut gists: Vec<_> = decoded.events.iter().map(|it| (gist(it).0, gist(it).1, traits(it))).collect();
        gists.sort_by_key(|gist| format!("{gist:?}"));
        gists
    });
    assert_eq!(image, batch);
    assert_eq!(image, beacon);
    let campaign = |event: &str| {
        let decoded = recorded("sa-sdk-javascript 1.27.11 (npm), image");
        let columns = json!(named(&decoded, event).columns);
        (columns["utm_source"].clone(), columns["utm_medium"].clone())
    };
    assert_eq!(campaign("page_view"), (json!("wechat"), json!("cpc")));
    assert_eq!(campaign("ViewProduct"), (json!("wechat"), json!("cpc")));
}

#[test]
fn mini_programs_are_a_channel_and_their_ids_are_wechats() {
    for way in ["single", "batch"] {
        let decoded = recorded(&format!("sa-sdk-miniprogram 1.22.7 (npm), {way}"));
        assert_eq!(decoded.rejections, []);
        let screen = named(&decoded, "screen_view");
        assert_eq!(screen.channel, "wechat_mini_program");
        let columns = json!({"page": "pages/index", "platform": "iOS", "device": "iPhone 15"});
        assert_eq!(json!(screen.columns), columns);
        let pay = named(&decoded, "Pay");
        assert_eq!(pairs(pay)[0], ("user_id", "U1"));
        let persons = persons(&decoded.events);
        assert_eq!(persons.len(), 1);
        for known in [("user_id", "U1"), ("wechat_openid", "oOPENID"), ("wechat_unionid", "oUNION")] {
            assert!(persons[0].contains(&Identifier::new(known.0, known.1)), "{persons:?}");
        }
    }
}

#[test]
fn a_mini_program_that_was_opened_from_nowhere_known_is_no_direct_visit() {
    use model::traffic::{Classifier, Signals};
    let classifier = Classifier::standard();
    let group = |library: &str| {
        let message = json!({"lib": {"$lib": library}});
        let channel = super::vocabulary::channel(message.as_object().unwrap(), &Map::new()).unwrap();
        let signals = Signals { channel, ..Signals::default() };
        classifier.groups()[classifier.group(&classifier.facts(&signals))].clone()
    };
    for (library, expected) in [
        ("MiniProgram", "wechat"),
        ("BytedanceMini", "short_video"),
        ("KuaishouMini", "short_video"),
        ("AlipayMini", "mini_programs"),
        ("BaiduMini", "mini_programs"),
        ("QQMini", "mini_programs"),
        ("quickapp", "mini_programs"),
        ("js", "direct"),
    ] {
        assert_eq!(group(library), expected, "{library}");
    }
}

#[test]
fn what_may_grow_is_told_before_it_is_unpacked() {
    let gzip = [0x1f, 0x8b, 8, 0];
    let of = |query, content_encoding, body| Received { query, content_encoding, body, ..Received::default() };
    let (json, packed) = (b" {\"batch\": []}".as_slice(), b"data=H4sI".as_slice());
    let grows = [
        (Protocol::Segment, of("", "gzip", json)),
        (Protocol::Segment, of("", "", &gzip)),
        (Protocol::Posthog, of("", "", packed)),
        (Protocol::Posthog, of("data=H4sI", "", b"")),
        (Protocol::Sensors, of("", "", packed)),
        (Protocol::Sensors, of("data=H4sI", "", json)),
    ];
    let plain = [Protocol::Segment, Protocol::Posthog, Protocol::Ga4, Protocol::Throughline];
    assert!(grows.iter().all(|(protocol, received)| crate::live::may_grow(*protocol, received)));
    assert!(plain.iter().all(|protocol| !crate::live::may_grow(*protocol, &of("", "", json))));
    assert!(!crate::live::may_grow(Protocol::Matomo, &of("", "", b"idsite=1&rec=1")));
}

#[test]
fn every_packing_is_unpacked() {
    let message = json!({"type": "track", "event": "a", "distinct_id": "d", "time": NOON / 1000, "token": "k"});
    let standard = &base64::engine::general_purpose::STANDARD;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(message.to_string().as_bytes()).unwrap();
    let packed = standard.encode(gzip.finish().unwrap());
    let pair = |name: &str, value: &str| {
        url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
    };
    let forms = [
        pair("data", &packed) + "&gzip=1",
        pair("data", &packed),
        pair("data", &standard.encode(message.to_string())) + "&ext=crc%3D-12",
        pair("data", &message.to_string()),
        pair("data_list", &standard.encode(json!([message]).to_string())),
    ];
    let queries = forms.iter().map(|form| Received { query: form, ..Received::default() });
    let bodies = forms.iter().map(|form| Received { body: form.as_bytes(), ..Received::default() });
    let (one, list) = (message.to_string(), json!([message]).to_string());
    let bare =
        [&one, &list].map(|json| Received { body: json.as_bytes(), content_type: "text/plain", ..Received::default() });
    for received in queries.chain(bodies).chain(bare) {
        let letter = open(Protocol::Sensors, &received).unwrap();
        assert_eq!((letter.key.as_deref(), letter.messages.len()), (Some("k"), 1), "{received:?}");
        let event = &read_obeying(&letter, NOON).events[0];
        assert_eq!((event.event.as_str(), event.time_us, pairs(event)), ("a", NOON, vec![("anonymous_id", "d")]));
        assert!(!serde_json::to_string(event).unwrap().contains("\"token\""));
    }
    for refused in ["", "data=", "x=1", "data=%21%21", "data=e30&data_list=bm9uc2Vuc2U"] {
        let received = Received { body: refused.as_bytes(), ..Received::default() };
        assert_eq!(open(Protocol::Sensors, &received).unwrap_err().code, "body_unreadable", "{refused}");
    }
}

#[test]
fn a_message_sent_again_later_is_the_same_event() {
    let at = |flush_ms: i64, received_us: i64, numbered: bool| {
        let mut message = json!({"type": "track", "event": "a", "distinct_id": "d", "time": NOON / 1000 - 7_200_000,
            "_flush_time": flush_ms});
        if numbered {
            message["_track_id"] = json!(441_423_243);
        }
        let event = read_obeying(&letter("", &message), received_us).events.remove(0);
        (event.event_id, event.time_us)
    };
    for numbered in [true, false] {
        let first = at(NOON / 1000, NOON, numbered);
        assert_eq!(first, at(NOON / 1000 + 5_000, NOON + 5_000_000, numbered));
        assert_eq!(first.1, NOON - 7_200_000_000);
        // The clock of the sender is an hour behind.
        assert_eq!(at(NOON / 1000, NOON + 3_600_000_000, numbered).1, NOON - 3_600_000_000);
    }
}

#[test]
fn who_did_it_is_read_by_the_rules_of_each_generation() {
    let who = |message: Value| {
        let mut whole = json!({"type": "track", "event": "a", "properties": {}});
        whole.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
        let event = decoded(&whole).events.remove(0);
        event.identifiers.into_iter().map(|it| format!("{}={}", it.namespace, it.value)).collect::<Vec<_>>()
    };
    assert_eq!(who(json!({"distinct_id": "d"})), ["anonymous_id=d"]);
    assert_eq!(who(json!({"distinct_id": "u", "properties": {"$is_login_id": true}})), ["user_id=u"]);
    assert_eq!(who(json!({"distinct_id": "u", "login_id": "u", "anonymous_id": "d"})), ["user_id=u", "anonymous_id=d"]);
    assert_eq!(who(json!({"distinct_id": 7, "login_id": "7"})), ["user_id=7"]);
    // Somebody known by phone alone, and by a number of the shop's own.
    let keyed = json!({"distinct_id": "$identity_mobile+13800138000", "identities": {"$identity_mobile": "13800138000", "member_no": "8812"}});
    assert_eq!(who(keyed), ["phone=13800138000", "member_no=8812"]);
    assert_eq!(who(json!({"distinct_id": "$identity_email+Li@Example.com"})), ["email=li@example.com"]);
    let app = json!({"distinct_id": "a1", "anonymous_id": "a1", "identities": {"$identity_android_id": "a1", "$identity_login_id": "u"}});
    assert_eq!(who(app), ["user_id=u", "device_id=a1", "anonymous_id=a1"]);
    let web = json!({"distinct_id": "c", "identities": {"$identity_cookie_id": "c"}});
    assert_eq!(who(web), ["anonymous_id=c"]);
}

#[test]
fn what_cannot_be_an_event_says_why() {
    let decoded = decoded(&json!([
        {"type": "item_delete", "item_type": "book", "item_id": "1", "time": 1, "properties": {}},
        {"type": "trick", "distinct_id": "d"},
        {"ekey": "x", "payload": "y", "pkv": 1},
        {"type": "track", "distinct_id": "d"},
        {"type": "track", "event": "a"},
        {"type": "track", "event": "a", "distinct_id": "d", "time": "soon"},
        7,
        {"type": "track", "event": "$PlanPopupDisplay", "distinct_id": "d", "properties": {
            "$event_duration": 2.5, "$latest_referrer": "url的domain解析失败", "$referrer": "直接打开", "lib": 1}, "lib": {"$lib": "Android"}},
    ]));
    let codes: Vec<_> = decoded.rejections.iter().map(|it| (it.line, it.code.as_str())).collect();
    let expected = [
        (1, "item_no_event"),
        (2, "type_unknown"),
        (3, "message_encrypted"),
        (4, "event_missing"),
        (5, "identifier_missing"),
        (6, "time_unreadable"),
        (7, "message_unreadable"),
    ];
    assert_eq!(codes, expected);
    let popup = &decoded.events[0];
    assert_eq!((popup.event.as_str(), popup.channel.as_str()), ("PlanPopupDisplay", "app"));
    assert_eq!(json!(popup.columns), json!({"duration_seconds": 2.5}));
    let props = json!({"lib": {"$lib": "Android"}, "properties.lib": 1, "$latest_referrer": "url的domain解析失败",
        "$referrer": "直接打开"});
    assert_eq!(json!(popup.props), props);
}

const FIELDS: &[&str] = &[
    "type",
    "event",
    "time",
    "distinct_id",
    "anonymous_id",
    "login_id",
    "original_id",
    "identities",
    "properties",
    "lib",
    "_track_id",
    "_flush_time",
    "project",
    "token",
    "$lib",
    "$url",
    "$timezone_offset",
    "$identity_mobile",
    "$is_login_id",
    "ekey",
    "payload",
    "items",
    "email",
];
const WORDS: &[&str] = &[
    "track",
    "track_signup",
    "track_id_bind",
    "track_id_unbind",
    "profile_set",
    "profile_unset",
    "profile_increment",
    "item_set",
    "$pageview",
    "U1",
    "$identity_mobile+138",
    "js",
    "https://shop.example/?utm_source=x",
    "1788264000000",
];

proptest! {
    #[test]
    fn every_message_ends_in_one_way(list in messages(FIELDS, WORDS), kind in proptest::sample::select(WORDS), bytes: Vec<u8>, query: String) {
        let mut list = list;
        for message in list.iter_mut().filter_map(Value::as_object_mut) {
            message.entry("type").or_insert_with(|| kind.into());
            message.entry("distinct_id").or_insert_with(|| "d".into());
        }
        let json = Value::Array(list).to_string();
        let packed = base64::engine::general_purpose::STANDARD.encode(&json);
        open_and_read(Protocol::Sensors, &query, json.as_bytes());
        open_and_read(Protocol::Sensors, "token=k&project=p", format!("data_list={packed}").as_bytes());
        open_and_read(Protocol::Sensors, &query, &bytes);
        open_and_read(Protocol::Sensors, &format!("data={query}"), b"");
    }
}
