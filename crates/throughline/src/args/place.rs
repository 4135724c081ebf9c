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
    /// Sensors that deliver by themselves: over HTTP, or through a broker
    #[command(subcommand)]
    Sensor(SensorCommand),
    /// Read a floor plan and print a site definition to look through
    #[command(
        after_help = "Example:\n  throughline place plan shop.svg --metres-per-unit 0.05 --site west-lake --zone Asia/Shanghai > west-lake.yaml"
    )]
    Plan(PlanArgs),
    /// Bring files of positions (track_id,t,x,y,floor,kind), or payloads of a sensor, to a site, and read what days changed
    #[command(
        after_help = "Examples:\n  throughline place import tracks.csv --site west-lake -w shop\n  throughline place import missed/*.json --sensor ceiling --site west-lake -w shop"
    )]
    Import(PlaceImportArgs),
    /// Read days anew by the site as it is now, and put their events in place of those of before
    Replay(OfSite),
    /// The days there are raw positions of
    Days(OfSite),
    /// Remove raw positions and counts; events that were made of them stay
    RemoveTracks(RemoveTracksArgs),
    /// What counters counted, by line and direction
    Counts(PlaceCountsArgs),
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
    /// What a changed layout would do to who comes where, by category and by zone
    #[command(
        after_help = "Example:\n  throughline place forecast --site west-lake -w shop --swap p0,b3 --keep \"Wine to the door\""
    )]
    Forecast(PlaceForecastArgs),
    /// The forecasts of a site that were written down
    Forecasts(OfSite),
    /// A forecast that was written down, against what happened after the change
    Score(PlaceScoreArgs),
    /// Forget a forecast that was written down
    RemoveForecast(PlaceForecastArg),
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
    /// The sensor whose payloads they are, one a file: read by its format, clock and floor
    #[arg(long, value_name = "ID")]
    pub sensor: Option<String>,
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
pub struct PlaceCountsArgs {
    #[command(flatten)]
    pub of: OfSite,
    /// First day, in the site's time zone [default: the first there is]
    #[arg(long, value_name = "DAY")]
    pub from: Option<chrono::NaiveDate>,
    /// Last day [default: the last there is]
    #[arg(long, value_name = "DAY")]
    pub to: Option<chrono::NaiveDate>,
    /// By the hour, not the day
    #[arg(long)]
    pub hourly: bool,
}

#[derive(Debug, Subcommand)]
pub enum SensorCommand {
    /// List the sensors of a site, and how they fare
    List(OfSite),
    /// Add a sensor; the key of one that pushes is shown this once
    #[command(
        after_help = "Examples:\n  throughline place sensor add ceiling --format xovis --site west-lake -w shop\n  throughline place sensor add tags --format pozyx --site west-lake -w shop --broker mqtts://broker.example --topic tags --user-name shop --password-file broker.txt"
    )]
    Add(SensorAddArgs),
    /// Change a sensor; what is not named stays
    Change(SensorChangeArgs),
    /// Give a sensor a new key, shown this once; the old one goes on to open for a while
    RotateKey(SensorKeyArgs),
    /// Remove a sensor; what it said stays
    Remove(OfSensor),
}

#[derive(Debug, Args)]
pub struct OfSensor {
    /// Id of the sensor
    pub sensor: String,
    #[command(flatten)]
    pub of: OfSite,
}

#[derive(Debug, Args)]
pub struct SensorAddArgs {
    #[command(flatten)]
    pub sensor: OfSensor,
    /// What people call it [default: its id]
    #[arg(long)]
    pub name: Option<String>,
    /// Whose payloads it sends: csv, hikvision, xovis, meraki, dahua, megvii, axis, quuppa, pozyx, cisco, mist
    #[arg(long, value_parser = sensor_format)]
    pub format: model::place::sensor::SensorFormat,
    #[command(flatten)]
    pub reading: SensorReadingArgs,
    #[command(flatten)]
    pub broker: SensorBrokerArgs,
}

#[derive(Debug, Args)]
pub struct SensorChangeArgs {
    #[command(flatten)]
    pub sensor: OfSensor,
    /// What people call it
    #[arg(long)]
    pub name: Option<String>,
    /// Whose payloads it sends
    #[arg(long, value_parser = sensor_format)]
    pub format: Option<model::place::sensor::SensorFormat>,
    #[command(flatten)]
    pub reading: SensorReadingArgs,
    #[command(flatten)]
    pub broker: SensorBrokerArgs,
}

/// What a payload leaves open.
#[derive(Debug, Args)]
pub struct SensorReadingArgs {
    /// IANA zone of clocks that say none [default: the site's]
    #[arg(long, value_name = "ZONE")]
    pub clock_zone: Option<String>,
    /// Floor, or frame of one, of positions that name none [default: the site's only floor]
    #[arg(long, value_name = "ID")]
    pub floor: Option<String>,
    /// It is silent after so long without a word [default: 900]
    #[arg(long, value_name = "SECONDS")]
    pub silent_after: Option<u32>,
    /// What Meraki's dashboard shows, and asks for before it posts
    #[arg(long, value_name = "TEXT")]
    pub validator: Option<String>,
    /// File with the secret that posts of Meraki must carry
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

/// A broker that passes on what a sensor publishes.
#[derive(Debug, Args)]
pub struct SensorBrokerArgs {
    /// mqtt://host:1883 or mqtts://host:8883
    #[arg(long, value_name = "URL")]
    pub broker: Option<String>,
    /// Topic, or a filter with + and #
    #[arg(long)]
    pub topic: Option<String>,
    /// Under which the broker keeps what comes meanwhile
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    #[arg(long, value_name = "NAME", help = "User name at the broker")]
    pub user_name: Option<String>,
    /// File with the password at the broker
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SensorKeyArgs {
    #[command(flatten)]
    pub sensor: OfSensor,
    /// Hours the old key goes on to open
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=744))]
    pub grace: u32,
}

fn sensor_format(text: &str) -> Result<model::place::sensor::SensorFormat, String> {
    let all = model::place::sensor::SensorFormat::ALL;
    all.into_iter().find(|format| format.id() == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|format| format.id()).collect();
        format!("it is one of {}", known.join(", "))
    })
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
    /// Compare so many tills with a line each and with one line
    #[arg(long, value_name = "N")]
    pub tills: Option<u32>,
    /// Compare with so many self-checkouts beside one till fewer
    #[arg(long, value_name = "N", default_value_t = 0, requires = "tills")]
    pub self_checkouts: u32,
    /// Tills that stay open beside self-checkouts [default: one fewer]
    #[arg(long, value_name = "N", requires = "tills")]
    pub tills_beside: Option<u32>,
    /// Share of those who come that go to self-checkouts
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub self_share: f64,
    /// How many times as long as at a till it takes there
    #[arg(long, value_name = "TIMES", default_value_t = 1.5)]
    pub self_slower: f64,
    /// Hours people work on the sales floor a day, all together: tells visits for each of them
    #[arg(long, value_name = "HOURS")]
    pub staff_hours: Option<f64>,
}

#[derive(Debug, Args)]
pub struct PlaceForecastArgs {
    #[command(flatten)]
    pub ask: PlaceAskArgs,
    /// Two zones that exchange what they offer; may be repeated
    #[arg(long = "swap", value_name = "ZONE,ZONE", required_unless_present_any = ["moves", "plan"])]
    pub swaps: Vec<String>,
    /// A zone that moves by metres to the right and up; may be repeated: promo=2.5,-1
    #[arg(long = "move", value_name = "ZONE=X,Y", id = "moves")]
    pub moves: Vec<String>,
    /// The plan of the definition that holds from this day on, in place of swaps and moves
    #[arg(long, value_name = "DAY", conflicts_with_all = ["swaps", "moves"])]
    pub plan: Option<chrono::NaiveDate>,
    /// Write the forecast down under this title, to be scored later
    #[arg(long, value_name = "TITLE")]
    pub keep: Option<String>,
}

#[derive(Debug, Args)]
pub struct PlaceForecastArg {
    /// Id of the forecast
    pub forecast: i64,
    #[command(flatten)]
    pub of: OfSite,
}

#[derive(Debug, Args)]
pub struct PlaceScoreArgs {
    #[command(flatten)]
    pub of: PlaceForecastArg,
    /// First day to score by [default: the first after the change]
    #[arg(long, value_name = "DAY")]
    pub from: Option<chrono::NaiveDate>,
    /// Last day [default: the last there is]
    #[arg(long, value_name = "DAY")]
    pub to: Option<chrono::NaiveDate>,
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
