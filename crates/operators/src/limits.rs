//! Limits on everything here that grows with input, each with its reason.

/// Different event names, or channels, one workspace may have. Codes and tables are sized by them; more means
/// that ids were mapped as names.
pub const NAMES_MAX: usize = 1 << 20;

/// Rows of one shard, as a wish: large enough that reading and planning it costs little beside its rows, small enough that a
/// few of them (one a partition) stand beside the cache. Smaller shards than a bucket do not exist.
pub const SHARD_ROWS: usize = 1 << 19;

/// Rows that are prepared and folded at a time, as a wish: about 50 bytes each, so that they fit a core's own cache.
pub const BLOCK_ROWS: usize = 1 << 14;

/// Rows of one batch of the table `events`.
pub const BATCH_ROWS: usize = 8192;

/// Different values of one dimension that are told apart at a time; by a column with more, the most frequent of them are.
pub const DIMENSION_VALUES_MAX: usize = 10_000;

/// Different values of one column that are counted to find the most frequent; more are ids, and take memory for nothing.
pub const EXPANDED_VALUES_MAX: usize = 1_000_000;

/// Rules of one question: labels, masks and filters together.
pub const RULES_MAX: usize = 1024;

/// Different combinations of source, medium, referrer and campaign that no traffic rule takes and that are counted; a rule is
/// made for a handful of them.
pub const UNCLASSIFIED_MAX: usize = 100_000;

/// Rows one SQL query may return.
pub const SQL_ROWS_MAX: usize = 1_000_000;

/// Longest SQL text in bytes: a journey definition of the largest size fits in it twice.
pub const SQL_BYTES_MAX: usize = 4 << 20;

/// Columns a question holds constant: each is read and coded as a whole.
pub const HELD_COLUMNS_MAX: usize = 3;

/// Products that sales are told apart by; those beyond count as unnamed.
pub const PRODUCTS_MAX: usize = 1_000_000;
