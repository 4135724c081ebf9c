//! How long the events of a letter take: `cargo run --release -p ingest --example letters -- 20000 [NAME]`.
//!
//! Letters of 100 events, opened, read and dropped one after the other so many times, in five rounds; with a name, only
//! letters whose name begins so. Prints the best of the rounds, in nanoseconds an event.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Instant;

use ingest::live::{Door, Protocol, Received, open, read};
use serde_json::{Value, json};

const EVENTS: usize = 100;
const NOW_MS: i64 = 1_788_264_000_000; // 2026-09-01T12:00:00Z
const DOOR: Door<'static> = Door { source: "shop", channel: "web", received_at_us: NOW_MS * 1_000, first_seq: 0 };

/// As `load` of the server sends them, which measures a whole door.
fn view(number: usize) -> Value {
    json!({
        "event": "page_view", "time": NOW_MS, "message_id": format!("1000-{number}"),
        "identifiers": [{"namespace": "anonymous_id", "value": format!("d{}", number * 7_919 % 1_000_000)}],
        "page": format!("/p/{}", number % 500), "platform": "web", "product": format!("sku-{}", number % 5_000),
        "amount": (number % 90) as f64 + 0.5, "props": {"ab": (number % 2).to_string()},
    })
}

/// As a shop's server writes them: everything said, the time as text, identifiers as an object.
fn purchase(number: usize) -> Value {
    json!({
        "event": "purchase", "time": "2026-09-01T19:59:00+08:00", "message_id": format!("till-{number}"), "channel": "pos",
        "identifiers": {"member_no": number.to_string(), "phone": "13800138000"}, "amount": 99.5, "currency": "CNY",
        "order_id": format!("T-{number}"), "traits": {"tier": "gold"}, "props": {"till": 4},
        "items": [{"product_id": "P1", "price": 49.5, "quantity": 1}, {"product_id": "P2", "price": 50, "quantity": 1}],
    })
}

fn without_id(number: usize) -> Value {
    let mut event = view(number);
    event.as_object_mut().unwrap().shift_remove("message_id");
    event
}

fn tracked(number: usize) -> Value {
    json!({
        "type": "track", "event": "Product Viewed", "timestamp": "2026-09-01T11:59:00Z", "messageId": format!("m-{number}"),
        "anonymousId": format!("d{number}"), "properties": {"product_id": format!("sku-{number}"), "value": 9.5},
        "context": {"page": {"url": "https://shop.example/p/1"}, "locale": "zh-CN"},
    })
}

fn list(event: fn(usize) -> Value) -> String {
    Value::from_iter((0..EVENTS).map(event)).to_string()
}

fn measure(name: &str, letters: usize, protocol: Protocol, received: &Received<'_>) {
    if std::env::args().nth(2).is_some_and(|wanted| !name.starts_with(&wanted)) {
        return;
    }
    let mut best = [f64::INFINITY; 3];
    for _ in 0..5 {
        let mut took = [0.0; 3];
        for _ in 0..letters {
            let opening = Instant::now();
            let letter = open(protocol, black_box(received)).unwrap();
            let reading = Instant::now();
            let decoded = read(letter, &DOOR);
            let dropping = Instant::now();
            assert_eq!(decoded.events.len(), EVENTS);
            drop(black_box(decoded));
            let end = Instant::now();
            for (took, span) in took.iter_mut().zip([reading - opening, dropping - reading, end - dropping]) {
                *took += span.as_secs_f64();
            }
        }
        if took.iter().sum::<f64>() < best.iter().sum() {
            best = took;
        }
    }
    let [open, read, drop] = best.map(|seconds| seconds * 1e9 / (letters * EVENTS) as f64);
    println!(
        "{name:<24} open {open:>6.0}  read {read:>6.0}  drop {drop:>6.0}  all {:>6.0} ns/event",
        open + read + drop
    );
}

fn main() {
    let letters: usize = std::env::args().nth(1).map_or(20_000, |count| count.parse().unwrap());
    let own = |name: &str, content_type: &str, body: &str| {
        let received = Received { content_type, body: body.as_bytes(), ..Received::default() };
        measure(name, letters, Protocol::Throughline, &received);
    };
    let lines: String = (0..EVENTS).map(|number| format!("{}\n", view(number))).collect();
    own("views", "application/json", &list(view));
    own("lines of views", "application/x-ndjson", &lines);
    own("without ids", "application/json", &list(without_id));
    own("purchases", "application/json", &list(purchase));
    let body = json!({"batch": Vec::from_iter((0..EVENTS).map(tracked)), "sentAt": "2026-09-01T12:00:00Z"}).to_string();
    let received = Received { path: "/v1/batch", body: body.as_bytes(), ..Received::default() };
    measure("segment", letters, Protocol::Segment, &received);
}
