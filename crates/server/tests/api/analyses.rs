//! Questions through HTTP. The numbers were computed by other engines (ClickHouse, DuckDB, retentioneering).

use serde_json::{Value, json};

use crate::support::shop;

const EVENTS: u64 = 31_106;

#[test]
fn a_workspace_says_what_it_holds() {
    let list = shop().get("/v1/workspaces").json();
    let ecom =
        list["workspaces"].as_array().unwrap().iter().find(|workspace| workspace["id"] == "ecom").unwrap().clone();
    assert_eq!(shop().get("/v1/workspaces/ecom").json(), ecom);
    assert_eq!(ecom["events"], EVENTS);
    assert_eq!(ecom["sample"]["licence"], "Apache-2.0");
    assert!(ecom["event_names"].as_array().unwrap().contains(&json!("purchase")));
    assert!(!ecom["channels"].as_array().unwrap().is_empty());
    assert!(ecom["first_us"].as_i64().unwrap() < ecom["last_us"].as_i64().unwrap());

    let imports = shop().get("/v1/workspaces/ecom/imports").json();
    let import = &imports["imports"][0];
    assert_eq!(
        (&import["file"], &import["state"], &import["rows"], &import["events"]),
        (&json!("ecom.csv.gz"), &json!("complete"), &json!(EVENTS), &json!(EVENTS))
    );
    assert_eq!((&import["rejected"], &import["rejects_file"]), (&json!(0), &Value::Null));
}

#[test]
fn sessions_and_funnel_are_those_of_other_engines() {
    let server = shop();
    let sessions = server.post("/v1/workspaces/ecom/sessions", &json!({"timeout": "30m"})).json();
    assert_eq!((&sessions["sessions"]["instances"], &sessions["sessions"]["customers"]), (&json!(3605), &json!(600)));
    let steps = ["catalog", "product_view", "add_to_cart", "purchase"];
    let steps: Vec<_> = steps.iter().map(|name| json!({"name": name, "match": [{"event": name}]})).collect();
    let funnel = server.post("/v1/workspaces/ecom/funnel", &json!({"steps": steps})).json();
    let reached: Vec<_> =
        funnel["steps"].as_array().unwrap().iter().map(|step| step["reached"]["customers"].clone()).collect();
    assert_eq!(reached, [600, 596, 502, 274]);
    assert_eq!(funnel["meta"]["rows_scanned"], EVENTS);
}

#[test]
fn a_number_of_the_map_opens_to_its_customers_and_their_timelines() {
    let server = shop();
    let map = server.post("/v1/workspaces/ecom/journeys/online-purchase/map", &json!({})).json();
    let started = map["totals"]["started"]["instances"].as_u64().unwrap();
    let ends: u64 = ["goal", "left", "open"].iter().map(|end| map["totals"][end]["instances"].as_u64().unwrap()).sum();
    assert_eq!(started, ends, "every instance has one end");
    let question = map["meta"]["question"].as_str().unwrap();
    for people in [&map["totals"]["goal"], &map["stages"][1]["left_last"]] {
        let pick = people["pick"].as_str().unwrap();
        let list = server.get(&format!("/v1/workspaces/ecom/customers?question={question}&pick={pick}&limit=7")).json();
        assert_eq!((&list["customers"], &list["subjects"]), (&people["customers"], &people["instances"]), "{pick}");
        let expected = people["customers"].as_u64().unwrap().min(7) as usize;
        assert_eq!(list["items"].as_array().unwrap().len(), expected);
        if let Some(next) = list["next"].as_str() {
            let path = format!("/v1/workspaces/ecom/customers?question={question}&pick={pick}&limit=7&after={next}");
            let second = server.get(&path).json();
            assert_ne!(second["items"][0]["customer"], list["items"][0]["customer"]);
        }
        let customer = list["items"][0]["customer"].as_str().unwrap();
        let timeline =
            server.get(&format!("/v1/workspaces/ecom/customers/{customer}?journey=online-purchase&limit=20")).json();
        assert!(
            timeline["events"].as_array().unwrap().iter().any(|event| event["stage"].is_string()),
            "stages are marked"
        );
        assert_eq!(timeline["meta"]["snapshot"], map["meta"]["snapshot"]);
        assert_eq!(timeline["meta"]["rows_scanned"], timeline["customer"]["events"]);
    }
    // A page is as long as was asked for, or refused.
    let page =
        |limit| server.get(&format!("/v1/workspaces/ecom/customers?question={question}&pick=started&limit={limit}"));
    let whole = page(200).json();
    assert_eq!((whole["items"].as_array().unwrap().len(), &whole["meta"]["truncated"]), (200, &json!(true)));
    assert_eq!(page(201).code(400), "limit_invalid");
    let bad = server.get("/v1/workspaces/ecom/customers?question=x&pick=goal");
    assert_eq!(bad.code(400), "question_invalid");
    assert_eq!(
        server.get(&format!("/v1/workspaces/ecom/customers?question={question}&pick=goal&limit=0")).code(400),
        "limit_invalid"
    );
}

#[test]
fn customers_are_found_by_an_exact_identifier() {
    let server = shop();
    let sql = json!({"sql": "SELECT identifiers FROM events LIMIT 1"});
    let identifiers = server.post("/v1/workspaces/ecom/sql", &sql).json()["rows"][0][0].as_str().unwrap().to_owned();
    let identifiers: Value = serde_json::from_str(&identifiers).unwrap();
    let value = identifiers[0]["value"].as_str().unwrap();
    let found = server.get(&format!("/v1/workspaces/ecom/customers/search?value={value}&namespace=user_id")).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["meta"]["rows_scanned"], found["items"][0]["events"]);
    let nobody = server.get("/v1/workspaces/ecom/customers/search?value=nobody").json();
    assert_eq!((&nobody["items"], &nobody["meta"]["truncated"]), (&json!([]), &json!(false)));
}

#[test]
fn sql_reads_and_never_writes() {
    let server = shop();
    let ask = |sql: &str| server.post("/v1/workspaces/ecom/sql", &json!({"sql": sql}));
    let answer = ask("SELECT count(*) AS n, count(DISTINCT customer) AS people FROM events").json();
    assert_eq!(answer["rows"], json!([[EVENTS, 600]]));
    assert_eq!(answer["columns"][0], json!({"name": "n", "type": "Int64"}));
    assert_eq!((&answer["meta"]["rows_scanned"], &answer["meta"]["truncated"]), (&json!(EVENTS), &json!(false)));
    assert_eq!(answer["meta"]["as_of_us"], server.get("/v1/workspaces/ecom").json()["last_us"]);
    let cut = ask("SELECT seq FROM events").json();
    assert_eq!((&cut["meta"]["truncated"], cut["rows"].as_array().unwrap().len()), (&json!(true), 10_000));
    for sql in [
        "DELETE FROM events",
        "INSERT INTO events SELECT * FROM events",
        "DROP TABLE events",
        "CREATE TABLE x AS SELECT 1",
        "COPY events TO 'out.csv'",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM '/etc/passwd'",
        "SELECT nothing FROM events",
        "SELEC",
    ] {
        assert_eq!(ask(sql).code(400), "sql_invalid", "{sql}");
    }
}

#[test]
fn questions_that_make_no_sense_say_why() {
    let server = shop();
    let funnel = |question: Value| server.post("/v1/workspaces/ecom/funnel", &question);
    assert_eq!(funnel(json!({"steps": []})).code(400), "question_invalid");
    assert_eq!(funnel(json!({"journey": {"id": "none"}})).code(404), "journey_unknown");
    let by_stage = json!({"journey": {"id": "online-purchase"}, "window": "7d"});
    assert_eq!(funnel(by_stage).code(400), "question_invalid");
    assert_eq!(funnel(json!({"steps": [], "surprise": 1})).code(422), "body_invalid");
    let zone = json!({"scope": {"zone": "Mars/Olympus"}});
    assert_eq!(server.post("/v1/workspaces/ecom/journeys/online-purchase/map", &zone).code(400), "question_invalid");
}

#[test]
fn a_question_is_compared_over_two_scopes() {
    let server = shop();
    let steps = ["catalog", "purchase"].map(|name| json!({"name": name, "match": [{"event": name}]}));
    let question = json!({"ask": "funnel", "steps": steps, "window": "7d"});
    let versus = json!({"events": [{"channel": "web"}]});
    let asked = json!({"question": question, "versus": versus});
    let compared = server.post("/v1/workspaces/ecom/compare", &asked).json();
    assert_eq!(compared["answer"]["ask"], "funnel");
    let reached = json!(["steps", "catalog", "reached"]);
    let change = compared["changes"].as_array().unwrap().iter().find(|change| change["path"] == reached).unwrap();
    let customers = |side: &str| compared[side]["steps"][0]["reached"]["instances"].as_f64();
    assert_eq!((change["here"].as_f64(), change["there"].as_f64()), (customers("answer"), customers("versus")));
    let refused = server.post("/v1/workspaces/ecom/compare", &json!({"question": question}));
    assert_eq!(refused.status, 422);
}
