//! `throughline place`.

mod plan;
mod site;

use crate::args::PlaceCommand;
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(context: &Context, command: PlaceCommand) -> anyhow::Result<Exit> {
    match command {
        PlaceCommand::Site(command) => site::run(context, command).await,
        PlaceCommand::Plan(args) => plan::run(context, &args),
    }
}
