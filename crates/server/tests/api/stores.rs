//! Members who are limited to stores: what they are told is what an owner is who filters by these stores, and nothing
//! that happened elsewhere comes through.

use control::NewPerson;
use model::access::{Role, Standing};
use model::stores::Stores;
use serde_json::{Value, json};

use crate::support::{Browser, TestServer, control};

const AT: &str = "/v1/workspaces/shop";
const STORES: [&str; 2] = ["s1", "s2"];
const CUSTOMERS: u64 = 90;
const EVENTS: u64 = CUSTOMERS * 12 + 3;

/// Somebody who is signed in.
pub(crate) fn member<'a>(server: &'a TestServer, name: &str, workspace: &str, standing: Standing) -> Browser<'a> {
    let person = NewPerson {
        id: name.to_owned(),
        email: format!("{name}@example.com"),
        name: name.to_owned(),
        password_hash: String::new(),
        administrator: false,
        at_us: 1,
    };
    let token = blake3::hash(name.as_bytes()).to_hex().to_string();
    let now_us = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64;
    server.runtime.block_on(async {
        let control = control(server).await;
        control.create_person(person).await.unwrap();
        control.set_role(workspace, name, standing, 1).await.unwrap();
        control.begin_session(&token, name, now_us).await.unwrap();
    });
    let mut browser = Browser::new(server);
    browser.cookie = Some(format!("throughline_session={token}"));
    browser.csrf = Some(browser.get("/v1/session").json()["csrf"].as_str().unwrap().to_owned());
    browser
}

pub(crate) fn limited_to(role: Role, stores: &[&str]) -> Standing {
    let stores = Stores::new(stores.iter().map(|store| (*store).to_owned())).unwrap();
    Standing::new(role, Some(stores)).unwrap()
}

/// Customers who walk between three stores and the web in their own ways, drawn from their number.
fn events() -> Vec<Value> {
    let mut events = Vec::new();
    for customer in 0..CUSTOMERS {
        let mut state = customer * 7_919 + 13;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for step in 0..12 {
            let place = draw(4);
            let name = ["visit", "try_on", "purchase"][draw(3) as usize];
            let minute = (step * 31 + draw(20)) * 60 * 3;
            let at = chrono(1_767_225_600 + i64::try_from(minute).unwrap() * 60);
            let mut event = json!({
                "event": name, "time": at, "message_id": format!("{customer}-{step}"),
                "identifiers": {"member_no": format!("m{customer}")}, "link": true,
                "channel": if place == 3 { "web" } else { "store" },
                "platform": if draw(2) == 0 { "ios" } else { "android" },
                "campaign": format!("campaign-of-{}", ["s1", "s2", "s3", "web"][place as usize]),
            });
            if place < 3 {
                event["site"] = json!(format!("s{}", place + 1));
            }
            if name == "purchase" {
                event["amount"] = json!(10 + draw(90));
            }
            if step == 0 {
                event["traits"] = json!({"level": if customer % 2 == 0 { "gold" } else { "silver" }});
            }
            events.push(event);
        }
    }
    let known = |message: &str, event: &str, site: &str, identifiers: Value| {
        json!({"event": event, "time": "2026-01-05T12:00:00Z", "message_id": message, "identifiers": identifiers,
               "link": true, "channel": "store", "site": site})
    };
    // Somebody of the third store alone, and somebody whose phone number is known there alone.
    events.push(known("alone-1", "purchase", "s3", json!({"member_no": "alone"})));
    events.push(known("both-1", "visit", "s1", json!({"member_no": "both"})));
    events.push(known("both-2", "visit", "s3", json!({"member_no": "both", "phone": "13900000000"})));
    events
}

fn chrono(seconds: i64) -> String {
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since the first of January 2026, within January and February.
    let of_year = day - 20_454;
    let (month, day) = if of_year < 31 { (1, of_year + 1) } else { (2, of_year - 30) };
    format!("2026-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

fn journey() -> Value {
    json!({
        "id": "in-store", "name": "In store", "gap": "7d",
        "stages": [
            {"id": "come", "name": "Come", "touchpoints": [{"id": "visit", "name": "Visit", "match": [{"event": "visit"}]}]},
            {"id": "try", "name": "Try", "touchpoints": [{"id": "fit", "name": "Fit", "match": [{"event": "try_on"}]}]},
            {"id": "buy", "name": "Buy", "touchpoints": [{"id": "order", "name": "Order", "match": [{"event": "purchase"}]}]},
        ],
        "goal": {"name": "Order", "touchpoints": ["order"], "value": "amount"},
        "personas": [{"id": "gold", "name": "Gold", "customers": [{"where": [{"column": "traits.level", "op": "eq", "value": "gold"}]}]}],
    })
}

/// A server with the events, and the start of a story.
fn full() -> TestServer {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let owner = member(&server, "owner", "shop", Role::Owner.into());
    assert_eq!(
        owner.send("POST", &format!("{AT}/sources"), &json!({"id": "till", "name": "Till", "channel": "store"})).status,
        201
    );
    let made = owner.send("POST", &format!("{AT}/sources/till/keys"), &json!({"kind": "secret"}));
    let key = serde_json::from_str::<Value>(&made.body).unwrap()["key"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {key}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let taken = server.send("POST", "/v1/events", &headers, &Value::from(events()).to_string()).json();
    assert_eq!((&taken["accepted"], &taken["rejected"]), (&json!(EVENTS), &json!([])));
    owner.send("PUT", &format!("{AT}/journeys/in-store"), &journey()).json();
    server
}

fn there() -> Value {
    json!([{"where": [{"column": "site", "op": "in", "value": STORES}]}])
}

/// An answer without what says how it was come by.
fn numbers(mut answer: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["meta", "question", "margin_lost", "running_cost", "costs"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut answer);
    answer
}

/// Every question over a journey or events: path and body.
fn questions() -> Vec<(String, Value)> {
    let rule = |event: &str| json!([{"event": event}]);
    let steps = json!([{"name": "visit", "match": rule("visit")}, {"name": "buy", "match": rule("purchase")}]);
    let on_journey = |what: &str| format!("{AT}/journeys/in-store/{what}");
    let on_events = |what: &str| format!("{AT}/{what}");
    let key = json!({"id": "in-store"});
    let campaigns = ["campaign-of-s1", "campaign-of-s2"];
    vec![
        (on_journey("map"), json!({})),
        (on_journey("map"), json!({"persona": "gold"})),
        (on_journey("personas"), json!({})),
        (on_journey("pains"), json!({})),
        (on_events("funnel"), json!({"steps": steps, "window": "7d"})),
        (on_events("funnel"), json!({"journey": key})),
        (on_events("funnel"), json!({"steps": steps, "scope": {"by": {"dimension": "campaign", "values": campaigns}}})),
        (on_events("paths"), json!({"top": 20})),
        (on_events("paths"), json!({"split": rule("purchase")})),
        (on_events("transitions"), json!({"journey": key})),
        (on_events("sessions"), json!({"scope": {"subject": {"of": "session", "timeout": "1d"}}})),
        (on_events("sequence"), json!({"pattern": "(?1).*(?2)", "conditions": steps})),
        (on_events("retention"), json!({"unit": "week"})),
        (on_events("lifecycle"), json!({"unit": "week"})),
        (on_events("stickiness"), json!({})),
        (on_events("survival"), json!({"end": rule("purchase")})),
        (
            on_events("attribution"),
            json!({"conversion": rule("purchase"), "value": "amount", "credit": "campaign", "values": campaigns}),
        ),
        (on_events("rfm"), json!({"model": {"match": rule("purchase")}})),
    ]
}

/// The question with a filter in its scope.
fn filtered(question: &Value) -> Value {
    let mut question = question.clone();
    question["scope"]["events"] = there();
    question
}

#[test]
fn a_draft_is_tried_on_the_stores_alone() {
    let server = full();
    let owner = member(&server, "second", "shop", Role::Owner.into());
    let clerk = member(&server, "clerk", "shop", limited_to(Role::Viewer, &STORES));
    let mut draft = journey();
    draft["stages"][0]["touchpoints"][0]["match"] = json!([{"event": "visit", "channel": "store"}]);
    let path = format!("{AT}/journeys/in-store/preview");
    let seen = clerk.send("POST", &path, &draft).json();
    let whole = owner.send("POST", &path, &draft).json();
    draft["scope"] = there();
    let expected = owner.send("POST", &path, &draft).json();
    assert_eq!(numbers(seen.clone()), numbers(expected));
    assert_ne!(numbers(seen.clone()), numbers(whole));
    assert_eq!(seen["meta"]["rows_scanned"], json!(null), "how many events there are elsewhere is not told");
}

#[test]
fn numbers_are_those_of_an_owner_who_filters_by_the_stores() {
    let server = full();
    let owner = member(&server, "second", "shop", Role::Owner.into());
    let clerk = member(&server, "clerk", "shop", limited_to(Role::Viewer, &STORES));
    for (path, question) in questions() {
        let whole = owner.send("POST", &path, &question).json();
        let expected = owner.send("POST", &path, &filtered(&question)).json();
        let seen = clerk.send("POST", &path, &question).json();
        assert_eq!(numbers(seen.clone()), numbers(expected), "{path} {question}");
        if !path.ends_with("/pains") {
            assert_ne!(numbers(seen.clone()), numbers(whole), "{path} {question}: the limit leaves something out");
        }
        // It stands where the number is explained, and in the SQL.
        let meta = &seen["meta"];
        assert!(meta["scope"]["events"].to_string().contains("\"s2\""), "{path}: {meta}");
        assert!(meta["filters"].to_string().contains("s1"), "{path}: {meta}");
        assert!(meta["sql"].as_array().unwrap().iter().all(|sql| sql.to_string().contains("s1")), "{path}: {meta}");
        let counts = (&meta["rows_scanned"], &meta["events_later"]);
        assert_eq!(counts, (&json!(null), &json!(null)), "how many there are is of the whole");
        assert!(
            !seen.to_string().contains("campaign-of-s3") && !seen.to_string().contains("campaign-of-web"),
            "{path}"
        );
        // Asking for more does not widen it.
        let mut wide = question.clone();
        wide["scope"]["events"] =
            json!([{"where": [{"column": "site", "op": "exists"}]}, {"channel": ["web", "store"]}]);
        let wide = clerk.send("POST", &path, &wide).json();
        assert!(!wide.to_string().contains("campaign-of-s3"), "{path}");
        let mut elsewhere = question.clone();
        elsewhere["scope"]["events"] = json!([{"where": [{"column": "site", "op": "eq", "value": "s3"}]}]);
        let (mine, nothing) = (clerk.send("POST", &path, &elsewhere).json(), {
            let mut nothing = question.clone();
            nothing["scope"]["events"] = json!([{"where": [{"column": "site", "op": "eq", "value": "nowhere"}]}]);
            owner.send("POST", &path, &nothing).json()
        });
        assert_eq!(numbers(mine), numbers(nothing), "{path} {question}");
    }
}

#[test]
fn what_customers_did_elsewhere_tells_nothing_about_them() {
    let server = full();
    let owner = member(&server, "second", "shop", Role::Owner.into());
    let clerk = member(&server, "clerk", "shop", limited_to(Role::Viewer, &STORES));
    let bought =
        |rule: Value| json!({"id": "bought", "name": "Bought", "who": {"did": {"match": rule, "is": {"gte": 3.0}}}});
    let (anywhere, here) = (json!([{"event": "purchase"}]), {
        let mut here = there();
        here[0]["event"] = json!(["purchase"]);
        here
    });
    let path = format!("{AT}/segmentation");
    let sizes = |who: &Browser<'_>, rule: &Value, events: Value| {
        let scope = if events.is_null() { json!({}) } else { json!({"events": events}) };
        numbers(who.send("POST", &path, &json!({"segments": [bought(rule.clone())], "scope": scope})).json())
    };
    let mut seen = sizes(&clerk, &anywhere, Value::Null);
    let mut expected = sizes(&owner, &here, there());
    for answer in [&mut seen, &mut expected] {
        answer["segments"][0].as_object_mut().unwrap().remove("definition");
    }
    assert_eq!(seen, expected);
    assert_ne!(seen["segments"][0]["members"], sizes(&owner, &anywhere, there())["segments"][0]["members"]);
    // A stored one, as a filter of another question.
    owner.send("PUT", &format!("{AT}/segments/bought"), &bought(anywhere)).json();
    let sessions = |who: &Browser<'_>, scope: Value| {
        numbers(who.send("POST", &format!("{AT}/sessions"), &json!({"scope": scope})).json())
    };
    let mine = sessions(&clerk, json!({"segments": ["bought"]}));
    assert_eq!(mine, sessions(&owner, json!({"segments": [bought(here.clone())], "events": there()})));
    // Customers with an event that matches: only such an event here makes them one.
    let mine = sessions(
        &clerk,
        json!({"customers": [{"where": [{"column": "campaign", "op": "eq", "value": "campaign-of-s3"}]}]}),
    );
    assert_eq!(mine["sessions"]["customers"], 0);

    // Values that are left open are looked for in the stores alone.
    let by_campaign = json!({"scope": {"by": {"dimension": "campaign"}}});
    let credited = json!({"conversion": [{"event": "purchase"}], "credit": "campaign"});
    for (path, question) in [("sessions", by_campaign), ("attribution", credited)] {
        let path = format!("{AT}/{path}");
        assert!(owner.send("POST", &path, &question).body.contains("campaign-of-s3"), "{path}");
        let seen = clerk.send("POST", &path, &question).body;
        assert!(seen.contains("campaign-of-s2") && !seen.contains("campaign-of-s3"), "{path}: {seen}");
    }

    let compare = |who: &Browser<'_>, scope: &Value, versus: &Value| {
        let question = json!({"ask": "sessions", "scope": scope});
        numbers(who.send("POST", &format!("{AT}/compare"), &json!({"question": question, "versus": versus})).json())
    };
    let ios = json!([{"where": [{"column": "platform", "op": "eq", "value": "ios"}]}]);
    let mut ios_here = ios.clone();
    ios_here[0]["where"].as_array_mut().unwrap().push(there()[0]["where"][0].clone());
    let mine = compare(&clerk, &json!({}), &json!({"events": ios}));
    assert_eq!(mine, compare(&owner, &json!({"events": there()}), &json!({"events": ios_here})));

    let dimensions = clerk.get(&format!("{AT}/dimensions")).json();
    let values = |name: &str| {
        let all = dimensions["dimensions"].as_array().unwrap().iter();
        let found = all.filter(|one| one["name"] == name).flat_map(|one| one["values"].as_array().unwrap());
        let mut values: Vec<_> = found.map(|one| one["value"].as_str().unwrap().to_owned()).collect();
        values.sort();
        values
    };
    assert_eq!(
        (values("site"), values("campaign")),
        (vec!["s1".into(), "s2".into()], vec!["campaign-of-s1".into(), "campaign-of-s2".into()])
    );
    assert!(owner.get(&format!("{AT}/dimensions")).body.contains("campaign-of-s3"), "one's answer is not the other's");
    assert!(!clerk.get(&format!("{AT}/dimensions")).body.contains("campaign-of-s3"));
}

#[test]
fn the_people_behind_a_number_are_shown_as_far_as_the_stores_go() {
    let server = full();
    let owner = member(&server, "second", "shop", Role::Owner.into());
    let clerk = member(&server, "clerk", "shop", limited_to(Role::Analyst, &STORES));
    let map = format!("{AT}/journeys/in-store/map");
    let (mine, theirs) =
        (clerk.send("POST", &map, &json!({})).json(), owner.send("POST", &map, &filtered(&json!({}))).json());
    let people = |who: &Browser<'_>, map: &Value| {
        let (question, pick) =
            (map["meta"]["question"].as_str().unwrap(), map["totals"]["goal"]["pick"].as_str().unwrap());
        who.get(&format!("{AT}/customers?question={question}&pick={pick}&limit=200")).json()
    };
    let ids = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| item["customer"].as_str().unwrap().to_owned()).collect()
    };
    let list = people(&clerk, &mine);
    assert_eq!(ids(&list), ids(&people(&owner, &theirs)));
    assert!(!ids(&list).is_empty());
    // The question of an owner, asked by whoever is limited, is theirs.
    let whole = owner.send("POST", &map, &json!({})).json();
    assert_eq!(ids(&people(&clerk, &whole)), ids(&list));

    let all = ids(&people(&owner, &whole));
    let mut hidden = 0;
    for customer in &all {
        let path = format!("{AT}/customers/{customer}?journey=in-store&limit=500");
        let events = owner.get(&path).json()["events"].as_array().unwrap().clone();
        let here: Vec<&Value> =
            events.iter().filter(|event| STORES.iter().any(|store| event["columns"]["site"] == *store)).collect();
        let seen = clerk.get(&path);
        if here.is_empty() {
            hidden += 1;
            assert_eq!(seen.code(404), "not_found");
            continue;
        }
        let seen = seen.json();
        // Sessions are counted among what is seen: their numbers say nothing of visits elsewhere.
        let alike = |event: &Value| {
            let mut event = event.clone();
            event.as_object_mut().unwrap().remove("session");
            event
        };
        let shown = seen["events"].as_array().unwrap();
        assert_eq!(shown.iter().map(alike).collect::<Vec<_>>(), here.into_iter().map(alike).collect::<Vec<_>>());
        assert_eq!(shown[0]["session"], 1);
        assert!(shown.windows(2).all(|two| two[1]["session"].as_u64() <= two[0]["session"].as_u64().map(|n| n + 1)));
        assert_eq!(seen["customer"]["events"], shown.len());
    }
    assert!(0 < hidden && hidden < all.len(), "{hidden} of {}", all.len());

    let found = |who: &Browser<'_>, value: &str| {
        who.get(&format!("{AT}/customers/search?value={value}")).json()["items"].as_array().unwrap().len()
    };
    assert_eq!((found(&owner, "13900000000"), found(&clerk, "13900000000")), (1, 0), "it is known elsewhere alone");
    assert_eq!((found(&clerk, "both"), found(&clerk, "alone"), found(&owner, "alone")), (1, 0, 1));
    let both = clerk.get(&format!("{AT}/customers/search?value=both")).body;
    assert!(!both.contains("13900000000"), "{both}");
    assert_eq!(clerk.get(&format!("{AT}/journeys/in-store/export?format=svg")).status, 200);
    let info = |who: &Browser<'_>| who.get(AT).json()["events"].clone();
    assert_eq!((info(&owner), info(&clerk)), (json!(EVENTS), Value::Null));
    assert_eq!(clerk.get("/v1/workspaces").json()["workspaces"][0]["events"], Value::Null);
}

#[test]
fn owners_say_which_stores_and_only_of_those_who_change_nothing() {
    let server = full();
    let owner = member(&server, "second", "shop", Role::Owner.into());
    let clerk = member(&server, "clerk", "shop", Role::Viewer.into());
    let member = format!("{AT}/members/clerk");
    let set = |body: Value| owner.send("PUT", &member, &body);
    assert_eq!(set(json!({"role": "editor", "stores": ["s1"]})).code(400), "stores_refused");
    assert_eq!(set(json!({"role": "viewer", "stores": []})).status, 422);
    assert_eq!(clerk.get(&format!("{AT}/pains")).status, 200);
    assert_eq!(set(json!({"role": "viewer", "stores": ["s2", "s1"]})).status, 204);
    let roles = clerk.get("/v1/session").json()["roles"].clone();
    assert_eq!(roles, json!([{"workspace": "shop", "role": "viewer", "stores": ["s1", "s2"]}]));
    let refused = clerk.get(&format!("{AT}/pains"));
    assert!(refused.body.contains("whole workspace"), "{}", refused.body);
    assert_eq!(refused.code(403), "role_refused");
    let listed = owner.get(&format!("{AT}/members")).json();
    assert!(listed["members"].as_array().unwrap().iter().any(|member| member["stores"] == json!(["s1", "s2"])));
    assert_eq!(set(json!({"role": "viewer"})).status, 204);
    assert_eq!(clerk.get(&format!("{AT}/pains")).status, 200, "the limit is lifted");

    let invitation = json!({"email": "new@example.com", "role": "analyst", "stores": ["s3"]});
    let made = owner.send("POST", &format!("{AT}/invitations"), &invitation).json();
    let link = format!("/v1/invitations/{}", made["token"].as_str().unwrap());
    let mut newcomer = Browser::new(&server);
    assert_eq!(newcomer.get(&link).json()["stores"], json!(["s3"]));
    let session = newcomer.enter(&link, &json!({"name": "New", "password": "correct horse battery"}));
    assert_eq!(session["roles"], json!([{"workspace": "shop", "role": "analyst", "stores": ["s3"]}]));
    assert_eq!(newcomer.send("POST", &format!("{AT}/sql"), &json!({"sql": "SELECT 1"})).code(403), "role_refused");
}
