//! `throughline place`.

mod answers;
mod counts;
mod forecast;
mod pains;
mod plan;
mod sensor;
mod site;
mod tracks;
mod trips;

use analysis::place::ResolvedSite;
use control::Control;

use crate::args::{OfSite, PlaceCommand};
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(context: &Context, command: PlaceCommand) -> anyhow::Result<Exit> {
    match command {
        PlaceCommand::Site(command) => site::run(context, command).await,
        PlaceCommand::Sensor(command) => sensor::run(context, command).await,
        PlaceCommand::Counts(args) => counts::run(context, &args).await,
        PlaceCommand::Plan(args) => plan::run(context, &args),
        PlaceCommand::Import(args) => tracks::import(context, &args).await,
        PlaceCommand::Replay(of) => tracks::replay(context, &of).await,
        PlaceCommand::Days(of) => tracks::days(context, &of).await,
        PlaceCommand::RemoveTracks(args) => tracks::remove(context, &args).await,
        PlaceCommand::Visits(args) => answers::visits(context, &args).await,
        PlaceCommand::Zones(args) => answers::zones(context, &args).await,
        PlaceCommand::Flows(args) => answers::flows(context, &args).await,
        PlaceCommand::Heat(args) => answers::heat(context, &args).await,
        PlaceCommand::Queue(args) => answers::queue(context, &args).await,
        PlaceCommand::Staffing(args) => answers::staffing(context, &args).await,
        PlaceCommand::Forecast(args) => forecast::ask(context, &args).await,
        PlaceCommand::Forecasts(of) => forecast::list(context, &of).await,
        PlaceCommand::Score(args) => forecast::score(context, &args).await,
        PlaceCommand::RemoveForecast(args) => forecast::remove(context, &args).await,
        PlaceCommand::Pains(args) => pains::run(context, &args).await,
        PlaceCommand::Trips(args) => trips::run(context, &args).await,
    }
}

/// The workspace's id, and the site at its newest version.
async fn resolved(context: &Context, control: &Control, of: &OfSite) -> anyhow::Result<(String, ResolvedSite)> {
    let workspace = context.workspace(control, &of.workspace).await?;
    let stored = control.site(&workspace.id, &of.site, None).await?;
    let stored = stored.ok_or_else(|| site::unknown(&of.site, None, &workspace.id))?;
    Ok((workspace.id, ResolvedSite { version: stored.version, definition: stored.site }))
}
