//! Events through doors: what is answered with 200 is there to be asked for, and what is not is told.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use control::MessageKind;
use ingest::live::Protocol;
use lake::{Lake, LakeOptions, Mode};
use serde_json::{Value, json};
use server::basis::Basis;
use server::config::{Limits, ServerConfig, SignIn};
use worker::dead_letters::{DeadLetters, LetterFilter, Refused};

use crate::support::{Response, TestServer};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A workspace with a source `web` and a key of it.
pub(crate) struct Shop {
    pub(crate) server: TestServer,
    /// Start of the workspace's paths.
    pub(crate) at: String,
    pub(crate) key: String,
}

impl Shop {
    pub(crate) fn open(limits: Limits) -> Shop {
        Shop::on(Basis::default(), limits)
    }

    /// The same on a disk or a clock of the test's.
    pub(crate) fn on(basis: Basis, limits: Limits) -> Shop {
        let server = TestServer::on(basis, ServerConfig { sign_in: SignIn::Open, limits, ..ServerConfig::default() });
        let at = server.workspace("shop", "Asia/Shanghai");
        let source = json!({ "id": "web", "name": "Web shop", "channel": "web", "origins": ["https://shop.example"] });
        assert_eq!(server.post(&format!("{at}/sources"), &source).status, 201);
        let made = server.post(&format!("{at}/sources/web/keys"), &json!({ "kind": "public" }));
        assert_eq!(made.status, 201, "{}", made.body);
        let key = body(&made)["key"].as_str().unwrap().to_owned();
        Shop { server, at, key }
    }

    pub(crate) fn send(&self, events: &Value) -> Response {
        let bearer = format!("Bearer {}", self.key);
        self.server.send("POST", "/v1/events", &[JSON, ("authorization", &bearer)], &events.to_string())
    }

    /// The first row of a statement's answer.
    pub(crate) fn row(&self, sql: &str) -> Vec<Value> {
        let answer = self.server.post(&format!("{}/sql", self.at), &json!({ "sql": sql }));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["rows"][0].as_array().unwrap().clone()
    }

    pub(crate) fn events(&self) -> u64 {
        self.row("SELECT count(*) FROM events")[0].as_u64().unwrap()
    }
}

pub(crate) fn purchase(message: &str, member: &str) -> Value {
    json!({
        "event": "purchase", "time": "2026-03-01T12:00:00+08:00", "message_id": message,
        "identifiers": [{ "namespace": "member_no", "value": member }], "amount": 12.5, "props": { "coupon": "春" },
    })
}

#[test]
fn what_is_accepted_can_be_asked_for_at_once_and_counts_once() {
    let shop = Shop::open(Limits::default());
    let taken = shop.send(&json!([purchase("a", "1"), purchase("b", "2"), purchase("a", "1")]));
    assert_eq!((taken.status, taken.json()), (200, json!({ "accepted": 2, "duplicates": 1, "rejected": [] })));
    assert_eq!(
        shop.row("SELECT count(*), sum(amount), min(channel), min(source) FROM events"),
        [json!(2), json!(25.0), json!("web"), json!("web")]
    );
    let again = shop.send(&json!([purchase("b", "2")]));
    assert_eq!(again.json()["duplicates"], 1);
    assert_eq!(shop.events(), 2);
    let sources = shop.server.get(&format!("{}/sources", shop.at)).json();
    let web = &sources["sources"][0];
    assert_eq!((&web["events"], &web["rejected"], &web["keys"][0]["key"]), (&json!(2), &json!(0), &json!(shop.key)));
}

#[test]
fn a_letter_that_was_acknowledged_survives_the_server() {
    let shop = Shop::open(Limits::default());
    assert_eq!(shop.send(&json!([purchase("a", "1"), purchase("b", "2")])).status, 200);
    let lake = shop.server.folder.lake("shop");
    let copy = tempfile::tempdir().unwrap();
    // As after a power cut: what is on disk now, and nothing of what the process holds.
    copy_tree(&lake, copy.path());
    let rows = shop.server.runtime.block_on(async {
        let lake = Lake::open(copy.path(), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        lake.snapshot().await.unwrap().rows_upper()
    });
    assert_eq!(rows, 2);
}

#[test]
fn dead_letters_are_told_kept_and_read_again() {
    let shop = Shop::open(Limits::default());
    let mut bad = purchase("c", "3");
    bad["amount"] = json!("a lot");
    let taken = shop.send(&json!([purchase("a", "1"), bad, 7]));
    assert_eq!((taken.status, taken.json()["accepted"].as_u64()), (200, Some(1)));
    let told = taken.json()["rejected"].clone();
    assert_eq!((&told[0]["line"], &told[0]["field"]), (&json!(2), &json!("amount")), "{told}");
    let list = shop.server.get(&format!("{}/rejections", shop.at)).json();
    assert_eq!(list["rejections"].as_array().unwrap().len(), 2);
    let kept = list["rejections"].as_array().unwrap().iter().find(|kept| kept["field"] == "amount").unwrap();
    let original: Value = serde_json::from_str(kept["original"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&original["message_id"], &kept["source"], &kept["protocol"]),
        (&json!("c"), &json!("web"), &json!("throughline"))
    );
    // Nothing has changed, so reading again changes nothing.
    let report = shop.server.post(&format!("{}/rejections/replay", shop.at), &json!({}));
    assert_eq!(report.json(), json!({ "read": 2, "accepted": 0, "rejected": 2 }));
    // A letter of nothing but faults is refused, and kept all the same.
    assert_eq!(shop.send(&json!([{ "event": "purchase" }])).status, 422);
    let counts = shop.server.get(&format!("{}/rejections?limit=1", shop.at)).json();
    assert_eq!(counts["rejections"].as_array().unwrap().len(), 1);
    assert!(counts["next"].is_u64());
    assert_eq!(shop.server.get(&format!("{}/sources", shop.at)).json()["sources"][0]["rejected"], 3);
}

/// As when a release reads what an earlier one could not.
#[test]
fn rejected_messages_that_can_be_read_now_become_events_once() {
    let shop = Shop::open(Limits::default());
    let refused = |message: &str| Refused {
        kinds: Vec::new(),
        received_us: 1_795_694_400_000_000,
        source: "web".into(),
        protocol: Protocol::Throughline,
        code: "field_unknown".into(),
        field: Some("coupon".into()),
        reason: "there was no such field".into(),
        original: purchase(message, "7").to_string(),
    };
    let letters = DeadLetters::open(shop.server.folder.dead_letters("shop")).unwrap();
    // Held to what its key may send: it was kept because it could not be read, not let through.
    let stated = json!({ "event": "$profile_set", "identifiers": { "user_id": "u" }, "traits": { "tier": "gold" } });
    let of_a_page = Refused { kinds: vec![MessageKind::Event], original: stated.to_string(), ..refused("c") };
    letters.keep(vec![refused("a"), refused("b"), of_a_page]).unwrap();
    let replay = || shop.server.post(&format!("{}/rejections/replay", shop.at), &json!({})).json();
    assert_eq!(replay(), json!({ "read": 3, "accepted": 2, "rejected": 1 }));
    assert_eq!(
        shop.row("SELECT count(*), sum(amount), min(source) FROM events"),
        [json!(2), json!(25.0), json!("web")]
    );
    assert_eq!(replay(), json!({ "read": 1, "accepted": 0, "rejected": 1 }), "of the others none waits any more");
    // Whoever sent them sends them once more.
    assert_eq!(shop.send(&json!([purchase("a", "7"), purchase("b", "7")])).status, 200);
    assert_eq!(shop.events(), 2);
}

#[test]
fn who_may_not_is_refused_in_words_libraries_understand() {
    let shop = Shop::open(Limits { key_messages_per_second: 3, door_bytes_max: 4_000, ..Limits::default() });
    let body = purchase("a", "1").to_string();
    let post = |path: &str, headers: &[(&str, &str)], body: &str, status: u16| {
        shop.server.send("POST", path, headers, body).code(status)
    };
    assert_eq!(post("/v1/events", &[JSON], &body, 401), "key_refused");
    assert_eq!(post("/k/tlp_guessed_012345/v1/events", &[JSON], &body, 401), "key_refused");
    let path = format!("/k/{}/v1/events", shop.key);
    let foreign = ("origin", "https://elsewhere.example");
    assert_eq!(post(&path, &[JSON, foreign], &body, 403), "origin_refused");
    // An image says in `referer` alone which page asks for it.
    let image = format!("/k/{}/sa.gif?data=e30", shop.key);
    let of_page = ("referer", "https://elsewhere.example/page?a=1");
    assert_eq!(shop.server.send("GET", &image, &[of_page], "").code(403), "origin_refused");
    assert_eq!(post(&path, &[JSON], "{\"event\":", 400), "body_unreadable");
    assert_eq!(post(&path, &[JSON], &" ".repeat(4_001), 413), "body_too_large");
    assert_eq!(shop.events_or_none(), None, "nothing of it was taken");
    // Six may be saved up.
    let six: Vec<Value> = (0..6).map(|n| purchase(&n.to_string(), "1")).collect();
    assert_eq!(shop.send(&json!(six)).status, 200);
    let refused = shop.send(&json!(six));
    assert_eq!(refused.status, 429);
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!(wait >= 1);
    // Each left a trace, but for keys that name no source; nothing of what was sent is in it.
    let list = shop.server.get(&format!("{}/sources", shop.at));
    let told = list.json()["sources"][0]["refused"].clone();
    let mut counts: Vec<_> =
        told.as_array().unwrap().iter().map(|it| (it["code"].as_str().unwrap(), &it["count"])).collect();
    counts.sort_by_key(|(code, _)| *code);
    assert_eq!(
        counts,
        [
            ("body_too_large", &json!(1)),
            ("body_unreadable", &json!(1)),
            ("origin_refused", &json!(2)),
            ("rate_limited", &json!(1)),
        ]
    );
    let of_image = told.as_array().unwrap().iter().find(|it| it["code"] == "origin_refused").unwrap();
    assert!(of_image["first_us"].as_i64().unwrap() <= of_image["last_us"].as_i64().unwrap());
    assert_eq!(
        of_image["example"],
        json!({
            "method": "GET", "path": "/sa.gif", "content_type": "", "content_encoding": "", "bytes": 0,
            "origin": "https://elsewhere.example",
        })
    );
    assert!(!told.to_string().contains(&shop.key) && !told.to_string().contains("a=1"));
}

#[test]
fn a_key_that_has_ended_is_counted_of_its_source() {
    let shop = Shop::open(Limits::default());
    let sources = || shop.server.get(&format!("{}/sources", shop.at)).json()["sources"][0].clone();
    let id = sources()["keys"][0]["id"].as_str().unwrap().to_owned();
    let rotated =
        shop.server.post(&format!("{}/sources/web/keys/{id}/rotation", shop.at), &json!({ "grace_hours": 0 }));
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    assert_eq!(shop.send(&purchase("a", "1")).code(401), "key_refused");
    let refused = sources()["refused"].clone();
    assert_eq!((&refused[0]["code"], &refused[0]["count"]), (&json!("key_refused"), &json!(1)));
}

#[test]
fn a_key_sends_what_its_scope_lets_it_at_every_door() {
    let shop = Shop::open(Limits::default());
    let key = |scope: Value| {
        let mut request = json!({ "kind": "public" });
        request.as_object_mut().unwrap().extend(scope.as_object().unwrap().clone());
        let made = shop.server.post(&format!("{}/sources/web/keys", shop.at), &request);
        assert_eq!(made.status, 201, "{}", made.body);
        body(&made)["key"].as_str().unwrap().to_owned()
    };
    let unknown = json!({ "kind": "public", "protocols": ["telegraph"] });
    assert_eq!(shop.server.post(&format!("{}/sources/web/keys", shop.at), &unknown).status / 100, 4);
    // Of one protocol.
    let segment_only = key(json!({ "protocols": ["segment"] }));
    let post = |path: &str, body: &Value| shop.server.send("POST", path, &[JSON], &body.to_string());
    let own = post(&format!("/k/{segment_only}/v1/events"), &purchase("a", "1"));
    assert_eq!(own.code(403), "protocol_refused");
    let posthog = json!({ "api_key": segment_only, "event": "e", "distinct_id": "u", "properties": {} });
    assert_eq!(post("/capture/", &posthog).code(403), "protocol_refused");
    assert_eq!(shop.events_or_none(), None);
    let track = |id: &str| json!({ "type": "track", "messageId": id, "userId": "u", "event": "e", "context": { "traits": { "tier": "gold" } } });
    let batch = |key: &str, messages: Vec<Value>| json!({ "writeKey": key, "batch": messages });
    assert_eq!(post("/v1/batch", &batch(&segment_only, vec![track("s0")])).status, 200);
    assert_eq!(shop.events(), 1);
    // Of plain events: who is who, and what they are like, is not for a page to say.
    let plain = key(json!({ "kinds": ["event"] }));
    let identify = json!({ "type": "identify", "messageId": "s1", "userId": "u", "anonymousId": "b", "traits": { "tier": "gold" } });
    let alias = json!({ "type": "alias", "messageId": "s2", "userId": "u", "previousId": "v" });
    assert_eq!(post("/v1/batch", &batch(&plain, vec![identify.clone(), alias])).code(403), "kind_refused");
    let mut both = track("s3");
    both["anonymousId"] = json!("browser");
    both["userId"] = json!("someone");
    assert_eq!(post("/v1/batch", &batch(&plain, vec![identify, both])).status, 200, "what it may send is taken");
    assert_eq!(shop.events(), 2);
    let kept = shop.row("SELECT traits IS NULL, event FROM events WHERE message_id = 's3'");
    assert_eq!(kept, [json!(true), json!("e")]);
    let customers = shop.row("SELECT count(DISTINCT customer) FROM events")[0].clone();
    let linked = json!({ "event": "e", "message_id": "o1", "identifiers": { "anonymous_id": "browser" } });
    assert_eq!(shop.send(&linked).status, 200);
    assert_eq!(
        shop.row("SELECT count(DISTINCT customer) FROM events")[0].as_u64().unwrap(),
        customers.as_u64().unwrap() + 1
    );
    let profile = json!({ "event": "$profile_set", "identifiers": { "user_id": "u" }, "traits": { "tier": "gold" } });
    let told = post(&format!("/k/{plain}/v1/events"), &json!([profile, purchase("p1", "9")])).json();
    assert_eq!(
        (&told["accepted"], &told["rejected"][0]["line"], &told["rejected"][0]["code"]),
        (&json!(1), &json!(1), &json!("kind_refused"))
    );
    assert_eq!(
        shop.server.get(&format!("{}/rejections", shop.at)).json()["rejections"],
        json!([]),
        "nothing is kept of it"
    );
    // What cannot be read is kept with what its key may send.
    let unreadable = json!({ "event": "$identify", "time": "then", "identifiers": { "user_id": "u", "phone": "1" } });
    assert_eq!(post(&format!("/k/{plain}/v1/events"), &unreadable).status / 100, 4);
    let kept = DeadLetters::open(shop.server.folder.dead_letters("shop")).unwrap();
    let kept = kept.page(&LetterFilter::default(), None, 10).unwrap().letters;
    assert_eq!(kept.iter().map(|dead| dead.letter.kinds.clone()).collect::<Vec<_>>(), [[MessageKind::Event]]);
    let sources = shop.server.get(&format!("{}/sources", shop.at)).json();
    let keys = sources["sources"][0]["keys"].as_array().unwrap();
    let scopes: Vec<_> = keys.iter().map(|key| (key["protocols"].clone(), key["kinds"].clone())).collect();
    assert!(
        scopes.contains(&(json!(["segment"]), json!([]))) && scopes.contains(&(json!([]), json!(["event"]))),
        "{scopes:?}"
    );
    let refused = sources["sources"][0]["refused"].as_array().unwrap();
    let count = |code: &str| refused.iter().find(|it| it["code"] == code).map(|it| it["count"].clone());
    assert_eq!((count("protocol_refused"), count("kind_refused")), (Some(json!(2)), Some(json!(3))));
}

#[test]
fn a_page_of_another_origin_may_ask_and_send() {
    let shop = Shop::open(Limits::default());
    let origin = ("origin", "https://shop.example");
    let ask = [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
    let preflight = shop.server.send("OPTIONS", "/v1/batch", &ask, "");
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(preflight.header("access-control-allow-headers"), "content-type");
    let path = format!("/k/{}/v1/events", shop.key);
    let sent =
        shop.server.send("POST", &path, &[("content-type", "text/plain"), origin], &purchase("a", "1").to_string());
    assert_eq!((sent.status, sent.header("access-control-allow-origin")), (200, "https://shop.example"));
    // The doors' leave is not the API's: a foreign page still reads nothing.
    assert_eq!(shop.server.send("GET", "/v1/workspaces", &[origin], "").status, 403);
}

#[test]
fn while_another_process_writes_senders_are_told_to_come_again() {
    let shop = Shop::open(Limits::default());
    let folder = shop.server.folder.lake("shop");
    let other = shop.server.runtime.block_on(async {
        std::fs::create_dir_all(&folder).unwrap();
        Lake::open(&folder, LakeOptions::new(Mode::ReadWrite)).await.unwrap()
    });
    let refused = shop.send(&purchase("a", "1"));
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"), "{}", refused.body);
    drop(other);
    assert_eq!(shop.send(&purchase("a", "1")).status, 200);
    assert_eq!(shop.events(), 1);
}

#[test]
fn each_protocol_is_answered_as_its_library_expects() {
    let shop = Shop::open(Limits::default());
    let key = &shop.key;
    let segment = json!({ "writeKey": key, "batch": [
        { "type": "track", "messageId": "s1", "userId": "u1", "event": "Order Completed", "timestamp": "2026-03-01T12:00:00Z",
          "properties": { "order_id": "o1", "revenue": 20, "currency": "CNY" } },
    ] });
    let posthog = json!({ "api_key": key, "batch": [
        { "event": "signed up", "distinct_id": "u1", "uuid": "0195a8f0-0000-7000-8000-000000000001",
          "timestamp": "2026-03-01T12:01:00Z", "properties": {} },
    ] });
    let ga4 = json!({ "client_id": "1.2", "events": [{ "name": "login", "params": {} }] });
    let post = |path: &str, body: &Value| shop.server.send("POST", path, &[JSON], &body.to_string());
    let answers = [
        (post("/v1/batch", &segment), 200, "{\"success\":true}"),
        (post("/batch/", &posthog), 200, "{\"status\":1}"),
        (post(&format!("/mp/collect?measurement_id=G-1&api_secret={key}"), &ga4), 204, ""),
        (
            shop.server.get(&format!(
                "/k/{key}/matomo.php?idsite=1&rec=1&_id=0123456789abcdef&send_image=0&url=https%3A%2F%2Fa.example%2F"
            )),
            204,
            "",
        ),
    ];
    for (answer, status, body) in answers {
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
    }
    assert_eq!(shop.events(), 4);
    // One that names each event's fate; what it does not name was taken.
    let newer = json!({ "created_at": "2026-03-01T12:01:00Z", "batch": [
        { "event": "e", "distinct_id": "u1", "uuid": "0195a8f0-0000-7000-8000-000000000002", "timestamp": "2026-03-01T12:01:00Z", "options": {}, "properties": {} },
        { "event": "e", "distinct_id": "", "uuid": "0195a8f0-0000-7000-8000-000000000003", "timestamp": "2026-03-01T12:01:00Z", "options": {}, "properties": {} },
    ] });
    let bearer = format!("Bearer {key}");
    let newer =
        shop.server.send("POST", "/i/v1/analytics/events", &[JSON, ("authorization", &bearer)], &newer.to_string());
    let results = newer.json()["results"].clone();
    assert_eq!(results.as_object().unwrap().len(), 1, "{results}");
    assert_eq!(results["0195a8f0-0000-7000-8000-000000000003"]["result"], "drop");
    assert_eq!(shop.events(), 5);
    let flags = shop.server.send("POST", "/flags/?v=2", &[JSON], "{}").json();
    assert_eq!((&flags["flags"], &flags["errorsWhileComputingFlags"]), (&json!({}), &json!(false)));
    assert!(shop.server.get(&format!("/array/{key}/config")).json()["supportedCompression"].is_array());
    assert!(shop.server.get(&format!("/v1/projects/{key}/settings")).json()["integrations"]["Segment.io"].is_object());
    let settings = shop.server.get(&format!("/k/{key}/v1/projects/{key}/settings")).json();
    assert_eq!(settings["integrations"]["Segment.io"]["apiKey"], json!(key));
    assert!(shop.server.get(&format!("/k/{key}/array/{key}/config.js")).body.contains(key.as_str()));
}

#[test]
fn google_s_check_opens_with_the_key_of_the_letter_itself_and_stores_nothing() {
    let shop = Shop::open(Limits::default());
    let key = &shop.key;
    let letter = json!({ "client_id": "1", "events": [{ "name": "ga_x" }] });
    let check = |path: &str, more: &[(&str, &str)]| {
        let headers = [&[JSON], more].concat();
        shop.server.send("POST", path, &headers, &letter.to_string())
    };
    let by_query = |secret: &str| format!("/debug/mp/collect?measurement_id=G-1&api_secret={secret}");
    for path in [by_query(key), format!("/k/{key}/debug/mp/collect?measurement_id=G-1")] {
        let told = check(&path, &[]);
        assert_eq!(told.json()["validationMessages"][0]["validationCode"], "NAME_RESERVED", "{}", told.body);
    }
    // A key in the path counts before one in the query, as everywhere.
    for path in [by_query("x"), by_query(""), "/debug/mp/collect".to_owned(), format!("/k/x{}", by_query(key))] {
        assert_eq!(check(&path, &[]).code(401), "key_refused", "{path}");
    }
    let elsewhere = [("origin", "https://elsewhere.example")];
    assert_eq!(check(&by_query(key), &elsewhere).code(403), "origin_refused");
    let keys = format!("{}/sources/web/keys", shop.at);
    let other = body(&shop.server.post(&keys, &json!({ "kind": "secret", "protocols": ["segment"] })))["key"].clone();
    assert_eq!(check(&by_query(other.as_str().unwrap()), &[]).code(403), "protocol_refused");
    assert_eq!(shop.events_or_none(), None);
    let refused = &shop.server.get(&format!("{}/sources", shop.at)).json()["sources"][0]["refused"];
    let codes: BTreeSet<&str> = refused.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, BTreeSet::from(["origin_refused", "protocol_refused"]), "{refused}");
}

#[test]
fn a_rotated_key_opens_through_its_grace_and_a_deleted_one_never() {
    let shop = Shop::open(Limits::default());
    let keys = format!("{}/sources/web/keys", shop.at);
    let id = shop.server.get(&format!("{}/sources", shop.at)).json()["sources"][0]["keys"][0]["id"].clone();
    let id = id.as_str().unwrap();
    let rotated = shop.server.post(&format!("{keys}/{id}/rotation"), &json!({ "grace_hours": 24 }));
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    assert_ne!(body(&rotated)["key"], json!(shop.key));
    assert_eq!(shop.send(&purchase("a", "1")).status, 200);
    assert_eq!(shop.server.send("DELETE", &format!("{keys}/{id}"), &[], "").status, 204);
    assert_eq!(shop.send(&purchase("b", "1")).status, 401);
    let refused = shop.server.post(&format!("{keys}/{id}/rotation"), &json!({ "grace_hours": 1 }));
    assert_eq!(refused.status, 404);
}

#[test]
fn who_watches_sees_what_came_and_what_comes() {
    let shop = Shop::open(Limits::default());
    shop.send(&json!([purchase("a", "1"), { "event": "nobody" }]));
    let mut next = shop.watch("");
    let event = next("event");
    assert_eq!(
        (&event["event"], &event["columns"]["amount"], &event["late"]),
        (&json!("purchase"), &json!(12.5), &json!(true))
    );
    assert_eq!(next("rejection")["code"].as_str().unwrap(), "identifier_missing");
    shop.send(&purchase("b", "2"));
    assert_eq!(next("event")["identifiers"], json!([{ "namespace": "member_no", "value": "2" }]));
}

#[test]
fn who_watches_one_customer_sees_their_events_by_any_of_their_names_and_nobody_elses() {
    let shop = Shop::open(Limits::default());
    shop.send(&purchase("a", "1"));
    let at = format!("{}/customers", shop.at);
    let found = shop.server.get(&format!("{at}/search?value=1&namespace=member_no")).json();
    let customer = found["items"][0]["customer"].as_str().unwrap().to_owned();
    let mut next = shop.watch(&format!("?customer={customer}"));
    // What came before is in the timeline; of what comes, their own.
    shop.send(&json!([purchase("b", "2"), { "event": "nobody" }]));
    shop.send(&purchase("c", "1"));
    assert_eq!(next("event")["identifiers"], json!([{ "namespace": "member_no", "value": "1" }]));
    // A name that became theirs while somebody watched.
    let alias = json!({ "event": "login", "time": "2026-03-01T10:00:00+08:00", "message_id": "d",
        "identifiers": { "member_no": "1", "device_id": "d-9" } });
    shop.send(&alias);
    assert_eq!(next("event")["event"], "login");
    let device = json!({ "event": "view", "time": "2026-03-01T11:00:00+08:00", "message_id": "e",
        "identifiers": { "device_id": "d-9" } });
    shop.send(&json!([purchase("f", "2"), device]));
    let known_by = |value| shop.server.get(&format!("{at}/search?value={value}")).json()["items"].clone();
    let (by_device, by_member) = (known_by("d-9"), known_by("1&namespace=member_no"));
    assert_eq!(by_device.as_array().unwrap().len(), 1);
    assert_eq!(by_device[0]["customer"], by_member[0]["customer"]);
    assert_eq!(next("event")["event"], "view");
    // It is read as one more look at their timeline, and written down once in a while.
    let _watching = shop.watch(&format!("?customer={customer}"));
    let seen = |action| shop.server.get(&format!("{}/audit?action={action}", shop.at)).json()["entries"].clone();
    assert_eq!((seen("timeline_seen").as_array().unwrap().len(), seen("customers_seen")), (1, json!([])));
    let refused = shop.server.get(&format!("{}/live?customer=me", shop.at));
    assert_eq!(refused.code(400), "customer_id_invalid");
}

impl Shop {
    /// Watches the live stream; gives the data of the next message of a name, which must be the next of any.
    fn watch(&self, query: &str) -> impl FnMut(&str) -> Value + use<> {
        let mut stream = TcpStream::connect(self.server.address).unwrap();
        let (at, host) = (&self.at, self.server.address);
        let request = format!("GET {at}/live{query} HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        assert!(lines.by_ref().take_while(|line| !line.is_empty()).any(|line| line.ends_with("text/event-stream")));
        move |name| {
            let event = lines.by_ref().find(|line| line.starts_with("event: ")).unwrap();
            assert_eq!(event, format!("event: {name}"));
            let data = lines.by_ref().find(|line| line.starts_with("data: ")).unwrap();
            serde_json::from_str(&data["data: ".len()..]).unwrap()
        }
    }

    /// None: the workspace has no lake yet.
    fn events_or_none(&self) -> Option<u64> {
        self.server.folder.lake("shop").is_dir().then(|| self.events())
    }
}

/// The body of an answer of any status.
fn body(answer: &Response) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
