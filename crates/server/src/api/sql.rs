//! Read-only SQL over a workspace.

use std::sync::Arc;
use std::time::Instant;

use analysis::place::Sites;
use analysis::table::{SqlAnswer, table};
use axum::extract::State;
use axum::http::HeaderMap;
use operators::{Control, QueryLimits};
use serde::Deserialize;
use utoipa::ToSchema;
use worker::place::StoredSites;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One `SELECT` (or `EXPLAIN`, `SHOW`).
    #[schema(example = "SELECT event, count(*) AS n FROM events GROUP BY event ORDER BY n DESC")]
    pub sql: String,
}

/// Ask in SQL. Tables `events`, `profiles`, `identity`; functions over sequences and of floors, as the reference says.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sql", tag = "sql", operation_id = "sql",
    params(("workspace" = String, Path, description = "Workspace id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = SqlRequest,
    responses((status = 200, body = SqlAnswer), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn query(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    Json(request): Json<SqlRequest>,
) -> ApiResult<Json<SqlAnswer>> {
    let started = Instant::now();
    // A statement may name a customer, so only its keyed hash is kept: who has the statement can find its entries.
    trail.target(state.access.keyed("sql", &request.sql));
    trail.detail("bytes", request.sql.len());
    let present = state.present(&workspace).await?;
    let rows_max = state.limits.sql_rows_max;
    let work = |control: Control| {
        let (analyst, snapshot, sql) = (&state.analyst, &present.snapshot, &request.sql);
        // One more than is shown tells whether there are more.
        let limits = QueryLimits { rows: rows_max + 1, now_us: present.now_us, control: control.clone() };
        let sites: Arc<dyn Sites> =
            Arc::new(StoredSites { control: state.control.clone(), workspace: workspace.clone() });
        async move { Ok::<_, ApiError>((analyst.sql(snapshot, &sites, sql, limits).await?, control.rows_done())) }
    };
    let (batches, rows_scanned) = state.compute.run(&principal, &headers, work).await?;
    let table = table(&batches, rows_max).map_err(|error| ApiError::internal(&error))?;
    let meta = present.read_meta(rows_scanned, started.elapsed(), table.truncated);
    Ok(Json(SqlAnswer { columns: table.columns, rows: table.rows, meta }))
}
