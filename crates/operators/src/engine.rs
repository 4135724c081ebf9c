//! What questions share: memory, cache, codes.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::execution::TaskContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use lake::Snapshot;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::columns::ColumnCache;
use crate::error::{Error, Result};
use crate::limits::{BATCH_ROWS, SHARD_ROWS};
use crate::names::Names;

/// One per process, shared by all workspaces. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// How much of the machine questions may use.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes of decoded columns kept between questions; 0 keeps none.
    pub cache_bytes: usize,
    /// Bytes running questions may use together, beside the cache.
    pub memory_bytes: usize,
    /// Parts a question is computed in at the same time; the number of cores is a good one.
    pub target_partitions: usize,
    /// Rows of a shard, see [`crate::limits::SHARD_ROWS`].
    pub shard_rows: usize,
    /// Where large sorts and joins of SQL queries may spill to. None: they fail at the memory bound instead.
    pub spill_folder: Option<PathBuf>,
}

#[derive(Debug)]
struct Inner {
    options: EngineOptions,
    cache: ColumnCache,
    names: Mutex<FxHashMap<u64, LakeNames>>,
    runtime: Arc<RuntimeEnv>,
}

/// The codes of one lake's names.
#[derive(Debug, Clone, Default)]
pub(crate) struct LakeNames {
    pub events: Names,
    pub channels: Names,
}

/// Consumers of memory named in an error about too little of it.
const CONSUMERS_NAMED: usize = 3;

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            cache_bytes: 1 << 30,
            memory_bytes: 2 << 30,
            target_partitions: std::thread::available_parallelism().map_or(2, usize::from),
            shard_rows: SHARD_ROWS,
            spill_folder: None,
        }
    }
}

impl Engine {
    pub fn new(options: EngineOptions) -> Result<Engine> {
        let consumers = std::num::NonZeroUsize::new(CONSUMERS_NAMED).unwrap_or(std::num::NonZeroUsize::MIN);
        let pool = TrackConsumersPool::new(FairSpillPool::new(options.memory_bytes), consumers);
        let disk = match &options.spill_folder {
            Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
            None => DiskManagerMode::Disabled,
        };
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(disk))
            .build_arc()
            .map_err(Error::of_engine)?;
        let cache = ColumnCache::new(options.cache_bytes);
        Ok(Engine { inner: Arc::new(Inner { options, cache, names: Mutex::default(), runtime }) })
    }

    pub fn options(&self) -> &EngineOptions {
        &self.inner.options
    }

    pub fn cache(&self) -> &ColumnCache {
        &self.inner.cache
    }

    /// The codes of the lake a snapshot is of.
    pub(crate) fn names(&self, snapshot: &Snapshot) -> LakeNames {
        self.inner.names.lock().entry(snapshot.lake()).or_default().clone()
    }

    /// A session of the query engine under this engine's bounds, nothing registered. It reads no file and no
    /// address a query names.
    pub(crate) fn session(&self) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(self.inner.options.target_partitions.max(1))
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(true)
            .with_default_catalog_and_schema("lake", "public");
        SessionContext::new_with_config_rt(config, Arc::clone(&self.inner.runtime))
    }

    /// What a scan needs of the query engine: its memory. Making a session costs more than folding a small lake.
    pub(crate) fn context(&self) -> Arc<TaskContext> {
        Arc::new(TaskContext::default().with_runtime(Arc::clone(&self.inner.runtime)))
    }

    /// Bytes running questions hold now, beside the cache.
    pub fn memory_used(&self) -> usize {
        self.inner.runtime.memory_pool.reserved()
    }
}
