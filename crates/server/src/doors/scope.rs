//! What a key may speak: some protocols, or all. A letter of another one is refused as a whole. Not here: which kinds of messages
//! it may send ([`crate::intake::limit`]).

use axum::http::StatusCode;
use control::KeyOwner;
use ingest::live::Protocol;

use crate::error::{ApiError, ApiResult};
use crate::intake::KIND_REFUSED;

/// The name of a protocol in scopes and answers.
pub fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Throughline => "throughline",
        Protocol::Segment => "segment",
        Protocol::Posthog => "posthog",
        Protocol::Ga4 => "ga4",
        Protocol::Gtag => "gtag",
        Protocol::Sensors => "sensors",
        Protocol::Snowplow => "snowplow",
        Protocol::Matomo => "matomo",
    }
}

/// Whether the key may speak this protocol.
///
/// # Errors
/// 403 where it may not.
pub(super) fn check_protocol(opened: &KeyOwner, protocol: Protocol) -> ApiResult<()> {
    let name = protocol_name(protocol);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_has_the_name_it_is_written_with() {
        use Protocol::{Ga4, Gtag, Matomo, Posthog, Segment, Sensors, Snowplow, Throughline};
        for protocol in [Throughline, Segment, Posthog, Ga4, Gtag, Sensors, Snowplow, Matomo] {
            assert_eq!(serde_json::to_value(protocol).unwrap(), protocol_name(protocol));
        }
    }
}
