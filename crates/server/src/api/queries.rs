//! Progress of a query that runs, and cancelling it.

use axum::extract::State;
use axum::http::StatusCode;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::queries::QueryProgress;
use crate::state::AppState;

/// How far one's own query is, by the id one's client gave it.
#[utoipa::path(get, path = "/v1/queries/{query}", tag = "queries", operation_id = "queryProgress",
    params(("query" = String, Path, description = "The `x-query-id` the query was sent with")),
    responses((status = 200, body = QueryProgress), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn progress(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> Json<QueryProgress> {
    Json(state.compute.queries.progress(&principal.id, &id))
}

/// Cancel one's own query. Nothing happens if it is over.
#[utoipa::path(delete, path = "/v1/queries/{query}", tag = "queries", operation_id = "cancelQuery",
    params(("query" = String, Path, description = "The `x-query-id` the query was sent with")),
    responses((status = 204, description = "Cancelled, or over"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn cancel(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    state.compute.queries.cancel(&principal.id, &id);
    Ok(StatusCode::NO_CONTENT)
}
