//! Progress and cancelling, with a query that would take years.

use std::net::TcpStream;

use serde_json::json;

use crate::support::{TestServer, shop};

const ENDLESS: &str = "SELECT count(*) FROM events a, events b, events c WHERE a.seq + b.seq + c.seq = -1";

fn start(server: &TestServer, id: &str) -> TcpStream {
    let (host, body) = (server.address.to_string(), json!({"sql": ENDLESS}).to_string());
    let headers = [("host", host.as_str()), ("content-type", "application/json"), ("x-query-id", id)];
    let stream = server.open("POST", "/v1/workspaces/ecom/sql", &headers, &body);
    wait_for(server, id, "running");
    stream
}

fn wait_for(server: &TestServer, id: &str, state: &str) {
    while server.get(&format!("/v1/queries/{id}")).json()["state"] != state {
        std::thread::yield_now();
    }
}

#[test]
fn a_query_is_cancelled_by_its_id() {
    let server = shop();
    let mut answer = start(server, "to-be-cancelled");
    assert_eq!(server.send("DELETE", "/v1/queries/to-be-cancelled", &[], "").status, 204);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut answer, &mut text).unwrap();
    assert!(text.contains("query_cancelled"), "{text}");
    wait_for(server, "to-be-cancelled", "cancelled");
}

#[test]
fn a_client_that_goes_away_cancels_its_query() {
    let server = shop();
    drop(start(server, "left-alone"));
    wait_for(server, "left-alone", "cancelled");
}

#[test]
fn ended_and_unknown_queries_are_told_apart() {
    let server = shop();
    let headers = [("content-type", "application/json"), ("x-query-id", "short-one")];
    assert_eq!(server.send("POST", "/v1/workspaces/ecom/sql", &headers, r#"{"sql": "SELECT 1"}"#).status, 200);
    assert_eq!(server.get("/v1/queries/short-one").json()["state"], "done");
    assert_eq!(server.get("/v1/queries/never-heard-of").json()["state"], "unknown");
    assert_eq!(server.send("DELETE", "/v1/queries/never-heard-of", &[], "").status, 204);
    let headers = [("content-type", "application/json"), ("x-query-id", "not plain")];
    assert_eq!(
        server.send("POST", "/v1/workspaces/ecom/sql", &headers, r#"{"sql": "SELECT 1"}"#).code(400),
        "query_id_invalid"
    );
}
