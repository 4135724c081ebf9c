//! The column cache: decoded columns of shards, kept under a bound of bytes.
//!
//! An interactive question runs at memory speed because the columns it reads were decoded before. A key names
//! content (lake, layout, column), so an entry is never stale: new data makes new layouts. The least recently used
//! entries go first. Entries a running question still holds live on beside the bound until it lets go of them.
//!
//! Not here: which columns a question wants ([`crate::shard`]), and merging of runs (`lake`).

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::TimestampMicrosecondType;
use futures::FutureExt;
use futures::future::BoxFuture;
use lake::{Layout, LayoutKey, PartCache, Snapshot};
use model::traffic::TRAFFIC_GROUP;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;

use crate::error::{Error, Result};
use crate::names::Names;
use crate::traffic;

/// A bounded cache of decoded columns, shared by all questions of a process.
pub struct ColumnCache {
    bound_bytes: usize,
    state: Mutex<State>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What the cache has done and holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheStats {
    pub hits: u64,
    pub misses: u64,
    pub bytes: usize,
    pub entries: usize,
    pub bound_bytes: usize,
}

/// The content of a column: the lake's number in this process, the layout, the column's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    lake: u64,
    layout: LayoutKey,
    column: Arc<str>,
}

/// A decoded column.
#[derive(Debug, Clone)]
enum Column {
    Times(ScalarBuffer<i64>),
    Codes(ScalarBuffer<u32>),
    Array(ArrayRef),
}

#[derive(Debug, Default)]
struct State {
    resident: FxHashMap<Key, Resident>,
    /// Keys by when they were last used.
    order: BTreeMap<u64, Key>,
    /// Columns being read now: whoever wants one of them waits for the one reader.
    loading: FxHashMap<Key, Arc<OnceCell<Column>>>,
    clock: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Resident {
    column: Column,
    bytes: usize,
    used: u64,
}

impl ColumnCache {
    /// A cache that keeps at most so many bytes; 0 keeps nothing.
    pub fn new(bound_bytes: usize) -> ColumnCache {
        ColumnCache { bound_bytes, state: Mutex::default(), hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    pub fn stats(&self) -> CacheStats {
        let state = self.state.lock();
        CacheStats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            bytes: state.bytes,
            entries: state.resident.len(),
            bound_bytes: self.bound_bytes,
        }
    }

    /// Lets go of everything.
    pub fn clear(&self) {
        let mut state = self.state.lock();
        *state = State { loading: std::mem::take(&mut state.loading), ..State::default() };
    }

    /// The times of a layout's rows, microseconds.
    pub async fn times(&self, snapshot: &Snapshot, layout: &Layout) -> Result<ScalarBuffer<i64>> {
        let load = async {
            let array = self.read(snapshot, layout, TIME).await?;
            let times = array.as_primitive_opt::<TimestampMicrosecondType>();
            let times = times.ok_or_else(|| Error::defect(format!("time came as {}", array.data_type())))?;
            Ok(Column::Times(owned(times.values())))
        };
        match self.column(snapshot, layout, TIME, load).await? {
            Column::Times(times) => Ok(times),
            other => Err(other.mistaken(TIME)),
        }
    }

    /// The codes of the names in `event` or `channel`.
    pub async fn codes(
        &self,
        snapshot: &Snapshot,
        layout: &Layout,
        name: &'static str,
        names: &Names,
    ) -> Result<ScalarBuffer<u32>> {
        let load = async {
            let array = self.read(snapshot, layout, name).await?;
            Ok(Column::Codes(names.encode(array.as_ref())?.into()))
        };
        // Codes and the strings behind them are different content.
        let key = if name == EVENT { "event#" } else { "channel#" };
        match self.column(snapshot, layout, key, load).await? {
            Column::Codes(codes) => Ok(codes),
            other => Err(other.mistaken(name)),
        }
    }

    /// Any column as it is stored.
    pub async fn array(&self, snapshot: &Snapshot, layout: &Layout, name: &str) -> Result<ArrayRef> {
        // Times are shared with the folds that read them as numbers.
        if name == TIME {
            let times = self.times(snapshot, layout).await?;
            let times = arrow::array::TimestampMicrosecondArray::new(times, None).with_timezone("UTC");
            return Ok(Arc::new(times));
        }
        if name == TRAFFIC_GROUP {
            return self.traffic(snapshot, layout).await;
        }
        let load = async { Ok(Column::Array(self.read(snapshot, layout, name).await?)) };
        match self.column(snapshot, layout, name, load).await? {
            Column::Array(array) => Ok(array),
            other => Err(other.mistaken(name)),
        }
    }

    /// The traffic group of every row, by the rules of the snapshot.
    async fn traffic(&self, snapshot: &Snapshot, layout: &Layout) -> Result<ArrayRef> {
        let load = async {
            let mut columns = FxHashMap::default();
            for name in traffic::COLUMNS {
                // Boxed, as this is how such columns are read themselves.
                columns.insert(name, Box::pin(self.array(snapshot, layout, name)).await?);
            }
            Ok(Column::Array(traffic::groups(snapshot.traffic(), layout.rows(), &columns)?))
        };
        let key = format!("{TRAFFIC_GROUP}#{:x}", snapshot.traffic().fingerprint());
        match self.column(snapshot, layout, &key, load).await? {
            Column::Array(array) => Ok(array),
            other => Err(other.mistaken(TRAFFIC_GROUP)),
        }
    }

    /// What `load` works out of content that `of` names, kept as columns are.
    pub(crate) async fn derived(
        &self,
        snapshot: &Snapshot,
        of: LayoutKey,
        name: &str,
        load: impl Future<Output = Result<ArrayRef>>,
    ) -> Result<ArrayRef> {
        let key = Key { lake: snapshot.lake(), layout: of, column: name.into() };
        match self.keyed(key, async { load.await.map(Column::Array) }).await? {
            Column::Array(array) => Ok(array),
            other => Err(other.mistaken(name)),
        }
    }

    /// A column of the lake, through what is kept of parts of its files.
    async fn read(&self, snapshot: &Snapshot, layout: &Layout, name: &str) -> Result<ArrayRef> {
        let parts = PartsOf { cache: self, lake: snapshot.lake() };
        Ok(snapshot.column_through(layout, name, &parts).await?)
    }

    async fn column(
        &self,
        snapshot: &Snapshot,
        layout: &Layout,
        name: &str,
        load: impl Future<Output = Result<Column>>,
    ) -> Result<Column> {
        if !layout.in_files() {
            // The next event makes it another layout: what is kept of its files serves that one, too.
            return load.await;
        }
        self.keyed(Key { lake: snapshot.lake(), layout: layout.key(), column: name.into() }, load).await
    }

    async fn keyed<E>(
        &self,
        key: Key,
        load: impl Future<Output = std::result::Result<Column, E>>,
    ) -> std::result::Result<Column, E> {
        let cell = {
            let mut state = self.state.lock();
            if let Some(column) = state.touch(&key) {
                self.hits.fetch_add(1, Ordering::Relaxed);
                return Ok(column);
            }
            Arc::clone(state.loading.entry(key.clone()).or_default())
        };
        let _forget = Forget { cache: self, key: &key, cell: &cell };
        let loaded = async {
            self.misses.fetch_add(1, Ordering::Relaxed);
            let column = load.await?;
            self.keep(&key, &column);
            Ok::<_, E>(column)
        };
        cell.get_or_try_init(|| loaded).await.cloned()
    }

    fn keep(&self, key: &Key, column: &Column) {
        let bytes = column.bytes() + size_of::<Key>() + size_of::<Resident>() + key.column.len();
        if bytes > self.bound_bytes {
            return;
        }
        let mut state = self.state.lock();
        while state.bytes + bytes > self.bound_bytes {
            let Some((_, oldest)) = state.order.pop_first() else { break };
            let gone = state.resident.remove(&oldest).map_or(0, |entry| entry.bytes);
            state.bytes -= gone;
        }
        state.clock += 1;
        let used = state.clock;
        state.order.insert(used, key.clone());
        let before = state.resident.insert(key.clone(), Resident { column: column.clone(), bytes, used });
        state.bytes += bytes;
        if let Some(before) = before {
            state.order.remove(&before.used);
            state.bytes -= before.bytes;
        }
    }
}

/// The cache for parts of one lake's files.
struct PartsOf<'a> {
    cache: &'a ColumnCache,
    lake: u64,
}

impl PartCache for PartsOf<'_> {
    fn part<'a>(
        &'a self,
        key: LayoutKey,
        name: &'a str,
        read: BoxFuture<'a, lake::Result<ArrayRef>>,
    ) -> BoxFuture<'a, lake::Result<ArrayRef>> {
        let key = Key { lake: self.lake, layout: key, column: name.into() };
        let array = async {
            match self.cache.keyed(key, async { Ok::<_, lake::Error>(Column::Array(read.await?)) }).await? {
                Column::Array(array) => Ok(array),
                // Nothing else is kept under the key of a part.
                _ => Err(lake::Error::NoColumn { name: name.to_owned() }),
            }
        };
        array.boxed()
    }
}

const TIME: &str = lake::schema::TIME;
const EVENT: &str = lake::schema::EVENT;

/// Drops the entry of a column being read once nobody waits for it, also when its reader went away.
struct Forget<'a> {
    cache: &'a ColumnCache,
    key: &'a Key,
    cell: &'a Arc<OnceCell<Column>>,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state.lock();
        // The map's own reference and this one: no other waits.
        let last = Arc::strong_count(self.cell) <= 2;
        let ours = state.loading.get(self.key).is_some_and(|cell| Arc::ptr_eq(cell, self.cell));
        if ours && (last || self.cell.initialized()) {
            state.loading.remove(self.key);
        }
    }
}

impl State {
    fn touch(&mut self, key: &Key) -> Option<Column> {
        let entry = self.resident.get_mut(key)?;
        self.clock += 1;
        self.order.remove(&entry.used);
        self.order.insert(self.clock, key.clone());
        entry.used = self.clock;
        Some(entry.column.clone())
    }
}

impl Column {
    /// Bytes held, with all of a buffer that is shared with others: it stays as long as this column does.
    fn bytes(&self) -> usize {
        match self {
            Column::Times(times) => times.inner().capacity(),
            Column::Codes(codes) => codes.inner().capacity(),
            Column::Array(array) => array.get_array_memory_size(),
        }
    }

    fn mistaken(&self, name: &str) -> Error {
        Error::defect(format!("column {name} is kept in another form"))
    }
}

/// The values in a buffer of their own where they are a small part of a larger one.
fn owned(times: &ScalarBuffer<i64>) -> ScalarBuffer<i64> {
    match times.inner().capacity() > 2 * size_of_val::<[i64]>(times) {
        true => ScalarBuffer::from(times.to_vec()),
        false => times.clone(),
    }
}

impl fmt::Debug for ColumnCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColumnCache").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
