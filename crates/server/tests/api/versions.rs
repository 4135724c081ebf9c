//! What changed between versions, and going back to one.

use serde_json::{Value, json};

use crate::support::{TestServer, shop};

fn short(gap: &str, view: &str) -> Value {
    json!({
        "id": "short", "name": {"zh-CN": "短", "en": "Short"}, "gap": gap,
        "stages": [
            {"id": "look", "name": "Look", "touchpoints": [{"id": "view", "name": view, "match": [{"event": "product_view"}]}]},
            {"id": "buy", "name": "Buy", "touchpoints": [{"id": "order", "name": "Order", "match": [{"event": "purchase"}]}]},
        ],
        "goal": {"name": "Order", "touchpoints": ["order"]},
    })
}

/// A workspace with a journey of three versions; the path of the journey.
fn three_versions(server: &TestServer, workspace: &str) -> String {
    let path = format!("{}/journeys/short", server.workspace(workspace, "UTC"));
    for (n, journey) in (1..).zip([short("7d", "View"), short("14d", "View"), short("14d", "See")]) {
        assert_eq!(server.put(&path, &journey).json(), json!({"version": n, "created": true}));
    }
    path
}

#[test]
fn versions_are_compared_change_by_change() {
    let server = shop();
    let path = three_versions(server, "compared");
    let changed = |path: &str, before: &str, after: &str| json!({"path": path, "kind": "changed", "before": before, "after": after});
    let gap = changed("gap", "7d", "14d");
    let name = changed("stages[look].touchpoints[view].name", "View", "See");
    let diff = server.get(&format!("{path}/diff?from=1&to=2")).json();
    assert_eq!(diff, json!({"journey": "short", "from": 1, "to": 2, "changes": [gap.clone()]}));
    assert_eq!(server.get(&format!("{path}/diff?from=1")).json()["changes"], json!([gap, name]), "to the newest");
    let back = server.get(&format!("{path}/diff?from=2&to=1")).json();
    assert_eq!(back["changes"], json!([changed("gap", "14d", "7d")]));
    assert_eq!(server.get(&format!("{path}/diff?from=3")).json()["changes"], json!([]));

    for wrong in ["?from=9", "?from=1&to=9"] {
        assert_eq!(server.get(&format!("{path}/diff{wrong}")).code(404), "journey_unknown", "{wrong}");
    }
    for wrong in ["", "?from=x", "?from=1&until=2"] {
        assert_eq!(server.get(&format!("{path}/diff{wrong}")).code(400), "query_invalid", "{wrong}");
    }
    assert_eq!(server.get("/v1/workspaces/compared/journeys/none/diff?from=1").code(404), "journey_unknown");
    assert_eq!(server.get("/v1/workspaces/none/journeys/short/diff?from=1").code(404), "workspace_unknown");
}

#[test]
fn an_old_version_is_saved_again_and_nothing_is_lost() {
    let server = shop();
    let path = three_versions(server, "restored");
    let restore = |body: Value| server.post(&format!("{path}/restore"), &body);
    let conflict = restore(json!({"version": 1, "note": "too long", "expected_version": 2}));
    assert_eq!(conflict.code(409), "version_conflict");
    assert_eq!(restore(json!({"version": 1, "note": " "})).code(400), "request_invalid");
    assert_eq!(restore(json!({"version": 1})).code(422), "body_invalid");
    assert_eq!(restore(json!({"version": 9, "note": "why"})).code(404), "journey_unknown");
    let none = server.post("/v1/workspaces/restored/journeys/none/restore", &json!({"version": 1, "note": "why"}));
    assert_eq!(none.code(404), "journey_unknown");

    let request = json!({"version": 1, "note": "too long", "expected_version": 3});
    assert_eq!(restore(request.clone()).json(), json!({"version": 4, "created": true}));
    assert_eq!(restore(request).json(), json!({"version": 4, "created": false}), "the answer may have got lost");
    let newest = server.get(&path).json();
    assert_eq!((&newest["journey"]["gap"], &newest["note"]), (&json!("7d"), &json!("too long")));
    assert_eq!(server.get(&format!("{path}/versions")).json()["versions"].as_array().unwrap().len(), 4);
    assert_eq!(server.get(&format!("{path}/diff?from=1&to=4")).json()["changes"], json!([]));
}

#[test]
fn a_version_whose_parent_is_gone_cannot_come_back() {
    let server = shop();
    let journeys = format!("{}/journeys", server.workspace("orphans", "UTC"));
    let named = |id: &str, stage: &str, parent: Value| {
        let mut journey = short("7d", "View");
        journey["id"] = json!(id);
        journey["stages"][0]["id"] = json!(stage);
        if !parent.is_null() {
            journey["parent"] = parent;
        }
        journey
    };
    let save = |id: &str, journey: &Value| server.put(&format!("{journeys}/{id}"), journey);
    save("life", &named("life", "look", Value::Null)).json();
    let child = named("inside", "look", json!({"journey": "life", "stage": "look"}));
    save("inside", &child).json();
    save("inside", &named("inside", "look", Value::Null)).json();
    save("life", &named("life", "find", Value::Null)).json();
    let response = server.post(&format!("{journeys}/inside/restore"), &json!({"version": 1, "note": "back"}));
    assert_eq!(response.code(422), "definition_invalid");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(body["error"]["details"][0]["path"], "parent.stage");
    assert_eq!(save("inside", &child).code(422), "definition_invalid");
}
