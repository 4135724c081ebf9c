//! Which files of a data folder are copied beside lakes and the control database.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Folders below the data folder that are looked into; ours are three deep.
const DEPTH_MAX: usize = 16;

/// Bytes read at once when the end of a line is looked for.
const STEP: u64 = 64 << 10;

/// A file found below a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// In the data folder, with slashes.
    pub path: String,
    pub name: PathBuf,
    pub bytes: u64,
}

/// Whether a file or folder directly in the data folder is copied as it is.
pub(crate) fn of_root(name: &str) -> bool {
    // The database with its journals, workspaces, what is told of the last backup, and how far ones under way are.
    !(name.starts_with("control.db") || ["workspaces", "last-backup.json"].contains(&name) || is_temporary(name))
}

/// Whether a file or folder directly in a workspace's is copied as it is.
pub(crate) fn of_workspace(name: &str) -> bool {
    name != "lake" && !is_temporary(name)
}

fn is_temporary(name: &str) -> bool {
    name.ends_with(".tmp")
}

/// The files below `folder`, by path, of whose entries `takes` decides. What goes away meanwhile is not among them; links
/// are not followed.
pub(crate) fn below(folder: &Path, prefix: &str, takes: fn(&str) -> bool) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    walk(folder, prefix, takes, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, takes: fn(&str) -> bool, depth: usize, found: &mut Vec<Found>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(|source| Error::io("list", folder, source))?,
    };
    for entry in entries {
        let entry = entry.map_err(|source| Error::io("list", folder, source))?;
        let name = entry.path();
        let Some(text) = entry.file_name().to_str().map(str::to_owned).filter(|text| takes(text)) else { continue };
        let meta = match fs::symlink_metadata(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(|source| Error::io("look at", &name, source))?,
        };
        let path = if prefix.is_empty() { text } else { format!("{prefix}/{text}") };
        if meta.is_dir() && depth < DEPTH_MAX {
            walk(&name, &path, |name| !is_temporary(name), depth + 1, found)?;
        } else if meta.is_file() {
            found.push(Found { path, name, bytes: meta.len() });
        }
    }
    Ok(())
}

/// How much of a file is whole: of lines that are being appended to, up to the end of the last one.
pub(crate) fn whole_bytes(path: &str, file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    if !path.ends_with(".ndjson") {
        return Ok(end);
    }
    let mut bytes = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        file.by_ref().take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(end)
}
