//! Pain points: look for them, list those that are known, say what is done about them.

use analysis::answer::{PainAnswer, PainVoices};
use analysis::question::{JourneyKey, PainQuestion, Question};
use axum::extract::State;
use axum::http::HeaderMap;
use control::{PainFilter, PainLook, PainsRecorded, SaveInfo};
use model::access::{Ability, Action};
use model::history::HistoryEntry;
use model::pain::{Handling, PainKind, PainStatus, TrackedPain};
use model::scope::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Pains a list holds at most.
const LIST_MAX: u64 = 500;

/// Where to look.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PainRequest {
    /// Version of the journey. None: the newest.
    pub version: Option<u32>,
    pub scope: Scope,
    /// Keep what is found, and note of known pains that are not found that they were looked for. Only where the scope
    /// filters neither events nor customers.
    pub record: bool,
}

/// What was found, and what keeping it led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PainResponse {
    #[serde(flatten)]
    pub answer: PainAnswer,
    /// Null if it was not asked for.
    pub recorded: Option<Recorded>,
}

/// What keeping the found pains led to, as keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recorded {
    /// Never found before.
    pub new: Vec<String>,
    /// Closed, and found again in later events.
    pub came_back: Vec<String>,
    /// Known, looked for, and not found.
    pub not_seen: Vec<String>,
}

impl From<PainsRecorded> for Recorded {
    fn from(PainsRecorded { new, came_back, not_seen }: PainsRecorded) -> Recorded {
        Recorded { new, came_back, not_seen }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PainList {
    /// Those that cost most first.
    pub pains: Vec<TrackedPain>,
}

/// A known pain with what was done about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PainInfo {
    #[serde(flatten)]
    pub tracked: TrackedPain,
    /// Newest first.
    pub history: Vec<HistoryEntry>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PainParams {
    pub journey: Option<String>,
    pub stage: Option<String>,
    #[param(inline)]
    pub status: Option<PainStatus>,
    #[param(inline)]
    pub kind: Option<PainKind>,
}

/// What is decided about a pain.
#[derive(Debug, Deserialize, ToSchema)]
pub struct HandlePain {
    #[serde(flatten)]
    pub handling: Handling,
    /// The version the decision was made from: if it changed since, nothing is saved (409).
    pub expected_version: Option<u32>,
    /// Why, in a few words; kept in the history.
    pub note: Option<String>,
}

/// Look for pain points of a journey.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/pains", tag = "pains", operation_id = "findPains",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = PainRequest,
    responses((status = 200, body = PainResponse), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn find(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path((workspace, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<PainRequest>,
) -> ApiResult<Json<PainResponse>> {
    if request.record {
        principal.require(Ability::HandlePains)?;
        trail.action(Action::PainChange);
    }
    let filtered = request.scope.is_filtered();
    if request.record && filtered {
        let message = "pains of some events or customers are not kept: those of the others would count as not found";
        return Err(
            ApiError::bad_request("scope_filtered", message).hint("ask without filters, or with `record: false`")
        );
    }
    let currency = state.workspace(&workspace).await?.currency;
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey(&workspace, &JourneyKey { id, version: request.version }).await?;
    let key = JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) };
    let question = PainQuestion { journey: key, scope: request.scope, currency };
    let work = |control| {
        let (analyst, present, question, journey) = (&state.analyst, &present, &question, &journey);
        async move { analyst.pains(present, question, journey, &control).await }
    };
    let answer = state.compute.run(&principal, &headers, work).await?;
    let recorded = match request.record {
        true => Some(record(&state, &workspace, principal, &question, &answer).await?),
        false => None,
    };
    Ok(Json(PainResponse { answer, recorded }))
}

async fn record(
    state: &AppState,
    workspace: &str,
    principal: Principal,
    question: &PainQuestion,
    answer: &PainAnswer,
) -> ApiResult<Recorded> {
    let look = PainLook {
        journey: answer.journey.clone(),
        version: answer.version,
        looked: question.scope.entry,
        as_of_us: answer.meta.as_of_us,
    };
    let info = SaveInfo { at_us: now_us(), by: principal.name, note: None, expected_version: None };
    Ok(state.control.record_pains(workspace, &look, &answer.pains, info).await?.into())
}

/// Pain points that are known.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/pains", tag = "pains", operation_id = "listPains",
    params(("workspace" = String, Path, description = "Workspace id"), PainParams),
    responses((status = 200, body = PainList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Query(params): Query<PainParams>,
) -> ApiResult<Json<PainList>> {
    state.workspace(&workspace).await?;
    let filter = PainFilter {
        journey: params.journey,
        stage: params.stage,
        status: params.status.into_iter().collect(),
        kind: params.kind.into_iter().collect(),
    };
    Ok(Json(PainList { pains: state.control.pains(&workspace, &filter, LIST_MAX).await? }))
}

/// One known pain point with its history.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/pains/{pain}", tag = "pains", operation_id = "showPain",
    params(("workspace" = String, Path, description = "Workspace id"), ("pain" = String, Path, description = "Key of the pain")),
    responses((status = 200, body = PainInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, key)): Path<(String, String)>,
) -> ApiResult<Json<PainInfo>> {
    let tracked = tracked(&state, &workspace, &key).await?;
    Ok(Json(PainInfo { tracked, history: state.control.pain_history(&workspace, &key).await? }))
}

/// What customers whom a known pain point hits met and said.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/pains/{pain}/voices", tag = "pains", operation_id = "painVoices",
    params(("workspace" = String, Path, description = "Workspace id"), ("pain" = String, Path, description = "Key of the pain"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = PainVoices), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn voices(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> ApiResult<Json<PainVoices>> {
    let pain = tracked(&state, &workspace, &key).await?.pain;
    let asked = Question::decode(&pain.question).map_err(ApiError::from)?;
    let journey = asked.journey().cloned().unwrap_or(JourneyKey { id: pain.journey.clone(), version: None });
    let journey = state.journey(&workspace, &journey).await?;
    let present = state.present(&workspace).await?;
    let work = |control| {
        let (analyst, present, pain, journey) = (&state.analyst, &present, &pain, &journey);
        async move { analyst.pain_voices(present, pain, journey, &control).await }
    };
    Ok(Json(state.compute.run(&principal, &headers, work).await?))
}

/// Say what is done about a pain point.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/pains/{pain}", tag = "pains", operation_id = "handlePain",
    params(("workspace" = String, Path, description = "Workspace id"), ("pain" = String, Path, description = "Key of the pain")),
    request_body = HandlePain,
    responses(
        (status = 200, body = TrackedPain),
        (status = 409, description = "It was changed meanwhile", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn handle(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, key)): Path<(String, String)>,
    Json(request): Json<HandlePain>,
) -> ApiResult<Json<TrackedPain>> {
    tracked(&state, &workspace, &key).await?;
    let info = SaveInfo {
        at_us: now_us(),
        by: principal.name,
        note: request.note,
        expected_version: request.expected_version,
    };
    Ok(Json(state.control.handle_pain(&workspace, &key, &request.handling, info).await?))
}

async fn tracked(state: &AppState, workspace: &str, key: &str) -> ApiResult<TrackedPain> {
    state.workspace(workspace).await?;
    let tracked = state.control.pain(workspace, key).await?;
    tracked.ok_or_else(|| {
        ApiError::not_found("pain_unknown", format!("there is no pain `{key}` in workspace `{workspace}`"))
            .hint("look for pains of the journey with `record: true` first")
    })
}
