//! What a key may speak: some protocols, or all. A letter of another one is refused as a whole. Not here: which kinds of messages
//! it may send ([`crate::intake::limit`]).

use axum::http::StatusCode;
use control::KeyOwner;
use ingest::live::Protocol;

use crate::error::{ApiError, ApiResult};
use crate::intake::KIND_REFUSED;

/// Whether the key may speak this protocol.
///
/// # Errors
/// 403 where it may not.
pub(super) fn check_protocol(opened: &KeyOwner, protocol: Protocol) -> ApiResult<()> {
    let name = protocol.id();
    if opened.key.scope.has_protocol(name) {
        return Ok(());
    }
    let message = format!("this key may not send by the protocol `{name}`");
    Err(ApiError::new(StatusCode::FORBIDDEN, "protocol_refused", message).hint("make a key that may"))
}

/// 403 for a letter of which nothing is left.
pub(super) fn refused() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, KIND_REFUSED, "this key may not send any of these messages")
        .hint("make a key that may, or send them from a server")
}
