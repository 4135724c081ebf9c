//! Flags of retention, lifecycle, stickiness and survival.

use clap::{Args, ValueEnum};
use model::retention::Bracket;

use super::{ScopeArgs, WorkspaceArg};

#[derive(Debug, Args)]
pub struct RetentionArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What a customer starts with: an event name, or a rule in JSON [default: any event]
    #[arg(long, value_name = "RULE")]
    pub start: Option<String>,
    /// What counts as coming back, at or after the start: an event name, or a rule in JSON [default: any event]
    #[arg(long = "return", value_name = "RULE")]
    pub back: Option<String>,
    /// How often a customer starts
    #[arg(long, value_enum, value_name = "HOW", default_value_t = StartsArg::First)]
    pub starts: StartsArg,
    /// What time after the start is counted in
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitArg::Week)]
    pub unit: UnitArg,
    /// What starts are grouped by [default: the unit]
    #[arg(long, value_enum, value_name = "UNIT")]
    pub cohort: Option<UnitArg>,
    /// First day of weeks
    #[arg(long, value_enum, value_name = "DAY", default_value_t = WeekStartArg::Monday)]
    pub week_start: WeekStartArg,
    /// By the calendar, or in 24 hours (7 × 24 hours) from the instant of the start
    #[arg(long, value_enum, value_name = "CLOCK", default_value_t = ClockArg::Calendar)]
    pub clock: ClockArg,
    /// Returned in unit k, or in k or any later one
    #[arg(long, value_enum, value_name = "READING", default_value_t = ReadingArg::On)]
    pub reading: ReadingArg,
    /// The last unit shown, at most 365 [default: 30 days, 12 weeks, 12 months, 8 quarters or 5 years]
    #[arg(long, value_name = "N")]
    pub last: Option<u32>,
    /// Units from one to another in one column, in order: --bracket 1-7 --bracket 8-14
    #[arg(long = "bracket", value_name = "FROM-TO", conflicts_with = "last")]
    pub brackets: Vec<Bracket>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct LifecycleArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What makes a customer active: an event name, or a rule in JSON [default: any event]
    #[arg(long, value_name = "RULE")]
    pub active: Option<String>,
    /// Length of a period
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitArg::Week)]
    pub unit: UnitArg,
    /// First day of weeks
    #[arg(long, value_enum, value_name = "DAY", default_value_t = WeekStartArg::Monday)]
    pub week_start: WeekStartArg,
    /// Periods from the one of this time on [default: of the first event]; what was before counts all the same
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Periods that begin before this time [default: all]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct StickinessArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What makes a customer active: an event name, or a rule in JSON [default: any event]
    #[arg(long, value_name = "RULE")]
    pub active: Option<String>,
    /// What activity is counted in
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitArg::Day)]
    pub unit: UnitArg,
    /// The longer period it is counted over
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitArg::Month)]
    pub per: UnitArg,
    /// First day of weeks
    #[arg(long, value_enum, value_name = "DAY", default_value_t = WeekStartArg::Monday)]
    pub week_start: WeekStartArg,
    /// Periods from the one of this time on [default: of the first event]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Periods that begin before this time [default: all]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub struct SurvivalArgs {
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What a customer starts with: an event name, or a rule in JSON [default: the first event]
    #[arg(long, value_name = "RULE")]
    pub start: Option<String>,
    /// What the time runs to: an event name, or a rule in JSON. The same as --start: the next such event
    #[arg(long, value_name = "RULE")]
    pub end: String,
    /// Until when those who have not ended are known not to have
    #[arg(long, value_enum, value_name = "HOW", default_value_t = CensorArg::AsOf)]
    pub censor: CensorArg,
    /// A group to compare, by an event up to the start: an event name, or NAME=RULE with the rule in JSON
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Times after the start at which the curve is read off: --at 7d --at 30d [default: a few round ones]
    #[arg(long, value_name = "SPAN")]
    pub at: Vec<String>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

/// Values that are typed as they are called in the model.
macro_rules! typed {
    ($(#[doc = $doc:literal])* $name:ident = $model:ty { $($(#[doc = $help:literal])* $value:ident),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        #[value(rename_all = "snake_case")]
        pub enum $name {
            $($(#[doc = $help])* $value),+
        }

        impl From<$name> for $model {
            fn from(typed: $name) -> $model {
                match typed {
                    $($name::$value => <$model>::$value),+
                }
            }
        }
    };
}

typed!(
    /// [`model::calendar::Unit`] as it is typed.
    UnitArg = model::calendar::Unit { Day, Week, Month, Quarter, Year }
);

typed!(
    /// [`model::calendar::WeekStart`] as it is typed.
    WeekStartArg = model::calendar::WeekStart { Monday, Saturday, Sunday }
);

typed!(
    /// [`model::retention::Starts`] as it is typed.
    StartsArg = model::retention::Starts {
        /// Once: with the first matching event ever
        First,
        /// Once a cohort: with the first matching event in it
        Every,
    }
);

typed!(
    /// [`model::retention::Clock`] as it is typed.
    ClockArg = model::retention::Clock {
        /// Unit 0 is the day (week …) of the start
        Calendar,
        /// Unit 0 is the first 24 hours (7 × 24 hours); days and weeks only
        Rolling,
    }
);

typed!(
    /// [`model::retention::Reading`] as it is typed.
    ReadingArg = model::retention::Reading {
        /// A return in unit k
        On,
        /// A return in unit k or any later one
        OnOrAfter,
    }
);

typed!(
    /// [`model::survival::Censor`] as it is typed.
    CensorArg = model::survival::Censor {
        /// Up to the question's moment: events are complete until then
        AsOf,
        /// Up to the customer's last event
        LastEvent,
    }
);
