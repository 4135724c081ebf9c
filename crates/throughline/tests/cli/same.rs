//! The same question has the same answer on the command line and in the API. That the screens show the API's numbers is
//! told in `web/e2e`.

use analysis::question::Question;
use serde_json::{Value, json};

use crate::support::{Installation, post, signal, url};

/// Where the API takes a question of a kind, and what it wants of it.
fn sent(question: &Question) -> (String, Value) {
    let mut body = serde_json::to_value(question).unwrap();
    let fields = body.as_object_mut().unwrap();
    let ask = fields.remove("ask").unwrap().as_str().unwrap().to_owned();
    let of_journey = |what: &str, fields: &mut serde_json::Map<String, Value>| {
        let key = fields.remove("journey").unwrap();
        fields.insert("version".to_owned(), key["version"].clone());
        format!("journeys/{}/{what}", key["id"].as_str().unwrap())
    };
    let path = match ask.as_str() {
        "journey_map" => of_journey("map", fields),
        "pains" => of_journey("pains", fields),
        "segments" => "segmentation".to_owned(),
        other => other.to_owned(),
    };
    (path, body)
}

/// Without what the asking took, and without what was kept of it.
fn bare(mut answer: Value) -> Value {
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("recorded");
    }
    if let Some(meta) = answer["meta"].as_object_mut() {
        meta.remove("elapsed_ms");
    }
    answer
}

/// Where two answers are not the same, if anywhere.
fn difference(one: Value, other: Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(mut other)) => {
            let found = one.into_iter().find_map(|(name, value)| match other.remove(&name) {
                None => Some(format!("{name}: it is in one only")),
                Some(there) => Some(format!("{name}.{}", difference(value, there)?)),
            });
            found.or_else(|| other.keys().next().map(|name| format!("{name}: it is in one only")))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.into_iter().zip(other).enumerate();
            pairs.find_map(|(at, (one, other))| Some(format!("{at}.{}", difference(one, other)?)))
        }
        (one, other) => (one != other).then(|| format!("{one} and {other}")),
    }
}

#[cfg(unix)]
#[test]
fn a_question_has_one_answer_on_the_command_line_and_in_the_api() {
    let here = Installation::with_shop();
    let mut server = here.start(&["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"]);
    let url = url(&mut server);
    let entry = ["--from", "2024-02-01", "--to", "2024-04-01"];
    let steps = ["--step", "catalog", "--step", "add_to_cart", "--step", "purchase"];
    let questions: [(&[&str], &[&str]); 14] = [
        (&["journey", "map", "online-purchase"], &[]),
        (&["journey", "map", "online-purchase"], &entry),
        (&["journey", "pains", "online-purchase"], &[]),
        (&["analyze", "funnel"], &steps),
        (&["analyze", "paths"], &["--collapse"]),
        (&["analyze", "transitions"], &["--journey", "online-purchase"]),
        (&["analyze", "sessions"], &entry),
        (&["analyze", "retention"], &[]),
        (&["analyze", "lifecycle"], &[]),
        (&["analyze", "stickiness"], &[]),
        (&["analyze", "survival"], &["--end", "purchase"]),
        (&["analyze", "sequence"], &["--pattern", "(?1).*(?2)", "--condition", "catalog", "--condition", "purchase"]),
        (&["analyze", "attribution"], &["--conversion", "purchase"]),
        (&["analyze", "rfm"], &[]),
    ];
    for (command, flags) in questions {
        let asked = [command, &["-w", "shop"], flags].concat();
        let told = here.json(&asked);
        let question = Question::decode(told["meta"]["question"].as_str().unwrap()).unwrap();
        let (path, body) = sent(&question);
        let answered = post(&url, &format!("/v1/workspaces/shop/{path}"), &body);
        assert_ne!(told["meta"]["rows_scanned"], json!(0), "{asked:?}");
        if let Some(place) = difference(bare(told), bare(answered)) {
            panic!("{asked:?} differ at {place}");
        }
    }
    signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
