//! What the tables hold and what a snapshot says of them: every column, imports, compaction, identity, readers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int16Type, Int64Type, TimestampMicrosecondType};
use async_trait::async_trait;
use bytes::Bytes;
use lake::storage::{LocalStorage, Storage};
use lake::{
    CompactExtent, CompactOptions, Control, Error, ErrorKind, FlushAfter, ImportKey, ImportState, Lake, LakeOptions,
    Mode, NameColumn, Shard, VacuumOptions,
};
use model::event::{Column, ColumnValue, Event, event_id};
use model::identity::{CustomerId, Identifier, IdentityEdge, ProfileId, Strength};
use object_store::ObjectStore;
use object_store::path::Path as ObjectPath;
use serde_json::json;
use tokio::sync::Barrier;
use url::Url;

use crate::read::{self, Line};

const FULL: CompactOptions = CompactOptions { extent: CompactExtent::Full, file_rows: 1 << 22 };

pub(crate) fn event(user: &str, time_s: i64, name: &str, message: i64) -> Event {
    Event {
        event_id: event_id("shop", &message.to_string()),
        time_us: time_s * 1_000_000,
        offset_minutes: None,
        received_at_us: 5,
        seq: message,
        event: name.to_owned(),
        channel: "web".to_owned(),
        source: "shop".to_owned(),
        message_id: Some(message.to_string()),
        identifiers: vec![Identifier::new("user", user)],
        link_identifiers: false,
        columns: BTreeMap::new(),
        items: Vec::new(),
        traits: serde_json::Map::new(),
        props: serde_json::Map::new(),
    }
}

fn profile(user: &str) -> ProfileId {
    Identifier::new("user", user).profile(0)
}

fn key(file: &str) -> ImportKey {
    ImportKey { source: "shop".into(), file: file.into(), mapping: 1, batch: format!("import-{file}") }
}

fn link(a: &str, b: &str) -> IdentityEdge {
    let (a, b) = (profile(a), profile(b));
    IdentityEdge::Link { a, b, strength: Strength::Asserted, source: "t".into(), reason: "r".into(), time_us: 1 }
}

fn unlink(a: &str, b: &str) -> IdentityEdge {
    IdentityEdge::Unlink { a: profile(a), b: profile(b), source: "t".into(), reason: "r".into(), time_us: 2 }
}

/// Without the clock: a test says itself when the log is flushed.
async fn open(folder: &Path, mode: Mode) -> Lake {
    Lake::open(folder, LakeOptions { flush_after: None, part_rows: read::PART_ROWS, ..LakeOptions::new(mode) })
        .await
        .unwrap()
}

/// Events of many customers, `count` of them, from message `first`.
fn many(first: i64, count: i64, users: i64) -> Vec<Event> {
    (first..first + count)
        .map(|n| event(&format!("u{}", n * 7919 % users), n % 1000, ["view", "cart", "buy"][(n % 3) as usize], n))
        .collect()
}

fn text(batch: &RecordBatch, name: &str, row: usize) -> Option<String> {
    let column = cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
    let column = column.as_string::<i32>();
    column.is_valid(row).then(|| column.value(row).to_owned())
}

/// One event with everything set: as it was, from the log's tail, from a file, from a compacted file.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let mut full = event("u", 1_700_000_000, "purchase", 1);
    full.offset_minutes = Some(-90);
    full.identifiers.push(Identifier::new("email", "u@example.org"));
    for (n, column) in Column::ALL.iter().enumerate() {
        let value = match column.column_type() {
            model::event::ColumnType::Number => ColumnValue::Number(n as f64 + 0.1),
            model::event::ColumnType::Text => ColumnValue::Text(format!("值 {n}")),
        };
        full.columns.insert(*column, value);
    }
    full.items = vec![json!({"sku": "a", "price": 0.1}).as_object().unwrap().clone()];
    full.traits = json!({"z": 1, "a": "first"}).as_object().unwrap().clone();
    full.props = json!({"n": 12345678901234567u64, "f": 0.30000000000000004}).as_object().unwrap().clone();
    lake.append(vec![full.clone(), event("u", 1_700_000_001, "view", 2)]).await.unwrap();
    for stage in ["tail", "flushed", "compacted", "reopened"] {
        let lake = match stage {
            "flushed" => {
                lake.flush().await.unwrap();
                lake.clone()
            }
            "compacted" => {
                // Two files, so that there is something to merge.
                lake.append(vec![event("v", 3, "view", 3)]).await.unwrap();
                lake.compact(FULL, &Control::new()).await.unwrap();
                lake.clone()
            }
            "reopened" => open(folder.path(), Mode::ReadOnly).await,
            _ => lake.clone(),
        };
        let rows = lake.snapshot().await.unwrap().customer_rows(CustomerId(profile("u").0)).await.unwrap();
        assert_eq!(rows.num_rows(), 2, "{stage}");
        let time = rows.column_by_name("time").unwrap().as_primitive::<TimestampMicrosecondType>();
        assert_eq!(time.values().as_ref(), [full.time_us, 1_700_000_001_000_000]);
        assert_eq!(rows.column_by_name("offset_minutes").unwrap().as_primitive::<Int16Type>().value(0), -90);
        for column in Column::ALL {
            let array = rows.column_by_name(column.name()).unwrap();
            assert!(array.is_null(1));
            match &full.columns[column] {
                ColumnValue::Number(number) => assert_eq!(array.as_primitive::<Float64Type>().value(0), *number),
                ColumnValue::Text(value) => assert_eq!(text(&rows, column.name(), 0).as_ref(), Some(value)),
            }
        }
        for (name, value) in [
            ("event", "purchase".to_owned()),
            ("source", "shop".to_owned()),
            ("batch", "log".to_owned()),
            ("message_id", "1".to_owned()),
            ("identifiers", serde_json::to_string(&full.identifiers).unwrap()),
            ("items", serde_json::to_string(&full.items).unwrap()),
            ("traits", serde_json::to_string(&full.traits).unwrap()),
            ("props", serde_json::to_string(&full.props).unwrap()),
        ] {
            assert_eq!(text(&rows, name, 0), Some(value), "{name} {stage}");
        }
    }
}

/// Rows as they must be: naive, from the events.
fn expected(events: &[Event], customer_of: impl Fn(i64) -> i64) -> Vec<Line> {
    let mut lines: Vec<Line> = events
        .iter()
        .map(|event| {
            let profile = event.identifiers[0].profile(0).0;
            let customer = customer_of(profile);
            Line {
                bucket: model::hash::bucket(customer),
                customer,
                time_us: event.time_us,
                seq: event.seq,
                event_id: event.event_id,
                profile,
                event: event.event.clone(),
                channel: event.channel.clone(),
                amount: None,
                props: None,
            }
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_files_tail_and_duplicates_merge_and_compaction_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let events = many(0, 20_000, 700);
    lake.import(&key("a"), events[..9_000].to_vec(), 1, false).await.unwrap();
    // The next part says some of the first again, of the same customers at the same times.
    lake.import(&key("a"), events[5_000..14_000].to_vec(), 2, true).await.unwrap();
    lake.append(events[13_000..].to_vec()).await.unwrap();
    lake.flush().await.unwrap();
    lake.append(events[19_000..].to_vec()).await.unwrap();
    let wanted = expected(&events, |profile| profile);
    let before = lake.snapshot().await.unwrap();
    assert_eq!(read::lines(&before, 1000).await.unwrap(), wanted);
    assert_eq!(before.names(NameColumn::Event), ["buy", "cart", "view"]);
    assert_eq!(before.time_range(), Some((0, 999_000_000)));
    let shards = before.shards(1000);
    assert!(shards.len() > 10 && before.shards(1000) == shards);
    let report = lake.compact(CompactOptions { file_rows: 6_000, ..FULL }, &Control::new()).await.unwrap();
    // Doubles within one import are gone for good; those an import shares with the log can come apart again.
    assert_eq!((report.rows_before, report.rows_after), (9_000 + 9_000 + 7_000 + 1_000, 14_000 + 7_000));
    assert_eq!(report.profiles, Some(700));
    let after = lake.snapshot().await.unwrap();
    assert_eq!(read::lines(&after, 1000).await.unwrap(), wanted);
    assert_eq!(read::lines(&before, 777).await.unwrap(), wanted);
    assert!(lake.status().await.unwrap().events.files >= 3);
    let again = lake.compact(FULL, &Control::new()).await.unwrap();
    assert_eq!(again.files_before, again.files_after, "nothing to do");
    let verified = lake.verify(&Control::new()).await.unwrap();
    assert_eq!((verified.findings, verified.duplicates), (vec![], 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_known_resumes_refuses_another_mapping_and_can_be_removed() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let events = many(0, 300, 20);
    assert_eq!(lake.import_state(&key("a")).await.unwrap(), ImportState::Unknown);
    lake.import(&key("a"), events[..100].to_vec(), 40, false).await.unwrap();
    drop(lake);
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let known = |position, complete| ImportState::Known { mapping: 1, position, complete };
    assert_eq!(lake.import_state(&key("a")).await.unwrap(), known(40, false));
    for _ in 0..2 {
        lake.import(&key("a"), events[100..200].to_vec(), 80, true).await.unwrap();
    }
    assert_eq!(lake.import_state(&key("a")).await.unwrap(), known(80, true));
    let wanted = |range: std::ops::Range<usize>| expected(&events[range], |profile| profile);
    assert_eq!(read::all(&lake).await.unwrap(), wanted(0..200));
    let other = ImportKey { mapping: 2, ..key("a") };
    let refused = lake.import(&other, events[..100].to_vec(), 120, true).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
    lake.import(&key("b"), events[200..].to_vec(), 1, true).await.unwrap();
    lake.compact(FULL, &Control::new()).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), wanted(0..300));
    assert_eq!(lake.remove_import("shop", "a").await.unwrap(), 200);
    assert_eq!(lake.remove_import("shop", "a").await.unwrap(), 0);
    assert_eq!(lake.import_state(&key("a")).await.unwrap(), ImportState::Unknown);
    assert_eq!(read::all(&lake).await.unwrap(), wanted(200..300));
    lake.import(&other, events[..10].to_vec(), 1, true).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap().len(), 110);
    assert!(lake.verify(&Control::new()).await.unwrap().findings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_joins_slices_and_its_undoing_gives_the_earlier_rows_back() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let events = many(0, 3_000, 50);
    lake.import(&key("a"), events[..2_000].to_vec(), 1, true).await.unwrap();
    lake.append(events[2_000..].to_vec()).await.unwrap();
    let apart = expected(&events, |profile| profile);
    let pairs = [("u1", "u2"), ("u2", "u3"), ("u10", "u40")];
    let groups = [vec!["u1", "u2", "u3"], vec!["u10", "u40"]];
    let joined = expected(&events, |of| {
        let group = groups.iter().find(|group| group.iter().any(|user| profile(user).0 == of));
        group.and_then(|group| group.iter().map(|user| profile(user).0).min()).unwrap_or(of)
    });
    assert_ne!(apart, joined);
    for compacting in [false, true] {
        lake.link(pairs.iter().map(|(a, b)| link(a, b)).collect()).await.unwrap();
        assert_eq!(read::all(&lake).await.unwrap(), joined);
        let keys = async || {
            let snapshot = lake.snapshot().await.unwrap();
            (snapshot.layout(Shard::ALL).await.unwrap().key(), snapshot.overlay_rows().await.unwrap())
        };
        assert!(keys().await.1 > 0);
        if compacting {
            let moved = keys().await.1;
            let report = lake.compact(CompactOptions { file_rows: 300, ..FULL }, &Control::new()).await.unwrap();
            assert_eq!((report.rows_moved, report.rows_after, keys().await.1), (moved, 3_000, 0));
            assert_eq!(read::all(&lake).await.unwrap(), joined);
        }
        lake.link(pairs.iter().map(|(a, b)| unlink(a, b)).collect()).await.unwrap();
        assert_eq!(read::all(&lake).await.unwrap(), apart);
    }
    lake.compact(FULL, &Control::new()).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), apart);
    assert!(lake.verify(&Control::new()).await.unwrap().findings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_much_is_read_for_others_is_written_anew_in_the_background() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let events = many(0, 3_000, 50);
    lake.import(&key("a"), events.clone(), 1, true).await.unwrap();
    let data_files = || {
        let files = std::fs::read_dir(folder.path().join("events")).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|end| end == "parquet")).count()
    };
    let moved = async || lake.snapshot().await.unwrap().overlay_rows().await.unwrap();
    lake.link(vec![link("u1", "u2")]).await.unwrap();
    assert!((1..3_000 / 8).contains(&moved().await) && !lake.compaction_due(), "a little is not worth it");
    let pairs = (4..20).step_by(2).map(|user| link(&format!("u{user}"), &format!("u{}", user + 1)));
    lake.link(pairs.collect()).await.unwrap();
    let joined = read::all(&lake).await.unwrap();
    assert!(moved().await > 3_000 / 8 && lake.compaction_due());
    let before = data_files();
    let tier = CompactOptions { file_rows: 1_000, ..CompactOptions::new(CompactExtent::Tier) };
    let report = lake.compact(tier, &Control::new()).await.unwrap();
    assert!(report.rows_moved > 0 && report.files_before == 1, "{report:?}");
    assert_eq!((moved().await, lake.compaction_due()), (0, false), "{report:?}");
    assert_eq!(data_files(), before + report.files_after, "what lay together meanwhile is gone again");
    assert_eq!(read::all(&lake).await.unwrap(), joined);
    assert!(lake.verify(&Control::new()).await.unwrap().findings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_in_another_handle_sees_commits_and_the_log_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Lake::open(&folder.path().join("none"), LakeOptions::new(Mode::ReadOnly)).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Missing);
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let second = Lake::open(folder.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap_err();
    assert!(matches!(second, Error::Locked { .. }), "{second}");
    let reader = open(folder.path(), Mode::ReadOnly).await;
    assert_eq!(read::all(&reader).await.unwrap(), []);
    let refused = reader.append(vec![event("u", 1, "view", 1)]).await.unwrap_err();
    assert!(matches!(refused, Error::ReadOnly { .. }));
    let mut events = Vec::new();
    for round in 0..6 {
        let more = many(round * 100, 100, 13);
        events.extend(more.clone());
        lake.append(more).await.unwrap();
        match round {
            1 => {
                lake.flush().await.unwrap();
            }
            3 => {
                lake.compact(FULL, &Control::new()).await.unwrap();
            }
            4 => {
                lake.link(vec![link("u1", "u2")]).await.unwrap();
            }
            5 => {
                lake.link(vec![unlink("u2", "u1")]).await.unwrap();
            }
            _ => {}
        }
        assert_eq!(read::all(&reader).await.unwrap(), read::all(&lake).await.unwrap(), "round {round}");
    }
    assert_eq!(read::all(&reader).await.unwrap(), expected(&events, |profile| profile));
    let of_lake = lake.snapshot().await.unwrap().id();
    assert_eq!(reader.snapshot().await.unwrap().id(), of_lake);
    drop(lake);
    let lake = open(folder.path(), Mode::ReadWrite).await;
    assert_eq!(lake.snapshot().await.unwrap().id(), of_lake);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_any_identifier_that_sent_or_was_linked() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let mut login = event("u1", 1, "login", 1);
    login.identifiers.push(Identifier::new("email", "a@example.org"));
    login.link_identifiers = true;
    lake.append(vec![login.clone(), event("u2", 2, "view", 2)]).await.unwrap();
    let version = lake.identity().await.unwrap().version();
    // The same event again states the same link: nothing new.
    lake.append(vec![login]).await.unwrap();
    assert_eq!(lake.identity().await.unwrap().version(), version);
    let reader = open(folder.path(), Mode::ReadOnly).await;
    let email = Identifier::new("email", "a@example.org").profile(0);
    let customer = CustomerId(email.0.min(profile("u1").0));
    for step in 0..3 {
        for lake in [&lake, &reader] {
            let snapshot = lake.snapshot().await.unwrap();
            let find = async |namespace, value| snapshot.customers_of_identifier(namespace, value).await.unwrap();
            assert_eq!(find(Some("user"), "u1").await, [customer], "step {step}");
            assert_eq!(find(None, "a@example.org").await, [customer]);
            assert_eq!(find(Some("user"), "a@example.org").await, []);
            assert_eq!(find(None, "u2").await, [CustomerId(profile("u2").0)]);
            assert_eq!(snapshot.customer_of(email), customer);
            assert_eq!(snapshot.customer_rows(customer).await.unwrap().num_rows(), 1);
        }
        if step == 0 {
            lake.flush().await.unwrap();
        } else {
            lake.compact(FULL, &Control::new()).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn traits_are_those_that_stand_before_and_after_compaction() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let set = |time, message, traits: serde_json::Value| {
        let mut event = event("u1", time, "$profile_set", message);
        event.traits = traits.as_object().unwrap().clone();
        event
    };
    // Arrives in another order than it happened.
    lake.import(&key("a"), vec![set(5, 1, json!({"city": "Paris", "age": 30}))], 1, true).await.unwrap();
    lake.append(vec![set(9, 3, json!({"city": "上海"})), set(2, 2, json!({"city": "Rome", "plan": "free"}))])
        .await
        .unwrap();
    let once = |time, message, traits: serde_json::Value| set(time, message, json!({"$set_once": traits}));
    lake.append(vec![once(7, 4, json!({"first": "search", "plan": "gold", "city": "Oslo"}))]).await.unwrap();
    lake.append(vec![once(3, 5, json!({"first": "post"}))]).await.unwrap();
    let of_u2 = Event { identifiers: vec![Identifier::new("user", "u2")], ..once(4, 9, json!({"first": "web"})) };
    lake.append(vec![of_u2]).await.unwrap();
    let check = async || {
        let snapshot = lake.snapshot().await.unwrap();
        let batch = snapshot.profiles(Shard::ALL).await.unwrap();
        let customers = batch.column_by_name("customer").unwrap().as_primitive::<Int64Type>().values().to_vec();
        assert_eq!(customers.len(), 2);
        let row = customers.iter().position(|customer| *customer == profile("u1").0).unwrap();
        let traits: serde_json::Value = serde_json::from_str(&text(&batch, "traits", row).unwrap()).unwrap();
        assert_eq!(traits, json!({"city": "上海", "age": 30, "plan": "free", "first": "post"}));
        assert_eq!(text(&batch, "traits", 1 - row).as_deref(), Some(r#"{"first":"web"}"#));
        let time =
            |name: &str| batch.column_by_name(name).unwrap().as_primitive::<TimestampMicrosecondType>().value(row);
        assert_eq!((time("first_time"), time("last_time")), (2_000_000, 9_000_000));
        assert_eq!(batch.column_by_name("events").unwrap().as_primitive::<Int64Type>().value(row), 5);
    };
    check().await;
    lake.compact(FULL, &Control::new()).await.unwrap();
    check().await;
    assert_eq!(lake.status().await.unwrap().profiles.rows, 2);
}

/// A local folder where something happens with the first data file that is written once it is armed.
#[derive(Debug)]
struct Gated {
    inner: LocalStorage,
    armed: AtomicBool,
    then: Then,
}

#[derive(Debug)]
enum Then {
    /// The file is held back until the other handle writes one too: both have planned by then, and neither has
    /// committed.
    Wait(Arc<Barrier>),
    Cancel(Control),
}

#[async_trait]
impl Storage for Gated {
    fn objects(&self) -> Arc<dyn ObjectStore> {
        self.inner.objects()
    }

    fn root_url(&self) -> Url {
        self.inner.root_url()
    }

    async fn sync(&self, paths: &[ObjectPath]) -> lake::Result<()> {
        let is_data = paths.iter().any(|path| path.as_ref().starts_with("events/part-"));
        if is_data && self.armed.swap(false, Ordering::SeqCst) {
            match &self.then {
                Then::Wait(gate) => {
                    gate.wait().await;
                }
                Then::Cancel(control) => control.cancel(),
            }
        }
        self.inner.sync(paths).await
    }

    async fn sync_contents(&self, file: &ObjectPath) -> lake::Result<()> {
        self.inner.sync_contents(file).await
    }

    async fn append(&self, file: &ObjectPath, bytes: Bytes) -> lake::Result<()> {
        self.inner.append(file, bytes).await
    }

    async fn read(&self, file: &ObjectPath, from: u64) -> lake::Result<Bytes> {
        self.inner.read(file, from).await
    }

    async fn truncate(&self, file: &ObjectPath, len: u64) -> lake::Result<()> {
        self.inner.truncate(file, len).await
    }

    async fn delete(&self, file: &ObjectPath) -> lake::Result<()> {
        self.inner.delete(file).await
    }

    async fn list(&self, folder: &ObjectPath) -> lake::Result<Vec<(ObjectPath, u64)>> {
        self.inner.list(folder).await
    }
}

/// Two handles without a lock between them compact the same files at once: one commit wins, the other is planned anew.
#[tokio::test(flavor = "multi_thread")]
async fn two_compactions_of_the_same_files_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Arc::new(Barrier::new(2));
    let storage = || {
        let inner = LocalStorage::create(folder.path()).unwrap();
        Arc::new(Gated { inner, armed: AtomicBool::new(false), then: Then::Wait(Arc::clone(&gate)) })
    };
    let options = |storage: &Arc<Gated>| LakeOptions {
        storage: Some(Arc::clone(storage) as Arc<dyn Storage>),
        flush_after: None,
        ..LakeOptions::new(Mode::ReadWrite)
    };
    let storages = [storage(), storage()];
    let one = Lake::open(folder.path(), options(&storages[0])).await.unwrap();
    let events = many(0, 2_000, 90);
    for part in 0..4 {
        one.import(&key("a"), events[part * 500..][..500].to_vec(), part as u64 + 1, part == 3).await.unwrap();
    }
    let two = Lake::open(folder.path(), options(&storages[1])).await.unwrap();
    storages.iter().for_each(|storage| storage.armed.store(true, Ordering::SeqCst));
    let tier = CompactOptions::new(CompactExtent::Tier);
    let watch = Control::new();
    let (first, second) = tokio::join!(one.compact(tier, &watch), two.compact(tier, &watch));
    assert!(storages.iter().all(|storage| !storage.armed.load(Ordering::SeqCst)), "both wrote what they had planned");
    let merged = [first.unwrap(), second.unwrap()].iter().filter(|report| report.files_before == 4).count();
    assert_eq!(merged, 1, "the one that lost found nothing left to merge");
    let reader = open(folder.path(), Mode::ReadOnly).await;
    let wanted = expected(&events, |profile| profile);
    assert_eq!(reader.snapshot().await.unwrap().rows_upper(), 2_000);
    assert_eq!(read::all(&reader).await.unwrap(), wanted);
    // A handle that lost a race knows the winner's files.
    assert_eq!(read::all(&two).await.unwrap(), wanted);
}

/// Stopped once its first file is written: the lake is as it was, and nothing is left behind.
#[tokio::test(flavor = "multi_thread")]
async fn upkeep_that_is_stopped_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let control = Control::new();
    let inner = LocalStorage::create(folder.path()).unwrap();
    let storage = Arc::new(Gated { inner, armed: AtomicBool::new(false), then: Then::Cancel(control.clone()) });
    let options =
        LakeOptions { storage: Some(storage.clone()), flush_after: None, ..LakeOptions::new(Mode::ReadWrite) };
    let lake = Lake::open(folder.path(), options).await.unwrap();
    let events = many(0, 2_000, 90);
    for part in 0..4 {
        lake.import(&key("a"), events[part * 500..][..500].to_vec(), part as u64 + 1, part == 3).await.unwrap();
    }
    let files = || {
        let of = |path: std::path::PathBuf| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> =
            of(folder.path().join("events")).chain(of(folder.path().join("events/_throughline"))).collect();
        files.sort();
        files
    };
    let before = files();
    storage.armed.store(true, Ordering::SeqCst);
    let small_files = CompactOptions { file_rows: 300, ..FULL };
    let stopped = lake.compact(small_files, &control).await.unwrap_err();
    assert_eq!(stopped.kind(), ErrorKind::Cancelled);
    assert!(!storage.armed.load(Ordering::SeqCst) && control.rows_done() > 0 && control.rows_total() >= 2_000);
    assert_eq!(files(), before);
    assert_eq!(lake.verify(&control).await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(lake.derive_profiles(&control).await.unwrap_err().kind(), ErrorKind::Cancelled);
    let verified = lake.verify(&Control::new()).await.unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
    assert!(lake.compaction_due());
    let report = lake.compact(small_files, &Control::new()).await.unwrap();
    assert!(report.files_after > 1, "{report:?}");
    assert_eq!(read::all(&lake).await.unwrap(), expected(&events, |profile| profile));
}

/// A commit file that is no JSON any more, of any table: named by verify, an error without a backtrace to others.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_commit_is_a_finding() {
    for table in ["events", "identity", "identity_edges", "profiles"] {
        let folder = tempfile::tempdir().unwrap();
        let lake = open(folder.path(), Mode::ReadWrite).await;
        lake.import(&key("a"), many(0, 20, 3), 1, true).await.unwrap();
        lake.link(vec![link("u0", "u1")]).await.unwrap();
        lake.compact(FULL, &Control::new()).await.unwrap();
        drop(lake);
        assert!(Lake::verify_folder(folder.path(), &Control::new()).await.unwrap().findings.is_empty());
        let mut commits: Vec<_> = std::fs::read_dir(folder.path().join(table).join("_delta_log"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        commits.sort();
        let commit = commits.pop().unwrap();
        for damage in ["{\"add\": {\"path\": ", "not a commit\n"] {
            std::fs::write(&commit, damage).unwrap();
            let report = Lake::verify_folder(folder.path(), &Control::new()).await.unwrap();
            let found = report.findings.iter().find(|finding| finding.code == "table" && finding.place == table);
            let found = found.unwrap_or_else(|| panic!("{table}: {report:?}"));
            assert!(found.harmful && found.message.contains("restore"), "{found:?}");
            let error = Lake::open(folder.path(), LakeOptions::new(Mode::ReadOnly)).await.unwrap_err();
            assert_eq!((error.kind(), error.retryable()), (ErrorKind::Corrupt, false), "{error}");
            assert!(!error.to_string().contains('\n') && !format!("{error:?}").contains("::"), "{error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vacuum_takes_replaced_and_orphaned_files_and_verify_names_damage() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let events = many(0, 1_000, 50);
    for part in 0..4 {
        lake.import(&key("a"), events[part * 250..][..250].to_vec(), part as u64 + 1, part == 3).await.unwrap();
    }
    lake.compact(FULL, &Control::new()).await.unwrap();
    let events_folder = folder.path().join("events");
    let orphan = events_folder.join("part-0.parquet");
    std::fs::write(&orphan, b"left by a crash").unwrap();
    let report = lake.verify(&Control::new()).await.unwrap();
    assert_eq!(report.findings.iter().map(|f| (f.code.as_str(), f.harmful)).collect::<Vec<_>>(), [("orphan", false)]);
    assert_eq!(lake.vacuum(VacuumOptions::default()).await.unwrap().files, 0);
    let vacuumed = lake.vacuum(VacuumOptions { keep_seconds: 0 }).await.unwrap();
    assert!(vacuumed.files >= 5, "{vacuumed:?}");
    assert!(!orphan.exists());
    let wanted = expected(&events, |profile| profile);
    assert_eq!(read::all(&lake).await.unwrap(), wanted);
    assert!(lake.verify(&Control::new()).await.unwrap().findings.is_empty());
    drop(lake);
    // A lost index is made again; a damaged file is named.
    let mut beside = std::fs::read_dir(events_folder.join("_throughline")).unwrap().map(|entry| entry.unwrap().path());
    let index = beside.find(|path| path.extension().is_some_and(|end| end == "idx")).unwrap();
    std::fs::write(&index, b"damage").unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let report = lake.verify(&Control::new()).await.unwrap();
    assert!(report.findings.is_empty(), "opening mends the index: {report:?}");
    assert_eq!(read::all(&lake).await.unwrap(), wanted);
    let mut data = std::fs::read_dir(&events_folder).unwrap().map(|entry| entry.unwrap().path());
    let data = data.find(|path| path.extension().is_some_and(|end| end == "parquet")).unwrap();
    let mut bytes = std::fs::read(&data).unwrap();
    let len = bytes.len();
    bytes[len - 40..].fill(7);
    std::fs::write(&data, bytes).unwrap();
    let report = lake.verify(&Control::new()).await.unwrap();
    assert!(!report.is_sound() && report.findings.iter().any(|finding| finding.code == "damaged"), "{report:?}");
}

/// A tail waits for its time alone when it is short: for the next asking, for its quiet time, and also when it was left
/// by an earlier process.
#[tokio::test(flavor = "multi_thread")]
async fn a_short_tail_is_flushed_by_time() {
    const NEVER: Duration = Duration::from_secs(24 * 3600);
    let clocked = |after| LakeOptions { flush_after: after, ..LakeOptions::new(Mode::ReadWrite) };
    let on_asking = FlushAfter { asked: Duration::ZERO, quiet: NEVER };
    let when_quiet = FlushAfter { asked: NEVER, quiet: Duration::ZERO };
    let flushed = async |folder: &Path| {
        let reader = open(folder, Mode::ReadOnly).await;
        while reader.status().await.unwrap().tail_rows > 0 {
            tokio::task::yield_now().await;
        }
        let rows = reader.status().await.unwrap().events.rows;
        assert_eq!(read::lines(&reader.snapshot().await.unwrap(), 1 << 20).await.unwrap().len() as u64, rows);
        rows
    };

    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), clocked(Some(on_asking))).await.unwrap();
    for rows in [40, 80] {
        lake.append(many(rows - 40, 40, 5)).await.unwrap();
        let waiting = open(folder.path(), Mode::ReadOnly).await.status().await.unwrap().tail_rows;
        assert_eq!(waiting, 40, "nobody asked this handle");
        lake.snapshot().await.unwrap();
        assert_eq!(flushed(folder.path()).await, rows as u64);
    }

    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), clocked(Some(when_quiet))).await.unwrap();
    lake.append(many(0, 40, 5)).await.unwrap();
    assert_eq!(flushed(folder.path()).await, 40);

    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), clocked(None)).await.unwrap();
    lake.append(many(0, 40, 5)).await.unwrap();
    drop(lake);
    let lake = Lake::open(folder.path(), clocked(Some(when_quiet))).await.unwrap();
    assert_eq!(flushed(folder.path()).await, 40);
    drop(lake);

    // As many rows as a flush waits for are moved beside the appends, whatever time it is.
    let never = FlushAfter { asked: NEVER, quiet: NEVER };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), LakeOptions { flush_rows: 30, ..clocked(Some(never)) }).await.unwrap();
    for rows in [40, 80] {
        lake.append(many(rows - 40, 40, 5)).await.unwrap();
        assert_eq!(flushed(folder.path()).await, rows as u64);
    }
}
