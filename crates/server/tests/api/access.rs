//! Signing in and out, sessions and their cookies, and what the audit log says of it.

use serde_json::{Value, json};

use crate::support::{Browser, TestServer, repository, shop};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server with its first administrator, `first@example.com`, and the workspace `shop`.
pub(crate) fn set_up() -> TestServer {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let token = server.setup.clone().unwrap();
    Browser::new(&server).enter("/v1/setup", &setup(&token, PASSWORD));
    server
}

fn setup(token: &str, password: &str) -> Value {
    json!({"token": token, "name": "First", "email": "First@Example.com", "password": password})
}

pub(crate) fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

pub(crate) fn signed_in<'a>(server: &'a TestServer, email: &str) -> Browser<'a> {
    let mut browser = Browser::new(server);
    browser.enter("/v1/session", &credentials(email, PASSWORD));
    browser
}

#[test]
fn the_first_person_is_made_by_the_link_and_by_nothing_else() {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let token = server.setup.clone().unwrap();
    let mut browser = Browser::new(&server);
    let before = browser.get("/v1/session").json();
    assert_eq!(before, json!({"person": null, "open": false, "setup": true, "csrf": null, "roles": []}));
    for wrong in ["", &token[1..], &"0".repeat(64)] {
        assert_eq!(browser.send("POST", "/v1/setup", &setup(wrong, PASSWORD)).code(403), "setup_refused");
    }
    let refused = browser.send("POST", "/v1/setup", &setup(&token, "1234567890"));
    assert!(!refused.body.contains("1234567890"));
    assert_eq!(refused.code(400), "password_refused");

    let session = browser.enter("/v1/setup", &setup(&token, PASSWORD));
    assert_eq!(session["person"]["email"], "first@example.com");
    assert_eq!((&session["person"]["administrator"], &session["setup"]), (&json!(true), &json!(false)));
    assert_eq!(session["roles"], json!([{"workspace": "shop", "role": "owner"}]));
    assert_eq!(browser.get("/v1/session").json(), session);
    let stranger = Browser::new(&server);
    assert_eq!(stranger.send("POST", "/v1/setup", &setup(&token, PASSWORD)).code(409), "set_up_already");
    assert_eq!(stranger.get("/v1/session").json()["setup"], false);
}

#[test]
fn a_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    let server = set_up();
    let body = credentials("first@example.com", PASSWORD).to_string();
    let json = ("content-type", "application/json");
    let cookie = |headers: &[(&str, &str)]| {
        let response = server.send("POST", "/v1/session", &[headers, &[json]].concat(), &body);
        assert_eq!(response.status, 200, "{}", response.body);
        response.header("set-cookie").to_owned()
    };
    let plain = cookie(&[]);
    let parts: Vec<&str> = plain.split("; ").collect();
    assert!(parts[0].starts_with("throughline_session=") && parts[0].len() == 20 + 64, "{plain}");
    assert_eq!(parts[1..], ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"]);

    let host = ("host", "journeys.example");
    let secure = cookie(&[host, ("origin", "https://journeys.example")]);
    assert!(secure.starts_with("__Host-throughline_session=") && secure.ends_with("; Secure"), "{secure}");
    let (name, token) = secure.split(';').next().unwrap().split_once('=').unwrap();
    let who = |cookie: &str| server.send("GET", "/v1/session", &[host, ("cookie", cookie)], "").json();
    assert_eq!(who(&format!("{name}={token}"))["person"]["name"], "First");
    assert_eq!(who(&format!("throughline_session={token}"))["person"], Value::Null, "not under the plain name");

    let clear = [host, ("origin", "http://journeys.example"), json];
    assert_eq!(server.send("POST", "/v1/session", &clear, &body).code(403), "https_required");
}

#[test]
fn what_changes_something_carries_the_token_of_its_session() {
    let server = set_up();
    let (one, other) = (signed_in(&server, "first@example.com"), signed_in(&server, "first@example.com"));
    let invite = json!({"email": "lin@example.com", "role": "viewer"});
    let tried = |csrf: Option<String>| {
        let browser = Browser { server: &server, cookie: one.cookie.clone(), csrf };
        browser.send("POST", "/v1/workspaces/shop/invitations", &invite)
    };
    for wrong in [None, Some(String::new()), Some("0".repeat(32)), other.csrf.clone()] {
        assert_eq!(tried(wrong).code(403), "csrf_refused");
    }
    assert_eq!(tried(one.csrf.clone()).status, 200);
    let without = Browser { server: &server, cookie: one.cookie.clone(), csrf: None };
    assert_eq!(without.send("DELETE", "/v1/session", &Value::Null).code(403), "csrf_refused");
    assert_eq!(without.get("/v1/workspaces").status, 200, "reading needs none");
}

#[test]
fn who_guesses_learns_nothing_and_is_stopped() {
    let server = set_up();
    let browser = Browser::new(&server);
    let tried = |email: &str, password: &str| browser.send("POST", "/v1/session", &credentials(email, password));
    let (known, unknown) = (tried("first@example.com", "x"), tried("nobody@example.com", "x"));
    assert_eq!((known.code(401), unknown.code(401)), ("credentials_refused".into(), "credentials_refused".into()));
    let text = |body: &str| serde_json::from_str::<Value>(body).unwrap()["error"]["message"].clone();
    assert_eq!(text(&known.body), text(&unknown.body));
    for _ in 0..9 {
        tried("First@example.com ", "another guess").code(401);
    }
    let limited = tried("first@example.com", PASSWORD);
    assert_eq!(limited.code(429), "sign_in_limited", "even the right one");
    let seconds: u32 = limited.header("retry-after").parse().unwrap();
    assert!((1..=601).contains(&seconds), "{seconds}");
    assert_eq!(tried("somebody@example.com", "x").status, 401, "others go on");
}

#[test]
fn sessions_end_by_signing_out_and_by_another_password() {
    let server = set_up();
    let (here, there) = (signed_in(&server, "first@example.com"), signed_in(&server, "first@example.com"));
    let is_in = |browser: &Browser<'_>| browser.get("/v1/workspaces").status == 200;
    let change = |current: &str, next: &str| {
        here.send("POST", "/v1/session/password", &json!({"current": current, "next": next}))
    };
    assert_eq!(change("not mine", "another good one").code(401), "credentials_refused");
    assert_eq!(change(PASSWORD, "short").code(400), "password_refused");
    assert!(is_in(&here) && is_in(&there));
    assert_eq!(change(PASSWORD, "another good one").status, 204);
    assert!(is_in(&here) && !is_in(&there));
    assert_eq!(there.get("/v1/workspaces").code(401), "sign_in_required");

    let out = here.send("DELETE", "/v1/session", &Value::Null);
    assert_eq!(out.status, 204);
    assert_eq!(
        out.headers.iter().filter(|(name, value)| name == "set-cookie" && value.contains("Max-Age=0")).count(),
        2
    );
    assert!(!is_in(&here));
    assert_eq!(here.send("DELETE", "/v1/session", &Value::Null).status, 204, "once more does no harm");
    let old = Browser::new(&server).send("POST", "/v1/session", &credentials("first@example.com", PASSWORD));
    assert_eq!(old.code(401), "credentials_refused");
}

#[test]
fn an_open_server_asks_nobody_and_signs_nobody_in() {
    let server = shop();
    let session = server.get("/v1/session").json();
    assert_eq!((&session["open"], &session["person"], &session["csrf"]), (&json!(true), &Value::Null, &Value::Null));
    assert!(session["roles"].as_array().unwrap().contains(&json!({"workspace": "ecom", "role": "owner"})));
    assert_eq!(server.post("/v1/session", &credentials("a@b.cn", "x")).code(409), "server_open");
    assert_eq!(server.post("/v1/setup", &setup("x", PASSWORD)).code(409), "server_open");
    assert_eq!(server.get("/v1/people").json(), json!({"people": []}));
}

#[test]
fn the_log_says_who_did_what_and_holds_no_personal_data() {
    let server = set_up();
    let admin = signed_in(&server, "first@example.com");
    let id = admin.get("/v1/session").json()["person"]["id"].as_str().unwrap().to_owned();
    Browser::new(&server).send("POST", "/v1/session", &credentials("guess@example.com", "my secret guess")).code(401);
    let invite = json!({"email": "lin@example.com", "role": "viewer"});
    let made = admin.send("POST", "/v1/workspaces/shop/invitations", &invite).json();
    let path = format!("/v1/workspaces/shop/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 404, "what failed is not written down");
    let rename = json!({"name": "Somebody Else"});
    assert_eq!(admin.send("PATCH", &format!("/v1/people/{id}"), &rename).status, 200);

    let page = admin.get("/v1/workspaces/shop/audit").json();
    let entries = page["entries"].as_array().unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["person_change", "invitation_withdrawal", "invitation", "sign_in_refused", "sign_in", "setup"];
    assert_eq!(actions, expected);
    assert_eq!(page["chain"], json!({"intact": true, "broken_at": null}));
    assert_eq!((&entries[1]["target"], &entries[1]["person"]["id"]), (&made["id"], &json!(id)));
    assert_eq!((&entries[3]["person"], &entries[4]["person"]["name"]), (&Value::Null, &json!("Somebody Else")));
    assert_eq!(entries[2]["detail"]["role"], "viewer");
    let addresses: Vec<_> = entries.iter().map(|entry| entry["address_hash"].as_str().unwrap()).collect();
    assert!(addresses.iter().all(|hash| hash.len() == 16 && *hash == addresses[0]));
    let text = page.to_string();
    for personal in ["example.com", "127.0.0.1", "secret guess", PASSWORD, made["token"].as_str().unwrap()] {
        assert!(!text.contains(personal), "{personal} stands in {text}");
    }

    let first = admin.get("/v1/workspaces/shop/audit?limit=4").json();
    let next = first["next"].as_u64().unwrap();
    let rest = admin.get(&format!("/v1/workspaces/shop/audit?before={next}")).json();
    assert_eq!((rest["entries"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
    let theirs = admin.get(&format!("/v1/workspaces/shop/audit?person={id}&action=sign_in")).json();
    assert_eq!(theirs["entries"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get("/v1/workspaces/shop/audit?limit=201").code(400), "limit_invalid");
}

#[test]
fn what_is_made_changed_and_deleted_is_named() {
    let server = set_up();
    let admin = signed_in(&server, "first@example.com");
    let done = |method: &str, path: &str, body: Value, status: u16| {
        let response = admin.send(method, path, &body);
        assert_eq!(response.status, status, "{method} {path} {}", response.body);
        response.body
    };
    done("POST", "/v1/workspaces", json!({"id": "till", "name": "Till", "zone": "UTC"}), 201);
    let (sources, web) = ("/v1/workspaces/till/sources", "/v1/workspaces/till/sources/web");
    done("POST", sources, json!({"id": "web", "name": "Web", "channel": "web"}), 201);
    let key = done("POST", &format!("{web}/keys"), json!({"kind": "public"}), 201);
    let key = serde_json::from_str::<Value>(&key).unwrap()["id"].as_str().unwrap().to_owned();
    done("DELETE", &format!("{web}/keys/{key}"), Value::Null, 204);
    done("PATCH", web, json!({"name": "Web shop"}), 204);
    done("DELETE", web, Value::Null, 204);

    let page = admin.get("/v1/workspaces/till/audit").json();
    let entries = page["entries"].as_array().unwrap().iter();
    let told: Vec<_> = entries.map(|one| (one["action"].as_str().unwrap(), one["target"].as_str().unwrap())).collect();
    let one_key = format!("web/{key}");
    let expected = [
        ("source_deletion", "web"),
        ("source_change", "web"),
        ("source_key_deletion", &*one_key),
        ("source_key", "web"),
    ];
    assert_eq!(told[..4], expected);
    assert_eq!(told[5], ("workspace_creation", "till"));
    // Whoever does not see what belongs to no workspace sees that theirs was made.
    let made = server.runtime.block_on(async {
        let filter = control::AuditFilter { workspace: "till".to_owned(), ..Default::default() };
        crate::support::control(&server).await.audit(&filter, 50).await.unwrap().pop().unwrap()
    });
    assert_eq!(made.entry.action, model::access::Action::WorkspaceCreation);
}

#[test]
fn the_reference_names_every_action() {
    for reference in ["access.md", "access.zh-CN.md"] {
        let text = std::fs::read_to_string(repository().join("docs/reference").join(reference)).unwrap();
        for action in model::access::Action::ALL {
            assert!(text.contains(&format!("`{}`", action.id())), "{reference} does not name `{}`", action.id());
        }
    }
}

#[test]
fn seeing_customers_taking_files_and_asking_in_sql_are_written_down() {
    let server = shop();
    let customer = server.post("/v1/workspaces/ecom/sql", &json!({"sql": "SELECT max(customer) FROM events"})).json();
    let customer = customer["rows"][0][0].to_string().replace('"', "");
    server.get(&format!("/v1/workspaces/ecom/customers/{customer}")).json();
    server.post("/v1/workspaces/ecom/sql", &json!({"sql": "SELECT 'only for my eyes' AS x"})).json();
    server.get("/v1/workspaces/ecom/customers/search?value=nobody-we-know").json();
    assert_eq!(server.get("/v1/workspaces/ecom/journeys/online-purchase/export?format=yaml").status, 200);
    // Other tests ask this server too.
    let has = |action: &str, is_it: &dyn Fn(&Value) -> bool| {
        let page = server.get(&format!("/v1/workspaces/ecom/audit?limit=200&person=local&action={action}")).json();
        for personal in ["my eyes", "nobody-we-know", &*customer] {
            assert!(!page.to_string().contains(personal), "{personal} stands in {page}");
        }
        assert!(page["entries"].as_array().unwrap().iter().any(is_it), "no such {action} in {page}");
    };
    has("sql", &|entry| entry["detail"] == json!({"bytes": 30}));
    has("export", &|entry| entry["target"] == "online-purchase" && entry["detail"]["format"] == "yaml");
    for keyed in ["customer_search", "timeline_seen"] {
        has(keyed, &|entry| entry["target"].as_str().unwrap().len() == 16);
    }
    // Going on in the same timeline is the same reading.
    server.get(&format!("/v1/workspaces/ecom/customers/{customer}?skip=1")).json();
    let page = server.get("/v1/workspaces/ecom/audit?limit=200&person=local&action=timeline_seen").json();
    let read: Vec<String> =
        page["entries"].as_array().unwrap().iter().map(|entry| entry["target"].to_string()).collect();
    let once: std::collections::HashSet<_> = read.iter().collect();
    assert_eq!(read.len(), once.len(), "{read:?}");
}
