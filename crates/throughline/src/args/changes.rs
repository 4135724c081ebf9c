//! Dated changes, as they are typed.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum ChangeCommand {
    /// List dated changes, the newest day first
    List(ChangeListArgs),
    /// Compute a number before a change and after it
    Show(ChangeArg),
    /// Write down that something was changed on a day
    #[command(
        after_help = "Example:\n  throughline change add 'Delivery costs on the product page' --day 2010-12-10 \\\n    \
                            --journey online-purchase -w ecom"
    )]
    Add(ChangeAddArgs),
    /// Forget a change
    Delete(ChangeArg),
}

#[derive(Debug, Args)]
pub struct ChangeListArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct ChangeArg {
    /// Number of the change, as `list` shows it
    pub change: i64,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
#[group(id = "metric", required = true, multiple = false, args = ["view", "journey"])]
pub struct ChangeAddArgs {
    /// What was changed, in a sentence
    pub title: String,
    /// The day it came into force, in the workspace's zone
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: NaiveDate,
    /// Its number is that of this named view
    #[arg(long, value_name = "VIEW")]
    pub view: Option<i64>,
    /// Its number is one of this journey's map
    #[arg(long, value_name = "JOURNEY")]
    pub journey: Option<String>,
    /// Which number of the map
    #[arg(long, value_enum, value_name = "FIGURE", default_value = "headline", conflicts_with = "view")]
    pub figure: FigureName,
    /// The stage of a stage's number
    #[arg(long, value_name = "STAGE", conflicts_with = "view")]
    pub stage: Option<String>,
    /// Days before, and as many after: whole weeks, so that both have the same weekdays
    #[arg(long, value_name = "DAYS", default_value_t = 28)]
    pub days: u32,
    /// Days left out on each side
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    pub left_out: u32,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

/// Numbers of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FigureName {
    /// Conversion
    Headline,
    /// Journeys that began
    Started,
    /// Journeys that reached the goal
    Goal,
    /// Median time to the goal
    TimeToGoal,
    /// Journeys that were in a stage, of all that began
    StageReached,
    /// Journeys that went on from a stage
    StageOnward,
}
