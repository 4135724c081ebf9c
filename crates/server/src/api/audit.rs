//! The audit log, for owners.

use std::collections::HashMap;

use axum::extract::State;
use control::{AuditEntry, AuditFilter};
use model::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// `next` of the page before: older entries.
    pub before: Option<u64>,
    /// 1 to 200.
    #[serde(default = "fifty")]
    #[param(default = 50)]
    pub limit: u64,
    pub action: Option<Action>,
    /// Id of a person: only what they did.
    pub person: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// Newest first. Of the workspace; for administrators also what belongs to none, as signing in.
    pub entries: Vec<AuditInfo>,
    pub chain: AuditChain,
    /// `before` of the next page. Null: there are no older entries.
    pub next: Option<u64>,
}

/// Whether the log was as it was written when it was last walked, a minute ago at most.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditChain {
    pub intact: bool,
    /// The first entry, of the whole installation, that does not follow from the one before.
    pub broken_at: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditInfo {
    pub seq: u64,
    pub time_us: i64,
    /// Null: nobody was signed in.
    pub person: Option<AuditPerson>,
    pub action: Action,
    /// An id, or a keyed hash in place of personal data. May be empty.
    pub target: String,
    #[schema(value_type = Object)]
    pub detail: Value,
    /// Keyed hash of the address it came from: equal for equal addresses.
    pub address_hash: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPerson {
    /// `local`: whoever used the server while it asked nobody to sign in; `terminal`: the command line.
    pub id: String,
    pub name: String,
}

/// Who saw and did what.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/audit", tag = "access", operation_id = "listAudit",
    params(("workspace" = String, Path, description = "Workspace id"), AuditParams),
    responses((status = 200, body = AuditPage), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<AuditParams>,
) -> ApiResult<Json<AuditPage>> {
    state.workspace(&workspace).await?;
    let AuditParams { before, limit, action, person } = params;
    if !(1..=control::limits::AUDIT_PAGE_MAX).contains(&limit) {
        let message = format!("`limit` is 1 to {}, not {limit}", control::limits::AUDIT_PAGE_MAX);
        return Err(ApiError::bad_request("limit_invalid", message));
    }
    let filter = AuditFilter { workspace, installation: principal.administrator, before, action, person };
    let entries = state.control.audit(&filter, limit).await?;
    let next = entries.last().filter(|_| entries.len() as u64 == limit).map(|entry| entry.seq);
    let names: HashMap<_, _> = state.control.people().await?.into_iter().map(|one| (one.id, one.name)).collect();
    let broken_at = state.access.audit_broken_at(&state.control, now_us()).await?;
    Ok(Json(AuditPage {
        entries: entries.into_iter().map(|entry| info(entry, &names)).collect(),
        chain: AuditChain { intact: broken_at.is_none(), broken_at },
        next,
    }))
}

fn info(AuditEntry { seq, entry }: AuditEntry, names: &HashMap<String, String>) -> AuditInfo {
    let person = |id: String| AuditPerson { name: names.get(&id).unwrap_or(&id).clone(), id };
    AuditInfo {
        seq,
        time_us: entry.time_us,
        person: entry.person.map(person),
        action: entry.action,
        target: entry.target,
        detail: Value::Object(entry.detail),
        address_hash: entry.address_hash,
    }
}

fn fifty() -> u64 {
    50
}
