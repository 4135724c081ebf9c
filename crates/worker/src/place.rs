//! Positions of the floor: files into the lake's table of tracks, and the events that follow from its days.
//!
//! A file is read in parts; each part is salted, laid on the plan and committed with how far the file was read, so that an
//! import that is stopped goes on there. Then every day of the site that was not read yet as its positions, plan and rules
//! are now is read anew, and its events put in place of those of before. Not here: what makes a visit, which is
//! `analysis`'s, and receipts.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use analysis::place::{PlaceReport, ResolvedSite, day_events, said_by_day};
use chrono::NaiveDate;
use control::{Control, Salt};
use ingest::SourceFile;
use ingest::place::{Arrival, Decoded, Sensor};
use lake::{ImportKey, ImportState, Lake, Sighting, TrackDay, TrackDayRows};
use model::event::Rejection;
use model::place::Site;
use model::place::observation::{Located, Observation, Position, Seen, SubjectKind};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::{DataFolder, create_private};
use crate::import::{Outcome, Phase, Progress, Target, Watch, batch_id};
use crate::random;

/// Lines that are decoded at a time: fewer than a payload may hold.
const PART_LINES: usize = 8_000;

/// Sightings of one commit: some 60 bytes each stand in memory.
const COMMIT_SIGHTINGS: usize = 1_000_000;

/// Longest line that is read.
const LINE_BYTES_MAX: usize = 64 << 10;

/// How far from the origin a position may lie, in millimetres: what a floor's coordinates may be.
const POSITION_MM_MAX: f64 = 10_000_000.0;

/// Files of positions to bring to a site.
#[derive(Debug, Clone)]
pub struct PlaceImport {
    pub workspace: String,
    pub site: ResolvedSite,
    pub files: Vec<SourceFile>,
}

/// What an import of positions came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlaceSummary {
    pub files: Vec<PlaceFile>,
    pub days: Vec<PlaceDay>,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceFile {
    pub file: PathBuf,
    pub outcome: Outcome,
    /// Of this run.
    pub sightings: u64,
    /// Rows of other things than positions.
    pub skipped: u64,
    pub rejected: u64,
    pub rejected_by: BTreeMap<String, u64>,
    pub rejects_file: Option<PathBuf>,
}

/// What became of one day.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceDay {
    pub day: NaiveDate,
    /// Events written; 0 where the day was read before as it is now.
    pub events: u64,
    /// Events of before that were taken away.
    pub replaced: u64,
    pub unchanged: bool,
    pub report: Option<PlaceReport>,
}

/// Imports files of positions (`track_id,t,x,y,floor,kind`), then reads what days changed.
///
/// # Errors
/// `Cancelled` where stopped: what was committed stays, and the same call goes on.
pub async fn import_positions(target: Target<'_>, request: &PlaceImport, watch: &Watch) -> Result<PlaceSummary> {
    let mut summary = PlaceSummary::default();
    for number in 0..request.files.len() {
        let mut job = Job { target, request, watch, number, salts: HashMap::new() };
        summary.files.push(job.file().await?);
    }
    summary.days = replay(target.lake, &request.site, watch).await?;
    Ok(summary)
}

/// Reads every day of a site anew that was not read as its positions, plan and rules are now.
///
/// # Errors
/// As of [`import_positions`].
pub async fn replay(lake: &Lake, site: &ResolvedSite, watch: &Watch) -> Result<Vec<PlaceDay>> {
    let mut days = Vec::new();
    let snapshot = lake.snapshot().await?;
    let said = watch.lending(async |control| said_by_day(&snapshot, site, control).await).await;
    let said = said.map_err(Error::Analysis)?;
    drop(snapshot);
    for rows in lake.track_days().await?.into_iter().filter(|rows| rows.of.site == site.definition.id) {
        if watch.stop.is_cancelled() {
            return Err(Error::Cancelled);
        }
        days.push(
            watch
                .lending(async |control| {
                    let said = said.get(&rows.of.day).copied().unwrap_or_default();
                    replay_day(lake, site, (&rows, said), control).await
                })
                .await?,
        );
    }
    Ok(days)
}

async fn replay_day(
    lake: &Lake,
    site: &ResolvedSite,
    (rows, said): (&TrackDayRows, i64),
    control: &lake::Control,
) -> Result<PlaceDay> {
    let (source, file) = (format!("place:{}", rows.of.site), rows.of.day.to_string());
    let mapping = fingerprint(&site.definition, rows, said);
    let key = ImportKey { batch: batch_id(&source, &file, mapping), source, file, mapping };
    let day = rows.of.day;
    let known = lake.import_state(&key).await?;
    if let ImportState::Known { mapping: before, complete: true, .. } = known
        && before == mapping
    {
        return Ok(PlaceDay { day, events: 0, replaced: 0, unchanged: true, report: None });
    }
    let snapshot = lake.snapshot().await?;
    let (events, report) = day_events(&snapshot, site, &rows.of, now_us(), control).await.map_err(Error::Analysis)?;
    let count = events.len() as u64;
    let replaced = lake.replace_import(&key, events).await?;
    Ok(PlaceDay { day, events: count, replaced, unchanged: false, report: Some(report) })
}

/// What a day's events follow from: the plan that holds, the rules, the positions there are, what tills and cards said.
fn fingerprint(site: &Site, rows: &TrackDayRows, said: i64) -> i64 {
    let plan = site.plan_on(rows.of.day);
    let read_by = serde_json::to_vec(&(plan, &site.rules, &site.time_zone)).unwrap_or_default();
    let numbers = [rows.sightings, rows.bytes, rows.files].map(u64::to_le_bytes);
    model::hash::parts(&[b"place", &read_by, &numbers.concat(), &said.to_le_bytes()])
}

struct Job<'a> {
    target: Target<'a>,
    request: &'a PlaceImport,
    watch: &'a Watch,
    number: usize,
    salts: HashMap<NaiveDate, Salt>,
}

/// A part of a file, read.
struct Part {
    decoded: Decoded,
    /// Lines of the file read so far.
    lines: u64,
    bytes: u64,
}

impl Job<'_> {
    async fn file(&mut self) -> Result<PlaceFile> {
        let file = self.request.files[self.number].clone();
        self.report(Phase::Hashing, 0, 0);
        let hashed = file.clone();
        let content = tokio::task::spawn_blocking(move || hashed.content_hash()).await??;
        let content: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = self.target.lake.tracks_key(&self.request.site.definition.id, &content).await?;
        let read = self.target.lake.tracks_read(&key).await?;
        let mut summary = PlaceFile {
            file: file.path.clone(),
            outcome: if read.position > 0 { Outcome::Resumed } else { Outcome::Imported },
            sightings: 0,
            skipped: 0,
            rejected: 0,
            rejected_by: BTreeMap::new(),
            rejects_file: None,
        };
        if read.complete {
            summary.outcome = Outcome::Unchanged;
            return Ok(summary);
        }
        let path = rejects_path(self.target.folder, &self.request.workspace, &key);
        if read.position == 0 && path.is_file() {
            std::fs::remove_file(&path).map_err(|source| Error::io("write", &path, source))?;
        }
        let zone = self.request.site.definition.time_zone.clone();
        let mut parts = parts(&file, read.position, zone);
        let mut waiting: BTreeMap<TrackDay, Vec<Sighting>> = BTreeMap::new();
        let (mut position, mut held) = (read.position, 0);
        while let Some(part) = parts.recv().await {
            if self.watch.stop.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let Part { decoded, lines, bytes } = part?;
            let before = position;
            position = lines;
            summary.skipped += decoded.skipped;
            let mut rejections = decoded.rejections;
            for rejection in &mut rejections {
                rejection.line += before.max(1);
                // Without the row: it names somebody.
                rejection.original.clear();
            }
            for observation in decoded.observations {
                match self.sighting(observation).await? {
                    Laid::On(of, sighting) => {
                        waiting.entry(of).or_default().push(sighting);
                        (summary.sightings, held) = (summary.sightings + 1, held + 1);
                    }
                    Laid::Skipped => summary.skipped += 1,
                    Laid::Rejected(mut rejection) => {
                        rejection.line = before.max(1) + 1;
                        rejection.reason.push_str(&format!(" (between lines {} and {position})", rejection.line));
                        rejections.push(rejection);
                    }
                }
            }
            for rejection in &rejections {
                summary.rejected += 1;
                *summary.rejected_by.entry(rejection.code.clone()).or_default() += 1;
            }
            if !rejections.is_empty() {
                write_rejects(&path, &rejections)?;
                summary.rejects_file = Some(path.clone());
            }
            if held >= COMMIT_SIGHTINGS {
                let days = std::mem::take(&mut waiting).into_iter().collect();
                self.target.lake.add_tracks(&key, days, position, false).await?;
                held = 0;
            }
            self.report(Phase::Importing, bytes, summary.sightings);
        }
        self.target.lake.add_tracks(&key, waiting.into_iter().collect(), position.max(1), true).await?;
        Ok(summary)
    }

    /// A position in the site's terms, its subject salted.
    async fn sighting(&mut self, observation: Observation) -> Result<Laid> {
        let site = &self.request.site.definition;
        let Observation { time_us, floor, seen, .. } = observation;
        let Seen::Position(Position { subject, at, error_m, .. }) = seen else { return Ok(Laid::Skipped) };
        let rejected = |code: &str, field: &str, reason: String| {
            let (code, field) = (code.to_owned(), Some(field.to_owned()));
            Ok(Laid::Rejected(Rejection { line: 0, code, field, reason, original: String::new() }))
        };
        let Located::Frame(at) = at else {
            return rejected("position_of_earth", "x", "it is in degrees; positions are metres on a floor".to_owned());
        };
        let Some(day) = site.day_of(time_us) else {
            return rejected("time_beyond", "t", "its time lies beyond the calendar".to_owned());
        };
        let Some(plan) = site.plan_on(day) else {
            let reason = format!("no plan of the site holds on {day}; give one that does, with its day");
            return rejected("plan_missing", "t", reason);
        };
        let frame = match (&floor, plan.floors.as_slice()) {
            (None, [only]) => plan.frame(&only.id),
            (Some(reference), _) => plan.frame(reference),
            (None, _) => None,
        };
        let Some((floor, to_floor)) = frame else {
            let named = floor.map_or("it names no floor".to_owned(), |floor| format!("there is no floor `{floor}`"));
            let known: Vec<&str> = plan.floors.iter().map(|floor| floor.id.as_str()).collect();
            let reason = format!("{named}; the site has {}, and names of sensors in `frames`", known.join(", "));
            return rejected("floor_unknown", "floor", reason);
        };
        let [x, y] = to_floor.apply(at).map(|metres| (metres * 1_000.0).round());
        if !(x.abs() <= POSITION_MM_MAX && y.abs() <= POSITION_MM_MAX) {
            return rejected(
                "position_far",
                "x",
                "it lies more than 10 km from the origin; are the units right?".into(),
            );
        }
        let kind = match subject.kind {
            SubjectKind::Track => "track",
            SubjectKind::Device { .. } => "device",
            SubjectKind::Tag => "tag",
        };
        let floor: Arc<str> = Arc::from(floor.id.as_str());
        let of = TrackDay { site: site.id.clone(), day };
        let track = self.salt(day).await?.hash(kind, &subject.id);
        let error_mm = error_m.map(|error| (error * 1_000.0).round().clamp(0.0, POSITION_MM_MAX) as i32);
        let staff = subject.is_staff;
        Ok(Laid::On(of, Sighting { track, time_us, floor, x_mm: x as i32, y_mm: y as i32, error_mm, staff }))
    }

    async fn salt(&mut self, day: NaiveDate) -> Result<&Salt> {
        if !self.salts.contains_key(&day) {
            let (workspace, site) = (&self.request.workspace, &self.request.site.definition.id);
            let control: &Control = self.target.control;
            let salt = control.place_salt(workspace, site, day, random::bytes()?, now_us()).await?;
            self.salts.insert(day, salt);
        }
        Ok(&self.salts[&day])
    }

    fn report(&self, phase: Phase, bytes: u64, rows: u64) {
        let sizes = |files: &[SourceFile]| files.iter().map(|file| file.bytes).sum::<u64>();
        (self.watch.progress)(Progress {
            file: &self.request.files[self.number].path,
            file_number: self.number + 1,
            files: self.request.files.len(),
            phase,
            done: sizes(&self.request.files[..self.number]) + bytes,
            total: sizes(&self.request.files),
            rows,
        });
    }
}

/// What became of an observation.
enum Laid {
    On(TrackDay, Sighting),
    Skipped,
    Rejected(Rejection),
}

fn rejects_path(folder: &DataFolder, workspace: &str, key: &str) -> PathBuf {
    folder.rejects(workspace).join(format!("{:016x}.ndjson", model::hash::parts(&[b"tracks", key.as_bytes()])))
}

fn write_rejects(path: &std::path::Path, rejections: &[Rejection]) -> Result<()> {
    if let Some(parent) = path.parent() {
        create_private(parent)?;
    }
    let mut lines = Vec::new();
    for rejection in rejections {
        // A rejection is strings and a number: it cannot fail to serialise.
        serde_json::to_writer(&mut lines, rejection).unwrap_or_default();
        lines.push(b'\n');
    }
    let file = File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(&lines)).map_err(|source| Error::io("write", path, source))
}

/// Starts reading on a thread of its own, after `skip` lines. It ends when the file does or the receiver is dropped.
fn parts(file: &SourceFile, skip: u64, zone: String) -> mpsc::Receiver<Result<Part>> {
    let (sender, receiver) = mpsc::channel(2);
    let path = file.path.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read_parts(&path, skip, &zone, &sender) {
            // A closed channel means that the import was stopped or failed; there is nobody left to tell.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn read_parts(path: &std::path::Path, skip: u64, zone: &str, sender: &mpsc::Sender<Result<Part>>) -> Result<()> {
    let failed = |source| Error::io("read", path, source);
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
    let (mut lines, mut bytes) = (0, 0);
    let mut header = Vec::new();
    let mut body = Vec::new();
    let arrival = Arrival { received_at_us: now_us(), zone: Some(zone) };
    loop {
        let (mut line, mut limited) = (Vec::new(), std::io::Read::take(&mut reader, LINE_BYTES_MAX as u64 + 1));
        let read = limited.read_until(b'\n', &mut line).map_err(failed)?;
        if line.len() > LINE_BYTES_MAX {
            let reason = format!("line {} is longer than {LINE_BYTES_MAX} bytes", lines + 1);
            return Err(ingest::Error::Limit { path: path.to_owned(), detail: reason }.into());
        }
        bytes += read as u64;
        let ended = read == 0;
        if !ended {
            lines += 1;
            if lines == 1 {
                header.clone_from(&line);
            } else if lines > skip {
                body.extend_from_slice(&line);
            }
        }
        let full = (lines - skip.min(lines)) as usize >= PART_LINES && (lines as usize).is_multiple_of(PART_LINES);
        if !body.is_empty() && (ended || full) || (ended && lines <= 1) {
            let whole = [header.as_slice(), &body].concat();
            let decoded = ingest::place::read(Sensor::TrackCsv, &whole, &arrival)
                .map_err(|refusal| Error::NoPositions { path: path.to_owned(), reason: refusal.to_string() })?;
            body.clear();
            if sender.blocking_send(Ok(Part { decoded, lines, bytes })).is_err() {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}
