//! What a library expects to hear. Statuses are those the libraries act on: 2xx ends a letter, 429 and 5xx are tried
//! again, other 4xx are not.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ingest::live::Protocol;
use model::event::Rejection;
use serde_json::{Map, Value, json};

use crate::intake::Taken;

/// A transparent pixel, for senders that load a picture.
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00,
    0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
    0x02, 0x44, 0x01, 0x00, 0x3b,
];

/// Where PostHog's libraries ask what became of each event.
pub(super) const POSTHOG_RESULTS: &str = "/i/v1/analytics/events";

/// How the request came: a picture, a call that reads its answer, or one that asks for a result of each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Picture,
    Call,
    Results,
}

/// The answer to a letter that was taken in, whole or in part.
pub(super) fn taken(protocol: Protocol, asked: Asked, query: &str, taken: &Taken) -> Response {
    match protocol {
        Protocol::Throughline => own(taken),
        Protocol::Segment => Json(json!({ "success": true })).into_response(),
        Protocol::Posthog if asked == Asked::Results => results(taken),
        Protocol::Posthog => Json(json!({ "status": 1 })).into_response(),
        Protocol::Ga4 | Protocol::Gtag => StatusCode::NO_CONTENT.into_response(),
        Protocol::Matomo if asked == Asked::Call => Json(json!({
            "status": "success",
            "tracked": taken.accepted + taken.duplicates,
            "invalid": taken.rejected.len(),
            "invalid_indices": taken.rejected.iter().map(|rejection| rejection.line.saturating_sub(1)).collect::<Vec<_>>(),
        }))
        .into_response(),
        Protocol::Matomo if query.split('&').any(|pair| pair == "send_image=0") => {
            StatusCode::NO_CONTENT.into_response()
        }
        Protocol::Sensors | Protocol::Snowplow | Protocol::Matomo => match asked {
            Asked::Picture => pixel(),
            Asked::Call | Asked::Results => "ok".into_response(),
        },
    }
}

/// The answer of our own protocol: 200 where anything was taken, 422 where nothing could be.
fn own(taken: &Taken) -> Response {
    let nothing = taken.accepted + taken.duplicates + taken.skipped == 0 && !taken.rejected.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = super::EventsTaken {
        accepted: taken.accepted,
        duplicates: taken.duplicates,
        rejected: taken.rejected.iter().map(super::MessageRejected::from).collect(),
    };
    (status, Json(body)).into_response()
}

/// By `uuid` what was not taken; what is not named was.
fn results(taken: &Taken) -> Response {
    let result = |rejection: &Rejection| {
        let original: Value = serde_json::from_str(&rejection.original).ok()?;
        let uuid = original.get("uuid")?.as_str()?.to_owned();
        Some((uuid, json!({ "result": "drop", "details": rejection.reason })))
    };
    let results: Map<String, Value> = taken.rejected.iter().filter_map(result).collect();
    Json(json!({ "results": results })).into_response()
}

fn pixel() -> Response {
    const NO_STORE: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");
    ([(header::CONTENT_TYPE, "image/gif"), NO_STORE], PIXEL).into_response()
}
