//! Answers that depend on a workspace's events alone, kept until these change.
//!
//! Only for what everybody asks and what reads everything, such as the values of dimensions: one answer a workspace.

use std::collections::HashMap;

use lake::{Snapshot, SnapshotId};
use parking_lot::Mutex;

/// The newest answer of each workspace. It holds as many as there are workspaces.
#[derive(Debug)]
pub struct Kept<T> {
    answers: Mutex<HashMap<String, (Content, T)>>,
}

/// Which events an answer was computed from: the open lake's number in this process, and its state.
type Content = (u64, SnapshotId);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { answers: Mutex::default() }
    }
}

impl<T: Clone> Kept<T> {
    /// The answer, if it was computed from the very events of this snapshot.
    pub fn get(&self, workspace: &str, snapshot: &Snapshot) -> Option<T> {
        let answers = self.answers.lock();
        let (content, answer) = answers.get(workspace)?;
        (*content == content_of(snapshot)).then(|| answer.clone())
    }

    /// Keeps the answer in place of the one before.
    pub fn keep(&self, workspace: String, snapshot: &Snapshot, answer: T) {
        self.answers.lock().insert(workspace, (content_of(snapshot), answer));
    }
}

fn content_of(snapshot: &Snapshot) -> Content {
    (snapshot.lake(), snapshot.id())
}
