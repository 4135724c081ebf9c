//! What counters counted, as it is kept: one row a direction of what one sensor said once.
//!
//! Nobody is in a count; a single crossing names its track by the salted name of its day, so that one that is delivered
//! twice counts once. Not here: sums, which are those of `folds`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::observation::Direction;

/// How a number is to be taken. Kinds are never added up with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountKind {
    /// Those of a window of time; windows of a line add up.
    Window,
    /// Those since the sensor was last reset; readings differ by those between.
    Cumulative,
    /// One who crossed.
    Crossing,
    /// How many are within at a moment.
    Occupancy,
}

impl CountKind {
    pub const ALL: [CountKind; 4] =
        [CountKind::Window, CountKind::Cumulative, CountKind::Crossing, CountKind::Occupancy];

    /// The word for it in files and answers.
    pub fn id(self) -> &'static str {
        match self {
            CountKind::Window => "window",
            CountKind::Cumulative => "cumulative",
            CountKind::Crossing => "crossing",
            CountKind::Occupancy => "occupancy",
        }
    }
}

/// A number a sensor said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The sensor's definition; empty: none was named.
    pub sensor: Arc<str>,
    /// The line, door or zone, as the sensor names it, after its own name where it gives one.
    pub line: Arc<str>,
    pub kind: CountKind,
    /// None of an occupancy.
    pub direction: Option<Direction>,
    /// UTC microseconds: where the window begins, else when it was so.
    pub from_us: i64,
    /// Where the window ends, else the same.
    pub to_us: i64,
    /// Sensors that only balance ins and outs may say that fewer than nobody is within.
    pub people: i64,
    /// Of these, children, where the sensor tells them apart.
    pub children: Option<i64>,
    /// Of all directions, people it took for ones counted before; on the first row of what was said at once.
    pub repeated: Option<i64>,
    /// Of a crossing: its track, salted.
    pub track: Option<i64>,
}

impl Counted {
    /// What tells it from others: said again it counts once, as it was said last.
    pub fn key(&self) -> (&str, &str, CountKind, i64, i64, Option<Direction>, Option<i64>) {
        (&self.sensor, &self.line, self.kind, self.from_us, self.to_us, self.direction, self.track)
    }
}
