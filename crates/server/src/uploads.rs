//! Files that were handed in: where a workspace's are, and that they do not stay for ever.

use std::time::Duration;

use control::Workspace;
use worker::uploads::Uploads;

use crate::error::{ApiError, ApiResult};
use crate::state::AppState;

/// How often it is looked for uploads that are a day old.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

impl AppState {
    /// The uploads of a workspace.
    pub fn uploads(&self, workspace: &Workspace) -> Uploads {
        Uploads::new(self.folder.uploads(&workspace.id))
    }

    /// Does something with the uploads of a workspace that waits for the disk.
    pub async fn with_uploads<T: Send + 'static>(
        &self,
        workspace: &Workspace,
        work: impl FnOnce(&Uploads) -> worker::Result<T> + Send + 'static,
    ) -> ApiResult<T> {
        let uploads = self.uploads(workspace);
        let done = tokio::task::spawn_blocking(move || work(&uploads)).await;
        Ok(done.map_err(|error| ApiError::internal(&error))??)
    }
}

/// Throws away what has had its time, until the server ends: uploads that are a day old, and salts of days that no late
/// file is waited for any more.
pub(crate) async fn sweep(state: AppState) {
    loop {
        if let Err(error) = state.control.drop_salts((state.intake.basis.now_us)()).await {
            tracing::warn!(%error, "old salts are dropped later");
        }
        match state.control.workspaces().await {
            Ok(workspaces) => {
                for workspace in workspaces {
                    sweep_one(&state, &workspace).await;
                }
            }
            Err(error) => tracing::warn!(%error, "old uploads are looked for later"),
        }
        tokio::select! {
            () = state.stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}

/// The same for one workspace, also before somebody hands in another file.
pub(crate) async fn sweep_one(state: &AppState, workspace: &Workspace) {
    let in_use = state.importing.upload_in_use(workspace);
    let now_us = (state.intake.basis.now_us)();
    let swept = state.with_uploads(workspace, move |uploads| uploads.sweep(now_us, in_use.as_deref())).await;
    if let Err(error) = swept {
        tracing::warn!(workspace = workspace.id, error = error.message, "old uploads could not be thrown away");
    }
}
