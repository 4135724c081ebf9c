//! Days with news: what sensors delivered is moved into the tables, and the days are read anew.
//!
//! A workspace with news is folded some seconds later, and not again before it has rested for a few times as long as the
//! fold took, so that reading large days anew never takes all the machine. What fails is tried again; what arrived stays in
//! the log until its days are read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::place::ResolvedSite;
use chrono::NaiveDate;
use control::Workspace;
use tokio_util::sync::CancellationToken;
use worker::import::Watch;
use worker::place::replay_those;

use super::Sensors;

/// How many times as long as a fold took a workspace rests after it.
const REST: u32 = 3;

/// After a fold that failed.
const AGAIN: Duration = Duration::from_secs(10);

/// Workspaces with news, and when they are folded.
#[derive(Debug, Default)]
pub(super) struct Due {
    due: HashMap<(String, i64), (Workspace, Instant)>,
    rested: HashMap<(String, i64), Instant>,
}

impl Sensors {
    /// There is something to fold.
    pub(super) fn fold_soon(&self, workspace: &Workspace) {
        self.fold_at(workspace, Instant::now() + self.limits.sensor_fold_every);
    }

    fn fold_at(&self, workspace: &Workspace, at: Instant) {
        let key = (workspace.id.clone(), workspace.created_at_us);
        let mut folds = self.folds.lock();
        let at = folds.rested.get(&key).map_or(at, |rested| at.max(*rested));
        folds.due.entry(key).or_insert_with(|| (workspace.clone(), at));
        drop(folds);
        self.news.notify_one();
    }

    /// What a server before this one acknowledged and did not fold.
    pub(super) async fn find_left_over(&self) {
        let workspaces = match self.control.workspaces().await {
            Ok(workspaces) => workspaces,
            Err(error) => {
                tracing::warn!(%error, "it could not be looked up what sensors delivered to the server before");
                return;
            }
        };
        for workspace in workspaces {
            if self.folder.lake(&workspace.id).join("arrivals").is_dir() {
                self.fold_at(&workspace, Instant::now());
            }
        }
    }

    pub(super) async fn fold_all(&self, stopping: &CancellationToken) {
        while !stopping.is_cancelled() {
            let next = self.folds.lock().due.values().map(|(_, at)| *at).min();
            let wait = next.map_or(Duration::from_secs(3_600), |next| next.saturating_duration_since(Instant::now()));
            if next.is_none() || !wait.is_zero() {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    () = self.news.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                }
                continue;
            }
            let workspace = {
                let mut folds = self.folds.lock();
                let key = folds.due.iter().min_by_key(|(_, (_, at))| *at).map(|(key, _)| key.clone());
                key.and_then(|key| folds.due.remove(&key)).map(|(workspace, _)| workspace)
            };
            let Some(workspace) = workspace else { continue };
            let begun = Instant::now();
            let done = self.fold(&workspace, stopping).await;
            let key = (workspace.id.clone(), workspace.created_at_us);
            self.folds.lock().rested.insert(key, Instant::now() + REST * begun.elapsed());
            match done {
                Ok(()) => {}
                Err(worker::Error::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(workspace = workspace.id, %error, "what sensors delivered waits to be folded");
                    self.fold_at(&workspace, Instant::now() + AGAIN);
                }
            }
        }
    }

    /// Folds what there is of a workspace, and reads its days anew.
    async fn fold(&self, workspace: &Workspace, stopping: &CancellationToken) -> worker::Result<()> {
        let held = self.lakes.hold(workspace).await?;
        if !held.lake.arrivals_wait().await? {
            return Ok(());
        }
        let folded = held.lake.fold_arrivals().await?;
        let mut by_site: HashMap<&str, HashSet<NaiveDate>> = HashMap::new();
        for of in &folded.walked {
            by_site.entry(&of.site).or_default().insert(of.day);
        }
        let watch = Watch { progress: Arc::new(|_| ()), stop: stopping.clone() };
        for (site, days) in by_site {
            // Of a site that is there no more the positions stay, and nothing is read.
            let Some(stored) = self.control.site(&workspace.id, site, None).await? else { continue };
            let site = ResolvedSite { version: stored.version, definition: stored.site };
            match replay_those(&held.lake, &site, &watch, |day| days.contains(&day)).await {
                Ok(_) => {}
                // It would fail again: the site is at fault, or the day is too large.
                Err(worker::Error::Analysis(error)) if error.kind() != analysis::ErrorKind::Failed => {
                    let site = &site.definition.id;
                    tracing::warn!(workspace = workspace.id, site, %error, "days with news cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        held.lake.release_arrivals(&folded).await?;
        Ok(())
    }
}
