//! Everything foreign that is read, against bytes nobody meant: the recorded requests of libraries, what was found
//! before, and mutations of both.
//!
//! `THROUGHLINE_FUZZ_SECONDS` goes on for so long with each target; `THROUGHLINE_FUZZ_SEEDS` names a folder to write the
//! seeds to, where libFuzzer finds them. See `fuzz/README.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod laws;
mod mutator;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ingest::live::Protocol;
use mutator::{Chance, mutated};
use serde_json::{Value, json};

/// Mutations of each target's corpus that every run of the tests tries.
const CASES: usize = 3_000;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What was found by fuzzing, and is tried again for ever.
fn found(target: &str) -> Vec<Vec<u8>> {
    let folder = repository().join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// The requests of libraries, as inputs.
fn recorded(name: &str) -> Vec<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters").join(format!("{name}.jsonl"));
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    text.lines().map(|line| input_of(&serde_json::from_str(line).unwrap())).collect()
}

fn input_of(request: &Value) -> Vec<u8> {
    let field = |name: &str| request[name].as_str().unwrap_or_default();
    let packed = STANDARD.decode(field("body_base64")).unwrap();
    let (mut encoding, mut body) = (field("content_encoding"), field("body").as_bytes().to_vec());
    if !packed.is_empty() {
        // Plain where it can be, so that mutations reach what is within.
        let mut plain = Vec::new();
        let unpacked = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain);
        (encoding, body) = if unpacked.is_ok() { ("", plain) } else { (encoding, packed) };
    }
    let head = [field("path"), field("query"), field("content_type"), encoding, field("authorization")].join("\n");
    [head.as_bytes(), b"\n", &body].concat()
}

/// Requests written by hand after the references, for the protocols that no library in a registry speaks.
fn written(protocol: Protocol) -> Vec<Vec<u8>> {
    let request =
        |path: &str, query: &str, kind: &str, body: &str| format!("{path}\n{query}\n{kind}\n\n\n{body}").into_bytes();
    match protocol {
        Protocol::Throughline => {
            let event = json!({
                "event": "purchase", "time": "2026-09-01T19:59:00+08:00", "message_id": "till-3-000481", "channel": "pos",
                "identifiers": { "member_no": "8812", "phone": "13800138000" }, "amount": 99.5, "currency": "CNY",
                "items": [{ "product_id": "P1", "price": 99.5, "quantity": 1 }], "traits": { "tier": "gold" },
                "props": { "till": 4 }, "link": true, "order_id": "T-1",
            });
            let plain = json!({ "event": "visit", "identifiers": [{ "namespace": "device_id", "value": "d1" }] });
            let named = json!({
                "event": "page_view", "time": 1795694340000_i64, "message_id": "1-1", "page": "/p/12", "props": { "ab": "1" },
                "identifiers": [{ "namespace": "anonymous_id", "value": "d1" }, { "namespace": "user_id", "value": 7 }],
            });
            vec![
                request("/v1/events", "", "application/json", &json!([named, event, named]).to_string()),
                request(
                    "/v1/events",
                    "",
                    "",
                    &json!({ "events": [named, event], "sent_at": "2026-11-26T11:59:00.123Z" }).to_string(),
                ),
                request("/v1/events", "", "application/x-ndjson", &format!("{named}\n{event}\n")),
                request("/v1/events", "", "application/json", &event.to_string()),
                request("/v1/events", "", "application/json", &json!([event, plain, 7]).to_string()),
                request(
                    "/v1/events",
                    "",
                    "application/json",
                    &json!({ "events": [plain, event], "sent_at": "2026-11-26T11:59:00Z" }).to_string(),
                ),
                request("/v1/events", "", "application/x-ndjson", &format!("{event}\nnone\n{plain}\n")),
            ]
        }
        Protocol::Ga4 => {
            let body = json!({
                "client_id": "123.456", "user_id": "u1", "timestamp_micros": "1795694300000000",
                "user_properties": { "tier": { "value": "gold" } },
                "events": [
                    { "name": "purchase", "params": { "transaction_id": "T1", "value": 12.5, "currency": "CNY",
                      "items": [{ "item_id": "P1", "quantity": 2 }], "session_id": "1", "engagement_time_msec": 100 } },
                    { "name": "page_view", "params": { "page_location": "https://a.example/p?utm_source=x" } },
                ],
            });
            let app = json!({ "app_instance_id": "abc", "events": [{ "name": "login", "params": {} }] });
            vec![
                request("/mp/collect", "measurement_id=G-1&api_secret=s", "application/json", &body.to_string()),
                request("/mp/collect", "firebase_app_id=1:2:web:3&api_secret=s", "application/json", &app.to_string()),
            ]
        }
        Protocol::Gtag => vec![
            request(
                "/g/collect",
                "v=2&tid=G-1&cid=1.2&uid=u1&sid=17&dl=https%3A%2F%2Fa.example%2Fp%3Fgclid%3Dx&dr=https%3A%2F%2Fb.example&dt=T",
                "text/plain",
                "en=page_view&_et=10\r\nen=purchase&epn.value=12.5&cu=CNY&ep.transaction_id=T1&pr1=idP1~nmShoe~pr12.5~qt2",
            ),
            request("/g/collect", "v=2&tid=G-1&cid=1.2&en=scroll&up.tier=gold&upn.visits=3&_ee=1", "", ""),
        ],
        _ => Vec::new(),
    }
}

fn corpus(protocol: Protocol, name: &str) -> Vec<Vec<u8>> {
    let corpus = [recorded(name), written(protocol), found(name)].concat();
    assert!(!corpus.is_empty(), "{name} has seeds");
    corpus
}

/// Tries a corpus and mutations of it. A case that breaks a law is written beside the target's corpus.
fn fuzz(target: &str, corpus: &[Vec<u8>], law: impl Fn(&[u8])) {
    if let Ok(folder) = std::env::var("THROUGHLINE_FUZZ_SEEDS") {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, seed) in corpus.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed).unwrap();
        }
    }
    let longer: u64 = std::env::var("THROUGHLINE_FUZZ_SECONDS").map_or(0, |seconds| seconds.parse().unwrap());
    // A longer run goes other ways than the ones before it.
    let seed = if longer > 0 { std::process::id().into() } else { 1 };
    let (mut chance, began) = (Chance(seed), Instant::now());
    let mut tried = 0;
    for case in corpus {
        try_case(target, case, &law);
    }
    while tried < CASES || began.elapsed() < Duration::from_secs(longer) {
        try_case(target, &mutated(corpus, &mut chance), &law);
        tried += 1;
    }
}

fn try_case(target: &str, case: &[u8], law: &impl Fn(&[u8])) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| law(case))) {
        let name = format!("{target}-{:016x}", xxhash_rust::xxh3::xxh3_64(case));
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, case).unwrap();
        eprintln!("{target}: the case is in {}", file.display());
        std::panic::resume_unwind(panic);
    }
}

macro_rules! protocols {
    ($($test:ident $at:literal;)*) => {
        $(#[test]
        fn $test() {
            let (protocol, name) = laws::PROTOCOLS[$at];
            fuzz(name, &corpus(protocol, name), |input| laws::letter(protocol, input));
        })*
    };
}

protocols! {
    our_own_letters 0;
    letters_of_segment 1;
    letters_of_posthog 2;
    letters_of_ga4 3;
    letters_of_gtag 4;
    letters_of_sensors 5;
    letters_of_snowplow 6;
    letters_of_matomo 7;
}

#[test]
fn packed_letters() {
    let all = laws::PROTOCOLS.iter().flat_map(|(protocol, name)| corpus(*protocol, name));
    let corpus: Vec<Vec<u8>> =
        all.enumerate().map(|(at, seed)| [vec![at as u8], seed].concat()).chain(found("packing")).collect();
    fuzz("packing", &corpus, laws::packing);
}

#[test]
fn mappings() {
    let samples = ["samples/ecom/mapping.yaml", "samples/completejourney/mapping.yaml"];
    let mut corpus: Vec<Vec<u8>> =
        samples.iter().map(|file| std::fs::read(repository().join(file)).unwrap()).chain(found("mapping")).collect();
    // Pieces, so that a change falls into each of them often.
    let pieces: Vec<Vec<u8>> = [
        "{source: shop, time: {column: when, zone: Asia/Shanghai}, event: page, channel: {const: web}, identifiers: [{namespace: m, column: member}]}",
        "source: s\ntime: {column: t, format: [iso8601, '%Y-%m-%d']}\nevent: {expression: \"row.a + '-' + row.b\"}\nchannel: {const: c}\nidentifiers:\n  - {namespace: n, column: c}\n",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    corpus.extend(pieces);
    fuzz("mapping", &corpus, laws::mapping);
}

#[test]
fn addresses() {
    let seeds = [
        "https://www.shop.example:8443/p/%E9%9E%8B?utm_source=a&gclid=b#/cart?step=2",
        "//m.baidu.com/s?wd=%20",
        "shop.example",
        "/p/1?x=1",
        "android-app://com.example/",
        "https://user:pw@[::1]:80/?bd_vid=1;utm_medium=cpc",
        "about:blank",
    ];
    let corpus: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.as_bytes().to_vec()).chain(found("address")).collect();
    fuzz("address", &corpus, laws::address);
}
