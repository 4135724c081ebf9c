//! A store in memory that forgets what was not made durable, at a chosen operation.
//!
//! Every changing operation has a number. The store can lose power at one of them (which then happens in
//! part), or fail one and go on. After a power cut everything fails; [`CrashStorage::survivor`] is the
//! store a new process finds, and can be asked for again with another seed: the same cut, other losses.

mod disk;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use lake::storage::Storage;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, RenameTargetMode, UploadPart,
};
use parking_lot::Mutex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use url::Url;

use disk::Disk;

/// A defect put into the store on purpose, to show that the tests would find it in ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Flaw {
    #[default]
    None,
    /// `sync` makes files durable but not the folders they are in.
    FoldersNotSynced,
    /// `sync` makes nothing below this folder durable.
    NothingSyncedBelow(&'static str),
}

/// What befalls one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The power goes while it happens.
    PowerCut,
    /// It fails, perhaps in part, and the store goes on.
    Fails,
}

#[derive(Debug, Clone)]
pub(crate) struct CrashStorage {
    /// What a running process reads; the disk model beside it knows what would be left.
    objects: Arc<InMemory>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    disk: Disk,
    operations: u64,
    fault: Option<(u64, Fault)>,
    off: bool,
    flaw: Flaw,
    rng: ChaCha8Rng,
    /// The disk before each changing operation, while that is recorded.
    moments: Option<Vec<Moment>>,
}

/// A disk at one moment, as it would be if the power went then.
#[derive(Debug)]
pub(crate) struct Moment {
    disk: Disk,
    flaw: Flaw,
}

impl Moment {
    /// What a process started after that finds.
    pub(crate) async fn survivor(&self, seed: u64) -> CrashStorage {
        CrashStorage::left_of(&self.disk, self.flaw, seed).await
    }
}

/// What an operation is to do.
enum Turn {
    Whole,
    /// In part, then this error.
    Part(std::io::Error),
}

impl CrashStorage {
    pub(crate) fn new(seed: u64) -> Self {
        Self::with(Disk::default(), Flaw::None, seed)
    }

    pub(crate) fn flawed(flaw: Flaw, seed: u64) -> Self {
        Self::with(Disk::default(), flaw, seed)
    }

    fn with(disk: Disk, flaw: Flaw, seed: u64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(seed);
        let state = State { disk, operations: 0, fault: None, off: false, flaw, rng, moments: None };
        Self { objects: Arc::new(InMemory::new()), state: Arc::new(Mutex::new(state)) }
    }

    /// Lets the `nth` changing operation from now on (from 1) suffer `fault`.
    pub(crate) fn plan(&self, nth: u64, fault: Fault) {
        let mut state = self.state.lock();
        state.fault = Some((state.operations + nth, fault));
    }

    /// Whether the planned power cut has happened.
    pub(crate) fn is_off(&self) -> bool {
        self.state.lock().off
    }

    /// From now on keeps every moment between two changing operations.
    pub(crate) fn record(&self) {
        self.state.lock().moments = Some(Vec::new());
    }

    /// The moments since the last time this was asked.
    pub(crate) fn take_moments(&self) -> Vec<Moment> {
        self.state.lock().moments.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Cuts the power now.
    pub(crate) fn power_off(&self) {
        self.state.lock().off = true;
    }

    /// What a process started after the power cut finds. Everything in it is durable.
    pub(crate) async fn survivor(&self, seed: u64) -> CrashStorage {
        let (disk, flaw) = {
            let state = self.state.lock();
            (state.disk.clone(), state.flaw)
        };
        Self::left_of(&disk, flaw, seed).await
    }

    /// What a new process finds when the one before was killed while the power stayed on: everything it
    /// wrote can be read, but what it had not made durable still is not. Call after `power_off`, which
    /// stops the old process.
    pub(crate) async fn after_kill(&self, seed: u64) -> CrashStorage {
        let storage = {
            let state = self.state.lock();
            Self::with(state.disk.clone(), state.flaw, seed)
        };
        storage.show_all().await;
        storage
    }

    async fn left_of(disk: &Disk, flaw: Flaw, seed: u64) -> CrashStorage {
        let files = disk.after_power_cut(&mut ChaCha8Rng::seed_from_u64(seed));
        let storage = Self::with(Disk::holding(files), flaw, seed);
        storage.show_all().await;
        storage
    }

    async fn show_all(&self) {
        let files = self.state.lock().disk.files();
        for path in files {
            self.show(&path).await.unwrap();
        }
    }

    fn reading(&self) -> std::io::Result<()> {
        if self.state.lock().off { Err(power_is_off()) } else { Ok(()) }
    }

    /// Counts a changing operation and applies it to the disk: whole, or in part with even chance.
    fn change<T>(&self, whole: impl FnOnce(&mut Disk, &mut ChaCha8Rng, &Turn) -> T) -> std::io::Result<T> {
        let mut state = self.state.lock();
        if state.off {
            return Err(power_is_off());
        }
        state.operations += 1;
        if state.moments.is_some() {
            let moment = Moment { disk: state.disk.clone(), flaw: state.flaw };
            state.moments.get_or_insert_default().push(moment);
        }
        let turn = match state.fault {
            Some((at, fault)) if at == state.operations => {
                state.off = fault == Fault::PowerCut;
                Turn::Part(if state.off { power_is_off() } else { std::io::Error::other("injected fault") })
            }
            _ => Turn::Whole,
        };
        let State { disk, rng, .. } = &mut *state;
        let done = whole(disk, rng, &turn);
        match turn {
            Turn::Whole => Ok(done),
            Turn::Part(error) => Err(error),
        }
    }

    /// As `change`, for an operation that happens or does not.
    fn change_or_not(&self, whole: impl FnOnce(&mut Disk)) -> std::io::Result<()> {
        self.change(|disk, rng, turn| {
            // After a mere failure the process goes on reading what it read before.
            if matches!(turn, Turn::Whole) {
                whole(disk);
            } else if rng.random_bool(0.5) {
                let mut after = disk.clone();
                whole(&mut after);
                *disk = after;
            }
        })
    }

    /// Brings what running processes read in line with the disk, for one file.
    async fn show(&self, path: &Path) -> object_store::Result<()> {
        let bytes = self.state.lock().disk.read(path).map(Bytes::copy_from_slice);
        match bytes {
            Some(bytes) => self.objects.put(path, bytes.into()).await.map(drop),
            None => match self.objects.delete(path).await {
                Err(object_store::Error::NotFound { .. }) => Ok(()),
                result => result,
            },
        }
    }

    fn sync_paths(&self, paths: &[Path], folders_too: bool) -> std::io::Result<()> {
        let flaw = self.state.lock().flaw;
        self.change(|disk, rng, turn| {
            for path in paths {
                let known = disk.is_folder(path) || disk.read(path).is_some();
                if !known {
                    return Err(std::io::Error::new(std::io::ErrorKind::NotFound, path.to_string()));
                }
                if matches!(flaw, Flaw::NothingSyncedBelow(folder) if path.as_ref().starts_with(folder)) {
                    continue;
                }
                let part = matches!(turn, Turn::Part(_));
                if disk.read(path).is_some() {
                    match part && rng.random_bool(0.5) {
                        true => disk.fail_sync_of_file(path),
                        false => disk.sync_file(path),
                    }
                }
                if part && rng.random_bool(0.5) {
                    return Ok(());
                }
                let itself = disk.is_folder(path).then(|| path.clone());
                let folders: Vec<Path> = itself.into_iter().chain(disk::ancestors(path)).collect();
                if folders_too && flaw != Flaw::FoldersNotSynced {
                    folders.iter().for_each(|folder| disk.sync_folder(folder));
                }
            }
            Ok(())
        })?
    }
}

fn power_is_off() -> std::io::Error {
    std::io::Error::other("the power is off")
}

fn io(operation: &'static str, file: &Path) -> impl FnOnce(std::io::Error) -> lake::Error {
    move |source| lake::Error::Io { operation, file: file.to_string(), source: Arc::new(source) }
}

fn generic(error: std::io::Error) -> object_store::Error {
    object_store::Error::Generic { store: "crash", source: error.into() }
}

#[async_trait]
impl Storage for CrashStorage {
    fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::new(self.clone())
    }

    fn root_url(&self) -> Url {
        Url::parse("memory:///").unwrap()
    }

    async fn sync(&self, paths: &[Path]) -> lake::Result<()> {
        self.sync_paths(paths, true).map_err(io("fsync", paths.first().unwrap_or(&Path::default())))
    }

    async fn sync_contents(&self, file: &Path) -> lake::Result<()> {
        self.sync_paths(std::slice::from_ref(file), false).map_err(io("fsync", file))
    }

    async fn append(&self, file: &Path, bytes: Bytes) -> lake::Result<()> {
        let appended = self.change(|disk, rng, turn| {
            let len = if matches!(turn, Turn::Whole) { bytes.len() } else { rng.random_range(0..=bytes.len()) };
            disk.append(file, bytes.slice(..len));
        });
        self.show(file).await?;
        appended.map_err(io("append to", file))
    }

    async fn read(&self, file: &Path, from: u64) -> lake::Result<Bytes> {
        self.reading().map_err(io("read", file))?;
        let state = self.state.lock();
        let bytes = state.disk.read(file).ok_or(std::io::ErrorKind::NotFound.into()).map_err(io("read", file))?;
        Ok(Bytes::copy_from_slice(bytes.get(from as usize..).unwrap_or_default()))
    }

    async fn truncate(&self, file: &Path, len: u64) -> lake::Result<()> {
        let cut = self.change_or_not(|disk| disk.truncate(file, len as usize));
        self.show(file).await?;
        cut.map_err(io("cut", file))
    }

    async fn delete(&self, file: &Path) -> lake::Result<()> {
        let deleted = self.change_or_not(|disk| disk.remove(file));
        self.show(file).await?;
        deleted.map_err(io("delete", file))
    }

    async fn list(&self, folder: &Path) -> lake::Result<Vec<(Path, u64)>> {
        self.reading().map_err(io("list", folder))?;
        Ok(self.state.lock().disk.list(folder))
    }
}

impl fmt::Display for CrashStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("crash storage")
    }
}

#[async_trait]
impl ObjectStore for CrashStorage {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        let bytes: Bytes = payload.clone().into();
        if self.state.lock().disk.read(path).is_some() && options.mode == object_store::PutMode::Create {
            self.reading().map_err(generic)?;
            return self.objects.put_opts(path, payload, options).await;
        }
        let put = self.change_or_not(|disk| disk.replace(path, bytes));
        self.show(path).await?;
        put.map_err(generic)?;
        let e_tag = self.objects.head(path).await?.e_tag;
        Ok(PutResult { e_tag, version: None })
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.reading().map_err(generic)?;
        Ok(Box::new(Upload { storage: self.clone(), path: path.clone(), bytes: Vec::new() }))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.reading().map_err(generic)?;
        self.objects.get_opts(path, options).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        let storage = self.clone();
        let delete = move |path: Path| {
            let storage = storage.clone();
            async move {
                storage.objects.head(&path).await?;
                let deleted = storage.change_or_not(|disk| disk.remove(&path));
                storage.show(&path).await?;
                deleted.map_err(generic).map(|()| path)
            }
        };
        paths.and_then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        match self.reading() {
            Ok(()) => self.objects.list(prefix),
            Err(error) => futures::stream::iter([Err(generic(error))]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.reading().map_err(generic)?;
        self.objects.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        let bytes = self.objects.get(from).await?.bytes().await?;
        let mode = match options.mode {
            CopyMode::Overwrite => object_store::PutMode::Overwrite,
            CopyMode::Create => object_store::PutMode::Create,
        };
        self.put_opts(to, bytes.into(), PutOptions { mode, ..PutOptions::default() }).await.map(drop)
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> object_store::Result<()> {
        self.reading().map_err(generic)?;
        if options.target_mode == RenameTargetMode::Create && self.state.lock().disk.read(to).is_some() {
            let source = "the name is taken".into();
            return Err(object_store::Error::AlreadyExists { path: to.to_string(), source });
        }
        let renamed = self.change_or_not(|disk| disk.rename(from, to));
        self.show(to).await?;
        self.show(from).await?;
        renamed.map_err(generic)
    }
}

/// A large object on its way: nobody sees it before it is complete.
#[derive(Debug)]
struct Upload {
    storage: CrashStorage,
    path: Path,
    bytes: Vec<u8>,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        data.iter().for_each(|bytes| self.bytes.extend_from_slice(bytes));
        let alive = self.storage.reading().map_err(generic);
        Box::pin(async move { alive })
    }

    async fn complete(&mut self) -> object_store::Result<PutResult> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        self.storage.put_opts(&self.path, bytes.into(), PutOptions::default()).await
    }

    async fn abort(&mut self) -> object_store::Result<()> {
        Ok(())
    }
}
