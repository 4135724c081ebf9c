//! A wish of whoever looks at a lake from outside: keep the log as it is for a moment, or the files of the tables until they
//! are copied.
//!
//! For each there is a file in the lake's folder, shared by those who look and locked alone by the writer while it deletes.
//! The writer never waits for it: while somebody holds on, what it would delete stays until the next time. The lock ends with the
//! process that has it.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::lake::blocking;

/// What is held on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Segments of logs.
    Log,
    /// Files of tables that only earlier versions name.
    Files,
}

impl Held {
    fn name(self) -> &'static str {
        match self {
            Held::Log => "hold",
            Held::Files => "hold-files",
        }
    }
}

/// Held on to for as long as it lives.
#[derive(Debug)]
pub(crate) struct Hold {
    _file: Option<File>,
}

impl Hold {
    /// Waits for a deletion under way. Where no writer ever made the file, nothing is deleted either.
    pub(crate) async fn on(folder: &Path, what: Held) -> Result<Hold> {
        let name = folder.join(what.name());
        blocking(move || {
            let file = match File::open(&name) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Hold { _file: None }),
                Err(error) => return Err(Error::io("open", name.display(), error)),
            };
            file.lock_shared().map_err(|error| Error::io("lock", name.display(), error))?;
            Ok(Hold { _file: Some(file) })
        })
        .await
    }
}

/// The writer's side.
#[derive(Debug)]
pub(crate) struct Holders {
    log: File,
    files: File,
}

impl Holders {
    pub(crate) fn open(folder: &Path) -> Result<Holders> {
        let open = |what: Held| {
            let name = folder.join(what.name());
            let file = File::options().create(true).truncate(false).write(true).open(&name);
            file.map_err(|error| Error::io("open", name.display(), error))
        };
        Ok(Holders { log: open(Held::Log)?, files: open(Held::Files)? })
    }

    /// What `work` came to, which is done while nobody holds on. None: somebody does, and it was not done.
    pub(crate) async fn unless_held<T>(&self, what: Held, work: impl Future<Output = Result<T>>) -> Result<Option<T>> {
        let file = match what {
            Held::Log => &self.log,
            Held::Files => &self.files,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", what.name(), error)),
        }
        // Unlocked also where this is dropped before its end.
        let _unlock = Unlock(file);
        work.await.map(Some)
    }
}

struct Unlock<'a>(&'a File);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lake cannot be held on to any more");
        }
    }
}
