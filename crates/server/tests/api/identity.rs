//! Who is one customer, through HTTP: asked, tried, decided, undone; by the libraries' own words for it; and by whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use control::NewPerson;
use model::access::Role;
use serde_json::{Value, json};
use server::config::Limits;

use crate::support::{Browser, Response, TestServer, control};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A workspace with a source and a key of it.
struct Shop {
    server: TestServer,
    at: String,
    key: String,
}

impl Shop {
    fn open() -> Shop {
        let server = TestServer::start(Limits::default());
        let at = server.workspace("shop", "UTC");
        let source = json!({ "id": "web", "name": "Web", "channel": "web" });
        assert_eq!(server.post(&format!("{at}/sources"), &source).status, 201);
        let made = server.post(&format!("{at}/sources/web/keys"), &json!({ "kind": "public" }));
        let made: Value = serde_json::from_str(&made.body).unwrap();
        let key = made["key"].as_str().unwrap().to_owned();
        Shop { server, at, key }
    }

    /// One event of each line: minute, what happened, `namespace:value` of everybody it names.
    fn send(&self, lines: &[(i64, &str, &[&str])]) {
        let event = |(minute, event, who): &(i64, &str, &[&str])| {
            let named = who.iter().map(|one| one.split_once(':').unwrap());
            let identifiers: Vec<Value> =
                named.map(|(namespace, value)| json!({"namespace": namespace, "value": value})).collect();
            let time = format!("2026-03-01T{:02}:{:02}:00Z", 8 + minute % 900 / 60, minute % 60);
            let id = format!("{minute} {event} {who:?}");
            json!({"event": event, "time": time, "message_id": id, "identifiers": identifiers})
        };
        let events: Vec<Value> = lines.iter().map(event).collect();
        let bearer = format!("Bearer {}", self.key);
        let taken =
            self.server.send("POST", "/v1/events", &[JSON, ("authorization", &bearer)], &json!(events).to_string());
        assert_eq!((taken.status, &taken.json()["rejected"]), (200, &json!([])), "{}", taken.body);
    }

    /// One message as 神策's libraries send it.
    fn sensors(&self, message: &Value) {
        let packed = base64::engine::general_purpose::STANDARD.encode(message.to_string());
        let data = packed.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let form = ("content-type", "application/x-www-form-urlencoded");
        let sent = self.server.send("POST", &format!("/k/{}/sa", self.key), &[form], &format!("data={data}"));
        assert_eq!(sent.status, 200, "{}", sent.body);
    }

    /// One message below the key's own path.
    fn at_key(&self, path: &str, body: &Value) {
        let sent = self.server.send("POST", &format!("/k/{}{path}", self.key), &[JSON], &body.to_string());
        assert!(sent.status < 300, "{}", sent.body);
    }

    fn get(&self, path: &str) -> Value {
        self.server.get(&format!("{}{path}", self.at)).json()
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.server.post(&format!("{}{path}", self.at), body).json()
    }

    fn sql(&self, sql: &str) -> Value {
        self.post("/sql", &json!({ "sql": sql }))["rows"].clone()
    }

    /// The customer of an identifier.
    fn customer(&self, identifier: &str) -> String {
        let (namespace, value) = identifier.split_once(':').unwrap();
        let found = self.get(&format!("/customers/search?namespace={namespace}&value={value}"));
        found["items"][0]["customer"].as_str().unwrap_or_else(|| panic!("{identifier}: {found}")).to_owned()
    }

    /// Whoever has events, in groups of one customer.
    fn groups(&self, of: &[&str]) -> BTreeSet<BTreeSet<String>> {
        let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in of {
            groups.entry(self.customer(one)).or_default().insert((*one).to_owned());
        }
        groups.into_values().collect()
    }

    /// What analyses answer, without what is only of the asking.
    fn numbers(&self) -> Vec<Value> {
        let step = |event: &str| json!({"name": event, "match": [{"event": [event]}]});
        let funnel = json!({"steps": [step("page_view"), step("purchase")]});
        let mut answers = vec![
            self.sql("SELECT customer, count(*), min(time), max(time) FROM events GROUP BY customer ORDER BY customer"),
            self.post("/funnel", &funnel),
            self.post("/sessions", &json!({})),
            self.post("/retention", &json!({"start": [{"event": ["page_view"]}], "return": [{"event": ["purchase"]}]})),
        ];
        for answer in &mut answers {
            if let Some(answer) = answer.as_object_mut() {
                answer.remove("meta");
            }
        }
        answers
    }

    fn verdict(decision: &str, ends: &[&str]) -> Value {
        let name = |one: &&str| {
            let (namespace, value) = one.split_once(':').unwrap();
            json!({"namespace": namespace, "value": value})
        };
        let mut ends = ends.iter().map(name);
        json!({"decision": decision, "a": ends.next(), "b": ends.next()})
    }

    /// Tries a decision, makes it, and checks that what happens is what was to be expected.
    fn decide(&self, decision: &str, ends: &[&str]) -> Value {
        let body = json!({"verdicts": [Shop::verdict(decision, ends)], "note": "looked at it"});
        let before = self.numbers();
        let expected = self.post("/identity/preview", &body);
        assert_eq!(self.numbers(), before, "trying changes nothing");
        let made = self.post("/identity/decisions", &body);
        assert_eq!(made["effect"], expected);
        let customers = |numbers: &[Value]| -> BTreeSet<i64> {
            numbers[0].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap().parse().unwrap()).collect()
        };
        let (old, new) = (customers(&before), customers(&self.numbers()));
        let ids = |list: &Value, key: &str| -> BTreeSet<i64> {
            let of = |one: &Value| match &one[key] {
                Value::Array(many) => many.iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect::<Vec<i64>>(),
                one => vec![one.as_str().unwrap().parse().unwrap()],
            };
            list.as_array().unwrap().iter().flat_map(of).collect()
        };
        let gone = &ids(&expected["merged"], "from") | &ids(&expected["split"], "from");
        let come = &ids(&expected["merged"], "into") | &ids(&expected["split"], "into");
        let expected_after: BTreeSet<i64> = &(&old - &gone) | &come;
        assert!(new.is_subset(&expected_after), "{new:?} of {expected_after:?}");
        assert!((&old - &new).is_subset(&gone), "who is gone was told to go");
        made
    }
}

/// A family's tablet, a phone number of two, and a person on two devices.
fn family() -> Shop {
    let shop = Shop::open();
    shop.send(&[
        (0, "page_view", &["anonymous_id:tablet"]),
        (1, "page_view", &["user_id:anna", "anonymous_id:tablet"]),
        (2, "purchase", &["user_id:anna", "phone:13800138000"]),
        (5, "page_view", &["anonymous_id:laptop"]),
        (6, "page_view", &["user_id:bob", "anonymous_id:laptop"]),
        (7, "purchase", &["user_id:bob", "anonymous_id:tablet"]),
        (9, "page_view", &["user_id:bob", "phone:13800138000"]),
    ]);
    shop
}

const FAMILY: [&str; 5] =
    ["anonymous_id:tablet", "anonymous_id:laptop", "phone:13800138000", "user_id:anna", "user_id:bob"];

#[test]
fn a_case_is_asked_tried_decided_and_undone_as_if_it_had_never_been() {
    let shop = family();
    let before = shop.numbers();
    let queue = shop.get("/identity/review");
    assert_eq!(queue["total"], 2, "{queue}");
    assert_eq!(queue["reasons"], json!([{"why": "shared", "count": 2}]));
    let tablet =
        queue["cases"].as_array().unwrap().iter().find(|case| case["subject"]["value"] == "tablet").unwrap().clone();
    let withheld = &tablet["withheld"][0];
    assert_eq!((&withheld["member"]["value"], &withheld["why"]), (&json!("bob"), &json!("shared")));
    assert_eq!(
        (&withheld["evidence"][0]["source"], &withheld["evidence"][0]["strength"]),
        (&json!("web"), &json!("observed"))
    );
    let profile = tablet["subject"]["profile"].as_str().unwrap();
    assert_eq!(shop.get(&format!("/identity/review/{profile}")), tablet);
    // Both sides.
    let anna = shop.get(&format!("/customers/{}/identity", tablet["subject"]["customer"].as_str().unwrap()));
    assert_eq!((&anna["members_count"], &anna["links_count"]), (&json!(3), &json!(2)), "{anna}");
    assert_eq!(anna["presence"]["channels"], json!([{"channel": "web", "events": 3}]));
    let bob = shop.get(&format!("/customers/{}/identity", withheld["member"]["customer"].as_str().unwrap()));
    assert_eq!(bob["presence"]["events"], 4);

    for (decision, ends, groups) in [
        ("join", &["user_id:anna", "user_id:bob"][..], 1),
        ("keep_apart", &["user_id:anna", "anonymous_id:tablet"], 2),
        ("block", &["anonymous_id:tablet"], 3),
    ] {
        let made = shop.decide(decision, ends);
        assert_eq!(shop.groups(&FAMILY).len(), groups, "{decision}: {:?}", shop.groups(&FAMILY));
        assert_ne!(shop.numbers(), before, "{decision}");
        let list = shop.get("/identity/decisions");
        let id = made["decisions"][0].as_str().unwrap();
        assert_eq!((&list["total"], &list["decisions"][0]["id"]), (&json!(1), &json!(id)));
        assert_eq!(
            (&list["decisions"][0]["note"], &list["decisions"][0]["by"]),
            (&json!("looked at it"), &json!("local"))
        );
        let path = format!("{}/identity/decisions/{id}", shop.at);
        assert_eq!(shop.server.send("DELETE", &path, &[], "").status, 200);
        assert_eq!(shop.numbers(), before, "after {decision} was undone");
        assert_eq!(shop.get("/identity/review"), queue);
        assert_eq!(shop.server.send("DELETE", &path, &[], "").code(404), "identity_decision_unknown");
    }
    let audit = shop.server.get(&format!("{}/audit", shop.at));
    assert_eq!(audit.body.matches("identity_decision").count(), 6, "{}", audit.body);
    for personal in ["anna", "tablet", "13800138000", "looked"] {
        assert!(!audit.body.contains(personal), "{personal} in {}", audit.body);
    }
}

#[test]
fn the_queue_has_pages_and_reasons_and_says_what_cannot_be() {
    let shop = Shop::open();
    let mut lines: Vec<(i64, String, String)> = Vec::new();
    for n in 0..7 {
        lines.push((n, format!("anonymous_id:shared{n}"), format!("user_id:a{n}")));
        lines.push((n + 20, format!("anonymous_id:shared{n}"), format!("user_id:b{n}")));
        lines.push((n + 40, "anonymous_id:till".to_owned(), format!("user_id:c{n}")));
    }
    for (minute, a, b) in &lines {
        shop.send(&[(*minute, "page_view", &[b, a])]);
    }
    let (mut seen, mut after) = (BTreeSet::new(), String::new());
    loop {
        let page = shop.get(&format!("/identity/review?limit=3&why=shared{after}"));
        assert_eq!((&page["total"], page["reasons"].as_array().unwrap().len()), (&json!(7), 2));
        for case in page["cases"].as_array().unwrap() {
            assert!(seen.insert(case["subject"]["value"].as_str().unwrap().to_owned()));
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    let common = shop.get("/identity/review?why=common");
    assert_eq!((&common["total"], &common["cases"][0]["withheld_count"]), (&json!(1), &json!(7)));

    let refused =
        |body: Value, status: u16| shop.server.post(&format!("{}/identity/decisions", shop.at), &body).code(status);
    let of = |decision: &str, ends: &[&str]| json!({"verdicts": [Shop::verdict(decision, ends)]});
    assert_eq!(refused(json!({"verdicts": []}), 400), "verdicts_invalid");
    assert_eq!(refused(of("join", &["user_id:a1"]), 400), "request_invalid");
    assert_eq!(refused(of("block", &["user_id:null"]), 400), "identifier_placeholder");
    assert_eq!(
        refused(json!({"verdicts": [{"decision": "block", "a": {"profile": "12"}}]}), 404),
        "identifier_unknown"
    );
    assert_eq!(refused(json!({"verdicts": [{"decision": "block", "a": {"profile": "x"}}]}), 400), "profile_id_invalid");
    let long = json!({"verdicts": [Shop::verdict("block", &["user_id:a1"])], "note": "n".repeat(1001)});
    assert_eq!(refused(long, 400), "note_invalid");
    let get = |path: &str| shop.server.get(&format!("{}{path}", shop.at));
    assert_eq!(get("/identity/review?limit=0").code(400), "limit_invalid");
    assert_eq!(get("/identity/review/12").code(404), "identity_case_unknown");
    assert_eq!(get("/customers/12/identity").code(404), "customer_unknown");
    // A list of decisions has pages, too; and what never came may be blocked.
    for n in 0..5 {
        shop.post("/identity/decisions", &of("block", &[&format!("anonymous_id:never{n}")]));
    }
    let page = shop.get("/identity/decisions?limit=2&after=4");
    assert_eq!((&page["decisions"][0]["a"]["value"], &page["next"]), (&json!("never0"), &Value::Null));
    let page = shop.get("/identity/decisions?limit=2");
    assert_eq!((&page["decisions"][0]["a"]["value"], &page["next"]), (&json!("never4"), &json!(2)));
}

#[test]
fn a_policy_is_tried_saved_as_a_version_and_holds_for_all_of_history() {
    let shop = family();
    let path = format!("{}/identity/policy", shop.at);
    let standard = shop.get("/identity/policy");
    assert_eq!((&standard["version"], &standard["by"]), (&json!(0), &Value::Null));
    let phone = standard["namespaces"].as_array().unwrap().iter().find(|one| one["namespace"] == "phone").unwrap();
    assert_eq!((&phone["identifiers"], &phone["rules"]["kind"]), (&json!(1), &json!("contact")));
    let before = shop.numbers();
    let mut policy = standard["policy"].clone();
    policy["shared"] = json!("last");
    let effect = shop.post("/identity/policy/preview", &policy);
    assert_eq!((&effect["customers_before"], &effect["customers_after"]), (&json!(2), &json!(2)));
    assert!(effect["effect"]["moved"].as_u64().unwrap() > 0, "{effect}");
    assert_eq!(
        (&effect["asked_before"], &effect["asked_after"]),
        (&json!([{"why": "shared", "count": 2}]), &json!([{"why": "shared", "count": 2}]))
    );
    assert_eq!(shop.numbers(), before, "trying saves nothing");
    let nobody = json!({"shared": "none"});
    assert_eq!(shop.post("/identity/policy/preview", &nobody)["customers_after"], 4);
    let saved = shop.server.put(&format!("{path}?expected_version=0"), &policy).json();
    assert_eq!(saved, json!({"version": 1, "created": true}));
    assert_eq!(shop.server.put(&path, &policy).json(), json!({"version": 1, "created": false}));
    assert_eq!(shop.customer("anonymous_id:tablet"), shop.customer("user_id:bob"));
    let stale = shop.server.put(&format!("{path}?expected_version=0"), &nobody);
    assert_eq!(stale.code(409), "version_conflict");
    let wrong = shop.server.put(&path, &json!({"customer_identifiers_max": 1}));
    assert_eq!(wrong.code(400), "identity_policy_invalid");
    // Back to what was: all numbers are, too.
    assert_eq!(
        shop.server
            .put(&format!("{path}?expected_version=1"), &shop.get("/identity/policy?version=0")["policy"])
            .json()["version"],
        2
    );
    assert_eq!(shop.numbers(), before);
    let versions = shop.get("/identity/policy/versions")["versions"].clone();
    assert_eq!(
        versions.as_array().unwrap().iter().map(|one| one["version"].as_u64().unwrap()).collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(shop.get("/identity/policy?version=1")["policy"]["shared"], "last");
    assert_eq!(shop.server.get(&format!("{path}?version=9")).code(404), "version_unknown");
}

#[test]
fn below_those_who_see_customers_identifiers_are_masked() {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let roles = [("vera", Role::Viewer), ("ana", Role::Analyst), ("edi", Role::Editor), ("olga", Role::Owner)];
    let person = |id: &str, role: Role| {
        let token = blake3::hash(id.as_bytes()).to_hex().to_string();
        server.runtime.block_on(async {
            let control = control(&server).await;
            let person = NewPerson {
                id: id.to_owned(),
                email: format!("{id}@example.com"),
                name: id.to_owned(),
                password_hash: String::new(),
                administrator: false,
                at_us: 1,
            };
            control.create_person(person).await.unwrap();
            control.set_role("shop", id, role, 1).await.unwrap();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            control.begin_session(&token, id, now.as_micros() as i64).await.unwrap();
        });
        let mut browser = Browser::new(&server);
        browser.cookie = Some(format!("throughline_session={token}"));
        browser.csrf = Some(browser.get("/v1/session").json()["csrf"].as_str().unwrap().to_owned());
        browser
    };
    let [viewer, analyst, editor, owner] = roles.map(|(id, role)| person(id, role));
    let at = "/v1/workspaces/shop";
    let made = owner.send("POST", &format!("{at}/sources"), &json!({"id": "web", "name": "Web", "channel": "web"}));
    assert_eq!(made.status, 201);
    let key = owner.send("POST", &format!("{at}/sources/web/keys"), &json!({"kind": "secret"})).body;
    let key: Value = serde_json::from_str(&key).unwrap();
    let bearer = format!("Bearer {}", key["key"].as_str().unwrap());
    let event = |user: &str, minute: u8| {
        json!({"event": "page_view", "time": format!("2026-03-01T08:{minute:02}:00Z"), "message_id": user,
               "identifiers": {"user_id": user, "phone": "13800138000"}})
    };
    let events = json!([event("anna-schmidt", 1), event("bob-maier", 2)]);
    assert_eq!(server.send("POST", "/v1/events", &[JSON, ("authorization", &bearer)], &events.to_string()).status, 200);

    let queue = format!("{at}/identity/review");
    let full = analyst.get(&queue).json();
    assert_eq!(full["cases"][0]["subject"]["value"], "13800138000");
    let profile = full["cases"][0]["subject"]["profile"].as_str().unwrap().to_owned();
    let masked = viewer.get(&queue);
    let case = masked.json()["cases"][0].clone();
    assert_eq!((&case["subject"]["value"], &case["subject"]["masked"]), (&json!("1•••"), &json!(true)));
    assert_eq!((&case["subject"]["profile"], &case["subject"]["customer"]), (&Value::Null, &Value::Null));
    let body = json!({"verdicts": [{"decision": "block", "a": {"profile": profile}}], "note": "Anna Schmidts Nummer"});
    let refused = |response: Response| response.code(403) == "role_refused";
    assert!(refused(viewer.get(&format!("{queue}/{profile}"))));
    assert!(refused(viewer.send("POST", &format!("{at}/identity/preview"), &body)));
    assert_eq!(analyst.send("POST", &format!("{at}/identity/preview"), &body).status, 200);
    assert!(refused(analyst.send("POST", &format!("{at}/identity/decisions"), &body)));
    assert_eq!(editor.send("POST", &format!("{at}/identity/decisions"), &body).status, 200);
    let list = viewer.get(&format!("{at}/identity/decisions"));
    assert_eq!(
        (&list.json()["decisions"][0]["id"], &list.json()["decisions"][0]["note"]),
        (&Value::Null, &Value::Null)
    );
    let policy = json!({"shared": "none"});
    assert!(refused(editor.send("PUT", &format!("{at}/identity/policy"), &policy)));
    assert_eq!(viewer.send("POST", &format!("{at}/identity/policy/preview"), &policy).status, 200);
    for personal in ["anna-schmidt", "bob-maier", "13800138000", "Anna Schmidt", profile.as_str()] {
        for answer in [&masked.body, &list.body] {
            assert!(!answer.contains(personal), "{personal} in {answer}");
        }
    }
    assert_eq!(owner.send("PUT", &format!("{at}/identity/policy"), &policy).status, 200);
    let audit = owner.get(&format!("{at}/audit"));
    for told in ["identity_decision", "identity_policy_change", "customers_seen"] {
        assert!(audit.body.contains(told), "{told} in {}", audit.body);
    }
    assert!(!audit.body.contains("13800138000") && !audit.body.contains(&profile), "{}", audit.body);
}

/// Whoever decides does not stop what comes in, and what comes in meanwhile counts.
#[test]
fn events_come_in_while_it_is_decided() {
    let shop = family();
    let done = AtomicBool::new(false);
    let sent = std::thread::scope(|scope| {
        let sending = scope.spawn(|| {
            let mut sent = 0;
            while !done.load(Ordering::Acquire) {
                shop.send(&[(100 + sent, "page_view", &["user_id:bob", "anonymous_id:tablet"])]);
                sent += 1;
            }
            sent
        });
        for round in 0..6 {
            let body = json!({"verdicts": [Shop::verdict("join", &["user_id:anna", "user_id:bob"])]});
            let made = shop.post("/identity/decisions", &body);
            assert_eq!(shop.customer("user_id:anna"), shop.customer("user_id:bob"), "round {round}");
            let path = format!("{}/identity/decisions/{}", shop.at, made["decisions"][0].as_str().unwrap());
            assert_eq!(shop.server.send("DELETE", &path, &[], "").status, 200);
            assert_ne!(shop.customer("user_id:anna"), shop.customer("user_id:bob"), "round {round}");
        }
        done.store(true, Ordering::Release);
        sending.join().unwrap()
    });
    assert_eq!(shop.sql("SELECT count(*) FROM events")[0][0], 7 + sent);
    assert_eq!(shop.groups(&FAMILY), family().groups(&FAMILY));
}

/// The events of Bob by which Adobe explains stitching (Customer Journey Analytics, field-based stitching): cookie, login,
/// and whose the event is after it was replayed. Here nothing waits for a replay.
const BOB: [(i64, &str, bool, &str); 12] = [
    (1, "246", false, "Bob"),
    (2, "246", true, "Bob"),
    (3, "246", true, "Bob"),
    (4, "246", false, "Bob"),
    (5, "246", true, "Bob"),
    (6, "246", false, "Bob"),
    (7, "246", true, "Bob"),
    (3, "3579", false, "3579"),
    (9, "3579", false, "3579"),
    (2, "81911", false, "Bob"),
    (5, "81911", true, "Bob"),
    (12, "81911", false, "Bob"),
];

#[test]
fn bob_is_who_he_is_in_adobes_example_and_nobody_once_he_is_taken_out() {
    let shop = Shop::open();
    // Last to first: what came late counts as if it had come in time.
    for (minute, cookie, login, _) in BOB.iter().rev() {
        let cookie = format!("anonymous_id:{cookie}");
        let who: &[&str] = if *login { &["user_id:Bob", &cookie] } else { &[&cookie] };
        shop.send(&[(*minute, "page_view", who)]);
    }
    let customer =
        |name: &str| shop.customer(&format!("{}:{name}", if name == "Bob" { "user_id" } else { "anonymous_id" }));
    let by_customer = |expected: &BTreeMap<String, i64>| {
        let rows = shop.sql("SELECT customer, count(*) FROM events GROUP BY customer");
        let rows = rows.as_array().unwrap().iter();
        let found: BTreeMap<String, i64> =
            rows.map(|row| (row[0].as_str().unwrap().to_owned(), row[1].as_i64().unwrap())).collect();
        assert_eq!(&found, expected);
    };
    let mut replayed = BTreeMap::new();
    BOB.iter().for_each(|(.., whose)| *replayed.entry(customer(whose)).or_default() += 1);
    assert_eq!(replayed.len(), 2, "two people");
    by_customer(&replayed);
    // A request to be taken out of it: the devices are as before anybody logged in.
    shop.decide("block", &["user_id:Bob"]);
    let mut apart = BTreeMap::new();
    for (_, cookie, login, _) in BOB {
        *apart.entry(customer(if login { "Bob" } else { cookie })).or_default() += 1;
    }
    assert_eq!(apart.len(), 4);
    by_customer(&apart);
}

/// The visitor, the person they turn out to be, and a second device, in the words of libraries that say it their own way.
#[test]
fn libraries_that_say_who_somebody_is_make_one_customer() {
    let shop = Shop::open();
    let key = shop.key.clone();
    let sensors = |message: Value| shop.sensors(&message);
    let time = 1_772_352_000_000_i64;
    let view = |distinct: &str, login: bool, at: i64| {
        json!({"type": "track", "event": "$pageview", "distinct_id": distinct, "time": time + at,
               "properties": {"$is_login_id": login}})
    };
    sensors(view("sa-device", false, 1));
    sensors(json!({"type": "track_signup", "event": "$SignUp", "distinct_id": "sa-person", "original_id": "sa-device",
                   "time": time + 2, "properties": {}}));
    sensors(view("sa-person", true, 3));
    sensors(view("sa-second", false, 4));
    // The newer libraries bind identities by kind.
    sensors(json!({"type": "track_id_bind", "event": "$BindID", "distinct_id": "sa-second", "time": time + 5,
                   "identities": {"$identity_login_id": "sa-person", "$identity_anonymous_id": "sa-second"}, "properties": {}}));
    assert_eq!(shop.groups(&["anonymous_id:sa-device", "user_id:sa-person", "anonymous_id:sa-second"]).len(), 1);

    let snowplow = |duid: &str, uid: Option<&str>, at: i64| {
        let event = json!({"e": "pv", "p": "web", "url": "https://shop.example/", "eid": format!("0195a8f0-0000-4000-8000-00000000000{at}"),
                           "dtm": (time + at).to_string(), "duid": duid, "uid": uid});
        let mut event = event.as_object().unwrap().clone();
        event.retain(|_, value| !value.is_null());
        let body =
            json!({"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": [event]});
        let path = format!("/k/{key}/com.snowplowanalytics.snowplow/tp2");
        let sent = shop.server.send("POST", &path, &[JSON], &body.to_string());
        assert_eq!(sent.status, 200, "{}", sent.body);
    };
    snowplow("sp-device", None, 1);
    snowplow("sp-device", Some("sp-person"), 2);
    snowplow("sp-second", None, 3);
    snowplow("sp-second", Some("sp-person"), 4);
    assert_eq!(shop.groups(&["anonymous_id:sp-device", "user_id:sp-person", "anonymous_id:sp-second"]).len(), 1);

    let matomo = |visitor: &str, uid: &str, n: u8| {
        let path =
            format!("/k/{key}/matomo.php?idsite=1&rec=1&_id={visitor}{uid}&rand={n}&url=https%3A%2F%2Fshop.example%2F");
        let sent = shop.server.get(&path);
        assert!(sent.status < 300, "{}", sent.body);
    };
    matomo("0123456789abcdef", "", 1);
    matomo("0123456789abcdef", "&uid=ma-person", 2);
    matomo("fedcba9876543210", "", 3);
    matomo("fedcba9876543210", "&uid=ma-person", 4);
    let matomo = ["anonymous_id:0123456789abcdef", "user_id:ma-person", "anonymous_id:fedcba9876543210"];
    assert_eq!(shop.groups(&matomo).len(), 1);
    // Three people, and each is held together by what can be explained.
    let rows = shop.sql("SELECT count(DISTINCT customer) FROM events");
    assert_eq!(rows[0][0], 3);
    let explained = shop.get(&format!("/customers/{}/identity", shop.customer("user_id:sa-person")));
    assert!(explained["links"].as_array().unwrap().iter().all(|link| link["source"] == "web"), "{explained}");
    assert_eq!(shop.get("/identity/review")["total"], 0, "nobody is asked about it");
}

/// Who ordered in the browser is who the shop's server sends a refund of, and who shows the order elsewhere.
#[test]
fn an_order_ties_the_events_of_all_libraries_to_its_customer_and_no_strangers() {
    let shop = Shop::open();
    let segment = |user: Option<&str>, browser: &str, order: &str, n: u8| {
        let mut message = json!({"type": "track", "event": "Order Completed", "messageId": format!("s{n}"),
            "anonymousId": browser, "timestamp": format!("2026-03-01T08:00:{n:02}Z"), "properties": {"order_id": order}});
        if let Some(user) = user {
            message["userId"] = user.into();
        }
        shop.at_key("/v1/batch", &json!({"batch": [message]}));
    };
    let google = |client: &str, order: &str| {
        let event = json!({"name": "refund", "params": {"transaction_id": order, "value": 9.5, "currency": "CNY"}});
        shop.at_key(
            "/mp/collect",
            &json!({"client_id": client, "timestamp_micros": 1_772_352_000_000_000_i64, "events": [event]}),
        );
    };
    segment(Some("anna"), "browser-1", "T-1001", 1);
    google("555.1", "T-1001");
    shop.send(&[(9, "collected", &["order_no:T-1001", "phone:13800138000"])]);
    let anna = ["user_id:anna", "anonymous_id:browser-1", "client_id:555.1", "phone:13800138000"];
    assert_eq!(shop.groups(&anna).len(), 1);
    // An order of two persons is of neither, and asked about.
    segment(Some("bob"), "browser-2", "T-1002", 2);
    segment(Some("carl"), "browser-3", "T-1002", 3);
    assert_eq!(shop.groups(&["user_id:anna", "user_id:bob", "user_id:carl"]).len(), 3);
    let asked = shop.get("/identity/review");
    assert_eq!(
        (&asked["total"], &asked["cases"][0]["subject"]["namespace"]),
        (&json!(1), &json!("order_no")),
        "{asked}"
    );
    // What is no number names nobody: no strangers meet in it.
    segment(None, "browser-4", "order", 4);
    segment(None, "browser-5", "order", 5);
    segment(None, "browser-6", "0", 6);
    segment(None, "browser-7", "0", 7);
    let strangers = ["browser-4", "browser-5", "browser-6", "browser-7"].map(|one| format!("anonymous_id:{one}"));
    assert_eq!(shop.groups(&strangers.each_ref().map(String::as_str)).len(), 4);
    // Nor do they in a number that comes with every order of a page.
    let tested: Vec<String> = (0..8).map(|n| format!("client_id:777.{n}")).collect();
    (0..8).for_each(|n| google(&format!("777.{n}"), "TEST-1"));
    assert_eq!(shop.groups(&tested.iter().map(String::as_str).collect::<Vec<_>>()).len(), 8);
}

#[test]
fn an_id_of_wechat_is_one_whoever_sends_it() {
    let shop = Shop::open();
    shop.send(&[
        (1, "scan", &["unionid:oUNION", "member_no:8812"]),
        (2, "follow", &["openId:oOPEN", "phone:13800138000"]),
    ]);
    let message = |n: i64, identities: Value| {
        json!({"type": "track", "event": "$MPLaunch", "distinct_id": format!("d{n}"), "time": 1_772_352_000_000_i64 + n,
               "identities": identities, "properties": {}})
    };
    shop.sensors(&message(1, json!({"$identity_mp_unionid": "oUNION", "$identity_anonymous_id": "d1"})));
    shop.sensors(&message(2, json!({"$identity_mp_wx01_openid": "oOPEN", "$identity_anonymous_id": "d2"})));
    assert_eq!(shop.groups(&["member_no:8812", "wechat_unionid:oUNION", "anonymous_id:d1"]).len(), 1);
    assert_eq!(shop.groups(&["phone:13800138000", "wechat_openid:oOPEN", "anonymous_id:d2"]).len(), 1);
    // Found under every name of the namespace.
    assert_eq!(shop.customer("unionid:oUNION"), shop.customer("member_no:8812"));
}

/// What is set once stands whatever comes after it, and in whatever order it comes.
#[test]
fn what_is_set_once_stays_in_whatever_order_it_comes() {
    let shop = Shop::open();
    let profile = |kind: &str, second: i64, properties: Value| {
        shop.sensors(&json!({"type": kind, "distinct_id": "d", "time": 1_772_352_000_000_i64 + second * 1_000, "properties": properties}));
    };
    profile("profile_set_once", 5, json!({"first": "search", "level": 1}));
    profile("profile_set", 4, json!({"level": 2}));
    profile("profile_set_once", 3, json!({"first": "poster"}));
    profile("profile_set_once", 9, json!({"first": "push", "level": 3, "gone": 1}));
    profile("profile_unset", 10, json!({"gone": true}));
    let posthog = json!({"api_key": shop.key, "batch": [{"event": "seen", "distinct_id": "019a8c00-0000-7000-8000-000000000001",
        "timestamp": "2026-03-01T09:00:00Z", "properties": {"$set_once": {"first": "mail"}, "$set": {"plan": "gold"}}}]});
    shop.at_key("/batch/", &posthog);
    let traits = |who: &str| shop.get(&format!("/customers/{}", shop.customer(who)))["customer"]["traits"].clone();
    assert_eq!(traits("anonymous_id:d"), json!({"first": "poster", "level": 2, "gone": null}));
    assert_eq!(traits("anonymous_id:019a8c00-0000-7000-8000-000000000001"), json!({"first": "mail", "plan": "gold"}));
    let profiles = shop.sql("SELECT traits FROM profiles ORDER BY events DESC");
    assert_eq!(
        profiles[0][0].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap()),
        Some(traits("anonymous_id:d"))
    );
}
