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
fn one_customer_has_an_identifier_and_nobody_what_is_none() {
    let server = shop();
    let sql = json!({"sql": "SELECT identifiers FROM events LIMIT 1"});
    let identifiers = server.post("/v1/workspaces/ecom/sql", &sql).json()["rows"][0][0].as_str().unwrap().to_owned();
    let identifiers: Value = serde_json::from_str(&identifiers).unwrap();
    let value = identifiers[0]["value"].as_str().unwrap();
    let found = server.get(&format!("/v1/workspaces/ecom/customers/search?value={value}&namespace=user_id")).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["meta"]["rows_scanned"], EVENTS);
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

#[test]
fn who_comes_back_is_what_other_engines_say() {
    let server = shop();
    let ask = |path: &str, body: Value| server.post(&format!("/v1/workspaces/ecom/{path}"), &body).json();
    let scope = json!({"zone": "UTC"});
    let brackets = json!([{"from": 0, "to": 0}, {"from": 1, "to": 7}]);
    let rule = |name: &str| json!([{"event": name}]);
    let retention = ask(
        "retention",
        json!({"scope": scope, "unit": "day", "start": rule("add_to_cart"), "return": rule("purchase"), "brackets": brackets}),
    );
    assert_eq!(retention["started"]["customers"], 522);
    let cells = |column: usize| -> u64 {
        let cohorts = retention["cohorts"].as_array().unwrap().iter();
        cohorts.filter_map(|cohort| cohort["cells"][column]["returned"]["customers"].as_u64()).sum()
    };
    assert_eq!((cells(0), cells(1)), (149, 29));
    let lifecycle = ask("lifecycle", json!({"scope": scope}));
    let weeks = lifecycle["periods"].as_array().unwrap();
    let week = weeks.iter().find(|week| week["period"] == "2024-04-29").unwrap();
    let standings = ["new", "retained", "resurrected", "dormant"].map(|name| week[name]["customers"].clone());
    assert_eq!(standings, [40, 59, 102, 132].map(|count| json!(count)));
    let stickiness = ask("stickiness", json!({"scope": scope}));
    let months = stickiness["periods"].as_array().unwrap().iter().map(|month| month["active"]["customers"].clone());
    assert_eq!(months.collect::<Vec<_>>(), [63, 169, 309, 453, 468, 462].map(|count| json!(count)));
    let survival = ask("survival", json!({"end": rule("purchase"), "at": ["7d"]}));
    let curve = &survival["curves"][0];
    assert_eq!((&curve["started"]["customers"], &curve["ended"]["customers"]), (&json!(600), &json!(328)));
    assert!((curve["at"][0]["survival"].as_f64().unwrap() - 0.871_666_666_667).abs() < 1e-9);
    let refused = server.post("/v1/workspaces/ecom/retention", &json!({"unit": "month", "clock": "rolling"}));
    assert_eq!(refused.status, 400);
}

#[test]
fn conversions_are_credited_and_next_steps_told() {
    let server = shop();
    let question = json!({
        "conversion": [{"event": "purchase"}],
        "touches": [{"event": ["promo_page", "search", "catalog", "filter_results", "wishlist_add", "compare", "review_page",
                               "support_chat", "account_page"]}],
        "credit": "event",
    });
    let answer = server.post("/v1/workspaces/ecom/attribution", &question).json();
    assert_eq!((&answer["conversions"]["count"], &answer["without_touch"]["count"]), (&json!(470), &json!(24)));
    let first: f64 =
        answer["values"].as_array().unwrap().iter().map(|v| v["credits"][0]["conversions"].as_f64().unwrap()).sum();
    assert_eq!(first, 446.0);
    let wrong = json!({"conversion": [{"event": "purchase"}], "credit": "colour"});
    assert_eq!(server.post("/v1/workspaces/ecom/attribution", &wrong).code(400), "question_invalid");
    let session = json!({"subject": {"of": "session", "timeout": "30m"}});
    let question = json!({"scope": session, "steps": 2, "after": ["search"], "target": "purchase"});
    let answer = server.post("/v1/workspaces/ecom/transitions", &question).json();
    assert_eq!(answer["steps"].as_array().unwrap().len(), 2);
    assert!((answer["outlook"]["probability"].as_f64().unwrap() - 0.115568683413).abs() < 1e-9);
}
