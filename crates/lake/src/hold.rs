//! A wish of whoever looks at a lake from outside: keep the log as it is for a moment.
//!
//! The file `hold` in the lake's folder is shared by those who look and locked alone by the writer while it deletes
//! segments. The writer never waits for it: while somebody holds on, segments stay until the next flush. The lock ends
//! with the process that has it.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::lake::blocking;

const NAME: &str = "hold";

/// Held on to for as long as it lives.
#[derive(Debug)]
pub(crate) struct Hold {
    _file: Option<File>,
}

impl Hold {
    /// Waits for a deletion under way. Where no writer ever made the file, nothing is deleted either.
    pub(crate) async fn on(folder: &Path) -> Result<Hold> {
        let name = folder.join(NAME);
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
    file: File,
}

impl Holders {
    pub(crate) fn open(folder: &Path) -> Result<Holders> {
        let name = folder.join(NAME);
        let file = File::options().create(true).truncate(false).write(true).open(&name);
        Ok(Holders { file: file.map_err(|error| Error::io("open", name.display(), error))? })
    }

    /// Runs `work` while nobody holds on, or not at all.
    pub(crate) async fn unless_held(&self, work: impl Future<Output = Result<()>>) -> Result<()> {
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", NAME, error)),
        }
        // Unlocked also where this is dropped before its end.
        let _unlock = Unlock(&self.file);
        work.await
    }
}

struct Unlock<'a>(&'a File);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the log cannot be held on to any more");
        }
    }
}
