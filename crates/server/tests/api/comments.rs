//! Comments on a map: who says, answers, changes, settles and deletes what.

use serde_json::{Value, json};

use crate::access::{PASSWORD, set_up, signed_in};
use crate::support::Browser;

const JOURNEY: &str = "/v1/workspaces/shop/journeys/buy";
fn comment(id: &Value) -> String {
    format!("/v1/workspaces/shop/comments/{id}")
}

#[test]
fn whoever_may_comment_answers_and_settles_and_only_the_author_changes_words() {
    let server = set_up();
    let owner = signed_in(&server, "first@example.com");
    let touchpoint = |id: &str| json!({"id": id, "name": id, "match": [{"event": id}]});
    let stage = |id: &str, touchpoint: Value| json!({"id": id, "name": id, "touchpoints": [touchpoint]});
    let stages = [stage("look", touchpoint("view")), stage("pay", touchpoint("order"))];
    let goal = json!({"name": "order", "touchpoints": ["order"]});
    let journey = json!({"id": "buy", "name": "Buy", "gap": "7d", "stages": stages, "goal": goal});
    assert_eq!(owner.send("PUT", JOURNEY, &journey).json(), json!({"version": 1, "created": true}));
    let enter = |name: &str, role: &str| {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "role": role});
        let made = owner.send("POST", "/v1/workspaces/shop/invitations", &body).json();
        let mut browser = Browser::new(&server);
        let path = format!("/v1/invitations/{}", made["token"].as_str().unwrap());
        browser.enter(&path, &json!({"name": name, "password": PASSWORD}));
        browser
    };
    let (lin, mo, viewer) = (enter("Lin", "analyst"), enter("Mo", "analyst"), enter("Vi", "viewer"));
    let path = format!("{JOURNEY}/comments");
    let said = json!({"text": "支付失败很多？", "stage": "pay", "touchpoint": "order"});
    let made = lin.send("POST", &path, &said).json();
    assert_eq!((&made["comment"], &made["created_by"], &made["mine"]), (&said, &json!("Lin"), &json!(true)));
    let id = &made["id"];
    let answer = mo.send("POST", &path, &json!({"text": "看支付渠道", "reply_to": id})).json();
    assert_eq!(viewer.send("POST", &path, &said).code(403), "role_refused");
    assert_eq!(lin.send("POST", &path, &json!({"text": "x", "stage": "none"})).code(400), "request_invalid");
    assert_eq!(lin.send("POST", "/v1/workspaces/shop/journeys/none/comments", &said).status, 404);

    let listed = viewer.get(&path).json();
    let listed = listed["comments"].as_array().unwrap();
    assert_eq!(listed.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [id, &answer["id"]]);
    assert!(listed.iter().all(|one| one["mine"] == json!(false)));
    assert!(!json!(listed).to_string().contains("example.com"), "people are told by name only");

    assert_eq!(mo.send("PUT", &comment(id), &json!({"text": "mine now"})).code(403), "comment_of_another");
    assert_eq!(lin.send("PUT", &comment(id), &json!({"text": "支付失败"})).json()["comment"]["text"], "支付失败");
    let settled = mo.send("PUT", &comment(id), &json!({"resolved": true})).json();
    assert_eq!((&settled["resolved_by"], &settled["mine"]), (&json!("Mo"), &json!(false)));
    assert_eq!(mo.send("PUT", &comment(&answer["id"]), &json!({"resolved": true})).status, 400);

    assert_eq!(mo.send("DELETE", &comment(id), &Value::Null).code(403), "comment_of_another");
    assert_eq!(mo.send("DELETE", &comment(&answer["id"]), &Value::Null).json(), json!({"id": answer["id"]}));
    assert_eq!(owner.send("DELETE", &comment(id), &Value::Null).json(), json!({"id": id}));
    assert_eq!(owner.send("DELETE", &comment(id), &Value::Null).code(404), "comment_unknown");
    for (action, times) in [("comment", 4), ("comment_deletion", 2)] {
        let page = owner.get(&format!("/v1/workspaces/shop/audit?limit=200&action={action}")).json();
        assert_eq!(page["entries"].as_array().unwrap().len(), times, "{action}");
    }
}
