//! Doors: where client libraries deliver. Each speaks its own protocol at its own path; all of them open with a key.
//!
//! A request passes: room for its bytes (else 503), the key where it stands outside the body, unpacking (a few at once), room
//! for what it came to (else 503), the key and its scope, the page's origin, the key's rate (else 429), reading, and the log.
//! Only then is it answered, in the words its library understands; what is refused is counted. Doors know no session and no
//! rights: a key may write events of one source and nothing else, so pages of any origin may call them unless the
//! source names origins.
//!
//! Not here: what the bytes mean (`ingest::live`), what becomes of events ([`crate::intake`]).

mod keys;
mod refusals;
mod replies;
pub(crate) mod scope;
mod sensor;
mod shapes;
mod stubs;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use control::{KeyOwner, RefusedLetter};
use ingest::live::{self, Decoded, Door, Letter, Protocol, Received};
use model::event::Rejection;
use serde::Serialize;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

pub use keys::Keys;
pub use refusals::DoorRefusals;

use crate::assets;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::health::Trouble;
use crate::intake::{KIND_REFUSED, come_again, limit};
use crate::state::AppState;
use replies::Asked;
use shapes::SentEvents;

/// Where each protocol is spoken. Every path exists below `/k/{key}` as well, for senders that have no place for a key.
const PATHS: &[(Protocol, &[&str])] = &[
    (
        Protocol::Segment,
        &[
            "/v1/batch",
            "/beacon/v1/batch",
            "/v1/b",
            "/v1/import",
            "/v1/track",
            "/v1/t",
            "/v1/identify",
            "/v1/i",
            "/v1/page",
            "/v1/p",
            "/v1/screen",
            "/v1/s",
            "/v1/group",
            "/v1/g",
            "/v1/alias",
            "/v1/a",
            "/v1/merge",
        ],
    ),
    (
        Protocol::Posthog,
        &[
            "/batch",
            "/batch/",
            "/capture",
            "/capture/",
            "/e",
            "/e/",
            "/i/v0/e",
            "/i/v0/e/",
            "/track/",
            "/engage/",
            replies::POSTHOG_RESULTS,
        ],
    ),
    (Protocol::Ga4, &["/mp/collect"]),
    (Protocol::Gtag, &["/g/collect"]),
    (Protocol::Sensors, &["/sa", "/sa.gif"]),
    (Protocol::Snowplow, &["/com.snowplowanalytics.snowplow/tp2", "/i"]),
    (Protocol::Matomo, &["/matomo.php", "/piwik.php"]),
];

/// Work on more bytes than this is done beside the threads that serve.
const INLINE_BYTES: usize = 32 << 10;

/// Bytes taken to be coming where a request does not say.
const UNSAID_BYTES: usize = 1 << 20;

/// The doors.
pub fn router() -> Router<AppState> {
    let mut router = Router::new()
        .route("/v1/events", any(own))
        .route("/k/{key}/v1/events", any(own))
        .route("/debug/mp/collect", any(ga4_debug))
        .route("/k/{key}/debug/mp/collect", any(ga4_debug))
        .route("/sensor", any(sensor::deliver))
        .route("/sensor/{key}", any(sensor::deliver))
        // Pages of other origins load our own snippet.
        .route("/tl.js", get(assets::serve));
    for (protocol, paths) in PATHS {
        for path in *paths {
            let open = move |State(state): State<AppState>, params: RawPathParams, request: Request| {
                let key = path_key(&params);
                async move { answer(&state, *protocol, key, request).await }
            };
            router = router.route(path, any(open)).route(&format!("/k/{{key}}{path}"), any(open));
        }
    }
    for prefix in ["", "/k/{in}"] {
        router = router
            .route(&format!("{prefix}/v1/projects/{{key}}/settings"), get(stubs::segment_settings))
            .route(&format!("{prefix}/sourceConfig"), get(stubs::rudder_source))
            .route(&format!("{prefix}/sourceConfig/"), get(stubs::rudder_source))
            .route(&format!("{prefix}/array/{{key}}/config"), get(stubs::posthog_config))
            .route(&format!("{prefix}/array/{{key}}/config.js"), get(stubs::posthog_config_script));
        for path in ["/flags", "/flags/", "/decide", "/decide/"] {
            router = router.route(&format!("{prefix}{path}"), any(stubs::posthog_flags));
        }
    }
    router.layer(middleware::from_fn(cross_origin))
}

/// What became of a letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsTaken {
    /// Events that are durable now.
    pub accepted: u64,
    /// Messages that had come a short while before.
    pub duplicates: u64,
    pub rejected: Vec<MessageRejected>,
}

/// A message that could not become an event. It is kept, and can be read again after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageRejected {
    /// Its place in the letter, from 1.
    pub line: u64,
    /// Stable code: `time_unreadable`.
    pub code: String,
    pub field: Option<String>,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl From<&Rejection> for MessageRejected {
    fn from(rejection: &Rejection) -> MessageRejected {
        let Rejection { line, code, field, reason, .. } = rejection.clone();
        MessageRejected { line, code, field, reason }
    }
}

/// Send events. A JSON object, an array, `{"events": […]}` or one object a line; gzip or zstd. The key goes into
/// `Authorization: Bearer`, or into the path as `/k/{key}/v1/events`. What is answered with 200 is durable.
#[utoipa::path(post, path = "/v1/events", tag = "events", operation_id = "sendEvents",
    params(("authorization" = Option<String>, Header, description = "`Bearer` and a key of a source, where it is not in the path"),
           ("content-encoding" = Option<String>, Header, description = "`gzip`, `zstd` or `deflate`, where the body is packed")),
    request_body(content((SentEvents = "application/json"), (String = "application/x-ndjson")),
        description = "Events as JSON, or one a line. At most 20 MiB as sent, 32 MiB unpacked and 10,000 events"),
    responses((status = 200, body = EventsTaken, description = "Durable, but for what is rejected"),
              (status = 422, body = EventsTaken, description = "No message could be taken"),
              (status = 401, body = ErrorBody, description = "The key opens nothing"),
              (status = 403, body = ErrorBody, description = "The key may not send this, or not from pages of this origin"),
              (status = 413, body = ErrorBody, description = "Too large: send smaller batches"),
              (status = 429, body = ErrorBody, description = "More than the key may send: come again after `Retry-After`"),
              (status = 503, body = ErrorBody, description = "No room, or a disk that refuses: come again after `Retry-After`"),
              (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn own(State(state): State<AppState>, params: RawPathParams, request: Request) -> Response {
    let key = path_key(&params);
    answer(&state, Protocol::Throughline, key, request).await
}

/// Google's own check of a letter: what is wrong with it, and nothing is stored. The key must open a source as it must for
/// the letter itself, so that a wrong one is found out here.
async fn ga4_debug(State(state): State<AppState>, params: RawPathParams, request: Request) -> Response {
    let path = below_key(request.uri().path()).to_owned();
    let letter = refusals::letter(&request, &path, page_origin(request.headers()));
    let (parts, body) = request.into_parts();
    let outside = || live::key_outside(Protocol::Ga4, &received(&parts, &path, b""));
    let key = path_key(&params).or_else(outside).unwrap_or_default();
    let check = async {
        let opened = state.keys.open(&key).await?;
        scope::check_protocol(&opened, Protocol::Ga4)?;
        check_origin(&opened, page_origin(&parts.headers).as_deref())?;
        state.keys.spend(&key, 1)?;
        let (parts, body, _room) = receive(&state, Request::from_parts(parts, body)).await?;
        let at_us = (state.intake.basis.now_us)();
        let validate = move || live::ga4::validate(&received(&parts, &path, &body), at_us);
        let messages = unpacking(&state, validate).await?;
        Ok::<_, ApiError>(axum::Json(json!({ "validationMessages": messages })).into_response())
    };
    match check.await {
        Ok(answer) => answer,
        Err(error) => {
            note_refused(&state, Some(&key), &error, letter).await;
            error.into_response()
        }
    }
}

async fn answer(state: &AppState, protocol: Protocol, key: Option<String>, request: Request) -> Response {
    let asked = match request.uri().path() {
        path if path.ends_with(replies::POSTHOG_RESULTS) => Asked::Results,
        _ if request.method() == Method::GET => Asked::Picture,
        _ => Asked::Call,
    };
    // Of Matomo alone the answer hangs on it.
    let query = request.uri().query().filter(|_| protocol == Protocol::Matomo).unwrap_or_default().to_owned();
    let path = below_key(request.uri().path()).to_owned();
    let letter = refusals::letter(&request, &path, page_origin(request.headers()));
    let (parts, body) = request.into_parts();
    let outside = key.clone().or_else(|| live::key_outside(protocol, &received(&parts, &path, b"")));
    let mut sender = Sender { in_path: key, key: outside, letter };
    match deliver(state, protocol, &mut sender, Request::from_parts(parts, body)).await {
        Ok(taken) => replies::taken(protocol, asked, &query, &taken),
        Err(error) => {
            note_refused(state, sender.key.as_deref(), &error, sender.letter).await;
            error.into_response()
        }
    }
}

/// Counts a letter that was refused with the source its key names, if it names one.
async fn note_refused(state: &AppState, key: Option<&str>, error: &ApiError, letter: RefusedLetter) {
    if refusals::counts(error.status)
        && let Some(key) = key
        && let Some(owner) = state.keys.owner(key).await
    {
        state.refusals.note(&owner, error.code, (state.intake.basis.now_us)(), letter);
    }
}

/// Who sends a letter, as far as it is known, and what it looks like.
struct Sender {
    /// The key in the path, which counts before one in the letter.
    in_path: Option<String>,
    key: Option<String>,
    letter: RefusedLetter,
}

async fn deliver(
    state: &AppState,
    protocol: Protocol,
    sender: &mut Sender,
    request: Request,
) -> ApiResult<crate::intake::Taken> {
    let (parts, body, mut room) = receive(state, request).await?;
    let at_us = (state.intake.basis.now_us)();
    let path = below_key(parts.uri.path()).to_owned();
    let origin = page_origin(&parts.headers);
    let as_it_came = received(&parts, &path, &body);
    if let Some(key) = &sender.key {
        state.keys.open(key).await?;
    }
    let may_grow = live::may_grow(protocol, &as_it_came);
    let bytes = body.len();
    let open = move || live::open(protocol, &received(&parts, &path, &body));
    let letter = if may_grow { unpacking(state, open).await? } else { beside(bytes, open).await? };
    let letter = letter.map_err(refusal)?;
    let weight = letter.weight();
    hold(state, &mut room, weight)?;
    let key = match &sender.in_path {
        Some(key) => key.clone(),
        None => letter.key.clone().unwrap_or_default(),
    };
    sender.key = Some(key.clone());
    let opened = state.keys.open(&key).await?;
    scope::check_protocol(&opened, protocol)?;
    check_origin(&opened, origin.as_deref())?;
    let messages = letter.messages.len() + letter.unreadable.len();
    state.keys.spend(&key, messages)?;
    let first_seq = state.intake.places(at_us, messages);
    let behind = Arc::clone(&opened);
    let size = if may_grow { weight } else { bytes };
    let mut decoded = beside(size, move || decode(letter, &behind, at_us, first_seq)).await?;
    let left_out = limit(&opened.key.scope.kinds, &mut decoded, first_seq);
    if !left_out.is_empty() {
        if decoded.events.is_empty() && decoded.rejections.is_empty() {
            return Err(scope::refused());
        }
        state.refusals.note(&opened, KIND_REFUSED, at_us, sender.letter.clone());
    }
    let mut taken = state.intake.take(&opened, protocol, decoded, room).await?;
    taken.rejected.extend(left_out);
    taken.rejected.sort_by_key(|rejection| rejection.line);
    Ok(taken)
}

/// Unpacks: however little was sent, it may become [`ingest::limits::LETTER_UNPACKED_BYTES_MAX`]. So few are unpacked at once
/// that their memory is bounded, and none where requests are served.
async fn unpacking<T: Send + 'static>(state: &AppState, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    let turn = Arc::clone(&state.door_unpacking).acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
    beside(usize::MAX, move || {
        let _turn = turn;
        work()
    })
    .await
}

/// Keeps room for what a letter came to once unpacked, beyond what was sent.
fn hold(state: &AppState, room: &mut OwnedSemaphorePermit, bytes: usize) -> ApiResult<()> {
    // One letter alone can always be taken, however much it came to.
    let most = state.limits.door_bytes_in_flight_max / 2;
    let kib = (bytes.min(most) / 1024).saturating_sub(room.num_permits());
    if kib > 0 {
        let more = Arc::clone(&state.door_room).try_acquire_many_owned(u32::try_from(kib).unwrap_or(u32::MAX));
        room.merge(more.map_err(|_| full(state))?);
    }
    Ok(())
}

fn full(state: &AppState) -> ApiError {
    state.health.failed(None, Trouble::DoorsFull);
    come_again("too much is coming in at once")
}

fn decode(letter: Letter, opened: &KeyOwner, received_at_us: i64, first_seq: i64) -> Decoded {
    let source = &opened.source;
    let door = Door { source: &source.id, channel: &source.channel, received_at_us, first_seq };
    live::read(letter, &door)
}

/// Work of some size is done beside the threads that serve.
async fn beside<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    if bytes <= INLINE_BYTES {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}

/// Reads a request's body, when there is room for it.
async fn receive(
    state: &AppState,
    request: Request,
) -> ApiResult<(axum::http::request::Parts, Bytes, OwnedSemaphorePermit)> {
    let (parts, body) = request.into_parts();
    let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let limit = state.limits.door_bytes_max;
    if said.is_some_and(|bytes| bytes > limit) {
        return Err(too_large(limit));
    }
    let expected = said.unwrap_or(UNSAID_BYTES.min(limit));
    let kib = u32::try_from(expected / 1024 + 1).unwrap_or(u32::MAX);
    let room = Arc::clone(&state.door_room).try_acquire_many_owned(kib);
    let room = room.map_err(|_| full(state))?;
    state.health.recovered(None, Trouble::DoorsFull);
    let read = axum::body::to_bytes(body, expected.max(1));
    let body = tokio::time::timeout(state.limits.request_timeout, read).await.map_err(|_| {
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "the body did not arrive in time")
    })?;
    let body = body.map_err(|_| match said {
        Some(_) => ApiError::bad_request("body_unreadable", "the body ended early or could not be read"),
        None => too_large(expected).hint("say how long the body is with `content-length`"),
    })?;
    Ok((parts, body, room))
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("a request may have {limit} bytes");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message).hint("send fewer events at once")
}

fn received<'a>(parts: &'a axum::http::request::Parts, path: &'a str, body: &'a [u8]) -> Received<'a> {
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Received {
        path,
        query: parts.uri.query().unwrap_or_default(),
        content_type: text(header::CONTENT_TYPE),
        content_encoding: text(header::CONTENT_ENCODING),
        authorization: text(header::AUTHORIZATION),
        referer: text(header::REFERER),
        body,
    }
}

fn refusal(refusal: live::Refusal) -> ApiError {
    let status = if refusal.too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
    ApiError::new(status, refusal.code, refusal.reason)
}

/// The origin of the page that sent it. An image is asked for without one, and its page stands in `Referer` alone.
fn page_origin(headers: &axum::http::HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text(header::ORIGIN)
        .map(str::to_owned)
        .or_else(|| Some(url::Url::parse(text(header::REFERER)?).ok()?.origin().ascii_serialization()))
}

/// Where a source names origins, a page must be of one of them. A sender that is no page has no origin.
fn check_origin(opened: &KeyOwner, origin: Option<&str>) -> ApiResult<()> {
    let origins = &opened.source.origins;
    let Some(origin) = origin.filter(|_| !origins.is_empty()) else { return Ok(()) };
    if origins.iter().any(|accepted| accepted == origin) {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::FORBIDDEN, "origin_refused", "this source takes nothing from pages of this origin")
        .hint("add the origin to the source"))
}

fn path_key(params: &RawPathParams) -> Option<String> {
    params.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.to_owned())
}

/// `/k/KEY/v1/batch` → `/v1/batch`.
fn below_key(path: &str) -> &str {
    let below = path.strip_prefix("/k/").and_then(|rest| rest.find('/').map(|end| &rest[end..]));
    below.unwrap_or(path)
}

/// Lets pages of any origin call: a door takes no cookie, and what a key may do does not hang on the page.
async fn cross_origin(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = request.method() == Method::OPTIONS;
    let wanted = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    let fixed =
        |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
    for (name, value) in
        [fixed("x-content-type-options", "nosniff"), fixed("cross-origin-resource-policy", "cross-origin")]
    {
        headers.insert(name, value);
    }
    let Some(origin) = origin else { return response };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
        if let Some(wanted) = wanted {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_path_is_taken_off() {
        assert_eq!(below_key("/k/tlp_x/v1/batch"), "/v1/batch");
        assert_eq!(below_key("/v1/batch"), "/v1/batch");
        assert_eq!(below_key("/k/only"), "/k/only");
    }

    #[test]
    fn no_two_protocols_share_a_path() {
        let mut paths: Vec<_> = PATHS.iter().flat_map(|(_, paths)| paths.iter()).collect();
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }
}
