//! Checking that a lake is what it says: every file read, every invariant looked at.

use std::path::Path as FsPath;
use std::sync::Arc;

use model::identity::ProfileId;
use model::place::counted::Counted;
use object_store::path::Path;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::control::Control;
use crate::counts::COUNTS;
use crate::data_file::times;
use crate::delta::{Table, TableFile};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::lake::{Inner, Lake, LakeOptions, Mode};
use crate::limits::FINDINGS_MAX;
use crate::publish;
use crate::reader::{OpenFile, make_index, read_index, read_table};
use crate::recent::{self, RECENT};
use crate::schema::*;
use crate::storage::{LocalStorage, Storage};
use crate::tracks::{Sighting, TRACKS};

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code: `file_missing`, `order`, `index`.
    pub code: String,
    /// The file or table.
    pub place: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Whether answers are wrong by it, and not only slower or larger.
    pub harmful: bool,
}

/// What a verification saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
    pub files: usize,
    pub rows: u64,
    /// Rows that scans leave out because another row says the same for the same customer.
    pub duplicates: u64,
    /// Files of events of an earlier release, whose bytes cannot be checked: merging them (`lake compact --full`) adds
    /// checksums.
    #[serde(default)]
    pub unchecked: usize,
    /// At most a thousand.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// Whether nothing harmful was found.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(|finding| finding.harmful)
    }

    fn add(&mut self, code: &str, place: impl ToString, harmful: bool, message: impl Into<String>) {
        if self.findings.len() < FINDINGS_MAX {
            let (code, place, message) = (code.to_owned(), place.to_string(), message.into());
            self.findings.push(Finding { code, place, message, harmful });
        }
    }
}

impl Lake {
    /// Verifies the workspace in folder `path` also where it is too damaged to be opened.
    ///
    /// # Errors
    /// As of [`Lake::verify`].
    pub async fn verify_folder(path: &FsPath, control: &Control) -> Result<VerifyReport> {
        let damage = match Lake::open(path, LakeOptions::new(Mode::ReadOnly)).await {
            Ok(lake) => return lake.verify(control).await,
            Err(error) if error.kind() == ErrorKind::Corrupt => error,
            Err(error) => return Err(error),
        };
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::open(path)?);
        let mut report = VerifyReport::default();
        for name in [EVENTS, IDENTITY, IDENTITY_EDGES, PROFILES] {
            if let Err(error) = Table::open(&storage, name).await {
                report.add("table", name, true, error.to_string());
            }
        }
        if report.findings.is_empty() {
            report.add("open", path.display(), true, damage.to_string());
        }
        Ok(report)
    }

    /// Reads every file and checks every invariant. Damage is a finding, not an error.
    ///
    /// # Errors
    /// [`Error::Cancelled`] through `control`.
    pub async fn verify(&self, control: &Control) -> Result<VerifyReport> {
        // Damage in the log or the edges is an error of this.
        let snapshot = self.snapshot().await;
        let mut report = VerifyReport::default();
        let files = self.inner.event_files();
        let graph = self.inner.state.read().graph.clone();
        // Every row is looked at in its file, and then where it lies among the others.
        control.expect_rows(2 * files.iter().map(|file| file.rows).sum::<u64>());
        for file in files.iter() {
            control.check()?;
            report.files += 1;
            report.rows += file.rows;
            match self.inner.verify_file(file, &graph, &mut report).await {
                Ok(()) => {}
                Err(error @ Error::DamagedFile { .. }) => report.add("damaged", &file.name, true, error.to_string()),
                Err(error) => {
                    let message = format!(
                        "{error}; restore the file from a backup, or take it out with `lake quarantine` and import its \
                         sources again"
                    );
                    report.add("unreadable", &file.name, true, message);
                }
            }
            control.add_rows(file.rows);
        }
        if let Err(error) = self.inner.verify_folder(&files, &mut report).await {
            report.add("table", EVENTS, true, error.to_string());
        }
        if let Err(error) = self.inner.verify_identity(&graph, &mut report).await {
            report.add("table", IDENTITY, true, error.to_string());
        }
        let days =
            [(TRACKS, self.inner.verify_days::<Sighting>().await), (COUNTS, self.inner.verify_days::<Counted>().await)];
        for (table, verified) in days {
            match verified {
                Err(error) => report.add("table", table, true, error.to_string()),
                Ok((files, wrong)) => {
                    report.files += files;
                    for (file, what) in wrong {
                        let message = format!("{what}; restore the file from a backup, or import its positions again");
                        report.add("unreadable", file, true, message);
                    }
                }
            }
        }
        // A handle holds what it read when it was opened: whether that can be read again is told here.
        for name in [EVENTS, IDENTITY, IDENTITY_EDGES, PROFILES] {
            if let Err(error) = Table::open(&self.inner.storage, name).await {
                report.add("table", name, true, error.to_string());
            }
        }
        match recent::files(&*self.inner.storage).await {
            Err(error) => report.add("recent", RECENT, false, error.to_string()),
            Ok(files) => {
                for path in files {
                    let bytes = self.inner.storage.read(&path, 0).await;
                    if let Err(error) = bytes.and_then(|bytes| recent::check(&path, &bytes)) {
                        let message =
                            format!("{error}; delete it: only copies of messages it names are not known then");
                        report.add("recent", path, false, message);
                    }
                }
            }
        }
        match snapshot {
            Err(error) => report.add("snapshot", EVENTS, true, error.to_string()),
            Ok(snapshot) => {
                let mut rows = 0;
                for shard in snapshot.shards(crate::limits::COMPACT_ROWS) {
                    control.check()?;
                    match snapshot.layout(shard).await {
                        Ok(layout) => {
                            rows += layout.rows() as u64;
                            control.add_rows(layout.rows() as u64);
                        }
                        Err(error) => {
                            report.add("layout", format!("buckets {}..{}", shard.lo, shard.hi), true, error.to_string())
                        }
                    }
                }
                report.duplicates = snapshot.rows_upper().saturating_sub(rows);
            }
        }
        Ok(report)
    }
}

impl Inner {
    async fn verify_file(&self, file: &TableFile, graph: &IdentityGraph, report: &mut VerifyReport) -> Result<()> {
        let store = self.storage.objects();
        let path = Path::from(format!("{EVENTS}/{}", file.name));
        let open = OpenFile::open(Arc::clone(&store), path, file.bytes, &EVENTS_SCHEMA).await?;
        open.check_bytes().await?;
        if !open.has_sums() {
            report.unchecked += 1;
        }
        if open.rows() != file.rows {
            let message =
                format!("the table counts {} rows, the file has {}; restore it from a backup", file.rows, open.rows());
            report.add("rows", &file.name, true, message);
        }
        // Making the index checks order by (bucket, customer, time) and that bucket = hash(customer).
        let index = make_index(&open).await?;
        if read_index(&store, &file.name).await.is_none_or(|stored| stored != index) {
            let message = "the index beside the file is lost or differs from it; delete it, it is made again when used";
            report.add("index", &file.name, true, message);
        }
        if index.identity_version > graph.version().0 {
            let message = format!(
                "the file was written under identity version {}, the log of edges ends at {}; restore `identity_edges`",
                index.identity_version,
                graph.version()
            );
            report.add("identity_version", &file.name, true, message);
        }
        self.verify_rows(&open, IdentityVersion(index.identity_version), graph, report).await
    }

    /// Order by seq within equal times, and that `customer` is who `profile` was at the file's version.
    async fn verify_rows(
        &self,
        file: &OpenFile,
        version: IdentityVersion,
        graph: &IdentityGraph,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let (mut last, mut row) = (None, 0u64);
        for batch in file.read_all(&[CUSTOMER, TIME, SEQ, PROFILE]).await? {
            let long = |name: &str| {
                let column = batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: name.to_owned() })?;
                Ok::<_, Error>(column.as_primitive::<Int64Type>().values().clone())
            };
            let (customers, seqs, profiles) = (long(CUSTOMER)?, long(SEQ)?, long(PROFILE)?);
            let time = batch.column_by_name(TIME).ok_or_else(|| Error::NoColumn { name: TIME.to_owned() })?;
            let time = times(time);
            for i in 0..batch.num_rows() {
                let key = (customers[i], time[i], seqs[i]);
                if last.is_some_and(|(customer, at, seq)| customer == key.0 && (at, seq) > (key.1, key.2)) {
                    report.add(
                        "order",
                        &file.path,
                        true,
                        format!("row {row} is out of order by (time, seq); compact the lake to sort it"),
                    );
                }
                last = Some(key);
                let known = i > 0 && profiles[i] == profiles[i - 1] && customers[i] == customers[i - 1];
                if !known && graph.customer_at(version, ProfileId(profiles[i])).0 != customers[i] {
                    let message = format!(
                        "row {row} is stored under a customer its profile was not part of at version {version}"
                    );
                    report.add("customer", &file.path, true, message);
                }
                row += 1;
            }
        }
        Ok(())
    }

    /// Files no version knows: left by a crash or by compaction, harmless until vacuum takes them.
    async fn verify_folder(&self, files: &[TableFile], report: &mut VerifyReport) -> Result<()> {
        let known: FxHashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let replaced: FxHashSet<String> = self.tables.events.removed_since(i64::MIN).await?.into_iter().collect();
        let folder = Path::from(EVENTS);
        let present = self.storage.objects().list_with_delimiter(Some(&folder)).await?.objects;
        let names: FxHashSet<String> =
            present.iter().filter_map(|meta| meta.location.filename().map(str::to_owned)).collect();
        for name in known.iter().filter(|name| !names.contains(**name)) {
            report.add(
                "file_missing",
                *name,
                true,
                "the table names a file that is not there; restore it from a backup",
            );
        }
        let mut orphans: Vec<&String> = names.iter().filter(|name| name.ends_with(".parquet")).collect();
        orphans.retain(|name| !known.contains(name.as_str()) && !replaced.contains(*name));
        orphans.sort();
        for name in orphans {
            report.add("orphan", name, false, "no commit names this file, a crash left it; `lake vacuum` deletes it");
        }
        Ok(())
    }

    /// Every edge once, in order; the published view as the edges have it, unless it waits for the next flush.
    async fn verify_identity(&self, graph: &IdentityGraph, report: &mut VerifyReport) -> Result<()> {
        let store = self.storage.objects();
        let (identity, edges) = (&self.tables.identity, &self.tables.edges);
        match publish::read_edges(&store, &edges.files()).await {
            Err(error) => {
                report.add("edges", IDENTITY_EDGES, true, format!("{error}; restore the table from a backup"))
            }
            Ok(stored) => {
                let differs = graph.edges().zip(&stored).any(|(held, stored)| held != *stored);
                if differs || stored.len() as u64 > graph.version().0 {
                    report.add(
                        "edges",
                        IDENTITY_EDGES,
                        true,
                        "the table differs from what is in memory; open the lake again",
                    );
                }
            }
        }
        if self.is_judged_otherwise().await? {
            report.add(
                "standing",
                IDENTITY_EDGES,
                true,
                "links stand that the stitching policy withholds, or the other way round; set the policy again",
            );
        }
        let published = identity.app_version("identity").await?;
        let current = published == Some(graph.version().0 as i64);
        let mut seen = FxHashSet::default();
        for batch in read_table(&store, IDENTITY, &identity.files(), &IDENTITY_SCHEMA).await? {
            for (profile, customer) in publish::each_published(&batch) {
                if !seen.insert(profile) {
                    report.add(
                        "identity_twice",
                        IDENTITY,
                        true,
                        "a profile is published twice; link or flush to publish anew",
                    );
                }
                if current && graph.customer(ProfileId(profile)).0 != customer {
                    report.add(
                        "identity",
                        IDENTITY,
                        true,
                        "a published customer differs from the edges; link or flush to publish anew",
                    );
                }
            }
        }
        Ok(())
    }
}
