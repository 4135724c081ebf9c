//! The folder of backups: contents by their hash, manifests, and how both become durable.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::{BackedUpFile, FORMAT, MANIFEST_BYTES_MAX, Manifest, hexadecimal};
use crate::error::{Error, Result};
use crate::folder::{create_private, sync_folder};

const MARKER: &str = "throughline-backup.json";
const LOCK: &str = "lock";
const OBJECTS: &str = "objects";
const BACKUPS: &str = "backups";
const INCOMING: &str = "incoming";
const UNFINISHED: &str = "unfinished.ndjson";

/// Bytes copied at a time; between two the work may be stopped.
const CHUNK: usize = 1 << 20;

/// Counts what changes the disk. For tests, which end a process between any two such steps.
#[derive(Debug, Clone)]
pub(crate) struct Steps(Arc<AtomicI64>);

impl Default for Steps {
    fn default() -> Steps {
        Steps(Arc::new(AtomicI64::new(i64::MAX)))
    }
}

impl Steps {
    /// Ends after so many steps: nothing more happens then.
    #[cfg(test)]
    pub(crate) fn ending_after(steps: i64) -> Steps {
        Steps(Arc::new(AtomicI64::new(steps)))
    }

    fn next(&self) -> io::Result<()> {
        match self.0.fetch_sub(1, Ordering::Relaxed) {
            left if left > 0 => Ok(()),
            _ => Err(io::Error::other("the process has ended")),
        }
    }
}

/// A target that is open: to write by one, or to read by any number.
#[derive(Debug)]
pub(crate) struct Target {
    root: PathBuf,
    steps: Steps,
    /// Held for its lock; none where a target that cannot be written to has none.
    _lock: Option<File>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    format: u32,
}

/// What was copied, by the path and size it has in the data folder.
pub(crate) type Known = HashMap<(String, u64), String>;

/// A content that is in the target now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub bytes: u64,
    pub sha256: String,
    pub new: bool,
}

impl Target {
    /// Opens a target to write to; makes one of a folder that is missing or empty.
    ///
    /// # Errors
    /// [`Error::NotATarget`] of a folder with other files, [`Error::TargetInUse`].
    pub(crate) fn open(root: &Path, steps: Steps) -> Result<Target> {
        create_private(root)?;
        if let Some(parent) = root.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync_folder(parent).map_err(|source| Error::io("sync", parent, source))?;
        }
        let marker = root.join(MARKER);
        if marker.exists() {
            check_marker(&marker)?;
        } else {
            refuse_others(root)?;
        }
        let name = root.join(LOCK);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&name);
        let lock = lock.map_err(|source| Error::io("open", &name, source))?;
        lock.try_lock().map_err(|error| locked(root, &name, error))?;
        let target = Target { root: root.to_owned(), steps, _lock: Some(lock) };
        if !marker.exists() {
            let bytes = serde_json::to_vec(&Marker { format: FORMAT }).map_err(|error| unwritable(&marker, error))?;
            target.write(&marker, &bytes)?;
        }
        for folder in [OBJECTS, BACKUPS, INCOMING] {
            create_private(&root.join(folder))?;
        }
        target.changed("sync", root, || sync_folder(root))?;
        for left in entries(&root.join(INCOMING))? {
            target.changed("delete", &left, || fs::remove_file(&left))?;
        }
        Ok(target)
    }

    /// Opens a target to read.
    ///
    /// # Errors
    /// [`Error::NotATarget`], [`Error::TargetInUse`] while a backup is taken.
    pub(crate) fn open_to_read(root: &Path) -> Result<Target> {
        let marker = root.join(MARKER);
        if !marker.is_file() {
            return Err(Error::NotATarget { path: root.to_owned() });
        }
        check_marker(&marker)?;
        // On a disk that is mounted to read only nobody writes; the lock may not even be there.
        let name = root.join(LOCK);
        let lock = File::open(&name).ok();
        if let Some(lock) = &lock {
            lock.try_lock_shared().map_err(|error| locked(root, &name, error))?;
        }
        Ok(Target { root: root.to_owned(), steps: Steps::default(), _lock: lock })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A name in the folder of what is not whole yet.
    pub(crate) fn incoming(&self, name: &str) -> PathBuf {
        self.root.join(INCOMING).join(name)
    }

    pub(crate) fn object(&self, sha256: &str) -> PathBuf {
        self.root.join(OBJECTS).join(sha256.get(..2).unwrap_or("xx")).join(sha256)
    }

    /// Whether a content is there whole, as far as its size tells: only whole ones get their name.
    pub(crate) fn has(&self, sha256: &str, bytes: u64) -> bool {
        fs::metadata(self.object(sha256)).is_ok_and(|meta| meta.is_file() && meta.len() == bytes)
    }

    /// Copies what `read` gives into the target, durably, unless the same content is there. `went_on` is told of every
    /// piece, and may stop it.
    pub(crate) fn put(
        &self,
        name: &Path,
        read: &mut dyn Read,
        went_on: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<Stored> {
        let incoming = self.incoming("content");
        let mut file = self.changed("make", &incoming, || private().truncate(true).open(&incoming))?;
        let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
        loop {
            let count = match read.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other.map_err(|source| Error::io("read", name, source))?,
            };
            if count == 0 {
                break;
            }
            hash.update(&chunk[..count]);
            self.changed("write", &incoming, || file.write_all(&chunk[..count]))?;
            bytes += count as u64;
            went_on(count as u64)?;
        }
        let sha256 = hexadecimal(&hash.finalize());
        if self.has(&sha256, bytes) {
            return Ok(Stored { bytes, sha256, new: false });
        }
        self.changed("sync", &incoming, || file.sync_all())?;
        drop(file);
        let object = self.object(&sha256);
        let (objects, folder) = (self.root.join(OBJECTS), object.parent().unwrap_or(&self.root).to_owned());
        if !folder.is_dir() {
            self.changed("make", &folder, || fs::DirBuilder::new().recursive(true).create(&folder))?;
            self.changed("sync", &objects, || sync_folder(&objects))?;
        }
        self.changed("rename", &object, || fs::rename(&incoming, &object))?;
        self.changed("sync", &folder, || sync_folder(&folder))?;
        Ok(Stored { bytes, sha256, new: true })
    }

    /// Notes that a file that never changes was copied, for a backup that goes on after this one was cut off. Not durable:
    /// what is lost of it is copied again.
    pub(crate) fn note(&self, file: &BackedUpFile) -> Result<()> {
        let name = self.root.join(UNFINISHED);
        let mut line = serde_json::to_vec(file).map_err(|error| unwritable(&name, error))?;
        line.push(b'\n');
        self.changed("write", &name, || private().append(true).open(&name)?.write_all(&line))
    }

    /// What was copied of files, by the backups there are and by one that was cut off.
    pub(crate) fn known(&self, manifests: &[Manifest]) -> Known {
        let text = fs::read(self.root.join(UNFINISHED)).unwrap_or_default();
        // A line that was cut off says nothing.
        let noted = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        let files = manifests.iter().flat_map(|manifest| manifest.files.iter().cloned());
        files.chain(noted).map(|file: BackedUpFile| ((file.path, file.bytes), file.sha256)).collect()
    }

    /// Makes a backup of what is in the target by now. From here on it counts.
    pub(crate) fn commit(&self, manifest: Manifest) -> Result<Manifest> {
        let (manifest, bytes) = manifest.sealed()?;
        self.write(&self.manifest_path(&manifest.id), &bytes)?;
        let unfinished = self.root.join(UNFINISHED);
        if unfinished.exists() {
            self.changed("delete", &unfinished, || fs::remove_file(&unfinished))?;
        }
        Ok(manifest)
    }

    pub(crate) fn manifest_path(&self, id: &str) -> PathBuf {
        self.root.join(BACKUPS).join(format!("{id}.json"))
    }

    /// The backups there are, oldest first; and what cannot be read of them.
    pub(crate) fn manifests(&self) -> Result<(Vec<Manifest>, Vec<Error>)> {
        let (mut manifests, mut unreadable) = (Vec::new(), Vec::new());
        for name in entries(&self.root.join(BACKUPS))? {
            if name.extension().is_some_and(|extension| extension == "json") {
                match self.manifest(&name) {
                    Ok(manifest) => manifests.push(manifest),
                    Err(error) => unreadable.push(error),
                }
            }
        }
        // Not by name: of two that began within a second one has a number behind it.
        manifests.sort_by_key(|manifest| manifest.begun_us);
        Ok((manifests, unreadable))
    }

    fn manifest(&self, name: &Path) -> Result<Manifest> {
        let mut bytes = Vec::new();
        let read = File::open(name).and_then(|file| file.take(MANIFEST_BYTES_MAX).read_to_end(&mut bytes));
        read.map_err(|source| Error::io("read", name, source))?;
        Manifest::read(name, &bytes)
    }

    /// Lets backups go, and then every content that no other names. How many contents went.
    pub(crate) fn forget(&self, gone: &[Manifest], kept: &[Manifest]) -> Result<u64> {
        for manifest in gone {
            let name = self.manifest_path(&manifest.id);
            self.changed("delete", &name, || fs::remove_file(&name))?;
        }
        let backups = self.root.join(BACKUPS);
        // Before any content goes: a backup must not come back without what it names.
        self.changed("sync", &backups, || sync_folder(&backups))?;
        let needed: HashSet<&str> =
            kept.iter().flat_map(|manifest| &manifest.files).map(|file| file.sha256.as_str()).collect();
        let mut deleted = 0;
        for folder in entries(&self.root.join(OBJECTS))? {
            for object in entries(&folder)? {
                let name = object.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if !needed.contains(name) {
                    self.changed("delete", &object, || fs::remove_file(&object))?;
                    deleted += 1;
                }
            }
        }
        Ok(deleted)
    }

    /// Writes a file whole or not at all, and durably.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let temporary = path.with_extension("tmp");
        let mut file = self.changed("make", &temporary, || private().truncate(true).open(&temporary))?;
        self.changed("write", &temporary, || file.write_all(bytes))?;
        self.changed("sync", &temporary, || file.sync_all())?;
        self.changed("rename", path, || fs::rename(&temporary, path))?;
        let folder = path.parent().unwrap_or(&self.root);
        self.changed("sync", folder, || sync_folder(folder))
    }

    /// One step that changes the disk.
    fn changed<T>(&self, what: &'static str, path: &Path, step: impl FnOnce() -> io::Result<T>) -> Result<T> {
        self.steps.next().and_then(|()| step()).map_err(|source| Error::io(what, path, source))
    }
}

/// Files are for their owner's eyes only.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// What lies in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let fail = |source| Error::io("list", folder, source);
    let mut entries =
        fs::read_dir(folder).map_err(fail)?.map(|entry| Ok(entry.map_err(fail)?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// A target of ours that was cut off at its very beginning is not somebody else's folder.
fn refuse_others(root: &Path) -> Result<()> {
    let ours = [LOCK, "throughline-backup.tmp"];
    let is_ours =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| ours.contains(&name));
    match entries(root)?.iter().all(is_ours) {
        true => Ok(()),
        false => Err(Error::NotATarget { path: root.to_owned() }),
    }
}

fn check_marker(marker: &Path) -> Result<()> {
    let bytes = fs::read(marker).map_err(|source| Error::io("read", marker, source))?;
    let damaged = |error| Error::BackupDamaged { what: format!("{}: {error}", marker.display()) };
    let Marker { format } = serde_json::from_slice(&bytes).map_err(damaged)?;
    match format > FORMAT {
        true => Err(Error::BackupNewer { path: marker.to_owned(), format, known: FORMAT }),
        false => Ok(()),
    }
}

fn locked(root: &Path, name: &Path, error: fs::TryLockError) -> Error {
    match error {
        fs::TryLockError::WouldBlock => Error::TargetInUse { path: root.to_owned() },
        fs::TryLockError::Error(source) => Error::io("lock", name, source),
    }
}

fn unwritable(path: &Path, error: serde_json::Error) -> Error {
    Error::io("write", path, io::Error::other(error))
}
