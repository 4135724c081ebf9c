//! Dead letters: messages that reached a door and could not become events.

use axum::extract::State;
use ingest::live::Protocol;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use worker::dead_letters::{DeadLetter, LetterFilter, PAGE_MAX};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

const PAGE: usize = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RejectionParams {
    pub source: Option<String>,
    pub code: Option<String>,
    /// Only letters of smaller ids.
    pub before: Option<u64>,
    /// 1 to 1000; 100 by default.
    pub limit: Option<usize>,
}

/// A page of dead letters, newest first, and how many wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectionList {
    pub rejections: Vec<RejectionInfo>,
    /// Those that wait, by source and code, most first.
    pub counts: Vec<RejectionCount>,
    /// Letters that had to go because there were too many.
    pub dropped: u64,
    /// Lines of the files they are kept in that something on the disk has damaged; they are left out here.
    pub damaged: u64,
    /// `before` of the next page. Null: this is the last one.
    pub next: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RejectionCount {
    pub source: String,
    pub code: String,
    pub count: u64,
}

/// A message that could not become an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectionInfo {
    pub id: u64,
    /// UTC microseconds.
    pub received_us: i64,
    pub source: String,
    #[schema(value_type = String)]
    pub protocol: Protocol,
    pub code: String,
    pub field: Option<String>,
    /// What is wrong and how to mend it.
    pub reason: String,
    /// The message as it came.
    pub original: String,
    /// When it was read again and became an event.
    pub replayed_us: Option<i64>,
}

/// Which letters to read again; all of them if nothing is said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReplayRequest {
    pub source: Option<String>,
    pub code: Option<String>,
    pub ids: Vec<u64>,
}

/// What became of them. At most 1000 are read at a time, the newest.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayReport {
    pub read: u64,
    pub accepted: u64,
    pub rejected: u64,
}

/// The dead letters of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/rejections", tag = "sources", operation_id = "listRejections",
    params(("workspace" = String, Path, description = "Workspace id"), RejectionParams),
    responses((status = 200, body = RejectionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<RejectionParams>,
) -> ApiResult<Json<RejectionList>> {
    let workspace = state.workspace(&workspace).await?;
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::bad_request("limit_invalid", format!("a page has 1 to {PAGE_MAX} letters, not {limit}")));
    }
    let feed = state.intake.feed(&workspace).await?;
    let filter = LetterFilter { source: params.source, code: params.code, ..LetterFilter::default() };
    let read = move || {
        let letters = &feed.letters;
        (letters.page(&filter, params.before, limit), letters.counts(), letters.dropped(), letters.damaged())
    };
    let (page, counts, dropped, damaged) =
        tokio::task::spawn_blocking(read).await.map_err(|error| ApiError::internal(&error))?;
    let page = page?;
    let count = |count: worker::dead_letters::LetterCount| RejectionCount {
        source: count.source,
        code: count.code,
        count: count.count,
    };
    Ok(Json(RejectionList {
        rejections: page.letters.into_iter().map(RejectionInfo::from).collect(),
        counts: counts.into_iter().map(count).collect(),
        dropped,
        damaged,
        next: page.next,
    }))
}

/// Read dead letters again. What becomes an event is marked and no longer waits.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/rejections/replay", tag = "sources", operation_id = "replayRejections",
    params(("workspace" = String, Path, description = "Workspace id")), request_body = ReplayRequest,
    responses((status = 200, body = ReplayReport), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn replay(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    trail: Trail,
    Json(request): Json<ReplayRequest>,
) -> ApiResult<Json<ReplayReport>> {
    let workspace = state.workspace(&workspace).await?;
    if request.ids.len() > PAGE_MAX {
        return Err(ApiError::bad_request("ids_invalid", format!("name at most {PAGE_MAX} letters")));
    }
    let filter = LetterFilter { source: request.source, code: request.code, ids: request.ids, waiting: true };
    let replayed = state.intake.replay(&workspace, filter).await?;
    trail.detail("accepted", replayed.accepted);
    trail.detail("rejected", replayed.rejected);
    Ok(Json(ReplayReport { read: replayed.read, accepted: replayed.accepted, rejected: replayed.rejected }))
}

impl From<DeadLetter> for RejectionInfo {
    fn from(dead: DeadLetter) -> RejectionInfo {
        let letter = dead.letter;
        RejectionInfo {
            id: dead.id,
            received_us: letter.received_us,
            source: letter.source,
            protocol: letter.protocol,
            code: letter.code,
            field: letter.field,
            reason: letter.reason,
            original: letter.original,
            replayed_us: dead.replayed_us,
        }
    }
}
