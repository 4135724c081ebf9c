//! The layer around every route of the API: who is it, may they, and what is written down about it.
//!
//! A session is found by its cookie. A request that may change something and comes with a session must carry the
//! session's token against forgery in `x-csrf-token`: a page of another origin can send the cookie along, but cannot
//! read the token. A workspace one is no member of is answered like one that does not exist.
//!
//! Not here: what each route needs (`rights`), and which pages may call at all (`guard`).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use control::NewAuditEntry;
use model::access::{Action, Standing};
use tokio::sync::Mutex;

use crate::access::csrf_token;
use crate::address::{CameFrom, address};
use crate::config::SignIn;
use crate::cookie;
use crate::error::{ApiError, ApiResult};
use crate::principal::{Principal, limit_refused, role_refused, sign_in_required};
use crate::rights::{Limited, Need, RIGHTS, Right, Rights};
use crate::state::{AppState, now_us, workspace_unknown};
use crate::trail::Trail;

/// Name of the header that carries the token against forgery.
const CSRF: &str = "x-csrf-token";

/// Whoever goes through the pages of one customer is written down once in so long.
const READING_US: i64 = 10 * 60 * 1_000_000;
/// Readings that are remembered; beyond it each page is written down.
const READINGS_MAX: usize = 10_000;

/// What the layer looks things up in.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    pub(crate) state: AppState,
    pub(crate) rights: Arc<Rights>,
    pub(crate) readings: Arc<Mutex<Readings>>,
}

/// Who has been written down as reading of whom, and when.
#[derive(Debug, Default)]
pub(crate) struct Readings(HashMap<Reading, i64>);

/// Person, workspace and what was read.
type Reading = (Option<String>, Option<String>, String);

impl Readings {
    fn goes_on(&self, reading: &Reading, now_us: i64) -> bool {
        self.0.get(reading).is_some_and(|at| now_us - at < READING_US)
    }

    fn begin(&mut self, reading: Reading, now_us: i64) {
        if self.0.len() >= READINGS_MAX {
            self.0.retain(|_, at| now_us - *at < READING_US);
        }
        if self.0.len() < READINGS_MAX {
            self.0.insert(reading, now_us);
        }
    }
}

/// A request that was let in.
struct Admitted {
    right: Right,
    person: Option<String>,
    address: Option<IpAddr>,
    params: HashMap<String, String>,
    trail: Trail,
}

/// The middleware.
pub(crate) async fn admit(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let admitted = match admission.check(&mut parts).await {
        Ok(admitted) => admitted,
        Err(error) => return error.into_response(),
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    match admission.write_down(admitted, response.status()).await {
        Ok(()) => response,
        // What cannot be written down is not shown either.
        Err(error) => error.into_response(),
    }
}

impl Admission {
    async fn check(&self, parts: &mut Parts) -> ApiResult<Admitted> {
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let Some(right) = self.rights.of(&parts.method, route).copied() else {
            return Err(ApiError::internal(&format!("no right is stated for {} {route}", parts.method)));
        };
        let params = path_params(parts).await?;
        let from = address(parts, &self.state.access.trusted_proxies);
        let mut principal = self.principal(parts).await?;
        if let Some(token) = principal.as_ref().and_then(|principal| principal.token.as_deref()) {
            check_forgery(parts, token)?;
        }
        let workspace = params.get("workspace").map(String::as_str);
        check_need(&self.state, right, principal.as_mut(), workspace).await?;

        let trail = Trail::default();
        let person = principal.as_ref().map(|principal| principal.id.clone());
        parts.extensions.insert(trail.clone());
        parts.extensions.insert(CameFrom(from));
        if let Some(principal) = principal {
            parts.extensions.insert(principal);
        }
        Ok(Admitted { right, person, address: from, params, trail })
    }

    /// Whoever the cookie says, or the owner of an open server.
    async fn principal(&self, parts: &Parts) -> ApiResult<Option<Principal>> {
        if self.state.access.sign_in == SignIn::Open {
            return Ok(Some(Principal::local()));
        }
        let Some(token) = cookie::session(parts) else { return Ok(None) };
        let person = self.state.control.session(&token, now_us()).await?;
        Ok(person.map(|person| Principal::of(person, token)))
    }

    async fn write_down(&self, admitted: Admitted, status: StatusCode) -> ApiResult<()> {
        let Admitted { right, person, address, params, trail } = admitted;
        let remarks = trail.take();
        let Some(action) = remarks.action.or(right.audit).filter(|_| status.is_success() || remarks.refused) else {
            return Ok(());
        };
        let access = &self.state.access;
        let target = remarks.target.unwrap_or_else(|| match (action, params.get("customer")) {
            (Action::TimelineSeen, Some(customer)) => access.keyed("customer", customer),
            _ => {
                // A key is one of a source.
                let names = [
                    "journey",
                    "segment",
                    "pain",
                    "proposal",
                    "change",
                    "named_view",
                    "person",
                    "invitation",
                    "source",
                    "key",
                ];
                let named: Vec<&str> = names.iter().filter_map(|name| params.get(*name)).map(String::as_str).collect();
                named.join("/")
            }
        });
        let entry = NewAuditEntry {
            time_us: now_us(),
            person: remarks.person.or(person),
            action,
            target,
            workspace: remarks.workspace.or_else(|| params.get("workspace").cloned()),
            detail: remarks.detail,
            address_hash: address.map(|address| access.keyed("address", &address.to_string())),
        };
        if action != Action::TimelineSeen {
            self.state.control.record_audit(entry).await?;
            return Ok(());
        }
        let (reading, time_us) = ((entry.person.clone(), entry.workspace.clone(), entry.target.clone()), entry.time_us);
        // A page asks for several things of a customer at once: whoever comes second waits until the first is written down.
        let mut readings = self.readings.lock().await;
        if !readings.goes_on(&reading, time_us) {
            self.state.control.record_audit(entry).await?;
            readings.begin(reading, time_us);
        }
        Ok(())
    }
}

/// Fails if somebody who was let in would not be any more: for answers that go on for long.
///
/// # Errors
/// As at the beginning of a request.
pub(crate) async fn check_again(
    state: &AppState,
    principal: &Principal,
    operation: &str,
    workspace: &str,
) -> ApiResult<()> {
    let right = RIGHTS.iter().find(|right| right.operation == operation);
    let right = right.ok_or_else(|| ApiError::internal(&format!("no right is stated for {operation}")))?;
    let Some(token) = &principal.token else { return Ok(()) };
    let person = state.control.session(token, now_us()).await?.ok_or_else(sign_in_required)?;
    check_need(state, *right, Some(&mut Principal::of(person, token.clone())), Some(workspace)).await
}

async fn check_need(
    state: &AppState,
    Right { need, limited, .. }: Right,
    principal: Option<&mut Principal>,
    workspace: Option<&str>,
) -> ApiResult<()> {
    if need == Need::Nobody {
        return Ok(());
    }
    let principal = principal.ok_or_else(sign_in_required)?;
    if principal.is_local() {
        return Ok(());
    }
    match need {
        Need::Nobody | Need::SignedIn => Ok(()),
        Need::Administrator if principal.administrator => Ok(()),
        Need::Administrator => Err(role_refused("administrator")),
        Need::In(ability) => {
            let workspace = workspace.unwrap_or_default();
            let standing = state.control.standing(workspace, &principal.id).await?;
            let Standing { role, stores } = standing.ok_or_else(|| workspace_unknown(workspace))?;
            (principal.role, principal.stores) = (Some(role), stores);
            principal.require(ability)?;
            match (limited, &principal.stores) {
                (Limited::Refused, Some(_)) => Err(limit_refused()),
                _ => Ok(()),
            }
        }
    }
}

/// Fails if a request that may change something does not carry the token of its session.
fn check_forgery(parts: &Parts, session: &str) -> ApiResult<()> {
    if parts.method.is_safe() {
        return Ok(());
    }
    let sent = parts.headers.get(CSRF).map(|value| value.as_bytes()).unwrap_or_default();
    // Hashes are compared in the same time wherever they differ.
    if blake3::hash(sent) == blake3::hash(csrf_token(session).as_bytes()) {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::FORBIDDEN, "csrf_refused", "the request does not carry the token of its session")
        .hint(format!("send the `csrf` of `GET /v1/session` as `{CSRF}`")))
}

async fn path_params(parts: &mut Parts) -> ApiResult<HashMap<String, String>> {
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()),
        Err(error) => Err(ApiError::new(error.status(), "path_invalid", error.body_text().to_lowercase())),
    }
}
