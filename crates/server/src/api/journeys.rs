//! Journey definitions: read, download, save, and their versions.

use analysis::question::JourneyKey;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::definition;
use model::journey::{Fault, Journey};
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::principal::Principal;
use crate::state::{AppState, journey_unknown, now_us};

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

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// Newest first.
    pub versions: Vec<VersionInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionInfo {
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

/// What saving did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Saved {
    pub version: u32,
    /// False where the newest version already says the same.
    pub created: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VersionParam {
    /// None: the newest.
    pub version: Option<u32>,
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Yaml,
    Json,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SaveParams {
    /// The version the change was made from: if another one was saved since, nothing is saved (409).
    pub expected_version: Option<u32>,
    /// Why, in a few words; kept with the version.
    pub note: Option<String>,
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

/// The versions of a journey.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/versions", tag = "journeys", operation_id = "listJourneyVersions",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id")),
    responses((status = 200, body = VersionList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn versions(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<VersionList>> {
    state.workspace(&workspace).await?;
    let versions = state.control.journey_versions(&workspace, &id).await?;
    if versions.is_empty() {
        return Err(journey_unknown(&JourneyKey { id, version: None }));
    }
    let versions = versions.into_iter().map(|version| VersionInfo {
        version: version.version,
        saved_at_us: version.saved_at_us,
        by: version.by,
        note: version.note,
    });
    Ok(Json(VersionList { versions: versions.collect() }))
}

/// The definition as a file.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/definition", tag = "journeys", operation_id = "downloadJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), DefinitionParams),
    responses(
        (status = 200, description = "The definition", content((String = "application/yaml"), (Journey = "application/json"))),
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
    request_body(description = "The definition", content((Journey = "application/json"), (String = "application/yaml"))),
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
    let text = std::str::from_utf8(&body).map_err(|error| {
        ApiError::bad_request(
            "definition_encoding",
            format!("the definition is no UTF-8 after byte {}", error.valid_up_to()),
        )
    })?;
    let journey = match definition_format(&headers)? {
        Format::Json => definition::journey_from_json(text),
        Format::Yaml => definition::journey_from_yaml(text),
    };
    let journey = journey.map_err(definition_invalid)?;
    if journey.id != id {
        let fault =
            Fault::new("id", format!("the definition's id is `{}`, the path's is `{id}`; make them equal", journey.id));
        return Err(definition_invalid(vec![fault]));
    }
    let info = control::SaveInfo {
        at_us: now_us(),
        by: principal.name,
        note: params.note,
        expected_version: params.expected_version,
    };
    let saved = state.control.save_journey(&workspace, &journey, info).await?;
    Ok(Json(Saved { version: saved.version, created: saved.created }))
}

/// The body's format. Forms and plain text are refused: they are what a page of another origin can send unasked.
fn definition_format(headers: &HeaderMap) -> ApiResult<Format> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => Ok(Format::Json),
        "application/yaml" | "application/x-yaml" | "text/yaml" => Ok(Format::Yaml),
        _ => Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", "the body must be YAML or JSON")
            .hint("send `content-type: application/yaml` or `application/json`")),
    }
}

fn definition_invalid(faults: Vec<Fault>) -> ApiError {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    let message = match faults.len() {
        1 => format!("the definition has a fault: {first}"),
        n => format!("the definition has {n} faults; the first: {first}"),
    };
    ApiError::invalid("definition_invalid", message, faults)
}

async fn stored(state: &AppState, workspace: &str, key: JourneyKey) -> ApiResult<control::StoredJourney> {
    state.workspace(workspace).await?;
    let stored = state.control.journey(workspace, &key.id, key.version).await?;
    stored.ok_or_else(|| journey_unknown(&key))
}
