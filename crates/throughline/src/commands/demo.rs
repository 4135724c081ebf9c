//! `throughline demo`.

use std::path::{Path, PathBuf};

use worker::demo::{Loaded, load};

use super::{serve, tables};
use crate::args::DemoArgs;
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
    if args.no_serve {
        context.output.result(&loaded, |loaded| lines(loaded))?;
        return Ok(Exit::Done);
    }
    context.output.remark(&lines(&loaded));
    serve::run(context, &args.serve).await
}

fn lines(loaded: &[Loaded]) -> String {
    let line = |sample: &Loaded| {
        let journeys: Vec<_> = sample.journeys.iter().map(|(id, _)| id.as_str()).collect();
        format!("{}: {}; journeys: {}", sample.workspace, tables::import_line(&sample.import), journeys.join(", "))
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
