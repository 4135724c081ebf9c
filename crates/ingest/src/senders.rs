//! Who did it: of the identifiers a row or message gives, those that name somebody, in their one spelling.
//!
//! What names nobody (a word for nobody, no e-mail address where one should be) is left out, so that it joins no strangers;
//! beside one that does it is noted in the event's properties, alone it refuses the row.

use std::collections::HashSet;

use model::identifier::{self, Illegal};
use model::identity::Identifier;
use model::limits::IDENTIFIERS_MAX;
use serde_json::{Map, Value, json};

use crate::assemble::{RowFault, RowResult};
use crate::cell::excerpt;

/// The property that notes what was left out.
const DROPPED: &str = "$dropped_identifiers";

/// Identifiers under way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Senders {
    legal: Vec<Identifier>,
    /// The same once there are more than a message may have: they are counted, however many, and not compared one by one.
    beyond: HashSet<Identifier>,
    dropped: Vec<(String, &'static str, String)>,
}

impl Senders {
    /// Takes what was given. Empty: nothing was.
    pub(crate) fn offer(&mut self, namespace: &str, value: &str) {
        match identifier::read(namespace, value) {
            Ok(read) if self.is_known(&read) => {}
            Ok(read) => self.legal.push(read),
            Err(Illegal::Empty) => {}
            Err(illegal) => self.dropped.push((namespace.to_owned(), illegal.code(), value.to_owned())),
        }
    }

    fn is_known(&mut self, identifier: &Identifier) -> bool {
        if self.legal.len() <= IDENTIFIERS_MAX {
            return self.legal.contains(identifier);
        }
        if self.beyond.is_empty() {
            self.beyond.extend(self.legal.iter().cloned());
        }
        !self.beyond.insert(identifier.clone())
    }

    /// Leaves out what is no text and so names nobody.
    pub(crate) fn drop(&mut self, namespace: String, value: &Value) {
        self.dropped.push((namespace, Illegal::Malformed.code(), value.to_string()));
    }

    /// Bytes they take.
    pub(crate) fn weight(&self) -> usize {
        let legal =
            self.legal.iter().chain(&self.beyond).map(|one| size_of_val(one) + one.namespace.len() + one.value.len());
        let dropped = self.dropped.iter().map(|one| size_of_val(one) + one.0.len() + one.2.len());
        legal.chain(dropped).sum()
    }

    /// Those that name somebody, the first given first; what was left out is noted in `props`. `missing` says who is
    /// missed where nothing was given.
    pub(crate) fn settle(
        self,
        props: &mut Map<String, Value>,
        missing: impl FnOnce() -> RowFault,
    ) -> RowResult<Vec<Identifier>> {
        let Senders { legal, dropped, .. } = self;
        if legal.is_empty() {
            let Some((namespace, code, value)) = dropped.into_iter().next() else { return Err(missing()) };
            let reason = format!("`{}` names nobody, and no other identifier does", excerpt(&value));
            return Err(RowFault::new(code, &namespace, reason));
        }
        if legal.len() > IDENTIFIERS_MAX {
            let reason = format!("there are {} identifiers, over the limit of {IDENTIFIERS_MAX}", legal.len());
            return Err(RowFault::new("identifiers_too_many", "identifiers", reason));
        }
        if !dropped.is_empty() {
            let told = |(namespace, code, value): &(String, &str, String)| json!({"namespace": excerpt(namespace), "value": excerpt(value), "code": code});
            props.insert(DROPPED.to_owned(), dropped.iter().take(IDENTIFIERS_MAX).map(told).collect());
        }
        Ok(legal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_beyond_the_limit_are_counted_once_each() {
        let mut senders = Senders::default();
        for _ in 0..2 {
            // As many that comparing each with each would take minutes.
            for number in 0..60_000 {
                senders.offer("customer_id", &format!("c{number}"));
            }
        }
        let missing = || RowFault::new("identifier_missing", "identifiers", "none");
        let fault = senders.settle(&mut Map::new(), missing).unwrap_err();
        assert_eq!(fault.code, "identifiers_too_many");
        assert!(fault.reason.contains("60000"), "{}", fault.reason);
    }
}
