//! Merge plans that outlive their snapshot: a shard in which nothing changed is not planned again because something came
//! elsewhere.

use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::layout::{Layout, Run};
use crate::overlay::Overlay;
use crate::snapshot::Shard;

/// The newest plan of each shard that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Layouts(Mutex<FxHashMap<Shard, (u128, Arc<Layout>)>>);

impl Layouts {
    /// The plan of a shard with this [`content`].
    pub(crate) fn get(&self, shard: Shard, content: u128) -> Option<Arc<Layout>> {
        let held = self.0.lock();
        held.get(&shard).filter(|(of, _)| *of == content).map(|(_, layout)| Arc::clone(layout))
    }

    pub(crate) fn keep(&self, shard: Shard, content: u128, layout: &Arc<Layout>) {
        self.0.lock().insert(shard, (content, Arc::clone(layout)));
    }

    /// Forgets plans over other files than these, and those over rows that were in no file.
    pub(crate) fn retain(&self, names: &FxHashSet<&str>) {
        let lasts = |layout: &Layout| layout.in_files() && layout.file_names().all(|name| names.contains(name));
        self.0.lock().retain(|_, (_, layout)| lasts(layout));
    }
}

/// Identifies all that the plan of a shard is made from.
pub(crate) fn content(runs: &[Run], overlay: &Overlay, shard: Shard) -> u128 {
    let names: Vec<u64> = runs.iter().map(|run| xxh3_64(run.name().as_bytes())).collect();
    let mut hasher = Xxh3::new();
    for (number, run) in runs.iter().enumerate() {
        let ordinals = run.index().ordinals(shard.lo, shard.hi);
        if ordinals.is_empty() {
            continue;
        }
        let excluded = overlay.excluded(number as u32);
        let within = |at: u32| excluded.partition_point(|ordinal| *ordinal < at);
        let excluded = &excluded[within(ordinals.start)..within(ordinals.end)];
        hasher.update(&names[number].to_le_bytes());
        hasher.update(&(excluded.len() as u64).to_le_bytes());
        excluded.iter().for_each(|ordinal| hasher.update(&ordinal.to_le_bytes()));
    }
    for row in overlay.of_shard(shard) {
        let run = names[row.run as usize];
        hasher.update(&run.to_le_bytes());
        hasher.update(&row.row.to_le_bytes());
        hasher.update(&row.customer.to_le_bytes());
    }
    hasher.digest128()
}
