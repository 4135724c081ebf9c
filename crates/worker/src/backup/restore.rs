//! Putting a backup back, and looking whether one could be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::BackupWatch;
use super::manifest::{BackedUpFile, BackedUpWorkspace, Manifest, hexadecimal};
use super::take::advance;
use super::target::{Target, private};
use crate::error::{Error, Result};
use crate::folder::{create_private, sync_folder};

/// Bytes copied at a time.
const CHUNK: usize = 1 << 20;

/// Damaged contents a verification lists.
const DAMAGED_MAX: usize = 1_000;

/// Files of one damaged content that are named.
const NAMED_MAX: usize = 10;

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    pub id: String,
    pub folder: PathBuf,
    pub begun_us: i64,
    pub workspaces: Vec<BackedUpWorkspace>,
    pub files: u64,
    pub bytes: u64,
}

/// What a verification saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyBackupReport {
    /// Backups looked at, oldest first.
    pub backups: Vec<String>,
    pub objects: u64,
    pub bytes: u64,
    /// Contents that are not what they were, at most a thousand.
    pub damaged: Vec<DamagedObject>,
    /// Manifests that cannot be read, with the reason.
    pub unreadable: Vec<String>,
}

impl VerifyBackupReport {
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.unreadable.is_empty()
    }
}

/// A content that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedObject {
    /// Where it lies.
    pub object: PathBuf,
    pub what: String,
    /// Files of the data folder that are of this content; the first ones.
    pub files: Vec<String>,
    /// Backups that cannot be restored because of it.
    pub backups: Vec<String>,
}

/// The backups in a target, oldest first; and what cannot be read of them.
///
/// # Errors
/// [`Error::NotATarget`], [`Error::TargetInUse`], or it cannot be read.
pub async fn list(target: &Path) -> Result<(Vec<Manifest>, Vec<Error>)> {
    let target = target.to_owned();
    tokio::task::spawn_blocking(move || Target::open_to_read(&target)?.manifests()).await?
}

/// Makes a data folder of a backup: the newest, or the one of this id. The folder appears whole or not at all; it must be
/// missing or empty. Every content is checked on the way.
///
/// # Errors
/// [`Error::NotEmpty`], [`Error::NoBackup`], [`Error::BackupDamaged`] naming the file, [`Error::RestoreStopped`].
pub async fn restore(source: &Path, id: Option<&str>, folder: &Path, watch: &BackupWatch) -> Result<RestoreReport> {
    let (source, id, folder, watch) = (source.to_owned(), id.map(str::to_owned), folder.to_owned(), watch.clone());
    tokio::task::spawn_blocking(move || {
        refuse_used(&folder)?;
        let target = Target::open_to_read(&source)?;
        let manifest = chosen(&target, &source, id.as_deref())?;
        let parent = std::path::absolute(&folder).map_err(|error| Error::io("find", &folder, error))?;
        let parent = parent.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
        create_private(&parent)?;
        let name = folder.file_name().map_or_else(|| "data".into(), |name| name.to_string_lossy().into_owned());
        let beside = parent.join(format!("{name}.restoring-{}", crate::random::id()?));
        let done = copy_all(&target, &manifest, &beside, &watch).and_then(|()| put_in_place(&beside, &folder, &parent));
        if let Err(error) = done {
            // It is ours and nobody has seen it; if even that fails, its name says what it is.
            fs::remove_dir_all(&beside).ok();
            return Err(if matches!(error, Error::Cancelled) { Error::RestoreStopped } else { error });
        }
        let Manifest { id, begun_us, workspaces, bytes, files, .. } = manifest;
        Ok(RestoreReport { id, folder, begun_us, workspaces, files: files.len() as u64, bytes })
    })
    .await?
}

/// Reads every content of a backup, or of all of them, and compares it with its hash. Damage is a finding, not an error.
///
/// # Errors
/// [`Error::NotATarget`], [`Error::TargetInUse`], [`Error::NoBackup`], [`Error::Cancelled`].
pub async fn verify(target: &Path, id: Option<&str>, watch: &BackupWatch) -> Result<VerifyBackupReport> {
    let (source, id, watch) = (target.to_owned(), id.map(str::to_owned), watch.clone());
    tokio::task::spawn_blocking(move || {
        let target = Target::open_to_read(&source)?;
        let (manifests, unreadable) = match &id {
            Some(id) => (vec![chosen(&target, &source, Some(id))?], Vec::new()),
            None => target.manifests()?,
        };
        if manifests.is_empty() && unreadable.is_empty() {
            return Err(Error::NoBackup { path: source, id: None });
        }
        let mut report = VerifyBackupReport {
            backups: manifests.iter().map(|manifest| manifest.id.clone()).collect(),
            unreadable: unreadable.iter().map(ToString::to_string).collect(),
            ..VerifyBackupReport::default()
        };
        look_at_objects(&target, &manifests, &watch, &mut report)?;
        Ok(report)
    })
    .await?
}

fn look_at_objects(
    target: &Target,
    manifests: &[Manifest],
    watch: &BackupWatch,
    report: &mut VerifyBackupReport,
) -> Result<()> {
    let mut objects: BTreeMap<(&str, u64), Vec<(&Manifest, &BackedUpFile)>> = BTreeMap::new();
    for manifest in manifests {
        for file in &manifest.files {
            objects.entry((&file.sha256, file.bytes)).or_default().push((manifest, file));
        }
    }
    let total = objects.keys().map(|(_, bytes)| bytes).sum();
    for ((_, bytes), named) in &objects {
        let Some((_, file)) = named.first() else { continue };
        let (before, files) = (report.bytes, report.objects);
        let mut sink = io::sink();
        let read = read_object(target, file, &mut sink, &mut |done| advance(watch, before + done, total, files));
        report.objects += 1;
        report.bytes += bytes;
        let what = match read {
            Ok(()) => continue,
            Err(Error::BackupDamaged { what }) => what,
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(error) => error.to_string(),
        };
        if report.damaged.len() < DAMAGED_MAX {
            let paths: BTreeSet<String> = named.iter().map(|(_, file)| file.path.clone()).collect();
            report.damaged.push(DamagedObject {
                object: target.object(&file.sha256),
                what,
                files: paths.into_iter().take(NAMED_MAX).collect(),
                backups: named
                    .iter()
                    .map(|(manifest, _)| manifest.id.clone())
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
            });
        }
    }
    Ok(())
}

/// The backup of this id, or the newest one.
fn chosen(target: &Target, source: &Path, id: Option<&str>) -> Result<Manifest> {
    let (manifests, unreadable) = target.manifests()?;
    let found = match id {
        Some(id) => manifests.into_iter().find(|manifest| manifest.id == id),
        None => manifests.into_iter().next_back(),
    };
    match (found, id, unreadable.into_iter().next_back()) {
        // Without a name the newest is meant, and which that is nobody can say.
        (_, None, Some(error)) => Err(error),
        (Some(manifest), _, _) => Ok(manifest),
        (None, _, Some(error)) => Err(error),
        (None, id, None) => Err(Error::NoBackup { path: source.to_owned(), id: id.map(str::to_owned) }),
    }
}

fn refuse_used(folder: &Path) -> Result<()> {
    let used = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        // A file, or a folder nobody may look into.
        Err(source) => return Err(Error::io("look into", folder, source)),
    };
    if used { Err(Error::NotEmpty { path: folder.to_owned() }) } else { Ok(()) }
}

/// Writes every file of a backup below `root`, durably.
fn copy_all(target: &Target, manifest: &Manifest, root: &Path, watch: &BackupWatch) -> Result<()> {
    create_private(root)?;
    let mut folders = BTreeSet::from([root.to_owned()]);
    let (mut before, mut files) = (0, 0);
    for file in &manifest.files {
        let path = file.below(root)?;
        let folder = path.parent().unwrap_or(root);
        create_private(folder)?;
        folders.extend(folder.ancestors().take_while(|folder| folder.starts_with(root)).map(Path::to_owned));
        let fail = |source| Error::io("write", &path, source);
        let mut written = private().create_new(true).open(&path).map_err(fail)?;
        let mut went_on = |done| advance(watch, before + done, manifest.bytes, files);
        read_object(target, file, &mut written, &mut went_on)?;
        written.sync_all().map_err(fail)?;
        before += file.bytes;
        files += 1;
    }
    folders.iter().rev().try_for_each(|folder| sync_folder(folder).map_err(|source| Error::io("sync", folder, source)))
}

/// Reads a content to its end, hands it on, and compares it with what it must be.
fn read_object(
    target: &Target,
    file: &BackedUpFile,
    to: &mut dyn Write,
    went_on: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let object = target.object(&file.sha256);
    let damaged = |what: &str| Error::BackupDamaged { what: format!("{} ({}): {what}", file.path, object.display()) };
    let mut from = match File::open(&object) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(damaged("it is not there")),
        other => other.map_err(|source| Error::io("open", &object, source))?,
    };
    let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let count = match from.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other.map_err(|source| Error::io("read", &object, source))?,
        };
        if count == 0 {
            break;
        }
        hash.update(&chunk[..count]);
        to.write_all(&chunk[..count]).map_err(|source| Error::io("write", Path::new(&file.path), source))?;
        bytes += count as u64;
        went_on(bytes)?;
    }
    match (bytes == file.bytes, hexadecimal(&hash.finalize()) == file.sha256) {
        (false, _) => Err(damaged(&format!("it has {bytes} bytes and must have {}", file.bytes))),
        (true, false) => Err(damaged("its content is not what was copied")),
        (true, true) => Ok(()),
    }
}

/// Gives what was copied its name. Of a folder that came to be used meanwhile nothing is touched.
fn put_in_place(beside: &Path, folder: &Path, parent: &Path) -> Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            return Err(Error::NotEmpty { path: folder.to_owned() });
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io("replace", folder, error)),
        _ => {}
    }
    fs::rename(beside, folder).map_err(|source| Error::io("rename", folder, source))?;
    sync_folder(parent).map_err(|source| Error::io("sync", parent, source))
}
