//! Traffic groups (流量渠道): which way an event's visitor came, told by an ordered set of rules.
//!
//! A [`RuleSet`] is data a workspace edits. Its rules look at what an event says of its origin, brought into one form
//! ([`Facts`]); the first rule that holds gives the group, and where none holds the event is [`UNASSIGNED`]. The group
//! is never stored: it is derived whenever events are read, so a changed rule set holds for all of history at once.
//!
//! The definition goes by the event: what is classified is the event's own campaign, referrer, page and channel, not
//! those of an earlier event. A visit takes the group of the event that speaks for it, by default its first, which is
//! the one that carries campaign and referrer. An event that says nothing of where it came from is direct.
//!
//! Every event has exactly one group, so groups add up to all events. Not here: which rule set a workspace has
//! (`control`), and how many rows are classified at a time (`operators`).

mod check;
mod classify;
mod facts;
mod sources;
mod standard;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::LocalizedText;

pub use classify::Classifier;
pub use facts::{CLICK_IDS, ClickId, Facts, Page, Signals, host};

/// The group of events that no rule holds for. It is always there and has no rule.
pub const UNASSIGNED: &str = "unassigned";

/// What the derived column is called in rules, breakdowns and SQL.
pub const TRAFFIC_GROUP: &str = "traffic_group";

/// Source and medium of an event that says nothing of where it came from.
pub const DIRECT: &str = "(direct)";
pub const NO_MEDIUM: &str = "(none)";
/// Source or medium that is missing where the other, or a campaign, is given.
pub const NOT_SET: &str = "(not set)";

/// Ordered rules, and what they rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrafficRuleSet)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// The groups rules may give, in the order they are shown.
    pub groups: Vec<Group>,
    /// Known sources by category.
    pub lists: Vec<SourceList>,
    /// Hosts of one's own and of payment pages: who comes from there, or from below them, came from nowhere else. The
    /// page's own host is always one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_hosts: Vec<String>,
    /// Tried in order; the first that holds decides.
    pub rules: Vec<TrafficRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrafficGroup)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Key, `[a-z0-9-_]`: the value of the column `traffic_group`.
    pub id: String,
    pub name: LocalizedText,
}

/// A category of sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceList {
    /// Key, as `in_list` names it.
    pub id: String,
    pub name: LocalizedText,
    pub sources: Vec<Source>,
}

/// One known source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrafficSource)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its one name: what a rule compares `source` with.
    pub source: String,
    /// What stands for it, too: other names, and hosts. A host (`baidu.com`) stands for all below it; `google.*` for it
    /// in every country. The longest match counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// A rule: a group, and when it is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficRule {
    pub name: LocalizedText,
    /// It holds if any of these does.
    pub any: Vec<TrafficCondition>,
    /// Id of the group, or `unassigned`.
    pub group: String,
}

/// Holds if all of its tests do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficCondition {
    pub all: Vec<TrafficTest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficTest {
    pub field: TrafficField,
    pub op: TrafficOp,
    /// One of them is enough; for `is_not` and `not_in_list` none may be it. Upper and lower case are the same.
    pub values: Vec<String>,
}

/// What a test looks at; all of it in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrafficField {
    /// `utm_source`, else the owner of a click id, else the referrer; `(direct)` if there is none of them.
    Source,
    /// `utm_medium`; `referral` if only a referrer is there, `cpc` if only the click id of an advertisement; `(none)` if
    /// nothing is.
    Medium,
    /// `utm_campaign`, else `campaign`.
    Campaign,
    /// Host of the referrer, without `www.`; empty if there is none or it is one's own.
    ReferrerHost,
    /// Parameters of the page's address that advertisements add, such as `gclid`.
    ClickId,
    /// The channel of the event itself: `store`, `call_center`.
    Channel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrafficOp {
    Is,
    IsNot,
    Contains,
    StartsWith,
    EndsWith,
    /// A regular expression finds something in it.
    Matches,
    /// It is a source of one of these lists.
    InList,
    NotInList,
}

impl TrafficField {
    /// As definitions write it.
    pub fn name(self) -> &'static str {
        match self {
            TrafficField::Source => "source",
            TrafficField::Medium => "medium",
            TrafficField::Campaign => "campaign",
            TrafficField::ReferrerHost => "referrer_host",
            TrafficField::ClickId => "click_id",
            TrafficField::Channel => "channel",
        }
    }
}

impl RuleSet {
    /// The first version of every workspace: the default channel grouping of GA4, extended by offline groups and by what
    /// marketing in China tells apart.
    pub fn standard() -> RuleSet {
        standard::rule_set()
    }

    /// Every group an event can have, [`UNASSIGNED`] last.
    pub fn group_ids(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|group| group.id.as_str()).chain([UNASSIGNED])
    }
}

#[cfg(test)]
mod tests;
