//! Files that people hand in: piece by piece, then what is in them, what they are to mean, and what would become of them.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ingest::{DoubtKind, Inspection, Lookups, Mapping, SourceFile};
use ingest::mapping::{Format, SheetChoice};
use model::event::{Event, Rejection};
use model::identity::Identifier;
use model::journey::Fault;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use worker::import::{Preview, PreviewProgress};
use worker::uploads::{KEPT_US, NewUpload, PIECE_BYTES_MAX, Upload};

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::failures::mapping_invalid;
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;
use crate::uploads::sweep_one;

/// Files that were handed in and are not imported yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadList {
    /// Oldest first.
    pub uploads: Vec<UploadInfo>,
    /// The most a file may have.
    pub bytes_max: u64,
    /// The most a piece may have.
    pub piece_bytes_max: u64,
}

/// A file that was handed in, or is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadInfo {
    pub id: String,
    pub name: String,
    pub bytes: u64,
    /// Bytes that are here; the next piece begins there.
    pub received: u64,
    /// UTC microseconds.
    pub created_us: i64,
    /// When it is thrown away, imported or not.
    pub ends_us: i64,
    /// The mapping it was last begun to be imported with: an import that was cut off goes on with it.
    pub mapping: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUploadRequest {
    /// What the file is called, its ending included; no path.
    #[schema(example = "orders.xlsx")]
    pub name: String,
    /// How long it is.
    #[schema(minimum = 1)]
    pub bytes: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PieceParams {
    /// Where the piece begins: `received` of the upload.
    pub offset: u64,
}

/// How to look at a file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SuggestionRequest {
    /// The sheet of a workbook; the first that is not empty, if left out.
    pub sheet: Option<String>,
}

/// What a file is, and how it could be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MappingSuggestion {
    /// `csv`, `ndjson`, `parquet`, `xlsx`, `xls`, `xes` or `ocel`.
    pub format: String,
    /// The visible sheets of a workbook.
    pub sheets: Vec<String>,
    /// The sheet that was looked at.
    pub sheet: Option<String>,
    pub columns: Vec<SuggestedColumn>,
    /// Rows looked at.
    pub rows: u64,
    /// The mapping as a structure; null where the document lacks something.
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Value>,
    /// The same as a document with comments.
    pub yaml: String,
    /// What only a person knows.
    pub doubts: Vec<MappingDoubt>,
    /// Oddities of the reading.
    pub notes: Vec<String>,
}

/// A column as the first rows show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedColumn {
    pub name: String,
    /// Rows with a value, of those looked at.
    pub filled: u64,
    /// The first few different values.
    pub samples: Vec<String>,
    /// Time formats in which every value can be read, as a mapping writes them.
    pub times: Vec<String>,
    /// Its times say their offset: no zone is needed.
    pub has_offset: bool,
    pub is_number: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MappingDoubt {
    pub code: MappingDoubtCode,
    /// The column it is about.
    pub column: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MappingDoubtCode {
    TimeMissing,
    DayOrMonth,
    ZoneMissing,
    ActorMissing,
    ActorGuessed,
    CaseActs,
    EventMissing,
    ChannelMissing,
    RowsShared,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// A mapping in YAML or JSON; see the reference of mappings.
    pub mapping: String,
}

/// What would become of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPreview {
    pub rows: u64,
    pub events: u64,
    pub rejected: u64,
    /// Rows the mapping leaves out on purpose.
    pub skipped: u64,
    /// When the first and the last event happened, UTC microseconds.
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// Of the events, by name; the first 200 names.
    #[schema(value_type = Object)]
    pub event_names: BTreeMap<String, u64>,
    /// Of the events, by channel.
    #[schema(value_type = Object)]
    pub channels: BTreeMap<String, u64>,
    /// Of the rejected rows, by code.
    #[schema(value_type = Object)]
    pub rejected_by_code: BTreeMap<String, u64>,
    pub first_events: Vec<PreviewEvent>,
    pub first_rejected: Vec<Rejection>,
    pub notes: Vec<String>,
}

/// An event as it would be written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewEvent {
    pub time_us: i64,
    pub event: String,
    pub channel: String,
    pub identifiers: Vec<Identifier>,
    /// Typed columns that are set, by name.
    #[schema(value_type = Object)]
    pub columns: Value,
    #[schema(value_type = Object)]
    pub traits: Value,
    #[schema(value_type = Object)]
    pub props: Value,
    #[schema(value_type = Vec<Object>)]
    pub items: Value,
}

/// Files that were handed in and are not imported yet.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/uploads", tag = "imports", operation_id = "listUploads",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = UploadList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
) -> ApiResult<Json<UploadList>> {
    let workspace = state.workspace(&workspace).await?;
    let uploads = state.with_uploads(&workspace, |uploads| uploads.list()).await?;
    Ok(Json(UploadList {
        uploads: uploads.into_iter().map(UploadInfo::from).collect(),
        bytes_max: state.limits.upload_bytes_max,
        piece_bytes_max: PIECE_BYTES_MAX as u64,
    }))
}

/// Begin to hand in a file. Its bytes follow in pieces.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/uploads", tag = "imports", operation_id = "beginUpload",
    params(("workspace" = String, Path, description = "Workspace id")), request_body = NewUploadRequest,
    responses((status = 201, body = UploadInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn begin(
    State(state): State<AppState>,
    _: Principal,
    Path(workspace): Path<String>,
    Json(request): Json<NewUploadRequest>,
) -> ApiResult<(StatusCode, Json<UploadInfo>)> {
    let workspace = state.workspace(&workspace).await?;
    sweep_one(&state, &workspace).await;
    let bytes_max = state.limits.upload_bytes_max;
    let at_us = (state.intake.basis.now_us)();
    let new = NewUpload { name: request.name, bytes: request.bytes, at_us, bytes_max };
    let upload = state.with_uploads(&workspace, move |uploads| uploads.begin(new)).await?;
    Ok((StatusCode::CREATED, Json(upload.into())))
}

/// How far a file has come.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/uploads/{upload}", tag = "imports", operation_id = "showUpload",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id")),
    responses((status = 200, body = UploadInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, upload)): Path<(String, String)>,
) -> ApiResult<Json<UploadInfo>> {
    let workspace = state.workspace(&workspace).await?;
    let upload = state.with_uploads(&workspace, move |uploads| uploads.find(&upload)).await?;
    Ok(Json(upload.into()))
}

/// Send the next piece of a file. A connection that broke goes on at `received`.
#[utoipa::path(put, path = "/v1/workspaces/{workspace}/uploads/{upload}", tag = "imports", operation_id = "writeUpload",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id"),
           PieceParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = UploadInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn write(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, upload)): Path<(String, String)>,
    Query(params): Query<PieceParams>,
    Body(piece): Body,
) -> ApiResult<Json<UploadInfo>> {
    let workspace = state.workspace(&workspace).await?;
    let write = move |uploads: &worker::uploads::Uploads| uploads.write(&upload, params.offset, &piece);
    Ok(Json(state.with_uploads(&workspace, write).await?.into()))
}

/// Throw away a file that was handed in.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/uploads/{upload}", tag = "imports", operation_id = "deleteUpload",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id")),
    responses((status = 204, description = "Thrown away"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn delete(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, upload)): Path<(String, String)>,
) -> ApiResult<StatusCode> {
    let workspace = state.workspace(&workspace).await?;
    if state.importing.upload_in_use(&workspace).as_deref() == Some(&*upload) {
        return Err(ApiError::conflict("import_running", "the file is being imported").hint("stop the import first"));
    }
    let id = upload.clone();
    match state.with_uploads(&workspace, move |uploads| uploads.remove(&id)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(worker::Error::UploadUnknown { id: upload }.into()),
    }
}

/// What a file is, its columns, and a mapping for it.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/uploads/{upload}/suggestion", tag = "imports",
    operation_id = "suggestMapping",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id")),
    request_body = SuggestionRequest,
    responses((status = 200, body = MappingSuggestion), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn suggest(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, upload)): Path<(String, String)>,
    headers: HeaderMap,
    trail: Trail,
    Json(request): Json<SuggestionRequest>,
) -> ApiResult<Json<MappingSuggestion>> {
    let (file, _) = whole(&state, &workspace, &upload).await?;
    trail.target(upload);
    let name = file.name.clone();
    let look = move || ingest::inspect(&file, request.sheet.map(SheetChoice::Name));
    let inspection = state
        .compute
        .run(&principal, &headers, |_| async move {
            let looked = tokio::task::spawn_blocking(look).await.map_err(|error| ApiError::internal(&error))?;
            looked.map_err(|error| ApiError::from(error.of_file_called(&name)))
        })
        .await?;
    Ok(Json(inspection.into()))
}

/// What would become of a file: nothing is written. It can be watched and cancelled by its `x-query-id`.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/uploads/{upload}/preview", tag = "imports",
    operation_id = "previewImport",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id")),
    request_body = PreviewRequest,
    responses((status = 200, body = ImportPreview), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn preview(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, upload)): Path<(String, String)>,
    headers: HeaderMap,
    trail: Trail,
    Json(request): Json<PreviewRequest>,
) -> ApiResult<Json<ImportPreview>> {
    let mapping = read_mapping(&request.mapping)?;
    let (file, _) = whole(&state, &workspace, &upload).await?;
    trail.target(upload);
    let preview = state
        .compute
        .run(&principal, &headers, |control| async move {
            let name = file.name.clone();
            let work = move || {
                let (mut rows, mut expected) = (0, 0);
                worker::import::preview(&file, &mapping, &Lookups::none(), now_us(), |progress| {
                    control.add_rows(progress.rows - rows);
                    rows = progress.rows;
                    let likely = likely_rows(progress);
                    control.expect_rows(likely.saturating_sub(expected));
                    expected = expected.max(likely);
                    !control.is_cancelled()
                })
            };
            let read = tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?;
            read.map_err(|error| ApiError::from(error.of_file_called(&name)))
        })
        .await?;
    Ok(Json(preview.into()))
}

/// Rows a file has if those to come are as long as those that came.
fn likely_rows(PreviewProgress { rows, bytes, bytes_total }: PreviewProgress) -> u64 {
    if bytes == 0 {
        return rows;
    }
    let likely = u128::from(rows) * u128::from(bytes_total) / u128::from(bytes);
    u64::try_from(likely).unwrap_or(rows).max(rows)
}

/// A file that is here whole.
pub(super) async fn whole(state: &AppState, workspace: &str, upload: &str) -> ApiResult<(SourceFile, Upload)> {
    let workspace = state.workspace(workspace).await?;
    let id = upload.to_owned();
    let (upload, file) = state.with_uploads(&workspace, move |uploads| uploads.file(&id)).await?;
    Ok((file, upload))
}

/// A mapping for one file that was handed in: it names no others, which would be files of this machine.
///
/// # Errors
/// Everything that is wrong with it, by line and field.
pub(super) fn read_mapping(text: &str) -> ApiResult<Mapping> {
    let mapping = Mapping::from_yaml(text).map_err(mapping_invalid)?;
    let joins = mapping.files.iter().enumerate().filter(|(_, file)| !file.lookups.is_empty());
    let fault = |(at, _)| {
        let how = "a file that was handed in is read alone; join others with `throughline import`";
        Fault::new(format!("files[{at}].lookups"), how)
    };
    let faults: Vec<Fault> = joins.map(fault).collect();
    if faults.is_empty() { Ok(mapping) } else { Err(mapping_invalid(faults)) }
}

impl From<Upload> for UploadInfo {
    fn from(Upload { id, about, received }: Upload) -> UploadInfo {
        UploadInfo {
            id,
            name: about.name,
            bytes: about.bytes,
            received,
            created_us: about.created_us,
            ends_us: about.created_us.saturating_add(KEPT_US),
            mapping: about.mapping,
        }
    }
}

impl From<Inspection> for MappingSuggestion {
    fn from(inspection: Inspection) -> MappingSuggestion {
        let Inspection { format, sheets, sheet, columns, rows, yaml, doubts, notes } = inspection;
        let column = |column: ingest::InspectedColumn| SuggestedColumn {
            name: column.name,
            filled: column.filled as u64,
            samples: column.samples,
            times: column.times,
            has_offset: column.has_offset,
            is_number: column.is_number,
        };
        let doubt = |doubt: ingest::Doubt| MappingDoubt {
            code: doubt.kind.into(),
            column: doubt.column,
            text: doubt.text,
        };
        MappingSuggestion {
            format: word_of(format).to_owned(),
            sheets,
            sheet,
            columns: columns.into_iter().map(column).collect(),
            rows: rows as u64,
            mapping: Mapping::from_yaml(&yaml).ok().and_then(|mapping| serde_json::to_value(mapping).ok()),
            yaml,
            doubts: doubts.into_iter().map(doubt).collect(),
            notes,
        }
    }
}

/// A format as mappings write it.
fn word_of(format: Format) -> &'static str {
    match format {
        Format::Auto => "auto",
        Format::Csv => "csv",
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
        Format::Xlsx => "xlsx",
        Format::Xls => "xls",
        Format::Xes => "xes",
        Format::Ocel => "ocel",
    }
}

impl From<DoubtKind> for MappingDoubtCode {
    fn from(kind: DoubtKind) -> MappingDoubtCode {
        match kind {
            DoubtKind::TimeMissing => MappingDoubtCode::TimeMissing,
            DoubtKind::DayOrMonth => MappingDoubtCode::DayOrMonth,
            DoubtKind::ZoneMissing => MappingDoubtCode::ZoneMissing,
            DoubtKind::ActorMissing => MappingDoubtCode::ActorMissing,
            DoubtKind::ActorGuessed => MappingDoubtCode::ActorGuessed,
            DoubtKind::CaseActs => MappingDoubtCode::CaseActs,
            DoubtKind::EventMissing => MappingDoubtCode::EventMissing,
            DoubtKind::ChannelMissing => MappingDoubtCode::ChannelMissing,
            DoubtKind::RowsShared => MappingDoubtCode::RowsShared,
        }
    }
}

impl From<Preview> for ImportPreview {
    fn from(preview: Preview) -> ImportPreview {
        ImportPreview {
            rows: preview.rows,
            events: preview.events,
            rejected: preview.rejected,
            skipped: preview.skipped,
            first_us: preview.first_us,
            last_us: preview.last_us,
            event_names: preview.event_names,
            channels: preview.channels,
            rejected_by_code: preview.rejected_by_code,
            first_events: preview.first_events.into_iter().map(PreviewEvent::from).collect(),
            first_rejected: preview.first_rejected,
            notes: preview.notes,
        }
    }
}

impl From<Event> for PreviewEvent {
    fn from(event: Event) -> PreviewEvent {
        PreviewEvent {
            time_us: event.time_us,
            event: event.event,
            channel: event.channel,
            identifiers: event.identifiers,
            columns: serde_json::to_value(event.columns).unwrap_or_default(),
            traits: Value::Object(event.traits),
            props: Value::Object(event.props),
            items: Value::Array(event.items.into_iter().map(Value::Object).collect()),
        }
    }
}
