//! Traffic rules: which way visitors came, by rules a workspace edits.

use analysis::answer::TrafficPreview;
use axum::extract::State;
use axum::http::HeaderMap;
use model::traffic::{CLICK_IDS, RuleSet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::definitions::{SaveParams, Saved, VersionParam};
use super::versions::{VersionInfo, VersionList};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::failures::definition_invalid;
use crate::principal::Principal;
use crate::state::AppState;

/// One version of a workspace's traffic rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrafficRules {
    pub rules: RuleSet,
    /// 0: the standard rules, which every workspace begins with.
    pub version: u32,
    /// Null for the standard rules, as `by` and `note`.
    pub saved_at_us: Option<i64>,
    pub by: Option<String>,
    pub note: Option<String>,
    /// Click ids that are known, for tests on `click_id`.
    pub click_ids: Vec<String>,
}

/// Rules to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficPreviewRequest {
    /// The draft. None: the rules in force, for what they leave unclassified.
    pub rules: Option<RuleSet>,
}

impl From<control::StoredTraffic> for TrafficRules {
    fn from(stored: control::StoredTraffic) -> TrafficRules {
        let control::StoredTraffic { rules, version, saved } = stored;
        TrafficRules {
            rules,
            version,
            saved_at_us: saved.as_ref().map(|saved| saved.at_us),
            by: saved.as_ref().map(|saved| saved.by.clone()),
            note: saved.and_then(|saved| saved.note),
            click_ids: CLICK_IDS.iter().map(|id| id.parameter.to_owned()).collect(),
        }
    }
}

/// The traffic rules in force, or those of a version.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/traffic", tag = "traffic", operation_id = "showTraffic",
    params(("workspace" = String, Path, description = "Workspace id"), VersionParam),
    responses((status = 200, body = TrafficRules), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<VersionParam>,
) -> ApiResult<Json<TrafficRules>> {
    state.workspace(&workspace).await?;
    let stored = state.control.traffic(&workspace, params.version).await?;
    stored.map(|stored| Json(stored.into())).ok_or_else(|| {
        ApiError::not_found("version_unknown", "there is no such version of the traffic rules")
            .hint("`GET /v1/workspaces/{workspace}/traffic/versions` lists them")
    })
}

/// Save traffic rules as the next version. They hold for all of history at once.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/traffic", tag = "traffic", operation_id = "saveTraffic",
    params(("workspace" = String, Path, description = "Workspace id"), SaveParams),
    request_body = RuleSet,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = 422, description = "Faults of the rules", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<SaveParams>,
    Json(rules): Json<RuleSet>,
) -> ApiResult<Json<Saved>> {
    state.workspace(&workspace).await?;
    let info = params.info(principal);
    let saved = state.control.save_traffic(&workspace, &rules, info).await?;
    Ok(Json(Saved { version: saved.version, created: saved.created }))
}

/// The saved versions of the traffic rules.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/traffic/versions", tag = "traffic", operation_id = "listTrafficVersions",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn versions(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<VersionList>> {
    state.workspace(&workspace).await?;
    let versions = state.control.traffic_versions(&workspace).await?;
    Ok(Json(VersionList { versions: versions.into_iter().map(VersionInfo::from).collect() }))
}

/// What traffic rules would do to all events, and what they leave unclassified. Saves nothing.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/traffic/preview", tag = "traffic", operation_id = "previewTraffic",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = TrafficPreviewRequest,
    responses(
        (status = 200, body = TrafficPreview),
        (status = 422, description = "Faults of the rules", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn preview(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(request): Json<TrafficPreviewRequest>,
) -> ApiResult<Json<TrafficPreview>> {
    if let Some(rules) = &request.rules {
        let faults = rules.faults();
        if !faults.is_empty() {
            return Err(definition_invalid(faults));
        }
    }
    let present = state.present(&workspace).await?;
    let work = |control| {
        let (analyst, present, draft) = (&state.analyst, &present, request.rules.as_ref());
        async move { analyst.traffic_preview(present, draft, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}
