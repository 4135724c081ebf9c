//! Invitations to a workspace: made and withdrawn by its owners, taken up by whoever has the link.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use control::{Invitation, Joining, NewInvitation};
use model::access::{Role, Standing};
use model::stores::Stores;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{members, session};
use crate::address::CameFrom;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::{Caller, Principal};
use crate::secret::Secret;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    pub email: String,
    pub role: Role,
    /// Only what happened in these stores, as values of `site`; for viewers and analysts. None: the whole workspace.
    #[serde(default)]
    pub stores: Option<Stores>,
}

/// An invitation that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewInvitationInfo {
    pub id: String,
    /// Shown this once; the link is `/invitation/{token}`.
    #[schema(value_type = String)]
    pub token: Secret,
    pub expires_us: i64,
}

/// What a link invites to.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenInvitation {
    pub workspace: InvitingWorkspace,
    pub email: String,
    pub role: Role,
    /// The stores it is limited to. Absent: the whole workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<Stores>,
    /// Somebody has this e-mail already, and takes it up with their password.
    pub known: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvitingWorkspace {
    pub id: String,
    pub name: LocalizedText,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// Of somebody who is not known yet.
    pub name: Option<String>,
    /// Theirs, or of somebody new the one to be.
    #[schema(value_type = String)]
    pub password: Secret,
}

/// Invite somebody. An open invitation of the workspace to the same address gives way.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/invitations", tag = "access", operation_id = "invite",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = InviteRequest,
    responses(
        (status = 200, body = NewInvitationInfo),
        (status = 409, description = "They are a member already", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn invite(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(request): Json<InviteRequest>,
) -> ApiResult<Json<NewInvitationInfo>> {
    state.workspace(&workspace).await?;
    let standing = members::standing(request.role, request.stores)?;
    members::remark(&trail, &standing);
    let id = worker::random::id().map_err(|error| ApiError::internal(&error))?;
    let token = worker::random::token().map_err(|error| ApiError::internal(&error))?;
    let new =
        NewInvitation { id, token: &token, workspace: &workspace, email: &request.email, standing, at_us: now_us() };
    let Invitation { id, email, expires_at_us, .. } = state.control.invite(new).await?;
    trail.target(&*id);
    trail.detail("email_hash", state.access.keyed("email", &email));
    Ok(Json(NewInvitationInfo { id, token: Secret(token), expires_us: expires_at_us }))
}

/// Withdraw an invitation.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/invitations/{invitation}", tag = "access", operation_id = "withdrawInvitation",
    params(("workspace" = String, Path, description = "Workspace id"), ("invitation" = String, Path, description = "Id of the invitation")),
    responses((status = 204, description = "Its link is of no more use"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn withdraw(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<StatusCode> {
    state.workspace(&workspace).await?;
    state.control.withdraw_invitation(&workspace, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link invites to.
#[utoipa::path(get, path = "/v1/invitations/{token}", tag = "access", operation_id = "showInvitation",
    params(("token" = String, Path, description = "Of the link")),
    responses((status = 200, body = OpenInvitation), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(State(state): State<AppState>, Path(token): Path<String>) -> ApiResult<Json<OpenInvitation>> {
    let invitation = open(&state, &token).await?;
    let workspace = state.workspace(&invitation.workspace).await?;
    let known = state.control.credentials(&invitation.email).await?.is_some();
    let workspace = InvitingWorkspace { id: workspace.id, name: workspace.name };
    let Standing { role, stores } = invitation.standing;
    Ok(Json(OpenInvitation { workspace, email: invitation.email, role, stores, known }))
}

/// Take an invitation up: become a member, and be signed in.
#[utoipa::path(post, path = "/v1/invitations/{token}", tag = "access", operation_id = "acceptInvitation",
    params(("token" = String, Path, description = "Of the link")),
    request_body = AcceptRequest,
    responses(
        (status = 200, body = session::SessionInfo),
        (status = 401, description = "The password is another", body = ErrorBody),
        (status = 404, description = "Taken up, withdrawn or too old", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn accept(
    State(state): State<AppState>,
    from: CameFrom,
    Caller(caller): Caller,
    trail: Trail,
    Path(token): Path<String>,
    headers: HeaderMap,
    Json(request): Json<AcceptRequest>,
) -> ApiResult<Response> {
    let way = session::way(&state, &headers)?;
    let invitation = open(&state, &token).await?;
    let AcceptRequest { name, password } = request;
    let known = state.control.credentials(&invitation.email).await?;
    let who = match known {
        Some(_) => {
            let person = session::checked(&state, from, &trail, &invitation.email, password).await?;
            session::require_password(&state, &trail, &invitation.email, Some(&person))?;
            Joining::Known
        }
        None => {
            session::require_password(&state, &trail, &invitation.email, None)?;
            let name = name.ok_or_else(|| ApiError::bad_request("name_missing", "say your `name`"))?;
            Joining::New(session::new_person(&state, name, &invitation.email, password).await?)
        }
    };
    let (invitation, person) = state.control.accept_invitation(&token, who, now_us()).await?;
    if let Some(token) = caller.and_then(|principal| principal.token) {
        state.control.end_session(&token).await?;
    }
    trail.target(invitation.id);
    trail.workspace(&invitation.workspace);
    members::remark(&trail, &invitation.standing);
    session::begin(&state, way, person, &trail).await
}

async fn open(state: &AppState, token: &str) -> ApiResult<Invitation> {
    let found = state.control.invitation(token, now_us()).await?;
    found.ok_or_else(|| {
        ApiError::not_found("invitation_unknown", "this invitation was taken up, withdrawn, or is too old")
            .hint("ask whoever invited you for another")
    })
}
