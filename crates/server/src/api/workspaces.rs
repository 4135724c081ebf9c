//! Workspaces, and what was imported into them.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::StatusCode;
use control::{ImportOutcome, NewWorkspace, Workspace};
use lake::NameColumn;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

/// Runs of imports looked back at.
const IMPORTS_MAX: u64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceList {
    pub workspaces: Vec<WorkspaceInfo>,
}

/// A workspace and what its events span.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceInfo {
    pub id: String,
    pub name: LocalizedText,
    /// Set where the events are sample data.
    pub sample: Option<Sample>,
    /// IANA zone its people think in.
    pub zone: String,
    /// ISO 4217 code of its money.
    pub currency: Option<String>,
    /// Events held; duplicates not yet compacted away are counted. Null: the caller is limited to some stores, and does
    /// not learn how many there are.
    pub events: Option<u64>,
    /// Oldest event, UTC microseconds.
    pub first_us: Option<i64>,
    /// Newest event, UTC microseconds.
    pub last_us: Option<i64>,
    pub channels: Vec<String>,
    pub event_names: Vec<String>,
    /// The state of the lake this was read from; empty while there are no events.
    pub snapshot: String,
    /// Why the events cannot be read. Null: they can. The other workspaces are not affected.
    pub fault: Option<String>,
}

/// That it is sample data, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sample {
    pub kind: SampleKind,
    /// SPDX expression.
    pub licence: String,
    pub origin: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// Somebody else's data, published for anyone to look at.
    Sample,
    /// Invented by the simulator.
    Simulated,
}

impl From<control::SampleNotice> for Sample {
    fn from(notice: control::SampleNotice) -> Sample {
        let kind = match notice.kind {
            control::SampleKind::Sample => SampleKind::Sample,
            control::SampleKind::Simulated => SampleKind::Simulated,
        };
        Sample { kind, licence: notice.licence, origin: notice.origin }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    /// Newest first.
    pub imports: Vec<ImportInfo>,
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
    /// Name of the file in the workspace's folder that holds the rejected rows.
    pub rejects_file: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Complete,
    /// Ended before the end of the file; the same command goes on where it stopped.
    Interrupted,
}

/// A workspace to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspaceRequest {
    /// Lower-case letters, digits and `-`; it never changes.
    pub id: String,
    pub name: String,
    /// IANA zone its people think in.
    #[schema(example = "Asia/Shanghai")]
    pub zone: String,
    /// ISO 4217 code of its money.
    #[serde(default)]
    pub currency: Option<String>,
}

/// Make a workspace. Administrators become its owners.
#[utoipa::path(post, path = "/v1/workspaces", tag = "workspaces", operation_id = "createWorkspace",
    request_body = NewWorkspaceRequest,
    responses((status = 201, body = WorkspaceInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn create(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Json(request): Json<NewWorkspaceRequest>,
) -> ApiResult<(StatusCode, Json<WorkspaceInfo>)> {
    let NewWorkspaceRequest { id, name, zone, currency } = request;
    let name = LocalizedText::from(name.as_str());
    let new = NewWorkspace { id, name, sample: None, zone, currency, place: 0, created_at_us: now_us() };
    let workspace = state.control.create_workspace(new).await?;
    trail.target(&*workspace.id);
    trail.workspace(&workspace.id);
    Ok((StatusCode::CREATED, Json(info(&state, workspace, false).await)))
}

/// The workspaces one is a member of, by their place in lists: one's own first, then samples.
#[utoipa::path(get, path = "/v1/workspaces", tag = "workspaces", operation_id = "listWorkspaces",
    responses((status = 200, body = WorkspaceList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, principal: Principal) -> ApiResult<Json<WorkspaceList>> {
    let standings = state.control.standings_of(&principal.id).await?;
    let mut workspaces = Vec::new();
    for workspace in state.control.workspaces().await? {
        let standing = standings.iter().find(|(known, _)| *known == workspace.id);
        if principal.is_local() || standing.is_some() {
            let limited = standing.is_some_and(|(_, standing)| standing.stores.is_some());
            workspaces.push(info(&state, workspace, limited).await);
        }
    }
    Ok(Json(WorkspaceList { workspaces }))
}

/// One workspace.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}", tag = "workspaces", operation_id = "showWorkspace",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = WorkspaceInfo), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> ApiResult<Json<WorkspaceInfo>> {
    let workspace = state.workspace(&id).await?;
    Ok(Json(info(&state, workspace, principal.stores.is_some()).await))
}

/// What was imported, file by file.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/imports", tag = "workspaces", operation_id = "listImports",
    params(("workspace" = String, Path, description = "Workspace id")),
    responses((status = 200, body = ImportList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn imports(
    State(state): State<AppState>,
    _: Principal,
    Path(id): Path<String>,
) -> ApiResult<Json<ImportList>> {
    state.workspace(&id).await?;
    let mut seen = HashSet::new();
    let mut imports = Vec::new();
    for record in state.control.imports(&id, IMPORTS_MAX).await? {
        let import = import_info(&state, &id, record.run);
        // The newest run of a file tells of all of it.
        if seen.insert(import.batch.clone()) {
            imports.push(import);
        }
    }
    Ok(Json(ImportList { imports }))
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

/// `limited`: the caller is, to some stores.
async fn info(state: &AppState, workspace: Workspace, limited: bool) -> WorkspaceInfo {
    let (snapshot, fault) = match state.lakes.snapshot(&workspace).await {
        Ok(snapshot) => (Some(snapshot), None),
        // A workspace without a lake is a new one: it has a name but no events.
        Err(error) if error.code == "workspace_empty" => (None, None),
        Err(error) => {
            tracing::warn!(workspace = workspace.id, error = error.message, "a workspace cannot be read");
            (None, Some(error.message))
        }
    };
    let range = snapshot.as_ref().and_then(|snapshot| snapshot.time_range());
    let names = |column| snapshot.as_ref().map_or_else(Vec::new, |snapshot| snapshot.names(column));
    WorkspaceInfo {
        fault,
        events: (!limited).then(|| snapshot.as_ref().map_or(0, |snapshot| snapshot.rows_upper())),
        first_us: range.map(|(first, _)| first),
        last_us: range.map(|(_, last)| last),
        channels: names(NameColumn::Channel),
        event_names: names(NameColumn::Event),
        snapshot: snapshot.as_ref().map_or_else(String::new, |snapshot| snapshot.id().to_string()),
        id: workspace.id,
        name: workspace.name,
        sample: workspace.sample.map(Sample::from),
        zone: workspace.zone,
        currency: workspace.currency,
    }
}
