//! What a workspace can be cut by.

use analysis::answer::DimensionsAnswer;
use axum::extract::State;
use axum::http::HeaderMap;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;

/// Dimensions with their most frequent values: channels, text columns, traits of customers.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/dimensions", tag = "analyses", operation_id = "listDimensions",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = DimensionsAnswer), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<DimensionsAnswer>> {
    let present = state.present_to(&principal, &workspace).await?;
    // Kept is the answer of the whole; those of some stores are as many as there are limits.
    if present.limit.is_none()
        && let Some(kept) = state.dimensions.get(&workspace, &present.snapshot)
    {
        return Ok(Json(kept));
    }
    let work = |control| {
        let (analyst, present) = (&state.analyst, &present);
        async move { analyst.dimensions(present, &control).await }
    };
    let answer = state.compute.run(&principal, &headers, work).await?;
    if present.limit.is_none() {
        state.dimensions.keep(workspace, &present.snapshot, answer.clone());
    }
    Ok(Json(answer))
}
