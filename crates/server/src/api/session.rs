//! Signing in and out, one's own password, and making the first person.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use control::{NewPerson, Person, normal_email, password};
use model::access::{Action, Role, Standing};
use model::stores::Stores;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::csrf_token;
use crate::address::CameFrom;
use crate::config::{PasswordsFor, SignIn};
use crate::cookie::{self, Way};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::Json;
use crate::principal::{Caller, Principal};
use crate::secret::Secret;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Who is signed in here, and what this server asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    /// Null: nobody is signed in.
    pub person: Option<SignedIn>,
    /// No sign-in is asked for: whoever reaches this server on its machine is the owner of everything.
    pub open: bool,
    /// There is nobody yet, and the first administrator is to be made by the link that stands in the terminal.
    pub setup: bool,
    /// An identity provider people may sign in by. Absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderOffer>,
    /// To be sent as `x-csrf-token` with every request that is not `GET`. Null where nobody is signed in.
    pub csrf: Option<String>,
    /// The workspaces of the person, by id.
    pub roles: Vec<WorkspaceRole>,
}

/// A provider to sign in by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderOffer {
    /// What it is called.
    pub name: String,
    /// Who may sign in with a password all the same.
    pub passwords: PasswordsFor,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Manages people, and owns the workspaces that are made.
    pub administrator: bool,
}

impl From<Person> for SignedIn {
    fn from(person: Person) -> SignedIn {
        let Person { id, name, email, administrator, .. } = person;
        SignedIn { id, name, email, administrator }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceRole {
    pub workspace: String,
    pub role: Role,
    /// The stores the person is limited to there: answers are of their events. Absent: the whole workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<Stores>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub email: String,
    #[schema(value_type = String)]
    pub password: Secret,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The password as it is.
    #[schema(value_type = String)]
    pub current: Secret,
    /// What it becomes: at least 10 characters, not the e-mail address, none of the commonest.
    #[schema(value_type = String)]
    pub next: Secret,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// Of the link.
    #[schema(value_type = String)]
    pub token: Secret,
    pub name: String,
    pub email: String,
    /// At least 10 characters, not the e-mail address, none of the commonest.
    #[schema(value_type = String)]
    pub password: Secret,
}

/// Who is signed in, and what this server asks for.
#[utoipa::path(get, path = "/v1/session", tag = "access", operation_id = "showSession",
    responses((status = 200, body = SessionInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(State(state): State<AppState>, Caller(caller): Caller) -> ApiResult<Json<SessionInfo>> {
    let Some(principal) = caller.filter(|principal| !principal.is_local()) else {
        return Ok(Json(nobody(&state).await?));
    };
    let Principal { id, name, email, administrator, token, .. } = principal;
    let csrf = token.as_deref().map(csrf_token);
    Ok(Json(somebody(&state, SignedIn { id, name, email, administrator }, csrf).await?))
}

/// Sign in.
#[utoipa::path(post, path = "/v1/session", tag = "access", operation_id = "signIn",
    request_body = SignInRequest,
    responses(
        (status = 200, body = SessionInfo),
        (status = 401, description = "E-mail and password do not belong together", body = ErrorBody),
        (status = 429, description = "Too many attempts; `Retry-After` says when to go on", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn sign_in(
    State(state): State<AppState>,
    from: CameFrom,
    Caller(caller): Caller,
    trail: Trail,
    headers: HeaderMap,
    Json(request): Json<SignInRequest>,
) -> ApiResult<Response> {
    let way = way(&state, &headers)?;
    let person = checked(&state, from, &trail, &request.email, request.password).await?;
    require_password(&state, &trail, &request.email, Some(&person))?;
    if let Some(token) = caller.and_then(|principal| principal.token) {
        state.control.end_session(&token).await?;
    }
    begin(&state, way, person, &trail).await
}

/// Sign out.
#[utoipa::path(delete, path = "/v1/session", tag = "access", operation_id = "signOut",
    responses((status = 204, description = "Nobody is signed in any more"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn sign_out(State(state): State<AppState>, Caller(caller): Caller, trail: Trail) -> ApiResult<Response> {
    if let Some(token) = caller.and_then(|principal| principal.token) {
        state.control.end_session(&token).await?;
        trail.action(Action::SignOut);
    }
    let cookies = cookie::forget().map(|cookie| (header::SET_COOKIE, cookie));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response())
}

/// Change one's own password. One's other sessions end.
#[utoipa::path(post, path = "/v1/session/password", tag = "access", operation_id = "changePassword",
    request_body = PasswordRequest,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "The current password is another", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change_password(
    State(state): State<AppState>,
    from: CameFrom,
    principal: Principal,
    trail: Trail,
    Json(request): Json<PasswordRequest>,
) -> ApiResult<StatusCode> {
    require_sign_in(&state)?;
    password::check(&request.next.0, &principal.email)?;
    checked(&state, from, &trail, &principal.email, request.current).await?;
    let hash = state.access.passwords.hash(request.next.0).await?;
    state.control.set_password(&principal.id, hash, principal.token.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make the first person, an administrator, by the link that stands in the terminal.
#[utoipa::path(post, path = "/v1/setup", tag = "access", operation_id = "setUp",
    request_body = SetupRequest,
    responses(
        (status = 200, body = SessionInfo),
        (status = 403, description = "The link is not of this start of the server", body = ErrorBody),
        (status = 409, description = "There is somebody already", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn set_up(
    State(state): State<AppState>,
    trail: Trail,
    headers: HeaderMap,
    Json(request): Json<SetupRequest>,
) -> ApiResult<Response> {
    let way = way(&state, &headers)?;
    let SetupRequest { token, name, email, password } = request;
    if state.control.has_people().await? {
        return Err(control::Error::SetUp.into());
    }
    if !state.access.is_setup(&token.0) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "setup_refused", "this set-up link is not valid")
            .hint("use the link that the server printed when it was last started"));
    }
    let new = new_person(&state, name, &email, password).await?;
    let person = state.control.create_first_person(new).await?;
    state.access.end_setup();
    begin(&state, way, person, &trail).await
}

/// A person to be made, with their password checked and hashed.
pub(super) async fn new_person(
    state: &AppState,
    name: String,
    email: &str,
    Secret(password): Secret,
) -> ApiResult<NewPerson> {
    let email = control::checked_email(email)?;
    password::check(&password, &email)?;
    let password_hash = state.access.passwords.hash(password).await?;
    let id = worker::random::id().map_err(|error| ApiError::internal(&error))?;
    Ok(NewPerson { id, email, name, password_hash, administrator: false, at_us: now_us() })
}

/// The person whose e-mail and password these are. Takes as long where there is no such person, and says the same.
pub(super) async fn checked(
    state: &AppState,
    CameFrom(address): CameFrom,
    trail: &Trail,
    email: &str,
    Secret(password): Secret,
) -> ApiResult<Person> {
    let (access, email) = (&state.access, normal_email(email));
    access.attempts.count(address, &email, now_us()).map_err(limited)?;
    let known = state.control.credentials(&email).await?;
    let (person, kept) = known.map(|known| (known.person, known.password_hash)).unzip();
    let is_theirs = access.passwords.verify(password, kept).await?;
    match person {
        Some(person) if is_theirs && !person.disabled => {
            access.attempts.succeeded(address, &email);
            Ok(person)
        }
        person => {
            trail.refused(Action::SignInRefused);
            trail.target(person.map_or_else(|| access.keyed("email", &email), |person| person.id));
            let message = "there is nobody with this e-mail and password";
            Err(ApiError::new(StatusCode::UNAUTHORIZED, "credentials_refused", message))
        }
    }
}

/// There were too many attempts.
pub(super) fn limited(seconds: u32) -> ApiError {
    let message = format!("too many attempts to sign in; wait {seconds} seconds");
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "sign_in_limited", message).retry_after(seconds)
}

/// Fails if whoever has this e-mail is to sign in by the provider. `person` is who showed their password; none where
/// nobody has the e-mail yet.
pub(super) fn require_password(state: &AppState, trail: &Trail, email: &str, person: Option<&Person>) -> ApiResult<()> {
    let administrator = person.is_some_and(|person| person.administrator);
    match &state.access.oidc {
        Some(oidc) if oidc.config.passwords == PasswordsFor::Administrators && !administrator => {
            trail.refused(Action::SignInRefused);
            let keyed = || state.access.keyed("email", &normal_email(email));
            trail.target(person.map_or_else(keyed, |person| person.id.clone()));
            trail.detail("why", "passwords_off");
            let message =
                format!("people sign in by {} here, and administrators alone with a password", oidc.config.name);
            Err(ApiError::new(StatusCode::FORBIDDEN, "passwords_off", message)
                .hint("use the provider's button on the sign-in page"))
        }
        _ => Ok(()),
    }
}

/// Begins a session: its cookie, and who is signed in.
pub(super) async fn begin(state: &AppState, way: Way, person: Person, trail: &Trail) -> ApiResult<Response> {
    let (cookie, session) = begun(state, way, person, trail).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

/// The same, for an answer of the caller's.
pub(super) async fn begun(
    state: &AppState,
    way: Way,
    person: Person,
    trail: &Trail,
) -> ApiResult<(HeaderValue, SessionInfo)> {
    let token = worker::random::token().map_err(|error| ApiError::internal(&error))?;
    state.control.begin_session(&token, &person.id, now_us()).await?;
    trail.person(&person.id);
    let session = somebody(state, person.into(), Some(csrf_token(&token))).await?;
    Ok((cookie::keep(way, &token)?, session))
}

/// How the browser reaches this server, where people sign in.
pub(super) fn way(state: &AppState, headers: &HeaderMap) -> ApiResult<Way> {
    require_sign_in(state)?;
    Way::of(headers)
}

fn require_sign_in(state: &AppState) -> ApiResult<()> {
    match state.access.sign_in {
        SignIn::Required => Ok(()),
        SignIn::Open => Err(ApiError::conflict("server_open", "this server asks nobody to sign in")
            .hint("end it and start `throughline serve`, which does")),
    }
}

async fn nobody(state: &AppState) -> ApiResult<SessionInfo> {
    let open = state.access.sign_in == SignIn::Open;
    let mut roles = Vec::new();
    if open {
        let owned = |id| WorkspaceRole { workspace: id, role: Role::Owner, stores: None };
        roles = state.control.workspaces().await?.into_iter().map(|workspace| owned(workspace.id)).collect();
        roles.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    }
    let setup = !open && !state.control.has_people().await?;
    Ok(SessionInfo { person: None, open, setup, provider: offer(state), csrf: None, roles })
}

async fn somebody(state: &AppState, person: SignedIn, csrf: Option<String>) -> ApiResult<SessionInfo> {
    let standings = state.control.standings_of(&person.id).await?;
    let role = |(workspace, Standing { role, stores })| WorkspaceRole { workspace, role, stores };
    let roles = standings.into_iter().map(role).collect();
    Ok(SessionInfo { person: Some(person), open: false, setup: false, provider: offer(state), csrf, roles })
}

fn offer(state: &AppState) -> Option<ProviderOffer> {
    let oidc = state.access.oidc.as_ref().filter(|_| state.access.sign_in == SignIn::Required)?;
    Some(ProviderOffer { name: oidc.config.name.clone(), passwords: oidc.config.passwords })
}
