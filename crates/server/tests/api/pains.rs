//! Known pains: listing, showing, saying what is done about them.

use control::{PainLook, SaveInfo};
use model::pain::{Comparison, Estimate, Facet, Money, MoneyMissing, Pain, PainKind, Rate, key};
use model::period::Period;
use serde_json::{Value, json};

use crate::support::{TestServer, control, shop};

/// A pain at the stage `buy` of the journey `short`.
fn pain(kind: PainKind, platform: Option<&str>, customers: f64) -> Pain {
    let estimate = |value| Estimate { value, low: value / 2.0, high: value * 2.0 };
    let facet = platform.map(|value| Facet { dimension: "platform".into(), value: value.into() });
    Pain {
        key: key("short", kind, "buy", facet.as_ref()),
        kind,
        journey: "short".into(),
        stage: "buy".into(),
        facet,
        comparison: Comparison::Others,
        from_us: 0,
        to_us: 100,
        dated: false,
        observed: Rate::new(30, 100),
        reference: Rate::new(20, 100),
        difference: estimate(0.1),
        margin: 0.02,
        p_value: 0.001,
        q_value: 0.01,
        looks: 12,
        excess: estimate(10.0),
        customers_per_month: estimate(customers),
        money: Money::Missing { why: MoneyMissing::GoalHasNoValue },
        causes: vec![],
        collect: vec![],
        margin_lost: Default::default(),
        running_cost: Default::default(),
        suggestions: vec![],
        effects: vec![],
        next: Vec::new(),
        sentence: "it hurts".into(),
        question: String::new(),
        pick: String::new(),
    }
}

/// A workspace with two known pains of a journey: the start of its paths, and the keys.
pub(crate) fn hurt(server: &TestServer, workspace: &str) -> (String, [String; 2]) {
    let path = server.workspace(workspace, "UTC");
    let journey = json!({
        "id": "short", "name": "Short", "gap": "7d",
        "stages": [
            {"id": "look", "name": "Look", "touchpoints": [{"id": "view", "name": "View", "match": [{"event": "product_view"}]}]},
            {"id": "buy", "name": "Buy", "touchpoints": [{"id": "order", "name": "Order", "match": [{"event": "purchase"}]}]},
        ],
        "goal": {"name": "Order", "touchpoints": ["order"]},
    });
    server.put(&format!("{path}/journeys/short"), &journey).json();
    let found = [pain(PainKind::DropOff, Some("android"), 9.0), pain(PainKind::Stall, None, 3.0)];
    let look = PainLook { journey: "short".into(), version: 1, looked: Period::default(), as_of_us: 100 };
    let info = SaveInfo { at_us: 1_000, by: "finder".into(), ..SaveInfo::default() };
    server.runtime.block_on(async {
        control(server).await.record_pains(workspace, &look, &found, info).await.unwrap();
    });
    (path, found.map(|pain| pain.key))
}

fn keys(list: &Value) -> Vec<&str> {
    list["pains"].as_array().unwrap().iter().map(|pain| pain["pain"]["key"].as_str().unwrap()).collect()
}

#[test]
fn known_pains_are_listed_by_what_is_asked_for() {
    let server = shop();
    let (path, [drop_off, stall]) = hurt(server, "hurt");
    let list = |query: &str| server.get(&format!("{path}/pains{query}"));
    assert_eq!(keys(&list("").json()), [&*drop_off, &*stall], "those that cost most first");
    for query in ["?kind=drop_off", "?kind=drop_off&journey=short&stage=buy&status=found"] {
        assert_eq!(keys(&list(query).json()), [&*drop_off], "{query}");
    }
    for query in ["?status=closed", "?journey=other", "?stage=look", "?kind=loop"] {
        assert_eq!(keys(&list(query).json()), [""; 0], "{query}");
    }
    for query in ["?kind=ache", "?status=gone", "?who=me"] {
        assert_eq!(list(query).code(400), "query_invalid", "{query}");
    }
    assert_eq!(server.get("/v1/workspaces/none/pains").code(404), "workspace_unknown");
}

#[test]
fn what_is_done_about_a_pain_is_kept_with_who_when_and_why() {
    let server = shop();
    let (path, [key, other]) = hurt(server, "mending");
    let pain = format!("{path}/pains/{key}");
    let shown = server.get(&pain).json();
    assert_eq!(
        (&shown["status"], &shown["version"], &shown["pain"]["stage"]),
        (&json!("found"), &json!(1), &json!("buy"))
    );
    assert_eq!(shown["history"].as_array().unwrap().len(), 1);

    let handle = |body: Value| server.put(&pain, &body);
    let owned =
        json!({"status": "owned", "owner": "lin", "due": "2026-03-31", "expected_version": 1, "note": "请跟进"});
    let taken = handle(owned.clone()).json();
    assert_eq!((&taken["status"], &taken["owner"], &taken["version"]), (&json!("owned"), &json!("lin"), &json!(2)));
    let mut again = owned.clone();
    again["note"] = Value::Null;
    assert_eq!(handle(again).json()["version"], 2, "it is so already");
    assert_eq!(handle(owned).code(409), "version_conflict", "a note is an act of its own");
    let late = handle(json!({"status": "closed", "expected_version": 1}));
    assert_eq!(late.code(409), "version_conflict");
    // Found is a fact, not a decision; who works on something has a name.
    for wrong in [json!({"status": "came_back"}), json!({"status": "working"})] {
        assert_eq!(handle(wrong.clone()).code(400), "request_invalid", "{wrong}");
    }
    for wrong in [json!({"status": "forgotten"}), json!({"owner": "lin"}), json!({"status": "owned", "due": "soon"})] {
        assert_eq!(handle(wrong.clone()).code(422), "body_invalid", "{wrong}");
    }
    let closed = handle(json!({"status": "closed", "owner": "lin", "expected_version": 2})).json();
    assert!(closed["closed_at_us"].as_i64().unwrap() > 1_000);

    let shown = server.get(&pain).json();
    let history: Vec<_> = shown["history"].as_array().unwrap().iter().map(|act| (&act["by"], &act["note"])).collect();
    assert_eq!((history.len(), history[1].1), (3, &json!("请跟进")));
    assert_eq!(server.get(&format!("{path}/pains/{other}")).json()["status"], "found", "the other one is as it was");
    assert_eq!(keys(&server.get(&format!("{path}/pains?status=closed")).json()), [&*key]);
}

#[test]
fn unknown_pains_are_said_to_be_so() {
    let server = shop();
    let (path, [key, _]) = hurt(server, "elsewhere");
    server.workspace("painless", "UTC");
    let body = json!({"status": "acknowledged"});
    for pain in [format!("{path}/pains/0123456789abcdef"), format!("/v1/workspaces/painless/pains/{key}")] {
        assert_eq!(server.get(&pain).code(404), "pain_unknown", "{pain}");
        assert_eq!(server.put(&pain, &body).code(404), "pain_unknown", "{pain}");
    }
    let nowhere = format!("/v1/workspaces/none/pains/{key}");
    assert_eq!(server.get(&nowhere).code(404), "workspace_unknown");
    assert_eq!(server.put(&nowhere, &body).code(404), "workspace_unknown");
}

#[test]
fn pains_of_a_part_of_the_events_are_not_kept() {
    let server = shop();
    let find =
        |journey: &str, body: Value| server.post(&format!("/v1/workspaces/ecom/journeys/{journey}/pains"), &body);
    let filtered = json!({"record": true, "scope": {"customers": [{"event": "purchase"}]}});
    assert_eq!(find("online-purchase", filtered).code(400), "scope_filtered");
    assert_eq!(find("none", json!({})).code(404), "journey_unknown");
    let found = find("online-purchase", json!({"record": true})).json();
    let new = found["recorded"]["new"].as_array().unwrap().len();
    assert_eq!(found["pains"].as_array().unwrap().len(), new);
    let again = find("online-purchase", json!({"record": true})).json();
    assert_eq!(again["recorded"], json!({"new": [], "came_back": [], "not_seen": []}));
    let kept = server.get("/v1/workspaces/ecom/pains?journey=online-purchase").json();
    assert_eq!(keys(&kept).len(), new);
}
