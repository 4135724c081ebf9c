//! What the handlers share.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use analysis::Analyst;
use analysis::answer::DimensionsAnswer;
use analysis::question::{JourneyKey, Present, ResolvedJourney};
use control::{Control, Workspace};
use lake::DictionaryRead;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use worker::folder::DataFolder;

/// UTC microseconds. The server is the edge where the clock is read.
pub(crate) use worker::clock::now_us;

use crate::access::Access;
use crate::basis::Basis;
use crate::classifiers::Classifiers;
use crate::compute::Compute;
use crate::config::{Limits, ServerConfig};
use crate::doors::{DoorRefusals, Keys};
use crate::error::{ApiError, ApiResult, Error};
use crate::health::Health;
use crate::importing::Importing;
use crate::intake::Intake;
use crate::kept::Kept;
use crate::lakes::Lakes;
use crate::principal::Principal;
use crate::sensors::Sensors;
use crate::system::System;

/// Cheap to clone; one per server.
#[derive(Debug, Clone)]
pub struct AppState {
    pub folder: DataFolder,
    pub control: Control,
    pub access: Arc<Access>,
    pub analyst: Analyst,
    pub compute: Arc<Compute>,
    pub lakes: Lakes,
    pub intake: Arc<Intake>,
    pub keys: Arc<Keys>,
    /// What doors refused of late.
    pub refusals: Arc<DoorRefusals>,
    /// Sensors of sites that deliver by themselves.
    pub sensors: Arc<Sensors>,
    pub health: Arc<Health>,
    pub classifiers: Arc<Classifiers>,
    pub limits: Arc<Limits>,
    pub dimensions: Arc<Kept<DimensionsAnswer>>,
    /// Summaries of workspaces' events.
    pub dictionaries: Arc<Kept<Arc<DictionaryRead>>>,
    /// Room for what doors hold, in KiB.
    pub door_room: Arc<Semaphore>,
    /// Turns to unpack a letter.
    pub door_unpacking: Arc<Semaphore>,
    /// Imports of files that were handed in.
    pub importing: Importing,
    /// Cancelled when the server ends: streams and imports end with it.
    pub stopping: CancellationToken,
    /// Turns of drawing maps for files.
    pub drawing: Arc<Semaphore>,
    /// When the server started, UTC microseconds.
    pub started_us: i64,
    pub system: Arc<System>,
}

impl AppState {
    /// # Errors
    /// If the key of the audit log cannot be read or made.
    pub fn new(
        folder: DataFolder,
        control: Control,
        analyst: Analyst,
        config: &ServerConfig,
    ) -> Result<AppState, Error> {
        AppState::on(Basis::default(), folder, control, analyst, config)
    }

    /// The same on a basis of the caller's.
    ///
    /// # Errors
    /// As [`AppState::new`].
    pub fn on(
        basis: Basis,
        folder: DataFolder,
        control: Control,
        analyst: Analyst,
        config: &ServerConfig,
    ) -> Result<AppState, Error> {
        let limits = config.limits.clone();
        let access = Access::new(config, folder.audit_key()?);
        let health = Arc::new(Health::default());
        let lakes = Lakes::new(folder.clone(), basis.clone(), Arc::clone(&health));
        let places = (control.clone(), folder.clone(), lakes.clone());
        let sensors = Sensors::new(places, Arc::clone(&health), basis.clone(), limits.clone())?;
        let intake = Intake {
            folder: folder.clone(),
            control: control.clone(),
            lakes: lakes.clone(),
            health: Arc::clone(&health),
            basis,
            append_timeout: limits.append_timeout,
            feeds: tokio::sync::Mutex::default(),
            last_seq: AtomicI64::new(0),
            watchers: Arc::default(),
        };
        let stopping = CancellationToken::new();
        Ok(AppState {
            importing: Importing::new(limits.imports_running_max, stopping.clone()),
            stopping,
            intake: Arc::new(intake),
            sensors: Arc::new(sensors),
            health,
            refusals: Arc::new(DoorRefusals::new(control.clone())),
            keys: Arc::new(Keys::new(control.clone(), limits.key_messages_per_second)),
            dictionaries: Arc::default(),
            door_unpacking: Arc::new(Semaphore::new(limits.unpacking_running_max)),
            door_room: Arc::new(Semaphore::new(limits.door_bytes_in_flight_max / 1024)),
            folder,
            control,
            access: Arc::new(access),
            analyst,
            compute: Arc::new(Compute::new(limits.clone())),
            lakes,
            classifiers: Arc::default(),
            drawing: Arc::new(Semaphore::new(limits.drawings_running_max)),
            limits: Arc::new(limits),
            dimensions: Arc::default(),
            started_us: now_us(),
            system: Arc::default(),
        })
    }

    /// The workspace of this id.
    pub async fn workspace(&self, id: &str) -> ApiResult<Workspace> {
        self.control.workspace(id).await?.ok_or_else(|| workspace_unknown(id))
    }

    /// The newest state of a workspace's events as somebody sees it, to put their questions to: limited to stores if they
    /// are.
    pub async fn present_to(&self, principal: &Principal, workspace: &str) -> ApiResult<Present> {
        Ok(Present { limit: principal.stores.clone(), ..self.present(workspace).await? })
    }

    /// The newest state of a workspace's events, all of them: for operations that are refused to whoever is limited.
    pub async fn present(&self, workspace: &str) -> ApiResult<Present> {
        let workspace = self.workspace(workspace).await?;
        let traffic = self.classifiers.of(&self.control, &workspace).await?;
        let snapshot = Arc::new(self.lakes.snapshot(&workspace).await?.read_by(traffic));
        let stored = self.control.segments(&workspace.id).await?;
        let segments = Arc::new(stored.into_iter().map(|stored| stored.segment).collect());
        Ok(Present { snapshot, zone: workspace.zone, segments, limit: None, now_us: (self.intake.basis.now_us)() })
    }

    /// The definition a key names, with the version it stands for.
    pub async fn journey(&self, workspace: &str, key: &JourneyKey) -> ApiResult<ResolvedJourney> {
        let stored = self.control.journey(workspace, &key.id, key.version).await?;
        let stored = stored.ok_or_else(|| journey_unknown(key))?;
        Ok(ResolvedJourney { version: stored.version, definition: stored.journey })
    }

    /// The same where a question may have no journey.
    pub async fn journey_of(&self, workspace: &str, key: Option<&JourneyKey>) -> ApiResult<Option<ResolvedJourney>> {
        match key {
            Some(key) => self.journey(workspace, key).await.map(Some),
            None => Ok(None),
        }
    }
}

/// No such workspace, or none that the caller is a member of: whoever is not does not learn which.
pub(crate) fn workspace_unknown(id: &str) -> ApiError {
    ApiError::not_found("workspace_unknown", format!("there is no workspace `{id}`"))
        .hint("`GET /v1/workspaces` lists them")
}

/// No such journey, or no such version of it.
pub(crate) fn journey_unknown(key: &JourneyKey) -> ApiError {
    let message = match key.version {
        Some(version) => format!("there is no version {version} of a journey `{}`", key.id),
        None => format!("there is no journey `{}`", key.id),
    };
    ApiError::not_found("journey_unknown", message).hint("`GET /v1/workspaces/{workspace}/journeys` lists them")
}
