//! Recency, frequency, monetary value: how lately, how often and how much a customer bought, each scored 1 to 5.
//!
//! A score is a quintile among the customers who bought at all, so it needs the whole population first: its
//! boundaries are [`Edges`], computed once and then the same for every customer. The eight groups are those Chinese
//! CRM textbooks and 阿里云 DataWorks/Quick Audience use (重要价值客户 … 一般挽留客户): each of the three dimensions is high or
//! low. Scores follow A. M. Hughes, *Strategic Database Marketing* (1994): quintiles, 5 the best.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{Column, ColumnType};
use crate::identity::CustomerId;
use crate::journey::Fault;
use crate::rule::Rule;
use crate::segment::Within;

/// The lowest score that counts as high where nothing else is said: quintile scores average 3, so that 4 is "above
/// average".
pub const HIGH: u8 = 4;

/// What counts as buying, and how scores are made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The events that count as buying.
    #[serde(rename = "match")]
    pub rule: Rule,
    /// Numeric column that is summed for the monetary value.
    #[serde(default = "amount")]
    pub value: Column,
    /// Only purchases in this window; who has none there has no scores.
    #[serde(default, skip_serializing_if = "Within::is_ever")]
    pub within: Within,
    #[serde(default)]
    pub ties: Ties,
    /// The lowest score that counts as high, 2 to 5.
    #[serde(default = "high")]
    pub high: u8,
}

/// Customers who are equal in a dimension.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// Equal customers have equal scores; quintiles may then differ in size.
    #[default]
    Together,
    /// Equal customers are ranked by their id, so that quintiles have equal sizes.
    ByCustomer,
}

/// The boundaries of the scores in one population at one moment: in each dimension, what has to be surpassed for the
/// scores 2, 3, 4 and 5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    /// Days since the last purchase, negated, so that more is better in every dimension.
    pub recency: [Edge; 4],
    /// Days with a purchase.
    pub frequency: [Edge; 4],
    pub monetary: [Edge; 4],
}

/// A boundary between two scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// What has to be surpassed. None: everyone passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Of customers with just this value, those with a larger id pass. None: none of them does.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "id_text")]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
}

/// One customer's purchases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Purchases {
    /// Calendar days from the last purchase to the moment asked at; 0 on the same day.
    pub recency_days: i64,
    /// Calendar days with a purchase.
    pub frequency_days: u64,
    pub monetary: f64,
}

/// Scores of one customer, 1 to 5, 5 the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct Scores {
    pub r: u8,
    pub f: u8,
    pub m: u8,
}

macro_rules! groups {
    ($($(#[$doc:meta])* $variant:ident $id:literal $high:literal;)*) => {
        /// A named group: which of recency, frequency and monetary value are high.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Group { $($(#[$doc])* $variant,)* }

        impl Group {
            /// All groups, the most valuable first.
            pub const ALL: [Group; 8] = [$(Group::$variant,)*];

            pub fn id(self) -> &'static str {
                match self { $(Group::$variant => $id,)* }
            }

            /// High in (recency, frequency, monetary value), as the bits 4, 2 and 1.
            fn bits(self) -> u8 {
                match self { $(Group::$variant => $high,)* }
            }
        }
    };
}

groups! {
    /// 重要价值客户: bought lately, often and much.
    ImportantValue "important_value" 0b111;
    /// 重要发展客户: lately and much, but seldom.
    ImportantDevelop "important_develop" 0b101;
    /// 重要保持客户: often and much, but not lately.
    ImportantKeep "important_keep" 0b011;
    /// 重要挽留客户: much, but neither lately nor often.
    ImportantRescue "important_rescue" 0b001;
    /// 一般价值客户: lately and often, but little.
    GeneralValue "general_value" 0b110;
    /// 一般发展客户: lately, but seldom and little.
    GeneralDevelop "general_develop" 0b100;
    /// 一般保持客户: often, but little and not lately.
    GeneralKeep "general_keep" 0b010;
    /// 一般挽留客户: neither lately nor often nor much.
    GeneralRescue "general_rescue" 0b000;
}

impl Group {
    pub fn by_id(id: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.id() == id)
    }

    /// Whether recency, frequency and monetary value are high in it.
    pub fn high(self) -> [bool; 3] {
        [4, 2, 1].map(|bit| self.bits() & bit != 0)
    }
}

impl Scores {
    /// The group of these scores, where `high` and above is high.
    pub fn group(self, high: u8) -> Group {
        let bit = |score: u8, bit: u8| if score >= high { bit } else { 0 };
        let bits = bit(self.r, 4) | bit(self.f, 2) | bit(self.m, 1);
        Group::ALL.into_iter().find(|group| group.bits() == bits).unwrap_or(Group::GeneralRescue)
    }
}

impl Edge {
    fn passed(self, value: f64, customer: i64) -> bool {
        let Some(edge) = self.value else { return true };
        value > edge || (value == edge && self.customer.is_some_and(|last| customer > last.0))
    }
}

impl Edges {
    pub fn scores(&self, customer: i64, purchases: &Purchases) -> Scores {
        let score =
            |edges: &[Edge; 4], value: f64| 1 + edges.iter().filter(|edge| edge.passed(value, customer)).count() as u8;
        Scores {
            r: score(&self.recency, -(purchases.recency_days as f64)),
            f: score(&self.frequency, purchases.frequency_days as f64),
            m: score(&self.monetary, purchases.monetary),
        }
    }

    /// The boundaries of a population. With n customers, a score of k or more takes, where ties go together, that at
    /// least (k − 1)/5 of the n are worse; where they go by id, a rank beyond (k − 1)/5 of n, the worst first.
    pub fn of(ties: Ties, population: &[(i64, Purchases)]) -> Edges {
        let dimension = |value: &dyn Fn(&Purchases) -> f64| {
            let mut sorted: Vec<(f64, i64)> = population.iter().map(|(id, bought)| (value(bought), *id)).collect();
            sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            [1, 2, 3, 4].map(|fifths| {
                let worse = sorted.len() * fifths;
                let before = match ties {
                    Ties::Together => worse.div_ceil(5),
                    Ties::ByCustomer => worse / 5,
                };
                let Some((value, id)) = before.checked_sub(1).map(|last| sorted[last]) else {
                    return Edge::default();
                };
                Edge { value: Some(value), customer: (ties == Ties::ByCustomer).then_some(CustomerId(id)) }
            })
        };
        Edges {
            recency: dimension(&|bought| -(bought.recency_days as f64)),
            frequency: dimension(&|bought| bought.frequency_days as f64),
            monetary: dimension(&|bought| bought.monetary),
        }
    }
}

impl Model {
    /// What is wrong with it, with paths from `path`.
    pub fn faults(&self, path: &str) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        faults.extend(self.rule.faults().into_iter().map(|(at, what)| Fault::new(format!("{path}.match{at}"), what)));
        if self.value.column_type() != ColumnType::Number {
            let what = format!("column `{}` holds no numbers; `amount` is the usual one", self.value.name());
            faults.push(Fault::new(format!("{path}.value"), what));
        }
        if !(2..=5).contains(&self.high) {
            faults.push(Fault::new(format!("{path}.high"), "the lowest high score is 2, 3, 4 or 5"));
        }
        faults.extend(self.within.faults(&format!("{path}.within")));
        faults
    }
}

/// Customer ids as text: readers of JSON in browsers have no whole numbers of 64 bits.
mod id_text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::identity::CustomerId;

    #[expect(clippy::ref_option, reason = "serde hands the field over as it stands")]
    pub(super) fn serialize<S: Serializer>(id: &Option<CustomerId>, serializer: S) -> Result<S::Ok, S::Error> {
        match id {
            Some(id) => serializer.serialize_str(&id.0.to_string()),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CustomerId>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let id = |text: String| text.parse().map(CustomerId).map_err(|_| de::Error::custom("no id of a customer"));
        text.map(id).transpose()
    }
}

fn amount() -> Column {
    Column::Amount
}

fn high() -> u8 {
    HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(recency_days: i64, frequency_days: u64, monetary: f64) -> Purchases {
        Purchases { recency_days, frequency_days, monetary }
    }

    #[test]
    fn groups_are_the_eight_ways_to_be_high_or_low() {
        let scores = |r, f, m| Scores { r, f, m };
        assert_eq!(scores(5, 4, 4).group(4), Group::ImportantValue);
        assert_eq!(scores(1, 1, 5).group(4), Group::ImportantRescue);
        assert_eq!(scores(3, 4, 4).group(4), Group::ImportantKeep);
        assert_eq!(scores(3, 3, 3).group(4), Group::GeneralRescue);
        assert_eq!(scores(3, 3, 3).group(3), Group::ImportantValue);
        for group in Group::ALL {
            let [r, f, m] = group.high().map(|high| if high { 5 } else { 1 });
            assert_eq!(scores(r, f, m).group(4), group);
            assert_eq!(Group::by_id(group.id()), Some(group));
            assert_eq!(serde_json::to_value(group).unwrap(), group.id());
        }
    }

    #[test]
    fn equal_customers_share_a_score_or_are_ranked_by_id() {
        // Ten customers, six of whom came on one day only.
        let population: Vec<(i64, Purchases)> =
            (0..10).map(|id| (id, bought(1, if id < 6 { 1 } else { 2 + id as u64 }, id as f64))).collect();
        let scores = |ties| {
            let edges = Edges::of(ties, &population);
            population.iter().map(|(id, bought)| edges.scores(*id, bought).f).collect::<Vec<_>>()
        };
        assert_eq!(scores(Ties::Together), [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]);
        assert_eq!(scores(Ties::ByCustomer), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    }

    #[test]
    fn a_few_customers_have_scores_and_nobody_has_none() {
        let edges = Edges::of(Ties::Together, &[(1, bought(3, 1, 10.0))]);
        assert_eq!(edges.scores(1, &bought(3, 1, 10.0)), Scores { r: 1, f: 1, m: 1 });
        let edges = Edges::of(Ties::ByCustomer, &[(1, bought(3, 1, 10.0))]);
        assert_eq!(edges.scores(1, &bought(3, 1, 10.0)), Scores { r: 5, f: 5, m: 5 });
        assert_eq!(Edges::of(Ties::Together, &[]).scores(1, &bought(3, 1, 10.0)), Scores { r: 5, f: 5, m: 5 });
    }
}
