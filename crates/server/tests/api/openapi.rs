//! The API's description is kept as a file, which the web app's types are made from.

use model::event::Column;
use serde_json::{Value, json};
use server::config::Limits;

use crate::doors::Shop;
use crate::support::shop;

/// Writes the file anew when set.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

#[test]
fn the_description_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi.json");
    let served = shop().get("/v1/openapi.json").json();
    let text = serde_json::to_string_pretty(&served).unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "tests/openapi.json is out of date; run this test with {UPDATE}=1 and look at the difference"
    );
}

#[test]
fn every_reference_leads_somewhere_and_every_failure_has_the_envelope() {
    let document = shop().get("/v1/openapi.json").json();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference} leads nowhere");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let failure = &operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(failure, "#/components/schemas/ErrorBody", "{method} {path}");
        }
    }
}

/// What the description says of events that are sent is what the door takes: every field at once, nothing else, and as lines.
#[test]
fn the_form_of_sent_events_is_the_doors() {
    let shop = Shop::open(Limits::default());
    let document = shop.server.get("/v1/openapi.json").json();
    let content = &document["paths"]["/v1/events"]["post"]["requestBody"]["content"];
    let types: Vec<&String> = content.as_object().unwrap().keys().collect();
    assert_eq!(types, ["application/json", "application/x-ndjson"]);
    let form = &document["components"]["schemas"]["SentEvent"];
    assert_eq!((&form["required"], &form["additionalProperties"]), (&json!(["event", "identifiers"]), &json!(false)));
    let fields = form["properties"].as_object().unwrap();
    assert!(Column::ALL.iter().all(|column| fields.contains_key(column.name())));
    let value = |name: &str, field: &Value| match name {
        "event" => json!("purchase"),
        "identifiers" => json!({"member_no": 8812}),
        "link" => json!(true),
        "time" | "sent_at" => json!("2026-03-01T12:00:00+08:00"),
        "items" => json!([{"product_id": "P1"}]),
        "traits" | "props" => json!({"any": 1}),
        _ if field["type"] == json!(["number", "null"]) => json!(1.5),
        _ => json!("x"),
    };
    let event: Value = fields.iter().map(|(name, field)| (name.clone(), value(name, field))).collect();
    let taken = shop.send(&event).json();
    assert_eq!((&taken["accepted"], &taken["rejected"]), (&json!(1), &json!([])), "{taken}");
    let bearer = format!("Bearer {}", shop.key);
    let lines =
        ["a", "b"].map(|name| json!({"event": name, "identifiers": [{"namespace": "member_no", "value": "1"}]}));
    let headers = [("content-type", "application/x-ndjson"), ("authorization", &*bearer)];
    let taken = shop.server.send("POST", "/v1/events", &headers, &lines.map(|line| line.to_string()).join("\n"));
    assert_eq!(taken.json()["accepted"], 2);
    let wrong = json!({"event": "a", "identifiers": {"member_no": "1"}, "colour": "red"});
    let told: Value = serde_json::from_str(&shop.send(&wrong).body).unwrap();
    assert_eq!(told["rejected"][0]["code"], "field_unknown");
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                references.push(reference.to_owned());
            }
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
