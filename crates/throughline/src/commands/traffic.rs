//! `throughline traffic`: the rules that tell which way visitors came.

use std::path::Path;

use analysis::answer::TrafficPreview;
use control::Control;
use model::journey::Fault;
use model::traffic::{RuleSet, UNASSIGNED};
use serde::Serialize;

use super::tables;
use crate::args::{TrafficCommand, TrafficPreviewArgs, TrafficSaveArgs, TrafficShowArgs, WorkspaceArg};
use crate::context::{ASKING, Context, read_text, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{table, time};

pub async fn run(context: &Context, command: TrafficCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        TrafficCommand::Show(args) => show(context, &control, &args).await,
        TrafficCommand::Save(args) => save(context, &control, &args).await,
        TrafficCommand::Versions(arg) => versions(context, &control, &arg).await,
        TrafficCommand::Preview(args) => preview(context, &control, &args).await,
    }
}

async fn show(context: &Context, control: &Control, args: &TrafficShowArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.workspace).await?;
    let stored = control.traffic(&workspace.id, args.version).await?;
    let stored = stored.ok_or_else(|| {
        Failure::not_found(format!("there is no such version of the traffic rules of workspace `{}`", workspace.id))
    })?;
    // What is shown is what can be edited and saved.
    let text = serde_json::to_string_pretty(&stored.rules)?;
    context.output.result(&stored, |_| text)?;
    Ok(Exit::Done)
}

async fn save(context: &Context, control: &Control, args: &TrafficSaveArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Saved {
        version: u32,
        created: bool,
    }
    let rules = read(&args.file)?;
    let workspace = context.workspace(control, &args.workspace).await?;
    let info = save_info(args.note.clone(), args.expected_version);
    let saved = control.save_traffic(&workspace.id, &rules, info).await?;
    let saved = Saved { version: saved.version, created: saved.created };
    context.output.result(&saved, |saved| match saved.created {
        true => format!("saved as version {}", saved.version),
        false => format!("unchanged, version {}", saved.version),
    })?;
    Ok(Exit::Done)
}

async fn versions(context: &Context, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, arg).await?;
    let versions = control.traffic_versions(&workspace.id).await?;
    context.output.result(&versions, |versions| tables::versions(versions))?;
    Ok(Exit::Done)
}

async fn preview(context: &Context, control: &Control, args: &TrafficPreviewArgs) -> anyhow::Result<Exit> {
    let draft = args.file.as_deref().map(read).transpose()?;
    let workspace = context.workspace(control, &args.workspace).await?;
    let present = context.present(control, &workspace).await?;
    let analyst = context.analyst()?;
    let work = async |control: &lake::Control| analyst.traffic_preview(&present, draft.as_ref(), control).await;
    let answer = context.watched(ASKING, work).await?;
    context.output.result(&answer, human)?;
    Ok(Exit::Done)
}

fn read(file: &Path) -> anyhow::Result<RuleSet> {
    let text = read_text(file)?;
    let refused = |faults| worker::Error::Document { path: file.to_owned(), faults };
    let rules: RuleSet = serde_json::from_str(&text).map_err(|error| {
        let fault = Fault {
            line: u32::try_from(error.line()).ok(),
            column: u32::try_from(error.column()).ok(),
            ..Fault::new("", error.to_string())
        };
        refused(vec![fault])
    })?;
    match rules.faults() {
        faults if faults.is_empty() => Ok(rules),
        faults => Err(refused(faults).into()),
    }
}

fn human(answer: &TrafficPreview) -> String {
    let groups = answer.groups.iter().map(|of| {
        let numbers = [of.before.events, of.after.events, of.before.customers, of.after.customers];
        let [a, b, c, d] = numbers.map(|number| number.to_string());
        [of.group.clone(), a, b, c, d]
    });
    let groups = table(["group", "events before#", "after#", "customers before#", "after#"], groups);
    let left = answer.unclassified.iter().map(|of| {
        let text = |text: &str| text.to_owned();
        [
            text(&of.source),
            text(&of.medium),
            text(&of.referrer_host),
            text(&of.campaign),
            of.events.to_string(),
            time(of.last_us),
        ]
    });
    let left = table(["source", "medium", "referrer", "campaign", "events#", "last (UTC)"], left);
    match answer.unclassified.is_empty() {
        true => format!("{groups}\n{} events would change their group; none is `{UNASSIGNED}`", answer.moved),
        false => format!("{groups}\n{} events would change their group\n\n{UNASSIGNED}:\n{left}", answer.moved),
    }
}
