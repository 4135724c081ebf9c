//! Files that people hand in, piece by piece, kept until they are imported or a day is over.
//!
//! An upload is two files in a private folder: what is said of it, and its bytes as far as they came. How far that is,
//! is the length of the second, so that whoever lost the connection asks and goes on from there. What somebody calls a
//! file is never a name on this disk: those are made here. Everything blocks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ingest::SourceFile;
use model::period::DAY_US;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::folder::{create_private, write_durably};

/// Uploads of one workspace at once: each may take the disk what the setting allows for one file.
pub const UPLOADS_MAX: usize = 8;

/// How long an upload is kept, microseconds.
pub const KEPT_US: i64 = DAY_US;

/// Longest piece in bytes; it is held in memory. Smaller ones lose less where a connection is bad.
pub const PIECE_BYTES_MAX: usize = 8 << 20;

/// Longest name in bytes: what file systems take.
const NAME_BYTES_MAX: usize = 255;

/// The uploads of one workspace. Cheap to make.
#[derive(Debug, Clone)]
pub struct Uploads {
    folder: PathBuf,
}

/// A file to be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    pub name: String,
    pub bytes: u64,
    /// UTC microseconds.
    pub at_us: i64,
    /// The most one file may have.
    pub bytes_max: u64,
}

/// A file that was handed in, or is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    pub about: About,
    /// Bytes that are here.
    pub received: u64,
}

/// What is said of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it is called where it comes from.
    pub name: String,
    /// How long it will be.
    pub bytes: u64,
    pub created_us: i64,
    /// The document it was last begun to be imported with, so that an import that was cut off can go on.
    #[serde(default)]
    pub mapping: Option<String>,
}

impl Upload {
    pub fn is_complete(&self) -> bool {
        self.received == self.about.bytes
    }
}

impl Uploads {
    /// The uploads in a folder, which need not be there.
    pub fn new(folder: PathBuf) -> Uploads {
        Uploads { folder }
    }

    /// Makes place for a file.
    ///
    /// # Errors
    /// [`Error::UploadRefused`] for a name or a size that is not taken, [`Error::UploadsMany`], or the disk.
    pub fn begin(&self, new: NewUpload) -> Result<Upload> {
        check_name(&new.name)?;
        if new.bytes == 0 {
            return Err(Error::UploadRefused("an empty file holds nothing to import".to_owned()));
        }
        if new.bytes > new.bytes_max {
            return Err(Error::UploadTooLarge { bytes: new.bytes, bytes_max: new.bytes_max });
        }
        create_private(&self.folder)?;
        let waiting = self.list()?.len();
        if waiting >= UPLOADS_MAX {
            return Err(Error::UploadsMany { waiting });
        }
        let id: String = crate::random::bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let about = About { name: new.name, bytes: new.bytes, created_us: new.at_us, mapping: None };
        self.write_about(&id, &about)?;
        Ok(Upload { id, about, received: 0 })
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// The disk.
    pub fn list(&self) -> Result<Vec<Upload>> {
        // One that is taken away at this moment is not there.
        let mut uploads: Vec<Upload> = self.ids("json")?.iter().filter_map(|id| self.find(id).ok()).collect();
        uploads.sort_by(|a, b| (a.about.created_us, &a.id).cmp(&(b.about.created_us, &b.id)));
        Ok(uploads)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::UploadUnknown`], or the disk.
    pub fn find(&self, id: &str) -> Result<Upload> {
        let unknown = || Error::UploadUnknown { id: id.to_owned() };
        if !is_id(id) {
            return Err(unknown());
        }
        let path = self.about(id);
        let text = fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => unknown(),
            _ => Error::io("read", &path, source),
        })?;
        let about = serde_json::from_slice(&text).map_err(|_| unknown())?;
        let path = self.data(id);
        let received = match fs::metadata(&path) {
            Ok(data) => data.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(source) => return Err(Error::io("look at", &path, source)),
        };
        Ok(Upload { id: id.to_owned(), about, received })
    }

    /// Adds a piece where the last one ended. One that came already is not written again.
    ///
    /// # Errors
    /// [`Error::UploadOffset`] for a piece that belongs elsewhere, [`Error::UploadRefused`] for one that goes beyond the
    /// end, or the disk.
    pub fn write(&self, id: &str, offset: u64, piece: &[u8]) -> Result<Upload> {
        let upload = self.find(id)?;
        let path = self.data(id);
        let failed = |source| Error::io("write", &path, source);
        let mut file = private_file(&path).map_err(failed)?;
        // Two who send the same file at once take turns.
        file.lock().map_err(failed)?;
        let received = file.metadata().map_err(failed)?.len();
        if offset != received {
            return Err(Error::UploadOffset { offset, received });
        }
        let end = offset + piece.len() as u64;
        if end > upload.about.bytes {
            let said = upload.about.bytes;
            return Err(Error::UploadRefused(format!(
                "the piece ends at byte {end}, and the file was said to have {said}"
            )));
        }
        file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(piece)).map_err(failed)?;
        if end == upload.about.bytes {
            file.sync_all().map_err(failed)?;
        }
        Ok(Upload { received: end, ..upload })
    }

    /// A file that is here whole, under the name people call it.
    ///
    /// # Errors
    /// [`Error::UploadUnknown`], [`Error::UploadIncomplete`], or the disk.
    pub fn file(&self, id: &str) -> Result<(Upload, SourceFile)> {
        let upload = self.find(id)?;
        if !upload.is_complete() {
            return Err(Error::UploadIncomplete { received: upload.received, bytes: upload.about.bytes });
        }
        let file = SourceFile::called(self.data(id), upload.about.name.clone())?;
        Ok((upload, file))
    }

    /// Remembers what an upload is imported with.
    ///
    /// # Errors
    /// As [`Uploads::find`].
    pub fn remember(&self, id: &str, mapping: &str) -> Result<()> {
        let upload = self.find(id)?;
        self.write_about(id, &About { mapping: Some(mapping.to_owned()), ..upload.about })
    }

    /// Throws an upload away; whether there was one.
    ///
    /// # Errors
    /// The disk.
    pub fn remove(&self, id: &str) -> Result<bool> {
        if !is_id(id) {
            return Ok(false);
        }
        let mut was_there = false;
        for path in [self.about(id), self.data(id)] {
            match fs::remove_file(&path) {
                Ok(()) => was_there = true,
                Err(source) if source.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::io("remove", &path, source)),
            }
        }
        Ok(was_there)
    }

    /// Throws away what was begun a day ago or longer, but for one that is being imported. How many.
    ///
    /// # Errors
    /// The disk.
    pub fn sweep(&self, now_us: i64, in_use: Option<&str>) -> Result<usize> {
        let mut swept = 0;
        for upload in self.list()? {
            let is_old = now_us.saturating_sub(upload.about.created_us) >= KEPT_US;
            if is_old && in_use != Some(upload.id.as_str()) {
                swept += usize::from(self.remove(&upload.id)?);
            }
        }
        // Bytes of which nothing is said any more: what is said comes before them and goes before them.
        for id in self.ids("part")? {
            if !self.about(&id).exists() {
                self.remove(&id)?;
            }
        }
        Ok(swept)
    }

    /// The ids of the files with an ending.
    fn ids(&self, ending: &str) -> Result<Vec<String>> {
        let failed = |source| Error::io("list", &self.folder, source);
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let Some(id) = path.file_stem().and_then(|stem| stem.to_str()).filter(|id| is_id(id)) else { continue };
            if path.extension().is_some_and(|found| found == ending) {
                ids.push(id.to_owned());
            }
        }
        Ok(ids)
    }

    fn write_about(&self, id: &str, about: &About) -> Result<()> {
        let path = self.about(id);
        let text = serde_json::to_vec(about).map_err(|error| Error::io("write", &path, io::Error::other(error)))?;
        write_durably(&path, &text)
    }

    fn about(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn data(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.part"))
    }
}

/// Whether this is an id as they are made here: nothing else becomes a part of a path.
fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_name(name: &str) -> Result<()> {
    let is_plain = !name.contains(['/', '\\']) && !name.chars().any(char::is_control);
    if name.trim().is_empty() || name.len() > NAME_BYTES_MAX || !is_plain {
        let how = format!("a file's name has 1 to {NAME_BYTES_MAX} bytes, and no slash or control character");
        return Err(Error::UploadRefused(how));
    }
    Ok(())
}

/// Opens a file to write to, or makes it, for its owner's eyes only.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(name: &str, bytes: u64) -> NewUpload {
        NewUpload { name: name.to_owned(), bytes, at_us: 5, bytes_max: 100 }
    }

    #[test]
    fn a_file_comes_in_pieces_and_goes_on_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().join("uploads"));
        assert!(uploads.list().unwrap().is_empty());
        let begun = uploads.begin(new("../../etc/订单.csv", 10)).unwrap_err();
        assert!(matches!(begun, Error::UploadRefused(_)), "{begun}");
        let id = uploads.begin(new("订单 (1).csv", 10)).unwrap().id;
        assert!(matches!(uploads.file(&id).unwrap_err(), Error::UploadIncomplete { received: 0, bytes: 10 }));
        assert_eq!(uploads.write(&id, 0, b"abcd").unwrap().received, 4);
        // The answer was lost, so the piece is sent again; then it is asked how far it came.
        assert!(matches!(uploads.write(&id, 0, b"abcd").unwrap_err(), Error::UploadOffset { offset: 0, received: 4 }));
        assert!(matches!(uploads.write(&id, 4, b"1234567").unwrap_err(), Error::UploadRefused(_)));
        assert_eq!(uploads.find(&id).unwrap().received, 4);
        assert!(uploads.write(&id, 4, b"efghij").unwrap().is_complete());
        let (_, file) = uploads.file(&id).unwrap();
        assert_eq!((file.name.as_str(), file.bytes), ("订单 (1).csv", 10));
        assert_eq!(fs::read(&file.path).unwrap(), b"abcdefghij");
        assert_eq!(file.path.parent(), Some(folder.path().join("uploads").as_path()));
        uploads.remember(&id, "source: a").unwrap();
        assert_eq!(uploads.list().unwrap()[0].about.mapping.as_deref(), Some("source: a"));
    }

    #[test]
    fn there_are_limits_and_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().to_owned());
        assert!(matches!(uploads.begin(new("a", 101)).unwrap_err(), Error::UploadTooLarge { bytes: 101, .. }));
        assert!(matches!(uploads.begin(new("a", 0)).unwrap_err(), Error::UploadRefused(_)));
        let ids: Vec<String> = (0..UPLOADS_MAX).map(|_| uploads.begin(new("a", 1)).unwrap().id).collect();
        assert!(matches!(uploads.begin(new("a", 1)).unwrap_err(), Error::UploadsMany { waiting: UPLOADS_MAX }));
        for strange in ["", "..", "a", "../../../../etc/passwd", &ids[0].to_uppercase()] {
            assert!(matches!(uploads.find(strange).unwrap_err(), Error::UploadUnknown { .. }), "{strange}");
            assert!(!uploads.remove(strange).unwrap(), "{strange}");
        }
        assert!(uploads.remove(&ids[0]).unwrap() && !uploads.remove(&ids[0]).unwrap());
        assert_eq!(uploads.sweep(5 + KEPT_US - 1, None).unwrap(), 0);
        assert_eq!(uploads.sweep(5 + KEPT_US, Some(&ids[1])).unwrap(), UPLOADS_MAX - 2);
        assert_eq!(uploads.list().unwrap().len(), 1);
        fs::write(folder.path().join(format!("{}.part", "0".repeat(32))), "x").unwrap();
        uploads.sweep(5, None).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_their_owner_may_read_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("uploads");
        let uploads = Uploads::new(at.clone());
        let id = uploads.begin(new("a", 1)).unwrap().id;
        uploads.write(&id, 0, b"a").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&at), mode(&uploads.data(&id))), (0o700, 0o600));
    }
}
