//! Where things lie in the data folder. One place names the paths; nobody else joins them.
//!
//! ```text
//! control.db                      definitions, workspaces, people, import history, audit log
//! audit.key                       key of the hashes that stand in the audit log in place of personal data
//! sensor.key                      key of the passwords and secrets of sensors, which lie sealed in the control database
//! last-backup.json                when the last backup was taken, and where it lies
//! workspaces/<id>/lake/           events, identity, log
//! workspaces/<id>/truth.json      of a simulated world: what is wrong in it
//! workspaces/<id>/rejects/        rows that could not be taken, one file an import
//! workspaces/<id>/rejects/live/   messages that doors could not take
//! workspaces/<id>/imports/        what each import came to, and how far an unfinished one is
//! workspaces/<id>/uploads/        files that people hand in, until they are imported or a day is over
//! ```

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The data folder of an installation.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    pub fn new(root: impl Into<PathBuf>) -> DataFolder {
        DataFolder { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the folder and an empty control database, for their owner's eyes only: they hold what customers did and
    /// what people think of it. Also where the folder was there before, and others may look into it.
    pub fn create(&self) -> Result<()> {
        create_private(&self.root)?;
        create_private(&self.root.join("workspaces"))?;
        let control = self.control();
        let mut options = std::fs::OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&control).map(drop).map_err(|source| Error::io("make", &control, source))
    }

    pub fn control(&self) -> PathBuf {
        self.root.join("control.db")
    }

    /// The key of the audit log's keyed hashes, made when first asked for. It lies beside the control database and not
    /// in it, so that a copy of the database alone does not let anybody try which addresses its hashes are of.
    ///
    /// # Errors
    /// If it cannot be read or written, or is not 32 bytes long.
    pub fn audit_key(&self) -> Result<[u8; 32]> {
        self.key("audit.key")
    }

    /// The key by which passwords of brokers and secrets of sensors are sealed in the control database, made when first
    /// asked for. A backup of a single workspace has it not: who restores that one gives them anew.
    ///
    /// # Errors
    /// As of [`DataFolder::audit_key`].
    pub fn sensor_key(&self) -> Result<[u8; 32]> {
        self.key("sensor.key")
    }

    fn key(&self, name: &str) -> Result<[u8; 32]> {
        let path = self.root.join(name);
        if !path.exists() {
            make_key(&path).map_err(|source| Error::io("make", &path, source))?;
        }
        let bytes = std::fs::read(&path).map_err(|source| Error::io("read", &path, source))?;
        bytes.try_into().map_err(|_| {
            let what = io::Error::new(io::ErrorKind::InvalidData, "it is not 32 bytes long");
            Error::io("use", &path, what)
        })
    }

    /// What is told of the last backup.
    pub fn last_backup(&self) -> PathBuf {
        self.root.join("last-backup.json")
    }

    pub fn workspace(&self, id: &str) -> PathBuf {
        self.root.join("workspaces").join(id)
    }

    pub fn lake(&self, id: &str) -> PathBuf {
        self.workspace(id).join("lake")
    }

    pub fn rejects(&self, id: &str) -> PathBuf {
        self.workspace(id).join("rejects")
    }

    pub fn dead_letters(&self, id: &str) -> PathBuf {
        self.rejects(id).join("live")
    }

    pub fn imports(&self, id: &str) -> PathBuf {
        self.workspace(id).join("imports")
    }

    pub fn uploads(&self, id: &str) -> PathBuf {
        self.workspace(id).join("uploads")
    }
}

/// Makes a key for its owner's eyes only, whole or not at all; where another process is faster, the key is that one's.
fn make_key(path: &Path) -> io::Result<()> {
    let key = crate::random::bytes::<32>().map_err(io::Error::other)?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    io::Write::write_all(&mut file, &key)?;
    file.sync_all()?;
    // A link, unlike a new name, never takes the place of what is there.
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => path.parent().map_or(Ok(()), sync_folder),
    }
}

/// Makes a folder and its parents, readable by their owner only.
pub fn create_private(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| Error::io("make the folder", folder, source))
}

/// The bytes of everything below a folder; what cannot be looked at counts nothing.
pub fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => bytes_below(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// Writes a file whole or not at all, and durably.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("tmp");
    let write = || {
        let mut file = std::fs::File::create(&temporary)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(|source| Error::io("write", path, source))
}

/// Makes a renamed or new entry of a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
