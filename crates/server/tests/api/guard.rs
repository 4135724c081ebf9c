//! Who may talk to the server.

use serde_json::json;
use server::config::Limits;
use server::serve::Server;

use crate::support::{TestServer, shop};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_host_the_server_does_not_know_is_refused() {
    let server = shop();
    let port = server.address.port();
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1:1", "localhost"] {
        for path in ["/v1/workspaces", "/", "/w/ecom"] {
            assert_eq!(server.send("GET", path, &[("host", host)], "").code(403), "host_refused", "{host} {path}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(server.send("GET", "/v1/workspaces", &[("host", &host)], "").status, 200, "{host}");
    }
}

#[test]
fn pages_of_other_origins_cannot_read_or_change_anything() {
    let server = shop();
    let port = server.address.port();
    let foreign =
        ["http://evil.example", "null", "https://127.0.0.1.evil.example", &format!("http://localhost:{}", port ^ 1)];
    for origin in foreign {
        let headers = [("origin", origin), JSON];
        for (method, path) in [
            ("GET", "/v1/workspaces"),
            ("POST", "/v1/workspaces/ecom/sql"),
            ("PUT", "/v1/workspaces/ecom/journeys/x"),
            ("DELETE", "/v1/queries/x"),
            ("POST", "/"),
        ] {
            assert_eq!(
                server.send(method, path, &headers, "{}").code(403),
                "origin_refused",
                "{origin} {method} {path}"
            );
        }
    }
    // A form or an image of another site sends no `Origin` with GET, but browsers say where it comes from.
    for site in ["cross-site", "same-site"] {
        let headers = [("sec-fetch-site", site)];
        assert_eq!(server.send("GET", "/v1/workspaces", &headers, "").code(403), "origin_refused", "{site}");
        assert_ne!(server.send("GET", "/", &headers, "").status, 403, "a link from elsewhere opens the app");
    }
    let own = format!("http://127.0.0.1:{port}");
    for headers in [vec![("origin", own.as_str())], vec![("sec-fetch-site", "same-origin")], vec![]] {
        assert_eq!(server.send("GET", "/v1/workspaces", &headers, "").status, 200, "{headers:?}");
    }
}

#[test]
fn every_answer_tells_the_browser_what_it_may_do() {
    let server = shop();
    for path in ["/", "/v1/workspaces", "/v1/nothing", "/w/ecom/journeys"] {
        let response = server.get(path);
        assert_eq!(response.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(response.header("x-frame-options"), "DENY");
        assert_eq!(response.header("referrer-policy"), "same-origin");
        let policy = response.header("content-security-policy");
        let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!scripts.contains("unsafe"), "{scripts}");
        assert_eq!(response.header("access-control-allow-origin"), "", "nobody else is let in");
        assert!(!response.header("x-request-id").is_empty());
    }
    assert_eq!(server.get("/v1/workspaces").header("cache-control"), "no-store");
}

#[test]
fn a_request_id_is_taken_over_if_it_is_plain() {
    let server = shop();
    let given =
        |id: &str| server.send("GET", "/v1/workspaces", &[("x-request-id", id)], "").header("x-request-id").to_owned();
    assert_eq!(given("abc-123"), "abc-123");
    assert_ne!(given("has spaces"), "has spaces");
    assert_ne!(given(&"x".repeat(100)).len(), 100);
}

#[test]
fn bodies_that_are_too_large_or_of_the_wrong_kind_are_refused() {
    let server = TestServer::start(Limits { body_bytes_max: 1000, ..Limits::default() });
    let large = json!({"sql": "x".repeat(2000)}).to_string();
    assert_eq!(server.send("POST", "/v1/workspaces/x/sql", &[JSON], &large).code(413), "body_too_large");
    let yaml = [("content-type", "application/yaml")];
    assert_eq!(server.send("PUT", "/v1/workspaces/x/journeys/y", &yaml, &large).code(413), "body_too_large");
    // What a form of another page could send without asking first.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let headers = [("content-type", kind)];
        assert_eq!(server.send("POST", "/v1/workspaces/x/sql", &headers, "{}").code(415), "content_type", "{kind}");
    }
    assert_eq!(server.send("POST", "/v1/workspaces/x/sql", &[JSON], "{").code(400), "body_invalid");
    assert_eq!(server.send("POST", "/v1/workspaces/x/sql", &[JSON], "{\"sqll\": \"\"}").code(422), "body_invalid");
}

#[test]
fn what_is_not_there_is_said_in_the_same_envelope() {
    let server = shop();
    assert_eq!(server.get("/v1/nothing").code(404), "route_unknown");
    assert_eq!(server.get("/v1/workspaces/nowhere").code(404), "workspace_unknown");
    assert_eq!(server.get("/v1/workspaces/..%2f..%2fetc").code(404), "workspace_unknown");
    assert_eq!(server.get("/v1/workspaces/ecom/journeys/none").code(404), "journey_unknown");
    assert_eq!(server.get("/v1/workspaces/ecom/journeys/online-purchase?version=99").code(404), "journey_unknown");
    assert_eq!(server.get("/v1/workspaces/ecom/views/0000000000000000").code(404), "view_unknown");
    assert_eq!(server.get("/v1/workspaces/ecom/customers/abc").code(400), "customer_id_invalid");
    assert_eq!(server.get("/v1/workspaces/ecom/journeys/x?versionn=1").code(400), "query_invalid");
    assert_eq!(server.send("DELETE", "/v1/workspaces", &[], "").code(405), "method_refused");
}

#[test]
fn an_open_server_listens_on_loopback_only() {
    let server = shop();
    let refused = server.runtime.block_on(async {
        let control = crate::support::control(server).await;
        let analyst = analysis::Analyst::new(operators::Engine::new(operators::EngineOptions::default()).unwrap());
        let (listen, sign_in) = ("0.0.0.0:0".parse().unwrap(), server::config::SignIn::Open);
        let config = server::config::ServerConfig { listen, sign_in, ..Default::default() };
        let folder = server.folder.clone();
        let state = server::state::AppState::new(folder, (*control).clone(), analyst, &config).unwrap();
        Server::bind(&config, state).await.unwrap_err()
    });
    assert_eq!(refused.kind(), server::ErrorKind::Configuration);
    assert!(refused.to_string().contains("loopback"), "{refused}");
}
