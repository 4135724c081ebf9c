//! Workspaces: sets of data that never mix.

use axum::extract::State;
use axum::http::StatusCode;
use control::{NewWorkspace, Workspace};
use lake::NameColumn;
use model::sample::SampleKind;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceList {
    pub workspaces: Vec<WorkspaceInfo>,
}

/// A workspace and what its events span.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceInfo {
    pub id: String,
    pub name: LocalizedText,
    /// Set where the events are sample data.
    pub sample: Option<Sample>,
    /// IANA zone its people think in.
    pub zone: String,
    /// ISO 4217 code of its money.
    pub currency: Option<String>,
    /// Events held; duplicates not yet compacted away are counted. Null: the caller is limited to some stores, and does
    /// not learn how many there are.
    pub events: Option<u64>,
    /// Oldest event, UTC microseconds.
    pub first_us: Option<i64>,
    /// Newest event, UTC microseconds.
    pub last_us: Option<i64>,
    pub channels: Vec<String>,
    pub event_names: Vec<String>,
    /// The state of the lake this was read from; empty while there are no events.
    pub snapshot: String,
    /// Why the events cannot be read. Null: they can. The other workspaces are not affected.
    pub fault: Option<String>,
}

/// That it is sample data, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sample {
    pub kind: SampleKind,
    /// SPDX expression.
    pub licence: String,
    pub origin: String,
}

impl From<control::SampleNotice> for Sample {
    fn from(notice: control::SampleNotice) -> Sample {
        Sample { kind: notice.kind, licence: notice.licence, origin: notice.origin }
    }
}

/// A workspace to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspaceRequest {
    /// Lower-case letters, digits and `-`; it never changes.
    pub id: String,
    pub name: String,
    /// IANA zone its people think in.
    #[schema(example = "Asia/Shanghai")]
    pub zone: String,
    /// ISO 4217 code of its money.
    #[serde(default)]
    pub currency: Option<String>,
}

/// Make a workspace. Administrators become its owners.
#[utoipa::path(post, path = "/v1/workspaces", tag = "workspaces", operation_id = "createWorkspace",
    request_body = NewWorkspaceRequest,
    responses((status = 201, body = WorkspaceInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Json(request): Json<NewWorkspaceRequest>,
) -> ApiResult<(StatusCode, Json<WorkspaceInfo>)> {
    let NewWorkspaceRequest { id, name, zone, currency } = request;
    let name = LocalizedText::from(name.as_str());
    let new = NewWorkspace { id, name, sample: None, zone, currency, place: 0, created_at_us: now_us() };
    let workspace = state.control.create_workspace(new).await?;
    trail.target(&*workspace.id);
    trail.workspace(&workspace.id);
    Ok((StatusCode::CREATED, Json(info(&state, workspace, false).await)))
}

/// The workspaces one is a member of, by their place in lists: one's own first, then samples.
#[utoipa::path(get, path = "/v1/workspaces", tag = "workspaces", operation_id = "listWorkspaces",
    responses((status = 200, body = WorkspaceList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, principal: Principal) -> ApiResult<Json<WorkspaceList>> {
    let standings = state.control.standings_of(&principal.id).await?;
    let mut workspaces = Vec::new();
    for workspace in state.control.workspaces().await? {
        let standing = standings.iter().find(|(known, _)| *known == workspace.id);
        if principal.is_local() || standing.is_some() {
            let limited = standing.is_some_and(|(_, standing)| standing.stores.is_some());
            workspaces.push(info(&state, workspace, limited).await);
        }
    }
    Ok(Json(WorkspaceList { workspaces }))
}

/// One workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}", tag = "workspaces", operation_id = "showWorkspace",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = WorkspaceInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> ApiResult<Json<WorkspaceInfo>> {
    let workspace = state.workspace(&id).await?;
    Ok(Json(info(&state, workspace, principal.stores.is_some()).await))
}

/// `limited`: the caller is, to some stores.
async fn info(state: &AppState, workspace: Workspace, limited: bool) -> WorkspaceInfo {
    let (snapshot, fault) = match state.lakes.snapshot(&workspace).await {
        Ok(snapshot) => (Some(snapshot), None),
        // A workspace without a lake is a new one: it has a name but no events.
        Err(error) if error.code == "workspace_empty" => (None, None),
        Err(error) => {
            tracing::warn!(workspace = workspace.id, error = error.message, "a workspace cannot be read");
            (None, Some(error.message))
        }
    };
    let range = snapshot.as_ref().and_then(|snapshot| snapshot.time_range());
    let names = |column| snapshot.as_ref().map_or_else(Vec::new, |snapshot| snapshot.names(column));
    WorkspaceInfo {
        fault,
        events: (!limited).then(|| snapshot.as_ref().map_or(0, |snapshot| snapshot.rows_upper())),
        first_us: range.map(|(first, _)| first),
        last_us: range.map(|(_, last)| last),
        channels: names(NameColumn::Channel),
        event_names: names(NameColumn::Event),
        snapshot: snapshot.as_ref().map_or_else(String::new, |snapshot| snapshot.id().to_string()),
        id: workspace.id,
        name: workspace.name,
        sample: workspace.sample.map(Sample::from),
        zone: workspace.zone,
        currency: workspace.currency,
    }
}
