//! The members of a workspace.

use axum::extract::State;
use axum::http::StatusCode;
use control::{Invitation, Person};
use model::access::{Role, Standing};
use model::stores::Stores;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// By e-mail.
    pub members: Vec<MemberInfo>,
    /// Open ones, newest first.
    pub invitations: Vec<InvitationInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberInfo {
    pub person: MemberPerson,
    pub role: Role,
    /// The stores they are limited to, as values of `site`. Absent: the whole workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<Stores>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberPerson {
    pub id: String,
    pub name: String,
    pub email: String,
    /// May not sign in.
    pub disabled: bool,
}

/// An invitation that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationInfo {
    pub id: String,
    pub email: String,
    pub role: Role,
    /// The stores they will be limited to. Absent: the whole workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<Stores>,
    pub expires_us: i64,
}

impl From<Person> for MemberPerson {
    fn from(person: Person) -> MemberPerson {
        let Person { id, name, email, disabled, .. } = person;
        MemberPerson { id, name, email, disabled }
    }
}

impl From<Invitation> for InvitationInfo {
    fn from(invitation: Invitation) -> InvitationInfo {
        let Invitation { id, email, standing: Standing { role, stores }, expires_at_us, .. } = invitation;
        InvitationInfo { id, email, role, stores, expires_us: expires_at_us }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    pub role: Role,
    /// Only what happened in these stores, as values of `site`; for viewers and analysts. None: the whole workspace.
    #[serde(default)]
    pub stores: Option<Stores>,
}

/// A role, limited to stores if any are named.
pub(super) fn standing(role: Role, stores: Option<Stores>) -> ApiResult<Standing> {
    Standing::new(role, stores).map_err(|fault| {
        ApiError::bad_request("stores_refused", fault.to_string()).hint("leave `stores` out, or choose a lower role")
    })
}

/// The members of a workspace, and who is invited.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/members", tag = "access", operation_id = "listMembers",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = MemberList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<MemberList>> {
    state.workspace(&workspace).await?;
    let members = state.control.members(&workspace).await?;
    let invitations = state.control.invitations(&workspace, now_us()).await?;
    let info =
        |member: control::Member| MemberInfo { person: member.person.into(), role: member.role, stores: member.stores };
    Ok(Json(MemberList {
        members: members.into_iter().map(info).collect(),
        invitations: invitations.into_iter().map(InvitationInfo::from).collect(),
    }))
}

/// Give a person a role in a workspace.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/members/{person}", tag = "access", operation_id = "setMember",
    params(("workspace" = String, Path, description = "Workspace id"), ("person" = String, Path, description = "Id of the person")),
    request_body = SetMember,
    responses(
        (status = 204, description = "The person has the role"),
        (status = 409, description = "The last owner", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn set(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Path((workspace, person)): Path<(String, String)>,
    Json(request): Json<SetMember>,
) -> ApiResult<StatusCode> {
    state.workspace(&workspace).await?;
    let standing = standing(request.role, request.stores)?;
    remark(&trail, &standing);
    let before = state.control.set_role(&workspace, &person, standing, now_us()).await?;
    if let Some(before) = before {
        trail.detail("before", before.role.id());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// End a membership.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/members/{person}", tag = "access", operation_id = "removeMember",
    params(("workspace" = String, Path, description = "Workspace id"), ("person" = String, Path, description = "Id of the person")),
    responses(
        (status = 204, description = "The person is no member any more"),
        (status = 409, description = "The last owner", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn remove(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Path((workspace, person)): Path<(String, String)>,
) -> ApiResult<StatusCode> {
    state.workspace(&workspace).await?;
    let before = state.control.remove_member(&workspace, &person).await?;
    trail.detail("before", before.id());
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody is made, for the audit log. Which stores is not said: their number tells a limit from none.
pub(super) fn remark(trail: &Trail, standing: &Standing) {
    trail.detail("role", standing.role.id());
    if let Some(stores) = &standing.stores {
        trail.detail("stores", stores.names().len());
    }
}
