//! What a handler has to say about itself for the audit log. `admission` writes the entry, once the handler is done.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::access::Action;
use parking_lot::Mutex;
use serde_json::{Map, Value};

/// The remarks of one request. Never personal data: ids, words of the product, and keyed hashes.
#[derive(Debug, Clone, Default)]
pub struct Trail(Arc<Mutex<Remarks>>);

/// What was remarked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    /// In place of what the table of rights says.
    pub(crate) action: Option<Action>,
    /// The entry is written although the request is refused.
    pub(crate) refused: bool,
    /// In place of whoever asked.
    pub(crate) person: Option<String>,
    /// In place of the path's.
    pub(crate) target: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) detail: Map<String, Value>,
}

impl Trail {
    /// It is written down, as this.
    pub fn action(&self, action: Action) {
        self.0.lock().action = Some(action);
    }

    /// That it is refused is written down, as this.
    pub fn refused(&self, action: Action) {
        let mut remarks = self.0.lock();
        (remarks.action, remarks.refused) = (Some(action), true);
    }

    /// Who it turned out to be.
    pub fn person(&self, id: &str) {
        self.0.lock().person = Some(id.to_owned());
    }

    /// What it is done to, where the path does not say.
    pub fn target(&self, target: impl Into<String>) {
        self.0.lock().target = Some(target.into());
    }

    /// Which workspace it is in, where the path does not say.
    pub fn workspace(&self, id: &str) {
        self.0.lock().workspace = Some(id.to_owned());
    }

    pub fn detail(&self, name: &str, value: impl Into<Value>) {
        self.0.lock().detail.insert(name.to_owned(), value.into());
    }

    pub(crate) fn take(&self) -> Remarks {
        std::mem::take(&mut *self.0.lock())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Trail {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Trail, Infallible> {
        Ok(parts.extensions.get::<Trail>().cloned().unwrap_or_default())
    }
}
