//! The data dictionary, as it is typed.

use clap::{Args, Subcommand, ValueEnum};

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum DictionaryCommand {
    /// List the events by name: how many, since when, from where
    Events(WorkspaceArg),
    /// Show one event: who sends it, its properties with their types, and what is wrong with it
    #[command(after_help = "Example:\n  throughline dictionary event purchase -w shop")]
    Event(DictionaryEventArgs),
    /// List what is wrong with events that came in, and sources that have fallen silent; 1 if there is anything. Rejected
    /// messages are the server's: its page of them and the API list those
    Quality(WorkspaceArg),
    /// Write about an event or a property; what is not given stays as it is
    #[command(
        after_help = "Examples:\n  throughline dictionary describe purchase -w shop --title 支付成功 --owner 王芳 --status expected\n  throughline dictionary describe --property props.plan -w shop --status deprecated"
    )]
    Describe(DescribeArgs),
}

#[derive(Debug, Args)]
pub struct DictionaryEventArgs {
    /// Name of the event
    pub event: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// Name of the event
    #[arg(required_unless_present = "property", conflicts_with = "property")]
    pub event: Option<String>,
    /// A property instead, as rules name it: amount, props.plan, traits.tier, items.sku
    #[arg(long, value_name = "NAME")]
    pub property: Option<String>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// The name people use for it
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What it means and when it is sent
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// What is to be thought of it
    #[arg(long, value_enum)]
    pub status: Option<StatusArg>,
    /// Why, in a few words; kept with the version
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StatusArg {
    /// Nothing is said
    None,
    /// It is to come: that it does not is a finding
    Expected,
    /// It is not to come any more: that it does is a finding
    Deprecated,
    /// Of no interest: listed last, and nothing is found in it
    Hidden,
}
