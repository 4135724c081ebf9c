//! Whether the server takes in what is sent to it.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::Json;
use crate::health::Trouble;
use crate::state::AppState;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerHealth {
    pub status: HealthStatus,
    /// What does not work, of any workspace.
    pub troubles: Vec<Trouble>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    Ok,
    /// It answers, and some of what is sent has to come again.
    Degraded,
}

/// How the server is. It answers 200 as long as it answers; `troubles` says what does not work. Which workspace it is
/// about stands in the server's log.
#[utoipa::path(get, path = "/v1/health", tag = "access", operation_id = "showHealth",
    responses((status = 200, body = ServerHealth), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(State(state): State<AppState>) -> ApiResult<Json<ServerHealth>> {
    let mut troubles = state.health.troubles();
    // Workspaces are deleted by other processes. What cannot be looked up is told as it is known.
    if !troubles.is_empty()
        && let Ok(workspaces) = state.control.workspaces().await
    {
        state.health.forget_all_but(&workspaces);
        troubles = state.health.troubles();
    }
    if !troubles.contains(&Trouble::DataDamaged)
        && let Ok(workspaces) = state.control.workspaces().await
        && workspaces.iter().any(|workspace| !state.lakes.damaged(workspace).is_empty())
    {
        troubles.push(Trouble::DataDamaged);
        troubles.sort_unstable();
    }
    let status = if troubles.is_empty() { HealthStatus::Ok } else { HealthStatus::Degraded };
    Ok(Json(ServerHealth { status, troubles }))
}
