//! Limits on what grows with input, each with its reason.

pub use model::limits::{FUNNEL_STEPS_MAX, PATH_STEPS_MAX, STAGES_MAX, TOUCHPOINTS_MAX};

/// Labels below this are looked up in a flat table, others by hash. 1,024² slots are 4 MiB, what a core's
/// second-level cache and a partition's share of memory still bear.
pub const FLAT_LABELS_MAX: u32 = 1_024;

/// Largest label for which per-label counts are kept; a workspace with more event names has a mapping
/// mistake (an id in the name), and one count per id answers nothing.
pub const LABELS_MAX: u32 = 100_000;

/// Loose values of a distribution before it first looks whether they repeat.
pub const LOOSE_VALUES_MIN: usize = 4_096;

/// Cells of a search for pains: places × groups × stretches of time. At 8 bytes each, 160 MB a partition.
pub const PAIN_CELLS_MAX: usize = 20_000_000;

/// Pains whose evidence one scan gathers: co-occurrence is counted for every pair, and masks hold one bit a pain.
pub const PAIN_TARGETS_MAX: usize = 64;

/// Values a breakdown tells apart in one scan: each has a state of its own. Those counted to find the most frequent
/// have a state of two numbers.
pub const GROUPS_MAX: u32 = 10_000;

/// Customer ids one page of customers may hold; more are reached by the cursor.
pub const PAGE_CUSTOMERS_MAX: usize = 100_000;
