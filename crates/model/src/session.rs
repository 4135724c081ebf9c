//! What a session is: a run of a customer's events that something ends, silence at least.
//!
//! Definitions differ between products: Google Analytics 4 and Mixpanel end sessions by silence alone, PostHog also
//! by length (24 hours), Matomo also when the campaign changes, and Universal Analytics did at midnight, too. Each is a
//! choice here. Channels may have rules of their own, because half an hour of silence says nothing in a shop: events
//! of such channels are cut apart from all others, so that a call is a session beside the one on the web that goes on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{Column, ColumnType};
use crate::limits::SESSION_CHANNELS_MAX;
use crate::period::Span;

/// What begins and ends sessions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRules {
    /// A longer gap ends a session; one of just this length does not.
    #[serde(default = "half_an_hour")]
    pub timeout: Span,
    /// No event of a session is later than this after its first. None: any length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<Span>,
    /// Channels with sessions of their own, cut apart from those of other channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelRule>,
    /// A text column (`utm_campaign`, `campaign`): an event that names another value than the last one the session named
    /// begins a session. Events that name none never do, nor does the first one that names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Column>,
    /// Whether sessions end at midnight of the question's zone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub midnight: bool,
}

/// The sessions of some channels. Events of these channels share them; channels that are to be cut apart from each
/// other have a rule each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelRule {
    pub channels: Vec<String>,
    /// None: as other channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// None: as other channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest: Option<Span>,
    /// Every event is a session, over at once: a receipt of a till.
    #[serde(skip_serializing_if = "is_false")]
    pub instant: bool,
}

impl SessionRules {
    /// Sessions that silence alone ends.
    pub const fn idle(timeout: Span) -> SessionRules {
        SessionRules { timeout, longest: None, channels: Vec::new(), campaign: None, midnight: false }
    }

    /// Whether silence alone ends sessions, the same on all channels.
    pub fn is_idle_only(&self) -> bool {
        self.longest.is_none() && self.channels.is_empty() && self.campaign.is_none() && !self.midnight
    }

    /// What is wrong with the rules, with the path of each fault.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |path: String, what: &str| faults.push((path, what.to_owned()));
        let is_empty = |span: &Span| span.us <= 0;
        if is_empty(&self.timeout) {
            fault("timeout".into(), "a session's must be longer than nothing, as in 30m");
        }
        if self.longest.as_ref().is_some_and(is_empty) {
            fault("longest".into(), "a session lasts longer than nothing, as in 24h");
        }
        if self.campaign.is_some_and(|column| column.column_type() != ColumnType::Text) {
            fault("campaign".into(), "only a text column names campaigns: utm_campaign or campaign");
        }
        let known: Vec<&String> = self.channels.iter().flat_map(|rule| &rule.channels).collect();
        if known.len() > SESSION_CHANNELS_MAX {
            fault(
                "channels".into(),
                &format!("at most {SESSION_CHANNELS_MAX} channels have rules, not {}", known.len()),
            );
        }
        for (i, rule) in self.channels.iter().enumerate() {
            let path = |field: &str| format!("channels[{i}].{field}");
            if rule.channels.is_empty() {
                fault(path("channels"), "name at least one channel");
            }
            if rule.timeout.as_ref().is_some_and(is_empty) || rule.longest.as_ref().is_some_and(is_empty) {
                fault(
                    path("timeout"),
                    "a session's timeout and length are longer than nothing; for a receipt say instant",
                );
            }
            if rule.instant && (rule.timeout.is_some() || rule.longest.is_some()) {
                fault(path("instant"), "an instant session has neither timeout nor length; leave them out");
            }
            if let Some(twice) =
                rule.channels.iter().find(|name| known.iter().filter(|known| known == &name).count() > 1)
            {
                fault(path("channels"), &format!("`{twice}` stands in the rules twice; a channel has one rule"));
            }
        }
        faults
    }
}

impl Default for SessionRules {
    fn default() -> SessionRules {
        SessionRules::idle(half_an_hour())
    }
}

fn half_an_hour() -> Span {
    Span::minutes(30)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scope::Subject;

    #[test]
    fn what_was_written_before_there_were_rules_reads_and_is_written_the_same() {
        let plain = json!({"of": "session", "timeout": "30m"});
        let subject: Subject = serde_json::from_value(plain.clone()).unwrap();
        assert_eq!(subject, Subject::session(Span::minutes(30)));
        assert_eq!(serde_json::to_value(&subject).unwrap(), plain);
        let all = json!({
            "of": "session", "timeout": "30m", "longest": "1d", "campaign": "utm_campaign", "midnight": true,
            "channels": [{"channels": ["store"], "timeout": "2h"}, {"channels": ["till"], "instant": true}],
        });
        let subject: Subject = serde_json::from_value(all.clone()).unwrap();
        assert_eq!(serde_json::to_value(&subject).unwrap(), all);
        assert!(serde_json::from_value::<Subject>(json!({"of": "session", "timeuot": "30m"})).is_err());
        assert_eq!(serde_json::from_value::<Subject>(json!({"of": "customer"})).unwrap(), Subject::Customer);
    }

    #[test]
    fn contradictions_are_told_where_they_stand() {
        let faults = |rules: serde_json::Value| {
            let rules: SessionRules = serde_json::from_value(rules).unwrap();
            rules.faults().into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        assert!(faults(json!({})).is_empty());
        assert_eq!(faults(json!({"timeout": "0s", "longest": "0s"})), ["timeout", "longest"]);
        assert_eq!(faults(json!({"campaign": "amount"})), ["campaign"]);
        let rules = json!({"channels": [
            {"channels": ["till", "store"], "instant": true, "timeout": "1h"}, {"channels": []}, {"channels": ["till"]},
        ]});
        let at = ["channels[0].instant", "channels[0].channels", "channels[1].channels", "channels[2].channels"];
        assert_eq!(faults(rules), at);
    }
}
