//! The door of a sensor: what its vendor posts, unmodified, at an address of its own.
//!
//! Cameras have no place for a header, so the key may stand in the path. An answer is 200 once everything that could be
//! read is durable; 422 where nothing could; 429 and 503 say when to come again; other 4xx are not worth another try.

use axum::Json;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::place::sensor::SensorWay;
use serde::Serialize;

use super::{MessageRejected, path_key, receive};
use crate::error::{ApiError, ApiResult};
use crate::sensors::Delivered;
use crate::state::AppState;

/// Rejections that are told in an answer; all are counted.
const TOLD_MAX: usize = 100;

/// What became of a payload.
#[derive(Debug, Serialize)]
struct Answer {
    accepted: u64,
    skipped: u64,
    refused: usize,
    rejected: Vec<MessageRejected>,
}

pub(super) async fn deliver(State(state): State<AppState>, params: RawPathParams, request: Request) -> Response {
    let key = path_key(&params).or_else(|| bearer(request.headers())).unwrap_or_default();
    match take(&state, &key, request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn take(state: &AppState, key: &str, request: Request) -> ApiResult<Response> {
    let entry = state.sensors.open(key).await?;
    let SensorWay::Push { validator } = &entry.stored.sensor.way else {
        return Err(ApiError::not_found("not_pushed", "a broker passes on what this sensor says"));
    };
    match *request.method() {
        Method::POST | Method::PUT => {}
        // Meraki asks so before it posts.
        Method::GET => {
            return match validator {
                Some(validator) => Ok(validator.clone().into_response()),
                None => Err(ApiError::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "method_refused",
                    "this is where a sensor posts; there is nothing to be read",
                )
                .hint("for Meraki, give the sensor the validator that its dashboard shows")),
            };
        }
        _ => {
            let message = "a sensor posts here";
            return Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_refused", message));
        }
    }
    let received = receive(state, request).await;
    let (parts, body, room) = received.inspect_err(|error| {
        if error.status == StatusCode::PAYLOAD_TOO_LARGE {
            state.sensors.refuse(&entry, error.code, &error.message);
        }
    })?;
    let encoding =
        parts.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let delivered = state.sensors.take(&entry, (body, encoding.to_owned()), Some(room)).await?;
    Ok(answer(&delivered))
}

fn answer(delivered: &Delivered) -> Response {
    let Delivered { accepted, skipped, rejected } = delivered;
    let nothing = accepted + skipped == 0 && !rejected.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let told = rejected.iter().take(TOLD_MAX).map(MessageRejected::from).collect();
    let body = Answer { accepted: *accepted, skipped: *skipped, refused: rejected.len(), rejected: told };
    (status, Json(body)).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    given.strip_prefix("Bearer ").map(|key| key.trim().to_owned())
}
