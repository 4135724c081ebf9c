use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{open_and_read, read_obeying};
use crate::live::{Decoded, open};

const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z

const COMMON: &str = "v=2&tid=G-ABC123&gtm=45je4&_p=1788263999000&gcs=G101&gcd=13l3l3l3l1&cid=1369988567.1787687735&uid=U-1\
    &sid=1788263000&sct=3&seg=1&_s=4&ul=zh-cn&sr=1920x1080&uam=Pixel%209&uap=Android&uamb=1\
    &dl=https%3A%2F%2Fshop.example%2Fp%2F1%3Futm_source%3Dwechat&dt=%E9%9E%8B&dr=https%3A%2F%2Fwww.baidu.com%2F";

fn letter(query: &str, body: &str) -> Letter {
    open(Protocol::Gtag, &Received { query, body: body.as_bytes(), content_type: "text/plain", ..Received::default() })
        .unwrap()
}

fn decoded(query: &str, body: &str) -> Decoded {
    read_obeying(&letter(query, body), NOON)
}

#[test]
fn a_hit_in_the_query_says_all_that_its_keys_say() {
    let query = format!(
        "{COMMON}&en=page_view&_et=1200&ep.content_group=shoes&epn.depth=90&up.tier=gold&upn.visits=3&cs=news&cm=mail&cn=618&_ee=1"
    );
    let letter = letter(&query, "");
    assert_eq!(letter.key.as_deref(), Some("G-ABC123"));
    let decoded = read_obeying(&letter, NOON);
    let event = &decoded.events[0];
    assert_eq!((event.event.as_str(), event.time_us), ("page_view", NOON));
    let who = [Identifier::new("user_id", "U-1"), Identifier::new("client_id", "1369988567.1787687735")];
    assert_eq!(event.identifiers, who);
    // What the hit says of its campaign goes before what its address says.
    let columns = json!({
        "session_id": "1788263000", "page": "/p/1", "referrer": "https://www.baidu.com/", "utm_source": "news",
        "utm_medium": "mail", "utm_campaign": "618", "platform": "Android", "device": "Pixel 9",
    });
    assert_eq!(json!(event.columns), columns);
    assert_eq!(json!(event.traits), json!({"tier": "gold", "visits": 3}));
    let props = json!({
        "content_group": "shoes", "depth": 90, "page_location": "https://shop.example/p/1?utm_source=wechat",
        "page_title": "鞋", "language": "zh-cn", "screen_resolution": "1920x1080", "engagement_time_msec": 1200,
        "session_number": 3, "session_engaged": 1,
        "consent": {"ad_storage": "denied", "analytics_storage": "granted"},
        "gtag": {"v": "2", "tid": "G-ABC123", "gtm": "45je4", "_p": "1788263999000", "gcs": "G101",
            "gcd": "13l3l3l3l1", "_s": "4", "uamb": "1", "_ee": "1"},
    });
    assert_eq!(json!(event.props), props);
}

#[test]
fn lines_of_a_body_are_laid_over_the_query() {
    let body = "en=add_to_cart&cu=CNY&epn.value=219.9&pr1=idSKU-1~nm%E9%9E%8B~caShoes~pr99.95~qt2~k0size~v042~cpA~~B&_et=20\r\n\
        \nen=purchase&ep.transaction_id=T-1&epn.value=319.8&cu=cny&_c=1&pr2=idB~qt1&pr10=idC&pr1=idA&pr0=idX&pr201=idY&uid=\n";
    let decoded = decoded(COMMON, body);
    let [cart, order] = decoded.events.as_slice() else { panic!("{decoded:?}") };
    assert_eq!(cart.event, "add_to_cart");
    let item = json!({"item_id": "SKU-1", "item_name": "鞋", "item_category": "Shoes", "price": 99.95, "quantity": 2,
        "size": "42", "coupon": "A~B"});
    assert_eq!(json!(cart.items), json!([item]));
    let columns = json!(cart.columns);
    for (column, value) in [
        ("amount", json!(219.9)),
        ("currency", json!("CNY")),
        ("product", json!("SKU-1")),
        ("category", json!("Shoes")),
        ("quantity", json!(2.0)),
        ("page", json!("/p/1")),
        ("utm_source", json!("wechat")),
    ] {
        assert_eq!(columns[column], value, "{column}");
    }
    assert_eq!((order.event.as_str(), &json!(order.columns)["order_id"]), ("purchase", &json!("T-1")));
    assert_eq!(json!(order.items), json!([{"item_id": "A"}, {"item_id": "B", "quantity": 1}, {"item_id": "C"}]));
    assert_eq!(order.props["is_conversion"], 1);
    let who = [("client_id", "1369988567.1787687735"), ("order_no", "T-1")];
    assert_eq!(order.identifiers, who.map(|(namespace, value)| Identifier::new(namespace, value)));
    assert_ne!(cart.event_id, order.event_id);
}

#[test]
fn a_hit_without_event_or_sender_is_told_and_a_page_is_taken_from_the_browser() {
    let codes: Vec<String> =
        decoded("tid=G-1", "en=a\ncid=1.2\nen=a&cid=1.2").rejections.into_iter().map(|it| it.code).collect();
    assert_eq!(codes, ["identifier_missing", "event_missing"]);
    let received =
        Received { query: "tid=G-1&cid=1.2&en=a", referer: "https://shop.example/cart", ..Received::default() };
    let decoded = read_obeying(&open(Protocol::Gtag, &received).unwrap(), NOON);
    assert_eq!(json!(decoded.events[0].columns), json!({"page": "/cart"}));
}

proptest! {
    #[test]
    fn every_line_ends_in_one_way(
        lines in proptest::collection::vec(
            proptest::collection::vec((proptest::sample::select(&["en", "cid", "uid", "ep.x", "epn.value", "pr1", "pr1000", "gcs", "dl", "_et", "up.", ""][..]), ".{0,16}"), 0..6),
            0..6,
        ),
        bytes: Vec<u8>,
        query: String,
    ) {
        let line = |fields: &Vec<(&str, String)>| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body: Vec<String> = lines.iter().map(line).collect();
        open_and_read(Protocol::Gtag, &query, body.join("\n").as_bytes());
        open_and_read(Protocol::Gtag, "tid=G-1", &bytes);
        open_and_read(Protocol::Gtag, &body.concat(), b"");
    }
}
