//! The commands, one module each.

mod analyze;
mod backup;
mod change;
mod demo;
mod dictionary;
mod export;
mod identity;
mod import;
mod journey;
mod key;
mod lake;
mod person;
mod place;
mod reference;
mod segment;
mod serve;
mod simulate;
mod source;
mod sql;
mod tables;
mod templates;
mod traffic;
mod trail;
mod versions;
mod view;
mod workspace;

use crate::args::Command;
use crate::context::Context;
use crate::exit::Exit;

/// Runs a command to its end.
pub async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Serve(args) => serve::run(context, &args).await,
        Command::Import(args) => import::run(context, &args).await,
        Command::Demo(args) => demo::run(context, &args).await,
        Command::Simulate(args) => simulate::run(context, &args).await,
        Command::Journey(command) => journey::run(context, command).await,
        Command::Segment(command) => segment::run(context, command).await,
        Command::View(command) => view::run(context, command).await,
        Command::Change(command) => change::run(context, command).await,
        Command::Traffic(command) => traffic::run(context, command).await,
        Command::Dictionary(command) => dictionary::run(context, command).await,
        Command::Analyze(command) => analyze::run(context, command).await,
        Command::Place(command) => place::run(context, command).await,
        Command::Source(command) => source::run(context, command).await,
        Command::Key(command) => key::run(context, command).await,
        Command::Identity(command) => identity::run(context, command).await,
        Command::Sql(args) => sql::run(context, args).await,
        Command::Lake(command) => lake::run(context, command).await,
        Command::Person(command) => person::run(context, command).await,
        Command::Workspace(command) => workspace::run(context, command).await,
        Command::Reference(command) => reference::run(context, command).await,
        Command::Backup(args) => backup::run(context, args).await,
        Command::Restore(args) => backup::restore(context, &args).await,
        Command::Manual => {
            context.output.text(&crate::manual::markdown())?;
            Ok(Exit::Done)
        }
    }
}
