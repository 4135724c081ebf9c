//! The command line: what can be typed, and its help. What a command does is in `commands`.
//!
//! The text here is the reference: `docs/reference/cli.md` is made from it, and a test fails when they differ.

mod activity;
mod attribution;
mod backup;
mod changes;
mod dictionary;
mod funnel;
mod identity;
mod journey;
mod paths;
mod people;
mod place;
mod reference;
mod segments;
mod sessions;
mod sources;
mod traffic;
mod views;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use self::activity::{LifecycleArgs, RetentionArgs, StickinessArgs, SurvivalArgs};
pub use attribution::*;
pub use backup::{BackupArgs, BackupCommand, BackupRestoreArgs};
pub use changes::{ChangeAddArgs, ChangeArg, ChangeCommand, ChangeListArgs, FigureName};
pub use dictionary::{DescribeArgs, DictionaryCommand, StatusArg};
pub use funnel::{FunnelArgs, SequenceArgs};
pub use identity::{DecideArgs, DecisionName, IdentifierArgs, IdentityCommand, LinkArgs, PolicyArgs, ReviewArgs};
pub use journey::*;
pub use paths::CutArgs;
pub use people::{PersonAddArgs, PersonCommand, PersonRoleArgs};
pub use place::{
    OfSensor, OfSite, PlaceAskArgs, PlaceCommand, PlaceCountsArgs, PlaceFlowsArgs, PlaceForecastArg, PlaceForecastArgs,
    PlaceHeatArgs, PlaceImportArgs, PlacePainsArgs, PlaceScoreArgs, PlaceStaffingArgs, PlaceTripsArgs, PlanArgs,
    RemoveTracksArgs, SensorAddArgs, SensorBrokerArgs, SensorChangeArgs, SensorCommand, SensorKeyArgs,
    SensorReadingArgs, SiteAddArgs, SiteArg, SiteCommand, SiteShowArgs,
};
pub use reference::{ReferenceCommand, ReferenceImportArgs, ReferenceShowArgs};
pub use segments::{RfmArgs, SegmentArgs, SegmentCommand, SegmentIdArg, SegmentSaveArgs, SegmentShowArgs};
pub use sessions::{SessionRuleArgs, SessionsApartArg};
pub use sources::{
    KeyArg, KeyCommand, KeyCreateArgs, KeyListArgs, KeyRotateArgs, SourceAddArgs, SourceArg, SourceChangeArgs,
    SourceCommand,
};
pub use traffic::{TrafficCommand, TrafficPreviewArgs, TrafficSaveArgs, TrafficShowArgs};
pub use views::{ViewArg, ViewCommand, ViewListArgs, ViewPinArgs};

/// Customer journeys: from raw events to a live journey map.
#[derive(Debug, Parser)]
#[command(name = "throughline", version, max_term_width = 100, after_help = EXIT_CODES, after_long_help = LONG_AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input at fault or rows rejected, \
4 not found, 5 conflict or locked, 130 stopped by Ctrl-C.";

const LONG_AFTER: &str = "\
Examples:
  throughline demo                                     load the sample workspaces and serve them
  throughline import events.csv --suggest > m.yaml     write a first mapping for a file
  throughline import events.csv --mapping m.yaml -w shop
  throughline journey import purchase.yaml -w shop
  throughline journey map purchase -w shop
  throughline serve

Settings come from throughline.toml, then THROUGHLINE_* variables, then flags; the later wins.

Exit codes:
  0    done
  1    failed: the disk, the machine or a defect
  2    wrong usage
  3    the input is at fault (a mapping, a definition, a question), or rows of an import were rejected
  4    not found: a file, a workspace, a journey
  5    conflict: changed meanwhile, imported differently before, or another process is writing
  130  stopped by Ctrl-C; an import goes on when started again";

/// Flags every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Folder everything is kept in [default: ./data]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub data: Option<PathBuf>,
    /// Settings file [default: ./throughline.toml if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "THROUGHLINE_CONFIG", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Print the result as JSON on stdout, and failures as JSON on stderr
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Language of names: zh-CN, en [default: en]
    #[arg(long, global = true, value_name = "TAG", help_heading = "Global options")]
    pub lang: Option<String>,
    /// What is logged to stderr, as in `info` or `warn,server=debug` [default: warn]
    #[arg(long, global = true, value_name = "FILTER", help_heading = "Global options")]
    pub log: Option<String>,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of these a run; a box would save nothing")]
pub enum Command {
    /// Serve the web app and the API
    Serve(ServeArgs),
    /// Bring files of events into a workspace
    #[command(long_about = IMPORT_ABOUT)]
    Import(ImportArgs),
    /// Load the sample workspaces and serve them, open to anyone on this machine
    Demo(DemoArgs),
    /// Write an invented retailer's events into a workspace of its own, with pains planted where you say
    #[command(long_about = SIMULATE_ABOUT)]
    Simulate(SimulateArgs),
    /// Journey definitions and maps
    #[command(subcommand)]
    Journey(JourneyCommand),
    /// Segments: named sets of customers
    #[command(subcommand)]
    Segment(SegmentCommand),
    /// Named views: their numbers, and their pins on journeys' maps
    #[command(subcommand)]
    View(ViewCommand),
    /// Dated changes: a number before a day and after it
    #[command(subcommand, long_about = CHANGE_ABOUT)]
    Change(ChangeCommand),
    /// Which way visitors came: ordered rules, their versions and their effect
    #[command(subcommand)]
    Traffic(TrafficCommand),
    /// What is in the events, by name, and what is wrong with it
    #[command(subcommand)]
    Dictionary(DictionaryCommand),
    /// Ask questions: funnel, paths, transitions, sessions, segments, and the customers behind a number
    #[command(subcommand)]
    Analyze(AnalyzeCommand),
    /// The floor: sites, and what people do in them
    #[command(subcommand)]
    Place(PlaceCommand),
    /// Sources: what sends events of its own accord
    #[command(subcommand, long_about = SOURCE_ABOUT)]
    Source(SourceCommand),
    /// Keys of sources: what they open doors with
    #[command(subcommand, long_about = KEY_ABOUT)]
    Key(KeyCommand),
    /// Which identifiers are one customer
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Ask in SQL, read only
    Sql(SqlArgs),
    /// The event tables on disk
    #[command(subcommand)]
    Lake(LakeCommand),
    /// Workspaces: sets of data that never mix
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// The people who may sign in
    #[command(subcommand, long_about = PERSON_ABOUT)]
    Person(PersonCommand),
    /// Reference data: what figures need beside events, in dated tables
    #[command(subcommand, long_about = REFERENCE_ABOUT)]
    Reference(ReferenceCommand),
    /// Copy everything, or one workspace, to another disk, while a server goes on
    #[command(long_about = backup::BACKUP_ABOUT, after_help = "Examples:\n  throughline backup /mnt/backup --keep 14\n  throughline backup /mnt/backup --workspace shop\n  throughline backup list /mnt/backup\n  throughline backup verify /mnt/backup")]
    Backup(BackupArgs),
    /// Make a data folder of a backup
    #[command(long_about = backup::RESTORE_ABOUT, after_help = "Examples:\n  throughline restore /mnt/backup --data ./restored\n  throughline restore /mnt/backup --backup 20261127T020500Z --data ./restored")]
    Restore(BackupRestoreArgs),
    /// Print the reference of all commands as Markdown
    #[command(hide = true)]
    Manual,
}

const CHANGE_ABOUT: &str = "\
Dated changes: a number before a day and after it.

A change has a day and a number that should have moved: one of a named view, or of a journey's map. It is compared in \
equally many days before and after, looked at for as long, with a 95 % interval. A comparison, not proof of cause: \
whatever else happened in these days is in it.";

const QUARANTINE_ABOUT: &str = "\
Take a damaged data file out of the table of events, so that the rest is answered again.

The file is kept in `quarantine/` of the workspace's lake, with a note of what it held. Those events are missing from then \
on: restore a backup into another folder to have them, or import their files again with `--replace`. A server that \
writes to the workspace lets it go half a minute after the last message.";

const SOURCE_ABOUT: &str = "\
Sources: what sends events of its own accord.

A source has a channel, origins its pages are of, and keys. What it sends comes through the doors of a server; files are \
imported. What came of it, what was refused and whether it fell silent stands in the web app.";

const KEY_ABOUT: &str = "\
Keys of sources: what they open doors with.

A key may write events of its source and nothing else. A public one stands in pages and apps that anybody can read; of a \
secret one only its first characters are shown again. A key may be limited to protocols and kinds of messages, and the \
key that replaces it is limited alike. What is done here stands in the audit log, by `terminal`.";

const PERSON_ABOUT: &str = "\
The people who may sign in.

For whoever holds the machine: to make the first administrator without the link a server prints, or to let in somebody \
who is locked out. Everything else is done in the web app. Passwords are asked for, or read from the first line of stdin \
where that is no terminal.";

const REFERENCE_ABOUT: &str = "\
Reference data: what figures need beside events, in dated tables.

Tables are catalogue (sku, name, category, price, cost, margin), stock (sku, site, day, quantity), rosters (site, \
role, day, start, end, staff, hourly_cost), channel_costs (channel, cost, target), promotions (id, name, scope) and \
calendar (day, name, kind, site). Every row holds from `valid_from` to `valid_to`. An import is a version of the whole \
table, in force from its day until the day of the next one, so that old questions are answered with what was valid \
then; a later import of the same day corrects the earlier one.

Pains and proposals name these tables as the source of their figures, or say which one is missing. In SQL they are \
reference_catalogue, reference_stock and so on.";

const IMPORT_ABOUT: &str = "\
Bring files of events into a workspace.

PATHs are files, folders and globs: CSV, NDJSON, Parquet, Excel workbooks, and event logs of XES and OCEL 2, plain \
or packed by gzip or zstd. A mapping says how rows become events; `--suggest` writes a first one by looking at a \
file, `--dry-run` shows what would come of it.

Rows that cannot be taken go to a rejects file with line, reason and original, and the summary counts them. An \
import that was interrupted goes on where it ended when started again. Importing the same file twice changes \
nothing. A file that was imported under another mapping is refused, or with `--replace` read anew in place of its \
earlier rows.

Examples:
  throughline import orders.csv.gz --suggest > orders.yaml
  throughline import orders.csv.gz --mapping orders.yaml --dry-run
  throughline import 'exports/2026-*.parquet' --mapping orders.yaml --workspace shop";

const SIMULATE_ABOUT: &str = "\
Write an invented retailer's events into a workspace of its own, with pains planted where you say.

Everything comes from the seed: the same flags give the same events. The truth about the world (what was planted, \
and what it came to) is written into the workspace's folder. Customers are made one after the other and written in \
batches, so memory grows with the identities alone (about 1.6 kB a customer); stopped by Ctrl-C, the same command goes on where it \
ended. Only a new workspace, or one that holds a simulated world, is written to.

A plant is KIND@STAGE[:dimension=value][:cause=CAUSE][:from_day=N][:to_day=N][*STRENGTH]. STRENGTH is `moderate` (as \
without one: just so strong that a test which knew the place would find it), or points of probability as in 0.14. \
Kinds, stages, dimensions and causes are listed when one is not known.

Examples:
  throughline simulate -w try --seed 7 --customers 2000
  throughline simulate -w android --plant 'drop_off@pay:platform=android:cause=error:from_day=90*0.14'
  throughline simulate -w large --events-target 100000000 --plants plants.yaml";

#[derive(Debug, Args)]
pub struct SimulateArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// People who come at least once [default: 8000]
    #[arg(long, value_name = "N", conflicts_with = "events_target")]
    pub customers: Option<u32>,
    /// As many customers as make about this many events
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u64).range(1..))]
    pub events_target: Option<u64>,
    /// Days from 2025-11-03 on [default: 182]
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// Make the walks through the stores in so many of the last days, too: floor plans and positions
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub walked_days: u32,
    /// A pain to plant; may be given several times
    #[arg(long = "plant", value_name = "PLANT")]
    pub plants: Vec<worker::simulated::Plant>,
    /// YAML list of plants, as the field `plants` of the sample's `workspace.yaml` has them
    #[arg(long = "plants", value_name = "FILE")]
    pub plants_file: Option<PathBuf>,
    /// Write the truth here too; as YAML if it ends in .yaml
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Remove the world the workspace holds, if it is another one
    #[arg(long)]
    pub replace: bool,
    /// Events written at once; smaller needs less memory
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u32).range(1..=8_000_000))]
    pub batch: Option<u32>,
}

#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Ask nobody to sign in: whoever reaches the server is the owner of everything. On loopback only
    #[arg(long)]
    pub open: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Print the URL alone as one line on stdout once the server is ready; with --json, as {"url": …}
    #[arg(long)]
    pub print_url: bool,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files, folders and globs
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Mapping of rows to events
    #[arg(long, short, value_name = "FILE", required_unless_present = "suggest")]
    pub mapping: Option<PathBuf>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Read files that were imported under another mapping anew, in place of their earlier rows
    #[arg(long)]
    pub replace: bool,
    /// Show the first events and count rejected rows; write nothing
    #[arg(long, conflicts_with_all = ["replace", "suggest"])]
    pub dry_run: bool,
    /// Look at the files and print a mapping
    #[arg(long, conflicts_with = "mapping")]
    pub suggest: bool,
    /// Events written at once; smaller needs less memory
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u32).range(1..=8_000_000))]
    pub batch: Option<u32>,
    /// Exit with 0 although up to this many rows were rejected
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub allow_rejects: u64,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder of the samples [default: ./samples, else the one beside the binary]
    #[arg(long, value_name = "DIR")]
    pub samples: Option<PathBuf>,
    /// Load the samples and end
    #[arg(long)]
    pub no_serve: bool,
    #[command(flatten)]
    pub listen: ListenArgs,
}

/// The workspace a command works in.
#[derive(Debug, Clone, Args)]
pub struct WorkspaceArg {
    /// Workspace id [default: main]
    #[arg(long, short, value_name = "ID")]
    pub workspace: Option<String>,
}

/// The people, events and period a question is about.
#[derive(Debug, Clone, Default, Args)]
pub struct ScopeArgs {
    /// Only what begins at or after this time: 2024-03-01 or 2024-03-01T08:00:00+08:00. Journeys, sessions, customers'
    /// first events; a funnel, paths, transitions and patterns of whole customers see what happened from then on
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub from: Option<String>,
    /// Only what begins before this time
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub to: Option<String>,
    /// Ask as if it were this time [default: the newest event, or now if that is dated later]
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub as_of: Option<String>,
    /// Only these events: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Scope")]
    pub events: Option<String>,
    /// Only customers with such an event: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Scope")]
    pub customers: Option<String>,
    /// Only members of this segment: an id of the workspace's, or a definition in JSON; of each, if several are given
    #[arg(long = "segment", value_name = "SEGMENT", help_heading = "Scope")]
    pub segments: Vec<String>,
    /// Only subjects (journey instances, sessions, customers) with such an event of their own, seen with all their
    /// events: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Scope")]
    pub subjects: Option<String>,
    /// Sessions instead of whole customers, ended by this much silence: 30m; any other rule of sessions says so, too
    #[arg(long, value_name = "SPAN", help_heading = "Scope")]
    pub per_session: Option<String>,
    #[command(flatten)]
    pub session: SessionRuleArgs,
    /// IANA zone of days and of dates without one [default: the journey's, else the workspace's]
    #[arg(long, value_name = "ZONE", help_heading = "Scope")]
    pub zone: Option<String>,
    /// Shows the numbers apart by this: channel, traffic_group, a column such as platform or amount, props.plan or
    /// traits.city_tier
    #[arg(long, value_name = "DIMENSION", help_heading = "Breakdown")]
    pub by: Option<String>,
    /// Which event speaks for its subject: first, last, or of a funnel the one that did a step: step:2 [default: first]
    #[arg(long, value_name = "EVENT", requires = "by", help_heading = "Breakdown")]
    pub by_at: Option<String>,
    /// Values shown apart, those of most subjects first; the rest is "other" [default: 10]
    #[arg(long, value_name = "COUNT", requires = "by", help_heading = "Breakdown")]
    pub by_top: Option<u32>,
    /// The values shown apart, instead of the most frequent
    #[arg(long, value_name = "VALUE", requires = "by", conflicts_with = "by_top", help_heading = "Breakdown")]
    pub by_value: Vec<String>,
    /// Numbers in so many bands that about as many events say, from the lowest to the highest
    #[arg(long, value_name = "COUNT", requires = "by", conflicts_with_all = ["by_top", "by_value"], help_heading = "Breakdown")]
    pub by_bands: Option<u32>,
    /// Numbers in bands that begin at these: 100,500
    #[arg(
        long,
        value_name = "NUMBERS",
        requires = "by",
        conflicts_with_all = ["by_top", "by_value", "by_bands"],
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Breakdown"
    )]
    pub by_edges: Vec<serde_json::Number>,
    /// Compares with what begins at or after this time; whatever is not given here is as in the scope
    #[arg(long, value_name = "TIME", help_heading = "Comparison")]
    pub versus_from: Option<String>,
    /// Compares with what begins before this time
    #[arg(long, value_name = "TIME", help_heading = "Comparison")]
    pub versus_to: Option<String>,
    /// Compares with these events: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Comparison")]
    pub versus_events: Option<String>,
    /// Compares with customers who have such an event
    #[arg(long, value_name = "RULE", help_heading = "Comparison")]
    pub versus_customers: Option<String>,
    /// Compares with members of this segment; of each, if several are given
    #[arg(long = "versus-segment", value_name = "SEGMENT", help_heading = "Comparison")]
    pub versus_segments: Vec<String>,
    /// Compares with subjects that have such an event of their own
    #[arg(long, value_name = "RULE", help_heading = "Comparison")]
    pub versus_subjects: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum AnalyzeCommand {
    /// How many go from step to step, in order and in time
    #[command(
        after_help = "Examples:\n  throughline analyze funnel -w ecom --step catalog --step cart --step purchase --window 7d\n  throughline analyze funnel -w ecom --step cart --step purchase --window session --count totals --next --exclude payment_error --excluded drop\n  throughline analyze funnel -w ecom --journey online-purchase"
    )]
    Funnel(FunnelArgs),
    /// The paths people take
    Paths(PathsArgs),
    /// What directly follows what and after how long, what is repeated, and what is likely to come next
    #[command(
        after_help = "Examples:\n  throughline analyze transitions -w ecom --per-session 30m\n  throughline analyze transitions -w ecom --after search --after product_view --target purchase"
    )]
    Transitions(TransitionsArgs),
    /// Where people are at each of their first steps
    StepMatrix(StepMatrixArgs),
    /// Which touches led to conversions, by all models side by side
    #[command(
        after_help = "Examples:\n  throughline analyze attribution -w shop --conversion purchase --value amount --credit utm_source\n  throughline analyze attribution -w ecom --conversion purchase --credit event --touch search --touch catalog --lookback 14d"
    )]
    Attribution(AttributionArgs),
    /// Sessions: runs of events without a long gap
    Sessions(SessionsArgs),
    /// Of those who started in a period, who came back, and how long after
    #[command(
        after_help = "Examples:\n  throughline analyze retention -w ecom --unit month --last 5\n  throughline analyze retention -w ecom --start add_to_cart --return purchase --unit day --bracket 0 --bracket 1-7"
    )]
    Retention(RetentionArgs),
    /// Who is new, stays, comes back and falls silent, by period
    Lifecycle(LifecycleArgs),
    /// On how many days of a month (weeks of a quarter …) customers are active
    Stickiness(StickinessArgs),
    /// How long from a start to an end, where the end may not have come yet
    #[command(
        after_help = "Example:\n  throughline analyze survival -w ecom --end purchase --by platform --at 7d --at 30d"
    )]
    Survival(SurvivalArgs),
    /// Who did something after something else, by a pattern as of ClickHouse's sequenceMatch
    #[command(
        after_help = "Example:\n  throughline analyze sequence -w ecom --pattern '(?1)(?t<=1h)(?2)' --condition add_to_cart --condition purchase"
    )]
    Sequence(SequenceArgs),
    /// Segments: how many are members, of one and of several at once, and day by day
    #[command(
        after_help = "Examples:\n  throughline analyze segment lapsing-buyers vip -w shop --trend 30\n  throughline analyze segment -w ecom '{\"id\": \"buyers\", \"name\": \"Buyers\", \"who\": {\"did\": {\"match\": [{\"event\": \"purchase\"}]}}}'"
    )]
    Segment(SegmentArgs),
    /// Customers by how lately, how often and for how much they bought
    #[command(after_help = "Example:\n  throughline analyze rfm -w completejourney --last 365d")]
    Rfm(RfmArgs),
    /// The customers behind a number: `meta.question` and `pick` of an answer printed with --json
    Customers(CustomersArgs),
}

/// The journey whose instances are the subjects.
#[derive(Debug, Clone, Args)]
pub struct SubjectArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Subjects are this journey's instances
    #[arg(long, value_name = "ID")]
    pub journey: Option<String>,
    /// Version of the journey [default: the newest]
    #[arg(long, value_name = "N", requires = "journey")]
    pub version: Option<u32>,
}

#[derive(Debug, Args)]
pub struct PathsArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// Count runs of the same step as one
    #[arg(long)]
    pub collapse: bool,
    /// Steps told apart, 1 to 100 [default: all]
    #[arg(long, value_name = "N")]
    pub steps: Option<u32>,
    /// Paths listed
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: u32,
    #[command(flatten)]
    pub cut: CutArgs,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct TransitionsArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// Tell what comes next after this; up to three times, the last one last
    #[arg(long, value_name = "EVENT")]
    pub after: Vec<String>,
    /// Tell the chance to come to this, from everywhere
    #[arg(long, value_name = "EVENT")]
    pub target: Option<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct SessionsArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// A gap longer than this starts a new session [default: 30m]
    #[arg(long, value_name = "SPAN")]
    pub timeout: Option<String>,
    /// What is counted apart beside all sessions, with commas between; the less, the sooner [default: events,channels,days]
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    pub apart: Option<Vec<SessionsApartArg>>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct CustomersArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// `meta.question` of the answer
    #[arg(long)]
    pub question: String,
    /// `pick` of the number
    #[arg(long)]
    pub pick: String,
    /// `next` of the page before
    #[arg(long)]
    pub after: Option<String>,
    /// Customers of one page, 1 to 200
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  throughline sql -w ecom 'SELECT event, count(*) AS n FROM events GROUP BY event ORDER BY n DESC'"
)]
pub struct SqlArgs {
    /// One SELECT; `-` reads it from stdin
    pub sql: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Rows shown at most
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub limit: usize,
}

#[derive(Debug, Subcommand)]
pub enum LakeCommand {
    /// Files, rows, bytes, and what waits in the log
    Status(WorkspaceArg),
    /// Move the log into the tables
    Flush(WorkspaceArg),
    /// Join small files, re-cluster merged customers, drop duplicates for good
    Compact {
        #[command(flatten)]
        workspace: WorkspaceArg,
        /// Rewrite everything, not only what is due
        #[arg(long)]
        full: bool,
    },
    /// Check sort order, indexes, log and identity against each other; 1 if anything is wrong
    Verify(WorkspaceArg),
    /// Take a damaged data file out of the table of events, so that the rest is answered again
    #[command(long_about = QUARANTINE_ABOUT, after_help = "Example:\n  throughline lake quarantine part-0018a2b3c4d5e6f7-00001234-00000000.parquet -w shop")]
    Quarantine {
        /// The file, as `lake verify` or an error names it
        file: String,
        #[command(flatten)]
        workspace: WorkspaceArg,
    },
    /// Delete files no table refers to any more
    Vacuum(WorkspaceArg),
}

#[derive(Debug, Subcommand)]
pub enum WorkspaceCommand {
    /// List workspaces
    List,
    /// Make a workspace
    Create {
        /// Key: lower-case letters, digits and `-`
        id: String,
        /// Name shown to people [default: the id]
        #[arg(long)]
        name: Option<String>,
        /// IANA zone its people think in
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// ISO 4217 code of its money
        #[arg(long)]
        currency: Option<String>,
    },
    /// Delete a workspace with its events, definitions and rejects
    Delete {
        id: String,
        /// Yes, delete it for good
        #[arg(long, required = true)]
        yes: bool,
    },
}
