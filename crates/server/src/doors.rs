//! Doors: routes that know their callers by a key in the request, not by a session.
//!
//! They are merged beside the API, outside `admission` and `guard`: no cookie is read, nothing is forged with a key
//! that only its holder has, and pages of other origins are meant to call them as far as their key lets them. Each
//! door checks its key itself. What is around everything still holds: request ids, one log line, the deadline, the
//! limit on bodies.

use axum::Router;

use crate::state::AppState;

/// Every door.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
