//! Named views: kept for everyone, pinned to places of maps, with the numbers of their analyses.

use serde_json::{Value, json};

use crate::support::{TestServer, shop};

const ECOM: &str = "/v1/workspaces/ecom";

fn funnel(scope: &Value) -> Value {
    let step = |name: &str| json!({"name": name, "match": [{"event": [name]}]});
    json!({"scope": scope, "steps": [step("cart"), step("purchase")], "window": "7d"})
}

fn asks(versus: Option<Value>) -> Value {
    let mut question = funnel(&json!({}));
    question["ask"] = json!("funnel");
    match versus {
        Some(versus) => json!({"question": question, "versus": versus}),
        None => json!({"question": question}),
    }
}

fn stored(server: &TestServer, view: &Value) -> String {
    server.post(&format!("{ECOM}/views"), view).json()["hash"].as_str().unwrap().to_owned()
}

/// A stage of the sample's journey, a touchpoint of it, and a stage without that touchpoint.
fn places(server: &TestServer) -> (String, String, String, String) {
    let journey = server.get(&format!("{ECOM}/journeys")).json()["journeys"][0]["id"].as_str().unwrap().to_owned();
    let definition = server.get(&format!("{ECOM}/journeys/{journey}")).json()["journey"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let stages = &definition["stages"];
    let (stage, touchpoint) = (text(&stages[1]["id"]), text(&stages[1]["touchpoints"][0]["id"]));
    (journey, stage, touchpoint, text(&stages[0]["id"]))
}

#[test]
fn a_view_is_named_renamed_pinned_and_forgotten() {
    let server = shop();
    let (journey, stage, touchpoint, other) = places(server);
    let path = format!("{ECOM}/named-views");
    let view = stored(server, &json!({"v": 1, "page": "analysis", "kind": "funnel", "window": "7d"}));
    let named = |name: &str, place: Value| {
        let place = if place.is_null() { json!({}) } else { json!({"place": place}) };
        let mut named = json!({"name": name, "view": view, "asks": asks(None)});
        named.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        named
    };
    let made = server.post(&path, &json!({"named": named("购物车", Value::Null)})).json();
    let id = made["id"].as_i64().unwrap();
    assert_eq!((&made["version"], &made["kind"]), (&json!(1), &json!("funnel")));
    let one = format!("{path}/{id}");
    let change = |named: Value, expected: u32| server.put(&one, &json!({"named": named, "expected_version": expected}));

    let at = |stage: &str| json!({"journey": journey, "stage": stage});
    let pinned = change(named("购物车", at(&stage)), 1).json();
    assert_eq!((&pinned["version"], &pinned["named"]["place"]["stage"]), (&json!(2), &json!(stage)));
    assert_eq!(change(named("购物车", at(&stage)), 1).json(), pinned, "it is so already");
    assert_eq!(change(named("别名", at(&stage)), 1).code(409), "version_conflict");
    let mine = |list: Value| {
        list["views"].as_array().unwrap().iter().filter(|kept| kept["id"] == id).cloned().collect::<Vec<_>>()
    };
    assert_eq!(mine(server.get(&format!("{path}?journey={journey}")).json()), std::slice::from_ref(&pinned));
    assert_eq!(mine(server.get(&path).json()), [pinned]);

    for (wrong, why) in [
        (json!({"journey": "none", "stage": stage}), "no such journey"),
        (json!({"journey": journey, "stage": "none"}), "no such stage"),
        (json!({"journey": journey, "stage": other, "touchpoint": touchpoint}), "of another stage"),
        (json!({"journey": journey, "stage": stage, "touchpoint": touchpoint, "lane": "pain"}), "both"),
    ] {
        assert_eq!(change(named("购物车", wrong), 2).code(400), "request_invalid", "{why}");
    }
    let at_touchpoint = json!({"journey": journey, "stage": stage, "touchpoint": touchpoint});
    assert_eq!(change(named("别名", at_touchpoint), 2).json()["version"], 3);
    assert_eq!(change(named("别名", Value::Null), 3).json()["version"], 4);
    assert!(mine(server.get(&format!("{path}?journey={journey}")).json()).is_empty());

    let create = |named: Value| server.post(&path, &json!({"named": named}));
    assert_eq!(create(json!({"name": "x", "view": "0000000000000000"})).code(400), "request_invalid", "no such view");
    let wordless = create(json!({"name": "x", "view": view, "asks": {"question": {"ask": "journey_map"}}}));
    assert_eq!(wordless.status, 400, "{}", wordless.body);
    assert_eq!(
        create(json!({"name": "x", "view": view, "place": at(&stage)})).code(400),
        "request_invalid",
        "asks nothing"
    );
    let plain = create(json!({"name": "x", "view": view})).json()["id"].as_i64().unwrap();
    assert_eq!(server.get(&format!("{path}/{plain}/number")).code(404), "named_view_numberless");
    for id in [id, plain] {
        let delete = || server.send("DELETE", &format!("{path}/{id}"), &[], "");
        assert_eq!(delete().json(), json!({"id": id}));
        assert_eq!(delete().code(404), "named_view_unknown");
    }
    assert_eq!(server.get(&format!("{path}/{id}/number")).code(404), "named_view_unknown");
    // Who changed or deleted which is written down. Other tests name views here, too.
    for (action, times) in [("named_view_change", 4), ("named_view_deletion", 1)] {
        let page = server.get(&format!("{ECOM}/audit?limit=200&person=local&action={action}")).json();
        let of_it = page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["target"].as_str() == Some(id.to_string().as_str()));
        assert!(of_it.count() >= times, "{action} of {id}: {page}");
    }
    // The permalink outlives the name.
    assert_eq!(server.get(&format!("{ECOM}/views/{view}")).json()["window"], "7d");
}

#[test]
fn the_number_on_the_map_is_that_of_the_analysis() {
    let server = shop();
    let (journey, stage, ..) = places(server);
    let path = format!("{ECOM}/named-views");
    let view = stored(server, &json!({"v": 1, "page": "analysis", "kind": "funnel"}));
    let versus = json!({"events": [{"channel": ["web"]}]});
    let ask = |scope: &Value| server.post(&format!("{ECOM}/funnel"), &funnel(scope)).json();
    let (own, other) = (ask(&json!({})), ask(&versus));
    let last = |answer: &Value| answer["steps"][1]["from_first"]["share"].as_f64().unwrap();

    let named = json!({"name": "加购到购买", "view": view, "asks": asks(Some(versus)),
                       "place": {"journey": journey, "stage": stage}});
    let id = server.post(&path, &json!({"named": named})).json()["id"].as_i64().unwrap();
    let number = server.get(&format!("{path}/{id}/number")).json();
    assert_eq!(number["headline"]["value"].as_f64().unwrap(), last(&own));
    assert_eq!(number["headline"]["people"]["pick"], own["steps"][1]["reached"]["pick"]);
    assert_eq!(number["versus"]["headline"]["value"].as_f64().unwrap(), last(&other));
    let difference = number["versus"]["difference"].as_f64().unwrap();
    assert!((difference - (last(&own) - last(&other))).abs() < 1e-12, "{difference}");
    let (low, high) = (number["versus"]["low"].as_f64().unwrap(), number["versus"]["high"].as_f64().unwrap());
    assert!(low < difference && difference < high);
    // Behind it are as many people as it says.
    let question = number["meta"]["question"].as_str().unwrap();
    let pick = number["headline"]["people"]["pick"].as_str().unwrap();
    let list = server.get(&format!("{ECOM}/customers?question={question}&pick={pick}")).json();
    assert_eq!(list["customers"], number["headline"]["people"]["customers"], "{list}");

    let early = own["meta"]["as_of_us"].as_i64().unwrap() - 60 * 86_400_000_000;
    let then = ask(&json!({"as_of_us": early}));
    let number = server.get(&format!("{path}/{id}/number?as_of_us={early}")).json();
    assert_eq!(number["headline"]["value"].as_f64().unwrap(), last(&then), "of the map's moment");

    let file = server.get(&format!("{ECOM}/journeys/{journey}/export?format=svg&lang=zh-CN")).body;
    assert!(file.contains("固定的数字") && file.contains("加购到购买"));
    assert!(file.contains(&format!("{:.1}%", last(&own) * 100.0)), "the number is drawn");
    server.send("DELETE", &format!("{path}/{id}"), &[], "");
    let file = server.get(&format!("{ECOM}/journeys/{journey}/export?format=svg&lang=zh-CN")).body;
    assert!(!file.contains("固定的数字"));
}

#[test]
fn every_analysis_has_a_headline() {
    let server = shop();
    let path = format!("{ECOM}/named-views");
    let view = stored(server, &json!({"v": 1, "page": "analysis", "kind": "paths"}));
    let event = |name: &str| json!([{"event": [name]}]);
    let questions = [
        (json!({"ask": "paths"}), "paths", "/subjects/instances"),
        (json!({"ask": "transitions"}), "transitions", "/subjects/instances"),
        (json!({"ask": "sessions"}), "sessions", "/sessions/instances"),
        (json!({"ask": "attribution", "conversion": event("purchase")}), "attribution", "/conversions/count"),
    ];
    for (question, kind, pointer) in questions {
        let mut plain = question.clone();
        plain.as_object_mut().unwrap().remove("ask");
        let answer = server.post(&format!("{ECOM}/{kind}"), &plain).json();
        let named = json!({"name": kind, "view": view, "asks": {"question": question}});
        let made = server.post(&path, &json!({"named": named}));
        assert_eq!(made.status, 200, "{kind}: {}", made.body);
        let id = made.json()["id"].as_i64().unwrap();
        let number = server.get(&format!("{path}/{id}/number")).json();
        assert_eq!(
            number["headline"]["value"].as_f64(),
            answer.pointer(pointer).and_then(Value::as_f64),
            "{kind}: {answer}"
        );
        server.send("DELETE", &format!("{path}/{id}"), &[], "");
    }
}
