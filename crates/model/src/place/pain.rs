//! Pains on the floor: what hurts in a place people walk in, and why people stay there and do not buy.
//!
//! They speak as those of a journey do (`crate::pain`): *hit* among *exposed*, against a reference, with an interval and a
//! correction for all looks. What differs: exposures are visits or shopping units instead of journeys, places are zones,
//! queues or the whole site, and groups are hours and days.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ZoneKind;
use crate::hash;
use crate::pain::{Estimate, Rate, Suggestion};
use crate::text::LocalizedText;

/// What kind of thing hurts. Each kind states what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlacePainKind {
    /// Exposed: shopping units that stayed at a zone for as long as engages. Hit: no receipt of theirs has what is offered
    /// there; where the zone offers no category, they have no receipt.
    DwellWithoutPurchase,
    /// Exposed: those who were served after a queue. Hit: waited longer than is asked about.
    LongWait,
    /// Exposed: those who joined a queue and of whom it is known how that ended. Hit: gave up.
    AbandonedQueue,
    /// Exposed: visits with stops on a single floor. Hit: walked farther than so many times the shortest way.
    Lost,
    /// Exposed: visits that came into a zone that can engage. Hit: neither stopped nor stayed.
    PassedBy,
    /// Exposed: visits that came into a zone that can engage. Hit: at least so many people a square metre were there.
    Crowded,
    /// Exposed: shopping units that stayed at a zone for as long as engages. Hit: nobody of the staff came near.
    Unattended,
}

impl PlacePainKind {
    pub const ALL: [PlacePainKind; 7] = [
        PlacePainKind::DwellWithoutPurchase,
        PlacePainKind::LongWait,
        PlacePainKind::AbandonedQueue,
        PlacePainKind::Lost,
        PlacePainKind::PassedBy,
        PlacePainKind::Crowded,
        PlacePainKind::Unattended,
    ];

    /// The word for it in answers, addresses and files.
    pub fn id(self) -> &'static str {
        match self {
            PlacePainKind::DwellWithoutPurchase => "dwell_without_purchase",
            PlacePainKind::LongWait => "long_wait",
            PlacePainKind::AbandonedQueue => "abandoned_queue",
            PlacePainKind::Lost => "lost",
            PlacePainKind::PassedBy => "passed_by",
            PlacePainKind::Crowded => "crowded",
            PlacePainKind::Unattended => "unattended",
        }
    }
}

/// What a rate is compared to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceComparison {
    /// The same place at other hours of the day.
    OtherHours,
    /// The same place on other days.
    OtherDays,
    /// Other zones that can engage, over the same time.
    OtherZones,
}

/// Why people stay and do not buy. Each has one signal it is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceCauseKind {
    /// Range or stock: while they were there a stock-out was on, or nothing of it was sold for longer than chance allows.
    Stock,
    /// What is bought with it was missing in the same way.
    Complement,
    /// It cost more than usual: by a change of price, or by what receipts say.
    Price,
    /// Nobody of the staff was within reach.
    Staff,
    /// Display: they stayed half as long as is usual, or less.
    Display,
    /// Information: they stayed twice as long as is usual, came back to it, or looked it up.
    Information,
}

impl PlaceCauseKind {
    pub const ALL: [PlaceCauseKind; 6] = [
        PlaceCauseKind::Stock,
        PlaceCauseKind::Complement,
        PlaceCauseKind::Price,
        PlaceCauseKind::Staff,
        PlaceCauseKind::Display,
        PlaceCauseKind::Information,
    ];

    /// The word for it in answers, addresses and files.
    pub fn id(self) -> &'static str {
        match self {
            PlaceCauseKind::Stock => "stock",
            PlaceCauseKind::Complement => "complement",
            PlaceCauseKind::Price => "price",
            PlaceCauseKind::Staff => "staff",
            PlaceCauseKind::Display => "display",
            PlaceCauseKind::Information => "information",
        }
    }
}

/// What a cause was told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceBasis {
    /// With and without the signal, at the same place and time: the stronger one.
    Contrast,
    /// It came when the pain came; nothing else tells it from what came then, too.
    Timing,
}

/// A cause that is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceCause {
    pub kind: PlaceCauseKind,
    pub basis: PlaceBasis,
    /// Hits among those with the signal, here and in the reference. None: too few had it to be shown.
    pub here: Option<Rate>,
    pub reference: Option<Rate>,
    /// Share of those exposed who had the signal, here and in the reference.
    pub share_here: f64,
    pub share_reference: f64,
    /// Share of the excess hits that goes with the signal.
    pub explains: Estimate,
    /// The category the signal is of, where it is not that of the place.
    pub category: Option<String>,
    /// What it means and is told by.
    pub signal: LocalizedText,
    /// What would settle whether it is the cause.
    pub settle: LocalizedText,
}

/// Something to collect, so that a cause can be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceCollect {
    /// None: all signals there are were looked at, and none goes with it.
    pub cause: Option<PlaceCauseKind>,
    pub what: LocalizedText,
}

/// Sales at stake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum PlaceMoney {
    /// Per 30 days: excess hits times what an exposed one without the hit spent more.
    PerMonth {
        amount: Estimate,
        assumption: LocalizedText,
    },
    Missing {
        why: PlaceMoneyMissing,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceMoneyMissing {
    /// The site's rules look at no receipts.
    NoReceipts,
    /// Those who are hit do not spend less.
    NoLossSeen,
}

/// A pain on the floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlacePain {
    /// The same for the same site, kind and place, however often it is found; see [`key`].
    pub key: String,
    pub kind: PlacePainKind,
    /// The zone, of queues their tail. None: the whole site, or floor.
    pub zone: Option<String>,
    pub name: Option<LocalizedText>,
    pub zone_kind: Option<ZoneKind>,
    pub category: Option<String>,
    pub comparison: PlaceComparison,
    /// Days it hurts on, both included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Hours of the day it hurts in, from the first until before the second. None: all.
    pub hours: Option<[u32; 2]>,
    pub observed: Rate,
    pub reference: Rate,
    pub difference: Estimate,
    /// Differences up to this are not worth a pain; the test is against it, not against none.
    pub margin: f64,
    pub p_value: f64,
    /// Corrected for all looks taken (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// Hits beyond the reference rate, over the stretch, and per 30 days of the period.
    pub excess: Estimate,
    pub per_month: Estimate,
    pub money: PlaceMoney,
    /// A plan that came into force on its first day.
    pub plan_from: Option<NaiveDate>,
    /// Likely causes, likeliest first; of dwell without purchase only. Empty: cannot tell, see `collect`.
    pub causes: Vec<PlaceCause>,
    /// Causes whose signals were there and do not go with it.
    pub unlikely: Vec<PlaceCause>,
    pub collect: Vec<PlaceCollect>,
    pub suggestions: Vec<Suggestion>,
    pub sentence: LocalizedText,
    /// Opens the visits that are hit: hand it to the list of visits.
    pub pick: String,
}

/// The stable key of a pain: sixteen hexadecimal digits of a hash over site, kind and zone.
pub fn key(site: &str, kind: PlacePainKind, zone: Option<&str>) -> String {
    let parts = [site, kind.id(), zone.unwrap_or_default()].map(str::as_bytes);
    format!("{:016x}", hash::parts(&parts) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_serialised_form() {
        for kind in PlacePainKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.id().into()));
        }
        for kind in PlaceCauseKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.id().into()));
        }
    }

    #[test]
    fn keys_tell_sites_kinds_and_places_apart() {
        let keys = [
            key("a", PlacePainKind::Lost, None),
            key("b", PlacePainKind::Lost, None),
            key("a", PlacePainKind::Crowded, None),
            key("a", PlacePainKind::Crowded, Some("wine")),
        ];
        assert!((0..4).all(|i| (0..i).all(|j| keys[i] != keys[j])));
        assert_eq!(keys[0].len(), 16);
    }
}
