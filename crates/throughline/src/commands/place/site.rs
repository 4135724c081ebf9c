//! `throughline place site`.

use std::path::Path;

use control::{Control, StoredSite, definition};
use model::place::Site;
use serde::Serialize;

use super::super::tables;
use crate::args::{SiteAddArgs, SiteArg, SiteCommand, SiteShowArgs, WorkspaceArg};
use crate::context::{Context, read_text, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{table, time};

pub async fn run(context: &Context, command: SiteCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        SiteCommand::Add(args) => add(context, &control, &args).await,
        SiteCommand::List(arg) => list(context, &control, &arg).await,
        SiteCommand::Show(args) => show(context, &control, &args).await,
        SiteCommand::Versions(arg) => versions(context, &control, &arg).await,
        SiteCommand::Remove(arg) => remove(context, &control, &arg).await,
    }
}

/// Overlaps that are told one by one, the largest first.
const OVERLAPS_SHOWN: usize = 10;

async fn add(context: &Context, control: &Control, args: &SiteAddArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Saved {
        site: String,
        version: u32,
        created: bool,
        overlaps: Vec<model::place::Overlap>,
    }
    let sites = args.files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    let workspace = context.workspace_or_new(control, &args.workspace).await?;
    let mut all = Vec::new();
    for site in sites {
        let info = save_info(args.note.clone(), args.expected_version);
        let saved = control.save_site(&workspace.id, &site, info).await?;
        let overlaps = site.plans.iter().flat_map(|plan| plan.overlaps()).collect();
        all.push(Saved { site: site.id, version: saved.version, created: saved.created, overlaps });
    }
    let mut overlaps: Vec<&model::place::Overlap> = all.iter().flat_map(|saved| &saved.overlaps).collect();
    overlaps.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    for overlap in overlaps.iter().take(OVERLAPS_SHOWN) {
        let model::place::Overlap { floor, first, second, area_m2 } = overlap;
        let text =
            format!("note: on floor {floor}, {second} shares {area_m2:.1} m² with {first}, which goes before it");
        context.output.remark(&text);
    }
    if let Some(more @ 1..) = overlaps.len().checked_sub(OVERLAPS_SHOWN) {
        context.output.remark(&format!("note: and {more} smaller ones; --json lists them all"));
    }
    context.output.result(&all, |all| {
        let line = |saved: &Saved| match saved.created {
            true => format!("{}: saved as version {}", saved.site, saved.version),
            false => format!("{}: unchanged, version {}", saved.site, saved.version),
        };
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn read(file: &Path) -> anyhow::Result<Site> {
    let text = read_text(file)?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let site = if is_json { definition::site_from_json(&text) } else { definition::site_from_yaml(&text) };
    site.map_err(|faults| worker::Error::Document { path: file.to_owned(), faults }.into())
}

async fn list(context: &Context, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, arg).await?;
    let sites = control.sites(&workspace.id).await?;
    context.output.result(&sites, |sites| {
        let row = |stored: &StoredSite| {
            let name = stored.site.name.get(&context.output.lang).to_owned();
            let newest = stored.site.plans.last();
            let (floors, zones) = newest.map_or((0, 0), |plan| {
                (plan.floors.len(), plan.floors.iter().map(|floor| floor.zones.len()).sum::<usize>())
            });
            let [version, plans] = [stored.version as usize, stored.site.plans.len()].map(|number| number.to_string());
            let saved = time(stored.saved_at_us);
            [stored.site.id.clone(), name, version, plans, floors.to_string(), zones.to_string(), saved]
        };
        table(["id", "name", "version#", "plans#", "floors#", "zones#", "saved (UTC)"], sites.iter().map(row))
    })?;
    Ok(Exit::Done)
}

async fn show(context: &Context, control: &Control, args: &SiteShowArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.site.workspace).await?;
    let id = &args.site.site;
    let stored = control.site(&workspace.id, id, args.version).await?;
    let stored = stored.ok_or_else(|| unknown(id, args.version, &workspace.id))?;
    context.output.result(&stored, |stored| definition::site_to_yaml(&stored.site))?;
    Ok(Exit::Done)
}

async fn versions(context: &Context, control: &Control, arg: &SiteArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &arg.workspace).await?;
    let versions = control.site_versions(&workspace.id, &arg.site).await?;
    if versions.is_empty() {
        return Err(unknown(&arg.site, None, &workspace.id).into());
    }
    context.output.result(&versions, |versions| tables::versions(versions))?;
    Ok(Exit::Done)
}

async fn remove(context: &Context, control: &Control, arg: &SiteArg) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Removed<'a> {
        site: &'a str,
    }
    let workspace = context.workspace(control, &arg.workspace).await?;
    control.delete_site(&workspace.id, &arg.site).await?;
    context.output.result(&Removed { site: &arg.site }, |removed| format!("{}: removed", removed.site))?;
    Ok(Exit::Done)
}

/// That there is no such site, or no such version of it.
pub fn unknown(site: &str, version: Option<u32>, workspace: &str) -> Failure {
    let how = "`throughline place site list` shows those there are";
    let of = version.map_or(String::new(), |version| format!(" at version {version}"));
    Failure::not_found(format!("there is no site `{site}`{of} in workspace `{workspace}`; {how}"))
}
