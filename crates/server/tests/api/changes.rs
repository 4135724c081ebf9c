//! Dated changes: noted, changed, forgotten, and what their number was before and after.

use serde_json::{Value, json};

use crate::support::shop;

const ECOM: &str = "/v1/workspaces/ecom";

fn sessions(title: &str, day: &str) -> Value {
    json!({"title": title, "day": day, "window_days": 14, "metric": {"name": "会话", "question": {"ask": "sessions"}}})
}

#[test]
fn a_change_is_noted_changed_and_forgotten() {
    let server = shop();
    let path = format!("{ECOM}/changes");
    let made = server.post(&path, &json!({"change": sessions("首页改版", "2024-04-10")})).json();
    let id = made["id"].as_i64().unwrap();
    assert_eq!((&made["version"], &made["change"]["left_out_days"]), (&json!(1), &json!(0)));
    let one = format!("{path}/{id}");
    let save =
        |change: Value, expected: u32| server.put(&one, &json!({"change": change, "expected_version": expected}));
    let later = save(sessions("首页改版", "2024-04-11"), 1).json();
    assert_eq!(later["version"], 2);
    assert_eq!(save(sessions("首页改版", "2024-04-11"), 1).json(), later, "it is so already");
    assert_eq!(save(sessions("别的", "2024-04-11"), 1).code(409), "version_conflict");
    assert_eq!(server.get(&one).json(), later);

    let wrong = |fields: Value| {
        let mut change = sessions("x", "2024-04-10");
        change.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        server.post(&path, &json!({"change": change})).code(400)
    };
    for (fields, why) in [
        (json!({"title": " "}), "no title"),
        (json!({"window_days": 0}), "no days"),
        (json!({"window_days": 183}), "too many days"),
        (json!({"journey": "none"}), "no such journey"),
        (json!({"proposal": 999_999}), "no such proposal"),
        (json!({"group": {"name": "others", "scope": {"nonsense": 1}}}), "no scope"),
    ] {
        let code = wrong(fields);
        assert!(code == "request_invalid" || code == "question_invalid", "{why}: {code}");
    }
    wrong(json!({"metric": {"name": "x", "question": {"ask": "lifecycle"}}}));

    let other = server.post(&path, &json!({"change": sessions("满减", "2024-04-20")})).json()["id"].as_i64().unwrap();
    let result = server.get(&format!("{one}/result")).json();
    // Other tests note changes here, too.
    let others = result["others"].as_array().unwrap();
    assert!(others.iter().any(|one| one["id"] == other), "what else changed is said: {others:?}");
    assert!(others.iter().all(|one| one["id"] != id), "{others:?}");
    for id in [id, other] {
        let delete = || server.send("DELETE", &format!("{path}/{id}"), &[], "");
        assert_eq!(delete().json(), json!({"id": id}));
        assert_eq!(delete().code(404), "change_unknown");
    }
    assert_eq!(server.get(&format!("{one}/result")).code(404), "change_unknown");
    for action in ["dated_change", "dated_change_deletion"] {
        let page = server.get(&format!("{ECOM}/audit?limit=200&action={action}")).json();
        assert!(
            page["entries"]
                .as_array()
                .unwrap()
                .iter()
                .any(|entry| entry["target"].as_str() == Some(id.to_string().as_str())),
            "{action}"
        );
    }
}

#[test]
fn the_sides_of_a_result_are_what_the_analysis_says_of_them() {
    let server = shop();
    let change = sessions("导航改版", "2024-04-15");
    let id = server.post(&format!("{ECOM}/changes"), &json!({"change": change})).json()["id"].as_i64().unwrap();
    let result = server.get(&format!("{ECOM}/changes/{id}/result")).json();
    for side in ["before", "after"] {
        let scope = result[side]["meta"]["scope"].clone();
        let alone = server.post(&format!("{ECOM}/sessions"), &json!({"scope": scope})).json();
        assert_eq!(result[side]["headline"]["value"].as_f64(), alone["sessions"]["instances"].as_f64(), "{side}");
        // Behind the number are the people the analysis lists.
        let (question, pick) = (&result[side]["meta"]["question"], &result[side]["headline"]["people"]["pick"]);
        let (question, pick) = (question.as_str().unwrap(), pick.as_str().unwrap());
        let people = server.get(&format!("{ECOM}/customers?question={question}&pick={pick}&limit=1")).json();
        assert_eq!(people["customers"], alone["sessions"]["customers"], "{side}");
    }
    let of = |side: &str| result[side]["headline"]["value"].as_f64().unwrap();
    let effect = &result["effect"];
    assert_eq!(effect["difference"].as_f64().unwrap(), of("after") - of("before"));
    assert_eq!(effect["method"], "welch_by_week");
    assert_eq!(result["notice"]["zh-CN"], "对比，不是因果证明");
    assert_eq!(result["days"].as_array().unwrap().len(), 28);
    server.send("DELETE", &format!("{ECOM}/changes/{id}"), &[], "");
}
