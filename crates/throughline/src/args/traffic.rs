//! Traffic rules, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum TrafficCommand {
    /// Write the rules in force to stdout, in JSON
    Show(TrafficShowArgs),
    /// Check rules and save them as the next version; they hold for all of history at once
    #[command(after_help = "Example:\n  throughline traffic save rules.json -w shop --note 'our own QR codes'")]
    Save(TrafficSaveArgs),
    /// List the saved versions
    Versions(WorkspaceArg),
    /// Events and customers by group before and after, and what no rule takes; saves nothing
    Preview(TrafficPreviewArgs),
}

#[derive(Debug, Args)]
pub struct TrafficShowArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Version of the rules; 0 is the standard [default: the newest]
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct TrafficSaveArgs {
    /// Rules in JSON, as `show` writes them
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Why, in a few words; kept with the version
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The version the change was made from; if there is a newer one, nothing is saved
    #[arg(long, value_name = "N")]
    pub expected_version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct TrafficPreviewArgs {
    /// Rules to try, in JSON [default: those in force]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}
