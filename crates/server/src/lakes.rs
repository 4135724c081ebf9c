//! The lakes of the workspaces, opened when first asked for.
//!
//! A lake is open to read only until a door brings something for it; then it is opened to write, and questions go to
//! the same handle, which knows what came a moment ago. One process at a time writes to a lake, so a handle that has
//! not been written to for a while is let go, and an import by another process finds its place. While it is held, small
//! files are merged in the background.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use control::Workspace;
use lake::{ErrorKind, Lake, Mode, Snapshot};
use tokio::sync::Mutex;
use worker::folder::{DataFolder, create_private};

use crate::basis::Basis;
use crate::error::{ApiError, ApiResult};

/// How often a lake that is written to is looked after.
const UPKEEP_EVERY: Duration = Duration::from_secs(10);

/// Looks without an event after which a lake is let go.
const QUIET_LOOKS: u32 = 3;

/// Looks between two whole upkeeps of a lake that is written to all the time.
const SETTLE_LOOKS: u32 = 60;

/// A workspace that was deleted and made again under the same id is another one.
type Key = (String, i64);

/// Open lakes by workspace. Cheap to clone; clones are one.
#[derive(Debug, Clone)]
pub struct Lakes {
    folder: DataFolder,
    basis: Basis,
    open: Arc<Mutex<HashMap<Key, Open>>>,
    /// Lakes too damaged to be written to, and when that was seen.
    damaged: Arc<parking_lot::Mutex<HashMap<Key, (Instant, lake::Error)>>>,
}

#[derive(Debug, Clone)]
struct Open {
    lake: Lake,
    /// Set where it is open to write: whether something came since the last look.
    touched: Option<Arc<AtomicBool>>,
}

impl Lakes {
    pub fn new(folder: DataFolder, basis: Basis) -> Lakes {
        Lakes { folder, basis, open: Arc::default(), damaged: Arc::default() }
    }

    /// The newest state of a workspace's events.
    pub async fn snapshot(&self, workspace: &Workspace) -> ApiResult<Arc<Snapshot>> {
        Ok(self.lake(workspace).await?.snapshot().await?)
    }

    /// A workspace's lake, to read.
    pub async fn lake(&self, workspace: &Workspace) -> ApiResult<Lake> {
        let key = key(workspace);
        let path = self.folder.lake(&workspace.id);
        if !path.is_dir() {
            return Err(ApiError::not_found(
                "workspace_empty",
                format!("workspace `{}` holds no events yet", workspace.id),
            )
            .hint(format!("bring some in: throughline import FILE --mapping MAPPING --workspace {}", workspace.id)));
        }
        // Held while a lake is opened: two requests must not open the same one, and opening is rare.
        let mut open = self.open.lock().await;
        if let Some(found) = open.get(&key) {
            return Ok(found.lake.clone());
        }
        open.retain(|(id, _), _| *id != key.0);
        let lake = Lake::open(&path, (self.basis.lake_options)(&path, Mode::ReadOnly)).await?;
        open.insert(key, Open { lake: lake.clone(), touched: None });
        Ok(lake)
    }

    /// A workspace's lake, to write to; made if there is none.
    ///
    /// # Errors
    /// Another process writes to it, its disk refuses, or it is damaged. Damage is not looked at again for a while, so
    /// that a flood of senders does not read a whole lake each.
    pub async fn writer(&self, workspace: &Workspace) -> Result<Lake, worker::Error> {
        let key = key(workspace);
        let mut open = self.open.lock().await;
        if let Some(Open { lake, touched: Some(touched) }) = open.get(&key) {
            touched.store(true, Ordering::Release);
            return Ok(lake.clone());
        }
        if let Some((_, error)) =
            self.damaged.lock().get(&key).filter(|(seen, _)| seen.elapsed() < self.basis.damaged_for)
        {
            return Err(error.clone().into());
        }
        open.retain(|(id, _), _| *id != key.0);
        let path = self.folder.lake(&workspace.id);
        create_private(&path)?;
        let lake = match Lake::open(&path, (self.basis.lake_options)(&path, Mode::ReadWrite)).await {
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                self.damaged.lock().insert(key, (Instant::now(), error.clone()));
                return Err(error.into());
            }
            opened => opened?,
        };
        self.damaged.lock().remove(&key);
        let touched = Arc::new(AtomicBool::new(true));
        open.insert(key.clone(), Open { lake: lake.clone(), touched: Some(Arc::clone(&touched)) });
        tokio::spawn(self.clone().look_after(key, lake.clone(), touched));
        Ok(lake)
    }

    /// Lets a lake go whose log takes no more: the next letter opens it anew.
    pub async fn let_go(&self, workspace: &Workspace, lake: &Lake) {
        let mut open = self.open.lock().await;
        open.retain(|_, open| !open.lake.is(lake));
        tracing::warn!(workspace = workspace.id, "a lake is let go, to be opened anew");
    }

    /// Moves what came into the tables and lets every lake go, at shutdown.
    pub async fn close(&self) {
        for (_, open) in self.open.lock().await.drain() {
            if open.touched.is_some()
                && let Err(error) = open.lake.flush().await
            {
                // It is durable in the log, and the next start reads it there.
                tracing::warn!(%error, "the last events could not be moved into the tables");
            }
        }
    }

    /// Merges what came in, and lets the lake go once nothing comes any more.
    async fn look_after(self, key: Key, lake: Lake, touched: Arc<AtomicBool>) {
        let control = lake::Control::new();
        let (mut quiet, mut looks) = (0, 0);
        loop {
            tokio::time::sleep(UPKEEP_EVERY).await;
            if !self.holds(&key, &lake).await {
                return;
            }
            quiet = if touched.swap(false, Ordering::AcqRel) { 0 } else { quiet + 1 };
            looks += 1;
            let leaving = quiet >= QUIET_LOOKS;
            let upkeep = if leaving || looks % SETTLE_LOOKS == 0 {
                worker::maintain::settle(&lake, &control).await.map(drop)
            } else {
                worker::maintain::merge_due(&lake, &control, || ()).await.map(drop)
            };
            if let Err(error) = upkeep {
                tracing::warn!(workspace = key.0, %error, "upkeep failed and is tried again");
            }
            let mut open = self.open.lock().await;
            // Something may have come while it was settled.
            if leaving && !touched.load(Ordering::Acquire) {
                open.remove(&key);
                return;
            }
        }
    }

    /// Whether the lake is still the one that is open to write.
    async fn holds(&self, key: &Key, lake: &Lake) -> bool {
        let open = self.open.lock().await;
        open.get(key).is_some_and(|open| open.touched.is_some() && open.lake.is(lake))
    }
}

fn key(workspace: &Workspace) -> Key {
    (workspace.id.clone(), workspace.created_at_us)
}
