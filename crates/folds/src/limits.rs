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

/// Customer ids one page of customers may hold; more are reached by the cursor.
pub const PAGE_CUSTOMERS_MAX: usize = 100_000;
