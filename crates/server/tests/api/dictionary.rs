//! The data dictionary over what came through a door: counts, findings and what is behind them, notes, and who sees what.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use control::NewPerson;
use model::access::Role;
use serde_json::{Value, json};
use server::basis::Basis;
use server::config::{Limits, ServerConfig, SignIn};

use crate::support::{Browser, Response, TestServer, control};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Sends messages through a new key of a new source, and gives the start of the workspace's paths.
fn sent(server: &TestServer, messages: &[Value]) -> String {
    let at = server.workspace("shop", "Asia/Shanghai");
    let source = json!({ "id": "web", "name": "Web shop", "channel": "web" });
    assert_eq!(server.post(&format!("{at}/sources"), &source).status, 201);
    let made = server.post(&format!("{at}/sources/web/keys"), &json!({ "kind": "secret" }));
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
    for message in messages {
        let headers = [JSON, ("authorization", bearer.as_str())];
        let taken = server.send("POST", "/v1/events", &headers, &message.to_string());
        assert!([200, 422].contains(&taken.status), "{}", taken.body);
    }
    at
}

fn purchase(n: usize, more: Value) -> Value {
    let mut message = json!({
        "event": "purchase", "message_id": format!("m{n}"), "time": "2026-03-01T12:00:00+08:00",
        "identifiers": [{ "namespace": "member_no", "value": format!("{n}") }], "amount": 12.5, "platform": "ios",
        "props": { "plan": "gold", "mail": format!("m{n}@example.com") },
    });
    for (key, value) in more.as_object().unwrap() {
        match value {
            Value::Null => drop(message.as_object_mut().unwrap().remove(key)),
            value => message[key] = value.clone(),
        }
    }
    message
}

/// Thirty purchases, some of them odd, and a message that is none.
fn messages() -> Vec<Value> {
    let mut all: Vec<Value> = (0..28).map(|n| purchase(n, json!({}))).collect();
    all.push(purchase(28, json!({ "amount": null, "props": { "plan": 7, "it's \"odd\" (.*)": true } })));
    all.push(purchase(29, json!({ "time": null, "props": { "plan": ["a"] } })));
    all.push(purchase(30, json!({ "amount": "a lot" })));
    all
}

fn rule<'a>(findings: &'a Value, rule: &str) -> Vec<&'a Value> {
    findings.as_array().unwrap().iter().filter(|finding| finding["rule"] == rule).collect()
}

#[test]
fn what_comes_in_is_counted_judged_and_can_be_opened() {
    let server = TestServer::start(Limits::default());
    let at = sent(&server, &messages());
    let sql = |statement: &str| server.post(&format!("{at}/sql"), &json!({ "sql": statement })).json();
    let dictionary = server.get(&format!("{at}/dictionary")).json();
    let event = &dictionary["names"][0];
    assert_eq!((&event["name"], &event["count"], &dictionary["events"]), (&json!("purchase"), &json!(30), &json!(30)));
    assert_eq!(sql("SELECT count(*) FROM events WHERE event = 'purchase'")["rows"][0][0], 30);

    let findings = &dictionary["findings"];
    let missing = rule(findings, "missing");
    let names: Vec<&Value> = missing.iter().map(|finding| &finding["property"]).collect();
    assert_eq!(names, [&json!("props.mail"), &json!("amount")], "most first");
    let drift = rule(findings, "type_drift");
    let types: Vec<_> = drift.iter().map(|of| (of["usual"].as_str().unwrap(), of["found"].as_str().unwrap())).collect();
    assert_eq!(types, [("text", "number"), ("text", "list")]);
    // All but one are dated long before they came.
    assert_eq!(rule(findings, "late")[0]["count"], 29);
    let rejected = rule(findings, "rejected")[0];
    assert_eq!((&rejected["source"], &rejected["count"], &rejected["of"]), (&json!("web"), &json!(1), &json!(31)));
    for finding in findings.as_array().unwrap() {
        if let Some(statement) = finding["sql"].as_str() {
            let rows = sql(statement)["rows"].as_array().unwrap().len();
            assert_eq!(json!(rows), finding["count"], "{statement}");
        }
    }
    // Too little is known of a source that has just begun.
    let source = &server.get(&format!("{at}/sources")).json()["sources"][0];
    assert_eq!((&source["events"], &source["silent_since_us"]), (&json!(30), &Value::Null));

    // Names with every kind of letter can be opened.
    let entry = server.get(&format!("{at}/dictionary/events/purchase")).json();
    assert_eq!(entry["senders"][0]["count"], 30);
    let odd = entry["properties"].as_array().unwrap().iter().any(|of| of["name"] == "props.it's \"odd\" (.*)");
    assert!(odd, "{entry}");
    assert_eq!(server.get(&format!("{at}/dictionary/events/nothing")).code(404), "not_found");
}

/// A source is silent by the clock of the server, which is that of its arrivals.
#[test]
fn a_source_that_falls_silent_is_told_and_since_when() {
    const MINUTE_US: i64 = 60_000_000;
    let begun = 1_772_323_200_000_000;
    let clock = Arc::new(AtomicI64::new(begun));
    let read = Arc::clone(&clock);
    let basis = Basis { now_us: Arc::new(move || read.load(Ordering::SeqCst)), ..Basis::default() };
    let config = ServerConfig { sign_in: SignIn::Open, limits: Limits::default(), ..ServerConfig::default() };
    let server = TestServer::on(basis, config);
    let at = server.workspace("shop", "UTC");
    let source = json!({ "id": "till", "name": "Till", "channel": "store" });
    assert_eq!(server.post(&format!("{at}/sources"), &source).status, 201);
    let made = server.post(&format!("{at}/sources/till/keys"), &json!({ "kind": "secret" }));
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
    // One arrival an hour, for a day and a half.
    for hour in 0..36 {
        clock.store(begun + hour * 60 * MINUTE_US, Ordering::SeqCst);
        let event = json!({ "event": "receipt", "identifiers": { "member_no": hour } });
        let headers = [JSON, ("authorization", bearer.as_str())];
        assert_eq!(server.send("POST", "/v1/events", &headers, &event.to_string()).status, 200);
    }
    let last = clock.load(Ordering::SeqCst);
    let silent = || server.get(&format!("{at}/sources")).json()["sources"][0].clone();
    let now = silent();
    assert_eq!((&now["silent_after_seconds"], &now["silent_since_us"]), (&json!(3 * 3_600), &Value::Null));
    clock.store(last + 3 * 60 * MINUTE_US, Ordering::SeqCst);
    assert_eq!(silent()["silent_since_us"], Value::Null);
    clock.store(last + 3 * 60 * MINUTE_US + 1, Ordering::SeqCst);
    assert_eq!(silent()["silent_since_us"], json!(last));
}

#[test]
fn what_people_write_is_kept_with_versions_and_changes_what_is_found() {
    let server = TestServer::start(Limits::default());
    let at = sent(&server, &messages());
    let describe = |of: &str, version: u32, note: Value| {
        server.put(&format!("{at}/dictionary/{of}?expected_version={version}"), &note)
    };
    let note = json!({ "title": "支付成功", "owner": "王芳", "status": "expected" });
    assert_eq!(describe("events/purchase", 0, note.clone()).json(), json!({ "version": 1, "created": true }));
    assert_eq!(describe("events/purchase", 0, json!({ "title": "x" })).status, 409);
    assert_eq!(describe("events/never%20came%2F%E2%9C%93", 0, json!({ "status": "expected" })).status, 200);
    assert_eq!(describe("properties/props.plan", 0, json!({ "status": "hidden" })).status, 200);
    assert_eq!(describe("properties/props.plan", 1, json!({ "colour": "red" })).status, 422);
    let long = json!({ "description": "x".repeat(5_000) });
    assert_eq!(describe("properties/props.plan", 1, long).status, 400);

    let dictionary = server.get(&format!("{at}/dictionary")).json();
    let find = |name: &str| dictionary["names"].as_array().unwrap().iter().find(|of| of["name"] == name).cloned();
    assert_eq!(find("purchase").unwrap()["note"]["title"], "支付成功");
    assert_eq!(find("never came/✓").unwrap()["count"], 0);
    let expected = rule(&dictionary["findings"], "expected_missing");
    assert_eq!(expected[0]["event"], "never came/✓", "the other one came");
    assert!(rule(&dictionary["findings"], "type_drift").is_empty(), "nothing is found in what is hidden");
    let versions = server.get(&format!("{at}/dictionary/events/purchase/versions")).json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 1);
}

#[test]
fn examples_never_say_who_and_below_analysts_only_what() {
    let server = TestServer::secured();
    let at = server.workspace("shop", "UTC");
    let source = control::Source {
        id: "web".to_owned(),
        name: "Web".to_owned(),
        channel: "web".to_owned(),
        origins: Vec::new(),
        created_at_us: 1,
    };
    let text = "tls_0123456789012345678901234567890123456789";
    let key = control::NewKey {
        kind: control::KeyKind::Secret,
        text: text.to_owned(),
        at_us: 1,
        scope: control::KeyScope::default(),
    };
    server.runtime.block_on(async {
        let control = control(&server).await;
        control.add_source("shop", source).await.unwrap();
        control.add_source_key("shop", "web", key).await.unwrap();
        for (name, role) in [("viewer", Role::Viewer), ("analyst", Role::Analyst)] {
            let person = NewPerson {
                id: name.to_owned(),
                email: format!("{name}@example.com"),
                name: name.to_owned(),
                password_hash: String::new(),
                administrator: false,
                at_us: 1,
            };
            control.create_person(person).await.unwrap();
            control.set_role("shop", name, role, 1).await.unwrap();
            let now_us = worker::clock::now_us();
            control.begin_session(&blake3::hash(name.as_bytes()).to_hex(), name, now_us).await.unwrap();
        }
    });
    let bearer = format!("Bearer {text}");
    let headers = [JSON, ("authorization", bearer.as_str())];
    let taken = server.send("POST", "/v1/events", &headers, &json!([purchase(1, json!({}))]).to_string());
    assert_eq!(taken.status, 200, "{}", taken.body);
    let seen = |name: &str| -> Response {
        let mut browser = Browser::new(&server);
        browser.cookie = Some(format!("throughline_session={}", blake3::hash(name.as_bytes()).to_hex()));
        browser.get(&format!("{at}/dictionary/events/purchase"))
    };
    let (viewer, analyst) = (seen("viewer"), seen("analyst"));
    let examples = |response: &Response, name: &str| {
        let entry = response.json();
        let property = entry["properties"].as_array().unwrap().iter().find(|of| of["name"] == name).unwrap().clone();
        (property["examples"].as_array().unwrap().len(), property["examples_masked"].as_bool().unwrap())
    };
    assert_eq!((examples(&viewer, "platform"), examples(&analyst, "platform")), ((1, false), (1, false)));
    assert_eq!((examples(&viewer, "props.plan"), examples(&analyst, "props.plan")), ((0, true), (1, false)));
    assert_eq!(examples(&analyst, "props.mail"), (0, true));
    assert!(!analyst.body.contains("example.com") && !viewer.body.contains("gold"), "{}", viewer.body);
}
