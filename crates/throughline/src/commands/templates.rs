//! `throughline journey templates` and `new`.

use control::{Control, Template, definition};
use model::text::LocalizedText;
use serde::Serialize;

use crate::args::NewArgs;
use crate::context::{Context, save_info};
use crate::exit::{Exit, Failure};
use crate::output::table;

/// Lists them, or writes the definition of one.
pub(super) fn show(context: &Context, id: Option<&str>) -> anyhow::Result<Exit> {
    if let Some(id) = id {
        let template = template(id)?;
        context.output.text(&match context.output.json {
            true => definition::journey_to_json(&template.journey),
            false => definition::journey_to_yaml(&template.journey),
        })?;
        return Ok(Exit::Done);
    }
    #[derive(Serialize)]
    struct Line {
        id: &'static str,
        name: LocalizedText,
        description: Option<LocalizedText>,
        stages: usize,
        touchpoints: usize,
    }
    let lines = control::templates().iter().map(|template| Line {
        id: template.id,
        name: template.name.clone(),
        description: template.journey.description.clone(),
        stages: template.journey.stages.len(),
        touchpoints: template.journey.touchpoints().count(),
    });
    let lang = &context.output.lang;
    context.output.result(&lines.collect::<Vec<_>>(), |lines| {
        let row = |line: &Line| {
            let name = line.name.get(lang).to_owned();
            [line.id.to_owned(), name, line.stages.to_string(), line.touchpoints.to_string()]
        };
        table(["id", "name", "stages#", "touchpoints#"], lines.iter().map(row))
    })?;
    Ok(Exit::Done)
}

pub(super) async fn begin(context: &Context, control: &Control, args: NewArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Begun {
        journey: String,
        version: u32,
        created: bool,
    }
    let template = template(&args.template)?;
    let workspace = context.workspace(control, &args.workspace).await?;
    let journey = template.begin(&args.id, args.name.as_deref().map(LocalizedText::from), &workspace.zone);
    let info = save_info(args.note, Some(0));
    let saved = control.save_journey(&workspace.id, &journey, info).await?;
    let begun = Begun { journey: journey.id, version: saved.version, created: saved.created };
    context.output.result(&begun, |begun| match begun.created {
        true => format!("{}: saved as version {}", begun.journey, begun.version),
        false => format!("{}: unchanged, version {}", begun.journey, begun.version),
    })?;
    Ok(Exit::Done)
}

fn template(id: &str) -> Result<&'static Template, Failure> {
    control::template(id).ok_or_else(|| {
        Failure::not_found(format!("there is no template `{id}`; `throughline journey templates` lists them"))
    })
}
