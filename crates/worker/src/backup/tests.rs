use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use control::{Control, NewWorkspace};
use ingest::live::Protocol;
use lake::{CompactExtent, CompactOptions, Lake, LakeOptions, Mode, VacuumOptions};
use model::event::{Event, event_id};
use model::identity::Identifier;
use model::text::LocalizedText;
use tempfile::TempDir;

use super::take::take_in;
use super::target::Steps;
use super::*;
use crate::dead_letters::{DeadLetters, Refused};
use crate::error::{Error, ErrorKind};
use crate::folder::DataFolder;

/// A data folder with workspaces, and places for targets and what is restored.
struct Here {
    folder: TempDir,
    data: DataFolder,
    control: Control,
}

impl Here {
    async fn with(workspaces: &[&str]) -> Here {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::new(folder.path().join("data"));
        data.create().unwrap();
        data.audit_key().unwrap();
        let control = Control::open(&data.control()).await.unwrap();
        for id in workspaces {
            let new = NewWorkspace {
                id: (*id).to_owned(),
                name: LocalizedText::from(*id),
                sample: None,
                zone: "UTC".to_owned(),
                currency: None,
                place: 0,
                created_at_us: 1,
            };
            control.create_workspace(new).await.unwrap();
        }
        Here { folder, data, control }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> BackupOptions {
        BackupOptions { target: self.path("target"), workspace: None, keep: None }
    }

    async fn lake(&self, workspace: &str, flush_rows: usize) -> Lake {
        let options = LakeOptions { flush_rows, flush_after: None, ..LakeOptions::default() };
        Lake::open(&self.data.lake(workspace), options).await.unwrap()
    }

    async fn restored(&self, name: &str, id: Option<&str>) -> DataFolder {
        let to = self.path(name);
        restore(&self.path("target"), id, &to, &BackupWatch::nobody()).await.unwrap();
        DataFolder::new(to)
    }
}

/// Of some fifty customers; every tenth event says that two identifiers are one.
fn event(number: i64) -> Event {
    let mut identifiers = vec![Identifier::new("device", (number % 50).to_string())];
    if number % 10 == 0 {
        identifiers.push(Identifier::new("user_id", (number % 20).to_string()));
    }
    Event {
        event_id: event_id("shop", &number.to_string()),
        time_us: 1_700_000_000_000_000 + number * 1_000_000,
        offset_minutes: None,
        received_at_us: 0,
        seq: number,
        event: "visit".to_owned(),
        channel: "web".to_owned(),
        source: "shop".to_owned(),
        message_id: Some(number.to_string()),
        link_identifiers: identifiers.len() > 1,
        identifiers,
        columns: BTreeMap::new(),
        items: Vec::new(),
        traits: serde_json::Map::new(),
        props: serde_json::Map::new(),
    }
}

/// Every row of a lake by its message: customer and time. What an answer is made of.
async fn rows(lake: &Path) -> BTreeMap<i64, (i64, i64)> {
    use arrow::array::AsArray;
    use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
    let lake = Lake::open(lake, LakeOptions::new(Mode::ReadOnly)).await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let mut rows = BTreeMap::new();
    for shard in snapshot.shards(1 << 20) {
        let layout = snapshot.layout(shard).await.unwrap();
        let seqs = snapshot.column(&layout, "seq").await.unwrap();
        let times = snapshot.column(&layout, "time").await.unwrap();
        let (seqs, times) = (seqs.as_primitive::<Int64Type>(), times.as_primitive::<TimestampMicrosecondType>());
        for (at, customer) in layout.customers().iter().enumerate() {
            for row in layout.offsets()[at] as usize..layout.offsets()[at + 1] as usize {
                assert!(
                    rows.insert(seqs.value(row), (*customer, times.value(row))).is_none(),
                    "an event is there once"
                );
            }
        }
    }
    rows
}

async fn sound(lake: &Path) {
    let report = Lake::verify_folder(lake, &lake::Control::new()).await.unwrap();
    assert_eq!(report.findings, []);
}

fn letter(number: i64) -> Refused {
    Refused {
        kinds: Vec::new(),
        received_us: number,
        source: "shop".to_owned(),
        protocol: Protocol::Throughline,
        code: "time_unreadable".to_owned(),
        field: None,
        reason: "no time".to_owned(),
        original: format!("{{\"n\":{number}}}"),
    }
}

/// Beside appends, flushes, compactions and a vacuum that deletes at once whatever is replaced.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_before_is_in_a_backup_taken_beside_writers() {
    const BACKUPS: usize = 6;
    let here = Here::with(&["shop", "empty"]).await;
    let lake = here.lake("shop", 200).await;
    let letters = Arc::new(DeadLetters::open(here.data.dead_letters("shop")).unwrap());
    let (stop, appended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let writer = tokio::spawn({
        let (lake, letters, stop, appended) =
            (lake.clone(), Arc::clone(&letters), Arc::clone(&stop), Arc::clone(&appended));
        async move {
            let mut next = 0;
            while !stop.load(Ordering::Acquire) {
                lake.append((next..next + 20).map(event).collect()).await.unwrap();
                letters.keep(vec![letter(next)]).unwrap();
                next += 20;
                appended.store(next, Ordering::Release);
            }
        }
    });
    let upkeep = tokio::spawn({
        let (lake, stop) = (lake.clone(), Arc::clone(&stop));
        async move {
            while !stop.load(Ordering::Acquire) {
                lake.flush().await.unwrap();
                lake.compact(CompactOptions::new(CompactExtent::Full), &lake::Control::new()).await.unwrap();
                lake.vacuum(VacuumOptions { keep_seconds: 0 }).await.unwrap();
            }
        }
    });
    while appended.load(Ordering::Acquire) < 400 {
        tokio::task::yield_now().await;
    }
    let mut known = Vec::new();
    for _ in 0..BACKUPS {
        let before = appended.load(Ordering::Acquire);
        let report = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap();
        known.push((report.id, before));
    }
    stop.store(true, Ordering::Release);
    writer.await.unwrap();
    upkeep.await.unwrap();
    let last = rows(&here.data.lake("shop")).await;
    for (number, (id, before)) in known.into_iter().enumerate() {
        let restored = here.restored(&format!("restored-{number}"), Some(&id)).await;
        let lake = restored.lake("shop");
        sound(&lake).await;
        let held = rows(&lake).await;
        assert!((0..before).all(|number| held.contains_key(&number)), "{id}: {} of {before}", held.len());
        // Nothing invented, and appends are there whole or not at all.
        assert!(held.iter().all(|(number, (_, time))| last[number].1 == *time) && held.len() % 20 == 0, "{id}");
        let letters = DeadLetters::open(restored.dead_letters("shop")).unwrap();
        let waiting: u64 = letters.counts().iter().map(|count| count.count).sum();
        assert!(waiting >= before as u64 / 20 && letters.damaged() == 0, "{id}: {waiting}");
        assert_eq!(restored.audit_key().unwrap(), here.data.audit_key().unwrap());
        let control = Control::open(&restored.control()).await.unwrap();
        assert_eq!(control.workspaces().await.unwrap().len(), 2);
        // It is a workspace like any other: what comes next is taken in.
        let writer = Lake::open(&lake, LakeOptions::default()).await.unwrap();
        writer.append(vec![event(1_000_001)]).await.unwrap();
        writer.flush().await.unwrap();
        assert_eq!(rows(&lake).await.len(), held.len() + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_backup_copies_what_is_new_and_answers_are_those_of_its_moment() {
    let here = Here::with(&["shop"]).await;
    let lake = here.lake("shop", 1 << 20).await;
    lake.append((0..500).map(event).collect()).await.unwrap();
    lake.compact(CompactOptions::new(CompactExtent::Full), &lake::Control::new()).await.unwrap();
    let first = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap();
    assert!(first.recorded && first.new_bytes > 0 && first.workspaces[0].rows == 500);
    assert_eq!(BackupRecord::of(&here.data).unwrap().id, first.id);
    let then = rows(&here.data.lake("shop")).await;
    let again = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap();
    // The database's copy alone may be another one.
    assert!(again.new_objects <= 1 && again.bytes >= again.new_bytes, "{again:?}");
    lake.append((500..600).map(event).collect()).await.unwrap();
    let third = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap();
    assert!(third.new_objects > 0 && third.new_objects < 4, "{third:?}");
    assert!(rows(&here.restored("then", Some(&first.id)).await.lake("shop")).await == then);
    let now = here.restored("now", None).await;
    assert!(rows(&now.lake("shop")).await == rows(&here.data.lake("shop")).await);
    // Customers that were merged by then, and those merged in the log alone, are the same ones.
    assert!(then.len() == 500 && !now.last_backup().exists());

    let keep = BackupOptions { keep: Some(2), ..here.options() };
    let fourth = take(&here.data, &keep, &BackupWatch::nobody()).await.unwrap();
    assert_eq!(fourth.dropped, [first.id.clone(), again.id]);
    let left: Vec<String> = list(&keep.target).await.unwrap().0.into_iter().map(|manifest| manifest.id).collect();
    assert_eq!(left, [third.id, fourth.id]);
    assert!(verify(&keep.target, None, &BackupWatch::nobody()).await.unwrap().is_sound());
    let gone = restore(&keep.target, Some(&first.id), &here.path("x"), &BackupWatch::nobody()).await.unwrap_err();
    assert!(matches!(gone, Error::NoBackup { .. }) && !here.path("x").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_workspace_is_backed_up_without_the_others() {
    let here = Here::with(&["one", "two"]).await;
    for workspace in ["one", "two"] {
        here.lake(workspace, 100).await.append(vec![event(1)]).await.unwrap();
    }
    let options = BackupOptions { workspace: Some("two".to_owned()), ..here.options() };
    let report = take(&here.data, &options, &BackupWatch::nobody()).await.unwrap();
    let manifest = list(&options.target).await.unwrap().0.remove(0);
    assert!(manifest.files.iter().all(|file| !file.path.contains("one") && file.path != "audit.key"), "{manifest:?}");
    assert_eq!((report.workspaces.len(), manifest.workspace.as_deref()), (1, Some("two")));
    let restored = here.restored("restored", None).await;
    let workspaces = Control::open(&restored.control()).await.unwrap().workspaces().await.unwrap();
    assert_eq!((workspaces.len(), &*workspaces[0].id), (1, "two"));
    assert_eq!(rows(&restored.lake("two")).await.len(), 1);
    let unknown = BackupOptions { workspace: Some("three".to_owned()), ..here.options() };
    let error = take(&here.data, &unknown, &BackupWatch::nobody()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The process ends before every single change of the disk in turn, and the next one goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_cut_off_anywhere_leaves_the_older_one_good_and_is_gone_on_with() {
    let here = Here::with(&["shop"]).await;
    let lake = here.lake("shop", 1 << 20).await;
    lake.append((0..50).map(event).collect()).await.unwrap();
    lake.flush().await.unwrap();
    let older = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap().id;
    lake.append((50..60).map(event).collect()).await.unwrap();
    lake.flush().await.unwrap();
    let mut went_on = 0;
    for steps in 0.. {
        let target = here.path(&format!("target-{steps}"));
        copy_folder(&here.path("target"), &target);
        // Something to copy, and something to let go.
        let options = BackupOptions { target: target.clone(), keep: Some(1), ..here.options() };
        let done = take_in(&here.data, &options, &BackupWatch::nobody(), Steps::ending_after(steps)).await;
        let left = list(&target).await.unwrap().0;
        // Before the manifest is in its place the older backup is the newest; after it the new one counts.
        let newest = left.last().unwrap();
        let rows_then = if newest.id == older { 50 } else { 60 };
        let report = verify(&target, None, &BackupWatch::nobody()).await.unwrap();
        assert_eq!((report.damaged, report.unreadable), (Vec::new(), Vec::new()), "after {steps} steps");
        if steps % 8 == 0 || done.is_ok() {
            let to = here.path(&format!("restored-{steps}"));
            restore(&target, None, &to, &BackupWatch::nobody()).await.unwrap();
            assert_eq!(rows(&DataFolder::new(to).lake("shop")).await.len(), rows_then, "after {steps} steps");
        }
        let again = take(&here.data, &options, &BackupWatch::nobody()).await.unwrap();
        // What was copied by then is not copied again, but for the database, of which every copy is one of its own.
        went_on += usize::from(done.is_err() && again.new_objects <= 1);
        let manifest = list(&target).await.unwrap().0.remove(0);
        let needed: BTreeSet<String> = manifest.files.iter().map(|file| file.sha256.clone()).collect();
        assert_eq!((manifest.id, objects(&target)), (again.id, needed), "after {steps} steps");
        assert!(
            !target.join("unfinished.ndjson").exists() && fs::read_dir(target.join("incoming")).unwrap().count() <= 1
        );
        fs::remove_dir_all(&target).unwrap();
        if done.is_ok() {
            assert!(steps > 40 && went_on > 5, "{steps} {went_on}");
            break;
        }
    }
}

fn objects(target: &Path) -> BTreeSet<String> {
    let folders = fs::read_dir(target.join("objects")).unwrap().map(|folder| folder.unwrap().path());
    let names =
        |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    folders.flat_map(names).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named_and_never_restored() {
    let here = Here::with(&["shop"]).await;
    let lake = here.lake("shop", 1 << 20).await;
    lake.append((0..50).map(event).collect()).await.unwrap();
    lake.flush().await.unwrap();
    let id = take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap().id;
    let target = here.path("target");
    let manifest = list(&target).await.unwrap().0.remove(0);
    let part = manifest.files.iter().find(|file| file.path.contains("events/part-")).unwrap();
    let object = target.join("objects").join(&part.sha256[..2]).join(&part.sha256);
    let whole = fs::read(&object).unwrap();
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    fs::write(&object, bytes).unwrap();
    let report = verify(&target, None, &BackupWatch::nobody()).await.unwrap();
    assert!(!report.is_sound());
    assert_eq!((&report.damaged[0].files, &report.damaged[0].backups), (&vec![part.path.clone()], &vec![id.clone()]));
    let refused = restore(&target, None, &here.path("restored"), &BackupWatch::nobody()).await.unwrap_err();
    assert!(refused.to_string().contains(&part.path), "{refused}");
    let beside: Vec<_> = fs::read_dir(here.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().contains("restor")), "{beside:?}");
    // Taken away, it is copied anew.
    fs::remove_file(&object).unwrap();
    take(&here.data, &here.options(), &BackupWatch::nobody()).await.unwrap();
    assert!(verify(&target, None, &BackupWatch::nobody()).await.unwrap().is_sound());

    let path = target.join(format!("backups/{id}.json"));
    let text = fs::read_to_string(&path).unwrap().replacen("\"rows\":50", "\"rows\":51", 1);
    fs::write(&path, text).unwrap();
    let report = verify(&target, None, &BackupWatch::nobody()).await.unwrap();
    assert!(report.unreadable[0].contains("seal"), "{report:?}");
    let report = take(&here.data, &BackupOptions { keep: Some(1), ..here.options() }, &BackupWatch::nobody()).await;
    let report = report.unwrap();
    assert!(
        report.dropped.is_empty() && report.unreadable.len() == 1,
        "nothing goes while it is not known what is needed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_are_somebody_elses_stay_as_they_are() {
    let here = Here::with(&["shop"]).await;
    let nobody = BackupWatch::nobody();
    let inside = BackupOptions { target: here.data.root().join("backups"), ..here.options() };
    assert!(matches!(take(&here.data, &inside, &nobody).await, Err(Error::TargetInside { .. })));
    let used = here.path("used");
    fs::create_dir(&used).unwrap();
    fs::write(used.join("letter.txt"), "mine").unwrap();
    let other = BackupOptions { target: used.clone(), ..here.options() };
    assert!(matches!(take(&here.data, &other, &nobody).await, Err(Error::NotATarget { .. })));
    assert!(matches!(verify(&used, None, &nobody).await, Err(Error::NotATarget { .. })));
    take(&here.data, &here.options(), &nobody).await.unwrap();
    assert!(matches!(restore(&here.path("target"), None, &used, &nobody).await, Err(Error::NotEmpty { .. })));
    assert_eq!(fs::read_dir(&used).unwrap().count(), 1);
    // An empty folder is taken; a stopped restore leaves it empty.
    let empty = here.path("empty");
    fs::create_dir(&empty).unwrap();
    let stopped = BackupWatch::nobody();
    stopped.stop.cancel();
    assert!(matches!(restore(&here.path("target"), None, &empty, &stopped).await, Err(Error::RestoreStopped)));
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    restore(&here.path("target"), None, &empty, &nobody).await.unwrap();
    assert!(empty.join("control.db").is_file());
    #[cfg(unix)]
    for private in [empty, here.path("target"), here.path("target/objects")] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o700, "{}", private.display());
    }
    assert!(matches!(take(&here.data, &here.options(), &stopped).await, Err(Error::Cancelled)));
    assert_eq!(list(&here.path("target")).await.unwrap().0.len(), 1);
    here.control.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_writes_to_a_target_at_a_time_and_progress_is_told() {
    let here = Here::with(&["shop"]).await;
    here.lake("shop", 100).await.append(vec![event(1)]).await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (data, options, seen) = (here.data.clone(), here.options(), Arc::clone(&told));
    let handle = tokio::runtime::Handle::current();
    let progress = move |progress: BackupProgress| {
        let mut seen = seen.lock().unwrap();
        if seen.is_empty() {
            let second = handle.block_on(take(&data, &options, &BackupWatch::nobody()));
            assert!(matches!(second, Err(Error::TargetInUse { .. })), "{second:?}");
            assert!(matches!(handle.block_on(list(&options.target)), Err(Error::TargetInUse { .. })));
        }
        seen.push(progress);
    };
    let watch = BackupWatch { progress: Arc::new(progress), stop: tokio_util::sync::CancellationToken::new() };
    let report = take(&here.data, &here.options(), &watch).await.unwrap();
    let told = told.lock().unwrap();
    assert!(told.is_sorted_by_key(|progress| progress.done) && told.iter().all(|it| it.done <= it.total));
    assert_eq!(told.last().unwrap().done, report.bytes);
}
