//! What a backup is of, in JSON: the promise that it is whole.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::folder::DataFolder;

/// The form of targets and manifests that this program writes. Readers refuse a later one.
pub(crate) const FORMAT: u32 = 1;

/// Largest manifest that is read: a million files.
pub(crate) const MANIFEST_BYTES_MAX: u64 = 256 << 20;

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// When it began, as in `20261127T020500Z`; names the backup in its target.
    pub id: String,
    /// UTC microseconds. All that was acknowledged before is in it.
    pub begun_us: i64,
    pub ended_us: i64,
    /// Version of the program that took it.
    pub program: String,
    /// Schema version of the control database.
    pub control_schema: i64,
    /// The one workspace it is of. None: of the whole data folder.
    pub workspace: Option<String>,
    pub workspaces: Vec<BackedUpWorkspace>,
    /// Of all files.
    pub bytes: u64,
    /// Contents no backup of the target held before, and their bytes.
    pub new_objects: u64,
    pub new_bytes: u64,
    /// By path.
    pub files: Vec<BackedUpFile>,
    /// SHA-256 of this manifest with an empty seal, as compact JSON.
    pub seal: String,
}

/// What a workspace held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpWorkspace {
    pub id: String,
    /// Rows in the table of events.
    pub rows: u64,
    /// Records of the log beside them.
    pub log_records: u64,
}

/// A file of the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpFile {
    /// In the data folder, with slashes.
    pub path: String,
    pub bytes: u64,
    /// Of the content, in hexadecimal.
    pub sha256: String,
}

impl BackedUpFile {
    /// Where it belongs below `root`.
    ///
    /// # Errors
    /// If its path leads elsewhere.
    pub(crate) fn below(&self, root: &Path) -> Result<PathBuf> {
        let path = Path::new(&self.path);
        let plain = !self.path.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_)));
        match plain && !self.path.contains('\\') {
            true => Ok(root.join(path)),
            false => {
                Err(Error::BackupDamaged { what: format!("it names a file outside of the folder: {}", self.path) })
            }
        }
    }
}

impl Manifest {
    /// The bytes to be written, sealed.
    pub(crate) fn sealed(mut self) -> Result<(Manifest, Vec<u8>)> {
        self.seal = self.seal_of()?;
        let bytes = serde_json::to_vec(&self).map_err(unwritable)?;
        Ok((self, bytes))
    }

    /// Reads what [`Manifest::sealed`] made.
    ///
    /// # Errors
    /// [`Error::BackupNewer`], or [`Error::BackupDamaged`] if it is not what was written.
    pub(crate) fn read(name: &Path, bytes: &[u8]) -> Result<Manifest> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let damaged = |what: String| Error::BackupDamaged { what: format!("{}: {what}", name.display()) };
        let Form { format } = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if format > FORMAT {
            return Err(Error::BackupNewer { path: name.to_owned(), format, known: FORMAT });
        }
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if manifest.seal != manifest.seal_of()? {
            return Err(damaged("its seal does not fit what it says".to_owned()));
        }
        Ok(manifest)
    }

    fn seal_of(&self) -> Result<String> {
        let bare = Manifest { seal: String::new(), ..self.clone() };
        Ok(hexadecimal(&Sha256::digest(serde_json::to_vec(&bare).map_err(unwritable)?)))
    }
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::BackupDamaged { what: format!("its manifest has no JSON form: {error}") }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last backup of a data folder, as its administrators are told. It lies in the folder and is no part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRecord {
    pub id: String,
    /// Folder of the backups.
    pub target: String,
    /// The one workspace it is of. None: of the whole data folder.
    pub workspace: Option<String>,
    pub begun_us: i64,
    pub ended_us: i64,
    pub files: u64,
    pub bytes: u64,
    pub new_bytes: u64,
}

impl BackupRecord {
    /// The record of a data folder; none where no backup was taken, or it cannot be read.
    pub fn of(folder: &DataFolder) -> Option<BackupRecord> {
        serde_json::from_slice(&std::fs::read(folder.last_backup()).ok()?).ok()
    }
}
