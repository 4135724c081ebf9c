//! A member's limit to some stores (门店): they see what happened there, and nothing else.
//!
//! A store is a value of the column `site`. The limit is put into a question's scope as a test like any other, before the
//! question is planned, so that it stands in the explanation and in the SQL of the answer. What rests on rules of its
//! own beside the scope, as membership in segments does, gets the test in each of these rules: to whoever is limited,
//! events elsewhere have not happened. Traits are of the customer, wherever they were learnt.
//!
//! Not here: what a limited member may ask at all (`server::rights`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::event::{Column, ColumnValue, Event};
use crate::limits::{STORE_BYTES_MAX, STORES_MAX};
use crate::rule::{ColumnTest, Condition, Op, Rule};
use crate::scope::Scope;
use crate::segment::{Bounds, Did, Measure, Who};

/// Names of stores, ascending, each once; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schema(value_type = Vec<String>)]
pub struct Stores(Vec<String>);

/// Why names are no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoresFault {
    #[error("name at least one store, or leave the limit out")]
    None,
    #[error("name at most {STORES_MAX} stores, not {0}")]
    TooMany(usize),
    #[error("a store's name has 1 to {STORE_BYTES_MAX} bytes, none of them a control character")]
    Name,
}

impl Stores {
    /// # Errors
    /// When there are none or too many, or a name is none.
    pub fn new(names: impl IntoIterator<Item = String>) -> Result<Stores, StoresFault> {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        names.dedup();
        let fits = |name: &String| {
            !name.trim().is_empty() && name.len() <= STORE_BYTES_MAX && !name.chars().any(char::is_control)
        };
        match names.len() {
            0 => Err(StoresFault::None),
            many if many > STORES_MAX => Err(StoresFault::TooMany(many)),
            _ if !names.iter().all(fits) => Err(StoresFault::Name),
            _ => Ok(Stores(names)),
        }
    }

    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Those of either.
    pub fn union(&self, other: &Stores) -> Result<Stores, StoresFault> {
        Stores::new(self.0.iter().chain(&other.0).cloned())
    }

    pub fn has(&self, store: &str) -> bool {
        self.0.binary_search_by(|name| name.as_str().cmp(store)).is_ok()
    }

    /// Whether an event happened in one of the stores.
    pub fn cover(&self, event: &Event) -> bool {
        match event.columns.get(&Column::Site) {
            Some(ColumnValue::Text(site)) => self.has(site),
            _ => false,
        }
    }

    /// The events of the stores.
    pub fn rule(&self) -> Rule {
        Rule(vec![Condition { tests: vec![self.test()], ..Condition::default() }])
    }

    /// Those of the events a rule names that happened in the stores. Of a rule this was done to already, the same rule.
    pub fn narrow(&self, rule: &Rule) -> Rule {
        let test = self.test();
        let narrowed = rule.0.iter().map(|condition| {
            let mut condition = condition.clone();
            if !condition.tests.contains(&test) {
                condition.tests.push(test.clone());
            }
            condition
        });
        Rule(narrowed.collect())
    }

    /// A question about the events of the stores alone. Its segments are narrowed where they are looked up.
    pub fn narrow_scope(&self, scope: &mut Scope) {
        scope.events = Some(scope.events.as_ref().map_or_else(|| self.rule(), |rule| self.narrow(rule)));
        for rule in [&mut scope.customers, &mut scope.subjects].into_iter().flatten() {
            *rule = self.narrow(rule);
        }
    }

    /// Whose members are told by what they did in the stores.
    pub fn narrow_who(&self, who: &Who) -> Who {
        match who {
            Who::All(parts) => Who::All(parts.iter().map(|part| self.narrow_who(part)).collect()),
            Who::Any(parts) => Who::Any(parts.iter().map(|part| self.narrow_who(part)).collect()),
            Who::Not(part) => Who::Not(Box::new(self.narrow_who(part))),
            Who::Trait(_) | Who::Segment(_) => who.clone(),
            Who::Did(did) => Who::Did(Did { rule: self.narrow(&did.rule), ..did.clone() }),
            Who::First(happened) => {
                let mut happened = happened.clone();
                happened.rule = self.narrow(&happened.rule);
                Who::First(happened)
            }
            Who::Last(happened) => {
                let mut happened = happened.clone();
                happened.rule = self.narrow(&happened.rule);
                Who::Last(happened)
            }
            Who::Sequence(sequence) => {
                let mut sequence = sequence.clone();
                sequence.steps.iter_mut().for_each(|step| *step = self.narrow(step));
                Who::Sequence(sequence)
            }
            Who::Channel(used) => {
                let once = Bounds { gte: Some(1.0), ..Bounds::default() };
                let rule = self.narrow(&used.rule());
                Who::Did(Did { rule, within: used.within, measure: Measure::Count, is: once })
            }
            Who::Rfm(test) => {
                let mut test = test.clone();
                test.model.rule = self.narrow(&test.model.rule);
                Who::Rfm(test)
            }
        }
    }

    fn test(&self) -> ColumnTest {
        ColumnTest { column: Column::Site.name().to_owned(), op: Op::In, value: Value::from(self.0.clone()) }
    }
}

impl TryFrom<Vec<String>> for Stores {
    type Error = StoresFault;

    fn try_from(names: Vec<String>) -> Result<Stores, StoresFault> {
        Stores::new(names)
    }
}

impl From<Stores> for Vec<String> {
    fn from(stores: Stores) -> Vec<String> {
        stores.0
    }
}

#[cfg(test)]
mod tests;
