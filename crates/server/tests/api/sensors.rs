//! Sensors that deliver by themselves: over HTTP and through a real broker; what is acknowledged is there once, and what is
//! refused says why.

use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use analysis::place::ResolvedSite;
use ingest::SourceFile;
use ingest::place::Arrival;
use lake::{Lake, LakeOptions, Mode, Sighting, TrackDay};
use model::access::Role;
use model::place::counted::Counted;
use model::place::sensor::SensorFormat;
use serde_json::{Value, json};
use server::basis::Basis;
use server::config::{Limits, ServerConfig, SignIn};
use testkit::storage::{CrashStorage, Fault};
use worker::import::{Target, Watch};
use worker::place::{PlaceImport, import_positions};

use crate::stores::{limited_to, member};
use crate::support::{Response, TestServer, control, repository};

const AT: &str = "/v1/workspaces/shop/sites/hall";

/// Days are read anew as soon as there is news.
fn limits() -> Limits {
    Limits { sensor_fold_every: Duration::ZERO, ..Limits::default() }
}

/// A hall of 40 m by 40 m, whose only floor sensors call by these names.
fn hall(references: &BTreeSet<String>) -> Value {
    let frames: Vec<Value> = references.iter().map(|reference| json!({ "reference": reference })).collect();
    json!({
        "id": "hall", "name": "Hall", "time_zone": "Asia/Shanghai",
        "plans": [{"from": "2000-01-01", "floors": [{
            "id": "f1", "name": "F1", "outline": [[0, 0], [40, 0], [40, 40], [0, 40]], "frames": frames,
            "zones": [{"id": "a", "name": "A", "kind": "display", "shape": [[0, 0], [20, 0], [20, 40], [0, 40]]}],
        }]}],
        "rules": {"shown_from": 1, "groups": null, "stitching": null, "staff": null,
                  "cleaning": {"smooth": false, "snap_m": null}},
    })
}

fn with_hall(server: &TestServer, references: &BTreeSet<String>) {
    server.workspace("shop", "UTC");
    server.put(AT, &hall(references)).json();
}

fn open() -> TestServer {
    let server = TestServer::start(limits());
    with_hall(&server, &BTreeSet::new());
    server
}

/// Adds a sensor that pushes, and gives its path.
#[track_caller]
fn pushing(server: &TestServer, id: &str, format: &str, more: Value) -> String {
    let mut new = json!({"id": id, "name": id, "format": format, "way": {"kind": "push"}});
    for (name, value) in more.as_object().unwrap() {
        new[name] = value.clone();
    }
    let made = server.post(&format!("{AT}/sensors"), &new);
    assert_eq!(made.status, 201, "{}", made.body);
    let made: Value = serde_json::from_str(&made.body).unwrap();
    made["path"].as_str().unwrap().to_owned()
}

fn push(server: &TestServer, path: &str, body: &[u8]) -> Response {
    server.send_bytes("POST", path, &[("content-type", "application/octet-stream")], body)
}

fn listed(server: &TestServer, id: &str) -> Value {
    let all = server.get(&format!("{AT}/sensors")).json();
    all["sensors"].as_array().unwrap().iter().find(|sensor| sensor["id"] == id).unwrap().clone()
}

/// Asks until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain: {what}");
        std::thread::yield_now();
    }
}

fn days(server: &TestServer) -> Vec<(String, u64)> {
    let days = server.get(&format!("{AT}/days")).json();
    let day = |day: &Value| (day["day"].as_str().unwrap().to_owned(), day["sightings"].as_u64().unwrap());
    days["days"].as_array().unwrap().iter().map(day).collect()
}

fn visits(server: &TestServer) -> u64 {
    server.post(&format!("{AT}/visits"), &json!({})).json()["visits"].as_u64().unwrap()
}

/// Walks of 32 seconds along the hall, as a file of positions.
fn walks(walkers: std::ops::Range<u32>) -> String {
    let mut rows = "track_id,t,x,y,floor\n".to_owned();
    for walker in walkers {
        for second in 0..=32 {
            let (minute, x) = (walker, 1.0 + 0.25 * f64::from(second));
            rows.push_str(&format!("w{walker},2026-03-01T02:{minute:02}:{second:02}Z,{x},5,f1\n"));
        }
    }
    rows
}

const PAYLOADS: [(&str, SensorFormat); 19] = [
    ("axis_live_sum.json", SensorFormat::Axis),
    ("axis_p8815_export.csv", SensorFormat::Axis),
    ("axis_p8815_export.json", SensorFormat::Axis),
    ("cisco_spaces_device_location_update.json", SensorFormat::Cisco),
    ("dahua_videostat_dofind.json", SensorFormat::Dahua),
    ("generic_trajectory.csv", SensorFormat::Csv),
    ("hikvision_isapi_v2_realtime.xml", SensorFormat::Hikvision),
    ("hikvision_psia_realtime.xml", SensorFormat::Hikvision),
    ("hikvision_psia_timerange.xml", SensorFormat::Hikvision),
    ("megvii_person_count.json", SensorFormat::Megvii),
    ("meraki_v2_devicesseen.json", SensorFormat::Meraki),
    ("meraki_v3_wifi.json", SensorFormat::Meraki),
    ("mist_location.json", SensorFormat::Mist),
    ("pozyx_mqtt_tags.json", SensorFormat::Pozyx),
    ("quuppa_location_and_info.json", SensorFormat::Quuppa),
    ("xovis_v3_event.json", SensorFormat::Xovis),
    ("xovis_v3_linecount.json", SensorFormat::Xovis),
    ("xovis_v5_live_data.json", SensorFormat::Xovis),
    ("xovis_v5_logics_data.json", SensorFormat::Xovis),
];

fn payload(name: &str) -> PathBuf {
    repository().join("testdata/place/payloads").join(name)
}

/// The names floors have in a payload.
fn references(name: &str, format: SensorFormat) -> BTreeSet<String> {
    let arrival = Arrival { received_at_us: 0, zone: Some("Asia/Shanghai") };
    let decoded = ingest::place::read(format.into(), &std::fs::read(payload(name)).unwrap(), &arrival).unwrap();
    decoded.observations.into_iter().filter_map(|observation| observation.floor).filter(|floor| floor != "f1").collect()
}

/// Rows by the day they are of.
type ByDay<Row> = Vec<(TrackDay, Vec<Row>)>;

/// What lies in a lake: tracks by the order they are met in, since their names are salted; and counts.
fn rows(server: &TestServer, workspace: &str) -> (ByDay<Sighting>, ByDay<Counted>) {
    let folder = server.folder.lake(workspace);
    server.runtime.block_on(async {
        let lake = Lake::open(&folder, LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        let snapshot = lake.snapshot().await.unwrap();
        let (mut tracks, mut counts) = (Vec::new(), Vec::new());
        for day in snapshot.track_days().await.unwrap() {
            let mut sightings = snapshot.sightings(&day.of).await.unwrap();
            sightings.sort_by_key(|it| (it.time_us, it.x_mm, it.y_mm));
            let mut names = HashMap::new();
            for sighting in &mut sightings {
                let next = names.len() as i64;
                sighting.track = *names.entry(sighting.track).or_insert(next);
            }
            tracks.push((day.of, sightings));
        }
        for of in snapshot.count_days().await.unwrap() {
            let mut rows = snapshot.counts(&of).await.unwrap();
            rows.iter_mut().for_each(|row| row.track = row.track.map(|_| 1));
            counts.push((of, rows));
        }
        (tracks, counts)
    })
}

#[test]
fn every_payload_pushed_gives_the_rows_of_the_file() {
    let mut kept = 0;
    for (name, format) in PAYLOADS {
        let server = TestServer::start(limits());
        let references = references(name, format);
        with_hall(&server, &references);
        let path = pushing(&server, "s", format.id(), json!({"clock_zone": "Asia/Shanghai"}));
        let body = std::fs::read(payload(name)).unwrap();
        let answer = push(&server, &path, &body);
        let status = answer.status;
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        // Again, as whoever got no answer does.
        assert_eq!(push(&server, &path, &body).status, status);
        let [accepted, skipped, refused] = ["accepted", "skipped", "refused"].map(|it| answer[it].as_u64().unwrap());
        // Of one alone nothing can be kept: it knows phones by degrees.
        let is_kept = name != "meraki_v2_devicesseen.json";
        assert_eq!((status, refused), if is_kept { (200, 0) } else { (422, 1) }, "{name}: {answer}");

        server.workspace("filed", "UTC");
        server.runtime.block_on(async {
            let control = control(&server).await;
            let lake = Lake::open(&server.folder.lake("filed"), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
            let definition = serde_json::from_value(hall(&references)).unwrap();
            let stored = control.sensors("shop", Some("hall")).await.unwrap().remove(0);
            let request = PlaceImport {
                workspace: "filed".to_owned(),
                site: ResolvedSite { version: 1, definition },
                sensor: Some(stored.sensor),
                files: vec![SourceFile::at(payload(name)).unwrap()],
            };
            let target = Target { folder: &server.folder, control: &control, lake: &lake };
            let summary = import_positions(target, &request, &Watch::nobody()).await.unwrap();
            let file = &summary.files[0];
            let rows = (file.sightings + file.counted, file.skipped, file.rejected);
            assert_eq!(rows, (accepted, skipped, refused), "{name}");
            let again = import_positions(target, &request, &Watch::nobody()).await.unwrap();
            assert_eq!(again.files[0].sightings + again.files[0].counted, 0, "{name}");
        });
        let filed = rows(&server, "filed");
        if accepted > 0 {
            until(name, || rows(&server, "shop") == filed);
            kept += 1;
        }
    }
    assert!(kept >= 15, "only {kept} payloads have something that is kept");
}

#[test]
fn what_is_no_payload_is_refused_with_reasons_and_counted() {
    let server = TestServer::start(Limits { door_bytes_max: 64 << 10, ..limits() });
    with_hall(&server, &BTreeSet::new());
    let mut number = 0;
    let mut refused = |format: &str, body: &[u8], status: u16, code: &str| {
        number += 1;
        let id = format!("s{number}");
        let path = pushing(&server, &id, format, json!({}));
        let answer = push(&server, &path, body);
        assert_eq!(answer.status, status, "{format}: {}", answer.body);
        let sensor = listed(&server, &id);
        assert_eq!((&sensor["accepted"], &sensor["refused"]), (&json!(0), &json!(1)), "{sensor}");
        assert_eq!(sensor["refusal"]["code"], code, "{sensor}");
        assert!(!sensor["refusal"]["reason"].as_str().unwrap().is_empty());
        answer
    };
    for format in ["xovis", "meraki", "dahua", "megvii", "quuppa", "pozyx", "cisco", "mist"] {
        refused(format, b"{\"half\":", 400, "body_unreadable");
    }
    refused("xovis", b"{\"other\": 1}", 400, "body_unreadable");
    refused("hikvision", b"<EventNotificationAlert><eventType>PeopleCounting</eventType>", 400, "body_unreadable");
    refused("csv", b"a,b\n1,2\n", 400, "body_unreadable");
    refused("axis", b"\x1f\x8b broken", 400, "body_unreadable");
    refused("pozyx", &vec![b' '; 65 << 10], 413, "body_too_large");
    // An item alone is refused, and the others are taken.
    let answer = refused("csv", b"track_id,t,x,y,floor\nw,2026-03-01T02:00:00Z,ten,5,f1\n", 422, "number_unreadable");
    assert!(answer.body.contains(r#""field":"x""#), "{}", answer.body);
    refused("csv", b"track_id,t,x,y,floor\nw,2026-03-01T02:00:00Z,1,5,roof\n", 422, "floor_unknown");
    let path = pushing(&server, "mixed", "csv", json!({}));
    let mixed =
        b"track_id,t,x,y,floor\nw,2026-03-01T02:00:00Z,1,5,f1\nw,yesterday,1,5,f1\nw,2026-03-01T02:00:01Z,1,5,f1\n";
    let answer = push(&server, &path, mixed).json();
    assert_eq!(
        (&answer["accepted"], &answer["refused"], &answer["rejected"][0]["line"]),
        (&json!(2), &json!(1), &json!(2))
    );
    let sensor = listed(&server, "mixed");
    assert_eq!((&sensor["accepted"], &sensor["refused"]), (&json!(2), &json!(1)));
    assert!(sensor["last_us"].is_i64());
    // What names somebody is in no reason.
    let path = pushing(&server, "phones", "mist", json!({}));
    let broken = br#"{"events": [{"mac": "zz-somebody", "timestamp": 1772330400, "x": 1, "y": 2}]}"#;
    assert_eq!(push(&server, &path, broken).status, 422);
    let sensor = listed(&server, "phones").to_string();
    assert!(sensor.contains("no hardware address") && !sensor.contains("somebody"), "{sensor}");

    for (key, method) in [("/sensor/tln_guessed_0123456789", "POST"), ("/sensor", "POST"), ("/sensor/x", "GET")] {
        assert_eq!(server.send(method, key, &[], "{}").code(401), "key_refused");
    }
    assert_eq!(server.send("GET", &path, &[], "").code(405), "method_refused");
    assert_eq!(server.send("DELETE", &path, &[], "").code(405), "method_refused");
}

#[test]
fn who_sends_too_much_is_told_when_to_come_again_and_a_bomb_does_not_go_off() {
    let server = TestServer::start(Limits { key_messages_per_second: 10, ..limits() });
    with_hall(&server, &BTreeSet::new());
    let path = pushing(&server, "s", "csv", json!({}));
    assert_eq!(push(&server, &path, walks(0..1).as_bytes()).status, 200, "what is larger than all passes once");
    let refused = push(&server, &path, walks(1..2).as_bytes());
    assert_eq!(refused.code(429), "rate_limited");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(listed(&server, "s")["refused"], 0, "who is told to come again is not refused");
    let packed = gzip(&vec![b' '; 40 << 20]);
    assert!(packed.len() < 1 << 20);
    let path = pushing(&server, "bomb", "pozyx", json!({}));
    assert_eq!(push(&server, &path, &packed).code(413), "body_too_large");
    assert_eq!(listed(&server, "bomb")["refusal"]["code"], "body_too_large");
    // Packed honestly it is read, with its header or without.
    let path = pushing(&server, "packed", "csv", json!({}));
    let one = b"track_id,t,x,y,floor\nw,2026-03-01T02:00:00Z,1,5,f1\n";
    let sent = server.send_bytes("POST", &path, &[("content-encoding", "gzip")], &gzip(one));
    assert_eq!(sent.json()["accepted"], 1);
    let bearer = format!("Bearer {}", path.trim_start_matches("/sensor/"));
    let sent = server.send_bytes("PUT", "/sensor", &[("authorization", &bearer)], &gzip(one));
    assert_eq!(sent.json()["accepted"], 1);
}

#[test]
fn a_sensor_is_added_changed_and_removed_and_its_secrets_are_shown_once() {
    let server = open();
    let meraki = json!({"way": {"kind": "push", "validator": "0f00ba", "secret": "shared 秘密"}});
    let path = pushing(&server, "phones", "meraki", meraki);
    let key = path.trim_start_matches("/sensor/").to_owned();
    let shown = server.get(&format!("{AT}/sensors")).body;
    assert!(shown.contains("0f00ba") && !shown.contains(&key) && !shown.contains("秘密"), "{shown}");
    assert_eq!(listed(&server, "phones")["way"]["key_start"].as_str().unwrap(), &key[..10]);
    let twice = server.post(
        &format!("{AT}/sensors"),
        &json!({"id": "phones", "name": "x", "format": "csv", "way": {"kind": "push"}}),
    );
    assert_eq!(twice.code(409), "exists");
    for (bad, field) in [
        (json!({"id": "No Key", "name": "x", "format": "csv", "way": {"kind": "push"}}), "id"),
        (json!({"id": "x", "name": "x", "format": "csv", "clock_zone": "Mars", "way": {"kind": "push"}}), "clock_zone"),
        (
            json!({"id": "x", "name": "x", "format": "csv", "way": {"kind": "mqtt", "url": "http://x", "topic": "t"}}),
            "url",
        ),
        (
            json!({"id": "x", "name": "x", "format": "csv", "way": {"kind": "mqtt", "url": "mqtt://x", "topic": "a/#/b"}}),
            "topic",
        ),
    ] {
        let refused = server.post(&format!("{AT}/sensors"), &bad);
        assert_eq!(refused.code(400), "request_invalid");
        assert!(refused.body.contains(field), "{}", refused.body);
    }

    // Meraki asks who is there, and says the secret in every post.
    let asked = server.send("GET", &path, &[], "");
    assert_eq!((asked.status, asked.body.as_str()), (200, "0f00ba"));
    let body = std::fs::read_to_string(payload("meraki_v3_wifi.json")).unwrap();
    let said = serde_json::from_str::<Value>(&body).unwrap()["secret"].as_str().unwrap().to_owned();
    assert_eq!(push(&server, &path, body.as_bytes()).code(403), "secret_refused");
    assert_eq!(listed(&server, "phones")["refusal"]["code"], "secret_refused");
    let change = |body: Value| {
        server.send(
            "PATCH",
            &format!("{AT}/sensors/phones"),
            &[("content-type", "application/json")],
            &body.to_string(),
        )
    };
    assert_eq!(change(json!({"secret": said, "name": "手机"})).status, 204);
    let taken = push(&server, &path, body.as_bytes());
    assert!([200, 422].contains(&taken.status), "{}", taken.body);
    assert_eq!(listed(&server, "phones")["name"], "手机");
    assert_eq!(change(json!({"url": "mqtt://x"})).code(400), "request_invalid");
    assert_eq!(change(json!({"secret": "", "validator": ""})).status, 204);
    assert_eq!(listed(&server, "phones")["way"]["has_secret"], false);
    assert_eq!(server.send("GET", &path, &[], "").code(405), "method_refused");

    // The key of before opens for as long as was said.
    let rotate = |hours: u32| {
        let made = server.post(&format!("{AT}/sensors/phones/rotation"), &json!({ "grace_hours": hours }));
        assert_eq!(made.status, 201, "{}", made.body);
        serde_json::from_str::<Value>(&made.body).unwrap()["path"].as_str().unwrap().to_owned()
    };
    let second = rotate(1);
    assert!(listed(&server, "phones")["way"]["old_key_until_us"].is_i64());
    for each in [&path, &second] {
        assert_ne!(push(&server, each, b"{}").status, 401);
    }
    let third = rotate(0);
    assert_eq!(push(&server, &path, b"{}").code(401), "key_refused");
    assert_eq!(push(&server, &second, b"{}").code(401), "key_refused");
    assert_ne!(push(&server, &third, b"{}").status, 401);
    assert_eq!(
        server.post(&format!("{AT}/sensors/phones/rotation"), &json!({"grace_hours": 9999})).code(400),
        "grace_invalid"
    );
    assert_eq!(
        server.post(&format!("{AT}/sensors/gone/rotation"), &json!({"grace_hours": 0})).code(404),
        "sensor_unknown"
    );

    let remove = |id: &str| server.send("DELETE", &format!("{AT}/sensors/{id}"), &[], "");
    assert_eq!(remove("phones").status, 204);
    assert_eq!(remove("phones").code(404), "sensor_unknown");
    assert_eq!(push(&server, &third, b"{}").code(401), "key_refused");
    // With its site a sensor goes, too.
    let path = pushing(&server, "door", "csv", json!({}));
    server.send("DELETE", AT, &[], "").json();
    assert_eq!(push(&server, &path, b"{}").code(401), "key_refused");
}

#[test]
fn a_sensor_that_says_nothing_is_silent_and_says_since_when() {
    let clock = Arc::new(AtomicI64::new(1_772_323_200_000_000));
    let read = Arc::clone(&clock);
    let basis = Basis { now_us: Arc::new(move || read.load(Ordering::SeqCst)), ..Basis::default() };
    let config = ServerConfig { sign_in: SignIn::Open, limits: limits(), ..ServerConfig::default() };
    let server = TestServer::on(basis, config);
    with_hall(&server, &BTreeSet::new());
    let begun = clock.load(Ordering::SeqCst);
    let path = pushing(&server, "s", "csv", json!({"silent_after_seconds": 60}));
    let silent = || listed(&server, "s")["silent_since_us"].clone();
    assert_eq!(silent(), Value::Null);
    clock.fetch_add(61_000_000, Ordering::SeqCst);
    assert_eq!(silent(), json!(begun), "it never said anything");
    assert_eq!(push(&server, &path, walks(0..1).as_bytes()).status, 200);
    assert_eq!((silent(), &listed(&server, "s")["last_us"]), (Value::Null, &json!(begun + 61_000_000)));
    clock.fetch_add(61_000_000, Ordering::SeqCst);
    assert_eq!(silent(), json!(begun + 61_000_000));
}

#[test]
fn what_is_pushed_becomes_visits_beside_what_a_file_brought_and_counts() {
    let server = open();
    let file = server.folder.root().join("walks.csv");
    std::fs::write(&file, walks(0..3)).unwrap();
    server.runtime.block_on(async {
        let control = control(&server).await;
        let lake = Lake::open(&server.folder.lake("shop"), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
        let definition = serde_json::from_value(hall(&BTreeSet::new())).unwrap();
        let site = ResolvedSite { version: 1, definition };
        let request =
            PlaceImport { workspace: "shop".into(), site, sensor: None, files: vec![SourceFile::at(&file).unwrap()] };
        let target = Target { folder: &server.folder, control: &control, lake: &lake };
        import_positions(target, &request, &Watch::nobody()).await.unwrap();
    });
    assert_eq!(visits(&server), 3);
    let path = pushing(&server, "ceiling", "csv", json!({}));
    for walker in 3..7 {
        assert_eq!(push(&server, &path, walks(walker..walker + 1).as_bytes()).json()["accepted"], 33);
    }
    until("the day is read anew", || days(&server) == [("2026-03-01".to_owned(), 7 * 33)]);
    assert_eq!(visits(&server), 7);
    // The events are those of the newest reading, once.
    let entered = || {
        let sql = json!({"sql": "SELECT count(*), count(DISTINCT session_id) FROM events WHERE event = 'store_enter'"});
        server.post("/v1/workspaces/shop/sql", &sql).json()["rows"][0].clone()
    };
    until("events follow", || entered() == json!([7, 7]));

    let door = pushing(&server, "door", "hikvision", json!({}));
    for name in ["hikvision_psia_realtime.xml", "hikvision_psia_timerange.xml"] {
        assert_eq!(push(&server, &door, &std::fs::read(payload(name)).unwrap()).status, 200);
    }
    let counts = || server.get(&format!("{AT}/counts?by=hour")).json()["counts"].as_array().unwrap().clone();
    until("counts are folded", || counts().iter().any(|it| it["basis"] == "window"));
    assert!(counts().iter().all(|it| it["sensor"] == "door" && it["people"].is_i64()), "{:?}", counts());
    assert_eq!(server.get(&format!("{AT}/counts?from=2001-01-01&to=2001-01-02")).json()["counts"], json!([]));
    assert_eq!(server.send("DELETE", &format!("{AT}/positions?all=true"), &[], "").json()["positions"], 7 * 33);
    assert_eq!(server.get(&format!("{AT}/counts")).json()["counts"], json!([]));
}

#[test]
fn counts_are_of_the_sites_one_may_see() {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let owner = member(&server, "owner", "shop", Role::Owner.into());
    assert_eq!(owner.send("PUT", AT, &hall(&BTreeSet::new())).status, 200);
    let made = owner.send(
        "POST",
        &format!("{AT}/sensors"),
        &json!({"id": "d", "name": "d", "format": "hikvision", "way": {"kind": "push"}}),
    );
    let path = serde_json::from_str::<Value>(&made.body).unwrap()["path"].as_str().unwrap().to_owned();
    assert_eq!(push(&server, &path, &std::fs::read(payload("hikvision_psia_timerange.xml")).unwrap()).status, 200);
    let editor = member(&server, "editor", "shop", Role::Editor.into());
    assert_eq!(editor.get(&format!("{AT}/sensors")).status, 200);
    let refused = editor.send(
        "POST",
        &format!("{AT}/sensors"),
        &json!({"id": "e", "name": "e", "format": "csv", "way": {"kind": "push"}}),
    );
    assert_eq!(refused.code(403), "role_refused");
    let there = member(&server, "there", "shop", limited_to(Role::Viewer, &["hall"]));
    let elsewhere = member(&server, "elsewhere", "shop", limited_to(Role::Viewer, &["other"]));
    assert_eq!(there.get(&format!("{AT}/counts")).status, 200);
    assert_eq!(elsewhere.get(&format!("{AT}/counts")).code(404), "site_unknown");
}

/// Deliveries, folds and readings go on while the power fails at some operation: what was acknowledged is there, once.
#[test]
fn what_was_acknowledged_outlives_lost_power() {
    for nth in [1, 3, 6, 10, 15, 25, 40, 70, 110] {
        let storage = CrashStorage::new(nth);
        let of = storage.clone();
        let options = move |_: &Path, mode| LakeOptions {
            storage: Some(Arc::new(of.clone()) as Arc<dyn lake::storage::Storage>),
            flush_after: None,
            ..LakeOptions::new(mode)
        };
        let basis = Basis { lake_options: Arc::new(options), damaged_for: Duration::ZERO, ..Basis::default() };
        let limits = Limits { append_timeout: Duration::from_secs(5), ..limits() };
        let server = TestServer::on(basis, ServerConfig { sign_in: SignIn::Open, limits, ..ServerConfig::default() });
        with_hall(&server, &BTreeSet::new());
        let path = pushing(&server, "s", "csv", json!({}));
        assert_eq!(push(&server, &path, walks(0..1).as_bytes()).status, 200);
        storage.plan(nth, Fault::PowerCut);
        let mut acknowledged = 1;
        for walker in 1..12 {
            if push(&server, &path, walks(walker..walker + 1).as_bytes()).status == 200 {
                acknowledged += 1;
            } else {
                break;
            }
        }
        storage.power_off();
        for loss in 0..3 {
            let left = server.runtime.block_on(storage.survivor(loss));
            let found = server.runtime.block_on(async {
                let storage = Some(Arc::new(left.clone()) as Arc<dyn lake::storage::Storage>);
                let options = LakeOptions { storage, flush_after: None, ..LakeOptions::new(Mode::ReadWrite) };
                let lake = Lake::open(Path::new(""), options).await.unwrap();
                let folded = lake.fold_arrivals().await.unwrap();
                lake.release_arrivals(&folded).await.unwrap();
                let of = TrackDay { site: "hall".into(), day: "2026-03-01".parse().unwrap() };
                let sightings = lake.snapshot().await.unwrap().sightings(&of).await.unwrap();
                let rows: u64 = lake.track_days().await.unwrap().iter().map(|day| day.sightings).sum();
                assert_eq!(rows, sightings.len() as u64, "cut {nth}, loss {loss}: a position lies there twice");
                sightings.len() as u64
            });
            // One that was cut off may be there whole.
            let whole = [33 * acknowledged, 33 * (acknowledged + 1)];
            assert!(
                whole.contains(&found),
                "cut {nth}, loss {loss}: {found} positions, {acknowledged} deliveries promised"
            );
        }
    }
}

#[test]
fn the_next_server_folds_what_the_last_one_acknowledged() {
    let limits = Limits { sensor_fold_every: Duration::from_secs(3_600), ..Limits::default() };
    let first = TestServer::start(limits);
    with_hall(&first, &BTreeSet::new());
    let path = pushing(&first, "s", "csv", json!({}));
    assert_eq!(push(&first, &path, walks(0..2).as_bytes()).json()["accepted"], 66);
    // Nothing is folded, and the lake is let go of as the process would.
    let folder = first.folder.clone();
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder.root(), copy.path());
    let second = TestServer::at(copy.path());
    until("what was left over is folded", || days(&second) == [("2026-03-01".to_owned(), 66)]);
    assert_eq!(visits(&second), 2);
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, bytes) = (child.stdin.take().unwrap(), bytes.to_vec());
    let writing = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let mut packed = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut packed).unwrap();
    writing.join().unwrap();
    assert!(child.wait().unwrap().success());
    packed
}

/// A broker of its own, with a user and its password; it takes mosquitto, which `make test` installs.
struct Mosquitto {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mosquitto {
    fn start() -> Mosquitto {
        let folder = tempfile::tempdir().unwrap();
        let passwords = folder.path().join("passwords");
        let made =
            Command::new("mosquitto_passwd").args(["-c", "-b"]).arg(&passwords).args(["shop", "pass 密"]).output();
        made.expect("install mosquitto, the broker these tests are against");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = |path: &Path| path.display().to_string();
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let text = format!(
            "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {}\npersistence true\npersistence_location {}/\n\
             max_queued_messages 0\nuser {}\nmessage_size_limit 0\n",
            own(&passwords),
            own(folder.path()),
            String::from_utf8(user).unwrap().trim()
        );
        std::fs::write(folder.path().join("conf"), text).unwrap();
        let child = Mosquitto::spawn(folder.path());
        let broker = Mosquitto { folder, port, child };
        broker.answers();
        broker
    }

    fn spawn(folder: &Path) -> Child {
        let run = |program: &str| {
            Command::new(program)
                .arg("-c")
                .arg(folder.join("conf"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .ok()
        };
        run("mosquitto")
            .or_else(|| run("/usr/sbin/mosquitto"))
            .expect("install mosquitto, the broker these tests are against")
    }

    fn answers(&self) {
        until("the broker answers", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    /// Ends it as an operator does; it keeps what it has.
    fn stop(&mut self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        self.child.wait().unwrap();
    }

    fn again(&mut self) {
        self.child = Mosquitto::spawn(self.folder.path());
        self.answers();
    }

    fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Publishes with QoS 1, and returns once the broker has it.
    fn publish(&self, topic: &str, payload: &[u8]) {
        let text = |text: &str| [&(text.len() as u16).to_be_bytes()[..], text.as_bytes()].concat();
        let packet = |head: u8, body: &[u8]| {
            let (mut all, mut left) = (vec![head], body.len());
            while left > 0x7f {
                all.push((left & 0x7f) as u8 | 0x80);
                left >>= 7;
            }
            all.push(left as u8);
            [all, body.to_vec()].concat()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let connect = [text("MQTT"), vec![4, 0xc2, 0, 60], text("publisher"), text("shop"), text("pass 密")].concat();
        stream.write_all(&packet(0x10, &connect)).unwrap();
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [0x20, 2, 0, 0]);
        stream.write_all(&packet(0x32, &[text(topic), vec![0, 1], payload.to_vec()].concat())).unwrap();
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [0x40, 2, 0, 1]);
    }
}

#[track_caller]
fn subscribed(server: &TestServer, broker: &Mosquitto, password: &str) {
    let way =
        json!({"kind": "mqtt", "url": broker.url(), "topic": "hall/+/tags", "user_name": "shop", "password": password});
    let made =
        server.post(&format!("{AT}/sensors"), &json!({"id": "tags", "name": "Tags", "format": "csv", "way": way}));
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(!server.get(&format!("{AT}/sensors")).body.contains(password));
}

fn connected(server: &TestServer) -> bool {
    listed(server, "tags")["way"]["connection"]["connected"] == true
}

#[test]
fn what_a_broker_passes_on_is_there_once_also_when_it_is_started_again() {
    let mut broker = Mosquitto::start();
    let server = open();
    subscribed(&server, &broker, "wrong password");
    let trouble = || listed(&server, "tags")["way"]["connection"]["trouble"].as_str().unwrap_or_default().to_owned();
    until("a wrong password is told", || trouble().contains("password"));
    let change = |body: Value| {
        let path = format!("{AT}/sensors/tags");
        assert_eq!(server.send("PATCH", &path, &[("content-type", "application/json")], &body.to_string()).status, 204);
    };
    change(json!({"password": "pass 密"}));
    until("it is connected", || connected(&server));
    broker.publish("hall/1/tags", walks(0..1).as_bytes());
    until("a message is taken", || listed(&server, "tags")["accepted"] == 33);
    // One that is no payload is refused, and does not come for ever; one that is too large neither.
    broker.publish("hall/1/tags", b"no payload");
    broker.publish("hall/1/tags", &vec![b'x'; 5 << 20]);
    broker.publish("hall/2/tags", walks(1..2).as_bytes());
    until("the next is taken", || listed(&server, "tags")["accepted"] == 66);
    let sensor = listed(&server, "tags");
    assert_eq!((&sensor["refused"], &sensor["refusal"]["code"]), (&json!(2), &json!("body_too_large")));

    broker.stop();
    until("that it is gone is told", || !connected(&server) && !trouble().is_empty());
    broker.again();
    until("it is connected again", || connected(&server));
    broker.publish("hall/1/tags", walks(2..3).as_bytes());
    until("a message after that is taken", || listed(&server, "tags")["accepted"] == 99);
    until("all of it is folded", || days(&server) == [("2026-03-01".to_owned(), 99)]);
    assert_eq!(visits(&server), 3);

    // Another broker does not get the password of this one.
    change(json!({"url": "mqtt://127.0.0.1:1"}));
    assert_eq!(listed(&server, "tags")["way"]["has_password"], false);
    assert_eq!(server.send("DELETE", &format!("{AT}/sensors/tags"), &[], "").status, 204);
}

#[test]
fn a_message_that_cannot_be_kept_now_comes_again_and_counts_once() {
    let broker = Mosquitto::start();
    let server = open();
    // Another process writes to the workspace.
    let folder = server.folder.lake("shop");
    std::fs::create_dir_all(&folder).unwrap();
    let lock = server.runtime.block_on(Lake::open(&folder, LakeOptions::new(Mode::ReadWrite))).unwrap();
    subscribed(&server, &broker, "pass 密");
    until("it is connected", || connected(&server));
    for walker in 0..3 {
        broker.publish("hall/1/tags", walks(walker..walker + 1).as_bytes());
    }
    let trouble = || listed(&server, "tags")["way"]["connection"]["trouble"].as_str().unwrap_or_default().to_owned();
    until("it is told that it cannot be kept", || trouble().contains("asked for again"));
    assert_eq!(listed(&server, "tags")["accepted"], 0);
    drop(lock);
    until("all come again", || days(&server) == [("2026-03-01".to_owned(), 99)]);
    assert_eq!((&listed(&server, "tags")["accepted"], visits(&server)), (&json!(99), 3));
}
