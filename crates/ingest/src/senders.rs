//! Who did it: of the identifiers a row or message gives, those that name somebody, in their one spelling.
//!
//! What names nobody (a word for nobody, no e-mail address where one should be) is left out, so that it joins no strangers;
//! beside one that does it is noted in the event's properties, alone it refuses the row.

use model::identifier::{self, Illegal};
use model::identity::Identifier;
use model::limits::IDENTIFIERS_MAX;
use serde_json::{Map, Value, json};

use crate::assemble::{RowFault, RowResult};
use crate::cell::excerpt;

/// The property that notes what was left out.
const DROPPED: &str = "$dropped_identifiers";

/// Identifiers under way.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    legal: Vec<Identifier>,
    dropped: Vec<(String, &'static str, String)>,
}

impl Senders {
    /// Takes what was given. Empty: nothing was.
    pub(crate) fn offer(&mut self, namespace: &str, value: &str) {
        match identifier::read(namespace, value) {
            Ok(read) if self.legal.contains(&read) => {}
            Ok(read) => self.legal.push(read),
            Err(Illegal::Empty) => {}
            Err(illegal) => self.dropped.push((namespace.to_owned(), illegal.code(), value.to_owned())),
        }
    }

    /// Leaves out what is no text and so names nobody.
    pub(crate) fn drop(&mut self, namespace: String, value: &Value) {
        self.dropped.push((namespace, Illegal::Malformed.code(), value.to_string()));
    }

    /// Those that name somebody, the first given first; what was left out is noted in `props`. `missing` says who is
    /// missed where nothing was given.
    pub(crate) fn settle(self, props: &mut Map<String, Value>, missing: RowFault) -> RowResult<Vec<Identifier>> {
        let Senders { legal, dropped } = self;
        if legal.is_empty() {
            let Some((namespace, code, value)) = dropped.into_iter().next() else { return Err(missing) };
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
