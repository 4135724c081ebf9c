//! Personas by the map, and what a workspace can be cut by.

use serde_json::{Value, json};

use crate::support::shop;

const JOURNEY: &str = "/v1/workspaces/ecom/journeys/online-purchase";

/// A number of a map in short must be that of the map.
fn same(numbers: &Value, map: &Value) {
    for field in ["started", "conversion", "time_to_goal", "value"] {
        assert_eq!(numbers[field], map["totals"][field], "{field}");
    }
    assert_eq!(numbers["question"], map["meta"]["question"]);
    let stages = numbers["stages"].as_array().unwrap();
    assert_eq!(stages.len(), map["stages"].as_array().unwrap().len());
    for (stage, of_map) in stages.iter().zip(map["stages"].as_array().unwrap()) {
        for (field, value) in stage.as_object().unwrap() {
            assert_eq!(value, &of_map[field], "{field} of {}", stage["stage"]);
        }
    }
}

#[test]
fn the_numbers_of_a_persona_are_those_of_its_map() {
    let server = shop();
    let scope = json!({"customers": [{"event": "add_to_cart"}]});
    let answer = server.post(&format!("{JOURNEY}/personas"), &json!({"scope": scope})).json();
    let map = |request: Value| server.post(&format!("{JOURNEY}/map"), &request).json();
    same(&answer["everyone"], &map(json!({"scope": scope})));
    assert_eq!(answer["everyone"]["share"]["share"], 1.0);
    let personas = answer["personas"].as_array().unwrap();
    assert!(personas.len() >= 2, "{answer:#}");
    for persona in personas {
        assert_eq!(persona["basis"], "live");
        let numbers = &persona["numbers"];
        let of_persona = map(json!({"scope": scope, "persona": persona["id"]}));
        same(numbers, &of_persona);
        let words = of_persona["meta"]["filters"].to_string();
        assert!(words.contains(persona["name"]["zh-CN"].as_str().unwrap()), "{words}");
        let (hits, of) = (&numbers["share"]["hits"], &numbers["share"]["of"]);
        assert_eq!((hits, of), (&numbers["started"]["customers"], &answer["everyone"]["started"]["customers"]));
        assert!(hits.as_u64() > Some(0) && hits.as_u64() < of.as_u64(), "{persona:#}");
        // A number opens to its customers with the question beside it.
        let question = numbers["question"].as_str().unwrap();
        let pick = numbers["stages"][1]["reached"]["pick"].as_str().unwrap();
        let list = server.get(&format!("/v1/workspaces/ecom/customers?question={question}&pick={pick}&limit=1")).json();
        assert_eq!(list["customers"], numbers["stages"][1]["reached"]["customers"]);
    }
    // Where nobody else is asked for, a persona is its rule.
    let definition = server.get(JOURNEY).json()["journey"].clone();
    let answer = server.post(&format!("{JOURNEY}/personas"), &json!({})).json();
    for (n, persona) in definition["personas"].as_array().unwrap().iter().enumerate() {
        let mut numbers = answer["personas"][n]["numbers"].clone();
        let mut of_rule = map(json!({"scope": {"customers": persona["customers"]}}));
        assert_ne!(numbers["question"], of_rule["meta"]["question"]);
        (numbers["question"], of_rule["meta"]["question"]) = (Value::Null, Value::Null);
        same(&numbers, &of_rule);
    }
}

#[test]
fn a_persona_nobody_stands_for_has_no_numbers() {
    let server = shop();
    let mut journey = server.get(JOURNEY).json()["journey"].clone();
    journey["id"] = json!("guessed");
    journey["personas"] = json!([{"id": "guess", "name": "Guess"}]);
    // What is written about the sample's own personas goes with them.
    journey["stages"].as_array_mut().unwrap().iter_mut().for_each(|stage| {
        stage.as_object_mut().unwrap().remove("cards");
    });
    let path = "/v1/workspaces/ecom/journeys/guessed";
    server.put(path, &journey).json();
    let answer = server.post(&format!("{path}/personas"), &json!({})).json();
    let guess = json!({"id": "guess", "name": "Guess", "basis": "assumption", "numbers": null});
    assert_eq!((&answer["personas"], &answer["version"]), (&json!([guess]), &json!(1)));
    let map = |persona: &str| server.post(&format!("{path}/map"), &json!({"persona": persona}));
    assert_eq!(map("guess").code(400), "question_invalid");
    assert_eq!(map("nobody").code(404), "not_found");
    assert_eq!(server.post("/v1/workspaces/ecom/journeys/none/personas", &json!({})).code(404), "journey_unknown");
    assert_eq!(server.post(&format!("{path}/personas"), &json!({"persona": "guess"})).code(422), "body_invalid");
}

#[test]
fn dimensions_are_what_the_events_tell() {
    let server = shop();
    let answer = server.get("/v1/workspaces/ecom/dimensions").json();
    let dimensions = answer["dimensions"].as_array().unwrap();
    let names: Vec<_> = dimensions.iter().map(|dimension| dimension["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["channel", "traffic_group", "platform", "traits.acquisition_channel", "traits.user_cohort"]);
    let of = |n: usize| dimensions[n]["of"].as_str().unwrap();
    assert_eq!((of(0), of(1), of(2), of(3)), ("event", "event", "event", "customer"));
    for (dimension, column) in dimensions.iter().zip(["channel", "traffic_group", "platform"]) {
        let sql = format!("SELECT {column}, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC, 1");
        let counted = server.post("/v1/workspaces/ecom/sql", &json!({"sql": sql})).json();
        let listed: Vec<_> =
            dimension["values"].as_array().unwrap().iter().map(|v| json!([v["value"], v["rows"]])).collect();
        assert_eq!(json!(listed), counted["rows"]);
        assert_eq!(dimension["distinct"], listed.len());
    }
    assert_eq!((&answer["meta"]["rows_scanned"], &answer["meta"]["truncated"]), (&json!(31_106), &json!(false)));
    assert_eq!(server.get("/v1/workspaces/ecom/dimensions").json(), answer, "the same events, the same answer");
    assert_eq!(server.get("/v1/workspaces/none/dimensions").code(404), "workspace_unknown");
    server.workspace("eventless", "UTC");
    assert_eq!(server.get("/v1/workspaces/eventless/dimensions").code(404), "workspace_empty");
}
