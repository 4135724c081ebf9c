//! What a key may send: some protocols, and some kinds of messages.
//!
//! A letter of another protocol is refused as a whole. Of a letter that holds messages of other kinds the rest is taken: a
//! library sends what it has gathered together, and would drop all of it. What is left out for the key's sake is not kept
//! among the rejected, from where it could be let in later by mistake.

use axum::http::StatusCode;
use control::{KeyOwner, KeyScope, MessageKind};
use ingest::live::{Decoded, Protocol};
use model::event::{Event, PROFILE_SET, Rejection};

use crate::error::{ApiError, ApiResult};

/// Code of a message that was left out.
pub(super) const KIND_REFUSED: &str = "kind_refused";

/// The name of a protocol in scopes and answers.
pub(crate) fn protocol_name(protocol: Protocol) -> &'static str {
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

/// Leaves out of a letter what its key may not send, and says what. Of a message that stays, links and traits are left out
/// where the key may not state them.
pub(super) fn limit(scope: &KeyScope, decoded: &mut Decoded, first_seq: i64) -> Vec<Rejection> {
    if scope.is_whole() {
        return Vec::new();
    }
    let mut left_out = Vec::new();
    decoded.events.retain(|event| {
        let kind = kind(event);
        let may = scope.has_kind(kind);
        if !may {
            left_out.push(Rejection {
                line: event.seq.saturating_sub(first_seq).saturating_add(1).unsigned_abs(),
                code: KIND_REFUSED.to_owned(),
                field: None,
                reason: format!("this key may not send `{}`", event.event),
                original: String::new(),
            });
        }
        may
    });
    for event in &mut decoded.events {
        event.link_identifiers &= scope.has_kind(MessageKind::Identify);
        if !scope.has_kind(MessageKind::Profile) {
            event.traits.clear();
        }
    }
    left_out
}

/// 403 for a letter of which nothing is left.
pub(super) fn refused() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, KIND_REFUSED, "this key may not send any of these messages")
        .hint("make a key that may, or send them from a server")
}

fn kind(event: &Event) -> MessageKind {
    match event.event.as_str() {
        "$identify" | "$alias" | "$unbind" => MessageKind::Identify,
        PROFILE_SET | "$group" => MessageKind::Profile,
        _ => MessageKind::Event,
    }
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
