//! Files to download: a journey's map as SVG, PNG, PDF or slides, its numbers as a workbook, its definition as YAML or JSON;
//! and documents of pictures and tables that a page has made, as workbooks and slides.

use analysis::question::{JourneyKey, JourneyMapQuestion, Present, Question};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use control::definition;
use export::office::{Document, Office};
use export::{Exported, Language, Picture, Pinned, Theme};
use model::journey::Journey;
use model::named_view::KeptNamedView;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

/// Names the characters no font has, as `U+20BB7 U+1F600`; 〓 stands for them in the file.
const MISSING: HeaderName = HeaderName::from_static("x-missing-characters");

const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A document with some pictures is larger than a question.
pub const DOCUMENT_BYTES_MAX: usize = 24 << 20;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DocumentParams {
    /// A workbook has all rows of each table, slides the first of them.
    #[param(inline)]
    pub format: DocumentFormat,
    /// Language of what is added: `zh-CN` or `en`.
    #[serde(default = "chinese")]
    #[param(default = "zh-CN")]
    pub lang: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFormat {
    Xlsx,
    Pptx,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportParams {
    /// SVG, PNG, PDF and PPTX are the map, XLSX its numbers, YAML and JSON the definition.
    #[param(inline)]
    pub format: ExportFormat,
    /// Version of the journey; none: the newest. Not beside `question`, which names one.
    pub version: Option<u32>,
    /// `meta.question` of a map: the same people and period. None: everyone, at all times.
    pub question: Option<String>,
    /// Language of the map: `zh-CN` or `en`.
    #[serde(default = "chinese")]
    #[param(default = "zh-CN")]
    pub lang: String,
    #[serde(default)]
    #[param(inline)]
    pub theme: MapTheme,
    /// Pixels of a PNG for each of the map's, 1 to 4.
    #[serde(default = "twice")]
    #[param(default = 2)]
    pub scale: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Svg,
    Png,
    Pdf,
    Pptx,
    Xlsx,
    Yaml,
    Json,
}

impl ExportFormat {
    fn id(self) -> &'static str {
        match self {
            ExportFormat::Svg => "svg",
            ExportFormat::Png => "png",
            ExportFormat::Pdf => "pdf",
            ExportFormat::Pptx => "pptx",
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::Yaml => "yaml",
            ExportFormat::Json => "json",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MapTheme {
    #[default]
    Light,
    Dark,
}

fn chinese() -> String {
    Language::Chinese.tag().to_owned()
}

fn twice() -> f32 {
    export::SCALE_DEFAULT
}

/// A journey as a file.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/journeys/{journey}/export", tag = "journeys", operation_id = "exportJourney",
    params(("workspace" = String, Path, description = "Workspace id"), ("journey" = String, Path, description = "Journey id"), ExportParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses(
        (status = 200, description = "The file",
         headers(("x-missing-characters" = String, description = "Characters no font has; 〓 stands for them. Absent where there are none")),
         content((String = "image/svg+xml"), (String = "image/png"), (String = "application/pdf"),
                 (String = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
                 (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                 (Journey = "application/yaml"), (Journey = "application/json"))),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn export(
    State(state): State<AppState>,
    principal: Principal,
    trail: Trail,
    Path((workspace, id)): Path<(String, String)>,
    Query(params): Query<ExportParams>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let question = question(&id, &params)?;
    trail.detail("format", params.format.id());
    let (format, content_type, extension) = match params.format {
        ExportFormat::Yaml | ExportFormat::Json => {
            return write_definition(&state, &workspace, &question, &params).await;
        }
        ExportFormat::Svg => (export::Format::Svg, "image/svg+xml; charset=utf-8", "svg"),
        ExportFormat::Png => (export::Format::Png { scale: params.scale }, "image/png", "png"),
        ExportFormat::Pdf => (export::Format::Pdf, "application/pdf", "pdf"),
        ExportFormat::Pptx => (export::Format::Pptx, PPTX, "pptx"),
        ExportFormat::Xlsx => (export::Format::Xlsx, XLSX, "xlsx"),
    };
    let language = language(&params.lang)?;
    let theme = match params.theme {
        MapTheme::Light => Theme::Light,
        MapTheme::Dark => Theme::Dark,
    };
    let known = state.workspace(&workspace).await?;
    let present = state.present_to(&principal, &workspace).await?;
    let journey = state.journey(&workspace, &question.journey).await?;
    // What is known of pains is of the whole workspace.
    let pains = match principal.stores {
        None => Some(state.control.open_pains(&workspace, &id).await?),
        Some(_) => None,
    };
    let pins = state.control.named_views(&workspace, Some(&id)).await?;
    let title = format!("{}-v{}", journey.definition.name.get(language.tag()), journey.version);
    let name = file_name(&title, &format!("{}-v{}", journey.definition.id, journey.version), extension)?;
    let work = |control| {
        let (state, journey) = (&state, &journey);
        async move {
            let map = state.analyst.journey_map(&present, &question, journey, &control).await?;
            let pinned = pinned(state, &present, pins, &workspace, question.scope.as_of_us, &control).await?;
            // Drawing goes on although its client went away, so its turn is its own.
            let turn = state.drawing.clone().acquire_owned().await.map_err(|closed| ApiError::internal(&closed))?;
            let draw = move || {
                let _turn = turn;
                let picture = Picture {
                    map: &map,
                    workspace: known.name.get(language.tag()),
                    sample: known.sample.as_ref().map(|sample| sample.kind),
                    currency: known.currency.as_deref(),
                    pains: pains.as_deref(),
                    pinned: &pinned,
                    language,
                    theme,
                };
                export::export(&picture, format)
            };
            let drawn = tokio::task::spawn_blocking(draw).await.map_err(|panicked| ApiError::internal(&panicked))?;
            Ok::<_, ApiError>(drawn?)
        }
    };
    let Exported { bytes, missing } = state.compute.run(&principal, &headers, work).await?;
    let mut response = file(content_type, name, bytes);
    if !missing.is_empty() {
        let codes: Vec<_> = missing.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let value = HeaderValue::from_str(&codes.join(" ")).map_err(|error| ApiError::internal(&error))?;
        response.headers_mut().insert(MISSING, value);
    }
    Ok(response)
}

/// Pictures and tables as a file for a meeting. It holds what is sent and nothing else.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/documents", tag = "views", operation_id = "writeDocument",
    params(("workspace" = String, Path, description = "Workspace id"), DocumentParams),
    request_body = Document,
    responses(
        (status = 200, description = "The file",
         content((String = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
                 (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn document(
    State(state): State<AppState>,
    trail: Trail,
    Path(workspace): Path<String>,
    Query(params): Query<DocumentParams>,
    Json(document): Json<Document>,
) -> ApiResult<Response> {
    state.workspace(&workspace).await?;
    let language = language(&params.lang)?;
    let (office, content_type, extension) = match params.format {
        DocumentFormat::Xlsx => (Office::Xlsx, XLSX, "xlsx"),
        DocumentFormat::Pptx => (Office::Pptx, PPTX, "pptx"),
    };
    trail.detail("format", extension);
    let name = file_name(&document.title, "document", extension)?;
    // Writing goes on although its client went away, so its turn is its own.
    let turn = state.drawing.clone().acquire_owned().await.map_err(|closed| ApiError::internal(&closed))?;
    let write = move || {
        let _turn = turn;
        export::office::write(&document, office, language)
    };
    let bytes = tokio::task::spawn_blocking(write).await.map_err(|panicked| ApiError::internal(&panicked))??;
    Ok(file(content_type, name, bytes))
}

/// What is pinned to the map, with its numbers at the map's moment. A number that cannot be computed any more (its
/// segment is gone) does not keep the map from being drawn.
async fn pinned(
    state: &AppState,
    present: &Present,
    pins: Vec<KeptNamedView>,
    workspace: &str,
    as_of_us: Option<i64>,
    control: &operators::Control,
) -> ApiResult<Vec<Pinned>> {
    let mut drawn = Vec::new();
    for KeptNamedView { named, .. } in pins {
        let (Some(place), Some(asks)) = (named.place, named.asks) else { continue };
        let number = async {
            let (question, versus) = Question::of_view(&asks)?;
            let question = question.as_of(as_of_us);
            let journey = state.journey_of(workspace, question.journey()).await?;
            let headline = state.analyst.headline(present, &question, versus.as_ref(), journey.as_ref(), control);
            Ok::<_, ApiError>(headline.await?)
        };
        let number = match number.await {
            Ok(number) => Some(number),
            Err(error) if matches!(error.status.as_u16(), 400 | 404 | 422) => None,
            Err(error) => return Err(error),
        };
        drawn.push(Pinned { place, name: named.name, number });
    }
    Ok(drawn)
}

/// What is asked: the question given, or everyone at all times.
fn question(journey: &str, params: &ExportParams) -> ApiResult<JourneyMapQuestion> {
    let Some(text) = &params.question else {
        let journey = JourneyKey { id: journey.to_owned(), version: params.version };
        return Ok(JourneyMapQuestion { journey, persona: None, scope: model::scope::Scope::default() });
    };
    if params.version.is_some() {
        return Err(ApiError::bad_request("question_invalid", "`version` and `question` both name a version")
            .hint("leave `version` out"));
    }
    match Question::decode(text)? {
        Question::JourneyMap(question) if question.journey.id == journey => Ok(question),
        Question::JourneyMap(question) => Err(ApiError::bad_request(
            "question_invalid",
            format!("the question is about the journey `{}`, the path about `{journey}`", question.journey.id),
        )),
        _ => Err(ApiError::bad_request("question_invalid", "the question is not that of a journey map")
            .hint("use the `meta.question` of a map")),
    }
}

async fn write_definition(
    state: &AppState,
    workspace: &str,
    question: &JourneyMapQuestion,
    params: &ExportParams,
) -> ApiResult<Response> {
    state.workspace(workspace).await?;
    let journey = state.journey(workspace, &question.journey).await?;
    let (text, content_type, extension) = match params.format {
        ExportFormat::Json => (definition::journey_to_json(&journey.definition), "application/json", "json"),
        _ => (definition::journey_to_yaml(&journey.definition), "application/yaml; charset=utf-8", "yaml"),
    };
    let disposition = format!("attachment; filename=\"{}-v{}.{extension}\"", journey.definition.id, journey.version);
    let disposition = HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?;
    Ok(file(content_type, disposition, text.into_bytes()))
}

fn file(content_type: &'static str, disposition: HeaderValue, bytes: Vec<u8>) -> Response {
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}

/// An attachment with a name, and with a plain one for clients that do not read RFC 8187.
fn file_name(name: &str, plain: &str, extension: &str) -> ApiResult<HeaderValue> {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            // Separators of paths would be cut off by browsers.
            b'/' | b'\\' => encoded.push('-'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::from_str(&format!(
        "attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{encoded}.{extension}"
    ))
    .map_err(|error| ApiError::internal(&error))
}

pub(super) fn language(tag: &str) -> ApiResult<Language> {
    Language::of_tag(tag).ok_or_else(|| {
        ApiError::bad_request("language_unknown", format!("files are written in zh-CN and en, not in `{tag}`"))
    })
}
