//! `throughline journey`.

use std::path::Path;

use analysis::answer::{JourneyMap, PainAnswer};
use analysis::question::{JourneyKey, JourneyMapQuestion, PainQuestion, ResolvedJourney};
use control::{Control, PainLook, Workspace, definition};
use model::journey::{Fault, Journey};
use model::lanes::Parent;
use serde::Serialize;

use super::{tables, templates, versions};
use crate::args::{
    JourneyArg, JourneyCommand, JourneyIdArg, JourneyImportArgs, MapArgs, PainsArgs, PersonasArgs, ScopeArgs,
    WorkspaceArg,
};
use crate::context::{ASKING, Context, read_text, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{table, time};
use crate::scope::scope;

pub async fn run(context: &Context, command: JourneyCommand) -> anyhow::Result<Exit> {
    // These need no data folder.
    match &command {
        JourneyCommand::Validate { files } => return validate(context, files),
        JourneyCommand::Templates { template } => return templates::show(context, template.as_deref()),
        _ => {}
    }
    let control = context.control().await?;
    match command {
        JourneyCommand::List(arg) => list(context, &control, &arg).await,
        JourneyCommand::Show(arg) => show(context, &control, &arg).await,
        JourneyCommand::Map(args) => map(context, &control, &args).await,
        JourneyCommand::Pains(args) => pains(context, &control, &args).await,
        JourneyCommand::Import(args) => import(context, &control, &args).await,
        JourneyCommand::Export(args) => super::export::run(context, &control, &args).await,
        JourneyCommand::Personas(args) => personas(context, &control, &args).await,
        JourneyCommand::New(args) => templates::begin(context, &control, args).await,
        JourneyCommand::Tree(arg) => tree(context, &control, &arg).await,
        JourneyCommand::Versions(arg) => versions::list(context, &control, &arg).await,
        JourneyCommand::Diff(args) => versions::diff(context, &control, &args).await,
        JourneyCommand::Restore(args) => versions::restore(context, &control, args).await,
        JourneyCommand::Templates { .. } | JourneyCommand::Validate { .. } => Ok(Exit::Done),
    }
}

async fn list(context: &Context, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, arg).await?;
    let journeys = control.journeys(&workspace.id).await?;
    let lang = &context.output.lang;
    context.output.result(&journeys, |journeys| {
        let row = |journey: &control::JourneySummary| {
            let name = journey.name.get(lang).to_owned();
            [
                journey.id.clone(),
                name,
                journey.version.to_string(),
                journey.stages.to_string(),
                time(journey.saved_at_us),
            ]
        };
        table(["id", "name", "version#", "stages#", "saved (UTC)"], journeys.iter().map(row))
    })?;
    Ok(Exit::Done)
}

pub(super) async fn stored(
    context: &Context,
    control: &Control,
    arg: &JourneyArg,
) -> anyhow::Result<control::StoredJourney> {
    let workspace = context.workspace(control, &arg.id.workspace).await?;
    let id = &arg.id.journey;
    let found = control.journey(&workspace.id, id, arg.version).await?;
    Ok(found.ok_or_else(|| {
        Failure::not_found(format!("there is no such version of a journey `{id}` in workspace `{}`", workspace.id))
    })?)
}

async fn show(context: &Context, control: &Control, arg: &JourneyArg) -> anyhow::Result<Exit> {
    let stored = stored(context, control, arg).await?;
    let lang = &context.output.lang;
    context.output.result(&stored, |stored| {
        let journey = &stored.journey;
        let head = format!(
            "{} ({}), version {}, goal: {}, ended by {} of silence\n",
            journey.name.get(lang),
            journey.id,
            stored.version,
            journey.goal.name.get(lang),
            journey.gap
        );
        let rows = journey.stages.iter().flat_map(|stage| {
            stage.touchpoints.iter().map(|touchpoint| {
                [stage.name.get(lang).to_owned(), touchpoint.name.get(lang).to_owned(), touchpoint.id.clone()]
            })
        });
        head + &table(["stage", "touchpoint", "id"], rows)
    })?;
    Ok(Exit::Done)
}

async fn map(context: &Context, control: &Control, args: &MapArgs) -> anyhow::Result<Exit> {
    let (_, map) = computed(context, control, &args.journey, args.persona.clone(), &args.scope).await?;
    context.output.result(&map, |map| tables::journey_map(map, &context.output.lang))?;
    Ok(Exit::Done)
}

/// The map of a journey, and the workspace it is of.
pub(super) async fn computed(
    context: &Context,
    control: &Control,
    journey: &JourneyArg,
    persona: Option<String>,
    narrowed: &ScopeArgs,
) -> anyhow::Result<(Workspace, JourneyMap)> {
    let workspace = context.workspace(control, &journey.id.workspace).await?;
    let key = JourneyKey { id: journey.id.journey.clone(), version: journey.version };
    let journey = context.journey(control, &workspace.id, &key).await?;
    let scope = scope(narrowed, Some(&journey.definition), &workspace.zone)?;
    let question = JourneyMapQuestion { journey: key, persona, scope };
    let present = context.present(control, &workspace).await?;
    let analyst = context.analyst()?;
    let ask = async |control: &_| analyst.journey_map(&present, &question, &journey, control).await;
    let map = context.watched(ASKING, ask).await?;
    Ok((workspace, map))
}

/// Looks for pains, and keeps what is found if that is asked for.
pub(super) async fn look(
    context: &Context,
    control: &Control,
    workspace: &Workspace,
    journey: &ResolvedJourney,
    question: &PainQuestion,
    record: bool,
) -> anyhow::Result<PainAnswer> {
    let present = context.present(control, workspace).await?;
    let analyst = context.analyst()?;
    let ask = async |control: &_| analyst.pains(&present, question, journey, control).await;
    let answer = context.watched(ASKING, ask).await?;
    if record {
        let look = PainLook {
            journey: answer.journey.clone(),
            version: answer.version,
            looked: question.scope.entry,
            as_of_us: answer.meta.as_of_us,
        };
        let info = save_info(None, None);
        control.record_pains(&workspace.id, &look, &answer.pains, info).await?;
    }
    Ok(answer)
}

async fn personas(context: &Context, control: &Control, args: &PersonasArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.journey.id.workspace).await?;
    let key = JourneyKey { id: args.journey.id.journey.clone(), version: args.journey.version };
    let journey = context.journey(control, &workspace.id, &key).await?;
    let scope = scope(&args.scope, Some(&journey.definition), &workspace.zone)?;
    let question = JourneyMapQuestion { journey: key, persona: None, scope };
    let present = context.present(control, &workspace).await?;
    let analyst = context.analyst()?;
    let ask = async |control: &_| analyst.personas(&present, &question, &journey, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| tables::personas(answer, &context.output.lang))?;
    Ok(Exit::Done)
}

async fn tree(context: &Context, control: &Control, arg: &JourneyIdArg) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Tree {
        journey: String,
        parent: Option<Parent>,
        children: Vec<control::ChildJourney>,
    }
    let newest = JourneyArg { id: arg.clone(), version: None };
    let journey = stored(context, control, &newest).await?.journey;
    let workspace = context.workspace(control, &arg.workspace).await?;
    let children = control.children(&workspace.id, &journey.id).await?;
    let tree = Tree { journey: journey.id, parent: journey.parent, children };
    context.output.result(&tree, |tree| {
        let above = tree.parent.as_ref().map(|above| format!("inside stage {} of {}\n", above.stage, above.journey));
        let row = |child: &control::ChildJourney| {
            let name = child.journey.name.get(&context.output.lang).to_owned();
            [child.stage.clone(), child.journey.id.clone(), name, child.journey.version.to_string()]
        };
        above.unwrap_or_default()
            + &table(["stage", "journey inside it", "name", "version#"], tree.children.iter().map(row))
    })?;
    Ok(Exit::Done)
}

async fn pains(context: &Context, control: &Control, args: &PainsArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.journey.id.workspace).await?;
    let key = JourneyKey { id: args.journey.id.journey.clone(), version: args.journey.version };
    let journey = context.journey(control, &workspace.id, &key).await?;
    let scope = scope(&args.scope, Some(&journey.definition), &workspace.zone)?;
    if args.record && scope.is_filtered() {
        return Err(Failure::usage("--record keeps pains of everyone: leave the filters out").into());
    }
    let question = PainQuestion { journey: key, scope, currency: workspace.currency.clone() };
    let answer = look(context, control, &workspace, &journey, &question, args.record).await?;
    context.output.result(&answer, |answer| tables::pains(answer, &context.output.lang))?;
    Ok(Exit::Done)
}

/// Reads all before saving any: a folder of definitions is taken as a whole or not at all.
async fn import(context: &Context, control: &Control, args: &JourneyImportArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Saved {
        journey: String,
        version: u32,
        created: bool,
    }
    let journeys = args.files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    let workspace = context.workspace_or_new(control, &args.workspace).await?;
    let mut all = Vec::new();
    for journey in journeys {
        let info = save_info(args.note.clone(), args.expected_version);
        let saved = control.save_journey(&workspace.id, &journey, info).await?;
        all.push(Saved { journey: journey.id, version: saved.version, created: saved.created });
    }
    context.output.result(&all, |all| {
        let line = |saved: &Saved| match saved.created {
            true => format!("{}: saved as version {}", saved.journey, saved.version),
            false => format!("{}: unchanged, version {}", saved.journey, saved.version),
        };
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn validate(context: &Context, files: &[std::path::PathBuf]) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Checked {
        file: String,
        faults: Vec<Fault>,
    }
    let mut all = Vec::new();
    for file in files {
        let faults = parse(file, &read_text(file)?).err().unwrap_or_default();
        all.push(Checked { file: file.display().to_string(), faults });
    }
    context.output.result(&all, |all| {
        let lines = |checked: &Checked| {
            if checked.faults.is_empty() {
                return vec![format!("{}: no faults", checked.file)];
            }
            let line = |fault: &Fault| {
                let place = fault.line.map_or(String::new(), |line| format!(":{line}:{}", fault.column.unwrap_or(1)));
                format!("{}{place}: {fault}", checked.file)
            };
            checked.faults.iter().map(line).collect()
        };
        all.iter().flat_map(lines).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if all.iter().all(|checked| checked.faults.is_empty()) { Exit::Done } else { Exit::Input })
}

fn read(path: &Path) -> anyhow::Result<Journey> {
    let text = read_text(path)?;
    parse(path, &text).map_err(|faults| worker::Error::Document { path: path.to_owned(), faults }.into())
}

fn parse(path: &Path, text: &str) -> Result<Journey, Vec<Fault>> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => definition::journey_from_json(text),
        _ => definition::journey_from_yaml(text),
    }
}
