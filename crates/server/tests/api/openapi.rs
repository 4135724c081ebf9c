//! The API's description is kept as a file, which the web app's types are made from.

use serde_json::Value;

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
