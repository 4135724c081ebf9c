//! Journey definitions and maps, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ScopeArgs, WorkspaceArg};

#[derive(Debug, Subcommand)]
pub enum JourneyCommand {
    /// List the journeys of a workspace
    List(WorkspaceArg),
    /// Show a journey's stages and touchpoints
    Show(JourneyArg),
    /// Compute the journey map
    #[command(
        after_help = "Example:\n  throughline journey map online-purchase -w ecom --from 2024-03-01 --to 2024-04-01"
    )]
    Map(MapArgs),
    /// Pain points: what hurts, for whom, how much, and why
    #[command(after_help = "Example:\n  throughline journey pains omni-purchase -w simulated --record")]
    Pains(PainsArgs),
    /// The personas of a journey side by side
    Personas(PersonasArgs),
    /// List the templates, or write one to stdout
    Templates {
        /// Template id
        template: Option<String>,
    },
    /// Begin a journey with a template
    #[command(after_help = "Example:\n  throughline journey new e-commerce --id our-shop --name 'Our shop' -w shop")]
    New(NewArgs),
    /// The maps above and below a journey
    Tree(JourneyIdArg),
    /// Check definitions and save them as the next versions
    Import(JourneyImportArgs),
    /// Write a journey as a file: its map as SVG, PNG, PDF or slides, its numbers as a workbook, or its definition
    #[command(
        after_help = "Examples:\n  throughline journey export online-purchase -w ecom -o map.pdf --lang zh-CN\n  throughline journey export online-purchase -w ecom --format yaml > online-purchase.yaml"
    )]
    Export(JourneyExportArgs),
    /// List the versions of a journey
    Versions(JourneyIdArg),
    /// What changed between two versions
    Diff(DiffArgs),
    /// Save an old version's definition as the next version
    Restore(RestoreArgs),
    /// Check definitions; every fault is shown with file, line and field
    Validate {
        /// Definitions, YAML or JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Clone, Args)]
pub struct JourneyIdArg {
    /// Journey id
    pub journey: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct JourneyArg {
    #[command(flatten)]
    pub id: JourneyIdArg,
    /// Version of the definition [default: the newest]
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct MapArgs {
    #[command(flatten)]
    pub journey: JourneyArg,
    /// Only customers of this persona of the journey
    #[arg(long, value_name = "ID")]
    pub persona: Option<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct PersonasArgs {
    #[command(flatten)]
    pub journey: JourneyArg,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct NewArgs {
    /// Template id
    pub template: String,
    /// Key of the new journey, which no other has
    #[arg(long, value_name = "KEY")]
    pub id: String,
    /// Its name [default: the template's, in every language]
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Why, in a few words; kept with the version
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub journey: JourneyIdArg,
    /// The version to compare with
    #[arg(long, value_name = "N")]
    pub from: u32,
    /// The version that is compared [default: the newest]
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    pub journey: JourneyIdArg,
    /// The version to go back to
    #[arg(long, value_name = "N")]
    pub version: u32,
    /// Why, in a few words; kept with the new version
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    /// The newest version when this was decided; if there is a newer one, nothing is saved
    #[arg(long, value_name = "N")]
    pub expected_version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct PainsArgs {
    #[command(flatten)]
    pub journey: JourneyArg,
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Keep what is found, so that it can be followed; only without filters
    #[arg(long)]
    pub record: bool,
}

#[derive(Debug, Args)]
pub struct JourneyImportArgs {
    /// Definitions, YAML or JSON
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
pub struct JourneyExportArgs {
    #[command(flatten)]
    pub journey: JourneyArg,
    /// SVG, PNG, PDF and PPTX are the map, XLSX its numbers, YAML and JSON the definition [default: as FILE ends, else yaml]
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
    /// File to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Colours of the map
    #[arg(long, value_enum, default_value_t = MapTheme::Light)]
    pub theme: MapTheme,
    /// Pixels of a PNG for each of the map's, 1 to 4
    #[arg(long, value_name = "N", default_value_t = export::SCALE_DEFAULT)]
    pub scale: f32,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One wide drawing
    Svg,
    /// The same as a picture
    Png,
    /// Pages of A3
    Pdf,
    /// Slides of shapes one can change
    Pptx,
    /// Its numbers as a workbook
    Xlsx,
    /// The definition
    Yaml,
    /// The definition
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MapTheme {
    Light,
    Dark,
}
