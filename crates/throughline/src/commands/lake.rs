//! `throughline lake`.

use lake::{CompactExtent, CompactOptions, Finding, Mode, TableStatus, VacuumOptions};

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
        LakeCommand::Vacuum(arg) => {
            let lake = open(context, &arg, Mode::ReadWrite).await?;
            let report = lake.vacuum(VacuumOptions::default()).await?;
            context
                .output
                .result(&report, |report| format!("{} files deleted, {}", report.files, bytes(report.bytes)))?;
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
        lines.push(if report.is_sound() { "nothing is wrong".to_owned() } else { "answers may be wrong".to_owned() });
        lines.join("\n")
    })?;
    Ok(if sound { Exit::Done } else { Exit::Failed })
}
