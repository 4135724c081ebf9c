//! A fixed state of the lake, and what can be asked of it: slices of customers, column by column.

use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use model::hash;
use model::identity::{CustomerId, ProfileId};
use model::limits::BUCKETS;
use model::traffic::Classifier;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::delta::TableFile;
use crate::error::Result;
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::index::halved;
use crate::lake::{IdentityView, Inner};
use crate::layout::{Asked, BatchRows, Duplicates, Layout, LayoutKey, Run, Selection};
use crate::layouts::content;
use crate::limits::COMPACT_ROWS;
use crate::overlay::Overlay;
use crate::parts::PartsHeld;
use crate::publish;
use crate::reader::read_table;
use crate::schema::{IDENTITY, IDENTITY_SCHEMA};
use crate::state::State;

/// What a snapshot holds: the same id, the same answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SnapshotId {
    /// Version of the table of events.
    pub delta_version: u64,
    /// Log records beside it, `log_from..log_to`.
    pub log_from: u64,
    pub log_to: u64,
    pub identity_version: IdentityVersion,
    /// What the traffic rules it is read by say; 0 for the standard ones.
    #[serde(default)]
    pub traffic: i64,
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SnapshotId { delta_version, log_from, log_to, identity_version, traffic } = self;
        write!(f, "v{delta_version}+log{log_from}..{log_to}+id{identity_version}")?;
        if *traffic != 0 { write!(f, "+traffic{traffic:016x}") } else { Ok(()) }
    }
}

/// Layouts a snapshot keeps: those of two ways to cut into shards, at their finest.
const LAYOUTS_MAX: usize = 2 * BUCKETS as usize;

/// A range of buckets, `lo..hi` within `0..256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shard {
    pub lo: u32,
    pub hi: u32,
}

impl Shard {
    pub const ALL: Shard = Shard { lo: 0, hi: BUCKETS };
}

/// A column whose distinct values are known without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameColumn {
    Event,
    Channel,
}

/// Identifiers that lie together.
#[derive(Debug, Clone)]
pub struct IdentifierPart {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    File(TableFile),
    /// Of those no table has yet.
    Memory(RecordBatch),
}

impl IdentifierPart {
    /// Names the content of a file; none where there is none.
    pub fn key(&self) -> Option<LayoutKey> {
        match &self.place {
            Place::File(file) => Some(LayoutKey(xxhash_rust::xxh3::xxh3_128(file.name.as_bytes()))),
            Place::Memory(_) => None,
        }
    }
}

/// A fixed state of the lake. Holds no lock; files it reads are kept until [`crate::Lake::vacuum`] is asked to
/// remove them.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: SnapshotId,
    inner: Arc<Inner>,
    runs: Arc<[Run]>,
    graph: Arc<IdentityGraph>,
    overlay: Arc<OnceCell<Arc<Overlay>>>,
    layouts: Arc<Mutex<FxHashMap<Shard, Arc<Layout>>>>,
    /// See [`Snapshot::time_range`]; every question asks for it several times.
    times: Arc<OnceLock<Option<(i64, i64)>>>,
    traffic: Arc<Classifier>,
    /// What a question read and needs again; see [`Snapshot::for_question`].
    held: Arc<PartsHeld>,
}

fn id_of(state: &State) -> SnapshotId {
    SnapshotId {
        delta_version: state.version,
        log_from: state.mark,
        log_to: state.next.max(state.mark),
        identity_version: state.graph.version(),
        traffic: 0,
    }
}

impl Snapshot {
    pub(crate) async fn of(inner: &Arc<Inner>) -> Result<Arc<Snapshot>> {
        let (id, files, parts, graph) = {
            let state = inner.state.read();
            (id_of(&state), Arc::clone(&state.files), state.tail.clone(), Arc::clone(&state.graph))
        };
        let store = inner.storage.objects();
        let mut runs = Vec::with_capacity(files.len() + 1);
        for file in files.iter() {
            runs.push(Run::File(inner.files.get(&store, file).await?));
        }
        let tail = inner.tail_runs.of(parts, id.log_from, id.log_to, &graph).await?;
        runs.extend(tail.into_iter().map(Run::Memory));
        Ok(Arc::new(Snapshot::over(inner, id, runs, graph)))
    }

    pub(crate) fn id_now(inner: &Inner) -> SnapshotId {
        id_of(&inner.state.read())
    }

    /// A state of some runs only: what compaction merges.
    pub(crate) fn over(inner: &Arc<Inner>, id: SnapshotId, runs: Vec<Run>, graph: Arc<IdentityGraph>) -> Snapshot {
        let inner = Arc::clone(inner);
        Snapshot {
            id,
            inner,
            runs: runs.into(),
            graph,
            overlay: Arc::default(),
            layouts: Arc::default(),
            times: Arc::default(),
            traffic: Classifier::standard(),
            held: Arc::default(),
        }
    }

    /// The same state where the rows lie in `runs`, with this overlay.
    pub(crate) fn over_homed(&self, runs: Vec<Run>, overlay: Overlay) -> Snapshot {
        let overlay = Arc::new(OnceCell::new_with(Some(Arc::new(overlay))));
        let (inner, graph) = (Arc::clone(&self.inner), Arc::clone(&self.graph));
        Snapshot { overlay, ..Snapshot::over(&inner, self.id, runs, graph) }
    }

    /// The same state for one more question. Shares all that is worked out of the rows.
    pub(crate) fn for_question(&self) -> Snapshot {
        Snapshot { held: Arc::default(), ..self.clone() }
    }

    pub(crate) fn held(&self) -> &PartsHeld {
        &self.held
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub fn id(&self) -> SnapshotId {
        self.id
    }

    /// The same events, read by other traffic rules: groups are no part of the rows, so history changes with them.
    /// Shares all that is worked out of the rows, so it costs nothing to ask for each question.
    pub fn read_by(&self, traffic: Arc<Classifier>) -> Snapshot {
        let standard = traffic.fingerprint() == Classifier::standard().fingerprint();
        let id = SnapshotId { traffic: if standard { 0 } else { traffic.fingerprint() }, ..self.id };
        Snapshot { id, traffic, ..self.clone() }
    }

    /// The traffic rules it is read by; the standard ones unless others were given.
    pub fn traffic(&self) -> &Arc<Classifier> {
        &self.traffic
    }

    /// Number of the handle this is a snapshot of, different for each that this process opens: part of the key of
    /// whatever is cached of layouts across lakes.
    pub fn lake(&self) -> u64 {
        self.inner.number
    }

    /// At most so many rows; fewer once doubles are left out.
    pub fn rows_upper(&self) -> u64 {
        self.runs.iter().map(|run| u64::from(run.index().rows())).sum()
    }

    /// First and last time of any row, UTC microseconds.
    pub fn time_range(&self) -> Option<(i64, i64)> {
        let ranges = || self.runs.iter().filter_map(|run| run.index().time_range);
        *self.times.get_or_init(|| {
            let (first, last) = ranges().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
            Some((first, last))
        })
    }

    /// The distinct values of a column, sorted.
    pub fn names(&self, column: NameColumn) -> Vec<String> {
        let mut names: Vec<String> = self
            .runs
            .iter()
            .flat_map(|run| match column {
                NameColumn::Event => &run.index().events,
                NameColumn::Channel => &run.index().channels,
            })
            .cloned()
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Ranges of buckets that cover all, each of at most `target_rows` rows or of one bucket. They change as little as the rows
    /// do, so that what is kept of shards stays right.
    pub fn shards(&self, target_rows: usize) -> Vec<Shard> {
        let rows_of = |lo: u32, hi: u32| -> u64 {
            let rows = self.runs.iter().map(|run| {
                let index = run.index();
                index.rows_of(index.ordinals(lo, hi)).len() as u64
            });
            rows.sum()
        };
        halved(target_rows as u64, &rows_of).into_iter().map(|(lo, hi)| Shard { lo, hi }).collect()
    }

    /// The merge plan of a shard.
    pub async fn layout(&self, shard: Shard) -> Result<Arc<Layout>> {
        if let Some(layout) = self.layouts.lock().get(&shard) {
            return Ok(Arc::clone(layout));
        }
        let overlay = self.overlay().await?;
        let content = content(&self.runs, overlay, shard);
        let layout = match self.inner.layouts.get(shard, content) {
            Ok(layout) => layout,
            Err(before) => {
                let (layout, merged) = Layout::plan_shard(&self.runs, overlay, shard, &before).await?;
                let layout = Arc::new(layout);
                self.inner.layouts.keep(shard, content, &layout, merged);
                layout
            }
        };
        let mut layouts = self.layouts.lock();
        if layouts.len() >= LAYOUTS_MAX {
            layouts.clear();
        }
        layouts.insert(shard, Arc::clone(&layout));
        drop(layouts);
        Ok(layout)
    }

    pub(crate) async fn plan(&self, selection: Selection, duplicates: Duplicates) -> Result<Layout> {
        Layout::plan(&self.runs, self.overlay().await?, selection, duplicates).await
    }

    /// One column of a layout's rows, in order. `event`, `channel`, `source` and `batch` are dictionaries.
    pub async fn column(&self, layout: &Layout, name: &str) -> Result<ArrayRef> {
        layout.column(name).await
    }

    /// The rows of one customer, in order, to be read column by column.
    pub async fn customer(&self, customer: CustomerId) -> Result<Layout> {
        self.plan(Selection::Customer(customer.0), Duplicates::OfCustomer).await
    }

    /// Every column of a layout's rows.
    pub async fn batch(&self, layout: &Layout) -> Result<RecordBatch> {
        layout.batch().await
    }

    /// Where the identifiers known lie: every one that was registered, also since.
    pub async fn identifier_parts(&self) -> Result<Vec<IdentifierPart>> {
        // Held until the files are listed: what is published meanwhile is then in both, and never in neither.
        let register = self.inner.register().await?;
        let fresh = publish::registered_batch(register.unpublished(), &self.graph)?;
        let files = self.inner.tables.identity.files();
        drop(register);
        let mut places: Vec<Place> = files.into_iter().map(Place::File).collect();
        if fresh.num_rows() > 0 {
            places.push(Place::Memory(fresh));
        }
        Ok(places.into_iter().map(|place| IdentifierPart { place }).collect())
    }

    /// The identifiers of a part: `profile`, `customer` (as published: ask [`Snapshot::customer_of`]), `namespace`, `value`.
    pub async fn identifiers(&self, part: &IdentifierPart) -> Result<RecordBatch> {
        match &part.place {
            Place::Memory(batch) => Ok(batch.clone()),
            Place::File(file) => {
                let files = std::slice::from_ref(file);
                let store = self.inner.storage.objects();
                let batches = read_table(&store, IDENTITY, files, &IDENTITY_SCHEMA).await?;
                Ok(concat_batches(&IDENTITY_SCHEMA, &batches)?)
            }
        }
    }

    /// Every row and column of one customer, in order. Reads what the index says is this customer's.
    pub async fn customer_rows(&self, customer: CustomerId) -> Result<RecordBatch> {
        self.plan(Selection::Customer(customer.0), Duplicates::OfCustomer).await?.batch().await
    }

    /// The number of rows of one customer.
    pub async fn customer_row_count(&self, customer: CustomerId) -> Result<u64> {
        Ok(self.plan(Selection::Customer(customer.0), Duplicates::OfCustomer).await?.rows() as u64)
    }

    /// The profile of an identifier; `None` if no event has carried it.
    pub async fn profile_of(&self, identifier: &model::identity::Identifier) -> Result<Option<ProfileId>> {
        let register = self.inner.register().await?;
        Ok(register.find(&identifier.namespace, &identifier.value).map(ProfileId))
    }

    /// The customers known by an identifier: in one namespace, or in any.
    pub async fn customers_of_identifier(&self, namespace: Option<&str>, value: &str) -> Result<Vec<CustomerId>> {
        let register = self.inner.register().await?;
        let mut customers: Vec<CustomerId> = match namespace {
            Some(namespace) => {
                register.find(namespace, value).into_iter().map(|p| self.customer_of(ProfileId(p))).collect()
            }
            None => register
                .namespaces()
                .filter_map(|namespace| register.find(namespace, value))
                .map(|profile| self.customer_of(ProfileId(profile)))
                .collect(),
        };
        customers.sort_unstable();
        customers.dedup();
        Ok(customers)
    }

    /// The customer a profile belongs to in this snapshot.
    pub fn customer_of(&self, profile: ProfileId) -> CustomerId {
        self.graph.customer(profile)
    }

    /// Who is who in this snapshot.
    pub fn identity(&self) -> IdentityView {
        IdentityView { graph: Arc::clone(&self.graph) }
    }

    /// Whether some rows are in no file yet.
    pub(crate) fn has_tail(&self) -> bool {
        self.runs.iter().any(|run| matches!(run, Run::Memory(_)))
    }

    /// Rows that are read for another customer than the one they are stored under.
    pub async fn overlay_rows(&self) -> Result<u64> {
        Ok(self.overlay().await?.rows.len() as u64)
    }

    /// For each of these batches, its rows and how many of them repeat what others say. Of rows that only these batches
    /// say, the first batch's is the one that counts.
    pub(crate) async fn batch_rows(&self, batches: &[&str]) -> Result<Vec<BatchRows>> {
        let hashes: Vec<i64> = batches.iter().map(|batch| hash::parts(&[batch.as_bytes()])).collect();
        let mut rows: Asked =
            hashes.iter().enumerate().rev().map(|(nth, hash)| (*hash, (nth, BatchRows::default()))).collect();
        for run in self.runs.iter() {
            run.count_stored(&mut rows).await?;
        }
        let overlay = self.overlay().await?;
        for shard in self.shards(COMPACT_ROWS) {
            Layout::count_repeated(&self.runs, overlay, shard, &mut rows).await?;
        }
        Ok(hashes.iter().map(|hash| rows.get(hash).map_or_else(BatchRows::default, |(_, rows)| *rows)).collect())
    }

    /// First and last bucket of each run.
    pub(crate) fn bucket_ranges(&self) -> Vec<(i32, i32)> {
        let bucket = |customer: &i64| model::hash::bucket(*customer);
        let ends = |run: &Run| {
            let customers = &run.index().customers;
            Some((bucket(customers.first()?), bucket(customers.last()?)))
        };
        self.runs.iter().filter_map(ends).collect()
    }

    pub(crate) async fn overlay(&self) -> Result<&Overlay> {
        let overlay = self.overlay.get_or_try_init(|| self.inner.moved.overlay(&self.runs, &self.graph)).await?;
        Ok(overlay)
    }
}
