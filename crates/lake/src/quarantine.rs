//! Taking a damaged data file out of the table of events, so that everything else is answered again.
//!
//! The file is kept in the folder `quarantine/` with a note of what it held, as far as that is known without reading it:
//! its index has a checksum of its own. What it held is missing from then on, until it is brought back from a backup or
//! from the files that were imported. Nothing is thrown away here.

use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStoreExt, PutOptions};
use serde::{Deserialize, Serialize};

use crate::delta::Change;
use crate::error::{Error, Result};
use crate::lake::{Inner, Lake, spawned};
use crate::reader::read_index;
use crate::schema::{BATCH_LOG, EVENTS};
use crate::storage::put_whole;

/// Folder of files that were taken out.
pub const QUARANTINE: &str = "quarantine";

/// What is missing since a file was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineReport {
    /// The data file.
    pub file: String,
    /// Where it lies now, in the lake's folder.
    pub moved_to: String,
    pub rows: u64,
    pub bytes: u64,
    /// What its rows are of. `None`: the index beside it is lost too.
    pub held: Option<Held>,
}

/// What a file held, by its index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub customers: u64,
    /// Time of the first and the last event, UTC microseconds.
    pub time_range_us: Option<(i64, i64)>,
    /// Event names.
    pub events: Vec<String>,
    pub channels: Vec<String>,
    /// Imports that brought rows of it, by their batch.
    pub imports: Vec<String>,
    /// Whether rows of it came through the doors.
    pub live: bool,
}

impl Lake {
    /// Takes the data file `file` out of the table of events, durably. `file` may be named with its folder.
    ///
    /// # Errors
    /// [`Error::NoFile`] if the table has no such file.
    pub async fn quarantine(&self, file: &str) -> Result<QuarantineReport> {
        self.inner.writes("take out a file")?;
        let (inner, file) = (Arc::clone(&self.inner), file.to_owned());
        spawned(async move { inner.quarantine(&file).await }).await
    }

    /// The data files of the table of events in which damage was met since the lake was opened.
    pub fn damaged_files(&self) -> Vec<String> {
        let present = self.inner.event_files();
        let mut names = self.inner.files.damaged.names();
        names.retain(|name| present.iter().any(|file| file.name == *name));
        names
    }
}

impl Inner {
    async fn quarantine(&self, file: &str) -> Result<QuarantineReport> {
        let _maintenance = self.maintenance.lock().await;
        let _importing = self.importing.write().await;
        let _commit = self.commit.lock().await;
        self.settle().await?;
        let name = file.strip_prefix(EVENTS).and_then(|rest| rest.strip_prefix('/')).unwrap_or(file);
        let files = self.event_files();
        let found = files.iter().find(|present| present.name == name);
        let found = found.ok_or_else(|| Error::NoFile { file: file.to_owned() })?.clone();
        let objects = self.storage.objects();
        let index = read_index(&objects, name).await;
        let moved_to = Path::from(format!("{QUARANTINE}/{name}"));
        let report = QuarantineReport {
            file: name.to_owned(),
            moved_to: moved_to.to_string(),
            rows: found.rows,
            bytes: found.bytes,
            held: index.map(|index| Held {
                customers: index.customers.len() as u64,
                time_range_us: index.time_range,
                live: index.batches.iter().any(|batch| batch == BATCH_LOG),
                imports: index.batches.into_iter().filter(|batch| batch != BATCH_LOG).collect(),
                events: index.events,
                channels: index.channels,
            }),
        };
        // First kept, then taken out: whatever happens in between, it is in one of both.
        match objects.copy(&self.tables.events.path(name), &moved_to).await {
            Ok(()) => self.storage.sync(std::slice::from_ref(&moved_to)).await?,
            // There is nothing left to keep.
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let note = serde_json::to_vec_pretty(&report).map_err(|error| Error::corrupt(name, error.to_string()))?;
        let path = Path::from(format!("{QUARANTINE}/{name}.json"));
        put_whole(&*self.storage, &path, note.into(), PutOptions::default()).await?;
        let change = Change { label: "quarantine", changes_data: true, remove: vec![found], ..Change::default() };
        self.commit_events(change, |_| ()).await?;
        Ok(report)
    }
}
