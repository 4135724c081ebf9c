//! The board of proposals.

use serde_json::{Value, json};

use crate::pains::hurt;
use crate::support::shop;

fn proposal(pain: Option<&str>) -> Value {
    let mut proposal = json!({
        "title": "在详情页写明运费", "journey": "short", "stage": "buy",
        "rests_on": {"on": "words", "text": "客服每天被问三十次"},
    });
    if let Some(pain) = pain {
        proposal["pain"] = json!(pain);
    }
    proposal
}

fn ids(list: &Value) -> Vec<i64> {
    list["proposals"].as_array().unwrap().iter().map(|proposal| proposal["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_proposal_goes_over_the_board_with_its_history() {
    let server = shop();
    let (path, [pain, _]) = hurt(server, "board");
    let board = format!("{path}/proposals");
    let create = |proposal: Value| server.post(&board, &json!({"proposal": proposal, "note": "first"})).json();
    let (against, own) = (create(proposal(Some(&pain))), create(proposal(None)));
    assert_eq!((&against["version"], &against["proposal"]["status"]), (&json!(1), &json!("proposed")));
    let (against, own) = (against["id"].as_i64().unwrap(), own["id"].as_i64().unwrap());
    let list = |query: &str| ids(&server.get(&format!("{board}{query}")).json());
    let mut all = list("");
    all.sort_unstable();
    assert_eq!(all, [against, own]);
    assert_eq!(list(&format!("?pain={pain}&journey=short&stage=buy")), [against]);
    assert_eq!(list("?status=done"), [0; 0]);

    let one = format!("{board}/{against}");
    let change = |status: &str, owner: Value, expected: u32, note: Value| {
        let mut next = proposal(Some(&pain));
        (next["status"], next["owner"]) = (json!(status), owner);
        server.put(&one, &json!({"proposal": next, "expected_version": expected, "note": note}))
    };
    let because = || json!("先做");
    assert_eq!(change("done", Value::Null, 1, because()).code(400), "request_invalid");
    let accepted = change("accepted", Value::Null, 1, because()).json();
    assert_eq!(change("accepted", Value::Null, 1, Value::Null).json(), accepted, "it is so already");
    assert_eq!(change("dropped", Value::Null, 1, because()).code(409), "version_conflict");
    assert_eq!(change("in_progress", Value::Null, 2, because()).code(400), "request_invalid");
    assert_eq!(change("in_progress", json!("lin"), 2, because()).json()["version"], 3);
    let shown = server.get(&one).json();
    assert_eq!((&shown["version"], &shown["proposal"]["owner"]), (&json!(3), &json!("lin")));
    let notes: Vec<_> = shown["history"].as_array().unwrap().iter().map(|act| act["note"].as_str().unwrap()).collect();
    assert_eq!(notes, ["先做", "先做", "first"]);
    assert_eq!(list("?status=in_progress"), [against]);
}

#[test]
fn proposals_that_stand_nowhere_are_refused() {
    let server = shop();
    let (path, _) = hurt(server, "refusals");
    let board = format!("{path}/proposals");
    let create = |proposal: Value| server.post(&board, &json!({"proposal": proposal}));
    for (field, value) in [("journey", "none"), ("stage", "none"), ("pain", "0123456789abcdef"), ("title", " ")] {
        let mut wrong = proposal(None);
        wrong[field] = json!(value);
        assert_eq!(create(wrong).code(400), "request_invalid", "{field}");
    }
    let mut wrong = proposal(None);
    wrong["rests_on"] = json!({"on": "faith"});
    assert_eq!(create(wrong).code(422), "body_invalid");
    assert_eq!(server.get(&format!("{board}?status=x")).code(400), "query_invalid");
    assert_eq!(ids(&server.get(&board).json()), [0; 0], "nothing was kept");

    let body = json!({"proposal": proposal(None)});
    assert_eq!(server.get(&format!("{board}/7")).code(404), "proposal_unknown");
    assert_eq!(server.put(&format!("{board}/7"), &body).code(404), "proposal_unknown");
    assert_eq!(server.get(&format!("{board}/seven")).code(400), "path_invalid");
    for nowhere in ["/v1/workspaces/none/proposals", "/v1/workspaces/none/proposals/7"] {
        assert_eq!(server.get(nowhere).code(404), "workspace_unknown");
    }
    assert_eq!(server.post("/v1/workspaces/none/proposals", &body).code(404), "workspace_unknown");
}
