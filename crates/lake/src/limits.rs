//! Limits and sizes of the lake, each with its reason.

use std::time::Duration;

/// Rows a flush waits for by default: large enough that files are few, small enough that the tail is sorted
/// in a blink when it is moved into the table.
pub const FLUSH_ROWS: usize = 100_000;

/// Files of the published view of identities before it is written anew as one.
pub const VIEW_FILES_MAX: usize = 32;

/// Flushes by time or size before the published view of identities is set right: some minutes under load.
pub const VIEW_WAITS_MAX: usize = 32;

/// Flushes' worth of rows the tail may hold while one runs beside the appends; then they wait for it.
pub const TAIL_FLUSHES: usize = 4;

/// Events of appends that are judged and logged together: as many as fit a frame of the log with what follows from them.
pub const STATING_EVENTS_MAX: usize = 16 * 1024;

/// Flushes' worth of rows the tail may hold while flushing fails; then nothing more is appended until one succeeds.
pub const TAIL_FLUSHES_MAX: usize = 8;

/// How long a tail waits that somebody asks about: each answer sorts it anew.
pub const FLUSH_ASKED: Duration = Duration::from_secs(5);

/// How long a tail waits that nobody asks about: what is read again after a crash stays small.
pub const FLUSH_QUIET: Duration = Duration::from_secs(30);

/// Rows at which a row group is ended at the next boundary.
pub const ROW_GROUP_ROWS: usize = 256 * 1024;

/// Rows at which a row group is ended inside a bucket, at a customer's end.
pub const ROW_GROUP_ROWS_MAX: usize = 1024 * 1024;

/// Rows of a page: what reading one customer decodes per column, at most twice.
pub const PAGE_ROWS: usize = 32 * 1024;

/// Rows of a file of which a column is read and kept at once: some pages, so that none is read much too often, and few enough that
/// what is read for one shard and needed for the next fits beside it.
pub const PART_ROWS: usize = 128 * 1024;

/// Bytes of parts that a question holds for its next shards, beside what is kept between questions.
pub const PARTS_HELD_BYTES: usize = 64 << 20;

/// Bytes of moved rows that a question holds. Columns beyond are looked for by each shard.
pub const STRAYS_HELD_BYTES: usize = 256 << 20;

/// Rows at which a compacted file is ended at the next bucket.
pub const FILE_ROWS: usize = 4 * 1024 * 1024;

/// Events of one `append` or `import` call: they are held and sorted in memory.
pub const EVENTS_PER_CALL_MAX: usize = 8 * 1024 * 1024;

/// Rows a compaction holds decoded at a time.
pub const COMPACT_ROWS: usize = 512 * 1024;

/// Files of one size tier that a background compaction merges.
pub const TIER_FILES: usize = 4;

/// Commits between two checkpoints of a table.
pub const CHECKPOINT_COMMITS: u64 = 100;

/// How long a table's commit files are kept, as Delta spells it. One commit each 5 s is 17,280 files a day.
pub const LOG_RETENTION: &str = "interval 2 days";

/// Bytes of per-file indexes and Parquet footers kept in memory.
pub const INDEX_CACHE_BYTES: usize = 1 << 30;

/// How often a commit or a refresh that lost a race is made again before it is an error.
pub const RACE_RETRIES: usize = 8;

/// Bytes of one log record: a call with more events is split into several records.
pub const LOG_RECORD_BYTES: usize = 4 << 20;

/// Findings one verification lists.
pub const FINDINGS_MAX: usize = 1000;

/// How long the ids of what came are remembered at least, while they are few enough: client libraries keep what could not be
/// sent for hours, apps until they are opened again.
pub const RECENT_AGE_US: i64 = 48 * 3600 * 1_000_000;

/// Ids of what came of late that are remembered: as many as fill a hash table of 2²² places, some 38 MB.
pub const RECENT_IDS_MAX: usize = 7 << 19;

/// Files of recent ids before they become one.
pub const RECENT_FILES_MAX: usize = 64;

/// Salts tried for an identifier whose hash is taken; each is a chance of about one in 10^12 for a
/// workspace of ten million profiles.
pub const SALTS_MAX: u32 = 16;

/// Rows of a reference table that are decoded at a time.
pub const REFERENCE_PART_ROWS: u32 = 64 * 1024;

/// Positions of one day of a site: they are read together, at some 60 bytes each.
pub const TRACK_DAY_ROWS_MAX: u64 = 64 * 1024 * 1024;

/// Files of a day to which something is added all the time, before they become one.
pub const DAY_FILES_MAX: usize = 8;

/// Files of which it is remembered whose day they hold: those of many sites and years.
pub const FILE_DAYS_MAX: usize = 200_000;

/// Bytes of deliveries of sensors that wait to be folded: they are read together. It is some 3 million positions.
pub const ARRIVALS_BYTES_MAX: u64 = 128 << 20;

/// Rows of one import of a reference table: the stock of a thousand shops and a thousand products over a month. It is
/// written as one file.
pub const REFERENCE_ROWS_MAX: u64 = 32 * 1024 * 1024;

/// Cases of one page of the review queue: a screen or two.
pub const REVIEW_PAGE_MAX: usize = 200;

/// Withheld links shown of one case: a till that thousands used has as many, and they all say the same.
pub const CASE_MEMBERS_MAX: usize = 50;

/// Statements shown of one withheld link.
pub const CASE_EVIDENCE_MAX: usize = 10;

/// Customers whose events a preview counts one by one.
pub const PREVIEW_COUNTED_MAX: usize = 1000;

/// Identifiers and links shown of one customer: more nobody reads, and a page of them is drawn at once.
pub const EXPLAINED_MEMBERS_MAX: usize = 500;
pub const EXPLAINED_LINKS_MAX: usize = 1000;

/// Event names of a dictionary that are told apart: more are no names but data that was written into them.
pub const DICTIONARY_EVENTS: usize = 2_000;

/// Properties of one event name in one place that are told apart, for the same reason.
pub const DICTIONARY_PROPERTIES: usize = 500;

/// Sources of a dictionary.
pub const DICTIONARY_SOURCES: usize = 1_000;

/// Pairs of source and channel of one event name.
pub const DICTIONARY_CELLS: usize = 200;

/// Days of one event name: two months, of which a page shows one.
pub const DICTIONARY_DAYS: usize = 62;

/// Hours in which a source sent: the days of its rhythm, and one more.
pub const DICTIONARY_HOURS: usize = 16 * 24;

/// Hashes of values of one property: the number of different values is known to about an eighth.
pub const DICTIONARY_VALUES: usize = 64;

/// Values of one property whose text is kept.
pub const DICTIONARY_TEXTS: usize = 8;

/// Rows that are decoded at a time to summarise a file.
pub const DICTIONARY_READ_ROWS: u32 = 64 * 1024;
