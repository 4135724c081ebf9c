use model::event::ColumnValue;
use model::identity::Identifier;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::live::recorded::{messages, open_and_read, read_obeying};
use crate::live::{Decoded, open, read};

const NOON: i64 = 1_788_264_000_000_000; // 2026-09-01T12:00:00Z
const DOOR: Door<'static> = Door { source: "till", channel: "store", received_at_us: NOON, first_seq: 0 };

fn opened(body: &[u8], content_type: &str) -> Result<Letter, Refusal> {
    open(Protocol::Throughline, &Received { body, content_type, authorization: "Bearer k1", ..Received::default() })
}

fn decoded(body: &Value) -> Decoded {
    read(&opened(body.to_string().as_bytes(), "application/json").unwrap(), &DOOR)
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
        assert_eq!(read(&letter, &DOOR).events.len(), 2, "{body}");
    }
    let letter = opened(format!("{one}\nnonsense\n[]\n{one}").as_bytes(), "application/x-ndjson").unwrap();
    let decoded = read(&letter, &DOOR);
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
