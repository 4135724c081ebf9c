//! What rejected rows come from: how their file's rows fall into columns, and the mapping they were read under.
//!
//! It is written beside the rejects file, with its first row, and goes with it. Rows that were corrected and handed in again
//! are known by their columns, and read as they were meant to be.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ingest::rejects::RowLayout;
use ingest::{Inspection, Mapping, rejects};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::folder::write_durably;

/// Imports with rejected rows that are looked through for one with the same columns, newest first.
const LOOKED_MAX: usize = 200;

/// What the rejected rows of an import come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// What the file is called.
    pub file: String,
    pub layout: RowLayout,
    pub mapping: Mapping,
}

impl Origin {
    /// Of an import, by its batch; `None` if nothing was written of it, or nothing that can be read.
    pub fn of(rejects: &Path, batch: &str) -> Option<Origin> {
        Origin::read(&path(rejects, batch))
    }

    /// Of a table of corrected rows: the newest whose columns, with those that were added, are the table's. With the mapping
    /// that reads the table.
    pub fn of_corrected(rejects: &Path, table: &Inspection) -> Option<(Origin, Mapping)> {
        let (added, own): (Vec<_>, Vec<_>) =
            table.columns.iter().map(|column| column.name.as_str()).partition(|name| rejects::is_reject_column(name));
        if added.is_empty() {
            return None;
        }
        let is_origin = |path: &PathBuf| path.to_string_lossy().ends_with(ENDING);
        let written =
            |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut paths: Vec<PathBuf> = fs::read_dir(rejects).ok()?.flatten().map(|entry| entry.path()).collect();
        paths.retain(is_origin);
        paths.sort_by_key(|path| std::cmp::Reverse(written(path)));
        paths.truncate(LOOKED_MAX);
        let origins = paths.iter().filter_map(|path| Origin::read(path));
        let mut of_same = origins.filter(|origin| origin.layout.columns == own);
        of_same.find_map(|origin| {
            let mapping = rejects::corrected(&origin.mapping, &origin.file, table)?;
            Some((origin, mapping))
        })
    }

    pub(crate) fn write(&self, rejects: &Path, batch: &str) -> Result<()> {
        let path = path(rejects, batch);
        let text = serde_json::to_vec(self).map_err(|error| Error::io("write", &path, std::io::Error::other(error)))?;
        write_durably(&path, &text)
    }

    fn read(path: &Path) -> Option<Origin> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }
}

const ENDING: &str = ".origin.json";

/// Where it lies.
pub(crate) fn path(rejects: &Path, batch: &str) -> PathBuf {
    rejects.join(format!("{batch}{ENDING}"))
}
