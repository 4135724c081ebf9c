use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use control::{Control, Error, ErrorKind, SCHEMA_VERSION, SaveInfo};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::{journey, new_workspace};

/// Runs SQL past the control plane.
pub(crate) async fn execute(path: &Path, sql: &str) {
    let db = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn what_is_saved_survives_closing() {
    let folder = tempfile::tempdir().unwrap();
    // A path that a connection URL would misread, in a folder that is not there yet.
    let path = folder.path().join("a ?mode=ro&x=%2F#目录").join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    control.create_workspace(new_workspace("shop")).await.unwrap();
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    let hash = control.save_view("shop", &json!({"v": 1}), 1).await.unwrap();
    control.close().await.unwrap();
    assert!(path.is_file());

    let control = Control::open(&path).await.unwrap();
    assert_eq!(control.journey("shop", "buy", None).await.unwrap().unwrap().journey, journey("buy", "Buy"));
    assert_eq!(control.view("shop", &hash).await.unwrap(), Some(json!({"v": 1})));
}

#[tokio::test]
async fn a_database_written_by_version_1_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/control-v1.sqlite");
    std::fs::copy(fixture, &path).unwrap();
    let control = Control::open(&path).await.unwrap();

    let workspaces = control.workspaces().await.unwrap();
    let ids: Vec<_> = workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    assert_eq!(ids, ["other", "shop"]);
    assert_eq!(workspaces[1].name.get("zh-CN"), "网店");
    assert_eq!(workspaces[1].sample.as_ref().unwrap().licence, "CC0-1.0");
    assert_eq!(
        (workspaces[1].sample.as_ref().unwrap().kind, workspaces[1].place),
        (model::sample::SampleKind::Sample, 0)
    );
    let versions = control.journey_versions("shop", "buy").await.unwrap();
    let versions: Vec<_> =
        versions.iter().map(|v| (v.version, v.saved_at_us, v.by.as_str(), v.note.as_deref())).collect();
    assert_eq!(versions, [(2, 12, "wu", Some("改名")), (1, 11, "lin", None)]);
    assert_eq!(control.journey("shop", "buy", None).await.unwrap().unwrap().journey, journey("buy", "Buy more"));
    assert_eq!(control.journey("shop", "buy", Some(1)).await.unwrap().unwrap().journey, journey("buy", "Buy"));
    let view = json!({"v": 1, "page": "map", "journey": "buy"});
    assert_eq!(control.view("shop", "e0drmr2ky6qcqhg7").await.unwrap(), Some(view));
    assert_eq!(control.imports("shop", 10).await.unwrap()[0].run, crate::imports::run("a.csv"));
    // And is written to, also where there was no table before.
    assert_eq!(control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap().version, 3);
    let pain = crate::pains::pain("buy", None, Some(5.0), 1.0);
    let look = crate::pains::look(1, 100);
    let recorded = control.record_pains("shop", &look, std::slice::from_ref(&pain), SaveInfo::default()).await.unwrap();
    assert_eq!(recorded.new, [pain.key.as_str()]);
    let proposal = crate::proposals::proposal(Some(&pain.key));
    control.create_proposal("shop", &proposal, SaveInfo::default()).await.unwrap();
    control.close().await.unwrap();
    let control = Control::open(&path).await.unwrap();
    assert_eq!(control.pain("shop", &pain.key).await.unwrap().unwrap().pain, pain);
    assert_eq!(control.journey("shop", "buy", Some(2)).await.unwrap().unwrap().journey, journey("buy", "Buy more"));
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    Control::open(&path).await.unwrap().close().await.unwrap();
    execute(&path, "INSERT INTO control_schema (version, name) VALUES (999, 'from the future')").await;
    let error = Control::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Newer { found: 999, known: SCHEMA_VERSION, .. }));
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Newer, false));
    assert!(error.to_string().contains("control.sqlite"), "{error}");
}

#[tokio::test]
async fn other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.sqlite");
    execute(&foreign, "CREATE TABLE note (id INTEGER)").await;
    let before = std::fs::read(&foreign).unwrap();
    let error = Control::open(&foreign).await.unwrap_err();
    assert!(matches!(error, Error::Foreign(_)), "{error}");
    assert_eq!(std::fs::read(&foreign).unwrap(), before);

    let text = folder.path().join("notes.txt");
    let words = "These are my notes, and no database at all. ".repeat(50);
    std::fs::write(&text, &words).unwrap();
    let error = Control::open(&text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), words);

    let error = Control::open(folder.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let error = Control::open(&text.join("control.sqlite")).await.unwrap_err();
    assert!(error.to_string().contains("notes.txt"), "{error}");
}

#[tokio::test]
async fn damaged_content_is_reported_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    control.create_workspace(new_workspace("shop")).await.unwrap();
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    let hash = control.save_view("shop", &json!({"v": 1}), 1).await.unwrap();
    execute(&path, "UPDATE journey_version SET content = '{}'").await;
    execute(&path, "UPDATE view SET content = '{\"v\":2}'").await;
    let error = control.journey("shop", "buy", None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("version 1 of journey `buy`"), "{error}");
    assert_eq!(control.view("shop", &hash).await.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_open_a_new_file_at_once() {
    for _ in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sqlite");
        let start = Arc::new(Barrier::new(8));
        let mut openings = JoinSet::new();
        for i in 0..8 {
            let (path, start) = (path.clone(), start.clone());
            openings.spawn(async move {
                start.wait().await;
                let control = Control::open(&path).await?;
                control.create_workspace(new_workspace(&format!("w{i}"))).await
            });
        }
        while let Some(opened) = openings.join_next().await {
            opened.unwrap().unwrap();
        }
        assert_eq!(Control::open(&path).await.unwrap().workspaces().await.unwrap().len(), 8);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn saves_through_two_handles_lose_no_version() {
    const SAVES: u32 = 40;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let handles = [Control::open(&path).await.unwrap(), Control::open(&path).await.unwrap()];
    handles[0].create_workspace(new_workspace("shop")).await.unwrap();
    let mut saves = JoinSet::new();
    for (who, control) in handles.iter().enumerate() {
        for half in 0..2 {
            let control = control.clone();
            saves.spawn(async move {
                let mut versions = Vec::new();
                for i in 0..SAVES {
                    let changed = journey("buy", &format!("{who} {half} {i}"));
                    let saved = control.save_journey("shop", &changed, SaveInfo::default()).await.unwrap();
                    assert!(saved.created);
                    versions.push((saved.version, changed));
                }
                versions
            });
        }
    }
    let mut all = Vec::new();
    while let Some(versions) = saves.join_next().await {
        all.extend(versions.unwrap());
    }
    let numbers: BTreeSet<u32> = all.iter().map(|(version, _)| *version).collect();
    assert_eq!(numbers, (1..=4 * SAVES).collect());
    for (version, journey) in all {
        assert_eq!(handles[0].journey("shop", "buy", Some(version)).await.unwrap().unwrap().journey, journey);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_editors_one_wins_each_round() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let handles = [Control::open(&path).await.unwrap(), Control::open(&path).await.unwrap()];
    handles[0].create_workspace(new_workspace("shop")).await.unwrap();
    for round in 0..20 {
        let mut editors = JoinSet::new();
        for (who, control) in handles.iter().cloned().enumerate() {
            let info = SaveInfo { expected_version: Some(round), ..SaveInfo::default() };
            editors.spawn(async move {
                control.save_journey("shop", &journey("buy", &format!("{who} {round}")), info).await
            });
        }
        let results: Vec<_> = editors.join_all().await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let lost = results.into_iter().find_map(Result::err).unwrap();
        assert_eq!(lost.kind(), ErrorKind::Conflict);
    }
    assert_eq!(handles[1].journey_versions("shop", "buy").await.unwrap().len(), 20);
}

/// Names the database that [`process_that_saves`] writes to.
const DATABASE_VARIABLE: &str = "CONTROL_TEST_DATABASE";
const SAVES_PER_PROCESS: u32 = 25;

/// What each child of [`processes_share_one_file`] runs; without the variable, as in the parent, it does nothing.
#[tokio::test]
async fn process_that_saves() {
    let Some(path) = std::env::var_os(DATABASE_VARIABLE) else { return };
    let control = Control::open(Path::new(&path)).await.unwrap();
    // Whoever is first creates it.
    if let Err(error) = control.create_workspace(new_workspace("shop")).await {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
    for i in 0..SAVES_PER_PROCESS {
        let changed = journey("buy", &format!("{} {i}", std::process::id()));
        control.save_journey("shop", &changed, SaveInfo::default()).await.unwrap();
    }
}

#[tokio::test]
async fn processes_share_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "files::process_that_saves"])
                .env(DATABASE_VARIABLE, &path)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let control = Control::open(&path).await.unwrap();
    let versions = control.journey_versions("shop", "buy").await.unwrap();
    assert!(versions.iter().map(|info| info.version).eq((1..=4 * SAVES_PER_PROCESS).rev()));
}
