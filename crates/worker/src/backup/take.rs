//! Taking a backup.
//!
//! The control database comes first and names the workspaces; then each workspace: its lake is captured, what its imports
//! have come to is read at once, and then everything is copied. The server keeps the files of tables meanwhile; where one of the
//! others goes away before it is copied, the lake is captured again. What was copied by then is not copied twice.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use control::{Control, ControlCopy};
use lake::{Capture, Lake};
use serde::Serialize;
use tokio::runtime::Handle;

use super::files::{self, Found};
use super::manifest::{BackedUpFile, BackedUpWorkspace, BackupRecord, FORMAT, Manifest};
use super::target::{Known, Steps, Stored, Target};
use super::{BackupOptions, BackupProgress, BackupWatch};
use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::{DataFolder, bytes_below, write_durably};

/// How often a lake is captured anew because a file went away before it was copied.
const CAPTURES_MAX: usize = 16;

/// What a backup came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    pub id: String,
    pub target: PathBuf,
    pub workspace: Option<String>,
    pub workspaces: Vec<BackedUpWorkspace>,
    pub files: u64,
    pub bytes: u64,
    /// Contents that no earlier backup held.
    pub new_objects: u64,
    pub new_bytes: u64,
    /// Earlier backups that were let go.
    pub dropped: Vec<String>,
    /// Manifests in the target that cannot be read. While there are any, nothing is deleted.
    pub unreadable: Vec<String>,
    /// Whether the data folder could be told of it.
    pub recorded: bool,
}

/// Takes a backup of a data folder, also while a server writes to it.
///
/// # Errors
/// [`Error::Cancelled`] through `watch`; the same command then goes on. [`Error::NotATarget`], [`Error::TargetInUse`],
/// [`Error::TargetInside`], or the disk, a lake or the control database fail. Earlier backups are as they were.
pub async fn take(folder: &DataFolder, options: &BackupOptions, watch: &BackupWatch) -> Result<BackupReport> {
    take_in(folder, options, watch, Steps::default()).await
}

pub(crate) async fn take_in(
    folder: &DataFolder,
    options: &BackupOptions,
    watch: &BackupWatch,
    steps: Steps,
) -> Result<BackupReport> {
    let (folder, options, watch) = (folder.clone(), options.clone(), watch.clone());
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || {
        refuse_inside(folder.root(), &options.target)?;
        let target = Target::open(&options.target, steps)?;
        Taking::begin(folder, options, watch, target, handle)?.run()
    })
    .await?
}

/// A backup under way.
struct Taking {
    folder: DataFolder,
    options: BackupOptions,
    watch: BackupWatch,
    target: Target,
    handle: Handle,
    /// The backups there were.
    earlier: Vec<Manifest>,
    unreadable: Vec<Error>,
    known: Known,
    files: BTreeMap<String, BackedUpFile>,
    new_objects: u64,
    new_bytes: u64,
    done: u64,
    total: u64,
}

impl Taking {
    fn begin(
        folder: DataFolder,
        options: BackupOptions,
        watch: BackupWatch,
        target: Target,
        handle: Handle,
    ) -> Result<Taking> {
        let (earlier, unreadable) = target.manifests()?;
        let known = target.known(&earlier);
        let total = match &options.workspace {
            Some(workspace) => bytes_below(&folder.workspace(workspace)),
            None => bytes_below(folder.root()),
        };
        Ok(Taking {
            folder,
            options,
            watch,
            target,
            handle,
            earlier,
            unreadable,
            known,
            files: BTreeMap::new(),
            new_objects: 0,
            new_bytes: 0,
            done: 0,
            total,
        })
    }

    fn run(mut self) -> Result<BackupReport> {
        let begun_us = now_us();
        let ControlCopy { workspaces: ids, schema } = self.control()?;
        let mut workspaces = Vec::with_capacity(ids.len());
        for id in ids {
            let (rows, log_records) = self.workspace(&id)?;
            workspaces.push(BackedUpWorkspace { id, rows, log_records });
        }
        if self.options.workspace.is_none() {
            let root = self.folder.root().to_owned();
            for found in files::below(&root, "", files::of_root)? {
                self.found(&found)?;
            }
        }
        let manifest = Manifest {
            format: FORMAT,
            id: self.id(begun_us),
            begun_us,
            ended_us: now_us(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            control_schema: schema,
            workspace: self.options.workspace.clone(),
            workspaces,
            bytes: self.files.values().map(|file| file.bytes).sum(),
            new_objects: self.new_objects,
            new_bytes: self.new_bytes,
            files: self.files.values().cloned().collect(),
            seal: String::new(),
        };
        let manifest = self.target.commit(manifest)?;
        let dropped = self.drop_old(&manifest)?;
        Ok(self.report(manifest, dropped))
    }

    /// Copies the control database, as it is at one moment.
    fn control(&mut self) -> Result<ControlCopy> {
        let copy = self.target.incoming("control.db");
        let (from, only) = (self.folder.control(), self.options.workspace.as_deref());
        let copied = self.handle.block_on(Control::copy(&from, &copy, only));
        let copied = copied?;
        let mut file = File::open(&copy).map_err(|source| Error::io("open", &copy, source))?;
        self.put("control.db", &copy, &mut file, false)?;
        fs::remove_file(&copy).map_err(|source| Error::io("delete", &copy, source))?;
        Ok(copied)
    }

    /// Copies what there is of a workspace. The rows and records of its lake.
    fn workspace(&mut self, id: &str) -> Result<(u64, u64)> {
        let root = self.folder.workspace(id);
        let prefix = format!("workspaces/{id}");
        let mut counts = (0, 0);
        for last in (0..CAPTURES_MAX).rev() {
            let mut capture = match self.folder.lake(id).is_dir() {
                true => self.handle.block_on(Lake::capture(&self.folder.lake(id)))?,
                false => Capture::default(),
            };
            counts = (capture.rows, capture.log_records);
            // How far imports are is looked at as close to the lake as can be: both go on with it together.
            let imports = files::below(&self.folder.imports(id), &format!("{prefix}/imports"), |_| true)?;
            for found in &imports {
                self.found(found)?;
            }
            match self.lake(&format!("{prefix}/lake"), &self.folder.lake(id), &mut capture) {
                Err(error) if last > 0 && is_gone(&error) => {
                    tracing::debug!(workspace = id, %error, "the lake is captured again");
                    self.files.retain(|path, _| !path.starts_with(&format!("{prefix}/lake/")));
                }
                other => {
                    other?;
                    break;
                }
            }
        }
        for found in files::below(&root, &prefix, files::of_workspace)? {
            // What imports have come to stays as it was when the lake was looked at.
            if !self.files.contains_key(&found.path) {
                self.found(&found)?;
            }
        }
        Ok(counts)
    }

    fn lake(&mut self, prefix: &str, folder: &Path, capture: &mut Capture) -> Result<()> {
        for captured in &mut capture.files {
            let path = format!("{prefix}/{}", captured.path);
            let known = self.known.get(&(path.clone(), captured.bytes)).cloned().filter(|_| captured.lasting);
            if let Some(sha256) = known.filter(|sha256| self.target.has(sha256, captured.bytes)) {
                self.went_on(captured.bytes)?;
                self.files.insert(path.clone(), BackedUpFile { path, bytes: captured.bytes, sha256 });
                continue;
            }
            let name = folder.join(&captured.path);
            let held = captured.held.take();
            let file = held.map_or_else(|| File::open(&name), Ok).map_err(|source| Error::io("open", &name, source))?;
            let stored = self.put(&path, &name, &mut file.take(captured.bytes), captured.lasting)?;
            if stored.bytes != captured.bytes {
                let what = format!("it has {} bytes, the lake knows of {}", stored.bytes, captured.bytes);
                return Err(Error::io("copy", &name, io::Error::new(io::ErrorKind::UnexpectedEof, what)));
            }
        }
        Ok(())
    }

    /// Copies a file as it is, if it is still there.
    fn found(&mut self, found: &Found) -> Result<()> {
        let fail = |source| Error::io("read", &found.name, source);
        let mut file = match File::open(&found.name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(fail)?,
        };
        let bytes = files::whole_bytes(&found.path, &mut file).map_err(fail)?;
        self.put(&found.path, &found.name, &mut file.take(bytes), false).map(drop)
    }

    fn put(&mut self, path: &str, name: &Path, read: &mut dyn Read, lasting: bool) -> Result<Stored> {
        let (mut done, total, files) = (self.done, self.total, self.files.len() as u64);
        let watch = self.watch.clone();
        let stored = self.target.put(name, read, &mut |bytes| {
            done += bytes;
            advance(&watch, done, total, files)
        })?;
        self.done = done;
        advance(&self.watch, done, total, files)?;
        if stored.new {
            self.new_objects += 1;
            self.new_bytes += stored.bytes;
        }
        let file = BackedUpFile { path: path.to_owned(), bytes: stored.bytes, sha256: stored.sha256.clone() };
        if lasting {
            self.target.note(&file)?;
            self.known.insert((path.to_owned(), stored.bytes), stored.sha256.clone());
        }
        self.files.insert(path.to_owned(), file);
        Ok(stored)
    }

    fn went_on(&mut self, bytes: u64) -> Result<()> {
        self.done += bytes;
        advance(&self.watch, self.done, self.total, self.files.len() as u64)
    }

    /// A name by the time it began, which no backup has.
    fn id(&self, begun_us: i64) -> String {
        let time = chrono::DateTime::from_timestamp_micros(begun_us).unwrap_or_default();
        let name = time.format("%Y%m%dT%H%M%SZ").to_string();
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|id| !self.target.manifest_path(id).exists());
        free.unwrap_or(name)
    }

    /// Lets go of backups beyond those to be kept, and of contents that no backup names.
    fn drop_old(&self, manifest: &Manifest) -> Result<Vec<String>> {
        // What cannot be read may name any content.
        if !self.unreadable.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = self.earlier.clone();
        all.push(manifest.clone());
        let same = all.iter().filter(|other| other.workspace == manifest.workspace).count();
        let mut surplus = self.options.keep.map_or(0, |keep| same.saturating_sub(keep.max(1)));
        let (gone, kept): (Vec<Manifest>, Vec<Manifest>) = all.into_iter().partition(|other| {
            let goes = surplus > 0 && other.workspace == manifest.workspace && other.id != manifest.id;
            surplus -= usize::from(goes);
            goes
        });
        self.target.forget(&gone, &kept)?;
        Ok(gone.into_iter().map(|manifest| manifest.id).collect())
    }

    fn report(self, manifest: Manifest, dropped: Vec<String>) -> BackupReport {
        let target = fs::canonicalize(self.target.root()).unwrap_or_else(|_| self.target.root().to_owned());
        let Manifest { id, workspace, workspaces, begun_us, ended_us, bytes, new_objects, new_bytes, files, .. } =
            manifest;
        let record = BackupRecord {
            id: id.clone(),
            target: target.display().to_string(),
            workspace: workspace.clone(),
            begun_us,
            ended_us,
            files: files.len() as u64,
            bytes,
            new_bytes,
        };
        // The backup counts, whether or not its folder can be told.
        let recorded = serde_json::to_vec(&record).is_ok_and(|record| {
            let written = write_durably(&self.folder.last_backup(), &record);
            written.inspect_err(|error| tracing::warn!(%error, "the data folder cannot be told of its backup")).is_ok()
        });
        BackupReport {
            id,
            target,
            workspace,
            workspaces,
            files: files.len() as u64,
            bytes,
            new_objects,
            new_bytes,
            dropped,
            unreadable: self.unreadable.iter().map(ToString::to_string).collect(),
            recorded,
        }
    }
}

pub(crate) fn advance(watch: &BackupWatch, done: u64, total: u64, files: u64) -> Result<()> {
    if watch.stop.is_cancelled() {
        return Err(Error::Cancelled);
    }
    (watch.progress)(BackupProgress { done, total: total.max(done), files });
    Ok(())
}

/// Whether a file that was captured is there no more.
fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. }
        if [io::ErrorKind::NotFound, io::ErrorKind::UnexpectedEof].contains(&source.kind()))
}

/// A target in the data folder would be copied into itself.
fn refuse_inside(data: &Path, target: &Path) -> Result<()> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = |path: &Path| {
        let path = absolute(path);
        let known = path.ancestors().find_map(|part| Some((part.to_owned(), fs::canonicalize(part).ok()?)));
        match known {
            Some((part, real)) => real.join(path.strip_prefix(&part).unwrap_or(Path::new(""))),
            None => path,
        }
    };
    match real(target).starts_with(real(data)) {
        true => Err(Error::TargetInside { path: target.to_owned() }),
        false => Ok(()),
    }
}
