//! Read-only SQL over a workspace.

use analysis::table::{TableColumn, table};
use axum::extract::State;
use axum::http::HeaderMap;
use operators::QueryLimits;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One `SELECT` (or `EXPLAIN`, `SHOW`).
    #[schema(example = "SELECT event, count(*) AS n FROM events GROUP BY event ORDER BY n DESC")]
    pub sql: String,
}

/// The rows of a statement.
#[derive(Debug, Serialize, ToSchema)]
pub struct SqlAnswer {
    pub columns: Vec<TableColumn>,
    /// One array a row, in the order of `columns`. Integers beyond 2⁵³ come as decimal strings.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether rows beyond the limit were cut off.
    pub truncated: bool,
    pub elapsed_ms: u64,
}

/// Ask in SQL. Tables `events`, `profiles`, `identity`; functions over sequences, as the reference says.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sql", tag = "sql", operation_id = "sql",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = SqlRequest,
    responses((status = 200, body = SqlAnswer), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn query(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(request): Json<SqlRequest>,
) -> ApiResult<Json<SqlAnswer>> {
    let started = Instant::now();
    let snapshot = state.snapshot(&workspace).await?;
    let rows_max = state.limits.sql_rows_max;
    let work = |control| {
        let (engine, snapshot, sql) = (&state.analyst.engine, snapshot, &request.sql);
        // One more than is shown tells whether there are more.
        let limits = QueryLimits { rows: rows_max + 1, control };
        async move { operators::query(engine, snapshot, sql, limits).await }
    };
    let batches = state.compute.run(&headers, work).await?;
    let table = table(&batches, rows_max).map_err(|error| ApiError::internal(&error))?;
    let elapsed_ms = started.elapsed().as_millis() as u64;
    Ok(Json(SqlAnswer { columns: table.columns, rows: table.rows, truncated: table.truncated, elapsed_ms }))
}
