//! Merge plans that outlive their snapshot: a shard in which nothing changed is not planned again because something came
//! elsewhere, and of one in which something did, only customers to whom it did are merged again.

use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::layout::{Layout, Run};
use crate::merged::Merged;
use crate::overlay::Overlay;
use crate::snapshot::Shard;

/// The newest plan of each shard that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Layouts(Mutex<FxHashMap<Shard, Kept>>);

#[derive(Debug)]
struct Kept {
    /// With its [`content`].
    layout: Option<(u128, Arc<Layout>)>,
    merged: Arc<Merged>,
}

impl Layouts {
    /// The plan of a shard with this [`content`], or what merging came to for the newest plan with another one.
    pub(crate) fn get(&self, shard: Shard, content: u128) -> Result<Arc<Layout>, Arc<Merged>> {
        let held = self.0.lock();
        let Some(kept) = held.get(&shard) else { return Err(Arc::default()) };
        let layout = kept.layout.as_ref().filter(|(of, _)| *of == content);
        layout.map(|(_, layout)| Arc::clone(layout)).ok_or_else(|| Arc::clone(&kept.merged))
    }

    pub(crate) fn keep(&self, shard: Shard, content: u128, layout: &Arc<Layout>, merged: Merged) {
        let layout = Some((content, Arc::clone(layout)));
        self.0.lock().insert(shard, Kept { layout, merged: Arc::new(merged) });
    }

    /// Forgets plans over other files than these, and those over rows that were in no file.
    pub(crate) fn retain(&self, names: &FxHashSet<&str>) {
        let lasts = |layout: &Layout| layout.in_files() && layout.file_names().all(|name| names.contains(name));
        self.0.lock().retain(|_, kept| {
            kept.layout.take_if(|(_, layout)| !lasts(layout));
            kept.layout.is_some() || kept.merged.is_of(names)
        });
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
