//! Sensors that deliver by themselves: who they are, what becomes of a payload, and when days are read anew.
//!
//! ```text
//! door, broker ──► decode, check, lay on the floor, salt ──► the lake's log of arrivals ──► acknowledged
//!                                                              └ fold, every few seconds ──► tracks, counts ──► events of the days
//! ```
//!
//! A payload that is sent again counts once: rows that say the same are one. What was acknowledged and not folded when the
//! server ends is folded by the next. How a sensor fares is counted in memory and noted every few seconds.
//!
//! Not here: HTTP ([`crate::doors`]), what bytes mean (`ingest::place`), where rows lie (`worker::place`).

mod fold;
mod mqtt;
mod packet;
pub mod secrets;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::place::ResolvedSite;
use axum::body::Bytes;
use axum::http::StatusCode;
use control::{Control, SensorFares, SensorRefusal, StoredSensor, Workspace};
use ingest::place::{Arrival, Decoded};
use lake::{Arrived, TrackDay};
use model::event::Rejection;
use model::place::sensor::SensorWay;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use worker::folder::DataFolder;
use worker::place::{Laid, Laying, Salts};

use crate::basis::Basis;
use crate::config::Limits;
use crate::error::{ApiError, ApiResult};
use crate::health::{Health, Trouble};
use crate::intake::{come_again, not_durable, not_writable, too_slow};
use crate::lakes::Lakes;
use crate::secret::Secret;
use secrets::Sealer;

/// How long what is known of sensors and of their sites is taken for true, and how often what came is noted.
const REMEMBERED: Duration = Duration::from_secs(5);

/// How long salts are held here: they are the control database's to forget.
const SALTS_HELD: Duration = Duration::from_secs(3_600);

/// Longest key that is looked up.
const KEY_BYTES_MAX: usize = 200;

/// Workspace, when it was made, and sensor.
type Id = (String, i64, String);

/// With since when it is.
type Remembered<K, V> = HashMap<K, (Instant, V)>;

/// The sensors of a server. One per server.
#[derive(Debug)]
pub struct Sensors {
    control: Control,
    folder: DataFolder,
    lakes: Lakes,
    health: Arc<Health>,
    basis: Basis,
    limits: Limits,
    sealer: Sealer,
    known: Mutex<Known>,
    loading: tokio::sync::Mutex<()>,
    noting: tokio::sync::Mutex<()>,
    sites: Mutex<Remembered<(String, String), Arc<ResolvedSite>>>,
    salts: tokio::sync::Mutex<Remembered<Id, Salts>>,
    folds: Mutex<fold::Due>,
    news: Notify,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Known {
    since: Option<Instant>,
    /// How often something was changed here.
    changes: u64,
    sensors: HashMap<Id, Arc<Entry>>,
    by_key: HashMap<String, (Id, Option<i64>)>,
}

/// A sensor as it is known here.
#[derive(Debug)]
pub struct Entry {
    pub workspace: Workspace,
    pub stored: StoredSensor,
    /// The broker's password, or the secret in a vendor's posts.
    secret: Option<Secret>,
    /// There is one, and it does not open: the data folder's key is another one.
    pub sealed_shut: bool,
    running: Arc<Running>,
}

/// What goes on with a sensor, whatever becomes of its definition.
#[derive(Debug)]
struct Running {
    /// What came since it was last noted.
    news: Mutex<SensorFares>,
    rate: Mutex<Rate>,
    connection: Mutex<Option<Connection>>,
}

#[derive(Debug)]
struct Rate {
    left: f64,
    filled: Instant,
}

/// How it stands with a sensor's broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Connection {
    pub connected: bool,
    /// Since when, UTC microseconds.
    pub since_us: i64,
    /// Why it is not, or what went wrong last.
    pub trouble: Option<String>,
}

/// What became of a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Positions and counts that are durable now.
    pub accepted: u64,
    /// Items of which nothing is kept.
    pub skipped: u64,
    pub rejected: Vec<Rejection>,
}

impl Sensors {
    /// # Errors
    /// If the key of what is sealed cannot be read or made.
    pub fn new(
        (control, folder, lakes): (Control, DataFolder, Lakes),
        health: Arc<Health>,
        basis: Basis,
        limits: Limits,
    ) -> worker::Result<Sensors> {
        let sealer = Sealer::new(&folder.sensor_key()?);
        Ok(Sensors {
            control,
            folder,
            lakes,
            health,
            basis,
            limits,
            sealer,
            known: Mutex::default(),
            loading: tokio::sync::Mutex::default(),
            noting: tokio::sync::Mutex::default(),
            sites: Mutex::default(),
            salts: tokio::sync::Mutex::default(),
            folds: Mutex::default(),
            news: Notify::new(),
            changed: Notify::new(),
        })
    }

    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Forgets what is known, after sensors or sites changed here.
    pub async fn forget(&self) {
        {
            let mut known = self.known.lock();
            known.since = None;
            known.changes += 1;
        }
        self.sites.lock().clear();
        self.salts.lock().await.clear();
        self.changed.notify_one();
    }

    /// What a key opens.
    ///
    /// # Errors
    /// 401 where it opens nothing, or nothing any more.
    pub async fn open(&self, key: &str) -> ApiResult<Arc<Entry>> {
        let refused = || {
            ApiError::new(StatusCode::UNAUTHORIZED, "key_refused", "the key opens no sensor's door")
                .hint("the page of the site shows the address of each sensor; a key is replaced there")
        };
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(refused());
        }
        self.look_up().await?;
        let known = self.known.lock();
        let (id, ends_us) = known.by_key.get(&control::sensor_key_hash(key)).ok_or_else(refused)?;
        if ends_us.is_some_and(|ends_us| ends_us <= (self.basis.now_us)()) {
            return Err(refused());
        }
        known.sensors.get(id).cloned().ok_or_else(refused)
    }

    /// The sensors of a site, with all that came of each, and how it stands with its broker.
    pub async fn of_site(
        &self,
        workspace: &Workspace,
        site: &str,
    ) -> ApiResult<Vec<(StoredSensor, Option<Connection>)>> {
        self.look_up().await?;
        // What is being noted is neither missed nor counted twice.
        let _still = self.noting.lock().await;
        let stored = self.control.sensors(&workspace.id, Some(site)).await?;
        let known = self.known.lock();
        let with_news = stored.into_iter().map(|mut stored| {
            let id = (workspace.id.clone(), workspace.created_at_us, stored.sensor.id.clone());
            let Some(entry) = known.sensors.get(&id) else { return (stored, None) };
            stored.fares = together(stored.fares, &entry.running.news.lock());
            let connection = entry.running.connection.lock().clone();
            (stored, connection)
        });
        Ok(with_news.collect())
    }

    /// Takes `items` from what a sensor may send now.
    ///
    /// # Errors
    /// 429 with the time to wait.
    fn spend(&self, entry: &Entry, items: usize) -> ApiResult<()> {
        let per_second = f64::from(self.limits.key_messages_per_second.max(1));
        let mut rate = entry.running.rate.lock();
        let burst = 2.0 * per_second;
        rate.left = (rate.left + rate.filled.elapsed().as_secs_f64() * per_second).min(burst);
        rate.filled = Instant::now();
        let wanted = (items as f64).min(burst);
        if rate.left >= wanted {
            rate.left -= wanted;
            return Ok(());
        }
        let seconds = ((wanted - rate.left) / per_second).ceil().max(1.0) as u32;
        let message = format!("a sensor may send {per_second} positions and counts a second");
        Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message)
            .hint("send it again later; `server.key_messages_per_second` sets the limit")
            .retry_after(seconds))
    }

    /// Takes a payload in; what it returns is durable.
    ///
    /// # Errors
    /// A payload that is none of the sensor's vendor's, which is counted as refused; or 429 and 503 with the time to wait.
    pub async fn take(
        &self,
        entry: &Arc<Entry>,
        (body, encoding): (Bytes, String),
        room: Option<OwnedSemaphorePermit>,
    ) -> ApiResult<Delivered> {
        match self.try_take(entry, body, encoding, room).await {
            Ok(delivered) => {
                let newest =
                    delivered.rejected.last().map(|it| (it.code.as_str(), it.field.as_deref(), it.reason.as_str()));
                self.note(entry, delivered.accepted, delivered.rejected.len() as u64, newest, true);
                Ok(delivered)
            }
            Err(error) => {
                if error.status.is_client_error() && error.status != StatusCode::TOO_MANY_REQUESTS {
                    self.note(entry, 0, 1, Some((error.code, None, &error.message)), false);
                }
                Err(error)
            }
        }
    }

    /// Counts something as refused that was never read.
    pub(crate) fn refuse(&self, entry: &Entry, code: &str, reason: &str) {
        self.note(entry, 0, 1, Some((code, None, reason)), false);
    }

    fn note(&self, entry: &Entry, accepted: u64, refused: u64, newest: Option<(&str, Option<&str>, &str)>, seen: bool) {
        let at_us = (self.basis.now_us)();
        let mut news = entry.running.news.lock();
        news.accepted += accepted;
        news.refused += refused;
        if seen {
            news.last_us = Some(at_us);
        }
        if let Some((code, field, reason)) = newest {
            let (code, field, reason) = (code.to_owned(), field.map(str::to_owned), reason.to_owned());
            news.refusal = Some(SensorRefusal { at_us, code, field, reason });
        }
    }

    async fn try_take(
        &self,
        entry: &Arc<Entry>,
        body: Bytes,
        encoding: String,
        room: Option<OwnedSemaphorePermit>,
    ) -> ApiResult<Delivered> {
        let until = tokio::time::Instant::now() + self.limits.append_timeout;
        let site = self.site(entry).await?;
        let received_at_us = (self.basis.now_us)();
        let zone = entry.stored.sensor.clock_zone.clone().unwrap_or_else(|| site.definition.time_zone.clone());
        let format = entry.stored.sensor.format;
        let decode = move || {
            let body = ingest::place::unpacked(&encoding, &body)?;
            ingest::place::read(format.into(), &body, &Arrival { received_at_us, zone: Some(&zone) })
        };
        let decoded = tokio::task::spawn_blocking(decode).await.map_err(|error| ApiError::internal(&error))?;
        let Decoded { secret, observations, mut rejections, skipped } = decoded.map_err(|refusal| {
            let status = if refusal.too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
            ApiError::new(status, refusal.code, refusal.reason)
        })?;
        self.check_secret(entry, secret.as_deref())?;
        self.spend(entry, observations.len() + rejections.len())?;
        // What is told and kept of a rejection names nobody.
        rejections.iter_mut().for_each(|rejection| rejection.original.clear());
        let mut delivered = Delivered { accepted: 0, skipped, rejected: rejections };
        let mut days: HashMap<TrackDay, Arrived> = HashMap::new();
        let sensor = &entry.stored.sensor;
        let laying = Laying {
            control: &self.control,
            workspace: &entry.workspace.id,
            site: &site.definition,
            sensor: Some((&sensor.id, sensor.floor.as_deref())),
        };
        {
            let of = (entry.workspace.id.clone(), entry.workspace.created_at_us, sensor.site.clone());
            let mut salts = self.salts.lock().await;
            let (since, salts) = salts.entry(of).or_insert_with(|| (Instant::now(), Salts::default()));
            if since.elapsed() > SALTS_HELD {
                (*since, *salts) = (Instant::now(), Salts::default());
            }
            for observation in observations {
                match laying.lay(observation, salts).await? {
                    Laid::Seen(of, sighting) => {
                        day(&mut days, of).sightings.push(sighting);
                        delivered.accepted += 1;
                    }
                    Laid::Counted(of, rows) => {
                        delivered.accepted += rows.len() as u64;
                        day(&mut days, of).counted.extend(rows);
                    }
                    Laid::Skipped => delivered.skipped += 1,
                    Laid::Rejected(rejection) => delivered.rejected.push(rejection),
                }
            }
        }
        if !days.is_empty() {
            self.keep(&entry.workspace, days.into_values().collect(), room, until).await?;
            self.fold_soon(&entry.workspace);
        }
        Ok(delivered)
    }

    /// Makes a delivery durable. Beyond `until` the sender is not kept waiting, and the work goes on.
    async fn keep(
        &self,
        workspace: &Workspace,
        arrived: Vec<Arrived>,
        room: Option<OwnedSemaphorePermit>,
        until: tokio::time::Instant,
    ) -> ApiResult<()> {
        let (lakes, health, of) = (self.lakes.clone(), Arc::clone(&self.health), workspace.clone());
        let work = tokio::spawn(async move {
            let done = match lakes.writer(&of).await {
                Ok(lake) => {
                    let done = lake.arrive(arrived).await;
                    if let Err(lake::Error::LogStopped { .. }) = &done {
                        lakes.let_go(&of, &lake).await;
                    }
                    done.map_err(|error| match error {
                        lake::Error::Limit { .. } => (come_again("more came than is worked through"), None),
                        error => not_durable(&of, error),
                    })
                }
                Err(error) => Err(not_writable(&of, error)),
            };
            drop(room);
            match &done {
                Ok(()) => {
                    health.recovered(Some(&of), Trouble::StorageFailing);
                    health.recovered(Some(&of), Trouble::DataDamaged);
                }
                Err((_, Some(trouble))) => health.failed(Some(&of), *trouble),
                Err((_, None)) => {}
            }
            done.map_err(|(error, _)| error)
        });
        match tokio::time::timeout_at(until, work).await {
            Ok(done) => done.map_err(|error| ApiError::internal(&error))?,
            Err(_) => {
                self.health.failed(Some(workspace), Trouble::StorageFailing);
                Err(too_slow())
            }
        }
    }

    /// Where posts of the vendor carry a secret and the sensor has one, they are the same.
    fn check_secret(&self, entry: &Entry, given: Option<&str>) -> ApiResult<()> {
        if !matches!(entry.stored.sensor.way, SensorWay::Push { .. }) || entry.stored.sealed.is_none() {
            return Ok(());
        }
        let hash = |text: &str| blake3::hash(text.as_bytes());
        let fits = entry.secret.as_ref().zip(given).is_some_and(|(own, given)| hash(&own.0) == hash(given));
        if fits {
            return Ok(());
        }
        let message = match given {
            None => "the payload carries no secret, and the sensor has one",
            Some(_) if entry.sealed_shut => "the sensor's secret cannot be read any more; give it anew",
            Some(_) => "the secret in the payload is not the sensor's",
        };
        Err(ApiError::new(StatusCode::FORBIDDEN, "secret_refused", message)
            .hint("set the same secret here and in the vendor's dashboard"))
    }

    /// The site of a sensor, at its newest version.
    async fn site(&self, entry: &Entry) -> ApiResult<Arc<ResolvedSite>> {
        let key = (entry.workspace.id.clone(), entry.stored.sensor.site.clone());
        let known = self
            .sites
            .lock()
            .get(&key)
            .filter(|(since, _)| since.elapsed() < REMEMBERED)
            .map(|(_, site)| Arc::clone(site));
        if let Some(site) = known {
            return Ok(site);
        }
        let stored = self.control.site(&key.0, &key.1, None).await?;
        let stored = stored
            .ok_or_else(|| ApiError::not_found("site_unknown", format!("there is no site `{}` any more", key.1)))?;
        let site = Arc::new(ResolvedSite { version: stored.version, definition: stored.site });
        self.sites.lock().insert(key, (Instant::now(), Arc::clone(&site)));
        Ok(site)
    }

    /// Sees to it that what is known is not old.
    async fn look_up(&self) -> ApiResult<()> {
        let fresh = || self.known.lock().since.is_some_and(|since| since.elapsed() < REMEMBERED);
        if fresh() {
            return Ok(());
        }
        let _one = self.loading.lock().await;
        if fresh() {
            return Ok(());
        }
        let (begun, changes) = (Instant::now(), self.known.lock().changes);
        self.load().await?;
        let mut known = self.known.lock();
        // What was changed meanwhile is looked up once more.
        known.since = (known.changes == changes).then_some(begun);
        Ok(())
    }

    async fn load(&self) -> ApiResult<()> {
        let stored = self.control.all_sensors().await?;
        let workspaces: HashMap<String, Workspace> =
            self.control.workspaces().await?.into_iter().map(|it| (it.id.clone(), it)).collect();
        let mut known = self.known.lock();
        let before = std::mem::take(&mut known.sensors);
        known.by_key.clear();
        for stored in stored {
            let Some(workspace) = workspaces.get(&stored.workspace).cloned() else { continue };
            let id = (workspace.id.clone(), workspace.created_at_us, stored.sensor.id.clone());
            let same = |entry: &&Arc<Entry>| entry.stored.sensor.created_at_us == stored.sensor.created_at_us;
            let running = before.get(&id).filter(same).map(|entry| Arc::clone(&entry.running));
            let secret =
                stored.sealed.as_ref().and_then(|sealed| self.sealer.open(&workspace.id, &stored.sensor.id, sealed));
            for (hash, ends_us) in stored
                .key_hash
                .iter()
                .map(|hash| (hash, None))
                .chain(stored.old_key.iter().map(|(hash, ends_us)| (hash, Some(*ends_us))))
            {
                known.by_key.insert(hash.clone(), (id.clone(), ends_us));
            }
            let entry = Entry {
                sealed_shut: stored.sealed.is_some() && secret.is_none(),
                secret,
                running: running.unwrap_or_else(|| Arc::new(Running::new())),
                workspace,
                stored,
            };
            known.sensors.insert(id, Arc::new(entry));
        }
        Ok(())
    }

    /// Looks after sensors until the server ends: brokers, what came of each, and days with news.
    pub async fn run(self: Arc<Self>, stopping: CancellationToken) {
        self.find_left_over().await;
        tokio::join!(self.fold_all(&stopping), self.look_after(&stopping));
    }

    async fn look_after(self: &Arc<Self>, stopping: &CancellationToken) {
        let mut brokers = mqtt::Brokers::default();
        while !stopping.is_cancelled() {
            match self.look_up().await {
                Ok(()) => {
                    let entries: Vec<_> =
                        self.known.lock().sensors.iter().map(|(id, entry)| (id.clone(), Arc::clone(entry))).collect();
                    brokers.follow(self, entries, stopping);
                }
                Err(error) => tracing::warn!(error = error.message, "sensors cannot be looked up"),
            }
            self.note_all().await;
            tokio::select! {
                () = stopping.cancelled() => {}
                () = self.changed.notified() => {}
                () = tokio::time::sleep(REMEMBERED) => {}
            }
        }
        brokers.ended().await;
        self.note_all().await;
    }

    /// Writes down what came of sensors.
    async fn note_all(&self) {
        let _alone = self.noting.lock().await;
        let entries: Vec<Arc<Entry>> = self.known.lock().sensors.values().cloned().collect();
        let mut taken = Vec::new();
        for entry in entries {
            let news = std::mem::take(&mut *entry.running.news.lock());
            if news != SensorFares::default() {
                taken.push((entry, news));
            }
        }
        let noted = |(entry, news): &(Arc<Entry>, SensorFares)| {
            (entry.workspace.id.clone(), entry.stored.sensor.id.clone(), news.clone())
        };
        let rows: Vec<_> = taken.iter().map(noted).collect();
        if let Err(error) = self.control.note_sensors(&rows).await {
            tracing::warn!(%error, "what came of sensors could not be noted and is kept for the next time");
            for (entry, news) in taken {
                let mut now = entry.running.news.lock();
                *now = together(news, &now);
            }
        }
    }
}

impl Running {
    fn new() -> Running {
        // As much as may be saved up.
        let rate = Rate { left: f64::MAX, filled: Instant::now() };
        Running { news: Mutex::default(), rate: Mutex::new(rate), connection: Mutex::default() }
    }
}

/// What came before and after.
fn together(before: SensorFares, after: &SensorFares) -> SensorFares {
    SensorFares {
        last_us: after.last_us.or(before.last_us),
        accepted: before.accepted + after.accepted,
        refused: before.refused + after.refused,
        refusal: after.refusal.clone().or(before.refusal),
    }
}

fn day(days: &mut HashMap<TrackDay, Arrived>, of: TrackDay) -> &mut Arrived {
    days.entry(of.clone()).or_insert_with(|| Arrived { of, sightings: Vec::new(), counted: Vec::new() })
}
