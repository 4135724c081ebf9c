//! A state of a lake as a list of files to copy, for a backup beside a writer at work.
//!
//! No sender and no flush waits for it; only segments of the log are not deleted while it looks, and files of tables not while the
//! capture lives. Tables are read in the order in which a flush commits them, the last one first, and the log after them
//! all: what is captured is a state that a power cut could have left, and opening it is what opening is after one. Every
//! record that was acknowledged before is in a table or in the log. Segments of the log are held open, so that the log can
//! be let go of meanwhile. Commits before a checkpoint may go away, and whoever misses one captures again.
//!
//! Left out is what is made again: dictionary summaries, checkpoints and commits before the newest checkpoint, files that
//! only earlier versions name. Not here: copying, and where to.

use std::fs::File;
use std::path::Path as FsPath;
use std::sync::Arc;

use object_store::path::Path;
use rustc_hash::FxHashSet;

use crate::arrivals::{self, ARRIVALS};
use crate::counts::COUNTS;
use crate::delta::Table;
use crate::error::{Error, Result};
use crate::hold::{Held, Hold};
use crate::lake::{Lake, blocking};
use crate::limits::RACE_RETRIES;
use crate::log::LogReader;
use crate::reader::index_path;
use crate::recent::RECENT;
use crate::schema::{EVENTS, IDENTITY, IDENTITY_EDGES, PROFILES};
use crate::state::APP_LOG;
use crate::storage::{LocalStorage, Storage};
use crate::sums::sums_path;
use crate::tracks::TRACKS;

/// A fixed state of a lake.
#[derive(Debug, Default)]
pub struct Capture {
    pub files: Vec<CapturedFile>,
    /// Rows of the table of events.
    pub rows: u64,
    /// Records of the log that are in no table yet.
    pub log_records: u64,
    /// Keeps the files of tables from being deleted.
    _hold: Option<Hold>,
}

/// A file, or the beginning of one, that belongs to it.
#[derive(Debug)]
pub struct CapturedFile {
    /// In the lake's folder, with slashes.
    pub path: String,
    /// How many of its bytes, from the first on.
    pub bytes: u64,
    /// Whether a file of this path never has another content: whoever has copied it need not read it again.
    pub lasting: bool,
    /// The file, open, where the writer may delete it at any moment.
    pub held: Option<File>,
}

impl CapturedFile {
    fn new(path: &Path, bytes: u64, lasting: bool) -> CapturedFile {
        CapturedFile { path: path.to_string(), bytes, lasting, held: None }
    }
}

impl Lake {
    /// The present state of the lake in folder `path` as files, also while another handle or process writes to it. A
    /// folder in which no lake was ever opened to write has none.
    ///
    /// # Errors
    /// If the lake is damaged, or changes faster than it can be looked at.
    pub async fn capture(path: &FsPath) -> Result<Capture> {
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::open(path)?);
        let mut tries = 0;
        loop {
            match look(&storage, path).await {
                // Moved, cleaned away or cut short between two looks; damage is still there at the last of them.
                Err(error) if tries < RACE_RETRIES => {
                    tracing::debug!(%error, "the lake changed while it was captured; looking again");
                    tries += 1;
                }
                other => return other,
            }
        }
    }
}

async fn look(storage: &Arc<dyn Storage>, root: &FsPath) -> Result<Capture> {
    let hold = Hold::on(root, Held::Files).await?;
    let mut capture = Capture { _hold: Some(hold), ..Capture::default() };
    // Else a writer that flushes all the time might move on each time between a look at its tables and one at its log.
    let _hold = Hold::on(root, Held::Log).await?;
    // A lake is made table by table before anything is appended: without this one it holds nothing.
    let Some(events) = Table::open(storage, EVENTS).await? else { return Ok(capture) };
    let mark = events.app_version(APP_LOG).await?.unwrap_or(0) as u64;
    let mut tables = vec![events];
    // A flush commits edges, then who is who, then events; so those that are looked at later are never behind.
    let others = [IDENTITY_EDGES, IDENTITY, PROFILES, TRACKS, COUNTS].into_iter();
    for name in others.chain(model::reference::TableKind::ALL.into_iter().map(|kind| kind.table())) {
        tables.extend(Table::open(storage, name).await?);
    }
    // Before the log: ids of what is captured nowhere would make a message that comes again a copy of nothing.
    capture.files.extend(held_open(storage.list(&Path::from(RECENT)).await?, root).await?);
    capture.files.extend(segments(storage, root, mark, &mut capture.log_records).await?);
    // What was folded is let go of only while nobody holds on: none of it is missing from both.
    let reader = LogReader::open(Arc::clone(storage), Path::from(ARRIVALS)).await?;
    let folded = arrivals::mark(storage).await?;
    if !reader.parts().is_empty() && reader.next_seq() < folded {
        let what = format!("it ends at record {}, the tables know of {folded}", reader.next_seq());
        return Err(Error::corrupt(ARRIVALS, what));
    }
    capture.files.extend(held_open(reader.parts(), root).await?);
    for table in &tables {
        let files = table.files();
        if table.name() == EVENTS {
            capture.rows = files.iter().map(|file| file.rows).sum();
            let indexes = storage.list(&Path::from(format!("{EVENTS}/_throughline"))).await?;
            for file in &files {
                let path = index_path(&file.name);
                let found = indexes.iter().find(|(index, _)| *index == path);
                // One that is not there is made again when it is used.
                capture.files.extend(found.map(|(path, bytes)| CapturedFile::new(path, *bytes, false)));
            }
        }
        let beside = storage.list(&Path::from(format!("{}/_throughline", table.name()))).await?;
        let sums: FxHashSet<Path> = files.iter().map(|file| sums_path(&table.path(&file.name))).collect();
        let sums = beside.iter().filter(|(path, _)| sums.contains(path));
        capture.files.extend(sums.map(|(path, bytes)| CapturedFile::new(path, *bytes, true)));
        capture.files.extend(files.iter().map(|file| CapturedFile::new(&table.path(&file.name), file.bytes, true)));
        let commits = table.commits_needed(storage.list(&table.log_folder()).await?)?;
        capture.files.extend(commits.iter().map(|(path, bytes)| CapturedFile::new(path, *bytes, false)));
    }
    // First what may go away although it is held on to: commits, by a checkpoint.
    capture.files.sort_by_key(|file| file.lasting);
    Ok(capture)
}

/// The whole frames of the log, and how many records from `mark` on they hold.
async fn segments(
    storage: &Arc<dyn Storage>,
    root: &FsPath,
    mark: u64,
    records: &mut u64,
) -> Result<Vec<CapturedFile>> {
    let reader = LogReader::open(Arc::clone(storage), Path::from("log")).await?;
    let parts = reader.parts();
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    // Only where the log cannot be held on to: records were moved into the tables after these were looked at.
    if reader.first_seq() > mark {
        return Err(Error::Released { wanted: mark, first: reader.first_seq() });
    }
    if reader.next_seq() < mark {
        let what = format!("the log ends at record {}, the tables know of {mark}", reader.next_seq());
        return Err(Error::corrupt("log", what));
    }
    *records = reader.next_seq() - mark;
    held_open(parts, root).await
}

/// Log files, kept open so that they can be copied although they are let go of meanwhile.
async fn held_open(parts: Vec<(Path, u64)>, root: &FsPath) -> Result<Vec<CapturedFile>> {
    let root = root.to_owned();
    blocking(move || {
        let hold = |(path, bytes): (Path, u64)| {
            let name = root.join(path.as_ref());
            let held = File::open(&name).map_err(|error| Error::io("open", name.display(), error))?;
            Ok(CapturedFile { held: Some(held), ..CapturedFile::new(&path, bytes, false) })
        };
        parts.into_iter().map(hold).collect()
    })
    .await
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use model::event::Event;
    use model::identity::Identifier;

    use async_trait::async_trait;
    use bytes::Bytes;
    use object_store::ObjectStore;
    use url::Url;

    use super::*;
    use crate::lake::{LakeOptions, Mode};

    pub(crate) fn event(number: i64) -> Event {
        Event {
            event_id: number,
            time_us: number,
            offset_minutes: None,
            received_at_us: number,
            seq: number,
            event: "visit".to_owned(),
            channel: "web".to_owned(),
            source: "shop".to_owned(),
            message_id: None,
            identifiers: vec![Identifier::new("member_no", number.to_string())],
            link_identifiers: false,
            columns: BTreeMap::new(),
            items: Vec::new(),
            traits: serde_json::Map::new(),
            props: serde_json::Map::new(),
        }
    }

    fn copied(capture: &mut Capture, from: &FsPath, to: &FsPath) {
        use std::io::Read;
        for file in &mut capture.files {
            let target = to.join(&file.path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            let source = file.held.take().map_or_else(|| File::open(from.join(&file.path)), Ok).unwrap();
            let mut bytes = Vec::new();
            source.take(file.bytes).read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes.len() as u64, file.bytes, "{}", file.path);
            std::fs::write(target, bytes).unwrap();
        }
    }

    /// Beyond a checkpoint, with a tail in the log that is flushed and forgotten before it is copied.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_copy_of_what_was_captured_opens_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let lake = Lake::open(&from, LakeOptions { flush_after: None, ..LakeOptions::default() }).await.unwrap();
        for number in 0..(crate::limits::CHECKPOINT_COMMITS as i64 + 5) {
            lake.append(vec![event(number)]).await.unwrap();
            lake.flush().await.unwrap();
        }
        lake.append((1000..1010).map(event).collect()).await.unwrap();
        let then = lake.snapshot().await.unwrap().rows_upper();
        let mut capture = Lake::capture(&from).await.unwrap();
        assert_eq!((capture.rows, capture.log_records > 0), (then - 10, true));
        lake.append(vec![event(2000)]).await.unwrap();
        lake.flush().await.unwrap();
        copied(&mut capture, &from, &to);
        assert!(!to.join("events/_delta_log/00000000000000000003.json").exists(), "the checkpoint knows it");
        for mode in [Mode::ReadOnly, Mode::ReadWrite] {
            let copy = Lake::open(&to, LakeOptions::new(mode)).await.unwrap();
            assert_eq!(copy.snapshot().await.unwrap().rows_upper(), then);
            let report = copy.verify(&crate::Control::new()).await.unwrap();
            assert_eq!(report.findings, []);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_file_of_a_table_is_deleted_before_it_is_copied() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let lake = Lake::open(&from, LakeOptions { flush_after: None, ..LakeOptions::default() }).await.unwrap();
        for number in 0..4 {
            lake.append((number * 20..number * 20 + 20).map(event).collect()).await.unwrap();
            lake.flush().await.unwrap();
        }
        let mut capture = Lake::capture(&from).await.unwrap();
        let everything = crate::CompactOptions::new(crate::CompactExtent::Full);
        let compacted = lake.compact(everything, &crate::Control::new()).await.unwrap();
        assert_eq!((compacted.files_before, compacted.files_after), (4, 1));
        let at_once = crate::VacuumOptions { keep_seconds: 0 };
        let report = lake.vacuum(at_once).await.unwrap();
        assert_eq!((report.files, report.held), (0, true));
        copied(&mut capture, &from, &to);
        drop(capture);
        let report = lake.vacuum(at_once).await.unwrap();
        assert!(report.files >= 4 && !report.held, "{report:?}");
        let copy = Lake::open(&to, LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        assert_eq!(copy.snapshot().await.unwrap().rows_upper(), 80);
    }

    /// A folder whose writer flushes whenever somebody is about to look at its log.
    #[derive(Debug)]
    struct Flushing {
        folder: LocalStorage,
        lake: Lake,
    }

    #[async_trait]
    impl Storage for Flushing {
        fn objects(&self) -> Arc<dyn ObjectStore> {
            self.folder.objects()
        }

        fn root_url(&self) -> Url {
            self.folder.root_url()
        }

        async fn sync(&self, paths: &[Path]) -> Result<()> {
            self.folder.sync(paths).await
        }

        async fn sync_contents(&self, file: &Path) -> Result<()> {
            self.folder.sync_contents(file).await
        }

        async fn append(&self, file: &Path, bytes: Bytes) -> Result<()> {
            self.folder.append(file, bytes).await
        }

        async fn read(&self, file: &Path, from: u64) -> Result<Bytes> {
            self.folder.read(file, from).await
        }

        async fn truncate(&self, file: &Path, len: u64) -> Result<()> {
            self.folder.truncate(file, len).await
        }

        async fn delete(&self, file: &Path) -> Result<()> {
            self.folder.delete(file).await
        }

        async fn list(&self, folder: &Path) -> Result<Vec<(Path, u64)>> {
            if folder.as_ref() == "log" {
                let next = self.lake.snapshot().await?.rows_upper() as i64;
                self.lake.append(vec![event(next)]).await?;
                self.lake.flush().await?;
            }
            self.folder.list(folder).await
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_writer_that_flushes_all_the_time_does_not_keep_a_lake_from_being_captured() {
        let folder = tempfile::tempdir().unwrap();
        let lake =
            Lake::open(folder.path(), LakeOptions { flush_after: None, ..LakeOptions::default() }).await.unwrap();
        lake.append(vec![event(0)]).await.unwrap();
        lake.flush().await.unwrap();
        let flushing = Flushing { folder: LocalStorage::open(folder.path()).unwrap(), lake: lake.clone() };
        let storage: Arc<dyn Storage> = Arc::new(flushing);
        let capture = look(&storage, folder.path()).await.unwrap();
        assert!(capture.rows >= 1 && capture.log_records >= 1, "{} and {}", capture.rows, capture.log_records);
        // Nobody holds on any more: what was left is let go.
        let left = LogReader::open(Arc::clone(&storage), Path::from("log")).await.unwrap();
        assert_eq!(left.first_seq(), left.next_seq());
    }
}
