//! The lakes of the workspaces, opened when first asked for.
//!
//! A lake is open to read only until a door brings something for it; then it is opened to write, and questions go to
//! the same handle, which knows what came a moment ago. One process at a time writes to a lake, so a handle that has
//! not been written to for a while is let go, and an import by another process finds its place; one that an import of
//! this process holds stays, also where the import thinks for long. While it is open, small files are merged in the
//! background.
//!
//! Each workspace has a lock of its own, held while its lake is opened: two requests must not open the same one, and a
//! disk that does not answer keeps nobody else waiting.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use control::Workspace;
use lake::{DamagedFiles, ErrorKind, Lake, LakeOptions, Mode, Snapshot};
use parking_lot::Mutex;
use worker::folder::{DataFolder, create_private};

use crate::basis::Basis;
use crate::error::{ApiError, ApiResult};
use crate::health::{Health, Trouble};

/// How often a lake that is written to is looked after.
const UPKEEP_EVERY: Duration = Duration::from_secs(10);

/// Looks without an event after which a lake is let go.
const QUIET_LOOKS: u32 = 3;

/// Looks between two whole upkeeps of a lake that is written to all the time.
const SETTLE_LOOKS: u32 = 60;

/// How long a disk that refused is not asked again, so that those who wait for it do not ask one after the other.
const REFUSED_FOR: Duration = Duration::from_secs(1);

/// A workspace that was deleted and made again under the same id is another one.
type Key = (String, i64);

/// Open lakes by workspace. Cheap to clone; clones are one.
#[derive(Debug, Clone)]
pub struct Lakes {
    folder: DataFolder,
    basis: Basis,
    health: Arc<Health>,
    slots: Arc<Mutex<HashMap<Key, Slot>>>,
    /// What was found to be damaged, by whichever handle.
    damaged: Arc<Mutex<HashMap<Key, DamagedFiles>>>,
}

/// The place of one workspace's lake.
type Slot = Arc<tokio::sync::Mutex<State>>;

#[derive(Debug, Default)]
struct State {
    open: Option<Open>,
    /// Why it could not be opened, and until when it is not tried again.
    failed: Option<(Instant, lake::Error)>,
}

#[derive(Debug, Clone)]
struct Open {
    lake: Lake,
    /// Where it is open to write.
    writes: Option<Arc<Writes>>,
}

/// Who writes to a lake.
#[derive(Debug, Default)]
struct Writes {
    /// Whether something came since the last look.
    touched: AtomicBool,
    /// Those that need it until they say so.
    holders: AtomicUsize,
}

/// A lake that is open to write as long as this stands.
#[derive(Debug)]
pub struct Held {
    pub lake: Lake,
    writes: Arc<Writes>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // What it wrote last is a reason to look once more.
        self.writes.touched.store(true, Ordering::Release);
        self.writes.holders.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Lakes {
    pub fn new(folder: DataFolder, basis: Basis, health: Arc<Health>) -> Lakes {
        Lakes { folder, basis, health, slots: Arc::default(), damaged: Arc::default() }
    }

    /// The newest state of a workspace's events.
    pub async fn snapshot(&self, workspace: &Workspace) -> ApiResult<Arc<Snapshot>> {
        Ok(self.lake(workspace).await?.snapshot().await?)
    }

    /// A workspace's lake, to read.
    pub async fn lake(&self, workspace: &Workspace) -> ApiResult<Lake> {
        let path = self.folder.lake(&workspace.id);
        if !path.is_dir() {
            return Err(ApiError::not_found(
                "workspace_empty",
                format!("workspace `{}` holds no events yet", workspace.id),
            )
            .hint(format!("bring some in: throughline import FILE --mapping MAPPING --workspace {}", workspace.id)));
        }
        let slot = self.slot(workspace);
        let mut state = slot.lock().await;
        if let Some(found) = &state.open {
            return Ok(found.lake.clone());
        }
        let lake = self.open(workspace, &mut state, &path, Mode::ReadOnly).await?;
        state.open = Some(Open { lake: lake.clone(), writes: None });
        Ok(lake)
    }

    /// A workspace's lake, to write to; made if there is none.
    ///
    /// # Errors
    /// Another process writes to it, its disk refuses, or it is damaged. The latter two are not looked at again for a
    /// while, so that a flood of senders does not read a whole lake each.
    pub async fn writer(&self, workspace: &Workspace) -> Result<Lake, worker::Error> {
        let slot = self.slot(workspace);
        let mut state = slot.lock().await;
        Ok(self.writable(workspace, &mut state).await?.0)
    }

    /// The same for work that takes long: it is not let go before what this gives is dropped.
    ///
    /// # Errors
    /// As [`Lakes::writer`].
    pub async fn hold(&self, workspace: &Workspace) -> Result<Held, worker::Error> {
        let slot = self.slot(workspace);
        let mut state = slot.lock().await;
        let (lake, writes) = self.writable(workspace, &mut state).await?;
        // Under the lock: whoever lets it go looks under the same.
        writes.holders.fetch_add(1, Ordering::AcqRel);
        Ok(Held { lake, writes })
    }

    async fn writable(&self, workspace: &Workspace, state: &mut State) -> Result<(Lake, Arc<Writes>), worker::Error> {
        if let Some(Open { lake, writes: Some(writes) }) = &state.open {
            writes.touched.store(true, Ordering::Release);
            return Ok((lake.clone(), Arc::clone(writes)));
        }
        let path = self.folder.lake(&workspace.id);
        create_private(&path)?;
        let lake = self.open(workspace, state, &path, Mode::ReadWrite).await?;
        self.health.recovered(Some(workspace), Trouble::DataDamaged);
        let writes = Arc::new(Writes { touched: AtomicBool::new(true), holders: AtomicUsize::new(0) });
        state.open = Some(Open { lake: lake.clone(), writes: Some(Arc::clone(&writes)) });
        tokio::spawn(self.clone().look_after(key(workspace), lake.clone(), Arc::clone(&writes)));
        Ok((lake, writes))
    }

    /// The data files of a workspace that are damaged, as far as questions and upkeep have met them, and were not taken out
    /// since.
    pub fn damaged(&self, workspace: &Workspace) -> Vec<String> {
        let met = self.damaged.lock().get(&key(workspace)).map(DamagedFiles::names).unwrap_or_default();
        let lake = self.folder.lake(&workspace.id);
        met.into_iter().filter(|name| !lake.join(lake::QUARANTINE).join(name).exists()).collect()
    }

    /// The place of a workspace's lake; whatever was there of another one of this id goes.
    fn slot(&self, workspace: &Workspace) -> Slot {
        let (key, mut slots) = (key(workspace), self.slots.lock());
        if let Some(slot) = slots.get(&key) {
            return Arc::clone(slot);
        }
        slots.retain(|(id, _), _| *id != key.0);
        self.damaged.lock().retain(|(id, _), _| *id != key.0);
        Arc::clone(slots.entry(key).or_default())
    }

    /// Opens a lake, unless that failed a moment ago.
    async fn open(&self, workspace: &Workspace, state: &mut State, path: &Path, mode: Mode) -> lake::Result<Lake> {
        if let Some((_, error)) = state.failed.as_ref().filter(|(until, _)| Instant::now() < *until) {
            return Err(error.clone());
        }
        let damaged = self.damaged.lock().entry(key(workspace)).or_default().clone();
        let opened = Lake::open(path, LakeOptions { damaged, ..(self.basis.lake_options)(path, mode) }).await;
        let damaged_for = self.basis.damaged_for;
        state.failed = opened.as_ref().err().and_then(|error| {
            let standing = match error.kind() {
                ErrorKind::Corrupt => damaged_for,
                ErrorKind::Storage => damaged_for.min(REFUSED_FOR),
                // Another process may be done with it at any moment.
                _ => return None,
            };
            Some((Instant::now() + standing, error.clone()))
        });
        opened
    }

    /// Lets a lake go whose log takes no more: the next letter opens it anew.
    pub async fn let_go(&self, workspace: &Workspace, lake: &Lake) {
        let slot = self.slot(workspace);
        let mut state = slot.lock().await;
        state.open.take_if(|open| open.lake.is(lake));
        tracing::warn!(workspace = workspace.id, "a lake is let go, to be opened anew");
    }

    /// Moves what came into the tables and lets every lake go, at shutdown.
    pub async fn close(&self) {
        let slots: Vec<Slot> = self.slots.lock().drain().map(|(_, slot)| slot).collect();
        for slot in slots {
            if let Some(open) = slot.lock().await.open.take()
                && open.writes.is_some()
                && let Err(error) = open.lake.flush().await
            {
                // It is durable in the log, and the next start reads it there.
                tracing::warn!(%error, "the last events could not be moved into the tables");
            }
        }
    }

    /// Merges what came in, and lets the lake go once nothing comes any more.
    async fn look_after(self, key: Key, lake: Lake, writes: Arc<Writes>) {
        let control = lake::Control::new();
        let (mut quiet, mut looks) = (0, 0);
        loop {
            tokio::time::sleep(UPKEEP_EVERY).await;
            let Some(slot) = self.holding(&key, &lake).await else { return };
            let is_held = || writes.holders.load(Ordering::Acquire) > 0;
            quiet = if writes.touched.swap(false, Ordering::AcqRel) || is_held() { 0 } else { quiet + 1 };
            looks += 1;
            let leaving = quiet >= QUIET_LOOKS;
            let upkeep = if leaving || looks % SETTLE_LOOKS == 0 {
                worker::maintain::settle(&lake, &control).await.map(|upkeep| upkeep.deleted.held)
            } else {
                worker::maintain::merge_due(&lake, &control, || ()).await.map(|_| false)
            };
            let kept_for_backup = upkeep.unwrap_or_else(|error| {
                tracing::warn!(workspace = key.0, %error, "upkeep failed and is tried again");
                false
            });
            if kept_for_backup {
                // Files that nothing needs are still there; once more when it has been quiet for as long again.
                quiet = 0;
                continue;
            }
            let mut state = slot.lock().await;
            // Something may have come while it was settled.
            if leaving && !is_held() && !writes.touched.load(Ordering::Acquire) {
                state.open.take_if(|open| open.lake.is(&lake));
                return;
            }
        }
    }

    /// The place of the lake, if it is still the one that is open to write there.
    async fn holding(&self, key: &Key, lake: &Lake) -> Option<Slot> {
        let slot = Arc::clone(self.slots.lock().get(key)?);
        let holds = slot.lock().await.open.as_ref().is_some_and(|open| open.writes.is_some() && open.lake.is(lake));
        holds.then_some(slot)
    }
}

fn key(workspace: &Workspace) -> Key {
    (workspace.id.clone(), workspace.created_at_us)
}
