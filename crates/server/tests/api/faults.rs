//! Doors over disks that fill up, wait, rot and lose power, and clocks that jump: senders are told to come again, what
//! was acknowledged is there once, and all goes well again by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use lake::{Lake, LakeOptions, Mode};
use object_store::path::Path as ObjectPath;
use serde_json::{Value, json};
use server::basis::Basis;
use server::config::Limits;
use testkit::storage::{CrashStorage, Full};

use crate::doors::Shop;
use crate::support::{Response, TestServer, control};

/// Rows at which the log's tail goes into a file, so that a test has many of both.
const FLUSH_ROWS: usize = 8;

fn options(storage: &CrashStorage, mode: Mode) -> LakeOptions {
    let storage = Some(Arc::new(storage.clone()) as Arc<dyn lake::storage::Storage>);
    LakeOptions { flush_rows: FLUSH_ROWS, flush_after: None, storage, ..LakeOptions::new(mode) }
}

/// The workspace `shop` lies on this store, the others on the machine's disk.
fn basis(storage: &CrashStorage) -> Basis {
    let storage = storage.clone();
    let lake_options = move |folder: &Path, mode| match folder.ends_with("shop/lake") {
        true => options(&storage, mode),
        false => LakeOptions::new(mode),
    };
    Basis { lake_options: Arc::new(lake_options), damaged_for: Duration::ZERO, ..Basis::default() }
}

/// Without a time of its own: only its id tells a copy from another.
fn visit(message: &str) -> Value {
    json!({ "event": "visit", "message_id": message, "identifiers": { "member_no": "7" } })
}

fn timed(message: &str) -> Value {
    json!({
        "event": "purchase", "message_id": message, "time": "2026-03-01T12:00:00+08:00", "identifiers": { "member_no": message },
    })
}

fn troubles(server: &TestServer) -> Vec<String> {
    let health = server.get("/v1/health").json();
    let troubles: Vec<String> =
        health["troubles"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    assert_eq!(health["status"], if troubles.is_empty() { "ok" } else { "degraded" });
    troubles
}

#[track_caller]
fn told_to_come_again(answer: &Response) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
}

#[test]
fn a_full_disk_loses_nothing_doubles_nothing_and_recovers() {
    for full in [Full::Everything, Full::Files] {
        let storage = CrashStorage::new(3);
        let shop = Shop::on(basis(&storage), Limits::default());
        assert_eq!(shop.send(&json!([visit("a"), timed("b")])).status, 200);
        assert_eq!(troubles(&shop.server), Vec::<String>::new());
        storage.set_full(Some(full));
        // With room for the log alone it goes on for a while, but not for ever: what waits in it is held in memory.
        let mut taken = 2;
        let mut letters = (0..).map(|n| json!([visit(&format!("v{n}")), timed(&format!("t{n}"))]));
        let refused = letters.by_ref().find(|letter| {
            let answer = shop.send(letter);
            let refused = answer.status != 200;
            if refused {
                told_to_come_again(&answer);
            } else {
                taken += 2;
            }
            assert!(taken <= 10 * FLUSH_ROWS, "the tail is bounded");
            refused
        });
        let refused = refused.unwrap();
        assert_eq!(taken > 2, full == Full::Files);
        told_to_come_again(&shop.send(&refused));
        assert_eq!(troubles(&shop.server), ["storage_failing"]);
        assert_eq!(shop.events(), taken as u64, "it still answers");
        storage.set_full(None);
        let answer = shop.send(&refused).json();
        assert_eq!((&answer["accepted"], &answer["duplicates"]), (&json!(2), &json!(0)));
        assert_eq!(shop.send(&refused).json()["duplicates"], 2);
        assert_eq!(troubles(&shop.server), Vec::<String>::new());
        assert_eq!(shop.events(), taken as u64 + 2);
        storage.power_off();
        let ids = shop.server.runtime.block_on(async { ids(&storage.survivor(1).await).await });
        assert_eq!(ids.len(), taken + 2, "and all of it is durable");
    }
}

#[test]
fn a_slow_disk_is_not_waited_for_and_doubles_nothing() {
    let storage = CrashStorage::new(4);
    let limits =
        Limits { append_timeout: Duration::from_millis(100), door_bytes_in_flight_max: 64 << 10, ..Limits::default() };
    let shop = Shop::on(basis(&storage), limits);
    // The first opens the lake, which may take longer than is waited for here.
    let opened = json!([timed("opens")]);
    while shop.send(&opened).status != 200 {}
    storage.hold(true);
    let letter = json!([visit("a"), timed("b")]);
    told_to_come_again(&shop.send(&letter));
    // Neither taken for a double, since the first may yet fail, nor written beside it.
    told_to_come_again(&shop.send(&letter));
    assert_eq!(troubles(&shop.server), ["storage_failing"]);
    // What waits for the disk holds its room, so that memory stays bounded however many come.
    let large = |n: usize| {
        json!([{ "event": "visit", "message_id": format!("large-{n}"),
        "identifiers": { "member_no": "7" }, "props": { "text": "x".repeat(20 << 10) } }])
    };
    let refusals: Vec<String> = (0..8).map(|n| shop.send(&large(n)).code(503)).collect();
    assert!(refusals.iter().all(|code| code == "unavailable"));
    let full = shop.send(&large(99));
    assert!(full.body.contains("too much is coming in"), "{}", full.body);
    assert_eq!(shop.server.get("/v1/workspaces").status, 200, "it still answers");
    storage.hold(false);
    // The late completions are told from copies: each is there once, whichever of the two was acknowledged.
    for letter in (0..8).map(large).chain([letter]) {
        while shop.send(&letter).status != 200 {}
    }
    assert_eq!(shop.events(), 11);
    assert_eq!(shop.row("SELECT count(*) FROM events WHERE message_id = 'a'"), [json!(1)]);
    assert_eq!(troubles(&shop.server), Vec::<String>::new());
}

#[test]
fn a_disk_that_does_not_answer_keeps_other_workspaces_from_nothing() {
    let storage = CrashStorage::new(8);
    let limits = Limits { append_timeout: Duration::from_secs(2), ..Limits::default() };
    let shop = Shop::on(basis(&storage), limits);
    let other = shop.server.workspace("other", "UTC");
    let source = json!({ "id": "s", "name": "s", "channel": "web", "origins": [] });
    assert_eq!(shop.server.post(&format!("{other}/sources"), &source).status, 201);
    let made = shop.server.post(&format!("{other}/sources/s/keys"), &json!({ "kind": "secret" }));
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let path = format!("/k/{}/v1/events", made["key"].as_str().unwrap());
    // Its lake is being opened, and the disk does not say when it is done.
    storage.hold(true);
    told_to_come_again(&shop.send(&timed("a")));
    let json = [("content-type", "application/json")];
    let taken = |name: &str| shop.server.send("POST", &path, &json, &timed(name).to_string()).status == 200;
    // The first opens a lake of its own, which may take longer than is waited for here.
    assert!((0..5).any(|_| taken("x")), "nobody waits for the disk of another");
    assert_eq!(shop.server.get(&other).json()["fault"], Value::Null);
    storage.hold(false);
    while shop.send(&timed("a")).status != 200 {}
    assert_eq!(shop.events(), 1);
}

#[test]
fn doors_that_have_no_room_are_told_until_a_letter_finds_some() {
    let shop = Shop::on(Basis::default(), Limits { door_bytes_in_flight_max: 4 << 10, ..Limits::default() });
    let mut large = visit("large");
    large["props"] = json!({ "text": "x".repeat(8 << 10) });
    told_to_come_again(&shop.send(&large));
    assert_eq!(troubles(&shop.server), ["doors_full"], "although nothing is held now");
    assert_eq!(shop.send(&visit("small")).status, 200);
    assert_eq!(troubles(&shop.server), Vec::<String>::new());
}

#[test]
fn rejections_that_cannot_be_kept_are_asked_for_again_and_kept_once() {
    let shop = Shop::on(Basis::default(), Limits::default());
    let folder = shop.server.folder.dead_letters("shop");
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    // A file where the folder should be: nothing can be written there.
    std::fs::write(&folder, "").unwrap();
    let letter = json!([visit("a"), { "event": "visit", "n": 1 }, { "event": "visit", "n": 1 }]);
    told_to_come_again(&shop.send(&letter));
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(shop.send(&json!([visit("first")])).status, 200);
    std::fs::write(&folder, "").unwrap();
    for _ in 0..2 {
        told_to_come_again(&shop.send(&letter));
    }
    assert_eq!(troubles(&shop.server), ["rejections_failing"]);
    std::fs::remove_file(&folder).unwrap();
    // As often as it comes: a sender whose connection broke was not answered either.
    for _ in 0..2 {
        let taken = shop.send(&letter).json();
        assert_eq!((&taken["duplicates"], taken["rejected"].as_array().unwrap().len()), (&json!(1), 2));
    }
    assert_eq!(troubles(&shop.server), Vec::<String>::new());
    let list = shop.server.get(&format!("{}/rejections", shop.at)).json();
    assert_eq!((list["rejections"].as_array().unwrap().len(), &list["damaged"]), (2, &json!(0)));
    assert_eq!(shop.events(), 2);
}

#[test]
fn a_clock_that_jumps_keeps_the_order_of_arrival_and_every_message_once() {
    const DAY_US: i64 = 86_400_000_000;
    let start_us = 1_795_694_400_000_000;
    let now_us = Arc::new(AtomicI64::new(start_us));
    let clock = Arc::clone(&now_us);
    let basis = Basis { now_us: Arc::new(move || clock.load(Ordering::Relaxed)), ..Basis::default() };
    let shop = Shop::on(basis, Limits::default());
    for (n, jump_us) in [0, -DAY_US, DAY_US, 0, -DAY_US].into_iter().enumerate() {
        now_us.store(start_us + jump_us, Ordering::Relaxed);
        let letter: Vec<Value> = (0..3).map(|k| visit(&format!("{n}-{k}"))).collect();
        assert_eq!(shop.send(&json!(letter)).json()["accepted"], 3);
        // A copy, by whatever clock it comes, is the same message.
        now_us.store(start_us - jump_us, Ordering::Relaxed);
        assert_eq!(shop.send(&json!(letter)).json()["duplicates"], 3);
    }
    let counts = shop.row("SELECT count(*), count(DISTINCT event_id), count(DISTINCT seq) FROM events");
    assert_eq!(counts, [json!(15), json!(15), json!(15)]);
    let answer = shop.server.post(
        &format!("{}/sql", shop.at),
        &json!({ "sql": "SELECT message_id, received_at FROM events ORDER BY seq" }),
    );
    let rows = answer.json()["rows"].clone();
    let order: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert!(order.is_sorted(), "in the order of arrival: {order:?}");
    let distinct: BTreeSet<String> = rows.as_array().unwrap().iter().map(|row| row[1].to_string()).collect();
    assert_eq!(distinct.len(), 3, "received as the clock said: {distinct:?}");
    // By a clock that is a day late, what happens now seems to lie ahead: the arrival counts, and what was said is kept.
    now_us.store(start_us - DAY_US, Ordering::Relaxed);
    let ahead = json!([{ "event": "ahead", "time": "2026-11-26T12:00:00Z", "identifiers": { "member_no": "7" } }]);
    assert_eq!(shop.send(&ahead).json()["accepted"], 1);
    let kept = shop.row("SELECT time = received_at, props LIKE '%$said_time%' FROM events WHERE event = 'ahead'");
    assert_eq!(kept, [json!(true), json!(true)]);
}

/// Without a time of their own, or sent again at another, copies are told by their ids alone: in the log, in the tables, and
/// in what both say together.
#[test]
fn what_comes_again_after_a_restart_counts_once() {
    const HOUR_US: i64 = 3_600_000_000;
    let start_us = 1_795_694_400_000_000;
    let now_us = Arc::new(AtomicI64::new(start_us));
    let clocked = |storage: &CrashStorage| {
        let clock = Arc::clone(&now_us);
        Basis { now_us: Arc::new(move || clock.load(Ordering::Relaxed)), ..basis(storage) }
    };
    let mut storage = CrashStorage::new(8);
    let mut shop = Shop::on(clocked(&storage), Limits::default());
    let letter = |from: usize, to: usize| json!((from..to).map(|n| visit(&format!("v{n}"))).collect::<Vec<_>>());
    let mut sent = 0;
    // Flushed and restarted often, so that what is remembered comes of many files of ids, of files that were joined, and
    // of the log.
    for round in 0..12 {
        for _ in 0..7 {
            assert_eq!(shop.send(&letter(sent, sent + FLUSH_ROWS)).json()["accepted"], FLUSH_ROWS as u64);
            sent += FLUSH_ROWS;
        }
        assert_eq!(shop.send(&letter(sent, sent + 3)).json()["accepted"], 3);
        sent += 3;
        storage.power_off();
        storage = shop.server.runtime.block_on(storage.survivor(round));
        now_us.fetch_add(HOUR_US, Ordering::Relaxed);
        shop = Shop::on(clocked(&storage), Limits::default());
        let again = shop.send(&letter(0, sent)).json();
        assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(sent)), "round {round}");
    }
    assert_eq!(shop.events(), sent as u64);
}

/// 神策's libraries keep what was not answered and send it again: the very bytes, in other batches, or with another time of
/// sending. The time of a row follows from when it came, so only its id tells that it came before.
#[test]
fn what_shence_libraries_send_again_after_a_restart_counts_once() {
    const MINUTE_US: i64 = 60_000_000;
    let start_us = 1_795_694_400_000_000;
    let now_us = Arc::new(AtomicI64::new(start_us));
    let clocked = |storage: &CrashStorage| {
        let clock = Arc::clone(&now_us);
        Basis { now_us: Arc::new(move || clock.load(Ordering::Relaxed)), ..basis(storage) }
    };
    let message = |n: i64, numbered: bool, flush_us: i64| {
        let mut message = json!({"type": if n == 2 { "profile_set_once" } else { "track" }, "event": "ViewProduct",
            "distinct_id": "d1", "time": start_us / 1_000 - 3_000 + n, "_flush_time": flush_us / 1_000,
            "lib": {"$lib": "MiniProgram"}, "properties": {"n": n}});
        if numbered {
            message["_track_id"] = json!(740_000_000 + n);
        }
        message
    };
    let all = |flush_us: i64| -> Vec<Value> {
        [true, false].into_iter().flat_map(|numbered| (0..4).map(move |n| message(n, numbered, flush_us))).collect()
    };
    let send = |shop: &Shop, messages: &[Value]| {
        let path = format!("/k/{}/sa", shop.key);
        let headers = [("content-type", "application/json")];
        assert_eq!(shop.server.send("POST", &path, &headers, &json!(messages).to_string()).status, 200);
    };
    let mut storage = CrashStorage::new(9);
    let mut shop = Shop::on(clocked(&storage), Limits::default());
    send(&shop, &all(start_us));
    assert_eq!(shop.events(), 8);
    // The minute of arrival is another, so each row would be another one.
    for (round, later) in [(1, 1), (2, 47 * 60)] {
        storage.power_off();
        storage = shop.server.runtime.block_on(storage.survivor(round));
        now_us.store(start_us + later * MINUTE_US, Ordering::Relaxed);
        shop = Shop::on(clocked(&storage), Limits::default());
        send(&shop, &all(start_us));
        for one in all(start_us) {
            send(&shop, &[one]);
        }
        send(&shop, &all(start_us + later * MINUTE_US - 20_000_000));
        assert_eq!(shop.events(), 8, "{later} minutes later");
    }
}

/// Path and bytes of the only segment of the log.
async fn segment(storage: &CrashStorage) -> (ObjectPath, Vec<u8>) {
    let storage: &dyn lake::storage::Storage = storage;
    let files = storage.list(&ObjectPath::from("log")).await.unwrap();
    let (path, _) = files.into_iter().next_back().unwrap();
    let bytes = storage.read(&path, 0).await.unwrap().to_vec();
    (path, bytes)
}

#[test]
fn a_damaged_log_is_told_takes_nothing_in_and_harms_nobody_else() {
    let storage = CrashStorage::new(5);
    let shop = Shop::on(basis(&storage), Limits::default());
    for n in 0..5 {
        assert_eq!(shop.send(&timed(&n.to_string())).status, 200);
    }
    storage.power_off();
    let left = shop.server.runtime.block_on(storage.survivor(1));
    let (path, whole) = shop.server.runtime.block_on(segment(&left));
    let rot = |change: fn(&mut Vec<u8>)| shop.server.runtime.block_on(left.rot(&path, change));
    // One bit, in a frame that whole ones follow.
    rot(|bytes| bytes[40] ^= 1);
    let after = Shop::on(basis(&left), Limits::default());
    let other = after.server.workspace("other", "UTC");
    let refused = after.send(&timed("5"));
    assert_eq!(refused.code(503), "workspace_damaged");
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(troubles(&after.server), ["data_damaged"]);
    let list = after.server.get("/v1/workspaces").json();
    let fault =
        |id: &str| list["workspaces"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap()["fault"].clone();
    assert!(fault("shop").as_str().unwrap().contains("damaged at byte"), "{list}");
    assert_eq!(fault("other"), Value::Null);
    let source = json!({ "id": "s", "name": "s", "channel": "web", "origins": [] });
    assert_eq!(after.server.post(&format!("{other}/sources"), &source).status, 201);
    let made = after.server.post(&format!("{other}/sources/s/keys"), &json!({ "kind": "secret" }));
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let sent = after.server.send(
        "POST",
        &format!("/k/{}/v1/events", made["key"].as_str().unwrap()),
        &[("content-type", "application/json")],
        &timed("x").to_string(),
    );
    assert_eq!(sent.status, 200, "{}", sent.body);
    // Restored from a backup it goes on, and what could not be taken is taken when it comes again.
    after.server.runtime.block_on(left.rot(&path, move |bytes| *bytes = whole));
    // Whoever opens it to write finds that it is mended, a door or not.
    let end = |member: &str| json!({ "namespace": "member_no", "value": member });
    let verdict = json!({ "decision": "keep_apart", "a": end("0"), "b": end("1") });
    let decided = after.server.post(&format!("{}/identity/decisions", after.at), &json!({ "verdicts": [verdict] }));
    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(troubles(&after.server), Vec::<String>::new());
    assert_eq!(after.send(&timed("5")).json()["accepted"], 1);
    assert_eq!((after.events(), troubles(&after.server)), (6, Vec::new()));
}

#[test]
fn a_damaged_data_file_is_told_by_name_and_only_what_needs_it_fails() {
    let storage = CrashStorage::new(9);
    let shop = Shop::on(basis(&storage), Limits::default());
    let letter: Vec<Value> = (0..FLUSH_ROWS).map(|n| timed(&n.to_string())).collect();
    assert_eq!(shop.send(&json!(letter)).status, 200);
    storage.power_off();
    let left = shop.server.runtime.block_on(storage.survivor(1));
    let files = shop.server.runtime.block_on(async {
        let storage: &dyn lake::storage::Storage = &left;
        storage.list(&ObjectPath::from("events")).await.unwrap()
    });
    let (path, _) = files.into_iter().find(|(path, _)| path.as_ref().ends_with(".parquet")).unwrap();
    shop.server.runtime.block_on(left.rot(&path, |bytes| bytes[8] ^= 1));
    let after = Shop::on(basis(&left), Limits::default());
    assert_eq!(after.send(&timed("first")).json()["accepted"], 1, "it goes on taking in");
    let asked = after.server.post(&format!("{}/sql", after.at), &json!({ "sql": "SELECT max(time) FROM events" }));
    assert_eq!(asked.status, 500, "{}", asked.body);
    assert!(asked.body.contains(path.filename().unwrap()), "{}", asked.body);
    assert_eq!(troubles(&after.server), ["data_damaged"]);
    let system = after.server.get("/v1/system").json();
    assert!(system["workspaces"][0]["fault"].as_str().unwrap().contains(path.filename().unwrap()), "{system}");
    assert!(system["warnings"].as_array().unwrap().iter().any(|it| it["kind"] == "data_damaged"), "{system}");
    assert_eq!(after.send(&timed("later")).json()["accepted"], 1);
}

#[test]
fn a_log_that_lost_its_end_is_told() {
    let storage = CrashStorage::new(6);
    let shop = Shop::on(basis(&storage), Limits::default());
    // A flush has moved these into the table, which knows how far the log went.
    let letter: Vec<Value> = (0..FLUSH_ROWS).map(|n| timed(&n.to_string())).collect();
    assert_eq!(shop.send(&json!(letter)).status, 200);
    assert_eq!(shop.send(&timed("last")).status, 200);
    storage.power_off();
    let left = shop.server.runtime.block_on(storage.survivor(1));
    let (path, _) = shop.server.runtime.block_on(segment(&left));
    shop.server.runtime.block_on(async {
        let storage: &dyn lake::storage::Storage = &left;
        storage.delete(&path).await.unwrap();
        // As if the first segment had come back from an old backup.
        storage
            .append(&ObjectPath::from(format!("log/{:020}-0000-{:020}.log", 0, 0)), Default::default())
            .await
            .unwrap();
    });
    let after = Shop::on(basis(&left), Limits::default());
    assert_eq!(after.send(&timed("5")).code(503), "workspace_damaged");
    assert_eq!(troubles(&after.server), ["data_damaged"]);
    // Of a workspace that is there no more nothing is told, nor of one that takes its place.
    after.server.runtime.block_on(async {
        assert!(control(&after.server).await.delete_workspace("shop").await.unwrap());
    });
    assert_eq!(troubles(&after.server), Vec::<String>::new());
}

/// The ids of a lake's events, each as often as scans see it.
async fn ids(storage: &CrashStorage) -> Vec<i64> {
    ids_of(&Lake::open(Path::new("unused"), options(storage, Mode::ReadWrite)).await.unwrap()).await
}

async fn ids_of(lake: &Lake) -> Vec<i64> {
    let snapshot = lake.snapshot().await.unwrap();
    let mut ids = Vec::new();
    for shard in snapshot.shards(1 << 20) {
        let layout = snapshot.layout(shard).await.unwrap();
        let column = snapshot.column(&layout, "event_id").await.unwrap();
        ids.extend(column.as_primitive::<Int64Type>().values().iter());
    }
    ids
}

/// The power may go at any moment while several senders are answered: a cut is tried at every change of the disk, each
/// with several losses of what was not durable yet.
#[test]
fn whatever_the_moment_of_a_power_cut_what_was_acknowledged_is_there_once() {
    const SENDERS: usize = 3;
    const LETTERS: usize = 32;
    const LOSSES: u64 = 3;
    let storage = CrashStorage::new(7);
    let shop = Shop::on(basis(&storage), Limits::default());
    let first = storage.operations();
    storage.record();
    let id = |message: &str| model::event::event_id("web", message);
    // By letter: how many changes the disk had seen when its answer was read.
    let answered: Vec<(Vec<i64>, u64)> = std::thread::scope(|scope| {
        let sender = |sender: usize| {
            let (shop, storage) = (&shop, &storage);
            move || {
                let mut answered = Vec::new();
                for n in 0..LETTERS {
                    let names: Vec<String> = (0..1 + n % 3).map(|k| format!("{sender}-{n}-{k}")).collect();
                    let letter: Vec<Value> = names.iter().map(|name| timed(name)).collect();
                    assert_eq!(shop.send(&json!(letter)).status, 200);
                    answered.push((names.iter().map(|name| id(name)).collect(), storage.operations()));
                }
                answered
            }
        };
        let threads: Vec<_> = (0..SENDERS).map(|n| scope.spawn(sender(n))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let sent: BTreeSet<i64> = answered.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    let moments = storage.take_moments();
    assert!(moments.len() as u64 * LOSSES > 1_000, "only {} moments", moments.len());
    shop.server.runtime.block_on(async {
        for (at, moment) in moments.iter().enumerate() {
            // The moment is before the change of this number.
            let before = first + at as u64;
            for seed in 0..LOSSES {
                let survivor = moment.survivor(seed).await;
                let lake = Lake::open(Path::new("unused"), options(&survivor, Mode::ReadWrite)).await.unwrap();
                let found = ids_of(&lake).await;
                let known: BTreeSet<i64> = lake.recent_ids().await.unwrap().into_iter().collect();
                assert!(found.iter().all(|id| known.contains(id)), "moment {at}, losses {seed}: an id is forgotten");
                assert!(known.len() <= found.len(), "moment {at}, losses {seed}: an id of an event that is not there");
                let mut times: BTreeMap<i64, usize> = BTreeMap::new();
                found.iter().for_each(|id| *times.entry(*id).or_default() += 1);
                assert!(times.values().all(|count| *count == 1), "moment {at}, losses {seed}: an event is there twice");
                assert!(times.keys().all(|id| sent.contains(id)), "moment {at}, losses {seed}: an event nobody sent");
                let acknowledged = answered.iter().filter(|(_, answered)| *answered <= before);
                for id in acknowledged.flat_map(|(ids, _)| ids) {
                    assert!(times.contains_key(id), "moment {at}, losses {seed}: an acknowledged event is gone");
                }
            }
        }
    });
}
