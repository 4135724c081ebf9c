//! `throughline place`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ingest::floor_plan::Format;

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum PlaceCommand {
    /// Sites: floors, zones and gates, and how positions are read on them
    #[command(subcommand)]
    Site(SiteCommand),
    /// Read a floor plan and print a site definition to look through
    #[command(
        after_help = "Example:\n  throughline place plan shop.svg --metres-per-unit 0.05 --site west-lake --zone Asia/Shanghai > west-lake.yaml"
    )]
    Plan(PlanArgs),
    /// Bring files of positions (track_id,t,x,y,floor,kind) to a site, and read what days changed
    #[command(after_help = "Example:\n  throughline place import tracks.csv --site west-lake -w shop")]
    Import(PlaceImportArgs),
    /// Read days anew by the site as it is now, and put their events in place of those of before
    Replay(OfSite),
    /// The days there are raw positions of
    Days(OfSite),
    /// Remove raw positions; events that were made of them stay
    RemoveTracks(RemoveTracksArgs),
    /// Visits by day, and how many were there by half-hour
    Visits(PlaceAskArgs),
    /// Zones: who came, who stopped, how long they stayed
    Zones(PlaceAskArgs),
    /// Moves between zones, first and last zones, first stops
    Flows(PlaceFlowsArgs),
    /// Time by cells of the floor; cells of few visits are withheld
    Heat(PlaceHeatArgs),
    /// Queues: length, wait, who gave up
    Queue(PlaceAskArgs),
    /// Tills a promised wait takes, by half-hour
    Staffing(PlaceStaffingArgs),
    /// What hurts where and when, and why people stay and do not buy
    Pains(PlacePainsArgs),
    /// Types of paths, which stops go with which, and who sees promotions and zones of high margin
    Trips(PlaceTripsArgs),
}

/// The site a command is about.
#[derive(Debug, Clone, Args)]
pub struct OfSite {
    /// Id of the site
    #[arg(long, value_name = "ID")]
    pub site: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct PlaceImportArgs {
    /// Files, folders and globs
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub of: OfSite,
    /// Exit with 0 although up to this many rows were rejected
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub allow_rejects: u64,
}

#[derive(Debug, Args)]
pub struct RemoveTracksArgs {
    #[command(flatten)]
    pub of: OfSite,
    /// Days before this one
    #[arg(long, value_name = "DAY", required_unless_present_any = ["all", "day"])]
    pub before: Option<chrono::NaiveDate>,
    /// This day
    #[arg(long, value_name = "DAY", conflicts_with = "before")]
    pub day: Option<chrono::NaiveDate>,
    /// All days
    #[arg(long, conflicts_with_all = ["before", "day"])]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct PlaceAskArgs {
    #[command(flatten)]
    pub of: OfSite,
    /// First day, in the site's time zone [default: the first there is]
    #[arg(long, value_name = "DAY")]
    pub from: Option<chrono::NaiveDate>,
    /// Last day [default: the last there is]
    #[arg(long, value_name = "DAY")]
    pub to: Option<chrono::NaiveDate>,
    /// Only what was done on this floor
    #[arg(long, value_name = "ID")]
    pub floor: Option<String>,
}

#[derive(Debug, Args)]
pub struct PlaceFlowsArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// Moves shown; as JSON all are
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
}

#[derive(Debug, Args)]
pub struct PlaceHeatArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// Side of a cell in metres
    #[arg(long, value_name = "METRES", default_value_t = 1.0)]
    pub cell: f64,
    /// Cells shown, the longest first; as JSON all are
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
}

#[derive(Debug, Args)]
pub struct PlaceStaffingArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// Wait that is promised, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0)]
    pub promise: f64,
    /// Share of those who come that it is promised to
    #[arg(long, value_name = "SHARE", default_value_t = 0.9)]
    pub share: f64,
}

#[derive(Debug, Args)]
pub struct PlacePainsArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// Longest wait that hurts nobody, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 180.0)]
    pub wait: f64,
    /// Walked over the shortest way, from which on somebody is lost
    #[arg(long, value_name = "TIMES", default_value_t = 2.0)]
    pub detour: f64,
    /// People a square metre of a zone from which on it is crowded
    #[arg(long, value_name = "PEOPLE", default_value_t = 0.5)]
    pub crowd: f64,
}

#[derive(Debug, Args)]
pub struct PlaceTripsArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// How many types of paths
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub types: usize,
}

#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Save definitions; a changed one becomes the next version
    Add(SiteAddArgs),
    /// List sites
    List(WorkspaceArg),
    /// Print a definition
    Show(SiteShowArgs),
    /// List a site's versions
    Versions(SiteArg),
    /// Delete a site with all its versions
    Remove(SiteArg),
}

#[derive(Debug, Args)]
pub struct SiteAddArgs {
    /// Definitions in YAML, or JSON if they end in .json
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What was changed, in a sentence
    #[arg(long)]
    pub note: Option<String>,
    /// Save only if this is the newest version; 0: there is none
    #[arg(long, value_name = "N")]
    pub expected_version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct SiteShowArgs {
    #[command(flatten)]
    pub site: SiteArg,
    /// Version [default: the newest]
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
}

#[derive(Debug, Clone, Args)]
pub struct SiteArg {
    /// Id of the site
    pub site: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The plan
    pub file: PathBuf,
    /// What it is [default: by its first bytes]
    #[arg(long, value_enum)]
    pub format: Option<PlanFormat>,
    /// Id the site will have [default: the file's name]
    #[arg(long, value_name = "ID")]
    pub site: Option<String>,
    /// IANA zone of its clocks
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// First day the layout holds
    #[arg(long, value_name = "DAY", default_value = "2000-01-01")]
    pub from: chrono::NaiveDate,
    /// Level of the floor: 0 is the street's
    #[arg(long, value_name = "N", default_value_t = 0, allow_hyphen_values = true)]
    pub level: i16,
    /// True size of the outline in metres, to the right and up: 30x20
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    /// Metres that one unit of the drawing is
    #[arg(long, value_name = "METRES")]
    pub metres_per_unit: Option<f64>,
    /// A place known in the drawing, in its own units, and on the floor in metres; three or more: 120,340=6,17
    #[arg(long = "control-point", value_name = "X,Y=X,Y")]
    pub control_points: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Geojson,
    Imdf,
    Dxf,
    Svg,
    Png,
}

impl From<PlanFormat> for Format {
    fn from(format: PlanFormat) -> Format {
        match format {
            PlanFormat::Geojson => Format::Geojson,
            PlanFormat::Imdf => Format::Imdf,
            PlanFormat::Dxf => Format::Dxf,
            PlanFormat::Svg => Format::Svg,
            PlanFormat::Png => Format::Png,
        }
    }
}
