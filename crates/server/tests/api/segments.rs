//! Segments through HTTP: definitions with versions, sizes, scores, and the scope of other questions.

use serde_json::{Value, json};

use crate::support::{TestServer, shop};

fn buyers(least: u32) -> Value {
    json!({"id": "buyers", "name": {"zh-CN": "买家", "en": "Buyers"},
           "who": {"did": {"match": [{"event": ["purchase"]}], "is": {"gte": f64::from(least)}}}})
}

fn rest() -> Value {
    json!({"id": "rest", "name": "Rest", "who": {"not": {"segment": "buyers"}}})
}

fn post(server: &TestServer, path: &str, body: &Value) -> Value {
    let response = server.post(path, body);
    assert_eq!(response.status, 200, "{}", response.body);
    response.json()
}

#[test]
fn definitions_have_versions_and_hold_together() {
    let server = shop();
    let path = format!("{}/segments", server.workspace("segmented", "UTC"));
    let one = |id: &str| format!("{path}/{id}");
    assert_eq!(server.put(&one("rest"), &rest()).code(422), "definition_invalid", "it names one that is not there");
    assert_eq!(server.put(&one("buyers"), &buyers(1)).json(), json!({"version": 1, "created": true}));
    assert_eq!(server.put(&one("buyers"), &buyers(2)).json(), json!({"version": 2, "created": true}));
    assert_eq!(server.put(&one("rest"), &rest()).json()["version"], 1);
    assert_eq!(server.put(&one("other"), &rest()).code(422), "definition_invalid");
    let stale = server.put(&format!("{}?expected_version=1", one("buyers")), &buyers(3));
    assert_eq!(stale.code(409), "version_conflict");
    assert_eq!(server.get(&one("buyers")).json()["segment"], buyers(2));
    assert_eq!(server.get(&format!("{}?version=1", one("buyers"))).json()["segment"], buyers(1));
    let versions = server.get(&format!("{}/versions", one("buyers"))).json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    let list = server.get(&path).json();
    assert_eq!(list["segments"][1]["segment"], rest());
    let delete = |id: &str| server.send("DELETE", &one(id), &[], "");
    assert_eq!(delete("buyers").code(400), "request_invalid", "another rests on it");
    assert_eq!(delete("rest").json(), json!({"id": "rest"}));
    assert_eq!(server.get(&one("rest")).code(404), "segment_unknown");
    assert_eq!(delete("rest").code(404), "not_found");
}

#[test]
fn sizes_scores_and_scopes_speak_of_the_same_customers() {
    let server = shop();
    let ecom = "/v1/workspaces/ecom";
    let question = json!({"segments": [buyers(1), {"id": "rest", "name": "Rest", "who": {"not": buyers(1)["who"]}}]});
    let sizes = post(server, &format!("{ecom}/segmentation"), &question);
    let members = |k: usize| sizes["segments"][k]["members"]["customers"].as_u64().unwrap();
    assert_eq!(members(0) + members(1), 600);
    assert_eq!(sizes["population"]["customers"], 600);
    let scope = json!({"segments": [buyers(1)]});
    let sessions = post(server, &format!("{ecom}/sessions"), &json!({"scope": scope}));
    assert_eq!(sessions["sessions"]["customers"], members(0));
    let funnel = json!({"scope": scope, "steps": [{"name": "purchase", "match": [{"event": "purchase"}]}]});
    let funnel = post(server, &format!("{ecom}/funnel"), &funnel);
    assert_eq!(funnel["steps"][0]["reached"]["customers"], members(0));
    let map = post(server, &format!("{ecom}/journeys/online-purchase/map"), &json!({"scope": scope}));
    assert!(map["totals"]["goal"]["customers"].as_u64().unwrap() <= members(0));
    assert!(map["meta"]["filters"].to_string().contains("Buyers"), "{}", map["meta"]["filters"]);
    let scores = post(server, &format!("{ecom}/rfm"), &json!({"model": {"match": [{"event": "purchase"}]}}));
    assert_eq!(scores["scored"]["customers"], members(0));
    assert_eq!(server.post(&format!("{ecom}/segmentation"), &json!({"segments": ["nobody"]})).code(404), "not_found");
    assert_eq!(server.post(&format!("{ecom}/segmentation"), &json!({"segments": []})).code(400), "question_invalid");
}
