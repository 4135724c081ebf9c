//! Signing in by the identity provider of the settings.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use model::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session;
use crate::address::CameFrom;
use crate::cookie::{self, Way};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::Json;
use crate::oidc::{Oidc, Returned};
use crate::principal::Caller;
use crate::secret::Secret;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// The page of the app the provider sends browsers back to.
pub const RETURN: &str = "/sign-in/provider";

/// Longest path to go on to, in bytes: it is held while its person is at the provider.
const TO_BYTES_MAX: usize = 1 << 10;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BeginProviderSignIn {
    /// Path of the app to go on to, with its query, at most 1 KiB. None: the start.
    pub to: Option<String>,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderSignIn {
    /// The provider's page; it sends the browser back to `/sign-in/provider`.
    pub url: String,
}

/// What the provider sent the browser back with, as the query of `/sign-in/provider` has it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishProviderSignIn {
    pub state: String,
    #[schema(value_type = Option<String>)]
    pub code: Option<Secret>,
    pub error: Option<String>,
    pub iss: Option<String>,
}

/// Somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderSession {
    pub session: session::SessionInfo,
    /// The path they wanted to go to.
    pub to: String,
}

/// Begin to sign in by the provider.
#[utoipa::path(post, path = "/v1/session/provider", tag = "access", operation_id = "beginProviderSignIn",
    request_body = BeginProviderSignIn,
    responses(
        (status = 200, body = ProviderSignIn),
        (status = 429, description = "Too many began; `Retry-After` says when to go on", body = ErrorBody),
        (status = 404, description = "There is no provider", body = ErrorBody),
        (status = 502, description = "The provider cannot be reached, or is not set up", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn begin(
    State(state): State<AppState>,
    CameFrom(address): CameFrom,
    headers: HeaderMap,
    Json(request): Json<BeginProviderSignIn>,
) -> ApiResult<Response> {
    let way = session::way(&state, &headers)?;
    let to = request.to.unwrap_or_else(|| "/".to_owned());
    // Another site is no way on.
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(char::is_control);
    if !own || to.len() > TO_BYTES_MAX {
        let message = format!("`to` is a path of this app: `/w/shop/journeys`, of at most {TO_BYTES_MAX} bytes");
        return Err(ApiError::bad_request("to_invalid", message));
    }
    let oidc = provider(&state)?;
    state.access.attempts.count_begun(address, now_us()).map_err(session::limited)?;
    let begun = oidc.begin(return_address(way, &headers)?, to, now_us()).await?;
    let cookie = cookie::keep_begun(way, &begun.binding)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(ProviderSignIn { url: begun.url })).into_response())
}

/// Finish signing in by the provider.
#[utoipa::path(put, path = "/v1/session/provider", tag = "access", operation_id = "finishProviderSignIn",
    request_body = FinishProviderSignIn,
    responses(
        (status = 200, body = ProviderSession),
        (status = 403, description = "The provider, or this server, does not let them in", body = ErrorBody),
        (status = 502, description = "The provider cannot be reached, or is not set up", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn finish(
    State(state): State<AppState>,
    CameFrom(address): CameFrom,
    Caller(caller): Caller,
    trail: Trail,
    headers: HeaderMap,
    Json(request): Json<FinishProviderSignIn>,
) -> ApiResult<Response> {
    let way = session::way(&state, &headers)?;
    let oidc = provider(&state)?;
    let binding = cookie::begun(way, &headers);
    let FinishProviderSignIn { state: handle, code, error, iss } = request;
    let returned = Returned { state: handle, code: code.map(|Secret(code)| code), error, iss };
    trail.detail("by", "provider");
    let refused = |error: ApiError| {
        trail.refused(Action::SignInRefused);
        trail.target("");
        trail.detail("why", error.code);
        error
    };
    let finished = oidc.finish(returned, binding.as_deref(), now_us()).await;
    let (account, to) = finished.map_err(|refusal| refused(refusal.into()))?;
    let id = worker::random::id().map_err(|error| ApiError::internal(&error))?;
    let entered = state.control.enter(&account, oidc.config.newcomer.as_ref(), &id, now_us()).await;
    let entered = entered.map_err(|error| {
        let error = refused(entry_refused(error));
        trail.target(state.access.keyed("email", &account.email));
        error
    })?;
    state.access.attempts.begun_succeeded(address);
    if let Some(token) = caller.and_then(|principal| principal.token) {
        state.control.end_session(&token).await?;
    }
    if entered.made {
        trail.detail("made", true);
    }
    if !entered.invitations.is_empty() {
        trail.detail("invitations", entered.invitations.len());
    }
    let (session_cookie, session) = session::begun(&state, way, entered.person, &trail).await?;
    let cookies = AppendHeaders([(header::SET_COOKIE, session_cookie)]);
    Ok((cookies, Json(ProviderSession { session, to })).into_response())
}

fn provider(state: &AppState) -> ApiResult<&Oidc> {
    state.access.oidc.as_ref().ok_or_else(|| {
        ApiError::not_found("oidc_off", "people sign in with a password here")
            .hint("set `oidc.issuer` and what belongs to it")
    })
}

/// The page to come back to, at the address the browser knows this server by.
fn return_address(way: Way, headers: &HeaderMap) -> ApiResult<String> {
    let text = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let origin = text(headers.get(header::ORIGIN)).or_else(|| {
        let host = text(headers.get(header::HOST))?;
        Some(match way {
            Way::Https => format!("https://{host}"),
            Way::Loopback => format!("http://{host}"),
        })
    });
    let origin = origin.ok_or_else(|| ApiError::bad_request("host_missing", "the request names no `Host`"))?;
    Ok(format!("{origin}{RETURN}"))
}

/// Why an account is not let in although the provider vouches for it.
fn entry_refused(error: control::Error) -> ApiError {
    let code = match &error {
        control::Error::NotInvited => "oidc_not_invited",
        control::Error::PersonDisabled => "oidc_disabled",
        control::Error::AccountOfAnother => "oidc_account_of_another",
        _ => return error.into(),
    };
    ApiError::new(StatusCode::FORBIDDEN, code, error.to_string())
}
