//! `throughline demo`.

use std::path::{Path, PathBuf};

use analysis::question::{JourneyKey, PainQuestion};
use control::Control;
use model::scope::Scope;
use server::config::SignIn;
use worker::demo::{Loaded, load};

use super::{serve, tables};
use crate::args::{DemoArgs, WorkspaceArg};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::progress::import_watch;

/// Loads the samples, then serves them.
pub async fn run(context: &Context, args: &DemoArgs) -> anyhow::Result<Exit> {
    let samples = samples(args.samples.as_deref())?;
    let control = context.control().await?;
    let (watch, bar) = import_watch(&context.stop);
    let loaded = load(&context.folder, &control, &samples, &watch).await;
    bar.finish_and_clear();
    let loaded = loaded?;
    for sample in loaded.iter().filter(|sample| sample.import.rows_now > 0) {
        look(context, &control, sample).await?;
    }
    if args.no_serve {
        context.output.result(&loaded, |loaded| lines(loaded))?;
        return Ok(Exit::Done);
    }
    context.output.remark(&lines(&loaded));
    serve::serve(context, &args.listen, SignIn::Open).await
}

/// Looks for pains of a sample's journeys, so that its maps show what hurts from the first look on.
async fn look(context: &Context, control: &Control, sample: &Loaded) -> anyhow::Result<()> {
    let workspace = context.workspace(control, &WorkspaceArg { workspace: Some(sample.workspace.clone()) }).await?;
    for (id, version) in &sample.journeys {
        let key = JourneyKey { id: id.clone(), version: Some(*version) };
        let journey = context.journey(control, &workspace.id, &key).await?;
        let scope = Scope { zone: Some(journey.definition.zone.clone()), ..Scope::default() };
        let question = PainQuestion { journey: key, scope, currency: workspace.currency.clone() };
        super::journey::look(context, control, &workspace, &journey, &question, true).await?;
    }
    Ok(())
}

fn lines(loaded: &[Loaded]) -> String {
    let line = |sample: &Loaded| {
        let named = |what: &str, all: &[(String, u32)]| {
            let ids: Vec<_> = all.iter().map(|(id, _)| id.as_str()).collect();
            (!ids.is_empty()).then(|| format!("{what}: {}", ids.join(", ")))
        };
        let said = [
            Some(tables::import_line(&sample.import)),
            named("journeys", &sample.journeys),
            named("sites", &sample.sites),
        ];
        format!("{}: {}", sample.workspace, said.into_iter().flatten().collect::<Vec<_>>().join("; "))
    };
    loaded.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The folder given, else `samples` here, else beside the binary as releases are packed.
fn samples(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let beside = std::env::current_exe().ok().and_then(|binary| binary.parent().map(|folder| folder.join("samples")));
    let places = [Some(PathBuf::from("samples")), beside];
    let found = places.into_iter().flatten().find(|folder| folder.is_dir());
    Ok(found.ok_or_else(|| {
        Failure::not_found("there is no folder `samples` here or beside the binary; name it with --samples")
    })?)
}
