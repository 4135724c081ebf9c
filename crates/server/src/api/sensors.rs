//! Sensors of a site that deliver by themselves, how they fare, and what their counters counted.

use analysis::place::{CountsBy, PlaceCounts, ResolvedSite, place_counts};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use control::{SensorRefusal, SensorSecrets, StoredSensor};
use model::place::sensor::{Broker, SILENT_AFTER_SECONDS, Sensor, SensorFormat, SensorWay};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sites;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::principal::Principal;
use crate::sensors::{Connection, secrets};
use crate::state::AppState;
use crate::trail::Trail;

/// Longest time a replaced key goes on to open: a month, in hours.
const GRACE_HOURS_MAX: u32 = 31 * 24;

#[derive(Debug, Serialize, ToSchema)]
pub struct SensorList {
    pub sensors: Vec<SensorInfo>,
}

/// A sensor, and how it fares.
#[derive(Debug, Serialize, ToSchema)]
pub struct SensorInfo {
    pub id: String,
    pub name: String,
    pub format: SensorFormat,
    /// Zone of clocks that say none. Null: the site's.
    pub clock_zone: Option<String>,
    /// Floor, or frame of one, of positions that name none. Null: the site's only floor.
    pub floor: Option<String>,
    pub way: SensorWayInfo,
    pub silent_after_seconds: u32,
    pub created_us: i64,
    /// When a payload of it was last read, UTC microseconds.
    pub last_us: Option<i64>,
    /// Positions and counts that were taken.
    pub accepted: u64,
    /// Payloads, and items of payloads, that were refused.
    pub refused: u64,
    /// Why something was refused last.
    pub refusal: Option<SensorRefusalInfo>,
    /// When it last said something, where that is longer ago than it may be silent; where it never did, when it was added.
    pub silent_since_us: Option<i64>,
}

/// Which way its payloads come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SensorWayInfo {
    Push(PushInfo),
    Mqtt(MqttInfo),
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PushInfo {
    /// The first characters of the key, to know it by.
    pub key_start: String,
    /// Until when the key of before opens, where one was replaced of late.
    pub old_key_until_us: Option<i64>,
    /// What Meraki asks for before it posts.
    pub validator: Option<String>,
    /// Whether posts must carry a secret.
    pub has_secret: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MqttInfo {
    pub url: String,
    pub topic: String,
    pub client_id: String,
    pub user_name: Option<String>,
    pub has_password: bool,
    /// Null: it is not tried yet.
    pub connection: Option<Connection>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SensorRefusalInfo {
    pub at_us: i64,
    /// Stable code: `time_unreadable`.
    pub code: String,
    pub field: Option<String>,
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSensor {
    /// Lower-case letters, digits and `-`, unique within the workspace. It never changes.
    pub id: String,
    pub name: String,
    pub format: SensorFormat,
    pub clock_zone: Option<String>,
    pub floor: Option<String>,
    /// 900 unless given.
    pub silent_after_seconds: Option<u32>,
    pub way: NewSensorWay,
}

/// Which way its payloads come. It never changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NewSensorWay {
    Push(NewPush),
    Mqtt(NewMqtt),
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct NewPush {
    /// What Meraki's dashboard shows, and asks for before it posts.
    pub validator: Option<String>,
    /// What posts of Meraki must carry. It is never shown again.
    pub secret: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewMqtt {
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub url: String,
    /// A topic, or a filter with `+` and `#`.
    pub topic: String,
    /// Under which the broker keeps what comes meanwhile. None: made of the workspace's and the sensor's ids.
    pub client_id: Option<String>,
    pub user_name: Option<String>,
    /// It is never shown again.
    pub password: Option<String>,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SensorChange {
    pub name: Option<String>,
    pub format: Option<SensorFormat>,
    /// Empty: the site's.
    pub clock_zone: Option<String>,
    /// Empty: the site's only floor.
    pub floor: Option<String>,
    pub silent_after_seconds: Option<u32>,
    /// Of one that pushes; empty: none.
    pub validator: Option<String>,
    /// Of one that pushes; empty: none.
    pub secret: Option<String>,
    pub url: Option<String>,
    pub topic: Option<String>,
    pub client_id: Option<String>,
    /// Empty: none.
    pub user_name: Option<String>,
    /// Empty: none. With another broker or user name the password of before is forgotten, unless one is given.
    pub password: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorKeyRotation {
    /// Hours the replaced key goes on to open, 0 to 744.
    pub grace_hours: u32,
}

/// A sensor that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct SensorMade {
    pub id: String,
    /// The only time it is shown. Null: a broker passes on what it says.
    pub key: Option<String>,
    /// Where it posts, with the key in it; below the address of this server.
    pub path: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CountsParams {
    /// First day, in the site's time zone.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// `day` unless given.
    #[serde(default)]
    pub by: CountsBy,
}

/// The sensors of a site, and how they fare.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/sensors", tag = "places", operation_id = "listSensors",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    responses((status = 200, body = SensorList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, site)): Path<(String, String)>,
) -> ApiResult<Json<SensorList>> {
    sites::stored(&state, &principal, &workspace, &site, None).await?;
    let of = state.workspace(&workspace).await?;
    let sensors = state.sensors.of_site(&of, &site).await?;
    let now_us = (state.intake.basis.now_us)();
    let sensors = sensors.into_iter().map(|(stored, connection)| SensorInfo::of(stored, connection, now_us));
    Ok(Json(SensorList { sensors: sensors.collect() }))
}

/// Add a sensor to a site. A key, where it pushes, is shown this once.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/sensors", tag = "places", operation_id = "addSensor",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id")),
    request_body = NewSensor,
    responses((status = 201, body = SensorMade), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn add(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, site)): Path<(String, String)>,
    trail: Trail,
    Json(new): Json<NewSensor>,
) -> ApiResult<(StatusCode, Json<SensorMade>)> {
    let at_us = (state.intake.basis.now_us)();
    let made = made(state.sensors.sealer(), (&workspace, &site), new, at_us)?;
    state.control.add_sensor(&workspace, &made.sensor, made.secrets.clone()).await?;
    state.sensors.forget().await;
    trail.target(&*made.sensor.id);
    trail.detail("site", &*site);
    Ok((StatusCode::CREATED, Json(SensorMade::of(made.sensor.id, made.secrets.key))))
}

/// A sensor to be added.
#[derive(Debug)]
pub struct Making {
    pub sensor: Sensor,
    pub secrets: SensorSecrets,
}

/// Makes a sensor of what was asked for, with a key or a sealed password of its own.
///
/// # Errors
/// A password or secret that is too long, or there are no random numbers.
pub fn made(
    sealer: &secrets::Sealer,
    (workspace, site): (&str, &str),
    new: NewSensor,
    created_at_us: i64,
) -> ApiResult<Making> {
    let (way, secret) = match new.way {
        NewSensorWay::Push(NewPush { validator, secret }) => (SensorWay::Push { validator }, secret),
        NewSensorWay::Mqtt(mqtt) => {
            let client_id = mqtt.client_id.unwrap_or_else(|| format!("throughline-{workspace}-{}", new.id));
            let NewMqtt { url, topic, user_name, password, .. } = mqtt;
            (SensorWay::Mqtt(Broker { url, topic, client_id, user_name }), password)
        }
    };
    let sealed = secret.map(|secret| sealer.seal(workspace, &new.id, &secret)).transpose()?;
    let key = match way {
        SensorWay::Push { .. } => Some(secrets::new_key().map_err(|error| ApiError::internal(&error))?),
        SensorWay::Mqtt(_) => None,
    };
    let sensor = Sensor {
        id: new.id,
        site: site.to_owned(),
        name: new.name,
        format: new.format,
        clock_zone: new.clock_zone,
        floor: new.floor,
        way,
        silent_after_seconds: new.silent_after_seconds.unwrap_or(SILENT_AFTER_SECONDS),
        created_at_us,
    };
    Ok(Making { sensor, secrets: SensorSecrets { key, sealed } })
}

/// Change a sensor.
#[utoipa::path(patch, path = "/v1/workspaces/{workspace}/sites/{site}/sensors/{sensor}", tag = "places", operation_id = "changeSensor",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("sensor" = String, Path, description = "Sensor id")),
    request_body = SensorChange,
    responses((status = 204, description = "Changed"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, site, sensor)): Path<(String, String, String)>,
    Json(change): Json<SensorChange>,
) -> ApiResult<StatusCode> {
    let before = stored(&state, &workspace, &site, &sensor).await?;
    let (changed, sealed) = change.of(state.sensors.sealer(), before)?;
    state.control.change_sensor(&workspace, &changed, sealed).await?;
    state.sensors.forget().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a sensor: its key opens nothing any more. What it said stays.
#[utoipa::path(delete, path = "/v1/workspaces/{workspace}/sites/{site}/sensors/{sensor}", tag = "places", operation_id = "removeSensor",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("sensor" = String, Path, description = "Sensor id")),
    responses((status = 204, description = "Removed"), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn remove(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, site, sensor)): Path<(String, String, String)>,
) -> ApiResult<StatusCode> {
    if !state.control.delete_sensor(&workspace, &site, &sensor).await? {
        return Err(sensor_unknown(&sensor));
    }
    state.sensors.forget().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace the key of a sensor that pushes; the old one goes on to open for a while. The new one is shown this once.
#[utoipa::path(post, path = "/v1/workspaces/{workspace}/sites/{site}/sensors/{sensor}/rotation", tag = "places",
    operation_id = "rotateSensorKey",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
           ("sensor" = String, Path, description = "Sensor id")),
    request_body = SensorKeyRotation,
    responses((status = 201, body = SensorMade), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn rotate_key(
    State(state): State<AppState>,
    _: Principal,
    Path((workspace, site, sensor)): Path<(String, String, String)>,
    Json(rotation): Json<SensorKeyRotation>,
) -> ApiResult<(StatusCode, Json<SensorMade>)> {
    if rotation.grace_hours > GRACE_HOURS_MAX {
        let message = format!("`grace_hours` is 0 to {GRACE_HOURS_MAX}");
        return Err(ApiError::bad_request("grace_invalid", message));
    }
    stored(&state, &workspace, &site, &sensor).await?;
    let key = secrets::new_key().map_err(|error| ApiError::internal(&error))?;
    let ends_us = (state.intake.basis.now_us)() + i64::from(rotation.grace_hours) * 3_600_000_000;
    state.control.rotate_sensor_key(&workspace, &site, &sensor, &key, ends_us).await?;
    state.sensors.forget().await;
    Ok((StatusCode::CREATED, Json(SensorMade::of(sensor, Some(key)))))
}

/// What counters of a site counted, by line and direction, by day or hour.
#[utoipa::path(get, path = "/v1/workspaces/{workspace}/sites/{site}/counts", tag = "places", operation_id = "placeCounts",
    params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"), CountsParams,
           ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
    responses((status = 200, body = PlaceCounts), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn counts(
    State(state): State<AppState>,
    principal: Principal,
    Path((workspace, site)): Path<(String, String)>,
    Query(params): Query<CountsParams>,
    headers: HeaderMap,
) -> ApiResult<Json<PlaceCounts>> {
    let stored = sites::stored(&state, &principal, &workspace, &site, None).await?;
    let site = ResolvedSite { version: stored.version, definition: stored.site };
    let workspace = state.workspace(&workspace).await?;
    let snapshot = state.lakes.snapshot(&workspace).await?;
    let work = |control: lake::Control| async move {
        let counts = place_counts(&snapshot, &site, (params.from, params.to), params.by, &control).await;
        counts.map_err(ApiError::from)
    };
    state.compute.run(&principal, &headers, work).await.map(Json)
}

/// A sensor of a site.
pub(super) async fn stored(state: &AppState, workspace: &str, site: &str, sensor: &str) -> ApiResult<StoredSensor> {
    state.workspace(workspace).await?;
    let all = state.control.sensors(workspace, Some(site)).await?;
    all.into_iter().find(|stored| stored.sensor.id == sensor).ok_or_else(|| sensor_unknown(sensor))
}

impl SensorChange {
    /// The sensor as it is changed, and what is sealed of it now, where that changes.
    ///
    /// # Errors
    /// What is of another way in than the sensor's, or a password or secret that is too long.
    pub fn of(self, sealer: &secrets::Sealer, before: StoredSensor) -> ApiResult<(Sensor, Option<Option<String>>)> {
        let StoredSensor { workspace, sensor, .. } = before;
        let filled = |text: String| if text.is_empty() { None } else { Some(text) };
        let of_push = self.validator.is_some() || self.secret.is_some();
        let of_mqtt =
            [&self.url, &self.topic, &self.client_id, &self.user_name, &self.password].into_iter().any(Option::is_some);
        let (way, given, forgotten) = match sensor.way {
            SensorWay::Push { validator } if !of_mqtt => {
                (SensorWay::Push { validator: self.validator.map_or(validator, filled) }, self.secret, false)
            }
            SensorWay::Mqtt(broker) if !of_push => {
                let changed = Broker {
                    url: self.url.unwrap_or_else(|| broker.url.clone()),
                    topic: self.topic.unwrap_or(broker.topic),
                    client_id: self.client_id.unwrap_or(broker.client_id),
                    user_name: self.user_name.map_or_else(|| broker.user_name.clone(), filled),
                };
                // A password is the broker's it was given for.
                let forgotten = (&changed.url, &changed.user_name) != (&broker.url, &broker.user_name);
                (SensorWay::Mqtt(changed), self.password, forgotten)
            }
            _ => {
                let message = "the way in of a sensor stays: what is of the other cannot be set";
                return Err(ApiError::bad_request("request_invalid", message).hint("remove it and add another one"));
            }
        };
        let sealed = match given.map(filled) {
            Some(Some(secret)) => Some(Some(sealer.seal(&workspace, &sensor.id, &secret)?)),
            Some(None) => Some(None),
            None => forgotten.then_some(None),
        };
        let changed = Sensor {
            name: self.name.unwrap_or(sensor.name),
            format: self.format.unwrap_or(sensor.format),
            clock_zone: self.clock_zone.map_or(sensor.clock_zone, filled),
            floor: self.floor.map_or(sensor.floor, filled),
            silent_after_seconds: self.silent_after_seconds.unwrap_or(sensor.silent_after_seconds),
            way,
            ..sensor
        };
        Ok((changed, sealed))
    }
}

impl SensorMade {
    fn of(id: String, key: Option<String>) -> SensorMade {
        SensorMade { id, path: key.as_ref().map(|key| format!("/sensor/{key}")), key }
    }
}

impl SensorInfo {
    pub fn of(stored: StoredSensor, connection: Option<Connection>, now_us: i64) -> SensorInfo {
        let StoredSensor { sensor, key_start, old_key, sealed, fares, .. } = stored;
        let last_us = fares.last_us.unwrap_or(sensor.created_at_us);
        let is_silent = now_us - last_us > i64::from(sensor.silent_after_seconds) * 1_000_000;
        let way = match sensor.way {
            SensorWay::Push { validator } => SensorWayInfo::Push(PushInfo {
                key_start: key_start.unwrap_or_default(),
                old_key_until_us: old_key.map(|(_, until_us)| until_us).filter(|until_us| *until_us > now_us),
                validator,
                has_secret: sealed.is_some(),
            }),
            SensorWay::Mqtt(Broker { url, topic, client_id, user_name }) => {
                let has_password = sealed.is_some();
                SensorWayInfo::Mqtt(MqttInfo { url, topic, client_id, user_name, has_password, connection })
            }
        };
        SensorInfo {
            id: sensor.id,
            name: sensor.name,
            format: sensor.format,
            clock_zone: sensor.clock_zone,
            floor: sensor.floor,
            way,
            silent_after_seconds: sensor.silent_after_seconds,
            created_us: sensor.created_at_us,
            last_us: fares.last_us,
            accepted: fares.accepted,
            refused: fares.refused,
            refusal: fares.refusal.map(SensorRefusalInfo::from),
            silent_since_us: is_silent.then_some(last_us),
        }
    }
}

impl From<SensorRefusal> for SensorRefusalInfo {
    fn from(refusal: SensorRefusal) -> SensorRefusalInfo {
        let SensorRefusal { at_us, code, field, reason } = refusal;
        SensorRefusalInfo { at_us, code, field, reason }
    }
}

fn sensor_unknown(id: &str) -> ApiError {
    ApiError::not_found("sensor_unknown", format!("this site has no sensor `{id}`"))
        .hint("`GET /v1/workspaces/{workspace}/sites/{site}/sensors` lists them")
}
