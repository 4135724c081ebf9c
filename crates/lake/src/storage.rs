//! Where a workspace's bytes lie: an object store for the tables, append files for the log, and one way
//! to make either durable.
//!
//! The Delta and object store libraries never fsync (neither data, nor `_delta_log`, nor folders), so
//! durability is asked for here, by name: [`Storage::sync`]. Tests put a store that forgets everything
//! unsynced in its place. Not here: what is written and when it counts (the log, the committer).

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, RenameTargetMode, UploadPart,
};
use parking_lot::Mutex;
use url::Url;

use crate::error::{Error, Result};

/// Append files kept open, so that a write error the kernel met in the background reaches our fsync.
const OPEN_FILES_MAX: usize = 8;

/// The bytes of one workspace. Paths are relative to its root.
#[async_trait]
pub trait Storage: std::fmt::Debug + Send + Sync {
    /// The store the tables are written through, rooted at the workspace.
    fn objects(&self) -> Arc<dyn ObjectStore>;

    /// The workspace root as a URL that ends in a slash.
    fn root_url(&self) -> Url;

    /// Returns when `paths` (files or folders) and every folder above them up to the root will survive
    /// a power cut. Call it with a Delta commit file's path too: nothing else makes that durable. After
    /// a deletion, call it with the folder.
    async fn sync(&self, paths: &[Path]) -> Result<()>;

    /// Returns when the contents of `file` are durable. Its folders are not looked at: for a file that
    /// [`Storage::sync`] has seen since it was made.
    async fn sync_contents(&self, file: &Path) -> Result<()>;

    /// Adds bytes at the end of `file`, which is made (with its folders) if missing. Not durable before
    /// a sync; after an error any prefix of `bytes` may have been written.
    async fn append(&self, file: &Path, bytes: Bytes) -> Result<()>;

    /// The bytes of `file` from offset `from` to its present end; empty if it is not that long.
    async fn read(&self, file: &Path, from: u64) -> Result<Bytes>;

    /// Cuts `file` to `len` bytes. Not durable before a sync.
    async fn truncate(&self, file: &Path, len: u64) -> Result<()>;

    /// Deletes `file`; a missing one is no error. Not durable before the folder is synced.
    async fn delete(&self, file: &Path) -> Result<()>;

    /// The files directly in `folder` with their length in bytes, by name; none if it does not exist.
    async fn list(&self, folder: &Path) -> Result<Vec<(Path, u64)>>;
}

/// Folder of objects that are not whole yet.
const STAGING: &str = "staging";

/// Puts an object that is durable on return and that, whatever happens meanwhile, is there whole or not at
/// all. A plain put does not promise the latter: a file may be found under its name after a power cut and
/// its bytes not, which in a `_delta_log` would make the table unreadable.
pub(crate) async fn put_whole(
    storage: &dyn Storage,
    path: &Path,
    payload: PutPayload,
    options: PutOptions,
) -> object_store::Result<PutResult> {
    let mode = match options.mode {
        PutMode::Create => RenameTargetMode::Create,
        PutMode::Overwrite => RenameTargetMode::Overwrite,
        // Only stores that need no help here know versions.
        PutMode::Update(_) => return storage.objects().put_opts(path, payload, options).await,
    };
    let staged = staging_path();
    let result =
        storage.objects().put_opts(&staged, payload, PutOptions { mode: PutMode::Overwrite, ..options }).await?;
    publish(storage, &staged, path, mode).await?;
    Ok(result)
}

/// As [`put_whole`], in parts: the object appears when the upload is completed.
pub(crate) async fn put_whole_multipart(
    storage: Arc<dyn Storage>,
    path: &Path,
    options: PutMultipartOptions,
) -> object_store::Result<Box<dyn MultipartUpload>> {
    let staged = staging_path();
    let upload = storage.objects().put_multipart_opts(&staged, options).await?;
    Ok(Box::new(StagedUpload { upload, staged, path: path.clone(), storage }))
}

/// Deletes what a process that ended left half put; before this one puts anything.
pub(crate) async fn clear_staging(storage: &dyn Storage) -> Result<()> {
    for (file, _) in storage.list(&Path::from(STAGING)).await? {
        storage.delete(&file).await?;
    }
    Ok(())
}

fn staging_path() -> Path {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Path::from(STAGING).join(format!("{}-{count}", std::process::id()))
}

/// Moves a staged object to its name once its bytes are durable, and makes the name durable.
async fn publish(
    storage: &dyn Storage,
    staged: &Path,
    path: &Path,
    mode: RenameTargetMode,
) -> object_store::Result<()> {
    let not_synced = |error: Error| object_store::Error::Generic { store: "workspace", source: Box::new(error) };
    let moved = async {
        storage.sync_contents(staged).await.map_err(not_synced)?;
        storage.objects().rename_opts(staged, path, RenameOptions::new().with_target_mode(mode)).await
    };
    if let Err(error) = moved.await {
        // Cleared at the next opening if it stays.
        storage.objects().delete(staged).await.ok();
        return Err(error);
    }
    storage.sync(std::slice::from_ref(path)).await.map_err(not_synced)
}

#[derive(Debug)]
struct StagedUpload {
    upload: Box<dyn MultipartUpload>,
    staged: Path,
    path: Path,
    storage: Arc<dyn Storage>,
}

#[async_trait]
impl MultipartUpload for StagedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> object_store::Result<PutResult> {
        let result = self.upload.complete().await?;
        publish(&*self.storage, &self.staged, &self.path, RenameTargetMode::Overwrite).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> object_store::Result<()> {
        self.upload.abort().await
    }
}

/// A workspace in a folder of this machine.
#[derive(Debug, Clone)]
pub struct LocalStorage {
    root: PathBuf,
    objects: Arc<LocalFileSystem>,
    open: Arc<Mutex<HashMap<Path, Arc<File>>>>,
}

impl LocalStorage {
    /// The workspace in the existing folder `root`. Writes nothing.
    pub fn open(root: &FsPath) -> Result<Self> {
        let root = root.canonicalize().map_err(|error| Error::io("open workspace", root.display(), error))?;
        Ok(Self { objects: Arc::new(LocalFileSystem::new_with_prefix(&root)?), root, open: Arc::default() })
    }

    /// As [`LocalStorage::open`], making the folder durably if it is missing.
    pub fn create(root: &FsPath) -> Result<Self> {
        let missing: Vec<&FsPath> = root.ancestors().take_while(|folder| !folder.exists()).collect();
        std::fs::create_dir_all(root).map_err(|error| Error::io("make folder", root.display(), error))?;
        for folder in missing {
            let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
            sync_folder(parent.unwrap_or(FsPath::new(".")))?;
        }
        Self::open(root)
    }

    fn file(&self, path: &Path) -> Result<PathBuf> {
        if path.as_ref().is_empty() {
            return Ok(self.root.clone());
        }
        Ok(self.objects.path_to_filesystem(path)?)
    }

    /// The open handle of an append file.
    fn handle(&self, path: &Path) -> Result<Arc<File>> {
        let mut open = self.open.lock();
        if let Some(file) = open.get(path) {
            return Ok(Arc::clone(file));
        }
        let name = self.file(path)?;
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        let file = match options.open(&name) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = name.parent().unwrap_or(&self.root);
                std::fs::create_dir_all(folder).map_err(|error| Error::io("make folder", folder.display(), error))?;
                options.open(&name)
            }
            other => other,
        };
        let file = Arc::new(file.map_err(|error| Error::io("open", path, error))?);
        if open.len() >= OPEN_FILES_MAX {
            open.clear();
        }
        open.insert(path.clone(), Arc::clone(&file));
        Ok(file)
    }

    fn sync_blocking(&self, paths: &[Path]) -> Result<()> {
        let mut folders = BTreeSet::new();
        for path in paths {
            let name = self.file(path)?;
            if name.is_dir() {
                folders.insert(name.clone());
            } else {
                self.sync_file(path, &name)?;
            }
            for folder in name.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root)) {
                folders.insert(folder.to_owned());
            }
        }
        // Deepest first: an entry is worth nothing before what it names is there.
        folders.iter().rev().try_for_each(|folder| sync_folder(folder))
    }

    fn sync_file(&self, path: &Path, name: &FsPath) -> Result<()> {
        let held = self.open.lock().get(path).cloned();
        let file = match held {
            Some(file) => file,
            None => Arc::new(File::open(name).map_err(|error| Error::io("open for fsync", path, error))?),
        };
        file.sync_all().map_err(|error| {
            self.open.lock().remove(path);
            Error::io("fsync", path, error)
        })
    }
}

#[async_trait]
impl Storage for LocalStorage {
    fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects) as Arc<dyn ObjectStore>
    }

    fn root_url(&self) -> Url {
        // An absolute path, which `canonicalize` made it, always has a URL.
        Url::from_directory_path(&self.root).unwrap_or_else(|()| unreachable!("the root is an absolute path"))
    }

    async fn sync(&self, paths: &[Path]) -> Result<()> {
        let (storage, paths) = (self.clone(), paths.to_vec());
        blocking(move || storage.sync_blocking(&paths)).await
    }

    async fn sync_contents(&self, file: &Path) -> Result<()> {
        let (storage, path) = (self.clone(), file.clone());
        blocking(move || {
            let name = storage.file(&path)?;
            storage.sync_file(&path, &name)
        })
        .await
    }

    async fn append(&self, file: &Path, bytes: Bytes) -> Result<()> {
        let (storage, path) = (self.clone(), file.clone());
        blocking(move || {
            let handle = storage.handle(&path)?;
            (&*handle).write_all(&bytes).map_err(|error| Error::io("append to", &path, error))
        })
        .await
    }

    async fn read(&self, file: &Path, from: u64) -> Result<Bytes> {
        let (storage, path) = (self.clone(), file.clone());
        blocking(move || {
            let fail = |error| Error::io("read", &path, error);
            let mut file = File::open(storage.file(&path)?).map_err(fail)?;
            let len = file.metadata().map_err(fail)?.len().saturating_sub(from);
            if len == 0 {
                return Ok(Bytes::new());
            }
            file.seek(SeekFrom::Start(from)).map_err(fail)?;
            let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
            file.take(len).read_to_end(&mut bytes).map_err(fail)?;
            Ok(bytes.into())
        })
        .await
    }

    async fn truncate(&self, file: &Path, len: u64) -> Result<()> {
        let (storage, path) = (self.clone(), file.clone());
        blocking(move || {
            let handle = storage.handle(&path)?;
            handle.set_len(len).map_err(|error| Error::io("cut", &path, error))
        })
        .await
    }

    async fn delete(&self, file: &Path) -> Result<()> {
        let (storage, path) = (self.clone(), file.clone());
        blocking(move || {
            storage.open.lock().remove(&path);
            match std::fs::remove_file(storage.file(&path)?) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("delete", &path, error)),
                _ => Ok(()),
            }
        })
        .await
    }

    async fn list(&self, folder: &Path) -> Result<Vec<(Path, u64)>> {
        let (storage, folder) = (self.clone(), folder.clone());
        blocking(move || {
            let fail = |error| Error::io("list", &folder, error);
            let entries = match std::fs::read_dir(storage.file(&folder)?) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                other => other.map_err(fail)?,
            };
            let mut files = Vec::new();
            for entry in entries {
                let entry = entry.map_err(fail)?;
                let meta = match entry.metadata() {
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    other => other.map_err(fail)?,
                };
                if let (true, Some(name)) = (meta.is_file(), entry.file_name().to_str()) {
                    files.push((folder.clone().join(name), meta.len()));
                }
            }
            files.sort();
            Ok(files)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::io("run", "a file operation", std::io::Error::other(error))),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &FsPath) -> Result<()> {
    let fail = |error| Error::io("fsync folder", folder.display(), error);
    File::open(folder).map_err(fail)?.sync_all().map_err(fail)
}

/// Windows keeps folder entries in the file system's journal and cannot fsync a folder.
#[cfg(not(unix))]
fn sync_folder(_: &FsPath) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn appended_bytes_are_read_cut_and_listed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        let storage = LocalStorage::create(&root).unwrap();
        let file = Path::from("log/one");
        storage.append(&file, Bytes::from_static(b"hello ")).await.unwrap();
        storage.append(&file, Bytes::from_static(b"world")).await.unwrap();
        storage.sync(std::slice::from_ref(&file)).await.unwrap();
        assert_eq!(storage.read(&file, 6).await.unwrap(), "world");
        assert_eq!(storage.read(&file, 60).await.unwrap(), "");
        storage.truncate(&file, 5).await.unwrap();
        storage.append(&file, Bytes::from_static(b"!")).await.unwrap();
        storage.sync_contents(&file).await.unwrap();
        assert_eq!(std::fs::read(root.join("log/one")).unwrap(), b"hello!");
        assert_eq!(storage.list(&Path::from("log")).await.unwrap(), vec![(file.clone(), 6)]);
        assert_eq!(storage.list(&Path::from("none")).await.unwrap(), vec![]);
        storage.delete(&file).await.unwrap();
        storage.delete(&file).await.unwrap();
        storage.sync(&[Path::from("log")]).await.unwrap();
        assert_eq!(storage.list(&Path::from("log")).await.unwrap(), vec![]);
        let again = LocalStorage::open(&root).unwrap();
        assert_eq!(again.root_url(), storage.root_url());
        assert!(again.root_url().as_str().ends_with("/a/b/"));
    }

    #[tokio::test]
    async fn a_missing_workspace_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = LocalStorage::open(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(error.contains("nowhere"), "{error}");
        let storage = LocalStorage::open(folder.path()).unwrap();
        assert!(storage.sync(&[Path::from("missing")]).await.is_err());
    }
}
