//! The versions of a journey: which there are, what changed between two, and going back to one.

use analysis::question::JourneyKey;
use axum::extract::State;
use control::SaveInfo;
use model::journey_diff::{self, Change};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::definitions::Saved;
use super::journeys::stored;
use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, journey_unknown, now_us};

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// Newest first.
    pub versions: Vec<VersionInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionInfo {
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

impl From<control::VersionInfo> for VersionInfo {
    fn from(control::VersionInfo { version, saved_at_us, by, note }: control::VersionInfo) -> VersionInfo {
        VersionInfo { version, saved_at_us, by, note }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DiffParams {
    /// The version to compare with.
    pub from: u32,
    /// None: the newest.
    pub to: Option<u32>,
}

/// What changed from one version to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct JourneyDiff {
    pub journey: String,
    pub from: u32,
    pub to: u32,
    /// In the order of the definition; empty if both say the same.
    pub changes: Vec<Change>,
}

/// The version to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    pub version: u32,
    /// Why; kept with the new version. It must say something.
    pub note: String,
    /// The newest version when this was decided: if another one was saved since, nothing is saved (409).
    pub expected_version: Option<u32>,
}

/// The versions of a journey.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/versions", tag = "journeys", operation_id = "listJourneyVersions",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    state.workspace(&workspace).await?;
    let versions = state.control.journey_versions(&workspace, &id).await?;
    if versions.is_empty() {
        return Err(journey_unknown(&JourneyKey { id, version: None }));
    }
    Ok(Json(VersionList { versions: versions.into_iter().map(VersionInfo::from).collect() }))
}

/// What changed between two versions of a journey.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/diff", tag = "journeys", operation_id = "diffJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), DiffParams),
    responses((status = 200, body = JourneyDiff), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn diff(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<DiffParams>,
) -> ApiResult<Json<JourneyDiff>> {
    let from = stored(&state, &workspace, JourneyKey { id: id.clone(), version: Some(params.from) }).await?;
    let to = stored(&state, &workspace, JourneyKey { id, version: params.to }).await?;
    let changes = journey_diff::diff(&from.journey, &to.journey);
    Ok(Json(JourneyDiff { journey: to.journey.id, from: from.version, to: to.version, changes }))
}

/// Save an old version's definition as the next version. What was saved since is kept.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/restore", tag = "journeys", operation_id = "restoreJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    request_body = RestoreRequest,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = 422, description = "What was right when the version was saved is not now", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn restore(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Json(request): Json<RestoreRequest>,
) -> ApiResult<Json<Saved>> {
    let old = stored(&state, &workspace, JourneyKey { id, version: Some(request.version) }).await?;
    let info = SaveInfo {
        at_us: now_us(),
        by: principal.name,
        note: Some(request.note),
        expected_version: request.expected_version,
    };
    let saved = state.control.restore_journey(&workspace, &old.journey.id, old.version, info).await?;
    Ok(Json(saved.into()))
}
