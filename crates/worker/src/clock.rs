//! The clock of jobs. Everything below takes its times from here.

use std::time::{SystemTime, UNIX_EPOCH};

/// UTC microseconds since 1970.
pub fn now_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64)
}
