//! What comes in for floors: plans that are read, files of positions, and the days there are positions of.

use analysis::place::ResolvedSite;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use ingest::floor_plan::{self, Draft};
use ingest::limits::PLAN_BYTES_MAX;
use lake::RemovedDays;
use model::journey::Fault;
use model::place::calibration::ControlPoint;
use model::place::sensor::Sensor;
use model::place::{Floor, Overlap, Plan, Site, SiteKind, ZoneKind};
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sites::stored;
use super::{sensors, uploads};
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::importing::{ImportJob, Order, Places, Work};
use crate::principal::Principal;
use crate::state::AppState;
use crate::trail::Trail;

/// Control points of one drawing: more do not make it truer.
const CONTROL_POINTS_MAX: usize = 100;

/// What a plan's file does not say.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlanRequest {
    /// None: by the file's first bytes.
    pub format: Option<PlanFormat>,
    /// What the floor is called. None: as the file is.
    pub name: Option<String>,
    /// 0 is the street's level.
    pub level: i16,
    /// True size of the outline in metres, to the right and up. It goes before what the file says.
    pub size_m: Option<[f64; 2]>,
    /// Metres that one unit of the drawing is. It goes before what the file says.
    pub metres_per_unit: Option<f64>,
    /// Places known in the drawing, in its own units, and on the floor in metres: none, or 3 to 100. They go before all else.
    pub control_points: Vec<ControlPoint>,
    /// What a named area is of which nothing else is known. None: a display.
    pub zone_kind: Option<ZoneKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanFormat {
    Geojson,
    /// The archive: manifest and one GeoJSON file a type of feature, zipped.
    Imdf,
    Dxf,
    Svg,
    Png,
}

impl From<PlanFormat> for floor_plan::Format {
    fn from(format: PlanFormat) -> floor_plan::Format {
        match format {
            PlanFormat::Geojson => floor_plan::Format::Geojson,
            PlanFormat::Imdf => floor_plan::Format::Imdf,
            PlanFormat::Dxf => floor_plan::Format::Dxf,
            PlanFormat::Svg => floor_plan::Format::Svg,
            PlanFormat::Png => floor_plan::Format::Png,
        }
    }
}

/// A plan that was read, to be looked through. Nothing is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanDraft {
    /// For a site's plan; lowest first.
    pub floors: Vec<Floor>,
    pub areas: Vec<FloorAreas>,
    /// What was left out, or guessed.
    pub warnings: Vec<PlanWarning>,
    /// How far each control point is missed by, metres. Null: none was given.
    pub misses_m: Option<Vec<f64>>,
    /// Their root mean square. Three points always fit exactly.
    pub residual_m: Option<f64>,
    /// What is to be mended before a site can be saved with it; paths begin at the site.
    pub faults: Vec<Fault>,
    /// Zones that are no relatives and lie on each other.
    pub overlaps: Vec<Overlap>,
}

/// Square metres of a floor and of its zones, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct FloorAreas {
    pub floor: String,
    pub outline_m2: f64,
    pub walkable_m2: f64,
    pub zones: Vec<ZoneArea>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneArea {
    pub zone: String,
    pub area_m2: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanWarning {
    /// `unit_guessed`, `shape_left_out` …
    pub code: String,
    /// Where in the file, where it has a place.
    pub at: Option<String>,
    /// What was done, and how to have it otherwise.
    pub text: String,
}

/// The file to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionsStart {
    /// The file that was handed in: CSV with `track_id,t,x,y`, and `floor`, `kind`, `error_m` where known.
    pub upload: String,
    /// A sensor of the site whose payload it is, one that was missed: read by its format, clock and floor. None: CSV of
    /// positions.
    pub sensor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PositionDays {
    /// Oldest first.
    pub days: Vec<PositionDay>,
}

/// Positions of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionDay {
    /// In the site's time zone.
    pub day: NaiveDate,
    pub sightings: u64,
    pub bytes: u64,
    pub files: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RemovalParams {
    /// This day.
    pub day: Option<NaiveDate>,
    /// Days before this one.
    pub before: Option<NaiveDate>,
    /// All days; files that were imported may be read anew then.
    #[serde(default)]
    pub all: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedPositions {
    pub positions: u64,
}

/// Read a floor plan that was handed in: its floors, the areas of its zones, and how well it fits. Nothing is stored.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/uploads/{upload}/plan", tag = "places", operation_id = "readPlan",
    params(("workspace" = String, Path, description = "Workspace id"), ("upload" = String, Path, description = "Upload id"),
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    request_body = PlanRequest,
    responses((status = 200, body = PlanDraft), (status = 422, description = "It is no plan of this format", body = ErrorBody),
              (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn read_plan(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, upload)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<PlanRequest>,
) -> ApiResult<Json<PlanDraft>> {
    if request.control_points.len() > CONTROL_POINTS_MAX {
        let message = format!("{} control points; at most {CONTROL_POINTS_MAX} are read", request.control_points.len());
        return Err(ApiError::bad_request("plan_invalid", message));
    }
    let (file, _) = uploads::whole(&state, &workspace, &upload).await?;
    let work = |_| async move {
        let read = tokio::task::spawn_blocking(move || plan(&file, &request)).await;
        read.map_err(|error| ApiError::internal(&error))?
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

fn plan(file: &ingest::SourceFile, request: &PlanRequest) -> ApiResult<PlanDraft> {
    let unfit = |message: String| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "plan_unreadable", message);
    if file.bytes > PLAN_BYTES_MAX as u64 {
        return Err(unfit(format!("{} is larger than {} MiB", file.name, PLAN_BYTES_MAX >> 20)));
    }
    let bytes = std::fs::read(&file.path).map_err(|error| ApiError::internal(&error))?;
    let format = request.format.map(Into::into).or_else(|| floor_plan::format_of(&bytes));
    let format = format.ok_or_else(|| {
        unfit(format!("{} is no plan of a known format", file.name))
            .hint("hand in GeoJSON, IMDF, DXF, SVG or PNG, or name the format")
    })?;
    let stem = std::path::Path::new(&file.name).file_stem();
    let stem = stem.map_or_else(|| file.name.clone(), |stem| stem.to_string_lossy().into_owned());
    let called = floor_plan::Options::called(request.name.as_deref().unwrap_or(&stem));
    let options = floor_plan::Options {
        level: request.level,
        size_m: request.size_m,
        metres_per_unit: request.metres_per_unit,
        control_points: &request.control_points,
        zone_kind: request.zone_kind.unwrap_or(called.zone_kind),
        ..called
    };
    let draft = floor_plan::read(format, &bytes, &options);
    draft.map(PlanDraft::of).map_err(|unreadable| unfit(format!("{}: {unreadable}", file.name)))
}

impl PlanDraft {
    fn of(draft: Draft) -> PlanDraft {
        let plan = Plan { from: NaiveDate::default(), note: None, floors: draft.floors };
        let overlaps = plan.overlaps();
        let areas = plan.floors.iter().map(|floor| FloorAreas {
            floor: floor.id.clone(),
            outline_m2: floor.outline.area_m2(),
            walkable_m2: floor.walkable_area_m2(),
            zones: floor
                .zones
                .iter()
                .map(|zone| ZoneArea { zone: zone.id.clone(), area_m2: zone.shape.area_m2() })
                .collect(),
        });
        let areas = areas.collect();
        let site = Site {
            id: "draft".to_owned(),
            name: LocalizedText::from("draft"),
            known_as: Vec::new(),
            kind: SiteKind::Shop,
            time_zone: "UTC".to_owned(),
            plans: vec![plan],
            rules: Default::default(),
        };
        let faults = site.faults();
        let warnings = draft.warnings.into_iter().map(|warning| {
            let floor_plan::Warning { code, at, text } = warning;
            PlanWarning { code: code.to_owned(), at, text }
        });
        PlanDraft {
            areas,
            warnings: warnings.collect(),
            residual_m: draft.fit.as_ref().map(|fit| fit.residual_m()),
            misses_m: draft.fit.map(|fit| fit.misses_m),
            faults,
            overlaps,
            floors: site.plans.into_iter().flat_map(|plan| plan.floors).collect(),
        }
    }
}

/// Import a file of positions that was handed in, then read the site's days anew that changed. It is watched and stopped as
/// other imports are; one at a time runs in a workspace.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/imports", tag = "places", operation_id = "importPositions",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    request_body = PositionsStart,
    responses((status = 202, description = "Begun", body = ImportJob), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn start(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, site)): Path<(String, String)>,
    trail: Trail,
    Json(request): Json<PositionsStart>,
) -> ApiResult<(StatusCode, Json<ImportJob>)> {
    let site = resolved(&state, &principal, &workspace, &site).await?;
    let (file, _) = uploads::whole(&state, &workspace, &request.upload).await?;
    let sensor = match &request.sensor {
        Some(sensor) => Some(sensors::stored(&state, &workspace, &site.definition.id, sensor).await?.sensor),
        None => None,
    };
    begin(&state, &workspace, (site, sensor), Some((request.upload, file)), &trail).await
}

/// Read the days of a site anew that were not read as their positions, the plan and the rules are now. It is watched and
/// stopped as an import is.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/replay", tag = "places", operation_id = "replayPositions",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 202, description = "Begun", body = ImportJob), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn replay(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, site)): Path<(String, String)>,
    trail: Trail,
) -> ApiResult<(StatusCode, Json<ImportJob>)> {
    let site = resolved(&state, &principal, &workspace, &site).await?;
    begin(&state, &workspace, (site, None), None, &trail).await
}

async fn resolved(state: &AppState, principal: &Principal, workspace: &str, site: &str) -> ApiResult<ResolvedSite> {
    let stored = stored(state, principal, workspace, site, None).await?;
    Ok(ResolvedSite { version: stored.version, definition: stored.site })
}

async fn begin(
    state: &AppState,
    workspace: &str,
    (site, sensor): (ResolvedSite, Option<Sensor>),
    upload: Option<(String, ingest::SourceFile)>,
    trail: &Trail,
) -> ApiResult<(StatusCode, Json<ImportJob>)> {
    let workspace = state.workspace(workspace).await?;
    trail.detail("site", &*site.definition.id);
    let order = Order { workspace, upload, work: Work::Positions(Box::new(site), sensor.map(Box::new)) };
    let job = state.importing.start(Places::of(state), order)?;
    trail.target(&*job.id);
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// The days there are positions of.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/days", tag = "places", operation_id = "listPositionDays",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 200, body = PositionDays), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn days(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, site)): Path<(String, String)>,
) -> ApiResult<Json<PositionDays>> {
    stored(&state, &principal, &workspace, &site, None).await?;
    let workspace = state.workspace(&workspace).await?;
    if !state.folder.lake(&workspace.id).is_dir() {
        return Ok(Json(PositionDays { days: Vec::new() }));
    }
    let held = state.lakes.snapshot(&workspace).await?.track_days().await?;
    let of_site = held.into_iter().filter(|day| day.of.site == site);
    let days = of_site.map(|held| {
        let lake::TrackDayRows { of, sightings, bytes, files, .. } = held;
        PositionDay { day: of.day, sightings, bytes, files }
    });
    Ok(Json(PositionDays { days: days.collect() }))
}

/// Remove positions and counts of a day, of the days before one, or all. Events that were made of them stay. The site need not be there
/// any more.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sites/{site}/positions", tag = "places", operation_id = "removePositions",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"), RemovalParams),
    responses((status = 200, body = RemovedPositions), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn remove(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, site)): Path<(String, String)>,
    Query(params): Query<RemovalParams>,
    trail: Trail,
) -> ApiResult<Json<RemovedPositions>> {
    let days = match (params.day, params.before, params.all) {
        (Some(day), None, false) => RemovedDays::On(day),
        (None, Some(before), false) => RemovedDays::Before(before),
        (None, None, true) => RemovedDays::All,
        _ => return Err(ApiError::bad_request("days_invalid", "give one of `day`, `before` and `all`")),
    };
    let workspace = state.workspace(&workspace).await?;
    if !state.folder.lake(&workspace.id).is_dir() {
        return Ok(Json(RemovedPositions { positions: 0 }));
    }
    let lake = state.lakes.writer(&workspace).await?;
    let positions = lake.remove_tracks(&site, days).await?;
    lake.remove_counts(&site, days).await?;
    trail.detail("positions", positions);
    Ok(Json(RemovedPositions { positions }))
}
