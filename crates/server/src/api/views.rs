//! Permalinks: the state of a page, stored under the hash of its content.

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};

/// The address of a stored view.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedView {
    pub hash: String,
}

/// Store a view. The same content always gets the same hash.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/views", tag = "views", operation_id = "saveView",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body(content = Object, description = "Any JSON object with the version of its format in `v`"),
    responses((status = 200, body = SavedView), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Json(view): Json<Value>,
) -> ApiResult<Json<SavedView>> {
    state.workspace(&workspace).await?;
    if !view.get("v").is_some_and(Value::is_u64) {
        return Err(ApiError::bad_request(
            "view_invalid",
            "a view is a JSON object with the version of its format in `v`",
        ));
    }
    let hash = state.control.save_view(&workspace, &view, now_us()).await?;
    Ok(Json(SavedView { hash }))
}

/// A stored view.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/views/{hash}", tag = "views", operation_id = "showView",
    params(("workspace" = String, Path, description = "Workspace id"), ("hash" = String, Path, description = "The view's hash")),
    responses((status = 200, body = Object), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, hash)): Path<(String, String)>,
) -> ApiResult<Json<Value>> {
    state.workspace(&workspace).await?;
    let view = state.control.view(&workspace, &hash).await?;
    view.map(Json).ok_or_else(|| {
        ApiError::not_found("view_unknown", "there is no such stored view in this workspace")
            .hint("the link may be cut short, or of another installation")
    })
}
