//! Imports: what was imported, and importing files that were handed in.

use std::collections::HashSet;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::ImportOutcome;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use worker::import::{KnownUnderOtherMapping, Origin};

use super::exports::language;
use super::uploads;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::importing::{ImportJob, Order, Places, Work, import_unknown};
use crate::principal::Principal;
use crate::rejects;
use crate::state::AppState;
use crate::trail::Trail;

/// Runs of imports looked back at.
const IMPORTS_MAX: u64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    /// Newest first.
    pub imports: Vec<ImportInfo>,
    /// The newest import of a file that was handed in, while it runs and after, as long as this server runs.
    pub newest: Option<ImportJob>,
}

/// One run of importing one file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportInfo {
    pub file: String,
    pub source: String,
    pub batch: String,
    pub state: ImportState,
    pub rows: u64,
    pub events: u64,
    /// Of the events, those that say what was said before; they do not count again.
    pub duplicates: u64,
    pub rejected: u64,
    pub skipped: u64,
    pub started_us: i64,
    pub finished_us: Option<i64>,
    /// Name of the file in the workspace's folder that holds the rejected rows; `downloadRejects` gives it by `batch`.
    pub rejects_file: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Complete,
    /// Ended before the end of the file; the same command goes on where it stopped.
    Interrupted,
}

/// What to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportStart {
    /// The file that was handed in.
    pub upload: String,
    /// A mapping in YAML or JSON.
    pub mapping: String,
    /// Whether the rows of a file that was imported before under another mapping are removed first. Otherwise it is
    /// refused.
    #[serde(default)]
    pub replace: bool,
}

/// How rejected rows are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectsFormat {
    /// One JSON object a line, as they are kept.
    #[default]
    Ndjson,
    /// For spreadsheets.
    Csv,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RejectsParams {
    #[serde(default)]
    #[param(inline)]
    pub format: RejectsFormat,
    /// The language of reasons in a file for spreadsheets: a BCP 47 tag, zh-CN or en.
    #[serde(default = "english")]
    #[param(default = "en")]
    pub lang: String,
}

fn english() -> String {
    "en".to_owned()
}

/// What was imported, file by file.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/imports", tag = "imports", operation_id = "listImports",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = ImportList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, _: Principal, Path(id): Path<String>) -> ApiResult<Json<ImportList>> {
    let workspace = state.workspace(&id).await?;
    let mut seen = HashSet::new();
    let mut imports = Vec::new();
    for record in state.control.imports(&id, IMPORTS_MAX).await? {
        let import = import_info(&state, &id, record.run);
        // The newest run of a file tells of all of it.
        if seen.insert(import.batch.clone()) {
            imports.push(import);
        }
    }
    Ok(Json(ImportList { imports, newest: state.importing.newest(&workspace) }))
}

fn import_info(state: &AppState, workspace: &str, run: control::ImportRun) -> ImportInfo {
    let batch = worker::import::batch_id(&run.source, &run.file_hash, run.mapping_fingerprint);
    let rejects_file = format!("{batch}.ndjson");
    let rejects_kept = run.rejections > 0 && state.folder.rejects(workspace).join(&rejects_file).is_file();
    ImportInfo {
        file: run.file,
        source: run.source,
        batch,
        state: match run.outcome {
            ImportOutcome::Finished => ImportState::Complete,
            ImportOutcome::Interrupted | ImportOutcome::Failed => ImportState::Interrupted,
        },
        rows: run.rows,
        events: run.events,
        duplicates: run.duplicates,
        rejected: run.rejections,
        skipped: run.skipped,
        started_us: run.started_at_us,
        finished_us: Some(run.ended_at_us),
        rejects_file: rejects_kept.then_some(rejects_file),
    }
}

/// Import a file that was handed in. It goes on where an earlier import of it was cut off, and is thrown away once it is
/// imported. One import at a time runs in a workspace.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/imports", tag = "imports", operation_id = "startImport",
    params(("workspace" = String, Path, description = "Workspace id")), request_body = ImportStart,
    responses((status = 202, description = "Begun", body = ImportJob), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn start(
    State(state): State<AppState>,
    _: Principal,
    Path(id): Path<String>,
    trail: Trail,
    Json(request): Json<ImportStart>,
) -> ApiResult<(StatusCode, Json<ImportJob>)> {
    let ImportStart { upload, mapping: text, replace } = request;
    let mapping = uploads::read_mapping(&text)?;
    let (file, _) = uploads::whole(&state, &id, &upload).await?;
    let workspace = state.workspace(&id).await?;
    let known = if replace { KnownUnderOtherMapping::Replace } else { KnownUnderOtherMapping::Refuse };
    let bytes = file.bytes;
    let remembered = upload.clone();
    state.with_uploads(&workspace, move |uploads| uploads.remember(&remembered, &text)).await?;
    let batch_events = state.limits.import_batch_events;
    let work = Work::Events { mapping: Box::new(mapping), known, batch_events };
    let order = Order { workspace, upload: Some((upload, file)), work };
    let job = state.importing.start(Places::of(&state), order)?;
    trail.target(&*job.id);
    trail.detail("bytes", bytes);
    trail.detail("replace", replace);
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// How far an import is, or how it ended.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/imports/{import}", tag = "imports", operation_id = "showImport",
    params(("workspace" = String, Path, description = "Workspace id"), ("import" = String, Path, description = "Import id")),
    responses((status = 200, body = ImportJob), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
) -> ApiResult<Json<ImportJob>> {
    let workspace = state.workspace(&workspace).await?;
    let job = state.importing.newest(&workspace).filter(|job| job.id == id);
    job.map(Json).ok_or_else(|| import_unknown(&id))
}

/// Stop an import. What was written stays; started again, it goes on from there.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/imports/{import}", tag = "imports", operation_id = "cancelImport",
    params(("workspace" = String, Path, description = "Workspace id"), ("import" = String, Path, description = "Import id")),
    responses((status = 204, description = "It stops at its next step"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn cancel(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, id)): Path<(String, String)>,
    trail: Trail,
) -> ApiResult<StatusCode> {
    let workspace = state.workspace(&workspace).await?;
    state.importing.stop(&workspace, &id)?;
    trail.target(id);
    Ok(StatusCode::NO_CONTENT)
}

/// The rejected rows of an import, by its `batch`, as a file. For spreadsheets they have the columns of the file they come
/// from, then line, code, field and reason; corrected, they can be handed in as they are.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/imports/{import}/rejects", tag = "imports", operation_id = "downloadRejects",
    params(("workspace" = String, Path, description = "Workspace id"), ("import" = String, Path, description = "`batch` of an import"), RejectsParams),
    responses(
        (status = 200, description = "The rejected rows", content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn download_rejects(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, batch)): Path<(String, String)>,
    Query(params): Query<RejectsParams>,
    trail: Trail,
) -> ApiResult<Response> {
    let language = language(&params.lang)?;
    let workspace = state.workspace(&workspace).await?;
    trail.target(&*batch);
    let unknown =
        || ApiError::not_found("rejects_unknown", format!("no rejected rows are kept of an import `{batch}`"));
    if !is_batch(&batch) {
        return Err(unknown());
    }
    let (folder, id) = (state.folder.rejects(&workspace.id), batch.clone());
    let open = move || {
        let file = std::fs::File::open(folder.join(format!("{id}.ndjson")))?;
        Ok((file, Origin::of(&folder, &id)))
    };
    let opened: Result<std::io::Result<_>, _> = tokio::task::spawn_blocking(open).await;
    let (file, origin) = match opened.map_err(|error| ApiError::internal(&error))? {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(unknown()),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    let (stream, content_type, ending) = match params.format {
        RejectsFormat::Ndjson => (Body::from_stream(rejects::as_kept(file)), "application/x-ndjson", "ndjson"),
        RejectsFormat::Csv => {
            (Body::from_stream(rejects::as_csv(file, origin, language)), "text/csv; charset=utf-8", "csv")
        }
    };
    let name = format!("attachment; filename=\"rejected-{batch}.{ending}\"");
    let disposition = HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, stream).into_response())
}

/// Whether this is an id as `worker::import::batch_id` makes them: nothing else becomes a part of a path.
fn is_batch(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
