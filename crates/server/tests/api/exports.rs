//! Journeys as files through the API.

use serde_json::json;

use crate::support::shop;

const PATH: &str = "/v1/workspaces/ecom/journeys/online-purchase/export";

#[test]
fn a_map_comes_in_every_format_with_its_name() {
    let server = shop();
    for (format, content_type, begins) in [
        ("svg", "image/svg+xml; charset=utf-8", "<svg "),
        ("png", "image/png", "\u{fffd}PNG"),
        ("pdf", "application/pdf", "%PDF-"),
        ("yaml", "application/yaml; charset=utf-8", ""),
        ("json", "application/json", "{"),
    ] {
        let file = server.get(&format!("{PATH}?format={format}&scale=1&theme=dark"));
        assert_eq!(file.status, 200, "{}", file.body);
        assert_eq!(file.header("content-type"), content_type);
        assert!(file.body.starts_with(begins), "{format}");
        let name = file.header("content-disposition").to_owned();
        assert!(name.contains(&format!("filename=\"online-purchase-v1.{format}\"")), "{name}");
        if ["svg", "png", "pdf"].contains(&format) {
            // 在线购买, as RFC 8187 writes it.
            assert!(name.contains("filename*=UTF-8''%E5%9C%A8%E7%BA%BF%E8%B4%AD%E4%B9%B0-v1."), "{name}");
        }
        assert_eq!(file.header("x-missing-characters"), "");
    }
}

#[test]
fn the_picture_is_of_the_question_it_is_asked_with() {
    let server = shop();
    let svg = |more: &str| {
        let file = server.get(&format!("{PATH}?format=svg&lang=en{more}"));
        assert_eq!(file.status, 200, "{}", file.body);
        file.body
    };
    let ask = |body| server.post("/v1/workspaces/ecom/journeys/online-purchase/map", &body).json();
    let shows = |svg: &str, map: &serde_json::Value| {
        let started = map["totals"]["started"]["instances"].as_u64().unwrap();
        let text =
            if started < 1_000 { started.to_string() } else { format!("{},{:03}", started / 1_000, started % 1_000) };
        svg.contains(&format!(">{text}<"))
    };
    let all = ask(json!({}));
    assert!(shows(&svg(""), &all));
    let part = ask(json!({"scope": {"events": [{"channel": ["web"]}]}}));
    assert_ne!(part["totals"]["started"], all["totals"]["started"]);
    let question = part["meta"]["question"].as_str().unwrap();
    let asked = svg(&format!("&question={question}"));
    assert!(shows(&asked, &part) && !shows(&asked, &all));
}

#[test]
fn what_cannot_be_drawn_is_said_in_the_envelope() {
    let server = shop();
    let code = |query: &str, status| server.get(&format!("{PATH}?{query}")).code(status);
    assert_eq!(code("format=docx", 400), "query_invalid");
    assert_eq!(code("format=svg&lang=fr", 400), "language_unknown");
    assert_eq!(code("format=png&scale=40", 400), "scale_invalid");
    assert_eq!(code("format=svg&question=nonsense", 400), "question_invalid");
    assert_eq!(code("format=svg&version=99", 404), "journey_unknown");
    let funnel = server.post("/v1/workspaces/ecom/funnel", &json!({"journey": {"id": "online-purchase"}})).json();
    let question = funnel["meta"]["question"].as_str().unwrap();
    assert_eq!(code(&format!("format=svg&question={question}"), 400), "question_invalid");
    let map = server.post("/v1/workspaces/ecom/journeys/online-purchase/map", &json!({})).json();
    let question = map["meta"]["question"].as_str().unwrap();
    assert_eq!(code(&format!("format=svg&version=1&question={question}"), 400), "question_invalid");
    let other = server.get("/v1/workspaces/ecom/journeys/nothing/export?format=pdf");
    assert_eq!(other.code(404), "journey_unknown");
}
