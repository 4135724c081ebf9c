//! Which identifiers are one customer, as it is typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum IdentityCommand {
    /// Decide that two identifiers are the same customer
    #[command(
        after_help = "Example:\n  throughline identity link member_no:8812 wechat_unionid:oX1 -w shop --reason 'shown at the till'"
    )]
    Link(LinkArgs),
    /// Take back everything said so far about two identifiers; events that say it later count again
    Unlink(LinkArgs),
    /// Show the customers an identifier belongs to
    Show(IdentifierArgs),
    /// Show the links that hold a customer together
    Explain(IdentifierArgs),
    /// List the cases a person is asked about: links that were said and do not stand
    Review(ReviewArgs),
    /// Decide about two identifiers, or about one
    #[command(
        after_help = "Example:\n  throughline identity decide keep-apart user_id:anna user_id:bob -w shop --reason 'a family'"
    )]
    Decide(DecideArgs),
    /// List the decisions in force
    Decisions(WorkspaceArg),
    /// Show or set the rules by which links stand
    #[command(
        after_help = "Example:\n  echo '{\"shared\": \"last\"}' > policy.json\n  throughline identity policy --set policy.json --preview -w shop"
    )]
    Policy(PolicyArgs),
}

#[derive(Debug, Args)]
pub struct ReviewArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// `next` of the page before
    #[arg(long)]
    pub after: Option<i64>,
    /// Cases of one page, 1 to 200
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// What may be decided.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DecisionName {
    /// The two are one customer, whatever the rules say
    Join,
    /// The two are never one customer
    KeepApart,
    /// The identifier joins nobody
    Block,
    /// Take the decision about the same back
    Undo,
}

#[derive(Debug, Args)]
pub struct DecideArgs {
    /// What is decided
    pub decision: DecisionName,
    /// NAMESPACE:VALUE
    pub a: String,
    /// NAMESPACE:VALUE; left out of a decision about one identifier
    pub b: Option<String>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Why; kept with the decision
    #[arg(long, value_name = "TEXT", default_value = "decided on the command line")]
    pub reason: String,
    /// Only tell what would change
    #[arg(long)]
    pub preview: bool,
}

#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Set the policy of a JSON file, and judge everything that was said by it
    #[arg(long, value_name = "FILE")]
    pub set: Option<PathBuf>,
    /// Only tell what setting it would change
    #[arg(long, requires = "set")]
    pub preview: bool,
}

#[derive(Debug, Args)]
pub struct LinkArgs {
    /// NAMESPACE:VALUE
    pub a: String,
    /// NAMESPACE:VALUE
    pub b: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Why; kept with the link
    #[arg(long, value_name = "TEXT", default_value = "stated on the command line")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct IdentifierArgs {
    /// NAMESPACE:VALUE, or VALUE in any namespace
    pub identifier: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}
