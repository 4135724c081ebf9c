//! Journeys to begin with, and how journeys hang below each other.

use serde_json::{Value, json};

use crate::support::shop;

#[test]
fn templates_are_listed_and_shown_in_both_languages() {
    let server = shop();
    let list = server.get("/v1/templates").json();
    let list = list["templates"].as_array().unwrap();
    assert_eq!(list.len(), control::templates().len());
    for (line, template) in list.iter().zip(control::templates()) {
        let shown = server.get(&format!("/v1/templates/{}", template.id)).json();
        for field in ["id", "name", "industry"] {
            assert_eq!(shown[field], line[field], "{field}");
        }
        assert_eq!(line["stages"], shown["journey"]["stages"].as_array().unwrap().len());
        for name in [&line["name"], &line["description"], &shown["journey"]["stages"][0]["name"]] {
            for language in ["zh-CN", "en"] {
                assert!(!name[language].as_str().unwrap().is_empty(), "{}: {name}", template.id);
            }
        }
    }
    assert_eq!(server.get("/v1/templates/none").code(404), "template_unknown");
}

#[test]
fn a_journey_begins_with_a_template_under_a_key_of_its_own() {
    let server = shop();
    let journeys = format!("{}/journeys", server.workspace("beginners", "Europe/Berlin"));
    let create = |body: Value| server.post(&journeys, &body);
    let request =
        json!({"template": "bank", "id": "our-bank", "name": {"zh-CN": "我们", "en": "Ours"}, "note": "first"});
    assert_eq!(create(request.clone()).json(), json!({"version": 1, "created": true}));
    assert_eq!(create(request).json(), json!({"version": 1, "created": false}), "the answer may have got lost");
    let begun = server.get(&format!("{journeys}/our-bank")).json();
    let mut expected = server.get("/v1/templates/bank").json()["journey"].clone();
    expected["id"] = json!("our-bank");
    expected["name"] = json!({"zh-CN": "我们", "en": "Ours"});
    expected["zone"] = json!("Europe/Berlin");
    assert_eq!((&begun["journey"], &begun["note"]), (&expected, &json!("first")));

    let taken = create(json!({"template": "e-commerce", "id": "our-bank"}));
    assert_eq!(taken.code(409), "version_conflict");
    assert_eq!(create(json!({"template": "none", "id": "x"})).code(404), "template_unknown");
    let key = create(json!({"template": "bank", "id": "Our Bank"}));
    assert_eq!(key.code(422), "definition_invalid");
    let key: Value = serde_json::from_str(&key.body).unwrap();
    assert_eq!(key["error"]["details"][0]["path"], "id");
    assert_eq!(create(json!({"template": "bank", "id": "x", "name": " "})).code(422), "definition_invalid");
    assert_eq!(create(json!({"template": "bank"})).code(422), "body_invalid");
    let elsewhere = server.post("/v1/workspaces/none/journeys", &json!({"template": "bank", "id": "x"}));
    assert_eq!(elsewhere.code(404), "workspace_unknown");
    let named = create(json!({"template": "bank", "id": "as-it-is"})).json();
    assert_eq!(named["version"], 1);
    let name = &server.get("/v1/templates/bank").json()["journey"]["name"];
    assert_eq!(server.get(&format!("{journeys}/as-it-is")).json()["journey"]["name"], *name);
}

#[test]
fn maps_know_what_is_above_and_below_them() {
    let server = shop();
    let journeys = format!("{}/journeys", server.workspace("levels", "UTC"));
    let journey = |id: &str, stages: [&str; 2], parent: Option<&str>| {
        let stage = |id: &str, touchpoint: &str| {
            let touchpoint = json!({"id": touchpoint, "name": touchpoint, "match": [{"event": touchpoint}]});
            json!({"id": id, "name": format!("stage {id}"), "touchpoints": [touchpoint]})
        };
        let mut journey = json!({
            "id": id, "name": format!("journey {id}"), "gap": "7d",
            "stages": [stage(stages[0], "view"), stage(stages[1], "order")],
            "goal": {"name": "Order", "touchpoints": ["order"]},
        });
        if let Some(stage) = parent {
            journey["parent"] = json!({"journey": "life", "stage": stage});
        }
        server.put(&format!("{journeys}/{id}"), &journey).json();
    };
    let hierarchy = |id: &str| server.get(&format!("{journeys}/{id}/hierarchy"));
    journey("life", ["look", "buy"], None);
    assert_eq!(hierarchy("life").json(), json!({"parent": null, "children": []}));
    for (id, stage) in [("b", "buy"), ("c", "look"), ("a", "buy")] {
        journey(id, ["x", "y"], Some(stage));
    }
    let line = |stage: &str, id: &str| {
        json!({"stage": stage, "stage_name": format!("stage {stage}"), "journey": id,
               "name": format!("journey {id}"), "version": 1, "stages": 2})
    };
    let below = json!([line("look", "c"), line("buy", "a"), line("buy", "b")]);
    assert_eq!(hierarchy("life").json()["children"], below, "in the order of the stages");
    let parent = json!({"journey": "life", "name": "journey life", "stage": "buy", "stage_name": "stage buy"});
    assert_eq!(hierarchy("a").json(), json!({"parent": parent, "children": []}));

    // The parent loses the stage: the child still says where it hung.
    journey("life", ["look", "order"], None);
    assert_eq!(hierarchy("a").json()["parent"]["stage_name"], Value::Null);
    let children = hierarchy("life").json();
    assert_eq!(
        (&children["children"][2]["journey"], &children["children"][2]["stage_name"]),
        (&json!("b"), &Value::Null)
    );
    assert_eq!(hierarchy("none").code(404), "journey_unknown");
    assert_eq!(server.get("/v1/workspaces/none/journeys/life/hierarchy").code(404), "workspace_unknown");
}
