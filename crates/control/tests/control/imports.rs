use control::limits::IMPORT_RUNS_KEPT;
use control::{Control, ErrorKind, ImportOutcome, ImportRun};

use crate::files::execute;
use crate::{new_workspace, with_workspaces};

pub(crate) fn run(file: &str) -> ImportRun {
    ImportRun {
        source: "ecom".into(),
        file: file.into(),
        file_bytes: 244_496,
        file_hash: "ab12".into(),
        mapping_fingerprint: -7,
        outcome: ImportOutcome::Finished,
        started_at_us: 10,
        ended_at_us: 20,
        rows: 31_106,
        events: 31_000,
        duplicates: 100,
        rejections: 5,
        skipped: 1,
    }
}

#[tokio::test]
async fn runs_are_listed_newest_first() {
    let control = with_workspaces().await;
    let interrupted = ImportRun { outcome: ImportOutcome::Interrupted, rows: 5, ..run("a.csv") };
    let failed = ImportRun { outcome: ImportOutcome::Failed, ..run("b.csv") };
    let runs = [interrupted, run("a.csv"), failed];
    let mut ids = Vec::new();
    for run in &runs {
        ids.push(control.record_import("shop", run.clone()).await.unwrap());
    }
    assert!(ids.is_sorted());
    let listed = control.imports("shop", 10).await.unwrap();
    assert_eq!(
        listed.iter().map(|record| record.id).collect::<Vec<_>>(),
        ids.iter().rev().copied().collect::<Vec<_>>()
    );
    assert!(listed.iter().map(|record| &record.run).eq(runs.iter().rev()));
    assert_eq!(control.imports("shop", 1).await.unwrap(), listed[..1]);
    assert_eq!(control.imports("other", 10).await.unwrap(), []);
    assert_eq!(control.record_import("none", run("a")).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn the_oldest_runs_give_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    for workspace in ["shop", "other"] {
        control.create_workspace(new_workspace(workspace)).await.unwrap();
        control.record_import(workspace, run("first.csv")).await.unwrap();
    }
    let kept = IMPORT_RUNS_KEPT;
    let fill = format!(
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {kept})
         INSERT INTO import_run (workspace_id, source, file, file_hash, outcome, file_bytes, mapping_fingerprint,
             started_at_us, ended_at_us, rows, events, duplicates, rejections, skipped)
         SELECT 'shop', 'ecom', i || '.csv', '', 'finished', 1, 1, 1, 1, 1, 1, 0, 0, 0 FROM n"
    );
    execute(&path, &fill).await;
    let oldest = async || control.imports("shop", u64::MAX).await.unwrap().pop().unwrap().run.file;
    assert_eq!(oldest().await, "first.csv");
    control.record_import("shop", run("last.csv")).await.unwrap();
    assert_eq!(oldest().await, "2.csv");
    assert_eq!(control.imports("shop", u64::MAX).await.unwrap().len() as u64, kept);
    assert_eq!(control.imports("other", 10).await.unwrap().len(), 1);
}
