//! Limits on the text of a definition.

/// Longest text read. The largest journey the model allows (500 touchpoints, 2,000 cards) fits with statements of a line.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Deepest nesting of lists and maps. A journey's deepest field, a value in a list of a test, stands at 9.
pub const DEPTH_MAX: usize = 32;

/// Faults reported at once; nobody reads more, and a minified text of one megabyte could hold a hundred thousand.
pub const FAULTS_MAX: usize = 100;
