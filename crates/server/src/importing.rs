//! Imports of files that were handed in: one at a time in a workspace, some in all, each watched and stopped by its id.
//!
//! The work is `worker::import`, of positions `worker::place`; here it is begun, remembered while this process lives, and
//! stopped when the server ends. What is imported stays known to the lake, so an import that was cut off goes on when it is
//! started again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use analysis::place::{PlaceReport, ResolvedSite};
use axum::http::StatusCode;
use chrono::NaiveDate;
use control::{Control, Workspace};
use ingest::{Mapping, SourceFile};
use model::journey::Fault;
use model::place::sensor::Sensor;
use parking_lot::Mutex;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use utoipa::ToSchema;
use worker::import::{
    FileSummary, ImportRequest, ImportSummary, KnownUnderOtherMapping, Phase, Progress, Target, Watch, import,
};
use worker::place::{PlaceImport, PlaceSummary, import_positions, replay};
use worker::uploads::Uploads;

use crate::error::{ApiError, ApiResult};
use crate::lakes::Lakes;
use crate::state::{AppState, now_us};

/// The imports of this process. Cheap to clone; clones are one.
#[derive(Debug, Clone)]
pub struct Importing {
    jobs: Arc<Mutex<HashMap<Key, Job>>>,
    running_max: usize,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

/// A workspace that was deleted and made again under the same id is another one.
type Key = (String, i64);

/// The newest import of a workspace.
#[derive(Debug, Clone)]
struct Job {
    shown: Arc<Mutex<ImportJob>>,
    stop: CancellationToken,
}

/// An import that runs, or how the last one ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportJob {
    pub id: String,
    /// The file that was handed in. It is kept until it is imported, so that the import can be started again. Null where
    /// days are read anew without one.
    pub upload: Option<String>,
    /// What is read: the file's name, or the site.
    pub file: String,
    /// The site whose positions are read. Null: events are.
    pub site: Option<String>,
    pub state: ImportJobState,
    /// What is being done; the last thing that was, once it ended.
    pub phase: ImportPhase,
    /// Rows read by this import.
    pub rows: u64,
    /// Bytes of the file dealt with.
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub started_us: i64,
    pub ended_us: Option<i64>,
    /// What it came to, once it is done, of events.
    pub result: Option<ImportResult>,
    /// The same of positions.
    pub positions: Option<PositionsResult>,
    /// Why it ended, if it failed.
    pub failure: Option<ImportFailure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportJobState {
    Running,
    Done,
    /// Somebody stopped it, or the server ended. What was written stays; started again it goes on from there.
    Stopped,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// The file is read to know whether it was imported before.
    Reading,
    /// Rows of an earlier import are removed.
    Replacing,
    Importing,
    /// Files written so far are merged.
    Merging,
}

/// What an import came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportResult {
    /// The id its events carry in the column `batch`; its rejected rows are downloaded by it.
    pub batch: String,
    /// The feed its events carry.
    pub source: String,
    pub outcome: FileOutcome,
    /// Of the whole file.
    pub rows: u64,
    pub events: u64,
    /// Of the events, those that say what was said before; they do not count again.
    pub duplicates: u64,
    pub rejected: u64,
    /// Of the rejected rows, by code.
    #[schema(value_type = Object)]
    pub rejected_by_code: BTreeMap<String, u64>,
    pub skipped: u64,
    /// Events dated more than a day ahead of now.
    pub future: u64,
    /// Rows of an earlier import that were removed first.
    pub replaced_rows: u64,
    /// Whether the rejected rows can be downloaded.
    pub rejects_kept: bool,
    pub notes: Vec<String>,
}

/// What an import of positions came to, or reading days anew.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PositionsResult {
    /// Null where there was no file.
    pub outcome: Option<FileOutcome>,
    /// Positions of this run.
    pub sightings: u64,
    /// Numbers that counters said, of this run.
    pub counted: u64,
    /// Rows of other things.
    pub skipped: u64,
    pub rejected: u64,
    /// Of the rejected rows, by code.
    #[schema(value_type = Object)]
    pub rejected_by_code: BTreeMap<String, u64>,
    /// By what `downloadRejects` gives the rejected rows. Null: there are none.
    pub rejects: Option<String>,
    /// Every day of the site of which there are positions, oldest first.
    pub days: Vec<PositionsDay>,
}

/// What became of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PositionsDay {
    pub day: NaiveDate,
    /// Events written; 0 where the day was read before as it is now.
    pub events: u64,
    /// Events of before that were taken away.
    pub replaced: u64,
    pub unchanged: bool,
    /// What the rules did. Null where it is unchanged.
    pub report: Option<PlaceReport>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Read from its beginning.
    Imported,
    /// Went on where an interrupted import ended.
    Resumed,
    /// Its earlier rows were removed and it was read anew.
    Replaced,
    /// Was complete already.
    Unchanged,
}

/// Why an import failed, as an answer would say it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportFailure {
    pub code: String,
    pub message: String,
    pub hint: Option<String>,
    /// Faults of the mapping.
    pub details: Vec<Fault>,
}

/// What an import needs of its server.
#[derive(Debug, Clone)]
pub struct Places {
    pub folder: worker::folder::DataFolder,
    pub control: Control,
    pub lakes: Lakes,
}

impl Places {
    pub fn of(state: &AppState) -> Places {
        Places { folder: state.folder.clone(), control: state.control.clone(), lakes: state.lakes.clone() }
    }
}

/// What is to be imported.
#[derive(Debug)]
pub struct Order {
    pub workspace: Workspace,
    /// The file that was handed in, which is thrown away once it is read. None: there is none to read.
    pub upload: Option<(String, SourceFile)>,
    pub work: Work,
}

/// What is to be made of it.
#[derive(Debug)]
pub enum Work {
    Events {
        mapping: Box<Mapping>,
        known: KnownUnderOtherMapping,
        batch_events: usize,
    },
    /// Positions of a site, or a payload of one of its sensors; its days are read anew where they are not read as they are
    /// now.
    Positions(Box<ResolvedSite>, Option<Box<Sensor>>),
}

impl Order {
    fn site(&self) -> Option<&ResolvedSite> {
        match &self.work {
            Work::Events { .. } => None,
            Work::Positions(site, _) => Some(site),
        }
    }

    /// What people call what is read.
    fn name(&self) -> String {
        let site = || self.site().map(|site| site.definition.id.clone()).unwrap_or_default();
        self.upload.as_ref().map_or_else(site, |(_, file)| file.name.clone())
    }
}

/// How an import ended well.
enum Ended {
    Events(ImportResult),
    Positions(PositionsResult),
}

impl Importing {
    /// At most `running_max` run at once; all stop when `stopping` is cancelled.
    pub fn new(running_max: usize, stopping: CancellationToken) -> Importing {
        Importing { jobs: Arc::default(), running_max, tasks: TaskTracker::new(), stopping }
    }

    /// Begins an import.
    ///
    /// # Errors
    /// One runs in this workspace already, or too many run in others.
    pub fn start(&self, places: Places, order: Order) -> ApiResult<ImportJob> {
        let id = worker::random::id().map_err(|error| ApiError::internal(&error))?;
        let job = self.enter(id, &order)?;
        let begun = job.shown.lock().clone();
        let shown = Arc::clone(&job.shown);
        let work = tokio::spawn(async move { run(&places, &order, &job).await });
        self.tasks.spawn(async move {
            // One that died is not running for ever.
            let ended = work.await.unwrap_or_else(|error| Err(ApiError::internal(&error)));
            shown.lock().end(ended);
        });
        Ok(begun)
    }

    /// The newest import of a workspace, if this process has seen one.
    pub fn newest(&self, workspace: &Workspace) -> Option<ImportJob> {
        self.jobs.lock().get(&key(workspace)).map(|job| job.shown.lock().clone())
    }

    /// The file an import of a workspace reads at this moment.
    pub fn upload_in_use(&self, workspace: &Workspace) -> Option<String> {
        self.newest(workspace).filter(|job| job.state == ImportJobState::Running).and_then(|job| job.upload)
    }

    /// Stops an import; it ends at its next step.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn stop(&self, workspace: &Workspace, id: &str) -> ApiResult<()> {
        let jobs = self.jobs.lock();
        let job = jobs.get(&key(workspace)).filter(|job| job.shown.lock().id == id);
        job.ok_or_else(|| import_unknown(id)).map(|job| job.stop.cancel())
    }

    /// Returns once no import runs any more, after `stopping` was cancelled.
    pub async fn ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn enter(&self, id: String, order: &Order) -> ApiResult<Job> {
        let mut jobs = self.jobs.lock();
        let is_running = |job: &Job| job.shown.lock().state == ImportJobState::Running;
        let key = key(&order.workspace);
        if let Some(other) = jobs.get(&key).filter(|job| is_running(job)) {
            let message = format!("{} is being imported into this workspace", other.shown.lock().file);
            return Err(ApiError::conflict("import_running", message).hint("wait for it to end, or stop it"));
        }
        if jobs.values().filter(|job| is_running(job)).count() >= self.running_max {
            let message = format!("{} imports run already", self.running_max);
            return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
                .hint("try again in a moment")
                .retry_after(10));
        }
        let shown = ImportJob {
            id,
            upload: order.upload.as_ref().map(|(id, _)| id.clone()),
            file: order.name(),
            site: order.site().map(|site| site.definition.id.clone()),
            state: ImportJobState::Running,
            phase: ImportPhase::Reading,
            rows: 0,
            bytes_done: 0,
            bytes_total: order.upload.as_ref().map_or(0, |(_, file)| file.bytes),
            started_us: now_us(),
            ended_us: None,
            result: None,
            positions: None,
            failure: None,
        };
        let job = Job { shown: Arc::new(Mutex::new(shown)), stop: self.stopping.child_token() };
        jobs.retain(|(other, _), _| *other != key.0);
        jobs.insert(key, job.clone());
        Ok(job)
    }
}

async fn run(places: &Places, order: &Order, job: &Job) -> ApiResult<Ended> {
    let workspace = &order.workspace;
    let held = places.lakes.hold(workspace).await.map_err(not_writable)?;
    let shown = Arc::clone(&job.shown);
    let progress = move |progress: Progress<'_>| shown.lock().tell(&progress);
    let watch = Watch { progress: Arc::new(progress), stop: job.stop.clone() };
    let target = Target { folder: &places.folder, control: &places.control, lake: &held.lake };
    let ended = match read(target, order, &watch).await {
        Ok(ended) => ended,
        Err(error) => {
            if let worker::Error::Lake(lake::Error::LogStopped { .. }) = &error {
                places.lakes.let_go(workspace, &held.lake).await;
            }
            return Err(error.of_file_called(&order.name()).into());
        }
    };
    job.shown.lock().phase = ImportPhase::Merging;
    // The events are in; whoever looks after the lake merges what is left here.
    if let Err(error) = watch.lending(async |control| worker::maintain::settle(&held.lake, control).await).await {
        tracing::warn!(workspace = workspace.id, %error, "files of an import were not merged and are later");
    }
    if let Some((upload, _)) = order.upload.clone() {
        let uploads = Uploads::new(places.folder.uploads(&workspace.id));
        let removed = tokio::task::spawn_blocking(move || uploads.remove(&upload)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!(workspace = workspace.id, %error, "an imported upload is left to be thrown away later");
        }
    }
    match ended {
        Read::Events(summary) => result(summary).map(Ended::Events),
        Read::Positions(summary) => Ok(Ended::Positions(positions(summary))),
    }
}

/// What was read.
enum Read {
    Events(ImportSummary),
    Positions(PlaceSummary),
}

async fn read(target: Target<'_>, order: &Order, watch: &Watch) -> worker::Result<Read> {
    let workspace = order.workspace.id.clone();
    let files: Vec<SourceFile> = order.upload.iter().map(|(_, file)| file.clone()).collect();
    match &order.work {
        Work::Events { mapping, known, batch_events } => {
            let request = ImportRequest {
                mapping_folder: target.folder.uploads(&workspace),
                workspace,
                files,
                mapping: Arc::new((**mapping).clone()),
                known: *known,
                batch_events: *batch_events,
                now_us: now_us(),
            };
            import(target, &request, watch).await.map(Read::Events)
        }
        Work::Positions(site, _) if files.is_empty() => {
            let days = replay(target.lake, site, watch).await?;
            Ok(Read::Positions(PlaceSummary { files: Vec::new(), days }))
        }
        Work::Positions(site, sensor) => {
            let request = PlaceImport { workspace, site: (**site).clone(), sensor: sensor.as_deref().cloned(), files };
            import_positions(target, &request, watch).await.map(Read::Positions)
        }
    }
}

fn positions(summary: PlaceSummary) -> PositionsResult {
    let file = summary.files.into_iter().next();
    let rejects = file.as_ref().and_then(|file| file.rejects_file.as_ref()?.file_stem());
    let days = summary.days.into_iter().map(|day| {
        let worker::place::PlaceDay { day, events, replaced, unchanged, report } = day;
        PositionsDay { day, events, replaced, unchanged, report }
    });
    PositionsResult {
        outcome: file.as_ref().map(|file| file.outcome.into()),
        rejects: rejects.map(|stem| stem.to_string_lossy().into_owned()),
        sightings: file.as_ref().map_or(0, |file| file.sightings),
        counted: file.as_ref().map_or(0, |file| file.counted),
        skipped: file.as_ref().map_or(0, |file| file.skipped),
        rejected: file.as_ref().map_or(0, |file| file.rejected),
        rejected_by_code: file.map(|file| file.rejected_by).unwrap_or_default(),
        days: days.collect(),
    }
}

fn result(summary: ImportSummary) -> ApiResult<ImportResult> {
    let Some(file) = summary.files.into_iter().next() else {
        let message = "the mapping leaves the file out on purpose";
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "mapping_unfit", message)
            .hint("look at `ignore` of the mapping"));
    };
    let FileSummary { source, batch, outcome, counts, replaced_rows, rejects_file, notes, .. } = file;
    Ok(ImportResult {
        rejected: counts.rejected_total(),
        rejects_kept: rejects_file.is_some(),
        outcome: outcome.into(),
        rows: counts.rows,
        events: counts.events,
        duplicates: counts.duplicates,
        rejected_by_code: counts.rejected,
        skipped: counts.skipped,
        future: counts.future,
        batch,
        source,
        replaced_rows,
        notes,
    })
}

impl ImportJob {
    fn tell(&mut self, progress: &Progress<'_>) {
        self.phase = match progress.phase {
            Phase::Hashing => ImportPhase::Reading,
            Phase::Replacing => ImportPhase::Replacing,
            Phase::Importing | Phase::Simulating => ImportPhase::Importing,
            Phase::Merging => ImportPhase::Merging,
        };
        (self.rows, self.bytes_done, self.bytes_total) = (progress.rows, progress.done, progress.total);
    }

    fn end(&mut self, ended: ApiResult<Ended>) {
        self.ended_us = Some(now_us());
        match ended {
            Ok(result) => {
                self.state = ImportJobState::Done;
                self.bytes_done = self.bytes_total;
                match result {
                    Ended::Events(result) => self.result = Some(result),
                    Ended::Positions(result) => self.positions = Some(result),
                }
            }
            Err(error) if error.code == "query_cancelled" => self.state = ImportJobState::Stopped,
            Err(ApiError { code, message, hint, details, .. }) => {
                self.state = ImportJobState::Failed;
                self.failure = Some(ImportFailure { code: code.to_owned(), message, hint, details });
            }
        }
    }
}

impl From<worker::import::Outcome> for FileOutcome {
    fn from(outcome: worker::import::Outcome) -> FileOutcome {
        use worker::import::Outcome;
        match outcome {
            Outcome::Imported => FileOutcome::Imported,
            Outcome::Resumed => FileOutcome::Resumed,
            Outcome::Replaced => FileOutcome::Replaced,
            Outcome::Unchanged => FileOutcome::Unchanged,
        }
    }
}

fn key(workspace: &Workspace) -> Key {
    (workspace.id.clone(), workspace.created_at_us)
}

/// Another process has the lake, its disk refuses, or it is damaged.
fn not_writable(error: worker::Error) -> ApiError {
    match error {
        worker::Error::Lake(error @ lake::Error::Locked { .. }) => {
            tracing::warn!(%error, "an import cannot write");
            ApiError::conflict("workspace_locked", "another process writes to this workspace")
                .hint("wait until the command that imports into it is done, then start again")
        }
        error => error.into(),
    }
}

/// No import of this id that this process knows.
pub(crate) fn import_unknown(id: &str) -> ApiError {
    ApiError::not_found("import_unknown", format!("there is no import `{id}`"))
        .hint("`GET /v1/workspaces/{workspace}/imports` lists what was imported, and what runs")
}
