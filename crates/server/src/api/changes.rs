//! Dated changes: what was changed on which day, and what a number was before and after.

use analysis::answer::BeforeAfter;
use analysis::question::BeforeAfterQuestion;
use axum::extract::State;
use axum::http::HeaderMap;
use control::SaveInfo;
use model::change::{DatedChange, KeptChange, OtherChange};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeList {
    /// The newest day first.
    pub changes: Vec<KeptChange>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangeParams {
    /// Only those that this proposal became.
    pub proposal: Option<i64>,
}

/// A dated change as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveChange {
    pub change: DatedChange,
    /// The version the change was made from: if it changed since, nothing is saved (409).
    pub expected_version: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResultParams {
    /// The moment to speak of, UTC microseconds; none: the newest event.
    pub as_of_us: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedChange {
    pub id: i64,
}

/// A number before a dated change and after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeResult {
    #[serde(flatten)]
    pub answer: BeforeAfter,
    /// What else changed in the days that are compared.
    pub others: Vec<OtherChange>,
}

/// The dated changes of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/changes", tag = "changes", operation_id = "listChanges",
    params(("workspace" = String, Path, description = "Workspace id"), ChangeParams),
    responses((status = 200, body = ChangeList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<ChangeParams>,
) -> ApiResult<Json<ChangeList>> {
    state.workspace(&workspace).await?;
    Ok(Json(ChangeList { changes: state.control.dated_changes(&workspace, params.proposal).await? }))
}

/// Write down that something was changed on a day.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/changes", tag = "changes", operation_id = "createChange",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = SaveChange,
    responses((status = 200, body = KeptChange), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(request): Json<SaveChange>,
) -> ApiResult<Json<KeptChange>> {
    state.workspace(&workspace).await?;
    let (change, info) = checked(request, principal)?;
    let made = state.control.create_dated_change(&workspace, &change, info).await?;
    trail.target(made.id.to_string());
    Ok(Json(made))
}

/// One dated change.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/changes/{change}", tag = "changes", operation_id = "showChange",
    params(("workspace" = String, Path, description = "Workspace id"), ("change" = i64, Path, description = "Id of the change")),
    responses((status = 200, body = KeptChange), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, i64)>,
) -> ApiResult<Json<KeptChange>> {
    kept(&state, &workspace, id).await.map(Json)
}

/// Change what is said of a dated change.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/changes/{change}", tag = "changes", operation_id = "saveChange",
    params(("workspace" = String, Path, description = "Workspace id"), ("change" = i64, Path, description = "Id of the change")),
    request_body = SaveChange,
    responses(
        (status = 200, body = KeptChange),
        (status = 409, description = "It was changed meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Json(request): Json<SaveChange>,
) -> ApiResult<Json<KeptChange>> {
    kept(&state, &workspace, id).await?;
    let (change, info) = checked(request, principal)?;
    Ok(Json(state.control.save_dated_change(&workspace, id, &change, info).await?))
}

/// Forget a dated change.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/changes/{change}", tag = "changes", operation_id = "deleteChange",
    params(("workspace" = String, Path, description = "Workspace id"), ("change" = i64, Path, description = "Id of the change")),
    responses((status = 200, body = DeletedChange), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, i64)>,
) -> ApiResult<Json<DeletedChange>> {
    state.workspace(&workspace).await?;
    if !state.control.delete_dated_change(&workspace, id).await? {
        return Err(unknown(&workspace, id));
    }
    Ok(Json(DeletedChange { id }))
}

/// The number before the change and after it, with its interval. A comparison, not proof of cause.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/changes/{change}/result", tag = "changes", operation_id = "changeResult",
    params(("workspace" = String, Path, description = "Workspace id"), ("change" = i64, Path, description = "Id of the change"), ResultParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = ChangeResult), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn result(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Query(params): Query<ResultParams>,
    headers: HeaderMap,
) -> ApiResult<Json<ChangeResult>> {
    let kept = kept(&state, &workspace, id).await?;
    let asked = BeforeAfterQuestion::of(&kept.change, params.as_of_us)?;
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey_of(&workspace, asked.question.journey()).await?;
    let others = kept.others_within(&state.control.dated_changes(&workspace, None).await?);
    let work = |control| {
        let (analyst, present, asked, journey) = (&state.analyst, &present, &asked, journey.as_ref());
        async move { analyst.before_after(present, asked, journey, &control).await }
    };
    let answer = state.compute.run(&principal, &headers, work).await?;
    Ok(Json(ChangeResult { answer, others }))
}

/// What it asks has to be a question with a before and an after.
fn checked(request: SaveChange, principal: Principal) -> ApiResult<(DatedChange, SaveInfo)> {
    let SaveChange { change, expected_version } = request;
    BeforeAfterQuestion::of(&change, None)?;
    Ok((change, SaveInfo { at_us: now_us(), by: principal.name, note: None, expected_version }))
}

async fn kept(state: &AppState, workspace: &str, id: i64) -> ApiResult<KeptChange> {
    state.workspace(workspace).await?;
    state.control.dated_change(workspace, id).await?.ok_or_else(|| unknown(workspace, id))
}

fn unknown(workspace: &str, id: i64) -> ApiError {
    ApiError::not_found("change_unknown", format!("there is no dated change {id} in workspace `{workspace}`"))
        .hint("`GET /v1/workspaces/{workspace}/changes` lists them")
}
