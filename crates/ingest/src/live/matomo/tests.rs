use model::event::{Column, ColumnValue};
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{messages, open_and_read, read_obeying, read_requests, requests};
use crate::live::{Decoded, open};

const RECORDED: &str = include_str!("../../../tests/letters/matomo.jsonl");
const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z

fn letter(query: &str, body: &str) -> Letter {
    open(Protocol::Matomo, &Received { query, body: body.as_bytes(), ..Received::default() }).unwrap()
}

fn decoded(query: &str) -> Decoded {
    read_obeying(&letter(query, ""), NOON)
}

#[test]
fn node_sends_one_by_get_and_several_in_bulk() {
    let requests = requests(RECORDED, "matomo-tracker");
    let keys: Vec<_> = requests.iter().filter_map(|it| it.open(Protocol::Matomo).key).collect();
    assert_eq!(keys, ["tok", "7"]);
    let decoded = read_requests(Protocol::Matomo, &requests);
    assert!(!serde_json::to_string(&decoded.events).unwrap().contains("tok\""), "the secret goes no further");
    let act = &decoded.events[0];
    assert_eq!((act.event.as_str(), act.time_us), ("Act", 1_785_578_400_000_000));
    assert_eq!(
        act.identifiers,
        [Identifier::new("user_id", "U1"), Identifier::new("anonymous_id", "0123456789abcdef")]
    );
    assert_eq!(json!(act.columns), json!({"page": "/p", "referrer": "https://r.cn"}));
    let props = json!({"e_v": 4, "url": "https://s.cn/p?x=1", "action_name": "商品 / P", "e_c": "Cat", "e_a": "Act",
        "e_n": "N", "cvar": {"1": ["a", "b"]}, "idsite": "7"});
    assert_eq!(json!(act.props), props);
    assert_eq!((decoded.events[1].event.as_str(), decoded.events.len()), ("page_view", 3));
    assert_eq!(decoded.rejections, []);
    // The library names no visitor of an order unless told: it is of whoever has its number.
    let order = &decoded.events[2];
    let ColumnValue::Text(number) = &order.columns[&Column::OrderId] else { panic!("{order:?}") };
    assert_eq!(order.identifiers, [Identifier::new("order_no", number.clone())]);
}

#[test]
fn a_page_seen_twice_was_seen_twice_unless_its_time_says_that_it_is_the_same() {
    let view = "rec=1&_id=0123456789abcdef&url=https%3A%2F%2Fs.cn%2Fa";
    let id = |query: &str, received_at_us| read_obeying(&letter(query, ""), received_at_us).events[0].event_id;
    assert_ne!(id(view, NOON), id(view, NOON + 60_000_000));
    let timed = format!("{view}&cdt=1788263990");
    assert_eq!(id(&timed, NOON), id(&timed, NOON + 60_000_000));
}

#[test]
fn what_happened_follows_from_the_keys() {
    let order = "idgoal=0&ec_id=O-1&revenue=12.5&ec_tx=1.5&ec_items=%5B%5B%22SKU%22%2C%22%E5%90%8D%22%2C%5B%22a%22%2C%22b%22%5D%2C3%2C2%5D%5D";
    for (query, name, columns) in [
        (
            "url=https%3A%2F%2Fs.cn%2Fa%3Fpk_campaign%3D618%26mtm_source%3Dwx",
            "page_view",
            json!({"page": "/a", "utm_source": "wx", "utm_campaign": "618"}),
        ),
        (
            // Who named the campaign meant it, whatever click id the platform added.
            "url=https%3A%2F%2Fs.cn%2Fa%3Fmtm_source%3Dnews%26mtm_campaign%3D618%26gclid%3Dx",
            "page_view",
            json!({"page": "/a", "utm_source": "news", "utm_campaign": "618"}),
        ),
        (
            "url=https%3A%2F%2Fs.cn%2Fa%3Fgclid%3Dx",
            "page_view",
            json!({"page": "/a", "utm_source": "google", "utm_medium": "cpc"}),
        ),
        ("action_name=Home", "page_view", json!({})),
        ("search=%E9%9E%8B&search_count=3&url=https://s.cn/s", "search", json!({"page": "/s"})),
        ("link=https://other.cn&url=https://s.cn/s", "outlink", json!({"page": "/s"})),
        ("download=https://s.cn/a.pdf", "download", json!({})),
        ("c_n=Ad&c_p=a.png&url=https://s.cn/", "content_impression", json!({"page": "/"})),
        ("c_n=Ad&c_i=click", "content_interaction", json!({})),
        ("idgoal=3&revenue=5", "goal", json!({"amount": 5.0})),
        (
            order,
            "purchase",
            json!({"amount": 12.5, "quantity": 2.0, "product": "SKU", "category": "a", "order_id": "O-1"}),
        ),
        ("idgoal=0&revenue=12.5", "cart_update", json!({"amount": 12.5})),
        ("cra=TypeError&url=https://s.cn/", "crash", json!({"page": "/", "error": "TypeError"})),
        (
            "_pks=P1&_pkc=shoes&url=https://s.cn/p",
            "page_view",
            json!({"product": "P1", "category": "shoes", "page": "/p"}),
        ),
    ] {
        let decoded = decoded(&format!("idsite=1&rec=1&rand=4711&_id=0123456789abcdef&{query}"));
        assert_eq!(decoded.rejections, [], "{query}");
        let event = &decoded.events[0];
        assert_eq!((event.event.as_str(), json!(event.columns)), (name, columns), "{query}");
        assert!(!event.props.contains_key("rand"));
    }
    let event = decoded(&format!("idsite=1&cid=0123456789abcdef&{order}")).events.remove(0);
    let item =
        json!({"sku": "SKU", "name": "名", "category": "a", "price": 3, "quantity": 2, "categories": ["a", "b"]});
    assert_eq!((json!(event.items), &event.props["tax"]), (json!([item]), &json!(1.5)));
}

#[test]
fn times_pings_and_faults_follow_the_protocol() {
    let time = |cdt: &str| decoded(&format!("_id=0123456789abcdef&action_name=a&cdt={cdt}")).events[0].time_us;
    assert_eq!(time("2026-09-01%2010:00:00"), NOON - 7_200_000_000);
    assert_eq!(time("1788264000"), NOON);
    assert_eq!(time(""), NOON);
    assert_eq!(decoded("ping=1&_id=0123456789abcdef").skipped, 1);
    for (query, code) in [
        ("idsite=1&_id=0123456789abcdef", "event_missing"),
        ("idsite=1&url=https://s.cn", "identifier_missing"),
        ("_id=0123456789abcdef&action_name=a&cdt=soon", "time_unreadable"),
        ("_id=0123456789abcdef&idgoal=0&ec_items=%5B", "field_unreadable"),
    ] {
        assert_eq!(decoded(query).rejections[0].code, code, "{query}");
    }
    assert_eq!(open(Protocol::Matomo, &Received::default()).unwrap_err().code, "body_unreadable");
}

#[test]
fn bodies_are_forms_or_bulk() {
    let form = letter("idsite=1&token_auth=query", "_id=0123456789abcdef&action_name=a&token_auth=form");
    assert_eq!((form.key.as_deref(), form.messages.objects()[0].len()), (Some("form"), 3));
    let bulk = json!({"requests": ["?_id=0123456789abcdef&action_name=a&idsite=2", "idsite=2&cid=0123456789abcdef&action_name=b",
        {"_id": "0123456789abcdef", "action_name": "c"}, 7], "token_auth": "bulk"});
    let letter = letter("", &bulk.to_string());
    assert_eq!(letter.key.as_deref(), Some("bulk"));
    let decoded = read_obeying(&letter, NOON);
    let names: Vec<_> = decoded.events.iter().map(|it| it.props["action_name"].clone()).collect();
    assert_eq!((names.as_slice(), decoded.rejections[0].line), ([json!("a"), json!("b"), json!("c")].as_slice(), 4));
}

const FIELDS: &[&str] = &[
    "idsite",
    "_id",
    "cid",
    "uid",
    "url",
    "urlref",
    "action_name",
    "e_c",
    "e_a",
    "e_v",
    "search",
    "link",
    "download",
    "idgoal",
    "revenue",
    "ec_id",
    "ec_items",
    "cvar",
    "cdt",
    "ping",
    "c_n",
    "c_i",
    "token_auth",
    "ec_tx",
];
const WORDS: &[&str] =
    &["0", "1", "a", "0123456789abcdef", "https://s.cn/?pk_campaign=x", "[[\"S\",1]]", "[", "2026-09-01 10:00:00"];

proptest! {
    #[test]
    fn every_message_ends_in_one_way(list in messages(FIELDS, WORDS), bytes: Vec<u8>, query: String) {
        let mut list = list;
        for message in list.iter_mut().filter_map(Value::as_object_mut) {
            message.entry("_id").or_insert_with(|| "0123456789abcdef".into());
        }
        open_and_read(Protocol::Matomo, &query, json!({"requests": list}).to_string().as_bytes());
        open_and_read(Protocol::Matomo, &query, json!({"requests": [query, "?_id=a&url=b"]}).to_string().as_bytes());
        open_and_read(Protocol::Matomo, &query, &bytes);
        open_and_read(Protocol::Matomo, &query, b"");
    }
}
