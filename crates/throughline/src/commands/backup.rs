//! `throughline backup` and `throughline restore`.

use std::path::Path;

use serde::Serialize;
use worker::backup::{self, BackupOptions, BackupReport, DamagedObject, Manifest, RestoreReport, VerifyBackupReport};

use crate::args::{BackupArgs, BackupCommand, BackupRestoreArgs};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{bytes, count, table, time};
use crate::progress::backup_watch;

pub async fn run(context: &Context, args: BackupArgs) -> anyhow::Result<Exit> {
    match args.command {
        None => take(context, args).await,
        Some(BackupCommand::List { target }) => list(context, &target).await,
        Some(BackupCommand::Verify { target, backup }) => verify(context, &target, backup.as_deref()).await,
    }
}

async fn take(context: &Context, args: BackupArgs) -> anyhow::Result<Exit> {
    let target = args.target.ok_or_else(|| Failure::usage("name the folder of the backups"))?;
    let options = BackupOptions { target, workspace: args.workspace, keep: args.keep.map(|keep| keep as usize) };
    let (watch, bar) = backup_watch(&context.stop, "copying");
    let taken = backup::take(&context.folder, &options, &watch).await;
    bar.finish_and_clear();
    let report = taken?;
    context.output.result(&report, taken_lines)?;
    Ok(Exit::Done)
}

fn taken_lines(report: &BackupReport) -> String {
    let mut lines = vec![format!(
        "backup {} in {}: {} files, {}; new {}",
        report.id,
        report.target.display(),
        count(report.files),
        bytes(report.bytes),
        bytes(report.new_bytes)
    )];
    if !report.dropped.is_empty() {
        lines.push(format!("deleted: {}", report.dropped.join(", ")));
    }
    if !report.unreadable.is_empty() {
        lines.push("nothing was deleted, because an earlier backup cannot be read:".to_owned());
        lines.extend(report.unreadable.iter().map(|reason| format!("  {reason}")));
    }
    if !report.recorded {
        lines.push("the data folder cannot be written to, so the page System does not tell of this backup".to_owned());
    }
    lines.join("\n")
}

/// A backup as it is listed: its manifest without the files.
#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    workspace: Option<String>,
    begun_us: i64,
    workspaces: usize,
    files: usize,
    bytes: u64,
    new_bytes: u64,
    program: String,
}

impl From<Manifest> for Listed {
    fn from(manifest: Manifest) -> Listed {
        let Manifest { id, workspace, begun_us, workspaces, files, bytes, new_bytes, program, .. } = manifest;
        Listed { id, workspace, begun_us, workspaces: workspaces.len(), files: files.len(), bytes, new_bytes, program }
    }
}

async fn list(context: &Context, target: &Path) -> anyhow::Result<Exit> {
    let (manifests, unreadable) = backup::list(target).await?;
    let listed: Vec<Listed> = manifests.into_iter().map(Listed::from).collect();
    context.output.result(&listed, |listed| {
        let row = |it: &Listed| {
            let of = it.workspace.clone().unwrap_or_else(|| "everything".to_owned());
            [it.id.clone(), time(it.begun_us), of, count(it.files as u64), bytes(it.bytes), bytes(it.new_bytes)]
        };
        table(["backup", "taken (UTC)", "of", "files#", "size#", "new#"], listed.iter().map(row))
    })?;
    for error in &unreadable {
        context.output.remark(&error.to_string());
    }
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Failed })
}

async fn verify(context: &Context, target: &Path, id: Option<&str>) -> anyhow::Result<Exit> {
    let (watch, bar) = backup_watch(&context.stop, "verifying");
    let verified = backup::verify(target, id, &watch).await;
    bar.finish_and_clear();
    let report = verified?;
    context.output.result(&report, verified_lines)?;
    Ok(if report.is_sound() { Exit::Done } else { Exit::Failed })
}

fn verified_lines(report: &VerifyBackupReport) -> String {
    let damaged = |it: &DamagedObject| {
        format!(
            "damaged: {} (backups {})\n  delete {} and back up again: what the data folder still holds is copied anew",
            it.what,
            it.backups.join(", "),
            it.object.display()
        )
    };
    let mut lines: Vec<String> = report.damaged.iter().map(damaged).collect();
    lines.extend(report.unreadable.iter().cloned());
    lines.push(format!(
        "{} backups, {} contents, {} looked at",
        report.backups.len(),
        count(report.objects),
        bytes(report.bytes)
    ));
    lines.push(if report.is_sound() { "nothing is wrong" } else { "not everything can be restored" }.to_owned());
    lines.join("\n")
}

/// Puts a backup back.
pub async fn restore(context: &Context, args: &BackupRestoreArgs) -> anyhow::Result<Exit> {
    let (watch, bar) = backup_watch(&context.stop, "restoring");
    let restored = backup::restore(&args.source, args.backup.as_deref(), context.folder.root(), &watch).await;
    bar.finish_and_clear();
    context.output.result(&restored?, restored_lines)?;
    Ok(Exit::Done)
}

fn restored_lines(report: &RestoreReport) -> String {
    let workspaces: Vec<&str> = report.workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    format!(
        "{} is as of {} UTC (backup {}): {} files, {}; workspaces: {}\nWhat was deleted or revoked since is there again; everybody \
         signs in anew.",
        report.folder.display(),
        time(report.begun_us),
        report.id,
        count(report.files),
        bytes(report.bytes),
        workspaces.join(", ")
    )
}
