//! Event logs of process tools: XES and OCEL 2. What is expected is counted by hand.

use std::io::Write;

use crate::common::{batches, decode, given, parsed};
use ingest::{ErrorKind, SourceFile, suggest};
use model::event::{Column, ColumnValue};
use serde_json::json;

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by hand. -->
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/" xes.features="nested-attributes">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="name"/></global>
  <classifier name="Activity and step" scope="event" keys="concept:name lifecycle:transition"/>
  <classifier name="Quoted" keys="'two words' org:resource"/>
  <string key="concept:name" value="loans"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <float key="AMOUNT_REQ" value="20000.0"/>
    <string key="customer_id" value="k7"><boolean key="verified" value="true"/></string>
    <event>
      <string key="concept:name" value="提交 &amp; 登记"/>
      <string key="lifecycle:transition" value="start"/>
      <date key="time:timestamp" value="2024-03-13T10:21:14.123+08:00"/>
      <int key="attempt" value="1"><string key="unit" value="times"/></int>
    </event>
    <event>
      <string key="concept:name" value="提交 &amp; 登记"/>
      <string key="lifecycle:transition" value="complete"/>
      <date key="time:timestamp" value="2024-03-13T10:25:00+08:00"/>
      <list key="papers"><values><string key="paper" value="id"/><string key="paper" value="pay slip"/></values></list>
      <container key="place"><string key="city" value="上海"/></container>
    </event>
  </trace>
  <trace>
    <string key="concept:name" value="c2"/>
    <event><string key="concept:name" value="check"/><date key="time:timestamp" value="2024-03-14T09:00:00Z"/><int key="attempt" value="two"/></event>
    <event><string key="concept:name" value="check"/><string key="lifecycle:transition" value="complete"/></event>
    <event><string key="concept:name" value="check"/><string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="2024-03-14T09:05:00Z"/></event>
    <event><string key="concept:name" value="check"/><string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="2024-03-14T09:05:00Z"/></event>
  </trace>
</log>
"#;

const XES_MAPPING: &str = "source: loans
time: time:timestamp
identifiers:
  - {namespace: customer, column: case.customer_id}
  - {namespace: case, column: case.concept:name}
event: concept:name
channel: {const: office}
columns: {amount: case.AMOUNT_REQ, city: place.city}
traits: {verified: case.customer_id.verified}
";

#[test]
fn events_of_a_trace_have_its_attributes_as_case() {
    let decoded = decode(&given("a.xes", XES).path, &parsed(XES_MAPPING)).unwrap();
    assert_eq!(decoded.codes(), [(29, "attribute_invalid"), (30, "time_missing")]);
    assert_eq!(decoded.rejections[0].reason, "`two` is no int (attribute `attempt`)");
    assert!(decoded.rejections[0].original.contains(r#""attempt":"two""#), "{}", decoded.rejections[0].original);
    assert_eq!((decoded.rows, decoded.events.len()), (6, 4));
    let [start, complete, check, again] = decoded.events.as_slice() else { panic!("four events") };
    assert_eq!(
        (start.event.as_str(), start.time_us, start.offset_minutes),
        ("提交 & 登记", 1_710_296_474_123_000, Some(480))
    );
    let ids = |event: &model::event::Event| {
        event.identifiers.iter().map(|id| (id.namespace.clone(), id.value.clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(start), [("customer".into(), "k7".into()), ("case".into(), "c1".into())]);
    assert_eq!(ids(check), [("case".into(), "c2".into())]);
    assert_eq!(start.columns[&Column::Amount], ColumnValue::Number(20000.0));
    assert_eq!(json!(start.traits), json!({"verified": true}));
    assert_eq!(json!(start.props), json!({"lifecycle:transition": "start", "attempt": 1, "attempt.unit": "times"}));
    assert_eq!(
        json!(complete.props),
        json!({"lifecycle:transition": "complete", "papers": [{"paper": "id"}, {"paper": "pay slip"}]})
    );
    assert_eq!(complete.columns[&Column::City], ColumnValue::Text("上海".into()));
    // Identical events of one case both count.
    assert_ne!(check.event_id, again.event_id);
}

#[test]
fn lifecycle_and_classifiers_are_expressions() {
    let text = XES_MAPPING
        .replace("event: concept:name", r#"event: {expr: 'row["concept:name"] + "+" + row["lifecycle:transition"]'}"#)
        + "skip_if: 'row[\"lifecycle:transition\"] != \"complete\"'\nset_props: {file: {expr: 'case[\"concept:name\"]'}}\n";
    let decoded = decode(&given("a.xes", XES).path, &parsed(&text)).unwrap();
    let names: Vec<_> = decoded.events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(names, ["提交 & 登记+complete", "check+complete", "check+complete"]);
    assert_eq!(decoded.skipped, 1);
    let cases: Vec<_> = decoded.events.iter().map(|event| event.props["file"].clone()).collect();
    assert_eq!(cases, ["c1", "c2", "c2"]);
}

#[test]
fn logs_are_read_packed_in_any_encoding_and_from_any_position() {
    let mapping = parsed(XES_MAPPING);
    let whole = decode(&given("a.xes", XES).path, &mapping).unwrap();
    let declared = XES.replace("UTF-8", "GB18030");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(XES.as_bytes()).unwrap();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(XES.replace("UTF-8", "UTF-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        ("a.xes.gz", gzip.finish().unwrap()),
        ("a.xml", encoding_rs::GB18030.encode(&declared).0.into_owned()),
        ("a.xes", utf16),
        ("a.txt", [b"\xef\xbb\xbf", XES.as_bytes()].concat()),
    ] {
        assert_eq!(decode(&given(name, bytes).path, &mapping).unwrap().events, whole.events, "{name}");
    }
    let file = given("a.xes", XES);
    let first = batches(&file.path, &mapping, 0, 1);
    for stop in 1..first.len() {
        let rest = batches(&file.path, &mapping, first[stop - 1].position, 1);
        let events: Vec<_> = first[..stop].iter().chain(&rest).flat_map(|batch| batch.events.clone()).collect();
        assert_eq!(events, whole.events, "{stop}");
    }
}

const OCEL_JSON: &str = r#"{
  "events": [
    {"id": "e1", "type": "下单", "time": "2024-03-13T02:00:00Z", "attributes": [{"name": "price", "value": "19.90"}],
     "relationships": [{"objectId": "c1", "qualifier": "placed by"}, {"objectId": "o1", "qualifier": "order"}, {"objectId": "i1", "qualifier": "item"}, {"objectId": "i2", "qualifier": "item"}]},
    {"id": "e2", "type": "发货", "time": "2024-03-20T02:00:00Z", "attributes": [],
     "relationships": [{"objectId": "o1", "qualifier": "order"}, {"objectId": "ghost", "qualifier": "by"}]},
    {"id": "e3", "type": "签收", "time": "2024-03-21T02:00:00Z", "relationships": [{"objectId": "c1", "qualifier": "by"}]},
    {"id": "e4", "time": "2024-03-21T02:00:00Z"},
    {"id": "e5", "type": "下单", "time": "2024-03-21T02:00:00Z", "attributes": [{"name": "price", "value": "much"}]},
    {"id": "e6", "type": "下单", "time": "2024-03-21T02:00:00Z", }
  ],
  "eventTypes": [{"name": "下单", "attributes": [{"name": "price", "type": "float"}]}, {"name": "发货", "attributes": []}, {"name": "签收", "attributes": []}],
  "objectTypes": [{"name": "customer", "attributes": [{"name": "tier", "type": "string"}]}, {"name": "order", "attributes": []}, {"name": "item", "attributes": []}],
  "objects": [
    {"id": "c1", "type": "customer", "attributes": [{"name": "tier", "time": "1970-01-01T00:00:00Z", "value": "silver"}, {"name": "tier", "time": "2024-03-15T00:00:00Z", "value": "gold"}],
     "relationships": [{"objectId": "o1", "qualifier": "owns"}]},
    {"id": "o1", "type": "order", "attributes": [], "relationships": [{"objectId": "i1", "qualifier": "has"}]},
    {"id": "i1", "type": "item"}, {"id": "i2", "type": "item"}, {"id": "i2", "type": "item"}
  ]
}
"#;

const OCEL_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log>
  <object-types>
    <object-type name="customer"><attributes><attribute name="tier" type="string"/></attributes></object-type>
    <object-type name="order"><attributes/></object-type>
    <object-type name="item"><attributes/></object-type>
  </object-types>
  <event-types>
    <event-type name="下单"><attributes><attribute name="price" type="float"/></attributes></event-type>
    <event-type name="发货"><attributes/></event-type>
    <event-type name="签收"><attributes/></event-type>
  </event-types>
  <objects>
    <object id="c1" type="customer">
      <attributes>
        <attribute name="tier" time="1970-01-01T00:00:00Z">silver</attribute>
        <attribute name="tier" time="2024-03-15T00:00:00Z">gold</attribute>
      </attributes>
      <objects><relationship object-id="o1" qualifier="owns"/></objects>
    </object>
    <object id="o1" type="order"><attributes/><objects><relationship object-id="i1" qualifier="has"/></objects></object>
    <object id="i1" type="item"/>
    <object id="i2" type="item"/>
    <object id="i2" type="item"/>
  </objects>
  <events>
    <event id="e1" type="下单" time="2024-03-13T02:00:00Z">
      <attributes><attribute name="price"> 19.90 </attribute></attributes>
      <objects>
        <relationship object-id="c1" qualifier="placed by"/><relationship object-id="o1" qualifier="order"/>
        <relationship object-id="i1" qualifier="item"/><relationship object-id="i2" qualifier="item"/>
      </objects>
    </event>
    <event id="e2" type="发货" time="2024-03-20T02:00:00Z">
      <attributes/>
      <objects><relationship object-id="o1" qualifier="order"/><relationship object-id="ghost" qualifier="by"/></objects>
    </event>
    <event id="e3" type="签收" time="2024-03-21T02:00:00Z"><objects><relationship object-id="c1" qualifier="by"/></objects></event>
    <event id="e4" time="2024-03-21T02:00:00Z"/>
    <event id="e5" type="下单" time="2024-03-21T02:00:00Z"><attributes><attribute name="price">much</attribute></attributes></event>
  </events>
</log>
"#;

const OCEL_MAPPING: &str = "source: orders
time: time
identifiers:
  - {namespace: customer, column: objects.customer.id}
  - {namespace: customer, column: objects.order.related.customer}
message_id: id
event: type
channel: {const: web}
columns: {amount: attributes.price, order_id: objects.order.id}
traits: {tier: objects.customer.attributes.tier}
items: relationships
props: none
set_props:
  placed_by: {expr: 'relationships.exists(r, has(r.qualifier) && r.qualifier == \"placed by\")'}
";

#[test]
fn events_carry_their_objects_as_they_were_at_the_time() {
    let mapping = parsed(OCEL_MAPPING);
    let json = decode(&given("a.json", OCEL_JSON).path, &mapping).unwrap();
    assert_eq!(
        json.codes(),
        [(18, "object_repeated"), (8, "ocel_invalid"), (9, "attribute_invalid"), (10, "json_invalid")]
    );
    let [placed, shipped, signed] = json.events.as_slice() else { panic!("three events") };
    // The customer of an order is reached through the order, whichever of the two names the other.
    let ids: Vec<_> = json.events.iter().map(|event| event.identifiers[0].value.as_str()).collect();
    assert_eq!(ids, ["c1", "c1", "c1"]);
    assert_eq!(placed.columns[&Column::Amount], ColumnValue::Number(19.9));
    assert_eq!(shipped.columns[&Column::OrderId], ColumnValue::Text("o1".into()));
    assert_eq!((json!(placed.traits), json!(signed.traits)), (json!({"tier": "silver"}), json!({"tier": "gold"})));
    assert_eq!(
        json!(placed.items),
        json!([
            {"type": "customer", "id": "c1", "qualifier": "placed by"},
            {"type": "order", "id": "o1", "qualifier": "order"},
            {"type": "item", "id": "i1", "qualifier": "item"},
            {"type": "item", "id": "i2", "qualifier": "item"},
        ])
    );
    assert_eq!((json!(placed.props), json!(signed.props)), (json!({"placed_by": true}), json!({"placed_by": false})));
    assert_eq!(json.notes, ["1 relationships name an object that the log does not define"]);

    let xml = decode(&given("a.xml", OCEL_XML).path, &mapping).unwrap();
    assert_eq!(xml.codes(), [(24, "object_repeated"), (39, "ocel_invalid"), (40, "attribute_invalid")]);
    // Both forms of a log are the same events; what the file had before them takes places in the order.
    assert_eq!(xml.events, json.events);
}

#[test]
fn object_logs_resume_and_are_told_from_rows_of_json() {
    let file = given("a.json", OCEL_JSON);
    let mapping = parsed(OCEL_MAPPING);
    let whole = decode(&file.path, &mapping).unwrap();
    let first = batches(&file.path, &mapping, 0, 1);
    for stop in 1..first.len() {
        let rest = batches(&file.path, &mapping, first[stop - 1].position, 1);
        let events: Vec<_> = first[..stop].iter().chain(&rest).flat_map(|batch| batch.events.clone()).collect();
        assert_eq!(events, whole.events, "{stop}");
    }
    // On one line, as most programs write it.
    let line: serde_json::Value = serde_json::from_str(
        &OCEL_JSON.replace("\"time\": \"2024-03-21T02:00:00Z\", }", "\"time\": \"2024-03-21T02:00:00Z\"}"),
    )
    .unwrap();
    let flat = decode(&given("a.jsonocel", line.to_string()).path, &mapping).unwrap();
    assert_eq!(flat.events[..3], whole.events[..]);
    let rows = "{\"user\":\"u\",\"time\":\"2024-01-01\",\"event\":\"x\",\"events\":[1],\"objects\":2}\n";
    assert_eq!(decode(&given("a.json", rows).path, &crate::common::mapping("")).unwrap().events.len(), 1);
}

#[test]
fn broken_logs_say_where() {
    let xes = |text: &str| decode(&given("a.xes", text).path, &parsed(XES_MAPPING)).unwrap_err();
    let second = XES.rmatch_indices("<event>").nth(4).unwrap().0;
    let cut = xes(&XES[..second]);
    assert_eq!(cut.kind(), ErrorKind::Damaged);
    assert!(cut.to_string().contains("after row 1: the XML ends too early, in line 19"), "{cut}");
    let within = xes(&XES[..second + 20]);
    assert!(within.to_string().contains("after row 1: the XML is broken near line 20"), "{within}");
    let mixed = xes(&XES.replace("</container>", "</list>"));
    assert!(mixed.to_string().contains("the XML is broken near line 24"), "{mixed}");
    let entity = xes(&XES.replace("&amp;", "&unknown;"));
    assert_eq!(entity.kind(), ErrorKind::Damaged);

    // Entities that expand to entities are not even declared.
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><log><trace><event><string key="a" value="&lol2;"/></event></trace></log>"#;
    let error = xes(laughs);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("take the <!DOCTYPE …> out"), "{error}");
    let stated = decode(&given("a.xes", laughs).path, &parsed(&format!("{XES_MAPPING}format: xes\n"))).unwrap_err();
    assert!(stated.to_string().contains("<!DOCTYPE"), "{stated}");

    let deep = format!("<log><trace><event>{}", r#"<string key="a" value="b">"#.repeat(1000));
    assert_eq!(xes(&deep).kind(), ErrorKind::Limit);
    let long = format!(r#"<log><trace><event><string key="a" value="{}"/></event></trace></log>"#, "x".repeat(5 << 20));
    assert_eq!(xes(&long).kind(), ErrorKind::Limit);

    let ocel = |text: &str| decode(&given("a.json", text).path, &parsed(OCEL_MAPPING)).unwrap_err();
    let cut = ocel(&OCEL_JSON[..OCEL_JSON.len() - 40]);
    assert!(cut.to_string().contains("the JSON ends too early, in line 18"), "{cut}");
    assert!(ocel(&OCEL_JSON.replace("\"objects\": [", "\"objects\": {")).to_string().contains("is no list"));
    let cut = decode(&given("a.xml", &OCEL_XML[..OCEL_XML.len() / 2]).path, &parsed(OCEL_MAPPING)).unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::Damaged);
}

#[test]
fn an_event_too_long_costs_that_event() {
    let attribute = format!(r#"<string key="k" value="{}"/>"#, "x".repeat(1 << 20));
    let long = format!("<event>{}</event>", attribute.repeat(5));
    let text = XES.replacen("<event>", &format!("{long}\n<event>"), 1);
    let decoded = decode(&given("a.xes", text).path, &parsed(XES_MAPPING)).unwrap();
    assert_eq!(decoded.codes()[0], (13, "row_too_long"));
    assert_eq!(decoded.events.len(), 4);
    let long = format!(r#"{{"id": "e0", "type": "{}"}},"#, "x".repeat(5 << 20));
    let text = OCEL_JSON.replacen("\"events\": [", &format!("\"events\": [{long}"), 1);
    let decoded = decode(&given("a.json", text).path, &parsed(OCEL_MAPPING)).unwrap();
    assert_eq!((decoded.codes()[1], decoded.events.len()), ((2, "row_too_long"), 3));
}

#[test]
fn suggestions_know_the_fields_of_logs() {
    for (name, text) in [("loans.xes", XES), ("orders.jsonocel", OCEL_JSON), ("orders.xml", OCEL_XML)] {
        let file = given(name, text);
        let suggestion = suggest(&[SourceFile::at(&file.path).unwrap()]).unwrap();
        insta::assert_snapshot!(name, format!("{}\n---\n{}", suggestion.yaml, suggestion.notes.join("\n")));
        let decoded = decode(&file.path, &parsed(&suggestion.yaml)).unwrap();
        assert!(decoded.events.len() >= 3, "{name}");
    }
}
