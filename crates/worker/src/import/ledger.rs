//! What an import came to, beside what the lake knows: counts and the length of its rejects file.
//!
//! The lake commits a file's position together with its events. What has no place in that commit, the rejected
//! rows and the running counts, is written before it: first the rejects, then a mark that says how long the
//! rejects file is at that position. After a crash the mark of the committed position tells where to cut the
//! rejects file, so that no rejected row is lost or told twice, and the counts go on where they were. Once the import
//! is complete one mark stays, so that whoever imports the file again is told the same.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use model::event::Rejection;
use model::hash;
use serde::{Deserialize, Serialize};

use super::origin::{self, Origin};
use crate::error::{Error, Result};
use crate::folder::{create_private, sync_folder};

/// What became of a file's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Events made of them.
    pub events: u64,
    /// Rows that could not be taken, by code.
    pub rejected: BTreeMap<String, u64>,
    /// Events that say what was said before, by the same file or another: they do not count again. Known once the file
    /// is complete.
    #[serde(default)]
    pub duplicates: u64,
    /// Rows the mapping leaves out on purpose.
    pub skipped: u64,
    /// Of the events, those dated more than a day after the import began: a clock or a time format is wrong.
    #[serde(default)]
    pub future: u64,
}

impl Counts {
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        self.rows += other.rows;
        self.events += other.events;
        self.duplicates += other.duplicates;
        self.skipped += other.skipped;
        self.future += other.future;
        for (code, count) in &other.rejected {
            *self.rejected.entry(code.clone()).or_default() += count;
        }
    }
}

/// What a batch adds to the counts, beside its rejections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) rows: u64,
    pub(crate) events: u64,
    pub(crate) skipped: u64,
    pub(crate) future: u64,
}

/// The state at one position of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    position: u64,
    rejects_bytes: u64,
    counts: Counts,
    /// Whether the import is complete and its duplicates are counted.
    #[serde(default)]
    closed: bool,
}

/// The rejects file and the marks of one import.
#[derive(Debug)]
pub(crate) struct Ledger {
    marks_path: PathBuf,
    rejects_path: PathBuf,
    /// What rejected rows come from, until it is written down beside the first of them.
    origin: Option<Origin>,
    /// Opened at the first rejected row: an import without any leaves no file.
    rejects: Option<File>,
    /// Hashes of what the rejects file held when this run began: rows of a group that was not finished when the
    /// position was committed are read, and rejected, again.
    told: HashSet<i64>,
    /// The state as it will be at the next mark.
    next: Mark,
    /// The newest mark written. It stays beside the next one until the lake has committed that.
    last: Mark,
}

impl Ledger {
    /// Opens the ledger of an import that the lake has committed up to `position` (0: a new one).
    pub(crate) fn open(imports: &Path, rejects: &Path, batch: &str, position: u64) -> Result<Ledger> {
        create_private(imports)?;
        create_private(rejects)?;
        let marks_path = imports.join(format!("{batch}.json"));
        let rejects_path = rejects.join(format!("{batch}.ndjson"));
        let marks: Vec<Mark> = match fs::read(&marks_path) {
            Ok(bytes) if position > 0 => serde_json::from_slice(&bytes).unwrap_or_default(),
            _ => Vec::new(),
        };
        // Marks are only missing if somebody removed them; then the counts begin at the committed position.
        let known = marks.into_iter().rev().find(|mark| mark.position == position || mark.closed);
        let last = known.unwrap_or(Mark { position, ..Mark::default() });
        let told = HashSet::new();
        let mut ledger =
            Ledger { marks_path, rejects_path, origin: None, rejects: None, told, next: last.clone(), last };
        ledger.cut_rejects()?;
        if ledger.last.rejects_bytes > 0 {
            let told =
                fs::read(&ledger.rejects_path).map_err(|source| Error::io("read", &ledger.rejects_path, source))?;
            ledger.told = told.split(|byte| *byte == b'\n').map(|line| hash::parts(&[line])).collect();
        }
        Ok(ledger)
    }

    /// Whether anything is kept of an import.
    pub(crate) fn is_kept(imports: &Path, batch: &str) -> bool {
        imports.join(format!("{batch}.json")).is_file()
    }

    /// Whether everything is told of this import.
    pub(crate) fn is_closed(&self) -> bool {
        self.last.closed
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.next.counts
    }

    /// The rejects file, if any row was rejected.
    pub(crate) fn rejects_path(&self) -> Option<&Path> {
        (self.next.rejects_bytes > 0).then_some(self.rejects_path.as_path())
    }

    /// Says what rejected rows come from.
    pub(crate) fn comes_from(&mut self, origin: Origin) {
        self.origin = Some(origin);
    }

    /// Takes in what a batch came to. Durable when this returns, and told only once the lake commits `position`.
    pub(crate) fn mark(&mut self, taken: Taken, rejections: &[Rejection], position: u64) -> Result<()> {
        if !rejections.is_empty() {
            if let (Some(origin), Some(folder), Some(batch)) =
                (self.origin.take(), self.rejects_path.parent(), self.rejects_path.file_stem())
            {
                origin.write(folder, &batch.to_string_lossy())?;
            }
            self.append(rejections).map_err(|source| Error::io("write", &self.rejects_path, source))?;
        }
        let counts = &mut self.next.counts;
        counts.rows += taken.rows;
        counts.events += taken.events;
        counts.skipped += taken.skipped;
        counts.future += taken.future;
        self.next.position = position;
        self.write_marks().map_err(|source| Error::io("write", &self.marks_path, source))?;
        self.last = self.next.clone();
        Ok(())
    }

    /// The import is complete and came to this: one mark stays.
    pub(crate) fn close(&mut self, duplicates: u64) -> Result<()> {
        self.next.counts.duplicates = duplicates;
        self.next.closed = true;
        self.last = self.next.clone();
        self.write_marks().map_err(|source| Error::io("write", &self.marks_path, source))
    }

    /// Forgets an import that was removed from the lake.
    pub(crate) fn forget(imports: &Path, rejects: &Path, batch: &str) -> Result<()> {
        let kept = [imports.join(format!("{batch}.json")), rejects.join(format!("{batch}.ndjson"))];
        for path in kept.into_iter().chain([origin::path(rejects, batch)]) {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", &path, source));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn append(&mut self, rejections: &[Rejection]) -> std::io::Result<()> {
        let file = match &mut self.rejects {
            Some(file) => file,
            None => {
                let mut file = OpenOptions::new().create(true).append(true).open(&self.rejects_path)?;
                file.seek(std::io::SeekFrom::End(0))?;
                self.rejects.insert(file)
            }
        };
        let mut lines = Vec::new();
        for rejection in rejections {
            let line = serde_json::to_vec(rejection)?;
            if self.told.contains(&hash::parts(&[&line])) {
                continue;
            }
            lines.extend_from_slice(&line);
            lines.push(b'\n');
            *self.next.counts.rejected.entry(rejection.code.clone()).or_default() += 1;
        }
        file.write_all(&lines)?;
        file.sync_data()?;
        self.next.rejects_bytes += lines.len() as u64;
        Ok(())
    }

    fn write_marks(&self) -> std::io::Result<()> {
        let temporary = self.marks_path.with_extension("json.tmp");
        let mut file = File::create(&temporary)?;
        let both = [&self.last, &self.next];
        let marks = if self.next.closed { &both[1..] } else { &both[..] };
        file.write_all(&serde_json::to_vec(marks)?)?;
        file.sync_all()?;
        fs::rename(&temporary, &self.marks_path)?;
        self.marks_path.parent().map_or(Ok(()), sync_folder)
    }

    /// Takes back rejected rows that were written after the committed position.
    fn cut_rejects(&self) -> Result<()> {
        let failed = |source| Error::io("shorten", &self.rejects_path, source);
        match OpenOptions::new().write(true).open(&self.rejects_path) {
            Ok(file) => file.set_len(self.last.rejects_bytes).and_then(|()| file.sync_all()).map_err(failed),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(line: u64) -> Rejection {
        Rejection { line, code: "time_unreadable".into(), field: None, reason: "no time".into(), original: "x".into() }
    }

    fn taken(rows: u64, events: u64) -> Taken {
        Taken { rows, events, skipped: 0, future: 0 }
    }

    fn lines(ledger: &Ledger) -> Vec<u64> {
        let text = ledger.rejects_path().map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str::<Rejection>(line).unwrap().line).collect()
    }

    fn state(ledger: &Ledger) -> (u64, u64, u64) {
        let counts = ledger.counts();
        (counts.rows, counts.events, counts.rejected_total())
    }

    #[test]
    fn rejects_written_after_the_committed_position_are_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let open = |position| Ledger::open(&folder.path().join("i"), &folder.path().join("r"), "b1", position).unwrap();
        let mut ledger = open(0);
        ledger.mark(taken(10, 9), &[rejection(3)], 10).unwrap();
        ledger.mark(taken(10, 8), &[rejection(11), rejection(12)], 20).unwrap();
        drop(ledger);

        let resumed = open(20);
        assert_eq!((state(&resumed), lines(&resumed)), ((20, 17, 3), vec![3, 11, 12]));
        let mut resumed = open(10);
        assert_eq!((state(&resumed), lines(&resumed)), ((10, 9, 1), vec![3]));
        resumed.mark(taken(10, 8), &[rejection(11), rejection(12)], 20).unwrap();
        assert_eq!((state(&resumed), lines(&resumed)), ((20, 17, 3), vec![3, 11, 12]));
        resumed.close(2).unwrap();
        drop(resumed);
        let again = open(20);
        assert!(again.is_closed());
        assert_eq!((state(&again), lines(&again), again.counts().duplicates), ((20, 17, 3), vec![3, 11, 12], 2));

        let anew = open(0);
        assert_eq!((state(&anew), lines(&anew)), ((0, 0, 0), vec![]));
    }

    #[test]
    fn rejections_of_an_unfinished_group_are_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let open = |position| Ledger::open(&folder.path().join("i"), &folder.path().join("r"), "b1", position).unwrap();
        let mut ledger = open(0);
        ledger.mark(taken(12, 9), &[rejection(3), rejection(11)], 10).unwrap();
        drop(ledger);
        let mut resumed = open(10);
        resumed.mark(taken(8, 9), &[rejection(11), rejection(15)], 20).unwrap();
        assert_eq!((state(&resumed), lines(&resumed)), ((20, 18, 3), vec![3, 11, 15]));
    }

    #[test]
    fn an_import_without_rejects_leaves_no_file_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("i"), &folder.path().join("r"), "b", 0).unwrap();
        ledger.mark(taken(5, 5), &[], 5).unwrap();
        assert_eq!(ledger.rejects_path(), None);
        ledger.close(0).unwrap();
        let left = |sub: &str| fs::read_dir(folder.path().join(sub)).unwrap().count();
        assert_eq!((left("i"), left("r")), (1, 0));
        Ledger::forget(&folder.path().join("i"), &folder.path().join("r"), "b").unwrap();
        assert_eq!(left("i"), 0);
    }
}
