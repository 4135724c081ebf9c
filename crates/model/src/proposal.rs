//! Proposals: what to do about a pain, what it should bring, and how far it has come.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::journey::Fault;
use crate::limits::{NAME_BYTES_MAX, SIGNALS_MAX, STATEMENT_BYTES_MAX, TITLE_BYTES_MAX};
use crate::pain::Estimate;
use crate::signal::SignalKind;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// What to do, in a sentence of the one who proposes it.
    pub title: String,
    /// Where on the map it helps.
    pub journey: String,
    pub stage: String,
    /// Key of the pain it is against. None: an idea of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<String>,
    pub rests_on: RestsOn,
    #[serde(default)]
    pub gain: Gain,
    #[serde(default)]
    pub cost: Cost,
    /// ISO 4217 code of the money in `gain` and `cost`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Who answers for it; needed where it is in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The day it is to be done by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    #[serde(default)]
    pub status: ProposalStatus,
}

/// Why anybody should believe that it helps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "on", rename_all = "snake_case", deny_unknown_fields)]
pub enum RestsOn {
    /// The likely cause of the pain.
    Cause {
        kind: SignalKind,
        /// Signal ids of the definition it was seen in.
        #[serde(default)]
        signals: Vec<String>,
    },
    /// A study, a rule of the trade, a hunch, in words.
    Words { text: String },
}

/// What it should bring every 30 days. None: nobody has said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// Customers who arrive and would not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers_per_month: Option<Estimate>,
    /// Goal value, in units of `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money_per_month: Option<Estimate>,
}

/// What it costs, once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "known", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cost {
    /// In units of `currency`; `source` says who or what it comes from.
    Amount { amount: f64, source: String },
    #[default]
    Missing,
}

/// A column of the board.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    #[default]
    Proposed,
    Accepted,
    InProgress,
    Done,
    /// Not to be done.
    Dropped,
}

impl ProposalStatus {
    pub const ALL: [ProposalStatus; 5] = [
        ProposalStatus::Proposed,
        ProposalStatus::Accepted,
        ProposalStatus::InProgress,
        ProposalStatus::Done,
        ProposalStatus::Dropped,
    ];

    /// The word for it in answers, addresses and files.
    pub fn id(self) -> &'static str {
        match self {
            ProposalStatus::Proposed => "proposed",
            ProposalStatus::Accepted => "accepted",
            ProposalStatus::InProgress => "in_progress",
            ProposalStatus::Done => "done",
            ProposalStatus::Dropped => "dropped",
        }
    }

    /// What it may become. Nothing is done that was not in progress, and what was dropped is proposed anew.
    pub fn next(self) -> &'static [ProposalStatus] {
        use ProposalStatus::{Accepted, Done, Dropped, InProgress, Proposed};
        match self {
            Proposed => &[Accepted, Dropped],
            Accepted => &[Proposed, InProgress, Dropped],
            InProgress => &[Accepted, Done, Dropped],
            Done => &[InProgress],
            Dropped => &[Proposed],
        }
    }
}

/// A proposal as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrackedProposal {
    pub id: i64,
    pub proposal: Proposal,
    /// From 1, grows with every change; a change names the one it was made from.
    pub version: u32,
    /// UTC microseconds.
    pub created_at_us: i64,
    pub created_by: String,
    /// UTC microseconds.
    pub changed_at_us: i64,
}

impl Proposal {
    /// What is wrong with it by itself; empty if nothing is.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_text(&mut faults, "title", &self.title, TITLE_BYTES_MAX);
        match &self.rests_on {
            RestsOn::Cause { signals, .. } => {
                if signals.len() > SIGNALS_MAX || signals.iter().any(|id| id.len() > NAME_BYTES_MAX) {
                    faults.push(Fault::new("rests_on.signals", format!("at most {SIGNALS_MAX} ids of signals")));
                }
            }
            RestsOn::Words { text } => check_text(&mut faults, "rests_on.text", text, STATEMENT_BYTES_MAX),
        }
        let gains = [
            ("gain.customers_per_month", self.gain.customers_per_month),
            ("gain.money_per_month", self.gain.money_per_month),
        ];
        for (path, estimate) in gains {
            if estimate
                .is_some_and(|e| !(e.low <= e.value && e.value <= e.high && e.low.is_finite() && e.high.is_finite()))
            {
                faults.push(Fault::new(path, "low, value and high are numbers in this order"));
            }
        }
        if let Cost::Amount { amount, source } = &self.cost {
            if !(amount.is_finite() && *amount >= 0.0) {
                faults.push(Fault::new("cost.amount", "a number of at least 0"));
            }
            check_text(&mut faults, "cost.source", source, STATEMENT_BYTES_MAX);
        }
        let is_code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(code) = self.currency.as_ref().filter(|code| !is_code(code)) {
            faults.push(Fault::new("currency", format!("`{code}` is no ISO 4217 code, as in CNY")));
        }
        match &self.owner {
            None if self.status == ProposalStatus::InProgress => {
                faults.push(Fault::new("owner", "what is in progress needs somebody who answers for it"));
            }
            Some(owner) => check_text(&mut faults, "owner", owner, NAME_BYTES_MAX),
            None => {}
        }
        faults
    }

    /// Why this may not become `next`; empty if it may.
    pub fn faults_of(&self, next: &Proposal) -> Vec<Fault> {
        let mut faults = next.faults();
        let allowed = self.status.next();
        if next.status != self.status && !allowed.contains(&next.status) {
            let words: Vec<_> = allowed.iter().map(|status| format!("`{}`", status.id())).collect();
            let (from, to) = (self.status.id(), next.status.id());
            let message = format!("what is `{from}` cannot become `{to}`, only {}", words.join(", "));
            faults.push(Fault::new("status", message));
        }
        faults
    }
}

fn check_text(faults: &mut Vec<Fault>, path: &str, text: &str, bytes_max: usize) {
    if text.trim().is_empty() {
        faults.push(Fault::new(path, "say something"));
    } else if text.len() > bytes_max {
        faults.push(Fault::new(path, format!("{} bytes; at most {bytes_max}", text.len())));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn proposal() -> Proposal {
        serde_json::from_value(json!({
            "title": "Show delivery costs on the product page", "journey": "buy", "stage": "pay",
            "rests_on": {"on": "cause", "kind": "price", "signals": ["fees"]},
        }))
        .unwrap()
    }

    fn paths(proposal: &Proposal) -> Vec<String> {
        proposal.faults().into_iter().map(|fault| fault.path).collect()
    }

    #[test]
    fn words_are_the_serialised_form() {
        for status in ProposalStatus::ALL {
            assert_eq!(serde_json::to_value(status).ok(), Some(status.id().into()));
        }
    }

    #[test]
    fn every_column_of_the_board_can_be_reached_and_left() {
        let mut reached = vec![ProposalStatus::default()];
        let mut i = 0;
        while let Some(status) = reached.get(i).copied() {
            assert!(!status.next().is_empty() && !status.next().contains(&status));
            reached.extend(status.next().iter().filter(|next| !reached.contains(next)).copied().collect::<Vec<_>>());
            i += 1;
        }
        assert_eq!(reached.len(), ProposalStatus::ALL.len());
    }

    #[test]
    fn what_is_not_said_is_missing_and_not_nought() {
        let proposal = proposal();
        assert_eq!(proposal.faults(), []);
        assert_eq!((proposal.cost.clone(), proposal.status), (Cost::Missing, ProposalStatus::Proposed));
        assert_eq!(serde_json::to_value(&proposal).unwrap()["cost"], json!({"known": "missing"}));
        assert_eq!(proposal.gain, Gain::default());
    }

    #[test]
    fn wrong_fields_are_named() {
        let estimate = |low, value, high| Some(Estimate { value, low, high });
        let wrong = Proposal {
            title: " ".into(),
            rests_on: RestsOn::Words { text: "x".repeat(STATEMENT_BYTES_MAX + 1) },
            gain: Gain {
                customers_per_month: estimate(2.0, 1.0, 3.0),
                money_per_month: estimate(0.0, 1.0, f64::INFINITY),
            },
            cost: Cost::Amount { amount: -1.0, source: String::new() },
            currency: Some("yuan".into()),
            status: ProposalStatus::InProgress,
            ..proposal()
        };
        let expected = [
            "title",
            "rests_on.text",
            "gain.customers_per_month",
            "gain.money_per_month",
            "cost.amount",
            "cost.source",
            "currency",
            "owner",
        ];
        assert_eq!(paths(&wrong), expected);
        let nan =
            Proposal { gain: Gain { money_per_month: estimate(f64::NAN, 1.0, 2.0), ..Gain::default() }, ..proposal() };
        assert_eq!(paths(&nan), ["gain.money_per_month"]);
    }

    #[test]
    fn steps_are_not_skipped() {
        let with = |status| Proposal { status, owner: Some("lin".into()), ..proposal() };
        let may = |from, to| with(from).faults_of(&with(to)).is_empty();
        assert!(may(ProposalStatus::Proposed, ProposalStatus::Accepted));
        assert!(may(ProposalStatus::Done, ProposalStatus::InProgress));
        assert!(may(ProposalStatus::Done, ProposalStatus::Done));
        assert!(!may(ProposalStatus::Proposed, ProposalStatus::Done));
        assert!(!may(ProposalStatus::Dropped, ProposalStatus::InProgress));
    }
}
