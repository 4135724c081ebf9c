//! The file of rows that could not be taken: one JSON object a line, appended, safe to resume.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use model::event::Rejection;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectLine {
    /// The file the row stood in.
    pub file: String,
    #[serde(flatten)]
    pub rejection: Rejection,
}

/// Appends rejections. What an interrupted import had written is known, and not written again.
#[derive(Debug)]
pub struct RejectsWriter {
    path: PathBuf,
    out: BufWriter<File>,
    written: FxHashSet<u64>,
}

impl RejectsWriter {
    /// Opens a rejects file to go on with it, or makes it. A last line that was cut short is removed.
    pub fn open(path: &Path) -> Result<RejectsWriter> {
        let failed = |error| Error::io("open", path, error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        let mut written = FxHashSet::default();
        let mut end = 0;
        let mut reader = BufReader::new(&mut file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let count = reader.read_until(b'\n', &mut line).map_err(failed)?;
            if count == 0 || !line.ends_with(b"\n") {
                break;
            }
            end += count as u64;
            written.insert(xxh3_64(&line));
        }
        drop(reader);
        file.set_len(end).map_err(failed)?;
        file.seek(SeekFrom::Start(end)).map_err(failed)?;
        Ok(RejectsWriter { path: path.to_owned(), out: BufWriter::new(file), written })
    }

    /// Appends rejections of one file; says how many were new.
    pub fn write(&mut self, file: &str, rejections: &[Rejection]) -> Result<u64> {
        let mut new = 0;
        for rejection in rejections {
            let line = RejectLine { file: file.to_owned(), rejection: rejection.clone() };
            let mut bytes = serde_json::to_vec(&line).map_err(|error| self.failed(error.into()))?;
            bytes.push(b'\n');
            if self.written.insert(xxh3_64(&bytes)) {
                self.out.write_all(&bytes).map_err(|error| self.failed(error))?;
                new += 1;
            }
        }
        Ok(new)
    }

    /// Makes what was written durable. Call it before the position of its batch is committed.
    pub fn sync(&mut self) -> Result<()> {
        self.out.flush().map_err(|error| self.failed(error))?;
        self.out.get_ref().sync_data().map_err(|error| self.failed(error))
    }

    /// Lines in the file.
    pub fn count(&self) -> u64 {
        self.written.len() as u64
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io("write", &self.path, error)
    }
}
