//! Who asks. Until sign-in exists the server listens on loopback only, and whoever reaches it is its owner.
//!
//! Handlers that change something or show people take a [`Principal`]. Sign-in will put one into the request's
//! extensions in a layer of its own; the extractor then fails where there is none. No handler changes.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The person or program behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Name kept with what they save: `local`.
    pub name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Principal, Infallible> {
        let known = parts.extensions.get::<Principal>().cloned();
        Ok(known.unwrap_or_else(|| Principal { name: "local".to_owned() }))
    }
}
