//! The one binary. It alone reads arguments, the environment and signals; what it does is in the crates below.

#![cfg_attr(test, allow(clippy::unwrap_used))]
// Nothing can be reached from outside a binary; `pub` here means "for the other modules".
#![allow(unreachable_pub)]

mod args;
mod commands;
mod context;
mod exit;
mod manual;
mod output;
mod progress;
mod scope;
mod settings;
mod stop;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::settings::Settings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Libraries whose `info` is for their own developers. What the setting says of them comes later and wins.
const QUIET: &str = "buoyant_kernel=warn,buoyant_kernel_engine=warn,sqlx=warn,datafusion=warn,usvg=error";

/// Twice what threads have by default, which is what the server's tests run with: an overflow shows there first.
const THREAD_STACK_BYTES: usize = 4 << 20;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error).into(),
    };
    let json = cli.global.json;
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => report(&error, json).into(),
    }
}

fn run(cli: Cli) -> anyhow::Result<Exit> {
    let settings = Settings::load(&cli.global)?;
    let filter = tracing_subscriber::EnvFilter::try_new(format!("{QUIET},{}", settings.log))
        .map_err(|error| exit::Failure::usage(format!("`{}` is no log filter: {error}", settings.log)))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(THREAD_STACK_BYTES).build()?;
    let outcome = runtime.block_on(async {
        let context = Context::new(settings, cli.global.json, stop::on_signals()?);
        commands::run(&context, cli.command).await
    });
    // Threads that still decode for a stopped import end with the process.
    runtime.shutdown_background();
    outcome
}

/// Answers `--help` and `--version`, or says what is wrong with the arguments: as JSON if one of them asks for it.
fn misused(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // Nothing can be told to anyone if stdout is closed.
        let _ = error.print();
        return Exit::Done;
    }
    let json = std::env::args_os().skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json");
    if json {
        let text = error.render().to_string();
        let message = text.trim().trim_start_matches("error: ");
        let failure = exit::Failure::usage(message);
        return report(&failure.into(), true);
    }
    let _ = error.print();
    Exit::Usage
}

/// Says what went wrong, on stderr, and chooses the exit code.
fn report(error: &anyhow::Error, json: bool) -> Exit {
    let exit = exit::of(error);
    let faults = exit::faults(error);
    let mut stderr = std::io::stderr().lock();
    // Nothing can be told to anyone if stderr is closed.
    let _ = if json {
        let error =
            serde_json::json!({"error": {"code": exit.name(), "message": format!("{error:#}"), "details": faults}});
        writeln!(stderr, "{error}")
    } else {
        let lines = faults.iter().map(|fault| match (fault.line, fault.column) {
            (Some(line), Some(column)) => format!("\n  line {line}, column {column}: {fault}"),
            _ => format!("\n  {fault}"),
        });
        writeln!(stderr, "error: {error:#}{}", lines.collect::<String>())
    };
    exit
}
