//! Definitions and their versions through the API.

use serde_json::{Value, json};

use crate::support::shop;

const YAML: (&str, &str) = ("content-type", "application/yaml");

const SHORT: &str = "\
id: short
name: {zh-CN: 短, en: Short}
gap: 7d
stages:
  - id: look
    name: Look
    touchpoints:
      - {id: view, name: View, match: [{event: product_view}]}
  - id: buy
    name: Buy
    touchpoints:
      - {id: order, name: Order, match: [{event: purchase}]}
goal: {name: Order, touchpoints: [order]}
";

#[test]
fn a_definition_is_saved_versioned_and_given_back() {
    let server = shop();
    let path = "/v1/workspaces/ecom/journeys/short";
    let put = |query: &str, text: &str| server.send("PUT", &format!("{path}{query}"), &[YAML], text);
    assert_eq!(put("", SHORT).json(), json!({"version": 1, "created": true}));
    assert_eq!(put("", SHORT).json(), json!({"version": 1, "created": false}));
    let changed = SHORT.replace("gap: 7d", "gap: 14d");
    assert_eq!(put("?expected_version=1&note=longer", &changed).json(), json!({"version": 2, "created": true}));
    assert_eq!(put("?expected_version=1", &SHORT.replace("gap: 7d", "gap: 3d")).code(409), "version_conflict");

    let newest = server.get(path).json();
    assert_eq!(
        (&newest["version"], &newest["journey"]["gap"], &newest["note"]),
        (&json!(2), &json!("14d"), &json!("longer"))
    );
    assert_eq!(server.get(&format!("{path}?version=1")).json()["journey"]["gap"], "7d");
    let versions = server.get(&format!("{path}/versions")).json();
    let numbers: Vec<_> =
        versions["versions"].as_array().unwrap().iter().map(|version| version["version"].clone()).collect();
    assert_eq!(numbers, [2, 1]);

    let yaml = server.get(&format!("{path}/definition?version=2"));
    assert!(yaml.header("content-disposition").contains("short-v2.yaml"), "{:?}", yaml.headers);
    assert_eq!(put("", &yaml.body).json(), json!({"version": 2, "created": false}), "a download is what was saved");
    let as_json = server.get(&format!("{path}/definition?format=json"));
    let json_type = [("content-type", "application/json")];
    assert_eq!(server.send("PUT", path, &json_type, &as_json.body).json()["created"], false);

    let list = server.get("/v1/workspaces/ecom/journeys").json();
    let short = list["journeys"].as_array().unwrap().iter().find(|journey| journey["id"] == "short").unwrap().clone();
    assert_eq!((&short["stages"], &short["touchpoints"]), (&json!(2), &json!(2)));
}

#[test]
fn faults_point_at_line_and_field() {
    let server = shop();
    let text = "\
id: faulty
name: Faulty
gap: 7d
stages:
  - id: look
    name: Look
    touchpoints:
      - {id: view, name: View, match: []}
      - {id: view, name: View, match: [{event: product_view}]}
goal: {name: Order, touchpoints: [order]}
";
    let response = server.send("PUT", "/v1/workspaces/ecom/journeys/faulty", &[YAML], text);
    assert_eq!(response.code(422), "definition_invalid");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let faults = body["error"]["details"].as_array().unwrap();
    let at: Vec<_> =
        faults.iter().map(|fault| (fault["path"].as_str().unwrap(), fault["line"].as_u64().unwrap())).collect();
    let expected =
        [("stages[0].touchpoints[0].match", 8), ("stages[0].touchpoints[1].id", 9), ("goal.touchpoints[0]", 10)];
    assert_eq!(at, expected, "{body:#}");
    assert_eq!(server.get("/v1/workspaces/ecom/journeys/faulty").code(404), "journey_unknown", "nothing was saved");
}

#[test]
fn the_path_names_the_journey() {
    let response = shop().send("PUT", "/v1/workspaces/ecom/journeys/other", &[YAML], SHORT);
    assert_eq!(response.code(422), "definition_invalid");
}

#[test]
fn views_are_kept_under_their_hash() {
    let server = shop();
    let path = "/v1/workspaces/ecom/views";
    let view = json!({"v": 1, "page": "map", "journey": "online-purchase", "text": "旅程"});
    let hash = server.post(path, &view).json()["hash"].as_str().unwrap().to_owned();
    assert_eq!(server.post(path, &view).json()["hash"], hash, "the same view has the same address");
    assert_eq!(server.get(&format!("{path}/{hash}")).json(), view);
    for wrong in [json!({}), json!([1]), json!({"v": "1"}), json!({"v": 0})] {
        assert_eq!(server.post(path, &wrong).status, 400, "{wrong}");
    }
}
