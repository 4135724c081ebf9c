//! `throughline workspace`.

use control::{NewWorkspace, SampleNotice, Workspace};
use lake::{Lake, LakeOptions, Mode};
use model::text::LocalizedText;

use crate::args::WorkspaceCommand;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{table, time};

pub async fn run(context: &Context, command: WorkspaceCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        WorkspaceCommand::List => {
            let workspaces = control.workspaces().await?;
            context.output.result(&workspaces, |workspaces| rows(workspaces, &context.output.lang))?;
        }
        WorkspaceCommand::Create { id, name, zone, currency } => {
            let name = LocalizedText::from(name.as_deref().unwrap_or(&id));
            let created_at_us = worker::clock::now_us();
            let new = NewWorkspace { id, name, sample: None, zone, currency, place: 0, created_at_us };
            let workspace = control.create_workspace(new).await?;
            context.output.result(&workspace, |workspace| format!("made workspace {}", workspace.id))?;
        }
        WorkspaceCommand::Delete { id, yes: _ } => {
            let unknown = || Failure::not_found(format!("there is no workspace `{id}`"));
            let workspace = control.workspace(&id).await?.ok_or_else(unknown)?;
            delete_events(context, &id).await?;
            control.delete_workspace(&id).await?;
            context.output.result(&workspace, |workspace| format!("deleted workspace {}", workspace.id))?;
        }
    }
    Ok(Exit::Done)
}

/// Removes the workspace's folder, holding its writer's lock so that nobody is writing to it.
async fn delete_events(context: &Context, id: &str) -> anyhow::Result<()> {
    let folder = context.folder.workspace(id);
    if !folder.exists() {
        return Ok(());
    }
    let lake = context.folder.lake(id);
    let _lock = match lake.exists() {
        true => Some(Lake::open(&lake, LakeOptions::new(Mode::ReadWrite)).await?),
        false => None,
    };
    Ok(tokio::fs::remove_dir_all(&folder).await?)
}

fn rows(workspaces: &[Workspace], lang: &str) -> String {
    let row = |workspace: &Workspace| {
        let kind = |sample: &SampleNotice| format!("{} data, {}", sample.kind.id(), sample.licence);
        let sample = workspace.sample.as_ref().map_or(String::new(), kind);
        [
            workspace.id.clone(),
            workspace.name.get(lang).to_owned(),
            workspace.zone.clone(),
            sample,
            time(workspace.created_at_us),
        ]
    };
    table(["id", "name", "zone", "", "made (UTC)"], workspaces.iter().map(row))
}
