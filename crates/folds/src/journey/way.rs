//! The planned way: which stage it begins in, and which may follow which.

use super::Config;

/// No stage.
const NONE: u8 = u8::MAX;

/// The planned way of a configuration, for looking up move by move.
#[derive(Debug, Clone)]
pub(super) struct Way {
    first: u8,
    /// By stage: the planned stage that follows it. Of the last one, and of stages that are not planned, none.
    next: Vec<u8>,
}

impl Way {
    /// Stages are at most [`crate::limits::STAGES_MAX`], so they fit in a byte.
    pub(super) fn new(config: &Config) -> Way {
        let planned = match config.planned.is_empty() {
            true => (0..config.stages).collect(),
            false => config.planned.clone(),
        };
        let mut next = vec![NONE; config.stages];
        for pair in planned.windows(2) {
            next[pair[0]] = pair[1] as u8;
        }
        Way { first: planned.first().map_or(NONE, |first| *first as u8), next }
    }

    #[inline]
    pub(super) fn begins_in(&self, stage: usize) -> bool {
        usize::from(self.first) == stage
    }

    #[inline]
    pub(super) fn leads(&self, from: usize, to: usize) -> bool {
        usize::from(self.next[from]) == to
    }
}
