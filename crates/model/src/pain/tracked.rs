//! A pain over time: what is done about it, and whether it is still seen.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Pain;
use crate::journey::Fault;
use crate::limits::NAME_BYTES_MAX;
use crate::period::Period;

/// Where a pain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PainStatus {
    /// Nobody has looked at it yet.
    Found,
    /// Somebody says that it is real and matters.
    Acknowledged,
    /// Somebody answers for it.
    Owned,
    /// Somebody works on it.
    Working,
    /// Mended, or not worth mending.
    Closed,
    /// Closed, and found again after that.
    CameBack,
}

impl PainStatus {
    pub const ALL: [PainStatus; 6] = [
        PainStatus::Found,
        PainStatus::Acknowledged,
        PainStatus::Owned,
        PainStatus::Working,
        PainStatus::Closed,
        PainStatus::CameBack,
    ];

    /// The word for it in answers, addresses and files.
    pub fn id(self) -> &'static str {
        match self {
            PainStatus::Found => "found",
            PainStatus::Acknowledged => "acknowledged",
            PainStatus::Owned => "owned",
            PainStatus::Working => "working",
            PainStatus::Closed => "closed",
            PainStatus::CameBack => "came_back",
        }
    }

    /// What a person may make of it. Found and came back are facts: only finding sets them.
    pub fn next(self) -> &'static [PainStatus] {
        use PainStatus::{Acknowledged, CameBack, Closed, Found, Owned, Working};
        match self {
            Found | CameBack => &[Acknowledged, Owned, Working, Closed],
            Acknowledged => &[Owned, Working, Closed],
            Owned => &[Acknowledged, Working, Closed],
            Working => &[Acknowledged, Owned, Closed],
            // Closed too early.
            Closed => &[Acknowledged, Owned, Working],
        }
    }
}

/// What people decided about a pain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    pub status: PainStatus,
    /// Who answers for it; needed where it is owned or worked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The day it is to be closed by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
}

impl Handling {
    /// Of a pain that was just found.
    pub fn found() -> Handling {
        Handling { status: PainStatus::Found, owner: None, due: None }
    }

    /// Why this may not become `next`; empty if it may.
    pub fn faults_of(&self, next: &Handling) -> Vec<Fault> {
        let mut faults = Vec::new();
        let allowed = self.status.next();
        if next.status != self.status && !allowed.contains(&next.status) {
            let words: Vec<_> = allowed.iter().map(|status| format!("`{}`", status.id())).collect();
            let (from, to) = (self.status.id(), next.status.id());
            let message = format!("what is `{from}` cannot become `{to}`, only {}", words.join(", "));
            faults.push(Fault::new("status", message));
        }
        match &next.owner {
            None if matches!(next.status, PainStatus::Owned | PainStatus::Working) => {
                faults.push(Fault::new("owner", format!("`{}` needs somebody who answers for it", next.status.id())));
            }
            Some(owner) if owner.trim().is_empty() || owner.len() > NAME_BYTES_MAX => {
                faults.push(Fault::new("owner", format!("a name of at most {NAME_BYTES_MAX} bytes, or none")));
            }
            _ => {}
        }
        faults
    }
}

/// A pain as it is kept: as found last, what is decided about it, and when it was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrackedPain {
    /// As found last.
    pub pain: Pain,
    #[serde(flatten)]
    pub handling: Handling,
    /// Grows with every act of a person, and when it comes back; a change names the one it was made from.
    pub version: u32,
    /// The version of the journey it was found in last.
    pub journey_version: u32,
    /// Times of looking, UTC microseconds.
    pub first_found_at_us: i64,
    pub last_found_at_us: i64,
    /// The last look that would have seen it. Later than `last_found_at_us`: it was not seen.
    pub last_looked_at_us: i64,
    /// The period of that look.
    pub looked: Period,
    /// The moment that look was asked at, in the time of the events, UTC microseconds.
    pub as_of_us: i64,
    /// When it was closed last, UTC microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_us: Option<i64>,
}

impl TrackedPain {
    /// Since when it was looked for in vain; none if the last look found it.
    pub fn not_seen_since_us(&self) -> Option<i64> {
        (self.last_looked_at_us > self.last_found_at_us).then_some(self.last_found_at_us)
    }

    /// Whether a closed pain is back: `found` again, in a stretch that ends after it was closed. One that ends before
    /// is the old pain seen in old events.
    pub fn comes_back(&self, found: &Pain) -> bool {
        self.handling.status == PainStatus::Closed && self.closed_at_us.is_some_and(|closed| found.to_us > closed)
    }

    /// Whether a look at `looked`, asked at `as_of_us`, tells anything new of this pain: it is not asked at an earlier
    /// moment than the last, and does not end before the stretch in which it hurt.
    pub fn is_looked_for(&self, looked: Period, as_of_us: i64) -> bool {
        let end_us = looked.to_us.map_or(as_of_us, |to| to.min(as_of_us));
        as_of_us >= self.as_of_us && end_us >= self.pain.to_us.min(self.as_of_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pain::{Comparison, Estimate, Margin, Money, MoneyMissing, PainKind, Rate, RunningCost, key};

    fn pain(to_us: i64) -> Pain {
        let none = Estimate { value: 0.0, low: 0.0, high: 0.0 };
        Pain {
            key: key("buy", PainKind::DropOff, "pay", None),
            kind: PainKind::DropOff,
            journey: "buy".into(),
            stage: "pay".into(),
            facet: None,
            comparison: Comparison::OtherTimes,
            from_us: 0,
            to_us,
            dated: true,
            observed: Rate::new(3, 4),
            reference: Rate::new(1, 4),
            difference: none,
            margin: 0.02,
            p_value: 0.0,
            q_value: 0.0,
            looks: 1,
            excess: none,
            customers_per_month: none,
            money: Money::Missing { why: MoneyMissing::GoalHasNoValue },
            margin_lost: Margin::default(),
            running_cost: RunningCost::default(),
            causes: vec![],
            collect: vec![],
            suggestions: vec![],
            effects: vec![],
            next: Vec::new(),
            sentence: "it hurts".into(),
            question: String::new(),
            pick: String::new(),
        }
    }

    fn tracked(status: PainStatus) -> TrackedPain {
        TrackedPain {
            pain: pain(100),
            handling: Handling { status, owner: Some("lin".into()), due: None },
            version: 1,
            journey_version: 1,
            first_found_at_us: 1_000,
            last_found_at_us: 1_000,
            last_looked_at_us: 1_000,
            looked: Period { from_us: Some(0), to_us: Some(200) },
            as_of_us: 200,
            closed_at_us: (status == PainStatus::Closed).then_some(150),
        }
    }

    #[test]
    fn words_are_the_serialised_form() {
        for status in PainStatus::ALL {
            assert_eq!(serde_json::to_value(status).ok(), Some(status.id().into()));
        }
    }

    #[test]
    fn people_neither_find_nor_bring_back() {
        for status in PainStatus::ALL {
            assert!(!status.next().contains(&status));
            assert!(!status.next().contains(&PainStatus::Found));
            assert!(!status.next().contains(&PainStatus::CameBack));
            // Nothing is a dead end, and whatever is open can be closed.
            assert!(status == PainStatus::Closed || status.next().contains(&PainStatus::Closed));
            assert!(!status.next().is_empty());
        }
    }

    #[test]
    fn what_is_owned_or_worked_on_has_an_owner() {
        let with = |status, owner: Option<&str>| Handling { status, owner: owner.map(str::to_owned), due: None };
        let paths = |from: PainStatus, next: &Handling| -> Vec<String> {
            with(from, None).faults_of(next).into_iter().map(|fault| fault.path).collect()
        };
        assert_eq!(paths(PainStatus::Found, &with(PainStatus::Owned, Some("lin"))), [""; 0]);
        assert_eq!(paths(PainStatus::Found, &with(PainStatus::Found, Some("lin"))), [""; 0]);
        assert_eq!(paths(PainStatus::Found, &with(PainStatus::Working, None)), ["owner"]);
        assert_eq!(paths(PainStatus::Found, &with(PainStatus::Closed, Some(" "))), ["owner"]);
        assert_eq!(paths(PainStatus::Working, &with(PainStatus::Found, None)), ["status"]);
        assert_eq!(paths(PainStatus::Closed, &with(PainStatus::CameBack, None)), ["status"]);
        let long = "x".repeat(NAME_BYTES_MAX + 1);
        assert_eq!(paths(PainStatus::Closed, &with(PainStatus::CameBack, Some(&long))), ["status", "owner"]);
    }

    #[test]
    fn only_a_closed_pain_comes_back_and_only_by_later_events() {
        assert!(tracked(PainStatus::Closed).comes_back(&pain(151)));
        assert!(!tracked(PainStatus::Closed).comes_back(&pain(150)));
        for status in PainStatus::ALL.into_iter().filter(|status| *status != PainStatus::Closed) {
            assert!(!tracked(status).comes_back(&pain(1_000)));
        }
    }

    #[test]
    fn a_look_that_could_not_have_seen_it_says_nothing() {
        let tracked = tracked(PainStatus::Found);
        let looked = |from_us, to_us| Period { from_us, to_us };
        assert!(tracked.is_looked_for(looked(Some(0), Some(200)), 200));
        assert!(tracked.is_looked_for(looked(None, None), 300));
        // Later months only: it was looked for there.
        assert!(tracked.is_looked_for(looked(Some(200), Some(300)), 300));
        // Before it hurt, and as the world was before the last look.
        assert!(!tracked.is_looked_for(looked(Some(0), Some(99)), 300));
        assert!(!tracked.is_looked_for(looked(None, None), 199));
        assert_eq!(tracked.not_seen_since_us(), None);
        let later = TrackedPain { last_looked_at_us: 2_000, ..tracked };
        assert_eq!(later.not_seen_since_us(), Some(1_000));
    }
}
