//! Journey definitions: read, download, begin, try, save, and how they hang below each other. Their versions are
//! [`super::versions`].

use analysis::answer::JourneyPreview;
use analysis::question::JourneyKey;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use control::definition;
use model::journey::Journey;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::definitions::{Format, SaveParams, Saved, VersionParam, check_id, definition_of};
use super::templates::template_unknown;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, journey_unknown, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct JourneyList {
    pub journeys: Vec<JourneyInfo>,
}

/// A journey as a list shows it: the newest version.
#[derive(Debug, Serialize, ToSchema)]
pub struct JourneyInfo {
    pub id: String,
    pub name: LocalizedText,
    pub description: Option<LocalizedText>,
    pub version: u32,
    pub saved_at_us: i64,
    /// IANA zone its days go by.
    pub zone: String,
    /// Number of stages.
    pub stages: usize,
    /// Number of touchpoints.
    pub touchpoints: usize,
}

/// One version of a journey.
#[derive(Debug, Serialize, ToSchema)]
pub struct JourneyVersion {
    pub journey: Journey,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DefinitionParams {
    /// None: the newest.
    pub version: Option<u32>,
    /// `yaml` where nothing is said.
    #[serde(default)]
    #[param(inline)]
    pub format: Format,
}

/// A journey to begin with a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJourney {
    /// Id of the template; `GET /v1/templates` lists them.
    pub template: String,
    /// Key of the new journey, `[a-z0-9-_]`, which no other has.
    pub id: String,
    /// None: the template's name for it.
    pub name: Option<LocalizedText>,
    /// Why, in a few words; kept with the version.
    pub note: Option<String>,
}

/// Maps above and below a journey.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hierarchy {
    /// The stage this journey is the inside of.
    pub parent: Option<ParentInfo>,
    /// The journeys that are the inside of a stage of this one, by stage in its order, then by key.
    pub children: Vec<ChildInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ParentInfo {
    pub journey: String,
    pub name: LocalizedText,
    pub stage: String,
    /// Null: the parent has no such stage any more.
    pub stage_name: Option<LocalizedText>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChildInfo {
    pub stage: String,
    /// Null: this journey has no such stage any more.
    pub stage_name: Option<LocalizedText>,
    pub journey: String,
    pub name: LocalizedText,
    pub version: u32,
    /// Number of stages.
    pub stages: usize,
}

/// All journeys of a workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys", tag = "journeys", operation_id = "listJourneys",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = JourneyList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<JourneyList>> {
    state.workspace(&workspace).await?;
    let mut journeys = Vec::new();
    for summary in state.control.journeys(&workspace).await? {
        let stored = state.control.journey(&workspace, &summary.id, Some(summary.version)).await?;
        // Deleted since it was listed.
        let Some(stored) = stored else { continue };
        journeys.push(JourneyInfo {
            touchpoints: stored.journey.touchpoints().count(),
            zone: stored.journey.zone,
            id: summary.id,
            name: summary.name,
            description: summary.description,
            version: summary.version,
            saved_at_us: summary.saved_at_us,
            stages: summary.stages,
        });
    }
    Ok(Json(JourneyList { journeys }))
}

/// One journey, newest or of a version.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}", tag = "journeys", operation_id = "showJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), VersionParam),
    responses((status = 200, body = JourneyVersion), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<VersionParam>,
) -> ApiResult<Json<JourneyVersion>> {
    let stored = stored(&state, &workspace, JourneyKey { id, version: params.version }).await?;
    Ok(Json(JourneyVersion {
        journey: stored.journey,
        version: stored.version,
        saved_at_us: stored.saved_at_us,
        by: stored.by,
        note: stored.note,
    }))
}

/// The definition as a file.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/definition", tag = "journeys", operation_id = "downloadJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), DefinitionParams),
    responses(
        (status = 200, description = "The definition", content((Journey = "application/yaml"), (Journey = "application/json"))),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn definition(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<DefinitionParams>,
) -> ApiResult<Response> {
    let stored = stored(&state, &workspace, JourneyKey { id, version: params.version }).await?;
    let (text, content_type, extension) = match params.format {
        Format::Yaml => (definition::journey_to_yaml(&stored.journey), "application/yaml; charset=utf-8", "yaml"),
        Format::Json => (definition::journey_to_json(&stored.journey), "application/json", "json"),
    };
    let name = format!("attachment; filename=\"{}-v{}.{extension}\"", stored.journey.id, stored.version);
    let disposition = HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}

/// Save a definition as the journey's next version.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/journeys/{journey}", tag = "journeys", operation_id = "saveJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), SaveParams),
    request_body(description = "The definition", content((Journey = "application/json"), (Journey = "application/yaml"))),
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "Another version was saved meanwhile", body = ErrorBody),
        (status = 422, description = "Faults of the definition, with lines", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn save(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<SaveParams>,
    headers: HeaderMap,
    Body(body): Body,
) -> ApiResult<Json<Saved>> {
    state.workspace(&workspace).await?;
    let journey = definition_of(&headers, &body, definition::journey_from_json, definition::journey_from_yaml)?;
    check_id(&journey.id, &id)?;
    let info = params.info(principal);
    let saved = state.control.save_journey(&workspace, &journey, info).await?;
    Ok(Json(saved.into()))
}

/// What the rules of a definition take of the events there are, and what they leave. Saves nothing; the journey need not
/// be stored, and the definition may have faults, which are told beside the counts.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys/{journey}/preview", tag = "journeys", operation_id = "previewJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = Journey,
    responses(
        (status = 200, body = JourneyPreview),
        (status = 422, description = "The definition is of another journey", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn preview(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(draft): Json<Journey>,
) -> ApiResult<Json<JourneyPreview>> {
    check_id(&draft.id, &id)?;
    let present = state.present_to(&principal, &workspace).await?;
    let work = |control| {
        let (analyst, present, draft) = (&state.analyst, &present, &draft);
        async move { analyst.journey_preview(present, draft, &control).await }
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// Begin a journey with a template.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/journeys", tag = "journeys", operation_id = "createJourney",
    params(("workspace" = String, Path, description = "Workspace id")),
    request_body = NewJourney,
    responses(
        (status = 200, body = Saved),
        (status = 409, description = "There is such a journey already", body = ErrorBody),
        (status = 422, description = "Faults of the definition", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path(workspace): Path<String>,
    Json(new): Json<NewJourney>,
) -> ApiResult<Json<Saved>> {
    let zone = state.workspace(&workspace).await?.zone;
    let template = control::template(&new.template).ok_or_else(|| template_unknown(&new.template))?;
    let journey = template.begin(&new.id, new.name, &zone);
    let info = control::SaveInfo { at_us: now_us(), by: principal.name, note: new.note, expected_version: Some(0) };
    let saved = state.control.save_journey(&workspace, &journey, info).await?;
    trail.target(journey.id);
    Ok(Json(saved.into()))
}

/// The maps above and below a journey.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/hierarchy", tag = "journeys", operation_id = "journeyHierarchy",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    responses((status = 200, body = Hierarchy), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn hierarchy(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<Hierarchy>> {
    let journey = stored(&state, &workspace, JourneyKey { id, version: None }).await?.journey;
    let above = match &journey.parent {
        Some(parent) => state.control.journey(&workspace, &parent.journey, None).await?.zip(Some(parent)),
        None => None,
    };
    let parent = above.map(|(above, parent)| ParentInfo {
        stage_name: stage_name(&above.journey, &parent.stage),
        journey: above.journey.id,
        name: above.journey.name,
        stage: parent.stage.clone(),
    });
    let place = |stage: &str| journey.stages.iter().position(|known| known.id == stage).unwrap_or(usize::MAX);
    let mut children = state.control.children(&workspace, &journey.id).await?;
    children.sort_by_key(|child| place(&child.stage));
    let children = children.into_iter().map(|child| ChildInfo {
        stage_name: stage_name(&journey, &child.stage),
        stage: child.stage,
        journey: child.journey.id,
        name: child.journey.name,
        version: child.journey.version,
        stages: child.journey.stages,
    });
    Ok(Json(Hierarchy { parent, children: children.collect() }))
}

fn stage_name(journey: &Journey, id: &str) -> Option<LocalizedText> {
    journey.stages.iter().find(|stage| stage.id == id).map(|stage| stage.name.clone())
}

pub(super) async fn stored(state: &AppState, workspace: &str, key: JourneyKey) -> ApiResult<control::StoredJourney> {
    state.workspace(workspace).await?;
    let stored = state.control.journey(workspace, &key.id, key.version).await?;
    stored.ok_or_else(|| journey_unknown(&key))
}
