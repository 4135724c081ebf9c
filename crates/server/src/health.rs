//! Whether what comes in can be made durable: what went wrong of late, and goes right again by itself.
//!
//! Trouble is noted where a door meets it and forgotten when the same thing succeeds. Where nobody tries again it is
//! forgotten after a while too, but for damage, which stands until the workspace opens or is there no more.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use control::Workspace;
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

/// How long trouble is told after it was last met.
const TOLD: Duration = Duration::from_secs(300);

/// Troubles remembered; each workspace has at most three.
const TROUBLES_MAX: usize = 10_000;

/// What does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Events cannot be made durable: the disk is full, refuses, or takes too long.
    StorageFailing,
    /// What could not become an event cannot be kept.
    RejectionsFailing,
    /// The stored data of a workspace is damaged; it takes nothing in until it is mended.
    DataDamaged,
    /// Doors hold as much as they may; senders are told to come again.
    DoorsFull,
}

/// The troubles of a server.
#[derive(Debug, Default)]
pub struct Health {
    met: Mutex<HashMap<(Place, Trouble), Instant>>,
}

/// Where: a workspace, of which one that was deleted and made again under the same id is another. None: all of them.
type Place = Option<(String, i64)>;

impl Health {
    /// Something went wrong, in a workspace or in none of its own.
    pub fn failed(&self, workspace: Option<&Workspace>, trouble: Trouble) {
        let mut met = self.met.lock();
        if met.len() < TROUBLES_MAX {
            met.insert((workspace.map(place), trouble), Instant::now());
        }
    }

    /// The same went right.
    pub fn recovered(&self, workspace: Option<&Workspace>, trouble: Trouble) {
        let mut met = self.met.lock();
        if !met.is_empty() {
            met.remove(&(workspace.map(place), trouble));
        }
    }

    /// These are all the workspaces there are: what was wrong in others is of no account.
    pub fn forget_all_but(&self, workspaces: &[Workspace]) {
        let known: HashSet<_> = workspaces.iter().map(place).collect();
        self.met.lock().retain(|(of, _), _| of.as_ref().is_none_or(|of| known.contains(of)));
    }

    /// What does not work now, and in which workspace; none: of no workspace of its own.
    pub fn troubles_by_place(&self) -> Vec<(Option<String>, Trouble)> {
        let mut met = self.met.lock();
        met.retain(|(_, trouble), at| *trouble == Trouble::DataDamaged || at.elapsed() < TOLD);
        met.keys().map(|(of, trouble)| (of.as_ref().map(|(id, _)| id.clone()), *trouble)).collect()
    }

    /// What does not work now, each once.
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut troubles: Vec<Trouble> = self.troubles_by_place().into_iter().map(|(_, trouble)| trouble).collect();
        troubles.sort_unstable();
        troubles.dedup();
        troubles
    }
}

fn place(workspace: &Workspace) -> (String, i64) {
    (workspace.id.clone(), workspace.created_at_us)
}
