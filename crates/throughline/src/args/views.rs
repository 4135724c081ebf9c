//! Named views, as they are typed.

use clap::{Args, Subcommand};

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum ViewCommand {
    /// List the named views of a workspace, and where they are pinned
    List(ViewListArgs),
    /// Compute the number of a view
    Number(ViewArg),
    /// Pin a view to a place of a journey's map, or move its pin
    #[command(after_help = "Example:\n  throughline view pin 3 -w ecom --journey online-purchase --stage pay")]
    Pin(ViewPinArgs),
    /// Take a view off the map
    Unpin(ViewArg),
    /// Take a view's name away, and its pin with it
    Delete(ViewArg),
}

#[derive(Debug, Args)]
pub struct ViewListArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Only those pinned to this journey's map
    #[arg(long, value_name = "JOURNEY")]
    pub journey: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct ViewArg {
    /// Number of the view, as `list` shows it
    pub view: i64,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct ViewPinArgs {
    #[command(flatten)]
    pub view: ViewArg,
    /// Journey id
    #[arg(long, value_name = "JOURNEY")]
    pub journey: String,
    /// Stage id
    #[arg(long, value_name = "STAGE")]
    pub stage: String,
    /// A touchpoint of the stage
    #[arg(long, value_name = "TOUCHPOINT", conflicts_with = "lane")]
    pub touchpoint: Option<String>,
    /// A lane of the stage: action, need, expectation, emotion, pain, opportunity, note
    #[arg(long, value_name = "LANE")]
    pub lane: Option<String>,
}
