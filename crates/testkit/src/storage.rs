//! A store in memory that forgets what was not made durable, at a chosen operation.
//!
//! Every changing operation has a number. The store can lose power at one of them (which then happens in
//! part), or fail one and go on. After a power cut everything fails; [`CrashStorage::survivor`] is the
//! store a new process finds, and can be asked for again with another seed: the same cut, other losses. It can be full,
//! until there is room again, and it can keep whoever makes something durable waiting.

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
use tokio::sync::watch;
use url::Url;

use disk::Disk;

/// A defect put into the store on purpose, to show that the tests would find it in ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flaw {
    #[default]
    None,
    /// `sync` makes files durable but not the folders they are in.
    FoldersNotSynced,
    /// `sync` makes nothing below this folder durable.
    NothingSyncedBelow(&'static str),
}

/// What befalls one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power goes while it happens.
    PowerCut,
    /// It fails, perhaps in part, and the store goes on.
    Fails,
}

#[derive(Debug, Clone)]
pub struct CrashStorage {
    /// What a running process reads; the disk model beside it knows what would be left.
    objects: Arc<InMemory>,
    state: Arc<Mutex<State>>,
    /// Whether whoever makes contents durable waits.
    held: Arc<watch::Sender<bool>>,
}

#[derive(Debug)]
struct State {
    disk: Disk,
    operations: u64,
    fault: Option<(u64, Fault)>,
    off: bool,
    full: Option<Full>,
    flaw: Flaw,
    rng: ChaCha8Rng,
    /// The disk before each changing operation, while that is recorded.
    moments: Option<Vec<Moment>>,
}

/// A disk at one moment, as it would be if the power went then.
#[derive(Debug)]
pub struct Moment {
    disk: Disk,
    flaw: Flaw,
}

impl Moment {
    /// What a process started after that finds.
    pub async fn survivor(&self, seed: u64) -> CrashStorage {
        CrashStorage::left_of(&self.disk, self.flaw, seed).await
    }
}

/// What an operation needs of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Room for bytes at the end of a file.
    More,
    /// Room for a file.
    File,
    Nothing,
}

impl Needs {
    fn room_for(bytes: &[u8]) -> Needs {
        if bytes.is_empty() { Needs::Nothing } else { Needs::More }
    }
}

/// What there is no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    Everything,
    /// New files; those there are can still be appended to.
    Files,
}

impl Full {
    fn refuses(self, needs: Needs) -> bool {
        match needs {
            Needs::More => self == Full::Everything,
            Needs::File => true,
            Needs::Nothing => false,
        }
    }
}

/// What an operation is to do.
enum Turn {
    Whole,
    /// In part, then this error.
    Part(std::io::Error),
}

impl CrashStorage {
    pub fn new(seed: u64) -> Self {
        Self::with(Disk::default(), Flaw::None, seed)
    }

    pub fn flawed(flaw: Flaw, seed: u64) -> Self {
        Self::with(Disk::default(), flaw, seed)
    }

    fn with(disk: Disk, flaw: Flaw, seed: u64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(seed);
        let state = State { disk, operations: 0, fault: None, off: false, full: None, flaw, rng, moments: None };
        Self { objects: Arc::new(InMemory::new()), state: Arc::new(Mutex::new(state)), held: Arc::default() }
    }

    /// Lets the `nth` changing operation from now on (from 1) suffer `fault`.
    pub fn plan(&self, nth: u64, fault: Fault) {
        let mut state = self.state.lock();
        state.fault = Some((state.operations + nth, fault));
    }

    /// Whether the planned power cut has happened.
    pub fn is_off(&self) -> bool {
        self.state.lock().off
    }

    /// From now on what needs room fails, until there is room again.
    pub fn set_full(&self, full: Option<Full>) {
        self.state.lock().full = full;
    }

    /// From now on whoever makes a file's contents durable waits, until it may go on.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// Changing operations so far.
    pub fn operations(&self) -> u64 {
        self.state.lock().operations
    }

    /// Changes the durable bytes of a file, as a disk that rots does. Nothing if there is no such file.
    pub async fn rot(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        {
            let mut state = self.state.lock();
            let Some(mut bytes) = state.disk.read(path).map(<[u8]>::to_vec) else { return };
            change(&mut bytes);
            state.disk.replace(path, bytes.into());
            state.disk.sync_file(path);
            disk::ancestors(path).for_each(|folder| state.disk.sync_folder(&folder));
        }
        self.show(path).await.unwrap();
    }

    /// From now on keeps every moment between two changing operations.
    pub fn record(&self) {
        self.state.lock().moments = Some(Vec::new());
    }

    /// The moments since the last time this was asked.
    pub fn take_moments(&self) -> Vec<Moment> {
        self.state.lock().moments.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Cuts the power now.
    pub fn power_off(&self) {
        self.state.lock().off = true;
    }

    /// What a process started after the power cut finds. Everything in it is durable.
    pub async fn survivor(&self, seed: u64) -> CrashStorage {
        let (disk, flaw) = {
            let state = self.state.lock();
            (state.disk.clone(), state.flaw)
        };
        Self::left_of(&disk, flaw, seed).await
    }

    /// What a new process finds when the one before was killed while the power stayed on: everything it
    /// wrote can be read, but what it had not made durable still is not. Call after `power_off`, which
    /// stops the old process.
    pub async fn after_kill(&self, seed: u64) -> CrashStorage {
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
    fn change<T>(
        &self,
        needs: Needs,
        whole: impl FnOnce(&mut Disk, &mut ChaCha8Rng, &Turn) -> T,
    ) -> std::io::Result<T> {
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
            _ if state.full.is_some_and(|full| full.refuses(needs)) => {
                Turn::Part(std::io::ErrorKind::StorageFull.into())
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
    fn change_or_not(&self, needs: Needs, whole: impl FnOnce(&mut Disk)) -> std::io::Result<()> {
        self.change(needs, |disk, rng, turn| {
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
        self.change(Needs::Nothing, |disk, rng, turn| {
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
        // The sender lives as long as this store.
        self.held.subscribe().wait_for(|held| !held).await.ok();
        self.sync_paths(std::slice::from_ref(file), false).map_err(io("fsync", file))
    }

    async fn append(&self, file: &Path, bytes: Bytes) -> lake::Result<()> {
        let appended = self.change(Needs::room_for(&bytes), |disk, rng, turn| {
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
        let cut = self.change_or_not(Needs::Nothing, |disk| disk.truncate(file, len as usize));
        self.show(file).await?;
        cut.map_err(io("cut", file))
    }

    async fn delete(&self, file: &Path) -> lake::Result<()> {
        let deleted = self.change_or_not(Needs::Nothing, |disk| disk.remove(file));
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
        let put = self.change_or_not(Needs::File, |disk| disk.replace(path, bytes));
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
                let deleted = storage.change_or_not(Needs::Nothing, |disk| disk.remove(&path));
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
        let renamed = self.change_or_not(Needs::Nothing, |disk| disk.rename(from, to));
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
