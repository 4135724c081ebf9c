//! Limits on what grows with input, each with its reason.

pub use model::limits::{FUNNEL_STEPS_MAX, PATH_STEPS_MAX, SEGMENTS_COMPARED_MAX, STAGES_MAX, TOUCHPOINTS_MAX};

/// Labels below this are looked up in a flat table, others by hash. 1,024² slots are 4 MiB, what a core's
/// second-level cache and a partition's share of memory still bear.
pub const FLAT_LABELS_MAX: u32 = 1_024;

/// Largest label for which per-label counts are kept; a workspace with more event names has a mapping
/// mistake (an id in the name), and one count per id answers nothing.
pub const LABELS_MAX: u32 = 100_000;

/// Exclusions of one funnel: with as many steps as a funnel may have, they fill a mask's bits.
pub const FUNNEL_EXCLUSIONS_MAX: usize = 64 - FUNNEL_STEPS_MAX;

/// Widest tolerance for the order of events in microseconds: a minute apart is no matter of clocks any more.
pub const TIE_TOLERANCE_US_MAX: i64 = 60_000_000;

/// Parts of a sequence pattern: what is remembered of a subject's events grows with them.
pub const SEQUENCE_PARTS_MAX: usize = 64;

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

/// Periods of a calendar one question tells apart: ten years of days. Every partition holds a number for each.
pub const PERIODS_MAX: usize = 3_660;

/// Edges of a calendar that times are only looked up in: 300 years of days.
pub const EDGES_MAX: usize = 110_000;

/// Offsets or brackets of a retention table: a year of days and a day. Times cohorts, the table stays under 25 MB.
pub const RETENTION_CELLS_MAX: usize = 366;

/// Groups of a survival question, besides those in none; steps hold one bit a group, and more curves cannot be read.
pub const SURVIVAL_GROUPS_MAX: usize = 20;
/// States of a Markov chain that is solved in closed form: 18 MB, and a second of one core. Of more, equations are solved
/// by sweeps to 14 digits.
pub const CHAIN_STATES_DENSE: usize = 1_500;

/// States of a Markov chain at all: those of the last two of 250 touches.
pub const CHAIN_STATES_MAX: usize = 65_000;

/// Values credit is given to in one attribution, the rest together as one more: paths hold a byte a touch.
pub const ATTRIBUTION_VALUES_MAX: usize = 200;

/// Touches of one conversion; of more, the newest count. Whoever met a brand a thousand times within the look-back is a
/// robot or a mapping mistake, and each distinct path is kept.
pub const ATTRIBUTION_TOUCHES_MAX: usize = 1_000;

/// Labels a next step is told from: three before each label are 10¹² contexts in the worst case of a large workspace,
/// and so few paths agree in four that their shares mean nothing.
pub const CONTEXT_MAX: usize = 3;
/// Moments a trend of segments looks at: a year of days, with some to spare.
pub const MOMENTS_MAX: usize = 400;

/// Different rules of the segments of one question: masks hold one bit a rule.
pub const SEGMENT_RULES_MAX: usize = 64;

/// Corners of one area of a floor: what a drawing of a whole mall's outline has, with room to spare.
pub const FLOOR_CORNERS_MAX: usize = 20_000;

/// Zones of one floor; the largest malls draw about a thousand.
pub const FLOOR_ZONES_MAX: usize = 10_000;

/// Cells of the grid over one floor: 400 m × 400 m at 0.2 m. At 8 bytes a cell and layer, 32 MB.
pub const FLOOR_CELLS_MAX: usize = 4_000_000;

/// Stops of one visitor through which the shortest tour is computed exactly: 2¹² sets of 12 are done in a millisecond.
pub const FLOOR_STOPS_EXACT_MAX: usize = 12;

/// Visits that are walked anew on another layout at once: each has several edited walks of some 20 places in memory.
pub const FLOOR_SHOPPERS_MAX: usize = 50_000;

/// Trips among which the typical ones of a floor are sought: every pair is compared, 16 MB of distances.
pub const FLOOR_TRIPS_MAX: usize = 2_000;

/// Path types of one floor; more cannot be told apart by eye.
pub const FLOOR_PATH_TYPES_MAX: usize = 50;
