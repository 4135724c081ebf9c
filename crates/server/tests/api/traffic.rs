//! Traffic rules through HTTP: versions, faults, effect, and that every question goes by those in force.

use serde_json::{Value, json};

use crate::support::{TestServer, shop};

fn post(server: &TestServer, path: &str, body: &Value) -> Value {
    let response = server.post(path, body);
    assert_eq!(response.status, 200, "{}", response.body);
    response.json()
}

/// The standard rules with one more in front, which takes a channel.
fn with_channel(server: &TestServer, path: &str, channel: &str, group: &str) -> Value {
    let mut rules = server.get(&format!("{path}?version=0")).json()["rules"].clone();
    let rule = json!({"name": {"zh-CN": "我的", "en": "Mine"}, "group": group,
                      "any": [{"all": [{"field": "channel", "op": "is", "values": [channel]}]}]});
    rules["rules"].as_array_mut().unwrap().insert(0, rule);
    rules
}

#[test]
fn rules_have_versions_and_faults_with_paths() {
    let server = shop();
    let path = format!("{}/traffic", server.workspace("classified", "UTC"));
    let standard = server.get(&path).json();
    assert_eq!((&standard["version"], &standard["saved_at_us"]), (&json!(0), &Value::Null));
    assert!(standard["click_ids"].as_array().unwrap().contains(&json!("gclid")));
    let own = with_channel(server, &path, "kiosk", "store");
    let saved = server.put(&format!("{path}?expected_version=0&note=kiosks"), &own).json();
    assert_eq!(saved, json!({"version": 1, "created": true}));
    assert_eq!(server.put(&format!("{path}?expected_version=0"), &own).json()["created"], false, "said already");
    let stale = server.put(&format!("{path}?expected_version=0"), &with_channel(server, &path, "x", "store"));
    assert_eq!(stale.code(409), "version_conflict");
    let wrong = server.put(&path, &with_channel(server, &path, "x", "nowhere"));
    assert_eq!(wrong.code(422), "definition_invalid");
    let faults: Value = serde_json::from_str(&wrong.body).unwrap();
    assert_eq!(faults["error"]["details"][0]["path"], "rules[0].group");
    assert_eq!(server.put(&path, &json!({"rules": []})).status, 422);
    let newest = server.get(&path).json();
    assert_eq!((&newest["version"], &newest["note"]), (&json!(1), &json!("kiosks")));
    let versions = server.get(&format!("{path}/versions")).json();
    assert_eq!(versions["versions"][0]["note"], "kiosks");
    assert_eq!(server.get(&format!("{path}?version=7")).code(404), "version_unknown");
}

#[test]
fn what_is_asked_goes_by_the_rules_in_force() {
    let server = TestServer::start(Default::default());
    let samples = crate::support::repository().join("samples");
    let folder = server.folder.clone();
    server.runtime.block_on(async {
        let control = crate::support::control(&server).await;
        worker::demo::load(&folder, &control, &samples, &worker::import::Watch::nobody()).await.unwrap();
    });
    let ecom = "/v1/workspaces/ecom";
    let path = format!("{ecom}/traffic");
    let by_group = |group: &str| -> u64 {
        let question = json!({"scope": {"by": {"dimension": "traffic_group"}}});
        let sessions = post(&server, &format!("{ecom}/sessions"), &question);
        let groups = sessions["groups"].as_array().unwrap();
        let all: u64 = groups.iter().map(|of| of["sessions"]["instances"].as_u64().unwrap()).sum();
        assert_eq!(all, sessions["sessions"]["instances"].as_u64().unwrap(), "groups add up");
        let own = groups.iter().find(|of| of["value"] == group);
        own.map_or(0, |of| of["sessions"]["instances"].as_u64().unwrap())
    };
    let all = by_group("direct");
    assert!(all > 0 && by_group("store") == 0);
    let draft = with_channel(&server, &path, "chat", "call_center");
    let effect = post(&server, &format!("{path}/preview"), &json!({"rules": draft}));
    let chats = json!({"sql": "SELECT count(*) FROM events WHERE channel = 'chat'"});
    let chats = post(&server, &format!("{ecom}/sql"), &chats)["rows"][0][0].clone();
    assert_eq!(effect["moved"], chats);
    assert_eq!(effect["moves"][0]["from"], "direct");
    assert_eq!(by_group("call_center"), 0, "a preview saves nothing");
    let dimension = |of: &str| {
        let list = server.get(&format!("{ecom}/dimensions")).json();
        let found = list["dimensions"].as_array().unwrap().iter().find(|d| d["name"] == "traffic_group").cloned();
        found.unwrap()["values"].as_array().unwrap().iter().any(|value| value["value"] == of)
    };
    assert!(!dimension("call_center"));
    server.put(&path, &draft);
    assert!(dimension("call_center"), "what is kept of the old rules does not answer for the new");
    let grouped = json!({"sql": "SELECT count(*) FROM events WHERE traffic_group = 'call_center'"});
    assert_eq!(post(&server, &format!("{ecom}/sql"), &grouped)["rows"][0][0], chats);
    let filtered =
        json!({"scope": {"events": [{"where": [{"column": "traffic_group", "op": "eq", "value": "call_center"}]}]}});
    let sessions = post(&server, &format!("{ecom}/sessions"), &filtered);
    assert!(sessions["sessions"]["instances"].as_u64().unwrap() > 0);
    let wrong =
        server.post(&format!("{path}/preview"), &json!({"rules": with_channel(&server, &path, "x", "nowhere")}));
    assert_eq!(wrong.code(422), "definition_invalid");
}
