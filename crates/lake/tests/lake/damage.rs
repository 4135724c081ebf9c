//! Disks that rot: a changed bit of a data file is told and never a number, what does not need it is answered, and a file
//! that is taken out leaves the rest as it was.

use std::path::Path;
use std::sync::Arc;

use lake::storage::Storage;
use lake::{
    CompactExtent, CompactOptions, Control, DamagedFiles, Error, ErrorKind, ImportKey, Lake, LakeOptions, Mode,
};
use model::event::Event;
use object_store::path::Path as ObjectPath;
use serde_json::json;
use testkit::storage::CrashStorage;

use crate::read::{self, Line};
use crate::tables::event;

async fn open(storage: &CrashStorage, damaged: &DamagedFiles) -> Lake {
    let options = LakeOptions {
        storage: Some(Arc::new(storage.clone()) as Arc<dyn Storage>),
        flush_after: None,
        damaged: damaged.clone(),
        ..LakeOptions::new(Mode::ReadWrite)
    };
    Lake::open(Path::new("unused"), options).await.unwrap()
}

/// Events that take room, so that a file has many blocks.
fn events(file: i64) -> Vec<Event> {
    let wide = |n: i64| {
        let mut event = event(&format!("u{}", n % 300), n, ["view", "buy"][(n % 2) as usize], n);
        let text = (0..20).map(|k| format!("{:x}", event.event_id.wrapping_mul(k * 2 + 1))).collect::<String>();
        event.props = json!({ "text": text }).as_object().unwrap().clone();
        event
    };
    (file * 1_500..(file + 1) * 1_500).map(wide).collect()
}

/// Two imported files and one from the log, and the data files' paths with the rows of each.
async fn filled(storage: &CrashStorage) -> Vec<(ObjectPath, u64)> {
    let lake = open(storage, &DamagedFiles::default()).await;
    for file in 0..2 {
        let key =
            ImportKey { source: "shop".into(), file: file.to_string(), mapping: 1, batch: format!("import-{file}") };
        lake.import(&key, events(file), 1, true).await.unwrap();
    }
    lake.append(events(2)).await.unwrap();
    lake.flush().await.unwrap();
    let storage: &dyn Storage = storage;
    let present = storage.list(&ObjectPath::from("events")).await.unwrap();
    present.into_iter().filter(|(path, _)| path.as_ref().ends_with(".parquet")).collect()
}

fn name(path: &ObjectPath) -> &str {
    path.filename().unwrap()
}

async fn flip(storage: &CrashStorage, path: &ObjectPath, bit: u64) {
    storage.rot(path, |bytes| bytes[(bit / 8) as usize] ^= 1 << (bit % 8)).await;
}

async fn times(lake: &Lake) -> lake::Result<usize> {
    let snapshot = lake.snapshot().await?;
    let mut rows = 0;
    for shard in snapshot.shards(1 << 20) {
        let layout = snapshot.layout(shard).await?;
        rows += snapshot.column(&layout, "time").await?.len();
    }
    Ok(rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_bit_is_told_wherever_it_is_and_never_a_wrong_number() {
    let storage = CrashStorage::new(1);
    let files = filled(&storage).await;
    let whole = read::all(&open(&storage, &DamagedFiles::default()).await).await.unwrap();
    assert_eq!((files.len(), whole.len()), (3, 4_500));
    let (path, bytes) = &files[0];
    assert!(*bytes > 8 * 32 * 1024, "{bytes} bytes are few blocks");
    let (mut told, mut partly) = (0, 0);
    let bits = 8 * bytes;
    for at in (0..61).map(|n| (n * bits / 61 + n * 7_919) % bits).chain([0, bits - 1, bits - 90]) {
        flip(&storage, path, at).await;
        let damaged = DamagedFiles::default();
        let lake = open(&storage, &damaged).await;
        match read::all(&lake).await {
            Ok(lines) => {
                assert!(lines == whole, "bit {at}: a changed bit was taken for a value");
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "bit {at}: {error}");
                assert!(matches!(&error, Error::DamagedFile { file, .. } if *file == path.to_string()), "{error}");
                assert_eq!((damaged.names(), lake.damaged_files()), (vec![name(path).to_owned()], damaged.names()));
                told += 1;
                partly += usize::from(times(&lake).await.is_ok_and(|rows| rows == 4_500));
            }
        }
        let report = lake.verify(&Control::new()).await.unwrap();
        let found = report.findings.iter().find(|finding| finding.code == "damaged");
        assert_eq!(found.map(|finding| (&*finding.place, finding.harmful)), Some((name(path), true)), "bit {at}");
        drop(lake);
        flip(&storage, path, at).await;
    }
    assert!(told > 30 && partly > 20, "{told} told, of them {partly} that a question of times does not need");
    let lake = open(&storage, &DamagedFiles::default()).await;
    assert_eq!(lake.verify(&Control::new()).await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_taken_out_is_kept_and_the_rest_is_as_it_was() {
    let storage = CrashStorage::new(2);
    let files = filled(&storage).await;
    let whole = read::all(&open(&storage, &DamagedFiles::default()).await).await.unwrap();
    let (path, bytes) = files[1].clone();
    flip(&storage, &path, 8 * (bytes - 20)).await;
    let damaged = DamagedFiles::default();
    let lake = open(&storage, &damaged).await;
    assert!(matches!(read::all(&lake).await, Err(Error::DamagedFile { .. })), "the footer is needed by every question");
    assert_eq!(lake.damaged_files(), [name(&path)]);
    let report = lake.quarantine(path.as_ref()).await.unwrap();
    assert_eq!((&*report.file, report.rows, report.bytes), (name(&path), 1_500, bytes));
    let held = report.held.clone().unwrap();
    assert_eq!((held.customers, held.time_range_us), (300, Some((1_500_000_000, 2_999_000_000))));
    assert_eq!((held.events, held.channels), (vec!["buy".to_owned(), "view".to_owned()], vec!["web".to_owned()]));
    assert_eq!((held.imports, held.live), (vec!["import-1".to_owned()], false));
    assert_eq!(lake.damaged_files(), Vec::<String>::new());
    let seconds = |line: &Line| line.time_us / 1_000_000;
    let left: Vec<Line> = whole.iter().filter(|line| !(1_500..3_000).contains(&seconds(line))).cloned().collect();
    assert_eq!(read::all(&lake).await.unwrap(), left);
    assert!(matches!(lake.quarantine(name(&path)).await, Err(Error::NoFile { .. })));
    assert_eq!(lake.verify(&Control::new()).await.unwrap().findings, []);
    // Durable, and upkeep throws nothing of it away.
    lake.vacuum(lake::VacuumOptions { keep_seconds: 0 }).await.unwrap();
    storage.power_off();
    let left_over = storage.survivor(3).await;
    assert_eq!(read::all(&open(&left_over, &damaged).await).await.unwrap(), left);
    let kept: &dyn Storage = &left_over;
    let kept: Vec<String> = kept
        .list(&ObjectPath::from(lake::QUARANTINE))
        .await
        .unwrap()
        .iter()
        .map(|(path, _)| path.to_string())
        .collect();
    assert_eq!(kept, [report.moved_to.clone(), format!("{}.json", report.moved_to)]);
    // Brought back by the same import, it is all there.
    let lake = open(&left_over, &DamagedFiles::default()).await;
    let key = ImportKey { source: "shop".into(), file: "1".into(), mapping: 1, batch: "import-1".into() };
    lake.replace_import(&key, events(1)).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_of_before_there_were_checksums_is_read_and_gets_some_when_it_is_merged() {
    let storage = CrashStorage::new(4);
    filled(&storage).await;
    let whole = read::all(&open(&storage, &DamagedFiles::default()).await).await.unwrap();
    let folders = ["events", "identity", "identity_edges", "profiles"];
    let bytes: &dyn Storage = &storage;
    for folder in folders {
        for (path, _) in bytes.list(&ObjectPath::from(format!("{folder}/_throughline"))).await.unwrap() {
            if path.as_ref().ends_with(".sum") {
                bytes.delete(&path).await.unwrap();
            }
        }
    }
    let lake = open(&storage, &DamagedFiles::default()).await;
    assert_eq!(read::all(&lake).await.unwrap(), whole);
    let report = lake.verify(&Control::new()).await.unwrap();
    assert_eq!((report.unchecked, report.findings), (3, Vec::new()));
    lake.compact(CompactOptions::new(CompactExtent::Full), &Control::new()).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), whole);
    assert_eq!(lake.verify(&Control::new()).await.unwrap().unchecked, 0);
}
