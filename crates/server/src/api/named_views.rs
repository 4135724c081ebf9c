//! Named views: the list of a workspace, what is pinned to journeys' maps, and the numbers of both.

use analysis::answer::PinnedNumber;
use analysis::question::Question;
use axum::extract::State;
use axum::http::HeaderMap;
use control::SaveInfo;
use model::named_view::{KeptNamedView, NamedView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct NamedViewList {
    pub views: Vec<KeptNamedView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NamedViewParams {
    /// Only those pinned to this journey's map, in the order they came; else all, the newest first.
    pub journey: Option<String>,
}

/// A named view as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveNamedView {
    pub named: NamedView,
    /// The version the change was made from: if it changed since, nothing is saved (409).
    pub expected_version: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NumberParams {
    /// The moment to speak of, UTC microseconds; none: the newest event.
    pub as_of_us: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedNamedView {
    pub id: i64,
}

/// The named views of a workspace, or of a journey's map.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/named-views", tag = "views", operation_id = "listNamedViews",
    params(("workspace" = String, Path, description = "Workspace id"), NamedViewParams),
    responses((status = 200, body = NamedViewList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<NamedViewParams>,
) -> ApiResult<Json<NamedViewList>> {
    state.workspace(&workspace).await?;
    let views = state.control.named_views(&workspace, params.journey.as_deref()).await?;
    Ok(Json(NamedViewList { views }))
}

/// Name a stored view, and pin it if it has a place.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/named-views", tag = "views", operation_id = "createNamedView",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = SaveNamedView,
    responses((status = 200, body = KeptNamedView), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(request): Json<SaveNamedView>,
) -> ApiResult<Json<KeptNamedView>> {
    state.workspace(&workspace).await?;
    let (named, info) = checked(request, principal)?;
    let made = state.control.create_named_view(&workspace, &named, info).await?;
    trail.target(made.id.to_string());
    Ok(Json(made))
}

/// Rename, pin, move or unpin a named view.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/named-views/{named_view}", tag = "views", operation_id = "changeNamedView",
    params(("workspace" = String, Path, description = "Workspace id"), ("named_view" = i64, Path, description = "Id of the named view")),
    request_body = SaveNamedView,
    responses(
        (status = 200, body = KeptNamedView),
        (status = 409, description = "It was changed meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Json(request): Json<SaveNamedView>,
) -> ApiResult<Json<KeptNamedView>> {
    kept(&state, &workspace, id).await?;
    let (named, info) = checked(request, principal)?;
    Ok(Json(state.control.change_named_view(&workspace, id, &named, info).await?))
}

/// Take a view's name away, and its pin with it. The stored view stays at its address.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/named-views/{named_view}", tag = "views", operation_id = "deleteNamedView",
    params(("workspace" = String, Path, description = "Workspace id"), ("named_view" = i64, Path, description = "Id of the named view")),
    responses((status = 200, body = DeletedNamedView), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, i64)>,
) -> ApiResult<Json<DeletedNamedView>> {
    state.workspace(&workspace).await?;
    if !state.control.delete_named_view(&workspace, id).await? {
        return Err(unknown(&workspace, id));
    }
    Ok(Json(DeletedNamedView { id }))
}

/// The number of a named view, asked anew.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/named-views/{named_view}/number", tag = "views", operation_id = "namedViewNumber",
    params(("workspace" = String, Path, description = "Workspace id"), ("named_view" = i64, Path, description = "Id of the named view"), NumberParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = PinnedNumber), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn number(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Query(params): Query<NumberParams>,
    headers: HeaderMap,
) -> ApiResult<Json<PinnedNumber>> {
    let kept = kept(&state, &workspace, id).await?;
    let Some(asks) = &kept.named.asks else {
        return Err(ApiError::not_found("named_view_numberless", format!("named view {id} asks nothing"))
            .hint("save the view of an analysis"));
    };
    let (question, versus) = Question::of_view(asks)?;
    let question = question.as_of(params.as_of_us);
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey_of(&workspace, question.journey()).await?;
    let work = |control| {
        let (analyst, present, question, versus) = (&state.analyst, &present, &question, versus.as_ref());
        let journey = journey.as_ref();
        async move { analyst.headline(present, question, versus, journey, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// A question it asks has to be one.
fn checked(request: SaveNamedView, principal: Principal) -> ApiResult<(NamedView, SaveInfo)> {
    let SaveNamedView { named, expected_version } = request;
    if let Some(asks) = &named.asks {
        Question::of_view(asks)?;
    }
    Ok((named, SaveInfo { at_us: now_us(), by: principal.name, note: None, expected_version }))
}

async fn kept(state: &AppState, workspace: &str, id: i64) -> ApiResult<KeptNamedView> {
    state.workspace(workspace).await?;
    state.control.named_view(workspace, id).await?.ok_or_else(|| unknown(workspace, id))
}

fn unknown(workspace: &str, id: i64) -> ApiError {
    ApiError::not_found("named_view_unknown", format!("there is no named view {id} in workspace `{workspace}`"))
        .hint("`GET /v1/workspaces/{workspace}/named-views` lists them")
}
