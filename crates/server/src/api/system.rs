//! The state of the system, for administrators.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use worker::backup::BackupRecord;
use worker::machine;

use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::Json;
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::system::{self, SystemWarning, SystemWorkspace};

/// How the system is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemState {
    /// Of the program.
    pub version: String,
    /// When the server started, UTC microseconds.
    pub started_us: i64,
    /// When this was looked at.
    pub at_us: i64,
    /// What somebody should look after, the worst first.
    pub warnings: Vec<SystemWarning>,
    pub data: SystemFolder,
    /// Null: this operating system does not tell.
    pub memory: Option<SystemMemory>,
    pub queries: SystemQueries,
    pub limits: SystemLimits,
    /// Null: none is known of.
    pub backup: Option<LastBackup>,
    pub workspaces: Vec<SystemWorkspace>,
}

/// The data folder and its disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemFolder {
    /// Where it lies on the server.
    pub path: String,
    pub bytes: u64,
    /// Of its disk, what may still be written. Null: this operating system does not tell.
    pub disk_free_bytes: Option<u64>,
    pub disk_bytes: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SystemMemory {
    /// Held by the server.
    pub used_bytes: u64,
    /// Of it, by questions that are computed.
    pub queries_bytes: u64,
    /// Of the machine, or of its container.
    pub total_bytes: u64,
    pub available_bytes: u64,
}

/// Questions of everybody, now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemQueries {
    /// That are computed.
    pub running: u64,
    /// That wait for their turn.
    pub waiting: u64,
    /// How long the oldest of them has been under way. Null: there is none.
    pub oldest_ms: Option<u64>,
}

/// The limits in force, each under its name in the settings where it is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemLimits {
    pub queries_running_max: u64,
    pub queries_waiting_max: u64,
    pub query_timeout_seconds: u64,
    pub sql_rows_max: u64,
    pub body_bytes_max: u64,
    pub door_bytes_max: u64,
    pub door_bytes_in_flight_max: u64,
    pub key_messages_per_second: u64,
    pub append_timeout_seconds: u64,
    /// Memory of running questions, and of columns kept between them.
    pub engine_memory_bytes: u64,
    pub engine_cache_bytes: u64,
    /// Parts a question is computed in at once.
    pub engine_partitions: u64,
}

/// The last backup that was taken of the data folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastBackup {
    pub id: String,
    /// Folder of the backups, on the server.
    pub target: String,
    /// The one workspace it is of. Null: of everything.
    pub workspace: Option<String>,
    pub begun_us: i64,
    pub ended_us: i64,
    pub files: u64,
    pub bytes: u64,
    /// Of these, what no earlier backup held.
    pub new_bytes: u64,
}

impl From<BackupRecord> for LastBackup {
    fn from(record: BackupRecord) -> LastBackup {
        let BackupRecord { id, target, workspace, begun_us, ended_us, files, bytes, new_bytes } = record;
        LastBackup { id, target, workspace, begun_us, ended_us, files, bytes, new_bytes }
    }
}

/// How the system is: disk, memory, workspaces, questions under way, limits, the last backup, and what to look after.
#[utoipa::path(get, path = "/v1/system", tag = "system", operation_id = "showSystem",
    responses((status = 200, body = SystemState), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn show(State(state): State<AppState>, _: Principal) -> ApiResult<Json<SystemState>> {
    let data = system::data(&state).await?;
    let folder = state.folder.clone();
    let (disk, memory, backup) = tokio::task::spawn_blocking(move || {
        (machine::disk_space(folder.root()), machine::memory(), BackupRecord::of(&folder))
    })
    .await
    .map_err(|error| ApiError::internal(&error))?;
    Ok(Json(SystemState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_us: state.started_us,
        at_us: now_us(),
        warnings: system::warnings(&state, &data, disk, memory, backup.as_ref()),
        data: SystemFolder {
            path: std::path::absolute(state.folder.root())
                .map_or_else(|_| state.folder.root().display().to_string(), |path| path.display().to_string()),
            bytes: data.bytes,
            disk_free_bytes: disk.map(|disk| disk.free),
            disk_bytes: disk.map(|disk| disk.total),
        },
        memory: memory.map(|memory| SystemMemory {
            used_bytes: memory.used,
            queries_bytes: state.analyst.engine.memory_used() as u64,
            total_bytes: memory.total,
            available_bytes: memory.available,
        }),
        queries: SystemQueries {
            running: state.compute.running() as u64,
            waiting: state.compute.waiting() as u64,
            oldest_ms: state.compute.queries.oldest_ms(),
        },
        limits: limits(&state),
        backup: backup.map(LastBackup::from),
        workspaces: data.workspaces.clone(),
    }))
}

fn limits(state: &AppState) -> SystemLimits {
    let (limits, engine) = (&state.limits, state.analyst.engine.options());
    SystemLimits {
        queries_running_max: limits.queries_running_max as u64,
        queries_waiting_max: limits.queries_waiting_max as u64,
        query_timeout_seconds: limits.query_timeout.as_secs(),
        sql_rows_max: limits.sql_rows_max as u64,
        body_bytes_max: limits.body_bytes_max as u64,
        door_bytes_max: limits.door_bytes_max as u64,
        door_bytes_in_flight_max: limits.door_bytes_in_flight_max as u64,
        key_messages_per_second: u64::from(limits.key_messages_per_second),
        append_timeout_seconds: limits.append_timeout.as_secs(),
        engine_memory_bytes: engine.memory_bytes as u64,
        engine_cache_bytes: engine.cache_bytes as u64,
        engine_partitions: engine.target_partitions as u64,
    }
}
