//! Files that people hand in: piece by piece, then what is in them, what they are to mean, and what would become of them.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ingest::mapping::SheetChoice;
use ingest::{Lookups, Mapping, SourceFile};
use model::journey::Fault;
use serde::Deserialize;
use utoipa::IntoParams;
use worker::import::{Clock, Origin, PreviewProgress};
use worker::uploads::{NewUpload, PIECE_BYTES_MAX, Upload};

use super::upload_shapes::{
    ImportPreview, MappingSuggestion, NewUploadRequest, PreviewRequest, SuggestionRequest, UploadInfo, UploadList,
};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Body, Json, Path, Query};
use crate::failures::mapping_invalid;
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;
use crate::uploads::sweep_one;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PieceParams {
    /// Where the piece begins: `received` of the upload.
    pub offset: u64,
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
    let rejects = state.folder.rejects(&workspace);
    let look = move || {
        let inspection = ingest::inspect(&file, request.sheet.map(SheetChoice::Name))?;
        // Rows that were rejected and are corrected now mean what they were to mean.
        let corrects = Origin::of_corrected(&rejects, &inspection);
        Ok((inspection, corrects))
    };
    let (inspection, corrects) = state
        .compute
        .run(&principal, &headers, |_| async move {
            let looked = tokio::task::spawn_blocking(look).await.map_err(|error| ApiError::internal(&error))?;
            looked.map_err(|error: ingest::Error| ApiError::from(error.of_file_called(&name)))
        })
        .await?;
    Ok(Json(MappingSuggestion::of(inspection, corrects)))
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
    let zone = state.workspace(&workspace).await?.zone.parse().ok();
    let clock = Clock { now_us: now_us(), zone };
    trail.target(upload);
    let preview = state
        .compute
        .run(&principal, &headers, |control| async move {
            let name = file.name.clone();
            let work = move || {
                let (mut rows, mut expected) = (0, 0);
                worker::import::preview(&file, &mapping, &Lookups::none(), clock, |progress| {
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
