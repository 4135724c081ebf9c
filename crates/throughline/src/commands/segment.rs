//! `throughline segment`, and what `throughline analyze` asks about segments and scores.

use std::path::Path;

use analysis::question::{Question, RfmQuestion, SegmentsQuestion};
use control::{Control, StoredSegment, definition};
use model::event::Column;
use model::period::Span;
use model::rfm::Model;
use model::segment::{Segment, Within};
use serde::Serialize;

use super::analyze::Asked;
use super::tables;
use crate::args::{RfmArgs, SegmentArgs, SegmentCommand, SegmentIdArg, SegmentSaveArgs, SegmentShowArgs, WorkspaceArg};
use crate::context::{Context, read_text, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{table, time};
use crate::scope::{rule, segment_choice, span};

pub async fn run(context: &Context, command: SegmentCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        SegmentCommand::List(arg) => list(context, &control, &arg).await,
        SegmentCommand::Show(args) => show(context, &control, &args).await,
        SegmentCommand::Save(args) => save(context, &control, &args).await,
        SegmentCommand::Versions(arg) => versions(context, &control, &arg).await,
        SegmentCommand::Delete(arg) => delete(context, &control, &arg).await,
    }
}

async fn list(context: &Context, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, arg).await?;
    let segments = control.segments(&workspace.id).await?;
    context.output.result(&segments, |segments| {
        let row = |stored: &StoredSegment| {
            let name = stored.segment.name.get(&context.output.lang).to_owned();
            let tests = stored.segment.who.tests().to_string();
            [stored.segment.id.clone(), name, stored.version.to_string(), tests, time(stored.saved_at_us)]
        };
        table(["id", "name", "version#", "tests#", "saved (UTC)"], segments.iter().map(row))
    })?;
    Ok(Exit::Done)
}

async fn show(context: &Context, control: &Control, args: &SegmentShowArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.id.workspace).await?;
    let id = &args.id.segment;
    let stored = control.segment(&workspace.id, id, args.version).await?;
    let stored = stored.ok_or_else(|| {
        Failure::not_found(format!("there is no such version of a segment `{id}` in workspace `{}`", workspace.id))
    })?;
    context.output.result(&stored, |stored| definition::segment_to_yaml(&stored.segment))?;
    Ok(Exit::Done)
}

async fn save(context: &Context, control: &Control, args: &SegmentSaveArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Saved {
        segment: String,
        version: u32,
        created: bool,
    }
    let segments = args.files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    let workspace = context.workspace(control, &args.workspace).await?;
    let mut all = Vec::new();
    for segment in segments {
        let info = save_info(args.note.clone(), args.expected_version);
        let saved = control.save_segment(&workspace.id, &segment, info).await?;
        all.push(Saved { segment: segment.id, version: saved.version, created: saved.created });
    }
    context.output.result(&all, |all| {
        let line = |saved: &Saved| match saved.created {
            true => format!("{}: saved as version {}", saved.segment, saved.version),
            false => format!("{}: unchanged, version {}", saved.segment, saved.version),
        };
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn read(file: &Path) -> anyhow::Result<Segment> {
    let text = read_text(file)?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let segment = if is_json { definition::segment_from_json(&text) } else { definition::segment_from_yaml(&text) };
    segment.map_err(|faults| worker::Error::Document { path: file.to_owned(), faults }.into())
}

async fn versions(context: &Context, control: &Control, arg: &SegmentIdArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &arg.workspace).await?;
    let versions = control.segment_versions(&workspace.id, &arg.segment).await?;
    if versions.is_empty() {
        return Err(unknown(&arg.segment, &workspace.id).into());
    }
    context.output.result(&versions, |versions| tables::versions(versions))?;
    Ok(Exit::Done)
}

async fn delete(context: &Context, control: &Control, arg: &SegmentIdArg) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Deleted<'a> {
        segment: &'a str,
    }
    let workspace = context.workspace(control, &arg.workspace).await?;
    control.delete_segment(&workspace.id, &arg.segment).await?;
    context.output.result(&Deleted { segment: &arg.segment }, |deleted| format!("{}: deleted", deleted.segment))?;
    Ok(Exit::Done)
}

fn unknown(segment: &str, workspace: &str) -> Failure {
    Failure::not_found(format!("there is no segment `{segment}` in workspace `{workspace}`"))
}

/// `throughline analyze segment`.
pub async fn sizes(context: &Context, args: &SegmentArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let question = SegmentsQuestion {
        scope: asked.scope(&args.scope, None)?,
        segments: args.asked.iter().map(|text| segment_choice(text)).collect::<Result<_, _>>()?,
        trend_days: args.trend,
    };
    asked.answer(context, &Question::Segments(question), None, &args.scope).await
}

/// `throughline analyze rfm`.
pub async fn rfm(context: &Context, args: &RfmArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let value = Column::by_name(&args.value).ok_or_else(|| {
        Failure::usage(format!("--value: there is no column `{}`; `amount` is the usual one", args.value))
    })?;
    let last: Option<Span> = args.last.as_deref().map(|text| span("--last", text)).transpose()?;
    let model = Model {
        rule: rule("--event", &args.event)?,
        value,
        within: last.map_or(Within::EVER, Within::last),
        ties: args.ties.into(),
        high: args.high,
    };
    let question = RfmQuestion { scope: asked.scope(&args.scope, None)?, model, edges: None };
    asked.answer(context, &Question::Rfm(question), None, &args.scope).await
}
