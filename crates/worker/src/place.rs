//! Positions and counts of the floor: files into the lake's tables, and the events that follow from days of positions.
//!
//! A file is read in parts; each part is salted, laid on the plan and committed with how far the file was read, so that an
//! import that is stopped goes on there. Then every day of the site that was not read yet as its positions, plan and rules
//! are now is read anew, and its events put in place of those of before. Not here: what makes a visit, which is
//! `analysis`'s, and receipts.

mod laying;
mod sites;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use analysis::place::{PlaceReport, ResolvedSite, day_events, said_by_day};
use chrono::NaiveDate;
use ingest::SourceFile;
use ingest::limits::LETTER_UNPACKED_BYTES_MAX;
use ingest::place::{Arrival, Decoded};
use lake::{ImportKey, ImportState, Lake, Sighting, TrackDay, TrackDayRows};
use model::event::Rejection;
use model::place::Site;
use model::place::counted::Counted;
use model::place::sensor::{Sensor, SensorFormat};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::{DataFolder, create_private};
use crate::import::{Outcome, Phase, Progress, Target, Watch, batch_id};
pub use laying::{Laid, Laying, Salts};
pub use sites::StoredSites;

/// Lines that are decoded at a time: fewer than a payload may hold.
const PART_LINES: usize = 8_000;

/// Sightings of one commit: some 60 bytes each stand in memory.
pub(crate) const COMMIT_SIGHTINGS: usize = 1_000_000;

/// Longest line that is read.
const LINE_BYTES_MAX: usize = 64 << 10;

/// Files of positions to bring to a site.
#[derive(Debug, Clone)]
pub struct PlaceImport {
    pub workspace: String,
    pub site: ResolvedSite,
    /// Whose payloads they are, one a file. None: CSV of nobody in particular.
    pub sensor: Option<Sensor>,
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
    /// Numbers that counters said, of this run.
    pub counted: u64,
    /// Rows of other things.
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

/// Imports files of positions (`track_id,t,x,y,floor,kind`) or payloads of a sensor, then reads what days changed.
///
/// # Errors
/// `Cancelled` where stopped: what was committed stays, and the same call goes on.
pub async fn import_positions(target: Target<'_>, request: &PlaceImport, watch: &Watch) -> Result<PlaceSummary> {
    let mut summary = PlaceSummary::default();
    for number in 0..request.files.len() {
        let mut job = Job { target, request, watch, number, salts: Salts::default() };
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
    replay_those(lake, site, watch, |_| true).await
}

/// The same of some days.
///
/// # Errors
/// As of [`import_positions`].
pub async fn replay_those(
    lake: &Lake,
    site: &ResolvedSite,
    watch: &Watch,
    wanted: impl Fn(NaiveDate) -> bool,
) -> Result<Vec<PlaceDay>> {
    let mut days = Vec::new();
    let snapshot = lake.snapshot().await?;
    let said = watch.lending(async |control| said_by_day(&snapshot, site, control).await).await;
    let said = said.map_err(Error::Analysis)?;
    drop(snapshot);
    for rows in lake.track_days().await?.into_iter() {
        if rows.of.site != site.definition.id || !wanted(rows.of.day) {
            continue;
        }
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
    let (source, file) = (site.definition.source(), rows.of.day.to_string());
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

/// What a day's events follow from: the plan that holds, the rules, the positions there are, what tills and
/// cards said, and how the events name the site.
fn fingerprint(site: &Site, rows: &TrackDayRows, said: i64) -> i64 {
    let plan = site.plan_on(rows.of.day);
    let read_by = serde_json::to_vec(&(plan, &site.rules, &site.time_zone)).unwrap_or_default();
    let numbers = [rows.sightings, rows.bytes, rows.files].map(u64::to_le_bytes);
    let (numbers, said) = (numbers.concat(), said.to_le_bytes());
    let mut parts: Vec<&[u8]> = vec![b"place", &read_by, &numbers, &said];
    parts.extend(site.known_as.first().map(String::as_bytes));
    model::hash::parts(&parts)
}

struct Job<'a> {
    target: Target<'a>,
    request: &'a PlaceImport,
    watch: &'a Watch,
    number: usize,
    salts: Salts,
}

/// A part of a file, read.
struct Part {
    decoded: Decoded,
    /// Lines of the file read so far.
    lines: u64,
    /// Taken from disk so far.
    bytes: u64,
}

impl Job<'_> {
    async fn file(&mut self) -> Result<PlaceFile> {
        let file = self.request.files[self.number].clone();
        self.report(Phase::Hashing, 0, 0);
        let hashed = file.clone();
        let content = tokio::task::spawn_blocking(move || hashed.content_hash()).await??;
        let mut content: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
        let sensor = self.request.sensor.as_ref();
        if let Some(sensor) = sensor {
            content.push_str(&format!("/{}", sensor.id));
        }
        let key = self.target.lake.tracks_key(&self.request.site.definition.id, &content).await?;
        let read = self.target.lake.tracks_read(&key).await?;
        let mut summary = PlaceFile {
            file: file.path.clone(),
            outcome: if read.position > 0 { Outcome::Resumed } else { Outcome::Imported },
            sightings: 0,
            counted: 0,
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
        let zone = sensor.and_then(|sensor| sensor.clock_zone.clone());
        let zone = zone.unwrap_or_else(|| self.request.site.definition.time_zone.clone());
        let format = sensor.map_or(SensorFormat::Csv, |sensor| sensor.format);
        let laying = Laying {
            control: self.target.control,
            workspace: &self.request.workspace,
            site: &self.request.site.definition,
            sensor: sensor.map(|sensor| (sensor.id.as_str(), sensor.floor.as_deref())),
        };
        let mut parts = parts(&file, read.position, zone, format);
        let mut waiting: BTreeMap<TrackDay, Vec<Sighting>> = BTreeMap::new();
        let mut counts: BTreeMap<TrackDay, Vec<Counted>> = BTreeMap::new();
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
                match laying.lay(observation, &mut self.salts).await? {
                    Laid::Seen(of, sighting) => {
                        waiting.entry(of).or_default().push(sighting);
                        (summary.sightings, held) = (summary.sightings + 1, held + 1);
                    }
                    Laid::Counted(of, rows) => {
                        (summary.counted, held) = (summary.counted + rows.len() as u64, held + rows.len());
                        counts.entry(of).or_default().extend(rows);
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
                self.commit(&key, &mut waiting, &mut counts, position, false).await?;
                held = 0;
            }
            self.report(Phase::Importing, bytes, summary.sightings);
        }
        self.commit(&key, &mut waiting, &mut counts, position.max(1), true).await?;
        Ok(summary)
    }

    /// Counts first: how far the file was read is what the table of tracks says.
    async fn commit(
        &self,
        key: &str,
        waiting: &mut BTreeMap<TrackDay, Vec<Sighting>>,
        counts: &mut BTreeMap<TrackDay, Vec<Counted>>,
        position: u64,
        complete: bool,
    ) -> Result<()> {
        let lake = self.target.lake;
        if !counts.is_empty() {
            lake.add_counts(key, std::mem::take(counts).into_iter().collect(), position, complete).await?;
        }
        lake.add_tracks(key, std::mem::take(waiting).into_iter().collect(), position, complete).await?;
        Ok(())
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
    let file = std::fs::File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(&lines)).map_err(|source| Error::io("write", path, source))
}

/// Starts reading on a thread of its own, after `skip` lines. It ends when the file does or the receiver is dropped.
fn parts(file: &SourceFile, skip: u64, zone: String, format: SensorFormat) -> mpsc::Receiver<Result<Part>> {
    let (sender, receiver) = mpsc::channel(2);
    let file = file.clone();
    tokio::task::spawn_blocking(move || {
        let read = match format {
            SensorFormat::Csv => read_parts(&file, skip, &zone, &sender),
            _ => read_payload(&file, format, &zone, &sender),
        };
        if let Err(error) = read {
            // A closed channel means that the import was stopped or failed; there is nobody left to tell.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

/// Reads a file that is one payload.
fn read_payload(
    file: &SourceFile,
    format: SensorFormat,
    zone: &str,
    sender: &mpsc::Sender<Result<Part>>,
) -> Result<()> {
    let path = file.path.as_path();
    let (unpacked, taken) = file.unpacked()?;
    let mut body = Vec::new();
    let read =
        std::io::Read::read_to_end(&mut std::io::Read::take(unpacked, LETTER_UNPACKED_BYTES_MAX as u64 + 1), &mut body);
    read.map_err(|source| Error::io("read", path, source))?;
    let arrival = Arrival { received_at_us: now_us(), zone: Some(zone) };
    let decoded = ingest::place::read(format.into(), &body, &arrival)
        .map_err(|refusal| Error::NoPositions { path: path.to_owned(), reason: refusal.to_string() })?;
    // Nobody is there any more where the import was stopped.
    let _ = sender.blocking_send(Ok(Part { decoded, lines: 1, bytes: taken.load(Ordering::Relaxed) }));
    Ok(())
}

fn read_parts(file: &SourceFile, skip: u64, zone: &str, sender: &mpsc::Sender<Result<Part>>) -> Result<()> {
    let path = file.path.as_path();
    let failed = |source| Error::io("read", path, source);
    let (unpacked, taken) = file.unpacked()?;
    let mut reader = BufReader::with_capacity(1 << 20, unpacked);
    let mut lines = 0;
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
            let decoded = ingest::place::read(SensorFormat::Csv.into(), &whole, &arrival)
                .map_err(|refusal| Error::NoPositions { path: path.to_owned(), reason: refusal.to_string() })?;
            body.clear();
            let bytes = taken.load(Ordering::Relaxed);
            if sender.blocking_send(Ok(Part { decoded, lines, bytes })).is_err() {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}
