//! Pain points: what hurts on a journey, where, for whom, since when, how much, and why.
//!
//! A [`Pain`] is a finding about one place of one journey, with everything it rests on. It is found by `analysis`,
//! tracked by `control`. A difference with nothing to compare to is an observation, not a pain.

mod tracked;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hash;
use crate::proposal::{Gain, RestsOn};
use crate::reference::ReferenceSource;
use crate::signal::SignalKind;
use crate::text::LocalizedText;

pub use tracked::{Handling, PainStatus, TrackedPain};

/// What kind of thing hurts. Each kind states what it counts: `hit` among `exposed` instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PainKind {
    /// Exposed: ended instances that were in the stage. Hit: left with this stage as the furthest.
    DropOff,
    /// Drop-off of customers of one trait.
    SegmentGap,
    /// Exposed: instances that went on from the stage. Hit: stayed three times as long as is usual (the median) and
    /// more, or longer than is expected.
    Stall,
    /// Exposed: instances that were in the stage. Hit: came back to it from a later one.
    Loop,
    /// Exposed: instances that were in the stage. Hit: 2.5 times the usual number of events there (the median), and more.
    Effort,
    /// Exposed: instances with a `contact`. Hit: a second one within a week.
    RepeatContact,
    /// Exposed: ended instances that changed channel at the stage. Hit: left, no further than where they then were.
    ChannelSwitchLoss,
    /// Exposed: instances with `on_time` or `late`. Hit: `late`.
    BrokenPromise,
    /// Exposed: ended instances that were in the stage. Hit: `dwell` there, and left with this stage as the furthest.
    DwellWithoutPurchase,
    /// Exposed: instances that were in the stage. Hit: went between `details` and `help` twice or more.
    UnclearInformation,
    /// Exposed: instances that were in the stage. Hit: a `price` was the last they saw, or they turned back at it.
    OpaquePrice,
    /// Exposed: instances with a `return`. Hit: a `complaint` after it.
    PoorAfterSales,
    /// Exposed: instances with a score in the stage. Hit: a low one.
    LowScore,
    /// Exposed: instances that were in the stage. Hit: an `error` there.
    StepError,
}

impl PainKind {
    pub const ALL: [PainKind; 14] = [
        PainKind::DropOff,
        PainKind::SegmentGap,
        PainKind::Stall,
        PainKind::Loop,
        PainKind::Effort,
        PainKind::RepeatContact,
        PainKind::ChannelSwitchLoss,
        PainKind::BrokenPromise,
        PainKind::DwellWithoutPurchase,
        PainKind::UnclearInformation,
        PainKind::OpaquePrice,
        PainKind::PoorAfterSales,
        PainKind::LowScore,
        PainKind::StepError,
    ];

    /// The word for it in answers, addresses and files.
    pub fn id(self) -> &'static str {
        match self {
            PainKind::DropOff => "drop_off",
            PainKind::SegmentGap => "segment_gap",
            PainKind::Stall => "stall",
            PainKind::Loop => "loop",
            PainKind::Effort => "effort",
            PainKind::RepeatContact => "repeat_contact",
            PainKind::ChannelSwitchLoss => "channel_switch_loss",
            PainKind::BrokenPromise => "broken_promise",
            PainKind::DwellWithoutPurchase => "dwell_without_purchase",
            PainKind::UnclearInformation => "unclear_information",
            PainKind::OpaquePrice => "opaque_price",
            PainKind::PoorAfterSales => "poor_after_sales",
            PainKind::LowScore => "low_score",
            PainKind::StepError => "step_error",
        }
    }
}

/// Whom it concerns: one value of one dimension (`platform` = `android`). Dimensions are `channel`, text columns,
/// `traits.…` and `switch` (`app→store`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Facet {
    pub dimension: String,
    pub value: String,
}

/// What a rate is compared to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The other values of the dimension, over the same period.
    Others,
    /// The same people's place outside the stretch of time in which it hurts.
    OtherTimes,
    /// What the team expects of the stage.
    Expectation,
}

/// A number with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// `hits` of `exposed` instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    pub hits: u64,
    pub exposed: u64,
    /// Null if nobody was exposed.
    pub rate: Option<f64>,
}

impl Rate {
    pub fn new(hits: u64, exposed: u64) -> Rate {
        Rate { hits, exposed, rate: (exposed > 0).then(|| hits as f64 / exposed as f64) }
    }
}

/// A pain point as found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pain {
    /// The same for the same kind, place and people, however often it is found; see [`key`].
    pub key: String,
    pub kind: PainKind,
    pub journey: String,
    pub stage: String,
    /// None: everyone.
    pub facet: Option<Facet>,
    pub comparison: Comparison,
    /// The stretch it hurts in, UTC microseconds; the whole period where it is not narrower.
    pub from_us: i64,
    pub to_us: i64,
    /// Whether it begins or ends within the period looked at.
    pub dated: bool,
    pub observed: Rate,
    pub reference: Rate,
    /// Observed rate less the reference rate.
    pub difference: Estimate,
    /// Differences up to this are not worth a pain; the test is against it, not against none.
    pub margin: f64,
    /// Chance of such a difference, or a larger one, where none exceeds the margin.
    pub p_value: f64,
    /// The same after correction for all looks taken (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// How many places, groups and stretches were looked at.
    pub looks: u64,
    /// Instances hit beyond the reference rate, over the stretch.
    pub excess: Estimate,
    /// The same in customers per 30 days.
    pub customers_per_month: Estimate,
    pub money: Money,
    /// What of the money would be margin.
    #[serde(default)]
    pub margin_lost: Margin,
    /// What the place costs to run, for whoever weighs a proposal against it.
    #[serde(default)]
    pub running_cost: RunningCost,
    /// Candidate causes, likeliest first. Empty: cannot tell; see `collect`.
    pub causes: Vec<Cause>,
    /// What to collect so that the cause can be told, where no cause is named: signals without events here.
    pub collect: Vec<SignalKind>,
    /// What could be done, for each likely cause.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// What follows from this pain and would else be listed beside it.
    pub effects: Vec<Effect>,
    /// What hit customers did next, most frequent first.
    #[serde(default)]
    pub next: Vec<NextStep>,
    /// The pain in one sentence, in each language of the interface.
    pub sentence: LocalizedText,
    /// The question it was found by, and the pick of the instances that are hit: together they open the customers.
    pub question: String,
    pub pick: String,
}

/// What could be done about a pain: a proposal nobody has made yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    pub title: LocalizedText,
    pub rests_on: RestsOn,
    /// What it should bring if it takes the cause away whole: the pain's size times the share the cause explains.
    pub gain: Gain,
}

/// What instances that were hit went on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextStep {
    /// Where; all three null: nothing more up to the moment the question was asked at.
    pub stage: Option<String>,
    pub touchpoint: Option<String>,
    pub channel: Option<String>,
    /// In a later journey of the same customer, not in this one.
    pub later: bool,
    pub instances: u64,
}

/// What it costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum Money {
    /// Goal value lost per 30 days: excess hits times what an instance without the hit brings more.
    PerMonth {
        amount: Estimate,
        currency: Option<String>,
        /// The numeric column of the goal's events whose observed values it is computed from. Null: found by an
        /// earlier release, which did not say.
        #[serde(default)]
        observed: Option<String>,
    },
    /// The goal has no value column, or hits bring as much as others.
    Missing { why: MoneyMissing },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoneyMissing {
    /// The goal names no value column.
    GoalHasNoValue,
    /// No event that reaches the goal carries the value.
    NoValueSeen,
    /// Instances that are hit do not bring less.
    NoLossSeen,
}

/// What of the money lost is margin, by a catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum Margin {
    /// The money lost per 30 days times the share of the price that is margin, over what the goal's events sold.
    PerMonth {
        amount: Estimate,
        currency: Option<String>,
        /// Margin as a share of the price, averaged over the items sold, each weighted by its value; may be below 0.
        rate: f64,
        /// Share of the items sold, by value, whose margin the catalogue tells; 0 to 1.
        covered: f64,
        source: ReferenceSource,
    },
    Missing {
        why: MarginMissing,
    },
}

impl Default for Margin {
    fn default() -> Margin {
        Margin::Missing { why: MarginMissing::NoCatalogue }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarginMissing {
    /// There is no money lost that could have one.
    NoMoney,
    /// No catalogue was in force on the days looked at: import one.
    NoCatalogue,
    /// The catalogue in force tells no margin: give it prices with costs or margins.
    CatalogueWithoutMargin,
    /// The goal's events name no product, or the catalogue knows less than half of what they sold.
    ItemsNotCovered,
    /// The catalogue's money is in another currency than the goal's.
    OtherCurrency,
    /// Tables are of the whole workspace, and whoever asks is limited to some stores.
    Limited,
}

/// What the place a pain is at costs to run: what a change there is weighed against. Not what the change costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum RunningCost {
    /// A channel, per 30 days of those the pain is at.
    Channel {
        channel: String,
        amount: f64,
        currency: Option<String>,
        source: ReferenceSource,
    },
    /// The staff of a site: hours per 30 days, and what they cost where the roster says.
    Staff {
        site: String,
        hours: f64,
        amount: Option<f64>,
        currency: Option<String>,
        source: ReferenceSource,
    },
    Missing {
        why: RunningCostMissing,
    },
}

impl Default for RunningCost {
    fn default() -> RunningCost {
        RunningCost::Missing { why: RunningCostMissing::NoChannelCosts }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunningCostMissing {
    /// No table of channel costs was in force on the pain's days: import channel costs.
    NoChannelCosts,
    /// No rosters were in force on the pain's days: import rosters.
    NoRosters,
    /// The table in force says nothing of this channel or site on the pain's days.
    NotListed,
    /// The pain is not of one channel or one site.
    NotOnePlace,
    /// Tables are of the whole workspace, and whoever asks is limited to some stores.
    Limited,
}

/// What the stock said while it hurt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StockEvidence {
    /// Counts of a product at a site on a day that were looked at.
    pub counts: u64,
    /// Of these, nothing was there.
    pub empty: u64,
    /// Of these, little was there: at most a tenth of the product's highest count there.
    pub low: u64,
    /// Whose counts they are. None: of all sites, or of all together.
    pub site: Option<String>,
    pub source: ReferenceSource,
}

/// A candidate cause: a signal that comes with the hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cause {
    /// Signal ids of the definition it was seen in.
    pub signals: Vec<String>,
    pub kind: SignalKind,
    /// Instances with the signal, of those exposed here and of the reference.
    pub here: Rate,
    pub reference: Rate,
    /// Share of the excess hits that go with the signal, 0 to 1.
    pub explains: Estimate,
    /// Of missing stock: what a table of stock says of the place and days. None: no such table covers them.
    #[serde(default)]
    pub stock: Option<StockEvidence>,
}

/// A pain that follows from another: same people, same stretch, at or after its stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    pub key: String,
    pub kind: PainKind,
    pub stage: String,
    pub facet: Option<Facet>,
    pub observed: Rate,
    pub reference: Rate,
    pub excess: Estimate,
    pub sentence: LocalizedText,
}

/// The stable key of a pain: sixteen hexadecimal digits of a hash over journey, kind, stage and facet. Dates are not
/// part of it: when it comes back, it is the same pain.
pub fn key(journey: &str, kind: PainKind, stage: &str, facet: Option<&Facet>) -> String {
    let (dimension, value) = facet.map_or(("", ""), |facet| (facet.dimension.as_str(), facet.value.as_str()));
    let parts = [journey, kind.id(), stage, dimension, value].map(str::as_bytes);
    format!("{:016x}", hash::parts(&parts) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_serialised_form() {
        for kind in PainKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.id().into()));
        }
    }

    #[test]
    fn keys_tell_places_and_people_apart() {
        let facet = Facet { dimension: "platform".into(), value: "android".into() };
        let here = key("buy", PainKind::DropOff, "pay", Some(&facet));
        assert_eq!(here.len(), 16);
        assert_eq!(here, key("buy", PainKind::DropOff, "pay", Some(&facet)));
        assert_ne!(here, key("buy", PainKind::DropOff, "pay", None));
        assert_ne!(here, key("buy", PainKind::Stall, "pay", Some(&facet)));
        assert_ne!(here, key("buy", PainKind::DropOff, "decide", Some(&facet)));
    }
}
