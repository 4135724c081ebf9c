//! Segments and scores, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ScopeArgs, WorkspaceArg};

#[derive(Debug, Subcommand)]
pub enum SegmentCommand {
    /// List the segments of a workspace
    List(WorkspaceArg),
    /// Write a segment's definition to stdout
    Show(SegmentShowArgs),
    /// Check definitions and save them as the next versions
    #[command(after_help = "Example:\n  throughline segment save lapsing.yaml -w shop --note 'first try'")]
    Save(SegmentSaveArgs),
    /// List the versions of a segment
    Versions(SegmentIdArg),
    /// Delete a segment with all its versions
    Delete(SegmentIdArg),
}

#[derive(Debug, Clone, Args)]
pub struct SegmentIdArg {
    /// Segment id
    pub segment: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct SegmentShowArgs {
    #[command(flatten)]
    pub id: SegmentIdArg,
    /// Version of the definition [default: the newest]
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct SegmentSaveArgs {
    /// Definitions, YAML or JSON, in an order in which segments come before those that name them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
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
pub struct SegmentArgs {
    /// 1 to 5 segments: ids of the workspace's, or definitions in JSON
    #[arg(required = true, value_name = "SEGMENT")]
    pub asked: Vec<String>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Sizes at the end of each of so many days, up to the moment asked at
    #[arg(long, value_name = "DAYS")]
    pub trend: Option<u32>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct RfmArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What counts as buying: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", default_value = "purchase")]
    pub event: String,
    /// Numeric column that is summed
    #[arg(long, value_name = "COLUMN", default_value = "amount")]
    pub value: String,
    /// Only purchases of so long ago at most: 365d [default: all]
    #[arg(long, value_name = "SPAN")]
    pub last: Option<String>,
    /// The lowest score that counts as high
    #[arg(long, value_name = "SCORE", default_value_t = model::rfm::HIGH)]
    pub high: u8,
    /// Customers who are equal in a dimension
    #[arg(long, value_enum, value_name = "TIES", default_value_t = RfmTies::Together)]
    pub ties: RfmTies,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

/// [`model::rfm::Ties`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum RfmTies {
    /// Equal customers have equal scores
    Together,
    /// Equal customers are ranked by id, so that quintiles have equal sizes
    ByCustomer,
}

impl From<RfmTies> for model::rfm::Ties {
    fn from(ties: RfmTies) -> model::rfm::Ties {
        match ties {
            RfmTies::Together => model::rfm::Ties::Together,
            RfmTies::ByCustomer => model::rfm::Ties::ByCustomer,
        }
    }
}
