//! Backup and restore with the real binary, beside a server that takes in events: what was acknowledged before is there,
//! and answers are the same.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::kills::{Address, MESSAGES, call, deliver, serve};
use crate::support::Installation;

const BACKUPS: usize = 3;

/// The answers that are compared, of a data folder.
fn answers(here: &Installation, data: &str) -> Vec<Value> {
    let steps = ["--step", "catalog", "--step", "product_view", "--step", "add_to_cart", "--step", "purchase"];
    let funnel = [&["analyze", "funnel", "-w", "shop", "--data", data][..], &steps].concat();
    let map = here.json(&["journey", "map", "online-purchase", "-w", "shop", "--data", data]);
    let (question, pick) = (map["meta"]["question"].as_str().unwrap(), map["totals"]["goal"]["pick"].as_str().unwrap());
    let customers = ["analyze", "customers", "-w", "shop", "--data", data, "--question", question, "--pick", pick];
    let people = here.json(&[&customers[..], &["--limit", "200"]].concat());
    assert_eq!(people["customers"], map["totals"]["goal"]["customers"]);
    let mut answers = vec![here.json(&funnel), map, people];
    // What a lake is called by, and how long an answer took, is of the process and not of the answer.
    answers.iter_mut().for_each(without_moment);
    answers
}

fn without_moment(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !["elapsed_ms", "snapshot", "asked_us", "now_us", "computed_us"].contains(&name.as_str())
            });
            fields.values_mut().for_each(without_moment);
        }
        Value::Array(list) => list.iter_mut().for_each(without_moment),
        _ => {}
    }
}

#[cfg(unix)]
#[test]
fn a_backup_beside_a_server_restores_what_was_acknowledged_and_the_same_answers() {
    let here = Installation::with_shop();
    let (target, restored) = (here.path("target").display().to_string(), here.path("restored").display().to_string());
    let (mut server, first) = serve(&here);
    let ask = |path: &str, body: Value| -> Value {
        let (status, body) = call(&first, "POST", &format!("/v1/workspaces/shop{path}"), &body.to_string()).unwrap();
        assert!((200..300).contains(&status), "{status}: {body}");
        serde_json::from_str(&body).unwrap()
    };
    ask("/sources", json!({ "id": "web", "name": "web", "channel": "web", "origins": [] }));
    let key = ask("/sources/web/keys", json!({ "kind": "secret" }))["key"].clone();
    let key = key.as_str().unwrap();
    let (address, acknowledged, stop) = (Address::default(), AtomicUsize::new(0), AtomicBool::new(false));
    address.set(Some(first.clone()));
    let taken: Vec<(String, usize)> = std::thread::scope(|scope| {
        let (address, acknowledged, stop) = (&address, &acknowledged, &stop);
        let sender = scope.spawn(move || deliver(0, key, address, acknowledged, stop));
        let taken = (0..BACKUPS).map(|number| {
            while acknowledged.load(Ordering::Acquire) < 2 * (number + 1) {
                std::thread::yield_now();
            }
            let before = acknowledged.load(Ordering::Acquire);
            let report = here.json(&["backup", &target]);
            (report["id"].as_str().unwrap().to_owned(), before)
        });
        let taken = taken.collect();
        stop.store(true, Ordering::Release);
        sender.join().unwrap();
        taken
    });
    let listed = here.json(&["backup", "list", &target]);
    assert_eq!(listed.as_array().unwrap().len(), BACKUPS);
    assert!(listed[1]["new_bytes"].as_u64() < listed[0]["new_bytes"].as_u64(), "{listed}");
    for (number, (id, before)) in taken.iter().enumerate() {
        let to = format!("{restored}-{number}");
        here.run(&["restore", &target, "--backup", id, "--data", &to]).expect(0);
        here.run(&["lake", "verify", "-w", "shop", "--data", &to]).expect(0);
        let sql = "SELECT count(*), count(DISTINCT message_id) FROM events WHERE source = 'web'";
        let row = here.json(&["sql", sql, "-w", "shop", "--data", &to])["rows"][0].clone();
        assert!(row[0] == row[1] && row[0].as_u64().unwrap() >= (before * MESSAGES) as u64, "{id}: {row} {before}");
    }
    // While the server still runs, and nothing comes any more.
    let last = here.json(&["backup", &target, "--keep", "2"]);
    assert_eq!(last["dropped"].as_array().unwrap().len(), BACKUPS - 1);
    let (status, system) = call(&first, "GET", "/v1/system", "").unwrap();
    let system: Value = serde_json::from_str(&system).unwrap();
    assert_eq!((status, &system["backup"]["id"]), (200, &last["id"]));
    assert_eq!(system["workspaces"][0]["writer"], if cfg!(target_os = "linux") { "server" } else { "unknown" });
    here.run(&["restore", &target, "--data", &restored]).expect(0);
    here.run(&["lake", "verify", "-w", "shop", "--data", &restored]).expect(0);
    let (of_here, of_restored) = (answers(&here, "data"), answers(&here, &restored));
    assert_eq!(of_here, of_restored);
    crate::support::signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let verified = here.run(&["backup", "verify", &target]).expect(0);
    assert!(verified.stdout.contains("nothing is wrong"), "{}", verified.stdout);
}

#[test]
fn restores_and_backups_that_would_harm_are_refused() {
    let here = Installation::new();
    let target = here.path("target").display().to_string();
    here.run(&["backup", &target]).expect(4);
    here.run(&["workspace", "create", "shop", "--zone", "UTC"]).expect(0);
    here.run(&["backup", &target, "--workspace", "nowhere"]).expect(4);
    here.run(&["backup", &target]).expect(0);
    let used = here.run(&["restore", &target]).expect(5);
    assert!(used.stderr.contains("not empty"), "{}", used.stderr);
    here.run(&["restore", &target, "--backup", "20000101T000000Z", "--data", "elsewhere"]).expect(4);
    here.run(&["backup", "data/backups"]).expect(3);
    here.run(&["backup"]).expect(2);
    here.run(&["backup", "verify", "data"]).expect(3);
    let object = std::fs::read_dir(here.path("target/objects")).unwrap().next().unwrap().unwrap().path();
    let object = std::fs::read_dir(object).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&object, "rot").unwrap();
    let damaged = here.run(&["backup", "verify", &target]).expect(1);
    assert!(damaged.stdout.contains("control.db") || damaged.stdout.contains("audit.key"), "{}", damaged.stdout);
    here.run(&["restore", &target, "--data", "elsewhere"]).expect(1);
    assert!(!here.path("elsewhere").exists());
}
