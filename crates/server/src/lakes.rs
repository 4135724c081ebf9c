//! The lakes of the workspaces, opened when first asked for and read only: importing is another process's or
//! the worker's business, and its commits show up in the next snapshot.

use std::collections::HashMap;
use std::sync::Arc;

use lake::{Lake, LakeOptions, Mode, Snapshot};
use tokio::sync::Mutex;
use worker::folder::DataFolder;

use crate::error::{ApiError, ApiResult};

/// A workspace that was deleted and made again under the same id is another one.
type Key = (String, i64);

/// Open lakes by workspace.
#[derive(Debug)]
pub struct Lakes {
    folder: DataFolder,
    open: Mutex<HashMap<Key, Lake>>,
}

impl Lakes {
    pub fn new(folder: DataFolder) -> Lakes {
        Lakes { folder, open: Mutex::default() }
    }

    /// The newest state of a workspace's events.
    pub async fn snapshot(&self, workspace: &control::Workspace) -> ApiResult<Arc<Snapshot>> {
        Ok(self.lake(workspace).await?.snapshot().await?)
    }

    /// A workspace's lake, to read.
    pub async fn lake(&self, workspace: &control::Workspace) -> ApiResult<Lake> {
        let key = (workspace.id.clone(), workspace.created_at_us);
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
        if let Some(lake) = open.get(&key) {
            return Ok(lake.clone());
        }
        open.retain(|(id, _), _| *id != key.0);
        let lake = Lake::open(&path, LakeOptions::new(Mode::ReadOnly)).await?;
        open.insert(key, lake.clone());
        Ok(lake)
    }
}
