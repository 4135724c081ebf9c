//! What one can ask of a world: its size, its seed, and the pains planted in it.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most customers of one world: a hundred million events are about three million customers.
pub const CUSTOMERS_MAX: u32 = 20_000_000;
/// Most days of one world: the calendar of festivals is known for 2025 to 2027.
pub const DAYS_MAX: u32 = 730;

/// A world, completely: the same configuration gives the same events, byte by byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub seed: u64,
    /// People who come at least once, members and passers-by. A world with more contains the smaller one.
    #[serde(default = "customers_default")]
    pub customers: u32,
    /// First day, in the retailer's zone (Asia/Shanghai).
    #[serde(default = "start_default", serialize_with = "write_date", deserialize_with = "read_date")]
    pub start: NaiveDate,
    #[serde(default = "days_default")]
    pub days: u32,
    #[serde(default)]
    pub plants: Vec<Plant>,
    /// Of so many of the last days the walks through the stores are made, too: positions, as sensors on the floors say them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub walked_days: u32,
}

fn is_none(days: &u32) -> bool {
    *days == 0
}

impl Config {
    /// A default world of this seed, with nothing planted.
    pub fn new(seed: u64) -> Config {
        let (customers, start, days) = (customers_default(), start_default(), days_default());
        Config { seed, customers, start, days, plants: Vec::new(), walked_days: 0 }
    }
}

/// A pain put into a world on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plant {
    pub kind: PainKind,
    /// Id of the journey: `omni-purchase`, `after-purchase`.
    pub journey: String,
    /// Id of the stage.
    pub stage: String,
    /// Who suffers. None: everyone, and then only between two dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
    /// First day of it, counted from the world's first day as 0. None: from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_day: Option<u32>,
    /// The first day without it. None: to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_day: Option<u32>,
    /// What brings it about and leaves its signal. None: it leaves no signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CauseKind>,
    #[serde(default)]
    pub strength: Strength,
}

/// One value of one dimension: `platform` = `android`, `switch` = `app→store`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub name: String,
    pub value: String,
}

impl Dimension {
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Dimension {
        Dimension { name: name.into(), value: value.into() }
    }
}

/// How much more often the hit happens in the cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Just so much that a test which knew the place would have a power above .99 (see [`crate::power`]).
    #[default]
    Moderate,
    /// Points of probability above the usual rate, 0 to 0.9.
    Lift(f64),
}

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

kinds! {
    /// What hurts. [`crate::observe`] says for each what counts as exposed and as hit.
    PainKind {
        DropOff "drop_off",
        /// A drop-off whose dimension is a trait.
        SegmentGap "segment_gap",
        Stall "stall",
        Loop "loop",
        Effort "effort",
        StepError "step_error",
        UnclearInformation "unclear_information",
        OpaquePrice "opaque_price",
        DwellWithoutPurchase "dwell_without_purchase",
        ChannelSwitchLoss "channel_switch_loss",
        BrokenPromise "broken_promise",
        RepeatContact "repeat_contact",
        PoorAfterSales "poor_after_sales",
        LowScore "low_score",
    }
}

kinds! {
    /// What brings a pain about; each leaves its own signal.
    CauseKind {
        Error "error",
        Slow "slow",
        Price "price",
        OutOfStock "out_of_stock",
        Waiting "waiting",
        Information "information",
        Late "late",
    }
}

fn customers_default() -> u32 {
    8_000
}

/// A Monday, eight days before 双11; 春节 2026 falls into the default half year.
fn start_default() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 11, 3).unwrap_or_default()
}

fn days_default() -> u32 {
    182
}

fn write_date<S: Serializer>(date: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

fn read_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is no date, as in 2025-11-03")))
}
