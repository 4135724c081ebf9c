//! `analyze funnel` and `analyze sequence`.

use analysis::question::Mode;
use clap::{Args, ValueEnum};
use model::funnel::{ExclusionEffect, FunnelCount, FunnelEntry};

use super::activity::UnitArg;
use super::{ScopeArgs, SubjectArgs};

#[derive(Debug, Args)]
pub struct FunnelArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// A step, in order: an event name, or NAME=RULE with the rule in JSON. Without any, the journey's stages
    #[arg(long = "step", value_name = "STEP", required_unless_present = "journey")]
    pub steps: Vec<String>,
    /// From the first step to the last: a time (7d), session, session:10m, or calendar:day, :week, :month; only with
    /// --step [default: no limit]
    #[arg(long, value_name = "WINDOW")]
    pub window: Option<String>,
    /// How steps may follow each other; only with --step
    #[arg(long, value_enum, value_name = "MODE", default_value_t = FunnelMode::Ordered)]
    pub mode: FunnelMode,
    /// What is counted
    #[arg(long = "count", value_enum, value_name = "WHAT", default_value_t = CountArg::Uniques)]
    pub count: CountArg,
    /// Which run of a subject counts, where it counts once
    #[arg(long, value_enum, value_name = "RUN", default_value_t = EntryArg::Best)]
    pub entry: EntryArg,
    /// One event may satisfy several steps that follow each other
    #[arg(long)]
    pub reuse: bool,
    /// Events so near each other count as one moment and may be taken in any order; at most 60000, and 0 keeps their
    /// order
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub tie_tolerance: u32,
    /// A step, by its number, that may be left out
    #[arg(long, value_name = "N")]
    pub optional: Vec<u32>,
    /// Events that must not lie between two steps: an event name, or a rule in JSON; 2-3:RULE between the second and
    /// the third [default: the first and the last]
    #[arg(long, value_name = "EXCLUSION")]
    pub exclude: Vec<String>,
    /// What an excluded event does
    #[arg(long, value_enum, value_name = "EFFECT", default_value_t = EffectArg::Remove)]
    pub excluded: EffectArg,
    /// A column of which all events of a run carry the same value: site, channel, props.item; at most 3
    #[arg(long, value_name = "COLUMN")]
    pub hold: Vec<String>,
    /// Shows the numbers by the day, week or month runs began in, too
    #[arg(long, value_enum, value_name = "UNIT")]
    pub trend: Option<UnitArg>,
    /// Shows what those who dropped off did next, too
    #[arg(long)]
    pub next: bool,
    /// Shows how long steps took instead
    #[arg(long)]
    pub times: bool,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct SequenceArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// (?N): an event of condition N; . any event of a condition; .* any number of them; (?t<=3600) or (?t<=1h) directly
    /// after an event: the next comes so much later at most; also <, >=, > and ==
    #[arg(long, value_name = "PATTERN")]
    pub pattern: String,
    /// A condition, the first being (?1): an event name, or NAME=RULE with the rule in JSON
    #[arg(long = "condition", value_name = "CONDITION", required = true)]
    pub conditions: Vec<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

/// [`Mode`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum FunnelMode {
    /// One event satisfies one step; others may lie between; a later first step starts anew
    Ordered,
    /// As `ordered`, with nothing between
    Strict,
    /// Steps in any order
    Unordered,
    /// ClickHouse's windowFunnel without option: one event may satisfy equal steps
    Default,
    /// Stops at a second event of a step already reached
    StrictDeduplication,
    /// Stops at any event between that is not the next step
    StrictOrder,
    /// The next step is later, not at the same time
    StrictIncrease,
    /// As `default`, and one event satisfies one step
    StrictOnce,
}

impl From<FunnelMode> for Mode {
    fn from(mode: FunnelMode) -> Mode {
        match mode {
            FunnelMode::Ordered => Mode::Ordered,
            FunnelMode::Strict => Mode::Strict,
            FunnelMode::Unordered => Mode::Unordered,
            FunnelMode::Default => Mode::Default,
            FunnelMode::StrictDeduplication => Mode::StrictDeduplication,
            FunnelMode::StrictOrder => Mode::StrictOrder,
            FunnelMode::StrictIncrease => Mode::StrictIncrease,
            FunnelMode::StrictOnce => Mode::StrictOnce,
        }
    }
}

/// [`FunnelCount`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CountArg {
    /// Each customer once, or each subject the scope asks for
    Uniques,
    /// Each attempt: until it is through, broken off, or out of time; attempts do not overlap
    Totals,
    /// Each session once
    Sessions,
}

impl From<CountArg> for FunnelCount {
    fn from(count: CountArg) -> FunnelCount {
        match count {
            CountArg::Uniques => FunnelCount::Uniques,
            CountArg::Totals => FunnelCount::Totals,
            CountArg::Sessions => FunnelCount::Sessions,
        }
    }
}

/// [`FunnelEntry`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EntryArg {
    /// The deepest
    Best,
    /// The one that began first
    First,
}

impl From<EntryArg> for FunnelEntry {
    fn from(entry: EntryArg) -> FunnelEntry {
        match entry {
            EntryArg::Best => FunnelEntry::Best,
            EntryArg::First => FunnelEntry::First,
        }
    }
}

/// [`ExclusionEffect`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EffectArg {
    /// Who counts by a run with such an event is left out of the funnel
    Remove,
    /// The run ends there: it has dropped off at the step reached
    Drop,
}

impl From<EffectArg> for ExclusionEffect {
    fn from(effect: EffectArg) -> ExclusionEffect {
        match effect {
            EffectArg::Remove => ExclusionEffect::Remove,
            EffectArg::Drop => ExclusionEffect::Drop,
        }
    }
}
