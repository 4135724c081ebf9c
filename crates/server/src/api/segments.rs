//! Segments: their definitions.

use axum::extract::State;
use axum::http::HeaderMap;
use control::definition;
use model::segment::Segment;
use serde::Serialize;
use utoipa::ToSchema;

use super::definitions::{SaveParams, Saved, VersionParam, check_id, definition_of};
use super::versions::{VersionInfo, VersionList};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;

#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentList {
    /// By id, each at its newest version.
    pub segments: Vec<SegmentVersion>,
}

/// One version of a segment.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentVersion {
    pub segment: Segment,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

impl From<control::StoredSegment> for SegmentVersion {
    fn from(stored: control::StoredSegment) -> SegmentVersion {
        let control::StoredSegment { segment, version, saved_at_us, by, note } = stored;
        SegmentVersion { segment, version, saved_at_us, by, note }
    }
}

/// What deleting did.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedSegment {
    pub id: String,
}

/// All segments of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/segments", tag = "segments", operation_id = "listSegments",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = SegmentList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<SegmentList>> {
    state.workspace(&workspace).await?;
    let segments = state.control.segments(&workspace).await?;
    Ok(Json(SegmentList { segments: segments.into_iter().map(SegmentVersion::from).collect() }))
}

/// One segment, newest or of a version.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/segments/{segment}", tag = "segments", operation_id = "showSegment",
    params(("workspace" = String, Path, description = "Workspace id"), ("segment" = String, Path, description = "Segment id"), VersionParam),
    responses((status = 200, body = SegmentVersion), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<VersionParam>,
) -> ApiResult<Json<SegmentVersion>> {
    state.workspace(&workspace).await?;
    let stored = state.control.segment(&workspace, &id, params.version).await?;
    stored.map(|stored| Json(stored.into())).ok_or_else(|| segment_unknown(&id))
}

/// Save a definition as the segment's next version.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/segments/{segment}", tag = "segments", operation_id = "saveSegment",
    params(("workspace" = String, Path, description = "Workspace id"), ("segment" = String, Path, description = "Segment id"), SaveParams),
    request_body(description = "The definition", content((Segment = "application/json"), (Segment = "application/yaml"))),
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = 422, description = "Faults of the definition, with lines", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<SaveParams>,
    headers: HeaderMap,
    Body(body): Body,
) -> ApiResult<Json<Saved>> {
    state.workspace(&workspace).await?;
    let segment = definition_of(&headers, &body, definition::segment_from_json, definition::segment_from_yaml)?;
    check_id(&segment.id, &id)?;
    let info = params.info(principal);
    let saved = state.control.save_segment(&workspace, &segment, info).await?;
    Ok(Json(saved.into()))
}

/// Delete a segment with all its versions. One that another segment names stays.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/segments/{segment}", tag = "segments", operation_id = "deleteSegment",
    params(("workspace" = String, Path, description = "Workspace id"), ("segment" = String, Path, description = "Segment id")),
    responses((status = 200, body = DeletedSegment), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<DeletedSegment>> {
    state.workspace(&workspace).await?;
    state.control.delete_segment(&workspace, &id).await?;
    Ok(Json(DeletedSegment { id }))
}

/// The versions of a segment.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/segments/{segment}/versions", tag = "segments", operation_id = "listSegmentVersions",
    params(("workspace" = String, Path, description = "Workspace id"), ("segment" = String, Path, description = "Segment id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn versions(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    state.workspace(&workspace).await?;
    let versions = state.control.segment_versions(&workspace, &id).await?;
    if versions.is_empty() {
        return Err(segment_unknown(&id));
    }
    Ok(Json(VersionList { versions: versions.into_iter().map(VersionInfo::from).collect() }))
}

fn segment_unknown(id: &str) -> ApiError {
    ApiError::not_found("segment_unknown", format!("there is no segment `{id}`, or no such version of it"))
        .hint("`GET /v1/workspaces/{workspace}/segments` lists them")
}
