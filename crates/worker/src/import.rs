//! The import job: files of foreign rows into a workspace's lake.
//!
//! All files are looked at first: their content is hashed and the lake asked what it knows of it. A file that was
//! imported under another mapping stops the job before anything is written, unless its earlier rows are to be
//! replaced; a file that is complete is left alone; one that was interrupted goes on where the lake's last commit
//! left it. Then the files are decoded one by one, on a thread of their own, and handed to the lake batch by batch:
//! rejected rows and counts first (see `ledger`), events together with the file position after.

mod ledger;
mod origin;
mod preview;
mod progress;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use control::{Control, ImportOutcome, ImportRun};
use ingest::rejects::RowLayout;
use ingest::{Batch, Coverage, DecodeOptions, Decoder, Lookups, Mapping, SourceFile};
use lake::{ImportKey, ImportState, Lake};
use model::period::DAY_US;
use serde::Serialize;
use tokio::sync::mpsc;

pub use ledger::Counts;
pub use origin::Origin;
pub use preview::{Clock, Preview, PreviewProgress, preview};
pub use progress::{Phase, Progress, Watch};

use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::DataFolder;
use crate::maintain::merge_due;
use ledger::{Ledger, Taken};

/// Events handed to the lake at once. Each batch becomes sorted files of its own and stands in memory about
/// three times (being read, waiting, being written) at some 500 bytes an event.
pub const BATCH_EVENTS: usize = 200_000;

/// Batches that wait between reading and writing.
const BATCHES_WAITING: usize = 1;

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    pub workspace: String,
    /// As [`ingest::expand`] gives them.
    pub files: Vec<SourceFile>,
    pub mapping: Arc<Mapping>,
    /// Folder that the mapping's lookups are relative to.
    pub mapping_folder: PathBuf,
    pub known: KnownUnderOtherMapping,
    /// At least 1.
    pub batch_events: usize,
    /// When the job began, UTC microseconds.
    pub now_us: i64,
}

/// What to do with a file whose content was imported before under another mapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KnownUnderOtherMapping {
    #[default]
    Refuse,
    /// Remove its earlier rows, then import it.
    Replace,
}

/// What an import came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportSummary {
    pub files: Vec<FileSummary>,
    /// Over all files, with what earlier runs of an interrupted import read.
    #[serde(flatten)]
    pub totals: Counts,
    /// Files left out: lookups, and those the mapping ignores.
    pub left_out: Vec<PathBuf>,
    /// Rows read in this run.
    pub rows_now: u64,
    pub seconds: f64,
    /// Of this run.
    pub rows_per_second: f64,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileSummary {
    pub file: PathBuf,
    pub source: String,
    /// The id its events carry in the column `batch`.
    pub batch: String,
    pub outcome: Outcome,
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows of an earlier import that were removed first.
    pub replaced_rows: u64,
    /// Where the rejected rows are.
    pub rejects_file: Option<PathBuf>,
    /// What a person should know about the reading: missing lookup keys and the like.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Read from its beginning.
    Imported,
    /// Went on where an interrupted import ended.
    Resumed,
    /// Its earlier rows were removed and it was read anew.
    Replaced,
    /// Was complete already.
    Unchanged,
}

/// The places an import writes to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub folder: &'a DataFolder,
    pub control: &'a Control,
    /// Open for writing.
    pub lake: &'a Lake,
}

/// A file with what is to be done about it.
#[derive(Debug)]
struct Planned {
    file: SourceFile,
    key: ImportKey,
    action: Action,
}

/// A file that is complete in the lake and not in the books yet.
#[derive(Debug)]
struct Complete {
    file: SourceFile,
    key: ImportKey,
    ledger: Ledger,
    /// Its place in the summary.
    number: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// It is complete, up to this position.
    Leave(u64),
    /// From the position; 0 is the beginning.
    Read(u64),
    /// Rows under this earlier mapping go first.
    Replace(i64),
}

/// Imports the request's files.
pub async fn import(target: Target<'_>, request: &ImportRequest, watch: &Watch) -> Result<ImportSummary> {
    let started = Instant::now();
    let mut summary = ImportSummary::default();
    let lookups = {
        let (mapping, folder) = (Arc::clone(&request.mapping), request.mapping_folder.clone());
        Arc::new(tokio::task::spawn_blocking(move || Lookups::load(&mapping, &folder)).await??)
    };
    // Other lookup files make other events of the same rows, just as another mapping does.
    let parts = [request.mapping.fingerprint().to_le_bytes(), lookups.fingerprint().to_le_bytes()];
    let mapping = model::hash::parts(&[&parts[0], &parts[1]]);
    let mut job = Job { target, request, watch, mapping, bytes_done: 0, bytes_total: 0, files: 0, rows_now: 0 };
    let planned = job.plan(&mut summary.left_out).await?;
    let mut read = Ok(());
    let mut done = Vec::new();
    for (i, file) in planned.into_iter().enumerate() {
        match job.file(file, i + 1, &lookups, &mut done).await {
            Ok(file) => summary.files.push(file),
            Err(error) => {
                read = Err(error);
                break;
            }
        }
    }
    // Of files that are complete the history tells also when a later one failed. Their duplicates are counted when
    // all could be read; else the next run does it.
    job.close(done, &mut summary.files, read.is_ok()).await?;
    read?;
    summary.files.iter().for_each(|file| summary.totals.add(&file.counts));
    summary.rows_now = job.rows_now;
    summary.seconds = started.elapsed().as_secs_f64();
    summary.rows_per_second = if summary.seconds > 0.0 { summary.rows_now as f64 / summary.seconds } else { 0.0 };
    Ok(summary)
}

/// The running import.
struct Job<'a> {
    target: Target<'a>,
    request: &'a ImportRequest,
    watch: &'a Watch,
    /// Fingerprint of the mapping and its lookups.
    mapping: i64,
    bytes_done: u64,
    bytes_total: u64,
    files: usize,
    rows_now: u64,
}

impl Job<'_> {
    /// Looks at every file before anything is written, so that a refusal leaves everything as it was.
    async fn plan(&mut self, left_out: &mut Vec<PathBuf>) -> Result<Vec<Planned>> {
        let mut files = Vec::new();
        for file in &self.request.files {
            match self.request.mapping.coverage(&file.name) {
                Coverage::Events(_) => files.push(file.clone()),
                Coverage::Lookup | Coverage::Ignored => left_out.push(file.path.clone()),
                Coverage::Nothing => return Err(ingest::Error::NotCovered { path: file.path.clone() }.into()),
            }
        }
        self.files = files.len();
        self.bytes_total = files.iter().map(|file| file.bytes).sum();
        let source = source_name(&self.request.mapping);
        let mapping = self.mapping;
        let mut planned = Vec::with_capacity(files.len());
        for (i, file) in files.into_iter().enumerate() {
            self.check_stop()?;
            self.report(&file.path, i + 1, Phase::Hashing, 0);
            let hashed = file.clone();
            let content = tokio::task::spawn_blocking(move || hashed.content_hash()).await??;
            let content = hex(&content);
            let key = ImportKey {
                batch: batch_id(&source, &content, mapping),
                source: source.clone(),
                file: content,
                mapping,
            };
            let action = match self.target.lake.import_state(&key).await? {
                ImportState::Unknown => Action::Read(0),
                ImportState::Known { mapping: before, .. } if before != mapping => match self.request.known {
                    KnownUnderOtherMapping::Replace => Action::Replace(before),
                    KnownUnderOtherMapping::Refuse => {
                        return Err(Error::MappingChanged { path: file.path, before, now: mapping });
                    }
                },
                ImportState::Known { complete: true, position, .. } => Action::Leave(position),
                ImportState::Known { position, .. } => Action::Read(position),
            };
            planned.push(Planned { file, key, action });
        }
        Ok(planned)
    }

    /// Deals with one file. One that is complete now joins `done`.
    async fn file(
        &mut self,
        planned: Planned,
        number: usize,
        lookups: &Arc<Lookups>,
        done: &mut Vec<Complete>,
    ) -> Result<FileSummary> {
        let Planned { file, key, action } = planned;
        let mut summary = FileSummary {
            file: file.path.clone(),
            source: key.source.clone(),
            batch: key.batch.clone(),
            outcome: Outcome::Unchanged,
            counts: Counts::default(),
            replaced_rows: 0,
            rejects_file: None,
            notes: Vec::new(),
        };
        let (folder, workspace) = (self.target.folder, &self.request.workspace);
        let open =
            |position| Ledger::open(&folder.imports(workspace), &folder.rejects(workspace), &key.batch, position);
        let position = match action {
            Action::Leave(position) => {
                self.bytes_done += file.bytes;
                if !Ledger::is_kept(&folder.imports(workspace), &key.batch) {
                    return Ok(summary);
                }
                let ledger = open(position)?;
                summary.counts = ledger.counts().clone();
                summary.rejects_file = ledger.rejects_path().map(Path::to_owned);
                // A run that was killed before it came to that has left the books open.
                if !ledger.is_closed() {
                    done.push(Complete { file, key, ledger, number: number - 1 });
                }
                return Ok(summary);
            }
            Action::Read(0) => {
                summary.outcome = Outcome::Imported;
                0
            }
            Action::Read(position) => {
                summary.outcome = Outcome::Resumed;
                position
            }
            Action::Replace(before) => {
                summary.outcome = Outcome::Replaced;
                summary.replaced_rows = self.remove_earlier(&file.path, number, &key, before).await?;
                0
            }
        };
        let mut ledger = open(position)?;
        let read = self.read(&file, number, &key, position, lookups, &mut ledger, &mut summary.notes).await;
        summary.counts = ledger.counts().clone();
        summary.notes.extend(future_note(summary.counts.future));
        summary.rejects_file = ledger.rejects_path().map(Path::to_owned);
        if let Err(error) = read {
            let stopped = matches!(error, Error::Cancelled);
            let outcome = if stopped { ImportOutcome::Interrupted } else { ImportOutcome::Failed };
            self.record(&file, &key, &summary.counts, outcome).await?;
            return Err(error);
        }
        self.bytes_done += file.bytes;
        done.push(Complete { file, key, ledger, number: number - 1 });
        Ok(summary)
    }

    /// Counts the duplicates of files that are complete, closes their books and adds them to the history.
    async fn close(&self, done: Vec<Complete>, files: &mut [FileSummary], count: bool) -> Result<()> {
        let mut rows = Vec::new();
        if count && !done.is_empty() {
            let batches: Vec<&str> = done.iter().map(|complete| complete.key.batch.as_str()).collect();
            rows = self.target.lake.batch_rows(&batches).await?;
        }
        for (nth, Complete { file, key, mut ledger, number }) in done.into_iter().enumerate() {
            if let Some(rows) = rows.get(nth) {
                // Doubles within a part never became rows, others are gone where files were merged.
                let dropped = ledger.counts().events.saturating_sub(rows.stored);
                ledger.close(dropped + rows.repeated)?;
            }
            self.record(&file, &key, ledger.counts(), ImportOutcome::Finished).await?;
            if let Some(summary) = files.get_mut(number) {
                summary.counts = ledger.counts().clone();
            }
        }
        Ok(())
    }

    async fn remove_earlier(&self, path: &Path, number: usize, key: &ImportKey, before: i64) -> Result<u64> {
        self.report(path, number, Phase::Replacing, 0);
        let removed = self.target.lake.remove_import(&key.source, &key.file).await?;
        let (folder, workspace) = (self.target.folder, &self.request.workspace);
        let earlier = batch_id(&key.source, &key.file, before);
        Ledger::forget(&folder.imports(workspace), &folder.rejects(workspace), &earlier)?;
        Ok(removed)
    }

    /// Decodes a file from `position` on and writes it batch by batch. The newest batch is held back until it is
    /// known whether another follows: the last one is committed as the file's end.
    #[expect(clippy::too_many_arguments, reason = "one call; a struct would only name the same things again")]
    async fn read(
        &mut self,
        file: &SourceFile,
        number: usize,
        key: &ImportKey,
        position: u64,
        lookups: &Arc<Lookups>,
        ledger: &mut Ledger,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let mut batches = self.decode(file, position, lookups);
        let mut held: Option<Batch> = None;
        while let Some(decoded) = batches.recv().await {
            match decoded? {
                Decoded::Batch(batch) => {
                    if let Some(held) = held.replace(batch) {
                        self.write(&file.path, number, key, held, End::MoreFollows, ledger).await?;
                    }
                }
                Decoded::Layout(layout) => {
                    let mapping = (*self.request.mapping).clone();
                    ledger.comes_from(Origin { file: file.name.clone(), layout, mapping });
                }
                Decoded::Notes(told) => notes.extend(told),
            }
            self.check_stop()?;
        }
        let nothing = || Batch { position, rows: ledger.counts().rows, ..Batch::default() };
        let last = held.unwrap_or_else(nothing);
        self.write(&file.path, number, key, last, End::OfFile, ledger).await
    }

    /// Starts reading on a thread of its own. It ends when the file does or the receiver is dropped.
    fn decode(&self, file: &SourceFile, position: u64, lookups: &Arc<Lookups>) -> mpsc::Receiver<Result<Decoded>> {
        let (batches, receiver) = mpsc::channel(BATCHES_WAITING);
        let (file, mapping, lookups) = (file.clone(), Arc::clone(&self.request.mapping), Arc::clone(lookups));
        let options = DecodeOptions {
            received_at_us: self.request.now_us,
            skip: position,
            batch_events: self.request.batch_events,
        };
        tokio::task::spawn_blocking(move || {
            let mut decoder = match Decoder::open(&file, &mapping, &lookups, options) {
                Ok(decoder) => decoder,
                Err(error) => {
                    let _ = batches.blocking_send(Err(error.into()));
                    return;
                }
            };
            if batches.blocking_send(Ok(Decoded::Layout(decoder.layout()))).is_err() {
                return;
            }
            while let Some(batch) = decoder.next_batch().transpose() {
                let failed = batch.is_err();
                // A closed channel means that the import was stopped or failed; there is nobody left to tell.
                if batches.blocking_send(batch.map(Decoded::Batch).map_err(Error::from)).is_err() || failed {
                    return;
                }
            }
            let _ = batches.blocking_send(Ok(Decoded::Notes(decoder.notes())));
        });
        receiver
    }

    async fn write(
        &mut self,
        path: &Path,
        number: usize,
        key: &ImportKey,
        batch: Batch,
        end: End,
        ledger: &mut Ledger,
    ) -> Result<()> {
        // Rows are counted from the file's beginning, also by a decoder that drops what was committed.
        let rows = batch.rows.saturating_sub(ledger.counts().rows);
        let tomorrow_us = self.request.now_us.saturating_add(DAY_US);
        let future = batch.events.iter().filter(|event| event.time_us > tomorrow_us).count() as u64;
        let taken = Taken { rows, events: batch.events.len() as u64, skipped: batch.skipped, future };
        ledger.mark(taken, &batch.rejections, batch.position)?;
        self.target.lake.import(key, batch.events, batch.position, end == End::OfFile).await?;
        self.rows_now += rows;
        self.report(path, number, Phase::Importing, batch.bytes_read);
        // Many small files are merged as they come: what has to be looked at together stays few files, however many
        // events there are.
        let (lake, report) = (self.target.lake, || self.report(path, number, Phase::Merging, batch.bytes_read));
        self.watch.lending(async |control| merge_due(lake, control, report).await).await?;
        Ok(())
    }

    /// One row of the workspace's import history, for people to look at. Its counts are those of the whole file so
    /// far, also where an earlier run read a part of it.
    async fn record(&self, file: &SourceFile, key: &ImportKey, counts: &Counts, outcome: ImportOutcome) -> Result<()> {
        let run = ImportRun {
            source: key.source.clone(),
            file: file.name.clone(),
            file_bytes: file.bytes,
            file_hash: key.file.clone(),
            mapping_fingerprint: key.mapping,
            outcome,
            started_at_us: self.request.now_us,
            ended_at_us: now_us(),
            rows: counts.rows,
            events: counts.events,
            duplicates: counts.duplicates,
            rejections: counts.rejected_total(),
            skipped: counts.skipped,
        };
        self.target.control.record_import(&self.request.workspace, run).await?;
        Ok(())
    }

    fn check_stop(&self) -> Result<()> {
        if self.watch.stop.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    fn report(&self, file: &Path, file_number: usize, phase: Phase, bytes_of_file: u64) {
        (self.watch.progress)(Progress {
            file,
            file_number,
            files: self.files,
            phase,
            done: self.bytes_done + bytes_of_file,
            total: self.bytes_total,
            rows: self.rows_now,
        });
    }
}

/// What comes from the reading thread.
enum Decoded {
    /// At the beginning: how rows fall into columns.
    Layout(RowLayout),
    Batch(Batch),
    /// At the end: what a person should know about the reading.
    Notes(Vec<String>),
}

/// Whether a batch is a file's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    MoreFollows,
    OfFile,
}

fn future_note(events: u64) -> Option<String> {
    (events > 0).then(|| {
        format!(
            "{events} events are dated more than a day ahead of now and count once their time has come; \
             look at the clock that dated them, or at the time format of the mapping"
        )
    })
}

/// The feed's name for bookkeeping. Where rows name their feeds themselves, the files are kept apart by content.
fn source_name(mapping: &Mapping) -> String {
    match &mapping.source {
        ingest::mapping::Source::Constant(serde_json::Value::String(name)) => name.clone(),
        ingest::mapping::Source::Constant(other) => other.to_string(),
        _ => "(by row)".to_owned(),
    }
}

/// The id that events of an import carry in the column `batch`, and its rejects file in its name. The same file under
/// the same mapping is the same batch in every run.
pub fn batch_id(source: &str, file: &str, mapping: i64) -> String {
    format!("{:016x}", model::hash::parts(&[source.as_bytes(), file.as_bytes(), &mapping.to_le_bytes()]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
