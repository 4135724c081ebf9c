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
