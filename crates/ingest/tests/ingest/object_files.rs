//! NDJSON and Parquet: nested fields, typed values.

use std::sync::Arc;

use crate::common::{decode, given, mapping, parsed};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int32Array,
    Int64Array, ListArray, StringArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use arrow::record_batch::RecordBatch;
use model::event::{Column, ColumnValue};
use serde_json::json;

/// Events as the two kinds of tracking systems in wide use write them, made up.
const SENSORS: &str = r#"{"type":"track","event":"ViewProduct","distinct_id":"a-1","login_id":"m8812","time":1704076200123,"properties":{"$lib":"MiniProgram","$os":"iOS","$city":"上海","product_id":"P7","price":"19.90","tags":["new","hot"],"extra":{"depth":2}}}
{"type":"track","event":"SubmitOrder","distinct_id":"a-1","time":1704076260000,"properties":{"$lib":"MiniProgram","order_id":"O1","order_amount":39.8,"items":[{"sku":"P7","n":2}]}}
{"type":"profile_set","distinct_id":"a-1","login_id":"m8812","time":1704076300000,"properties":{"level":"gold"}}
{"type":"track","distinct_id":"a-2","time":1704076200123,"properties":{}}
{"broken": 
[1, 2]
"#;

#[test]
fn nested_fields_are_reached_by_their_path() {
    let text = "source: sensors
time: {column: time, format: unix_ms}
identifiers:
  - {namespace: login, column: login_id}
  - {namespace: device, column: distinct_id}
link: true
event: {expr: 'type == \"profile_set\" ? \"$profile_set\" : event'}
channel: {expr: 'has(properties.$lib) ? \"mini_program\" : \"unknown\"'}
columns: {product: properties.product_id, amount: properties.order_amount, order_id: properties.order_id, city: properties.$city}
traits: {level: properties.level}
items: properties.items
props: {except: [type]}
";
    let text = text
        .replace("has(properties.$lib)", "\\\"$lib\\\" in properties")
        .replace("'\\\"", "'\"")
        .replace("\\\"", "\"");
    let file = given("a.ndjson", SENSORS);
    let decoded = decode(&file.path, &parsed(&text)).unwrap();
    let view = &decoded.events[0];
    assert_eq!(
        (view.event.as_str(), view.channel.as_str(), view.time_us),
        ("ViewProduct", "mini_program", 1_704_076_200_123_000)
    );
    assert_eq!(view.identifiers.iter().map(|id| id.value.as_str()).collect::<Vec<_>>(), ["m8812", "a-1"]);
    assert_eq!(view.columns[&Column::City], ColumnValue::Text("上海".into()));
    // What was used is gone from the properties, the rest is as nested as it came.
    assert_eq!(
        json!(view.props),
        json!({"event": "ViewProduct", "properties": {"$lib": "MiniProgram", "$os": "iOS", "price": "19.90", "tags": ["new", "hot"], "extra": {"depth": 2}}})
    );
    let order = &decoded.events[1];
    assert_eq!(order.columns[&Column::Amount], ColumnValue::Number(39.8));
    assert_eq!(json!(order.items), json!([{"sku": "P7", "n": 2}]));
    assert_eq!(decoded.events[2].event, "$profile_set");
    assert_eq!(json!(decoded.events[2].traits), json!({"level": "gold"}));
    assert_eq!(decoded.codes(), [(4, "event_missing"), (5, "json_invalid"), (6, "json_invalid")]);
    assert_eq!(decoded.rejections[1].original, "{\"broken\":");
}

#[test]
fn a_flat_name_with_a_dot_wins_over_a_path() {
    let file = given("a.jsonl", "{\"user\":\"u\",\"time\":\"2024-01-01\",\"event\":\"x\",\"a.b\":1,\"a\":{\"b\":2}}\n");
    let decoded = decode(&file.path, &mapping("columns: {amount: a.b}\n")).unwrap();
    assert_eq!(decoded.events[0].columns[&Column::Amount], ColumnValue::Number(1.0));
    assert_eq!(json!(decoded.events[0].props), json!({"a": {"b": 2}}));
}

#[test]
fn packed_and_marked_ndjson_is_read() {
    let line = "{\"user\":\"u\",\"time\":\"2024-01-01\",\"event\":\"浏览\"}";
    for bytes in [
        format!("\u{feff}{line}\r\n\n{line}").into_bytes(),
        zstd::encode_all(format!("{line}\n{line}\n").as_bytes(), 1).unwrap(),
    ] {
        let decoded = decode(&given("a.ndjson", bytes).path, &mapping("")).unwrap();
        assert_eq!((decoded.events.len(), decoded.codes().len()), (2, 0));
        assert_eq!(decoded.events[0].event, "浏览");
        assert_ne!(decoded.events[0].event_id, decoded.events[1].event_id);
    }
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn base() -> Vec<(&'static str, ArrayRef)> {
    let us = 1_704_076_200_000_000;
    vec![
        ("user", Arc::new(Int64Array::from(vec![7, 8])) as ArrayRef),
        ("time", Arc::new(TimestampMicrosecondArray::from(vec![us, us]).with_timezone("UTC")) as ArrayRef),
        ("event", Arc::new(["view", "buy"].into_iter().collect::<DictionaryArray<Int32Type>>()) as ArrayRef),
    ]
}

#[test]
fn parquet_values_keep_their_types() {
    let mut columns = base();
    let inner = StructArray::from(vec![(
        Arc::new(Field::new("depth", DataType::Int32, true)),
        Arc::new(Int32Array::from(vec![Some(3), None])) as ArrayRef,
    )]);
    columns.extend([
        ("float", Arc::new(Float32Array::from(vec![0.1f32, f32::NAN])) as ArrayRef),
        ("double", Arc::new(Float64Array::from(vec![Some(2.5), None])) as ArrayRef),
        (
            "decimal",
            Arc::new(Decimal128Array::from(vec![1234, -5]).with_precision_and_scale(10, 2).unwrap()) as ArrayRef,
        ),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), None])) as ArrayRef),
        ("big", Arc::new(UInt64Array::from(vec![u64::MAX, 1])) as ArrayRef),
        ("day", Arc::new(Date32Array::from(vec![19_723, 0])) as ArrayRef),
        ("text", Arc::new(StringArray::from(vec![Some(""), Some("名")])) as ArrayRef),
        ("nested", Arc::new(inner) as ArrayRef),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None]), None]))
                as ArrayRef,
        ),
    ]);
    let decoded = decode(
        &given("a.parquet", parquet(columns)).path,
        &mapping("columns: {amount: decimal, score: nested.depth}\n"),
    )
    .unwrap();
    assert_eq!(decoded.codes(), []);
    assert_eq!(decoded.events[0].identifiers[0].value, "7");
    assert_eq!(decoded.events[0].columns[&Column::Amount], ColumnValue::Number(12.34));
    assert_eq!(decoded.events[0].columns[&Column::Score], ColumnValue::Number(3.0));
    assert_eq!(
        json!(decoded.events[0].props),
        json!({"float": 0.1, "double": 2.5, "flag": true, "big": "18446744073709551615", "day": "2024-01-01 00:00:00", "nested": {"depth": 3}, "list": [1, null]})
    );
    assert_eq!(
        json!(decoded.events[1].props),
        json!({"big": 1, "day": "1970-01-01 00:00:00", "text": "名", "nested": {"depth": null}})
    );
}

#[test]
fn parquet_times_are_read_in_every_unit_and_need_a_zone_only_without_one() {
    let s = 1_704_076_200;
    let naive: [ArrayRef; 4] = [
        Arc::new(TimestampSecondArray::from(vec![s, s])),
        Arc::new(TimestampMillisecondArray::from(vec![s * 1_000, s * 1_000])),
        Arc::new(TimestampMicrosecondArray::from(vec![s * 1_000_000, s * 1_000_000])),
        Arc::new(TimestampNanosecondArray::from(vec![s * 1_000_000_000 + 999, s * 1_000_000_000])),
    ];
    let without_zone = parsed(
        "source: t\ntime: time\nidentifiers: [{namespace: u, column: user}]\nevent: event\nchannel: {const: web}\n",
    );
    for array in naive {
        let mut columns = base();
        columns[1].1 = array;
        let file = given("a.parquet", parquet(columns));
        let decoded = decode(&file.path, &mapping("")).unwrap();
        assert_eq!((decoded.events[0].time_us, decoded.events[0].offset_minutes), (s * 1_000_000, Some(0)));
        let error = decode(&file.path, &without_zone).unwrap_err();
        assert!(error.to_string().contains("clock readings without offset; add the zone"), "{error}");
    }
    let zoned = decode(&given("a.parquet", parquet(base())).path, &without_zone).unwrap();
    assert_eq!((zoned.events[0].time_us, zoned.events[0].offset_minutes), (s * 1_000_000, None));
}

#[test]
fn a_parquet_file_cut_short_is_damaged_and_a_packed_one_is_read() {
    let bytes = parquet(base());
    let cut = decode(&given("a.parquet", &bytes[..bytes.len() - 20]).path, &mapping("")).unwrap_err();
    assert_eq!(cut.kind(), ingest::ErrorKind::Damaged);
    let packed = zstd::encode_all(bytes.as_slice(), 1).unwrap();
    let decoded = decode(&given("a.parquet.zst", packed).path, &mapping("")).unwrap();
    assert_eq!(decoded.events.len(), 2);
}

#[test]
fn the_same_parquet_row_keeps_its_id() {
    let first = decode(&given("a.parquet", parquet(base())).path, &mapping("")).unwrap();
    let second = decode(&given("b.parquet", parquet(base())).path, &mapping("props: none\n")).unwrap();
    let ids = |decoded: &crate::common::Decoded| decoded.events.iter().map(|event| event.event_id).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&second));
    // Stored rows hold hashes of these bytes: tag 2 an integer, 6 an instant, 5 a text, each little-endian.
    let mut identity = vec![2];
    identity.extend_from_slice(&7i64.to_le_bytes());
    identity.push(6);
    identity.extend_from_slice(&1_704_076_200_000_000i64.to_le_bytes());
    identity.extend_from_slice(&[5, 4, 0, 0, 0]);
    identity.extend_from_slice(b"view");
    assert_eq!(first.events[0].event_id, model::event::event_id_of_row("test", &identity, 0, 0));
}

#[test]
fn what_stands_beside_a_deep_field_stays() {
    let line = "{\"user\":\"u\",\"time\":\"2024-01-01\",\"event\":\"x\",\"a\":{\"b\":{\"c\":1,\"d\":2}}}\n";
    let decoded = decode(&given("a.ndjson", line).path, &mapping("columns: {amount: a.b.c}\n")).unwrap();
    assert_eq!(decoded.events[0].columns[&Column::Amount], ColumnValue::Number(1.0));
    assert_eq!(json!(decoded.events[0].props), json!({"a": {"b": {"d": 2}}}));
}

#[test]
fn a_name_with_a_dot_is_reached_within_a_path() {
    let line = "{\"user\":\"u\",\"time\":\"2024-01-01\",\"event\":\"x\",\"a\":{\"b.c\":1,\"d\":2}}\n";
    let decoded = decode(&given("a.ndjson", line).path, &mapping("columns: {amount: a.b.c}\n")).unwrap();
    assert_eq!(decoded.events[0].columns[&Column::Amount], ColumnValue::Number(1.0));
    assert_eq!(json!(decoded.events[0].props), json!({"a": {"d": 2}}));
}

#[test]
fn a_day_and_a_time_of_day_are_joined_whatever_their_types() {
    let mut columns = base();
    columns.push(("day", Arc::new(Date32Array::from(vec![19_723, 19_723])) as ArrayRef));
    columns.push(("clock", Arc::new(StringArray::from(vec!["10:30:00", "08:00"])) as ArrayRef));
    let text = "source: t\ntime: {columns: [day, clock], zone: UTC}\nidentifiers: [{namespace: u, column: user}]\nevent: event\n\
                channel: {const: web}\n";
    let decoded = decode(&given("a.parquet", parquet(columns)).path, &parsed(text)).unwrap();
    assert_eq!(decoded.codes(), []);
    let day_us = 19_723 * 86_400_000_000;
    let times: Vec<_> = decoded.events.iter().map(|event| event.time_us - day_us).collect();
    assert_eq!(times, [37_800_000_000, 28_800_000_000]);
}
