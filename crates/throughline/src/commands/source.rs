//! `throughline source`: feeds that send events of their own accord. Not here: their keys (`throughline key`), and what came
//! of them, which a running server knows.

use control::{Control, Source, SourceKey};
use model::access::Action;
use serde::Serialize;
use serde_json::Map;
use server::api::sources::KeyInfo;
use worker::clock::now_us;

use super::trail::record;
use crate::args::{SourceAddArgs, SourceArg, SourceChangeArgs, SourceCommand, WorkspaceArg};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{count, table};

pub async fn run(context: &Context, command: SourceCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        SourceCommand::List(workspace) => list(context, &control, &workspace).await?,
        SourceCommand::Add(args) => add(context, &control, args).await?,
        SourceCommand::Change(args) => change(context, &control, args).await?,
        SourceCommand::Remove(of) => remove(context, &control, &of).await?,
    }
    Ok(Exit::Done)
}

/// A source and its keys.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    source: Source,
    keys: Vec<KeyInfo>,
}

async fn list(context: &Context, control: &Control, workspace: &WorkspaceArg) -> anyhow::Result<()> {
    let workspace = context.workspace(control, workspace).await?;
    let keys = control.source_keys(&workspace.id).await?;
    let of = |id: &str| keys.iter().filter(|key| key.source == id).cloned().map(KeyInfo::from).collect();
    let sources = control.sources(&workspace.id).await?;
    let sources: Vec<Listed> = sources.into_iter().map(|source| Listed { keys: of(&source.id), source }).collect();
    context.output.result(&sources, |sources| {
        let row = |Listed { source, keys }: &Listed| {
            let origins = if source.origins.is_empty() { "any".to_owned() } else { source.origins.join(" ") };
            [source.id.clone(), source.name.clone(), source.channel.clone(), origins, count(keys.len() as u64)]
        };
        table(["id", "name", "channel", "origins", "keys#"], sources.iter().map(row))
    })
}

async fn add(context: &Context, control: &Control, args: SourceAddArgs) -> anyhow::Result<()> {
    let SourceAddArgs { source: id, workspace, name, channel, origin: origins } = args;
    let workspace = context.workspace(control, &workspace).await?;
    let name = name.unwrap_or_else(|| id.clone());
    let source = Source { id, name, channel, origins, created_at_us: now_us() };
    let source = control.add_source(&workspace.id, source).await?;
    record(control, Action::SourceChange, &source.id, Some(&workspace.id), Map::new()).await?;
    context.output.result(&source, |source| {
        format!("{}: added; `throughline key create {} -w {}` gives it a key", source.id, source.id, workspace.id)
    })
}

async fn change(context: &Context, control: &Control, args: SourceChangeArgs) -> anyhow::Result<()> {
    let SourceChangeArgs { source: SourceArg { source: id, workspace }, name, channel, origin, any_origin } = args;
    let workspace = context.workspace(control, &workspace).await?;
    let before = stored(control, &workspace.id, &id).await?;
    let changed = Source {
        name: name.unwrap_or(before.name),
        channel: channel.unwrap_or(before.channel),
        origins: if any_origin || !origin.is_empty() { origin } else { before.origins },
        id: before.id,
        created_at_us: before.created_at_us,
    };
    let changed = control.change_source(&workspace.id, changed).await?;
    record(control, Action::SourceChange, &changed.id, Some(&workspace.id), Map::new()).await?;
    context.output.result(&changed, |changed| format!("{}: changed", changed.id))
}

async fn remove(context: &Context, control: &Control, of: &SourceArg) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Removed<'a> {
        source: &'a str,
    }
    let workspace = context.workspace(control, &of.workspace).await?;
    if !control.delete_source(&workspace.id, &of.source).await? {
        return Err(unknown(&workspace.id, &of.source).into());
    }
    record(control, Action::SourceDeletion, &of.source, Some(&workspace.id), Map::new()).await?;
    context.output.result(&Removed { source: &of.source }, |removed| {
        format!("{}: removed with its keys; its events stay", removed.source)
    })
}

/// A source of a workspace.
pub async fn stored(control: &Control, workspace: &str, id: &str) -> anyhow::Result<Source> {
    let found = control.sources(workspace).await?.into_iter().find(|source| source.id == id);
    Ok(found.ok_or_else(|| unknown(workspace, id))?)
}

/// A key of any source of a workspace.
pub async fn stored_key(control: &Control, workspace: &str, id: &str) -> anyhow::Result<SourceKey> {
    let found = control.source_keys(workspace).await?.into_iter().find(|key| key.id == id);
    let how = "`throughline key list` shows those there are";
    Ok(found.ok_or_else(|| Failure::not_found(format!("workspace `{workspace}` has no key `{id}`; {how}")))?)
}

fn unknown(workspace: &str, id: &str) -> Failure {
    let how = "`throughline source list` shows those there are";
    Failure::not_found(format!("workspace `{workspace}` has no source `{id}`; {how}"))
}
