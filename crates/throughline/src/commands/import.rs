//! `throughline import`.

use std::path::Path;
use std::sync::Arc;

use ingest::{Lookups, Mapping, SourceFile};
use lake::Mode;
use serde::Serialize;
use worker::import::{Clock, ImportRequest, KnownUnderOtherMapping, Preview, Target, import, preview};
use worker::maintain::settle;

use super::tables;
use crate::args::ImportArgs;
use crate::context::{Context, read_text};
use crate::exit::{Exit, Failure};
use crate::progress::import_watch;

pub async fn run(context: &Context, args: &ImportArgs) -> anyhow::Result<Exit> {
    let files = ingest::expand(&args.paths)?;
    let Some(mapping_path) = args.mapping.as_deref().filter(|_| !args.suggest) else {
        return suggest(context, &files);
    };
    let mapping = mapping(mapping_path)?;
    let mapping_folder = mapping_path.parent().map(Path::to_owned).unwrap_or_default();
    if args.dry_run {
        return dry_run(context, &files, &mapping, &mapping_folder);
    }
    let control = context.control().await?;
    let workspace = context.workspace_or_new(&control, &args.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadWrite).await?;
    let request = ImportRequest {
        workspace: workspace.id,
        files,
        mapping: Arc::new(mapping),
        mapping_folder,
        known: if args.replace { KnownUnderOtherMapping::Replace } else { KnownUnderOtherMapping::Refuse },
        batch_events: args.batch.map_or(context.settings.import.batch_events, |batch| batch as usize),
        now_us: worker::clock::now_us(),
    };
    let (watch, bar) = import_watch(&context.stop);
    let summary = import(Target { folder: &context.folder, control: &control, lake: &lake }, &request, &watch).await;
    bar.finish_and_clear();
    let summary = summary?;
    // Also where nothing was read: an earlier run may have been killed before it came to this.
    context.watched("merging files", async |control| settle(&lake, control).await).await?;
    context.output.result(&summary, tables::import)?;
    let rejected = summary.totals.rejected_total();
    Ok(if rejected > args.allow_rejects { Exit::Input } else { Exit::Done })
}

fn mapping(path: &Path) -> anyhow::Result<Mapping> {
    let text = read_text(path)?;
    let faults = match Mapping::from_yaml(&text) {
        Ok(mapping) => return Ok(mapping),
        Err(faults) => faults,
    };
    Err(worker::Error::Document { path: path.to_owned(), faults }.into())
}

fn suggest(context: &Context, files: &[SourceFile]) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Suggested {
        mapping: String,
        notes: Vec<String>,
    }
    let suggestion = ingest::suggest(files)?;
    for note in &suggestion.notes {
        context.output.remark(&format!("note: {note}"));
    }
    let suggested = Suggested { mapping: suggestion.yaml, notes: suggestion.notes };
    context.output.result(&suggested, |suggested| suggested.mapping.clone())?;
    Ok(Exit::Done)
}

fn dry_run(context: &Context, files: &[SourceFile], mapping: &Mapping, folder: &Path) -> anyhow::Result<Exit> {
    let lookups = Lookups::load(mapping, folder)?;
    let mut previews = Vec::new();
    for file in files {
        match mapping.coverage(&file.name) {
            ingest::Coverage::Events(_) => previews.push(previewed(context, file, mapping, &lookups)?),
            ingest::Coverage::Lookup | ingest::Coverage::Ignored => {}
            ingest::Coverage::Nothing => return Err(ingest::Error::NotCovered { path: file.path.clone() }.into()),
        }
    }
    context.output.result(&previews, |previews| previews.iter().map(preview_text).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::Done)
}

fn previewed(context: &Context, file: &SourceFile, mapping: &Mapping, lookups: &Lookups) -> anyhow::Result<Preview> {
    let going_on = |_| !context.stop.is_cancelled();
    let clock = Clock { now_us: worker::clock::now_us(), zone: None };
    match preview(file, mapping, lookups, clock, going_on) {
        // Nothing was written that the same command could go on from.
        Err(worker::Error::Cancelled) => Err(Failure::new(Exit::Cancelled, "stopped").into()),
        other => Ok(other?),
    }
}

fn preview_text(preview: &Preview) -> String {
    let mut text = format!(
        "{}: {} rows → {} events, {} rejected, {} skipped\n",
        preview.file, preview.rows, preview.events, preview.rejected, preview.skipped
    );
    for event in &preview.first_events {
        text.push_str(&serde_json::to_string(event).unwrap_or_default());
        text.push('\n');
    }
    for rejection in &preview.first_rejected {
        text.push_str(&format!("rejected, line {}: {} ({})\n", rejection.line, rejection.reason, rejection.code));
    }
    for note in &preview.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    text
}
