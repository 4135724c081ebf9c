//! Which messages came lately, so that one sent twice is taken once although it has no time of its own.
//!
//! Two copies of a message with a time of its own are one row of the lake for good: same id, same time. A copy whose time
//! is that of its arrival is another row there. So ids are remembered here for a while, in two generations of which
//! the older goes when the newer is full. After a restart the memory is empty.

use std::mem;

use rustc_hash::FxHashSet;

/// Ids of one generation: 16 bytes each with what a set costs.
const GENERATION: usize = 1 << 19;

/// Ids of events.
#[derive(Debug, Default)]
pub(super) struct Window {
    newer: FxHashSet<i64>,
    older: FxHashSet<i64>,
}

impl Window {
    pub(super) fn has(&self, event_id: i64) -> bool {
        self.newer.contains(&event_id) || self.older.contains(&event_id)
    }

    pub(super) fn remember(&mut self, event_id: i64) {
        if self.newer.len() >= GENERATION {
            self.older = mem::take(&mut self.newer);
        }
        self.newer.insert(event_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_generation_is_always_remembered() {
        let mut window = Window::default();
        let count = 3 * GENERATION as i64;
        for id in 0..count {
            assert!(!window.has(id));
            window.remember(id);
        }
        assert!((count - GENERATION as i64..count).all(|id| window.has(id)));
        assert!(!window.has(0));
        assert!(window.newer.len() + window.older.len() <= 2 * GENERATION);
    }
}
