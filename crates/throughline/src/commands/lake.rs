//! `throughline lake`.

use lake::{CompactExtent, CompactOptions, Finding, Mode, QuarantineReport, TableStatus, VacuumOptions};

use crate::args::{LakeCommand, WorkspaceArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, count, table, time};

pub async fn run(context: &Context, command: LakeCommand) -> anyhow::Result<Exit> {
    match command {
        LakeCommand::Status(arg) => status(context, &arg).await,
        LakeCommand::Flush(arg) => {
            let report = open(context, &arg, Mode::ReadWrite).await?.flush().await?;
            context
                .output
                .result(&report, |report| format!("{} rows moved from the log into the tables", count(report.rows)))?;
            Ok(Exit::Done)
        }
        LakeCommand::Compact { workspace, full } => {
            let lake = open(context, &workspace, Mode::ReadWrite).await?;
            let extent = if full { CompactExtent::Full } else { CompactExtent::Tier };
            let options = CompactOptions::new(extent);
            let report = context.watched("merging files", async |control| lake.compact(options, control).await).await?;
            context.output.result(&report, |report| {
                let (before, after) = (report.files_before, report.files_after);
                format!(
                    "{before} files became {after}; {} rows, {} before",
                    count(report.rows_after),
                    count(report.rows_before)
                )
            })?;
            Ok(Exit::Done)
        }
        LakeCommand::Verify(arg) => verify(context, &arg).await,
        LakeCommand::Quarantine { file, workspace } => {
            let report = open(context, &workspace, Mode::ReadWrite).await?.quarantine(&file).await?;
            context.output.result(&report, quarantined)?;
            Ok(Exit::Done)
        }
        LakeCommand::Vacuum(arg) => {
            let lake = open(context, &arg, Mode::ReadWrite).await?;
            let report = lake.vacuum(VacuumOptions::default()).await?;
            context.output.result(&report, |report| match report.held {
                true => "nothing deleted, a backup is reading files; try again when it is done".to_owned(),
                false => format!("{} files deleted, {}", report.files, bytes(report.bytes)),
            })?;
            Ok(Exit::Done)
        }
    }
}

async fn open(context: &Context, arg: &WorkspaceArg, mode: Mode) -> anyhow::Result<lake::Lake> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, arg).await?;
    context.lake(&workspace.id, mode).await
}

async fn status(context: &Context, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let status = open(context, arg, Mode::ReadOnly).await?.status().await?;
    context.output.result(&status, |status| {
        let tables = [
            ("events", &status.events),
            ("identity", &status.identity),
            ("identity_edges", &status.identity_edges),
            ("profiles", &status.profiles),
        ];
        let row = |(name, table): (&str, &TableStatus)| {
            let (version, files) = (table.version.to_string(), table.files.to_string());
            [name.to_owned(), version, files, count(table.rows), bytes(table.bytes), bytes(table.dead_bytes)]
        };
        let range = status
            .time_range_us
            .map_or("no events".to_owned(), |(first, last)| format!("{} to {} UTC", time(first), time(last)));
        format!(
            "{}\nwaiting in the log: {} rows; stored under an earlier customer: {} rows\n{range}",
            table(["table", "version#", "files#", "rows#", "size#", "replaced#"], tables.map(row)),
            count(status.tail_rows),
            count(status.overlay_rows),
        )
    })?;
    Ok(Exit::Done)
}

/// What is missing now, and how to bring it back.
fn quarantined(report: &QuarantineReport) -> String {
    let (rows, size) = (count(report.rows), bytes(report.bytes));
    let mut lines = vec![format!("{} with {rows} rows, {size}, lies in {} now", report.file, report.moved_to)];
    let Some(held) = &report.held else {
        lines.push("what it held is not known: its index is lost too".to_owned());
        lines.push("to bring it back: restore a backup from before the damage".to_owned());
        return lines.join("\n");
    };
    let span = held
        .time_range_us
        .map_or("no time".to_owned(), |(first, last)| format!("{} to {} UTC", time(first), time(last)));
    lines.push(format!("missing: events of {} customers, {span}", count(held.customers)));
    lines.push(format!("event names: {}", held.events.join(", ")));
    lines.push(format!("channels: {}", held.channels.join(", ")));
    if !held.imports.is_empty() {
        lines.push(format!("imports: {}", held.imports.join(", ")));
        lines.push("to bring these back: import their files again with --replace (`throughline import`)".to_owned());
    }
    if held.live {
        lines.push("what came through the doors is in a backup alone: restore one from before the damage".to_owned());
    }
    lines.join("\n")
}

async fn verify(context: &Context, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(&context.control().await?, arg).await?;
    // Also of a workspace that is too damaged to be opened.
    let folder = context.folder.lake(&workspace.id);
    let look = async |control: &_| lake::Lake::verify_folder(&folder, control).await;
    let report = context.watched("verifying", look).await?;
    let sound = report.is_sound();
    context.output.result(&report, |report| {
        let line = |finding: &Finding| {
            let weight = if finding.harmful { "wrong" } else { "untidy" };
            format!("{weight}: {}: {} ({})", finding.place, finding.message, finding.code)
        };
        let mut lines: Vec<_> = report.findings.iter().map(line).collect();
        lines.push(format!(
            "{} files, {} rows looked at, {} doubles left out by scans",
            report.files,
            count(report.rows),
            count(report.duplicates)
        ));
        if report.unchecked > 0 {
            let unchecked = report.unchecked;
            lines.push(format!(
                "{unchecked} files of an earlier release have no checksums; `lake compact --full` adds them"
            ));
        }
        lines.push(if report.is_sound() { "nothing is wrong".to_owned() } else { "answers may be wrong".to_owned() });
        lines.join("\n")
    })?;
    Ok(if sound { Exit::Done } else { Exit::Failed })
}
