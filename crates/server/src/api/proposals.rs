//! Proposals: what to do about pains, as cards on a board.

use axum::extract::State;
use control::{ProposalFilter, SaveInfo};
use model::history::HistoryEntry;
use model::proposal::{Proposal, ProposalStatus, TrackedProposal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Proposals a list holds at most.
const LIST_MAX: u64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalList {
    pub proposals: Vec<TrackedProposal>,
}

/// A proposal with what was done to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalInfo {
    #[serde(flatten)]
    pub tracked: TrackedProposal,
    /// Newest first.
    pub history: Vec<HistoryEntry>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProposalParams {
    pub journey: Option<String>,
    pub stage: Option<String>,
    /// Key of the pain it is against.
    pub pain: Option<String>,
    #[param(inline)]
    pub status: Option<ProposalStatus>,
}

/// A proposal as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveProposal {
    pub proposal: Proposal,
    /// The version the change was made from: if it changed since, nothing is saved (409).
    pub expected_version: Option<u32>,
    /// Why, in a few words; kept in the history.
    pub note: Option<String>,
}

impl SaveProposal {
    fn info(&self, principal: Principal) -> SaveInfo {
        let (note, expected_version) = (self.note.clone(), self.expected_version);
        SaveInfo { at_us: now_us(), by: principal.name, note, expected_version }
    }
}

/// The proposals of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/proposals", tag = "proposals", operation_id = "listProposals",
    params(("workspace" = String, Path, description = "Workspace id"), ProposalParams),
    responses((status = 200, body = ProposalList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<ProposalParams>,
) -> ApiResult<Json<ProposalList>> {
    state.workspace(&workspace).await?;
    let ProposalParams { journey, stage, pain, status } = params;
    let filter = ProposalFilter { journey, stage, pain, status: status.into_iter().collect() };
    Ok(Json(ProposalList { proposals: state.control.proposals(&workspace, &filter, LIST_MAX).await? }))
}

/// Propose something.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/proposals", tag = "proposals", operation_id = "createProposal",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = SaveProposal,
    responses((status = 200, body = TrackedProposal), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(request): Json<SaveProposal>,
) -> ApiResult<Json<TrackedProposal>> {
    state.workspace(&workspace).await?;
    let info = request.info(principal);
    let made = state.control.create_proposal(&workspace, &request.proposal, info).await?;
    trail.target(made.id.to_string());
    Ok(Json(made))
}

/// One proposal with its history.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/proposals/{proposal}", tag = "proposals", operation_id = "showProposal",
    params(("workspace" = String, Path, description = "Workspace id"), ("proposal" = i64, Path, description = "Id of the proposal")),
    responses((status = 200, body = ProposalInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, i64)>,
) -> ApiResult<Json<ProposalInfo>> {
    let tracked = tracked(&state, &workspace, id).await?;
    Ok(Json(ProposalInfo { tracked, history: state.control.proposal_history(&workspace, id).await? }))
}

/// Change a proposal.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/proposals/{proposal}", tag = "proposals", operation_id = "changeProposal",
    params(("workspace" = String, Path, description = "Workspace id"), ("proposal" = i64, Path, description = "Id of the proposal")),
    request_body = SaveProposal,
    responses(
        (status = 200, body = TrackedProposal),
        (status = 409, description = "It was changed meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, i64)>,
    Json(request): Json<SaveProposal>,
) -> ApiResult<Json<TrackedProposal>> {
    tracked(&state, &workspace, id).await?;
    let info = request.info(principal);
    Ok(Json(state.control.change_proposal(&workspace, id, &request.proposal, info).await?))
}

async fn tracked(state: &AppState, workspace: &str, id: i64) -> ApiResult<TrackedProposal> {
    state.workspace(workspace).await?;
    let tracked = state.control.proposal(workspace, id).await?;
    tracked.ok_or_else(|| {
        ApiError::not_found("proposal_unknown", format!("there is no proposal {id} in workspace `{workspace}`"))
            .hint("`GET /v1/workspaces/{workspace}/proposals` lists them")
    })
}
