use model::event::ColumnValue;
use model::identity::Identifier;
use model::limits::IDENTIFIERS_MAX;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::limits::LETTER_MESSAGES_MAX;
use crate::live::recorded::{messages, open_and_read, read_obeying};
use crate::live::{Decoded, open, read};

const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
const DOOR: Door<'static> = Door { source: "till", channel: "store", received_at_us: NOON, first_seq: 0 };

fn opened(body: &[u8], content_type: &str) -> Result<Letter, Refusal> {
    open(Protocol::Throughline, &Received { body, content_type, authorization: "Bearer k1", ..Received::default() })
}

fn decoded(body: &Value) -> Decoded {
    read(opened(body.to_string().as_bytes(), "application/json").unwrap(), &DOOR)
}

#[test]
fn every_field_of_an_event_can_be_said() {
    let decoded = decoded(&json!({
        "event": "purchase", "time": "2026-09-01T19:59:00+08:00", "channel": "pos", "message_id": 77,
        "identifiers": [{"namespace": "member_no", "value": 8812}, {"namespace": "phone", "value": "13800138000"}],
        "order_id": "T-1", "amount": 99.5, "currency": "CNY", "site": "store-3", "score": null,
        "items": [{"sku": "a", "price": 99.5}], "traits": {"tier": "gold"}, "props": {"till": 4, "note": null},
    }));
    assert_eq!(decoded.rejections, []);
    let event = &decoded.events[0];
    assert_eq!((event.event.as_str(), event.channel.as_str(), event.source.as_str()), ("purchase", "pos", "till"));
    assert_eq!((event.time_us, event.offset_minutes), (NOON - 60_000_000, Some(480)));
    assert_eq!(event.identifiers, [Identifier::new("member_no", "8812"), Identifier::new("phone", "13800138000")]);
    assert!(event.link_identifiers);
    assert_eq!(event.message_id.as_deref(), Some("77"));
    assert_eq!(event.columns[&Column::Amount], ColumnValue::Number(99.5));
    assert_eq!(event.columns[&Column::Site], ColumnValue::Text("store-3".to_owned()));
    assert_eq!(event.columns[&Column::Product], ColumnValue::Text("a".to_owned()));
    assert_eq!(json!(event.props), json!({"till": 4}));
    assert_eq!(json!(event.traits), json!({"tier": "gold"}));
}

#[test]
fn one_several_a_wrapped_list_and_lines_are_the_same() {
    let one = json!({"event": "a", "identifiers": {"u": "1"}, "time": NOON});
    let bodies = [
        json!([one, one]).to_string(),
        json!({"events": [one, one], "sent_at": "2026-09-01T12:00:00Z"}).to_string(),
        format!("{one}\n{one}\n"),
        format!("\u{feff}{one}\r\n\r\n{one}"),
    ];
    for body in &bodies {
        let letter = opened(body.as_bytes(), "").unwrap();
        assert_eq!(letter.key.as_deref(), Some("k1"));
        assert_eq!(read(letter, &DOOR).events.len(), 2, "{body}");
    }
    let letter = opened(format!("{one}\nnonsense\n[]\n{one}").as_bytes(), "application/x-ndjson").unwrap();
    let decoded = read(letter, &DOOR);
    assert_eq!(decoded.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(decoded.events.iter().map(|it| it.seq).collect::<Vec<_>>(), [0, 3]);
    for refused in ["", "nonsense", "{\"events\": {}}", "{\"events\": [], \"more\": 1}"] {
        assert_eq!(opened(refused.as_bytes(), "").unwrap_err().code, "body_unreadable", "{refused}");
    }
}

#[test]
fn what_is_unknown_or_of_the_wrong_type_is_told() {
    let who = json!({"u": "1"});
    for (message, code, field) in [
        (json!({"event": "a", "identifiers": who, "colour": 1}), "field_unknown", "colour"),
        (json!({"event": "a", "identifiers": who, "amount": "9"}), "type_mismatch", "amount"),
        (json!({"event": "a", "identifiers": who, "page": {}}), "type_mismatch", "page"),
        (json!({"event": 1, "identifiers": who}), "type_mismatch", "event"),
        (json!({"event": "$pageview", "identifiers": who}), "name_reserved", "event"),
        (json!({"identifiers": who}), "event_missing", "event"),
        (json!({"event": "a", "identifiers": "1"}), "type_mismatch", "identifiers"),
        (json!({"event": "a", "identifiers": [{"value": "1"}]}), "type_mismatch", "identifiers"),
        (json!({"event": "a", "identifiers": who, "items": [1]}), "type_mismatch", "items"),
        (json!({"event": "a", "identifiers": who, "time": "soon"}), "time_unreadable", "time"),
        (json!({"event": "a", "identifiers": who, "time": "2026-09-01T12:00:00"}), "time_zone_missing", "time"),
        (json!({"event": "a", "identifiers": who, "time": "1999-12-31T00:00:00Z"}), "time_out_of_range", "time"),
    ] {
        let decoded = decoded(&message);
        assert_eq!(decoded.events, [], "{message}");
        let rejection = &decoded.rejections[0];
        assert_eq!((rejection.code.as_str(), rejection.field.as_deref()), (code, Some(field)), "{message}");
    }
}

/// A letter as it is without [`Plain`].
fn as_objects(letter: &Letter) -> Letter {
    Letter { messages: letter.messages.objects().into_owned().into(), ..letter.clone() }
}

fn is_plain(letter: &Letter) -> bool {
    *letter != as_objects(letter)
}

#[test]
fn usual_letters_need_no_tree() {
    let usual = json!({
        "event": "purchase", "time": NOON / 1_000, "sent_at": null, "message_id": 7, "link": false, "amount": 1, "page": "/p",
        "identifiers": {"user_id": 1, "phone": null}, "items": [{"sku": "a"}], "traits": {"tier": [1]}, "props": {"n": {}},
    });
    let other = json!({"message_id": "m", "event": "a", "identifiers": [{"value": "1", "namespace": "u"}]});
    let bodies = [
        usual.to_string(),
        format!(" \r\n{usual:#} "),
        json!([usual, other]).to_string(),
        json!({"events": [usual], "sent_at": "2026-09-01T12:00:00.120Z"}).to_string(),
        json!({"sent_at": 7, "events": [other]}).to_string(),
        "[]".to_owned(),
    ];
    let lines = opened(format!("{usual}\n\n{other}\r\n").as_bytes(), "application/x-ndjson").unwrap();
    for letter in bodies.iter().map(|body| opened(body.as_bytes(), "").unwrap()).chain([lines]) {
        assert!(is_plain(&letter), "{letter:?}");
        assert_eq!(read(letter.clone(), &DOOR), read(as_objects(&letter), &DOOR));
        assert!(letter.weight() >= as_objects(&letter).weight());
    }
    let identifiers = vec![json!({"namespace": "u", "value": "1"}); IDENTIFIERS_MAX + 1];
    let many_identifiers = json!({"message_id": "m", "event": "a", "identifiers": identifiers});
    for unusual in
        [json!([other, {"event": "a"}]), json!([other, 7]), json!([[]]), json!({"events": [[]]}), many_identifiers]
    {
        assert!(!is_plain(&opened(unusual.to_string().as_bytes(), "").unwrap()), "{unusual}");
    }
}

#[test]
fn an_event_of_a_usual_letter_that_is_rejected_is_kept_as_it_was_sent() {
    let nobody = r#"{"message_id":"1", "event":"\u0061", "identifiers":{"user_id":"null"}, "amount":1.50}"#;
    let letter =
        opened(format!(r#"{{"events":[{nobody},{nobody}],"sent_at":"2026-09-01T12:00:00Z"}}"#).as_bytes(), "").unwrap();
    assert!(is_plain(&letter));
    let rejections = read(letter, &DOOR).rejections;
    assert_eq!(rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 2]);
    let original = r#"{"message_id":"1","event":"a","identifiers":{"user_id":"null"},"amount":1.5,"sent_at":"2026-09-01T12:00:00Z"}"#;
    assert_eq!(rejections[1].original, original);
}

#[test]
fn limits_are_those_of_trees() {
    let one = json!({"message_id": "m", "event": "a", "identifiers": {"u": "1"}}).to_string();
    let list = |count: usize| format!("[{}]", vec![one.as_str(); count].join(","));
    assert!(is_plain(&opened(list(LETTER_MESSAGES_MAX).as_bytes(), "").unwrap()));
    let (many, lines) = (list(LETTER_MESSAGES_MAX + 1), vec![one.as_str(); LETTER_MESSAGES_MAX + 1].join("\n"));
    let refused = [
        opened(many.as_bytes(), ""),
        opened(format!("{{\"events\":{many}}}").as_bytes(), ""),
        opened(lines.as_bytes(), "application/x-ndjson"),
    ];
    assert!(refused.iter().all(|refused| refused.as_ref().is_err_and(|refusal| refusal.too_large)));
    for depth in 120..130 {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        for field in ["props", "items", "page", "identifiers", "colour"] {
            let body = format!(r#"[{{"message_id":"m","{field}":{{"a":{open}{close}}}}}]"#);
            let expected = tree(body.as_bytes(), false).map(|(pile, _)| pile.messages);
            let found = opened(body.as_bytes(), "").map(|letter| letter.messages.objects().into_owned());
            assert_eq!(found, expected, "{field} {depth}");
        }
    }
}

/// Text of JSON values that are usual for a field, or anything.
fn written(usual: &'static [&'static str]) -> BoxedStrategy<String> {
    let odd = proptest::sample::select(
        &[
            "null",
            "true",
            "\"\"",
            "\" \"",
            "\"a\"",
            "\"\\u0061\\n\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"鞋\"",
            "0",
            "-0",
            "1e2",
            "12.50",
            "9223372036854775807",
            "18446744073709551615",
            "18446744073709551616",
            "1e400",
            "01",
            "[]",
            "{}",
            "[{}]",
            "[[\"u\",\"1\"]]",
            "{\"$serde_json::private::RawValue\":\"1\"}",
            "{\"$serde_json::private::RawValue\":1}",
            "{\"a\":1,\"a\":2}",
            "nul",
            "\"2026-09-01\"",
        ][..],
    );
    prop_oneof![24 => proptest::sample::select(usual), 1 => odd].prop_map(str::to_owned).boxed()
}

const NUMBERS: &[&str] = &["1", "-2.50", "1e3", "18446744073709551615", "null"];
const TEXTS: &[&str] = &["\"a\"", "\"\\u00e9\"", "\"cny\"", "7", "7.0", "\" \"", "\"\"", "null"];
const OBJECTS: &[&str] =
    &["{}", "{\"a\":1,\"b\":null}", "{\"a\":{\"b\":[1,{\"c\":\"\\u00e9\"}]}}", "{\"a\":1,\"\\u0061\":2.0}", "null"];

const IDENTIFIERS: &[&str] = &[
    "[{\"namespace\":\"user_id\",\"value\":\"1\"}]",
    "[{\"value\":1,\"namespace\":\"Phone\"},{\"namespace\":\"phone\",\"value\":\"+86 138 0013 8000\"}]",
    "{\"user_id\":\"null\",\"u\":12.0}",
    "{\"u\":\"1\",\"v\":null,\"email\":\"A@b.c\"}",
    "{\"u\":\"1\",\"u\":\"2\"}",
    "{\"user_id\":\"0\"}",
    "{}",
    "[]",
];

/// A field of an event as text, with its name.
fn field() -> BoxedStrategy<(String, String)> {
    let times = &[
        "1788263000000",
        "1788263000.5",
        "\"2026-09-01T19:59:00+08:00\"",
        "\"1788263000\"",
        "\"2036-09-01T12:00:00Z\"",
        "5",
        "null",
    ];
    // Few that come often, so that one is said twice.
    let few = &[Column::Amount, Column::Currency, Column::Page, Column::Product];
    let column = prop_oneof![proptest::sample::select(few.as_slice()), proptest::sample::select(Column::ALL)];
    let column = column.prop_flat_map(|column| {
        let usual = if column.column_type() == ColumnType::Number { NUMBERS } else { TEXTS };
        written(usual).prop_map(move |value| (column.name().to_owned(), value))
    });
    let named = |name: &'static str, usual: &'static [&'static str]| {
        written(usual).prop_map(move |value| (name.to_owned(), value))
    };
    prop_oneof![
        8 => column,
        1 => named("channel", &["\"app\"", "\"\"", "null"]),
        2 => named("time", times),
        1 => named("sent_at", times),
        1 => named("link", &["true", "false", "null"]),
        1 => named("identifiers", IDENTIFIERS),
        2 => named("items", &["[]", "[{\"sku\":\"a\",\"quantity\":2}]", "[{\"sku\":1},{\"a\":{}}]", "null"]),
        2 => named("traits", OBJECTS),
        2 => named("props", OBJECTS),
    ]
    .boxed()
}

/// The text of an event: most are whole, some say a field twice, one that is not known, or are no event at all.
fn event() -> BoxedStrategy<String> {
    let fields = (
        written(&["\"purchase\"", "\"refund\"", "\"$identify\"", "\"$x\"", "\"\\u0061\"", "null"]),
        written(&["\"m-1\"", "\"m-2\"", "7", "1.50"]),
        written(IDENTIFIERS),
        proptest::collection::vec(field(), 0..6),
        proptest::sample::select(
            &["", "", "", "", "", "", "", "", ",\"colour\":1", ",\"colour\":null", ",\"\\u0070age\":\"x\"", ","][..],
        ),
    );
    let event = fields.prop_map(|(event, message_id, identifiers, fields, more)| {
        let mut written = format!(r#"{{"event": {event},"message_id":{message_id}"#);
        let mut known = Vec::new();
        for (name, value) in [("identifiers".to_owned(), identifiers)].into_iter().chain(fields) {
            // Some say a field twice.
            if !known.contains(&name) || value.len().is_multiple_of(4) {
                written.push_str(&format!(",\"{name}\" :{value}"));
            }
            known.push(name);
        }
        written + more + "}"
    });
    prop_oneof![60 => event, 1 => written(&["{}", "[]", "7"])].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_letter_says_the_same_without_its_tree(
        events in proptest::collection::vec(event(), 0..4),
        sent_at in written(&["\"2026-09-01T11:58:00Z\"", "1788263000000", "\"soon\"", "\"2026-09-01\"", "8000000000000000000", "null"]),
        more in proptest::sample::select(&["", "", "", "", ",\"event\":1", ",\"more\":1", ",\"events\":[]"][..]),
        shape in 0_usize..5,
        cut in prop_oneof![9 => Just(usize::MAX), 1 => 0_usize..300],
    ) {
        let (list, lines) = (format!("[{}]", events.join(", ")), events.join("\n"));
        let (mut body, content_type) = match shape {
            0 => (lines, ""),
            1 => (lines, "application/x-ndjson"),
            2 => (format!("{{\"events\":{list},\"sent_at\":{sent_at}{more}}}"), ""),
            3 => (format!("{{\"sent_at\":{sent_at},\"events\":{list}}}"), ""),
            _ => (list, ""),
        };
        body.truncate(body.floor_char_boundary(cut));
        let expected = tree(body.as_bytes(), !content_type.is_empty());
        match (opened(body.as_bytes(), content_type), expected) {
            (Ok(letter), Ok((pile, sent_at_us))) => {
                prop_assert_eq!(letter.sent_at_us, sent_at_us);
                prop_assert_eq!(&*letter.messages.objects(), &pile.messages);
                prop_assert_eq!(&letter.unreadable, &pile.unreadable);
                prop_assert!(letter.weight() >= as_objects(&letter).weight());
                let objects = as_objects(&letter);
                prop_assert_eq!(read(letter, &DOOR), read(objects, &DOOR));
            }
            (letter, expected) => prop_assert_eq!(letter.err(), expected.err()),
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_ends_in_one_way(
        batch in messages(
            &["event", "time", "identifiers", "namespace", "value", "items", "props", "traits", "amount", "page", "link",
              "message_id", "channel", "sent_at"],
            &["a", "$identify", "", "2026-09-01T12:00:00Z", "1.5", "member_no"],
        ),
        cut in 0_usize..200,
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let lines: String = batch.iter().map(|message| format!("{message}\n")).collect();
        let wrapped = json!({"events": batch}).to_string();
        read_obeying(&opened(wrapped.as_bytes(), "").unwrap(), NOON);
        let letter = opened(lines.as_bytes(), "application/x-ndjson").unwrap();
        prop_assert_eq!(letter.messages.len() + letter.unreadable.len(), batch.len());
        read_obeying(&letter, NOON);
        open_and_read(Protocol::Throughline, "", &wrapped.as_bytes()[..cut.min(wrapped.len())]);
        open_and_read(Protocol::Throughline, "", &bytes);
    }
}
